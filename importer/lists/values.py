"""Pure: what the libraries give of a cell, as a cell."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from importer.lists.findings import clean
from importer.model import Cell, Unreadable

_REPEATED = frozenset({str, datetime})
_ERRORS = frozenset({"#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"})


def cells_of(values: Sequence[Any]) -> list[Cell]:
    """Cells of a column; equal texts and equal moments are looked at once, and are one object."""
    seen = {value: cell_of(value) for value in {value for value in values if type(value) in _REPEATED}}
    return [seen[value] if type(value) in _REPEATED else cell_of(value) for value in values]


def has_any(values: Sequence[Any]) -> bool:
    return any(cell_of(value) is not None for value in values)


def cell_of(value: Any) -> Any:
    """A value as the libraries give it, as a cell: blank is ``None``, and a moment has no part of a second.

    Workbooks keep moments as fractions of a day, so that 10:00 comes back as 9:59:59.994, days as their first moment,
    and whole numbers as fractions. A duration is the time of day that it was typed as, if there is one.
    """
    if isinstance(value, str):
        if value in _ERRORS:
            return Unreadable(value)
        return value if (value.isprintable() and value.strip()) or clean(value) else None
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    if isinstance(value, datetime):
        if value.microsecond and value.year < 9999:
            value = (value + timedelta(microseconds=500_000)).replace(microsecond=0)
        return value
    if isinstance(value, date):
        return datetime.combine(value, time())
    if isinstance(value, timedelta):
        seconds = round(value.total_seconds())
        is_clock = 0 <= seconds < 86_400
        return time(seconds // 3600, seconds // 60 % 60, seconds % 60) if is_clock else str(value)
    if isinstance(value, time) and value.microsecond:
        return cell_of(datetime.combine(date.min, value) - datetime.combine(date.min, time()))
    return value
