"""A session that the call names, beside what the list itself says of its session."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from desk import Desk, statuses

from importer.model import Options, Target

SAT = "2030-03-02T10:00:00+00:00"


def titled(desk: Desk, title: str, *names: str) -> Path:
    """A workbook with a title above its headings."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for line in ([title], [], ["First name", "Last name"], *(name.split() for name in names)):
        sheet.append(line)
    path = desk.folder / "list.xlsx"
    book.save(path)
    return path


def given(service: str = "Young makers") -> Options:
    return Options(Target(service=service, start=datetime.fromisoformat(SAT)))


@pytest.mark.parametrize(
    ("title", "is_held"),
    [
        ("Young makers – Wed 6.30pm – Register", True),
        ("Drama – Sat 2 March, 10am – Register", True),
        ("Young makers – Sat 2 March, 10am – Register", False),
        ("Saturdays 10am", False),
    ],
)
def test_a_title_that_names_another_session_than_the_one_given_holds_the_list(
    desk: Desk, title: str, is_held: bool
) -> None:
    desk.session(service="Young makers")
    desk.session(service="Drama")
    plan = desk.plan(titled(desk, title, "Ada Byron"), given())
    assert bool(plan.held) == is_held, plan.held
    if is_held:
        assert "Young makers, Sat 2 Mar 2030 10:00" in plan.held[0]
        assert title.split(" – ")[0] in plan.held[0]


def test_an_id_that_was_given_is_held_against_the_title_too(desk: Desk) -> None:
    session = desk.session(service="Young makers")
    options = Options(Target(session))
    assert desk.plan(titled(desk, "Wed 6.30pm", "Ada Byron"), options).held
    assert not desk.plan(titled(desk, "Sat 2 March", "Ada Byron"), options).held


def test_rows_that_all_name_another_session_hold_the_list_and_rows_that_name_none_take_the_given_one(
    desk: Desk,
) -> None:
    session = desk.session(service="Young makers")
    other = desk.session(service="Young makers", start="2030-03-09T10:00:00+00:00")
    ada = {"Session": "Young makers 9 March", "Full name": "Ada Byron"}
    alan = {"Session": "", "Full name": "Alan Turing"}
    assert desk.plan(desk.roster([ada]), given()).held
    assert not desk.plan(desk.roster([ada, alan]), given()).held
    assert set(statuses(desk.run(desk.roster([ada, alan]), given())).values()) == {"Booked"}
    assert (desk.booked(session), desk.booked(other)) == (["Alan Turing"], ["Ada Byron"])


def test_words_that_leave_the_day_open_mean_the_session_given_where_they_fit_it(desk: Desk) -> None:
    session = desk.session(service="Young makers")
    desk.session(service="Young makers", start="2030-02-02T10:00:00+00:00")
    path = desk.roster([{"Session": "Saturdays 10am", "Full name": "Ada Byron"}])
    assert statuses(desk.run(path, given())) == {"Ada Byron": "Booked"}
    assert desk.booked(session) == ["Ada Byron"]


@pytest.mark.parametrize("is_by_id", [False, True], ids=["by its start", "by its id"])
def test_who_was_booked_on_the_session_given_is_not_booked_by_the_title_as_well(desk: Desk, is_by_id: bool) -> None:
    session = desk.session(service="Young makers")
    path = titled(desk, "Young makers, Saturdays 10am", "Ada Byron", "Alan Turing")
    desk.run(path, Options(Target(session)) if is_by_id else given())
    desk.sandbox.world.staff.change_session(session, start=datetime.fromisoformat("2030-03-03T10:00:00+00:00"))
    other = desk.session(service="Young makers", start="2030-02-02T10:00:00+00:00")
    assert set(statuses(desk.run(path)).values()) == {"Already booked"}
    assert desk.booked(other) == []


def test_who_was_booked_on_the_session_given_is_not_booked_by_their_words_as_well(desk: Desk) -> None:
    session = desk.session(service="Young makers")
    path = desk.roster([{"Session": "Saturdays 10am", "Full name": "Ada Byron"}])
    desk.run(path, given())
    desk.sandbox.world.staff.change_session(session, start=datetime.fromisoformat("2030-03-03T10:00:00+00:00"))
    other = desk.session(service="Young makers", start="2030-02-02T10:00:00+00:00")
    assert statuses(desk.run(path)) == {"Ada Byron": "Already booked"}
    assert desk.booked(other) == []
