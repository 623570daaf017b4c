"""Which runs that did not end a later import of the same list ends, however that is called and corrected by now.

To go on with them would book the people as they stood in the list before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from importer.errors import ImporterError
from importer.importing.earlier import SAME_ROSTER_ROWS, SAME_ROSTER_SHARE, runs_carried, sheets_of
from importer.importing.resuming import read_copy, unfinished
from importer.importing.series import MOST_QUESTIONS
from importer.ledger import Ledger
from importer.lists.rules import check_rows
from importer.model import Options, Participant, Plan, Roster, RowRef, Run, RunState, Target
from importer.people.evidence import fold, of_participant
from importer.people.matching import match_people
from importer.results.report import people as people_text
from importer.settings import Settings


def overtaken(
    roster: Roster,
    people: Sequence[Participant],
    options: Options,
    settings: Settings,
    ledger: Ledger,
    *,
    now: datetime,
) -> frozenset[int]:
    """Runs that did not end, of this series, of one whose marks most rows carry, or of one that was mostly this one.

    Mostly this one: of the people in each, with the sessions that they are meant for, most stand in the other, too; and
    nearly all, where corrected names count as well.
    What was left on a sheet that is not read now, or for a date that ``options`` do not give, stays to be done, unless
    imports in between have done it. Raises ``LedgerError``.
    """
    series = ledger.series_of(roster.path, options)
    carried = runs_carried(people, ledger)
    imports = {run.id for run in ledger.runs()}
    runs = [
        run
        for run in unfinished(ledger)
        if run.id in imports
        and (options.does_all_of(run.options, roster) or _is_done_by_now(run, roster, options, ledger))
    ]
    return frozenset(
        run.id
        for run in runs
        if run.series == series or run.id in carried or _are_mostly_same(people, _people_of(run, settings, ledger, now))
    )


def why_resuming_is_held(
    plan: Plan, people: Sequence[Participant], means: Mapping[RowRef, str], options: Options, ledger: Ledger
) -> tuple[str, ...]:
    """Why a run that is gone on with should be held: a later import is of this list, or has most of its people, but did
    not end it. So should a new import of the very file of such a run, or of one that a later import has ended: an inbox
    may have it still.

    One of this list was for other sheets or dates of it, and lacks somebody who would be booked, or did not look at
    them in a file that had been changed. Another perhaps is the list as it was corrected, with some deleted or moved;
    most of the people in both must be meant for the same session. ``means`` is the group booking of each row. Raises
    ``LedgerError``.
    """
    own = _gone_on_with(plan.roster.sha256, options, ledger) if plan.people else None
    if own is None:
        return ()
    here = {(fold(person.name), means.get(person.row, "")) for person in people}
    names = {name for name, _ in here}
    older = {run.sha256 for run in ledger.runs(own.series) if run.id <= own.id}
    for later in ledger.runs():
        if later.id < own.id or later.purged or later.sha256 in older:
            continue
        if later.series == own.series:
            if changed := _changed_since(later, plan.people, ledger):
                return (
                    f"{later.roster_path.name} was imported later (import {later.id}), {changed}. Does it replace this "
                    f"list? {people_text(len(plan.people))} would be booked as this one has them.",
                )
            continue
        there = {(fold(one.name), one.booking_id) for one in ledger.outcomes(later.id)}
        both = names & {name for name, _ in there}
        if 2 * len(both) > len(names) and 2 * len(here & there) > len(both):
            return (
                f"{later.roster_path.name} was imported later (import {later.id}) and has {len(both):,} of the "
                f"{people_text(len(names))} here. Does it replace this list? {people_text(len(plan.people))} would be "
                "booked as this one has them.",
            )
    return ()


def _gone_on_with(sha256: str, options: Options, ledger: Ledger) -> Run | None:
    """The run of this file that did not end, or was ended since by an import of another file."""
    if options.only:
        left = reversed(unfinished(ledger))
        return next((run for run in left if run.sha256 == sha256 and run.options == options), None)
    last = next((run for run in ledger.runs() if run.sha256 == sha256), None)
    return last if last and (last.state is RunState.ENDED or not last.state.is_over) else None


def _changed_since(later: Run, people: Collection[Participant], ledger: Ledger) -> str:
    """What a later import of the same list, of other bytes, says of people; empty if all of them were there."""
    told = ledger.outcomes(later.id)
    names = {(one.row.sheet, fold(one.name)) for one in told}
    sheets = {one.row.sheet for one in told}
    read = [one for one in people if one.row.sheet in sheets]
    missing = {(*one.row.line, one.name) for one in read if (one.row.sheet, fold(one.name)) not in names}
    if missing and later.finished:
        return f"without {people_text(len(missing))} of this list"
    return "" if later.finished and len(read) == len(people) else "and had been changed by then"


def _is_done_by_now(run: Run, roster: Roster, options: Options, ledger: Ledger) -> bool:
    """Whether this import and those of its list in between have read each sheet, for each date, that a run has left."""
    if run.options.only is None:
        return False
    between = [later for later in ledger.runs(run.series) if later.id > run.id]
    done = [(frozenset(sheet.title for sheet in roster.sheets), options)]
    done += [(sheets_of(later, ledger), later.options) for later in between]
    return all(
        any(sheet in read and each.gives(target) for read, each in done)
        for sheet in {row.sheet for row in run.options.only}
        for target in run.options.targets or (None,)
    )


def _people_of(run: Run, settings: Settings, ledger: Ledger, now: datetime) -> Sequence[Participant]:
    """Those of a run's copy; nobody where that is gone or can't be read: to go on with it will say so."""
    try:
        copy, kept = read_copy(run, settings, ledger)
    except ImporterError:
        return ()
    return check_rows(copy, kept, run.options, now=now)


def _are_mostly_same(here: Sequence[Participant], there: Sequence[Participant]) -> bool:
    most = max(len(here), len(there))
    if min(len(here), len(there)) < SAME_ROSTER_ROWS:
        return False
    equal = (_known_by(here) & _known_by(there)).total()
    return equal > most / 2 and max(equal, _corrected(here, there)) >= SAME_ROSTER_SHARE * most


def _known_by(people: Iterable[Participant]) -> Counter[tuple[str, Target]]:
    return Counter((fold(person.name), person.target) for person in people)


def _corrected(here: Sequence[Participant], there: Sequence[Participant]) -> int:
    """How many of a run's people stand in a later list for the same session, certainly or perhaps."""
    found = 0
    for target in {person.target for person in here}:
        rows, known = ([of_participant(one) for one in some if one.target == target] for some in (here, there))
        pairing = match_people(
            rows,
            [one._replace(same_roster=True, may_be_gone=True, decision=None) for one in known],
            ask=len(rows) * len(known) <= MOST_QUESTIONS,
        )
        found += len(set(pairing.likeliest.values()))
    return found
