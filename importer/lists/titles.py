"""Pure: rows that may be a title, a total or a note, or name nobody yet, though they stand in a column of names.

Nobody is booked and nobody left out on that account: such a row asks. Sunday Okafor and Grace Day are people.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from importer.lists.findings import Finding, cell_text
from importer.lists.title_words import is_waiting, says_not_coming
from importer.model import Decision, Participant, RosterRow
from importer.model.columns import IMPORT_FIELDS

_WORDS = frozenset(
    """
    week weeks day days month months term terms half season spring summer autumn winter holiday holidays
    monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun
    january february march april may june july august september october november december
    one two three four five six seven eight nine ten eleven twelve first second third fourth fifth last next i ii iii iv
    morning afternoon evening am pm date time start end
    session sessions group groups class classes course courses workshop workshops lesson lessons team teams block
    total totals subtotal sub sum count number numbers of the and for a to no not in on at
    list lists waiting waitlist reserve reserves reserved register roster attendance attendees participants people
    member members ditto same as above below
    names name children kids adults juniors seniors staff teacher teachers tutor instructor leader
    cancelled cancellation cancellations absent apologies withdrawn confirmed unconfirmed provisional booked paid unpaid
    tbc tba tbd unknown vacant vacancy empty spare place places space spaces left available full
    note notes continued overleaf year stage
    guest guests visitor visitors plus
    """.split()  # noqa: SIM905 - to be read as words
)
"""What titles are made of. Some of these are names as well, so it takes all words of a name to make it a question."""

_HONORIFIC = re.compile(r"(?:mr|mrs|ms|miss|mx|dr|prof|professor|sir|madam|rev)\.?", re.IGNORECASE)
_OF_SOMEBODY = re.compile(
    r"(?:guest|visitor|friend|partner|husband|wife|son|daughter|child|brother|sister|mother|father|parent|carer) of ",
    re.IGNORECASE,
)

_OF_SURNAME = re.compile(rf"{_OF_SOMEBODY.pattern}{_HONORIFIC.pattern} ", re.IGNORECASE)
_CHANGED = re.compile(
    r"\b(?:cancell?ations?|absent|deleted|removed|moved to|on hold|tbc|unconfirmed|no[ -]show)\b"
    r"|(?-i:(?<=\s)(?:W/?L|DNA|DNB)$)",
    re.IGNORECASE,
)
"""What people write into a cell beside a name when plans change. None of it is a name: ``Hart WL``."""
_COUNTED = re.compile(
    r"(?<=\s)(?:[x×]\s?\d+|\d+\s?[x×]|\+\s?\d+)\b|\b\d+ (?:places?|seats?|people|persons?|tickets?|plätze|personen)\b"
    r"|(?<![\w/])n/a\b|\?$",
    re.IGNORECASE,
)
"""What people write beside a name that may be more than one, or nobody yet: ``Roe x2``, ``Poe +1``, ``Yow?``."""
_PERHAPS = re.compile(r"\b(?:reserves?|stand-?by|provisional(?:ly)?|sick|ill|maybe)\b|\bonly$", re.IGNORECASE)
"""What people write in brackets, too, where somebody is not sure to come. Some of these are names as well."""
_SEVERAL = re.compile(r"\w\w\s*/\s*\w\w")
"""``Jo/Sam``, not ``Kumar s/o Raj``."""

PERHAPS_NOBODY = "perhaps_nobody"
"""The rule of a row that may name nobody who is to be booked. A decision beside it answers it."""

_NUMBER = re.compile(r"\d+(?:st|nd|rd|th|[a-z])?")
_BETWEEN_WORDS = re.compile(r"[^\w]+")
_CHOOSE = f'{Decision.BOOK} or {Decision.LEAVE_OUT} in the column "Import decision"'
_REMEDY = f"Choose {_CHOOSE}, or delete the row."


def is_title(name: str) -> bool:
    """Whether all words of a name are such as titles are made of: ``Week One``, ``Waiting list``, ``Year 4B``."""
    words = _BETWEEN_WORDS.split(name.casefold())
    if _WORDS.isdisjoint(words):
        return False
    return all(word in _WORDS or _NUMBER.fullmatch(word) for word in words if word)


def lonely_rows(rows: Sequence[RosterRow]) -> frozenset[int]:
    """The indices of rows that hold one full name and nothing else, where most rows hold more; none in lists of names
    alone."""
    alone = [
        at
        for at, row in enumerate(rows)
        if row.is_alone and row.cells.keys() - IMPORT_FIELDS - row.places.keys() == {"full_name"}
    ]
    return frozenset(alone) if 2 * len(alone) < len(rows) else frozenset()


def ask_whether_person(person: Participant, *, is_lonely: bool) -> Finding | None:
    """What is asked of a row before it is booked, if anything."""
    name = person.name
    if is_title(name):
        sentence = f'Is "{cell_text(name)}" a person? It looks like a title. {_REMEDY}'
    elif said := _said_beside(name):
        sentence = _whether_coming(name, said)
    elif (counted := _counted(name)) or _SEVERAL.search(person.first_name):
        beside = f'"{counted}" stands beside the name. ' if counted else ""
        sentence = f'Is "{cell_text(name)}" one person? {beside}Write one person a row, or choose {_CHOOSE}.'
    elif is_lonely and name:
        sentence = f'Is "{cell_text(name)}" a person? Nothing else stands in this row. {_REMEDY}'
    elif _names_nobody(name, person):
        sentence = f'Who is "{cell_text(name)}"? Write the first and the last name, or choose {_CHOOSE}.'
    else:
        return None
    return Finding(PERHAPS_NOBODY, sentence)


def ask_about_brackets(name: str, said: str) -> Finding | None:
    """What is asked of who has that beside the name in brackets, if anything: ``cancelled``, ``waiting list``."""
    is_asked = said == name or is_waiting(said) or _said_beside(said) or _PERHAPS.search(said) or _counted(said)
    return Finding(PERHAPS_NOBODY, _whether_coming(name, said)) if is_asked else None


def _counted(text: str) -> str:
    if text.replace(" ", "").isalpha():  # as most names are
        return ""
    found = _COUNTED.search(text)
    return found[0] if found else ""


def _said_beside(text: str) -> str:
    found = _CHANGED.search(text)
    return found[0] if found else says_not_coming(text)


def _whether_coming(name: str, said: str) -> str:
    beside = "The name stands in brackets" if said == name else f'"{cell_text(said)}" stands beside the name'
    return f'Is "{cell_text(name)}" coming? {beside}. Write the name alone, or choose {_CHOOSE}.'


def _names_nobody(name: str, person: Participant) -> bool:
    """``Mr Brown``, ``Guest of Ann Lee``: not by itself, and nothing beside it tells who that is.

    Of ``Child of Mrs Kent`` no address tells it: that is hers.
    """
    if _OF_SURNAME.match(name):
        return True
    is_told_apart = person.reference or person.email or person.mobile or person.phone
    return not is_told_apart and bool(_HONORIFIC.fullmatch(person.first_name) or _OF_SOMEBODY.match(name))
