"""Whatever goes wrong around the booking itself, a fault of ours or a full disk: the answers come back, and are true."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from cli_makers import Roster

from importer.errors import LedgerError
from importer.importing import carrying_out, handing_over, preparing, recording
from importer.ledger import Ledger
from importer.ledger.runs import Runs
from importer.sandbox import Sandbox

RESULTS = "Spring term.PRACTICE.results.xlsx"


def fails(error: Exception) -> Callable[..., Any]:
    def call(*_given: object, **_more: object) -> Any:
        raise error

    return call


def answers() -> dict[str, str]:
    """The status beside each person, as the results have it."""
    sheet = openpyxl.load_workbook(RESULTS).worksheets[1]
    headings, *rows = sheet.iter_rows(values_only=True)
    at = headings.index("Import status")
    return {str(row[0]): str(row[at]).removesuffix(" (PRACTICE)") for row in rows}


@pytest.fixture
def booked(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """How many confirms the practice services of a test have taken."""
    made: list[Sandbox] = []
    begin = Sandbox.__enter__

    def enter(sandbox: Sandbox) -> Sandbox:
        made.append(sandbox)
        return begin(sandbox)

    monkeypatch.setattr(Sandbox, "__enter__", enter)
    return lambda: sum(one.requests["POST", "/bookings"] for one in made)


@pytest.mark.parametrize("error", [ValueError("odd"), LedgerError("The ledger is full.")], ids=["fault", "full"])
@pytest.mark.parametrize(
    ("where", "name", "is_booked"),
    [
        (preparing, "make_plan", False),
        (carrying_out, "is_of_same_roster_by", False),
        (Ledger, "remember_sessions", False),
        (carrying_out, "book", False),
        (recording, "lessons", True),
        (carrying_out, "report_of", True),
        (Runs, "finish", True),
        (handing_over, "answers_of_other_sheets", True),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_fault_anywhere_leaves_results_that_are_true(
    roster: Roster,
    spring: Path,
    booked: Callable[[], int],
    monkeypatch: pytest.MonkeyPatch,
    where: Any,
    name: str,
    is_booked: bool,
    error: Exception,
) -> None:
    with monkeypatch.context() as patched:
        if where is Ledger:
            before = Ledger.__init__

            def made(ledger: Ledger, *given: Any, **more: Any) -> None:
                before(ledger, *given, **more)
                ledger.remember_sessions = fails(error)  # type: ignore[method-assign]

            patched.setattr(Ledger, "__init__", made)
        else:
            patched.setattr(where, name, fails(error))
        ended = roster("import", "Spring term.csv", "--sandbox", "--yes")
    expected = {"fault": 1, "full": 8}["full" if isinstance(error, LedgerError) else "fault"]
    assert ended.code == (3 if where is handing_over else expected)
    assert "Traceback" not in ended.out + ended.err
    assert booked() == (3 if is_booked else 0)
    told = answers()
    wanted = {"Booked", "Already booked"} if is_booked else {"Not booked yet"}
    assert {told[name] for name in told if "HILL" not in name} <= wanted
    assert ("Nothing was sent" in ended.out + ended.err) <= (not is_booked)
    again = roster("import", "Spring term.csv", "--sandbox", "--yes")
    assert again.code == 3
    assert booked() == 3
