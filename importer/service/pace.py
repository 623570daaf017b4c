"""How fast requests go out: one limiter for all lanes, which finds the service's unknown limit by itself."""

from __future__ import annotations

import random
import threading
import time
from collections import deque
from collections.abc import Callable

from importer.errors import ServiceError
from importer.model import PROVIDER

LONGEST_WAIT_S = 300.0
"""More waiting than this in a row, asked for by the service, ends the run politely."""

CUT = 0.93
GROWTH_PER_S = 0.005
GROWTH_PER_REQUEST = 0.0015
"""The rate grows by the smaller of the two, so that a limit counted by the minute is not met every few requests."""

RARE = 33
"""Refusals are rare where so many requests were taken since the last one: about 3 in 100."""

CUTS_IN_VAIN = 3
LEFT_ALONE_S = 30.0
"""So many cuts that do not make refusals rare are taken back, and nothing is cut for so long: it would help nobody."""

LONG_WAIT_S = 10.0
"""Waiting in a row that is told to whoever looks on."""

_STOPPED = (
    f"Stopped while {PROVIDER} asked us to wait. The rows that are left are listed; run the same command again later."
)

FIRST_BACKOFF_S = 0.5
LONGEST_BACKOFF_S = 60.0


class Pace:
    """A turn for each request. After a 429 all lanes pause as one and go on a little slower than what had worked.

    Where that does not end the refusals, it goes on as slowly as requests were really taken, pauses and all: a limit
    counted by the minute looks like none until then. Where not even that ends them, others use the limit up, and it
    slows down no more. ``rate`` caps the requests a second; ``None`` starts without a limit. ``stop``, set by whoever
    wants nobody new to be started, ends a wait that the service asked for; ``tell`` is called once such a wait is long.
    ``clock`` and ``sleep`` are for tests.
    """

    def __init__(
        self,
        rate: float | None = None,
        *,
        stop: threading.Event | None = None,
        tell: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] | None = None,
    ) -> None:
        self._cap = rate
        self._rate = rate
        self.clock, self._sleep = clock, sleep or time.sleep
        stopped = self._stop = stop or threading.Event()
        # In short waits: on Windows a Ctrl-C does not get through to a long one.
        self._wait: Callable[[float], object] = sleep or (lambda seconds: stopped.wait(min(seconds, 0.5)))
        self._tell, self._is_told = tell, False
        self._lock = threading.Lock()
        self._next_turn = clock()
        self._grown_at = self._refused_at = self._cut_at = self._left_alone_until = clock()
        self._answered: deque[float] = deque()
        self._taken = 0
        self._cuts = 0
        self._rate_before_cuts = rate
        self._waiting_since: float | None = None
        self._throttled_in_row = 0
        self._asked_until = clock()
        """How long the service asked to wait, whatever answers to earlier requests have come since."""

    def turn(self) -> float:
        """Wait until a request may go out; returns the moment it does, to be handed to ``throttled``.

        Raises ``ServiceError`` where a stop ends a wait that the service asked for: the request has not gone out.
        """
        while True:
            with self._lock:
                now = self.clock()
                self._grow(now)
                if self._next_turn <= now:
                    self._next_turn = max(self._next_turn, now - 0.1) + (1 / self._rate if self._rate else 0)
                    return now
                wait_s = self._next_turn - now
                is_asked = now < self._asked_until
            if is_asked and self._stop.is_set():
                raise ServiceError(_STOPPED)
            (self._wait if is_asked else self._sleep)(wait_s)

    def answered(self) -> None:
        """The service took a request: the waiting in a row is over."""
        with self._lock:
            now = self.clock()
            self._waiting_since, self._throttled_in_row, self._is_told = None, 0, False
            self._taken += 1
            self._answered.append(now)
            while self._answered[0] < now - 1:
                self._answered.popleft()

    def throttled(self, sent_at: float, retry_after_s: float | None) -> None:
        """The service answered 429. Raises ``ServiceError`` when it asks for more waiting than ``LONGEST_WAIT_S``."""
        with self._lock:
            now = self.clock()
            if self._waiting_since is None:
                self._waiting_since = now
            if sent_at >= self._refused_at:
                self._throttled_in_row += 1
                if self._throttled_in_row == 1:
                    self._slow_down(now)
                    self._taken = 0
                self._refused_at = now
            backoff_s = min(FIRST_BACKOFF_S * 2 ** max(self._throttled_in_row - 1, 0), LONGEST_BACKOFF_S)
            pause_s = backoff_s * random.uniform(1, 1.2) if retry_after_s is None else max(retry_after_s, 0.05)
            if now + pause_s - self._waiting_since > LONGEST_WAIT_S:
                raise ServiceError(
                    f"{PROVIDER} asks to wait longer than five minutes. The rows that are left are listed; "
                    "run the same command again later."
                )
            self._next_turn = self._grown_at = self._asked_until = max(self._next_turn, now + pause_s)
            is_news = not self._is_told and now + pause_s - self._waiting_since >= LONG_WAIT_S
            self._is_told = self._is_told or is_news
        if is_news:
            self._tell()

    def _slow_down(self, now: float) -> None:
        """Once for all refusals in a row."""
        if self._rate is None and not self._taken:
            return  # nothing of ours was taken yet: others have used the limit up, and our pace is not known
        if self._taken >= RARE:
            self._cuts = 0
        elif now < self._left_alone_until:
            return
        elif self._cuts == CUTS_IN_VAIN:
            self._rate, self._cuts = self._rate_before_cuts, 0
            self._left_alone_until = now + LEFT_ALONE_S
            return
        if self._cuts == 0:
            self._rate_before_cuts = self._rate
            worked = max(sum(moment > now - 1 for moment in self._answered), 1.0)
        else:
            worked = max(self._taken, 1) / max(now - self._cut_at, 0.001)
        self._cut_at = now
        self._cuts += 1
        self._rate = CUT * (min(worked, self._rate) if self._rate else worked)

    def _grow(self, now: float) -> None:
        if self._rate and now > self._grown_at:
            growth_per_s = min(GROWTH_PER_S, GROWTH_PER_REQUEST * self._rate)
            grown = self._rate * (1 + growth_per_s * (now - self._grown_at))
            self._rate = min(grown, self._cap) if self._cap else grown
            self._grown_at = now
