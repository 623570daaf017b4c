"""Lists as clients ask for them: every form of a query that the guide and other people's clients use."""

from __future__ import annotations

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
