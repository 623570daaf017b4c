"""Takes back an import: whom it has booked, and nobody else. ``plan_undo`` decides, ``carry_out_undo`` removes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import datetime

from importer.booking.crew import CarriedOut
from importer.booking.removals import alone_text, trial_first
from importer.booking.removing import RemovalWork, removal_outcome, remove_all
from importer.importing import recording
from importer.importing.earlier import answers_of
from importer.importing.removable import Removable
from importer.ledger import Ledger
from importer.lists.rules import check_rows
from importer.model import (
    Entry,
    EntryState,
    Options,
    Outcome,
    Roster,
    RowRef,
    Run,
    RunReport,
    Status,
    Tell,
)
from importer.model.removals import Removal, RemovalPlan
from importer.service.port import BookingService
from importer.settings import Settings


def options_of_undo(run: Run, rows: Collection[RowRef] | None, *, may_empty: bool) -> Options:
    """What an undo of a run is: of the ``rows`` that were chosen, or of all."""
    only = None if rows is None else frozenset(rows)
    return replace(run.options, undoes=run.id, only=only, may_empty=may_empty, first=None)


def plan_undo(
    run: Run,
    options: Options,
    roster: Roster,
    settings: Settings,
    service: BookingService,
    ledger: Ledger,
    *,
    now: datetime,
    before: Mapping[RowRef, Outcome] | None = None,
) -> RemovalPlan:
    """What an undo at this moment would do. Nobody is removed by it.

    ``before`` are the answers of an earlier undo that is gone on with, for rows that it does not try again. Raises
    ``ServiceError`` and ``LedgerError``.
    """
    entries = _entries_of(run, ledger)
    told = {one.row: one for one in answers_of(run, ledger)}
    looked = Removable(entries.values(), settings, service, ledger, now)
    outcomes = _never_tried(roster, {row.line for row in {*told, *entries}}, run, settings, now)
    removals: list[Removal] = []
    for row in sorted({*told, *entries}, key=_order_of(roster)):
        entry = looked.latest(entries[row]) if row in entries else None
        is_done = entry is not None and (entry.state.is_off or entry.state is EntryState.REMOVING)
        if options.only is not None and row not in options.only and not is_done:
            kept = Outcome(row, Status.KEPT, "You chose other rows.")
            outcomes.append((before or {}).get(row) or _of_row(kept, told.get(row), entry))
        elif entry is None or (entry.state is EntryState.NOT_BOOKED and not entry.customer_booking_id):
            kept = Outcome(row, Status.KEPT, _by_another(run, told.get(row), ledger))
            outcomes.append(_of_row(kept, told.get(row), entry))
        elif isinstance(found := looked.removal(entry), Removal):
            removals.append(found)
        else:
            outcomes.append(found)
    waiting: frozenset[RowRef] = frozenset()
    if removals and (first := looked.trial_open):
        wait = f"Nobody else is removed before it is known what came of {first.name or first.row}. Then:"
        text = f"{wait} roster resume {first.removed_by}"
        outcomes += [removal_outcome(one, Status.KEPT, text, settings.zone, wants=True) for one in removals]
        waiting, removals = frozenset(one.entry.row for one in removals), []
    removals, alone = _without_the_last(removals, looked, may_empty=options.may_empty)
    outcomes += [removal_outcome(one, Status.KEPT, alone_text(one.entry), settings.zone, wants=True) for one in alone]
    return RemovalPlan(
        run=run,
        options=options,
        roster=roster,
        made=now,
        zone=settings.zone,
        removals=trial_first(removals),
        outcomes=tuple(outcomes),
        changes=tuple(looked.changes),
        emptied=looked.emptied(removals),
        waiting=waiting,
    )


def preview_undo(plan: RemovalPlan, *, finished: datetime, requests: int) -> RunReport:
    """The report of a dry run: who would be removed, and who would not."""
    would = [removal_outcome(one, Status.WOULD_REMOVE, "", plan.zone) for one in plan.removals]
    return _report("undo dry run", plan, (*plan.outcomes, *would), finished, requests)


def carry_out_undo(
    plan: RemovalPlan,
    settings: Settings,
    service: BookingService,
    ledger: Ledger,
    *,
    by: str,
    clock: Callable[[], datetime],
    tell: Tell,
    stop: threading.Event,
    pause: Callable[[float], object] | None = None,
    ends: Collection[int] = (),
    is_stopped_by_person: Callable[[], bool] = lambda: False,
) -> RunReport:
    """Take off the people of a plan. Every row has an outcome, whatever happens; as ``carry_out`` does for an import.

    ``ends`` are runs that end with this one: an undo that it goes on with, or the import itself, which nobody wants to
    go on with any more.
    """
    unsure = {one.row for one in plan.outcomes if one.status is Status.NOT_SURE_YET}
    only = frozenset(one.entry.row for one in plan.removals) | unsure | plan.waiting
    options = replace(plan.options, only=only)
    run = recording.begin(plan.roster, options, settings, ledger, by=by, now=clock(), overtaken=ends)
    work = RemovalWork(
        service=service,
        ledger=ledger,
        run=run,
        zone=plan.zone,
        clock=clock,
        pause=pause or stop.wait,
        stop=stop,
        settle_wait_s=settings.settle_wait_s,
        under_way_s=settings.timeout_s + settings.settle_margin_s,
        known=ledger.learned(settings.base_url),
        may_empty=plan.options.may_empty,
    )

    def take_off_all() -> CarriedOut:
        with ThreadPoolExecutor(1, "removing") as pool:
            at_work = pool.submit(remove_all, plan.removals, work, tell=tell)
            while not wait([at_work], timeout=0.5).done:
                if stop.is_set():
                    recording.note_who_stops(run, ledger, is_stopped_by_person)
            return at_work.result()

    done, taught = recording.carried_out(run, plan.changes, take_off_all, settings.base_url, ledger)
    report = _report("undo", plan, (*plan.outcomes, *done.outcomes), clock(), service.requests)
    report = replace(report, run=run, by=by, lessons=taught)
    return recording.finished(
        report, options, done.stopped_by, ledger, stop=stop, is_stopped_by_person=is_stopped_by_person, now=clock()
    )


def _report(kind: str, plan: RemovalPlan, outcomes: Iterable[Outcome], finished: datetime, requests: int) -> RunReport:
    return RunReport(
        kind=kind,
        roster=plan.roster,
        outcomes=tuple(sorted(outcomes, key=lambda one: _order_of(plan.roster)(one.row))),
        started=plan.made,
        finished=finished,
        zone=plan.zone,
        requests=requests,
        undoes=plan.run.id,
    )


def _order_of(roster: Roster) -> Callable[[RowRef], tuple[int, RowRef]]:
    """Rows in the order of their list, and those that can't be found there after them."""
    order = {row.ref.line: at for at, row in reversed([*enumerate(roster.rows)])}
    return lambda row: (order.get(row.line, len(order)), row)


def _entries_of(run: Run, ledger: Ledger) -> dict[RowRef, Entry]:
    """Who was sent by each row of a run: the place that they have, where the first try of several was none."""
    found = sorted(ledger.entries_of([run.id]), key=lambda one: (one.state is not EntryState.NOT_BOOKED, one.id))
    return {one.row: one for one in found}


def _never_tried(
    roster: Roster, known: Collection[tuple[str, int]], run: Run, settings: Settings, now: datetime
) -> list[Outcome]:
    """The rows of the list of which nothing is on record: the run died before it came to them."""
    if all(row.ref.line in known for row in roster.rows):
        return []
    people = check_rows(roster, settings, replace(run.options, undoes=None), now=now)
    return [Outcome(one.row, Status.KEPT, _not_by(run), name=one.name) for one in people if one.row.line not in known]


def _of_row(outcome: Outcome, told: Outcome | None, entry: Entry | None) -> Outcome:
    """With what the import has told of a row, or our record has."""
    if told is None:
        return replace(outcome, name=entry.name, handle=entry.handle) if entry else outcome
    return replace(told, status=outcome.status, message=outcome.message, needs_person=False, problems=(), question=None)


def _not_by(run: Run) -> str:
    return f"Import {run.id} did not book this person. Nothing was changed."


def _by_another(run: Run, told: Outcome | None, ledger: Ledger) -> str:
    """That a run did not book somebody, and which one has."""
    not_this = _not_by(run)
    id_ = told.customer_booking_id if told else ""
    others = ledger.entries([told.booking_id]) if told and id_ else ()
    other = next((one.run for one in others if one.customer_booking_id == id_ and one.slot_id), run.id)
    return not_this if other == run.id else f"{not_this} Import {other} did."


def _without_the_last(
    removals: list[Removal], looked: Removable, *, may_empty: bool
) -> tuple[list[Removal], list[Removal]]:
    """Those who can go, and the last of each session on which nobody would be left: without them it may be gone."""
    if may_empty:
        return removals, []
    emptied = {booking.id for booking in looked.emptied(removals)}
    last = {one.booking.id: one for one in removals if one.booking.id in emptied}
    return [one for one in removals if last.get(one.booking.id) is not one], [*last.values()]
