"""Pure: who is who. Rows of the roster, entries of the ledger and people on a group booking are paired off.

People correct names and addresses, number lists anew, merge them and go on in old copies, so no key made of all that
can say who is who. Within one group booking each is paired at most once, and each kind of evidence is tried on all
before the next. What only a person can tell is a question.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from importer.model import Decision, Entry, Participant, RowRef
from importer.people.evidence import NEAR, Evidence, hashed, of_entry, of_participant
from importer.people.kinds import (
    ADDRESS_ALONE,
    ASKED_BEFORE,
    CERTAIN,
    NEAR_NAME,
    ONE_NAME,
    QUESTIONS,
    Kind,
    names_of,
    single_names_of,
)

NUMBERED_ANEW = 3
"""Of so many people who pair by name most have another Reference: the list was numbered anew, and that says nothing."""

FEW = 5
"""Where so few are gone or new, one name that they share is worth a question. Of more, chance would raise too many."""

FAMILY = 8
"""An e-mail or number that more people have than a family has is an office's, and says nothing."""


@dataclass(frozen=True, slots=True)
class Pairing:
    """Index of the known person for each row that is paired, and of those whom each row with a question may mean."""

    pairs: Mapping[int, int] = field(default_factory=dict)
    questions: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    accepted: frozenset[int] = frozenset()
    """Rows that are paired because a person decided ``Same person``."""
    told_apart: frozenset[tuple[int, int]] = frozenset()
    """Row and known person that would be a question, had not a person decided that they are two."""
    asked_with: Mapping[int, int] = field(default_factory=dict)
    """Rows whose question another row asks for all: that it is somebody else there answers it here, too."""

    @property
    def likeliest(self) -> dict[int, int]:
        """The known person of each row that is paired, and of one with a question the likeliest whom it may mean."""
        return dict(self.pairs) | {at: others[0] for at, others in self.questions.items()}


def match_people(rows: Sequence[Evidence], known: Sequence[Evidence], *, ask: bool = True) -> Pairing:
    """Pair rows with known people, each at most once; earlier rows and earlier known people first.

    ``CERTAIN`` pairs; who is left over on both sides and has one of ``QUESTIONS`` in common is asked about. A decision
    answers a question that was asked before it (``Evidence.answers``), and never overrides a certain pair. ``Same
    person`` means the likeliest of those asked about, where one is; that it is another person tells the row apart from
    all of them. Rows that are left out come last, so that they take nobody away from a row that stands for the same
    person. Questions take time with the product of those left over; without ``ask`` there are none.
    """
    if not known:
        return Pairing()
    match = _Match(*_comparable(rows, known))
    left_out = [at for at, row in enumerate(rows) if row.decision is Decision.LEAVE_OUT]
    for some in (sorted(set(range(len(rows))) - set(left_out)), left_out):
        match.pair_off(some)
        if ask:
            match.ask(some)
    return Pairing(
        match.pairs, match.questions, frozenset(match.accepted), frozenset(match.told_apart), match.asked_with
    )


def likely_entries(rows: Sequence[Participant], known: Sequence[Entry]) -> dict[RowRef, Entry]:
    """Whom each row stands for, or most likely means, of people of the same roster; none for nobody."""
    pairing = match_people([of_participant(row) for row in rows], [of_entry(one, same_roster=True) for one in known])
    return {rows[at].row: known[other] for at, other in pairing.likeliest.items()}


class _Match:
    """Who is paired so far, and who is asked about."""

    def __init__(self, rows: Sequence[Evidence], known: Sequence[Evidence]) -> None:
        self.rows, self.known = rows, known
        self.pairs: dict[int, int] = {}
        self.questions: dict[int, tuple[int, ...]] = {}
        self.accepted: set[int] = set()
        self.told_apart: set[tuple[int, int]] = set()
        self.asked_with: dict[int, int] = {}
        self._taken: set[int] = set()

    def pair_off(self, some: Sequence[int]) -> None:
        """Pair those of these rows of whom it is certain who they are."""
        for kind in CERTAIN:
            for at, other in self._in_common(kind, some):
                if at not in self.pairs and other not in self._taken:
                    self._pair(at, other)

    def ask(self, some: Sequence[int]) -> None:
        """Note whom each of these rows may mean, as far as no decision has said."""
        doubts = self._doubts(some)
        for at in some:
            if self.rows[at].decision is Decision.SAME_PERSON:
                self._accept(at, doubts[at])
        address_alone: list[int] = []
        for at in some:
            about = {other: kind for other, kind in doubts[at].items() if other not in self._taken}
            if at in self.pairs or not about:
                continue
            apart = {other for other in about if self.rows[at].tells_apart_from(self.known[other].key)}
            self.told_apart |= {(at, other) for other in apart}
            if len(apart) < len(about):
                self.questions[at] = tuple(other for other in about if other not in apart)
            if set(about.values()) == {ADDRESS_ALONE}:
                address_alone.append(at)
        self._ask_once(address_alone)

    def _pair(self, at: int, other: int) -> None:
        self.pairs[at] = other
        self._taken.add(other)

    def _accept(self, at: int, doubts: Mapping[int, Kind]) -> None:
        """Take the likeliest of those about whom it was asked, if there is one alone."""
        about = {
            other: kind
            for other, kind in doubts.items()
            if other not in self._taken and self.known[other].key in self.rows[at].answers
        }
        likeliest = [other for other, kind in about.items() if kind is next(iter(about.values()))]
        if len({self.known[other].names for other in likeliest}) == 1:
            self._pair(at, likeliest[0])
            self.accepted.add(at)

    def _ask_once(self, address_alone: Sequence[int]) -> None:
        """One answer is for all who have only an address in common with somebody, and were told so: siblings have."""
        leading = [at for at in address_alone if self.rows[at].counts_for_others]
        if any(at not in self.questions for at in leading):
            for at in address_alone:
                if self.rows[at].asked.issuperset(self.known[one].key for one in self.questions.get(at, ())):
                    self.told_apart |= {(at, other) for other in self.questions.pop(at, ())}
        asked = [at for at in (*leading, *address_alone) if at in self.questions]
        self.asked_with |= {at: asked[0] for at in asked if at != asked[0]}

    def _doubts(self, some: Sequence[int]) -> dict[int, dict[int, Kind]]:
        """The unpaired people who may be the one of each row, with the strongest reason, the likeliest first.

        Whom a person has told apart from this name stays so, unless it is their own: then namesakes were told apart.
        """
        gone = sum(person.may_be_gone for at, person in enumerate(self.known) if at not in self._taken)
        are_few = min(gone, sum(at not in self.pairs for at in some)) <= FEW
        kinds = (*QUESTIONS, *((ONE_NAME,) if are_few else ()), ADDRESS_ALONE, ASKED_BEFORE)
        doubts: dict[int, dict[int, Kind]] = {at: {} for at in some}
        for kind in kinds:
            for at, other in self._in_common(kind, some):
                row, person = self.rows[at], self.known[other]
                if person.names and not row.names & (person.other_names - person.names):
                    doubts[at].setdefault(other, kind)
        return doubts

    def _in_common(self, kind: Kind, some: Sequence[int]) -> Iterator[tuple[int, int]]:
        """Each of these rows that is not paired with each known person who isn't, if they have this in common."""
        rows = {at: self.rows[at] for at in some if at not in self.pairs}
        known = {at: person for at, person in enumerate(self.known) if at not in self._taken}
        for at, sharing in (_alike if kind is NEAR_NAME else _sharing)(kind, rows, known):
            for other in sorted(sharing):
                if kind.holds(rows[at], known[other]):
                    yield at, other


def _sharing(kind: Kind, rows: Mapping[int, Evidence], known: Mapping[int, Evidence]) -> Iterator[tuple[int, set[int]]]:
    """The known people who have one of the keys of each row."""
    index = _index(kind.keys, known)
    if index:
        for at, row in rows.items():
            yield at, {other for key in kind.keys(row) for other in index.get(key, ())}


def _alike(kind: Kind, rows: Mapping[int, Evidence], known: Mapping[int, Evidence]) -> Iterator[tuple[int, set[int]]]:
    """The known people who may have a near name: it looks alike, or a single name is the same or in the other place."""
    index = _index(kind.keys, known)
    by_single = _index(lambda person: (name for _, name in single_names_of(person)), known)
    names = [str(name) for name in index]
    for at, row in rows.items():
        alike = {
            names[which]
            for name in row.names
            for _, _, which in extract(
                name, names, scorer=OSA.normalized_similarity, score_cutoff=NEAR, limit=None, processor=None
            )
        }
        sharing = {other for name in alike for other in index[name]}
        yield at, sharing.union(*(by_single.get(name, ()) for name in {row.last_name, row.first_name} - {""}))


def _index(
    keys: Callable[[Evidence], Iterable[Hashable]], known: Mapping[int, Evidence]
) -> Mapping[Hashable, list[int]]:
    index: defaultdict[Hashable, list[int]] = defaultdict(list)
    for at, person in known.items():
        for key in keys(person):
            index[key].append(at)
    return index


def _comparable(rows: Sequence[Evidence], known: Sequence[Evidence]) -> tuple[list[Evidence], list[Evidence]]:
    """The same evidence without what says nothing here; hashes, where some known people are."""
    hash_key = next((person.hash_key for person in known if person.hash_key), "")
    rows, known = ([hashed(one, hash_key) for one in some] for some in (rows, known))
    carried = Counter(handle for row in rows for handle in row.handles)
    rows = [
        row._replace(is_handle_copied=row.is_handle_copied or any(carried[handle] > 1 for handle in row.handles))
        for row in rows
    ]
    offices = shared_by_many(rows) | shared_by_many(known)
    rows, known = ([without_addresses(one, offices) for one in some] for some in (rows, known))
    for same_roster in (True, False):
        of_these = [at for at, person in enumerate(known) if person.same_roster is same_roster]
        kept, changed = _references_kept(rows, [known[at] for at in of_these])
        is_numbered_anew = kept <= changed and kept + changed >= NUMBERED_ANEW
        for at in of_these:
            reference = "" if is_numbered_anew else known[at].reference
            known[at] = known[at]._replace(reference=reference, reference_counts=kept > changed)
    return rows, known


def _references_kept(rows: Sequence[Evidence], known: Sequence[Evidence]) -> tuple[int, int]:
    """How many people who pair by name alone kept their Reference, and how many have another."""
    row_of, person_of = (
        {name: some[ats[0]].reference for name, ats in _index(names_of, dict(enumerate(some))).items() if len(ats) == 1}
        for some in (rows, known)
    )
    both = [(person_of[name], row_of[name]) for name in person_of.keys() & row_of.keys()]
    kept = [one == other for one, other in both if one and other]
    return sum(kept), len(kept) - sum(kept)


def shared_by_many(people: Iterable[Evidence]) -> frozenset[str]:
    counts = Counter(address for person in people for address in person.addresses)
    return frozenset(address for address, count in counts.items() if count > FAMILY)


def without_addresses(person: Evidence, offices: frozenset[str]) -> Evidence:
    if person.addresses.isdisjoint(offices):
        return person
    return person._replace(
        email="" if person.email in offices else person.email,
        mobile="" if person.mobile in offices else person.mobile,
        phone="" if person.phone in offices else person.phone,
    )
