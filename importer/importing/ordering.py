"""A list on the page is ordered to be booked, as its plan was shown; and booked so, by whoever comes to its turn.

What was shown is kept under a code, as a plan is that may be approved: nobody is booked beyond it, whatever has changed
between the word of a person and their list's turn.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from importer.errors import HeldError
from importer.importing.approving import approve, known, prepared
from importer.importing.carrying_out import carry_out
from importer.importing.drafting import choices_of, open_draft, path_of, to_import, with_choices
from importer.importing.proposing import Proposal, propose
from importer.importing.questions import Choices
from importer.importing.resuming import read_copy
from importer.ledger import Ledger
from importer.model import Roster, RunReport, Tell
from importer.model.drafts import Draft
from importer.model.records import Run
from importer.service.port import BookingService
from importer.settings import Settings

AT = "page"
"""How somebody was signed in who orders here."""


def order(
    draft: Draft,
    proposal: Proposal,
    settings: Settings,
    ledger: Ledger,
    *,
    only_the_first: bool,
    by: str,
    now: datetime,
) -> Draft:
    """Keep that these people are to be booked: all of a proposal without open questions, or only the first.

    Raises ``HeldError`` where it needs an approval, ``DraftChangedError`` and ``LedgerError``.
    """
    if proposal.unapproved:
        raise HeldError(proposal.unapproved.why)
    agreed = proposal.choices.agreed(only_the_first=only_the_first)
    code = prepared(proposal.plan, agreed, settings.ledger, by=by, now=now).code
    ordered = with_choices(draft, agreed.with_approval(code), settings)
    return ledger.drafts.change(replace(ordered, ordered=now, ordered_by=by, run=0), by=by, now=now)


def ask_for_approval(
    draft: Draft, proposal: Proposal, settings: Settings, ledger: Ledger, *, by: str, now: datetime
) -> Draft:
    """Keep the plan for somebody else to approve. Raises ``DraftChangedError`` and ``LedgerError``."""
    agreed = proposal.choices.agreed()
    code = prepared(proposal.plan, agreed, settings.ledger, by=by, now=now).code
    return ledger.drafts.change(with_choices(draft, agreed.with_approval(code), settings), by=by, now=now)


def may_approve(draft: Draft, ledger: Ledger, *, by: str) -> bool:
    """Whether this person has neither asked for the approval nor prepared the plan: nobody approves their own."""
    return by not in (draft.changed_by, known(draft.options.approved, ledger).prepared_by)


def order_approved(draft: Draft, ledger: Ledger, *, by: str, comment: str, now: datetime) -> Draft:
    """Approve the plan for which that was asked, which orders it. Raises ``DraftChangedError`` and ``LedgerError``."""
    ordered = ledger.drafts.change(replace(draft, ordered=now, ordered_by=by, run=0), by=by, now=now)
    approve(draft.options, ledger, by=by, signed_in=AT, comment=comment, now=now)
    return ordered


def not_ordered(draft: Draft, settings: Settings, ledger: Ledger, *, by: str, now: datetime) -> Draft:
    """The list once its order is carried out or called back, with its last import: it waits for a person again.

    Raises ``LedgerError``.
    """
    options = replace(draft.options, approved="", first=None)
    run = max(ledger.runs_of_roster(path_of(draft, settings)), default=0)
    freed = replace(draft, ordered=None, options=options, is_released=False, run=run)
    return ledger.drafts.change(freed, by=by, now=now)


def book_ordered(draft: Draft, call: Turn) -> tuple[RunReport, Choices]:
    """Book a list whose turn it is: what was ordered, or less of it where less is possible by now.

    Whatever ends that early stands in the report; its ``run`` is 0 where nobody was sent. Raises ``RosterError``,
    ``ServiceError`` and ``LedgerError`` where it has not begun.
    """
    opened = open_draft(draft, choices_of(draft, call.settings), call.settings, call.ledger)
    roster, choices = to_import(opened)
    return call.carry_out(roster, choices, draft)


def go_on_with(run: Run, draft: Draft, call: Turn) -> tuple[RunReport, Choices]:
    """Go on with the import that this list has become, which was cut short: nobody beyond its plan is booked."""
    roster, kept = read_copy(run, call.settings, call.ledger)
    return call.carry_out(roster, Choices(kept, run.options), draft)


@dataclass(frozen=True, slots=True)
class Turn:
    """What it takes to book one list. ``begun`` is told the number of the import; ``stop`` starts nobody new, which
    ``is_stopped_by_person`` or by the program's end. The ledger is locked by who calls."""

    settings: Settings
    service: BookingService
    ledger: Ledger
    clock: Callable[[], datetime]
    tell: Tell
    begun: Callable[[int], object]
    stop: threading.Event
    is_stopped_by_person: Callable[[], bool]

    def carry_out(self, roster: Roster, choices: Choices, draft: Draft) -> tuple[RunReport, Choices]:
        by = draft.ordered_by
        proposal = propose(roster, choices, self.service, self.ledger, now=self.clock(), tell=self.tell)
        if refusal := proposal.refusal:
            return proposal.refused(refusal), proposal.choices
        chosen = proposal.choices
        if chosen.options.approved and known(chosen.options.approved, self.ledger).approved is None:
            approve(chosen.options, self.ledger, by=by, signed_in=AT, comment="", now=self.clock())
        report = carry_out(
            proposal.plan,
            chosen.settings,
            chosen.options,
            self.service,
            self.ledger,
            by=by,
            clock=self.clock,
            tell=self.tell,
            begun=self.begun,
            stop=self.stop,
            is_stopped_by_person=self.is_stopped_by_person,
        )
        return report, chosen
