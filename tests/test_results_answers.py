"""Results: the answers beside each row."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.styles import Font, PatternFill
from results_makers import (
    BOOKED,
    FAULTY,
    HEADINGS,
    OURS,
    PEOPLE,
    a_report,
    a_roster,
    answer,
    lines,
    mark_formulas,
    outcome,
    problem,
    read_again,
    sheet_of,
    with_markup,
    written,
)

from importer.model import (
    Decision,
    Status,
)
from importer.model.columns import SUMMARY_SHEET


def test_each_row_has_its_answer_directly_right_of_the_persons_columns(tmp_path: Path) -> None:
    sheet = sheet_of(written(a_report(a_roster(tmp_path / "a.xlsx"))))
    assert [cell.value for cell in sheet[1]] == [*HEADINGS, *OURS]
    assert [cell.value for cell in sheet[2]][4:] == [
        "Booked",
        None,
        "Pottery, Sat 6 Jul 2030 10:00",
        None,
        "628f4954645194000e770abd",
        "0012",
        "77",
        datetime(2030, 7, 1, 10, 14),  # noqa: DTZ001  # a cell knows no zone: this is London summer time
        "k3f9.41.People.2",
    ]
    assert [cell.value for cell in sheet[3]][:6] == [*PEOPLE[1], "Fix row", '"Start": 31/02/2030 is not a date.']
    assert answer(sheet, 2, "Import customer ID").number_format == "@"


def test_headings_and_names_stay_in_sight_and_our_columns_are_printed_beside_theirs(tmp_path: Path) -> None:
    sheet = sheet_of(written(a_report(a_roster(tmp_path / "a.xlsx"))))
    assert sheet.freeze_panes == "C2"
    assert (sheet.page_setup.orientation, sheet.sheet_properties.pageSetUpPr.fitToPage) == ("landscape", True)
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight, sheet.print_title_rows) == (1, 0, "$1:$1")


def test_what_the_person_has_said_of_panes_and_printing_stays(tmp_path: Path) -> None:
    def set_up(sheet: Any) -> None:
        sheet.freeze_panes, sheet.page_setup.orientation = "A3", "portrait"

    def repeat(sheet: Any) -> None:
        sheet.print_title_rows = "1:2"

    sheet = sheet_of(written(a_report(a_roster(tmp_path / "a.xlsx", set_up))))
    assert (sheet.freeze_panes, sheet.page_setup.orientation, sheet.print_title_rows) == ("A3", "portrait", None)
    path = written(a_report(a_roster(tmp_path / "b.xlsx", repeat)))
    assert sheet_of(path).print_title_rows == "$1:$2"
    with zipfile.ZipFile(path) as archive:
        assert archive.read("xl/workbook.xml").count(b"Print_Titles") == 1


def test_the_drop_down_says_what_its_choices_do(tmp_path: Path) -> None:
    sheet = sheet_of(written(a_report(a_roster(tmp_path / "a.xlsx"))))
    (choices,) = sheet.data_validations.dataValidation
    assert choices.showInputMessage
    assert "Different person: it is somebody else, so book this one too." in choices.prompt.splitlines()


def test_ids_and_times_are_folded_away(tmp_path: Path) -> None:
    path = written(a_report(a_roster(tmp_path / "a.xlsx")))
    dimensions = sheet_of(path).column_dimensions
    assert [letter for letter, each in dimensions.items() if each.hidden and each.outlineLevel == 1] == list("IJKLM")
    with zipfile.ZipFile(path) as archive:
        assert b'outlineLevelCol="1"' in archive.read("xl/worksheets/sheet1.xml")


def test_our_headings_look_like_the_persons(tmp_path: Path) -> None:
    def paint(sheet: Any) -> None:
        for cell in sheet[1]:
            cell.font, cell.fill = Font(name="Arial", b=True), PatternFill("solid", fgColor="FFEE00")

    sheet = sheet_of(written(a_report(a_roster(tmp_path / "a.xlsx", paint))))
    heading = answer(sheet, 1, "Import status")
    assert (heading.font.name, heading.font.b, heading.fill.fgColor.rgb) == ("Arial", True, "00FFEE00")


def test_a_message_without_words_of_its_own_tells_the_problems(tmp_path: Path) -> None:
    bare = replace(FAULTY, message="", problems=(*FAULTY.problems, problem(3, "", "twice here.")))
    sheet = sheet_of(written(a_report(a_roster(tmp_path / "a.xlsx"), bare)))
    assert answer(sheet, 3, "Import message").value == '"Start": 31/02/2030 is not a date. twice here.'


def test_long_messages_can_be_read_whole_and_rows_shrink_again_when_they_are_right(tmp_path: Path) -> None:
    long = outcome(3, Status.FULL, "Also: " + "Sat 21 Mar 2030 10:00 (8 free), " * 5)
    roster = a_roster(tmp_path / "a.xlsx")
    found_by_excel = b'<row r="3" spans="1:4" ht="15.6"'
    first = written(a_report(with_markup(roster, b'<row r="3"', found_by_excel), BOOKED, long))
    assert answer(sheet_of(first), 3, "Import message").alignment.wrap_text
    assert sheet_of(first).row_dimensions[3].height == 60
    second = written(a_report(read_again(first, width=13), BOOKED, outcome(3)))
    assert not sheet_of(second).row_dimensions[3].height


def test_a_height_that_the_person_has_chosen_grows_with_a_message_and_never_shrinks(tmp_path: Path) -> None:
    def chosen(sheet: Any) -> None:
        sheet.row_dimensions[2].height, sheet.row_dimensions[3].height = 30, 30

    long = outcome(3, Status.FULL, "Also: " + "Sat 21 Mar 2030 10:00 (8 free), " * 5)
    sheet = sheet_of(written(a_report(a_roster(tmp_path / "a.xlsx", chosen), BOOKED, long)))
    assert (sheet.row_dimensions[2].height, sheet.row_dimensions[3].height) == (30, 60)


def test_practice_is_said_in_every_row(tmp_path: Path) -> None:
    path = written(a_report(a_roster(tmp_path / "a.xlsx"), practice=True))
    assert answer(sheet_of(path), 2, "Import status").value == "Booked (PRACTICE)"
    assert lines(path)[0] == "PRACTICE: no real bookings."


def test_a_sheet_that_is_sent_back_has_our_columns_once(tmp_path: Path) -> None:
    first = written(a_report(a_roster(tmp_path / "a.xlsx")))
    second = written(a_report(read_again(first, width=13), BOOKED, outcome(3)))
    before, after = sheet_of(first), sheet_of(second)
    assert [cell.value for cell in after[1]] == [*HEADINGS, *OURS]
    assert [cell.value for cell in after[3]][4:6] == ["Booked", None]
    assert len(after.data_validations.dataValidation) == len(before.data_validations.dataValidation) == 1
    assert mark_formulas(after).keys() == {"E2:E3"}
    assert load_workbook(second).sheetnames == [SUMMARY_SHEET, "People"]


def test_what_a_person_adds_right_of_our_columns_stays_where_it_is(tmp_path: Path) -> None:
    first = written(a_report(a_roster(tmp_path / "a.xlsx")))
    workbook = load_workbook(first)
    workbook["People"]["N1"], workbook["People"]["N2"] = "My notes", "vegetarian"
    workbook["People"]["M1"] = None
    workbook.save(first)
    sheet = sheet_of(written(a_report(read_again(first, width=14))))
    assert (sheet["N1"].value, sheet["N2"].value) == ("My notes", "vegetarian")
    assert answer(sheet, 2, "Import status").column_letter == "E"
    assert answer(sheet, 2, "Import run").column_letter == "O"


def test_one_of_our_columns_that_was_copied_is_emptied(tmp_path: Path) -> None:
    first = written(a_report(a_roster(tmp_path / "a.xlsx")))
    workbook = load_workbook(first)
    workbook["People"]["N1"], workbook["People"]["N2"] = "import STATUS", "Booked"
    workbook.save(first)
    sheet = sheet_of(written(a_report(read_again(first, width=14))))
    assert (sheet["N1"].value, sheet["N2"].value) == (None, None)


def decided(path: Path, decision: str) -> None:
    workbook = load_workbook(path)
    answer(workbook["People"], 3, "Import decision").value = decision
    workbook.save(path)


@pytest.mark.parametrize(
    ("kind", "status", "kept"),
    [
        ("import", Status.SAME_PERSON, False),
        ("import", Status.FULL, True),
        ("import", Status.LEFT_OUT, True),
        ("import", Status.BOOKED, False),
        ("import", Status.ALREADY_BOOKED, False),
        ("dry run", Status.ALREADY_BOOKED, True),
        ("check", Status.READY, True),
    ],
)
def test_a_decision_stays_for_as_long_as_the_row_needs_it(
    tmp_path: Path, kind: str, status: Status, kept: bool
) -> None:
    first = written(a_report(a_roster(tmp_path / "a.xlsx")))
    decided(first, "Same person")
    second = written(
        a_report(read_again(first, width=13), BOOKED, outcome(3, status, decision=Decision.SAME_PERSON), kind=kind)
    )
    assert answer(sheet_of(second), 3, "Import decision").value == ("Same person" if kept else None)


def test_decisions_are_chosen_from_a_list_also_on_a_protected_sheet(tmp_path: Path) -> None:
    sheet = sheet_of(written(a_report(a_roster(tmp_path / "a.xlsx"))))
    (choice,) = sheet.data_validations.dataValidation
    assert (choice.formula1, str(choice.sqref)) == ('"Book,Leave out,Same person,Different person"', "H2:H3")
    assert not answer(sheet, 2, "Import decision").protection.locked
    assert answer(sheet, 2, "Import status").protection.locked


def test_titles_above_the_headings_stay_and_rows_without_people_get_no_answer(tmp_path: Path) -> None:
    def title(sheet: Any) -> None:
        sheet["A1"] = "Spring term"
        sheet.merge_cells("A1:H1")
        sheet["A8"] = "Total: 2"

    roster = a_roster(tmp_path / "a.xlsx", title, heading_row=4)
    sheet = sheet_of(written(a_report(roster, outcome(5), outcome(6))))
    assert (sheet["A1"].value, str(sheet.merged_cells)) == ("Spring term", "A1:H1")
    assert answer(sheet, 5, "Import status", 4).value == "Booked"
    assert answer(sheet, 8, "Import status", 4).value is None


def test_merged_cells_that_reach_into_our_columns_keep_to_the_persons(tmp_path: Path) -> None:
    def merge(sheet: Any) -> None:
        sheet["A3"] = "Leo"
        sheet.merge_cells("D3:G3")

    sheet = sheet_of(written(a_report(a_roster(tmp_path / "a.xlsx", merge))))
    assert not sheet.merged_cells.ranges
    assert [cell.value for cell in sheet[3]][3:5] == ["31/02/2030", "Fix row"]
