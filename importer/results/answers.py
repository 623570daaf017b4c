"""Our columns and marks on the person's own sheet: the answer beside each row."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from copy import copy
from dataclasses import replace
from functools import partial
from math import ceil
from typing import TYPE_CHECKING, Any, cast

from importer.cells import MOMENT, TEXT, Area, cell_at, font_like, paint_headings, plain_value, put_text
from importer.columns import FOLDED_FROM, IMPORT_COLUMNS, heading_key
from importer.errors import ResultsError
from importer.model import Decision, Outcome, RosterSheet, RunReport, Status
from importer.results.marks import replace_marks

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    Columns = Mapping[str, int]

_LAST_COLUMN = 16_384
_LAST_ROW_TO_FREEZE = 8
_USUAL_SIZE_PT = 11
_LINE_TO_LETTER = 1.36
_PRACTICE = " (PRACTICE)"
_LETTERS_A_LINE = 48
_DECISIONS = f'"{",".join(Decision)}"'
_COLUMN = {column.field: column for column in IMPORT_COLUMNS}
_FIELD_BY_KEY = {heading_key(column.heading): column.field for column in IMPORT_COLUMNS}
_FOLDED = {column.field for column in IMPORT_COLUMNS[FOLDED_FROM:]}


def status_text(status: Status, *, practice: bool = False) -> str:
    """What stands in "Import status"; a practice run says so in every row."""
    return f"{status}{_PRACTICE}" if practice else str(status)


def write_answers(sheet: Worksheet, roster: RosterSheet, report: RunReport) -> None:
    """Put the outcomes of this sheet's rows beside them; ``sheet`` is it as the person sent it.

    Our columns of an earlier run are filled anew where they stand; those that are missing come right of everything
    else, inside the table or filter that the headings belong to. No column of the person's is moved or written to.
    """
    columns, missing = _places(sheet, roster)
    report = replace(report, outcomes=tuple(one for one in report.outcomes if one.row.sheet == roster.title))
    last_row = max((outcome.row.number for outcome in report.outcomes), default=roster.heading_row + 1)
    answers = Area(min(columns.values()), roster.heading_row, max(columns.values()), last_row)
    _keep_clear_of_merged_cells(sheet, answers)
    if missing:
        _add_columns(sheet, roster, columns, missing, practice=report.practice)
    _forget_heights(sheet, roster.heading_row, columns["import_message"])
    _clear(sheet, roster.heading_row, columns)
    styles = _styles(sheet, roster, report, columns)
    for outcome in report.outcomes:
        _write_row(sheet, outcome, report, columns, styles)
    decisions = columns["import_decision"]
    _offer_decisions(sheet, Area(decisions, roster.heading_row + 1, decisions, last_row))
    say = partial(status_text, practice=report.practice)
    replace_marks(sheet, roster, report, columns["import_status"], last_row, say)
    if sheet.freeze_panes is None and roster.heading_row <= _LAST_ROW_TO_FREEZE:
        sheet.freeze_panes = f"A{roster.heading_row + 1}"
    # openpyxl writes the depth of the outline before it has looked for it, unless it has been made to look.
    sheet.column_dimensions.to_tree()


def _places(sheet: Worksheet, roster: RosterSheet) -> tuple[dict[str, int], list[str]]:
    """Where each of our columns stands or will stand, and which are not there yet."""
    found: dict[str, int] = {}
    right = roster.width
    for (row, column), cell in sheet._cells.items():
        if row < roster.heading_row or cell.value is None:
            continue
        right = max(right, column)
        if row == roster.heading_row and (field := _FIELD_BY_KEY.get(heading_key(str(cell.value)))):
            found.setdefault(field, roster.positions.get(field, column))
    missing = [column.field for column in IMPORT_COLUMNS if column.field not in found]
    if right + len(missing) > _LAST_COLUMN:
        raise ResultsError(
            f'Sheet "{roster.title}" is full up to its last column: there is no room for the answers. '
            "Delete what stands far right of the people, and run this again."
        )
    return found | {field: right + n for n, field in enumerate(missing, start=1)}, missing


def _their_columns(roster: RosterSheet) -> list[int]:
    ours = _FIELD_BY_KEY.values()
    return [column for field, column in roster.positions.items() if field not in ours] or [1]


def _add_columns(
    sheet: Worksheet, roster: RosterSheet, columns: Columns, missing: list[str], *, practice: bool
) -> None:
    from openpyxl.utils import get_column_letter

    first, last = columns[missing[0]], columns[missing[-1]]
    _free_widths(sheet, first, last)
    headings = [cell_at(sheet, roster.heading_row, columns[field]) for field in missing]
    for field, heading in zip(missing, headings, strict=True):
        put_text(heading, _COLUMN[field].heading)
        dimension = sheet.column_dimensions[get_column_letter(columns[field])]
        dimension.width = _COLUMN[field].width + (len(_PRACTICE) if practice and field == "import_status" else 0)
        if field in _FOLDED:
            dimension.outlineLevel, dimension.hidden = 1, True
    in_table = _widen_table(sheet, roster, last)
    filtered = sheet.auto_filter.ref and Area.of(sheet.auto_filter.ref)
    if filtered and filtered.top == roster.heading_row:
        sheet.auto_filter.ref = str(filtered._replace(right=max(filtered.right, last)))
    theirs = cell_at(sheet, roster.heading_row, max(_their_columns(roster)))
    if theirs.has_style:
        for heading in headings:
            heading._style = copy(theirs._style)
    elif not in_table:
        paint_headings(headings)


def _free_widths(sheet: Worksheet, first: int, last: int) -> None:
    """Take the columns ``first`` to ``last`` out of widths that hold for a whole range of columns.

    Left as they are, they and ours would overlap in the file, and Excel would call it broken.
    """
    from openpyxl.utils import column_index_from_string, get_column_letter
    from openpyxl.worksheet.dimensions import ColumnDimension

    dimensions = sheet.column_dimensions
    for letter, whole in list(dimensions.items()):
        low = whole.min or column_index_from_string(letter)
        high = whole.max or low
        if high < first or low > last:
            continue
        del dimensions[letter]
        for start, end in ((low, first - 1), (last + 1, high)):
            if start <= end:
                part: Any = ColumnDimension(sheet, index=get_column_letter(start), min=start, max=end)
                part.width, part.bestFit, part.hidden = whole.width, whole.bestFit, whole.hidden
                part.outlineLevel, part.collapsed = whole.outlineLevel, whole.collapsed
                part._style = copy(cast("Any", whole)._style)
                dimensions[part.index] = part


def _widen_table(sheet: Worksheet, roster: RosterSheet, last: int) -> bool:
    """Take our columns into the person's table, so that sorting and filtering move them with the person."""
    from openpyxl.worksheet.table import TableColumn

    tables: list[Any] = list(sheet.tables.values())
    for table in tables:
        area = Area.of(table.ref)
        if area.top != roster.heading_row or not any(area.left <= at <= area.right for at in _their_columns(roster)):
            continue
        wider = area._replace(right=max(area.right, last))
        known = [column.name for column in table.tableColumns]
        added = [plain_value(cell_at(sheet, area.top, at)) for at in range(area.right + 1, wider.right + 1)]
        names = {name.casefold() for name in (*known, *added) if name and isinstance(name, str)}
        overlaps = any(other is not table and wider.overlaps(Area.of(other.ref)) for other in tables)
        if overlaps or len(names) < len(known) + len(added):
            continue
        next_id = max((column.id for column in table.tableColumns), default=0) + 1
        for number, name in enumerate(added, start=next_id):
            table.tableColumns.append(TableColumn(id=number, name=name))
        table.ref = str(wider)
        if table.autoFilter is not None and table.autoFilter.ref:
            table.autoFilter.ref = str(Area.of(table.autoFilter.ref)._replace(right=wider.right))
        return True
    return False


def _clear(sheet: Worksheet, heading_row: int, columns: Columns) -> None:
    """Empty our columns of an earlier run, all but the decisions; a second column under the same heading goes too."""
    ours = set(columns.values())
    doubled = {
        column
        for (row, column), cell in sheet._cells.items()
        if row == heading_row and column not in ours and heading_key(str(cell.value)) in _FIELD_BY_KEY
    }
    stale = (ours | doubled) - {columns["import_decision"]}
    for (row, column), cell in sheet._cells.items():
        is_stale = column in doubled if row == heading_row else row > heading_row and column in stale
        if is_stale and cell.value is not None:
            cell.value = None


def _keep_clear_of_merged_cells(sheet: Worksheet, answers: Area) -> None:
    for merged in list(sheet.merged_cells.ranges):
        area = Area.of(merged.coord)
        if area.overlaps(answers):
            sheet.unmerge_cells(merged.coord)
            rest = area._replace(right=answers.left - 1)
            if rest.left <= rest.right and rest[:2] != rest[2:]:
                sheet.merge_cells(str(rest))


def _styles(sheet: Worksheet, roster: RosterSheet, report: RunReport, columns: Columns) -> dict[str, Any]:
    """One style for each of our columns, in the type and with the lines of the person's own cells."""
    from openpyxl.styles import Alignment, Protection
    from openpyxl.styles.cell_style import StyleArray

    first_row = min((outcome.row.number for outcome in report.outcomes), default=roster.heading_row + 1)
    theirs = cell_at(sheet, first_row, min(_their_columns(roster)))
    scratch = cell_at(sheet, first_row, columns["import_status"])
    scratch._style = StyleArray()
    scratch.font = font_like(theirs)
    scratch.border = copy(theirs.border)
    styles = {}
    for field, column in _COLUMN.items():
        wrap = field == "import_message" or None
        scratch.alignment = Alignment(vertical=theirs.alignment.vertical, wrap_text=wrap)
        scratch.number_format = MOMENT if field == "import_time" else TEXT if column.text else "General"
        scratch.protection = Protection(locked=field != "import_decision")
        styles[field] = copy(scratch._style)
    return styles


def _write_row(
    sheet: Worksheet, outcome: Outcome, report: RunReport, columns: Columns, styles: Mapping[str, Any]
) -> None:
    row = outcome.row.number
    texts = {
        "import_status": status_text(outcome.status, practice=report.practice),
        "import_message": outcome.words,
        "import_session": outcome.session,
        "import_booking_id": outcome.booking_id,
        "import_customer_id": outcome.customer_id,
        "import_customer_booking_id": outcome.customer_booking_id,
        "import_run": outcome.handle,
    }
    cells = {field: cell_at(sheet, row, column) for field, column in columns.items()}
    for field, cell in cells.items():
        cell._style = copy(styles[field])
    for field, text in texts.items():
        put_text(cells[field], text)
    if outcome.recorded is not None:
        cells["import_time"].value = outcome.recorded.astimezone(report.zone).replace(tzinfo=None)
    if report.kind == "import" and outcome.status in (Status.BOOKED, Status.ALREADY_BOOKED):
        cells["import_decision"].value = None
    needed = _height(cells["import_message"])
    if needed > (sheet.row_dimensions[row].height or 0):
        sheet.row_dimensions[row].height = needed


def _height(cell: Any) -> float:
    """What a message of several lines needs; 0 for one line. Not every program finds out when it opens a file."""
    size_pt = cell.font.sz or _USUAL_SIZE_PT
    lines = len(textwrap.wrap(str(cell.value or ""), int(_LETTERS_A_LINE * _USUAL_SIZE_PT / size_pt)))
    return float(ceil(lines * size_pt * _LINE_TO_LETTER)) if lines > 1 else 0


def _forget_heights(sheet: Worksheet, heading_row: int, message_column: int) -> None:
    """Let rows shrink again that an earlier run has made high for its messages."""
    for row in [row for row in sheet.row_dimensions if row > heading_row]:
        message = sheet._cells.get((row, message_column))
        if message is not None and sheet.row_dimensions[row].height == (_height(message) or None):
            sheet.row_dimensions[row].height = None


def _offer_decisions(sheet: Worksheet, rows: Area) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    validations = sheet.data_validations.dataValidation
    validations[:] = [each for each in validations if each.formula1 != _DECISIONS]
    choice = DataValidation("list", formula1=_DECISIONS, allow_blank=True, showErrorMessage=True)
    choice.errorTitle, choice.error = "Import decision", f"Choose {', '.join(Decision)}, or leave it empty."
    choice.add(str(rows))
    sheet.add_data_validation(choice)
