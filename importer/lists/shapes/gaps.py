"""Pure: a session that is written once for several rows: in a merged cell, or in the first row of each block."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from importer.lists.findings import cell_text, whole_text
from importer.lists.session_titles import says_session
from importer.lists.sessions import SESSION
from importer.lists.shapes.blocks import NOWHERE
from importer.lists.shapes.layout import Layout, People
from importer.lists.values import cell_of
from importer.model import Cell, RosterRow
from importer.model.conventions import Answer, Convention
from importer.model.headings import has_session

FILLED = "filled"

_MOST_TOLD = 6
_FEWEST = 2

_Said = Mapping[str, tuple[int, Cell]]
"""What holds for a row by field: the row that says it, and what it says."""


def read_gaps(layout: Layout, people: People) -> People:
    """The people with the session of the first row of their block, where the columns show blocks and nothing else.

    What a merged cell says is said of all its rows. Other gaps are filled where that was agreed on, or is proposed.
    """
    fields = sorted((field for field in SESSION if field in layout.positions), key=layout.positions.__getitem__)
    lacking = {field for field in fields if any(field not in row.cells for row in people.rows)}
    if not lacking or has_session({*fields} - lacking):
        return people
    people = _with_all(layout, people, _in_merged_cells(layout, people.rows, fields))
    agreed = layout.conventions.get("session_in")
    whole = tuple(field for field in ("service", "resource") if field in {*fields} - lacking)
    written_once = [field for field in fields if field in lacking]
    gaps = {} if agreed == NOWHERE else _in_gaps(layout, people.rows, written_once, whole)
    if not gaps:
        return people
    told = list(_blocks(gaps))
    people = _with_all(layout, people, gaps)
    return people if agreed == FILLED else replace(people, open=(*people.open, _ask(people, told)))


def _with_all(layout: Layout, people: People, said: Mapping[int, _Said]) -> People:
    if not said:
        return people
    rows = tuple(_with(layout, row, said.get(row.ref.number, {})) for row in people.rows)
    told = list(_blocks(said))
    more = [f"and {len(told) - _MOST_TOLD} more like these"] if len(told) > _MOST_TOLD else []
    return replace(people, rows=rows, read_as=(*people.read_as, f"Session: {', '.join([*told[:_MOST_TOLD], *more])}."))


def _with(layout: Layout, row: RosterRow, said: _Said) -> RosterRow:
    if not said:
        return row
    places = {field: layout.place(number, field) for field, (number, _) in said.items()}
    cells = {**row.cells, **{field: cell for field, (_, cell) in said.items()}}
    return replace(row, cells=cells, places={**row.places, **places})


def _in_merged_cells(layout: Layout, rows: Sequence[RosterRow], fields: Sequence[str]) -> dict[int, _Said]:
    by_column = {layout.positions[field]: field for field in fields}
    told: dict[int, dict[str, tuple[int, Cell]]] = {}
    for one in layout.sheet.merged:
        if one.left in by_column and one.bottom > one.top > layout.heading_row:
            cell: Cell = cell_of(layout.sheet.columns[one.left - 1][one.top - 1])
            for number in (
                range(one.top + 1, min(one.bottom, len(layout.sheet.columns[0])) + 1) if cell is not None else ()
            ):
                told.setdefault(number, {})[by_column[one.left]] = one.top, cell
    found = {
        row.ref.number: {field: at for field, at in told.get(row.ref.number, {}).items() if field not in row.cells}
        for row in (rows if told else ())
    }
    return {number: said for number, said in found.items() if said}


def _in_gaps(
    layout: Layout, rows: Sequence[RosterRow], fields: Sequence[str], whole: Sequence[str]
) -> dict[int, _Said]:
    """What holds for the rows that say nothing or not all; nothing where the columns show no blocks.

    ``whole`` are columns that every row fills in: nothing holds for rows in which one of them says something else.

    Blocks are shown where the first row says something, none says again what the one above it says, and most of those
    that say something have others under them. A blank line ends a block: who stands below it needs their own session.
    So does who was answered with another session than the rest of the block: its first row may have been deleted.
    """
    found: dict[int, _Said] = {}
    head: _Said = {}
    heads: set[int] = set()
    followed: set[int] = set()
    last = 0
    block: tuple[Cell, ...] = ()
    for row in rows:
        number = row.ref.number
        own = {field: row.cells[field] for field in fields if field in row.cells}
        if last and number > last + 1 and not any(layout.lines(range(last + 1, number))):
            head = {}
        block, before = tuple(row.cells[field] for field in whole), block
        if block != before:
            head = {}
        if not (own or heads) or (own and all(head.get(field, (0, None))[1] == cell for field, cell in own.items())):
            return {}
        left_of_own = fields[: fields.index(next(iter(own)))] if own else fields
        inherited = {field: at for field, at in head.items() if field in left_of_own}
        if own:
            heads.add(number)
            head = {**inherited, **{field: (number, cell) for field, cell in own.items()}}
        elif head:
            followed.add(max(at for at, _ in head.values()))
        if inherited:
            found[number] = inherited
        last = number
    gaps = len(found.keys() - heads)
    return _of_same_answer(layout, found, heads) if gaps >= _FEWEST and 2 * len(followed) > len(heads) else {}


def _of_same_answer(layout: Layout, found: Mapping[int, _Said], heads: Collection[int]) -> dict[int, _Said]:
    """Without the rows that we answered with another session than their block; new rows go with the one above."""
    at = layout.positions.get("import_session")
    if at is None:
        return dict(found)
    texts = (whole_text(cell_of(value)) for value in layout.sheet.columns[at - 1])
    answered = [text if says_session(text) else "" for text in texts]
    of_block: dict[int, str] = {}
    others: set[int] = set()
    above = 0
    for number, said in found.items():
        if number in heads:
            continue
        first, answer = max(row for row, _ in said.values()), answered[number - 1]
        is_new_block = first not in of_block
        of_block[first] = of_block.get(first) or answered[first - 1] or answer
        if answer != of_block[first] if answer else above in others and not is_new_block:
            others.add(number)
        above = number
    return {number: said for number, said in found.items() if number not in others}


def _blocks(said: Mapping[int, _Said]) -> Iterator[str]:
    """``row 12 holds for rows 12 to 20``"""
    of_first: dict[int, list[int]] = {}
    for number, cells in said.items():
        first = min(at for at, _ in cells.values())
        of_first.setdefault(first, []).append(number)
    for first, numbers in of_first.items():
        yield f"row {first} holds for rows {first} to {max(numbers)}"


def _ask(people: People, told: Sequence[str]) -> Convention:
    first = next(row for row in people.rows if row.places)
    text = ", ".join(cell_text(first.cells[field]) for field in SESSION if field in first.cells)
    asks = (
        "Some rows have no session. Does that of the first row of each block hold for the rows under it?",
        f'So {told[0]}: "{text}".',
    )
    answers = (Answer(FILLED, "Yes"), Answer(NOWHERE, "No: these rows have no session"))
    return Convention("session_in", asks, answers, likely=FILLED, is_needed=True)
