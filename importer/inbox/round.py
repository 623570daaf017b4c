"""One round over a folder: what was cut short goes on, then every roster that has come, oldest first.

Rosters are booked side by side where they have no session and no series in common; else the later one is looked at
once the earlier one is through. So the rule of one person at a time on a session holds between rosters, too.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from importer.errors import ExitCode, ImporterError, ResultsError, RosterError
from importer.importing.approving import approve
from importer.importing.carrying_out import carry_out
from importer.importing.overtaking import overtaken
from importer.importing.proposing import propose, with_code
from importer.importing.questions import (
    Agree,
    Choices,
    Odd,
    OfPlan,
    Price,
    StoppedBefore,
    Unapproved,
    WhichSessions,
)
from importer.importing.resuming import read_copy, settle_unknown, unfinished
from importer.importing.safely import read_roster
from importer.inbox.arrivals import Look
from importer.inbox.folders import Folder, Folders
from importer.inbox.letter import Answer
from importer.inbox.moving import readable
from importer.inbox.putting_away import GOES_TO, PuttingAway
from importer.ledger import Ledger
from importer.lists.rules import check_rows
from importer.model import MOST_LISTED, PROVIDER, Options, Plan, Progress, Roster, Run, RunReport, RunState, Status
from importer.model.conventions import in_words
from importer.people.settling import end_of
from importer.results.report import exit_code
from importer.service.port import BookingService
from importer.settings import Settings


@dataclass(frozen=True, slots=True)
class _Taken:
    """A roster in the tray, and how it looked before it was read; ``is_copy``: it is there because a run has a copy."""

    path: Path
    seen: Look
    is_copy: bool = False

    @property
    def name(self) -> str:
        return self.path.name


@dataclass(frozen=True, slots=True)
class _Job:
    """A roster whose people are to be booked. ``taken`` is ``None`` as long as only a run's copy of it is left."""

    name: str
    taken: _Taken | None
    roster: Roster
    settings: Settings
    options: Options
    plan: Plan
    series: str

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

    ``who_stops`` is the exit code of the signal that has set ``stop``. ``release`` is the roster that is let through,
    ``approved`` the code by which that is approved, with a ``comment``, as somebody who has ``signed_in`` so.
    ``results`` is a folder for all results, else they lie beside their roster. ``how_to_release`` are the lines to type
    for a roster that is held, by its name in ``held``. Each answer is told as soon as its roster has been put away;
    where that raises ``OSError``, its letter stays in the tray for the next round to tell.
    """

    settings: Settings
    options: Options
    service: BookingService
    ledger: Ledger
    folders: Folders
    by: str
    clock: Callable[[], datetime]
    stop: threading.Event
    who_stops: Callable[[], ExitCode | None] = lambda: None
    pause: Callable[[float], object] | None = None
    results: Path | None = None
    release: Path | None = None
    approved: str = ""
    comment: str = ""
    signed_in: str = ""
    practice: bool = False
    dry_run: bool = False
    how_to_release: Callable[[Answer, str], Sequence[str]] = lambda _answer, _name: ()
    tell: Callable[[Answer], object] = lambda _answer: None
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
        if not self.dry_run:
            self.folders.tray.give_back()
        order = {path.name: at for at, path in enumerate(files)}
        return tuple(sorted(self._answers, key=lambda answer: order.get(answer.name, -1)))

    def _looks(self, files: Sequence[Path]) -> Iterator[Callable[[], Answer | _Job | None]]:
        for run in () if self.dry_run else self._cut_short(files):
            yield partial(self._look_at_copy, run)
        for path in files:
            if self.dry_run:
                yield partial(self._look_at, path, None)
            elif taken := self._taken(path):
                yield partial(self._look_at, taken.path, taken, is_let_through=path == self.release)

    def _taken(self, path: Path) -> _Taken | None:
        try:
            taken = self.folders.tray.take(path)
        except ResultsError as error:
            self._tell(self._failed(readable(path.name), error))
            return None
        return _Taken(taken, Look.at(taken)) if taken else None

    def _begin(self, look: Callable[[], Answer | _Job | None], pool: ThreadPoolExecutor) -> None:
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
            found = self._in_hand(found)
            self._at_work[pool.submit(self._carry_out, found)] = found
            return
        if found is not None:
            self._tell(found)

    def _in_hand(self, job: _Job) -> _Job:
        """Of a run that was cut short, the roster itself again: it is put away, or found by the next round."""
        if job.taken:
            return job
        path = self.folders.tray.put(job.name, job.roster.content)
        return replace(job, taken=_Taken(path, Look.at(path), is_copy=True))

    def _lanes_at_work(self) -> int:
        return sum(len(job.plan.lanes) for job in self._at_work.values())

    def _looked(self, look: Callable[[], Answer | _Job | None]) -> Answer | _Job | None:
        return None if self._is_over or self.stop.is_set() else look()

    # What was cut short

    def _cut_short(self, files: Sequence[Path]) -> Iterable[Run]:
        """Runs of this folder to go on with. One whose roster is here, or a later one of that list, goes on with that.

        One that a person stopped does not go on; that, and what nothing but time or a person can tell, is only settled.
        """
        of_folder = [run for run in unfinished(self.ledger) if run.roster_path.parent == self.folders.folder]
        runs = [run for run in of_folder if not run.roster_path.exists() and run.options.undoes is None]
        if not runs:
            return []
        later = self._overtaken_by([*files, *self.folders.rosters(Folder.HELD)])
        runs = [run for run in runs if run.id not in later]
        left = settle_unknown(self.service, self.ledger, self.settings, now=self.clock())
        unknown = {entry.booking_id for entry in left}
        return [run for run in runs if run.state is not RunState.STOPPED and not self._waits(run, unknown)]

    def _overtaken_by(self, files: Iterable[Path]) -> frozenset[int]:
        """Runs of lists that are here again, perhaps corrected and renamed: they end when those are imported."""
        found: set[int] = set()
        for path in files:
            with suppress(ImporterError):  # whatever is wrong with it is told when its turn comes
                roster = read_roster(path, self.settings, self.options)
                roster = replace(roster, path=self.folders.folder / readable(path.name))
                people = check_rows(roster, self.settings, self.options, now=self.clock())
                found |= overtaken(roster, people, self.options, self.settings, self.ledger, now=self.clock())
        return frozenset(found)

    def _waits(self, run: Run, unknown: set[str]) -> bool:
        """Nothing but what is not sure yet is left of it, and that can't be told yet."""
        if run.state is RunState.RUNNING or Status.NOT_BOOKED_YET in run.totals:
            return False
        unsure = {one.booking_id for one in self.ledger.outcomes(run.id) if one.status is Status.NOT_SURE_YET}
        return not unsure.isdisjoint(unknown)

    def _look_at_copy(self, run: Run) -> Answer | _Job | None:
        name = run.roster_path.name
        try:
            roster, settings = read_copy(run, self.settings, self.ledger)
        except ImporterError as error:  # the copy is gone, or can't be read: that concerns this run alone
            return Answer(name, error.exit_code, said=(str(error),))
        try:
            answer = self._planned(name, None, roster, settings, run.options, is_let_through=False)
        except ImporterError as error:
            return self._failed(name, error)
        if isinstance(answer, Answer) and answer.code is ExitCode.HELD and not self.dry_run:
            self.ledger.stopped_by_person(run.id)  # told once; from here on it waits for roster resume
        return answer

    # One roster

    def _look_at(self, path: Path, taken: _Taken | None, *, is_let_through: bool = False) -> Answer | _Job | None:
        try:
            try:
                roster = read_roster(path, self.settings, self.options, follow_links=False)
            except RosterError as error:
                return self._put_away(Answer(path.name, ExitCode.ROSTER_UNUSABLE, detail=str(error)), taken)
            roster = replace(roster, path=self.folders.folder / path.name)
            options = replace(self.options, approved=self.approved if is_let_through else "")
            return self._planned(path.name, taken, roster, self.settings, options, is_let_through=is_let_through)
        except ImporterError as error:
            return self._failed(path.name, error)
        except Exception as error:  # one roster that we stumble over must not keep the others from being imported
            return self._stumbled(path.name, error)

    def _planned(
        self,
        name: str,
        taken: _Taken | None,
        roster: Roster,
        settings: Settings,
        options: Options,
        *,
        is_let_through: bool,
    ) -> Answer | _Job | None:
        proposal = propose(
            roster,
            Choices(settings, options, is_released=is_let_through),
            self.service,
            self.ledger,
            now=self.clock(),
            tell=_silent,
            by_itself=True,
        )
        if refusal := proposal.refusal:
            proposal = with_code(proposal, by=self.by, now=self.clock()) if proposal.unapproved else proposal
            to_approve = proposal.unapproved.code if proposal.unapproved else ""
            said = tuple(sentence for question in proposal.open for sentence in _asked(question))
            to_agree = tuple(one for one in proposal.open if isinstance(one, Agree))
            code = refusal.code
            answer = Answer(name, code, proposal.expected, said=said, to_agree=to_agree, to_approve=to_approve)
            return self._put_away(answer, taken)
        if self.dry_run:
            code = exit_code(proposal.expected, options, only_news=True)
            return Answer(name, code, proposal.expected, is_dry_run=True)
        chosen = proposal.choices
        approve(
            chosen.options, self.ledger, by=self.by, signed_in=self.signed_in, comment=self.comment, now=self.clock()
        )
        series = self.ledger.series_of(roster.path, chosen.options)
        return _Job(name, taken, roster, chosen.settings, chosen.options, proposal.plan, series)

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
            answer = self._booked(job, future.result())
        except ImporterError as error:
            answer = self._failed(job.name, error)
        except Exception as error:
            answer = self._stumbled(job.name, error)
        if answer:
            self._tell(answer)

    def _booked(self, job: _Job, report: RunReport) -> Answer | None:
        report = replace(report, practice=self.practice)
        code = exit_code(report, job.options, only_news=True)
        if self.stop.is_set() and any(one.status is Status.NOT_BOOKED_YET for one in report.outcomes):
            code = self.who_stops() or ExitCode.INTERRUPTED
        self._is_over = self._is_over or bool(report.stop_code)
        answer = Answer(job.name, code, report, (report.stopped,) if report.stopped else ())
        stays = code not in GOES_TO or (code is ExitCode.NOT_SURE_YET and self._is_settled_by_time(report))
        if not stays:
            return self._put_away(answer, job.taken)
        if job.taken and job.taken.is_copy:
            self.folders.tray.drop(job.taken.path)
        return answer

    def _is_settled_by_time(self, report: RunReport) -> bool:
        """Whether a later round can tell what became of somebody of whom it is not sure yet."""
        unsure = {one.handle for one in report.outcomes if one.status is Status.NOT_SURE_YET}
        now = self.clock()
        ends = (end_of(one, now=now, now_there=None) for one in self.ledger.unknown() if one.handle in unsure)
        return any(end is not None and end > now for end in ends)

    # Putting away

    def _put_away(self, answer: Answer, taken: _Taken | None) -> Answer | None:
        """The answer with where all is now; ``None`` where the file changed while it was read: it is taken anew."""
        if taken is None:
            return replace(answer, is_dry_run=self.dry_run)
        away = PuttingAway(
            self.settings, self.ledger, self.folders, self.clock, self.results, self.practice, self.how_to_release
        )
        return away.put_away(answer, taken.path, taken.seen)

    def _tell(self, answer: Answer) -> None:
        self._answers.append(answer)
        try:
            self.tell(answer)
        except OSError as error:  # nobody can be told now: who is booked, and what is put away, is so all the same
            self.fault = self.fault or error
            return
        if answer.letter:
            self.folders.tray.told(answer.letter)

    def _failed(self, name: str, error: ImporterError) -> Answer:
        """What is wrong with one file concerns that file; what is wrong with the service or the ledger concerns all."""
        self._is_over = self._is_over or not isinstance(error, (ResultsError, RosterError))
        return Answer(name, error.exit_code, said=(str(error),))

    def _stumbled(self, name: str, error: Exception) -> Answer:
        self.fault = self.fault or error
        return Answer(name, ExitCode.FAULT_OF_OURS)


def _asked(question: OfPlan) -> tuple[str, ...]:
    """What is open, in sentences: nobody can be asked here, so it is written into the letter."""
    match question:
        case Agree(_, convention):
            answers = [in_words(convention.key, one.value) for one in convention.answers]
            return (f"Which is right? {' / '.join(answers)}.",)
        case WhichSessions(sessions, why=why):
            if not sessions:
                return (why, "Correct service, start or dates in roster.toml first.")
            listed = "; ".join(map(question.label, sessions[:MOST_LISTED]))
            return (why, f"{listed}.", 'Write service, and start = "..." or dates = "...", into roster.toml first.')
        case Odd(facts):
            return facts
        case Unapproved(why, differing):
            listed = "; ".join(f"{one.row} {one.words}" for one in differing[:MOST_LISTED])
            return (why, f"{listed}.") if listed else (why,)
        case StoppedBefore(run, by):
            return (f"Import {run} of this very file was stopped with Ctrl-C by {by}. Is it to go on?",)
        case Price(bookings, zone, why_not_none=why) if why:
            return (f"{bookings[0].label(zone)} has {bookings[0].price_text}. {why}",)
        case Price(bookings, zone):
            return (
                f"{bookings[0].label(zone)} has {bookings[0].price_text}. Shall {PROVIDER} send payment requests? "
                'Write payment_requests = "none" or "send" into roster.toml first.',
            )


def _silent(_progress: Progress) -> None:
    """Nobody looks on."""
