"""``.ods``: values by calamine; what it does not tell, from the file's own markup."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from xml.parsers import expat

from importer.lists.sheets.archive import Archive
from importer.lists.sheets.book import (
    LONGEST_CELL,
    MOST_COLUMNS,
    Book,
    Merged,
    Sheet,
    columns_of,
    failing_as_damaged,
    protected,
    refuse_if_large,
    too_long,
    with_unreadable,
)
from importer.lists.sheets.fills import MOST_ROWS as MOST_COLOURED_ROWS
from importer.model import DAY_ZERO, FILTERED_OUT, HIDDEN, Unreadable

_CONTENT = "content.xml"
_MANIFEST = "META-INF/manifest.xml"
_VISIBILITY = {"collapse": HIDDEN, "filter": FILTERED_OUT}
_HEX = re.compile("[0-9A-F]{6}")
_WHITE = "FFFFFF"
_CELLS = frozenset({"table-cell", "covered-table-cell"})


@dataclass(slots=True)
class _Marks:
    """What was found in a table. Rows come as the first of them and how many there are like it."""

    rows: int = 0
    columns: int = 0
    set_aside: list[tuple[range, str]] = field(default_factory=list)
    struck: list[tuple[range, frozenset[int]]] = field(default_factory=list)
    unreadable: list[tuple[range, int, Unreadable]] = field(default_factory=list)
    merged: list[Merged] = field(default_factory=list)
    coloured: list[tuple[range, dict[int, str]]] = field(default_factory=list)
    hidden_columns: set[int] = field(default_factory=set)


def open_open_document(archive: Archive, content: bytes, name: str) -> Book:
    """Raises ``RosterError`` if it can't be read."""
    from python_calamine import CalamineWorkbook, SheetVisibleEnum

    archive.watch()
    if b":encryption-data" in archive.read(_MANIFEST):
        raise protected(name)
    with failing_as_damaged(name):
        reader = _Reader(name)
        reader.read(archive.tags(_CONTENT))
        for title, marks in reader.tables.items():
            refuse_if_large(name, title, marks.rows, marks.columns)
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        metadata = book.sheets_metadata

    def read(title: str) -> Sheet:
        with failing_as_damaged(name):
            marks = reader.tables[title]
            has_few_rows = marks.rows <= MOST_COLOURED_ROWS
            columns = columns_of(book.get_sheet_by_name(title).to_python(skip_empty_area=False), name, title)
        unreadable = {(row, column): cell for rows, column, cell in marks.unreadable for row in rows}
        return Sheet(
            with_unreadable(columns, unreadable),
            {row: why for rows, why in marks.set_aside for row in rows},
            {row: struck for rows, struck in marks.struck for row in rows},
            tuple(marks.merged),
            coloured={row: cells for rows, cells in marks.coloured for row in rows} if has_few_rows else {},
            hidden_columns=frozenset(marks.hidden_columns),
        )

    return Book(
        suffix=".ods",
        titles=tuple(sheet.name for sheet in metadata),
        visible=tuple(sheet.name for sheet in metadata if sheet.visible == SheetVisibleEnum.Visible),
        read=read,
        day_zero=reader.day_zero,
    )


class _Reader:
    """One way through ``content.xml``, where styles come before tables. Names lose their prefix.

    ``name`` is the file's, for the sentences.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self.tables: dict[str, _Marks] = {}
        self.day_zero = DAY_ZERO
        self._struck_styles: set[str] = set()
        self._fills: dict[str, str] = {}
        self._style = ""
        self._marks = _Marks()
        self._rows = range(1, 1)
        self._column = 0
        self._put_aside = ""
        self._struck: set[int] = set()
        self._colours: dict[int, str] = {}
        self._has_content = self._is_error = False
        self._text = ""
        self._blanks = 0

    def read(self, pieces: Iterable[bytes]) -> None:
        """Raises ``expat.ExpatError`` if it is no XML, ``RosterError`` for blanks as long as a book."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._data
        for piece in pieces:
            parser.Parse(piece)
        parser.Parse(b"", True)

    def _start(self, tag: str, attributes: Mapping[str, str]) -> None:
        tag = _local(tag)
        said = {_local(key): value for key, value in attributes.items()}
        if tag in _CELLS:
            self._start_cell(said)
        elif tag == "s":
            self._blanks += int(said.get("c", 1))
            if self._blanks > LONGEST_CELL:
                raise too_long(self._name)
        elif tag == "table-row":
            self._rows = range(self._rows.stop, self._rows.stop + int(said.get("number-rows-repeated", 1)))
            self._put_aside = _VISIBILITY.get(said.get("visibility", ""), "")
            self._column, self._has_content, self._struck, self._colours = 0, False, set(), {}
        elif tag == "table-column":
            first = self._column + 1
            self._column = min(self._column + int(said.get("number-columns-repeated", 1)), MOST_COLUMNS)
            if said.get("visibility") in _VISIBILITY:
                self._marks.hidden_columns |= {*range(first, self._column + 1)}
        elif tag == "table":
            self._marks = self.tables.setdefault(said.get("name", ""), _Marks())
            self._rows, self._column = range(1, 1), 0
        elif tag in ("style", "default-style"):
            self._style = said.get("name", "")
        elif tag == "table-cell-properties" and self._style:
            self._fills[self._style] = _colour(said.get("background-color", ""))
        elif tag == "text-properties" and said.get("text-line-through-style", "none") != "none":
            self._struck_styles.add(self._style)
        elif tag == "null-date":
            self.day_zero = date.fromisoformat(said.get("date-value", DAY_ZERO.isoformat()))

    def _start_cell(self, said: Mapping[str, str]) -> None:
        first = self._column + 1
        self._column += int(said.get("number-columns-repeated", 1))
        kind = said.get("value-type", "")
        self._is_error, self._text, self._blanks = kind == "error", "", 0
        if not kind and "formula" not in said:
            return
        self._has_content = True
        top, down, across = (
            self._rows.start,
            *(int(said.get(f"number-{one}-spanned", 1)) for one in ("rows", "columns")),
        )
        if down > 1 or across > 1:
            self._marks.merged.append(Merged(top, first, top + down - 1, first + across - 1))
        self._marks.columns = max(self._marks.columns, self._column)
        if said.get("style-name") in self._struck_styles:
            self._struck.add(first)
        self._colours[first] = self._fills.get(said.get("style-name", ""), "")
        if not kind:
            self._marks.unreadable.append((self._rows, first, Unreadable(f"={said['formula'].partition('=')[2]}")))

    def _end(self, tag: str) -> None:
        tag = _local(tag)
        if tag in _CELLS and self._is_error:
            self._is_error = False
            self._marks.unreadable.append((self._rows, self._column, Unreadable(self._text)))
        elif tag == "table-row" and self._has_content:
            self._marks.rows = self._rows.stop - 1
            if self._put_aside:
                self._marks.set_aside.append((self._rows, self._put_aside))
            if self._struck:
                self._marks.struck.append((self._rows, frozenset(self._struck)))
            if any(self._colours.values()):
                self._marks.coloured.append((self._rows, self._colours))

    def _data(self, text: str) -> None:
        if self._is_error:
            self._text += text


def _colour(said: str) -> str:
    """``FF0000`` of ``#ff0000``; "" of white, and of what is no colour."""
    colour = said.removeprefix("#").upper()
    return colour if _HEX.fullmatch(colour) and colour != _WHITE else ""


def _local(name: str) -> str:
    return name.rpartition(":")[2]
