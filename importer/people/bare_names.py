"""Pure: a name without what people write in front of it or in brackets beside it: titles, "(sibling)"."""

from __future__ import annotations

import re

_TITLES = (
    # English
    "mr", "mrs", "ms", "miss", "mx", "master", "dr", "prof", "professor", "sir", "madam", "rev",
    # German, Dutch, French, Spanish, Portuguese, Italian, Scandinavian
    "herr", "herrn", "frau", "frl", "dhr", "mevr", "mevrouw", "mw", "mme", "mlle", "monsieur", "madame", "mademoiselle",
    "señor", "señora", "señorita", "sra", "srta", "dra", "profa", "sig", "sig.ra", "signor", "signora", "dott",
    "dott.ssa", "hr", "fru",
)  # fmt: skip
"""Titles that are nobody's name. "Pan", "Don", "King" and "Dean" are names as well, "M." is an initial."""

_ONE_TITLE = rf"(?:{'|'.join(sorted(map(re.escape, _TITLES), key=len, reverse=True))})(?:\.\s*|\s+)"
TITLE = re.compile(rf"({_ONE_TITLE})+(?=[^\W\d_])", re.IGNORECASE)
"""Titles in front of something that begins with a letter."""

_TITLE_ALONE = re.compile(rf"(?:{_ONE_TITLE})+", re.IGNORECASE)


def without_title(name: str) -> str:
    """``Ann Lee`` of ``Prof. Dr. Ann Lee``; a title with nothing behind it stays. ``MS Dhoni`` has initials."""
    found = None if name.isalnum() else TITLE.match(name)  # most names are one word, and quickly seen to be
    if found is None:
        return name
    title, rest = found[0], name[found.end() :]
    is_initials = title.isupper() and "." not in title and not rest.isupper()
    return name if is_initials else rest


_BRACKETS = re.compile(r"\s*[(\[]\s*([^()\[\]]*?)\s*[)\]]\s*")


def in_brackets(name: str) -> list[str]:
    """What stands in brackets in a name: ``sibling``."""
    return _BRACKETS.findall(name)


def without_brackets(name: str) -> str:
    """``Tom Brown`` of ``Tom Brown (sibling)``; of a name that stands in brackets, the name."""
    if "(" not in name and "[" not in name:
        return name
    outside = _BRACKETS.sub(" ", name).strip()
    return outside if any(map(str.isalpha, outside)) else _BRACKETS.sub(r"\1", name).strip()


def bare_name(name: str) -> str:
    """A name without either."""
    return name if name.isalnum() else without_title(without_brackets(name))


def is_title_alone(text: str) -> bool:
    """Whether a text is a person's title, or several, and nothing else."""
    return _TITLE_ALONE.fullmatch(f"{text.strip()} ") is not None
