"""A page of our own, filled from top to bottom: texts, numbers, links and headings of tables in fixed columns."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil, isinf
from typing import TYPE_CHECKING, Any

from importer.lists.cells import (
    HEADING,
    Look,
    cell_at,
    column_letters,
    fit_on_page_width,
    font_like,
    put_link,
    put_text,
)
from importer.model import Outcome, RowRef, places_text
from importer.results.spots import Spot, Spots

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

WIDTHS = (34, 20, *[8] * 12)
TEXT = 3
LAST = len(WIDTHS)
"""Of its columns, in letters; where texts that belong to the first two begin, and the last."""

_LINE_HEIGHT_PT = 15
_LETTERS_PER_WIDTH = 1.1


class Page:
    """A sheet that is filled from top to bottom."""

    def __init__(self, sheet: Worksheet, titles: Mapping[str, str], spots: Spots) -> None:
        from openpyxl.styles import Alignment

        self.sheet, self.titles, self.spots, self.row = sheet, titles, spots, 0
        self._wrapped = Alignment(wrap_text=True, vertical="top")
        self._top, self._left = Alignment(vertical="top"), Alignment(horizontal="left")
        for number, width in enumerate(WIDTHS, start=1):
            sheet.column_dimensions[column_letters(number)].width = width

    def next(self, lines: int = 1) -> None:
        self.row += lines

    def text(self, column: int, text: str, *, look: Look | None = None) -> Any:
        cell = cell_at(self.sheet, self.row, column)
        put_text(cell, text)
        cell.alignment = self._top
        if look:
            cell.font = font_like(cell, bold=look.bold, color=look.ink)
        return cell

    def title(self, text: str, size_pt: int, *, look: Look | None = None) -> None:
        cell = self.text(1, text)
        cell.font = font_like(cell, sz=size_pt, bold=True, color=look.ink if look else None)
        self.sheet.row_dimensions[self.row].height = ceil(size_pt * 1.4)

    def wide(self, first: int, last: int, text: str, *, look: Look | None = None) -> None:
        """Text over several columns; the row grows with it."""
        self.text(first, text, look=look).alignment = self._wrapped
        self.sheet.merge_cells(start_row=self.row, end_row=self.row, start_column=first, end_column=last)
        lines = ceil(len(text) / sum(WIDTHS[first - 1 : last]) / _LETTERS_PER_WIDTH)
        height = self.sheet.row_dimensions[self.row].height or _LINE_HEIGHT_PT
        self.sheet.row_dimensions[self.row].height = max(height, lines * _LINE_HEIGHT_PT)

    def number(self, column: int, number: float, *, left: bool = False) -> None:
        cell = cell_at(self.sheet, self.row, column)
        value = places_text(number) if isinf(number) else number
        cell.value, cell.number_format, cell.alignment = value, "#,##0", self._left if left else self._top

    def link(self, column: int, text: str, sheet: str, spot: Spot) -> None:
        cell = cell_at(self.sheet, self.row, column)
        put_link(cell, text, self.titles[sheet], str(spot))
        cell.alignment = self._top

    def where(self, row: RowRef) -> str:
        """``row 14``, with its sheet where there are several."""
        return f"{row}" + (f' of "{self.titles[row.sheet]}"' if len(self.titles) > 1 else "")

    def person(self, outcome: Outcome) -> str:
        """``Row 14 · Jon Hale``"""
        where = self.where(outcome.row)
        return f"{where[0].upper()}{where[1:]} · {outcome.name}".removesuffix(" · ")

    def headings(self, *texts: tuple[int, str]) -> None:
        """A line that opens a table, after a blank one."""
        from openpyxl.styles import Alignment, PatternFill

        self.next(2)
        fill = PatternFill("solid", fgColor=HEADING.paper)
        for column in range(1, LAST + 1):
            cell_at(self.sheet, self.row, column).fill = fill
        for column, text in texts:
            cell = self.text(column, text, look=HEADING)
            if column in range(TEXT, TEXT + 5) and len(texts) > 3:
                cell.alignment = Alignment(horizontal="right")

    def finish(self) -> None:
        fit_on_page_width(self.sheet)
        self.sheet.sheet_view.showGridLines = False
        self.sheet.sheet_view.tabSelected = True
        self.sheet.sheet_properties.tabColor = HEADING.ink
