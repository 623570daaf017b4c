"""A session of which headings or rows say one half, and a title, the tab or the file's name the other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest
from desk import Desk

from importer.lists.roster import read_roster
from importer.model import RosterSheet
from importer.model.headings import HeadingSet, read_set

TICKS = ["Name", "Email", "Sat 2 Mar 10am", "Sat 9 Mar 10am"]
ELLA = ["Ella Brown", "e@example.org", "x", None]


def workbook(folder: Path, *rows: Sequence[object], title: str = "Sheet1", name: str = "list.xlsx") -> Path:
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
        ("file", [["Spring term"]], "Sheet1", "Pottery for beginners.PRACTICE.results.xlsx"),
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
    roster = read_roster(path, heading_sets=agreed(["Name", "Email"], ticks=place, **dict(asked.also(place))))
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


# Rows that say a part of their session


PEOPLE = ("Ella Brown", "Tom Khan")
ON = {"time": ["Name", "Email", "Time"], "date": ["Name", "Email", "Date"], "both": ["Name", "Email", "Date", "Time"]}


@pytest.mark.parametrize(
    ("title", "headings", "own"),
    [
        ("Pottery for beginners – Sat 2 March 2030", ON["time"], [time(10)]),
        ("Pottery for beginners – Saturday 2 March", ON["time"], ["10am"]),
        ("Pottery for beginners – Saturday 2 March", ["Name", "Email", "Session"], ["10.00 – 11.00"]),
        ("Pottery for beginners, 10am", ON["date"], [date(2030, 3, 2)]),
        ("Pottery for beginners, 10am", ON["date"], ["02/03/2030"]),
        ("Pottery for beginners – spring term", ON["both"], [date(2030, 3, 2), "10:00"]),
        ("Saturday 2 March 2030", ["Name", "Email", "Service", "Time"], ["Pottery for beginners", "10:00"]),
    ],
)
def test_rows_and_a_title_say_the_session_together(
    desk: Desk, title: str, headings: list[str], own: list[object]
) -> None:
    session = desk.session()
    desk.session(start="2030-03-02T14:00:00+00:00")
    desk.session(start="2030-03-09T10:00:00+00:00")
    desk.session(service="Drawing")
    path = workbook(desk.folder, [title], [], headings, *([name, f"{name[0]}@example.org", *own] for name in PEOPLE))
    (asked,) = read(path).open
    assert (asked.key, asked.likely, asked.is_needed) == ("session_in", "title", True)
    roster = read_roster(path, heading_sets=agreed(headings, session_in="title", date_order="dmy"))
    assert not roster.sheets[0].open
    assert {one.booking_id for one in desk.run_of(roster).outcomes} == {session}


def test_a_session_whose_name_is_long_is_completed_by_the_title(desk: Desk) -> None:
    service = "Introduction to wheel-thrown pottery for absolute beginners"
    session = desk.session(service=service)
    headings = ["Name", "Email", "Session"]
    row = ["Ella Brown", "e@example.org", f"{service}, 10:00"]
    path = workbook(desk.folder, ["Saturday 2 March 2030"], [], headings, row)
    (outcome,) = desk.run_of(read_roster(path, heading_sets=agreed(headings, session_in="title"))).outcomes
    assert outcome.booking_id == session, outcome.words


def test_a_row_without_its_own_time_is_not_booked_by_the_title_alone(desk: Desk) -> None:
    session = desk.session()
    rows = [["Ella Brown", "e@example.org", time(10)], ["Tom Khan", "t@example.org", None]]
    path = workbook(desk.folder, ["Pottery for beginners – Sat 2 March 2030"], ON["time"], *rows)
    sets = agreed(ON["time"], session_in="title")
    report = desk.run_of(read_roster(path, heading_sets=sets))
    assert [one.booking_id for one in report.outcomes] == [session, ""]


@pytest.mark.parametrize("when", [[date(2030, 3, 2), time(10)], [date(2030, 3, 2), "10am"]])
def test_rows_that_say_all_are_asked_nothing(tmp_path: Path, when: list[object]) -> None:
    headings = ["Name", "Email", "Service", "Date", "Time"]
    path = workbook(tmp_path, ["Riverside Arts"], headings, ["Ella Brown", "e@example.org", "Pottery", *when])
    assert read(path).open == ()


# The service in every row, day and time only in the first of each block

COURSES = ["Course", "Date", "Time", "Name", "Email"]
DAY, OTHER_DAY = datetime(2030, 3, 2), datetime(2030, 3, 9)  # noqa: DTZ001 - as a workbook keeps a day


def in_courses(folder: Path, *rows: Sequence[object]) -> Path:
    people = [[*row, f"Ella Brown{chr(97 + at)}", f"{at}@example.org"] for at, row in enumerate(rows)]
    return workbook(folder, COURSES, *people)


def test_a_day_that_stands_once_holds_for_the_rows_under_it_though_each_names_its_course(desk: Desk) -> None:
    one, other = desk.session(), desk.session(start="2030-03-09T14:00:00+00:00")
    course = "Pottery for beginners"
    blank = [course, None, None]
    path = in_courses(desk.folder, [course, DAY, time(10)], blank, blank, [course, OTHER_DAY, time(14)], blank, blank)
    (asked,) = read(path).open
    assert (asked.key, asked.likely) == ("session_in", "filled")
    report = desk.run_of(read_roster(path, heading_sets=agreed(COURSES, session_in="filled")))
    assert [done.booking_id for done in report.outcomes] == [one] * 3 + [other] * 3


def test_a_day_does_not_hold_for_another_course(tmp_path: Path) -> None:
    blank = ["Pottery", None, None]
    path = in_courses(tmp_path, ["Pottery", DAY, time(10)], blank, blank, ["Drawing", None, None])
    sheet = read(path, agreed(COURSES, session_in="filled"))
    assert [row.cells.get("date") for row in sheet.rows] == [DAY, DAY, DAY, None]


def test_a_day_holds_where_each_row_has_its_own_time(tmp_path: Path) -> None:
    path = in_courses(tmp_path, ["Pottery", DAY, time(10)], ["Pottery", None, time(11)], ["Pottery", None, time(12)])
    sheet = read(path, agreed(COURSES, session_in="filled"))
    assert [(row.cells.get("date"), row.cells.get("time")) for row in sheet.rows] == [
        (DAY, time(10)),
        (DAY, time(11)),
        (DAY, time(12)),
    ]


# A time in the rows of blocks whose titles say the rest


def blocks(folder: Path, heading: str, *times: object, title: str = "Young makers, Sunday 3 March") -> Path:
    names = ("Ada Byron", "Alan Turing", "Grace Hopper")
    people = [[name, f"{name[:2]}@example.org", time] for name, time in zip(names, times, strict=True)]
    titles = [["Pottery for beginners, Saturday 2 March"], [title]]
    return workbook(folder, ["Name", "Email", heading], titles[0], *people[:2], titles[1], *people[2:])


@pytest.mark.parametrize("heading", ["Time", "Start"])
def test_day_and_service_of_a_block_come_from_its_title_and_the_time_from_each_row(desk: Desk, heading: str) -> None:
    morning, noon = desk.session(), desk.session(start="2030-03-02T12:00:00+00:00")
    makers = desk.session(service="Young makers", start="2030-03-03T14:00:00+00:00")
    path = blocks(desk.folder, heading, "10.00", time(12, 0), "2pm")
    assert [one.key for one in read(path).open] == ["session_in"]
    sets = agreed(["Name", "Email", heading], session_in="blocks", name_order="first-last")
    report = desk.run_of(read_roster(path, heading_sets=sets))
    assert [one.booking_id for one in report.outcomes] == [morning, noon, makers]


def test_a_row_of_a_block_that_names_another_time_than_its_title_is_not_booked(desk: Desk) -> None:
    desk.session()
    desk.session(service="Young makers", start="2030-03-03T14:00:00+00:00")
    path = blocks(desk.folder, "Time", "10.00", "10.00", "3pm", title="Young makers, Sunday 3 March, 2pm")
    sets = agreed(["Name", "Email", "Time"], session_in="blocks", name_order="first-last")
    report = desk.run_of(read_roster(path, heading_sets=sets))
    assert "names two times" in report.outcomes[2].message


def test_titles_are_no_sessions_where_rows_say_their_own_day(tmp_path: Path) -> None:
    path = blocks(tmp_path, "Start", "2 March 2030 10:00", "2 March 2030 10:00", "3 March 2030 14:00")
    assert not any("session" in row.cells for row in read(path).rows)
