"""A session that is not there yet, while the process dies at any moment and answers are lost: one session for its
people, each of them once. Counted from the service's side."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from desk import Desk, statuses
from effects import DIES_EVERY, Effects
from killing import Chain
from test_exactly_once import BOOKED
from test_starting import NAMES, NEW, people, room, there

from importer.importing import resuming
from importer.ledger import Ledger
from importer.lists.roster import read_roster
from importer.model import EntryState, RunReport, Status

LOST = ("cut-before", "cut-after", "late-commit=300")


class Case:
    """Three people of one list for one time at which no session is."""

    def __init__(self, desk: Desk, effects: Effects) -> None:
        self.desk, self._effects = desk, effects
        room(desk)
        self._roster = read_roster(people(desk, *NAMES))

    def live(self, dies_at: int = 0, *, resumes: bool = False) -> RunReport | None:
        """A process of its own imports the list, or resumes what was left; ``None`` where it died."""
        options = NEW
        with Ledger.open(self.desk.settings().ledger) as ledger:
            runs = resuming.unfinished(ledger)
        if resumes and runs:
            options = runs[-1].options
        report = self._effects.live(
            lambda: self.desk.run_of(self._roster, options, workers=2, settle_wait_s=0.5), dies_at
        )
        self._count()
        return report

    def settle(self, report: RunReport | None) -> None:
        """Import hour by hour until nothing is left to do."""
        for _ in range(4):
            if report and all(one.status in BOOKED for one in report.outcomes):
                break
            self.desk.clock.wait(3600)
            report = self.live()
        assert report is not None
        told = [(one.name, str(one.status), one.message) for one in report.outcomes]
        assert [sorted(names) for names in there(self.desk)] == [sorted(NAMES)], told
        assert set(statuses(report).values()) <= {"Booked", "Already booked"}, told
        with Ledger.open(self.desk.settings().ledger) as ledger:
            assert ledger.unknown() == ()
            assert [one.name for one in ledger.entries_of(range(20)) if one.state is EntryState.BOOKED] == list(NAMES)

    def _count(self) -> None:
        sessions = there(self.desk)
        assert len(sessions) <= 1, "two sessions for one"
        everybody = [name for names in sessions for name in names]
        assert len(everybody) == len(set(everybody)), "somebody is there twice"
        assert max(self._effects.confirms.values(), default=1) == 1, "a slot was confirmed twice"


@pytest.mark.parametrize("comes_with", ["confirm", "reserve"])
@pytest.mark.parametrize("lost", LOST)
def test_dying_at_any_moment_starts_one_session_and_books_everybody_once(
    tmp_path: Path, effects: Effects, lost: str, comes_with: str
) -> None:
    def lives_and_dies(dies_at: int) -> tuple[list[str], bool]:
        effects.confirms.clear()
        folder = tmp_path / str(dies_at)
        folder.mkdir()
        # Of most lives the very first answer is lost.
        mishaps = [f"{lost}:confirm:nth={1 + (dies_at % 3 == 2)}"]
        mishaps += [f"{lost}:reserve:nth=1"] if dies_at % 4 == 3 else []
        with Desk(folder, mishaps=mishaps, timeout_s=2, new_booking_at=comes_with) as desk:
            case = Case(desk, effects)
            report = case.live(dies_at)
            did, has_died = effects.did, report is None
            if dies_at % 3 == 0:
                desk.sandbox._mishaps.finish()
            if has_died:
                report = case.live(dies_at * 7 % 30 if dies_at % 5 < 2 else 0, resumes=bool(dies_at // 2 % 2))
            desk.sandbox._mishaps.finish()
            case.settle(report)
        return did, has_died

    did, _ = lives_and_dies(0)
    first = next(at for at, effect in enumerate(did, 1) if "slots" in effect)
    dies_at = first + LOST.index(lost) % DIES_EVERY
    while lives_and_dies(dies_at)[1]:
        dies_at += DIES_EVERY
    assert dies_at > first + DIES_EVERY


def test_somebody_else_who_starts_it_while_our_answer_is_lost_leaves_everybody_on_one_session_or_not_sure(
    tmp_path: Path,
) -> None:
    with Desk(tmp_path, mishaps=["cut-before:confirm:nth=1"]) as desk:
        room(desk)
        roster = people(desk, *NAMES)
        desk.run(roster, NEW)
        other = desk.session(start="2030-03-09T10:00:00+00:00")
        desk.sandbox.world.add_person(other, "Rosa", "Parks", "rosa@else.com")
        report = desk.run(roster, NEW)
        assert statuses(report)["Ada Lovelace"] == Status.NOT_SURE_YET
        assert there(desk) == [["Rosa Parks", *NAMES[1:]]]
        desk.clock.wait(25 * 60)
        assert set(statuses(desk.run(roster, NEW)).values()) <= {"Booked", "Already booked"}
        assert there(desk) == [["Rosa Parks", *NAMES[1:], NAMES[0]]]
        assert datetime.fromisoformat("2030-03-09T10:00:00+00:00") > desk.clock()


@pytest.mark.parametrize(("seed", "at"), [(1, "confirm"), (2, "reserve")])
def test_imports_killed_at_random_moments_start_one_session_and_book_everybody_on_it_once(
    tmp_path: Path, seed: int, at: str
) -> None:
    mishaps = ["cut-after:confirm:0.15"]
    with Chain(tmp_path, seed, people=6, sessions=1, mishaps=mishaps, starts=True, new_booking_at=at) as chain:
        for _ in range(5):
            chain.kill()
        chain.settle()
    assert chain.tally.is_clean, chain.told
