"""A column that says who does not come is never passed over: it is asked once what its words mean."""

from __future__ import annotations

from pathlib import Path

import pytest
from desk import START, Desk

from importer.errors import ExitCode
from importer.importing.checking import check
from importer.lists.roster import read_roster
from importer.model import Options, Roster, Status
from importer.model.headings import read_set
from importer.results.report import exit_code
from importer.settings import load_settings

BOOKED = "628f4954645194000e770abd"
NAMES = ("Ella Brown", "Tom Khan", "Mia Short", "Leo Hart")


def a_list(folder: Path, heading: str, *cells: str, kept: str = "", decision: str = "", of: str = BOOKED) -> Roster:
    head = f"Name,Group booking ID,{heading}" + (",Import decision" if decision else "")
    lines = [
        f"{name},{of},{cell}" + (f",{decision}" if decision else "") for name, cell in zip(NAMES, cells, strict=False)
    ]
    path = folder / "list.csv"
    path.write_text("\n".join([head, *lines]), encoding="utf-8")
    table = {
        "Name": "Full name",
        "Group booking ID": "Group booking ID",
        heading: "not used",
        "name_order": "first-last",
    }
    sets = {"Club": read_set({**table, "row_words": kept})} if kept else {}
    return read_roster(path, heading_sets=sets)


def waiting(roster: Roster) -> list[int]:
    return [row.ref.number for row in roster.sheets[0].rows if row.set_aside]


@pytest.mark.parametrize(
    ("heading", "cells", "rows"),
    [
        ("Attending?", ("Yes", "No", "yes", "no"), [3, 5]),
        ("Attending?", ("Yes", "Maybe", "Yes", "Not sure"), [3, 5]),
        ("Coming", ("x", "", "x", ""), [3, 5]),
        ("Attending", ("✅", "❌", "✅", "❌"), [3, 5]),
        ("Attending", ("✓", "✗", "✓", "✘"), [3, 5]),
        ("RSVP", ("accepted", "declined", "accepted", "no reply"), [3, 5]),
        ("Status", ("Confirmed", "Cancelled", "Waiting list", "Declined"), [3, 4, 5]),
        ("Cancelled", ("", "x", "", "3 Feb"), [3, 5]),
        ("Waiting list?", ("no", "yes", "", "no"), [3]),
        ("Cancel?", ("", "x", "", ""), [3]),
        ("Notes", ("nut allergy", "CANCELLED", "do not book", "cancelled by phone on Tuesday"), [3, 4, 5]),
        ("Notes", ("", "please cancel", "was abgemeldet", "isn't coming"), [3, 4, 5]),
        ("", ("", "CANCELLED", "", ""), [3]),
        ("Zusage", ("ja", "nein", "ja", "abgesagt"), [3, 5]),
        ("Anwesend", ("ja", "nein", "ja", "nein"), [3, 5]),
        ("Present", ("Y", "N", "Y", "✗"), [3, 5]),
        ("Reply", ("see you there", "Sorry, can't make it", "", "cannot come this time"), [3, 5]),
        ("Comments", ("", "Please remove", "please remove him from the list", "has left the school"), [3, 4, 5]),
        ("Bemerkung", ("", "kommt nicht", "bitte streichen", "vegan"), [3, 4]),
        ("Action", ("", "move to Tue", "", "swap to the later one"), [3, 5]),
        ("Left", ("", "12/02/2030", "", "x"), [3, 5]),
        ("Date left", ("", "12/02/2030", "", "no"), [3]),
        ("Removed", ("", "✓", "", "✓"), [3, 5]),
        ("Withdrawn", ("", "2030-02-12", "", "no"), [3]),
        ("Notes", ("", "removed", "", "Removed 3 Feb"), [3, 5]),
        ("Notes", ("vegan", "has left", "please take off", "cxl"), [3, 4, 5]),
        ("Notes", ("", "Not interested any more", "gone to another club", "booked twice by mistake"), [3, 4, 5]),
        ("Notes", ("", "already booked by phone", "n/c", "delete"), [3, 4, 5]),
    ],
)
def test_who_does_not_come_by_a_word_beside_the_name_waits_for_a_decision(
    tmp_path: Path, heading: str, cells: tuple[str, ...], rows: list[int]
) -> None:
    roster = a_list(tmp_path, heading, *cells)
    assert waiting(roster) == rows
    (asked,) = roster.sheets[0].open
    assert (asked.key, asked.is_needed, asked.likely) == ("row_words", False, "")
    report = check(roster, load_settings(name_order="first-last"), Options(), now=START)
    fix = [one.row.number for one in report.outcomes if one.status is Status.FIX_ROW]
    assert (fix, exit_code(report, Options())) == (rows, ExitCode.PERSON_NEEDED)


@pytest.mark.parametrize(
    ("heading", "cells"),
    [
        ("Photo consent", ("yes", "no", "yes", "")),
        ("Paid", ("x", "", "x", "")),
        ("Status", ("Confirmed", "New", "Member", "Confirmed")),
        ("Attending?", ("Yes", "Yes", "yes", "x")),
        ("Notes", ("nut allergy", "needs the lift", "", "vegan")),
        ("Class", ("4B", "Maple", "no class", "")),
        ("Cancelled", ("no", "", "no", "")),
        ("Cancellation policy", ("read", "read", "", "read")),
        ("Photos", ("✓", "✗", "❌", "✅")),
        ("Present", ("x", "", "x", "x")),
        ("Sessions left", ("3", "2", "", "1")),
        ("Notes", ("left-handed", "was left behind last time", "needs more time", "stitches removed")),
        ("Notes", ("has left-handed scissors", "deposit refunded", "do not delete", "interested in glazing")),
    ],
)
def test_a_column_that_says_nothing_of_coming_asks_nothing(
    tmp_path: Path, heading: str, cells: tuple[str, ...]
) -> None:
    roster = a_list(tmp_path, heading, *cells)
    assert (waiting(roster), list(roster.sheets[0].open)) == ([], [])


def test_the_question_names_the_word_and_its_rows(tmp_path: Path) -> None:
    (one,) = a_list(tmp_path, "Attending?", "Yes", "No", "Yes", "No").sheets[0].open
    assert one.asks == ('Rows 3, 5: there is "No" under "Attending?". Are these people booked?',)
    (one,) = a_list(tmp_path, "Coming", "x", "", "x", "x").sheets[0].open
    assert one.asks == ('Row 3: there is nothing under "Coming". Is this person booked?',)


@pytest.mark.parametrize(("at", "statuses"), [(0, ["Ready", "Left out"]), (1, ["Ready", "Ready"])])
def test_once_it_was_agreed_on_nothing_is_asked_of_the_same_word(tmp_path: Path, at: int, statuses: list[str]) -> None:
    (one,) = a_list(tmp_path, "Attending?", "Yes", "No").sheets[0].open
    roster = a_list(tmp_path, "Attending?", "yes", "NO", kept=one.answers[at].value)
    assert not roster.sheets[0].open
    report = check(roster, load_settings(), Options(), now=START)
    assert ([str(one.status) for one in report.outcomes], exit_code(report, Options())) == (statuses, ExitCode.DONE)


def test_another_word_is_asked_about_and_what_was_agreed_on_stays(tmp_path: Path) -> None:
    roster = a_list(tmp_path, "Status", "Cancelled", "Waiting list; late", kept="Status: Cancelled: leave out")
    (one,) = roster.sheets[0].open
    assert "Waiting list" in one.asks[0]
    assert one.answers[0].value == "Status: Cancelled: leave out; Status: Waiting list, late: leave out"
    assert not a_list(tmp_path, "Status", "Cancelled", "Waiting list; late", kept=one.answers[0].value).sheets[0].open


def test_a_row_with_a_decision_needs_no_answer(desk: Desk) -> None:
    session = desk.session()
    roster = a_list(desk.folder, "Attending?", "Yes", "No", decision="Book", of=session)
    assert not roster.sheets[0].open
    assert [one.status for one in desk.run_of(roster, name_order="first-last").outcomes] == [Status.BOOKED] * 2


def test_who_was_booked_before_a_word_said_that_they_do_not_come_still_holds_a_place_and_needs_a_person(
    desk: Desk,
) -> None:
    session = desk.session()
    desk.run_of(a_list(desk.folder, "Notes", "", "", of=session), name_order="first-last")
    ella, tom = desk.run_of(a_list(desk.folder, "Notes", "", "CANCELLED", of=session), name_order="first-last").outcomes
    assert (ella.needs_person, tom.needs_person) == (False, True)
    assert 'This person stands in a row with "CANCELLED" under "Notes", but still holds a place on' in tom.message
