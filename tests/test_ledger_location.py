"""Where a ledger is kept: one ledger has one lock, by whatever path it is reached, and is its owner's alone."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from desk import START, Desk

from importer.errors import AnotherRunError, LedgerError, SettingsError
from importer.ledger import Ledger
from importer.lists.roster import read_roster
from importer.model import Options, RunState
from importer.sandbox import Sandbox
from importer.settings import load_settings

BOOKING = "628f4954645194000e770abd"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "ledger.sqlite3"


@pytest.fixture
def no_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def begin(ledger: Ledger, desk: Desk) -> int:
    roster = read_roster(desk.people(BOOKING, "Ada Lovelace"))
    return ledger.begin_run(roster, Options(), load_settings(), by="priya", now=START)


BOTH = pytest.mark.parametrize("open_ledger", [Ledger.open, Ledger.look], ids=["to write", "to read"])


@BOTH
def test_a_folder_is_no_ledger(tmp_path: Path, open_ledger: Callable[[Path], Ledger]) -> None:
    with pytest.raises(LedgerError, match="is a folder"):
        open_ledger(tmp_path)


@BOTH
@pytest.mark.skipif(sys.platform == "win32", reason="there are none")
def test_a_pipe_is_no_ledger_and_nobody_waits_for_what_it_may_say(
    tmp_path: Path, open_ledger: Callable[[Path], Ledger]
) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(LedgerError, match="is no file"):
        open_ledger(tmp_path / "pipe")


@BOTH
def test_a_file_of_another_kind_is_no_ledger_and_stays_as_it_is(
    tmp_path: Path, open_ledger: Callable[[Path], Ledger]
) -> None:
    path = tmp_path / "people.csv"
    path.write_text("First name,Last name\n" * 50, encoding="utf-8")
    with pytest.raises(LedgerError, match="another kind of file, not a ledger"):
        open_ledger(path)
    assert path.read_text(encoding="utf-8") == "First name,Last name\n" * 50


@BOTH
def test_a_ledger_that_may_not_be_read_says_so(
    path: Path, open_ledger: Callable[[Path], Ledger], monkeypatch: pytest.MonkeyPatch
) -> None:
    with Ledger.open(path):
        pass
    monkeypatch.setattr(os, "access", lambda *_: False)  # whoever runs tests as root may read everything
    with pytest.raises(LedgerError, match="can't be read: you may not"):
        open_ledger(path)


def test_a_ledger_without_a_name_is_a_fault_of_the_settings() -> None:
    with pytest.raises(SettingsError, match=r"ledger.*Write the path of a file"):
        load_settings(ledger="")


@pytest.mark.parametrize("linked", ["file", "folder"])
def test_a_ledger_that_is_reached_by_a_symbolic_link_has_one_lock_and_one_place(
    path: Path, tmp_path: Path, desk: Desk, linked: str
) -> None:
    with Ledger.open(path) as ledger:
        if linked == "file":
            link = tmp_path / "elsewhere" / "link.sqlite3"
            link.parent.mkdir()
            link.symlink_to(path)
        else:
            (tmp_path / "elsewhere").symlink_to(path.parent)
            link = tmp_path / "elsewhere" / path.name
        with ledger.lock(), Ledger.open(link) as same:
            with pytest.raises(AnotherRunError), same.lock():
                pass
            run = begin(same, desk)
            assert ledger.roster_copy(run).parent == path.parent / "ledger-rosters"


def test_a_link_to_a_ledger_that_is_to_be_made_is_followed(path: Path, tmp_path: Path) -> None:
    path.parent.mkdir()
    link = tmp_path / "link.sqlite3"
    link.symlink_to(path)
    with Ledger.open(link) as by_link, Ledger.open(path) as ledger:
        assert by_link.id == ledger.id


def test_a_ledger_with_two_names_is_refused_because_each_would_have_its_own_lock(path: Path, tmp_path: Path) -> None:
    with Ledger.open(path):
        pass
    second = tmp_path / "second.sqlite3"
    second.hardlink_to(path)
    for name in (path, second):
        with pytest.raises(LedgerError, match="two names"):
            Ledger.open(name)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such names")
@pytest.mark.parametrize("name", ["a?b", "a?mode=memory", "a#b%41", ":memory:", "file:x", "a b'c\"d"])
def test_a_ledger_is_kept_under_the_very_name_that_was_given(
    tmp_path: Path, desk: Desk, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    with Ledger.open(Path(name)) as ledger:
        run = begin(ledger, desk)
    with Ledger.look(Path(name)) as ledger:
        assert [one.id for one in ledger.runs()] == [run]
    assert Path(name).read_bytes().startswith(b"SQLite format 3")
    assert stat.S_IMODE(Path(name).stat().st_mode) == 0o600
    assert [one for one in Path().iterdir() if not one.name.startswith(name)] == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes")
@pytest.mark.usefixtures("no_umask")
def test_no_folder_of_a_ledger_is_open_to_others_whatever_the_umask(tmp_path: Path, desk: Desk) -> None:
    with Ledger.open(tmp_path / "one" / "two" / "ledger.sqlite3") as ledger, ledger.lock():
        begin(ledger, desk)
        for found in (tmp_path / "one").rglob("*"):
            assert stat.S_IMODE(found.stat().st_mode) & 0o077 == 0, found
    assert stat.S_IMODE((tmp_path / "one").stat().st_mode) == 0o700


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes")
@pytest.mark.usefixtures("no_umask")
def test_no_folder_of_the_practice_service_is_open_to_others_whatever_the_umask(tmp_path: Path) -> None:
    with Sandbox(tmp_path / "one" / "two"):
        pass
    for found in (tmp_path / "one", *(tmp_path / "one").rglob("*")):
        assert stat.S_IMODE(found.stat().st_mode) & 0o077 == 0, found


def test_a_run_from_a_clock_that_was_a_year_ahead_lets_nobody_wait_longer_than_one_hold_lives(
    path: Path, desk: Desk
) -> None:
    roster = read_roster(desk.people(BOOKING, "Ada Lovelace"))
    with Ledger.open(path) as ledger:
        ahead = START + timedelta(days=365)
        run = ledger.begin_run(roster, Options(), load_settings(), by="priya", now=ahead)
        ledger.finish_run(run, RunState.INTERRUPTED, (), now=ahead)
        until = ledger.holds_linger_until(now=START)
        assert until is not None
        assert START < until <= START + timedelta(minutes=20)
        later = START + timedelta(days=366)
        assert ledger.holds_linger_until(now=later) == ahead + timedelta(minutes=20)
