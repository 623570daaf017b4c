"""A session that is not there yet, started by booking its first person; then it is one like any other (API.md, 21).

One person alone, nothing reserved ahead, and nobody else before that is known: two sessions for one can't be taken
back. Its id is written down at once. An answer that was lost is settled by looking for the session, never by sending
again.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

from importer.booking import charges
from importer.booking.crew import Crew, Work
from importer.booking.free_times import Look, look_at
from importer.booking.holds import TRIES, Reserved
from importer.booking.noting import new_entry
from importer.booking.outcomes import outcome_of
from importer.booking.sentences import (
    given_places_text,
    not_sure_text,
    other_session_text,
    refused_text,
    spoken_against_text,
    under_way_text,
)
from importer.errors import ImporterError, PaymentRequestError
from importer.model import (
    PROVIDER,
    Attendee,
    Entry,
    EntryState,
    GroupBooking,
    Lane,
    Participant,
    Reservation,
    Status,
    time_text,
)
from importer.model.examinations import Learned
from importer.people.settling import end_of, own_entry
from importer.service.port import AnswerLost, Confirmation, NotSent, Refused, is_id

_AGAIN = "Import the list again."


class Started(NamedTuple):
    """Those who are left, on the session that is there now; ``held`` is what the first of them has reserved there."""

    lane: Lane
    held: Reserved | None = None


class Start:
    """One session that is not there yet, and its people."""

    def __init__(self, lane: Lane, work: Work, crew: Crew) -> None:
        self._planned = lane.booking
        self._rows = lane.rows
        self._left = list(lane.people)
        self._work, self._crew = work, crew

    def start(self) -> Started | None:
        """Who is left to be booked once the session is there; ``None`` where nobody is, or it is not known to be.

        Raises as ``BookingService`` and ``Ledger`` do, and ``PaymentRequestError``.
        """
        if not self._left or self._crew.is_stopping:
            return None
        if self._crew.misplaced:
            return self._nobody_else(self._crew.not_tried_text(self._left[0].row), needs_person=True)
        if under_way := [one for one in self._work.ledger.starting() if one.starts == self._planned.time]:
            return self._nobody_else(under_way_text(under_way[0]), needs_person=True)
        try:
            there = look_at(self._planned.time, self._work.service)
        except Refused as refusal:
            return self._nobody_else(f"{PROVIDER} did not look for this time: {refusal.words}")
        if there.sessions or not there.is_free:
            return self._on(there)
        return self._reserve(self._left[0])

    def _on(self, there: Look) -> Started | None:
        """Somebody else has started it meanwhile, or holds that time."""
        if len(there.sessions) == 1:
            return self._lane_on(there.sessions[0])
        many = f"{len(there.sessions)} sessions of this service and room are there at that time now."
        return self._nobody_else(f"{many if there.sessions else 'This time is not free any more.'} {_AGAIN}")

    # Reserve and verify

    def _reserve(self, person: Participant) -> Started | None:
        try:
            reserved = self._reserved(person)
        except AnswerLost as lost:
            return self._nobody_else(
                f"{PROVIDER} gave no clear answer to our reservation: {lost}. It may hold that time for some minutes. "
                f"Nobody was booked by it. {_AGAIN}"
            )
        except NotSent:
            return self._nobody_else(f"{PROVIDER} could not be reached. {_AGAIN}")
        except Refused as refusal:
            there = look_at(self._planned.time, self._work.service)
            if there.sessions:
                return self._on(there)
            self._left.remove(person)
            self._add(person, Status.REFUSED, refusal.words)
            return self._nobody_else(_waits_for(person), needs_person=True)
        reservation = reserved.reservation
        if is_id(reservation.booking_id):
            read = self._read(reservation.booking_id)
            if read and not read.is_cancelled:
                self._crew.hold_is_proven()
                return self._lane_on(read, reserved)
        if why := self._why_not(reservation):
            until = time_text(reserved.lapses(), self._work.zone, now=self._work.clock())
            told = f"{why} We did not use that place; it becomes free again at {until}."
            return self._nobody_else(told, needs_person=True)
        self._crew.hold_is_proven()
        return self._confirm(person, reserved)

    def _reserved(self, person: Participant) -> Reserved:
        """One hold, asked for again only where that is known not to have been sent."""
        for attempt in range(TRIES):
            try:
                with self._crew.step("reserve", person.row):
                    reservation = self._work.service.reserve(self._planned, person.spaces)
                return Reserved(reservation, self._work.clock(), self._work.now_there())
            except NotSent:
                self._work.pause(0.5 * 2**attempt)
        raise NotSent

    def _why_not(self, held: Reservation) -> str:
        """Why a hold is not confirmed: the session would be another one, or not have room for all its people."""
        wanted = self._planned
        places = sum(person.spaces for person in self._left)
        if held.booking_id or (held.service_id, held.resource_id, held.start) != (
            wanted.service_id,
            wanted.resource_id,
            wanted.start,
        ):
            self._crew.hold_was_misplaced(self._left[0].row)
            return f"{PROVIDER} held a place, but does not say that it is for this service, room and start."
        if held.max_spaces is None or not held.takes_more:
            return f"{PROVIDER} does not say that others may join a session that is started then."
        if held.max_spaces < places:
            return f"A session that is started then has {_places(held.max_spaces)}; {places} are asked for."
        return ""

    # Confirm and settle

    def _confirm(self, person: Participant, held: Reserved) -> Started | None:
        work = self._work
        payment_request = work.payment_request if self._planned.has_price else None
        if payment_request is False and (why := charges.why_not_none(work.known)):
            raise PaymentRequestError(why)
        margin = timedelta(seconds=work.settle_margin_s)
        entry = work.ledger.save(
            replace(
                new_entry(person, self._planned, EntryState.SENT),
                run=work.run,
                slot_id=held.reservation.slot_id,
                expiry=held.reservation.expiry,
                settled_by=held.lapses_there() + margin,
                settled_by_ours=held.lapses() + margin,
                recorded=work.clock(),
                starts=self._planned.time,
                told_apart=person.decision is not None and person.decision.tells_apart,
            )
        )
        self._left.remove(person)
        try:
            with self._crew.step("confirm", person.row):
                told = work.passed_on(person)
                answer = work.service.confirm(entry.slot_id, told, payment_request=payment_request)
        except AnswerLost as lost:
            return self._search(entry, person, str(lost))
        except Refused as refusal:
            return self._search(entry, person, f'it refused: "{refusal.words}"', refusal.words)
        except (NotSent, ImporterError) as error:
            work.ledger.save(replace(entry, state=EntryState.NOT_BOOKED))
            self._add(person, Status.NOT_BOOKED_YET, f"{PROVIDER} could not be reached. {_AGAIN}")
            if isinstance(error, ImporterError):
                raise
            return self._nobody_else(f"{PROVIDER} could not be reached. {_AGAIN}")
        if not is_id(answer.booking_id):
            return self._search(entry, person, "it named no session")
        return self._answered(entry, person, answer)

    def _answered(self, entry: Entry, person: Participant, answer: Confirmation) -> Started | None:
        """The id of the new session is written down before anything else."""
        work, entry = self._work, replace(entry, booking_id=answer.booking_id)
        if status := answer.spoken_against(frozenset()):
            entry = work.ledger.save(replace(entry, settled_by=None))
            self._add(person, Status.NOT_SURE_YET, spoken_against_text(status), entry, needs_person=True)
            return self._nobody_else(_waits_for(person), needs_person=True)
        ours = own_entry(answer.people, entry.spaces, self._crew.sources)
        entry = replace(entry, state=EntryState.BOOKED, recorded=work.clock())
        if ours:
            entry = replace(entry, customer_id=ours.customer_id, customer_booking_id=ours.customer_booking_id)
        entry = work.ledger.save(entry)
        self._crew.learn(Learned(own_source=(ours and ours.source) or None))
        session = answer.session(replace(self._planned, id=entry.booking_id))
        moved = other_session_text(self._planned, session, work.zone)
        shown = [ours] if ours else list(answer.people)
        none_chosen = self._planned.has_price and work.payment_request is False
        told = [given_places_text(ours.spaces, person.spaces)] if ours else []
        told += [moved, charges.remark(shown, self._planned, self._crew.known, none_chosen=none_chosen)]
        text = " ".join(filter(None, told))
        self._add(person, Status.BOOKED, text, entry, session, needs_person=bool(text))
        self._see_who_pays(person, shown, none_chosen=none_chosen)
        if moved:
            return self._nobody_else(_waits_for(person), needs_person=True)
        return self._read_back(entry.booking_id)

    def _see_who_pays(self, person: Participant, shown: Collection[Attendee], *, none_chosen: bool) -> None:
        """Raises ``PaymentRequestError`` where somebody is asked for money and nobody wanted that (API.md, 7)."""
        ids = charges.payment_ids(shown)
        if none_chosen and ids:
            raise charges.not_wanted(ids)
        if none_chosen and ids is None and not self._work.known.leaves_payments_out:
            raise charges.not_told(person.row)
        if not self._planned.has_price and charges.is_charged(shown):
            raise charges.not_free(self._planned.label(self._work.zone), person.row)

    def _read_back(self, booking_id: str) -> Started | None:
        """The new session as the service shows it; a reading may lag behind (API.md, 19)."""
        for pause_s in (*self._work.settle_pauses_s(), 0):
            if (read := self._read(booking_id)) and read.people:
                return self._lane_on(read)
            self._work.pause(pause_s)
        return self._nobody_else(f"The new session {booking_id} is not shown at this time yet. {_AGAIN}")

    def _read(self, booking_id: str) -> GroupBooking | None:
        """A session that is of this service, in this room and at this time."""
        read = self._work.service.bookings([booking_id]).get(booking_id)
        return read if read and read.time == self._planned.time else None

    def _search(self, entry: Entry, person: Participant, why: str, refusal: str = "") -> Started | None:
        """Look for a session whose first answer was lost; of a refusal, once (API.md, "Settling a lost answer")."""
        there = Look((), is_free=False)
        for pause_s in (*self._work.settle_pauses_s(), 0):
            with self._crew.step("settle", entry.row):
                there = self._looked()
            if there.sessions or refusal:
                break
            self._work.pause(pause_s)
        if len(there.sessions) == 1:
            return self._found(replace(entry, booking_id=there.sessions[0].id), person, there.sessions[0], why)
        zone, now, now_there = self._work.zone, self._work.clock(), self._work.now_there()
        end = end_of(entry, now=now, now_there=now_there)
        if refusal and end:
            lapses = end - timedelta(seconds=self._work.settle_margin_s)
            self._add(person, Status.REFUSED, refused_text(refusal, lapses, end, zone, now=now), entry)
        else:
            text = not_sure_text(entry, zone, now=now, now_there=now_there)
            self._add(person, Status.NOT_SURE_YET, text, entry)
        return self._nobody_else(under_way_text(entry), needs_person=True)

    def _looked(self) -> Look:
        try:
            return look_at(self._planned.time, self._work.service)
        except Refused:
            return Look((), is_free=False)

    def _found(self, entry: Entry, person: Participant, there: GroupBooking, why: str) -> Started | None:
        """The session is there, whoever has started it: whether this person is on it tells a look like any other."""
        work = self._work
        entry = work.ledger.save(entry)
        named = there.named_as(self._planned)
        _, changed = self._crew.look(named)
        latest = {one.id: one for one in (entry, *map(work.ledger.save, changed))}[entry.id]
        if latest.state is EntryState.BOOKED:
            text = f"We found this person on the session. {PROVIDER}'s answer did not say so ({why})."
            self._add(person, Status.BOOKED, text, latest, named)
        else:
            text = not_sure_text(latest, work.zone, now=work.clock(), now_there=work.now_there())
            self._add(person, Status.NOT_SURE_YET, text, latest, named)
        return self._lane_on(there)

    # Everybody else

    def _lane_on(self, there: GroupBooking, held: Reserved | None = None) -> Started | None:
        """The lane of those who are left, compared with everybody who is there, by whatever way."""
        booking = there.named_as(self._planned)
        self._work.ledger.remember_sessions([booking])
        if not self._left:
            return None
        if booking.has_price and not self._planned.has_price:
            raise charges.priced_since(booking.label(self._work.zone), booking.price_text)
        left, first = {person.row for person in self._left}, self._left[0]
        lane = next(iter(self._crew.match_again(self._rows, booking, left).lanes), None)
        if lane is None:
            return None
        people = tuple(person for person in lane.people if person.row in left)
        waiting = tuple(person for person in lane.waiting if person.row in left)
        is_for_first = people[:1] == (first,)
        return Started(replace(lane, people=people, waiting=waiting), held if is_for_first else None)

    def _nobody_else(self, why: str, *, needs_person: bool = False) -> Started | None:
        for person in self._left:
            self._add(person, Status.NOT_BOOKED_YET, why, needs_person=needs_person)
        self._left.clear()
        return None

    def _add(
        self,
        person: Participant,
        status: Status,
        text: str,
        entry: Entry | None = None,
        booking: GroupBooking | None = None,
        *,
        needs_person: bool = False,
    ) -> None:
        outcome = outcome_of(person, status, text, booking or self._planned, self._work.zone, entry)
        self._crew.add(replace(outcome, needs_person=needs_person))


def _waits_for(person: Participant) -> str:
    return f"This session was to be started by {person.row}. Look at that row first, then import the list again."


def _places(count: int) -> str:
    return "1 place" if count == 1 else f"{count} places"
