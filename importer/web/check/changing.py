"""What a form puts right in a list: its cells, the session of a row, a decision; also in the rows that say the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from importer.importing.drafting import Opened, with_session
from importer.lists.corrections import as_typed
from importer.model import GroupBooking, RowRef
from importer.model.drafts import CellRef, Correction, Draft
from importer.web.check.lines import Lines, ShownCell

_CELL = re.compile(r"cell-(\d{1,4})-(\d{1,7})-(\d{1,5})")


def cell_of(id_: str, opened: Opened) -> CellRef | None:
    """The cell that a field is for; ``None`` where there is none."""
    found = _CELL.fullmatch(id_)
    sheets = opened.roster.sheets
    if not found or int(found[1]) >= len(sheets):
        return None
    return CellRef(sheets[int(found[1])].title, int(found[2]), int(found[3]))


def texts_of(form: MultiDict[str, str], lines: Lines, cells: Iterable[ShownCell]) -> dict[CellRef, str]:
    """What is written into the cells that a form may change, where it differs from what stands there; where it was
    asked for, in every row that says the same in that column."""
    found: dict[CellRef, str] = {}
    for cell in cells:
        text = form.get(cell.id, "" if f"tick-{cell.id}" in form else None)
        if text is None or as_typed(text) == cell.text:
            continue
        found[cell.ref] = text
        if form.get(f"same-{cell.id}"):
            found |= {ref: text for ref, said in lines.column(cell.ref.sheet, cell.ref.column) if said == cell.text}
    return found


def session_texts(
    opened: Opened, rows: Iterable[RowRef], session: GroupBooking, among: tuple[GroupBooking, ...]
) -> dict[CellRef, str]:
    """The cells of these rows with another session."""
    return {cell: text for row in rows for cell, text in with_session(opened, row, session, among).items()}


@dataclass(frozen=True, slots=True)
class Conflict:
    """A cell into which somebody else has written since the form was made, and what this form says."""

    correction: Correction
    text: str


def conflicts(draft: Draft, seen: int, texts: Mapping[CellRef, str]) -> list[Conflict]:
    """What others have written into these cells since version ``seen``, where that differs."""
    since = {one.cell: one for one in draft.corrected_since(seen)}
    both = ((since[cell], text) for cell, text in texts.items() if cell in since)
    return [Conflict(theirs, text) for theirs, text in both if theirs.text != as_typed(text)]
