"""Pure: the lines under the headings of a sheet, and which of them hold people."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import count, repeat

from importer.lists.names import NAMES
from importer.lists.shapes.layout import Layout, People
from importer.lists.sheets import Sheet
from importer.lists.values import cells_of
from importer.model import STRUCK_THROUGH, RosterRow, RowRef, row_numbers
from importer.model.columns import IMPORT_FIELDS, is_example
from importer.model.numbered import field_and_number

_EXAMPLE, _NO_NAME = "the example", "no name"
_OURS_TO_READ = frozenset({"import_decision", "import_run"})


def read_lines(layout: Layout) -> People:
    """One person a line: those that hold a name, and the others that are not blank."""
    sheet, heading_row, positions = layout.sheet, layout.heading_row, layout.positions
    columns = sheet.columns
    fields = [field for field in positions if field not in IMPORT_FIELDS or field in _OURS_TO_READ]
    used = [cells_of(columns[positions[field] - 1][heading_row:]) for field in fields]
    may_be_aside = bool(sheet.set_aside or sheet.struck)
    names = {field for field in fields if field_and_number(field)[0] in NAMES}
    taken = set(positions.values())
    others = [cells_of(column[heading_row:]) for at, column in enumerate(columns, start=1) if at not in taken]
    beside, blank = zip(*others, strict=True) if others else repeat(()), (None,) * len(others)
    rows: list[RosterRow] = []
    skipped: dict[int, str] = {}
    for number, cells, others_here in zip(count(heading_row + 1), zip(*used, strict=True), beside, strict=False):
        row = {field: cell for field, cell in zip(fields, cells, strict=True) if cell is not None}
        is_alone = others_here == blank
        if is_example(row):
            skipped[number] = _EXAMPLE
        elif not row.keys().isdisjoint(names):
            aside = _set_aside(sheet, number, row.keys() & names, positions) if may_be_aside else ""
            rows.append(RosterRow(RowRef(layout.title, number), row, aside, is_alone))
        elif not (row.keys() <= IMPORT_FIELDS and is_alone):
            skipped[number] = _NO_NAME
    shortened = {row for row, _ in sheet.shortened if row > heading_row}
    told = (f"Words that are struck out are not read: {row_numbers(shortened).lower()}.",) if shortened else ()
    return People(tuple(rows), skipped, read_as=told)


def _set_aside(sheet: Sheet, number: int, names: Collection[str], positions: Mapping[str, int]) -> str:
    """How somebody has put a person aside: the whole row can't be seen, or every name in it is struck through."""
    if number in sheet.set_aside:
        return sheet.set_aside[number]
    columns = {positions[field] for field in names}
    return STRUCK_THROUGH if columns <= sheet.struck.get(number, frozenset()) else ""
