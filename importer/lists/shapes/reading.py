"""Pure: the people of a sheet, whatever its shape."""

from __future__ import annotations

from collections.abc import Callable

from importer.lists.shapes.around import read_around
from importer.lists.shapes.blocks import read_blocks
from importer.lists.shapes.choices import read_choices
from importer.lists.shapes.colours import read_colours
from importer.lists.shapes.coming import read_coming
from importer.lists.shapes.crossed_out import put_parts_aside
from importer.lists.shapes.gaps import read_gaps
from importer.lists.shapes.layout import Layout, People
from importer.lists.shapes.lines import read_lines
from importer.lists.shapes.sessions import read_sessions
from importer.lists.shapes.several import read_several
from importer.lists.shapes.ticks import read_ticks
from importer.lists.shapes.unused import ask_about_unused

_STEPS: tuple[Callable[[Layout, People], People], ...] = (
    read_around,
    read_colours,
    read_gaps,
    read_blocks,
    read_several,
    read_ticks,
    read_choices,
    put_parts_aside,
    read_sessions,
    ask_about_unused,
    read_coming,
)


def read_people(layout: Layout) -> People:
    """Every person of a sheet on every session that they ask for there."""
    people = read_lines(layout)
    above = frozenset(row.ref.number for row in people.rows if row.ref.number < layout.heading_row)
    layout = layout._replace(people_above=above)
    for step in _STEPS:
        people = step(layout, people)
    return people
