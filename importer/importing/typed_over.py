"""What somebody has typed over in the columns that we fill in, beside people who are booked. It changes nothing there,
and is said.

It is told apart from what we wrote by our record of what these people were told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from importer.ledger import Ledger
from importer.lists.findings import cell_text, clean
from importer.lists.labels import read_status
from importer.model import Outcome, Roster, RosterRow, RowRef, Status
from importer.model.columns import ANSWERS_SHEET, IMPORT_COLUMNS

_HEADINGS = {
    column.field: column.heading for column in IMPORT_COLUMNS if column.field in ("import_session", "import_message")
}
_BOOKED = (Status.BOOKED, Status.ALREADY_BOOKED)
_OF_SEVERAL = f'answers on sheet "{ANSWERS_SHEET}"'


def typed_over(outcomes: Iterable[Outcome], roster: Roster, runs: Collection[int], ledger: Ledger) -> dict[RowRef, str]:
    """What is told of each such row of those booked already. ``runs`` are the imports of this list.

    A row that we answered otherwise last may hold the words of then. Raises ``LedgerError``.
    """
    booked = {one.row: one for one in outcomes if one.status is Status.ALREADY_BOOKED and not one.row.part}
    rows = [row for row in roster.rows if row.ref in booked and "import_status" in row.cells]
    rows = [row for row in rows if read_status(row.cells["import_status"])[0] in (None, *_BOOKED)]
    odd = {row.ref: said for row in rows if (said := _differing(row, booked[row.ref]))}
    if not odd:
        return {}
    of_row = {row.ref: ledger.handles(list(row.handles.values())).values() for row in rows if row.ref in odd}
    told: defaultdict[str | tuple[int, RowRef], set[str]] = defaultdict(set)
    for run in {*runs, *(run for marks in of_row.values() for run, _ in marks)}:
        for one in ledger.outcomes(run):
            for key in ((run, one.row), one.customer_booking_id):
                told[key] |= {clean(one.session), clean(one.words), ""}
    found: dict[RowRef, str] = {}
    for row, said in odd.items():
        known = told[booked[row].customer_booking_id].union(*(told[mark] for mark in of_row[row]))
        new = {field: text for field, text in said.items() if known and text not in known}
        if new:
            found[row] = " ".join(_told(field, text) for field, text in new.items())
    return found


def _differing(row: RosterRow, now: Outcome) -> Mapping[str, str]:
    """What does not say what we tell now."""
    typed = {field: clean(str(row.cells[field])) for field in _HEADINGS if field in row.cells}
    ours = {"import_session": clean(now.session), "import_message": clean(now.words)}
    return {field: text for field, text in typed.items() if text != ours[field] and _OF_SEVERAL not in text}


def _told(field: str, text: str) -> str:
    told = f'"{cell_text(text)}" under "{_HEADINGS[field]}" changes nothing: we fill in that column.'
    return f'{told} Change it in your own columns, or choose in "Import decision".'
