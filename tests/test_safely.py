"""Files are read in a process that may die of them: what it does for us, what it may take, and what is said then."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from unittest import mock

import pytest
from deadly import MB, annotate_and_die, annotate_never, die_once, fail, limits, read_but_die_of_one, take, take_slowly
from desk import Desk
from test_hostile_files import FILES, repacked, workbook

from importer.errors import ResultsError, RosterError
from importer.importing import bounded_process, safely
from importer.importing.bounded_process import BoundedProcess, ProcessDiedError
from importer.lists import roster as lists
from importer.model import HIDDEN, Options, Place, RosterRow, RosterSheet, RowRef
from importer.settings import load_settings


@pytest.fixture
def process() -> Iterator[BoundedProcess]:
    one = BoundedProcess(most_bytes=1000 * MB, most_s=30)
    yield one
    one.close()


def test_work_that_ends_its_process_ends_nothing_else(process: BoundedProcess) -> None:
    with pytest.raises(ProcessDiedError):
        process.call(os.abort)
    assert process.call(os.path.basename, "a/b") == "b"


def test_work_that_takes_too_much_memory_is_given_up(process: BoundedProcess) -> None:
    assert process.call(take, 100) == 100 * MB
    with pytest.raises(ProcessDiedError):
        process.call(take, 2000)
    assert process.call(take, 100) == 100 * MB


def test_memory_is_watched_where_the_system_has_no_bound_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        bounded_process, "_START", "import resource; resource.setrlimit = print; " + bounded_process._START
    )
    process = BoundedProcess(most_bytes=300 * MB, most_s=30)
    assert process.call(take_slowly, 50) == 5
    with pytest.raises(ProcessDiedError):
        process.call(take_slowly, 600)
    process.close()


def test_work_without_an_end_is_given_up() -> None:
    process = BoundedProcess(most_bytes=1000 * MB, most_s=0.5)
    with pytest.raises(ProcessDiedError):
        process.call(time.sleep, 60)
    process.close()


def test_work_is_tried_once_more_where_its_process_has_died(process: BoundedProcess, tmp_path: Path) -> None:
    assert process.call(die_once, tmp_path / "mark") == "done"


def test_what_is_raised_there_is_raised_here(process: BoundedProcess) -> None:
    with pytest.raises(RosterError, match="A sentence with its remedy"):
        process.call(fail, "A sentence with its remedy.")
    with pytest.raises(ZeroDivisionError) as raised:
        process.call(divmod, 1, 0)
    assert "Traceback" in raised.value.__notes__[0]


def test_what_the_process_does_not_find_is_no_death(process: BoundedProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deadly.only_here", take, raising=False)
    monkeypatch.setattr(take, "__qualname__", "only_here")
    with pytest.raises(RuntimeError, match="only_here"):
        process.call(take, 1)


def test_the_process_has_no_key_and_leaves_no_core(process: BoundedProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APPOINTEDD_API_KEY", "secret")
    assert process.call(limits) == ("", (0, 0))


def test_after_a_ctrl_c_the_next_call_gets_its_own_answer(process: BoundedProcess) -> None:
    assert process.call(abs, -1) == 1
    threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        process.call(time.sleep, 20)
    assert process.call(abs, -2) == 2


def test_the_process_stays_warm_and_ends_with_us(process: BoundedProcess) -> None:
    import psutil

    child = process.call(os.getpid)
    assert process.call(os.getpid) == child
    process.close()
    assert not psutil.pid_exists(child)


# Rosters and results


@pytest.mark.parametrize("name", ["people.xls", "people.ods", "a.csv", "a.xlsx"])
def test_a_roster_is_read_as_it_is_without_the_process(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    made = {"a.csv": b"Name,Email\nAda Lovelace,ada@example.org\n", "a.xlsx": workbook()}
    path.write_bytes(made.get(name) or (FILES / name).read_bytes())
    assert safely.read_roster(path, load_settings(), Options()) == lists.read_roster(path)
    assert safely.look_at_headings(path) == lists.look_at_headings(path)


def test_every_part_of_a_row_comes_from_the_process_as_it_was_there(process: BoundedProcess) -> None:
    rows = (
        RosterRow(RowRef("Term", 2), {"first_name": "Ada"}),
        RosterRow(
            RowRef("Term", 3, "C.2"),
            {"start": datetime(2030, 3, 1, 10), "last_name": "Lovelace"},  # noqa: DTZ001 - a workbook's have no zone
            HIDDEN,
            is_alone=False,
            places={"start": Place(1, 4, "Spring")},
        ),
        RosterRow(RowRef("Term", 5), {}),
    )
    sheet = RosterSheet(
        "Term", 1, {"first_name": "Given"}, {"first_name": 2}, 4, ("Notes",), rows, skipped={4: "no name"}
    )
    assert process.call(replace, sheet) == sheet
    assert process.call(replace, replace(sheet, rows=rows[2:])).rows == rows[2:]


def test_a_small_file_of_endless_cells_is_refused_in_a_sentence(tmp_path: Path) -> None:
    """100,000 cells that show one text of 32,000 letters: 3 GB, of 400 kB."""
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(4, 100_000))
    path = tmp_path / "a.xlsx"
    path.write_bytes(
        repacked(
            workbook(),
            {
                "xl/worksheets/sheet1.xml": lambda xml: xml.replace("</sheetData>", f"{rows}</sheetData>"),
                "xl/sharedStrings.xml": f"<sst><si><t>{'x' * 32_000}</t></si></sst>",
            },
        )
    )
    small = BoundedProcess(most_bytes=1000 * MB, most_s=30)
    with (
        mock.patch.object(safely, "_FILES", small),
        pytest.raises(RosterError, match=r"can't be read safely|too large"),
    ):
        safely.read_roster(path, load_settings(), Options())
    small.close()


def test_a_file_of_which_its_process_dies_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "deadly.csv").write_text("Name\nAda Lovelace\n")
    with mock.patch.object(safely, "_read", read_but_die_of_one), pytest.raises(RosterError, match="read safely"):
        safely.read_roster(tmp_path / "deadly.csv", load_settings(), Options())


def test_where_the_process_dies_of_the_persons_workbook_the_answers_come_in_a_plain_one(desk: Desk) -> None:
    report = desk.run(desk.people(desk.session(), "Ada Lovelace"))
    with mock.patch("importer.results.writing.annotate", annotate_and_die):
        path, _ = safely.write_results(report, desk.folder / "a.results.xlsx", ())
    assert path.read_bytes() == b"only values"
    with (
        mock.patch("importer.results.writing.annotate", annotate_never),
        pytest.raises(ResultsError, match="can't be made"),
    ):
        safely.write_results(report, desk.folder / "b.results.xlsx", ())
    assert not (desk.folder / "b.results.xlsx").exists()
