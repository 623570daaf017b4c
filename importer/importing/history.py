"""What an import follows: the last import of its series, who is other than there, and whether that looks right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from importer.importing.guards import why_held
from importer.importing.series import compare, without_finished
from importer.ledger import Ledger
from importer.model import Former, GroupBooking, Options, Participant, Plan, RunState, Since, Status
from importer.model.roster_names import series_name
from importer.people.evidence import of_entry, of_former
from importer.service.port import BookingService

_WITH_PLACE = frozenset({Status.BOOKED, Status.ALREADY_BOOKED})


def with_history(
    plan: Plan,
    people: Sequence[Participant],
    options: Options,
    service: BookingService,
    ledger: Ledger,
    *,
    now: datetime,
) -> Plan:
    """The plan with what it changes against the last import of its series, and why it should be held.

    A run of this very file that did not end was let through when it was begun: it is not held. Nothing is compared with
    an import whose names have been purged, or of another ``--sheet``. Raises ``ServiceError`` and ``LedgerError``.
    """
    of_series = ledger.runs(series_name(plan.roster.path, options.series))
    runs = [run for run in of_series if run.options.sheet == options.sheet]
    imports = [run for run in runs if run.is_answered]
    formers = ledger.former_rows(imports[0].id) if imports else ()
    if not formers or imports[0].purged:
        return plan
    entries = {entry.customer_booking_id: entry for entry in ledger.entries({one.booking_id for one in formers} - {""})}
    last = [
        (
            former,
            of_entry(entries[former.customer_booking_id], same_roster=True)
            if former.customer_booking_id and former.customer_booking_id in entries
            else of_former(former),
        )
        for former in formers
    ]
    means = {one.row: one.booking_id for one in plan.outcomes}
    means |= {one.row: lane.booking.id for lane in plan.lanes for one in (*lane.people, *lane.waiting)}
    since = compare(imports[0].id, imports[0].started, last, [(person, means.get(person.row, "")) for person in people])
    if _are_results(people, ledger):
        since = without_finished(since)
    followed = replace(plan, since=_with_places(since, plan.bookings, service, now))
    digest = sha256(plan.roster.content).hexdigest()
    if any(run.sha256 == digest and run.state not in (RunState.FINISHED, RunState.ENDED) for run in runs):
        return followed
    return replace(followed, held=why_held(followed, imports, digest, options.max_new))


def _are_results(people: Sequence[Participant], ledger: Ledger) -> bool:
    """Whether most rows carry a mark of ours: the roster is what we handed back."""
    return 2 * sum(bool(ledger.runs_of_handle(person.handle)) for person in people) > len(people)


def _with_places(since: Since, read: Iterable[GroupBooking], service: BookingService, now: datetime) -> Since:
    """Who has gone or moved, with whether they still hold the place that they had; looked up, for that is told."""
    former = [*since.gone, *since.moved.values()]
    wanted = {one.booking_id for one in former if one.status in _WITH_PLACE}
    bookings = {booking.id: booking for booking in read}
    bookings |= service.bookings(wanted - set(bookings))

    def looked_up(one: Former) -> Former:
        booking = bookings.get(one.booking_id)
        holds = (
            one.status in _WITH_PLACE
            and booking is not None
            and not booking.is_cancelled
            and booking.start > now
            and any(one.customer_booking_id in ("", person.customer_booking_id) for person in booking.people)
        )
        return replace(one, holds_place=holds)

    return replace(
        since,
        gone=tuple(map(looked_up, since.gone)),
        moved={row: looked_up(one) for row, one in since.moved.items()},
    )
