"""Our columns and marks on the person's own sheet: the answer beside each row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from importer.errors import ResultsError
from importer.lists.cells import MOMENT, TEXT, Area
from importer.lists.names import NAMES
from importer.model import Decision, Outcome, RosterSheet, RunReport, Status
from importer.model.columns import HIDDEN_FROM, IMPORT_COLUMNS, heading_key
from importer.model.handles import in_cell
from importer.model.status import CHOICES_EXPLAINED
from importer.results.frame import Frame, Rule, Width, repeat_headings, widen_filter_name, widen_table
from importer.results.marks import SIGNATURE, marks
from importer.results.package import Package
from importer.results.pen import Link, Pen, rewritten, status_text
from importer.results.rows import Cell, SheetReader
from importer.results.styles import Styles
from importer.results.together import by_line, is_spent, together

_LAST_COLUMN = 16_384
_LAST_ROW_TO_FREEZE = 8
_LAST_COLUMN_TO_FREEZE = 4

_USUAL_SIZE_PT = 11
_COLUMN = {column.field: column for column in IMPORT_COLUMNS}
_FIELD_BY_KEY = {heading_key(column.heading): column.field for column in IMPORT_COLUMNS}
_HIDDEN = {column.field for column in IMPORT_COLUMNS[HIDDEN_FROM:]}


def write_answers(
    package: Package,
    part: str,
    styles: Styles,
    roster: RosterSheet,
    report: RunReport,
    links: Mapping[int, Link] | None = None,
) -> None:
    """Put the outcomes of this sheet's rows beside them; ``part`` is the sheet as the person sent it. ``links`` are
    where rows of several answers have them all.

    Our columns of an earlier run are filled anew where they stand; those that are missing come right of everything
    else, inside the table or filter that the headings belong to. No column of the person's is moved or written to.
    """
    told = (*report.outcomes, *report.other_dates)
    answers = by_line(one for one in told if one.row.sheet == roster.title)
    outcomes = {number: together(some) for number, some in answers.items()}
    found = _survey(package, part, roster.heading_row, min(outcomes, default=0))
    columns, missing = _columns_of_ours(found, roster)
    last_row = max([roster.heading_row + 1, *outcomes])
    in_table = bool(missing) and _make_room(package, part, found.frame, found.texts, roster, columns, missing, report)
    heading_style = found.styles.get(max(_their_columns(roster)), 0)
    if missing and not heading_style and not in_table:
        heading_style = styles.add_heading(found.first_style)
    _furnish(found.frame, styles, roster, report, outcomes, columns, last_row, package.day_zero)
    if found.frame.print_one_page_wide():
        repeat_headings(package, part, roster.heading_row)
    handles = _handles(roster, answers)
    ours = {column for column, text in found.texts.items() if heading_key(text) in _FIELD_BY_KEY}
    pen = Pen(
        columns=columns,
        new={columns[field]: _COLUMN[field].heading for field in missing},
        doubled=ours - set(columns.values()),
        heading_style=heading_style,
        formats=_formats(styles, found.first_style),
        report=report,
        day_zero=package.day_zero,
        size_pt=styles.size_pt(found.first_style) or _USUAL_SIZE_PT,
        links=links or {},
        spent=frozenset(
            number
            for number, some in by_line(one for one in report.outcomes if one.row.sheet == roster.title).items()
            if is_spent(some, report.kind)
        ),
    )
    outcomes = {number: replace(one, handle=handles[number]) for number, one in outcomes.items()}
    package.put(part, rewritten(package, part, found.frame.split(), roster.heading_row, outcomes, pen))


def _handles(roster: RosterSheet, answers: Mapping[int, Sequence[Outcome]]) -> dict[int, str]:
    """What "Import run" is to hold in rows of several, or that were so before: the handle of each part."""
    before = {row.ref.number: row.handles for row in roster.rows}
    return {
        number: in_cell(before.get(number, {}), {one.row.part: one.handle for one in some})
        for number, some in answers.items()
    }


def _make_room(
    package: Package,
    part: str,
    frame: Frame,
    texts: Mapping[int, str],
    roster: RosterSheet,
    columns: Mapping[str, int],
    missing: Sequence[str],
    report: RunReport,
) -> bool:
    """Give new columns their widths and take them into filter and table; returns whether they are in a table."""
    right = columns[missing[-1]]
    more = len(status_text(Status.BOOKED, practice=report.practice)) - len(Status.BOOKED)
    frame.set_widths(
        {
            columns[field]: Width(
                _COLUMN[field].width + (more if field == "import_status" else 0), is_hidden=field in _HIDDEN
            )
            for field in missing
        }
    )
    if ref := frame.widen_filter(roster.heading_row, right):
        widen_filter_name(package, part, ref)
    headings = {**texts, **{columns[field]: _COLUMN[field].heading for field in missing}}
    return widen_table(package, part, roster.heading_row, headings, _their_columns(roster), right)


def _furnish(
    frame: Frame,
    styles: Styles,
    roster: RosterSheet,
    report: RunReport,
    outcomes: Mapping[int, Outcome],
    columns: Mapping[str, int],
    last_row: int,
    day_zero: date,
) -> None:
    """All of ours on the sheet that is not in its rows."""
    left, right, top = min(columns.values()), max(columns.values()), roster.heading_row
    frame.keep_clear_of_merged_cells(Area(left, top, right, last_row))
    frame.widen_dimension(right, last_row)
    decisions = Area(columns["import_decision"], top + 1, columns["import_decision"], last_row)
    error = f"Choose {', '.join(Decision)}, or leave it empty."
    frame.offer(Decision, decisions, _COLUMN["import_decision"].heading, error, CHOICES_EXPLAINED)
    say = partial(status_text, practice=report.practice)
    placed = list(marks(roster, outcomes.values(), columns, last_row, say, day_zero))
    looks = {look: styles.add_conditional(look) for look in dict.fromkeys(mark.look for mark in placed)}
    frame.replace_rules(SIGNATURE, (Rule(mark.cells, mark.formula, looks[mark.look]) for mark in placed))
    if top <= _LAST_ROW_TO_FREEZE:
        names = [column for field, column in roster.positions.items() if field in NAMES]
        frame.freeze(top + 1, max(names) + 1 if names and max(names) <= _LAST_COLUMN_TO_FREEZE else 1)
    frame.deselect()


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
        {cell.column: cell.style for cell in headings},
        next((cell.style for cell in first if cell.inner), 0),
    )


def _texts(package: Package, cells: Sequence[Cell]) -> dict[int, str]:
    """What the cells say, by column."""
    known = package.shared_texts({int(cell.text) for cell in cells if cell.is_shared_text})
    texts = {cell.column: known[int(cell.text)] if cell.is_shared_text else cell.text for cell in cells}
    return {column: text for column, text in texts.items() if text}


def _columns_of_ours(found: _Found, roster: RosterSheet) -> tuple[dict[str, int], list[str]]:
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


def _formats(styles: Styles, like: int) -> dict[tuple[str, bool], int]:
    """For each of our columns a format in the type and with the lines of the person's own, as it is and quoted."""
    return {
        (field, quoted): styles.add_answer(
            like,
            MOMENT if field == "import_time" else TEXT if column.text else "General",
            wrap=field == "import_message",
            is_locked=field != "import_decision",
            is_quoted=quoted,
        )
        for field, column in _COLUMN.items()
        for quoted in (False, True)
    }
