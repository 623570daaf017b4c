"""A list on the page, before and while it is imported: the file as it was sent, and what people have changed since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, NamedTuple

from importer.model.records import Options


class CellRef(NamedTuple):
    """A cell of the file as it was sent: the title of its sheet, "" in text, and row and column, counted from 1."""

    sheet: str
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class Correction:
    """A cell that somebody put right: what it says now, and what it said before.

    ``step`` is the version of the draft that it came with: those of one step were made together, and are undone so.
    """

    cell: CellRef
    text: str
    before: str
    by: str
    at: datetime
    step: int


@dataclass(frozen=True, slots=True)
class Draft:
    """One list on the page. ``id`` can't be guessed and stands in addresses; ``file`` is what the file was called.

    ``version`` counts its changes, so that two people at once hear of each other. ``options`` are those of its import,
    ``chosen`` what else was chosen for it alone, by the name of the setting; ``is_released``: a person has said that it
    is right although it looks odd. ``corrections`` are in the order in which they were made.

    ``ordered``: when somebody (``ordered_by``) said that it is to be booked; ``run`` is the import that has begun then,
    0 for none.
    """

    id: str
    file: str
    added: datetime
    added_by: str
    changed: datetime
    changed_by: str
    version: int = 1
    options: Options = field(default_factory=Options)
    chosen: Mapping[str, Any] = field(default_factory=dict)
    is_released: bool = False
    corrections: tuple[Correction, ...] = ()
    ordered: datetime | None = None
    ordered_by: str = ""
    run: int = 0

    @property
    def texts(self) -> dict[CellRef, str]:
        """What the cells say that were put right: of each the last that was written there."""
        return {one.cell: one.text for one in self.corrections}

    def corrected(self, texts: Mapping[CellRef, tuple[str, str]], *, by: str, at: datetime) -> Draft:
        """With cells put right in one step: of each what it said before, and what it says now."""
        new = (
            Correction(cell, text, before, by, at, self.version + 1)
            for cell, (before, text) in texts.items()
            if text != before
        )
        return replace(self, corrections=(*self.corrections, *new))

    def corrected_since(self, version: int) -> tuple[Correction, ...]:
        """What was put right after the draft had this version."""
        return tuple(one for one in self.corrections if one.step > version)
