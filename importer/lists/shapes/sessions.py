"""Pure: a session that stands once for several people: above or between them, on their tab, in the file's name."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from importer.lists.session_titles import (
    Line,
    Said,
    differ,
    session_of_file,
    session_of_line,
    session_of_tab,
    session_of_title,
    texts_without_day,
    with_names,
)
from importer.lists.shapes.layout import Layout, People
from importer.lists.values import cell_of
from importer.model import RosterRow
from importer.model.columns import IMPORT_COLUMNS
from importer.model.conventions import Answer, Convention

TITLE, TAB, FILE, BLOCKS = "title", "tab", "file", "blocks"
NOWHERE = "none"

_OURS = frozenset(column.field for column in IMPORT_COLUMNS)
_OWN = ("booking_id", "session", "start", "date", "time")
_MOST_ASKED = 3
_MOST_TOLD = 6


def read_sessions(layout: Layout, people: People) -> People:
    """The session of each row where it stands outside of the rows: in titles, on the tab, in the file's name.

    Nothing is read so where some row says itself which session or which time it wants, or where ticks do.
    """
    agreed = layout.conventions.get("session_in")
    if agreed == NOWHERE or not people.rows or any(field in row.cells for field in _OWN for row in people.rows):
        return people
    above = list(_lines(layout, range(1, layout.heading_row)))
    told = dict(_between(layout, people))
    top = session_of_title(above)
    names = texts_without_day(above)
    tab, file = session_of_tab(layout.title), session_of_file(layout.file_name)
    if told:
        return _in_blocks(layout, people, top, told, names)
    beside = [layout.title, *names]
    found = {
        where: with_names(said, texts)
        for where, said, texts in ((TITLE, top, beside[:1]), (TAB, tab, names), (FILE, file, ()))
        if said
    }
    if not found:
        return people
    kept = TITLE if agreed == BLOCKS else agreed
    where = kept if kept in found else next(iter(found))
    said = found[where]
    told_as = f'Session: "{said.text}" ({_place(where, said)}).'
    open_ = people.open if where == kept else (*people.open, _ask(found, len(people.rows)))
    rows = tuple(_with_session(row, said) for row in people.rows)
    return replace(people, rows=rows, open=open_, read_as=(*people.read_as, told_as))


def _with_session(row: RosterRow, said: Said) -> RosterRow:
    return replace(row, cells={**row.cells, "session": said.text}, places={**row.places, "session": said.place})


# One session for the whole list


def _ask(found: Mapping[str, Said], people: int) -> Convention:
    """With each place that names a session, where they differ."""
    where, said = next(iter(found.items()))
    of_whom = f"of all {people:,} people" if people > 1 else "of the one person here"
    others = {other: one for other, one in found.items() if other != where and differ(said, one)}
    if others:
        asks = (f"Which is the session {of_whom}?",)
        answers = [Answer(at, f'"{one.text}" ({_place(at, one)})') for at, one in {where: said, **others}.items()]
        return Convention("session_in", asks, (*answers, Answer(NOWHERE, "None of these")), is_needed=True)
    asks = (f'Is "{said.text}" ({_place(where, said)}) the session {of_whom}?',)
    answers = [Answer(where, "Yes"), Answer(NOWHERE, "No: the list does not say the session")]
    return Convention("session_in", asks, tuple(answers), likely=where, is_needed=True)


def _place(where: str, said: Said) -> str:
    places = {TAB: "the name of the sheet", FILE: "the name of the file"}
    return places.get(where) or f"row {said.place.row}"


# Blocks of people under a title each


def _between(layout: Layout, people: People) -> Iterator[tuple[int, Said]]:
    """The titles between people: lines that hold one text and nothing else, or no name."""
    lonely = [row.ref.number for row in people.rows if row.is_alone and len(row.cells.keys() - _OURS) == 1]
    numbers = lonely if 2 * len(lonely) < len(people.rows) else []
    for line in _lines(layout, sorted({*numbers, *people.left_out})):
        if said := session_of_line(line):
            yield line.row, said


def _in_blocks(layout: Layout, people: People, top: Said | None, told: Mapping[int, Said], names: list[str]) -> People:
    """Each person on the session of the last title above; who stands above the first of them, on that of the list."""
    titles = {row: with_names(said, names or [layout.title]) for row, said in told.items()}
    if top:
        titles[top.place.row] = with_names(top, [layout.title])
    starts = sorted(titles)
    rows: list[RosterRow] = []
    held: dict[int, list[int]] = {}
    for row in people.rows:
        if row.ref.number in told:
            continue
        title = starts[at - 1] if (at := bisect_left(starts, row.ref.number)) else 0
        rows.append(_with_session(row, titles[title]) if title else row)
        held.setdefault(title, []).append(row.ref.number)
    of_titles = {title: numbers for title, numbers in held.items() if title}
    if not of_titles:
        return people
    is_agreed = layout.conventions.get("session_in") == BLOCKS
    return replace(
        people,
        rows=tuple(rows),
        left_out=tuple(number for number in people.left_out if number not in told),
        open=people.open if is_agreed else (*people.open, _ask_blocks(titles, of_titles)),
        read_as=(*people.read_as, *_told_blocks(titles, of_titles)),
    )


def _ask_blocks(titles: Mapping[int, Said], of_titles: Mapping[int, Sequence[int]]) -> Convention:
    asks = ("Is each title the session of the people under it?", *_blocks(titles, of_titles, _MOST_ASKED))
    answers = (Answer(BLOCKS, "Yes"), Answer(NOWHERE, "No: the list does not say the session"))
    return Convention("session_in", asks, answers, likely=BLOCKS, is_needed=True)


def _told_blocks(titles: Mapping[int, Said], of_titles: Mapping[int, Sequence[int]]) -> Iterator[str]:
    yield "Session: each title is that of the people under it."
    yield from _blocks(titles, of_titles, _MOST_TOLD)


def _blocks(titles: Mapping[int, Said], of_titles: Mapping[int, Sequence[int]], most: int) -> Iterator[str]:
    for title, numbers in islice(of_titles.items(), most):
        yield f'"{titles[title].text}" (row {title}): {_span(numbers)}.'
    if len(of_titles) > most:
        yield f"And {len(of_titles) - most} more like these."


def _span(numbers: Sequence[int]) -> str:
    return f"rows {numbers[0]} to {numbers[-1]}" if len(numbers) > 1 else f"row {numbers[0]}"


def _lines(layout: Layout, numbers: Iterable[int]) -> Iterator[Line]:
    """Without our own columns, which may hold answers."""
    ours = {at for field, at in layout.positions.items() if field in _OURS}
    columns = [(at, column) for at, column in enumerate(layout.sheet.columns, start=1) if at not in ours]
    for number in numbers:
        cells = ((at, cell_of(column[number - 1])) for at, column in columns)
        if there := [(at, cell) for at, cell in cells if cell is not None]:
            yield Line(number, there)
