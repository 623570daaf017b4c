"""A check: every problem that can be known without the network, the service and the ledger."""

from __future__ import annotations

from datetime import datetime

from importer.booking.plan import Known, make_plan
from importer.lists.rules import check_rows
from importer.model import Options, Roster, RunReport
from importer.results.report import choices_text
from importer.settings import Settings

NOT_LOOKED_AT = (
    "Not looked at, because it takes the network: whether the sessions exist, are open and have places; who is booked "
    "already.",
)


def check(roster: Roster, settings: Settings, options: Options, *, now: datetime) -> RunReport:
    """Rows are ``Ready``, ``Left out`` or ``Fix row``; the report says what was not looked at."""
    people = check_rows(roster, settings, options, now=now)
    by_id = {person.row: person.target.booking_id for person in people if person.target.booking_id}
    nothing = Known(bookings={}, entries={}, booking_of=by_id)
    plan = make_plan(roster, people, nothing, options, zone=settings.zone, now=now)
    choices = choices_text(roster, settings, options)
    return RunReport("check", roster, plan.outcomes, now, now, settings.zone, choices=choices, not_known=NOT_LOOKED_AT)
