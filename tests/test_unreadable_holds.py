"""A service whose answers to our reservations can't be read holds places all the same: few are made, nobody is doubled."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from desk import Desk, count, the

from importer.model import Status

OpenDesk = Callable[..., Desk]
NAMES = ("Ada Lovelace", "Alan Turing", "Grace Hopper", "Mary Jackson", "Niels Bohr", "Lise Meitner")


@pytest.mark.parametrize("mishap", ["odd=data-null:reserve", "bad-json:reserve", "html=200:reserve"])
def test_where_no_reservation_can_be_read_few_places_are_held_however_often_it_is_imported(
    open_desk: OpenDesk, mishap: str
) -> None:
    desk = open_desk(mishaps=[mishap])
    list_ = desk.people(desk.session(places=20), *NAMES)
    for held in (3, 6):
        report = desk.run(list_)
        assert count(report, Status.NOT_BOOKED_YET) == len(NAMES)
        assert len(desk.sandbox.world.slots()) <= held
        assert all(one.wants_person for one in report.outcomes)
    assert "in a form that we can't read" in the(report, NAMES[0]).message


def test_one_reservation_that_cannot_be_read_keeps_nobody_from_being_booked(open_desk: OpenDesk) -> None:
    desk = open_desk(mishaps=["odd=data-null:reserve:nth=1"])
    assert count(desk.run(desk.people(desk.session(places=20), *NAMES)), Status.BOOKED) == len(NAMES)


@pytest.mark.parametrize("what", ["null", "absent"])
def test_a_session_without_a_list_of_people_books_nobody_who_may_be_there(open_desk: OpenDesk, what: str) -> None:
    desk = open_desk(mishaps=[f"odd=people-{what}:bookings"])
    session = desk.session(places=20)
    desk.sandbox.world.add_person(session, "Ada", "Lovelace")
    report = desk.run(desk.people(session, *NAMES))
    assert desk.booked(session) == ["Ada Lovelace"]
    assert count(report, Status.FIX_ROW) == len(NAMES)
    assert "no customers that can be read" in the(report, "Ada Lovelace").message
