"""What takes longer than a person should wait for a page: made beside it, while the last that was made is shown."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Generic, TypeVar

T = TypeVar("T")

_MOST = 8


class InBackground(Generic[T]):
    """By the id of a list: what was made last, and what is being made. Safe to call from any thread."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(2, thread_name_prefix="looking")
        self._lock = threading.Lock()
        self._last: OrderedDict[str, T] = OrderedDict()
        self._running: dict[tuple[str, int], Future[T]] = {}

    def last(self, id_: str) -> T | None:
        with self._lock:
            return self._last.get(id_)

    def keep(self, id_: str, made: T) -> T:
        with self._lock:
            self._last[id_] = made
            self._last.move_to_end(id_)
            while len(self._last) > _MOST:
                self._last.popitem(last=False)
        return made

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
