"""One group booking: reserve, verify, confirm and settle its people, one at a time, in roster order.

Nobody is confirmed twice through one slot, nor through a second slot while the first is unsettled. An answer that was
lost is settled by reading (API.md, "Settling a lost answer"), never by sending again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

from importer.booking import charges
from importer.booking.crew import Crew, Work
from importer.booking.holds import TRIES, Hold, Holds, NoHold, Reserved, full_text
from importer.booking.noting import new_entry
from importer.booking.outcomes import outcome_of
from importer.booking.refusals import Refusals
from importer.booking.sentences import (
    elsewhere_text,
    given_places_text,
    not_sure_text,
    other_session_text,
    refused_text,
    spoken_against_text,
)
from importer.errors import ImporterError
from importer.model import PROVIDER, Attendee, Entry, EntryState, GroupBooking, Lane, Participant, RowRef, Status
from importer.model.examinations import Learned
from importer.people.settling import end_of, needs_reading, own_entry
from importer.service.port import AnswerLost, Confirmation, NotSent, Refused

STOPPED = "The import stopped before this row. Import the list again."

LOOK_IS_OLD_S = 60.0
"""How old the plan's look at a session may be when its lane begins; later people may have booked by themselves."""


class _Unsure(NamedTuple):
    """Somebody whose confirm has gone out and whose outcome is not known; ``refusal`` is what came back, if it did.

    ``why`` is what came of the confirm instead of an answer that tells, in a phrase.
    """

    entry: Entry
    person: Participant
    refusal: str = ""
    why: str = ""


class LaneWorker:
    """The people of one group booking, worked through in roster order by one thread.

    ``booking`` is as it was planned, at the time and of the service that the latest answer names. ``seen`` are the
    people known to be on it as of the last look. ``unsure`` are those of whom it is not known yet whether they are,
    by entry id. ``has_booked``: an answer has confirmed somebody; ``not_told_of`` is the row of the last of them,
    where it did not tell of payment requests.
    """

    def __init__(
        self, lane: Lane, work: Work, crew: Crew, ahead: ThreadPoolExecutor, held: Reserved | None = None
    ) -> None:
        self.booking = self._planned = lane.booking
        self.people = list(lane.people)
        self.has_booked = False
        self.not_told_of: RowRef | None = None
        self._rows = lane.rows or (*lane.people, *lane.waiting)
        self._waiting = list(lane.waiting)
        self._work, self._crew = work, crew
        self._holds = Holds(lane.booking, work, crew, ahead)
        if held:
            self._holds.take_over(self.people[0], held)
        self._seen = _ids_of(lane.booking.people)
        self._unsure: dict[int, _Unsure] = {}
        self._has_begun, self._price_now = False, lane.booking.price
        self._refusals = Refusals()

    def work_through(self) -> None:
        """Book everybody; whatever happens, each person has an outcome afterwards."""
        try:
            self._book_all()
            if any(needs_reading(entry) for entry in self._entries()) and not self._crew.is_stopping:
                self._look()
                self._book_all()
        finally:
            for unsure in self._unsure.values():
                self._add_unsure(unsure)
            for person in self.people:
                self._add_not_tried(person)
            for person in self._waiting:
                if person.spaces > self._free_for_sure():
                    self._add(person, Status.FULL, full_text(self._holds.free, person.spaces))
                else:
                    self._add_not_tried(person)

    def book_next(self) -> None:
        """Take the next person from reserve to outcome; the one after is reserved meanwhile."""
        self._begin()
        if not self.people:
            return
        if self._price_now != 0 and not self.booking.has_price:
            now = replace(self.booking, price=self._price_now)
            raise charges.priced_since(now.label(self._work.zone), now.price_text)
        person = self.people[0]
        held = self._holds.hold(person)
        if isinstance(held, NoHold):
            self.people.pop(0)
            self._add(person, held.status, held.words, needs_person=held.needs_person)
            if held.status is Status.REFUSED:
                self._refusals.note(held.words, person)
            return
        entry = self._sent(person, held)
        self.people.pop(0)
        is_refusing = self._refusals and not self.has_booked
        if self.people and not self._crew.is_stopping and not is_refusing:
            self._holds.reserve_ahead(self.people[0])
        self._confirm(entry, person, held)

    def _begin(self) -> None:
        """Look again where the plan's look is old (DESIGN, "The ledger of an organisation")."""
        age_s = (self._work.clock() - self._work.planned).total_seconds()
        if not self._has_begun and abs(age_s) > LOOK_IS_OLD_S:
            self._look_and_match()
        self._has_begun = True

    def _book_all(self) -> None:
        while not (self._crew.is_stopping or self.is_refusing_all) and (self.people or self._somebody_waiting_fits()):
            self.book_next()

    # Confirm and settle

    def _sent(self, person: Participant, held: Hold) -> Entry:
        """The first of two commits: from here on the person is unknown until the outcome is."""
        margin = timedelta(seconds=self._work.settle_margin_s)
        entry = self._work.ledger.save(
            replace(
                new_entry(person, self.booking, EntryState.SENT),
                run=self._work.run,
                slot_id=held.slot_id,
                expiry=held.expiry,
                settled_by=held.lapses_there + margin,
                settled_by_ours=held.lapses + margin,
                recorded=self._work.clock(),
                before=frozenset(self._seen),
                told_apart=person.decision is not None and person.decision.tells_apart,
            )
        )
        self._unsure[entry.id] = _Unsure(entry, person)
        return entry

    def _confirm(self, entry: Entry, person: Participant, held: Hold) -> None:
        try:
            answer = self._send_confirm(entry, person)
        except AnswerLost as lost:
            self._unsure[entry.id] = _Unsure(entry, person, why=str(lost))
            self._settle(entry)
        except NotSent:
            self._holds.may_linger(held.lapses)
            self._close(entry, Status.NOT_BOOKED_YET, f"{PROVIDER} could not be reached. Import the list again.")
        except Refused as refusal:
            self._holds.may_linger(held.lapses)
            self._confirm_refused(entry, person, refusal.words)
        except ImporterError:
            self._close(entry, Status.NOT_BOOKED_YET, STOPPED)
            raise
        else:
            if answer.booking_id != self.booking.id:
                self._for_a_person(entry, elsewhere_text(self.booking.id, answer.booking_id))
            elif status := answer.spoken_against(self._seen):
                self._refusals.note_against(entry.row, status)
                self._for_a_person(entry, spoken_against_text(status))
            elif answer.people and all(one.customer_booking_id in self._seen for one in answer.people):
                self._booked_as_another(entry, person)
            else:
                self.booking = answer.session(self.booking)
                self._book(entry, person, answer.people)

    def _send_confirm(self, entry: Entry, person: Participant) -> Confirmation:
        """One confirm; again only where it is known not to have been sent."""
        payment_request = self._work.payment_request if self.booking.has_price else None
        told = self._work.passed_on(person)
        for attempt in range(TRIES):
            try:
                with self._crew.step("confirm", person.row):
                    return self._work.service.confirm(entry.slot_id, told, payment_request=payment_request)
            except NotSent:
                self._work.pause(0.5 * 2**attempt)
        raise NotSent

    def _confirm_refused(self, entry: Entry, person: Participant, words: str) -> None:
        """A refusal settles nothing: a gateway that repeats a request may refuse what it has done (API.md, "Settling").

        The booking is read at once. Who is not there is sent again only after a reading past expiry and margin.
        """
        self._unsure[entry.id] = _Unsure(entry, person, words, f'it refused: "{words}"')
        self._look()
        if entry.id in self._unsure:
            self._refusals.note(words, person)

    def _book(self, entry: Entry, person: Participant, people: Collection[Attendee]) -> None:
        """A 2xx answer for our slot that names the target is booked, also where ours can't be told from others."""
        new = [one for one in people if one.customer_booking_id not in self._seen]
        ours = own_entry(new, entry.spaces, self._crew.sources)
        self._crew.learn(self._taught(entry, people, new, ours))
        booked = replace(entry, state=EntryState.BOOKED, recorded=self._work.clock())
        if ours:
            booked = replace(booked, customer_id=ours.customer_id, customer_booking_id=ours.customer_booking_id)
        self._work.ledger.save(booked)
        del self._unsure[entry.id]
        self.has_booked = True
        self._seen |= _ids_of(new)
        self._holds.free -= entry.spaces
        shown = [ours] if ours else new
        told = [given_places_text(ours.spaces, person.spaces)] if ours else []
        told.append(other_session_text(self._planned, self.booking, self._work.zone))
        told.append(charges.remark(shown, self.booking, self._crew.known, none_chosen=self._leaves_payments_out))
        text = " ".join(filter(None, told))
        self._add(person, Status.BOOKED, text, booked, needs_person=bool(text))
        self._see_who_pays(person, shown)
        self._see_who_came(one for one in new if one is not ours)

    def _see_who_pays(self, person: Participant, shown: Collection[Attendee]) -> None:
        """Raises ``PaymentRequestError`` where ``person`` is asked for money and nobody wanted that (API.md, 7)."""
        ids = charges.payment_ids(shown)
        self.not_told_of = person.row if ids is None else None
        if ids and self._leaves_payments_out:
            raise charges.not_wanted(ids)
        if not self.booking.has_price and charges.is_charged(shown):
            self._look()
            if self._price_now == 0:
                self._crew.learn(Learned(free_costs_nothing=False))
            raise charges.not_free(self.booking.label(self._work.zone), person.row)

    def _see_who_came(self, others: Iterable[Attendee]) -> None:
        """Who came meanwhile, not through an import, may be the very person who would be sent next."""
        if _ids_of(others) and (self.people or self._waiting):
            self._look_and_match()

    @property
    def _leaves_payments_out(self) -> bool:
        return self.booking.has_price and self._work.payment_request is False

    def _taught(
        self, entry: Entry, people: Collection[Attendee], new: Collection[Attendee], ours: Attendee | None
    ) -> Learned:
        """What an answer to a confirm says about the service itself (API.md, "Learning the service")."""
        ids = charges.payment_ids([ours] if ours else new)
        # That there is none where the price is not known may be because there is nothing to pay.
        is_proof = self._leaves_payments_out and (ids or (ids is not None and self.booking.price))
        return Learned(
            answer_lists_everybody=len(people) > len(new) if self._seen and new else None,
            own_source=(ours and ours.source) or None,
            gives_places=ours.spaces == entry.spaces if ours and entry.spaces > 1 else None,
            leaves_payments_out=not ids if is_proof else None,
            tells_payments=False if self._leaves_payments_out and ids is None else None,
        )

    def _for_a_person(self, entry: Entry, text: str) -> None:
        """Only a person can say what became of this answer; it is never repeated."""
        entry = self._work.ledger.save(replace(entry, settled_by=None))
        self._add(self._unsure.pop(entry.id).person, Status.NOT_SURE_YET, text, entry, needs_person=True)

    def _booked_as_another(self, entry: Entry, person: Participant) -> None:
        """An answer that names only who was there before: siblings of one e-mail address may be taken for one person.

        Sent again it might add to that place: only reading settles it, or a person.
        """
        entry = self._work.ledger.save(replace(entry, settled_by=None))
        self._unsure[entry.id] = _Unsure(entry, person, why="it named only people who were there before")
        self._settle(entry)

    def _settle(self, entry: Entry) -> None:
        """Look for a person on the booking, with growing pauses; who is not found in time stays unsure."""
        with self._crew.step("settle", entry.row):
            self._look()
        for pause_s in self._work.settle_pauses_s():
            if entry.id not in self._unsure or self._crew.is_stopping:
                return
            self._work.pause(pause_s)
            with self._crew.step("settle", entry.row):
                self._look()

    def _look(self) -> GroupBooking | None:
        """Read the booking and settle what it tells of our people; who turns out not to be booked is planned anew."""
        read = self._work.service.bookings([self.booking.id]).get(self.booking.id)
        if read is None:
            return None
        booking, changed = self._crew.look(read.named_as(self.booking))
        self._holds.free = booking.free
        self._price_now = booking.price
        self._seen |= _ids_of(booking.people)
        not_booked: list[Participant] = []
        for settled in map(self._work.ledger.save, changed):
            unsure = self._unsure.pop(settled.id, None)
            if unsure and settled.state is EntryState.BOOKED:
                text = f"We found this person on the session. {PROVIDER}'s answer did not say so ({unsure.why})."
                self._add(unsure.person, Status.BOOKED, text, settled)
            elif unsure:
                not_booked.append(unsure.person)
        if not_booked:
            self.people[:0] = not_booked
            self._match_again(booking)
        return booking

    def _look_and_match(self) -> None:
        if booking := self._look():
            self._match_again(booking)

    def _match_again(self, booking: GroupBooking) -> None:
        left = {person.row for person in (*self.people, *self._waiting)}
        left -= {outcome.row for outcome in self._crew.match_again(self._rows, booking, left).outcomes}
        self.people = [person for person in self.people if person.row in left]
        self._waiting = [person for person in self._waiting if person.row in left]

    def _close(self, entry: Entry, status: Status, message: str) -> None:
        """The person is known not to be booked through this slot."""
        self._work.ledger.save(replace(entry, state=EntryState.NOT_BOOKED))
        self._add(self._unsure.pop(entry.id).person, status, message)

    # Small things

    def _entries(self) -> tuple[Entry, ...]:
        return self._work.ledger.entries([self.booking.id])

    def _free_for_sure(self) -> float:
        """The places that nobody has of whom it is not sure yet."""
        return self._holds.free - sum(entry.spaces for entry in self._entries() if entry.state is EntryState.SENT)

    def _somebody_waiting_fits(self) -> bool:
        """A place that was foreseen for somebody else has come free: it goes to who waits first."""
        left = self._free_for_sure()
        fits = next((one for one in self._waiting if one.spaces <= left), None)
        if fits:
            self._waiting.remove(fits)
            self.people.append(fits)
        return fits is not None

    @property
    def is_refusing_all(self) -> bool:
        """What came back for the first people of the session is about the session: nobody else is tried."""
        return self._refusals.why_nobody_else(has_booked=self.has_booked) != ""

    def _add_unsure(self, unsure: _Unsure) -> None:
        entry, person, refusal, why = unsure
        zone, now, now_there = self._work.zone, self._work.clock(), self._work.now_there()
        end = end_of(entry, now=now, now_there=now_there)
        if not refusal or end is None:
            text = not_sure_text(entry, zone, now=now, now_there=now_there)
            told = f"{PROVIDER} gave no clear answer: {why}. {text}" if why and entry.settled_by is None else text
            self._add(person, Status.NOT_SURE_YET, told, entry, needs_person=entry.settled_by is None)
            return
        lapses = end - timedelta(seconds=self._work.settle_margin_s)
        self._add(person, Status.REFUSED, refused_text(refusal, lapses, end, zone, now=now), entry)

    def _add_not_tried(self, person: Participant) -> None:
        why = self._refusals.why_nobody_else(has_booked=self.has_booked)
        self._add(person, Status.NOT_BOOKED_YET, why or STOPPED, needs_person=why != "")

    def _add(
        self, person: Participant, status: Status, text: str, entry: Entry | None = None, *, needs_person: bool = False
    ) -> None:
        message = f"{text} {self._holds.lost_text(person)}".strip()
        outcome = outcome_of(person, status, message, self.booking, self._work.zone, entry)
        self._crew.add(replace(outcome, needs_person=needs_person) if needs_person else outcome)


def _ids_of(people: Iterable[Attendee]) -> set[str]:
    """By which people are told apart; somebody without an id is always new."""
    return {one.customer_booking_id for one in people} - {""}
