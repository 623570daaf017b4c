"""Every call of the practice service once, as the guide makes it: what a trace of a real one is compared with."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from .app import make_app
from .records import Rules
from .sessions import practice_records
from .world import World

_NOW = datetime(2030, 3, 1, 9, tzinfo=UTC)


class Visit(NamedTuple):
    """One request and its answer, both parsed."""

    call: str
    query: dict[str, Any]
    sent: Any
    status: int
    answer: Any


def tour() -> Iterator[Visit]:
    """Visits in the order of an import; the ids of later ones come from earlier answers."""
    world = World(lambda: _NOW, Rules(), practice_records())
    client = make_app(world, "key").test_client()

    def visit(method: str, path: str, sent: Any = None, **query: Any) -> Visit:
        answer = client.open(f"/v1/{path}", method=method, json=sent, query_string=query, headers={"X-API-KEY": "key"})
        return Visit(f"{method} {path}", query, sent, answer.status_code, answer.get_json())

    yield visit("GET", "services", limit=100)
    yield visit("GET", "resources", limit=100)
    session = next(seen.session for seen in world.bookings() if seen.people and seen.free)
    yield visit("GET", "bookings", ids=session.id)
    range_ = {"start": session.start.isoformat(), "end": (session.start + timedelta(days=1)).isoformat()}
    asked = {"timezone": "Europe/London", "service_id": session.service_id}
    yield visit("POST", "availability/intervals/search", {"ranges": [range_], "spaces": 1, **asked})
    target = {"required_spaces": 1, "start": session.start.isoformat(), "resource_id": session.resource_id}
    held = visit("POST", "availability/slots", {"data": {**asked, **target}})
    yield held
    profile = {"firstname": "Ada", "lastname": "Lovelace", "email": "ada@example.org"}
    customers = [{"customer": {"profile": profile}}]
    body = {"timezone": "Europe/London", "data": {"customers": customers}, "slot_id": held.answer["data"]["id"]}
    booked = visit("POST", "bookings", body)
    yield booked
    yield visit("GET", f"customers/{booked.answer['data']['customers'][0]['customer_id']}")
    yield visit("GET", "bookings", ids=session.id)
