"""The sheet "Import answers": a line for each person on each session, where rows stand for several."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from copy import copy
from typing import TYPE_CHECKING, Any, cast

from importer.lists.answer_lines import AnswerLines, written
from importer.lists.cells import (
    LINK_INK,
    Look,
    cell_at,
    column_letters,
    fit_on_page_width,
    font_like,
    link_to,
    paint_headings,
    put_text,
)
from importer.lists.findings import cell_text, clean
from importer.model import Decision, Outcome, RunReport
from importer.model.columns import ANSWER_COLUMNS, ANSWERS_SHEET
from importer.model.status import CHOICES_EXPLAINED
from importer.results.marks import LOOK_OF
from importer.results.package import Package
from importer.results.pen import Link, status_text
from importer.results.spots import Spots
from importer.results.styles import Styles
from importer.results.together import is_spent

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

MOST_LINKS = 20_000
"""A workbook holds some 65,000 links on a sheet; longer lists of answers link the first alone."""

_AT = {column.field: at for at, column in enumerate(ANSWER_COLUMNS, start=1)}


def write_answers_sheet(
    package: Package, styles: Styles, sheet_titles: Mapping[str, str], reports: Sequence[RunReport]
) -> dict[str, dict[int, Link]]:
    """Add the sheet if a row has several answers, and take away the one of an earlier run.

    ``sheet_titles`` are those of the workbook by those of the roster. Returns where the answers of each row begin, by
    sheet and row.
    """
    title = package.room_for(ANSWERS_SHEET, sheet_titles.values())
    if not any(one.row.part for report in reports for one in _told(report)):
        return {}
    page = _Page(sheet_titles)
    links: dict[str, dict[int, Link]] = {}
    for report in reports:
        for (sheet, number), at in page.put_answers(report).items():
            links.setdefault(sheet, {})[number] = Link(title, f"A{at}")
    package.add_first_sheet(title, styles.adopted(page.finished()))
    return links


def _told(report: RunReport) -> Sequence[Outcome]:
    """All answers, those of a row together."""
    if not report.other_dates:
        return report.outcomes
    order = {one.row.line: at for at, one in enumerate(report.outcomes)}
    every = (*report.outcomes, *report.other_dates)
    return sorted(every, key=lambda one: (order.get(one.row.line, len(order)), one.row))


class _Page:
    """The sheet, alone in a workbook, filled from top to bottom."""

    def __init__(self, sheet_titles: Mapping[str, str]) -> None:
        from openpyxl import Workbook
        from openpyxl.styles import Alignment, PatternFill

        self._workbook, self._titles, self._row = Workbook(), sheet_titles, 1
        self._sheet = cast("Worksheet", self._workbook.active)
        # Cells are given finished formats: to put one together for each takes most of the time of a long sheet.
        pattern: Any = cell_at(self._sheet, 1, 1)
        plain = pattern._style
        self._formats: dict[Look | str, Any] = {}
        for look in set(LOOK_OF.values()):
            pattern._style = copy(plain)
            pattern.font = font_like(pattern, bold=look.bold, color=look.ink)
            pattern.fill = PatternFill("solid", fgColor=look.paper)
            self._formats[look] = pattern._style
        pattern._style = copy(plain)
        pattern.alignment = Alignment(wrap_text=True, vertical="top")
        self._formats["wrapped"], pattern._style = pattern._style, copy(plain)
        pattern.font = font_like(pattern, color=LINK_INK, underline="single")
        self._formats["link"], pattern._style = pattern._style, plain
        for at, column in enumerate(ANSWER_COLUMNS, start=1):
            self._put(column.field, column.heading)
            self._sheet.column_dimensions[column_letters(at)].width = column.width
        paint_headings(self._sheet[1])
        for field in ("handle", "asked_for", "written"):
            self._sheet.column_dimensions[column_letters(_AT[field])].hidden = True

    def put_answers(self, report: RunReport) -> dict[tuple[str, int], int]:
        """A line for each part of each row; returns where those of rows with several begin."""
        spots, decided = Spots(report.roster.sheets), AnswerLines(report.roster.answer_lines)
        typed = {row.ref: row.cells for sheet in report.roster.sheets for row in sheet.rows if row.ref.part}
        held = {row.ref.line: row.handles for sheet in report.roster.sheets for row in sheet.rows}
        first: dict[tuple[str, int], int] = {}
        elsewhere = {one.row for one in report.other_dates}
        counted = Counter(one.row.line for one in _told(report))
        for one in _told(report):
            if not one.row.part:
                continue
            self._row += 1
            if counted[one.row.line] > 1:
                first.setdefault(one.row.line, self._row)
            self._put_answer(one, report, str(spots.of_row(one.row)))
            session = typed.get(one.row, {}).get("session")
            self._put("asked_for", "" if session is None else clean(str(session)))
            self._put("written", written(one.name, one.session))
            lines = decided.of(one.row, one.name, held.get(one.row.line, {}), session)
            lines = [line for line in lines if line.decision is not None]
            if lines and (one.row in elsewhere or not is_spent([one], report.kind)):
                self._put("decision", cell_text(lines[0].decision))
        return first

    def finished(self) -> Workbook:
        """The workbook that holds the sheet alone."""
        from openpyxl.worksheet.datavalidation import DataValidation

        sheet, decision = self._sheet, column_letters(_AT["decision"])
        choices = DataValidation(type="list", formula1=f'"{",".join(Decision)}"', allow_blank=True)
        choices.showInputMessage, choices.prompt = True, CHOICES_EXPLAINED
        choices.add(f"{decision}2:{decision}{self._row}")
        sheet.add_data_validation(choices)
        sheet.freeze_panes = "A2"
        sheet.auto_filter.ref = f"A1:{column_letters(len(ANSWER_COLUMNS))}{self._row}"
        sheet.sheet_view.tabSelected = False
        fit_on_page_width(sheet)
        return self._workbook

    def _put(self, field: str, text: str, look: Look | str = "") -> Any:
        cell = cell_at(self._sheet, self._row, _AT[field])
        if look:
            cell._style = copy(self._formats[look])
        put_text(cell, text)
        return cell

    def _put_answer(self, outcome: Outcome, report: RunReport, cell: str) -> None:
        row = outcome.row
        self._put("sheet", row.sheet)
        if self._row <= MOST_LINKS:
            link = self._put("row", str(row.number), "link")
            link.hyperlink = link_to(link, self._titles[row.sheet], cell)
        else:
            self._put("row", str(row.number))
        self._put("part", row.part)
        self._put("person", outcome.name)
        self._put("session", outcome.session)
        self._put("status", status_text(outcome.status, practice=report.practice), LOOK_OF[outcome.status])
        self._put("message", outcome.words, "wrapped")
        self._put("handle", outcome.handle)
