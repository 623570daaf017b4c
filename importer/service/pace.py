"""How fast requests go out: one limiter for all lanes, which finds the service's unknown limit by itself."""

from __future__ import annotations

import random
import threading
import time
from collections import deque
from collections.abc import Callable

from importer.errors import ServiceError

LONGEST_WAIT_S = 300.0
"""More waiting than this in a row, asked for by the service, ends the run politely."""

CUT = 0.93
GROWTH_PER_S = 0.005
FIRST_BACKOFF_S = 0.5
LONGEST_BACKOFF_S = 60.0


class Pace:
    """A turn for each request. After a 429 all lanes pause as one and go on a little slower than what had worked.

    ``rate`` caps the requests a second; ``None`` starts without a limit. ``clock`` and ``sleep`` are for tests.
    """

    def __init__(
        self,
        rate: float | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._cap = rate
        self._rate = rate
        self._clock, self._sleep = clock, sleep
        self._lock = threading.Lock()
        self._next_turn = clock()
        self._grown_at = self._cut_at = clock()
        self._answered: deque[float] = deque()
        self._waiting_since: float | None = None
        self._throttled_in_row = 0

    def turn(self) -> float:
        """Wait until a request may go out; returns the moment it does, to be handed to ``throttled``."""
        while True:
            with self._lock:
                now = self._clock()
                self._grow(now)
                if self._next_turn <= now:
                    self._next_turn = max(self._next_turn, now - 0.1) + (1 / self._rate if self._rate else 0)
                    return now
                wait_s = self._next_turn - now
            self._sleep(wait_s)

    def answered(self) -> None:
        """The service took a request: the waiting in a row is over."""
        with self._lock:
            now = self._clock()
            self._waiting_since, self._throttled_in_row = None, 0
            self._answered.append(now)
            while self._answered[0] < now - 1:
                self._answered.popleft()

    def throttled(self, sent_at: float, retry_after_s: float | None) -> None:
        """The service answered 429. Raises ``ServiceError`` when it asks for more waiting than ``LONGEST_WAIT_S``."""
        with self._lock:
            now = self._clock()
            if self._waiting_since is None:
                self._waiting_since = now
            if sent_at >= self._cut_at:
                self._throttled_in_row += 1
                taken_per_s = sum(moment > now - 1 for moment in self._answered)
                slower = max(taken_per_s, 1) * CUT
                self._rate = min(slower, self._rate * CUT) if self._rate else slower
                self._grown_at = self._cut_at = now
            backoff_s = min(FIRST_BACKOFF_S * 2 ** max(self._throttled_in_row - 1, 0), LONGEST_BACKOFF_S)
            pause_s = backoff_s * random.uniform(1, 1.2) if retry_after_s is None else max(retry_after_s, 0.05)
            if now + pause_s - self._waiting_since > LONGEST_WAIT_S:
                raise ServiceError(
                    "Appointedd asks to wait longer than five minutes. Who was not tried is listed; "
                    "run the same command again later."
                )
            self._next_turn = max(self._next_turn, now + pause_s)

    def _grow(self, now: float) -> None:
        if self._rate and now > self._grown_at:
            grown = self._rate * (1 + GROWTH_PER_S * (now - self._grown_at))
            self._rate = min(grown, self._cap) if self._cap else grown
            self._grown_at = now
