"""Of which earlier list one is a newer version that has another name, by its people: "FINAL v3", "(updated)"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from importer.importing.known import SAME_ROSTER_ROWS, SAME_ROSTER_SHARE
from importer.ledger import Ledger
from importer.model import Options, Participant, Plan, RowRef, Run
from importer.people.evidence import fold


def earlier_version(
    plan: Plan, people: Sequence[Participant], means: Mapping[RowRef, str], options: Options, ledger: Ledger
) -> Run | None:
    """The latest import of that list; ``None`` where there is none.

    Nearly all of the people here stand there, most of them for the same session, and they are most of those there: so
    neither the list of another week nor a part of a list is taken for a newer one. Raises ``LedgerError``.
    """
    names = {fold(person.name) for person in people if person.name}
    if len(names) < SAME_ROSTER_ROWS:
        return None
    here = {(fold(person.name), means.get(person.row, "")) for person in people}
    with_them = ledger.names_by_run({booking.id for booking in plan.bookings})
    for run in ledger.runs():
        is_likely = run.id in with_them and run.is_answered and not run.purged and run.options.sheet == options.sheet
        if not is_likely or len(names & set(map(fold, with_them[run.id]))) < SAME_ROSTER_SHARE * len(names):
            continue
        there = {(fold(one.name), one.booking_id) for one in ledger.former_rows(run.id)}
        then = {name for name, _ in there}
        both = names & then
        if len(both) < SAME_ROSTER_SHARE * len(names) or 2 * len(both) <= len(then):
            continue
        if 2 * len({name for name, _ in here & there}) > len(both):
            return run
    return None
