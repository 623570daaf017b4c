"""Columns that are not used and hold people or sessions are never passed over in silence."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from desk import START
from openpyxl import Workbook

from importer.errors import ExitCode
from importer.importing.checking import check
from importer.lists.roster import look_at_headings, read_roster
from importer.model import Options, Roster, Target
from importer.model.conventions import Convention
from importer.model.headings import HeadingSet, read_set
from importer.results.report import exit_code
from importer.settings import load_settings

BOOKED = "628f4954645194000e770abd"


def a_roster(
    folder: Path, heading: str, *cells: str, sets: dict[str, HeadingSet] | None = None, head: str = ""
) -> Roster:
    names = ("Ella Brown", "Tom Khan", "Mia Short")
    lines = [
        f"{head or 'Name,Group booking ID'},{heading}",
        *(f"{name},{BOOKED},{cell}" for name, cell in zip(names, cells, strict=False)),
    ]
    path = folder / "list.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return read_roster(path, heading_sets=sets)


def asked(roster: Roster) -> list[Convention]:
    return list(roster.sheets[0].open)


@pytest.mark.parametrize(
    ("heading", "cells"),
    [
        ("Parent name", ("Ann Brown", "Olu Khan", "Ida Long")),
        ("Collected by", ("Ann Brown", "Olu Khan", "Ida Short")),
        ("Sibling", ("Tom", "", "")),
        ("Child's friend", ("Ann Lee", "", "Zoë van Dam")),
    ],
)
def test_a_column_of_names_is_asked_about_and_enter_does_not_drop_it(
    tmp_path: Path, heading: str, cells: tuple[str, ...]
) -> None:
    (one,) = asked(a_roster(tmp_path, heading, *cells))
    assert (one.key, one.is_needed, one.likely) == ("other_people", False, "")
    assert one.asks == (f'This column is not used: "{heading}" (names, like {cells[0]}). Is that right?',)


@pytest.mark.parametrize(
    ("heading", "cells", "kind"),
    [
        ("Guest", ("Tom Brown", "+1", "Ola Ellis"), "other people"),
        ("Sibling attending", ("Tom Brown", "yes", ""), "other people"),
        ("Number of guests", ("0", "2", ""), "other people"),
        ("+1", ("", "x", ""), "other people"),
        ("Bringing", ("Tom", "2 kids", ""), "other people"),
        ("Children", ("0", "1", "2"), "other people"),
        ("Places needed", ("1", "two", "1"), "numbers of people"),
        ("Tickets", ("1", "1", "3"), "numbers of people"),
        ("How many people?", ("1", "1", "2"), "numbers of people"),
    ],
)
def test_a_column_that_may_be_of_more_people_is_asked_about_once(
    tmp_path: Path, heading: str, cells: tuple[str, ...], kind: str
) -> None:
    (one,) = asked(a_roster(tmp_path, heading, *cells))
    assert (one.key, one.is_needed, one.likely) == ("other_people", False, "")
    example = next(filter(None, cells))
    assert one.asks == (f'This column is not used: "{heading}" (perhaps {kind}, like {example}). Is that right?',)


@pytest.mark.parametrize(
    ("heading", "cells"),
    [
        ("Guest", ("no", "-", "none")),
        ("Number of guests", ("0", "0", "")),
        ("Tickets", ("1", "1", "1")),
        ("Quantity", ("", "", "1")),
        ("Adults only", ("no", "no", "")),
        ("Seat number", ("A4", "B2", "C1")),
        ("Place", ("Leeds", "York", "")),
        ("Class", ("Maple Class", "Oak Class", "Maple Class")),
        ("Allergies", ("Peanut allergy", "None", "Milk and eggs")),
        ("School name", ("St Marys", "Green Lane", "Park Hill")),
        ("Job title", ("Sales Manager", "Data Analyst", "Team Lead")),
        ("Photo consent", ("yes", "no", "yes")),
        ("Date of birth", ("2 Mar 2019", "3 Apr 2019", "")),
        ("Town", ("New York", "Milton Keynes", "St Ives")),
    ],
)
def test_other_things_ask_nothing(tmp_path: Path, heading: str, cells: tuple[str, ...]) -> None:
    assert asked(a_roster(tmp_path, heading, *cells)) == []


def test_addresses_are_asked_about_where_no_column_holds_the_address(tmp_path: Path) -> None:
    (one,) = asked(a_roster(tmp_path, "Write to", "a@example.org", "b@example.org"))
    assert (one.key, one.likely) == ("other_people", "not-used")
    head = "Name,Group booking ID,Write to"
    (tmp_path / "both.csv").write_text(
        f"{head},Email\nElla Brown,{BOOKED},a@example.org,b@example.org\n", encoding="utf-8"
    )
    assert asked(read_roster(tmp_path / "both.csv")) == []


@pytest.mark.parametrize(
    ("heading", "kind", "cell"), [("Coming", "ticks", "x"), ("Choice", "sessions", "Pottery Sat 2 Mar 10am")]
)
def test_ticks_and_sessions_are_asked_about_where_nothing_else_names_the_session(
    tmp_path: Path, heading: str, kind: str, cell: str
) -> None:
    (one,) = asked(a_roster(tmp_path, heading, cell, cell, head="Name,Reference"))
    assert one.key == "other_sessions"
    assert kind in one.asks[0]


@pytest.mark.parametrize(
    ("heading", "cells"),
    [
        ("Second choice", ("Pottery, Tue 5 Mar 2030 10:00", "", "Pottery, Tue 5 Mar 2030 10:00")),
        ("Also on", ("5 March", "", "6 March")),
    ],
)
def test_another_session_than_that_of_the_row_is_asked_about(
    tmp_path: Path, heading: str, cells: tuple[str, ...]
) -> None:
    path = tmp_path / "list.tsv"
    lines = zip(("Ella Brown", "Tom Khan", "Mia Short"), cells, strict=True)
    rows = [f"Name\tSession\t{heading}", *(f"{name}\tPottery, Mon 4 Mar 2030 10:00\t{cell}" for name, cell in lines)]
    path.write_text("\n".join(rows), encoding="utf-8")
    (one,) = asked(read_roster(path))
    assert (one.key, one.likely) == ("other_sessions", "")
    assert heading in one.asks[0]


@pytest.mark.parametrize("heading", ["Tue 5 March", "Pottery Tue 5 Mar 2030 10:00", "Tuesday", "Week 2"])
@pytest.mark.parametrize("cells", [("x", "", "x"), ("x (cash)", "x; late", "if there is space")])
def test_ticks_under_another_session_than_that_of_the_row_are_asked_about(
    tmp_path: Path, heading: str, cells: tuple[str, ...]
) -> None:
    roster = a_roster(tmp_path, heading, *cells)
    (one,) = asked(roster)
    assert (one.key, one.likely) == ("other_sessions", "")
    assert f'"{heading}" (ticks under what may be a session)' in one.asks[0]
    report = check(roster, load_settings(name_order="first-last"), Options(), now=START)
    assert exit_code(report, Options()) is ExitCode.PERSON_NEEDED


def test_a_day_that_is_not_used_beside_a_session_is_among_the_headings_that_are_kept(tmp_path: Path) -> None:
    a_roster(tmp_path, "Tue 5 March", "x", "", "x")
    texts = [one.text for one in look_at_headings(tmp_path / "list.csv").headings]
    assert texts == ["Name", "Group booking ID", "Tue 5 March"]
    kept = read_set({"Name": "Full name", "Group booking ID": "Group booking ID", "Tue 5 March": "not used"})
    assert asked(a_roster(tmp_path, "Tue 5 March", "x", "", "x", sets={"Club": kept})) == []
    (again,) = asked(a_roster(tmp_path, "Tue 12 March", "x", "", "x", sets={"Club": kept}))
    assert "Tue 12 March" in again.asks[0]


def a_workbook(folder: Path, headings: list[object], *rows: list[object]) -> Path:
    book = Workbook()
    for row in (headings, *rows):
        book.worksheets[0].append(row)
    book.save(folder / "list.xlsx")
    return folder / "list.xlsx"


@pytest.mark.parametrize("day", [date(2030, 3, 5), datetime.fromisoformat("2030-03-05 10:00")])
def test_ticks_under_a_heading_that_is_a_date_cell_are_asked_about_and_the_answer_is_kept(
    tmp_path: Path, day: date
) -> None:
    path = a_workbook(
        tmp_path, ["Name", "Group booking ID", day], ["Ella Brown", BOOKED, "x"], ["Tom Khan", BOOKED, None]
    )
    (one,) = asked(read_roster(path))
    assert "5 Mar 2030" in one.asks[0]
    text = look_at_headings(path).headings[2].text
    kept = read_set({"Name": "Full name", "Group booking ID": "Group booking ID", text: "not used"})
    assert asked(read_roster(path, heading_sets={"Club": kept})) == []


@pytest.mark.parametrize("told", [{}, {"ticks": "yes"}])
def test_a_session_among_ticks_that_holds_words_alone_is_asked_about(tmp_path: Path, told: dict[str, str]) -> None:
    words = ("with Tom", "if there is space", "asks her mother", "only the first half", "from 11", "tells us later")
    rows = [[f"Ella {'ABCDEF'[at]}ook", "x", word] for at, word in enumerate(words)]
    path = a_workbook(tmp_path, ["Name", "Pottery 4 Mar 2030 10:00", "Pottery 5 Mar 2030 10:00"], *rows)
    sets = {"Club": read_set({"Name": "Full name", **told})} if told else {}
    open_ = asked(read_roster(path, heading_sets=sets))
    assert [one.key for one in open_] == [*([] if told else ["ticks"]), "other_sessions"]
    assert open_[-1].asks[0].startswith('This column is not used: "Pottery 5 Mar 2030 10:00" (words under what may be')


@pytest.mark.parametrize("heading", ["Paid", "Paid 2 March", "Reminder sent Mon", "Consent form"])
def test_ticks_of_what_was_paid_or_sent_ask_nothing_beside_a_session(tmp_path: Path, heading: str) -> None:
    assert asked(a_roster(tmp_path, heading, "x", "", "x")) == []


def test_ticks_without_a_session_in_their_heading_are_asked_about_beside_those_that_have_one(tmp_path: Path) -> None:
    told = {"Name": "Full name", "Email": "Email", "ticks": "yes"}
    head = "Name,Email,Pottery 2 Mar 2030 10:00"
    (tmp_path / "list.csv").write_text(
        f"{head},When paid,Diet\nElla Brown,e@x.org,x,,vegan\nTom Khan,t@x.org,x,x,\n", encoding="utf-8"
    )
    roster = read_roster(tmp_path / "list.csv", heading_sets={"Club": read_set(told)})
    (one,) = asked(roster)
    assert one.asks == ('This column is not used: "When paid" (ticks). Is that right?',)
    report = check(roster, load_settings(name_order="first-last"), Options(), now=START)
    assert exit_code(report, Options()) is ExitCode.PERSON_NEEDED
    sets = {"Club": read_set({**told, "When paid": "not used"})}
    assert asked(read_roster(tmp_path / "list.csv", heading_sets=sets)) == []


def test_until_somebody_has_told_a_check_needs_a_person(tmp_path: Path) -> None:
    roster = a_roster(tmp_path, "Parent name", "Ann Brown", "Olu Khan")
    report = check(roster, load_settings(name_order="first-last"), Options(), now=START)
    assert [str(one.status) for one in report.outcomes] == ["Ready", "Ready"]
    assert exit_code(report, Options()) is ExitCode.PERSON_NEEDED


def test_once_somebody_has_told_nothing_is_asked_any_more(tmp_path: Path) -> None:
    sets = {"Club": read_set({"Name": "Full name", "Group booking ID": "Group booking ID", "Parent name": "not used"})}
    roster = a_roster(tmp_path, "Parent name", "Ann Brown", "Olu Khan", sets=sets)
    report = check(roster, load_settings(name_order="first-last"), Options(), now=START)
    assert (asked(roster), exit_code(report, Options())) == ([], ExitCode.DONE)


def test_another_column_of_names_is_asked_about_anew(tmp_path: Path) -> None:
    sets = {"Club": read_set({"Name": "Full name", "Parent name": "not used", "other_people": "not-used"})}
    (one,) = asked(a_roster(tmp_path, "Parent name,Friend's name", "Ann Brown,Olu Lee", "Olu Khan,Ida Long", sets=sets))
    assert "Friend's name" in one.asks[0]
    assert "Parent name" not in one.asks[0]


def test_ticks_matter_to_nobody_where_the_call_names_the_session(tmp_path: Path) -> None:
    roster = a_roster(tmp_path, "Coming", "x", "x", head="Name,Phone")
    options = Options(Target(BOOKED))
    report = check(roster, load_settings(name_order="first-last"), options, now=START)
    assert exit_code(report, options) is ExitCode.DONE
