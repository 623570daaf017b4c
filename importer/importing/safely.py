"""Rosters are read, and results made, in a process of their own: a file that breaks a library breaks nothing else.

Everything here does what the function of its name does in ``lists`` and ``results``, for whichever door.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path

from importer.errors import ResultsError, RosterError
from importer.importing.bounded_process import BoundedProcess, ProcessDiedError
from importer.lists import roster as lists
from importer.lists.content import read_content
from importer.model import Options, Roster, RunReport
from importer.model.headings import HeadingRow, HeadingSet
from importer.settings import Settings

MOST_BYTES = 3 * 2**30
"""What reading or writing one roster may take. 200,000 people in twenty columns take a third of it."""

MOST_S = 300.0
"""Reading 200,000 people in twenty columns takes a minute on a computer that is busy, writing their results another."""

_FILES = BoundedProcess(MOST_BYTES, MOST_S)
_REMEDY = "Copy the people alone into a new workbook, and try that."


def read_roster(
    path: Path, settings: Settings, options: Options, *, follow_links: bool = True, name: str = ""
) -> Roster:
    """By the settings and options of a call. Raises ``RosterError`` also for a file that can't be read within the
    bounds of the process.

    A folder into which others put files is no place to ``follow_links``.
    """
    content = read_content(path, follow_links=follow_links)
    try:
        roster = _FILES.call(_read, path, content, options.sheet, settings.heading_sets, name, bool(options.target))
    except ProcessDiedError:
        raise _unsafe(path) from None
    return replace(roster, content=content)


def look_at_headings(
    path: Path, *, sheet: str | None = None, heading_sets: Mapping[str, HeadingSet] | None = None
) -> HeadingRow:
    """Raises ``RosterError`` also for a file that can't be read within the bounds of the process."""
    content = read_content(path)
    try:
        return _FILES.call(lists.look_at_headings, path, sheet=sheet, heading_sets=heading_sets, content=content)
    except ProcessDiedError:
        raise _unsafe(path) from None


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
) -> Roster:
    """The roster without its content, which whoever asks has."""
    roster = lists.read_roster(
        path, sheet=sheet, heading_sets=heading_sets, content=content, name=name, session_given=session_given
    )
    return replace(roster, content=b"")


def _annotate(report: RunReport, *, only_values: bool = False) -> bytes:
    from importer.results.writing import annotate

    return _FILES.call(annotate, report, only_values=only_values)


def _unsafe(path: Path) -> RosterError:
    return RosterError(
        f'"{path.name}" can\'t be read safely: that takes more memory or time than a list should. {_REMEDY}'
    )
