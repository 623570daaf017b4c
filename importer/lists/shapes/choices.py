"""Pure: several sessions in one cell, as a form's answers have them: "Pottery Sat 2 Mar, Drawing Sun 3 Mar"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from importer.lists.cells import column_letters
from importer.lists.findings import clean
from importer.lists.session_words import is_as_we_write_it, read_session_words
from importer.lists.shapes.layout import Layout, People
from importer.model import Cell, RosterRow, RowRef, SessionWords
from importer.model.conventions import Answer, Convention

_LINES = re.compile(r"\s*[;\n]\s*")
_COMMAS = re.compile(r"\s*,\s+")
_JOINS = re.compile(r"[,;\n]")
_LONGEST = 2_000
_TOLD = 3


def read_choices(layout: Layout, people: People) -> People:
    """Every person once for each session that their cell names."""
    if "session" not in layout.positions or layout.conventions.get("choices_in_cell") == "one":
        return people
    split = {row.ref: said for row in people.rows if len(said := sessions_in(row.cells.get("session"))) > 1}
    if not split:
        return people
    rows = tuple(
        one for row in people.rows for one in (_choices_of(row, split[row.ref], layout) if row.ref in split else (row,))
    )
    is_agreed = "choices_in_cell" in layout.conventions
    count = sum(map(len, split.values()))
    told = f"Several sessions in one cell: {count:,} sessions in {len(split):,} cell{'s' if len(split) > 1 else ''}."
    return replace(
        people,
        rows=rows,
        open=people.open if is_agreed else (*people.open, _ask(people.rows, split)),
        read_as=(*people.read_as, told),
    )


def sessions_in(cell: Cell) -> tuple[str, ...]:
    """The sessions that a cell names, where it is plain that there are several; else nothing.

    They stand on lines, or with semicolons or commas between them; each says a day or a time. What only the first says
    beside that, its service, is that of all.
    """
    return _sessions_in(cell) if isinstance(cell, str) and _JOINS.search(cell) and len(cell) <= _LONGEST else ()


@lru_cache(maxsize=2**12)
def _sessions_in(text: str) -> tuple[str, ...]:
    if is_as_we_write_it(clean(text)):
        return ()
    lines = [clean(line) for line in _LINES.split(text.strip()) if line]
    pieces = lines if len(lines) > 1 else list(_grouped([clean(piece) for piece in _COMMAS.split(text.strip())]))
    read = [read_session_words(piece) for piece in pieces]
    words = [one for one in read if isinstance(one, SessionWords) and one.says_when]
    if len(words) < 2 or len(words) != len(pieces):
        return ()
    service = ", ".join(words[0].names)
    return tuple(one.text if one.names or not service else f"{service}, {one.text}" for one in words)


def _grouped(pieces: Sequence[str]) -> Iterator[str]:
    """The pieces that belong together: "Pottery", "Sat 2 Mar", "10am" do. A name after a time begins another one, not
    a time that was missing ("10am - Register")."""
    group: list[str] = []
    so_far = SessionWords("")
    for piece in pieces:
        read = read_session_words(piece)
        said = read if isinstance(read, SessionWords) else SessionWords(piece)
        is_missing_time = said.clock and not so_far.clock and said.day is None and piece[:1].isdigit()
        is_another_name = said.names and so_far.says_when and not is_missing_time
        if group and (is_another_name or _is_another_day(said, so_far)):
            yield ", ".join(group)
            group, so_far = [], SessionWords("")
        group.append(piece)
        so_far = replace(
            so_far,
            day=said.day or so_far.day,
            month=said.month or so_far.month,
            weekday=so_far.weekday if said.weekday is None else said.weekday,
            clock=said.clock or so_far.clock,
        )
    yield ", ".join(group)


def _is_another_day(said: SessionWords, before: SessionWords) -> bool:
    is_another_date = None not in (said.day, before.day) and (said.day, said.month) != (before.day, before.month)
    return is_another_date or (None not in (said.weekday, before.weekday) and said.weekday != before.weekday)


def _choices_of(row: RosterRow, said: Sequence[str], layout: Layout) -> Iterator[RosterRow]:
    letters = column_letters(layout.positions["session"])
    for count, text in enumerate(said, start=1):
        yield replace(
            row,
            ref=row.ref.within(f"{letters}.{count}"),
            cells={**row.cells, "session": text},
            places={**row.places, "session": layout.place(row.ref.number, "session")},
        )


def _ask(rows: Sequence[RosterRow], split: Mapping[RowRef, Sequence[str]]) -> Convention:
    like = [(row.ref, split[row.ref]) for row in rows if row.ref in split][:_TOLD]
    asks = (
        "Some cells name several sessions. Is the person booked on each of them?",
        *(f"     {ref}: {' · '.join(said)}" for ref, said in like),
    )
    answers = (
        Answer("split", "Yes: book the person on each"),
        Answer("one", "No: nobody in these rows is booked before one session stands there"),
    )
    return Convention("choices_in_cell", asks, answers, likely="split", is_needed=True)
