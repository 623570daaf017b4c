"""Whom we have taken off a session again: who they are for a later import, whatever a reading lists of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from desk import START, Desk, statuses, the
from whoiswho import entry

from importer.ledger import Ledger
from importer.model import Attendee, Entry, EntryState, Options
from importer.people.settling import Moment, outsiders, settle
from importer.sandbox.records import Rules

LONG = 600


def removing(name: str = "Ann Brown") -> Entry:
    """Somebody of whom it is not known whether we have taken them off."""
    return entry(
        name,
        state=EntryState.REMOVING,
        customer_booking_id="c1",
        removed_by=2,
        removed=START,
        settled_by=START + timedelta(minutes=3),
    )


def settled(one: Entry, people: list[Attendee], minutes: float, *, removed_are_gone: bool = False) -> list[EntryState]:
    now = START + timedelta(minutes=minutes)
    moment = Moment(now, now, settle_margin_s=120, removed_are_gone=removed_are_gone)
    return [changed.state for changed in settle([one], people, moment)]


def test_who_is_not_listed_any_more_was_taken_off() -> None:
    assert settled(removing(), [], 1) == [EntryState.REMOVED]


def test_who_is_still_listed_was_not_taken_off_only_where_the_service_shows_that_and_nothing_can_come_any_more() -> (
    None
):
    there = [Attendee("c1")]
    assert settled(removing(), there, LONG) == []
    assert settled(removing(), there, 2, removed_are_gone=True) == []
    assert settled(removing(), there, 4, removed_are_gone=True) == [EntryState.BOOKED]


def test_while_somebody_without_an_id_is_listed_nobody_is_known_to_be_off() -> None:
    assert settled(removing(), [Attendee("")], LONG, removed_are_gone=True) == []


def test_whom_we_have_taken_off_stays_so_whatever_a_reading_lists() -> None:
    gone = replace(removing(), state=EntryState.REMOVED)
    there = [Attendee("c1")]
    assert settled(gone, there, LONG, removed_are_gone=True) == []
    assert outsiders([gone], there) == ()


def remove(desk: Desk, booking_id: str, name: str) -> None:
    """Take somebody off as an undo does, and keep that."""
    with Ledger.open(desk.settings().ledger) as ledger, desk.service() as service:
        one = next(each for each in ledger.entries([booking_id]) if each.name == name)
        service.remove(booking_id, one.customer_booking_id)
        ledger.save(replace(one, state=EntryState.REMOVED, removed_by=2, removed=desk.clock()))


@pytest.mark.parametrize("how", ["removed", "marked", "listed"])
def test_a_later_import_says_who_was_removed_and_books_them_only_with_rebook(desk: Desk, how: str) -> None:
    desk.sandbox.world.rules = Rules(cancelled=how)  # type: ignore[arg-type]
    session = desk.session(places=4)
    roster = desk.people(session, "Ada Lovelace", "Alan Turing")
    desk.run(roster)
    remove(desk, session, "Ada Lovelace")
    desk.clock.wait(LONG)
    again = desk.run(roster)
    assert statuses(again) == {"Ada Lovelace": "No longer booked", "Alan Turing": "Already booked"}
    assert "Removed by undo (import 2) on 15 Jan 2030." in the(again, "Ada Lovelace").message
    assert desk.booked(session) == ["Alan Turing"]
    rebooked = desk.run(roster, Options(rebook=True))
    assert statuses(rebooked) == {"Ada Lovelace": "Booked", "Alan Turing": "Already booked"}
    last = desk.run(roster, Options(rebook=True))
    assert statuses(last) == {"Ada Lovelace": "Already booked", "Alan Turing": "Already booked"}
    assert sorted(desk.booked(session)) == ["Ada Lovelace", "Alan Turing"]


@pytest.mark.parametrize("how", ["removed", "marked", "listed"])
def test_another_list_with_somebody_who_was_removed_does_not_take_them_for_a_stranger_of_that_name(
    desk: Desk, how: str
) -> None:
    desk.sandbox.world.rules = Rules(cancelled=how)  # type: ignore[arg-type]
    session = desk.session(places=4)
    desk.run(desk.people(session, "Ada Lovelace", "Alan Turing"))
    remove(desk, session, "Ada Lovelace")
    desk.clock.wait(LONG)
    other = desk.roster([{"Group booking ID": session, "First name": "Ada", "Last name": "Lovelace"}], "friends.csv")
    assert statuses(desk.run(other)) in ({"Ada Lovelace": "No longer booked"}, {"Ada Lovelace": "Same person?"})
    assert desk.booked(session) == ["Alan Turing"]


def test_who_was_removed_and_came_back_by_themselves_is_already_booked(desk: Desk) -> None:
    session = desk.session(places=4)
    roster = desk.people(session, "Ada Lovelace", Email="ada@mail.com")
    desk.run(roster)
    remove(desk, session, "Ada Lovelace")
    desk.sandbox.world.add_person(session, "Ada", "Lovelace", "ada@mail.com")
    desk.clock.wait(LONG)
    assert statuses(desk.run(roster, Options(rebook=True))) == {"Ada Lovelace": "Already booked"}
    assert len(desk.booked(session)) == 1
