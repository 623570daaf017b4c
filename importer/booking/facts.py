"""What a plan is made of: what reading the ledger and the service has told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from importer.model import Entry, GroupBooking, Problem, Question, RowRef, SessionTime


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known when a plan is made, all of it read before.

    ``bookings`` by id, with the people on them; ``entries`` of the ledger, settled, by booking id; ``booking_of`` the
    group booking each row means; ``faults`` the rows whose group booking can't be used. People whose entry
    ``is_of_same_roster`` are known again by name alone: an earlier run of this very roster has booked or found them.
    ``not_shown`` are group bookings that the service did not show, and why: what is known of them stays so.
    ``now_there`` is the time by the service's own clock; ``None`` where it was not asked, or does not tell. ``asked``
    are the questions that earlier imports have asked beside each row, ``answered`` those of them that its decision
    answers: such as were asked before it was made. ``remade`` are rows whose
    session is gone, and which now mean another that fits what they say. ``decided_before`` are rows whose
    decision stood beside that name in the last import of the list already. ``withheld_by`` are the runs whose people
    were booked without their addresses and numbers, which stayed here. ``starts`` are the sessions that rows mean and
    that are not there yet, without an id; ``starting`` who was to start one, of whom it is not known what became.
    """

    bookings: Mapping[str, GroupBooking]
    entries: Mapping[str, Sequence[Entry]]
    booking_of: Mapping[RowRef, str]
    faults: Mapping[RowRef, Problem] = field(default_factory=dict)
    is_of_same_roster: Callable[[Entry], bool] = lambda _entry: False
    not_shown: Mapping[str, str] = field(default_factory=dict)
    now_there: datetime | None = None
    asked: Mapping[RowRef, Sequence[Question]] = field(default_factory=dict)
    answered: Mapping[RowRef, Sequence[Question]] = field(default_factory=dict)
    remade: frozenset[RowRef] = frozenset()
    decided_before: frozenset[RowRef] = frozenset()
    withheld_by: frozenset[int] = frozenset()
    starts: Mapping[RowRef, GroupBooking] = field(default_factory=dict)
    starting: Mapping[SessionTime, Sequence[Entry]] = field(default_factory=dict)
