"""Exactly once, whatever fails: the process dies at every one of its effects, answers are lost, and it is run again.

Counted from the service's side after each run that ends: duplicates, lost people and untrue statuses.
"""

from __future__ import annotations

import gc
import shutil
import ssl
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import urllib3
from desk import Desk, statuses, the
from effects import DIES_EVERY, Effects
from killing import Chain
from openpyxl import Workbook
from requests.adapters import HTTPAdapter
from requests.exceptions import SSLError
from thorough import some

from importer.importing import resuming
from importer.ledger import Ledger
from importer.lists.roster import read_roster
from importer.model import Options, Roster, RunReport, Status

LOST = ("cut-before", "5xx-before", "cut-after", "5xx-after", "html", "bad-json", "slow=0.1", "late-commit=300")
BOOKED = (Status.BOOKED, Status.ALREADY_BOOKED)


class Case:
    """Three people on two sessions, two of them siblings with one customer record."""

    def __init__(self, desk: Desk, effects: Effects, blank_ledger: Path) -> None:
        self.desk, self._effects = desk, effects
        one, other = desk.session(), desk.session(start="2030-03-03T10:00:00+00:00")
        self._session_of = {"Ella Brown": one, "Bella Brown": one, "Ada Lovelace": other}
        path = desk.roster(
            [
                {"Group booking ID": id_, "Full name": name, "Email": f"{name.split()[-1]}@mail.com"}
                for name, id_ in self._session_of.items()
            ]
        )
        self._roster = read_roster(path)
        shutil.copyfile(blank_ledger, desk.settings().ledger)

    def import_again(self, dies_at: int = 0) -> RunReport | None:
        """A process of its own imports the roster; the report, or ``None`` where it died."""
        return self._live(self._roster, Options(), dies_at)

    def resume(self, dies_at: int = 0) -> RunReport | None:
        """A process of its own does as ``roster resume`` does; imports where there is nothing to resume."""
        with Ledger.open(self.desk.settings().ledger) as ledger:
            runs = resuming.unfinished(ledger)
            if not runs:
                return self.import_again(dies_at)
            (run,) = runs
            copy = read_roster(ledger.roster_copy(run.id))
        return self._live(replace(copy, path=self._roster.path), run.options, dies_at)

    def settle(self, again: Callable[[], RunReport | None], report: RunReport | None) -> None:
        """Run hour by hour until nothing is left to do; then count."""
        for hour in range(6):
            if report and all(outcome.status in BOOKED for outcome in report.outcomes):
                break
            if report:
                self.desk.clock.wait(3600)
            if hour > 2:  # siblings under one record can't be told apart
                self.desk.give_word()
            report = again()
        assert report is not None
        told = [(outcome.name, str(outcome.status), outcome.message) for outcome in report.outcomes]
        there = {(name, id_) for id_ in self._session_of.values() for name in self.desk.booked(id_)}
        everybody = [name for id_ in set(self._session_of.values()) for name in self.desk.booked(id_)]
        assert there == set(self._session_of.items()), told
        assert sorted(everybody) == sorted(self._session_of), told
        assert all(outcome.status in BOOKED for outcome in report.outcomes), told
        assert max(self._effects.confirms.values()) == 1, "a slot was confirmed twice"

    def _live(self, roster: Roster, options: Options, dies_at: int) -> RunReport | None:
        report = self._effects.live(lambda: self.desk.run_of(roster, options, workers=2, settle_wait_s=0.5), dies_at)
        for outcome in report.outcomes if report else ():
            is_there = outcome.name in self.desk.booked(self._session_of[outcome.name])
            if outcome.status is not Status.NOT_SURE_YET:
                assert is_there == (outcome.status in BOOKED), f"{outcome.status}, {outcome.message!r}: {is_there=}"
        return report


@pytest.fixture
def blank_ledger(tmp_path: Path) -> Path:
    path = tmp_path / "blank.sqlite3"
    Ledger.open(path).__exit__(None, None, None)
    return path


@pytest.mark.parametrize("lists", ["ours", "everybody"])
@pytest.mark.parametrize("lost", LOST)
def test_dying_at_any_moment_while_answers_are_lost_books_nobody_twice_and_loses_nobody(
    tmp_path: Path, effects: Effects, blank_ledger: Path, lost: str, lists: str
) -> None:
    def lives_and_dies(dies_at: int) -> tuple[list[str], bool]:
        """What the first process did, and whether it died."""
        effects.confirms.clear()
        folder = tmp_path / str(dies_at)
        folder.mkdir()
        mishaps = [f"{lost}:reserve:nth=1", f"{lost}:confirm:nth={1 + dies_at // 4 % 2}"]
        timeout_s = 0.05 if lost.startswith("slow") else 2
        with Desk(
            folder, mishaps=mishaps, timeout_s=timeout_s, confirm_lists=lists, siblings_share_record=True
        ) as desk:
            case = Case(desk, effects, blank_ledger)
            first = report = case.import_again(dies_at)
            did = effects.did
            # What the service still has to do comes before the next run, after it, or never.
            if dies_at % 3 == 0:
                desk.sandbox._mishaps.finish()
            again = case.resume if dies_at // 2 % 2 else case.import_again
            if not first:
                # Many die a second time, elsewhere.
                report = again(dies_at * 7 % 30 if dies_at % 5 < 2 else 0)
            if dies_at % 3 == 1:
                desk.sandbox._mishaps.finish()
            case.settle(again, report)
        return did, first is None

    did, _ = lives_and_dies(0)
    # What goes before the first reserve is the same whichever answer is lost later.
    first = 1 if lost == LOST[0] else next(at for at, effect in enumerate(did, 1) if "slots" in effect)
    # The kinds of lost answers take turns, so that each moment meets some of them, and both lists.
    dies_at = first + (LOST.index(lost) + (lists == "ours")) % DIES_EVERY
    while lives_and_dies(dies_at)[1]:
        dies_at += DIES_EVERY
    assert dies_at > 25, "it ends when a life is too short to die"


def test_dying_at_any_moment_while_the_ledger_is_made_leaves_one_that_can_be_used(
    tmp_path: Path, effects: Effects
) -> None:
    path = tmp_path / "ledger.sqlite3"

    def make() -> bool:
        with Ledger.open(path):
            return True

    for dies_at in range(1, 100):
        path.unlink(missing_ok=True)
        was_made = effects.live(make, dies_at)
        gc.collect()  # a process that is gone holds no file open
        with Ledger.open(path) as ledger:
            assert ledger.runs() == ()
        if was_made:
            break
    assert dies_at > 5


@pytest.mark.parametrize(
    ("seed", "mishap", "lists"),
    some([(1, "cut-after:confirm:0.1", "ours"), (2, "late-commit=0.5:confirm:0.1", "everybody")], of_each=2),
)
def test_programs_killed_at_random_moments_book_nobody_twice_and_lose_nobody(
    tmp_path: Path, seed: int, mishap: str, lists: str
) -> None:
    with Chain(tmp_path, seed, mishaps=[mishap], confirm_lists=lists) as chain:
        for _ in range(60):
            chain.kill()
            if chain.tally.kills == 5:
                break
        chain.settle()
    assert chain.tally.is_clean, chain.told
    assert chain.tally.kills == 5


# What lost answers and deaths leave behind, one at a time


def settled(desk: Desk, roster: Path) -> RunReport:
    """Import hour by hour until nothing changes any more."""
    for _ in range(3):
        report = desk.run(roster)
        desk.clock.wait(3600)
    return report


def test_siblings_whose_answers_are_lost_are_not_taken_for_one_another(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk(mishaps=["cut-before:confirm:nth=1", "cut-after:confirm:nth=2"], siblings_share_record=True)
    last_term = desk.session(start="2030-02-01T10:00:00+00:00")
    desk.sandbox.world.add_person(last_term, "Ella", "Brown", email="brown@mail.com")
    session = desk.session()
    report = settled(desk, desk.people(session, "Ella Brown", "Bella Brown", Email="brown@mail.com"))
    # Bella is there under the record of Ella. Nobody can know that, so nobody may be told, or sent, on the strength of it.
    assert desk.booked(session) == ["Bella Brown"]
    assert set(statuses(report).values()) == {"Not sure yet"}


def test_siblings_who_are_there_by_somebodys_word_leave_no_question_about_the_third(
    open_desk: Callable[..., Desk],
) -> None:
    lost = ["cut-before:confirm:nth=1", "cut-after:confirm:nth=2", "cut-after:confirm:nth=3"]
    desk = open_desk(mishaps=lost, siblings_share_record=True)
    last_term = desk.session(start="2030-02-01T10:00:00+00:00")
    desk.sandbox.world.add_person(last_term, "Thomas", "Baker", email="home@mail.com")
    roster = desk.people(desk.session(), "Tom Baker", "Thomas Baker", "Jon Baker", Email="home@mail.com")
    report = settled(desk, roster)
    assert set(statuses(report).values()) == {"Not sure yet"}
    with Ledger.open(desk.settings().ledger) as ledger:
        for outcome, is_booked in zip(report.outcomes, (False, True, True), strict=True):
            assert resuming.take_word(1, outcome.row, is_booked=is_booked, ledger=ledger, now=desk.clock())
    assert list(statuses(desk.run(roster)).values()) == ["Booked", "Already booked", "Already booked"]


def test_an_encrypted_connection_that_breaks_after_a_confirm_went_out_is_a_lost_answer(
    desk: Desk, effects: Effects, monkeypatch: pytest.MonkeyPatch
) -> None:
    send, broken = HTTPAdapter.send, []

    def break_first_confirm(adapter: HTTPAdapter, request: Any, **options: Any) -> Any:
        answer = send(adapter, request, **options)
        if request.method == "POST" and request.path_url.endswith("/bookings") and not broken:
            broken.append(request)
            reason = urllib3.exceptions.SSLError(ssl.SSLError(1, "[SSL: DECRYPTION_FAILED_OR_BAD_RECORD_MAC]"))
            raise SSLError(urllib3.exceptions.MaxRetryError(None, request.path_url, reason))  # type: ignore[arg-type]
        return answer

    monkeypatch.setattr(HTTPAdapter, "send", break_first_confirm)
    session = desk.session()
    report = desk.run(desk.people(session, "Ada Lovelace", "Alan Turing"))
    assert max(effects.confirms.values()) == 1, "a slot was confirmed twice"
    assert set(statuses(report).values()) == {"Booked"}


def test_a_place_is_kept_for_somebody_of_whom_it_is_not_sure_yet(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk(mishaps=["cut-before:confirm:nth=1"])
    session = desk.session(places=1)
    roster = desk.people(session, "Ada Lovelace", "Alan Turing")
    assert statuses(desk.run(roster)) == {"Ada Lovelace": "Not sure yet", "Alan Turing": "Full"}
    # By now the hold has expired, but nobody can be sure yet of what came of it.
    desk.clock.wait(1200)
    assert statuses(desk.run(roster)) == {"Ada Lovelace": "Not sure yet", "Alan Turing": "Full"}
    desk.clock.wait(3600)
    desk.run(roster)
    assert desk.booked(session) == ["Ada Lovelace"]


def test_the_hold_of_a_run_that_died_is_waited_for_before_anybody_is_refused(desk: Desk, effects: Effects) -> None:
    session = desk.session(places=1)
    roster = desk.people(session, "Ada Lovelace")
    with effects.death("after POST"):
        desk.run(roster)
    assert statuses(desk.run(roster)) == {"Ada Lovelace": "Booked"}


def test_a_hold_that_expired_while_the_person_before_was_settled_is_reserved_again(
    open_desk: Callable[..., Desk],
) -> None:
    desk = open_desk(mishaps=["cut-before:confirm:nth=1"], hold_minutes=0.4)
    session = desk.session()
    report = desk.run(desk.people(session, "Ada Lovelace", "Alan Turing"))
    assert the(report, "Alan Turing").status is Status.BOOKED


def test_a_run_is_resumed_from_the_copy_of_its_own_roster(desk: Desk, effects: Effects) -> None:
    session = desk.session()
    with effects.death("half-way through the roster copy"):
        desk.run(desk.people(session, "Ada Lovelace", "Alan Turing"))
    book, workbook = desk.folder / "other.xlsx", Workbook()
    for row in (("Group booking ID", "Full name"), (session, "Grace Hopper"), (session, "Edsger Dijkstra")):
        workbook.active.append(row)
    workbook.save(book)
    with effects.death("before POST"):
        desk.run(book)
    with Ledger.open(desk.settings().ledger) as ledger:
        (run,) = resuming.unfinished(ledger)
        copy = read_roster(ledger.roster_copy(run.id))
    assert [row.cells["full_name"] for row in copy.rows] == ["Grace Hopper", "Edsger Dijkstra"]


def test_a_roster_that_was_renamed_after_its_run_died_is_known_again_by_its_names(desk: Desk, effects: Effects) -> None:
    session = desk.session()
    roster = desk.people(session, *(f"Ann Brown{letter}" for letter in "abcdef"))
    with effects.death("before UPDATE runs SET state=?, finished"):
        desk.run(roster)
    report = desk.run(roster.rename(roster.with_name("renamed.csv")))
    assert set(statuses(report).values()) == {"Already booked"}


def test_another_roster_of_the_same_file_name_does_not_end_a_run_that_died(desk: Desk, effects: Effects) -> None:
    session = desk.session()
    rosters = []
    for folder, names in (("4A", ("Ella Brown", "Tom Baker")), ("4B", ("Ada King", "Jon Foy"))):
        (desk.folder / folder).mkdir()
        rosters.append(desk.people(session, *names).rename(desk.folder / folder / "list.csv"))
    with effects.death("before POST"):
        desk.run(rosters[0])
    desk.run(rosters[1])
    with Ledger.open(desk.settings().ledger) as ledger:
        assert [run.roster_path for run in resuming.unfinished(ledger)] == [rosters[0]]
