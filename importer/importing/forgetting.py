"""Forgetting one person: what goes of them, what stays and why, and when it has to wait.

Who was booked stays known as keyed hashes, also on a session that is still to come: so nobody is booked twice, and a
near name is not seen any more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from importer.errors import RosterError
from importer.importing.finding import files_of
from importer.importing.resuming import read_copy, unfinished
from importer.ledger import Ledger
from importer.lists.rules import check_rows
from importer.model import Entry, RowRef, Run
from importer.model.persons import Found, Person
from importer.people.evidence import fold, hashed_entry, of_entry, of_participant
from importer.people.kinds import spellings_of
from importer.people.seeking import of_name, of_text, reasons
from importer.settings import Settings

FORGOTTEN = "(forgotten)"


@dataclass(frozen=True, slots=True)
class Forgetting:
    """What is to be forgotten of a ``person``: ``entries`` are hashes by now, ``rows`` lose name and message.

    ``mentions`` counts the messages beside other people's rows that name them, and comments of approvals that do. What
    stays and may name them: ``comments`` of approvals of these runs, names of files and series that they are
    ``named_in``, ``namesakes``, so many people who may be another, and ``files``, which are not ours to change.
    ``waits_for`` are runs that are not over and of which our record has to keep them, or their list.
    """

    person: Person
    entries: tuple[Entry, ...]
    rows: tuple[tuple[int, RowRef], ...]
    mentions: int
    comments: tuple[int, ...]
    named_in: tuple[str, ...]
    namesakes: int
    files: tuple[Path, ...]
    waits_for: tuple[int, ...]

    @property
    def is_empty(self) -> bool:
        """Nothing of them is left that can be read."""
        return not (self.entries or self.rows)


def plan_forgetting(person: Person, found: Found, ledger: Ledger, settings: Settings, *, now: datetime) -> Forgetting:
    """What goes of one person of those who were ``found``, and what stays. Changes nothing. Raises ``LedgerError``."""
    rows = tuple((told.run.id, told.outcome.row) for told in person.told if told.outcome.name and not told.run.purged)
    own = set(rows)
    without = _Without(person)
    messages = [told.message for run, told in ledger.all_outcomes() if (run, told.row) not in own]
    comments = ledger.approvals.comments()
    mentions = sum(without(text) != text for text in (*messages, *(text for _, text in comments)))
    runs = {run.id for run, _ in person.places}
    names = {*map(fold, person.names)}
    others = (one for one in (*found.people, *found.perhaps) if one is not person)
    return Forgetting(
        person,
        tuple(hashed_entry(entry, ledger.hash_key) for entry in person.entries if not entry.hash_key),
        rows,
        mentions,
        tuple(run for run, text in comments if run in runs and without(text) == text),
        tuple(sorted({text for text in _names_of_files(ledger) if without(text) != text})),
        sum(not names.isdisjoint(map(fold, one.names)) for one in others),
        files_of(person, ledger),
        tuple(sorted(set(_waits_for(person, ledger, settings, now)))),
    )


def carry_out(forgetting: Forgetting, ledger: Ledger) -> None:
    """Forget it. Raises ``LedgerError``; to forget again is right, also who is forgotten: the file is emptied anew."""
    person = forgetting.person
    clear = [entry for entry in person.entries if not entry.hash_key]
    names = {name for one in clear for name in spellings_of(of_entry(one, same_roster=False))}
    names |= {name for one in person.names for name in spellings_of(of_name(one))}
    ledger.forget_person(forgetting.entries, forgetting.rows, names, _Without(person))


def _names_of_files(ledger: Ledger) -> Iterator[str]:
    """By which lists and results are known in our record, and the folders that they are in."""
    for run in ledger.all_runs():
        yield from run.roster_path.parts
        yield from run.results_path.parts if run.results_path else ()
        yield from Path(run.options.series).parts
    for file in ledger.results_files():
        yield from file.path.parts


class _Without:
    """A text without what names a person: whole names, from whichever word on, addresses and numbers as written."""

    def __init__(self, person: Person) -> None:
        names = (name.split() for name in person.names)
        written = [[*name[at:], *name[:at]] for name in names if len(name) > 1 for at in range(len(name))]
        written += [[text] for text in (*person.emails, *person.numbers)]
        texts = (r"[\W_]+".join(map(re.escape, words)) for words in written)
        patterns = [rf"(?<![^\W_]){text}(?![^\W_])" for text in sorted(texts, key=len, reverse=True)]
        patterns += [rf"(?<=reference, ){re.escape(text)}(?!\w)" for text in person.references]
        self._pattern = re.compile("|".join(patterns), re.IGNORECASE) if patterns else None

    def __call__(self, message: str) -> str:
        return self._pattern.sub(FORGOTTEN, message) if self._pattern else message


def _waits_for(person: Person, ledger: Ledger, settings: Settings, now: datetime) -> Iterator[int]:
    for run, _ in person.places:
        if not run.state.is_over:
            yield run.id
    for entry in person.entries:
        if entry.state.is_unknown:
            yield entry.run
    for run in unfinished(ledger):
        if _lists(person, run, ledger, settings, now):
            yield run.id


def _lists(person: Person, run: Run, ledger: Ledger, settings: Settings, now: datetime) -> bool:
    """Whether the list of a run that is not over names a person; of one that can't be read nobody knows."""
    known = [*map(of_text, (*person.names, *person.emails, *person.numbers))]
    try:
        roster, kept = read_copy(run, settings, ledger)
    except RosterError:
        return True
    people = map(of_participant, check_rows(roster, kept, run.options, now=now))
    return any(reasons(one, other) for other in people for one in known)
