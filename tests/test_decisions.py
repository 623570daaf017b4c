"""What a decision does beside somebody who is booked, or whom another row stands for: through the practice service."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from desk import Desk, statuses, the

from importer.lists.roster import read_roster
from importer.model import Options, RunReport
from importer.results.files import results_path
from importer.results.writing import write_results


def row(booking_id: str, name: str, decision: str = "", **cells: object) -> dict[str, object]:
    first, _, last = name.partition(" ")
    return {
        "Group booking ID": booking_id,
        "First name": first,
        "Last name": last,
        "Import decision": decision,
        **cells,
    }


def run(desk: Desk, *rows: Mapping[str, object], name: str = "roster.csv", options: Options | None = None) -> RunReport:
    return desk.run(desk.roster(rows, name), options)


def test_of_two_rows_that_are_the_same_person_the_second_is_left_out_and_says_which_row_counts(desk: Desk) -> None:
    id_ = desk.session()
    run(desk, row(id_, "Tom Baker"))
    names = ("Tommy Baker", "T. Baker")
    asked = run(desk, *(row(id_, name) for name in names), name="new.csv")
    marks = {one.name: {"Import run": one.handle} for one in asked.outcomes}
    for _ in range(2):
        told = run(desk, *(row(id_, name, "Same person", **marks[name]) for name in names), name="new.csv")
        assert statuses(told) == {"Tommy Baker": "Already booked", "T. Baker": "Left out"}
        assert the(told, "T. Baker").message == "The same person as row 2, as you decided. That row counts."
        marks = {one.name: {"Import run": one.handle} for one in told.outcomes}
    assert desk.booked(id_) == ["Tom Baker"]


def test_two_rows_for_one_who_came_by_another_way_stay_one_person(desk: Desk) -> None:
    id_ = desk.session()
    desk.sandbox.world.add_person(id_, "Tom", "Baker")
    names = ("Tommy Baker", "T. Baker")
    run(desk, *(row(id_, name) for name in names))
    for _ in range(2):
        told = run(desk, *(row(id_, name, "Same person") for name in names))
        assert statuses(told) == {"Tommy Baker": "Already booked", "T. Baker": "Left out"}
    assert desk.booked(id_) == ["Tom Baker"]


def test_leave_out_beside_somebody_booked_says_that_they_hold_a_place_and_needs_a_person_once(desk: Desk) -> None:
    id_ = desk.session()
    run(desk, row(id_, "Ann Brown"))
    for needed in (True, False):
        told = the(run(desk, row(id_, "Ann Brown", "Leave out")), "Ann Brown")
        assert (str(told.status), told.wants_person) == ("Already booked", needed)
        assert "still holds a place on Pottery for beginners, Sat 2 Mar 2030 10:00" in told.message
        assert "Remove them in Appointedd" in told.message


def test_leave_out_of_somebody_booked_stands_in_the_results(desk: Desk) -> None:
    id_ = desk.session()
    run(desk, row(id_, "Ann Brown"))
    report = run(desk, row(id_, "Ann Brown", "Leave out"))
    (sent_back,) = read_roster(write_results(report, results_path(report.roster.path, None), ())[0]).rows
    assert sent_back.cells["import_decision"] == "Leave out"


@pytest.mark.parametrize("typed", ["cancel", "Leve out", "No"])
def test_what_is_no_decision_beside_somebody_booked_is_told_and_stands_in_the_results(desk: Desk, typed: str) -> None:
    id_ = desk.session()
    run(desk, row(id_, "Ann Brown"))
    report = run(desk, row(id_, "Ann Brown", typed))
    told = the(report, "Ann Brown")
    assert (str(told.status), told.wants_person) == ("Already booked", True)
    assert f"{typed} is not a decision" in told.message
    (sent_back,) = read_roster(write_results(report, results_path(report.roster.path, None), ())[0]).rows
    assert sent_back.cells["import_decision"] == typed


def test_leave_out_under_a_corrected_spelling_says_who_still_holds_a_place(desk: Desk) -> None:
    id_ = desk.session()
    run(desk, row(id_, "Jon Smith"))
    run(desk, row(id_, "John Smith"))
    for needed in (True, False):
        told = the(run(desk, row(id_, "John Smith", "Leave out")), "John Smith")
        assert (str(told.status), told.wants_person) == ("Left out", needed)
        assert "Jon Smith (booked on 15 Jan 2030) still holds a place on this session." in told.message
    other = the(run(desk, row(id_, "Jonn Smith", "Leave out"), name="another.csv"), "Jonn Smith")
    assert (other.message, other.wants_person) == ("Left out, as you decided.", False)


def test_who_was_removed_and_is_left_out_is_not_booked_again(desk: Desk) -> None:
    id_ = desk.session()
    told = the(run(desk, row(id_, "Ann Brown")), "Ann Brown")
    desk.sandbox.world.remove_person(id_, told.customer_booking_id)
    desk.clock.wait(3600)
    for options in (Options(), Options(rebook=True)):
        again = run(desk, row(id_, "Ann Brown", "Leave out"), options=options)
        assert statuses(again) == {"Ann Brown": "Left out"}
    assert desk.booked(id_) == []


@pytest.mark.parametrize("decision", ["Book", "Same person", "Different person"])
def test_any_other_decision_beside_somebody_booked_is_said_once_to_change_nothing(desk: Desk, decision: str) -> None:
    id_ = desk.session()
    run(desk, row(id_, "Ann Brown"))
    said = f'"{decision}" changes nothing here: this person is booked already.'
    first, again = (the(run(desk, row(id_, "Ann Brown", decision)), "Ann Brown") for _ in range(2))
    assert said in first.message
    assert said not in again.message
    assert not first.wants_person


def test_a_decision_that_was_acted_on_is_not_said_to_change_nothing(desk: Desk) -> None:
    id_ = desk.session()
    run(desk, row(id_, "Jon Smith"), row(id_, "Ann Brown"))
    run(desk, row(id_, "John Smith"), row(id_, "Anne Brown"))
    answered = [row(id_, "John Smith", "Different person"), row(id_, "Anne Brown", "Same person")]
    for report in (run(desk, *answered), run(desk, *answered)):
        assert "changes nothing" not in " ".join(one.message for one in report.outcomes)


def test_a_question_about_an_equal_name_says_what_differs_and_shows_only_the_lists_own_addresses(desk: Desk) -> None:
    id_ = desk.session()
    run(desk, row(id_, "Ursula Beck", Email="u.beck@mail.com"))
    asked = the(run(desk, row(id_, "Ursula Beck", Email="ub@work.com")), "Ursula Beck")
    assert "Ursula Beck (booked on 15 Jan 2030 with another e-mail address, u.beck@mail.com)?" in asked.message
    other = the(run(desk, row(id_, "Ursula Beck", Email="ub@work.com"), name="another.csv"), "Ursula Beck")
    assert "Ursula Beck (booked on 15 Jan 2030 with another e-mail address)?" in other.message
    desk.sandbox.world.add_person(id_, "Sam", "Orr", "sam@home.com")
    there = the(run(desk, row(id_, "Sam Orr", Email="so@work.com")), "Sam Orr")
    assert "Sam Orr (already on this session with another e-mail address, not through an import)?" in there.message


def test_an_address_that_was_added_since_is_told(desk: Desk) -> None:
    id_ = desk.session()
    run(desk, row(id_, "Ann Brown"))
    told = the(run(desk, row(id_, "Ann Brown", Email="ann@mail.com")), "Ann Brown")
    assert (str(told.status), told.wants_person) == ("Already booked", False)
    assert "We booked without the e-mail in this row. Add it in Appointedd." in told.message
