"""The rules of the booking service: places, holds, confirms, people, lists, and what it refuses."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from guide_client import Client, Clock, Open, add_pottery

from importer.sandbox import Sandbox
from importer.sandbox.records import Session

UNKNOWN = "0123456789abcdef01234567"


def people(sandbox: Sandbox, session: Session) -> list[str]:
    return [person.name for person in sandbox.world.people(session.id)]


# The key


@pytest.mark.parametrize("key", ["wrong", None])
def test_whoever_lacks_the_key_is_told_so_and_nothing_else(client: Client, key: str | None) -> None:
    client.http.headers["X-API-KEY"] = key  # type: ignore[assignment]
    for path in ("services", "bookings", "no/such/call"):
        answer = client.get(path)
        assert answer.status_code == 401
        assert answer.json() == {"message": "The API key is missing or not valid.", "error": "Unauthorized"}


# Places and holds


def test_a_reservation_holds_its_places(client: Client, pottery: Session) -> None:
    client.hold(pottery, spaces=2)
    assert [group["spaces"] for group in client.found(pottery)] == [1]
    refused = client.reserve(pottery, spaces=2)
    assert refused.status_code == 409
    assert refused.json()["message"] == "There are not enough spaces left on this group booking."


def test_a_hold_that_expires_frees_its_places(client: Client, pottery: Session, clock: Clock) -> None:
    slot_id = client.hold(pottery, spaces=3)
    assert client.found(pottery) == []
    clock.move(minutes=20)
    assert [group["spaces"] for group in client.found(pottery)] == [3]
    assert client.get(f"availability/slots/{slot_id}").status_code == 404
    assert client.get("availability/slots").json()["total"] == 0


def test_a_hold_that_is_confirmed_does_not_count_twice(client: Client, pottery: Session) -> None:
    client.book(pottery)
    assert [group["spaces"] for group in client.found(pottery)] == [2]


def test_the_search_leaves_out_what_has_too_few_places(client: Client, pottery: Session) -> None:
    assert len(client.found(pottery, spaces=3)) == 1
    assert client.found(pottery, spaces=4) == []


def test_the_search_leaves_out_what_has_begun(client: Client, pottery: Session, clock: Clock) -> None:
    clock.now = pottery.start - timedelta(seconds=1)
    assert len(client.found(pottery)) == 1
    clock.now = pottery.start
    assert client.found(pottery) == []
    assert client.reserve(pottery).status_code == 409


def test_the_search_leaves_out_what_is_cancelled_and_nobody_can_reserve_it(
    sandbox: Sandbox, client: Client, pottery: Session
) -> None:
    start = pottery.start + timedelta(hours=2)
    session = sandbox.world.add_session("Pottery", "Studio 9", start, 60, 3, status="cancelled")
    assert [group["id"] for group in client.found(session)] == [pottery.id]
    assert client.reserve(session).status_code == 404
    assert client.booking(session)["status"] == "cancelled"


def test_two_group_bookings_at_one_time_come_under_one_start(
    sandbox: Sandbox, client: Client, pottery: Session
) -> None:
    twin = sandbox.world.add_session("Pottery", "Studio 8", pottery.start, 60, 3)
    [item] = client.search(pottery).json()["data"]
    assert [group["id"] for group in item["group_bookings"]] == [pottery.id, twin.id]
    assert client.reserve(twin).json()["data"]["booking_id"] == twin.id


def test_the_search_writes_times_in_the_zone_that_was_asked_for(client: Client, pottery: Session) -> None:
    [item] = client.search(pottery, timezone="America/New_York").json()["data"]
    assert item["start"] == "2026-05-26T06:30:00.000-04:00"
    assert item["group_bookings"][0]["end"] == "2026-05-26T07:30:00.000-04:00"


def test_several_short_ranges_fit_in_one_search(sandbox: Sandbox, client: Client, pottery: Session) -> None:
    later = sandbox.world.add_session("Pottery", "Studio 9", pottery.start + timedelta(days=30), 60, 3)
    ranges = [
        {
            "start": (s.start - timedelta(hours=1)).isoformat(),
            "end": (s.start + timedelta(hours=1)).isoformat(),
        }
        for s in (later, pottery)
    ]
    found = client.search(pottery, ranges=ranges).json()["data"]
    assert [item["group_bookings"][0]["id"] for item in found] == [pottery.id, later.id]


def test_a_search_may_be_42_days_long_in_total_and_in_span(client: Client, pottery: Session) -> None:
    assert client.search(pottery, days=42).status_code == 200
    assert client.search(pottery, days=42.01).status_code == 400
    apart = [
        {"start": "2026-05-01T00:00:00Z", "end": "2026-05-02T00:00:00Z"},
        {"start": "2026-06-20T00:00:00Z", "end": "2026-06-21T00:00:00Z"},
    ]
    refused = client.search(pottery, ranges=apart)
    assert refused.status_code == 400
    assert refused.json()["message"] == "The ranges may span 42 days at most."
    again_and_again = [{"start": "2026-05-01T00:00:00Z", "end": "2026-05-22T00:00:00Z"}] * 3
    assert client.search(pottery, ranges=again_and_again).status_code == 400


def test_nobody_is_put_on_a_group_booking_beyond_its_places(open_sandbox: Open) -> None:
    sandbox, client = open_sandbox()
    session = add_pottery(sandbox, places=10)
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: client.reserve(session).status_code, range(40)))
    assert sorted(answers) == [200] * 10 + [409] * 30


# Confirms


def test_a_confirmed_person_is_on_the_booking_with_what_was_sent(
    sandbox: Sandbox, client: Client, pottery: Session
) -> None:
    entry = client.book(pottery, "Zoë", "O’Neil", email="zoe@example.org", mobile="07700 900001", phone="020 1")
    [person] = sandbox.world.people(pottery.id)
    assert (person.name, person.email, person.mobile) == ("Zoë O’Neil", "zoe@example.org", "07700 900001")
    assert (person.spaces, person.source) == (1, "api")
    assert person.customer_booking_id == entry["customer_booking_id"]
    assert person.customer_id == entry["customer_id"]
    profile = client.get(f"customers/{person.customer_id}").json()["data"]["profile"]
    assert profile["firstname"] == "Zoë"
    assert profile["phone"] == "020 1"


def test_a_reservation_is_good_for_one_confirm(sandbox: Sandbox, client: Client, pottery: Session) -> None:
    slot_id = client.hold(pottery)
    assert client.confirm(slot_id).status_code == 200
    again = client.confirm(slot_id)
    assert again.status_code == 409
    assert again.json()["message"] == "This reservation has been used already."
    assert people(sandbox, pottery) == ["Ada Lovelace"]


def test_an_expired_reservation_cannot_be_confirmed(
    sandbox: Sandbox, client: Client, pottery: Session, clock: Clock
) -> None:
    slot_id = client.hold(pottery)
    clock.move(minutes=20)
    refused = client.confirm(slot_id)
    assert (refused.status_code, refused.json()["message"]) == (410, "This reservation has expired.")
    assert people(sandbox, pottery) == []


def test_an_unknown_reservation_cannot_be_confirmed(client: Client) -> None:
    assert client.confirm(UNKNOWN).status_code == 404


@pytest.mark.parametrize("name", [("", "Lovelace"), ("Ada", " ")])
def test_first_and_last_name_are_required(client: Client, pottery: Session, name: tuple[str, str]) -> None:
    slot_id = client.hold(pottery)
    refused = client.confirm(slot_id, *name)
    assert refused.status_code == 422
    assert refused.json()["message"] == "A customer's first and last name are required."
    assert client.confirm(slot_id).status_code == 200


def test_a_wrong_email_address_is_refused_in_the_services_own_words(client: Client, pottery: Session) -> None:
    refused = client.confirm(client.hold(pottery), email="ada at example")
    assert refused.status_code == 422
    assert refused.json()["message"] == "The customer's email is not a valid email address."


def test_a_free_session_asks_nobody_for_a_payment(client: Client, pottery: Session) -> None:
    entry = client.book(pottery)
    assert (entry["payment_ids"], entry["total_price"]) == ([], 0)


def test_a_priced_session_asks_for_payment_unless_told_otherwise(sandbox: Sandbox, client: Client) -> None:
    session = add_pottery(sandbox, price=20)
    entry = client.book(session)
    assert len(entry["payment_ids"]) == 1
    assert entry["total_price"] == 20
    silent = client.confirm(client.hold(session), body={"send_payment_request": False})
    assert silent.json()["data"]["customers"][0]["payment_ids"] == []
    assert client.booking(session)["price"] == 20
    assert client.found(session)[0]["price"] == 20


# Who is who


def test_the_same_name_email_and_mobile_is_the_same_customer(client: Client, pottery: Session) -> None:
    first = client.book(pottery, "Zoe", "Brown", email="Brown@Example.org", mobile="07700 900001")
    same = client.book(pottery, "ZOE ", " brown", email="brown@example.org", mobile="07700900001")
    other = client.book(pottery, "Ella", "Brown", email="brown@example.org", mobile="07700900001")
    assert first["customer_id"] == same["customer_id"] != other["customer_id"]
    assert first["customer_booking_id"] != same["customer_booking_id"]
    profile = client.get(f"customers/{same['customer_id']}").json()["data"]["profile"]
    assert profile["firstname"] == "Zoe"


def test_a_participant_can_be_taken_off_again_and_everybody_else_stays(
    sandbox: Sandbox, client: Client, pottery: Session
) -> None:
    client.book(pottery, "Stays", "On")
    entry = client.book(pottery, "Goes", "Off")
    path = f"bookings/{pottery.id}/customers/{entry['customer_booking_id']}/cancel"
    assert client.post(path).status_code == 200
    assert people(sandbox, pottery) == ["Stays On"]
    assert len(client.booking(pottery)["customers"]) == 1
    assert client.found(pottery)[0]["spaces"] == 2
    assert client.post(path).status_code == 404


def test_there_is_no_call_that_cancels_everybody(sandbox: Sandbox, client: Client, pottery: Session) -> None:
    client.book(pottery)
    assert client.post(f"bookings/{pottery.id}/cancel").status_code == 404
    assert people(sandbox, pottery) == ["Ada Lovelace"]


def test_staff_can_put_people_on_and_take_them_off_behind_the_clients_back(
    sandbox: Sandbox, client: Client, pottery: Session
) -> None:
    person = sandbox.world.add_person(pottery.id, "Grace", "Hopper", email="grace@example.org", spaces=2)
    [listed] = client.booking(pottery)["customers"]
    assert (listed["booking_source"], listed["spaces"]) == ("appointment_screen", 2)
    assert client.found(pottery)[0]["spaces"] == 1
    sandbox.world.remove_person(pottery.id, person.customer_booking_id)
    assert client.booking(pottery)["customers"] == []


# Lists


def test_a_list_is_read_page_by_page(client: Client) -> None:
    everything = client.get("bookings", limit=100).json()
    assert (everything["total"], everything["prev"], everything["next"]) == (16, None, None)
    ids = [booking["id"] for booking in everything["data"]]
    first = client.get("bookings").json()
    assert [booking["id"] for booking in first["data"]] == ids[:10]
    assert (first["total"], first["prev"], first["next"]) == (16, None, ids[10])
    last = client.get("bookings", start=first["next"]).json()
    assert [booking["id"] for booking in last["data"]] == ids[10:]
    assert (last["prev"], last["next"]) == (ids[0], None)


@pytest.mark.parametrize("path", ["services", "resources", "bookings", "customers", "availability/slots"])
def test_a_page_that_cannot_be_is_refused(client: Client, path: str) -> None:
    for wrong in ({"limit": 0}, {"limit": 101}, {"limit": "ten"}, {"start": "x"}, {"start": UNKNOWN}):
        answer = client.get(path, **wrong)
        assert answer.status_code == 400, wrong
        assert answer.json()["error"] == "Bad Request"


@pytest.mark.parametrize("name", ["ids", "ids[]"])
def test_several_ids_are_asked_for_at_once_and_unknown_ones_are_left_out(
    sandbox: Sandbox, client: Client, pottery: Session, name: str
) -> None:
    other = add_pottery(sandbox)
    answer = client.get("bookings", **{name: [pottery.id, UNKNOWN, other.id]}).json()
    assert [booking["id"] for booking in answer["data"]] == [pottery.id, other.id]
    assert answer["total"] == 2


# What is not in the guide's form

MALFORMED: list[tuple[str, dict[str, Any]]] = [
    ("search", {"ranges": []}),
    ("search", {"ranges": [{"start": "2026-05-01T00:00:00Z"}]}),
    ("search", {"ranges": [{"start": "2026-05-02T00:00:00Z", "end": "2026-05-01T00:00:00Z"}]}),
    ("search", {"service_id": None}),
    ("search", {"service_id": "pottery"}),
    ("search", {"spaces": 0}),
    ("search", {"timezone": "Londres"}),
    ("reserve", {"timezone": None}),
    ("reserve", {"required_spaces": "1"}),
    ("reserve", {"required_spaces": True}),
    ("reserve", {"start": "2026-05-26T10:30:00"}),
    ("reserve", {"start": "26 May 2026"}),
    ("reserve", {"resource_id": "x" * 24}),
]


def test_a_request_that_is_not_in_the_guides_form_is_refused(client: Client, pottery: Session) -> None:
    for call, changed in MALFORMED:
        answer = getattr(client, call)(pottery, **changed)
        assert answer.status_code == 400, (call, changed)
        assert answer.json()["message"]


MALFORMED_CONFIRMS: list[dict[str, Any]] = [
    {"slot_id": None},
    {"slot_id": "12"},
    {"timezone": None},
    {"data": {"customers": []}},
    {"data": {"customers": [{"profile": {"firstname": "Ada", "lastname": "Lovelace"}}]}},
    {"data": {"customers": [{"customer": {"profile": {"firstname": 7, "lastname": "Lovelace"}}}]}},
    {"send_payment_request": "no"},
]


def test_a_confirm_that_is_not_in_the_guides_form_is_refused_and_books_nobody(
    sandbox: Sandbox, client: Client, pottery: Session
) -> None:
    slot_id = client.hold(pottery)
    for changed in MALFORMED_CONFIRMS:
        assert client.confirm(slot_id, body=changed).status_code == 400, changed
    assert people(sandbox, pottery) == []
    assert client.confirm(slot_id).status_code == 200


def test_what_does_not_exist_is_told_in_json_too(client: Client, pottery: Session) -> None:
    missing = [
        client.get("customers/" + UNKNOWN),
        client.get("availability/slots/" + UNKNOWN),
        client.get("bookings/" + pottery.id),
        client.search(pottery, service_id=UNKNOWN),
        client.reserve(pottery, resource_id=UNKNOWN),
        client.reserve(pottery, start="2026-05-26T10:31:00Z"),
    ]
    assert [answer.status_code for answer in missing] == [404] * 6
    assert all(set(answer.json()) == {"message", "error"} for answer in missing)


def test_an_id_in_a_bad_form_is_refused(client: Client) -> None:
    for path in ("bookings?ids=12", "bookings?ids[]=x", "customers/12", "availability/slots/12"):
        assert client.get(path).status_code == 400, path


def test_a_body_that_is_no_json_is_refused(client: Client) -> None:
    json_header = {"Content-Type": "application/json"}
    assert client.post("bookings", data="{", headers=json_header).status_code == 400
    assert client.post("bookings", data="[]", headers=json_header).status_code == 400
    assert client.post("bookings", data="{}").status_code == 415


def test_a_sessions_start_needs_a_time_zone(sandbox: Sandbox) -> None:
    with pytest.raises(ValueError, match="time zone"):
        sandbox.world.add_session("Pottery", "Studio 9", datetime(2026, 5, 26, 10, 30), 60, 3)  # noqa: DTZ001


def test_the_answer_is_dated_by_the_services_own_clock(client: Client, clock: Clock) -> None:
    clock.now = datetime(2029, 12, 31, 23, 59, 59, tzinfo=UTC)
    assert client.get("services").headers["Date"] == "Mon, 31 Dec 2029 23:59:59 GMT"
