"""What is to be agreed on about a list is asked, where nothing in it tells. How names are split is said."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from importer.cli.teaching import keep, name_from, theirs, words
from importer.cli.terminal import Terminal, wrap
from importer.errors import SettingsError
from importer.importing.questions import Agree, Choices, OfList
from importer.lists.names import full_names, name_order_of, splits_to_show
from importer.model import Roster
from importer.model.conventions import Convention
from importer.model.headings import ORDERS


def settle(path: Path, questions: Iterable[OfList], terminal: Terminal, choices: Choices) -> Choices:
    """The choices with what somebody agreed on, each asked once. What they choose is kept with the headings."""
    asked: set[str] = set()
    for question in questions:
        if isinstance(question, Agree) and question.convention.key not in asked:
            asked.add(question.convention.key)
            choices = _asked(path, question, choices, terminal)
    return choices


def say_how_names_are_split(roster: Roster, terminal: Terminal, choices: Choices) -> None:
    for sheet in roster.sheets:
        splits = splits_to_show(full_names(sheet), name_order_of(sheet, choices.settings.name_order))
        if splits:
            like = "; ".join(f"{typed} is first name {first}, last name {last}" for typed, first, last in splits)
            terminal.say(wrap(f"Names without a comma: {like}", indent="  ", first=""))


def _asked(path: Path, question: Agree, choices: Choices, terminal: Terminal) -> Choices:
    from importer.importing.safely import look_at_headings

    value = _answer(question.convention, terminal)
    if not value:
        return choices
    key, settings, sheet = question.convention.key, choices.settings, question.sheet
    row = look_at_headings(path, sheet=sheet.title or None, heading_sets=settings.heading_sets)
    said = {one.text: words(one.field) for one in theirs(row)}
    names = (name_from(path) + more for more in ("", *(f" {number}" for number in range(2, 1000))))
    name = row.heading_set or next(name for name in names if name not in settings.headings)
    try:
        settings = keep(name, row, {**said, key: value}, terminal, settings)
    except SettingsError as error:
        terminal.warn(str(error).splitlines())
    orders = {key: value} if key in ORDERS else {}
    return choices.with_settings(headings=settings.headings, **orders)


def _answer(asked: Convention, terminal: Terminal) -> str:
    """The value that somebody chose; "" where they left it open."""
    terminal.warn(["", *(line for text in asked.asks for line in wrap(text))])
    terminal.warn([*(f"  {number}  {one.words}" for number, one in enumerate(asked.answers, start=1)), ""])
    answers = {str(number): one.value for number, one in enumerate(asked.answers, start=1)}
    listed = [*answers]
    numbers = " or ".join(filter(None, [", ".join(listed[:-1]), listed[-1]]))
    enter = next((number for number, value in answers.items() if value == asked.likely), "")
    what = f" [{enter}]:" if enter else ", or Enter if you can't tell:"
    while (answer := terminal.ask(f"Type {numbers}{what}")) and answer not in answers:
        terminal.warn([f"Please type {numbers}, or press Enter."])
    return answers.get(answer, asked.likely)
