"""Pure: a day as people write it, with the English name of its month or in digits alone, and the days of the week."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass, field
from datetime import date

from importer.lists.findings import MIXED, Finding

DAY_FORM = "14 Mar 2030"

MONTH = (
    r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
WEEKDAY = r"(mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)"
"""Parts of patterns, for small letters; what may stand behind a name is theirs to say."""

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_YEAR_DIGITS = 4
_LEAP_YEAR = 2000


@dataclass(frozen=True, slots=True)
class Day:
    """A day that there is; where no ``year`` was said, in some year."""

    day: int
    month: int
    year: int | None
    typed_short: str = field(default="", compare=False)
    """The date, where its year has two digits."""


def read_day(match: re.Match[str], date_order: str | None) -> Day | Finding:
    """What a pattern has found: ``day`` with ``month`` or its ``name``, or ``first`` and ``second``; and a ``year``.

    ``date_order`` is what the two numbers mean in their column, where they don't tell it themselves.
    """
    parts = match.groupdict()
    typed, year = match[0].strip(" ,"), parts["year"]
    is_short = year is not None and len(year) < _YEAR_DIGITS
    if parts.get("first"):
        first, second = int(parts["first"]), int(parts["second"])
        order = order_of(first, second) or date_order
        if order not in ("dmy", "mdy"):
            either = f"{first} {calendar.month_name[second]} or {second} {calendar.month_name[first]}"
            rule = "date_orders_mixed" if order == MIXED else "date_order"
            return Finding(rule, f"Is {typed} {either}? Write it like {DAY_FORM}.")
        day, month = (first, second) if order == "dmy" else (second, first)
    else:
        day, month = int(parts["day"]), int(parts.get("month") or month_number(parts["name"]))
    number = None if year is None else int(f"20{year[-2:]}" if is_short else year)
    try:
        date(_LEAP_YEAR if number is None else number, month, day)
    except ValueError:
        return Finding("not_a_date", f"{typed} is not a date. Write it like {DAY_FORM}.")
    return Day(day, month, number, typed if is_short else "")


def order_of(first: int, second: int) -> str | None:
    """``dmy`` or ``mdy``, where the two numbers leave no choice."""
    if first == second or not 1 <= first <= 12:
        return "dmy"
    return None if 1 <= second <= 12 else "mdy"


def month_number(name: str) -> int:
    """12 for "Dec" and "december"."""
    return _MONTHS.index(name[:3].lower()) + 1


def weekday_number(name: str) -> int:
    """0 for "Mon" and "monday"."""
    return _WEEKDAYS.index(name[:3].lower())


def two_digit_year(typed: str) -> Finding:
    return Finding("two_digit_year", f"{typed} has a year of two digits. Write all four, like {DAY_FORM}.")
