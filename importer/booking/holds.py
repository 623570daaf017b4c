"""Holds on the places of one group booking: reserved, also ahead, and verified to be where they are wanted."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from importer.booking.crew import Crew, Work
from importer.model import (
    PROVIDER,
    GroupBooking,
    Participant,
    Progress,
    Reservation,
    RowRef,
    Status,
    moment_text,
    time_text,
)
from importer.service.port import USUAL_LIFETIME_S, AnswerLost, NotSent, Refused, Unreadable

TRIES = 4
"""How often a request is sent of which it is known, or does no harm to assume, that it did nothing."""

LONGEST_PAUSE_S = 30.0

_UNREADABLE = (
    f"{PROVIDER} answers a reservation in a form that we can't read. Nobody was booked by it; the places become free "
    "again. Please tell the makers of this program."
)


@dataclass(frozen=True, slots=True)
class Hold:
    """A verified reservation; ``lapses`` is by our clock, ``lapses_there`` by the service's where it tells that."""

    slot_id: str
    expiry: datetime | None
    lapses: datetime
    lapses_there: datetime


class NoHold(NamedTuple):
    """Why there is none to be had. ``needs_person``: somebody has to look before this person can be tried."""

    status: Status
    words: str
    needs_person: bool = False


class Reserved(NamedTuple):
    """A reservation, and when it was answered by our clock, and by the service's."""

    reservation: Reservation
    answered: datetime
    answered_there: datetime

    def lapses(self, usual_s: float = USUAL_LIFETIME_S) -> datetime:
        """By our clock: a hold's lifetime is a duration, neither clock has to be right (API.md, "Settling")."""
        return self.answered + self._lifetime(usual_s)

    def lapses_there(self, usual_s: float = USUAL_LIFETIME_S) -> datetime:
        return self.answered_there + self._lifetime(usual_s)

    def _lifetime(self, usual_s: float) -> timedelta:
        lifetime_s = self.reservation.lifetime_s
        return timedelta(seconds=usual_s if lifetime_s is None else lifetime_s)


class Holds:
    """The holds of one lane. ``free`` are the places left on its group booking as of the last look."""

    def __init__(self, booking: GroupBooking, work: Work, crew: Crew, ahead: ThreadPoolExecutor) -> None:
        self.free = booking.free
        self._booking, self._work, self._crew, self._ahead = booking, work, crew, ahead
        self._reserved_ahead: tuple[Participant, Future[Reserved]] | None = None
        self._lifetime_s = USUAL_LIFETIME_S
        self._linger_until = work.holds_linger_until
        self._waited_s = 0.0
        self._pause_s = 1.0
        self._lost: dict[RowRef, tuple[datetime, str]] = {}

    def reserve_ahead(self, person: Participant) -> None:
        """Reserve for who comes next, while the one before is confirmed."""
        if self._reserved_ahead is None:
            self._reserved_ahead = person, self._ahead.submit(self._reserve_now, person)

    def take_over(self, person: Participant, reserved: Reserved) -> None:
        """What was reserved for who comes first, before this lane began."""
        future: Future[Reserved] = Future()
        future.set_result(reserved)
        self._reserved_ahead = person, future

    def hold(self, person: Participant) -> Hold | NoHold:
        """A verified hold for a person, or why there is none."""
        if self.free < person.spaces:
            return NoHold(Status.FULL, full_text(self.free, person.spaces))
        lost = 0
        while lost < TRIES:
            try:
                with self._crew.first_hold_alone():
                    if self._crew.misplaced and not self._is_reserved_ahead(person):
                        return NoHold(Status.NOT_BOOKED_YET, self._crew.not_tried_text(person.row), needs_person=True)
                    return self._verified(person, self._reserve(person))
            except (AnswerLost, NotSent) as error:
                lost += 1
                if isinstance(error, AnswerLost):
                    self._lost[person.row] = self.may_linger(), str(error)
                if isinstance(error, Unreadable):
                    self._crew.hold_was_unreadable(person.row)
                    if self._crew.misplaced == person.row:
                        return NoHold(Status.NOT_BOOKED_YET, _UNREADABLE, needs_person=True)
                self._work.pause(0.25 * 2**lost)
            except Refused as refusal:
                refused = self._refused(person, refusal.words)
                if refused.status is Status.FULL or not self._pauses_for_lingering_holds():
                    return refused
            if self._crew.is_stopping:
                break
        return NoHold(
            Status.NOT_BOOKED_YET, f"{PROVIDER} did not answer our reservation clearly. Import the list again."
        )

    def may_linger(self, lapses: datetime | None = None) -> datetime:
        """Remember a hold that nobody will confirm; returns when it has lapsed, by our clock."""
        lapses = lapses or self._work.clock() + timedelta(seconds=self._lifetime_s)
        self._linger_until = max(filter(None, (self._linger_until, lapses)))
        return lapses

    def lost_text(self, person: Participant) -> str:
        """That places may be held for a while by a reserve whose answer tells nothing; empty where all have."""
        if person.row not in self._lost:
            return ""
        lapses, why = self._lost[person.row]
        places = f"{person.spaces} more {'place' if person.spaces == 1 else 'places'}"
        until = time_text(lapses, self._work.zone, now=self._work.clock())
        return f"{PROVIDER} may hold {places} here until {until}, because {why}. That ends by itself."

    def _is_reserved_ahead(self, person: Participant) -> bool:
        return self._reserved_ahead is not None and self._reserved_ahead[0] is person

    def _reserve_now(self, person: Participant) -> Reserved:
        with self._crew.step("reserve", person.row):
            reservation = self._work.service.reserve(self._booking, person.spaces)
        return Reserved(reservation, self._work.clock(), self._work.now_there())

    def _reserve(self, person: Participant) -> Reserved:
        """What was reserved ahead, unless it was refused or has lapsed: a place may have come free since."""
        if self._reserved_ahead and self._reserved_ahead[0] is person:
            future, self._reserved_ahead = self._reserved_ahead[1], None
            if not isinstance(future.exception(), Refused):
                reserved, life_s = future.result(), self._lifetime_s
                is_by_ours = self._work.clock() < reserved.lapses(life_s)
                if is_by_ours and self._work.now_there() < reserved.lapses_there(life_s):
                    return reserved
        return self._reserve_now(person)

    def _verified(self, person: Participant, reserved: Reserved) -> Hold | NoHold:
        """A hold is confirmed only where it is known to be on the target; absent counts as different (API.md, 4)."""
        reservation, booking = reserved.reservation, self._booking
        if reservation.lifetime_s is not None:
            self._lifetime_s = max(reservation.lifetime_s, 0)
        lapses = reserved.lapses(self._lifetime_s)
        wanted = (booking.id, booking.service_id, booking.resource_id, booking.start)
        got = (reservation.booking_id, reservation.service_id, reservation.resource_id, reservation.start)
        if got == wanted:
            self._crew.hold_is_proven()
            lapses_there = reserved.lapses_there(self._lifetime_s)
            return Hold(reservation.slot_id, reservation.expiry, lapses, lapses_there)
        where = f"session {reservation.booking_id}" if reservation.booking_id else "a session that it did not name"
        held = f"{PROVIDER} held a place on {where} instead."
        if reservation.booking_id == self._booking.id:
            held = f"{PROVIDER} held a place, but does not say that it is for this service, room and start."
        words = f"{held} We did not use that place; it becomes free again on {moment_text(lapses, self._work.zone)}."
        refused = self._refused(person, words)
        if refused.status is not Status.FULL:
            self._crew.hold_was_misplaced(person.row)
            self.may_linger(lapses)
        return refused

    def _refused(self, person: Participant, words: str) -> NoHold:
        """Full if the booking has too few places by now, else the service's own words (API.md, end of "Uncertain")."""
        now = self._work.service.bookings([self._booking.id]).get(self._booking.id)
        if now is not None:
            self.free = now.free
        if self.free < person.spaces:
            return NoHold(Status.FULL, full_text(self.free, person.spaces))
        return NoHold(Status.REFUSED, words)

    def _pauses_for_lingering_holds(self) -> bool:
        """Holds of our own that nobody will confirm may be all that is in the way; they lapse by themselves.

        When is not known for sure, so it is tried again with growing pauses until it must have been; never for longer
        in all than a hold lives, whatever the clocks say.
        """
        until = self._linger_until
        longest_s = max(self._lifetime_s, USUAL_LIFETIME_S) - self._waited_s
        left_s = min((until - self._work.clock()).total_seconds(), longest_s) if until else 0
        if until is None or left_s <= 0:
            return False
        told = time_text(until, self._work.zone, now=self._work.clock())
        self._crew.tell(Progress(f"Waiting until {told} for reserved places to become free", 0, 0))
        pause_s = min(self._pause_s, left_s)
        self._work.pause(pause_s)
        self._waited_s += pause_s
        self._pause_s = min(2 * self._pause_s, LONGEST_PAUSE_S)
        return True


def full_text(free: float, spaces: int) -> str:
    if free <= 0:
        return "Full: no place is left."
    return f"Full: {'1 place' if free == 1 else f'{free} places'} left, {spaces} asked for."
