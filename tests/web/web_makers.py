"""A browser without scripts for tests of the page: it follows what is on a page, and sends what browsers send."""

from __future__ import annotations

import io
import re
import threading
import time
from collections.abc import Mapping, Sequence
from html import unescape
from typing import Any

from desk import Desk
from flask import Flask
from werkzeug.test import TestResponse

from importer.ledger import Ledger
from importer.model.examinations import Learned
from importer.service.port import BookingService
from importer.web.at_work import AtWork
from importer.web.audit_log import Audit
from importer.web.link import Link
from importer.web.proxy import Proxy
from importer.web.roles import Role, Roles
from importer.web.serving import app_at
from importer.web.site import Site

PORT = 8740
ADDRESS = f"http://127.0.0.1:{PORT}/"
PUBLIC = "https://rosters.example.org/"
FROM_HERE = {"Sec-Fetch-Site": "same-origin", "Origin": ADDRESS.rstrip("/")}


class Browser:
    """``page`` is the last answer's text. Every call sends what a browser sends from a page of ours."""

    def __init__(self, app: Flask, site: Site, desk: Desk, address: str = ADDRESS) -> None:
        self.app, self.site, self.desk, self.address = app, site, desk, address
        self.client = app.test_client()
        self.page = ""
        self.list = ""

    def sign_in(self, code: str = "") -> TestResponse:
        assert self.site.link is not None
        return self.post("/sign-in", code=code or self.site.link.code)

    def get(self, path: str, **options: Any) -> TestResponse:
        answer = self.client.get(path, base_url=self.address, **options)
        return self._seen(answer)

    def post(self, path: str, *, headers: dict[str, str] | None = None, **fields: Any) -> TestResponse:
        """A form of the page that was seen last: with its token, unless ``token`` is among the fields."""
        data = {"token": self.token} | fields
        answer = self.client.post(
            path, base_url=self.address, data=data, headers=FROM_HERE if headers is None else headers
        )
        return self._seen(answer)

    def add(self, name: str, content: str | bytes) -> None:
        """Send a list, and go on to where it goes on by itself."""
        self.get("/add")
        sent = content.encode() if isinstance(content, str) else content
        answer = self.post("/add", file=(io.BytesIO(sent), name))
        assert answer.status_code == 302, self.text
        self.list = answer.headers["Location"]
        self.get(self.list, follow_redirects=True)

    def plan(self, name: str, content: str | bytes) -> None:
        """Send a list of which nothing is open, and go on to its plan."""
        self.add(name, content)
        self.get(f"{self.list}/plan")

    def order(self, *, action: str = "all", waits: bool = True, **chosen: str) -> None:
        """Book what is on the plan that is shown."""
        answer = self.post(f"{self.list}/plan", mark=self.mark, action=action, **chosen)
        assert answer.status_code == 302, self.text
        self.get(f"{self.list}/booking")
        if waits:
            self.wait_for_result()

    def wait_for_result(self) -> None:
        deadline = time.monotonic() + 30
        while self.get(f"{self.list}/booking").status_code != 302:
            assert time.monotonic() < deadline, self.text
            time.sleep(0.02)
        self.get(self.list, follow_redirects=True)

    def seen(self, path: str) -> str:
        """What is read on a screen."""
        self.get(path)
        return self.text

    def send(self, path: str, body: bytes, content_type: str) -> TestResponse:
        """A form, as bytes."""
        answer = self.client.post(path, base_url=self.address, data=body, content_type=content_type, headers=FROM_HERE)
        return self._seen(answer)

    @property
    def token(self) -> str:
        found = re.search(r'name="token" value="([^"]*)"', self.page)
        return found[1] if found else ""

    @property
    def mark(self) -> str:
        found = re.search(r'name="mark" value="([^"]*)"', self.page)
        return found[1] if found else ""

    @property
    def text(self) -> str:
        """What is read on the page, without tags."""
        main = self.page.partition("<main")[2] or self.page
        return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", f"<main{main}")))

    def _seen(self, answer: TestResponse) -> TestResponse:
        self.page = answer.get_data(as_text=True) if answer.mimetype == "text/html" else self.page
        answer.get_data()
        answer.close()
        return answer


def page_of(desk: Desk, ledger: Ledger, *, is_practice: bool = True, **chosen: Any) -> Browser:
    settings = desk.settings(**chosen)
    link = Link(desk.folder / "ledger-page.html", ADDRESS, desk.clock.seconds)

    def connect(_learned: Learned, _stop: threading.Event) -> BookingService:
        return desk.service()

    work = AtWork(settings, connect, is_practice=is_practice, clock=desk.clock)
    site = Site(settings, ledger, connect, work, "priya", link, is_practice=is_practice, clock=desk.clock)
    return Browser(app_at(site, ADDRESS, b"k" * 32), site, desk)


class Server:
    """The page on a server, with a browser for each of its people, behind a proxy that has signed them in."""

    def __init__(self, desk: Desk, ledger: Ledger, roles: Mapping[Role, Sequence[str]], **chosen: Any) -> None:
        settings, self.desk = desk.settings(**chosen), desk

        def connect(_learned: Learned, _stop: threading.Event) -> BookingService:
            return desk.service()

        work = AtWork(settings, connect, is_practice=False, clock=desk.clock)
        self.audit = Audit(desk.folder / "ledger-page.audit")
        self.site = Site(
            settings,
            ledger,
            connect,
            work,
            "",
            None,
            clock=desk.clock,
            proxy=Proxy("X-Remote-User", ("10.0.0.0/8",), PUBLIC),
            roles=Roles(roles),
            audit=self.audit,
        )
        self.app = app_at(self.site, PUBLIC, b"k" * 32)

    def browser(self, user: str, *, address: str = "10.0.0.1", signs_in: bool = True) -> Browser:
        browser = Browser(self.app, self.site, self.desk, PUBLIC)
        browser.client.environ_base |= {"HTTP_X_REMOTE_USER": user, "REMOTE_ADDR": address}
        if signs_in:
            assert browser.post("/sign-in").status_code == 302
        return browser
