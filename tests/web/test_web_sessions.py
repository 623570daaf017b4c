"""Sessions with everybody on them, somebody in our record, and the connection."""

from __future__ import annotations

import re

import pytest
from desk import Desk
from web_makers import Browser


@pytest.fixture
def booked(browser: Browser, desk: Desk) -> str:
    """A session that is full, with two people by an import and one not through an import; returns its id."""
    session = desk.session(3)
    desk.sandbox.world.add_person(session, "<i>Kim</i>", "Abel", email="kim@example.org")
    rows = [{"Group booking ID": session, "First name": "Bob", "Last name": "Day", "Email": "bob@example.org"}]
    rows += [{"Group booking ID": session, "First name": "Ann", "Last name": "Lee", "Email": "ann@example.org"}]
    desk.run(desk.roster(rows, "Spring.csv"))
    return session


def names(browser: Browser) -> list[str]:
    return re.findall(r'<th scope="row">([^<]*)</th>', browser.page)


def test_sessions_stand_by_day_with_their_places_also_when_they_are_full(
    browser: Browser, desk: Desk, booked: str
) -> None:
    desk.session(9, "2030-03-02T12:00:00+00:00")
    browser.get("/sessions?from=2030-03-01")
    assert "Saturday 2 March 2030" in browser.text
    assert re.findall(r"10:00 Pottery for beginners Studio 1 3 3 0", browser.text)
    assert re.findall(r"12:00 Pottery for beginners Studio 1 9 0 9", browser.text)
    browser.get("/sessions?from=2031-01-01")
    assert "There is no session" in browser.text
    assert browser.get("/sessions?from=nonsense").status_code == 200


def test_everybody_is_on_the_attendance_list_imported_or_not(browser: Browser, booked: str) -> None:
    browser.get(f"/sessions/{booked}")
    assert names(browser) == ["&lt;i&gt;Kim&lt;/i&gt; Abel", "Bob Day", "Ann Lee"]
    assert "3 people are on it. 0 of 3 places are free." in browser.text
    assert "bob@example.org" not in browser.page
    browser.get(f"/sessions/{booked}?show=email")
    assert "bob@example.org" in browser.text
    assert "kim@example.org" in browser.text


@pytest.mark.parametrize("session", ["x", "../..", "0" * 24, "%0d%0a"])
def test_a_session_that_is_none_is_not_found(browser: Browser, session: str) -> None:
    assert browser.get(f"/sessions/{session}").status_code == 404


def test_somebody_is_found_with_where_they_are_booked_and_no_name_stands_in_an_address(
    browser: Browser, booked: str
) -> None:
    browser.get("/people")
    browser.post("/people", who="bob day")
    assert "1 person found" in browser.text
    assert '"Spring.csv", row 2 (import 1, 15 Jan 2030)' in browser.text
    browser.post("/people", who="nobody at all")
    assert "0 people found" in browser.text
    assert browser.post("/people", who=" ").status_code == 400
    assert 'action="/people?' not in browser.page


def test_the_connection_is_looked_at_by_reading_alone(browser: Browser, desk: Desk, booked: str) -> None:
    before = desk.posts()
    browser.get("/connection")
    browser.post("/connection")
    assert "Nothing was changed." in browser.text
    assert desk.posts() == before
    desk.address = "http://127.0.0.1:9/v1/"
    browser.get("/connection")
    assert browser.post("/connection").status_code == 503
    assert "It does not work" in browser.text
