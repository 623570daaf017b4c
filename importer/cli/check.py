"""``roster check``"""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from importer.cli.conversation import json_document, now
from importer.cli.endings import check_end
from importer.cli.options import (
    command,
    next_lines,
    output_option,
    printing_options,
    reading_options,
    settings_options,
    target_options,
)
from importer.cli.reading import read
from importer.cli.roster_file import roster_argument
from importer.cli.terminal import Terminal
from importer.errors import ExitCode, LedgerError
from importer.importing.questions import Choices
from importer.model import Options, Target
from importer.settings import READING

if TYPE_CHECKING:
    from importer.ledger import Ledger


@command("check", example='roster check "My list.xlsx"', page="coordinators.md#check-it-then-book-it")
@roster_argument
@click.option("--allow-past", is_flag=True, help="Sessions that are over are no problem.")
@target_options
@reading_options
@output_option("Write the roster with the answer beside each row.")
@printing_options
@settings_options(*READING, "ledger")
@click.pass_context
def check_roster(
    ctx: click.Context,
    /,
    path: Path,
    allow_past: bool,
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
    **settings: str | None,
) -> ExitCode:
    """Find every problem in a roster at once, without the network.

    Nothing is sent and nobody is booked. Says what it did not look at.
    """
    from dataclasses import replace

    from importer.importing.checking import check
    from importer.lists.dates import for_targets
    from importer.lists.sessions import read_targets
    from importer.results.report import exit_code, headline
    from importer.settings import load_settings

    loaded = load_settings(**settings)
    order = loaded.date_order
    targets = read_targets(session, service, start, loaded.zone, order, resource, days=dates, now=now())
    options = for_targets(targets, loaded.zone, Options(Target(), sheet, hidden, allow_past, days=dates or ""))
    terminal = Terminal(quiet=quiet, as_json=as_json)
    roster, choices = read(path, terminal, Choices(loaded, options))
    with _record(loaded.ledger) as ledger:
        report = check(roster, choices.settings, options, ledger, now=now())
    results = None
    if output:
        from importer.importing.handing_over import hand_over
        from importer.results.files import check_writable, results_path

        wanted = results_path(roster.path, output)
        check_writable(wanted)
        results = hand_over(report, wanted, choices)
    code = exit_code(report, options)
    if as_json:
        terminal.document(json_document(report, results, code))
    then = replace(next_lines(ctx, "check", str(path)), results=results)
    show = terminal.say if code is ExitCode.DONE else terminal.insist
    show(["", *check_end(report, headline(report), then)])
    return code


def _record(path: Path) -> AbstractContextManager[Ledger | None]:
    """The ledger, where there is one that can be read: a check goes without it.

    To load what reads it takes as long as a small check.
    """
    if not os.path.exists(path):  # noqa: PTH110 (pathlib's raises where a folder can't be looked into)
        return nullcontext()
    from importer.ledger import Ledger

    try:
        return Ledger.look(path)
    except LedgerError:
        return nullcontext()
