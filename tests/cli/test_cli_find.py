"""``roster find``: one person in all imports, on the screen, as a document, and as a text to hand over."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from cli_makers import Answers, Roster
from test_cli_json import document

LIST = """\
Pupil,Service,Start,Email,Tel,Reference
"LOVELACE, Ada",Pottery for beginners,16/03/2030 10:00,ada@example.org,07700 900123,M-1
"LOVELACE, Ada",Wheel throwing,16/03/2030 13:00,another@example.org,,M-2
"HILL, Cat",Pottery for beginners,31/04/2030 10:00,cat@example.org,,
"LOVELASE, Ada",Pottery for beginners,16/03/2030 10:00,,,
"""


@pytest.fixture(autouse=True)
def imported(roster: Roster, home: Path) -> None:
    (home / "Spring term.csv").write_text(LIST, encoding="utf-8")
    roster("import", "Spring term.csv", "--sandbox")


def said(text: str) -> str:
    return " ".join(text.split())


def test_where_somebody_is_booked_is_shown_and_near_names_stand_apart(roster: Roster) -> None:
    ended = roster("find", "ada@example.org", "--sandbox")
    sure, _, perhaps = said(ended.out).partition("Perhaps:")
    assert "Ada LOVELACE · ada@example.org · 07700 900123 · Reference M-1 (same e-mail)" in sure
    assert 'Booked Pottery for beginners, Sat 16 Mar 2030 10:00 "Spring term.csv", row 2 (import 1' in sure
    assert "another@example.org" not in sure
    assert "another@example.org · Reference M-2 (equal name, other address)" in perhaps
    assert (ended.code, ended.err) == (0, "")
    assert "Ada LOVELASE (near name)" in said(roster("find", "Ada Lovelace", "--sandbox").out)


def test_a_row_that_was_never_booked_says_what_is_wrong_with_it(roster: Roster) -> None:
    out = said(roster("find", "Cat Hill", "--sandbox").out)
    assert 'Fix row "Spring term.csv", row 4 (import 1' in out
    assert '"Start": 31/04/2030 is not a date.' in out


def test_nobody_is_said_plainly(roster: Roster) -> None:
    ended = roster("find", "Zed Nobody", "--sandbox")
    assert "Our record has nobody for Zed Nobody." in ended.out
    assert ended.code == 0


def test_a_look_asks_the_service_too(roster: Roster) -> None:
    assert "Looked up: on the session now." in roster("find", "M-1", "--sandbox", "--look").out


def test_the_document_has_every_booking_and_row(roster: Roster) -> None:
    told = document(roster("find", "Ada Lovelace", "--sandbox", "--json"))
    assert [one["bookings"][0]["row"] for one in told["people"]] == [2, 3]
    assert told["people"][0]["evidence"] == ["equal name"]
    assert [one["name"] for one in told["perhaps"]] == ["Ada LOVELASE"]
    assert (told["kind"], told["exit_code"]) == ("find", 0)


@pytest.mark.skipif(os.name == "nt", reason="rights are those of POSIX")
def test_what_is_kept_of_one_person_is_written_for_them_alone_and_over_nothing(roster: Roster, home: Path) -> None:
    ended = roster("find", "ada@example.org", "--sandbox", "--export", "ada.txt")
    text = said((home / "ada.txt").read_text("utf-8"))
    assert stat.S_IMODE((home / "ada.txt").stat().st_mode) == 0o600
    assert "What is kept of them is in ada.txt." in said(ended.out)
    for kept in ("Ada LOVELACE", "07700 900123", "M-1", "Booked on", "Spring term.PRACTICE.results.xlsx"):
        assert kept in text
    assert "another@example.org" not in text
    assert "LOVELASE" not in text
    again = roster("find", "ada@example.org", "--sandbox", "--export", "ada.txt")
    assert again.code == 8
    assert "is there already" in again.err


def test_where_two_have_the_name_the_one_who_is_meant_is_named_by_a_row(roster: Roster, home: Path) -> None:
    held = roster("find", "Ada Lovelace", "--sandbox", "--export", "ada.txt")
    assert held.code == 9
    assert '    roster find "Ada Lovelace" --export ada.txt --sandbox --run 1 --row 3' in held.err
    assert not (home / "ada.txt").exists()
    roster("find", "Ada Lovelace", "--export", "ada.txt", "--sandbox", "--run", "1", "--row", "3")
    assert "another@example.org" in (home / "ada.txt").read_text("utf-8")
    assert roster("find", "Ada Lovelace", "--sandbox", "--run", "1", "--row", "9").code == 2
    assert roster("find", "Ada Lovelace", "--sandbox", "--row", "3").code == 2


def test_on_a_terminal_the_one_who_is_meant_is_asked_by_number(roster: Roster, home: Path, answers: Answers) -> None:
    asked = answers("3", "2")
    roster("find", "Ada Lovelace", "--sandbox", "--export", "ada.txt")
    assert asked[0] == "Which one? Type 1 to 2, or Enter to stop:"
    assert "another@example.org" in (home / "ada.txt").read_text("utf-8")
    answers("")
    assert roster("find", "Ada Lovelace", "--sandbox", "--export", "other.txt").code == 9
