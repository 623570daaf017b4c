"""Pure: how one sender writes lists, where the cells alone can't tell it for sure.

A convention is proposed with an example, agreed once, and kept with the sender's headings (``headings.HeadingSet``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

CONVENTIONS: Mapping[str, tuple[str, ...]] = {
    "date_order": ("dmy", "mdy"),
    "name_order": ("first-last", "last-first"),
    "session_in": ("title", "tab", "file", "blocks", "filled", "none"),
    "ticks": ("yes", "no"),
    "tick_words": (),
    "people_in_row": ("each", "first"),
    "people_in_cell": ("split", "one"),
    "choices_in_cell": ("split", "one"),
    "surname": ("last-word", "last-two-words", "after-first-word"),
    "telephone_zero": ("add", "as-written"),
    "coloured_rows": (),
}
"""What a set of headings may say beside its headings: the values of each, none where any text may stand there."""


class Answer(NamedTuple):
    """One of the things that may be agreed on, in words."""

    value: str
    words: str


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
