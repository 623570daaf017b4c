"""A clock moved by hand, and a client that sends what the guide sends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import requests

from importer.sandbox import Sandbox
from importer.sandbox.records import Session

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)


class Clock:
    """Stands still until it is moved."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def move(self, **delta: float) -> None:
        self.now += timedelta(**delta)


class Client:
    """The guide's requests, in the guide's form."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.http = requests.Session()
        self.http.trust_env = False
        self.http.headers["X-API-KEY"] = sandbox.key
        self._base_url = sandbox.base_url

    def get(self, path: str, **params: Any) -> requests.Response:
        return self.http.get(self._base_url + path, params=params, timeout=10)

    def post(self, path: str, body: Any = None, **options: Any) -> requests.Response:
        return self.http.post(self._base_url + path, json=body, **{"timeout": 10, **options})

    def search(self, session: Session, days: float = 1, **more: Any) -> requests.Response:
        day = session.start.replace(hour=0, minute=0)
        ranges = [{"start": day.isoformat(), "end": (day + timedelta(days=days)).isoformat()}]
        return self.post("availability/intervals/search", {"ranges": ranges, "service_id": session.service_id, **more})

    def found(self, session: Session, **more: Any) -> list[Any]:
        """The group bookings that a search finds, from all starts."""
        items = self.search(session, **more).json()["data"]
        return [group for item in items for group in item["group_bookings"]]

    def reserve(self, session: Session, spaces: int = 1, **changed: Any) -> requests.Response:
        data = {
            "timezone": "Europe/London",
            "required_spaces": spaces,
            "start": session.start.isoformat(),
            "service_id": session.service_id,
            "resource_id": session.resource_id,
        }
        return self.post("availability/slots", {"data": data | changed})

    def hold(self, session: Session, spaces: int = 1) -> str:
        """The id of a reservation that has to succeed."""
        answer = self.reserve(session, spaces)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["data"]["id"])

    def confirm(
        self, slot_id: str, first: str = "Ada", last: str = "Lovelace", *, body: Any = None, **profile: str
    ) -> requests.Response:
        customer = {"profile": {"firstname": first, "lastname": last, **profile}}
        request = {"timezone": "Europe/London", "data": {"customers": [{"customer": customer}]}}
        return self.post("bookings", request | {"slot_id": slot_id} | (body or {}))

    def book(self, session: Session, first: str = "Ada", last: str = "Lovelace", **profile: str) -> Any:
        """The confirm's entry for somebody who has to get a place."""
        answer = self.confirm(self.hold(session), first, last, **profile)
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]["customers"][-1]

    def booking(self, session: Session) -> Any:
        return self.get("bookings", ids=session.id).json()["data"][0]


Open = Callable[..., tuple[Sandbox, Client]]


def add_pottery(sandbox: Sandbox, places: int = 3, price: int = 0) -> Session:
    start = datetime(2026, 5, 26, 10, 30, tzinfo=UTC)
    return sandbox.world.add_session("Pottery", "Studio 9", start, 60, places, price)
