"""Pure: columns that are not used and hold what a list is about: names, addresses, ticks, sessions.

They are never passed over in silence: somebody says once that they are not used, or what they are used for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import islice
from typing import NamedTuple

from importer.lists.findings import cell_text
from importer.lists.session_headings import says_when, session_headings
from importer.lists.session_words import read_session_words
from importer.lists.shapes.layout import Layout, People
from importer.lists.shapes.ticks import NO_MARKS, are_ticks, has_ticks, mark_of
from importer.lists.titles import is_title
from importer.lists.values import cell_of
from importer.model import Cell, RosterRow, SessionWords
from importer.model.columns import heading_key
from importer.model.conventions import Answer, Convention
from importer.model.headings import has_session, may_hold_people

NAMES, ADDRESSES, TICKS, SESSIONS = "names", "e-mail addresses", "ticks", "sessions"
OTHERS, PLACES = "perhaps other people", "perhaps numbers of people"
SESSION_TICKS = "ticks under what may be a session"
SESSION_WORDS = "words under what may be a session"

_LOOKED_AT = 200
_LONGEST_HEADING = 100
_NAME = re.compile(r"[^\W\d_][\w'’.-]*(?:,? [^\W\d_][\w'’.-]*){1,3}")
_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_OF_A_PERSON = re.compile(
    r"\b(?:full|first|last|sur|fore)?names?\b|parent|guardian|carer|mother|father|\bmum|\bdad|sibling|brother|sister|twin|"
    r"\bchild|\bkid|pupil|friend|partner|guest|contact",
    re.IGNORECASE,
)
_OF_OTHERS = re.compile(
    r"\b(?:guests?|siblings?|plus[ -]?(?:one|1)|bringing|accompanying|adults?|children|kids|"
    r"additional (?:names?|people))\b|\+\s?1",
    re.IGNORECASE,
)
"""Whoever has something under such a heading, but a no, may come with others."""
_OF_PLACES = re.compile(
    r"\b(?:places?|seats?|tickets?|qty|quantity|pax|head ?count|people|persons|attendees|participants|party of)\b|"
    r"\b(?:group|party) size\b",
    re.IGNORECASE,
)
"""Whoever has more than one under such a heading may want more than one place."""
_MANY = frozenset("two three four five six seven eight nine ten".split())  # noqa: SIM905 - to be read as words
_OF_A_THING = re.compile(
    r"school|company|organi[sz]ation|team|class|event|course|service|session|room|club", re.IGNORECASE
)
_OF_MORE = re.compile(
    r"\b(?:also|second|2nd|third|3rd|other|another|alternative|extra|additional|further)\b", re.IGNORECASE
)
_NUMBERED = re.compile(r"(?:week|session|day|lesson|workshop|woche|termin|semaine|séance)\s*\d+", re.IGNORECASE)
_OF_PAPERS = re.compile(
    r"\b(?:paid|pay|payments?|deposit|fees?|invoiced?|refund(?:ed)?|consent|forms?|sent|received|reminded|reminders?|"
    r"e-?mail(?:ed)?|called|phoned|replied|bezahlt|payé|betaald)\b",
    re.IGNORECASE,
)
"""Ticks under such a heading are of what was done for somebody, be it on a day: ``Paid 2 March``."""
_NOBODY = frozenset({"0", "+0", "none", "nobody", "no one", "n/a", "-"})
_STARTS_LIKE_A_NAME = re.compile(r"[A-ZÀ-ÖØ-Þ][^\W\d_]+(?: |,|$)")
_MOST = 0.8
_SHARED = 0.2


class _Column(NamedTuple):
    """A column that is not used: its heading, and what stands beside some of the people."""

    heading: str
    cells: Sequence[tuple[RosterRow, Cell]]


def ask_about_unused(layout: Layout, people: People) -> People:
    """What is open about columns that nobody has said anything about."""
    columns = list(_columns(layout, people))
    if not columns:
        return people
    names_sessions = has_session(layout.positions) or any("session" in row.cells for row in people.rows)
    kinds = {SESSIONS: _are_sessions, SESSION_TICKS: _are_ticks_of_a_session}
    if people.columns or not names_sessions:  # beside columns of ticks another one may be of a session, too
        kinds |= {TICKS: _are_ticks}
    if people.columns:
        kinds |= {SESSION_WORDS: _is_of_a_session}
    of_people = {one.heading: kind for one in columns if (kind := _kind_of_people(one, layout))}
    of_sessions = {
        one.heading: kind
        for one in columns
        if one.heading not in of_people
        if (kind := next((kind for kind, holds in kinds.items() if holds(one)), ""))
    }
    example = {one.heading: cell_text(one.cells[0][1]) for one in columns}
    open_ = [
        *([_ask("other_people", of_people, example)] if of_people else []),
        *([_ask("other_sessions", of_sessions, example)] if of_sessions else []),
    ]
    return replace(people, open=(*people.open, *open_))


def _columns(layout: Layout, people: People) -> Iterator[_Column]:
    """Those with a heading by which an answer can be kept, and which no answer has named yet."""
    columns = layout.sheet.columns
    passed_over = {*layout.taken, *people.columns}
    if layout.conventions.get("ticks") == "no":
        passed_over |= session_headings(columns, layout.heading_row, layout.taken).texts.keys()
    for at, column in enumerate(columns, start=1):
        heading = cell_of(column[layout.heading_row - 1]) if at not in passed_over else None
        heading = cell_text(heading) if isinstance(heading, date) else heading
        if (
            not isinstance(heading, str)
            or len(heading) > _LONGEST_HEADING
            or heading_key(heading) in {"", *layout.taught}
        ):
            continue
        cells = ((row, cell_of(column[row.ref.number - 1])) for row in people.rows)
        if some := list(islice(((row, cell) for row, cell in cells if cell is not None), _LOOKED_AT)):
            yield _Column(heading, some)


def _kind_of_people(column: _Column, layout: Layout) -> str:
    texts = [cell for _, cell in column.cells if isinstance(cell, str)]
    if may_hold_people(column.heading) or _are_names(column):
        return NAMES
    if _OF_OTHERS.search(column.heading) and any(_is_somebody(cell) for _, cell in column.cells):
        return OTHERS
    if _OF_PLACES.search(column.heading) and any(_is_many(cell) for _, cell in column.cells):
        return PLACES
    is_address = sum(_ADDRESS.fullmatch(text.strip()) is not None for text in texts) > len(column.cells) / 2
    return ADDRESSES if is_address and "email" not in layout.positions else ""


def _are_names(column: _Column) -> bool:
    """Two words or more, each a name's, under a heading of a person, or with the last names of those beside them."""
    names = [(row, text) for row, cell in column.cells if isinstance(cell, str) and _is_name(text := cell.strip())]
    if len(names) < _MOST * len(column.cells) or _OF_A_THING.search(column.heading):
        return False
    shared = sum(text.split()[-1].casefold() in _last_words(row) for row, text in names)
    return _OF_A_PERSON.search(column.heading) is not None or shared > _SHARED * len(names)


def _is_somebody(cell: Cell) -> bool:
    """A number, a tick, or what begins like a name; no word in small letters, and no no."""
    mark = mark_of(cell)
    if mark in NO_MARKS or mark in _NOBODY:
        return False
    if isinstance(cell, int | float) or mark.lstrip("+").isdecimal():
        return True
    return has_ticks([mark]) or (isinstance(cell, str) and _STARTS_LIKE_A_NAME.match(cell.strip()) is not None)


def _is_many(cell: Cell) -> bool:
    mark = mark_of(cell)
    return mark in _MANY or (mark.isdecimal() and len(mark) <= 2 and int(mark) > 1)


def _is_name(text: str) -> bool:
    return (
        _NAME.fullmatch(text) is not None and not is_title(text) and text[0].isupper() and text.split()[-1][0].isupper()
    )


def _last_words(row: RosterRow) -> frozenset[str]:
    names = (row.cells.get(field) for field in ("last_name", "full_name"))
    return frozenset(word.strip(",").casefold() for name in names if isinstance(name, str) for word in name.split())


def _are_ticks(column: _Column) -> bool:
    return are_ticks([cell for _, cell in column.cells])


def _are_ticks_of_a_session(column: _Column) -> bool:
    """``Tue 5 March``, ``Week 2``: whoever is ticked there may want that session beside the one of their row."""
    return _is_of_a_session(column) and has_ticks(mark_of(cell) for _, cell in column.cells)


def _is_of_a_session(column: _Column) -> bool:
    heading = column.heading.strip()
    names_one = says_when(heading) or _NUMBERED.fullmatch(heading) is not None
    return names_one and not _OF_PAPERS.search(heading)


def _are_sessions(column: _Column) -> bool:
    """A service, or a day of the week, beside a day or a time: no date of birth, and not when a form was sent; under
    "Also on" a day alone."""
    is_more = _OF_MORE.search(column.heading) is not None
    read = [read_session_words(cell) for cell in {cell for _, cell in column.cells if isinstance(cell, str)}]
    told = [one for one in read if isinstance(one, SessionWords) and one.says_when]
    return 2 * sum(is_more or bool(one.names) or one.weekday is not None for one in told) > len(read) > 0


def _ask(key: str, kinds: Mapping[str, str], example: Mapping[str, str]) -> Convention:
    like = {
        heading: "" if kind in (TICKS, SESSION_TICKS) else f", like {example[heading]}"
        for heading, kind in kinds.items()
    }
    told = [f'"{heading}" ({kind}{like[heading]})' for heading, kind in kinds.items()]
    is_one = len(told) == 1
    asks = (f"{'This column is' if is_one else 'These columns are'} not used: {', '.join(told)}. Is that right?",)
    holds_people = not {NAMES, OTHERS, PLACES, SESSIONS, SESSION_TICKS, SESSION_WORDS}.isdisjoint(kinds.values())
    answers = (Answer("not-used", f"Yes: {'it is' if is_one else 'they are'} not needed to book anybody"),)
    return Convention(key, asks, answers, likely="" if holds_people else "not-used")
