"""Pure: which row of a sheet holds its headings, and what each of them is taken for."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import islice
from typing import NamedTuple

from importer.lists.cells import column_letters
from importer.lists.findings import cell_text, clean
from importer.lists.names import NAMES
from importer.lists.session_headings import session_headings
from importer.lists.sheets import Columns
from importer.lists.values import cell_of, has_any
from importer.model.columns import BY_HEADING_KEY, heading_key
from importer.model.headings import HeadingRow, HeadingSet, TypedHeading, find_set
from importer.model.numbered import with_numbers

_HEADINGS_WITHIN = 50
_LONGEST_HEADING = 300
_DIGITS_OF_CELLS = 4


class Headings(NamedTuple):
    """A row of headings. ``texts`` and ``known``, a field's columns, count columns from 1; ``typed`` are the whole
    texts of those cells that may be headings. ``set_name`` and ``set`` are the set by which they are known, if any."""

    row: int
    texts: dict[int, str]
    typed: dict[int, str]
    known: dict[str, list[int]]
    set_name: str = ""
    set: HeadingSet = HeadingSet({})

    @property
    def columns(self) -> frozenset[int]:
        return frozenset(at for found in self.known.values() for at in found)


def find_headings(columns: Columns, heading_sets: Mapping[str, HeadingSet]) -> Headings | None:
    """The first row that a set fits, or that has a name column and another one that is known or headed by a session,
    or is all there is in a sheet of names."""
    for headings in _rows_of_texts(columns):
        if name := find_set(headings.typed.values(), heading_sets):
            return _read_by(headings, name, heading_sets[name])
        if headings.known.keys().isdisjoint(NAMES):
            continue
        if len(headings.known) > 1 or sum(map(has_any, columns)) == 1 or _sessions(columns, headings):
            return headings
    return None


def _rows_of_texts(columns: Columns) -> Iterator[Headings]:
    for number, cells in enumerate(islice(zip(*columns, strict=True), _HEADINGS_WITHIN), start=1):
        texts: dict[int, str] = {}
        typed: dict[int, str] = {}
        for at, value in enumerate(cells, start=1):
            if (cell := cell_of(value)) is None:
                continue
            texts[at] = cell_text(cell)
            if isinstance(cell, str) and len(cell) <= _LONGEST_HEADING and heading_key(cell):
                typed[at] = clean(cell)
        yield _read_by(Headings(number, texts, typed, {}), "", HeadingSet({}))


def _read_by(headings: Headings, name: str, heading_set: HeadingSet) -> Headings:
    """Headings as a set takes them; those that it does not name, as everybody's."""
    known: dict[str, list[int]] = {}
    numbered = with_numbers(headings.typed.values())
    for at, text in headings.typed.items():
        key = heading_key(text)
        column = BY_HEADING_KEY.get(key)
        field = numbered.get(text, column.field if column else "")
        if field := heading_set.fields.get(key, field):
            known.setdefault(field, []).append(at)
    return headings._replace(known=known, set_name=name, set=heading_set)


def likeliest(columns: Columns) -> Headings | None:
    """The row that is likest to headings; ``None`` if the sheet is empty."""
    return max((row for row in _rows_of_texts(columns) if row.texts), key=likeness, default=None)


def likeness(row: Headings) -> tuple[int, int, int]:
    """Addresses, numbers and dates are cells of people: of two rows, the one with more other texts is the headings."""
    words = sum("@" not in text and sum(map(str.isdigit, text)) < _DIGITS_OF_CELLS for text in row.typed.values())
    return words, len(row.known), len(row.texts)


def _sessions(columns: Columns, headings: Headings) -> Collection[int]:
    """The columns that are headed by a session: which, changes from list to list."""
    return session_headings(columns, headings.row, headings.columns).texts.keys()


def heading_row(title: str, columns: Columns, headings: Headings) -> HeadingRow:
    """The headings that a sender may be asked about, each with a cell from under it; never those of sessions."""
    field_at = {at: field for field, found in headings.known.items() for at in found}

    def example(at: int) -> str:
        cells = (cell_of(value) for value in columns[at - 1][headings.row :])
        return next((cell_text(cell) for cell in cells if cell is not None), "")

    sessions = _sessions(columns, headings)
    typed = tuple(
        TypedHeading(column_letters(at), text, example(at), field_at.get(at, ""))
        for at, text in headings.typed.items()
        if at not in sessions
    )
    return HeadingRow(title, headings.row, typed, headings.set_name)
