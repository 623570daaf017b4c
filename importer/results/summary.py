"""The sheet "Import summary": what became of everybody, on one page, with links to the rows that need a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from math import isinf
from typing import TYPE_CHECKING, NamedTuple, cast

from importer.lists.cells import DONE, HEADING, NEEDS_PERSON, Look
from importer.model import (
    PROVIDER,
    Outcome,
    Problem,
    RunReport,
    SessionTotals,
    Severity,
    Status,
    day_text,
    moment_text,
    places_text,
    rows_with_reasons,
)
from importer.model.columns import SUMMARY_SHEET
from importer.results.changes import change_lines, moved_line, other_address_line, removed_lines
from importer.results.package import Package
from importer.results.page import LAST, TEXT, Page
from importer.results.report import headline, is_service_at_fault, needing_person, totals
from importer.results.spots import Spots
from importer.results.styles import Styles

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_FACTS = 4
_BAR = 20
_MOST_LINES, _MOST_LINKS = 300, 36
_BAR_LOOK = Look("2F5597", "FFFFFF")
_TO_SIGN = "_" * 30
_CHECKED, _DRY, _UNDO_DRY = "check", "dry run", "undo dry run"


def write_summary(
    package: Package, styles: Styles, sheet_titles: Mapping[str, str], report: RunReport, lost: Sequence[str]
) -> None:
    """Add the sheet as the first one, open it, and take away the one of an earlier run.

    ``sheet_titles`` are the titles of the sheets of people by the titles that the roster gives them; ``lost`` are
    sentences about what of the person's own file could not be kept.
    """
    title = package.room_for(SUMMARY_SHEET, sheet_titles.values())
    package.add_first_sheet(title, styles.adopted(_made(sheet_titles, report, lost)))


def _made(sheet_titles: Mapping[str, str], report: RunReport, lost: Sequence[str]) -> Workbook:
    """A workbook that holds the sheet and nothing else."""
    from openpyxl import Workbook

    workbook = Workbook()
    page = Page(cast("Worksheet", workbook.active), sheet_titles, Spots(report.roster.sheets))
    _head(page, report)
    _totals(page, report)
    _sessions(page, report)
    _without_place(page, report)
    _kinds(page, "Rows that need attention", list(_needs(report)))
    _notes(page, "Please look at these people, too", list(_people(report)))
    _kinds(page, "Please check (these did not stop a booking)", list(_warnings(report)))
    _notes(page, "Not kept in this file", lost)
    _notes(page, "What we could not check", report.not_known)
    page.finish()
    return workbook


def _people(report: RunReport) -> Iterator[str]:
    """Who has moved, gone, was removed or has another address by now, beside the rows that need attention."""
    for label, text in (*change_lines(report, names=True), *removed_lines(report)):
        yield f"{label}: {text}"
    yield from filter(None, (moved_line(report), other_address_line(report)))


def _first_lines(report: RunReport) -> tuple[str, ...]:
    if report.kind == _DRY:
        return "NOTHING WAS BOOKED: this is what would happen.", headline(report)
    if report.kind == _UNDO_DRY:
        return "NOTHING WAS REMOVED: this is what would happen.", headline(report)
    if report.kind == _CHECKED:
        return headline(report), "Nothing was booked: this was only a check."
    return (headline(report),)


def _head(page: Page, report: RunReport) -> None:
    first, *others = _first_lines(report)
    if report.practice:
        page.next()
        page.title("PRACTICE: no real bookings.", 16, look=NEEDS_PERSON)
    page.next()
    page.title(first, 16)
    for sentence in others:
        page.next()
        page.title(sentence, 13)
    if report.stopped:
        page.next()
        page.wide(1, LAST, report.stopped, look=NEEDS_PERSON)
    needing = needing_person(report.outcomes)
    if needing:
        page.next()
        first_row, at = needing[0].row, page.spots.first_at_fault(needing[0])
        page.link(1, f"► Go to the first row that needs attention: {page.where(first_row)}", first_row.sheet, at)
        page.next()
        correct = "Nothing is wrong in these rows: import this file again later."
        if not is_service_at_fault(needing):
            correct = "Correct these rows, save, and import this file again."
        stay = f"{correct} The bookings so far will not change."
        page.text(1, f"Nothing was changed for these people. Look at each in {PROVIDER}." if report.undoes else stay)


def _totals(page: Page, report: RunReport) -> None:
    page.next(2)
    top = page.row
    needing = needing_person(report.outcomes)
    rows = {outcome.row for outcome in needing}
    others = totals(outcome for outcome in report.outcomes if outcome.row not in rows)
    for status in [status for status in others if status.is_well]:
        _total(page, str(status), others[status], DONE._replace(bold=True))
    if needing:
        _total(page, "Need attention", len(needing), NEEDS_PERSON)
        for status, number in totals(needing).items():
            _total(page, f"    {status}", number)
    for status in [status for status in others if not status.is_well]:
        _total(page, str(status), others[status])
    bottom, page.row = page.row, top
    for label, value in _facts(report):
        page.text(_FACTS, label, look=HEADING)
        page.wide(_FACTS + 3, LAST, value)
        page.next()
    page.row = max(bottom, page.row) - 1


def _total(page: Page, label: str, number: int, look: Look | None = None) -> None:
    page.text(1, label, look=look)
    page.number(2, number, left=True)
    page.next()


_CONTACT = {
    "send": f"sent to {PROVIDER}, which may write to these people",
    "none": "stay here: e-mail addresses and telephone numbers are not sent",
}


def _facts(report: RunReport) -> Iterator[tuple[str, str]]:
    zone = getattr(report.zone, "key", str(report.zone))
    done = moment_text(report.finished, report.zone)
    sheets = [sheet for sheet in report.roster.sheets if sheet.title]
    titles = ", ".join(f'"{sheet.title}"' for sheet in sheets)
    yield "List", report.roster.path.name + (f", sheet{'s'[: len(sheets) > 1]} {titles}" if titles else "")
    yield (
        {_CHECKED: "Checked", _DRY: "Dry run", _UNDO_DRY: "Dry run"}.get(report.kind, "Done"),
        done + (f" by {report.by}" if report.by else "") + (f", import {report.run}" if report.run else ""),
    )
    yield from _approval(report)
    if report.undoes:
        yield "Undo of", f"import {report.undoes}"
    yield "Times are", f"{zone} time"
    if report.payment_requests:
        yield "Payment requests", report.payment_requests
    if report.contact:
        yield "E-mails, phones", _CONTACT[report.contact]
    if report.choices:
        yield "Settings", report.choices
    if unused := dict.fromkeys(heading for sheet in report.roster.sheets for heading in sheet.unused):
        yield "Not sent", ", ".join(unused) + f" (not used, and not sent to {PROVIDER})"
    for sheet in report.roster.sheets:
        where = f' of sheet "{sheet.title}"' if len(report.roster.sheets) > 1 else ""
        if sheet.read_as:
            yield "Read as" + where, " ".join(sheet.read_as)
        if sheet.skipped:
            yield "Skipped" + where, rows_with_reasons(sheet.skipped)
    if report.roster.unknown:
        unknown = ", ".join(f'"{title}"' for title in report.roster.unknown)
        yield "Sheets not known", f"{unknown}: none of the headings is known, so nobody was read there."
    if report.roster.also:
        also = ", ".join(f'"{title}" ({count:,})' for title, count in report.roster.also.items())
        yield "Sheets not read", f"{also} have people under headings, too. To read all of them, import with --sheet all"


def _approval(report: RunReport) -> Iterator[tuple[str, str]]:
    """Of what may be approved the code, with lines to sign on paper; of what was, by whom and what came of it."""
    approval, zone = report.approval, report.zone
    if approval is None:
        return
    if not approval.is_carried_out:
        yield "Approval code", f"{approval.code}, good until {day_text(approval.expires, zone)}"
        yield "Approved by", _TO_SIGN
        yield "on", _TO_SIGN
        return
    yield "Prepared", f"{moment_text(approval.prepared, zone)} by {approval.prepared_by}, from {approval.file}"
    approved = f"{moment_text(approval.approved, zone)} by {approval.approved_by}, " if approval.approved else ""
    yield "Approved", f"{approved}code {approval.code}"
    if approval.short:
        yield "Approved, not booked", approval.short_text


def _sessions(page: Page, report: RunReport) -> None:
    if not report.sessions:
        return
    now = "Book" if report.kind == _DRY else "Now"
    columns = ("Places", "Before", "Wanted", now, "Left")
    page.headings(
        (1, "Session"),
        *enumerate(columns, start=TEXT),
        (TEXT + 5, f"   ▓ before   █ {now.lower()}   ░ left"),
    )
    for session in report.sessions:
        page.next()
        page.wide(1, 2, f"{session.name}, {moment_text(session.booking.start, report.zone)}")
        numbers = (session.booking.places, session.before, session.wanted, session.now, session.left)
        for column, number in enumerate(numbers, start=TEXT):
            page.number(column, number)
        page.text(TEXT + 5, "   " + bar(session), look=_BAR_LOOK)


def bar(session: SessionTotals) -> str:
    """Places as a line of blocks: taken before, booked now, left. More than nothing has at least one block."""
    parts = (max(session.before, 0), max(session.now, 0), max(session.left, 0))
    whole = sum(parts)
    if not whole or isinf(whole):
        return ""
    blocks = [max(1, round(part * _BAR / whole)) if part else 0 for part in parts]
    blocks[blocks.index(max(blocks))] += _BAR - sum(blocks)
    return "".join(sign * number for sign, number in zip("▓█░", blocks, strict=True))


def _without_place(page: Page, report: RunReport) -> None:
    full = [outcome for outcome in report.outcomes if outcome.status is Status.FULL]
    if not full:
        return
    services = {session.booking.id: session.booking.service_id for session in report.sessions}
    page.headings((1, "Did not get a place"), (2, "On"), (7, "Also free for the same service"))
    for outcome in full[:_MOST_LINES]:
        page.next()
        page.link(1, page.person(outcome), outcome.row.sheet, page.spots.of_row(outcome.row))
        page.wide(2, 6, outcome.session)
        openings = report.openings.get(services.get(outcome.booking_id, ""), ())
        free = ", ".join(f"{moment_text(each.start, report.zone)} ({places_text(each.free)})" for each in openings[:4])
        page.wide(7, LAST, free or outcome.message)
    _and_more(page, len(full) - _MOST_LINES, Status.FULL)


class _Kind(NamedTuple):
    """What is said in the same words of one or several rows."""

    label: str
    sentence: str
    look: Look | None


class _Told(NamedTuple):
    """Of whom it is said, and what is wrong with which cell, where it is one."""

    kind: _Kind
    outcome: Outcome
    problem: Problem | None = None


def _needs(report: RunReport) -> Iterator[_Told]:
    for outcome in needing_person(report.outcomes):
        if outcome.status is not Status.FULL:
            more = outcome.message
            for problem in outcome.problems:
                if problem.severity is Severity.PROBLEM:
                    more = more.replace(problem.told, "", 1)
                    yield _Told(_Kind(str(outcome.status), problem.told, NEEDS_PERSON), outcome, problem)
            if more.strip():
                yield _Told(_Kind(str(outcome.status), more.strip(), NEEDS_PERSON), outcome)


def _warnings(report: RunReport) -> Iterator[_Told]:
    for outcome in report.outcomes:
        for problem in outcome.problems:
            if problem.severity is Severity.WARNING:
                yield _Told(_Kind("Warning", problem.told, None), outcome, problem)


def _kinds(page: Page, title: str, told: Sequence[_Told]) -> None:
    """One line for each kind of problem, however many rows have it, with links to the cells."""
    if not told:
        return
    of_kind: dict[_Kind, list[_Told]] = {}
    for one in told:
        of_kind.setdefault(one.kind, []).append(one)
    page.headings((1, title))
    for kind, some in list(of_kind.items())[:_MOST_LINES]:
        page.next()
        if len(some) == 1:
            page.link(
                1,
                page.person(some[0].outcome),
                some[0].outcome.row.sheet,
                page.spots.of(some[0].outcome, some[0].problem),
            )
        else:
            page.text(1, f"{len(some):,} {'places' if any(one.outcome.row.part for one in some) else 'rows'}:")
        page.text(2, kind.label, look=kind.look)
        page.wide(TEXT, LAST, kind.sentence)
        if len(some) > 1:
            _links(page, some)
    _and_more(page, len(of_kind) - _MOST_LINES, None)


def _links(page: Page, told: Sequence[_Told]) -> None:
    a_line = LAST - TEXT + 1
    for sheet, linked in groupby(told[:_MOST_LINKS], key=lambda one: one.outcome.row.sheet):
        for at, one in enumerate(linked):
            if at % a_line == 0:
                page.next()
                page.text(2, f'"{page.titles[sheet]}"' if len(page.titles) > 1 else "")
            page.link(TEXT + at % a_line, one.outcome.row.key, sheet, page.spots.of(one.outcome, one.problem))
    if len(told) > _MOST_LINKS:
        page.next()
        page.text(TEXT, f'and {len(told) - _MOST_LINKS:,} more: filter the column "Import message" for them')


def _and_more(page: Page, number: int, status: Status | None) -> None:
    if number > 0:
        page.next()
        words = f'"{status}"' if status else "what is not booked"
        page.text(1, f'and {number:,} more: filter the column "Import status" for {words}')


def _notes(page: Page, title: str, lines: Sequence[str]) -> None:
    if lines:
        page.headings((1, title))
        for line in lines:
            page.next()
            page.wide(1, LAST, line)
