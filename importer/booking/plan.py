"""Pure: participants + group bookings + what the ledger knows → who is booked, who would be, who needs a person."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo

from importer.booking.deciding import BookingRows
from importer.booking.facts import Facts
from importer.booking.outcomes import outcome_of
from importer.booking.sentences import under_way_text, warnings_text
from importer.model import (
    Entry,
    EntryState,
    GroupBooking,
    Lane,
    Options,
    Outcome,
    Participant,
    Plan,
    Roster,
    RowRef,
    SessionTime,
    Status,
    Target,
)
from importer.people.settling import outsiders


def make_plan(
    roster: Roster, people: Sequence[Participant], facts: Facts, options: Options, *, zone: tzinfo, now: datetime
) -> Plan:
    """The same input gives the same plan. Nobody who is booked already is looked at by any other rule.

    Rows are ``Ready`` where nothing stands in the way and no group booking was looked up (``roster check``).
    """
    by_booking: defaultdict[str | SessionTime | Target | RowRef, list[Participant]] = defaultdict(list)
    to_start = {one.time: one for one in facts.starts.values()}
    for person in people:
        start = facts.starts.get(person.row)
        # Rows whose group booking is not known are looked at together where they ask for the same one.
        asked_for = start.time if start else person.target or person.row
        by_booking[facts.booking_of.get(person.row) or asked_for].append(person)
    carried = Counter(person.handle for person in people if person.handle)
    copied = frozenset(handle for handle, count in carried.items() if count > 1)
    lanes: list[Lane] = []
    outcomes: list[Outcome] = []
    changes: list[Entry] = []
    for booked_on, rows in by_booking.items():
        booking_id = booked_on if isinstance(booked_on, str) else ""
        time = booked_on if isinstance(booked_on, SessionTime) else None
        of_booking = BookingRows(
            to_start[time] if time else facts.bookings.get(booking_id),
            rows,
            facts.starting.get(time, ()) if time else facts.entries.get(booking_id, ()),
            facts,
            options,
            roster,
            copied,
            zone,
            now,
        )
        queue = of_booking.decide()
        outcomes += of_booking.outcomes
        changes += of_booking.changes
        if of_booking.booking is None:
            outcomes += [outcome_of(person, Status.READY, warnings_text(person)) for person in queue]
        elif time and of_booking.entries:
            told = under_way_text(of_booking.entries[0])
            outcomes += [outcome_of(one, Status.NOT_BOOKED_YET, told, of_booking.booking, zone) for one in queue]
        elif queue:
            lanes.append(replace(make_lane(of_booking.booking, queue, of_booking.entries), rows=tuple(rows)))
    order = {person.row: at for at, person in enumerate(people)}
    return Plan(
        roster=roster,
        made=now,
        zone=zone,
        lanes=tuple(lanes),
        outcomes=tuple(sorted(outcomes, key=lambda outcome: order[outcome.row])),
        bookings=tuple(facts.bookings[id_] for id_ in by_booking if isinstance(id_, str) and id_ in facts.bookings),
        changes=tuple(changes),
        asked=facts.asked,
        answered=facts.answered,
    )


def make_lane(booking: GroupBooking, queue: Sequence[Participant], entries: Collection[Entry]) -> Lane:
    """First come in the roster, first served, as far as the places go that are free as far as can be seen.

    Places of people of whom it is not sure whether they are booked count as taken.
    """
    free = booking.free - sum(entry.spaces for entry in entries if entry.state is EntryState.SENT)
    people: list[Participant] = []
    waiting: list[Participant] = []
    for person in queue:
        if person.spaces <= free:
            free -= person.spaces
            people.append(person)
        else:
            waiting.append(person)
    unread = sum(one.is_unread for one in outsiders(entries, booking.people))
    return Lane(booking, tuple(people), tuple(waiting), unread=unread)


def without_waiting(plan: Plan, rows: Collection[RowRef], told: Iterable[Outcome]) -> Plan:
    """The plan where a place that comes free goes to none of these ``rows``, which are ``told`` that there is none."""
    lanes = (replace(lane, waiting=tuple(one for one in lane.waiting if one.row not in rows)) for lane in plan.lanes)
    return replace(plan, lanes=tuple(lanes), outcomes=(*plan.outcomes, *(one for one in told if one.row in rows)))


def limit_plan(plan: Plan, first: int) -> Plan:
    """The plan for only the first so many people of it; the others are not tried."""
    kept = {person.row for person in plan.first_people(first)}
    lanes = tuple(
        replace(lane, people=tuple(one for one in lane.people if one.row in kept), waiting=()) for lane in plan.lanes
    )
    left = [
        outcome_of(
            person,
            Status.NOT_BOOKED_YET,
            f"Only the first {first if first > 1 else 'one'} {'were' if first > 1 else 'was'} asked for.",
            lane.booking,
            plan.zone,
        )
        for lane in plan.lanes
        for person in (*lane.people, *lane.waiting)
        if person.row not in kept
    ]
    return replace(plan, lanes=tuple(lane for lane in lanes if lane.people), outcomes=(*plan.outcomes, *left))
