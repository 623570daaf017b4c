"""Who is no longer on a list, or has moved, and still holds a place: they keep it, unless a person says of each that
they are removed; of a place that they have moved from not before the new one is theirs.

They are removed as an undo of the import that has booked them removes them, of their rows alone.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from importer.importing.undoing import carry_out_undo, options_of_undo, plan_undo
from importer.importing.undone_list import list_of
from importer.ledger import Ledger
from importer.model import Entry, EntryState, Former, Outcome, RowRef, Run, RunReport, Status
from importer.results.news import gone_with_a_place, moved_with_two_places
from importer.service.port import BookingService
from importer.settings import Settings


class Leaver(NamedTuple):
    """Somebody as they were on the list, and how our record has their place; ``row`` and ``now`` are where they are on
    it by now, ``None`` and "" of who is no longer there."""

    former: Former
    entry: Entry
    row: RowRef | None = None
    now: str = ""


def leavers(report: RunReport, ledger: Ledger) -> tuple[Leaver, ...]:
    """Those whose place an import of ours has booked: nobody else's is given up. Raises ``LedgerError``."""
    said = {one.row: one.session for one in report.outcomes}
    gone: list[tuple[Former, RowRef | None]] = [(one, None) for one in gone_with_a_place(report)]
    gone += [(former, row) for row, former in sorted(moved_with_two_places(report).items()) if row in said]
    booked = {
        (entry.booking_id, entry.customer_booking_id): entry
        for entry in ledger.entries({one.booking_id for one, _ in gone})
        if entry.state is EntryState.BOOKED and entry.run and entry.customer_booking_id
    }
    keys = ((one, row, (one.booking_id, one.customer_booking_id)) for one, row in gone)
    return tuple(Leaver(one, booked[key], row, said[row] if row else "") for one, row, key in keys if key in booked)


def to_give_up(run: Run, ledger: Ledger) -> tuple[Entry, ...]:
    """The places that somebody wanted given up, of those whose new place is booked by now. Raises ``LedgerError``."""
    has_place = {one.row for one in ledger.outcomes(run.id) if one.status in (Status.BOOKED, Status.ALREADY_BOOKED)}
    wanted = {id_ for id_, row in run.options.gives_up if row in has_place}
    entries = ledger.all_entries() if wanted else ()
    return tuple(one for one in entries if one.id in wanted and one.state is EntryState.BOOKED)


@dataclass(frozen=True, slots=True)
class TakingOff:
    """What it takes to remove people. The ledger is locked by who calls; ``stop`` begins with nobody new."""

    settings: Settings
    service: BookingService
    ledger: Ledger
    by: str
    clock: Callable[[], datetime]
    stop: threading.Event

    def remove(self, chosen: Collection[Entry]) -> tuple[Outcome, ...]:
        """What became of each, in the order of their imports. Nobody is removed who is the only one of a session, has
        paid, or whose session was moved. Raises ``ServiceError`` and ``LedgerError``."""
        rows: defaultdict[int, set[RowRef]] = defaultdict(set)
        for one in chosen:
            rows[one.run].add(one.row)
        runs = {run.id: run for run in self.ledger.all_runs()}
        return tuple(told for id_, some in sorted(rows.items()) for told in self._of_run(runs[id_], some))

    def _of_run(self, run: Run, rows: Collection[RowRef]) -> list[Outcome]:
        options = options_of_undo(run, rows, may_empty=False)
        settings = self.settings.model_copy(update=dict(run.choices))
        roster = list_of(run, self.ledger, settings)
        plan = plan_undo(run, options, roster, settings, self.service, self.ledger, now=self.clock())
        report = carry_out_undo(
            plan,
            settings,
            self.service,
            self.ledger,
            by=self.by,
            clock=self.clock,
            tell=lambda _progress: None,
            stop=self.stop,
        )
        return [one for one in report.outcomes if one.row in rows]
