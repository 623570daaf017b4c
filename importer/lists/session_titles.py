"""Pure: what the titles of a list, its tab and the name of its file say of a session: ``Pottery – Sat 16 March, 10am``.

A title may say it in several lines, with words in front ("Date:"), and beside much else: a school, a teacher, when it
was printed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import PurePath
from typing import NamedTuple

from importer.lists.findings import Finding, clean, whole_text
from importer.lists.session_words import LONGEST, may_be_the_sun, read_session_words
from importer.lists.titles import is_title
from importer.model import Cell, Place, SessionWords
from importer.model.roster_names import COPY, senders_stem

PLACES = TITLE, TAB, FILE = "title", "tab", "file"
"""Where a session may stand outside of the rows."""

_LABEL = re.compile(
    r"(?:session|class|course|club|group|event|activity|service|workshop|title|subject|date|day|time|times|when|start|starts|"
    r"date and time|date & time|room|venue|location|where|kurs|gruppe|termin|datum|uhrzeit|cours|atelier|"
    r"séance|horaire|zajęcia|data|godzina|termin)",
    re.IGNORECASE,
)
_IN_FRONT = re.compile(rf"^{_LABEL.pattern}\s*:\s*", re.IGNORECASE)
_OF_OTHER_THINGS = re.compile(
    r"\b(?:(?:print(?:ed|out)?|export(?:ed)?|generated|created|updated|modified|revised|downloaded|issued)\s*(?:on|at|by|:|\d)|"
    r"(?:print|export|report|run|issue)(?: run)?(?: date| on|:| \d)|report run|as (?:of|at)|deadline|closing|closes|"
    r"return(?:ed)? by|reply by|page \d|dob|birth|total|stand(?:\s*:|\s+vom| \d)|erstellt|gedruckt|"
    r"druckdatum|seite|summe|imprimé|édité|wydrukowano|stan na|strona|afgedrukt|pagina)",
    re.IGNORECASE,
)
"""A day beside one of these is not that of a session."""

_VERSION = re.compile(
    r"[\s(\[–-]+(?:updated?|final|latest|draft|new|neu|v(?:ersion)?[ .]?\d+(?:\.\d+)?)[\s)\]]*$|"
    r"^(?:copy of|kopie von)\s+",
    re.IGNORECASE,
)
"""Of a list, not of its session: ``FINAL v3``, ``(updated)``, ``Copy of``."""

_SAYS_NO_NAME = re.compile(r"(?:sheet|tabelle|feuil|feuille|arkusz|blad|hoja|foglio|table)\s*\d*", re.IGNORECASE)
_STAMP = re.compile(r"(?<!\d)\d{8}(?:[-_. tT]{1,3}\d{4,6})?(?!\d)")
_DAY_IN_DIGITS = re.compile(r"(?<!\d)(?:\d{4}[-.]\d{1,2}[-.]\d{1,2}|\d{1,2}[-.]\d{1,2}[-.]\d{4})(?!\d)")
_MOST_CELLS = 4


class Said(NamedTuple):
    """A session in words, and where they stand: in row 0 what is outside of the sheet."""

    text: str
    place: Place


class Line(NamedTuple):
    """The cells of a line of a sheet that are not blank, with their columns."""

    row: int
    cells: Sequence[tuple[int, Cell]]


def said_outside(lines: Sequence[Line], tab: str, file: str) -> dict[str, tuple[str, ...]]:
    """What the titles of a sheet, its tab and the name of its file say that may be of a session or a service."""
    top, tab_said, names = session_of_title(lines), session_of_tab(tab), texts_without_day(lines)
    said = {
        TITLE: (*([top.text] if top else []), *names),
        TAB: (tab_said.text if tab_said and not _OF_OTHER_THINGS.search(tab) else name_in_tab(tab),),
        FILE: (name_in_file(file),),
    }
    told = {where: tuple(text for text in some if text and len(text) <= LONGEST) for where, some in said.items()}
    return {where: some for where, some in told.items() if some}


def session_of_title(lines: Iterable[Line]) -> Said | None:
    """What the lines above the headings say, if they name a day or a time."""
    told = [(line, text) for line in lines if (text := _text(line)) and not _OF_OTHER_THINGS.search(text)]
    when = [(line, text) for line, text in told if says_session(text)]
    for chosen in (told, when, [one for one in when if _clock_of(one[1])], when[:1]):
        text = ", ".join(text for _, text in chosen)
        if chosen and len(text) <= LONGEST and says_session(text) and (chosen is not told or not _names(when)):
            line = next((line for line, text in chosen if says_session(text)), chosen[0][0])
            return Said(text, Place(line.row, line.cells[0][0]))
    return None


def session_of_line(line: Line) -> Said | None:
    """What a title between people says, if it is one: a day or a time. ``Sunday Okafor`` is a person."""
    if len(line.cells) > _MOST_CELLS:
        return None
    text = _text(line)
    words = read_session_words(text) if text and len(text) <= LONGEST and not _OF_OTHER_THINGS.search(text) else None
    if not isinstance(words, SessionWords):
        return None
    is_weekday = words.weekday is not None and (not words.names or is_title(text))
    return Said(text, Place(line.row, line.cells[0][0])) if words.day or words.clock or is_weekday else None


def title_of_tab(title: str) -> str:
    """What a tab says, without which version it is."""
    return _without_version(clean(title.replace("_", " ")))


def title_of_file(name: str) -> str:
    """The same of the name of a file, without what we or a program have added to it."""
    return _without_additions(senders_stem(PurePath(name)))


def session_of_tab(title: str) -> Said | None:
    text = title_of_tab(title)
    return Said(text, Place(0, 0)) if text and says_session(text) else None


def session_of_file(name: str) -> Said | None:
    """A day in digits alone does not count: it may be that on which the file was saved."""
    text = title_of_file(name)
    words = read_session_words(text) if len(text) <= LONGEST else None
    if not isinstance(words, SessionWords) or not words.names or _OF_OTHER_THINGS.search(text):
        return None
    is_told = words.clock or words.weekday is not None or says_session(_DAY_IN_DIGITS.sub("", text))
    return Said(text, Place(0, 0)) if is_told else None


def with_names(said: Said, others: Iterable[str]) -> Said:
    """With the names that stand elsewhere, where the words themselves have none: ``Saturday 2 March, 10am``."""
    if _names([(None, said.text)]):
        return said
    named = [text for text in others if text and not _SAYS_NO_NAME.fullmatch(text) and not says_session(text)]
    text = ", ".join([*named, said.text])
    return Said(text, said.place) if named and len(text) <= LONGEST and says_session(text) else said


def texts_without_day(lines: Iterable[Line]) -> list[str]:
    """What titles say beside days and times: names, perhaps."""
    texts = [_text(line) for line in lines]
    return [text for text in texts if text and not _OF_OTHER_THINGS.search(text) and not says_session(text)]


def said_by(lines: Iterable[Line]) -> Iterator[tuple[str, Place]]:
    """What each title says that may name a service, beside or without a day: not "Spring term" alone."""
    for line in lines:
        text = _text(line)
        if text and not _OF_OTHER_THINGS.search(text) and (says_session(text) or not is_title(text)):
            yield text, Place(line.row, line.cells[0][0])


def name_in_tab(title: str) -> str:
    """What a tab is called, where that may name a service: not "Sheet1", "Register" or a day alone."""
    return _name_in(_without_additions(title))


def name_in_file(name: str) -> str:
    """The same of a file."""
    return _name_in(title_of_file(name))


def _name_in(text: str) -> str:
    is_nothing = _SAYS_NO_NAME.fullmatch(text) or is_title(text) or _OF_OTHER_THINGS.search(text)
    return text if text and not is_nothing and _names([(None, text)]) else ""


def differ(one: Said, other: Said) -> bool:
    """Whether two texts tell of different times."""
    read = [read_session_words(said.text) for said in (one, other)]
    a, b = (words if isinstance(words, SessionWords) else SessionWords("") for words in read)
    both = ((a.day, b.day), (a.month, b.month), (a.weekday, b.weekday), (a.clock, b.clock))
    return any(left != right for left, right in both if left is not None and right is not None)


@lru_cache(maxsize=2**10)
def says_session(text: str) -> bool:
    """Whether a text says a day or a time that can be read, perhaps but for the order of day and month."""
    words = read_session_words(text) if len(text) <= LONGEST else None
    if isinstance(words, Finding):
        return words.rule in ("date_order", "two_digit_year")
    return words is not None and words.says_when and not may_be_the_sun(words)


def _text(line: Line) -> str:
    """``Date: | 16 Mar 2030`` and ``Date | 16 Mar 2030`` are their day."""
    texts = [clean(whole_text(cell)) for _, cell in line.cells]
    if len(texts) > 1 and _LABEL.fullmatch(texts[0].rstrip(" :")):
        texts = texts[1:]
    return _without_version(" ".join(_IN_FRONT.sub("", text) for text in texts if text))


def _without_additions(name: str) -> str:
    return title_of_tab(_STAMP.sub("", COPY.sub("", name)))


def _without_version(text: str) -> str:
    while (bare := _VERSION.sub("", text)) != text:
        text = bare
    return text


def _names(told: Iterable[tuple[object, str]]) -> bool:
    words = (read_session_words(text) for _, text in told)
    return any(isinstance(one, SessionWords) and one.names for one in words)


def _clock_of(text: str) -> bool:
    words = read_session_words(text)
    return isinstance(words, SessionWords) and words.clock is not None
