"""What the practice service keeps records of, and the corners of the real one that nobody can look into."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, get_args, get_origin, get_type_hints

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


def _corner(default: Any, does: str) -> Any:
    return field(default=default, metadata={"does": does})


@dataclass(frozen=True, slots=True)
class Rules:
    """How this practice service answers where the guide is silent; the numbers are API.md's uncertain points.

    Client code has to be right whichever way each of them turns out, so every one can be turned both ways. On a
    command line one is written ``NAME=VALUE``, with hyphens: ``when-full=new-booking``.
    """

    search_days: float = _corner(42, "1: how many days one search may span, in total too; the guide says 59")
    ids: Literal["both", "single"] = _corner("both", "2: `single` understands `ids=ID` alone, and finds no array")
    search_spaces: Literal["remaining", "total"] = _corner(
        "remaining", "3: what `spaces` of a group booking counts in a search's answer"
    )
    when_full: Literal["refuse", "new_booking"] = _corner(
        "refuse", "4: a reserve onto a full group booking is refused, or lands on a new one"
    )
    hold_minutes: float = _corner(20, "5: how long a reservation holds its places")
    payment_field: str = _corner("send_payment_request", "7: the confirm's boolean; without it, payment is asked for")
    payment_field_works: bool = _corner(True, "7: `no` asks for payment whatever that field says")
    confirm_lists: Literal["ours", "everybody"] = _corner("ours", "8: whom the confirm's answer lists in `customers`")
    siblings_share_record: bool = _corner(
        False, "9: people are matched to their records by e-mail or mobile alone, whatever their names"
    )
    bad_key_status: Literal[401, 403] = _corner(401, "10: the answer to a missing or wrong key")
    spaces_given: Literal["asked", "one"] = _corner("asked", "13: how many places one customer gets of several")
    cancelled: Literal["removed", "marked", "listed"] = _corner(
        "removed", '15: who was cancelled is gone, stays with the status "Cancelled", or stays as if nothing were'
    )
    source: str = _corner("api", "20: how the source of a booking through this interface is written")
    new_booking_at: Literal["confirm", "reserve"] = _corner("confirm", "21: when a free time becomes a group booking")

    def __post_init__(self) -> None:
        for name, hint in get_type_hints(type(self)).items():
            if get_origin(hint) is Literal and getattr(self, name) not in get_args(hint):
                allowed = " or ".join(repr(choice) for choice in get_args(hint))
                raise ValueError(f"{name} is {allowed}, not {getattr(self, name)!r}.")

    @classmethod
    def parse(cls, texts: Iterable[str]) -> Rules:
        """Rules out of ``NAME=VALUE`` each. Raises ``ValueError`` with a sentence that helps."""
        return cls(**dict(map(_parsed, texts)))


def rules_table() -> dict[str, str]:
    """What each rule is about, by ``NAME=VALUE|VALUE`` as it is written, its default first."""
    hints = get_type_hints(Rules)
    return {
        f"{one.name.replace('_', '-')}={_values(hints[one.name], one.default)}": one.metadata["does"]
        for one in fields(Rules)
    }


def _values(hint: Any, default: Any) -> str:
    if hint is bool:
        return "yes|no" if default else "no|yes"
    if get_origin(hint) is Literal:
        return "|".join(str(choice).replace("_", "-") for choice in get_args(hint))
    return f"{default:g}" if isinstance(default, (int, float)) else str(default)


def _parsed(text: str) -> tuple[str, Any]:
    name, _, value = text.partition("=")
    name, hints = name.strip().replace("-", "_"), get_type_hints(Rules)
    if name not in hints:
        raise ValueError(f"{text!r} names no rule. There are: {', '.join(rules_table())}.")
    hint, value = hints[name], value.strip()
    kinds: dict[Any, Callable[[str], Any]] = {float: float, str: str, bool: {"yes": True, "no": False}.__getitem__}
    if get_origin(hint) is Literal:
        kinds[hint] = {str(one).replace("_", "-"): one for one in get_args(hint)}.__getitem__
    try:
        return name, kinds[hint](value.replace("_", "-") if get_origin(hint) is Literal else value)
    except (KeyError, ValueError):
        wanted = next(one for one in rules_table() if one.startswith(name.replace("_", "-") + "="))
        raise ValueError(f"{value!r} is no value of that rule; write {wanted}.") from None


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
    updated: datetime | None = None
    """When staff changed it last; who is booked on it changes nothing here, as recorded."""

    @property
    def end(self) -> datetime:
        return self.start + timedelta(minutes=self.minutes)


@dataclass(frozen=True, slots=True)
class FreeTime:
    """A time at which a service could be booked with a resource, and no group booking is there yet (API.md, 21)."""

    id: str
    service_id: str
    resource_id: str
    start: datetime
    minutes: int
    places: int

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
    paid: bool = False

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
    free_time_id: str = ""
    """Where it holds a free time, which becomes a group booking with the confirm: ``booking_id`` is empty then."""


Record = Service | Resource | Session | FreeTime | Customer | Person | Slot


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

    @property
    def updated(self) -> datetime:
        return self.session.updated or self.session.created


@dataclass(frozen=True, slots=True)
class Interval:
    """What a search finds at one start: group bookings, resources that are free, and holds on free times."""

    start: datetime
    bookings: tuple[Booking, ...] = ()
    free: tuple[FreeTime, ...] = ()
    held: tuple[Slot, ...] = ()
