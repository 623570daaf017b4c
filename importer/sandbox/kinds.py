"""Every kind of mishap: a small function each, and the table of them."""

from __future__ import annotations

import io
import json
import re
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic, sleep
from typing import Any

from werkzeug.http import http_date
from werkzeug.wrappers import Response

from .app import refusal
from .records import CONFIRMED, Session
from .world import World

Work = Callable[[], Response]


class Cut(ConnectionError):
    """The connection is to be closed without an answer."""


@dataclass(slots=True)
class Gate:
    """Lets so many requests through in any one second."""

    _passed: deque[float] = field(default_factory=deque)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def lets_through(self, per_second: int) -> bool:
        with self._lock:
            now = monotonic()
            while self._passed and self._passed[0] <= now - 1:
                self._passed.popleft()
            if len(self._passed) >= per_second:
                return False
            self._passed.append(now)
            return True


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request, as a mishap meets it: ``work`` has the service answer it."""

    call: str
    environ: dict[str, Any]
    world: World
    value: str
    work: Work
    later: Callable[[float, Work], None]
    gate: Gate


@dataclass(frozen=True, slots=True)
class Kind:
    """``spoil`` makes the answer; ``values`` is the form of its value, where it takes one."""

    spoil: Callable[[Attempt], Response]
    does: str
    values: str = ""
    default: str = ""


def _slow(attempt: Attempt) -> Response:
    answer = attempt.work()
    sleep(float(attempt.value))
    return answer


def _too_many(attempt: Attempt) -> Response:
    answer = refusal(429, "Too many requests.")
    if attempt.value.startswith("date+"):
        seconds = int(attempt.value.removeprefix("date+"))
        answer.headers["Retry-After"] = http_date(attempt.world.clock() + timedelta(seconds=seconds))
    elif attempt.value:
        answer.headers["Retry-After"] = attempt.value
    return answer


def _limit(attempt: Attempt) -> Response:
    if attempt.gate.lets_through(int(attempt.value)):
        return attempt.work()
    answer = refusal(429, "Too many requests.")
    answer.headers["Retry-After"] = "1"
    return answer


def _fail_before(attempt: Attempt) -> Response:
    return refusal(int(attempt.value), "Something went wrong on our side.")


def _fail_after(attempt: Attempt) -> Response:
    attempt.work()
    return _fail_before(attempt)


def _html(attempt: Attempt) -> Response:
    attempt.work()
    page = "<!DOCTYPE html><html><body><h1>One moment, please</h1></body></html>"
    return Response(page, int(attempt.value), mimetype="text/html")


def _bad_json(attempt: Attempt) -> Response:
    answer = attempt.work()
    answer.set_data(answer.get_data()[: (answer.content_length or 0) // 2])
    return answer


def _cut_before(_: Attempt) -> Response:
    raise Cut


def _cut_after(attempt: Attempt) -> Response:
    attempt.work()
    raise Cut


def _late_commit(attempt: Attempt) -> Response:
    attempt.later(float(attempt.value), attempt.work)
    raise Cut


def _other_booking(attempt: Attempt) -> Response:
    if attempt.call == "reserve":
        body = json.loads(attempt.environ["wsgi.input"].getvalue())
        other = _another(attempt.world, body["data"])
        body["data"] |= {"service_id": other.service_id, "resource_id": other.resource_id}
        body["data"]["start"] = other.start.isoformat()
        swapped = json.dumps(body).encode()
        attempt.environ.update({"wsgi.input": io.BytesIO(swapped), "CONTENT_LENGTH": str(len(swapped))})
        return attempt.work()
    if attempt.call == "confirm":
        return _edited(attempt.work(), lambda data: data.update(id=_another(attempt.world, data).id))
    return attempt.work()


def _nameless(attempt: Attempt) -> Response:
    return _edited(attempt.work(), lambda data: data.pop("booking_id", None))


def _price(attempt: Attempt) -> Response:
    attempt.world.price_everywhere = int(attempt.value)
    return attempt.work()


def _redirect(attempt: Attempt) -> Response:
    # Another name of this same host, so that the counters show whether anybody followed.
    elsewhere = f"http://localhost:{attempt.environ['SERVER_PORT']}/v1/elsewhere"
    return Response(status=int(attempt.value), headers={"Location": elsewhere})


def _refuse_key(attempt: Attempt) -> Response:
    return refusal(int(attempt.value), "The API key is missing or not valid.")


def _down(_: Attempt) -> Response:
    return refusal(503, "The service is down for maintenance.")


def _refuse(attempt: Attempt) -> Response:
    return refusal(int(attempt.value), "This can't be done.")


def _refuse_after(attempt: Attempt) -> Response:
    attempt.work()
    return _refuse(attempt)


def _lag(attempt: Attempt) -> Response:
    """What was there VALUE seconds ago."""
    seen_at = attempt.world.clock() - timedelta(seconds=float(attempt.value))

    def forget(data: dict[str, Any]) -> None:
        listed = data.get("customers", [])
        data["customers"] = [one for one in listed if datetime.fromisoformat(one["added"]) <= seen_at]

    return _each_edited(attempt.work(), forget)


def _short(attempt: Attempt) -> Response:
    def cut(data: dict[str, Any]) -> None:
        listed = data.get("customers", [])
        data["customers"] = listed[: max(0, len(listed) - int(attempt.value))]

    return _each_edited(attempt.work(), cut)


_ID = re.compile(r'(?<=")[0-9a-f]{24}(?=")')

_ODD: dict[str, Callable[[dict[str, Any]], object]] = {
    "service-null": lambda data: data.update(service=None),
    "start-null": lambda data: data.update(start=None),
    "price-null": lambda data: data.update(price=None),
    "price-object": lambda data: data.update(price={"amount": "0.00", "currency": "GBP"}),
    "people-null": lambda data: data.update(customers=None),
    "people-absent": lambda data: data.pop("customers", None),
    "spaces-null": lambda data: data.update(total_spaces=None),
    "no-id": lambda data: data.pop("id", None),
    "nobodys-id": lambda data: [one.pop("customer_booking_id", None) for one in data.get("customers", [])[:1]],
    "phone-number": lambda data: data.get("profile", {}).update(phone=447700900123),
    "tiers": lambda data: data.get("booking", {}).update(tiers=[{"id": 1, "name": "Concession"}]),
    "tiers-object": lambda data: data.get("booking", {}).update(tiers={"concession": {"price": 5}}),
    "capital-ids": lambda data: data.update(json.loads(_ID.sub(lambda id_: id_[0].upper(), json.dumps(data)))),
}
"""What may be odd about one record: each is done to the first of a list, where it has that field."""

_ODD_VALUES = ("data-null", *_ODD)


def _odd(attempt: Attempt) -> Response:
    answer = attempt.work()
    body = answer.get_json()
    if answer.status_code != 200 or not body["data"]:
        return answer
    if attempt.value == "data-null":
        body["data"] = None
    else:
        _ODD[attempt.value](body["data"][0] if isinstance(body["data"], list) else body["data"])
    answer.set_data(json.dumps(body))
    return answer


def _another(world: World, asked: dict[str, Any]) -> Session:
    """A group booking to come that is not the one asked for; of the same service, if there is one."""
    target = asked["service_id"], asked["resource_id"], datetime.fromisoformat(asked["start"])
    others = [
        seen.session
        for seen in world.bookings()
        if seen.session.status == CONFIRMED
        and seen.session.start > world.clock()
        and seen.free >= asked.get("required_spaces", 1)
        and (seen.session.service_id, seen.session.resource_id, seen.session.start) != target
    ]
    return min(others, key=lambda session: session.service_id != target[0])


def _edited(answer: Response, edit: Callable[[dict[str, Any]], object]) -> Response:
    body = answer.get_json()
    if answer.status_code == 200 and isinstance(body["data"], dict):
        edit(body["data"])
        answer.set_data(json.dumps(body))
    return answer


def _each_edited(answer: Response, edit: Callable[[dict[str, Any]], object]) -> Response:
    body = answer.get_json()
    if answer.status_code == 200 and isinstance(body["data"], list):
        for data in body["data"]:
            edit(data)
        answer.set_data(json.dumps(body))
    return answer


_SECONDS, _NUMBER, _5XX = r"\d+(\.\d+)?", r"[1-9]\d*", r"5\d\d"

KINDS = {
    "slow": Kind(_slow, "does the work, then answers VALUE (5) seconds late", _SECONDS, "5"),
    "429": Kind(_too_many, "refuses; VALUE is its Retry-After: 7, date+7, or none", r"((date\+)?\d+)?"),
    "limit": Kind(_limit, "refuses with 429 what exceeds VALUE (10) requests a second", _NUMBER, "10"),
    "5xx-before": Kind(_fail_before, "fails with VALUE (503), without the work", _5XX, "503"),
    "5xx-after": Kind(_fail_after, "does the work, then fails with VALUE (500)", _5XX, "500"),
    "html": Kind(_html, "does the work, then answers a web page with VALUE (502 or 200)", "502|200", "502"),
    "bad-json": Kind(_bad_json, "does the work, then answers half of the JSON"),
    "cut-before": Kind(_cut_before, "closes the connection, without the work"),
    "cut-after": Kind(_cut_after, "does the work, then closes the connection"),
    "late-commit": Kind(_late_commit, "closes the connection, works VALUE (5) seconds later", _SECONDS, "5"),
    "other-booking": Kind(_other_booking, "reserves elsewhere; on confirm, the answer names another booking"),
    "nameless": Kind(_nameless, "leaves booking_id out of a reservation's answer"),
    "price": Kind(_price, "gives every free session the price VALUE (15) from then on", _NUMBER, "15"),
    "redirect": Kind(_redirect, "sends to another host with VALUE (307 or 302)", "307|302", "307"),
    "refuse-key": Kind(_refuse_key, "refuses the key with VALUE (401 or 403)", "401|403", "401"),
    "refuse": Kind(_refuse, "says no with VALUE (400), without the work", r"4\d\d", "400"),
    "refuse-after": Kind(_refuse_after, "does the work, then says no with VALUE (409)", r"4\d\d", "409"),
    "lag": Kind(_lag, "lists only who was booked VALUE (5) seconds ago", _SECONDS, "5"),
    "short": Kind(_short, "leaves the last VALUE (1) people out of a booking's list", _NUMBER, "1"),
    "odd": Kind(
        _odd, "has one odd record; VALUE: data-null, " + ", ".join(_ODD), "|".join(["data-null", *_ODD]), "data-null"
    ),
    "down": Kind(_down, "is down for maintenance (503)"),
}
"""Every kind of mishap: what it does, and what its value may be."""


def kinds_table() -> str:
    """All kinds, a line each, for help texts."""
    return "\n".join(f"  {name:<14} {kind.does}" for name, kind in KINDS.items())
