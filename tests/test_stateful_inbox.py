"""Exports that come while rounds are at work, rounds that die, lists corrected under other names, answers cut on the way.

What ``test_stateful`` has no place for: files in a folder, and the real wire behind a proxy. ``SOAK=1`` looks for longer.
"""

from __future__ import annotations

import os
import ssl
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack, suppress
from hashlib import sha256
from pathlib import Path
from typing import Any
from unittest import mock

import trustme
from box import Box, Crash, Row, person
from desk import Desk
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from office import so_many
from proxy import Proxy, Tls, address_of

from importer.booking.crew import CarriedOut
from importer.booking.lanes import book
from importer.importing.bounded_process import BoundedProcess
from importer.ledger import Ledger
from importer.model import Status

NAME = "booking.example"
SURNAMES = ("Lovelace", "Turing", "Hopper", "Dijkstra", "Noether", "Curie", "Gauss", "Euler", "Fermat")
"""A list of five and more is known again under another name, one of ten and more may be held."""
FEWEST = 6
MOST = len(SURNAMES)


class Inbox(RuleBasedStateMachine):
    """One list of people that grows and is corrected, exported into an inbox under one name or another."""

    stack: ExitStack | None = None

    @initialize(is_proxied=st.booleans())
    def open_box(self, is_proxied: bool) -> None:
        self.stack = ExitStack()
        folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        (folder / "in").mkdir()
        self.desk = self.stack.enter_context(Desk(folder))
        self.box = Box(self.desk, folder / "in")
        self.session = self.desk.session(places=100)
        self.count = FEWEST
        self.first_names = ["Ada"] * MOST
        self.there: Counter[str] = Counter()
        self.cut_at: int | None = None
        # How a file is read safely is not at stake here, and takes a process.
        self.stack.enter_context(mock.patch.object(BoundedProcess, "call", _here))
        if is_proxied:
            self._go_through_proxy(folder)

    def _go_through_proxy(self, folder: Path) -> None:
        assert self.stack
        authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.cert_pem.write_to_path(folder / "ca.pem")
        authority.issue_cert(NAME).configure_cert(context)
        tls = self.stack.enter_context(Tls(address_of(self.desk.sandbox.base_url), context))
        proxy = self.stack.enter_context(Proxy(("127.0.0.1", tls.port), cuts_answer=self._cuts_answer))
        words = {"https_proxy": proxy.url, "REQUESTS_CA_BUNDLE": str(folder / "ca.pem")}
        self.stack.enter_context(mock.patch.dict(os.environ, words))
        self.desk.address = f"https://{NAME}/v1/"

    def _cuts_answer(self) -> bool:
        is_due = self.cut_at is not None and self.desk.posts()["confirm"] >= self.cut_at
        if is_due:
            self.cut_at = None
        return is_due

    def _rows(self) -> list[Row]:
        names = zip(self.first_names, SURNAMES[: self.count], strict=False)
        return [person(self.session, first, last) for first, last in names]

    # What happens

    @rule(name=st.sampled_from(["hr.csv", "hr corrected.csv"]))
    def export(self, name: str) -> None:
        self.box.put(self._rows(), name)

    @rule()
    def somebody_joins(self) -> None:
        self.count = min(self.count + 1, MOST)

    @rule(cut_after=st.none() | st.integers(1, 4))
    def round(self, cut_after: int | None) -> None:
        self.cut_at = cut_after and self.desk.posts()["confirm"] + cut_after
        self._round()
        self.cut_at = None

    @rule()
    def export_anew_while_a_round_is_at_work(self) -> None:
        self.box.put(self._rows())
        newer: list[bytes] = []

        def export() -> None:
            self.somebody_joins()
            newer.append(self.box.put(self._rows()).read_bytes())

        with _meanwhile(export):
            self._round()
        self._round()
        with Ledger.open(self.desk.settings().ledger) as ledger:
            were_read = {run.sha256 for run in ledger.runs()}
        for content in newer:
            assert sha256(content).hexdigest() in were_read or "done" not in self.box.where(content), "done, but unread"

    @rule(is_lost=st.booleans(), is_put=st.booleans())
    def die_and_correct_the_list_under_another_name(self, is_lost: bool, is_put: bool) -> None:
        self._round()
        self.somebody_joins()
        roster = self.box.put(self._rows())
        with _meanwhile(_die), suppress(Crash):
            self._round()
        at, name = self.count - 1, SURNAMES[self.count - 1]
        self.first_names[at], was = "Aba" if self.first_names[at] == "Ada" else "Ada", self.first_names[at]
        is_booked = name in self.there
        if is_lost:
            self.box.lose(roster)
        if is_put:
            self.box.put(self._rows(), "hr corrected.csv")
        self._round()
        if is_lost and is_put and not is_booked:
            assert f"{was} {name}" not in self.desk.booked(self.session), f"{name} is booked as the list was before"

    @rule()
    def time_passes(self) -> None:
        self.desk.clock.wait(3600)

    # The truth

    def _round(self) -> None:
        self.box.round()
        with Ledger.open(self.desk.settings().ledger) as ledger:
            sent = len(ledger.entries_of([run.id for run in ledger.runs()]))
        assert self.desk.posts()["confirm"] <= sent, "a place was confirmed twice"
        self.there = Counter(name.split()[1] for name in self.desk.booked(self.session))
        assert set(self.there.values()) <= {1}, f"booked twice: {self.there}"

    def teardown(self) -> None:
        if self.stack is None:
            return
        with self.stack:
            self.box.put(self._rows())
            for _ in range(3):
                self.desk.clock.wait(3 * 3600)
                self._round()
            missing = set(SURNAMES[: self.count]) - self.there.keys() - self._asked_about()
            assert not missing, f"lost: {missing}"

    def _asked_about(self) -> set[str]:
        """Who waits for a person's answer is not lost: somebody of another name may be who is booked."""
        with Ledger.open(self.desk.settings().ledger) as ledger:
            every = [one for run in reversed(ledger.runs()) for one in ledger.outcomes(run.id)]
        last_told = {one.name.split()[1]: one.status for one in every}
        return {surname for surname, status in last_told.items() if status is Status.SAME_PERSON}


def _here(_process: BoundedProcess, call: Callable[..., object], *given: object, **more: object) -> object:
    return call(*given, **more)


def _meanwhile(does: Callable[[], object]) -> mock._patch[Callable[..., CarriedOut]]:
    """Something happens once, before people are being booked."""
    left = [does]

    def books(*given: Any, **more: Any) -> CarriedOut:
        if left:
            left.pop()()
        return book(*given, **more)

    return mock.patch("importer.importing.carrying_out.book", books)


def _die() -> None:
    raise Crash


Inbox.TestCase.settings = so_many(4, 6, moves_in_a_soak=12)
TestInbox = Inbox.TestCase
