"""Which questions the decisions of a roster answer, and which stood there before: those never answer a question."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from importer.ledger import Ledger
from importer.model import Decision, Former, Participant, Question, RowRef
from importer.people.evidence import fold


def last_import(same_rosters: Collection[int], ledger: Ledger) -> tuple[Former, ...]:
    """The rows of the last of ``same_rosters``, the earlier runs of this very roster. Raises ``LedgerError``."""
    return next((formers for run in sorted(same_rosters, reverse=True) if (formers := ledger.former_rows(run))), ())


def decided_before(people: Iterable[Participant], last: Iterable[Former]) -> frozenset[RowRef]:
    """The rows whose decision stood beside that name in the ``last`` import of the list already."""
    then = {(fold(former.name), former.decision) for former in last if former.decision}
    return frozenset(person.row for person in people if (fold(person.name), person.decision) in then)


def questions_answered(
    people: Iterable[Participant], last: Iterable[Former], ledger: Ledger
) -> dict[RowRef, tuple[Question, ...]]:
    """The questions that each row's decision answers; ``last`` are the rows of the last import of the list.

    It answers the question that was asked beside the row's handle; and where there was none, the question that the last
    import of the list asked under that name, unless the same decision stood there already then. One that was answered
    and acted on stays answered for as long as the person is not booked. Raises ``LedgerError``.
    """
    decided = [person for person in people if person.decision not in (None, Decision.LEAVE_OUT)]
    if not decided:
        return {}
    by_handle = ledger.asked({person.handle for person in decided} - {""})
    by_name: defaultdict[str, list[Former]] = defaultdict(list)
    for former in last:
        by_name[fold(former.name)].append(former)
    found: dict[RowRef, tuple[Question, ...]] = {}
    for person in decided:
        of_last = [
            former.question
            for former in by_name.get(fold(person.name), ())
            if former.question and not (former.asks and former.decision is person.decision)
        ]
        asked = by_handle.get(person.handle)
        if asked or of_last:
            found[person.row] = (*((asked,) if asked else ()), *of_last)
    return found
