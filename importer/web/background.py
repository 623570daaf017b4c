"""What takes longer than a person should wait for a page: made beside it, while the last that was made is shown."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Generic, TypeVar

from importer.importing.latest import Latest

T = TypeVar("T")


class InBackground(Generic[T]):
    """By the id of a list: what was made last, and what is being made. Safe to call from any thread."""

    def __init__(self, rows_of: Callable[[T], int]) -> None:
        self._pool = ThreadPoolExecutor(2, thread_name_prefix="looking")
        self._latest = Latest(rows_of)
        self._lock = threading.Lock()
        self._running: dict[tuple[str, int], Future[T]] = {}
        self.last = self._latest.get
        self.keep = self._latest.put

    def begin(self, id_: str, version: int, make: Callable[[], T]) -> Future[T]:
        """Make it for this version, once. Whatever ``make`` raises its future raises."""
        key = (id_, version)
        with self._lock:
            if key not in self._running:
                self._running[key] = self._pool.submit(self._made, key, make)
            return self._running[key]

    def _made(self, key: tuple[str, int], make: Callable[[], T]) -> T:
        try:
            return self.keep(key[0], make())
        finally:
            with self._lock:
                self._running.pop(key, None)
