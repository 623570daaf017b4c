"""``roster resume``"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

import click

from importer.cli.conversation import Call, import_one, now
from importer.cli.destination import Destination, destination_of
from importer.cli.endings import Next
from importer.cli.options import command, next_lines, practice_options, printing_options, settings_options, trace_option
from importer.cli.taking_back import take_back
from importer.cli.terminal import Terminal, complain
from importer.cli.word import take_word_for
from importer.errors import ExitCode, ImporterError, SettingsError, gravest
from importer.importing.questions import Choices
from importer.model import Entry, EntryState, Options, Run, Status, moment_text


@command("resume", example="roster resume --wait", page="coordinators.md#what-comes-back")
@click.argument("run", type=int, required=False, metavar="[RUN]")
@click.option("--wait", is_flag=True, help="Wait for another run, and for what can't be known yet.")
@click.option(
    "--row",
    metavar="[SHEET!]N[/C]",
    help="A row of RUN that is not sure yet and that you have looked up.",
)
@click.option(
    "--is", "what", type=click.Choice(["booked", "not-booked", "removed"]), help="What you found for that row."
)
@click.option("--sure", is_flag=True, help="Take my word for that row, whatever the session shows.")
@click.option("--release", is_flag=True, help="Go on with a run that is held: a later import has most of its people.")
@printing_options
@trace_option
@practice_options
@settings_options()
@click.pass_context
def resume(
    ctx: click.Context,
    /,
    run: int | None,
    wait: bool,
    row: str | None,
    what: str | None,
    sure: bool,
    release: bool,
    as_json: bool,
    quiet: bool,
    sandbox: bool,
    mishaps: tuple[str, ...],
    trace: Path | None,
    **settings: str | None,
) -> ExitCode:
    """Finish interrupted runs and settle what is not sure yet; RUN alone, by its number.

    Nobody is booked beyond the plan of the run, so nothing is asked. A run of which a later import has most people is
    held until you say --release. An undo goes on only by its number.
    """
    terminal = Terminal(quiet=quiet, as_json=as_json)
    if row or what:
        if run is None or not row or not what:
            raise click.UsageError("Write it like: roster resume 41 --row 14 --is booked")
        with destination_of(settings, sandbox, mishaps, trace=trace) as destination:
            return take_word_for(destination, terminal, run, row, what, is_sure=sure)
    if sure:
        raise click.UsageError("--sure needs --row and --is.")
    then = next_lines(ctx, "resume", *([str(run)] if run else []))
    documents: list[Mapping[str, object]] = []
    codes: list[ExitCode] = []
    with destination_of(settings, sandbox, mishaps, trace=trace) as destination:
        while pending := _pending(destination, run):
            codes, documents = [], []
            for one in pending:
                codes.append(_resume(one, destination, terminal, then, wait, release, documents.append))
                if codes[-1] in _ENDS_ALL:
                    break
            until = _settled_by(destination, pending) if wait and codes[-1] not in _ENDS_ALL else None
            if until is None:
                break
            terminal.say(
                [f"Waiting until {until.astimezone(destination.settings.zone):%H:%M:%S} to see what came of it."]
            )
            time.sleep((until - now()).total_seconds())
        if run is None and not (codes and codes[-1] in _ENDS_ALL):
            held = {one.id for one, code in zip(pending, codes, strict=False) if code is ExitCode.HELD}
            codes += _settle_others(destination, terminal, wait, held)
    code = gravest(codes)
    if as_json:
        from importer.results.report import JSON_SCHEMA

        terminal.document({"schema": JSON_SCHEMA, "kind": "resume", "runs": documents, "exit_code": code})
    open_undos = _open_undos(destination) if run is None else ()
    for undo in open_undos:
        terminal.insist([f"Undo {undo} is not finished. To go on with it: roster resume {undo}"])
    if not codes and not open_undos:
        terminal.say(["Nothing to resume."])
    return code


_ENDS_ALL = (ExitCode.INTERRUPTED, ExitCode.TERMINATED, ExitCode.SERVICE_UNUSABLE, ExitCode.ANOTHER_RUN)


def _pending(destination: Destination, run: int | None) -> tuple[Run, ...]:
    from importer.importing.resuming import unfinished
    from importer.ledger import Ledger

    with Ledger.look(destination.settings.ledger) as ledger:
        if run is not None and run not in {one.id for one in ledger.all_runs()}:
            raise SettingsError(f"There is no run {run}. roster runs lists them.")
        return tuple(one for one in unfinished(ledger) if (run or one.id) == one.id and (run or not one.options.undoes))


def _open_undos(destination: Destination) -> tuple[int, ...]:
    from importer.importing.resuming import unfinished
    from importer.ledger import Ledger

    with Ledger.look(destination.settings.ledger) as ledger:
        return tuple(one.id for one in unfinished(ledger) if one.options.undoes)


def _resume(
    run: Run,
    destination: Destination,
    terminal: Terminal,
    then: Next,
    wait: bool,
    is_released: bool,
    document: Callable[[Mapping[str, object]], None],
) -> ExitCode:
    """One run, to its exit code: what is wrong with its file keeps no other run from being finished."""
    from importer.importing.resuming import read_copy
    from importer.inbox import beside
    from importer.ledger import Ledger
    from importer.results.files import results_path

    # The folder may be gone by now, a stick for example; the answers must not be.
    original = run.roster_path if run.roster_path.parent.is_dir() else Path(run.roster_path.name)
    started = moment_text(run.started, destination.settings.zone)
    terminal.say(["", f"Import {run.id}: {original.name}, begun {started} by {run.by}"])
    try:
        if run.options.undoes:
            return _go_on_removing(run, original, destination, terminal, then, wait, document)
        with Ledger.look(destination.settings.ledger) as ledger:
            roster, kept = read_copy(run, destination.settings, ledger)
        choices = Choices(kept, run.options, is_released)
        there = replace(destination, settings=kept)
        output = results_path(beside(original), None, practice=destination.is_practice)
        again = ("resume", str(run.id), *then.for_roster)
        then = replace(then, again=again, for_roster=(*_words_of(run.options, kept.zone), *then.for_roster))
        call = Call(there, terminal, choices, output, then, may_ask=False, wait=wait, document=document)
        return import_one(replace(roster, path=original), call)
    except ImporterError as error:
        complain(str(error))
        return error.exit_code


def _words_of(options: Options, zone: tzinfo) -> tuple[str, ...]:
    """What a line with the run's list has to repeat of its options, as it would be typed."""
    given: dict[str, Sequence[str | None]] = {
        "sheet": [options.sheet],
        "hidden": [options.hidden],
        "session": [options.target.booking_id],
        "service": [options.target.service],
        "resource": [options.target.resource],
        "start": [moment_text(one.start, zone) for one in options.targets if one.start],
        "series": [options.series],
    }
    flags = {"allow-past": options.allow_past, "strict": options.strict, "start-new": options.start_new}
    words = [word for name, values in given.items() for value in values if value for word in (f"--{name}", value)]
    return (*words, *(f"--{name}" for name, is_set in flags.items() if is_set))


def _go_on_removing(
    run: Run,
    original: Path,
    destination: Destination,
    terminal: Terminal,
    then: Next,
    wait: bool,
    document: Callable[[Mapping[str, object]], None],
) -> ExitCode:
    """An undo that did not end: nobody is removed beyond its plan, so nothing is asked."""
    from importer.inbox import beside
    from importer.ledger import Ledger
    from importer.results.files import results_path

    with Ledger.look(destination.settings.ledger) as ledger:
        undone = next(one for one in ledger.all_runs() if one.id == run.options.undoes)
    kept = destination.settings.model_copy(update=dict(run.choices))
    choices = Choices(kept, run.options, is_released=True)
    output = results_path(beside(original), None, practice=destination.is_practice)
    call = Call(destination, terminal, choices, output, then, may_ask=False, wait=wait, document=document)
    return take_back(undone, call, resumed=run.id)


def _settle_others(destination: Destination, terminal: Terminal, wait: bool, held: Collection[int]) -> list[ExitCode]:
    """Settle by reading what runs left unsure that a later import of their roster has ended, or that are held."""
    from importer.importing.resuming import settle_unknown
    from importer.ledger import Ledger
    from importer.results.report import people

    with Ledger.open(destination.settings.ledger) as ledger:
        pending = {one.id for one in _pending(destination, None)}.difference(held)
        if all(_asked_by(entry) in pending for entry in ledger.unknown()):
            return []
        with ledger.lock(wait), destination.connect(ledger.learned(destination.settings.base_url)) as service:
            unsure = settle_unknown(service, ledger, destination.settings, now=now())
            left = [entry for entry in unsure if _asked_by(entry) not in pending]
    terminal.say(
        [f"{people(len(left))} of earlier imports: not sure yet." if left else "Earlier imports: everybody is settled."]
    )
    return [ExitCode.NOT_SURE_YET if left else ExitCode.DONE]


def _asked_by(entry: Entry) -> int:
    """The run that sent what is not known of an entry."""
    return entry.removed_by if entry.state is EntryState.REMOVING else entry.run


def _settled_by(destination: Destination, runs: Collection[Run]) -> datetime | None:
    """Until when something of these runs can't be known, by our clock; ``None`` where waiting is of no use: what is
    more than a day off is by a clock that was wrong then, or is now."""
    from importer.ledger import Ledger
    from importer.people.settling import end_of

    margin = timedelta(seconds=destination.settings.settle_margin_s)
    with Ledger.look(destination.settings.ledger) as ledger:
        unsure = {
            (run.id, one.row) for run in runs for one in ledger.outcomes(run.id) if one.status is Status.NOT_SURE_YET
        }
        entries = [
            entry
            for run in runs
            for row, entry in ledger.standing(run.id).items()
            if entry.state.is_unknown or (run.id, row) in unsure
        ]
    # Of whom an answer has shown and a reading has not, the reading counts only then.
    known = [
        end_of(entry, now=now(), now_there=None)
        if entry.state.is_unknown
        else entry.recorded and entry.recorded + margin
        for entry in entries
    ]
    soon = now() + timedelta(days=1)
    return max((moment for moment in known if moment and now() < moment <= soon), default=None)
