"""Pure: rows in a colour of their own, by which somebody has said something of them: it is asked what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from importer.lists.shapes.layout import Layout, People
from importer.model import LEFT_OUT_AS_AGREED, row_numbers, rows_with_reasons
from importer.model.colour_names import colour_name
from importer.model.columns import IMPORT_FIELDS
from importer.model.conventions import Answer, Convention, pairs_of, pairs_text

_BOOK, _LEAVE_OUT = "book", "leave out"


def read_colours(layout: Layout, people: People) -> People:
    """The people whose rows have a colour of their own wait for a decision, until it was agreed on what it means.

    Most rows of a list have no such colour. One that comes at equal distances only helps to read.
    """
    if not layout.sheet.coloured:
        return people
    by_colour = _of_their_own(_coloured(layout), [row.ref.number for row in people.rows])
    kept = pairs_of(layout.conventions.get("coloured_rows", ""))
    agreed = {colour: said for colour, said in kept.items() if said in (_BOOK, _LEAVE_OUT)}
    new = {colour: numbers for colour, numbers in by_colour.items() if colour not in agreed}
    said = {number: _said(colour, agreed) for colour, numbers in by_colour.items() for number in numbers}
    rows = tuple(
        replace(row, set_aside=row.set_aside or said[row.ref.number]) if said.get(row.ref.number) else row
        for row in people.rows
    )
    told = tuple(
        f"{row_numbers(numbers)} ({colour_name(colour)}): {agreed[colour]}, as agreed."
        for colour, numbers in by_colour.items()
        if colour in agreed
    )
    open_ = (*people.open, _ask(new, agreed)) if new else people.open
    return replace(people, rows=rows, open=open_, read_as=(*people.read_as, *told))


def _said(colour: str, agreed: Mapping[str, str]) -> str:
    if colour not in agreed:
        return f"in a {colour_name(colour)} row"
    return LEFT_OUT_AS_AGREED if agreed[colour] == _LEAVE_OUT else ""


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
    told = rows_with_reasons({number: colour_name(colour) for colour, numbers in new.items() for number in numbers})
    asks = (f"Some rows have a colour of their own: {told}. What does that mean?",)
    meanings = ((_BOOK, "Book these people"), (_LEAVE_OUT, "Leave them out"))
    answers = tuple(Answer(pairs_text({**agreed, **dict.fromkeys(new, said)}), words) for said, words in meanings)
    return Convention("coloured_rows", asks, answers)
