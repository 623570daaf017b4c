"""Pure: one person, sought by a name, an e-mail address, a telephone number or a Reference; and traces put together."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from itertools import chain
from types import MappingProxyType

from importer.model import Participant, RowRef, Target
from importer.people.evidence import Evidence, hashed, is_near, of_participant
from importer.people.kinds import spellings_of

EQUAL_NAME, NEAR_NAME = "equal name", "near name"

_FEWEST_DIGITS = 6
_NUMBER = re.compile(r"[\d\s+()./-]+")


def of_text(text: str) -> Evidence:
    """What somebody has typed: ``Ada Lovelace``, ``Lovelace, Ada``, an address, a number or a Reference."""
    text = " ".join(text.split())
    is_number = bool(_NUMBER.fullmatch(text)) and sum(map(str.isdigit, text)) >= _FEWEST_DIGITS
    is_name = not is_number and "@" not in text
    evidence = of_name(text if is_name else "", reference=text)
    return evidence._replace(
        email=text.casefold() if "@" in text else "",
        mobile=of_number(text) if is_number else "",
    )


def of_name(name: str, *, reference: str = "") -> Evidence:
    """Evidence of a whole name."""
    last, comma, first = name.partition(",")
    if not comma:
        first, _, last = name.rpartition(" ")
    return of_participant(Participant(RowRef("", 0), first.strip(), last.strip(), Target(), reference=reference))


def of_number(text: str) -> str:
    """A telephone number as it is compared."""
    return of_participant(Participant(RowRef("", 0), "", "", Target(), mobile=text)).mobile


def reasons(sought: Evidence, known: Evidence) -> tuple[str, ...]:
    """What shows for certain that somebody known is meant; nothing where nothing does."""
    sought = hashed(sought, known.hash_key)
    numbers = {known.mobile, known.phone} - {""}
    shown = {
        EQUAL_NAME: not {*spellings_of(sought)}.isdisjoint(spellings_of(known)),
        "same e-mail": known.email and sought.email == known.email,
        "same telephone number": sought.mobile in numbers,
        "same Reference": known.reference and sought.reference == known.reference,
    }
    return tuple(reason for reason, holds in shown.items() if holds)


def may_be(sought: Evidence, known: Evidence) -> bool:
    """Whether the names look like one another; names that were forgotten look like nothing."""
    return not known.hash_key and is_near(sought, known)


def together(
    traces: Sequence[Evidence],
    links: Sequence[Collection[Hashable]],
    apart: Mapping[int, Collection[Hashable]] = MappingProxyType({}),
) -> list[list[int]]:
    """Which traces are of one person, each by its index, the earliest first.

    They are where they are linked, or share a name beside an address or Reference; by a name alone where all who have
    it may be one. Where two of that name differ in an address or Reference, those without any stay by themselves. So
    does, of some traces, each that is kept ``apart`` from another of them, by a link of that one: a person has said
    that it is somebody else, or has not said yet who it is.
    """
    groups = _Groups(len(traces))
    groups.join_by(links)
    for some in _by_key([{(name, known) for name in one.names for known in _known_by(one)} for one in traces]):
        groups.join(chain(*_agreeing(groups.of(some), links, apart)))
    for some in _by_key([one.names for one in traces]):
        parts = _agreeing(groups.of(some), links, apart)
        if not _differ(traces, parts):
            groups.join(chain(*parts))
    return groups.of(range(len(traces)))


def _by_key(keys: Sequence[Iterable[Hashable]]) -> Iterable[list[int]]:
    """Those that have a key in common, for each key."""
    of_key: defaultdict[Hashable, list[int]] = defaultdict(list)
    for at, some in enumerate(keys):
        for key in some:
            of_key[key].append(at)
    return of_key.values()


def _agreeing(
    parts: list[list[int]], links: Sequence[Collection[Hashable]], apart: Mapping[int, Collection[Hashable]]
) -> list[list[int]]:
    """Those of some that are not kept apart from another of them."""
    linked = [{link for at in part for link in links[at]} for part in parts]
    kept = [{link for at in part for link in apart.get(at, ())} for part in parts]
    return [
        part
        for here, part in enumerate(parts)
        if not any(kept[here] & there for other, there in enumerate(linked) if other != here)
    ]


class _Groups:
    """Sets that are joined."""

    def __init__(self, count: int) -> None:
        self._first = [*range(count)]

    def join(self, some: Iterable[int]) -> None:
        firsts = {*map(self._first_of, some)}
        first = min(firsts, default=0)
        for one in firsts:
            self._first[one] = first

    def join_by(self, keys: Sequence[Iterable[Hashable]]) -> None:
        """Join those that have a key in common."""
        for some in _by_key(keys):
            self.join(some)

    def of(self, some: Iterable[int]) -> list[list[int]]:
        found: defaultdict[int, list[int]] = defaultdict(list)
        for at in sorted(some):
            found[self._first_of(at)].append(at)
        return [*found.values()]

    def _first_of(self, at: int) -> int:
        while self._first[at] != at:
            self._first[at] = at = self._first[self._first[at]]
        return at


def _known_by(one: Evidence) -> set[tuple[str, str]]:
    """Addresses and Reference, each with its kind; a number is one wherever it is written (API.md, 20)."""
    kinds = {("email", one.email), ("number", one.mobile), ("number", one.phone), ("reference", one.reference)}
    return {(kind, text) for kind, text in kinds if text}


def _differ(traces: Sequence[Evidence], groups: Iterable[Iterable[int]]) -> bool:
    """Whether some of these have addresses, numbers or References of which they share none."""
    seen: defaultdict[str, list[set[str]]] = defaultdict(list)
    for group in groups:
        own: defaultdict[str, set[str]] = defaultdict(set)
        for kind, text in {known for at in group for known in _known_by(traces[at])}:
            own[kind].add(text)
        for kind, texts in own.items():
            seen[kind].append(texts)
    return any(not one & other for some in seen.values() for at, one in enumerate(some) for other in some[:at])
