"""File → Roster: the sheet, the heading row, and every row as it was typed. Nothing is interpreted here."""

from __future__ import annotations

import codecs
import csv
import io
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from importer.columns import BY_HEADING_KEY, IMPORT_COLUMNS, SUMMARY_SHEET, heading_key, is_example
from importer.errors import HeadingsError, RosterError
from importer.findings import clean, shown
from importer.headings import HeadingRow, HeadingSet, TypedHeading, find_set, suggestion
from importer.model import Cell, Roster, RosterRow, RosterSheet, RowRef

if TYPE_CHECKING:
    import pandas as pd

"""Our own first sheet in a results workbook: it is never taken for a roster."""

NAMES = frozenset({"first_name", "last_name", "full_name"})
"""A row with something in one of these columns is a person, or a problem."""

_OURS = frozenset(column.field for column in IMPORT_COLUMNS)
_OURS_TO_READ = frozenset({"import_decision", "import_run"})
_HEADINGS_WITHIN = 50
_LONGEST_HEADING = 100
_DIGITS_OF_CELLS = 4
_DELIMITERS = ",;\t|"
_MOST_COLUMNS = 16_384
_MOST_BYTES_UNPACKED = 2**30
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_EXPECTED = (
    'I look for a row with "First name" and "Last name", or "Full name", and others such as "Group booking ID", '
    '"Service", "Start" or "Email". Rename the headings so, or start from: roster template'
)

Columns = Sequence[Sequence[Any]]
"""A sheet column by column, all as long as the sheet: the first cell of each stands in row 1."""


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
    path: Path, *, sheet: str | None = None, heading_sets: Mapping[str, HeadingSet] | None = None
) -> Roster:
    """Read a roster, ``.xlsx`` or ``.csv``, from the sheet named or else the first visible one that has headings.

    Row numbers are those that a spreadsheet program shows. Cells are as typed: nothing is taken for "not available",
    zeros in front stay; whole numbers are ``int``, and moments are to the second. In a ``.csv`` every cell is text,
    and the sheet is called "". Of our own columns only "Import decision" and "Import run" are read; all of them have
    their heading and position. Headings mean what the set of ``heading_sets`` says that they are found by.

    Raises ``RosterError``, in a sentence with the remedy, if the file can't be read, two headings mean the same, or
    nobody stands under them; ``HeadingsError`` if no headings are known.
    """
    content = _content(path)
    seen = ""
    for title, columns in _opened(path, content, sheet):
        if headings := _find_headings(columns, heading_sets or {}):
            return Roster(path, content, (_sheet(path, title, columns, headings),))
        seen = seen or _seen(title, columns)
    if not seen:
        raise RosterError(f'"{path.name}" is empty. {_EXPECTED}')
    teach = f'Or say once what they mean:\n\n    roster headings "{path}"'
    raise HeadingsError(f'"{path.name}" has no headings that I know. {seen} {_EXPECTED}\n{teach}')


def look_at_headings(
    path: Path, *, sheet: str | None = None, heading_sets: Mapping[str, HeadingSet] | None = None
) -> HeadingRow:
    """The headings of a roster with a cell from under each; where none are known, those of the row that is likest.

    Raises ``RosterError`` if the file can't be read, or nothing stands in it.
    """
    looked: list[tuple[str, Columns, _Headings]] = []
    for title, columns in _opened(path, _content(path), sheet):
        if headings := _find_headings(columns, heading_sets or {}):
            return _heading_row(title, columns, headings)
        if headings := _likeliest(columns):
            looked.append((title, columns, headings))
    if not looked:
        raise RosterError(f'"{path.name}" is empty. {_EXPECTED}')
    return _heading_row(*max(looked, key=lambda one: _likeness(one[2])))


def _opened(path: Path, content: bytes, sheet: str | None) -> Iterator[tuple[str, Columns]]:
    return _csv_sheet(path, content, sheet) if path.suffix.lower() == ".csv" else _sheets(path, content, sheet)


def _content(path: Path) -> bytes:
    try:
        content = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError, ValueError):
        raise RosterError(f'There is no file "{path}". Drag it into this window: its name is typed for you.') from None
    except OSError as error:
        if path.is_dir():
            raise RosterError(f'"{path}" is a folder. Name the roster in it.') from None
        raise RosterError(f'"{path}" can\'t be read: {error.strerror or error}. Make a copy, and try that.') from None
    if path.suffix.lower() not in (".xlsx", ".csv"):
        raise RosterError(
            f'"{path.name}" is neither .xlsx nor .csv. Save it as an Excel workbook (.xlsx), and try that.'
        )
    return content


def _sheet(path: Path, title: str, columns: Columns, headings: _Headings) -> RosterSheet:
    for field, places in headings.known.items():
        if len(places) > 1:
            one, other = (f'"{headings.texts[at]}" (column {_letters(at)})' for at in places[:2])
            meaning = next(column.heading for column in BY_HEADING_KEY.values() if column.field == field)
            raise RosterError(
                f'{one} and {other} both mean "{meaning}". Rename or delete one of them, or say which '
                f'is meant: roster headings "{path}"'
            )
    positions = {field: at for field, (at,) in headings.known.items()}
    fields = [field for field in positions if field not in _OURS or field in _OURS_TO_READ]
    used = [_cells(columns[positions[field] - 1][headings.row :]) for field in fields]
    taken = set(positions.values())
    others = [column for at, column in enumerate(columns, start=1) if at not in taken]
    rows: list[RosterRow] = []
    left_out: list[int] = []
    for number, cells in enumerate(zip(*used, strict=True), start=headings.row + 1):
        row = {field: cell for field, cell in zip(fields, cells, strict=True) if cell is not None}
        if is_example(row):
            left_out.append(number)
        elif not NAMES.isdisjoint(row):
            rows.append(RosterRow(RowRef(title, number), row))
        elif not row.keys() <= _OURS or any(_cell(column[number - 1]) is not None for column in others):
            left_out.append(number)
    if not rows:
        where = f"row {headings.row}" + (f' of sheet "{title}"' if title else "")
        raise RosterError(f'"{path.name}" has headings in {where}, but nobody under them. Fill in one row a person.')
    in_use = [at for at, column in enumerate(columns, start=1) if at in headings.texts or _has_any(column)]
    return RosterSheet(
        title=title,
        heading_row=headings.row,
        headings={field: headings.texts[at] for field, at in positions.items()},
        positions=positions,
        width=in_use[-1],
        unused=tuple(
            headings.texts.get(at, f"column {_letters(at)}")
            for at in in_use
            if at not in taken and (at in headings.texts or _has_any(columns[at - 1][headings.row :]))
        ),
        rows=tuple(rows),
        left_out=tuple(left_out),
        heading_set=headings.set_name,
        date_order=headings.set.date_order,
        name_order=headings.set.name_order,
    )


def _find_headings(columns: Columns, heading_sets: Mapping[str, HeadingSet]) -> _Headings | None:
    """The first row that a set fits, or that has a name column and another one that is known, or is all there is in a
    sheet of names."""
    for headings in _rows_of_texts(columns):
        if name := find_set(headings.typed.values(), heading_sets):
            return _read_by(headings, name, heading_sets[name])
        if NAMES.isdisjoint(headings.known):
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
            texts[at] = shown(cell)
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
    field_at = {at: field for field, places in headings.known.items() for at in places}

    def example(at: int) -> str:
        cells = (_cell(value) for value in columns[at - 1][headings.row :])
        return next((shown(cell) for cell in cells if cell is not None), "")

    typed = tuple(
        TypedHeading(_letters(at), text, example(at), field_at.get(at, "")) for at, text in headings.typed.items()
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
    return " ".join([*said, *(f'By "{text}", do you mean "{meant}"?' for text, meant in near.items())])


def _sheets(path: Path, content: bytes, wanted: str | None) -> Iterator[tuple[str, Columns]]:
    """The sheet that is wanted, else every visible one, each read when it is its turn."""
    _refuse_other_files(path, content)
    import pandas as pd
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    # A broken workbook fails in as many ways as there are; none of them is worth more than the sentence.
    try:
        book = pd.ExcelFile(io.BytesIO(content), engine="calamine")
        metadata = book.book.sheets_metadata  # type: ignore[union-attr]  # the stub knows openpyxl's book only
        sheets = [sheet for sheet in metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    except Exception:
        raise _damaged(path) from None
    if wanted is not None:
        titles = [sheet.name for sheet in sheets if sheet.name.casefold() == wanted.strip().casefold()]
        if not titles:
            names = ", ".join(f'"{sheet.name}"' for sheet in sheets)
            raise RosterError(f'"{path.name}" has no sheet "{wanted}". Its sheets are: {names}.')
    else:
        titles = [
            sheet.name for sheet in sheets if sheet.visible == SheetVisibleEnum.Visible and sheet.name != SUMMARY_SHEET
        ]
    for title in titles:
        try:
            frame = pd.read_excel(book, sheet_name=title, header=None, dtype=object, na_filter=False)
        except Exception:
            raise _damaged(path) from None
        yield title, _columns(frame)


def _csv_sheet(path: Path, content: bytes, wanted: str | None) -> Iterator[tuple[str, Columns]]:
    if wanted is not None:
        raise RosterError(f'"{path.name}" is a .csv, which has no sheets. Leave out --sheet.')
    import pandas as pd

    text = _text(path, content)
    marked = re.match(r"sep=(.)(?:\r?\n|\r|$)", text, re.IGNORECASE)  # Excel's own mark; it shows no row for it
    text = text[marked.end() :] if marked else text
    delimiter = marked[1] if marked else max(_DELIMITERS, key=lambda candidate: _fit(text, candidate))
    try:
        width = max(map(len, csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)), default=0)
        if not 0 < width <= _MOST_COLUMNS:
            return
        frame = pd.read_csv(
            io.StringIO(text, newline=""),
            sep=delimiter,
            header=None,
            names=range(width),
            index_col=False,
            dtype=object,
            na_filter=False,
            skip_blank_lines=False,
        )
    except (csv.Error, ValueError):
        raise RosterError(
            f'"{path.name}" is not a .csv that can be read: a quotation mark may be open to its end. '
            "Save it anew from the spreadsheet program, and try again."
        ) from None
    yield "", _columns(frame)


def _fit(text: str, delimiter: str) -> tuple[int, int]:
    """How well a delimiter fits: by the headings that are known under it, then by the columns it makes."""
    try:
        lines = list(islice(csv.reader(io.StringIO(text[:100_000], newline=""), delimiter=delimiter), _HEADINGS_WITHIN))
    except csv.Error:
        return 0, 0
    known = max(
        (sum(heading_key(cell[:_LONGEST_HEADING]) in BY_HEADING_KEY for cell in line) for line in lines), default=0
    )
    return known, max(map(len, lines), default=0)


def _text(path: Path, content: bytes) -> str:
    """The text of a ``.csv``: by its byte order mark, else UTF-16 if every other byte is 0, UTF-8, Windows-1252."""
    encodings = ["utf-8-sig", "cp1252"]
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    elif b"\0" in content[:1000]:
        encodings = ["utf-16-le" if content[1:2] == b"\0" else "utf-16-be"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text and not content.startswith((_OLE, b"PK\x03\x04", b"%PDF-")):
            return text
    raise RosterError(f'"{path.name}" is not text, whatever its name says. Save the roster as .xlsx, and try that.')


def _refuse_other_files(path: Path, content: bytes) -> None:
    """Say what a file really is that is called ``.xlsx`` and is none, or would not fit into memory."""
    if content.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise RosterError(f'"{path.name}" is protected by a password. Save a copy without one, and try that.')
        raise RosterError(f'"{path.name}" is an old .xls workbook. Open it, save it as .xlsx, and try that.')
    if not content.startswith(b"PK"):
        what = "is empty" if not content else "is no Excel workbook, whatever its name says"
        raise RosterError(f'"{path.name}" {what}. Save the roster as .xlsx, and try that.')
    try:
        parts = {part.filename: part.file_size for part in zipfile.ZipFile(io.BytesIO(content)).infolist()}
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise _damaged(path) from None
    if "[Content_Types].xml" not in parts or "xl/workbook.bin" in parts:
        raise RosterError(
            f'"{path.name}" is no .xlsx workbook, whatever its name says. Save it as .xlsx, and try that.'
        )
    if sum(parts.values()) > _MOST_BYTES_UNPACKED:
        raise RosterError(
            f'"{path.name}" unpacks to more than 1 GB. Copy the roster into a new workbook, and try that.'
        )


def _damaged(path: Path) -> RosterError:
    return RosterError(f'"{path.name}" is damaged or cut short. Open it, save it under a new name, and try that.')


def _columns(frame: pd.DataFrame) -> list[list[Any]]:
    return [frame[name].tolist() for name in frame.columns]


def _cells(values: Sequence[Any]) -> list[Cell]:
    """Cells of a column; equal texts are looked at once, and are one object."""
    texts: dict[str, Cell] = {"": None}
    cells = []
    for value in values:
        if not isinstance(value, str):
            cells.append(_cell(value))
            continue
        if value not in texts:
            texts[value] = _cell(value)
        cells.append(texts[value])
    return cells


def _has_any(values: Sequence[Any]) -> bool:
    return any(_cell(value) is not None for value in values)


def _cell(value: Any) -> Any:
    """A value as the libraries give it, as a cell: blank is ``None``, and a moment has no part of a second.

    Workbooks keep moments as fractions of a day, so that 10:00 comes back as 9:59:59.994. A duration is the time of
    day that it was typed as, if there is one.
    """
    if isinstance(value, str):
        return value if (value.isprintable() and value.strip()) or clean(value) else None
    if isinstance(value, datetime):
        if type(value) is not datetime:  # some versions of pandas give their own kind
            value = datetime.combine(value.date(), value.time())
        if value.microsecond and value.year < 9999:
            value = (value + timedelta(microseconds=500_000)).replace(microsecond=0)
        return value
    if isinstance(value, timedelta):
        seconds = round(value.total_seconds())
        is_clock = 0 <= seconds < 86_400
        return time(seconds // 3600, seconds // 60 % 60, seconds % 60) if is_clock else str(value)
    if isinstance(value, time) and value.microsecond:
        return _cell(datetime.combine(date.min, value) - datetime.combine(date.min, time()))
    return value


def _letters(at: int) -> str:
    """``AB`` for 28, as spreadsheet programs name a column."""
    letters = ""
    while at:
        at, rest = divmod(at - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
