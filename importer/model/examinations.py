"""What a look at the connection has found, and what it has taught about the service."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How the service compares with what is known of it (API.md)."""

    AS_DESCRIBED = "as described"
    DIFFERS = "differs, and that is fine"
    AFFECTS_IMPORTS = "differs, so imports would be affected"
    NOT_LOOKED_AT = "not looked at"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: what, how it compares, and in a sentence what was seen."""

    subject: str
    verdict: Verdict
    sentence: str


@dataclass(frozen=True, slots=True)
class Learned:
    """Facts about one service that save requests or doubts. ``None`` is what nobody has seen yet."""

    takes_many_ids: bool | None = None
    """Whether several bookings are found with one request (API.md, 2)."""
    search_days: int | None = None
    """How many days one search may span (API.md, 1)."""


@dataclass(frozen=True, slots=True)
class Examination:
    """Findings in the order in which they were looked for; nothing was booked, reserved or changed."""

    findings: tuple[Finding, ...]
    learned: Learned
    requests: int

    @property
    def affects_imports(self) -> bool:
        return any(one.verdict is Verdict.AFFECTS_IMPORTS for one in self.findings)
