"""SECURITY.md: the files that it lists are those that are written, with those modes, and one host is spoken to."""

from __future__ import annotations

import os
import re
import socket
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
from cli_makers import Roster

from importer.ledger import Ledger
from importer.sandbox import Sandbox
from importer.settings import load_settings
from importer.web.serving import PageFiles

PAGE = (Path(__file__).parents[2] / "SECURITY.md").read_text("utf-8")
BY_THE_PERSON = {"Spring term.csv", "appointedd-key"}


def listed() -> dict[str, str]:
    """Mode by pattern, of every file that the table names."""
    rows = re.findall(r"^\| (`.*?) \| (.*?) \|", PAGE, re.MULTILINE)
    return {name: mode for names, mode in rows for name in re.findall(r"`([^`-][^` ]*(?: [a-z]+\.xlsx)?)`", names)}


@pytest.fixture
def spoken_to(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    hosts: set[str] = set()
    look_up = socket.getaddrinfo

    def remember(host: str, *rest: Any, **more: Any) -> Any:
        hosts.add(host)
        return look_up(host, *rest, **more)

    monkeypatch.setattr("socket.getaddrinfo", remember)
    return hosts


@pytest.mark.skipif(os.name != "posix", reason="Windows has other rights")
def test_every_file_that_is_written_is_listed_with_its_mode_and_the_other_way_round(
    roster: Roster, home: Path, spring: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importer.cli.log_file.LARGEST", 2000)
    place = ("--api-key-file", "appointedd-key", "--log-file", "log/roster.log")
    with Sandbox(mishaps=["refuse-key:confirm:nth=2"]) as service:
        (home / "appointedd-key").write_text(service.key, encoding="utf-8")
        (home / "appointedd-key").chmod(0o600)
        assert roster("import", "Spring term.csv", "--base-url", service.base_url, *place).code == 6
    teach = ["headings", "Spring term.csv", "--as", "Tel=Mobile"]
    assert [roster(*words).code for words in (["demo"], ["template"], teach)] == [0, 0, 0]
    (home / "in").mkdir()
    (home / "in" / "no roster.pdf").write_text("x", encoding="utf-8")
    os.utime(home / "in" / "no roster.pdf", (1, 1))
    assert roster("inbox", "in", "--sandbox").code == 5
    kept_by_the_page(load_settings().ledger)
    # A crash in the middle of writing results leaves them under the name that they have until they are whole.
    monkeypatch.setattr("importer.results.files.Path.unlink", lambda *_args, **_more: None)
    monkeypatch.setattr("importer.results.files.Path.replace", lambda _self, _to: _die())
    assert roster("check", "Spring term.csv", "-o", "checked.xlsx").code == 130
    data = load_settings().ledger.parent
    # Copies of before an upgrade are looked at in test_ledger_versions.py, lists on the page in test_web_adding.py.
    unseen = set(listed()) - {
        "practice-service/*",
        "ledger.sqlite3.before-*",
        "ledger-drafts/*",
        "ledger-results/*",
        "ledger-page.audit",
    }
    with Ledger.open(data / "ledger.sqlite3"):
        for path in [*home.rglob("*"), *data.rglob("*")]:
            if path.is_file() and path.name not in BY_THE_PERSON and path.suffix != ".pdf":
                name = str(path.relative_to(data if path.is_relative_to(data) else path.parent))
                matching = [pattern for pattern in listed() if fnmatch(name, pattern)]
                assert matching, f"{name} is not listed"
                unseen -= set(matching)
                mode = listed()[matching[0]]
                assert mode in (f"{path.stat().st_mode & 0o777:o}", "as you have set it"), name
    assert unseen == set()


def kept_by_the_page(ledger: Path) -> None:
    """What a page leaves behind that was killed."""
    with PageFiles(ledger) as files:
        files.key()
        files.new_link("http://127.0.0.1:8740/")
        kept = {path: path.read_bytes() for path in ledger.parent.glob("*-page.*")}
    for path, content in kept.items():
        path.touch(0o600)
        path.write_bytes(content)


def _die() -> None:
    raise KeyboardInterrupt


def test_nobody_but_the_host_of_base_url_is_spoken_to(
    roster: Roster, spring: Path, spoken_to: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with Sandbox() as service:
        monkeypatch.setenv("APPOINTEDD_API_KEY", service.key)
        spoken_to.clear()
        assert roster("check", "Spring term.csv").code == 3
        assert spoken_to == set()
        assert roster("import", "Spring term.csv", "--base-url", service.base_url).code == 3
    assert spoken_to == {"127.0.0.1"}


def test_the_page_is_one_page() -> None:
    assert len(PAGE.split()) < 1000
