"""What earlier runs left open, and how it is settled without sending anybody again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from importer.booking.looking import look
from importer.booking.strangers import CustomerRecords
from importer.ledger import Ledger
from importer.model import (
    Entry,
    EntryState,
    RowRef,
    Run,
    RunState,
)
from importer.service.port import BookingService
from importer.settings import Settings


def unfinished(ledger: Ledger) -> tuple[Run, ...]:
    """Runs that did not end, or ended with somebody unsure or not tried; oldest first."""
    ended = (RunState.FINISHED, RunState.ENDED)
    return tuple(run for run in reversed(ledger.runs()) if run.state not in ended)


def settle_unknown(service: BookingService, ledger: Ledger, settings: Settings, *, now: datetime) -> tuple[Entry, ...]:
    """Settle by reading what is not known of anybody in the ledger; returns the entries that are still unknown."""
    ids = {entry.booking_id for entry in ledger.unknown()}
    records = CustomerRecords(service)
    margin_s, sources = settings.settle_margin_s, ledger.learned(settings.base_url).sources
    for booking in service.bookings(ids).values() if ids else ():
        entries = ledger.entries([booking.id])
        _, changed = look(booking, entries, service, records, now=now, settle_margin_s=margin_s, sources=sources)
        for entry in changed:
            ledger.save(replace(entry, recorded=entry.recorded or now))
    return ledger.unknown()


def take_word(run: int, row: RowRef, *, is_booked: bool, ledger: Ledger, now: datetime) -> bool:
    """Settle a row of which a person has found out for themselves; ``False`` where that row is not unsure."""
    entries = [entry for entry in ledger.unknown() if (entry.run, entry.row) == (run, row)]
    state = EntryState.BOOKED if is_booked else EntryState.NOT_BOOKED
    for entry in entries:
        ledger.save(replace(entry, state=state, recorded=now))
    return bool(entries)
