"""Results: rosters that are no workbooks."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook
from results_makers import (
    BOOKED,
    FAULTY,
    HEADINGS,
    PEOPLE,
    STYLES,
    a_report,
    a_roster,
    lines,
    outcome,
    read_again,
    sheet_of,
    with_markup,
    written,
)

from importer.lists.roster import read_roster
from importer.model import Status
from importer.model.columns import IMPORT_COLUMNS

OURS = {column.field for column in IMPORT_COLUMNS}


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
    assert (sheet.page_setup.orientation, sheet.sheet_properties.pageSetUpPr.fitToPage) == ("landscape", True)
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight, sheet.print_title_rows) == (1, 0, "$3:$3")


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
    theirs = [{field: cell for field, cell in row.cells.items() if field not in OURS} for row in second.rows]
    assert theirs == [dict(row.cells) for row in first.rows]
    assert (handles, second.sheets[0].unused, second.sheets[0].skipped) == ([BOOKED.handle, None], (), {})
