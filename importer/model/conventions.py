"""Pure: how one sender writes lists, where the cells alone can't tell it for sure.

A convention is proposed with an example, agreed once, and kept with the sender's headings (``headings.HeadingSet``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from importer.model.colour_names import colour_name

CONVENTIONS: Mapping[str, tuple[str, ...]] = {
    "date_order": ("dmy", "mdy"),
    "name_order": ("first-last", "last-first"),
    "session_in": ("title", "tab", "file", "blocks", "filled", "none"),
    "title_words": (),
    "ticks": ("yes", "title", "tab", "file", "headings", "no"),
    "tick_words": (),
    "people_in_row": ("each", "first"),
    "people_in_cell": ("split", "one"),
    "choices_in_cell": ("split", "one"),
    "surname": ("last-word", "last-two-words", "after-first-word"),
    "telephone_zero": ("add", "as-written"),
    "coloured_rows": (),
    "row_words": (),
    "other_people": ("not-used",),
    "other_sessions": ("not-used",),
}
"""What a set of headings may say beside its headings: the values of each, none where any text may stand there."""

TITLE_WORDS = "title_words"
"""The convention that lists what may stand in titles beside a session; more may come to it (``listed``)."""

_IN_WORDS: Mapping[str, Mapping[str, str]] = {
    "date_order": {"dmy": "03/04/2030 is 3 April", "mdy": "03/04/2030 is 4 March"},
    "name_order": {"first-last": "the first name comes first", "last-first": "the last name comes first"},
    "session_in": {
        "title": "the session stands in a title above the people",
        "tab": "the session is the name of the sheet",
        "file": "the session is in the name of the file",
        "blocks": "each title is the session of the people under it",
        "filled": "a session holds for the rows under it, too",
        "none": "no title, sheet or file name says the session",
    },
    "ticks": {
        "yes": "each tick is a booking",
        "title": "each tick is a booking; the title says of what",
        "tab": "each tick is a booking; the name of the sheet says of what",
        "file": "each tick is a booking; the name of the file says of what",
        "headings": "each tick is a booking; its heading alone says of what",
        "no": "ticks are not bookings",
    },
    "people_in_row": {"each": "each name in a row is a person", "first": "only the first name of a row is a person"},
    "people_in_cell": {"split": "a cell may name several people", "one": "a cell names one person"},
    "choices_in_cell": {"split": "a cell may name several sessions", "one": "a cell names one session"},
    "surname": {
        "last-word": "of three words the last is the surname",
        "last-two-words": "of three words the last two are the surname",
        "after-first-word": "all words after the first are the surname",
    },
    "telephone_zero": {"add": "a zero is missing in front of telephone numbers", "as-written": "numbers as written"},
    "other_people": {"not-used": "other columns of names or addresses are not used"},
    "other_sessions": {"not-used": "other columns of ticks or sessions are not used"},
}


_IN_PAIRS: Mapping[str, Callable[[str, str], str]] = {
    "tick_words": lambda word, said: f'"{word}" is {"a" if said.casefold() == "yes" else "no"} tick',
    "coloured_rows": lambda colour, said: f"{colour_name(colour)} rows: {said}",
    "row_words": lambda word, said: f'rows with "{word}": {said}',
}


def pairs_of(kept: str) -> dict[str, str]:
    """``waiting list: no; late: yes``, and ``FF0000: leave out``: what was agreed on of each, as it is kept."""
    pairs = (one.rpartition(":") for one in kept.split(";") if ":" in one)
    return {one.strip(): said.strip() for one, _, said in pairs}


def pairs_text(pairs: Mapping[str, str]) -> str:
    return "; ".join(f"{one}: {said}" for one, said in pairs.items())


def listed(kept: str) -> tuple[str, ...]:
    """``Oakfield; Studio 1``: what was agreed on, as it is kept."""
    return tuple(filter(None, map(str.strip, kept.split(";"))))


def listed_text(some: Iterable[str]) -> str:
    """Each once."""
    return "; ".join(dict.fromkeys(some))


def in_words(key: str, value: str) -> str:
    """What was agreed on, as a person reads it."""
    if key == TITLE_WORDS:
        said = ", ".join(f'"{one}"' for one in listed(value))
        return f"titles may also say {said}"
    if (words := _IN_PAIRS.get(key)) and (pairs := pairs_of(value)):
        return ", ".join(words(one, said) for one, said in pairs.items())
    return _IN_WORDS.get(key, {}).get(value) or f"{key.replace('_', ' ')}: {value}"


SENDER = "sender"
"""The key of the question whose list it is, where the sets of several senders have the same headings: the answer is a
setting, not kept with one of them."""


class Answer(NamedTuple):
    """One of the things that may be agreed on, in words. ``also`` is what else is agreed on by it: keys, and the texts
    that come to those that were agreed on before."""

    value: str
    words: str
    also: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Convention:
    """Something about a sheet that is open: ``key`` is one of ``CONVENTIONS``.

    ``asks`` are the lines that ask it, with an example. ``likely`` is the value of the answer that is proposed, which
    Enter takes; where it is "", Enter leaves the question open. ``is_needed``: nobody of the sheet is booked before
    it is answered; else the rows that it concerns say what is open.
    """

    key: str
    asks: tuple[str, ...]
    answers: tuple[Answer, ...]
    likely: str = ""
    is_needed: bool = False

    def also(self, value: str) -> tuple[tuple[str, str], ...]:
        """What else is agreed on by who gives the answer with this value."""
        return next((one.also for one in self.answers if one.value == value), ())
