"""Pure: a list for several dates. Each row that names no session asks for every one of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo

from importer.lists.findings import clean_cell, whole_text
from importer.lists.session_words import read_session_words
from importer.lists.sessions import SESSION, leaves_open, names_alone
from importer.model import Options, Roster, RosterRow, RosterSheet, RowRef, SessionWords, Target


def date_text(start: datetime, zone: tzinfo) -> str:
    """``2030-03-30 10:30``: the part of a row that a date is (``RowRef``)."""
    return f"{start.astimezone(zone):%Y-%m-%d %H:%M}"


def for_targets(targets: Sequence[Target], zone: tzinfo, options: Options) -> Options:
    """The options with the sessions that a call gives to rows which name none."""
    starts = [(one.start, one) for one in targets]
    dates = tuple((date_text(start, zone), one) for start, one in starts if start and len(starts) > 1)
    return replace(options, target=targets[0] if targets else Target(), dates=dates)


def on_dates(
    roster: Roster, options: Options, zone: tzinfo, dates_of: Mapping[RowRef, Collection[str]] | None = None
) -> Roster:
    """The list with a row for each date of ``options`` where a row names no session; as it is where there is none.

    A row whose own words leave it open ("Saturdays 10.30") is for those of the dates that they fit. Where the call
    gives no session itself, a row is for the dates that it had before (``dates_of``).
    """
    if not options.dates:
        return roster
    return replace(
        roster,
        sheets=tuple(
            replace(
                sheet,
                rows=tuple(part for row in sheet.rows for part in _on_dates(row, sheet, options, zone, dates_of or {})),
            )
            for sheet in roster.sheets
        ),
    )


def _on_dates(
    row: RosterRow, sheet: RosterSheet, options: Options, zone: tzinfo, dates_of: Mapping[RowRef, Collection[str]]
) -> Iterator[RosterRow]:
    dates = [] if row.ref.date else [date for date, one in options.dates if _may_be_for(row, sheet, options, one, zone)]
    if not options.target:
        dates = [date for date in dates if date in dates_of.get(row.ref, ())]
    if not dates:
        yield row
        return
    for date in dates:
        part = f"{date}+{row.ref.part}" if row.ref.part else date
        yield replace(row, ref=row.ref._replace(part=part))


def _may_be_for(row: RosterRow, sheet: RosterSheet, options: Options, target: Target, zone: tzinfo) -> bool:
    """Words that stand once for everybody give way to the session that a call gives (``SheetContext``)."""
    said = {field: clean_cell(row.cells.get(field)) for field in SESSION}
    if any(said[field] is not None for field in SESSION if field not in ("session", "service", "resource")):
        return False
    if said["service"] is not None:
        return names_alone(said, target)
    cell = said["session"]
    if cell is None or (sheet.place_for_all and options.target):
        return True
    words = read_session_words(whole_text(cell))
    return isinstance(words, SessionWords) and words.says_when and leaves_open(words, target, zone)
