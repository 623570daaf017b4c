"""Pure: rows that say one half of their session, such as the time, under a title that says the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from importer.lists.findings import cell_text, whole_text
from importer.lists.moments import Moment, read_moment
from importer.lists.session_titles import FILE, Said, says_session
from importer.lists.session_words import read_session_words
from importer.lists.sessions import WHEN
from importer.lists.shapes.blocks import NOWHERE, on_session
from importer.lists.shapes.completing import Completed, completed, place_text
from importer.lists.shapes.layout import Layout, People
from importer.lists.title_words import agreed_beside
from importer.model import Cell, Place, RosterRow, SessionWords
from importer.model.conventions import Answer, Convention

_SAYING = ("service", "session", *WHEN)
_DAY, _TIME, _SERVICE = "day", "time", "service"
_ALL = frozenset({_DAY, _TIME, _SERVICE})


def complete_rows(layout: Layout, people: People) -> People:
    """Each row that says the same part of a session as the first that says any, with what a title says beside that.

    Nothing is read so where that row says all. A row without its own part stays as it is, and asks.
    """
    if "session" not in layout.positions and any("session" in row.cells for row in people.rows):
        return people  # ticks or titles say it
    first = next((row for row in people.rows if _own(row)), None)
    if first is None:
        return people
    told = _parts(first)
    if "booking_id" in first.cells or told == _ALL or not told:
        return people
    halves = {row.ref.number: row for row in people.rows if _own(row) and "booking_id" not in row.cells}
    texts = dict.fromkeys(", ".join(map(whole_text, _own(row).values())) for row in halves.values())
    found = completed(layout, dict(enumerate(texts)), lambda words: (told | _parts_of(words)) >= _ALL)
    if FILE in found and not says_session(found[FILE].said.text):
        del found[FILE]
    if not found or any(_parts(row) != told for row in halves.values()):
        return people
    agreed = layout.conventions.get("session_in")
    where = agreed if agreed in found else next(iter(found))
    said = found[where].said
    rows = tuple(_completed(layout, row, said.text) if row.ref.number in halves else row for row in people.rows)
    open_ = people.open if where == agreed else (*people.open, _ask(first, found, layout.conventions))
    told_as = f'Session: "{said.text}" ({place_text(where, said)}), with what each row says of it.'
    return replace(people, rows=rows, open=open_, read_as=(*people.read_as, told_as))


def _own(row: RosterRow) -> Mapping[str, Cell]:
    return {field: row.cells[field] for field in _SAYING if field in row.cells}


def _parts(row: RosterRow) -> frozenset[str]:
    """What the cells of a row say of a session, whatever 03/04/2030 means."""
    return frozenset(part for field, cell in _own(row).items() for part in _parts_in(field, cell))


def _parts_in(field: str, cell: Cell) -> Iterator[str]:
    if field == "service":
        yield _SERVICE
    elif field == "session":
        words = read_session_words(whole_text(cell), "dmy")
        yield from _parts_of(words) if isinstance(words, SessionWords) else _ALL
    else:
        moment = read_moment(cell, field, "dmy")
        if isinstance(moment, Moment):
            yield from [_DAY] if moment.day or moment.words else []
            yield from [_TIME] if moment.clock else []


def _parts_of(words: SessionWords) -> frozenset[str]:
    day = words.day or words.weekday is not None
    said = ((_DAY, day), (_TIME, words.clock), (_SERVICE, words.names))
    return frozenset(part for part, is_said in said if is_said)


def _completed(layout: Layout, row: RosterRow, text: str) -> RosterRow:
    """The title's words, with those of the column "Session"; what else the row says stays in its columns."""
    own = row.cells.get("session")
    said = text if own is None else f"{text}, {whole_text(own)}"
    at = next(layout.positions[field] for field in reversed(_SAYING) if field in row.cells)
    place = Place(row.ref.number, at, "")
    return on_session(row, Said(said, place))


def _ask(first: RosterRow, found: Mapping[str, Completed], conventions: Mapping[str, str]) -> Convention:
    own = ", ".join(map(cell_text, _own(first).values()))
    asks = (
        "Each row says a part of its session. Does the rest stand elsewhere?",
        f'So {first.ref} would be booked on "{next(iter(found.values())).said.text}, {own}".',
    )
    answers = [
        Answer(
            where,
            f'Yes: "{one.said.text}" ({place_text(where, one.said)})',
            agreed_beside([one.said.text, *one.texts.values()], conventions),
        )
        for where, one in found.items()
    ]
    no = Answer(NOWHERE, "No: the list does not say the rest")
    return Convention("session_in", asks, (*answers, no), likely=next(iter(found)), is_needed=True)
