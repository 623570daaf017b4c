"""Pure: the lines under the headings of a sheet, and which of them hold people."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import count, repeat

from importer.lists.findings import clean, whole_text
from importer.lists.names import NAMES
from importer.lists.session_titles import says_session
from importer.lists.shapes.layout import Layout, People
from importer.lists.sheets import Sheet
from importer.lists.titles import is_title
from importer.lists.values import cell_of, cells_of
from importer.model import STRUCK_THROUGH, Cell, RosterRow, RowRef, row_numbers
from importer.model.columns import BY_HEADING_KEY, IMPORT_FIELDS, heading_key, is_example
from importer.model.numbered import field_and_number
from importer.service.port import is_id

_EXAMPLE, _NO_NAME = "the example", "no name"
_OURS_TO_READ = frozenset({"import_decision", "import_run", "import_status", "import_session", "import_message"})
_ABOVE = "above the headings"
_MOST = 0.8
_TELEPHONE = re.compile(r"(?:\D*\d){6,}\D*")


def _is_moment(text: str) -> bool:
    return any(map(str.isdigit, text))


_KINDS: Mapping[str, Callable[[str], bool]] = {
    "email": lambda text: "@" in text,
    "mobile": lambda text: _TELEPHONE.fullmatch(text) is not None,
    "phone": lambda text: _TELEPHONE.fullmatch(text) is not None,
    "session": says_session,
    "booking_id": is_id,
    **dict.fromkeys(("start", "date", "time"), _is_moment),
}
"""What tells a cell of a person from a heading or a title."""


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
    return People((*_above(layout, rows), *rows), skipped, read_as=told)


def _above(layout: Layout, rows: Sequence[RosterRow]) -> Iterator[RosterRow]:
    """The people above the headings, such as who was added on top: each waits for a decision.

    Much else stands there. A person's row has what nearly all of those under the headings have, each of its kind, and
    more than names.
    """
    usual: set[str] | None = None
    columns = {field: layout.sheet.columns[at - 1] for field, at in layout.positions.items()}
    read = [field for field in columns if field not in IMPORT_FIELDS or field in _OURS_TO_READ]
    for number in range(1, layout.heading_row):
        row = {field: cell for field in read if (cell := cell_of(columns[field][number - 1])) is not None}
        fields = row.keys() - IMPORT_FIELDS
        are_of_kind = all(_is_of_kind(field, row[field]) for field in fields)
        if not are_of_kind or fields.isdisjoint(NAMES) or fields.isdisjoint(_KINDS):
            continue
        usual = _usual(rows) if usual is None else usual
        if usual and usual <= fields:
            yield RosterRow(RowRef(layout.title, number), row, _ABOVE, is_alone=False)


def _usual(rows: Sequence[RosterRow]) -> set[str]:
    """The fields that nearly all people have."""
    counted = Counter(field for row in rows for field in row.cells if field not in IMPORT_FIELDS)
    return {field for field, number in counted.items() if number >= _MOST * len(rows)}


def _is_of_kind(field: str, cell: Cell) -> bool:
    """Whether a cell may be that of a person: no label of a report's head, and no heading."""
    text = clean(whole_text(cell))
    if field in NAMES:
        return isinstance(cell, str) and not is_title(text) and not any(map(str.isdigit, text)) and ":" not in text
    return _KINDS[field](text) if field in _KINDS else heading_key(text) not in BY_HEADING_KEY


def _set_aside(sheet: Sheet, number: int, names: Collection[str], positions: Mapping[str, int]) -> str:
    """How somebody has put a person aside: the whole row can't be seen, or every name in it is struck through."""
    if number in sheet.set_aside:
        return sheet.set_aside[number]
    columns = {positions[field] for field in names}
    return STRUCK_THROUGH if columns <= sheet.struck.get(number, frozenset()) else ""
