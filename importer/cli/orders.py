"""Which name comes first, what 03/04/2030 means: asked where nothing in the list tells. How names are split is said."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from importer.cli.teaching import keep, name_from, theirs, words
from importer.cli.terminal import Terminal, wrap
from importer.errors import SettingsError
from importer.importing.questions import Choices, DateOrder, NameOrder, OfList
from importer.lists.names import FIRST_LAST, LAST_FIRST, full_names, name_order_of, splits_to_show
from importer.model import Roster

_ANSWERS = {
    "name_order": {"1": FIRST_LAST, "2": LAST_FIRST, "": None},
    "date_order": {"1": "dmy", "2": "mdy", "": None},
}


def settle_orders(path: Path, questions: Iterable[OfList], terminal: Terminal, choices: Choices) -> Choices:
    """The choices with the orders that somebody chose, each asked once.

    What they choose is kept with the headings. Nobody has to choose: where nobody does, the rows say so.
    """
    for question in questions:
        if isinstance(question, NameOrder | DateOrder) and not getattr(choices.settings, question.setting):
            choices = _asked(path, question, choices, terminal)
    return choices


def say_how_names_are_split(roster: Roster, terminal: Terminal, choices: Choices) -> None:
    for sheet in roster.sheets:
        splits = splits_to_show(full_names(sheet), name_order_of(sheet, choices.settings.name_order))
        if splits:
            like = "; ".join(f"{typed} is first name {first}, last name {last}" for typed, first, last in splits)
            terminal.say(wrap(f"Names without a comma: {like}", indent="  ", first=""))


def _asked(path: Path, question: NameOrder | DateOrder, choices: Choices, terminal: Terminal) -> Choices:
    from importer.importing.safely import look_at_headings

    terminal.warn(_of_names(question) if isinstance(question, NameOrder) else _of_dates(question))
    answers = _ANSWERS[question.setting]
    while (answer := terminal.ask("Type 1 or 2, or Enter if you can't tell:")) not in answers:
        terminal.warn(["Please type 1, 2, or press Enter."])
    order = answers[answer]
    if order is None:
        return choices
    settings, sheet = choices.settings, question.sheet
    row = look_at_headings(path, sheet=sheet.title or None, heading_sets=settings.heading_sets)
    said = {one.text: words(one.field) for one in theirs(row)}
    names = (name_from(path) + more for more in ("", *(f" {number}" for number in range(2, 1000))))
    name = row.heading_set or next(name for name in names if name not in settings.headings)
    try:
        settings = keep(name, row, {**said, question.setting: order}, terminal, settings)
    except SettingsError as error:
        terminal.warn(str(error).splitlines())
    return choices.with_settings(headings=settings.headings, **{question.setting: order})


def _of_names(question: NameOrder) -> list[str]:
    one, _, other = question.examples[0].partition(" ")
    return [
        "",
        *wrap(f'Which name comes first in "{question.heading}"? Nothing in the column tells:'),
        *wrap(", ".join(question.examples), indent="     "),
        f"  1  the first name: {question.examples[0]} is first name {one}, last name {other}",
        f"  2  the last name: {question.examples[0]} is first name {other}, last name {one}",
        "",
    ]


def _of_dates(question: DateOrder) -> list[str]:
    return [
        "",
        *wrap(f'"{question.heading}": is {question.example} {_day(question.as_dmy)} or {_day(question.as_mdy)}?'),
        f"  1  {_day(question.as_dmy)}: the day comes first",
        f"  2  {_day(question.as_mdy)}: the month comes first",
        "",
    ]


def _day(day: date) -> str:
    return f"{day.day} {day:%B}"
