"""Days and times as people type them in the columns Start, Date and Time."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from desk import Desk, statuses

from importer.errors import SettingsError
from importer.importing.questions import Choices, Headings
from importer.importing.reading import read_list
from importer.lists.sessions import read_target
from importer.lists.starts import Start, read_start
from importer.model import Options


def read(desk: Desk, **cells: Any) -> Start:
    return read_start(cells, desk.settings().zone, dict.fromkeys(cells, "dmy"))


@pytest.mark.parametrize(
    "typed",
    [
        "13.04.2030 14:00",
        "Sa. 13.04.2030 14.00 Uhr",
        "13th April 2030, 2-3.30pm",
        "Sat 13th April 2030 14:00-15:00",
        "13 avril 2030 14h00",
        "samedi 13 avril 2030 à 14h",
        "13 de abril de 2030 14:00",
        "13/04/30 1400",
        "Sat 13/04/30 2pm",
    ],
)
def test_a_start_is_read_as_it_is_typed(desk: Desk, typed: str) -> None:
    assert read(desk, start=typed).moment == datetime(2030, 4, 13, 13, tzinfo=UTC)


@pytest.mark.parametrize("typed", ["1400", 1400, "14:00-15:00", "14h00", "2pm", "14.00 Uhr", "2-3.30pm", "1400 hrs"])
def test_a_time_is_read_as_it_is_typed(desk: Desk, typed: object) -> None:
    assert read(desk, date="13 Apr 2030", time=typed).moment == datetime(2030, 4, 13, 13, tzinfo=UTC)


@pytest.mark.parametrize("typed", ["noon", "12 noon", "midday"])
def test_noon_is_twelve(desk: Desk, typed: str) -> None:
    assert read(desk, date="13 Apr 2030", time=typed).moment == datetime(2030, 4, 13, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    "typed",
    ["13 listopada 2030 10:00", "13 April 2030 15:00-14:00", "13 April 2030 10am 11am", "2460", "Fri 13/04/30 2pm"],
)
def test_what_can_be_read_in_no_way_or_in_two_is_told(desk: Desk, typed: str) -> None:
    start = read(desk, start=typed)
    assert start.moment is None
    assert start.findings


def test_a_year_of_two_digits_is_shown_as_it_is_read(desk: Desk) -> None:
    (remark,) = read(desk, start="13/04/30 2pm").findings
    assert remark.sentence == "13/04/30 is read as 13 Apr 2030."


@pytest.mark.parametrize(
    "cells",
    [
        {"Start": "Sat 2nd March, 10am"},
        {"Start": "2 March 10:00"},
        {"Date": "2 March", "Time": "10.00"},
        {"Date": "sam. 2 mars", "Start": "10h00"},
    ],
)
def test_a_year_that_is_left_out_is_that_of_the_session(desk: Desk, cells: dict[str, str]) -> None:
    session = desk.session()
    path = desk.roster([{"Service": "Pottery for beginners", "Full name": "Ada Byron"} | cells])
    assert statuses(desk.run(path)) == {"Ada Byron": "Booked"}
    desk.sandbox.world.staff.change_session(session, start=datetime(2030, 3, 2, 12, tzinfo=UTC))
    other = desk.session()
    assert statuses(desk.run(path)) == {"Ada Byron": "Already booked"}
    assert desk.booked(other) == []


def test_a_year_that_is_left_out_is_asked_for_where_no_session_tells_it(desk: Desk) -> None:
    desk.session()
    path = desk.roster([{"Service": "Pottery for beginners", "Start": "3 March 10:00", "Full name": "Ada Byron"}])
    (one,) = desk.run(path).outcomes
    assert one.status == "Fix row"
    assert [problem.heading for problem in one.problems if problem.rule == "no_session_fits"] == ["Start"]
    assert 'No session fits "3 March 10:00"' in one.message


def test_an_id_beside_a_day_without_its_year_is_compared_with_it(desk: Desk) -> None:
    session = desk.session()
    for start, status in (("2 March 10:00", "Booked"), ("3 March 10:00", "Fix row")):
        row = {"Group booking ID": session, "Start": start, "Full name": f"Ada {status.title()}"}
        assert set(statuses(desk.run(desk.roster([row]))).values()) == {status}


@pytest.mark.parametrize(("day", "clock"), [("Event Date", "Start"), ("Day", "Time"), ("Date", "Starts")])
def test_a_day_in_one_column_and_a_time_in_another_are_one_start(desk: Desk, day: str, clock: str) -> None:
    session = desk.session()
    row = {"Service": "Pottery for beginners", day: "2 Mar 2030", clock: "10:00", "Full name": "Ada Byron"}
    assert statuses(desk.run(desk.roster([row]))) == {"Ada Byron": "Booked"}
    assert desk.booked(session) == ["Ada Byron"]


def test_a_room_can_be_given_for_a_whole_list(desk: Desk) -> None:
    desk.session(resource="Studio 1")
    second = desk.session(resource="Studio 2")
    zone = desk.settings().zone
    target = read_target(None, "Pottery for beginners", "2 Mar 2030 10:00", zone, None, " studio 2")
    path = desk.roster([{"Full name": "Ada Byron"}])
    assert statuses(desk.run(path, Options(target))) == {"Ada Byron": "Booked"}
    assert desk.booked(second) == ["Ada Byron"]


@pytest.mark.parametrize("given", [(None, None, None), ("6" * 24, None, None)])
def test_a_room_alone_is_no_session(desk: Desk, given: tuple[str | None, str | None, str | None]) -> None:
    with pytest.raises(SettingsError):
        read_target(*given, desk.settings().zone, None, "Studio 1")


@pytest.mark.parametrize(("clock", "is_asked"), [("10:00", True), ("2 Mar 2030 10:00", False), ("2 March 10am", False)])
def test_what_unknown_headings_mean_is_asked_where_the_start_has_times_alone(
    desk: Desk, clock: str, is_asked: bool
) -> None:
    row = {"Service": "Pottery for beginners", "Takes place on": "2 Mar 2030", "Start": clock, "Full name": "Ada Byron"}
    reading = read_list(desk.roster([row]), Choices(desk.settings(), Options()))
    assert any(isinstance(one, Headings) for one in reading.open) == is_asked
