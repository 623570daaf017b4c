"""Which session a row names in words: matched to the services and sessions that there are, in exact pieces.

No likeness decides. What fits two sessions is told with both, what fits none with the nearest.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from importer.booking.targets import no_service
from importer.lists.findings import Finding
from importer.lists.sessions import is_called
from importer.lists.starts import instants
from importer.model import GroupBooking, Service, SessionWords, Target, moment_text
from importer.people.evidence import fold
from importer.service.port import BookingService, Refused

AHEAD = timedelta(days=42)
"""How far a session is looked for whose day is not named (API.md, 1)."""

MOST_SERVICES = 20
_TOLD = 3
_WORD = re.compile(r"\w+(?:['’]\w+)*")
_SAYS_NOTHING = frozenset({"register", "list", "attendance", "sheet", "names"})
"""Words that a title has beside the session that it names."""


@dataclass(frozen=True, slots=True)
class Named:
    """What targets in words mean: each is in ``targets``, by service and start, or in ``faults``."""

    targets: Mapping[Target, Target]
    faults: Mapping[Target, Finding]


def name_sessions(
    wanted: Collection[Target],
    service: BookingService,
    services: Mapping[str, Service],
    remembered: Sequence[GroupBooking],
    *,
    zone: tzinfo,
    now: datetime,
) -> Named:
    """What each of these targets means, which say it in words.

    A whole date with a time is looked for as if it stood in columns of its own. Otherwise the sessions that there are
    tell the day: those of the service that have places, and those ``remembered`` from earlier imports.
    """
    look = _Look(service, services, remembered, zone, now, {}, {})
    targets: dict[Target, Target] = {}
    faults: dict[Target, Finding] = {}
    for target in dict.fromkeys(wanted):
        read = look.read(target)
        if isinstance(read, Finding):
            faults[target] = read._replace(field="session")
        else:
            targets[target] = read
    return Named(targets, faults)


@dataclass(slots=True)
class _Look:
    """The service as far as it was looked at. Each service is searched once for the same days."""

    _service: BookingService
    _services: Mapping[str, Service]
    _remembered: Sequence[GroupBooking]
    _zone: tzinfo
    _now: datetime
    _searched: dict[tuple[str, tuple[date, ...]], dict[datetime, None]]
    _rooms: dict[str, str]

    def read(self, target: Target) -> Target | Finding:
        words = target.words
        if words is None:
            return target
        days = list(self._days(words))
        if not days:
            return Finding(
                "session_words", f'"{words.text}" names no day that is still to come. Write it with its year.'
            )
        some = self._named(target, words)
        if isinstance(some, Finding):
            return some
        if words.year and words.clock:
            starts = instants(datetime.combine(days[0], words.clock), self._zone)
            if len(some) == 1 and starts:
                ((id_, room),) = some
                return Target("", id_, target.resource or room, starts[0], starts[1] if len(starts) > 1 else None)
        if len(some) > MOST_SERVICES:
            return Finding("session_words", f'"{words.text}" names no service. Write it as in the calendar.')
        there = {(id_, room): self._starts(id_, days) for id_, room in some}
        fitting = [
            (id_, room, start) for (id_, room), starts in there.items() for start in starts if self._fits(words, start)
        ]
        if len(fitting) == 1:
            id_, room, start = fitting[0]
            return Target("", id_, target.resource or room, start)
        if fitting:
            told = " or ".join(f"{self._label(id_, start)}" for id_, _, start in fitting[:_TOLD])
            more = f" or {len(fitting) - _TOLD} more" if len(fitting) > _TOLD else ""
            return Finding("session_words", f'"{words.text}" may be {told}{more}. Write which one it is.')
        return self._none(words, [id_ for id_, _ in some], days)

    def _named(self, target: Target, words: SessionWords) -> list[tuple[str, str]] | Finding:
        """The services that the words may mean, each with the room that they name, "" for none."""
        if target.service:
            found = [one.id for one in self._services.values() if is_called(target.service, one.id, one.name)]
            return [(id_, "") for id_ in found] or no_service(target.service, self._services)
        left = _words(" ".join(words.names))
        if not left:
            return [(id_, "") for id_ in self._services]
        said = _words(words.text)
        beside = {
            one.id: rest
            for one in self._services.values()
            if (rest := _beside(_words(one.name), said, left)) is not None
        }
        whole = [id_ for id_, rest in beside.items() if not rest]
        if whole:
            return [(id_, "") for id_ in whole]
        with_room = [
            (id_, room)
            for id_, rest in beside.items()
            for room, name in self._resources().items()
            if _words(name) == rest
        ]
        return with_room or no_service(" ".join(words.names), self._services)

    def _resources(self) -> Mapping[str, str]:
        if not self._rooms:
            try:
                self._rooms = dict(self._service.resources())
            except Refused:
                return {}
        return self._rooms

    def _days(self, words: SessionWords) -> Iterator[date]:
        """The days that the words may mean: that of the date, or of the coming weeks those that fit."""
        today = self._now.astimezone(self._zone).date()
        if words.day and words.month:
            years = [words.year] if words.year else [today.year, today.year + 1]
            for year in years:
                day = _date(year, words.month, words.day)
                is_coming = day is not None and (words.year or day >= today)
                if day and is_coming and words.weekday in (None, day.weekday()):
                    yield day
            return
        coming = (today + timedelta(days=ahead) for ahead in range(AHEAD.days))
        yield from (day for day in coming if words.weekday in (None, day.weekday()))

    def _starts(self, service_id: str, days: Sequence[date]) -> dict[datetime, None]:
        """When sessions of a service start on these days, as far as is known."""
        key = service_id, tuple(days)
        if key not in self._searched:
            ranges = [(_midnight(day, self._zone), _midnight(day + timedelta(days=1), self._zone)) for day in days]
            try:
                found = self._service.openings(service_id, ranges).values()
            except Refused:
                found = {}.values()
            known = (one.start for one in self._remembered if one.service_id == service_id)
            wanted = set(days)
            self._searched[key] = {
                start: None
                for start in sorted({*found, *known})
                if start.astimezone(self._zone).date() in wanted and start > self._now
            }
        return self._searched[key]

    def _fits(self, words: SessionWords, start: datetime) -> bool:
        return words.clock is None or start.astimezone(self._zone).time() == words.clock

    def _label(self, service_id: str, start: datetime) -> str:
        return f"{self._services[service_id].name}, {moment_text(start, self._zone)}"

    def _none(self, words: SessionWords, ids: Iterable[str], days: Sequence[date]) -> Finding:
        near = sorted((start, id_) for id_ in ids for start in self._starts(id_, days))
        also = " or ".join(self._label(id_, start) for start, id_ in near[:_TOLD])
        remedy = f"The nearest: {also}." if also else "None with free places was found then."
        return Finding("session_words", f'No session fits "{words.text}". {remedy}')


def _beside(name: Sequence[str], said: Sequence[str], left: Sequence[str]) -> list[str] | None:
    """The words beside days and times that a name does not account for; ``None`` if the text does not have the name."""
    if not name or not any(said[at : at + len(name)] == name for at in range(len(said) - len(name) + 1)):
        return None
    rest = list(left)
    for word in name:
        if word in rest:
            rest.remove(word)
    return [word for word in rest if word not in _SAYS_NOTHING]


def _words(text: str) -> list[str]:
    return [folded for word in _WORD.findall(text) if (folded := fold(word))]


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time.min, zone)
