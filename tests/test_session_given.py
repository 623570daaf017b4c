"""A session that the call names, beside what the list itself says of its session."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from desk import Desk, statuses

from importer.lists.roster import read_roster
from importer.model import Options, Target
from importer.model.headings import HeadingSet

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


# What a list says twice has to agree

THIS_WEEK, LAST_WEEK = "Young makers – Sat 2 March 2030, 10am", "Young makers – Sat 23 February 2030, 10am"


@pytest.fixture
def weekly(desk: Desk) -> Desk:
    """A desk with a session a week, and another service at the same time as one of them."""
    for day in ("2030-02-23", "2030-03-02", "2030-03-09"):
        desk.session(service="Young makers", start=f"{day}T10:00:00+00:00")
    desk.session(service="Drama", start="2030-03-02T10:00:00+00:00")
    return desk


def sent(
    desk: Desk, *, title: str = "", tab: str = "Sheet1", file: str = "list", where: str = "title", given: bool = False
) -> tuple[str, ...]:
    """What holds a list of a sender whose session stands in a known place, with these words in all places."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = tab
    for line in ([title], [], ["Name"], ["Ada Byron"], ["Alan Turing"]):
        sheet.append(line)
    path = desk.folder / f"{file}.xlsx"
    book.save(path)
    sets = {"Sender": HeadingSet({"name": "full_name"}, {"session_in": where})}
    options = Options(Target(service="Young makers", start=datetime.fromisoformat(SAT))) if given else Options()
    return desk.plan_of(read_roster(path, heading_sets=sets), options).held


@pytest.mark.parametrize(
    "said",
    [
        {"title": LAST_WEEK, "tab": "Sat 2 Mar"},
        {"title": LAST_WEEK, "tab": "Young makers Sat 2 Mar 10.00"},
        {"title": LAST_WEEK, "tab": "Wed 6.30pm"},
        {"title": LAST_WEEK, "tab": "2.3.2030"},
        {"title": LAST_WEEK, "tab": "Drama"},
        {"title": LAST_WEEK, "file": THIS_WEEK.replace(" – ", " ")},
        {"title": LAST_WEEK, "file": "Young makers 2030-03-02"},
        {"title": LAST_WEEK, "tab": THIS_WEEK.replace(" – ", " ")[:31], "where": "tab"},
        {"title": LAST_WEEK, "file": THIS_WEEK.replace(" – ", " "), "where": "file"},
        {"tab": "Young makers Sat 23 Feb 10.00", "file": THIS_WEEK.replace(" – ", " "), "where": "tab"},
        {"tab": "9.3.2030", "given": True},
        {"tab": "Drama", "given": True},
        {"title": "Drama – register", "given": True},
        {"file": "Young makers 2030-03-09", "given": True},
    ],
    ids=str,
)
def test_a_list_that_says_two_sessions_is_held_until_somebody_says_which(weekly: Desk, said: Any) -> None:
    (held,) = sent(weekly, **said)
    assert "Is that right?" in held
    assert "Young makers, Sat 2" in held


@pytest.mark.parametrize(
    "said",
    [
        {"title": THIS_WEEK},
        {"title": THIS_WEEK, "tab": "Sat 2 Mar", "file": "Young makers 2 March"},
        {"title": THIS_WEEK, "tab": "2.3.2030", "file": "2030-02-20 register"},
        {"title": THIS_WEEK, "file": "Young makers 2030-02-20"},
        {"title": THIS_WEEK, "file": "Young makers sent 20 Feb"},
        {"title": THIS_WEEK, "file": "Drama and makers"},
        {"title": THIS_WEEK, "file": "Register Tue 26 Feb 2030"},
        {"title": THIS_WEEK, "tab": "Spring term"},
        {"title": THIS_WEEK, "tab": "Drama House, Young makers"},
        {"title": "Doors open 9.30am", "tab": "Young makers Sat 2 Mar 10.00", "where": "tab"},
        {"title": "20.02.2030", "tab": "Young makers Sat 2 Mar 10.00", "where": "tab"},
        {"title": "Printed: 9 March 2030", "tab": "Young makers Sat 2 Mar 10.00", "where": "tab"},
        {"tab": "Saturdays 10am", "given": True},
        {"file": "2030-03-09 register", "given": True},
    ],
    ids=str,
)
def test_what_says_nothing_of_another_session_asks_nothing(weekly: Desk, said: Any) -> None:
    assert sent(weekly, **said) == ()


def test_a_sheet_that_was_copied_with_its_title_is_held_and_a_file_may_name_one_of_its_sheets(weekly: Desk) -> None:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for tab, title, name in (
        ("Young makers Sat 23 Feb 10.00", LAST_WEEK, "Ada Byron"),
        ("Young makers Sat 2 Mar 10.00", LAST_WEEK, "Alan Turing"),
    ):
        sheet = book.create_sheet(tab)
        for line in ([title], ["Name"], [name]):
            sheet.append(line)
    path = weekly.folder / "Young makers from 23 February 2030 10am.xlsx"
    sets = {"Sender": HeadingSet({"name": "full_name"}, {"session_in": "title"})}

    def held() -> tuple[str, ...]:
        book.save(path)
        return weekly.plan_of(read_roster(path, sheet="all", heading_sets=sets)).held

    (fact,) = held()
    assert 'The sheet is called "Young makers Sat 2 Mar 10.00"' in fact
    assert "Young makers, Sat 23 Feb 2030 10:00" in fact
    book.worksheets[1]["A1"] = THIS_WEEK
    assert held() == ()


def test_who_is_booked_already_by_a_stale_title_is_told_too(weekly: Desk) -> None:
    assert sent(weekly, title=LAST_WEEK) == ()
    roster = read_roster(
        weekly.folder / "list.xlsx",
        heading_sets={"Sender": HeadingSet({"name": "full_name"}, {"session_in": "title"})},
    )
    weekly.run_of(roster)
    assert sent(weekly, title=LAST_WEEK, file=THIS_WEEK.replace(" – ", " ")) != ()
