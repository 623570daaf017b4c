"""A list against the version of it that was imported last: who is new, has moved, is no longer on it."""

from __future__ import annotations

from typing import NamedTuple

from importer.importing.questions import Newer
from importer.model import RunReport, Since
from importer.results.news import gone_with_a_place, moved_with_two_places
from importer.web.check.looking import Look


class Moved(NamedTuple):
    """Somebody who still holds a place that the list does not ask for any more; ``now`` is where they are on it."""

    name: str
    held: str
    now: str = ""


class Changes(NamedTuple):
    """``counts`` are sentences like ``2 new``; ``asks`` whether it is a newer version at all, which nobody has said."""

    since: Since
    asks: Newer | None
    counts: tuple[str, ...]
    people: tuple[Moved, ...]

    @property
    def may_remove(self) -> bool:
        return self.asks is None and bool(self.people)


def changes_of(found: Look) -> Changes | None:
    """``None`` where no version of it was imported before, or what was is the same."""
    since = found.report.since
    if since is None:
        return None
    asks = found.proposal.newer if found.proposal else None
    people = (*_moved(found.report), *(Moved(one.name, one.session) for one in gone_with_a_place(found.report)))
    if not (asks or since.added or since.moved or since.gone):
        return None
    return Changes(since, asks, _counts(since), people)


def _moved(report: RunReport) -> list[Moved]:
    now = {one.row: one for one in report.outcomes}
    found = sorted(moved_with_two_places(report).items())
    return [Moved(former.name, former.session, now[row].session) for row, former in found if row in now]


def _counts(since: Since) -> tuple[str, ...]:
    unchanged = len(since.before) - len(since.moved)
    counted = (
        (len(since.added), "new"),
        (len(since.moved), "moved to another session"),
        (len(since.gone), "perhaps no longer on the list" if since.unread else "no longer on the list"),
        (unchanged, "unchanged"),
    )
    return tuple(f"{count:,} {what}" for count, what in counted if count)
