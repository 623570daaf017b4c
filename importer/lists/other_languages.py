"""Pure: months and days of the week in the languages of Europe, as they stand beside numbers, put into English."""

from __future__ import annotations

import calendar
import re
from collections import defaultdict
from functools import cache
from typing import NamedTuple

from importer.people.evidence import fold

_WORD = r"[^\W\d_]{2,}(?:-[^\W\d_]+)?"
_MONTH = re.compile(
    rf"(?P<before>\d(?:er|\.?º|\.)?\s*(?:(?:de|di|of)\s+|d[’'])?)(?P<word>{_WORD})\.?(?P<after>\s+del?\s+(?=\d{{4}}))?"
)
_WEEKDAY = re.compile(
    rf"(?<![^\W_])(?P<word>{_WORD})(?P<dot>\.?,?)(?P<date>\s*\d{{1,2}}(?:[./-]\d{{1,2}}[./-]|\.?\s+[A-Z]))?"
)
_MAY_BE = re.compile(rf"\d(?:er|\.?º|\.)?\s*(?:(?:de|di)\s+|d[’'])?{_WORD}|{_WORD}\.?,?\s+\d{{1,2}}[.:h/]")
_PLAIN = 5
"""A day's name of so many letters is one wherever it stands; a shorter one only before a date."""


class _Names(NamedTuple):
    """By folded name the number of the month, or of the day of the week (0 is Monday); several where it is not sure."""

    months: dict[str, set[int]]
    weekdays: dict[str, set[int]]


def in_english(text: str) -> str:
    """A text with the months and days of the week in English; as it is where there are none, or it is not sure which.

    "Sa. 13. März 2030" is "Saturday 13 March 2030", "13 avril" is "13 April". Of a short name that means different
    days in different languages nothing is left beside a whole date, which tells the day by itself.
    """
    if not _MAY_BE.search(text):
        return text
    return _WEEKDAY.sub(_weekday, _MONTH.sub(_month, text))


def weekday_called(text: str) -> int | None:
    """The day of the week (0 is Monday) that is called so in some language, also "samstags"; ``None`` for others."""
    called = (_names().weekdays.get(name, set()) for name in (fold(text), fold(text).removesuffix("s")))
    found = next(filter(None, called), set())
    return next(iter(found)) if len(found) == 1 else None


def _month(match: re.Match[str]) -> str:
    months = _names().months.get(fold(match["word"]), set())
    if len(months) != 1:
        return match[0]
    day = match["before"].split()[0].rstrip("erº.")
    return f"{day} {calendar.month_name[next(iter(months))]} "


def _weekday(match: re.Match[str]) -> str:
    weekdays = _names().weekdays.get(fold(match["word"]), set())
    date = match["date"] or ""
    if not weekdays or (not date and (len(match["word"]) < _PLAIN or len(weekdays) > 1)):
        return match[0]
    return f"{calendar.day_name[next(iter(weekdays))]} {date}" if len(weekdays) == 1 else date


@cache
def _names() -> _Names:
    from babel import Locale
    from babel.core import get_global
    from babel.languages import get_official_languages

    zones = get_global("zone_territories")
    territories = {territory for zone, territory in zones.items() if zone.startswith("Europe/")}
    languages = {one.partition("_")[0] for territory in territories for one in get_official_languages(territory)}
    names = _Names(defaultdict(set), defaultdict(set))
    for locale in map(Locale.parse, sorted(languages)):
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated", "short"):
                for number, name in locale.months[context].get(width, {}).items():
                    names.months[fold(name.rstrip("."))].add(number)
                for number, name in locale.days[context].get(width, {}).items():
                    names.weekdays[fold(name.rstrip("."))].add(number)
    return names
