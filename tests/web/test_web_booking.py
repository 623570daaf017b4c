"""From a file to the workbook that goes back, through the page alone."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator

import openpyxl
import pytest
from desk import Desk
from web_makers import Browser, page_of

from importer.ledger import Ledger


@pytest.fixture
def at_work(browser: Browser) -> Iterator[Browser]:
    """With what was ordered being booked, as soon as its turn comes."""
    with browser.site.work:
        yield browser


def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


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
        until(lambda: "Another import is under way" in at_work.seen(f"{at_work.list}/booking"))
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


def test_while_the_service_is_down_a_list_waits_and_then_this_plan_is_booked_and_nobody_beyond_it(
    at_work: Browser, desk: Desk
) -> None:
    session = desk.session(2)
    at_work.plan("a.csv", people_of(session, "Ann Lee", "Bob Day"))
    desk.address = "http://127.0.0.1:9/v1/"
    at_work.order(waits=False)
    until(lambda: "We try again at" in at_work.seen(f"{at_work.list}/booking"))
    assert "Waiting" in at_work.text
    at_work.get("/")
    assert "Waiting" in at_work.text
    desk.sandbox.world.add_person(session, "Kim", "Roe")
    desk.address = ""
    desk.clock.wait(600)
    at_work.wait_for_result()
    assert desk.booked(session) == ["Kim Roe", "Ann Lee"]
    assert "Full" in at_work.text


def test_without_the_service_a_list_is_kept_and_says_so(browser: Browser, desk: Desk) -> None:
    desk.address = "http://127.0.0.1:9/v1/"
    browser.plan("a.csv", people_of("60c2b5c92921aa09180bff98", "Ann Lee"))
    assert "Your list is kept" in browser.text
    browser.get("/")
    assert "a.csv" in browser.text


def test_a_stop_lets_those_end_who_are_being_booked_and_the_others_can_be_booked_later(
    open_desk: Callable[..., Desk],
) -> None:
    desk = open_desk(latency_s=0.03)
    session = desk.session(40)
    with Ledger.open(desk.settings().ledger) as ledger:
        browser = page_of(desk, ledger)
        browser.sign_in()
        with browser.site.work:
            browser.plan("a.csv", people_of(session, *(f"Ann{at} Lee{at}" for at in range(30))))
            browser.order(waits=False)
            until(lambda: len(desk.booked(session)) > 1)
            browser.get(f"{browser.list}/booking")
            browser.post(f"{browser.list}/booking/stop")
            browser.wait_for_result()
            assert 1 < len(desk.booked(session)) < 30
            assert "It was stopped by priya" in browser.text
            browser.get(f"{browser.list}/plan")
            browser.order()
            assert len(desk.booked(session)) == 30


def test_who_orders_after_somebody_else_has_changed_the_list_is_shown_it_again(
    at_work: Browser, desk: Desk, ledger: Ledger
) -> None:
    session = desk.session()
    at_work.plan("a.csv", people_of(session, "Ann Lee"))
    [draft] = ledger.drafts.all()
    ledger.drafts.change(draft, by="tom", now=desk.clock())
    assert at_work.post(f"{at_work.list}/plan", mark=at_work.mark).status_code == 409
    assert "The plan has changed" in at_work.text
    assert desk.posts() == {}


def test_whoever_orders_the_same_list_twice_books_it_once(browser: Browser, desk: Desk) -> None:
    session = desk.session()
    browser.plan("a.csv", people_of(session, "Ann Lee"))
    browser.order(waits=False)
    assert browser.post(f"{browser.list}/plan", mark="x").status_code == 302
    with browser.site.work:
        browser.wait_for_result()
    assert desk.posts()["confirm"] == 1


def test_two_lists_on_one_session_are_booked_one_after_the_other(browser: Browser, desk: Desk) -> None:
    session = desk.session(3)
    browser.plan("a.csv", people_of(session, "Ann Lee", "Bob Day"))
    browser.order(waits=False)
    desk.clock.wait(1)
    browser.plan("b.csv", people_of(session, "Cy Fox", "Di Orr"))
    browser.order(waits=False)
    with browser.site.work:
        browser.wait_for_result()
    assert desk.booked(session) == ["Ann Lee", "Bob Day", "Cy Fox"]
    assert "Full" in browser.text


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
