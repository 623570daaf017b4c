"""``roster undo``: as it is typed, with what is asked, told, written and gone on with."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cli_makers import Answers, Roster
from openpyxl import load_workbook
from test_cli_json import document

from importer.ledger import Ledger
from importer.lists.roster import read_roster
from importer.model import Options
from importer.sandbox import Sandbox
from importer.settings import load_settings

NAMES = ("Ada Lovelace", "Bob Orr", "Cy Pell", "Dee Lund")
Office = tuple[Sandbox, str]


@pytest.fixture
def office(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Office]]:
    """Opens a service with a session that one person is on, for a list of some."""
    with ExitStack() as stack:

        def open_(people: int = 4, *, mishaps: tuple[str, ...] = (), **rules: Any) -> Office:
            sandbox = stack.enter_context(Sandbox(mishaps=mishaps, **rules))
            made = sandbox.world.add_session("Pottery", "Studio", datetime(2031, 3, 4, 10, tzinfo=UTC), 60, 40)
            sandbox.world.add_person(made.id, "Zoe", "Marsh")
            monkeypatch.setenv("APPOINTEDD_API_KEY", sandbox.key)
            monkeypatch.setenv("ROSTER_BASE_URL", sandbox.base_url)
            monkeypatch.setenv("ROSTER_SETTLE_WAIT_S", "0")
            names = [*NAMES, *(f"Ann Extra{letter * 3}" for letter in "abcdefghijkl")][:people]
            rows = [f"{made.id},{','.join(name.split())}" for name in names]
            (home / "l.csv").write_text("\n".join(["Group booking ID,First name,Last name", *rows]), encoding="utf-8")
            return sandbox, made.id

        yield open_


def there(office: Office) -> list[str]:
    return sorted(person.name for person in office[0].world.people(office[1]))


def answers_in(path: Path) -> dict[str, str]:
    """Status and message beside each person of results."""
    sheet = next(one for one in load_workbook(path) if one.title != "Import summary")
    headings = [cell.value for cell in sheet[1]]
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    at = [headings.index(f"Import {name}") for name in ("status", "message")]
    return {
        " ".join(str(row[headings.index(name)]) for name in ("First name", "Last name")): ": ".join(
            str(row[one] or "") for one in at
        )
        for row in rows
    }


def test_an_import_is_undone_as_it_is_typed_and_the_list_comes_back_with_that(
    roster: Roster, office: Callable[..., Office], home: Path
) -> None:
    opened = office()
    assert roster("import", "l.csv").code == 0
    dry = roster("undo", "1", "--dry-run")
    assert (dry.code, len(there(opened))) == (0, 5)
    assert "NOTHING WAS REMOVED" in dry.out
    held = roster("undo", "1")
    assert (held.code, len(there(opened))) == (9, 5)
    assert "roster undo 1 --yes" in held.err
    done = roster("undo", "1", "--yes")
    assert (done.code, there(opened)) == (0, ["Zoe Marsh"])
    assert "4 of 4 people were removed." in done.out
    assert "Appointedd may write to them" in done.out
    assert "This can't be undone." in " ".join(done.out.split())
    told = answers_in(home / "l.results.xlsx")
    assert set(told) == set(NAMES)
    assert all(text.startswith("Removed: Removed by undo (import 2) on ") for text in told.values())
    again = roster("import", "l.results.xlsx")
    assert (again.code, there(opened)) == (0, ["Zoe Marsh"])
    assert answers_in(home / "l.results-2.xlsx")["Bob Orr"].startswith("No longer booked: Booked on")
    assert roster("import", "l.results.xlsx", "--rebook").code == 0
    assert len(there(opened)) == 5


@pytest.mark.parametrize(("typed", "left"), [("", 12), ("y", 12), ("11", 1)])
def test_above_ten_people_their_number_is_typed(
    roster: Roster, office: Callable[..., Office], answers: Answers, typed: str, left: int
) -> None:
    opened = office(people=11)
    roster("import", "l.csv", "--yes")
    questions = answers(typed, *([""] if typed == "y" else []))
    done = roster("undo", "1")
    assert questions[0] == "Remove 11 people now? Type 11 to remove them [Enter = no]:"
    assert (done.code, len(there(opened))) == (0 if left == 1 else 130, left)


def test_for_few_people_a_yes_is_enough(roster: Roster, office: Callable[..., Office], answers: Answers) -> None:
    opened = office()
    roster("import", "l.csv", "--yes")
    questions = answers("maybe", "y")
    assert roster("undo", "1", "--row", "3").code == 0
    assert questions == ["Remove 1 person now? [y/N]:"] * 2
    assert there(opened) == ["Ada Lovelace", "Cy Pell", "Dee Lund", "Zoe Marsh"]


def test_without_a_word_for_it_the_last_person_of_a_session_stays(
    roster: Roster, office: Callable[..., Office]
) -> None:
    opened = office(people=1)
    sandbox, session = opened
    [zoe] = sandbox.world.people(session)
    sandbox.world.remove_person(session, zoe.customer_booking_id)
    roster("import", "l.csv")
    kept = roster("undo", "1", "--yes")
    assert (kept.code, there(opened)) == (3, ["Ada Lovelace"])
    assert "The session may" in " ".join(kept.out.split()) or "the session may" in " ".join(kept.out.split())
    gone = roster("undo", "1", "--row", "2", "--empty-sessions", "--yes")
    assert (gone.code, there(opened)) == (0, [])


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("9",), "There is no import 9"),
        (("1", "--row", "77"), "Import 1 has no row 77"),
        (("2",), "Import 2 is an undo of import 1"),
    ],
)
def test_what_can_not_be_undone_is_said_and_nobody_is_removed(
    roster: Roster, office: Callable[..., Office], words: tuple[str, ...], told: str
) -> None:
    opened = office()
    roster("import", "l.csv")
    roster("undo", "1", "--row", "2", "--yes")
    ended = roster("undo", *words, "--yes")
    assert (ended.code, len(there(opened))) == (2, 4)
    assert told in ended.err


def test_where_removed_people_are_still_listed_somebody_looks_and_says_so_and_the_rest_goes_on(
    roster: Roster, office: Callable[..., Office]
) -> None:
    opened = office(cancelled="listed")
    roster("import", "l.csv")
    stopped = roster("undo", "1", "--yes")
    assert (stopped.code, len(there(opened))) == (3, 4)
    assert "lists them on the session as before" in " ".join(stopped.out.split())
    again = roster("resume", "2")
    assert (again.code, len(there(opened))) == (4, 4)
    word = roster("resume", "2", "--row", "2", "--is", "removed")
    assert (word.code, word.out) == (0, "Row 2 of import 2: removed.\n")
    on = roster("resume", "3")
    assert (on.code, there(opened)) == (0, ["Zoe Marsh"])
    doctor = " ".join(roster("doctor").out.split())
    assert "A person we remove stays on the session's list as before." in doctor
    assert roster("import", "l.csv").code == 0
    assert there(opened) == ["Zoe Marsh"]


def test_json_says_of_each_row_what_became_of_it(roster: Roster, office: Callable[..., Office]) -> None:
    office()
    roster("import", "l.csv")
    assert document(roster("undo", "1", "--dry-run", "--json"))["kind"] == "undo dry run"
    told = document(roster("undo", "1", "--row", "2", "--yes", "--json"))
    assert (told["kind"], told["run"]) == ("undo", 2)
    assert told["totals"] == {"Removed": 1, "Kept": 3}
    runs = json.loads(roster("runs", "--json").out)["runs"]
    assert [(one["run"], one["undoes"]) for one in runs] == [(2, 1), (1, None)]


def test_where_the_list_is_gone_or_changed_the_answers_come_in_a_plain_one(
    roster: Roster, office: Callable[..., Office], home: Path
) -> None:
    office()
    roster("import", "l.csv", "-o", "elsewhere.xlsx")
    (home / "l.csv").write_text("something,else\n1,2\n")
    (home / "elsewhere.xlsx").unlink()
    assert roster("undo", "1", "--yes").code == 0
    sheet = next(one for one in load_workbook(home / "l.results.xlsx") if one.title != "Import summary")
    rows = [tuple(row[:2]) for row in sheet.iter_rows(values_only=True)]
    assert rows[:3] == [("Row", "Full name"), ("row 2", "Ada Lovelace"), ("row 3", "Bob Orr")]
    assert (home / "l.csv").read_text() == "something,else\n1,2\n"


def test_another_address_is_not_taken_for_the_one_that_the_import_booked_at(
    roster: Roster, office: Callable[..., Office]
) -> None:
    opened = office()
    roster("import", "l.csv")
    other = office()
    ended = roster("undo", "1", "--yes")
    assert (ended.code, len(there(opened)), len(there(other))) == (2, 5, 1)
    assert opened[0].base_url in ended.err


def test_an_import_that_died_before_it_booked_anybody_is_undone_and_ended(
    roster: Roster, office: Callable[..., Office], home: Path
) -> None:
    opened = office()
    settings = load_settings(ledger=str(home / "l.sqlite3"))
    with Ledger.open(settings.ledger) as ledger:
        ledger.begin_run(read_roster(home / "l.csv"), Options(), settings, by="priya", now=datetime.now(UTC))
    ended = roster("undo", "1", "--yes", "--json", "--ledger", str(home / "l.sqlite3"), "--debug")
    assert (ended.code, there(opened)) == (0, ["Zoe Marsh"])
    assert json.loads(ended.out)["totals"] == {"Kept": 4}


def test_no_answers_are_written_into_an_inbox_where_they_would_be_read_as_a_new_list(
    roster: Roster, office: Callable[..., Office], home: Path
) -> None:
    opened = office(mishaps=("cut-before:confirm:nth=4",))
    inbox = home / "in"
    inbox.mkdir()
    os.utime((home / "l.csv").rename(inbox / "l.csv"), (0, 0))
    assert roster("inbox", "in").code == 4
    assert roster("resume", "1").code == 4
    assert roster("undo", "1", "--row", "2", "--yes").code in (0, 4)
    assert "Ada Lovelace" not in there(opened)
    assert [path.name for path in inbox.rglob("l.results*")] == ["l.results.xlsx"]
    assert answers_in(inbox / "attention" / "l.results.xlsx")["Ada Lovelace"].startswith("Removed:")
    assert roster("import", "in/l.csv").code == 4
    assert [path.name for path in inbox.iterdir() if path.is_file()] == ["l.csv"]
