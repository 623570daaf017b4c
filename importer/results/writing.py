"""From a report to the workbook that goes back."""

from __future__ import annotations

import io
import logging
import warnings
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from importer.errors import ResultsError
from importer.model import RunReport
from importer.results.answers import write_answers
from importer.results.files import put_file
from importer.results.opening import open_values_only, open_workbook, what_is_lost
from importer.results.summary import write_summary

if TYPE_CHECKING:
    from openpyxl import Workbook

logger = logging.getLogger(__name__)

_ONLY_VALUES = (
    "Only the values of the sheet are in this file: the formats of yours could not be read. Yours is as it was."
)


def write_results(report: RunReport, path: Path, written_before: Collection[str]) -> tuple[Path, str]:
    """Write the roster's workbook with its answers, and say where it is and the SHA-256 of its bytes.

    ``path`` is taken if it is free or holds what we wrote, byte for byte (``written_before`` are SHA-256 digests);
    otherwise, or if it is open elsewhere or is the roster itself, the next free name (``….results-2.xlsx``). The file
    appears whole or not at all. Raises ``ResultsError`` if the folder can't be written.
    """
    roster = report.roster
    macros = path.suffix.casefold() == ".xlsm"
    try:
        workbook = open_workbook(roster, macros=macros)
        content = _annotated(workbook, report, what_is_lost(roster.content, path))
    except ResultsError:
        raise
    except Exception:
        # Readers of rosters forgive more than openpyxl does. People may be booked by now: they need their answers.
        logger.info("openpyxl can't take this workbook; only its values are kept")
        content = _annotated(open_values_only(roster), report, (_ONLY_VALUES,))
        path = path.with_suffix(".xlsx")
    return put_file(content, path, written_before, roster.path)


def _annotated(workbook: Workbook, report: RunReport, lost: Sequence[str]) -> bytes:
    titles = workbook.sheetnames
    sheets = {one.title: workbook[one.title if one.title in titles else titles[0]] for one in report.roster.sheets}
    for one in report.roster.sheets:
        write_answers(sheets[one.title], one, report)
    write_summary(workbook, sheets, report, lost)
    workbook.calculation.fullCalcOnLoad = True  # openpyxl drops what formulas came to
    stream = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        workbook.save(stream)
    return stream.getvalue()
