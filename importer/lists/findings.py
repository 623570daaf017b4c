"""Pure: what a rule has to say of a cell, how it quotes the cell, and the cell without what can't be seen in it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from functools import lru_cache
from typing import NamedTuple, TypeVar

from importer.lists.cells import column_letters
from importer.model import Cell, Place, Problem, RowRef, Severity, Unreadable

T = TypeVar("T")

AS_TEXT = "Format the column as text and type it again."

SCIENTIFIC = re.compile(r"\d+(?:[.,]\d+)?E[+-]?\d+", re.ASCII | re.IGNORECASE)
LOST_FORMAT = re.compile(r"(\d{1,15})\.0+", re.ASCII)
"""Texts that were numbers once: 7.12E+08 has lost digits, 712345678.0 may have lost zeros in front."""

EXACT_DIGITS = 15
"""A workbook keeps no more of a number."""

MIXED = "mixed"
"""The order of a column whose cells are in both orders: neither they nor an option tell anything for the rest."""

_LONGEST = 60
_JOINERS = " \u200c\u200d"
"""Persian and the scripts of India need the two inside a word; at its ends they are dirt."""

_NO_CHARACTERS = "\ufffe\uffff"
"""Nothing that is written can hold them."""

_FULL_WIDTH = {0xFF01 + at: 0x21 + at for at in range(94)}
_ERROR = re.compile(r"#(?:N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|SPILL!|CALC!|FIELD!|GETTING_DATA)", re.IGNORECASE)
_WRONG_ENCODINGS = ("cp1252", "latin-1", "mac_roman")


class Finding(NamedTuple):
    """What a rule has to say of a cell. ``field`` is given where a rule reads more than one."""

    rule: str
    sentence: str
    severity: Severity = Severity.PROBLEM
    field: str = ""


def problem_of(
    finding: Finding, row: RowRef, headings: Mapping[str, str], places: Mapping[str, Place], *fields: str
) -> Problem:
    """What is told of a row, under the heading of the cell that it is about, or with where that stands.

    ``headings`` are those of the row's sheet, ``places`` those of its cells that stand elsewhere. ``fields`` are tried
    in place of the finding's own, where a list may have any of several columns.
    """
    at = next((field for field in fields or (finding.field,) if field in places or field in headings), "")
    place, sentence = places.get(at), finding.sentence
    heading = place.heading if place else headings.get(at, "")
    if place and not heading and place.row not in (0, row.number):
        sentence = f"In cell {column_letters(place.column)}{place.row}: {sentence}"
    return Problem(row, finding.rule, sentence, at, heading, finding.severity)


def cell_text(cell: Cell) -> str:
    """A cell as a sentence quotes it: as ``whole_text``, but long text is cut short."""
    text = whole_text(cell)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def whole_text(cell: Cell) -> str:
    """All that a cell says, on one line, as it is read: dates as we write them."""
    if isinstance(cell, datetime):
        return f"{cell.day} {cell:%b %Y %H:%M}" if cell.time() != time() else whole_text(cell.date())
    if isinstance(cell, date):
        return f"{cell.day} {cell:%b %Y}"
    if isinstance(cell, time):
        return f"{cell:%H:%M}"
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, Unreadable):
        return whole_text(cell.text)
    return " ".join(str(cell).split())


def kind(cell: Cell) -> str:
    """``a number``: what a cell is that holds no text."""
    if isinstance(cell, bool):
        return "a yes or no"
    if isinstance(cell, date):
        return "a date"
    return "a time" if isinstance(cell, time) else "a number"


def zeros_gone(cell: Cell) -> Finding:
    """What there is to say of a number where digits were meant."""
    sentence = f"The cell holds a number, {cell_text(cell)}: zeros in front may be gone. Format the column as text."
    return Finding("number_cell", sentence, Severity.WARNING)


def clean(text: str) -> str:
    """A text without what can't be seen in it: blanks at its ends, doubled or odd blanks, control characters.

    Accents are composed, and letters and digits of full width are the usual ones.
    """
    if not (text.isascii() and text.isprintable()):
        text = "".join(map(_visible, unicodedata.normalize("NFC", text).translate(_FULL_WIDTH))).strip(_JOINERS)
    return " ".join(text.split())


def clean_cell(cell: Cell) -> Cell:
    """A cell without what can't be seen in it, ``None`` if nothing is left; as it was, if it is ``unusable``."""
    return clean(cell) or None if isinstance(cell, str) and not unusable(cell) else cell


def read_cell(rule: Callable[[Cell], tuple[T, Finding | None]], cell: Cell) -> tuple[T | None, Finding | None]:
    """What a rule makes of a cell of the roster; ``None`` if nothing is in it that the rule could be given."""
    if cell is None:
        return None, None
    if finding := unusable(cell):
        return None, finding
    cleaned = clean(cell) if isinstance(cell, str) else cell
    return (None, None) if cleaned == "" else rule(cleaned)


def unusable(cell: Cell) -> Finding | None:
    """Why a cell holds nothing that could be read, whatever its column: an error, a formula without its value, letters
    that were read in the wrong encoding. It is given the cell before it was cleaned."""
    if isinstance(cell, str):
        if cell.isascii():
            return _error(cell) if cell[:1] == "#" and _ERROR.fullmatch(cell.strip()) else None
        if _is_garbled(cell):
            sentence = f"{cell_text(cell)} is garbled. Write it again, or save the file as UTF-8."
            return Finding("garbled", sentence)
    elif isinstance(cell, Unreadable):
        if not cell.text.startswith("="):
            return _error(cell)
        sentence = (
            f"{cell_text(cell)} is a formula whose value is not in the file. Open it in Excel, save it, send that."
        )
        return Finding("formula_without_value", sentence)
    return None


def _visible(char: str) -> str:
    match unicodedata.category(char):
        case "Cc" | "Cs":
            return " "
        case "Cf":
            return char if char in _JOINERS else ""
        case _:
            return " " if char in _NO_CHARACTERS else char


def _error(cell: Cell) -> Finding:
    return Finding("error_cell", f"{cell_text(cell)} is an error, not a value. Correct the formula or type the value.")


@lru_cache(maxsize=2**14)
def _is_garbled(text: str) -> bool:
    return "\ufffd" in text or any(_reads_as_utf8(text, encoding) for encoding in _WRONG_ENCODINGS)


def _reads_as_utf8(text: str, encoding: str) -> bool:
    """ZoÃ« is UTF-8 that was read as if it were ``encoding``."""
    try:
        return bool(text.encode(encoding).decode("utf-8"))
    except UnicodeError:
        return False
