"""Exactly once, whatever fails: the process dies at every one of its effects, answers are lost, and it is run again.

Counted from the service's side after each run that ends: duplicates, lost people and untrue statuses.
"""

from __future__ import annotations

import json
import threading
from collections import Counter
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from desk import Desk
from requests.adapters import HTTPAdapter

from importer import importing
from importer.ledger import Ledger
from importer.ledger.copies import RosterCopies
from importer.model import RunReport, Status
from importer.roster import read_roster

LOST = ("cut-before", "cut-after", "5xx-before", "5xx-after", "html", "bad-json", "slow=0.1", "late-commit=300")
BOOKED = (Status.BOOKED, Status.ALREADY_BOOKED)


class Death(BaseException):
    """The process is gone, as by SIGKILL: nothing of ours may take it for an error of its own."""


class Life:
    """The effects of one process, counted. It dies just before one of them; from then on none takes place."""

    def __init__(self, dies_at: int = 0) -> None:
        self.effects = 0
        self.died_at = ""
        self._dies_at = dies_at
        self._lock = threading.Lock()

    def effect(self, what: str) -> None:
        with self._lock:
            if not self.died_at:
                self.effects += 1
                if self.effects == self._dies_at:
                    self.died_at = what
            if self.died_at:
                raise Death(what)


class Effects:
    """Tells the life of the day of every effect that the package has on anything outside of its process.

    ``confirms`` counts the confirms that went out, by slot.
    """

    def __init__(self) -> None:
        self.life = Life()
        self.confirms: Counter[str] = Counter()

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        execute, exec_driver_sql = sa.Connection.execute, sa.Connection.exec_driver_sql
        send, keep, drop = HTTPAdapter.send, RosterCopies.keep, RosterCopies.drop

        def mortal_send(adapter: HTTPAdapter, request: Any, **options: Any) -> Any:
            self.life.effect(f"before {request.method} {request.path_url}")
            if request.method == "POST" and request.path_url.endswith("/bookings"):
                self.confirms[json.loads(request.body)["slot_id"]] += 1
            try:
                return send(adapter, request, **options)
            finally:
                self.life.effect(f"after {request.method} {request.path_url}")

        def mortal_keep(copies: RosterCopies, run: int, roster: Any) -> None:
            self.life.effect("before the roster copy")
            keep(copies, run, replace(roster, content=roster.content[: len(roster.content) // 2]))
            self.life.effect("half-way through the roster copy")
            keep(copies, run, roster)

        def mortal_drop(copies: RosterCopies, run: int) -> None:
            self.life.effect("before a roster copy is dropped")
            drop(copies, run)

        def mortal_execute(connection: sa.Connection, statement: Any, *more: Any, **options: Any) -> Any:
            if not isinstance(statement, sa.Select):
                self.life.effect(f"before {statement}")
            return execute(connection, statement, *more, **options)

        def mortal_exec_driver_sql(connection: sa.Connection, statement: str, *more: Any, **options: Any) -> Any:
            if not statement.startswith("PRAGMA"):
                self.life.effect(f"before {statement}")
            return exec_driver_sql(connection, statement, *more, **options)

        monkeypatch.setattr(sa.Connection, "execute", mortal_execute)
        monkeypatch.setattr(sa.Connection, "exec_driver_sql", mortal_exec_driver_sql)
        monkeypatch.setattr(HTTPAdapter, "send", mortal_send)
        monkeypatch.setattr(RosterCopies, "keep", mortal_keep)
        monkeypatch.setattr(RosterCopies, "drop", mortal_drop)


@pytest.fixture
def effects(monkeypatch: pytest.MonkeyPatch) -> Effects:
    made = Effects()
    made.install(monkeypatch)
    return made


class Case:
    """Three people on two sessions, two of them siblings with one customer record and the last two places."""

    def __init__(self, desk: Desk, effects: Effects) -> None:
        self.desk, self._effects = desk, effects
        full, roomy = desk.session(places=2), desk.session(start="2030-03-03T10:00:00+00:00")
        self.session_of = {"Ella Brown": full, "Bella Brown": full, "Ada Lovelace": roomy}
        self.roster = desk.roster(
            [
                {"Group booking ID": id_, "Full name": name, "Email": f"{name.split()[-1]}@mail.com"}
                for name, id_ in self.session_of.items()
            ]
        )
        with Ledger.open(desk.settings().ledger):
            pass

    def import_again(self, dies_at: int = 0) -> RunReport | None:
        """A process of its own imports the roster; the report, or ``None`` where it died."""
        return self._alive(lambda: self.desk.run(self.roster, workers=2, settle_wait_s=2), dies_at)

    def resume(self, dies_at: int = 0) -> RunReport | None:
        """A process of its own does as ``roster resume`` does; imports where there is nothing to resume."""
        with Ledger.open(self.desk.settings().ledger) as ledger:
            runs = importing.unfinished(ledger)
            assert len(runs) <= 1, "an import of the same roster ends the run before it"
            copy = ledger.roster_copy(runs[0].id) if runs else None
        if copy is None:
            return self.import_again(dies_at)
        roster = replace(read_roster(copy), path=self.roster)
        return self._alive(lambda: self.desk.run_of(roster, runs[0].options, workers=2, settle_wait_s=2), dies_at)

    def _alive(self, run: Any, dies_at: int) -> RunReport | None:
        life = self._effects.life = Life(dies_at)
        try:
            report = run()
        except Death:
            report = None
        finally:
            self._effects.life = Life()
        assert (report is None) == bool(life.died_at), f"the death at {life.died_at!r} was taken for something else"
        if report:
            self._statuses_are_true(report)
        return report

    def _statuses_are_true(self, report: RunReport) -> None:
        for outcome in report.outcomes:
            is_there = outcome.name in self.desk.booked(self.session_of[outcome.name])
            if outcome.status in BOOKED:
                assert is_there, f"{outcome.status}, but is not there"
            elif outcome.status is not Status.NOT_SURE_YET:
                assert not is_there, f"{outcome.status}: {outcome.message}, but is there"

    def settle(self) -> None:
        """Import hour by hour until nothing is left to do; then count."""
        for _ in range(5):
            report = self.import_again()
            assert report is not None
            if all(outcome.status in BOOKED for outcome in report.outcomes):
                break
            self.desk.clock.wait(3600)
        told = [(outcome.name, str(outcome.status), outcome.message) for outcome in report.outcomes]
        there = {id_: self.desk.booked(id_) for id_ in self.session_of.values()}
        expected = {id_: [name for name, at in self.session_of.items() if at == id_] for id_ in there}
        assert {id_: sorted(names) for id_, names in there.items()} == {
            id_: sorted(names) for id_, names in expected.items()
        }, told
        assert all(outcome.status in BOOKED for outcome in report.outcomes), told
        assert max(self._effects.confirms.values()) == 1, "a slot was confirmed twice"


@pytest.mark.parametrize("lists", ["ours", "everybody"])
@pytest.mark.parametrize("lost", LOST)
def test_dying_at_any_moment_while_answers_are_lost_books_nobody_twice_and_loses_nobody(
    tmp_path: Path, effects: Effects, lost: str, lists: str
) -> None:
    for dies_at in count(1):
        folder = tmp_path / str(dies_at)
        folder.mkdir()
        mishaps = [f"{lost}:reserve:nth=1", f"{lost}:confirm:nth={1 + dies_at % 2}"]
        timeout_s = 0.05 if lost.startswith("slow") else 2
        with Desk(
            folder, mishaps=mishaps, timeout_s=timeout_s, confirm_lists=lists, siblings_share_record=True
        ) as desk:
            case = Case(desk, effects)
            effects.confirms.clear()
            ended = case.import_again(dies_at)
            if dies_at % 3 == 0:
                desk.sandbox._mishaps.finish()
            again = case.resume if dies_at % 2 else case.import_again
            # Half of them die a second time, elsewhere.
            if not again(dies_at * 7 % 30 if dies_at % 4 < 2 else 0):
                again()
            if dies_at % 3 == 1:
                desk.sandbox._mishaps.finish()
            case.settle()
        if ended:
            break
    assert dies_at > 30
