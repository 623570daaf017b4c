"""Standard output and error decide nothing: closed, or on a full disk, the same people are booked and told of."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from cli_makers import Ended
from openpyxl import load_workbook
from thorough import some

FULL = Path("/dev/full")
pytestmark = pytest.mark.skipif(not FULL.exists(), reason="there is no full disk here, nor a shell that closes streams")

IMPORT = '"import" "Spring term.csv" --sandbox --yes'


def sh(words: str) -> Ended:
    """The program with its streams as a shell gives them."""
    done = subprocess.run(
        ["sh", "-c", f'"{sys.executable}" -m importer {words}'], capture_output=True, text=True, check=False
    )
    return Ended(done.returncode, done.stdout, done.stderr)


def booked() -> int:
    sheet = load_workbook("Spring term.PRACTICE.results.xlsx").worksheets[1]
    return sum(str(cell.value).startswith("Booked") for row in sheet for cell in row)


@pytest.mark.parametrize("closed", some(["<&- >&- 2>&-", "2>&-"], of_each=2))
def test_closed_streams_are_as_if_to_dev_null(spring: Path, closed: str) -> None:
    assert sh(f"{IMPORT} {closed}").code == 3
    assert booked() == 3


@pytest.mark.parametrize("more", some(["", "--json", "2>/dev/full"], of_each=2))
def test_a_full_disk_under_what_is_shown_keeps_nobody_from_being_booked(spring: Path, more: str) -> None:
    ended = sh(f"{IMPORT} {more} >/dev/full")
    assert ended.code == 3
    assert ("Nothing more can be shown here: No space left on device." in ended.err) == ("2>" not in more)
    assert "error in this program" not in ended.err
    assert booked() == 3


def test_where_all_is_well_a_full_disk_under_what_is_shown_ends_with_8(spring: Path) -> None:
    assert sh("runs >/dev/full") == (
        8,
        "",
        "Nothing more can be shown here: No space left on device. The command goes on.\n",
    )
    assert sh("--help >/dev/full").code == 8


def test_a_mistake_in_the_command_line_on_a_full_disk_is_still_one(spring: Path) -> None:
    assert sh("import --nonsense 2>/dev/full").code == 2


def test_a_log_file_on_a_full_disk_is_told_and_changes_nothing_else(spring: Path) -> None:
    ended = sh(f"{IMPORT} --log-file /dev/full")
    assert ended.err.count("The log file can't be written any more (OSError). The run goes on.") == 1
    assert "error in this program" not in ended.err
    assert ended.code == 3


@pytest.mark.parametrize("more", some(["2>/dev/full", ""], of_each=2))
def test_an_inbox_whose_letters_can_not_be_shown_ends_with_8_and_shows_them_next_time(spring: Path, more: str) -> None:
    Path("in").mkdir()
    spring.rename("in/Spring term.csv")
    words = "inbox in --sandbox --quiet"
    (Path("in") / "Spring term.csv.ok").touch()
    assert sh(f"{words} --require-marker >/dev/full {more}").code == 8
    ended = sh(words)
    assert "Not told before: Spring term.csv\n" in ended.out
    assert ended.code == 3
    assert sh(words) == (0, "", "")
