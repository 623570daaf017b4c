"""What the service has refused a session's first people with: where that is always the same, nobody else is tried."""

from __future__ import annotations

import re

from importer.model import Participant

SAME_REFUSALS = 3
"""So many equal refusals of a session's first people say something about the session, not about them."""


class Refusals:
    """The refusals of one session's first people, in words that say nothing of them."""

    def __init__(self) -> None:
        self._words: list[str] = []

    def note(self, words: str, person: Participant) -> None:
        """What the service says, without what it says of this person: two people are refused alike by other words."""
        if len(self._words) < SAME_REFUSALS:
            theirs = {person.first_name, person.last_name, person.email, person.mobile, person.phone} - {""}
            for text in sorted(theirs, key=len, reverse=True):
                words = words.replace(text, "…")
            self._words.append(re.sub(r"\d+", "#", words))

    def __bool__(self) -> bool:
        return bool(self._words)

    @property
    def first(self) -> str:
        return self._words[0]

    @property
    def are_all_alike(self) -> bool:
        return len(self._words) >= SAME_REFUSALS and len(set(self._words)) == 1
