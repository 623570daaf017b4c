"""``roster sandbox``"""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path

import click

from importer.cli import Terminated
from importer.cli.destination import LEDGER, practice_folder
from importer.cli.options import Bounded, command, mishap_option
from importer.cli.terminal import Terminal, command_line
from importer.errors import ExitCode

_PORT = 8730


@command("sandbox", example="roster sandbox --mishap 429=5:reserve:first=2", page="administrators.md#practice")
@click.option(
    "--port",
    cls=Bounded,
    type=click.IntRange(0, 65535),
    default=_PORT,
    metavar="N",
    help=f"0 is any free one. [{_PORT}]",
)
@mishap_option
@click.option(
    "--rule",
    "rules",
    multiple=True,
    metavar="NAME=VALUE",
    help='How it is where the guide is silent: ids=single. See docs/administrators.md, "Practice".',
)
@click.option(
    "--compare",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Say where a file of --trace differs from the practice service, and end.",
)
def sandbox(port: int, mishaps: tuple[str, ...], rules: tuple[str, ...], compare: Path | None) -> ExitCode:
    """Run the practice service until Ctrl-C, for training and for programs under test.

    It listens on this computer alone. Its bookings are kept, so that it can be stopped and started again.
    """
    from importer.sandbox import Rules, Sandbox

    if compare:
        return _compare(compare)
    folder = practice_folder().with_name("practice-service")
    try:
        corners = asdict(Rules.parse(rules))
        service = Sandbox(folder, port=port, mishaps=mishaps, **corners)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    try:
        with service:
            ledger = str(folder / LEDGER)
            line = ["roster", "import", "My list.xlsx", "--base-url", service.base_url, "--ledger", ledger]
            Terminal().say(
                [
                    "PRACTICE: a booking service with no real bookings, until Ctrl-C.",
                    "",
                    f"Address  {service.base_url}",
                    f"Key      {service.key}",
                    "",
                    "To use it, type in another window:",
                    "",
                    *(f"    {text}" for text in _set_key(service.key)),
                    f"    {command_line(line)}",
                ]
            )
            service.serve_forever()
    except OSError as error:
        raise click.UsageError(f"Port {port} can't be used: {error.strerror}. Choose another with --port.") from None
    except Terminated:
        raise
    except KeyboardInterrupt:
        return ExitCode.DONE
    return ExitCode.DONE


def _compare(path: Path) -> ExitCode:
    from importer.sandbox.tour import tour
    from importer.service.comparing import compare_shapes, read_trace
    from importer.service.trace import Shapes

    shapes = Shapes()
    practice = [shapes.line(*visit) for visit in tour()]
    lines = compare_shapes(read_trace(path), practice)
    Terminal().say(lines or ["Nothing differs from the practice service."])
    return ExitCode.DONE


def _set_key(key: str) -> list[str]:
    if os.name == "nt":
        return [f"set APPOINTEDD_API_KEY={key}", f'(in PowerShell: $env:APPOINTEDD_API_KEY="{key}")']
    return [f"export APPOINTEDD_API_KEY={key}"]
