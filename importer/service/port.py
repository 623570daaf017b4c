"""The booking service as the trade sees it: its calls, what an answer may be, and what is true of any service like it.

Whoever books or reads is written against ``BookingService``. ``appointedd`` implements it, stand-ins in tests do, and
only the door that connects names the one it connects to (import-linter keeps it).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from types import TracebackType
from typing import NamedTuple, Protocol, Self

from importer.model import (
    Attendee,
    FreeTime,
    GroupBooking,
    Participant,
    Profile,
    Reservation,
    Service,
    is_of_no_booking,
)
from importer.model.examinations import Examination

OWN_SOURCE = "api"
"""How the service marks those whom a program has booked (API.md, 8)."""

USUAL_LIFETIME_S = 1200.0
"""How long a hold is taken to live while none has told its expiry; 7 and 20 minutes are seen (API.md, 5)."""

_ID = re.compile(r"[0-9a-f]{24}", re.ASCII | re.IGNORECASE)


_APART = timedelta(days=1)


def are_apart(ours: datetime, there: datetime | None) -> bool:
    """Whether our clock and the service's (``BookingService.now``) differ by more than a day: either may be wrong by
    years, and nobody can tell which."""
    return there is not None and abs(there - ours) > _APART


def both_clocks(ours: datetime, there: datetime | None) -> tuple[datetime, datetime]:
    """The earlier one, as ``today_by``, and the later one, where they ``are_apart``; else ours twice."""
    return (min(ours, there), max(ours, there)) if there and are_apart(ours, there) else (ours, ours)


def today_by(ours: datetime, there: datetime | None) -> datetime:
    """The moment after which a session may be to come: ours, or the earlier one where the two clocks ``are_apart``.

    What is over by this is over by both. What is settled, and when, never goes by it (API.md, "Settling a lost
    answer").
    """
    return both_clocks(ours, there)[0]


def is_id(text: str) -> bool:
    """An id of the service: 24 hex characters. Anything else is never put into a request (API.md, 2)."""
    return _ID.fullmatch(text) is not None


class NotSent(Exception):
    """The request is known not to have reached the service, and may be sent again."""


class AnswerLost(Exception):
    """The request may or may not have been carried out: time-out, cut connection, 5xx, redirect, unreadable body."""


class Unreadable(AnswerLost):
    """The request was carried out, and its answer can't be read."""


class Refused(Exception):
    """The service said no (4xx). ``words`` are its own, made fit for a screen.

    A read of one thing that the service can't answer, though it answers others, counts as refused, with a status of 0.
    """

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status
        self.words = words


class Confirmation(NamedTuple):
    """A confirm's answer: the group booking it names, and the people it lists (ours alone, or everybody; API.md, 8).

    ``status`` is that of the group booking; ``ended`` the statuses of listed people, by id, that speak against theirs.
    ``start`` and ``service_id`` are those of the group booking, where they are told.
    """

    booking_id: str
    people: tuple[Attendee, ...]
    status: str = ""
    ended: Mapping[str, str] = {}
    start: datetime | None = None
    service_id: str = ""

    def session(self, planned: GroupBooking) -> GroupBooking:
        """The group booking as this answer names it: staff may have moved it since it was read."""
        service_id = self.service_id or planned.service_id
        name = planned.service_name if service_id == planned.service_id else ""
        return replace(planned, start=self.start or planned.start, service_id=service_id, service_name=name)

    def spoken_against(self, seen: Collection[str]) -> str:
        """The status by which our own booking has ended or never was, though it was answered; empty where none says so.

        ``seen`` are the ids of people who were there before.
        """
        if is_of_no_booking(self.status):
            return self.status
        if any(one.customer_booking_id not in seen for one in self.people):
            return ""
        return next((status for id_, status in self.ended.items() if id_ not in seen), "")


class Bookings(dict[str, GroupBooking]):
    """Group bookings by id, as one reading showed them. An id that is neither here nor in ``not_shown`` is not there.

    ``not_shown`` has why a group booking could not be had, though it may be there: the service's words, or what is odd
    about its record (API.md, 17).
    """

    def __init__(self, found: Mapping[str, GroupBooking], not_shown: Mapping[str, str] | None = None) -> None:
        super().__init__(found)
        self.not_shown = not_shown or {}


class BookingService(Protocol):
    """A connection to the service. Safe to call from several threads; a context manager.

    Reads are repeated when they fail. ``reserve``, ``confirm`` and ``remove`` send one request each, repeated only
    where it is known not to have reached the booking logic (API.md, "Settling a lost answer"). Every call may raise
    ``ServiceError``, which ends the run: the key is refused, or the service is down.
    """

    @property
    def requests(self) -> int:
        """How many requests went out so far."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None: ...

    def now(self) -> datetime | None:
        """The time by the service's own clock, as far as its latest answer has told it; never later than it is."""

    def services(self) -> dict[str, Service]:
        """Every service, by id. Raises ``Refused``."""

    def resources(self) -> dict[str, str]:
        """Name of every room or teacher, by id. Raises ``Refused``."""

    def rooms_of(self, service_id: str) -> frozenset[str]:
        """Ids of the rooms or teachers that may have sessions of a service: all that do not say otherwise. Raises
        ``Refused``."""

    def bookings(self, ids: Collection[str]) -> Bookings:
        """The group bookings of these ids with the people on them."""

    def openings(
        self, service_id: str, ranges: Sequence[tuple[datetime, datetime]], spaces: int = 1
    ) -> dict[str, datetime]:
        """Start of each group booking of a service within these ranges that has places, by its id.

        The ranges may be many, long and far apart. Raises ``Refused``.
        """

    def sessions_of(self, service_id: str, since: datetime) -> Bookings:
        """The group bookings of a service that start after an instant, also those without places and cancelled ones.

        ``not_shown`` is empty only where the list itself tells that these are all; else it has why not, under "".
        Raises ``Refused`` where the service gives no such list.
        """

    def free_times(self, service_id: str, ranges: Sequence[tuple[datetime, datetime]]) -> tuple[FreeTime, ...]:
        """Starts within these ranges at which a room or teacher is free for a service, or somebody holds places.

        Raises ``Refused``.
        """

    def profile(self, customer_id: str) -> Profile | None:
        """The customer record; ``None`` where there is none (any more), or none that can be read."""

    def examine(self, *, now: datetime) -> Examination:
        """What can be known of the service by reading alone, in few requests."""

    def reserve(self, booking: GroupBooking, spaces: int) -> Reservation:
        """Hold places. Raises ``NotSent``, ``AnswerLost`` or ``Refused``.

        Where the hold landed has to be compared with the target before it is confirmed (API.md, 4). A ``booking``
        without an id is one to be started, at a free time (21).
        """

    def confirm(self, slot_id: str, person: Participant, *, payment_request: bool | None = None) -> Confirmation:
        """Turn a hold into a booking. Never call it twice with one slot.

        ``payment_request`` is sent only where it is chosen (API.md, 7). Raises as ``reserve`` does.
        """

    def remove(self, booking_id: str, customer_booking_id: str) -> None:
        """Take one person off a group booking; it and everybody else on it stay. That can't be undone (API.md, 22).

        Never call it again while it may still be under way. How the booking shows it afterwards, only reading tells.
        Raises as ``reserve`` does.
        """
