"""Pure: rows in a colour of their own, by which somebody has said something of them: it is asked what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from colorsys import rgb_to_hsv
from dataclasses import replace
from itertools import pairwise

from importer.lists.shapes.layout import Layout, People
from importer.model import LEFT_OUT_BY_COLOUR, row_numbers, rows_with_reasons
from importer.model.columns import IMPORT_FIELDS
from importer.model.conventions import Answer, Convention

_BOOK, _LEAVE_OUT = "book", "leave out"
_GREY = 0.15
_HUES = (
    (0.04, "red"), (0.11, "orange"), (0.19, "yellow"), (0.45, "green"), (0.54, "turquoise"), (0.7, "blue"),
    (0.8, "purple"), (0.93, "pink"), (1.01, "red"),
)  # fmt: skip


def read_colours(layout: Layout, people: People) -> People:
    """The people whose rows have a colour of their own wait for a decision, until it was agreed on what it means.

    Most rows of a list have no such colour. One that comes at equal distances only helps to read.
    """
    if not layout.sheet.coloured:
        return people
    by_colour = _of_their_own(_coloured(layout), [row.ref.number for row in people.rows])
    agreed = _read(layout.conventions.get("coloured_rows", ""))
    new = {colour: numbers for colour, numbers in by_colour.items() if colour not in agreed}
    said = {number: _said(colour, agreed) for colour, numbers in by_colour.items() for number in numbers}
    rows = tuple(
        replace(row, set_aside=row.set_aside or said[row.ref.number]) if said.get(row.ref.number) else row
        for row in people.rows
    )
    told = tuple(
        f"{row_numbers(numbers)} ({_name(colour)}): {agreed[colour]}, as agreed."
        for colour, numbers in by_colour.items()
        if colour in agreed
    )
    open_ = (*people.open, _ask(new, agreed)) if new else people.open
    return replace(people, rows=rows, open=open_, read_as=(*people.read_as, *told))


def _said(colour: str, agreed: Mapping[str, str]) -> str:
    if colour not in agreed:
        return f"in a {_name(colour)} row"
    return LEFT_OUT_BY_COLOUR if agreed[colour] == _LEAVE_OUT else ""


def _coloured(layout: Layout) -> dict[int, str]:
    """The colour of each row that has one alone, our own columns aside."""
    ours = {at for field, at in layout.positions.items() if field in IMPORT_FIELDS}
    found = {
        row: {colour for at, colour in cells.items() if at not in ours} for row, cells in layout.sheet.coloured.items()
    }
    return {row: next(iter(colours)) for row, colours in found.items() if len(colours) == 1 and colours != {""}}


def _of_their_own(coloured: Mapping[int, str], people: Sequence[int]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for at, number in enumerate(people):
        if colour := coloured.get(number):
            found.setdefault(colour, []).append(at)
    return {
        colour: [people[at] for at in some]
        for colour, some in found.items()
        if 2 * len(some) < len(people) and not _is_banding(some)
    }


def _is_banding(positions: Sequence[int]) -> bool:
    steps = {later - one for one, later in pairwise(positions)}
    return len(positions) > 2 and len(steps) == 1 and steps != {1}


def _ask(new: Mapping[str, Sequence[int]], agreed: Mapping[str, str]) -> Convention:
    told = rows_with_reasons({number: _name(colour) for colour, numbers in new.items() for number in numbers})
    asks = (f"Some rows have a colour of their own: {told}. What does that mean?",)
    meanings = ((_BOOK, "Book these people"), (_LEAVE_OUT, "Leave them out"))
    answers = tuple(Answer(_written({**agreed, **dict.fromkeys(new, said)}), words) for said, words in meanings)
    return Convention("coloured_rows", asks, answers)


def _read(kept: str) -> dict[str, str]:
    """``FF0000: leave out; FFFF00: book``"""
    pairs = (one.partition(":") for one in kept.split(";"))
    return {colour.strip(): said.strip() for colour, _, said in pairs if said.strip() in (_BOOK, _LEAVE_OUT)}


def _written(meanings: Mapping[str, str]) -> str:
    return "; ".join(f"{colour}: {meaning}" for colour, meaning in meanings.items())


def _name(colour: str) -> str:
    try:
        red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4))
    except ValueError:
        return "coloured"
    hue, saturation, _ = rgb_to_hsv(red, green, blue)
    return "grey" if saturation < _GREY else next(name for end, name in _HUES if hue < end)
