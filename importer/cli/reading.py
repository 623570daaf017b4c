"""Reading a list with somebody who may be there: what was understood is said, what is open is asked."""

from __future__ import annotations

from pathlib import Path

from importer.cli import screens
from importer.cli.agreeing import say_how_names_are_split, settle
from importer.cli.roster_file import open_elsewhere
from importer.cli.teaching import teach
from importer.cli.terminal import Terminal, wrap
from importer.importing.questions import Choices, Headings
from importer.model import Roster


def read(
    path: Path, terminal: Terminal, choices: Choices, *, may_ask: bool = True, practice: bool = False
) -> tuple[Roster, Choices]:
    """The roster; what was understood of it is said first, always.

    What is open about its headings and its orders is asked where somebody can be: the choices that come back have what
    they said. Where nobody can be asked, the line that teaches headings is shown. Raises ``RosterError``.
    """
    from importer.importing.reading import read_list

    terminal.warn(wrap(open_elsewhere(path)))
    asks = may_ask and terminal.can_ask
    reading = read_list(path, choices)
    unclear = [one for one in reading.open if isinstance(one, Headings)]
    if asks and unclear:
        for question in unclear:
            choices = _taught(path, question, terminal, choices)
        reading, unclear = read_list(path, choices), []
    roster = reading.known()
    terminal.say([*([screens.PRACTICE] if practice else []), *screens.understood(roster, choices.options.hidden)])
    for question in unclear:
        if question.sheet:
            terminal.insist(screens.unclear(path, question.sheet))
    if asks and (agreed := settle(path, reading.open, terminal, choices)) is not choices:
        choices, roster = agreed, read_list(path, agreed).known()
    say_how_names_are_split(roster, terminal, choices)
    return roster, choices


def _taught(path: Path, question: Headings, terminal: Terminal, choices: Choices) -> Choices:
    from importer.importing.reading import headings_of

    row = headings_of(path, question, choices)
    if not row.is_new:
        return choices
    settings = teach(path, row, terminal, choices.settings, needs_session=question.needs_session)
    terminal.warn([""])
    return choices.with_headings(settings.headings)
