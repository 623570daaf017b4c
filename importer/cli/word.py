"""``roster resume RUN --row 14 --is booked``: somebody has looked for themselves, and says what they found."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from importer.cli.conversation import now
from importer.cli.destination import Destination
from importer.cli.terminal import Terminal
from importer.cli.typed_rows import the_row, typed
from importer.errors import ExitCode, HeldError, SettingsError
from importer.model import Entry, RowRef

if TYPE_CHECKING:
    from importer.ledger import Ledger

_OF_IMPORT = {"booked": "booked", "not-booked": "not booked; the next import sends them"}
_OF_UNDO = {"booked": "still booked", "removed": "removed"}


def take_word_for(
    destination: Destination, terminal: Terminal, run: int, row: str, what: str, *, is_sure: bool
) -> ExitCode:
    """The ledger takes somebody's word for a row. Unless they are sure, a look at the session comes first: what it
    shows counts more."""
    from importer.importing.resuming import take_word
    from importer.ledger import Ledger

    with Ledger.open(destination.settings.ledger) as ledger, ledger.lock():
        ref = _row_of_run(run, row, ledger)
        is_undo = any(one.id == run and one.options.undoes is not None for one in ledger.all_runs())
        said = _OF_UNDO if is_undo else _OF_IMPORT
        if what not in said:
            kind = "an undo" if is_undo else "an import"
            raise SettingsError(f"{run} is the number of {kind}: say --is {' or '.join(said)}.")
        is_booked = what == "booked"
        if not is_sure:
            entry = ledger.standing(run)[ref]
            look = _look_before_removal_word if is_undo else _look_before_word
            look(destination, ledger, entry, is_booked=is_booked)
        is_new = take_word(run, ref, is_booked=is_booked, ledger=ledger, now=now())
    terminal.say([f"Row {row} of import {run}: {said[what]}{'' if is_new else ', as is on record'}."])
    return ExitCode.DONE


def _row_of_run(run: int, row: str, ledger: Ledger) -> RowRef:
    if found := the_row(row, ledger.standing(run)):
        return found
    unsure = ((one.removed_by if one.removed else one.run, one.row) for one in ledger.unknown())
    rows = ", ".join(f"import {sent_by} row {typed(ref)}" for sent_by, ref in unsure) or "none"
    raise SettingsError(f"Row {row} of import {run} was not sent by it. Not sure yet are: {rows}.")


def _look_before_word(destination: Destination, ledger: Ledger, entry: Entry, *, is_booked: bool) -> None:
    """Keep what a look at the session settles of an entry. Raises ``HeldError`` where it speaks against the word."""
    from importer.importing.resuming import read_for_word

    settings = destination.settings
    with destination.connect(ledger.learned(settings.base_url)) as service:
        read, against = read_for_word(
            entry,
            is_booked=is_booked,
            service=service,
            ledger=ledger,
            settle_margin_s=settings.settle_margin_s,
            now=now(),
        )
    if against:
        raise _held(against)
    if read.customer_booking_id != entry.customer_booking_id:
        ledger.save(replace(read, recorded=entry.recorded or now()))


def _look_before_removal_word(destination: Destination, ledger: Ledger, entry: Entry, *, is_booked: bool) -> None:
    """Learn from a word that such people are still listed. Raises ``HeldError`` where the session speaks against it."""
    from importer.importing.removal_word import read_for_removal_word

    settings = destination.settings
    learned = ledger.learned(settings.base_url)
    with destination.connect(learned) as service:
        read = read_for_removal_word(entry, is_booked=is_booked, service=service, learned=learned, now=now())
    if read.against:
        raise _held(read.against)
    ledger.learn(settings.base_url, learned.joined(read.taught))


def _held(against: str) -> HeldError:
    return HeldError(f"{against} Look again whether it is the right row. If you are sure, add --sure.")
