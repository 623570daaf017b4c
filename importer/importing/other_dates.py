"""The answers that a list has had for other dates: they stay when it is imported for one date more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from importer.importing.dates import WITH_PLACE, dated_runs, dates_of
from importer.importing.earlier import answers_of
from importer.ledger import Ledger
from importer.lists.rules import check_rows
from importer.model import Former, Options, Outcome, Participant, RunReport
from importer.people.evidence import of_former, of_participant
from importer.people.matching import match_people
from importer.settings import Settings


def answers_of_other_dates(
    report: RunReport, settings: Settings, options: Options, ledger: Ledger
) -> tuple[Outcome, ...]:
    """What was last told of the people of this list for the dates that ``report`` does not speak of.

    Each stands for the row in which its person is now. Raises ``LedgerError``.
    """
    here = {row.ref.date for row in report.roster.rows} - {""}
    if not here:
        return ()
    first = min(here)
    people = [one for one in check_rows(report.roster, settings, options, now=report.finished) if one.row.date == first]
    found: list[Outcome] = []
    for run in dated_runs(report.roster, options, ledger):
        if run.id == report.run or run.purged:
            continue
        for date in [one for one in dates_of(run, ledger, report.zone) if one not in here]:
            told = [one for one in answers_of(run, ledger) if one.row.date == (date if run.options.dates else "")]
            if any(one.status in WITH_PLACE for one in told):
                here.add(date)
                found += _for_rows_now(told, people, date)
    return tuple(found)


def _for_rows_now(told: Sequence[Outcome], people: Sequence[Participant], date: str) -> Iterator[Outcome]:
    formers = [
        of_former(Former(one.row, one.status, one.name, booking_id=one.booking_id, decision=one.decision))
        for one in told
    ]
    pairing = match_people([of_participant(one) for one in people], formers)
    for at, other in sorted(pairing.likeliest.items()):
        one, row = told[other], people[at].row
        yield replace(one, row=row._replace(part=row.part.replace(row.date, date, 1)))
