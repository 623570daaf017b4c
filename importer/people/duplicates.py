"""Pure: who stands in a roster twice on one group booking, for certain or perhaps."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from itertools import chain
from typing import NamedTuple

from importer.model import Decision, RowRef
from importer.people.evidence import Evidence
from importer.people.kinds import (
    LISTED_IN_FAMILY,
    LISTED_TWICE,
    LISTED_TWICE_PERHAPS,
    Kind,
    has_equal_evidence,
)
from importer.people.matching import shared_by_many, without_addresses

ANOTHER_ROW = "another row"
"""The key of a question about another row of the same roster (``Evidence.answers``)."""


class Duplicate(NamedTuple):
    """The earlier row that a row of the same roster stands for, or may stand for.

    ``asked_with`` is another row that asks for this one, too: that it is somebody else there answers it here.
    ``has_equal_evidence``: more than the name is equal, and nothing differs.
    """

    of: RowRef
    is_certain: bool
    asked_with: RowRef | None = None
    has_equal_evidence: bool = False


def find_duplicates(people: Iterable[Evidence]) -> dict[RowRef, Duplicate]:
    """Rows of one roster and one group booking that are, or may be, the same person as an earlier one of the sequence.

    A decision counts for the row in which it stands, if it was asked for, and for the others that were told so. A row
    that is left out is nobody's duplicate. Two names in one line are two people, however near they are.
    """
    kinds = (*LISTED_TWICE, *LISTED_TWICE_PERHAPS, LISTED_IN_FAMILY)
    rows = _sharing([one for one in people if one.decision is not Decision.LEAVE_OUT])
    offices = shared_by_many(rows)
    indexes: defaultdict[Kind, defaultdict[Hashable, list[Evidence]]] = defaultdict(lambda: defaultdict(list))
    found: dict[RowRef, tuple[Evidence, Evidence, Kind]] = {}
    is_answered_for_all = False
    for row in (without_addresses(person, offices) for person in rows):
        earlier = (
            (other, kind)
            for kind in kinds
            for key in kind.keys(row)
            for other in indexes[kind].get(key, ())
            if kind.holds(row, other) and not _are_two(row, other)
        )
        of, kind = next(earlier, (None, LISTED_IN_FAMILY))
        if of and row.row and not row.tells_apart_from(ANOTHER_ROW):
            found[row.row] = row, of, kind
        elif of and kind is LISTED_IN_FAMILY:
            is_answered_for_all = is_answered_for_all or row.counts_for_others
        for kind in kinds:
            for key in kind.keys(row):
                indexes[kind][key].append(row)
    found = {
        ref: (row, of, kind)
        for ref, (row, of, kind) in found.items()
        if not (is_answered_for_all and kind is LISTED_IN_FAMILY and ANOTHER_ROW in row.asked)
    }
    families = {ref: row for ref, (row, _, kind) in found.items() if kind is LISTED_IN_FAMILY}
    leading = min(families, key=lambda ref: not families[ref].counts_for_others, default=None)
    return {
        ref: Duplicate(
            of.row,
            kind in LISTED_TWICE,
            leading if ref in families and ref != leading else None,
            has_equal_evidence(row, of),
        )
        for ref, (row, of, kind) in found.items()
        if of.row
    }


def _are_two(row: Evidence, other: Evidence) -> bool:
    is_one_line = row.row is not None and other.row is not None and row.row.line == other.row.line
    return is_one_line and row.names.isdisjoint(other.names)


def _sharing(rows: Sequence[Evidence]) -> list[Evidence]:
    """The rows, in order, that have something in common with another. Most have not, and no kind of evidence is tried
    on them."""
    traits_of = [row.traits for row in rows]
    shared = {trait for trait, count in Counter(chain.from_iterable(traits_of)).items() if count > 1}
    return [row for row, traits in zip(rows, traits_of, strict=True) if not shared.isdisjoint(traits)]
