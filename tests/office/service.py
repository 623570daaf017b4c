"""The booking service as a stand-in in memory, with mishaps on demand; it knows who everybody truly is."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from desk import Clock

from importer.errors import ServiceError
from importer.model import (
    Attendee,
    GroupBooking,
    Participant,
    Profile,
    Reservation,
    RowRef,
)
from importer.model import Service as OfferedService
from importer.people.evidence import Evidence, fold, is_near, of_attendee
from importer.service.port import AnswerLost, Bookings, BookingService, Confirmation, NotSent, Refused
from office.people import PLACEHOLDER, STRANGERS, Human, Row, how_many_are

POTTERY = "Pottery for beginners"
MARGIN_S = 120
LAG_S = 60
"""By so much a reading may lag behind; with it, no commit is later than a hold and the margin."""
STARTS = tuple(datetime(2030, 3, day, 10, tzinfo=UTC) for day in (2, 9))


class Killed(BaseException):
    """The process dies here."""


@dataclass
class Mishaps:
    """What goes wrong in one run: at the n-th confirm, reserve or effect, counted from 0."""

    confirms: dict[int, str] = field(default_factory=dict)
    reserves: dict[int, str] = field(default_factory=dict)
    removals: dict[int, str] = field(default_factory=dict)
    stopped_after: int | None = None
    killed_at: int | None = None
    ledger_fails_at: int | None = None
    down_at: int | None = None
    cut_short_at: int | None = None
    """The reading of bookings that lacks the later half of our people."""
    lag_s: int = 0
    """How long before the moment of a reading that is which it shows."""
    stands_s: int = 0
    """How long the question stands after the plan."""
    books_meanwhile: int | None = None
    """The row of somebody who books by themselves as soon as the question stands."""

    @property
    def reads_are_odd(self) -> bool:
        return self.cut_short_at is not None or self.lag_s > 0

    @property
    def end_a_run(self) -> bool:
        return {self.stopped_after, self.down_at, self.ledger_fails_at} != {None}

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
    made: datetime
    booking_id: str
    """The session as it was then: staff may have made it anew since."""
    slot_id: str = ""
    cancelled: datetime | None = None
    is_marked: bool = False
    """Listed as removed, instead of not at all."""

    @property
    def key(self) -> str:
        return self.who.key if self.who else "a stranger"

    @property
    def kin(self) -> str:
        return self.who.kin if self.who else ""

    @property
    def is_cancelled(self) -> bool:
        return self.cancelled is not None

    def is_there(self, moment: datetime) -> bool:
        return self.made <= moment and (self.cancelled is None or moment < self.cancelled)


@dataclass
class Hold:
    session: int
    spaces: int
    expiry: datetime
    is_used: bool = False
    is_in_flight: bool = False


class Service(BookingService):
    """Stands in for the booking service: its calls and exceptions, without a wire. Knows who truly is on a session."""

    requests = 0

    def __enter__(self) -> Service:
        return self

    def __exit__(self, *error: object) -> None: ...

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
        source: str = "api",
        removed_are: str = "gone",
    ) -> None:
        self.clock = clock
        self.places = list(places)
        self.lists, self.siblings_share = lists, siblings_share
        self.shows_source, self.is_readable = shows_source, is_readable
        self.when_full, self.hold_s = when_full, hold_s
        self.source = source
        self.removed_are = removed_are
        self.ids = [f"{n:024x}" for n in range(1, len(places) + 1)]
        self.session_of = {id_: at for at, id_ in enumerate(self.ids)}
        """The session of every id that there ever was."""
        self.starts = list(STARTS[: len(places)])
        self.name = POTTERY
        self.ahead_s = 0
        """By how much the clock of the coordinator's computer is ahead of the service's."""
        self.seats: list[list[Seat]] = [[] for _ in places]
        self.records: dict[str, Profile] = {}
        self.holds: dict[str, Hold] = {}
        self.late: list[tuple[datetime, str, Participant, Human]] = []
        self.late_removals: list[tuple[datetime, str]] = []
        self.undone: set[str] = set()
        """The places that the run has taken which is undone; nobody else's is to be given up."""
        self.run = 0
        self.violations: list[str] = []
        self.doubtful: set[tuple[int, str]] = set()
        self.taken_off: set[tuple[int, str]] = set()
        self.remade: set[tuple[int, str]] = set()
        """Who was on a session that staff made anew, and has not been on it since."""
        self.is_confusing = siblings_share or not is_readable
        self.is_source_known = source.casefold() == "api"
        """Else a reading settles as it may until an answer has shown how the source of our people is written."""
        self._numbers = iter(range(1000, 10**9))
        self.begin(Mishaps(), {}, {}, threading.Event())

    def begin(
        self, mishaps: Mishaps, whose: dict[RowRef, Human], typed: dict[RowRef, Row], stop: threading.Event
    ) -> None:
        self.mishaps, self.whose, self.typed, self.stop = mishaps, whose, typed, stop
        self.run += 1
        self.began = self.clock()
        self.confirms = self.reserves = self.removals = self.effects = self.reads = self.saves = 0
        self.is_dead = self.is_down = False
        self.refusals: Counter[tuple[str, object]] = Counter()
        self.land()
        self.free_before = [self.free(at) for at in range(len(self.places))]

    # What Appointedd answers

    def now(self) -> datetime | None:
        return self.clock()

    def services(self) -> dict[str, OfferedService]:
        return {"5" * 24: OfferedService("5" * 24, self.name)}

    def resources(self) -> dict[str, str]:
        return {"6" * 24: "Studio 1"}

    def bookings(self, ids: Collection[str]) -> Bookings:
        is_cut_short = self.reads == self.mishaps.cut_short_at
        self._read()
        shown = {
            id_: self._shown(self.ids.index(id_), lag_s=self.mishaps.lag_s, is_cut_short=is_cut_short)
            for id_ in ids
            if id_ in self.ids
        }
        return Bookings(shown)

    def openings(
        self, service_id: str, ranges: Sequence[tuple[datetime, datetime]], spaces: int = 1
    ) -> dict[str, datetime]:
        self._read()
        return {
            self.ids[at]: start
            for at, start in enumerate(self.starts)
            if self.free(at) >= spaces and any(a <= start < b for a, b in ranges) and start > self.clock()
        }

    def rooms_of(self, service_id: str) -> frozenset[str]:
        return frozenset(self.resources())

    def sessions_of(self, service_id: str, since: datetime) -> Bookings:
        return Bookings({id_: one for id_, one in self.bookings(self.ids).items() if one.start > since})

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
            last = hold.expiry + timedelta(seconds=MARGIN_S - LAG_S - 1)
            seconds = mishap.removeprefix("late ")
            lands = last if seconds == "end" else min(self.clock() + timedelta(seconds=int(seconds)), last)
            hold.is_in_flight = True
            self.late.append((lands, slot_id, person, who))
            raise AnswerLost("no answer came in time")
        seat = self._book(slot_id, person, who)
        if mishap == "lost after":
            self.doubtful.add((hold.session, who.kin))
            raise AnswerLost("it answered 500")
        if mishap == "refused after":
            self.doubtful.add((hold.session, who.kin))
            self.refusals["refused", person.row] += 1
            raise Refused(409, "This reservation was used already.")
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

    def remove(self, booking_id: str, customer_booking_id: str) -> None:
        self.effect()
        self.land()
        self._is_up()
        mishap = self.mishaps.removals.get(self.removals, "")
        self.removals += 1
        seat = next(one for seats in self.seats for one in seats if one.id == customer_booking_id)
        if not seat.by_us or seat.id not in self.undone or seat.booking_id != booking_id:
            self.violations.append(f"{seat.key} was removed, whom the undone import did not book")
        if mishap == "not sent":
            raise NotSent("no connection")
        if mishap == "lost before":
            raise AnswerLost("the connection was cut")
        if mishap == "refused":
            raise Refused(422, "The service does not like this.")
        if seat.is_cancelled:
            raise Refused(404, "There is nobody of this id.")
        if any(id_ == seat.id for _, id_ in self.late_removals):
            self.violations.append(f"{seat.key} was removed again while that was under way")
        if mishap.startswith("late"):
            seconds = min(int(mishap.removeprefix("late ")), MARGIN_S - LAG_S - 1)
            self.late_removals.append((self.clock() + timedelta(seconds=seconds), seat.id))
            raise AnswerLost("no answer came in time")
        self._remove(seat)
        if mishap == "lost after":
            raise AnswerLost("it answered 500")
        if mishap == "refused after":
            raise Refused(404, "There is nobody of this id.")
        self.effect()

    def _remove(self, seat: Seat) -> None:
        seat.is_marked = self.removed_are == "marked"
        self.take_off(self.session_of[seat.booking_id], seat)

    # What others do

    def stranger_books(self, at: int, spaces: int) -> None:
        number = next(self._numbers)
        first, last = STRANGERS[number % len(STRANGERS)]
        self._seat(at, None, Profile(first, last, f"{number}@else.com"), spaces, "website", by_us=False)

    def person_books(self, who: Human, at: int, first: str, last: str, email: str, mobile: str) -> None:
        if any(seat.who is who and not seat.by_us and not seat.is_cancelled for seat in self.seats[at]):
            return
        self._seat(at, who, Profile(first, last, email, mobile), who.spaces, "website", by_us=False)

    def placeholder_books(self, who: Human, at: int) -> None:
        """A place for somebody whose name staff do not know yet."""
        if not self.there(at, who.kin):
            profile = Profile(*PLACEHOLDER, f"{next(self._numbers)}@else.com")
            self._seat(at, who, profile, who.spaces, "website", by_us=False)

    def name_placeholders(self) -> None:
        """Staff give every placeholder the name of whom it is for."""
        for seat in (seat for seats in self.seats for seat in seats):
            record = self.records[seat.customer_id]
            if seat.who and (record.first_name, record.last_name) == PLACEHOLDER:
                self.records[seat.customer_id] = Profile(*seat.who.names[0], record.email)
                seat.since = self.run

    def take_off(self, at: int, seat: Seat) -> None:
        seat.cancelled = self.clock()
        if seat.who:
            self.taken_off.add((at, seat.who.kin))

    def open_session(self) -> int:
        """One more session, on a day of its own."""
        at = len(self.ids)
        self.ids.append(self._new_id())
        self.session_of[self.ids[at]] = at
        self.starts.append(datetime(2030, 2, 1 + at, 10, tzinfo=UTC))
        self.places.append(9)
        self.seats.append([])
        return at

    def move(self, at: int) -> None:
        """Staff put a session a day later."""
        self.starts[at] += timedelta(days=1)

    def make_anew(self, at: int) -> None:
        """Staff delete a session, with whoever is on it, and make it anew."""
        for seat in self.seats[at]:
            if not seat.is_cancelled:
                self.take_off(at, seat)
                if seat.who:
                    self.remade.add((at, seat.who.kin))
        for _, _, _, who in (one for one in self.late if self.holds[one[1]].session == at):
            self.taken_off.add((at, who.kin))
        self.late = [one for one in self.late if self.holds[one[1]].session != at]
        self.holds = {id_: hold for id_, hold in self.holds.items() if hold.session != at}
        self.ids[at] = self._new_id()
        self.session_of[self.ids[at]] = at

    # The truth

    def there(self, at: int, kin: str) -> list[Seat]:
        return [seat for seat in self.seats[at] if not seat.is_cancelled and seat.who and seat.who.kin == kin]

    def was_there(self, at: int, kin: str) -> bool:
        """Whether somebody was there so lately that a reading may still show them."""
        return any(seat.who and seat.who.kin == kin for seat in self.left_lately(at))

    def left_lately(self, at: int) -> list[Seat]:
        since = self.began - timedelta(seconds=LAG_S)
        return [seat for seat in self.seats[at] if seat.cancelled and seat.cancelled >= since]

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
        """Whether somebody is on the session, not through an import, since before this run, under a name like the one typed."""
        typed = Evidence(fold(first), fold(last), frozenset({fold(first + last)}))
        names = {fold("".join(name)) for name in who.names}
        for seat in self.there(at, who.kin):
            shown = self.shown(seat)
            is_new = seat.since >= self.run or (
                self.mishaps.lag_s and seat.made + timedelta(seconds=LAG_S) > self.began
            )
            if seat.by_us or is_new or shown is None:
                continue
            if fold(shown.first_name + shown.last_name) in names and is_near(
                typed, of_attendee(Attendee("", profile=shown), is_weak=False)
            ):
                return True
        return False

    def land(self) -> None:
        """Let those commits come that are due."""
        gone = {id_ for moment, id_ in self.late_removals if moment <= self.clock()}
        self.late_removals = [one for one in self.late_removals if one[1] not in gone]
        for seat in (one for seats in self.seats for one in seats if one.id in gone and not one.is_cancelled):
            self._remove(seat)
        due = [one for one in self.late if one[0] <= self.clock()]
        self.late = [one for one in self.late if one[0] > self.clock()]
        for moment, slot_id, person, who in sorted(due, key=lambda one: one[0]):
            self._book(slot_id, person, who).made = moment

    def effect(self) -> None:
        if self.is_dead or self.effects == self.mishaps.killed_at:
            self.is_dead = True
            raise Killed
        self.effects += 1

    def _judge_confirm(self, who: Human, at: int, row: Row) -> None:
        coming = sum(self.holds[slot_id].session == at and other.kin == who.kin for _, slot_id, _, other in self.late)
        ours = coming + sum(seat.by_us for seat in self.there(at, who.kin))
        if ours >= how_many_are(who.kin):
            self.violations.append(f"{who.key} was booked twice by us on session {at}")
        if how_many_are(who.kin) == 1 and self.is_plain_to_see(who, at, row.first, row.last):
            self.violations.append(f"{who.key} was booked although plainly there already on session {at}")

    def _book(self, slot_id: str, person: Participant, who: Human) -> Seat:
        hold = self.holds[slot_id]
        hold.is_used, hold.is_in_flight = True, False
        profile = Profile(person.first_name, person.last_name, person.email, person.mobile)
        seat = self._seat(hold.session, who, profile, hold.spaces, self.source, by_us=True)
        seat.slot_id = slot_id
        return seat

    def _seat(self, at: int, who: Human | None, profile: Profile, spaces: int, source: str, *, by_us: bool) -> Seat:
        if who:
            self.remade.discard((at, who.kin))
        seat = Seat(
            self._new_id(), who, by_us, self._record(profile), spaces, source, self.run, self.clock(), self.ids[at]
        )
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

    def _shown(self, at: int, *, lag_s: int = 0, is_cut_short: bool = False) -> GroupBooking:
        self.land()
        seen = self.clock() - timedelta(seconds=lag_s)
        there = [seat for seat in self.seats[at] if seat.booking_id == self.ids[at] and seat.is_there(seen)]
        ours = [seat for seat in there if seat.by_us]
        lacking = ours[len(ours) // 2 :] if is_cut_short else []
        people = tuple(
            Attendee(seat.id, seat.customer_id, seat.spaces, seat.source if self.shows_source else "")
            for seat in there
            if seat not in lacking
        )
        start = self.starts[at]
        marked = (seat for seat in self.seats[at] if seat.is_marked and seat.booking_id == self.ids[at])
        return GroupBooking(
            self.ids[at],
            "5" * 24,
            "6" * 24,
            start,
            start.isoformat(),
            self.places[at],
            people,
            service_name=self.name,
            ended=tuple((seat.id, "Cancelled") for seat in marked if not seat.is_there(seen)),
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
