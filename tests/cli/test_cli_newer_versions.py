"""Whether a list is a newer version of another is asked once at a terminal, and holds from then on."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from cli_makers import Answers, Ended, Roster

from importer.cli.terminal import Terminal

NAMES = (
    "Ada Abbey", "Ben Birch", "Cleo Crane", "Dev Dunn", "Esme Ellery", "Finn Frost", "Gwen Grange", "Hugo Hale",
    "Isla Ivory", "Jude Jarvis", "Kira Keane", "Leon Lorne",
)  # fmt: skip
FIRST, SECOND = "Yoga for seniors,8 Apr 2030 14:00", "First aid at work,3 Apr 2030 09:00"
ASKED = 'Is this a newer version of "Spring.csv", imported on'


def write(name: str, people: Iterable[str], *moved: str) -> str:
    rows = [f"{one.replace(' ', ',')},{SECOND if one in moved else FIRST}\n" for one in people]
    Path(name).write_text("First name,Last name,Service,Start\n" + "".join(rows), encoding="utf-8")
    return name


def changes(ended: Ended) -> str:
    return " ".join(ended.out.split())


@pytest.fixture
def spring(roster: Roster, answers: Answers) -> None:
    answers("y")
    assert roster("import", write("Spring.csv", NAMES), "--sandbox").code == 0


@pytest.mark.usefixtures("spring")
@pytest.mark.parametrize("yes", ["", "y", "yes"])
def test_a_newer_version_is_agreed_on_by_enter_and_who_moved_or_is_gone_is_told_before_anybody_is_booked(
    roster: Roster, answers: Answers, yes: str
) -> None:
    questions = answers(yes, "")
    ended = roster("import", write("Spring FINAL v3.csv", NAMES[1:], "Ben Birch"), "--sandbox")
    newer, book = questions
    assert newer.startswith(ASKED)
    assert newer.endswith("[Y/n]")
    assert book.startswith("PRACTICE: book 1 person now?")
    before = changes(ended)
    assert "No longer on the list: row 2 (Ada Abbey)" in before
    assert "Moved to another session: row 2 (Ben Birch)" in before


@pytest.mark.usefixtures("spring")
def test_what_was_agreed_holds_for_this_name_and_for_the_next_version_without_a_question(
    roster: Roster, answers: Answers
) -> None:
    answers("", "y")
    roster("import", write("Spring v3.csv", (*NAMES[1:], "Mina Nash")), "--sandbox")
    questions = answers()
    ended = roster("import", write("Spring v3.csv", (*NAMES[2:], "Mina Nash")), "--sandbox")
    assert "No longer on the list: row 2 (Ben Birch)" in changes(ended)
    ended = roster("import", write("Spring v4.csv", (*NAMES[3:], "Mina Nash")), "--sandbox")
    assert "No longer on the list: row 2 (Cleo Crane)" in changes(ended)
    assert '"Spring v3.csv"' in changes(ended)
    ended = roster("import", write("Spring v4.csv", (*NAMES[3:],)), "--sandbox")
    assert "No longer on the list: row 11 (Mina Nash)" in changes(ended)
    assert questions == []


@pytest.mark.usefixtures("spring")
def test_a_list_that_is_no_newer_version_is_kept_apart_for_good(roster: Roster, answers: Answers) -> None:
    questions = answers("n", "y")
    ended = roster("import", write("Helpers.csv", (*NAMES[1:], "Mina Nash")), "--sandbox")
    assert "longer on the list" not in changes(ended)
    assert [one.partition("?")[0][:12] for one in questions] == ["Is this a ne", "PRACTICE: bo"]
    questions = answers()
    ended = roster("import", write("Helpers.csv", NAMES[2:]), "--sandbox")
    assert {"Ben Birch", "Mina Nash"} == {*re.findall("Ben Birch|Mina Nash|Ada Abbey", changes(ended))}
    assert roster("import", write("Spring.csv", NAMES), "--sandbox").code == 0
    assert questions == []


@pytest.mark.usefixtures("spring")
def test_nothing_is_booked_or_kept_where_the_question_is_stopped(roster: Roster, answers: Answers) -> None:
    name = write("Spring v3.csv", (*NAMES[1:], "Mina Nash"))
    answers()
    ended = roster("import", name, "--sandbox")
    assert ended.code == 130
    assert "you stopped at the question" in ended.out
    questions = answers("what?", "", "")
    ended = roster("import", name, "--sandbox")
    assert [one.startswith(ASKED) for one in questions] == [True, True, False]
    assert "Please type y or n." in ended.err


@pytest.mark.usefixtures("spring")
def test_without_a_terminal_it_is_told_and_holds_nothing(roster: Roster) -> None:
    ended = roster("import", write("Spring v3.csv", (*NAMES[1:], "Mina Nash")), "--sandbox", "--yes", "--json")
    assert json.loads(ended.out)["totals"] == {"Already booked": 11, "Booked": 1}
    assert "Ada Abbey" in ended.err


@pytest.mark.usefixtures("spring")
def test_without_a_terminal_a_version_is_held_where_it_looks_odd_once_names_may_change(
    roster: Roster, answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = write("Spring short.csv", NAMES[4:])
    monkeypatch.setattr(Terminal, "can_ask", False)
    assert roster("import", short, "--sandbox", "--dry-run").code == 3
    answers("", "y")
    roster("import", write("Spring v2.csv", (*NAMES, "Mina Nash")), "--sandbox")
    monkeypatch.setattr(Terminal, "can_ask", False)
    ended = roster("import", short, "--sandbox")
    assert ended.code == 9
    assert "The last import (2) had 13. Has it been cut short?" in " ".join(ended.err.split())


def test_a_list_for_another_day_asks_nothing(roster: Roster, answers: Answers) -> None:
    answers("y")
    roster("import", write("Spring.csv", NAMES), "--sandbox")
    questions = answers("")
    roster("import", write("April.csv", NAMES, *NAMES), "--sandbox")
    assert [one.partition("?")[0] for one in questions] == ["PRACTICE: book 12 people now"]
