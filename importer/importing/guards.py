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


def why_held(plan: Plan, imports: Sequence[Run], max_new: int | None) -> tuple[str, ...]:
    """Why a plan should be held: a fact and a question each. ``imports`` are those of its series, newest first.

    By default ``max_new`` is 25 people, or 20 % of those in the last import; whoever names it expects so many, and
    nothing else about who is new holds the roster.
    """
    since = plan.since
    if since is None or since.rows < SMALLEST:
        return ()
    found = (
        _mostly_unusable(plan, since),
        _is_an_old_file(plan, imports),
        _is_cut_short(plan, since),
        _has_other_people(plan, since) if max_new is None else "",
        _has_many_new(plan, since, max_new),
    )
    return tuple(filter(None, found))


def _mostly_unusable(plan: Plan, since: Since) -> str:
    """What was told with the last import has been seen: a person sent the roster on as it is."""
    everybody = _rows(plan)
    newly = [one for one in plan.outcomes if one.status in _UNUSABLE and not was_told(one, since.before.get(one.row))]
    if 2 * len(newly) <= len(plan.roster.rows):
        return ""
    each = ", ".join(f"{count:,} {status}" for status, count in Counter(one.status for one in newly).most_common())
    return f"{len(newly):,} of {everybody} can't be booked ({each}). {_suspect(newly)}"


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


def _is_an_old_file(plan: Plan, imports: Sequence[Run]) -> str:
    last, sha256 = imports[0], plan.roster.sha256
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
    now, then = len(plan.roster.rows), since.rows
    if _has_parts(plan):
        # Of people with several sessions, one that is over takes a place from each and nobody off the list.
        now = len({row.ref.line for row in plan.roster.rows})
        then = len({former.row.line for former in (*since.before.values(), *since.gone)})
    if now >= FEWEST_SHARE * then:
        return ""
    rows = "1 row" if now == 1 else f"{now:,} rows"
    return f"It has {rows}. The last import ({since.run}) had {then:,}. Has it been cut short?"


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
    other = "for other people" if _has_parts(plan) else "other people"
    return (
        f"{new + asked:,} of {_rows(plan)} are {other} than in the last import, and {gone:,} of "
        f"{since.rows:,} there are no longer on the list. Was one column sorted without the others?"
    )


def _has_many_new(plan: Plan, since: Since, max_new: int | None) -> str:
    limit = int(max(MAX_NEW, MAX_NEW_SHARE * since.rows)) if max_new is None else max_new
    _, moved, asked = _new_moved_asked(plan, since)
    new = len(_new_people(plan, since))
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


def _new_people(plan: Plan, since: Since) -> set[tuple[str, int, str]]:
    """Each once, however many sessions they are new on; who was there for another session is not new."""
    there = [(one.row, one.name) for one in plan.outcomes]
    wanted = [(one.row, one.name) for lane in plan.lanes for one in (*lane.people, *lane.waiting)]
    known = {(*row.line, name) for row, name in (*there, *wanted) if row in since.before}
    return {(*row.line, name) for row, name in wanted if row in since.added} - known


def _has_parts(plan: Plan) -> bool:
    return any(row.ref.part for row in plan.roster.rows)


def _rows(plan: Plan) -> str:
    """How much there is to book: a row, or where rows stand for several people or sessions a place."""
    count, what = len(plan.roster.rows), "place" if _has_parts(plan) else "row"
    return f"1 {what}" if count == 1 else f"{count:,} {what}s"


def _were(count: int) -> str:
    return "was" if count == 1 else "were"
