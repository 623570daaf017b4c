"""Pure: a name that is all in capitals, or all in small letters, as it is written in English. Others are left alone.

By rules of ours: nameparser makes MacHado of MACHADO, and st John of ST JOHN.
"""

from __future__ import annotations

import re

_PARTS = re.compile(r"[^\W\d_]+")
_SMALL = frozenset(
    """
    van von der den de del della di da do dos das du la le las los el y e bin bint ibn ter ten te zu zum zur vom
    """.split()  # noqa: SIM905 - to be read as words
)
"""Particles within a last name. In front of nothing they are the name: Le, Du."""

_NUMERAL = re.compile(r"(?:ii|iii|iv|vi{0,3})", re.IGNORECASE)
_INITIALS = re.compile(r"[^AEIOUY]{2}|[A-Z]J")


def as_in_english(first_name: str, last_name: str) -> tuple[str, str]:
    """``John``, ``O'Brien`` of ``JOHN``, ``O'BRIEN``; AJ stays, as does each name that has letters of both kinds."""
    return " ".join(map(_first, first_name.split())), _last(last_name)


def _first(word: str) -> str:
    return word if word.isupper() and _INITIALS.fullmatch(word) else _capitalised(word)


def _last(name: str) -> str:
    words = name.split()
    return " ".join(_of_last(word, at, len(words), is_small=name.islower()) for at, word in enumerate(words))


def _of_last(word: str, at: int, count: int, *, is_small: bool) -> str:
    if (at or len(word) > 1) and at < count - 1 and word.lower() in _SMALL and _is_uniform(word):
        return word.lower()
    if at and _NUMERAL.fullmatch(word):
        return word.upper()
    return word if word.islower() and not is_small else _capitalised(word)


def _capitalised(word: str) -> str:
    """``McDonald``, ``O'Brien``, ``Smith-Jones``; in ``'t`` and behind ``N's`` a letter stays small."""
    if len(word) == 1:
        return word.upper()
    if not _is_uniform(word) and not (word.startswith("Mc") and word[2:].isupper()):
        return word
    return _PARTS.sub(_part, word)


def _part(match: re.Match[str]) -> str:
    part = match[0].lower()
    before = match.string[: match.start()][-1:]
    if before in ("'", "’") and len(part) == 1:
        return part
    if part.startswith("mc") and len(part) > len("mc") + 1:
        return f"Mc{part[2:].capitalize()}"
    return part.capitalize()


def _is_uniform(text: str) -> bool:
    return text.isupper() or text.islower()
