"""Many lanes at once, and what ends all of them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest
from desk import Desk, count, statuses
from test_lanes import ADA, ALAN, GRACE, spoil

from importer.booking.lanes import book
from importer.model import Status
from importer.service.port import Confirmation


def test_lanes_are_worked_through_at_the_same_time(desk: Desk) -> None:
    """Each waits in its confirm until the other has come as far: one lane after the other would wait for ever."""
    both = threading.Barrier(2, timeout=20)
    sessions = [desk.session(start=f"2030-03-0{day}T10:00:00+00:00") for day in (1, 2)]

    def together(confirm: Callable[..., Confirmation], *given: Any, **more: Any) -> Confirmation:
        both.wait()
        return confirm(*given, **more)

    spoil(desk, confirm=together)
    roster = desk.roster([{"Group booking ID": id_, "Full name": ADA} for id_ in sessions])
    assert count(desk.run(roster, workers=2), Status.BOOKED) == 2


def book_while(desk: Desk, roster: Any, confirmed: Callable[..., Confirmation], stopping: Callable[[], None]) -> Any:
    """Book everybody of a list, with an ear for what happens while somebody is still being booked after a stop."""
    spoil(desk, confirm=confirmed)
    with mock.patch(
        "importer.importing.carrying_out.book", lambda *of, **more: book(*of, **more | {"stopping": stopping})
    ):
        return desk.run(roster)


def test_who_stops_an_import_is_heard_while_somebody_is_still_being_booked_and_not_before(desk: Desk) -> None:
    heard, calls = threading.Event(), []

    def confirmed(confirm: Callable[..., Confirmation], *given: Any, **more: Any) -> Confirmation:
        answer = confirm(*given, **more)
        if len(desk.booked(session)) == 2:
            assert calls == []
            desk.stop.set()
            assert heard.wait(20)
        return answer

    def stopping() -> None:
        calls.append(1)
        heard.set()

    session = desk.session()
    report = book_while(desk, desk.people(session, ADA, ALAN, GRACE), confirmed, stopping)
    assert list(statuses(report).values()) == ["Booked", "Booked", "Not booked yet"]


def test_of_a_stop_that_nobody_wanted_nobody_hears(desk: Desk) -> None:
    heard = threading.Event()
    book_while(desk, desk.people(desk.session(), ADA), lambda confirm, *of, **more: confirm(*of, **more), heard.set)
    assert not heard.is_set()


def test_what_ends_the_program_in_a_lane_ends_it(desk: Desk) -> None:
    def confirmed(*_given: Any, **_more: Any) -> Confirmation:
        raise SystemExit(3)

    with pytest.raises(SystemExit):
        book_while(desk, desk.people(desk.session(), ADA), confirmed, lambda: None)
