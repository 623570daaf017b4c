"""Lists as clients ask for them: every form of a query that the guide and other people's clients use.

The clients are public repositories on GitHub. None of their code is here, only the form of their requests.
"""

from __future__ import annotations

from datetime import datetime

import pytest
from guide_client import Client, Clock, Open, add_pottery

from importer.sandbox import Sandbox
from importer.sandbox.records import Session


def ids(client: Client, query: str) -> list[str]:
    answer = client.get(f"bookings?{query}")
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json()["data"]]


@pytest.fixture
def other(sandbox: Sandbox, clock: Clock, pottery: Session) -> Session:
    clock.move(minutes=10)
    return sandbox.world.add_session("Yoga", "Hall 9", pottery.start.replace(day=25), 60, 5, status="cancelled")


@pytest.mark.parametrize("form", ["ids={0}&ids={1}", "ids[]={0}&ids[]={1}", "ids[0]={0}&ids[1]={1}", "ids={0},{1}"])
def test_several_ids_are_understood_in_every_form(client: Client, pottery: Session, other: Session, form: str) -> None:
    # curl repeats the name, axios adds brackets (guide), qs numbers them, some clients write commas.
    assert sorted(ids(client, form.format(pottery.id, other.id))) == sorted([pottery.id, other.id])


def test_bookings_can_be_asked_for_by_status_service_and_resource(
    client: Client, pottery: Session, other: Session
) -> None:
    assert other.id in ids(client, "statuses[]=cancelled&limit=100")
    assert pottery.id not in ids(client, "statuses[]=cancelled&limit=100")
    assert ids(client, f"services[]={pottery.service_id}") == [pottery.id]
    assert ids(client, f"resource_ids={other.resource_id},{pottery.resource_id}") == [pottery.id, other.id]


def test_bookings_can_be_asked_for_by_when_they_were_made_and_changed(
    sandbox: Sandbox, client: Client, clock: Clock, pottery: Session, other: Session
) -> None:
    assert ids(client, f"created_after={pottery.created.isoformat().replace('+', '%2B')}") == [other.id]
    clock.move(minutes=1)
    sandbox.world.staff.change_session(pottery.id, places=4)
    assert ids(client, f"updated_after={other.created.isoformat().replace('+', '%2B')}") == [pottery.id]


def test_bookings_can_be_sorted_both_ways(client: Client, pottery: Session, other: Session) -> None:
    both = f"ids={pottery.id},{other.id}"
    assert ids(client, f"{both}&sort_by=start&order_by=asc") == [other.id, pottery.id]
    assert ids(client, f"{both}&sort_by=created&order_by=desc") == [other.id, pottery.id]
    assert client.get("bookings?sort_by=colour").status_code == 400


def test_pages_follow_each_other_through_their_cursors(client: Client) -> None:
    found, start = [], ""
    while True:
        page = client.get("bookings", limit=5, **({"start": start} if start else {})).json()
        found += [one["id"] for one in page["data"]]
        if page["next"] is None:
            break
        start = page["next"]
    assert len(found) == len(set(found)) == page["total"]


def test_categories_and_groups_are_listed(client: Client) -> None:
    category = client.get("services/categories").json()["data"][0]["id"]
    assert {one["category_id"] for one in client.get("services").json()["data"]} == {category}
    group = client.get("resources/groups").json()["data"][0]
    assert set(group["resources"]) == {one["id"] for one in client.get("resources", limit=100).json()["data"]}


def test_one_reservation_is_shown_and_all_are(client: Client, pottery: Session) -> None:
    slot_id = client.hold(pottery)
    assert client.get(f"availability/slots/{slot_id}").json()["data"]["id"] == slot_id
    assert [one["id"] for one in client.get("availability/slots").json()["data"]] == [slot_id]


def test_a_reserve_needs_no_more_than_the_guide_says(open_sandbox: Open) -> None:
    sandbox, client = open_sandbox()
    session = add_pottery(sandbox)
    asked = {"start": session.start.isoformat(), "service_id": session.service_id}
    landed = client.post("availability/slots", {"data": asked}).json()["data"]
    assert (landed["booking_id"], landed["reserved_spaces"]) == (session.id, 1)


PIPEDREAM = "PipedreamHQ/pipedream, components/appointedd"
FRAPPE = "hrgadesha/appointedd_integration (for Frappe)"
WORDPRESS = "cprogress-dnldrymnd/appointedd (for WordPress), inc/class-appointedd.php"
TRUFFLEHOG = "trufflesecurity/trufflehog, pkg/detectors/appointedd"
CHARTER_HOUSE = "a Java program, ExtractAppointedd (with Jersey)"

OTHER_CLIENTS = [
    (PIPEDREAM, "customers?sort_by=created&order_by=descending"),
    (PIPEDREAM, "customers?start={customer}"),
    (PIPEDREAM, "bookings?sort_by=updated&order_by=descending&customers={customer}"),
    (PIPEDREAM, "bookings?sort_by=updated&order_by=descending&updated_after={created}&statuses=cancelled"),
    (FRAPPE, "services/categories"),
    (FRAPPE, "services"),
    (FRAPPE, "resources/groups"),
    (FRAPPE, "resources"),
    (FRAPPE, "bookings"),
    (FRAPPE, "customers/{customer}"),
    (WORDPRESS, "resources?limit=100"),
    (WORDPRESS, "resources/groups?limit=100&sort_by=natural&order_by=ascending"),
    (WORDPRESS, "resources?ids={resource}%2C{other}"),
    (WORDPRESS, "services?limit=100"),
    (TRUFFLEHOG, "availability/slots"),
    (CHARTER_HOUSE, "bookings?limit=100"),
]


@pytest.mark.parametrize(("source", "form"), OTHER_CLIENTS, ids=lambda text: text.partition("{")[0])
def test_what_other_clients_ask_for_is_answered(
    sandbox: Sandbox, client: Client, pottery: Session, other: Session, source: str, form: str
) -> None:
    customer = sandbox.world.add_person(pottery.id, "Ada", "Lovelace").customer_id
    created = pottery.created.isoformat().replace("+", "%2B")
    ids_ = {"customer": customer, "created": created, "resource": pottery.resource_id, "other": other.resource_id}
    client.hold(pottery)
    answer = client.get(form.format(**ids_))
    assert answer.status_code == 200, (source, answer.text)
    assert answer.json()["data"], source


def test_a_booking_is_found_by_its_customer_and_lists_are_turned_round(
    sandbox: Sandbox, client: Client, pottery: Session, clock: Clock
) -> None:
    first = sandbox.world.add_person(pottery.id, "Ada", "Lovelace").customer_id
    clock.move(minutes=1)
    last = sandbox.world.add_person(pottery.id, "Alan", "Turing").customer_id
    assert ids(client, f"customers={first}") == [pottery.id]
    assert ids(client, "customers=5f1a00000000000000000000") == []
    listed = client.get("customers?sort_by=created&order_by=descending&limit=2").json()["data"]
    assert [one["id"] for one in listed] == [last, first]


def test_a_resource_has_what_other_clients_read(client: Client) -> None:
    """Frappe's: the parts of an address, and ``resource_group_ids``."""
    shown = client.get("resources").json()["data"][0]
    assert set(shown["profile"]["address"]) == {"house_no", "address_1", "address_2", "city", "postcode"}
    groups = {one["id"] for one in client.get("resources/groups").json()["data"]}
    assert set(shown["resource_group_ids"]) == groups


def test_times_are_written_as_other_clients_read_them(client: Client, pottery: Session) -> None:
    """Frappe's takes them apart with ``%Y-%m-%dT%H:%M:%S.%f%z``, and so does a start in ours."""
    shown = client.get(f"bookings?ids={pottery.id}").json()["data"][0]
    for name in ("start", "end"):
        datetime.strptime(shown[name], "%Y-%m-%dT%H:%M:%S.%f%z")
