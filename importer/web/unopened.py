"""Files that wait for their password: in memory alone, for a few minutes."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from typing import NamedTuple

_STAYS_S = 15 * 60
_MOST = 4


class _Waiting(NamedTuple):
    by: str
    name: str
    content: bytes
    until: float


class Unopened:
    """The files that wait, each known by an id that can't be guessed. Where there are too many the oldest goes."""

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._lock = threading.Lock()
        self._files: dict[str, _Waiting] = {}

    def keep(self, name: str, content: bytes, *, by: str) -> str:
        id_ = secrets.token_urlsafe(16)
        with self._lock:
            self._forget_old()
            while len(self._files) >= _MOST:
                del self._files[next(iter(self._files))]
            self._files[id_] = _Waiting(by, name, content, self._seconds() + _STAYS_S)
        return id_

    def find(self, id_: str, *, by: str) -> tuple[str, bytes] | None:
        """Name and content of what this person has sent."""
        with self._lock:
            self._forget_old()
            found = self._files.get(id_)
        return (found.name, found.content) if found and found.by == by else None

    def drop(self, id_: str) -> None:
        with self._lock:
            self._files.pop(id_, None)

    def _forget_old(self) -> None:
        now = self._seconds()
        self._files = {id_: one for id_, one in self._files.items() if one.until > now}
