"""The answers go back: the workbook is written, whatever stopped the import, and remembered as ours."""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from importer.errors import ExitCode, LedgerError
from importer.importing.checking import check
from importer.importing.other_dates import answers_of_other_dates
from importer.importing.other_sheets import answers_of_other_sheets
from importer.importing.questions import Choices
from importer.importing.safely import write_results
from importer.ledger import Ledger
from importer.model import Roster, RunReport, Status

logger = logging.getLogger(__name__)


def untouched(
    roster: Roster, choices: Choices, reason: str, code: ExitCode, ledger: Ledger, *, now: datetime
) -> RunReport:
    """The report of an import that was stopped before there was a plan: its list comes back with what is known."""
    checked = check(roster, choices.settings, choices.options, ledger, now=now)
    outcomes = tuple(
        replace(one, status=Status.NOT_BOOKED_YET, message=reason) if one.status is Status.READY else one
        for one in checked.outcomes
    )
    return replace(checked, kind="import", outcomes=outcomes, stopped=reason, stop_code=int(code))


def hand_over(report: RunReport, output: Path, choices: Choices) -> Path:
    """Write the results and remember them, so that the next ones may take their place; also those of a check.

    Returns where they are. Those of a run that is gone on with don't take the place of those of the list as it was
    changed since. Other sheets of the workbook keep the answers that they have had, and so do other dates of
    the list. Neither a ledger that can't be read nor a fault of ours there keeps anybody from getting their answers.
    Raises ``ResultsError``.
    """
    written: frozenset[str] = frozenset()
    try:
        with Ledger.open(choices.settings.ledger) as ledger:
            written = _replaceable(report, choices, ledger)
            report = replace(
                report,
                other_sheets=answers_of_other_sheets(report, choices, ledger),
                other_dates=answers_of_other_dates(report, choices.settings, choices.options, ledger),
            )
    except Exception as error:
        logger.info("nothing is known of earlier results", extra={"status": type(error).__name__})
    path, sha256 = write_results(report, output, written)
    with suppress(LedgerError), Ledger.open(choices.settings.ledger) as ledger:
        ledger.results_written(report.run, path, sha256)
    return path


def _replaceable(report: RunReport, choices: Choices, ledger: Ledger) -> frozenset[str]:
    """SHA-256 of the results of earlier imports whose place these may take."""
    if choices.options.only is None:
        return ledger.written_files()
    changed = {run.id for run in ledger.runs() if run.sha256 != report.roster.sha256}
    return frozenset(file.sha256 for file in ledger.results_files() if file.run not in changed)
