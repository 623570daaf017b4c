"""Who is on which session, imported or not: the sessions to come, and one of them with everybody on it."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from datetime import datetime
from typing import NamedTuple

from importer.booking.openings import upcoming_sessions
from importer.booking.strangers import CustomerRecords
from importer.ledger import Ledger
from importer.model import EntryState, GroupBooking
from importer.service.port import BookingService, Refused


class Attending(NamedTuple):
    """Somebody on a session. ``name`` is empty where the service shows none; ``run`` is the import that has booked
    them, 0 for none of ours."""

    name: str
    email: str
    mobile: str
    places: int
    run: int = 0


def sessions_between(
    service: BookingService, ledger: Ledger, start: datetime, end: datetime
) -> tuple[GroupBooking, ...]:
    """Those with places left, and those that our record has people on, full or not; by start.

    Raises ``ServiceError`` and ``LedgerError``.
    """
    found = {one.id: one for one in upcoming_sessions(service, start, end).sessions}
    booked = {one.booking_id for one in ledger.all_entries() if one.state is EntryState.BOOKED} - found.keys()
    known = {one.id: one for one in ledger.sessions(ids=booked) if start <= one.start < end} if booked else {}
    there = service.bookings(known).values() if known else ()
    found |= {one.id: named(one, service, known[one.id]) for one in there if not one.is_cancelled}
    return tuple(sorted(found.values(), key=lambda one: (one.start, one.service_name, one.id)))


def named(booking: GroupBooking, service: BookingService, known: GroupBooking | None = None) -> GroupBooking:
    """With the names of its service and its room, where those are told; else as it was ``known``."""
    booking = booking.named_as(known) if known else booking
    with suppress(Refused):
        return booking.named(service.services(), service.resources())
    return booking


def attending(booking: GroupBooking, service: BookingService, ledger: Ledger) -> tuple[Attending, ...]:
    """Everybody on a session by name: as our record has them, else as the service does.

    Raises ``ServiceError`` and ``LedgerError``.
    """
    ours = {one.customer_booking_id: one for one in ledger.entries([booking.id]) if one.customer_booking_id}
    strangers = [one for one in booking.people if one.customer_booking_id not in ours]
    profiles = {one.customer_booking_id: one.profile for one in CustomerRecords(service).with_records(strangers)}
    listed = []
    for one in booking.people:
        entry, profile = ours.get(one.customer_booking_id), profiles.get(one.customer_booking_id)
        if entry:
            listed.append(Attending(entry.name, entry.email, entry.mobile, one.spaces, entry.run))
        elif profile:
            name = f"{profile.first_name} {profile.last_name}".strip()
            listed.append(Attending(name, profile.email, profile.mobile, one.spaces))
        else:
            listed.append(Attending("", "", "", one.spaces))
    return tuple(sorted(listed, key=_by_last_name))


def _by_last_name(one: Attending) -> tuple[str, Collection[str]]:
    return (one.name.split()[-1:] or [""])[0].casefold(), one.name.casefold()
