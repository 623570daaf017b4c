"""The inbox: which rosters are taken, where each goes, what is told, and that a crash at any step loses nothing."""

from __future__ import annotations

import os
import pkgutil
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from box import FAR, Box, Crash, at, people, person, told
from deadly import read_but_die_of_one
from desk import Desk

from importer.booking.lanes import book
from importer.errors import ExitCode, ResultsError, SettingsError
from importer.importing.resuming import unfinished
from importer.inbox import Folders, arrived, folder_settings
from importer.inbox.arrivals import marker_of
from importer.ledger import Ledger
from importer.model import EntryState, RunState, Status
from importer.sandbox.mishaps import Mishaps
from importer.settings import load_settings

# Which files are rosters that have arrived


@pytest.fixture
def look(box: Box) -> Callable[..., list[str]]:
    def names(require_marker: bool = False, pause: Callable[[float], object] | None = None) -> list[str]:
        waits = pause or box.desk.clock.wait
        found = arrived(box.folder, require_marker=require_marker, clock=box.desk.clock, pause=waits)
        return [path.name for path in found]

    return names


def test_rosters_are_taken_oldest_first(box: Box, look: Callable[..., list[str]]) -> None:
    for name, age in (("b.csv", 60), ("a.xlsx", 40), ("c.csv", 50)):
        at(box.put([], name), age, box.desk.clock)
    assert look() == ["b.csv", "c.csv", "a.xlsx"]


@pytest.mark.parametrize(
    "name",
    ["~$x.xlsx", ".~lock.x.xlsx#", ".~x.tmp", ".x.csv", "x.tmp", "x.csv.part", "x.crdownload", "x.csv.ok", "roster.toml", "Thumbs.db"],
)  # fmt: skip
def test_lock_files_temporary_files_and_our_own_are_no_rosters(
    box: Box, look: Callable[..., list[str]], name: str
) -> None:
    box.put([], name)
    (box.folder / "done").mkdir()
    assert look() == []


def test_a_link_is_no_roster(box: Box, look: Callable[..., list[str]], tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("x")
    (box.folder / "x.csv").symlink_to(secret)
    assert look() == []


def test_a_roster_that_has_just_changed_is_waited_for_and_taken_if_it_stays_as_it_is(
    box: Box, look: Callable[..., list[str]]
) -> None:
    quiet, growing, gone, old = (box.put([], f"{name}.csv") for name in ("quiet", "growing", "gone", "old"))
    for path, age in ((quiet, 3), (growing, 3), (gone, 3), (old, 11)):
        at(path, age, box.desk.clock)

    def pause(seconds: float) -> None:
        assert seconds == 10
        growing.write_text("more")
        gone.unlink()

    assert look(pause=pause) == ["old.csv", "quiet.csv"]


def test_rosters_that_have_not_changed_for_long_are_not_waited_for(box: Box, look: Callable[..., list[str]]) -> None:
    at(box.put([]), 11, box.desk.clock)
    assert look(pause=lambda _seconds: pytest.fail("waited")) == ["hr.csv"]


def test_with_a_required_marker_a_roster_waits_for_one_that_is_not_older(
    box: Box, look: Callable[..., list[str]]
) -> None:
    roster = box.put([])
    at(roster, 60, box.desk.clock)
    assert look(require_marker=True) == []
    marker_of(roster).touch()
    at(marker_of(roster), 70, box.desk.clock)
    assert look(require_marker=True) == []
    at(marker_of(roster), 60, box.desk.clock)
    assert look(require_marker=True) == ["hr.csv"]


# Where each goes


def test_a_roster_of_which_nothing_is_left_to_do_goes_to_done_with_its_results_and_a_text(box: Box) -> None:
    id_ = box.desk.session()
    box.put([person(id_)])
    answer = box.take()
    assert (answer.code, answer.needs_person) == (0, False)
    assert box.in_place("done") == [
        "hr 2030-01-15 09.00.csv",
        "hr 2030-01-15 09.00.results.xlsx",
        "hr 2030-01-15 09.00.txt",
    ]
    assert (
        (box.folder / "done" / "hr 2030-01-15 09.00.txt")
        .read_text(encoding="utf-8")
        .startswith("hr.csv: 1 row. 1 booked now.")
    )
    assert not (box.folder / "hr.csv").exists()
    assert box.desk.booked(id_) == ["Ada Lovelace"]


def test_a_roster_that_needs_a_person_goes_to_attention_and_no_name_is_told(box: Box) -> None:
    id_ = box.desk.session(places=1)
    box.put(
        [
            person(id_),
            person(id_, "Alan", "Turing"),
            person(id_, "Grace", "Hopper", Email="no address"),
            person("x", "Mary", "Shelley"),
        ]
    )
    answer = box.take()
    assert (answer.code, answer.needs_person, box.in_place("attention")[0]) == (3, True, "hr 2030-01-15 09.00.csv")
    assert told(answer, box).splitlines() == [
        "hr.csv: 4 rows. 1 booked now, 3 need attention.",
        "Please look at these rows:",
        "",
        "  Full             row 3, Pottery for beginners, Sat 2 Mar 2030 10:00. Write",
        "                   another session (the message names some) or choose \"Leave",
        "                   out\", send it again.",
        "  Fix row          row 4, \"Email\". Correct the row, send it again.",
        "  Fix row          row 5, \"Group booking ID\". Correct the row, send it again.",
        "",
        "Results  attention/hr 2030-01-15 09.00.results.xlsx",
        "Correct its rows, save it, then put it into the inbox again.",
        "Import 1 · 0.0 s · exit 3",
    ]  # fmt: skip


def test_a_file_that_is_no_roster_goes_to_rejected_and_only_the_text_says_what_stands_in_it(box: Box) -> None:
    (box.folder / "x.csv").write_text("Ada,Lovelace\nAlan,Turing\n")
    answer = box.take()
    assert (answer.code, answer.needs_person) == (5, True)
    assert "Lovelace" not in told(answer, box)
    assert box.in_place("rejected") == ["x 2030-01-15 09.00.csv", "x 2030-01-15 09.00.txt"]
    assert '"Lovelace"' in (box.folder / "rejected" / "x 2030-01-15 09.00.txt").read_text()


def test_one_bad_roster_keeps_no_other_from_being_imported(box: Box) -> None:
    id_ = box.desk.session()
    (box.folder / "a.csv").write_text("nothing")
    box.put([person(id_)], "b.csv")
    assert [answer.code for answer in box.round()] == [5, 0]
    assert box.desk.booked(id_) == ["Ada Lovelace"]


def test_results_may_go_to_another_folder_and_take_no_name_that_is_there(box: Box, tmp_path: Path) -> None:
    results = tmp_path / "results"
    results.mkdir()
    (results / "hr 2030-01-15 09.00.results.xlsx").write_text("somebody's own")
    box.put([person(box.desk.session())])
    answer = box.take(results=results)
    assert answer.results == results / "hr 2030-01-15 09.00.results-2.xlsx"
    assert (results / "hr 2030-01-15 09.00.results.xlsx").read_text() == "somebody's own"


def test_rosters_of_one_name_that_come_in_one_minute_are_all_kept(box: Box) -> None:
    id_ = box.desk.session()
    for _ in range(3):
        box.put([person(id_)])
        box.take()
    assert [name for name in box.in_place("done") if name.endswith(".csv")] == [
        "hr 2030-01-15 09.00 (2).csv",
        "hr 2030-01-15 09.00 (3).csv",
        "hr 2030-01-15 09.00.csv",
    ]


def test_results_that_are_sent_back_are_put_away_under_the_name_of_their_roster(box: Box) -> None:
    box.put([person(box.desk.session(), Email="no address")])
    results = box.take().results
    assert results is not None
    results.replace(box.folder / results.name)
    answer = box.take()
    assert answer.report is not None
    assert answer.report.since is not None
    assert answer.moved_to is not None
    assert answer.moved_to.name == "hr 2030-01-15 09.00.xlsx"


def test_a_dry_run_leaves_rosters_where_they_are_and_books_nobody(box: Box) -> None:
    id_ = box.desk.session()
    roster = box.put([person(id_)])
    answer = box.take(dry_run=True)
    assert roster.exists()
    assert [*box.in_place("done"), *box.desk.booked(id_)] == []
    assert "1 would be booked" in told(answer, box)


def test_a_folder_that_can_not_be_moved_into_is_found_out_before_anybody_is_booked(box: Box) -> None:
    id_ = box.desk.session()
    box.put([person(id_)])
    (box.folder / "held").write_text("in the way")
    with pytest.raises(ResultsError, match="held"):
        box.round()
    assert box.desk.booked(id_) == []


def test_a_disk_without_hard_links_overwrites_nothing_either(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_given: object, **_more: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    (box.folder / "x").write_text("new")
    (box.folder / "there").write_text("old")
    moved = Folders(box.folder).move(box.folder / "x", box.folder / "there")
    assert (moved.name, moved.read_text(), (box.folder / "there").read_text()) == ("there (2)", "new", "old")


# What is not sure yet, and what is cut short


def test_who_is_not_sure_yet_leaves_the_roster_where_it_is_until_the_hold_has_passed(
    open_desk: Callable[..., Desk], tmp_path: Path
) -> None:
    desk = open_desk(mishaps=["late-commit=100000:confirm:nth=1"])
    box = Box(desk, tmp_path / "in")
    box.folder.mkdir()
    id_ = desk.session()
    roster = box.put([person(id_)])
    answer = box.take()
    assert (answer.code, answer.moved_to, answer.needs_person, roster.exists()) == (4, None, False, True)
    desk.clock.wait(1800)
    assert box.take().code == 0
    assert desk.booked(id_) == ["Ada Lovelace"]


def test_who_can_never_be_told_for_sure_brings_the_roster_to_attention_and_is_told_once(box: Box) -> None:
    id_ = box.desk.session()
    box.put([person(id_)])
    with Ledger.open(box.desk.settings().ledger) as ledger:
        box.take()
        (entry,) = ledger.entries([id_])
        ledger.save(replace(entry, state=EntryState.SENT, customer_booking_id="", before=frozenset(), settled_by=None))
    box.desk.sandbox.world.remove_person(id_, entry.customer_booking_id)
    box.put([person(id_)])
    first = box.take()
    assert (first.code, first.needs_person) == (4, True)
    assert "\n    roster resume 1 --row 2 --is booked (or not-booked).\n" in told(first, box)
    assert box.round() == ()
    box.put([person(id_)])
    again = box.take()
    assert (again.code, again.needs_person) == (4, False)


def test_a_service_that_is_down_leaves_all_where_it_is_and_the_next_round_finishes(
    open_desk: Callable[..., Desk], tmp_path: Path
) -> None:
    # From the first booking on, whichever comes next: the list after it is looked at meanwhile.
    desk = open_desk(mishaps=["refuse-key:reserve:from=2", "refuse-key:services:from=2"])
    box = Box(desk, tmp_path / "in")
    box.folder.mkdir()
    id_ = desk.session()
    rosters = [
        box.put([person(id_, name) for name in names], f"{names[0]}.csv")
        for names in (["Ada", "Alan"], ["Mary", "Grace"])
    ]
    answer, *_ = box.round()
    assert (answer.code, answer.needs_person, [one.exists() for one in rosters]) == (6, True, [True, True])
    desk.sandbox._mishaps = Mishaps(desk.sandbox.world)
    assert [answer.code for answer in box.round()] == [0, 0]
    assert len(desk.booked(id_)) == 4


def test_what_died_goes_on_from_its_copy_where_the_roster_is_gone(box: Box) -> None:
    id_ = box.desk.session()
    roster = box.put([person(id_), person(id_, "Alan", "Turing")])
    with mock.patch("importer.importing.carrying_out.book", side_effect=Crash), pytest.raises(Crash):
        box.round()
    box.lose(roster)
    answer = box.take()
    assert (answer.name, answer.code, sorted(box.desk.booked(id_))) == ("hr.csv", 0, ["Ada Lovelace", "Alan Turing"])
    assert box.in_place("done") == [
        "hr 2030-01-15 09.00.csv",
        "hr 2030-01-15 09.00.results.xlsx",
        "hr 2030-01-15 09.00.txt",
    ]
    assert box.round() == ()


def test_a_run_of_another_folder_is_not_gone_on_with(box: Box) -> None:
    id_ = box.desk.session()
    with mock.patch("importer.importing.carrying_out.book", side_effect=Crash), pytest.raises(Crash):
        box.desk.run(box.desk.people(id_, "Ada Lovelace"))
    assert box.round() == ()
    assert box.desk.booked(id_) == []


def test_what_a_person_stopped_does_not_go_on_by_itself(box: Box) -> None:
    id_ = box.desk.session()
    roster = box.put([person(id_)])
    stop = box.desk.stop

    def stopped(*given: Any, **more: Any) -> Any:
        stop.set()
        return book(*given, **more)

    with mock.patch("importer.importing.carrying_out.book", stopped):
        answer = box.take(who=ExitCode.INTERRUPTED)
    assert (answer.code, roster.exists()) == (130, True)
    stop.clear()
    held = box.take()
    assert (held.code, box.in_place("held")[0]) == (9, "hr.csv")
    assert held.said == ("Import 1 of this very file was stopped with Ctrl-C by cron. Is it to go on?",)
    assert box.round() == ()
    assert box.desk.booked(id_) == []
    assert box.take(release="hr.csv").code == 0
    assert box.desk.booked(id_) == ["Ada Lovelace"]


def test_what_the_system_stopped_goes_on_by_itself(box: Box) -> None:
    id_ = box.desk.session()
    box.put([person(id_)])
    stop = box.desk.stop

    def stopped(*given: Any, **more: Any) -> Any:
        stop.set()
        return book(*given, **more)

    with mock.patch("importer.importing.carrying_out.book", stopped):
        assert box.take(who=ExitCode.TERMINATED).code == 143
    stop.clear()
    assert box.take().code == 0
    assert box.desk.booked(id_) == ["Ada Lovelace"]


def test_a_run_whose_copy_is_gone_is_told_and_keeps_no_roster_from_being_imported(box: Box) -> None:
    id_ = box.desk.session()
    roster = box.put([person(id_)])
    with mock.patch("importer.importing.carrying_out.book", side_effect=Crash), pytest.raises(Crash):
        box.round()
    box.lose(roster)
    for copy in box.desk.folder.glob("ledger-rosters/*"):
        copy.unlink()
    box.put([person(id_, "Alan", "Turing")], "other.csv")
    assert [answer.code for answer in box.round()] == [8, 0]
    assert box.desk.booked(id_) == ["Alan Turing"]


def test_of_what_a_person_stopped_only_the_unknown_is_settled(box: Box) -> None:
    id_ = box.desk.session()
    roster = box.put([person(id_), person(id_, "Alan", "Turing")])
    with mock.patch("importer.importing.carrying_out.book", side_effect=Crash), pytest.raises(Crash):
        box.round()
    with Ledger.open(box.desk.settings().ledger) as ledger:
        ledger.stopped_by_person(1)
    box.lose(roster)
    assert box.round() == ()
    assert box.desk.booked(id_) == []
    with Ledger.open(box.desk.settings().ledger) as ledger:
        assert [run.state for run in unfinished(ledger)] == [RunState.STOPPED]


STEPS = {
    "taken": ("importer.inbox.tray.Tray.take", "after"),
    "planning": ("importer.inbox.round.propose", "before"),
    "booking": ("importer.importing.carrying_out.book", "before"),
    "booked": ("importer.importing.carrying_out.book", "after"),
    "recorded": ("importer.inbox.round.carry_out", "after"),
    "results": ("importer.inbox.putting_away.write_results", "before"),
    "results are there": ("importer.inbox.putting_away.write_results", "after"),
    "text is there": ("importer.inbox.putting_away.write_text", "after"),
    "letter is drafted": ("importer.inbox.tray.Tray.draft", "after"),
    "moved": ("importer.inbox.folders.move", "after"),
    "marker moved": ("importer.inbox.folders.Folders.move", "after"),
    "letter is posted": ("importer.inbox.tray.Tray.post", "after"),
    "marked as told": ("importer.ledger.memory.Memory.results_written", "after"),
}


@pytest.mark.parametrize("step", STEPS)
def test_a_crash_at_any_step_loses_nothing_books_nobody_twice_and_all_is_told(box: Box, step: str) -> None:
    id_ = box.desk.session()
    rows = [person(id_), person("x", "Alan", "Turing")]
    roster = box.put(rows)
    content = roster.read_bytes()
    marker_of(roster).write_text("complete")
    name, when = STEPS[step]
    real = pkgutil.resolve_name(name)

    def dies(*given: Any, **more: Any) -> None:
        if when == "after":
            real(*given, **more)
        raise Crash

    with mock.patch(name, dies), pytest.raises(Crash):
        box.round()
    assert len(box.where(content)) in (1, 2)
    answers = box.round()
    assert box.where(content) == ["attention"]
    assert box.desk.booked(id_) == ["Ada Lovelace"]
    texts = [path.read_text() for path in (box.folder / "attention").glob("*.txt")]
    assert any("Fix row          row 3" in text for text in texts)
    assert any(answer.needs_person for answer in answers) or len(texts) == 1
    assert any(name.endswith(".results.xlsx") for name in box.in_place("attention"))
    assert box.round() == ()


# What is held


def test_a_roster_that_is_held_is_let_through_by_its_name_once(box: Box) -> None:
    id_ = box.desk.session(places=40)
    box.put(people(id_, 20))
    box.take()
    box.put(people(id_, 10))
    held = box.take()
    assert (held.code, held.needs_person) == (9, True)
    assert box.in_place("held") == ["hr.csv", "hr.results.xlsx", "hr.txt"]
    assert told(held, box).splitlines() == [
        "hr.csv: Stopped for your decision. Nothing was sent. (exit 9)",
        "",
        "  It has 10 rows. The last import (1) had 20. Has it been cut short?",
        "",
        "to release it",
    ]
    assert box.round() == ()
    with pytest.raises(SettingsError, match=r"Held are: hr\.csv\."):
        box.round(release="../hr.csv")
    assert box.take(release="hr.csv").code == 3
    assert box.in_place("held") == []
    box.put(people(id_, 5))
    assert box.take().code == 9


def test_a_roster_that_is_a_txt_is_told_apart_from_the_text_about_it(box: Box) -> None:
    id_ = box.desk.session(places=40)
    box.put(people(id_, 20), "hr.txt")
    box.take()
    box.put(people(id_, 10), "hr.txt")
    box.take()
    assert box.in_place("held") == ["hr.results.xlsx", "hr.txt", "hr.why.txt"]
    assert "10 rows" in (box.folder / "held" / "hr.why.txt").read_text()
    with pytest.raises(SettingsError, match=r'No roster "hr\.why\.txt" is held\. Held are: hr\.txt\.'):
        box.round(release="hr.why.txt")
    assert box.take(release="hr.txt").code == 3
    assert box.in_place("held") == []


def test_what_to_type_about_a_rejected_file_names_it_where_it_is_now(box: Box) -> None:
    (box.folder / "new.csv").write_text("Pupil,Colour\nAda,red\n")
    answer = box.take()
    assert answer.moved_to
    lines = answer.moved_to.with_suffix(".txt").read_text().splitlines()
    assert f'    roster headings "{answer.moved_to}"' in lines
    assert lines[-1] == "Then put the file into the inbox again."
    assert max(len(line) for line in lines if not line.startswith(" ")) <= 80


def test_a_price_holds_a_roster_until_the_folder_says_what_to_do(box: Box) -> None:
    id_ = box.desk.session(price=15)
    box.put([person(id_)])
    held = box.take()
    assert held.code == 9
    assert "payment_requests" in held.said[0]
    assert box.take(release="hr.csv").code == 9
    assert box.take(release="hr.csv", payment_requests="none").code == 0


# Several at once


def test_rosters_for_one_session_are_served_in_the_order_in_which_they_came(box: Box) -> None:
    id_, other = box.desk.session(places=2), box.desk.session(start=FAR)
    for n, (name, booking_id) in enumerate((("a", id_), ("b", other), ("c", id_), ("d", id_))):
        at(box.put([person(booking_id, name * 3)], f"{name}x.csv"), 100 - n, box.desk.clock)
    assert [answer.code for answer in box.round()] == [0, 0, 0, 3]
    assert box.desk.booked(id_) == ["aaa Lovelace", "ccc Lovelace"]


def test_the_same_people_in_two_rosters_of_one_night_are_booked_once(box: Box) -> None:
    id_ = box.desk.session(places=30)
    for name in ("one.csv", "two.csv"):
        box.put([{**row, "Email": f"{row['First name']}@example.org"} for row in people(id_, 5)], name)
    answers = box.round()
    assert [answer.code for answer in answers] == [0, 0]
    assert len(box.desk.booked(id_)) == 5


def test_two_rosters_of_a_series_that_come_in_one_night_follow_each_other(box: Box) -> None:
    first, second = box.desk.session(), box.desk.session(start=FAR)
    at(box.put([person(first)], "hr 2030-01-14.csv"), 60, box.desk.clock)
    at(box.put([person(second)], "hr 2030-01-15.csv"), 50, box.desk.clock)
    _, later = box.round()
    assert later.code == 3
    assert "Moved to another session: row 2" in told(later, box)


def test_many_rosters_are_booked_side_by_side(box: Box) -> None:
    """Two are at work at one moment: each waits in the middle for the other, and would do so for ever alone."""
    ids = [box.desk.session(start=f"2030-03-{n:02}T10:00:00+00:00") for n in range(2, 14)]
    for n, id_ in enumerate(ids):
        box.put(people(id_, 3), f"{chr(97 + n)}.csv")
    both = threading.Barrier(2, timeout=20)

    def books(*given: Any, **more: Any) -> Any:
        both.wait()
        return book(*given, **more)

    with mock.patch("importer.importing.carrying_out.book", books):
        assert {answer.code for answer in box.round()} == {0}
    assert [len(box.desk.booked(id_)) for id_ in ids] == [3] * 12


def test_a_fault_of_ours_over_one_roster_keeps_no_other_from_being_imported(box: Box) -> None:
    id_ = box.desk.session()
    bad = box.put([person(id_)], "a.csv")
    box.put([person(id_, "Alan", "Turing")], "b.csv")
    from importer.importing.safely import read_roster

    def reads(path: Path, *given: Any, **more: Any) -> Any:
        if path.name == "a.csv":
            raise ZeroDivisionError
        return read_roster(path, *given, **more)

    with mock.patch("importer.inbox.round.read_roster", reads), pytest.raises(ZeroDivisionError):
        box.round()
    assert bad.exists()
    assert box.desk.booked(id_) == ["Alan Turing"]


def test_a_file_that_ends_the_process_that_reads_it_is_rejected_and_those_behind_it_are_imported(box: Box) -> None:
    id_ = box.desk.session()
    box.put([person(id_)], "deadly.csv")
    box.put([person(id_, "Alan", "Turing")], "good.csv")
    with mock.patch("importer.importing.safely._read", read_but_die_of_one):
        first, second = box.round()
    assert (first.code, second.code) == (ExitCode.ROSTER_UNUSABLE, ExitCode.DONE)
    assert box.desk.booked(id_) == ["Alan Turing"]
    text, roster = sorted(box.in_place("rejected"), key=lambda name: name.endswith(".csv"))
    assert roster.startswith("deadly")
    assert "can't be read safely" in (box.folder / "rejected" / text).read_text()


def test_an_unchanged_roster_costs_next_to_no_requests_and_nobody_is_told_anything(box: Box) -> None:
    ids = [box.desk.session(places=30, start=f"2030-03-{n:02}T10:00:00+00:00") for n in (2, 3)]
    rows = [row for id_ in ids for row in people(id_, 25)] + [person("x")]
    box.put(rows)
    assert box.take().code == 3
    before, posts = sum(box.desk.sandbox.requests.values()), box.desk.posts()
    box.put(rows)
    answer = box.take()
    assert (answer.code, answer.needs_person) == (0, False)
    assert "50 booked already, 1 still open" in told(answer, box)
    assert box.desk.posts() == posts
    assert sum(box.desk.sandbox.requests.values()) - before <= 0.1 * len(rows)


# What the folder says


def test_the_folder_counts_for_more_than_the_settings_file_and_for_less_than_the_environment(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    from importer.settings import settings_path

    settings_path().parent.mkdir(parents=True)
    settings_path().write_text('timezone = "Europe/Paris"\ndate_order = "mdy"\nworkers = 3')
    (box.folder / "roster.toml").write_text('timezone = "Europe/Madrid"\ndate_order = "dmy"\nmax_new = 7')
    monkeypatch.setenv("ROSTER_DATE_ORDER", "mdy")
    chosen = load_settings(folder_settings(box.folder).of_program())
    assert (chosen.timezone, chosen.date_order, chosen.workers) == ("Europe/Madrid", "mdy", 3)
    assert folder_settings(box.folder).max_new == 7


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('api_key_file = "/etc/shadow"', "there is no such setting for a folder. There are: timezone, "),
        ('base_url = "https://evil.example"', "base_url: there is no such setting for a folder"),
        ('expct = "daily"', "expct: there is no such setting for a folder. Did you mean expect?"),
        ("max_new = -1", "max_new: "),
        ("oops", "can't be read"),
    ],
)
def test_a_folder_can_not_say_where_the_key_goes_and_faults_are_told(box: Box, line: str, said: str) -> None:
    (box.folder / "roster.toml").write_text(line)
    with pytest.raises(SettingsError, match=said):
        folder_settings(box.folder)


def test_who_was_taken_off_since_needs_nobody(box: Box) -> None:
    id_ = box.desk.session()
    box.put([person(id_)])
    answer = box.take()
    assert answer.report is not None
    box.desk.clock.wait(300)
    box.desk.sandbox.world.remove_person(id_, answer.report.outcomes[0].customer_booking_id)
    box.put([person(id_)])
    again = box.take()
    assert again.report is not None
    assert (again.code, again.report.outcomes[0].status) == (0, Status.NO_LONGER_BOOKED)
