"""What the organisation's own staff do with the calendar and the address book; nothing tells the client."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from .memory import Memory, named
from .records import Clock, FreeTime, Profile, Session, new_id


class Staff:
    """Every change is seen by the next request. A ``KeyError`` is raised for what is not there."""

    def __init__(self, memory: Memory, lock: threading.RLock, clock: Clock) -> None:
        self._memory = memory
        self._lock = lock
        self._clock = clock

    def add_free_time(self, service: str, resource: str, start: datetime, minutes: int, places: int) -> FreeTime:
        """A time at which a service that is there can be booked with a resource that is there."""
        with self._lock:
            a_service, a_resource = (
                named(self._memory.services.values(), service),
                named(self._memory.resources.values(), resource),
            )
            if a_service is None or a_resource is None:
                raise ValueError("A free time is of a service and a resource that are there.")
            made = FreeTime(new_id(), a_service.id, a_resource.id, start.astimezone(UTC), minutes, places)
            self._memory.commit(made)
            return made

    def change_session(self, booking_id: str, **changes: Any) -> Session:
        """Move, cancel, enlarge or price a group booking: any field of ``Session``."""
        with self._lock:
            changed = replace(self._memory.sessions[booking_id], updated=self._clock(), **changes)
            self._memory.commit(changed)
            return changed

    def cancel_session(self, booking_id: str) -> None:
        """Cancel a group booking: everybody on it stays listed there."""
        self.change_session(booking_id, status="cancelled")

    def remove_session(self, booking_id: str) -> None:
        """Take a group booking out of the calendar as if it had never been; not kept across processes."""
        with self._lock:
            del self._memory.sessions[booking_id]

    def change_person(self, booking_id: str, customer_booking_id: str, **changes: Any) -> None:
        """Any field of ``Person``, as the number of places."""
        with self._lock:
            self._memory.commit(replace(self._memory.people[booking_id][customer_booking_id], **changes))

    def rename_service(self, service_id: str, name: str) -> None:
        with self._lock:
            self._memory.commit(replace(self._memory.services[service_id], name=name))

    def change_customer(self, customer_id: str, profile: Profile) -> None:
        """Give a customer record another name or address; who is booked under it stays so."""
        with self._lock:
            self._memory.commit(replace(self._memory.customers[customer_id], profile=profile))
