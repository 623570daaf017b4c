"""Reading a list with somebody who may be there: what was understood is said, what is open is asked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from importer.cli import screens
from importer.cli.roster_file import open_elsewhere
from importer.cli.terminal import Terminal, wrap
from importer.errors import SettingsError
from importer.importing.questions import Agree, Choices, Headings
from importer.lists.agreeing import UNTOLD
from importer.lists.name_columns import full_names, name_order_of, splits_to_show
from importer.model import Roster

if TYPE_CHECKING:
    from importer.importing.reading import Reading


def read(
    path: Path, terminal: Terminal, choices: Choices, *, may_ask: bool = True, practice: bool = False
) -> tuple[Roster, Choices]:
    """The roster; what was understood of it is said always.

    What is open about it is asked before, where somebody can be, and kept: the choices that come back have what they
    said. Where nobody can be asked, the line that teaches headings is shown. Raises ``RosterError``, ``click.Abort``.
    """
    from importer.importing.reading import read_list

    terminal.warn(wrap(open_elsewhere(path)))
    reading = read_list(path, choices)
    if reading.open and may_ask and terminal.can_ask:
        reading, choices = _agreed(path, reading, terminal, choices)
        unclear, untold = [], []
    else:
        unclear = [one.sheet for one in reading.open if isinstance(one, Headings) and one.sheet]
        agree = [one.convention for one in reading.open if isinstance(one, Agree)]
        untold = [one for one in agree if one.key in UNTOLD]
    roster = reading.known()
    terminal.say([*([screens.PRACTICE] if practice else []), *screens.understood(roster, choices.options.hidden)])
    for sheet in unclear:
        terminal.insist(screens.unclear(path, sheet))
    for asked in untold:
        terminal.insist(screens.to_teach(path, asked))
    _say_how_names_are_split(roster, terminal, choices)
    return roster, choices


def _agreed(path: Path, reading: Reading, terminal: Terminal, choices: Choices) -> tuple[Reading, Choices]:
    """Where it can't be kept that is said, and it holds for this call alone."""
    from importer.cli.agreeing import Agreement

    agreement = Agreement(path, terminal, choices)
    reading = agreement.hold(reading)
    try:
        agreement.keep()
    except SettingsError as error:
        terminal.warn(str(error).splitlines())
    return reading, agreement.choices


def _say_how_names_are_split(roster: Roster, terminal: Terminal, choices: Choices) -> None:
    for sheet in roster.sheets:
        order, surname = name_order_of(sheet, choices.settings.name_order), sheet.conventions.get("surname")
        splits = splits_to_show(full_names(sheet), order, surname)
        if splits:
            like = "; ".join(f"{typed} is first name {first}, last name {last}" for typed, first, last in splits)
            terminal.say(wrap(f"Names without a comma: {like}", indent="  ", first=""))
