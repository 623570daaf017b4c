"""The rows of a sheet's XML, one after the other: what has no answer goes through as it is, however large it is.

A sheet of a million rows as a tree would take gigabytes. Its rows never nest and have few attributes, so they are found
by pattern and taken in turn; everything around them (``frame``) is small enough for a tree.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from typing import IO, NamedTuple

from importer.lists.cells import column_letters, column_number, in_xml

_CHUNK_BYTES = 2**20
_LONGEST_HEAD_BYTES = 2**26
_SHEET_DATA = re.compile(rb"<((?:[\w.-]+:)?)sheetData(?:\s[^>]*)?(/?)>")
_NUMBER = re.compile(rb"""\sr=["'](\d+)["']""")
_STYLE = re.compile(rb"""\ss=["'](\d+)["']""")
_TYPE = re.compile(rb"""\st=["'](\w+)["']""")
_TEXT = re.compile(rb"<(?:[\w.-]+:)?(?:t|v)(?:\s[^>]*)?>(.*?)</", re.DOTALL)
_READING_AID = re.compile(rb"<(?:[\w.-]+:)?rPh\b.*?</(?:[\w.-]+:)?rPh>", re.DOTALL)
_REFERENCE = re.compile(rb"""\sr=["']([A-Z]+)\d+["']""")


class Row(NamedTuple):
    """``attributes`` and ``inner`` are XML; ``whole`` both of them as they stood."""

    number: int
    attributes: bytes
    inner: bytes
    whole: bytes


class Cell(NamedTuple):
    """A cell that is there. ``inner`` is empty where it holds nothing but a format."""

    column: int
    attributes: bytes
    inner: bytes
    whole: bytes

    @property
    def style(self) -> int:
        """The number of its format."""
        style = _STYLE.search(self.attributes)
        return int(style[1]) if style else 0

    @property
    def is_shared_text(self) -> bool:
        """Whether it holds the number of a text (``Package.shared_texts``)."""
        kind = _TYPE.search(self.attributes)
        return kind is not None and kind[1] == b"s"

    @property
    def text(self) -> str:
        """What it holds, as text; of a formula, what it came to."""
        return html.unescape(b"".join(_TEXT.findall(_READING_AID.sub(b"", self.inner))).decode())


class SheetReader:
    """Reads a sheet once: ``head`` up to the rows, then ``rows``, then, after the last of them, ``tail``.

    Raises ``ValueError`` where the XML is in no form that any spreadsheet program writes.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        buffer = b""
        while (start := _SHEET_DATA.search(buffer)) is None:
            chunk = stream.read(_CHUNK_BYTES)
            buffer += chunk
            if not chunk or len(buffer) > _LONGEST_HEAD_BYTES:
                raise ValueError("a sheet without rows")
        self.head, self.prefix, self.tail = buffer[: start.start()], start[1], b""
        declared = re.match(rb"""\s*<\?xml[^>]*encoding=["']([\w-]+)""", self.head)
        if declared and declared[1].upper() not in (b"UTF-8", b"US-ASCII"):
            raise ValueError("a sheet in another encoding")
        self._is_empty, self._buffer = bool(start[2]), buffer[start.end() :]
        tag = re.escape(self.prefix)
        self._end = b"</%ssheetData" % self.prefix
        self._row = re.compile(rb"<%srow((?:\s[^>]*?)?)(?:/>|>(.*?)</%srow\s*>)" % (tag, tag), re.DOTALL)
        self._cell = re.compile(rb"<%sc((?:\s[^>]*?)?)(?:/>|>(.*?)</%sc\s*>)" % (tag, tag), re.DOTALL)
        self._cell_end = b"</%sc>" % self.prefix

    def rows(self) -> Iterator[Row]:
        """Every row, each number higher than the one before. To be called once."""
        number, is_last = 0, False
        step = _CHUNK_BYTES
        while not self._is_empty:
            at = 0
            for found in self._row.finditer(self._buffer):
                marked = _NUMBER.search(found[1])
                last, number = number, int(marked[1]) if marked else number + 1
                if number <= last:
                    raise ValueError("rows out of order")
                yield Row(number, found[1], found[2] or b"", found[0])
                at = found.end()
            self._buffer, step = self._buffer[at:], _CHUNK_BYTES if at else 2 * step
            if (end := self._buffer.find(self._end)) >= 0:
                self._buffer = self._buffer[self._buffer.index(b">", end) + 1 :] if b">" in self._buffer[end:] else b""
                break
            chunk = self._stream.read(step)
            if is_last:
                raise ValueError("rows without an end")
            is_last = not chunk
            self._buffer += chunk
        self.tail = self._buffer + self._stream.read()
        self._buffer = b""

    def cells(self, row: Row) -> list[Cell]:
        """The cells of a row, from the left."""
        found, column = [], 0
        for cell in self._cell.finditer(row.inner):
            reference = _REFERENCE.search(cell[1])
            column = column_number(reference[1].decode()) if reference else column + 1
            found.append(Cell(column, cell[1], cell[2] or b"", cell[0]))
        return found

    def last_column(self, row: Row) -> int:
        """The last column in which a row holds anything; 0 for a row of formats alone."""
        if self._cell_end not in row.inner:
            return 0
        last = self._cell.match(row.inner, max(row.inner.rfind(b"<%sc " % self.prefix), 0))
        if last and last[2] and (reference := _REFERENCE.search(last[1])):
            return column_number(reference[1].decode())
        return max((cell.column for cell in self.cells(row) if cell.inner), default=0)

    def merged(self, row: Row, ours: Mapping[int, bytes], attributes: bytes) -> bytes:
        """The row with the cells of ``ours``, XML by column, in place of those that stood there."""
        if not ours:
            return row.whole
        opening = b"<%srow%s>" % (self.prefix, attributes.rstrip())
        closing = b"</%srow>" % self.prefix
        last = row.inner.rfind(b"<%sc " % self.prefix)
        reference = _REFERENCE.search(row.inner, last) if last >= 0 else None
        if reference and column_number(reference[1].decode()) < min(ours):
            return b"".join((opening, row.inner, *(ours[column] for column in sorted(ours)), closing))
        cells = {cell.column: self._placed(cell, row.number) for cell in self.cells(row)} | dict(ours)
        return b"".join((opening, *(cells[column] for column in sorted(cells)), closing))

    def text_cell(self, column: int, row: int, style: int, text: str) -> bytes:
        """A new cell; without text one that holds a format alone."""
        start, tag = self._start(column, row, style), self.prefix
        if not text:
            return start + b"/>"
        inner = b'<%st xml:space="preserve">%s</%st>' % (tag, in_xml(text).encode(), tag)
        return b'%s t="inlineStr"><%sis>%s</%sis></%sc>' % (start, tag, inner, tag, tag)

    def link_cell(self, column: int, row: int, style: int, text: str, sheet: str, cell: str) -> bytes:
        """A new cell that leads to another, also after its row was sorted elsewhere."""
        target = "#'" + sheet.replace("'", "''") + f"'!{cell}"
        formula = 'HYPERLINK("{}","{}")'.format(*(part.replace('"', '""') for part in (target, text)))
        start, tag = self._start(column, row, style), self.prefix
        inner = b"<%sf>%s</%sf><%sv>%s</%sv>" % (tag, in_xml(formula).encode(), tag, tag, in_xml(text).encode(), tag)
        return b'%s t="str">%s</%sc>' % (start, inner, tag)

    def number_cell(self, column: int, row: int, style: int, number: float) -> bytes:
        tag = self.prefix
        return b"%s><%sv>%s</%sv></%sc>" % (self._start(column, row, style), tag, repr(number).encode(), tag, tag)

    def cell_like(self, cell: Cell, row: int, style: int) -> bytes:
        """A cell that holds what ``cell`` holds, in another format."""
        kind = _TYPE.search(cell.attributes)
        start = self._start(cell.column, row, style)
        return b"%s%s>%s</%sc>" % (start, kind[0] if kind else b"", cell.inner, self.prefix)

    def _start(self, column: int, row: int, style: int) -> bytes:
        return b'<%sc r="%s%d" s="%d"' % (self.prefix, column_letters(column).encode(), row, style)

    def _placed(self, cell: Cell, row: int) -> bytes:
        """The cell with its address: without one it stands right of the cell before it, which may be ours now."""
        if _REFERENCE.search(cell.attributes):
            return cell.whole
        start = len(self.prefix) + 2
        return b'%s r="%s%d"%s' % (cell.whole[:start], column_letters(cell.column).encode(), row, cell.whole[start:])
