"""The sessions that somebody may choose from, as they were looked up some minutes ago."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from importer.model import GroupBooking

_FRESH = timedelta(minutes=5)


class Offered:
    """Safe to call from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sessions: tuple[GroupBooking, ...] = ()
        self._until: datetime | None = None

    def sessions(self, look: Callable[[], tuple[GroupBooking, ...]], *, now: datetime) -> tuple[GroupBooking, ...]:
        """Those that ``look`` finds; those of before, where that was minutes ago."""
        with self._lock:
            if self._until is None or now > self._until:
                self._sessions, self._until = look(), now + _FRESH
            return self._sessions
