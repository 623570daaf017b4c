"""The answers that a list has had for other dates: they stay when it is imported for one date more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from importer.importing.questions import Choices
from importer.importing.remembered import runs_of_list
from importer.ledger import Ledger
from importer.model import Outcome, RowRef, RunReport
from importer.people.evidence import fold


def answers_of_other_dates(report: RunReport, choices: Choices, ledger: Ledger) -> tuple[Outcome, ...]:
    """What people of ``report`` were last told of dates that it does not speak of, beside their rows of now.

    Raises ``LedgerError``.
    """
    if not any(one.row.is_date for one in report.outcomes):
        return ()
    now: defaultdict[tuple[str, str], set[RowRef]] = defaultdict(set)
    for one in report.outcomes:
        now[one.row.sheet, fold(one.name)].add(one.row)
    found: dict[RowRef, Outcome] = {}
    for was in _told(report, choices, ledger):
        here = now.get((was.row.sheet, fold(was.name)), set())
        if row := _line_of(was.row, here):
            found.setdefault(row._replace(part=was.row.part), was)
    return tuple(
        replace(one, row=row) for row, one in sorted(found.items()) if row not in {each.row for each in report.outcomes}
    )


def _told(report: RunReport, choices: Choices, ledger: Ledger) -> Iterator[Outcome]:
    """Of each date, the latest first."""
    of_list = runs_of_list(report.roster, choices.options, ledger) - {report.run}
    for run in ledger.runs():
        if run.id in of_list and not run.purged:
            for one in ledger.outcomes(run.id):
                if one.row.is_date:
                    yield replace(one, handle=one.handle or ledger.handle(run.id, one.row))


def _line_of(was: RowRef, here: Iterable[RowRef]) -> RowRef | None:
    """The row in which somebody stands now; of namesakes, that which stands where they stood."""
    lines = {row._replace(part="") for row in here}
    return next((row for row in lines if row.line == was.line), None) or (lines.pop() if len(lines) == 1 else None)
