"""The program killed while it books, and what else happens to it meanwhile: nobody twice, nobody lost."""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import requests
from killing import LEDGER
from thorough import SOAK

from importer.sandbox import Sandbox

HERE = Path(__file__).parents[2]
KILLS = 20 if SOAK else 3
PEOPLE = 24


class Site:
    """``roster web`` in a process of its own, at a service that is counted from outside, and a browser at it."""

    def __init__(self, folder: Path, service: Sandbox) -> None:
        self.folder, self.service, self.address = folder, service, ""
        self.browser = requests.Session()

    def start(self) -> None:
        place = ["--base-url", self.service.base_url, "--ledger", str(self.folder / LEDGER)]
        haste = ["--settle-wait-s", "0.5", "--settle-margin-s", "0.3", "--timeout-s", "1", "--workers", "4"]
        port = self.address.rpartition(":")[2].strip("/") or "0"
        words = [sys.executable, "-m", "importer", "web", *place, *haste, "--no-browser", "--contact", "none"]
        home = {"HOME": str(self.folder), "APPOINTEDD_API_KEY": self.service.key, "PYTHONPATH": str(HERE)}
        self.process = subprocess.Popen(
            [*words, "--port", port], env=os.environ | home, cwd=self.folder, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        said = "".join(self.process.stdout.readline() for _ in range(3))
        address, code = re.findall(r"http://127\.0\.0\.1:\d+/|[A-Z0-9]{4}-[A-Z0-9]{4}-[A-Z0-9]{4}", said)
        if not self.address:
            self.browser.post(f"{address}sign-in", data={"code": code}, timeout=20)
        self.address = address
        self.browser.headers["Origin"] = address.rstrip("/")

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()

    def get(self, path: str) -> str:
        return self.browser.get(f"{self.address}{path}", timeout=20).text

    def post(self, path: str, page: str, **fields: str) -> str:
        """A form of this page; returns the path that it leads to."""
        token = re.findall(r'name="token" value="([^"]*)"', page)[0]
        file = {"file": ("Spring.csv", fields.pop("file"))} if "file" in fields else None
        data = {"token": token} | fields
        answer = self.browser.post(f"{self.address}{path}", data=data, files=file, timeout=20, allow_redirects=False)
        assert answer.status_code == 302, answer.text
        return answer.headers["Location"].lstrip("/")

    def order(self, session: str) -> str:
        """A list is added and booked; returns its path."""
        rows = [f"{session},Person{at},Number{at}" for at in range(PEOPLE)]
        text = "\n".join(["Group booking ID,First name,Last name", *rows])
        path = self.post("add", self.get("add"), file=text)
        plan = self.get(f"{path}/plan")
        mark = re.findall(r'name="mark" value="([^"]*)"', plan)[0]
        self.post(f"{path}/plan", plan, mark=mark, action="all")
        return path


@contextmanager
def started(folder: Path, **options: Any) -> Iterator[tuple[Site, str]]:
    """The page, and the id of a session with places enough."""
    with Sandbox(hold_minutes=1.5 / 60, **options) as service:
        start = datetime.fromisoformat("2030-03-02T10:00:00+00:00")
        session = service.world.add_session("Pottery", "Studio 1", start, 60, 99)
        site = Site(folder, service)
        site.start()
        try:
            yield site, session.id
        finally:
            site.kill()


def test_a_program_that_is_killed_goes_on_by_itself_and_books_nobody_twice(tmp_path: Path) -> None:
    chance = random.Random(14)
    with started(tmp_path, latency_s=0.03) as (site, session):
        path = site.order(session)
        for _ in range(KILLS):
            requests_then = site.service.requests.total() + chance.randint(1, 2 * PEOPLE // KILLS + 2)
            wait_for(lambda at=requests_then: site.service.requests.total() >= at, 5)
            time.sleep(chance.uniform(0, 0.05))
            site.kill()
            site.start()
            assert "Your imports" in site.get("")  # the cookie of before is still good
        wait_for(lambda: f"{PEOPLE} of {PEOPLE} people are booked" in site.get(f"{path}/result"), 40)
        there = sorted(person.name for person in site.service.world.people(session))
        assert there == sorted(f"Person{at} Number{at}" for at in range(PEOPLE))


def wait_for(is_so: Callable[..., bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not is_so() and time.monotonic() < deadline:
        time.sleep(0.05)
