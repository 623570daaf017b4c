"""``roster runs``"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import click

from importer.cli import tables
from importer.cli.destination import practice_settings
from importer.cli.options import command, printing_options, settings_options
from importer.cli.screens import PRACTICE
from importer.cli.terminal import Terminal
from importer.errors import ExitCode, SettingsError
from importer.model import Outcome, Run, Status
from importer.model.approvals import Approval


@command("runs", example="roster runs 41", page="coordinators.md#what-comes-back")
@click.argument("run", type=int, required=False, metavar="[RUN]")
@click.option("--sandbox", is_flag=True, help="PRACTICE: the runs in the practice service.")
@printing_options
@settings_options("ledger", "timezone")
def runs(run: int | None, sandbox: bool, as_json: bool, quiet: bool, **settings: str | None) -> ExitCode:
    """Show what was done: every run, newest first, or one RUN row by row."""
    from importer.ledger import Ledger
    from importer.settings import load_settings

    loaded = practice_settings(settings) if sandbox else load_settings(**settings)
    terminal = Terminal(quiet=quiet, as_json=as_json)
    with Ledger.look(loaded.ledger) as ledger:
        found = tuple(_counted(one, ledger.outcomes(one.id)) if _is_open(one) else one for one in ledger.all_runs())
        chosen = next((one for one in found if one.id == run), None)
        outcomes = ledger.outcomes(chosen.id) if chosen else ()
        approval = ledger.approvals.of_run(chosen.id) if chosen else None
    if run is not None and chosen is None:
        raise SettingsError(f"There is no run {run}. roster runs lists them.")
    if as_json:
        terminal.document(
            _record(chosen) | {"approval": _approval(approval), "rows": [_row(one) for one in outcomes]}
            if chosen
            else {"runs": [_record(one) for one in found]}
        )
        return ExitCode.DONE
    if chosen:
        lines = tables.run_table(chosen, outcomes, loaded.zone, approval)
    else:
        lines = tables.runs_table(found, loaded.zone, practice=sandbox)
    terminal.say([*([PRACTICE] if sandbox else []), *lines])
    return ExitCode.DONE


def _is_open(run: Run) -> bool:
    """Whether what is known of it by now may be more than it told at its end."""
    return not run.totals or Status.NOT_SURE_YET in run.totals


def _counted(run: Run, outcomes: Sequence[Outcome]) -> Run:
    """A run that did not get as far as its end, by its entries and its plan."""
    counted = Counter(one.status for one in outcomes)
    untried = (run.options.only or frozenset()) - {one.row for one in outcomes}
    left = Status.NOT_BOOKED_YET if run.options.undoes is None else Status.KEPT
    return replace(run, totals=counted + Counter({left: len(untried)}))


def _record(run: Run) -> dict[str, object]:
    return {
        "run": run.id,
        "undoes": run.options.undoes,
        "state": run.state,
        "roster": str(run.roster_path),
        "results": str(run.results_path) if run.results_path else None,
        "by": run.by,
        "started": run.started.isoformat(),
        "finished": run.finished.isoformat() if run.finished else None,
        "totals": dict(run.totals),
    }


def _approval(approval: Approval | None) -> dict[str, object] | None:
    from importer.results.report import approval_json

    return approval_json(approval) | {"comment": approval.comment} if approval else None


def _row(outcome: Outcome) -> dict[str, object]:
    return {
        "sheet": outcome.row.sheet,
        "row": outcome.row.number,
        "part": outcome.row.part,
        "status": outcome.status,
        "session": outcome.session,
        "booking_id": outcome.booking_id,
        "customer_booking_id": outcome.customer_booking_id,
    }
