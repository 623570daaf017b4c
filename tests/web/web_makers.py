"""A browser without scripts for tests of the page: it follows what is on a page, and sends what browsers send."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from desk import Desk
from flask import Flask
from werkzeug.test import TestResponse

from importer.web.app import make_app
from importer.web.link import Link
from importer.web.site import Site

PORT = 8740
ADDRESS = f"http://127.0.0.1:{PORT}/"
FROM_HERE = {"Sec-Fetch-Site": "same-origin", "Origin": ADDRESS.rstrip("/")}


class Browser:
    """``page`` is the last answer's text. Every call sends what a browser sends from a page of ours."""

    def __init__(self, app: Flask, site: Site, desk: Desk) -> None:
        self.app, self.site, self.desk = app, site, desk
        self.client = app.test_client()
        self.page = ""

    def sign_in(self, code: str = "") -> TestResponse:
        return self.post("/sign-in", code=code or self.site.link.code)

    def get(self, path: str, **options: Any) -> TestResponse:
        answer = self.client.get(path, base_url=ADDRESS, **options)
        return self._seen(answer)

    def post(self, path: str, *, headers: dict[str, str] | None = None, **fields: Any) -> TestResponse:
        """A form of the page that was seen last: with its token, unless ``token`` is among the fields."""
        token = re.search(r'name="token" value="([^"]*)"', self.page)
        data = {"token": token[1] if token else ""} | fields
        answer = self.client.post(path, base_url=ADDRESS, data=data, headers=FROM_HERE if headers is None else headers)
        return self._seen(answer)

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


def page_of(desk: Desk, *, is_practice: bool = True) -> Browser:
    settings = desk.settings()
    link = Link(desk.folder / "ledger-page.html", ADDRESS, desk.clock.seconds)
    site = Site(settings, lambda _learned, _stop: desk.service(), "priya", link, is_practice=is_practice)
    hosts = (f"127.0.0.1:{PORT}", f"localhost:{PORT}")
    app = make_app(site, hosts=hosts, cookie=f"roster-{PORT}", secret_key=b"k" * 32)
    app.testing = False
    return Browser(app, site, desk)
