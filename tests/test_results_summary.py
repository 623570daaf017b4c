"""Results: import summary."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from results_makers import (
    BOOKED,
    FAULTY,
    HEADINGS,
    PEOPLE,
    POTTERY,
    a_report,
    a_roster,
    answer,
    lines,
    outcome,
    problem,
    sheet_of,
    written,
)

from importer.model import (
    Opening,
    Options,
    Roster,
    RowRef,
    RunReport,
    SessionTotals,
    Status,
    Target,
)
from importer.model.columns import SUMMARY_SHEET
from importer.results.report import choices_text, headline
from importer.results.summary import bar
from importer.settings import load_settings


@pytest.mark.parametrize(
    ("kind", "first", "second"),
    [
        ("import", "", None),
        ("dry run", "NOTHING WAS BOOKED: this is what would happen.", ""),
        ("check", "", "Nothing was booked: this was only a check."),
    ],
)
def test_the_first_lines_say_how_it_went(tmp_path: Path, kind: str, first: str, second: str | None) -> None:
    report = a_report(a_roster(tmp_path / "a.xlsx"), outcome(2), outcome(3, Status.LEFT_OUT), kind=kind)
    page = lines(written(report))
    assert page[0] == (first or headline(report))
    assert page[1] == ("" if second is None else second or headline(report))


def a_full_report(roster: Roster, **given: Any) -> RunReport:
    refused = outcome(
        4, Status.FULL, "Full.", name="Zara Ali", session="Pottery, Sat 6 Jul 2030 10:00", booking_id="b1"
    )
    also = outcome(5, Status.FIX_ROW, problems=(problem(5, "start", "31/02/2030 is not a date."),))
    return a_report(
        roster,
        BOOKED,
        FAULTY,
        refused,
        also,
        **{
            "sessions": (SessionTotals(POTTERY, POTTERY.service_name, 2, 24, 22, 0),),
            "openings": {"s1": (Opening("s1", datetime(2030, 7, 13, 9, tzinfo=UTC), 8, "b2"),)},
            "payment_requests": "none",
        }
        | given,
    )


def test_the_summary_tells_all_on_one_page(tmp_path: Path) -> None:
    roster = a_roster(tmp_path / "Spring term.xlsx", unused=("Class", "Allergies"))
    text = "\n".join(line for line in lines(written(a_full_report(roster))) if line)
    assert text == "\n".join(
        (
            "1 of 4 people is booked. 3 rows need attention.",
            "► Go to the first row that needs attention: row 3",
            "Correct these rows, save, and import this file again. The bookings so far will not change.",
            'Booked  1  List  Spring term.xlsx, sheet "People"',
            "Need attention  3  Done  Mon 1 Jul 2030 10:14 by priya, import 41",
            "    Fix row  2  Times are  Europe/London time",
            "    Full  1  Payment requests  none",
            "Not sent  Class, Allergies (not used, and not sent to Appointedd)",
            "Session  Places  Before  Wanted  Now  Left     ▓ before   █ now   ░ left",
            "Pottery, Sat 6 Jul 2030 10:00  24  2  24  22  0     ▓▓██████████████████",
            "Did not get a place  On  Also free for the same service",
            "Row 4 · Zara Ali  Pottery, Sat 6 Jul 2030 10:00  Sat 13 Jul 2030 10:00 (8)",
            "Rows that need attention",
            '2 rows:  Fix row  "Start": 31/02/2030 is not a date.',
            "3  5",
        )
    )


def test_links_lead_to_the_cells_at_fault(tmp_path: Path) -> None:
    def rename(sheet: Any) -> None:
        sheet.title = "St Mary's all"

    roster = a_roster(tmp_path / "a.xlsx", rename, title="St Mary's all")
    sheet = sheet_of(written(a_full_report(roster)), SUMMARY_SHEET)
    links = {cell.value: cell.hyperlink.location for row in sheet for cell in row if cell.hyperlink}
    assert links == {
        "► Go to the first row that needs attention: row 3": "'St Mary''s all'!D3",
        "Row 4 · Zara Ali": "'St Mary''s all'!A4",
        "3": "'St Mary''s all'!D3",
        "5": "'St Mary''s all'!D5",
    }


def test_people_on_several_sheets_have_their_answers_there_and_the_summary_says_which_sheet(tmp_path: Path) -> None:
    def second(sheet: Any) -> None:
        other = sheet.parent.create_sheet("Children")
        for row, texts in enumerate((HEADINGS, *PEOPLE), start=3):
            for column, text in enumerate(texts, start=2):
                other.cell(row, column, text)

    roster = a_roster(tmp_path / "a.xlsx", second)
    adults = roster.sheets[0]
    positions = {field: column + 1 for field, column in adults.positions.items()}
    children = replace(adults, title="Children", heading_row=3, positions=positions, width=5, skipped={1: "no name"})
    faults = [
        replace(FAULTY, row=RowRef(sheet, row), problems=(replace(FAULTY.problems[0], row=RowRef(sheet, row)),))
        for sheet, row in (("People", 3), ("Children", 4), ("Children", 5))
    ]
    report = replace(a_report(roster), roster=replace(roster, sheets=(adults, children)), outcomes=(BOOKED, *faults))
    path = written(report)
    assert [answer(sheet_of(path), row, "Import status").value for row in (2, 3)] == ["Booked", "Fix row"]
    sheet = sheet_of(path, "Children")
    assert [cell.value for cell in sheet[3]][:7] == [None, *HEADINGS, "Import status", "Import message"]
    assert [answer(sheet, row, "Import status", 3).value for row in (4, 5)] == ["Fix row"] * 2
    text = "\n".join(lines(path))
    assert '► Go to the first row that needs attention: row 3 of "People"' in text
    assert 'List  a.xlsx, sheets "People", "Children"' in text
    assert '"People"  3\n"Children"  4  5' in text
    links = [cell.hyperlink.location for row in sheet_of(path, SUMMARY_SHEET) for cell in row if cell.hyperlink]
    assert links == ["'People'!D3", "'People'!D3", "'Children'!E4", "'Children'!E5"]


def test_the_summary_names_who_was_removed_or_has_another_address_by_now(tmp_path: Path) -> None:
    removed = outcome(3, Status.NO_LONGER_BOOKED, "Removed.", name="Zara Ali", session="Pottery")
    other = outcome(4, Status.ALREADY_BOOKED, name="Bo Chen", has_other_address=True)
    page = lines(written(a_report(a_roster(tmp_path / "a.xlsx"), removed, other)))
    at = page.index("Please look at these people, too")
    assert page[at + 1 : at + 3] == [
        "No longer booked: row 3 (Zara Ali), Pottery. Removed.",
        "1 person is booked without the e-mail or mobile that is in the list now: row 4 (Bo Chen). "
        "Change it in Appointedd if the list is right.",
    ]


def test_the_summary_says_of_a_faulty_row_also_what_its_message_says_more(tmp_path: Path) -> None:
    faulty = problem(3, "start", "this is not a date.")
    held = outcome(
        3, Status.FIX_ROW, f"{faulty.told} Zara Ali still holds a place.", name="Zara Ali", problems=(faulty,)
    )
    page = lines(written(a_report(a_roster(tmp_path / "a.xlsx"), held)))
    assert "Row 3 · Zara Ali  Fix row  Zara Ali still holds a place." in page


def test_the_summary_says_with_which_settings_it_was_done(tmp_path: Path) -> None:
    report = a_report(a_roster(tmp_path / "a.xlsx"), choices="date-order dmy, sheet All")
    assert any("Settings  date-order dmy, sheet All" in line for line in lines(written(report)))


def test_settings_are_told_as_they_are_typed(tmp_path: Path) -> None:
    roster = a_roster(tmp_path / "a.xlsx", heading_set="St Mary", conventions={"date_order": "dmy"})
    target = Target(service="Pottery", start=POTTERY.start)
    told = choices_text(roster, load_settings(), Options(target, "People", rebook=True, first=1))
    assert told == (
        "headings St Mary, date-order dmy, sheet People, service Pottery, start Sat 6 Jul 2030 10:00, first 1, rebook"
    )
    assert choices_text(a_roster(tmp_path / "b.xlsx"), load_settings(), Options()) == ""
    in_new_york = load_settings(timezone="America/New_York")
    assert choices_text(a_roster(tmp_path / "b.xlsx"), in_new_york, Options()) == "timezone America/New_York"


def test_a_dry_run_ends_with_what_it_could_not_see(tmp_path: Path) -> None:
    report = a_full_report(a_roster(tmp_path / "a.xlsx"), kind="dry run", not_known=("Holds of others.",))
    page = lines(written(report))
    assert page[0] == "NOTHING WAS BOOKED: this is what would happen."
    assert page[-1] == "Holds of others."


def test_why_a_run_stopped_is_among_the_first_lines(tmp_path: Path) -> None:
    report = a_report(a_roster(tmp_path / "a.xlsx"), stopped="Appointedd could not be reached any more.")
    assert lines(written(report))[1] == "Appointedd could not be reached any more."


def test_a_hundred_rows_with_one_problem_are_one_line(tmp_path: Path) -> None:
    rows = [
        outcome(row, Status.FIX_ROW, problems=(problem(row, "start", "this is not a date."),)) for row in range(2, 102)
    ]
    page = lines(written(a_report(a_roster(tmp_path / "a.xlsx"), *rows)))
    assert [line for line in page if "this is not a date." in line] == [
        '100 rows:  Fix row  "Start": this is not a date.'
    ]
    assert page[-1] == 'and 64 more: filter the column "Import message" for them'


def test_a_roster_sheet_that_is_called_like_our_summary_is_not_lost(tmp_path: Path) -> None:
    def rename(sheet: Any) -> None:
        sheet.title = SUMMARY_SHEET

    path = written(a_report(a_roster(tmp_path / "a.xlsx", rename, title=SUMMARY_SHEET)))
    assert answer(sheet_of(path, SUMMARY_SHEET), 2, "Import status").value == "Booked"


@given(before=st.integers(0, 500), now=st.integers(0, 500), left=st.integers(0, 500))
def test_a_bar_is_always_as_long_and_shows_whatever_is_there(before: int, now: int, left: int) -> None:
    blocks = bar(SessionTotals(POTTERY, POTTERY.service_name, before, now, now, left))
    assert len(blocks) == (20 if before + now + left else 0)
    assert [sign in blocks for sign in "▓█░"] == [number > 0 for number in (before, now, left)]
