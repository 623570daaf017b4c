"""What people do to a sheet beside typing: hide rows, strike them through, filter, keep people on several sheets."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from desk import Desk, statuses, the
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font
from openpyxl.worksheet.filters import FilterColumn, Filters

from importer.importing.checking import check
from importer.lists.roster import read_roster
from importer.model import (
    CROSSED_OUT,
    FILTERED_OUT,
    HIDDEN,
    STRUCK_THROUGH,
    Options,
    Roster,
    RunReport,
    Status,
    Unreadable,
)
from importer.results.files import results_path
from importer.results.report import exit_code, headline
from importer.results.writing import write_results
from importer.settings import load_settings

FILES = Path(__file__).parent / "files"
NOW = datetime(2030, 1, 15, 9, tzinfo=UTC)
BOOKING = "a" * 24
HEADINGS = ["Name", "Group booking ID", "Reference"]
PEOPLE = ("Ada Lovelace", "Alan Turing", "Grace Hopper", "Zoë Müller")


def workbook(path: Path, change: Callable[[Any], None], people: tuple[str, ...] = PEOPLE, to: str = BOOKING) -> Path:
    """People from row 2 on, and what somebody did to the sheet."""
    book = Workbook()
    book.active.title = "Spring"
    for row in (HEADINGS, *([name, to] for name in people)):
        book.active.append(row)
    change(book.active)
    book.save(path)
    return path


def strike(sheet: Any, *places: str) -> None:
    for place in places:
        sheet[place].font = Font(strike=True)


def hide(sheet: Any) -> None:
    sheet.row_dimensions[3].hidden = True


def checked(path: Path, **options: Any) -> RunReport:
    return check(read_roster(path, sheet=options.get("sheet")), load_settings(), Options(**options), now=NOW)


def put_aside(roster: Roster) -> dict[int, str]:
    return {row.ref.number: row.set_aside for row in roster.rows if row.set_aside}


# Rows put aside


def filter_by_name(sheet: Any) -> None:
    hide(sheet)
    sheet.auto_filter.ref = "A1:C5"
    sheet.auto_filter.filterColumn.append(FilterColumn(colId=0, filters=Filters(filter=["Ada Lovelace"])))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        pytest.param(lambda sheet: None, {}, id="nothing"),
        pytest.param(hide, {3: HIDDEN}, id="a hidden row"),
        pytest.param(filter_by_name, {3: FILTERED_OUT}, id="a filter"),
        pytest.param(lambda sheet: strike(sheet, "A4", "B4"), {4: STRUCK_THROUGH}, id="a line through the name"),
        pytest.param(lambda sheet: strike(sheet, "B4"), {4: CROSSED_OUT}, id="a line through the session"),
        pytest.param(lambda sheet: strike(sheet, "C4"), {}, id="a line through something else"),
        pytest.param(lambda sheet: strike(sheet, "A9"), {}, id="a line through nobody"),
        pytest.param(
            lambda sheet: sheet.column_dimensions.__getitem__("B").__setattr__("hidden", True), {}, id="a hidden column"
        ),
    ],
)
def test_rows_that_somebody_put_aside_are_known(
    tmp_path: Path, change: Callable[[Any], None], told: dict[int, str]
) -> None:
    assert put_aside(read_roster(workbook(tmp_path / "a.xlsx", change))) == told


@pytest.mark.parametrize(
    ("name", "told"),
    [("people.xls", {3: HIDDEN, 5: STRUCK_THROUGH}), ("people.ods", {3: FILTERED_OUT, 5: STRUCK_THROUGH})],
)
def test_old_and_open_workbooks_tell_what_was_put_aside_and_so_do_their_results(
    tmp_path: Path, name: str, told: dict[int, str]
) -> None:
    path = tmp_path / name
    path.write_bytes((FILES / name).read_bytes())
    report = checked(path)
    assert put_aside(report.roster) == told
    written, _ = write_results(report, results_path(path, None), ())
    again = read_roster(written)
    assert put_aside(again) == {3: HIDDEN, 5: STRUCK_THROUGH}
    assert load_workbook(written)["Hid"].sheet_state == "hidden"
    assert [row.cells["first_name"] for row in again.rows] == [row.cells["first_name"] for row in report.roster.rows]


def test_a_row_put_aside_waits_for_a_decision_and_says_what_to_do(tmp_path: Path) -> None:
    report = checked(workbook(tmp_path / "a.xlsx", hide))
    assert statuses(report) == {name: "Fix row" if name == "Alan Turing" else "Ready" for name in PEOPLE}
    assert the(report, "Alan Turing").words == (
        'The row is hidden. Unhide it, or choose Book or Leave out in the column "Import decision".'
    )


@pytest.mark.parametrize(("how", "needs_person"), [("hidden", False), ("struck through", True)])
def test_a_booked_person_whose_row_is_put_aside_still_holds_a_place_and_the_row_says_so(
    tmp_path: Path, how: str, needs_person: bool
) -> None:
    def change(sheet: Any) -> None:
        hide(sheet) if how == "hidden" else strike(sheet, "A3", "B3")

    with Desk(tmp_path) as desk:
        session = desk.session()
        desk.run(workbook(tmp_path / "a.xlsx", lambda _: None, to=session))
        told = the(desk.run(workbook(tmp_path / "a.xlsx", change, to=session)), "Alan Turing")
        assert told.status is Status.ALREADY_BOOKED
        assert f"The row is {how}, but this person still holds a place" in told.message
        assert told.needs_person is needs_person
        decided = workbook(tmp_path / "a.xlsx", change, to=session)
        (answered,) = [one for one in desk.run(decided, Options(hidden="include")).outcomes if one.row.number == 3]
        assert (answered.needs_person, "The row is" in answered.message) == (False, False)


@pytest.mark.parametrize(("hidden", "status"), [("include", "Ready"), ("skip", "Left out")])
def test_all_rows_put_aside_are_settled_by_an_option(tmp_path: Path, hidden: str, status: str) -> None:
    assert the(checked(workbook(tmp_path / "a.xlsx", hide), hidden=hidden), "Alan Turing").status == status


@pytest.mark.parametrize(("decision", "status"), [("Book", "Ready"), ("Leave out", "Left out")])
def test_a_decision_settles_a_row_put_aside_whatever_the_option_says(
    tmp_path: Path, decision: str, status: str
) -> None:
    def decide(sheet: Any) -> None:
        hide(sheet)
        sheet["D1"], sheet["D3"] = "Import decision", decision

    path = workbook(tmp_path / "a.xlsx", decide)
    for hidden in (None, "include", "skip"):
        assert the(checked(path, hidden=hidden), "Alan Turing").status == status


def test_who_is_booked_stays_so_when_their_row_is_hidden(desk: Desk) -> None:
    booking = desk.session()
    path = workbook(desk.folder / "a.xlsx", lambda sheet: None, to=booking)
    desk.run(path)
    workbook(path, hide, (*PEOPLE, "New Person"), to=booking)
    report = desk.run(path)
    assert statuses(report) == dict.fromkeys(PEOPLE, "Already booked") | {"New Person": "Booked"}


# Several sheets


def two_terms(path: Path, *, to: str = BOOKING, summer: tuple[str, ...] = ("Alan Turing", "Ada Lovelace")) -> Path:
    def add(sheet: Any) -> None:
        other = sheet.parent.create_sheet("Summer term")
        for row in (["Our summer"], HEADINGS, *([name, to] for name in summer)):
            other.append(row)
        sheet.parent.create_sheet("Notes").append(["Bring shoes"])
        hidden = sheet.parent.create_sheet("Last year")
        for row in (HEADINGS, ["Old Person", to]):
            hidden.append(row)
        hidden.sheet_state = "hidden"

    return workbook(path, add, ("Ada Lovelace", "Grace Hopper"), to)


def test_the_first_sheet_with_people_is_read_and_others_are_counted(tmp_path: Path) -> None:
    roster = read_roster(two_terms(tmp_path / "a.xlsx"))
    assert [sheet.title for sheet in roster.sheets] == ["Spring"]
    assert roster.also == {"Summer term": 2}


def test_a_sheet_with_headings_and_nobody_does_not_keep_the_next_from_being_read(tmp_path: Path) -> None:
    path = two_terms(tmp_path / "a.xlsx")
    book = load_workbook(path)
    book["Spring"].delete_rows(2, 9)
    book.save(path)
    assert [sheet.title for sheet in read_roster(path).sheets] == ["Summer term"]


def test_all_visible_sheets_with_headings_are_one_roster(tmp_path: Path) -> None:
    roster = read_roster(two_terms(tmp_path / "a.xlsx"), sheet="all")
    assert [(sheet.title, sheet.heading_row) for sheet in roster.sheets] == [("Spring", 1), ("Summer term", 2)]
    assert [row.ref[:2] for row in roster.rows] == [
        ("Spring", 2),
        ("Spring", 3),
        ("Summer term", 3),
        ("Summer term", 4),
    ]
    assert roster.also == {}


def test_a_sheet_that_is_called_all_is_meant_by_its_name(tmp_path: Path) -> None:
    path = two_terms(tmp_path / "a.xlsx")
    book = load_workbook(path)
    book["Summer term"].title = "All"
    book.save(path)
    assert [sheet.title for sheet in read_roster(path, sheet="all").sheets] == ["All"]


def test_the_same_person_on_two_sheets_is_booked_once_and_each_sheet_has_its_answers(desk: Desk) -> None:
    booking = desk.session()
    path = two_terms(desk.folder / "a.xlsx", to=booking)
    roster = read_roster(path, sheet="all")
    report = desk.run_of(roster, Options(sheet="all"))
    assert sorted(desk.booked(booking)) == ["Ada Lovelace", "Alan Turing", "Grace Hopper"]
    told = {outcome.row[:2]: (outcome.status, outcome.message) for outcome in report.outcomes}
    assert told["Summer term", 4][0] == "Fix row"
    assert 'The same person as row 2 of "Spring", on the same session.' in told["Summer term", 4][1]
    written, _ = write_results(report, results_path(path, None), ())
    book = load_workbook(written)
    assert [book["Spring"].cell(row, 4).value for row in (1, 2, 3)] == ["Import status", "Booked", "Booked"]
    assert [book["Summer term"].cell(row, 4).value for row in (2, 3, 4)] == ["Import status", "Booked", "Fix row"]
    again = desk.run_of(read_roster(written, sheet="all"), Options(sheet="all"))
    assert [str(one.status) for one in again.outcomes] == [
        "Already booked",
        "Already booked",
        "Already booked",
        "Fix row",
    ]


def on_sheets(path: Path, to: str, **rows: dict[str, object]) -> Roster:
    """A workbook of one row a sheet."""
    book = Workbook()
    book.remove(book.active)
    for title, cells in rows.items():
        sheet = book.create_sheet(title)
        row = {"Name": "Ada Lovelace", "Group booking ID": to} | cells
        sheet.append(list(row))
        sheet.append(list(row.values()))
    book.save(path)
    return read_roster(path, sheet="all")


@pytest.mark.parametrize("evidence", [{"Email": "ada@x.org"}, {"Mobile": "07700 900123"}, {"Reference": "M-7"}])
def test_one_person_by_equal_evidence_on_two_sheets_is_booked_once_and_needs_nobody(
    desk: Desk, evidence: dict[str, object]
) -> None:
    booking = desk.session()
    path = desk.folder / "a.xlsx"
    roster = on_sheets(path, booking, Spring=evidence, Summer=evidence)
    for status in ("Booked", "Already booked", "Already booked"):
        report = desk.run_of(roster, Options(sheet="all"))
        assert [str(one.status) for one in report.outcomes] == [status, "Left out"]
        assert 'The same person as row 2 of "Spring", on the same session. That row counts.' in report.outcomes[1].words
        assert exit_code(report, Options()) == 0
        assert headline(report).startswith("1 person is booked")
        written, _ = write_results(report, results_path(path, None), ())
        roster = read_roster(written, sheet="all")
    assert desk.booked(booking) == ["Ada Lovelace"]
    book = load_workbook(written)
    sheet = book["Summer"]
    column = next(cell.column for cell in sheet[1] if cell.value == "Import decision")
    sheet.cell(2, column).value = "Different person"
    book.save(written)
    desk.run_of(read_roster(written, sheet="all"), Options(sheet="all"))
    assert desk.booked(booking) == ["Ada Lovelace", "Ada Lovelace"]


@pytest.mark.parametrize(
    ("spring", "summer", "status"),
    [
        ({}, {}, "Fix row"),
        ({"Email": "ada@x.org", "Spaces": 1}, {"Email": "ada@x.org", "Spaces": 2}, "Fix row"),
        ({"Email": "ada@x.org"}, {"Email": "ada@y.org"}, "Same person?"),
        ({"Reference": "M-7", "Email": "ada@x.org"}, {"Reference": "M-7", "Email": "ada@y.org"}, "Fix row"),
    ],
    ids=["a name alone", "other places", "another address", "another address of one Reference"],
)
def test_who_may_be_a_namesake_on_another_sheet_needs_a_person(
    desk: Desk, spring: dict[str, object], summer: dict[str, object], status: str
) -> None:
    booking = desk.session()
    roster = on_sheets(desk.folder / "a.xlsx", booking, Spring=spring, Summer=summer)
    report = desk.run_of(roster, Options(sheet="all"))
    assert [str(one.status) for one in report.outcomes] == ["Booked", status]
    assert desk.booked(booking) == ["Ada Lovelace"]


def test_of_two_equal_rows_on_one_sheet_the_second_is_to_be_deleted(desk: Desk) -> None:
    booking = desk.session()
    report = desk.run(desk.people(booking, "Ada Lovelace", "Ada Lovelace", Email="ada@x.org"))
    assert [str(one.status) for one in report.outcomes] == ["Booked", "Fix row"]
    assert "Delete one of the two rows" in report.outcomes[1].words


def test_answers_stand_on_their_own_sheet_also_where_a_workbook_has_to_call_it_otherwise(tmp_path: Path) -> None:
    path = tmp_path / "a.ods"
    with zipfile.ZipFile(FILES / "people.ods") as old, zipfile.ZipFile(path, "w") as new:
        for part in old.infolist():
            new.writestr(part, old.read(part).replace(b'table:name="Summer"', b'table:name="Summer 29/30"'))
    report = checked(path, sheet="all")
    assert [sheet.title for sheet in report.roster.sheets] == ["Spring", "Summer 29/30"]
    book = load_workbook(write_results(report, results_path(path, None), ())[0])
    assert [cell.value for cell in book["Summer 29 30"][2]][:3] == ["Zoe Ali", "z@x.org", "Fix row"]


# Cells without a value, and the day a workbook counts from


def test_errors_and_formulas_without_a_value_are_not_taken_for_blank(tmp_path: Path) -> None:
    def spoil(sheet: Any) -> None:
        sheet["A3"], sheet["C2"], sheet["C4"], sheet["C5"] = '=B3&" x"', "#N/A", "=1+1", "#REF! is text"

    roster = read_roster(workbook(tmp_path / "a.xlsx", spoil))
    cells = {row.ref.number: row.cells for row in roster.rows}
    assert cells[3]["full_name"] == Unreadable('=B3&" x"')
    assert [cells[row].get("reference") for row in (2, 4, 5)] == [
        Unreadable("#N/A"),
        Unreadable("=1+1"),
        "#REF! is text",
    ]


@pytest.mark.parametrize(("epoch", "day_zero"), [(False, date(1899, 12, 30)), (True, date(1904, 1, 1))])
def test_the_day_from_which_a_workbook_counts_is_known(tmp_path: Path, epoch: bool, day_zero: date) -> None:
    def count_from(sheet: Any) -> None:
        sheet.parent.epoch = datetime(1904, 1, 1) if epoch else datetime(1899, 12, 30)  # noqa: DTZ001

    assert read_roster(workbook(tmp_path / "a.xlsx", count_from)).day_zero == day_zero


def test_notes_and_totals_below_the_people_are_listed_by_number_also_in_merged_cells(tmp_path: Path) -> None:
    def add(sheet: Any) -> None:
        sheet["B8"], sheet["C9"], sheet["D10"] = "Total", 4, "Bring shoes"
        sheet["A12"] = "* = paid"
        sheet.merge_cells("B8:C8")
        sheet.merge_cells("A12:D13")

    roster = read_roster(workbook(tmp_path / "a.xlsx", add))
    assert roster.sheets[0].skipped == {8: "no name", 9: "no name", 10: "no name", 12: '"* = paid"'}
    assert [row.ref.number for row in roster.rows] == [2, 3, 4, 5]
