"""Pure: which row of a sheet holds its headings, and what each of them is taken for."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from itertools import chain, islice, pairwise
from types import MappingProxyType
from typing import NamedTuple

from importer.lists.cells import column_letters
from importer.lists.findings import cell_text, clean, whole_text
from importer.lists.names import NAMES
from importer.lists.session_headings import says_when, session_headings
from importer.lists.sheets import Columns
from importer.lists.values import cell_of, has_any
from importer.model import Cell
from importer.model.columns import BY_HEADING_KEY, heading_key
from importer.model.headings import HeadingRow, HeadingSet, TypedHeading, find_set, has_session, rivals
from importer.model.numbered import with_numbers

_HEADINGS_WITHIN = 50
_LONGEST_HEADING = 300
_DIGITS_OF_CELLS = 4
ADDRESS = re.compile(r"[^\s@]@[^\s@]+\.[^\s@]")
_CERTAIN = 2
"""Headings that are known. With more of them, no person's row is meant."""

_PEOPLE = 2
"""So many rows of people above are more than a report has in its head."""


class Headings(NamedTuple):
    """A row of headings. ``texts`` and ``known``, a field's columns, count columns from 1; ``typed`` are the whole
    texts of those cells that may be headings. ``set_name`` and ``set`` are the set by which they are known, if any;
    ``rivals`` are sets of several senders, of which one is meant."""

    row: int
    texts: dict[int, str]
    typed: dict[int, str]
    known: dict[str, list[int]]
    set_name: str = ""
    set: HeadingSet = HeadingSet({})
    rivals: Mapping[str, HeadingSet] = MappingProxyType({})

    @property
    def columns(self) -> frozenset[int]:
        return frozenset(at for found in self.known.values() for at in found)


def find_headings(columns: Columns, heading_sets: Mapping[str, HeadingSet]) -> Headings | None:
    """The first row that a set fits, or that has a name column and another one that is known or headed by a session,
    or is all there is in a sheet of names. Headings may stand in two rows. The row of a person is never taken for them.
    """
    for above, below in pairwise(chain(_rows_of_texts(columns), [None])):
        for headings in filter(None, (above, _in_two_rows(above, below) if above and below else None)):
            name = find_set(headings.typed.values(), heading_sets)
            found = _read_by(headings, name, heading_sets[name]) if name else headings
            found = found._replace(rivals=rivals(headings.typed.values(), heading_sets)) if name else found
            if (name or _are_enough(columns, found)) and not _is_of_person(columns, found):
                return found
    return None


def _are_enough(columns: Columns, headings: Headings) -> bool:
    if headings.known.keys().isdisjoint(NAMES):
        return False
    return len(headings.known) > 1 or sum(map(has_any, columns)) == 1 or bool(_sessions(columns, headings))


def _in_two_rows(above: Headings, below: Headings) -> Headings | None:
    """Both rows as one, where the lower one goes on beside the names: "Pupil" and "Contact", under that "Email"."""
    names = {at for field in NAMES for at in above.known.get(field, ())}
    if not names or not names.isdisjoint(below.texts) or not below.known or below.texts != below.typed:
        return None
    texts, typed = {**above.texts, **below.texts}, {**above.typed, **below.typed}
    return _read_by(Headings(below.row, texts, dict(sorted(typed.items())), {}), "", HeadingSet({}))


def _is_of_person(columns: Columns, headings: Headings) -> bool:
    """Whether people stand above, or what seem to be headings are cells: "Child" and "Email", in the list of a club."""
    if any(ADDRESS.search(text) for text in headings.texts.values()):
        return True
    if len(headings.known) > _CERTAIN:
        return False
    names = {at for field in NAMES for at in headings.known.get(field, ())}
    is_again = len(headings.typed) > 1 and not names.isdisjoint(_again(columns, headings))
    return is_again or _people_above(columns, headings) >= _PEOPLE


def _again(columns: Columns, headings: Headings) -> set[int]:
    """The columns in which the same text stands again, and not because all headings do."""
    own = headings.row - 1
    again = set()
    differs = {own: False}
    """Whether a row has other texts under these headings: asked once a row, however many columns there are."""
    for at in headings.typed:
        column = columns[at - 1]
        row = column.index(column[own])
        if row == own:
            row = next((other for other in range(own + 1, len(column)) if column[other] == column[own]), own)
        if row not in differs:
            differs[row] = any(columns[other - 1][row] != columns[other - 1][own] for other in headings.typed)
        if differs[row]:
            again.add(at)
    return again


def _people_above(columns: Columns, headings: Headings) -> int:
    """How many rows right above hold as many cells in the same columns, and an address, a number or a date in one."""
    count = 0
    for row in range(headings.row - 2, -1, -1):
        cells = [cell for at in headings.texts if (cell := cell_of(columns[at - 1][row])) is not None]
        if not cells:
            break
        is_full = len(cells) > 1 and 2 * len(cells) >= len(headings.texts)
        count += is_full and any(_is_of_data(cell) for cell in cells)
    return count


def _is_of_data(cell: Cell) -> bool:
    if isinstance(cell, str):
        return bool(ADDRESS.search(cell)) or sum(map(str.isdigit, cell)) > _DIGITS_OF_CELLS
    return True


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
    rows = [row for row in _rows_of_texts(columns) if row.texts]
    among = [row for row in rows if not _is_of_person(columns, row)] or rows
    return max(among, key=lambda row: likeness(columns, row), default=None)


def likeness(columns: Columns, row: Headings) -> tuple[int, int, int]:
    """Addresses, numbers and dates are cells of people, and so is what stands again in its column: of two rows, the one
    with more other texts is the headings. Beside a heading that is known, a day may be the heading of ticks."""
    words = {at for at, text in row.typed.items() if "@" not in text and sum(map(str.isdigit, text)) < _DIGITS_OF_CELLS}
    of_data = sum(
        _is_of_data(cell_of(columns[at - 1][row.row - 1]))
        for at, text in row.texts.items()
        if not (row.known and says_when(text))
    )
    return len(words - _again(columns, row)) - of_data, len(row.known), len(row.texts)


def _sessions(columns: Columns, headings: Headings) -> Collection[int]:
    """The columns that are headed by a session: which, changes from list to list."""
    return session_headings(columns, headings.row, headings.columns).texts.keys()


def _dates(columns: Columns, headings: Headings) -> dict[int, str]:
    there = {at: cell_of(columns[at - 1][headings.row - 1]) for at in headings.texts.keys() - headings.typed.keys()}
    return {at: headings.texts[at] for at, cell in there.items() if isinstance(cell, date)}


_EXAMPLES, _EXAMPLES_WITHIN = 3, 200


def heading_row(title: str, columns: Columns, headings: Headings) -> HeadingRow:
    """The headings that a sender may be asked about, each with a cell from under it; never those of ticks for sessions,
    which there are none of beside a column of sessions. A heading may be a date cell there, too."""
    field_at = {at: field for field, found in headings.known.items() for at in found}

    def examples(at: int) -> list[str]:
        cells = (cell_of(value) for value in columns[at - 1][headings.row :])
        texts = islice((whole_text(cell) for cell in cells if cell is not None), _EXAMPLES_WITHIN)
        return list(dict.fromkeys(texts))[:_EXAMPLES]

    sessions = () if has_session(headings.known) else _sessions(columns, headings)
    typed = tuple(
        TypedHeading(column_letters(at), text, next(iter(examples(at)), ""), field_at.get(at, ""), (*examples(at)[1:],))
        for at, text in sorted({**_dates(columns, headings), **headings.typed}.items())
        if at not in sessions
    )
    return HeadingRow(title, headings.row, typed, headings.set_name)
