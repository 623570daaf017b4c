"""Pure: days in words, as a call gives them for a whole list: ``every Saturday until 30 March``.

A small grammar, read strictly: days of the week, or dates, each in the languages of Europe; perhaps a time; perhaps
from when and until when. What it does not understand is a finding, and no day is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from importer.lists.findings import Finding, cell_text, clean
from importer.lists.other_languages import weekday_called
from importer.lists.session_words import read_session_words
from importer.model import SessionWords

FORM = "every Saturday until 30 March"

AHEAD = timedelta(weeks=26)
"""How far days are looked at that have no end."""

_FLAGS = re.IGNORECASE
_PARTS = re.compile(
    r"(?:(?:every|each|all|on)\s+)?(?P<days>.+?)"
    r"(?:\s*,?\s+from\s+(?P<first>.+?)(?=\s+(?:until|till|to)\s|$))?"
    r"(?:\s*,?\s+(?:until|till|(?(first)to|until))\s+(?P<last>.+))?",
    _FLAGS,
)
_BETWEEN = re.compile(r"\s*(?:,|&|\+|\band\b)\s*(?:(?:every|each|on)\s+)?", _FLAGS)
_RANGE = re.compile(r"(?P<one>[^\W\d_]+)\s*(?:-|–|\bto\b)\s*(?P<other>[^\W\d_]+)(?P<rest>.*)", _FLAGS)
_SEVERAL = {"day": range(7), "days": range(7), "weekday": range(5), "weekdays": range(5)}
_SINCE, _TO_COME = timedelta(days=92), timedelta(days=274)
"""A date without its year is the one that ended lately or is to come: "until 30 March", said in April, is over."""


@dataclass(frozen=True, slots=True)
class Days:
    """``weekdays`` (0 is Monday) from ``first`` to ``last``, both included, where they are said; or ``dates``.

    ``clock`` is when sessions start on them, where that is said. ``has_year``: no date is without its year.
    """

    text: str
    weekdays: frozenset[int] = frozenset()
    dates: frozenset[date] = frozenset()
    first: date | None = None
    last: date | None = None
    clock: time | None = None
    has_year: bool = True

    @property
    def has_end(self) -> bool:
        return bool(self.dates) or self.last is not None

    def coming(self, today: date) -> Iterator[date]:
        """The days from today on; without an end as far as ``AHEAD``."""
        start = max(today, self.first or today)
        end = self.last or max(self.dates, default=start + AHEAD)
        for ahead in range((end - start).days + 1):
            day = start + timedelta(days=ahead)
            if day in self.dates or day.weekday() in self.weekdays:
                yield day


def read_days(text: str, today: date, date_order: str | None = None) -> Days | Finding:
    """The days that a text means. ``date_order`` is what 03/04/2030 means, ``dmy`` or ``mdy``."""
    said = clean(text)
    parts = _PARTS.fullmatch(said)
    if parts is None:
        return _not_understood(said)
    ends: dict[str, date | None] = {"first": None, "last": None}
    years: list[bool] = []
    for name in ends:
        if parts[name]:
            read = _read_date(parts[name], today, date_order)
            if isinstance(read, Finding):
                return read
            ends[name], has_year = read
            years.append(has_year)
    first, last = ends["first"], ends["last"]
    if first and last and last < first:
        return Finding("days", f"{cell_text(last)} is before {cell_text(first)}. Correct one of them.")
    weekdays: set[int] = set()
    dates: set[date] = set()
    clocks: set[time] = set()
    for item in _items(parts["days"]):
        if not isinstance(item, str):
            weekdays |= {*item}
            continue
        words = _words(item, date_order)
        if isinstance(words, Finding):
            return words
        if words.clock:
            clocks.add(words.clock)
        if words.day:
            read = _read_date(item, today, date_order, may_have_time=True)
            if isinstance(read, Finding):
                return read
            dates.add(read[0])
            years.append(read[1])
        elif words.weekday is not None:
            weekdays.add(words.weekday)
        else:
            return _not_understood(said)
    if len(clocks) > 1:
        return Finding("days", f'"{cell_text(said)}" names two times. Give one, or each start by itself.')
    if (dates and (weekdays or first or last)) or not (dates or weekdays):
        return _not_understood(said)
    return Days(said, frozenset(weekdays), frozenset(dates), first, last, next(iter(clocks), None), all(years))


def _items(text: str) -> Iterator[str | Sequence[int]]:
    """Each of the days as it is written, or the days of the week that it means."""
    for item in _BETWEEN.split(text):
        between = _RANGE.fullmatch(item)
        one, other = (_weekday(between[name]) if between else None for name in ("one", "other"))
        if item.casefold() in _SEVERAL:
            yield _SEVERAL[item.casefold()]
        elif between and one is not None and other is not None:
            yield [day % 7 for day in range(one, (other if one <= other else other + 7) + 1)]
            if between["rest"].strip():
                yield between["one"] + between["rest"]
        else:
            yield item


def _weekday(word: str) -> int | None:
    words = _words(word, None)
    return words.weekday if isinstance(words, SessionWords) else None


def _words(text: str, date_order: str | None) -> SessionWords | Finding:
    """What one of the days says; it names nothing else."""
    called = weekday_called(text)
    if called is not None:
        return SessionWords(text, weekday=called)
    words = read_session_words(text, date_order)
    return _not_understood(text) if isinstance(words, SessionWords) and (words.names or words.end) else words


def _read_date(
    text: str, today: date, date_order: str | None, *, may_have_time: bool = False
) -> tuple[date, bool] | Finding:
    """A date, and whether its year is said."""
    words = _words(text, date_order)
    if isinstance(words, Finding):
        return words
    if not (words.day and words.month) or (words.clock and not may_have_time):
        return _not_understood(text)
    years = [words.year] if words.year else range(today.year - 1, today.year + 2)
    days = [day for year in years if (day := _date(year, words.month, words.day))]
    if not words.year:
        days = [day for day in days if today - _SINCE <= day <= today + _TO_COME]
    if not days:
        return Finding("days", f"{cell_text(text)}: write it with its year.")
    if words.weekday not in (None, days[0].weekday()):
        return Finding("days", f"{cell_text(days[0])} is a {days[0]:%A}. Correct the day or the date.")
    return days[0], words.year is not None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _not_understood(text: str) -> Finding:
    return Finding(
        "days", f'"{cell_text(text)}" is not understood. Write it like "{FORM}", or give each date with --start.'
    )
