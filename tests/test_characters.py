"""Whatever characters stand in a list: people can be booked, so their results can be written, and read back."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from test_hostile_files import FILES, SHEET, repacked, workbook
from thorough import examples

from importer.errors import RosterError
from importer.importing.checking import check
from importer.lists.cells import in_xml
from importer.lists.roster import read_roster
from importer.model import Options, Roster, RunReport, Status
from importer.model.columns import SUMMARY_SHEET
from importer.results.opening import ONLY_VALUES
from importer.results.report import to_json
from importer.results.writing import write_results
from importer.settings import load_settings

NOW = datetime(2030, 1, 15, 9, tzinfo=UTC)
HEADINGS = ("First name", "Last name", "Email", "Mobile", "Start", "Spaces", "Reference", "Import decision", "Notes")
TEXT = st.text(st.characters(), max_size=12)
TITLE = st.text(st.characters(blacklist_characters="[]:*?/\\\\'"), max_size=12)
AWKWARD = "x\x0by", "_x000B_", "\ud800", "]]>", "&lt;\"'", "\r\n", "\ufffe\uffff", "=A1", "_x_x0041__"
rare = settings(max_examples=examples(12), suppress_health_check=[HealthCheck.function_scoped_fixture])


def escaped(text: str) -> str:
    """As Excel writes it: what XML can't hold by its number, and what looks so by the number of its line."""
    text = re.sub("_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", text)
    return in_xml(
        re.sub("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]", lambda found: f"_x{ord(found[0]):04X}_", text)
    ).replace("_x005F_x", "_x")


def excel(rows: list[list[str]], title: str) -> bytes:
    def cell(text: str) -> str:
        return f'<c t="inlineStr"><is><t xml:space="preserve">{escaped(text)}</t></is></c>'

    data = "".join(f"<row>{''.join(map(cell, row))}</row>" for row in rows)
    names = {"xl/workbook.xml": lambda xml: xml.replace('name="Sheet"', f'name="{in_xml(title)}"')}
    return repacked(
        workbook(),
        {SHEET: lambda xml: re.sub("<sheetData>.*</sheetData>", lambda _: f"<sheetData>{data}</sheetData>", xml)}
        | names,
    )


def text(rows: list[list[str]], _: str) -> bytes:
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows(rows)
    return stream.getvalue().encode("utf-8", "replace")


def ods_row(texts: Iterable[str]) -> str:
    cells = (
        f'<table:table-cell office:value-type="string"><text:p>{in_xml(text)}</text:p></table:table-cell>'
        for text in texts
    )
    return f"<table:table-row>{''.join(cells)}</table:table-row>"


def ods(rows: list[list[str]], title: str) -> bytes:
    data = "".join(map(ods_row, rows))
    table = f'<table:table table:name="{in_xml(title)}">{data}</table:table>'
    return repacked(
        (FILES / "people.ods").read_bytes(),
        {"content.xml": lambda xml: re.sub("<table:table .*</table:table>", lambda _: table, xml, flags=re.DOTALL)},
    )


def written(report: RunReport, folder: Path) -> tuple[Roster, list[str]]:
    """The results, read again, and what their first sheet says."""
    path, _ = write_results(report, folder / "a.results.xlsx", [])
    book = load_workbook(path)
    said = [str(cell) for row in book[SUMMARY_SHEET].values for cell in row if cell]
    again = read_roster(path)
    path.unlink()
    return again, said


def typed(roster: Roster) -> list[dict[str, Any]]:
    """What people have typed, without what an import writes beside it."""
    ours = {"import_status", "import_message", "import_session"}
    rows = (row for sheet in roster.sheets for row in sheet.rows)
    return [{field: cell for field, cell in row.cells.items() if field not in ours} for row in rows]


def of(folder: Path, name: str, content: bytes) -> Roster | None:
    path = folder / name
    path.write_bytes(content)
    try:
        return read_roster(path)
    except RosterError:  # headings alone, or a title that no sheet may have
        return None


@rare
@pytest.mark.parametrize(("name", "make"), [("a.xlsx", excel), ("a.csv", text), ("a.ods", ods)])
@given(cells=st.lists(TEXT | st.sampled_from(AWKWARD), min_size=9, max_size=9), heading=TEXT, title=TITLE)
@example(cells=["x\x0by"] * 9, heading="_x000B_", title="a")
@example(cells=["_x000B_"] * 9, heading="\x0b", title="_x000B_")
@example(cells=[""] * 9, heading="", title="\x08")
@example(cells=["Ada", "Lovelace", "x\x0by", "_x000B_", "\ud800", "\ufffe", "&", "]]>", "<"], heading="a", title="\x0b")
def test_whatever_stands_in_a_list_its_results_can_be_written_and_read_back(
    tmp_path: Path, name: str, make: Callable[[list[list[str]], str], bytes], cells: list[str], heading: str, title: str
) -> None:
    rows = [[*HEADINGS[:-1], heading], cells, ["Ada", "Lovelace", "a@@b", "1"]]
    roster = of(tmp_path, name, make(rows, title.strip() or "People"))
    if roster is None:
        return
    report = check(roster, load_settings(), Options(), now=NOW)
    again, said = written(report, tmp_path)
    assert ONLY_VALUES not in said or name == "a.ods"
    assert [row.ref.number for row in again.rows] == [row.ref.number for row in roster.rows]
    if name == "a.xlsx":
        assert typed(again) == typed(roster)
    json.dumps(to_json(report)).encode()


@rare
@given(words=st.lists(TEXT | st.sampled_from(AWKWARD), min_size=8, max_size=8))
@example(words=["x\x0by"] * 8)
@example(words=["_x000B_"] * 8)
@example(words=["\ud800"] * 8)
def test_whatever_the_service_says_results_can_be_written_and_read_back(tmp_path: Path, words: list[str]) -> None:
    roster = of(tmp_path, "a.xlsx", excel([list(HEADINGS), ["Ada", "Lovelace", "a@@b"]], "People"))
    assert roster is not None
    report = check(roster, load_settings(), Options(), now=NOW)
    fields = ("message", "name", "session", "booking_id", "customer_id", "customer_booking_id", "handle")
    outcome = replace(report.outcomes[0], status=Status.REFUSED, **dict(zip(fields, words, strict=False)))
    report = replace(
        report, outcomes=(outcome,), by=words[7], stopped=words[0], choices=words[1], not_known=(words[2],)
    )
    again, said = written(report, tmp_path)
    assert ONLY_VALUES not in said
    (row,) = again.rows
    assert row.cells["last_name"] == "Lovelace"


def test_answers_stand_on_their_own_sheet_where_two_titles_begin_alike(tmp_path: Path) -> None:
    """A title of another kind of file may be longer than a workbook's."""
    titles = [f"Everybody who comes to the summer camp, week {week}" for week in (1, 2)]
    tables = [
        f'<table:table table:name="{title}">{"".join(map(ods_row, (HEADINGS[:3], (name, "Lovelace", "a@@b"))))}</table:table>'
        for title, name in zip(titles, ("Ada", "Zoe"), strict=True)
    ]
    path = tmp_path / "a.ods"
    path.write_bytes(
        repacked(
            (FILES / "people.ods").read_bytes(),
            {"content.xml": lambda xml: re.sub("<table:table .*</table:table>", "".join(tables), xml, flags=re.DOTALL)},
        )
    )
    report = check(read_roster(path, sheet="all"), load_settings(), Options(), now=NOW)
    results, _ = write_results(report, tmp_path / "a.results.xlsx", [])
    book = load_workbook(results)
    for sheet in book.worksheets[1:3]:
        heading, answered = (list(row) for row in sheet.iter_rows(max_row=2, values_only=True))
        assert answered[heading.index("Import status")] == "Fix row"
