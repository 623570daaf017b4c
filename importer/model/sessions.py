"""What the booking service tells: group bookings with the people on them, holds on places, times."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo


def moment_text(moment: datetime, zone: tzinfo) -> str:
    """``Sat 14 Mar 2026 10:00``"""
    local = moment.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b %Y %H:%M}"


def day_text(moment: datetime, zone: tzinfo) -> str:
    """``14 Mar 2026``"""
    local = moment.astimezone(zone)
    return f"{local.day} {local:%b %Y}"


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
    """One entry in ``customers[]`` of a group booking. Only ``customer_booking_id`` tells people apart."""

    customer_booking_id: str
    customer_id: str = ""
    spaces: int = 1
    source: str = ""
    payment_ids: tuple[str, ...] = ()
    profile: Profile | None = None


@dataclass(frozen=True, slots=True)
class GroupBooking:
    """A session of the service with its places and the people on it. Cancelled participants are not among them.

    ``start_text`` is the start exactly as the service wrote it; ``start`` the same instant in UTC.
    """

    id: str
    service_id: str
    resource_id: str
    start: datetime
    start_text: str
    places: int
    people: tuple[Attendee, ...] = ()
    price: float = 0
    status: str = "confirmed"
    service_name: str = ""
    resource_name: str = ""

    @property
    def taken(self) -> int:
        return sum(person.spaces for person in self.people)

    @property
    def free(self) -> int:
        return self.places - self.taken

    @property
    def is_cancelled(self) -> bool:
        return "cancel" in self.status.casefold()

    def named(self, services: Mapping[str, str], resources: Mapping[str, str]) -> GroupBooking:
        """With the names of its service and its room or teacher, as far as they are known; both by id."""
        return replace(
            self,
            service_name=services.get(self.service_id, self.service_name),
            resource_name=resources.get(self.resource_id, self.resource_name),
        )

    def label(self, zone: tzinfo) -> str:
        """``Pottery, Sat 14 Mar 2026 10:00``, in the zone's own time."""
        return f"{self.service_name or self.service_id}, {moment_text(self.start, zone)}"


@dataclass(frozen=True, slots=True)
class Reservation:
    """A hold on places for a few minutes (the service's *slot*), as the service answered. Absent parts are empty."""

    slot_id: str
    booking_id: str
    service_id: str
    resource_id: str
    start: datetime | None
    expiry: datetime | None
    lifetime_s: float | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    """Another time of the same service with places left."""

    service_id: str
    start: datetime
    free: int
    booking_id: str
