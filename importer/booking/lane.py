"""One group booking: reserve, verify, confirm and settle its people, one at a time, in roster order.

Nobody is confirmed twice through one slot, nor through a second slot while the first is unsettled. An answer that was
lost is settled by reading (API.md, "Settling a lost answer"), never by sending again.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from importer.booking.crew import Crew, Work
from importer.booking.plan import not_sure_text, outcome_of
from importer.errors import ImporterError
from importer.ledger import Ledger
from importer.model import (
    Attendee,
    Entry,
    EntryState,
    GroupBooking,
    Lane,
    Outcome,
    Participant,
    Progress,
    Reservation,
    RowRef,
    Status,
    moment_text,
)
from importer.people.settling import needs_reading, outsiders, own_entry, settle
from importer.service.port import USUAL_LIFETIME_S, AnswerLost, BookingService, Confirmation, NotSent, Refused

TRIES = 4
"""How often a request is sent of which it is known, or does no harm to assume, that it did nothing."""

LONGEST_PAUSE_S = 30.0

STOPPED = "The run stopped before their turn. Import again."


def read_profiles(
    people: Sequence[Attendee], service: BookingService, ledger: Ledger, *, workers: int = 1
) -> tuple[Attendee, ...]:
    """The same people with their customer records, each looked up once and remembered by the ledger."""
    ids = {one.customer_id for one in people if one.customer_id}
    known = ledger.profiles(ids)
    with ThreadPoolExecutor(workers, "profiles") as pool:
        missing = sorted(ids - set(known))
        looked_up = dict(zip(missing, pool.map(service.profile, missing), strict=True))
    new = {id_: profile for id_, profile in looked_up.items() if profile}
    ledger.remember_profiles(new)
    return tuple(replace(one, profile=(known | new).get(one.customer_id)) for one in people)


@dataclass(frozen=True, slots=True)
class _Hold:
    """A verified reservation: by our own clock it ``may_lapse`` from one moment on, and has when it ``lapses``."""

    slot_id: str
    expiry: datetime | None
    may_lapse: datetime
    lapses: datetime


class _Reserved(NamedTuple):
    """A reservation, and when it was asked for and answered by our own clock."""

    reservation: Reservation
    asked: datetime
    answered: datetime


class LaneWorker:
    """The people of one group booking, worked through in roster order by one thread.

    ``seen`` are the people known to be on the booking, ``free`` the places left, both as of the last look. ``unsure``
    are people whose confirm has gone out and whose outcome is not known yet, by entry id.
    """

    def __init__(self, lane: Lane, work: Work, crew: Crew, ahead: ThreadPoolExecutor) -> None:
        self.booking: GroupBooking = lane.booking
        self.people = list(lane.people)
        self.payment_ids: tuple[str, ...] | None = None
        self._waiting = list(lane.waiting)
        self._work, self._crew, self._ahead = work, crew, ahead
        self._seen = {one.customer_booking_id for one in lane.booking.people}
        self._free = lane.booking.free
        self._unsure: dict[int, tuple[Entry, Participant]] = {}
        self._reserved_ahead: tuple[Participant, Future[_Reserved]] | None = None
        self._lifetime_s = USUAL_LIFETIME_S
        self._holds_linger_until = work.holds_linger_until
        self._linger_pause_s = 1.0
        self._lost_holds: dict[RowRef, datetime] = {}

    def work_through(self) -> None:
        """Book everybody; whatever happens, each person has an outcome afterwards."""
        try:
            self._book_all()
            if any(needs_reading(entry) for entry in self._entries()) and not self._crew.is_stopping:
                self._look()
                self._book_all()
        finally:
            for entry, person in self._unsure.values():
                self._add(person, Status.NOT_SURE_YET, not_sure_text(entry, self._work.zone, self._work.clock()), entry)
            for person in self.people:
                self._add(person, Status.NOT_BOOKED_YET, STOPPED)
            for person in self._waiting:
                if person.spaces > self._free_for_sure():
                    self._add(person, Status.FULL, self._full_text(person))
                else:
                    self._add(person, Status.NOT_BOOKED_YET, STOPPED)

    def book_next(self) -> None:
        """Take the next person from reserve to outcome; the one after is reserved meanwhile."""
        person = self.people[0]
        held = self._hold(person)
        if isinstance(held, Outcome):
            self._crew.add(held)
            self.people.pop(0)
            return
        entry = self._sent(person, held)
        self.people.pop(0)
        self._reserve_ahead()
        self._confirm(entry, person, held, may_reserve_again=True)

    def _book_all(self) -> None:
        while not self._crew.is_stopping and (self.people or self._somebody_waiting_fits()):
            self.book_next()

    # Reserve and verify

    def _reserve_ahead(self) -> None:
        if self.people and not self._crew.is_stopping:
            person = self.people[0]
            self._reserved_ahead = person, self._ahead.submit(self._reserve_now, person)

    def _reserve_now(self, person: Participant) -> _Reserved:
        asked = self._work.clock()
        with self._crew.step("reserve", person.row):
            reservation = self._work.service.reserve(self.booking, person.spaces)
        return _Reserved(reservation, asked, self._work.clock())

    def _reserve(self, person: Participant) -> _Reserved:
        """What was reserved ahead, unless it was refused: a place may have come free since."""
        if self._reserved_ahead and self._reserved_ahead[0] is person:
            future, self._reserved_ahead = self._reserved_ahead[1], None
            if not isinstance(future.exception(), Refused):
                return future.result()
        return self._reserve_now(person)

    def _hold(self, person: Participant) -> _Hold | Outcome:
        """A verified hold for a person, or the outcome where there is none to be had."""
        if self._free < person.spaces:
            return self._outcome(person, Status.FULL, self._full_text(person))
        lost = 0
        while lost < TRIES:
            try:
                return self._verified(person, self._reserve(person))
            except (AnswerLost, NotSent) as error:
                lost += 1
                if isinstance(error, AnswerLost):
                    self._holds_linger_until = self._work.clock() + timedelta(seconds=self._lifetime_s)
                    self._lost_holds[person.row] = self._holds_linger_until
                self._work.pause(0.25 * 2**lost)
            except Refused as refusal:
                refused = self._refused(person, refusal.words)
                if refused.status is Status.FULL or not self._pauses_for_lingering_holds():
                    return refused
            if self._crew.is_stopping:
                break
        return self._outcome(person, Status.NOT_BOOKED_YET, "Appointedd gave no answer. Import again.")

    def _verified(self, person: Participant, reserved: _Reserved) -> _Hold | Outcome:
        """A hold is confirmed only where it is known to be on the target; absent counts as different (API.md, 4)."""
        reservation = reserved.reservation
        if reservation.lifetime_s is not None:
            self._lifetime_s = max(reservation.lifetime_s, 0)
        # A Date header leaves out the parts of a second.
        may_lapse = reserved.asked + timedelta(seconds=self._lifetime_s - 1)
        lapses = reserved.answered + timedelta(seconds=self._lifetime_s)
        wanted = (self.booking.id, self.booking.service_id, self.booking.resource_id, self.booking.start)
        got = (reservation.booking_id, reservation.service_id, reservation.resource_id, reservation.start)
        if got == wanted:
            return _Hold(reservation.slot_id, reservation.expiry, may_lapse, lapses)
        where = (
            f"group booking {reservation.booking_id}" if reservation.booking_id else "a booking that it did not name"
        )
        words = (
            f"Appointedd held a place on {where} instead. That was not taken, and lapses by itself on "
            f"{moment_text(lapses, self._work.zone)}."
        )
        return self._refused(person, words)

    def _refused(self, person: Participant, words: str) -> Outcome:
        """Full if the booking has too few places by now, else the service's own words (API.md, end of "Uncertain")."""
        now = self._work.service.bookings([self.booking.id]).get(self.booking.id)
        if now is not None:
            self._free = now.free
        if self._free < person.spaces:
            return self._outcome(person, Status.FULL, self._full_text(person))
        return self._outcome(person, Status.REFUSED, words)

    def _pauses_for_lingering_holds(self) -> bool:
        """Holds of our own that nobody will confirm may be all that is in the way; they lapse by themselves.

        When is not known for sure, so it is tried again with growing pauses until it must have been.
        """
        until = self._holds_linger_until
        left_s = (until - self._work.clock()).total_seconds() if until else 0
        if until is None or left_s <= 0:
            return False
        self._crew.tell(Progress(f"Waiting until {until.astimezone(self._work.zone):%H:%M} for holds to lapse", 0, 0))
        self._work.pause(min(self._linger_pause_s, left_s))
        self._linger_pause_s = min(2 * self._linger_pause_s, LONGEST_PAUSE_S)
        return True

    # Confirm and settle

    def _sent(self, person: Participant, held: _Hold) -> Entry:
        """The first of two commits: from here on the person is unknown until the outcome is."""
        entry = self._work.ledger.save(
            Entry(
                id=0,
                run=self._work.run,
                row=person.row,
                handle="",
                booking_id=self.booking.id,
                state=EntryState.SENT,
                first_name=person.first_name,
                last_name=person.last_name,
                email=person.email,
                mobile=person.mobile,
                reference=person.reference,
                spaces=person.spaces,
                slot_id=held.slot_id,
                expiry=held.expiry,
                settled_by=held.lapses + timedelta(seconds=self._work.settle_margin_s),
                before=frozenset(self._seen),
                handles=frozenset({person.handle} - {""}),
                target=person.target,
                told_apart=person.decision is not None and person.decision.tells_apart,
            )
        )
        self._unsure[entry.id] = entry, person
        return entry

    def _confirm(self, entry: Entry, person: Participant, held: _Hold, *, may_reserve_again: bool) -> None:
        try:
            answer = self._send_confirm(entry, person)
        except AnswerLost:
            self._settle(entry)
        except NotSent:
            self._close(entry, Status.NOT_BOOKED_YET, "Appointedd could not be reached. Import again.")
        except Refused as refusal:
            if may_reserve_again and self._work.clock() >= held.may_lapse:
                self._reserve_again(entry, person)
            else:
                self._close(entry, Status.REFUSED, refusal.words)
        except ImporterError:
            self._close(entry, Status.NOT_BOOKED_YET, STOPPED)
            raise
        else:
            if answer.booking_id == self.booking.id:
                self._book(entry, person, answer.people)
            else:
                self._booked_elsewhere(entry, answer.booking_id)

    def _send_confirm(self, entry: Entry, person: Participant) -> Confirmation:
        """One confirm; again only where it is known not to have been sent."""
        payment_request = self._work.payment_request if self.booking.has_price else None
        for attempt in range(TRIES):
            try:
                with self._crew.step("confirm", person.row):
                    return self._work.service.confirm(entry.slot_id, person, payment_request=payment_request)
            except NotSent:
                self._work.pause(0.5 * 2**attempt)
        raise NotSent

    def _book(self, entry: Entry, person: Participant, people: Collection[Attendee]) -> None:
        """A 2xx answer for our slot that names the target is booked, also where ours can't be told from others."""
        new = [one for one in people if one.customer_booking_id not in self._seen]
        ours = own_entry(new, entry.spaces)
        booked = replace(entry, state=EntryState.BOOKED, recorded=self._work.clock())
        if ours:
            booked = replace(booked, customer_id=ours.customer_id, customer_booking_id=ours.customer_booking_id)
        self._work.ledger.save(booked)
        del self._unsure[entry.id]
        self._seen |= {one.customer_booking_id for one in new}
        self._free -= entry.spaces
        if self.payment_ids is None:
            self.payment_ids = tuple(id_ for one in new for id_ in one.payment_ids)
        if ours and ours.spaces != person.spaces:
            text = f"Booked, but with {ours.spaces} places instead of {person.spaces}. Put that right in Appointedd."
            self._crew.add(replace(self._outcome(person, Status.BOOKED, text, booked), needs_person=True))
        else:
            self._add(person, Status.BOOKED, "", booked)

    def _booked_elsewhere(self, entry: Entry, booking_id: str) -> None:
        """Only a person can say what became of an answer that names another booking; it is never repeated."""
        entry = self._work.ledger.save(replace(entry, settled_by=None))
        _, person = self._unsure.pop(entry.id)
        text = (
            f"Sent for group booking {self.booking.id}, but Appointedd answered with group booking {booking_id}. "
            "Look there where this person is; nothing more is sent for them."
        )
        self._crew.add(replace(self._outcome(person, Status.NOT_SURE_YET, text, entry), needs_person=True))

    def _settle(self, entry: Entry) -> None:
        """Look for a person on the booking, with growing pauses; who is not found in time stays unsure."""
        until = self._work.clock() + timedelta(seconds=self._work.settle_wait_s)
        pause_s = 0.5
        with self._crew.step("settle", entry.row):
            self._look()
        while entry.id in self._unsure and self._work.clock() < until and not self._crew.is_stopping:
            self._work.pause(min(pause_s, (until - self._work.clock()).total_seconds()))
            with self._crew.step("settle", entry.row):
                self._look()
            pause_s *= 2

    def _look(self) -> None:
        """Read the booking once and settle what it tells of our people; who turns out not to be booked is sent anew."""
        # The moment before the reading: what comes after it is not in what was read.
        moment = self._work.clock()
        now = self._work.service.bookings([self.booking.id]).get(self.booking.id)
        if now is None:
            return
        self._free = now.free
        entries = self._entries()
        strangers = outsiders(entries, now.people)
        strangers = read_profiles(strangers, self._work.service, self._work.ledger)
        self._seen |= {one.customer_booking_id for one in now.people}
        for changed in settle(entries, strangers, moment):
            settled = self._work.ledger.save(replace(changed, recorded=changed.recorded or self._work.clock()))
            _, person = self._unsure.pop(settled.id, (None, None))
            if person and settled.state is EntryState.BOOKED:
                self._add(person, Status.BOOKED, "Appointedd's answer was lost; found on the session.", settled)
            elif person:
                self.people.append(person)

    def _reserve_again(self, entry: Entry, person: Participant) -> None:
        """The hold had expired before it was confirmed: reserve once more (API.md, "Other answers to a confirm")."""
        self._work.ledger.save(replace(entry, state=EntryState.NOT_BOOKED))
        del self._unsure[entry.id]
        held = self._hold(person)
        if isinstance(held, Outcome):
            self._crew.add(held)
        else:
            self._confirm(self._sent(person, held), person, held, may_reserve_again=False)

    def _close(self, entry: Entry, status: Status, message: str) -> None:
        """The person is known not to be booked through this slot."""
        self._work.ledger.save(replace(entry, state=EntryState.NOT_BOOKED))
        _, person = self._unsure.pop(entry.id)
        self._add(person, status, message)

    # Small things

    def _entries(self) -> tuple[Entry, ...]:
        return self._work.ledger.entries([self.booking.id])

    def _free_for_sure(self) -> float:
        """The places that nobody has of whom it is not sure yet."""
        return self._free - sum(entry.spaces for entry in self._entries() if entry.state is EntryState.SENT)

    def _somebody_waiting_fits(self) -> bool:
        """A place that was foreseen for somebody else has come free: it goes to who waits first."""
        left = self._free_for_sure()
        fits = next((one for one in self._waiting if one.spaces <= left), None)
        if fits:
            self._waiting.remove(fits)
            self.people.append(fits)
        return fits is not None

    def _full_text(self, person: Participant) -> str:
        if self._free <= 0:
            return "Full: no place is left."
        places = "1 place" if self._free == 1 else f"{self._free} places"
        return f"Full: {places} left, {person.spaces} asked for."

    def _outcome(self, person: Participant, status: Status, message: str, entry: Entry | None = None) -> Outcome:
        if lapses := self._lost_holds.get(person.row):
            held = f"{person.spaces} more {'place' if person.spaces == 1 else 'places'}"
            until = f"{lapses.astimezone(self._work.zone):%H:%M}"
            message += (
                f" Appointedd may hold {held} here until {until}, because an answer was lost; that lapses by itself."
            )
        return outcome_of(person, status, message.strip(), self.booking, self._work.zone, entry)

    def _add(self, person: Participant, status: Status, message: str, entry: Entry | None = None) -> None:
        self._crew.add(self._outcome(person, status, message, entry))
