"""What the command line says of sheets, of rows put aside, and of a roster that comes on standard input."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from cli_makers import SPRING, Roster
from openpyxl import Workbook, load_workbook

from importer.ledger import Ledger


def two_sheets(path: Path) -> Path:
    book = Workbook()
    book.active.title = "Spring"
    other = book.create_sheet("Summer")
    for sheet, names in ((book.active, ("Ada Lovelace", "Alan", "Grace Hopper")), (other, ("Cat Hill", "Zoë"))):
        sheet.append(["Name", "Service", "Start"])
        for name in names:
            sheet.append([name, "Pottery for beginners", "16 Mar 2030 10:00"])
    book.active.row_dimensions[4].hidden = True
    book.save(path)
    return path


def test_the_first_lines_name_rows_put_aside_and_sheets_that_were_not_read(home: Path, roster: Roster) -> None:
    said = roster("check", str(two_sheets(home / "a.xlsx"))).out.splitlines()
    assert "Waiting for your decision: row 4 (hidden)" in said
    assert 'Also with headings: "Summer" (2 people). For all of them: --sheet all' in said


def test_with_all_sheets_every_row_says_on_which_it_stands(home: Path, roster: Roster) -> None:
    done = roster("check", str(two_sheets(home / "a.xlsx")), "--sheet", "all", "--hidden", "skip")
    assert "Left out: row 4 (hidden)" in done.out
    assert "Also with headings" not in done.out
    assert '  "Spring" row 3' in done.out
    assert '  "Summer" row 3' in done.out
    assert "roster check a.xlsx --sheet all --hidden skip" in done.out
    assert max(map(len, done.out.splitlines())) <= 80


def test_a_summary_says_that_other_sheets_were_not_read(home: Path, roster: Roster) -> None:
    roster("check", str(two_sheets(home / "a.xlsx")), "-o", "out.xlsx")
    summary = load_workbook(home / "out.xlsx")["Import summary"]
    said = [str(cell.value) for row in summary for cell in row if cell.value]
    assert '"Summer" (2) have people under headings, too. To read all of them, import with --sheet all' in said


def test_a_roster_comes_on_standard_input_and_its_results_are_named_by_its_content(home: Path) -> None:
    command = [sys.executable, "-m", "importer", "import", "-", "--sandbox", "--yes"]
    done = subprocess.run(command, input=SPRING.encode("utf-16"), capture_output=True, check=False)
    out = done.stdout.decode()
    (results,) = home.glob("standard input *.PRACTICE.results.xlsx")
    assert results.name.removesuffix(".PRACTICE.results.xlsx") in out
    assert f'roster import "{results.name}" --sandbox' in out
    assert done.returncode == 3


def test_a_run_of_a_file_without_an_ending_can_be_resumed(home: Path, roster: Roster) -> None:
    (home / "list").write_text(SPRING, encoding="utf-8")
    assert roster("import", "list", "--sandbox", "--yes", "--first", "1").code == 0
    done = roster("resume", "--sandbox")
    assert "gone" not in done.out + done.err
    assert (home / "list.PRACTICE.results.xlsx").exists()


def test_a_word_for_a_row_that_stands_on_two_sheets_has_to_name_the_sheet(home: Path, roster: Roster) -> None:
    two_sheets(home / "a.xlsx")
    hasty = ("--sandbox", "--settle-wait-s", "0", "--mishap", "cut-before:confirm:from=1")
    assert roster("import", "a.xlsx", "--sheet", "all", "--yes", *hasty).code == 4
    asked = roster("resume", "1", "--row", "2", "--is", "not-booked", "--sandbox")
    assert asked.code == 2
    assert 'Say on which: --row "Spring!2" or --row "Summer!2".' in " ".join(asked.err.split()).replace("'", '"')
    assert roster("resume", "1", "--row", "Summer!2", "--is", "not-booked", "--sure", "--sandbox").code == 0
    said = roster("runs", "1", "--sandbox").out
    assert said.index('Sheet "Spring"') < said.index('Sheet "Summer"')


def test_a_word_for_a_part_of_a_row_is_taken_for_that_part_alone(home: Path, roster: Roster) -> None:
    two_sheets(home / "a.xlsx")
    hasty = ("--sandbox", "--settle-wait-s", "0", "--mishap", "cut-before:confirm:from=1")
    assert roster("import", "a.xlsx", "--yes", *hasty).code == 4
    (path,) = (path for path in home.parent.rglob("*.sqlite3") if "ledger" in path.name)
    with Ledger.open(path) as ledger:
        whole = ledger.unknown()[0]
        for part in "CD":
            ledger.save(replace(whole, id=0, row=whole.row._replace(number=14, part=part)))
    unclear = roster("resume", "1", "--row", "14", "--is", "booked", "--sandbox")
    assert unclear.code == 2
    assert "--row 'Spring!14/C' or --row 'Spring!14/D'" in unclear.err
    said = roster("resume", "1", "--row", "Spring!14/C", "--is", "booked", "--sure", "--sandbox")
    assert (said.code, said.out) == (0, "Row Spring!14/C of import 1: booked.\n")
    assert roster("resume", "1", "--row", "14/D", "--is", "not-booked", "--sure", "--sandbox").code == 0
    with Ledger.look(path) as ledger:
        assert [one.row.part for one in ledger.unknown() if one.row.part] == []
        assert [one.row.key for one in ledger.entries([whole.booking_id]) if one.row.part] == ["14/C"]
