"""One round over a folder: what was cut short goes on, then every roster that has come, oldest first.

Rosters are booked side by side where they have no session and no series in common; else the later one is looked at
once the earlier one is through. So the rule of one person at a time on a session holds between rosters, too.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from hashlib import sha256
from pathlib import Path

from importer.errors import ExitCode, ImporterError, RosterError
from importer.importing.carrying_out import carry_out
from importer.importing.preparing import prepare, preview
from importer.importing.resuming import settle_unknown, unfinished
from importer.importing.safely import read_roster, write_results
from importer.inbox.letter import Answer, letter, why_rejected
from importer.inbox.places import Place, Places, text_of, write_text
from importer.ledger import Ledger
from importer.model import Options, Plan, Progress, Roster, Run, RunReport, RunState, Status
from importer.model.roster_names import series_name
from importer.results.files import results_path
from importer.results.report import exit_code
from importer.service.port import BookingService
from importer.settings import Settings

_GOES_TO = {
    ExitCode.DONE: Place.DONE,
    ExitCode.PERSON_NEEDED: Place.ATTENTION,
    ExitCode.NOT_SURE_YET: Place.ATTENTION,
    ExitCode.ROSTER_UNUSABLE: Place.REJECTED,
    ExitCode.HELD: Place.HELD,
}
"""With any other exit code a roster stays where it is."""


@dataclass(frozen=True, slots=True)
class _Job:
    """A roster whose people are to be booked. ``path`` is ``None`` where only a run's copy of it is left."""

    name: str
    path: Path | None
    roster: Roster
    settings: Settings
    options: Options
    plan: Plan

    @property
    def series(self) -> str:
        return series_name(self.roster.path, self.options.series)

    def meets(self, other: _Job) -> bool:
        """Whether one of the two can't be planned, or begun, before the other has ended."""
        sessions = {booking.id for booking in self.plan.bookings}
        return (
            self.series == other.series
            or self.plan.has_price
            or other.plan.has_price
            or not sessions.isdisjoint(booking.id for booking in other.plan.bookings)
        )


@dataclass(slots=True)
class Round:
    """What a round needs. The ledger is locked by whoever makes it.

    ``who_stops`` is the exit code of the signal that has set ``stop``. ``release`` is the roster that is let through.
    ``results`` is a folder for all results, else they lie beside their roster. ``how_to_release`` are the lines to type
    for a roster that is held, by its name in ``held``.
    """

    settings: Settings
    options: Options
    service: BookingService
    ledger: Ledger
    places: Places
    by: str
    clock: Callable[[], datetime]
    stop: threading.Event
    who_stops: Callable[[], ExitCode | None] = lambda: None
    pause: Callable[[float], object] | None = None
    results: Path | None = None
    release: Path | None = None
    practice: bool = False
    dry_run: bool = False
    how_to_release: Callable[[str], Sequence[str]] = lambda _name: ()
    fault: Exception | None = None
    """A fault of ours that one of the rosters has met; the others went on."""
    _answers: list[Answer] = field(default_factory=list)
    _at_work: dict[Future[RunReport], _Job] = field(default_factory=dict)
    _is_over: bool = False

    def take(self, files: Sequence[Path]) -> tuple[Answer, ...]:
        """Go once over these rosters and over what was cut short before; an answer for each that was looked at.

        What is wrong with one roster keeps no other from being imported. What concerns all ends the round.
        """
        with ThreadPoolExecutor(self.settings.workers, "roster") as pool:
            for look in self._looks(files):
                self._begin(look, pool)
                if self._is_over or self.stop.is_set():
                    break
            while self._at_work:
                self._end_next()
        order = {path.name: at for at, path in enumerate(files)}
        return tuple(sorted(self._answers, key=lambda answer: order.get(answer.name, -1)))

    def _looks(self, files: Sequence[Path]) -> Iterator[Callable[[], Answer | _Job]]:
        for run in () if self.dry_run else self._cut_short():
            yield partial(self._look_at_copy, run)
        for path in files:
            yield partial(self._look_at, path)

    def _begin(self, look: Callable[[], Answer | _Job], pool: ThreadPoolExecutor) -> None:
        found = self._looked(look)
        while isinstance(found, _Job):
            if any(found.meets(job) for job in self._at_work.values()):
                while any(found.meets(job) for job in self._at_work.values()):
                    self._end_next()
                found = self._looked(look)
                continue
            while self._at_work and self._lanes_at_work() + len(found.plan.lanes) > self.settings.workers:
                self._end_next()
            if self._is_over or self.stop.is_set():
                return
            self._at_work[pool.submit(self._carry_out, found)] = found
            return
        if found is not None:
            self._answers.append(found)

    def _lanes_at_work(self) -> int:
        return sum(len(job.plan.lanes) for job in self._at_work.values())

    def _looked(self, look: Callable[[], Answer | _Job]) -> Answer | _Job | None:
        return None if self._is_over or self.stop.is_set() else look()

    # What was cut short

    def _cut_short(self) -> Iterable[Run]:
        """Runs of this folder to go on with. One whose roster is here, or a later one of its name, goes on with that.

        One that a person stopped does not go on; that, and what nothing but time or a person can tell, is only settled.
        """
        of_folder = [run for run in unfinished(self.ledger) if run.roster_path.parent == self.places.folder]
        runs = [run for run in of_folder if not run.roster_path.exists()]
        if not runs:
            return []
        unknown = {entry.booking_id for entry in settle_unknown(self.service, self.ledger, now=self.clock())}
        return [run for run in runs if run.state is not RunState.STOPPED and not self._waits(run, unknown)]

    def _waits(self, run: Run, unknown: set[str]) -> bool:
        """Nothing but what is not sure yet is left of it, and that can't be told yet."""
        if run.state is RunState.RUNNING or Status.NOT_BOOKED_YET in run.totals:
            return False
        unsure = {one.booking_id for one in self.ledger.outcomes(run.id) if one.status is Status.NOT_SURE_YET}
        return not unsure.isdisjoint(unknown)

    def _look_at_copy(self, run: Run) -> Answer | _Job:
        name = run.roster_path.name
        settings = self.settings.model_copy(update=dict(run.choices))
        try:
            path = self.ledger.roster_copy(run.id)
            copy = read_roster(path, sheet=run.options.sheet, heading_sets=settings.heading_sets)
        except ImporterError as error:  # the copy is gone, or can't be read: that concerns this run alone
            return Answer(name, error.exit_code, said=(str(error),))
        try:
            return self._planned(name, None, replace(copy, path=run.roster_path), settings, run.options)
        except ImporterError as error:
            return self._failed(name, error)

    # One roster

    def _look_at(self, path: Path) -> Answer | _Job:
        try:
            try:
                roster = read_roster(path, sheet=self.options.sheet, heading_sets=self.settings.heading_sets)
            except RosterError as error:
                return self._answered(Answer(path.name, ExitCode.ROSTER_UNUSABLE, detail=str(error)), path)
            return self._planned(path.name, path, roster, self.settings, self.options)
        except ImporterError as error:
            return self._failed(path.name, error)
        except Exception as error:  # one roster that we stumble over must not keep the others from being imported
            return self._stumbled(path.name, error)

    def _planned(
        self, name: str, path: Path | None, roster: Roster, settings: Settings, options: Options
    ) -> Answer | _Job:
        plan = prepare(
            roster, settings, options, self.service, self.ledger, now=self.clock(), tell=lambda _progress: None
        )
        is_let_through = path is None or path == self.release
        held = () if is_let_through else (*self._stopped_before(roster, options), *plan.held)
        held += _priced(plan, settings)
        expected = preview(plan, settings, options, finished=self.clock(), requests=self.service.requests)
        if held:
            answer = Answer(name, ExitCode.HELD, expected, said=held)
            return self._answered(answer, path) if path else answer
        if self.dry_run:
            return Answer(name, exit_code(expected, options, only_news=True), expected, is_dry_run=True)
        return _Job(name, path, roster, settings, options, plan)

    def _stopped_before(self, roster: Roster, options: Options) -> tuple[str, ...]:
        digest = sha256(roster.content).hexdigest()
        runs = (run for run in self.ledger.runs(series_name(roster.path, options.series)) if run.sha256 == digest)
        last = next(runs, None)
        if last is None or last.state is not RunState.STOPPED:
            return ()
        return (f"Run {last.id} of this very file was stopped with Ctrl-C by {last.by}. Is it to go on?",)

    def _carry_out(self, job: _Job) -> RunReport:
        return carry_out(
            job.plan,
            job.settings,
            job.options,
            self.service,
            self.ledger,
            by=self.by,
            clock=self.clock,
            tell=_silent,
            stop=self.stop,
            pause=self.pause,
            is_stopped_by_person=lambda: self.who_stops() is ExitCode.INTERRUPTED,
        )

    def _end_next(self) -> None:
        """Wait for the next roster that is through, and put it away."""
        # In short waits: on Windows a Ctrl-C does not get through to a long one.
        while not (ended := wait(self._at_work, timeout=0.5, return_when=FIRST_COMPLETED).done):
            pass
        future = ended.pop()
        job = self._at_work.pop(future)
        try:
            self._answers.append(self._booked(job, future.result()))
        except ImporterError as error:
            self._answers.append(self._failed(job.name, error))
        except Exception as error:
            self._answers.append(self._stumbled(job.name, error))

    def _booked(self, job: _Job, report: RunReport) -> Answer:
        report = replace(report, practice=self.practice)
        code = exit_code(report, job.options, only_news=True)
        if self.stop.is_set() and any(one.status is Status.NOT_BOOKED_YET for one in report.outcomes):
            code = self.who_stops() or ExitCode.INTERRUPTED
        said = (report.stopped,) if report.stopped else ()
        self._is_over = self._is_over or bool(report.stop_code)
        answer = Answer(job.name, code, report, said)
        if code is ExitCode.NOT_SURE_YET and self._is_settled_by_time(report):
            return answer
        return self._answered(answer, job.path)

    def _is_settled_by_time(self, report: RunReport) -> bool:
        """Whether a later round can tell what became of somebody of whom it is not sure yet."""
        unsure = {one.handle for one in report.outcomes if one.status is Status.NOT_SURE_YET}
        return any(
            entry.handle in unsure and entry.settled_by is not None and entry.settled_by > self.clock()
            for entry in self.ledger.unknown()
        )

    # Putting away

    def _answered(self, answer: Answer, path: Path | None) -> Answer:
        """Results, text, move, mark: in this order, for whatever comes after a crash does it again from the start."""
        place = _GOES_TO.get(answer.code)
        if place is None or self.dry_run:
            return replace(answer, is_dry_run=self.dry_run)
        wanted = self.places.free_name(answer.name, place, self.clock().astimezone(self.settings.zone))
        digest = ""
        if answer.report:
            report = replace(answer.report, practice=self.practice)
            output = results_path(wanted, self.results, practice=self.practice)
            results, digest = write_results(report, output, ())
            answer = replace(answer, results=results)
        answer = replace(answer, moved_to=wanted)
        folder = self.places.folder
        told = (
            why_rejected(answer.detail.replace(str(folder / answer.name), str(wanted)))
            if answer.detail
            else letter(answer, folder, self.how_to_release(wanted.name))
        )
        write_text(told, text_of(wanted))
        if path is not None:
            answer = replace(answer, moved_to=self.places.move(path, wanted))
        if answer.report and answer.results:
            self.ledger.results_written(answer.report.run, answer.results, digest)
        return answer

    def _failed(self, name: str, error: ImporterError) -> Answer:
        self._is_over = True
        return Answer(name, error.exit_code, said=(str(error),))

    def _stumbled(self, name: str, error: Exception) -> Answer:
        self.fault = self.fault or error
        return Answer(name, ExitCode.FAULT_OF_OURS)


def _priced(plan: Plan, settings: Settings) -> tuple[str, ...]:
    if not plan.has_price or settings.payment_requests:
        return ()
    booking = next(lane.booking for lane in plan.lanes if lane.people and lane.booking.price)
    return (
        f"{booking.label(plan.zone)} has a price ({booking.price:.2f}). Shall Appointedd send payment requests? Write "
        'payment_requests = "none" or "send" into roster.toml first.',
    )


def _silent(_progress: Progress) -> None:
    """Nobody looks on."""
