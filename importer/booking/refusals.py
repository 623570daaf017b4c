"""What the service has refused a session's first people with: where that is always the same, nobody else is tried."""

from __future__ import annotations

import re

from importer.model import PROVIDER, Participant, RowRef

SAME_REFUSALS = 3
"""So many equal refusals of a session's first people say something about the session, not about them."""


class Refusals:
    """The refusals of one session's first people, in words that say nothing of them."""

    def __init__(self) -> None:
        self._words: list[str] = []
        self._against = ""

    def note(self, words: str, person: Participant) -> None:
        """What the service says, without what it says of this person: two people are refused alike by other words."""
        if len(self._words) < SAME_REFUSALS:
            theirs = {person.first_name, person.last_name, person.email, person.mobile, person.phone} - {""}
            for text in sorted(theirs, key=len, reverse=True):
                words = words.replace(text, "…")
            self._words.append(re.sub(r"\d+", "#", words))

    def __bool__(self) -> bool:
        return bool(self._words)

    def note_against(self, row: RowRef, status: str) -> None:
        """An answer that took a booking back in the same breath: that may be how the session is."""
        told = f'{PROVIDER} called the booking of {row} "{status}".'
        self._against = f"Not booked: {told} Look there first, then import the list again."

    def why_nobody_else(self, *, has_booked: bool) -> str:
        """Why nobody else of the session is tried; empty where nothing keeps them from it.

        ``has_booked``: somebody was, so that equal refusals are not about the session.
        """
        if self._against or has_booked or len(self._words) < SAME_REFUSALS or len(set(self._words)) > 1:
            return self._against
        return f"Not booked: {PROVIDER} refused the first {SAME_REFUSALS} people of this session: {self._words[0]}"
