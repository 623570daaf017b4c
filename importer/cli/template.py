"""``roster template``"""

from __future__ import annotations

from pathlib import Path

import click

from importer.cli.destination import destination_of
from importer.cli.options import SERVICE_SETTINGS, command, practice_options, settings_options
from importer.cli.sessions import free_times_of, not_searched, sessions_of
from importer.cli.terminal import Terminal, where, wrap
from importer.errors import ExitCode, ResultsError
from importer.settings import load_settings

_MOST_FREE = 200
"""A longer list to choose from is none."""


@command("template", example="roster template --with-sessions", page="coordinators.md#your-list")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    default="Roster.xlsx",
    help="The file to make, .xlsx or .csv. [Roster.xlsx]",
)
@click.option("--with-sessions", is_flag=True, help="Fill its drop-downs with the sessions to come.")
@practice_options
@settings_options(*SERVICE_SETTINGS)
def template(
    output: Path, with_sessions: bool, sandbox: bool, mishaps: tuple[str, ...], **settings: str | None
) -> ExitCode:
    """Make a blank roster to fill in.

    An .xlsx has drop-downs and a sheet that explains the columns; a .csv has the headings alone.
    """
    from importer.lists.template import make_csv_template, make_template

    if output.suffix.lower() not in (".xlsx", ".csv"):
        raise click.UsageError(f'A blank roster is an .xlsx or a .csv: "{output}" is neither.')
    if output.suffix.lower() == ".csv":
        content = make_csv_template()
    elif with_sessions or sandbox:
        with destination_of(settings, sandbox, mishaps) as destination:
            found, refused = sessions_of(destination)
            free = free_times_of(destination)
            content = make_template(sessions=found, free=free[:_MOST_FREE], zone=destination.settings.zone)
        Terminal().warn(not_searched(refused))
        if len(free) > _MOST_FREE:
            Terminal().warn(wrap(f"Only the first {_MOST_FREE} of {len(free):,} free times are in the drop-down."))
    else:
        content = make_template(zone=load_settings(**settings).zone)
    try:
        with output.open("xb") as file:
            file.write(content)
    except FileExistsError:
        raise ResultsError(f'"{output}" is there already. We have not changed it. Name another file with -o.') from None
    except OSError as error:
        raise ResultsError(f'"{output}" can\'t be written: {error.strerror}. Name another file with -o.') from None
    explained = "" if output.suffix == ".csv" else "; its second sheet explains the columns"
    Terminal().say(wrap(f"{where(output)} is ready to be filled in{explained}."))
    return ExitCode.DONE
