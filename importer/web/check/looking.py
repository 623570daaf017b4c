"""What a list would do as it is now: with what the service says, or, where that can't be asked, without."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import current_app

from importer.errors import ServiceError
from importer.importing.checking import check
from importer.importing.choosing import any_session
from importer.importing.drafting import Opened
from importer.importing.proposing import Proposal
from importer.model import GroupBooking, Outcome, RunReport
from importer.model.drafts import Draft
from importer.service.port import today_by
from importer.web.plan.routes import fresh_plan
from importer.web.site import now, site

FEW_ROWS = 500
"""So many are looked at while the browser waits."""

_WAIT_S = 0.1


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


def last_look(draft: Draft) -> Look:
    """As it was when it was looked at last, with what was changed since in its draft: what a form is of. Raises as
    ``look`` does."""
    found = site().looks.last(draft.id)
    return replace(found, opened=replace(found.opened, draft=draft)) if found else look(draft)


def quick_look(draft: Draft) -> tuple[Look, bool]:
    """As it is now, and that it is; of a long list that was just changed as it was before, while it is looked at anew.

    Raises as ``look`` does.
    """
    here, app = site(), current_app._get_current_object()  # type: ignore[attr-defined]
    before = here.looks.last(draft.id)
    is_short = before is None or len(before.outcomes) <= FEW_ROWS
    if is_short or here.plans.find(draft.id, draft.version):
        return look(draft), True

    def make() -> Look:
        with app.app_context():
            return look(draft)

    making = here.looks.begin(draft.id, draft.version, make)
    try:
        return making.result(_WAIT_S), True
    except TimeoutError:
        assert before is not None  # noqa: S101 - else it was short
        return before, False


def look(draft: Draft) -> Look:
    """As it is now. Raises ``RosterError``, ``LedgerError``, and ``HeadingsError`` where its headings have to be told
    first."""
    here = site()
    found: Look = here.looks.keep(draft.id, _look(here.drafts.open(draft, here.settings, here.ledger)))
    return found


def _look(opened: Opened) -> Look:
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
