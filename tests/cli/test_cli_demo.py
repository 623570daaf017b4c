"""``roster demo`` beside others who practise."""

from __future__ import annotations

import pytest
from cli_makers import Roster
from filelock import FileLock

from importer.cli.demo import _clear
from importer.cli.destination import LEDGER, practice_folder


def test_a_demo_while_another_practice_import_is_running_says_so_and_clears_nothing(roster: Roster) -> None:
    folder = practice_folder()
    folder.mkdir(parents=True)
    (folder / "practice-service.jsonl").write_text("", encoding="utf-8")
    with FileLock(f"{folder / LEDGER}.lock"):
        ended = roster("demo")
    assert ended.code == 7
    assert "Another practice import is running." in ended.err
    assert (folder / "practice-service.jsonl").exists()
    assert roster("demo").code == 0


def test_a_file_that_somebody_makes_while_the_folder_is_cleared_is_no_fault(
    roster: Roster, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert roster("demo").code == 0
    folder = practice_folder()

    def busy(there: object) -> None:
        _clear(folder)
        (folder / "practice-service.jsonl").write_text("", encoding="utf-8")

    monkeypatch.setattr("importer.cli.demo._clear", busy)
    assert roster("demo").code == 0
