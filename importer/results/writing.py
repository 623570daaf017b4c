"""From a report to the workbook that goes back."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from importer.errors import ResultsError
from importer.model import RunReport
from importer.results.answers import write_answers
from importer.results.answers_sheet import write_answers_sheet
from importer.results.files import put_file
from importer.results.frame import deselected
from importer.results.opening import ONLY_VALUES, open_package, open_values_only, what_is_lost
from importer.results.package import Package
from importer.results.styles import Styles
from importer.results.summary import write_summary

logger = logging.getLogger(__name__)


class Annotate(Protocol):
    """Makes results, as ``annotate`` does."""

    def __call__(self, report: RunReport, *, only_values: bool = False) -> bytes: ...


def annotate(report: RunReport, *, only_values: bool = False) -> bytes:
    """The roster's workbook with its answers; with ``only_values`` a plain new one, which always can be made.

    Raises whatever a workbook that is a strange one makes it raise; ``ResultsError`` if there is no room for answers.
    """
    if only_values:
        return _annotated(*open_values_only(report.roster), report, (ONLY_VALUES,))
    return _annotated(*open_package(report.roster), report, what_is_lost(report.roster.content))


def write_results(
    report: RunReport, path: Path, written_before: Collection[str], annotate: Annotate = annotate
) -> tuple[Path, str]:
    """Write the roster's workbook with its answers, and say where it is and the SHA-256 of its bytes.

    ``path`` is taken if it is free or holds what we wrote, byte for byte (``written_before`` are SHA-256 digests);
    otherwise, or if it is open elsewhere or is the roster itself, the next free name (``….results-2.xlsx``). The file
    appears whole or not at all. ``annotate`` makes it, where it is to be made elsewhere. Raises ``ResultsError`` if the
    folder can't be written.
    """
    try:
        content = annotate(report)
    except ResultsError:
        raise
    except Exception as error:
        # Readers of rosters forgive more than this does. People may be booked by now: they need their answers.
        logger.info("only the values of this workbook are kept", extra={"status": type(error).__name__})
        content = annotate(report, only_values=True)
        path = path.with_suffix(".xlsx")
    return put_file(content, path, written_before, report.roster.path)


def _annotated(package: Package, titles: Mapping[str, str], report: RunReport, lost: Sequence[str]) -> bytes:
    sheets = [sheet for sheet in package.sheets() if sheet.has_cells]
    known = {sheet.title: sheet for sheet in sheets}
    of_people = {one.title: known.get(titles.get(one.title, ""), sheets[0]) for one in report.roster.sheets}
    others = report.other_sheets.roster.sheets if report.other_sheets else ()
    of_sheet = {one.title: known[one.title] for one in others} | of_people
    answered = {sheet.part for sheet in of_sheet.values()}
    for sheet in package.sheets():
        if sheet.part not in answered:
            package.put(sheet.part, deselected(package, sheet.part))
    styles = Styles(package)
    reports = [each for each in (report, report.other_sheets) if each]
    links = write_answers_sheet(package, styles, {title: one.title for title, one in of_sheet.items()}, reports)
    for each in reports:
        for one in each.roster.sheets:
            write_answers(package, of_sheet[one.title].part, styles, one, each, links.get(one.title))
    write_summary(package, styles, {title: sheet.title for title, sheet in of_people.items()}, report, lost)
    return package.save()
