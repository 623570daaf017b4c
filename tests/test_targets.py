"""Which session a row means, where the service is a stand-in: what is asked of it, and what is said of each answer."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any, cast

import pytest
from desk import START

from importer.booking.listed import Listed
from importer.booking.targets import Targets, find_targets, no_service, not_listed, not_searched, remembered_for
from importer.model import GroupBooking, Service, SessionWords, Target
from importer.service.port import Bookings, BookingService, Refused

POTTERY, YOGA = "a" * 24, "b" * 24
ONE, TWO, THREE = ("1" * 24, "2" * 24, "3" * 24)
THEN = START + timedelta(days=30, hours=1)
SERVICES = {POTTERY: Service(POTTERY, "Pottery"), YOGA: Service(YOGA, "Yoga")}
HEADINGS = {"resource": "Room", "booking_id": "ID"}


def session(id_: str, start: datetime = THEN, room: str = "r1", **more: Any) -> GroupBooking:
    return GroupBooking(id_, POTTERY, room, start, start.isoformat(), 5, **more)


class House:
    """Has these sessions; ``full`` are not found by a search. What ``refuses`` is asked for in vain, with these words."""

    def __init__(
        self,
        *sessions: GroupBooking,
        full: Collection[str] = (),
        refuses: dict[str, str] | None = None,
        not_shown: dict[str, str] | None = None,
        lists: bool = True,
        rooms: Collection[str] = ("r1",),
    ) -> None:
        self.sessions = {one.id: one for one in sessions}
        self.full, self.refuses, self.not_shown = full, refuses or {}, not_shown or {}
        self.lists, self.rooms, self.status = lists, rooms, 400
        self.calls: list[tuple[str, Any]] = []

    def ask(self, what: str, about: Any) -> None:
        self.calls.append((what, about))
        if what in self.refuses:
            raise Refused(self.status, self.refuses[what])

    def asked(self, what: str) -> list[Any]:
        return [about for call, about in self.calls if call == what]

    def openings(
        self, service_id: str, ranges: Sequence[tuple[datetime, datetime]], spaces: int = 1
    ) -> dict[str, datetime]:
        self.ask("search", list(ranges))
        for day in ranges:
            self.ask(f"search {day[0]:%d %b}" if len(ranges) == 1 else "search together", day)
        return {
            id_: one.start
            for id_, one in self.sessions.items()
            if one.service_id == service_id and id_ not in self.full and any(a <= one.start <= b for a, b in ranges)
        }

    def sessions_of(self, service_id: str, since: datetime) -> Bookings:
        self.ask("list", service_id)
        some = {id_: one for id_, one in self.sessions.items() if one.service_id == service_id}
        return Bookings(some if self.lists else {}, {} if self.lists else {"": "no list"})

    def bookings(self, ids: Collection[str]) -> Bookings:
        self.ask("read", list(ids))
        shown = {id_: self.sessions[id_] for id_ in ids if id_ in self.sessions and id_ not in self.not_shown}
        return Bookings(shown, {id_: why for id_, why in self.not_shown.items() if id_ in ids})

    def resources(self) -> dict[str, str]:
        self.ask("rooms", "")
        return {"r1": "Studio 1", "r2": "Studio 2"}

    def rooms_of(self, service_id: str) -> frozenset[str]:
        self.ask("rooms of", service_id)
        return frozenset(self.rooms)


def found(house: House, *wanted: Target, **more: Any) -> Targets:
    service = cast("BookingService", house)
    given: dict[str, Any] = {"also": (), "services": SERVICES, "remembered": (), "headings": HEADINGS}
    return find_targets(wanted, service, zone=UTC, now=START, listed=Listed(service, START), **given | more)


def told(house: House, target: Target, **more: Any) -> str:
    """The id that a target means, or what is said of it, with rule and field."""
    result = found(house, target, **more)
    assert (target in result.found) is not (target in result.faults)
    if target in result.found:
        return result.found[target]
    fault = result.faults[target]
    return f"{fault.rule}/{fault.field}: {fault.sentence}"


def pottery(start: datetime = THEN, resource: str = "", **more: Any) -> Target:
    return Target(service="pottery", resource=resource, start=start, **more)


# By id


def test_ids_are_read_together_and_with_those_that_are_wanted_also_and_nothing_is_searched() -> None:
    house = House(session(ONE), session(TWO, THEN + timedelta(hours=1)))
    result = found(house, Target(booking_id=ONE), also=[TWO])
    assert (result.found, set(result.bookings)) == ({Target(booking_id=ONE): ONE}, {ONE, TWO})
    assert (house.asked("read")[0], {call for call, _ in house.calls}) == ([ONE, TWO], {"read"})
    assert result.bookings[ONE].service_name == "Pottery"
    assert result.rooms is None


@pytest.mark.parametrize(("words", "said"), [("down", "down."), ("Down!", "Down!"), ("Why?", "Why?"), ("No.", "No.")])
def test_an_id_that_the_service_does_not_show_may_be_there(words: str, said: str) -> None:
    assert told(House(not_shown={ONE: words}), Target(booking_id=ONE)) == (
        f"not-shown/booking_id: Appointedd did not show the session {ONE}: {said} Import again later."
    )


def test_what_is_not_shown_is_not_gone_and_what_is_cancelled_or_not_there_is() -> None:
    result = found(
        House(session(ONE), session(TWO, status="cancelled"), not_shown={THREE: "down"}), also=(ONE, TWO, THREE)
    )
    assert [result.is_gone(id_) for id_ in (ONE, TWO, THREE, "4" * 24)] == [False, True, False, True]


# By service and start


def test_a_service_is_known_by_its_name_or_its_id_in_whatever_case_and_searched_for_a_day_and_a_half() -> None:
    house = House(session(ONE))
    for service in ("POTTERY", POTTERY.upper()):
        assert told(house, Target(service=service, start=THEN)) == ONE
    midnight = datetime(2030, 2, 14, tzinfo=UTC)
    assert house.asked("search") == [[(midnight, midnight + timedelta(hours=36))]] * 2


def test_the_days_of_one_service_are_searched_together_and_one_by_one_where_that_is_refused() -> None:
    days = [THEN, THEN + timedelta(days=7)]
    targets = [pottery(day) for day in days]
    house = House(
        session(ONE), session(TWO, days[1]), refuses={"search together": "too many", "search 21 Feb": "not then"}
    )
    result = found(house, *targets)
    assert [len(one) for one in house.asked("search")] == [2, 1, 1]
    assert result.found[targets[0]] == ONE


def test_who_asks_for_a_day_that_is_not_searched_and_not_listed_is_told_why() -> None:
    house = House(session(ONE), full=[ONE], refuses={"search": "no search", "list": "no list"})
    assert told(house, pottery()) == "not-searched/start: Appointedd did not look for this time: no search."
    assert [len(one) for one in house.asked("search")] == [1]


def test_a_full_session_is_found_in_the_list_and_one_of_an_earlier_import_where_nothing_is_listed() -> None:
    assert told(House(session(ONE), full=[ONE]), pottery()) == ONE
    house = House(session(ONE), full=[ONE], lists=False)
    named = session(ONE, service_name="Pottery", resource_name="Studio 1")
    assert told(house, pottery(resource="Studio 1"), remembered=[named]) == ONE
    assert "full, closed or not there" in told(house, pottery(resource="Studio 1"))


def test_full_sessions_are_looked_for_though_another_has_places_and_in_the_room_that_is_named() -> None:
    beside = House(session(ONE), session(TWO, room="r2"), full=[TWO])
    assert told(beside, pottery()).startswith("ambiguous-session/")
    assert told(House(session(ONE), full=[ONE]), pottery(resource="Studio 1")) == ONE


def test_a_session_of_another_minute_or_service_or_one_that_is_cancelled_is_not_meant() -> None:
    others = [
        session(ONE, THEN + timedelta(minutes=1)),
        replace(session(TWO), service_id=YOGA),
        session(THREE, status="cancelled"),
    ]
    assert told(House(*others), pottery()) == (
        "not-open/start: Pottery, Thu 14 Feb 2030 10:00 is full, closed or not there. Open are: Thu 14 Feb 2030 10:01."
    )


def test_where_nothing_else_is_open_or_that_is_not_told_it_is_said() -> None:
    begun = "not-open/start: Pottery in Studio 2, Thu 14 Feb 2030 10:00 is full, closed or not there."
    nothing = " No other time from 14 days before to 28 days after is open."
    assert told(House(), pottery(resource="r2")) == begun + nothing
    refused = House(refuses={"search": "no"})
    assert told(refused, pottery()).startswith("not-searched/")
    refused.refuses = {}
    without = House()
    without.openings = lambda *_: {} if not without.asked("read") else without.ask("later", "")  # type: ignore
    without.refuses = {"later": "no"}
    assert told(without, pottery(resource="r2")) == begun


def test_a_session_that_starts_then_to_the_second_comes_before_one_of_that_minute() -> None:
    second = session(TWO, THEN + timedelta(seconds=20))
    assert told(House(session(ONE), second), pottery()) == ONE
    assert told(House(second), pottery()) == TWO


# Rooms


def test_sessions_that_start_together_need_a_room_and_the_name_of_one_tells() -> None:
    house = House(session(ONE), session(TWO, room="r2"))
    assert told(house, pottery(resource="Studio 2")) == TWO
    assert told(house, pottery(resource="R1")) == ONE
    assert told(house, pottery()) == (
        "ambiguous-session/resource: 2 sessions of Pottery, Thu 14 Feb 2030 10:00 start together: "
        f"Studio 1 (ID {ONE}); Studio 2 (ID {TWO}). Write which one it is in the column "
        '"Room", or its ID under "ID".'
    )


def test_rooms_are_asked_for_only_where_they_are_needed() -> None:
    for target, times in ((pottery(), 0), (pottery(resource="Studio 1"), 1)):
        house = House(session(ONE))
        assert told(house, target) == ONE
        assert len(house.asked("rooms")) == times
        assert house.asked("list") == ([] if target.resource else [POTTERY])
        assert house.asked("read")[0] == [ONE]


def test_rooms_are_told_with_what_was_found_where_they_were_asked_for() -> None:
    rooms = {"r1": "Studio 1", "r2": "Studio 2"}
    assert found(House(session(ONE)), pottery(resource="Studio 1")).rooms == rooms


def test_a_room_that_is_not_on_the_list_is_known_by_its_id() -> None:
    assert told(House(session(ONE, room="r9")), pottery(resource="r9")) == ONE


def test_rooms_that_can_not_be_looked_up_are_named_by_their_ids_where_a_row_names_none() -> None:
    house = House(session(ONE), session(TWO, room="r2"), refuses={"rooms": "not for you"})
    assert f"start together: r1 (ID {ONE}); r2 (ID {TWO})." in told(house, pottery())


def test_a_room_that_can_not_be_looked_up_is_told_unless_its_name_is_known() -> None:
    house = House(session(ONE), refuses={"rooms": "not for you"})
    assert told(house, pottery(resource="Studio 1")) == (
        "not-shown/resource: Appointedd did not list its rooms: not for you. Name the session by its ID."
    )
    known = House(session(ONE, resource_name="Studio 1"), refuses={"rooms": "not for you"})
    assert told(known, pottery(resource="Studio 1")) == ONE


@pytest.mark.parametrize(("rooms", "refuses"), [(("r1", "r2"), {}), (("r2",), {}), ((), {}), ((), {"rooms of": "no"})])
def test_a_session_without_a_room_is_asked_about_where_another_room_may_have_it_full(
    rooms: tuple[str, ...], refuses: dict[str, str]
) -> None:
    house = House(session(ONE), lists=False, rooms=rooms, refuses=refuses)
    assert told(house, pottery()) == (
        f"ambiguous-session/resource: Pottery, Thu 14 Feb 2030 10:00 may be in Studio 1 (ID {ONE}), or in another "
        'room. Full sessions can\'t be seen. Write the room in the column "Room", or the ID under "ID".'
    )


def test_it_is_not_asked_about_where_there_is_one_room_or_a_room_is_named_or_the_session_is_over() -> None:
    assert told(House(session(ONE), lists=False), pottery()) == ONE
    named = House(session(ONE), lists=False, rooms=("r1", "r2"))
    assert told(named, pottery(resource="Studio 1")) == ONE
    over = House(session(ONE, START), lists=False, rooms=("r1", "r2"))
    assert told(over, pottery(START)) == ONE
    assert over.asked("rooms of") == []


def test_of_a_session_that_is_not_shown_no_other_is_taken_for_it_unless_the_room_tells() -> None:
    house = House(session(ONE), session(TWO, room="r2"), not_shown={TWO: "down"})
    assert told(house, pottery()) == (
        f"not-shown/booking_id: Appointedd did not show the session {TWO}: down. Import again later."
    )
    assert told(house, pottery(resource="Studio 1")) == ONE
    assert told(house, pottery(resource="Studio 2")).startswith("not-shown/")


# Services


def test_two_services_of_one_name_are_told_apart_by_their_id() -> None:
    both = {POTTERY: Service(POTTERY, "Pottery"), YOGA: Service(YOGA, "pottery!")}
    assert told(House(), pottery(), services=both) == (
        f'service/service: 2 services are called "pottery". Write the id of yours under "Service": {POTTERY}, {YOGA}.'
    )


def test_without_a_list_of_services_one_is_known_by_its_id_alone() -> None:
    given: dict[str, Any] = {"services": {}, "no_services": "not for you"}
    by_id = Target(service=POTTERY, start=THEN)
    assert told(House(session(ONE)), by_id, **given) == ONE
    assert told(House(), by_id, **given).startswith(f"not-open/start: {POTTERY}, Thu 14 Feb 2030 10:00 is full")
    assert told(House(), pottery(), **given) == (
        "not-listed/service: Appointedd did not list its services: not for you. "
        "Name the session by its ID, or import again later."
    )
    assert (not_listed("No!").sentence, not_searched("No!").sentence) == (
        "Appointedd did not list its services: No! Name the session by its ID, or import again later.",
        "Appointedd did not look for this time: No!",
    )


@pytest.mark.parametrize(
    ("there", "said"),
    [
        ([], "none"),
        (["Yoga", "Pottery for the whole family"], '"Yoga", "Pottery for the whole family"'),
        (["Yoga", "Potery", "Pottery 2"], '"Pottery 2", "Potery"'),
        ([f"Class {n}" for n in range(8)], ", ".join(f'"Class {n}"' for n in range(8))),
        ([f"Class {n}" for n in range(9)], ", ".join(f'"Class {n}"' for n in range(8)) + ", …"),
        ([f"Pottery {n}" for n in range(5)], '"Pottery 0", "Pottery 1", "Pottery 2"'),
    ],
)
def test_a_service_that_there_is_not_is_told_with_the_names_that_are_nearest(there: list[str], said: str) -> None:
    fault = no_service("Pottery", {name: Service(name, name) for name in there})
    assert (fault.rule, fault.field) == ("service", "service")
    assert fault.sentence == f'Appointedd has no service called "Pottery". Write it as it is there: {said}.'


def test_a_session_of_an_earlier_import_is_meant_by_its_service_its_start_and_its_room() -> None:
    known = session(ONE, service_name="Pottery", resource_name="Studio 1")
    for target, is_meant in (
        (pottery(), True),
        (pottery(resource="studio 1"), True),
        (pottery(resource="Studio 2"), False),
        (pottery(THEN + timedelta(hours=1)), False),
        (Target(service="Yoga", start=THEN), False),
    ):
        assert remembered_for(target, [known]) == ((known,) if is_meant else ())


# What is asked, and what rules a session out


def test_only_sessions_that_start_then_are_read_though_more_are_listed_and_found() -> None:
    house = House(session(ONE), session(TWO, THEN + timedelta(hours=1)))
    assert told(house, pottery()) == ONE
    assert house.asked("read")[0] == [ONE]


def test_where_a_search_is_refused_no_list_stands_in_for_it_but_what_is_known_does() -> None:
    house = House(session(ONE), refuses={"search": "no search"}, lists=True)
    assert told(house, pottery()).startswith("not-searched/")
    assert house.asked("list") == []
    known = session(ONE, service_name="Pottery", resource_name="Studio 1")
    unlisted = House(session(ONE), refuses={"search": "no search"}, lists=False, rooms=("r1", "r2"))
    assert told(unlisted, pottery(), remembered=[known]) == ONE


def test_days_are_not_searched_one_by_one_where_the_service_can_not_answer_at_all() -> None:
    house = House(refuses={"search together": "no answer"})
    house.status = 0
    result = found(house, pottery(), pottery(THEN + timedelta(days=7)))
    assert {fault.rule for fault in result.faults.values()} == {"not-searched"}
    assert len(house.asked("search")) == 1


def test_rooms_are_looked_up_where_one_of_many_rows_names_one() -> None:
    house = House(session(ONE), session(TWO, THEN + timedelta(days=7)))
    with_room = pottery(resource="Studio 1")
    assert found(house, with_room, pottery(THEN + timedelta(days=7))).found[with_room] == ONE


def test_of_rooms_of_which_one_has_no_name_none_is_taken_for_another() -> None:
    house = House(session(ONE, resource_name="Studio 1"), session(TWO, room="r2"), refuses={"rooms": "not for you"})
    assert told(house, pottery(resource="Studio 1")).startswith("not-shown/resource: Appointedd did not list its rooms")


def test_what_was_read_for_others_is_not_meant_by_its_time_or_service_alone() -> None:
    others = session(ONE, THEN + timedelta(minutes=1)), replace(session(TWO), service_id=YOGA)
    assert told(House(*others), pottery(), also=[ONE, TWO]).startswith("not-open/")


def test_other_times_that_are_open_are_named_one_behind_the_other() -> None:
    others = [session(id_, THEN + timedelta(days=day)) for id_, day in ((ONE, 1), (TWO, 2))]
    assert told(House(*others), pottery()).endswith("Open are: Fri 15 Feb 2030 10:00, Sat 16 Feb 2030 10:00.")


def test_an_id_that_there_is_not_and_a_service_that_there_is_not_are_told() -> None:
    assert told(House(), Target(booking_id=ONE)).startswith(
        f"unknown-session/booking_id: Appointedd has no session {ONE}"
    )
    assert told(House(), Target(service="c" * 24, start=THEN)).startswith("service/service: Appointedd has no service")


@pytest.mark.parametrize("more", [{}, {"lists": False, "rooms": ("r1", "r2")}])
def test_a_session_that_ends_otherwise_than_its_row_says_is_told(more: dict[str, Any]) -> None:
    house = House(session(ONE, end=THEN + timedelta(hours=1)), **more)
    said = pottery(words=SessionWords("Pottery 10-12", end=time(12)))
    assert told(house, said) == (
        "contradiction/session: Pottery, Thu 14 Feb 2030 10:00 ends at 11:00, not at 12:00. Correct it."
    )
