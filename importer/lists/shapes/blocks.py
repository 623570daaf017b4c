"""Pure: blocks of people, with a title above each that names their session."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from importer.lists.session_titles import Said, session_of_line, session_of_title, texts_without_day, with_names
from importer.lists.shapes.layout import OURS, Layout, People
from importer.model import RosterRow
from importer.model.conventions import Answer, Convention

BLOCKS, NOWHERE = "blocks", "none"

_OWN = ("booking_id", "session", "start", "date", "time")
_MOST_ASKED = 3
_MOST_TOLD = 6


def read_blocks(layout: Layout, people: People) -> People:
    """Each person on the session of the last title above; who stands above the first of them, on that of the list.

    Nothing is read so where some row says itself which session or which time it wants.
    """
    agreed = layout.conventions.get("session_in")
    if agreed == NOWHERE or has_own(people):
        return people
    above = list(layout.lines(range(1, layout.heading_row)))
    top, names = session_of_title(above), texts_without_day(above)
    told = {row: said for row, said in _between(layout, people) if not top or said.text != top.text}
    if not told:
        return people
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
        rows.append(on_session(row, titles[title]) if title else row)
        held.setdefault(title, []).append(row.ref.number)
    of_titles = {title: numbers for title, numbers in held.items() if title}
    if not of_titles:
        return people
    return replace(
        people,
        rows=tuple(rows),
        left_out=tuple(number for number in people.left_out if number not in told),
        open=people.open if agreed == BLOCKS else (*people.open, _ask_blocks(titles, of_titles)),
        read_as=(*people.read_as, *_told_blocks(titles, of_titles)),
    )


def has_own(people: People) -> bool:
    """Whether some row says itself which session, or which time, it wants."""
    return any(field in row.cells for field in _OWN for row in people.rows)


def on_session(row: RosterRow, said: Said) -> RosterRow:
    return replace(row, cells={**row.cells, "session": said.text}, places={**row.places, "session": said.place})


def _between(layout: Layout, people: People) -> Iterator[tuple[int, Said]]:
    """The titles between people: lines that hold one text and nothing else, or no name."""
    lonely = [row.ref.number for row in people.rows if row.is_alone and len(row.cells.keys() - OURS) == 1]
    numbers = lonely if 2 * len(lonely) < len(people.rows) else []
    for line in layout.lines(sorted({*numbers, *people.left_out})):
        if said := session_of_line(line):
            yield line.row, said


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
