"""One import as a conversation: what was understood, the plan, the question, the work, the results, what is next."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from importer.cli import endings, screens
from importer.cli.endings import Next
from importer.cli.interruption import Interruption, interrupted_by
from importer.cli.name_order import settle_name_order
from importer.cli.place import Place
from importer.cli.roster_file import open_elsewhere
from importer.cli.rows import open_rows
from importer.cli.terminal import Terminal, fold
from importer.errors import ExitCode, HeadingsError, HeldError, LedgerError, ResultsError, ServiceError
from importer.model import Options, Plan, Progress, Roster, RosterSheet, RunReport, Status
from importer.model.headings import has_names, has_session
from importer.settings import Settings

if TYPE_CHECKING:
    from importer.ledger import Ledger
    from importer.service.port import BookingService


@dataclass(frozen=True, slots=True)
class Call:
    """What one command line asks for. ``output`` is where the results should go, ``then`` what may be typed next.

    ``document`` takes the report for ``--json``, where it is not for the terminal as it stands.
    """

    place: Place
    terminal: Terminal
    options: Options
    output: Path
    then: Next
    dry_run: bool = False
    is_demo: bool = False
    may_ask: bool = True
    release: bool = False
    wait: bool = False
    document: Callable[[Mapping[str, object]], None] | None = None

    @property
    def names_rows_first(self) -> bool:
        """Who can't be booked is named before anything is sent; where nothing real is, the end is soon enough."""
        return not (self.dry_run or self.is_demo)


def import_one(roster: Roster, call: Call) -> ExitCode:
    """A whole import, or all of it but the booking. Whatever stops it, the results are written."""
    from importer.ledger import Ledger
    from importer.results.files import check_writable

    check_writable(call.output)
    open_ledger = Ledger.look if call.dry_run else Ledger.open
    with (
        open_ledger(call.place.settings.ledger) as ledger,
        nullcontext() if call.dry_run else ledger.lock(call.wait),
    ):
        return _Conversation(roster, call, ledger).hold()


def read(
    path: Path,
    terminal: Terminal,
    settings: Settings,
    options: Options,
    *,
    may_ask: bool = True,
    practice: bool = False,
) -> tuple[Roster, Settings]:
    """The roster; what was understood of it is said first, always.

    Where its headings are new and something needed is not known of them, a person is asked: the settings that come
    back have what they said. Where nobody can be asked, the line that teaches it is shown.
    """
    from importer.cli.teaching import teach
    from importer.lists.roster import look_at_headings, read_roster

    terminal.warn(fold(open_elsewhere(path)))
    asks = may_ask and terminal.can_ask
    roster = None
    try:
        roster = read_roster(path, sheet=options.sheet, heading_sets=settings.heading_sets)
    except HeadingsError:
        if not asks:
            raise
    unclear = [sheet for sheet in roster.sheets if _is_unclear(sheet, options)] if roster else []
    if roster is None or (asks and unclear):
        for title in [sheet.title or None for sheet in unclear] or [options.sheet]:
            row = look_at_headings(path, sheet=title, heading_sets=settings.heading_sets)
            if row.is_new:
                settings = teach(path, row, terminal, settings, needs_session=not options.target)
                terminal.warn([""])
        roster, unclear = read_roster(path, sheet=options.sheet, heading_sets=settings.heading_sets), []
    terminal.say([*([screens.PRACTICE] if practice else []), *screens.understood(roster, options.hidden)])
    for sheet in unclear:
        terminal.insist(screens.unclear(path, sheet))
    return roster, settle_name_order(roster, settings, terminal, may_ask=may_ask)


def _is_unclear(sheet: RosterSheet, options: Options) -> bool:
    """Whether headings that are new may hold what is missing. A roster that came back is known by our own columns."""
    known = sheet.headings.keys()
    is_complete = has_names(known) and (has_session(known) or bool(options.target) or "import_run" in known)
    return bool(sheet.unused) and not sheet.heading_set and not is_complete


def now() -> datetime:
    return datetime.now(UTC)


def user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # a container may run as a number without a name
        return "unknown"


def write_and_remember(report: RunReport, output: Path, ledger_path: Path) -> Path:
    """Write results and remember them, so that the next ones may take their place; also those of a check or dry run."""
    from importer.ledger import Ledger
    from importer.results.writing import write_results

    try:
        memory = Ledger.open(ledger_path)
    except LedgerError:
        return write_results(report, output, ())[0]
    with memory:
        path, sha256 = write_results(report, output, memory.written_files())
        with suppress(LedgerError):
            memory.results_written(report.run, path, sha256)
    return path


def json_document(report: RunReport, results: Path | None, code: ExitCode) -> dict[str, object]:
    """The one document of ``--json``."""
    from importer.results.report import to_json

    return to_json(report) | {"results": str(results.absolute()) if results else None, "exit_code": code}


class _Conversation:
    def __init__(self, roster: Roster, call: Call, ledger: Ledger) -> None:
        self._roster = roster
        self._call = call
        self._ledger = ledger
        self._settings = call.place.settings
        self._options = call.options

    def hold(self) -> ExitCode:
        """From the roster to the exit code."""
        from importer.importing.preparing import prepare, preview
        from importer.results.report import exit_code

        with self._results_if_stopped():
            connection = self._call.place.connect()
        with connection as service:
            with self._results_if_stopped(), self._call.terminal.progress() as tell:
                plan = prepare(self._roster, self._settings, self._options, service, self._ledger, now=now(), tell=tell)
                plan = replace(plan, held=()) if self._call.release else plan
            expected = preview(plan, self._settings, self._options, finished=now(), requests=service.requests)
            self._show_plan(plan, expected)
            if self._call.dry_run:
                return self._end(expected, exit_code(expected, self._options))
            try:
                refusal = self._refusal(plan, expected)
            except HeldError as held:
                self._end(_stopped(expected, _HELD, held.exit_code), held.exit_code, quietly=True)
                raise
            if refusal:
                return self._end(_stopped(expected, *refusal), refusal[1])
            return self._carry_out(plan, service)

    def _refusal(self, plan: Plan, expected: RunReport) -> tuple[str, ExitCode] | None:
        """Why nobody is to be booked, after all."""
        if self._options.strict and open_rows(expected.outcomes):
            return _STRICT, ExitCode.PERSON_NEEDED
        if plan.held and not self._can_ask:
            raise HeldError(screens.held_as_odd(plan, self._call.then.again))
        try:
            self._choose_payment_requests(plan)
            agrees = not self._asks(plan) or self._agrees(plan)
        except click.Abort:
            agrees = False
        return None if agrees else (_NO, ExitCode.INTERRUPTED)

    @property
    def _can_ask(self) -> bool:
        return self._call.may_ask and not self._call.dry_run and self._call.terminal.can_ask

    def _asks(self, plan: Plan) -> bool:
        return self._can_ask and bool(plan.people or plan.held)

    def _show_plan(self, plan: Plan, expected: RunReport) -> None:
        from importer.results.opening import what_is_lost

        terminal = self._call.terminal
        lines = screens.plan_lines(
            plan,
            expected,
            first=self._options.first,
            payment_requests=self._settings.payment_requests,
            with_rows=self._call.names_rows_first,
        )
        lines += [line for lost in what_is_lost(self._roster.content) for line in fold(lost)]
        show = terminal.insist if self._asks(plan) else terminal.say
        show(["", *lines, ""])

    def _choose_payment_requests(self, plan: Plan) -> None:
        """Where there is a price, a person chooses. Raises ``HeldError`` where none can be asked."""
        if not plan.has_price or self._settings.payment_requests:
            return
        if not self._asks(plan):
            raise HeldError(screens.held(plan, self._call.then.again))
        terminal = self._call.terminal
        terminal.insist(screens.price_question(plan))
        while (answer := terminal.ask('Type "send" or "none", or Enter to stop:')) not in ("send", "none"):
            if not answer:
                raise click.Abort
        self._settings = self._settings.model_copy(update={"payment_requests": answer})

    def _agrees(self, plan: Plan) -> bool:
        first, practice = self._options.first, self._call.place.is_practice
        yes = screens.answers_for_yes(plan, first=first)
        offers_first = screens.offers_first(plan, first=first)
        while True:
            answer = self._call.terminal.ask(screens.question(plan, first=first, practice=practice))
            if answer == "1" and offers_first:
                self._options = replace(self._options, first=1)
                return True
            if answer in yes:
                return True
            if answer in ("", "n", "no"):
                return False

    def _carry_out(self, plan: Plan, service: BookingService) -> ExitCode:
        from importer.importing.carrying_out import carry_out
        from importer.results.report import exit_code

        with Interruption() as interruption:
            with self._call.terminal.progress() as tell:
                if plan.people:
                    tell(Progress("Booking", 0, len(plan.people[: self._options.first])))
                report = carry_out(
                    plan,
                    self._settings,
                    self._options,
                    service,
                    self._ledger,
                    by=user(),
                    clock=now,
                    tell=tell,
                    stop=interruption.stop,
                    is_stopped_by_person=lambda: interruption.code is ExitCode.INTERRUPTED,
                )
            code = exit_code(report, self._options, only_news=bool(self._options.series))
            return self._end(report, interruption.code or code)

    @contextmanager
    def _results_if_stopped(self) -> Iterator[None]:
        """What stops an import before there is a plan: the file comes back all the same, with what is known."""
        from importer.importing.checking import check

        try:
            yield
        except (ServiceError, KeyboardInterrupt) as error:
            checked = check(self._roster, self._settings, self._options, now=now())
            reason = str(error) or "It was stopped before anybody was looked up."
            outcomes = tuple(
                replace(one, status=Status.NOT_BOOKED_YET, message=reason) if one.status is Status.READY else one
                for one in checked.outcomes
            )
            code = error.exit_code if isinstance(error, ServiceError) else interrupted_by(error)
            untouched = replace(checked, kind="import", outcomes=outcomes)
            self._end(_stopped(untouched, reason, code), code, quietly=True)
            raise

    def _end(self, report: RunReport, code: ExitCode, *, quietly: bool = False) -> ExitCode:
        """Results, document and last screen. The screen comes even where the results can't be written."""
        from importer.results.report import headline

        call = self._call
        report = replace(report, practice=call.place.is_practice)
        results, fault = None, None
        try:
            results = write_and_remember(report, call.output, self._settings.ledger)
        except ResultsError as error:
            fault = error
        if call.terminal.as_json:
            document = call.document or call.terminal.document
            document(json_document(report, results, code))
        then = replace(call.then, results=results, wanted=call.output)
        lines = (
            endings.untouched_end(then) if quietly else endings.run_end(report, self._options, headline(report), then)
        )
        show = call.terminal.say if code is ExitCode.DONE else call.terminal.insist
        show(self._marked(lines))
        if fault:
            raise fault
        return code

    def _marked(self, lines: Iterable[str]) -> list[str]:
        return [*([screens.PRACTICE] if self._call.place.is_practice else []), *lines]


_STRICT = "Nothing was sent: with --strict, everybody can be booked or nobody is."
_HELD = "Nothing was sent: a decision is needed first."
_NO = "Nothing was booked: you said no."


def _stopped(report: RunReport, sentence: str, code: ExitCode) -> RunReport:
    return replace(report, stopped=sentence, stop_code=int(code))
