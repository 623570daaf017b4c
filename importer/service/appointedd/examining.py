"""A look at the service by reading alone, before anybody is booked (API.md, "Learning the service")."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import Any

from importer.model.examinations import Examination, Finding, Learned, Verdict
from importer.service.appointedd.wire import Wire
from importer.service.port import AnswerLost, NotSent, Refused

MOST_REQUESTS = 20
SESSIONS_WANTED = 5
CLOCK_MAY_BE_OFF_S = 60
SLOW_S = 3.0
_SEARCHES = (43, 59)
_SAFE_DAYS = 42
_OTHER_REQUESTS = 6
"""What is kept for the questions after the sessions."""
_PROFILE = ("firstname", "lastname", "email", "mobile")
_KEPT_TYPES: dict[str, type | tuple[type, ...]] = {
    "price": (int, float),
    "total_spaces": int,
    "service": str,
    "resource": str,
    "start": str,
}
"""What imports use of a group booking, and the kinds that the guide shows."""

_NOBODY = "Nobody is booked on the sessions we looked at."

Answer = dict[str, Any]


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
        self.requests = 0
        self.learned = Learned()
        self._date = ""
        self._services: list[Answer] = []
        self._found: dict[str, Answer] = {}
        self._bookings: list[Answer] = []

    def findings(self) -> Iterator[Finding]:
        """In this order; what is out of reach when the requests are used up is said to be not looked at."""
        steps: tuple[tuple[str, Callable[[], Iterator[Finding]]], ...] = (
            ("Key", self._key),
            ("Services", self._about_services),
            ("Rooms and teachers", self._resources),
            ("Sessions to come", self._sessions),
            ("Length of a search", self._length),
            ("Several sessions at once", self._ids),
            ("Free places", self._places),
            ("What a session shows", self._fields),
            ("People on a session", self._people),
            ("Customer records", self._customer),
        )
        for subject, step in steps:
            try:
                yield from step()
            except _NoMore:
                yield Finding(subject, Verdict.NOT_LOOKED_AT, f"This look stops after {MOST_REQUESTS} requests.")
            except Refused as refusal:
                yield Finding(subject, Verdict.AFFECTS_IMPORTS, f'The service refused: "{refusal.words}".')
            except (NotSent, AnswerLost) as error:
                yield Finding(subject, Verdict.AFFECTS_IMPORTS, f"No usable answer came: {error}.")

    def _key(self) -> Iterator[Finding]:
        begun = monotonic()
        self._services = self._read("GET", "services", params={"limit": 100})
        seconds = monotonic() - begun
        yield Finding("Key", Verdict.AS_DESCRIBED, "The service accepts it.")
        yield _about_clock(self._date, self._now)
        verdict = Verdict.DIFFERS if seconds > SLOW_S else Verdict.AS_DESCRIBED
        yield Finding("Time to answer", verdict, f"{seconds:.1f} s.")

    def _about_services(self) -> Iterator[Finding]:
        if not self._services:
            yield Finding("Services", Verdict.AFFECTS_IMPORTS, "There is none that this key may see.")
            return
        priced = [one for one in self._services if _is_priced(one)]
        alone = [one for one in self._services if _of(one, "booking").get("allow_group") is False]
        said = [f"{len(self._services)} services"]
        said += [f"{len(priced)} with a price or price groups: imports ask about payment requests"] if priced else []
        said += [f"{len(alone)} take no groups"] if alone else []
        yield Finding("Services", Verdict.AS_DESCRIBED, "; ".join(said) + ".")

    def _resources(self) -> Iterator[Finding]:
        resources = self._read("GET", "resources", params={"limit": 100})
        named = [one for one in resources if _of(one, "profile").get("name")]
        verdict = Verdict.AS_DESCRIBED if len(named) == len(resources) else Verdict.DIFFERS
        without = f", {len(resources) - len(named)} without a name" if len(named) < len(resources) else ""
        yield Finding("Rooms and teachers", verdict, f"{len(resources)} listed{without}.")

    def _sessions(self) -> Iterator[Finding]:
        refused: list[str] = []
        for service in self._services:
            if len(self._found) >= SESSIONS_WANTED or self.requests >= MOST_REQUESTS - _OTHER_REQUESTS:
                break
            try:
                self._found |= self._search(str(service.get("id", "")), _SAFE_DAYS)
            except Refused as refusal:
                refused.append(f'{service.get("name", "a service")}: "{refusal.words}"')
        if refused:
            yield Finding(
                "Sessions to come", Verdict.DIFFERS, "A search was refused for " + "; ".join(refused[:3]) + "."
            )
        elif self._found:
            yield Finding("Sessions to come", Verdict.AS_DESCRIBED, f"{len(self._found)} with free places were found.")
        else:
            sentence = (
                "No session with free places in the next six weeks. Ask again when there is one: more can be told then."
            )
            yield Finding("Sessions to come", Verdict.NOT_LOOKED_AT, sentence)

    def _length(self) -> Iterator[Finding]:
        service_id = str(self._services[0].get("id", "")) if self._services else ""
        longest = 0
        for days in _SEARCHES:
            try:
                self._search(service_id, days)
                longest = days
            except Refused:
                break
        self.learned = Learned(self.learned.takes_many_ids, longest or _SAFE_DAYS)
        if longest == _SEARCHES[-1]:
            yield Finding("Length of a search", Verdict.AS_DESCRIBED, f"{longest} days at once, as its guide says.")
        else:
            yield Finding("Length of a search", Verdict.DIFFERS, f"{longest or _SAFE_DAYS} days at once.")

    def _ids(self) -> Iterator[Finding]:
        ids = list(self._found)[:SESSIONS_WANTED]
        if len(ids) < 2:
            yield Finding("Several sessions at once", Verdict.NOT_LOOKED_AT, "It takes two sessions to see that.")
            return
        self._bookings = self._asked_for(self._read("GET", "bookings", params={"ids[]": ids, "limit": 100}), ids)
        takes_many = len(self._bookings) == len(ids)
        self.learned = Learned(takes_many, self.learned.search_days)
        if takes_many:
            yield Finding("Several sessions at once", Verdict.AS_DESCRIBED, "Found with one request.")
            return
        self._bookings = self._asked_for(self._read("GET", "bookings", params={"ids": ids[0]}), ids)
        verdict = Verdict.DIFFERS if self._bookings else Verdict.AFFECTS_IMPORTS
        sentence = "One request each is needed." if self._bookings else "A session is not found by its ID."
        yield Finding("Several sessions at once", verdict, sentence)

    def _places(self) -> Iterator[Finding]:
        counted = [(one, self._found[str(one["id"])].get("spaces")) for one in self._bookings]
        known = [(_free(one), said, one.get("total_spaces")) for one, said in counted if _free(one) is not None]
        if not known:
            yield Finding("Free places", Verdict.NOT_LOOKED_AT, "No session shows how many places it has.")
        elif all(free == said for free, said, _ in known):
            yield Finding("Free places", Verdict.AS_DESCRIBED, "A search tells the same as the people on the session.")
        elif all(total == said for _, said, total in known):
            yield Finding("Free places", Verdict.DIFFERS, "A search tells all places; we count the people instead.")
        else:
            sentence = (
                "A search tells other numbers than the people on the session: some places may be reserved just now."
            )
            yield Finding("Free places", Verdict.DIFFERS, sentence)

    def _fields(self) -> Iterator[Finding]:
        if not self._bookings:
            yield Finding("What a session shows", Verdict.NOT_LOOKED_AT, "No session was found to look at.")
            return
        odd = sorted(
            name
            for name, kinds in _KEPT_TYPES.items()
            if any(not isinstance(one.get(name), kinds) or isinstance(one.get(name), bool) for one in self._bookings)
        )
        if odd:
            sentence = f"Not as its guide has them: {', '.join(odd)}. Rows of such a session need attention."
            yield Finding("What a session shows", Verdict.AFFECTS_IMPORTS, sentence)
        else:
            yield Finding("What a session shows", Verdict.AS_DESCRIBED, "Every field that imports use.")

    def _people(self) -> Iterator[Finding]:
        people = self._everybody()
        if not people:
            yield Finding("People on a session", Verdict.NOT_LOOKED_AT, _NOBODY)
            return
        nameless = sum(not one.get("customer_booking_id") for one in people)
        statuses = sorted({str(one.get("status") or "none") for one in people})
        sources = sorted({str(one.get("booking_source") or "none") for one in people})
        shared = len(people) - len({one.get("customer_id") for one in people})
        said = f"{len(people)} people; statuses: {', '.join(statuses)}; booked through: {', '.join(sources)}"
        said += f"; {shared} share a customer record" if shared else ""
        if nameless:
            said += f"; {nameless} without an ID of their own, so we can't tell them apart"
        yield Finding("People on a session", Verdict.AFFECTS_IMPORTS if nameless else Verdict.AS_DESCRIBED, f"{said}.")

    def _customer(self) -> Iterator[Finding]:
        people = self._everybody()
        customer_id = next((str(one["customer_id"]) for one in people if one.get("customer_id")), "")
        if not customer_id:
            yield Finding("Customer records", Verdict.NOT_LOOKED_AT, _NOBODY)
            return
        body = self._send("GET", f"customers/{customer_id}")
        profile = _of(_of(body, "data"), "profile")
        odd = sorted(
            name for name in ("firstname", "lastname", "email", "mobile") if not isinstance(profile.get(name, ""), str)
        )
        if not profile or odd:
            sentence = f"Not as others have seen it: {', '.join(odd) or 'it has no profile'}."
            yield Finding("Customer records", Verdict.DIFFERS, sentence)
        else:
            yield Finding("Customer records", Verdict.AS_DESCRIBED, "One was read.")

    def _search(self, service_id: str, days: int) -> dict[str, Answer]:
        start = self._now.astimezone(UTC)
        range_ = {"start": _instant(start), "end": _instant(start + timedelta(days=days))}
        body = {"ranges": [range_], "service_id": service_id, "spaces": 1, "timezone": self._timezone}
        intervals = self._read("POST", "availability/intervals/search", json=body)
        groups = [group for one in intervals for group in one.get("group_bookings") or () if isinstance(group, dict)]
        return {str(group["id"]): group for group in groups if group.get("id")}

    def _asked_for(self, bookings: Sequence[Answer], ids: Sequence[str]) -> list[Answer]:
        return [one for one in bookings if one.get("id") in ids]

    def _read(self, method: str, path: str, **content: Any) -> list[Answer]:
        return self._listed(self._send(method, path, **content))

    def _listed(self, body: Any) -> list[Answer]:
        data = body.get("data") if isinstance(body, dict) else None
        if not isinstance(data, list):
            raise AnswerLost("its answer has another form than the guide says")
        return [one for one in data if isinstance(one, dict)]

    def _send(self, method: str, path: str, **content: Any) -> Any:
        if self.requests >= MOST_REQUESTS:
            raise _NoMore
        self.requests += 1
        response = self._wire.send(method, path, of_one=True, **content)
        self._date = response.headers.get("Date", "")
        try:
            return response.json()
        except ValueError:
            raise AnswerLost("its answer can't be read") from None

    def _everybody(self) -> list[Answer]:
        return [one for booking in self._bookings for one in booking.get("customers") or () if isinstance(one, dict)]


def _about_clock(date: str, now: datetime) -> Finding:
    try:
        off_s = abs((parsedate_to_datetime(date) - now).total_seconds())
    except (ValueError, TypeError):
        return Finding("Clock", Verdict.DIFFERS, "The service does not tell its time.")
    if off_s <= CLOCK_MAY_BE_OFF_S:
        return Finding("Clock", Verdict.AS_DESCRIBED, "This computer and the service agree.")
    sentence = f"This computer's clock is {round(off_s / 60)} minutes from the service's. We go by the service's."
    return Finding("Clock", Verdict.DIFFERS, sentence)


def _is_priced(service: Answer) -> bool:
    booking = _of(service, "booking")
    prices = [one.get("price") for one in booking.get("durations") or () if isinstance(one, dict)]
    return bool(booking.get("tiers")) or any(price != 0 for price in prices)


def _free(booking: Answer) -> int | None:
    total, people = booking.get("total_spaces"), booking.get("customers") or ()
    if not isinstance(total, int):
        return None
    return total - sum(one.get("spaces") or 1 for one in people if isinstance(one, dict))


def _of(holder: Answer, name: str) -> Answer:
    value = holder.get(name) if isinstance(holder, dict) else None
    return value if isinstance(value, dict) else {}


def _instant(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")
