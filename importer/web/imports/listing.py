"""Every list on the page and every import of our record, each with how it stands and where it goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from importer.model import Run, RunState, Status
from importer.model.drafts import Draft
from importer.web.at_work import Working


class Listed(NamedTuple):
    """``colour`` is that of the tag; ``draft`` is the id of a list on the page, ``run`` an import from elsewhere."""

    name: str
    state: str
    colour: str
    who: str
    when: datetime
    draft: str = ""
    run: int = 0


def listed(drafts: Iterable[Draft], runs: Iterable[Run], work: Callable[[Draft], Working]) -> list[Listed]:
    """What was changed last comes first. A list that was imported several times stands there once."""
    by_id = {run.id: run for run in runs}
    found, ids = [], set()
    for draft in drafts:
        ids.add(draft.id)
        run = by_id.get(draft.run)
        state, colour = _ordered(work(draft)) if draft.ordered else _resting(draft, run)
        moments = [draft.changed, *([run.finished or run.started] if run else [])]
        found.append(Listed(draft.file, state, colour, draft.changed_by, max(moments), draft=draft.id))
    for run in by_id.values():
        if run.roster_path.parent.name not in ids:
            state, colour = state_of(run)
            found.append(Listed(run.roster_path.name, state, colour, run.by, run.started, run=run.id))
    return sorted(found, key=lambda one: one.when, reverse=True)


def _resting(draft: Draft, run: Run | None) -> tuple[str, str]:
    if draft.options.approved:
        return "Waiting for approval", "yellow"
    return state_of(run) if run else ("Not booked yet", "grey")


def state_of(run: Run) -> tuple[str, str]:
    """How an import stands, and the colour of that."""
    if run.state is RunState.RUNNING and not run.totals:
        return "Not finished", "yellow"
    needing = sum(count for status, count in run.totals.items() if status.needs_person)
    if unsure := run.totals.get(Status.NOT_SURE_YET, 0):
        return f"{unsure:,} not sure yet", "yellow"
    if needing:
        return f"{needing:,} {'row needs' if needing == 1 else 'rows need'} attention", "yellow"
    if untried := _untried(run.totals):
        return f"{untried:,} not booked yet", "grey"
    return "Done", "green"


def _untried(totals: Mapping[Status, int]) -> int:
    return totals.get(Status.NOT_BOOKED_YET, 0)


def _ordered(working: Working) -> tuple[str, str]:
    progress = working.progress
    if working.is_stopping:
        return "Stopping", "blue"
    if working.is_waiting:
        return "Waiting", "blue"
    if progress and progress.total:
        return f"Booking {progress.done:,} of {progress.total:,}", "blue"
    return "Booking", "blue"
