"""The page in a real Chromium: with a mouse, by keyboard alone, without scripts; narrow, wide, light and dark."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest
from chromium import Visitor, chromium
from desk import Desk
from playwright.sync_api import Browser, BrowserContext, Locator, expect
from thorough import some

from importer.ledger import Ledger
from importer.model.examinations import Learned
from importer.service.port import BookingService
from importer.web.at_work import AtWork
from importer.web.link import Link
from importer.web.serving import Page, PageFiles
from importer.web.site import Site

Visit = Callable[..., Visitor]

pytestmark = pytest.mark.timeout(240)  # browsers are slow where much else is done at once


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def page(desk: Desk) -> Iterator[Page]:
    settings = desk.settings()

    def connect(_learned: Learned, _stop: threading.Event) -> BookingService:
        return desk.service()

    with PageFiles(settings.ledger) as files, AtWork(settings, connect, is_practice=True, clock=desk.clock) as work:

        def site(link: Link, ledger: Ledger) -> Site:
            return Site(settings, ledger, connect, work, "priya", link, is_practice=True, clock=desk.clock)

        with Page(site, files, port=0) as page:
            yield page


@pytest.fixture
def visit(browser: Browser, page: Page) -> Iterator[Visit]:
    """Opens the page in a window of its own, with options of a browser's context."""
    contexts: list[BrowserContext] = []

    def open_window(**options: object) -> Visitor:
        context = browser.new_context(**options)
        context.set_default_timeout(15_000)
        contexts.append(context)
        visitor = Visitor(context.new_page(), page.link.path)
        visitor.open()
        return visitor

    yield open_window
    for context in contexts:
        context.close()


@pytest.fixture
def sample(tmp_path: Path, desk: Desk) -> Path:
    session = desk.session(3)
    path = tmp_path / "Spring term.csv"
    names = ("Ann,Lee", "Bob,Day", "Cy,Fox", "Di,Orr")
    rows = [f"{name},{session},{name.partition(',')[0]}@example.org" for name in names]
    path.write_text("\n".join(["First name,Last name,Group booking ID,Email", *rows]), encoding="utf-8")
    return path


def test_a_list_goes_from_its_file_to_its_answers(visit: Visit, desk: Desk, sample: Path, tmp_path: Path) -> None:
    visitor = visit()
    page = visitor.page
    visitor.look("no imports")
    page.get_by_role("link", name="Add a list").click()
    visitor.look("add")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_be_focused()
    visitor.look("add, nothing chosen")
    page.get_by_label("Your file").set_input_files(sample)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("3 of 4 people would be booked")).to_be_visible()
    visitor.look("check")
    page.get_by_role("link", name="Continue").click()
    visitor.look("plan")
    page.get_by_role("button", name="book 3 people").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose if addresses")
    visitor.look("plan, nothing chosen")
    page.get_by_label("Yes, send them").check()
    page.get_by_role("button", name="Try one person first").click()
    page.wait_for_url("**/result")
    expect(page.get_by_role("heading", level=1)).to_contain_text("1 of 4 people is booked")
    visitor.look("result of one")
    page.get_by_role("link", name="Book the others").click()
    page.get_by_role("button", name="book 2 people").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("3 of 4 people are booked")
    visitor.look("result")
    assert page.title().startswith("Look at this: 3 of 4 people are booked")
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Download the workbook").click()
    path = tmp_path / downloading.value.suggested_filename
    downloading.value.save_as(path)
    assert path.name == "Spring term.PRACTICE.results.xlsx"
    assert openpyxl.load_workbook(path).sheetnames[0] == "Import summary"
    page.goto(page.url.partition("/lists")[0])
    visitor.look("imports")
    page.get_by_role("link", name="Close").click()
    visitor.look("close")
    page.get_by_role("main").get_by_role("button", name="Close").click()
    expect(page.get_by_role("heading", name="The page is closed")).to_be_visible()
    visitor.look("closed")


def test_the_same_by_keyboard_alone(visit: Visit, desk: Desk, sample: Path) -> None:
    page = visit().page

    def go_to(name: str) -> None:
        """With the Tab key, as far as the thing of that name."""
        for _ in range(60):
            page.keyboard.press("Tab")
            named = page.evaluate(
                "(e => (e.labels && e.labels.length ? e.labels[0] : e).innerText)(document.activeElement) || ''"
            )
            if re.search(name, named):
                return
        raise AssertionError(f"The Tab key does not come to {name!r}")

    def press_enter() -> None:
        with page.expect_navigation():
            page.keyboard.press("Enter")

    go_to("Add a list")
    press_enter()
    go_to("Paste from a spreadsheet")
    page.keyboard.press("Enter")
    go_to("Your list")
    page.keyboard.insert_text(sample.read_text(encoding="utf-8").replace(",", "\t"))
    go_to("Continue")
    press_enter()
    page.get_by_role("heading", name="Check the list").wait_for()
    go_to("Continue")
    press_enter()
    page.get_by_role("heading", name="Check before booking").wait_for()
    go_to("send them to")
    page.keyboard.press("Space")
    go_to("ook 3 people")
    press_enter()
    page.wait_for_url("**/result")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    assert desk.posts()["confirm"] == 3


def test_the_same_without_scripts(visit: Visit, desk: Desk, sample: Path) -> None:
    page = visit(java_script_enabled=False).page
    page.get_by_role("link", name="Add a list").click()
    page.get_by_label("Your file").set_input_files(sample)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("link", name="Continue").click()
    page.get_by_label("No, they stay here").check()
    page.get_by_role("button", name="book 3 people").click()
    page.wait_for_url("**/result", timeout=20_000)
    assert desk.posts()["confirm"] == 3


def test_sessions_people_and_the_connection_can_be_read_by_everybody(visit: Visit, desk: Desk, sample: Path) -> None:
    desk.run(sample, contact="none")
    visitor = visit()
    page = visitor.page
    page.goto(f"{page.url}sessions?from=2030-03-01")
    visitor.look("sessions")
    page.get_by_role("link", name="Pottery for beginners").first.click()
    expect(page.get_by_role("button", name="Print attendance list")).to_be_visible()
    visitor.look("session")
    page.get_by_role("link", name="People").click()
    page.get_by_label("Name, e-mail address").fill("Ann Lee")
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_role("heading", name="1 person found")).to_be_focused()
    visitor.look("people")
    page.get_by_role("link", name="Connection").click()
    page.get_by_role("button", name="Check the connection").click()
    page.get_by_text("Nothing was changed.").wait_for()
    visitor.look("connection")
    page.goto(f"{page.url.partition('/connection')[0]}/imports/1")
    page.get_by_role("link", name="Undo this import").click()
    visitor.look("undo")
    page.get_by_role("button", name="remove 2 people").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("2 of 3 people were removed")
    visitor.look("undone")


def test_what_stands_in_cells_and_names_is_shown_as_text(visit: Visit, desk: Desk, tmp_path: Path) -> None:
    evil = "<img src=x onerror=\"document.title='pwned'\">"
    path = tmp_path / "evil.csv"
    head = f"First name,Last name,Group booking ID,{evil}".replace('"', "'")
    path.write_text(f"{head}\n{evil.replace(chr(34), chr(39))},=1+1,nonsense,x\n", encoding="utf-8")
    visitor = visit()
    page = visitor.page
    page.get_by_role("link", name="Add a list").click()
    page.get_by_label("Your file").set_input_files(path, timeout=5000)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("heading", name="Check").wait_for()
    expect(page.locator("main img")).to_have_count(0)
    assert "pwned" not in page.title()
    visitor.look("a plan of nobody")


@pytest.fixture
def messy(tmp_path: Path, desk: Desk) -> Path:
    """A class list as a school sends it: a title, headings of its own, a wrong date, a service with a slip of the pen, a
    full session, somebody twice, and somebody who may be booked already."""
    pottery = "Pottery for beginners"
    session = desk.session(8)
    full = desk.session(1, start="2030-03-02T13:00:00+00:00")
    desk.run(desk.people(full, "Una Bell"))
    desk.run(desk.people(session, "Thomas Hale", Email="tom@example.org"))
    rows = [
        ("St Marys, Year 4",),
        (),
        ("Pupil", "Parent contact", "What", "When", "Allergies"),
        ("KHAN, Leo", "khan@example.org", pottery, "2 Mar 2030 10:00", "nuts"),
        ("SMYTH, Jon", "smith@example.org", pottery, "31/02/2030 10:00"),
        ("ALI, Zara", "zara@example", "Potery", "2 Mar 2030 10:00"),
        ("HALE, Tom", "tom@example.org", pottery, "2 Mar 2030 10:00"),
        ("DAY, Bob", "bob@example.org", pottery, "2 Mar 2030 13:00"),
        ("FOX, Cy", "cy@example.org", pottery, "31/02/2030 10:00", "milk"),
        ("KHAN, Leo", "khan@example.org", pottery, "2 Mar 2030 10:00"),
    ]
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.active.title = "Y4"
    book.save(tmp_path / "St Marys FINAL (2).xlsx")
    return tmp_path / "St Marys FINAL (2).xlsx"


@pytest.mark.parametrize("scripts", some([True, False], of_each=2))
def test_a_messy_list_is_put_right_on_the_page_and_comes_back_so(
    visit: Visit, desk: Desk, messy: Path, tmp_path: Path, scripts: bool
) -> None:
    visitor = visit(java_script_enabled=scripts)
    page = visitor.page
    look = visitor.look if scripts else lambda _name: None
    page.get_by_role("link", name="Add a list").click()
    page.get_by_label("Your file").set_input_files(messy)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What the columns hold")
    look("columns")
    page.get_by_label("Pupil").select_option("Not used")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("There is a problem")).to_be_visible()
    look("columns, nobody chosen")
    page.get_by_label("Pupil").select_option("Full name")
    page.get_by_label("What").select_option("Service")
    page.get_by_label("Name of this sender").fill("St Marys")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("6 rows need attention")).to_be_visible()
    look("check")

    def row(name: str) -> Locator:
        return page.locator("section.line", has=page.get_by_role("heading", name=name))

    page.get_by_role("link", name="Row 5", exact=True).click()
    row("SMYTH").get_by_label("When").fill("2 Mar 2030 10:00")
    row("SMYTH").get_by_label("Also in 1 other row").check()
    row("SMYTH").get_by_role("button", name="Save").click()
    expect(page.get_by_text("4 rows need attention").first).to_be_visible()
    row("ALI").get_by_label("Parent contact").fill("zara@example.org")
    row("ALI").get_by_label("Choose a session").select_option(
        label="Pottery for beginners, Sat 2 Mar 2030 10:00 (7 free)"
    )
    row("ALI").get_by_role("button", name="Save").click()
    expect(page.get_by_text("3 rows need attention").first).to_be_visible()
    row("HALE").get_by_role("button", name="Same person").click()
    expect(page.get_by_text("2 rows need attention").first).to_be_visible()
    row("Bob DAY").get_by_label("Choose a session").select_option(
        label="Pottery for beginners, Sat 2 Mar 2030 10:00 (7 free)"
    )
    row("Bob DAY").get_by_role("button", name="Save").click()
    expect(page.get_by_text("1 row needs attention").first).to_be_visible()
    row("KHAN").get_by_role("button", name="Leave out").click()
    expect(page.get_by_text("No row needs attention.")).to_be_visible()
    look("check, all put right")
    page.get_by_text("What was changed").click()
    look("check, what was changed")
    page.get_by_role("link", name="All (").click()
    look("check, all rows")
    page.get_by_role("link", name="Change row 5").click()
    look("check, one row")
    page.get_by_role("link", name="Continue").click()
    page.get_by_role("button", name="Try one person first").click()
    page.wait_for_url("**/result", timeout=20_000)
    page.get_by_role("link", name="Book the others").click()
    page.get_by_role("button", name="book 4 people").click()
    page.wait_for_url("**/result", timeout=20_000)
    expect(page.get_by_role("heading", level=1)).to_contain_text("6 of 6 people are booked")
    path = tmp_path / "back.xlsx"
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Download the workbook").click()
    downloading.value.save_as(path)
    cells = [[cell.value for cell in row] for row in openpyxl.load_workbook(path)["Y4"].iter_rows(min_row=3)]
    assert cells[2][:4] == ["SMYTH, Jon", "smith@example.org", "Pottery for beginners", "2 Mar 2030 10:00"]
    assert cells[3][:4] == ["ALI, Zara", "zara@example.org", "Pottery for beginners", "2 Mar 2030 10:00"]
    page.goto(page.url.partition("/lists")[0])
    page.get_by_role("link", name="Add a list").click()
    page.get_by_label("Your file").set_input_files(path)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("No row needs attention.")).to_be_visible()
    expect(page.get_by_text("0 of 6 people would be booked (6 are already).")).to_be_visible()


def test_a_newer_list_is_put_right_and_compared_by_keyboard_alone(visit: Visit, desk: Desk, tmp_path: Path) -> None:
    session, other = desk.session(20), desk.session(20, start="2030-03-09T10:00:00+00:00")
    names = ("Ann,Lee", "Bob,Day", "Cy,Fox", "Di,Orr", "Eve,Fry", "Flo,Gee")
    first, second = tmp_path / "v1.csv", tmp_path / "Copy of FINAL v2.csv"
    head = "First name,Last name,Group booking ID,Email"
    first.write_text("\n".join([head, *(f"{name},{session}," for name in names)]), encoding="utf-8")
    rows = [f"Ann,Lee,{other},", *(f"{name},{session}," for name in names[2:]), f"Gus,Hay,{session},gus@example"]
    second.write_text("\n".join([head, *rows]), encoding="utf-8")
    visitor = visit()
    page = visitor.page

    def add(path: Path) -> None:
        page.goto(f"{page.url.partition('/lists')[0].rstrip('/')}/add")
        page.get_by_label("Your file").set_input_files(path)
        page.get_by_role("button", name="Continue").click()

    def press(name: str, *, key: str = "Enter") -> None:
        """With the Tab key, as far as the thing of that name; then a key."""
        for _ in range(80):
            page.keyboard.press("Tab")
            if re.search(name, page.evaluate("document.activeElement.innerText || document.activeElement.value || ''")):
                page.keyboard.press(key)
                return
        raise AssertionError(f"The Tab key does not come to {name!r}")

    add(first)
    page.get_by_role("link", name="Continue").click()
    page.get_by_role("button", name="book 6 people").click()
    page.wait_for_url("**/result", timeout=20_000)
    add(second)
    visitor.look("check, perhaps newer")
    press("Yes, a newer version")
    expect(page.get_by_text("1 new, 1 moved to another session, 1 no longer on the list, 4 unchanged.")).to_be_visible()
    visitor.look("check, newer")
    press("Choose who keeps their place")
    expect(page.get_by_role("heading", level=1)).to_have_text("Moved, or no longer on the list")
    visitor.look("gone")
    page.get_by_role("group", name="Bob Day").get_by_label("Remove").focus()
    page.keyboard.press("Space")
    press("Continue")
    expect(page.get_by_role("heading", level=1)).to_have_text("Remove 1 person?")
    visitor.look("gone, sure")
    press("emove 1 person")
    expect(page.get_by_text("Bob Day was removed from")).to_be_visible()
    assert len(desk.booked(session)) == 5
    press("^gus@example$", key="End")
    page.keyboard.type(".org")
    press("^Save")
    expect(page.get_by_text("No row needs attention.")).to_be_visible()
    expect(page.locator("#saved")).to_be_focused()
    press("^Continue")
    expect(page.get_by_role("button", name="book 2 people")).to_be_visible()
