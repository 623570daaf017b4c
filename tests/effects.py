"""A process that dies at one of its effects: told before each, so that a test can let it die at every one."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any, TypeVar

import pytest
import sqlalchemy as sa
from requests.adapters import HTTPAdapter
from thorough import every

from importer.ledger.copies import RosterCopies

T = TypeVar("T")

DIES_EVERY = every(8)
"""A process dies at every eighth moment, in a soak at each."""


class Death(BaseException):
    """The process is gone, as by SIGKILL: nothing of ours may take it for an error of its own."""


class Life:
    """The effects of one process, counted. It dies just before one of them; from then on none takes place.

    ``dies_at`` is that effect's number, counted from 1, or words that the first such effect is named by.
    """

    def __init__(self, dies_at: int | str = 0) -> None:
        self.effects: list[str] = []
        self.died_at = ""
        self._dies_at = dies_at
        self._lock = threading.Lock()

    def effect(self, what: str) -> None:
        with self._lock:
            if not self.died_at:
                self.effects.append(what)
                if len(self.effects) == self._dies_at or (isinstance(self._dies_at, str) and self._dies_at in what):
                    self.died_at = what
            if self.died_at:
                raise Death(what)


class Effects:
    """Tells the life of the day of every effect that the package has on anything outside of its process.

    ``confirms`` counts the confirms that went out, by slot, and ``removals`` the calls that take somebody off, by path.
    """

    def __init__(self) -> None:
        self.life = Life()
        self.did: list[str] = []
        self.confirms: Counter[str] = Counter()
        self.removals: Counter[str] = Counter()

    @contextmanager
    def installed(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        send, keep, drop = HTTPAdapter.send, RosterCopies.keep, RosterCopies.drop

        def mortal_send(adapter: HTTPAdapter, request: Any, **options: Any) -> Any:
            self.life.effect(f"before {request.method} {request.path_url}")
            if request.method == "POST" and request.path_url.endswith("/bookings"):
                self.confirms[json.loads(request.body)["slot_id"]] += 1
            if request.path_url.endswith("/cancel"):
                self.removals[request.path_url] += 1
            try:
                return send(adapter, request, **options)
            finally:
                # Between an answer that was only read and what comes next nothing has happened.
                if request.method == "POST":
                    self.life.effect(f"after {request.method} {request.path_url}")

        def mortal_keep(copies: RosterCopies, run: int, roster: Any) -> None:
            self.life.effect("before the roster copy")
            keep(copies, run, replace(roster, content=roster.content[: len(roster.content) // 2]))
            self.life.effect("half-way through the roster copy")
            keep(copies, run, roster)

        def mortal_drop(copies: RosterCopies, run: int) -> None:
            self.life.effect("before a roster copy is dropped")
            drop(copies, run)

        monkeypatch.setattr(HTTPAdapter, "send", mortal_send)
        monkeypatch.setattr(RosterCopies, "keep", mortal_keep)
        monkeypatch.setattr(RosterCopies, "drop", mortal_drop)

        def mortal_sql(_connection: sa.Connection, _cursor: Any, statement: str, *_more: Any) -> None:
            if not statement.startswith(("PRAGMA", "SELECT")):
                self.life.effect(f"before {statement}")

        sa.event.listen(sa.Engine, "before_cursor_execute", mortal_sql)
        yield
        sa.event.remove(sa.Engine, "before_cursor_execute", mortal_sql)

    def live(self, do: Callable[[], T], dies_at: int = 0) -> T | None:
        """What a process of its own came to, or ``None`` where it died; ``did`` says what it did.

        A death is noticed by nobody else: whoever takes it for an error of its own fails the test.
        """
        life = self.life = Life(dies_at)
        self.did = life.effects
        came_to = None
        with suppress(Death):
            came_to = do()
        self.life = Life()
        assert (came_to is None) == bool(life.died_at), f"the death at {life.died_at!r} was taken for something else"
        return came_to

    @contextmanager
    def death(self, dies_at: int | str) -> Iterator[None]:
        """Within the block the process dies."""
        self.life = Life(dies_at)
        try:
            with pytest.raises(Death):
                yield
        finally:
            self.life = Life()
