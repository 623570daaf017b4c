"""Pure: what says that people may not come: columns that are not used, such as "Attending?", "Status", "Cancelled", a
note; and lines alone above them, such as "Staff" and "Left the school"."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain
from typing import NamedTuple

from importer.lists.cells import column_letters
from importer.lists.findings import cell_text, clean
from importer.lists.session_titles import says_session
from importer.lists.shapes.layout import Layout, People
from importer.lists.shapes.lone_titles import lone_titles
from importer.lists.shapes.ticks import NO_MARKS, YES_MARKS, mark_of
from importer.lists.title_words import is_of_group, is_waiting, says_not_coming
from importer.lists.values import cell_of
from importer.model import LEFT_OUT_AS_AGREED, row_numbers, rows_with_reasons
from importer.model.conventions import Answer, Convention, pairs_of, pairs_text

_BOOK, _LEAVE_OUT = "book", "leave out"
_BLANK = "nothing"
_LONGEST = 80

_OF_COMING = re.compile(
    r"\b(?:attending|coming|comes|rsvp|(?:will|can|able to) (?:\w+ )?(?:attend|come|join)|participating|confirmed|"
    r"accept(?:ed|s)?|booked|status|response|kommt|teilnahme|zusage|participe|présent|aanwezig|komt|obecność)\b",
    re.IGNORECASE,
)
"""Under such a heading "no" is said of the person; elsewhere, as under "Photo consent", it is not."""
_OF_BEING_THERE = re.compile(
    r"\b(?:present|attends?|active|enrolled|joining|anwesend|dabei|nimmt teil|présente?s?|presente|obecn[ay]|asiste)\b",
    re.IGNORECASE,
)
"""The same, but nothing under it says nothing: who was there so far may stand there."""
_OF_LEAVING = re.compile(
    r"(?:date |has |have |is )?(?:left|removed|deleted|leavers?|leaving|ausgetreten|austritt)(?: (?:on|date))?\W*",
    re.IGNORECASE,
)
"""Whatever stands under such a heading but a no, be it a day or a tick, says that somebody has gone."""
_OF_NOTES = re.compile(
    r"^(?:removed?|deleted?|n/?c|cxl|refunded|deceased|has left)$|^(?:removed|deleted)\b|"
    r"\b(?:cancel|cxl|please (?:remove|delete|take off)|has died|deceased|passed away|no(?:t| longer) interested|"
    r"(?:gone|moved|switched) to (?:another|a different)|booked (?:twice|already)|already booked|"
    r"(?:moved?|swap(?:ped)?|transfer(?:red)?|switch(?:ed)?) (?:\w+ )?to|"
    r"(?:can ?not|(?:can|wo)['’]?t|unable to|not able to) (?:make it|come|attend)|"
    r"left (?:the |our )?(?:school|club|course|class|group|company)|"
    r"kommt nicht|kann nicht (?:kommen|teilnehmen)|bitte (?:streichen|löschen|entfernen)|"
    r"ne (?:vient|viendra) (?:pas|plus)|komt niet|kan niet komen|nie przyjdzie)\b",
    re.IGNORECASE,
)
"""What says so in a heading or a note alone: beside names it is not looked for."""
_CROSSES = frozenset("✗ ✘ ❌ ❎".split())  # noqa: SIM905 - to be read as marks
"""They say no of who is coming; among ticks some people tick with them."""


class _Said(NamedTuple):
    heading: str
    word: str

    @property
    def key(self) -> str:
        """As it is kept."""
        return f"{self.heading}: {self.word}".replace(";", ",")

    def __str__(self) -> str:
        word = self.word if self.word == _BLANK else f'"{self.word}"'
        return f'{word} under "{self.heading}"'

    @property
    def aside(self) -> str:
        """Where such a row stands."""
        return f"in a row with {self}"

    @property
    def there(self) -> str:
        """As it is asked about."""
        return f"there is {self}"


class _Title(NamedTuple):
    """The line alone that people stand under."""

    text: str

    @property
    def key(self) -> str:
        """As it is kept."""
        return self.text.replace(";", ",")

    def __str__(self) -> str:
        return f'under "{cell_text(self.text)}"'

    @property
    def aside(self) -> str:
        return str(self)

    @property
    def there(self) -> str:
        return f"they stand {self}"


def read_coming(layout: Layout, people: People) -> People:
    """Who may not come, as a word in their row says, waits for a decision, until it was agreed on what it means."""
    found: dict[int, list[_Said | _Title]] = {}
    told: Iterator[tuple[int, _Said | _Title]] = chain(_found(layout, people), _under_titles(layout, people))
    for number, said in told:
        found.setdefault(number, []).append(said)
    if not found:
        return people
    kept = pairs_of(layout.conventions.get("row_words", ""))
    agreed = {key.casefold(): meaning for key, meaning in kept.items() if meaning in (_BOOK, _LEAVE_OUT)}
    rows, new, left = [], dict[int, _Said | _Title](), dict[int, str]()
    for row in people.rows:
        some = [] if row.set_aside else found.get(row.ref.number, [])
        meanings = {one: agreed.get(one.key.casefold()) for one in some}
        left_out = next((one for one, meaning in meanings.items() if meaning == _LEAVE_OUT), None)
        open_ = next((one for one, meaning in meanings.items() if meaning is None), None)
        if left_out:
            left[row.ref.number] = str(left_out)
            rows.append(replace(row, set_aside=LEFT_OUT_AS_AGREED))
        elif open_:
            if "import_decision" not in row.cells:
                new[row.ref.number] = open_
            rows.append(replace(row, set_aside=open_.aside))
        else:
            rows.append(row)
    rows_told = rows_with_reasons(left)
    read_as = (f"{rows_told[:1].upper()}{rows_told[1:]}: left out, as agreed.",) if left else ()
    return replace(
        people,
        rows=tuple(rows),
        open=(*people.open, _ask(new, kept)) if new else people.open,
        read_as=(*people.read_as, *read_as),
    )


def _found(layout: Layout, people: People) -> Iterator[tuple[int, _Said]]:
    """What says of the person in a row that they may not come, by column."""
    numbers = list(dict.fromkeys(row.ref.number for row in people.rows))
    used = {*layout.taken, *people.columns}
    for at, column in enumerate(layout.sheet.columns, start=1):
        if at in used or not numbers:
            continue
        typed = cell_of(column[layout.heading_row - 1])
        heading = f"column {column_letters(at)}" if typed is None else clean(cell_text(typed))
        cells = {number: cell for number in numbers if (cell := cell_of(column[number - 1])) is not None}
        marks = {number: mark_of(cell) for number, cell in cells.items()}
        kinds = {mark: _says_no(heading, mark) for mark in {*marks.values()} if len(mark) <= _LONGEST}
        yield from (
            (number, _Said(heading, clean(cell_text(cells[number]))))
            for number, mark in marks.items()
            if kinds.get(mark)
        )
        if _OF_COMING.search(heading) and cells and YES_MARKS.issuperset(kinds):
            yield from ((number, _Said(heading, _BLANK)) for number in numbers if number not in cells)


def _under_titles(layout: Layout, people: People) -> Iterator[tuple[int, _Title]]:
    """Who stands under a line alone that nobody understands. Lists with ticks, and with a session in each title, say
    themselves who is meant by their lines."""
    titles = {} if people.columns or any("session" in row.places for row in people.rows) else _titles(layout, people)
    starts = sorted(titles)
    for row in people.rows if titles else ():
        number = row.ref.number
        before = starts[at - 1] if (at := bisect_left(starts, number)) else 0
        if number not in titles and before and (text := titles[before]):
            yield number, _Title(text)


def _titles(layout: Layout, people: People) -> dict[int, str]:
    """The lines alone that may be titles, as "" those that say nothing of who comes. Where most lines have a blank one
    above, such a line says nothing."""
    lines = {*people.skipped, *(row.ref.number for row in people.rows)}
    titles = {number: said.text for number, said in lone_titles(layout, people)}
    if 2 * sum(number - 1 not in lines for number in lines) > len(lines):
        return {}
    return {number: "" if _is_harmless(text) else text for number, text in titles.items()}


def _is_harmless(title: str) -> bool:
    return (is_of_group(title) or says_session(title)) and not _OF_NOTES.search(title)


def _says_no(heading: str, mark: str) -> bool:
    if mark in NO_MARKS | _CROSSES:
        return any(one.search(heading) for one in (_OF_COMING, _OF_BEING_THERE))
    if _OF_LEAVING.fullmatch(heading):
        return True
    if is_waiting(heading.rstrip(" ?:")) or is_waiting(mark):
        return True
    return any(says_not_coming(text) or _OF_NOTES.search(text) for text in (heading, mark))


def _ask(new: Mapping[int, _Said | _Title], kept: Mapping[str, str]) -> Convention:
    words = [*dict.fromkeys(new.values())]
    if len(words) == 1:
        whom = "Are these people booked?" if len(new) > 1 else "Is this person booked?"
        asks = f"{row_numbers(new)}: {words[0].there}. {whom}"
    else:
        told = rows_with_reasons({number: str(one) for number, one in new.items()})
        asks = f"Some rows say that people may not come: {told}. Are they booked?"
    meanings = ((_LEAVE_OUT, "No: leave out whoever has that"), (_BOOK, "Yes: book them like the others"))
    answers = tuple(Answer(pairs_text({**kept, **{one.key: said for one in words}}), text) for said, text in meanings)
    return Convention("row_words", (asks,), answers)
