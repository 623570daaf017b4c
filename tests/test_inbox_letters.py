"""What a round tells: each letter as its roster ends, once, whatever happens, and again what lies there for long."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from unittest import mock

import pytest
from box import Box, Crash, at, person, told
from desk import START

from importer.inbox import Answer, Folders, reminder
from importer.inbox.folders import Folder, text_of


def untold(box: Box) -> list[str]:
    tray = Folders(box.folder).tray
    tray.make_ready(now=START)
    return ["\n".join(letter.lines) for letter in tray.untold()]


def test_each_letter_is_told_as_its_roster_ends(box: Box) -> None:
    id_ = box.desk.session()
    for age, name in enumerate("ab"):
        at(box.put([person(id_, name * 3), person("x")], f"{name}.csv"), 100 - age, box.desk.clock)
    seen: list[tuple[str, list[str]]] = []
    box.tell = lambda answer: seen.append((answer.name, box.in_place("attention")))
    box.round()
    (first, there), _ = seen
    assert (first, [name[0] for name in there]) == ("a.csv", ["a"] * 3)
    assert untold(box) == []


def full_disk(_answer: Answer) -> None:
    raise OSError(28, "No space left on device")


def killed(_answer: Answer) -> None:
    raise Crash


@pytest.mark.parametrize("tell", [full_disk, killed])
def test_what_could_not_be_told_is_kept_for_the_next_round(box: Box, tell: Callable[[Answer], object]) -> None:
    id_ = box.desk.session()
    box.put([person(id_), person("x")])
    box.tell = tell
    with pytest.raises((OSError, Crash)):
        box.round()
    (letter,) = untold(box)
    assert 'Fix row          row 3, "Group booking ID"' in letter


def test_who_can_not_be_told_of_one_list_keeps_no_other_from_being_imported(box: Box) -> None:
    id_ = box.desk.session()
    for age, name in enumerate("ab"):
        at(box.put([person(id_, name * 3), person("x")], f"{name}.csv"), 100 - age, box.desk.clock)
    box.tell = full_disk
    with pytest.raises(OSError, match="No space left"):
        box.round()
    assert len(box.desk.booked(id_)) == 2
    assert len(untold(box)) == 2
    box.put([person(id_, "Alan", "Turing"), person("y")], "a.csv")
    with pytest.raises(OSError, match="No space left"):
        box.round()
    assert len(untold(box)) == 3


@pytest.mark.parametrize("step", ["importer.inbox.tray.Tray.draft", "importer.inbox.folders.Folders.move"])
def test_a_kill_between_the_letter_and_the_move_tells_it_once(box: Box, step: str) -> None:
    """Before the move the roster comes back and is told anew; after it the letter is all there is."""
    box.put([person(box.desk.session()), person("x")])
    from importer.inbox.folders import Folders as Real
    from importer.inbox.tray import Tray

    real = {"importer.inbox.tray.Tray.draft": Tray.draft, "importer.inbox.folders.Folders.move": Real.move}[step]

    def dies(*given: object) -> None:
        real(*given)  # type: ignore[operator]
        raise Crash

    with mock.patch(step, dies), pytest.raises(Crash):
        box.round()
    letters = untold(box)
    seen: list[Answer] = []
    box.tell = seen.append
    box.round()
    assert len(letters) + sum(answer.needs_person for answer in seen) == 1


# What lies there for long


def test_what_lies_in_attention_or_held_is_said_again_each_week(box: Box) -> None:
    week, folders = timedelta(days=7), Folders(box.folder)
    now, zone = box.desk.clock(), box.desk.settings().zone
    box.put([person(box.desk.session()), person("x")])
    box.take()
    (roster,) = folders.rosters(Folder.ATTENTION)
    put_away = (now - timedelta(days=6)).timestamp()
    os.utime(text_of(roster), (put_away, put_away))
    assert reminder(folders, week, now=now, zone=zone) == ""
    later = now + timedelta(days=1)
    assert reminder(folders, week, now=later, zone=zone).startswith(
        "Still waiting for a person: 1 in attention, the oldest since 9 Jan 2030. "
    )
    folders.tray.reminded(later)
    assert reminder(folders, week, now=later + timedelta(days=6), zone=zone) == ""
    assert reminder(folders, week, now=later + week, zone=zone)
    roster.unlink()
    assert reminder(folders, week, now=later + week, zone=zone) == ""


def test_who_is_no_longer_booked_is_named_by_row_in_the_next_letter_and_once(box: Box) -> None:
    id_ = box.desk.session()
    names = [person(id_, "Ada", "Lovelace"), person(id_, "Alan", "Turing"), person(id_, "Bo", "Chen")]
    box.put(names)
    answer = box.take()
    assert answer.report is not None
    box.desk.clock.wait(300)
    for one in answer.report.outcomes[:2]:
        box.desk.sandbox.world.remove_person(id_, one.customer_booking_id)
    removed = "No longer booked: rows 2-3. Removed from Pottery for beginners, Sat 2 Mar 2030"
    for faulty, is_news in (("x", True), ("y", False)):
        box.put([*names, *(person(typed) for typed in ("x", "y")[: "xy".index(faulty) + 1])])
        said = told(box.take(), box)
        assert (removed in said) is is_news
        assert "2 no longer booked" in said
        assert "Lovelace" not in said
