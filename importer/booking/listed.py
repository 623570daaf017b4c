"""Sessions of a service as a list of its bookings tells them: also those that are full, which a search leaves out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from importer.model import GroupBooking
from importer.service.port import BookingService, Refused


@dataclass(frozen=True, slots=True)
class Listed:
    """The sessions that start after ``now``. Each service is listed once, and only where it is asked for."""

    service: BookingService
    now: datetime
    _of: dict[str, Mapping[str, GroupBooking] | None] = field(default_factory=dict)

    def of(self, service_id: str) -> Mapping[str, GroupBooking] | None:
        """Those of a service by id, cancelled ones too; ``None`` where the service gives no such list
        (API.md, 23)."""
        if service_id not in self._of:
            try:
                self._of[service_id] = self.service.sessions_of(service_id, self.now)
            except Refused:
                self._of[service_id] = None
        return self._of[service_id]

    def compare(self, service_id: str, shown: Mapping[str, datetime]) -> None:
        """Give up a list that lacks a session to come which a search shows: the query was understood in another way."""
        known = self.of(service_id)
        if known is not None and any(start > self.now and id_ not in known for id_, start in shown.items()):
            self._of[service_id] = None
