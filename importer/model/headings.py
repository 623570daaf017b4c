"""Pure: headings that one sender uses and nobody else: what each is taken for, and how they are known again."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from importer.model.columns import BY_HEADING_KEY, COLUMNS, IMPORT_FIELDS, Column, heading_key
from importer.model.conventions import CONVENTIONS
from importer.model.numbered import field_and_number, numbered_field, read_numbered

NOT_USED = "not used"
"""What the settings file says of a heading whose column is passed over."""

ORDERS = ("date_order", "name_order")
"""The conventions that are settings as well."""

_NEAR = 0.79
_PARTS = frozenset({"first_name", "last_name"})
_NAMES = _PARTS | {"full_name"}
_OTHERS = frozenset(
    """
    parent parents parents' guardian guardians carer carers mother father mum dad mums dads emergency contact next kin
    school company organisation organization teacher teachers tutor doctor gp manager partner sibling siblings friend
    service course class event activity group session room
    """.split()  # noqa: SIM905 - to be read as words
)
"""Words beside "name" that tell of somebody or something that is not booked."""

_EMERGENCY = frozenset({"emergency", "doctor", "doctors", "gp", "kin"})
_TELLING = frozenset({"name", "surname", "forename", "email", "mobile", "phone", "telephone", "session"})

_COUNTING = frozenset({"st", "nd", "rd", "th", "no", "second", "third", "other", "another", "next"})
_SIBLINGS = (["sibling"], ["siblings"], ["brother"], ["sister"], ["twin"])
_COLUMN_OF = {key: column for key, column in BY_HEADING_KEY.items() if column in COLUMNS}


@dataclass(frozen=True, slots=True)
class HeadingSet:
    """The headings of one sender. ``fields`` has the field of each, by ``heading_key``; "" where it is not used.

    ``conventions`` is what was agreed on beside them, by key.
    """

    fields: Mapping[str, str]
    conventions: Mapping[str, str] = field(default_factory=dict)

    @property
    def used(self) -> frozenset[str]:
        return frozenset(key for key, field in self.fields.items() if field)


class TypedHeading(NamedTuple):
    """A heading with a cell from under it. ``field`` is what it is taken for, "" if nothing; ``letters`` its column.
    ``more`` are a few other cells of the column."""

    letters: str
    text: str
    example: str
    field: str
    more: tuple[str, ...] = ()


class HeadingRow(NamedTuple):
    """The row of a sheet that holds its headings, or is likest to. ``heading_set`` is the name of theirs, "" if new."""

    sheet: str
    row: int
    headings: tuple[TypedHeading, ...]
    heading_set: str

    @property
    def is_new(self) -> bool:
        """Whether there is something to learn: no set has these headings, and not each is known to mean its own."""
        fields = [heading.field for heading in self.headings if heading.field not in IMPORT_FIELDS]
        return not self.heading_set and ("" in fields or len({*fields}) < len(fields))


def read_set(table: Mapping[str, str]) -> HeadingSet:
    """A set of headings as the settings file has it: ``"Pupil" = "Full name"``, ``"Class" = "not used"``.

    A meaning may be written as a column's heading, as any other spelling of it, or as its field (``full_name``).
    Raises ``ValueError`` with all that is wrong, in sentences.
    """
    conventions = {
        key: table[key] for key, values in CONVENTIONS.items() if key in table and (not values or table[key] in values)
    }
    fields: dict[str, str] = {}
    faults: list[str] = []
    first: dict[str, str] = {}
    for heading, meaning in table.items():
        if heading in conventions:
            continue
        key, field = heading_key(heading), field_of(meaning)
        if field is None:
            faults.append(f'"{heading}": {no_meaning(meaning)}')
        elif not key:
            faults.append(f'"{heading}" has no letters or digits by which it could be known again.')
        elif fields.get(key, field) != field:
            faults.append(f'"{heading}" stands there twice, with two meanings.')
        elif field and field in first and key not in fields:
            faults.append(f'"{first[field]}" and "{heading}" both mean "{meaning}". Only one can.')
        else:
            fields[key] = field
            first.setdefault(field, heading)
    for field, heading in first.items():
        base, number = field_and_number(field)
        if number > 1 and base not in first:
            faults.append(f'"{heading}" is of person {number}, but no heading is that of person 1.')
    if not faults and not has_names(fields.values()):
        faults.append('No heading means "Full name", or "First name" and "Last name".')
    if faults:
        raise ValueError(" ".join(faults))
    return HeadingSet(fields, conventions)


def find_set(headings: Iterable[str], known: Mapping[str, HeadingSet]) -> str:
    """The name of the set by which these headings are read; "" if it is none.

    It is the one whose used headings are all there, in whatever order, and that names most of them; columns may be
    added. Where two sets fit equally well, have other headings and differ, neither is taken; of two with the same
    headings the first is (``rivals``).
    """
    keys = set(map(heading_key, headings))
    best = _best_sets(keys, known)
    is_one = len({_meanings(keys, known[name]) for name in best}) == 1
    return best[0] if is_one or len({frozenset(known[name].fields) for name in best}) == 1 else ""


def rivals(headings: Iterable[str], known: Mapping[str, HeadingSet]) -> dict[str, HeadingSet]:
    """The sets that fit these headings as well as the one that was found, where what they say differs; else none."""
    keys = set(map(heading_key, headings))
    best = _best_sets(keys, known)
    said = {(_meanings(keys, known[name]), frozenset(known[name].conventions.items())) for name in best}
    return {name: known[name] for name in best} if len(said) > 1 else {}


def of_sender(known: Mapping[str, HeadingSet], is_meant: Callable[[str], bool]) -> dict[str, HeadingSet]:
    """The sets without those that have the headings of the one that is meant, by its name."""
    names: defaultdict[frozenset[str], list[str]] = defaultdict(list)
    for name, one in known.items():
        names[frozenset(one.fields)].append(name)
    meant = {same: [name for name in some if is_meant(name)] for same, some in names.items()}
    return {
        name: one
        for name, one in known.items()
        if len(meant[frozenset(one.fields)]) != 1 or name in meant[frozenset(one.fields)]
    }


def _best_sets(keys: Collection[str], known: Mapping[str, HeadingSet]) -> list[str]:
    def fit(name: str) -> tuple[int, int]:
        named = known[name].fields.keys()
        return len(named & set(keys)), -len(named - set(keys))

    fitting = [name for name, one in known.items() if one.used <= set(keys)]
    most = max(map(fit, fitting), default=None)
    return [name for name in fitting if fit(name) == most]


def _meanings(keys: Collection[str], one: HeadingSet) -> frozenset[tuple[str, str]]:
    return frozenset((key, one.fields.get(key, "")) for key in keys)


def field_of(meaning: str) -> str | None:
    """The field that a person means, "" for none; ``None`` if there is no such thing. "Full name 2" is a second
    person's."""
    key = heading_key(meaning)
    if key == heading_key(NOT_USED):
        return ""
    if column := _COLUMN_OF.get(key):
        return column.field
    numbered = read_numbered(meaning) or read_numbered(f"child {meaning}")
    return numbered_field(*numbered) if numbered else None


def no_meaning(said: str) -> str:
    """What to write in place of words that mean no column."""
    near = suggestion(said)
    words = f'Did you mean "{near.heading}"?' if near else f'Write the heading of a column, or "{NOT_USED}".'
    return f'"{said}" is not a column that we know. {words}'


def suggestion(heading: str, taken: Collection[str] = ()) -> Column | None:
    """The column that a heading may be a slip of the pen for, or a question about ("What is your child's full name?");
    never one whose field is ``taken``, nor one of full names beside first or last names. It is not assumed."""
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    barred = {*taken, *(() if _PARTS.isdisjoint(taken) else ("full_name",))}
    spellings = [spelling for spelling, column in _COLUMN_OF.items() if column.field not in barred]
    near = process.extractOne(heading_key(heading), spellings, scorer=OSA.normalized_similarity, score_cutoff=_NEAR)
    return _COLUMN_OF[near[0]] if near else _asked_for(heading, barred)


def _asked_for(heading: str, barred: Collection[str]) -> Column | None:
    """The column whose spelling stands in a longer heading as whole words; of several, the longest spelling's. A
    parent's or a school's name is nobody's who is booked."""
    words = _words(heading)
    if not _EMERGENCY.isdisjoint(words):
        return None
    of_others = not _OTHERS.isdisjoint(words) or any(word[:1].isdigit() for word in words)
    found = {
        spelling: column
        for spelling, column in BY_SPELLING.items()
        if column.field not in barred
        and not (of_others and column.field in _NAMES)
        and any(words[at : at + len(spelling)] == list(spelling) for at in range(len(words)))
    }
    return found[max(found, key=lambda spelling: sum(map(len, spelling)))] if found else None


def is_of_others(heading: str) -> bool:
    """Whether a heading tells of somebody or something that is not booked: ``Parent's name``, ``Class``."""
    return not (_OTHERS | _EMERGENCY).isdisjoint(_words(heading))


def _words(heading: str) -> list[str]:
    return [heading_key(word) for word in re.findall(r"[^\W_]+(?:['’][^\W_]+)?", heading)]


BY_SPELLING: Mapping[tuple[str, ...], Column] = {
    words: column
    for column in COLUMNS
    for words in (tuple(_words(spelling)) for spelling in (column.heading, *column.spellings))
    if len(words) > 1 or words[0] in _TELLING
}
"""The spellings, as their words, that tell something also within a question. "Time" and "person" do not."""


def suggestions(headings: Iterable[str], taken: Collection[str] = ()) -> dict[str, Column]:
    """The same of several headings: where one seems to be of first or last names, none is of full names."""
    listed = list(headings)
    found = {heading: column for heading in listed if (column := suggestion(heading, taken))}
    if _PARTS.isdisjoint(column.field for column in found.values()):
        return found
    return {heading: column for heading in listed if (column := suggestion(heading, {*taken, "full_name"}))}


def may_hold_people(heading: str) -> bool:
    """Whether a heading is that of a name but for a number: ``Child 2``, ``2nd pupil``, ``Sibling``."""
    words = [word for word in re.findall(r"[^\W\d_]+", heading.casefold()) if word not in _COUNTING]
    column = _COLUMN_OF.get(heading_key(" ".join(words)))
    return words in _SIBLINGS or (column is not None and column.field in _NAMES)


def has_names(fields: Collection[str]) -> bool:
    """Whether these columns say who a person is."""
    return "full_name" in fields or set(fields) >= _PARTS


def has_session(fields: Collection[str]) -> bool:
    """Whether these columns say which session a person wants."""
    return not {"booking_id", "session"}.isdisjoint(fields) or (
        "service" in fields and ("start" in fields or "date" in fields)
    )
