"""Pure: who is who. Rows of the roster, entries of the ledger and people on a group booking are paired off.

People correct names and addresses, so no key made of them can say who is who. Within one group booking each is paired
at most once, and each kind of evidence is tried on all before the next. What only a person can tell is a question.
"""

from __future__ import annotations

import hmac
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from rapidfuzz.distance import OSA

from importer.model import Attendee, Decision, Entry, EntryState, Former, Participant, RowRef

NEAR = 0.8
"""How alike two folded names are to be called near: one slip in five letters. Near alone never decides."""

PHONE_DIGITS = 9
"""Telephone numbers are compared by their last digits: +44 7700 900123 is 07700 900123."""

_UNCOMPOSED = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})


def fold(text: str) -> str:
    """A name as it is compared: without case, accents, apostrophes, hyphens, points and blanks."""
    if text.isascii():
        return text.lower() if text.isalnum() else "".join(filter(str.isalnum, text.lower()))
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_UNCOMPOSED))
    return "".join(c for c in decomposed if c.isalnum())


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a row, an entry or a person on a booking shows of who it is, folded for comparison; empty is unknown.

    ``names`` are full names that count as this person's; ``other_names`` a person has said to be somebody else's.
    ``same_roster``: a name alone is enough, because it stems from this very roster. ``is_weak``: the customer record
    is shared with somebody, so that it may show a sibling's name (API.md, 9), and can only raise a question.
    ``told_apart``: they were booked because a row said ``Book``, which may stand in that row still. With a ``hash_key``
    names and addresses are hashes: equal ones are still equal, but near names are not near any more.
    """

    first_name: str
    last_name: str
    names: frozenset[str]
    reference: str = ""
    email: str = ""
    mobile: str = ""
    handle: str = ""
    decision: Decision | None = None
    other_names: frozenset[str] = frozenset()
    same_roster: bool = False
    is_weak: bool = False
    told_apart: bool = False
    hash_key: str = ""


def hashed(evidence: Evidence, key: str) -> Evidence:
    """The same evidence as keyed hashes, for what was purged and for comparison with it; without a key, as it is."""
    if not key or evidence.hash_key:
        return evidence
    return replace(
        evidence,
        first_name=hashed_text(evidence.first_name, key),
        last_name=hashed_text(evidence.last_name, key),
        names=frozenset(hashed_text(name, key) for name in evidence.names),
        reference=hashed_text(evidence.reference, key),
        email=hashed_text(evidence.email, key),
        mobile=hashed_text(evidence.mobile, key),
        other_names=frozenset(hashed_text(name, key) for name in evidence.other_names),
        hash_key=key,
    )


def hashed_text(folded: str, key: str) -> str:
    """The hash of a folded text as hexadecimal digits, which folding leaves as they are; empty stays empty."""
    return hmac.digest(key.encode(), folded.encode(), "sha256").hex() if folded else ""


def of_participant(person: Participant) -> Evidence:
    first, last = fold(person.first_name), fold(person.last_name)
    return Evidence(
        first,
        last,
        names=frozenset((first + last,)) if first or last else frozenset(),
        reference=person.reference.strip().casefold(),
        email=person.email.strip().casefold(),
        mobile=_digits(person.mobile),
        handle=person.handle,
        decision=person.decision,
    )


def of_entry(entry: Entry, *, same_roster: bool) -> Evidence:
    texts = (entry.reference, entry.email, entry.mobile)
    if entry.hash_key:
        evidence = Evidence(entry.first_name, entry.last_name, frozenset(), *texts, hash_key=entry.hash_key)
    else:
        evidence = _evidence(entry.first_name, entry.last_name, *texts)
    return replace(
        evidence,
        names=evidence.names | entry.accepted_names,
        handle=entry.handle,
        other_names=entry.rejected_names,
        same_roster=same_roster,
        told_apart=entry.told_apart,
    )


def of_former(former: Former) -> Evidence:
    """Evidence of a row of an earlier import of this very roster, of which there is no entry: its name alone."""
    return Evidence("", "", frozenset({fold(former.name)} - {""}), same_roster=True)


def of_attendee(attendee: Attendee, *, is_weak: bool) -> Evidence:
    """Evidence of somebody who is on the booking by other ways; of nobody in particular where no record is readable."""
    shown = attendee.profile
    if shown is None:
        return Evidence("", "", frozenset(), is_weak=True)
    return replace(_evidence(shown.first_name, shown.last_name, "", shown.email, shown.mobile), is_weak=is_weak)


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
        if row.decision is Decision.BOOK and (row.handle or not any(known[one].told_apart for one in asked)):
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
        if first is not None and row.decision is not Decision.BOOK:
            duplicates[ref] = first
        for key in keys:
            by_key[key].append((ref, row))
    return duplicates


def is_near(one: Evidence, other: Evidence) -> bool:
    """Names that look like one another: a slip or two, first and last name exchanged, a first name cut short."""
    for a in one.names:
        for b in other.names:
            if OSA.normalized_similarity(a, b, score_cutoff=NEAR):
                return True
    a, b = one.first_name, other.first_name
    if not a or not b:
        return False
    if a == other.last_name and b == one.last_name:
        return True
    return one.last_name == other.last_name and (a.startswith(b) or b.startswith(a))


def outsiders(entries: Iterable[Entry], people: Iterable[Attendee]) -> tuple[Attendee, ...]:
    """The people on a group booking whom no entry of the ledger explains by its ``customer_booking_id``."""
    explained = {entry.customer_booking_id for entry in entries}
    return tuple(person for person in people if person.customer_booking_id not in explained)


def own_entry(new: Iterable[Attendee], spaces: int) -> Attendee | None:
    """Which of the people in a confirm's answer who were not there before is ours; ``None`` where it can't be told.

    The answer may list only ours, or everybody, also such as booked by themselves meanwhile (API.md, 8).
    """
    ours = [one for one in new if _may_be_ours(one, spaces)]
    return ours[0] if len(ours) == 1 else None


def needs_reading(entry: Entry) -> bool:
    """Whether only a look at the booking can tell what became of this entry, or which person on it is ours."""
    return not entry.customer_booking_id and entry.state in (EntryState.SENT, EntryState.BOOKED)


def settle(entries: Sequence[Entry], people: Sequence[Attendee], now: datetime) -> tuple[Entry, ...]:
    """What one look at a group booking says of its ledger entries; returns those that change.

    All our people without a known ``customer_booking_id`` are settled together (API.md, "Settling a lost answer"). As
    many new entries left as people: all are booked. Otherwise an entry goes only to the one person whom its profile
    fits. Nobody is called not booked before ``settled_by``, nor while a new entry on the booking is unexplained.
    """
    unknown = [entry for entry in entries if needs_reading(entry)]
    new = [
        one
        for one in outsiders(entries, people)
        if any(_may_be(entry, one) for entry in unknown) and not _is_somebody_else(one, unknown)
    ]
    found = _assign(unknown, new)
    left_over = [one for one in new if one not in found.values()]
    unassigned = [entry for entry in unknown if entry.id not in found]
    if len(new) == len(unknown):
        alone = left_over[0] if len(left_over) == 1 else None
        return tuple(_booked(entry, found.get(entry.id, alone)) for entry in unknown)
    settled = [_booked(entry, found[entry.id]) for entry in unknown if entry.id in found]
    if not left_over:
        settled += [
            replace(entry, state=EntryState.NOT_BOOKED)
            for entry in unassigned
            if entry.state is EntryState.SENT and entry.settled_by is not None and now >= entry.settled_by
        ]
    return tuple(settled)


def gone_and_back(entries: Sequence[Entry], people: Sequence[Attendee]) -> tuple[Entry, ...]:
    """Entries whose person somebody has taken off the booking since, or put back; returns those that change."""
    there = {person.customer_booking_id for person in people}
    return tuple(
        replace(entry, state=now)
        for entry in entries
        for was, now, is_there in (
            (EntryState.BOOKED, EntryState.TAKEN_OFF, False),
            (EntryState.TAKEN_OFF, EntryState.BOOKED, True),
        )
        if entry.customer_booking_id and entry.state is was and (entry.customer_booking_id in there) is is_there
    )


def _evidence(first_name: str, last_name: str, reference: str, email: str, mobile: str) -> Evidence:
    first, last = fold(first_name), fold(last_name)
    return Evidence(
        first_name=first,
        last_name=last,
        names=frozenset({first + last} - {""}),
        reference=reference.strip().casefold(),
        email=email.strip().casefold(),
        mobile=_digits(mobile),
    )


def _digits(number: str) -> str:
    return "".join(filter(str.isdecimal, number))[-PHONE_DIGITS:]


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


def _may_be_ours(one: Attendee, spaces: int) -> bool:
    """Not of another source than the API, and with as many spaces as a confirm of ours can give (API.md, 8, 13)."""
    return one.source in ("", "api") and one.spaces in (1, spaces)


def _may_be(entry: Entry, one: Attendee) -> bool:
    return one.customer_booking_id not in entry.before and _may_be_ours(one, entry.spaces)


def _is_somebody_else(one: Attendee, unknown: Sequence[Entry]) -> bool:
    """A readable profile that shares no name (near counts), e-mail or mobile with any of our people."""
    return one.profile is not None and not any(_fits(entry, one) for entry in unknown)


def _fits(entry: Entry, one: Attendee) -> bool:
    shown, ours = _compared(one, entry)
    return _same_contact(entry, one) or (bool(shown.names) and is_near(ours, shown))


def _same_contact(entry: Entry, one: Attendee) -> bool:
    shown, ours = _compared(one, entry)
    return (shown.email != "" and shown.email == ours.email) or (shown.mobile != "" and shown.mobile == ours.mobile)


def _compared(one: Attendee, entry: Entry) -> tuple[Evidence, Evidence]:
    return hashed(of_attendee(one, is_weak=False), entry.hash_key), of_entry(entry, same_roster=True)


def _assign(unknown: Sequence[Entry], new: Sequence[Attendee]) -> dict[int, Attendee]:
    """New people by the id of the one entry that each fits: by equal name first, then by anything they share.

    A record that siblings share may show any of their names (API.md, 9): of people with one address the name does not
    tell who is there.
    """
    found: dict[int, Attendee] = {}

    def equal(entry: Entry, one: Attendee) -> bool:
        shown, ours = _compared(one, entry)
        return bool(ours.names & shown.names)

    for fits in (equal, _fits):
        for one in new:
            left = [entry for entry in unknown if entry.id not in found and _may_be(entry, one)]
            open_ = [entry for entry in left if fits(entry, one) or _same_contact(entry, one)]
            rivals = [other for other in new if other not in found.values() and any(fits(e, other) for e in open_)]
            if one not in found.values() and len(open_) == 1 and len(rivals) == 1:
                found[open_[0].id] = one
    return found


def _booked(entry: Entry, one: Attendee | None) -> Entry:
    if one is None:
        return replace(entry, state=EntryState.BOOKED)
    return replace(
        entry, state=EntryState.BOOKED, customer_id=one.customer_id, customer_booking_id=one.customer_booking_id
    )
