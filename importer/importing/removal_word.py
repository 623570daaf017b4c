"""What a look at a session says to somebody's word that a person was removed from it, or is still booked there."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from importer.booking.sentences import within_text
from importer.model import Entry
from importer.model.examinations import LISTED, Learned
from importer.people.settling import end_of, is_missing
from importer.service.port import BookingService


class ReadForWord(NamedTuple):
    """What speaks ``against`` the word, a sentence; and what the word has ``taught`` where nothing does."""

    against: str = ""
    taught: Learned = Learned()


def read_for_removal_word(
    entry: Entry, *, is_booked: bool, service: BookingService, learned: Learned, now: datetime
) -> ReadForWord:
    """Raises ``ServiceError`` and ``LedgerError``."""
    booking = service.bookings([entry.booking_id]).get(entry.booking_id)
    if booking is None or booking.is_cancelled:
        return ReadForWord()
    whom = entry.name or "this person"
    if is_booked:
        if is_missing(entry, booking.people) and not booking.may_be_cut:
            return ReadForWord(f"The session does not list {whom}.")
        end = end_of(entry, now=now, now_there=service.now())
        if entry.state.is_unknown and end and end > now:
            return ReadForWord(f"{whom} may still be removed {within_text(end, now)}.")
        return ReadForWord()
    is_listed = any(one.customer_booking_id == entry.customer_booking_id for one in booking.people)
    if is_listed and learned.removed_are_gone:
        return ReadForWord(f"The session lists {whom}.")
    return ReadForWord(taught=Learned(removed_are=LISTED) if is_listed else Learned())
