"""The page as a program: it starts, lets its owner in, and ends."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from desk import Desk

from importer.errors import AnotherRunError
from importer.ledger import Ledger
from importer.model.examinations import Learned
from importer.service.port import BookingService
from importer.web.at_work import AtWork
from importer.web.link import Link
from importer.web.serving import Page, PageFiles
from importer.web.site import Site

HERE = Path(__file__).parents[2]


@pytest.fixture
def page(desk: Desk) -> Iterator[Page]:
    with open_page(desk) as page:
        yield page


@contextmanager
def open_page(desk: Desk) -> Iterator[Page]:
    def site(link: Link, ledger: Ledger) -> Site:
        def connect(_learned: Learned, _stop: threading.Event) -> BookingService:
            return desk.service()

        work = AtWork(desk.settings(), connect, is_practice=False)
        return Site(desk.settings(), ledger, connect, work, "priya", link)

    with PageFiles(desk.settings().ledger) as files, Page(site, files, port=0) as page:
        yield page


def signed_in(page: Page) -> requests.Session:
    browser = requests.Session()
    assert browser.post(f"{page.address}sign-in", data={"code": page.link.code}, timeout=9).status_code == 200
    return browser


def test_whoever_has_the_link_sees_their_imports(page: Page) -> None:
    assert "Your imports" in signed_in(page).get(page.address, timeout=9).text
    assert "Your imports" not in requests.get(page.address, timeout=9).text.partition("<main")[2]


def test_there_is_one_page_of_a_ledger(page: Page, desk: Desk) -> None:
    with pytest.raises(AnotherRunError, match="runs already"), open_page(desk):
        pass


def test_it_ends_an_hour_after_it_was_last_asked_but_not_while_something_is_at_work(page: Page) -> None:
    at_work = threading.Event()
    at_work.set()
    waiting = threading.Thread(target=page.wait, args=(at_work.is_set,), kwargs={"idle_s": 0.1})
    waiting.start()
    waiting.join(1.2)
    assert waiting.is_alive()
    at_work.clear()
    waiting.join(5)
    assert not waiting.is_alive()


def test_windows_go_on_after_the_program_was_killed_but_not_after_it_was_closed(desk: Desk) -> None:
    with open_page(desk) as first:
        key = desk.settings().ledger.with_name("ledger-page.key").read_bytes()
        assert first.link.path.exists()
    assert not desk.settings().ledger.with_name("ledger-page.key").exists()
    assert not first.link.path.exists()
    desk.settings().ledger.with_name("ledger-page.key").write_bytes(key)  # as kill -9 leaves it
    with open_page(desk) as second:
        assert second._app.secret_key == key


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_the_command_shows_where_the_page_is_and_ends_with_ctrl_c(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "importer", "web", "--sandbox", "--port", "0", "--no-browser"]
    with subprocess.Popen(command, cwd=HERE, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        lines = [program.stdout.readline() for _ in range(4)]
        address, code = re.findall(r"http://127\.0\.0\.1:\d+/|[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}", "".join(lines))
        browser = requests.Session()
        assert browser.post(f"{address}sign-in", data={"code": code}, timeout=9).status_code == 200
        assert "PRACTICE" in browser.get(address, timeout=9).text
        program.send_signal(signal.SIGINT)
        assert program.wait(10) == 0
    assert list(tmp_path.rglob("*-page.*")) != []
    assert [path.name for path in tmp_path.rglob("*-page.*")] == ["ledger-page.lock"]
