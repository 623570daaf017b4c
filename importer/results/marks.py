"""Colours on the roster's sheet, as conditional formats of ours: for each status, and for cells that are at fault."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, time
from typing import NamedTuple

from importer.lists.cells import ASIDE, DONE, NEEDS_PERSON, WAITING, Look, column_letters, storable
from importer.model import Cell, Outcome, RosterSheet, RowRef, Severity, Status, Unreadable
from importer.results.spots import Spot, Spots

SIGNATURE = '"Import mark"'
"""Stands in the formula of every mark, so that a later run knows it for ours."""

_LOOKS: dict[Look, tuple[Status, ...]] = {
    DONE: tuple(status for status in Status if status.is_well),
    NEEDS_PERSON: (Status.FIX_ROW, Status.SAME_PERSON, Status.FULL, Status.REFUSED),
    WAITING: (Status.NOT_SURE_YET, Status.NOT_BOOKED_YET, Status.KEPT),
    ASIDE: (
        Status.LEFT_OUT,
        Status.NO_LONGER_BOOKED,
        Status.REMOVED,
        Status.WOULD_REMOVE,
        Status.ALREADY_GONE,
    ),
}
LOOK_OF = {status: look for look, statuses in _LOOKS.items() for status in statuses}

_PART_LOOKS = {look: _LOOKS[look] for look in (NEEDS_PERSON, WAITING, DONE, ASIDE)}
"""The first that holds is seen: a cell may hold several parts."""

_FAULT = Look("000000", "F4A261", bold=True)
_DOUBT = Look("000000", "FFF2CC")
_THE_CELL = "\0"
_IS_BLANK = f'{_THE_CELL}=""'
_STANDS_HERE = "TRUE"
_LONGEST_LITERAL = 100
_MOST_TESTS = 200
"""Different wrong entries of a column that are told apart. More would make a spreadsheet program crawl."""


class Mark(NamedTuple):
    """A conditional format of ours: where, when, and in which look."""

    cells: str
    formula: str
    look: Look


def marks(
    roster: RosterSheet,
    outcomes: Iterable[Outcome],
    columns: Mapping[str, int],
    last_row: int,
    status_text: Callable[[Status], str],
    day_zero: date,
) -> Iterator[Mark]:
    """The marks of this run. One on a faulty cell shows while its row says "Fix row" and the cell still holds what was
    wrong. A part of a row is coloured by its own answer, for as long as something stands in its cell. ``day_zero`` is
    the day from which the workbook counts."""
    first_row = roster.heading_row + 1
    status_letter = column_letters(columns["import_status"])

    def says(statuses: Iterable[Status], row: int) -> str:
        return "OR(" + ",".join(f'${status_letter}{row}="{status_text(status)}"' for status in statuses) + ")"

    def mark(cells: str, formula: str, look: Look) -> Mark:
        return Mark(cells, f"AND({SIGNATURE}={SIGNATURE},{formula})", look)

    for look, statuses in _LOOKS.items():
        yield mark(f"{status_letter}{first_row}:{status_letter}{last_row}", says(statuses, first_row), look)

    typed: dict[RowRef, Mapping[str, Cell]] = {row.ref: row.cells for row in roster.rows}
    spots = Spots([roster])
    of_parts = {row.ref.column for row in roster.rows if row.ref.part} - {""}
    answers_letter = column_letters(columns["import_booking_id"])
    for letter in sorted(of_parts):
        for look, statuses in _PART_LOOKS.items():
            told = f'"; "&${answers_letter}{first_row}'
            tests = ",".join(f'ISNUMBER(FIND("; {letter}: {status}",{told}))' for status in statuses)
            formula = f'${letter}{first_row}<>"",OR({tests})'
            yield mark(f"{letter}{first_row}:{letter}{last_row}", formula, look)

    faulty: dict[tuple[int, str, Severity], list[int]] = {}
    elsewhere: dict[Spot, Severity] = {}
    tests_of = Counter[int]()
    for problem in (problem for outcome in outcomes for problem in outcome.problems):
        spot = spots.of_problem(problem)
        if spot is None or column_letters(spot.column) in of_parts & {problem.row.column}:
            continue
        if spot.row != problem.row.number:
            elsewhere[spot] = min(problem.severity, elsewhere.get(spot, Severity.WARNING))
            continue
        column, test = spot.column, _still_holds(typed.get(problem.row, {}).get(problem.field), day_zero)
        if (column, test, problem.severity) not in faulty:
            tests_of[column] += 1
            test = test if tests_of[column] <= _MOST_TESTS else _STANDS_HERE
        faulty.setdefault((column, test, problem.severity), []).append(problem.row.number)
    for spot, severity in elsewhere.items():
        # A title stands for many rows: it is marked for as long as one of them is to be corrected.
        all_rows = f"${status_letter}${first_row}:${status_letter}${last_row}"
        is_wrong = f'COUNTIF({all_rows},"{status_text(Status.FIX_ROW)}")>0'
        yield mark(str(spot), is_wrong, _FAULT if severity is Severity.PROBLEM else _DOUBT)
    moments = {roster.positions.get(field) for field in ("start", "date", "time")}
    for (column, test, severity), rows in faulty.items():
        letter = column_letters(column)
        # What was typed wrongly is wrong wherever sorting takes it; a blank or an error only where it stands, and so a
        # number among dates, for a date of the same moment equals it.
        is_number_among_dates = column in moments and test.startswith(f"{_THE_CELL}=")
        if test in (_IS_BLANK, _STANDS_HERE) or is_number_among_dates:
            cells, top = _spans(letter, rows), min(rows)
        else:
            cells, top = f"{letter}{first_row}:{letter}{last_row}", first_row
        formula = test.replace(_THE_CELL, f"${letter}{top}")
        if severity is Severity.PROBLEM:
            yield mark(cells, f"{says([Status.FIX_ROW], top)},{formula}", _FAULT)
        else:
            yield mark(cells, formula, _DOUBT)


def _spans(letter: str, rows: Iterable[int]) -> str:
    """``C5 C8:C10``"""
    spans: list[list[int]] = []
    for row in sorted(set(rows)):
        if spans and spans[-1][1] == row - 1:
            spans[-1][1] = row
        else:
            spans.append([row, row])
    return " ".join(f"{letter}{top}" if top == end else f"{letter}{top}:{letter}{end}" for top, end in spans)


def _still_holds(value: Cell, day_zero: date) -> str:
    """A formula that is true for as long as the cell holds what it holds now."""
    if isinstance(value, Unreadable):
        return _STANDS_HERE
    if value is None or value == "":
        return _IS_BLANK
    if isinstance(value, bool):
        return f"{_THE_CELL}={str(value).upper()}"
    if isinstance(value, date | time):
        return f"ABS({_THE_CELL}-{serial(value, day_zero)!r})<0.00001"
    if isinstance(value, int | float):
        return f"{_THE_CELL}={value!r}"
    if storable(value) != value:  # no formula can hold it
        return _STANDS_HERE
    text = value[:_LONGEST_LITERAL].replace('"', '""')
    whole = _THE_CELL if len(value) <= _LONGEST_LITERAL else f"LEFT({_THE_CELL},{_LONGEST_LITERAL})"
    return f'EXACT({whole},"{text}")'


def serial(value: date | time, day_zero: date) -> float:
    """A moment as workbooks keep it: days since ``day_zero``, of which a time of day is a part."""
    if isinstance(value, time):
        days, clock = 0, value
    else:
        clock = value.time() if isinstance(value, datetime) else time()
        days = (value.date() if isinstance(value, datetime) else value).toordinal() - day_zero.toordinal()
    return days + (clock.hour * 3600 + clock.minute * 60 + clock.second) / 86_400
