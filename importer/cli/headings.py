"""``roster headings``"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from importer.cli.agreeing import Agreement, keep
from importer.cli.options import command, settings_options, sheet_option
from importer.cli.roster_file import roster_argument_if_any
from importer.cli.screens import heading_place, lines_to_agree, taken_for
from importer.cli.teaching import SESSION_NEEDED, table
from importer.cli.terminal import Terminal, command_line, where, wrap
from importer.errors import ExitCode, RosterError, SettingsError
from importer.importing.lessons import NAMES_NEEDED, Lesson, name_from, theirs
from importer.importing.questions import Agree, Choices
from importer.model import Options
from importer.model.columns import heading_key
from importer.model.conventions import CONVENTIONS, in_words
from importer.model.headings import ORDERS, HeadingRow, field_of, has_names, has_session, no_meaning, read_set
from importer.settings import Settings, load_settings, settings_path

if TYPE_CHECKING:
    from importer.importing.reading import Reading


@command(
    "headings",
    example='roster headings "St Marys.xlsx" --as "Pupil=Full name"',
    page="coordinators.md#lists-as-people-make-them",
)
@roster_argument_if_any
@click.option("--as", "said", multiple=True, metavar="HEADING=MEANING", help="What a heading means; asks nothing.")
@click.option(
    "--agree", "agreed", multiple=True, metavar="WHAT=ANSWER", help="How else to read it, like ticks=yes; asks nothing."
)
@click.option("--name", metavar="NAME", help="Name of the set. [asked, or that of the file]")
@sheet_option
@settings_options(*ORDERS)
def headings(
    path: Path | None,
    said: tuple[str, ...],
    agreed: tuple[str, ...],
    name: str | None,
    sheet: str | None,
    **given: str | None,
) -> ExitCode:
    """Tell us once what a sender's columns contain, and how to read their lists.

    It is kept under a name in the settings file, and every later list with these headings is read in that way.
    Without a ROSTER, shows what is kept.
    """
    from importer.importing.safely import look_at_headings

    settings = load_settings(sender=name, **given)
    orders = {key: order for key, order in given.items() if order}
    terminal = Terminal()
    if path is None:
        if said or agreed or name or orders:
            raise click.UsageError('Add the list that has these headings, like: roster headings "My list.xlsx" …')
        terminal.say(_kept(settings))
        return ExitCode.DONE
    row = look_at_headings(path, sheet=sheet, heading_sets=settings.heading_sets)
    choices = Choices(settings, Options(sheet=sheet))
    if said or agreed:
        keep(
            _understood(_known(row, name or row.heading_set or name_from(path), settings), said, agreed, orders),
            terminal,
        )
    elif terminal.can_ask:
        agreement = Agreement(path, terminal, choices, name=name or "")
        agreement.teach(row, orders)
        agreement.hold(_read(path, agreement.choices))
        agreement.keep()
    else:
        return _tell(path, row, terminal, choices)
    return ExitCode.DONE


def _read(path: Path, choices: Choices) -> Reading:
    """What is open about the list; nothing, where there is nobody in it yet."""
    from importer.importing.reading import Reading, read_list

    try:
        return read_list(path, choices)
    except RosterError:
        return Reading(None, ())


def _kept(settings: Settings) -> list[str]:
    if not settings.headings:
        why = f"No headings are kept in {settings_path()}. To say what those of a list mean:"
        return [*wrap(why), "", '    roster headings "My list.xlsx"']
    lines = [f"Kept in {settings_path()}, where you can change them:"]
    for name, said in settings.headings.items():
        fields = {heading: field_of(meaning) for heading, meaning in said.items() if heading not in CONVENTIONS}
        used = ", ".join(taken_for(field, heading) for heading, field in fields.items() if field)
        unused = ", ".join(heading for heading, field in fields.items() if not field)
        cells = ", ".join(in_words(key, said[key]) for key in CONVENTIONS if key in said)
        lines += ["", name, *(_indented("Used", used) + _indented("Not used", unused) + _indented("Agreed", cells))]
    return lines


def _indented(label: str, text: str) -> list[str]:
    return wrap(f"{label}: {text}", first="  ", indent="    ") if text else []


def _known(row: HeadingRow, name: str, settings: Settings) -> Lesson:
    """What is known of these headings, without any proposal: nobody looks at it."""
    kept = settings.heading_sets.get(row.heading_set)
    fields = {one.letters: one.field for one in theirs(row)}
    return Lesson(name, row, fields, kept.conventions if kept else {})


def _understood(lesson: Lesson, said: Sequence[str], agreed: Sequence[str], orders: Mapping[str, str]) -> Lesson:
    """With what a command line says. Raises ``SettingsError`` with all that is wrong with it."""
    headings = {heading_key(one.text): one for one in lesson.headings}
    faults: list[str] = []
    for one in said:
        heading, _, meaning = one.rpartition("=")
        if not heading:
            faults.append(f'"{one}": write it like "Pupil=Full name".')
        elif heading_key(heading) not in headings:
            there = ", ".join(one.text for one in lesson.headings)
            faults.append(f'There is no heading "{heading}". There are: {there}.')
        elif (field := field_of(meaning)) is None:
            faults.append(f'"{one}": {no_meaning(meaning)}')
        else:
            lesson = lesson.with_field(headings[heading_key(heading)].letters, field)
    for one in agreed:
        key, _, value = (part.strip() for part in one.partition("="))
        if key not in CONVENTIONS or not value:
            faults.append(f'"{one}": write it like ticks=yes. There are: {", ".join(CONVENTIONS)}.')
        elif CONVENTIONS[key] and value not in CONVENTIONS[key]:
            faults.append(f'"{one}": {key} can be {", ".join(CONVENTIONS[key])}.')
        else:
            lesson = lesson.with_convention(key, value)
    for key, order in orders.items():
        lesson = lesson.with_convention(key, order)
    try:
        if not faults:
            read_set(lesson.table)
    except ValueError as error:
        faults.append(str(error))
    if faults:
        raise SettingsError("\n".join(faults))
    return lesson


def _tell(path: Path, row: HeadingRow, terminal: Terminal, choices: Choices) -> ExitCode:
    """Where nobody can be asked: what is known, and what is to be typed for the rest. Cells are not shown there."""
    fields = {one.field for one in row.headings}
    terminal.say(wrap(" · ".join([path.name, *heading_place(row.sheet, row.row, row.heading_set)])))
    terminal.say(["", *table(row), ""])
    open_ = [one for one in _read(path, choices).open if isinstance(one, Agree)] if has_names(fields) else []
    if not has_session(fields) and not any(one.sheet.names_sessions for one in open_):
        terminal.insist(wrap(SESSION_NEEDED))
    if not has_names(fields):
        terminal.insist(wrap(NAMES_NEEDED))
    unknown = [one.text for one in theirs(row) if not one.field]
    if unknown and not row.heading_set:
        line = command_line(["roster", "headings", where(path), "--as", f"{unknown[0]}=MEANING"])
        terminal.insist(["To say what a heading means:", "", f"    {line}"])
    for one in open_:
        terminal.insist(["", *lines_to_agree(path, one.convention, choices.options.sheet)])
    return ExitCode.DONE if has_names(fields) else ExitCode.ROSTER_UNUSABLE
