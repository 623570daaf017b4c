"""From a file to the workbook that goes back, through the page alone."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator

import openpyxl
import pytest
from desk import Desk
from web_makers import Browser

from importer.ledger import Ledger


@pytest.fixture
def at_work(browser: Browser) -> Iterator[Browser]:
    """With what was ordered being booked, as soon as its turn comes."""
    with browser.site.work:
        yield browser


def people_of(session: str, *names: str, **cells: str) -> str:
    more = "".join(f",{heading}" for heading in cells)
    lines = [f"{name.replace(' ', ',')},{session}{''.join(f',{cell}' for cell in cells.values())}" for name in names]
    return "\n".join([f"First name,Last name,Group booking ID{more}", *lines])


def test_everybody_of_a_list_is_booked_and_the_workbook_says_so(at_work: Browser, desk: Desk) -> None:
    session = desk.session()
    at_work.plan("Spring term.csv", people_of(session, "Ann Lee", "Bob Day"))
    assert "2 of 2 people would be booked" in at_work.text
    at_work.order()
    assert "2 of 2 people are booked" in at_work.text
    assert desk.booked(session) == ["Ann Lee", "Bob Day"]
    answer = at_work.get(f"{at_work.list}/results")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="Spring term.PRACTICE.results.xlsx"'
    sheets = openpyxl.load_workbook(io.BytesIO(answer.data)).worksheets
    assert [cell.value for row in sheets[1].rows for cell in row].count("Booked (PRACTICE)") == 2


def test_one_person_is_tried_and_the_others_are_booked_later(at_work: Browser, desk: Desk) -> None:
    session = desk.session()
    at_work.plan("a.csv", people_of(session, "Ann Lee", "Bob Day", "Cy Fox"))
    at_work.order(action="first")
    assert desk.booked(session) == ["Ann Lee"]
    at_work.get(f"{at_work.list}/plan")
    at_work.order()
    assert desk.booked(session) == ["Ann Lee", "Bob Day", "Cy Fox"]
    assert "Done" in at_work.page


def test_the_workbook_that_came_back_leaves_nothing_to_do(at_work: Browser, desk: Desk) -> None:
    at_work.plan("a.csv", people_of(desk.session(), "Ann Lee", "Bob Day"))
    at_work.order()
    workbook = at_work.get(f"{at_work.list}/results").data
    at_work.plan("renamed.xlsx", workbook)
    assert "Nothing is left to do" in at_work.text
    assert desk.posts() == {"reserve": 2, "confirm": 2}


def test_lists_of_two_senders_with_one_name_are_not_taken_for_one_list(at_work: Browser, desk: Desk) -> None:
    """``list.csv`` is what many call it: an equal name there is no sign that it is the same person."""
    session = desk.session()
    at_work.plan("list.csv", people_of(session, "Ann Lee"))
    at_work.order()
    at_work.plan("list.csv", people_of(session, "Ann Lee", "Bob Day"))
    assert "Same person?" in at_work.text


def test_addresses_and_numbers_are_passed_on_only_by_choice(at_work: Browser, desk: Desk) -> None:
    session = desk.session()
    at_work.plan("a.csv", people_of(session, "Ann Lee", Email="ann@example.org"))
    assert 'name="contact" value="send">' in at_work.page
    assert at_work.post(f"{at_work.list}/plan", mark=at_work.mark).status_code == 400
    assert "There is a problem" in at_work.text
    assert desk.posts() == {}
    at_work.order(contact="none")
    assert desk.booked(session) == ["Ann Lee"]
    assert "ann@example.org" not in repr(desk.sandbox.world.people(session))


def test_a_price_has_no_answer_that_was_chosen_before_and_nothing_is_sent_without_one(
    at_work: Browser, desk: Desk
) -> None:
    session = desk.session(price=12.5)
    at_work.plan("a.csv", people_of(session, "Ann Lee"))
    assert "checked" not in at_work.page
    assert at_work.post(f"{at_work.list}/plan", mark=at_work.mark).status_code == 400
    assert "Choose if payment requests are sent." in at_work.text
    time.sleep(0.1)
    assert desk.posts() == {}
    at_work.order(payments="none")
    assert desk.booked(session) == ["Ann Lee"]


def test_a_plan_that_has_changed_is_shown_again_and_nobody_is_booked(at_work: Browser, desk: Desk) -> None:
    session = desk.session()
    at_work.plan("a.csv", people_of(session, "Ann Lee"))
    assert at_work.post(f"{at_work.list}/plan", mark="AAAA-AAAA").status_code == 409
    assert "The plan has changed" in at_work.text
    assert desk.posts() == {}


def test_what_was_ordered_is_booked_after_the_program_was_started_again(browser: Browser, desk: Desk) -> None:
    session = desk.session()
    browser.plan("a.csv", people_of(session, "Ann Lee", "Bob Day"))
    browser.order(waits=False)
    assert "It begins in a moment" in browser.text
    with browser.site.work:
        browser.wait_for_result()
    assert desk.booked(session) == ["Ann Lee", "Bob Day"]


def test_while_another_import_is_at_work_a_list_waits_and_says_so(at_work: Browser, desk: Desk, ledger: Ledger) -> None:
    session = desk.session()
    at_work.plan("a.csv", people_of(session, "Ann Lee"))
    with Ledger.open(ledger.path) as other, other.lock():
        at_work.order(waits=False)
        deadline = time.monotonic() + 10
        while "Another import is under way" not in at_work.text and time.monotonic() < deadline:
            time.sleep(0.05)
            at_work.get(f"{at_work.list}/booking")
        assert "Another import is under way" in at_work.text
        assert desk.posts() == {}
        desk.clock.wait(5)
    at_work.wait_for_result()
    assert desk.booked(session) == ["Ann Lee"]


def test_a_list_that_waits_can_be_called_back(browser: Browser, desk: Desk) -> None:
    browser.plan("a.csv", people_of(desk.session(), "Ann Lee"))
    browser.order(waits=False)
    browser.post(f"{browser.list}/booking/stop")
    browser.get(browser.list, follow_redirects=True)
    assert "would be booked" in browser.text
    with browser.site.work:
        time.sleep(0.2)
    assert desk.posts() == {}


def test_looking_changes_nothing(at_work: Browser, desk: Desk, ledger: Ledger) -> None:
    at_work.plan("a.csv", people_of(desk.session(), "Ann Lee"))
    at_work.order()
    before = dump(ledger), desk.posts(), ledger.drafts.all()
    for path in ("/", "/add", "/close", "/blank-list.xlsx", "/imports/1", "/sign-in"):
        assert at_work.get(path).status_code in (200, 302), path
    for step in ("", "/plan", "/booking", "/result", "/results", "/delete"):
        at_work.get(f"{at_work.list}{step}")
    assert (dump(ledger), desk.posts(), ledger.drafts.all()) == before


def dump(ledger: Ledger) -> object:
    return [(run, ledger.outcomes(run.id)) for run in ledger.all_runs()], ledger.all_entries()
