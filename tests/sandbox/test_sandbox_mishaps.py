"""What goes wrong on demand: how it is asked for, what a client sees, what the service has really done."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any

import pytest
import requests
from guide_client import Client, Open, add_pottery

from importer.sandbox import Mishap, Sandbox
from importer.sandbox.app import CALLS
from importer.sandbox.kinds import KINDS, kinds_table
from importer.sandbox.records import Session

LOST = requests.ConnectionError


def booked(sandbox: Sandbox, session: Session) -> int:
    return len(sandbox.world.people(session.id))


def is_booked_soon(sandbox: Sandbox, session: Session) -> bool:
    deadline = time.monotonic() + 5
    while not booked(sandbox, session) and time.monotonic() < deadline:
        time.sleep(0.01)
    return booked(sandbox, session) == 1


# How it is asked for


@pytest.mark.parametrize(
    ("text", "mishap"),
    [
        ("down", Mishap("down")),
        ("cut-after:confirm:0.1", Mishap("cut-after", "confirm", chance=0.1)),
        ("slow=2.5:reserve:nth=3", Mishap("slow", "reserve", "2.5", since=3, until=3)),
        ("429=date+7:any:first=2", Mishap("429", "any", "date+7", until=2)),
        ("refuse-key=403:from=9", Mishap("refuse-key", value="403", since=9)),
        ("5xx-after=504:bookings:from=2:0.5", Mishap("5xx-after", "bookings", "504", 0.5, since=2)),
    ],
)
def test_a_mishap_is_written_in_one_word(text: str, mishap: Mishap) -> None:
    assert Mishap.parse(text) == mishap


def test_an_unknown_kind_is_told_with_all_there_are() -> None:
    with pytest.raises(ValueError, match="'cut-of' is no kind of mishap") as told:
        Mishap.parse("cut-of:confirm")
    assert kinds_table() in str(told.value)
    assert all(f"  {kind} " in str(told.value) for kind in KINDS)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("cut-after:confrim", "'confrim' in 'cut-after:confrim' is neither a call (any, services,"),
        ("cut-after:nth=0", "nor a when (a chance like 0.1, nth=3, first=3, from=3)."),
        ("cut-after:confirm:3", "A chance is a number from 0 to 1, not 3."),
        ("cut-after=2", "'2' is no value for cut-after: does the work, then closes the connection"),
        (
            "html=404",
            "'404' is no value for html: does the work, then answers a web page with VALUE (502 or 200)",
        ),
        ("slow=long", "'long' is no value for slow"),
    ],
)
def test_a_mishap_that_cannot_be_is_told_with_what_can(text: str, told: str) -> None:
    with pytest.raises(ValueError) as error:  # noqa: PT011 (the text is compared below)
        Mishap.parse(text)
    assert told in str(error.value)


def test_a_mishap_made_in_code_is_looked_at_as_well() -> None:
    with pytest.raises(ValueError, match="'book' is no call"):
        Mishap("down", "book")


# On which requests it comes


def statuses(open_sandbox: Open, mishap: str, **options: Any) -> list[int]:
    _, client = open_sandbox(mishaps=[mishap], **options)
    return [client.get(path).status_code for path in ("services", "bookings") * 4]


@pytest.mark.parametrize(
    ("mishap", "seen"),
    [
        ("down", [503] * 8),
        ("down:bookings", [200, 503] * 4),
        ("down:nth=3", [200, 200, 503, 200, 200, 200, 200, 200]),
        ("down:first=3", [503, 503, 503, 200, 200, 200, 200, 200]),
        ("down:bookings:from=2", [200, 200, 200, 503, 200, 503, 200, 503]),
        ("down:0", [200] * 8),
    ],
)
def test_a_mishap_keeps_to_its_call_and_its_turn(open_sandbox: Open, mishap: str, seen: list[int]) -> None:
    assert statuses(open_sandbox, mishap) == seen


def test_chance_falls_the_same_way_for_the_same_seed(open_sandbox: Open) -> None:
    one = statuses(open_sandbox, "down:0.5", seed=1)
    assert statuses(open_sandbox, "down:0.5", seed=1) == one
    assert set(one) == {200, 503}
    assert any(statuses(open_sandbox, "down:0.5", seed=seed) != one for seed in range(2, 6))


def test_of_several_mishaps_on_one_request_the_first_has_the_last_word(open_sandbox: Open) -> None:
    sandbox, client = open_sandbox(mishaps=["bad-json:confirm", "price=9"])
    session = add_pottery(sandbox)
    answer = client.confirm(client.hold(session))
    assert not answer.text.endswith("}")
    assert sandbox.world.people(session.id)[0].price == 9


# Without the work


@pytest.mark.parametrize(
    ("mishap", "status"),
    [
        ("429:confirm", 429),
        ("5xx-before:confirm", 503),
        ("5xx-before=500:confirm", 500),
        ("refuse-key:confirm", 401),
        ("refuse-key=403:confirm", 403),
        ("down:confirm", 503),
    ],
)
def test_a_confirm_that_was_turned_away_has_booked_nobody(open_sandbox: Open, mishap: str, status: int) -> None:
    sandbox, client = open_sandbox(mishaps=[mishap])
    session = add_pottery(sandbox)
    answer = client.confirm(client.hold(session))
    assert answer.status_code == status
    assert set(answer.json()) == {"message", "error"}
    assert booked(sandbox, session) == 0


def test_too_many_requests_may_or_may_not_say_how_long_to_wait(open_sandbox: Open) -> None:
    _, client = open_sandbox(mishaps=["429:services", "429=7:resources", "429=date+7:bookings"])
    assert "Retry-After" not in client.get("services").headers
    assert client.get("resources").headers["Retry-After"] == "7"
    headers = client.get("bookings").headers
    until, now = parsedate_to_datetime(headers["Retry-After"]), parsedate_to_datetime(headers["Date"])
    assert until - now == timedelta(seconds=7)


def test_a_rate_limit_lets_so_many_requests_through_in_a_second(
    open_sandbox: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = iter([0.0, 0.1, 0.2, 0.3, 0.9, 1.05, 1.06])
    monkeypatch.setattr("importer.sandbox.kinds.monotonic", lambda: next(seconds))
    _, client = open_sandbox(mishaps=["limit=3"])
    answers = [client.get("services") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert answers[-1].headers["Retry-After"] == "1"
    assert [client.get("services").status_code for _ in range(2)] == [200, 429]


@pytest.mark.parametrize("status", [307, 302])
def test_a_redirect_points_to_another_host_where_followers_are_counted(open_sandbox: Open, status: int) -> None:
    sandbox, client = open_sandbox(mishaps=[f"redirect={status}:confirm"])
    session = add_pottery(sandbox)
    body = {"slot_id": client.hold(session)}
    answer = client.post("bookings", body, allow_redirects=False)
    assert answer.status_code == status
    assert answer.headers["Location"].startswith("http://localhost:")
    followed = client.post("bookings", body)
    assert followed.status_code == 404 if status == 302 else 405
    assert sum(count for (_, path), count in sandbox.requests.items() if path == "/v1/elsewhere") == 1
    assert booked(sandbox, session) == 0


def test_a_connection_can_be_cut_before_the_work(open_sandbox: Open) -> None:
    sandbox, client = open_sandbox(mishaps=["cut-before:confirm"])
    session = add_pottery(sandbox)
    slot_id = client.hold(session)
    with pytest.raises(LOST):
        client.confirm(slot_id)
    assert booked(sandbox, session) == 0
    assert sandbox.requests["POST", "/bookings"] == 1


# With the work done


@pytest.mark.parametrize(("mishap", "status"), [("5xx-after", 500), ("5xx-after=502", 502), ("5xx-after=503", 503)])
def test_a_server_fault_can_come_after_the_work(open_sandbox: Open, mishap: str, status: int) -> None:
    sandbox, client = open_sandbox(mishaps=[f"{mishap}:confirm"])
    session = add_pottery(sandbox)
    assert client.confirm(client.hold(session)).status_code == status
    assert booked(sandbox, session) == 1


@pytest.mark.parametrize("status", [502, 200])
def test_a_web_page_can_come_in_place_of_the_answer(open_sandbox: Open, status: int) -> None:
    sandbox, client = open_sandbox(mishaps=[f"html={status}:confirm"])
    session = add_pottery(sandbox)
    answer = client.confirm(client.hold(session))
    assert answer.status_code == status
    assert answer.headers["Content-Type"].startswith("text/html")
    assert booked(sandbox, session) == 1


def test_an_answer_can_be_json_cut_in_half(open_sandbox: Open) -> None:
    sandbox, client = open_sandbox(mishaps=["bad-json:confirm"])
    session = add_pottery(sandbox)
    answer = client.confirm(client.hold(session))
    assert answer.status_code == 200
    with pytest.raises(requests.JSONDecodeError):
        answer.json()
    assert booked(sandbox, session) == 1


def test_a_connection_can_be_cut_after_the_work(open_sandbox: Open) -> None:
    sandbox, client = open_sandbox(mishaps=["cut-after:confirm:nth=2"])
    session = add_pottery(sandbox)
    client.book(session, "Ada")
    slot_id = client.hold(session)
    with pytest.raises(LOST):
        client.confirm(slot_id, "Bea")
    assert booked(sandbox, session) == 2
    client.book(session, "Cleo")


def test_an_answer_can_come_too_late(open_sandbox: Open) -> None:
    sandbox, client = open_sandbox(mishaps=["slow=0.3:confirm"])
    session = add_pottery(sandbox)
    customer = {"profile": {"firstname": "Ada", "lastname": "Lovelace"}}
    body: dict[str, Any] = {"timezone": "Europe/London", "slot_id": client.hold(session)}
    body["data"] = {"customers": [{"customer": customer}]}
    with pytest.raises(requests.ReadTimeout):
        client.post("bookings", body, timeout=0.1)
    assert is_booked_soon(sandbox, session)


def test_the_work_can_be_done_after_the_connection_was_cut(open_sandbox: Open) -> None:
    sandbox, client = open_sandbox(mishaps=["late-commit=0.05:confirm"])
    session = add_pottery(sandbox)
    slot_id = client.hold(session)
    with pytest.raises(LOST):
        client.confirm(slot_id)
    assert is_booked_soon(sandbox, session)


def test_late_work_is_not_lost_when_the_service_ends_first() -> None:
    with Sandbox(mishaps=["late-commit=60:confirm"]) as sandbox:
        session = sandbox.world.bookings()[0].session
        client = Client(sandbox)
        slot_id = client.hold(session)
        with pytest.raises(LOST):
            client.confirm(slot_id)
        client.http.close()
        assert booked(sandbox, session) == 0
    assert booked(sandbox, session) == 1


# Answers that are well formed, and not what was asked for


def test_a_reservation_can_land_on_another_booking_of_the_same_service(open_sandbox: Open) -> None:
    sandbox, client = open_sandbox(mishaps=["other-booking:reserve:first=1"])
    session = add_pottery(sandbox)
    other = sandbox.world.add_session("Pottery", "Studio 8", session.start + timedelta(days=7), 60, 3)
    landed = client.reserve(session).json()["data"]
    assert (landed["booking_id"], landed["resource_id"]) == (other.id, other.resource_id)
    assert landed["start"] == "2026-06-02T10:30:00.000Z"
    assert client.found(session)[0]["spaces"] == 3
    assert client.reserve(session).json()["data"]["booking_id"] == session.id


def test_a_confirms_answer_can_name_another_booking(open_sandbox: Open) -> None:
    sandbox, client = open_sandbox(mishaps=["other-booking:confirm"])
    session = add_pottery(sandbox)
    answer = client.confirm(client.hold(session)).json()["data"]
    assert answer["id"] != session.id
    assert booked(sandbox, session) == 1


def test_a_reservation_can_come_without_the_name_of_its_booking(open_sandbox: Open) -> None:
    sandbox, client = open_sandbox(mishaps=["nameless"])
    session = add_pottery(sandbox)
    landed = client.reserve(session).json()["data"]
    assert "booking_id" not in landed
    assert client.confirm(landed["id"]).json()["data"]["id"] == session.id


def test_every_session_can_be_given_a_price(open_sandbox: Open) -> None:
    sandbox, client = open_sandbox(mishaps=["price=25"])
    session = add_pottery(sandbox)
    assert client.found(session)[0]["price"] == 25
    assert client.booking(session)["price"] == 25
    entry = client.book(session)
    assert entry["total_price"] == 25
    assert len(entry["payment_ids"]) == 1


def test_a_list_can_be_cut_short_or_lag_behind(open_sandbox: Open) -> None:
    for mishap in ("short=1:bookings", "lag=5:bookings"):
        sandbox, client = open_sandbox(mishaps=[mishap])
        session = add_pottery(sandbox)
        client.book(session)
        assert client.booking(session)["customers"] == []
        assert booked(sandbox, session) == 1


@pytest.mark.parametrize(
    ("value", "is_so"),
    [
        ("service-null", lambda one: one["service"] is None),
        ("price-null", lambda one: one["price"] is None),
        ("price-object", lambda one: one["price"]["amount"] == "0.00"),
        ("spaces-null", lambda one: one["total_spaces"] is None),
        ("nobodys-id", lambda one: "customer_booking_id" not in one["customers"][0]),
        ("no-id", lambda one: "id" not in one),
    ],
)
def test_one_record_of_a_list_can_be_odd(open_sandbox: Open, value: str, is_so: Callable[[Any], bool]) -> None:
    sandbox, client = open_sandbox(mishaps=[f"odd={value}:bookings"])
    one, other = add_pottery(sandbox), add_pottery(sandbox)
    client.book(one)
    first, second = client.get("bookings", ids=[one.id, other.id]).json()["data"]
    assert is_so(first)
    assert second["id"] == other.id


def test_an_answer_can_hold_no_data(open_sandbox: Open) -> None:
    _, client = open_sandbox(mishaps=["odd:services"])
    assert client.get("services").json()["data"] is None


def test_a_telephone_number_can_be_a_number(open_sandbox: Open) -> None:
    _, client = open_sandbox(mishaps=["odd=phone-number:customer"])
    customer = client.get("customers").json()["data"][0]["id"]
    assert client.get(f"customers/{customer}").json()["data"]["profile"]["phone"] == 447700900123


def test_a_request_can_be_refused(open_sandbox: Open) -> None:
    sandbox, client = open_sandbox(mishaps=["refuse=422:confirm"])
    session = add_pottery(sandbox)
    assert client.confirm(client.hold(session)).status_code == 422
    assert booked(sandbox, session) == 0


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("slow", "limit")])
def test_every_kind_can_come_on_every_call_and_leaves_the_service_alive(open_sandbox: Open, kind: str) -> None:
    sandbox, client = open_sandbox(mishaps=[f"{kind}:{call}:first=1" for call in CALLS])
    session = add_pottery(sandbox)
    person = sandbox.world.add_person(session.id, "Grace", "Hopper")
    of_person = f"bookings/{session.id}/customers/{person.customer_booking_id}/cancel"
    calls: list[Callable[[], object]] = [
        *(partial(client.get, path) for path in ("services", "resources", "bookings", "customers")),
        *(partial(client.get, path) for path in ("availability/slots", f"customers/{person.customer_id}")),
        partial(client.search, session),
        partial(client.reserve, session),
        partial(client.post, of_person),
    ]
    for call in calls:
        with suppress(requests.ConnectionError):
            call()
    assert client.reserve(session).status_code == 200
