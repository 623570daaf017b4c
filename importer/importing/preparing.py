"""The first half of an import: ``prepare`` decides, and sends nothing that books. Neither it nor ``preview`` prints."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import chain
from typing import TypeVar

from importer.booking.charges import why_not_none
from importer.booking.facts import Facts
from importer.booking.free_times import find_free_times, of_one_day, settle_starts
from importer.booking.listed import Listed
from importer.booking.naming import still_meaning
from importer.booking.openings import find_openings
from importer.booking.outcomes import outcome_of
from importer.booking.plan import limit_plan, make_plan
from importer.booking.sentences import warnings_text
from importer.booking.targets import Targets, find_targets, not_shown_fault
from importer.importing.asked import contradicting, decided_before, last_import, questions_asked
from importer.importing.contradicting import contradicted
from importer.importing.dates import with_dates
from importer.importing.earlier import is_of_same_roster_by, runs_of_list, same_rosters_of
from importer.importing.history import with_history
from importer.importing.known import known_by_ledger, known_for_certain, look_at_all, sessions_that_may_have_moved
from importer.importing.overtaking import overtaken, why_resuming_is_held
from importer.importing.remembered import booked_before
from importer.importing.reporting import report_of, with_openings
from importer.importing.typed_over import typed_over
from importer.importing.wording import fitting_again, found_by_words, is_there_by, meanings, understood
from importer.ledger import Ledger
from importer.lists.findings import Finding, problem_of
from importer.lists.rules import check_rows
from importer.lists.sessions import session_fields
from importer.model import (
    Decision,
    Entry,
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
    RunReport,
    Service,
    SessionTime,
    Status,
    Target,
    Tell,
)
from importer.model.columns import COLUMNS
from importer.model.examinations import Learned
from importer.service.port import BookingService, Refused, both_clocks
from importer.settings import Settings

_DIFFER = (
    f"You chose {Decision.SAME_PERSON} for one session of this row and {Decision.DIFFERENT_PERSON} for another. "
    "Choose the same for both."
)

Key = TypeVar("Key", str, RowRef)

STARTS_NEW = "This session is not there yet: the import starts it."

NOT_KNOWN = ("Others may book in the meantime: a session may be full by then.",)


def prepare(
    roster: Roster,
    settings: Settings,
    options: Options,
    service: BookingService,
    ledger: Ledger,
    *,
    now: datetime,
    tell: Tell,
) -> Plan:
    """What an import at this moment would do. Reads the ledger first, then the service; neither books nor reserves.

    What is to come goes by the earlier of our clock and the service's where they are apart and its was heard before
    (``today_by``): what is over by one alone is told.

    Raises ``ServiceError`` and ``LedgerError``.
    """
    today, or_today = both_clocks(now, service.now())
    roster, options = with_dates(roster, options, ledger, settings, service, now=today)
    typed = check_rows(roster, settings, options, now=today)
    tell(Progress("Looking up sessions", 0, 0))
    of_list = runs_of_list(roster, options, ledger)
    before = booked_before(typed, roster, of_list, ledger)
    services, no_services = _services(service) if before or any(person.target for person in typed) else ({}, "")
    listed = Listed(service, today)
    still_mean = still_meaning(service, services, options, listed, settings.zone, now=today)
    people = understood(typed, of_list, options, ledger, now=today, still_mean=still_mean)
    people = found_by_words(
        people,
        roster,
        options,
        service,
        services,
        no_services,
        ledger,
        settings.zone,
        listed=listed,
        now=today,
        or_now=or_today,
    )
    starting, there = ledger.starting(), ledger.starting_at(settings.base_url)
    begun = settle_starts(there, service, now=now, settle_margin_s=settings.settle_margin_s)
    remembered = ledger.sessions(starts={start for person in people for start in person.target.starts})
    booked_on = before | known_by_ledger(people, remembered, services, ledger, rooms={})
    unknown = [person for person in people if person.target.service and person.row not in booked_on]

    def search(wanted: Iterable[Target], also: Collection[str] = ()) -> Targets:
        return find_targets(
            dict.fromkeys(wanted),
            service,
            also=also,
            services=services,
            no_services=no_services,
            remembered=remembered,
            zone=settings.zone,
            now=today,
            headings=_headings(roster),
            listed=listed,
        )

    targets = search(
        (person.target for person in people if person.target.is_exact and person.row not in booked_on),
        also={
            *booked_on.values(),
            *(one.booking_id for one in begun),
            *sessions_that_may_have_moved(unknown, services, ledger, now=today),
        },
    )
    booked_on |= known_by_ledger(unknown, tuple(targets.bookings.values()), services, ledger, targets.rooms)
    rooms = targets.rooms

    def known(gone: Collection[str]) -> dict[RowRef, str]:
        return known_by_ledger(people, remembered, services, ledger, rooms, gone=gone)

    booked_on, targets = _still_there(booked_on, targets, known, search)
    booked_on, remade, targets = _made_anew(people, booked_on, targets, search, ledger)
    booking_of = {**booked_on, **remade} | _meant((person for person in people if person.row not in booked_on), targets)
    left = [one for one in starting if one.id not in {other.id for other in begun}]
    startable = find_free_times(
        dict.fromkeys(person.target for person in people if person.target.is_exact and person.row not in booking_of),
        targets,
        services,
        service,
        left,
        start_new=options.start_new,
        zone=settings.zone,
    )
    targets = replace(targets, faults={**_without(targets.faults, startable.sessions), **startable.faults})
    people = tuple(of_one_day(person) if person.target in startable.sessions else person for person in people)
    tell(Progress("Looking up who is booked", 0, 0))
    ended = overtaken(roster, typed, options, settings, ledger, now=now)
    same_rosters = same_rosters_of(roster, options, people, set(booking_of.values()), ledger) | ended
    is_of_same_roster = is_of_same_roster_by(same_rosters, ledger)
    last = last_import(same_rosters, ledger)
    asked = questions_asked(people, last, ledger, options.asked)
    entries, bookings, changes = look_at_all(
        people, booking_of, targets.bookings, begun, service, ledger, settings, now, is_of_same_roster
    )
    if differing := contradicting(people, asked, chain.from_iterable(entries.values())):
        people = tuple(_undecided(person, roster) if person.row in differing else person for person in people)
        asked = questions_asked(people, last, ledger, options.asked)
    learned = ledger.learned(settings.base_url)
    facts = Facts(
        _priced_as_learned(bookings, learned),
        entries,
        booking_of,
        _faults(people, targets, booking_of, roster),
        is_of_same_roster,
        targets.not_shown,
        service.now(),
        *asked,
        frozenset(remade),
        decided_before(people, last),
        ledger.runs_withholding_contact(),
        *_to_start(people, startable.sessions, left, learned),
    )
    plan = make_plan(roster, people, facts, options, zone=settings.zone, now=now)
    plan = replace(
        plan,
        openings=_left_over(dict(targets.openings) | _openings_for(plan.short_of_places, service, today), plan),
        is_first_import=not ledger.has_booked_at(settings.base_url),
        changes=begun + changes + plan.changes,
        same_rosters=same_rosters,
        meant=meanings(typed, people, booked_on.keys()),
        dates=options.dates,
        overtaken=ended,
        why_not_none=why_not_none(learned),
    )
    plan = with_history(plan, people, settings, options, service, ledger, now=now)
    is_there = is_there_by(service, services, ledger, settings.zone, now=today)
    odd = (
        ()
        if options.only
        else contradicted(roster, typed, people, options, targets.bookings, services, settings, is_there)
    )
    taken_over = why_resuming_is_held(plan, people, booking_of, options, ledger)
    again = fitting_again(typed, people, options, service, services, ledger, settings.zone, listed=listed, now=today)
    typed_in = typed_over(plan.outcomes, roster, same_rosters, ledger)
    outcomes = tuple(
        _with_more(_with_more(one, again.get(one.row, "")), typed_in.get(one.row, "")) for one in plan.outcomes
    )
    return replace(plan, outcomes=outcomes, held=(*odd, *taken_over, *plan.held))


def _undecided(person: Participant, roster: Roster) -> Participant:
    finding = Finding("decisions_differ", _DIFFER, field="import_decision")
    problem = problem_of(finding, person.row, roster.sheet_of(person.row).headings, {})
    return replace(person, decision=None, problems=(*person.problems, problem))


def _with_more(outcome: Outcome, sentence: str) -> Outcome:
    """The outcome with something more that a person has to see."""
    if not sentence:
        return outcome
    return replace(outcome, message=" ".join(filter(None, (outcome.words, sentence))), needs_person=True)


def preview(plan: Plan, settings: Settings, options: Options, *, finished: datetime, requests: int = 0) -> RunReport:
    """The report of a dry run: who would be booked, and who would not."""
    if options.first is not None:
        plan = limit_plan(plan, options.first)
    would = [
        outcome_of(person, Status.WOULD_BOOK, _would_text(person, lane.booking), lane.booking, plan.zone)
        for lane in plan.lanes
        for person in lane.people
    ]
    full = [
        with_openings(outcome_of(person, Status.FULL, "Full.", lane.booking, plan.zone), plan)
        for lane in plan.lanes
        for person in lane.waiting
    ]
    outcomes = (*plan.outcomes, *would, *full)
    return report_of("dry run", plan, outcomes, settings, options, finished, requests, not_known=NOT_KNOWN)


def _would_text(person: Participant, booking: GroupBooking) -> str:
    return " ".join(filter(None, ("" if booking.id else STARTS_NEW, warnings_text(person))))


def _services(service: BookingService) -> tuple[Mapping[str, Service], str]:
    """What there is, by id, and why it is not known: that concerns only rows which name a service."""
    try:
        return service.services(), ""
    except Refused as refusal:
        return {}, refusal.words


def _still_there(
    booked_on: Mapping[RowRef, str],
    targets: Targets,
    known: Callable[[Collection[str]], Mapping[RowRef, str]],
    search: Callable[[Iterable[Target], Collection[str]], Targets],
) -> tuple[dict[RowRef, str], Targets]:
    """Who was booked anew is on the session that there still is, also by a row with the mark of the first; all targets.

    ``known`` tells where people are without those that are gone.
    """
    booked_on = dict(booked_on)
    gone: set[str] = set()
    while (now_gone := set(filter(targets.is_gone, booked_on.values()))) - gone:
        gone |= now_gone
        elsewhere = {row: id_ for row, id_ in known(gone).items() if booked_on.get(row) in gone}
        read = search((), set(elsewhere.values()))
        targets = replace(
            targets,
            bookings={**read.bookings, **targets.bookings},
            not_shown={**read.not_shown, **targets.not_shown},
        )
        booked_on |= elsewhere
    return booked_on, targets


def _made_anew(
    people: Iterable[Participant],
    booked_on: Mapping[RowRef, str],
    targets: Targets,
    search: Callable[[Iterable[Target]], Targets],
    ledger: Ledger,
) -> tuple[dict[RowRef, str], dict[RowRef, str], Targets]:
    """Rows whose session staff have cancelled or deleted: the other that fits what the row says; and all targets.

    Of a row whose person was only perhaps on it, nobody has a place there any more: it means what it says, like a new
    one, and is not among those who are booked.
    """
    rows = [
        person
        for person in people
        if person.target.is_exact
        and not person.target.booking_id
        and person.row in booked_on
        and targets.is_gone(booked_on[person.row])
    ]
    if not rows:
        return dict(booked_on), {}, targets
    again = search(person.target for person in rows)
    certain = known_for_certain(rows, booked_on, ledger)
    perhaps = {person.row for person in rows} - certain
    remade = {
        person.row: again.found[person.target]
        for person in rows
        if person.row in certain and person.target in again.found
    }
    targets = replace(
        targets,
        bookings={**again.bookings, **targets.bookings},
        found={**again.found, **targets.found},
        faults={**again.faults, **targets.faults},
        openings={**again.openings, **targets.openings},
    )
    return {row: id_ for row, id_ in booked_on.items() if row not in perhaps}, remade, targets


def _meant(people: Iterable[Participant], targets: Targets) -> dict[RowRef, str]:
    """The group booking of each row that names one: as it was found, or by the id that stands there."""
    meant = {person.row: targets.found.get(person.target) or person.target.booking_id for person in people}
    return {row: booking_id for row, booking_id in meant.items() if booking_id}


def _without(faults: Mapping[Target, Finding], found: Collection[Target]) -> dict[Target, Finding]:
    return {target: fault for target, fault in faults.items() if target not in found}


def _priced_as_learned(bookings: Mapping[Key, GroupBooking], learned: Learned) -> dict[Key, GroupBooking]:
    """Where the service is known to ask for money whatever the price, a price of 0 is none that is known."""
    is_told = learned.free_costs_nothing is not False
    return {id_: one if is_told or one.has_price else replace(one, price=None) for id_, one in bookings.items()}


def _headings(roster: Roster) -> dict[str, str]:
    """By field, as this roster has them; where it has none, as a blank roster does."""
    found = {column.field: column.heading for column in COLUMNS}
    for sheet in reversed(roster.sheets):
        found |= sheet.headings
    return found


def _faults(
    people: Iterable[Participant], targets: Targets, booking_of: Mapping[RowRef, str], roster: Roster
) -> dict[RowRef, Problem]:
    found: dict[RowRef, Problem] = {}
    typed = {row.ref: row.cells for row in roster.rows}
    for person in people:
        fault: Finding | None = targets.faults.get(person.target)
        booking_id = booking_of.get(person.row, "")
        if booking_id in targets.not_shown:
            fault = not_shown_fault(booking_id, targets.not_shown[booking_id])
        if fault:
            headings = roster.sheet_of(person.row).headings
            # Where a list has a column for either, the one in which the row says it.
            fields = sorted(session_fields(fault.field), key=lambda field: field not in typed.get(person.row, ()))
            found[person.row] = problem_of(fault, person.row, headings, person.places, *fields)
    return found


def _openings_for(
    bookings: Iterable[GroupBooking], service: BookingService, now: datetime
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


def _to_start(
    people: Iterable[Participant], sessions: Mapping[Target, GroupBooking], starting: Iterable[Entry], learned: Learned
) -> tuple[dict[RowRef, GroupBooking], dict[SessionTime, list[Entry]]]:
    """The session that is not there yet of each row that means one, and who was to start it."""
    by_row = {person.row: sessions[person.target] for person in people if person.target in sessions}
    under_way: defaultdict[SessionTime, list[Entry]] = defaultdict(list)
    for entry in starting:
        if entry.starts:
            under_way[entry.starts].append(entry)
    return _priced_as_learned(by_row, learned), under_way
