"""A check: every problem that can be known without the network; and who is booked, as far as our record knows."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from importer.booking.facts import Facts
from importer.booking.plan import make_plan
from importer.lists.dates import on_dates
from importer.lists.rules import check_rows
from importer.model import Options, Roster, RunReport
from importer.results.report import choices_text
from importer.settings import Settings

if TYPE_CHECKING:
    from importer.ledger import Ledger

NOT_LOOKED_AT = (
    "What we could not check, because it needs the internet: whether the sessions exist, are open and have places; who "
    "else is on them.",
)


def check(
    roster: Roster, settings: Settings, options: Options, ledger: Ledger | None = None, *, now: datetime
) -> RunReport:
    """Rows are ``Ready``, ``Left out`` or ``Fix row``, or what the ledger knows of their person, where there is one.

    The report says what was not looked at. Raises ``LedgerError``.
    """
    if ledger:
        from importer.importing.dates import with_dates

        roster, options = with_dates(roster, options, ledger, settings, now=now)
    else:
        roster = on_dates(roster, options, settings.zone)
    people = check_rows(roster, settings, options, now=now)
    by_id = {person.row: person.target.booking_id for person in people if person.target.booking_id}
    nothing = Facts(bookings={}, entries={}, booking_of=by_id)
    plan = make_plan(roster, people, nothing, options, zone=settings.zone, now=now)
    outcomes = plan.outcomes
    if ledger:
        from importer.importing.remembered import answered_by_record

        recorded = answered_by_record(roster, people, settings, options, ledger, now=now)
        outcomes = tuple(recorded.get(one.row, one) for one in outcomes)
    choices = choices_text(roster, settings, options)
    return RunReport("check", roster, outcomes, now, now, settings.zone, choices=choices, not_known=NOT_LOOKED_AT)
