"""What somebody types over in the columns that we fill in is never put back in silence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from desk import Desk, the
from openpyxl import load_workbook
from test_answers_sheet import ELLA, TOM, Club, changed

from importer.lists.roster import read_roster
from importer.model import RunReport, Status
from importer.model.columns import ANSWERS_SHEET
from importer.results.files import results_path
from importer.results.writing import write_results


def back(desk: Desk, path: Path) -> tuple[RunReport, Path]:
    report = desk.run_of(read_roster(path))
    return report, write_results(report, results_path(path, None), ())[0]


def typed(path: Path, row: int, **cells: str) -> Path:
    """The results with other words in our columns of one row."""
    book = load_workbook(path)
    sheet: Any = book.worksheets[1]
    columns = {cell.value: cell.column for cell in sheet[1]}
    for field, text in cells.items():
        sheet.cell(row, columns[f"Import {field}"], text)
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("session", "Pottery for beginners, Sat 9 Mar 2030 10:00"),
        ("message", "please remove"),
        ("status", "Cancelled"),
        ("status", "Leave out"),
    ],
)
def test_words_in_our_columns_beside_somebody_booked_are_told_and_need_a_person(
    desk: Desk, column: str, text: str
) -> None:
    id_ = desk.session()
    _, path = back(desk, desk.people(id_, "Ada Byron", "Alan Turing"))
    for _ in range(2):  # first booked, then found again: what we write differs
        _, path = back(desk, path)
    report, path = back(desk, typed(path, 2, **{column: text}))
    ada, alan = the(report, "Ada Byron"), the(report, "Alan Turing")
    assert (ada.status, ada.needs_person) == (Status.ALREADY_BOOKED, True)
    assert text in ada.message
    assert f"Import {column}" in ada.message
    assert not alan.needs_person
    again = the(back(desk, path)[0], "Ada Byron")
    assert not again.needs_person, (path.name, again.message)


def test_a_status_typed_beside_somebody_who_is_not_booked_yet_is_asked_about(desk: Desk) -> None:
    id_ = desk.session(places=1)
    report, path = back(desk, desk.people(id_, "Ada Byron", "Alan Turing"))
    assert the(report, "Alan Turing").status is Status.FULL
    report, path = back(desk, typed(path, 3, status="Leave out"))
    assert the(report, "Alan Turing").status is Status.FIX_ROW
    assert '"Leave out" changes nothing there' in the(report, "Alan Turing").words


@pytest.mark.parametrize("again", [1, 2])
def test_what_we_wrote_ourselves_is_never_taken_for_typed(desk: Desk, again: int) -> None:
    """An older file of ours, a session that staff have moved since, a row that was full, corrected and sent again."""
    id_, other = desk.session(), desk.session(places=1, start="2030-03-09T10:00:00+00:00")
    rows = [
        *({"Group booking ID": id_, "First name": name, "Last name": "Byron"} for name in ("Ada", "Bea")),
        *({"Group booking ID": other, "First name": name, "Last name": "Lee"} for name in ("Cy", "Dan")),
    ]
    report, first = back(desk, desk.roster(rows))
    for _ in range(again):
        report, last = back(desk, first)
    for service in desk.sandbox.world.services():
        desk.sandbox.world.staff.rename_service(service.id, "Clay")
    for path in (first, last, first):
        report, _ = back(desk, path)
        assert [one.name for one in report.outcomes if one.wants_person and one.status is not Status.FULL] == []


# The sheet of answers


@pytest.mark.parametrize(
    ("column", "text"),
    [("Import person", "Isabella Brown"), ("Import session", "Drawing, Sun 10 Mar 2030 14:00")],
)
def test_a_name_or_a_session_that_is_corrected_on_the_sheet_of_answers_is_told(
    desk: Desk, column: str, text: str
) -> None:
    club = Club(desk)
    _, path = club.book(club.list(ELLA, TOM))

    def change(book: Any) -> None:
        sheet = book[ANSWERS_SHEET]
        sheet.cell(3, next(cell.column for cell in sheet[1] if cell.value == column), text)

    report, path = club.book(changed(path, change))
    (told,) = [one for one in report.outcomes if one.needs_person]
    assert (told.row.number, told.row.part, told.status) == (2, "D", Status.ALREADY_BOOKED)
    assert f'On the sheet "Import answers", row 3: "{text}" changes nothing.' in told.message
    report, _ = club.book(path)
    assert not any(one.needs_person for one in report.outcomes)


def test_a_line_that_is_added_to_the_sheet_of_answers_is_told(desk: Desk) -> None:
    club = Club(desk)
    _, path = club.book(club.list(ELLA, TOM))
    added = ["3", "Cy Khan", "Drawing, Sun 3 Mar 2030 14:00"]

    def change(book: Any) -> None:
        sheet = book[ANSWERS_SHEET]
        names = [cell.value for cell in sheet[1]]
        for name, text in zip(("Import row", "Import person", "Import session"), added, strict=True):
            sheet.cell(7, names.index(name) + 1, text)

    report, _ = club.book(changed(path, change))
    (told,) = [one for one in report.outcomes if one.needs_person]
    assert told.row.number == 3
    assert '"Cy Khan, Drawing, Sun 3 Mar 2030 14:00" was added, and is not read.' in told.message


def test_answers_that_staff_have_moved_since_are_not_taken_for_typed(desk: Desk) -> None:
    club = Club(desk)
    _, first = club.book(club.list(ELLA, TOM))
    for service in desk.sandbox.world.services():
        desk.sandbox.world.staff.rename_service(service.id, f"{service.name} (old)")
    report, last = club.book(first)
    report, _ = club.book(last)
    assert not any("changes nothing" in one.message for one in report.outcomes)
