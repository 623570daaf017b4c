"""The service's JSON as the guide and the recorded payloads show it, and our nouns made from it.

Records are judged one by one, and by the fields that are used alone: an odd one concerns its row or its session, never
the run (API.md, 17). A field of another kind than expected counts as absent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from math import inf
from typing import Annotated, Any, TypeVar

from pydantic import AliasChoices, BaseModel, Field, TypeAdapter, ValidationError, ValidatorFunctionWrapHandler
from pydantic.functional_validators import AfterValidator, WrapValidator
from requests import Response

from importer.model import (
    Attendee,
    FreeTime,
    GroupBooking,
    Profile,
    Reservation,
    Service,
    is_no_longer_there,
    is_of_no_booking,
)
from importer.service.appointedd.wire import json_of, service_time, utc
from importer.service.port import AnswerLost, Bookings, Confirmation, Unreadable, is_id

T = TypeVar("T")

MOST_PLACES = 10**6
"""A number of places beyond it counts as absent: no session has so many, and no ledger holds any number."""

PAGES = (10, 25)
"""A list of people that is a multiple of one of these long may have been cut there: 10 is the usual length of a page,
100 the longest (API.md, "Paging")."""

LONGEST_LIFETIME_S = 24 * 3600.0
"""A hold that would live longer, or that had lapsed before it was made, has not told how long it lives."""


def _absent_if_odd(value: object, read: ValidatorFunctionWrapHandler) -> object:
    try:
        return read(value)
    except ValidationError:
        return None


def _in_small_letters(text: str) -> str:
    return text.casefold() if is_id(text) else text


def _whole_letters(text: str) -> str:
    """Halves of letters, which JSON can write and no file can hold, as question marks."""
    return text.encode("utf-8", "replace").decode()


def _without_half_letters(text: str) -> str:
    text.encode()  # a UnicodeEncodeError is a ValueError
    return text


_Odd = WrapValidator(_absent_if_odd)
Key = Annotated[str, AfterValidator(_without_half_letters)]
Id = Annotated[Key, AfterValidator(_in_small_letters)]
"""Of an id the case says nothing, whichever call it comes from: it is a number in hexadecimal."""
OddId = Annotated[Annotated[Id, Field(coerce_numbers_to_str=True)] | None, _Odd]
Text = Annotated[Annotated[str, Field(coerce_numbers_to_str=True), AfterValidator(_whole_letters)] | None, _Odd]
Number = Annotated[Annotated[float, Field(strict=True)] | None, _Odd]
Whole = Annotated[Annotated[int, Field(ge=0, le=MOST_PLACES)] | None, _Odd]
Instant = Annotated[datetime, AfterValidator(utc)]
Moment = Annotated[Instant | None, _Odd]
Objects = Annotated[list[Any] | None, _Odd]


class CustomerJson(BaseModel):
    customer_booking_id: OddId = None
    customer_id: OddId = None
    spaces: Whole = None
    total_spaces: Whole = None
    booking_source: Text = None
    status: Text = None
    payment_ids: Any = None
    total_price: Number = None
    paid: Any = None


class BookingJson(BaseModel):
    """``GET /bookings`` says ``service`` and ``resource``, the confirm's answer ``service_id`` and ``resource_id``."""

    id: Id
    service: Id = Field(validation_alias=AliasChoices("service", "service_id"), min_length=1)
    resource: OddId = Field(None, validation_alias=AliasChoices("resource", "resource_id"))
    start: Instant
    end: Moment = None
    customers: list[Any]
    """Without it nobody can be told to be there or not: the session can't be read."""
    price: Number = None
    total_spaces: Whole = None
    status: Text = None


class ConfirmedJson(BaseModel):
    id: Id
    customers: Objects = None
    status: Text = None
    start: Moment = None
    service: OddId = Field(None, validation_alias=AliasChoices("service_id", "service"))


class SlotJson(BaseModel):
    id: Key
    max_spaces: Whole = None
    allow_additional_spaces: Any = None
    booking_id: OddId = None
    service_id: OddId = None
    resource_id: OddId = None
    start: Moment = None
    expiry: Moment = None
    created: Moment = None


class FoundJson(BaseModel):
    id: Id
    start: Instant


class IntervalJson(BaseModel):
    start: Moment = None
    group_bookings: Objects = None
    resource_ids: Objects = None
    group_slots: Any = None


class ProfileJson(BaseModel):
    name: Text = None
    firstname: Text = None
    lastname: Text = None
    email: Text = None
    mobile: Text = None
    phone: Text = None


class DurationJson(BaseModel):
    price: Number = None


class OfferJson(BaseModel):
    tiers: Any = None
    allow_group: Any = None
    durations: Objects = None


class NamedJson(BaseModel):
    """A service, a resource (its name is in its profile) or a customer."""

    id: Id
    name: Text = None
    profile: Annotated[ProfileJson | None, _Odd] = None
    booking: Annotated[OfferJson | None, _Odd] = None
    services: Objects = None
    """Of a resource: the ids of what it is for."""


BOOKING = TypeAdapter(BookingJson)
CONFIRMED = TypeAdapter(ConfirmedJson)
CUSTOMER = TypeAdapter(CustomerJson)
FOUND = TypeAdapter(FoundJson)
INTERVAL = TypeAdapter(IntervalJson)
DURATION = TypeAdapter(DurationJson)
NAMED = TypeAdapter(NamedJson)
SLOT = TypeAdapter(SlotJson)
LIST: TypeAdapter[list[Any]] = TypeAdapter(list[Any])


def envelope(response: Response) -> dict[str, Any]:
    """The object around ``data``. Raises ``AnswerLost`` where the body is something else."""
    try:
        body = json_of(response)
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


def bookings(body: dict[str, Any]) -> Bookings:
    """Group bookings as ``GET /bookings`` lists them; of odd ones, what is odd about them, under "" without an id."""
    found: dict[str, GroupBooking] = {}
    not_shown: dict[str, str] = {}
    for record in _records(body):
        try:
            made = _group_booking(BOOKING.validate_python(record), record)
            if found.setdefault(made.id, made) != made:
                not_shown[made.id] = "it is there twice, and not alike"
        except ValidationError as error:
            fields = sorted({str(fault["loc"][0]) for fault in error.errors() if fault["loc"]})
            id_ = record.get("id") if isinstance(record, dict) else None
            not_shown[_in_small_letters(id_) if isinstance(id_, str) else ""] = (
                f"its record has no {' and no '.join(fields)} that can be read"
            )
    return Bookings({id_: made for id_, made in found.items() if id_ not in not_shown}, not_shown)


def openings(body: dict[str, Any]) -> dict[str, datetime]:
    """Start of each group booking that a search found, by id."""
    groups = (group for interval in _each(_records(body), INTERVAL) for group in interval.group_bookings or ())
    return {group.id: group.start for group in _each(groups, FOUND)}


def free_times(body: dict[str, Any], service_id: str) -> list[FreeTime]:
    """What a search found free: only an empty list of ``group_slots`` says that nobody holds places (API.md, 21)."""
    records = [record for record in _records(body) if isinstance(record, dict)]
    return [
        FreeTime(
            service_id,
            one.start,
            str(record["start"]),
            frozenset(_in_small_letters(id_) for id_ in one.resource_ids or () if isinstance(id_, str) and is_id(id_)),
            is_held=one.group_slots != [],
        )
        for record in records
        for one in _each([record], INTERVAL)
        if one.start and (one.resource_ids or one.group_slots)
    ]


def services(body: dict[str, Any]) -> dict[str, Service]:
    """One page of services, by id."""
    return {one.id: _service(one, one.booking or OfferJson()) for one in _each(_records(body), NAMED)}


def _service(one: NamedJson, offer: OfferJson) -> Service:
    durations = list(_each(offer.durations or (), DURATION))
    return Service(
        one.id,
        one.name or one.id,
        has_tiers=bool(offer.tiers),
        takes_groups=offer.allow_group is True,
        durations=len(offer.durations or ()),
        price=durations[0].price if len(durations) == 1 else None,
    )


def resources(body: dict[str, Any]) -> dict[str, str]:
    """One page of resources: name by id."""
    return {one.id: (one.profile and one.profile.name) or one.name or one.id for one in _each(_records(body), NAMED)}


def rooms_of(body: dict[str, Any], service_id: str) -> dict[str, None]:
    """Of one page of resources those that name a service as theirs, or do not tell theirs by ids."""
    return {
        one.id: None
        for one in _each(_records(body), NAMED)
        if one.services is None or any(not isinstance(id_, str) or id_.casefold() == service_id for id_ in one.services)
    }


def confirmation(response: Response) -> Confirmation:
    confirmed = data(envelope(response), CONFIRMED)
    people = _customers(confirmed.customers)
    return Confirmation(
        confirmed.id,
        _attendees(one for one in people if not is_of_no_booking(one.status or "")),
        status=confirmed.status or "",
        start=confirmed.start,
        service_id=confirmed.service or "",
        ended={
            one.customer_booking_id or "": one.status for one in people if one.status and is_of_no_booking(one.status)
        },
    )


def reservation(response: Response) -> Reservation:
    """A hold. Its lifetime is a duration by the service's own clock: ours may be wrong (API.md, "Settling").

    Raises ``Unreadable``: by an answer that can't be read places are held all the same.
    """
    try:
        slot = data(envelope(response), SLOT)
    except AnswerLost as error:
        raise Unreadable(str(error)) from None
    lifetime_s = (slot.expiry - (slot.created or service_time(response))).total_seconds() if slot.expiry else None
    return Reservation(
        slot_id=slot.id,
        booking_id=slot.booking_id or "",
        service_id=slot.service_id or "",
        resource_id=slot.resource_id or "",
        start=slot.start,
        expiry=slot.expiry,
        lifetime_s=lifetime_s if lifetime_s and 0 < lifetime_s <= LONGEST_LIFETIME_S else None,
        max_spaces=slot.max_spaces,
        takes_more=slot.allow_additional_spaces is True,
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


def _records(body: dict[str, Any]) -> list[Any]:
    return data(body, LIST)


def _each(records: Iterable[object], shape: TypeAdapter[T]) -> Iterator[T]:
    """Those records that can be read."""
    for record in records:
        try:
            yield shape.validate_python(record)
        except ValidationError:
            continue


def _group_booking(shown: BookingJson, record: dict[str, Any]) -> GroupBooking:
    listed = len(shown.customers)
    made = GroupBooking(
        id=shown.id,
        service_id=shown.service,
        resource_id=shown.resource or "",
        start=shown.start,
        start_text=str(record["start"]),
        places=inf if shown.total_spaces is None else shown.total_spaces,
        people=_people(shown.customers),
        price=shown.price,
        status=shown.status or "",
        end=shown.end,
        ended=tuple(
            (one.customer_booking_id, one.status)
            for one in _customers(shown.customers)
            if one.customer_booking_id and one.status and is_no_longer_there(one.status)
        ),
    )
    return replace(made, may_be_cut=listed > 0 < made.free and any(listed % page == 0 for page in PAGES))


def _people(customers: Iterable[object] | None) -> tuple[Attendee, ...]:
    """Those who count. How a cancelled participant looks is unknown; the words of a status tell (API.md, 15)."""
    return _attendees(one for one in _customers(customers) if not is_no_longer_there(one.status or ""))


def _customers(records: Iterable[object] | None) -> list[CustomerJson]:
    return list(_each((one if isinstance(one, dict) else {} for one in records or ()), CUSTOMER))


def _attendees(customers: Iterable[CustomerJson]) -> tuple[Attendee, ...]:
    """Who is listed twice under one id is there once."""
    return tuple({one.customer_booking_id or at: _attendee(one) for at, one in enumerate(customers)}.values())


def _attendee(one: CustomerJson) -> Attendee:
    return Attendee(
        customer_booking_id=one.customer_booking_id or "",
        customer_id=one.customer_id or "",
        spaces=1 if one.spaces is None else one.spaces,
        source=one.booking_source or "",
        payment_ids=_payment_ids(one.payment_ids),
        price=one.total_price,
        takes=one.total_spaces or 0,
        status=one.status or "",
        has_paid=one.paid is True,
    )


def _payment_ids(shown: object) -> tuple[str, ...] | None:
    """Only an empty list says that there are none (API.md, 7): what is absent, null or empty text tells nothing."""
    listed = shown if isinstance(shown, list) else [shown]
    found = tuple(_whole_letters(str(id_)) for id_ in listed if id_)
    return found if found or shown == [] else None
