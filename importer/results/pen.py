"""The XML of our cells in each row of a sheet: new answers, and what is left of those of an earlier run."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import NamedTuple

from importer.lists.cells import FORMULA_STARTS
from importer.model import Outcome, RunReport, Status
from importer.model.status import PRACTICE
from importer.results.marks import serial
from importer.results.package import Package
from importer.results.rows import Row, SheetReader

_LINE_TO_LETTER = 1.36
_LETTERS_A_LINE = 48
_USUAL_SIZE_PT = 11
_ROWS_A_CHUNK = 500
_SPANS = re.compile(rb"""\sspans=["'][^"']*["']""")
_HEIGHT = re.compile(rb"""\sht=["']([\d.]+)["']""")
_CHOSEN_HEIGHT = re.compile(rb"""\scustomHeight=["'](?:1|true)["']""")


def status_text(status: Status, *, practice: bool = False) -> str:
    """What stands in "Import status"; a practice run says so in every row."""
    return f"{status}{PRACTICE}" if practice else str(status)


class Link(NamedTuple):
    """A cell of another sheet of the workbook."""

    sheet: str
    cell: str


@dataclass(frozen=True, slots=True)
class Pen:
    """Writes our cells into the columns that each field has.

    ``new`` are the headings of columns that are not there yet; ``doubled`` are columns under a heading of ours that
    another has too. ``formats`` are those of each field, for a text that begins like a formula (``True``) or not.
    ``size_pt`` is how large the type is. ``links`` are where rows of several answers have them all, ``spent`` the rows
    whose decision is emptied.
    """

    columns: Mapping[str, int]
    new: Mapping[int, str]
    doubled: set[int]
    heading_style: int
    formats: Mapping[tuple[str, bool], int]
    report: RunReport
    day_zero: date
    size_pt: float
    links: Mapping[int, Link]
    spent: frozenset[int]

    @property
    def is_new(self) -> bool:
        """Whether this is the first time that the sheet gets our columns."""
        return len(self.new) == len(self.columns)

    def heading_row(self, reader: SheetReader, row: Row) -> bytes:
        ours = {
            column: reader.text_cell(column, row.number, self.heading_style, text) for column, text in self.new.items()
        }
        return reader.merged(row, ours | self._emptied(reader, row, self.doubled), _SPANS.sub(b"", row.attributes))

    def row_without_person(self, reader: SheetReader, row: Row) -> bytes:
        """The answers of an earlier run are taken away; what somebody has decided stays."""
        ours = set(self.columns.values()) - self.new.keys() - {self.columns["import_decision"]}
        stale = ours | self.doubled
        return reader.merged(row, self._emptied(reader, row, stale) if stale else {}, row.attributes)

    def answered(self, reader: SheetReader, row: Row, outcome: Outcome) -> bytes:
        columns, number = self.columns, row.number
        texts = {
            "import_status": status_text(outcome.status, practice=self.report.practice),
            "import_message": outcome.words,
            "import_session": outcome.session,
            "import_decision": "",
            "import_booking_id": outcome.booking_id,
            "import_customer_id": outcome.customer_id,
            "import_customer_booking_id": outcome.customer_booking_id,
            "import_time": "",
            "import_run": outcome.handle,
        }
        ours = {}
        for field, text in texts.items():
            style = self.formats[field, text.startswith(FORMULA_STARTS)]
            ours[columns[field]] = reader.text_cell(columns[field], number, style, text)
        if link := self.links.get(number):
            session = columns["import_session"]
            style = self.formats["import_session", False]
            ours[session] = reader.link_cell(session, number, style, outcome.session, *link)
        there = {} if self.is_new else {cell.column: cell for cell in reader.cells(row) if cell.inner}
        decision = there.get(columns["import_decision"])
        if decision and number not in self.spent:
            style = self.formats["import_decision", False]
            ours[decision.column] = reader.cell_like(decision, number, style)
        if outcome.recorded:
            local = serial(outcome.recorded.astimezone(self.report.zone), self.day_zero)
            time = columns["import_time"]
            ours[time] = reader.number_cell(time, number, self.formats["import_time", False], local)
        if self.doubled:
            ours = self._emptied(reader, row, self.doubled) | ours
        attributes = self._attributes(row, outcome.words, had_message=columns["import_message"] in there)
        return reader.merged(row, ours, attributes)

    def _emptied(self, reader: SheetReader, row: Row, stale: set[int]) -> dict[int, bytes]:
        if not stale or not reader.last_column(row):
            return {}
        return {
            cell.column: reader.text_cell(cell.column, row.number, cell.style, "")
            for cell in reader.cells(row)
            if cell.column in stale and cell.inner
        }

    def _attributes(self, row: Row, message: str, *, had_message: bool) -> bytes:
        """The row's own, high enough for the message: not every program looks for that when it opens a file.

        A height that a program found for an earlier message is forgotten; one that the person has chosen never is.
        """
        attributes = _SPANS.sub(b"", row.attributes)
        known = _HEIGHT.search(attributes)
        is_stale = had_message and not _CHOSEN_HEIGHT.search(attributes)
        height = float(known[1]) if known and not is_stale else 0
        lines = len(textwrap.wrap(message, int(_LETTERS_A_LINE * _USUAL_SIZE_PT / self.size_pt)))
        needed = ceil(lines * self.size_pt * _LINE_TO_LETTER) if lines > 1 else 0
        if needed <= height:
            return attributes if height else _HEIGHT.sub(b"", attributes)
        return _HEIGHT.sub(b"", attributes).rstrip() + b' ht="%d"' % needed


def rewritten(
    package: Package,
    part: str,
    frame: tuple[bytes, bytes],
    heading_row: int,
    outcomes: Mapping[int, Outcome],
    pen: Pen,
) -> Iterator[bytes]:
    """The sheet from its first byte to its last, with the answers in it. ``frame`` is what stands around the rows."""
    with package.open(part) as stream:
        reader = SheetReader(stream)
        tag = b"%ssheetData>" % reader.prefix
        yield frame[0] + b"<" + tag
        lines: list[bytes] = []
        for row in _with_rows(reader, [heading_row, *outcomes]):
            if row.number == heading_row:
                lines.append(pen.heading_row(reader, row))
            elif outcome := outcomes.get(row.number):
                lines.append(pen.answered(reader, row, outcome))
            elif row.number < heading_row:
                lines.append(row.whole)
            else:
                lines.append(pen.row_without_person(reader, row))
            if len(lines) == _ROWS_A_CHUNK:
                yield b"".join(lines)
                lines.clear()
        yield b"".join(lines) + b"</" + tag + frame[1]


def _with_rows(reader: SheetReader, needed: Iterable[int]) -> Iterator[Row]:
    """The rows of the sheet, and blank ones for numbers of ``needed`` that it does not hold."""
    waiting = sorted(needed, reverse=True)

    def blank() -> Row:
        number = waiting.pop()
        return Row(number, b' r="%d"' % number, b"", b"")

    for row in reader.rows():
        while waiting and waiting[-1] < row.number:
            yield blank()
        if waiting and waiting[-1] == row.number:
            waiting.pop()
        yield row
    while waiting:
        yield blank()
