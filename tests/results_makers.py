"""Rosters, reports and the workbooks made from them, for tests of results."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from openpyxl import Workbook, load_workbook

from importer.model import (
    GroupBooking,
    Outcome,
    Problem,
    Roster,
    RosterRow,
    RosterSheet,
    RowRef,
    RunReport,
    Severity,
    Status,
)
from importer.model.columns import IMPORT_COLUMNS, SUMMARY_SHEET
from importer.results.files import results_path
from importer.results.writing import write_results

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

    def there(row: RowRef) -> RowRef:
        return row._replace(sheet=sheet.title)

    return RunReport(
        **{
            "kind": "import",
            "roster": roster,
            "outcomes": tuple(
                replace(one, row=there(one.row), problems=tuple(replace(p, row=there(p.row)) for p in one.problems))
                for one in outcomes or (BOOKED, FAULTY)
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


def mark_formulas(sheet: Any) -> dict[str, list[str]]:
    return {str(each.sqref): [rule.formula[0] for rule in each.rules] for each in sheet.conditional_formatting}
