"""What became of a row, what a person may decide, and how bad a finding is."""

from __future__ import annotations

from enum import StrEnum

from importer.model.sessions import PROVIDER

PRACTICE = " (PRACTICE)"
"""What stands behind a status where nobody was really booked."""


class Status(StrEnum):
    """What became of a row, in the words of the column "Import status"."""

    BOOKED = "Booked"
    ALREADY_BOOKED = "Already booked"
    NO_LONGER_BOOKED = "No longer booked"
    LEFT_OUT = "Left out"
    READY = "Ready"
    WOULD_BOOK = "Would book"
    FIX_ROW = "Fix row"
    SAME_PERSON = "Same person?"
    FULL = "Full"
    REFUSED = f"{PROVIDER} refused"
    NOT_SURE_YET = "Not sure yet"
    NOT_BOOKED_YET = "Not booked yet"
    REMOVED = "Removed"
    WOULD_REMOVE = "Would remove"
    KEPT = "Kept"
    ALREADY_GONE = "Already gone"

    @property
    def is_done(self) -> bool:
        """Nothing is left to do for this row."""
        return self in _DONE

    @property
    def is_well(self) -> bool:
        """The person is booked, or nothing is known that would keep them from it."""
        return self in _WELL

    @property
    def needs_person(self) -> bool:
        """A person has to change or decide something before this row can be booked."""
        return self in _NEEDS_PERSON

    @property
    def meaning(self) -> str:
        return _MEANINGS[self][0]

    @property
    def remedy(self) -> str:
        """What there is to do, for the person who sent the roster."""
        return _MEANINGS[self][1]


_DONE = frozenset(
    {
        Status.BOOKED,
        Status.ALREADY_BOOKED,
        Status.NO_LONGER_BOOKED,
        Status.LEFT_OUT,
        Status.REMOVED,
        Status.KEPT,
        Status.ALREADY_GONE,
    }
)


_WELL = frozenset({Status.BOOKED, Status.ALREADY_BOOKED, Status.READY, Status.WOULD_BOOK})


_NEEDS_PERSON = frozenset({Status.FIX_ROW, Status.SAME_PERSON, Status.FULL, Status.REFUSED})


_MEANINGS = {
    Status.BOOKED: ("This run has put the person on the session.", "Nothing, unless the message says more."),
    Status.ALREADY_BOOKED: ("The person was on the session before this run.", "Nothing."),
    Status.NO_LONGER_BOOKED: (
        "They were booked, and were removed from the session, or it was cancelled, after that.",
        "Nothing; `--rebook` books again who was removed.",
    ),
    Status.LEFT_OUT: (
        'You chose "Leave out", or another row counts for this person.',
        "Nothing; empty the decision to have the row back.",
    ),
    Status.READY: ("`check`: nothing is wrong that can be known without the network.", "Import."),
    Status.WOULD_BOOK: ("`--dry-run`: an import at that moment would book them.", "Import."),
    Status.FIX_ROW: ("Something in the row can't be used; the message says what.", "Correct the row, send it again."),
    Status.SAME_PERSON: (
        "Somebody booked there may be this person; only you can tell.",
        'Choose in "Import decision", send it again.',
    ),
    Status.FULL: (
        "Too few places are left for this row.",
        'Write another session (the message names some) or choose "Leave out", send it again.',
    ),
    Status.REFUSED: (
        f"{PROVIDER} did not accept the booking; the message has its words.",
        "Put right what they say, send it again.",
    ),
    Status.NOT_SURE_YET: (
        f"{PROVIDER}'s answer was lost: they may be booked (with `undo`: removed) or not.",
        "Add nobody by hand. Send it again after the time in the message, or `roster resume --wait`.",
    ),
    Status.NOT_BOOKED_YET: ("The import stopped before this row.", "Send it again, or `roster resume`."),
    Status.REMOVED: ("`undo`: this run has taken the person off the session.", "Nothing; it can't be undone."),
    Status.WOULD_REMOVE: ("`undo --dry-run`: an undo at that moment would take them off.", "Undo."),
    Status.KEPT: (
        "`undo`: nothing was changed for this person; the message says why.",
        f"Remove them in {PROVIDER} if they are not coming.",
    ),
    Status.ALREADY_GONE: ("`undo`: somebody else had removed them before.", "Nothing."),
}


class Decision(StrEnum):
    """What a person may choose in the column "Import decision"."""

    BOOK = "Book"
    LEAVE_OUT = "Leave out"
    SAME_PERSON = "Same person"
    DIFFERENT_PERSON = "Different person"

    @property
    def meaning(self) -> str:
        """What it does, for whoever chooses."""
        return {
            Decision.BOOK: "book a row that waits",
            Decision.LEAVE_OUT: "skip this row",
            Decision.SAME_PERSON: "it is the one we asked about, so book nobody",
            Decision.DIFFERENT_PERSON: "it is somebody else, so book this one too",
        }[self]

    @property
    def tells_apart(self) -> bool:
        """As an answer to ``Same person?``: no, that is somebody else. ``Book`` is what this was called before."""
        return self in (Decision.DIFFERENT_PERSON, Decision.BOOK)


CHOICES_EXPLAINED = "\n".join(f"{one}: {one.meaning}." for one in Decision)


class Severity(StrEnum):
    """A problem keeps the row from being booked; a warning does not."""

    PROBLEM = "problem"
    WARNING = "warning"
