"""Pure: what looks so odd about a roster, after those that it follows, that a person has to say that it is right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from importer.model import Plan, Run, Since, Status

SMALLEST = 10
"""Imports of fewer rows hold nothing back: in a short list much changes from one to the next."""

FEWEST_SHARE = 0.8
MAX_NEW, MAX_NEW_SHARE = 25, 0.2

_UNUSABLE = (Status.FIX_ROW, Status.SAME_PERSON)
"""Neither booked nor bookable nor left out. A row for which no place is left is as it should be."""


def why_held(plan: Plan, imports: Sequence[Run], sha256: str, max_new: int | None) -> tuple[str, ...]:
    """Why a plan should be held: a fact and a question each. ``imports`` are those of its series, newest first.

    ``sha256`` is that of the roster's bytes. By default ``max_new`` is 25 people, or 20 % of those in the last import.
    """
    since = plan.since
    if since is None or since.rows < SMALLEST:
        return ()
    found = (
        _mostly_unusable(plan),
        _is_an_old_file(imports, sha256),
        _is_cut_short(plan, since),
        _has_many_new(plan, since, max_new),
    )
    return tuple(filter(None, found))


def _mostly_unusable(plan: Plan) -> str:
    everybody = len(plan.roster.rows)
    counts = Counter(one.status for one in plan.outcomes if one.status in _UNUSABLE)
    if 2 * counts.total() <= everybody:
        return ""
    each = ", ".join(f"{count:,} {status}" for status, count in counts.most_common())
    unusable = f"{counts.total():,} of {_rows(everybody)} can be neither booked nor left out as they are ({each})."
    return f"{unusable} {_suspect(plan)}"


def _suspect(plan: Plan) -> str:
    headings = Counter(
        problem.heading
        for one in plan.outcomes
        if one.status is Status.FIX_ROW
        for problem in one.problems
        if problem.heading and problem.rule in one.rules
    )
    asked = sum(one.status is Status.SAME_PERSON for one in plan.outcomes)
    column = next((heading for heading, _ in headings.most_common(1)), "")
    references = [sheet.headings["reference"] for sheet in plan.roster.sheets if "reference" in sheet.headings]
    if asked > headings[column] and references:
        column = references[0]
    return f'Has "{column}" changed?' if column else "Has a column changed?"


def _is_an_old_file(imports: Sequence[Run], sha256: str) -> str:
    if imports[0].sha256 == sha256:
        return ""
    old = next((run for run in imports if run.sha256 == sha256), None)
    if old is None:
        return ""
    again = f"It is the file of run {old.id} again, byte for byte, and run {imports[0].id} has imported a later one."
    return f"{again} Is it an old one?"


def _is_cut_short(plan: Plan, since: Since) -> str:
    now = len(plan.roster.rows)
    if now >= FEWEST_SHARE * since.rows:
        return ""
    return f"It has {_rows(now)}; the last import, run {since.run}, had {since.rows:,}. Has it been cut short?"


def _has_many_new(plan: Plan, since: Since, max_new: int | None) -> str:
    limit = int(max(MAX_NEW, MAX_NEW_SHARE * since.rows)) if max_new is None else max_new
    wanted = {one.row for lane in plan.lanes for one in (*lane.people, *lane.waiting)}
    new, moved = len(wanted & since.added), len(wanted & since.moved.keys())
    asked = sum(
        one.status is Status.SAME_PERSON
        and not (one.row in since.before and since.before[one.row].status is Status.SAME_PERSON)
        for one in plan.outcomes
    )
    if new + moved + asked <= limit:
        return ""
    return (
        f"{_people(new)} to book {_were(new)} not in the last import, {moved:,} {_were(moved)} on another session "
        f"then, and {_people(asked)} may be somebody who is booked already; more than {limit:,} together are held "
        "(max_new). Is it the right file?"
    )


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"{count:,} people"


def _were(count: int) -> str:
    return "was" if count == 1 else "were"
