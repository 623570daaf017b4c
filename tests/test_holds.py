"""Places that are held before somebody is booked: asked for again, waited for, learned from, and told of."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from desk import START, Desk, count, statuses, the
from test_lanes import ADA, ALAN, GRACE, run_later, spoil

from importer.model import Reservation, Status
from importer.service.port import AnswerLost, Bookings, Confirmation

OpenDesk = Callable[..., Desk]


@pytest.mark.parametrize(("lost", "status"), [(3, "Booked"), (4, "Not booked yet")])
def test_a_place_is_asked_for_four_times(open_desk: OpenDesk, lost: int, status: str) -> None:
    desk = open_desk(mishaps=[f"cut-before:reserve:first={lost}"])
    (told,) = desk.run(desk.people(desk.session(places=20), ADA, Spaces="2")).outcomes
    assert str(told.status) == status
    assert told.message == (
        f"{'' if lost == 3 else 'Appointedd did not answer our reservation clearly. Import the list again. '}"
        "Appointedd may hold 2 more places here until 09:20, because the connection was cut. That ends by itself."
    )


def test_three_reservations_that_can_not_be_read_but_not_in_a_row_stop_nothing(open_desk: OpenDesk) -> None:
    desk = open_desk(mishaps=[f"odd=data-null:reserve:nth={nth}" for nth in (1, 3, 5)])
    report = desk.run(desk.people(desk.session(places=20), ADA, ALAN, GRACE))
    assert count(report, Status.BOOKED) == 3


def test_a_stop_while_a_place_is_asked_for_again_asks_no_more(desk: Desk) -> None:
    asked: list[int] = []

    def stopped(_reserve: Callable[..., Reservation], *_given: Any) -> Reservation:
        asked.append(1)
        desk.stop.set()
        raise AnswerLost

    spoil(desk, reserve=stopped)
    assert statuses(desk.run(desk.people(desk.session(), ADA))) == {ADA: "Not booked yet"}
    assert asked == [1]


def test_nobody_asks_for_a_place_where_none_is_seen_to_be_left(desk: Desk) -> None:
    session = desk.session(places=2)

    def meanwhile() -> None:
        for name in ("Quill", "Stone"):
            desk.sandbox.world.add_person(session, "Walter", name)

    report = run_later(desk, desk.people(session, ADA, ALAN), meanwhile)
    assert set(statuses(report).values()) == {"Full"}
    assert desk.posts() == {"reserve": 1}


def test_a_refused_place_on_a_session_that_can_not_be_read_just_then_is_told_in_the_services_words(
    open_desk: OpenDesk,
) -> None:
    desk = open_desk(mishaps=["refuse=422:reserve"])

    def hidden(bookings: Callable[..., Bookings], ids: Any) -> Bookings:
        shown = bookings(ids)
        return shown if desk.posts()["reserve"] == 0 else Bookings({}, dict.fromkeys(shown, "Try again later."))

    spoil(desk, bookings=hidden)
    report = desk.run(desk.people(desk.session(), ADA))
    assert statuses(report) == {ADA: "Appointedd refused"}
    assert "This can't be done" in the(report, ADA).message


# Waiting for holds of our own to lapse


def test_how_long_a_lost_hold_lasts_is_learned_from_the_others_and_waited_for(open_desk: OpenDesk) -> None:
    desk = open_desk(mishaps=["cut-after:reserve:nth=2"], hold_minutes=30)
    report = desk.run(desk.people(desk.session(places=2), ADA, ALAN))
    assert statuses(report) == {ADA: "Booked", ALAN: "Booked"}
    assert "until 09:30" in the(report, ALAN).message


def test_of_two_lost_holds_the_later_one_is_waited_for(open_desk: OpenDesk) -> None:
    """The first lapses while somebody is booked; the other keeps the last place for twenty minutes more."""
    desk = open_desk(mishaps=["cut-after:reserve:nth=1", "cut-after:reserve:nth=4"])

    asked, is_asked_ahead = iter(range(1, 100)), threading.Event()

    def counted(reserve: Callable[..., Reservation], *given: Any) -> Reservation:
        number = next(asked)
        try:
            return reserve(*given)
        finally:
            if number == 3:
                is_asked_ahead.set()

    def slow(confirm: Callable[..., Confirmation], slot_id: str, person: Any, **more: Any) -> Confirmation:
        answer = confirm(slot_id, person, **more)
        if person.name == ADA:
            assert is_asked_ahead.wait(20)
            desk.clock.wait(25 * 60)
            confirm.__self__.bookings([session])  # type: ignore[attr-defined] # an answer tells the time there
        return answer

    session = desk.session(places=2)
    spoil(desk, confirm=slow, reserve=counted)
    assert set(statuses(desk.run(desk.people(session, ADA, ALAN))).values()) == {"Booked"}


def test_a_service_whose_clock_stands_still_keeps_nobody_waiting_for_ever(open_desk: OpenDesk) -> None:
    desk = open_desk(mishaps=["cut-after:reserve:nth=1", "refuse=409:reserve:from=2"])
    spoil(desk, now=lambda _now: START)
    assert statuses(desk.run(desk.people(desk.session(), ADA))) == {ADA: "Appointedd refused"}
    assert desk.clock.now - START < timedelta(hours=1)


# What is said of a hold that is not where it should be


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"booking_id": "f" * 24}, f"held a place on session {'f' * 24} instead."),
        ({"booking_id": None}, "held a place on a session that it did not name instead."),
        ({"start": START}, "held a place, but does not say that it is for this service, room and start."),
    ],
)
def test_where_a_place_is_held_instead_is_told(desk: Desk, change: dict[str, Any], told: str) -> None:
    spoil(desk, reserve=lambda reserve, *given: replace(reserve(*given), **change))
    report = desk.run(desk.people(desk.session(), ADA, ALAN))
    free_again = "We did not use that place; it becomes free again on Tue 15 Jan 2030 09:20."
    assert the(report, ADA).message == f"Appointedd {told} {free_again}"
    assert the(report, ALAN).message == (
        "Not booked: Appointedd did not hold the place of row 2 as asked. Please look at that row first."
    )


@pytest.mark.parametrize(("left", "told"), [(1, "1 place left"), (2, "2 places left")])
def test_how_many_places_are_left_is_told_to_who_asks_for_more(desk: Desk, left: int, told: str) -> None:
    (outcome,) = desk.run(desk.people(desk.session(places=left), ADA, Spaces="3")).outcomes
    assert outcome.message.startswith(f"Full: {told}, 3 asked for. Also: Sat 16 Mar")


# Payment requests


def test_that_no_payment_request_goes_out_is_proven_on_the_first_session_that_books_somebody(
    open_desk: OpenDesk,
) -> None:
    desk = open_desk(payment_field_works=False, mishaps=["refuse=422:reserve:nth=1"])
    ids = [desk.session(price=20, start=f"2030-03-0{day}T10:00:00+00:00") for day in (1, 2)]
    names = [(ids[0], ADA), (ids[1], ALAN), (ids[1], GRACE)]
    report = desk.run(
        desk.roster([{"Group booking ID": id_, "Full name": name} for id_, name in names]),
        payment_requests="none",
        workers=2,
    )
    assert count(report, Status.BOOKED) == 1
    assert "payment request" in report.stopped
