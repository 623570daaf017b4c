"""Pure: whom a row may mean that stands for nobody known, as it is asked about and remembered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from importer.model import DUPLICATE, Attendee, Entry, Participant, Question, RowRef
from importer.people.duplicates import ANOTHER_ROW, Duplicate
from importer.people.evidence import fold, key_of


def answered_by(row: Participant, asked: Sequence[Question]) -> Question | None:
    """The question that a row's decision has answered, which is kept for as long as its person is not booked."""
    if row.decision is None or not asked:
        return None
    return Question(
        asked[-1].reason,
        fold(row.name),
        frozenset(id_ for one in asked for id_ in one.entries),
        frozenset(id_ for one in asked for id_ in one.on_booking),
        frozenset(ref for one in asked for ref in one.rows),
        any(one.counts_for_others for one in asked),
    )


@dataclass(frozen=True, slots=True)
class Doubt:
    """Whom a row without a person may mean: people on the booking, or an earlier row.

    ``asked_with`` is a row that asks for this one, too; ``counts_for_others``: this row asks for others, of which
    ``followers`` are told so. ``answers`` are the keys of those asked about before, and ``stands_for`` the rows that
    turned out to be one of them.
    """

    whom: tuple[Entry | Attendee, ...]
    listed: Duplicate | None
    asked_with: RowRef | None
    answers: frozenset[str]
    stands_for: tuple[RowRef, ...]
    counts_for_others: bool
    followers: int

    def question(self, row: Participant) -> Question:
        return Question(
            DUPLICATE if self.listed and not self.whom else "person",
            fold(row.name),
            frozenset(one.id for one in self.whom if isinstance(one, Entry)),
            frozenset(one.customer_booking_id for one in self.whom if isinstance(one, Attendee)),
            frozenset((self.listed.of,)) if self.listed else frozenset(),
            self.counts_for_others,
        )


def keys_of(who: Entry | Attendee) -> set[str]:
    """The keys under which a question may have asked about somebody, also before there was an entry."""
    return {key_of(who), who.customer_booking_id} - {""}


def keys_asked(asked: Iterable[Question]) -> frozenset[str]:
    """Those about whom it was asked, as evidence knows them (``evidence.key_of``)."""
    return frozenset(
        key for one in asked for key in (*map(str, one.entries), *one.on_booking, *((ANOTHER_ROW,) if one.rows else ()))
    )
