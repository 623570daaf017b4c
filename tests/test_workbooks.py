"""The file that comes back is the file that went in: what of a workbook must survive, in all forms that programs write.

The workbooks are made by XlsxWriter, which writes what Excel writes and is no part of the program.
"""

from __future__ import annotations

import base64
import io
import re
import shutil
import subprocess
import warnings
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import xlsxwriter
from desk import Desk, statuses
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook
from thorough import examples

from importer.lists.cells import column_letters, column_number
from importer.lists.roster import read_roster
from importer.model import Outcome, RunReport, Status
from importer.model.columns import IMPORT_COLUMNS, SUMMARY_SHEET
from importer.model.status import CHOICES_EXPLAINED
from importer.results.files import results_path
from importer.results.opening import what_is_lost
from importer.results.rows import SheetReader
from importer.results.writing import write_results

HEADINGS = ("First name", "Last name", "Group booking ID", "Reference")
PEOPLE = (("Ada", "Lovelace", "628f4954645194000e770abd", "007"), ("Leo", "Khan", "628f4954645194000e770abd", "008"))
SHEET = "xl/worksheets/sheet1.xml"
WHAT_WE_ADD_TO = {
    "[Content_Types].xml",
    "xl/workbook.xml",
    "xl/_rels/workbook.xml.rels",
    "xl/styles.xml",
    "xl/worksheets/import1.xml",
    SHEET,
}
OUR_PLACES = ("dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "autoFilter", "dataValidations")
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def a_workbook(
    path: Path,
    furnish: Callable[[Any, Any], object] = lambda *_: None,
    people: Iterable[Sequence[str]] = PEOPLE,
    **options: Any,
) -> Path:
    """The people on the sheet "People"; ``furnish`` gets the workbook and the sheet."""
    book = xlsxwriter.Workbook(path, options)
    sheet = book.add_worksheet("People")
    for number, row in enumerate((HEADINGS, *people)):
        sheet.write_row(number, 0, row)
    furnish(book, sheet)
    book.close()
    return path


def answered(path: Path) -> Path:
    """The results of a run that has booked everybody."""
    roster = read_roster(path)
    now = datetime(2030, 7, 1, 9, 14, tzinfo=UTC)
    outcomes = tuple(Outcome(row.ref, Status.BOOKED, recorded=now, handle=f"k.1.{row.ref}") for row in roster.rows)
    report = RunReport("import", roster, outcomes, now, now, ZoneInfo("Europe/London"), 1)
    return write_results(report, results_path(path, None), ())[0]


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rewritten(path: Path, change: Callable[[str, bytes], bytes]) -> Path:
    """The same workbook with other bytes in its parts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in parts(path).items():
            new.writestr(name, change(name, content))
    path.write_bytes(stream.getvalue())
    return path


def values(path: Path, sheet: str = "People") -> list[list[Any]]:
    """What a program that does not calculate reads."""
    return CalamineWorkbook.from_path(path).get_sheet_by_name(sheet).to_python()


def opened(path: Path) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl tells what it would lose
        return load_workbook(path)


def everything(book: Any, sheet: Any) -> None:
    """Whatever openpyxl, and many another library, would lose."""
    bold, yellow = book.add_format({"bold": True}), book.add_format({"bg_color": "#FFFF00", "border": 1})
    book.set_properties({"title": "Spring", "author": "Priya"})
    book.set_custom_property("Owner", "Priya")
    sheet.write_rich_string("E2", "partly ", bold, "bold")
    sheet.insert_image("H5", "logo.png", {"image_data": io.BytesIO(PNG)})
    chart = book.add_chart({"type": "bar"})
    chart.add_series({"values": "=People!$F$2:$F$3"})
    sheet.insert_chart("H10", chart)
    sheet.insert_textbox("K2", "a note")
    sheet.add_sparkline("G3", {"range": "People!F2:F3"})
    sheet.write_comment("A2", "Vegan")
    sheet.write_url("B2", "https://example.org", string="Lovelace")
    sheet.insert_checkbox("G2", True)
    sheet.conditional_format("F2:F3", {"type": "data_bar", "data_bar_2010": True})
    sheet.conditional_format("A2:A3", {"type": "cell", "criteria": "==", "value": '"Ada"', "format": bold})
    sheet.data_validation("B2:B3", {"validate": "list", "source": ["x", "y"], "input_message": "two\nlines"})
    sheet.set_header("&CSpring&G", {"image_center": "l.png", "image_data_center": io.BytesIO(PNG)})
    sheet.set_footer("&P")
    sheet.set_h_pagebreaks([2])
    sheet.set_row(2, 20, yellow, {"level": 1})
    sheet.set_column("B:D", 20, yellow)
    sheet.protect("secret")
    sheet.set_zoom(130)
    sheet.repeat_rows(0)
    sheet.print_area("A1:D3")
    sheet.set_landscape()
    sheet.freeze_panes(1, 1)
    rota = book.add_worksheet("Rota")
    rota.write("B2", "Priya")
    rota.activate()
    book.add_worksheet("Secret").hide()
    book.define_name("Rooms", "=Rota!$B$2")
    book.define_name("Rota!Local", "=Rota!$B$3")


def test_what_nobody_changes_goes_back_byte_for_byte(tmp_path: Path) -> None:
    path = a_workbook(tmp_path / "a.xlsx", everything)
    before, after = parts(path), parts(answered(path))
    rota = "xl/worksheets/sheet2.xml"
    assert {name for name in before | after if before.get(name) != after.get(name)} == WHAT_WE_ADD_TO | {rota}
    assert after[rota] == before[rota].replace(b' tabSelected="1"', b"")
    assert what_is_lost(path.read_bytes()) == ()


def test_all_that_stands_around_the_rows_survives(tmp_path: Path) -> None:
    path = a_workbook(tmp_path / "a.xlsx", everything)

    def around(content: bytes) -> set[bytes]:
        names = (element for element in etree.fromstring(content) if not element.tag.endswith(OUR_PLACES))
        return {etree.tostring(element, method="c14n") for element in names}

    before, after = around(parts(path)[SHEET]), around(parts(answered(path))[SHEET])
    assert before <= after
    assert {re.findall(rb"<(\w+)", one)[0] for one in after - before} == {b"conditionalFormatting"}
    sheet = opened(answered(path))["People"]
    assert (sheet.freeze_panes, sheet.sheet_view.zoomScale, sheet.column_dimensions["B"].width) == (
        "B2",
        130,
        20.7109375,
    )
    assert [check.prompt for check in sheet.data_validations.dataValidation] == ["two\nlines", CHOICES_EXPLAINED]


def test_every_cell_of_the_persons_is_as_it_was(tmp_path: Path) -> None:
    path = a_workbook(tmp_path / "a.xlsx", everything)
    cells = [re.findall(rb"<row[^>]*>(.*?)</row>", parts(one)[SHEET]) for one in (path, answered(path))]
    assert len(cells[0]) == len(cells[1]) == 3
    assert all(after.startswith(before) for before, after in zip(*cells, strict=True))


def test_names_that_hold_on_one_sheet_still_hold_on_that_sheet(tmp_path: Path) -> None:
    book = opened(answered(a_workbook(tmp_path / "a.xlsx", everything)))
    assert book.sheetnames == [SUMMARY_SHEET, "People", "Rota", "Secret"]
    assert book["Rota"].defined_names["Local"].attr_text == "Rota!$B$3"
    assert (book["People"].print_area, book["People"].print_title_rows) == ("'People'!$A$1:$D$3", "$1:$1")
    assert [sheet.title for sheet in book if sheet.sheet_view.tabSelected] == [SUMMARY_SHEET]
    assert book.active is book.worksheets[0]


def formulas(book: Any, sheet: Any) -> None:
    sheet.write_row(0, 4, ["Text", "Number", "Error", "Truth", "Array"])
    sheet.write_formula("E2", '=A2&"!"', None, "Ada!")
    sheet.write_formula("F2", "=LEN(A2)", None, 3)
    sheet.write_formula("G2", "=1/0", None, "#DIV/0!")
    sheet.write_formula("H2", "=TRUE", None, True)
    sheet.write_array_formula("I2:I3", "{=SUM(F2:F3)}", None, 3)
    sheet.write_formula("A4", "=A2", None, "Grace")
    sheet.write_formula("B4", "=B2", None, "Hopper")
    book.add_worksheet("Other").write_formula("A1", "=People!F2*2", None, 6)


def test_formulas_keep_what_they_came_to_on_every_sheet(tmp_path: Path) -> None:
    path = a_workbook(tmp_path / "a.xlsx", formulas)
    results = answered(path)
    assert [row[:9] for row in values(results)] == [row[:9] for row in values(path)]
    assert values(results, "Other") == [[6]]
    names = [(row.cells["first_name"], row.cells["last_name"]) for row in read_roster(results).rows]
    assert names == [("Ada", "Lovelace"), ("Leo", "Khan"), ("Grace", "Hopper")]


def test_a_filter_and_the_name_that_excel_keeps_for_it_reach_over_our_columns(tmp_path: Path) -> None:
    def filtered(book: Any, sheet: Any) -> None:
        sheet.autofilter("A1:D3")

    after = parts(answered(a_workbook(tmp_path / "a.xlsx", filtered)))
    assert b'<autoFilter ref="A1:M3"/>' in after[SHEET]
    assert b'localSheetId="1" hidden="1">People!$A$1:$M$3</definedName>' in after["xl/workbook.xml"]


def test_a_table_grows_with_its_filter_but_one_that_a_query_fills_does_not(tmp_path: Path) -> None:
    def table(book: Any, sheet: Any) -> None:
        columns = [{"header": heading} for heading in HEADINGS]
        sheet.add_table("A1:D3", {"name": "People_", "columns": columns, "style": "Table Style Medium 2"})

    path = a_workbook(tmp_path / "a.xlsx", table)
    grown = etree.fromstring(parts(answered(path))["xl/tables/table1.xml"])
    assert (grown.get("ref"), grown.find("{*}autoFilter").get("ref")) == ("A1:M3", "A1:M3")
    names = [column.get("name") for column in grown.iter("{*}tableColumn")]
    assert names == [*HEADINGS, *(column.heading for column in IMPORT_COLUMNS)]
    assert grown.find("{*}tableColumns").get("count") == "13"

    rewritten(path, lambda _, content: content.replace(b'name="People_"', b'name="People_" tableType="queryTable"'))
    assert b'ref="A1:D3"' in parts(answered(path))["xl/tables/table1.xml"]


STRICT = (
    (
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        b"http://purl.oclc.org/ooxml/spreadsheetml/main",
    ),
    (
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
    ),
)


def strict(_: str, content: bytes) -> bytes:
    """As Excel's "Strict Open XML" has it: other names for the same things."""
    for usual, other in STRICT:
        content = content.replace(usual, other)
    return content


def prefixed(name: str, content: bytes) -> bytes:
    """As some makers of reports write: every element with a prefix."""
    if name not in (SHEET, "xl/workbook.xml", "xl/styles.xml"):
        return content
    return re.sub(rb"<(/?)(?=[A-Za-z])", rb"<\1x:", content).replace(b" xmlns=", b" xmlns:x=", 1)


def without_addresses(name: str, content: bytes) -> bytes:
    """As streaming writers write: where a cell stands follows from the one before it."""
    return re.sub(rb'(<(?:c|row)) r="\w+"', rb"\1", content) if name == SHEET else content


def in_single_quotes(name: str, content: bytes) -> bytes:
    return re.sub(rb'="([^"\'<]*)"', rb"='\1'", content) if name == SHEET else content


@pytest.mark.parametrize("form", [strict, prefixed, without_addresses, in_single_quotes])
def test_every_form_in_which_programs_write_is_understood(tmp_path: Path, form: Callable[[str, bytes], bytes]) -> None:
    path = rewritten(a_workbook(tmp_path / "a.xlsx"), form)
    results = answered(path)
    assert results.suffix == ".xlsx"
    assert b"Only the values" not in parts(results)["xl/worksheets/import1.xml"]
    assert [row[:6] for row in values(results)] == [
        [*HEADINGS, "Import status", "Import message"],
        *([*person, "Booked", ""] for person in PEOPLE),
    ]
    assert "booked" in values(results, SUMMARY_SHEET)[0][0]
    again = answered(results)
    assert [row.cells["reference"] for row in read_roster(again).rows] == ["007", "008"]
    assert values(again)[0] == values(results)[0]


def test_times_are_right_in_a_workbook_that_counts_from_1904(tmp_path: Path) -> None:
    path = answered(a_workbook(tmp_path / "a.xlsx", date_1904=True))
    sheet = opened(path)["People"]
    times = [cell.value for cell in sheet["L"]]
    assert times[1:] == [datetime(2030, 7, 1, 10, 14)] * 2  # noqa: DTZ001  # a cell knows no zone


def test_a_file_that_goes_to_and_fro_does_not_grow(tmp_path: Path) -> None:
    first = answered(a_workbook(tmp_path / "a.xlsx", everything))
    second = answered(first)
    summary = "xl/worksheets/import1.xml"
    assert {name for name, content in parts(second).items() if content != parts(first)[name]} == {summary}
    assert parts(second)[summary].replace(b"a.results.xlsx", b"a.xlsx") == parts(first)[summary]


def test_coloured_empty_rows_are_given_back_as_they_were(tmp_path: Path) -> None:
    def coloured(book: Any, sheet: Any) -> None:
        yellow = book.add_format({"bg_color": "#FFFF00"})
        for row in range(3, 5_000):
            sheet.set_row(row, None, yellow)

    path = a_workbook(tmp_path / "a.xlsx", coloured)
    rows = [
        parts(one)[SHEET].partition(b'<row r="4"')[2].partition(b"</sheetData>")[0] for one in (path, answered(path))
    ]
    assert rows[0] == rows[1] != b""


def test_rows_out_of_order_are_no_reason_to_lose_answers(tmp_path: Path) -> None:
    """No program writes so; then only the values come back, and that is said."""

    def disorder(name: str, content: bytes) -> bytes:
        return re.sub(rb"(<row r=\"2\".*?</row>)(<row r=\"3\".*?</row>)", rb"\2\1", content)

    path = a_workbook(tmp_path / "a.xlsx")
    roster = read_roster(path)
    now = datetime(2030, 7, 1, tzinfo=UTC)
    outcomes = tuple(Outcome(row.ref, Status.BOOKED) for row in roster.rows)
    roster = replace(roster, content=rewritten(path, disorder).read_bytes())
    report = RunReport("import", roster, outcomes, now, now, ZoneInfo("Europe/London"), 1)
    results = write_results(report, tmp_path / "b.xlsx", ())[0]
    assert [row[4] for row in values(results)] == ["Import status", "Booked", "Booked"]
    assert any("Only the values" in str(row) for row in values(results, SUMMARY_SHEET))


@given(
    theirs=st.dictionaries(st.integers(1, 40), st.sampled_from(["", "<v>7</v>"]), max_size=8),
    ours=st.sets(st.integers(1, 50), min_size=1, max_size=5),
    has_addresses=st.booleans(),
    row=st.integers(1, 1_048_576),
)
@settings(max_examples=examples(30))
def test_cells_of_ours_take_their_place_among_any_cells(
    theirs: dict[int, str], ours: set[int], has_addresses: bool, row: int
) -> None:
    if not has_addresses:  # then no column is left out
        theirs = {column: theirs.get(column, "") for column in range(1, max(theirs, default=0) + 1)}
    cells = [
        (f' r="{column_letters(column)}{row}"' if has_addresses else "") + (f">{inner}</c>" if inner else "/>")
        for column, inner in sorted(theirs.items())
    ]
    written = "".join(f"<c{cell}" for cell in cells)
    markup = f'<worksheet><sheetData><row r="{row}" spans="1:9">{written}</row></sheetData></worksheet>'
    reader = SheetReader(io.BytesIO(markup.encode()))
    (line,) = reader.rows()
    assert reader.last_column(line) == max((column for column, inner in theirs.items() if inner), default=0)
    new = {column: reader.number_cell(column, row, 0, 9.5) for column in ours}
    merged = etree.fromstring(reader.merged(line, new, b' r="1"'))
    places = [int(column_number(re.sub(r"\d", "", cell.get("r") or ""))) for cell in merged] if has_addresses else None
    expected = {**{column: inner[3:4] for column, inner in theirs.items()}, **dict.fromkeys(ours, "9.5")}
    assert [cell.findtext("v") or "" for cell in merged] == [expected[column] for column in sorted(expected)]
    assert places in (None, sorted(expected))


# There and back again


def corrected(path: Path, changes: Iterable[tuple[str, str]]) -> None:
    book = opened(path)
    for address, text in changes:
        book["People"][address] = text
    book.save(path)


def test_a_workbook_goes_round_three_times(desk: Desk, tmp_path: Path) -> None:
    """Booked rows stay booked, corrected ones run, decisions are followed, and nothing of ours is there twice."""
    pottery = desk.session(places=5)
    path = tmp_path / "people.xlsx"

    names = (("Ada", "Lovelace"), ("Leo", "Khan"), ("Leo", "Khan"), ("Zoe", ""))
    a_workbook(path, people=[(*name, pottery, "") for name in names])

    def import_again(roster: Path) -> tuple[list[str], Path]:
        report = desk.run(roster)
        return [str(outcome.status) for outcome in report.outcomes], write_results(
            report, results_path(path, None), ()
        )[0]

    first, results = import_again(path)
    assert first == ["Booked", "Booked", "Fix row", "Fix row"]
    corrected(results, [("H4", "Book"), ("B5", "Ali")])
    second, results = import_again(results)
    assert second == ["Already booked", "Already booked", "Booked", "Booked"]
    third, results = import_again(results)
    assert third == ["Already booked"] * 4
    assert desk.booked(pottery) == ["Ada Lovelace", "Leo Khan", "Leo Khan", "Zoe Ali"]
    book = opened(results)
    assert book.sheetnames == [SUMMARY_SHEET, "People"]
    headings = [cell.value for cell in book["People"][1]]
    assert headings == [*HEADINGS, *(column.heading for column in IMPORT_COLUMNS)]
    assert len(book["People"].data_validations.dataValidation) == 1
    marks = {str(each.sqref) for each in book["People"].conditional_formatting}
    assert marks == {"E2:E5"}


needs_libreoffice = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")


@needs_libreoffice
def test_results_that_were_saved_by_libreoffice_are_imported_again(desk: Desk, tmp_path: Path) -> None:
    pottery = desk.session(places=5)

    people = [("Ada", "Lovelace", pottery, "007"), ("Leo", "", pottery, "008")]
    path = a_workbook(tmp_path / "people.xlsx", lambda _, sheet: sheet.autofilter("A1:D3"), people)
    results = write_results(desk.run(path), results_path(path, None), ())[0]
    profile = f"-env:UserInstallation={(tmp_path / 'office').as_uri()}"
    convert = ["soffice", "--headless", profile, "--convert-to", "xlsx", "--outdir", str(tmp_path / "saved")]
    subprocess.run([*convert, str(results)], check=True, capture_output=True, timeout=50)
    saved = tmp_path / "saved" / results.name
    corrected(saved, [("B3", "Khan")])
    report = desk.run(saved)
    assert statuses(report) == {"Ada Lovelace": "Already booked", "Leo Khan": "Booked"}
    again = write_results(report, tmp_path / "again.xlsx", ())[0]
    assert values(again)[0][:14] == [*HEADINGS, *(column.heading for column in IMPORT_COLUMNS)]
    assert opened(again).sheetnames == [SUMMARY_SHEET, "People"]
    assert len(opened(again)["People"].data_validations.dataValidation) == 1
    assert {str(each.sqref) for each in opened(again)["People"].conditional_formatting} == {"E2:E3"}
