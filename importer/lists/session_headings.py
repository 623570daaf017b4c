"""Pure: which columns of a sheet are headed by a session: "Sat 2 March 10am", or "Pottery" above "2 Mar"."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from importer.lists.findings import whole_text
from importer.lists.session_words import may_be_the_sun, read_session_words
from importer.lists.sheets import Columns, Merged
from importer.lists.values import cell_of
from importer.model import SessionWords

_LONGEST = 100


class SessionHeadings(NamedTuple):
    """What the headings of each such column say together, by its number; ``last_row`` is the last row of headings."""

    texts: Mapping[int, str]
    last_row: int


def session_headings(
    columns: Columns, heading_row: int, taken: Collection[int], merged: Sequence[Merged] = ()
) -> SessionHeadings:
    """The columns beside those ``taken`` whose headings say a day or a time, alone or with the row above or below.

    In the upper row a text holds for all columns of its ``merged`` cell; where none is merged there, for those right of
    it, up to the next one.
    """
    there = [at for at in range(1, len(columns) + 1) if at not in taken]
    own = {at: _text(columns, heading_row, at) for at in there}
    below = {at: _text(columns, heading_row + 1, at) for at in there}
    is_below = bool(taken) and not any(_text(columns, heading_row + 1, at) for at in taken)
    if is_below and any(map(says_when, below.values())):
        rows, last_row = (_spread(own, _spans(merged, heading_row)), below), heading_row + 1
    else:
        above = {at: _text(columns, heading_row - 1, at) for at in there}
        rows, last_row = (_spread(above, _spans(merged, heading_row - 1)), own), heading_row
    upper, lower = rows
    texts = {at: ", ".join(filter(None, (upper[at], lower[at]))) for at in there if lower[at]}
    return SessionHeadings({at: text for at, text in texts.items() if says_when(text)}, last_row)


@lru_cache(maxsize=2**10)
def says_when(text: str) -> bool:
    """Whether a heading says a day or a time, be it in a way that can't be read. "Sun cream" does not."""
    if not text or len(text) > _LONGEST:
        return False
    said = read_session_words(text)
    return not isinstance(said, SessionWords) or (said.says_when and not may_be_the_sun(said))


def _spans(merged: Sequence[Merged], row: int) -> dict[int, int]:
    """The columns that are merged with another in this row, each with the first one of theirs."""
    across = [one for one in merged if one.top <= row <= one.bottom and one.left < one.right]
    return {at: one.left for one in across for at in range(one.left, one.right + 1)}


def _spread(texts: Mapping[int, str], spans: Mapping[int, int]) -> dict[int, str]:
    """Each text for its own column and the blank ones right of it, as far as no column of another kind is between."""
    spread: dict[int, str] = {}
    for at, text in texts.items():
        before = texts.get(spans.get(at, at), "") if spans else spread.get(at - 1, "")
        spread[at] = text or before
    return spread


def _text(columns: Sequence[Sequence[object]], row: int, at: int) -> str:
    column = columns[at - 1]
    cell = cell_of(column[row - 1]) if 0 < row <= len(column) else None
    return "" if cell is None else whole_text(cell)
