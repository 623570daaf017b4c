"""The service's JSON as the guide and the recorded payloads show it, and our nouns made from it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

from pydantic import AliasChoices, BaseModel, Field, TypeAdapter, ValidationError
from requests import Response

from importer.model import Attendee, GroupBooking, Profile, Reservation
from importer.service.appointedd.wire import service_time, utc
from importer.service.port import AnswerLost, Confirmation

T = TypeVar("T")


class CustomerJson(BaseModel):
    customer_booking_id: str
    customer_id: str | None = None
    spaces: int | None = None
    booking_source: str | None = None
    status: str | None = None
    payment_ids: list[Any] | None = None


class BookingJson(BaseModel):
    """``GET /bookings`` says ``service`` and ``resource``, the confirm's answer ``service_id`` and ``resource_id``."""

    id: str
    service: str = Field("", validation_alias=AliasChoices("service", "service_id"))
    resource: str | None = Field(None, validation_alias=AliasChoices("resource", "resource_id"))
    start: str
    customers: list[CustomerJson] | None = None
    price: float | None = None
    total_spaces: int | None = None
    status: str | None = None


class ConfirmedJson(BaseModel):
    id: str
    customers: list[CustomerJson] | None = None


class SlotJson(BaseModel):
    id: str
    booking_id: str | None = None
    service_id: str | None = None
    resource_id: str | None = None
    start: datetime | None = None
    expiry: datetime | None = None
    created: datetime | None = None


class FoundJson(BaseModel):
    id: str
    service_id: str
    start: datetime


class IntervalJson(BaseModel):
    group_bookings: list[FoundJson] | None = None


class ProfileJson(BaseModel):
    name: str | None = None
    firstname: str | None = None
    lastname: str | None = None
    email: str | None = None
    mobile: str | None = None
    phone: str | None = None


class NamedJson(BaseModel):
    """A service, a resource (its name is in its profile) or a customer."""

    id: str
    name: str | None = None
    profile: ProfileJson | None = None


BOOKINGS = TypeAdapter(list[BookingJson])
CONFIRMED = TypeAdapter(ConfirmedJson)
INTERVALS = TypeAdapter(list[IntervalJson])
NAMED = TypeAdapter(NamedJson)
MANY_NAMED = TypeAdapter(list[NamedJson])
SLOT = TypeAdapter(SlotJson)


def envelope(response: Response) -> dict[str, Any]:
    """The object around ``data``. Raises ``AnswerLost`` where the body is something else."""
    try:
        body = response.json()
    except ValueError:
        raise AnswerLost("its answer can't be read") from None
    if not isinstance(body, dict):
        raise AnswerLost("its answer can't be read")
    return body


def data(body: dict[str, Any], shape: TypeAdapter[T]) -> T:
    """What stands under ``data``, in the shape asked for. Raises ``AnswerLost`` where it has another."""
    try:
        return shape.validate_python(body.get("data"))
    except ValidationError:
        raise AnswerLost("its answer has another form than the guide says") from None


def bookings(body: dict[str, Any]) -> dict[str, GroupBooking]:
    """Group bookings by id, as ``GET /bookings`` lists them."""
    return {shown.id: _group_booking(shown) for shown in data(body, BOOKINGS)}


def openings(body: dict[str, Any]) -> dict[str, datetime]:
    """Start of each group booking that a search found, by id."""
    groups = (group for interval in data(body, INTERVALS) for group in interval.group_bookings or ())
    return {group.id: utc(group.start) for group in groups}


def named(body: dict[str, Any]) -> tuple[dict[str, str], str | None]:
    """One page of services or resources: name by id, and where the next page starts."""
    items = data(body, MANY_NAMED)
    following = body.get("next")
    return {item.id: (item.profile and item.profile.name) or item.name or item.id for item in items}, following


def confirmation(response: Response) -> Confirmation:
    confirmed = data(envelope(response), CONFIRMED)
    return Confirmation(confirmed.id, _people(confirmed.customers))


def _group_booking(shown: BookingJson) -> GroupBooking:
    try:
        start = utc(datetime.fromisoformat(shown.start))
    except ValueError:
        raise AnswerLost("its answer has another form than the guide says") from None
    return GroupBooking(
        id=shown.id,
        service_id=shown.service,
        resource_id=shown.resource or "",
        start=start,
        start_text=shown.start,
        places=shown.total_spaces or 0,
        people=_people(shown.customers),
        price=shown.price or 0,
        status=shown.status or "",
    )


def _people(customers: Sequence[CustomerJson] | None) -> tuple[Attendee, ...]:
    """Those who count. How a cancelled participant looks is unknown; "cancel" in the status makes one (API.md, 15)."""
    return tuple(
        Attendee(
            customer_booking_id=one.customer_booking_id,
            customer_id=one.customer_id or "",
            spaces=1 if one.spaces is None else one.spaces,
            source=one.booking_source or "",
            payment_ids=tuple(map(str, one.payment_ids or ())),
        )
        for one in customers or ()
        if "cancel" not in (one.status or "").casefold()
    )


def reservation(response: Response) -> Reservation:
    """A hold. Its lifetime is a duration by the service's own clock: ours may be wrong (API.md, "Settling")."""
    slot = data(envelope(response), SLOT)
    lifetime_s = None
    if slot.expiry:
        lifetime_s = (
            utc(slot.expiry) - (utc(slot.created) if slot.created else service_time(response))
        ).total_seconds()
    return Reservation(
        slot_id=slot.id,
        booking_id=slot.booking_id or "",
        service_id=slot.service_id or "",
        resource_id=slot.resource_id or "",
        start=utc(slot.start) if slot.start else None,
        expiry=utc(slot.expiry) if slot.expiry else None,
        lifetime_s=lifetime_s,
    )


def profile(body: dict[str, Any]) -> Profile:
    shown = data(body, NAMED).profile or ProfileJson()
    return Profile(
        first_name=shown.firstname or "",
        last_name=shown.lastname or "",
        email=shown.email or "",
        mobile=shown.mobile or "",
        phone=shown.phone or "",
    )
