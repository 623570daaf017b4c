"""``roster forget``: says what goes and what stays, asks, and is never in doubt of whom."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli_makers import Answers, Roster
from test_cli_json import document

from importer.cli.destination import practice_folder

LIST = """\
Pupil,Service,Start,Email,Tel,Reference
"LOVELACE, Ada",Pottery for beginners,16/03/2030 10:00,ada@example.org,07700 900123,M-1
"LOVELACE, Ada",Wheel throwing,16/03/2030 13:00,another@example.org,,M-2
"HILL, Cat",Pottery for beginners,31/04/2030 10:00,cat@example.org,,
"""


@pytest.fixture(autouse=True)
def imported(roster: Roster, home: Path) -> None:
    (home / "Spring term.csv").write_text(LIST, encoding="utf-8")
    roster("import", "Spring term.csv", "--sandbox")


def kept(*words: str) -> list[str]:
    """Which of these words stand in the ledger, or the log beside it."""
    folder = practice_folder()
    content = b"".join(path.read_bytes().lower() for path in folder.rglob("ledger*") if path.is_file())
    return [word for word in words if word.lower().encode() in content]


def said(text: str) -> str:
    return " ".join(text.split())


def test_a_dry_run_says_what_would_go_what_stays_and_which_files_may_hold_more(roster: Roster) -> None:
    ended = roster("forget", "ada@example.org", "--sandbox", "--dry-run")
    assert ended.out.splitlines() == [
        "PRACTICE: no real bookings.",
        "To forget: Ada LOVELACE · ada@example.org · 07700 900123 · Reference M-1",
        "",
        "      1  booking: name, addresses, Reference",
        "      1  row of an import: name and message",
        "",
        "Stays:",
        "  Keyed hashes of who was booked, so that nobody is booked twice. A near name is",
        "  not seen any more.",
        "  Which rows and sessions they were.",
        "  Another person of this name, who may be the same (roster find).",
        "  What Appointedd keeps of them. Only there it can be deleted.",
        "",
        "These files may name them, too. They are yours to correct or delete. If one of",
        "them is imported again, our record has the name again.",
        "  Spring term.PRACTICE.results.xlsx",
        "  Spring term.csv",
    ]
    assert (ended.code, ended.err) == (0, "")
    assert kept("ada@example.org") == ["ada@example.org"]


def test_on_a_terminal_it_asks_and_no_forgets_nobody(roster: Roster, answers: Answers) -> None:
    asked = answers("n")
    ended = roster("forget", "ada@example.org", "--sandbox")
    assert asked == ["It can't be undone. Forget Ada LOVELACE now? y = yes, n = no [n]:"]
    assert ended.code == 130
    assert "Nothing was forgotten: you said no." in ended.out
    assert kept("ada@example.org") == ["ada@example.org"]
    answers("y")
    assert roster("forget", "ada@example.org", "--sandbox").code == 0
    assert kept("ada@example.org", "900123", "M-1") == []
    assert kept("another@example.org") == ["another@example.org"]
    assert Path("Spring term.PRACTICE.results.xlsx").exists()


def test_who_was_forgotten_is_not_booked_again_by_the_same_list(roster: Roster) -> None:
    roster("forget", "ada@example.org", "--sandbox", "--yes")
    assert "(forgotten) (same e-mail)" in said(roster("find", "ada@example.org", "--sandbox").out)
    assert "Already forgotten" in roster("forget", "ada@example.org", "--sandbox").out
    again = roster("import", "Spring term.csv", "--sandbox")
    assert "2 of 3 people are booked (2 were before)" in said(again.out)
    assert "booked" in roster("runs", "1", "--sandbox").out.lower()


def test_somebody_who_was_never_booked_is_forgotten_too(roster: Roster) -> None:
    roster("forget", "Cat Hill", "--sandbox", "--yes")
    assert kept("HILL") == []
    assert "Our record has nobody for Cat Hill." in roster("forget", "Cat Hill", "--sandbox", "--yes").out


def test_where_two_have_the_name_nobody_is_forgotten_before_one_is_named(roster: Roster, answers: Answers) -> None:
    held = roster("forget", "Ada Lovelace", "--sandbox", "--yes")
    assert held.code == 9
    assert '    roster forget "Ada Lovelace" --sandbox --run 1 --row 3' in held.err
    assert kept("ada@example.org", "another@example.org") == ["ada@example.org", "another@example.org"]
    asked = answers("2", "y")
    roster("forget", "Ada Lovelace", "--sandbox")
    assert asked[0] == "Which one? Type 1 to 2, or Enter to stop:"
    assert kept("ada@example.org", "another@example.org") == ["ada@example.org"]


def test_a_near_name_is_only_named(roster: Roster) -> None:
    ended = roster("forget", "Cat Hil", "--sandbox", "--yes")
    assert "Our record has nobody for Cat Hil." in ended.out
    assert "Perhaps you mean: Cat HILL." in ended.out
    assert kept("HILL") == ["HILL"]


def test_an_import_that_did_not_finish_comes_first(roster: Roster, home: Path) -> None:
    (home / "other.csv").write_text(LIST.replace("16/03/2030 10:00", "23/03/2030 10:00"), encoding="utf-8")
    roster("import", "other.csv", "--sandbox", "--yes", "--mishap", "refuse-key:confirm:nth=1")
    held = roster("forget", "ada@example.org", "--sandbox", "--yes")
    assert held.code == 9
    assert "Import 2 did not finish, and we keep its list until then." in said(held.err)
    assert "    roster resume 2 --sandbox" in held.err
    assert kept("ada@example.org") == ["ada@example.org"]


def test_the_document_names_nobody(roster: Roster) -> None:
    assert document(roster("forget", "Zed Nobody", "--sandbox", "--json"))["forgotten"] is False
    assert document(roster("forget", "ada@example.org", "--sandbox", "--dry-run", "--json"))["bookings"] == 1
    told = document(roster("forget", "ada@example.org", "--sandbox", "--yes", "--json"))
    assert (told["kind"], told["forgotten"], told["bookings"], told["rows"]) == ("forget", True, 1, 1)
    assert "ada" not in json.dumps({**told, "files": []}).lower()


def test_without_a_ledger_there_is_nobody_and_none_is_made(roster: Roster) -> None:
    ended = roster("forget", "Ada Lovelace", "--ledger", "none.sqlite3")
    assert (ended.code, ended.out) == (0, "Our record has nobody for Ada Lovelace.\n")
    assert not Path("none.sqlite3").exists()
