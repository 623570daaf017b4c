"""Pure: the people of a cell that names several, where there is one way to tell who they are."""

from __future__ import annotations

from typing import NamedTuple

from importer.lists.findings import clean
from importer.lists.joined_names import joined_lines, joined_parts, names_several
from importer.lists.name_words import FIRST_LAST
from importer.lists.names import split_full_name
from importer.lists.titles import is_title
from importer.model import Cell, Severity
from importer.people.bare_names import is_title_alone


class Name(NamedTuple):
    first: str
    last: str

    def __str__(self) -> str:
        return f"{self.first} {self.last}"


def split_full_names(cell: Cell) -> tuple[Name, ...]:
    """The people of a cell that holds whole names; none where it is one, or not plain who they are.

    The last name that only the last of them has is that of all. "Brown, Tom and Ella" is not plain.
    """
    if not isinstance(cell, str) or not names_several(cell):
        return ()
    lines = joined_lines(cell)
    if len(lines) > 1 and all(line.count(",") == 1 and not names_several(line) for line in lines):
        return _all_of([_plain_name(line) for line in lines])
    parts = joined_parts(cell)
    names = [_plain_name(part) for part in parts]
    if parts and names[-1] and not any(names[:-1]) and all(map(_is_first_name, parts[:-1])):
        return (*(Name(part, names[-1].last) for part in parts[:-1]), names[-1])
    return _all_of(names)


def split_first_names(first: Cell, last: Cell) -> tuple[Name, ...]:
    """The people of a cell with first names beside one last name; none where it is one, or not plain who they are."""
    surname = clean(last) if isinstance(last, str) else ""
    if not isinstance(first, str) or not names_several(first) or not surname or names_several(last):
        return ()
    parts = joined_parts(first)
    return tuple(Name(part, surname) for part in parts) if len(parts) > 1 and all(map(_is_first_name, parts)) else ()


def _all_of(names: list[Name | None]) -> tuple[Name, ...]:
    told = tuple(name for name in names if name)
    return told if len(told) == len(names) > 1 else ()


def _plain_name(part: str) -> Name | None:
    (first, last), finding = split_full_name(part, FIRST_LAST)
    is_plain = first and last and not (finding and finding.severity is Severity.PROBLEM) and not is_title(part)
    return Name(first, last) if is_plain else None


def _is_first_name(part: str) -> bool:
    """Whether a part is a first name that goes without its last name."""
    return (
        part[0].isupper()
        and not is_title_alone(part)
        and part.replace("-", "").replace("'", "").isalpha()
        and not is_title(part)
    )
