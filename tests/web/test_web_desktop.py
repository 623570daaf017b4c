"""The page is opened from the desktop, and by the lines that people type first."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from desk import Desk
from web_makers import page_of

from importer.ledger import Ledger
from importer.web.desktop.shortcut import shortcut


@pytest.mark.parametrize(
    ("system", "name", "line"),
    [
        ("win32", "Roster importer.cmd", '@start "" /min "C:\\My Python\\python.exe" -P -m importer web'),
        ("darwin", "Roster importer.command", "exec 'C:\\My Python\\python.exe' -P -m importer web"),
        ("linux", "roster-importer.desktop", "Exec='C:\\My Python\\python.exe' -P -m importer web"),
    ],
)
def test_each_system_has_its_file(tmp_path: Path, system: str, name: str, line: str) -> None:
    made = shortcut(tmp_path, system=system, python="C:\\My Python\\python.exe")
    made.put()
    assert line in (tmp_path / name).read_text(encoding="utf-8").splitlines()
    assert shortcut(tmp_path, system=system).is_there


@pytest.mark.skipif(os.name != "posix", reason="a script of a shell")
def test_what_is_put_there_starts_this_program(tmp_path: Path) -> None:
    made = shortcut(tmp_path, system="darwin", python=sys.executable)
    made.put()
    line = made.content.splitlines()[1].replace("importer web", "importer web --help")
    assert "Open the page" in subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=True).stdout


def test_it_is_offered_until_it_is_there_and_not_in_practice(
    desk: Desk, ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importer.web.desktop.routes.desktop_folder", lambda: tmp_path)
    browser = page_of(desk, ledger, is_practice=False)
    browser.sign_in()
    browser.get("/")
    assert "Put it on the desktop" in browser.text
    browser.post("/desktop")
    browser.get("/")
    assert "Put it on the desktop" not in browser.text
    assert shortcut(tmp_path).is_there
