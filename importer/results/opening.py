"""A roster as a workbook: the person's own where it is one, else a new one that holds the same cells."""

from __future__ import annotations

import codecs
import csv
import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from copy import copy
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from importer.cells import TEXT, cell_at, paint_headings, put_text
from importer.columns import heading_key
from importer.model import Roster, RosterSheet

if TYPE_CHECKING:
    from openpyxl import Workbook

_WORKBOOK_STARTS = (b"PK", b"\xd0\xcf\x11\xe0")
_DELIMITERS = ",;\t|"
_DELIMITER_MARK = re.compile(r"sep=(.)(?:\r?\n|\r|$)", re.IGNORECASE)
_LONGEST_CELL = 2**31 - 1
_LONGEST_TITLE = 31
_LARGEST_PART_BYTES = 200_000_000
_PARTS_LOST = {
    "xl/media/": "Pictures are not in this file; your own file keeps them.",
    "xl/charts/": "Charts may look simpler in this file than in yours.",
    "xl/slicers/": "Slicers are not in this file; your own file keeps them.",
    "xl/threadedComments/": "Comment threads are not in this file; your own file keeps them.",
    "xl/diagrams/": "SmartArt is not in this file; your own file keeps it.",
}
_MARKUP_LOST = {
    rb"<f[ >]": "Formulas show what they come to only once this file was opened in Excel or LibreOffice and saved.",
    rb"sparklineGroup ": "Sparklines are not in this file; your own file keeps them.",
    rb"x14:(conditionalFormatting|dataValidation) ": "Some newer conditional formats or drop-downs of Excel are not in "
    "this file; your own file keeps them.",
}


def open_workbook(roster: Roster, *, macros: bool) -> Workbook:
    """The roster's workbook with all that openpyxl keeps; rows stand at the numbers that the roster gives them.

    Macros are kept, never run; links to other files are kept, never followed.
    """
    from openpyxl import load_workbook

    if not roster.content.startswith(_WORKBOOK_STARTS):
        return _new_workbook(roster, _text_rows(roster))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what openpyxl warns of, what_is_lost says in words for people
        return load_workbook(io.BytesIO(roster.content), keep_vba=macros, rich_text=True)


def open_values_only(roster: Roster) -> Workbook:
    """A plain new workbook with the values of the roster's sheet, for a file that openpyxl can't take."""
    from python_calamine import CalamineWorkbook

    if not roster.content.startswith(_WORKBOOK_STARTS):
        return _new_workbook(roster, _text_rows(roster))
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(roster.content)).get_sheet_by_name(roster.sheets[0].title)
    return _new_workbook(roster, sheet.to_python(skip_empty_area=False))


def what_is_lost(content: bytes, path: Path) -> tuple[str, ...]:
    """What of the person's file can't go into results at ``path``, a sentence each. Nothing of a text file is lost."""
    if not content.startswith(b"PK"):
        return ()
    lost: list[str] = []
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        lost += [said for start, said in _PARTS_LOST.items() if any(part.filename.startswith(start) for part in parts)]
        if path.suffix.casefold() != ".xlsm" and any("vbaProject" in part.filename for part in parts):
            lost.append("Macros are not in this file; your own file keeps them.")
        found: dict[str, None] = {}
        for part in parts:
            if part.filename.startswith("xl/worksheets/sheet") and part.file_size <= _LARGEST_PART_BYTES:
                markup = archive.read(part)
                found |= {said: None for pattern, said in _MARKUP_LOST.items() if re.search(pattern, markup)}
    return (*lost, *found)


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


def _new_workbook(roster: Roster, rows: Iterable[Iterable[Any]]) -> Workbook:
    from openpyxl import Workbook
    from openpyxl.utils import get_column_letter

    layout = roster.sheets[0]
    workbook = Workbook()
    sheet: Any = workbook.active
    sheet.title = re.sub(r"[\[\]:*?/\\]", " ", layout.title).strip("' ")[:_LONGEST_TITLE] or "Roster"
    pattern = cell_at(sheet, 1, 1)
    pattern.number_format = TEXT
    as_text = copy(pattern._style)
    widths: dict[int, int] = {}
    for row_number, row in enumerate(rows, start=1):
        for column, value in enumerate(row, start=1):
            if value is None or value == "":
                continue
            cell = cell_at(sheet, row_number, column)
            if isinstance(value, str):
                cell._style = copy(as_text)
                put_text(cell, value)
            else:
                cell.value = int(value) if isinstance(value, float) and value.is_integer() else value
            if row_number >= layout.heading_row:
                widths[column] = max(widths.get(column, 0), len(str(value)))
    for column, width in widths.items():
        sheet.column_dimensions[get_column_letter(column)].width = min(max(width + 2, 9), 40)
    paint_headings(cell for cell in sheet[layout.heading_row] if cell.value is not None)
    return workbook
