"""Pure: the kinds of evidence of who is who, in the order in which they are tried (DESIGN.md, "Who is who").

No score decides: Ella and Bella Brown are nearer to one another than Tom and Thomas Baker.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass

from importer.people.evidence import Evidence, is_near


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of evidence: two who have one of its ``keys`` in common, and of whom it ``holds``.

    The first is a row; the second a known person, or an earlier row.
    """

    keys: Callable[[Evidence], Iterable[Hashable]]
    holds: Callable[[Evidence, Evidence], bool] = lambda _row, _other: True


# What two may have in common


def names_of(person: Evidence) -> Iterable[str]:
    return person.names


def spellings_of(person: Evidence) -> Iterable[str]:
    return person.names | ({person.spelt_out} - {""})


def addresses_of(person: Evidence) -> Iterable[str]:
    return person.addresses


def single_names_of(person: Evidence) -> tuple[tuple[str, str], ...]:
    both = (("first", person.first_name), ("last", person.last_name))
    return tuple((which, name) for which, name in both if name)


def _handles_of(person: Evidence) -> Iterable[str]:
    return person.handles


def _reference_of(person: Evidence) -> Iterable[str]:
    return (person.reference,) if person.reference else ()


def _names_and_row_of(person: Evidence) -> Iterable[Hashable]:
    return ((name, person.row) for name in single_names_of(person))


def _share_name(one: Evidence, other: Evidence) -> bool:
    return not one.names.isdisjoint(other.names)


def _share_first_name(one: Evidence, other: Evidence) -> bool:
    return one.first_name != "" and one.first_name == other.first_name


def _share_single_name(one: Evidence, other: Evidence) -> bool:
    return not set(single_names_of(one)).isdisjoint(single_names_of(other))


def _share_address(one: Evidence, other: Evidence) -> bool:
    return not one.addresses.isdisjoint(other.addresses)


def _differ(one: Evidence, other: Evidence) -> bool:
    """A Reference, e-mail or number that both have and that differs; a number is one wherever it is written."""
    both = [(one.reference, other.reference), (one.email, other.email)]
    if ({one.mobile, one.phone} & {other.mobile, other.phone}) <= {""}:
        both += [(one.mobile, other.mobile), (one.phone, other.phone)]
    return any(a and b and a != b for a, b in both)


def _is_corrected(row: Evidence, known: Evidence) -> bool:
    """A near name where nothing differs. ``Different person`` beside it may stand for a brother or sister typed over
    this one, or be filled down: that asks."""
    says_other = row.decision is not None and row.decision.tells_apart
    return not (row.is_handle_copied or says_other) and is_near(row, known) and not _differ(row, known)


# Rows and known people


CERTAIN = (
    # Our handle and an equal name; of copied rows, first the one in which nothing differs.
    Kind(_handles_of, lambda row, known: _share_name(row, known) and not _differ(row, known)),
    Kind(_handles_of, _share_name),
    # An equal Reference and an equal name, whatever the address.
    Kind(_reference_of, _share_name),
    # An equal name where nothing differs: with an address that is equal, or by itself within the same roster.
    Kind(names_of, lambda row, known: not known.is_weak and _share_address(row, known) and not _differ(row, known)),
    Kind(names_of, lambda row, known: known.same_roster and not _differ(row, known)),
    # Our handle and a near name, if no other row carries that handle and nothing speaks against it.
    Kind(_handles_of, _is_corrected),
)
"""What pairs off, each kind tried on all rows before the next."""

NEAR_NAME = Kind(names_of, is_near)
"""A near name: found by how alike names are, not by a key."""

QUESTIONS = (
    # An equal name: with another address, or by itself from another roster.
    Kind(names_of),
    # Our handle under any name.
    Kind(_handles_of),
    # An equal Reference under another name; where it may be another list's, only beside a shared name or address.
    Kind(
        _reference_of,
        lambda row, known: known.reference_counts or _share_single_name(row, known) or _share_address(row, known),
    ),
    NEAR_NAME,
    # An equal address and first name: another last name.
    Kind(addresses_of, _share_first_name),
    # One gone and one new person of a roster who share the first or the last name, and the row.
    Kind(_names_and_row_of, lambda _row, known: known.may_be_gone),
)
"""What asks, among rows and known people who are left over, the strongest first."""

ONE_NAME = Kind(single_names_of, lambda row, known: known.may_be_gone and not _differ(row, known))
"""One gone and one new person of a roster who share a single name and have no address that differs."""

ADDRESS_ALONE = Kind(addresses_of)
"""An equal address under another first name: asked once for the list, not for each, for so are brothers and sisters."""

ASKED_BEFORE = Kind(lambda person: person.asked | ({person.key} - {""}))
"""Whom an earlier import has asked about beside this row, whatever showed it then: that stays until it is answered."""


# Two rows of a roster


def has_equal_evidence(row: Evidence, earlier: Evidence) -> bool:
    """An equal name with an equal address or Reference, and nothing that differs: not a namesake."""
    has_more = _share_address(row, earlier) or row.reference == earlier.reference != ""
    return _share_name(row, earlier) and has_more and not _differ(row, earlier)


def _is_family_slip(one: Evidence, other: Evidence) -> bool:
    """Two near first names of one family: a slip, or brother and sister. A slip seldom hits the first letter."""
    return (
        one.last_name == other.last_name
        and one.first_name[:1] == other.first_name[:1]
        and one.first_name != other.first_name
        and is_near(one, other)
    )


LISTED_TWICE = (
    Kind(names_of, lambda row, earlier: not _differ(row, earlier)),
    Kind(_reference_of, _share_name),
)
"""Rows that are the same person."""

LISTED_TWICE_PERHAPS = (
    # An equal name with another address.
    Kind(names_of),
    # One name in two spellings: Müller and Mueller.
    Kind(spellings_of),
    # An equal Reference and first name.
    Kind(_reference_of, _share_first_name),
    # An equal address and a near name: a slip in the last name, or first and last name exchanged.
    Kind(addresses_of, lambda row, earlier: row.last_name != earlier.last_name and is_near(row, earlier)),
)
"""Rows of which the later asks."""

LISTED_IN_FAMILY = Kind(addresses_of, _is_family_slip)
"""An equal address and last name, and a near first name: asked once for the list."""
