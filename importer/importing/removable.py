"""Who of an import can be taken off again, as a look at their sessions shows, and who stays and why."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from importer.booking.looking import look
from importer.booking.removals import listed, may_have_left, staying, why_kept, why_not_ours
from importer.booking.removing import removal_outcome
from importer.booking.sentences import not_sure_text, removed_text
from importer.booking.strangers import CustomerRecords
from importer.ledger import Ledger
from importer.model import PROVIDER, Entry, EntryState, GroupBooking, Outcome, Status
from importer.model.removals import Removal
from importer.people.evidence import fold
from importer.people.settling import needs_reading
from importer.service.port import Bookings, BookingService
from importer.settings import Settings


class Removable:
    """What a look at the sessions of a run shows of its people; ``changes`` are entries that this settles."""

    def __init__(
        self,
        entries: Iterable[Entry],
        settings: Settings,
        service: BookingService,
        ledger: Ledger,
        now: datetime,
    ) -> None:
        self.changes: list[Entry] = []
        self._settings, self._ledger, self._now = settings, ledger, now
        self._learned = ledger.learned(settings.base_url)
        ids = {one.booking_id for one in entries}
        self._planned = {one.id: one for one in ledger.sessions(ids=ids)}
        read = service.bookings(ids) if ids else Bookings({})
        self._not_shown = read.not_shown
        self._bookings = {id_: self._look(one, service) for id_, one in read.items()}
        self._now_there = service.now()

    def _look(self, booking: GroupBooking, service: BookingService) -> GroupBooking:
        entries = self._ledger.entries([booking.id])
        shown, changed = look(
            booking.named_as(self._planned.get(booking.id, booking)),
            entries,
            service,
            CustomerRecords(service) if any(map(needs_reading, entries)) else None,
            now=self._now,
            settle_margin_s=self._settings.settle_margin_s,
            sources=self._learned.sources,
            removed_are_gone=self._learned.removed_are_gone,
        )
        self.changes += changed
        return shown

    def latest(self, entry: Entry) -> Entry:
        return next((one for one in reversed(self.changes) if one.id == entry.id), entry)

    @property
    def trial_open(self) -> Entry | None:
        """Whose removal is not known to have been done, while nothing is known of how the service shows such people:
        who follows could not be told to be off, either."""
        if self._learned.removed_are:
            return None
        unknown = map(self.latest, self._ledger.unknown())
        return next((one for one in unknown if one.state is EntryState.REMOVING), None)

    def leaving(self, booking: GroupBooking) -> tuple[Entry, ...]:
        """Who may have been taken off this group booking already."""
        return may_have_left(map(self.latest, self._ledger.entries([booking.id])))

    def emptied(self, removals: Iterable[Removal]) -> tuple[GroupBooking, ...]:
        """Sessions on which nobody would be left without these people."""
        on: dict[str, list[Removal]] = {}
        for one in removals:
            on.setdefault(one.booking.id, []).append(one)
        return tuple(
            some[0].booking
            for some in on.values()
            if not staying(some[0].booking, (*(one.entry for one in some), *self.leaving(some[0].booking)))
        )

    def _again_text(self, entry: Entry) -> str:
        """Which import has booked somebody again who was removed; empty where none has."""
        later = [one for one in self._ledger.entries([entry.booking_id]) if one.id > entry.id and one.slot_id]
        again = next((one for one in later if fold(one.name) == fold(entry.name) != ""), None)
        return f"Import {again.run} booked them again." if again else ""

    def removal(self, entry: Entry) -> Removal | Outcome:
        """Somebody who is to be taken off; or the answer, where they are not."""
        booking = self._bookings.get(entry.booking_id)
        zone, learned = self._settings.zone, self._learned
        shown = booking or self._planned.get(entry.booking_id)

        def answer(status: Status, message: str, *, wants: bool = False) -> Outcome:
            if shown:
                return removal_outcome(Removal(entry, shown), status, message, zone, wants=wants)
            return Outcome(
                entry.row, status, message, entry.name, booking_id=entry.booking_id, handle=entry.handle,
                customer_booking_id=entry.customer_booking_id, needs_person=wants,
            )  # fmt: skip

        if entry.state.is_unknown:
            text = not_sure_text(entry, zone, now=self._now, now_there=self._now_there)
            return answer(Status.NOT_SURE_YET, text)
        if entry.state is EntryState.NOT_BOOKED:
            return answer(Status.ALREADY_GONE, f"{removed_text(entry, zone)} {self._again_text(entry)}".strip())
        if entry.state.is_off:
            return answer(Status.ALREADY_GONE, removed_text(entry, zone))
        if why := why_not_ours(entry):
            return answer(Status.KEPT, why, wants=entry.slot_id != "")
        if booking is None and entry.booking_id in self._not_shown:
            return answer(Status.KEPT, f"{PROVIDER} did not show the session. Nothing was changed.", wants=True)
        if booking is None:
            return answer(Status.ALREADY_GONE, f"The session was removed from {PROVIDER}.")
        one = listed(booking, entry)
        if one is None:
            not_listed = f"{PROVIDER} did not list this person just now. Undo again in a few minutes."
            return answer(Status.KEPT, not_listed, wants=True)
        removal = Removal(entry, booking, self._planned.get(booking.id))
        why = why_kept(removal, booking, one, learned, zone)
        if not why and booking.start <= self._now:
            why = "The session has begun or is over. Nothing was changed."
        return answer(Status.KEPT, why, wants=True) if why else removal
