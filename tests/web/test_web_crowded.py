"""Slow, many and hostile visitors: a booking that is under way goes on, and nothing of people gets into a log."""

from __future__ import annotations

import logging
import re
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
import requests
from desk import Desk

from importer.ledger import Ledger
from importer.model.examinations import Learned
from importer.service.port import BookingService
from importer.web.at_work import AtWork
from importer.web.link import Link
from importer.web.serving import Page, PageFiles
from importer.web.site import Site

NAMES = [f"Ann{at} Lee{at}" for at in range(20)]


@pytest.fixture
def page(desk: Desk) -> Iterator[Page]:
    settings = desk.settings(contact="none")

    def connect(_learned: Learned, _stop: threading.Event) -> BookingService:
        return desk.service()

    with PageFiles(settings.ledger) as files, AtWork(settings, connect, is_practice=False, clock=desk.clock) as work:

        def site(link: Link | None, ledger: Ledger) -> Site:
            return Site(settings, ledger, connect, work, "priya", link, clock=desk.clock)

        with Page(site, files, port=0) as page:
            yield page


@pytest.fixture
def browser(page: Page) -> Iterator[requests.Session]:
    with requests.Session() as browser:
        browser.headers["Origin"] = page.address.rstrip("/")
        assert page.link is not None
        browser.post(f"{page.address}sign-in", data={"code": page.link.code}, timeout=20).raise_for_status()
        yield browser


def found(pattern: str, text: str) -> str:
    return re.findall(pattern, text)[0]


def ordered(browser: requests.Session, page: Page, session: str) -> str:
    """A list that is to be booked; returns its address."""
    rows = "\n".join(f"{name.replace(' ', ',')},{session}" for name in NAMES)
    token = found(r'name="token" value="([^"]*)"', browser.get(f"{page.address}add", timeout=20).text)
    file = {"file": ("Spring.csv", f"First name,Last name,Group booking ID\n{rows}")}
    added = browser.post(
        f"{page.address}add", data={"token": token}, files=file, timeout=20, allow_redirects=False
    ).headers["Location"]
    where = f"{page.address}{added.lstrip('/')}"
    mark = found(r'name="mark" value="([^"]*)"', browser.get(f"{where}/plan", timeout=20).text)
    browser.post(f"{where}/plan", data={"token": token, "mark": mark, "action": "all"}, timeout=20).raise_for_status()
    return where


def test_a_slow_upload_and_many_connections_and_clicks_stop_no_booking(
    browser: requests.Session, page: Page, desk: Desk
) -> None:
    session = desk.session(30)
    port = int(page.address.rstrip("/").rpartition(":")[2])
    with ExitStack() as open_ones, ThreadPoolExecutor(10) as clicks:
        for at in range(200):
            one = open_ones.enter_context(socket.create_connection(("127.0.0.1", port), timeout=20))
            if at % 2:  # the half of them begin an upload that never ends
                one.sendall(b"POST /add HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nabc")
        where = ordered(browser, page, session)
        clicked = [clicks.submit(browser.get, f"{page.address}", timeout=30) for _ in range(50)]
        assert {one.result().status_code for one in clicked} == {200}
        for _ in range(300):
            if "20 of 20 people are booked" in browser.get(f"{where}/result", timeout=20).text:
                break
    assert sorted(desk.booked(session)) == sorted(NAMES)


def test_no_name_token_or_code_gets_into_a_log(
    browser: requests.Session, page: Page, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    where = ordered(browser, page, desk.session(30))
    for _ in range(300):
        if "20 of 20 people are booked" in (text := browser.get(f"{where}/result", timeout=20).text):
            break
    token = found(r'name="token" value="([^"]*)"', browser.get(f"{page.address}close", timeout=20).text)
    assert page.link is not None
    # What tests and their client log themselves is no log of ours.
    ours = "\n".join(one.getMessage() for one in caplog.records if one.name.startswith(("importer", "waitress")))
    assert "begin" in ours
    for secret in ("Ann1", "Lee1", token, page.link.code, desk.sandbox.key):
        assert secret not in ours
    addresses = re.findall(r'(?:href|action)="([^"]*)"', text)
    assert not [one for one in addresses if "Ann" in one or "Spring" in one]
