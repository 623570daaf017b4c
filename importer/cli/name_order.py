"""Which name comes first in a full name: asked where nothing in the roster tells, and how names are split is said."""

from __future__ import annotations

from pathlib import Path

from importer.cli.teaching import keep, name_from, theirs, words
from importer.cli.terminal import Terminal, fold
from importer.errors import SettingsError
from importer.lists.names import FIRST_LAST, LAST_FIRST, full_names, name_order_of, names_order_open, splits_to_show
from importer.model import Roster, RosterSheet
from importer.settings import Settings

_ANSWERS = {"1": FIRST_LAST, "2": LAST_FIRST, "": None}


def settle_name_order(roster: Roster, settings: Settings, terminal: Terminal, *, may_ask: bool) -> Settings:
    """The settings with the order that somebody chose, where it is open and somebody can be asked.

    What they choose is kept with the headings, so that it is asked once. Nobody has to choose: where nobody does, names
    are read as First Last, and the rows say so.
    """
    if settings.name_order is None and may_ask and terminal.can_ask:
        unsettled = next((sheet for sheet in roster.sheets if not sheet.name_order and _open_names(sheet)), None)
        if unsettled:
            settings = _asked(roster.path, unsettled, settings, terminal)
    for sheet in roster.sheets:
        splits = splits_to_show(full_names(sheet), name_order_of(sheet, settings.name_order))
        if splits:
            like = ", ".join(f"{first} / {last}" for first, last in splits)
            told = f"Names without a comma are read as first / last name, like {like}"
            terminal.say(fold(told, indent="  ", first=""))
    return settings


def _open_names(sheet: RosterSheet) -> tuple[str, ...]:
    return names_order_open(full_names(sheet))


def _asked(path: Path, sheet: RosterSheet, settings: Settings, terminal: Terminal) -> Settings:
    from importer.lists.roster import look_at_headings

    order = _ask(_question(sheet), terminal)
    if order is None:
        return settings
    row = look_at_headings(path, sheet=sheet.title or None, heading_sets=settings.heading_sets)
    said = {one.text: words(one.field) for one in theirs(row)}
    names = (name_from(path) + more for more in ("", *(f" {number}" for number in range(2, 1000))))
    name = sheet.heading_set or next(name for name in names if name not in settings.headings)
    try:
        settings = keep(name, row, {**said, "name_order": order}, terminal, settings)
    except SettingsError as error:
        terminal.warn(str(error).splitlines())
    return settings.model_copy(update={"name_order": order})


def _question(sheet: RosterSheet) -> list[str]:
    names = _open_names(sheet)
    one, _, other = names[0].partition(" ")
    return [
        "",
        *fold(f'Which name comes first in "{sheet.headings["full_name"]}"? Nothing in the column tells:'),
        *fold(", ".join(names), indent="     "),
        f"  1  the first name: {names[0]} is first name {one}, last name {other}",
        f"  2  the last name: {names[0]} is first name {other}, last name {one}",
        "",
    ]


def _ask(question: list[str], terminal: Terminal) -> str | None:
    terminal.warn(question)
    while (answer := terminal.ask("Type 1 or 2, or Enter if you can't tell:")) not in _ANSWERS:
        pass
    return _ANSWERS[answer]
