"""What an import would do, how far it is, and what it has done."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import NamedTuple

from importer.model.approvals import Approval, Difference
from importer.model.participants import DUPLICATE, Participant, Problem, Target
from importer.model.records import Entry, Question, Since
from importer.model.rosters import Roster, RowRef
from importer.model.sessions import GroupBooking, Opening
from importer.model.status import Decision, Severity, Status


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer beside a row: what became of it, in words, and the service's ids where they are known.

    ``session`` is the group booking's label in local time; ``handle`` goes into the column "Import run" and is how
    the row is known again when the file comes back. ``name`` is for the screen. ``spaces`` is what was asked for.
    ``handles`` are what the row carried before and ``decision`` what it said. ``question`` is what is asked now, or
    what its decision has answered: such a row is marked with the handle of this run, so that a later decision beside it
    answers this question. ``has_other_address``: booked without the e-mail or number that the row has by now.
    ``is_moved``: booked on a session that starts at another time by now than the row says.
    """

    row: RowRef
    status: Status
    message: str = ""
    name: str = ""
    session: str = ""
    booking_id: str = ""
    customer_id: str = ""
    customer_booking_id: str = ""
    recorded: datetime | None = None
    handle: str = ""
    spaces: int = 1
    needs_person: bool = False
    problems: tuple[Problem, ...] = ()
    handles: frozenset[str] = frozenset()
    decision: Decision | None = None
    question: Question | None = None
    has_other_address: bool = False
    is_moved: bool = False

    @property
    def rules(self) -> frozenset[str]:
        """The rules that keep the row from being booked."""
        return frozenset(one.rule for one in self.problems if one.severity is Severity.PROBLEM)

    @property
    def asks(self) -> bool:
        """Whether ``question`` is open; else the row's decision has answered it."""
        return self.status is Status.SAME_PERSON or DUPLICATE in self.rules

    @property
    def wants_person(self) -> bool:
        """Somebody has to look at this row before it can be done."""
        return self.status.needs_person or self.needs_person

    @property
    def words(self) -> str:
        """What is told beside the row: its message, else its problems."""
        return self.message or " ".join(one.told for one in self.problems if one.severity is Severity.PROBLEM)


@dataclass(frozen=True, slots=True)
class Lane:
    """One group booking and who is to be put on it, one person at a time, in roster order.

    ``waiting`` are those for whom no place is foreseen; they get one only if somebody before them does not. ``rows``
    are all that mean this group booking, also those that are answered already: who is who is decided among them.
    ``unread`` counts those who are there, but not through an import, and of whom the service showed nothing: any may be
    one of them.
    """

    booking: GroupBooking
    people: tuple[Participant, ...]
    waiting: tuple[Participant, ...] = ()
    rows: tuple[Participant, ...] = ()
    unread: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import at this moment would do. ``lanes`` are who would be booked, in roster order of their first person.

    ``outcomes`` are the rows that are answered without booking anybody: booked already, left out, or in need of a
    person. ``bookings`` are all that the rows mean. ``openings`` are other times with free places, by service id,
    nearest first. ``is_first_import``: this ledger has booked nobody at this address yet. ``changes`` are ledger
    entries as reading the service has settled them (id 0: new ones, of people booked by other ways), to be saved
    before anybody is sent. ``same_rosters`` are earlier runs of this very roster, ``asked`` the questions that were
    asked beside its rows, ``answered`` those that their decisions answer, ``overtaken`` runs that did not end and do so
    with this import. ``meant`` are targets in words, each with what it means, ``dates`` those of ``Options``. ``since``
    is what is other than in the last import of its series, ``None`` where it follows none; ``held`` why nobody should
    be sent before a person has said that the roster is right. ``why_not_none``: why a choice of no payment
    requests is no answer, where that is known.
    """

    roster: Roster
    made: datetime
    zone: tzinfo
    lanes: tuple[Lane, ...]
    outcomes: tuple[Outcome, ...]
    bookings: tuple[GroupBooking, ...] = ()
    openings: Mapping[str, tuple[Opening, ...]] = field(default_factory=dict)
    is_first_import: bool = False
    changes: tuple[Entry, ...] = ()
    same_rosters: frozenset[int] = frozenset()
    asked: Mapping[RowRef, Sequence[Question]] = field(default_factory=dict)
    answered: Mapping[RowRef, Sequence[Question]] = field(default_factory=dict)
    overtaken: frozenset[int] = frozenset()
    meant: tuple[tuple[Target, Target], ...] = ()
    dates: tuple[tuple[str, Target], ...] = ()
    since: Since | None = None
    held: tuple[str, ...] = ()
    why_not_none: str = ""

    @property
    def people(self) -> tuple[Participant, ...]:
        """Everybody for whom a place is foreseen."""
        return tuple(person for lane in self.lanes for person in lane.people)

    def first_people(self, count: int | None) -> tuple[Participant, ...]:
        """The first so many of them, in the order of the rows; everybody for ``None``.

        One alone of a first import is the first whose session already has people, where there is one: only there does
        the answer tell whether it lists everybody (API.md, "Learning the service").
        """
        if count is None:
            return self.people
        order = {row.ref: at for at, row in enumerate(self.roster.rows)}
        in_order = sorted(self.people, key=lambda person: order.get(person.row, len(order)))
        if count == 1 and self.is_first_import:
            busy = {person.row for lane in self.lanes if lane.booking.people for person in lane.people}
            in_order.sort(key=lambda person: person.row not in busy)
        return tuple(in_order[:count])

    def session_of(self, person: Participant) -> GroupBooking:
        """The group booking that one of ``people`` would be booked on."""
        return next(lane.booking for lane in self.lanes if person in lane.people)

    @property
    def short_of_places(self) -> tuple[GroupBooking, ...]:
        """Group bookings on which somebody would not get a place."""
        return tuple(lane.booking for lane in self.lanes if lane.waiting)

    @property
    def has_price(self) -> bool:
        return any(lane.booking.has_price for lane in self.lanes if lane.people)


class Progress(NamedTuple):
    """How far a step is: ``("Booking", 188, 231)``. ``total`` is 0 where it is not known."""

    step: str
    done: int
    total: int


Tell = Callable[[Progress], None]
"""Whoever wants to know of progress gives one of these; it may be called from several threads."""


@dataclass(frozen=True, slots=True)
class SessionTotals:
    """A line of the table per session. Places: ``before`` this run, ``now`` by this run, ``left`` after it.

    ``name`` is the service, with the room or teacher where two sessions of it start together.
    """

    booking: GroupBooking
    name: str
    before: int
    wanted: int
    now: int
    left: float


@dataclass(frozen=True, slots=True)
class RunReport:
    """All that a run, a dry run or a check has to tell. ``outcomes`` hold every person's row, in roster order.

    ``kind`` is ``import``, ``dry run`` or ``check``; or ``undo`` or ``undo dry run``, of the import ``undoes``. ``run``
    is the ledger's number, 0 where nothing was sent.
    ``contact`` is ``send`` or ``none``, whether e-mail addresses and telephone numbers are passed on of who is booked;
    empty where nobody has any. ``choices`` are the settings and options that decided who was booked on what, in words.
    ``stopped`` is why not everybody was tried, a sentence, and ``stop_code`` the exit code that goes with it; empty and
    0 where nothing stopped the run. ``other_sheets`` are the answers that sheets of the same workbook have had which
    this does not speak of, ``other_dates`` those that its people have had for other dates. ``lessons`` are sentences
    about the service that this run has taught and that were not known before. ``approval`` is what may be approved of
    this plan, or what was and who of that is not booked; ``unapproved`` who would be booked beyond what was.
    """

    kind: str
    roster: Roster
    outcomes: tuple[Outcome, ...]
    started: datetime
    finished: datetime
    zone: tzinfo
    run: int = 0
    by: str = ""
    practice: bool = False
    sessions: tuple[SessionTotals, ...] = ()
    openings: Mapping[str, tuple[Opening, ...]] = field(default_factory=dict)
    payment_requests: str = ""
    contact: str = ""
    choices: str = ""
    not_known: tuple[str, ...] = ()
    stopped: str = ""
    stop_code: int = 0
    requests: int = 0
    since: Since | None = None
    other_sheets: RunReport | None = None
    other_dates: tuple[Outcome, ...] = ()
    lessons: tuple[str, ...] = ()
    approval: Approval | None = None
    unapproved: tuple[Difference, ...] = ()
    undoes: int = 0
