"""*Check the list*: what is wrong stands at its cell, is put right there, and can be undone."""

from __future__ import annotations

import re
import threading
import time
from dataclasses import replace
from html import unescape

import pytest
from desk import Desk
from web_makers import Browser

from importer.importing.drafting import new_draft
from importer.model.drafts import Draft
from importer.results.writing import write_results
from importer.web.check import looking
from importer.web.plan.routes import fresh_plan

GOOD, BAD = "2 Mar 2030 10:00", "31/02/2030 10:00"


def sent(browser: Browser, rows: list[dict[str, object]], file: str = "St Marys.csv") -> Draft:
    """A list that was added to the page."""
    path = browser.desk.roster(rows, "sent.csv")
    draft = new_draft(file, by="priya", now=browser.desk.clock())
    return browser.site.ledger.drafts.add(draft, path.read_bytes())


def person(name: str, start: str = GOOD, service: str = "Pottery for beginners", **more: object) -> dict[str, object]:
    first, last = name.split()
    return {"First name": first, "Last name": last, "Service": service, "Start": start, **more}


def check(browser: Browser, draft: Draft, query: str = "") -> str:
    assert browser.get(f"/lists/{draft.id}/check{query}").status_code == 200, browser.text
    return browser.text


def field(browser: Browser, label: str) -> str:
    """The id of the field with this label, the first of several."""
    return re.findall(rf'<label for="([^"]*)">{re.escape(label)}</label>', browser.page)[0]


def version(browser: Browser, draft: Draft) -> str:
    found = browser.site.ledger.drafts.find(draft.id)
    assert found
    return str(found.version)


def saves(browser: Browser, draft: Draft, line: str, **fields: str) -> int:
    """A form of a line is sent with these fields; returns the answer's code. The list is looked at again."""
    if 'name="token"' not in browser.page:
        check(browser, draft)
    seen = re.search(r'name="version" value="(\d+)"', browser.page)
    data = {"line": line, "version": seen[1] if seen else "1", "action": "save"} | fields
    return browser.post(f"/lists/{draft.id}/check", **data).status_code


@pytest.fixture
def draft(browser: Browser) -> Draft:
    browser.desk.session()
    return sent(browser, [person("Ada Lovelace"), person("Alan Turing", BAD), person("Grace Hopper", BAD)])


def test_what_is_wrong_is_said_once_by_its_cause_with_a_link_to_each_cell(browser: Browser, draft: Draft) -> None:
    text = check(browser, draft)
    assert "1 of 3 people would be booked. 2 rows need attention." in text
    assert text.count("There is a problem") == 1
    links = re.findall(r'<a href="#(cell-[\d-]+)">(row \d|Row \d)</a>', browser.page)
    assert links == [("cell-0-3-4", "Row 3"), ("cell-0-4-4", "row 4")]
    assert all(f'id="{cell}"' in browser.page for cell, _ in links)
    assert f'value="{BAD}"' in browser.page
    assert "Ada" not in text.partition("Needs attention")[2].partition("Continue")[0]


def test_a_cell_is_put_right_where_it_stands(browser: Browser, draft: Draft) -> None:
    check(browser, draft)
    assert saves(browser, draft, "row-0-3", **{field(browser, "Start"): GOOD}) == 302
    text = check(browser, draft)
    assert "2 of 3 people would be booked. 1 row needs attention." in text
    assert "Alan Turing, row 3: saved." in text
    assert f"Row 3, “Start”: “{BAD}” is now “{GOOD}”" in text
    assert "priya" in text


def test_what_was_put_right_can_be_put_right_in_all_rows_that_say_the_same(browser: Browser, draft: Draft) -> None:
    check(browser, draft)
    cell = field(browser, "Start")
    assert f"Also in 1 other row with “{BAD}”" in browser.text
    saves(browser, draft, "row-0-3", **{cell: GOOD, f"same-{cell}": "1"})
    assert "3 of 3 people would be booked." in check(browser, draft)


def test_a_change_is_undone(browser: Browser, draft: Draft) -> None:
    before = check(browser, draft)
    saves(browser, draft, "row-0-3", **{field(browser, "Start"): GOOD})
    check(browser, draft)
    assert browser.post(f"/lists/{draft.id}/check/undo", step="2").status_code == 302
    text = check(browser, draft)
    assert "The change was undone." in text
    assert text.replace("The change was undone. ", "") == before


def test_a_row_is_left_out_and_taken_back(browser: Browser, draft: Draft) -> None:
    check(browser, draft)
    assert saves(browser, draft, "row-0-3", action="Leave out") == 302
    assert "1 of 2 people would be booked. 1 row needs attention." in check(browser, draft)
    assert "Left out" in check(browser, draft, "?show=all")
    check(browser, draft, "?show=all&row=row-0-3")
    assert "Take back “Leave out”" in browser.text
    assert saves(browser, draft, "row-0-3", action="take back") == 302
    assert "1 of 3 people would be booked. 2 rows need attention." in check(browser, draft)


def test_a_session_is_chosen_from_those_that_there_are(browser: Browser) -> None:
    browser.desk.session(8)
    draft = sent(browser, [person("Ada Lovelace", service="Potery")])
    check(browser, draft)
    sessions = dict(
        map(reversed, re.findall(r'<option value="([0-9a-f]{24})">([^<]*)</option>', unescape(browser.page)))
    )
    assert "Pottery for beginners, Sat 2 Mar 2030 10:00 (8 free)" in sessions
    saves(browser, draft, "row-0-2", session=sessions["Pottery for beginners, Sat 2 Mar 2030 10:00 (8 free)"])
    assert "1 person would be booked" in check(browser, draft).replace("1 of 1 person", "1 person")


def test_whoever_may_be_booked_already_is_shown_beside_them(browser: Browser, desk: Desk) -> None:
    session = desk.session()
    desk.run(desk.people(session, "Thomas Baker", Email="tom@example.org", Mobile="07700 900123"))
    row = {"First name": "Tom", "Last name": "Baker", "Email": "tom@example.org", "Group booking ID": session}
    draft = sent(browser, [row])
    text = check(browser, draft)
    assert "Row 2 Booked on 15 Jan 2030" in text
    assert "Name Tom Baker Thomas Baker E-mail tom@example.org tom@example.org Mobile – 07700 900123" in text
    assert saves(browser, draft, "row-0-2", action="Same person") == 302
    text = check(browser, draft)
    assert "would be booked (1 is already)" in text
    assert "No row needs attention." in text


def test_two_people_at_one_list_lose_nothing_and_hear_of_each_other(browser: Browser, draft: Draft) -> None:
    check(browser, draft)
    one, other = (f"cell-0-{row}-4" for row in (3, 4))
    assert saves(browser, draft, "row-0-3", version="1", **{one: GOOD}) == 302
    assert saves(browser, draft, "row-0-4", version="1", **{other: GOOD}) == 302
    assert "3 of 3 people would be booked." in check(browser, draft)
    assert saves(browser, draft, "row-0-3", version="1", **{one: "9 Mar 2030 10:00"}) == 409
    assert f"priya has changed this cell meanwhile, to “{GOOD}”. Yours is not kept: “9 Mar 2030 10:00”." in browser.text


def test_without_an_answer_of_the_service_reading_and_correcting_go_on(browser: Browser, draft: Draft) -> None:
    browser.desk.address = "http://127.0.0.1:9/"
    text = check(browser, draft)
    assert "The sessions can't be looked up now" in text
    assert "1 of 3 people is ready to be booked. 2 rows need attention." in text
    saves(browser, draft, "row-0-3", **{field(browser, "Start"): GOOD})
    assert "2 of 3 people are ready to be booked." in check(browser, draft)


def test_what_stands_in_a_list_is_text_on_the_page(browser: Browser) -> None:
    hostile = '<img src=x onerror="alert(1)">'
    draft = sent(
        browser, [person("Ada Lovelace", hostile, service=hostile, Email='"><script>x</script>')], f"{hostile}.csv"
    )
    for query in ("", "?show=all", "?show=all&row=row-0-2"):
        check(browser, draft, query)
        assert "<img" not in browser.page
        assert "<script>x" not in browser.page
    saves(browser, draft, "row-0-2", **{"cell-0-2-4": f"{hostile}2"})
    check(browser, draft)
    assert "<img" not in browser.page


def test_no_line_and_no_list_that_there_is_not_can_be_changed(browser: Browser, draft: Draft) -> None:
    check(browser, draft)
    for line in ("row-7-3", "row-0-99", "row-0-1", "", "row--", "x"):
        assert saves(browser, draft, line) == 404, line
    assert saves(browser, draft, "row-0-3", action="Delete all") == 400
    assert browser.get("/lists/unknown/check").status_code == 404
    assert version(browser, draft) == "1"


def test_only_cells_of_its_own_row_are_changed_by_a_form(browser: Browser, draft: Draft) -> None:
    check(browser, draft)
    saves(browser, draft, "row-0-3", **{"cell-0-2-1": "Eve", "cell-0-1-1": "x", "cell-0-3-77": "x"})
    assert version(browser, draft) == "1"


def test_a_long_list_is_looked_at_anew_beside_the_page(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "FEW_ROWS", 1)
    browser.desk.session()
    draft = sent(browser, [person("Ada Lovelace"), person("Alan Turing", BAD)])
    check(browser, draft)
    begun, goes_on = threading.Event(), threading.Event()

    def slow_plan(draft: Draft) -> object:
        begun.set()
        assert goes_on.wait(20)
        return fresh_plan(draft)

    monkeypatch.setattr(looking, "fresh_plan", slow_plan)
    saves(browser, draft, "row-0-3", **{field(browser, "Start"): GOOD})
    text = check(browser, draft)
    assert begun.is_set()
    assert "Checking the list again" in text
    assert "1 row needs attention" in text
    assert saves(browser, draft, "row-0-2", **{"cell-0-2-1": "Ida"}) == 302
    goes_on.set()
    while "Checking the list again" in check(browser, draft):
        time.sleep(0.02)
    assert "2 of 2 people would be booked." in browser.text
    assert "Row 2, “First name”: “Ada” is now “Ida”" in browser.text


def imported(browser: Browser, session: str, names: list[str]) -> None:
    """An import of these people that is over, with its answers."""
    report = browser.desk.run(browser.desk.people(session, *names))
    path, sha256 = write_results(report, browser.desk.folder / "roster.results.xlsx", ())
    browser.site.ledger.results_written(report.run, path, sha256)


def test_a_newer_version_is_known_by_its_people_and_says_what_has_changed(browser: Browser, desk: Desk) -> None:
    names = ["Ada Lovelace", "Alan Turing", "Grace Hopper", "Jo Hale", "Cy Fox", "Di Orr"]
    session, other = desk.session(), desk.session(start="2030-03-09T10:00:00+00:00")
    imported(browser, session, names)
    rows = [dict(zip(("First name", "Last name"), name.split(), strict=True)) for name in [*names[1:], "Una Bell"]]
    draft = sent(browser, [{**row, "Group booking ID": other if at == 0 else session} for at, row in enumerate(rows)],
                 "Copy of FINAL v3.csv")  # fmt: skip
    text = check(browser, draft)
    assert "Is this a newer version of “roster.csv”?" in text
    assert browser.post(f"/lists/{draft.id}/newer", answer="yes").status_code == 302
    text = check(browser, draft)
    assert "Is this a newer version" not in text
    assert "1 new, 1 moved to another session, 1 no longer on the list, 4 unchanged." in text
    assert "Ada Lovelace Pottery for beginners, Sat 2 Mar 2030 10:00 No longer on the list" in text
    moved = "Pottery for beginners, Sat 2 Mar 2030 10:00 Pottery for beginners, Sat 9 Mar 2030 10:00"
    assert f"Alan Turing {moved}" in text


def test_another_list_of_the_same_people_is_not_taken_for_a_newer_version(browser: Browser, desk: Desk) -> None:
    names = ["Ada Lovelace", "Alan Turing", "Grace Hopper", "Jo Hale", "Cy Fox", "Di Orr"]
    session, other = desk.session(), desk.session(start="2030-03-09T10:00:00+00:00")
    imported(browser, session, names)
    rows = [dict(zip(("First name", "Last name"), name.split(), strict=True)) for name in names]
    draft = sent(browser, [{**row, "Group booking ID": other} for row in rows], "second.csv")
    if "Is this a newer version" in check(browser, draft):
        browser.post(f"/lists/{draft.id}/newer", answer="no")
    text = check(browser, draft)
    assert "newer version" not in text
    assert "Since the last version" not in text


def test_a_text_list_is_booked_as_it_was_put_right(browser: Browser, desk: Desk) -> None:
    desk.session()
    draft = sent(browser, [person("Ada Lovelace"), person("Zoë Turing", BAD), person("Grace Hopper")])
    check(browser, draft)
    saves(browser, draft, "row-0-3", **{field(browser, "Start"): GOOD})
    check(browser, draft)
    saves(browser, draft, "row-0-4", action="Leave out")
    browser.list = f"/lists/{draft.id}"
    browser.get(f"{browser.list}/plan")
    with browser.site.work:
        browser.order()
    assert "2 of 2 people are booked." in browser.text
    assert desk.posts()["confirm"] == 2


def test_a_list_that_is_being_booked_is_not_changed_any_more(browser: Browser, desk: Desk) -> None:
    desk.session()
    draft = sent(browser, [person("Ada Lovelace"), person("Alan Turing", BAD)])
    check(browser, draft)
    stale = browser.page
    browser.list = f"/lists/{draft.id}"
    browser.get(f"{browser.list}/plan")
    browser.order(waits=False)
    ordered = version(browser, draft)
    for path in ("check", "columns", "sessions"):
        assert browser.get(f"{browser.list}/{path}").headers["Location"] == f"{browser.list}/booking"
    browser.page = stale
    assert saves(browser, draft, "row-0-3", **{"cell-0-3-4": GOOD}) == 302
    assert version(browser, draft) == ordered


def test_whoever_is_no_longer_on_the_list_keeps_their_place_unless_they_are_removed(
    browser: Browser, desk: Desk
) -> None:
    names = ["Ada Lovelace", "Alan Turing", "Grace Hopper", "Jo Hale", "Cy Fox", "Di Orr", "Una Bell", "Bo Lin"]
    session = desk.session()
    imported(browser, session, names)
    rows = [dict(zip(("First name", "Last name"), name.split(), strict=True)) for name in names[2:]]
    draft = sent(browser, [{**row, "Group booking ID": session} for row in rows], "v3.csv")
    check(browser, draft)
    assert browser.get(f"/lists/{draft.id}/gone").status_code == 302
    check(browser, draft)
    browser.post(f"/lists/{draft.id}/newer", answer="yes")
    check(browser, draft)
    assert browser.get(f"/lists/{draft.id}/gone").status_code == 200
    ada, alan = re.findall(r'name="(do-\d+)" value="keep" checked', browser.page)
    assert browser.post(f"/lists/{draft.id}/gone", **{ada: "keep", alan: "keep"}).status_code == 302
    browser.get(f"/lists/{draft.id}/gone")
    assert browser.post(f"/lists/{draft.id}/gone", **{ada: "remove", alan: "keep"}).status_code == 200
    assert "Remove 1 person? Ada Lovelace, Pottery for beginners" in browser.text
    assert len(desk.booked(session)) == 8
    answer = browser.post(f"/lists/{draft.id}/gone", **{ada: "remove", "confirmed": "yes"})
    assert answer.status_code == 302
    assert "Ada Lovelace was removed from Pottery for beginners, Sat 2 Mar 2030 10:00." in check(browser, draft)
    assert len(desk.booked(session)) == 7
    assert "Alan Turing" in browser.text
    assert browser.site.ledger.all_runs()[0].by == "priya"


def test_whoever_has_moved_gives_up_the_old_place_only_once_the_new_one_is_theirs(browser: Browser, desk: Desk) -> None:
    names = ["Ada Lovelace", "Alan Turing", "Grace Hopper", "Jo Hale", "Cy Fox", "Di Orr"]
    session, other = desk.session(), desk.session(start="2030-03-09T10:00:00+00:00")
    imported(browser, session, names)
    rows = [dict(zip(("First name", "Last name"), name.split(), strict=True)) for name in names]
    draft = sent(
        browser, [{**row, "Group booking ID": other if at < 2 else session} for at, row in enumerate(rows)], "v3.csv"
    )
    check(browser, draft)
    browser.post(f"/lists/{draft.id}/newer", answer="yes")
    browser.get(f"/lists/{draft.id}/gone")
    assert "Ada Lovelace, Pottery for beginners, Sat 2 Mar 2030 10:00 Now on your list for" in browser.text
    ada, alan = re.findall(r'name="(do-\d+)" value="keep" checked', browser.page)
    assert browser.post(f"/lists/{draft.id}/gone", **{ada: "remove", alan: "keep"}).status_code == 302
    browser.get(f"/lists/{draft.id}/gone")
    assert re.search(rf'name="{ada}" value="remove" checked', browser.page)
    assert browser.get(f"/lists/{draft.id}/old-places").headers["Location"] == f"/lists/{draft.id}/result"
    assert len(desk.booked(session)) == 6
    browser.list = f"/lists/{draft.id}"
    browser.get(f"{browser.list}/plan")
    with browser.site.work:
        browser.order()
    assert "1 person is booked on the new session and still on the old one" in browser.text
    assert len(desk.booked(session)) == 6
    browser.get(f"{browser.list}/old-places")
    assert "Remove 1 person? Ada Lovelace, Pottery for beginners, Sat 2 Mar 2030 10:00" in browser.text
    assert browser.post(f"{browser.list}/old-places", **{ada: "remove", alan: "remove"}).status_code == 302
    browser.get(f"{browser.list}/result")
    assert "Ada Lovelace was removed from Pottery for beginners, Sat 2 Mar 2030 10:00." in browser.text
    assert "still on the old one" not in browser.text
    assert (len(desk.booked(session)), len(desk.booked(other))) == (5, 2)


def test_what_is_said_names_what_there_is_on_the_page(browser: Browser, desk: Desk) -> None:
    session = desk.session()
    row = {"First name": "Ada", "Last name": "Lovelace", "Email": "ada@example.org", "Group booking ID": session}
    draft = sent(browser, [row, row, row | {"First name": "Alan", "Group booking ID": "628f4954645194000e770abd"}])
    text = check(browser, draft)
    assert "Leave out one of the two rows." in text
    assert "Copy the ID again, or choose a session." in text
    assert "Import decision" not in text
    assert "roster sessions" not in text


def test_a_tick_is_taken_away_on_the_page(browser: Browser, desk: Desk) -> None:
    desk.session()
    desk.session(start="2030-03-09T10:00:00+00:00")
    days = ("Pottery for beginners, Sat 2 Mar 2030 10:00", "Pottery for beginners, Sat 9 Mar 2030 10:00")
    draft = sent(browser, [{"Full name": "Lovelace, Ada", days[0]: "x", days[1]: "x"}])
    draft = browser.site.ledger.drafts.change(
        replace(draft, chosen={"headings": {"Ticks": {"Full name": "Full name", "ticks": "yes"}}}),
        by="priya",
        now=desk.clock(),
    )
    assert "1 person on 2 sessions: 2 of 2 places would be booked." in check(browser, draft, "?show=all&row=row-0-2")
    ticks = re.findall(r'name="tick-(cell-[\d-]+)"', browser.page)
    assert len(ticks) == 2
    gone = {f"tick-{ticks[1]}": "1", f"tick-{ticks[0]}": "1", ticks[0]: days[0]}
    assert saves(browser, draft, "row-0-2", **gone) == 302
    assert "1 of 1 person would be booked" in check(browser, draft).replace(
        "1 person on 1 session: 1 of 1 place", "1 of 1 person"
    )
