"""What a plan means, as keyed digests: the same whatever its list is called, how it is worded and in which order.

Pure. The code of a plan proves that another one is the same; that somebody approved it is recorded elsewhere.
"""

from __future__ import annotations

import hmac
import json
from base64 import b32encode
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import UTC

from importer.model import GroupBooking, Participant, Plan, RowRef
from importer.model.approvals import ApprovedLine
from importer.settings import Settings, service_at

SCHEME = "roster-approval-2"
"""Goes up when a line comes to hold something else: codes of before then stand for no plan of today."""

_LETTERS = 8
"""40 bits are enough: a code is compared with the few that this ledger holds and that have not expired, it can't be
worked out without the ledger's key, and one that is guessed lets nobody through whose line is not kept with it."""

_CROCKFORD = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHJKMNPQRSTVWXYZ")
_AS_MEANT = str.maketrans("OIL", "011", "- ")
"""Crockford's alphabet has none of these letters, because people take them for digits."""

_HEX_OF_PART = 16


def meaning(person: Participant, booking: GroupBooking, settings: Settings, times_before: int = 0) -> Mapping[str, str]:
    """All that it means to book this person there, by what people call each thing (``approvals.WORDS``).

    Of a session that is not there yet the id is empty. Contact details are those that are sent. Payment requests count
    only where there may be a price. Who was booked there ``times_before`` is booked again: that is to be approved anew.
    """
    contact = [person.email, person.mobile, person.phone]
    is_sent = settings.contact != "none"
    return {
        "address": service_at(settings.base_url),
        "session": booking.id,
        "service": booking.service_id,
        "room": booking.resource_id,
        "start": booking.start.astimezone(UTC).isoformat(),
        "name": person.name,
        "first_name": person.first_name,
        "contact": json.dumps(contact if is_sent else []),
        "passing_on": str(is_sent) if any(contact) else "",
        "places": str(person.spaces),
        "decision": person.decision.name if person.decision else "",
        "payments": (settings.payment_requests or "") if booking.has_price else "",
        "times_before": str(times_before),
    }


def lines_of(
    plan: Plan,
    settings: Settings,
    first: int | None,
    key: str,
    started: Collection[str],
    times_before: Mapping[RowRef, int],
) -> tuple[tuple[Participant, ApprovedLine], ...]:
    """Everybody who would be booked, each with a line; of a call with ``--first`` only those.

    Sessions that we have ``started``, by id, mean the same as before they were there. ``times_before`` is how often
    the person of a row was booked there already, where they were.
    """
    bookings = [replace(one.booking, id="") if one.booking.id in started else one.booking for one in plan.lanes]
    booking_of = {
        person.row: booking for lane, booking in zip(plan.lanes, bookings, strict=True) for person in lane.people
    }
    return tuple(
        (person, line_of(person, booking_of[person.row], settings, key, times_before.get(person.row, 0)))
        for person in plan.first_people(first)
    )


def line_of(
    person: Participant, booking: GroupBooking, settings: Settings, key: str, times_before: int = 0
) -> ApprovedLine:
    means = meaning(person, booking, settings, times_before)
    parts = {name: part_of(name, value, key) for name, value in means.items()}
    return ApprovedLine(person.row, _digest(json.dumps([SCHEME, means]), key), parts)


def part_of(name: str, value: str, key: str) -> str:
    """The digest of one thing that a line means."""
    return _digest(json.dumps([SCHEME, name, value]), key)[:_HEX_OF_PART]


def code_of(lines: Iterable[ApprovedLine], key: str, nonce: str) -> str:
    """The code of a plan, like ``7F3K-29QD``. By its ``nonce`` a plan never has one again that it had before."""
    digest = bytes.fromhex(_digest("\n".join([SCHEME, nonce, *sorted(one.digest for one in lines)]), key))
    letters = b32encode(digest).decode().translate(_CROCKFORD)[:_LETTERS]
    return f"{letters[:4]}-{letters[4:]}"


def typed_code(typed: str) -> str:
    """A code as it is kept, however somebody has typed it."""
    letters = typed.upper().translate(_AS_MEANT)
    return f"{letters[:4]}-{letters[4:]}"


def _digest(text: str, key: str) -> str:
    return hmac.digest(key.encode(), text.encode(), "sha256").hex()
