"""Pure: people and ticks of a row whose own cell is crossed out, or in a hidden column, and rows whose session is: they
wait for a decision."""

from __future__ import annotations

from dataclasses import replace

from importer.lists.cells import column_number
from importer.lists.names import NAMES
from importer.lists.shapes.layout import Layout, People
from importer.model import CROSSED_OUT, IN_HIDDEN_COLUMN, RosterRow

_SESSION = ("booking_id", "session", "service", "start", "date", "time")


def put_parts_aside(layout: Layout, people: People) -> People:
    """A part of a row (a second child, a tick) goes by its own cells as a row does by its names: by all of them that
    hold its name, or by the tick; a heading that is crossed out crosses out its column."""
    sheet = layout.sheet
    if not (sheet.struck or sheet.hidden_columns):
        return people
    at = frozenset(layout.positions[field] for field in _SESSION if field in layout.positions)
    if crossed := {number for number, columns in sheet.struck.items() if columns & at}:
        aside = (
            replace(row, set_aside=row.set_aside or CROSSED_OUT) if row.ref.number in crossed else row
            for row in people.rows
        )
        people = replace(people, rows=tuple(aside))
    if not any(row.ref.columns for row in people.rows):
        return people
    how = {row.ref: row.set_aside or _how(layout, row) for row in people.rows if row.ref.columns}
    rows = tuple(replace(row, set_aside=how[row.ref]) if how.get(row.ref) else row for row in people.rows)
    return replace(people, rows=rows)


def _how(layout: Layout, row: RosterRow) -> str:
    named = [field for field in NAMES if field in row.cells]
    names = {row.places[field].column if field in row.places else layout.positions[field] for field in named}
    own = [names if at in names else {at} for at in map(column_number, row.ref.columns)]
    struck = layout.sheet.struck
    lines = [struck.get(number, frozenset()) for number in (row.ref.number, layout.heading_row)]
    if any(cells <= line for cells in own for line in lines):
        return CROSSED_OUT
    return IN_HIDDEN_COLUMN if any(cells <= layout.sheet.hidden_columns for cells in own) else ""
