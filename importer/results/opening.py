"""A roster as a workbook: the person's own where it is one, else a new one that holds the same cells."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from itertools import islice
from typing import TYPE_CHECKING, Any

from importer.cells import TEXT, paint_headings, put_text
from importer.columns import heading_key
from importer.model import Roster, RosterSheet
from importer.results.package import Package
from importer.results.styles import Styles

if TYPE_CHECKING:
    from openpyxl import Workbook

_ZIP = b"PK"
_WORKBOOK_STARTS = (_ZIP, b"\xd0\xcf\x11\xe0")
_DELIMITERS = ",;\t|"
_DELIMITER_MARK = re.compile(r"sep=(.)(?:\r?\n|\r|$)", re.IGNORECASE)
_LONGEST_CELL = 2**31 - 1
_LONGEST_TITLE = 31
_SIGNATURE_LOST = "This file is not signed any more, because it was added to. Yours is as it was."
ONLY_VALUES = (
    "Only the values of the sheet are in this file: the formats of yours could not be taken over. Yours is as it was."
)


def open_package(roster: Roster) -> Package:
    """The roster's workbook, or one that holds the same cells at the same places."""
    return Package(roster.content) if roster.content.startswith(_ZIP) else open_values_only(roster)


def open_values_only(roster: Roster) -> Package:
    """A plain new workbook with the values of the roster's sheet, for a file that is no workbook or a strange one."""
    from python_calamine import CalamineWorkbook, SheetTypeEnum

    if not roster.content.startswith(_WORKBOOK_STARTS):
        return Package(_new_workbook(roster, {roster.sheets[0].title: _text_rows(roster)}))
    book = CalamineWorkbook.from_filelike(io.BytesIO(roster.content))
    sheets = {
        sheet.name: book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
        for sheet in book.sheets_metadata
        if sheet.typ == SheetTypeEnum.WorkSheet
    }
    return Package(_new_workbook(roster, sheets))


def what_is_lost(content: bytes) -> tuple[str, ...]:
    """What of the person's file can't go into its results, a sentence each. Of a workbook or a text file, nothing."""
    if not content.startswith(_WORKBOOK_STARTS):
        return ()
    try:
        package = Package(content)
        Styles(package)
        return (_SIGNATURE_LOST,) if package.is_signed else ()
    except Exception:
        return (ONLY_VALUES,)


def _text_rows(roster: Roster) -> list[list[str]]:
    """The cells of a text file, read in the one way in which its headings stand where the roster says they do."""
    layout = roster.sheets[0]
    csv.field_size_limit(_LONGEST_CELL)
    for text, delimiter in _readings(roster.content):
        head = islice(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), layout.heading_row)
        if _has_headings(list(head), layout):
            break
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def _readings(content: bytes) -> Iterator[tuple[str, str]]:
    """Each text that the bytes may be, with each delimiter that it may have; the likeliest first."""
    encodings = ["utf-8-sig", "cp1252", "latin-1"]
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings.insert(0, "utf-16")
    elif b"\0" in content[:1000]:
        encodings.insert(0, "utf-16-le" if content[1:2] == b"\0" else "utf-16-be")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if marked := _DELIMITER_MARK.match(text):
            yield text[marked.end() :], marked[1]
        yield from ((text, delimiter) for delimiter in _DELIMITERS)


def _has_headings(head: list[list[str]], roster: RosterSheet) -> bool:
    if len(head) < roster.heading_row:
        return False
    row = head[roster.heading_row - 1]
    return all(
        position <= len(row) and heading_key(row[position - 1]) == heading_key(roster.headings[field])
        for field, position in roster.positions.items()
    )


def _new_workbook(roster: Roster, sheets: Mapping[str, Sequence[Sequence[Any]]]) -> bytes:
    """A workbook with these sheets, written row by row, so that it may be large."""
    from openpyxl import Workbook

    workbook = Workbook(write_only=True)
    headings = {sheet.title: sheet.heading_row for sheet in roster.sheets}
    for title, rows in sheets.items():
        _add_sheet(workbook, title, rows, headings.get(title, 0))
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def _add_sheet(workbook: Workbook, title: str, rows: Sequence[Sequence[Any]], heading_row: int) -> None:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.utils import get_column_letter

    sheet: Any = workbook.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", title).strip("' ")[:_LONGEST_TITLE] or "Roster")
    for column, width in _widths(rows[max(heading_row - 1, 0) :]).items():
        sheet.column_dimensions[get_column_letter(column)].width = width
    pattern: Any = WriteOnlyCell(sheet)
    pattern.number_format = TEXT

    def cell(value: Any) -> Any:
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            return int(value) if isinstance(value, float) and value.is_integer() else value
        made: Any = WriteOnlyCell(sheet)
        made._style = copy(pattern._style)
        put_text(made, value)
        return made

    for number, row in enumerate(rows, start=1):
        cells = [cell(value) for value in row]
        if number == heading_row:
            paint_headings(one for one in cells if hasattr(one, "fill"))
        sheet.append(cells)


def _widths(rows: Sequence[Sequence[Any]]) -> dict[int, int]:
    widths: dict[int, int] = {}
    for row in rows:
        for column, value in enumerate(row, start=1):
            if value is not None and value != "":
                widths[column] = max(widths.get(column, 0), len(str(value)))
    return {column: min(max(width + 2, 9), 40) for column, width in sorted(widths.items())}
