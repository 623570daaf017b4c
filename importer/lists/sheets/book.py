"""What every kind of file is read into, and how large it may be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from importer.errors import ProtectedError, RosterError
from importer.lists.cells import column_letters
from importer.model import DAY_ZERO, Unreadable

Columns = Sequence[Sequence[Any]]
"""A sheet column by column, all as long as the sheet: the first cell of each stands in row 1."""

MOST_BYTES = 2**27
"""A file that is larger is not read. As text, 100,000 people in twenty columns take a third of it; text takes fifteen
times its bytes to read, and our record keeps a copy of every list."""

MOST_ROWS = 1_048_576
MOST_COLUMNS = 16_384
LONGEST_CELL = 32_767
"""What a spreadsheet program can show of a sheet, and hold in a cell, in characters."""

MOST_CELLS = 2**24
"""Of the rectangle that a sheet takes up, blank ones too: each costs some 40 bytes."""

MOST_TEXTS = 5_000_000
"""Different texts of a workbook: each costs some 60 bytes even if it is empty. A list of 100,000 people with twenty
columns that never repeat themselves has 2,000,000."""

_ALONE = "Copy the people alone into a new workbook, and try that."


class Merged(NamedTuple):
    """Cells that are merged into one, whose value stands in the first of them: rows and columns, counted from 1."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """The cells of a sheet as the library gives them, ``""`` where they are blank, ``Unreadable`` where without value.

    ``set_aside`` has the rows that can't be seen, by number, and why; ``struck`` the columns that are struck through,
    counted from 1, by row number; ``merged`` the cells that are merged; ``shortened`` the row and column of cells in
    which some words are struck through, which are left out here; ``coloured`` the colour of each cell that is not
    blank ("" if it has none) by row and column, of rows in which some have one; ``hidden_columns`` those that can't be
    seen, counted from 1.
    """

    columns: Columns = field(repr=False)
    set_aside: Mapping[int, str] = field(default_factory=dict)
    struck: Mapping[int, frozenset[int]] = field(default_factory=dict)
    merged: tuple[Merged, ...] = ()
    shortened: frozenset[tuple[int, int]] = frozenset()
    coloured: Mapping[int, Mapping[int, str]] = field(default_factory=dict)
    hidden_columns: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Book:
    """A file that has been opened. ``read`` gives a sheet by its title; text has one sheet, whose title is "".

    ``suffix`` is the kind that the file is, whatever its name says. ``day_zero`` is the day from which its numbers
    count days. ``read`` raises ``RosterError`` for a sheet that can't be read.
    """

    suffix: str
    titles: tuple[str, ...]
    visible: tuple[str, ...]
    read: Callable[[str], Sheet] = field(repr=False)
    day_zero: date = DAY_ZERO


def refuse_if_large(name: str, title: str, rows: int, columns: int) -> None:
    """Raise ``RosterError`` if a sheet that takes up so many rows and columns is more than one computer should hold."""
    where = f'"{name}"' + (f', sheet "{title}",' if title else "")
    if rows > MOST_ROWS:
        raise RosterError(f"{where} has more than {MOST_ROWS:,} rows, the most that a sheet can show. {_ALONE}")
    if columns > MOST_COLUMNS:
        raise RosterError(f"{where} has more than {MOST_COLUMNS:,} columns, the most that a sheet can show. {_ALONE}")
    if rows * columns > MOST_CELLS:
        raise RosterError(
            f"{where} is too large: something stands as far down as row {rows:,}, and as far right as column "
            f"{columns:,}. {_ALONE}"
        )


def refuse_many_texts(name: str, number: int) -> None:
    """Raise ``RosterError`` if a workbook keeps more different texts than any list has."""
    if number > MOST_TEXTS:
        raise RosterError(f'"{name}" keeps more than {MOST_TEXTS:,} different texts, more than any list has. {_ALONE}')


def columns_of(rows: Iterable[Sequence[Any]], name: str, title: str) -> Columns:
    """Rows of one length as columns. Raises ``RosterError`` like ``refuse_long_cells``."""
    columns = list(zip(*rows, strict=True))
    refuse_long_cells(columns, name, title)
    return columns


def refuse_long_cells(columns: Columns, name: str, title: str) -> None:
    """Raise ``RosterError`` if a cell holds more than any spreadsheet program would keep."""
    for at, column in enumerate(columns, start=1):
        for value in [value for value in column if type(value) is str and len(value) > LONGEST_CELL]:
            raise too_long(name, title, f"row {column.index(value) + 1}, column {column_letters(at)}")


def with_unreadable(columns: Columns, unreadable: Mapping[tuple[int, int], Unreadable]) -> Columns:
    """The columns, and beside the blank cells that they show those that only seem so."""
    height = len(columns[0]) if columns else 0
    bottom = max((row for row, _ in unreadable), default=0)
    right = max((column for _, column in unreadable), default=0)
    grown: list[Any] = [[*column, *[""] * (bottom - height)] for column in columns]
    grown += [[""] * max(height, bottom) for _ in range(right - len(columns))]
    for (row, column), cell in unreadable.items():
        if grown[column - 1][row - 1] == "":
            grown[column - 1][row - 1] = cell
    return grown


def with_left(columns: Columns, left: Mapping[tuple[int, int], str]) -> Columns:
    """The columns with what is left of texts of which some words are struck through."""
    if not left:
        return columns
    changed = {at: list(columns[at - 1]) for at in {at for _, at in left} if at <= len(columns)}
    for (row, at), text in left.items():
        if row <= len(changed.get(at, ())):
            changed[at][row - 1] = text
    return [changed.get(at, column) for at, column in enumerate(columns, start=1)]


def too_long(name: str, title: str = "", where: str = "") -> RosterError:
    where = "".join((f', sheet "{title}"' if title else "", f", {where}" if where else ""))
    return RosterError(
        f'"{name}"{where}: more than {LONGEST_CELL:,} characters stand in one cell, more than a spreadsheet program '
        "keeps. Shorten it, and try again."
    )


@contextmanager
def failing_as_damaged(name: str) -> Iterator[None]:
    """A broken workbook fails in as many ways as there are; none of them is worth more than one sentence.

    Not even a panic of a library in Rust, which is no ``Exception``. It prints where it happened: lists are read in a
    process of their own whose standard error goes nowhere (``importing.safely``).
    """
    try:
        yield
    except (RosterError, KeyboardInterrupt, SystemExit):
        raise
    except MemoryError:
        raise RosterError(f'"{name}" is too large for this computer. {_ALONE}') from None
    except BaseException:
        raise damaged(name) from None


def damaged(name: str) -> RosterError:
    return RosterError(f'"{name}" is damaged or cut short. Open it, save it under a new name, and try that.')


def protected(name: str) -> ProtectedError:
    return ProtectedError(f'"{name}" is protected by a password. Save a copy without one, and try that.')
