"""Pure: when a session starts, as the cells of a row say together, in UTC.

Nothing is guessed: what cells contradict each other in, and a time that the clocks skip, are findings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo

from importer.lists.findings import Finding, cell_text
from importer.lists.moments import FORMS, OFFSET_FORM, START_FORM, TIME_FORM, YEARS, Moment, read_moment
from importer.lists.session_words import read_session_words
from importer.model import DAY_ZERO, Cell, SessionWords, Severity


class _Clock(NamedTuple):
    """A time of day, and the zone that its cell names, if any."""

    time: time
    zone: tzinfo | str | None


class Start(NamedTuple):
    """When a session starts, in UTC; ``None`` where the findings tell why not.

    ``or_moment`` is the later instant of a local time that exists twice, when the clocks go back. Where the year is
    left out, ``words`` say the day and the time: the sessions that there are tell the rest.
    """

    moment: datetime | None = None
    findings: tuple[Finding, ...] = ()
    or_moment: datetime | None = None
    words: SessionWords | None = None


def read_start(
    cells: Mapping[str, Cell], zone: ZoneInfo, orders: Mapping[str, str | None], *, day_zero: date = DAY_ZERO
) -> Start:
    """When the session starts, as the cells of the columns ``start``, ``date`` and ``time`` say together.

    ``cells`` has those columns that the roster has, ``None`` where they are blank. Each may hold a day, a time or
    both; what two of them say must agree. ``orders`` is what 03/04/2030 means in each column, ``day_zero`` the day from
    which numbers count. Times without a zone are local times of ``zone``. All that is wrong is told at once.
    """
    moments, findings = _read_each(cells, orders, day_zero)
    if any(finding.severity is Severity.PROBLEM for finding in findings):
        return Start(None, tuple(findings))
    days = {moment.day: field for field, moment in moments.items() if moment.day}
    clocks = _clocks(moments)
    words = [moment.words for moment in moments.values() if moment.words]
    fault = _contradiction(days, clocks, words) or (None if words and clocks else _missing(cells, days, words, clocks))
    if fault is None and words and not days:
        return Start(None, tuple(findings), words=_in_words(cells, words[0], next(iter(clocks))))
    if fault:
        return Start(None, (*findings, fault))
    day, clock = next(iter(days)), next(iter(clocks))
    starts, finding = _to_utc(datetime.combine(day, clock.time), clock.zone or zone, zone)
    if finding:
        findings.append(finding._replace(field=clocks[clock]))
    earlier, later = (*starts, None, None)[:2]
    return Start(earlier, tuple(findings), later)


def with_cells(
    said: SessionWords, cells: Mapping[str, Cell], orders: Mapping[str, str | None], *, day_zero: date = DAY_ZERO
) -> tuple[SessionWords, tuple[Finding, ...]]:
    """What words leave out of the day and the time, as the cells of ``start``, ``date`` and ``time`` beside them say.

    What both say must agree: else it is a finding.
    """
    moments, findings = _read_each(cells, orders, day_zero)
    words = replace(said, text=", ".join([said.text, *(cell_text(cell) for cell in cells.values())]))
    for field, moment in moments.items():
        told = moment.words or _day_of(cells[field], moment)
        told = replace(told, clock=told.clock or moment.clock)
        for noun, parts in (("dates", ("day", "month", "year")), ("days", ("weekday",)), ("times", ("clock",))):
            both = [(getattr(words, part), getattr(told, part)) for part in parts]
            if any(None not in pair and pair[0] != pair[1] for pair in both):
                sentence = f'"{words.text}" names two {noun}. Leave one.'
                findings.append(Finding("start_contradicts", sentence, field=field))
            words = replace(words, **{part: b if a is None else a for part, (a, b) in zip(parts, both, strict=True)})
        if moment.zone is not None and not isinstance(moment.zone, str):
            findings.append(Finding("zone", f"Write {cell_text(cells[field])} in local time.", field=field))
        words = replace(words, zone=words.zone or (moment.zone if isinstance(moment.zone, str) else ""))
    return words, tuple(findings)


def _day_of(cell: Cell, moment: Moment) -> SessionWords:
    if moment.day:
        return SessionWords("", (), moment.day.day, moment.day.month, moment.day.year)
    read = read_session_words(cell) if isinstance(cell, str) else None
    return SessionWords("", weekday=read.weekday if isinstance(read, SessionWords) else None)


def _read_each(
    cells: Mapping[str, Cell], orders: Mapping[str, str | None], day_zero: date
) -> tuple[dict[str, Moment], list[Finding]]:
    """What each cell says, by its column, and what is wrong or odd about it."""
    moments: dict[str, Moment] = {}
    findings: list[Finding] = []
    for field, cell in cells.items():
        if cell is None:
            continue
        read = read_moment(cell, field, orders.get(field), day_zero=day_zero)
        found = read if isinstance(read, Finding) else read.remark
        if not isinstance(read, Finding):
            moments[field] = read
        if found is not None:
            findings.append(found._replace(field=field))
    return moments, findings


def _clocks(moments: Mapping[str, Moment]) -> dict[_Clock, str]:
    """The times of day that a row names, with the column of each. 10:00 and 10:00 BST are one time."""
    clocks = {_Clock(moment.clock, moment.zone): field for field, moment in moments.items() if moment.clock}
    with_zone = {clock.time for clock in clocks if clock.zone}
    return {clock: field for clock, field in clocks.items() if clock.zone or clock.time not in with_zone}


def _in_words(cells: Mapping[str, Cell], words: SessionWords, clock: _Clock) -> SessionWords:
    """A day without its year, with the time that stands beside it."""
    text = " ".join(cell_text(cell) for cell in cells.values() if cell is not None)
    return replace(words, text=text, clock=clock.time)


def _contradiction(
    days: Mapping[date, str], clocks: Mapping[_Clock, str], words: Sequence[SessionWords]
) -> Finding | None:
    named = {(one.day, one.month) for one in words} | {(day.day, day.month) for day in days}
    if words and len(named) > 1:
        return Finding("start_contradicts", "The row names two dates. Leave one.", field=next(iter(days.values()), ""))
    for noun, told, fields in (
        ("dates", list(map(cell_text, days)), list(days.values())),
        ("times", [cell_text(clock.time) for clock in clocks], list(clocks.values())),
    ):
        if len(told) > 1:
            sentence = f"The row names two {noun}, {' and '.join(told)}. Leave one."
            return Finding("start_contradicts", sentence, field=fields[1])
    return None


def _missing(
    cells: Mapping[str, Cell], days: Mapping[date, str], words: Sequence[SessionWords], clocks: Mapping[_Clock, str]
) -> Finding | None:
    if not days and not words:
        field = next((name for name in ("date", "start") if name in cells), "")
        remedy = f"Write it like {FORMS[field]}." if field else f'Add a column "Start", like {START_FORM}.'
        return Finding("no_date", f"There is no date. {remedy}", field=field)
    if not clocks:
        field = next((name for name in ("time", "start") if name in cells), "date")
        form = TIME_FORM if field == "time" else START_FORM
        told = cell_text(next(iter(days))) if days else words[0].text
        return Finding("no_time", f"{told} has no time of day. Write it like {form}.", field=field)
    return None


def instants(local: datetime, zone: tzinfo) -> tuple[datetime, ...]:
    """The instants of a local time, in UTC, the earlier first: none or two of them where the clocks change."""
    both = {local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return tuple(sorted(one for one in both if one.astimezone(zone).replace(tzinfo=None) == local))


def _to_utc(local: datetime, named: tzinfo | str, zone: ZoneInfo) -> tuple[tuple[datetime, ...], Finding | None]:
    """The instants that a local time may mean, and what is wrong or odd about it. ``named`` is the zone of the cell."""
    if not YEARS[0] < local.year < YEARS[1]:
        return (), Finding("not_a_date", f"{cell_text(local)} is no date of a session. Write it like {START_FORM}.")
    if isinstance(named, str):
        return _by_abbreviation(local, named, zone)
    found = instants(local, named)
    if not found:
        sentence = f"{cell_text(local)} does not exist: the clocks go forward then ({named}). Write another time."
        return (), Finding("time_does_not_exist", sentence)
    if len(found) == 1:
        return found, None
    sentence = (
        f"{cell_text(local)} happens twice: the clocks go back then ({named}). Whichever a session starts at is meant. "
        f"To say which, add the offset, like {OFFSET_FORM}."
    )
    return found, Finding("time_exists_twice", sentence, Severity.WARNING)


def _by_abbreviation(local: datetime, name: str, zone: ZoneInfo) -> tuple[tuple[datetime, ...], Finding | None]:
    """``BST`` means what it does in our own zone on that day; GMT means the same everywhere, but never summer time."""
    found = [one for one in instants(local, zone) if one.astimezone(zone).tzname() == name]
    if found:
        return tuple(found), None
    of_year = {datetime(local.year, month, 1, tzinfo=zone).tzname() for month in (1, 7)}
    if name == "GMT" and name not in of_year:
        return (local.replace(tzinfo=UTC),), None
    why = f"{zone} is not on {name} then" if name in of_year else f"what {name} means can't be told for sure"
    return (), Finding(
        "zone", f"{cell_text(local)} {name}: {why}. Leave it out, or write the offset, like {OFFSET_FORM}."
    )
