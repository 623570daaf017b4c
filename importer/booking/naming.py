"""Which session a row names in words: matched to the services and sessions that there are, in exact pieces.

No likeness decides. What fits two sessions is told with both, what fits none with the nearest.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from importer.booking.listed import Listed
from importer.booking.service_names import names_service_alone, without_days_of, words_beside, words_of
from importer.booking.targets import no_service, not_listed, not_searched, not_shown_fault, same_name
from importer.lists.findings import Finding, cell_text
from importer.lists.session_words import fits
from importer.lists.sessions import is_called, is_over
from importer.lists.starts import instants
from importer.lists.title_words import SAYS_NOTHING, says_more, to_agree
from importer.model import GroupBooking, Options, Service, SessionWords, Severity, Target, moment_text
from importer.people.evidence import fold
from importer.service.port import BookingService, Refused

AHEAD = timedelta(days=42)
"""How far a session is looked for whose day is not named (API.md, 1)."""

YEARS_AHEAD = 5
"""How far a day without its year is looked for, in one search: the session that there is tells the year."""

SEVERAL_FIT, NONE_FITS = "several_sessions", "no_session_fits"
"""The rules of words that fit several sessions, or none."""

FULL_NOT_SEEN = "full_sessions_not_seen"
"""The rule of words that are booked on the only session seen of their day, which a person is to check."""

MOST_SERVICES = 20
_TOLD = 3
_NOT_SEEN = "Full sessions can't be seen."


@dataclass(frozen=True, slots=True)
class Named:
    """What targets in words mean: each is in ``targets``, by service and start, or in ``faults``. ``warnings``: of
    those that are the only one of their day with places, where full ones can't be seen."""

    targets: Mapping[Target, Target]
    faults: Mapping[Target, Finding]
    warnings: Mapping[Target, Finding]


def name_sessions(
    wanted: Collection[Target],
    service: BookingService,
    services: Mapping[str, Service],
    remembered: Sequence[GroupBooking],
    *,
    zone: tzinfo,
    now: datetime,
    options: Options,
    listed: Listed,
    no_services: str = "",
    or_now: datetime | None = None,
) -> Named:
    """What each of these targets means, which say it in words.

    A whole date with a time is looked for as if it stood in columns of its own. Otherwise the sessions that there are
    tell the day: those of the service that have places, those that are ``listed`` (full ones too: that a session has
    places decides nothing), and those ``remembered`` from earlier imports. ``no_services`` is why the services are not
    known, in the service's words. ``or_now`` is the time by the other clock, where the two are apart.
    """
    look = _Look(service, services, remembered, zone, now, options, listed, {}, {}, {}, or_now or now)
    targets: dict[Target, Target] = {}
    faults: dict[Target, Finding] = {}
    for target in dict.fromkeys(wanted):
        read = not_listed(no_services) if no_services else look.read(target)
        if isinstance(read, Finding):
            faults[target] = read._replace(field="session")
        else:
            targets[target] = read
    return Named(targets, faults, look.warnings)


def still_meaning(
    service: BookingService,
    services: Mapping[str, Service],
    options: Options,
    listed: Listed,
    zone: tzinfo,
    *,
    now: datetime,
) -> Callable[[Target, Target], bool]:
    """What tells whether a target in words may mean by now the exact one that it has meant: the service is called so,
    and the time is that. Where the services are not known nothing speaks against it."""
    look = _Look(service, services, (), zone, now, options, listed, {}, {}, {})
    return lambda typed, meant: not services or look.may_mean(typed, meant)


def sessions_on(
    days: Sequence[date],
    target: Target,
    service: BookingService,
    services: Mapping[str, Service],
    remembered: Sequence[GroupBooking],
    *,
    zone: tzinfo,
    listed: Listed,
    options: Options,
) -> tuple[GroupBooking, ...] | Finding:
    """The sessions to come on these days, in the order of time, of the service and the room that a target names, be it
    in words. Those with places, those ``remembered``, as a search lists no others, and full ones of the same days.
    Raises ``ServiceError``."""
    look = _Look(service, services, remembered, zone, listed.now, options, listed, {}, {}, {})
    return look.sessions(days, target)


class _Seen(NamedTuple):
    """When sessions of a service start on some days, as far as is known, and whether it is known that these are all."""

    starts: Mapping[datetime, None]
    is_all: bool


@dataclass(slots=True)
class _Look:
    """The service as far as it was looked at. Each service is searched once for the same days."""

    _service: BookingService
    _services: Mapping[str, Service]
    _remembered: Sequence[GroupBooking]
    _zone: tzinfo
    _now: datetime
    _options: Options
    _listed: Listed
    _searched: dict[tuple[str, tuple[date, ...]], _Seen | Refused]
    _rooms: dict[str, str]
    warnings: dict[Target, Finding]
    _or_now: datetime | None = None

    def read(self, target: Target) -> Target | Finding:
        words = target.words
        if words is None:
            return target
        some = self._named(target, words)
        if isinstance(some, Finding):
            return some
        if len(some) == 1:
            words = without_days_of(self._services[some[0][0]].name, words)
        days = list(self._days(words))
        if not days:
            return _no_day(words)
        if words.year and words.clock:
            starts = instants(datetime.combine(days[0], words.clock), self._zone)
            starts = tuple(one for one in starts if self._fits(words, one))
            if len(some) == 1 and starts:
                return self._exact(target, some[0], starts)
        if len(some) > MOST_SERVICES:
            return Finding("session_words", f'"{words.text}" names no service. Write it as in the calendar.')
        there = {one: self._seen(one[0], days) for one in some}
        not_shown = [one for one in there.values() if isinstance(one, Refused)]
        if not_shown and (len(some) == 1 or not all(one.status for one in not_shown)):
            return not_searched(not_shown[0].words)
        seen = {one: of_one for one, of_one in there.items() if not isinstance(of_one, Refused)}
        shown = {one: of_one.starts for one, of_one in seen.items()}
        fitting = [(one, start) for one, starts in shown.items() for start in starts if self._fits(words, start)]
        if not fitting and not_shown:
            return not_searched(not_shown[0].words)
        if len(fitting) == 1:
            one, start = fitting[0]
            is_all = not not_shown and all(of_one.is_all for of_one in seen.values())
            if other_year := self._of_another_year(words, one[0], start, days, is_all=is_all):
                return other_year
            if not is_all and (len(some) > 1 or not (words.day and words.month)):
                told = f'"{words.text}" may be {self._label(one[0], start)}, or another. {_NOT_SEEN}'
                return Finding(SEVERAL_FIT, f"{told} Write which one it is.")
            if not is_all and not words.clock:
                told = f"{_NOT_SEEN} Please check that {self._label(one[0], start)} is meant."
                self.warnings[target] = Finding(FULL_NOT_SEEN, told, Severity.WARNING, "session")
            return self._exact(target, one, (start,))
        if fitting:
            labels = [self._label(id_, start) for (id_, _), start in fitting]
            if len({*labels}) == 1 and len(ids := dict.fromkeys(id_ for (id_, _), _ in fitting)) > 1:
                return same_name(self._services[next(iter(ids))].name, ids)
            told = " or ".join(labels[:_TOLD])
            more = f" or {len(fitting) - _TOLD} more" if len(fitting) > _TOLD else ""
            return Finding(SEVERAL_FIT, f'"{words.text}" may be {told}{more}. Write which one it is.')
        return self._none(words, days, shown)

    def may_mean(self, target: Target, exact: Target) -> bool:
        words = target.words or SessionWords("")
        some = self._named(target, words)
        if isinstance(some, Finding):
            return False
        named = [self._services[id_] for id_, _ in some]
        if len(named) == 1:
            words = without_days_of(named[0].name, words)
        is_service = any(is_called(exact.service, one.id, one.name) for one in named)
        return is_service and any(self._fits(words, start) for start in exact.starts)

    def _of_another_year(
        self, words: SessionWords, service_id: str, start: datetime, days: Sequence[date], *, is_all: bool
    ) -> Finding | None:
        """A day without its year is the next one. Is the only session on a later one, the next may have had it: it is
        cancelled there, or nobody tells whether one is full."""
        sooner = [day for day in days if day < start.astimezone(self._zone).date()]
        if words.year or not words.day or not sooner:
            return None
        listed = self._listed.of(service_id).values()
        there = (one.start.astimezone(self._zone) for one in listed if one.is_cancelled)
        if is_all and not any(one.date() in sooner and fits(words, one) for one in there):
            return None
        label = self._label(service_id, start)
        return Finding(SEVERAL_FIT, f'"{words.text}" may be {label}, or is it sooner? Write the year.')

    def sessions(self, days: Sequence[date], target: Target) -> tuple[GroupBooking, ...] | Finding:
        some = self._named(target, target.words or SessionWords(""))
        if isinstance(some, Finding):
            return some
        if len(some) > MOST_SERVICES:
            return Finding("session_words", "The list names no service. Say which with --service.")
        coming = (one for one in self._remembered if one.start > self._now)
        ids = {one.id for one in coming if any(one.service_id == id_ for id_, _ in some)}
        try:
            for id_, _ in some:
                ids |= self._service.openings(id_, [_whole_day(day, self._zone) for day in days]).keys()
        except Refused as refusal:
            return not_searched(refusal.words)
        shown = self._service.bookings(sorted(ids | self._full_beside(ids, [id_ for id_, _ in some])))
        if shown.not_shown:
            return not_shown_fault(*next(iter(shown.not_shown.items())))
        rooms = self._resources() if target.resource or len(shown) > len({one.start for one in shown.values()}) else {}
        named = (one.named(self._services, rooms) for one in shown.values())
        found = [
            one
            for one in named
            if not one.is_cancelled
            and one.start > self._now
            and one.start.astimezone(self._zone).date() in {*days}
            and any(one.service_id == id_ and room in ("", one.resource_id) for id_, room in some)
            and (not target.resource or is_called(target.resource, one.resource_id, one.resource_name))
        ]
        return tuple(sorted(found, key=lambda one: (one.start, one.service_name, one.resource_name, one.id)))

    def _full_beside(self, ids: Collection[str], services: Collection[str]) -> set[str]:
        """Sessions on a day of one of ``ids`` that are full: that those have places does not tell which is meant."""
        listed = {id_: one for service in services for id_, one in self._listed.of(service).items()}
        days = {listed[id_].start.astimezone(self._zone).date() for id_ in ids if id_ in listed}
        return {id_ for id_, one in listed.items() if one.start.astimezone(self._zone).date() in days}

    def _exact(self, target: Target, one: tuple[str, str], starts: Sequence[datetime]) -> Target | Finding:
        """The target with its service, room and start, as far as its row does not say them itself."""
        id_, room = one
        if over := is_over(starts[-1], self._options, self._zone, now=self._now, name=self._label(id_, starts[-1])):
            return over
        earlier, later = (*starts, None)[:2]
        called = [one for one in self._services.values() if is_called(target.service, one.id, one.name)]
        return replace(
            target,
            service=target.service if len(called) == 1 else id_,
            resource=target.resource or room,
            start=earlier,
            or_start=later,
        )

    def _named(self, target: Target, words: SessionWords) -> list[tuple[str, str]] | Finding:
        """The services that the words may mean, each with the room that they name, "" for none."""
        if target.service:
            found = [one for one in self._services.values() if is_called(target.service, one.id, one.name)]
            named = {one.name for one in self._services.values() if names_service_alone(words, one.name)}
            if found and (other := next((one for one in sorted(named) if fold(one) != fold(found[0].name)), "")):
                told = f'"{words.text}" names {other}, but the service is {found[0].name}. Write which one it is.'
                return Finding("contradiction", told)
            return [(one.id, "") for one in found] or no_service(target.service, self._services)
        left = words_of(" ".join(words.names))
        if not left:
            return [(id_, "") for id_ in self._services]
        said = words_of(words.text)
        beside = {
            one.id: rest
            for one in self._services.values()
            if (rest := words_beside(words_of(one.name), said, left)) is not None
        }
        whole = [id_ for id_, rest in beside.items() if not rest]
        if whole:
            return [(id_, "") for id_ in whole]
        with_room = [
            (id_, room)
            for id_, rest in beside.items()
            for room, name in self._resources().items()
            if words_of(name) == rest
        ]
        of_title = self._in_pieces(words) if words.is_title else []
        return with_room or of_title or no_service(" ".join(words.names), self._services)

    def _in_pieces(self, words: SessionWords) -> list[tuple[str, str]] | Finding:
        """The services that are a piece of a title, each with the room that is another piece. What else it says has to
        say nothing of a session, or is agreed on."""
        pieces = {name: [word for word in words_of(name) if word not in SAYS_NOTHING] for name in words.names}
        rooms = {room: said for room, name in self._resources().items() if (said := words_of(name)) in pieces.values()}
        found = {one: said for one in self._services.values() if (said := words_of(one.name)) in pieces.values()}
        named = [name for name, said in pieces.items() if said in found.values()]
        if len({*map(fold, named)}) > 1:
            told = " and ".join(f'"{name}"' for name in named)
            return Finding(SEVERAL_FIT, f'"{words.text}" names {told}. Write which one it is.')
        told_apart = [*found.values(), *(said for said in rooms.values() if len(rooms) == 1)]
        beside = [name for name in to_agree(words.names, words.agreed) if pieces[name] not in told_apart]
        if found and beside:
            return says_more(named[0], beside)
        room = next(iter(rooms)) if len(rooms) == 1 else ""
        return [(one.id, room) for one in found]

    def _resources(self) -> Mapping[str, str]:
        if not self._rooms:
            try:
                self._rooms = dict(self._service.resources())
            except Refused:
                return {}
        return self._rooms

    def _days(self, words: SessionWords) -> Iterator[date]:
        """The days that the words may mean: that of the date, or of the coming weeks those that fit."""
        clocks = sorted({one.astimezone(self._zone).date() for one in (self._now, self._or_now or self._now)})
        if words.day and words.month:
            ahead = {today.year + more for today in clocks for more in range(YEARS_AHEAD + 1)}
            for year in [words.year] if words.year else sorted(ahead):
                day = _date(year, words.month, words.day)
                is_coming = day is not None and (words.year or self._options.allow_past or day >= clocks[0])
                if day and is_coming and words.weekday in (None, day.weekday()):
                    yield day
            return
        coming = {today + timedelta(days=ahead) for today in clocks for ahead in range(AHEAD.days)}
        yield from (day for day in sorted(coming) if words.weekday in (None, day.weekday()))

    def _seen(self, service_id: str, days: Sequence[date]) -> _Seen | Refused:
        key = service_id, tuple(days)
        if key not in self._searched:
            self._searched[key] = self._search(service_id, days)
        return self._searched[key]

    def _search(self, service_id: str, days: Sequence[date]) -> _Seen | Refused:
        ranges = [_whole_day(day, self._zone) for day in days]
        try:
            found = self._service.openings(service_id, ranges)
        except Refused as refusal:
            return refusal
        known = [one.start for one in self._remembered if one.service_id == service_id]
        known += [one.start for one in self._listed.of(service_id).values() if not one.is_cancelled]
        wanted = set(days)
        starts = {
            start: None
            for start in sorted({*found.values(), *known})
            if start.astimezone(self._zone).date() in wanted and (self._options.allow_past or start > self._now)
        }
        to_come = [id_ for id_, start in found.items() if start > self._now]
        return _Seen(starts, is_all=self._listed.has_all(service_id, to_come))

    def _fits(self, words: SessionWords, start: datetime) -> bool:
        return fits(words, start.astimezone(self._zone))

    def _label(self, service_id: str, start: datetime) -> str:
        return f"{self._services[service_id].name}, {moment_text(start, self._zone)}"

    def _none(
        self, words: SessionWords, days: Sequence[date], shown: Mapping[tuple[str, str], Mapping[datetime, None]]
    ) -> Finding:
        near = sorted((start, id_) for (id_, _), starts in shown.items() for start in starts)
        also = " or ".join(self._label(id_, start) for start, id_ in near[:_TOLD])
        remedy = f"The nearest: {also}." if also else _none_on(days, words)
        return Finding(NONE_FITS, f'No session fits "{words.text}". {remedy}')


def _none_on(days: Sequence[date], words: SessionWords) -> str:
    """With the days that were looked at: somebody may have meant others."""
    none = "None with free places was found"
    if len(days) == 1:
        return f"{none} on {cell_text(days[0])}."
    if words.day and words.month:
        years = [str(day.year) for day in days]
        return f"{none} on that day of {', '.join(years[:-1])} or {years[-1]}."
    return f"It names no date that we understand. {none} from {cell_text(days[0])} to {cell_text(days[-1])}."


def _no_day(words: SessionWords) -> Finding:
    if words.year and words.month and words.day and (day := _date(words.year, words.month, words.day)):
        remedy = f"{cell_text(day)} is a {day:%A}. Correct the day or the date."
    else:
        remedy = "There is no such day in the coming years. Write it with its year."
    return Finding("session_words", f'"{words.text}": {remedy}')


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _whole_day(day: date, zone: tzinfo) -> tuple[datetime, datetime]:
    start, end = (datetime.combine(one, time.min, zone) for one in (day, day + timedelta(days=1)))
    return start, end
