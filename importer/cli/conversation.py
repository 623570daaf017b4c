"""One import as a conversation: the plan, the question, the work, the results, what is next. What an import asks and
decides stands in ``importing``; here it is shown and answered."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from importer.cli import asking, endings, screens
from importer.cli.choosing import choose
from importer.cli.destination import Destination
from importer.cli.endings import Next
from importer.cli.holding import held
from importer.cli.interruption import Interruption, interrupted_by
from importer.cli.log_file import log_stop
from importer.cli.terminal import Terminal, complain, wrap
from importer.errors import ExitCode, HeldError, ImporterError, ResultsError, as_ours
from importer.importing.questions import Choices, Price, WhichSessions
from importer.model import Outcome, Progress, Roster, RunReport
from importer.model.examinations import Learned

if TYPE_CHECKING:
    from importer.importing.proposing import Proposal, Refusal
    from importer.ledger import Ledger
    from importer.service.port import BookingService


AT = "command line"
"""How somebody was signed in who approves here."""

_NO_RESULTS = "The results can't be made, either. Who is booked is on record: roster runs shows it."


@dataclass(frozen=True, slots=True)
class Call:
    """What one command line asks for. ``output`` is where the results should go, ``then`` what may be typed next.

    ``document`` takes the report for ``--json``, where it is not for the terminal as it stands. ``comment`` is kept
    with the approval.
    """

    destination: Destination
    terminal: Terminal
    choices: Choices
    output: Path
    then: Next
    dry_run: bool = False
    may_ask: bool = True
    wait: bool = False
    comment: str = ""
    document: Callable[[Mapping[str, object]], None] | None = None

    @property
    def can_ask(self) -> bool:
        return self.may_ask and not self.dry_run and self.terminal.can_ask


def import_one(roster: Roster, call: Call) -> ExitCode:
    """A whole import, or all of it but the booking. Whatever stops it, the results are written."""
    from importer.ledger import Ledger
    from importer.results.files import check_writable

    check_writable(call.output)
    open_ledger = Ledger.look if call.dry_run else Ledger.open
    with (
        open_ledger(call.choices.settings.ledger) as ledger,
        nullcontext() if call.dry_run else ledger.lock(call.wait),
    ):
        return _Conversation(roster, call, ledger).hold()


def now() -> datetime:
    return datetime.now(UTC)


def user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # a container may run as a number without a name
        return "unknown"


def json_document(report: RunReport, results: Path | None, code: ExitCode) -> dict[str, object]:
    """The one document of ``--json``."""
    from importer.results.report import to_json

    return to_json(report) | {"results": str(results.absolute()) if results else None, "exit_code": code}


class _Conversation:
    def __init__(self, roster: Roster, call: Call, ledger: Ledger) -> None:
        self._roster = roster
        self._call = call
        self._ledger = ledger
        self._interruption = Interruption()
        self._told: list[Outcome] | None = None
        """The rows that were named before the question, with who has moved or gone: they are not named again."""

    def hold(self) -> ExitCode:
        """From the roster to the exit code. Raises ``SettingsError`` for an approval code that is unknown."""
        from importer.importing.approving import known
        from importer.importing.proposing import NO, STOPPED, Refusal
        from importer.results.report import exit_code

        if code := self._call.choices.options.approved:
            known(code, self._ledger)

        with self._results_if_stopped():
            destination = self._call.destination
            connection = destination.connect(
                self._ledger.learned(destination.settings.base_url),
                stop=self._interruption.stop,
                tell_of_waiting=self._call.terminal.tell_of_waiting,
            )
        with connection as service:
            with self._results_if_stopped():
                proposal = self._propose(service, self._call.choices)
            try:
                if proposal.which and proposal.which.sessions and self._may_ask:
                    chosen = self._with_sessions(proposal.which)
                    if chosen is None:
                        return self._refuse(proposal, NO)
                    with self._results_if_stopped():
                        proposal = self._propose(service, chosen)
                choices = asking.with_series(proposal, self._call.terminal) if self._call.can_ask else None
                if choices:
                    with self._results_if_stopped():
                        proposal = self._propose(service, choices)
                asks_first = self._call.can_ask and not self._call.destination.is_practice
                passed_on = asking.passed_on(proposal, self._call.terminal) if asks_first else proposal
            except click.Abort:
                return self._refuse(proposal, STOPPED)
            if passed_on is None:
                return self._refuse(proposal, NO)
            proposal = passed_on
            if self._call.dry_run or proposal.unapproved:
                proposal = self._with_code(proposal)
            self._show(proposal)
            if self._call.dry_run:
                return self._end(proposal.expected, exit_code(proposal.expected, proposal.choices.options))
            decided = self._decided(proposal)
            if isinstance(decided, Refusal):
                return self._refuse(proposal, decided)
            return self._carry_out(decided, service)

    def _propose(self, service: BookingService, choices: Choices) -> Proposal:
        from importer.importing.proposing import propose

        with self._call.terminal.progress() as tell:
            proposal = propose(self._roster, choices, service, self._ledger, now=now(), tell=tell)
        if trace := self._call.destination.trace:
            # Also of whom nothing is sent: an answer may tell of them.
            for outcome in proposal.expected.outcomes:
                trace.must_not_hold(outcome.name)
        self._call = replace(self._call, choices=proposal.choices)
        return proposal

    def _with_code(self, proposal: Proposal) -> Proposal:
        """The proposal with the code by which it can be approved, which the end shows with the line to type."""
        from importer.importing.proposing import with_code

        then = replace(self._call.then, is_odd=bool(proposal.plan.held))
        self._call = replace(self._call, then=then)
        return with_code(proposal, by=user(), now=now())

    @property
    def _may_ask(self) -> bool:
        """Also of a dry run what the list means is asked."""
        return self._call.may_ask and self._call.terminal.can_ask

    def _with_sessions(self, question: WhichSessions) -> Choices | None:
        """What holds once somebody has chosen sessions by their numbers; ``None`` for Enter."""
        count = sum(map(screens.people_on, self._roster.sheets))
        chosen = choose(question, count, self._call.terminal)
        return self._call.choices.with_sessions(chosen, question) if chosen else None

    def _asks(self, proposal: Proposal) -> bool:
        return self._call.can_ask and proposal.go_ahead is not None and not proposal.unapproved

    def _show(self, proposal: Proposal) -> None:
        from importer.results.opening import what_is_lost
        from importer.results.report import open_rows

        asks = self._asks(proposal)
        lines = self._dates(proposal)
        lines += screens.plan_lines(
            proposal.plan,
            proposal.expected,
            proposal.choices.settings,
            first=proposal.choices.options.first,
            contact_of=proposal.contact_of,
            with_rows=asks,
        )
        if asks:
            self._told = open_rows(proposal.expected.outcomes)
            lines += ["", *told] if (told := endings.changes(proposal.expected)) else []
        lines += [line for lost in what_is_lost(self._roster.content) for line in wrap(lost)]
        lines += self._first_contact(proposal)
        show = self._call.terminal.insist if asks else self._call.terminal.say
        show(["", *lines, ""])

    def _dates(self, proposal: Proposal) -> list[str]:
        """What was understood of the list since it was shown: which dates it is for, and which have no session."""
        sheets = zip(proposal.plan.roster.sheets, self._roster.sheets, strict=True)
        told = [one for now, before in sheets for one in now.read_as[len(before.read_as) :]]
        return [*(line for one in told for line in wrap(one, indent="  ", first="")), ""] if told else []

    def _first_contact(self, proposal: Proposal) -> list[str]:
        """On the first import against an address: who would be tried alone, and how to look before that."""
        plan, first = proposal.plan, proposal.choices.options.first
        if not plan.is_first_import or not plan.people:
            return []
        offers = self._asks(proposal) and proposal.go_ahead is not None and proposal.go_ahead.offers_first
        lines = ["", *screens.one_first(plan)] if first == 1 or offers else []
        destination = self._call.destination
        if destination.is_practice or self._ledger.learned(destination.settings.base_url) != Learned():
            return lines
        look = "Nobody was imported there before. To check the connection first, without booking anybody:"
        return [*lines, "", *self._call.then.alone(look, "doctor")]

    def _decided(self, proposal: Proposal) -> Proposal | Refusal:
        """The proposal with what a person answered, or why it is not to be carried out."""
        from importer.importing.proposing import NO, STOPPED

        if proposal.is_strict_stop or not self._asks(proposal):
            return proposal.refusal or proposal
        terminal, practice = self._call.terminal, self._call.destination.is_practice
        choices: Choices | None = proposal.choices
        try:
            for question in proposal.open:
                if choices and isinstance(question, Price):
                    choices = asking.priced(question, choices, terminal)
            if choices and proposal.new_sessions:
                choices = choices if asking.starts(proposal.new_sessions, terminal, practice=practice) else None
            if choices and proposal.go_ahead:
                choices = asking.agreed(proposal.go_ahead, choices, terminal, practice=practice)
        except click.Abort:
            return STOPPED
        return replace(proposal, choices=choices) if choices else NO

    def _refuse(self, proposal: Proposal, refusal: Refusal) -> ExitCode:
        """Nobody is booked; the rows are answered all the same. Raises ``HeldError`` where a person has to decide."""
        is_held = refusal.code is ExitCode.HELD
        self._end(proposal.refused(refusal), refusal.code, quietly=is_held)
        if is_held:
            raise HeldError(held(proposal.plan.roster, proposal.open, self._call.then))
        return refusal.code

    def _carry_out(self, proposal: Proposal, service: BookingService) -> ExitCode:
        from importer.importing.approving import approve
        from importer.importing.carrying_out import carry_out
        from importer.results.report import exit_code

        plan, options = proposal.plan, proposal.choices.options
        self._call = replace(self._call, choices=proposal.choices)
        with self._interruption as interruption:
            with self._call.terminal.progress() as tell:
                if plan.people:
                    tell(Progress("Booking", 0, len(plan.first_people(options.first))))
                try:
                    approve(options, self._ledger, by=user(), signed_in=AT, comment=self._call.comment, now=now())
                    report = carry_out(
                        plan,
                        proposal.choices.settings,
                        options,
                        service,
                        self._ledger,
                        by=user(),
                        clock=now,
                        tell=tell,
                        stop=interruption.stop,
                        is_stopped_by_person=lambda: interruption.code is ExitCode.INTERRUPTED,
                    )
                except Exception as error:
                    log_stop(error)
                    return self._hand_back(error)
            code = exit_code(report, options, only_news=bool(options.series))
            return self._end(report, interruption.code or code)

    @contextmanager
    def _results_if_stopped(self) -> Iterator[None]:
        """What stops an import before there is a plan: the file comes back all the same, with what is known."""
        try:
            yield
        except (Exception, KeyboardInterrupt) as error:
            self._hand_back(error, quietly=True)
            raise

    def _hand_back(self, error: BaseException, *, quietly: bool = False) -> ExitCode:
        """The rows with what our record knows of them. Raises the error where not even that can be had."""
        from importer.importing.handing_over import untouched

        if isinstance(error, KeyboardInterrupt):
            reason, code = "It was stopped before anybody was looked up.", interrupted_by(error)
        else:
            stopped_by = as_ours(error)
            reason, code = str(stopped_by), stopped_by.exit_code
        try:
            report = untouched(self._roster, self._call.choices, reason, code, self._ledger, now=now())
            return self._end(report, code, quietly=quietly)
        except Exception as another:
            if str(another) != str(error):
                complain(str(another) if isinstance(another, ImporterError) else _NO_RESULTS)
            raise error from None

    def _end(self, report: RunReport, code: ExitCode, *, quietly: bool = False) -> ExitCode:
        """Results, document and last screen. The screen comes even where the results can't be written."""
        from importer.importing.handing_over import hand_over
        from importer.results.report import headline

        call = self._call
        report = replace(report, practice=call.destination.is_practice)
        results, fault = None, None
        try:
            results = hand_over(report, call.output, call.choices)
        except ResultsError as error:
            fault = error
        if call.terminal.as_json:
            document = call.document or call.terminal.document
            document(json_document(report, results, code))
        then = replace(call.then, results=results, wanted=call.output)
        lines = (
            endings.untouched_end(then)
            if quietly
            else endings.run_end(report, call.choices.options, headline(report), then, told_before=self._told)
        )
        show = call.terminal.say if code is ExitCode.DONE else call.terminal.insist
        show(self._marked(lines))
        if fault:
            raise fault
        return code

    def _marked(self, lines: Iterable[str]) -> list[str]:
        return [*([screens.PRACTICE] if self._call.destination.is_practice else []), *lines]
