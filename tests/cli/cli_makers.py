"""Small makers of the nouns that screens show, and what a call of ``roster`` ended with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from importer import model
from importer.model import (
    GroupBooking,
    Lane,
    Outcome,
    Participant,
    Plan,
    RosterRow,
    RowRef,
    RunReport,
    SessionTotals,
    Status,
    Target,
)

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 3, 2, 10, 14, tzinfo=UTC)

SPRING = """\
Pupil,Service,Start,Email,Tel,Class
"KHAN, Leo",Pottery for beginners,16/03/2030 10:00,leo@example.org,07700 900123,4A
"ŻAK, Łukasz",Pottery for beginners,16/03/2030 10:00,,,4A
"HILL, Cat",Pottery for beginners,31/04/2030 10:00,cat@example.org,,4B
"ÉTÉ, Zoë",Wheel throwing,16/03/2030 13:00,zoe@example.org,,4B
"""


class Ended(NamedTuple):
    code: int
    out: str
    err: str


Roster = Callable[..., Ended]
Answers = Callable[..., list[str]]


def roster(people: int = 26, **changes: object) -> model.Roster:
    given: dict[str, object] = {
        "title": "Sheet1",
        "heading_row": 4,
        "headings": {"full_name": "Pupil", "email": "Parent contact", "mobile": "Tel", "reference": "Reference"},
        "positions": {},
        "width": 6,
        "unused": ("Class", "Allergies"),
        "rows": tuple(RosterRow(RowRef("Sheet1", 5 + n), {}) for n in range(people)),
        "skipped": {19: "no name", 27: "no name"},
    }
    path = Path(str(changes.pop("path", "St Marys Y4 FINAL (2).xlsx")))
    return model.Roster(path, b"", (model.RosterSheet(**(given | changes)),))  # type: ignore[arg-type]


def session(
    service: str = "Pottery for beginners", places: int = 24, day: int = 14, price: float = 0, room: str = ""
) -> GroupBooking:
    start = datetime(2026, 3, day, 10, tzinfo=UTC)
    return GroupBooking(
        f"{day:024x}", "5" * 24, "6" * 24, start, "", places, price=price, service_name=service, resource_name=room
    )


def participant(row: int, name: str = "Jon Hale", email: str = "jon@example.org", mobile: str = "") -> Participant:
    first, _, last = name.partition(" ")
    return Participant(RowRef("Sheet1", row), first, last, Target(), email, mobile)


def outcome(row: int, status: Status, message: str = "", name: str = "", **more: object) -> Outcome:
    return Outcome(RowRef("Sheet1", row), status, message, name, **more)  # type: ignore[arg-type]


def plan(people: int, *, first_import: bool = False, booking: GroupBooking | None = None) -> Plan:
    lane = Lane(booking or session(), tuple(participant(5 + n) for n in range(people)))
    return Plan(roster(), NOW, LONDON, (lane,), (), is_first_import=first_import)


def report(kind: str = "import", outcomes: tuple[Outcome, ...] = (), **more: object) -> RunReport:
    given: dict[str, object] = {"roster": roster(), "started": NOW, "finished": NOW, "zone": LONDON}
    return RunReport(kind, outcomes=outcomes, **(given | more))  # type: ignore[arg-type]


def totals(booking: GroupBooking, before: int, wanted: int, now: int, left: int, name: str = "") -> SessionTotals:
    return SessionTotals(booking, name or booking.service_name, before, wanted, now, left)
