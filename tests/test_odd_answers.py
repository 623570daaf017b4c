"""Answers in another form than the guide's: each concerns its row or its session, and is told there (API.md, 17)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from desk import Desk, statuses, the
from test_lanes import edited, spoil

from importer.booking.openings import upcoming_sessions
from importer.errors import ServiceError
from importer.model import Options
from importer.results.report import exit_code
from importer.sandbox import shapes
from importer.sandbox.mishaps import Mishaps

POTTERY = "Pottery for beginners"
LATER = "2030-03-09T10:00:00+00:00"


def open_desk(folder: Path, *mishaps: str) -> Desk:
    return Desk(folder, mishaps=mishaps)


def from_now_on(desk: Desk, mishaps: Iterable[str]) -> None:
    desk.sandbox._mishaps = Mishaps(desk.sandbox.world, mishaps)


@pytest.fixture(autouse=True)
def _without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tenacity.nap.time.sleep", lambda _seconds: None)


def roster_of_two_sessions(desk: Desk, one: str, other: str) -> Path:
    return desk.roster(
        [
            {"Group booking ID": one, "Full name": "Ada Lovelace"},
            {"Group booking ID": other, "Full name": "Alan Turing"},
        ]
    )


@pytest.mark.parametrize("odd", ["service-null", "start-null", "no-id"])
def test_an_odd_session_concerns_its_rows_alone(tmp_path: Path, odd: str) -> None:
    with open_desk(tmp_path, f"odd={odd}:bookings") as desk:
        one, other = desk.session(), desk.session(start=LATER)
        report = desk.run(roster_of_two_sessions(desk, one, other))
        assert statuses(report) == {"Ada Lovelace": "Fix row", "Alan Turing": "Booked"}
        field = odd.removesuffix("-null").removeprefix("no-")
        assert f"did not show the session {one}: its record has no {field}" in the(report, "Ada Lovelace").message


@pytest.mark.parametrize("mishap", ["odd=data-null:bookings", "5xx-before:bookings", "html=200:bookings"])
def test_a_session_that_can_not_be_read_is_not_said_to_be_missing(tmp_path: Path, mishap: str) -> None:
    with open_desk(tmp_path, mishap) as desk:
        session = desk.session()
        report = desk.run(desk.people(session, "Ada Lovelace"))
        assert statuses(report) == {"Ada Lovelace": "Fix row"}
        assert "Copy the ID" not in the(report, "Ada Lovelace").message
        assert "Import again later." in the(report, "Ada Lovelace").message


@pytest.mark.parametrize("odd", ["start-null", "data-null", "no-id"])
def test_a_session_that_was_found_by_its_time_and_not_shown_is_not_said_to_be_full(tmp_path: Path, odd: str) -> None:
    with open_desk(tmp_path, f"odd={odd}:bookings") as desk:
        desk.session()
        row = {"Service": POTTERY, "Start": "2 Mar 2030 10:00", "Full name": "Ada Lovelace"}
        message = the(desk.run(desk.roster([row])), "Ada Lovelace").message
        assert "did not show the session" in message
        assert "full" not in message


def test_of_two_sessions_at_once_of_which_one_is_not_shown_none_is_taken_for_the_other(tmp_path: Path) -> None:
    with open_desk(tmp_path, "odd=start-null:bookings") as desk:
        desk.session()
        desk.session(resource="Studio 2")
        row = {"Service": POTTERY, "Start": "2 Mar 2030 10:00", "Full name": "Ada Lovelace"}
        assert statuses(desk.run(desk.roster([row]))) == {"Ada Lovelace": "Fix row"}


def test_a_hold_on_the_session_that_leaves_something_out_is_not_said_to_be_elsewhere(tmp_path: Path) -> None:
    with open_desk(tmp_path, "odd=start-null:reserve") as desk:
        message = the(desk.run(desk.people(desk.session(), "Ada Lovelace")), "Ada Lovelace").message
        assert "instead" not in message
        assert "does not say that it is for this service, room and start" in message


def test_the_services_own_words_are_told_where_it_refuses_a_session(tmp_path: Path) -> None:
    with open_desk(tmp_path, "refuse=422:bookings") as desk:
        report = desk.run(desk.people(desk.session(), "Ada Lovelace"))
        assert "This can't be done." in the(report, "Ada Lovelace").message


@pytest.mark.parametrize("mishap", ["odd=start-null:bookings", "5xx-before:bookings", "refuse=403:bookings"])
def test_who_is_booked_stays_so_while_the_session_can_not_be_read(tmp_path: Path, mishap: str) -> None:
    with open_desk(tmp_path) as desk:
        session = desk.session()
        roster = desk.people(session, "Ada Lovelace")
        desk.run(roster)
        from_now_on(desk, [mishap])
        assert statuses(desk.run(roster)) == {"Ada Lovelace": "Already booked"}
        from_now_on(desk, [])
        assert statuses(desk.run(roster)) == {"Ada Lovelace": "Already booked"}
        assert desk.booked(session) == ["Ada Lovelace"]


@pytest.mark.parametrize("mishap", ["odd=phone-number:customer", "odd=data-null:customer", "5xx-before:customer"])
def test_a_customer_that_can_not_be_read_stops_nobody(tmp_path: Path, mishap: str) -> None:
    with open_desk(tmp_path, mishap) as desk:
        session = desk.session()
        desk.sandbox.world.add_person(session, "Grace", "Hopper")
        assert statuses(desk.run(desk.people(session, "Ada Lovelace"))) == {"Ada Lovelace": "Booked"}


def test_somebody_on_the_session_without_an_id_takes_a_place_and_is_known_by_name(tmp_path: Path) -> None:
    with open_desk(tmp_path, "odd=nobodys-id:bookings") as desk:
        session = desk.session(places=2)
        desk.sandbox.world.add_person(session, "Ada", "Lovelace")
        roster = desk.people(session, "Ada Lovelace", "Alan Turing", "Grace Hopper")
        for turing in ("Booked", "Already booked"):
            told = statuses(desk.run(roster))
            assert told.pop("Ada Lovelace") in ("Same person?", "Already booked")
            assert told == {"Alan Turing": turing, "Grace Hopper": "Full"}
        assert sorted(desk.booked(session)) == ["Ada Lovelace", "Alan Turing"]


@pytest.fixture
def _without_ids(monkeypatch: pytest.MonkeyPatch) -> None:
    """The service lists people without ids of their own; only the answer to a confirm has them."""
    listed = shapes._listed
    monkeypatch.setattr(shapes, "_listed", lambda person: listed(person) | {"customer_booking_id": None})


@pytest.mark.usefixtures("_without_ids")
def test_where_nobody_on_a_session_has_an_id_nobody_is_said_to_be_gone(tmp_path: Path) -> None:
    with open_desk(tmp_path) as desk:
        session = desk.session()
        desk.sandbox.world.add_person(session, "Grace", "Hopper")
        roster = desk.people(session, "Ada Lovelace", "Alan Turing")
        desk.run(roster)
        desk.clock.wait(3600)
        assert statuses(desk.run(roster)) == {"Ada Lovelace": "Already booked", "Alan Turing": "Already booked"}
        assert desk.booked(session) == ["Grace Hopper", "Ada Lovelace", "Alan Turing"]


@pytest.mark.parametrize("mishap", ["cut-after:confirm:nth=1", "cut-after:confirm:nth=2", "cut-after:confirm"])
@pytest.mark.usefixtures("_without_ids")
def test_a_lost_answer_books_nobody_twice_where_nobody_on_a_session_has_an_id(tmp_path: Path, mishap: str) -> None:
    with open_desk(tmp_path, mishap) as desk:
        session = desk.session()
        desk.sandbox.world.add_person(session, "Grace", "Hopper")
        roster = desk.people(session, "Ada Lovelace", "Alan Turing")
        for _ in range(4):
            desk.run(roster)
            desk.clock.wait(1800)
        assert sorted(desk.booked(session)) == ["Ada Lovelace", "Alan Turing", "Grace Hopper"]


@pytest.mark.parametrize("odd", ["price-null:bookings", "price-object:bookings", "tiers:services"])
def test_what_is_not_known_to_be_free_is_treated_like_a_price(tmp_path: Path, odd: str) -> None:
    with open_desk(tmp_path, f"odd={odd}") as desk:
        roster = desk.people(desk.session(service=desk.sandbox.world.services()[0].name), "Ada Lovelace")
        assert desk.plan(roster).has_price


def test_where_the_number_of_places_is_not_known_the_reservation_decides(tmp_path: Path) -> None:
    with open_desk(tmp_path, "odd=spaces-null:bookings") as desk:
        session = desk.session(places=1)
        report = desk.run(desk.people(session, "Ada Lovelace", "Alan Turing"))
        assert statuses(report) == {"Ada Lovelace": "Booked", "Alan Turing": "Appointedd refused"}
        assert "not enough spaces" in the(report, "Alan Turing").message


def test_a_refused_search_is_told_in_its_rows_and_keeps_nobody_else_from_being_booked(tmp_path: Path) -> None:
    with open_desk(tmp_path, "refuse=400:search") as desk:
        by_id = desk.session(places=1)
        desk.session(start=LATER)
        by_time = {"Service": POTTERY, "Start": "9 Mar 2030 10:00", "Full name": "Grace Hopper"}
        report = desk.run(
            desk.roster(
                [
                    {"Group booking ID": by_id, "Full name": "Ada Lovelace"},
                    {"Group booking ID": by_id, "Full name": "Alan Turing"},
                    by_time,
                ]
            )
        )
        told = {"Ada Lovelace": "Booked", "Alan Turing": "Full", "Grace Hopper": "Fix row"}
        assert statuses(report) == told
        assert "This can't be done." in the(report, "Grace Hopper").message


def test_of_several_days_of_a_search_only_the_refused_ones_are_told(tmp_path: Path) -> None:
    with open_desk(tmp_path, "refuse=400:search:first=2") as desk:
        desk.session()
        desk.session(start=LATER)
        rows = [
            {"Service": POTTERY, "Start": "2 Mar 2030 10:00", "Full name": "Ada Lovelace"},
            {"Service": POTTERY, "Start": "9 Mar 2030 10:00", "Full name": "Alan Turing"},
        ]
        assert statuses(desk.run(desk.roster(rows))) == {"Ada Lovelace": "Fix row", "Alan Turing": "Booked"}


def test_sessions_are_listed_although_the_search_of_one_service_is_refused(tmp_path: Path) -> None:
    with open_desk(tmp_path, "refuse=400:search:nth=1") as desk, desk.service() as service:
        desk.session(service="Yoga")
        names = [one.name for one in service.services().values()]
        found = upcoming_sessions(service, datetime(2030, 2, 1, tzinfo=UTC), datetime(2030, 3, 10, tzinfo=UTC))
        assert found.refused == {names[0]: "This can't be done."}
        listed = {one.service_name for one in found.sessions}
        assert "Yoga" in listed
        assert names[0] not in listed


def test_rows_that_name_a_room_say_why_rooms_are_not_known(tmp_path: Path) -> None:
    with open_desk(tmp_path, "refuse=404:resources") as desk:
        desk.session()
        row = {"Service": POTTERY, "Start": "2 Mar 2030 10:00", "Room": "Studio 1", "Full name": "Ada Lovelace"}
        report = desk.run(desk.roster([row]))
        assert statuses(report) == {"Ada Lovelace": "Fix row"}
        assert "did not list its rooms: This can't be done." in the(report, "Ada Lovelace").message


def test_the_heading_of_the_room_is_the_rosters_own(tmp_path: Path) -> None:
    with open_desk(tmp_path) as desk:
        desk.session()
        desk.session(resource="Studio 2")
        row = {"Service": POTTERY, "Start": "2 Mar 2030 10:00", "Room": "", "Full name": "Ada Lovelace"}
        message = the(desk.run(desk.roster([row])), "Ada Lovelace").message
        assert 'in the column "Room", or its ID under "Group booking ID"' in message


CAPITALS = ("bookings", "search", "services", "reserve", "confirm", "bookings:from=2", "bookings:nth=1")


@pytest.mark.parametrize("call", CAPITALS)
@pytest.mark.parametrize("by_time", [True, False])
def test_an_id_in_capital_letters_is_the_same_id(tmp_path: Path, call: str, by_time: bool) -> None:
    with open_desk(tmp_path, f"odd=capital-ids:{call}", "cut-after:confirm:nth=2") as desk:
        session = desk.session()
        desk.sandbox.world.add_person(session, "Olive", "Online")
        where = {"Service": POTTERY, "Start": "2 Mar 2030 10:00"} if by_time else {"Group booking ID": session}
        roster = desk.roster([{**where, "Full name": name} for name in ("Ada Lovelace", "Alan Turing", "Grace Hopper")])
        for status in ("Booked", "Already booked"):
            assert set(statuses(desk.run(roster)).values()) == {status}
            desk.clock.wait(3600)
        from_now_on(desk, [])
        assert set(statuses(desk.run(roster)).values()) == {"Already booked"}
        assert sorted(desk.booked(session)) == ["Ada Lovelace", "Alan Turing", "Grace Hopper", "Olive Online"]


UNREADABLE_LISTS = ("refuse=400", "odd=data-null", "5xx-before=500", "html=200", "bad-json")


@pytest.mark.parametrize("mishap", UNREADABLE_LISTS)
def test_a_list_of_services_that_cannot_be_read_keeps_no_row_by_id_from_being_booked(
    tmp_path: Path, mishap: str
) -> None:
    with open_desk(tmp_path, f"{mishap}:services") as desk:
        session = desk.session()
        by_time = {"Service": POTTERY, "Start": "2 Mar 2030 10:00", "Full name": "Grace Hopper"}
        roster = desk.roster([{"Group booking ID": session, "Full name": "Ada Lovelace"}, by_time])
        report = desk.run(roster, payment_requests="none")
        assert statuses(report) == {"Ada Lovelace": "Booked", "Grace Hopper": "Fix row"}
        assert "did not list its services" in the(report, "Grace Hopper").message
        assert desk.booked(session) == ["Ada Lovelace"]


def test_without_a_list_of_services_a_service_is_found_by_its_id(tmp_path: Path) -> None:
    with open_desk(tmp_path, "refuse=400:services") as desk:
        service_id = desk.sandbox.world.session(desk.session()).service_id
        row = {"Service": service_id.upper(), "Start": "2 Mar 2030 10:00", "Full name": "Ada Lovelace"}
        other = row | {"Start": "3 Mar 2030 10:00", "Full name": "Grace Hopper"}
        report = desk.run(desk.roster([row, other]), payment_requests="none")
        assert statuses(report) == {"Ada Lovelace": "Booked", "Grace Hopper": "Fix row"}
        assert "is full, closed or not there. Open are: Sat 2 Mar" in the(report, "Grace Hopper").message


def test_without_a_list_of_services_nothing_is_known_to_be_free(tmp_path: Path) -> None:
    with open_desk(tmp_path, "refuse=400:services") as desk:
        assert desk.plan(desk.people(desk.session(), "Ada Lovelace")).has_price


@pytest.mark.parametrize("mishap", UNREADABLE_LISTS)
def test_who_is_booked_by_service_and_start_stays_so_without_a_list_of_services(tmp_path: Path, mishap: str) -> None:
    with open_desk(tmp_path) as desk:
        session = desk.session()
        roster = desk.roster([{"Service": POTTERY, "Start": "2 Mar 2030 10:00", "Full name": "Ada Lovelace"}])
        desk.run(roster)
        from_now_on(desk, [f"{mishap}:services", f"{mishap}:search"])
        assert statuses(desk.run(roster)) == {"Ada Lovelace": "Already booked"}
        assert desk.booked(session) == ["Ada Lovelace"]


@pytest.mark.parametrize("mishap", ["refuse=404:services", "5xx-before=503:any", "html=200:any", "refuse-key:any"])
def test_a_service_that_lists_nothing_at_all_ends_the_run(tmp_path: Path, mishap: str) -> None:
    with open_desk(tmp_path, mishap) as desk, pytest.raises(ServiceError):
        desk.run(desk.people(desk.session(), "Ada Lovelace"))


def test_an_odd_service_of_a_list_concerns_its_own_rows_alone(tmp_path: Path) -> None:
    with open_desk(tmp_path, "odd=no-id:services") as desk:
        odd = desk.sandbox.world.services()[0].name
        desk.session(service=odd)
        desk.session(service="Yoga")
        rows = [
            {"Service": name, "Start": "2 Mar 2030 10:00", "Full name": person}
            for name, person in ((odd, "Ada Lovelace"), ("Yoga", "Alan Turing"))
        ]
        report = desk.run(desk.roster(rows))
        assert statuses(report) == {"Ada Lovelace": "Fix row", "Alan Turing": "Booked"}


REASONS = {
    "cut-after": "the connection was cut",
    "5xx-after": "it answered 500",
    "html=200": "its answer can't be read",
    "odd=data-null": "its answer has another form than the guide says",
}


@pytest.mark.parametrize(("mishap", "why"), REASONS.items())
def test_what_came_instead_of_an_answer_is_said_as_it_was(tmp_path: Path, mishap: str, why: str) -> None:
    with open_desk(tmp_path, f"{mishap}:reserve:nth=1", f"{mishap}:confirm:nth=2") as desk:
        report = desk.run(desk.people(desk.session(), "Ada Lovelace", "Alan Turing"))
        assert f"may hold 1 more place here until 09:20, because {why}." in the(report, "Ada Lovelace").message
        assert f"answer did not say so ({why})" in the(report, "Alan Turing").message


def test_who_is_on_the_session_after_a_refusal_is_not_said_to_have_been_lost(tmp_path: Path) -> None:
    with open_desk(tmp_path, "refuse-after:confirm") as desk:
        report = desk.run(desk.people(desk.session(), "Ada Lovelace"))
        assert statuses(report) == {"Ada Lovelace": "Booked"}
        assert '(it refused: "This can\'t be done.")' in the(report, "Ada Lovelace").message


# Customer records that can't be read


@pytest.mark.parametrize("mishap", ["5xx-before=500:customer", "refuse=404:customer", "odd=data-null:customer"])
def test_that_a_stranger_can_not_be_compared_is_told_beside_who_is_new_there(tmp_path: Path, mishap: str) -> None:
    with open_desk(tmp_path, mishap) as desk:
        session, other = desk.session(), desk.session(start="2030-03-09T10:00:00+00:00")
        desk.sandbox.world.add_person(session, "Ada", "Lovelace", email="ada@mail.com")
        names = {"Lovelace, Ada": session, "Turing, Alan": session, "Hopper, Grace": other}
        roster = desk.roster([{"Group booking ID": id_, "Full name": name} for name, id_ in names.items()])
        report = desk.run(roster)
        told = "Appointedd did not show who 1 other person on this session is. Look there if it is this person."
        assert {one.name: (one.message, one.wants_person) for one in report.outcomes} == {
            "Ada Lovelace": (told, True),
            "Alan Turing": (told, False),
            "Grace Hopper": ("", False),
        }
        assert exit_code(report, Options()) == 3
        assert exit_code(desk.run(roster), Options()) == 0


# Words for what has ended


@pytest.mark.parametrize("status", ["Deleted", "removed", "declined", "Canceled"])
def test_who_is_listed_as_no_longer_there_is_not_called_booked(tmp_path: Path, status: str) -> None:
    with open_desk(tmp_path) as desk:
        session = desk.session()
        one = desk.sandbox.world.add_person(session, "Ada", "Lovelace", email="ada@mail.com")
        desk.sandbox.world.staff.change_person(session, one.customer_booking_id, status=status)
        roster = desk.people(session, "Ada Lovelace", Email="ada@mail.com")
        assert statuses(desk.run(roster)) == {"Ada Lovelace": "Booked"}


@pytest.mark.parametrize("status", ["deleted", "Archived", "closed"])
def test_nobody_is_booked_on_a_session_that_is_no_more(tmp_path: Path, status: str) -> None:
    with open_desk(tmp_path) as desk:
        session = desk.session()
        desk.sandbox.world.staff.change_session(session, status=status)
        assert statuses(desk.run(desk.people(session, "Ada Lovelace"))) == {"Ada Lovelace": "Fix row"}


@pytest.mark.parametrize(("status", "shown"), [("draft", '"draft"'), ("", "no status")])
def test_a_session_status_that_nobody_knows_is_told_beside_who_is_new_there(
    tmp_path: Path, status: str, shown: str
) -> None:
    with open_desk(tmp_path) as desk:
        session = desk.session()
        spoil(desk, bookings=lambda read, ids: edited(read(ids), lambda one: replace(one, status=status)))
        (told,) = desk.run(desk.people(session, "Ada Lovelace")).outcomes
        assert told.message == f"Appointedd shows {shown} for this session. Look there if it takes place."
        assert told.wants_person


def test_a_session_that_starts_between_two_minutes_is_found_by_its_minute(tmp_path: Path) -> None:
    with open_desk(tmp_path) as desk:
        session = desk.session(start="2030-03-02T14:07:30+00:00")
        row = {"Service": POTTERY, "Start": "2 Mar 2030 14:07", "First name": "Ada", "Last name": "Lovelace"}
        alan = row | {"First name": "Alan", "Last name": "Turing"}
        roster = desk.roster([row])
        for status in ("Booked", "Already booked"):
            assert statuses(desk.run(roster)) == {"Ada Lovelace": status}
        other = desk.session(start="2030-03-02T14:07:00+00:00", resource="Studio 2")
        assert statuses(desk.run(desk.roster([row, alan]))) == {
            "Ada Lovelace": "Already booked",
            "Alan Turing": "Booked",
        }
        assert (desk.booked(session), desk.booked(other)) == (["Ada Lovelace"], ["Alan Turing"])
