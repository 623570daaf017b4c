"""Pure: people down, sessions across, and a tick for each session that a person wants."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain

from importer.lists.cells import column_letters
from importer.lists.findings import cell_text, clean
from importer.lists.names import NAMES
from importer.lists.session_headings import session_headings
from importer.lists.session_titles import FILE, PLACES
from importer.lists.shapes.completing import Completed, completed, names_service, place_text
from importer.lists.shapes.layout import Layout, People
from importer.lists.title_words import agreed_beside, waits
from importer.lists.titles import is_title
from importer.lists.values import cell_of
from importer.model import NOT_TICKED, Cell, Place, RosterRow, row_numbers
from importer.model.conventions import Answer, Convention, pairs_of, pairs_text
from importer.model.headings import has_session

YES_MARKS = frozenset("x × ✓ ✔ ✅ ☑ ☒ √ 1 yes y true ja oui tak sí".split())  # noqa: SIM905 - to be read as marks
NO_MARKS = frozenset("no n 0 - – — ☐ false nein non nee nie".split())  # noqa: SIM905
_SHOWN_AS = dict.fromkeys((0xFE0E, 0xFE0F))  # as text or as a picture: the same mark
HEADINGS = "headings"
"""Agreed on: nothing beside its heading says what a tick is of."""

_BEGIN = YES_MARKS - {"1"}
_FIRST_WORD = re.compile(r"\w+|[^\w\s]")
_LONGEST_WORD = 40
_MOST_WORDS = 5
_TOLD = 3

_Marks = Mapping[int, str]
"""What stands in a column, as it is compared, by row."""


def read_ticks(layout: Layout, people: People) -> People:
    """Every person once for each session that is ticked; who has no tick, once and put aside.

    Nothing is read so where the sheet has columns for the session itself, or its sender said that these are no ticks.
    """
    if has_session(layout.positions) or layout.conventions.get("ticks") == "no":
        return people
    columns = layout.sheet.columns
    found = session_headings(columns, layout.heading_row, layout.taken, layout.sheet.merged)
    if not found.texts:
        return people
    rows = {row.ref.number: row for row in people.rows}
    persons = [number for number, row in rows.items() if not is_title(_name(row))]
    marks = {
        at: {number: mark for number in persons if (mark := mark_of(columns[at - 1][number - 1]))} for at in found.texts
    }
    marks = {at: of_column for at, of_column in marks.items() if has_ticks(of_column.values()) or _are_few(of_column)}
    if not any(has_ticks(of_column.values()) for of_column in marks.values()):
        return people
    kept = pairs_of(layout.conventions.get("tick_words", ""))
    agreed = {word.casefold(): said.casefold() == "yes" for word, said in kept.items()}
    yes = YES_MARKS | {word for word, is_tick in agreed.items() if is_tick}
    headings = {at: found.texts[at] for at in marks}
    agreed_ticks = layout.conventions.get("ticks", "")
    half = {at: text for at, text in headings.items() if not names_service(text)}
    places = completed(layout, half) if agreed_ticks != HEADINGS else {}
    if agreed_ticks == "yes":
        places.pop(FILE, None)
    where = agreed_ticks if agreed_ticks in places else next((one for one in places if one != FILE), "")
    added = places[where].texts if where else {}
    texts = {**headings, **added}
    ticked = {number: [at for at in marks if marks[at].get(number) in yes] for number in persons}
    told = YES_MARKS | NO_MARKS | agreed.keys()
    new = list(dict.fromkeys(chain.from_iterable(map(partial(_asked_once, told), marks.values()))))
    in_rows = _asked_in_rows(marks, told.union(new))
    read = [
        one
        for row in people.rows
        for one in _ticks_of(row, ticked.get(row.ref.number, ()), in_rows.get(row.ref.number, {}), texts, added)
    ]
    open_ = [*people.open]
    if not agreed_ticks or where not in ("", agreed_ticks) or (agreed_ticks in PLACES and not where and half):
        open_.append(_ask_ticks(rows, ticked, texts, places, layout.conventions))
    if new:
        open_.append(_ask_words(new, agreed))
    return replace(
        people,
        rows=tuple(read),
        skipped={number: why for number, why in people.skipped.items() if number > found.last_row},
        open=tuple(open_),
        read_as=(
            *people.read_as,
            *_read_as(read, ticked, in_rows, texts),
            *_completed_by(where, places),
            *_not_counted(marks, {*agreed, *new} - yes),
        ),
        columns=people.columns | marks.keys(),
    )


def are_ticks(cells: Iterable[Cell]) -> bool:
    """Whether all of these are ticks or say no, and at least one is a tick."""
    marks = set(map(mark_of, cells))
    return marks <= YES_MARKS | NO_MARKS and not marks.isdisjoint(YES_MARKS)


def has_ticks(marks: Iterable[str]) -> bool:
    """Whether at least one of these is a tick, or begins with one and says more: ``x (cash)``."""
    return any(mark in YES_MARKS or _first_word(mark) in _BEGIN for mark in {*marks})


def _first_word(mark: str) -> str:
    found = _FIRST_WORD.match(mark)
    return found[0] if found else ""


def _name(row: RosterRow) -> str:
    return " ".join(cell_text(row.cells[field]) for field in NAMES if field in row.cells)


def mark_of(value: object) -> str:
    cell = cell_of(value)
    return "" if cell is None else clean(cell_text(cell)).translate(_SHOWN_AS).casefold()


def _are_few(marks: _Marks) -> bool:
    """Whether a column holds few words that may be ticks, beside one that holds ticks."""
    words = {*marks.values()} - YES_MARKS - NO_MARKS
    return len(words) <= _MOST_WORDS and all(map(_can_be_kept, words))


def _can_be_kept(word: str) -> bool:
    return len(word) <= _LONGEST_WORD and ";" not in word


def _asked_once(told: Collection[str], marks: _Marks) -> Collection[str]:
    """The words of a column that its sender is asked about: none if they are many, as notes are."""
    words = [word for word in dict.fromkeys(marks.values()) if word not in told and _can_be_kept(word)]
    return words if len(words) <= _MOST_WORDS else ()


def _asked_in_rows(marks: Mapping[int, _Marks], told: Collection[str]) -> dict[int, dict[int, str]]:
    """What else stands among the ticks, by row and column: each is asked about in its own row."""
    asked: dict[int, dict[int, str]] = {}
    for at, of_column in marks.items():
        for number, mark in of_column.items():
            if mark not in told:
                asked.setdefault(number, {})[at] = mark
    return asked


def _ticks_of(
    row: RosterRow, ticked: Sequence[int], asked: Mapping[int, str], texts: Mapping[int, str], added: Collection[int]
) -> Iterator[RosterRow]:
    """A session that a title completes is read as a title, which may name other things: it has no heading."""
    if not ticked and not asked:
        yield replace(row, set_aside=NOT_TICKED)
    for at in sorted({*ticked, *asked}):
        is_waiting = at in added and waits(texts[at])
        said = f'with "{cell_text(asked[at])}" ' if at in asked else ""
        yield RosterRow(
            row.ref.within(column_letters(at)),
            {**row.cells, "session": texts[at]},
            row.set_aside or (f'{said}under "{cell_text(texts[at])}"' if said or is_waiting else ""),
            is_alone=False,
            places={**row.places, "session": Place(row.ref.number, at, "" if at in added else texts[at])},
        )


# What was understood, and what is asked


def _ask_ticks(
    rows: Mapping[int, RosterRow],
    ticked: Mapping[int, Sequence[int]],
    texts: Mapping[int, str],
    places: Mapping[str, Completed],
    conventions: Mapping[str, str],
) -> Convention:
    """With the person as an example who has most ticks. The name of a file is offered, but never proposed."""
    number = max(ticked, key=lambda number: len(ticked[number]))
    wanted = [f'"{texts[at]}"' for at in ticked[number]]
    more = f" and {len(wanted) - _TOLD} more" if len(wanted) > _TOLD else ""
    asks = [
        f"Is each tick in {_columns(texts)} a booking? The headings there seem to name sessions.",
    ]
    if wanted:
        asks.append(f"So {_name(rows[number])} (row {number}) would be booked on {', '.join(wanted[:_TOLD])}{more}.")
    no = Answer("no", "No: these columns are something else, and are not used")
    if not places:
        answers = (Answer("yes", "Yes: book each person on every session that is ticked"), no)
        return Convention("ticks", tuple(asks), answers, likely="yes", is_needed=True)
    completing = [
        Answer(
            where,
            f'{"Of" if where == FILE else "Yes, of"} "{one.said.text}" ({place_text(where, one.said)})',
            agreed_beside(one.texts.values(), conventions),
        )
        for where, one in places.items()
    ]
    alone = Answer(HEADINGS, "The headings alone name the session")
    asks.append("Some headings name no service: does it stand elsewhere?")
    where = next(iter(places))
    likely = "" if where == FILE else where
    return Convention("ticks", tuple(asks), (*completing, alone, no), likely=likely, is_needed=True)


def _ask_words(new: Sequence[str], agreed: Mapping[str, bool]) -> Convention:
    told = " and ".join(f'"{word}"' for word in new)
    asks = (f"Among the ticks stands {told}. Is a person booked who has that there?",)
    choices: dict[str, Iterable[str]] = {"No, nobody" if len(new) == 1 else "Nobody with any of these": ()}
    if len(new) > 1:
        choices |= {f'Only those with "{word}"': (word,) for word in new}
    choices["Yes, like a tick" if len(new) == 1 else "Everybody with one of these"] = new
    answers = tuple(
        Answer(_kept({**agreed, **{word: word in chosen for word in new}}), words) for words, chosen in choices.items()
    )
    return Convention("tick_words", asks, answers, is_needed=True)


def _kept(words: Mapping[str, bool]) -> str:
    return pairs_text({word: "yes" if is_tick else "no" for word, is_tick in words.items()})


def _read_as(
    rows: Iterable[RosterRow],
    ticked: Mapping[int, Sequence[int]],
    in_rows: Mapping[int, Mapping[int, str]],
    texts: Mapping[int, str],
) -> Iterator[str]:
    count = sum(row.set_aside != NOT_TICKED for row in rows) - sum(map(len, in_rows.values()))
    sessions = f"{len(texts)} sessions" if len(texts) > 1 else "1 session"
    yield f"Each tick is a booking: {count:,} booking{'s' if count != 1 else ''}, {sessions} ({_columns(texts)})."
    if without := [number for number, of_person in ticked.items() if not of_person and number not in in_rows]:
        yield f"No session is ticked in {row_numbers(without).lower()}: nobody is booked there."


def _completed_by(where: str, places: Mapping[str, Completed]) -> Iterator[str]:
    if where:
        said, texts = places[where]
        yield f'"{said.text}" ({place_text(where, said)}) completes the headings of {_columns(texts)}.'


def _not_counted(marks: Mapping[int, _Marks], words: Iterable[str]) -> Iterator[str]:
    for word in sorted(words):
        numbers = sorted({number for one in marks.values() for number, mark in one.items() if mark == word})
        if numbers and word not in NO_MARKS:
            yield f'"{word}" is not counted as a tick ({row_numbers(numbers).lower()}).'


def _columns(texts: Mapping[int, str]) -> str:
    letters = [column_letters(at) for at in texts]
    return f"columns {letters[0]} to {letters[-1]}" if len(letters) > 1 else f"column {letters[0]}"
