"""Pure: the answer beside a row, with what is known of its session and its ledger entry."""

from __future__ import annotations

from datetime import tzinfo

from importer.model import Entry, GroupBooking, Outcome, Participant, Status


def outcome_of(
    person: Participant,
    status: Status,
    message: str = "",
    booking: GroupBooking | None = None,
    zone: tzinfo | None = None,
    entry: Entry | None = None,
) -> Outcome:
    named = entry.booking_id if entry else person.target.booking_id
    return Outcome(
        row=person.row,
        status=status,
        message=message,
        name=person.name,
        session=booking.label(zone) if booking and zone else "",
        booking_id=booking.id if booking else named,
        customer_id=entry.customer_id if entry else "",
        customer_booking_id=entry.customer_booking_id if entry else "",
        recorded=entry.recorded if entry and status in (Status.BOOKED, Status.ALREADY_BOOKED) else None,
        handle=entry.handle if entry else "",
        handles=frozenset((person.handle,) if person.handle else ()),
        decision=person.decision,
        spaces=person.spaces,
        problems=person.problems if status in (Status.FIX_ROW, Status.READY, Status.WOULD_BOOK, Status.BOOKED) else (),
        is_moved=status is Status.ALREADY_BOOKED and bool(booking and person.target.is_before_move_of(booking)),
    )
