"""Pure: what a report tells besides the rows that need attention: who moved, is gone, was removed, or changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from importer.model import MOST_LISTED, PROVIDER, Outcome, RowRef, RunReport, Status, moment_text, row_numbers
from importer.results.news import gone_with_a_place, moved_with_two_places, newly_removed


def change_lines(report: RunReport, *, names: bool = False) -> list[tuple[str, str]]:
    """Who moved and who is gone, as label and sentence, together where it is the same; with their names for whoever may
    see them."""
    now = {one.row: one for one in report.outcomes}
    moved: defaultdict[tuple[str, str], list[tuple[RowRef, str]]] = defaultdict(list)
    dates: dict[tuple[str, str], None] = {}
    for row, former in (report.since.on_other_date if report.since else {}).items():
        if row in now and former.holds_place:
            dates[former.session, now[row].session] = None
    for row, former in sorted(moved_with_two_places(report).items()):
        if row in now:
            moved[_here(now[row]), former.session].append((row, former.name))
    here = {one.name for one in report.outcomes}
    gone: defaultdict[tuple[str, str], list[tuple[RowRef, str]]] = defaultdict(list)
    for former in gone_with_a_place(report):
        what = "on the list for this session" if former.row.part and former.name in here else "on the list"
        gone[what, former.session].append((former.row, former.name))
    unread = report.since.unread if report.since else ()
    lines = [
        ("Moved to another session", f"{_who(report, some, names=names)}: {here}. {_still(some)} on {there}.")
        for (here, there), some in moved.items()
    ]
    lines += [
        (
            "Another date of this list?",
            f"It was for {there} before, and is for {here} now. Those booked on {there} keep their places.",
        )
        for there, here in dates
    ]
    if report.since and report.since.earlier:
        when = moment_text(report.since.when, report.zone)
        earlier = f'"{report.since.earlier}" of {when}. We compared it with that list.'
        is_agreed = not report.since.asks
        told = f"That was {earlier}" if is_agreed else f"Most people are those of {earlier}"
        lines.insert(0, ("Last version of this list" if is_agreed else "Newer version of a list", told))
    return lines + [
        (
            f"Perhaps no longer {what}",
            f"{_who(report, some, names=names)} of the last list, if not among rows we can't read. {still}",
        )
        if unread
        else (f"No longer {what}", f"{_who(report, some, names=names)} of the last list. {still}")
        for (what, there), some in gone.items()
        for still in (f"{_still(some)} on {there}.",)
    ]


def removed_lines(report: RunReport) -> list[tuple[str, str]]:
    """Who is no longer booked and needs nobody, with names, together where the same is told of them."""
    removed: defaultdict[tuple[str, str], list[tuple[RowRef, str]]] = defaultdict(list)
    for one in report.outcomes:
        if one.status is Status.NO_LONGER_BOOKED and not one.wants_person:
            removed[one.session, one.message].append((one.row, one.name))
    return [
        (str(Status.NO_LONGER_BOOKED), f"{who}{f', {session}' if session else ''}. {message}")
        for (session, message), some in removed.items()
        for who in (_who(report, some, names=True),)
    ]


def newly_removed_lines(report: RunReport) -> list[tuple[str, str]]:
    """The same without names, of whom the last import of the series did not tell so."""
    removed: defaultdict[str, list[tuple[RowRef, str]]] = defaultdict(list)
    for one in newly_removed(report):
        removed[one.session].append((one.row, ""))
    return [
        (
            str(Status.NO_LONGER_BOOKED),
            f"{_who(report, some, names=False)}. Removed from {session or 'the session'}, or it was cancelled.",
        )
        for session, some in removed.items()
    ]


def other_address_line(report: RunReport) -> str:
    """How many people are booked with another e-mail or mobile than their row has by now; empty where nobody is."""
    rows = [(one.row, one.name) for one in report.outcomes if one.has_other_address]
    if not rows:
        return ""
    people = "1 person is booked" if len(rows) == 1 else f"{len(rows):,} people are booked"
    return (
        f"{people} without the e-mail or mobile that is in the list now: {_who(report, rows, names=True)}. "
        f"Change it in {PROVIDER} if the list is right."
    )


def moved_line(report: RunReport) -> str:
    """How many people are booked on a session that starts at another time by now than their row says; else empty."""
    rows = [(one.row, one.name) for one in report.outcomes if one.is_moved]
    if not rows:
        return ""
    people = "1 person is booked on a session" if len(rows) == 1 else f"{len(rows):,} people are booked on sessions"
    return (
        f"{people} that staff have moved: {_who(report, rows, names=True)}. Each row says when it is now. "
        "Ask if that suits them."
    )


def _here(outcome: Outcome) -> str:
    """Where somebody is now, or would be."""
    is_there = outcome.status in (Status.BOOKED, Status.ALREADY_BOOKED, Status.WOULD_BOOK)
    status = str(outcome.status).lower()
    return f"now {'on' if is_there else 'asks for'} {outcome.session or 'another session'} ({status})"


def _who(report: RunReport, rows: Sequence[tuple[RowRef, str]], *, names: bool) -> str:
    """``rows 3 (Ada Lovelace), 4 (Alan Turing)``, with the sheet where the list has several."""
    of_sheet: defaultdict[str, list[tuple[RowRef, str]]] = defaultdict(list)
    for row, name in rows:
        of_sheet[row.sheet].append((row, name))
    several = len({one.row.sheet for one in report.outcomes}) > 1
    return " and ".join(
        _of_one_sheet(some, names=names) + (f' of "{sheet}"' if several else "") for sheet, some in of_sheet.items()
    )


def _of_one_sheet(rows: Sequence[tuple[RowRef, str]], *, names: bool) -> str:
    if not (names and all(name for _, name in rows)):
        return row_numbers(row.number for row, _ in rows).lower()
    listed = ", ".join(f"{row.number} ({name})" for row, name in rows[:MOST_LISTED])
    more = f" and {len(rows) - MOST_LISTED} more" if len(rows) > MOST_LISTED else ""
    return f"row{'s' if len(rows) > 1 else ''} {listed}{more}"


def _still(rows: Sequence[tuple[RowRef, str]]) -> str:
    return "Still holds a place" if len(rows) == 1 else "Still hold their places"
