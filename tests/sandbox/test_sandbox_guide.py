"""The guide's own requests get the guide's own answers: every key, every value, every style of time."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from guide_client import Client, Clock, Open

from importer.sandbox import Sandbox
from importer.sandbox.records import Session

GUIDE = Path(__file__).parent / "guide"
CREATED = datetime(2022, 5, 26, 9, 33, 8, 9000, tzinfo=UTC)
RESERVED = datetime(2022, 5, 26, 10, 13, 38, 186000, tzinfo=UTC)
CONFIRMED = datetime(2022, 5, 26, 10, 24, 55, tzinfo=UTC)


def example(name: str) -> Any:
    return json.loads((GUIDE / f"{name}.json").read_text(encoding="utf-8"))


def without_ids(document: Any) -> Any:
    """The document with one and the same id and token everywhere, since these are new in every run."""
    text = re.sub(r"(?<![0-9a-f])[0-9a-f]{24}(?![0-9a-f])", "ID", json.dumps(document))
    return json.loads(re.sub(r"token=[0-9a-f]+", "token=TOKEN", text))


def shape(value: Any) -> Any:
    """Keys and JSON types alone."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [shape(inner) for inner in value]
    return type(value).__name__


def send(client: Client, request: Any, **filled_in: str) -> Any:
    text = json.dumps(request)
    for placeholder, value in filled_in.items():
        text = text.replace(f"<{placeholder}>", value)
    request = json.loads(text)
    if request["method"] == "GET":
        answer = client.get(request["path"])
    else:
        answer = client.post(request["path"], request["body"])
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "application/json"
    return answer.json()


@pytest.fixture
def group_booking(sandbox: Sandbox, clock: Clock) -> Session:
    """The guide's group booking, made when the guide's was."""
    clock.now = CREATED
    start = datetime(2022, 5, 26, 10, 30, tzinfo=UTC)
    session = sandbox.world.add_session("Test Basic Basic", "Basic", start, 60, 5)
    clock.now = RESERVED
    return session


def test_the_search_answers_as_the_guide_does(client: Client, group_booking: Session) -> None:
    guide = example("search")
    answer = send(client, guide["request"], SERVICE_ID=group_booking.service_id)
    assert without_ids(answer) == without_ids(guide["answer"])


def test_the_search_of_the_guides_program_needs_neither_spaces_nor_time_zone(
    client: Client, group_booking: Session
) -> None:
    request = example("search_in_code")["request"]
    assert send(client, request, SERVICE_ID=group_booking.service_id) == {"data": []}
    request["body"]["ranges"] = example("search")["request"]["body"]["ranges"]
    answer = send(client, request, SERVICE_ID=group_booking.service_id)
    assert without_ids(answer) == without_ids(example("search")["answer"])


def test_the_bookings_answer_as_the_guide_does(client: Client, group_booking: Session) -> None:
    guide = example("bookings")
    answer = send(client, guide["request"], GROUP_BOOKING_ID=group_booking.id)
    assert without_ids(answer) == without_ids(guide["answer"])


def test_the_bookings_understand_the_array_that_the_guides_program_sends(
    client: Client, group_booking: Session
) -> None:
    answer = client.get("bookings", **{"ids[]": [group_booking.id]})
    assert without_ids(answer.json()) == without_ids(example("bookings")["answer"])


@pytest.mark.parametrize(
    "start", ["2022-05-26T10:30:00.000+00:00", "2022-05-26T11:30:00.000+01:00", "2022-05-26T10:30:00.000Z"]
)
def test_a_reservation_answers_as_the_guide_does_whichever_offset_its_start_has(
    client: Client, group_booking: Session, start: str
) -> None:
    guide = example("reserve")
    answer = send(
        client,
        guide["request"],
        GROUP_BOOKING_START_TIME=start,
        GROUP_BOOKING_SERVICE_ID=group_booking.service_id,
        GROUP_BOOKING_RESOURCE_ID=group_booking.resource_id,
    )
    assert without_ids(answer) == without_ids(guide["answer"])
    assert answer["data"]["booking_id"] == group_booking.id
    looked_up = client.get(f"availability/slots/{answer['data']['id']}").json()
    assert looked_up == answer
    assert client.get("availability/slots").json()["data"] == [answer["data"]]


def test_a_confirm_answers_as_the_guide_does(client: Client, group_booking: Session, clock: Clock) -> None:
    slot_id = client.hold(group_booking)
    clock.now = CONFIRMED
    guide = example("confirm")
    guide["request"]["body"]["slot_id"] = slot_id
    answer = send(client, guide["request"])
    assert without_ids(answer) == without_ids(guide["answer"])
    assert answer["data"]["id"] == group_booking.id
    [ours] = answer["data"]["customers"]
    whose = f"bookingId={group_booking.id}&participantId={ours['customer_booking_id']}"
    assert ours["reschedule_url"].endswith(whose)
    assert re.search(r"token=[0-9a-f]{64}&", ours["reschedule_url"])


def test_the_services_have_the_guides_keys_and_types(client: Client) -> None:
    guide = example("services")
    assert shape(send(client, guide["request"])) == shape(guide["answer"])


def test_a_resource_has_a_profile_with_a_name_and_the_ids_of_its_services(
    client: Client, group_booking: Session
) -> None:
    resource = client.get("resources", limit=100).json()["data"][-1]
    assert (resource["id"], resource["profile"]["name"]) == (group_booking.resource_id, "Basic")
    assert resource["services"] == [group_booking.service_id]


def test_a_booking_with_a_participant_is_listed_as_other_peoples_clients_recorded_it(
    open_sandbox: Open,
) -> None:
    clock = Clock(datetime(2024, 2, 8, 21, 11, 14, 742000, tzinfo=UTC))
    sandbox, client = open_sandbox(clock=clock)
    start = datetime(2024, 2, 9, 15, tzinfo=UTC)
    session = sandbox.world.add_session("Test", "Somebody", start, 30, 1)
    clock.now = datetime(2024, 2, 8, 21, 11, 15, tzinfo=UTC)
    sandbox.world.add_person(session.id, "Test", "Customer")
    recorded = example("recorded_booking")
    recorded["customers"][0]["timezone"] = "Europe/London"
    assert without_ids(client.booking(session)) == without_ids(recorded)


def test_a_customer_is_shown_as_other_peoples_clients_recorded_it(open_sandbox: Open) -> None:
    clock = Clock(datetime(2024, 2, 8, 20, 54, 57, tzinfo=UTC))
    sandbox, client = open_sandbox(clock=clock)
    session = sandbox.world.add_session("Test", "Somebody", clock.now, 30, 1)
    person = sandbox.world.add_person(session.id, "Test", "Customer")
    answer = client.get(f"customers/{person.customer_id}").json()
    assert without_ids(answer) == {"data": without_ids(example("recorded_customer"))}
    assert client.get("customers", limit=100).json()["data"][-1] == answer["data"]
