"""``roster find``"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from importer.cli.conversation import now
from importer.cli.destination import destination_of, practice_settings
from importer.cli.options import LOOK_SETTINGS, command, next_lines, settings_options
from importer.cli.persons import chosen, of_row, person_lines, place_options
from importer.cli.screens import PRACTICE
from importer.cli.terminal import Terminal, where, wrap
from importer.errors import ExitCode, ResultsError
from importer.model import PROVIDER, RowRef, Run
from importer.model.persons import Person
from importer.settings import load_settings

if TYPE_CHECKING:
    from importer.ledger import Ledger


@command("find", example='roster find "Ada Lovelace"', page="administrators.md#forgetting-people")
@click.argument("who", metavar="WHO")
@click.option("--look", is_flag=True, help=f"Ask {PROVIDER}, too, whether they are still on these sessions.")
@click.option(
    "--export",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write what is kept of one person to a new text file, to hand it to them.",
)
@place_options
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output. It holds names.")
@click.option("--sandbox", is_flag=True, help="PRACTICE: in the record of practice imports.")
@settings_options(*LOOK_SETTINGS)
@click.pass_context
def find(
    ctx: click.Context,
    /,
    who: str,
    look: bool,
    export: Path | None,
    run: int | None,
    row: str | None,
    as_json: bool,
    sandbox: bool,
    **options: str | None,
) -> ExitCode:
    """Find one person in all imports: WHO is a name, an e-mail address, a telephone number or a Reference.

    Shows where they are booked, by which import, of which list and row, and what else their rows were told. Works
    without the internet. Who was forgotten is found by an equal name or address.
    """
    from importer.importing.finding import files_of, find
    from importer.ledger import Ledger
    from importer.results.kept import kept_text

    terminal = Terminal(as_json=as_json)
    settings = practice_settings(options) if sandbox else load_settings(**options)
    with Ledger.look(settings.ledger) as ledger:
        found = find(who, ledger, settings)
        people = of_row(found.people, run, row)
        there = _looked_up(people, ledger, options, sandbox) if look else {}
        files: tuple[Path, ...] = ()
        if export and people:
            again = next_lines(ctx, "find", who, "--export", str(export)).again
            people = (chosen(people, terminal, again, settings.zone, may_ask=terminal.can_ask),)
            files = files_of(people[0], ledger)
    if export and people:
        write_new(export, kept_text(people[0], files, settings.zone, now=now()))
    perhaps = () if export or run else found.perhaps
    if as_json:
        terminal.document(_document(people, perhaps, there))
    lines = [PRACTICE] if sandbox else []
    lines += [line for one in people for line in ("", *person_lines(one, settings.zone, there))]
    lines += [] if people else ["", *wrap(f"Our record has nobody for {who}.")]
    lines += ["", "Perhaps:"] if perhaps else []
    lines += [line for one in perhaps for line in ("", *person_lines(one, settings.zone))]
    if export and people:
        lines += ["", *wrap(f"What is kept of them is in {where(export)}. Only you can read it.")]
    terminal.say(lines[0 if sandbox else 1 :])
    return ExitCode.DONE


def write_new(path: Path, text: str) -> None:
    """A text file that only its owner can read; nothing is overwritten. Raises ``ResultsError``."""
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise ResultsError(f"{path} is there already, and nothing was written. Choose another name.") from None
    except OSError as error:
        raise ResultsError(f"{path} can't be written: {error.strerror}.") from None


def _looked_up(
    people: Iterable[Person], ledger: Ledger, options: Mapping[str, str | None], sandbox: bool
) -> dict[int, str]:
    from importer.importing.finding import look_for

    with destination_of(options, sandbox) as destination:
        settings = destination.settings
        with destination.connect(ledger.learned(settings.base_url)) as service:
            return look_for(people, service, ledger, settings, now=now())


def _document(people: Iterable[Person], perhaps: Iterable[Person], there: Mapping[int, str]) -> dict[str, object]:
    from importer.results.report import JSON_SCHEMA

    return {
        "schema": JSON_SCHEMA,
        "kind": "find",
        "people": [_person(one, there) for one in people],
        "perhaps": [_person(one, {}) for one in perhaps],
        "exit_code": ExitCode.DONE,
    }


def _person(person: Person, there: Mapping[int, str]) -> dict[str, object]:
    return {
        "name": person.name or None,
        "evidence": list(person.evidence),
        "bookings": [
            {
                **_place(one.run, one.entry.row),
                "status": str(one.status),
                "session": one.session,
                "booking_id": one.entry.booking_id,
                "customer_booking_id": one.entry.customer_booking_id or None,
                "again_in_runs": sorted({told.run.id for told in one.again}),
                "looked_up": there.get(one.entry.id),
            }
            for one in person.bookings
        ],
        "rows": [
            {**_place(told.run, told.outcome.row), "status": str(told.outcome.status), "message": told.outcome.message}
            for told in person.rows
        ],
    }


def _place(run: Run, row: RowRef) -> dict[str, object]:
    return {"run": run.id, "list": run.roster_path.name, "sheet": row.sheet, "row": row.number, "part": row.part}
