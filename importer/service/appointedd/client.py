"""The calls of the booking service, in the words of the trade."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from itertools import chain, islice
from types import TracebackType
from typing import Any

from pydantic import SecretStr
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential, wait_random

from importer.model import FreeTime, GroupBooking, Participant, Profile, Reservation, Service
from importer.model.examinations import Examination, Learned
from importer.service.appointedd import listing, shapes
from importer.service.appointedd.shapes import T
from importer.service.appointedd.wire import Wire, instant_text
from importer.service.pace import Pace
from importer.service.port import AnswerLost, Bookings, BookingService, Confirmation, NotSent, Refused, is_id
from importer.service.trace import Trace

PAGE = 100
"""The largest page the service gives (API.md, "Paging")."""

LONGEST_SEARCH = timedelta(days=42)
"""One request's ranges, in total and in span (API.md, 1). The guide says 59 days; 42 is right either way."""

MOST_PAGES = 100
"""A list that goes on has no end: no organisation has ten thousand services or rooms."""

MOST_LISTED = 20
"""So many pages of a service's bookings are read to know its full sessions, not more: some have years of them."""

Range = tuple[datetime, datetime]


class Appointedd(BookingService):
    """The service behind one address and key. Safe to call from several threads; a context manager.

    Reads are repeated when they fail. ``reserve``, ``confirm`` and ``remove`` send one request each, repeated only
    where it is known not to have reached the booking logic: a 429, or a connection that was never made (API.md,
    "Settling"). Every call may raise ``ServiceError``, which ends the run: the key is refused, or the service is down.
    """

    def __init__(
        self,
        base_url: str,
        key: SecretStr,
        *,
        timeout_s: float = 30,
        workers: int = 8,
        payment_field: str = "send_payment_request",
        timezone: str = "Europe/London",
        pace: Pace | None = None,
        trace: Trace | None = None,
        learned: Learned | None = None,
    ) -> None:
        self.base_url = base_url
        self._wire = Wire(base_url, key, pace or Pace(), timeout_s=timeout_s, connections=2 * workers, trace=trace)
        self._learned = learned or Learned()
        self._payment_field = payment_field
        self._timezone = timezone
        self._again = Retrying(
            retry=retry_if_exception_type((NotSent, AnswerLost)),
            stop=stop_after_attempt(4),
            wait=wait_exponential(multiplier=0.3, max=5) + wait_random(0, 0.3),
            reraise=True,
        )

    def __enter__(self) -> Appointedd:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._wire.close()

    @property
    def requests(self) -> int:
        """How many requests went out so far."""
        return self._wire.request_count

    # What can be read

    def now(self) -> datetime | None:
        """The ``Date`` of its latest answer, and the time since."""
        return self._wire.now()

    def services(self) -> dict[str, Service]:
        """Every service, by id. Raises ``Refused``; ``ServiceError`` where nothing else is answered either."""
        try:
            return self._all("services", shapes.services)
        except Refused as refusal:
            if refusal.status == HTTPStatus.NOT_FOUND:
                hint = "as if there were no such service (the address may lack /v1/)"
                raise self._wire.down(f'it answered "{refusal.words}", {hint}') from None
            if not refusal.status and not self._answers("resources"):
                raise self._wire.down(refusal.words) from None
            raise

    def resources(self) -> dict[str, str]:
        """Name of every room or teacher, by id. Raises ``Refused``."""
        return self._all("resources", shapes.resources)

    def rooms_of(self, service_id: str) -> frozenset[str]:
        """Ids of the rooms or teachers that may have sessions of a service (API.md, calls). Raises ``Refused``."""
        return frozenset(self._all("resources", lambda body: shapes.rooms_of(body, service_id)))

    def bookings(self, ids: Collection[str]) -> Bookings:
        """The group bookings of these ids with the people on them.

        Many at a time in the array form, one alone and what does not come back singly, because the guide shows both
        forms (API.md, 2). Nothing counts as unknown before both were tried, whatever was learned of them.
        """
        wanted = [id_ for id_ in dict.fromkeys(ids) if is_id(id_)]
        is_array_first = len(wanted) > 1 and self._learned.takes_many_ids is not False
        found = self._in_array_form(wanted) if is_array_first else {}
        not_shown: dict[str, str] = {}
        for id_ in wanted:
            if id_ in found:
                continue
            try:
                shown = self._bookings({"ids": id_})
                found |= shown
                if odd := shown.not_shown.get(id_) or shown.not_shown.get(""):
                    not_shown[id_] = odd
            except Refused as refusal:
                if refusal.status != HTTPStatus.NOT_FOUND:
                    not_shown[id_] = refusal.words
        if not is_array_first:
            found |= self._in_array_form([id_ for id_ in wanted if id_ not in found | not_shown])
        return Bookings(
            {id_: found[id_] for id_ in wanted if id_ in found},
            {id_: why for id_, why in not_shown.items() if id_ not in found},
        )

    def openings(self, service_id: str, ranges: Sequence[Range], spaces: int = 1) -> dict[str, datetime]:
        """Start of each group booking of a service within these ranges that has places, by its id.

        The ranges may be many and far apart: they are packed into as few requests as the service allows. Raises
        ``Refused`` where one of those is.
        """
        found: dict[str, datetime] = {}
        for opened in self._search(shapes.openings, service_id, ranges, spaces):
            found |= opened
        return found

    def free_times(self, service_id: str, ranges: Sequence[Range]) -> tuple[FreeTime, ...]:
        """Starts at which a room or teacher is free for a service, or somebody holds places (API.md, 21).

        Raises ``Refused``.
        """
        found = self._search(lambda body: shapes.free_times(body, service_id), service_id, ranges)
        return tuple(chain.from_iterable(found))

    def sessions_of(self, service_id: str, since: datetime) -> Bookings:
        """The bookings of a service, the latest first, as far back as an instant.

        The names of the query are those that other people's clients use (C): an answer that passes over them is read to
        its end, or for ``MOST_LISTED`` pages. It tells all if it ended by itself, with as many as its ``total`` says,
        and all can be read. Raises ``Refused``.
        """
        query = {"services[]": service_id, "sort_by": "start", "order_by": "descending"}
        pages: list[listing.Page] = []
        for page in islice(self._pages("bookings", listing.page, query), MOST_LISTED):
            pages.append(page)
            if listing.is_past(pages, since):
                break
        return listing.sessions(pages, service_id, since)

    def profile(self, customer_id: str) -> Profile | None:
        """The customer record; ``None`` where there is none (any more), or none that can be read."""
        if not is_id(customer_id):
            return None
        try:
            return self._read(shapes.profile, "GET", f"customers/{customer_id}")
        except Refused:
            return None

    def examine(self, *, now: datetime) -> Examination:
        """What can be known of the service by reading alone; nothing is booked, reserved or changed."""
        from importer.service.appointedd.examining import examine

        return examine(self._wire, timezone=self._timezone, now=now)

    # What changes something

    def reserve(self, booking: GroupBooking, spaces: int) -> Reservation:
        """Hold places (guide, "Creating a new availability slot"). Raises ``NotSent``, ``AnswerLost`` or ``Refused``.

        Where the hold landed has to be compared with the target before it is confirmed (API.md, 4).
        """
        slot = {
            "timezone": self._timezone,
            "required_spaces": spaces,
            "start": booking.start_text,
            "service_id": booking.service_id,
            "resource_id": booking.resource_id,
        }
        return shapes.reservation(self._wire.send("POST", "availability/slots", of_one=True, json={"data": slot}))

    def confirm(self, slot_id: str, person: Participant, *, payment_request: bool | None = None) -> Confirmation:
        """Turn a hold into a booking (guide, "Confirming the availability slot"). Never call it twice with one slot.

        Only fields that are filled in are sent (API.md, 14); ``payment_request`` only where it is chosen (API.md, 7).
        Raises ``NotSent``, ``AnswerLost`` or ``Refused``.
        """
        contact = {"email": person.email, "mobile": person.mobile, "phone": person.phone}
        profile = {"firstname": person.first_name, "lastname": person.last_name}
        profile |= {name: value for name, value in contact.items() if value}
        body: dict[str, Any] = {
            "timezone": self._timezone,
            "data": {"customers": [{"customer": {"profile": profile}}]},
            "slot_id": slot_id,
        }
        if payment_request is not None:
            body[self._payment_field] = payment_request
        return shapes.confirmation(self._wire.send("POST", "bookings", json=body))

    def remove(self, booking_id: str, customer_booking_id: str) -> None:
        """Take one person off a group booking; it and everybody else on it stay (API.md, 22). That can't be undone.

        Nothing is asked of the body of the answer. Raises ``NotSent``, ``AnswerLost`` or ``Refused``.
        """
        if not (is_id(booking_id) and is_id(customer_booking_id)):
            raise Refused(0, "it has no id by which it could be asked to")
        self._wire.send("POST", f"bookings/{booking_id}/customers/{customer_booking_id}/cancel", of_one=True)

    def _in_array_form(self, ids: Sequence[str]) -> dict[str, GroupBooking]:
        found: dict[str, GroupBooking] = {}
        for start in range(0, len(ids), PAGE):
            with suppress(Refused):
                found |= self._bookings({"ids[]": ids[start : start + PAGE], "limit": PAGE})
        return found

    def _bookings(self, params: Mapping[str, Any]) -> Bookings:
        return self._read(shapes.bookings, "GET", "bookings", params=params)

    def _search(
        self, make: Callable[[dict[str, Any]], T], service_id: str, ranges: Sequence[Range], spaces: int = 1
    ) -> Iterator[T]:
        for packed in pack_ranges(ranges, timedelta(days=self._learned.search_days or LONGEST_SEARCH.days)):
            body = {
                "ranges": [{"start": instant_text(start), "end": instant_text(end)} for start, end in packed],
                "service_id": service_id,
                "spaces": spaces,
                "timezone": self._timezone,
            }
            yield self._read(make, "POST", "availability/intervals/search", json=body)

    def _all(self, path: str, make: Callable[[dict[str, Any]], dict[str, T]]) -> dict[str, T]:
        """Every item of a list."""
        found: dict[str, T] = {}
        for page in self._pages(path, make, {}):
            found |= page
        return found

    def _pages(
        self,
        path: str,
        make: Callable[[dict[str, Any]], T],
        query: Mapping[str, str],
    ) -> Iterator[T]:
        """The pages of a list: ``start`` is the ``next`` of the page before (API.md, "Paging")."""
        start: object = ""
        seen: set[object] = set()
        while isinstance(start, (str, int)) and not isinstance(start, bool) and start not in seen:
            if len(seen) == MOST_PAGES:
                raise Refused(0, "its list has no end")
            seen.add(start)
            params: dict[str, Any] = {**query, "limit": PAGE} | ({"start": start} if start else {})
            page, start = self._read(lambda body: (make(body), body.get("next")), "GET", path, params=params)
            yield page

    def _answers(self, path: str) -> bool:
        """Whether this list is answered in a form that can be read."""
        try:
            self._read(dict, "GET", path, params={"limit": 1})
        except Refused as refusal:
            return refusal.status != 0
        return True

    def _read(self, make: Callable[[dict[str, Any]], T], method: str, path: str, **content: Any) -> T:
        """A request that changes nothing, repeated until it is answered.

        Raises ``Refused`` when it never is, though the service may answer others; ``ServiceError`` when it is down.
        """
        try:
            return self._again(lambda: make(shapes.envelope(self._wire.send(method, path, of_one=True, **content))))
        except AnswerLost as lost:
            raise Refused(0, str(lost)) from None
        except NotSent as error:
            raise self._wire.down(str(error)) from error


def pack_ranges(ranges: Sequence[Range], longest: timedelta = LONGEST_SEARCH) -> list[list[Range]]:
    """Ranges, merged where they overlap and cut where they are too long, in bundles of at most so much span.

    In UTC: where a zone's clocks change, 42 of its days are an hour longer (API.md, 1).
    """
    merged: list[Range] = []
    for start, end in sorted((start.astimezone(UTC), end.astimezone(UTC)) for start, end in ranges):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    bundles: list[list[Range]] = []
    for start, end in merged:
        while start < end:
            if not bundles or start - bundles[-1][0][0] >= longest:
                bundles.append([])
            last = min(end, (bundles[-1][0][0] if bundles[-1] else start) + longest)
            bundles[-1].append((start, last))
            start = last
    return bundles
