"""Pure: what the ledger is to keep of a row's person, and of whom a row was found to stand for, or not to stand for."""

from __future__ import annotations

from dataclasses import replace

from importer.model import Attendee, Entry, EntryState, GroupBooking, Participant
from importer.people.evidence import hashed, of_participant


def new_entry(row: Participant, booking: GroupBooking, state: EntryState) -> Entry:
    """The entry, of no run yet, of a row's person on a group booking, with what the row says and asked for."""
    return Entry(
        id=0,
        run=0,
        row=row.row,
        handle="",
        booking_id=booking.id,
        state=state,
        first_name=row.first_name,
        last_name=row.last_name,
        email=row.email,
        mobile=row.mobile,
        phone=row.phone,
        reference=row.reference,
        spaces=row.spaces,
        handles=frozenset({row.handle} - {""}),
        target=row.target.at(booking),
    )


def entry_of(stranger: Attendee, row: Participant, booking: GroupBooking, was: Entry | None) -> Entry:
    """The entry of somebody who is on the booking, but not through an import: a new one of id 0, or that of before."""
    return replace(
        was or new_entry(row, booking, EntryState.BOOKED),
        state=EntryState.BOOKED,
        removed_by=0,
        removed=None,
        slot_id="",
        recorded=None,
        spaces=stranger.spaces,
        customer_id=stranger.customer_id,
        customer_booking_id=stranger.customer_booking_id,
    )


def with_names(entry: Entry, *, accepted: Participant | None = None, rejected: Participant | None = None) -> Entry:
    """The entry with what a person has said of the names of rows; of who is settled, also with what ``accepted`` has.

    Of an entry that was purged, what is added is hashed like the rest.
    """
    names = [hashed(of_participant(row), entry.hash_key).names if row else frozenset() for row in (accepted, rejected)]
    noted = replace(
        entry, accepted_names=entry.accepted_names | names[0], rejected_names=entry.rejected_names | names[1]
    )
    if accepted:
        noted = replace(noted, handles=entry.handles | ({accepted.handle} - {""}))
    if accepted and entry.customer_booking_id:
        as_hashes = hashed(of_participant(accepted), entry.hash_key)
        said = as_hashes if entry.hash_key else accepted
        noted = replace(
            noted,
            reference=said.reference or entry.reference,
            email=said.email or entry.email,
            mobile=said.mobile or entry.mobile,
            phone=said.phone or entry.phone,
        )
    return noted
