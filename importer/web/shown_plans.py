"""The plans that people have before them: made once for each version of a list, and booked as they were shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from importer.importing.latest import Latest
from importer.importing.proposing import Proposal

_FRESH = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class ShownPlan:
    """``mark`` stands for exactly this plan: a form that has it was filled in with this plan before one's eyes."""

    mark: str
    version: int
    made: datetime
    proposal: Proposal


class ShownPlans:
    """The last few plans, by the id of their list. Safe to call from any thread."""

    def __init__(self) -> None:
        self._plans: Latest[ShownPlan] = Latest(lambda one: len(one.proposal.expected.outcomes))
        self.drop = self._plans.drop

    def find(self, draft: str, version: int) -> ShownPlan | None:
        """What was shown last of this version of a list."""
        found = self._plans.get(draft)
        return found if found and found.version == version else None

    def fresh(self, draft: str, version: int, *, now: datetime, make: Callable[[], ShownPlan]) -> ShownPlan:
        """That, unless it is some minutes old: then a new one."""
        found = self.find(draft, version)
        if found and now - found.made < _FRESH:
            return found
        return self._plans.put(draft, make())
