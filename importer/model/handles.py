"""Pure: our marks for rows, as the column "Import run" holds them: ``4f1c2a90/17/Spring/14``.

A row of several people or sessions has one for each, ``…/14.C 4f1c2a90/17/Spring/14.D``, in its one cell: so they stay
with it wherever it is sorted or copied, and in text, too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

HANDLE = re.compile(
    r"(?P<ledger>[^/]+)/(?P<run>\d{1,9})/(?P<sheet>.*)/(?P<row>\d{1,9})(?:\.(?P<part>[A-Z0-9][A-Z0-9.+: -]*))?",
    re.ASCII | re.DOTALL,
)
"""``part`` is that of ``RowRef``."""

_BETWEEN = re.compile(r"\s+(?=[^/\s]+/\d{1,9}/)")


def by_part(cell: str) -> dict[str, str]:
    """The handles of a cell by the part that each is of; "" is the whole row, or whatever else stands there."""
    read = ((HANDLE.fullmatch(text), text) for text in _BETWEEN.split(cell) if text)
    return {(found["part"] or "") if found else "": text for found, text in read}


def handle_of(handles: Mapping[str, str], part: str) -> str:
    """The handle of a part among those of its row, else the one that the row had when it was one.

    A row that is one by now answers to the first of those that it had when it was several.
    """
    return handles.get(part) or handles.get("") or ("" if part else next(iter(handles.values()), ""))


def in_cell(before: Mapping[str, str], now: Mapping[str, str]) -> str:
    """What a row's cell is to hold: the handles that its parts have now, and those of parts that it had before."""
    return " ".join(dict.fromkeys(filter(None, {**before, **now}.values())))
