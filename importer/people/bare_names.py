"""Pure: a name without what people write around it or in brackets beside it: titles, degrees, "(sibling)"."""

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

_OF_DOCTOR = r"(?:(?:med|dent|vet|rer|nat|pol|phil|jur|iur|theol|oec|habil|h\. ?c)\.\s*|(?-i:med|dent|vet|jur)\s+)"
"""``Dr. med.``, ``Dr. rer. nat.``; without a dot Phil and Med are names."""
_ONE_TITLE = (
    rf"(?:dr(?:\.\s*|\s+){_OF_DOCTOR}+|dr\.-ing\.\s*|dipl\.-[a-z]+\.\s*"
    rf"|(?:{'|'.join(sorted(map(re.escape, _TITLES), key=len, reverse=True))})(?:\.\s*|\s+))"
)
TITLE = re.compile(rf"({_ONE_TITLE})+(?=[^\W\d_])", re.IGNORECASE)
"""Titles in front of something that begins with a letter."""

_DEGREES = frozenset(
    """
    phd dphil mphil msc bsc llm llb mpharm mbchb frs frcs frcp frcpath mrcs mrcp mrcgp frics mrics rgn
    cbe dbe kbe kcmg cmg cvo esq
    """.split()  # noqa: SIM905 - to be read as words
)
"""What people write behind names and nobody is called. "MA", "BA" and "MD" are left: Ma, Ba and Md are names."""
_SPELT_SO = frozenset({"MEng", "BEng"})
"""Meng and Beng are names."""
_DEGREES_OR_NAMES = frozenset({"MBA", "MBE", "OBE"})
"""The same, in capitals: Mba, Mbe and Obe are surnames."""
DEGREE = re.compile(
    rf"[ ,](?:{'|'.join((*_DEGREES, 'ph.d', 'd.phil', 'm.sc', 'b.sc', 'll.m', 'll.b'))}|(?-i:MBA|MBE|OBE|MEng|BEng))\b",
    re.IGNORECASE,
)
"""What may be such a word, somewhere in a name."""

_TITLE_ALONE = re.compile(rf"(?:{_ONE_TITLE})+", re.IGNORECASE)


def without_title(name: str) -> str:
    """``Ann Lee`` of ``Prof. Dr. Ann Lee`` and ``Ann Lee, PhD``; a title alone stays. ``MS Dhoni`` has initials."""
    return name if name.isalnum() else _without_title_behind(_without_title_in_front(name))


def _without_title_behind(name: str) -> str:
    while True:
        rest, blank, word = name.rpartition(" ")
        if not blank or not _is_degree(word, rest):
            return name
        name = rest.rstrip(" ,")


def _is_degree(text: str, beside: str = "") -> bool:
    """Whether a word is only ever written behind a name: ``Ph.D.``; ``MBE`` beside words that are not in capitals."""
    letters = text.replace(".", "")
    return (
        letters.casefold() in _DEGREES
        or letters in _SPELT_SO
        or (letters in _DEGREES_OR_NAMES and not beside.isupper())
    )


def without_degrees(name: str) -> str:
    """``Lovelace, Ada`` of ``Lovelace, PhD, Ada``, ``Ada Lovelace`` of ``Ada Lovelace, MBE``."""
    first, *others = map(str.strip, name.split(","))
    kept = [part for part in others if not part or not all(_is_degree(word, first) for word in part.split())]
    return ", ".join([first, *kept]) if len(kept) < len(others) else name


def is_degree_or_name(word: str) -> bool:
    """Whether it takes more than the name to tell: ``MBA`` may be the surname of Sunday MBA."""
    return word.replace(".", "") in _DEGREES_OR_NAMES


def _without_title_in_front(name: str) -> str:
    found = None if name.isalnum() else TITLE.match(name)  # most names are one word, and quickly seen to be
    if found is None:
        return name
    title, rest = found[0], name[found.end() :]
    is_initials = title.isupper() and "." not in title and not rest.isupper()
    return name if is_initials else rest


_OPENING = frozenset("([（［")
_BRACKETS = re.compile(r"\s*[(\[（［]\s*([^()\[\]（）［］]*?)\s*[)\]）］]\s*")
"""Those of full width, too, which lists in Chinese and Japanese have."""


def in_brackets(name: str) -> list[str]:
    """What stands in brackets in a name: ``sibling``."""
    return [] if _OPENING.isdisjoint(name) else _BRACKETS.findall(name)


def without_brackets(name: str) -> str:
    """``Tom Brown`` of ``Tom Brown (sibling)``; of a name that stands in brackets, the name."""
    if _OPENING.isdisjoint(name):
        return name
    outside = _BRACKETS.sub(" ", name).strip()
    return outside if any(map(str.isalpha, outside)) else " ".join(_BRACKETS.sub(r" \1 ", name).split())


def bare_name(name: str) -> str:
    """A name without either."""
    return name if name.isalnum() else without_title(without_brackets(name))


def is_title_alone(text: str) -> bool:
    """Whether a text is a person's title, or several, and nothing else."""
    return _TITLE_ALONE.fullmatch(f"{text.strip()} ") is not None
