"""An import is taken back on the page: those who were shown, and nobody else."""

from __future__ import annotations

import re

import pytest
from desk import Desk
from web_makers import Browser

PEOPLE = [f"Ann{at} Lee{at}" for at in range(12)]


@pytest.fixture
def session(browser: Browser, desk: Desk) -> str:
    """Twelve people by an import, and one not through an import."""
    session = desk.session(20)
    desk.sandbox.world.add_person(session, "Kim", "Roe")
    desk.run(desk.people(session, *PEOPLE))
    return session


def mark(browser: Browser) -> str:
    return re.findall(r'name="mark" value="([^"]*)"', browser.page)[0]


def test_who_was_booked_by_an_import_is_removed_by_its_number_typed(browser: Browser, desk: Desk, session: str) -> None:
    browser.get("/imports/1")
    assert "Undo this import" in browser.text
    browser.get("/imports/1/undo")
    assert "12 of 12 people would be removed." in browser.text
    assert browser.post("/imports/1/undo", mark=mark(browser)).status_code == 400
    assert browser.post("/imports/1/undo", mark=mark(browser), count="11").status_code == 400
    assert len(desk.booked(session)) == 13
    answer = browser.post("/imports/1/undo", mark=mark(browser), count="12")
    assert answer.headers["Location"] == "/imports/2"
    browser.get("/imports/2")
    assert "12 of 12 people were removed." in browser.text
    assert "Undo this import" not in browser.text
    assert desk.booked(session) == ["Kim Roe"]


def test_nobody_is_removed_who_was_not_shown(browser: Browser, desk: Desk, session: str) -> None:
    browser.get("/imports/1/undo")
    assert browser.post("/imports/1/undo", mark="0" * 16, count="12").status_code == 409
    assert "This has changed since you looked" in browser.text
    assert len(desk.booked(session)) == 13


def test_there_is_nothing_to_undo_of_what_is_no_import(browser: Browser, desk: Desk, session: str) -> None:
    desk.undo(1)
    for number in (2, 7):
        assert browser.get(f"/imports/{number}/undo").status_code == 404
    browser.get("/imports/1/undo")
    assert "Remove 12" not in browser.text


def test_who_would_be_the_last_on_a_session_stays_and_is_told_unless_that_is_asked_for(
    browser: Browser, desk: Desk
) -> None:
    session = desk.session()
    desk.run(desk.people(session, "Ann Lee", "Bob Day"))
    browser.get("/imports/1/undo")
    assert "Not removed" in browser.text
    browser.post("/imports/1/undo", mark=mark(browser))
    [left] = desk.booked(session)
    browser.get("/imports/2")
    assert "1 of 2 people were removed. 1 row needs attention." in browser.text
    assert left in browser.text
    browser.get("/imports/1/undo?empty=yes")
    browser.post("/imports/1/undo", mark=mark(browser), empty="yes")
    assert desk.booked(session) == []
