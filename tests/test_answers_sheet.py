"""A person with several sessions: answers on a sheet of their own, which comes back with what is decided there."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from desk import Desk
from openpyxl import Workbook, load_workbook

from importer.lists.roster import read_roster
from importer.model import Decision, Options, Outcome, Roster, RunReport
from importer.model.columns import ANSWERS_SHEET, SUMMARY_SHEET
from importer.model.headings import read_set
from importer.results.files import results_path
from importer.results.writing import write_results

SETS = {"Club": read_set({"Child": "Full name", "Email": "Email", "ticks": "yes", "session_in": "title"})}
SESSIONS = ("Pottery for beginners Sat 2 Mar 10am", "Pottery for beginners Sat 9 Mar 10am", "Drawing Sun 3 Mar 14:00")
SHEET = "Club list"
Row = Sequence[object]


class Club:
    """Three sessions, a list of ticks for them, and what comes back of it."""

    def __init__(self, desk: Desk, *, places: tuple[int, int, int] = (9, 9, 9)) -> None:
        self.desk = desk
        starts = ("2030-03-02T10:00:00+00:00", "2030-03-09T10:00:00+00:00", "2030-03-03T14:00:00+00:00")
        services = ("Pottery for beginners", "Pottery for beginners", "Drawing")
        self.ids = [
            desk.session(room, start, service=name) for room, start, name in zip(places, starts, services, strict=True)
        ]

    def list(self, *rows: Row, sessions: Sequence[str] = SESSIONS, title: str = SHEET) -> Path:
        book = Workbook()
        sheet: Any = book.active
        sheet.title = title
        for row in (("Child", "Email", *sessions), *rows):
            sheet.append(row)
        book.save(self.desk.folder / "club.xlsx")
        return self.desk.folder / "club.xlsx"

    def book(self, path: Path, options: Options | None = None) -> tuple[RunReport, Path]:
        """An import, and the results that it hands back."""
        report = self.desk.run_of(read(path), options, name_order="first-last")
        return report, write_results(report, results_path(path, None), ())[0]

    def booked(self) -> list[list[str]]:
        return [sorted(self.desk.booked(one)) for one in self.ids]


@pytest.fixture
def club(desk: Desk) -> Club:
    return Club(desk)


def read(path: Path) -> Roster:
    return read_roster(path, heading_sets=SETS)


def by_part(report: RunReport) -> dict[str, str]:
    return {one.row.key: str(one.status) for one in report.outcomes}


def the_part(report: RunReport, key: str) -> Outcome:
    return next(one for one in report.outcomes if one.row.key == key)


def table(path: Path, title: str) -> list[dict[str, Any]]:
    heads, *rows = load_workbook(path)[title].iter_rows(values_only=True)
    return [dict(zip(heads, row, strict=True)) for row in rows]


def changed(path: Path, change: Callable[[Any], object]) -> Path:
    book = load_workbook(path)
    change(book)
    book.save(path)
    return path


def decide(path: Path, title: str, row: int, decision: str) -> Path:
    def change(book: Any) -> None:
        column = next(cell.column for cell in book[title][1] if cell.value == "Import decision")
        book[title].cell(row, column, decision)

    return changed(path, change)


ELLA = ("Ella Brown", "e@example.org", "x", "x", "x")
ELA = ("Ela Brown", *ELLA[1:])
TOM = ("Tom Khan", "t@example.org", None, "x", "x")


# What comes back


def test_each_answer_stands_in_a_line_of_its_own_and_the_row_has_a_short_text(desk: Desk) -> None:
    club = Club(desk, places=(9, 1, 9))
    _, path = club.book(club.list(ELLA, TOM))
    lines = [(one["Import row"], one["Import column"], one["Import status"]) for one in table(path, ANSWERS_SHEET)]
    assert lines == [
        ("2", "C", "Booked"),
        ("2", "D", "Booked"),
        ("2", "E", "Booked"),
        ("3", "D", "Full"),
        ("3", "E", "Booked"),
    ]
    row = table(path, SHEET)[1]
    assert (row["Import status"], row["Import message"]) == (
        "Full",
        "1 of 2 booked; Pottery for beginners, Sat 9 Mar 2030 10:00: Full",
    )


def test_links_lead_from_the_row_to_its_answers_and_back_to_the_tick(club: Club) -> None:
    _, path = club.book(club.list(ELLA, TOM))
    assert table(path, SHEET)[1]["Import session"].startswith("=HYPERLINK(\"#'Import answers'!A5\"")
    back = [row[1].hyperlink.location for row in load_workbook(path)[ANSWERS_SHEET].iter_rows(min_row=2)]
    assert back == [f"'{SHEET}'!{cell}" for cell in ("C2", "D2", "E2", "D3", "E3")]


def test_a_list_of_one_answer_a_row_gets_no_such_sheet(desk: Desk) -> None:
    path = desk.people(desk.session(), "Ada Lovelace", "Leo Khan")
    results = write_results(desk.run(path), results_path(path, None), ())[0]
    assert ANSWERS_SHEET not in load_workbook(results).sheetnames


def test_each_tick_is_coloured_by_its_own_answer(desk: Desk) -> None:
    club = Club(desk, places=(9, 1, 9))
    _, path = club.book(club.list(ELLA, TOM))
    of_ticks = [
        rule.formula[0]
        for area in load_workbook(path)[SHEET].conditional_formatting
        for rule in area.rules
        if str(area.sqref) == "D2:D3"
    ]
    assert len(of_ticks) == 4
    told = [row["Import booking ID"].split("; ") for row in table(path, SHEET)]
    assert [one.rpartition(" ")[0] for one in told[1]] == ["D: Full", "E: Booked"]
    assert '"; D: Full"' in of_ticks[0]


def test_the_sheets_of_ours_are_never_read_as_people_and_are_made_anew(club: Club) -> None:
    _, path = club.book(club.list(ELLA, TOM))
    (sheet,) = read_roster(path, sheet="all", heading_sets=SETS).sheets
    assert sheet.title == SHEET
    _, again = club.book(path)
    assert load_workbook(again).sheetnames == [SUMMARY_SHEET, ANSWERS_SHEET, SHEET]


def test_what_is_wrong_is_linked_where_it_stands(club: Club) -> None:
    _, results = club.book(club.list(("Mia Short", "m@@example.org", "x", None, "x"), TOM))
    links = [one.hyperlink.location for row in load_workbook(results)[SUMMARY_SHEET] for one in row if one.hyperlink]
    assert set(links) == {f"'{SHEET}'!B2"}


def test_a_session_that_is_not_there_is_told_at_its_tick(club: Club) -> None:
    report, results = club.book(club.list(ELLA, sessions=(SESSIONS[0], "Weaving Sat 9 Mar 10am", SESSIONS[2])))
    assert by_part(report) == {"2/C": "Booked", "2/D": "Fix row", "2/E": "Booked"}
    (wrong,) = [one for one in report.outcomes if one.wants_person]
    assert wrong.problems[0].heading == "Weaving Sat 9 Mar 10am"
    links = [one.hyperlink.location for row in load_workbook(results)[SUMMARY_SHEET] for one in row if one.hyperlink]
    assert set(links) == {f"'{SHEET}'!D2"}


def test_what_is_wrong_with_a_title_is_told_marked_and_linked_there(club: Club) -> None:
    path = club.list(ELLA[:2], TOM[:2], sessions=())

    def with_title(book: Any) -> None:
        book[SHEET].insert_rows(1, 2)
        book[SHEET]["A1"] = "Weaving – Sat 2 March 2030, 10am"

    report, results = club.book(changed(path, with_title))
    assert set(by_part(report).values()) == {"Fix row"}
    assert report.outcomes[0].words.startswith('In cell A1: Appointedd has no service called "Weaving".')
    links = [one.hyperlink.location for row in load_workbook(results)[SUMMARY_SHEET] for one in row if one.hyperlink]
    assert set(links) == {f"'{SHEET}'!A1"}
    assert "A1" in {str(area.sqref) for area in load_workbook(results)[SHEET].conditional_formatting}


# Sent again


def sort_backwards(book: Any) -> None:
    sheet = book[SHEET]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    for at, row in enumerate(reversed(rows), start=2):
        for column, value in enumerate(row, start=1):
            sheet.cell(at, column).value = value


def a_copy_without_our_sheets(book: Any) -> None:
    for title in (SUMMARY_SHEET, ANSWERS_SHEET):
        del book[title]


def a_column_before_the_ticks(book: Any) -> None:
    book[SHEET].insert_cols(3)
    book[SHEET].cell(1, 3, "Notes")


def without_the_first_row(book: Any) -> None:
    book[SHEET].delete_rows(2)


@pytest.mark.parametrize(
    "change",
    [
        lambda _: None,
        sort_backwards,
        a_copy_without_our_sheets,
        a_column_before_the_ticks,
        without_the_first_row,
    ],
)
def test_whatever_becomes_of_the_file_nobody_is_booked_twice(club: Club, change: Callable[[Any], None]) -> None:
    _, path = club.book(club.list(ELLA, TOM))
    there = club.booked()
    report, _ = club.book(changed(path, change))
    assert club.booked() == there
    assert set(by_part(report).values()) == {"Already booked"}


def test_each_answer_is_known_again_by_its_mark_when_the_name_was_corrected(club: Club) -> None:
    _, path = club.book(club.list(ELA, TOM))
    report, _ = club.book(changed(path, lambda book: book[SHEET].cell(2, 1, "Ella Brown")))
    assert set(by_part(report).values()) == {"Already booked"}
    assert club.booked()[0] == ["Ela Brown"]


def test_marks_come_through_text_too(club: Club) -> None:
    _, path = club.book(club.list(ELA, TOM))
    text = path.with_name("club.results.csv")
    rows = load_workbook(path)[SHEET].iter_rows(values_only=True)
    with text.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["" if cell is None else cell for cell in row] for row in rows])
    text.write_text(text.read_text(encoding="utf-8").replace("Ela Brown", "Ella Brown"), encoding="utf-8")
    report, _ = club.book(text)
    assert set(by_part(report).values()) == {"Already booked"}


def test_a_tick_more_books_that_session_alone(club: Club) -> None:
    _, path = club.book(club.list(ELLA, TOM))
    report, again = club.book(changed(path, lambda book: book[SHEET].cell(3, 3, "x")))
    assert by_part(report)["3/C"] == "Booked"
    assert club.booked() == [["Ella Brown", "Tom Khan"]] * 3
    report, _ = club.book(again)
    assert set(by_part(report).values()) == {"Already booked"}


# Decided


def full_for_tom(desk: Desk) -> tuple[Club, Path]:
    club = Club(desk, places=(9, 1, 9))
    return club, club.book(club.list(ELLA, TOM))[1]


def test_a_decision_on_the_sheet_of_answers_counts_for_that_session_alone(desk: Desk) -> None:
    club, path = full_for_tom(desk)
    report, again = club.book(decide(path, ANSWERS_SHEET, 5, "Leave out"))
    assert (by_part(report)["3/D"], by_part(report)["3/E"]) == ("Left out", "Already booked")
    assert not [one for one in report.outcomes if one.wants_person]
    assert [one["Import decision"] for one in table(again, ANSWERS_SHEET)] == [None, None, None, "Leave out", None]


def test_it_counts_wherever_the_row_was_sorted(desk: Desk) -> None:
    club, path = full_for_tom(desk)
    report, _ = club.book(changed(decide(path, ANSWERS_SHEET, 5, "Leave out"), sort_backwards))
    assert by_part(report)["2/D"] == "Left out"


def test_it_counts_for_its_session_also_where_columns_were_moved(desk: Desk) -> None:
    club, path = full_for_tom(desk)
    report, again = club.book(changed(decide(path, ANSWERS_SHEET, 5, "Leave out"), a_column_before_the_ticks))
    assert (by_part(report)["3/E"], by_part(report)["3/F"]) == ("Left out", "Already booked")
    assert the_part(report, "3/F").decision is None
    assert [one["Import decision"] for one in table(again, ANSWERS_SHEET)] == [None, None, None, "Leave out", None]


def test_it_counts_also_where_the_title_of_the_sheet_has_two_blanks(desk: Desk) -> None:
    club = Club(desk, places=(9, 1, 9))
    _, path = club.book(club.list(ELLA, TOM, title="Club  list"))
    report, _ = club.book(decide(path, ANSWERS_SHEET, 5, "Leave out"))
    assert by_part(report)["3/D"] == "Left out"


def test_a_decision_in_the_row_means_all_of_its_sessions(desk: Desk) -> None:
    club, path = full_for_tom(desk)
    report, _ = club.book(decide(path, SHEET, 3, "Leave out"))
    assert by_part(report)["3/D"] == "Left out"
    assert the_part(report, "3/E").decision is Decision.LEAVE_OUT


def test_two_decisions_that_differ_are_to_be_corrected(desk: Desk) -> None:
    club, path = full_for_tom(desk)
    report, _ = club.book(decide(decide(path, SHEET, 3, "Leave out"), ANSWERS_SHEET, 5, "Book"))
    assert by_part(report)["3/D"] == "Fix row"
    assert the_part(report, "3/D").words == (
        '"Import decision": Leave out stands here, and Book on the sheet "Import answers", row 5. '
        "Choose one of them, and empty the other."
    )


def test_that_somebody_is_the_same_person_on_one_session_and_not_on_another_is_to_be_corrected(desk: Desk) -> None:
    club = Club(desk)
    _, path = club.book(club.list(("Bob Smith", "b@example.org", "x", "x", None)))

    def renamed(book: Any) -> None:
        book[SHEET].cell(2, 1, "Robert Smith")

    report, path = club.book(changed(path, renamed))
    assert by_part(report) == {"2/C": "Same person?", "2/D": "Same person?"}
    differing = decide(decide(path, ANSWERS_SHEET, 2, "Same person"), ANSWERS_SHEET, 3, "Different person")
    report, path = club.book(differing)
    for key in ("2/C", "2/D"):
        assert the_part(report, key).wants_person
        assert "Same person for one session of this row and Different person for another" in the_part(report, key).words
    assert club.booked() == [["Bob Smith"], ["Bob Smith"], []]
    report, _ = club.book(decide(path, ANSWERS_SHEET, 3, "Same person"))
    assert by_part(report) == {"2/C": "Already booked", "2/D": "Already booked"}


def test_what_is_no_decision_is_told_with_where_it_stands(desk: Desk) -> None:
    club, path = full_for_tom(desk)
    report, _ = club.book(decide(path, ANSWERS_SHEET, 5, "perhaps"))
    assert by_part(report)["3/D"] == "Fix row"
    assert 'On the sheet "Import answers", row 5: perhaps is not a decision.' in the_part(report, "3/D").words


def test_same_person_in_the_row_answers_for_the_session_that_asked(desk: Desk) -> None:
    club = Club(desk, places=(9, 1, 9))
    club.book(club.list(("Ella Brown", "e@example.org", "x", None, None), ("Tom Khan", "", None, "x", None)))
    other = desk.folder / "other"
    other.mkdir()
    path = club.list(("Ella Braun", "e@example.org", "x", "x", None)).rename(other / "autumn.xlsx")
    report, results = club.book(path)
    assert by_part(report) == {"2/C": "Same person?", "2/D": "Full"}
    report, _ = club.book(decide(results, SHEET, 2, "Same person"))
    assert by_part(report) == {"2/C": "Already booked", "2/D": "Full"}
