"""Lists as schools, companies and clubs send them: each comes to what ``sample_data/lists/expected.json`` says.

The first import asks at most three things, each once; the second asks nothing; what comes back can be sent again.
"""

from __future__ import annotations

import json
import re
import runpy
import shutil
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
import pytest
from openpyxl import load_workbook
from thorough import some

from importer.cli import run
from importer.cli.terminal import Terminal
from importer.model import moment_text
from importer.sandbox import Sandbox
from importer.settings import settings_path

LISTS = Path(__file__).parent.parent / "sample_data" / "lists"
EXPECTED: Mapping[str, Mapping[str, Any]] = json.loads((LISTS / "expected.json").read_text(encoding="utf-8"))
MOST_PROMPTS = 3
LONDON = ZoneInfo("Europe/London")

WAITS_FOR: Mapping[str, str] = {}
"""What a list needs that is not there yet."""


@dataclass
class Office:
    """Somebody at a terminal, with a practice service: ``asked`` is what they read before each answer."""

    sandbox: Sandbox
    capsys: pytest.CaptureFixture[str]
    answers: list[str]
    asked: list[str]
    screen: str = ""

    def answer(self, question: str) -> str:
        shown = f"{self.capsys.readouterr().err}\n{question}"
        if question.startswith("Book "):
            number = re.search(r"Type (\d+) to book them", question)
            return number[1] if number else "y"
        self.asked.append(" ".join(shown.split()))
        if not self.answers:
            raise click.Abort
        return self.answers.pop(0)

    def imports(self, path: Path, *options: str) -> Mapping[str, Any]:
        """The document of an import; what was asked stands in ``asked``."""
        self.capsys.readouterr()
        run(["import", str(path), *options, "--base-url", self.sandbox.base_url, "--json"])
        out, self.screen = self.capsys.readouterr()
        document: Mapping[str, Any] = json.loads(out)
        assert "results" in document, self.screen
        return document

    def booked(self) -> dict[str, list[str]]:
        """Who is on each session, in order, with its room where another is at the same time."""
        world = self.sandbox.world
        names = {one.id: one.name for one in (*world.services(), *world.resources())}
        labels: dict[str, list[str]] = {}
        for one in world.bookings():
            service, room = names[one.session.service_id], names[one.session.resource_id]
            label = f"{service}, {moment_text(one.session.start, LONDON)}"
            label += f", {room}" if service == "Life drawing" else ""
            labels[label] = [person.name for person in world.people(one.session.id)]
        return labels


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Office]:
    with Sandbox() as sandbox:
        there = Office(sandbox, capsys, [], [])
        monkeypatch.setenv("APPOINTEDD_API_KEY", sandbox.key)
        monkeypatch.setenv("ROSTER_CONTACT", "send")  # asked once for an address, and not for a list
        monkeypatch.setattr(Terminal, "can_ask", True)
        monkeypatch.setattr(Terminal, "ask_text", lambda _, question: there.answer(question))
        yield there


def without(booked: Mapping[str, list[str]], before: Mapping[str, list[str]]) -> dict[str, list[str]]:
    new = {label: [name for name in names if name not in before[label]] for label, names in booked.items()}
    return {label: names for label, names in new.items() if names}


def names_of(said: Mapping[str, str | int]) -> dict[str, list[str] | int]:
    return {label: names.split(", ") if isinstance(names, str) else names for label, names in said.items()}


def messages(results: Path) -> dict[str, str]:
    """What stands beside each row that is open, by its number."""
    book = load_workbook(results)
    sheets = [sheet for sheet in book if sheet.title not in ("Import summary", "Import answers")]
    found: dict[str, str] = {}
    for sheet in sheets:
        for row in sheet.iter_rows():
            if heading := next((cell for cell in row if cell.value == "Import status"), None):
                at, first = heading.column, heading.row + 1
                for number in range(first, sheet.max_row + 1):
                    status, message = (sheet.cell(number, column).value for column in (at, at + 1))
                    if status and status not in ("Booked", "Already booked", "Left out"):
                        found[str(number)] = f"{status}: {message}"
                break
    return found


@pytest.mark.parametrize("name", EXPECTED)
def test_a_list_comes_to_what_it_says(name: str, office: Office, tmp_path: Path) -> None:
    if name in WAITS_FOR:
        pytest.skip(WAITS_FOR[name])
    said = EXPECTED[name]
    options = said.get("options", ())
    path = Path(shutil.copy(LISTS / name, tmp_path))
    before = office.booked()
    office.answers[:] = [answer for _, answer in said["prompts"]]

    first = office.imports(path, *options)
    assert len(office.asked) == len(said["prompts"]) <= MOST_PROMPTS, office.asked
    for shown, (gist, _) in zip(office.asked, said["prompts"], strict=True):
        assert gist in shown
    new = without(office.booked(), before)
    wanted = names_of(said["booked"])
    assert {one: len(names) if isinstance(wanted.get(one), int) else names for one, names in new.items()} == wanted
    there = [person for one in office.sandbox.world.bookings() for person in one.people]
    mobiles = {person.name: person.profile.mobile for person in there if person.name in said.get("mobiles", {})}
    assert mobiles == said.get("mobiles", {})
    results = Path(first["results"])
    open_ = messages(results)
    assert len(open_) == said.get("attention", len(said["asks"])), open_
    for number, gist in said["asks"].items():
        assert gist in open_[number]
    if settings_path().exists():
        assert not re.search(r"2030|March|April", settings_path().read_text(encoding="utf-8")), "where, never which"

    office.asked.clear()
    posts = office.sandbox.requests["POST", "/bookings"]
    booked = sum(map(len, new.values()))
    for again in (path, results):
        document = office.imports(again, *options)
        assert office.asked == []
        assert document["totals"].get("Already booked", 0) == booked
    assert office.sandbox.requests["POST", "/bookings"] == posts


@pytest.mark.parametrize("name", some(EXPECTED, of_each=2))
def test_what_comes_back_is_corrected_and_sent_again(name: str, office: Office, tmp_path: Path) -> None:
    if name in WAITS_FOR:
        pytest.skip(WAITS_FOR[name])
    said = EXPECTED[name]
    office.answers[:] = [answer for _, answer in said["prompts"]]
    options = said.get("options", ())
    results = Path(office.imports(Path(shutil.copy(LISTS / name, tmp_path)), *options)["results"])
    book = load_workbook(results, rich_text=True)
    sheet = next(sheet for sheet in book if sheet.title not in ("Import summary", "Import answers"))
    for place, value in said["corrections"].items():
        sheet[place] = value
    book.save(results)
    before = office.booked()
    office.asked.clear()
    office.imports(results, *options)
    assert office.asked == []
    assert without(office.booked(), before) == names_of(said["then"])


def test_there_is_a_list_for_every_line_and_a_line_for_every_list() -> None:
    assert {*EXPECTED} == {path.name for path in LISTS.iterdir()} - {"expected.json"}
    assert len(EXPECTED) >= 20


def test_the_lists_are_what_their_script_makes() -> None:
    made = runpy.run_path(str(LISTS.parent / "make_lists.py"))["LISTS"]
    for name, make in made.items():
        assert cells(make(), tmp := LISTS / name) == cells(tmp.read_bytes(), tmp), name


def cells(content: bytes, path: Path) -> object:
    """What a list holds, without the moments at which a workbook was saved."""
    if path.suffix != ".xlsx":
        return content
    import io

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist() if not name.startswith("docProps")}
