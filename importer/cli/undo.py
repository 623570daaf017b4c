"""``roster undo``"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import click

from importer.cli.conversation import Call
from importer.cli.destination import Destination, destination_of
from importer.cli.options import (
    command,
    next_lines,
    output_option,
    practice_options,
    printing_options,
    settings_options,
    trace_option,
)
from importer.cli.taking_back import take_back
from importer.cli.terminal import Terminal
from importer.cli.typed_rows import the_row
from importer.errors import ExitCode, SettingsError
from importer.importing.questions import Choices
from importer.model import RowRef, Run


@command("undo", example="roster undo 41 --dry-run", page="coordinators.md#take-an-import-back")
@click.argument("run", type=int, metavar="RUN")
@click.option(
    "--row", "rows", multiple=True, metavar="[SHEET!]N[/C]", help="Only the person in this row. May be repeated."
)
@click.option(
    "--empty-sessions",
    is_flag=True,
    help="Remove also the only person of a session. The session may leave the calendar.",
)
@click.option("--dry-run", is_flag=True, help="All but removing: show who would be removed, write the results.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--wait", is_flag=True, help="Wait while another run is at work.")
@output_option("The results. [beside the roster]")
@printing_options
@trace_option
@practice_options
@settings_options()
@click.pass_context
def undo(
    ctx: click.Context,
    /,
    run: int,
    rows: tuple[str, ...],
    empty_sessions: bool,
    dry_run: bool,
    yes: bool,
    wait: bool,
    output: Path | None,
    as_json: bool,
    quiet: bool,
    sandbox: bool,
    mishaps: tuple[str, ...],
    trace: Path | None,
    **settings: str | None,
) -> ExitCode:
    """Remove again the people whom one import has booked, and nobody else. This can't be undone.

    RUN is the number of the import; roster runs lists them. Shows who would be removed, and asks before anybody is.
    Who has changed since stays: their session was moved, they have paid, or they have arrived. Appointedd may write to
    those who are removed.
    """
    from importer.importing.undoing import options_of_undo
    from importer.inbox import beside
    from importer.results.files import results_path

    with destination_of(settings, sandbox, mishaps, trace=trace) as destination:
        undone, refs = _found(destination, run)
        chosen = [_row(text, refs, run) for text in rows]
        options = options_of_undo(undone, chosen if rows else None, may_empty=empty_sessions)
        kept = destination.settings.model_copy(update=dict(undone.choices))
        path = undone.roster_path if undone.roster_path.parent.is_dir() else Path(undone.roster_path.name)
        call = Call(
            destination,
            Terminal(quiet=quiet, as_json=as_json),
            Choices(kept, options, is_released=yes),
            results_path(beside(path), output, practice=sandbox),
            next_lines(ctx, "undo", str(run)),
            dry_run=dry_run,
            may_ask=not yes,
            wait=wait,
        )
        return take_back(undone, call)


def _found(destination: Destination, run: int) -> tuple[Run, Collection[RowRef]]:
    """The import of this number, and its rows. Raises ``SettingsError`` where it is none that can be undone here."""
    from importer.ledger import Ledger

    with Ledger.look(destination.settings.ledger) as ledger:
        found = next((one for one in ledger.all_runs() if one.id == run), None)
        rows = {one.row for one in ledger.outcomes(run)} | {one.row for one in ledger.entries_of([run])}
    if found is None:
        raise SettingsError(f"There is no import {run}. roster runs lists them.")
    if found.options.undoes is not None:
        raise SettingsError(
            f"Import {run} is an undo of import {found.options.undoes}, so it booked nobody. To book these people "
            "again, import the list with --rebook."
        )
    if not destination.is_practice and found.base_url != destination.settings.base_url:
        raise SettingsError(
            f"Import {run} has booked at {found.base_url}, and this call goes to {destination.settings.base_url}. Use "
            "the settings of that import."
        )
    return found, rows


def _row(text: str, known: Collection[RowRef], run: int) -> RowRef:
    """Raises ``SettingsError`` where it is none of these rows, or could be several."""
    if row := the_row(text, known):
        return row
    raise SettingsError(f"Import {run} has no row {text}. roster runs {run} lists its rows.")
