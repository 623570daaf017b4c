"""Results: what else is in the workbook."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.chart import BarChart
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from results_makers import a_report, a_roster, lines, read_again, written

from importer.model.columns import SUMMARY_SHEET
from importer.results.opening import what_is_lost


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
