"""What a sheet's own XML says and calamine does not: rows put aside, cells without a value, how far the sheet reaches.

Telling takes a parser, and a parser takes time: ``survey`` looks at the raw bytes first, for whether there is anything
to tell. Bytes in another style than spreadsheet programs write are parsed in any case.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple
from xml.parsers import expat

from importer.lists.sheets.book import MOST_CELLS, MOST_COLUMNS, Merged
from importer.model import FILTERED_OUT, HIDDEN, Unreadable

YES = frozenset({"1", "true", "on"})

_ROW = re.compile(rb'<row r="(\d+)"')
_CELL = re.compile(rb'<c r="([A-Za-z]+\d+)"')
_CELL_NOT_EMPTY = re.compile(rb'<c r="([A-Za-z]+)(\d+)"(?:[^>]*[^>/])?>')
_OTHER_STYLES = tuple(map(re.compile, (rb"<c[^ a-zA-Z]", rb"<row[^ a-zA-Z]", rb":c", rb"='")))
"""One by one: each begins with letters that are searched for ten times as fast as alternatives are."""

_MERGED = re.compile(rb"""<(?:\w+:)?mergeCell\s[^>]*ref\s*=\s*["']([A-Za-z]+)(\d+):([A-Za-z]+)(\d+)["']""")
_HIDDEN_ROW = re.compile(rb'<row [^>]*hidden="(?:1|t)')
_HIDDEN_COLUMN = re.compile(rb"""<(?:\w+:)?col\s[^>]*\bhidden\s*=\s*["'](?:1|t)[^>]*>""")
_FIRST_AND_LAST = (re.compile(rb"""\smin\s*=\s*["'](\d{1,5})["']"""), re.compile(rb"""\smax\s*=\s*["'](\d{1,5})["']"""))
_REFERENCE = re.compile(r"([A-Za-z]+)(\d+)")
_LONGEST_FORMULA = 60
_LETTERS = string.ascii_letters.encode()
_DIGITS = string.digits.encode()


class Looks(NamedTuple):
    """Which cell styles and which shared texts are struck through, by their numbers as the sheet writes them; and what
    is left of those texts of which only some words are."""

    styles: frozenset[str] = frozenset()
    texts: frozenset[str] = frozenset()
    left: Mapping[str, str] = MappingProxyType({})


class Area(NamedTuple):
    """The last row and the last column in which something stands."""

    rows: int = 0
    columns: int = 0


class Survey(NamedTuple):
    """How far a sheet reaches, whether there is anything to be parsed in it, which cells are merged, and which columns
    are hidden."""

    area: Area
    is_marked: bool
    merged: tuple[Merged, ...] = ()
    hidden_columns: frozenset[int] = frozenset()


@dataclass(slots=True)
class Marks:
    """What was found in a sheet. ``unreadable`` is by row and column, counted from 1, ``struck`` the columns by row;
    ``left`` is what is left of cells in which some words are struck through."""

    set_aside: Mapping[int, str] = field(default_factory=dict)
    struck: Mapping[int, frozenset[int]] = field(default_factory=dict)
    unreadable: Mapping[tuple[int, int], Unreadable] = field(default_factory=dict)
    left: Mapping[tuple[int, int], str] = field(default_factory=dict)
    area: Area = field(default_factory=Area)


def survey(sheet: Callable[[], Iterator[bytes]], looks: Looks) -> Survey:
    """Look through a sheet that ``sheet`` unpacks anew each time, in pieces that end where a tag ends."""
    rows, columns, is_marked = 0, set[bytes](), bool(looks.styles or looks.texts or looks.left)
    merged: list[Merged] = []
    hidden: set[int] = set()
    for piece in sheet():
        hidden |= _hidden_columns(piece)
        cells, numbers = _CELL.findall(piece), _ROW.findall(piece)
        is_usual = len(cells) == piece.count(b"<c ") and len(numbers) == piece.count(b"<row ")
        if not is_usual or any(style.search(piece) for style in _OTHER_STYLES):
            everywhere = tuple(one for piece in sheet() for one in _merged(piece))
            hidden = {at for piece in sheet() for at in _hidden_columns(piece)}
            return Survey(read_marks(sheet(), looks).area, True, everywhere, frozenset(hidden))
        references = b" ".join(cells)
        columns.update(references.translate(None, _DIGITS).split())
        # A cell may say that it stands in another row than the one that it is written in.
        rows = max(rows, *map(int, {*numbers, *references.translate(None, _LETTERS).split()}), 0)
        merged += _merged(piece)
        is_marked = (
            is_marked or b't="e"' in piece or b"strike" in piece or b"<f" in piece or bool(_HIDDEN_ROW.search(piece))
        )
    area = Area(rows, max(map(_number, columns), default=0))
    if area.rows * area.columns > MOST_CELLS:  # most of it may be coloured and nothing else
        area = Area()
        for piece in sheet():
            found = _CELL_NOT_EMPTY.findall(piece)
            bottom = max((int(row) for _, row in found), default=0)
            right = max(map(_number, {letters for letters, _ in found}), default=0)
            area = Area(max(area.rows, bottom), max(area.columns, right))
    return Survey(area, is_marked, tuple(merged), frozenset(hidden))


def _merged(piece: bytes) -> Iterator[Merged]:
    """No reference is split: pieces end where a tag ends."""
    for left, top, right, bottom in _MERGED.findall(piece) if b"mergeCell" in piece else ():
        yield Merged(int(top), _number(left), int(bottom), _number(right))


def _hidden_columns(piece: bytes) -> set[int]:
    found: set[int] = set()
    for column in _HIDDEN_COLUMN.findall(piece) if b"hidden" in piece else ():
        first, last = (pattern.search(column) for pattern in _FIRST_AND_LAST)
        if first and last:
            found |= {*range(int(first[1]), min(int(last[1]), MOST_COLUMNS) + 1)}
    return found


def read_marks(sheet: Iterable[bytes], looks: Looks, filtered: Iterable[range] = ()) -> Marks:
    """Parse a sheet. Hidden rows in ``filtered``, or where the sheet's own filter is at work, count as filtered out.

    Raises ``expat.ExpatError`` if it is no XML.
    """
    reader = _SheetReader(looks, list(filtered))
    _parse(sheet, reader)
    return reader.marks()


def struck_texts(texts: Iterable[bytes]) -> tuple[frozenset[str], Mapping[str, str]]:
    """The numbers of those shared texts that are struck through from end to end, though their cells may not be; and
    what is left of those of which only some words are."""
    reader = _TextsReader()
    _parse(texts, reader)
    return frozenset(map(str, reader.struck)), {str(number): text for number, text in reader.left.items()}


def rows_of(area: str) -> range:
    """``range(4, 31)`` for ``"A4:F30"``"""
    numbers = [int(number) for _, number in _REFERENCE.findall(area)] or [0]
    return range(min(numbers), max(numbers) + 1)


class _Text:
    """Which runs of a text that can be seen are struck through: all of them, or some, and what is left then."""

    def __init__(self) -> None:
        self._is_run_struck = self._is_in_text = self._has_struck = self._has_other = False
        self._rest: list[str] = []

    @property
    def is_struck(self) -> bool:
        return self._has_struck and not self._has_other

    @property
    def left(self) -> str:
        """The words that are not struck through, where others are; "" where none is."""
        return "".join(self._rest).strip() if self._has_struck and self._has_other else ""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "r":
            self._is_run_struck = False
        elif tag == "strike":
            self._is_run_struck = attributes.get("val", "1") in YES
        self._is_in_text = tag == "t"

    def text(self, data: str) -> None:
        if self._is_in_text and not self._is_run_struck:
            self._rest.append(data)
        if self._is_in_text and data.strip():
            self._has_struck = self._has_struck or self._is_run_struck
            self._has_other = self._has_other or not self._is_run_struck


class _TextsReader:
    def __init__(self) -> None:
        self.struck: list[int] = []
        self.left: dict[int, str] = {}
        self._count = 0
        self._text = _Text()

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "si":
            self._text = _Text()
        self._text.start(tag, attributes)

    def end(self, tag: str) -> None:
        if tag == "si":
            if self._text.is_struck:
                self.struck.append(self._count)
            elif left := self._text.left:
                self.left[self._count] = left
            self._count += 1

    def text(self, data: str) -> None:
        self._text.text(data)


class _SheetReader:
    def __init__(self, looks: Looks, filtered: list[range]) -> None:
        self._looks = looks
        self._filtered = filtered
        self._filter = range(0)
        self._hidden: list[int] = []
        self._struck: dict[int, set[int]] = {}
        self._unreadable: dict[tuple[int, int], Unreadable] = {}
        self._left: dict[tuple[int, int], str] = {}
        self._area = Area()
        self._row = self._column = 0
        self._cell: Mapping[str, str] = {}
        self._tags: set[str] = set()
        self._tag = self._formula = self._value = ""
        self._inline = _Text()

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._tag = tag
        if tag == "c":
            self._start_cell(attributes)
        elif tag == "row":
            self._row = int(attributes.get("r", self._row + 1))
            self._column = 0
            if attributes.get("hidden") in YES:
                self._hidden.append(self._row)
        elif tag == "autoFilter":
            self._filter = rows_of(attributes.get("ref", ""))
        elif tag == "filterColumn":
            self._filtered.append(self._filter)
        elif tag == "sheetPr" and attributes.get("filterMode") in YES:
            self._filtered.append(range(2**20 + 1))
        elif self._cell:
            self._tags.add(tag)
            self._inline.start(tag, attributes)

    def end(self, tag: str) -> None:
        self._tag = ""
        if tag == "c":
            self._end_cell()

    def text(self, data: str) -> None:
        if self._tag == "v":
            self._value += data
        elif self._tag == "f":
            self._formula += data
        elif self._cell:
            self._inline.text(data)

    def marks(self) -> Marks:
        return Marks(
            {row: FILTERED_OUT if any(row in rows for rows in self._filtered) else HIDDEN for row in self._hidden},
            {row: frozenset(columns) for row, columns in self._struck.items()},
            self._unreadable,
            self._left,
            self._area,
        )

    def _start_cell(self, attributes: Mapping[str, str]) -> None:
        reference = _REFERENCE.fullmatch(attributes.get("r", ""))
        self._column = _number(reference[1].encode()) if reference else self._column + 1
        self._row = int(reference[2]) if reference else self._row
        self._cell = {"t": "", **attributes}
        self._tags.clear()
        self._formula = self._value = ""
        self._inline = _Text()

    def _end_cell(self) -> None:
        kind, at = self._cell.get("t"), (self._row, self._column)
        if self._tags:
            self._area = Area(max(self._area.rows, self._row), max(self._area.columns, self._column))
        if kind == "e":
            self._unreadable[at] = Unreadable(self._value)
        elif "f" in self._tags and not self._value and kind != "str":
            self._unreadable[at] = Unreadable(f"={self._formula[:_LONGEST_FORMULA] or '…'}")
        is_text_struck = self._inline.is_struck or (kind == "s" and self._value in self._looks.texts)
        if left := self._inline.left or (self._looks.left.get(self._value, "") if kind == "s" else ""):
            self._left[at] = left
        if is_text_struck or self._cell.get("s") in self._looks.styles:
            self._struck.setdefault(self._row, set()).add(self._column)
        self._cell = {}


def _parse(pieces: Iterable[bytes], reader: _SheetReader | _TextsReader) -> None:
    """Names of tags lose their prefix: which one a program takes is its own affair."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = lambda tag, attributes: reader.start(tag.rpartition(":")[2], attributes)
    parser.EndElementHandler = lambda tag: reader.end(tag.rpartition(":")[2])
    parser.CharacterDataHandler = reader.text
    for piece in pieces:
        parser.Parse(piece)
    parser.Parse(b"", True)


def _number(letters: bytes) -> int:
    """28 for ``AB``"""
    number = 0
    for letter in letters.upper():
        number = 26 * number + letter - 64
    return number
