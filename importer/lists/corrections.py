"""Pure: cells that people have put right on the page, laid over those of the file before anything is made of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace

from importer.lists.cells import storable
from importer.lists.sheets import Book, Sheet
from importer.lists.sheets.book import LONGEST_CELL
from importer.model.drafts import CellRef


def as_typed(text: str) -> str:
    """What somebody typed as a cell can hold it, in every kind of file."""
    lines = storable(text).replace("\r\n", "\n").replace("\r", "\n")
    return lines.strip()[:LONGEST_CELL]


def corrected(book: Book, texts: Mapping[CellRef, str]) -> Book:
    """The file with these texts in its cells, which may stand beyond those that it has."""
    by_title: defaultdict[str, dict[tuple[int, int], str]] = defaultdict(dict)
    for cell, text in texts.items():
        by_title[cell.sheet][cell.row, cell.column] = text
    if not by_title:
        return book

    def read(title: str) -> Sheet:
        sheet = book.read(title)
        return _laid_over(sheet, by_title[title]) if title in by_title else sheet

    return replace(book, read=read)


def _laid_over(sheet: Sheet, texts: Mapping[tuple[int, int], str]) -> Sheet:
    placed = {_first_of_merged(sheet, *at): text for at, text in texts.items()}
    height = max(len(sheet.columns[0]) if sheet.columns else 0, *(row for row, _ in placed))
    width = max(len(sheet.columns), *(column for _, column in placed))
    changed = {column for _, column in placed}
    columns = [list(column) if at in changed else column for at, column in enumerate(sheet.columns, start=1)]
    if columns and height > len(columns[0]):
        columns = [[*column, *[""] * (height - len(column))] for column in columns]
    columns += [[""] * height for _ in range(width - len(columns))]
    for (row, column), text in placed.items():
        cells = columns[column - 1]
        assert isinstance(cells, list)  # noqa: S101 - those that change were copied
        cells[row - 1] = text
    return replace(sheet, columns=columns, shortened=sheet.shortened - placed.keys())


def _first_of_merged(sheet: Sheet, row: int, column: int) -> tuple[int, int]:
    """Cells that are merged show what stands in the first of them."""
    for area in sheet.merged:
        if area.top <= row <= area.bottom and area.left <= column <= area.right:
            return area.top, area.left
    return row, column
