"""``roster forget``"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from typing import TYPE_CHECKING

import click

from importer.cli.conversation import now
from importer.cli.destination import practice_settings
from importer.cli.options import command, next_lines, settings_options
from importer.cli.persons import chosen, of_row, place_options, title
from importer.cli.screens import PRACTICE
from importer.cli.terminal import Terminal, command_line, where, wrap
from importer.errors import ExitCode, HeldError
from importer.model import PROVIDER
from importer.settings import load_settings

if TYPE_CHECKING:
    from importer.importing.forgetting import Forgetting
    from importer.model.persons import Found


@command("forget", example='roster forget "Ada Lovelace" --dry-run', page="administrators.md#forgetting-people")
@click.argument("who", metavar="WHO")
@place_options
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--wait", is_flag=True, help="Wait while a run is at work.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
@click.option("--sandbox", is_flag=True, help="PRACTICE: in the record of practice imports.")
@settings_options("ledger", "timezone")
@click.pass_context
def forget(
    ctx: click.Context,
    /,
    who: str,
    run: int | None,
    row: str | None,
    dry_run: bool,
    yes: bool,
    wait: bool,
    as_json: bool,
    sandbox: bool,
    **options: str | None,
) -> ExitCode:
    """Forget one person: WHO is a name, an e-mail address, a telephone number or a Reference, exactly.

    Their names, addresses and messages go from our record. What keeps them from being booked twice stays, as keyed
    hashes. Lists, results and what the service keeps are not changed.
    """
    from importer.importing.finding import find
    from importer.importing.forgetting import carry_out, plan_forgetting
    from importer.ledger import Ledger

    terminal = Terminal(as_json=as_json)
    settings = practice_settings(options) if sandbox else load_settings(**options)
    is_look = dry_run or not settings.ledger.exists()
    with (
        Ledger.look(settings.ledger) if is_look else Ledger.open(settings.ledger) as ledger,
        nullcontext() if is_look else ledger.lock(wait),
    ):
        found = find(who, ledger, settings)
        people = of_row(found.people, run, row)
        if not people:
            return _end(terminal, [*wrap(f"Our record has nobody for {who}."), *_near(found)], None, is_done=False)
        again = next_lines(ctx, "forget", who).again
        person = chosen(people, terminal, again, settings.zone, may_ask=terminal.can_ask and not yes)
        plan = plan_forgetting(person, found, ledger, settings, now=now())
        lines = [*([PRACTICE] if sandbox else []), *_lines(plan)]
        if dry_run:
            return _end(terminal, lines, plan, is_done=False)
        if plan.waits_for:
            raise HeldError(_waits(plan, ["--sandbox"] if sandbox else []))
        if terminal.can_ask and not (yes or plan.is_empty):
            terminal.insist(lines)
            asked = f"It can't be undone. Forget {person.name} now? y = yes, n = no [n]:"
            if terminal.ask(asked) not in ("y", "yes"):
                said_no = ["Nothing was forgotten: you said no."]
                return _end(terminal, said_no, plan, is_done=False, code=ExitCode.INTERRUPTED)
            lines = []
        carry_out(plan, ledger)
    return _end(terminal, [*lines, *([] if plan.is_empty else ["", "Forgotten."])], plan, is_done=True)


def _end(
    terminal: Terminal,
    lines: Sequence[str],
    plan: Forgetting | None,
    *,
    is_done: bool,
    code: ExitCode = ExitCode.DONE,
) -> ExitCode:
    from importer.results.report import JSON_SCHEMA

    terminal.say(lines)
    if terminal.as_json:
        terminal.document(
            {
                "schema": JSON_SCHEMA,
                "kind": "forget",
                "forgotten": is_done,
                "bookings": len(plan.entries) if plan else 0,
                "rows": len(plan.rows) if plan else 0,
                "mentions": plan.mentions if plan else 0,
                "comments_of_runs": list(plan.comments) if plan else [],
                "namesakes": plan.namesakes if plan else 0,
                "waits_for_runs": list(plan.waits_for) if plan else [],
                "files": [str(path) for path in plan.files] if plan else [],
                "exit_code": code,
            }
        )
    return code


def _lines(plan: Forgetting) -> list[str]:
    """What goes, what stays and why, and what is not ours to delete."""
    if plan.is_empty:
        lines = ["Already forgotten: no name or address of theirs is left in our record."]
    else:
        lines = [*wrap(f"To forget: {title(plan.person)}", indent="  ", first=""), ""]
        for count, one, many in (
            (len(plan.entries), "booking: name, addresses, Reference", "bookings: names, addresses, References"),
            (len(plan.rows), "row of an import: name and message", "rows of imports: names and messages"),
            (plan.mentions, "message or comment that names them", "messages and comments that name them"),
        ):
            if count:
                lines.append(f"{count:>7,}  {one if count == 1 else many}")
    runs = ", ".join(f"roster runs {run}" for run in plan.comments)
    files = ", ".join(f'"{name}"' for name in plan.named_in)
    others = "Another person of this name" if plan.namesakes == 1 else f"{plan.namesakes} other people of this name"
    stays = [
        "Keyed hashes of who was booked, so that nobody is booked twice. A near name is not seen any more."
        if plan.person.bookings
        else "",
        "Which rows and sessions they were.",
        f"{others}, who may be the same (roster find)." if plan.namesakes else "",
        f"Comments on approvals, if they mean them in other words ({runs})." if runs else "",
        f"Names of files, folders and series: {files}." if files else "",
        f"What {PROVIDER} keeps of them. Only there it can be deleted.",
    ]
    lines += ["", "Stays:", *(line for one in stays if one for line in wrap(one, first="  ", indent="  "))]
    if plan.files:
        again = "If one of them is imported again, our record has the name again."
        lines += ["", *wrap(f"These files may name them, too. They are yours to correct or delete. {again}")]
        lines += [f"  {where(path)}" for path in plan.files]
    return lines


def _waits(plan: Forgetting, words: Sequence[str]) -> str:
    runs = " and ".join(map(str, plan.waits_for))
    did, its = ("Import", "its list") if len(plan.waits_for) == 1 else ("Imports", "their lists")
    return "\n".join(
        [
            f"Stopped for your decision. Nothing was forgotten. {did} {runs} did not finish, and we keep {its} until "
            "then. Finish first, or import the list again:",
            "",
            *(f"    {command_line(['roster', 'resume', str(run), *words])}" for run in plan.waits_for),
        ]
    )


def _near(found: Found) -> list[str]:
    names = ", ".join(dict.fromkeys(title(one) for one in found.perhaps if one.name))
    return wrap(f"Perhaps you mean: {names}. Type the name as it is there.") if names else []
