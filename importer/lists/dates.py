"""Pure: a list for several dates. Each row that names no session asks for every one of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo

from importer.lists.findings import clean_cell
from importer.lists.sessions import SESSION
from importer.model import Options, Roster, RosterRow, RosterSheet, Target


def date_text(start: datetime, zone: tzinfo) -> str:
    """``2030-03-30 10:30``: the part of a row that a date is (``RowRef``)."""
    return f"{start.astimezone(zone):%Y-%m-%d %H:%M}"


def for_targets(targets: Sequence[Target], zone: tzinfo, options: Options) -> Options:
    """The options with the sessions that a call gives to rows which name none."""
    starts = [(one.start, one) for one in targets]
    dates = tuple((date_text(start, zone), one) for start, one in starts if start and len(starts) > 1)
    return replace(options, target=targets[0] if targets else Target(), dates=dates)


def on_dates(roster: Roster, options: Options, marks: Mapping[str, str] | None = None) -> Roster:
    """The list with a row for each date of ``options`` where a row names no session; as it is where there is none.

    Where the call gives no session itself, a row is for the dates whose marks it carries: ``marks`` tells the date of
    each.
    """
    if not options.dates:
        return roster
    return replace(
        roster,
        sheets=tuple(
            replace(
                sheet, rows=tuple(part for row in sheet.rows for part in _on_dates(row, sheet, options, marks or {}))
            )
            for sheet in roster.sheets
        ),
    )


def _on_dates(row: RosterRow, sheet: RosterSheet, options: Options, marks: Mapping[str, str]) -> Iterator[RosterRow]:
    dates = [date for date, _ in options.dates]
    if not options.target:
        carried = {marks.get(mark) for mark in row.handles.values()}
        dates = [date for date in dates if date in carried]
    if not dates or row.ref.date or _names_session(row, sheet):
        yield row
        return
    for date in dates:
        part = f"{date}+{row.ref.part}" if row.ref.part else date
        yield replace(row, ref=row.ref._replace(part=part))


def _names_session(row: RosterRow, sheet: RosterSheet) -> bool:
    """Words that stand once for everybody give way to the session that a call gives (``SheetContext``)."""
    fields = {*SESSION} - {"resource"} - ({"session"} if sheet.place_for_all else set())
    return any(clean_cell(row.cells.get(field)) is not None for field in fields)
