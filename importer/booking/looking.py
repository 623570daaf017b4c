"""One look at a group booking, and what it settles of the ledger's entries there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from math import isinf

from importer.booking.strangers import CustomerRecords
from importer.model import Entry, EntryState, GroupBooking
from importer.people.settling import Moment, outsiders, settle
from importer.service.port import BookingService, Refused

_AROUND = timedelta(hours=12)
_ABSENT = (EntryState.NOT_BOOKED, EntryState.TAKEN_OFF, EntryState.REMOVED)


def look(
    booking: GroupBooking,
    entries: Sequence[Entry],
    service: BookingService,
    records: CustomerRecords | None,
    *,
    now: datetime,
    settle_margin_s: float,
    sources: Collection[str] = (),
    removed_are_gone: bool = False,
) -> tuple[GroupBooking, tuple[Entry, ...]]:
    """A group booking that was just read, with the records of strangers, and those of its entries that this changes.

    Nobody is absent by one reading, which may lag or be cut short (API.md, 19): it is read once more, and who is in
    either of the two is there; nor by two where a search finds fewer places free than they leave. ``now`` is ours, and
    when an entry was found to be as it is; ``sources`` are those that answers to confirms of ours have shown.
    ``entries`` are all that are known there: whom we have taken off is gone, whatever is listed, and
    ``removed_are_gone`` where that is how the service shows them (API.md, 22).
    """

    def settled(shown: GroupBooking, moment: Moment) -> tuple[Entry, ...]:
        changed = settle(entries, shown.people, moment, sources)
        return tuple(replace(entry, recorded=entry.recorded or now) for entry in changed)

    moment = Moment(now, service.now(), settle_margin_s, booking.may_be_cut, removed_are_gone)
    shown = _with_records(with_removed(booking, entries), entries, records)
    changed = settled(shown, moment)
    if not any(entry.state in _ABSENT for entry in changed):
        return shown, changed
    # The moment before the reading: what comes after it is not in what was read.
    moment = replace(moment, service=service.now())
    again = service.bookings([booking.id]).get(booking.id)
    if again is None:
        return shown, tuple(entry for entry in changed if entry.state not in _ABSENT)
    shown = _with_records(with_removed(_together(booking, again), entries), entries, records)
    changed = settled(shown, replace(moment, may_be_cut=shown.may_be_cut))
    absent = [entry for entry in changed if entry.state in _ABSENT]
    if absent and not shown.may_be_cut and _takes_more_than_listed(shown, absent, service, now=now):
        return replace(shown, may_be_cut=True), tuple(entry for entry in changed if entry not in absent)
    return shown, changed


def _takes_more_than_listed(
    booking: GroupBooking, absent: Sequence[Entry], service: BookingService, *, now: datetime
) -> bool:
    """Whether a search finds fewer places free on a session than its list of people leaves: then that lacks somebody,
    or somebody is booking just now.

    A search shows a session only where it has as many free places as are asked for (guide). One that it does not show
    for fewer either can't be judged so; but one that would be full with those who are missing may be just that.
    """
    if booking.start <= now or booking.is_cancelled or isinf(booking.places) or booking.free < 1:
        return False
    around = max(booking.start - _AROUND, now), booking.start + _AROUND

    def is_found(spaces: int) -> bool:
        return booking.id in service.openings(booking.service_id, [around], spaces)

    fewer = int(booking.free) - sum(entry.spaces for entry in absent)
    try:
        return not is_found(int(booking.free)) and (fewer < 1 or is_found(fewer))
    except Refused:
        return False


def with_removed(booking: GroupBooking, entries: Iterable[Entry]) -> GroupBooking:
    """The same with a word beside those whom we have taken off, whom a reading may list still (API.md, 22)."""
    removed = {one.customer_booking_id for one in entries if one.removed and one.state is not EntryState.REMOVING}
    removed -= {""}
    if not removed:
        return booking
    people = (replace(one, is_removed=one.customer_booking_id in removed) for one in booking.people)
    return replace(booking, people=tuple(people))


def _with_records(booking: GroupBooking, entries: Sequence[Entry], records: CustomerRecords | None) -> GroupBooking:
    """The same with the customer records of those whom no entry explains, where these are wanted."""
    if records is None:
        return booking
    strangers = {replace(one, profile=None): one for one in records.with_records(outsiders(entries, booking.people))}
    return replace(booking, people=tuple(strangers.get(one, one) for one in booking.people))


def _together(one: GroupBooking, other: GroupBooking) -> GroupBooking:
    there = {"", *(person.customer_booking_id for person in other.people)}
    lacking = tuple(person for person in one.people if person.customer_booking_id not in there)
    return replace(other, people=(*other.people, *lacking)).named_as(one)
