"""Pure: whether a text names a service: by its whole name, in exact words, whatever their case and marks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from importer.lists.session_words import has_weekday
from importer.lists.title_words import SAYS_NOTHING
from importer.model import SessionWords
from importer.people.evidence import fold

_WORD = re.compile(r"\w+(?:['’]\w+)*")


def names_service(text: str, name: str) -> bool:
    """Whether a text has the whole name of a service in it."""
    said = words_of(text)
    return words_beside(words_of(name), said, said) is not None


def names_service_alone(words: SessionWords, name: str) -> bool:
    """Whether a piece of a text is the name of a service, and nothing else."""
    return any(
        [word for word in words_of(piece) if word not in SAYS_NOTHING] == words_of(name) for piece in words.names
    )


def without_days_of(name: str, words: SessionWords) -> SessionWords:
    """The words without a day of the week that only stands in the service's name, as in "Sunday school"."""
    text = " ".join(words_of(words.text)).replace(" ".join(words_of(name)), "", 1)
    return replace(words, weekday=None) if not has_weekday(text) else words


def words_beside(name: Sequence[str], said: Sequence[str], left: Sequence[str]) -> list[str] | None:
    """The words beside days and times that a name does not account for; ``None`` if the text does not have the name."""
    if not name or not any(said[at : at + len(name)] == name for at in range(len(said) - len(name) + 1)):
        return None
    rest = list(left)
    for word in name:
        if word in rest:
            rest.remove(word)
    return [word for word in rest if word not in SAYS_NOTHING]


def words_of(text: str) -> list[str]:
    return [folded for word in _WORD.findall(text) if (folded := fold(word))]
