"""What was put right in a list, step by step, the last first: each can be undone."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import NamedTuple

from importer.importing.drafting import DECISION, Opened
from importer.model.drafts import Correction

_MOST_TOLD = 3


class Step(NamedTuple):
    """``told`` are sentences, ``more`` how many further cells were changed with them."""

    number: int
    by: str
    at: datetime
    told: tuple[str, ...]
    more: int


def steps_of(opened: Opened) -> list[Step]:
    """Without the headings of our own columns, which stay."""
    headings = {
        (sheet.title, at): (sheet.headings[name], name)
        for sheet in opened.roster.sheets
        for name, at in sheet.positions.items()
    }
    heading_rows = {sheet.title: sheet.heading_row for sheet in opened.roster.sheets}
    found: defaultdict[int, list[Correction]] = defaultdict(list)
    for one in opened.draft.corrections:
        if heading_rows.get(one.cell.sheet) != one.cell.row:
            found[one.step].append(one)
    return [
        Step(
            number,
            some[0].by,
            some[0].at,
            tuple(_told(one, *headings.get((one.cell.sheet, one.cell.column), ("", ""))) for one in some[:_MOST_TOLD]),
            max(len(some) - _MOST_TOLD, 0),
        )
        for number, some in sorted(found.items(), reverse=True)
    ]


def _told(one: Correction, heading: str, field: str) -> str:
    if field == DECISION:
        return f"Row {one.cell.row}: {one.text or 'no decision'}"
    what = f"Row {one.cell.row}, “{heading}”" if heading else f"Row {one.cell.row}"
    before, text = (f"“{text}”" if text else "nothing" for text in (one.before, one.text))
    return f"{what}: {before} is now {text}"
