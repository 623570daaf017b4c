"""Pure: what is written around people: headings again, page numbers, totals, legends, the words of an e-mail.

What certainly names nobody is skipped, and told with its words; what may be a person stays a row, which asks
(``titles``). Who stands under "Waiting list", be it the name of the sheet, or under the end of an e-mail, waits for a
decision.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from importer.lists.findings import cell_text, clean, whole_text
from importer.lists.names import NAMES
from importer.lists.session_titles import Line, says_session, title_of_file, title_of_tab
from importer.lists.shapes.layout import Layout, People
from importer.lists.title_words import is_waiting, says_not_coming, waits
from importer.lists.titles import is_title
from importer.model import RosterRow
from importer.model.columns import IMPORT_FIELDS, heading_key
from importer.people.evidence import fold

_MOST_CELLS = 3
_MOST_WORDS, _WORDS_OF_SENTENCE = 8, 5
_HEADINGS_AGAIN = "the headings again"

_NOBODY = re.compile(
    "|".join(
        (
            # page numbers
            r"[-–\s]*(?:(?:page|seite|pagina|página|strona|sida)\s*)?\d+\s*(?:of|von|de|di|van|z|av|/)\s*\d+[-–\s]*",
            r"(?:page|seite|pagina|página|strona|sida)\s*:?\s*\d+",
            # totals
            r"(?:(?:grand |sub-? ?)?totals?|summe|gesamt|anzahl|totaal|totale|razem|suma|number|no\. of)\b"
            r"[^\d:=]{0,40}[:=]?\s*\d+(?:\s+\w+){0,2}",
            r"(?:(?:grand |sub-? ?)?totals?|summe|gesamt|totaal|razem)\s*:?",
            r"\d+ (?:people|participants|children|pupils|students|attendees|teilnehmer(?:innen)?|personen|kinder|osób)"
            r"(?: in total)?",
            # legends
            r"\S{1,3}\s*=\s*\S.*|(?:key|legend|legende|légende|legenda)\s*:.*",
            # what an e-mail begins with
            r"(?:dear|hi|hello|hallo|liebe[rs]?|bonjour|good (?:morning|afternoon))\b.*[,:!]",
            r"(?:dear|hi|hello|hallo|liebe) (?:all|everyone|team|both|there|colleagues|sir|madam|alle|zusammen)\b.*",
            r"(?:please|here (?:is|are)|see (?:below|attached)|below (?:is|are)|(?:sent )?from my|von meinem)\b.*",
            r"on .+ wrote:?",
            r"(?:from|to|sent|subject|cc|fwd?|re|von|an|betreff)\s*:.*",
        )
    ),
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"(?:(?:many |with )?thanks|thank you|(?:kind|best|warm|warmest) (?:regards|wishes)|"
    r"yours (?:sincerely|faithfully|truly)|mit freundlichen grüßen|"
    r"(?:viele|liebe|beste) grüße|cordialement|met vriendelijke groet)\b.*|"
    r"(?:regards|cheers|best|merci|danke|dank u|dziękuję|pozdrawiam),?",
    re.IGNORECASE,
)


def read_around(layout: Layout, people: People) -> People:
    """The people without the lines that are none. Looked at are lines with one text and hardly anything else."""
    said = {line.row: _text_of_line(line) for line in layout.lines(people.skipped)}
    texts = {row.ref.number: text for row in people.rows if len(row.cells) <= _MOST_CELLS and (text := _text(row))}
    again = _headings_again(layout, people)
    above = {line.row: _text_of_line(line) for line in layout.above}
    skipped = dict.fromkeys(again, _HEADINGS_AGAIN) | {
        number: f'"{cell_text(text)}"' for number, text in texts.items() if is_nobody(text) or text in above.values()
    }
    rows = [row for row in people.rows if row.ref.number not in skipped]
    notes = {at: text for at, text in (said | texts).items() if is_nobody(text) and says_not_coming(text)}
    named = {at: _named(text, rows) for at, text in notes.items()}
    lines = {at: text for at, text in above.items() if _puts_aside(text)} | said | texts
    sections = _sections({at: text for at, text in lines.items() if not named.get(at)})
    outside = _outside(layout)
    if not skipped and not sections and not outside and not any(named.values()):
        return people
    for at, numbers in named.items():
        told = f'in the note in row {at}: "{cell_text(notes[at])}"'
        rows = [replace(row, set_aside=row.set_aside or told) if row.ref.number in numbers else row for row in rows]
    all_skipped = dict(sorted({**people.skipped, **skipped}.items()))
    return replace(people, rows=tuple(_put_aside(rows, sections, outside)), skipped=all_skipped)


def _text(row: RosterRow) -> str:
    """The one text of a row that holds nothing else but, perhaps, numbers."""
    if not row.is_alone:
        return ""
    texts = [cell for field, cell in row.cells.items() if field not in IMPORT_FIELDS]
    others = [one for one in texts if isinstance(one, str) and not one.strip().isdecimal()]
    return clean(others[0]) if len(others) == 1 and (len(texts) == 1 or is_nobody(clean(others[0]))) else ""


def _named(note: str, rows: Iterable[RosterRow]) -> frozenset[int]:
    """The rows of people whom a note names with all of their name."""
    words = set(map(fold, note.split()))
    names = ((row.ref.number, [cell for one in NAMES if isinstance(cell := row.cells.get(one), str)]) for row in rows)
    parts = {number: [fold(word) for cell in cells for word in cell.split()] for number, cells in names}
    return frozenset(number for number, name in parts.items() if len(name) > 1 and words.issuperset(name))


def _text_of_line(line: Line) -> str:
    return " ".join(clean(whole_text(cell)) for _, cell in line.cells)


def is_nobody(text: str) -> bool:
    """Whether a text that stands alone is certainly no name."""
    words = text.split()
    is_sentence = len(words) > _MOST_WORDS or (len(words) >= _WORDS_OF_SENTENCE and text[-1] in ".!?:")
    is_known = _NOBODY.fullmatch(text) or _CLOSING.fullmatch(text) or is_waiting(text)
    return bool(is_known) or (is_sentence and not says_session(text))


def _headings_again(layout: Layout, people: People) -> list[int]:
    """The rows that hold nothing but the headings of their columns."""
    written = {
        field: cell.strip().casefold()
        for field, at in layout.positions.items()
        if isinstance(cell := layout.sheet.columns[at - 1][layout.heading_row - 1], str)
    }
    headings = {field: heading_key(text) for field, text in written.items()}

    def is_again(row: RosterRow) -> bool:
        return all(
            isinstance(cell, str) and heading_key(cell) == headings.get(field) for field, cell in row.cells.items()
        )

    longest = 2 * max(map(len, written.values()), default=0)
    typed = {
        (field, cell)
        for field in headings.keys() & set(NAMES)
        for cell in {row.cells.get(field) for row in people.rows}
        if isinstance(cell, str) and len(cell) <= longest and cell.strip().casefold() == written[field]
    }
    return [
        row.ref.number
        for row in people.rows
        if typed and not typed.isdisjoint(row.cells.items()) and len(row.cells) > 1 and is_again(row)
    ]


def _sections(texts: Mapping[int, str]) -> dict[int, str]:
    """From which lines on people wait, as what they stand under; from which on they don't any more, as ""."""
    found: dict[int, str] = {}
    for number, text in sorted(texts.items()):
        if _CLOSING.fullmatch(text) or _puts_aside(text) or (is_nobody(text) and says_not_coming(text)):
            found[number] = f'under "{cell_text(text)}"'
        elif found and (is_title(text) or says_session(text)):
            found[number] = ""
    return found


def _puts_aside(text: str) -> bool:
    """``Waiting list``, ``Status: cancelled``; not what a report counts: ``Waiting list: 3``."""
    return is_waiting(text.rstrip(" :").rpartition(":")[2].strip()) or (says_session(text) and waits(text))


def _outside(layout: Layout) -> str:
    """On which sheet, or in which file, everybody waits."""
    if waits(title_of_tab(layout.title)):
        return f'on sheet "{cell_text(layout.title)}"'
    return f'in file "{cell_text(layout.file_name)}"' if waits(title_of_file(layout.file_name)) else ""


def _put_aside(rows: Iterable[RosterRow], sections: Mapping[int, str], outside: str) -> Iterator[RosterRow]:
    waiting = sorted(sections.items())
    for row in rows:
        under = next((text for number, text in reversed(waiting) if number < row.ref.number), "") or outside
        yield replace(row, set_aside=row.set_aside or under) if under else row
