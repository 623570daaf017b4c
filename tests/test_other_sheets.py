"""What the other sheets of a workbook were told stays when one is imported alone."""

from __future__ import annotations

from pathlib import Path

from desk import START, Desk

from importer.importing.other_sheets import answers_of_other_sheets
from importer.importing.questions import Choices
from importer.ledger import Ledger
from importer.model import Options, RunReport, Status


def told_beside(desk: Desk, report: RunReport, sheet: str) -> RunReport:
    """What the results of an import of one sheet say on the others."""
    settings = desk.settings()
    with Ledger.open(settings.ledger) as ledger:
        kept = answers_of_other_sheets(report, Choices(settings, Options(sheet=sheet)), ledger)
    assert kept
    return kept


def test_who_was_booked_by_an_import_before_the_last_is_still_told_since_when(desk: Desk) -> None:
    id_ = desk.session()
    rows = [{"Group booking ID": id_, "First name": name, "Last name": "Lovelace"} for name in ("Ada", "Zoe")]
    path = desk.workbook(A=rows[:1], B=rows[1:])
    desk.run(path, Options(sheet="A"))
    desk.clock.wait(3600)
    desk.run(path, Options(sheet="A"))
    kept = told_beside(desk, desk.run(path, Options(sheet="B")), "B")
    assert [(one.row.sheet, one.status, one.recorded) for one in kept.outcomes] == [
        ("A", Status.ALREADY_BOOKED, START),
    ]


def test_who_was_booked_without_an_id_of_their_own_is_told_since_when(tmp_path: Path) -> None:
    with Desk(tmp_path, mishaps=["odd=nobodys-id:confirm"]) as desk:
        rows = [
            {"Group booking ID": id_, "First name": name, "Last name": "Lovelace", "Email": email}
            for id_, name, email in (
                (desk.session(), "Ada", ""),
                (desk.session(), "Zoe", "zoe at example.org"),
                (desk.session(start="2030-03-09T10:00:00+00:00"), "Kit", ""),
            )
        ]
        path = desk.workbook(A=rows[:2], B=rows[2:])
        desk.run(path, Options(sheet="A"))
        kept = told_beside(desk, desk.run(path, Options(sheet="B")), "B")
    assert [(one.name, one.status, one.recorded) for one in kept.outcomes] == [
        ("Ada Lovelace", Status.BOOKED, START),
        ("Zoe Lovelace", Status.FIX_ROW, None),
    ]
