"""Rows, ledger entries, and who of them is paired with whom, for tests of who is who."""

from __future__ import annotations

from importer.model import Entry, EntryState, Participant, RowRef, Target
from importer.people.evidence import key_of, of_entry, of_participant
from importer.people.matching import match_people

BOOKING = "628f4954645194000e770abd"


def row(name: str, number: int = 2, **more: object) -> Participant:
    first, _, last = name.partition(" ")
    return Participant(RowRef("Sheet1", number), first, last, Target(BOOKING), **more)  # type: ignore[arg-type]


def entry(name: str, id_: int = 1, **more: object) -> Entry:
    first, _, last = name.partition(" ")
    given = {"state": EntryState.BOOKED, "handle": f"ab/1/Sheet1/{id_}"} | more
    return Entry(
        id=id_, run=1, row=RowRef("Sheet1", id_), booking_id=BOOKING, first_name=first, last_name=last, **given
    )  # type: ignore[arg-type]


def pair(
    rows: list[Participant], entries: list[Entry], *, same_roster: bool = True, were_asked: bool = True
) -> tuple[dict[str, str], dict[str, str]]:
    """Names of rows to names of entries: those paired, and those that are a question.

    ``were_asked``: an earlier import has asked each row about everybody, so that its decision answers that.
    """
    answers = frozenset(map(key_of, entries)) if were_asked else frozenset()
    found = match_people(
        [of_participant(one, answers) for one in rows], [of_entry(one, same_roster=same_roster) for one in entries]
    )
    return (
        {rows[at].name: entries[to].name for at, to in found.pairs.items()},
        {rows[at].name: ", ".join(entries[one].name for one in some) for at, some in found.questions.items()},
    )
