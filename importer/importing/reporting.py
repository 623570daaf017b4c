"""What both halves of an import tell: a report of every row, with where else there is room."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from importer.booking.naming import FULL_NOT_SEEN
from importer.booking.openings import openings_text
from importer.booking.sentences import doubtful_text, unread_text
from importer.model import (
    PROVIDER,
    Decision,
    Options,
    Outcome,
    Plan,
    RunReport,
    Status,
)
from importer.people.evidence import fold
from importer.results.report import choices_text, in_roster_order, session_totals
from importer.settings import Settings


def with_openings(outcome: Outcome, plan: Plan) -> Outcome:
    """Say where else there is room beside who did not get a place; ``Book`` makes none, which is said, too."""
    if outcome.status is not Status.FULL:
        return outcome
    people = (one for lane in plan.lanes for one in (*lane.people, *lane.waiting) if one.row == outcome.row)
    if any(one.decision is Decision.BOOK for one in people):
        outcome = with_warning(outcome, f'"{Decision.BOOK}" can\'t make room on a full session.')
    booking = next((one for one in plan.bookings if one.id == outcome.booking_id), None)
    if booking is None or booking.service_id not in plan.openings:
        return outcome
    return with_warning(outcome, openings_text(plan.openings[booking.service_id], booking.start, plan.zone))


def with_warning(outcome: Outcome, warning: str) -> Outcome:
    return replace(outcome, message=f"{outcome.message} {warning}".strip()) if warning else outcome


def _with_place_held(outcome: Outcome, plan: Plan) -> Outcome:
    """Somebody who moved in the list, or whose session was not found, says which place they still have."""
    since = plan.since
    former = (since.moved.get(outcome.row) or since.before.get(outcome.row)) if since else None
    if former is None or not former.holds_place:
        return outcome
    is_called_so = fold(former.name) in ("", fold(outcome.name))
    held = f"{'This person' if is_called_so else former.name} still holds a place on {former.session}."
    remove = f"Remove them there in {PROVIDER} if they have moved." if outcome.status.is_done else ""
    return replace(outcome, message=f"{outcome.words} {held} {remove}".strip())


def _with_doubts(outcomes: Iterable[Outcome], plan: Plan) -> list[Outcome]:
    """Beside who is new on a session, what can not be told of it or of somebody there; one look is enough."""
    told = [
        replace(one, needs_person=one.needs_person or any(problem.rule == FULL_NOT_SEEN for problem in one.problems))
        for one in outcomes
    ]
    for lane in plan.lanes:
        unread = unread_text(lane.unread) if lane.unread else ""
        doubtful = doubtful_text(lane.booking.status) if lane.booking.is_doubtful else ""
        rows = {person.row for person in lane.people} if unread or doubtful else set()
        new = [
            at for at, one in enumerate(told) if one.row in rows and one.status in (Status.BOOKED, Status.WOULD_BOOK)
        ]
        for at in new:
            warned = with_warning(told[at], f"{unread} {doubtful}".strip())
            told[at] = replace(warned, needs_person=warned.needs_person or at == new[0])
    return told


def report_of(
    kind: str,
    plan: Plan,
    outcomes: tuple[Outcome, ...],
    settings: Settings,
    options: Options,
    finished: datetime,
    requests: int,
    not_known: tuple[str, ...] = (),
) -> RunReport:
    wanted = [person for lane in plan.lanes for person in (*lane.people, *lane.waiting)]
    return in_roster_order(
        RunReport(
            kind=kind,
            roster=plan.roster,
            outcomes=tuple(_with_place_held(one, plan) for one in _with_doubts(outcomes, plan)),
            started=plan.made,
            finished=finished,
            zone=plan.zone,
            sessions=session_totals(plan.lanes, plan.bookings, outcomes),
            openings=plan.openings,
            payment_requests=(settings.payment_requests or "not chosen") if plan.has_price else "none",
            contact=(settings.contact or "send") if any(one.has_contact for one in wanted) else "",
            choices=choices_text(plan.roster, settings, options),
            not_known=not_known,
            requests=requests,
            since=plan.since,
        )
    )
