"""Rosters are read, and results made, in a process of their own: a file that breaks a library breaks nothing else.

Everything here does what the function of its name does in ``lists`` and ``results``, for whichever door.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from importer.errors import ResultsError, RosterError
from importer.importing.bounded_process import BoundedProcess, ProcessDiedError
from importer.lists import roster as lists
from importer.lists.content import read_content
from importer.model import Options, Roster, RunReport
from importer.model.drafts import CellRef
from importer.model.headings import HeadingRow, HeadingSet
from importer.settings import Settings

if TYPE_CHECKING:
    from importer.results.correcting import Corrected

MOST_BYTES = 3 * 2**30
"""What reading or writing one roster may take. 200,000 people in twenty columns take a third of it."""

MOST_S = 300.0
"""Reading 200,000 people in twenty columns takes a minute on a computer that is busy, writing their results another."""

ALL_SHEETS = lists.ALL_SHEETS
"""In place of a sheet's name: every visible one that has headings."""

_FILES = BoundedProcess(MOST_BYTES, MOST_S)
_REMEDY = "Copy the people alone into a new workbook, and try that."


class Sent(NamedTuple):
    """A file that is read already, with what people have put right in its cells."""

    content: bytes
    corrections: Mapping[CellRef, str]


def read_roster(
    path: Path,
    settings: Settings,
    options: Options,
    *,
    follow_links: bool = True,
    name: str = "",
    sent: Sent | None = None,
) -> Roster:
    """By the settings and options of a call. Raises ``RosterError`` also for a file that can't be read within the
    bounds of the process.

    A folder into which others put files is no place to ``follow_links``. What was ``sent`` is on no disk.
    """
    content, corrections = sent or Sent(read_content(path, follow_links=follow_links), {})
    given = bool(options.target)
    try:
        roster = _FILES.call(_read, path, content, options.sheet, settings.heading_sets, name, given, corrections)
    except ProcessDiedError:
        raise _unsafe(path) from None
    return replace(roster, content=content)


def look_at_headings(
    path: Path,
    *,
    sheet: str | None = None,
    heading_sets: Mapping[str, HeadingSet] | None = None,
    sent: Sent | None = None,
) -> HeadingRow:
    """Raises ``RosterError`` also for a file that can't be read within the bounds of the process."""
    content, corrections = sent or Sent(read_content(path), {})
    look = partial(lists.look_at_headings, path, sheet=sheet, heading_sets=heading_sets)
    try:
        return _FILES.call(look, content=content, corrections=corrections)
    except ProcessDiedError:
        raise _unsafe(path) from None


def write_corrections(roster: Roster, corrections: Mapping[CellRef, str], *, only_values: bool = False) -> Corrected:
    """Raises ``RosterError`` also if that can't be done within the bounds of the process."""
    from importer.results.correcting import write_corrections

    try:
        return _FILES.call(write_corrections, roster, corrections, only_values=only_values)
    except ProcessDiedError:
        raise _unsafe(roster.path) from None


def unlock(content: bytes, name: str, password: str) -> bytes:
    """Raises ``RosterError`` also for a file that can't be opened within the bounds of the process."""
    from importer.lists.sheets.unlocking import unlocked

    try:
        return _FILES.call(unlocked, content, name, password)
    except ProcessDiedError:
        raise _unsafe(Path(name)) from None


def write_results(report: RunReport, path: Path, written_before: Collection[str]) -> tuple[Path, str]:
    """Raises ``ResultsError`` also if they can't be made within the bounds of the process; nothing is written then."""
    from importer.results.writing import write_results

    try:
        return write_results(report, path, written_before, _annotate)
    except ProcessDiedError:
        raise ResultsError(
            f'The results of "{report.roster.path.name}" can\'t be made: that takes more memory or time than a list '
            f"should. Who is booked is on record. {_REMEDY}"
        ) from None


def _read(
    path: Path,
    content: bytes,
    sheet: str | None,
    heading_sets: Mapping[str, HeadingSet] | None,
    name: str,
    session_given: bool,
    corrections: Mapping[CellRef, str],
) -> Roster:
    """The roster without its content, which whoever asks has."""
    roster = lists.read_roster(
        path,
        sheet=sheet,
        heading_sets=heading_sets,
        content=content,
        name=name,
        session_given=session_given,
        corrections=corrections,
    )
    return replace(roster, content=b"")


def _annotate(report: RunReport, *, only_values: bool = False) -> bytes:
    from importer.results.writing import annotate

    return _FILES.call(annotate, report, only_values=only_values)


def _unsafe(path: Path) -> RosterError:
    return RosterError(
        f'"{path.name}" can\'t be read safely: that takes more memory or time than a list should. {_REMEDY}'
    )
