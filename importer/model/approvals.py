"""What was approved to be booked, by whom, and what differs from it by now. Of people it holds keyed digests alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from importer.model.rosters import RowRef
from importer.model.status import Status


@dataclass(frozen=True, slots=True)
class ApprovedLine:
    """One person on one session as a plan had it: ``digest`` is that of all that it means.

    ``parts`` are those of each thing it means, by what people call that; they only help to tell what differs. ``row``
    is where the person stood in the list then.
    """

    row: RowRef
    digest: str
    parts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Shortfall:
    """An approved person who was not booked, by their row, and what became of them; ``None``: no longer on the list."""

    row: RowRef
    status: Status | None

    def words(self, *, with_sheet: bool) -> str:
        """``row 14 (Full)``"""
        sheet = f' of "{self.row.sheet}"' if with_sheet else ""
        return f"{self.row}{sheet} ({self.status or 'no longer on the list'})"


@dataclass(frozen=True, slots=True)
class Approval:
    """A plan that may be approved, or was: ``code`` stands for all its ``lines``.

    ``prepared_by`` prepared it at ``prepared`` from the ``file`` with these bytes (``sha256``). ``approved_by`` let it
    through at ``approved``, having ``signed_in`` in that way, with a ``comment``; all empty while nobody has. ``run``
    is the import that carried it out, 0 for none yet, and ``short`` who of the approved that import did not book:
    ``None`` until it has ended.
    """

    code: str
    lines: tuple[ApprovedLine, ...]
    prepared_by: str
    prepared: datetime
    file: str
    sha256: str
    expires: datetime
    approved_by: str = ""
    signed_in: str = ""
    approved: datetime | None = None
    comment: str = ""
    run: int = 0
    short: tuple[Shortfall, ...] | None = None
    id: int = 0

    @property
    def left(self) -> tuple[ApprovedLine, ...]:
        """Whom an import may still book by it: who was booked by it once and was removed since is not booked again."""
        if self.short is None:
            return self.lines
        rows = {one.row for one in self.short}
        return tuple(line for line in self.lines if line.row in rows)

    @property
    def is_carried_out(self) -> bool:
        """Whether an import of it is under way or over, or a dry run shows what one would not book."""
        return self.short is not None

    @property
    def short_text(self) -> str:
        """``row 14 (Full), row 20 (no longer on the list)``; empty where everybody is booked."""
        short = self.short or ()
        several = len({one.row.sheet for one in short}) > 1
        return ", ".join(one.words(with_sheet=several) for one in short)

    def is_of(self, lines: Iterable[ApprovedLine]) -> bool:
        """Whether it is this very plan, in whatever order."""
        return Counter(one.digest for one in self.lines) == Counter(one.digest for one in lines)

    def is_open(self, now: datetime) -> bool:
        """Whether nobody has approved it yet, and somebody may."""
        return self.approved is None and not self.is_expired(now)

    def is_expired(self, now: datetime) -> bool:
        return now > self.expires


TIMES_BEFORE = "times_before"

WORDS = {
    "address": "another address of the service",
    "session": "another session",
    "service": "another service",
    "room": "another room or teacher",
    "start": "another start",
    "name": "another name",
    "first_name": "another first name",
    "contact": "other contact details",
    "places": "another number of places",
    "decision": "another decision",
    "payments": "another choice of payment requests",
    "passing_on": "another choice of contact details (--contact)",
}
"""What people call each thing that a line of an approved plan means, but for ``TIMES_BEFORE``."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A person who would be booked and was not approved so: ``what`` differs (``WORDS``, ``TIMES_BEFORE``); nothing of
    one who is new."""

    row: RowRef
    name: str
    what: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """``approved with another session, another start``"""
        if not self.what:
            return "not among those approved"
        if TIMES_BEFORE in self.what:
            return "booked and removed since this code was made"
        return f"approved with {', '.join(WORDS[one] for one in self.what)}"

    @property
    def sentence(self) -> str:
        return f"{self.words[0].upper()}{self.words[1:]}."
