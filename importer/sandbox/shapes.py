"""The service's JSON, shape by shape, as the guide and the recorded payloads print it.

Each call has its own: the same group booking is ``service`` with times in +00:00 in one answer,
``service_id`` with the caller's own offset in another, and Z in a third.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, tzinfo
from functools import partial
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from .records import Booking, Customer, Interval, Person, Resource, Service, Session, Slot

Json = dict[str, Any]


class Named(NamedTuple):
    id: str
    name: str


CATEGORY = Named(hashlib.sha256(b"category").hexdigest()[:24], "Courses")
GROUP = Named(hashlib.sha256(b"group").hexdigest()[:24], "Rooms")


def service(record: Service) -> Json:
    """An entry of ``GET /services`` (guide)."""
    duration = {"default": True, "minutes": record.minutes, "price": 0, "old_price": 0}
    return {
        "id": record.id,
        "category_id": CATEGORY.id,
        "name": record.name,
        "booking": {
            "occupancy": 1,
            "type": "ONLINE_BOOKING",
            "buffers": {"before": 0, "after": 0},
            "durations": [duration],
            "tiers": [],
            "allow_group": True,
        },
        "description": f"Practice: {record.name}.",
    }


def resource(record: Resource, service_ids: list[str]) -> Json:
    """An entry of ``GET /resources`` (API.md, calls; the fields that other people's clients read)."""
    address = dict.fromkeys(("house_no", "address_1", "address_2", "city", "postcode"), "")
    profile = {"name": record.name, "email": "", "mobile": "", "phone": "", "description": "", "image": None}
    return {
        "id": record.id,
        "profile": profile | {"address": address},
        "services": service_ids,
        "resource_group_ids": [GROUP.id],
    }


def customer(record: Customer) -> Json:
    """A record of the address book (``customer.json`` of the recorded payloads)."""
    profile = record.profile
    return {
        "id": record.id,
        "tags": [],
        "profile": {
            "firstname": profile.first,
            "lastname": profile.last,
            "mobile": profile.mobile,
            "phone": profile.phone,
            "email": profile.email,
        },
        "marketing_opt_in": False,
        "created": _second(record.created),
        "updated": _second(record.created),
    }


def booking(seen: Booking) -> Json:
    """An entry of ``GET /bookings`` (guide; ``customers`` as in the recorded ``booking.json``)."""
    session = seen.session
    return {
        "id": session.id,
        "service": session.service_id,
        "resource": session.resource_id,
        "customers": [_listed(person) for person in seen.people],
        **_times(session, _stamp),
        "price": session.price,
        "total_spaces": session.places,
        "status": session.status,
        "updated": _stamp(seen.updated),
        "created": _stamp(session.created),
        "created_source": session.source,
    }


def intervals(found: list[Interval], timezone: ZoneInfo, spaces_are: str) -> list[Json]:
    """The ``data`` of an availability search: one item a start, with what there is (guide)."""
    return [
        {
            "start": _stamp(one.start, timezone),
            "resource_ids": [free.resource_id for free in one.free],
            "group_bookings": [_group_booking(seen, timezone, spaces_are) for seen in one.bookings],
            "group_slots": [{"id": hold.id, "reserved_spaces": hold.spaces} for hold in one.held],
        }
        for one in found
    ]


def slot(record: Slot, session: Session) -> Json:
    """A reservation (guide). Its times are printed with Z; on a free time it names no group booking."""
    times = _times(session, _zulu)
    answer = {
        "id": record.id,
        "resource_id": session.resource_id,
        "service_id": session.service_id,
        "resources": [{"id": session.resource_id}],
        "booking_id": session.id,
        **times,
        "parts": [{"start": times["start"], "end": times["end"]}],
        "expiry": _zulu(record.expiry),
        "max_spaces": session.places,
        "reserved_spaces": record.spaces,
        "allow_additional_spaces": True,
        "created": _zulu(record.created),
        "updated": _zulu(record.created),
    }
    return answer if record.booking_id else {name: value for name, value in answer.items() if name != "booking_id"}


def confirmed(session: Session, people: Sequence[Person], label: str, timezone: ZoneInfo) -> Json:
    """The answer to a confirm (guide): the group booking, with those of its people who are to be listed."""
    times = _times(session, partial(_stamp, timezone=timezone))
    return {
        "id": session.id,
        "service_id": session.service_id,
        "resource_id": session.resource_id,
        "allow_external_customers": True,
        "customers": [_answered(person) for person in people],
        "created_source": session.source,
        "created": _stamp(session.created, timezone),
        "updated": _stamp(session.created, timezone),
        "label": label,
        "location": None,
        **times,
        "buffers": {"before": "0", "after": "0"},
        "parts": [{"start": times["start"], "end": times["end"], "label": None}],
        "status": session.status,
        "price": session.price,
        "total_spaces": session.places,
        "resources": [{"_id": session.resource_id}],
    }


def _group_booking(seen: Booking, timezone: ZoneInfo, spaces_are: str) -> Json:
    session = seen.session
    times = _times(session, partial(_stamp, timezone=timezone))
    return {
        "id": session.id,
        "resource_id": session.resource_id,
        "service_id": session.service_id,
        **times,
        "parts": [{"start": times["start"], "end": times["end"]}],
        "spaces": seen.free if spaces_are == "remaining" else session.places,
        "price": session.price,
        "resources": [{"id": session.resource_id}],
    }


def _listed(person: Person) -> Json:
    """A participant as ``GET /bookings`` lists them: no profile, and ``created`` as a string."""
    return {
        "id": person.customer_id,
        "customer_id": person.customer_id,
        "customer_booking_id": person.customer_booking_id,
        "spaces": person.spaces,
        "booking_source": person.source,
        "timezone": person.timezone,
        "paid": person.paid,
        "locale": "en",
        "created": _second(person.added),
        "added": _second(person.added),
        "status": person.status,
        "questions": [],
        "total_spaces": person.spaces,
        "total_price": person.price * person.spaces,
        "price_points": _price_points(person),
        "reschedule_url": _reschedule_url(person),
    }


def _answered(person: Person) -> Json:
    """A participant as the confirm's answer lists them: ``created`` as seconds."""
    return {
        "customer_id": person.customer_id,
        "payment_ids": [person.payment_id] if person.payment_id else [],
        "customer_booking_id": person.customer_booking_id,
        "booking_source": person.source,
        "status": person.status,
        "locale": "en",
        "spaces": person.spaces,
        "total_spaces": person.spaces,
        "timezone": person.timezone,
        "total_price": person.price * person.spaces,
        "tier": {},
        "price_points": _price_points(person),
        "reschedule_url": _reschedule_url(person),
        "created": int(person.added.timestamp()),
    }


def _price_points(person: Person) -> list[Json]:
    return [{"quantity": person.spaces, "price_per_quantity": person.price, "spaces_per_quantity": 1}]


def _reschedule_url(person: Person) -> str:
    token = hashlib.sha256(f"token of {person.customer_booking_id}".encode()).hexdigest()
    whose = f"bookingId={person.booking_id}&participantId={person.customer_booking_id}"
    return f"https://reschedule.appointedd.com?token={token}&{whose}"


def _times(session: Session, stamp: Callable[[datetime], str]) -> dict[str, str]:
    start, end = stamp(session.start), stamp(session.end)
    return {"start": start, "start_buffer": start, "end": end, "end_buffer": end}


def _stamp(instant: datetime, timezone: tzinfo = UTC) -> str:
    return instant.astimezone(timezone).isoformat(timespec="milliseconds")


def _second(instant: datetime) -> str:
    """Some times are recorded in whole seconds, and printed with their thousandths all the same."""
    return _stamp(instant.replace(microsecond=0))


def _zulu(instant: datetime) -> str:
    return _stamp(instant).removesuffix("+00:00") + "Z"
