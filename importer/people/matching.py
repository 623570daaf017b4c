"""Pure: who is who. Rows of the roster, entries of the ledger and people on a group booking are paired off.

People correct names and addresses, so no key made of them can say who is who. Within one group booking each is paired
at most once, and each kind of evidence is tried on all before the next. What only a person can tell is a question.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from importer.model import Decision, RowRef
from importer.people.evidence import Evidence, hashed, is_near


@dataclass(frozen=True, slots=True)
class Pairing:
    """Index of the known person for each row that is paired, and of those whom each row with a question may mean."""

    pairs: Mapping[int, int] = field(default_factory=dict)
    questions: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    accepted: frozenset[int] = frozenset()
    """Rows that are paired because a person decided ``Same person``."""
    told_apart: frozenset[tuple[int, int]] = frozenset()
    """Row and known person that would be a question, had not a person decided ``Book``."""


def match_people(rows: Sequence[Evidence], known: Sequence[Evidence], *, ask: bool = True) -> Pairing:
    """Pair rows with known people, each at most once; earlier rows and earlier known people first.

    Certain evidence, each kind tried on all rows before the next: handle and equal name; Reference and first name,
    unless the References were numbered anew; equal name and an equal address; equal name alone, within the same
    roster; handle and near name, if no other row carries that handle. A decision answers a question and never
    overrides one of these. ``Same person`` means the likeliest of those asked about, where one is. ``Book`` tells the
    row apart from all of them; but of somebody whom a ``Book`` has booked it may be that very one, unless the row
    carries a handle to tell that it was chosen since. Questions take time with the product of both; without ``ask``
    there are none.
    """
    if not known:
        return Pairing()
    key = next((person.hash_key for person in known if person.hash_key), "")
    rows, known = [hashed(row, key) for row in rows], [hashed(person, key) for person in known]
    pairs: dict[int, int] = {}
    taken: set[int] = set()

    def pair(keys: Callable[[Evidence], Iterable[Hashable]], agree: Callable[[Evidence, Evidence], bool]) -> None:
        index: defaultdict[Hashable, list[int]] = defaultdict(list)
        for at, person in enumerate(known):
            if at not in taken:
                for key in keys(person):
                    index[key].append(at)
        if not index:
            return
        for at, row in enumerate(rows):
            if at in pairs:
                continue
            candidates = (other for key in keys(row) for other in index.get(key, ()))
            found = next((other for other in candidates if other not in taken and agree(row, known[other])), None)
            if found is not None:
                pairs[at] = found
                taken.add(found)

    carried = Counter(row.handle for row in rows)
    pair(_handle, lambda row, person: bool(row.names & person.names))
    rows_left = {name for at, row in enumerate(rows) if at not in pairs for name in row.names}
    known_left = {name for at, person in enumerate(known) if at not in taken for name in person.names}
    pair(
        _reference_and_first_name,
        lambda row, person: bool(row.names & person.names) or not (row.names & known_left or person.names & rows_left),
    )
    pair(_names, lambda row, person: not person.is_weak and not _conflict(row, person) and _share_address(row, person))
    pair(_names, lambda row, person: person.same_roster and not _conflict(row, person))
    pair(_handle, lambda row, person: carried[row.handle] == 1 and is_near(row, person))

    accepted: set[int] = set()
    for at, row in enumerate(rows):
        if at not in pairs and row.decision is Decision.SAME_PERSON:
            likeliest = next(iter(_doubts(row, known, taken)), ())
            if len({known[one].names for one in likeliest}) == 1:
                pairs[at] = likeliest[0]
                taken.add(likeliest[0])
                accepted.add(at)
    questions: dict[int, tuple[int, ...]] = {}
    told_apart: set[tuple[int, int]] = set()
    for at, row in enumerate(rows):
        if at in pairs or not ask:
            continue
        asked = tuple(one for some in _doubts(row, known, taken) for one in some)
        if _says_different(row) and (row.handle or not any(known[one].told_apart for one in asked)):
            told_apart |= {(at, one) for one in asked}
        elif asked:
            questions[at] = asked
    return Pairing(pairs, questions, frozenset(accepted), frozenset(told_apart))


def find_duplicates(people: Iterable[tuple[RowRef, Evidence]]) -> dict[RowRef, RowRef]:
    """Rows of one roster and one group booking that are the same person as an earlier one of the sequence.

    ``Book`` in "Import decision" says that they are two people.
    """
    by_key: defaultdict[Hashable, list[tuple[RowRef, Evidence]]] = defaultdict(list)
    duplicates: dict[RowRef, RowRef] = {}
    for ref, row in people:
        keys = [*_names(row), *_reference_and_first_name(row)]
        earlier = (
            first
            for key in keys
            for first, other in by_key.get(key, ())
            if isinstance(key, tuple) or not _conflict(row, other)
        )
        first = next(earlier, None)
        if first is not None and not _says_different(row):
            duplicates[ref] = first
        for key in keys:
            by_key[key].append((ref, row))
    return duplicates


def _says_different(row: Evidence) -> bool:
    return row.decision is not None and row.decision.tells_apart


def _handle(person: Evidence) -> tuple[str, ...]:
    return (person.handle,) if person.handle else ()


def _names(person: Evidence) -> frozenset[str]:
    return person.names


def _reference_and_first_name(person: Evidence) -> tuple[tuple[str, str], ...]:
    return ((person.reference, person.first_name),) if person.reference and person.first_name else ()


def _addresses(one: Evidence, other: Evidence) -> tuple[tuple[str, str], ...]:
    pairs = ((one.reference, other.reference), (one.email, other.email), (one.mobile, other.mobile))
    return tuple((a, b) for a, b in pairs if a and b)


def _conflict(one: Evidence, other: Evidence) -> bool:
    """A Reference, e-mail or mobile that both have and that differs."""
    return any(a != b for a, b in _addresses(one, other))


def _share_address(one: Evidence, other: Evidence) -> bool:
    return any(a == b for a, b in _addresses(one, other))


def _doubts(row: Evidence, known: Sequence[Evidence], taken: Collection[int]) -> list[tuple[int, ...]]:
    """The unpaired people who may be the one of this row, by the reason to ask, the strongest first.

    Whom a person has told apart from this name stays so, unless it is their own: then namesakes were told apart.
    """
    reasons: tuple[Callable[[Evidence], bool], ...] = (
        lambda person: bool(row.names & person.names),
        lambda person: bool(row.handle) and row.handle == person.handle,
        lambda person: _reference_and_first_name(row) == _reference_and_first_name(person) != (),
        lambda person: is_near(row, person),
        lambda person: (
            (row.email != "" and row.email == person.email) or (row.mobile != "" and row.mobile == person.mobile)
        ),
    )
    doubts: defaultdict[int, list[int]] = defaultdict(list)
    for at, person in enumerate(known):
        if at in taken or not person.names or row.names & (person.other_names - person.names):
            continue
        reason = next((number for number, is_reason in enumerate(reasons) if is_reason(person)), None)
        if reason is not None:
            doubts[reason].append(at)
    return [tuple(doubts[reason]) for reason in sorted(doubts)]
