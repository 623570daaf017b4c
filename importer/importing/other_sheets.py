"""The answers that other sheets of the same workbook have had: they stay when one sheet is imported alone."""

from __future__ import annotations

from dataclasses import replace

from importer.errors import ImporterError
from importer.importing.earlier import answers_of, runs_of_list
from importer.importing.questions import Choices
from importer.importing.safely import read_roster
from importer.ledger import Ledger
from importer.lists.rules import check_rows
from importer.model import Outcome, Roster, RosterSheet, RunReport


def answers_of_other_sheets(report: RunReport, choices: Choices, ledger: Ledger) -> RunReport | None:
    """What was last told of the rows of sheets that ``report`` does not speak of; ``None`` where there is nothing.

    Only rows that still hold the same name are told of, and only sheets of which this workbook holds no answers itself.
    Raises ``LedgerError``.
    """
    told = _last_told(report, choices, ledger)
    sheets: list[RosterSheet] = []
    outcomes: list[Outcome] = []
    for title, some in told.items():
        other = _read(report.roster, title, choices)
        if other is None or "import_status" in other.sheets[0].positions:
            continue
        people = check_rows(other, choices.settings, choices.options, now=report.finished)
        names = {person.row: person.name for person in people}
        still = [one for one in some if names.get(one.row) == one.name]
        sheets += other.sheets if still else ()
        outcomes += still
    if not sheets:
        return None
    return replace(report, roster=replace(report.roster, sheets=tuple(sheets)), outcomes=tuple(outcomes), since=None)


def _last_told(report: RunReport, choices: Choices, ledger: Ledger) -> dict[str, list[Outcome]]:
    """The outcomes of each other sheet, of the latest run that had to do with it."""
    here = {sheet.title for sheet in report.roster.sheets}
    of_list = runs_of_list(report.roster, choices.options, ledger) - {report.run}
    told: dict[str, list[Outcome]] = {}
    for run in ledger.runs():
        if run.id not in of_list or run.purged:
            continue
        answers = answers_of(run, ledger)
        for title in {one.row.sheet for one in answers} - here - told.keys() - {""}:
            told[title] = [one for one in answers if one.row.sheet == title]
    return told


def _read(roster: Roster, title: str, choices: Choices) -> Roster | None:
    try:
        other = read_roster(roster.path, choices.settings, replace(choices.options, sheet=title))
    except ImporterError:  # the sheet, or the file, is gone
        return None
    return other if other.content == roster.content else None
