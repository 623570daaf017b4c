"""The plans that people have before them: made once for each version of a list, and booked as they were shown."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from importer.importing.proposing import Proposal

_MOST = 20
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
        self._plans: OrderedDict[str, ShownPlan] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, draft: str, version: int) -> ShownPlan | None:
        """What was shown last of this version of a list."""
        with self._lock:
            found = self._plans.get(draft)
        return found if found and found.version == version else None

    def fresh(self, draft: str, version: int, *, now: datetime, make: Callable[[], ShownPlan]) -> ShownPlan:
        """That, unless it is some minutes old: then a new one."""
        found = self.find(draft, version)
        if found and now - found.made < _FRESH:
            return found
        made = make()
        with self._lock:
            self._plans[draft] = made
            self._plans.move_to_end(draft)
            while len(self._plans) > _MOST:
                self._plans.popitem(last=False)
        return made

    def drop(self, draft: str) -> None:
        with self._lock:
            self._plans.pop(draft, None)
