"""Times as people read them: other ones where there is no place, and the hour that comes twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

import pytest
from desk import Desk, the

from importer.booking.openings import find_openings, nearest_openings, openings_text, upcoming_sessions
from importer.errors import ServiceError
from importer.model import GroupBooking, Opening, moment_text
from importer.model import Service as Offered
from importer.service.port import BookingService, Refused

LONDON = ZoneInfo("Europe/London")
START = datetime(2030, 3, 2, 10, tzinfo=UTC)


def opening(hours: int, free: float) -> Opening:
    return Opening("5" * 24, START + timedelta(hours=hours), free, f"{hours}{free}")


def test_the_hour_that_comes_twice_is_told_apart() -> None:
    first = datetime(2030, 10, 27, 0, 30, tzinfo=UTC)
    assert moment_text(first, LONDON) == "Sun 27 Oct 2030 01:30 BST"
    assert moment_text(first + timedelta(hours=1), LONDON) == "Sun 27 Oct 2030 01:30 GMT"
    assert moment_text(first + timedelta(hours=2), LONDON) == "Sun 27 Oct 2030 02:30"
    assert moment_text(datetime(2030, 3, 31, 1, tzinfo=UTC), LONDON) == "Sun 31 Mar 2030 02:00"


def test_a_time_is_named_once_however_many_sessions_start_then() -> None:
    text = openings_text([opening(1, 3), opening(1, 8), opening(2, 4)], START, LONDON)
    assert text == "Also: Sat 2 Mar 2030 11:00 (8 free), Sat 2 Mar 2030 12:00 (4 free)."


def test_where_nothing_is_open_it_is_said_how_far_was_looked() -> None:
    text = openings_text([], START, LONDON)
    assert text == "No other time from 14 days before to 28 days after has places."


def test_a_time_with_an_unknown_number_of_places_is_named_all_the_same() -> None:
    assert "11:00 (? free)" in openings_text([opening(1, float("inf"))], START, LONDON)


def test_two_sessions_in_the_hour_that_comes_twice_are_two_lines_of_the_plan(tmp_path: Path) -> None:
    with Desk(tmp_path) as desk:
        ids = [desk.session(start=f"2030-10-27T0{hour}:30:00+00:00") for hour in (0, 1)]
        rows = [
            {"Group booking ID": id_, "Full name": name}
            for id_, name in zip(ids, ("Ada Lovelace", "Alan Turing"), strict=True)
        ]
        report = desk.run(desk.roster(rows))
        assert the(report, "Ada Lovelace").session.endswith("01:30 BST")
        assert the(report, "Alan Turing").session.endswith("01:30 GMT")


# What is looked for


class Service:
    """Has sessions with so many places by start, each under its start as an id, and refuses some services."""

    def __init__(self, starts: dict[datetime, int], refused: tuple[str, ...] = (), lists_rooms: bool = True) -> None:
        self.sessions = {str(start): session(start, places) for start, places in starts.items()}
        self.refused, self.lists_rooms = refused, lists_rooms
        self.ranges: list[tuple[datetime, datetime]] = []
        self.read: list[str] = []

    def services(self) -> dict[str, Offered]:
        if not self.sessions:
            raise Refused(403, "Not for you")
        return {id_: Offered(id_, f"Name of {id_}") for id_ in ("pottery", "yoga")}

    def resources(self) -> dict[str, str]:
        if not self.lists_rooms:
            raise Refused(403, "Not for you")
        return {"room": "Studio 1"}

    def openings(self, service_id: str, ranges: list[tuple[datetime, datetime]]) -> dict[str, datetime]:
        if service_id in self.refused:
            raise Refused(400, "Not now")
        self.ranges += ranges
        there = {id_: one for id_, one in self.sessions.items() if one.service_id == service_id}
        return {id_: one.start for id_, one in there.items() if any(a <= one.start <= b for a, b in ranges)}

    def bookings(self, ids: list[str]) -> dict[str, GroupBooking]:
        self.read += ids
        return {id_: self.sessions[id_] for id_ in ids if self.sessions[id_].places >= 0}


def session(start: datetime, places: int) -> GroupBooking:
    return GroupBooking(str(start), "pottery", "room", start, "", places)


def found(
    service: Service, *starts: datetime, now: datetime = START - timedelta(days=60)
) -> list[tuple[datetime, float]]:
    openings = find_openings(cast("BookingService", service), {"pottery": starts}, now=now)
    return [(one.start, one.free) for one in openings["pottery"]]


def test_other_times_are_looked_for_from_two_weeks_before_to_four_weeks_after() -> None:
    at = [START + timedelta(days=days) for days in (-15, -14, 28, 29)]
    service = Service(dict.fromkeys(at, 3))
    assert found(service, START) == [(at[1], 3), (at[2], 3)]


def test_no_time_is_looked_for_that_is_over() -> None:
    now = START - timedelta(days=3)
    service = Service({START - timedelta(days=4): 3, START - timedelta(days=2): 4})
    assert found(service, START, START - timedelta(days=31), now=now) == [(START - timedelta(days=2), 4)]
    assert service.ranges == [(now, START + timedelta(days=28))]


def test_the_nearest_to_any_of_the_times_come_first_and_only_a_few_are_read() -> None:
    other = START + timedelta(days=10)
    hours = (9, 8, 7, 6, 5, 4, 3)
    service = Service({other - timedelta(hours=n): n for n in hours} | {START + timedelta(hours=1): 1})
    assert [free for _, free in found(service, START, other)] == [1, 3, 4, 5, 6, 7]
    assert len(service.read) == 6


def test_a_time_without_places_or_that_is_gone_by_now_is_none() -> None:
    at = [START + timedelta(hours=n) for n in range(3)]
    assert found(Service({at[0]: 0, at[1]: -1, at[2]: 1}), START) == [(at[2], 1)]


def test_of_a_service_whose_search_was_refused_nothing_is_said() -> None:
    service = cast("BookingService", Service({START: 1}, refused=("pottery",)))
    starts = {"pottery": [START], "yoga": [START]}
    assert find_openings(service, starts, now=START - timedelta(days=1)) == {"yoga": ()}


def test_the_time_that_is_meant_is_no_other_time_and_three_others_are_named() -> None:
    near = [opening(hours, 5) for hours in (0, 4, 3, 2, 1)]
    assert [one.start for one in nearest_openings(near, START)] == [START + timedelta(hours=n) for n in (1, 2, 3)]


def test_of_sessions_that_start_together_the_one_with_most_places_is_named_whichever_comes_first() -> None:
    for places in ((3, 8), (8, 3)):
        assert [one.free for one in nearest_openings([opening(1, free) for free in places], START)] == [8]


@pytest.mark.parametrize(("lists_rooms", "room"), [(True, "Studio 1"), (False, "room")])
def test_all_sessions_to_come_stand_by_their_start_with_all_names_that_can_be_had(lists_rooms: bool, room: str) -> None:
    service = Service({START + timedelta(days=2): 1, START: 2}, refused=("yoga",), lists_rooms=lists_rooms)
    listed = upcoming_sessions(cast("BookingService", service), START, START + timedelta(days=9))
    assert [(one.places, one.service, one.resource) for one in listed.sessions] == [
        (2, "Name of pottery", room),
        (1, "Name of pottery", room),
    ]
    assert listed.refused == {"Name of yoga": "Not now"}


def test_a_service_that_lists_no_services_has_no_sessions_to_show() -> None:
    with pytest.raises(ServiceError, match=r"^Appointedd did not list its services: Not for you$"):
        upcoming_sessions(cast("BookingService", Service({})), START, START)
