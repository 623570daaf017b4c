"""A list as it came, and what has to be asked before it can be checked: what its headings, names and dates mean."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from importer.errors import HeadingsError
from importer.importing.questions import Agree, Choices, Headings, OfList
from importer.importing.safely import Sent, look_at_headings, read_roster
from importer.lists.agreeing import open_conventions
from importer.lists.moments import Moment, read_moment
from importer.model import Options, Roster, RosterSheet
from importer.model.headings import HeadingRow, has_names, has_session


@dataclass(frozen=True, slots=True)
class Reading:
    """``roster`` is ``None`` where none of its headings is known; ``fault`` says so to whoever can't be asked."""

    roster: Roster | None
    open: tuple[OfList, ...]
    fault: HeadingsError | None = None

    def known(self) -> Roster:
        """The roster. Raises ``HeadingsError`` where its headings have to be told first."""
        if self.roster is None:
            raise self.fault or HeadingsError("")
        return self.roster


_ENOUGH_ROWS = 20
"""Of a column, to tell what it holds."""


def read_list(path: Path, choices: Choices, sent: Sent | None = None) -> Reading:
    """The roster, and what is open about it. Raises ``RosterError`` where nobody's answer could help."""
    settings, options = choices.settings, choices.options
    needs_session = not options.target
    try:
        roster = read_roster(path, settings, options, sent=sent)
    except HeadingsError as error:
        return Reading(None, (Headings(None, is_needed=True, needs_session=needs_session),), error)
    return Reading(roster, tuple(_open(roster, choices)))


def headings_of(path: Path, sheet: RosterSheet | None, choices: Choices, sent: Sent | None = None) -> HeadingRow:
    """The headings of a sheet (``None``: of the only one), each with a cell from under it. Raises ``RosterError``."""
    title = (sheet.title or None) if sheet else choices.options.sheet
    return look_at_headings(path, sheet=title, heading_sets=choices.settings.heading_sets, sent=sent)


def names_no_session(roster: Roster, options: Options) -> bool:
    """Whether neither a list nor its call says which session its people are for. One that came back may be known by our
    own columns."""
    said = (has_session({*sheet.headings, *(["session"] if sheet.names_sessions else [])}) for sheet in roster.sheets)
    came_back = any("import_run" in sheet.headings for sheet in roster.sheets)
    return not (any(said) or came_back or options.targets or options.days)


def _open(roster: Roster, choices: Choices) -> Iterator[OfList]:
    for sheet in roster.sheets:
        if _is_unclear(sheet, choices.options):
            yield Headings(sheet, is_needed=False, needs_session=not choices.options.target)
    for sheet in roster.sheets:
        yield from (Agree(sheet, one) for one in open_conventions(sheet, choices.settings, choices.options))


def _is_unclear(sheet: RosterSheet, options: Options) -> bool:
    """Whether headings that are new may hold what is missing. A roster that came back is known by our own columns."""
    known = {*sheet.headings, *(["session"] if sheet.names_sessions else [])}
    says_when = has_session(known) and not _lacks_days(sheet)
    is_complete = has_names(known) and (says_when or bool(options.target) or "import_run" in known)
    return bool(sheet.unused) and not sheet.heading_set and not is_complete


def _lacks_days(sheet: RosterSheet) -> bool:
    """Whether the sheet has nothing but times where it says when a session starts: its days stand elsewhere."""
    if "start" not in sheet.headings or not {"booking_id", "session", "date"}.isdisjoint(sheet.headings):
        return False
    cells = islice((row.cells["start"] for row in sheet.rows if "start" in row.cells), _ENOUGH_ROWS)
    read = [read_moment(cell, "start", "dmy") for cell in cells]
    return bool(read) and all(
        isinstance(one, Moment) and one.clock is not None and not (one.day or one.words) for one in read
    )
