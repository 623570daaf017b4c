"""*What the columns hold*: agreed on once, with an example of each, and skipped for the next list of the same sender."""

from __future__ import annotations

import re
from html import unescape

import pytest
from web_makers import Browser

from importer.settings import load_settings

NEW = "Kid,Clan,Mail,What,When\nAda,Lovelace,ada@example.org,Pottery for beginners,2 Mar 2030 10:00\n"
CHOSEN = {"A": "first_name", "B": "last_name", "C": "email", "D": "service", "E": "start"}


@pytest.fixture(autouse=True)
def session(browser: Browser) -> str:
    return browser.desk.session()


def columns(browser: Browser, chosen: dict[str, str], **fields: str) -> int:
    """The form of the page is sent with these choices; what follows is shown. Returns the answer's code."""
    version = re.findall(r'name="version" value="(\d+)"', browser.page)
    data = {f"column-0-{letters}": field for letters, field in chosen.items()}
    answer = browser.post(f"{browser.list}/columns", **({"version": version[0]} | data | fields))
    if answer.status_code == 302:
        browser.get(answer.headers["Location"], follow_redirects=True)
    return answer.status_code


def heading(browser: Browser) -> str:
    return unescape(re.findall(r"<h1[^>]*>(.*?)</h1>", browser.page, re.DOTALL)[0])


def test_headings_that_are_new_are_asked_about_with_examples_and_kept_for_the_next_list(browser: Browser) -> None:
    browser.add("St Marys.csv", NEW)
    assert heading(browser) == "What the columns hold"
    assert "Kid Ada" in browser.text
    assert columns(browser, CHOSEN, **{"name-0": "St Marys"}) == 302
    assert heading(browser) == "Check the list"
    assert "1 of 1 person would be booked." in browser.text.replace("1 person would", "1 of 1 person would")
    assert load_settings().headings["St Marys"]["Kid"] == "First name"
    browser.add("another.csv", NEW.replace("Ada", "Grace"))
    assert heading(browser) == "Check the list"
    assert "read as “St Marys”" in browser.text


def test_what_is_wrong_with_a_choice_stands_at_its_column(browser: Browser) -> None:
    browser.add("St Marys.csv", NEW)
    assert columns(browser, CHOSEN | {"B": "first_name"}) == 400
    assert "“Kid” is First name already" in browser.text.replace('"', "“", 1).replace('"', "”", 1)
    assert re.search(r'class="has-error">\s*<th scope="row"><label for="column-0-B">', browser.page)
    assert columns(browser, dict.fromkeys(CHOSEN, "")) == 400
    assert "without names nobody can be booked" in browser.text
    assert "There is a problem" in browser.text
    assert load_settings().headings == {}


def test_a_column_that_says_the_other_half_of_the_session_is_asked_for(browser: Browser) -> None:
    browser.add("St Marys.csv", NEW)
    assert columns(browser, CHOSEN | {"D": ""}) == 400
    assert "No column says the service. Choose “Service” for the one that does" in browser.text
    assert columns(browser, CHOSEN | {"D": ""}, **{"no-session-0": "1"}) == 302


def test_columns_that_may_hold_people_are_not_dropped_by_pressing_continue(browser: Browser) -> None:
    browser.add("St Marys.csv", NEW.replace("When\n", "When,Child 2\n").replace("10:00\n", "10:00,Zoe Lovelace\n"))
    assert columns(browser, CHOSEN | {"F": "?"}) == 400
    assert '"Child 2" may hold people.' in browser.text
    assert columns(browser, CHOSEN | {"F": ""}) == 302


def test_what_is_open_only_once_the_headings_are_known_is_asked_next(browser: Browser) -> None:
    browser.add("St Marys.csv", "Kid,What,When\nAda Lovelace,Pottery for beginners,03/02/2030 10:00\n")
    assert columns(browser, {"A": "full_name", "B": "service", "C": "start"}) == 302
    assert heading(browser) == "What the columns hold"
    assert '"When": is 03/02/2030 10:00 3 February or 2 March?' in browser.text
    shown = dict(zip("ABC", ("full_name", "service", "start"), strict=True))
    assert columns(browser, shown, **{"0-date_order": "mdy", "0-name_order": "first-last"}) == 302
    assert heading(browser) == "Check the list"
    assert "would be booked" in browser.text
    assert load_settings().headings["St Marys"]["date_order"] == "mdy"


def test_what_was_agreed_on_before_can_be_asked_again(browser: Browser) -> None:
    test_what_is_open_only_once_the_headings_are_known_is_asked_next(browser)
    browser.get(f"{browser.list}/columns")
    assert "03/04/2030 is 4 March" in browser.text
    assert columns(browser, {}, **{"again-0": "date_order"}) == 302
    assert '"When": is 03/02/2030 10:00 3 February or 2 March?' in browser.text


def test_another_sheet_can_be_chosen(browser: Browser) -> None:
    cells = {"Service": "Pottery for beginners", "Start": "2 Mar 2030 10:00"}
    book = browser.desk.workbook(
        Juniors=[{"First name": "Ada", "Last name": "Lovelace", **cells}],
        Seniors=[{"First name": "Alan", "Last name": "Turing", **cells}],
    )
    browser.add("course.xlsx", book.read_bytes())
    assert "Sheet “Seniors” (1 person)" in browser.text
    browser.get(f"{browser.list}/columns")
    browser.post(f"{browser.list}/sheet", sheet="Seniors")
    browser.get(f"{browser.list}/check?show=all")
    assert "Alan Turing" in browser.text
    assert "Ada Lovelace" not in browser.text
    browser.get(f"{browser.list}/columns")
    browser.post(f"{browser.list}/sheet", sheet="all")
    browser.get(f"{browser.list}/check?show=all")
    assert "Alan Turing" in browser.text
    assert "Ada Lovelace" in browser.text


def test_a_list_that_names_no_session_is_asked_which_it_is_for(browser: Browser, session: str) -> None:
    browser.add("Y4.csv", "First name,Last name\nAda,Lovelace\n")
    assert heading(browser) == "Which session is this list for?"
    assert "Pottery for beginners, Sat 2 Mar 2030 10:00 (10 free)" in browser.text
    browser.get(f"{browser.list}/check")
    browser.get(f"{browser.list}/sessions")
    assert browser.post(f"{browser.list}/sessions").status_code == 400
    assert "Choose a session, or write the days." in browser.text
    answer = browser.post(f"{browser.list}/sessions", session=session)
    assert answer.headers["Location"] == f"{browser.list}/check"
    browser.get(f"{browser.list}/check")
    assert "1 person would be booked" in browser.text.replace("1 of 1 person", "1 person")


def test_a_list_may_be_for_several_days_in_words(browser: Browser) -> None:
    browser.desk.session(start="2030-03-09T10:00:00+00:00", service="Book binding")
    browser.desk.session(service="Book binding")
    browser.add("Y4.csv", "First name,Last name\nAda,Lovelace\n")
    days = {"service": "Book binding", "days": "every Saturday until 9 March"}
    assert browser.post(f"{browser.list}/sessions", **(days | {"days": "now and then"})).status_code == 400
    assert browser.post(f"{browser.list}/sessions", **days).status_code == 302
    browser.get(f"{browser.list}/check")
    assert "1 person on 2 sessions: 2 of 2 places would be booked." in browser.text


def test_a_list_that_somebody_else_has_changed_meanwhile_is_not_overwritten(browser: Browser) -> None:
    browser.add("St Marys.csv", NEW)
    stale = browser.page
    assert columns(browser, CHOSEN) == 302
    browser.page = stale
    assert columns(browser, dict.fromkeys(CHOSEN, "")) == 409
    assert "priya has changed this list meanwhile. Look at it again." in browser.text


def test_a_list_that_nobody_used_for_30_days_is_forgotten_by_itself(browser: Browser) -> None:
    browser.add("old.csv", NEW)
    (old,) = browser.site.ledger.drafts.all()
    browser.desk.clock.wait(31 * 24 * 3600)
    browser.sign_in()
    browser.add("new.csv", NEW)
    assert [one.file for one in browser.site.ledger.drafts.all()] == ["new.csv"]
    assert not list(browser.desk.folder.rglob(f"{old.id}*"))
