"""Pure: how the names of a column are written, as its cells tell together or as was agreed on."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice

from importer.lists.findings import MIXED, cell_text, clean
from importer.lists.name_words import FIRST_LAST, LAST_FIRST, ORDER_OPEN, by_capitals, by_small_particle
from importer.lists.names import NAMES, SURNAME_OPEN, split_full_name
from importer.model import Cell, RosterRow, RosterSheet, Severity
from importer.people.bare_names import DEGREE, TITLE, bare_name, without_title

_EXAMPLES = 3
_TITLE_IN_LINES = re.compile(rf"^[^\S\n]*{TITLE.pattern}|{DEGREE.pattern}", TITLE.flags | re.MULTILINE)


def name_order_of(sheet: RosterSheet, given: str | None) -> str | None:
    """The order of a sheet's full names: as they tell themselves, else as is kept with its headings, else ``given``.

    Who has told which of three words are the surname has told that the first name comes first.
    """
    kept = sheet.conventions
    return (
        name_order_in(full_names(sheet))
        or kept.get("name_order")
        or given
        or (FIRST_LAST if kept.get("surname") else None)
    )


def full_names(sheet: RosterSheet) -> list[Cell]:
    """The cells of a sheet that hold both names of a person."""
    return [
        row.cells["full_name"]
        for row in sheet.rows
        if "full_name" in row.cells and "first_name" not in row.cells and "last_name" not in row.cells
    ]


def name_order_in(cells: Iterable[Cell]) -> str | None:
    """Which name comes first in a column, as its cells tell; ``MIXED`` if they disagree, ``None`` if none tells.

    Capitals tell if at least half of the names without a comma have them: JOHN Smith may be a slip. One name in which
    the place of a particle in small letters tells (Anna van Dam, van Dam Anna) is enough.
    """
    plain = [words for cell in set(cells) if len(words := _plain_words(cell)) > 1]
    capitals = [told[0] for words in plain if (told := by_capitals(words))]
    orders = {order for order in (FIRST_LAST, LAST_FIRST) if 2 * capitals.count(order) >= len(plain) > 0}
    orders |= {told[0] for words in plain if not by_capitals(words) and (told := by_small_particle(words))}
    return MIXED if len(orders) > 1 else next(iter(orders), None)


def names_order_open(cells: Iterable[Cell]) -> tuple[str, ...]:
    """A few names of a column that can be read in either order, in the column's own; none if its cells tell that."""
    listed = list(cells)
    if name_order_in(listed) is not None:
        return ()
    open_ = (clean(cell) for cell in listed if isinstance(cell, str) and _rule_of(cell, None) == ORDER_OPEN)
    return tuple(dict.fromkeys(open_))[:_EXAMPLES]


def surnames_open(cells: Iterable[Cell], order: str | None) -> tuple[str, ...]:
    """A few names of a column of which it is not told which of their three words are the surname."""
    longer = dict.fromkeys(cell for cell in cells if isinstance(cell, str) and cell.count(" ") > 1 and "," not in cell)
    open_ = (clean(cell) for cell in longer if _rule_of(cell, order) == SURNAME_OPEN)
    return tuple(islice(open_, _EXAMPLES))


def splits_to_show(
    cells: Iterable[Cell], order: str | None, surname: str | None = None
) -> tuple[tuple[str, str, str], ...]:
    """How names without a comma are split, as they stand, first and last name: one of two words, and one of more."""
    found: dict[bool, tuple[str, str, str]] = {}
    for cell in cells:
        words = _plain_words(cell)
        is_long = len(words) > 2
        if len(words) > 1 and is_long not in found:
            names, finding = split_full_name(cell, order, surname)
            if finding is None or finding.severity is Severity.WARNING:
                found[is_long] = " ".join(words), *names
        if len(found) == 2:
            break
    return tuple(found.values())


def titles_read_as(rows: Iterable[RosterRow]) -> tuple[str, ...]:
    """A sentence with an example, if titles come off the names of these rows."""
    cells = (row.cells.get(field) for row in rows for field in NAMES)
    text = "\n".join([cell for cell in cells if isinstance(cell, str)])  # one look at all of them is quick
    for found in _TITLE_IN_LINES.finditer(text):
        start = text.rfind("\n", 0, found.start() + 1) + 1
        typed = clean(text[start:].partition("\n")[0])
        if (name := without_title(typed)) != typed:
            return (f'Titles come off: "{cell_text(typed)}" is {cell_text(name)}',)
    return ()


def _rule_of(cell: str, order: str | None) -> str:
    finding = split_full_name(cell, order)[1]
    return finding.rule if finding else ""


def _plain_words(cell: Cell) -> tuple[str, ...]:
    """The words of a name without a comma; none of anything else."""
    return tuple(bare_name(clean(cell)).split()) if isinstance(cell, str) and "," not in cell else ()
