"""Several people a row: each has an answer of their own, and each is known again, whatever is corrected between."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from desk import Desk
from openpyxl import Workbook
from test_answers_sheet import by_part, changed, decide, table

from importer.cli.rows import row_lines
from importer.ledger import Ledger
from importer.lists.roster import read_roster
from importer.model import Options, Outcome, RowRef, RunReport, Status, Target
from importer.model.columns import ANSWERS_SHEET
from importer.model.headings import read_set
from importer.results.changes import change_lines
from importer.results.files import results_path
from importer.results.together import together
from importer.results.writing import write_results

COLUMNS = read_set(
    {
        "Child 1": "Full name",
        "Child 2": "Full name 2",
        "Parent email": "Email",
        "Family no": "Reference",
        "people_in_row": "each",
    }
)
CELL = read_set({"Children": "Full name", "Parent email": "Email", "people_in_cell": "split"})
SETS = {"Camp": COLUMNS, "Day": CELL}
BROWN = ("Ella Brown", "Tom Brown", "brown@example.org")
OKEKE = ("Noah Okeke", None, "okeke@example.org")


class Camp:
    """One session, and families that are put on it."""

    def __init__(self, desk: Desk, places: int = 9) -> None:
        self.desk, self.session = desk, desk.session(places)

    def list(
        self, *rows: tuple[object, ...], headings: tuple[str, ...] = ("Child 1", "Child 2", "Parent email")
    ) -> Path:
        book = Workbook()
        sheet: Any = book.active
        sheet.title = "Families"
        for row in (headings, *rows):
            sheet.append(row)
        path = self.desk.folder / "camp.xlsx"
        book.save(path)
        return path

    def book(self, path: Path) -> tuple[RunReport, Path]:
        options = Options(Target(self.session))
        report = self.desk.run_of(read_roster(path, heading_sets=SETS), options, name_order="first-last")
        results = write_results(report, results_path(path, None), ())[0]
        with Ledger.open(self.desk.settings().ledger) as ledger:
            ledger.results_written(report.run, results, f"{report.run}")
        return report, results

    @property
    def booked(self) -> list[str]:
        return sorted(self.desk.booked(self.session))


@pytest.fixture
def camp(desk: Desk) -> Camp:
    return Camp(desk)


def typed(row: int, column: int, text: str | None) -> Callable[[Any], None]:
    def change(book: Any) -> None:
        book["Families"].cell(row, column).value = text

    return change


def test_each_child_has_an_answer_and_the_row_names_who_has_no_place(desk: Desk) -> None:
    camp = Camp(desk, places=1)
    _, path = camp.book(camp.list(BROWN))
    told = [(one["Import person"], one["Import status"]) for one in table(path, ANSWERS_SHEET)]
    assert told == [("Ella Brown", "Booked"), ("Tom Brown", "Full")]
    (row,) = table(path, "Families")
    assert (row["Import status"], row["Import message"]) == ("Full", "1 of 2 booked; Tom Brown: Full")


def test_a_slip_in_a_childs_name_that_was_corrected_asks_nothing(camp: Camp) -> None:
    _, path = camp.book(camp.list(("Ela Brown", "Tom Brown", "brown@example.org"), OKEKE))
    report, _ = camp.book(changed(path, typed(2, 1, "Ella Brown")))
    assert set(by_part(report).values()) == {"Already booked"}
    assert camp.booked == ["Ela Brown", "Noah Okeke", "Tom Brown"]


@pytest.mark.parametrize(
    "twins", [("Anna Brown", "Hanna Brown"), ("Ella Brown", "Bella Brown"), ("Jan Brown", "Jana Brown")]
)
def test_brothers_and_sisters_of_one_row_with_near_names_are_two_people(camp: Camp, twins: tuple[str, str]) -> None:
    _, path = camp.book(camp.list((*twins, "brown@example.org")))
    assert camp.booked == sorted(twins)

    def exchange(book: Any) -> None:
        for column, name in zip((1, 2), reversed(twins), strict=True):
            book["Families"].cell(2, column).value = name

    report, _ = camp.book(changed(path, exchange))
    assert set(by_part(report).values()) == {"Already booked"}
    assert camp.booked == sorted(twins)


def test_one_child_twice_in_a_row_is_booked_once_and_told(camp: Camp) -> None:
    report, _ = camp.book(camp.list(("Ella Brown", "Ella Brown", "brown@example.org")))
    assert list(by_part(report).values()) == ["Booked", "Fix row"]
    assert camp.booked == ["Ella Brown"]


def test_a_family_number_for_all_children_of_a_row_says_nothing_against_any(camp: Camp) -> None:
    path = camp.list(
        ("Ella Brown", "Tom Brown", "F-1"),
        ("Noah Okeke", "Ava Okeke", "F-2"),
        headings=("Child 1", "Child 2", "Family no"),
    )
    report, results = camp.book(path)
    assert set(by_part(report).values()) == {"Booked"}
    report, _ = camp.book(results)
    assert set(by_part(report).values()) == {"Already booked"}
    assert len(camp.booked) == 4


def test_who_is_taken_off_the_row_is_told_and_who_is_added_is_booked(camp: Camp) -> None:
    _, path = camp.book(camp.list(BROWN, OKEKE))
    report, path = camp.book(changed(path, typed(2, 2, None)))
    label, text = change_lines(report, names=True)[0]
    assert label == "No longer on the list"
    assert text.startswith("row 2 (Tom Brown) of the last list. Still holds a place")
    report, _ = camp.book(changed(path, typed(3, 2, "Ava Okeke")))
    assert by_part(report)["3/B"] == "Booked"
    assert camp.booked == ["Ava Okeke", "Ella Brown", "Noah Okeke", "Tom Brown"]


def test_a_decision_may_leave_out_one_child_of_a_row(desk: Desk) -> None:
    camp = Camp(desk, places=1)
    _, path = camp.book(camp.list(BROWN))
    report, _ = camp.book(decide(path, ANSWERS_SHEET, 3, "Leave out"))
    assert by_part(report) == {"2/A": "Already booked", "2/B": "Left out"}
    assert not [one for one in report.outcomes if one.wants_person]


@pytest.mark.parametrize("then", ["Tom and Ella Brown", "Ella and Tom Brown", "Ella, Tom and Mia Brown"])
def test_names_in_one_cell_are_known_again_in_any_order(camp: Camp, then: str) -> None:
    headings = ("Children", "Parent email")
    _, path = camp.book(camp.list(("Tom and Ella Brown", "brown@example.org"), headings=headings))
    assert camp.booked == ["Ella Brown", "Tom Brown"]
    report, _ = camp.book(changed(path, typed(2, 1, then)))
    assert {one.name for one in report.outcomes if str(one.status) == "Already booked"} == {"Ella Brown", "Tom Brown"}
    assert len(camp.booked) == len(report.outcomes)


def test_a_cell_that_had_one_child_and_has_two_by_now_books_the_second(camp: Camp) -> None:
    headings = ("Children", "Parent email")
    _, path = camp.book(camp.list(("Tom Brown", "brown@example.org"), headings=headings))
    report, path = camp.book(changed(path, typed(2, 1, "Tom & Ella Brown")))
    assert [str(one.status) for one in report.outcomes] == ["Already booked", "Booked"]
    report, _ = camp.book(changed(path, typed(2, 1, "Ella Brown")))
    assert [(one.name, str(one.status)) for one in report.outcomes] == [("Ella Brown", "Already booked")]
    assert camp.booked == ["Ella Brown", "Tom Brown"]


def test_what_is_told_of_both_children_of_a_cell_is_told_of_them_together() -> None:
    unsure = "We don't know yet if this person is booked. Please don't add them by hand."
    parts = [
        Outcome(RowRef("", 2, f"B.{at}"), Status.NOT_SURE_YET, unsure, name)
        for at, name in enumerate(("Ella Brown", "Tom Brown"), start=1)
    ]
    both = "We don't know yet if these people are booked. Please don't add them by hand."
    assert together(parts).message == both
    assert both in " ".join(" ".join(row_lines(parts)).split())
    assert together(parts[:1]).message == unsure
