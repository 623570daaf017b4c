"""One person as lines of text, and which one is meant where several have the name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import tzinfo

import click

from importer.cli.options import Function
from importer.cli.terminal import Terminal, command_line, wrap
from importer.cli.typed_rows import is_meant, typed
from importer.errors import HeldError, SettingsError
from importer.model import Run, day_text
from importer.model.persons import Booking, Person, Told
from importer.results.kept import place_of

_LABEL = 20


def place_options(function: Function) -> Function:
    """``--run`` and ``--row``, by which one of several people who may be meant is named."""
    run = click.option("--run", type=int, metavar="N", help="Who stands in a row of import N; with --row.")
    return run(click.option("--row", metavar="[SHEET!]N[/C]", help="That row.")(function))


def title(person: Person) -> str:
    """``Ada Lovelace · ada@example.org · 07700 900123 · Reference M-0042``"""
    references = (f"Reference {one}" for one in person.references)
    return " · ".join((person.name or "(forgotten)", *person.emails, *person.numbers, *references))


def person_lines(person: Person, zone: tzinfo, there: Mapping[int, str] | None = None) -> list[str]:
    """Where somebody is booked, and what their rows were told. ``there`` is what a look at the sessions has shown."""
    shown = there or {}
    lines = [*wrap(title(person), indent="  ", first=""), *wrap(f"({', '.join(person.evidence)})", indent="  "), ""]
    for booking in person.bookings:
        lines += _booking(booking, zone, shown.get(booking.entry.id, ""))
    for told, others in _together(person.rows):
        lines += _row(told, others, zone)
    return lines


def _booking(one: Booking, zone: tzinfo, there: str) -> list[str]:
    entry = one.entry
    removed = ""
    if entry.removed_by and entry.removed:
        removed = f" Removed by undo (import {entry.removed_by}) on {day_text(entry.removed, zone)}."
    again = _again([told.run for told in one.again])
    text = f"{place_of(one.run, entry.row, zone)}{again}.{removed}"
    lines = [f"  {one.status:<{_LABEL}}{one.session}", *wrap(text, indent=" " * (_LABEL + 2))]
    return [*lines, *(wrap(f"Looked up: {there}.", indent=" " * (_LABEL + 2)) if there else [])]


def _row(told: Told, others: Sequence[Run], zone: tzinfo) -> list[str]:
    one = told.outcome
    text = f"{place_of(told.run, one.row, zone)}{_again(others)}. {one.message}".strip()
    return wrap(text, first=f"  {one.status:<{_LABEL}}", indent=" " * (_LABEL + 2))


def _again(runs: Sequence[Run]) -> str:
    numbers = [str(id_) for id_ in sorted({run.id for run in runs})]
    if not numbers:
        return ""
    listed = numbers[0] if len(numbers) == 1 else f"{', '.join(numbers[:-1])} and {numbers[-1]}"
    return f", also in import{'s' if len(numbers) > 1 else ''} {listed}"


def _together(rows: Iterable[Told]) -> list[tuple[Told, list[Run]]]:
    """The latest of the rows that were told the same of the same list, each with the other imports of it."""
    latest: dict[tuple[object, ...], tuple[Told, list[Run]]] = {}
    for told in rows:
        one = told.outcome
        key = (told.run.roster_path.name, one.row, one.status, one.message)
        others = [*latest[key][1], latest[key][0].run] if key in latest else []
        latest[key] = told, others
    return [*latest.values()]


# Who is meant


def chosen(
    people: Sequence[Person], terminal: Terminal, again: Sequence[str], zone: tzinfo, *, may_ask: bool
) -> Person:
    """The one of these who is meant. Raises ``HeldError`` where several may be and nobody can be asked."""
    if len(people) == 1:
        return people[0]
    listed = [line for at, one in enumerate(people, start=1) for line in _numbered(at, one, zone)]
    if not may_ask:
        lines = ["More than one person may be meant. Say which, by a row of theirs:", ""]
        for one in people:
            lines += [*wrap(title(one), indent="  "), f"    {command_line(['roster', *again, *_words_for(one)])}"]
        raise HeldError("\n".join(lines))
    terminal.warn(["More than one person may be meant:", "", *listed, ""])
    numbers = {str(at): one for at, one in enumerate(people, start=1)}
    while (answer := terminal.ask(f"Which one? Type 1 to {len(people)}, or Enter to stop:")) not in numbers:
        if not answer:
            raise HeldError("Nothing was done: nobody was chosen.")
        terminal.warn([f"Please type a number from 1 to {len(people)}, or press Enter to stop."])
    return numbers[answer]


def of_row(people: Sequence[Person], run: int | None, row: str | None) -> tuple[Person, ...]:
    """Those of these people who stand in a row of a run, where one was named. Raises ``SettingsError``."""
    if run is None and row is None:
        return tuple(people)
    if run is None or row is None:
        raise SettingsError("Write it like: --run 41 --row 14")
    found = tuple(
        person for person in people if any(one.id == run and is_meant(row, ref) for one, ref in person.places)
    )
    if people and not found:
        raise SettingsError(f"Nobody who is meant stands in row {row} of import {run}.")
    return found


def _words_for(person: Person) -> list[str]:
    run, row = person.places[0]
    return ["--run", str(run.id), "--row", typed(row)]


def _numbered(at: int, person: Person, zone: tzinfo) -> list[str]:
    run, row = person.places[0]
    return wrap(f"{title(person)}: {place_of(run, row, zone)}", first=f"  {at}  ", indent="     ")
