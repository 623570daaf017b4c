"""A look at the service by reading alone, before anybody is booked (API.md, "Learning the service")."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from http import HTTPStatus
from time import monotonic
from typing import Any

from importer.model.examinations import Examination, Finding, Learned, Verdict
from importer.service.appointedd import findings, shapes
from importer.service.appointedd.findings import Answer
from importer.service.appointedd.wire import Wire, instant_text
from importer.service.port import AnswerLost, NotSent, Refused, is_id

MOST_REQUESTS = 20
SESSIONS_WANTED = 5
_SEARCHES = (43, 59)
_SAFE_DAYS = 42
_SHORT_DAYS = 7
"""What is tried where that is too long for the service."""
_MOST_NAMED = 3
_OTHER_REQUESTS = 6
"""What is kept for the questions after the sessions."""
_MOST_PAGES = 4
"""So many pages of a hundred are read of a list."""

_SESSIONS = "Sessions to come"
_LENGTH = "Length of a search"
_SEVERAL = "Several sessions at once"
_BY_ID_ALONE = "find sessions by their ID alone"

_Step = tuple[str, Callable[[], Iterator[Finding]], str]
"""What is looked at, how, and what imports would do where no answer comes."""


def examine(wire: Wire, *, timezone: str, now: datetime) -> Examination:
    """What can be known of a service with at most 20 reading requests.

    Raises ``ServiceError`` where it can't be used at all.
    """
    look = _Look(wire, timezone, now)
    return Examination(tuple(look.findings()), look.learned, look.requests)


class _NoMore(Exception):
    """All requests that a look may make are made."""


class _Look:
    def __init__(self, wire: Wire, timezone: str, now: datetime) -> None:
        self._wire = wire
        self._timezone = timezone
        self._now = now
        self._made_before = wire.request_count
        self.learned = Learned()
        self._headers: Mapping[str, str] = {}
        self._services: list[Answer] = []
        self._no_services = ""
        self._searched: Answer = {}
        self._days = _SAFE_DAYS
        self._is_short_tried = False
        self._found: dict[str, Answer] = {}
        self._bookings: list[Answer] = []

    @property
    def requests(self) -> int:
        return self._wire.request_count - self._made_before

    def findings(self) -> Iterator[Finding]:
        """In this order; what is out of reach when the requests are used up is said to be not looked at."""
        yield from self._connection()
        steps: tuple[_Step, ...] = (
            ("Rooms and teachers", self._about_resources, "not know rooms and teachers by their names"),
            (_SESSIONS, self._about_sessions, _BY_ID_ALONE),
            (_LENGTH, self._about_length, _BY_ID_ALONE),
            (_SEVERAL, self._about_ids, findings.LEAVE_ROWS),
            ("Free places", self._about_bookings, ""),
            ("Customer records", self._about_record, findings.NOT_KNOW_PEOPLE),
        )
        for subject, step, imports_would in steps:
            try:
                yield from step()
            except _NoMore:
                yield Finding(subject, Verdict.NOT_LOOKED_AT, f"a look stops after {MOST_REQUESTS} requests")
            except Refused as refusal:
                seen = f'the service refused ("{refusal.words}")'
                yield Finding(subject, Verdict.AFFECTS_IMPORTS, seen, imports_would)
            except (NotSent, AnswerLost) as error:
                seen = f"no usable answer came ({str(error) or 'there was no connection'})"
                yield Finding(subject, Verdict.AFFECTS_IMPORTS, seen, imports_would)

    def _connection(self) -> Iterator[Finding]:
        """The key, the clock, the time to answer and the services. Where nothing is answered, nothing works."""
        begun = monotonic()
        is_all = True
        try:
            self._services, is_all = self._all("services")
        except Refused as refusal:
            if refusal.status == HTTPStatus.NOT_FOUND:
                raise self._wire.down(f'it answered "{refusal.words}"') from None
            self._no_services = f'the service refused ("{refusal.words}")'
        except (NotSent, AnswerLost) as error:
            self._no_services = f"no usable answer came ({error})"
            self._see_others_answered(str(error))
        took_s = monotonic() - begun
        yield Finding("Key", Verdict.AS_DESCRIBED, "the service accepts it")
        yield findings.about_clock(self._headers.get("Date", ""), self._now)
        yield findings.about_time(took_s)
        yield findings.about_limit(self._headers)
        if self._no_services:
            yield Finding("Services", Verdict.AFFECTS_IMPORTS, self._no_services, _BY_ID_ALONE)
        else:
            yield findings.about_services(self._services, is_all=is_all)

    def _see_others_answered(self, reason: str) -> None:
        """Raises ``ServiceError`` where the service answers nothing else either."""
        try:
            self._send("GET", "resources", params={"limit": 1})
        except (NotSent, AnswerLost, Refused):
            raise self._wire.down(reason) from None

    def _about_resources(self) -> Iterator[Finding]:
        resources, is_all = self._all("resources")
        yield findings.about_resources(resources, is_all=is_all)

    def _about_sessions(self) -> Iterator[Finding]:
        if self._no_services:
            yield Finding(_SESSIONS, Verdict.NOT_LOOKED_AT, "the services are not known")
            return
        refused: dict[str, list[str]] = {}
        searched = 0
        for service in self._services:
            if len(self._found) >= SESSIONS_WANTED or self.requests >= MOST_REQUESTS - _OTHER_REQUESTS:
                break
            searched += 1
            try:
                self._found |= self._search_safely(service)
                self._searched = self._searched or service
            except Refused as refusal:
                refused.setdefault(refusal.words, []).append(str(service.get("name", "a service")))
        if refused:
            told = (f'{_some(names)} ("{words}")' for words, names in refused.items())
            seen = f"a search was refused for {_some(list(told))}"
            yield Finding(_SESSIONS, Verdict.AFFECTS_IMPORTS, seen, f"{_BY_ID_ALONE} there")
        elif self._found:
            yield Finding(_SESSIONS, Verdict.AS_DESCRIBED, f"{len(self._found)} with free places were found")
        else:
            of = "" if searched == len(self._services) else f", of {searched} services,"
            weeks = "six weeks" if self._days == _SAFE_DAYS else "week"
            seen = f"no session of the next {weeks}{of} has free places (look again when one has)"
            yield Finding(_SESSIONS, Verdict.NOT_LOOKED_AT, seen)

    def _about_length(self) -> Iterator[Finding]:
        if not self._searched:
            yield Finding(_LENGTH, Verdict.NOT_LOOKED_AT, "no search was answered")
            return
        longest = self._days
        for days in _SEARCHES if longest == _SAFE_DAYS else ():
            try:
                self._search(self._searched, days)
                longest = days
            except (Refused, AnswerLost):
                break
        self.learned = self.learned.joined(Learned(search_days=longest))
        verdict = Verdict.AS_DESCRIBED if longest == _SEARCHES[-1] else Verdict.DIFFERS
        yield Finding(_LENGTH, verdict, f"{longest} days at once")

    def _about_ids(self) -> Iterator[Finding]:
        ids = list(self._found)[:SESSIONS_WANTED]
        if len(ids) > 1:
            self._bookings = self._by_ids(ids, params={"ids[]": ids, "limit": 100})
            takes_many = len(self._bookings) == len(ids)
            self.learned = self.learned.joined(Learned(takes_many_ids=takes_many))
            if takes_many:
                yield Finding(_SEVERAL, Verdict.AS_DESCRIBED, "found with one request")
                return
        if ids:
            self._bookings = self._by_ids(ids, params={"ids": ids[0]})
        if ids and not self._bookings:
            yield Finding(_SEVERAL, Verdict.AFFECTS_IMPORTS, "a session is not found by its ID", findings.LEAVE_ROWS)
        elif len(ids) > 1:
            yield Finding(_SEVERAL, Verdict.DIFFERS, "one request each is needed")
        else:
            yield Finding(_SEVERAL, Verdict.NOT_LOOKED_AT, "it takes two sessions to see that")

    def _about_bookings(self) -> Iterator[Finding]:
        people = self._everybody()
        self.learned = self.learned.joined(Learned(cancelled_status=findings.cancelled_status(people)))
        yield findings.about_places(self._bookings, self._found)
        yield findings.about_fields(self._bookings)
        yield from findings.about_people(people)

    def _about_record(self) -> Iterator[Finding]:
        customer_id = next((id_ for one in self._everybody() if is_id(id_ := str(one.get("customer_id")))), "")
        if not customer_id:
            yield findings.no_record()
            return
        data = self._send("GET", f"customers/{customer_id}").get("data")
        profile = data.get("profile") if isinstance(data, dict) else None
        yield findings.about_record(profile if isinstance(profile, dict) else {})

    def _search_safely(self, service: Answer) -> dict[str, Answer]:
        """Of fewer days where so many are refused. Raises ``Refused`` where that is not for their number."""
        try:
            return self._search(service, self._days)
        except Refused:
            if self._searched or self._is_short_tried:
                raise
        self._is_short_tried = True
        found = self._search(service, _SHORT_DAYS)
        self._days = _SHORT_DAYS
        return found

    def _search(self, service: Answer, days: int) -> dict[str, Answer]:
        body = {
            "ranges": [{"start": instant_text(self._now), "end": instant_text(self._now + timedelta(days=days))}],
            "service_id": str(service.get("id", "")),
            "spaces": 1,
            "timezone": self._timezone,
        }
        intervals = self._read("POST", "availability/intervals/search", json=body)
        groups = [group for one in intervals for group in findings.records(one.get("group_bookings"))]
        return {str(group["id"]).casefold(): group for group in groups if group.get("id")}

    def _by_ids(self, ids: Sequence[str], **content: Any) -> list[Answer]:
        """Those of the answer that were asked for: a service that does not know the form answers with any."""
        return [one for one in self._read("GET", "bookings", **content) if str(one.get("id")).casefold() in ids]

    def _all(self, path: str) -> tuple[list[Answer], bool]:
        """The records of the first pages of a list, and whether these are all."""
        found: list[Answer] = []
        start: object = ""
        for _ in range(_MOST_PAGES):
            body = self._send("GET", path, params={"limit": 100} | ({"start": start} if start else {}))
            found += _listed(body)
            start = body.get("next")
            if not start:
                return found, True
            if not isinstance(start, (str, int)):
                break
        return found, False

    def _read(self, method: str, path: str, **content: Any) -> list[Answer]:
        return _listed(self._send(method, path, **content))

    def _send(self, method: str, path: str, **content: Any) -> Answer:
        if self.requests >= MOST_REQUESTS:
            raise _NoMore
        response = self._wire.send(method, path, of_one=True, **content)
        self._headers = response.headers
        return shapes.envelope(response)

    def _everybody(self) -> list[Answer]:
        return [one for booking in self._bookings for one in findings.records(booking.get("customers"))]


def _listed(body: Answer) -> list[Answer]:
    return findings.records(shapes.data(body, shapes.LIST))


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return f"{', '.join(names[:_MOST_NAMED])}{more}"
