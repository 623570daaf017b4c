"""What the lanes of a run share: the service and the ledger, the outcomes, and the reason to stop."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo

from importer.appointedd import Appointedd
from importer.errors import ImporterError
from importer.ledger import Ledger
from importer.model import Outcome, Progress, Tell


@dataclass(frozen=True, slots=True)
class Work:
    """What all lanes of a run share.

    ``clock`` gives the time as an aware instant; ``pause(seconds)`` waits, and returns early once ``stop`` is set, by
    whoever wants nobody new to be started. ``payment_request`` is what goes out with a confirm for a session with a
    price; ``None`` leaves the choice out. ``holds_linger_until`` is when the last hold of an earlier run that was cut
    short has lapsed: until then a session may seem fuller than it is.
    """

    service: Appointedd
    ledger: Ledger
    run: int
    zone: tzinfo
    clock: Callable[[], datetime]
    pause: Callable[[float], object]
    stop: threading.Event
    settle_wait_s: float
    settle_margin_s: float
    payment_request: bool | None = None
    holds_linger_until: datetime | None = None


class Crew:
    """Collects outcomes, tells progress, and stops every lane when one meets an error that concerns all."""

    def __init__(self, work: Work, tell: Tell, total: int) -> None:
        self.outcomes: list[Outcome] = []
        self.stopped_by: ImporterError | None = None
        self.tell = tell
        self._work, self._total = work, total
        self._lock = threading.Lock()
        self._halted = threading.Event()

    @property
    def is_stopping(self) -> bool:
        return self._halted.is_set() or self._work.stop.is_set()

    def add(self, outcome: Outcome) -> None:
        with self._lock:
            self.outcomes.append(outcome)
            self.tell(Progress("Booking", min(len(self.outcomes), self._total), self._total))

    def guard(self, work_through: Callable[[], None]) -> None:
        try:
            work_through()
        except ImporterError as error:
            with self._lock:
                self.stopped_by = self.stopped_by or error
            self._halted.set()
        except BaseException:
            self._halted.set()
            raise
