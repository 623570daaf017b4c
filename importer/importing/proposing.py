"""What an import would do, what is open about it, and why it is not done: the same for every door."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from importer.booking.plan import without_waiting
from importer.errors import ExitCode, LedgerError
from importer.importing.approving import known, prepared, shortfalls, unapproved, waiting_unapproved
from importer.importing.choosing import which_sessions, with_days
from importer.importing.preparing import prepare, preview
from importer.importing.questions import (
    Choices,
    Contact,
    GoAhead,
    Newer,
    NewSessions,
    Odd,
    OfPlan,
    PassOn,
    StoppedBefore,
    Unapproved,
    WhichSessions,
    go_ahead,
    new_sessions,
    newer,
    open_questions,
    pass_on,
    waiting_unchosen,
)
from importer.importing.reporting import with_warning
from importer.ledger import Ledger
from importer.model import Options, Plan, Roster, RunReport, RunState, Target, Tell
from importer.results.report import open_rows
from importer.service.port import BookingService, are_apart, today_by


class Refusal(NamedTuple):
    """Why nobody is booked although there is a plan, and the exit code that goes with it."""

    sentence: str
    code: ExitCode


STRICT = Refusal("Nothing was sent: with --strict, either everybody is booked or nobody.", ExitCode.PERSON_NEEDED)
HELD = Refusal("Stopped for your decision. Nothing was sent.", ExitCode.HELD)
NO = Refusal("Nothing was booked: you said no.", ExitCode.INTERRUPTED)
STOPPED = Refusal("Nothing was booked: you stopped at the question.", ExitCode.INTERRUPTED)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A plan that stands before a person. ``expected`` is the report of a dry run of it."""

    plan: Plan
    choices: Choices
    expected: RunReport
    stopped_before: StoppedBefore | None = None
    which: WhichSessions | None = None
    """Whoever answers this has a new plan made."""
    contact_of: int = 0
    """The earlier import whose choice holds for addresses and numbers; 0 where this one has its own, or none."""
    unapproved: Unapproved | None = None
    """Whoever answers this has a new plan made, too."""

    @property
    def open(self) -> tuple[OfPlan, ...]:
        """What has to be answered before anybody is sent."""
        before = (self.stopped_before,) if self.stopped_before and not self.choices.is_released else ()
        which = (self.which,) if self.which else ()
        beyond = (self.unapproved,) if self.unapproved else ()
        return (*which, *before, *open_questions(self.plan, self.choices), *beyond)

    @property
    def newer(self) -> Newer | None:
        return newer(self.plan, self.choices)

    @property
    def pass_on(self) -> PassOn | None:
        """Not asked of who is approved or can't be: the code stands for what is sent."""
        is_settled = self.is_strict_stop or self.unapproved or self.choices.options.approved
        return None if is_settled else pass_on(self.plan, self.choices)

    @property
    def new_sessions(self) -> NewSessions | None:
        return new_sessions(self.plan, self.choices)

    @property
    def go_ahead(self) -> GoAhead | None:
        """What is asked last; ``None`` where nobody would be booked and nothing is odd."""
        return go_ahead(self.plan, self.choices) if self.plan.people or self.plan.held else None

    @property
    def refusal(self) -> Refusal | None:
        """Why nobody is to be booked as it stands, where nobody can be asked (any more)."""
        if self.is_strict_stop:
            return STRICT
        return HELD if self.open else None

    @property
    def is_settled(self) -> bool:
        """Whether it is known who would be booked, and how: only such a plan can be approved."""
        return bool(self.plan.people) and all(isinstance(one, Odd | StoppedBefore | Unapproved) for one in self.open)

    @property
    def is_strict_stop(self) -> bool:
        """No answer helps: everybody is to be booked or nobody, and somebody can't be."""
        return self.choices.options.strict and bool(open_rows(self.expected.outcomes))

    def with_contact(self, contact: Contact) -> Proposal:
        """As it stands once ``pass_on`` is answered."""
        expected = replace(self.expected, contact=self.expected.contact and contact)
        return replace(self, choices=self.choices.with_contact(contact), expected=expected)

    def refused(self, refusal: Refusal) -> RunReport:
        """The report of an import that ends here."""
        return replace(self.expected, stopped=refusal.sentence, stop_code=int(refusal.code))


def propose(
    roster: Roster,
    choices: Choices,
    service: BookingService,
    ledger: Ledger,
    *,
    now: datetime,
    tell: Tell,
    by_itself: bool = False,
) -> Proposal:
    """What an import at this moment would do, and what is open about it. Nothing is reserved.

    A newer version of a list whose names may change, as a person has said, follows it without being asked about. What
    the last import at the address had chosen of addresses and numbers holds where nothing is chosen now.
    ``by_itself``: no person has asked for this import, so one of this very file that a person stopped is held.
    Raises ``ServiceError`` and ``LedgerError``.
    """
    was_apart = are_apart(now, service.now())
    proposal = _propose(roster, choices, service, ledger, now=now, tell=tell, by_itself=by_itself)
    if was_apart == are_apart(now, service.now()):
        return proposal
    # Its clock is heard for the first time, and another than ours: what has been read of the list went by ours.
    return _propose(roster, choices, service, ledger, now=now, tell=tell, by_itself=by_itself)


def _propose(
    roster: Roster,
    choices: Choices,
    service: BookingService,
    ledger: Ledger,
    *,
    now: datetime,
    tell: Tell,
    by_itself: bool,
) -> Proposal:
    chosen = ledger.contact_chosen_at(choices.settings.base_url) if choices.settings.contact is None else None
    choices = choices.with_contact(chosen.choice) if chosen else choices
    roster, choices, which = with_days(roster, choices, service, ledger, now=today_by(now, service.now()))

    def planned(choices: Choices) -> Plan:
        return prepare(roster, choices.settings, _options(choices, which), service, ledger, now=now, tell=tell)

    plan = planned(choices)
    if plan.since and plan.since.series and not plan.since.asks:
        choices = choices.with_series(plan.since.series)
        plan = planned(choices)
    plan = replace(plan, held=()) if choices.is_released else plan
    options = _options(choices, which)
    which = which or which_sessions(plan, choices, service, ledger, now=today_by(now, service.now()))
    expected = preview(plan, choices.settings, options, finished=now, requests=service.requests)
    beyond = unapproved(plan, choices, ledger, now=now)
    unasked = waiting_unapproved(plan, choices, ledger, now=now) | waiting_unchosen(plan, choices)
    plan = without_waiting(plan, unasked, expected.outcomes)
    expected = _compared(expected, beyond, choices, ledger)
    stopped_before = _stopped_before(roster, choices, ledger) if by_itself else None
    return Proposal(plan, choices, expected, stopped_before, which, chosen.run if chosen else 0, beyond)


def with_code(proposal: Proposal, *, by: str, now: datetime) -> Proposal:
    """The proposal with the code by which it can be approved, and under which its plan is kept.

    It has none where something else is open that decides who is booked, where it was approved, or where the ledger
    can't be written, which it says.
    """
    if not proposal.is_settled or (proposal.expected.approval and not proposal.unapproved):
        return proposal
    expected, beyond = proposal.expected, proposal.unapproved
    try:
        approval = prepared(proposal.plan, proposal.choices, proposal.choices.settings.ledger, by=by, now=now)
    except LedgerError:
        said = "There is no approval code: our record of who is booked can't be written."
        return replace(proposal, expected=replace(expected, not_known=(*expected.not_known, said)))
    return replace(
        proposal,
        expected=replace(expected, approval=replace(approval, lines=())),
        unapproved=beyond and replace(beyond, code=approval.code),
    )


def _compared(expected: RunReport, beyond: Unapproved | None, choices: Choices, ledger: Ledger) -> RunReport:
    """What is expected, with who of the approved can't be booked, or, beside their rows, who was not approved so."""
    if beyond:
        said = {one.row: one.sentence for one in beyond.differing}
        outcomes = tuple(with_warning(one, said.get(one.row, "")) for one in expected.outcomes)
        return replace(expected, outcomes=outcomes, unapproved=beyond.differing)
    if not choices.options.approved:
        return expected
    approval = known(choices.options.approved, ledger)
    started = ledger.started_ids({one.booking_id for one in expected.outcomes})
    short = shortfalls(approval, expected.outcomes, ledger.hash_key, started)
    return replace(expected, approval=replace(approval, lines=(), short=short))


def _options(choices: Choices, which: WhichSessions | None) -> Options:
    """Sessions that are still to be chosen are those of no row."""
    return replace(choices.options, target=Target(), days="") if which else choices.options


def _stopped_before(roster: Roster, choices: Choices, ledger: Ledger) -> StoppedBefore | None:
    runs = ledger.runs(ledger.series_of(roster.path, choices.options))
    last = next((run for run in runs if run.sha256 == roster.sha256), None)
    return StoppedBefore(last.id, last.by) if last and last.state is RunState.STOPPED else None
