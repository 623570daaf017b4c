"""What the booking service tells: group bookings with the people on them, holds on places, times."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from math import isinf

PROVIDER = "Appointedd"
"""What people call the booking service. No other text in code names it, ``appointedd`` and docstrings apart."""


_OF_PERSON = re.compile("cancel|delet|remov|declin", re.IGNORECASE)
_OF_SESSION = re.compile("cancel|delet|remov|archiv|closed", re.IGNORECASE)
_OF_NO_BOOKING = re.compile(f"{_OF_PERSON.pattern}|{_OF_SESSION.pattern}|expir|fail|reject", re.IGNORECASE)
_TAKES_PLACE = "confirmed"


def is_no_longer_there(status: str) -> bool:
    """Whether a status says that somebody who is still listed has no place any more (API.md, 15)."""
    return _OF_PERSON.search(status) is not None


def is_of_no_booking(status: str) -> bool:
    """Whether a status in a confirm's answer speaks against the booking: in doubt it does, for a person looks then."""
    return _OF_NO_BOOKING.search(status) is not None


def moment_text(moment: datetime, zone: tzinfo) -> str:
    """``Sat 14 Mar 2026 10:00``; where the clocks go back, with which of the two: ``Sun 25 Oct 2026 01:30 GMT``."""
    local = moment.astimezone(zone)
    comes_twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return f"{local:%a} {local.day} {local:%b %Y %H:%M}" + (f" {local:%Z}" if comes_twice else "")


def day_text(moment: datetime, zone: tzinfo) -> str:
    """``14 Mar 2026``"""
    local = moment.astimezone(zone)
    return f"{local.day} {local:%b %Y}"


def places_text(places: float) -> str:
    """A number of places; ``?`` where the service does not tell how many there are."""
    return "?" if isinf(places) else str(places)


def time_text(moment: datetime, zone: tzinfo, *, now: datetime) -> str:
    """``14:32``; with its day, ``Sat 14 Mar 2026 14:32``, where that is not today."""
    local = moment.astimezone(zone)
    return f"{local:%H:%M}" if local.date() == now.astimezone(zone).date() else moment_text(moment, zone)


@dataclass(frozen=True, slots=True)
class Profile:
    """A customer record of the service. Weak evidence: it may show another spelling, or a sibling (API.md, 9)."""

    first_name: str
    last_name: str
    email: str = ""
    mobile: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Attendee:
    """One entry in ``customers[]`` of a group booking. Only ``customer_booking_id`` tells people apart.

    Of somebody whose entry can't be read nothing is known, not even that: it is empty (API.md, 17). ``takes`` is how
    many places they take, where that is more than ``spaces``. ``payment_ids`` and ``price`` are what they were asked to
    pay by and how much that is; ``None`` where it is not told (API.md, 7). ``status`` is that of this one person, and
    ``has_paid`` whether it says that they have. ``is_removed``: we have taken them off, and they are listed still.
    """

    customer_booking_id: str
    customer_id: str = ""
    spaces: int = 1
    source: str = ""
    payment_ids: tuple[str, ...] | None = None
    price: float | None = None
    profile: Profile | None = None
    takes: int = 0
    status: str = ""
    has_paid: bool = False
    is_removed: bool = False

    @property
    def is_unread(self) -> bool:
        """Nothing is known by which they could be compared with somebody."""
        return self.profile in (None, Profile("", ""))


@dataclass(frozen=True, slots=True)
class Service:
    """What the organisation offers, like Pottery. With ``has_tiers`` its sessions' prices depend on who comes.

    ``takes_groups``: it says that several people may share a session. ``durations`` is how many lengths it has, and
    ``price`` that of the only one; ``None`` where there are several, or it does not tell.
    """

    id: str
    name: str
    has_tiers: bool = False
    takes_groups: bool = False
    durations: int = 0
    price: float | None = None


@dataclass(frozen=True, slots=True)
class SessionTime:
    """By which a session is known that is not there yet: a service and a room or teacher, by id, at an instant."""

    service_id: str
    resource_id: str
    start: datetime


@dataclass(frozen=True, slots=True)
class FreeTime:
    """A start at which a search finds ``resource_ids`` free for a service: no session is there (API.md, 21).

    ``is_held``: the service shows, or may show, that somebody holds places then. ``start_text`` is as it wrote it.
    """

    service_id: str
    start: datetime
    start_text: str
    resource_ids: frozenset[str]
    is_held: bool


@dataclass(frozen=True, slots=True)
class GroupBooking:
    """A session of the service with its places and the people on it. Cancelled participants are not among them.

    ``places`` are without end where the service does not tell them: then the reservation decides (API.md, 3). A
    ``price`` of ``None`` is not known to be nothing, and is treated like a price (API.md, 7). One that is not there
    yet, but would be started, has no ``id``.

    ``start_text`` is the start exactly as the service wrote it; ``start`` the same instant in UTC; ``end`` is
    not always known. ``may_be_cut``: the list of people is as long as a page of a list may be, and there are places for
    more. ``ended`` are those who are listed although they have no place any more, by ``customer_booking_id``, each with
    the status that says so.
    """

    id: str
    service_id: str
    resource_id: str
    start: datetime
    start_text: str
    places: float
    people: tuple[Attendee, ...] = ()
    price: float | None = 0
    status: str = "confirmed"
    service_name: str = ""
    resource_name: str = ""
    may_be_cut: bool = False
    end: datetime | None = None
    ended: tuple[tuple[str, str], ...] = ()

    @property
    def taken(self) -> int:
        return sum(max(person.spaces, person.takes) for person in self.people)

    @property
    def free(self) -> float:
        return self.places - self.taken

    @property
    def has_price(self) -> bool:
        return self.price != 0

    @property
    def price_text(self) -> str:
        """``a price of 12.50``"""
        return "a price that is not known" if self.price is None else f"a price of {self.price:.2f}"

    @property
    def is_cancelled(self) -> bool:
        return _OF_SESSION.search(self.status) is not None

    @property
    def is_doubtful(self) -> bool:
        """Its status is none of those that are known: whether it takes place can't be told."""
        return not self.is_cancelled and self.status.casefold() != _TAKES_PLACE

    def named(self, services: Mapping[str, Service], resources: Mapping[str, str]) -> GroupBooking:
        """With what its service tells, and the name of its room or teacher, as far as they are known; both by id."""
        service = services.get(self.service_id)
        return replace(
            self,
            service_name=service.name if service else self.service_name,
            resource_name=resources.get(self.resource_id, self.resource_name),
            price=None if service is None or service.has_tiers else self.price,
        )

    def named_as(self, known: GroupBooking) -> GroupBooking:
        """With the names that were known of it before: a reading by its id tells none."""
        return replace(self, service_name=known.service_name, resource_name=known.resource_name)

    @property
    def time(self) -> SessionTime:
        return SessionTime(self.service_id, self.resource_id, self.start)

    @property
    def service(self) -> str:
        """What its service is called, or its id where that is not known."""
        return self.service_name or self.service_id

    @property
    def resource(self) -> str:
        """What its room or teacher is called, or its id where that is not known; "" where it has none."""
        return self.resource_name or self.resource_id

    def label(self, zone: tzinfo) -> str:
        """``Pottery, Sat 14 Mar 2026 10:00``, in the zone's own time."""
        return f"{self.service}, {moment_text(self.start, zone)}"


@dataclass(frozen=True, slots=True)
class Reservation:
    """A hold on places for a few minutes (the service's *slot*), as the service answered. Absent parts are empty.

    ``max_spaces`` is how many places the session has, and ``takes_more`` whether others may be added to it.
    """

    slot_id: str
    booking_id: str
    service_id: str
    resource_id: str
    start: datetime | None
    expiry: datetime | None
    lifetime_s: float | None = None
    max_spaces: int | None = None
    takes_more: bool = False


@dataclass(frozen=True, slots=True)
class Opening:
    """Another time of the same service with places left."""

    service_id: str
    start: datetime
    free: float
    booking_id: str
