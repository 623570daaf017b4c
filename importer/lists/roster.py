"""File → Roster: the sheets, the heading rows, and every row as it was typed. Nothing is interpreted here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from importer.errors import HeadingsError, RosterError
from importer.lists.cells import column_letters
from importer.lists.content import STANDARD_INPUT, read_content
from importer.lists.findings import cell_text, clean
from importer.lists.names import NAMES
from importer.lists.sheets import MOST_COLUMNS, Book, Columns, Sheet, open_book
from importer.model import STRUCK_THROUGH, Cell, Roster, RosterRow, RosterSheet, RowRef, Unreadable
from importer.model.columns import BY_HEADING_KEY, IMPORT_COLUMNS, SUMMARY_SHEET, heading_key, is_example
from importer.model.headings import HeadingRow, HeadingSet, TypedHeading, find_set, suggestion

ALL_SHEETS = "all"
"""In place of a sheet's name: every visible one that has headings."""

MOST_PEOPLE = 200_000
"""In one list. Booking them takes a day or more, and a record of each is kept."""

_OURS = frozenset(column.field for column in IMPORT_COLUMNS)
_OURS_TO_READ = frozenset({"import_decision", "import_run"})
_HEADINGS_WITHIN = 50
_LONGEST_HEADING = 100
_DIGITS_OF_CELLS = 4
_ERRORS = frozenset({"#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"})
_EXPECTED = (
    'A list needs a row of headings with "First name" and "Last name", or "Full name". Others are "Group booking ID", '
    '"Service", "Start" and "Email". Rename the headings, or start from: roster template'
)


class _Headings(NamedTuple):
    """A row of headings. ``texts`` and ``known``, a field's columns, count columns from 1; ``typed`` are the whole
    texts of those cells that may be headings. ``set_name`` and ``set`` are the set by which they are known, if any."""

    row: int
    texts: dict[int, str]
    typed: dict[int, str]
    known: dict[str, list[int]]
    set_name: str = ""
    set: HeadingSet = HeadingSet({})


def read_roster(
    path: Path,
    *,
    sheet: str | None = None,
    heading_sets: Mapping[str, HeadingSet] | None = None,
    content: bytes | None = None,
) -> Roster:
    """Read a roster of any kind that ``sheets`` knows; its suffix says nothing. ``STANDARD_INPUT`` is read to its end.

    ``content`` are its bytes, where somebody has read them already (``read_content``).

    ``sheet`` is the sheet to be read, or ``ALL_SHEETS``; without it, it is the first visible one that has headings and
    people, and others that have are counted. Row numbers are those that a spreadsheet program shows. Cells are as
    typed: nothing is taken for "not available", zeros in front stay; whole numbers are ``int``, and moments are to the
    second; what has no value is ``Unreadable``. In text every cell is text, and the sheet is called "". Of our own
    columns only "Import decision" and "Import run" are read; all of them have their heading and position. Headings
    mean what the set of ``heading_sets`` says that they are found by.

    Raises ``RosterError``, in a sentence with the remedy, if the file can't be read, two headings mean the same, or
    nobody stands under them; ``HeadingsError`` if no headings are known.
    """
    path, content, book = _opened(path, content)
    found: list[RosterSheet] = []
    also: dict[str, int] = {}
    seen = nobody = ""
    for title, cells in _wanted(book, path, sheet):
        headings = _find_headings(cells.columns, heading_sets or {})
        if headings is None:
            seen = seen or _seen(title, cells.columns)
        elif found and not _means_all(book, sheet):
            also[title] = _count_people(cells.columns, headings)
        elif (read := _sheet(path, title, cells, headings)).rows:
            found.append(read)
            _refuse_too_many(path, sum(len(one.rows) for one in found))
        else:
            nobody = nobody or f"row {headings.row}" + (f' of sheet "{title}"' if title else "")
    if found:
        others = {title: count for title, count in also.items() if count}
        return Roster(path, content, tuple(found), book.day_zero, others)
    if nobody:
        raise RosterError(f'"{path.name}" has headings in {nobody}, but nobody under them. Fill in one row a person.')
    if not seen:
        raise RosterError(f'"{path.name}" is empty. {_EXPECTED}')
    teach = f'Or tell us once what each column contains:\n\n    roster headings "{path}"'
    raise HeadingsError(f'"{path.name}" has no headings that we know. {seen} {_EXPECTED}\n{teach}')


def look_at_headings(
    path: Path,
    *,
    sheet: str | None = None,
    heading_sets: Mapping[str, HeadingSet] | None = None,
    content: bytes | None = None,
) -> HeadingRow:
    """The headings of a roster with a cell from under each; where none are known, those of the row that is likest.

    Raises ``RosterError`` if the file can't be read, or nothing stands in it.
    """
    looked: list[tuple[str, Columns, _Headings]] = []
    path, _, book = _opened(path, content)
    for title, cells in _wanted(book, path, sheet):
        if headings := _find_headings(cells.columns, heading_sets or {}):
            return _heading_row(title, cells.columns, headings)
        if headings := _likeliest(cells.columns):
            looked.append((title, cells.columns, headings))
    if not looked:
        raise RosterError(f'"{path.name}" is empty. {_EXPECTED}')
    return _heading_row(*max(looked, key=lambda one: _likeness(one[2])))


def _refuse_too_many(path: Path, people: int) -> None:
    if people > MOST_PEOPLE:
        raise RosterError(
            f'"{path.name}" has {people:,} people. The most that one list may have is {MOST_PEOPLE:,}. '
            "Split it into several lists."
        )


def _opened(path: Path, content: bytes | None) -> tuple[Path, bytes, Book]:
    """What came on standard input is named by its content: another list that comes there is another roster."""
    content = read_content(path) if content is None else content
    if path != STANDARD_INPUT:
        return path, content, open_book(content, path.name)
    book = open_book(content, "standard input")
    return Path(f"standard input {sha256(content).hexdigest()[:6]}{book.suffix}"), content, book


def _wanted(book: Book, path: Path, wanted: str | None) -> Iterator[tuple[str, Sheet]]:
    """The sheet that is wanted, else every visible one, each read when it is its turn. Never our own summary."""
    titles = [title for title in book.visible if title != SUMMARY_SHEET]
    if wanted is not None and not _means_all(book, wanted):
        if book.titles == ("",):
            raise RosterError(f'"{path.name}" is text, which has no sheets. Leave out --sheet.')
        titles = [title for title in book.titles if _is_called(title, wanted)]
        if not titles:
            names = ", ".join(f'"{title}"' for title in book.titles)
            raise RosterError(f'"{path.name}" has no sheet "{wanted}". Its sheets are: {names}.')
    for title in titles:
        yield title, book.read(title)


def _means_all(book: Book, wanted: str | None) -> bool:
    """A sheet may be called "All": then that one is meant."""
    return (
        wanted is not None
        and _is_called(ALL_SHEETS, wanted)
        and not any(_is_called(one, wanted) for one in book.titles)
    )


def _is_called(title: str, wanted: str) -> bool:
    return title.casefold() == wanted.strip().casefold()


def _count_people(columns: Columns, headings: _Headings) -> int:
    names = [columns[at - 1][headings.row :] for field in NAMES for at in headings.known.get(field, ())]
    return sum(any(_cell(value) is not None for value in row) for row in zip(*names, strict=True))


def _sheet(path: Path, title: str, sheet: Sheet, headings: _Headings) -> RosterSheet:
    _refuse_doubles(path, title, headings)
    columns = sheet.columns
    positions = {field: at for field, (at,) in headings.known.items()}
    in_use = [at for at, column in enumerate(columns, start=1) if at in headings.texts or _has_any(column)]
    if in_use[-1] + len(_OURS.difference(positions)) > MOST_COLUMNS:
        raise RosterError(
            f'Sheet "{title}" is full up to its last column: there is no room for the '
            "answers. Delete what stands far right of the people, and try again."
        )
    rows, left_out = _rows(title, sheet, headings.row, positions)
    taken = set(positions.values())
    return RosterSheet(
        title=title,
        heading_row=headings.row,
        headings={field: headings.texts[at] for field, at in positions.items()},
        positions=positions,
        width=in_use[-1],
        unused=tuple(
            headings.texts.get(at, f"column {column_letters(at)}")
            for at in in_use
            if at not in taken and (at in headings.texts or _has_any(columns[at - 1][headings.row :]))
        ),
        rows=rows,
        left_out=left_out,
        heading_set=headings.set_name,
        conventions=headings.set.conventions,
    )


def _refuse_doubles(path: Path, title: str, headings: _Headings) -> None:
    """Two columns for one thing: nobody but a person can tell which is meant."""
    for field, found in headings.known.items():
        if len(found) > 1:
            one, other = (f'"{headings.texts[at]}" (column {column_letters(at)})' for at in found[:2])
            where = f' on sheet "{title}"' if title else ""
            meaning = next(column.heading for column in BY_HEADING_KEY.values() if column.field == field)
            raise RosterError(
                f'{one} and {other} both mean "{meaning}"{where}. Rename or delete one of them, or say which '
                f'is meant: roster headings "{path}"'
            )


def _rows(
    title: str, sheet: Sheet, heading_row: int, positions: Mapping[str, int]
) -> tuple[tuple[RosterRow, ...], tuple[int, ...]]:
    """The rows of people, and the numbers of others that are not blank."""
    columns = sheet.columns
    fields = [field for field in positions if field not in _OURS or field in _OURS_TO_READ]
    used = [_cells(columns[positions[field] - 1][heading_row:]) for field in fields]
    taken = set(positions.values())
    others = [column for at, column in enumerate(columns, start=1) if at not in taken]
    rows: list[RosterRow] = []
    left_out: list[int] = []
    blank = (None,) * len(used)
    for number, cells in enumerate(zip(*used, strict=True), start=heading_row + 1):
        if cells == blank and not any(column[number - 1] for column in others):
            continue
        row = {field: cell for field, cell in zip(fields, cells, strict=True) if cell is not None}
        if is_example(row):
            left_out.append(number)
        elif not row.keys().isdisjoint(NAMES):
            is_alone = all(_cell(column[number - 1]) is None for column in others)
            rows.append(RosterRow(RowRef(title, number), row, _set_aside(sheet, number, row, positions), is_alone))
        elif not row.keys() <= _OURS or any(_cell(column[number - 1]) is not None for column in others):
            left_out.append(number)
    return tuple(rows), tuple(left_out)


def _set_aside(sheet: Sheet, number: int, row: Mapping[str, Cell], positions: Mapping[str, int]) -> str:
    """How somebody has put a person aside: the whole row can't be seen, or every name in it is struck through."""
    if not (sheet.set_aside or sheet.struck):
        return ""
    if number in sheet.set_aside:
        return sheet.set_aside[number]
    names = {positions[field] for field in row.keys() & set(NAMES)}
    return STRUCK_THROUGH if names <= sheet.struck.get(number, frozenset()) else ""


def _find_headings(columns: Columns, heading_sets: Mapping[str, HeadingSet]) -> _Headings | None:
    """The first row that a set fits, or that has a name column and another one that is known, or is all there is in a
    sheet of names."""
    for headings in _rows_of_texts(columns):
        if name := find_set(headings.typed.values(), heading_sets):
            return _read_by(headings, name, heading_sets[name])
        if headings.known.keys().isdisjoint(NAMES):
            continue
        if len(headings.known) > 1 or sum(map(_has_any, columns)) == 1:
            return headings
    return None


def _rows_of_texts(columns: Columns) -> Iterator[_Headings]:
    for number, cells in enumerate(islice(zip(*columns, strict=True), _HEADINGS_WITHIN), start=1):
        texts: dict[int, str] = {}
        typed: dict[int, str] = {}
        for at, value in enumerate(cells, start=1):
            if (cell := _cell(value)) is None:
                continue
            texts[at] = cell_text(cell)
            if isinstance(cell, str) and len(cell) <= _LONGEST_HEADING and heading_key(cell):
                typed[at] = clean(cell)
        yield _read_by(_Headings(number, texts, typed, {}), "", HeadingSet({}))


def _read_by(headings: _Headings, name: str, heading_set: HeadingSet) -> _Headings:
    """Headings as a set takes them; those that it does not name, as everybody's."""
    known: dict[str, list[int]] = {}
    for at, text in headings.typed.items():
        key = heading_key(text)
        column = BY_HEADING_KEY.get(key)
        if field := heading_set.fields.get(key, column.field if column else ""):
            known.setdefault(field, []).append(at)
    return headings._replace(known=known, set_name=name, set=heading_set)


def _likeliest(columns: Columns) -> _Headings | None:
    """The row that is likest to headings; ``None`` if the sheet is empty."""
    return max((row for row in _rows_of_texts(columns) if row.texts), key=_likeness, default=None)


def _likeness(row: _Headings) -> tuple[int, int, int]:
    """Addresses, numbers and dates are cells of people: of two rows, the one with more other texts is the headings."""
    words = sum("@" not in text and sum(map(str.isdigit, text)) < _DIGITS_OF_CELLS for text in row.typed.values())
    return words, len(row.known), len(row.texts)


def _heading_row(title: str, columns: Columns, headings: _Headings) -> HeadingRow:
    field_at = {at: field for field, found in headings.known.items() for at in found}

    def example(at: int) -> str:
        cells = (_cell(value) for value in columns[at - 1][headings.row :])
        return next((cell_text(cell) for cell in cells if cell is not None), "")

    typed = tuple(
        TypedHeading(column_letters(at), text, example(at), field_at.get(at, "")) for at, text in headings.typed.items()
    )
    return HeadingRow(title, headings.row, typed, headings.set_name)


def _seen(title: str, columns: Columns) -> str:
    """What stands in the row that is likest to headings; nothing if the sheet is empty."""
    best = _likeliest(columns)
    if best is None:
        return ""
    where = f"Row {best.row}" + (f' of sheet "{title}"' if title else "")
    texts = [f'"{text}"' for text in best.texts.values()]
    said = [f"{where} says {', '.join(texts[:8])}{', …' if len(texts) > 8 else ''}."]
    near = {text: column.heading for text in best.typed.values() if (column := suggestion(text, best.known))}
    return " ".join([*said, *(f'Is "{text}" meant to be "{meant}"?' for text, meant in near.items())])


def _cells(values: Sequence[Any]) -> list[Cell]:
    """Cells of a column; equal texts are looked at once, and are one object."""
    texts = {text: _cell(text) for text in {value for value in values if type(value) is str}}
    return [texts[value] if type(value) is str else _cell(value) for value in values]


def _has_any(values: Sequence[Any]) -> bool:
    return any(_cell(value) is not None for value in values)


def _cell(value: Any) -> Any:
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
        return _cell(datetime.combine(date.min, value) - datetime.combine(date.min, time()))
    return value
