"""An undo as a conversation: who would be removed, the question, the work, the results, what is next."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from importer.cli import removal_screens as screens
from importer.cli.conversation import Call, json_document, now, user
from importer.cli.interruption import Interruption
from importer.cli.screens import PRACTICE
from importer.cli.terminal import wrap
from importer.errors import ExitCode, HeldError, ResultsError
from importer.model import Progress, Run, RunReport
from importer.model.removals import RemovalPlan

if TYPE_CHECKING:
    from importer.ledger import Ledger

NO = "Nobody was removed: you said no."
STOPPED = "Nobody was removed: you stopped at the question."


def take_back(undone: Run, call: Call, *, resumed: int = 0) -> ExitCode:
    """A whole undo of an import, or all of it but the removing. ``resumed`` is an earlier undo that goes on."""
    from importer.ledger import Ledger
    from importer.results.files import check_writable

    check_writable(call.output)
    open_ledger = Ledger.look if call.dry_run else Ledger.open
    with open_ledger(call.choices.settings.ledger) as ledger:
        if call.dry_run:
            return _hold(undone, call, ledger, resumed)
        with ledger.lock(call.wait):
            return _hold(undone, call, ledger, resumed)


def _hold(undone: Run, call: Call, ledger: Ledger, resumed: int) -> ExitCode:
    from importer.importing.undoing import carry_out_undo, plan_undo, preview_undo
    from importer.importing.undone_list import list_of
    from importer.results.report import exit_code

    settings, options = call.choices.settings, call.choices.options
    interruption = Interruption()
    connection = call.destination.connect(
        ledger.learned(settings.base_url), stop=interruption.stop, tell_of_waiting=call.terminal.tell_of_waiting
    )
    with connection as service:
        with call.terminal.progress() as tell:
            tell(Progress("Looking up who is booked", 0, 0))
            roster = list_of(undone, ledger, settings, resumed=resumed)
            before = {one.row: one for one in ledger.outcomes(resumed)} if resumed else {}
            plan = plan_undo(undone, options, roster, settings, service, ledger, now=now(), before=before)
        if trace := call.destination.trace:
            for name in (*(one.name for one in plan.outcomes), *(one.entry.name for one in plan.removals)):
                trace.must_not_hold(name)
        expected = preview_undo(plan, finished=now(), requests=service.requests)
        asks = bool(plan.removals) and call.can_ask
        show = call.terminal.insist if asks else call.terminal.say
        show(["", *screens.plan_lines(plan), ""])
        if call.dry_run:
            return _end(expected, exit_code(expected, options), call, plan)
        if asks:
            if refusal := _refusal(plan, call):
                refused = replace(expected, stopped=refusal, stop_code=int(ExitCode.INTERRUPTED))
                return _end(refused, ExitCode.INTERRUPTED, call, plan)
        elif plan.removals and not call.choices.is_released:
            refused = replace(expected, stopped=screens.HELD, stop_code=int(ExitCode.HELD))
            _end(refused, ExitCode.HELD, call, plan, quietly=True)
            raise HeldError(screens.held(plan, call.then.again))
        with interruption, call.terminal.progress() as tell:
            tell(Progress("Removing", 0, len(plan.removals)))
            report = carry_out_undo(
                plan,
                settings,
                service,
                ledger,
                by=user(),
                clock=now,
                tell=tell,
                stop=interruption.stop,
                ends=_ends(undone, call, resumed),
                is_stopped_by_person=lambda: interruption.code is ExitCode.INTERRUPTED,
            )
    return _end(report, interruption.code or exit_code(report, options), call, plan)


def _ends(undone: Run, call: Call, resumed: int) -> tuple[int, ...]:
    """What ends with this run. An import that did not end, and is taken back as a whole, is not to go on any more."""
    if resumed:
        return (resumed,)
    return () if undone.state.is_over or call.choices.options.only is not None else (undone.id,)


def _refusal(plan: RemovalPlan, call: Call) -> str:
    """Why nobody is removed, as the answer to the question; empty for yes."""
    yes = screens.answers_for_yes(plan)
    try:
        while True:
            answer = call.terminal.ask(screens.question(plan, practice=call.destination.is_practice))
            if answer in yes:
                return ""
            if answer in ("", "n", "no"):
                return NO
            call.terminal.warn(wrap(screens.not_understood(plan)))
    except click.Abort:
        return STOPPED


def _end(report: RunReport, code: ExitCode, call: Call, plan: RemovalPlan, *, quietly: bool = False) -> ExitCode:
    """Results, document and last screen. The screen comes even where the results can't be written.

    Rows that were shown with the plan are not named again.
    """
    from importer.importing.handing_over import hand_over
    from importer.importing.undone_list import with_list

    report = replace(report, practice=call.destination.is_practice)
    results, fault = None, None
    try:
        results = hand_over(with_list(report), call.output, call.choices)
    except ResultsError as error:
        fault = error
    if call.terminal.as_json:
        (call.document or call.terminal.document)(json_document(report, results, code))
    then = replace(call.then, results=results, wanted=call.output)
    told = () if call.terminal.quiet else plan.outcomes
    lines = [*([PRACTICE] if report.practice else []), *screens.end_lines(report, then, told_before=told)]
    if not quietly:
        (call.terminal.say if code is ExitCode.DONE else call.terminal.insist)(lines)
    if fault:
        raise fault
    return code
