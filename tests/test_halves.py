"""A session of which headings or rows say one half, and a title, the tab or the file's name the other."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path

import openpyxl
import pytest
from desk import Desk

from importer.lists.roster import read_roster
from importer.model import RosterSheet
from importer.model.headings import HeadingSet, read_set

TICKS = ["Name", "Email", "Sat 2 Mar 10am", "Sat 9 Mar 10am"]
ELLA = ["Ella Brown", "e@example.org", "x", None]


def workbook(folder: Path, *rows: list[object], title: str = "Sheet1", name: str = "list.xlsx") -> Path:
    book = openpyxl.Workbook()
    book.worksheets[0].title = title
    for row in rows:
        book.worksheets[0].append(row)
    book.save(folder / name)
    return folder / name


def agreed(headings: list[str], **conventions: str) -> dict[str, HeadingSet]:
    return {"Club": read_set({**{one: one for one in headings}, **conventions})}


def read(path: Path, sets: dict[str, HeadingSet] | None = None) -> RosterSheet:
    (sheet,) = read_roster(path, heading_sets=sets or {}).sheets
    return sheet


def sessions(sheet: RosterSheet) -> list[object]:
    return [row.cells.get("session") for row in sheet.rows]


# Ticks under headings that name no service


@pytest.mark.parametrize(
    ("place", "lines", "tab", "name"),
    [
        ("title", [["Pottery for beginners – spring term"], []], "Sheet1", "list.xlsx"),
        (
            "title",
            [["Riverside Arts"], ["Course:", "Pottery for beginners"], ["Printed 1 Feb 2030"]],
            "Register",
            "a.xlsx",
        ),
        ("tab", [], "Pottery for beginners", "list.xlsx"),
        ("file", [["Spring term"]], "Sheet1", "Pottery for beginners (2).xlsx"),
    ],
)
def test_the_service_of_ticks_may_stand_elsewhere(
    desk: Desk, place: str, lines: list[list[object]], tab: str, name: str
) -> None:
    session = desk.session()
    desk.session(service="Drawing")
    path = workbook(desk.folder, *lines, TICKS, ELLA, title=tab, name=name)
    (asked,) = read(path).open
    assert (asked.key, asked.is_needed) == ("ticks", True)
    assert place in [answer.value for answer in asked.answers]
    roster = read_roster(path, heading_sets=agreed(["Name", "Email"], ticks=place))
    assert not roster.sheets[0].open
    (outcome,) = desk.run_of(roster).outcomes
    assert outcome.booking_id == session, outcome.words


def test_the_question_shows_the_title_that_completes_the_headings(tmp_path: Path) -> None:
    sheet = read(workbook(tmp_path, ["Pottery – spring term"], TICKS, ELLA))
    (asked,) = sheet.open
    assert sessions(sheet) == ["Pottery – spring term, Sat 2 Mar 10am"]
    assert '"Pottery – spring term, Sat 2 Mar 10am"' in asked.asks[1]
    assert asked.likely == "title"
    assert asked.answers[0].words == 'Yes, of "Pottery – spring term" (row 1)'


def test_a_title_is_no_service_where_it_was_agreed_that_headings_say_all(tmp_path: Path) -> None:
    path = workbook(tmp_path, ["Riverside Arts"], TICKS, ELLA)
    sheet = read(path, agreed(["Name", "Email"], ticks="headings"))
    assert (sessions(sheet), sheet.open) == (["Sat 2 Mar 10am"], ())


def test_ticks_agreed_on_under_headings_with_a_service_ask_again_where_only_a_title_has_one(tmp_path: Path) -> None:
    path = workbook(tmp_path, ["Pottery – spring term"], TICKS, ELLA)
    assert [one.key for one in read(path, agreed(["Name", "Email"], ticks="yes")).open] == ["ticks"]


def test_where_the_agreed_place_says_nothing_it_is_asked_again(tmp_path: Path) -> None:
    path = workbook(tmp_path, TICKS, ELLA, name="2030.xlsx")
    assert [one.key for one in read(path, agreed(["Name", "Email"], ticks="title")).open] == ["ticks"]


def test_headings_that_name_their_service_are_left_as_they_are(tmp_path: Path) -> None:
    path = workbook(tmp_path, ["Riverside Arts"], ["Name", "Email", "Drawing Sat 2 Mar 10am"], ELLA[:3])
    sheet = read(path)
    assert sessions(sheet) == ["Drawing Sat 2 Mar 10am"]
    assert [answer.value for one in sheet.open for answer in one.answers] == ["yes", "no"]


def test_a_title_with_the_time_completes_headings_of_days(tmp_path: Path) -> None:
    path = workbook(tmp_path, ["Pottery, Saturdays 10am"], ["Name", "Email", date(2030, 3, 2)], ELLA[:3])
    assert sessions(read(path)) == ["Pottery, Saturdays 10am, 2 Mar 2030"]


def test_a_time_is_not_made_of_a_title_that_says_another(tmp_path: Path) -> None:
    path = workbook(tmp_path, ["Pottery from 5 January 2030"], ["Name", "Email", time(10), "2 March"], [*ELLA[:3], "x"])
    assert "Pottery from 5 January 2030, 2 March" not in sessions(read(path))
