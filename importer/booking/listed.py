"""Sessions of a service as a list of its bookings tells them: also those that are full, which a search leaves out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from importer.model import GroupBooking
from importer.service.port import Bookings, BookingService, Refused


@dataclass(frozen=True, slots=True)
class Listed:
    """The sessions that start after ``now``. Each service is listed once, and only where it is asked for; none any more
    once a list was never answered, which takes minutes."""

    service: BookingService
    now: datetime
    _of: dict[str, Bookings] = field(default_factory=dict)
    _unanswered: list[str] = field(default_factory=list)

    def of(self, service_id: str) -> Mapping[str, GroupBooking]:
        """Those of a service by id, cancelled ones too, as far as the service lists them (API.md, 23)."""
        return self._listed(service_id)

    def has_all(self, service_id: str, found: Collection[str]) -> bool:
        """Whether it is known that these are all: the list says so, and has what a search has just ``found``, by id.

        Only then what is not there tells anything.
        """
        listed = self._listed(service_id)
        return not listed.not_shown and all(id_ in listed for id_ in found)

    def _listed(self, service_id: str) -> Bookings:
        if service_id not in self._of:
            self._of[service_id] = self._asked(service_id)
        return self._of[service_id]

    def _asked(self, service_id: str) -> Bookings:
        if self._unanswered:
            return Bookings({}, {"": self._unanswered[0]})
        try:
            return self.service.sessions_of(service_id, self.now)
        except Refused as refusal:
            if not refusal.status:
                self._unanswered.append(refusal.words)
            return Bookings({}, {"": refusal.words})
