"""Who strangers are: customer records, as far as somebody on a group booking may be a person of ours."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from importer.model import Attendee, GroupBooking, Profile
from importer.service.port import BookingService


class CustomerRecords:
    """The customer records of one import, each read once. Safe to call from several threads.

    They are never kept for the next one: staff give a placeholder its real name (API.md, 20). ``known`` are group
    bookings that were read in this import already, with the records of people on them.
    """

    def __init__(self, service: BookingService, *, workers: int = 1, known: Iterable[GroupBooking] = ()) -> None:
        self._service, self._workers = service, workers
        self._profiles: dict[str, Profile | None] = {
            one.customer_id: one.profile for booking in known for one in booking.people if one.profile
        }

    def with_records(self, people: Iterable[Attendee]) -> tuple[Attendee, ...]:
        """The same people with their records; of who can't be read nothing is known."""
        listed = tuple(people)
        missing = sorted({one.customer_id for one in listed if one.customer_id} - self._profiles.keys())
        if missing:
            with ThreadPoolExecutor(self._workers, "records") as pool:
                self._profiles |= dict(zip(missing, pool.map(self._service.profile, missing), strict=True))
        return tuple(replace(one, profile=self._profiles.get(one.customer_id)) for one in listed)
