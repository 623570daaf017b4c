"""Results: marks."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Font
from results_makers import (
    BOOKED,
    FAULTY,
    a_report,
    a_roster,
    mark_formulas,
    outcome,
    problem,
    read_again,
    sheet_of,
    written,
)

from importer.lists.cells import ASIDE, DONE, HEADING, NEEDS_PERSON, WAITING
from importer.model import (
    RowRef,
    Severity,
    Status,
)


def test_a_faulty_cell_is_marked_for_as_long_as_it_holds_what_was_wrong(tmp_path: Path) -> None:
    marks = mark_formulas(sheet_of(written(a_report(a_roster(tmp_path / "a.xlsx")))))
    assert marks["D2:D3"] == ['AND("Import mark"="Import mark",OR($E2="Fix row"),EXACT($D2,"31/02/2030"))']


def test_a_missing_entry_is_marked_in_its_own_rows_only(tmp_path: Path) -> None:
    def empty(sheet: Any) -> None:
        sheet["C2"], sheet["C3"], sheet["C4"] = None, None, None

    rows = [outcome(row, Status.FIX_ROW, problems=(problem(row, "email", "it is missing."),)) for row in (2, 3, 5)]
    marks = mark_formulas(sheet_of(written(a_report(a_roster(tmp_path / "a.xlsx", empty), *rows))))
    assert marks["C2:C3 C5"] == ['AND("Import mark"="Import mark",OR($E2="Fix row"),$C2="")']


@pytest.mark.parametrize(
    ("value", "test"),
    [
        ('say "no"', 'EXACT($C2,"say ""no""")'),
        ("x" * 300, f'EXACT(LEFT($C2,100),"{"x" * 100}")'),
        (7.5, "$C2=7.5"),
        (True, "$C2=TRUE"),
        (datetime(2030, 3, 14, 12), "ABS($C2-47556.5)<0.00001"),  # noqa: DTZ001
    ],
)
def test_marks_know_every_kind_of_cell(tmp_path: Path, value: Any, test: str) -> None:
    def put(sheet: Any) -> None:
        sheet["C3"] = value

    faulty = outcome(3, Status.FIX_ROW, problems=(problem(3, "email", "no."),))
    marks = mark_formulas(sheet_of(written(a_report(a_roster(tmp_path / "a.xlsx", put), faulty))))
    assert marks["C2:C3"][0].endswith(f",{test})")


def test_a_date_that_lost_its_format_is_marked_and_a_date_of_the_same_moment_is_not(tmp_path: Path) -> None:
    def put(sheet: Any) -> None:
        sheet["D2"], sheet["D3"] = datetime(2030, 3, 16, 12), 47558.5  # noqa: DTZ001

    lost = replace(BOOKED, row=RowRef("Roster", 3), problems=(problem(3, "start", "odd.", Severity.WARNING),))
    marks = mark_formulas(sheet_of(written(a_report(a_roster(tmp_path / "a.xlsx", put), lost))))
    assert marks["D3"] == ['AND("Import mark"="Import mark",$D3=47558.5)']


def test_hundreds_of_different_mistakes_do_not_become_hundreds_of_formats(tmp_path: Path) -> None:
    def fill(sheet: Any) -> None:
        for row in range(2, 502):
            sheet.cell(row, 3, f"nobody {row}")

    rows = [outcome(row, Status.FIX_ROW, problems=(problem(row, "email", "no."),)) for row in range(2, 502)]
    marks = mark_formulas(sheet_of(written(a_report(a_roster(tmp_path / "a.xlsx", fill), *rows))))
    assert len(marks["C2:C501"]) == 200
    assert marks["C202:C501"] == ['AND("Import mark"="Import mark",OR($E202="Fix row"),TRUE)']


def test_warnings_look_different_and_do_not_wait_for_a_fix(tmp_path: Path) -> None:
    doubted = replace(BOOKED, problems=(problem(2, "email", "odd.", Severity.WARNING),))
    sheet = sheet_of(written(a_report(a_roster(tmp_path / "a.xlsx"), doubted, FAULTY)))
    rules = {str(each.sqref): each.rules[0] for each in sheet.conditional_formatting}
    assert rules["C2:C3"].formula == ['AND("Import mark"="Import mark",EXACT($C2,"ada@example.org"))']
    assert rules["C2:C3"].dxf.fill.bgColor.rgb != rules["D2:D3"].dxf.fill.bgColor.rgb


def test_the_persons_own_conditional_formats_survive_ours_being_replaced(tmp_path: Path) -> None:
    def own(sheet: Any) -> None:
        sheet.conditional_formatting.add("A2:A3", FormulaRule(formula=['$A2="Ada"'], font=Font(b=True)))

    first = written(a_report(a_roster(tmp_path / "a.xlsx", own)))
    second = written(a_report(read_again(first, width=13)))
    assert mark_formulas(sheet_of(second)) == mark_formulas(sheet_of(first))
    assert mark_formulas(sheet_of(second))["A2:A3"] == ['$A2="Ada"']
    priorities = [rule.priority for each in sheet_of(second).conditional_formatting for rule in each.rules]
    assert len(priorities) == len(set(priorities))


AS_SEEN_WITHOUT = {
    "red": ((0.1523, 1.0526, -0.2049), (0.1145, 0.7863, 0.0992), (-0.0039, -0.0481, 1.0520)),
    "green": ((0.3673, 0.8606, -0.2280), (0.2801, 0.6725, 0.0474), (-0.0118, 0.0429, 0.9689)),
    "blue": ((1.2555, -0.0767, -0.1788), (-0.0784, 0.9308, 0.1476), (0.0047, 0.6914, 0.3039)),
}
"""Machado, Oliveira and Fernandes 2009: light as people see it who lack one kind of cone."""


def light(colour: str) -> list[float]:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def mixed(rows: Sequence[Sequence[float]], values: Sequence[float]) -> list[float]:
    return [sum(a * b for a, b in zip(row, values, strict=True)) for row in rows]


def lab(rgb: Sequence[float]) -> tuple[float, float, float]:
    """CIE L*a*b*, in which a distance of 2 is just seen."""
    to_xyz = ((0.4339, 0.3762, 0.1899), (0.2126, 0.7152, 0.0722), (0.0177, 0.1095, 0.8729))
    x, y, z = (max(part, 0.009) ** (1 / 3) for part in mixed(to_xyz, rgb))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def test_marks_can_be_read_and_told_apart_by_whoever_does_not_see_a_colour() -> None:
    for look in (DONE, NEEDS_PERSON, WAITING, ASIDE, HEADING):
        dark, bright = sorted(mixed([(0.2126, 0.7152, 0.0722)], light(colour))[0] for colour in look[:2])
        assert (bright + 0.05) / (dark + 0.05) >= 4.5
    for (one, other), seen in itertools.product(
        itertools.combinations((DONE, NEEDS_PERSON, WAITING, ASIDE), 2), AS_SEEN_WITHOUT.values()
    ):
        pairs = zip(one[:2], other[:2], strict=True)
        assert max(math.dist(*(lab(mixed(seen, light(colour))) for colour in pair)) for pair in pairs) > 10
