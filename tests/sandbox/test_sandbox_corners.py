"""The corners of the service that nobody can look into (API.md, uncertain points), turned the other way."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from guide_client import Client, Clock, Open, add_pottery

from importer.sandbox import Rules, Sandbox


def test_a_key_may_be_refused_with_403(open_sandbox: Open) -> None:
    _, client = open_sandbox(bad_key_status=403)
    client.http.headers["X-API-KEY"] = "wrong"
    answer = client.get("services")
    assert (answer.status_code, answer.json()["error"]) == (403, "Forbidden")


def test_a_search_may_be_as_long_as_the_guide_says(open_sandbox: Open) -> None:
    sandbox, client = open_sandbox(search_days=59)
    session = add_pottery(sandbox)
    assert client.search(session, days=59).status_code == 200
    assert client.search(session, days=59.5).status_code == 400


def test_an_array_of_ids_may_not_be_understood(open_sandbox: Open) -> None:
    sandbox, client = open_sandbox(ids="single")
    one, two = add_pottery(sandbox), add_pottery(sandbox)
    assert client.get("bookings", **{"ids[]": [one.id]}).json()["data"] == []
    assert client.get("bookings", ids=[one.id, two.id]).json()["data"] == []
    assert client.booking(one)["id"] == one.id


def test_the_search_may_count_all_places(open_sandbox: Open) -> None:
    sandbox, client = open_sandbox(search_spaces="total")
    session = add_pottery(sandbox)
    client.book(session)
    assert client.found(session)[0]["spaces"] == 3
    assert client.found(session, spaces=3) == []


def test_a_reserve_on_a_full_booking_may_land_on_a_new_one(open_sandbox: Open) -> None:
    sandbox, client = open_sandbox(when_full="new_booking")
    session = add_pottery(sandbox, places=1)
    client.book(session)
    landed = client.reserve(session).json()["data"]
    assert landed["booking_id"] != session.id
    assert (landed["service_id"], landed["resource_id"]) == (session.service_id, session.resource_id)
    assert landed["start"] == "2026-05-26T10:30:00.000Z"
    confirmed = client.confirm(landed["id"]).json()["data"]
    assert confirmed["id"] == landed["booking_id"]
    assert len(sandbox.world.people(session.id)) == 1


def test_holds_last_as_long_as_the_organisation_has_set(open_sandbox: Open, clock: Clock) -> None:
    sandbox, client = open_sandbox(hold_minutes=7)
    session = add_pottery(sandbox, places=1)
    assert client.reserve(session).json()["data"]["expiry"] == "2026-03-02T10:07:00.000Z"
    clock.move(minutes=6, seconds=59)
    assert client.reserve(session).status_code == 409
    clock.move(seconds=1)
    assert client.reserve(session).status_code == 200


def payments(client: Client, sandbox: Sandbox, field: str) -> int:
    session = add_pottery(sandbox, price=20)
    answer = client.confirm(client.hold(session), body={field: False})
    return len(answer.json()["data"]["customers"][0]["payment_ids"])


def test_the_payment_field_may_have_another_name(open_sandbox: Open) -> None:
    sandbox, client = open_sandbox(payment_field="request_payment")
    assert payments(client, sandbox, "request_payment") == 0
    assert payments(client, sandbox, "send_payment_request") == 1


def test_the_payment_field_may_not_take(open_sandbox: Open) -> None:
    sandbox, client = open_sandbox(payment_field_works=False)
    assert payments(client, sandbox, "send_payment_request") == 1


def test_the_confirm_may_list_everybody(open_sandbox: Open) -> None:
    sandbox, client = open_sandbox(confirm_lists="everybody")
    session = add_pottery(sandbox)
    sandbox.world.add_person(session.id, "Grace", "Hopper")
    answer = client.confirm(client.hold(session)).json()["data"]
    assert [entry["booking_source"] for entry in answer["customers"]] == ["appointment_screen", "api"]


@pytest.mark.parametrize(("rule", "given"), [("asked", 3), ("one", 1)])
def test_one_customer_may_get_all_the_places_or_one(open_sandbox: Open, rule: str, given: int) -> None:
    sandbox, client = open_sandbox(spaces_given=rule)
    session = add_pottery(sandbox)
    answer = client.confirm(client.hold(session, spaces=3)).json()["data"]
    assert answer["customers"][0]["spaces"] == given
    [person] = sandbox.world.people(session.id)
    assert person.spaces == given


@pytest.mark.parametrize("shared", [{"email": "brown@example.org"}, {"mobile": "07700 900001"}])
def test_siblings_may_share_one_record_with_its_first_spelling(open_sandbox: Open, shared: dict[str, str]) -> None:
    sandbox, client = open_sandbox(siblings_share_record=True)
    session = add_pottery(sandbox)
    ella, bella = (
        client.book(session, "Ella", "Brown", **shared),
        client.book(session, "Bella", "Brown", **shared),
    )
    assert ella["customer_id"] == bella["customer_id"]
    assert ella["customer_booking_id"] != bella["customer_booking_id"]
    profile = client.get(f"customers/{bella['customer_id']}").json()["data"]["profile"]
    assert profile["firstname"] == "Ella"
    assert [person.name for person in sandbox.world.people(session.id)] == ["Ella Brown", "Bella Brown"]


def test_people_without_an_address_never_share_a_record_unless_their_names_are_equal(
    open_sandbox: Open,
) -> None:
    sandbox, client = open_sandbox(siblings_share_record=True)
    session = add_pottery(sandbox)
    ids = [client.book(session, first, "Brown")["customer_id"] for first in ("Ella", "Bella", "ella")]
    assert ids[0] == ids[2] != ids[1]


def test_a_cancelled_participant_may_stay_listed_with_a_status(open_sandbox: Open) -> None:
    sandbox, client = open_sandbox(cancelled="marked")
    session = add_pottery(sandbox)
    entry = client.book(session)
    client.post(f"bookings/{session.id}/customers/{entry['customer_booking_id']}/cancel")
    assert [listed["status"] for listed in client.booking(session)["customers"]] == ["Cancelled"]
    assert client.found(session)[0]["spaces"] == 3
    assert sandbox.world.people(session.id) == ()


def test_a_corner_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(TypeError, match="confirm_list"):
        Sandbox(confirm_list="ours")
    with pytest.raises(ValueError, match="confirm_lists is 'ours' or 'everybody', not 'all'"):
        Sandbox(confirm_lists="all")


def test_a_cancelled_participant_may_stay_listed_as_if_nothing_had_happened(open_sandbox: Open) -> None:
    sandbox, client = open_sandbox(cancelled="listed")
    session = add_pottery(sandbox)
    entry = client.book(session)
    assert client.post(f"bookings/{session.id}/customers/{entry['customer_booking_id']}/cancel").status_code == 200
    assert [one["status"] for one in client.booking(session)["customers"]] == ["No Status"]
    assert sandbox.world.people(session.id) == ()


@pytest.mark.parametrize("moment", ["confirm", "reserve"])
def test_a_free_time_becomes_a_group_booking(open_sandbox: Open, moment: str) -> None:
    sandbox, client = open_sandbox(new_booking_at=moment)
    session = add_pottery(sandbox)
    free = sandbox.world.staff.add_free_time("Pottery", "Studio 9", session.end, 60, 4)
    asked = {"start": free.start.isoformat(), "service_id": free.service_id, "resource_id": free.resource_id}
    (item,) = [one for one in client.search(session).json()["data"] if not one["group_bookings"]]
    assert (item["resource_ids"], item["group_slots"]) == ([free.resource_id], [])
    held = client.post("availability/slots", {"data": asked}).json()["data"]
    assert held["max_spaces"] == 4
    assert ("booking_id" in held) == (moment == "reserve")
    made = client.confirm(held["id"]).json()["data"]
    assert (made["service_id"], made["resource_id"], made["total_spaces"]) == (free.service_id, free.resource_id, 4)
    assert [one.name for one in sandbox.world.people(made["id"])] == ["Ada Lovelace"]
    assert client.post("availability/slots", {"data": asked}).json()["data"]["booking_id"] == made["id"]


def test_a_free_time_that_somebody_holds_is_not_free_for_another(open_sandbox: Open) -> None:
    sandbox, client = open_sandbox()
    session = add_pottery(sandbox)
    free = sandbox.world.staff.add_free_time("Pottery", "Studio 9", session.end, 60, 4)
    asked = {"start": free.start.isoformat(), "service_id": free.service_id}
    held = client.post("availability/slots", {"data": asked}).json()["data"]["id"]
    assert client.post("availability/slots", {"data": asked}).status_code == 409
    (item,) = [one for one in client.search(session).json()["data"] if not one["group_bookings"]]
    assert (item["resource_ids"], [one["id"] for one in item["group_slots"]]) == ([], [held])


def test_a_time_is_not_free_while_its_room_is_used(open_sandbox: Open) -> None:
    sandbox, client = open_sandbox()
    session = add_pottery(sandbox)
    sandbox.world.staff.add_free_time("Pottery", "Studio 9", session.start + timedelta(minutes=30), 60, 4)
    assert [len(one["group_bookings"]) for one in client.search(session).json()["data"]] == [1]


def test_the_source_may_be_written_another_way(open_sandbox: Open) -> None:
    sandbox, client = open_sandbox(source="API")
    assert client.book(add_pottery(sandbox))["booking_source"] == "API"


def test_rules_are_written_as_a_command_line_has_them() -> None:
    assert Rules.parse(["ids=single", "when-full=new-booking", "search-days=59", "payment-field-works=no"]) == Rules(
        ids="single", when_full="new_booking", search_days=59, payment_field_works=False
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id=single", "names no rule"),
        ("ids=triple", "'triple' is no value of that rule; write ids=both|single."),
        ("search-days=long", "write search-days=42."),
        ("siblings-share-record=perhaps", "write siblings-share-record=no|yes."),
    ],
)
def test_a_rule_that_is_none_is_told_with_those_there_are(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        Rules.parse([text])
