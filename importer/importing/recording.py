"""What is kept of a run, of an import or an undo: how it begins, what it settles and teaches, how it ends."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from importer.booking.crew import CarriedOut
from importer.errors import ImporterError, LedgerError, as_ours
from importer.ledger import Ledger
from importer.model import Entry, Options, Roster, RunReport, RunState, Status
from importer.model.examinations import Learned
from importer.results.lessons import lessons
from importer.settings import Settings

logger = logging.getLogger(__name__)


def begin(
    roster: Roster,
    options: Options,
    settings: Settings,
    ledger: Ledger,
    *,
    by: str,
    now: datetime,
    overtaken: Collection[int],
) -> int:
    """The number of a new run (``Runs.begin``)."""
    run = ledger.begin_run(roster, options, settings, by=by, now=now, overtaken=overtaken)
    logger.info("begin", extra={"run": run})
    return run


def carried_out(
    run: int, changes: Iterable[Entry], work_through: Callable[[], CarriedOut], base_url: str, ledger: Ledger
) -> tuple[CarriedOut, tuple[str, ...]]:
    """Keep what the plan has settled, do its work, and keep what that has taught, which is told in sentences.

    An error stands in what comes back.
    """
    done = CarriedOut([], None, Learned())
    try:
        for entry in changes:
            ledger.save(entry if entry.id else replace(entry, run=run))
        done = work_through()
        return done, _learned(done.learned, base_url, ledger)
    except Exception as error:
        return done._replace(stopped_by=done.stopped_by or as_ours(error)), ()


def note_who_stops(run: int, ledger: Ledger, is_stopped_by_person: Callable[[], bool]) -> None:
    """Keep that a person has stopped a run, while somebody of it is still under way: it may not get to its end."""
    if is_stopped_by_person():
        with suppress(LedgerError):
            ledger.stopped_by_person(run)


def finished(
    report: RunReport,
    options: Options,
    stopped_by: ImporterError | None,
    ledger: Ledger,
    *,
    stop: threading.Event,
    is_stopped_by_person: Callable[[], bool],
    now: datetime,
) -> RunReport:
    """Keep how a run has ended; the report says what has stopped it, or keeps that from being kept."""
    is_persons_stop = stop.is_set() and is_stopped_by_person()
    state = RunState.STOPPED if is_persons_stop else _end_state(report, options, stopped_by, stop)
    ms = round(1000 * (report.finished - report.started).total_seconds())
    logger.info("end", extra={"run": report.run, "status": str(state), "ms": ms, "requests": report.requests})
    try:
        ledger.finish_run(report.run, state, report.outcomes, now=now)
    except Exception as error:
        stopped_by = stopped_by or as_ours(error)
    if stopped_by is None:
        return report
    return replace(report, stopped=str(stopped_by), stop_code=int(stopped_by.exit_code))


def _learned(seen: Learned, base_url: str, ledger: Ledger) -> tuple[str, ...]:
    """Keep what the answers have taught about the service at this address, and say what of it is new."""
    known = ledger.learned(base_url)
    if (joined := known.joined(seen)) != known:
        ledger.learn(base_url, joined)
    return lessons(joined, known)


def _end_state(
    report: RunReport, options: Options, stopped_by: ImporterError | None, stop: threading.Event
) -> RunState:
    """Finished is a run of which nothing is open that running it again could do without a person."""
    # Who was not tried because a person has to look first is not tried by itself either.
    statuses = {outcome.status for outcome in report.outcomes if not outcome.needs_person}
    is_cut_short = (
        stopped_by is not None or stop.is_set() or (options.first is None and Status.NOT_BOOKED_YET in statuses)
    )
    return (
        RunState.INTERRUPTED
        if is_cut_short or Status.NOT_SURE_YET in {one.status for one in report.outcomes}
        else RunState.FINISHED
    )
