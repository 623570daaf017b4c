"""The list of an import that is undone: the answers go beside its rows again, as long as it can be found."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from importer.errors import ImporterError, LedgerError
from importer.importing.safely import read_roster
from importer.ledger import Ledger
from importer.model import Roster, RosterRow, RosterSheet, RowRef, Run, RunReport
from importer.settings import Settings

_HEADINGS = ("Row", "Full name", "On")


def list_of(run: Run, ledger: Ledger, settings: Settings, *, resumed: int = 0) -> Roster:
    """The list as it was imported, or the results of that while nobody has changed them; without sheets where it is
    neither at hand. ``resumed`` is an undo of the run that is gone on with. Raises ``LedgerError``."""
    for path in _copies(run, ledger, resumed):
        try:
            roster = read_roster(path, settings, replace(run.options, undoes=None), name=run.roster_path.name)
        except ImporterError:
            continue
        return replace(roster, path=run.roster_path)
    return Roster(run.roster_path, b"", ())


def with_list(report: RunReport) -> RunReport:
    """The report with a list of its rows, to write results of: a plain new one where that of the import is gone.

    Which row each was stands beside it, for in the new list it has another number.
    """
    if report.roster.sheets:
        return report
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_HEADINGS)
    writer.writerows((str(one.row), one.name or "(forgotten)", one.session) for one in report.outcomes)
    refs = [RowRef("", number) for number in range(2, len(report.outcomes) + 2)]
    sheet = RosterSheet(
        title="",
        heading_row=1,
        headings={"full_name": _HEADINGS[1]},
        positions={"full_name": 2},
        width=len(_HEADINGS),
        unused=(_HEADINGS[0], _HEADINGS[2]),
        rows=tuple(RosterRow(ref, {"full_name": one.name}) for ref, one in zip(refs, report.outcomes, strict=True)),
    )
    roster = Roster(report.roster.path.with_suffix(".csv"), text.getvalue().encode(), (sheet,))
    outcomes = (replace(one, row=ref) for one, ref in zip(report.outcomes, refs, strict=True))
    return replace(report, roster=roster, outcomes=tuple(outcomes))


def _copies(run: Run, ledger: Ledger, resumed: int) -> Iterator[Path]:
    """Files that hold this very list, likeliest first."""
    for id_ in filter(None, (resumed, run.id)):
        try:
            yield ledger.roster_copy(id_)
        except LedgerError:
            continue
    if _digest(run.roster_path) == run.sha256 != "":
        yield run.roster_path
    ours = {run.id, *(one.id for one in ledger.all_runs() if one.options.undoes == run.id)}
    for file in ledger.results_files():
        if file.run in ours and _digest(file.path) == file.sha256:
            yield file.path


def _digest(path: Path) -> str:
    try:
        return sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""
