"""Answers of an online form: long questions as headings, a session as a sentence, several choices in one cell."""

from __future__ import annotations

from pathlib import Path

import pytest
from desk import Desk

from importer.errors import HeadingsError
from importer.lists.roster import look_at_headings, read_roster
from importer.lists.shapes.choices import sessions_in
from importer.model import RosterSheet
from importer.model.headings import HeadingSet, read_set, suggestion

QUESTIONS = "Timestamp,What is your child's full name?,Your email address,Which session would you like?\n"
ANSWERS = """\
11/02/2030 18:04:11,Ella Brown,a@example.org,Pottery for beginners - Saturday 2 March 10:00
11/02/2030 19:30:02,Tom Khan,t@example.org,"Pottery for beginners - Saturday 2 March 10:00, Drawing - Sunday 3 March 14:00"
"""
TABLE = {
    "Timestamp": "not used",
    "What is your child's full name?": "Full name",
    "Your email address": "Email",
    "Which session would you like?": "Session",
}
AGREED = {"Form": read_set({**TABLE, "choices_in_cell": "split"})}


def form(folder: Path, text: str = QUESTIONS + ANSWERS) -> Path:
    path = folder / "Form responses.csv"
    path.write_text(text, encoding="utf-8")
    return path


def read(folder: Path, sets: dict[str, HeadingSet]) -> RosterSheet:
    (sheet,) = read_roster(form(folder), heading_sets=sets).sheets
    return sheet


# Questions as headings


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ("What is your child's full name?", "full_name"),
        ("Child's first name (as on the register)", "first_name"),
        ("Last name of the participant", "last_name"),
        ("Name of person attending", "full_name"),
        ("Your email address", "email"),
        ("Best contact number for the day", "phone"),
        ("Which session would you like?", "session"),
        ("Number of places needed", "spaces"),
    ],
)
def test_a_question_is_proposed_as_what_its_words_say(question: str, field: str) -> None:
    column = suggestion(question)
    assert column is not None
    assert column.field == field


@pytest.mark.parametrize(
    "question",
    [
        "Timestamp",
        "Date of birth",
        "Completion time",
        "Parent / guardian name",
        "Teacher's name",
        "School name",
        "Emergency contact number",
        "Does the person have allergies?",
        "When did you last attend?",
        "I would like to receive mail",
    ],
)
def test_a_question_about_something_else_is_proposed_as_nothing(question: str) -> None:
    assert suggestion(question) is None


def test_what_is_proposed_is_not_assumed(tmp_path: Path) -> None:
    with pytest.raises(HeadingsError):
        read_roster(form(tmp_path))


def test_a_question_as_long_as_a_paragraph_is_a_heading(tmp_path: Path) -> None:
    question = (
        "Which session would your child like to attend? " + "Please tick all that apply, places are limited. " * 3
    )
    path = form(tmp_path, f'Name,Email,"{question}"\nElla Brown,e@example.org,Pottery Sat 2 March 10:00\n')
    assert look_at_headings(path).headings[2].text == question.strip()


# Several choices in one cell


@pytest.mark.parametrize(
    ("cell", "sessions"),
    [
        ("Pottery Sat 2 Mar 10am, Drawing Sun 3 Mar 2pm", ["Pottery Sat 2 Mar 10am", "Drawing Sun 3 Mar 2pm"]),
        ("Pottery Sat 2 Mar 10am; Drawing Sun 3 Mar 2pm", ["Pottery Sat 2 Mar 10am", "Drawing Sun 3 Mar 2pm"]),
        ("Pottery Sat 2 Mar 10am\nDrawing Sun 3 Mar 2pm", ["Pottery Sat 2 Mar 10am", "Drawing Sun 3 Mar 2pm"]),
        (
            "Pottery, Sat 2 Mar 10:00, Drawing, Sun 3 Mar 14:00",
            ["Pottery, Sat 2 Mar 10:00", "Drawing, Sun 3 Mar 14:00"],
        ),
        ("Pottery Sat 2 Mar, 10am, Drawing Sun 3 Mar, 2pm", ["Pottery Sat 2 Mar, 10am", "Drawing Sun 3 Mar, 2pm"]),
        ("Pottery: Sat 2 Mar 10am, Sat 9 Mar 10am", ["Pottery: Sat 2 Mar 10am", "Pottery, Sat 9 Mar 10am"]),
        ("Pottery Sat 10:00, Drawing Sat 10:00", ["Pottery Sat 10:00", "Drawing Sat 10:00"]),
    ],
)
def test_several_sessions_in_a_cell_are_told_apart(cell: str, sessions: list[str]) -> None:
    assert list(sessions_in(cell)) == sessions


@pytest.mark.parametrize(
    "cell",
    [
        "Pottery for beginners, Sat 30 Mar 2030 10:30",
        "Pottery - Saturday, 2 March 2030, 10:00",
        "Pottery, Sat 2 Mar 10:00, Studio 1",
        "Saturday club, Sat 2 Mar 10:00",
        "Sat 2 Mar, 10am",
        "Sat 2 Mar 10am, Pottery, Sun 3 Mar 2pm, Drawing",
        "Mon 10am, 11am",
        "Pottery, Drawing",
        "",
    ],
)
def test_one_session_or_what_is_not_plain_is_left_as_it_is(cell: str) -> None:
    assert sessions_in(cell) == ()


def test_a_person_is_read_once_for_each_choice(tmp_path: Path) -> None:
    rows = read(tmp_path, AGREED).rows
    assert [row.ref.key for row in rows] == ["2", "3/D.1", "3/D.2"]
    assert rows[2].cells["session"] == "Drawing - Sunday 3 March 14:00"
    assert rows[2].places["session"].heading == "Which session would you like?"


def test_choices_are_proposed_with_an_example_before_anybody_is_booked(tmp_path: Path) -> None:
    (asked,) = read(tmp_path, {"Form": read_set(TABLE)}).open
    assert (asked.key, asked.likely, asked.is_needed) == ("choices_in_cell", "split", True)
    assert asked.asks[1].strip() == (
        "row 3: Pottery for beginners - Saturday 2 March 10:00 · Drawing - Sunday 3 March 14:00"
    )


def test_who_said_no_has_nobody_booked_by_such_a_cell(desk: Desk) -> None:
    session = desk.session()
    one = {"Form": read_set({**TABLE, "choices_in_cell": "one"})}
    report = desk.run_of(read_roster(form(desk.folder), heading_sets=one))
    assert [str(row.status) for row in report.outcomes] == ["Booked", "Fix row"]
    assert desk.booked(session) == ["Ella Brown"]


def test_each_choice_is_booked(desk: Desk) -> None:
    pottery, drawing = desk.session(), desk.session(start="2030-03-03T14:00:00+00:00", service="Drawing")
    report = desk.run_of(read_roster(form(desk.folder), heading_sets=AGREED))
    assert [str(row.status) for row in report.outcomes] == ["Booked"] * 3
    assert (desk.booked(pottery), desk.booked(drawing)) == (["Ella Brown", "Tom Khan"], ["Tom Khan"])
