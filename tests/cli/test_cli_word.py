"""What a person says of a row that is not sure: it is held against the session, can be taken back, and is told."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cli_makers import Roster
from openpyxl import load_workbook

from importer.cli.typed_rows import the_row
from importer.errors import SettingsError
from importer.model import RowRef
from importer.sandbox import Sandbox

Open = Callable[..., tuple[Sandbox, str]]
ROWS = [RowRef("Y4", 3), RowRef("Y5", 3), RowRef("Y4", 14, "C"), RowRef("Y4", 14, "D")]


@pytest.fixture
def service(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """A practice service with a session and a list of four for it; returns it and the id of the session."""
    with ExitStack() as stack:

        def open_(*mishaps: str) -> tuple[Sandbox, str]:
            sandbox = stack.enter_context(Sandbox(mishaps=mishaps))
            made = sandbox.world.add_session("Pottery", "Studio", datetime(2031, 3, 4, 10, tzinfo=UTC), 60, 20)
            monkeypatch.setenv("APPOINTEDD_API_KEY", sandbox.key)
            monkeypatch.setenv("ROSTER_BASE_URL", sandbox.base_url)
            monkeypatch.setenv("ROSTER_SETTLE_WAIT_S", "0")
            names = ("Ada Lovelace", "Bob Orr", "Cy Pell", "Dee Lund")
            rows = [f"{made.id},{','.join(name.split())}" for name in names]
            (home / "l.csv").write_text("\n".join(["Group booking ID,First name,Last name", *rows]), encoding="utf-8")
            return sandbox, made.id

        yield open_


def there(sandbox: Sandbox, id_: str) -> list[str]:
    return sorted(person.name for person in sandbox.world.people(id_))


def message_of(home: Path, name: str) -> str:
    """What the latest results say beside a person."""
    latest = max(home.glob("l.results*.xlsx"), key=lambda path: path.stat().st_mtime_ns)
    sheet = next(one for one in load_workbook(latest) if one.title != "Import summary")
    headings = [cell.value for cell in sheet[1]]
    row = next(row for row in sheet.iter_rows(min_row=2, values_only=True) if name in row)
    return f"{row[headings.index('Import status')]}: {row[headings.index('Import message')]}"


def words(text: str) -> str:
    return " ".join(text.split())


def test_a_word_that_somebody_is_booked_is_not_taken_where_the_session_shows_nobody_who_could_be(
    home: Path, service: Open, roster: Roster
) -> None:
    sandbox, id_ = service("cut-before:confirm:nth=2")
    assert roster("import", "l.csv", "--yes").code == 4
    doubted = roster("resume", "1", "--row", "3", "--is", "booked")
    assert doubted.code == 9
    assert "The session shows nobody who could be Bob Orr." in words(doubted.err)
    assert "add --sure" in words(doubted.err)
    assert "Not sure yet" in roster("runs", "1").out
    assert roster("resume", "1", "--row", "3", "--is", "not-booked", "--sure").code == 0
    assert roster("import", "l.csv", "--yes").code == 0
    assert there(sandbox, id_) == ["Ada Lovelace", "Bob Orr", "Cy Pell", "Dee Lund"]


def test_a_word_that_was_wrong_is_told_beside_the_row_and_can_be_taken_back(
    home: Path, service: Open, roster: Roster
) -> None:
    sandbox, id_ = service("cut-before:confirm:nth=2")
    roster("import", "l.csv", "--yes")
    assert roster("resume", "1", "--row", "3", "--is", "booked", "--sure").code == 0
    roster("import", "l.csv", "--yes")
    told = message_of(home, "Orr")
    assert told.startswith("Already booked: You told us on ")
    assert "roster resume 1 --row 3 --is not-booked" in told
    assert roster("resume", "1", "--row", "3", "--is", "not-booked", "--sure").code == 0
    assert roster("import", "l.csv", "--yes").code == 0
    assert there(sandbox, id_).count("Bob Orr") == 1
    assert message_of(home, "Orr").startswith("Booked: None")


def test_a_word_that_somebody_is_not_booked_is_not_taken_where_the_session_shows_them(
    home: Path, service: Open, roster: Roster
) -> None:
    sandbox, id_ = service("late-commit=0.3:confirm:nth=2")
    roster("import", "l.csv", "--yes")
    time.sleep(0.5)
    doubted = roster("resume", "1", "--row", "3", "--is", "not-booked")
    assert doubted.code == 9
    assert "The session shows Bob Orr." in words(doubted.err)
    assert roster("resume", "1", "--row", "3", "--is", "booked").code == 0
    assert roster("import", "l.csv", "--yes").code == 0
    assert there(sandbox, id_).count("Bob Orr") == 1
    assert "through an import" not in message_of(home, "Orr")


def test_a_word_that_somebody_is_not_booked_is_not_taken_while_the_booking_may_still_come(
    service: Open, roster: Roster
) -> None:
    service("cut-before:confirm:nth=2")
    roster("import", "l.csv", "--yes")
    doubted = roster("resume", "1", "--row", "3", "--is", "not-booked")
    assert doubted.code == 9
    assert "Bob Orr may still be booked" in words(doubted.err)


def test_of_two_rows_that_are_mixed_up_neither_word_is_taken(service: Open, roster: Roster) -> None:
    service("late-commit=0.3:confirm:nth=2", "cut-before:confirm:nth=3")
    roster("import", "l.csv", "--yes")
    time.sleep(0.5)
    for row, word in (("3", "not-booked"), ("4", "booked")):
        assert roster("resume", "1", "--row", row, "--is", word).code == 9


def test_what_was_not_sure_is_shown_as_it_is_known_by_now_also_of_later_imports(service: Open, roster: Roster) -> None:
    service("cut-before:confirm:nth=2")
    for _ in range(2):
        assert roster("import", "l.csv", "--yes").code == 4
    assert roster("resume", "2", "--row", "3", "--is", "booked", "--sure").code == 0
    for run in ("1", "2"):
        shown = words(roster("runs", run).out)
        assert "You told us that this person is booked." in shown
        assert "Not sure yet" not in shown
    assert all(f"{4:>6}  {0:>4}" in line for line in roster("runs").out.splitlines()[1:3])


def test_resume_waits_until_a_reading_counts_that_does_not_show_who_was_booked(
    service: Open, roster: Roster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROSTER_SETTLE_MARGIN_S", "3")
    sandbox, id_ = service()
    assert roster("import", "l.csv", "--yes").code == 0
    sandbox.world.remove_person(id_, sandbox.world.people(id_)[1].customer_booking_id)
    assert roster("import", "l.csv", "--yes").code == 4
    waited = roster("resume", "--wait")
    assert waited.code == 0
    assert "Waiting until" in waited.out
    assert "No longer booked" in waited.out


def test_of_somebody_booked_whom_the_session_does_not_show_it_can_be_said_that_they_are_not_there(
    home: Path, service: Open, roster: Roster
) -> None:
    sandbox, id_ = service()
    roster("import", "l.csv", "--yes")
    sandbox.world.remove_person(id_, sandbox.world.people(id_)[1].customer_booking_id)
    assert roster("import", "l.csv", "--yes").code == 4
    assert roster("resume", "2", "--row", "3", "--is", "not-booked").code == 0
    assert "No longer booked" in roster("runs", "2").out
    assert roster("import", "l.csv", "--yes").code == 0
    assert message_of(home, "Orr").startswith("No longer booked")
    assert roster("import", "l.csv", "--yes", "--rebook").code == 0
    assert there(sandbox, id_).count("Bob Orr") == 1


@pytest.mark.parametrize("is_sure", [["--sure"], []])
def test_a_word_that_somebody_is_booked_holds_while_the_session_may_not_list_everybody(
    home: Path, service: Open, roster: Roster, monkeypatch: pytest.MonkeyPatch, is_sure: list[str]
) -> None:
    sandbox, id_ = service()
    monkeypatch.setenv("ROSTER_SETTLE_MARGIN_S", "0")
    for number in range(9):
        sandbox.world.add_person(id_, "Ann", f"Brown{number}")
    lists_all = cut_at_ten(sandbox)
    assert roster("import", "l.csv", "--yes").code == 0
    assert roster("import", "l.csv", "--yes").code == 4
    assert "roster resume 1 --row 3 --is booked (or not-booked)" in message_of(home, "Orr")
    for row in ("3", "4", "5"):
        assert "record" not in roster("resume", "1", "--row", row, "--is", "booked", *is_sure).out
    for _ in range(2):
        assert roster("import", "l.csv", "--yes").code == 0
        assert message_of(home, "Orr").startswith("Already booked: You told us on ")
    assert len(there(sandbox, id_)) == 13
    lists_all.append(True)
    assert roster("import", "l.csv", "--yes").code == 0
    assert message_of(home, "Orr").startswith("Already booked: Booked on ")


def cut_at_ten(sandbox: Sandbox) -> list[bool]:
    """From now on the service lists ten people of a session, until the list that is returned is filled."""
    lists_all: list[bool] = []
    play = sandbox._mishaps.play

    def cut(name: str, *given: Any) -> Any:
        answer = play(name, *given)
        if name == "bookings" and answer.status_code < 300 and not lists_all:
            body = json.loads(answer.get_data())
            for one in body["data"]:
                one["customers"] = one["customers"][:10]
            answer.set_data(json.dumps(body))
        return answer

    sandbox._mishaps.play = cut  # type: ignore[method-assign]
    return lists_all


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("14/C", RowRef("Y4", 14, "C")),
        ("Y4!14/C", RowRef("Y4", 14, "C")),
        ("Y5!3", RowRef("Y5", 3)),
        ("15", None),
        ("Y5!14/C", None),
    ],
)
def test_a_row_is_meant_by_its_number_with_its_part_and_with_its_sheet_where_it_needs_one(
    text: str, meant: RowRef | None
) -> None:
    assert the_row(text, ROWS) == meant


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("3", "Row 3 stands on several sheets. Say on which: --row 'Y4!3' or --row 'Y5!3'."),
        ("14", "Row 14 is for several. Say which: --row 'Y4!14/C' or --row 'Y4!14/D'."),
    ],
)
def test_a_row_that_could_be_several_is_told_with_what_to_type_for_each(text: str, told: str) -> None:
    with pytest.raises(SettingsError) as raised:
        the_row(text, ROWS)
    assert str(raised.value) == told
