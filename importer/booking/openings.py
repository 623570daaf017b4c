"""Times with places left: other ones for who gets no place, and all that are to come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta, tzinfo
from typing import NamedTuple

from importer.errors import ServiceError
from importer.model import PROVIDER, GroupBooking, Opening, moment_text, places_text
from importer.service.port import BookingService, Refused

AROUND = timedelta(days=14), timedelta(days=28)
"""How far before and after a session that can't be had other times of its service are looked for."""

OPENINGS_TOLD = 3


class Upcoming(NamedTuple):
    """Sessions by start, with all names. ``refused``: the service's words, by the name of what it did not search."""

    sessions: tuple[GroupBooking, ...]
    refused: Mapping[str, str]


def upcoming_sessions(service: BookingService, start: datetime, end: datetime) -> Upcoming:
    """Group bookings of every service between two instants that have places left. Raises ``ServiceError``."""
    try:
        services = service.services()
    except Refused as refusal:
        raise ServiceError(f"{PROVIDER} did not list its services: {refusal.words}") from None
    resources: Mapping[str, str] = {}
    with suppress(Refused):
        resources = service.resources()
    refused: dict[str, str] = {}
    ids: list[str] = []
    for offered in services.values():
        try:
            ids += service.openings(offered.id, [(start, end)])
        except Refused as refusal:
            refused[offered.name] = refusal.words
    named = (booking.named(services, resources) for booking in service.bookings(ids).values())
    sessions = sorted(named, key=lambda booking: (booking.start, booking.service_name, booking.id))
    return Upcoming(tuple(sessions), refused)


def find_openings(
    service: BookingService, starts: Mapping[str, Sequence[datetime]], *, now: datetime
) -> dict[str, tuple[Opening, ...]]:
    """Times with places left around these starts, by service id; the nearest to any of them come first.

    A service whose search was refused is not among the keys.
    """
    before, after = AROUND
    found: dict[str, dict[str, datetime]] = {}
    for id_, some in starts.items():
        around = [(max(start - before, now), start + after) for start in some if start + after > now]
        with suppress(Refused):
            found[id_] = service.openings(id_, around)
    nearest = {
        id_: sorted(times, key=lambda booking_id: min(abs(times[booking_id] - start) for start in starts[id_]))[
            : 2 * OPENINGS_TOLD
        ]
        for id_, times in found.items()
    }
    bookings = service.bookings([booking_id for ids in nearest.values() for booking_id in ids])
    return {
        id_: tuple(
            Opening(id_, bookings[booking_id].start, bookings[booking_id].free, booking_id)
            for booking_id in ids
            if booking_id in bookings and bookings[booking_id].free > 0
        )
        for id_, ids in nearest.items()
    }


def openings_text(openings: Sequence[Opening], start: datetime, zone: tzinfo) -> str:
    """``Also: Sat 21 Mar 2026 10:00 (8 free).``, nearest to a start first, or that nothing else is open."""
    told = ", ".join(
        f"{moment_text(one.start, zone)} ({places_text(one.free)} free)" for one in nearest_openings(openings, start)
    )
    return f"Also: {told}." if told else f"{NOTHING_OPEN} has places."


def nearest_openings(openings: Sequence[Opening], start: datetime) -> list[Opening]:
    """The next few times, each once: of sessions that start together, the one with most places."""
    others: dict[datetime, Opening] = {}
    for one in openings:
        if one.start != start and (one.start not in others or one.free > others[one.start].free):
            others[one.start] = one
    return sorted(others.values(), key=lambda one: abs(one.start - start))[:OPENINGS_TOLD]


NOTHING_OPEN = f"No other time from {AROUND[0].days} days before to {AROUND[1].days} days after"
"""Only so far was looked."""
