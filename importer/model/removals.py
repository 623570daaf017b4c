"""Taking people off again: who is to go, and what is known of the session that they are on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo

from importer.model.records import Entry, Options, Run
from importer.model.reports import Outcome
from importer.model.rosters import Roster, RowRef
from importer.model.sessions import GroupBooking


@dataclass(frozen=True, slots=True)
class Removal:
    """Somebody who is to be taken off ``booking``, by their entry of the ledger.

    ``planned`` is the session as it was remembered when they were booked; ``None`` where it was not.
    """

    entry: Entry
    booking: GroupBooking
    planned: GroupBooking | None = None


@dataclass(frozen=True, slots=True)
class RemovalPlan:
    """What an undo of ``run`` at this moment would do. ``outcomes`` are the rows of those who stay, or are gone.

    ``removals`` are in the order in which they are done: the first is the trial, with which the service shows how it
    shows such people (API.md, 22). Rows that are ``waiting`` would go, once it is known what came of an earlier one.
    ``changes`` are entries as reading has settled them, to be saved before. ``emptied``
    are sessions that nobody would be left on.
    """

    run: Run
    options: Options
    roster: Roster
    made: datetime
    zone: tzinfo
    removals: tuple[Removal, ...]
    outcomes: tuple[Outcome, ...]
    changes: tuple[Entry, ...] = ()
    emptied: tuple[GroupBooking, ...] = ()
    waiting: frozenset[RowRef] = frozenset()
