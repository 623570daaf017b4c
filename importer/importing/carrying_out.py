"""The second half of an import: ``carry_out`` books the people of a plan. It does not print."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial

from importer.booking.crew import CarriedOut
from importer.booking.doubts import answered_by
from importer.booking.facts import Facts
from importer.booking.lanes import STOPPED, Work, book
from importer.booking.outcomes import outcome_of
from importer.booking.plan import limit_plan, make_plan
from importer.booking.sentences import not_sure_text, warnings_text
from importer.booking.strangers import CustomerRecords
from importer.errors import LedgerError
from importer.importing import approving, recording
from importer.importing.earlier import is_of_same_roster_by
from importer.importing.other_dates import answers_of_other_dates
from importer.importing.reporting import report_of, with_openings, with_warning
from importer.ledger import Ledger
from importer.model import (
    PROVIDER,
    Entry,
    EntryState,
    GroupBooking,
    Options,
    Outcome,
    Participant,
    Plan,
    Question,
    RowRef,
    RunReport,
    Status,
    Tell,
)
from importer.people.evidence import fold
from importer.service.port import BookingService
from importer.settings import Settings


def carry_out(
    plan: Plan,
    settings: Settings,
    options: Options,
    service: BookingService,
    ledger: Ledger,
    *,
    by: str,
    clock: Callable[[], datetime],
    tell: Tell,
    begun: Callable[[int], object] = lambda _run: None,
    stop: threading.Event,
    pause: Callable[[float], object] | None = None,
    is_stopped_by_person: Callable[[], bool] = lambda: False,
) -> RunReport:
    """Book the people of a plan. Every row of the roster has an outcome, whatever happens.

    ``begun`` is told the number of the run before anybody is sent. ``stop`` set by somebody else starts nobody new.
    What ends the run early (the service is down, the ledger fails) does not raise but stands in the report, so that
    results can be written. ``pause`` waits, for tests. A run that ``is_stopped_by_person`` does not go on by itself;
    ``roster resume`` finishes it.
    """
    if options.first is not None:
        plan = limit_plan(plan, options.first)
    lingering = ledger.holds_linger_until(now=clock())
    only_planned = _only_planned(plan, options)
    run = recording.begin(plan.roster, only_planned, settings, ledger, by=by, now=clock(), overtaken=plan.overtaken)
    begun(run)
    approval = approving.begun(run, options, ledger)

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
        records=CustomerRecords(service, known=plan.bookings),
        planned=plan.made,
        match_again=_match_again(plan, run, options, service, ledger, clock),
        payment_request=False if settings.payment_requests == "none" else None,
        withholds_contact=settings.contact == "none",
        known=ledger.learned(settings.base_url),
        holds_linger_until=lingering,
    )

    stopping = partial(recording.note_who_stops, run, ledger, is_stopped_by_person)

    def book_all() -> CarriedOut:
        ledger.remember_sessions(plan.bookings)
        return book(plan.lanes, work, workers=settings.workers, tell=tell, stopping=stopping)

    done, taught = recording.carried_out(run, plan.changes, book_all, settings.base_url, ledger)
    answers = _answers(plan, done.outcomes, run, ledger)
    report = report_of("import", plan, answers, settings, options, clock(), service.requests)
    report = approving.ended(approval, replace(report, run=run, by=by, lessons=taught), ledger)
    report = recording.finished(
        report, options, done.stopped_by, ledger, stop=stop, is_stopped_by_person=is_stopped_by_person, now=clock()
    )
    with suppress(LedgerError):
        report = replace(report, other_dates=answers_of_other_dates(report, settings, options, ledger))
    return report


def _wanted(plan: Plan) -> list[tuple[Participant, GroupBooking]]:
    """Everybody who is to be booked, those for whom no place is foreseen too."""
    return [(person, lane.booking) for lane in plan.lanes for person in (*lane.people, *lane.waiting)]


def _only_planned(plan: Plan, options: Options) -> Options:
    """The options by which the run is resumed: it books nobody beyond its plan, and means the same by words."""
    unsure = {outcome.row for outcome in plan.outcomes if outcome.status is Status.NOT_SURE_YET}
    only = frozenset(person.row for person, _ in _wanted(plan)) | unsure
    return replace(options, only=only, meant=plan.meant, dates=plan.dates)


def _answers(plan: Plan, outcomes: Sequence[Outcome], run: int, ledger: Ledger) -> tuple[Outcome, ...]:
    """An outcome for every row: of who was booked, who was answered by the plan, and whose turn did not come."""
    wanted = _wanted(plan)
    told = {outcome.row for outcome in outcomes}
    untried = [_untold(person, booking, plan, run, ledger) for person, booking in wanted if person.row not in told]
    warned = {person.row: warnings_text(person) for person, _ in wanted}
    booked = [with_warning(with_openings(outcome, plan), warned.get(outcome.row, "")) for outcome in outcomes]
    answered = {person.row: answered_by(person, plan.answered.get(person.row, ())) for person, _ in wanted}
    return tuple(
        _marked(outcome, answered.get(outcome.row), ledger.handle(run, outcome.row))
        for outcome in _with_shared_records((*plan.outcomes, *booked, *untried))
    )


def _untold(person: Participant, booking: GroupBooking, plan: Plan, run: int, ledger: Ledger) -> Outcome:
    """Of whom no lane has told: their turn did not come, unless our record says otherwise."""
    entries: tuple[Entry, ...] = ()
    with suppress(LedgerError):
        entries = tuple(
            one
            for one in ledger.entries_of([run])
            if one.row == person.row and one.booking_id in ("", booking.id) and one.state is not EntryState.NOT_BOOKED
        )
    if not entries:
        return outcome_of(person, Status.NOT_BOOKED_YET, STOPPED, booking, plan.zone)
    entry = entries[-1]
    if entry.state is EntryState.BOOKED:
        return outcome_of(person, Status.BOOKED, "", booking, plan.zone, entry)
    text = not_sure_text(entry, plan.zone, now=plan.made, now_there=None)
    return outcome_of(person, Status.NOT_SURE_YET, text, booking, plan.zone, entry)


def _match_again(
    plan: Plan, run: int, options: Options, service: BookingService, ledger: Ledger, clock: Callable[[], datetime]
) -> Callable[[Sequence[Participant], GroupBooking, Sequence[Entry]], Plan]:
    """Plans one group booking anew; whom this run has booked is of the same roster."""
    is_of_same_roster = is_of_same_roster_by({*plan.same_rosters, run}, ledger)
    withheld_by = ledger.runs_withholding_contact()

    def match_again(rows: Sequence[Participant], booking: GroupBooking, entries: Sequence[Entry]) -> Plan:
        facts = Facts(
            {booking.id: booking},
            {booking.id: entries},
            {person.row: booking.id for person in rows},
            is_of_same_roster=is_of_same_roster,
            now_there=service.now(),
            asked=plan.asked,
            answered=plan.answered,
            withheld_by=withheld_by,
        )
        return make_plan(plan.roster, rows, facts, options, zone=plan.zone, now=clock())

    return match_again


def _marked(outcome: Outcome, answered: Question | None, handle: str) -> Outcome:
    """With our mark for the row; a question is marked anew, so that it is this one which a later decision answers."""
    if outcome.status is Status.BOOKED:
        return outcome
    question = outcome.question or answered
    return replace(outcome, question=question, handle=handle if question else outcome.handle or handle)


def _with_shared_records(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """Tell of different people whom the service keeps under one customer record (API.md, 9)."""
    listed = list(outcomes)
    rows: defaultdict[str, dict[str, RowRef]] = defaultdict(dict)
    for one in listed:
        rows[one.customer_id].setdefault(fold(one.name), one.row)
    return [
        with_warning(one, f"{PROVIDER} keeps this person and {others[0].seen_from(one.row)} as one customer.")
        if one.customer_id
        and one.status is Status.BOOKED
        and (others := [row for name, row in rows[one.customer_id].items() if name != fold(one.name)])
        else one
        for one in listed
    ]
