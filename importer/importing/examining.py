"""A first look at the service: by reading alone, and, on a session that a person names, by one reservation."""

from __future__ import annotations

from contextlib import suppress
from datetime import tzinfo
from typing import NamedTuple

from importer.errors import SettingsError
from importer.model import PROVIDER, GroupBooking, Reservation
from importer.model.examinations import Finding, Verdict
from importer.service.port import AnswerLost, BookingService, NotSent, Refused

_SUBJECT = "Reservation"
_NOBODY = "book nobody there"


class Tried(NamedTuple):
    """What came of a reservation, and whether a place may be held by it for a while."""

    findings: tuple[Finding, ...]
    may_hold: bool


def try_reservation(service: BookingService, booking_id: str, zone: tzinfo) -> Tried:
    """Reserve one place on this session, never confirm it, and say what came; it becomes free again by itself.

    Raises ``SettingsError`` where there is no such session, and ``ServiceError``.
    """
    booking_id = booking_id.casefold()
    shown = service.bookings([booking_id])
    booking = shown.get(booking_id)
    if booking is None and (why := shown.not_shown.get(booking_id)):
        seen = f"the service did not show the session ({why})"
        return _failed(seen, may_hold=False)
    if booking is None:
        raise SettingsError(f"{PROVIDER} has no session {booking_id}. `roster sessions` lists them with their IDs.")
    with suppress(Refused):
        booking = booking.named(service.services(), {})
    try:
        held = service.reserve(booking, 1)
    except Refused as refusal:
        seen = f'the service refused one on {booking.label(zone)} ("{refusal.words}")'
        return _failed(seen, may_hold=False)
    except NotSent:
        seen = "there was no connection"
        return _failed(seen, may_hold=False)
    except AnswerLost as error:
        seen = f"no usable answer came ({error})"
        return _failed(seen, may_hold=True)
    return Tried((_where(held, booking, zone), _how_long(held, zone)), may_hold=True)


def _failed(seen: str, *, may_hold: bool) -> Tried:
    return Tried((Finding(_SUBJECT, Verdict.AFFECTS_IMPORTS, seen, _NOBODY),), may_hold)


def _where(held: Reservation, booking: GroupBooking, zone: tzinfo) -> Finding:
    told = (held.booking_id, held.service_id, held.resource_id, held.start)
    wanted = (booking.id, booking.service_id, booking.resource_id, booking.start)
    if told == wanted:
        return Finding(_SUBJECT, Verdict.AS_DESCRIBED, f"it is on {booking.label(zone)}, as asked for")
    names = ("session", "service", "room or teacher", "start")
    differ = ", ".join(name for name, there, here in zip(names, told, wanted, strict=True) if there != here)
    return Finding(_SUBJECT, Verdict.AFFECTS_IMPORTS, f"it does not name what was asked for ({differ})", _NOBODY)


def _how_long(held: Reservation, zone: tzinfo) -> Finding:
    if held.lifetime_s is None or held.expiry is None:
        seen = "the answer does not say when the place becomes free again"
        return Finding("Its end", Verdict.DIFFERS, seen)
    until = f"{held.expiry.astimezone(zone):%H:%M}"
    return Finding("Its end", Verdict.AS_DESCRIBED, f"after {held.lifetime_s / 60:.0f} minutes, at {until}")
