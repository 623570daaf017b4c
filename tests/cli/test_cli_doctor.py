"""``roster doctor``: what can be known of a service before anybody is booked there."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cli_makers import Ended, Roster

from importer.sandbox import Sandbox
from importer.service.appointedd.examining import MOST_REQUESTS

NOW = datetime(2030, 3, 1, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_season(monkeypatch: pytest.MonkeyPatch) -> None:
    """The practice sessions are in 2030."""
    monkeypatch.setattr("importer.cli.doctor.now", lambda: NOW)
    monkeypatch.setattr("tenacity.nap.time.sleep", lambda _s: None)


def looked(roster: Roster, monkeypatch: pytest.MonkeyPatch, *words: str, **service: object) -> tuple[Ended, Sandbox]:
    with Sandbox(clock=lambda: NOW, **service) as sandbox:  # type: ignore[arg-type]
        monkeypatch.setenv("APPOINTEDD_API_KEY", sandbox.key)
        return roster("doctor", "--base-url", sandbox.base_url, *words), sandbox


def said(ended: Ended, subject: str) -> str:
    """What a screen says of a subject, as one line."""
    text = ended.out + ended.err
    found = re.search(rf"^{re.escape(subject)}  +(.*(?:\n  +.*)*)", text, re.MULTILINE)
    assert found, text
    return " ".join(found[1].split())


def test_a_service_that_is_as_described_is_told_line_by_line(roster: Roster, monkeypatch: pytest.MonkeyPatch) -> None:
    ended, sandbox = looked(roster, monkeypatch, search_days=59)
    assert ended.code == 0
    assert (
        ended.out
        == """\
Key                       The service accepts it.
Clock                     This computer and the service agree.
Time to answer            0.0 s.
Services                  7 services.
Rooms and teachers        5 listed.
Sessions to come          5 with free places were found.
Length of a search        59 days at once, as its guide says.
Several sessions at once  Found with one request.
Free places               A search tells the same as the people on the session.
What a session shows      Every field that imports use.
People on a session       2 people; statuses: No Status; booked through:
                          appointment_screen, online.
Customer records          One was read.

9 requests. Nothing was booked, reserved or changed.
"""
    )
    assert sandbox.requests.total() <= MOST_REQUESTS
    assert {method for method, path in sandbox.requests if "search" not in path} == {"GET"}


@pytest.mark.parametrize(
    ("service", "subject", "tells", "code"),
    [
        ({"ids": "single"}, "Several sessions at once", "differs, and that is fine: One request each is needed.", 0),
        ({}, "Length of a search", "differs, and that is fine: 42 days at once.", 0),
        ({"search_spaces": "total"}, "Free places", "A search tells all places; we count the people instead.", 0),
        ({"mishaps": ["odd=price-object:bookings"]}, "What a session shows", "Not as its guide has them: price.", 3),
        ({"mishaps": ["odd=spaces-null:bookings"]}, "What a session shows", "total_spaces", 3),
        ({"mishaps": ["odd=phone-number:customer"]}, "Customer records", "One was read.", 0),
        ({"mishaps": ["odd=data-null:resources"]}, "Rooms and teachers", "No usable answer came", 3),
        ({"mishaps": ["odd=tiers:services"]}, "Services", "1 with a price or price groups", 0),
        ({"mishaps": ["refuse:search:nth=1"]}, "Sessions to come", "A search was refused for Pottery for beginners", 0),
        ({"mishaps": ["html=200:customer"]}, "Customer records", "No usable answer came: its answer can't be read.", 3),
        (
            {"mishaps": ["5xx-before:bookings"]},
            "Several sessions at once",
            "No usable answer came: it answered 503.",
            3,
        ),
    ],
)
def test_what_differs_is_told_and_whether_imports_would_be_affected(
    roster: Roster, monkeypatch: pytest.MonkeyPatch, service: dict[str, object], subject: str, tells: str, code: int
) -> None:
    ended, sandbox = looked(roster, monkeypatch, **service)
    assert tells in said(ended, subject)
    assert ended.code == code
    assert sandbox.requests.total() <= MOST_REQUESTS


@pytest.mark.parametrize("status", ["401", "403"])
def test_a_key_that_is_refused_ends_with_6(roster: Roster, monkeypatch: pytest.MonkeyPatch, status: str) -> None:
    ended, _ = looked(roster, monkeypatch, mishaps=[f"refuse-key={status}"])
    assert ended.code == 6
    assert "does not accept the key" in " ".join(ended.err.split())


def test_a_clock_that_is_wrong_is_told(roster: Roster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importer.cli.doctor.now", lambda: NOW.replace(hour=10))
    ended, _ = looked(roster, monkeypatch)
    assert "This computer's clock is 60 minutes from the service's." in said(ended, "Clock")


def test_one_reservation_is_made_where_a_person_names_the_session(
    roster: Roster, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Sandbox(clock=lambda: NOW, hold_minutes=7) as sandbox:
        session = next(one.session for one in sandbox.world.bookings() if one.people and one.free)
        monkeypatch.setenv("APPOINTEDD_API_KEY", sandbox.key)
        ended = roster("doctor", "--base-url", sandbox.base_url, "--hold", session.id)
        assert len(sandbox.world.slots()) == 1
        assert [one.status for one in sandbox.world.people(session.id)] == ["No Status"] * 2
    assert said(ended, "Reservation") == "It is on Pottery for beginners, Sat 16 Mar 2030 10:00, as asked for."
    assert said(ended, "Its end") == "After 7 minutes, at 09:07."
    assert "One place was reserved; it becomes free again by itself." in ended.out
    assert ended.code == 0


def test_a_reservation_that_lands_elsewhere_is_told(roster: Roster, monkeypatch: pytest.MonkeyPatch) -> None:
    with Sandbox(clock=lambda: NOW, mishaps=["nameless:reserve"]) as sandbox:
        session = next(one.session for one in sandbox.world.bookings() if one.people and one.free)
        monkeypatch.setenv("APPOINTEDD_API_KEY", sandbox.key)
        ended = roster("doctor", "--base-url", sandbox.base_url, "--hold", session.id)
    assert "It does not name what was asked for (session). Nobody would be booked there." in said(ended, "Reservation")
    assert ended.code == 3


def test_as_json_it_is_one_document(roster: Roster, monkeypatch: pytest.MonkeyPatch) -> None:
    ended, _ = looked(roster, monkeypatch, "--json", ids="single")
    told = json.loads(ended.out)
    assert (told["kind"], told["exit_code"]) == ("doctor", 0)
    known = {name: fact for name, fact in told["learned"].items() if fact is not None}
    assert known == {"takes_many_ids": False, "search_days": 42}
    assert {one["verdict"] for one in told["findings"]} <= {"as_described", "differs", "not_looked_at"}


def test_what_a_look_has_learned_saves_the_next_import_requests_until_it_is_forgotten(
    roster: Roster, spring: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def arrays(sandbox: Sandbox, *words: str) -> int:
        before = sandbox.requests["GET", "/bookings"]
        roster(*words, "--base-url", sandbox.base_url)
        return sandbox.requests["GET", "/bookings"] - before

    with Sandbox(clock=lambda: NOW, ids="single") as sandbox:
        monkeypatch.setenv("APPOINTEDD_API_KEY", sandbox.key)
        plan = ("import", spring.name, "--dry-run")
        unknown = arrays(sandbox, *plan)
        arrays(sandbox, "doctor")
        assert arrays(sandbox, *plan) == unknown - 1
        arrays(sandbox, "doctor", "--forget")
        assert arrays(sandbox, *plan) == unknown


def test_what_imports_have_taught_is_shown_and_survives_a_look(
    roster: Roster, spring: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Sandbox(clock=lambda: NOW, confirm_lists="everybody") as sandbox:
        monkeypatch.setenv("APPOINTEDD_API_KEY", sandbox.key)
        roster("import", spring.name, "--yes", "--base-url", sandbox.base_url)
        for _ in range(2):
            ended = roster("doctor", "--base-url", sandbox.base_url)
            tells = said(ended, "Learned from imports")
            assert tells == "After a booking, Appointedd lists everybody on the session."
            assert 'Learned from imports      Our bookings are shown there as booked through "api".' in " ".join(
                ended.out.split("\n")
            )
        roster("doctor", "--forget", "--base-url", sandbox.base_url)
        assert "Learned from imports" not in roster("doctor", "--base-url", sandbox.base_url).out
