"""What a list would do as it is now: with what the service says, or, where that can't be asked, without."""

from __future__ import annotations

from dataclasses import dataclass

from importer.errors import ServiceError
from importer.importing.checking import check
from importer.importing.choosing import any_session
from importer.importing.drafting import Opened
from importer.importing.proposing import Proposal
from importer.model import GroupBooking, Outcome, RunReport
from importer.service.port import today_by
from importer.web.plan.routes import fresh_plan
from importer.web.site import now, site


@dataclass(frozen=True, slots=True)
class Look:
    """``fault`` is why the service could not be asked: then there is no ``proposal``, and the rows say less."""

    opened: Opened
    report: RunReport
    proposal: Proposal | None = None
    fault: str = ""

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        return self.report.outcomes

    @property
    def bookings(self) -> tuple[GroupBooking, ...]:
        """The sessions that the rows mean, as far as they are known."""
        return self.proposal.plan.bookings if self.proposal else ()


def look(opened: Opened) -> Look:
    """Raises ``LedgerError``, and ``HeadingsError`` where the headings have to be told first."""
    try:
        proposal = fresh_plan(opened.draft).proposal
    except ServiceError as error:
        choices = opened.choices
        report = check(opened.roster, choices.settings, choices.options, site().ledger, now=now())
        return Look(opened, report, fault=str(error))
    return Look(opened, proposal.expected, proposal)


def sessions_to_choose(opened: Opened) -> tuple[GroupBooking, ...]:
    """Those that are to come and have places; none where that can't be asked."""
    here, settings = site(), opened.choices.settings

    def listed() -> tuple[GroupBooking, ...]:
        with here.connect(here.ledger.learned(settings.base_url), here.is_left) as service:
            return any_session(settings, service, now=today_by(now(), service.now())).sessions

    try:
        return here.offered.sessions(listed, now=now())
    except ServiceError:
        return ()
