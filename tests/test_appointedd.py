"""The wire: what counts as lost, as refused, as never sent; and what never leaves this machine."""

from __future__ import annotations

import json
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count, pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import requests
import responses
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from responses.matchers import query_param_matcher

import importer
from importer.errors import ServiceError
from importer.model import GroupBooking, Participant, RowRef, Target
from importer.model.examinations import Learned
from importer.service.appointedd import Appointedd
from importer.service.appointedd.client import LONGEST_SEARCH, pack_ranges
from importer.service.port import AnswerLost, NotSent, Refused

BASE = "https://api.example.com/v1/"
KEY = "k" * 88
START = datetime(2030, 3, 2, 10, tzinfo=UTC)
BOOKING = GroupBooking("6" * 24, "5" * 24, "4" * 24, START, "2030-03-02T10:00:00.000+00:00", 5)
ADA = Participant(RowRef("", 2), "Ada", "Lovelace", Target(BOOKING.id))


@pytest.fixture
def service() -> Iterator[Appointedd]:
    with Appointedd(BASE, SecretStr(KEY)) as made:
        yield made


@pytest.fixture
def wire() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mock:
        yield mock


def test_a_confirm_sends_what_the_guide_sends_and_no_empty_fields(
    service: Appointedd, wire: responses.RequestsMock
) -> None:
    wire.post(BASE + "bookings", json={"data": {"id": BOOKING.id, "customers": []}})
    service.confirm("slot", ADA)
    assert json.loads(wire.calls[0].request.body) == {  # type: ignore[arg-type]
        "timezone": "Europe/London",
        "data": {"customers": [{"customer": {"profile": {"firstname": "Ada", "lastname": "Lovelace"}}}]},
        "slot_id": "slot",
    }
    assert wire.calls[0].request.headers["X-API-KEY"] == KEY


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, "{}"),
        (503, "<html>"),
        (408, "{}"),
        (307, ""),
        (302, ""),
        (200, "<html>"),
        (200, '{"data": {"id'),
        (200, "[]"),
        (200, '{"data": {}}'),
        (200, '{"data": null}'),
    ],
)
def test_an_answer_that_says_nothing_certain_is_lost(
    service: Appointedd, wire: responses.RequestsMock, status: int, body: str
) -> None:
    wire.post(BASE + "bookings", body=body, status=status, headers={"Location": "https://elsewhere.example.com/"})
    with pytest.raises(AnswerLost):
        service.confirm("slot", ADA)
    assert len(wire.calls) == 1


@pytest.mark.parametrize(
    "error",
    [requests.ReadTimeout("late"), requests.ConnectionError("cut"), requests.exceptions.ChunkedEncodingError("cut")],
)
def test_a_cut_or_late_confirm_is_lost_and_not_sent_again(
    service: Appointedd, wire: responses.RequestsMock, error: Exception
) -> None:
    wire.post(BASE + "bookings", body=error)
    with pytest.raises(AnswerLost):
        service.confirm("slot", ADA)
    assert len(wire.calls) == 1


def test_a_connection_that_was_never_made_is_known_to_have_done_nothing() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    with Appointedd(f"http://127.0.0.1:{port}/v1/", SecretStr(KEY)) as service, pytest.raises(NotSent):
        service.confirm("slot", ADA)


@pytest.mark.parametrize("status", [400, 404, 409, 422])
def test_a_refusal_carries_the_services_own_words(
    service: Appointedd, wire: responses.RequestsMock, status: int
) -> None:
    wire.post(BASE + "bookings", json={"message": "No\nsuch \x1b[31mslot"}, status=status)
    with pytest.raises(Refused) as refusal:
        service.confirm("slot", ADA)
    assert refusal.value.words == "No such [31mslot"


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_ends_the_run_without_showing_the_key(
    service: Appointedd, wire: responses.RequestsMock, status: int
) -> None:
    wire.get(BASE + "services", json={"message": f"bad key {KEY}"}, status=status)
    with pytest.raises(ServiceError, match="does not accept the key") as error:
        service.services()
    assert KEY not in str(error.value)


def test_a_key_echoed_in_the_services_words_is_taken_out(service: Appointedd, wire: responses.RequestsMock) -> None:
    wire.post(BASE + "bookings", json={"message": f"{KEY} may not do this"}, status=400)
    with pytest.raises(Refused) as refusal:
        service.confirm("slot", ADA)
    assert KEY not in refusal.value.words


def test_lists_are_read_to_their_last_page(service: Appointedd, wire: responses.RequestsMock) -> None:
    pages = {"": ([1, 2], "3"), "3": ([3], None)}

    def page(request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        numbers, following = pages[request.params.get("start", "")]  # type: ignore[attr-defined]
        data = [{"id": str(number), "name": f"Service {number}"} for number in numbers]
        return 200, {}, json.dumps({"data": data, "total": 3, "prev": None, "next": following})

    wire.add_callback("GET", BASE + "services", page)
    assert [one.name for one in service.services().values()] == ["Service 1", "Service 2", "Service 3"]


def test_an_id_in_a_wrong_form_is_never_put_into_a_request(service: Appointedd, wire: responses.RequestsMock) -> None:
    assert service.bookings(["../../admin", "x" * 24, ""]) == {}
    assert service.profile("../services") is None
    assert len(wire.calls) == 0


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(1, 100)), max_size=12))
def test_ranges_are_packed_into_at_most_42_days_and_none_is_lost(days: list[tuple[int, int]]) -> None:
    ranges = [(START + timedelta(days=first), START + timedelta(days=first + length)) for first, length in days]
    bundles = pack_ranges(ranges)
    for bundle in bundles:
        assert bundle[-1][1] - bundle[0][0] <= LONGEST_SEARCH
    flat = [part for bundle in bundles for part in bundle]
    assert all(one[1] <= other[0] for one, other in pairwise(flat))
    for day in range(301):
        moment = START + timedelta(days=day, hours=1)
        wanted = any(start <= moment < end for start, end in ranges)
        assert wanted == any(start <= moment < end for start, end in flat)


def test_42_days_of_a_zone_whose_clocks_go_back_are_no_longer_than_42_days() -> None:
    london = ZoneInfo("Europe/London")
    start = datetime(2030, 10, 10, tzinfo=london)
    bundles = pack_ranges([(start, start + timedelta(days=42))])
    lengths = [bundle[-1][1].astimezone(UTC) - bundle[0][0].astimezone(UTC) for bundle in bundles]
    assert max(lengths) <= LONGEST_SEARCH
    assert sum(lengths, timedelta()) == timedelta(days=42, hours=1)


ODD_BOOKING = {
    "id": BOOKING.id,
    "service": "5" * 24,
    "resource": "4" * 24,
    "start": BOOKING.start_text,
    "price": 0,
    "customers": [],
}


def test_a_booking_that_may_not_be_seen_says_so_and_the_key_is_not_blamed(
    service: Appointedd, wire: responses.RequestsMock
) -> None:
    other = "7" * 24
    wire.get(BASE + "services", json={"data": []})
    wire.get(BASE + "bookings", json={"data": []}, match=[query_param_matcher({"ids": BOOKING.id})])
    wire.get(BASE + "bookings", json={"message": "Not yours"}, status=403, match=[query_param_matcher({"ids": other})])
    both = {"ids[]": [BOOKING.id, other], "limit": "100"}
    wire.get(BASE + "bookings", json={"message": "Not yours"}, status=403, match=[query_param_matcher(both)])
    shown = service.bookings([BOOKING.id, other])
    assert shown == {}
    assert shown.not_shown == {other: "Not yours"}


@pytest.mark.parametrize("status", [401, 403])
def test_a_key_refused_everywhere_is_the_key_whatever_was_asked_for(
    service: Appointedd, wire: responses.RequestsMock, status: int
) -> None:
    wire.get(BASE + "bookings", status=status)
    wire.get(BASE + "services", status=status)
    with pytest.raises(ServiceError, match="does not accept the key"):
        service.bookings([BOOKING.id])


@pytest.mark.parametrize("form", ["ids", "ids[]"])
@pytest.mark.parametrize("learned", [None, True, False])
def test_no_session_is_called_gone_before_it_was_asked_for_in_both_forms(
    wire: responses.RequestsMock, form: str, learned: bool | None
) -> None:
    """The form that the service takes may have changed since it was learned."""
    there = [ODD_BOOKING, ODD_BOOKING | {"id": "7" * 24}]
    wire.add_callback(
        "GET",
        BASE + "bookings",
        lambda request: (200, {}, json.dumps({"data": there if form in request.params else []})),
    )
    with Appointedd(BASE, SecretStr(KEY), learned=Learned(takes_many_ids=learned)) as service:
        assert set(service.bookings([BOOKING.id])) == {BOOKING.id}
        assert set(service.bookings([BOOKING.id, "7" * 24])) == {BOOKING.id, "7" * 24}
        assert not service.bookings(["8" * 24]).not_shown


def test_a_list_without_an_end_is_given_up(service: Appointedd, wire: responses.RequestsMock) -> None:
    pages = count()
    wire.add_callback(
        "GET", BASE + "resources", lambda _: (200, {}, json.dumps({"data": [], "next": f"page {next(pages)}"}))
    )
    with pytest.raises(Refused, match="its list has no end"):
        service.resources()


@pytest.mark.parametrize("asked", ["²", "Fri, 31 Dec 9999 23:59:59 GMT", "soon"])
def test_a_wait_that_can_not_be_read_is_none(
    wire: responses.RequestsMock, asked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importer.service.pace.FIRST_BACKOFF_S", 0)
    wire.get(BASE + "resources", status=429, headers={"Retry-After": asked})
    wire.get(BASE + "resources", json={"data": []})
    with Appointedd(BASE, SecretStr(KEY)) as service:
        assert service.resources() == {}


def test_what_came_unasked_and_is_odd_concerns_nobody(service: Appointedd, wire: responses.RequestsMock) -> None:
    unasked = [{"id": "8" * 24, "service": None}, None, "booking", {"customers": 5}]
    wire.get(BASE + "bookings", json={"data": [*unasked, ODD_BOOKING]})
    shown = service.bookings([BOOKING.id])
    assert list(shown) == [BOOKING.id]
    assert shown.not_shown == {}


@pytest.mark.parametrize(
    ("odd", "told"),
    [
        ({"service": None}, "its record has no service that can be read"),
        ({"start": None}, "its record has no start that can be read"),
        ({"start": "soon", "service": 5}, "its record has no service and no start that can be read"),
        ({"customers": {"1": "Ada"}}, "its record has no customers that can be read"),
    ],
)
def test_what_is_odd_about_a_booking_is_named(
    service: Appointedd, wire: responses.RequestsMock, odd: dict[str, object], told: str
) -> None:
    wire.get(BASE + "bookings", json={"data": [ODD_BOOKING | odd]})
    assert service.bookings([BOOKING.id]).not_shown == {BOOKING.id: told}


@pytest.mark.parametrize("price", [None, {"amount": 0}, "free", [], "absent"])
def test_a_price_that_is_no_number_is_not_known_to_be_nothing(
    service: Appointedd, wire: responses.RequestsMock, price: object
) -> None:
    record = {key: value for key, value in (ODD_BOOKING | {"price": price}).items() if value != "absent"}
    wire.get(BASE + "bookings", json={"data": [record]})
    assert service.bookings([BOOKING.id])[BOOKING.id].has_price


def test_a_payment_request_in_an_odd_form_is_seen(service: Appointedd, wire: responses.RequestsMock) -> None:
    customers = [{"customer_booking_id": "1", "payment_ids": "9" * 24}, {"customer_booking_id": "2", "payment_ids": []}]
    wire.post(BASE + "bookings", json={"data": {"id": BOOKING.id, "customers": customers}})
    people = service.confirm("slot", ADA).people
    assert [one.payment_ids for one in people] == [("9" * 24,), ()]


@pytest.mark.parametrize("shown", [{}, {"payment_ids": None}, {"payment_ids": ""}, {"payment_ids": [None]}])
def test_only_an_empty_list_says_that_there_is_no_payment_request(
    service: Appointedd, wire: responses.RequestsMock, shown: dict[str, object]
) -> None:
    customers = [{"customer_booking_id": "1", **shown}]
    wire.post(BASE + "bookings", json={"data": {"id": BOOKING.id, "customers": customers}})
    assert [one.payment_ids for one in service.confirm("slot", ADA).people] == [None]


def test_who_takes_more_places_than_spaces_takes_them(service: Appointedd, wire: responses.RequestsMock) -> None:
    customers = [{"customer_booking_id": "1", "spaces": 1, "total_spaces": 3}, {"customer_booking_id": "2"}]
    wire.get(BASE + "bookings", json={"data": [ODD_BOOKING | {"total_spaces": 5, "customers": customers}]})
    assert service.bookings([BOOKING.id])[BOOKING.id].free == 1


def test_an_answer_nested_without_end_is_lost(service: Appointedd, wire: responses.RequestsMock) -> None:
    wire.post(BASE + "bookings", body="[" * 100_000 + "]" * 100_000)
    with pytest.raises(AnswerLost):
        service.confirm("slot", ADA)


@pytest.mark.parametrize("where", ["status line", "headers", "body"])
@pytest.mark.parametrize("piece", [b" ", b" " * 2**16], ids=["dripping", "pouring"])
def test_an_answer_that_takes_too_long_or_is_too_long_is_lost(where: str, piece: bytes) -> None:
    is_over = threading.Event()
    pauses, pieces = ([0.02], 150) if len(piece) == 1 else ([0.0], 400)
    answer = json.dumps({"data": {"id": BOOKING.id, "customers": []}}).encode()
    whole = {
        "status line": (b"HTTP/1.1", b" 200 OK\r\n\r\n" + answer),
        "headers": (b"HTTP/1.1 200 OK\r\nX-One:", b"\r\n\r\n" + answer),
        "body": (b"HTTP/1.1 200 OK\r\n\r\n", answer),
    }

    class Slow(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            begin, end = whole[where]
            with suppress(OSError):
                self.wfile.write(begin)
                for pause_s in pauses * pieces:
                    if is_over.wait(pause_s):
                        return
                    self.wfile.write(piece)
                self.wfile.write(end)

        def log_message(self, *_args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Slow) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        base = f"http://127.0.0.1:{server.server_port}/v1/"
        timeout_s = 0.5 if len(piece) == 1 else 60
        with Appointedd(base, SecretStr(KEY), timeout_s=timeout_s) as service, pytest.raises(AnswerLost):
            service.confirm("slot", ADA)
        is_over.set()
        server.shutdown()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"errors": [{"message": "Too late"}, {"message": "No room"}]}, "Too late; No room"),
        ("Too late", "Too late"),
        ({"error": "Too late"}, "Too late"),
        ({"error": {"message": "Too late", "code": 7}}, "Too late"),
        ({"message": ["Too late", "No room"]}, "Too late; No room"),
        ({"message": {"a": [1]}, "error": None}, "It answered 422"),
    ],
)
def test_a_refusal_is_told_in_its_words_wherever_they_stand(
    service: Appointedd, wire: responses.RequestsMock, body: object, words: str
) -> None:
    wire.post(BASE + "bookings", status=422, json=body)
    with pytest.raises(Refused) as refused:
        service.confirm("slot", ADA)
    assert refused.value.words == words


def test_a_clock_that_was_never_set_is_none(service: Appointedd, wire: responses.RequestsMock) -> None:
    headers = {"Date": "Thu, 01 Jan 1970 00:22:00 GMT"}
    wire.post(BASE + "bookings", json={"data": {"id": BOOKING.id, "customers": []}}, headers=headers)
    service.confirm("slot", ADA)
    assert service.now() is None


def test_one_person_is_taken_off_by_a_call_for_that_person_alone(
    service: Appointedd, wire: responses.RequestsMock
) -> None:
    wire.post(f"{BASE}bookings/{BOOKING.id}/customers/{'7' * 24}/cancel", body="whatever")
    service.remove(BOOKING.id, "7" * 24)
    assert (len(wire.calls), wire.calls[0].request.body) == (1, None)


@pytest.mark.parametrize("id_", ["", "c1", "../" * 8])
def test_nobody_is_taken_off_by_an_id_in_a_wrong_form(
    service: Appointedd, wire: responses.RequestsMock, id_: str
) -> None:
    with pytest.raises(Refused):
        service.remove(BOOKING.id, id_)
    with pytest.raises(Refused):
        service.remove(id_, "7" * 24)
    assert not wire.calls


def test_a_removal_whose_answer_is_lost_is_not_sent_again(service: Appointedd, wire: responses.RequestsMock) -> None:
    wire.post(f"{BASE}bookings/{BOOKING.id}/customers/{'7' * 24}/cancel", status=502)
    with pytest.raises(AnswerLost):
        service.remove(BOOKING.id, "7" * 24)
    assert len(wire.calls) == 1


def test_no_code_cancels_a_whole_booking() -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in Path(importer.__file__).parent.rglob("*.py"))
    paths = re.findall(r"[\w/{}.-]*/cancel\b", code)
    assert paths
    assert all(re.search(r"/customers/\{\w+\}/cancel$", path) for path in paths), paths
