"""What a shape is given, and what it makes of that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from importer.lists.findings import cell_text
from importer.lists.session_titles import Line
from importer.lists.sheets import Sheet
from importer.lists.values import cell_of
from importer.model import Place, RosterRow
from importer.model.columns import IMPORT_FIELDS
from importer.model.conventions import Convention


class Layout(NamedTuple):
    """A sheet whose headings are known. ``positions`` are the columns of the fields, from 1; ``conventions`` what was
    agreed on with its sender, ``heading_set`` the name of the set that has it, "" if there is none, and ``taught``
    the headings that it names (``heading_key``). ``file_name`` and ``title`` may name a session, too.
    ``people_above`` are the rows above the headings that hold people."""

    file_name: str
    title: str
    sheet: Sheet
    heading_row: int
    positions: Mapping[str, int]
    conventions: Mapping[str, str]
    heading_set: str = ""
    taught: frozenset[str] = frozenset()
    people_above: frozenset[int] = frozenset()

    @property
    def taken(self) -> frozenset[int]:
        """The columns that are used by their headings."""
        return frozenset(self.positions.values())

    def heading(self, field: str) -> str:
        """The heading of a field's column, as it is quoted."""
        return cell_text(cell_of(self.sheet.columns[self.positions[field] - 1][self.heading_row - 1]))

    def place(self, row: int, field: str) -> Place:
        """Where a row has the cell of a field, and under which heading."""
        return Place(row, self.positions[field], self.heading(field))

    @property
    def above(self) -> Sequence[Line]:
        """The lines above the headings that hold nobody, without cells that are crossed out: last week's title."""
        lines = self.lines(one for one in range(1, self.heading_row) if one not in self.people_above)
        left = (Line(row, [one for one in cells if not self.is_struck(row, one[0])]) for row, cells in lines)
        return [line for line in left if line.cells]

    def is_struck(self, row: int, column: int) -> bool:
        """Whether a cell is crossed out."""
        return column in self.sheet.struck.get(row, ())

    def lines(self, numbers: Iterable[int]) -> Iterator[Line]:
        """Those of these lines that are not blank, without our own columns, which may hold answers."""
        ours = {at for field, at in self.positions.items() if field in IMPORT_FIELDS}
        columns = [(at, column) for at, column in enumerate(self.sheet.columns, start=1) if at not in ours]
        for number in numbers:
            cells = ((at, cell_of(column[number - 1])) for at, column in columns)
            if there := [(at, cell) for at, cell in cells if cell is not None]:
                yield Line(number, there)


@dataclass(frozen=True, slots=True)
class People:
    """What was read of a sheet: its people, the lines that hold nobody with why, what has to be agreed on (the rows
    are as it is proposed), and how the sheet was understood, in sentences. ``columns`` are used beside those of the
    fields, such as those that hold ticks."""

    rows: tuple[RosterRow, ...]
    skipped: Mapping[int, str] = field(default_factory=dict)
    open: tuple[Convention, ...] = ()
    read_as: tuple[str, ...] = ()
    columns: frozenset[int] = frozenset()
