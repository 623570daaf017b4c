"""Pure: what a title, a tab or a file's name says beside a session.

Some of it says nothing of the session: "Register", a school, a teacher. Some says that these people wait: "Waiting
list", "cancelled". What is left may change which session is meant, so its sender agrees on it (``to_agree``).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import zip_longest

from importer.lists.findings import Finding
from importer.lists.session_words import LONGEST, read_session_words
from importer.model import SessionWords
from importer.model.conventions import TITLE_WORDS, listed, listed_text
from importer.people.evidence import fold

_NOT_COMING = (
    r"cancell?ed|withdrawn|withdrew|declined|drop(?:ped)?[\s-]?outs?|wait(?:ing)?[\s-]*list(?:ed)?|"
    r"(?:(?:are |is )?not|no longer|(?:is|are)n['’]t) (?:coming|attending)|(?:do not|don['’]t) book|"
    r"abgesagt|abgemeldet|storniert|warteliste|liste d['’]attente|annulée?s?|wachtlijst|afgemeld|geannuleerd|"
    r"odwołan[aey]"
)
"""What says of people, wherever it stands, that they may not come. None of it is a name."""
_SAYS_NOT_COMING = re.compile(rf"\b(?:{_NOT_COMING})(?!\w)", re.IGNORECASE)
_DAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_WAITS = re.compile(
    r"(?:please )?(?:(?:people|those|these|all|they) )?(?:(?:on|who) (?:the |are |have )?)?"
    rf"(?:(?:{_NOT_COMING}|w/?l|waiting|reserves?|stand-?by|on hold|cancell?ations?|postponed|called off|apologies|"
    r"regrets|absen(?:t|ces?)|unconfirmed|provisional(?:ly)?|tentative|tbc|to be confirmed|maybe|rejected|refused|"
    r"leavers?|no[\s-]shows?|pending|void|unsure|undecided|no (?:reply|response|answer)|not sure|"
    r"(?:(?:do |does |did |can ?|are |is |will |have |has )?not|no longer|never|"
    r"(?:do|does|did|ca|wo|is|are|have|has)n['’]t|unable to) (?:be )?"
    r"(?:come|coming|came|attend(?:ing|ed)?|book(?:ed)?|confirmed|going|make it|wanted|needed|required|paid|replied)|"
    r"nachrücker|verschoben|reporté|lista rezerwowa)(?:[\s-]+(?:list|only|received))?"
    r"(?: (?:these|those|them|anyone|yet|so far|any ?more|"
    rf"(?:(?:this|next|the|until next) (?:week|term|time|month|year|session)|(?:on|until) {_DAY})))*)\.?"
    r"\s*(?:\(.{0,30}\))?\s*:?",
    re.IGNORECASE,
)
_CANCELLED = re.compile(
    r"\b(?:cancell?ed|cancellations?|called off|postponed|abgesagt|verschoben|annulée?s?|geannuleerd|odwołan[aey])\b",
    re.IGNORECASE,
)
"""In a title that names a session: nobody under it is to be booked unasked."""

SAYS_NOTHING = frozenset({"register", "list", "attendance", "sheet", "names"})
_OF_LISTS = SAYS_NOTHING | frozenset(
    """
    registers lists attendees participants people pupils students children members roll roster rota sign in signin
    signup up booking bookings class course session sessions date time term week year spring summer autumn winter
    teilnehmerliste anwesenheitsliste liste kurs participants inscrits présence lijst deelnemers lista uczestników
    of the and for
    """.split()  # noqa: SIM905 - to be read as words
)
_OF_GROUPS = frozenset(
    """
    group groups team teams stage set form a b c d e f
    one two three four five six seven eight nine ten first second third fourth fifth sixth
    """.split()  # noqa: SIM905 - to be read as words
)
_NUMBER = re.compile(r"\d+[a-z]?")
_ORGANISATION = re.compile(
    r".*\b(?:school|academy|college|university|nursery|club|centre|center|council|association|society|church|trust|"
    r"foundation|museum|library|ltd|limited|inc|plc|gmbh|verein|schule|école|vereniging|szkoła)\.?"
    r"|(?:university|school|friends|college) of .*",
    re.IGNORECASE,
)
_PERSON = re.compile(
    r"(?:(?:with|by|led by|teacher|tutor)\s+)?(?:mr|mrs|ms|miss|mx|dr|prof|frau|herr)\b\.? .*", re.IGNORECASE
)
_LEADS = re.compile(
    r"(?:class )?(?:teacher|tutor|instructor|leader|coach|trainer|led by|lehrer(?:in)?|kursleitung)", re.IGNORECASE
)


_BOOK_NOBODY = re.compile(
    r"(?:please )?(?:do not|don['’]t) book(?: (?:these|them|anyone|any of these|yet))*\s*(?:[-–—:.,;!(].*)?",
    re.IGNORECASE,
)
_COUNTS = re.compile(r"\s*[:=]\s*\d")


def is_waiting(text: str) -> bool:
    """Whether a text says nothing but that people wait, are absent, or were cancelled: ``Waiting list (2)``."""
    return any(one.fullmatch(text) for one in (_WAITS, _BOOK_NOBODY))


def is_of_group(text: str) -> bool:
    """Whether a title says nothing but whose, or which, group the people under it are: ``Class 4B``, ``Mrs Hill``."""
    return _says_nothing(text, _OF_GROUPS)


def says_not_coming(text: str) -> str:
    """The words in a text that say so, beside whatever it says: ``Orr declined``; "" if there are none."""
    found = _SAYS_NOT_COMING.search(text)
    return found[0] if found else ""


def waits(text: str) -> bool:
    """The same of a text that may name a session, too: ``Waiting list – Pottery, Tue 5 March``. A number behind it
    counts people: ``Waiting list: 3``."""
    said = _SAYS_NOT_COMING.search(text)
    if is_waiting(text) or (said and not _COUNTS.match(text[said.end() :])):
        return True
    words = _read(text)
    if words is None:
        return False
    behind = zip_longest(words.names, words.names[1:], fillvalue="")
    return any(is_waiting(one) and not other.isdecimal() for one, other in behind) or (
        words.says_when and _CANCELLED.search(text) is not None
    )


def to_agree(names: Sequence[str], agreed: Collection[str] = ()) -> tuple[str, ...]:
    """Which of the names that a title has beside days and times say neither nothing nor that people wait, and were not
    ``agreed`` on. One of them should be the service, another one may be its room."""
    known = set(map(fold, agreed))
    before = ("", *names)
    return tuple(
        name
        for leading, name in zip(before, names, strict=False)
        if fold(name) not in known
        and not _says_nothing(name)
        and not _LEADS.fullmatch(leading)
        and not is_waiting(name)
    )


def agreed_beside(texts: Iterable[str], conventions: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """What else is agreed on by who says that these titles name their sessions (``Answer.also``): all that they have
    beside a service. Which of it is the service can't be told here."""
    before = listed(conventions.get(TITLE_WORDS, ""))
    found = [to_agree(words.names, before) for text in texts if (words := _read(text))]
    text = listed_text(name for names in found if len(names) > 1 for name in names)
    return ((TITLE_WORDS, text),) if text else ()


def says_more(service: str, beside: Sequence[str]) -> Finding:
    """That a title has more beside a service than its day and time."""
    told, stand = " and ".join(f'"{name}"' for name in beside), "stands" if len(beside) == 1 else "stand"
    sentence = f'{told} {stand} beside "{service}". Write only the session there, or tell us that this changes nothing.'
    return Finding(TITLE_WORDS, sentence)


def _says_nothing(name: str, also: Collection[str] = ()) -> bool:
    words = re.findall(r"\w+", name.casefold())
    is_of_list = all(word in _OF_LISTS or word in also or _NUMBER.fullmatch(word) for word in words)
    return is_of_list or any(one.fullmatch(name) for one in (_ORGANISATION, _PERSON, _LEADS))


def _read(text: str) -> SessionWords | None:
    """Whatever 03/04/2030 means."""
    read = (read_session_words(text, order) for order in (None, "dmy", "mdy")) if len(text) <= LONGEST else ()
    return next((one for one in read if isinstance(one, SessionWords)), None)
