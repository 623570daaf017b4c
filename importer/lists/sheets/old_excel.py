"""``.xls``, by xlrd, which tells of hidden rows, struck-through cells and colours, too."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from importer.lists.sheets.book import (
    Book,
    Merged,
    Sheet,
    columns_of,
    failing_as_damaged,
    protected,
    refuse_if_large,
    with_left,
)
from importer.lists.sheets.fills import MOST_ROWS as MOST_COLOURED_ROWS
from importer.model import DAY_ZERO, DAY_ZERO_1904, HIDDEN, Unreadable

if TYPE_CHECKING:
    from xlrd.book import Book as XlrdBook
    from xlrd.formatting import XFBackground
    from xlrd.sheet import Cell as XlrdCell
    from xlrd.sheet import Sheet as XlrdSheet

_SOLID = 1
_WHITE = (255, 255, 255)


def open_old_excel(content: bytes, name: str) -> Book:
    """Rows that a filter has put aside count as hidden: a file of this kind does not tell which those are.

    Raises ``RosterError`` if it can't be read.
    """
    import xlrd
    from xlrd.biffh import XLRDError

    with failing_as_damaged(name):
        try:
            book = xlrd.open_workbook(
                file_contents=content, formatting_info=True, ragged_rows=True, logfile=io.StringIO()
            )
        except XLRDError as error:
            raise protected(name) if "encrypted" in str(error) else error from None
        sheets = book.sheets()

    def read(title: str) -> Sheet:
        with failing_as_damaged(name):
            return _read(book, book.sheet_by_name(title), name)

    return Book(
        suffix=".xls",
        titles=tuple(sheet.name for sheet in sheets),
        visible=tuple(sheet.name for sheet in sheets if not sheet.visibility),
        read=read,
        day_zero=DAY_ZERO_1904 if book.datemode else DAY_ZERO,
    )


def _read(book: XlrdBook, sheet: XlrdSheet, name: str) -> Sheet:
    rows = [[_value(book, cell) for cell in sheet.row(at)] for at in range(sheet.nrows)]
    width = max(map(len, rows), default=0)
    refuse_if_large(name, sheet.name, len(rows), width)
    struck = {
        number: columns
        for number in range(1, len(rows) + 1)
        if (columns := frozenset(_struck(book, sheet.row(number - 1))))
    }
    hidden = {number + 1: HIDDEN for number, info in sheet.rowinfo_map.items() if info.hidden}
    blank = [""] * width
    merged = tuple(Merged(top + 1, left + 1, bottom, right) for top, bottom, left, right in sheet.merged_cells)
    left = {
        (row + 1, column + 1): text
        for (row, column), runs in sheet.rich_text_runlist_map.items()
        if (text := _left(book, sheet.cell(row, column), runs))
    }
    cells = with_left(columns_of((row + blank[len(row) :] for row in rows), name, sheet.name), left)
    hidden_columns = frozenset(at + 1 for at, info in sheet.colinfo_map.items() if info.hidden)
    return Sheet(cells, hidden, struck, merged, frozenset(left), _coloured(book, sheet), hidden_columns)


def _coloured(book: XlrdBook, sheet: XlrdSheet) -> dict[int, dict[int, str]]:
    """As ``Sheet.coloured`` has it; nothing of long sheets, in which nobody colours a row by hand."""
    if sheet.nrows > MOST_COLOURED_ROWS:
        return {}
    fills = [_fill(book, style.background) for style in book.xf_list]
    found = {
        number: {
            column: fills[cell.xf_index] if cell.xf_index is not None else ""
            for column, cell in enumerate(sheet.row(number - 1), start=1)
            if cell.value != ""
        }
        for number in range(1, sheet.nrows + 1)
    }
    return {number: cells for number, cells in found.items() if any(cells.values())}


def _fill(book: XlrdBook, background: XFBackground | None) -> str:
    is_solid = background is not None and background.fill_pattern == _SOLID
    rgb = book.colour_map.get(background.pattern_colour_index) if background and is_solid else None
    return "" if rgb is None or rgb == _WHITE else "{:02X}{:02X}{:02X}".format(*rgb)


def _left(book: XlrdBook, cell: XlrdCell, runs: list[tuple[int, int]]) -> str:
    """The words of a text that are not struck through, where others are; "" where none is, or all are."""
    text = str(cell.value)
    starts = [0, *(start for start, _ in runs), len(text)]
    fonts = [book.xf_list[cell.xf_index or 0].font_index, *(font for _, font in runs)]
    pieces = [
        (text[start:end], book.font_list[font].struck_out)
        for start, end, font in zip(starts, starts[1:], fonts, strict=False)
    ]
    is_any = any(is_struck and piece.strip() for piece, is_struck in pieces)
    return "".join(piece for piece, is_struck in pieces if not is_struck).strip() if is_any else ""


def _struck(book: XlrdBook, row: list[XlrdCell]) -> list[int]:
    return [
        column
        for column, cell in enumerate(row, start=1)
        if cell.xf_index is not None and book.font_list[book.xf_list[cell.xf_index].font_index].struck_out
    ]


def _value(book: XlrdBook, cell: XlrdCell) -> Any:
    import xlrd

    value: Any = cell.value
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(value)
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return Unreadable(xlrd.error_text_from_code.get(value, "#N/A"))
    if cell.ctype == xlrd.XL_CELL_DATE:
        moment = xlrd.xldate.xldate_as_datetime(value, book.datemode)
        return moment.time() if 0 <= value < 1 else moment
    return value
