"""The ledger: what was booked is never forgotten, and an unreadable one is never taken for an empty one."""

from __future__ import annotations

import os
import sqlite3
import stat
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from desk import START, Desk

from importer.errors import AnotherRunError, ExitCode, LedgerError
from importer.ledger import Ledger
from importer.ledger.runs import Runs
from importer.lists.roster import read_roster
from importer.model import (
    Decision,
    Entry,
    EntryState,
    Options,
    Outcome,
    Question,
    RowRef,
    RunState,
    Status,
    Target,
)
from importer.model.roster_names import roster_name
from importer.results.report import exit_code
from importer.settings import load_settings

BOOKING = "628f4954645194000e770abd"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "ledger.sqlite3"


def begin(ledger: Ledger, desk: Desk, name: str = "roster.csv", options: Options | None = None) -> int:
    roster = read_roster(desk.people(BOOKING, "Ada Lovelace").rename(desk.folder / name))
    return ledger.begin_run(roster, options or Options(), load_settings(), by="priya", now=START)


def entry(run: int, **more: object) -> Entry:
    given = {"state": EntryState.SENT, "before": frozenset({"c9", "c1"}), "settled_by": START} | more
    return Entry(0, run, RowRef("Sheet/1", 14), "", BOOKING, first_name="Ada", last_name="Lovelace", **given)  # type: ignore[arg-type]


@pytest.mark.usefixtures("disk_is_waited_for")
def test_what_is_kept_is_on_the_disk_before_anything_else_is_done(path: Path) -> None:
    with Ledger.open(path) as ledger, ledger.database.using() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == 2  # FULL


def test_an_entry_comes_back_as_it_was_saved(path: Path, desk: Desk) -> None:
    with Ledger.open(path) as ledger:
        saved = ledger.save(
            entry(begin(ledger, desk), accepted_names=frozenset({"adak"}), email="ada@x.org", phone="1")
        )
    with Ledger.open(path) as ledger:
        assert ledger.entries([BOOKING]) == (saved,)
        assert ledger.entries(handles=[saved.handle]) == (saved,)
        assert ledger.unknown() == (saved,)


def test_who_turned_out_not_to_be_booked_is_no_longer_known(path: Path, desk: Desk) -> None:
    with Ledger.open(path) as ledger:
        saved = ledger.save(entry(begin(ledger, desk)))
        ledger.save(replace(saved, state=EntryState.NOT_BOOKED))
        assert ledger.entries([BOOKING]) == ()


def test_the_mark_of_another_ledger_means_nobody(path: Path, desk: Desk) -> None:
    with Ledger.open(path) as ledger:
        saved = ledger.save(entry(begin(ledger, desk)))
        foreign = saved.handle.replace(ledger.id, "00000000")
        for handle in (foreign, "nonsense", "a/b/c/d", f"{ledger.id}/x/y/z"):
            assert ledger.entries(handles=[handle]) == ()
            assert ledger.runs_of_handle(handle) in ((),)


def test_a_file_that_is_no_ledger_is_refused_and_left_alone(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"these are my holiday pictures" * 100)
    with pytest.raises(LedgerError, match="Nothing more is sent"):
        Ledger.open(path)
    assert path.read_bytes().startswith(b"these are my holiday")


def test_a_torn_ledger_is_refused(path: Path, desk: Desk) -> None:
    with Ledger.open(path) as ledger:
        begin(ledger, desk)
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(LedgerError):
        Ledger.open(path).runs()


def test_the_database_of_another_program_is_refused(path: Path) -> None:
    path.parent.mkdir()
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE recipes (name TEXT)")
    with pytest.raises(LedgerError):
        Ledger.open(path)


def test_a_second_run_is_told_who_is_at_work(path: Path, desk: Desk) -> None:
    with Ledger.open(path) as one, Ledger.open(path) as other, one.lock():
        run = begin(one, desk)
        with pytest.raises(AnotherRunError, match=rf"Run {run} \(roster.csv, by priya\) is at work"), other.lock():
            pass
    with Ledger.open(path) as after, after.lock():
        pass


def test_only_what_died_may_have_left_holds_behind_not_what_is_at_work_beside(path: Path, desk: Desk) -> None:
    with Ledger.open(path) as ledger, ledger.lock():
        begin(ledger, desk)
        assert ledger.holds_linger_until(now=START) is None
    with Ledger.open(path) as ledger, ledger.lock():
        assert ledger.holds_linger_until(now=START) is not None


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes")
def test_everything_the_ledger_writes_is_its_owners_alone(path: Path, desk: Desk) -> None:
    os.umask(0o022)
    with Ledger.open(path) as ledger, ledger.lock():
        ledger.save(entry(begin(ledger, desk)))
        found = [file for file in path.parent.rglob("*") if file.is_file()]
        assert len(found) >= 3
        for file in found:
            assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_run_keeps_a_copy_of_its_roster_until_nothing_of_it_is_open(path: Path, desk: Desk) -> None:
    with Ledger.open(path) as ledger:
        run = begin(ledger, desk)
        assert b"Lovelace" in ledger.roster_copy(run).read_bytes()
        ledger.finish_run(run, RunState.FINISHED, (), now=START)
        with pytest.raises(LedgerError, match="gone"):
            ledger.roster_copy(run)


def test_a_later_import_of_the_same_roster_ends_the_earlier_run(path: Path, desk: Desk) -> None:
    with Ledger.open(path) as ledger:
        first = begin(ledger, desk, "Spring term.csv")
        other = begin(ledger, desk, "Summer term.csv")
        second = begin(ledger, desk, "Spring term.results.csv")
        assert {run.id: run.state for run in ledger.runs()} == {
            first: RunState.ENDED,
            other: RunState.RUNNING,
            second: RunState.RUNNING,
        }


def test_whoever_asks_for_the_runs_again_has_them_as_they_are_by_now_whoever_changed_them(
    path: Path, desk: Desk
) -> None:
    with Ledger.open(path) as ledger, Ledger.open(path) as other:
        assert ledger.runs() == ()
        theirs = begin(other, desk)
        ours = begin(ledger, desk, "another.csv")
        assert [run.id for run in ledger.runs()] == [run.id for run in other.runs()] == [ours, theirs]
        other.finish_run(theirs, RunState.FINISHED, [], now=START)
        assert [run.state for run in ledger.runs()] == [RunState.RUNNING, RunState.FINISHED]
        ledger.stopped_by_person(ours)
        assert [run.state for run in ledger.runs()] == [RunState.STOPPED, RunState.FINISHED]


def test_the_options_of_a_run_are_kept_for_resuming_it(path: Path, desk: Desk) -> None:
    options = Options(target=Target("", "Pottery", "", START), first=3, rebook=True, only=frozenset({RowRef("A", 2)}))
    with Ledger.open(path) as ledger:
        begin(ledger, desk, options=options)
        assert ledger.runs()[0].options == options


def test_looking_never_makes_a_ledger(path: Path) -> None:
    with Ledger.look(path) as ledger:
        assert ledger.runs() == ()
        ledger.remember_sessions([])
    assert not path.parent.exists()


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("Spring term.xlsx", "spring term"),
        ("Spring term.results.xlsx", "spring term"),
        ("Spring term.results-2.xlsx", "spring term"),
        ("v1.2.csv", "v1.2"),
    ],
)
def test_a_roster_is_known_by_its_file_name_without_our_endings(file: str, name: str) -> None:
    assert roster_name(Path(file)) == name


def test_a_ledger_on_a_network_drive_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    share = SimpleNamespace(mountpoint=str(path.parent.parent), fstype="nfs4", opts="rw")
    monkeypatch.setattr(
        "psutil.disk_partitions", lambda **_: [SimpleNamespace(mountpoint="/", fstype="ext4", opts="rw"), share]
    )
    with pytest.raises(LedgerError, match="network drive"):
        Ledger.open(path)
    assert not path.exists()


def test_a_full_disk_stops_the_run_before_the_next_send_and_the_ledger_stays_true(desk: Desk) -> None:
    session = desk.session(places=40)
    names = [f"Ann Brown{n}" + "x" * 85 for n in range(30)]
    roster = desk.people(session, *names)
    original = Runs.begin

    def on_a_small_disk(runs: Runs, *args: object, **more: object) -> int:
        run = original(runs, *args, **more)  # type: ignore[arg-type]
        with runs._database.using() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count={pages + 1}")
        return run

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Runs, "begin", on_a_small_disk)
        report = desk.run(roster)
    assert exit_code(report, Options()) == ExitCode.LEDGER_OR_RESULTS
    assert "full" in report.stopped
    for outcome in report.outcomes:
        if outcome.status in (Status.BOOKED, Status.NOT_BOOKED_YET):
            assert (outcome.name in desk.booked(session)) == (outcome.status is Status.BOOKED)
    assert desk.posts()["confirm"] - len(desk.booked(session)) == 0
    desk.clock.wait(3600)
    desk.run(roster)
    assert sorted(desk.booked(session)) == sorted(names)


def test_a_ledger_that_can_not_be_written_stops_the_run_before_anybody_is_sent(desk: Desk) -> None:
    roster = desk.people(desk.session(), "Ada Lovelace")
    original = Runs.begin

    def that_turns_read_only(runs: Runs, *args: object, **more: object) -> int:
        run = original(runs, *args, **more)  # type: ignore[arg-type]
        with runs._database.using() as connection:
            connection.exec_driver_sql("PRAGMA query_only=1")
        return run

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Runs, "begin", that_turns_read_only)
        report = desk.run(roster)
    assert exit_code(report, Options()) == ExitCode.LEDGER_OR_RESULTS
    assert desk.posts()["confirm"] == 0
    assert [str(outcome.status) for outcome in report.outcomes] == ["Not booked yet"]


def test_an_entry_answers_to_every_mark_that_its_row_ever_carried(path: Path, desk: Desk) -> None:
    with Ledger.open(path) as ledger:
        first, second = begin(ledger, desk), begin(ledger, desk)
        row, moved = RowRef("Sheet/1", 14), RowRef("Sheet/1", 15)
        old, new = ledger.handle(first, row), ledger.handle(second, moved)
        ledger.finish_run(first, RunState.FINISHED, [Outcome(row, Status.FIX_ROW)], now=START)
        marked = Outcome(moved, Status.FIX_ROW, handles=frozenset({old}))
        ledger.finish_run(second, RunState.FINISHED, [marked], now=START)
        saved = ledger.save(entry(begin(ledger, desk), handles=frozenset({new})))
        assert saved.handles == {old, new, saved.handle}
        for handle in saved.handles:
            assert ledger.entries(handles=[handle]) == (saved,)
        other = ledger.save(replace(entry(first), row=moved))
        assert ledger.entries(handles=[other.handle]) == (other,)


def test_a_mark_that_is_learned_later_finds_the_entry_too(path: Path, desk: Desk) -> None:
    with Ledger.open(path) as ledger:
        saved = ledger.save(entry(begin(ledger, desk)))
        mark = ledger.handle(begin(ledger, desk), RowRef("", 7))
        assert ledger.entries(handles=[mark]) == ()
        known = ledger.save(replace(saved, handles=saved.handles | {mark}))
        assert ledger.entries(handles=[mark]) == (known,)


def test_two_people_of_one_row_are_two_and_a_mark_without_a_part_means_the_whole_row(path: Path, desk: Desk) -> None:
    with Ledger.open(path) as ledger:
        run = begin(ledger, desk)
        whole, ella, leo = RowRef("Sheet/1", 14), RowRef("Sheet/1", 14, "C"), RowRef("Sheet/1", 14, "D")
        saved = {row: ledger.save(replace(entry(run), row=row)) for row in (whole, ella, leo)}
        assert len({one.handle for one in saved.values()}) == 3
        for one in saved.values():
            assert ledger.entries(handles=[one.handle]) == (one,)
        assert ledger.entries(handles=[f"{ledger.id}/{run}/Sheet/1/14"]) == (saved[whole],)
        told = [Outcome(row, Status.BOOKED) for row in (ella, leo)]
        ledger.finish_run(run, RunState.FINISHED, told, now=START)
        assert [one.row for one in ledger.outcomes(run)] == [ella, leo]
    assert (str(ella), ella.key, whole.key) == ("row 14, column C", "14/C", "14")


def test_what_was_asked_and_decided_is_kept_by_the_mark_of_its_row(path: Path, desk: Desk) -> None:
    question = Question("near name", "johnsmith", frozenset({3}), frozenset({"c1"}), frozenset({RowRef("", 2)}))
    with Ledger.open(path) as ledger:
        run = begin(ledger, desk)
        asked = Outcome(RowRef("", 3), Status.SAME_PERSON, question=question, decision=Decision.BOOK)
        ledger.finish_run(run, RunState.FINISHED, [asked, Outcome(RowRef("", 4), Status.BOOKED)], now=START)
        marks = [ledger.handle(run, RowRef("", number)) for number in (3, 4, 5)]
        assert ledger.asked([*marks, "nonsense"]) == {marks[0]: question}
        assert [one.decision for one in ledger.former_rows(run)] == [Decision.BOOK, None]
        saved = ledger.save(entry(run, question=question, target=Target("", "Pottery", "Room", START)))
        assert ledger.entries([BOOKING]) == (saved,)


def test_words_that_people_read_are_nowhere_in_the_ledger(path: Path, desk: Desk) -> None:
    with Ledger.open(path) as ledger:
        run = begin(ledger, desk)
        ledger.save(entry(run, state=EntryState.TAKEN_OFF))
        told = [Outcome(RowRef("", at), status, decision=Decision.SAME_PERSON) for at, status in enumerate(Status)]
        ledger.finish_run(run, RunState.INTERRUPTED, told, now=START)
        assert [one.status for one in ledger.outcomes(run)] == list(Status)
        assert ledger.runs()[0].totals == dict.fromkeys(Status, 1)
    with sqlite3.connect(path) as database:
        kept = "\n".join(database.iterdump())
    for word in (*(one.value for one in (*Status, Decision.SAME_PERSON)), EntryState.TAKEN_OFF, RunState.INTERRUPTED):
        assert f"'{word}'" not in kept
        assert f'"{word}"' not in kept


@pytest.mark.parametrize("opened", [Ledger.open, Ledger.look])
def test_a_ledger_can_be_read_on_after_ctrl_c_in_the_middle_of_a_statement(
    tmp_path: Path, opened: Callable[[Path], Ledger]
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with Ledger.open(tmp_path / "ledger.sqlite3"), opened(tmp_path / "ledger.sqlite3") as ledger:
        with ledger.database.using() as connection:
            sa.event.listen(connection, "before_cursor_execute", interrupt)
        with pytest.raises(KeyboardInterrupt):
            ledger.runs()
        with ledger.database.using() as connection:
            sa.event.remove(connection, "before_cursor_execute", interrupt)
        assert ledger.runs() == ()
