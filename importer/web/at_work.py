"""What is booked: one list of a ledger at a time, in a thread of its own; the others wait in line.

Every order is kept in the ledger, so that a page which was closed, or a program that was killed, stops nothing: who
starts it again goes on with what was ordered.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from importer.errors import (
    AnotherRunError,
    ImporterError,
    LedgerError,
    ResultsError,
    RosterError,
    ServiceError,
    as_ours,
)
from importer.importing.handing_over import hand_over
from importer.importing.ordering import Turn, book_ordered, go_on_with, not_ordered
from importer.importing.questions import Choices
from importer.ledger import Ledger
from importer.model import Entry, Progress, Run, RunReport, RunState
from importer.model.drafts import Draft
from importer.model.examinations import Learned
from importer.people.settling import end_of
from importer.results.files import results_path
from importer.service.port import BookingService
from importer.settings import Settings
from importer.settings.files import make_private_folder

Connect = Callable[[Learned, threading.Event], BookingService]
"""Makes the booking service, with what is known of it; the event ends a wait that it asks for."""

_LOOK_EVERY_S = 1.0
_TRY_AGAIN_S, _TRY_AGAIN_AT_MOST_S = 2.0, 300.0
"""Seconds before the second try, which double with each, and the most that they come to."""


logger = logging.getLogger(__name__)


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Working:
    """How it stands with an order: ``why`` it waits, in a sentence, and until ``again``; else how far it is.

    ``is_stopping``: a person has stopped it, and who is being booked now is still to come.
    """

    why: str = ""
    again: datetime | None = None
    progress: Progress | None = None
    is_stopping: bool = False
    tries: int = 0

    @property
    def is_waiting(self) -> bool:
        return bool(self.why)


class AtWork:
    """Works through what was ordered, for as long as its ``with`` block lasts. Safe to call from any thread.

    ``results`` is the folder for the workbooks that go back.
    """

    def __init__(
        self, settings: Settings, connect: Connect, *, is_practice: bool, clock: Callable[[], datetime] = utc_now
    ) -> None:
        self._settings, self._connect, self._is_practice, self._now = settings, connect, is_practice, clock
        self._is_ending = threading.Event()
        self._woken = threading.Event()
        self._lock = threading.Lock()
        self._working: dict[str, Working] = {}
        self._faults: dict[str, str] = {}
        self._current: tuple[str, threading.Event] | None = None
        self._stopped_by_person = False
        self._thread = threading.Thread(target=self._work, name="at work", daemon=True)

    def __enter__(self) -> AtWork:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        """Ends after the people being booked now. What is left goes on at the next start."""
        self._is_ending.set()
        with self._lock:
            if self._current:
                self._current[1].set()
        self._woken.set()
        self._thread.join()

    @property
    def is_busy(self) -> bool:
        with self._lock:
            return self._current is not None or bool(self._working)

    def wake(self) -> None:
        """Something was ordered."""
        self._woken.set()

    def of(self, draft: Draft) -> Working:
        """How it stands with the order of a list."""
        with self._lock:
            others = self._current and self._current[0] != draft.id
            before = "Another list is being booked. This one comes next." if others else "It begins in a moment."
            return self._working.get(draft.id, Working(before))

    def fault(self, draft: Draft) -> str:
        """Why nobody was booked by the last order of a list, in sentences; empty where that is not so."""
        with self._lock:
            return self._faults.get(draft.id, "")

    def stop(self, draft: Draft, ledger: Ledger, *, by: str, now: datetime) -> None:
        """Book nobody new of this list. Raises ``LedgerError``."""
        with self._lock:
            if self._current and self._current[0] == draft.id:
                self._stopped_by_person = True
                self._current[1].set()
                self._working[draft.id] = replace(self._working.get(draft.id, Working()), is_stopping=True)
                return
            self._working.pop(draft.id, None)
        if draft.ordered:
            if draft.run:
                ledger.stopped_by_person(draft.run)
            not_ordered(draft, self._settings, ledger, by=by, now=now)

    def _work(self) -> None:
        while not self._is_ending.is_set():
            try:
                with Ledger.open(self._settings.ledger) as ledger:
                    while not self._is_ending.is_set():
                        if not self._take_turn(ledger):
                            self._woken.wait(_LOOK_EVERY_S)
                            self._woken.clear()
            except Exception as error:  # the ledger can't be used, or an error of ours: the page has to live
                logger.error("stopped", extra={"status": type(error).__name__})
                self._is_ending.wait(_TRY_AGAIN_S)

    def _take_turn(self, ledger: Ledger) -> bool:
        """Work on the order that has waited longest, if one may be worked on now."""
        ordered = sorted((one for one in ledger.drafts.all() if one.ordered), key=lambda one: (one.ordered, one.id))
        with self._lock:
            self._working = {id_: one for id_, one in self._working.items() if id_ in {each.id for each in ordered}}
        draft = next((one for one in ordered if self._may_be_tried(one)), None)
        if draft is None:
            return False
        try:
            with ledger.lock():
                self._begin(draft)
                try:
                    self._do(draft, ledger)
                finally:
                    self._end()
        except AnotherRunError:
            who = ledger.who_is_at_work().replace("run ", "import ", 1)
            self._wait(draft, f"Another import is under way: {who}. This list comes next.", _LOOK_EVERY_S)
            return False
        return True

    def _may_be_tried(self, draft: Draft) -> bool:
        with self._lock:
            again = self._working.get(draft.id, Working()).again
        return again is None or again <= self._now()

    def _begin(self, draft: Draft) -> None:
        with self._lock:
            self._stopped_by_person = False
            self._current = (draft.id, threading.Event())
            tries = self._working.get(draft.id, Working()).tries
            self._working[draft.id] = Working(progress=Progress("Looking up sessions", 0, 0), tries=tries)
            self._faults.pop(draft.id, None)
            if self._is_ending.is_set():
                self._current[1].set()

    def _end(self) -> None:
        with self._lock:
            self._current = None

    def _do(self, draft: Draft, ledger: Ledger) -> None:
        """One order, as far as it can be carried out now."""
        run = _run_of(draft, ledger)
        if run and (run.state.is_over or run.state is RunState.STOPPED):
            self._over(draft, ledger)
            return
        try:
            report, choices = self._booked(draft, run, ledger)
        except ServiceError as error:
            self._try_again(draft, str(error))
            return
        except (RosterError, LedgerError) as error:
            self._over(draft, ledger, str(error))
            return
        except Exception as error:
            logger.error("stopped", extra={"status": type(error).__name__})
            self._over(draft, ledger, str(as_ours(error)))
            return
        fault = self._handed_back(report, choices, draft) if report.run else report.stopped
        self._ended(draft, report, fault, ledger)

    def _booked(self, draft: Draft, run: Run | None, ledger: Ledger) -> tuple[RunReport, Choices]:
        assert self._current is not None  # noqa: S101 - its turn has begun
        stop = self._current[1]
        with self._connect(ledger.learned(self._settings.base_url), stop) as service:
            call = Turn(
                settings=self._settings,
                service=service,
                ledger=ledger,
                clock=self._now,
                tell=lambda progress: self._tell(draft, progress),
                begun=lambda number: ledger.drafts.begun(draft.id, number),
                stop=stop,
                is_stopped_by_person=lambda: self._stopped_by_person,
            )
            return go_on_with(run, draft, call) if run else book_ordered(draft, call)

    def _tell(self, draft: Draft, progress: Progress) -> None:
        with self._lock:
            self._working[draft.id] = replace(self._working.get(draft.id, Working()), why="", progress=progress)

    def _handed_back(self, report: RunReport, choices: Choices, draft: Draft) -> str:
        """Write the results. Returns why they could not be: the record of who is booked is true all the same."""
        report = replace(report, practice=self._is_practice)
        folder = results_folder(self._settings)
        try:
            make_private_folder(folder)
            hand_over(report, results_path(folder / f"{draft.id}{report.roster.path.suffix}", None), choices)
        except (ResultsError, OSError) as error:
            return str(error)
        return ""

    def _ended(self, draft: Draft, report: RunReport, fault: str, ledger: Ledger) -> None:
        """The order is carried out, unless something of it goes on by itself later: that stays ordered."""
        run = next((one for one in ledger.all_runs() if one.id == report.run), None)
        if run is None or run.state is not RunState.INTERRUPTED:
            self._over(draft, ledger, fault)
        elif not self._is_ending.is_set():
            self._try_again(
                draft, report.stopped or "It is not sure yet whether everybody is booked.", ledger.unknown()
            )

    def _try_again(self, draft: Draft, why: str, unknown: Iterable[Entry] = ()) -> None:
        """Later each time; where somebody is not sure yet, once that can be told."""
        tries, now = self.of(draft).tries, self._now()
        ends = [end_of(one, now=now, now_there=None) for one in unknown]
        settled = [(end - now).total_seconds() + 1 for end in ends if end]
        seconds = min(_TRY_AGAIN_S * 2 ** min(tries, 10), _TRY_AGAIN_AT_MOST_S)
        self._wait(draft, why, max(seconds, min(settled, default=0)), tries=tries + 1)

    def _wait(self, draft: Draft, why: str, seconds: float, *, tries: int = 0) -> None:
        with self._lock:
            self._working[draft.id] = Working(why, self._now() + timedelta(seconds=seconds), tries=tries)

    def _over(self, draft: Draft, ledger: Ledger, fault: str = "") -> None:
        with self._lock:
            self._working.pop(draft.id, None)
            if fault:
                self._faults[draft.id] = fault
        with suppress(ImporterError):
            latest = ledger.drafts.find(draft.id)
            if latest and latest.ordered:
                not_ordered(latest, self._settings, ledger, by=draft.ordered_by, now=self._now())


def results_folder(settings: Settings) -> Path:
    """Where the workbooks that go back are kept, each by the id of its list."""
    return settings.ledger.with_name(f"{settings.ledger.stem}-results")


def _run_of(draft: Draft, ledger: Ledger) -> Run | None:
    return next((one for one in ledger.all_runs() if one.id == draft.run), None) if draft.run else None
