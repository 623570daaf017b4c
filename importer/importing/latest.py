"""What was made last of each list, as much of it as memory should hold: long lists take the place of others sooner."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")

MOST_ROWS = 10_000
"""Of all that is held together, but for what was made last."""

_MOST = 50


class Latest(Generic[T]):
    """By the id of a list; ``rows_of`` says how long it is. Safe to call from any thread."""

    def __init__(self, rows_of: Callable[[T], int]) -> None:
        self._rows_of = rows_of
        self._made: OrderedDict[str, T] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, id_: str) -> T | None:
        with self._lock:
            if id_ in self._made:
                self._made.move_to_end(id_)
            return self._made.get(id_)

    def put(self, id_: str, made: T) -> T:
        with self._lock:
            self._made[id_] = made
            self._made.move_to_end(id_)
            while len(self._made) > 1 and (len(self._made) > _MOST or self._rows > MOST_ROWS):
                self._made.popitem(last=False)
        return made

    def drop(self, id_: str) -> None:
        with self._lock:
            self._made.pop(id_, None)

    @property
    def _rows(self) -> int:
        return sum(map(self._rows_of, self._made.values()))
