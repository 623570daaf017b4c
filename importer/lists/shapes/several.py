"""Pure: several people a row, in columns of their own ("Child 1", "Child 2") or in one cell ("Tom & Ella Brown")."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from importer.lists.cells import column_letters
from importer.lists.findings import cell_text
from importer.lists.joined_names import may_be_joined
from importer.lists.names import NAMES
from importer.lists.shapes.joined import Name, split_first_names, split_full_names
from importer.lists.shapes.layout import Layout, People
from importer.model import Cell, Place, RosterRow, RowRef, row_numbers
from importer.model.conventions import Answer, Convention
from importer.model.numbered import field_and_number, read_numbered

_NOBODY = re.compile(
    r"[-–—./]+|no|none|nil|n\.?/?a\.?|not applicable|(?:see|as|same as) above|only (?:one|1)(?: child)?|kein\w*|"
    r"(?:no|none|not a) (?:(?:other|second|2nd|third|3rd|more|further|another) )?"
    r"(?:sibling|child|kid|brother|sister|person|children)s?",
    re.IGNORECASE,
)
_TOLD = 3
_MANY = 4
"""With so many rows, one cell that names several people is an exception, and no habit of the sender."""


def read_several(layout: Layout, people: People) -> People:
    """Every person of a row as a row of their own. What the row says of all of them, each of them has."""
    return _read_cells(layout, _read_columns(layout, people))


# In columns of their own


def _read_columns(layout: Layout, people: People) -> People:
    """A person for each numbered name. A column with a number is that person's alone, any other everybody's."""
    numbered = {field: field_and_number(field) for field in layout.positions}
    others = sorted({number for _, number in numbered.values() if number > 1})
    if not others:
        return people
    if layout.conventions.get("people_in_row") == "first":
        return replace(people, rows=tuple(_without(row, numbered) for row in people.rows))
    own = {field for field in layout.positions if _is_of_the_first(layout, field)}
    own |= {base for base, number in numbered.values() if number > 1}
    rows = tuple(person for row in people.rows for person in _persons_of(row, (1, *others), layout, numbered, own))
    columns = ", ".join(f'"{layout.heading(field)}"' for field in _name_fields(layout))
    asks = (
        f"Is each name in {columns} a person to be booked?",
        f"So {_names(_of_one_row(rows))} would each be booked.",
    )
    answers = (
        Answer("each", "Yes: book each of them"),
        Answer("first", "No: only the first of each row"),
    )
    asked = Convention("people_in_row", asks, answers, likely="each", is_needed=True)
    is_open = not layout.heading_set and "people_in_row" not in layout.conventions
    told = f"Several people a row ({columns}): {len(rows):,} people in {len(people.rows):,} rows."
    return replace(
        people,
        rows=rows,
        open=(*people.open, *([asked] if is_open else [])),
        read_as=(*people.read_as, told, *_nobody(layout, people.rows, numbered)),
    )


def _says_nobody(person: RosterRow) -> bool:
    """Whether a cell of one more person says that there is none: "No sibling", "see above"."""
    names = [cell for field in NAMES if (cell := person.cells.get(field)) is not None]
    return all(_NOBODY.fullmatch(cell_text(cell).strip()) for cell in names)


def _nobody(layout: Layout, rows: Sequence[RosterRow], numbered: Mapping[str, tuple[str, int]]) -> Iterator[str]:
    found: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for field in (field for field, (base, number) in numbered.items() if number > 1 and base in NAMES):
        for row in rows:
            text = cell_text(row.cells.get(field, "")).strip()
            if text and _NOBODY.fullmatch(text):
                found[text, layout.heading(field)].append(row.ref.number)
    for (text, heading), numbers in found.items():
        yield f'"{text}" under "{heading}" is not a person ({row_numbers(numbers).lower()}).'


def _persons_of(
    row: RosterRow, among: Sequence[int], layout: Layout, numbered: Mapping[str, tuple[str, int]], own: Collection[str]
) -> Iterator[RosterRow]:
    persons = [person for number in among if (person := _person_of(row, number, layout, numbered, own))]
    persons = [one for at, one in enumerate(persons) if at == 0 or not _says_nobody(one)]
    for number, person in enumerate(persons, start=1):
        of_all = {field: cell for field, cell in person.cells.items() if field not in {*own, *NAMES}}
        of_one = {field: cell for field, cell in person.cells.items() if field not in of_all}
        yield replace(person, cells=of_one | (_one_of(of_all, number, len(persons)) if len(persons) > 1 else of_all))


def _person_of(
    row: RosterRow, number: int, layout: Layout, numbered: Mapping[str, tuple[str, int]], own: Collection[str]
) -> RosterRow | None:
    cells: dict[str, Cell] = {}
    places: dict[str, Place] = {}
    for field, cell in row.cells.items():
        base, of = numbered.get(field, (field, 1))
        if of != number and (of > 1 or base in own or base in NAMES):
            continue
        cells[base] = cell
        if of > 1:
            places[base] = layout.place(row.ref.number, field)
    names = [field for field in NAMES if field in cells]
    if not names:
        return None
    at = places[names[0]].column if names[0] in places else layout.positions[names[0]]
    return replace(row, ref=row.ref._replace(part=column_letters(at)), cells=cells, places=places)


def _without(row: RosterRow, numbered: Mapping[str, tuple[str, int]]) -> RosterRow:
    return replace(
        row, cells={field: cell for field, cell in row.cells.items() if numbered.get(field, ("", 1))[1] == 1}
    )


def _is_of_the_first(layout: Layout, field: str) -> bool:
    """Whether a heading without a number in its field says that it is the first person's: "Child 1 email"."""
    read = read_numbered(layout.heading(field))
    return read is not None and read[1] == 1


def _name_fields(layout: Layout) -> list[str]:
    named = [field for field in layout.positions if field_and_number(field)[0] in ("full_name", "first_name")]
    return sorted(named, key=lambda field: layout.positions[field])


# In one cell


def _read_cells(layout: Layout, people: People) -> People:
    """A person for each name of a cell that can be split; the others stay, and name nobody (``joined_names``)."""
    cells = [row.cells.get(field) for field in ("full_name", "first_name") for row in people.rows]
    if not may_be_joined(cells) or layout.conventions.get("people_in_cell") == "one":
        return people
    split = {row.ref: names for row in people.rows if (names := _joined(row.cells))}
    if not split:
        return people
    if len(split) == 1 and len(people.rows) >= _MANY and "people_in_cell" not in layout.conventions:
        # One cell does not hold up everybody else: it is asked, and until then its row alone waits.
        return replace(people, open=(*people.open, replace(_ask_cells(people.rows, split), is_needed=False)))
    rows = tuple(
        person
        for row in people.rows
        for person in (_members(row, split[row.ref], layout) if row.ref in split else (row,))
    )
    open_: list[Convention] = []
    if "people_in_cell" not in layout.conventions:
        open_.append(_ask_cells(people.rows, split))
    count = sum(map(len, split.values()))
    told = f"Several people in one cell: {count:,} people in {len(split):,} cell{'s' if len(split) > 1 else ''}."
    return replace(people, rows=rows, open=(*people.open, *open_), read_as=(*people.read_as, told))


def _joined(cells: Mapping[str, Cell]) -> tuple[Name, ...]:
    first, last, full = map(cells.get, NAMES)
    if first is None and last is None:
        return split_full_names(full)
    return split_first_names(first, last) if full is None else ()


def _members(row: RosterRow, names: Sequence[Name], layout: Layout) -> Iterator[RosterRow]:
    field = "full_name" if "full_name" in row.cells else "first_name"
    place = row.places.get(field) or layout.place(row.ref.number, field)
    letters = column_letters(place.column)
    of_all = {name: cell for name, cell in row.cells.items() if name not in NAMES}
    for number, name in enumerate(names, start=1):
        yield replace(
            row,
            ref=row.ref._replace(part=f"{letters}.{number}"),
            cells={"first_name": name.first, "last_name": name.last, **_one_of(of_all, number, len(names))},
            places={**row.places, "first_name": place, "last_name": place},
        )


def _ask_cells(rows: Sequence[RosterRow], split: Mapping[RowRef, Sequence[Name]]) -> Convention:
    like = [(row, split[row.ref]) for row in rows if row.ref in split][:_TOLD]
    asks = (
        "Some cells name several people. Is each of them to be booked?",
        *(f'     "{_typed(row)}" ({row.ref}): {" · ".join(map(str, names))}' for row, names in like),
    )
    answers = (
        Answer("split", "Yes: book each of them"),
        Answer("one", "No: nobody in these cells is booked before each has a row of their own"),
    )
    return Convention("people_in_cell", asks, answers, likely="split", is_needed=True)


def _typed(row: RosterRow) -> str:
    return " ".join(
        cell_text(row.cells[field]) for field in ("full_name", "first_name", "last_name") if field in row.cells
    )


# What is true of both


def _one_of(cells: Mapping[str, Cell], number: int, of: int) -> dict[str, Cell]:
    """What a row says of several people, as it holds for one of them.

    A reference is a tag of one person: the first has it. Places for all of them are one each; other numbers of places
    fit nobody, and are told.
    """
    mine = dict(cells)
    if number > 1:
        mine.pop("reference", None)
    if (places := mine.get("spaces")) in (of, str(of)):
        del mine["spaces"]
    elif places not in (None, 1, "1"):
        mine["spaces"] = f"{cell_text(places)} for {of} people"
    return mine


def _of_one_row(rows: Sequence[RosterRow]) -> list[RosterRow]:
    """As an example the first row that has several."""
    by_row: defaultdict[int, list[RosterRow]] = defaultdict(list)
    for row in rows:
        by_row[row.ref.number].append(row)
    return max(by_row.values(), key=lambda some: min(len(some), 2), default=[])


def _names(rows: Sequence[RosterRow]) -> str:
    names = [_typed(row) for row in rows]
    where = f" (row {rows[0].ref.number})" if rows else ""
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]])) + where
