"""Taking back an import: whom it has booked and nobody else, each once, and only who is as they were booked."""

from __future__ import annotations

import pytest
from desk import Desk, statuses, the

from importer.ledger import Ledger
from importer.model import EntryState
from importer.sandbox.records import Rules

ADA, ALAN, GRACE = "Ada Lovelace", "Alan Turing", "Grace Hopper"
SHOWN = pytest.mark.parametrize("how", ["removed", "marked"])


def show(desk: Desk, how: str) -> None:
    desk.sandbox.world.rules = Rules(cancelled=how)  # type: ignore[arg-type]


def cancels(desk: Desk) -> int:
    return sum(count for (_, path), count in desk.sandbox.requests.items() if path.endswith("/cancel"))


@SHOWN
def test_an_import_is_taken_back_and_who_was_there_otherwise_stays(desk: Desk, how: str) -> None:
    show(desk, how)
    session = desk.session()
    desk.sandbox.world.add_person(session, "Zoe", "Marsh")
    run = desk.run(desk.people(session, ADA, ALAN)).run
    report = desk.undo(run)
    assert statuses(report) == {ADA: "Removed", ALAN: "Removed"}
    assert (report.stop_code, desk.booked(session), cancels(desk)) == (0, ["Zoe Marsh"], 2)


def test_of_rows_that_are_chosen_no_other_is_removed(desk: Desk) -> None:
    session = desk.session()
    run = desk.run(desk.people(session, ADA, ALAN, GRACE)).run
    report = desk.undo(run, 3)
    assert statuses(report) == {ADA: "Kept", ALAN: "Removed", GRACE: "Kept"}
    assert desk.booked(session) == [ADA, GRACE]


def test_nobody_is_removed_whom_another_import_has_booked(desk: Desk) -> None:
    session = desk.session()
    desk.sandbox.world.add_person(session, "Grace", "Hopper", "grace@mail.com")
    first = desk.run(desk.people(session, ADA)).run
    people = [
        {"Group booking ID": session, "Full name": ADA},
        {"Group booking ID": session, "Full name": ALAN},
        {"Group booking ID": session, "Full name": GRACE, "Email": "grace@mail.com"},
    ]
    second = desk.run(desk.roster(people))
    assert statuses(second) == {ADA: "Already booked", ALAN: "Booked", GRACE: "Already booked"}
    report = desk.undo(second.run)
    assert statuses(report) == {ADA: "Kept", ALAN: "Removed", GRACE: "Kept"}
    assert f"Import {first} did." in the(report, ADA).message
    assert "did not book them" in the(report, GRACE).message
    assert sorted(desk.booked(session)) == [ADA, GRACE]


def test_the_only_person_of_a_session_stays_unless_that_is_chosen(desk: Desk) -> None:
    session = desk.session()
    run = desk.run(desk.people(session, ADA, ALAN)).run
    report = desk.undo(run)
    assert statuses(report) == {ADA: "Removed", ALAN: "Kept"}
    assert f"roster undo {run} --row 3 --empty-sessions" in the(report, ALAN).message
    assert statuses(desk.undo(run, 3, may_empty=True))[ALAN] == "Removed"
    assert desk.booked(session) == []


def test_undone_twice_everybody_is_already_gone_and_nothing_is_sent(desk: Desk) -> None:
    session = desk.session()
    desk.sandbox.world.add_person(session, "Zoe", "Marsh")
    run = desk.run(desk.people(session, ADA)).run
    desk.undo(run)
    again = desk.undo(run)
    assert (statuses(again), cancels(desk)) == ({ADA: "Already gone"}, 1)
    assert "Removed by undo (import 2) on 15 Jan 2030" in the(again, ADA).message


def test_where_removed_people_are_listed_as_before_the_first_stops_the_rest(desk: Desk) -> None:
    show(desk, "listed")
    session = desk.session()
    desk.sandbox.world.add_person(session, "Zoe", "Marsh")
    run = desk.run(desk.people(session, ADA, ALAN)).run
    report = desk.undo(run)
    assert statuses(report) == {ADA: "Not sure yet", ALAN: "Kept"}
    assert (report.stop_code, cancels(desk)) == (3, 1)
    assert f"roster resume {report.run} --row 2 --is removed (or booked)" in the(report, ADA).message
    with Ledger.open(desk.settings().ledger) as ledger:
        assert [one.state for one in ledger.unknown()] == [EntryState.REMOVING]
