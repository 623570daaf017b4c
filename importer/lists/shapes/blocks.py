"""Pure: blocks of people, with a title above each that names their session."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from importer.lists.findings import cell_text
from importer.lists.moments import Moment, read_moment
from importer.lists.session_titles import Said, session_of_line, session_of_title, texts_without_day, with_names
from importer.lists.shapes.layout import Layout, People
from importer.lists.shapes.lone_titles import lone_titles, lonely
from importer.lists.title_words import agreed_beside, waits
from importer.model import Cell, RosterRow
from importer.model.conventions import Answer, Convention

BLOCKS, NOWHERE = "blocks", "none"

_OWN_DAY = ("booking_id", "session", "date")
_OWN = (*_OWN_DAY, "start", "time")
_MOST_ASKED = 3
_MOST_TOLD = 6


def read_blocks(layout: Layout, people: People) -> People:
    """Each person on the session of the last title above; who stands above the first of them, on that of the list.

    A line alone that may be a title nobody understands ends a block: those under it wait for a decision, as do those
    under a title that is crossed out. A title with nobody under it is told among the rows that are skipped.
    Nothing is read so where some row says itself which session or which day it wants; a time of its own goes with the
    title.
    """
    agreed = layout.conventions.get("session_in")
    if agreed == NOWHERE or _has_own_session(people):
        return people
    top, names = session_of_title(layout.above), texts_without_day(layout.above)
    told = {row: said for row, said in _between(layout, people) if not top or said.text != top.text}
    unclear = dict(lone_titles(layout, people, told)) if told or top else {}
    unclear |= {row: said for row, said in told.items() if layout.is_struck(row, said.place.column)}
    if not told and not unclear:
        return people
    titles = {row: with_names(said, names or [layout.title]) for row, said in told.items()} | unclear
    if top:
        titles[top.place.row] = with_names(top, [layout.title])
    starts = sorted(titles)
    rows: list[RosterRow] = []
    held: dict[int, list[int]] = {}
    for row in people.rows:
        if row.ref.number in told:
            continue
        title = starts[at - 1] if (at := bisect_left(starts, row.ref.number)) else 0
        on_it = on_session(row, titles[title]) if title else row
        rows.append(replace(on_it, set_aside=row.set_aside or _under(titles[title])) if title in unclear else on_it)
        held.setdefault(title, []).append(row.ref.number)
    of_titles = {title: numbers for title, numbers in held.items() if title}
    if not of_titles:
        return people
    of_nobody = {row: f'"{cell_text(said.text)}"' for row, said in told.items() if row not in held}
    skipped = {number: why for number, why in people.skipped.items() if number not in held} | of_nobody
    return replace(
        people,
        rows=tuple(rows),
        skipped=dict(sorted(skipped.items())),
        open=people.open if agreed == BLOCKS else (*people.open, _ask_blocks(titles, of_titles, layout)),
        read_as=(*people.read_as, *_told_blocks(titles, of_titles)),
    )


def has_own(people: People) -> bool:
    """Whether some row says itself which session, or which time, it wants."""
    return any(field in row.cells for field in _OWN for row in people.rows)


def _has_own_session(people: People) -> bool:
    return any(
        any(field in row.cells for field in _OWN_DAY) or ("start" in row.cells and not _is_time(row.cells["start"]))
        for row in people.rows
    )


def _is_time(cell: Cell) -> bool:
    read = read_moment(cell, "start", "dmy")
    return isinstance(read, Moment) and read.clock is not None and not (read.day or read.words)


def on_session(row: RosterRow, said: Said) -> RosterRow:
    """The row with the session that a title names for it; it waits where the title says so, too."""
    aside = row.set_aside or (_under(said) if waits(said.text) else "")
    cells, places = {**row.cells, "session": said.text}, {**row.places, "session": said.place}
    return replace(row, cells=cells, set_aside=aside, places=places)


def _between(layout: Layout, people: People) -> Iterator[tuple[int, Said]]:
    """The titles between people: lines that hold one text and nothing else, or no name."""
    for line in layout.lines(sorted({*(row.ref.number for row in lonely(people)), *people.skipped})):
        if said := session_of_line(line):
            yield line.row, said


def _under(said: Said) -> str:
    return f'under "{cell_text(said.text)}"'


def _ask_blocks(titles: Mapping[int, Said], of_titles: Mapping[int, Sequence[int]], layout: Layout) -> Convention:
    asks = ("Is each title the session of the people under it?", *_blocks(titles, of_titles, _MOST_ASKED))
    also = agreed_beside((titles[title].text for title in islice(of_titles, _MOST_ASKED)), layout.conventions)
    answers = (Answer(BLOCKS, "Yes", also), Answer(NOWHERE, "No: the list does not say the session"))
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
