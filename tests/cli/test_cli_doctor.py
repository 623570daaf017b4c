"""``roster doctor``: what can be known of a service before anybody is booked there."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest
import requests
from cli_makers import Ended, Roster
from hypothesis import given
from hypothesis import strategies as st

from importer.errors import ServiceError
from importer.sandbox import Sandbox, shapes
from importer.sandbox.records import Service
from importer.service.appointedd.examining import MOST_REQUESTS, examine
from importer.service.appointedd.wire import Wire

_SEVERAL = "Several sessions at once"
_LENGTH = "Length of a search"
_SESSIONS = "Sessions to come"
_SHOWS = "What a session shows"
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
        re.sub(r"\d\.\d seconds", "0.0 seconds", ended.out)
        == """\
Key                       as described: the service accepts it.
Clock                     as described: this computer and the service agree.
Time to answer            as described: 0.0 seconds.
Limit of requests         as described: none is told.
Services                  as described: 7 services.
Rooms and teachers        as described: 5 listed.
Sessions to come          as described: 5 with free places were found.
Length of a search        as described: 59 days at once.
Several sessions at once  as described: found with one request.
Free places               as described: a search tells the same as the people on
                          the session.
What a session shows      as described: every field that imports use; status:
                          confirmed.
People on a session       as described: 2 people; status: No Status; booked
                          through: appointment_screen, online.
Customer records          as described: one was read.

9 requests. Nothing was booked, reserved or changed.
"""
    )
    assert sandbox.requests.total() <= MOST_REQUESTS
    assert {method for method, path in sandbox.requests if "search" not in path} == {"GET"}


@pytest.mark.parametrize(
    ("service", "subject", "tells", "code"),
    [
        ({"ids": "single"}, _SEVERAL, "differs: one request each is needed, and that is fine.", 0),
        ({}, _LENGTH, "differs: 42 days at once, and that is fine.", 0),
        ({"search_days": 10}, _LENGTH, "differs: 7 days at once, and that is fine.", 0),
        ({"search_days": 43}, _LENGTH, "differs: 43 days at once, and that is fine.", 0),
        ({"search_spaces": "total"}, "Free places", "a search tells all places (we count the people instead)", 0),
        (
            {"mishaps": ["odd=price-object:bookings"]},
            _SHOWS,
            "differs: price is not as in its guide, so imports would ask about payment requests.",
            3,
        ),
        (
            {"mishaps": ["odd=spaces-null:bookings"]},
            _SHOWS,
            "differs: total_spaces is not as in its guide, so imports would not know how many places are free.",
            3,
        ),
        ({"mishaps": ["odd=service-null:bookings"]}, _SHOWS, "so imports would leave the rows of these sessions", 3),
        (
            {"mishaps": ["odd=nobodys-id:bookings"]},
            "People on a session",
            "differs: 1 of 2 has no ID of their own, so imports would be unsure of more people.",
            3,
        ),
        ({"mishaps": ["odd=phone-number:customer"]}, "Customer records", "as described: one was read.", 0),
        ({"mishaps": ["odd=data-null:resources"]}, "Rooms and teachers", "no usable answer came", 3),
        ({"mishaps": ["odd=tiers:services"]}, "Services", "1 with a price or price groups", 0),
        (
            {"mishaps": ["refuse:search:first=2"]},
            _SESSIONS,
            'differs: a search was refused for Pottery for beginners ("This can\'t be done."), so imports would find '
            "sessions by their ID alone there.",
            3,
        ),
        (
            {"mishaps": ["refuse:search"]},
            _SESSIONS,
            "refused for Pottery for beginners, Wheel throwing, First aid at work and 4 more",
            3,
        ),
        ({"mishaps": ["refuse:search"]}, _LENGTH, "not looked at: no search was answered.", 3),
        ({"mishaps": ["5xx-before:search:from=6"]}, _LENGTH, "differs: 42 days at once, and that is fine.", 0),
        (
            {"mishaps": ["html=200:customer"]},
            "Customer records",
            "differs: no usable answer came (its answer can't be read), so imports would not know by name who is on a "
            "session already.",
            3,
        ),
        ({"mishaps": ["5xx-before:bookings"]}, _SEVERAL, "differs: no usable answer came (it answered 503), so", 3),
        ({"mishaps": ["odd=capital-ids:bookings"]}, _SEVERAL, "as described: found with one request.", 0),
        ({"mishaps": ["odd=capital-ids:search"]}, "Free places", "as described: a search tells the same", 0),
        *(
            (
                {"mishaps": [f"{mishap}:services"]},
                "Services",
                f"differs: {tells}, so imports would find sessions by their ID alone.",
                3,
            )
            for mishap, tells in (
                ("refuse=400", 'the service refused ("This can\'t be done.")'),
                ("html=200", "no usable answer came (its answer can't be read)"),
                ("odd=data-null", "no usable answer came (its answer has another form than the guide says)"),
                ("5xx-before=500", "no usable answer came (it answered 500)"),
            )
        ),
        ({"mishaps": ["refuse=400:services"]}, _SESSIONS, "not looked at: the services are not known.", 3),
        ({"mishaps": ["slow=3.1:services"]}, "Time to answer", "seconds, and that is fine.", 0),
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
    assert "differs: this computer's clock is 60 minutes from the service's, which counts, and that is fine." in said(
        ended, "Clock"
    )


def test_one_reservation_is_made_where_a_person_names_the_session(
    roster: Roster, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Sandbox(clock=lambda: NOW, hold_minutes=7) as sandbox:
        session = next(one.session for one in sandbox.world.bookings() if one.people and one.free)
        monkeypatch.setenv("APPOINTEDD_API_KEY", sandbox.key)
        ended = roster("doctor", "--base-url", sandbox.base_url, "--hold", session.id)
        assert len(sandbox.world.slots()) == 1
        assert [one.status for one in sandbox.world.people(session.id)] == ["No Status"] * 2
    assert (
        said(ended, "Reservation")
        == "as described: it is on Pottery for beginners, Sat 16 Mar 2030 10:00, as asked for."
    )
    assert said(ended, "Its end") == "as described: after 7 minutes, at 09:07."
    assert "One place was reserved; it becomes free again by itself." in ended.out
    assert ended.code == 0


def test_a_reservation_that_lands_elsewhere_is_told(roster: Roster, monkeypatch: pytest.MonkeyPatch) -> None:
    with Sandbox(clock=lambda: NOW, mishaps=["nameless:reserve"]) as sandbox:
        session = next(one.session for one in sandbox.world.bookings() if one.people and one.free)
        monkeypatch.setenv("APPOINTEDD_API_KEY", sandbox.key)
        ended = roster("doctor", "--base-url", sandbox.base_url, "--hold", session.id)
    assert said(ended, "Reservation") == (
        "differs: it does not name what was asked for (session), so imports would book nobody there."
    )
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
        assert arrays(sandbox, *plan) < unknown
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


@pytest.mark.parametrize(
    ("mishap", "tells"),
    [
        ("down", "it answered 503"),
        ("html=200", "its answer can't be read"),
        ("bad-json", "its answer can't be read"),
        ("refuse=404:services", 'it answered "This can\'t be done."'),
        ("slow=2", "no answer came in time"),
    ],
)
def test_a_service_that_can_not_be_used_ends_with_6_and_says_why(
    roster: Roster, monkeypatch: pytest.MonkeyPatch, mishap: str, tells: str
) -> None:
    ended, _ = looked(roster, monkeypatch, "--timeout-s", "1", mishaps=[mishap])
    assert (ended.code, ended.out) == (6, "")
    assert tells in " ".join(ended.err.split())


def test_a_service_that_is_not_there_ends_with_6(roster: Roster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APPOINTEDD_API_KEY", "k3y")
    ended = roster("doctor", "--base-url", "http://127.0.0.1:9/v1/")
    assert (ended.code, ended.out) == (6, "")


def test_how_the_cancelled_look_is_told_kept_and_counted_as_free(
    roster: Roster, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Sandbox(clock=lambda: NOW, cancelled="marked") as sandbox:
        monkeypatch.setenv("APPOINTEDD_API_KEY", sandbox.key)
        busy = next(one for one in sandbox.world.bookings() if one.people and one.free)
        sandbox.world.remove_person(busy.session.id, busy.people[0].customer_booking_id)
        ended = roster("doctor", "--base-url", sandbox.base_url, "--json")
        told = json.loads(ended.out)
        assert told["learned"]["cancelled_status"] == "Cancelled"
        shown = roster("doctor", "--base-url", sandbox.base_url)
    assert said(shown, "Cancelled people") == (
        'as described: they are listed with the status "Cancelled", and take no place.'
    )
    assert said(shown, "Free places") == "as described: a search tells the same as the people on the session."
    assert shown.code == 0


def test_people_who_share_a_record_are_told(roster: Roster, monkeypatch: pytest.MonkeyPatch) -> None:
    with Sandbox(clock=lambda: NOW, siblings_share_record=True) as sandbox:
        monkeypatch.setenv("APPOINTEDD_API_KEY", sandbox.key)
        busy = next(one.session.id for one in sandbox.world.bookings() if one.people and one.free)
        for name in ("Ada", "Ben", "Cat"):
            sandbox.world.add_person(busy, name, "Brown", email="brown@example.org")
        ended = roster("doctor", "--base-url", sandbox.base_url)
    assert "5 people" in said(ended, "People on a session")
    assert "; 3 of them share a customer record." in said(ended, "People on a session")


def test_a_limit_that_the_service_tells_is_shown(roster: Roster, monkeypatch: pytest.MonkeyPatch) -> None:
    send = Wire.send

    def with_headers(wire: Wire, *given: Any, **more: Any) -> Any:
        answer = send(wire, *given, **more)
        answer.headers.update({"X-RateLimit-Limit": "30", "RateLimit-Remaining": "29"})
        return answer

    monkeypatch.setattr(Wire, "send", with_headers)
    ended, _ = looked(roster, monkeypatch)
    assert said(ended, "Limit of requests") == (
        "differs: one is told (ratelimit-remaining: 29, x-ratelimit-limit: 30), and that is fine."
    )


def test_of_40_services_without_sessions_no_more_than_20_requests_are_made_and_the_rest_is_said_to_be_open(
    roster: Roster, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Sandbox(clock=lambda: NOW.replace(year=2040)) as sandbox:
        monkeypatch.setattr("importer.cli.doctor.now", lambda: NOW.replace(year=2040))
        monkeypatch.setenv("APPOINTEDD_API_KEY", sandbox.key)
        for number in range(40):
            sandbox.world.add_session(f"Service {number}", "Studio 1", NOW, 60, 5)
        ended = roster("doctor", "--base-url", sandbox.base_url)
        assert sandbox.requests.total() <= MOST_REQUESTS
    assert "47 services" in said(ended, "Services")
    assert said(ended, "Sessions to come").startswith(
        "not looked at: no session of the next six weeks, of 12 services, has free"
    )
    assert ended.code == 0


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["data", "next", "id", "name", "booking", "tiers", "durations", "price", "profile", "group_bookings"]
            )
            | st.sampled_from(
                ["spaces", "total_spaces", "customers", "customer_id", "customer_booking_id", "status", "firstname"]
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=25,
)


class OddService:
    """Answers whatever it is told to, one after another, over and over."""

    def __init__(self, answers: list[Any]) -> None:
        self.request_count = 0
        self._answers = answers

    def send(self, *_: Any, **__: Any) -> requests.Response:
        answer = requests.Response()
        answer._content = json.dumps(self._answers[self.request_count % len(self._answers)]).encode()
        self.request_count += 1
        return answer

    def down(self, reason: str) -> ServiceError:
        return ServiceError(reason)


@given(st.lists(JSON | st.builds(lambda some: {"data": some}, st.lists(JSON, max_size=3)), min_size=1, max_size=5))
def test_whatever_a_service_answers_a_look_ends_with_findings_or_says_that_it_can_not_be_used(
    answers: list[Any],
) -> None:
    service = OddService(answers)
    try:
        seen = examine(cast("Wire", service), timezone="Europe/London", now=NOW)
    except ServiceError:
        return
    assert seen.requests <= MOST_REQUESTS
    assert all(one.sentence.endswith(".") for one in seen.findings)


@pytest.mark.parametrize("price", [None, {"amount": "5.00"}, "5.00", True])
def test_a_service_whose_price_has_another_form_is_not_as_described(
    roster: Roster, monkeypatch: pytest.MonkeyPatch, price: object
) -> None:
    service = shapes.service

    def with_price(record: Service) -> dict[str, Any]:
        shown = service(record)
        shown["booking"]["durations"][0]["price"] = price
        return shown

    monkeypatch.setattr(shapes, "service", with_price)
    ended, _ = looked(roster, monkeypatch)
    assert said(ended, "Services") == (
        "differs: 7 services; 7 with a price in another form (imports go by the price of each session), and that is "
        "fine."
    )


def test_lists_of_more_than_a_page_are_read_on(roster: Roster, monkeypatch: pytest.MonkeyPatch) -> None:
    with Sandbox(clock=lambda: NOW) as sandbox:
        monkeypatch.setenv("APPOINTEDD_API_KEY", sandbox.key)
        for number in range(130):
            sandbox.world.add_session(f"Service {number}", f"Room {number}", NOW, 60, 5)
        ended = roster("doctor", "--base-url", sandbox.base_url)
        assert said(ended, "Services") == "as described: 137 services."
        assert said(ended, "Rooms and teachers") == "as described: 135 listed."
        for number in range(130, 530):
            sandbox.world.add_session(f"Service {number}", f"Room {number}", NOW, 60, 5)
        before = sandbox.requests.total()
        ended = roster("doctor", "--base-url", sandbox.base_url)
        assert said(ended, "Services") == "as described: 400 services, and more."
        assert said(ended, "Rooms and teachers") == "as described: 400 and more listed."
        assert said(ended, _SESSIONS).startswith("as described: ")
        assert sandbox.requests.total() - before <= MOST_REQUESTS


def test_a_reservation_that_was_refused_is_not_said_to_be_made(roster: Roster, monkeypatch: pytest.MonkeyPatch) -> None:
    with Sandbox(clock=lambda: NOW, mishaps=["refuse=409:reserve"]) as sandbox:
        session = next(one.session for one in sandbox.world.bookings() if one.people and one.free)
        monkeypatch.setenv("APPOINTEDD_API_KEY", sandbox.key)
        ended = roster("doctor", "--base-url", sandbox.base_url, "--hold", session.id.upper())
        assert f"{sandbox.requests.total()} requests. Nothing was booked, reserved or changed." in ended.out
    assert "the service refused one on Pottery for beginners" in said(ended, "Reservation")
    assert ended.code == 3


@pytest.mark.parametrize("mishap", ["bad-json:reserve", "cut-after:reserve"])
def test_a_place_that_may_be_reserved_is_said_to_be(
    roster: Roster, monkeypatch: pytest.MonkeyPatch, mishap: str
) -> None:
    with Sandbox(clock=lambda: NOW, mishaps=[mishap]) as sandbox:
        session = next(one.session for one in sandbox.world.bookings() if one.people and one.free)
        monkeypatch.setenv("APPOINTEDD_API_KEY", sandbox.key)
        ended = roster("doctor", "--base-url", sandbox.base_url, "--hold", session.id)
        assert len(sandbox.world.slots()) == 1
    assert "One place was reserved; it becomes free again by itself." in ended.out


@pytest.mark.parametrize("id_", ["5f1a", "5f1a0000000000000000000a"])
def test_a_session_that_is_none_ends_with_2(roster: Roster, monkeypatch: pytest.MonkeyPatch, id_: str) -> None:
    ended, sandbox = looked(roster, monkeypatch, "--hold", id_)
    assert (ended.code, sandbox.requests["POST", "/availability/slots"]) == (2, 0)
    assert f"has no session {id_}" in " ".join(ended.err.split())


def test_to_forget_as_json_is_one_document(roster: Roster, monkeypatch: pytest.MonkeyPatch) -> None:
    ended, sandbox = looked(roster, monkeypatch, "--forget", "--json")
    assert json.loads(ended.out)["findings"] == []
    assert sandbox.requests.total() == 0


def test_a_first_import_proposes_to_look_first_and_a_look_ends_that(
    roster: Roster, spring: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Sandbox(clock=lambda: NOW) as sandbox:
        monkeypatch.setenv("APPOINTEDD_API_KEY", sandbox.key)
        plan = ("import", spring.name, "--dry-run", "--base-url", sandbox.base_url)
        assert "\n    roster doctor --base-url" in roster(*plan).out
        roster("doctor", "--base-url", sandbox.base_url)
        assert "roster doctor" not in roster(*plan).out


def test_the_line_that_proposes_a_look_can_be_typed_as_it_stands(
    roster: Roster, spring: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Sandbox(clock=lambda: NOW) as sandbox:
        monkeypatch.setenv("APPOINTEDD_API_KEY", sandbox.key)
        options = ("--payment-requests", "none", "--settle-wait-s", "5", "--rate", "50", "--base-url", sandbox.base_url)
        told = roster("import", spring.name, "--dry-run", *options).out
        line = next(line for line in told.splitlines() if line.startswith("    roster doctor"))
        assert roster(*line.split()[1:]).code == 0
