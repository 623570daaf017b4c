"""What is asked and said about e-mail addresses and telephone numbers: sent, or kept here."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
from cli_makers import Answers, Roster

from importer.sandbox import Sandbox

NOW = datetime(2030, 3, 1, 9, tzinfo=UTC)


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """A service that is no practice to the command line."""
    with Sandbox(clock=lambda: NOW) as sandbox:
        monkeypatch.setenv("APPOINTEDD_API_KEY", sandbox.key)
        monkeypatch.setenv("ROSTER_BASE_URL", sandbox.base_url)
        yield sandbox


def addresses(there: Sandbox) -> set[str]:
    """The addresses and numbers of everybody who was booked through the API."""
    people = [one for booking in there.world.bookings(None) for one in there.world.people(booking.session.id)]
    return {text for one in people if one.source == "api" for text in (one.email, one.mobile, one.profile.phone)} - {""}


def said(text: str) -> str:
    return " ".join(text.split())


def test_the_first_import_asks_what_is_passed_on_before_its_plan_and_keeps_the_answer(
    roster: Roster, spring: Path, there: Sandbox, answers: Answers
) -> None:
    asked = answers("what", "none", "y")
    first = roster("import", spring.name)
    assert "2 people have an e-mail address or a telephone number in this list." in said(first.out)
    assert asked[0] == 'Type "send" to send them, "none" to keep them here, or Enter to stop:'
    plan = said(first.out)
    assert "Sent first name, last name, places Payment" in plan
    assert "e-mail addresses and telephone numbers stay here" in plan
    assert addresses(there) == set()
    spring.write_text(spring.read_text("utf-8").replace("31/04", "16/03"), encoding="utf-8")
    asked = answers("y")
    later = said(roster("import", spring.name).out)
    assert "stay here, as in import 1. To send them: --contact send" in later
    assert len(asked) == 1
    assert addresses(there) == set()


def test_enter_at_that_question_books_nobody(roster: Roster, spring: Path, there: Sandbox, answers: Answers) -> None:
    answers("")
    ended = roster("import", spring.name)
    assert ended.code == 130
    assert there.requests["POST", "/bookings"] == 0


def test_where_nobody_is_asked_addresses_are_sent_and_the_plan_says_how_to_keep_them(
    roster: Roster, spring: Path, there: Sandbox
) -> None:
    ended = roster("import", spring.name, "--yes")
    assert "To keep addresses and numbers here: --contact none" in said(ended.out)
    assert "leo@example.org" in addresses(there)


def test_a_dry_run_asks_nothing_of_addresses(roster: Roster, spring: Path, there: Sandbox, answers: Answers) -> None:
    asked = answers()
    roster("import", spring.name, "--dry-run")
    assert asked == []
    assert there.requests["POST", "/bookings"] == 0


def test_practice_does_not_ask_what_is_passed_on(roster: Roster, spring: Path, answers: Answers) -> None:
    asked = answers("n")
    roster("import", spring.name, "--sandbox")
    assert len(asked) == 1
    assert asked[0].startswith("PRACTICE: book")


@pytest.mark.usefixtures("there")
def test_the_first_sheet_and_the_document_say_what_was_passed_on(roster: Roster, spring: Path) -> None:
    ended = roster("import", spring.name, "--yes", "--contact", "none", "--json")
    assert json.loads(ended.out)["contact"] == "none"
    sheet = openpyxl.load_workbook(spring.with_name("Spring term.results.xlsx"))["Import summary"]
    told = {str(cell.value) for row in sheet.iter_rows() for cell in row}
    assert "stay here: e-mail addresses and telephone numbers are not sent" in told
