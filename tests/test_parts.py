"""A row that stands for several people or sessions: each has an answer of its own, and none hides another."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from results_makers import a_report, a_roster, answer, mark_formulas, outcome, problem, sheet_of, written

from importer.model import Former, Outcome, RowRef, Since, Status
from importer.results.report import to_json

LEO, MIA = RowRef("People", 3, "C"), RowRef("People", 3, "D")


def part(row: RowRef, status: Status, message: str = "", **given: object) -> Outcome:
    return replace(outcome(row.number, status, message, **given), row=row)


def test_each_part_of_a_row_is_told_beside_it_under_what_most_needs_a_person(tmp_path: Path) -> None:
    told = (part(LEO, Status.BOOKED), part(MIA, Status.FULL, "Pottery is full."))
    sheet = sheet_of(written(a_report(a_roster(tmp_path / "a.xlsx"), *told)))
    assert answer(sheet, 3, "Import status").value == "Full"
    assert answer(sheet, 3, "Import message").value == "Column C: Booked. Column D: Full. Pottery is full."


def test_what_is_wrong_with_each_part_is_marked_in_its_own_cell(tmp_path: Path) -> None:
    roster = a_roster(tmp_path / "a.xlsx")
    wrong = [
        part(row, Status.FIX_ROW, problems=(replace(problem(3, field, "Wrong."), row=row),))
        for row, field in ((LEO, "email"), (MIA, "start"))
    ]
    cells = {cells[0] for cells in mark_formulas(sheet_of(written(a_report(roster, *wrong)))) if cells[0] in "CD"}
    assert cells == {"C", "D"}


def test_the_document_names_parts_of_rows_also_where_it_tells_of_changes(tmp_path: Path) -> None:
    report = a_report(a_roster(tmp_path / "a.xlsx"), part(LEO, Status.BOOKED), part(MIA, Status.BOOKED))
    since = Since(1, report.started, 2, {}, moved={LEO: Former(LEO, Status.BOOKED)}, added=frozenset({MIA}))
    document = json.loads(json.dumps(to_json(replace(report, since=since))))
    assert [row["part"] for row in document["rows"]] == ["C", "D"]
    assert document["since"]["added_rows"] == [{"sheet": "People", "row": 3, "part": "D"}]
    assert document["since"]["moved_rows"] == [{"sheet": "People", "row": 3, "part": "C"}]
