"""What a run works with, and what its lanes share: the service and the ledger, the outcomes, and the reason to stop."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import NamedTuple

from importer.booking.looking import look
from importer.booking.strangers import CustomerRecords
from importer.errors import ImporterError, as_ours
from importer.ledger import Ledger
from importer.model import PROVIDER, Entry, GroupBooking, Outcome, Participant, Plan, Progress, RowRef, Tell
from importer.model.examinations import Learned
from importer.service.port import BookingService

logger = logging.getLogger(__name__)


MOST_UNREADABLE_HOLDS = 3


class CarriedOut(NamedTuple):
    """An outcome for each person, what stopped the run, and what its answers have taught about the service."""

    outcomes: list[Outcome]
    stopped_by: ImporterError | None
    learned: Learned


@dataclass(frozen=True, slots=True, kw_only=True)
class RunWork:
    """What a run works with, of an import or an undo.

    ``clock`` gives the time as an aware instant; ``pause(seconds)`` waits, and returns early once ``stop`` is set, by
    whoever wants nobody new to be started. ``known`` is what was learned of the service before.
    """

    service: BookingService
    ledger: Ledger
    run: int
    zone: tzinfo
    clock: Callable[[], datetime]
    pause: Callable[[float], object]
    stop: threading.Event
    settle_wait_s: float
    known: Learned

    def now_there(self) -> datetime:
        """The time by the service's own clock; by ours where it does not tell."""
        return self.service.now() or self.clock()

    def settle_pauses_s(self) -> Iterator[float]:
        """Growing pauses, as long together as is waited for something to be settled.

        Counted: a clock that is put back would have a lane wait for as long.
        """
        left_s, pause_s = self.settle_wait_s, 0.5
        while left_s > 0:
            yield min(pause_s, left_s)
            left_s -= pause_s
            pause_s *= 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Work(RunWork):
    """What all lanes of an import share.

    ``payment_request`` is what goes out with a confirm for a session with a price; ``None`` leaves the choice out.
    ``withholds_contact``: e-mail addresses and telephone numbers stay here. ``holds_linger_until`` is when the last
    hold of an earlier run that was cut short has lapsed: until then a session may seem fuller than it is. ``planned``
    is when the bookings were read for the plan; ``match_again(rows, booking, entries)`` plans one group booking anew,
    as it is by now.
    """

    settle_margin_s: float
    records: CustomerRecords
    planned: datetime
    match_again: Callable[[Sequence[Participant], GroupBooking, Sequence[Entry]], Plan]
    payment_request: bool | None
    withholds_contact: bool
    holds_linger_until: datetime | None

    def passed_on(self, person: Participant) -> Participant:
        """A person as the service is told of them."""
        return replace(person, email="", mobile="", phone="") if self.withholds_contact else person


class Crew:
    """Collects outcomes, tells progress, and stops every lane when one meets an error that concerns all.

    ``misplaced`` is the row of whom the service held a place elsewhere: from then on nothing is reserved any more.
    ``learned`` is what the answers to our confirms have taught about the service, ``sources`` are those that they have
    shown of our people, now or before.
    """

    def __init__(self, work: Work, tell: Tell, total: int) -> None:
        self.outcomes: list[Outcome] = []
        self.stopped_by: ImporterError | None = None
        self.misplaced: RowRef | None = None
        self._unreadable_holds = 0
        self.sources = work.known.sources
        self.learned = Learned()
        self._tell = tell
        self._work, self._total = work, total
        self._lock = threading.Lock()
        self._halted = threading.Event()
        self._first_hold = threading.Lock()
        self._is_hold_proven = False
        self._tries: Counter[tuple[RowRef, str]] = Counter()
        self._retries: Counter[RowRef] = Counter()
        self._ms: Counter[RowRef] = Counter()

    @property
    def is_stopping(self) -> bool:
        return self._halted.is_set() or self._work.stop.is_set()

    def tell(self, progress: Progress) -> None:
        """What nobody can be shown, with a full disk behind the screen, keeps nobody from being booked."""
        with suppress(OSError):
            self._tell(progress)

    @contextmanager
    def first_hold_alone(self) -> Iterator[None]:
        """Until one hold of the run is known to be where it should be, nobody else makes one (API.md, 4).

        A service that holds places elsewhere would take one from the public for each of our people.
        """
        if self._is_hold_proven:
            yield
            return
        with self._first_hold:
            yield

    def hold_is_proven(self) -> None:
        self._is_hold_proven, self._unreadable_holds = True, 0

    def hold_was_unreadable(self, row: RowRef) -> None:
        """A place is held of which nothing can be read: one may be a slip, several in a row are how the service is."""
        self._unreadable_holds += 1
        if self._unreadable_holds >= MOST_UNREADABLE_HOLDS:
            self.hold_was_misplaced(row)

    def hold_was_misplaced(self, row: RowRef) -> None:
        self.misplaced = self.misplaced or row

    def not_tried_text(self, row: RowRef) -> str:
        """Why nothing is reserved for a row once a place was held elsewhere."""
        assert self.misplaced is not None  # noqa: S101 - asked only where there is one
        where = self.misplaced.seen_from(row)
        return f"Not booked: {PROVIDER} did not hold the place of {where} as asked. Please look at that row first."

    def learn(self, facts: Learned) -> None:
        with self._lock:
            self.learned = self.learned.joined(facts)
            self.sources |= {facts.own_source or ""} - {""}

    @property
    def known(self) -> Learned:
        """What was learned of the service, before and by now."""
        return self._work.known.joined(self.learned)

    def look(self, booking: GroupBooking) -> tuple[GroupBooking, tuple[Entry, ...]]:
        """``looking.look`` at a group booking that was just read, for who may be on it by a confirm of ours."""
        work = self._work
        return look(
            booking,
            work.ledger.entries([booking.id]),
            work.service,
            work.records,
            now=work.clock(),
            settle_margin_s=work.settle_margin_s,
            sources=self.sources,
        )

    def match_again(self, rows: Sequence[Participant], booking: GroupBooking, left: Collection[RowRef]) -> Plan:
        """Compare who is ``left`` of these rows with everybody who is on the booking by now, by whatever way.

        What that settles of them is kept and told; who is to be booked stands in the plan.
        """
        work = self._work
        plan = work.match_again(rows, booking, work.ledger.entries([booking.id]))
        for entry in plan.changes:
            if entry.id or entry.row in left:
                work.ledger.save(entry if entry.id else replace(entry, run=work.run))
        for outcome in plan.outcomes:
            if outcome.row in left:
                self.add(outcome)
        return plan

    @contextmanager
    def step(self, name: str, row: RowRef) -> Iterator[None]:
        """One try of a step for a row, to be logged with how it ended, how long it took and how many came before."""
        status = "done"
        begun = time.monotonic()
        try:
            yield
        except BaseException as error:
            status = type(error).__name__
            raise
        finally:
            ms = round(1000 * (time.monotonic() - begun))
            with self._lock:
                retries = self._tries[row, name]
                self._tries[row, name] += 1
                self._retries[row] += bool(retries)
                self._ms[row] += ms
            told = {"run": self._work.run, "row": row.number, "status": status, "ms": ms, "retries": retries}
            logger.info(name, extra=told)

    def add(self, outcome: Outcome) -> None:
        with self._lock:
            self.outcomes.append(outcome)
            self.tell(Progress("Booking", min(len(self.outcomes), self._total), self._total))
            told = {"status": str(outcome.status), "ms": self._ms[outcome.row], "retries": self._retries[outcome.row]}
        about = {"run": self._work.run, "row": outcome.row.number, "booking_id": outcome.booking_id or None}
        logger.info("outcome", extra=about | told)

    def guard(self, work_through: Callable[[], None]) -> None:
        try:
            work_through()
        except Exception as error:
            if not isinstance(error, ImporterError):
                logger.error("fault", extra={"run": self._work.run, "status": type(error).__name__})
            with self._lock:
                self.stopped_by = self.stopped_by or as_ours(error)
            self._halted.set()
        except BaseException:
            self._halted.set()
            raise
