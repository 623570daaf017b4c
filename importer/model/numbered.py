"""Pure: headings of several people a row: "Child 2", "Name of 2nd pupil", "Child 2 email".

The field of such a column is that of one person's with a number: ``full_name 2``. The first person's has none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from importer.model.columns import BY_HEADING_KEY, COLUMNS, heading_key

MOST_IN_A_ROW = 20

_NAMES = frozenset({"first_name", "last_name", "full_name"})
_OWN = _NAMES | {"email", "mobile", "phone", "reference", "spaces"}
_ORDINALS = {word: number for number, word in enumerate(("first", "second", "third", "fourth", "fifth"), start=1)}
_NUMBER = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?")
_WORDS = re.compile(r"[^\W_]+(?:['’]s\b)?")
_PEOPLE = frozenset(
    "child kid pupil student participant attendee person delegate learner player guest member customer".split()  # noqa: SIM905
)


def numbered_field(field: str, number: int) -> str:
    return f"{field} {number}" if number > 1 else field


def field_and_number(field: str) -> tuple[str, int]:
    """``("full_name", 2)`` of ``full_name 2``, ``("full_name", 1)`` of ``full_name``."""
    base, _, number = field.partition(" ")
    return base, int(number or 1)


def read_numbered(heading: str) -> tuple[str, int] | None:
    """The field that a heading is known for but for its number, and the number; ``None`` if it is no such heading.

    What is not a name counts only beside a word for a person: "Phone 2" may be the same person's.
    """
    words = [word.casefold().replace("’", "'").removesuffix("'s") for word in _WORDS.findall(heading)]
    persons = [word for word in words if word in _PEOPLE]
    numbers = [_number(word, after) for word, after in zip(words, [*words[1:], ""], strict=True)]
    if sum(number > 0 for number in numbers) != 1:
        return None
    rest = [word for word, number in zip(words, numbers, strict=True) if not number]
    bare = [word for word in rest if word not in _PEOPLE and word not in ("of", "the")]
    field = _field(rest) or _field(bare) or ("full_name" if persons and not bare else "")
    if field in (_OWN if persons else _NAMES):
        return field, max(numbers)
    return None


def with_numbers(headings: Iterable[str]) -> dict[str, str]:
    """The fields of headings that are numbered, where there are the names of at least two people among them.

    What the first person has no column for, nobody else has one for. Unnumbered names beside those of a first person
    are somebody else's, such as a parent's: "" is their field.
    """
    listed = list(dict.fromkeys(headings))
    found = {heading: read for heading in listed if (read := read_numbered(heading))}
    if not found:
        return {}
    plain = {heading: column.field for heading in listed if (column := BY_HEADING_KEY.get(heading_key(heading)))}
    of_first = {field for field, number in found.values() if number == 1} | {*plain.values()}
    found = {heading: read for heading, read in found.items() if read[0] in of_first}
    plain_names = {heading: field for heading, field in plain.items() if field in _NAMES and heading not in found}
    numbers = {number for field, number in found.values() if field in _NAMES}
    if len(numbers | ({1} if plain_names else set())) < 2:
        return {}
    fields = {heading: numbered_field(*read) for heading, read in found.items() if read[1] in numbers | {1}}
    return fields | (dict.fromkeys(plain_names, "") if 1 in numbers else {})


def _field(words: Iterable[str]) -> str:
    column = BY_HEADING_KEY.get(heading_key(" ".join(words)))
    return column.field if column in COLUMNS and column else ""


def _number(word: str, after: str) -> int:
    """0 where a word is no number: "First child" has one, "First name" has none."""
    if after in _PEOPLE and word in _ORDINALS:
        return _ORDINALS[word]
    number = _NUMBER.fullmatch(word)
    return int(number[1]) if number and 1 <= int(number[1]) <= MOST_IN_A_ROW else 0
