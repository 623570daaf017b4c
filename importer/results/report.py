"""Pure: outcomes → totals, sentences, exit code, JSON."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from importer.errors import ExitCode
from importer.lists.agreeing import untold_columns
from importer.model import (
    GroupBooking,
    Lane,
    Options,
    Outcome,
    Roster,
    RosterSheet,
    RowRef,
    RunReport,
    SessionTime,
    SessionTotals,
    Status,
    moment_text,
)
from importer.model.approvals import Approval
from importer.results.news import counts, gone_with_a_place, has_news, moved_with_two_places

if TYPE_CHECKING:
    from importer.settings import Settings

JSON_SCHEMA = 3
"""Version of the document of ``--json``; goes up when something in it changes its meaning or goes away."""

_OF_SERVICE = frozenset({"not-listed", "not-searched", "not-shown"})
"""Rules by which a row can't be booked although nothing in it is wrong."""


def totals(outcomes: Iterable[Outcome]) -> dict[Status, int]:
    """How many rows have each status, in the order of the statuses; those that nobody has are left out."""
    counts = Counter(outcome.status for outcome in outcomes)
    return {status: counts[status] for status in Status if counts[status]}


def needing_person(outcomes: Iterable[Outcome]) -> tuple[Outcome, ...]:
    """The rows that somebody has to look at before they can be done."""
    return tuple(outcome for outcome in outcomes if outcome.wants_person)


def is_service_at_fault(outcomes: Iterable[Outcome]) -> bool:
    """Whether nothing is wrong in any row that needs a person: the service did not tell what there is."""
    needing = needing_person(outcomes)
    return bool(needing) and all(one.rules and one.rules <= _OF_SERVICE for one in needing)


def open_rows(outcomes: Iterable[Outcome]) -> list[Outcome]:
    """The rows that keep somebody from saying "done"."""
    return [one for one in outcomes if one.wants_person or one.status is Status.NOT_SURE_YET]


def unsure_on_other_dates(report: RunReport) -> int:
    """How many answers stand beside the rows that are for other dates of the list, and not sure yet."""
    return totals(report.other_dates).get(Status.NOT_SURE_YET, 0)


def headline(report: RunReport) -> str:
    """The run in one sentence or two: ``237 of 240 people are booked (6 were before). 3 rows need attention.``"""
    counts = totals(report.outcomes)
    everybody = len(report.outcomes) - counts.get(Status.LEFT_OUT, 0)
    before = counts.get(Status.ALREADY_BOOKED, 0)
    whom = f"{several}: " if (several := of_several(report.outcomes)) else ""
    counted = places if several else people
    if report.kind == "check":
        already = f" {before:,} {_is_are(before)} booked already." if before else ""
        said = f"{_of(counts.get(Status.READY, 0), everybody, counted)} ready to be booked.{already}"
    elif report.kind == "dry run":
        would = counts.get(Status.WOULD_BOOK, 0)
        already = f" ({before} {_is_are(before)} already)" if before else ""
        said = f"{would} of {counted(everybody)} would be booked{already}."
    elif report.undoes:
        said = _undone(report, counted)
    else:
        were = f" ({before} {'was' if before == 1 else 'were'} before)" if before else ""
        said = f"{_of(counts.get(Status.BOOKED, 0) + before, everybody, counted)} booked{were}."
    need = len({one.row.line for one in needing_person(report.outcomes)})
    unsure, untried = counts.get(Status.NOT_SURE_YET, 0), counts.get(Status.NOT_BOOKED_YET, 0)
    others = unsure_on_other_dates(report)
    said = f"{whom}{said}"
    said += f" {_rows(need)} attention." if need else ""
    said += f" {unsure} {_is_are(unsure)} not sure yet." if unsure else ""
    said += f" {others} {_is_are(others)} not sure yet for another date." if others else ""
    said += f" {untried} {_is_are(untried)} not booked yet." if untried else ""
    return said


def _undone(report: RunReport, counted: Callable[[int], str]) -> str:
    """Of whom the import had booked, and who were chosen: ``8 of 10 people were removed. 1 was gone already.``"""
    counts = totals(report.outcomes)
    off = counts.get(Status.REMOVED, 0) + counts.get(Status.WOULD_REMOVE, 0)
    aside = sum(one.status is Status.KEPT and not one.needs_person for one in report.outcomes)
    wanted = len(report.outcomes) - aside
    gone = counts.get(Status.ALREADY_GONE, 0)
    if not wanted:
        return "There was nobody to remove."
    verb = "would be" if report.kind == "undo dry run" else "was" if wanted == 1 else "were"
    said = f"{off} of {counted(wanted)} {verb} removed."
    return f"{said} {gone} {'was' if gone == 1 else 'were'} gone already." if gone else said


def of_several(outcomes: Iterable[Outcome]) -> str:
    """``12 people on 3 sessions``, where rows stand for several people or sessions; else empty."""
    outcomes = [one for one in outcomes if one.status is not Status.LEFT_OUT]
    if not any(one.row.part for one in outcomes):
        return ""
    sessions = len({one.booking_id for one in outcomes} - {""})
    on = f" on {sessions} session{'s' if sessions > 1 else ''}" if sessions else ""
    return f"{people(len({(*one.row.line, one.name) for one in outcomes}))}{on}"


def _of(count: int, everybody: int, counted: Callable[[int], str]) -> str:
    """``1 person is``, ``0 of 1 is``, ``3 of 4 people are``"""
    if everybody == 1:
        return f"{counted(1)} is" if count else "0 of 1 is"
    return f"{count} of {counted(everybody)} {_is_are(count)}"


def _rows(count: int) -> str:
    return "1 row needs" if count == 1 else f"{count:,} rows need"


def exit_code(report: RunReport, options: Options, *, only_news: bool = False) -> ExitCode:
    """What the program ends with, by the rows and by what stopped the run (DESIGN, "Exit codes").

    ``only_news``: what was told with the last import of the series needs nobody any more, what has changed since does.
    """
    if report.stop_code:
        return ExitCode(report.stop_code)
    counts = totals(report.outcomes)
    if counts.get(Status.NOT_SURE_YET) or unsure_on_other_dates(report):
        return ExitCode.NOT_SURE_YET
    if options.first is not None and _booked(report) >= options.first:
        return ExitCode.DONE
    left = gone_with_a_place(report) or moved_with_two_places(report)
    if has_news(report) if only_news else needing_person(report.outcomes) or left:
        return ExitCode.PERSON_NEEDED
    if any(True for sheet in report.roster.sheets if sheet.open for _ in untold_columns(sheet, options)):
        return ExitCode.PERSON_NEEDED
    is_whole = options.first is None and options.only is None
    return ExitCode.SERVICE_UNUSABLE if is_whole and counts.get(Status.NOT_BOOKED_YET) else ExitCode.DONE


def choices_text(roster: Roster, settings: Settings, options: Options) -> str:
    """The settings and options of this call that decide who was booked on what, as they are typed."""
    from importer.settings import READING

    sheets, target = roster.sheets, options.target
    given: dict[str, Sequence[str]] = {
        "headings": [sheet.heading_set for sheet in sheets],
        **{name.replace("_", "-"): [_in_force(name, sheet, settings) for sheet in sheets] for name in READING},
        "sheet": [options.sheet or ""],
        "hidden": [options.hidden or ""],
        "session": [target.booking_id],
        "service": [target.service],
        "resource": [target.resource],
        "start": [moment_text(one.start, settings.zone) for one in options.targets if one.start],
        "first": [str(options.first or "")],
    }
    flags = {"allow-past": options.allow_past, "rebook": options.rebook, "strict": options.strict}
    flags |= {"start-new": options.start_new}
    words = [
        f"{name} {' and '.join(filter(None, dict.fromkeys(values)))}" for name, values in given.items() if any(values)
    ]
    return ", ".join([*words, *(name for name, is_set in flags.items() if is_set)])


def _in_force(name: str, sheet: RosterSheet, settings: Settings) -> str:
    """A setting by which a sheet was read, "" where it is what it always is. Headings may have a word of their own."""
    from importer.settings import Settings

    value = sheet.conventions.get(name) or getattr(settings, name)
    return "" if value == Settings.model_fields[name].default else str(value)


def session_totals(
    lanes: Iterable[Lane], others: Iterable[GroupBooking], outcomes: Iterable[Outcome]
) -> tuple[SessionTotals, ...]:
    """A line for each group booking of the roster: places taken before, wanted, booked now, left."""
    now: defaultdict[str | SessionTime, int] = defaultdict(int)
    lanes = list(lanes)
    started = {one.row: lane.booking.time for lane in lanes if not lane.booking.id for one in lane.people}
    for outcome in outcomes:
        if outcome.status in (Status.BOOKED, Status.WOULD_BOOK):
            now[started.get(outcome.row, outcome.booking_id)] += outcome.spaces
    wanted = {key_of(lane.booking): sum(one.spaces for one in (*lane.people, *lane.waiting)) for lane in lanes}
    bookings = {key_of(booking): booking for booking in (*(lane.booking for lane in lanes), *others)}
    starts = Counter((booking.service_id, booking.start) for booking in bookings.values())
    lines = (
        SessionTotals(
            booking=booking,
            name=_session_name(booking, is_alone=starts[booking.service_id, booking.start] == 1),
            before=booking.taken,
            wanted=wanted.get(key_of(booking), 0),
            now=now[key_of(booking)],
            left=max(booking.free - now[key_of(booking)], 0),
        )
        for booking in bookings.values()
        if not booking.is_cancelled
    )
    return tuple(sorted(lines, key=lambda line: (line.booking.start, line.name, line.booking.id)))


def key_of(booking: GroupBooking) -> str | SessionTime:
    """By what a session is told apart, also one that is not there yet."""
    return booking.id or booking.time


def in_roster_order(report: RunReport) -> RunReport:
    """The same report with an outcome for every row in the order of the sheet."""
    order = {row.ref: at for at, row in enumerate(report.roster.rows)}
    return replace(report, outcomes=tuple(sorted(report.outcomes, key=lambda one: order.get(one.row, len(order)))))


def to_json(report: RunReport) -> dict[str, object]:
    """The one document of ``--json``. Rows go by number; it holds no names, addresses or telephone numbers."""
    return {
        "schema": JSON_SCHEMA,
        "kind": report.kind,
        "practice": report.practice,
        "run": report.run or None,
        "roster": {
            "file": report.roster.path.name,
            "sheets": [_sheet_json(sheet) for sheet in report.roster.sheets],
        },
        "headline": headline(report),
        "stopped": report.stopped or None,
        "timezone": str(report.zone),
        "started": report.started.isoformat(),
        "finished": report.finished.isoformat(),
        "seconds": round((report.finished - report.started).total_seconds(), 3),
        "requests": report.requests,
        "totals": {str(status): count for status, count in totals(report.outcomes).items()},
        "contact": report.contact or None,
        "not_known": list(report.not_known),
        "since": _since_json(report),
        "approval": approval_json(report.approval) if report.approval else None,
        "unapproved": [_ref_json(one.row) | {"differs": list(one.what)} for one in report.unapproved],
        "new_sessions": [_new_json(one.booking) for one in report.sessions if not one.booking.id],
        "rows": [_row_json(outcome) for outcome in report.outcomes],
    }


def _new_json(session: GroupBooking) -> dict[str, object]:
    """A session that was not there when the plan was made."""
    return {
        "service_id": session.service_id,
        "resource_id": session.resource_id,
        "start": session.start.isoformat(),
    }


def _sheet_json(sheet: RosterSheet) -> dict[str, object]:
    return {
        "sheet": sheet.title,
        "heading_row": sheet.heading_row,
        "not_sent_columns": list(sheet.unused),
        "left_out_rows": list(sheet.skipped),
    }


def _since_json(report: RunReport) -> dict[str, object] | None:
    since = report.since
    if since is None:
        return None
    return {
        "run": since.run,
        **counts(report),
        "added_rows": [_ref_json(row) for row in sorted(since.added)],
        "gone_rows": [_ref_json(row) for row in sorted(former.row for former in since.gone)],
        "moved_rows": [_ref_json(row) for row in sorted(since.moved)],
    }


def approval_json(approval: Approval) -> dict[str, object]:
    """What was approved, or may be, for whoever reads JSON: without the comment, which may name people."""
    return {
        "code": approval.code,
        "expires": approval.expires.isoformat(),
        "prepared_by": approval.prepared_by,
        "prepared": approval.prepared.isoformat(),
        "file": approval.file,
        "sha256": approval.sha256,
        "approved_by": approval.approved_by or None,
        "signed_in": approval.signed_in or None,
        "approved": approval.approved.isoformat() if approval.approved else None,
        "short": None
        if approval.short is None
        else [_ref_json(one.row) | {"status": one.status and str(one.status)} for one in approval.short],
    }


def _ref_json(row: RowRef) -> dict[str, object]:
    return {"sheet": row.sheet, "row": row.number, "part": row.part}


def _row_json(outcome: Outcome) -> dict[str, object]:
    return {
        **_ref_json(outcome.row),
        "status": str(outcome.status),
        "needs_person": outcome.wants_person,
        "booking_id": outcome.booking_id or None,
        "customer_booking_id": outcome.customer_booking_id or None,
        "problems": [
            {"column": problem.heading or None, "rule": problem.rule, "severity": str(problem.severity)}
            for problem in outcome.problems
        ],
    }


def _session_name(booking: GroupBooking, *, is_alone: bool) -> str:
    return booking.service if is_alone else f"{booking.service}, {booking.resource}"


def _booked(report: RunReport) -> int:
    return sum(outcome.status is Status.BOOKED and not outcome.needs_person for outcome in report.outcomes)


def people(count: int) -> str:
    """``1 person``, ``1,200 people``"""
    return "1 person" if count == 1 else f"{count:,} people"


def places(count: int) -> str:
    """``1 place``, ``1,200 places``: what is booked where people have several sessions."""
    return "1 place" if count == 1 else f"{count:,} places"


def _is_are(count: int) -> str:
    return "is" if count == 1 else "are"
