"""``roster purge``: says what goes and what stays, asks on a terminal, and does nothing with ``--dry-run``."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from cli_makers import Roster

from importer.cli.destination import practice_folder
from importer.cli.terminal import Terminal


@pytest.fixture
def imported(roster: Roster, spring: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A roster was imported, and it is a year after its sessions; one row of it needs a person."""
    roster("import", "Spring term.csv", "--sandbox")
    monkeypatch.setattr("importer.cli.purge.now", lambda: datetime(2031, 5, 1, tzinfo=UTC))


@pytest.fixture
def ledger() -> tuple[str, str]:
    return "--ledger", str(practice_folder() / "ledger.sqlite3")


@pytest.mark.usefixtures("imported")
def test_a_dry_run_says_what_would_go_and_changes_nothing(roster: Roster, ledger: tuple[str, str]) -> None:
    before = Path(ledger[1]).read_bytes()
    ended = roster("purge", "--older-than", "90d", "--dry-run", *ledger)
    assert ended.out.splitlines() == [
        "Would go, of what ended before 31 Jan 2031:",
        "",
        "      1  run: its names, messages and roster copy",
        "      3  people booked: stay known as keyed hashes",
        "      1  results workbook",
        "    all  customer records that were read from Appointedd",
    ]
    assert (ended.code, ended.err) == (0, "")
    assert Path(ledger[1]).read_bytes() == before
    assert Path("Spring term.PRACTICE.results.xlsx").exists()


@pytest.mark.usefixtures("imported")
def test_a_purged_run_is_still_listed_but_names_nobody_and_says_so(roster: Roster, ledger: tuple[str, str]) -> None:
    assert roster("purge", "--older-than", "12w", *ledger).out.startswith("Gone, of what ended before 6 Feb 2031:")
    assert not Path("Spring term.PRACTICE.results.xlsx").exists()
    again = roster("purge", "--older-than", "12w", *ledger)
    assert again.out == "Nothing that ended before 6 Feb 2031 is left to purge.\n"
    shown = roster("runs", "1", *ledger).out
    assert "Purged   Thu 1 May 2031 01:00: names and messages are gone" in shown
    assert "\nRow 2  Booked" in shown
    assert not any(name in shown for name in ("Leo", "KHAN", "Cat", "HILL"))


@pytest.mark.usefixtures("imported")
def test_on_a_terminal_it_asks_and_no_purges_nothing(
    roster: Roster, ledger: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Terminal, "can_ask", True)
    monkeypatch.setattr(Terminal, "ask", lambda _self, question: "n" if "can't be undone" in question else "")
    ended = roster("purge", "--older-than", "90d", *ledger)
    assert ended.code == 130
    assert ended.out.endswith("Nothing was purged: you said no.\n")
    assert Path("Spring term.PRACTICE.results.xlsx").exists()
    assert roster("purge", "--older-than", "90d", "--yes", *ledger).code == 0
    assert not Path("Spring term.PRACTICE.results.xlsx").exists()


def test_an_age_that_is_none_is_told_with_the_form_to_write(roster: Roster) -> None:
    ended = roster("purge", "--older-than", "soon")
    assert ended.code == 2
    assert "--older-than soon is no age. Write it like 90d (days) or 12w (weeks)." in ended.err


def test_where_there_is_no_ledger_there_is_nothing_to_purge_and_none_is_made(roster: Roster) -> None:
    ended = roster("purge", "--older-than", "90d", "--ledger", "none.sqlite3")
    assert ended.code == 0
    assert ended.out.startswith("Nothing that ended before ")
    assert not Path("none.sqlite3").exists()
