"""A real Chromium at the page: every screen that it sees is looked through for faults of access and of security."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

if TYPE_CHECKING:
    from playwright.sync_api import ConsoleMessage

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "msedge")
_RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
_COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
_WIDTHS = (320, 768, 1280)
_TOO_WIDE = """
    () => [...document.querySelectorAll("body *")]
        .filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(".scroll, .unseen, .skip"))
        .map(e => e.outerHTML.slice(0, 80))
"""


def executable() -> str:
    """The browser that is there; no test downloads one. Skips where there is none, and fails where CI wants one."""
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None and os.environ.get("CI") == "true":
        pytest.fail("There is no Chromium: apt-get install chromium")
    if found is None:
        pytest.skip("There is no Chromium: apt-get install chromium")
    return found


@contextmanager
def chromium() -> Iterator[Browser]:
    path = executable()
    with sync_playwright() as playwright:
        # A container lets no root have a sandbox.
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


class Visitor:
    """Somebody at the page with a browser. Whatever its console complains of is a fault, but for refused forms."""

    def __init__(self, page: Page, link: Path) -> None:
        self.page, self._link = page, link
        self.complaints: list[str] = []
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def open(self) -> None:
        """By the link, as the program opens it."""
        self.page.goto(self._link.as_uri())
        if self.page.get_by_role("button", name="Open the page").count():  # without scripts
            self.page.get_by_role("button", name="Open the page").click()
        self.page.get_by_role("heading", name="Your imports").wait_for()

    def look(self, name: str) -> None:
        """The screen has no fault that axe knows, light and dark, fits into every width, and the console is silent."""
        for scheme, rules in (("dark", _COLOURS), ("light", _RULES)):
            self.page.emulate_media(color_scheme=scheme)
            found = Axe().run(self.page, options=rules).response["violations"]
            faults = [
                f"{one['id']}: {node['target']} {node['failureSummary']}" for one in found for node in one["nodes"]
            ]
            assert not faults, "\n".join([f"{name}, {scheme}", *faults])
        for width in _WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 800})
            wide = self.page.evaluate(_TOO_WIDE)
            assert wide == [], f"{name}: {width}"
        assert self.complaints == [], name

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and "the server responded with a status of 4" not in message.text:
            self.complaints.append(message.text)
