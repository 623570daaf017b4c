"""Ten people with three sessions each: whatever is lost, dies or is sorted, each is on each of them exactly once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
from desk import Desk
from effects import Effects
from openpyxl import load_workbook
from test_answers_sheet import SHEET, Club, Row, a_copy_without_our_sheets, changed, read
from test_exactly_once import BOOKED
from thorough import some

from importer.importing import resuming
from importer.ledger import Ledger
from importer.model import RunReport, Status
from importer.results.files import results_path
from importer.results.writing import write_results

NAMES = tuple(f"{word.title()} {word[::-1].title()}" for word in "quill brome vexed jumpy fight dwarz calyx hutch nomad spoke".split())  # fmt: skip # noqa: SIM905
LOST = (
    ["cut-after:confirm:0.15", "cut-before:confirm:0.1"],
    ["late-commit=0.5:confirm:0.1", "5xx-after:confirm:0.1"],
    ["html:confirm:0.15", "5xx-before:reserve:0.1"],
)


class Term:
    """A list that goes to and fro, and what people do with it in between."""

    def __init__(self, club: Club, effects: Effects, random: Random) -> None:
        self.club, self.effects, self.random = club, effects, random
        rows: list[Row] = [(name, f"{name[:4].lower()}@example.org", "x", "x", "x") for name in NAMES]
        self.first = self.latest = club.list(*rows)

    def send(self, path: Path, *, dies_at: int = 0) -> RunReport | None:
        """A process of its own imports the file and hands the results back, unless it dies."""
        report = self.effects.live(
            lambda: self.club.desk.run_of(read(path), workers=3, settle_wait_s=0.5, name_order="first-last"), dies_at
        )
        if report:
            self._is_true(report)
            self.latest = write_results(report, results_path(self.first, None), ())[0]
            with Ledger.open(self.club.desk.settings().ledger) as ledger:
                ledger.results_written(report.run, self.latest, f"{report.run}")
        return report

    def rework(self) -> Path:
        """The results as somebody sends them on: sorted, without our sheets, or the first file once more."""
        change = self.random.choice([self._shuffle, self._shuffle, a_copy_without_our_sheets, lambda _: None])
        path = self.random.choice([self.latest, self.latest, self.first])
        return path if path == self.first else changed(path, change)

    def _shuffle(self, book: Any) -> None:
        sheet = book[SHEET]
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
        self.random.shuffle(rows)
        for at, row in enumerate(rows, start=2):
            for column, value in enumerate(row, start=1):
                sheet.cell(at, column).value = value

    def _is_true(self, report: RunReport) -> None:
        there = {id_: self.club.desk.booked(id_) for id_ in self.club.ids}
        for one in report.outcomes:
            if one.status is not Status.NOT_SURE_YET and one.booking_id:
                assert (one.name in there[one.booking_id]) == (one.status in BOOKED), (one.row, one.status, one.message)


@pytest.mark.parametrize("seed", some(range(6), of_each=2))
def test_each_person_is_on_each_session_once_whatever_is_lost_and_however_the_list_is_sorted(
    open_desk: Callable[..., Desk], effects: Effects, seed: int
) -> None:
    random = Random(seed)
    club = Club(open_desk(mishaps=LOST[seed % 3]), places=(12, 12, 12))
    term = Term(club, effects, random)
    term.send(term.first, dies_at=random.choice([0, random.randrange(20, 150)]))
    for _ in range(3):
        club.desk.clock.wait(random.choice([60, 3600]))
        term.send(term.rework(), dies_at=random.choice([0, random.randrange(20, 150)]))
    club.desk.sandbox._mishaps.finish()
    for hour in range(6):
        club.desk.clock.wait(3600)
        if hour > 2:
            club.desk.give_word()
        report = term.send(term.rework())
        assert report
        if all(one.status in BOOKED for one in report.outcomes):
            break
    assert [sorted(club.desk.booked(id_)) for id_ in club.ids] == 3 * [sorted(NAMES)]
    assert all(one.status in BOOKED for one in report.outcomes), [(one.row, one.status) for one in report.outcomes]
    assert max(effects.confirms.values()) == 1, "a slot was confirmed twice"
    assert load_workbook(term.latest).sheetnames[1:] == ["Import answers", SHEET]


@pytest.mark.parametrize("dies_at", [45, 80, 120])
def test_a_run_that_died_is_resumed_session_by_session(
    open_desk: Callable[..., Desk], effects: Effects, dies_at: int
) -> None:
    club = Club(open_desk(), places=(12, 12, 12))
    term = Term(club, effects, Random(0))
    assert term.send(term.first, dies_at=dies_at) is None
    with Ledger.open(club.desk.settings().ledger) as ledger:
        (run,) = resuming.unfinished(ledger)
        copy = replace(read(ledger.roster_copy(run.id)), path=term.first)
    assert run.options.only is not None
    assert len(run.options.only) == 30
    club.desk.clock.wait(3600)
    report = club.desk.run_of(copy, run.options, name_order="first-last")
    assert {one.status for one in report.outcomes} <= {*BOOKED, Status.NOT_SURE_YET}
    club.desk.clock.wait(3600)
    term.send(term.first)
    assert [sorted(club.desk.booked(id_)) for id_ in club.ids] == 3 * [sorted(NAMES)]
