"""Runs and sessions as tables of text. Pure, like ``screens``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import tzinfo
from itertools import groupby

from importer.cli.screens import zone_name
from importer.cli.terminal import cut, where, wrap
from importer.model import GroupBooking, Outcome, Run, RunState, Status, moment_text, places_text
from importer.model.approvals import Approval

_STATES = {RunState.RUNNING: "not finished", RunState.ENDED: "overtaken"}
_NAME_WIDTH = 22


def runs_table(runs: Sequence[Run], zone: tzinfo, *, practice: bool = False) -> list[str]:
    """A line for each run, newest first."""
    if not runs:
        return ["Nothing was imported yet."]
    lines = [f"{'Run':>4}  {'Started':<21}  {'Roster':<24}  {'Booked':>6}  {'Open':>4}  State"]
    for run in runs:
        booked = sum(run.totals.get(status, 0) for status in (Status.BOOKED, Status.ALREADY_BOOKED))
        left = sum(count for status, count in run.totals.items() if not status.is_done)
        started = moment_text(run.started, zone)
        state = _STATES.get(run.state, run.state)
        undo = f"undo of {run.options.undoes}: " if run.options.undoes else ""
        lines.append(
            f"{run.id:>4}  {started:<21}  {cut(undo + run.roster_path.name, 24):<24}  {booked:>6}  {left:>4}  {state}"
        )
    if any(run.state is RunState.ENDED for run in runs):
        lines += ["", "overtaken: a later import of the same roster did what was left of it."]
    more = f"One run row by row: roster runs {runs[0].id}{' --sandbox' if practice else ''}"
    return [*lines, "", f"(times are {zone_name(zone)} times)     {more}"]


def run_table(run: Run, outcomes: Sequence[Outcome], zone: tzinfo, approval: Approval | None = None) -> list[str]:
    """One run: where it came from, where its results are, who approved it, and a line for each row."""
    lines = [
        f"Run {run.id}: {_STATES.get(run.state, run.state)}",
        *([f"Undo of  run {run.options.undoes}"] if run.options.undoes else []),
        f"Roster   {where(run.roster_path)}",
        *([f"Results  {where(run.results_path)}"] if run.results_path else []),
        f"Started  {moment_text(run.started, zone)} by {run.by} ({zone_name(zone)} time)",
        *([f"Ended    {moment_text(run.finished, zone)}"] if run.finished else []),
        *(_approval_lines(approval, zone) if approval else []),
        "",
    ]
    if run.purged:
        lines[-1:] = [f"Purged   {moment_text(run.purged, zone)}: names and messages are gone", ""]
        outcomes = [replace(one, name="") for one in outcomes]
    digits = max((len(one.row.key) for one in outcomes), default=0)
    several = len({one.row.sheet for one in outcomes}) > 1
    for at, one in enumerate(outcomes):
        if several and (at == 0 or one.row.sheet != outcomes[at - 1].row.sheet):
            lines.append(f'Sheet "{one.row.sheet}"')
        first = f"Row {one.row.key:>{digits}}  {one.status:<18}  {cut(one.name, _NAME_WIDTH):<{_NAME_WIDTH}}  "
        said = one.session if one.status is Status.BOOKED and not one.message else (one.words or one.status)
        lines += wrap(said, first=first, indent=" " * len(first)) or [first.rstrip()]
    return lines


def _approval_lines(approval: Approval, zone: tzinfo) -> list[str]:
    """Who prepared what was booked, from which file, who approved it, and who of that was not booked."""
    prepared = moment_text(approval.prepared, zone)
    said = [
        ("Prepared", f"{prepared} by {approval.prepared_by}, from {approval.file} (SHA-256 {approval.sha256[:12]})"),
        ("Code", approval.code),
    ]
    if approval.approved:
        by = f"{approval.approved_by} ({approval.signed_in})"
        said.insert(1, ("Approved", f"{moment_text(approval.approved, zone)} by {by}"))
    said += [("Comment", approval.comment)] if approval.comment else []
    said += [("Short", f"approved but not booked: {approval.short_text}")] if approval.short else []
    return [line for label, text in said for line in wrap(text, first=f"{label:<9}", indent=" " * 9)]


def sessions_table(bookings: Sequence[GroupBooking], zone: tzinfo) -> list[str]:
    """Upcoming sessions by service and room: start, free places, and the id or the words a roster names them by."""
    from importer.lists.session_words import as_written

    lines: list[str] = []
    ordered = sorted(bookings, key=lambda one: (_titles(one), one.start))
    for title, some in groupby(ordered, key=_titles):
        lines += ["", *wrap(title)]
        lines += [
            f"  {moment_text(one.start, zone):<21}"
            f"  {places_text(one.free):>4} of {places_text(one.places):>3} free   {one.id}"
            for one in some
        ]
    words = as_written(ordered, zone)[ordered[0].id] if ordered else ""
    like = wrap(f'In a column "Session" you can write it in words, like: {words}') if words else ()
    return [*lines[1:], "", *like, f"Times are {zone_name(zone)} times."]


def _titles(booking: GroupBooking) -> str:
    return ", ".join(filter(None, (booking.service, booking.resource)))
