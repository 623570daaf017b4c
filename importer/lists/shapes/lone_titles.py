"""Pure: lines between people that hold one text and nothing else, and may be the title of those under them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from importer.lists.findings import cell_text, clean
from importer.lists.labels import read_decision
from importer.lists.session_titles import Said
from importer.lists.shapes.around import is_nobody
from importer.lists.shapes.layout import Layout, People
from importer.lists.titles import is_title
from importer.model import Decision, Place, RosterRow
from importer.model.columns import IMPORT_FIELDS

_MOST_WORDS_OF_A_NAME = 4
_IN_NO_NAME = frozenset("0123456789()[]:;!?")


def lone_titles(layout: Layout, people: People, besides: Collection[int] = ()) -> Iterator[tuple[int, Said]]:
    """Those that are not certainly nobody's: no name's words, or a blank line above. They may be people, too: such a
    row stays one, and asks. ``besides`` are lines that are understood."""
    asking = [row.ref.number for row in lonely(people) if not _is_person(row)]
    last = max((row.ref.number for row in people.rows), default=0)
    for number, cells in layout.lines(sorted({*asking, *people.skipped}.difference(besides))):
        text = clean(cell_text(cells[0][1]))
        may_be_title = len(cells) == 1 and number < last and any(map(str.isalpha, text)) and not is_nobody(text)
        if may_be_title and (not _may_be_name(text) or not any(layout.lines([number - 1]))):
            yield number, Said(text, Place(number, cells[0][0]))


def lonely(people: People) -> Sequence[RosterRow]:
    """The rows with one text, where most rows hold more."""
    alone = [row for row in people.rows if row.is_alone and len(row.cells.keys() - IMPORT_FIELDS) == 1]
    return alone if 2 * len(alone) < len(people.rows) else []


def _is_person(row: RosterRow) -> bool:
    """As a decision beside it says: who leaves a title out says nothing of those under it."""
    decision = row.cells.get("import_decision")
    return decision is not None and read_decision(decision)[0] is not Decision.LEAVE_OUT


def _may_be_name(text: str) -> bool:
    return len(text.split()) <= _MOST_WORDS_OF_A_NAME and _IN_NO_NAME.isdisjoint(text) and not is_title(text)
