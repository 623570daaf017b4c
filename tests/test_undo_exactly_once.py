"""An undo, whatever fails: the process dies at each of its effects, answers are lost, and it is gone on with.

Counted from the service's side: nobody is removed whom the import did not book, nobody is sent twice for one removal,
and no status is untrue.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from desk import Desk
from effects import Effects
from killing import Chain
from thorough import every, some

from importer.importing.resuming import unfinished
from importer.ledger import Ledger
from importer.model import RunReport, Status

OURS = ("Ada Lovelace", "Alan Turing", "Grace Hopper", "Jean Bartik")
OTHERS = ("Zoe Marsh", "Ella Brown")
LOST = ("", "cut-before", "5xx-before", "cut-after", "5xx-after", "html", "refuse-after=404", "late-commit=300")
SHOWN = ("removed", "marked", "listed")
DIES_EVERY = every(32)
"""A process dies at every thirty-second moment, in a soak at each."""


class Case:
    """Four people of one import on two sessions, and one person on each whom it did not book."""

    def __init__(self, desk: Desk, effects: Effects) -> None:
        self.desk, self._effects = desk, effects
        self.ids = [desk.session(), desk.session(start="2030-03-03T10:00:00+00:00")]
        for id_, name in zip(self.ids, OTHERS, strict=True):
            desk.sandbox.world.add_person(id_, *name.split())
        rows = [{"Group booking ID": self.ids[at // 2], "Full name": name} for at, name in enumerate(OURS)]
        self.roster = desk.roster(rows)
        self.run = desk.run(self.roster).run

    def undo(self, dies_at: int = 0) -> RunReport | None:
        """A process of its own undoes the import, or goes on with an undo of it; ``None`` where it died."""
        with Ledger.open(self.desk.settings().ledger) as ledger:
            open_ = [one.id for one in unfinished(ledger) if one.options.undoes]
        report = self._effects.live(
            lambda: self.desk.resume_undo(open_[-1]) if open_ else self.desk.undo(self.run), dies_at
        )
        for outcome in report.outcomes if report else ():
            is_there = outcome.name in self.there()
            told = f"{outcome.name} is told {outcome.status}, {outcome.message!r}: {is_there=}"
            if outcome.status in (Status.REMOVED, Status.ALREADY_GONE):
                assert not is_there, told
            elif outcome.status is not Status.NOT_SURE_YET:
                assert is_there, told
        return report

    def there(self) -> list[str]:
        return [name for id_ in self.ids for name in self.desk.booked(id_)]

    def settle(self) -> None:
        """Go on hour by hour until nothing is left to do, with a word for whoever is not sure; then count."""
        for hour in range(12):
            self.desk.clock.wait(3600)
            report = self.undo()
            assert report is not None
            assert set(OTHERS) <= set(self.there())
            if {one.status for one in report.outcomes} <= {Status.REMOVED, Status.ALREADY_GONE}:
                break
            if hour > 0:
                self.desk.sandbox._mishaps.finish()
                self.desk.give_word()
        assert sorted(self.there()) == sorted(OTHERS), [(one.name, one.status, one.message) for one in report.outcomes]


@pytest.mark.parametrize("shown", SHOWN)
@pytest.mark.parametrize("lost", LOST)
def test_dying_at_any_moment_of_an_undo_removes_nobody_else_and_nobody_twice(
    tmp_path: Path, effects: Effects, lost: str, shown: str
) -> None:
    def lives_and_dies(dies_at: int) -> bool:
        """Whether the first process died."""
        effects.removals.clear()
        folder = tmp_path / str(dies_at)
        folder.mkdir()
        mishaps = [f"{lost}:cancel:nth={1 + dies_at % 3}"] if lost else []
        with Desk(folder, mishaps=mishaps, cancelled=shown) as desk:
            case = Case(desk, effects)
            first = case.undo(dies_at)
            if dies_at % 3 == 0:
                desk.sandbox._mishaps.finish()
            if not first:
                # Many die a second time, elsewhere.
                case.undo(dies_at * 7 % 30 if dies_at % 5 < 2 else 0)
            case.settle()
            again = desk.run(case.roster)
            assert {one.status for one in again.outcomes} == {Status.NO_LONGER_BOOKED}
            assert sorted(case.there()) == sorted(OTHERS)
        # Again only where reading, or somebody's word, has shown that the first did nothing.
        assert max(effects.removals.values()) <= 2
        return first is None

    # The kinds of lost answers take turns, so that each moment meets some of them.
    dies_at = 1 + (2 * LOST.index(lost) + SHOWN.index(shown)) % DIES_EVERY
    while lives_and_dies(dies_at):
        dies_at += DIES_EVERY


@pytest.mark.parametrize(
    ("seed", "mishap"), some([(1, "cut-after:cancel:0.15"), (2, "5xx-before:cancel:0.15")], of_each=2)
)
def test_imports_and_undos_killed_at_random_moments_book_nobody_twice_and_remove_nobody_else(
    tmp_path: Path, seed: int, mishap: str
) -> None:
    with Chain(tmp_path, seed, people=6, strangers=2, undoes=True, mishaps=[mishap]) as chain:
        for _ in range(6):
            chain.kill()
        chain.settle()
    assert chain.tally.is_clean, chain.told
