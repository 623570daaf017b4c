"""Colours on the roster's sheet, as conditional formats of ours: for each status, and for cells that are at fault."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from importer.cells import ASIDE, DONE, NEEDS_PERSON, WAITING, Look, cell_at, plain_value
from importer.model import RosterSheet, RunReport, Severity, Status

if TYPE_CHECKING:
    from openpyxl.styles.differential import DifferentialStyle
    from openpyxl.worksheet.worksheet import Worksheet

_SIGNATURE = '"Import mark"'
_LOOKS: dict[Look, tuple[Status, ...]] = {
    DONE: (Status.BOOKED, Status.ALREADY_BOOKED, Status.READY, Status.WOULD_BOOK),
    NEEDS_PERSON: (Status.FIX_ROW, Status.SAME_PERSON, Status.FULL, Status.SERVICE_SAID_NO),
    WAITING: (Status.NOT_SURE_YET, Status.NOT_TRIED),
    ASIDE: (Status.LEFT_OUT, Status.TAKEN_OFF),
}
_FAULT = Look("000000", "F4A261", bold=True)
_DOUBT = Look("000000", "FFF2CC")
_THE_CELL = "\0"
_IS_BLANK = f'{_THE_CELL}=""'
_STANDS_HERE = "TRUE"
_LONGEST_LITERAL = 100
_MOST_TESTS = 200
"""Different wrong entries of a column that are told apart. More would make a spreadsheet program crawl."""


class _Mark(NamedTuple):
    cells: str
    formula: str
    look: Look


def replace_marks(
    sheet: Worksheet,
    roster: RosterSheet,
    report: RunReport,
    status_column: int,
    last_row: int,
    status_text: Callable[[Status], str],
) -> None:
    """Take away the marks of an earlier run, keep every conditional format of the person's, and add this run's.

    A mark on a faulty cell shows while its row says "Fix row" and the cell still holds what was wrong.
    """
    from openpyxl.formatting.formatting import ConditionalFormattingList
    from openpyxl.formatting.rule import Rule

    kept = ConditionalFormattingList()
    highest = 0
    for formatting in sheet.conditional_formatting:
        for rule in formatting.rules:
            if not any(_SIGNATURE in formula for formula in rule.formula):
                kept.add(str(formatting.sqref), rule)
                highest = max(highest, rule.priority)
    kept.max_priority = highest
    styles = {look: _style(look) for look in (*_LOOKS, _FAULT, _DOUBT)}
    for mark in _marks(sheet, roster, report, status_column, last_row, status_text):
        formula = f"AND({_SIGNATURE}={_SIGNATURE},{mark.formula})"
        kept.add(mark.cells, Rule(type="expression", dxf=styles[mark.look], formula=[formula]))
    sheet.conditional_formatting = kept


def _marks(
    sheet: Worksheet,
    roster: RosterSheet,
    report: RunReport,
    status_column: int,
    last_row: int,
    status_text: Callable[[Status], str],
) -> Iterator[_Mark]:
    from openpyxl.utils import get_column_letter

    first_row = roster.heading_row + 1
    status_letter = get_column_letter(status_column)

    def says(statuses: Iterable[Status], row: int) -> str:
        return "OR(" + ",".join(f'${status_letter}{row}="{status_text(status)}"' for status in statuses) + ")"

    for look, statuses in _LOOKS.items():
        yield _Mark(f"{status_letter}{first_row}:{status_letter}{last_row}", says(statuses, first_row), look)

    faulty: dict[tuple[int, str, Severity], list[int]] = {}
    tests_of = Counter[int]()
    for problem in (problem for outcome in report.outcomes for problem in outcome.problems):
        column, row = roster.positions.get(problem.field), problem.row.number
        if column is not None:
            test = _still_holds(cell_at(sheet, row, column))
            if (column, test, problem.severity) not in faulty:
                tests_of[column] += 1
                test = test if tests_of[column] <= _MOST_TESTS else _STANDS_HERE
            faulty.setdefault((column, test, problem.severity), []).append(row)
    for (column, test, severity), rows in faulty.items():
        letter = get_column_letter(column)
        # What was typed wrongly is wrong wherever sorting takes it; a blank or a formula only where it stands.
        if test in (_IS_BLANK, _STANDS_HERE):
            cells, top = _spans(letter, rows), min(rows)
        else:
            cells, top = f"{letter}{first_row}:{letter}{last_row}", first_row
        formula = test.replace(_THE_CELL, f"${letter}{top}")
        if severity is Severity.PROBLEM:
            yield _Mark(cells, f"{says([Status.FIX_ROW], top)},{formula}", _FAULT)
        else:
            yield _Mark(cells, formula, _DOUBT)


def _spans(letter: str, rows: Iterable[int]) -> str:
    """``C5 C8:C10``"""
    spans: list[list[int]] = []
    for row in sorted(set(rows)):
        if spans and spans[-1][1] == row - 1:
            spans[-1][1] = row
        else:
            spans.append([row, row])
    return " ".join(f"{letter}{top}" if top == end else f"{letter}{top}:{letter}{end}" for top, end in spans)


def _still_holds(cell: Any) -> str:
    """A formula that is true for as long as the cell holds what it holds now."""
    value = plain_value(cell)
    if cell.data_type in "fe":
        return _STANDS_HERE
    if value is None or value == "":
        return _IS_BLANK
    if isinstance(value, bool):
        return f"{_THE_CELL}={str(value).upper()}"
    if isinstance(value, datetime | date | time | timedelta):
        return f"ABS({_THE_CELL}-{_serial(value, cell.base_date)!r})<0.00001"
    if isinstance(value, int | float):
        return f"{_THE_CELL}={value!r}"
    text = value[:_LONGEST_LITERAL].replace('"', '""')
    whole = _THE_CELL if len(value) <= _LONGEST_LITERAL else f"LEFT({_THE_CELL},{_LONGEST_LITERAL})"
    return f'EXACT({whole},"{text}")'


def _serial(value: datetime | date | time | timedelta, epoch: datetime) -> float:
    from openpyxl.utils.datetime import to_excel

    return float(to_excel(value, epoch))  # type: ignore[no-untyped-call]  # openpyxl's stub


def _style(look: Look) -> DifferentialStyle:
    from openpyxl.styles import Font, PatternFill
    from openpyxl.styles.differential import DifferentialStyle

    return DifferentialStyle(
        font=Font(color=look.ink, bold=look.bold or None), fill=PatternFill(fill_type="solid", bgColor=look.paper)
    )
