"""Files as they come into an inbox: what was read is what is put away, and an odd one concerns itself alone."""

from __future__ import annotations

import os
import shutil
import tempfile
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from box import Box, Crash, at, people, person, told

from importer.booking.lanes import book
from importer.errors import AnotherRunError, ExitCode, ResultsError, SettingsError
from importer.importing import purging
from importer.importing.safely import read_roster
from importer.inbox import Folders, arrived, folder_settings
from importer.inbox.arrivals import marker_of
from importer.ledger import Ledger


@contextmanager
def while_booking(does: Callable[[], object]) -> Iterator[None]:
    """Something happens once, while people are being booked."""
    left = [does]

    def books(*given: Any, **more: Any) -> Any:
        if left:
            left.pop()()
        return book(*given, **more)

    with mock.patch("importer.importing.carrying_out.book", books):
        yield


@contextmanager
def while_reading(does: Callable[[], object]) -> Iterator[None]:
    left = [does]

    def reads(*given: Any, **more: Any) -> Any:
        try:
            return read_roster(*given, **more)
        finally:
            if left:
                left.pop()()

    with mock.patch("importer.inbox.round.read_roster", reads):
        yield


def only(box: Box, place: str, ending: str = ".csv") -> Path:
    (path,) = (path for path in (box.folder / place).iterdir() if path.name.endswith(ending))
    return path


# What was read is what is put away


def test_a_newer_export_under_the_same_name_stays_and_is_taken_next(box: Box) -> None:
    id_ = box.desk.session()
    older = box.put([person(id_)])
    read = older.read_bytes()
    with while_booking(lambda: box.put([person(id_), person(id_, "Alan", "Turing")])):
        assert box.take().code == 0
    assert only(box, "done").read_bytes() == read
    assert older.exists()
    assert box.take().code == 0
    assert box.desk.booked(id_) == ["Ada Lovelace", "Alan Turing"]


def test_an_upload_that_had_only_stalled_goes_on_into_the_folder_and_is_taken_whole(box: Box) -> None:
    id_ = box.desk.session()
    roster = box.put([person(id_)])
    read = roster.read_bytes()
    with roster.open("ab", buffering=0) as upload:
        with while_booking(lambda: upload.write(f"{id_},Alan,Turing\r\n".encode())):
            assert box.take().code == 0
        assert only(box, "done").read_bytes() == read
    assert roster.read_bytes() == read + f"{id_},Alan,Turing\r\n".encode()
    assert box.take().code == 0
    assert box.desk.booked(id_) == ["Ada Lovelace", "Alan Turing"]


def test_an_upload_that_goes_on_after_its_roster_was_put_away_is_taken_whole_by_the_next_round(box: Box) -> None:
    id_ = box.desk.session()
    with box.put([person(id_)]).open("ab", buffering=0) as upload:
        assert box.take().code == 0
        upload.write(f"{id_},Alan,Turing\r\n".encode())
    for _ in range(2):
        box.round()
        assert box.desk.booked(id_) == ["Ada Lovelace", "Alan Turing"]
    assert b"Turing" in only(box, "done").read_bytes()


def test_an_upload_that_goes_on_after_its_beginning_was_rejected_is_taken_whole(box: Box) -> None:
    id_ = box.desk.session()
    roster = box.folder / "hr.csv"
    roster.write_text("Group booking ID,First name")
    with roster.open("ab", buffering=0) as upload:
        assert box.take().code == ExitCode.ROSTER_UNUSABLE
        upload.write(f",Last name\r\n{id_},Ada,Lovelace\r\n".encode())
    assert box.take().code == 0
    assert box.desk.booked(id_) == ["Ada Lovelace"]


def test_what_somebody_changes_in_a_roster_long_after_it_was_put_away_is_theirs(box: Box) -> None:
    id_ = box.desk.session()
    box.put([person(id_)])
    box.round()
    box.desk.clock.wait(25 * 3600)
    box.round()
    roster = only(box, "done")
    roster.write_bytes(roster.read_bytes() + b"a note of ours")
    assert box.round() == ()
    assert only(box, "done") == roster
    assert box.in_place(".roster/away") == []


def test_a_file_that_could_not_be_read_because_it_was_still_coming_is_not_rejected(box: Box) -> None:
    id_ = box.desk.session()
    roster = box.folder / "hr.csv"
    roster.write_text("Group booking ID,First name")
    with roster.open("ab", buffering=0) as upload, while_reading(
        lambda: upload.write(f",Last name\r\n{id_},Ada,Lovelace\r\n".encode())
    ):  # fmt: skip
        assert box.round() == ()
    assert box.in_place("rejected") == []
    assert box.take().code == 0
    assert box.desk.booked(id_) == ["Ada Lovelace"]


def test_the_marker_of_a_newer_export_stays_with_it(box: Box) -> None:
    id_ = box.desk.session()
    older = box.put([person(id_)])
    marker_of(older).write_text("older")

    def export() -> None:
        box.put([person(id_, "Alan", "Turing")])
        marker_of(older).write_text("newer")

    with while_booking(export):
        box.round()
    assert only(box, "done", ".ok").read_text() == "older"
    assert marker_of(older).read_text() == "newer"


def test_what_a_killed_round_had_in_hand_comes_back_beside_a_newer_export(box: Box) -> None:
    id_ = box.desk.session()
    box.put([person(id_)])
    with mock.patch("importer.inbox.round.propose", side_effect=Crash), pytest.raises(Crash):
        box.round()
    box.put([person(id_), person(id_, "Alan", "Turing")])
    assert [answer.code for answer in box.round()] == [0, 0]
    assert sorted(box.desk.booked(id_)) == ["Ada Lovelace", "Alan Turing"]


def test_one_folder_has_one_round_whatever_the_ledger(box: Box) -> None:
    tray = Folders(box.folder).tray
    with tray.lock(), pytest.raises(AnotherRunError, match="Another round is at work"), tray.lock():
        pass


# One odd file


def test_a_name_that_leaves_no_room_for_ours_is_shortened(box: Box) -> None:
    id_ = box.desk.session()
    box.put([person(id_)], f"{'é' * 120}.csv")
    box.put([person(id_, "Alan", "Turing")], f"{'x' * 245}.csv")
    assert [answer.code for answer in box.round()] == [0, 0]
    assert len(box.in_place("done")) == 6
    assert sorted(box.desk.booked(id_)) == ["Ada Lovelace", "Alan Turing"]


def test_a_roster_that_is_gone_when_its_turn_comes_is_nobodys_fault(box: Box) -> None:
    id_ = box.desk.session()
    rosters = [box.put([person(id_, name * 3)], f"{name}.csv") for name in "abcd"]
    for age, path in enumerate(rosters):
        at(path, 100 - age, box.desk.clock)
    with while_booking(lambda: rosters[2].rename(box.folder.parent / "elsewhere.csv")):
        answers = box.round()
    assert [answer.name for answer in answers] == ["a.csv", "b.csv", "d.csv"]
    assert len(box.desk.booked(id_)) == 3


def test_a_roster_that_may_not_be_moved_is_told_and_not_booked_and_the_others_are(box: Box) -> None:
    """A sticky folder, say: it is found out before anybody is booked, not each night anew after that."""
    id_ = box.desk.session()
    box.put([person(id_)], "a.csv")
    box.put([person(id_, "Alan", "Turing")], "b.csv")
    from importer.inbox import moving

    def sticks(path: Path, wanted: Path) -> Path:
        if path.name == "a.csv":
            raise PermissionError(1, "Operation not permitted")
        return moving.move(path, wanted)

    with mock.patch("importer.inbox.tray.move", sticks):
        first, second = box.round()
    assert (first.name, first.code, second.code) == ("a.csv", ExitCode.LEDGER_OR_RESULTS, 0)
    assert "Nobody was booked from it." in told(first, box)
    assert box.desk.booked(id_) == ["Alan Turing"]


def test_what_can_not_be_put_away_leaves_no_text_and_no_results_behind(box: Box) -> None:
    id_ = box.desk.session()
    roster = box.put([person(id_)], "a.csv")
    box.put([person(id_, "Alan", "Turing")], "b.csv")
    from importer.inbox import moving

    def sticks(path: Path, wanted: Path) -> Path:
        if path.name == "a.csv" and wanted.parent.name == "done":
            raise OSError(28, "No space left on device")
        return moving.move(path, wanted)

    with mock.patch("importer.inbox.folders.move", sticks):
        assert sorted(answer.code for answer in box.round()) == [0, 8]
    assert roster.exists()
    assert {name[0] for name in box.in_place("done")} == {"b"}
    assert box.take().code == 0


def test_a_disk_without_room_for_a_rename_leaves_no_decoy(box: Box) -> None:
    (box.folder / "x.csv").write_text("x")
    with (
        mock.patch.object(Path, "replace", side_effect=PermissionError(1, "Operation not permitted")),
        pytest.raises(ResultsError),
    ):
        Folders(box.folder).move(box.folder / "x.csv", box.folder / "y.csv")
    assert [path.name for path in box.folder.iterdir()] == ["x.csv"]


def test_done_may_be_on_another_disk(box: Box) -> None:
    try:
        elsewhere = Path(tempfile.mkdtemp(dir="/dev/shm"))
    except OSError:
        pytest.skip("there is no second disk")
    try:
        if elsewhere.stat().st_dev == box.folder.stat().st_dev:
            pytest.skip("there is no second disk")
        (box.folder / "done").symlink_to(elsewhere)
        id_ = box.desk.session()
        for _ in range(2):
            box.put([person(id_)])
            assert box.take().code == 0
        names = ["hr 2030-01-15 09.00 (2)", "hr 2030-01-15 09.00"]
        assert box.in_place("done") == [f"{name}{end}" for name in names for end in (".csv", ".results.xlsx", ".txt")]
        assert not (box.folder / "hr.csv").exists()
    finally:
        shutil.rmtree(elsewhere)


def test_a_hard_link_to_a_roster_that_was_put_away_is_a_roster_of_its_own(box: Box) -> None:
    box.put(people(box.desk.session(), 6))
    box.take()
    os.link(only(box, "done"), box.folder / "again.csv")
    answer = box.take()
    assert (answer.name, answer.code) == ("again.csv", 0)
    assert len([name for name in box.in_place("done") if name.endswith(".csv")]) == 2


def test_a_link_that_was_put_there_after_the_folder_was_listed_is_not_followed(box: Box) -> None:
    id_ = box.desk.session()
    secret = box.desk.roster([person(id_, "Not", "Yours")], "secret.csv")
    rosters = [box.put([person(id_, name * 3)], f"{name}.csv") for name in "abc"]
    for age, path in enumerate(rosters):
        at(path, 100 - age, box.desk.clock)

    def swap() -> None:
        rosters[2].unlink()
        rosters[2].symlink_to(secret)

    with while_booking(swap):
        assert len(box.round()) == 2
    assert rosters[2].is_symlink()
    assert box.desk.booked(id_) == ["aaa Lovelace", "bbb Lovelace"]


def test_a_link_in_place_of_our_own_folder_is_refused(box: Box, tmp_path: Path) -> None:
    (tmp_path / "elsewhere" / "rosters").mkdir(parents=True)
    (tmp_path / "elsewhere" / "rosters" / "mine").write_text("mine")
    (box.folder / ".roster").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ResultsError, match="is a link"):
        box.round()
    assert (tmp_path / "elsewhere" / "rosters" / "mine").exists()


# Names


@pytest.mark.skipif(os.name == "nt", reason="names there are Unicode")
def test_a_name_in_an_old_encoding_is_read_as_it_was_meant(box: Box) -> None:
    id_ = box.desk.session()
    box.put([person(id_)]).rename(os.fsdecode(os.fsencode(box.folder / "x").replace(b"x", b"J\xfcrgen.csv")))
    answer = box.take()
    assert (answer.name, answer.code) == ("Jürgen.csv", 0)
    assert "Jürgen 2030-01-15 09.00.csv" in box.in_place("done")


@pytest.mark.skipif(os.name == "nt", reason="no such names there")
def test_nothing_in_a_letter_moves_a_cursor(box: Box) -> None:
    id_ = box.desk.session()
    box.put([person(id_, **{"E\x1b[2Jmail": "no address"}), person("x")], "h\x1b[31mr\n.csv")
    (box.folder / "x.csv").write_text("A\x1bB,C\nd\x1be,f\n")
    box.round()
    for text in box.folder.glob("*/*.txt"):
        assert "\x1b" not in text.read_text()
        assert text.name.isprintable()


def test_a_held_roster_is_let_through_in_whichever_way_its_accents_are_typed(box: Box) -> None:
    id_ = box.desk.session(places=40)
    box.put(people(id_, 20), "hré.csv")
    box.take()
    box.put(people(id_, 10), unicodedata.normalize("NFD", "hré.csv"))
    assert box.take().code == 9
    assert box.take(release=unicodedata.normalize("NFD", "hré.csv")).code == 3
    assert box.in_place("held") == []


def test_letting_one_through_leaves_the_results_of_others(box: Box) -> None:
    id_ = box.desk.session(places=40)
    names = ("hr.csv", "hr (2).csv", "hré.csv")
    for name in names:
        box.put(people(id_, 20), name)
        box.take()
        box.put(people(id_, 10), name)
        box.take()
    there = box.in_place("held")
    box.take(release="hr.csv")
    assert box.in_place("held") == [name for name in there if name not in ("hr.csv", "hr.results.xlsx", "hr.txt")]


@pytest.mark.parametrize("name", ["hr.results.xlsx", "hr.txt", "", "."])
def test_only_a_roster_is_let_through(box: Box, name: str) -> None:
    id_ = box.desk.session(places=40)
    box.put(people(id_, 20))
    box.take()
    box.put(people(id_, 10))
    box.take()
    there = box.in_place("held")
    with pytest.raises(SettingsError, match=r"Held are: hr\.csv\."):
        box.round(release=name)
    assert box.in_place("held") == there


def test_results_that_are_sent_back_and_held_are_let_through_by_the_name_of_their_list(box: Box) -> None:
    id_ = box.desk.session(places=40)
    box.put(people(id_, 20))
    results = box.take().results
    assert results
    box.put(people(id_, 10), "hr.results.csv")
    assert box.take().code == 9
    assert box.in_place("held") == ["hr.csv", "hr.results.xlsx", "hr.txt"]
    assert box.take(release="hr.csv").code == 3


# What the folder says


def test_the_folder_s_settings_are_read_however_their_name_is_written(box: Box) -> None:
    (box.folder / "Roster.toml").write_text("max_new = 7")
    assert folder_settings(box.folder).max_new == 7
    (box.folder / "roster.toml").write_text("max_new = 8")
    if len(list(box.folder.iterdir())) == 2:
        with pytest.raises(SettingsError, match=r"There are Roster\.toml and roster\.toml"):
            folder_settings(box.folder)


@pytest.mark.skipif(os.name == "nt", reason="no such files there")
def test_a_pipe_in_place_of_the_folder_s_settings_is_refused_and_not_waited_for(box: Box) -> None:
    os.mkfifo(box.folder / "roster.toml")
    with pytest.raises(SettingsError, match=r"roster\.toml is no file"):
        folder_settings(box.folder)


# What is forgotten


def test_a_letter_that_quotes_the_first_row_is_purged_with_the_rest(box: Box) -> None:
    (box.folder / "x.csv").write_text("Ada,Lovelace\nAlan,Turing\n")
    box.take()
    text = only(box, "rejected", ".txt")
    assert "Lovelace" in text.read_text()
    purge(box)
    assert not text.exists()


def test_results_of_a_round_that_was_killed_before_the_list_was_put_away_are_purged(box: Box) -> None:
    box.put([person(box.desk.session())])
    with mock.patch("importer.inbox.folders.Folders.move", side_effect=Crash), pytest.raises(Crash):
        box.round()
    results = only(box, "done", ".results.xlsx")
    purge(box)
    assert not results.exists()


def purge(box: Box) -> None:
    with Ledger.open(box.desk.settings().ledger) as ledger:
        later = box.desk.clock() + timedelta(days=1)
        purging.carry_out(purging.find(ledger, before=later, now=later), ledger, now=later)


def test_a_file_that_may_not_be_looked_at_keeps_no_other_from_being_taken(box: Box) -> None:
    box.put([], "a.csv")
    box.put([], "b.csv")
    look = Path.lstat

    def looks(path: Path) -> os.stat_result:
        if path.name == "a.csv":
            raise PermissionError(13, "Permission denied")
        return look(path)

    with mock.patch.object(Path, "lstat", looks):
        found = arrived(box.folder, require_marker=False, clock=box.desk.clock, pause=box.desk.clock.wait)
    assert [path.name for path in found] == ["b.csv"]


def test_a_link_that_takes_a_rosters_place_before_a_dry_run_reads_it_is_not_followed(box: Box) -> None:
    roster = box.put([person(box.desk.session())])
    elsewhere = roster.rename(box.desk.folder / "elsewhere.csv")

    def reads(path: Path, *given: Any, **more: Any) -> Any:
        path.unlink()
        path.symlink_to(elsewhere)
        return read_roster(path, *given, **more)

    box.put([person("x")])
    with mock.patch("importer.inbox.round.read_roster", reads):
        answer = box.take(dry_run=True)
    assert answer.code is ExitCode.ROSTER_UNUSABLE
    assert "is a link" in answer.detail
