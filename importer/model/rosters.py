"""A roster as it was typed: its cells, rows and sheets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime, time
from hashlib import sha256
from itertools import chain, repeat
from pathlib import Path
from typing import Any, NamedTuple

from importer.model.conventions import Convention
from importer.model.handles import by_part


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A cell that has no value: an error (``#N/A``), or a formula whose result the file does not hold (``=A1&B1``)."""

    text: str


Cell = str | int | float | bool | datetime | date | time | Unreadable | None
"""A cell as the file holds it: text stays text, a number a number, a date a date; blank is ``None``."""


DAY_ZERO = date(1899, 12, 30)
DAY_ZERO_1904 = date(1904, 1, 1)
"""The days from which workbooks count days: most of them, and those of old Macs."""


HIDDEN = "hidden"


FILTERED_OUT = "filtered out"


STRUCK_THROUGH = "struck through"


NOT_TICKED = "without a tick"


LEFT_OUT_AS_AGREED = "left out, as agreed"
"""How somebody may have put a row aside."""


CROSSED_OUT = "crossed out"


IN_HIDDEN_COLUMN = "in a hidden column"
"""How somebody may have put a person or a tick of a row aside."""


class RowRef(NamedTuple):
    """Where a participant stands: the sheet, and the sheet's own row number, as the person sees it.

    ``part`` is empty for a whole row; where several people or sessions share one, it says which: by column ("C"), by
    its number within a cell ("C.2"), by both ("B+E"), or, of a list for several dates, by the start in local time
    ("2030-03-30 10:30", "2030-03-30 10:30+C").
    """

    sheet: str
    number: int
    part: str = ""

    def __str__(self) -> str:
        """``row 14``, or ``row 14, column C``."""
        return ", ".join((f"row {self.number}", *([self.part_text] if self.part else [])))

    @property
    def part_text(self) -> str:
        """``column C``, ``column C (2)``, ``columns B and E``, or the start as it is written."""
        if self.is_date or not self.part:
            return self.part
        told = [f"{column} ({number})" if number else column for column, _, number in self._columns]
        return f"column{'s' if len(told) > 1 else ''} {' and '.join(told)}"

    @property
    def column(self) -> str:
        """``E``: the letters of the column in which a part stands; the last where it goes by two, "" where by none."""
        return "" if self.is_date else self.part.rpartition("+")[2].partition(".")[0]

    @property
    def columns(self) -> tuple[str, ...]:
        """The letters of all columns in which a part stands."""
        return () if self.is_date or not self.part else tuple(column for column, _, _ in self._columns)

    @property
    def date(self) -> str:
        """The start by which a part goes of a list for several dates, as it stands in ``part``; else ""."""
        return self.part.partition("+")[0] if self.is_date else ""

    @property
    def _columns(self) -> list[tuple[str, str, str]]:
        return [one.partition(".") for one in self.part.split("+")]

    @property
    def line(self) -> tuple[str, int]:
        """The whole row: the same for all of its parts."""
        return self.sheet, self.number

    @property
    def is_date(self) -> bool:
        """Whether ``part`` is a start: the list is for several dates."""
        return self.part[:1].isdigit()

    @property
    def key(self) -> str:
        """``14``, or ``14/C``: as a row is named on the command line and in JSON."""
        return f"{self.number}/{self.part}" if self.part else str(self.number)

    def within(self, part: str) -> RowRef:
        """A part of this row, or of this part of it: ``B+E``."""
        return self._replace(part=f"{self.part}+{part}" if self.part else part)

    def seen_from(self, other: RowRef) -> str:
        """``row 14``, or ``row 14 of "Summer"`` where the other row stands on another sheet."""
        return f"{self}" + (f' of "{self.sheet}"' if self.sheet != other.sheet else "")


MOST_LISTED = 20


def row_numbers(numbers: Iterable[int]) -> str:
    """``Row 14``, ``Rows 3, 7-9``"""
    spans: list[list[int]] = []
    for number in sorted(set(numbers)):
        if spans and number == spans[-1][-1] + 1:
            spans[-1][1:] = [number]
        else:
            spans.append([number])
    texts = [f"{span[0]}-{span[-1]}" if len(span) > 1 else f"{span[0]}" for span in spans]
    rest = sum(span[-1] - span[0] + 1 for span in spans[MOST_LISTED:])
    more = f" and {rest} more" if rest else ""
    return f"Row{'s' if len(texts) > 1 or len(spans[0]) > 1 else ''} {', '.join(texts[:MOST_LISTED])}{more}"


def rows_with_reasons(reasons: Mapping[int, str]) -> str:
    """``row 12 ("Page 1 of 2"), rows 13, 30-31 (no name)``"""
    by_reason: dict[str, list[int]] = {}
    for number, reason in reasons.items():
        by_reason.setdefault(reason, []).append(number)
    return ", ".join(f"{row_numbers(numbers).lower()} ({reason})" for reason, numbers in by_reason.items())


class Place(NamedTuple):
    """Where a cell stands: its row and column, counted from 1, and what it is called, "" if it has no heading."""

    row: int
    column: int
    heading: str = ""


IN_THEIR_COLUMNS: Mapping[str, Place] = {}
"""One for all rows, of which there may be very many."""


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One person of the roster on one session, as it was typed: cells by field name (``columns.py``), blank ones left
    out. It is a line of the sheet, or a part of one.

    ``set_aside`` is how somebody seems to have put the row aside, in words; empty if nobody has. ``is_alone``: beside
    what it has in ``cells`` and in our own columns nothing stands in the row. ``places`` are those of cells that do
    not stand in the row under the sheet's heading for their field: in a title, another row, or a part's own column;
    what stands outside of the sheet, as its tab does, has row 0.
    """

    ref: RowRef
    cells: Mapping[str, Cell]
    set_aside: str = ""
    is_alone: bool = True
    places: Mapping[str, Place] = field(default_factory=lambda: IN_THEIR_COLUMNS)

    @property
    def handles(self) -> Mapping[str, str]:
        """Our marks that the line carries, by the part that each is of. A sheet's title in them stays as it is."""
        cell = self.cells.get("import_run")
        return by_part(cell.strip()) if isinstance(cell, str) else {}


@dataclass(frozen=True, slots=True)
class RosterSheet:
    """A sheet of people. ``title`` is empty where the file has no sheets.

    ``headings`` maps a field (``first_name``) to the heading as typed ("Pupil"), ``positions`` to its column in the
    sheet, counted from 1. ``width`` is the last column in use. ``unused`` are headings that are not used and never
    sent. ``skipped`` are non-blank rows under the headings that hold nobody, each with why. ``heading_set`` is the name
    of the set by which the headings were read (``headings.py``), "" if there is none, ``conventions`` what it says
    beside them. ``open`` is what has to be agreed on; until then the rows are as it is proposed. ``read_as`` are
    sentences that say how the sheet was understood, beyond its headings. ``said_outside`` is what may be of a session
    in its titles, its tab and the name of the file, by place (``session_titles``).
    """

    title: str
    heading_row: int
    headings: Mapping[str, str]
    positions: Mapping[str, int]
    width: int
    unused: tuple[str, ...]
    rows: tuple[RosterRow, ...] = field(repr=False)
    skipped: Mapping[int, str] = field(default_factory=dict)
    heading_set: str = ""
    conventions: Mapping[str, str] = field(default_factory=dict)
    open: tuple[Convention, ...] = ()
    read_as: tuple[str, ...] = ()
    said_outside: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def names_sessions(self) -> bool:
        """Whether some row names a session in words, be it by a column of its own, a title or a tick."""
        return any("session" in row.cells for row in self.rows)

    @property
    def place_for_all(self) -> Place | None:
        """Where the one session of everybody stands, if that is above the headings or outside of the sheet."""
        first = self.rows[0].places.get("session") if self.rows else None
        is_one = first and first.row < self.heading_row and all(row.places.get("session") == first for row in self.rows)
        return first if is_one else None

    def __reduce__(self) -> tuple[Callable[..., RosterSheet], tuple[object, ...]]:
        """Another process is handed the rows as columns: one by one they take longer than reading the file does."""
        return _sheet_of, (tuple(_in_columns(self.rows)), *(getattr(self, one.name) for one in _BESIDE_ROWS))


_BESIDE_ROWS = tuple(one for one in fields(RosterSheet) if one.name != "rows")


def _in_columns(rows: Sequence[RosterRow]) -> Iterator[Sequence[object]]:
    """All of the rows; of the cells first the fields, then the column of each, ``None`` where they are blank."""
    yield [row.ref.sheet for row in rows]
    yield [row.ref.number for row in rows]
    yield [row.ref.part for row in rows]
    yield [row.set_aside for row in rows]
    yield [row.is_alone for row in rows]
    yield [row.places for row in rows]
    used = dict.fromkeys(chain.from_iterable(row.cells for row in rows))
    yield tuple(used)
    for name in used:
        yield [row.cells.get(name) for row in rows]


def _sheet_of(columns: Sequence[Sequence[Any]], *beside_rows: Any) -> RosterSheet:
    titles, numbers, parts, set_aside, alone, places, used, *cells = columns
    of_rows = (
        {name: cell for name, cell in zip(used, row, strict=True) if cell is not None}
        for row in (zip(*cells, strict=True) if used else repeat(()))
    )
    rows = map(RosterRow, map(RowRef, titles, numbers, parts), of_rows, set_aside, alone, places)
    others = dict(zip((one.name for one in _BESIDE_ROWS), beside_rows, strict=True))
    return RosterSheet(rows=tuple(rows), **others)


class AnswerLine(NamedTuple):
    """A line of the sheet "Import answers" of results that came back, with what a person has decided there.

    ``line`` is its own row number; ``row``, ``name`` and ``handle`` say for whom it stands, as of then, and
    ``asked_for`` the session in the words of the row, "" where it had none. ``typed`` is the person or the session
    that has been typed over what we wrote, or both of a line that was added; "" where nothing was.
    """

    line: int
    row: RowRef
    name: str
    handle: str
    asked_for: str
    decision: Cell
    typed: str = ""
    is_added: bool = False


@dataclass(frozen=True, slots=True)
class Roster:
    """A roster file as it was read: its sheets of people, at least one. ``content`` is the file, byte for byte.

    ``day_zero`` is the day from which its numbers count days, where a date has lost its format. ``also`` are sheets
    that have headings as well and were not read, with the number of their people; ``unknown`` those that hold addresses
    or are called like a session, under headings of which none is known. ``answer_lines`` are the decisions on our own
    sheet "Import answers".
    """

    path: Path
    content: bytes = field(repr=False)
    sheets: tuple[RosterSheet, ...]
    day_zero: date = DAY_ZERO
    also: Mapping[str, int] = field(default_factory=dict)
    answer_lines: tuple[AnswerLine, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def sha256(self) -> str:
        """By which this very file is known again."""
        return sha256(self.content).hexdigest()

    @property
    def rows(self) -> tuple[RosterRow, ...]:
        return tuple(row for sheet in self.sheets for row in sheet.rows)

    def sheet_of(self, row: RowRef) -> RosterSheet:
        """The sheet that a row of this roster stands on."""
        return next(sheet for sheet in self.sheets if sheet.title == row.sheet)
