"""``roster purge``"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from importer.cli.conversation import now
from importer.cli.options import command, settings_options
from importer.cli.terminal import Terminal, wrap
from importer.errors import ExitCode
from importer.model import PROVIDER, day_text, row_numbers
from importer.settings import Settings, load_settings

if TYPE_CHECKING:
    from importer.importing.purging import Purge


def _age(_ctx: click.Context, _param: click.Parameter, text: str) -> Any:
    found = re.fullmatch(r"([1-9]\d{0,4})(d|w)", text.strip().casefold())
    if not found:
        raise click.UsageError(f"--older-than {text} is no age. Write it like 90d (days) or 12w (weeks).")
    return timedelta(days=int(found[1]) * (7 if found[2] == "w" else 1))


@command("purge", example="roster purge --older-than 90d --dry-run", page="administrators.md#what-is-kept-and-where")
@click.option(
    "--older-than", "age", required=True, metavar="AGE", callback=_age, help="Like 90d (days) or 12w (weeks)."
)
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--wait", is_flag=True, help="Wait while a run is at work.")
@settings_options("ledger", "timezone")
def purge(age: timedelta, dry_run: bool, yes: bool, wait: bool, **options: str | None) -> ExitCode:
    """Forget the names and addresses of runs that ended long ago.

    What keeps people from being booked twice stays, as keyed hashes once a session is over. Results that nobody has
    changed since are deleted. Runs of which something is open are not changed.
    """
    from importer.importing.purging import carry_out, find
    from importer.ledger import Ledger

    settings = load_settings(**options)
    terminal = Terminal()
    before = now() - age
    if dry_run or not settings.ledger.exists():
        with Ledger.look(settings.ledger) as ledger:
            terminal.say(_lines(find(ledger, before=before, now=now()), settings, heading="Would go, of"))
        return ExitCode.DONE
    with Ledger.open(settings.ledger) as ledger, ledger.lock(wait):
        found = find(ledger, before=before, now=now())
        asks = not (yes or found.is_empty) and terminal.can_ask
        terminal.say(_lines(found, settings, heading="To go, of" if asks else "Gone, of"))
        if asks and terminal.ask("It can't be undone. Purge now? y = yes, n = no [n]:") not in ("y", "yes"):
            terminal.say(["Nothing was purged: you said no."])
            return ExitCode.INTERRUPTED
        carry_out(found, ledger, now=now())
    return ExitCode.DONE


def _lines(found: Purge, settings: Settings, *, heading: str) -> list[str]:
    day = day_text(found.before, settings.zone)
    lines = [] if found.is_empty else [f"{heading} what ended before {day}:", ""]
    for count, one, many in (
        (len(found.runs), "run: its names, messages and roster copy", "runs: their names, messages and roster copies"),
        (len(found.entries), "person booked: stays known as keyed hashes", "people booked: stay known as keyed hashes"),
        (len(found.files), "results workbook", "results workbooks"),
        (len(found.drafts), "list on the page", "lists on the page"),
    ):
        if count:
            lines.append(f"{count:>7,}  {one if count == 1 else many}")
    if not lines:
        lines = [f"Nothing that ended before {day} is left to purge."]
    elif found.runs:
        lines.append(f"    all  customer records that were read from {PROVIDER}")
    stay = [
        f"{found.coming:,} {'person' if found.coming == 1 else 'people'}, because the session is not over yet."
        if found.coming
        else "",
        f"{len(found.changed_files):,} results that somebody has changed since." if found.changed_files else "",
        f"{row_numbers(found.open_runs).replace('Row', 'Run')}, of which something is open: roster resume"
        if found.open_runs
        else "",
    ]
    if any(stay):
        lines += ["", "Stays:"]
        lines += [line for text in stay if text for line in wrap(text, first="  ", indent="  ")]
    return lines
