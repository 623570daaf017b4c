"""Pure: in which cell of the roster a row, a part of it, or what is wrong with it stands."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from importer.lists.cells import column_letters, column_number
from importer.model import Outcome, Problem, RosterSheet, RowRef


class Spot(NamedTuple):
    """A cell, row and column counted from 1."""

    row: int
    column: int

    def __str__(self) -> str:
        return f"{column_letters(self.column)}{self.row}"


class Spots:
    """Finds cells of the sheets of a roster."""

    def __init__(self, sheets: Iterable[RosterSheet]) -> None:
        sheets = tuple(sheets)
        self._positions = {sheet.title: sheet.positions for sheet in sheets}
        self._places = {row.ref: row.places for sheet in sheets for row in sheet.rows if row.places}

    def of_row(self, row: RowRef) -> Spot:
        """Where the row begins; of a part of it, where that stands."""
        return Spot(row.number, column_number(row.column) if row.column else 1)

    def of_problem(self, problem: Problem) -> Spot | None:
        """The cell at fault; ``None`` where it is no one cell, or none of the sheet."""
        place = self._places.get(problem.row, {}).get(problem.field)
        if place:
            return Spot(place.row, place.column) if place.row else None
        column = self._positions.get(problem.row.sheet, {}).get(problem.field)
        return Spot(problem.row.number, column) if column else None

    def of(self, outcome: Outcome, problem: Problem | None) -> Spot:
        """The cell of what is told of a row."""
        return (problem and self.of_problem(problem)) or self.of_row(outcome.row)

    def first_at_fault(self, outcome: Outcome) -> Spot:
        """The first cell that keeps a row from being booked, else where the row begins."""
        faults = (one for one in outcome.problems if one.rule in outcome.rules)
        return next(filter(None, map(self.of_problem, faults)), self.of_row(outcome.row))
