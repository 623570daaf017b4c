"""Whatever stands in a field of an answer: it concerns its row or its session, and ends no import (API.md, 17)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from dataclasses import astuple, is_dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from desk import Desk, statuses, the
from requests import Response
from werkzeug.http import http_date

from importer.errors import ServiceError
from importer.importing.resuming import take_word
from importer.ledger import Ledger
from importer.model import Options, Participant, RowRef, Target
from importer.service.appointedd.findings import about_clock
from importer.service.appointedd.wire import Wire
from importer.service.port import AnswerLost, BookingService, NotSent, Refused

HOSTILE = [
    None,
    "",
    0,
    -1,
    1.5,
    True,
    [],
    {},
    [[{}]],
    10**30,
    2**63,
    float("nan"),
    float("inf"),
    "\ud800",
    "a\x0b\x1b[31m\ud800",
    "0000-00-00",
    "0001-01-01T00:00:00.000+12:00",
    "9999-12-31T23:59:59.999Z",
    "9999-12-31T23:59:59.000-12:00",
]
LATER = "2030-03-09T10:00:00+00:00"
ADA, ALAN, GRACE = "Ada Lovelace", "Alan Turing", "Grace Hopper"

Path = tuple[str | int, ...]


@pytest.fixture(autouse=True)
def _without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tenacity.nap.time.sleep", lambda _seconds: None)


def bend(desk: Desk, call: str, change: Callable[[Any], object]) -> None:
    """From now on the good answers to a call are changed in place."""
    play = desk.sandbox._mishaps.play

    def bent(name: str, *given: Any) -> Any:
        answer = play(name, *given)
        if name == call and answer.status_code < 300:
            body = json.loads(answer.get_data())
            change(body)
            answer.set_data(json.dumps(body))
        return answer

    desk.sandbox._mishaps.play = bent  # type: ignore[method-assign]


# At the border


def paths(body: Any, path: Path = ()) -> Iterator[Path]:
    """Every field of an answer, in the first record of each list."""
    listed: Iterable[tuple[str | int, Any]] = ()
    listed = body.items() if isinstance(body, dict) else enumerate(body[:1]) if isinstance(body, list) else ()
    for key, value in listed:
        yield (*path, key)
        yield from paths(value, (*path, key))


def with_value(body: Any, path: Path, value: object) -> Any:
    changed = at = deepcopy(body)
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    return changed


def must_be_usable(value: Any) -> None:
    """It can be written, kept in a ledger, and reckoned with."""
    if isinstance(value, str):
        value.encode()
    elif isinstance(value, int):
        assert abs(value) < 2**63
    elif isinstance(value, datetime):
        assert value.tzinfo is UTC
        for days in (-366, 366):
            (value + timedelta(days=days)).astimezone(ZoneInfo("Pacific/Auckland"))
    elif isinstance(value, dict):
        must_be_usable((*value.keys(), *value.values()))
    elif is_dataclass(value) and not isinstance(value, type):
        must_be_usable(astuple(value))
    elif isinstance(value, (tuple, list)):
        for one in value:
            must_be_usable(one)


@pytest.mark.parametrize("call", ["services", "resources", "bookings", "openings", "profile", "reserve", "confirm"])
def test_whatever_stands_in_a_field_what_is_read_of_it_can_be_used(
    desk: Desk, call: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = desk.session()
    desk.sandbox.world.add_person(session, "Grace", "Hopper", "grace@example.org")
    person = Participant(RowRef("", 2), "Ada", "Lovelace", Target(session))
    with desk.service() as service:
        booking = service.bookings([session])[session]
        slot_id = service.reserve(booking, 1).slot_id
        ranges = [(booking.start - timedelta(days=1), booking.start + timedelta(days=1))]
        calls: dict[str, Callable[[BookingService], object]] = {
            "services": lambda service: service.services(),
            "resources": lambda service: service.resources(),
            "bookings": lambda service: service.bookings([session]),
            "openings": lambda service: service.openings(booking.service_id, ranges),
            "profile": lambda service: service.profile(booking.people[0].customer_id),
            "reserve": lambda service: service.reserve(booking, 1),
            "confirm": lambda service: service.confirm(slot_id, person),
        }
        good: list[Response] = []
        send = Wire.send

        def recorded(*given: Any, **more: Any) -> Response:
            good.append(send(*given, **more))
            return good[-1]

        monkeypatch.setattr(Wire, "send", recorded)
        calls[call](service)
        headers, body = good[-1].headers, good[-1].json()
        tried = 0
        for path in paths(body):
            for value in HOSTILE:
                answer = Response()
                answer.status_code, answer.headers = 200, headers
                answer._content = json.dumps(with_value(body, path, value)).encode()
                monkeypatch.setattr(Wire, "send", lambda *_given, answer=answer, **_more: answer)
                tried += 1
                try:
                    must_be_usable(calls[call](service))
                except (AnswerLost, NotSent, Refused, ServiceError):
                    continue
                except Exception as error:
                    raise AssertionError(f"{path}: {value!r}") from error
        assert tried > 50


# In an import


@pytest.mark.parametrize(
    ("field", "value", "ada"),
    [
        ("start", "0001-01-01T00:00:00.000+12:00", "Fix row"),
        ("start", "9999-12-31T23:59:59.000-12:00", "Fix row"),
        ("total_spaces", 10**30, "Booked"),
        ("status", "\ud800", "Booked"),
    ],
)
def test_an_extreme_value_on_one_session_keeps_nobody_of_another_from_being_booked(
    desk: Desk, field: str, value: object, ada: str
) -> None:
    one, other = desk.session(), desk.session(start=LATER)
    bend(desk, "bookings", lambda body: [x.update({field: value}) for x in body["data"] if x["id"] == one])
    rows = [{"Group booking ID": one, "Full name": ADA}, {"Group booking ID": other, "Full name": ALAN}]
    assert statuses(desk.run(desk.roster(rows))) == {ADA: ada, ALAN: "Booked"}


@pytest.mark.parametrize("value", ["9999-12-31T23:59:59.999Z", "2029-12-31T00:00:00Z", "0001-01-01T00:00:00+12:00"])
def test_a_hold_with_an_end_that_nobody_means_books_all_the_same(desk: Desk, value: str) -> None:
    bend(desk, "reserve", lambda body: body["data"].update(expiry=value))
    report = desk.run(desk.people(desk.session(), ADA, ALAN))
    assert statuses(report) == {ADA: "Booked", ALAN: "Booked"}
    assert desk.posts() == {"reserve": 2, "confirm": 2}


@pytest.mark.parametrize(
    "date",
    [
        "Fri, 31 Dec 9999 23:59:59 GMT",
        "Fri, 31 Dec 99999999999999 23:59:59 GMT",
        "soon",
    ],
)
def test_a_date_that_nobody_means_is_none(desk: Desk, date: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert about_clock(date, desk.clock.now).seen == "the service does not tell its time"
    monkeypatch.setattr("importer.sandbox.server.http_date", lambda _moment: date)
    assert statuses(desk.run(desk.people(desk.session(), ADA))) == {ADA: "Booked"}


def test_half_a_letter_in_the_name_of_a_service_and_in_an_id_is_written_down(desk: Desk) -> None:
    session = desk.session()
    bend(desk, "services", lambda body: [one.update(name="Pottery \ud800") for one in body["data"]])
    bend(desk, "confirm", lambda body: [one.update(customer_id="\ud800") for one in body["data"]["customers"]])
    report = desk.run(desk.people(session, ADA))
    assert statuses(report) == {ADA: "Booked"}
    assert the(report, ADA).session.startswith("Pottery ?, ")


# A hold whose times don't fit together


@pytest.mark.parametrize("shift", [timedelta(hours=-1), timedelta(minutes=-20)])
def test_a_hold_that_had_lapsed_before_it_was_made_settles_no_lost_answer(
    open_desk: Callable[..., Desk], shift: timedelta
) -> None:
    """As where its end is London's wall clock, said to be UTC."""
    desk = open_desk(mishaps=["late-commit=300:confirm:nth=1"])
    session = desk.session()

    def shifted(body: Any) -> None:
        slot = body["data"]
        slot["expiry"] = (datetime.fromisoformat(slot["expiry"].replace("Z", "+00:00")) + shift).isoformat()

    bend(desk, "reserve", shifted)
    roster = desk.people(session, ADA, ALAN)
    assert statuses(desk.run(roster)) == {ADA: "Not sure yet", ALAN: "Booked"}
    desk.clock.wait(180)
    assert statuses(desk.run(roster))[ADA] == "Not sure yet"
    desk.sandbox._mishaps.finish()
    assert set(statuses(desk.run(roster)).values()) == {"Already booked"}
    assert sorted(desk.booked(session)) == [ADA, ALAN]


# Listed twice


def test_a_session_that_is_there_twice_and_not_alike_is_not_shown(desk: Desk) -> None:
    session = desk.session()
    desk.sandbox.world.add_person(session, "Ada", "Lovelace")
    bend(desk, "bookings", lambda body: body["data"].extend({**one, "customers": []} for one in list(body["data"])))
    report = desk.run(desk.people(session, ADA, ALAN))
    assert statuses(report) == {ADA: "Fix row", ALAN: "Fix row"}
    assert "it is there twice, and not alike. Import again later." in the(report, ADA).message


def test_who_is_listed_twice_takes_one_place(desk: Desk) -> None:
    session = desk.session(places=3)
    desk.sandbox.world.add_person(session, "Grace", "Hopper")
    bend(desk, "bookings", lambda body: [one.update(customers=2 * one["customers"]) for one in body["data"]])
    for status in ("Booked", "Already booked"):
        assert statuses(desk.run(desk.people(session, ADA, ALAN))) == {ADA: status, ALAN: status}


# An answer that names others


@pytest.mark.parametrize("corners", [{}, {"confirm_lists": "everybody"}])
def test_an_answer_that_names_only_who_was_there_before_books_nobody_else(
    open_desk: Callable[..., Desk], corners: dict[str, str]
) -> None:
    """As where the service takes siblings with one e-mail address for one person: one place is not two people's."""
    desk = open_desk(**corners)
    session = desk.session()
    answers: list[Any] = []

    def merged(body: Any) -> None:
        if answers:
            world = desk.sandbox.world
            second = next(one for one in world.people(session) if one.name == "Bella Brown")
            world.remove_person(session, second.customer_booking_id)
            body.update(answers[0])
        answers.append(body)

    bend(desk, "confirm", merged)
    roster = desk.people(session, "Ella Brown", "Bella Brown", Email="mum@mail.com")
    report = desk.run(roster)
    assert statuses(report) == {"Ella Brown": "Booked", "Bella Brown": "Not sure yet"}
    assert "it named only people who were there before" in the(report, "Bella Brown").message
    desk.clock.wait(24 * 3600)
    report = desk.run(roster)
    assert statuses(report) == {"Ella Brown": "Already booked", "Bella Brown": "Not sure yet"}
    assert "--row 3 --is booked (or not-booked)" in the(report, "Bella Brown").message
    assert desk.posts()["confirm"] == 2


@pytest.mark.parametrize("is_booked", [True, False])
def test_who_was_booked_without_being_told_and_has_no_place_of_their_own_by_now_is_not_sure(
    desk: Desk, is_booked: bool
) -> None:
    session = desk.session()
    world = desk.sandbox.world

    def untold(body: Any) -> None:
        world.remove_person(session, body["data"]["customers"].pop()["customer_booking_id"])

    bend(desk, "confirm", untold)
    roster = desk.people(session, ADA)
    assert statuses(desk.run(roster)) == {ADA: "Booked"}
    assert not the(desk.run(roster), ADA).needs_person
    desk.clock.wait(3600)
    for _ in range(2):
        outcome = the(desk.run(roster), ADA)
        assert (str(outcome.status), outcome.needs_person) == ("Not sure yet", True)
        assert "shows no place of their own for this person" in outcome.message
        assert "roster resume 1 --row 2 --is booked (or not-booked)" in outcome.message
    with Ledger.open(desk.settings().ledger) as ledger:
        take_word(1, outcome.row, is_booked=is_booked, ledger=ledger, now=desk.clock())
    assert statuses(desk.run(roster)) == {ADA: "Already booked" if is_booked else "Booked"}


def test_who_books_themselves_while_others_are_booked_is_seen_in_the_answer_in_hand(
    open_desk: Callable[..., Desk],
) -> None:
    desk = open_desk(confirm_lists="everybody")
    session = desk.session()
    came: list[str] = []

    def comes(body: Any) -> None:
        if not came:
            came.append(GRACE)
            desk.sandbox.world.add_person(session, "Grace", "Hopper", source="online")

    bend(desk, "reserve", comes)
    report = desk.run(desk.people(session, ADA, GRACE, ALAN))
    assert statuses(report) == {ADA: "Booked", GRACE: "Same person?", ALAN: "Booked"}
    assert sorted(desk.booked(session)) == [ADA, ALAN, GRACE]


# A clock of the service that is wrong for once


@pytest.mark.parametrize("is_for_ever", [False, True])
def test_a_clock_of_the_service_that_jumps_ahead_settles_no_lost_answer(
    open_desk: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch, is_for_ever: bool
) -> None:
    desk = open_desk(mishaps=["late-commit=300:confirm:nth=1"])
    session = desk.session()
    roster = desk.people(session, ADA, ALAN)
    ahead = [timedelta()]
    monkeypatch.setattr("importer.sandbox.server.http_date", lambda moment: http_date(moment + ahead[0]))

    def jumps(_body: Any) -> None:
        ahead[0] = timedelta(hours=2) if desk.posts()["confirm"] else timedelta()

    def jumps_back(_body: Any) -> None:
        ahead[0] = timedelta()

    bend(desk, "bookings", jumps)
    if not is_for_ever:
        bend(desk, "reserve", jumps_back)
        bend(desk, "services", jumps_back)
    for _ in range(2):
        assert statuses(desk.run(roster))[ADA] == "Not sure yet"
    desk.sandbox._mishaps.finish()
    assert set(statuses(desk.run(roster)).values()) == {"Already booked"}
    assert sorted(desk.booked(session)) == [ADA, ALAN]


# A list of people that ends before its time


def cut_at(desk: Desk, most: int) -> None:
    bend(desk, "bookings", lambda body: [one.update(customers=one["customers"][:most]) for one in body["data"]])


FOURTEEN = [f"Ann Brown{letter}" for letter in "abcdefghijklmn"]


def test_who_is_not_among_the_first_ten_of_a_list_is_not_said_to_be_removed(desk: Desk) -> None:
    session = desk.session(places=20)
    cut_at(desk, 10)
    roster = desk.people(session, *FOURTEEN)
    assert set(statuses(desk.run(roster)).values()) == {"Booked"}
    desk.clock.wait(3600)
    report = desk.run(roster, Options(rebook=True))
    assert list(statuses(report).values()) == ["Already booked"] * 10 + ["Not sure yet"] * 4
    last = the(report, "Ann Brownn")
    assert last.needs_person
    assert "lists 10 people of this session, without this one. It may not list all." in last.message
    assert "roster resume 1 --row 15 --is booked (or not-booked)" in last.message
    assert len(desk.booked(session)) == 14


def test_a_lost_answer_is_not_settled_by_a_list_that_was_as_long_before(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk(mishaps=["cut-after:confirm:nth=11"])
    session = desk.session(places=20)
    cut_at(desk, 10)
    roster = desk.people(session, *FOURTEEN[:11])
    assert statuses(desk.run(roster))["Ann Brownk"] == "Not sure yet"
    desk.clock.wait(3600)
    assert statuses(desk.run(roster))["Ann Brownk"] == "Not sure yet"
    assert len(desk.booked(session)) == 11


@pytest.mark.parametrize(("people", "places"), [(11, 10), (12, 20), (2, 20)])
def test_who_is_removed_is_said_to_be_where_no_list_can_be_cut(desk: Desk, people: int, places: int) -> None:
    session = desk.session(places=max(places, people))
    roster = desk.people(session, *FOURTEEN[:people])
    desk.run(roster)
    desk.clock.wait(3600)
    world = desk.sandbox.world
    world.remove_person(session, world.people(session)[0].customer_booking_id)
    if places < people:
        bend(desk, "bookings", lambda body: [one.update(total_spaces=places) for one in body["data"]])
    assert statuses(desk.run(roster))[FOURTEEN[0]] == "No longer booked"
