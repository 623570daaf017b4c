"""A second child or a tick goes by its own cell as a row does by its names: crossed out, or in a hidden column."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from desk import Desk, statuses
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font

from importer.importing.handing_over import hand_over
from importer.importing.questions import Choices
from importer.lists.roster import read_roster
from importer.model import CROSSED_OUT, IN_HIDDEN_COLUMN, Options, RunReport, Target
from importer.results.files import results_path

FILES = Path(__file__).parent / "files"
TICKS = (
    ("Name", "Pottery Sat 2 Mar 2030 10:00", "Pottery Sat 9 Mar 2030 10:00"),
    ("Ada Byron", "x", "x"),
    ("Alan Turing", "x", None),
)
PLAIN = (
    ("Name", "Session", "Email"),
    ("Ada Byron", "Pottery, Sat 2 Mar 2030 10:00", "a@x.org"),
    ("Alan Turing", "Pottery, Sat 2 Mar 2030 10:00", "t@x.org"),
)
FAMILIES = (("Parent", "Child 1", "Child 2"), ("Jo Brown", "Anna Brown", "Ben Brown"), ("Al Smith", "Bob Smith", None))


def strike(*places: str) -> Callable[[Any], None]:
    def change(sheet: Any) -> None:
        for place in places:
            sheet[place].font = Font(strike=True)

    return change


def hide(column: str) -> Callable[[Any], None]:
    return lambda sheet: setattr(sheet.column_dimensions[column], "hidden", True)


def listed(folder: Path, rows: tuple[Any, ...], change: Callable[[Any], None]) -> Path:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    change(book.worksheets[0])
    book.save(folder / "list.xlsx")
    return folder / "list.xlsx"


def aside(path: Path) -> dict[str, str]:
    return {row.ref.key: row.set_aside for row in read_roster(path).rows if row.set_aside}


@pytest.mark.parametrize(
    ("rows", "change", "told"),
    [
        pytest.param(FAMILIES, strike("C2"), {"2/C": CROSSED_OUT}, id="the second child"),
        pytest.param(FAMILIES, strike("B2"), {"2/B": CROSSED_OUT}, id="the first child"),
        pytest.param(FAMILIES, strike("C1"), {"2/C": CROSSED_OUT}, id="a heading of children"),
        pytest.param(FAMILIES, hide("C"), {"2/C": IN_HIDDEN_COLUMN}, id="a hidden column of children"),
        pytest.param(FAMILIES, strike("A2"), {}, id="the parent"),
        pytest.param(FAMILIES, hide("A"), {}, id="a hidden column of parents"),
        pytest.param(TICKS, strike("C2"), {"2/C": CROSSED_OUT}, id="a tick"),
        pytest.param(TICKS, strike("B1"), {"2/B": CROSSED_OUT, "3/B": CROSSED_OUT}, id="a heading of ticks"),
        pytest.param(TICKS, hide("B"), {"2/B": IN_HIDDEN_COLUMN, "3/B": IN_HIDDEN_COLUMN}, id="hidden ticks"),
        pytest.param(TICKS, hide("A"), {}, id="a hidden column of names"),
        pytest.param(PLAIN, strike("B2"), {"2": CROSSED_OUT}, id="the session of a row"),
        pytest.param(PLAIN, strike("B3"), {"3": CROSSED_OUT}, id="the session of another row"),
        pytest.param(PLAIN, strike("C2"), {}, id="an address"),
    ],
)
def test_a_part_of_a_row_that_is_crossed_out_or_hidden_waits_for_a_decision(
    tmp_path: Path, rows: tuple[Any, ...], change: Callable[[Any], None], told: dict[str, str]
) -> None:
    assert aside(listed(tmp_path, rows, change)) == told


def titled(*lines: tuple[object, ...]) -> tuple[tuple[object, ...], ...]:
    return (("Pottery, Sat 2 March 2030 10am",), ("Name", "Email"), ("Ada Byron", "a@example.org"), *lines)


def test_a_crossed_out_title_above_the_people_names_no_session(tmp_path: Path) -> None:
    rows = titled(("Alan Turing", "t@example.org"))
    assert {row.cells.get("session") for row in read_roster(listed(tmp_path, rows, strike("A1"))).rows} == {None}
    assert None not in {row.cells.get("session") for row in read_roster(listed(tmp_path, rows, strike("A9"))).rows}


def test_who_stands_under_a_crossed_out_title_waits_for_a_decision(tmp_path: Path) -> None:
    rows = titled(
        ("Pottery, Sat 9 March 2030 10am",), ("Alan Turing", "t@example.org"), ("Grace Hopper", "g@example.org")
    )
    told = 'under "Pottery, Sat 9 March 2030 10am"'
    assert aside(listed(tmp_path, rows, strike("A4"))) == {"5": told, "6": told}
    assert aside(listed(tmp_path, rows, strike("A9"))) == {}


def imported(desk: Desk, path: Path, **options: Any) -> tuple[RunReport, Path]:
    report = desk.run(path, Options(**options))
    return report, hand_over(report, results_path(path, None), Choices(desk.settings(), Options(**options)))


def test_a_crossed_out_child_is_booked_only_by_a_decision(desk: Desk) -> None:
    session = desk.session()
    path = listed(desk.folder, FAMILIES, strike("C2"))
    report, results = imported(desk, path, target=Target(session))
    assert statuses(report) == {"Anna Brown": "Booked", "Ben Brown": "Fix row", "Bob Smith": "Booked"}
    (ben,) = [one for one in report.outcomes if one.name == "Ben Brown"]
    assert "This is crossed out. Take the line off, or choose Book or Leave out" in ben.words
    assert desk.booked(session) == ["Anna Brown", "Bob Smith"]
    book = load_workbook(results)
    book["Sheet"]["C2"].font = Font()
    book.save(results)
    desk.run(results, Options(target=Target(session)))
    assert sorted(desk.booked(session)) == ["Anna Brown", "Ben Brown", "Bob Smith"]


@pytest.mark.parametrize("place", ["C2", "C1"], ids=["the tick", "its heading"])
def test_a_booked_tick_that_is_crossed_out_in_the_results_is_told_with_the_place_that_is_still_held(
    desk: Desk, place: str
) -> None:
    sessions = [desk.session(service="Pottery", start=f"2030-03-0{day}T10:00:00+00:00") for day in (2, 9)]
    report, results = imported(desk, listed(desk.folder, TICKS, lambda _sheet: None))
    assert {one.status for one in report.outcomes} == {"Booked"}
    book = load_workbook(results)
    strike(place)(book["Sheet"])
    book.save(results)
    again = desk.run(results)
    (told,) = [one for one in again.outcomes if one.needs_person]
    assert told.row.key == "2/C"
    assert "This is crossed out, but this person still holds a place on Pottery, Sat 9 Mar 2030 10:00." in told.words
    assert [desk.booked(one) for one in sessions] == [["Ada Byron", "Alan Turing"], ["Ada Byron"]]


def test_an_open_document_tells_of_hidden_columns_too(tmp_path: Path) -> None:
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    rows = "".join(
        f"<table:table-row>{''.join(cell.format(text or '') for text in row)}</table:table-row>" for row in FAMILIES
    )
    columns = '<table:table-column/><table:table-column table:number-columns-repeated="2" table:visibility="collapse"/>'
    table = f'<table:table table:name="Spring">{columns}{rows}</table:table>'
    path = tmp_path / "list.ods"
    with zipfile.ZipFile(FILES / "people.ods") as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name == "content.xml":
                text = re.sub("<table:table .*</table:table>", table, text.decode(), flags=re.DOTALL).encode()
            new.writestr(name, text)
    assert aside(path) == {"2/B": IN_HIDDEN_COLUMN, "2/C": IN_HIDDEN_COLUMN, "3/B": IN_HIDDEN_COLUMN}
