"""The workbook that goes back: what a coordinator meets when she opens it, and what must never happen to her files."""

from __future__ import annotations

import csv
import io
import itertools
import math
import os
import stat
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.chart import BarChart
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Font, PatternFill
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table

from importer.errors import ResultsError
from importer.lists.cells import ASIDE, DONE, HEADING, NEEDS_PERSON, WAITING
from importer.lists.roster import read_roster
from importer.model import (
    GroupBooking,
    Opening,
    Options,
    Outcome,
    Problem,
    Roster,
    RosterRow,
    RosterSheet,
    RowRef,
    RunReport,
    SessionTotals,
    Severity,
    Status,
    Target,
)
from importer.model.columns import IMPORT_COLUMNS, SUMMARY_SHEET
from importer.results.files import check_writable, results_path
from importer.results.opening import what_is_lost
from importer.results.report import choices_text, headline
from importer.results.summary import bar
from importer.results.writing import write_results
from importer.settings import load_settings

LONDON = ZoneInfo("Europe/London")
STYLES = "xl/styles.xml"
HEADINGS = ("First name", "Surname", "Email", "Start")
FIELDS = ("first_name", "last_name", "email", "start")
OURS = [column.heading for column in IMPORT_COLUMNS]
PEOPLE = (
    ("Ada", "Lovelace", "ada@example.org", "14 Mar 2030 10:00"),
    ("Leo", "Khan", "leo@@example.org", "31/02/2030"),
)
POTTERY = GroupBooking("b1", "s1", "r1", datetime(2030, 7, 6, 9, tzinfo=UTC), "", 24, service_name="Pottery")


def a_roster(
    path: Path, change: Callable[[Any], None] = lambda _: None, *, heading_row: int = 1, **given: Any
) -> Roster:
    """Ada and Leo in a workbook at ``path``; ``change`` may do to its sheet what people do."""
    workbook = Workbook()
    sheet: Any = workbook.active
    sheet.title = "People"
    for row, texts in enumerate((HEADINGS, *PEOPLE), start=heading_row):
        for column, text in enumerate(texts, start=1):
            sheet.cell(row, column, text)
    change(sheet)
    workbook.save(path)
    return read_again(path, heading_row=heading_row, **given)


def read_again(path: Path, *, heading_row: int = 1, **given: Any) -> Roster:
    positions = dict(zip(FIELDS, range(1, 5), strict=True))
    headings = dict(zip(FIELDS, HEADINGS, strict=True))
    rows = ()
    if path.suffix != ".csv":
        cells = load_workbook(path)[given.get("title", "People")].iter_rows(max_col=4, values_only=True)
        typed = enumerate((dict(zip(FIELDS, row, strict=False)) for row in cells), start=1)
        rows = tuple(RosterRow(RowRef(given.get("title", "People"), number), row) for number, row in typed)
    sheet = {
        "title": "People",
        "heading_row": heading_row,
        "headings": headings,
        "positions": positions,
        "width": 4,
        "unused": (),
        "rows": rows,
    }
    return Roster(path, path.read_bytes(), (RosterSheet(**sheet | given),))  # type: ignore[arg-type]


def with_markup(roster: Roster, *changes: bytes, part: str = "xl/worksheets/sheet1.xml") -> Roster:
    """The same roster with markup that openpyxl does not write: each second of ``changes`` stands for the one before."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(roster.content)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            for before, after in zip(changes[::2], changes[1::2], strict=True) if name == part else ():
                assert before in content
                content = content.replace(before, after)
            new.writestr(name, content)
    return replace(roster, content=stream.getvalue())


def problem(row: int, field: str, sentence: str, severity: Severity = Severity.PROBLEM) -> Problem:
    heading = dict(zip(FIELDS, HEADINGS, strict=True)).get(field, "")
    return Problem(RowRef("People", row), "a rule", sentence, field, heading, severity)


def outcome(row: int, status: Status = Status.BOOKED, message: str = "", **given: Any) -> Outcome:
    return Outcome(RowRef("People", row), status, message, **({"name": f"Person {row}"} | given))


BOOKED = outcome(
    2,
    name="Ada Lovelace",
    session="Pottery, Sat 6 Jul 2030 10:00",
    booking_id="628f4954645194000e770abd",
    customer_id="0012",
    customer_booking_id="77",
    recorded=datetime(2030, 7, 1, 9, 14, tzinfo=UTC),
    handle="k3f9.41.People.2",
)
FAULTY = outcome(
    3,
    Status.FIX_ROW,
    '"Start": 31/02/2030 is not a date.',
    name="Leo Khan",
    problems=(problem(3, "start", "31/02/2030 is not a date."),),
)


def a_report(roster: Roster, *outcomes: Outcome, **given: Any) -> RunReport:
    """These outcomes for the rows of the roster's one sheet, whatever it is called."""
    (sheet,) = roster.sheets
    return RunReport(
        **{
            "kind": "import",
            "roster": roster,
            "outcomes": tuple(
                replace(one, row=one.row._replace(sheet=sheet.title)) for one in outcomes or (BOOKED, FAULTY)
            ),
            "started": datetime(2030, 7, 1, 9, 13, tzinfo=UTC),
            "finished": datetime(2030, 7, 1, 9, 14, tzinfo=UTC),
            "zone": LONDON,
            "run": 41,
            "by": "priya",
        }
        | given
    )


def written(report: RunReport) -> Path:
    """Where the results of ``report`` are; never over other results."""
    return write_results(report, results_path(report.roster.path, None), ())[0]


def sheet_of(path: Path, name: str = "People") -> Any:
    return load_workbook(path, rich_text=True)[name]


def columns_of(sheet: Any, heading_row: int = 1) -> dict[str, int]:
    return {cell.value: cell.column for cell in sheet[heading_row] if cell.value}


def answer(sheet: Any, row: int, heading: str, heading_row: int = 1) -> Any:
    return sheet.cell(row, columns_of(sheet, heading_row)[heading])


def lines(path: Path) -> list[str]:
    """The page "Import summary", as it is read."""
    rows = sheet_of(path, SUMMARY_SHEET).iter_rows(values_only=True)
    return ["  ".join(str(value) for value in row if value is not None) for row in rows]


# Where the results go


@pytest.mark.parametrize(
    ("roster", "results"),
    [
        ("Spring term.xlsx", "Spring term.results.xlsx"),
        ("Spring term.results.xlsx", "Spring term.results.xlsx"),
        ("Spring term.results-3.xlsx", "Spring term.results.xlsx"),
        ("Spring term.PRACTICE.results.xlsx", "Spring term.results.xlsx"),
        ("v1.2 final.csv", "v1.2 final.results.xlsx"),
        ("With macros.XLSM", "With macros.results.xlsm"),
        ("From LibreOffice.ods", "From LibreOffice.results.xlsx"),
        ("Old.XLS", "Old.results.xlsx"),
        (".results.xlsx", ".results.results.xlsx"),
    ],
)
def test_results_stand_beside_the_roster_under_its_name(roster: str, results: str) -> None:
    assert results_path(Path("here") / roster, None) == Path("here") / results


def test_the_name_of_practice_results_says_so() -> None:
    assert results_path(Path("a.xlsx"), None, practice=True) == Path("a.PRACTICE.results.xlsx")


def test_an_output_may_be_a_file_or_a_folder(tmp_path: Path) -> None:
    assert results_path(Path("a.csv"), tmp_path) == tmp_path / "a.results.xlsx"
    assert results_path(Path("a.csv"), tmp_path / "b.xlsx") == tmp_path / "b.xlsx"


@pytest.mark.parametrize("name", ["b.csv", "b", "b.xlsm"])
def test_an_output_that_no_program_would_open_is_refused(name: str) -> None:
    with pytest.raises(ResultsError, match="xlsx"):
        results_path(Path("a.csv"), Path(name))


def test_looking_whether_a_folder_can_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    check_writable(tmp_path / "a.results.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_found_out_with_its_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ResultsError, match=r"no folder .*gone.*-o"):
        check_writable(tmp_path / "gone" / "a.xlsx")
    with pytest.raises(ResultsError, match="that is a folder"):
        check_writable(tmp_path)

    def refuse(**_: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    with pytest.raises(ResultsError, match=r"a\.xlsx: Permission denied\. Choose another place with -o\."):
        check_writable(tmp_path / "a.xlsx")


def test_what_is_said_to_be_written_is_what_is_there(tmp_path: Path) -> None:
    path, digest = write_results(a_report(a_roster(tmp_path / "a.xlsx")), tmp_path / "a.results.xlsx", ())
    assert path == tmp_path / "a.results.xlsx"
    assert sha256(path.read_bytes()).hexdigest() == digest
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.results.xlsx", "a.xlsx"]


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps owners elsewhere")
def test_only_the_owner_can_read_the_results(tmp_path: Path) -> None:
    assert stat.S_IMODE(written(a_report(a_roster(tmp_path / "a.xlsx"))).stat().st_mode) == 0o600


def test_results_that_nobody_has_touched_are_replaced(tmp_path: Path) -> None:
    report = a_report(a_roster(tmp_path / "a.xlsx"))
    first, digest = write_results(report, tmp_path / "a.results.xlsx", ())
    assert write_results(report, first, {digest})[0] == first


def test_results_that_somebody_has_changed_are_never_replaced(tmp_path: Path) -> None:
    report = a_report(a_roster(tmp_path / "a.xlsx"))
    first, digest = write_results(report, tmp_path / "a.results.xlsx", ())
    changed = first.read_bytes() + b" "
    first.write_bytes(changed)
    assert write_results(report, first, {digest})[0].name == "a.results-2.xlsx"
    assert write_results(report, first, {digest})[0].name == "a.results-3.xlsx"
    assert first.read_bytes() == changed


def test_the_roster_is_never_written_to_even_if_it_is_what_we_wrote(tmp_path: Path) -> None:
    first, digest = write_results(a_report(a_roster(tmp_path / "a.xlsx")), tmp_path / "a.results.xlsx", ())
    before = first.read_bytes()
    report = a_report(read_again(first, width=13))
    assert write_results(report, results_path(first, None), {digest})[0].name == "a.results-2.xlsx"
    assert first.read_bytes() == before


@pytest.mark.parametrize("mark", ["~$a.results.xlsx", ".~lock.a.results.xlsx#"])
def test_results_that_are_open_in_excel_or_libreoffice_are_left_alone(tmp_path: Path, mark: str) -> None:
    report = a_report(a_roster(tmp_path / "a.xlsx"))
    first, digest = write_results(report, tmp_path / "a.results.xlsx", ())
    (tmp_path / mark).touch()
    assert write_results(report, first, {digest})[0].name == "a.results-2.xlsx"


def test_results_that_windows_holds_open_are_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    report = a_report(a_roster(tmp_path / "a.xlsx"))
    first, digest = write_results(report, tmp_path / "a.results.xlsx", ())
    real = Path.replace

    def replace_unless_open(self: Path, target: Path) -> Path:
        if target == first:
            raise PermissionError(13, "in use")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replace_unless_open)
    assert write_results(report, first, {digest})[0].name == "a.results-2.xlsx"


def test_a_disk_that_fills_up_leaves_no_half_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    report = a_report(a_roster(tmp_path / "a.xlsx"))

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(ResultsError, match="No space left on device"):
        write_results(report, tmp_path / "a.results.xlsx", ())
    assert [file.name for file in tmp_path.iterdir()] == ["a.xlsx"]


def test_what_a_killed_run_has_left_half_written_is_taken_away_by_a_later_one(tmp_path: Path) -> None:
    report = a_report(a_roster(tmp_path / "a.xlsx"))
    left, recent = tmp_path / ".roster-x1y2.tmp", tmp_path / ".roster-z3.tmp"
    for file in (left, recent):
        file.write_bytes(b"half a file")
    os.utime(left, (0, 0))
    write_results(report, tmp_path / "a.results.xlsx", ())
    assert (left.exists(), recent.exists()) == (False, True)


# The answers beside each row


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
    assert sheet.freeze_panes == "A2"


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
    second = written(a_report(read_again(first, width=13), BOOKED, outcome(3, status), kind=kind))
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


# Tables, filters, widths


def test_our_columns_are_inside_the_persons_table(tmp_path: Path) -> None:
    sheet = sheet_of(
        written(
            a_report(a_roster(tmp_path / "a.xlsx", lambda sheet: sheet.add_table(Table(displayName="T", ref="A1:D3"))))
        )
    )
    table = sheet.tables["T"]
    assert (table.ref, table.autoFilter.ref) == ("A1:M3", "A1:M3")
    assert [column.name for column in table.tableColumns] == [*HEADINGS, *OURS]
    assert len({column.id for column in table.tableColumns}) == 13


def test_a_table_beside_the_roster_is_not_swallowed(tmp_path: Path) -> None:
    def two_tables(sheet: Any) -> None:
        sheet["F1"], sheet["F2"] = "Room", "Studio 1"
        sheet.add_table(Table(displayName="People_", ref="A1:D3"))
        sheet.add_table(Table(displayName="Rooms", ref="F1:F2"))

    sheet = sheet_of(written(a_report(a_roster(tmp_path / "a.xlsx", two_tables, width=6))))
    assert {table.name: table.ref for table in sheet.tables.values()} == {"People_": "A1:D3", "Rooms": "F1:F2"}
    assert answer(sheet, 1, "Import status").column_letter == "G"


def test_our_columns_are_inside_the_persons_filter(tmp_path: Path) -> None:
    def filtered(sheet: Any) -> None:
        sheet.auto_filter.ref = "A1:D3"

    assert sheet_of(written(a_report(a_roster(tmp_path / "a.xlsx", filtered)))).auto_filter.ref == "A1:M3"


def test_the_persons_widths_stay_and_no_two_ranges_of_widths_overlap(tmp_path: Path) -> None:
    def wide(sheet: Any) -> None:
        sheet.column_dimensions["B"].width = 33
        rest = sheet.column_dimensions["D"]
        rest.min, rest.max, rest.width = 4, 16_384, 21

    sheet = sheet_of(written(a_report(a_roster(tmp_path / "a.xlsx", wide))))
    spans = sorted((each.min, each.max, each.width) for each in sheet.column_dimensions.values())
    assert [span for span in spans if span[2] == 21] == [(4, 4, 21), (14, 16_384, 21)]
    assert sheet.column_dimensions["B"].width == 33
    assert all(before[1] < after[0] for before, after in itertools.pairwise(spans))


# Marks


def mark_formulas(sheet: Any) -> dict[str, list[str]]:
    return {str(each.sqref): [rule.formula[0] for rule in each.rules] for each in sheet.conditional_formatting}


def test_a_faulty_cell_is_marked_for_as_long_as_it_holds_what_was_wrong(tmp_path: Path) -> None:
    marks = mark_formulas(sheet_of(written(a_report(a_roster(tmp_path / "a.xlsx")))))
    assert marks["D2:D3"] == ['AND("Import mark"="Import mark",OR($E2="Fix row"),EXACT($D2,"31/02/2030"))']


def test_a_missing_entry_is_marked_in_its_own_rows_only(tmp_path: Path) -> None:
    def empty(sheet: Any) -> None:
        sheet["C2"], sheet["C3"], sheet["C4"] = None, None, None

    rows = [outcome(row, Status.FIX_ROW, problems=(problem(row, "email", "it is missing."),)) for row in (2, 3, 5)]
    marks = mark_formulas(sheet_of(written(a_report(a_roster(tmp_path / "a.xlsx", empty), *rows))))
    assert marks["C2:C3 C5"] == ['AND("Import mark"="Import mark",OR($E2="Fix row"),$C2="")']


@pytest.mark.parametrize(
    ("value", "test"),
    [
        ('say "no"', 'EXACT($C2,"say ""no""")'),
        ("x" * 300, f'EXACT(LEFT($C2,100),"{"x" * 100}")'),
        (7.5, "$C2=7.5"),
        (True, "$C2=TRUE"),
        (datetime(2030, 3, 14, 12), "ABS($C2-47556.5)<0.00001"),  # noqa: DTZ001
    ],
)
def test_marks_know_every_kind_of_cell(tmp_path: Path, value: Any, test: str) -> None:
    def put(sheet: Any) -> None:
        sheet["C3"] = value

    faulty = outcome(3, Status.FIX_ROW, problems=(problem(3, "email", "no."),))
    marks = mark_formulas(sheet_of(written(a_report(a_roster(tmp_path / "a.xlsx", put), faulty))))
    assert marks["C2:C3"][0].endswith(f",{test})")


def test_a_date_that_lost_its_format_is_marked_and_a_date_of_the_same_moment_is_not(tmp_path: Path) -> None:
    def put(sheet: Any) -> None:
        sheet["D2"], sheet["D3"] = datetime(2030, 3, 16, 12), 47558.5  # noqa: DTZ001

    lost = replace(BOOKED, row=RowRef("Roster", 3), problems=(problem(3, "start", "odd.", Severity.WARNING),))
    marks = mark_formulas(sheet_of(written(a_report(a_roster(tmp_path / "a.xlsx", put), lost))))
    assert marks["D3"] == ['AND("Import mark"="Import mark",$D3=47558.5)']


def test_hundreds_of_different_mistakes_do_not_become_hundreds_of_formats(tmp_path: Path) -> None:
    def fill(sheet: Any) -> None:
        for row in range(2, 502):
            sheet.cell(row, 3, f"nobody {row}")

    rows = [outcome(row, Status.FIX_ROW, problems=(problem(row, "email", "no."),)) for row in range(2, 502)]
    marks = mark_formulas(sheet_of(written(a_report(a_roster(tmp_path / "a.xlsx", fill), *rows))))
    assert len(marks["C2:C501"]) == 200
    assert marks["C202:C501"] == ['AND("Import mark"="Import mark",OR($E202="Fix row"),TRUE)']


def test_warnings_look_different_and_do_not_wait_for_a_fix(tmp_path: Path) -> None:
    doubted = replace(BOOKED, problems=(problem(2, "email", "odd.", Severity.WARNING),))
    sheet = sheet_of(written(a_report(a_roster(tmp_path / "a.xlsx"), doubted, FAULTY)))
    rules = {str(each.sqref): each.rules[0] for each in sheet.conditional_formatting}
    assert rules["C2:C3"].formula == ['AND("Import mark"="Import mark",EXACT($C2,"ada@example.org"))']
    assert rules["C2:C3"].dxf.fill.bgColor.rgb != rules["D2:D3"].dxf.fill.bgColor.rgb


def test_the_persons_own_conditional_formats_survive_ours_being_replaced(tmp_path: Path) -> None:
    def own(sheet: Any) -> None:
        sheet.conditional_formatting.add("A2:A3", FormulaRule(formula=['$A2="Ada"'], font=Font(b=True)))

    first = written(a_report(a_roster(tmp_path / "a.xlsx", own)))
    second = written(a_report(read_again(first, width=13)))
    assert mark_formulas(sheet_of(second)) == mark_formulas(sheet_of(first))
    assert mark_formulas(sheet_of(second))["A2:A3"] == ['$A2="Ada"']
    priorities = [rule.priority for each in sheet_of(second).conditional_formatting for rule in each.rules]
    assert len(priorities) == len(set(priorities))


AS_SEEN_WITHOUT = {
    "red": ((0.1523, 1.0526, -0.2049), (0.1145, 0.7863, 0.0992), (-0.0039, -0.0481, 1.0520)),
    "green": ((0.3673, 0.8606, -0.2280), (0.2801, 0.6725, 0.0474), (-0.0118, 0.0429, 0.9689)),
    "blue": ((1.2555, -0.0767, -0.1788), (-0.0784, 0.9308, 0.1476), (0.0047, 0.6914, 0.3039)),
}
"""Machado, Oliveira and Fernandes 2009: light as people see it who lack one kind of cone."""


def light(colour: str) -> list[float]:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def mixed(rows: Sequence[Sequence[float]], values: Sequence[float]) -> list[float]:
    return [sum(a * b for a, b in zip(row, values, strict=True)) for row in rows]


def lab(rgb: Sequence[float]) -> tuple[float, float, float]:
    """CIE L*a*b*, in which a distance of 2 is just seen."""
    to_xyz = ((0.4339, 0.3762, 0.1899), (0.2126, 0.7152, 0.0722), (0.0177, 0.1095, 0.8729))
    x, y, z = (max(part, 0.009) ** (1 / 3) for part in mixed(to_xyz, rgb))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def test_marks_can_be_read_and_told_apart_by_whoever_does_not_see_a_colour() -> None:
    for look in (DONE, NEEDS_PERSON, WAITING, ASIDE, HEADING):
        dark, bright = sorted(mixed([(0.2126, 0.7152, 0.0722)], light(colour))[0] for colour in look[:2])
        assert (bright + 0.05) / (dark + 0.05) >= 4.5
    for (one, other), seen in itertools.product(
        itertools.combinations((DONE, NEEDS_PERSON, WAITING, ASIDE), 2), AS_SEEN_WITHOUT.values()
    ):
        pairs = zip(one[:2], other[:2], strict=True)
        assert max(math.dist(*(lab(mixed(seen, light(colour))) for colour in pair)) for pair in pairs) > 10


# Text stays text


hostile = st.one_of(
    st.sampled_from(
        ["=1+1", "+44 7700 900123", "-1", "@SUM(A1)", "#N/A", '=HYPERLINK("http://x")', "0012", "=", " =1"]
    ),
    st.text(max_size=20),
)


@settings(max_examples=10)
@given(texts=st.lists(hostile, min_size=8, max_size=8))
def test_text_never_becomes_a_formula(texts: Sequence[str], tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("text")
    stream = io.StringIO()
    csv.writer(stream).writerows([HEADINGS, texts[:4]])
    (folder / "a.csv").write_bytes(stream.getvalue().replace("\0", "").encode("utf-8-sig", errors="replace"))
    roster = read_again(folder / "a.csv", unused=(texts[4],))
    row = outcome(2, Status.FIX_ROW, texts[5], name=texts[6], session=texts[7], handle=texts[4], customer_id=texts[5])
    workbook = load_workbook(written(a_report(roster, row, by=texts[6])))
    cells = [cell for sheet in workbook for line in sheet for cell in line if isinstance(cell.value, str)]
    assert {cell.data_type for cell in cells} == {"s"}
    assert all(cell.quotePrefix for cell in cells if cell.value.startswith(("=", "+", "-", "@")))


# Rosters that are no workbooks


@pytest.mark.parametrize(
    ("encoding", "delimiter", "mark"),
    [
        ("utf-8", ",", ""),
        ("utf-8-sig", ";", ""),
        ("utf-16", "\t", ""),
        ("utf-16-le", "|", ""),
        ("cp1252", ";", "sep=;\r\n"),
        ("cp1252", "^", "sep=^\r\n"),
    ],
)
def test_a_text_file_comes_back_as_a_workbook_with_every_row_at_its_number(
    tmp_path: Path, encoding: str, delimiter: str, mark: str
) -> None:
    rows = [
        ["Pottery; spring, all"],
        [],
        HEADINGS,
        ["Zoë", 'O"Neill', "0012", "14/03/2030"],
        [],
        ["Leo", "Khan", "007", ""],
    ]
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter).writerows(rows)
    (tmp_path / "a.csv").write_bytes((mark + stream.getvalue()).encode(encoding))
    roster = read_again(tmp_path / "a.csv", heading_row=3, title="")
    path = written(a_report(roster, outcome(4), outcome(6, Status.FULL)))
    sheet = load_workbook(path).worksheets[1]
    assert (path.name, sheet.title) == ("a.results.xlsx", "Roster")
    assert [cell.value for cell in sheet[4]][:5] == ["Zoë", 'O"Neill', "0012", "14/03/2030", "Booked"]
    assert [cell.value for cell in sheet[6]][:5] == ["Leo", "Khan", "007", None, "Full"]
    assert sheet["C4"].number_format == "@"


def test_a_workbook_in_a_form_that_nobody_knows_still_gets_its_answers(tmp_path: Path) -> None:
    roster = with_markup(a_roster(tmp_path / "a.xlsm"), b"<cellXfs", b"<others", b"</cellXfs", b"</others", part=STYLES)
    path = written(a_report(roster))
    assert path.name == "a.results.xlsx"
    assert [cell.value for cell in sheet_of(path)[3]][3:5] == ["31/02/2030", "Fix row"]
    assert "Only the values" in "".join(lines(path))


@pytest.mark.parametrize("name", ["a.xlsx", "a.csv"])
def test_results_are_read_again_as_the_roster_that_they_came_from(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name == "a.csv":
        path.write_text("\n".join(map(",".join, (HEADINGS, *PEOPLE))), encoding="utf-8")
    else:
        a_roster(path)
    first = read_roster(path)
    outcomes = [replace(BOOKED, row=first.rows[0].ref), replace(FAULTY, row=first.rows[1].ref)]
    second = read_roster(written(a_report(first, *outcomes)))
    handles = [row.cells.get("import_run") for row in second.rows]
    assert [row.ref.number for row in second.rows] == [2, 3]
    assert [dict(row.cells) | {"import_run": None} for row in second.rows] == [
        dict(row.cells) | {"import_run": None} for row in first.rows
    ]
    assert (handles, second.sheets[0].unused, second.sheets[0].left_out) == ([BOOKED.handle, None], (), ())


# What else is in the workbook


def test_everything_else_of_the_persons_workbook_is_still_there(tmp_path: Path) -> None:
    def furnish(sheet: Any) -> None:
        workbook = sheet.parent
        workbook.create_sheet("Rota")["B2"] = "Priya"
        workbook.defined_names["Rooms"] = DefinedName("Rooms", attr_text="Rota!$B$2")
        yes_no = DataValidation("list", formula1='"yes,no"')
        yes_no.add("B2:B3")
        sheet.add_data_validation(yes_no)
        sheet["A2"].value = CellRichText("A", TextBlock(InlineFont(b=True), "da"))
        sheet["B3"] = "=UPPER(B2)"
        sheet.freeze_panes = "B2"
        sheet.print_title_rows = "1:1"
        workbook.active = 1

    path = written(a_report(a_roster(tmp_path / "a.xlsx", furnish)))
    workbook = load_workbook(path, rich_text=True)
    sheet = workbook["People"]
    assert workbook.sheetnames == [SUMMARY_SHEET, "People", "Rota"]
    assert workbook["Rota"]["B2"].value == "Priya"
    assert workbook.defined_names["Rooms"].attr_text == "Rota!$B$2"
    assert next(each.formula1 for each in sheet.data_validations.dataValidation) == '"yes,no"'
    assert (str(sheet["A2"].value), sheet["A2"].value[1].font.b) == ("Ada", True)
    assert (sheet["B3"].value, sheet.freeze_panes, sheet.print_title_rows) == ("=UPPER(B2)", "B2", "$1:$1")


def test_the_summary_is_first_open_and_the_only_sheet_selected(tmp_path: Path) -> None:
    path = written(a_report(a_roster(tmp_path / "a.xlsx")))
    workbook = load_workbook(path)
    assert workbook.active is workbook.worksheets[0]
    assert [sheet.title for sheet in workbook if sheet.sheet_view.tabSelected] == [SUMMARY_SHEET]


def test_a_chart_that_fills_a_sheet_does_not_matter(tmp_path: Path) -> None:
    def draw(sheet: Any) -> None:
        sheet.parent.create_chartsheet("Chart").add_chart(BarChart())

    roster = a_roster(tmp_path / "a.xlsx", draw)
    assert load_workbook(written(a_report(roster))).sheetnames == [SUMMARY_SHEET, "People", "Chart"]


def test_macros_are_kept(tmp_path: Path) -> None:
    roster = a_roster(tmp_path / "a.xlsx")
    with_macros = tmp_path / "a.xlsm"
    plain, macro = (
        b"vnd.openxmlformats-officedocument.spreadsheetml.sheet.main",
        b"vnd.ms-excel.sheet.macroEnabled.main",
    )
    with zipfile.ZipFile(roster.path) as old, zipfile.ZipFile(with_macros, "w") as new:
        for part in old.infolist():
            new.writestr(part, old.read(part).replace(plain, macro))
        new.writestr("xl/vbaProject.bin", b"Sub Hello()")
    path = written(a_report(read_again(with_macros)))
    assert path.name == "a.results.xlsm"
    with zipfile.ZipFile(path) as archive:
        assert archive.read("xl/vbaProject.bin") == b"Sub Hello()"
        assert b"macroEnabled" in archive.read("[Content_Types].xml")


def test_what_cannot_be_kept_is_named(tmp_path: Path) -> None:
    roster = a_roster(tmp_path / "a.xlsx")
    assert what_is_lost(roster.content) == what_is_lost(b"a,b") == ()
    with zipfile.ZipFile(roster.path, "a") as archive:
        archive.writestr("_xmlsignatures/origin.sigs", b"")
    (lost,) = what_is_lost(roster.path.read_bytes())
    assert lost.startswith("This file is not signed any more")
    path = written(a_report(read_again(roster.path)))
    assert lost in lines(path)
    with zipfile.ZipFile(path) as archive:
        assert not any("signatures" in name for name in archive.namelist())


# Import summary


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


def test_links_lead_to_the_rows(tmp_path: Path) -> None:
    def rename(sheet: Any) -> None:
        sheet.title = "St Mary's all"

    roster = a_roster(tmp_path / "a.xlsx", rename, title="St Mary's all")
    sheet = sheet_of(written(a_full_report(roster)), SUMMARY_SHEET)
    links = {cell.value: cell.hyperlink.location for row in sheet for cell in row if cell.hyperlink}
    assert links == {
        "► Go to the first row that needs attention: row 3": "'St Mary''s all'!A3",
        "Row 4 · Zara Ali": "'St Mary''s all'!A4",
        "3": "'St Mary''s all'!A3",
        "5": "'St Mary''s all'!A5",
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
    children = replace(adults, title="Children", heading_row=3, positions=positions, width=5, left_out=(1,))
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
    assert links == ["'People'!A3", "'People'!A3", "'Children'!A4", "'Children'!A5"]


def test_the_summary_says_with_which_settings_it_was_done(tmp_path: Path) -> None:
    report = a_report(a_roster(tmp_path / "a.xlsx"), choices="date-order dmy, sheet All")
    assert any("Settings  date-order dmy, sheet All" in line for line in lines(written(report)))


def test_settings_are_told_as_they_are_typed(tmp_path: Path) -> None:
    roster = a_roster(tmp_path / "a.xlsx", heading_set="St Mary", date_order="dmy")
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
