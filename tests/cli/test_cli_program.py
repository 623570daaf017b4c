"""The program as a program: help, encodings, terminals, signals, pipes, faults."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from cli_makers import Ended, Roster
from thorough import some

from importer.cli import COMMANDS

HEAVY = {"pydantic", "python_calamine", "xlrd", "rich", "requests", "sqlalchemy", "flask", "openpyxl"}


def test_help_imports_nothing_of_ours_but_the_door_and_the_errors() -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "importer", "--help"], capture_output=True, text=True, check=True
    )
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    ours = {"importer", "importer.cli", "importer.cli.streams", "importer.errors"}
    assert {name for name in imported if name.startswith("importer")} == ours
    assert not HEAVY & imported
    assert done.stdout == (
        "Usage: roster [OPTIONS] [COMMAND] [ARGS]...\n"
        "\n"
        "  Puts a spreadsheet of people onto group bookings in Appointedd, each person\n"
        "  exactly once.\n"
        "\n"
        "Options:\n"
        "  --version   Show the version and exit.\n"
        "  -h, --help  Show this message and exit.\n"
        "\n"
        "Every day:\n"
        "  web         Open the page: all of it in a browser.\n"
        "  demo        Try it: a sample list, a practice service.\n"
        "  check       Find every problem in a roster, without the network.\n"
        "  import      Book the people of a roster.\n"
        "  sessions    List the sessions to come, with ids and free places.\n"
        "  doctor      Check the connection before anybody is booked.\n"
        "  template    Make a blank roster to fill in.\n"
        "  headings    Tell us once what a sender's columns contain.\n"
        "\n"
        '  Example: roster import "My list.xlsx" --dry-run\n'
        "\n"
        "When something went wrong:\n"
        "  resume      Finish interrupted runs, settle what is not sure yet.\n"
        "  runs        Show what was done, run by run or row by row.\n"
        "  undo        Remove the people an import has booked.\n"
        "  find        Find one person in all imports.\n"
        "\n"
        "  Example: roster resume --wait\n"
        "\n"
        "Administrators:\n"
        "  inbox       Book every roster that has come into a folder, for cron.\n"
        "  config      Show the settings in force and where each comes from.\n"
        "  schedule    Print what has a folder imported every night.\n"
        "  purge       Forget the names of runs that ended long ago.\n"
        "  forget      Forget one person.\n"
        "  completion  Let bash or zsh complete what is typed.\n"
        "  sandbox     Run the practice service until Ctrl-C.\n"
        "\n"
        "  Example: roster schedule /srv/rosters --cron\n"
        "\n"
        "  To read on: README.md, docs/coordinators.md, docs/administrators.md\n"
    )


def test_a_check_without_a_ledger_does_not_load_what_reads_one(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("First name,Last name,Service,Start\nAda,Lovelace,Pottery,2090-03-01 10:00\n")
    words = ["check", str(path), "--ledger", str(tmp_path / "none.sqlite3")]
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "importer", *words], capture_output=True, text=True, check=True
    )
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "importer.cli.check" in imported
    assert not {"sqlalchemy", "openpyxl", "requests", "flask"} & imported
    assert not (tmp_path / "none.sqlite3").exists()


@pytest.mark.parametrize("command", list(COMMANDS))
def test_every_command_explains_itself_in_80_columns_with_an_example(roster: Roster, command: str) -> None:
    ended = roster(command, "--help")
    assert ended.code == 0
    assert f"\n  Example: roster {command}" in ended.out
    assert max(map(len, ended.out.splitlines())) <= 80


def test_roster_alone_prints_the_everyday_lines(roster: Roster) -> None:
    assert roster() == (
        0,
        "Puts a spreadsheet of people onto group bookings in Appointedd.\n"
        "\n"
        "  All of it on a page, in your browser   roster web\n"
        "  Try it, no real bookings               roster demo\n"
        '  What is wrong with my sheet?           roster check  "My list.xlsx"\n'
        '  What would be booked?                  roster import "My list.xlsx" --dry-run\n'
        '  Book them                              roster import "My list.xlsx"\n'
        "  Which sessions are coming?             roster sessions\n"
        "  Does the connection work?              roster doctor\n"
        "\n"
        "Tip: type the command, a blank, then drag the file into this window: its name is\n"
        "typed for you, quotes and all.\n"
        "\n"
        "Appointedd: no key yet (APPOINTEDD_API_KEY).     All commands: roster --help\n",
        "",
    )


def test_a_program_whose_output_can_hold_few_characters_still_does_its_work(program: Roster, spring: Path) -> None:
    spring.write_text(spring.read_text("utf-8").replace("Class", "Größe №"), encoding="utf-8")
    ended = program("check", "Spring term.csv", PYTHONIOENCODING="ascii")
    assert ended.out.startswith("Spring term.csv - headings in row 1 - 4 people\n")
    assert "Not used, and not sent to Appointedd: Gr??e ?\n" in ended.out
    assert (ended.code, ended.err) == (3, "")


def test_whoever_stops_reading_early_stops_nothing(spring: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "importer", "check", "Spring term.csv"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() == 3


def test_a_fault_of_ours_is_one_sentence_and_a_traceback_only_where_it_is_asked_for(
    roster: Roster, spring: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("Zara Ali")

    monkeypatch.setattr("importer.importing.checking.check", fail)
    ended = roster("check", "Spring term.csv")
    assert (ended.code, ended.err) == (
        1,
        "This is an error in this program, not in your list (ZeroDivisionError). Who is\n"
        "booked is on record: the same command again goes on from there.\n"
        "To see where it happened, type the same line with --debug at its end.\n",
    )
    with pytest.raises(ZeroDivisionError):
        roster("check", "Spring term.csv", "--debug")


class Window:
    """A program on a terminal of 80 columns that has this encoding."""

    def __init__(self, *words: str, encoding: str = "utf-8") -> None:
        pty = pytest.importorskip("pty")
        self._encoding = encoding
        self._ours, theirs = pty.openpty()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "importer", *words],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
            env=os.environ | {"PYTHONIOENCODING": encoding, "TERM": "xterm", "LINES": "40"},
        )
        os.close(theirs)
        self.text = ""

    def read_until(self, words: str) -> None:
        end = time.monotonic() + 40
        while words not in self.text and time.monotonic() < end and self._read():
            pass
        assert words in self.text

    def type(self, line: str) -> None:
        os.write(self._ours, f"{line}\n".encode(self._encoding))

    def interrupt(self, number: int = signal.SIGINT) -> None:
        self._process.send_signal(number)

    def end(self) -> Ended:
        while self._read():
            pass
        os.close(self._ours)
        return Ended(self._process.wait(), re.sub(r"\x1b\[[0-9?;]*[A-Za-z]|\r", "", self.text), "")

    def _read(self) -> bool:
        try:
            read = os.read(self._ours, 65536)
        except OSError:
            return False
        self.text += read.decode(self._encoding, "replace")
        return bool(read)


@pytest.fixture
def without_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")


@pytest.mark.usefixtures("without_colour")
def test_on_a_terminal_of_few_characters_the_plan_is_asked_about_and_a_bar_is_drawn(spring: Path) -> None:
    window = Window("import", "Spring term.csv", "--sandbox", "--mishap", "slow=0.2:confirm", encoding="cp1252")
    window.read_until("first:")
    window.type("what?")
    window.read_until("Please type y to book")
    window.type("y")
    window.read_until("Booking  ##")
    assert not re.search(r"\x1b\[[0-9;]*[34][0-9]m", window.text), "NO_COLOR is not respected"
    ended = window.end()
    question = "PRACTICE: book 3 people now? [y/N], or type 1 to try one person first:"
    assert ended.out.count(question) == 2
    assert "3 of 4 people are booked. 1 row needs attention." in ended.out
    assert ended.code == 3


def test_ctrl_c_starts_nobody_new_writes_the_results_and_says_how_to_go_on(spring: Path) -> None:
    words = ("--sandbox", "--yes", "--workers", "1", "--mishap", "slow=1:confirm", "--trace", "shapes.jsonl")
    window = Window("import", "Spring term.csv", *words)
    window.read_until("1 of 3")
    window.interrupt()
    ended = window.end()
    assert "Stopping after whoever is being booked now. Ctrl-C again leaves at once." in ended.out
    assert "\n    roster resume --sandbox --workers 1\n" in ended.out
    assert Path("Spring term.PRACTICE.results.xlsx").is_file()
    assert "shapes.jsonl holds shapes of what was sent and answered." in ended.out
    assert Path("shapes.jsonl").read_text("ascii").count('"POST bookings"') == 2
    assert ended.code == 130


@pytest.mark.parametrize("call", some(["confirm", "reserve"], of_each=2))
def test_a_stop_does_not_wait_as_long_as_the_service_asked_for(spring: Path, call: str) -> None:
    window = Window("import", "Spring term.csv", "--sandbox", "--yes", "--mishap", f"429=200:{call}")
    window.read_until("Booking")
    time.sleep(1)
    begun = time.monotonic()
    window.interrupt(signal.SIGTERM)
    assert window.end().code == 143
    assert time.monotonic() - begun < 60
    assert Path("Spring term.PRACTICE.results.xlsx").is_file()


def test_a_second_ctrl_c_leaves_at_once(spring: Path) -> None:
    window = Window("import", "Spring term.csv", "--sandbox", "--yes", "--mishap", "slow=300:confirm")
    window.read_until("Booking")
    window.interrupt()
    window.read_until("Stopping")
    window.interrupt()
    assert window.end().code == 130


def test_sigterm_before_there_is_a_plan_writes_what_is_known_and_ends_with_143(spring: Path) -> None:
    window = Window("import", "Spring term.csv", "--sandbox", "--mishap", "slow=300:services")
    window.read_until("Looking up sessions")
    window.interrupt(signal.SIGTERM)
    ended = window.end()
    assert "Nothing was sent. What is known of the rows: Spring term.PRACTICE.results.xlsx" in ended.out
    assert ended.code == 143


def test_the_practice_service_prints_address_and_key_and_serves_until_ctrl_c(
    roster: Roster, spring: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = Window("sandbox", "--port", "0")
    window.read_until("--ledger")
    address = re.search(r"Address  (http://127.0.0.1:\d+/v1/)", window.text)
    key = re.search(r"export APPOINTEDD_API_KEY=(\S+)", window.text)
    assert address
    assert key
    monkeypatch.setenv("APPOINTEDD_API_KEY", key[1])
    assert roster("import", "Spring term.csv", "--base-url", address[1], "--dry-run").code == 3
    window.interrupt()
    assert window.end().code == 0
