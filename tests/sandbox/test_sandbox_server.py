"""The service on its socket: kept connections, many at once, quiet, gone when it is closed."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
import requests
from guide_client import Client, Open, add_pottery

from importer.sandbox import Sandbox
from importer.sandbox.records import Session


@contextmanager
def raw_connection(sandbox: Sandbox) -> Iterator[Any]:
    port = int(sandbox.base_url.split(":")[2].split("/")[0])
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        yield connection


def request_text(sandbox: Sandbox, path: str, method: str = "GET", body: str = "", **headers: str) -> bytes:
    host = sandbox.base_url.split("/")[2]
    lines = {"Host": host, "X-API-KEY": sandbox.key, "Content-Length": str(len(body)), **headers}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"{method} /v1/{path} HTTP/1.1\r\n{head}\r\n{body}".encode()


def answer(connection: Any) -> tuple[str, dict[str, str], bytes]:
    """One answer off the wire, as long as its Content-Length says and not a byte longer."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += connection.recv(1)
    status, *lines = received.decode().rstrip().split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)
    body = b""
    while len(body) < int(headers["Content-Length"]):
        body += connection.recv(int(headers["Content-Length"]) - len(body))
    return status, headers, body


def test_one_connection_serves_request_after_request(sandbox: Sandbox) -> None:
    with raw_connection(sandbox) as connection:
        for path in ("services", "no/such/call", "bookings?limit=0", "services"):
            connection.sendall(request_text(sandbox, path))
            status, headers, body = answer(connection)
            assert status.startswith("HTTP/1.1 ")
            assert "Connection" not in headers
            assert json.loads(body)


def test_a_refused_requests_body_is_not_taken_for_the_next_request(sandbox: Sandbox) -> None:
    with raw_connection(sandbox) as connection:
        connection.sendall(request_text(sandbox, "bookings", "POST", body='{"a": 1}' * 1000, **{"X-API-KEY": "no"}))
        assert answer(connection)[0] == "HTTP/1.1 401 UNAUTHORIZED"
        connection.sendall(request_text(sandbox, "services"))
        assert answer(connection)[0] == "HTTP/1.1 200 OK"


def test_sixty_four_connections_are_served_at_once(open_sandbox: Open) -> None:
    sandbox, _ = open_sandbox(mishaps=["slow=0.1:services"])
    together = threading.Barrier(64)

    def ask(_: int) -> int:
        own = Client(sandbox)
        together.wait(10)
        status = own.get("services").status_code
        own.http.close()
        return status

    began = time.monotonic()
    with ThreadPoolExecutor(64) as pool:
        assert list(pool.map(ask, range(64))) == [200] * 64
    assert time.monotonic() - began < 64 * 0.1 / 2


def test_latency_keeps_nobody_else_waiting(open_sandbox: Open) -> None:
    sandbox, client = open_sandbox(latency_s=0.1)
    session = add_pottery(sandbox, places=8)
    began = time.monotonic()
    with ThreadPoolExecutor(8) as pool:
        assert {found.status_code for found in pool.map(lambda _: client.reserve(session), range(8))} == {200}
    assert 0.1 <= time.monotonic() - began < 0.7


def test_requests_are_counted_by_method_and_path(sandbox: Sandbox, client: Client, pottery: Session) -> None:
    entry = client.book(pottery)
    client.post(f"bookings/{pottery.id}/customers/{entry['customer_booking_id']}/cancel")
    client.get("bookings")
    client.get("nothing")
    assert sandbox.requests == {
        ("POST", "/availability/slots"): 1,
        ("POST", "/bookings"): 1,
        ("POST", "/bookings/{booking}/customers/{customer_booking}/cancel"): 1,
        ("GET", "/bookings"): 1,
        ("GET", "/v1/nothing"): 1,
    }
    assert sandbox.requests.total() == 5


def test_a_closed_service_answers_nobody_not_even_on_a_kept_connection() -> None:
    with Sandbox() as sandbox:
        client = Client(sandbox)
        assert client.get("services").status_code == 200
    with pytest.raises(requests.ConnectionError):
        client.get("services")
    client.http.close()
    with pytest.raises(RuntimeError, match="with block"):
        _ = sandbox.base_url


def test_it_can_be_told_its_port_and_says_so_when_the_port_is_in_use(sandbox: Sandbox) -> None:
    port = int(sandbox.base_url.split(":")[2].split("/")[0])
    with pytest.raises(OSError, match="in use"), Sandbox(port=port):
        pass
    with Sandbox() as other:
        free = int(other.base_url.split(":")[2].split("/")[0])
    with Sandbox(port=free) as again:
        assert again.base_url == f"http://127.0.0.1:{free}/v1/"


def test_it_prints_nothing_whatever_happens(open_sandbox: Open, capfd: pytest.CaptureFixture[str]) -> None:
    with Sandbox(mishaps=["cut-after:resources", "slow=0.1:bookings"]) as sandbox:
        client = Client(sandbox)
        client.get("services")
        client.get("nothing")
        with pytest.raises(requests.ConnectionError):
            client.get("resources")
        with pytest.raises(requests.ReadTimeout):
            client.http.get(sandbox.base_url + "bookings", timeout=0.05)
        with raw_connection(sandbox) as connection:
            connection.sendall(b"nonsense\r\n\r\n")
        with raw_connection(sandbox) as connection:
            connection.sendall(request_text(sandbox, "bookings", "POST")[:-2] + b"Content-Length: 99\r\n\r\n{")
        client.http.close()
    time.sleep(0.2)
    assert capfd.readouterr() == ("", "")


def test_every_start_has_a_key_of_its_own() -> None:
    with Sandbox() as one, Sandbox() as other:
        assert one.key != other.key
        client = Client(other)
        client.http.headers["X-API-KEY"] = one.key
        assert client.get("services").status_code == 401
        client.http.close()


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1", ""])
def test_a_name_that_was_made_to_point_here_is_answered_nothing(sandbox: Sandbox, host: str) -> None:
    with raw_connection(sandbox) as connection:
        connection.sendall(request_text(sandbox, "services", Host=host))
        status, _, body = answer(connection)
    assert "421" in status
    assert b"Pottery" not in body


def test_a_body_without_end_is_refused_before_it_is_read(sandbox: Sandbox) -> None:
    with raw_connection(sandbox) as connection:
        connection.sendall(request_text(sandbox, "bookings", "POST", **{"Content-Length": str(700 * 2**20)}))
        status, _, _ = answer(connection)
        assert "413" in status
        assert connection.recv(1) == b""


def test_a_body_of_unknown_length_is_refused_before_it_is_read(sandbox: Sandbox) -> None:
    with raw_connection(sandbox) as connection:
        connection.sendall(request_text(sandbox, "bookings", "POST", **{"Transfer-Encoding": "chunked"}))
        status, _, _ = answer(connection)
        assert "411" in status
        assert connection.recv(1) == b""


HOSTILE = (
    ("GET", "bookings?limit=" + "9" * 5000, ""),
    ("GET", "bookings?limit=%D9%A1", ""),
    ("POST", "bookings", "[" * 100_000),
    ("POST", "availability/slots", json.dumps({"data": {"start": "0001-01-01T00:00:00+14:00"}})),
    ("POST", "availability/slots", json.dumps({"data": {"start": "9999-12-31T23:59:59-14:00"}})),
    ("POST", "availability/slots", json.dumps({"data": {"required_spaces": 10**400}})),
    ("POST", "availability/intervals/search", '{"ranges": [{"start": NaN, "end": Infinity}]}'),
    ("POST", "bookings", '{"timezone": "\\u0000", "slot_id": "\\ud800", "data": {"customers": [null]}}'),
)


@pytest.mark.parametrize(("method", "path", "body"), HOSTILE)
def test_nothing_that_a_client_sends_is_the_services_own_fault(
    sandbox: Sandbox, pottery: Session, method: str, path: str, body: str
) -> None:
    if path == "availability/slots":
        asked = {"start": pottery.start.isoformat(), "service_id": pottery.service_id, "required_spaces": 1}
        body = json.dumps({"data": asked | {"timezone": "Europe/London"} | json.loads(body)["data"]})
    with raw_connection(sandbox) as connection:
        connection.sendall(request_text(sandbox, path, method, body, **{"Content-Type": "application/json"}))
        status, _, _ = answer(connection)
    assert status.split()[1].startswith("4"), status
