"""How things get into the cells of a workbook: text as text, links, colours. Knows nothing of rosters.

openpyxl's published types are narrower than what it does (merged cells, styles), so what is a cell here is ``Any``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.worksheet.hyperlink import Hyperlink
    from openpyxl.worksheet.worksheet import Worksheet

TEXT = "@"
MOMENT = "d mmm yyyy hh:mm"
"""Number formats: digits that are no number; a date with its time."""

FORMULA_STARTS = ("=", "+", "-", "@")
"""Text that begins so is a formula for whoever edits its cell, unless the cell's format says otherwise."""

_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LOOKS_LIKE_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
PAGE = {"paperSize": "9", "orientation": "landscape", "fitToWidth": "1", "fitToHeight": "0"}
"""How a sheet is printed: on A4, as many pages long as it takes but one wide."""


class Look(NamedTuple):
    """Colours that colour-blind people tell apart: blue or orange, light or dark. Words always stand beside them."""

    ink: str
    paper: str
    bold: bool = False


DONE = Look("1F4E79", "DDEBF7")
NEEDS_PERSON = Look("7F3000", "F8CBAD", bold=True)
WAITING = Look("404040", "FFF2CC", bold=True)
ASIDE = Look("595959", "EDEDED")
HEADING = Look("1F3864", "D9E2F3", bold=True)
LINK_INK = "0563C1"


class Area(NamedTuple):
    """A rectangle of cells, all four edges within it."""

    left: int
    top: int
    right: int
    bottom: int

    @classmethod
    def of(cls, ref: str) -> Area:
        """``Area.of("A4:F30")``"""
        from openpyxl.utils import range_boundaries

        left, top, right, bottom = range_boundaries(ref)
        return cls(left or 1, top or 1, right or 16_384, bottom or 1_048_576)

    def __str__(self) -> str:
        return f"{column_letters(self.left)}{self.top}:{column_letters(self.right)}{self.bottom}"

    def holds(self, column: int, row: int) -> bool:
        return self.left <= column <= self.right and self.top <= row <= self.bottom

    def overlaps(self, other: Area) -> bool:
        return (
            self.left <= other.right
            and other.left <= self.right
            and self.top <= other.bottom
            and other.top <= self.bottom
        )


def column_letters(column: int) -> str:
    """``AB`` for 28. Our own, though openpyxl has it: to load that takes a check as long as all else it does."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """28 for ``AB``"""
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - ord("A") + 1
    return number


def cell_at(sheet: Worksheet, row: int, column: int) -> Any:
    """The cell, made if it was not there."""
    return sheet.cell(row, column)


def storable(text: str) -> str:
    """The text without the characters that neither XML nor a text file can hold: control characters and half ones."""
    return _NOT_IN_XML.sub("", text)


def in_workbook(text: str) -> str:
    """The text as a part of a workbook has it. Whatever stands in a cell, a formula or a title passes through here.

    What is not ``storable`` is left out, and no program takes what looks like ``_x000B_`` for a character.
    """
    return _LOOKS_LIKE_ESCAPE.sub("_x005F_", storable(text))


def in_xml(text: str) -> str:
    """The same, as it stands in the bytes of the XML."""
    return escape(in_workbook(text), quote=False)


def put_text(cell: Any, text: str) -> None:
    """Write ``text`` so that no spreadsheet program ever takes it for a formula, a number or an error.

    Characters that a workbook can't hold are left out; an empty text leaves the cell empty.
    """
    text = in_workbook(text)
    cell.value = text or None
    if text:
        cell.data_type = "s"
        if text.startswith(FORMULA_STARTS):
            cell.quotePrefix = True


def put_link(cell: Any, text: str, sheet_title: str, target: str) -> None:
    """Write ``text`` as a link to the cell ``target`` (``"A14"``) of a sheet of the same workbook."""
    put_text(cell, text)
    cell.hyperlink = link_to(cell, sheet_title, target)
    cell.font = font_like(cell, color=LINK_INK, underline="single")


def link_to(cell: Any, sheet_title: str, target: str) -> Hyperlink:
    """What makes ``cell`` lead to the cell ``target`` of a sheet of the same workbook."""
    from openpyxl.utils import quote_sheetname
    from openpyxl.worksheet.hyperlink import Hyperlink

    return Hyperlink(ref=cell.coordinate, location=f"{quote_sheetname(sheet_title)}!{target}")


def font_like(cell: Any, **changes: Any) -> Font:
    """The cell's own font in another size, weight or colour: a font without a name is shown in any type whatever."""
    from openpyxl.styles import Font

    return Font(**{"name": cell.font.name, "family": cell.font.family, "sz": cell.font.sz} | changes)


def paint_headings(cells: Iterable[Any]) -> None:
    """Our own calm style for headings."""
    from openpyxl.styles import Alignment, PatternFill

    fill, alignment = PatternFill("solid", fgColor=HEADING.paper), Alignment(vertical="center", wrap_text=True)
    for cell in cells:
        cell.font = font_like(cell, color=HEADING.ink, bold=HEADING.bold)
        cell.fill, cell.alignment = fill, alignment


def fit_on_page_width(sheet: Worksheet) -> None:
    """Print on landscape paper, as many pages long as it takes but one wide."""
    from openpyxl.worksheet.properties import PageSetupProperties

    for name, value in PAGE.items():
        setattr(sheet.page_setup, name, value)
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def show_only(workbook: Workbook, sheet: Worksheet) -> None:
    """Make ``sheet`` the one that is open; two selected sheets would be typed into together."""
    for other in workbook.worksheets:
        other.sheet_view.tabSelected = other is sheet
    for chart in workbook.chartsheets:
        for view in chart.sheetViews.sheetView:
            view.tabSelected = False
    workbook.active = sheet
    for window in workbook.views:
        window.firstSheet = 0
