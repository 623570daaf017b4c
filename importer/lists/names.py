"""Pure: a person's first and last name, from a cell each or from one cell for both.

Which of the names comes first in "Khan Leo" is decided by the whole column where something in it tells, else by who
sends it (``--name-order``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice

from importer.lists.cells import FORMULA_STARTS
from importer.lists.findings import AS_TEXT, MIXED, Finding, cell_text, clean, kind, unusable
from importer.lists.joined_names import names_several, several_people
from importer.lists.titles import ask_about_brackets
from importer.model import PROVIDER, Cell, RosterRow, RosterSheet, Severity
from importer.people.bare_names import (
    DEGREE,
    TITLE,
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

FIRST_LAST, LAST_FIRST = "first-last", "last-first"
"""The orders of a name without a comma: Leo Khan, Khan Leo."""

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

_SURNAME_OPEN = "surname"
_WITH_COMMA = 'Write it "Last, First".'
_NOBODY = "", ""
_EXAMPLES = 3
_SHORTEST_SHOUT = 3  # AJ are initials
_PARTICLE = re.compile(
    r"[Aa]l|[Bb]in|bint|[Ii]bn|[Dd]'|[Dd]a|das|[Dd]e|degli|dei|[Dd]el|[Dd]ella|den|der|[Dd]i|do|[Dd]os|[Dd]u|[Ee]l|la|le|"
    r"las|los|[Oo]'|ten|ter|te|van|Van De[nr]?|vom|[Vv]on|zu|zum|zur"
)
_IN_PREFIX = re.compile(r"[^\W\d_A-Z]\S*|'[st]")
_NO_FIRST_NAME = re.compile(
    r"(?:mr|mrs|ms|miss|mx|dr|prof|sir|rev|jr|sr|ii|iii|iv|esq|mbe|obe|cbe|phd|de|del|della|van|von|o')\.?(?: .*)?",
    re.IGNORECASE,
)
_NO_VALUE = frozenset({"NaN", "nan", "null", "NULL", "none", "undefined", "nil", "n/a", "N/A"})
"""What programs write where there is nothing. Nan, None and Null are names, and written so they are taken."""

_ONE_WORD = re.compile(r"[A-Za-z][A-Za-z0-9]{0,99}")
_NOT_IN_NAMES = re.compile(r"[<>|@\\{}=^~]|^[-+]")
_APOSTROPHE = re.compile(r"[OoDd]['’]")


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
        if all(_is_particle(word.lower()) or _IN_PREFIX.fullmatch(word) for word in text.split()):
            is_there = f"{last_name} ".casefold().startswith(f"{text} ".casefold())
            return last_name if is_there else f"{text} {last_name}", ()
        sentence = f'"{cell_text(text)}" does not look like a part of the last name, and is left out.'
        finding = Finding("prefix_odd", sentence, Severity.WARNING)
    return last_name, (finding._replace(field="last_name_prefix"),) if finding else ()


def _of_brackets(field: str, cell: Cell) -> Iterator[Finding]:
    """What stands in brackets comes off a name: that is said, or asked where somebody may not be coming."""
    if not isinstance(cell, str) or not ("(" in cell or "[" in cell) or unusable(cell):
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
            if len(words) > 2:
                asks = f"{cell_text(name)}: is {end} a title or the surname? {_WITH_COMMA}"
                return _NOBODY, Finding("name_ambiguous", asks)
        first, last, doubt = _split(words, order, surname)
        is_open = _by_surname(words, order, "last-word") is not None
        if doubt and doubt.severity is Severity.PROBLEM:
            return _NOBODY, doubt
    if not first or not last or "," in first or _is_no_first_name(first):
        if len(name.replace(",", " ").split()) == 1:
            return _NOBODY, Finding("name_incomplete", f"{cell_text(name)} is one name only. {_WITH_COMMA}")
        sentence = f"{cell_text(name)}: which part is the surname? {_WITH_COMMA}"
        return _NOBODY, Finding(_SURNAME_OPEN if is_open else "name_ambiguous", sentence)
    return (first, last), read_name(first)[1] or read_name(last)[1] or doubt


def name_order_of(sheet: RosterSheet, given: str | None) -> str | None:
    """The order of a sheet's full names: as they tell themselves, else as is kept with its headings, else ``given``.

    Who has told which of three words are the surname has told that the first name comes first.
    """
    kept = sheet.conventions
    return (
        name_order_in(full_names(sheet))
        or kept.get("name_order")
        or given
        or (FIRST_LAST if kept.get("surname") else None)
    )


def full_names(sheet: RosterSheet) -> list[Cell]:
    """The cells of a sheet that hold both names of a person."""
    return [
        row.cells["full_name"]
        for row in sheet.rows
        if "full_name" in row.cells and "first_name" not in row.cells and "last_name" not in row.cells
    ]


def name_order_in(cells: Iterable[Cell]) -> str | None:
    """Which name comes first in a column, as its cells tell; ``MIXED`` if they disagree, ``None`` if none tells.

    Capitals tell if at least half of the names without a comma have them: JOHN Smith may be a slip. One name in which
    the place of a particle in small letters tells (Anna van Dam, van Dam Anna) is enough.
    """
    plain = [words for cell in set(cells) if len(words := _plain_words(cell)) > 1]
    capitals = [told[0] for words in plain if (told := _by_capitals(words))]
    orders = {order for order in (FIRST_LAST, LAST_FIRST) if 2 * capitals.count(order) >= len(plain) > 0}
    orders |= {told[0] for words in plain if not _by_capitals(words) and (told := _by_small_particle(words))}
    return MIXED if len(orders) > 1 else next(iter(orders), None)


def names_order_open(cells: Iterable[Cell]) -> tuple[str, ...]:
    """A few names of a column that can be read in either order, in the column's own; none if its cells tell that."""
    listed = list(cells)
    if name_order_in(listed) is not None:
        return ()
    open_ = (clean(cell) for cell in listed if isinstance(cell, str) and _rule_of(cell, None) == _OPEN.rule)
    return tuple(dict.fromkeys(open_))[:_EXAMPLES]


def surnames_open(cells: Iterable[Cell], order: str | None) -> tuple[str, ...]:
    """A few names of a column of which it is not told which of their three words are the surname."""
    longer = dict.fromkeys(cell for cell in cells if isinstance(cell, str) and cell.count(" ") > 1 and "," not in cell)
    open_ = (clean(cell) for cell in longer if _rule_of(cell, order) == _SURNAME_OPEN)
    return tuple(islice(open_, _EXAMPLES))


def splits_to_show(
    cells: Iterable[Cell], order: str | None, surname: str | None = None
) -> tuple[tuple[str, str, str], ...]:
    """How names without a comma are split, as they stand, first and last name: one of two words, and one of more."""
    found: dict[bool, tuple[str, str, str]] = {}
    for cell in cells:
        words = _plain_words(cell)
        is_long = len(words) > 2
        if len(words) > 1 and is_long not in found:
            names, finding = split_full_name(cell, order, surname)
            if finding is None or finding.severity is Severity.WARNING:
                found[is_long] = " ".join(words), *names
        if len(found) == 2:
            break
    return tuple(found.values())


def titles_read_as(rows: Iterable[RosterRow]) -> tuple[str, ...]:
    """A sentence with an example, if titles come off the names of these rows."""
    cells = (row.cells.get(field) for row in rows for field in NAMES)
    text = "\n".join([cell for cell in cells if isinstance(cell, str)])  # one look at all of them is quick
    for found in _TITLE_IN_LINES.finditer(text):
        start = text.rfind("\n", 0, found.start() + 1) + 1
        typed = clean(text[start:].partition("\n")[0])
        if (name := without_title(typed)) != typed:
            return (f'Titles come off: "{cell_text(typed)}" is {cell_text(name)}',)
    return ()


_TITLE_IN_LINES = re.compile(rf"^[^\S\n]*{TITLE.pattern}|{DEGREE.pattern}", TITLE.flags | re.MULTILINE)

_OPEN = Finding(
    "name_order",
    "Nothing in the column tells which name comes first: it is read as First Last. If that is wrong, write it "
    '"Last, First".',
    Severity.WARNING,
)
_UNDECIDED = Finding("name_orders_mixed", f"The column has names in both orders. {_WITH_COMMA}")


def _split(words: Sequence[str], order: str | None, surname: str | None) -> tuple[str, str, Finding | None]:
    """First and last name of a name without a comma; empty where that is not certain."""
    doubt = None
    if told := _by_capitals(words):
        if told[0] != (order or FIRST_LAST):
            return "", "", _UNDECIDED if order == MIXED else None
    elif len(words) == 2 and not _is_no_first_name(words[0]):
        if order == MIXED:
            return "", "", _UNDECIDED
        told, doubt = (order or FIRST_LAST, 1), None if order else _OPEN
    else:
        told = _by_particle(words, order) or _by_surname(words, order, surname)
    if told is None:
        return "", "", None
    of_name, at = told
    one, other = " ".join(words[:at]), " ".join(words[at:])
    return (one, other, doubt) if of_name == FIRST_LAST else (other, one, doubt)


def _by_capitals(words: Sequence[str]) -> tuple[str, int] | None:
    """The order and where the second name starts, if one end of the name is shouted and the other is not."""
    shouted = [_is_shouted(word) for word in words]
    if not any(shouted) or not any(map(str.islower, "".join(words))):
        return None
    of_last = [shout or _is_particle(word.lower()) for word, shout in zip(words, shouted, strict=True)]
    if shouted[-1]:
        at = len(words)
        while at > 1 and of_last[at - 1]:
            at -= 1
        return None if any(shouted[:at]) else (FIRST_LAST, at)
    at = len(words) - shouted[::-1].index(True)
    return (LAST_FIRST, at) if all(of_last[:at]) else None


def _by_particle(words: Sequence[str], order: str | None) -> tuple[str, int] | None:
    """The same, if a particle tells where the last name starts and does not belie the order of the column."""
    told = _by_small_particle(words)
    if told is None and order == LAST_FIRST:
        told = _last_name_in_front(words)
    elif told is None and order != MIXED:
        told = _last_name_behind(words)
    return told if told and order in (None, MIXED, told[0]) else None


def _by_surname(words: Sequence[str], order: str | None, surname: str | None) -> tuple[str, int] | None:
    """The same of three plain words, by what was agreed on; of more, only if all after the first are the surname."""
    if not surname or order not in (None, FIRST_LAST) or _is_no_first_name(words[0]) or _is_no_first_name(words[-1]):
        return None
    is_plain = not any(map(_is_particle, map(str.lower, words))) and len(set(map(_is_shouted, words))) == 1
    if not is_plain or not (len(words) == 3 or (surname == "after-first-word" and len(words) > 2)):
        return None
    return FIRST_LAST, 2 if surname == "last-word" else 1


def _by_small_particle(words: Sequence[str]) -> tuple[str, int] | None:
    """The same, if the place of a particle in small letters tells the order, too."""
    if words[0].islower():
        return _last_name_in_front(words)
    at = len(words) - 1
    while at > 1 and words[at - 1].islower() and _is_particle(words[at - 1]):
        at -= 1
    return (FIRST_LAST, at) if 0 < at < len(words) - 1 else None


def _last_name_in_front(words: Sequence[str]) -> tuple[str, int] | None:
    """``van der Berg Anna``: particles, their name and one more."""
    at = 0
    while at < len(words):
        if _is_particle(" ".join(words[at : at + 2])):
            at += 2
        elif _is_particle(words[at]):
            at += 1
        else:
            break
    return (LAST_FIRST, at + 1) if 0 < at == len(words) - 2 else None


def _last_name_behind(words: Sequence[str]) -> tuple[str, int] | None:
    """``Ana de la Cruz Soto``: the last name starts at the first particle."""
    for at in range(1, len(words) - 1):
        if _is_particle(words[at]) or _is_particle(" ".join(words[at : at + 2])):
            return FIRST_LAST, at
    return (FIRST_LAST, len(words) - 1) if len(words) > 2 and _APOSTROPHE.match(words[-1]) else None


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


def _rule_of(cell: str, order: str | None) -> str:
    finding = split_full_name(cell, order)[1]
    return finding.rule if finding else ""


def _plain_words(cell: Cell) -> tuple[str, ...]:
    """The words of a name without a comma; none of anything else."""
    return tuple(bare_name(clean(cell)).split()) if isinstance(cell, str) and "," not in cell else ()


def _is_shouted(word: str) -> bool:
    letters = "".join(filter(str.isalpha, word.removeprefix("Mc").removeprefix("Mac")))
    return len(letters) >= _SHORTEST_SHOUT and letters.isupper()


def _is_particle(word: str) -> bool:
    return _PARTICLE.fullmatch(word.replace("’", "'")) is not None


def _is_no_first_name(name: str) -> bool:
    return _NO_FIRST_NAME.fullmatch(name.replace("’", "'")) is not None
