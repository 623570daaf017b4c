"""What people put right on the page stands in the file that is imported: read again, it says what they saw."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font
from openpyxl.worksheet.table import Table

from importer.lists.corrections import as_typed
from importer.lists.roster import read_roster
from importer.model import Roster
from importer.model.drafts import CellRef
from importer.results.correcting import Corrected, write_corrections

CSV = 'Full name;Start;Note\r\nAda Lovelace;31/04/2030;a "quoted" one\r\n"King; Ada";1 May 2030;é\r\n'


def workbook(tmp_path: Path, *rows: tuple[Any, ...], title: str = "Y4") -> tuple[Path, Workbook]:
    book = Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    return tmp_path / "list.xlsx", book


def saved(path: Path, book: Workbook) -> Path:
    book.save(path)
    return path


def corrected(path: Path, texts: dict[CellRef, str], **how: Any) -> tuple[Roster, Corrected]:
    """The roster as the page reads it, and the file that is written; both say the same."""
    seen = read_roster(path, corrections=texts)
    written = write_corrections(read_roster(path), texts, **how)
    again = read_roster(path.with_suffix(written.suffix), content=written.content)
    assert [[row.cells for row in sheet.rows] for sheet in again.sheets] == [
        [row.cells for row in sheet.rows] for sheet in seen.sheets
    ]
    return seen, written


def cell(written: Corrected, at: str, sheet: str = "Y4") -> Any:
    return load_workbook(io.BytesIO(written.content))[sheet][at]


LIST = (
    ("Class of 2030",),
    ("Full name", "Email", "Start"),
    ("Ada Lovelace", "ada@example.org", "31/04/2030"),
    ("Alan Turing", "alan@example", "1 May 2030"),
)
START, EMAIL = CellRef("Y4", 3, 3), CellRef("Y4", 4, 2)


def test_a_workbook_keeps_its_formats_and_has_the_corrections_in_its_cells(tmp_path: Path) -> None:
    path, book = workbook(tmp_path, *LIST)
    book.active["C3"].font = Font(bold=True)
    book.active["B4"].hyperlink = "mailto:alan@example"
    seen, written = corrected(saved(path, book), {START: "30 Apr 2030", EMAIL: "alan@example.org"})
    assert [row.cells["start"] for row in seen.rows] == ["30 Apr 2030", "1 May 2030"]
    assert (cell(written, "C3").value, cell(written, "C3").font.bold, cell(written, "C3").number_format) == (
        "30 Apr 2030",
        True,
        "@",
    )
    assert (cell(written, "B4").value, cell(written, "B4").hyperlink) == ("alan@example.org", None)
    assert cell(written, "A1").value == "Class of 2030"
    assert written.suffix == ".xlsx"


def test_what_begins_like_a_formula_stays_text(tmp_path: Path) -> None:
    path, book = workbook(tmp_path, *LIST)
    _, written = corrected(saved(path, book), {EMAIL: '=HYPERLINK("http://x","y")', START: "<b>&amp;_x000B_"})
    assert cell(written, "B4").data_type == "s"
    assert cell(written, "B4").quotePrefix


def test_a_cell_may_be_emptied_and_one_that_was_blank_filled(tmp_path: Path) -> None:
    path, book = workbook(tmp_path, *LIST, ("Grace Hopper",))
    seen, written = corrected(saved(path, book), {START: "", CellRef("Y4", 5, 3): "2 May 2030"})
    assert [row.cells.get("start") for row in seen.rows] == [None, "1 May 2030", "2 May 2030"]
    assert (cell(written, "C3").value, cell(written, "C5").value) == (None, "2 May 2030")


def test_a_decision_gets_a_column_of_ours_right_of_theirs(tmp_path: Path) -> None:
    path, book = workbook(tmp_path, *LIST)
    book.active["C2"].font = Font(bold=True)
    decided = {CellRef("Y4", 2, 4): "Import decision", CellRef("Y4", 4, 4): "Leave out"}
    seen, written = corrected(saved(path, book), decided)
    assert [row.cells.get("import_decision") for row in seen.rows] == [None, "Leave out"]
    assert cell(written, "D2").font.bold
    assert load_workbook(io.BytesIO(written.content))["Y4"].column_dimensions["D"].width == 16


def test_a_formula_that_is_put_right_takes_none_of_the_others_with_it(tmp_path: Path) -> None:
    path, book = workbook(tmp_path, ("Full name", "Start"), ("Ada King", "x"), ("Alan Turing", "y"), ("Jo Hale", "z"))
    content = zipfile.ZipFile(saved(path, book))
    parts = {name: content.read(name) for name in content.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"].decode()
    for row, formula in ((2, '<f t="shared" ref="B2:B4" si="0">A2</f>'), (3, '<f t="shared" si="0"/>'),
                         (4, '<f t="shared" si="0"/>')):  # fmt: skip
        before = sheet[sheet.index(f'<c r="B{row}"') :]
        before = before[: before.index("</c>") + 4]
        sheet = sheet.replace(before, f'<c r="B{row}" t="str">{formula}<v>{row} May 2030</v></c>')
    parts["xl/worksheets/sheet1.xml"] = sheet.encode()
    with zipfile.ZipFile(path, "w") as new:
        for name, part in parts.items():
            new.writestr(name, part)
    seen, written = corrected(path, {CellRef("Y4", 2, 2): "9 May 2030"})
    assert [row.cells["start"] for row in seen.rows] == ["9 May 2030", "3 May 2030", "4 May 2030"]
    assert [cell(written, f"B{row}").value for row in (2, 3, 4)] == ["9 May 2030", "3 May 2030", "4 May 2030"]


def test_a_merged_cell_is_put_right_where_it_shows(tmp_path: Path) -> None:
    path, book = workbook(tmp_path, *LIST)
    book.active.merge_cells("C3:C4")
    seen, written = corrected(saved(path, book), {CellRef("Y4", 4, 3): "5 May 2030"})
    assert seen.rows[0].cells["start"] == "5 May 2030"
    assert cell(written, "C3").value == "5 May 2030"


def test_a_table_stays_a_table(tmp_path: Path) -> None:
    path, book = workbook(tmp_path, *LIST[1:])
    book.active.add_table(Table(displayName="People", ref="A1:C3"))
    _, written = corrected(saved(path, book), {CellRef("Y4", 2, 3): "30 Apr 2030"})
    assert load_workbook(io.BytesIO(written.content))["Y4"].tables["People"].ref == "A1:C3"


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig", "utf-16"])
def test_text_stays_in_its_encoding_with_its_delimiter_and_its_other_lines(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(CSV.encode(encoding))
    _, written = corrected(path, {CellRef("", 2, 2): "30 Apr 2030"})
    assert written.content.decode(encoding) == CSV.replace("31/04/2030", "30 Apr 2030").replace(
        'a "quoted" one', '"a ""quoted"" one"'
    )
    assert written.suffix == ".csv"


def test_a_letter_that_the_encoding_has_not_makes_it_another_encoding(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(CSV.encode("cp1252"))
    seen, _ = corrected(path, {CellRef("", 2, 1): "Łukasz Żak"})
    assert seen.rows[0].cells["full_name"] == "Łukasz Żak"


def test_text_with_breaks_in_its_cells_keeps_its_rows(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text('sep=,\nFull name,Email\n"Ada\nLovelace",x\nAlan Turing,"one\ntwo"', newline="")
    seen, written = corrected(path, {CellRef("", 3, 1): "Grace Hopper", CellRef("", 3, 2): "a\nb"})
    assert [row.cells["full_name"] for row in seen.rows] == ["Ada\nLovelace", "Grace Hopper"]
    assert written.content.decode() == 'sep=,\nFull name,Email\n"Ada\nLovelace",x\nGrace Hopper,"a\nb"\n'


def test_other_kinds_of_files_become_a_workbook_of_the_same_cells(tmp_path: Path) -> None:
    path, book = workbook(tmp_path, *LIST)
    _, written = corrected(saved(path, book), {START: "30 Apr 2030"}, only_values=True)
    assert (written.suffix, written.titles, cell(written, "C3").value) == (".xlsx", {"Y4": "Y4"}, "30 Apr 2030")


def test_what_is_typed_is_what_a_cell_can_hold() -> None:
    assert as_typed("  a\x00b\r\nc\ud800 ") == "ab\nc"
    assert len(as_typed("x" * 40_000)) == 32_767
