"""Pure: which words of a name without a comma are the first and which the last, as they and their column tell."""

from __future__ import annotations

import re
from collections.abc import Sequence

from importer.lists.findings import MIXED, Finding
from importer.model import Severity

FIRST_LAST, LAST_FIRST = "first-last", "last-first"
"""The orders of a name without a comma: Leo Khan, Khan Leo."""

ORDER_OPEN = "name_order"
"""The rule of a name that is read as first and last name though nothing tells so."""

WITH_COMMA = 'Write it "Last, First".'

_SHORTEST_SHOUT = 3  # AJ are initials
_PARTICLE = re.compile(
    r"[Aa]l|[Bb]in|bint|[Ii]bn|[Dd]'|[Dd]a|das|[Dd]e|degli|dei|[Dd]el|[Dd]ella|den|der|[Dd]i|do|[Dd]os|[Dd]u|[Ee]l|la|le|"
    r"las|los|[Oo]'|ten|ter|te|van|Van De[nr]?|vom|[Vv]on|zu|zum|zur"
)
_NO_FIRST_NAME = re.compile(
    r"(?:mr|mrs|ms|miss|mx|dr|prof|sir|rev|jr|sr|ii|iii|iv|esq|mbe|obe|cbe|phd|de|del|della|van|von|o')\.?(?: .*)?",
    re.IGNORECASE,
)
_APOSTROPHE = re.compile(r"[OoDd]['’]")

_OPEN = Finding(
    ORDER_OPEN,
    "Nothing in the column tells which name comes first: it is read as First Last. If that is wrong, write it "
    '"Last, First".',
    Severity.WARNING,
)
_UNDECIDED = Finding("name_orders_mixed", f"The column has names in both orders. {WITH_COMMA}")


def split_words(words: Sequence[str], order: str | None, surname: str | None) -> tuple[str, str, Finding | None]:
    """First and last name of a name without a comma; empty where that is not certain."""
    doubt = None
    if told := by_capitals(words):
        if told[0] != (order or FIRST_LAST):
            return "", "", _UNDECIDED if order == MIXED else None
    elif len(words) == 2 and not is_no_first_name(words[0]):
        if order == MIXED:
            return "", "", _UNDECIDED
        told, doubt = (order or FIRST_LAST, 1), None if order else _OPEN
    else:
        told = _by_particle(words, order) or by_surname(words, order, surname)
    if told is None:
        return "", "", None
    of_name, at = told
    one, other = " ".join(words[:at]), " ".join(words[at:])
    return (one, other, doubt) if of_name == FIRST_LAST else (other, one, doubt)


def by_capitals(words: Sequence[str]) -> tuple[str, int] | None:
    """The order and where the second name starts, if one end of the name is shouted and the other is not."""
    shouted = [_is_shouted(word) for word in words]
    if not any(shouted) or not any(map(str.islower, "".join(words))):
        return None
    of_last = [shout or is_particle(word.lower()) for word, shout in zip(words, shouted, strict=True)]
    if shouted[-1]:
        at = len(words)
        while at > 1 and of_last[at - 1]:
            at -= 1
        return None if any(shouted[:at]) else (FIRST_LAST, at)
    at = len(words) - shouted[::-1].index(True)
    return (LAST_FIRST, at) if all(of_last[:at]) else None


def _by_particle(words: Sequence[str], order: str | None) -> tuple[str, int] | None:
    """The same, if a particle tells where the last name starts and does not belie the order of the column."""
    told = by_small_particle(words)
    if told is None and order == LAST_FIRST:
        told = _last_name_in_front(words)
    elif told is None and order != MIXED:
        told = _last_name_behind(words)
    return told if told and order in (None, MIXED, told[0]) else None


def by_surname(words: Sequence[str], order: str | None, surname: str | None) -> tuple[str, int] | None:
    """The same of three plain words, by what was agreed on; of more, only if all after the first are the surname."""
    if not surname or order not in (None, FIRST_LAST) or is_no_first_name(words[0]) or is_no_first_name(words[-1]):
        return None
    is_plain = not any(map(is_particle, map(str.lower, words))) and len(set(map(_is_shouted, words))) == 1
    if not is_plain or not (len(words) == 3 or (surname == "after-first-word" and len(words) > 2)):
        return None
    return FIRST_LAST, 2 if surname == "last-word" else 1


def by_small_particle(words: Sequence[str]) -> tuple[str, int] | None:
    """The same, if the place of a particle in small letters tells the order, too."""
    if words[0].islower():
        return _last_name_in_front(words)
    at = len(words) - 1
    while at > 1 and words[at - 1].islower() and is_particle(words[at - 1]):
        at -= 1
    return (FIRST_LAST, at) if 0 < at < len(words) - 1 else None


def _last_name_in_front(words: Sequence[str]) -> tuple[str, int] | None:
    """``van der Berg Anna``: particles, their name and one more."""
    at = 0
    while at < len(words):
        if is_particle(" ".join(words[at : at + 2])):
            at += 2
        elif is_particle(words[at]):
            at += 1
        else:
            break
    return (LAST_FIRST, at + 1) if 0 < at == len(words) - 2 else None


def _last_name_behind(words: Sequence[str]) -> tuple[str, int] | None:
    """``Ana de la Cruz Soto``: the last name starts at the first particle."""
    for at in range(1, len(words) - 1):
        if is_particle(words[at]) or is_particle(" ".join(words[at : at + 2])):
            return FIRST_LAST, at
    return (FIRST_LAST, len(words) - 1) if len(words) > 2 and _APOSTROPHE.match(words[-1]) else None


def _is_shouted(word: str) -> bool:
    letters = "".join(filter(str.isalpha, word.removeprefix("Mc").removeprefix("Mac")))
    return len(letters) >= _SHORTEST_SHOUT and letters.isupper()


def is_particle(word: str) -> bool:
    return _PARTICLE.fullmatch(word.replace("’", "'")) is not None


def is_no_first_name(name: str) -> bool:
    return _NO_FIRST_NAME.fullmatch(name.replace("’", "'")) is not None
