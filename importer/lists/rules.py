"""Pure: what makes a row a participant. One small function a rule.

A rule is given a cell that is not blank nor ``unusable``, texts cleaned, and returns what it reads and a finding or
``None``. It takes every kind of cell, and never puts another value in place of the one that was typed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache, partial
from typing import TypeVar
from zoneinfo import ZoneInfo

from importer.errors import SettingsError
from importer.lists.contacts import read_email, read_telephone
from importer.lists.findings import (
    AS_TEXT,
    EXACT_DIGITS,
    LOST_FORMAT,
    SCIENTIFIC,
    Finding,
    clean,
    kind,
    shown,
    unusable,
    zeros_gone,
)
from importer.lists.moments import Start, read_start, settled_order
from importer.lists.names import name_order_of, read_name, split_full_name
from importer.model import (
    FILTERED_OUT,
    HIDDEN,
    STRUCK_THROUGH,
    Cell,
    Decision,
    Participant,
    Problem,
    Roster,
    RosterSheet,
    RowRef,
    Severity,
    Target,
    moment_text,
)
from importer.model.columns import heading_key

T = TypeVar("T")
Findings = tuple[Finding, ...]

MOST_SPACES = 500

_WHEN = ("start", "date", "time")
_SESSION = ("booking_id", "service", "resource", *_WHEN)
_NAMES = ("first_name", "last_name", "full_name")

_BRING_BACK = {HIDDEN: "Unhide it", FILTERED_OUT: "Clear the filter", STRUCK_THROUGH: "Take the line off"}

_ID = re.compile(r"[0-9a-f]{24}", re.ASCII | re.IGNORECASE)
_WHOLE = re.compile(r"(\d{1,9})(?:\.0*)?")
_LOST_DIGITS = re.compile(r"\d(?:[.,]\d+)?E\+\d{2,}", re.ASCII)


def check_rows(
    roster: Roster,
    zone: ZoneInfo,
    *,
    now: datetime,
    date_order: str | None = None,
    name_order: str | None = None,
    default: Target | None = None,
    hidden: str | None = None,
    allow_past: bool = False,
) -> tuple[Participant, ...]:
    """Every row as a participant, in roster order, with all that is wrong with it in ``problems``.

    A faulty row holds what could be read of it, because the ledger may know its person. What 03/04/2030 and "Khan Leo"
    mean is settled column by column, and by ``date_order`` and ``name_order`` where the column tells nothing.
    ``default`` is the target of rows that name neither id nor service nor time. A target by ``booking_id`` also holds
    the service and the start that its row names, so that a contradiction can be told. A row put aside waits for
    a decision, unless ``hidden`` says ``include`` or ``skip``. Nobody looks here for a person who stands there twice.
    """
    read = [
        one
        for sheet in roster.sheets
        for one in _check_sheet(
            sheet,
            zone,
            now=now,
            orders=_date_orders(sheet, sheet.date_order or date_order),
            name_order=name_order_of(sheet, name_order),
            day_zero=roster.day_zero,
            default=default,
            allow_past=allow_past,
        )
    ]
    for at, row in enumerate(roster.rows):
        if row.set_aside:
            read[at] = _put_aside(row.set_aside, *read[at], hidden)
    for at, finding in _shared_references([person for person, _ in read]):
        read[at][1].append(finding)
    return tuple(
        replace(person, problems=_problems(findings, person.row, roster)) if findings else person
        for person, findings in read
    )


def _date_orders(sheet: RosterSheet, date_order: str | None) -> dict[str, str | None]:
    return {
        field: settled_order(row.cells[field] for row in sheet.rows if field in row.cells) or date_order
        for field in _WHEN
    }


def _check_sheet(
    sheet: RosterSheet,
    zone: ZoneInfo,
    *,
    now: datetime,
    orders: Mapping[str, str | None],
    name_order: str | None,
    day_zero: date,
    default: Target | None,
    allow_past: bool,
) -> list[tuple[Participant, list[Finding]]]:
    """The people of one sheet with what is wrong with each."""
    rows = sheet.rows
    found: defaultdict[int, list[Finding]] = defaultdict(list)

    def read(fields: tuple[str, ...], rule: Callable[..., tuple[T, Findings]]) -> list[T]:
        values = []
        for at, row in enumerate(rows):
            value, findings = rule(*map(row.cells.get, fields))
            values.append(value)
            if findings:
                found[at] += findings
        return values

    def read_column(field: str, rule: Callable[[Cell], tuple[T, Finding | None]], blank: T) -> list[T]:
        if field not in sheet.headings:
            return [blank] * len(rows)
        values = []
        for at, row in enumerate(rows):
            value, finding = _read(rule, row.cells.get(field), blank)
            values.append(value)
            if finding is not None:
                found[at].append(finding._replace(field=field))
        return values

    @lru_cache(maxsize=None, typed=True)
    def read_session(*row: Cell) -> tuple[Target, Findings]:
        cells = {field: _cleaned(cell) for field, cell in zip(_SESSION, row, strict=True) if field in sheet.headings}
        target, findings = _session(cells, zone, orders, day_zero, default)
        if target.starts and target.starts[-1] < now and not allow_past:
            field = next((field for field in _WHEN if cells.get(field) is not None), "")
            sentence = f"{moment_text(target.starts[-1], zone)} is in the past. Correct it, or add --allow-past."
            findings = (*findings, Finding("past", sentence, field=field))
        return target, findings

    headings = tuple(map(sheet.headings.get, _NAMES))
    people = [
        Participant(row.ref, first_name, last_name, target, email, mobile, phone, reference, spaces, handle, decision)
        for row, (first_name, last_name), target, email, mobile, phone, reference, spaces, handle, decision in zip(
            rows,
            read(_NAMES, partial(_names, headings, name_order)),
            read(_SESSION, read_session),
            read_column("email", read_email, ""),
            read_column("mobile", read_telephone, ""),
            read_column("phone", read_telephone, ""),
            read_column("reference", read_label, ""),
            read_column("spaces", read_spaces, 1),
            read_column("import_run", read_label, ""),
            read_column("import_decision", read_decision, None),
            strict=True,
        )
    ]
    return [(person, found[at]) for at, person in enumerate(people)]


def read_target(
    session: str | None, service: str | None, start: str | None, zone: ZoneInfo, date_order: str | None
) -> Target:
    """The target that ``--session``, or ``--service`` and ``--start``, name; an empty one if none is given.

    Raises ``SettingsError`` that names every option that can't be used.
    """
    faults = []
    booking_id, when = "", Start()
    if session is not None:
        booking_id, finding = read_booking_id(clean(session))
        faults += [f"--session: {finding.sentence}"] if finding else []
        if service is not None or start is not None:
            faults.append("--session names one session already: leave out --service and --start.")
    elif (service is None) != (start is None):
        faults.append("--service and --start belong together: give both.")
    if start is not None:
        when = read_start({"start": clean(start)}, zone, {"start": date_order})
        faults += [f"--start: {finding.sentence}" for finding in when.findings if when.moment is None]
    if service is not None and not clean(service):
        faults.append("--service: there is no name. Write it as in Appointedd, or the id.")
    if faults:
        raise SettingsError(" ".join(faults))
    return Target(booking_id, clean(service or ""), "", when.moment, when.or_moment)


def read_booking_id(cell: Cell) -> tuple[str, Finding | None]:
    """A group booking ID in lower case."""
    if isinstance(cell, str) and _ID.fullmatch(cell):
        return cell.lower(), None
    if not isinstance(cell, str) or SCIENTIFIC.fullmatch(cell):
        sentence = f"{shown(cell)} is a number, not a group booking ID: digits are lost. {AS_TEXT}"
        return "", Finding("booking_id_number", sentence)
    length = f": it has {len(cell)} characters" if re.fullmatch(r"[0-9a-fA-F]+", cell) else ""
    sentence = f'"{shown(cell)}" is not a group booking ID{length}. Copy all 24 characters, 0-9 and a-f.'
    return "", Finding("booking_id", sentence)


def read_label(cell: Cell) -> tuple[str, Finding | None]:
    """A name or an id of something: a service, a resource, a mark of ours. A whole number is its digits."""
    if isinstance(cell, str):
        if not cell[:1].isdecimal():
            return cell, None
        if _LOST_DIGITS.fullmatch(cell):
            return "", Finding("digits_lost", f"{shown(cell)} is what is left of a number: digits are lost. {AS_TEXT}")
        if number := LOST_FORMAT.fullmatch(cell):
            return number[1], zeros_gone(cell)
        return cell, None
    if isinstance(cell, int) and not isinstance(cell, bool) and len(str(cell)) <= EXACT_DIGITS:
        return str(cell), None
    return "", Finding("not_text", f"{shown(cell)} is {kind(cell)}, not a text. {AS_TEXT}")


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


_NO_FIRST = "", Finding("no_first_name", "The first name is missing. Appointedd needs both names.")
_NO_LAST = "", Finding("no_last_name", "The last name is missing. Appointedd needs both names.")
_NO_SERVICE = Finding("no_service", "There is no service. Write its name as in Appointedd.", field="service")


def _cleaned(cell: Cell) -> Cell:
    """A cell without what can't be seen in it, ``None`` if nothing is left; as it was, if it is ``unusable``."""
    return clean(cell) or None if isinstance(cell, str) and not unusable(cell) else cell


def _problems(findings: Iterable[Finding], row: RowRef, roster: Roster) -> tuple[Problem, ...]:
    """The findings of a row, in the order of the sheet's columns."""
    sheet = roster.sheet_of(row)
    headings, positions = sheet.headings, sheet.positions
    return tuple(
        Problem(row, rule, sentence, field if field in headings else "", headings.get(field, ""), severity)
        for rule, sentence, severity, field in sorted(findings, key=lambda finding: positions.get(finding.field, 0))
    )


def _read(rule: Callable[[Cell], tuple[T, Finding | None]], cell: Cell, blank: T) -> tuple[T, Finding | None]:
    """What a rule makes of a cell of the roster; ``blank`` if nothing is in it that the rule could be given."""
    if cell is None:
        return blank, None
    if finding := unusable(cell):
        return blank, finding
    cleaned = clean(cell) if isinstance(cell, str) else cell
    return (blank, None) if cleaned == "" else rule(cleaned)


def _names(
    headings: tuple[str | None, ...], order: str | None, first: Cell, last: Cell, full: Cell
) -> tuple[tuple[str, str], Findings]:
    """Both names: of their own two columns, or of the full name where the row has nothing in these."""
    again = (_HEADING_AGAIN,) if (first, last, full) == headings else ()
    if first is None and last is None and full is not None:
        names, finding = split_full_name(full, order)
        return names, (*again, finding._replace(field="full_name")) if finding else again
    first_name, no_first = _NO_FIRST if first is None else read_name(first)
    last_name, no_last = _NO_LAST if last is None else read_name(last)
    if not (no_first or no_last or again):
        return (first_name, last_name), ()
    told = (no_first and no_first._replace(field="first_name"), no_last and no_last._replace(field="last_name"))
    return (first_name, last_name), (*again, *filter(None, told))


def _session(
    cells: Mapping[str, Cell],
    zone: ZoneInfo,
    orders: Mapping[str, str | None],
    day_zero: date,
    default: Target | None,
) -> tuple[Target, Findings]:
    """The group booking that a row asks for, by id or by service and start; ``default`` if it names none."""
    findings = []
    read = {}
    for field, rule in (("booking_id", read_booking_id), ("service", read_label), ("resource", read_label)):
        read[field], finding = _read(rule, cells.get(field), "")
        if finding:
            findings.append(finding._replace(field=field))
    if all(cells.get(field) is None for field in _SESSION if field != "resource"):
        if default:
            return replace(default, resource=read["resource"] or default.resource), tuple(findings)
        return Target(resource=read["resource"]), (*findings, _NO_SESSION)
    when = {field: cells[field] for field in _WHEN if field in cells}
    start, told, or_start = read_start(when, zone, orders, day_zero=day_zero)
    if cells.get("booking_id") is None:
        findings += told if cells.get("service") is not None else (*told, _NO_SERVICE)
    else:
        # The id names the session and the start is only compared: half of one is no fault, a faulty one a warning.
        findings += (
            finding if unusable(cells.get(finding.field)) else finding._replace(severity=Severity.WARNING)
            for finding in told
            if finding.rule not in ("no_date", "no_time")
        )
    return Target(start=start, or_start=or_start, **read), tuple(findings)


def _put_aside(
    how: str, person: Participant, findings: list[Finding], hidden: str | None
) -> tuple[Participant, list[Finding]]:
    """Somebody seems to have meant that this person is not to be booked, and perhaps not to all who see the sheet."""
    if person.decision is not None or hidden == "include":
        return person, findings
    if hidden == "skip":
        return replace(person, decision=Decision.LEAVE_OUT), findings
    sentence = (
        f"The row is {how}. {_BRING_BACK[how]}, or choose {Decision.BOOK} or {Decision.LEAVE_OUT} in the column "
        '"Import decision"; for all such rows at once: --hidden include, or --hidden skip.'
    )
    return person, [*findings, Finding("put_aside", sentence)]


def _shared_references(people: Sequence[Participant]) -> Iterator[tuple[int, Finding]]:
    """One reference belongs to one person: who else carries it, by index."""
    owners: dict[str, Participant] = {}
    for at, person in enumerate(people):
        if not person.reference or not person.first_name or person.decision is Decision.LEAVE_OUT:
            continue
        owner = owners.setdefault(person.reference, person)
        if owner is person or heading_key(owner.first_name) == heading_key(person.first_name):
            continue
        where = f"{owner.row.seen_from(person.row)}, for {owner.first_name}"
        sentence = f"{shown(person.reference)} is also in {where}. Write each person's own."
        yield at, Finding("reference_shared", sentence, field="reference")
