"""Our columns and marks on the person's own sheet: the answer beside each row."""

from __future__ import annotations

import html
import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from math import ceil
from typing import TYPE_CHECKING

from importer.cells import FORMULA_STARTS, MOMENT, TEXT, Area, column_letters, in_xml
from importer.columns import FOLDED_FROM, IMPORT_COLUMNS, heading_key
from importer.errors import ResultsError
from importer.model import Decision, Outcome, RosterSheet, RunReport, Status
from importer.results.frame import Frame, Rule, Width, widen_filter_name, widen_table
from importer.results.marks import SIGNATURE, marks, serial
from importer.results.package import Package
from importer.results.rows import Cell, Row, SheetReader
from importer.results.styles import Styles

if TYPE_CHECKING:
    Columns = Mapping[str, int]

_LAST_COLUMN = 16_384
_LAST_ROW_TO_FREEZE = 8
_LINE_TO_LETTER = 1.36
_PRACTICE = " (PRACTICE)"
_LETTERS_A_LINE = 48
_USUAL_SIZE_PT = 11
_ROWS_A_CHUNK = 500
_COLUMN = {column.field: column for column in IMPORT_COLUMNS}
_FIELD_BY_KEY = {heading_key(column.heading): column.field for column in IMPORT_COLUMNS}
_FOLDED = {column.field for column in IMPORT_COLUMNS[FOLDED_FROM:]}
_STYLE = re.compile(rb"""\ss=["'](\d+)["']""")
_TYPE = re.compile(rb"""\st=["'](\w+)["']""")
_TEXT_IN_CELL = re.compile(rb"<(?:[\w.-]+:)?(?:t|v)(?:\s[^>]*)?>(.*?)</", re.DOTALL)
_READING_AID = re.compile(rb"<(?:[\w.-]+:)?rPh\b.*?</(?:[\w.-]+:)?rPh>", re.DOTALL)
_SPANS = re.compile(rb"""\sspans=["'][^"']*["']""")
_HEIGHT = re.compile(rb"""\sht=["']([\d.]+)["']""")
_CHOSEN_HEIGHT = re.compile(rb"""\scustomHeight=["'](?:1|true)["']""")


def status_text(status: Status, *, practice: bool = False) -> str:
    """What stands in "Import status"; a practice run says so in every row."""
    return f"{status}{_PRACTICE}" if practice else str(status)


def write_answers(package: Package, part: str, styles: Styles, roster: RosterSheet, report: RunReport) -> None:
    """Put the outcomes of this sheet's rows beside them; ``part`` is the sheet as the person sent it.

    Our columns of an earlier run are filled anew where they stand; those that are missing come right of everything
    else, inside the table or filter that the headings belong to. No column of the person's is moved or written to.
    """
    outcomes = {one.row.number: one for one in report.outcomes if one.row.sheet == roster.title}
    found = _survey(package, part, roster.heading_row, min(outcomes, default=0))
    columns, missing = _places(found, roster)
    last_row = max(outcomes, default=roster.heading_row + 1)
    frame, theirs = found.frame, _their_columns(roster)
    frame.keep_clear_of_merged_cells(Area(min(columns.values()), roster.heading_row, max(columns.values()), last_row))
    headings: dict[int, int] = {}
    if missing:
        right = columns[missing[-1]]
        frame.set_widths({columns[field]: _width(field, practice=report.practice) for field in missing})
        if ref := frame.widen_filter(roster.heading_row, right):
            widen_filter_name(package, part, ref)
        texts = found.texts | {columns[field]: _COLUMN[field].heading for field in missing}
        in_table = widen_table(package, part, roster.heading_row, texts, theirs, right)
        style = found.styles.get(max(theirs), 0) or (0 if in_table else styles.add_heading(found.first_style))
        headings = {columns[field]: style for field in missing}
    frame.widen_dimension(max(columns.values()), last_row)
    decisions = columns["import_decision"]
    frame.offer(
        Decision,
        Area(decisions, roster.heading_row + 1, decisions, last_row),
        "Import decision",
        f"Choose {', '.join(Decision)}, or leave it empty.",
    )
    say = partial(status_text, practice=report.practice)
    shown = marks(roster, outcomes.values(), columns["import_status"], last_row, say, package.day_zero)
    looks: dict[object, int] = {}
    rules = []
    for mark in shown:
        if mark.look not in looks:
            looks[mark.look] = styles.add_conditional(mark.look)
        rules.append(Rule(mark.cells, mark.formula, looks[mark.look]))
    frame.replace_rules(SIGNATURE, rules)
    if roster.heading_row <= _LAST_ROW_TO_FREEZE:
        frame.freeze_above(roster.heading_row + 1)
    frame.deselect()
    pen = _Pen(
        columns,
        _formats(styles, found.first_style),
        {column for column, text in found.texts.items() if heading_key(text) in _FIELD_BY_KEY} - set(columns.values()),
        headings,
        report,
        package.day_zero,
        styles.size_pt(found.first_style) or _USUAL_SIZE_PT,
    )
    package.put(part, _rewritten(package, part, frame.split(), roster.heading_row, outcomes, pen))


@dataclass(frozen=True, slots=True)
class _Found:
    """What a first look at a sheet tells. ``texts`` and ``styles`` are of the heading row, by column."""

    frame: Frame
    right: int
    texts: dict[int, str]
    styles: dict[int, int]
    first_style: int


def _survey(package: Package, part: str, heading_row: int, first_row: int) -> _Found:
    headings: Sequence[Cell] = ()
    first: Sequence[Cell] = ()
    right = 0
    with package.open(part) as stream:
        reader = SheetReader(stream)
        for row in reader.rows():
            if row.number >= heading_row:
                right = max(right, reader.last_column(row))
            if row.number == heading_row:
                headings = reader.cells(row)
            elif row.number == first_row:
                first = reader.cells(row)
    return _Found(
        Frame(reader.head, reader.tail, reader.prefix),
        right,
        _texts(package, headings),
        {cell.column: _style_of(cell) for cell in headings},
        next((_style_of(cell) for cell in first if cell.inner), 0),
    )


def _style_of(cell: Cell) -> int:
    style = _STYLE.search(cell.attributes)
    return int(style[1]) if style else 0


def _texts(package: Package, cells: Iterable[Cell]) -> dict[int, str]:
    """What the cells say, by column; formulas what they came to."""
    texts: dict[int, str] = {}
    shared: dict[int, int] = {}
    for cell in cells:
        kind = _TYPE.search(cell.attributes)
        inner = _READING_AID.sub(b"", cell.inner)
        text = html.unescape(b"".join(_TEXT_IN_CELL.findall(inner)).decode())
        if kind and kind[1] == b"s":
            shared[cell.column] = int(text)
        elif text:
            texts[cell.column] = text
    known = package.shared_texts(set(shared.values()))
    return texts | {column: known[number] for column, number in shared.items()}


def _places(found: _Found, roster: RosterSheet) -> tuple[dict[str, int], list[str]]:
    """Where each of our columns stands or will stand, and which are not there yet."""
    there: dict[str, int] = {}
    for column, text in sorted(found.texts.items()):
        if field := _FIELD_BY_KEY.get(heading_key(text)):
            there.setdefault(field, roster.positions.get(field, column))
    right = max(roster.width, found.right)
    missing = [column.field for column in IMPORT_COLUMNS if column.field not in there]
    if right + len(missing) > _LAST_COLUMN:
        raise ResultsError(
            f'Sheet "{roster.title}" is full up to its last column: there is no room for the answers. '
            "Delete what stands far right of the people, and run this again."
        )
    return there | {field: right + n for n, field in enumerate(missing, start=1)}, missing


def _their_columns(roster: RosterSheet) -> list[int]:
    ours = _FIELD_BY_KEY.values()
    return [column for field, column in roster.positions.items() if field not in ours] or [1]


def _width(field: str, *, practice: bool) -> Width:
    more = len(_PRACTICE) if practice and field == "import_status" else 0
    return Width(_COLUMN[field].width + more, field in _FOLDED)


def _formats(styles: Styles, like: int) -> dict[tuple[str, bool], int]:
    """For each of our columns a format in the type and with the lines of the person's own, as it is and quoted."""
    return {
        (field, quoted): styles.add_answer(
            like,
            MOMENT if field == "import_time" else TEXT if column.text else "General",
            wrap=field == "import_message",
            unlocked=field == "import_decision",
            quoted=quoted,
        )
        for field, column in _COLUMN.items()
        for quoted in (False, True)
    }


@dataclass(frozen=True, slots=True)
class _Pen:
    """Writes our cells. ``doubled`` are columns under a second heading of ours, ``headings`` formats of new ones."""

    columns: Columns
    formats: Mapping[tuple[str, bool], int]
    doubled: set[int]
    headings: Mapping[int, int]
    report: RunReport
    day_zero: date
    size_pt: float

    def heading_row(self, reader: SheetReader, row: Row) -> bytes:
        fields = {column: field for field, column in self.columns.items()}
        ours = {
            column: self._text(reader, column, row.number, style, _COLUMN[fields[column]].heading)
            for column, style in self.headings.items()
        }
        return reader.merged(row, ours | self._emptied(reader, row, self.doubled), _SPANS.sub(b"", row.attributes))

    def row_without_person(self, reader: SheetReader, row: Row) -> bytes:
        """The answers of an earlier run are taken away; what somebody has decided stays."""
        ours = set(self.columns.values()) - self.headings.keys() - {self.columns["import_decision"]}
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
            "import_run": outcome.handle,
        }
        ours = {}
        for field, text in texts.items():
            style = self.formats[field, text.startswith(FORMULA_STARTS)]
            ours[columns[field]] = self._text(reader, columns[field], number, style, text)
        is_booked = self.report.kind == "import" and outcome.status in (Status.BOOKED, Status.ALREADY_BOOKED)
        decision = columns["import_decision"]
        if not is_booked and decision not in self.headings:
            ours |= {
                cell.column: self._with_style(reader, row, cell, self.formats["import_decision", False])
                for cell in reader.cells(row)
                if cell.column == decision and cell.inner
            }
        ours[columns["import_time"]] = self._moment(reader, columns["import_time"], number, outcome)
        if self.doubled:
            ours = self._emptied(reader, row, self.doubled) | ours
        return reader.merged(row, ours, self._attributes(row, outcome.words))

    def _text(self, reader: SheetReader, column: int, row: int, style: int, text: str) -> bytes:
        text = in_xml(text)
        start = b'<%sc r="%s%d" s="%d"' % (reader.prefix, column_letters(column).encode(), row, style)
        if not text:
            return start + b"/>"
        tag = reader.prefix
        return b'%s t="inlineStr"><%sis><%st xml:space="preserve">%s</%st></%sis></%sc>' % (
            start,
            tag,
            tag,
            text.encode(),
            tag,
            tag,
            tag,
        )

    def _moment(self, reader: SheetReader, column: int, row: int, outcome: Outcome) -> bytes:
        style = self.formats["import_time", False]
        if outcome.recorded is None:
            return self._text(reader, column, row, style, "")
        local = outcome.recorded.astimezone(self.report.zone)
        place = b'<%sc r="%s%d" s="%d">' % (reader.prefix, column_letters(column).encode(), row, style)
        value = repr(serial(local, self.day_zero)).encode()
        return b"%s<%sv>%s</%sv></%sc>" % (place, reader.prefix, value, reader.prefix, reader.prefix)

    def _emptied(self, reader: SheetReader, row: Row, stale: set[int]) -> dict[int, bytes]:
        if not stale or not reader.last_column(row):
            return {}
        return {
            cell.column: self._text(reader, cell.column, row.number, _style_of(cell), "")
            for cell in reader.cells(row)
            if cell.column in stale and cell.inner
        }

    def _with_style(self, reader: SheetReader, row: Row, cell: Cell, style: int) -> bytes:
        kind = _TYPE.search(cell.attributes)
        letters, typed = column_letters(cell.column).encode(), kind[0] if kind else b""
        start = b'<%sc r="%s%d" s="%d"%s>' % (reader.prefix, letters, row.number, style, typed)
        return b"%s%s</%sc>" % (start, cell.inner, reader.prefix)

    def _attributes(self, row: Row, message: str) -> bytes:
        """The row's own, but for a height that a program has found for it: with another message it may be another."""
        attributes = _SPANS.sub(b"", row.attributes)
        height = _HEIGHT.search(attributes)
        if height is None:
            return attributes
        if not _CHOSEN_HEIGHT.search(attributes):
            return _HEIGHT.sub(b"", attributes)
        letters = int(_LETTERS_A_LINE * _USUAL_SIZE_PT / self.size_pt)
        needed = ceil(len(textwrap.wrap(message, letters)) * self.size_pt * _LINE_TO_LETTER)
        return _HEIGHT.sub(b' ht="%d"' % needed, attributes) if needed > float(height[1]) else attributes


def _rewritten(
    package: Package,
    part: str,
    frame: tuple[bytes, bytes],
    heading_row: int,
    outcomes: Mapping[int, Outcome],
    pen: _Pen,
) -> Iterator[bytes]:
    with package.open(part) as stream:
        reader = SheetReader(stream)
        tag = b"%ssheetData>" % reader.prefix
        yield frame[0] + b"<" + tag
        lines: list[bytes] = []
        for row in _with_rows(reader, [heading_row, *outcomes]):
            if row.number < heading_row:
                lines.append(row.whole)
            elif row.number == heading_row:
                lines.append(pen.heading_row(reader, row))
            elif outcome := outcomes.get(row.number):
                lines.append(pen.answered(reader, row, outcome))
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
