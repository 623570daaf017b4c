"""``roster import``"""

from __future__ import annotations

from pathlib import Path

import click

from importer.cli.conversation import Call, import_one, now
from importer.cli.destination import destination_of
from importer.cli.options import (
    Bounded,
    approval_code,
    approval_options,
    command,
    next_lines,
    output_option,
    practice_options,
    printing_options,
    reading_options,
    settings_options,
    target_options,
    trace_option,
)
from importer.cli.reading import read
from importer.cli.roster_file import roster_argument
from importer.cli.terminal import Terminal
from importer.errors import ExitCode
from importer.importing.questions import Choices
from importer.model import Options, Target


@command("import", example='roster import "My list.xlsx" --dry-run', page="coordinators.md#check-it-then-book-it")
@roster_argument
@click.option("--dry-run", is_flag=True, help="All but booking: show the plan, write the results.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option(
    "--first", cls=Bounded, type=click.IntRange(min=1), metavar="N", help="Book only the first N of the plan."
)
@click.option("--strict", is_flag=True, help="Book nobody unless everybody can be booked.")
@click.option("--rebook", is_flag=True, help="Book again who was removed from a session since.")
@click.option("--allow-past", is_flag=True, help="Book sessions that are over, too.")
@click.option(
    "--start-new", is_flag=True, help="Start the session of a row, with its room, at a free time where none is."
)
@click.option("--series", default="", metavar="NAME", help="The lists that this one follows. [its folder and name]")
@click.option("--release", is_flag=True, help="Let through what is held because so much has changed.")
@approval_options
@click.option("--wait", is_flag=True, help="Wait while another run is at work.")
@target_options
@reading_options
@output_option("The results. [beside the roster]")
@printing_options
@trace_option
@practice_options
@settings_options()
@click.pass_context
def import_roster(
    ctx: click.Context,
    /,
    path: Path,
    dry_run: bool,
    yes: bool,
    first: int | None,
    strict: bool,
    rebook: bool,
    allow_past: bool,
    start_new: bool,
    series: str,
    release: bool,
    approved: str,
    comment: str,
    wait: bool,
    session: str | None,
    service: str | None,
    start: tuple[str, ...],
    dates: str | None,
    resource: str | None,
    sheet: str | None,
    hidden: str | None,
    output: Path | None,
    as_json: bool,
    quiet: bool,
    sandbox: bool,
    mishaps: tuple[str, ...],
    trace: Path | None,
    **settings: str | None,
) -> ExitCode:
    """Book the people of a roster onto their group bookings.

    Shows the plan and asks before anybody is booked. The same roster comes back with the answer beside each row;
    correct it and import it again: only what is left is done. Nobody is booked twice.
    """
    from importer.inbox import beside
    from importer.lists.dates import for_targets
    from importer.lists.sessions import read_targets
    from importer.results.files import results_path

    code = approval_code(approved, comment)
    with destination_of(settings, sandbox, mishaps, trace=trace) as destination:
        zone = destination.settings.zone
        order = destination.settings.date_order
        targets = read_targets(session, service, start, zone, order, resource, days=dates, now=now())
        options = Options(
            Target(),
            sheet,
            hidden,
            allow_past,
            rebook,
            strict,
            first,
            series=series,
            days=dates or "",
            approved=code,
            start_new=start_new,
        )
        options = for_targets(targets, zone, options)
        terminal = Terminal(quiet=quiet, as_json=as_json)
        choices = Choices(destination.settings, options, is_released=release)
        roster, choices = read(path, terminal, choices, may_ask=not yes, practice=sandbox)
        call = Call(
            destination,
            terminal,
            choices,
            results_path(beside(roster.path), output, practice=sandbox),
            next_lines(ctx, "import", str(path), once=("first", "rebook", "release", "approved", "comment")),
            dry_run=dry_run,
            may_ask=not yes,
            wait=wait,
            comment=comment,
        )
        return import_one(roster, call)
