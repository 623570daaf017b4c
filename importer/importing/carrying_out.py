"""An import's two halves: ``prepare`` decides and sends nothing that books, ``carry_out`` books. Neither prints.

The question stands between them, in the command line. Importing is idempotent: running again is always right.
"""

from __future__ import annotations

import logging
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from importer.booking.lanes import STOPPED, Work, book, read_profiles
from importer.booking.plan import Known, limit_plan, make_plan, outcome_of, warnings_text
from importer.booking.targets import Targets, find_openings, find_targets, openings_text
from importer.errors import ImporterError
from importer.importing.checking import participants
from importer.importing.history import with_history
from importer.importing.known import known_by_ledger, same_rosters_of, settled
from importer.importing.series import series_name
from importer.ledger import Ledger
from importer.model import (
    Entry,
    EntryState,
    GroupBooking,
    Opening,
    Options,
    Outcome,
    Participant,
    Plan,
    Problem,
    Progress,
    Roster,
    RowRef,
    Run,
    RunReport,
    RunState,
    Status,
    Tell,
)
from importer.people.evidence import fold
from importer.people.settling import outsiders, settle
from importer.results.report import choices_text, in_roster_order, session_totals
from importer.service.appointedd import Appointedd
from importer.settings import Settings

logger = logging.getLogger(__name__)

NOT_KNOWN = (
    "What can't be seen: holds of others, and whoever books between now and the import. A session may be full by then.",
)


def prepare(
    roster: Roster,
    settings: Settings,
    options: Options,
    service: Appointedd,
    ledger: Ledger,
    *,
    now: datetime,
    tell: Tell,
) -> Plan:
    """What an import at this moment would do. Reads the ledger first, then the service; neither books nor reserves.

    Raises ``ServiceError`` and ``LedgerError``.
    """
    people = participants(roster, settings, options, now=now)
    tell(Progress("Looking up sessions", 0, 0))
    remembered = ledger.sessions(starts={start for person in people for start in person.target.starts})
    booked_on = known_by_ledger(people, remembered, ledger)
    targets = find_targets(
        dict.fromkeys(person.target for person in people if person.target and person.row not in booked_on),
        service,
        also=set(booked_on.values()),
        remembered=remembered,
        zone=settings.zone,
        now=now,
    )
    booking_of = booked_on | {
        person.row: targets.found.get(person.target) or person.target.booking_id
        for person in people
        if person.row not in booked_on and (person.target in targets.found or person.target.booking_id)
    }
    tell(Progress("Looking up who is booked", 0, 0))
    series = series_name(roster.path, options.series)
    same_rosters = same_rosters_of(roster, series, people, set(booking_of.values()), ledger)
    told_booked = ledger.told_booked(same_rosters)

    def is_of_same_roster(entry: Entry) -> bool:
        return entry.run in same_rosters or entry.customer_booking_id in told_booked

    entries, bookings, changes = settled(
        people, booking_of, targets.bookings, service, ledger, settings, now, is_of_same_roster
    )
    known = Known(bookings, entries, booking_of, _faults(people, targets, roster), is_of_same_roster)
    plan = make_plan(roster, people, known, options, zone=settings.zone, now=now)
    plan = replace(
        plan,
        openings=_left_over(dict(targets.openings) | _openings_for(plan.short_of_places, service, now), plan),
        is_first_import=not ledger.has_booked_at(settings.base_url),
        changes=changes + plan.changes,
    )
    return with_history(plan, people, options, service, ledger, now=now)


def preview(plan: Plan, settings: Settings, options: Options, *, finished: datetime, requests: int = 0) -> RunReport:
    """The report of a dry run: who would be booked, and who would not."""
    if options.first is not None:
        plan = limit_plan(plan, options.first)
    would = [
        outcome_of(person, Status.WOULD_BOOK, warnings_text(person), lane.booking, plan.zone)
        for lane in plan.lanes
        for person in lane.people
    ]
    full = [
        _with_openings(outcome_of(person, Status.FULL, "Full.", lane.booking, plan.zone), plan)
        for lane in plan.lanes
        for person in lane.waiting
    ]
    outcomes = (*plan.outcomes, *would, *full)
    return _report("dry run", plan, outcomes, settings, options, finished, requests, not_known=NOT_KNOWN)


def carry_out(
    plan: Plan,
    settings: Settings,
    options: Options,
    service: Appointedd,
    ledger: Ledger,
    *,
    by: str,
    clock: Callable[[], datetime],
    tell: Tell,
    stop: threading.Event,
    pause: Callable[[float], object] | None = None,
    is_stopped_by_person: Callable[[], bool] = lambda: False,
) -> RunReport:
    """Book the people of a plan. Every row of the roster has an outcome, whatever happens.

    ``stop`` set by somebody else starts nobody new. What ends the run early (the service is down, the ledger fails)
    does not raise but stands in the report, so that results can be written. ``pause`` waits, for tests. A run that
    ``is_stopped_by_person`` does not go on by itself; ``roster resume`` finishes it.
    """
    if options.first is not None:
        plan = limit_plan(plan, options.first)
    wanted = [(person, lane.booking) for lane in plan.lanes for person in (*lane.people, *lane.waiting)]
    unsure = {outcome.row for outcome in plan.outcomes if outcome.status is Status.NOT_SURE_YET}
    planned = replace(options, only=frozenset(person.row for person, _ in wanted) | unsure)
    lingering = ledger.holds_linger_until()
    run = ledger.begin_run(plan.roster, planned, settings, by=by, now=clock())
    logger.info("begin", extra={"run": run})
    outcomes: list[Outcome] = []
    stopped_by: ImporterError | None = None

    def note_who_stops() -> None:
        if is_stopped_by_person():
            ledger.stopped_by_person(run)

    try:
        for entry in plan.changes:
            ledger.save(entry if entry.id else replace(entry, run=run))
        ledger.remember_sessions(plan.bookings)
        work = Work(
            service=service,
            ledger=ledger,
            run=run,
            zone=plan.zone,
            clock=clock,
            pause=pause or stop.wait,
            stop=stop,
            settle_wait_s=settings.settle_wait_s,
            settle_margin_s=settings.settle_margin_s,
            payment_request=False if settings.payment_requests == "none" else None,
            holds_linger_until=lingering,
        )
        outcomes, stopped_by = book(plan.lanes, work, workers=settings.workers, tell=tell, stopping=note_who_stops)
    except ImporterError as error:
        stopped_by = error
    told = {outcome.row for outcome in outcomes}
    untried = [
        outcome_of(person, Status.NOT_TRIED, STOPPED, booking, plan.zone)
        for person, booking in wanted
        if person.row not in told
    ]
    warned = {person.row: warnings_text(person) for person, _ in wanted}
    booked = [_with_warning(_with_openings(outcome, plan), warned.get(outcome.row, "")) for outcome in outcomes]
    marked = tuple(
        outcome if outcome.handle else replace(outcome, handle=ledger.handle(run, outcome.row))
        for outcome in _with_shared_records((*plan.outcomes, *booked, *untried))
    )
    report = replace(_report("import", plan, marked, settings, options, clock(), service.requests), run=run, by=by)
    state = _end_state(report, options, stopped_by, stop, is_stopped_by_person)
    ms = round(1000 * (report.finished - report.started).total_seconds())
    logger.info("end", extra={"run": run, "status": str(state), "ms": ms, "requests": report.requests})
    try:
        ledger.finish_run(run, state, report.outcomes, now=clock())
    except ImporterError as error:
        stopped_by = stopped_by or error
    if stopped_by is None:
        return report
    return replace(report, stopped=str(stopped_by), stop_code=int(stopped_by.exit_code))


def unfinished(ledger: Ledger) -> tuple[Run, ...]:
    """Runs that did not end, or ended with somebody unsure or not tried; oldest first."""
    ended = (RunState.FINISHED, RunState.ENDED)
    return tuple(run for run in reversed(ledger.runs()) if run.state not in ended)


def settle_unknown(service: Appointedd, ledger: Ledger, *, now: datetime) -> tuple[Entry, ...]:
    """Settle by reading what is not known of anybody in the ledger; returns the entries that are still unknown."""
    ids = {entry.booking_id for entry in ledger.unknown()}
    for booking in service.bookings(ids).values() if ids else ():
        entries = ledger.entries([booking.id])
        strangers = read_profiles(outsiders(entries, booking.people), service, ledger)
        for entry in settle(entries, strangers, now):
            ledger.save(replace(entry, recorded=entry.recorded or now))
    return ledger.unknown()


def take_word(run: int, row: RowRef, *, is_booked: bool, ledger: Ledger, now: datetime) -> bool:
    """Settle a row of which a person has found out for themselves; ``False`` where that row is not unsure."""
    entries = [entry for entry in ledger.unknown() if (entry.run, entry.row) == (run, row)]
    state = EntryState.BOOKED if is_booked else EntryState.NOT_BOOKED
    for entry in entries:
        ledger.save(replace(entry, state=state, recorded=now))
    return bool(entries)


def _faults(people: Iterable[Participant], targets: Targets, roster: Roster) -> dict[RowRef, Problem]:
    found: dict[RowRef, Problem] = {}
    for person in people:
        fault = targets.faults.get(person.target)
        if fault:
            columns = ("start", "date") if fault.field == "start" else (fault.field,)
            headings = roster.sheet_of(person.row).headings
            field = next((one for one in columns if one in headings), "")
            found[person.row] = Problem(person.row, fault.rule, fault.sentence, field, headings.get(field, ""))
    return found


def _openings_for(
    bookings: Iterable[GroupBooking], service: Appointedd, now: datetime
) -> dict[str, tuple[Opening, ...]]:
    starts: defaultdict[str, list[datetime]] = defaultdict(list)
    for booking in bookings:
        starts[booking.service_id].append(booking.start)
    return find_openings(service, starts, now=now)


def _left_over(openings: Mapping[str, tuple[Opening, ...]], plan: Plan) -> dict[str, tuple[Opening, ...]]:
    """The openings without the places that this plan takes itself."""
    taken = {lane.booking.id: sum(person.spaces for person in lane.people) for lane in plan.lanes}
    less = {
        id_: [replace(one, free=one.free - taken.get(one.booking_id, 0)) for one in some]
        for id_, some in openings.items()
    }
    return {id_: tuple(one for one in some if one.free > 0) for id_, some in less.items()}


def _with_openings(outcome: Outcome, plan: Plan) -> Outcome:
    """Say where else there is room beside who did not get a place."""
    booking = next((one for one in plan.bookings if one.id == outcome.booking_id), None)
    if outcome.status is not Status.FULL or booking is None or booking.service_id not in plan.openings:
        return outcome
    also = openings_text(plan.openings[booking.service_id], booking.start, plan.zone)
    return replace(outcome, message=f"{outcome.message} {also}")


def _with_shared_records(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """Tell of different people whom the service keeps under one customer record (API.md, 9)."""
    listed = list(outcomes)
    rows: defaultdict[str, dict[str, RowRef]] = defaultdict(dict)
    for one in listed:
        rows[one.customer_id].setdefault(fold(one.name), one.row)
    return [
        _with_warning(one, f"Appointedd keeps this person and {others[0].seen_from(one.row)} as one customer.")
        if one.customer_id
        and one.status is Status.BOOKED
        and (others := [row for name, row in rows[one.customer_id].items() if name != fold(one.name)])
        else one
        for one in listed
    ]


def _with_warning(outcome: Outcome, warning: str) -> Outcome:
    return replace(outcome, message=f"{outcome.message} {warning}".strip()) if warning else outcome


def _report(
    kind: str,
    plan: Plan,
    outcomes: tuple[Outcome, ...],
    settings: Settings,
    options: Options,
    finished: datetime,
    requests: int,
    not_known: tuple[str, ...] = (),
) -> RunReport:
    return in_roster_order(
        RunReport(
            kind=kind,
            roster=plan.roster,
            outcomes=outcomes,
            started=plan.made,
            finished=finished,
            zone=plan.zone,
            sessions=session_totals(plan.lanes, plan.bookings, outcomes),
            openings=plan.openings,
            payment_requests=(settings.payment_requests or "not chosen") if plan.has_price else "none",
            choices=choices_text(plan.roster, settings, options),
            not_known=not_known,
            requests=requests,
            since=plan.since,
        )
    )


def _end_state(
    report: RunReport,
    options: Options,
    stopped_by: ImporterError | None,
    stop: threading.Event,
    is_stopped_by_person: Callable[[], bool],
) -> RunState:
    """Finished is a run of which nothing is open that running it again could do without a person."""
    if stop.is_set() and is_stopped_by_person():
        return RunState.STOPPED
    statuses = {outcome.status for outcome in report.outcomes}
    is_cut_short = stopped_by is not None or stop.is_set() or (options.first is None and Status.NOT_TRIED in statuses)
    return RunState.INTERRUPTED if is_cut_short or Status.NOT_SURE_YET in statuses else RunState.FINISHED
