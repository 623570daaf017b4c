"""Results: tables, filters, widths."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

from openpyxl.worksheet.table import Table
from results_makers import HEADINGS, OURS, a_report, a_roster, answer, sheet_of, written


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
