"""Pure: what headings that nobody knows may mean, by their words and by a cell from under each.

Nothing is read by it before a person has agreed: they see every proposal, and can change it.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from importer.lists.contacts import read_email
from importer.lists.moments import Moment, read_moment
from importer.lists.session_words import read_session_words
from importer.model import SessionWords
from importer.model.columns import heading_key
from importer.model.headings import HeadingRow, TypedHeading, has_names, is_of_others, may_hold_people, suggestion

_WORDS = re.compile(r"[^\W\d_]+")
_PERSONS = frozenset("child childs kid pupil student participant attendee delegate learner player member guest".split())  # noqa: SIM905
_SERVICES = frozenset("workshop workshops training programme kurs cours zajęcia curso cursus corso atelier".split())  # noqa: SIM905
_DAYS = frozenset("datum date data fecha tag jour dzień dag".split())  # noqa: SIM905
_TIMES = frozenset("uhrzeit zeit heure horaire godzina tijd hora".split())  # noqa: SIM905
_STARTS = frozenset("termin beginn début rendez".split())  # noqa: SIM905
_SESSIONS = frozenset("séance sesión sessie sesja".split())  # noqa: SIM905
_OTHER_DAYS = frozenset(
    """
    birth born dob timestamp submitted created joined joining signed paid payment hired hire expiry expires due
    registered registration updated
    """.split()  # noqa: SIM905 - to be read as words
)
_NAME = frozenset("name names".split())  # noqa: SIM905
_FIRST = frozenset("first given christian".split())  # noqa: SIM905
_LAST = frozenset("last family".split())  # noqa: SIM905
_FIRST_NAMES = frozenset("forename forenames vorname vornamen prénom imię voornaam nombre".split())  # noqa: SIM905
_LAST_NAMES = frozenset(
    "surname surnames nachname familienname zuname nazwisko achternaam apellido apellidos cognome".split()  # noqa: SIM905
)
_LAST_BESIDE_FIRST = frozenset("name nom nome".split())  # noqa: SIM905
"""What is a last name where a column beside it holds the first: ``Name``, ``Vorname``."""

_TELEPHONE = re.compile(r"(?=(?:\D*\d){9,15}\D*$)[+0][\d\s()./-]+")
_MOBILE = re.compile(r"(?:\+44|0044|0)\s*(?:\(0\))?\s*7|.*(?:mob|cell|handy)", re.IGNORECASE)


def proposed_fields(row: HeadingRow) -> dict[str, str]:
    """The field that each heading seems to mean, by the letters of its column; known ones are what they are known for,
    but for a "Name" beside a "Vorname". What holds people is not proposed for anything else, nor anything for it."""
    found = {one.letters: one.field for one in row.headings if one.field}
    unknown = [one for one in row.headings if not one.field and not may_hold_people(one.text)]
    for propose in (
        _as_part_of_name,
        _as_person,
        _as_session,
        _as_contact,
        _as_when,
        _as_service,
        _as_day,
        _as_written,
    ):
        for one in unknown:
            taken = frozenset(found.values())
            field = "" if one.letters in found else propose(one, taken)
            if field and field not in taken:
                found[one.letters] = field
    return found | _last_names_beside_first(row, found)


def _as_part_of_name(one: TypedHeading, _taken: Collection[str]) -> str:
    words = _words(one.text)
    if is_of_others(one.text):
        return ""
    if words & _FIRST_NAMES or (words & _FIRST and words & _NAME):
        return "first_name"
    return "last_name" if words & _LAST_NAMES or (words & _LAST and words & _NAME) else ""


def _as_person(one: TypedHeading, taken: Collection[str]) -> str:
    """``Your child's name``, and ``Kid`` over ``Leo Khan``: before the name of whoever has filled in a form."""
    words = _words(one.text)
    is_one = words & _NAME and words & _PERSONS and not is_of_others(one.text)
    is_alone = words and words <= _PERSONS and " " in one.example
    return "full_name" if (is_one or is_alone) and not {"first_name", "last_name"} & set(taken) else ""


def _as_session(one: TypedHeading, _taken: Collection[str]) -> str:
    """A service with its day and time, in one cell."""
    said = read_session_words(one.example.partition(";")[0]) if one.example else None
    if not isinstance(said, SessionWords):
        return ""
    return "session" if said.names and (said.weekday is not None or said.month) and said.clock else ""


def _as_contact(one: TypedHeading, _taken: Collection[str]) -> str:
    if "@" in one.example and read_email(one.example)[0]:
        return "email"
    if not _TELEPHONE.fullmatch(one.example):
        return ""
    return "mobile" if _MOBILE.match(one.example) or _MOBILE.match(one.text) else "phone"


def _as_when(one: TypedHeading, taken: Collection[str]) -> str:
    """By a word of another language alone."""
    words = _words(one.text)
    if words & _SESSIONS:
        return "session"
    if words & _STARTS and "date" not in taken:
        return "start"
    if words and words <= _DAYS and "start" not in taken:
        return "date"
    return "time" if words <= _TIMES and words else ""


def _as_service(one: TypedHeading, taken: Collection[str]) -> str:
    """What stands beside a column that says when it is."""
    return "service" if _words(one.text) & _SERVICES and not {"start", "date"}.isdisjoint(taken) else ""


def _as_day(one: TypedHeading, taken: Collection[str]) -> str:
    """The day of a service whose time stands in a column of its own, or with it."""
    words, has_times = _words(one.text), not {"start", "time"}.isdisjoint(taken)
    if "service" not in taken or words & _OTHER_DAYS or "date" in taken or not one.example:
        return ""
    read = read_moment(one.example, "date" if has_times else "start")
    if not isinstance(read, Moment) or read.day is None or ("start" in taken and read.clock):
        return ""
    return "date" if has_times or read.clock is None else "start"


def _as_written(one: TypedHeading, taken: Collection[str]) -> str:
    """A slip of the pen, or a question about it."""
    near = suggestion(one.text, taken)
    return near.field if near else ""


def _last_names_beside_first(row: HeadingRow, found: dict[str, str]) -> dict[str, str]:
    fields = set(found.values())
    if "first_name" not in fields or has_names(fields - {"full_name"}):
        return {}
    names = [one for one in row.headings if heading_key(one.text) in _LAST_BESIDE_FIRST]
    return {one.letters: "last_name" for one in names} if len(names) == 1 else {}


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORDS.findall(text.casefold().replace("’", "'").replace("'s", "")))
