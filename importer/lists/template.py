"""Blank rosters, made from the one list of columns."""

from __future__ import annotations

import io
import re
import textwrap
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from math import isfinite
from typing import TYPE_CHECKING, Any

from importer.lists.cells import (
    ASIDE,
    MOMENT,
    TEXT,
    cell_at,
    column_letters,
    fit_on_page_width,
    font_like,
    paint_headings,
    put_text,
    show_only,
)
from importer.lists.labels import MOST_SPACES
from importer.lists.session_words import as_written, free_as_written
from importer.model import GroupBooking
from importer.model.columns import COLUMNS, EXAMPLE, HELP_SHEET, TEMPLATE_COLUMNS

if TYPE_CHECKING:
    from openpyxl.worksheet.datavalidation import DataValidation
    from openpyxl.worksheet.worksheet import Worksheet

ROSTER_SHEET = "Roster"
SESSIONS_SHEET = "Sessions"
_ROWS = 1_000
_MADE = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_CHOSEN = {"session", "spaces"}


def make_csv_template() -> bytes:
    """A blank roster as text: the headings alone, marked as UTF-8 so that Excel writes accents that can be read."""
    # Not Excel's line ends: git would change them, and Excel reads both.
    return (",".join(column.heading for column in TEMPLATE_COLUMNS) + "\n").encode("utf-8-sig")


def make_template(*, sessions: Sequence[GroupBooking] = (), free: Sequence[GroupBooking] = (), zone: tzinfo) -> bytes:
    """A blank roster as a workbook: headings, an example, help, and drop-downs of ``sessions`` where some are given.

    ``free`` are sessions that could be started at free times; they stand apart, below the others.

    The same arguments give the same bytes. Times are written in ``zone``.
    """
    from openpyxl import Workbook

    offered = sorted((each for each in sessions if not each.is_cancelled), key=_by_service_and_start)
    offered += sorted(free, key=_by_service_and_start)
    workbook = Workbook()
    workbook.properties.creator, workbook.properties.created = "roster", _MADE
    roster: Any = workbook.active
    roster.title = ROSTER_SHEET
    _fill_roster(roster)
    _fill_help(workbook.create_sheet(HELP_SHEET), zone, with_sessions=bool(offered))
    if offered:
        _list_sessions(workbook.create_sheet(SESSIONS_SHEET), offered, zone)
        _offer(roster, len(offered))
    show_only(workbook, roster)
    stream = io.BytesIO()
    workbook.save(stream)
    return _without_dates(stream.getvalue())


def _fill_roster(sheet: Worksheet) -> None:
    from openpyxl.styles import Alignment, PatternFill

    left, grey = Alignment(horizontal="left"), PatternFill("solid", fgColor=ASIDE.paper)
    for number, column in enumerate(TEMPLATE_COLUMNS, start=1):
        letter = column_letters(number)
        dimension: Any = sheet.column_dimensions[letter]
        dimension.width = column.width
        number_format = TEXT if column.text else "General"
        dimension.number_format, dimension.alignment = number_format, left
        put_text(cell_at(sheet, 1, number), column.heading)
        example = cell_at(sheet, 2, number)
        if column.field == "spaces":
            example.value = int(column.example)
        else:
            put_text(example, column.example)
        example.number_format, example.alignment, example.fill = number_format, left, grey
        example.font = font_like(example, italic=True, color=ASIDE.ink)
        _explain(sheet, f"{letter}1", column.heading, _plain(column.meaning))
    paint_headings(sheet[1])
    sheet.row_dimensions[1].height = 21
    sheet.freeze_panes = "A2"
    for field in sorted(EXAMPLE.keys() - _CHOSEN):
        cell = _rows_of(field).partition(":")[0]
        _explain(sheet, cell, "Example", "Example only, ignored as long as it stays as it is. Write over it.")
    spaces = _validation("whole", operator="between", formula1="1", formula2=str(MOST_SPACES))
    spaces.errorTitle, spaces.error = "Places", f"A whole number from 1 to {MOST_SPACES}, or nothing for 1."
    spaces.add(_rows_of("spaces"))
    sheet.add_data_validation(spaces)
    sheet.print_title_rows = "1:1"
    fit_on_page_width(sheet)


def _letter_of(field: str) -> str:
    return column_letters(next(n for n, column in enumerate(TEMPLATE_COLUMNS, start=1) if column.field == field))


def _rows_of(field: str) -> str:
    letter = _letter_of(field)
    return f"{letter}2:{letter}{_ROWS + 1}"


def _explain(sheet: Worksheet, cells: str, title: str, text: str) -> None:
    """Words that show while the cell is selected."""
    explanation = _validation(None)
    explanation.showInputMessage, explanation.promptTitle, explanation.prompt = True, title, text
    explanation.add(cells)
    sheet.add_data_validation(explanation)


def _validation(kind: Any, **rule: Any) -> DataValidation:
    from openpyxl.worksheet.datavalidation import DataValidation

    return DataValidation(kind, allow_blank=True, showErrorMessage=kind is not None, **rule)


def _fill_help(sheet: Worksheet, zone: tzinfo, *, with_sessions: bool) -> None:
    from openpyxl.styles import Alignment

    put_text(cell_at(sheet, 1, 1), HELP_SHEET)
    cell_at(sheet, 1, 1).font = font_like(cell_at(sheet, 1, 1), sz=16, bold=True)
    choose = f' Choose from the drop-down, or look on the sheet "{SESSIONS_SHEET}".' if with_sessions else ""
    zone_name = getattr(zone, "key", str(zone))
    steps = (
        f'One line for each person, on the sheet "{ROSTER_SHEET}".',
        f"Say which session: service, day and time together.{choose} Times are {zone_name} times.",
        "The grey line is an example only. It is ignored as long as it stays as it is: write over it, or delete it.",
        "Delete the columns that you don't need, and add your own: those come back as they were and are sent nowhere.",
        'Save, close, and see what would happen:  roster import "your file.xlsx" --dry-run',
    )
    for number, step in enumerate(steps, start=1):
        put_text(cell_at(sheet, 2 + number, 1), f"{number}.  {step}")
    top = len(steps) + 4
    titles = ("Column", "What it holds", "Example", "Needed?", "Also understood as")
    for number, (title, width) in enumerate(zip(titles, (20, 48, 28, 30, 60), strict=True), start=1):
        put_text(cell_at(sheet, top, number), title)
        sheet.column_dimensions["ABCDE"[number - 1]].width = width
    paint_headings(sheet[top])
    wrapped, top_aligned = Alignment(wrap_text=True, vertical="top"), Alignment(vertical="top")
    for row, column in enumerate(COLUMNS, start=top + 1):
        others = ", ".join(column.spellings)
        texts = (column.heading, _plain(column.meaning), column.example, column.needed, others)
        for number, text in enumerate(texts, start=1):
            cell = cell_at(sheet, row, number)
            put_text(cell, text)
            cell.alignment = wrapped if number in (2, 5) else top_aligned
        cell_at(sheet, row, 1).font = font_like(cell_at(sheet, row, 1), bold=True)
        lines = max(len(textwrap.wrap(column.meaning, 50)), len(textwrap.wrap(others, 64)), 1)
        sheet.row_dimensions[row].height = 15 * lines + 3
    sheet.sheet_view.showGridLines = False
    fit_on_page_width(sheet)


def _plain(meaning: str) -> str:
    return meaning.replace("`", '"')


def _by_service_and_start(session: GroupBooking) -> tuple[str, datetime, str]:
    return session.service.casefold(), session.start, session.id


def _list_sessions(sheet: Worksheet, offered: Sequence[GroupBooking], zone: tzinfo) -> None:
    """What is chosen from, in words; the ids are there for who looks for them, and out of sight."""
    from openpyxl.styles import Alignment

    left = Alignment(horizontal="left")
    words = as_written((each for each in offered if each.id), zone)
    # None of these is a heading of a roster: this sheet must never be taken for one.
    titles = (
        ("What to choose", 52),
        ("When it starts", 20),
        ("Where or with whom", 24),
        ("Places free", 12),
        ("ID", 28),
    )
    for number, (title, width) in enumerate(titles, start=1):
        put_text(cell_at(sheet, 1, number), title)
        sheet.column_dimensions["ABCDE"[number - 1]].width = width
    paint_headings(sheet[1])
    for row, session in enumerate(offered, start=2):
        put_text(cell_at(sheet, row, 1), words[session.id] if session.id else free_as_written(session, zone))
        start = cell_at(sheet, row, 2)
        start.value, start.number_format = session.start.astimezone(zone).replace(tzinfo=None), MOMENT
        start.alignment = left
        put_text(cell_at(sheet, row, 3), session.resource)
        cell_at(sheet, row, 4).value, cell_at(sheet, row, 4).alignment = (
            max(session.free, 0) if isfinite(session.free) else None,
            left,
        )
        put_text(cell_at(sheet, row, 5), session.id)
        cell_at(sheet, row, 5).number_format = TEXT
    sheet.column_dimensions["E"].hidden = True
    sheet.freeze_panes = "A2"
    fit_on_page_width(sheet)


def _offer(roster: Worksheet, count: int) -> None:
    """The sessions in a drop-down."""
    choice = _validation("list", formula1=f"{SESSIONS_SHEET}!$A$2:$A${count + 1}", errorStyle="warning")
    choice.errorTitle = "Not on the list"
    choice.error = f'It is none of the sessions on the sheet "{SESSIONS_SHEET}". Keep it all the same?'
    choice.add(_rows_of("session"))
    roster.add_data_validation(choice)


def _without_dates(content: bytes) -> bytes:
    """The same workbook without the moment of its making, so that making it again gives the same bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            data = old.read(part)
            if part.filename == "docProps/core.xml":
                modified = f"{_MADE.isoformat()}Z".encode()
                data = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>" + modified, data)
            info = zipfile.ZipInfo(part.filename, _ZIP_DATE)
            info.compress_type, info.create_system = zipfile.ZIP_DEFLATED, 3
            new.writestr(info, data)
    return stream.getvalue()
