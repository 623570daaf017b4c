"""A list that comes back with our marks under another name: who moved or is gone there is told, however short it is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from desk import Desk
from openpyxl.worksheet.worksheet import Worksheet

from importer.importing.handing_over import hand_over
from importer.importing.questions import Choices
from importer.model import Options, RunReport
from importer.results.files import results_path
from importer.results.news import gone_with_a_place, has_news, moved_with_two_places

FIRST = ("Ada", "Tom", "Mia", "Noah", "Zoe", "Ravi", "Lena", "Sam", "Ivy", "Omar", "Una", "Kai")
LAST = ("Byron", "Baker", "Chen", "Okeke", "Hill", "Nair", "Vogt", "Reed", "Cole", "Aziz", "Lund", "Penn")
SESSION, FIRST_NAME, LAST_NAME = 1, 2, 3


@pytest.fixture
def monday(desk: Desk) -> str:
    return desk.session(40, "2030-03-04T10:00:00+00:00")


@pytest.fixture
def tuesday(desk: Desk) -> str:
    return desk.session(40, "2030-03-05T10:00:00+00:00")


@pytest.fixture
def wednesday(desk: Desk) -> str:
    return desk.session(40, "2030-03-06T10:00:00+00:00")


def imported(desk: Desk, path: Path) -> RunReport:
    """An import whose results stand beside its list."""
    report = desk.run(path)
    hand_over(report, results_path(path, None), Choices(desk.settings(), Options()))
    return report


def list_of(desk: Desk, booking_id: str, count: int, name: str = "list.csv") -> Path:
    people = list(zip(FIRST, LAST, strict=True))[:count]
    rows = [{"Group booking ID": booking_id, "First name": first, "Last name": last} for first, last in people]
    path = desk.roster(rows, name)
    imported(desk, path)
    return path


def edited(results: Path, name: str, edit: Callable[[Worksheet], object]) -> Path:
    """Results as somebody has changed them and saved them under another name."""
    book = openpyxl.load_workbook(results)
    edit(book["Roster"])
    path = results.with_name(name)
    book.save(path)
    return path


def moved(report: RunReport) -> list[str]:
    return [one.name for one in moved_with_two_places(report).values()]


def gone(report: RunReport) -> list[str]:
    return [one.name for one in gone_with_a_place(report)]


@pytest.mark.parametrize(("count", "to_move", "to_correct"), [(12, 6, 0), (12, 3, 3), (6, 1, 2), (6, 3, 0), (4, 1, 0)])
def test_who_moved_in_our_results_is_told_under_whatever_name_they_come_back(
    desk: Desk, monday: str, tuesday: str, count: int, to_move: int, to_correct: int
) -> None:
    list_of(desk, monday, count)

    def edit(sheet: Worksheet) -> None:
        for row in range(2, 2 + to_move):
            sheet.cell(row, SESSION, tuesday)
        for row in range(2 + count - to_correct, 2 + count):
            sheet.cell(row, FIRST_NAME, f"{sheet.cell(row, FIRST_NAME).value}ie")

    report = imported(desk, edited(desk.folder / "list.results.xlsx", "list Maria.xlsx", edit))
    assert len(desk.booked(tuesday)) == to_move
    assert len(moved(report)) == to_move
    assert gone(report) == []
    assert has_news(report)


def test_who_is_gone_from_our_results_is_told_under_whatever_name_they_come_back(desk: Desk, monday: str) -> None:
    list_of(desk, monday, 4)
    results = edited(desk.folder / "list.results.xlsx", "list Maria.xlsx", lambda sheet: sheet.delete_rows(3))
    assert gone(imported(desk, results)) == ["Tom Baker"]


def test_each_of_two_copies_of_our_results_is_compared_with_what_was_imported_last(
    desk: Desk, monday: str, tuesday: str, wednesday: str
) -> None:
    plain = list_of(desk, monday, 4)
    results = desk.folder / "list.results.xlsx"
    maria = edited(results, "list Maria.xlsx", lambda sheet: sheet.cell(3, SESSION, tuesday))
    tom = edited(results, "list Tom.xlsx", lambda sheet: sheet.cell(3, SESSION, wednesday))

    def held_elsewhere(path: Path) -> list[str]:
        return [one.booking_id for one in moved_with_two_places(imported(desk, path)).values()]

    assert held_elsewhere(maria) == [monday]
    assert held_elsewhere(tom) == [tuesday]
    assert held_elsewhere(desk.folder / "list Maria.results.xlsx") == [wednesday]
    assert held_elsewhere(plain) == [tuesday]


def test_our_results_typed_over_with_other_people_are_another_list(desk: Desk, monday: str, tuesday: str) -> None:
    plain = list_of(desk, monday, 4)

    def edit(sheet: Worksheet) -> None:
        for row in range(2, 6):
            sheet.cell(row, SESSION, tuesday)
            sheet.cell(row, FIRST_NAME, FIRST[row + 2])
            sheet.cell(row, LAST_NAME, LAST[row + 2])

    report = imported(desk, edited(desk.folder / "list.results.xlsx", "next term.xlsx", edit))
    assert (report.since, len(desk.booked(tuesday))) == (None, 4)
    assert not has_news(imported(desk, plain))
