"""What earlier runs left open, and how it is settled without sending anybody again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from importer.booking.free_times import settle_starts
from importer.booking.looking import look
from importer.booking.sentences import within_text
from importer.booking.strangers import CustomerRecords
from importer.errors import HeldError
from importer.importing.safely import read_roster
from importer.ledger import Ledger
from importer.model import PROVIDER, Entry, EntryState, Roster, RowRef, Run
from importer.people.settling import end_of, is_missing, may_be_there
from importer.service.port import BookingService
from importer.settings import Settings


def unfinished(ledger: Ledger) -> tuple[Run, ...]:
    """Runs that did not end, or ended with somebody unsure or not tried; oldest first."""
    return tuple(run for run in reversed(ledger.all_runs()) if not run.state.is_over)


def read_copy(run: Run, settings: Settings, ledger: Ledger) -> tuple[Roster, Settings]:
    """The roster of a run as it was then, and the settings with those that the run has kept.

    Addresses and numbers that are not passed on by now stay here, whatever the run has kept. Raises ``RosterError``,
    also where the copy is gone, and ``LedgerError``.
    """
    kept = settings.model_copy(update=dict(run.choices))
    if settings.contact == "none":
        kept = kept.model_copy(update={"contact": "none"})
    copy = read_roster(ledger.roster_copy(run.id), kept, run.options, name=run.roster_path.name)
    return replace(copy, path=run.roster_path), kept


def settle_unknown(service: BookingService, ledger: Ledger, settings: Settings, *, now: datetime) -> tuple[Entry, ...]:
    """Settle by reading what is not known of anybody in the ledger; returns the entries that are still unknown."""
    starting = ledger.starting_at(settings.base_url)
    for begun in settle_starts(starting, service, now=now, settle_margin_s=settings.settle_margin_s):
        ledger.save(begun)
    ids = {entry.booking_id for entry in ledger.unknown()}
    records = CustomerRecords(service)
    learned = ledger.learned(settings.base_url)
    for booking in service.bookings(ids).values() if ids else ():
        _, changed = look(
            booking,
            ledger.entries([booking.id]),
            service,
            records,
            now=now,
            settle_margin_s=settings.settle_margin_s,
            sources=learned.sources,
            removed_are_gone=learned.removed_are_gone,
        )
        for entry in changed:
            ledger.save(entry)
    return ledger.unknown()


def take_word(run: int, row: RowRef, *, is_booked: bool, ledger: Ledger, now: datetime) -> bool:
    """Settle a row of which a person has found out for themselves; ``False`` where it says nothing that is new.

    What was told before can be told otherwise. Of whom an answer has shown to be booked it can be told that they are
    not there any more, or still are where their session may not list everybody. Of an undo it is said of whom it has
    taken off, or has tried to. Raises ``HeldError`` where they were
    to start a session, and it is not known which that is.
    """
    entry = ledger.standing(run).get(row)
    if entry is None:
        return False
    if is_booked and not entry.booking_id:
        raise HeldError(
            f"{_whom(entry, is_first=True)} was to start a session, and we don't find it. If it is there, at the time "
            "and in the room of this row, import the list again. If not, type the same with --is not-booked."
        )
    said = _said(entry, run, is_booked=is_booked)
    was_so = entry.state is said
    if was_so and (entry.told or not is_booked):
        return False
    is_off = said is EntryState.REMOVED
    recorded = entry.recorded if was_so or is_off else now
    removed = now if is_off else None if is_booked else entry.removed
    ledger.save(replace(entry, state=said, recorded=recorded, told=now, removed=removed))
    return True


def read_for_word(
    entry: Entry, *, is_booked: bool, service: BookingService, ledger: Ledger, settle_margin_s: float, now: datetime
) -> tuple[Entry, str]:
    """What a look at the session makes of an entry, and what it shows against a person's word; empty for nothing.

    Raises ``ServiceError`` and ``LedgerError``.
    """
    if not entry.booking_id:
        begun = settle_starts([entry], service, now=now, settle_margin_s=settle_margin_s)
        entry = next((ledger.save(one) for one in begun), entry)
        if not (entry.booking_id or is_booked) and (why := _may_be_booked(entry, service, now)):
            return entry, why
    booking = service.bookings([entry.booking_id]).get(entry.booking_id)
    if booking is None or booking.is_cancelled:
        return entry, ""
    unsure = entry if entry.customer_booking_id else replace(entry, state=EntryState.SENT)
    others = [one for one in ledger.entries([booking.id]) if one.id != entry.id]
    shown, changed = look(
        booking,
        [*others, unsure],
        service,
        CustomerRecords(service),
        now=now,
        settle_margin_s=settle_margin_s,
    )
    latest = {one.id: one for one in (*others, unsure, *changed)}
    read = latest[entry.id]
    is_there = read.state is EntryState.BOOKED and not is_missing(read, shown.people)
    if is_booked:
        may_be = is_there or shown.may_be_cut or may_be_there(unsure, tuple(latest.values()), shown.people)
        return read, "" if may_be else f"The session shows nobody who could be {_whom(entry)}."
    if is_there:
        return read, f"The session shows {_whom(entry)}."
    return read, _may_be_booked(read, service, now) if read.state is EntryState.SENT else ""


def _may_be_booked(entry: Entry, service: BookingService, now: datetime) -> str:
    """That something may come yet of what was sent; empty where it can't any more."""
    end = end_of(entry, now=now, now_there=service.now())
    whom = _whom(entry, is_first=True)
    return f"{whom} may still be booked by {PROVIDER} {within_text(end, now)}." if end and end > now else ""


def _said(entry: Entry, run: int, *, is_booked: bool) -> EntryState:
    if is_booked:
        return EntryState.BOOKED
    if run == entry.removed_by or entry.state in (EntryState.REMOVING, EntryState.REMOVED):
        return EntryState.REMOVED
    return EntryState.TAKEN_OFF if entry.customer_booking_id else EntryState.NOT_BOOKED


def _whom(entry: Entry, *, is_first: bool = False) -> str:
    return entry.name or ("This person" if is_first else "this person")
