"""Pure: a person's first and last name, from a cell each or from one cell for both.

Which of the names comes first in "Khan Leo" is decided by the whole column where something in it tells, else by who
sends it (``--name-order``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from importer.lists.cells import FORMULA_STARTS
from importer.lists.findings import AS_TEXT, Finding, cell_text, clean, kind, unusable
from importer.lists.joined_names import names_several, several_people
from importer.lists.name_words import WITH_COMMA, by_surname, is_no_first_name, is_particle, split_words
from importer.lists.titles import ask_about_brackets
from importer.model import PROVIDER, Cell, Severity
from importer.people.bare_names import (
    bare_name,
    in_brackets,
    is_degree_or_name,
    is_title_alone,
    without_brackets,
    without_degrees,
    without_title,
)
from importer.people.evidence import fold

NAMES = ("first_name", "last_name", "full_name")
"""A row with something in one of these columns is a person, or a problem."""

SURNAME_OPEN = "surname"
"""The rule of a name of which it is open which of its three words are the surname."""

LONGEST_NAME = 100

_NO_FIRST = "", Finding("no_first_name", f"The first name is missing. {PROVIDER} needs both names.")
_NO_LAST = "", Finding("no_last_name", f"The last name is missing. {PROVIDER} needs both names.")
_TWO_PEOPLE = Finding(
    "two_people",
    'This is not the person in "First name" and "Last name". A row books one person. '
    "Clear this cell, or give each person a row of their own.",
    field="full_name",
)
_HEADING_AGAIN = Finding("heading_again", "This is the heading again, not a person. Delete the row.")

_NOBODY = "", ""
_IN_PREFIX = re.compile(r"[^\W\d_A-Z]\S*|'[st]")
_NO_VALUE = frozenset({"NaN", "nan", "null", "NULL", "none", "undefined", "nil", "n/a", "N/A"})
"""What programs write where there is nothing. Nan, None and Null are names, and written so they are taken."""

_ONE_WORD = re.compile(r"[A-Za-z][A-Za-z0-9]{0,99}")
_NOT_IN_NAMES = re.compile(r"[<>|@\\{}=^~]|^[-+]")


def read_names(
    cells: Mapping[str, Cell], headings: Mapping[str, str], order: str | None, surname: str | None = None
) -> tuple[tuple[str, str], tuple[Finding, ...]]:
    """Both names of a row: of their own two columns, or of the full name where the row has nothing in these.

    ``order`` and ``surname`` are how full names are written (``conventions``). A full name beside both of the others is
    the same person, or a problem: a child's, say, beside its parent's.
    """
    first, last, full = map(cells.get, NAMES)
    again = (_HEADING_AGAIN,) if (first, last, full) == tuple(map(headings.get, NAMES)) else ()
    if first is None and last is None and full is not None:
        (first_name, last_name), finding = split_full_name(full, order, surname)
        last_name, beside = _with_prefix(cells.get("last_name_prefix"), last_name)
        told = (*again, finding._replace(field="full_name")) if finding else again
        return (first_name, last_name), (*told, *beside, *_of_brackets("full_name", full))
    first_name, no_first = _NO_FIRST if first is None else read_name(first)
    no_first = several_people(first) if not no_first and names_several(first) else no_first
    last_name, no_last = _NO_LAST if last is None else read_name(last)
    if not first_name.casefold().endswith(" of"):  # "Son of", "Dr. Okafor" is asked about as it stands
        first_name, last_name = bare_name(first_name), bare_name(last_name)
    last_name, beside = _with_prefix(cells.get("last_name_prefix"), last_name)
    beside += (*_of_brackets("first_name", first), *_of_brackets("last_name", last))
    if not (no_first or no_last or again):
        another = (_TWO_PEOPLE,) if _is_another(full, first_name, last_name) else ()
        return (first_name, last_name), (*another, *beside)
    told = (no_first and no_first._replace(field="first_name"), no_last and no_last._replace(field="last_name"))
    return (first_name, last_name), (*again, *filter(None, told), *beside)


def _with_prefix(prefix: Cell, last_name: str) -> tuple[str, tuple[Finding, ...]]:
    """A last name with the words that stand in a column of their own: ``van der``. A title there is no part of it."""
    if prefix is None or not last_name:
        return last_name, ()
    text, finding = read_name(prefix)
    if finding is None and not is_title_alone(text):
        if all(is_particle(word.lower()) or _IN_PREFIX.fullmatch(word) for word in text.split()):
            is_there = f"{last_name} ".casefold().startswith(f"{text} ".casefold())
            return last_name if is_there else f"{text} {last_name}", ()
        sentence = f'"{cell_text(text)}" does not look like a part of the last name, and is left out.'
        finding = Finding("prefix_odd", sentence, Severity.WARNING)
    return last_name, (finding._replace(field="last_name_prefix"),) if finding else ()


def _of_brackets(field: str, cell: Cell) -> Iterator[Finding]:
    """What stands in brackets comes off a name: that is said, or asked where somebody may not be coming."""
    if not isinstance(cell, str) or not in_brackets(cell) or unusable(cell):
        return
    name = clean(cell)
    bare = without_brackets(name)
    for said in in_brackets(name):
        asked = ask_about_brackets(bare, said)
        sentence = f'"{cell_text(said)}" in brackets is left out of the name.'
        yield (asked or Finding("name_brackets", sentence, Severity.WARNING))._replace(field=field)


def read_name(cell: Cell) -> tuple[str, Finding | None]:
    """A first or a last name, spelt as it was typed. It is given the cell before it was cleaned."""
    if isinstance(cell, str) and _ONE_WORD.fullmatch(cell) and cell not in _NO_VALUE:  # as most are
        return cell, None
    return _read_any_name(cell)


@lru_cache(maxsize=2**14, typed=True)
def _read_any_name(cell: Cell) -> tuple[str, Finding | None]:
    if finding := unusable(cell):
        return "", finding
    if not isinstance(cell, str):
        return "", Finding("name_not_text", f"{cell_text(cell)} is {kind(cell)}, not a name. {AS_TEXT}")
    if not cell.isprintable() and len(cell.strip().splitlines()) > 1:
        return "", Finding("name_of_two_lines", "The name stands on two lines. Write one person a row, on one line.")
    cell = clean(cell)
    if not any(map(str.isalpha, cell)):
        return "", Finding("name_without_letters", f'"{cell_text(cell)}" is not a name. Write it in letters.')
    if cell in _NO_VALUE:
        return "", Finding("name_no_value", f'"{cell}" is what programs write for "nothing". Write the name.')
    if odd := _NOT_IN_NAMES.search(cell):
        if odd.start() == 0 and odd[0] in FORMULA_STARTS:
            return "", Finding("name_formula", f'"{cell_text(cell)}" begins like a formula. Write the name alone.')
        return "", Finding(
            "name_odd", f'"{cell_text(cell)}" is not a name: it has {odd[0]} in it. Write the name alone.'
        )
    if len(cell) > LONGEST_NAME:
        return "", Finding("name_too_long", f'"{cell_text(cell)}" is too long for a name. Write it like Lovelace.')
    return cell, None


def split_full_name(
    cell: Cell, order: str | None = None, surname: str | None = None
) -> tuple[tuple[str, str], Finding | None]:
    """First and last name of one cell, where there is one way only to split it in a column of this order.

    "Last, First" is the same in every column. Where capitals (SMITH John) or particles tell, they must agree with the
    order. Two plain words go by it; without one they are read as first and last name, with a warning, and in a column
    that is ``MIXED`` they are a problem. Three of them go by which is agreed to be the ``surname``; others can't be
    split, "Mr Smith" has no first name. Titles and what stands in brackets come off.
    """
    name, finding = read_name(without_brackets(cell) if isinstance(cell, str) else cell)
    if finding is not None:
        return _NOBODY, finding
    if names_several(cell):
        return _NOBODY, several_people(cell)
    name = without_degrees(name)
    last, comma, first = (without_title(part.strip()) for part in name.partition(","))
    doubt, is_open = None, False
    if not comma:
        words = without_title(name).split()
        if is_degree_or_name(end := name.split()[-1]):
            words = [*without_title(name[: -len(end)].strip()).split(), end]
            if len(name.split()) > 2:
                asks = f"{cell_text(name)}: is {end} a title or the surname? {WITH_COMMA}"
                return _NOBODY, Finding("name_ambiguous", asks)
        first, last, doubt = split_words(words, order, surname)
        is_open = by_surname(words, order, "last-word") is not None
        if doubt and doubt.severity is Severity.PROBLEM:
            return _NOBODY, doubt
    if not first or not last or "," in first or is_no_first_name(first):
        if len(name.replace(",", " ").split()) == 1:
            return _NOBODY, Finding("name_incomplete", f"{cell_text(name)} is one name only. {WITH_COMMA}")
        sentence = f"{cell_text(name)}: which part is the surname? {WITH_COMMA}"
        return _NOBODY, Finding(SURNAME_OPEN if is_open else "name_ambiguous", sentence)
    return (first, last), read_name(first)[1] or read_name(last)[1] or doubt


def _is_another(full: Cell, first_name: str, last_name: str) -> bool:
    """Whether a full name is not that of two others; order, titles and middle names aside. Ella is not Bella."""
    if not isinstance(full, str) or unusable(full) or clean(full) in _NO_VALUE:
        return False
    words, others = (
        {fold(word) for word in name.replace(",", " ").split() if any(map(str.isalpha, word))}
        for name in (f"{first_name} {last_name}", full)
    )
    is_joined = fold(full) in (fold(first_name + last_name), fold(last_name + first_name))
    return not (is_joined or words <= others or others <= words)
