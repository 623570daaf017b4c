"""Pure: the people of a sheet, whatever its shape."""

from __future__ import annotations

from importer.lists.shapes.layout import Layout, People
from importer.lists.shapes.lines import read_lines
from importer.lists.shapes.ticks import read_ticks


def read_people(layout: Layout) -> People:
    """Every person of a sheet on every session that they ask for there."""
    return read_ticks(layout, read_lines(layout))
