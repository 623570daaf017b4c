"""A roster as a workbook: the person's own where it is one, else a new one that holds the same cells."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from itertools import chain, count
from typing import TYPE_CHECKING, Any

from importer.lists.cells import TEXT, column_letters, fit_on_page_width, paint_headings, put_text, storable
from importer.lists.sheets import Book, Sheet, is_excel, is_text, open_book
from importer.model import Roster, Unreadable
from importer.results.package import Package
from importer.results.styles import Styles

if TYPE_CHECKING:
    from openpyxl import Workbook

_LONGEST_TITLE = 31
_HEX_DIGITS = 6
_SIGNATURE_LOST = "This file is not signed any more, because it was added to. Yours is as it was."
ONLY_VALUES = (
    "Only the values of the sheet are in this file: the formats of yours could not be taken over. Yours is as it was."
)


def open_package(roster: Roster) -> tuple[Package, Mapping[str, str]]:
    """The roster's workbook, or one that holds the same in the same cells, and what its sheets are called there
    by the titles that the roster gives them."""
    if is_excel(roster.content):
        return Package(roster.content), {sheet.title: sheet.title for sheet in roster.sheets}
    return open_values_only(roster)


def open_values_only(roster: Roster) -> tuple[Package, Mapping[str, str]]:
    """A plain new workbook with the values of the roster's file, for one that is no workbook or a strange one.

    They are read as the roster was, so that each stands where it stood; what was put aside in it is put aside here.
    """
    content, titles = as_workbook(roster, open_book(roster.content, roster.path.name))
    return Package(content), titles


def as_workbook(roster: Roster, book: Book) -> tuple[bytes, Mapping[str, str]]:
    """A plain new workbook with the values of ``book``, which the roster was read from, and what its sheets are called
    there."""
    titles = workbook_titles(book.titles)
    return _new_workbook(roster, book, titles), titles


def workbook_titles(titles: Iterable[str]) -> dict[str, str]:
    """What sheets are called in a new workbook, which allows less in a title than other kinds of file. No two alike."""
    called: dict[str, str] = {}
    for title in titles:
        usable = re.sub(r"[\[\]:*?/\\]", " ", storable(title)).strip("' ") or "Roster"
        taken = {other.casefold() for other in called.values()}
        names = (
            f"{usable[: _LONGEST_TITLE - len(ending)]}{ending}" for ending in chain([""], map(" ({})".format, count(2)))
        )
        called[title] = next(name for name in names if name.casefold() not in taken)
    return called


def what_is_lost(content: bytes) -> tuple[str, ...]:
    """What of the person's file can't go into its results, a sentence each. Of a workbook or a text file, nothing."""
    if not is_excel(content):
        return () if is_text(content) else (ONLY_VALUES,)
    try:
        package = Package(content)
        Styles(package)
        return (_SIGNATURE_LOST,) if package.is_signed else ()
    except Exception:
        return (ONLY_VALUES,)


def _new_workbook(roster: Roster, book: Book, titles: Mapping[str, str]) -> bytes:
    """A workbook with the sheets of a file, written row by row, so that it may be large."""
    from openpyxl import Workbook

    workbook = Workbook(write_only=True)
    headings = {sheet.title: sheet.heading_row for sheet in roster.sheets}
    for title in book.titles:
        _add_sheet(
            workbook, titles[title], book.read(title), headings.get(title, 0), is_hidden=title not in book.visible
        )
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def _add_sheet(workbook: Workbook, title: str, values: Sheet, heading_row: int, *, is_hidden: bool) -> None:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font, PatternFill

    sheet: Any = workbook.create_sheet(title)
    sheet.sheet_state = "hidden" if is_hidden else "visible"
    fit_on_page_width(sheet)
    if heading_row:
        sheet.print_title_rows = f"{heading_row}:{heading_row}"
    rows = list(zip(*values.columns, strict=True))
    for number in values.set_aside:
        sheet.row_dimensions[number].hidden = True
    for column, width in _widths(rows[max(heading_row - 1, 0) :]).items():
        sheet.column_dimensions[column_letters(column)].width = width
    pattern: Any = WriteOnlyCell(sheet)
    pattern.number_format = TEXT
    struck = Font(strike=True)

    def cell(value: Any) -> Any:
        if value is None or value == "":
            return None
        value = value.text if isinstance(value, Unreadable) else value
        if not isinstance(value, str):
            return int(value) if isinstance(value, float) and value.is_integer() else value
        made: Any = WriteOnlyCell(sheet)
        made._style = copy(pattern._style)
        put_text(made, value)
        return made

    def filled(value: Any, colour: str) -> Any:
        made = value if hasattr(value, "fill") else WriteOnlyCell(sheet, value)
        made.fill = PatternFill("solid", fgColor=f"FF{colour}")
        return made

    for number, row in enumerate(rows, start=1):
        cells = [cell(value) for value in row]
        for column in values.struck.get(number, ()):
            if hasattr(cells[column - 1], "font"):
                cells[column - 1].font = struck
        for column, colour in values.coloured.get(number, {}).items():
            if cells[column - 1] is not None and len(colour) == _HEX_DIGITS:  # a colour of a theme has no digits
                cells[column - 1] = filled(cells[column - 1], colour)
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
