"""The nouns of the trade. Imports nothing of ours, knows no file, no clock and no service."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, tzinfo
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A cell that has no value: an error (``#N/A``), or a formula whose result the file does not hold (``=A1&B1``)."""

    text: str


Cell = str | int | float | bool | datetime | date | time | Unreadable | None
"""A cell as the file holds it: text stays text, a number a number, a date a date; blank is ``None``."""


HIDDEN = "hidden"
FILTERED_OUT = "filtered out"
STRUCK_THROUGH = "struck through"
"""How somebody may have put a row aside."""


class Status(StrEnum):
    """What became of a row, in the words of the column "Import status"."""

    BOOKED = "Booked"
    ALREADY_BOOKED = "Already booked"
    TAKEN_OFF = "Taken off since"
    LEFT_OUT = "Left out"
    READY = "Ready"
    WOULD_BOOK = "Would book"
    FIX_ROW = "Fix row"
    SAME_PERSON = "Same person?"
    FULL = "Full"
    SERVICE_SAID_NO = "Service said no"
    NOT_SURE_YET = "Not sure yet"
    NOT_TRIED = "Not tried"

    @property
    def is_done(self) -> bool:
        """Nothing is left to do for this row."""
        return self in _DONE

    @property
    def needs_person(self) -> bool:
        """A person has to change or decide something before this row can be booked."""
        return self in _NEEDS_PERSON

    @property
    def meaning(self) -> str:
        return _MEANINGS[self][0]

    @property
    def remedy(self) -> str:
        """What there is to do, for the person who sent the roster."""
        return _MEANINGS[self][1]


_DONE = frozenset({Status.BOOKED, Status.ALREADY_BOOKED, Status.TAKEN_OFF, Status.LEFT_OUT})
_NEEDS_PERSON = frozenset({Status.FIX_ROW, Status.SAME_PERSON, Status.FULL, Status.SERVICE_SAID_NO})
_MEANINGS = {
    Status.BOOKED: ("This run has put the person on the session.", "Nothing, unless the message says more."),
    Status.ALREADY_BOOKED: ("The person was on the session before this run.", "Nothing."),
    Status.TAKEN_OFF: (
        "They were booked, and have been taken off, or the session cancelled, since.",
        "Nothing; `--rebook` books again who was taken off.",
    ),
    Status.LEFT_OUT: ('You chose "Leave out".', "Nothing; empty the decision to have the row back."),
    Status.READY: ("`check`: nothing is wrong that can be known without the network.", "Import."),
    Status.WOULD_BOOK: ("`--dry-run`: an import at that moment would book them.", "Import."),
    Status.FIX_ROW: ("Something in the row can't be used; the message says what.", "Correct the row, send it again."),
    Status.SAME_PERSON: (
        "Somebody booked there may be this person; only you can tell.",
        'Choose in "Import decision", send it again.',
    ),
    Status.FULL: (
        "Too few places are left for this row.",
        'Write another session (the message names some) or choose "Leave out", send it again.',
    ),
    Status.SERVICE_SAID_NO: (
        "Appointedd refused; the message has its words.",
        "Put right what they say, send it again.",
    ),
    Status.NOT_SURE_YET: (
        "Appointedd's answer was lost: they may be booked or not.",
        "Add nobody by hand. Send it again after the time in the message, or `roster resume --wait`.",
    ),
    Status.NOT_TRIED: ("The run ended before their turn.", "Send it again, or `roster resume`."),
}


class Decision(StrEnum):
    """What a person may choose in the column "Import decision"."""

    BOOK = "Book"
    LEAVE_OUT = "Leave out"
    SAME_PERSON = "Same person"


class Severity(StrEnum):
    """A problem keeps the row from being booked; a warning does not."""

    PROBLEM = "problem"
    WARNING = "warning"


class RowRef(NamedTuple):
    """Where a row stands: its sheet and the sheet's own row number, as the person sees it."""

    sheet: str
    number: int

    def seen_from(self, other: RowRef) -> str:
        """``row 14``, or ``row 14 of "Summer"`` where the other row stands on another sheet."""
        return f"row {self.number}" + (f' of "{self.sheet}"' if self.sheet != other.sheet else "")


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One line of the roster as it was typed: cells by field name (``columns.py``), blank ones left out.

    ``set_aside`` is how somebody seems to have put the row aside, in words; empty if nobody has.
    """

    ref: RowRef
    cells: Mapping[str, Cell]
    set_aside: str = ""


@dataclass(frozen=True, slots=True)
class RosterSheet:
    """A sheet of people. ``title`` is empty where the file has no sheets.

    ``headings`` maps a field (``first_name``) to the heading as typed ("Pupil"), ``positions`` to its column in the
    sheet, counted from 1. ``width`` is the last column in use. ``unused`` are headings that are not used and never
    sent. ``left_out`` are non-blank rows under the headings that name nobody. ``heading_set`` is the name of the set
    by which the headings were read (``headings.py``), "" if there is none; the orders are what it says of the cells.
    """

    title: str
    heading_row: int
    headings: Mapping[str, str]
    positions: Mapping[str, int]
    width: int
    unused: tuple[str, ...]
    rows: tuple[RosterRow, ...] = field(repr=False)
    left_out: tuple[int, ...] = ()
    heading_set: str = ""
    date_order: str = ""
    name_order: str = ""


@dataclass(frozen=True, slots=True)
class Roster:
    """A roster file as it was read: its sheets of people, at least one. ``content`` is the file, byte for byte.

    ``day_zero`` is the day from which its numbers count days, where a date has lost its format. ``also`` are sheets
    that have headings as well and were not read, with the number of their people.
    """

    path: Path
    content: bytes = field(repr=False)
    sheets: tuple[RosterSheet, ...]
    day_zero: date = date(1899, 12, 30)
    also: Mapping[str, int] = field(default_factory=dict)

    @property
    def rows(self) -> tuple[RosterRow, ...]:
        return tuple(row for sheet in self.sheets for row in sheet.rows)

    def sheet_of(self, row: RowRef) -> RosterSheet:
        """The sheet that a row of this roster stands on."""
        return next(sheet for sheet in self.sheets if sheet.title == row.sheet)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a row, in a sentence a person can act on.

    ``sentence`` says what and what to write ("31/02/2030 is not a date. Write it like 14 Mar 2030."), without the
    row and the heading, which stand beside it. ``field`` and ``heading`` are empty when no one cell is at fault.
    """

    row: RowRef
    rule: str
    sentence: str
    field: str = ""
    heading: str = ""
    severity: Severity = Severity.PROBLEM

    @property
    def told(self) -> str:
        """The sentence with its column: ``"Start": 31/02/2030 is not a date. …``"""
        return f'"{self.heading}": {self.sentence}' if self.heading else self.sentence


@dataclass(frozen=True, slots=True)
class Target:
    """The group booking a row asks for: by ``booking_id``, or by service (and resource), a name or an id, and start.

    ``or_start`` is the later instant of a local time that exists twice, when the clocks go back: the sessions that
    there are settle which one is meant.
    """

    booking_id: str = ""
    service: str = ""
    resource: str = ""
    start: datetime | None = None
    or_start: datetime | None = None

    @property
    def starts(self) -> tuple[datetime, ...]:
        """The instants that the start may mean; the earlier first."""
        return tuple(one for one in (self.start, self.or_start) if one is not None)

    def __bool__(self) -> bool:
        return bool(self.booking_id or (self.service and self.start))


@dataclass(frozen=True, slots=True)
class Participant:
    """A person of the roster, as far as the row tells.

    ``problems`` are what keeps the row from being booked (and warnings): they do not matter to somebody who is
    booked already. ``handle`` is what the column "Import run" carried, our own mark from an earlier run.
    """

    row: RowRef
    first_name: str
    last_name: str
    target: Target
    email: str = ""
    mobile: str = ""
    phone: str = ""
    reference: str = ""
    spaces: int = 1
    handle: str = ""
    decision: Decision | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def rules(self) -> frozenset[str]:
        """The rules that keep this person from being booked."""
        return frozenset(problem.rule for problem in self.problems if problem.severity is Severity.PROBLEM)

    @property
    def is_faulty(self) -> bool:
        return bool(self.rules)


@dataclass(frozen=True, slots=True)
class Profile:
    """A customer record of the service. Weak evidence: it may show another spelling, or a sibling (API.md, 9)."""

    first_name: str
    last_name: str
    email: str = ""
    mobile: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Attendee:
    """One entry in ``customers[]`` of a group booking. Only ``customer_booking_id`` tells people apart."""

    customer_booking_id: str
    customer_id: str = ""
    spaces: int = 1
    source: str = ""
    payment_ids: tuple[str, ...] = ()
    profile: Profile | None = None


@dataclass(frozen=True, slots=True)
class GroupBooking:
    """A session of the service with its places and the people on it. Cancelled participants are not among them.

    ``start_text`` is the start exactly as the service wrote it; ``start`` the same instant in UTC.
    """

    id: str
    service_id: str
    resource_id: str
    start: datetime
    start_text: str
    places: int
    people: tuple[Attendee, ...] = ()
    price: float = 0
    status: str = "confirmed"
    service_name: str = ""
    resource_name: str = ""

    @property
    def taken(self) -> int:
        return sum(person.spaces for person in self.people)

    @property
    def free(self) -> int:
        return self.places - self.taken

    @property
    def is_cancelled(self) -> bool:
        return "cancel" in self.status.casefold()

    def label(self, zone: tzinfo) -> str:
        """``Pottery, Sat 14 Mar 2026 10:00``, in the zone's own time."""
        return f"{self.service_name or self.service_id}, {moment_text(self.start, zone)}"


def moment_text(moment: datetime, zone: tzinfo) -> str:
    """``Sat 14 Mar 2026 10:00``"""
    local = moment.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b %Y %H:%M}"


def day_text(moment: datetime, zone: tzinfo) -> str:
    """``14 Mar 2026``"""
    local = moment.astimezone(zone)
    return f"{local.day} {local:%b %Y}"


USUAL_LIFETIME_S = 1200.0
"""How long a hold is taken to live while none has told its expiry; 7 and 20 minutes are seen (API.md, 5)."""


@dataclass(frozen=True, slots=True)
class Reservation:
    """A hold on places for a few minutes (the service's *slot*), as the service answered. Absent parts are empty."""

    slot_id: str
    booking_id: str
    service_id: str
    resource_id: str
    start: datetime | None
    expiry: datetime | None
    lifetime_s: float | None = None


class EntryState(StrEnum):
    """``SENT`` alone means: a confirm went out and its answer is not known. It is settled by reading (API.md)."""

    SENT = "sent"
    BOOKED = "booked"
    NOT_BOOKED = "not booked"
    TAKEN_OFF = "taken off"


@dataclass(frozen=True, slots=True)
class Entry:
    """What the ledger knows of one person on one group booking.

    ``before`` are the ``customer_booking_id`` that were on the booking before the confirm was sent. ``accepted_names``
    and ``rejected_names`` are folded names of which a person has said that they are, or are not, this person.
    ``told_apart``: the row said ``Book`` when its person was sent. Of an entry that was purged, names and addresses are
    keyed hashes (``evidence.hashed``), and ``hash_key`` is their key.
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
    reference: str = ""
    spaces: int = 1
    slot_id: str = ""
    expiry: datetime | None = None
    settled_by: datetime | None = None
    before: frozenset[str] = frozenset()
    customer_id: str = ""
    customer_booking_id: str = ""
    recorded: datetime | None = None
    accepted_names: frozenset[str] = frozenset()
    rejected_names: frozenset[str] = frozenset()
    told_apart: bool = False
    hash_key: str = field(default="", repr=False)

    @property
    def name(self) -> str:
        return "" if self.hash_key else f"{self.first_name} {self.last_name}".strip()


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer beside a row: what became of it, in words, and the service's ids where they are known.

    ``session`` is the group booking's label in local time; ``handle`` goes into the column "Import run" and is how
    the row is known again when the file comes back. ``name`` is for the screen. ``spaces`` is what was asked for.
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

    @property
    def rules(self) -> frozenset[str]:
        """The rules that keep the row from being booked."""
        return frozenset(one.rule for one in self.problems if one.severity is Severity.PROBLEM)

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

    ``waiting`` are those for whom no place is foreseen; they get one only if somebody before them does not.
    """

    booking: GroupBooking
    people: tuple[Participant, ...]
    waiting: tuple[Participant, ...] = ()


@dataclass(frozen=True, slots=True)
class Opening:
    """Another time of the same service with places left."""

    service_id: str
    start: datetime
    free: int
    booking_id: str


@dataclass(frozen=True, slots=True)
class Former:
    """What a row of an earlier import said. ``rules`` are those that it broke.

    ``holds_place``: the person is still on that session, and the session is still to come.
    """

    row: RowRef
    status: Status
    name: str = ""
    session: str = ""
    booking_id: str = ""
    customer_booking_id: str = ""
    rules: frozenset[str] = frozenset()
    holds_place: bool = False


@dataclass(frozen=True, slots=True)
class Since:
    """A roster against the last import of its series: ``run``, at ``when``, of ``rows`` rows.

    ``before`` is the former row of each row whose person was there, certainly or perhaps; ``moved`` those of them who
    were on another session. ``added`` are rows of people who were not there, ``gone`` former rows of people who are
    not here. ``unread`` are rows of whom it can't be told who they are: any of ``gone`` may be one of them.
    """

    run: int
    when: datetime
    rows: int
    before: Mapping[RowRef, Former]
    moved: Mapping[RowRef, Former]
    added: frozenset[RowRef]
    gone: tuple[Former, ...] = ()
    unread: frozenset[RowRef] = frozenset()


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import at this moment would do. ``lanes`` are who would be booked, in roster order of their first person.

    ``outcomes`` are the rows that are answered without booking anybody: booked already, left out, or in need of a
    person. ``bookings`` are all that the rows mean. ``openings`` are other times with free places, by service id,
    nearest first. ``is_first_import``: this ledger has booked nobody at this address yet. ``changes`` are ledger
    entries as reading the service has settled them (id 0: new ones, of people booked by other ways), to be saved
    before anybody is sent. ``since`` is what is other than in the last import of its series, ``None`` where it follows
    none; ``held`` why nobody should be sent before a person has said that the roster is right.
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
    since: Since | None = None
    held: tuple[str, ...] = ()

    @property
    def people(self) -> tuple[Participant, ...]:
        """Everybody for whom a place is foreseen."""
        return tuple(person for lane in self.lanes for person in lane.people)

    @property
    def short_of_places(self) -> tuple[GroupBooking, ...]:
        """Group bookings on which somebody would not get a place."""
        return tuple(lane.booking for lane in self.lanes if lane.waiting)

    @property
    def has_price(self) -> bool:
        return any(lane.booking.price for lane in self.lanes if lane.people)


class Progress(NamedTuple):
    """How far a step is: ``("Booking", 188, 231)``. ``total`` is 0 where it is not known."""

    step: str
    done: int
    total: int


Tell = Callable[[Progress], None]
"""Whoever wants to know of progress gives one of these; it may be called from several threads."""


@dataclass(frozen=True, slots=True)
class Options:
    """What only one call means. ``target`` holds for rows that name none (``--session``, or ``--service --start``).

    ``hidden`` is what is done with rows that somebody has put aside without a decision, ``include`` or ``skip``; else
    they wait for one. ``first`` books only the first so many of the plan. ``only`` restricts a resumed run to the rows
    of its plan. ``series`` is the name of the rosters that this one follows, where folder and file name do not tell;
    more than ``max_new`` people who were not in the last of them hold the roster.
    """

    target: Target = Target()
    sheet: str | None = None
    hidden: str | None = None
    allow_past: bool = False
    rebook: bool = False
    strict: bool = False
    first: int | None = None
    only: frozenset[RowRef] | None = None
    series: str = ""
    max_new: int | None = None


class RunState(StrEnum):
    """``INTERRUPTED`` is what goes on by itself the next time; ``STOPPED`` what a person stopped, and has to want."""

    RUNNING = "running"
    FINISHED = "finished"
    INTERRUPTED = "not finished"
    STOPPED = "stopped by a person"
    ENDED = "ended by a later import"


@dataclass(frozen=True, slots=True)
class Run:
    """One import as the ledger keeps it. A run that says ``RUNNING`` while nobody holds the lock has died.

    ``choices`` are the settings by which its roster was read and booked: a resumed run goes by them, also by the
    sets of headings as they were then. ``purged`` is when its names and messages were forgotten. ``series`` says
    which rosters follow each other, ``sha256`` is that of the roster's bytes. ``results_path`` is set once the
    answers have been handed over.
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

    @property
    def is_answered(self) -> bool:
        """Everybody who was to be tried was, and the answers were handed over: later rosters follow this one."""
        is_whole = self.state is RunState.FINISHED or (self.totals != {} and Status.NOT_TRIED not in self.totals)
        return is_whole and self.results_path is not None and self.finished is not None


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
    left: int


@dataclass(frozen=True, slots=True)
class RunReport:
    """All that a run, a dry run or a check has to tell. ``outcomes`` hold every person's row, in roster order.

    ``kind`` is ``import``, ``dry run`` or ``check``. ``run`` is the ledger's number, 0 where nothing was sent.
    ``choices`` are the settings and options that decided who was booked on what, in words.
    ``stopped`` is why not everybody was tried, a sentence, and ``stop_code`` the exit code that goes with it; empty and
    0 where nothing stopped the run.
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
    choices: str = ""
    not_known: tuple[str, ...] = ()
    stopped: str = ""
    stop_code: int = 0
    requests: int = 0
    since: Since | None = None
