"""What tests of sign-off do with a list: prepare it, approve it, and have it carried out or held."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from desk import Desk

from importer.importing.approving import approve
from importer.importing.carrying_out import carry_out
from importer.importing.proposing import Proposal, propose, with_code
from importer.importing.questions import Choices, Unapproved
from importer.ledger import Ledger
from importer.lists.roster import read_roster
from importer.model import Options, Progress, Roster, RunReport
from importer.model.approvals import Approval

ADA, ALAN, GRACE = "Ada Lovelace", "Alan Turing", "Grace Hopper"


def proposed(desk: Desk, path: Path, options: Options | None = None, *, by: str = "priya", **settings: Any) -> Proposal:
    """What a door shows of a list, with its code."""
    choices = Choices(desk.settings(**settings), options or Options())
    with Ledger.open(choices.settings.ledger) as ledger, desk.service() as service:
        made = propose(read_roster(path), choices, service, ledger, now=desk.clock(), tell=lambda _progress: None)
    return with_code(made, by=by, now=desk.clock())


def code(desk: Desk, path: Path, options: Options | None = None, **settings: Any) -> str:
    approval = proposed(desk, path, options, **settings).expected.approval
    assert approval is not None
    return approval.code


def imported(
    desk: Desk,
    roster: Roster | Path,
    options: Options,
    *,
    by: str = "sam",
    comment: str = "term 2",
    stops: bool = False,
    **settings: Any,
) -> RunReport | Unapproved:
    """What a door does with a list: it is held, or approved by ``by`` and carried out; ``stops`` after the first."""

    def tell(progress: Progress) -> None:
        if stops and progress.step == "Booking" and progress.done:
            desk.stop.set()

    choices = Choices(desk.settings(**settings), options)
    roster = read_roster(roster) if isinstance(roster, Path) else roster
    with Ledger.open(choices.settings.ledger) as ledger, ledger.lock(), desk.service() as service:
        made = propose(roster, choices, service, ledger, now=desk.clock(), tell=lambda _progress: None)
        if made.refusal:
            assert made.unapproved
            return made.unapproved
        approve(options, ledger, by=by, signed_in="command line", comment=comment, now=desk.clock())
        return carry_out(
            made.plan, choices.settings, options, service, ledger, by=by, clock=desk.clock,
            tell=tell, stop=desk.stop, pause=desk.clock.wait,
        )  # fmt: skip


def booked_by(desk: Desk, path: Path, approved: str, *, options: Options | None = None, **given: Any) -> RunReport:
    report = imported(desk, path, replace(options or Options(), approved=approved), **given)
    assert isinstance(report, RunReport), report
    return report


def held(desk: Desk, path: Path, options: Options, **settings: Any) -> Unapproved:
    found = imported(desk, path, options, **settings)
    assert isinstance(found, Unapproved), found
    return found


def of_run(desk: Desk, run: int) -> Approval:
    with Ledger.look(desk.settings().ledger) as ledger:
        found = ledger.approvals.of_run(run)
    assert found is not None
    return found
