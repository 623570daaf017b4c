"""What a look at the connection has found, and what it has taught about the service."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from enum import StrEnum


class Verdict(StrEnum):
    """How the service compares with what is known of it (API.md)."""

    AS_DESCRIBED = "as described"
    DIFFERS = "differs, and that is fine"
    AFFECTS_IMPORTS = "differs, so imports would be affected"
    NOT_LOOKED_AT = "not looked at"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: how it compares, and in a phrase what was ``seen`` (why not, if not looked at).

    ``imports_would`` is what imports would do because of it, where that is not fine.
    """

    subject: str
    verdict: Verdict
    seen: str
    imports_would: str = ""

    @property
    def sentence(self) -> str:
        """``differs: one request each is needed, and that is fine.``"""
        match self.verdict:
            case Verdict.DIFFERS:
                return f"differs: {self.seen}, and that is fine."
            case Verdict.AFFECTS_IMPORTS:
                return f"differs: {self.seen}, so imports would {self.imports_would}."
        return f"{self.verdict}: {self.seen}."


GONE, MARKED, LISTED = "gone", "marked", "listed"


@dataclass(frozen=True, slots=True)
class Learned:
    """What looks and imports have taught about one service: it saves requests or doubts. ``None``: not seen yet."""

    takes_many_ids: bool | None = None
    """Whether several bookings are found with one request (API.md, 2)."""
    search_days: int | None = None
    """How many days one search may span (API.md, 1)."""
    answer_lists_everybody: bool | None = None
    """Whether a confirm's answer lists those, too, who were on the session before (API.md, 8)."""
    own_source: str | None = None
    """How the service writes where those have booked whom we confirm (API.md, 20)."""
    gives_places: bool | None = None
    """Whether one person with several places got as many (API.md, 13)."""
    leaves_payments_out: bool | None = None
    """Whether our choice of no payment request took where a session has a price (API.md, 7)."""
    tells_payments: bool | None = None
    """Whether an answer tells if our choice of no payment request took; ``True`` is never learned (API.md, 7)."""
    free_costs_nothing: bool | None = None
    """Whether nobody is asked for money on a session whose price is 0; ``True`` is never learned (API.md, 7)."""
    cancelled_status: str | None = None
    """The status of people who are listed although they were cancelled (API.md, 15)."""
    removed_are: str | None = None
    """How somebody is shown whom we have taken off: ``GONE``, ``MARKED``, or ``LISTED`` as before (API.md, 22)."""

    @property
    def sources(self) -> frozenset[str]:
        """Of whom we confirm, as far as it is known."""
        return frozenset({self.own_source or ""}) - {""}

    @property
    def removed_are_gone(self) -> bool:
        """Whether it is known that whom we take off is not listed any more, or not like one who is there (22)."""
        return self.removed_are in (GONE, MARKED)

    @property
    def affects_imports(self) -> bool:
        """Whether people may be asked for money against what was chosen."""
        return self.leaves_payments_out is False or self.free_costs_nothing is False

    def joined(self, later: Learned) -> Learned:
        """This, and what was seen later, which holds where both know something."""
        return replace(self, **{name: fact for name, fact in asdict(later).items() if fact is not None})


@dataclass(frozen=True, slots=True)
class Examination:
    """Findings in the order in which they were looked for, and how many requests that took."""

    findings: tuple[Finding, ...]
    learned: Learned
    requests: int

    @property
    def affects_imports(self) -> bool:
        return any(one.verdict is Verdict.AFFECTS_IMPORTS for one in self.findings)
