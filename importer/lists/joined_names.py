"""Pure: whether a cell names several people: "Tom & Ella Brown", "Tom Brown and Ella Smith". "Brown, Tom" is one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from importer.lists.findings import Finding, cell_text
from importer.model import Cell

_WORDS = ("and", "und", "et")
_SIGNS = ("&", "+", ";", "\n", *(f" {word} " for word in _WORDS))
_BY_WORD = rf"\s*[&+]\s*|\s+(?:{'|'.join(_WORDS)})\s+"
_OUT_OF_BRACKETS = str.maketrans("()[]", "    ")
_BY_LINE = re.compile(r"\s*[;\n]\s*")
_JOINED = re.compile(rf"[&+;\n]|\s(?:{'|'.join(_WORDS)})\s", re.IGNORECASE)
_MEMBER = re.compile(rf"{_BY_LINE.pattern}|{_BY_WORD}|\s*,\s*", re.IGNORECASE)


def may_be_joined(cells: Sequence[Cell]) -> bool:
    """Whether any of so many cells may name several people: one look at all of them is quick."""
    text = "\0".join([cell for cell in cells if isinstance(cell, str)]).lower()
    return any(sign in text for sign in _SIGNS)


def names_several(cell: Cell) -> bool:
    """Whether a cell joins names, be it in a way that can be split or not."""
    if not isinstance(cell, str) or cell.isalnum():  # most names are one word
        return False
    return _JOINED.search(cell.strip().translate(_OUT_OF_BRACKETS)) is not None


def several_people(cell: Cell) -> Finding:
    """Nobody is booked by such a cell: two people are never one."""
    sentence = f'"{cell_text(cell)}" seems to name several people. Give each person a row of their own.'
    return Finding("several_people", sentence)


def joined_lines(cell: str) -> list[str]:
    """What stands on lines of its own, or between semicolons; a name there may be written "Brown, Tom"."""
    return [part for part in map(str.strip, _BY_LINE.split(cell.strip())) if part]


def joined_parts(cell: str) -> list[str]:
    """All pieces of a cell that joins names. Commas are between names there, too."""
    return [part for part in map(str.strip, _MEMBER.split(cell.strip())) if part]
