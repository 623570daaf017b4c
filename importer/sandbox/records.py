"""What the practice service keeps records of, and the corners of the real one that nobody can look into."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal, get_args, get_origin, get_type_hints

Clock = Callable[[], datetime]
"""Tells the time, aware of its offset. Everything the practice service calls "now" comes from it."""

CONFIRMED = "confirmed"
NO_STATUS = "No Status"
CANCELLED = "Cancelled"


def utc_now() -> datetime:
    return datetime.now(UTC)


def new_id() -> str:
    """An id in the service's form: 24 hex characters (API.md, uncertain point 2)."""
    return secrets.token_hex(12)


@dataclass(frozen=True, slots=True)
class Rules:
    """How this practice service answers where the guide is silent; the numbers are API.md's uncertain points.

    Client code has to be right whichever way each of them turns out, so every one can be turned both ways.
    """

    search_days: float = 42
    """1: how long one search's ranges may be, in total and in span. The guide says 59, a reference 42."""
    ids_form: Literal["both", "single"] = "both"
    """2: ``single`` understands ``ids=<one id>`` only and finds nothing for an array."""
    search_spaces: Literal["remaining", "total"] = "remaining"
    """3: what ``spaces`` of a group booking in a search's answer counts."""
    when_full: Literal["refuse", "new_booking"] = "refuse"
    """4: a reserve onto a full group booking is refused, or lands on a new one."""
    hold_minutes: float = 20
    """5: how long a reservation holds its places; an organisation's own setting."""
    payment_field: str = "send_payment_request"
    """7: the name of the confirm's boolean; a body without it asks for payment."""
    payment_field_works: bool = True
    """7: switched off, payment is asked for whatever the field says."""
    confirm_lists: Literal["ours", "everybody"] = "ours"
    """8: whom the confirm's answer lists in ``customers``."""
    siblings_share_record: bool = False
    """9: people are matched to their records by e-mail or mobile alone, whatever their names."""
    bad_key_status: Literal[401, 403] = 401
    """10: the answer to a missing or wrong key."""
    spaces_given: Literal["asked", "one"] = "asked"
    """13: how many places one customer gets out of a reservation of several."""
    cancelled_are: Literal["removed", "status"] = "removed"
    """15: a cancelled participant is gone from ``customers``, or stays with the status "Cancelled"."""

    def __post_init__(self) -> None:
        for name, hint in get_type_hints(type(self)).items():
            if get_origin(hint) is Literal and getattr(self, name) not in get_args(hint):
                allowed = " or ".join(repr(choice) for choice in get_args(hint))
                raise ValueError(f"{name} is {allowed}, not {getattr(self, name)!r}.")


@dataclass(frozen=True, slots=True)
class Service:
    id: str
    name: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Resource:
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Session:
    """A group booking: places of a service, with a resource, at an instant (kept in UTC)."""

    id: str
    service_id: str
    resource_id: str
    start: datetime
    minutes: int
    places: int
    created: datetime
    price: int = 0
    status: str = CONFIRMED
    source: str = "appointment_screen"

    @property
    def end(self) -> datetime:
        return self.start + timedelta(minutes=self.minutes)


@dataclass(frozen=True, slots=True)
class Profile:
    first: str
    last: str
    email: str = ""
    mobile: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Customer:
    """A record of the address book; several participants may share one."""

    id: str
    profile: Profile
    created: datetime


@dataclass(frozen=True, slots=True)
class Person:
    """A participant of a group booking, with the profile as it was given for this booking.

    The record behind ``customer_id`` may spell it another way (API.md, uncertain point 9).
    """

    customer_booking_id: str
    booking_id: str
    profile: Profile
    spaces: int
    added: datetime
    source: str = "appointment_screen"
    price: int = 0
    timezone: str = "Europe/London"
    payment_id: str = ""
    status: str = NO_STATUS
    customer_id: str = ""

    @property
    def name(self) -> str:
        return f"{self.profile.first} {self.profile.last}"

    @property
    def email(self) -> str:
        return self.profile.email

    @property
    def mobile(self) -> str:
        return self.profile.mobile


@dataclass(frozen=True, slots=True)
class Slot:
    """A reservation: it holds its places until it is used or expires."""

    id: str
    booking_id: str
    spaces: int
    created: datetime
    expiry: datetime
    used: bool = False


Record = Service | Resource | Session | Customer | Person | Slot


@dataclass(frozen=True, slots=True)
class Booking:
    """A group booking as it stood at one moment: the session, those listed on it, and the places left.

    ``free`` is what neither participants nor live reservations take.
    """

    session: Session
    people: tuple[Person, ...]
    free: int

    @property
    def id(self) -> str:
        return self.session.id
