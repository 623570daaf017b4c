"""``roster headings``"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from importer.cli.options import command, settings_options, sheet_option
from importer.cli.roster_file import roster_argument_if_any
from importer.cli.screens import heading_place, taken_for
from importer.cli.teaching import NAMES_NEEDED, SESSION_NEEDED, keep, name_from, table, teach, theirs, words
from importer.cli.terminal import Terminal, command_line, where, wrap
from importer.errors import ExitCode, SettingsError
from importer.model.columns import heading_key
from importer.model.conventions import CONVENTIONS
from importer.model.headings import ORDERS, HeadingRow, field_of, has_names, has_session, no_meaning, read_set
from importer.settings import Settings, load_settings, settings_path


@command("headings", example='roster headings "St Marys.xlsx" --as "Pupil=Full name"')
@roster_argument_if_any
@click.option("--as", "said", multiple=True, metavar="HEADING=MEANING", help="What a heading means; asks nothing.")
@click.option("--name", metavar="NAME", help="Name of the set. [asked, or that of the file]")
@sheet_option
@settings_options(*ORDERS)
def headings(
    path: Path | None, said: tuple[str, ...], name: str | None, sheet: str | None, **given: str | None
) -> ExitCode:
    """Tell us once what a sender's columns contain.

    They are kept under a name in the settings file, and every later list with these headings is read in that way.
    Without a ROSTER, shows what is kept.
    """
    from importer.importing.safely import look_at_headings

    settings = load_settings(**given)
    orders = {key: order for key, order in given.items() if order}
    terminal = Terminal()
    if path is None:
        if said or name or orders:
            raise click.UsageError('Add the list that has these headings, like: roster headings "My list.xlsx" …')
        terminal.say(_kept(settings))
        return ExitCode.DONE
    row = look_at_headings(path, sheet=sheet, heading_sets=settings.heading_sets)
    if said:
        keep(name or row.heading_set or name_from(path), row, _understood(row, said) | orders, terminal, settings)
    elif terminal.can_ask:
        teach(path, row, terminal, settings, name=name or "", orders=orders)
    else:
        return _tell(path, row, terminal)
    return ExitCode.DONE


def _kept(settings: Settings) -> list[str]:
    if not settings.headings:
        why = f"No headings are kept in {settings_path()}. To say what those of a list mean:"
        return [*wrap(why), "", '    roster headings "My list.xlsx"']
    lines = [f"Kept in {settings_path()}, where you can change them:"]
    for name, said in settings.headings.items():
        fields = {heading: field_of(meaning) for heading, meaning in said.items() if heading not in CONVENTIONS}
        used = ", ".join(taken_for(field, heading) for heading, field in fields.items() if field)
        unused = ", ".join(heading for heading, field in fields.items() if not field)
        orders = ", ".join(f"{key.replace('_', ' ')} {said[key]}" for key in CONVENTIONS if key in said)
        lines += ["", name, *(_indented("Used", used) + _indented("Not used", unused) + _indented("Cells", orders))]
    return lines


def _indented(label: str, text: str) -> list[str]:
    return wrap(f"{label}: {text}", first="  ", indent="    ") if text else []


def _understood(row: HeadingRow, said: Sequence[str]) -> dict[str, str]:
    """The set that a command line names: what it does not name is taken for what it is known for."""
    meanings = {one.text: words(one.field) for one in theirs(row)}
    texts = {heading_key(text): text for text in meanings}
    faults: list[str] = []
    for one in said:
        heading, _, meaning = one.rpartition("=")
        if not heading:
            faults.append(f'"{one}": write it like "Pupil=Full name".')
        elif heading_key(heading) not in texts:
            faults.append(f'There is no heading "{heading}". There are: {", ".join(meanings)}.')
        elif (field := field_of(meaning)) is None:
            faults.append(f'"{one}": {no_meaning(meaning)}')
        else:
            meanings[texts[heading_key(heading)]] = words(field)
    try:
        if not faults:
            read_set(meanings)
    except ValueError as error:
        faults.append(str(error))
    if faults:
        raise SettingsError("\n".join(faults))
    return meanings


def _tell(path: Path, row: HeadingRow, terminal: Terminal) -> ExitCode:
    """Where nobody can be asked: what is known, and what is to be typed for the rest. Cells are not shown there."""
    fields = {one.field for one in row.headings}
    terminal.say(wrap(" · ".join([path.name, *heading_place(row.sheet, row.row, row.heading_set)])))
    terminal.say(["", *table(row, with_examples=False), ""])
    if not has_session(fields):
        terminal.insist(wrap(SESSION_NEEDED))
    if not has_names(fields):
        terminal.insist(wrap(NAMES_NEEDED))
    unknown = [one.text for one in theirs(row) if not one.field]
    if unknown:
        line = command_line(["roster", "headings", where(path), "--as", f"{unknown[0]}=MEANING"])
        terminal.insist(["To say what a heading means:", "", f"    {line}"])
    return ExitCode.DONE if has_names(fields) else ExitCode.ROSTER_UNUSABLE
