"""What the ledger keeps: of each person on each group booking, and of each run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from importer.model.participants import DUPLICATE, Target
from importer.model.rosters import Roster, RowRef
from importer.model.sessions import SessionTime
from importer.model.status import Decision, Status


class EntryState(StrEnum):
    """``SENT`` alone means: a confirm went out and its answer is not known. It is settled by reading (API.md).

    ``REMOVING`` means the same of a call that takes somebody off; ``REMOVED`` is who was taken off by us, ``TAKEN_OFF``
    by somebody else.
    """

    SENT = "sent"
    BOOKED = "booked"
    NOT_BOOKED = "not booked"
    TAKEN_OFF = "taken off"
    REMOVING = "removing"
    REMOVED = "removed"

    @property
    def is_unknown(self) -> bool:
        """Something went out, and what became of it is not known."""
        return self in (EntryState.SENT, EntryState.REMOVING)

    @property
    def is_off(self) -> bool:
        """They were on the session, and are not any more."""
        return self in (EntryState.TAKEN_OFF, EntryState.REMOVED)


STATUS_OF_ENTRY = {
    EntryState.SENT: Status.NOT_SURE_YET,
    EntryState.BOOKED: Status.BOOKED,
    EntryState.TAKEN_OFF: Status.NO_LONGER_BOOKED,
    EntryState.NOT_BOOKED: Status.NOT_BOOKED_YET,
    EntryState.REMOVING: Status.NOT_SURE_YET,
    EntryState.REMOVED: Status.NO_LONGER_BOOKED,
}
"""As what a row is told of whom an entry is in this state."""


@dataclass(frozen=True, slots=True)
class Question:
    """``Same person?`` as it was asked about a row: under which ``reason``, for the folded ``name`` that the row had.

    It was asked about those people: ``entries`` of the ledger by id, people ``on_booking`` who are there by another
    way, by ``customer_booking_id``, and earlier ``rows`` of the same roster. A decision answers this question alone;
    where it ``counts_for_others`` the other rows were told so.
    """

    reason: str
    name: str
    entries: frozenset[int] = frozenset()
    on_booking: frozenset[str] = frozenset()
    rows: frozenset[RowRef] = frozenset()
    counts_for_others: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """What the ledger knows of one person on one group booking.

    ``handle`` is our mark for the row that was sent, ``handles`` all that this row ever carried, its own included once
    it is saved: rows with any of them mean this entry. ``target`` is the session as the row named it, ``question``
    the one that the row's decision answered when its person was sent. ``before`` are the ``customer_booking_id`` that
    were on the booking before the confirm was sent. ``settled_by`` is from when on nothing can come any more of what
    was sent, by the service's clock, ``settled_by_ours`` by ours (``None``: the same). ``accepted_names`` and
    ``rejected_names`` are folded names of which a person has said that they are, or are not, this person.
    ``told_apart``: the row said that this is somebody else when its person was sent. ``told`` is when a person said,
    with ``roster resume``, that they are or are not booked: no answer or reading has shown it. Of an entry that was
    purged, names and addresses are keyed hashes (``evidence.hashed``), and ``hash_key`` is their key. ``recorded`` is
    when it was sent or, once that is known, when it was found booked, by our own clock. ``removed_by`` is the run that
    has taken them off, or has tried to, and
    ``removed`` is when it sent that or, once that is known, when they were: that stays so whatever a reading lists
    (API.md, 22). ``starts`` is the free time at which they were to start a session; until its id is known
    ``booking_id`` is empty (API.md, 21).
    """

    id: int
    run: int
    row: RowRef
    handle: str
    booking_id: str
    state: EntryState
    first_name: str
    last_name: str
    email: str = ""
    mobile: str = ""
    phone: str = ""
    reference: str = ""
    spaces: int = 1
    slot_id: str = ""
    expiry: datetime | None = None
    settled_by: datetime | None = None
    settled_by_ours: datetime | None = None
    before: frozenset[str] = frozenset()
    customer_id: str = ""
    customer_booking_id: str = ""
    recorded: datetime | None = None
    told: datetime | None = None
    removed_by: int = 0
    removed: datetime | None = None
    accepted_names: frozenset[str] = frozenset()
    rejected_names: frozenset[str] = frozenset()
    told_apart: bool = False
    handles: frozenset[str] = frozenset()
    target: Target = field(default_factory=Target)
    question: Question | None = None
    starts: SessionTime | None = None
    hash_key: str = field(default="", repr=False)

    @property
    def name(self) -> str:
        return "" if self.hash_key else f"{self.first_name} {self.last_name}".strip()


@dataclass(frozen=True, slots=True)
class Options:
    """What only one call means. ``target`` holds for rows that name none (``--session``, or ``--service --start``).

    ``hidden`` is what is done with rows that somebody has put aside without a decision, ``include`` or ``skip``; else
    they wait for one. ``first`` books only the first so many of the plan. ``only`` restricts a resumed run to the rows
    of its plan. ``series`` is the name of the rosters that this one follows, where folder and file name do not tell;
    ``follows`` is the whole series, where a person has been asked whether this is a newer version of another list; more
    than ``max_new`` people who were not in the last of them hold the roster. ``meant`` is what targets in words
    meant when the run was planned, each with the exact one: that holds for whoever resumes it, and for its list.
    ``dates`` are the sessions that rows which name none ask for, where the list has several, now or by earlier imports:
    each with the part that it is of every such row (``RowRef``); ``target`` is the first of them. ``days`` are days in
    words, whose sessions are still to be looked for, as are those of a ``target`` that names a service alone.
    ``start_new``: at a free time where no session is, one is started.
    ``undoes`` is the run whose people this one takes off; then ``only`` are the rows of those, and with
    ``may_empty`` also the only person of a session is.
    ``approved`` is the code of the plan beyond which nobody is booked. ``asked`` are questions that a person was shown
    beside rows when they decided there: those decisions answer them. ``gives_up`` are entries, by id, of people whose
    rows have moved to another session: a person wants them removed from the old one once they are booked on the new.
    """

    target: Target = field(default_factory=Target)
    sheet: str | None = None
    hidden: str | None = None
    allow_past: bool = False
    rebook: bool = False
    strict: bool = False
    first: int | None = None
    only: frozenset[RowRef] | None = None
    series: str = ""
    follows: str = ""
    max_new: int | None = None
    meant: tuple[tuple[Target, Target], ...] = ()
    dates: tuple[tuple[str, Target], ...] = ()
    days: str = ""
    undoes: int | None = None
    may_empty: bool = False
    approved: str = ""
    start_new: bool = False
    asked: tuple[tuple[RowRef, Question], ...] = ()
    gives_up: tuple[tuple[int, RowRef], ...] = ()

    @property
    def is_dated(self) -> bool:
        """Whether nothing is left to be looked for of the sessions that the call gives, if it gives any."""
        return not self.days and all(one.is_exact for one in self.targets)

    @property
    def targets(self) -> tuple[Target, ...]:
        """Every session that the call gives to rows that name none."""
        return tuple(target for _, target in self.dates) or ((self.target,) if self.target else ())

    def does_all_of(self, other: Options, roster: Roster) -> bool:
        """Whether this call, by which the ``roster`` was read, does all that a run by the other call has left.

        It reads every sheet on which something was left, and gives either no session or each that the other gave.
        """
        is_read = self.sheet == other.sheet
        if self.only is None and other.only is not None:
            is_read |= {row.sheet for row in other.only} <= {sheet.title for sheet in roster.sheets}
        return is_read and all(map(self.gives, other.targets))

    def gives(self, target: Target | None) -> bool:
        """Whether rows that name no session mean this one by this call, or what their list has by now."""
        return target is None or not self.targets or any(map(target.is_spelled_like, self.targets))


class RunState(StrEnum):
    """``INTERRUPTED`` is what goes on by itself the next time; ``STOPPED`` what a person stopped, and has to want."""

    RUNNING = "running"
    FINISHED = "finished"
    INTERRUPTED = "not finished"
    STOPPED = "stopped by a person"
    ENDED = "ended by a later import"

    @property
    def is_over(self) -> bool:
        """Nothing of such a run is left to be done."""
        return self in (RunState.FINISHED, RunState.ENDED)


@dataclass(frozen=True, slots=True)
class Run:
    """One import as the ledger keeps it. A run that says ``RUNNING`` while nobody holds the lock has died.

    ``choices`` are the settings by which its roster was read and booked: a resumed run goes by them, also by the
    sets of headings as they were then. ``purged`` is when its names and messages were forgotten. ``series`` says
    which rosters follow each other, ``sha256`` is that of the roster's bytes. ``results_path`` is set once the
    answers have been handed over. ``base_url`` is the address at which it has booked.
    """

    id: int
    state: RunState
    roster_path: Path
    by: str
    started: datetime
    finished: datetime | None
    options: Options
    choices: Mapping[str, Any]
    totals: Mapping[Status, int]
    results_path: Path | None = None
    purged: datetime | None = None
    series: str = ""
    sha256: str = ""
    base_url: str = ""

    @property
    def is_answered(self) -> bool:
        """Everybody who was to be tried was, and the answers were handed over: later rosters follow this one."""
        is_whole = self.state is RunState.FINISHED or (self.totals != {} and Status.NOT_BOOKED_YET not in self.totals)
        return is_whole and self.results_path is not None and self.finished is not None


@dataclass(frozen=True, slots=True)
class Former:
    """What a row of an earlier import said. ``rules`` are those that it broke, ``decision`` what a person had chosen;
    ``question`` what was asked beside it, or what that decision had answered.

    ``holds_place``: the person is still on that session, and the session is still to come.
    """

    row: RowRef
    status: Status
    name: str = ""
    session: str = ""
    booking_id: str = ""
    customer_booking_id: str = ""
    rules: frozenset[str] = frozenset()
    decision: Decision | None = None
    question: Question | None = None
    holds_place: bool = False

    @property
    def asks(self) -> bool:
        """Whether ``question`` was open after that import; else the row's decision had answered it."""
        return self.status is Status.SAME_PERSON or DUPLICATE in self.rules


@dataclass(frozen=True, slots=True)
class Since:
    """A roster against the last import of its series: ``run``, at ``when``, of ``rows`` rows.

    ``before`` is the former row of each row whose person was there, certainly or perhaps; ``moved`` those of them who
    were on another session. ``added`` are rows of people who were not there, ``gone`` former rows of people who are
    not here. ``unread`` are rows of whom it can't be told who they are: any of ``gone`` may be one of them. ``earlier``
    is the file of that import where this list has another name, and is a newer version of it by its people.
    ``series`` is that of the import; ``asks``: nobody has said yet that the two are one list. ``on_other_date`` are
    rows of sheets that are for another date now, as all their people are: nobody of them has moved.
    """

    run: int
    when: datetime
    rows: int
    before: Mapping[RowRef, Former]
    moved: Mapping[RowRef, Former]
    added: frozenset[RowRef]
    gone: tuple[Former, ...] = ()
    unread: frozenset[RowRef] = frozenset()
    earlier: str = ""
    series: str = ""
    asks: bool = False
    on_other_date: Mapping[RowRef, Former] = field(default_factory=dict)
