"""Many runs, corrections between them, and mishaps in them, judged by a model that knows who everybody truly is.

The service is a stand-in in memory, so that thousands of runs take seconds; plan, matching, booking, settling and the
ledger are the real ones. ``STATEFUL_EXAMPLES=2000 pytest -n 0 --timeout 0 tests/test_stateful.py`` looks for longer,
elsewhere each time.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from desk import Clock
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from importer.errors import ImporterError, LedgerError, ServiceError
from importer.importing import carrying_out, preparing, resuming
from importer.ledger import Ledger
from importer.model import (
    Attendee,
    Entry,
    EntryState,
    GroupBooking,
    Options,
    Outcome,
    Participant,
    Profile,
    Reservation,
    Roster,
    RosterRow,
    RosterSheet,
    RowRef,
    RunReport,
    Status,
    Target,
)
from importer.people.evidence import Evidence, fold, is_near, of_attendee, of_entry, of_participant
from importer.people.settling import needs_reading
from importer.service.appointedd import AnswerLost, Confirmation, NotSent, Refused
from importer.settings import load_settings

EXAMPLES = int(os.environ.get("STATEFUL_EXAMPLES", "0"))

POTTERY = "Pottery for beginners"
MARGIN_S = 120
STARTS = (datetime(2030, 3, 2, 10, tzinfo=UTC), datetime(2030, 3, 9, 10, tzinfo=UTC))


# People


@dataclass(frozen=True)
class Human:
    """A true person: the ways their name, e-mail and mobile may be typed. Namesakes are ``kin``: only their number can be told."""

    key: str
    kin: str
    names: tuple[tuple[str, str], ...]
    emails: tuple[str, ...]
    mobiles: tuple[str, ...]
    spaces: int = 1


CAST = (
    Human(
        "ella",
        "ella",
        (("Ella", "Brown"), ("Élla", "BROWN"), ("Ela", "Brown")),
        ("mum@mail.com", "ella@mail.com"),
        ("07700900111",),
    ),
    Human(
        "bella",
        "bella",
        (("Bella", "Brown"), ("bella", "brown"), ("Bela", "Brown")),
        ("mum@mail.com",),
        ("07700900111", "07700900222"),
    ),
    Human(
        "ann",
        "ann",
        (("Ann", "Brown"), ("Ánn", "Brown"), ("Anne", "Brown")),
        ("ann@mail.com", "mum@mail.com"),
        ("07700900333",),
    ),
    Human("ann the younger", "ann", (("Ann", "Brown"), ("ANN", "Brown")), ("younger@mail.com",), ("07700900444",)),
    Human("ann smith", "ann smith", (("Ann", "Smith"), ("Ann", "Smiht")), ("smith@mail.com",), ("07700900555",)),
    Human("jon", "jon", (("Jon", "Smith"), ("Jonn", "Smith")), ("smith@mail.com", "jon@mail.com"), ("07700900666",)),
    Human("john", "john", (("John", "Smith"), ("Smith", "John"), ("Johhn", "Smith")), ("john@mail.com",), ()),
    Human("tom", "tom", (("Tom", "Baker"), ("Thomas", "Baker"), ("Tomm", "Baker")), (), ("07700900777",), spaces=2),
    Human("zoe", "zoe", (("Zoë", "O'Neill"), ("Zoe", "ONeill"), ("Zoe", "O'Neil")), ("zoe@mail.com",), ()),
    Human("grace", "grace", (("Grace", "Hopper"), ("Grace", "Murray")), ("grace@mail.com",), ("07700900888",)),
)
WHO = {who.key: who for who in CAST}
STRANGERS = (("Walter", "Quill"), ("Ingrid", "Voss"), ("Pablo", "Ximenez"))


@dataclass
class Row:
    """A line of the coordinator's roster, and whose it truly is."""

    who: Human
    first: str
    last: str
    email: str = ""
    mobile: str = ""
    reference: str = ""
    session: int = 0
    handle: str = ""
    decision: str = ""
    outcome: Outcome | None = None

    @property
    def evidence(self) -> Evidence:
        return of_participant(
            Participant(
                RowRef("", 0),
                self.first,
                self.last,
                Target(),
                self.email,
                self.mobile,
                reference=self.reference,
                handle=self.handle,
            )
        )


# The service


class Killed(BaseException):
    """The process dies here."""


@dataclass
class Mishaps:
    """What goes wrong in one run: at the n-th confirm, reserve or effect, counted from 0."""

    confirms: dict[int, str] = field(default_factory=dict)
    reserves: dict[int, str] = field(default_factory=dict)
    stopped_after: int | None = None
    killed_at: int | None = None
    ledger_fails_at: int | None = None
    down_at: int | None = None

    @property
    def are_none(self) -> bool:
        return self == Mishaps()


@dataclass
class Seat:
    """A place taken on a session. ``since`` is the number of the run before which it was there."""

    id: str
    who: Human | None
    by_us: bool
    customer_id: str
    spaces: int
    source: str
    since: int
    is_cancelled: bool = False


@dataclass
class Hold:
    session: int
    spaces: int
    expiry: datetime
    is_used: bool = False
    is_in_flight: bool = False


class Service:
    """Stands in for ``Appointedd``: its calls and exceptions, without a wire. Knows who truly is on a session."""

    requests = 0

    def __init__(
        self,
        clock: Clock,
        places: Sequence[int],
        *,
        lists: str = "ours",
        siblings_share: bool = False,
        shows_source: bool = True,
        is_readable: bool = True,
        when_full: str = "refuse",
        hold_s: int = 1200,
    ) -> None:
        self.clock = clock
        self.places = list(places)
        self.lists, self.siblings_share = lists, siblings_share
        self.shows_source, self.is_readable = shows_source, is_readable
        self.when_full, self.hold_s = when_full, hold_s
        self.ids = [f"{n:024x}" for n in range(1, len(places) + 1)]
        self.seats: list[list[Seat]] = [[] for _ in places]
        self.records: dict[str, Profile] = {}
        self.holds: dict[str, Hold] = {}
        self.late: list[tuple[datetime, str, Participant, Human]] = []
        self.run = 0
        self.violations: list[str] = []
        self.doubtful: set[tuple[int, str]] = set()
        self.taken_off: set[tuple[int, str]] = set()
        self.is_confusing = siblings_share or not is_readable
        self._numbers = iter(range(1000, 10**9))
        self.begin(Mishaps(), {}, {}, threading.Event())

    def begin(
        self, mishaps: Mishaps, whose: dict[RowRef, Human], typed: dict[RowRef, Row], stop: threading.Event
    ) -> None:
        self.mishaps, self.whose, self.typed, self.stop = mishaps, whose, typed, stop
        self.run += 1
        self.confirms = self.reserves = self.effects = self.reads = self.saves = 0
        self.is_dead = self.is_down = False
        self.refusals: Counter[tuple[str, object]] = Counter()
        self.land()
        self.free_before = [self.free(at) for at in range(len(self.places))]

    # What Appointedd answers

    def services(self) -> dict[str, str]:
        return {"5" * 24: POTTERY}

    def resources(self) -> dict[str, str]:
        return {"6" * 24: "Studio 1"}

    def bookings(self, ids: Collection[str]) -> dict[str, GroupBooking]:
        self._read()
        return {id_: self._shown(self.ids.index(id_)) for id_ in ids if id_ in self.ids}

    def openings(
        self, service_id: str, ranges: Sequence[tuple[datetime, datetime]], spaces: int = 1
    ) -> dict[str, datetime]:
        self._read()
        return {
            self.ids[at]: start
            for at, start in enumerate(STARTS)
            if self.free(at) >= spaces and any(a <= start < b for a, b in ranges) and start > self.clock()
        }

    def profile(self, customer_id: str) -> Profile | None:
        self._read()
        return self.records.get(customer_id) if self.is_readable else None

    def reserve(self, booking: GroupBooking, spaces: int) -> Reservation:
        self.effect()
        at = self.ids.index(booking.id)
        self.land()
        self._is_up()
        mishap = self.mishaps.reserves.get(self.reserves, "")
        self.reserves += 1
        if mishap == "not sent":
            raise NotSent("no connection")
        if mishap == "lost before":
            raise AnswerLost("the connection was cut")
        if mishap == "stranger":
            self.stranger_books(at, 1)
        if mishap == "filled" and self.free(at) > 0:
            self.stranger_books(at, self.free(at))
        if self.free(at) < spaces and self.when_full == "refuse":
            self.refusals["full", at] += 1
            raise Refused(409, "There are not enough spaces left.")
        is_elsewhere = self.free(at) < spaces or mishap == "elsewhere"
        if is_elsewhere or mishap == "nameless":
            self.refusals["full", at] += 1
        slot_id = self._new_id()
        if not is_elsewhere:
            self.holds[slot_id] = Hold(at, spaces, self.clock() + timedelta(seconds=self.hold_s))
        if mishap == "lost after":
            raise AnswerLost("the connection was cut")
        self.effect()
        named = "" if mishap == "nameless" else "f" * 24 if is_elsewhere else booking.id
        expiry = self.clock() + timedelta(seconds=self.hold_s)
        return Reservation(
            slot_id, named, booking.service_id, booking.resource_id, booking.start, expiry, float(self.hold_s)
        )

    def confirm(self, slot_id: str, person: Participant, *, payment_request: bool | None = None) -> Confirmation:
        self.effect()
        self.land()
        self._is_up()
        mishap = self.mishaps.confirms.get(self.confirms, "")
        self.confirms += 1
        hold, who = self.holds[slot_id], self.whose[person.row]
        if mishap == "not sent":
            raise NotSent("no connection")
        if mishap == "key refused":
            self.is_down = True
            raise ServiceError("Appointedd does not accept the key.")
        if mishap == "slept":
            self.clock.wait(3600)
            self.land()
        if mishap == "stranger":
            self.stranger_books(hold.session, 1)
        if mishap == "themselves" and self.shows_source:
            self.person_books(who, hold.session, person.first_name, person.last_name, person.email, person.mobile)
        if mishap == "lost before":
            self.doubtful.add((hold.session, who.kin))
            raise AnswerLost("the connection was cut")
        if mishap == "refused":
            self.refusals["refused", person.row] += 1
            raise Refused(422, "The service does not like this.")
        if hold.is_used or hold.is_in_flight:
            self.violations.append(f"{who.key} was confirmed twice through one slot")
        if self.clock() >= hold.expiry:
            self.refusals["expired", person.row] += 1
            raise Refused(409, "This reservation has expired.")
        self._judge_confirm(who, hold.session, self.typed[person.row])
        if mishap.startswith("late"):
            self.doubtful.add((hold.session, who.kin))
            last = hold.expiry + timedelta(seconds=MARGIN_S - 1)
            seconds = mishap.removeprefix("late ")
            lands = last if seconds == "end" else min(self.clock() + timedelta(seconds=int(seconds)), last)
            hold.is_in_flight = True
            self.late.append((lands, slot_id, person, who))
            raise AnswerLost("no answer in time")
        seat = self._book(slot_id, person, who)
        if mishap == "lost after":
            self.doubtful.add((hold.session, who.kin))
            raise AnswerLost("it answered 500")
        if self.mishaps.stopped_after is not None and self.confirms > self.mishaps.stopped_after:
            self.stop.set()
        self.doubtful.add((hold.session, who.kin))
        self.effect()
        self.doubtful.discard((hold.session, who.kin))
        everybody = self._shown(hold.session).people
        return Confirmation(
            self.ids[hold.session],
            everybody
            if self.lists == "everybody"
            else tuple(one for one in everybody if one.customer_booking_id == seat.id),
        )

    # What others do

    def stranger_books(self, at: int, spaces: int) -> None:
        number = next(self._numbers)
        first, last = STRANGERS[number % len(STRANGERS)]
        self._seat(at, None, Profile(first, last, f"{number}@else.com"), spaces, "website", by_us=False)

    def person_books(self, who: Human, at: int, first: str, last: str, email: str, mobile: str) -> None:
        if any(seat.who is who and not seat.by_us and not seat.is_cancelled for seat in self.seats[at]):
            return
        self._seat(at, who, Profile(first, last, email, mobile), who.spaces, "website", by_us=False)

    def take_off(self, at: int, seat: Seat) -> None:
        seat.is_cancelled = True
        if seat.who:
            self.taken_off.add((at, seat.who.kin))

    # The truth

    def there(self, at: int, kin: str) -> list[Seat]:
        return [seat for seat in self.seats[at] if not seat.is_cancelled and seat.who and seat.who.kin == kin]

    def taken(self, at: int) -> int:
        return sum(seat.spaces for seat in self.seats[at] if not seat.is_cancelled)

    def free(self, at: int) -> int:
        held = sum(
            hold.spaces
            for hold in self.holds.values()
            if hold.session == at and not hold.is_used and (hold.is_in_flight or self.clock() < hold.expiry)
        )
        return self.places[at] - self.taken(at) - held

    def shown(self, seat: Seat) -> Profile | None:
        return self.records[seat.customer_id] if self.is_readable else None

    def is_plain_to_see(self, who: Human, at: int, first: str, last: str) -> bool:
        """Whether somebody is on the session by another way since before this run, under a name like the one typed."""
        typed = Evidence(*(fold(part) for part in (first, last)), frozenset({fold(first + last)}))
        names = {fold("".join(name)) for name in who.names}
        for seat in self.there(at, who.kin):
            shown = self.shown(seat)
            if seat.by_us or seat.since >= self.run or shown is None:
                continue
            if fold(shown.first_name + shown.last_name) in names and is_near(
                typed, of_attendee(Attendee("", profile=shown), is_weak=False)
            ):
                return True
        return False

    def land(self) -> None:
        """Let those commits come that are due."""
        due = [one for one in self.late if one[0] <= self.clock()]
        self.late = [one for one in self.late if one[0] > self.clock()]
        for _, slot_id, person, who in sorted(due, key=lambda one: one[0]):
            self._book(slot_id, person, who)

    def effect(self) -> None:
        if self.is_dead or self.effects == self.mishaps.killed_at:
            self.is_dead = True
            raise Killed
        self.effects += 1

    def _judge_confirm(self, who: Human, at: int, row: Row) -> None:
        coming = sum(self.holds[slot_id].session == at and other.kin == who.kin for _, slot_id, _, other in self.late)
        ours = coming + sum(seat.by_us for seat in self.there(at, who.kin))
        if ours >= sum(one.kin == who.kin for one in CAST):
            self.violations.append(f"{who.key} was booked twice by us on session {at}")
        kin_is_one = sum(one.kin == who.kin for one in CAST) == 1
        if kin_is_one and self.is_plain_to_see(who, at, row.first, row.last):
            self.violations.append(f"{who.key} was booked although plainly there by another way on session {at}")

    def _book(self, slot_id: str, person: Participant, who: Human) -> Seat:
        hold = self.holds[slot_id]
        hold.is_used, hold.is_in_flight = True, False
        profile = Profile(person.first_name, person.last_name, person.email, person.mobile)
        return self._seat(hold.session, who, profile, hold.spaces, "api", by_us=True)

    def _seat(self, at: int, who: Human | None, profile: Profile, spaces: int, source: str, *, by_us: bool) -> Seat:
        seat = Seat(self._new_id(), who, by_us, self._record(profile), spaces, source, self.run)
        self.seats[at].append(seat)
        return seat

    def _record(self, profile: Profile) -> str:
        id_ = self.record_of(profile)
        if not id_:
            id_ = self._new_id()
            self.records[id_] = profile
        return id_

    def record_of(self, profile: Profile) -> str:
        for id_, known in self.records.items():
            if self.siblings_share and (profile.email or profile.mobile):
                if (profile.email and profile.email == known.email) or (
                    profile.mobile and profile.mobile == known.mobile
                ):
                    return id_
            elif known == profile:
                return id_
        return ""

    def _shown(self, at: int) -> GroupBooking:
        self.land()
        people = tuple(
            Attendee(seat.id, seat.customer_id, seat.spaces, seat.source if self.shows_source else "")
            for seat in self.seats[at]
            if not seat.is_cancelled
        )
        start = STARTS[at]
        return GroupBooking(
            self.ids[at], "5" * 24, "6" * 24, start, start.isoformat(), self.places[at], people, service_name=POTTERY
        )

    def _read(self) -> None:
        if self.reads == self.mishaps.down_at:
            self.is_down = True
        self.reads += 1
        self.land()
        self._is_up()

    def _is_up(self) -> None:
        if self.is_down:
            raise ServiceError("Appointedd can't be used just now.")

    def _new_id(self) -> str:
        return f"{next(self._numbers):024x}"


class _AtOnce:
    """Threads that take turns: a run is the same each time."""

    def __init__(self, *_: object) -> None:
        pass

    def __enter__(self) -> _AtOnce:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def submit(self, call: Callable[..., Any], *given: object) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(call(*given))
        except BaseException as error:
            future.set_exception(error)
        return future

    def map(self, call: Callable[..., Any], *given: Iterable[Any]) -> Iterator[Any]:
        return map(call, *given)


# The coordinator


class Office:
    """A coordinator who corrects a roster and imports it, and who answers truthfully what they are asked."""

    def __init__(self, places: Sequence[int] = (9, 9), *, by_time: bool = False, **corners: Any) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="stateful-", dir=next(iter(_MEMORY), None)))
        self.clock = Clock()
        self.service = Service(self.clock, places, **corners)
        self.by_time = by_time
        self.rows: list[Row] = []
        self.path = Path("roster.csv")
        self.sheet = "Sheet1"
        self.is_full_name = False
        self.shift = 0
        self.has_results = False
        self.keeps_decisions = False
        self.whose: dict[tuple[int, RowRef], Human] = {}
        self.sent: dict[int, tuple[Roster, list[Row]]] = {}
        self.settings = load_settings(ledger=self.folder / "ledger.sqlite3", workers=1, settle_margin_s=MARGIN_S)
        self.ledger = Ledger.open(self.settings.ledger)
        self._threads = [mock.patch(f"importer.booking{room}.ThreadPoolExecutor", _AtOnce) for room in ("", ".lane")]
        for patch in self._threads:
            patch.start()

    def close(self) -> None:
        for patch in self._threads:
            patch.stop()
        self.ledger.__exit__(None, None, None)
        shutil.rmtree(self.folder)

    # The roster

    def add(self, who: Human, *, name: int = 0, session: int = 0, at: int | None = None, **cells: str) -> Row:
        first, last = who.names[name % len(who.names)]
        row = Row(who, first, last, session=session, **cells)
        self.rows.insert(len(self.rows) if at is None else at % (len(self.rows) + 1), row)
        return row

    def edit(self, change: Callable[[list[Row]], None]) -> None:
        """Change the roster, unless no evidence would be left of who is who."""
        draft = [replace(row) for row in self.rows]
        change(draft)
        if self.is_sound(draft):
            self.rows = draft

    def is_sound(self, rows: Sequence[Row], also: Sequence[Row] = ()) -> bool:
        """Whether every row can still be told from and known by what the ledger holds, if only by asking."""
        for row in rows:
            for other in rows:
                if row.who is other.who and (row.first, row.last, row.email, row.mobile, row.reference) != (
                    other.first,
                    other.last,
                    other.email,
                    other.mobile,
                    other.reference,
                ):
                    return False
                if row.who.kin != other.who.kin and row.reference and _reference(row) == _reference(other):
                    return False
        for entry, who in self._entries():
            known = of_entry(entry, same_roster=True)
            at = self.service.ids.index(entry.booking_id)
            own = [row for row in rows if row.who.kin == who.kin and row.session == at]
            if not all(_is_recognisable(row.evidence, known) for row in own):
                return False
            for row in rows:
                if row.session != at or row.who.kin == who.kin:
                    continue
                shown = row.evidence
                if shown.handle == known.handle and is_near(shown, known):
                    return False
                same_reference = shown.reference and (shown.reference, shown.first_name) == (
                    known.reference,
                    known.first_name,
                )
                if same_reference and not any(one.evidence.names & known.names for one in own):
                    return False
        return all(
            _is_recognisable(row.evidence, one.evidence)
            for row in rows
            for one in also
            if row.who.kin == one.who.kin and row.session == one.session
        )

    def take_results(self) -> None:
        """Go on with the workbook of the last results: our marks beside the rows, decisions done with emptied."""

        def change(rows: list[Row]) -> None:
            for row in rows:
                if row.outcome:
                    row.handle = row.outcome.handle
                    if row.outcome.status in (Status.BOOKED, Status.ALREADY_BOOKED):
                        row.decision = ""

        self.edit(change)
        self.has_results = True

    def go_back_to_own_file(self) -> None:
        def change(rows: list[Row]) -> None:
            for row in rows:
                row.handle = row.decision = ""

        self.edit(change)
        self.has_results = any(row.handle for row in self.rows)

    def answer(self, which: Collection[int] | None = None) -> bool:
        """Answer what the last results ask, truthfully; whether there was anything to answer."""
        answered = False
        for at in reversed(range(len(self.rows))):
            row = self.rows[at]
            if (which is None or at in which) and row.outcome is not None:
                decision = self._answer(row, row.outcome)
                if decision == "delete":
                    del self.rows[at]
                elif decision:
                    if row.decision == decision:
                        row.handle = row.outcome.handle
                    row.decision = decision
                if decision:
                    row.outcome = None
                    answered = True
        return answered

    def _answer(self, row: Row, outcome: Outcome) -> str:
        if outcome.status not in (Status.FIX_ROW, Status.SAME_PERSON):
            return ""
        same_as = re.search(r"as row (\d+)(?:, on the same session| of this roster)", outcome.message)
        if same_as:
            other = next((one for one in self.rows if one.outcome and one.outcome.row.number == int(same_as[1])), None)
            if sum(one.who is row.who and one.session == row.session for one in self.rows) > 1:
                return "delete"
            if other is None:
                return ""
        asked = re.findall(r"\bas ([^,?]+), (?:booked here|on this session already)", outcome.message)
        if asked:
            known = {
                entry.name: (entry.first_name, entry.last_name)
                for entry, who in self._entries()
                if who is row.who and entry.name in asked and self._at(entry) == row.session
            }
            for seat in self.service.seats[row.session]:
                shown = self.service.shown(seat)
                if seat.who is row.who and shown and f"{shown.first_name} {shown.last_name}" in asked:
                    known[f"{shown.first_name} {shown.last_name}"] = shown.first_name, shown.last_name
            if known and "does not say as whom" in outcome.message:
                row.first, row.last = next(iter(known.values()))
            return "Same person" if known else "Book"
        if "could be the same person" in outcome.message:
            return "Leave out" if self.service.there(row.session, row.who.kin) else "Book"
        return "Book" if same_as else ""

    def roster(self) -> Roster:
        """The roster as it would be read from a file."""
        fields = ["service", "start"] if self.by_time else ["booking_id"]
        fields += ["full_name"] if self.is_full_name else ["first_name", "last_name"]
        fields += ["email", "mobile", "reference", "spaces"]
        if self.has_results or any(row.decision for row in self.rows):
            fields += ["import_decision", "import_run"]
        turned = fields[self.shift % len(fields) :] + fields[: self.shift % len(fields)]
        rows = []
        for number, row in enumerate(self.rows, 2):
            start = STARTS[row.session]
            cells = {
                "booking_id": self.service.ids[row.session],
                "service": POTTERY,
                "start": f"{start.day} Mar 2030 10:00",
                "first_name": row.first,
                "last_name": row.last,
                "full_name": f"{row.last}, {row.first}",
                "email": row.email,
                "mobile": row.mobile,
                "reference": row.reference,
                "spaces": str(row.who.spaces),
                "import_decision": row.decision,
                "import_run": row.handle,
            }
            rows.append(RosterRow(RowRef(self.sheet, number), {name: cells[name] for name in turned if cells[name]}))
        sheet = RosterSheet(
            title=self.sheet,
            heading_row=1,
            headings={name: name.replace("_", " ").capitalize() for name in turned},
            positions={name: at for at, name in enumerate(turned, 1)},
            width=len(turned),
            unused=(),
            rows=tuple(rows),
        )
        return Roster(self.folder / self.path, b"", (sheet,))

    # What others do

    def book_themselves(self, who: Human, at: int, name: int, email: int) -> None:
        """Somebody who may be in the roster books by themselves, unless nobody could tell them from somebody else."""
        first, last = who.names[name % len(who.names)]
        profile = Profile(first, last, ("", *who.emails)[email % (len(who.emails) + 1)])
        shown = of_attendee(Attendee("", profile=profile), is_weak=False)
        record = self.service.record_of(profile)
        if record and self.service.records[record] != profile:
            known = self.service.records[record]
            if (known.first_name, known.last_name) not in who.names:
                return
        if not self.service.shows_source:
            for entry, other in self._entries():
                ours = of_entry(entry, same_roster=True)
                if needs_reading(entry) and other is not who and _is_recognisable(shown, ours):
                    return
            self.service.is_confusing = True
        self.service.person_books(who, at, first, last, profile.email, "")

    # Runs

    def run(self, mishaps: Mishaps | None = None, *, rebook: bool = False) -> RunReport | None:
        if not self.rows:
            return None
        report = self._run(self.roster(), self.rows, Options(rebook=rebook), mishaps or Mishaps())
        if report:
            for row, outcome in zip(self.rows, report.outcomes, strict=True):
                row.outcome = outcome
                if outcome.status in (Status.BOOKED, Status.ALREADY_BOOKED) and not self.keeps_decisions:
                    row.decision = ""
        return report

    def resume(self, mishaps: Mishaps | None = None) -> None:
        """Finish what runs have left open, each by the copy of its own roster."""
        for run in resuming.unfinished(self.ledger):
            roster, rows = self.sent[run.id]
            if self.is_sound(self.rows, rows) and self.is_sound(rows, self.rows):
                self._run(roster, rows, run.options, mishaps or Mishaps())

    def settle(self) -> None:
        self.service.begin(Mishaps(), {}, {}, threading.Event())
        resuming.settle_unknown(self.service, self.ledger, now=self.clock())  # type: ignore[arg-type]

    def _run(self, roster: Roster, rows: Sequence[Row], options: Options, mishaps: Mishaps) -> RunReport | None:
        refs = [row.ref for row in roster.rows]
        whose = {ref: row.who for ref, row in zip(refs, rows, strict=True)}
        stop = threading.Event()
        self.service.begin(mishaps, whose, dict(zip(refs, rows, strict=True)), stop)
        given = (self.settings, options, self.service, self.ledger)
        sure = {entry.id for entry, _ in self._entries() if entry.state is not EntryState.SENT}
        report = None
        try:
            plan = preparing.prepare(roster, *given, now=self.clock(), tell=_tell_nobody)  # type: ignore[arg-type]
            with self._mishaps_of_ledger(roster, rows):
                report = carrying_out.carry_out(
                    plan,
                    *given,  # type: ignore[arg-type]
                    by="priya",
                    clock=self.clock,
                    tell=_tell_nobody,
                    stop=stop,
                    pause=self.clock.wait,
                )
        except ImporterError:
            assert not mishaps.are_none
        except Killed:
            self.service.is_dead = False
            self.ledger.__exit__(None, None, None)
            self.ledger = Ledger.open(self.settings.ledger)
        for entry, who in self._entries():
            if entry.state is EntryState.SENT:
                self.service.doubtful.add((self._at(entry), who.kin))
        assert not self.service.violations, self.service.violations
        self.count()
        if report:
            unsure = [entry for entry, _ in self._entries() if entry.state is EntryState.SENT or entry.id not in sure]
            self._judge(report, rows, options, mishaps, unsure)
        return report

    @contextmanager
    def _mishaps_of_ledger(self, roster: Roster, rows: Sequence[Row]) -> Iterator[None]:
        """Let the process die before or after a commit, or the disk be full; note whose the rows of each run are."""
        save, begin_run, service = self.ledger.save, self.ledger.begin_run, self.service

        def begun(*given: Any, **more: Any) -> int:
            run = begin_run(*given, **more)
            self.sent[run] = roster, [replace(row) for row in rows]
            self.whose |= {(run, one.ref): row.who for one, row in zip(roster.rows, rows, strict=True)}
            return run

        def spoilt(entry: Entry) -> Entry:
            service.effect()
            service.saves += 1
            if service.mishaps.ledger_fails_at is not None and service.saves > service.mishaps.ledger_fails_at:
                raise LedgerError("The disk is full.")
            saved = save(entry)
            service.effect()
            return saved

        with mock.patch.multiple(self.ledger, save=spoilt, begin_run=begun):
            yield

    # The truth

    def _entries(self) -> list[tuple[Entry, Human]]:
        return [(entry, self.whose[entry.run, entry.row]) for entry in self.ledger.entries(self.service.ids)]

    def _at(self, entry: Entry) -> int:
        return self.service.ids.index(entry.booking_id)

    def _judge(
        self, report: RunReport, rows: Sequence[Row], options: Options, mishaps: Mishaps, unsure: Sequence[Entry]
    ) -> None:
        """Every status is true at this moment."""
        service = self.service
        service.land()
        assert [outcome.row for outcome in report.outcomes] == [row.ref for row in report.roster.rows]
        said_to_be_there: defaultdict[tuple[int, str], int] = defaultdict(int)
        for row, outcome in zip(rows, report.outcomes, strict=True):
            at, kin, status = row.session, row.who.kin, outcome.status
            there = service.there(at, kin)
            is_one = sum(one.kin == kin for one in CAST) == 1
            told = f"{row.who.key} on session {at} is told {status}: {outcome.words}"
            if status in (Status.BOOKED, Status.ALREADY_BOOKED):
                said_to_be_there[at, kin] += 1
                assert there, f"{told} but is not there"
                if not is_one:
                    assert said_to_be_there[at, kin] <= len(there), told
            elif status is Status.TAKEN_OFF:
                assert (at, kin) in service.taken_off, told
                if is_one:
                    assert not any(seat.by_us for seat in there), f"{told} but is there"
                    assert not service.is_plain_to_see(row.who, at, row.first, row.last), f"{told} but is there"
            elif status is Status.NOT_SURE_YET:
                assert (at, kin) in service.doubtful, told
            elif status is Status.LEFT_OUT:
                assert row.decision == "Leave out", told
            elif status is Status.FIX_ROW and "is full, closed or not there" in outcome.message:
                assert self.by_time, told
                assert not any(seat.by_us for seat in there) or not is_one, f"{told} but is there"
                assert min(self.service.free_before[at], self.service.free(at)) < 1, told
            elif status is Status.FIX_ROW:
                assert "The same person as row" in outcome.message or "could be the same" in outcome.message, told
            elif status is not Status.SAME_PERSON:
                if is_one:
                    assert not any(seat.by_us for seat in there), f"{told} but is there"
                    assert not service.is_plain_to_see(row.who, at, row.first, row.last), f"{told} but is there"
                if status is Status.FULL:
                    maybe = sum(entry.spaces for entry in unsure if self._at(entry) == at)
                    assert service.places[at] - service.taken(at) - maybe < row.who.spaces, told
                elif status is Status.SERVICE_SAID_NO:
                    reasons = service.refusals
                    assert (
                        reasons["full", at] or reasons["refused", outcome.row] or reasons["expired", outcome.row] > 1
                    ), told
                else:
                    assert status is Status.NOT_TRIED, told
                    assert options.only is not None or not mishaps.are_none, told

    def count(self) -> None:
        """Nobody is on a session twice by our doing."""
        for at, seats in enumerate(self.service.seats):
            ours = Counter(seat.who.kin for seat in seats if seat.by_us and seat.who and not seat.is_cancelled)
            for kin, count in ours.items():
                assert count <= sum(one.kin == kin for one in CAST), f"{kin} is on session {at} {count} times by us"

    def come_to_rest(self) -> None:
        """No more mishaps, questions answered, time passes: everybody who can be is on their session, once."""
        self.keeps_decisions = True
        last: list[tuple[str, Status]] = []
        for turn in range(12):
            if not self.rows:
                return
            self.clock.wait(3 * 3600)
            assert self.run()
            now = [(row.who.key, row.outcome.status) for row in self.rows if row.outcome]
            goes_on = self.answer()
            if turn and any(status is Status.NOT_SURE_YET for _, status in now):
                goes_on = self._take_word() or goes_on
            if not goes_on and now == last:
                break
            last = now
        else:
            raise AssertionError(f"It never comes to rest: {last}")
        self.count()
        for row in self.rows:
            at, kin = row.session, row.who.kin
            assert row.outcome
            there, status = self.service.there(at, kin), row.outcome.status
            told = f"{row.who.key} on session {at} is told {status} in the end: {row.outcome.words}"
            if status in (Status.BOOKED, Status.ALREADY_BOOKED):
                assert len([seat for seat in there if seat.by_us]) <= sum(one.kin == kin for one in CAST), told
            elif status is Status.FULL or "is full, closed" in row.outcome.message:
                assert self.service.free(at) < row.who.spaces, told
            else:
                assert status in (Status.TAKEN_OFF, Status.LEFT_OUT), told

    def _take_word(self) -> bool:
        """Say of those who stay unsure what can be seen at the service."""
        said = False
        for entry, who in self._entries():
            if entry.state is EntryState.SENT:
                assert self.service.is_confusing, f"{who.key} stays unsure for ever"
                is_booked = bool(self.service.there(self._at(entry), who.kin))
                resuming.take_word(entry.run, entry.row, is_booked=is_booked, ledger=self.ledger, now=self.clock())
                said = True
        return said


_MEMORY = [path for path in ("/dev/shm",) if os.access(path, os.W_OK)]  # noqa: S108 - a disk in memory syncs at once


def _tell_nobody(_progress: object) -> None:
    pass


def _reference(row: Row) -> tuple[str, str]:
    return row.reference.casefold(), fold(row.first)


def _is_recognisable(row: Evidence, known: Evidence) -> bool:
    return (
        is_near(row, known)
        or bool(row.handle and row.handle == known.handle)
        or bool(row.email and row.email == known.email)
        or bool(row.mobile and row.mobile == known.mobile)
        or bool(row.reference and (row.reference, row.first_name) == (known.reference, known.first_name))
    )


# What hypothesis may do

SOMEBODY = st.integers(0, 3)
INDEX = st.integers(0, 7)
SESSION = st.integers(0, 1)
CONFIRMS = st.dictionaries(
    st.integers(0, 4),
    st.sampled_from(
        [
            "lost after",
            "lost before",
            "late 5",
            "late 60",
            "late end",
            "not sent",
            "key refused",
            "slept",
            "stranger",
            "themselves",
            "refused",
        ]
    ),
    max_size=3,
)
RESERVES = st.dictionaries(
    st.integers(0, 4),
    st.sampled_from(["lost after", "lost before", "not sent", "stranger", "filled", "elsewhere", "nameless"]),
    max_size=2,
)
MISHAPS = st.builds(
    Mishaps,
    confirms=CONFIRMS,
    reserves=RESERVES,
    stopped_after=st.none() | st.integers(0, 3),
    killed_at=st.none() | st.integers(0, 20),
    ledger_fails_at=st.none() | st.integers(0, 6),
    down_at=st.none() | st.integers(0, 4),
)


class Coordination(RuleBasedStateMachine):
    """What a coordinator, other people, the network and time do to a roster, in any order."""

    office: Office | None = None

    @initialize(
        lists=st.sampled_from(["ours", "everybody"]),
        siblings_share=st.booleans(),
        sees=st.sampled_from(["all", "no source", "no records"]),
        when_full=st.sampled_from(["refuse", "new booking"]),
        hold_s=st.sampled_from([1200, 420]),
        by_time=st.booleans(),
        keeps_decisions=st.booleans(),
        places=st.lists(st.integers(1, 8), min_size=2, max_size=2),
        cast=st.lists(st.sampled_from(sorted(WHO)), min_size=1, max_size=4, unique=True),
        people=st.lists(st.tuples(SOMEBODY, SESSION), min_size=1, max_size=6),
    )
    def open_office(
        self,
        lists: str,
        siblings_share: bool,
        sees: str,
        when_full: str,
        hold_s: int,
        by_time: bool,
        keeps_decisions: bool,
        places: list[int],
        cast: list[str],
        people: list[tuple[int, int]],
    ) -> None:
        self.office = Office(
            places,
            by_time=by_time,
            lists=lists,
            siblings_share=siblings_share,
            shows_source=sees != "no source",
            is_readable=sees != "no records",
            when_full=when_full,
            hold_s=hold_s,
        )
        self.office.keeps_decisions = keeps_decisions
        self.cast = [WHO[key] for key in cast]
        for who, session in people:
            self.office.add(self._human(who), session=session)

    @property
    def o(self) -> Office:
        assert self.office
        return self.office

    def _human(self, at: int) -> Human:
        return self.cast[at % len(self.cast)]

    def _who(self, at: int) -> Human | None:
        return self.o.rows[at % len(self.o.rows)].who if self.o.rows else None

    def _correct(self, at: int, **cells: str) -> None:
        """Correct what is typed of one person, in each of their rows."""
        who = self._who(at)

        def change(rows: list[Row]) -> None:
            for row in rows:
                if row.who is who:
                    row.outcome = None
                    if not self.o.keeps_decisions:
                        row.decision = ""
                    for name, cell in cells.items():
                        setattr(row, name, cell)

        self.o.edit(change)

    @rule()
    def import_it(self) -> None:
        self.o.run()

    @rule(mishaps=MISHAPS)
    def import_it_through_mishaps(self, mishaps: Mishaps) -> None:
        self.o.run(mishaps)

    @rule(confirms=CONFIRMS)
    def import_it_and_lose_answers(self, confirms: dict[int, str]) -> None:
        self.o.run(Mishaps(confirms=confirms))

    @rule()
    def import_it_and_book_again_who_was_taken_off(self) -> None:
        self.o.run(rebook=True)

    @rule(mishaps=st.just(Mishaps()) | MISHAPS)
    def resume(self, mishaps: Mishaps) -> None:
        self.o.resume(mishaps)

    @rule()
    def settle(self) -> None:
        self.o.settle()

    @rule(minutes=st.sampled_from([1, 7, 20, 25, 600]))
    def time_passes(self, minutes: int) -> None:
        self.o.clock.wait(60 * minutes)

    @rule(which=st.none() | st.sets(INDEX, max_size=3))
    def answer(self, which: set[int] | None) -> None:
        self.o.answer(which)

    @rule(at=INDEX)
    def leave_out(self, at: int) -> None:
        if self.o.rows:
            self.o.rows[at % len(self.o.rows)].decision = "Leave out"

    @rule(are_taken=st.booleans())
    def take_results_or_go_back_to_own_file(self, are_taken: bool) -> None:
        if are_taken:
            self.o.take_results()
        else:
            self.o.go_back_to_own_file()

    @rule(at=INDEX, name=st.integers(0, 2))
    def correct_name(self, at: int, name: int) -> None:
        if who := self._who(at):
            first, last = who.names[name % len(who.names)]
            self._correct(at, first=first, last=last)

    @rule(at=INDEX, which=st.integers(0, 2))
    def correct_email(self, at: int, which: int) -> None:
        if who := self._who(at):
            self._correct(at, email=("", *who.emails)[which % (len(who.emails) + 1)])

    @rule(at=INDEX, which=st.integers(0, 2))
    def correct_mobile(self, at: int, which: int) -> None:
        if who := self._who(at):
            self._correct(at, mobile=("", *who.mobiles)[which % (len(who.mobiles) + 1)])

    @rule(style=st.sampled_from(["M-{}", "{}", ""]))
    def number_references(self, style: str) -> None:
        numbers: dict[str, int] = {}

        def change(rows: list[Row]) -> None:
            for row in rows:
                row.reference = style.format(numbers.setdefault(row.who.key, len(numbers) + 1))

        self.o.edit(change)

    @rule(by=st.sampled_from(["name", "last", "session", "backwards"]))
    def sort(self, by: str) -> None:
        if by == "backwards":
            self.o.rows.reverse()
        else:
            self.o.rows.sort(key=lambda row: {"name": row.first, "last": row.last, "session": row.session}[by])

    @rule(who=SOMEBODY, session=SESSION, at=INDEX)
    def add_row(self, who: int, session: int, at: int) -> None:
        human = self._human(who)

        def change(rows: list[Row]) -> None:
            typed = next((replace(row) for row in rows if row.who is human), Row(human, *human.names[0]))
            rows.insert(at % (len(rows) + 1), replace(typed, session=session, handle="", decision="", outcome=None))

        self.o.edit(change)

    @rule(at=INDEX)
    def remove_row(self, at: int) -> None:
        if self.o.rows:
            self.o.edit(lambda rows: rows.pop(at % len(rows)))

    @rule(at=INDEX, who=SOMEBODY)
    def type_another_person_over_a_row(self, at: int, who: int) -> None:
        self._replace_in(at, self._human(who), is_copy=False)

    @rule(at=INDEX, who=SOMEBODY)
    def copy_a_row_and_type_another_person_over_it(self, at: int, who: int) -> None:
        self._replace_in(at, self._human(who), is_copy=True)

    def _replace_in(self, at: int, who: Human, *, is_copy: bool) -> None:
        def change(rows: list[Row]) -> None:
            old = rows[at % len(rows)]
            typed = next((row for row in rows if row.who is who and row is not old), Row(who, *who.names[0]))
            new = replace(typed, session=old.session, handle=old.handle, decision="", outcome=None)
            if not is_copy:
                rows.remove(old)
            rows.insert(at % (len(rows) + 1), new)

        if self.o.rows and self._who(at) is not who:
            self.o.edit(change)

    @rule(at=INDEX)
    def move_to_the_other_session(self, at: int) -> None:
        def change(rows: list[Row]) -> None:
            row = rows[at % len(rows)]
            row.session, row.outcome, row.decision = 1 - row.session, None, ""

        if self.o.rows:
            self.o.edit(change)

    @rule(
        name=st.sampled_from(["roster.csv", "roster.results.xlsx", "class.csv", "spring.xlsx"]),
        sheet=st.sampled_from(["Sheet1", "People"]),
    )
    def rename_file(self, name: str, sheet: str) -> None:
        self.o.path, self.o.sheet = Path(name), sheet

    @rule(shift=st.integers(0, 5), is_full_name=st.booleans())
    def move_columns(self, shift: int, is_full_name: bool) -> None:
        self.o.shift, self.o.is_full_name = shift, is_full_name

    @rule(session=SESSION, spaces=st.integers(1, 3))
    def stranger_books(self, session: int, spaces: int) -> None:
        self.o.service.stranger_books(session, spaces)

    @rule(who=SOMEBODY, session=SESSION, name=st.integers(0, 2), email=st.integers(0, 2))
    def person_books_by_themselves(self, who: int, session: int, name: int, email: int) -> None:
        self.o.book_themselves(self._human(who), session, name, email)

    @rule(session=SESSION, at=INDEX)
    def somebody_is_taken_off(self, session: int, at: int) -> None:
        there = [seat for seat in self.o.service.seats[session] if not seat.is_cancelled]
        if there:
            self.o.service.take_off(session, there[at % len(there)])

    @rule(session=SESSION, places=st.integers(0, 9))
    def places_change(self, session: int, places: int) -> None:
        self.o.service.places[session] = places

    def teardown(self) -> None:
        if self.office:
            try:
                self.office.come_to_rest()
            finally:
                self.office.close()


Coordination.TestCase.settings = settings(
    max_examples=EXAMPLES or 40,
    stateful_step_count=25 if not EXAMPLES else 40,
    derandomize=not EXAMPLES,
    database=None,
    suppress_health_check=list(HealthCheck),
)
TestCoordination = Coordination.TestCase


# What it found


@pytest.fixture
def open_office() -> Iterator[Callable[..., Office]]:
    with ExitStack() as stack:

        def opened(*given: Any, **corners: Any) -> Office:
            office = Office(*given, **corners)
            stack.callback(office.close)
            return office

        yield opened


OpenOffice = Callable[..., Office]


def told(office: Office) -> list[str]:
    return [str(row.outcome.status) for row in office.rows if row.outcome]


def there(office: Office, kin: str) -> int:
    return len(office.service.there(0, kin))


def test_references_numbered_anew_do_not_make_a_new_person_of_another(open_office: OpenOffice) -> None:
    office = open_office()
    ann = office.add(WHO["ann"], reference="M-1")
    office.run()
    ann.reference = "M-2"
    office.add(WHO["ann smith"], at=0, reference="M-1")
    office.come_to_rest()
    assert (there(office, "ann"), there(office, "ann smith")) == (1, 1)


def test_a_question_names_everybody_whom_book_would_tell_apart(open_office: OpenOffice) -> None:
    office = open_office()
    office.add(WHO["bella"], email="mum@mail.com")
    zoe = office.add(WHO["zoe"], email="mum@mail.com")
    office.run()
    office.rows.remove(office.rows[0])
    zoe.first, zoe.last = "Zita", "Murray"
    office.run()
    office.answer()
    office.run()
    assert there(office, "zoe") == 1


def test_a_namesake_told_apart_leaves_the_question_about_the_first(open_office: OpenOffice) -> None:
    office = open_office((1, 1))
    ann = office.add(WHO["ann"], email="ann@mail.com")
    office.run()
    office.rows, office.path = [], Path("another.csv")
    office.add(WHO["ann the younger"])
    office.run()
    office.answer()
    office.run()
    assert told(office) == ["Full"]
    office.service.places[0] = 3
    office.rows, office.path = [ann], Path("roster.csv")
    ann.email = "mum@mail.com"
    office.run()
    assert there(office, "ann") == 1


@pytest.mark.parametrize("change", ["name", "address", "file and no address"])
def test_a_decision_that_was_done_and_still_stands_there_books_nobody_again(
    open_office: OpenOffice, change: str
) -> None:
    office = open_office()
    office.keeps_decisions = True
    office.add(WHO["john"])
    office.run()
    office.rows = []
    jon = office.add(WHO["jon"], email="jon@mail.com")
    office.run()
    office.answer()
    office.run()
    assert (told(office), jon.decision) == (["Booked"], "Book")
    if change == "file and no address":
        office.path, jon.email = Path("another.csv"), ""
    elif change == "name":
        jon.first, jon.last = jon.who.names[1]
    else:
        jon.email = "smith@mail.com"
    office.run()
    assert there(office, "jon") == 1


def test_two_sentences_that_one_decision_answers_do_not_contradict(open_office: OpenOffice) -> None:
    office = open_office()
    ann = office.add(WHO["ann"])
    office.run()
    office.path = Path("another.csv")
    office.add(WHO["ann the younger"], at=0)
    office.run()
    assert ann.outcome
    assert "booked here" in ann.outcome.message
    assert "if they are two people, choose Book" not in ann.outcome.message


def test_who_is_back_by_another_way_stays_so_when_our_marks_come_back(open_office: OpenOffice) -> None:
    office = open_office()
    office.add(WHO["zoe"], email="zoe@mail.com")
    office.run()
    office.service.take_off(0, office.service.seats[0][0])
    office.book_themselves(WHO["zoe"], 0, name=0, email=1)
    for _ in range(3):
        office.take_results()
        office.run(rebook=True)
        assert told(office) == ["Already booked"]
    assert there(office, "zoe") == 1


def test_the_second_row_of_somebody_who_is_back_does_not_say_that_they_were_taken_off(open_office: OpenOffice) -> None:
    office = open_office()
    zoe = office.add(WHO["zoe"])
    office.add(WHO["zoe"])
    office.run()
    office.service.take_off(0, office.service.seats[0][0])
    office.book_themselves(WHO["zoe"], 0, name=0, email=1)
    for row in office.rows:
        row.email = zoe.who.emails[0]
    for rebook in (False, True):
        office.run(rebook=rebook)
        assert told(office) == ["Already booked", "Fix row"]
    assert there(office, "zoe") == 1


def test_what_reading_can_not_tell_is_not_promised_for_a_time_that_has_passed(open_office: OpenOffice) -> None:
    office = open_office(is_readable=False)
    office.add(WHO["ann"])
    office.add(WHO["zoe"])
    office.run(Mishaps(confirms={0: "lost before", 1: "lost after"}))
    office.clock.wait(3 * 3600)
    office.run()
    assert told(office) == ["Not sure yet", "Not sure yet"]
    assert not any("can be told for sure" in row.outcome.message for row in office.rows if row.outcome)


def test_an_answer_to_a_question_is_not_asked_for_again(open_office: OpenOffice) -> None:
    office = open_office()
    zoe = office.add(WHO["zoe"], reference="M-1")
    office.run()
    zoe.reference, office.path = "1", Path("another.csv")
    office.run()
    office.answer()
    office.run()
    office.run()
    assert (told(office), zoe.decision) == (["Already booked"], "")


def test_a_hold_reserved_ahead_that_lapsed_meanwhile_is_reserved_again(open_office: OpenOffice) -> None:
    office = open_office()
    office.add(WHO["ann"])
    office.add(WHO["zoe"])
    office.run(Mishaps(confirms={0: "slept"}))
    assert told(office) == ["Booked", "Booked"]


def test_siblings_on_a_record_that_shows_one_of_them_are_not_taken_for_one_another(open_office: OpenOffice) -> None:
    office = open_office(siblings_share=True)
    office.add(WHO["ella"], email="mum@mail.com", session=1)
    office.run()
    office.add(WHO["ella"], email="mum@mail.com")
    office.add(WHO["bella"], email="mum@mail.com")
    office.run(Mishaps(confirms={0: "lost before", 1: "lost after"}))
    office.come_to_rest()
    assert (there(office, "ella"), there(office, "bella")) == (1, 1)
