"""What people have put right on the page, written into the bytes of their file: these are what is imported."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from importer.lists.cells import FORMULA_STARTS, column_letters
from importer.lists.corrections import corrected
from importer.lists.sheets import is_excel, is_text, open_book
from importer.lists.sheets.text import decoded, with_cells
from importer.model import Roster
from importer.model.columns import IMPORT_COLUMNS, heading_key
from importer.model.drafts import CellRef
from importer.results.frame import Frame, Width
from importer.results.opening import as_workbook
from importer.results.package import Package
from importer.results.rows import Cell, Row, SheetReader
from importer.results.styles import Styles

_SHARED = re.compile(rb"""<(?:[\w.-]+:)?f\b[^>]*?\ssi=["'](\d+)["']""")
_FORMULA = re.compile(rb"<((?:[\w.-]+:)?)f\b[^>]*?(?:/>|>.*?</\1f\s*>)", re.DOTALL)
_WIDTHS = {heading_key(column.heading): column.width for column in IMPORT_COLUMNS}


class Corrected(NamedTuple):
    """The bytes of a file with what was put right in it.

    ``suffix`` is that of a workbook where the kind of file is written by nobody here; ``titles`` are what its sheets
    are called now, by what they were called.
    """

    content: bytes
    suffix: str
    titles: Mapping[str, str]


def write_corrections(roster: Roster, texts: Mapping[CellRef, str], *, only_values: bool = False) -> Corrected:
    """The roster's file with these texts in its cells: the same workbook or text, else a new workbook of its cells.

    With ``only_values`` it is a plain new workbook, which always can be made. Whatever a strange workbook makes it
    raise is raised.
    """
    content = roster.content
    same = {sheet.title: sheet.title for sheet in roster.sheets}
    if not only_values and is_text(content):
        return Corrected(_in_text(content, texts), roster.path.suffix, same)
    if not only_values and is_excel(content):
        return Corrected(_in_workbook(content, texts), roster.path.suffix, same)
    whole, titles = as_workbook(roster, corrected(open_book(content, roster.path.name), texts))
    return Corrected(whole, ".xlsx", titles)


def _in_text(content: bytes, texts: Mapping[CellRef, str]) -> bytes:
    found = decoded(content)
    if found is None:
        raise ValueError("no text")
    text, encoding = found
    changed = with_cells(text, {(cell.row, cell.column): one for cell, one in texts.items()})
    try:
        return changed.encode(encoding)
    except UnicodeEncodeError:  # a letter that this encoding has not
        return changed.encode("utf-8-sig")


def _in_workbook(content: bytes, texts: Mapping[CellRef, str]) -> bytes:
    package = Package(content)
    styles = Styles(package)
    of_sheet: defaultdict[str, dict[tuple[int, int], str]] = defaultdict(dict)
    for cell, text in texts.items():
        of_sheet[cell.sheet][cell.row, cell.column] = text
    for sheet in package.sheets():
        if sheet.title in of_sheet:
            _Pen(package, sheet.part, styles, of_sheet[sheet.title]).write()
    return package.save()


class _Pen:
    """Writes texts into the cells of one sheet, in the format that each cell has. What it leads to goes, as does a
    formula that stood there."""

    def __init__(self, package: Package, part: str, styles: Styles, texts: Mapping[tuple[int, int], str]) -> None:
        self._package, self._part, self._styles = package, part, styles
        with package.open(part) as stream:
            reader = SheetReader(stream)
            for _ in reader.rows():
                pass
        self._frame = Frame(reader.head, reader.tail, reader.prefix)
        self._of_row: defaultdict[int, dict[int, str]] = defaultdict(dict)
        for (row, column), text in texts.items():
            first = next((area for area in self._frame.merged if area.holds(column, row)), None)
            self._of_row[first.top if first else row][first.left if first else column] = text
        self._orphans: set[bytes] = set()
        """The formulas that cells share with one that is gone: what they came to stays."""

    def write(self) -> None:
        cells = {f"{column_letters(at)}{row}" for row, texts in self._of_row.items() for at in texts}
        self._frame.unlink(cells)
        right, bottom = max(at for texts in self._of_row.values() for at in texts), max(self._of_row)
        self._frame.widen_dimension(right, bottom)
        written = ((at, heading_key(text)) for texts in self._of_row.values() for at, text in texts.items())
        if widths := {at: Width(_WIDTHS[key], is_hidden=False) for at, key in written if key in _WIDTHS}:
            self._frame.set_widths(widths)
        self._package.forget_order_of_calculation()
        self._package.put(self._part, self._rewritten())

    def _rewritten(self) -> Iterator[bytes]:
        head, tail = self._frame.split()
        with self._package.open(self._part) as stream:
            reader = SheetReader(stream)
            tag = b"%ssheetData>" % reader.prefix
            yield head + b"<" + tag
            waiting = sorted(self._of_row, reverse=True)
            for row in reader.rows():
                while waiting and waiting[-1] < row.number:
                    yield self._row(reader, _blank(waiting.pop()))
                if waiting and waiting[-1] == row.number:
                    waiting.pop()
                yield self._row(reader, row)
            while waiting:
                yield self._row(reader, _blank(waiting.pop()))
            yield b"</" + tag + tail

    def _row(self, reader: SheetReader, row: Row) -> bytes:
        texts = self._of_row.get(row.number, {})
        if not texts and not (self._orphans and _SHARED.search(row.inner)):
            return row.whole
        there = {cell.column: cell for cell in reader.cells(row)}
        new = {}
        for column, text in texts.items():
            cell = there.get(column)
            if cell and (shared := _SHARED.search(cell.inner)) and b"ref=" in cell.inner:
                self._orphans.add(shared[1])
            like = cell.style if cell else there[max(there)].style if there else 0
            style = self._styles.add_text(like, is_quoted=text.startswith(FORMULA_STARTS))
            new[column] = reader.text_cell(column, row.number, style, text)
        for cell in there.values():
            shared = _SHARED.search(cell.inner)
            if cell.column not in new and shared and shared[1] in self._orphans:
                new[cell.column] = self._without_formula(reader, cell, row.number)
        return reader.merged(row, new, re.sub(rb"""\sspans=["'][^"']*["']""", b"", row.attributes))

    @staticmethod
    def _without_formula(reader: SheetReader, cell: Cell, row: int) -> bytes:
        return reader.cell_like(cell._replace(inner=_FORMULA.sub(b"", cell.inner)), row, cell.style)


def _blank(number: int) -> Row:
    return Row(number, b' r="%d"' % number, b"", b"")
