"""Pure: what makes a row a participant. One small function a rule.

A rule is given a cell that is not blank, texts cleaned, and returns what it reads and a finding or ``None``. It takes
every kind of cell, and never puts another value in place of the one that was typed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, time
from functools import lru_cache
from typing import TypeVar
from zoneinfo import ZoneInfo

from importer.columns import heading_key
from importer.errors import SettingsError
from importer.model import (
    Cell,
    Decision,
    Participant,
    Problem,
    Roster,
    RosterRow,
    RowRef,
    Severity,
    Target,
    moment_text,
)
from importer.moments import Finding, Start, clean, read_start, settled_order, shown

T = TypeVar("T")

MOST_SPACES = 500
LONGEST_NAME = 100

_WHEN = ("start", "date", "time")
_NAMES = ("first_name", "last_name", "full_name")
_LAST_FIRST = 'Write it "Last, First".'
_AS_TEXT = "Format the column as text and type it again."

_ID = re.compile(r"[0-9a-f]{24}", re.ASCII | re.IGNORECASE)
_SCIENTIFIC = re.compile(r"\d+(?:[.,]\d+)?E[+-]?\d+", re.ASCII | re.IGNORECASE)
_WHOLE = re.compile(r"(\d{1,9})(?:\.0*)?")
_EXTENSION = re.compile(r"\b(?:ext(?:ension|n)?|x)\b|(?<=\d)x(?=\d)", re.IGNORECASE)
_FEWEST_DIGITS = 6
_EXACT_DIGITS = 15  # a workbook keeps no more of a number

_PLAIN_ADDRESS = re.compile(
    r"(?=.{1,254}$)(?=[^@]{1,64}@)[A-Z0-9_+-]+(?:\.[A-Z0-9_+-]+)*@([A-Z0-9.-]+)", re.ASCII | re.IGNORECASE
)

_PARTICLE = re.compile(
    r"[Aa]l|[Bb]in|bint|[Ii]bn|[Dd]'|[Dd]a|das|[Dd]e|degli|dei|[Dd]el|[Dd]ella|den|der|[Dd]i|do|[Dd]os|[Dd]u|[Ee]l|la|le|"
    r"las|los|[Oo]'|ten|ter|te|van|Van De[nr]?|vom|[Vv]on|zu|zum|zur"
)
_NO_FIRST_NAME = re.compile(
    r"(?:mr|mrs|ms|miss|mx|dr|prof|sir|rev|jr|sr|ii|iii|iv|esq|mbe|obe|cbe|phd|de|del|della|van|von|o')\.?(?: .*)?",
    re.IGNORECASE,
)


def check_rows(
    roster: Roster,
    zone: ZoneInfo,
    *,
    now: datetime,
    date_order: str | None = None,
    default: Target | None = None,
    allow_past: bool = False,
) -> tuple[Participant, ...]:
    """Every row as a participant, in roster order, with all that is wrong with it in ``problems``.

    A faulty row holds what could be read of it, because the ledger may know its person. ``default`` is the target of
    rows that name neither id nor service nor time. A target by ``booking_id`` also holds the service and the start
    that its row names, so that a contradiction can be told. Nobody looks here for a person who stands there twice.
    """
    when_fields = tuple(field for field in _WHEN if field in roster.headings)
    orders = {
        field: settled_order(row.cells[field] for row in roster.rows if field in row.cells) or date_order
        for field in when_fields
    }

    @lru_cache(maxsize=None, typed=True)
    def read_when(*cells: Cell) -> Start:
        return read_start(dict(zip(when_fields, cells, strict=True)), zone, orders)

    share = lru_cache(maxsize=None)(Target)

    def target_of(line: _Line) -> Target:
        booking_id = line.read("booking_id", read_booking_id, "")
        service = line.read("service", read_label, "")
        resource = line.read("resource", read_label, "")
        named = [field for field in ("booking_id", "service", *when_fields) if field in line.cells]
        if not named:
            if not default:
                line.add(_NO_SESSION)
                return share(resource=resource)
            start, target = default.start, replace(default, resource=resource) if resource else default
        else:
            start, findings = read_when(*map(line.cells.get, when_fields))
            target = share(booking_id, service, resource, start)
            line.add(*(_beside_an_id(findings) if "booking_id" in named else findings))
            if "booking_id" not in named and "service" not in named:
                line.add(_NO_SERVICE)
        if start is not None and start < now and not allow_past:
            sentence = f"{moment_text(start, zone)} is in the past. Correct it, or add --allow-past."
            line.add(Finding("past", sentence, field=next((field for field in named if field in _WHEN), "")))
        return target

    people = []
    for row in roster.rows:
        line = _Line(row, roster)
        people.append(_participant(line, target_of(line)))
    _tell_shared_references(people, roster)
    return tuple(people)


def read_target(
    session: str | None, service: str | None, start: str | None, zone: ZoneInfo, date_order: str | None
) -> Target:
    """The target that ``--session``, or ``--service`` and ``--start``, name; an empty one if none is given.

    Raises ``SettingsError`` that names every option that can't be used.
    """
    faults = []
    booking_id, moment = "", None
    if session is not None:
        booking_id, finding = read_booking_id(clean(session))
        faults += [f"--session: {finding.sentence}"] if finding else []
        if service is not None or start is not None:
            faults.append("--session names one session already: leave out --service and --start.")
    elif (service is None) != (start is None):
        faults.append("--service and --start belong together: give both.")
    if start is not None:
        moment, findings = read_start({"start": clean(start)}, zone, {"start": date_order})
        faults += [f"--start: {finding.sentence}" for finding in findings if moment is None]
    if service is not None and not clean(service):
        faults.append("--service: there is no name. Write it as in Appointedd, or the id.")
    if faults:
        raise SettingsError(" ".join(faults))
    return Target(booking_id, clean(service or ""), "", moment)


def read_booking_id(cell: Cell) -> tuple[str, Finding | None]:
    """A group booking ID in lower case."""
    if isinstance(cell, str) and _ID.fullmatch(cell):
        return cell.lower(), None
    if not isinstance(cell, str) or _SCIENTIFIC.fullmatch(cell):
        sentence = f"{shown(cell)} is a number, not a group booking ID: digits are lost. {_AS_TEXT}"
        return "", Finding("booking_id_number", sentence)
    sentence = f'"{shown(cell)}" is not a group booking ID. Write 24 characters, 0-9 and a-f: see roster sessions.'
    return "", Finding("booking_id", sentence)


def read_label(cell: Cell) -> tuple[str, Finding | None]:
    """A name or an id of something: a service, a resource, a mark of ours. A whole number is its digits."""
    if isinstance(cell, str):
        return cell, None
    if isinstance(cell, int) and not isinstance(cell, bool) and len(str(cell)) <= _EXACT_DIGITS:
        return str(cell), None
    return "", Finding("not_text", f"{shown(cell)} is {_kind(cell)}, not a text. {_AS_TEXT}")


@lru_cache(maxsize=2**14, typed=True)
def read_name(cell: Cell) -> tuple[str, Finding | None]:
    """A first or a last name, spelt as it was typed."""
    if not isinstance(cell, str):
        return "", Finding("name_not_text", f"{shown(cell)} is {_kind(cell)}, not a name. {_AS_TEXT}")
    if not any(map(str.isalpha, cell)):
        return "", Finding("name_without_letters", f'"{shown(cell)}" is not a name. Write it in letters.')
    if len(cell) > LONGEST_NAME:
        return "", Finding("name_too_long", f'"{shown(cell)}" is too long for a name. Write it like Lovelace.')
    return cell, None


def split_full_name(cell: Cell) -> tuple[tuple[str, str], Finding | None]:
    """First and last name of one cell, where there is one way only to split it.

    Two words are "First Last"; with more of them the last name starts at a particle, if there is one. "SMITH John"
    shouts a last name, "Mr Smith" has no first name: neither is split.
    """
    name, finding = read_name(cell)
    if finding is not None:
        return ("", ""), finding
    last, comma, first = (part.strip() for part in name.partition(","))
    if not comma:
        words = name.split()
        at = _last_name_at(words)
        first, last = " ".join(words[:at]), " ".join(words[at:])
    if not first or not last or "," in first or _NO_FIRST_NAME.fullmatch(first.replace("’", "'")):
        if len(name.replace(",", " ").split()) == 1:
            return ("", ""), Finding("name_incomplete", f"{shown(name)} is one name only. {_LAST_FIRST}")
        return ("", ""), Finding("name_ambiguous", f"{shown(name)} can be split in more than one way. {_LAST_FIRST}")
    return (first, last), read_name(first)[1] or read_name(last)[1]


def read_email(cell: Cell) -> tuple[str, Finding | None]:
    """An address as it was typed. One that no mail can reach, though it is well formed, is a warning."""
    text = cell if isinstance(cell, str) else ""
    # Most addresses are plain before the @ and share a few domains: only these are worth the library's time.
    plain = _PLAIN_ADDRESS.fullmatch(text)
    verdict = _verdict("a@" + plain[1] if plain else text)
    if verdict is None:
        return text, None
    if verdict is Severity.WARNING:
        sentence = f"{shown(cell)} ends in a name that no mail is delivered to. It is sent as it stands."
        return text, Finding("email_special_use", sentence, Severity.WARNING)
    return "", Finding("email", f"{shown(cell)} is not an e-mail address. Write it like ada@example.org.")


def read_telephone(cell: Cell) -> tuple[str, Finding | None]:
    """A number as it was typed, an odd one with a warning. What has certainly lost digits is not sent."""
    if isinstance(cell, int) and not isinstance(cell, bool) and 0 < cell < 10**_EXACT_DIGITS:
        sentence = f"The cell holds a number, so zeros in front may be gone. {_AS_TEXT}"
        return str(cell), Finding("telephone_number_cell", sentence, Severity.WARNING)
    if not isinstance(cell, str) or _SCIENTIFIC.fullmatch(cell):
        sentence = f"{shown(cell)} is {_kind(cell)}, not a telephone number, and is not sent. {_AS_TEXT}"
        return "", Finding("telephone_lost", sentence, Severity.WARNING)
    digits = sum(map(str.isdigit, cell))
    if digits < _FEWEST_DIGITS or any(map(str.isalpha, _EXTENSION.sub("", cell))):
        sentence = f"{shown(cell)} does not look like a telephone number. It is sent as it stands."
        return cell, Finding("telephone_odd", sentence, Severity.WARNING)
    return cell, None


def read_spaces(cell: Cell) -> tuple[int, Finding | None]:
    """The number of places, 1 to ``MOST_SPACES``."""
    whole = _WHOLE.fullmatch(cell if isinstance(cell, str) else repr(cell)) if not isinstance(cell, bool) else None
    if whole and 1 <= int(whole[1]) <= MOST_SPACES:
        return int(whole[1]), None
    sentence = f"{shown(cell)} is not a number of places. Write a whole number from 1 to {MOST_SPACES}."
    return 1, Finding("spaces", sentence)


def read_decision(cell: Cell) -> tuple[Decision | None, Finding | None]:
    """What the person chose, without regard to case and blanks."""
    decision = _DECISIONS.get(heading_key(cell)) if isinstance(cell, str) else None
    if decision is not None:
        return decision, None
    sentence = f"{shown(cell)} is no decision. Choose Book, Leave out or Same person."
    return None, Finding("decision", sentence)


_DECISIONS = {heading_key(decision): decision for decision in Decision}
_NO_SESSION = Finding(
    "no_session",
    'The row names no session. Fill in "Group booking ID", or "Service" and "Start", or add --session to the command.',
)
_HEADING_AGAIN = Finding("heading_again", "This is the heading again, not a person. Delete the row.")
_NO_SERVICE = Finding("no_service", "There is no service. Write its name as in Appointedd.", field="service")


class _Line:
    """A row while it is being read, and what the rules found."""

    __slots__ = ("cells", "findings", "roster", "row")

    def __init__(self, row: RosterRow, roster: Roster) -> None:
        self.row = row
        self.roster = roster
        cleaned = ((field, clean(cell) if isinstance(cell, str) else cell) for field, cell in row.cells.items())
        self.cells: dict[str, Cell] = {field: cell for field, cell in cleaned if cell not in ("", None)}
        self.findings: list[Finding] = []

    def add(self, *findings: Finding) -> None:
        self.findings += findings

    def read(self, field: str, rule: Callable[[Cell], tuple[T, Finding | None]], blank: T) -> T:
        """What ``rule`` reads in the cell, ``blank`` if it is blank."""
        cell = self.cells.get(field)
        if cell is None:
            return blank
        value, finding = rule(cell)
        if finding is not None:
            self.findings.append(finding._replace(field=field))
        return value

    def problems(self) -> tuple[Problem, ...]:
        """All findings, in the order of the sheet's columns."""
        positions = self.roster.positions
        findings = sorted(self.findings, key=lambda finding: positions.get(finding.field, 0))
        return tuple(_problem(finding, self.row.ref, self.roster.headings) for finding in findings)


def _problem(finding: Finding, row: RowRef, headings: Mapping[str, str]) -> Problem:
    heading = headings.get(finding.field, "")
    field = finding.field if heading else ""
    return Problem(row, finding.rule, finding.sentence, field, heading, finding.severity)


def _participant(line: _Line, target: Target) -> Participant:
    first_name, last_name = _names(line)
    return Participant(
        row=line.row.ref,
        first_name=first_name,
        last_name=last_name,
        target=target,
        email=line.read("email", read_email, ""),
        mobile=line.read("mobile", read_telephone, ""),
        phone=line.read("phone", read_telephone, ""),
        reference=line.read("reference", read_label, ""),
        spaces=line.read("spaces", read_spaces, 1),
        handle=line.read("import_run", read_label, ""),
        decision=line.read("import_decision", read_decision, None),
        problems=line.problems() if line.findings else (),
    )


def _names(line: _Line) -> tuple[str, str]:
    """Both names: of their own two columns, or of the full name where the row has nothing in these."""
    cells = line.cells
    typed = {field: cell for field in _NAMES if isinstance(cell := line.row.cells.get(field), str)}
    for field, cell in typed.items():
        if not (cell.isascii() and cell.isprintable()) and (finding := _damage(cell)):
            line.add(finding._replace(field=field))
    if typed and all(cell == line.roster.headings.get(field) for field, cell in typed.items()):
        line.add(_HEADING_AGAIN._replace(field=next(iter(typed))))
    if "full_name" in cells and "first_name" not in cells and "last_name" not in cells:
        return line.read("full_name", split_full_name, ("", ""))
    for field in ("first_name", "last_name"):
        if field not in cells:
            what = field.replace("_", " ")
            line.add(Finding(f"no_{field}", f"The {what} is missing. Appointedd needs both names.", field=field))
    return line.read("first_name", read_name, ""), line.read("last_name", read_name, "")


def _damage(name: str) -> Finding | None:
    """What a name can't have in it: two lines, or letters that were read in the wrong encoding."""
    if len(name.strip().splitlines()) > 1:
        return Finding("name_of_two_lines", "The name stands on two lines. Write one person a row, on one line.")
    if "\ufffd" in name or any(_reads_as_utf8(name, encoding) for encoding in ("cp1252", "latin-1")):
        return Finding("name_garbled", f"{shown(name)} is garbled. Write the name again, or save the file as UTF-8.")
    return None


def _reads_as_utf8(text: str, encoding: str) -> bool:
    """ZoÃ« is UTF-8 that was read as if it were ``encoding``."""
    try:
        return not text.isascii() and bool(text.encode(encoding).decode("utf-8"))
    except UnicodeError:
        return False


def _last_name_at(words: list[str]) -> int:
    """The index of the word at which the last name starts; 0 where that is not certain."""
    if len(words) == 2:
        return 0 if len(words[0]) > 2 and words[0].isupper() and not words[1].isupper() else 1
    words = [word.replace("’", "'") for word in words]
    for at in range(1, len(words) - 1):
        if _PARTICLE.fullmatch(words[at]) or _PARTICLE.fullmatch(" ".join(words[at : at + 2])):
            return at
    return len(words) - 1 if len(words) > 2 and words[-1][:2] in ("O'", "o'", "D'", "d'") else 0


def _kind(cell: Cell) -> str:
    if isinstance(cell, bool):
        return "a yes or no"
    if isinstance(cell, date):
        return "a date"
    return "a time" if isinstance(cell, time) else "a number"


@lru_cache(maxsize=2**14)
def _verdict(address: str) -> Severity | None:
    """``None`` for a well-formed address, a warning for one whose domain is set aside for other uses than mail."""
    from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email

    domain = address.rpartition("@")[2].lower()
    is_special = any(domain == name or domain.endswith("." + name) for name in SPECIAL_USE_DOMAIN_NAMES)
    try:
        # The library refuses a special domain before it has looked at the rest; under another one it does look.
        validate_email(f"{address}.example.org" if is_special else address, check_deliverability=False)
    except EmailNotValidError:
        return Severity.PROBLEM
    return Severity.WARNING if is_special else None


def _beside_an_id(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Where an id names the session the start is only compared: half of one is no fault, a faulty one a warning."""
    return tuple(
        found._replace(severity=Severity.WARNING) for found in findings if found.rule not in ("no_date", "no_time")
    )


def _tell_shared_references(people: list[Participant], roster: Roster) -> None:
    """One reference belongs to one person: the second who carries it gets the problem."""
    owners: dict[str, Participant] = {}
    for at, person in enumerate(people):
        if not person.reference or not person.first_name or person.decision is Decision.LEAVE_OUT:
            continue
        owner = owners.setdefault(person.reference, person)
        if owner is person or heading_key(owner.first_name) == heading_key(person.first_name):
            continue
        where = f"row {owner.row.number}, for {owner.first_name}"
        sentence = f"{shown(person.reference)} is also in {where}. Write each person's own."
        problem = _problem(Finding("reference_shared", sentence, field="reference"), person.row, roster.headings)
        people[at] = replace(person, problems=(*person.problems, problem))
