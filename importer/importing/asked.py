"""Which questions were asked beside the rows of a roster, and which of them its decisions answer.

A decision that stood there before a question was asked never answers it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from importer.ledger import Ledger
from importer.model import Decision, Entry, Former, Participant, Question, RowRef
from importer.people.evidence import fold


def last_import(same_rosters: Collection[int], ledger: Ledger) -> tuple[Former, ...]:
    """The rows of the last of ``same_rosters``, the earlier runs of this very roster. Raises ``LedgerError``."""
    return next((formers for run in sorted(same_rosters, reverse=True) if (formers := ledger.former_rows(run))), ())


def decided_before(people: Iterable[Participant], last: Iterable[Former]) -> frozenset[RowRef]:
    """The rows, and parts of rows, whose decision stood beside that name in the ``last`` import of the list already."""
    then = {(fold(one.name), one.row.part, one.decision) for one in last if one.decision}
    return frozenset(one.row for one in people if (fold(one.name), one.row.part, one.decision) in then)


class Asked(NamedTuple):
    """The questions that were asked beside each row, and those of them that its decision answers."""

    asked: Mapping[RowRef, tuple[Question, ...]]
    answered: Mapping[RowRef, tuple[Question, ...]]


def questions_asked(
    people: Iterable[Participant],
    last: Iterable[Former],
    ledger: Ledger,
    shown: Iterable[tuple[RowRef, Question]] = (),
) -> Asked:
    """What was asked beside the row's handle, and what the last import of the list asked under its name.

    ``last`` are the rows of that import, ``shown`` what a person saw beside a row when they decided there: that holds
    as long as the row has that name. A decision answers them, but for those of the ``last`` that it did not answer
    when it stood there already. One that was answered and acted on stays answered for as long as the person is not
    booked. Raises ``LedgerError``.
    """
    people = list(people)
    by_handle = ledger.asked({person.handle for person in people} - {""})
    by_name: defaultdict[tuple[str, str], list[tuple[Former, Question]]] = defaultdict(list)
    for former in last:
        if former.question:
            by_name[fold(former.name), former.row.part].append((former, former.question))
    by_row: defaultdict[RowRef, list[Question]] = defaultdict(list)
    for row, question in shown:
        by_row[row].append(question)
    asked: dict[RowRef, tuple[Question, ...]] = {}
    answered: dict[RowRef, tuple[Question, ...]] = {}
    for person in people:
        of_handle = tuple(filter(None, (by_handle.get(person.handle),)))
        of_last = by_name.get((fold(person.name), person.row.part), ())
        seen = [question for question in by_row.get(person.row, ()) if question.name == fold(person.name)]
        asked[person.row] = (*of_handle, *(question for _, question in of_last), *seen)
        if person.decision not in (None, Decision.LEAVE_OUT):
            heard = (q for former, q in of_last if not (former.asks and former.decision is person.decision))
            answered[person.row] = (*of_handle, *heard, *seen)
    return Asked(_some(asked), _some(answered))


def contradicting(people: Iterable[Participant], asked: Asked, entries: Iterable[Entry]) -> frozenset[RowRef]:
    """The parts of rows whose decisions can't be true together: that somebody is this person on one session of the row,
    and another person on the other. Neither is taken for an answer."""
    names = {entry.id: fold(entry.name) for entry in entries if entry.name}
    said: defaultdict[tuple[object, ...], dict[RowRef, bool]] = defaultdict(dict)
    for person in people:
        if person.row.part and person.decision:
            ids = {id_ for question in asked.answered.get(person.row, ()) for id_ in question.entries}
            for other in {names[id_] for id_ in ids & names.keys()}:
                said[person.row.line, fold(person.name), other][person.row] = person.decision.tells_apart
    return frozenset(row for told in said.values() if len({*told.values()}) > 1 for row in told)


def _some(questions: Mapping[RowRef, tuple[Question, ...]]) -> dict[RowRef, tuple[Question, ...]]:
    return {row: some for row, some in questions.items() if some}
