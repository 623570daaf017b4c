"""Sign-off: a code that was used up or has expired is good for nobody again, whatever is typed and how often."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from box import Crash
from desk import START, Desk
from signoff import ADA, ALAN, GRACE, booked_by, code, held, imported, of_run, proposed
from test_approving import die_of_all_after_the_first

from importer.importing.finding import find
from importer.importing.forgetting import carry_out, plan_forgetting
from importer.ledger import Ledger
from importer.model import Options, RunReport

AGAIN = Options(rebook=True)
BOOKED_BEFORE = "booked and removed since this code was made"


def code_of_hold(desk: Desk, path: Path, options: Options, **settings: Any) -> str:
    """The code that a door shows of an import that it holds."""
    shown = proposed(desk, path, options, **settings).unapproved
    assert shown is not None
    return shown.code


def test_the_same_line_typed_twice_books_nobody_again_who_was_taken_back(desk: Desk) -> None:
    id_ = desk.session()
    desk.sandbox.world.add_person(id_, "Stan", "Old")
    path = desk.people(id_, ADA, ALAN)
    approved = code(desk, path)
    booked_by(desk, path, approved)
    desk.undo(1)
    used = replace(AGAIN, approved=approved)
    anew = code_of_hold(desk, path, used)
    assert anew != approved
    for _ in range(2):
        assert {one.words for one in held(desk, path, used).differing} == {BOOKED_BEFORE}
        assert code_of_hold(desk, path, used) == anew
    assert desk.booked(id_) == ["Stan Old"]
    booked_by(desk, path, anew, options=AGAIN)
    assert desk.booked(id_) == ["Stan Old", ADA, ALAN]


def test_a_code_of_the_same_people_from_before_they_were_booked_does_not_book_them_again(desk: Desk) -> None:
    id_ = desk.session()
    desk.sandbox.world.add_person(id_, "Stan", "Old")
    first = code(desk, desk.people(id_, ADA))
    both = desk.people(id_, ADA, ALAN)
    second = code(desk, both)
    booked_by(desk, desk.people(id_, ADA), first)
    desk.undo(1)
    found = held(desk, desk.people(id_, ADA, ALAN), replace(AGAIN, approved=second))
    assert [(one.name, one.words) for one in found.differing] == [(ADA, BOOKED_BEFORE)]


def test_a_code_to_book_people_again_is_used_up_as_any_is(desk: Desk) -> None:
    id_ = desk.session()
    desk.sandbox.world.add_person(id_, "Stan", "Old")
    path = desk.people(id_, ADA)
    booked_by(desk, path, code(desk, path))
    desk.undo(1)
    again = code(desk, path, AGAIN)
    booked_by(desk, path, again, options=AGAIN)
    desk.undo(3)
    held(desk, path, replace(AGAIN, approved=again))
    assert code_of_hold(desk, path, replace(AGAIN, approved=again)) != again
    assert desk.booked(id_) == ["Stan Old"]


def test_an_import_that_died_leaves_a_code_for_those_alone_who_were_not_booked(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    id_ = desk.session()
    desk.sandbox.world.add_person(id_, "Stan", "Old")
    path = desk.people(id_, ADA, ALAN)
    approved = code(desk, path)
    with monkeypatch.context() as dying:
        dying.setattr("importer.importing.carrying_out.book", die_of_all_after_the_first)
        with pytest.raises(Crash):
            booked_by(desk, path, approved)
    desk.undo(1)
    found = held(desk, path, replace(AGAIN, approved=approved))
    assert [one.name for one in found.differing] == [ADA]
    booked_by(desk, path, approved)
    assert desk.booked(id_) == ["Stan Old", ALAN]


def test_a_code_to_book_people_again_goes_on_after_its_import_died(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    id_ = desk.session()
    desk.sandbox.world.add_person(id_, "Stan", "Old")
    path = desk.people(id_, ADA, ALAN)
    booked_by(desk, path, code(desk, path))
    desk.undo(1)
    again = code(desk, path, AGAIN)
    with monkeypatch.context() as dying:
        dying.setattr("importer.importing.carrying_out.book", die_of_all_after_the_first)
        with pytest.raises(Crash):
            booked_by(desk, path, again, options=AGAIN)
    booked_by(desk, path, again, options=AGAIN)
    assert desk.booked(id_) == ["Stan Old", ADA, ALAN]


def test_who_was_forgotten_is_not_booked_again_with_an_old_code(desk: Desk) -> None:
    id_ = desk.session()
    desk.sandbox.world.add_person(id_, "Stan", "Old")
    path = desk.people(id_, ADA)
    approved, settings = code(desk, path), desk.settings()
    booked_by(desk, path, approved)
    desk.undo(1)
    with Ledger.open(settings.ledger) as ledger, ledger.lock():
        found = find(ADA, ledger, settings)
        carry_out(plan_forgetting(found.people[0], found, ledger, settings, now=desk.clock()), ledger)
    held(desk, path, replace(AGAIN, approved=approved))
    assert desk.booked(id_) == ["Stan Old"]


def test_a_code_that_has_expired_stays_so_whatever_is_prepared_since(desk: Desk) -> None:
    id_ = desk.session()
    path = desk.people(id_, ADA)
    approved = code(desk, path)
    desk.clock.now = START + timedelta(days=8)
    late = Options(approved=approved)
    anew = code_of_hold(desk, path, late)
    assert anew != approved
    assert code(desk, path) == anew
    assert held(desk, path, late).why == f"The approval code {approved} was good until 22 Jan 2030."
    assert desk.booked(id_) == []
    booked_by(desk, path, anew)
    assert desk.booked(id_) == [ADA]


def test_a_plan_keeps_its_code_and_its_days_as_long_as_that_is_open(desk: Desk) -> None:
    path = desk.people(desk.session(), ADA)
    first = proposed(desk, path).expected.approval
    desk.clock.now = START + timedelta(days=6)
    second = proposed(desk, path).expected.approval
    other = proposed(desk, path, by="sam").expected.approval
    assert first is not None
    assert second is not None
    assert other is not None
    assert {(one.code, one.expires, one.prepared_by) for one in (first, second, other)} == {
        (first.code, START + timedelta(days=7), "priya")
    }


def test_a_plan_of_which_nobody_was_booked_has_a_new_code_and_its_old_one_may_still_be_used(desk: Desk) -> None:
    id_ = desk.session(places=1)
    path = desk.people(id_, ADA)
    approved = code(desk, path)
    other = desk.sandbox.world.add_person(id_, "Stan", "Old")
    assert isinstance(imported(desk, path, Options(approved=approved)), RunReport)
    assert of_run(desk, 1).short_text == "row 2 (Full)"
    desk.sandbox.world.remove_person(id_, other.customer_booking_id)
    assert code(desk, path) != approved
    booked_by(desk, path, approved)
    assert desk.booked(id_) == [ADA]


# A list that is imported in parts


def test_the_parts_of_a_list_count_together_and_other_lists_do_not(desk: Desk) -> None:
    id_ = desk.session()
    path = desk.people(id_, ADA, ALAN, GRACE)
    parts = Options(first=2)
    assert isinstance(imported(desk, path, parts, approval=2), RunReport)
    for options in (parts, Options(first=1), Options()):
        why = held(desk, path, options, approval=2).why
        assert why.endswith("This one would book 1 person. Parts of this list have booked 2 people before.")
    other = desk.people(id_, "Kurt Gödel", "Emmy Noether").rename(desk.folder / "other.csv")
    assert isinstance(imported(desk, other, Options(), approval=2), RunReport)
    assert desk.booked(id_) == [ADA, ALAN, "Kurt Gödel", "Emmy Noether"]


def test_parts_that_were_approved_or_are_long_ago_count_no_more(desk: Desk) -> None:
    id_ = desk.session()
    path = desk.people(id_, ADA, ALAN, GRACE)
    booked_by(desk, path, code(desk, path, Options(first=1), approval=1), options=Options(first=1), approval=1)
    assert isinstance(imported(desk, path, Options(first=1), approval=1), RunReport)
    assert "1 person before" in held(desk, path, Options(), approval=1).why
    desk.clock.wait(timedelta(days=8).total_seconds())
    assert isinstance(imported(desk, path, Options(), approval=1), RunReport)
