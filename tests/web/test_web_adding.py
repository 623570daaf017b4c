"""*Add your list*: files of every kind, what is none, and what has a password."""

from __future__ import annotations

import io
import stat
import zipfile
from functools import cache

import openpyxl
import pytest
from desk import Desk
from msoffcrypto.format.ooxml import OOXMLFile
from web_makers import Browser

from importer.ledger import Ledger

LIST = "First name,Last name,Email\nAnn,Lee,ann@example.org\nBob,Day,bob@example.org\n"


@cache
def workbook() -> bytes:
    book, saved = openpyxl.Workbook(), io.BytesIO()
    for line in LIST.splitlines():
        book.worksheets[0].append(line.split(","))
    book.save(saved)
    return saved.getvalue()


def protected(password: str) -> bytes:
    locked = io.BytesIO()
    OOXMLFile(io.BytesIO(workbook())).encrypt(password, locked)
    return locked.getvalue()


def sent(browser: Browser, name: str, content: bytes) -> int:
    browser.get("/add")
    return browser.post("/add", file=(io.BytesIO(content), name)).status_code


def bomb() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in ("[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"):
            archive.writestr(part, b"<x>" + b" " * 30_000_000)
    return made.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("empty.xlsx", b"", "This file is empty"),
        ("photo.jpg", b"\xff\xd8\xff\xe0" + bytes(1000), "photo.jpg"),
        ("cut.xlsx", workbook()[:2000], "damaged or cut short"),
        ("bomb.xlsx", bomb(), "bomb.xlsx"),
    ],
)
def test_what_is_no_list_is_refused_in_a_sentence_at_the_field(
    browser: Browser, ledger: Ledger, name: str, content: bytes, says: str
) -> None:
    assert sent(browser, name, content) == 400
    assert "There is a problem" in browser.text
    assert browser.page.count(says) == 2  # in the summary, and at the field
    assert 'id="file-error"' in browser.page
    assert ledger.drafts.all() == ()
    assert sent(browser, "a.csv", LIST.encode()) == 302


def test_what_is_too_large_is_refused_in_a_sentence_at_the_field(browser: Browser, ledger: Ledger) -> None:
    browser.get("/add")
    for megabytes, code in ((30, 413), (25, 400)):
        head = f'--x\r\nContent-Disposition: form-data; name="token"\r\n\r\n{browser.token}\r\n'
        file = '--x\r\nContent-Disposition: form-data; name="file"; filename="large.csv"\r\n\r\n'
        body = f"{head}{file}{'x' * (megabytes * 2**20 + 1)}\r\n--x--\r\n".encode()
        assert browser.send("/add", body, "multipart/form-data; boundary=x").status_code == code
        assert "A list may have up to 25 MB" in browser.text
        assert 'id="file-error"' in browser.page
    assert ledger.drafts.all() == ()


def test_nothing_chosen_is_told_at_the_field(browser: Browser) -> None:
    browser.get("/add")
    assert "<title>Add your list" in browser.page
    assert browser.post("/add").status_code == 400
    assert "Choose a file, or paste your list." in browser.text
    assert "<title>Error: Add your list" in browser.page


def test_a_list_can_be_pasted_from_a_spreadsheet(browser: Browser, ledger: Ledger) -> None:
    browser.get("/add")
    assert browser.post("/add", pasted="First name\tLast name\r\nZoë\tŁuczak\r\n").status_code == 302
    [draft] = ledger.drafts.all()
    assert draft.file == "Pasted on 15 Jan 2030.tsv"
    opened = browser.site.drafts.open(draft, browser.site.settings, ledger)
    assert [row.cells["last_name"] for row in opened.roster.rows] == ["Łuczak"]


def test_a_csv_in_the_letters_of_an_old_windows_is_read(browser: Browser, ledger: Ledger) -> None:
    assert sent(browser, "a.csv", "First name;Last name\nZoë;Müller\n".encode("cp1252")) == 302
    opened = browser.site.drafts.open(ledger.drafts.all()[0], browser.site.settings, ledger)
    assert [row.cells["last_name"] for row in opened.roster.rows] == ["Müller"]


def test_a_protected_workbook_asks_for_its_password_and_is_opened_by_it(browser: Browser, ledger: Ledger) -> None:
    browser.get("/add")
    where = browser.post("/add", file=(io.BytesIO(protected("hush hush")), "Secret.xlsx")).headers["Location"]
    browser.get(where)
    assert "“Secret.xlsx” is protected by a password" in browser.text
    assert ledger.drafts.all() == ()
    assert browser.post(where, password="wrong").status_code == 400
    assert "That is not the password" in browser.text
    assert browser.post(where, password="hush hush").status_code == 302
    [draft] = ledger.drafts.all()
    assert ledger.drafts.content(draft.id) == workbook()
    everything = b"".join(path.read_bytes() for path in browser.desk.folder.rglob("*") if path.is_file())
    assert b"hush hush" not in everything
    assert browser.get(where).status_code == 400  # it is gone from memory


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd.csv", "..\\..\\boot.csv", "/root/.ssh/x.csv", "a\x00b.csv", "\x1b[2J.csv", "‮gpj.csv", "x" * 500,
     "<script>alert(1)</script>.csv", "=cmd|' /C calc'!A0.csv", " ", ".", "CON.csv", "a:b.csv"],
)  # fmt: skip
def test_the_name_of_a_file_is_shown_as_text_and_names_nothing_on_the_disk(
    browser: Browser, desk: Desk, ledger: Ledger, name: str
) -> None:
    before = set(desk.folder.parent.rglob("*"))
    assert sent(browser, name, LIST.encode()) == 302
    [draft] = ledger.drafts.all()
    made = {path for path in desk.folder.parent.rglob("*") if path.is_file()} - before
    assert [path.name for path in made if path.suffix == ".list"] == [f"{draft.id}.list"]
    assert all(path.name.startswith(("ledger", draft.id)) for path in made), made
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in made)
    browser.get("/")
    assert "<script>alert" not in browser.page
    assert draft.file.isprintable()


def test_a_blank_list_can_be_had(browser: Browser) -> None:
    answer = browser.get("/blank-list.xlsx")
    assert openpyxl.load_workbook(io.BytesIO(answer.data)).sheetnames[0] == "Roster"


def test_a_list_of_which_nobody_was_booked_can_be_deleted_with_its_file(
    browser: Browser, desk: Desk, ledger: Ledger
) -> None:
    browser.add("a.csv", LIST)
    browser.get(f"{browser.list}/delete")
    browser.post(f"{browser.list}/delete")
    assert ledger.drafts.all() == ()
    assert list(desk.folder.rglob("*.list")) == []
    assert browser.get(browser.list).status_code == 404
