"""Pure: what looks so odd about a roster, after those that it follows, that a person has to say that it is right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from importer.model import Outcome, Plan, Run, Since, Status, moment_text
from importer.results.news import was_told
from importer.results.report import people

SMALLEST = 10
"""Imports of fewer rows hold nothing back: in a short list much changes from one to the next."""

FEWEST_SHARE = 0.8
MAX_NEW, MAX_NEW_SHARE = 25, 0.2

_UNUSABLE = (Status.FIX_ROW, Status.SAME_PERSON)
"""Neither booked nor bookable nor left out. A row for which no place is left is as it should be."""


def why_held(plan: Plan, imports: Sequence[Run], sha256: str, max_new: int | None) -> tuple[str, ...]:
    """Why a plan should be held: a fact and a question each. ``imports`` are those of its series, newest first.

    ``sha256`` is that of the roster's bytes. By default ``max_new`` is 25 people, or 20 % of those in the last import;
    whoever names it expects so many, and nothing else about who is new holds the roster.
    """
    since = plan.since
    if since is None or since.rows < SMALLEST:
        return ()
    found = (
        _mostly_unusable(plan, since),
        _is_an_old_file(plan, imports, sha256),
        _is_cut_short(plan, since),
        _has_other_people(plan, since) if max_new is None else "",
        _has_many_new(plan, since, max_new),
    )
    return tuple(filter(None, found))


def _mostly_unusable(plan: Plan, since: Since) -> str:
    """What was told with the last import has been seen: a person sent the roster on as it is."""
    everybody = len(plan.roster.rows)
    newly = [one for one in plan.outcomes if one.status in _UNUSABLE and not was_told(one, since.before.get(one.row))]
    if 2 * len(newly) <= everybody:
        return ""
    each = ", ".join(f"{count:,} {status}" for status, count in Counter(one.status for one in newly).most_common())
    return f"{len(newly):,} of {_rows(everybody)} can't be booked ({each}). {_suspect(newly)}"


def _suspect(newly: Sequence[Outcome]) -> str:
    headings = Counter(
        problem.heading
        for one in newly
        if one.status is Status.FIX_ROW
        for problem in one.problems
        if problem.heading and problem.rule in one.rules
    )
    column = next((heading for heading, _ in headings.most_common(1)), "")
    return f'Has "{column}" changed?' if column else "Is it the right file?"


def _is_an_old_file(plan: Plan, imports: Sequence[Run], sha256: str) -> str:
    last = imports[0]
    if last.sha256 == sha256:
        return ""
    old = next((run for run in imports if run.sha256 == sha256), None)
    if old is None:
        return ""
    then, later = (moment_text(run.started, plan.zone) for run in (old, last))
    return (
        f"It is exactly the list of {then} (import {old.id}). A newer one was imported on {later} (import {last.id}). "
        "Is it an old one?"
    )


def _is_cut_short(plan: Plan, since: Since) -> str:
    now = len(plan.roster.rows)
    if now >= FEWEST_SHARE * since.rows:
        return ""
    return f"It has {_rows(now)}. The last import ({since.run}) had {since.rows:,}. Has it been cut short?"


def _has_other_people(plan: Plan, since: Since) -> str:
    """One column sorted without the others makes other people of all: as many are new as are gone.

    It is so whether they are booked already or not yet. That a list whose sessions are over makes way for another holds
    nothing back.
    """
    new, _, asked = _new_moved_asked(plan, since)
    perhaps = {one.row for one in plan.outcomes if one.status is Status.SAME_PERSON} & since.before.keys()
    gone = min(len(since.gone) + len(perhaps), since.rows)
    is_another_list = 2 * (new + asked) > len(plan.roster.rows) and 2 * gone > since.rows
    if not is_another_list or not any(
        former.holds_place or former.status is Status.NOT_BOOKED_YET for former in since.gone
    ):
        return ""
    return (
        f"{new + asked:,} of {_rows(len(plan.roster.rows))} are other people than in the last import, and {gone:,} of "
        f"{since.rows:,} there are no longer on the list. Was one column sorted without the others?"
    )


def _has_many_new(plan: Plan, since: Since, max_new: int | None) -> str:
    limit = int(max(MAX_NEW, MAX_NEW_SHARE * since.rows)) if max_new is None else max_new
    new, moved, asked = _new_moved_asked(plan, since)
    if new + moved + asked <= limit:
        return ""
    return (
        f"{people(new)} to book {_were(new)} not in the last import, {moved:,} {_were(moved)} on another session "
        f"then, and {asked:,} may be booked already. More than {limit:,} together need your decision (max_new). Is it "
        "the right file?"
    )


def _new_moved_asked(plan: Plan, since: Since) -> tuple[int, int, int]:
    wanted = {one.row for lane in plan.lanes for one in (*lane.people, *lane.waiting)}
    asked = sum(
        one.status is Status.SAME_PERSON
        and not (one.row in since.before and since.before[one.row].status is Status.SAME_PERSON)
        for one in plan.outcomes
    )
    return len(wanted & since.added), len(wanted & since.moved.keys()), asked


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


def _were(count: int) -> str:
    return "was" if count == 1 else "were"
