"""Pure: what makes a row a participant. ``_column_rules`` has a rule for each column that can be read by itself.

A rule is given a cell that is not blank nor ``unusable``, texts cleaned, and returns what it reads and a finding or
``None``. It takes every kind of cell, and never puts another value in place of the one that was typed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache, partial
from typing import Any, NamedTuple

from importer.lists.answer_lines import AnswerLines, typed_in, with_answers
from importer.lists.capitals import as_in_english
from importer.lists.contacts import read_email
from importer.lists.findings import Finding, cell_text, clean_cell, problem_of, read_cell
from importer.lists.labels import read_decision, read_label, read_spaces, read_status
from importer.lists.moments import date_order_in
from importer.lists.name_columns import name_order_of
from importer.lists.names import NAMES, read_names
from importer.lists.sessions import SESSION, Clock, read_session
from importer.lists.telephones import TELEPHONES, Telephones, read_telephone, region_of
from importer.lists.titles import PERHAPS_NOBODY, ask_whether_person, lonely_rows
from importer.model import (
    CROSSED_OUT,
    FILTERED_OUT,
    HIDDEN,
    HIDDEN_ROW,
    IN_HIDDEN_COLUMN,
    LEFT_OUT_AS_AGREED,
    NOT_TICKED,
    PUT_ASIDE,
    STRUCK_THROUGH,
    UNTICKED,
    Cell,
    Decision,
    Options,
    Participant,
    Problem,
    Roster,
    RosterRow,
    RosterSheet,
    Severity,
    Target,
)
from importer.model.columns import heading_key
from importer.model.conventions import TITLE_WORDS, listed
from importer.model.handles import handle_of
from importer.settings import Settings

_BRING_BACK = {
    HIDDEN: "The row is hidden. Unhide it",
    FILTERED_OUT: "The row is filtered out. Clear the filter",
    STRUCK_THROUGH: "The row is struck through. Take the line off",
    CROSSED_OUT: "This is crossed out. Take the line off",
    IN_HIDDEN_COLUMN: "This is in a hidden column. Unhide it",
}
_WITHOUT_TICK = Finding(UNTICKED, "No session is ticked.", Severity.WARNING)
"""Of who stands among people with ticks: nothing is asked of such a row, and nothing in it matters."""

_AS_AGREED = Finding("left_out_as_agreed", "Rows like this one are left out, as agreed.", Severity.WARNING)
_LEFT_OUT = {NOT_TICKED: _WITHOUT_TICK, LEFT_OUT_AS_AGREED: _AS_AGREED}


@dataclass(frozen=True, slots=True)
class SheetContext:
    """By what the cells of a sheet are read: the settings, what the call wants, and what the sheet itself tells."""

    sheet: RosterSheet
    settings: Settings
    options: Options
    now: datetime
    day_zero: date

    def date_order(self, field: str) -> str | None:
        """What 03/04/2030 means in a column: as its cells tell, else as is kept with the headings, else as is set."""
        cells = (row.cells[field] for row in self.sheet.rows if field in row.cells)
        return date_order_in(cells) or self.sheet.conventions.get("date_order") or self.settings.date_order

    @property
    def clock(self) -> Clock:
        orders = {field: self.date_order(field) for field in self.session_fields}
        return Clock(self.settings.zone, orders, self.day_zero)

    @property
    def telephones(self) -> Telephones:
        if self.sheet.headings.keys().isdisjoint(TELEPHONES):
            return Telephones()
        settings, zero = self.settings, self.sheet.conventions.get("telephone_zero", "")
        return Telephones(settings.region or region_of(settings.timezone), zero, settings.telephones == "E.164")

    @property
    def session_fields(self) -> tuple[str, ...]:
        """What tells the session: columns of the sheet, or words that stand elsewhere. Those that stand but once for
        everybody give way to a session that the call names."""
        is_given = bool(self.options.target) and self.sheet.place_for_all is not None
        known = {*self.sheet.headings, *(["session"] if self.sheet.names_sessions and not is_given else [])}
        return tuple(field for field in SESSION if field in known)


class ColumnRule(NamedTuple):
    """How the cells of a column are read, and as which field of ``Participant`` that is kept: "" is only checked."""

    column: str
    rule: Callable[[Cell], tuple[Any, Finding | None]]
    kept_as: str = ""


def _column_rules(by: SheetContext) -> tuple[ColumnRule, ...]:
    telephone = partial(read_telephone, by=by.telephones)
    return (
        ColumnRule("email", read_email, "email"),
        ColumnRule("mobile", telephone, "mobile"),
        ColumnRule("phone", telephone, "phone"),
        ColumnRule("reference", read_label, "reference"),
        ColumnRule("spaces", read_spaces, "spaces"),
        ColumnRule("import_run", read_label),
        ColumnRule("import_status", read_status),
        ColumnRule("import_decision", read_decision, "decision"),
    )


def check_rows(roster: Roster, settings: Settings, options: Options, *, now: datetime) -> tuple[Participant, ...]:
    """Every row as a participant, in roster order, with all that is wrong with it in ``problems``.

    A faulty row holds what could be read of it, because the ledger may know its person. What 03/04/2030 and "Khan Leo"
    mean is decided column by column, and by the settings where the column tells nothing. ``options.target`` is that of
    rows that name neither id nor service nor time. A target by ``booking_id`` also holds the service and the start that
    its row names, so that a contradiction can be told. A row put aside waits for a decision, unless ``options.hidden``
    says ``include`` or ``skip``. Nobody looks here for a person who stands there twice.
    """
    answers = AnswerLines(roster.answer_lines)
    contexts = (SheetContext(sheet, settings, options, now, roster.day_zero) for sheet in roster.sheets)
    read = [one for context in contexts for one in _check_sheet(context)]
    added = _added_lines(roster)
    for at, row in enumerate(roster.rows):
        if row.ref.part and roster.answer_lines:
            person, findings = read[at]
            lines = answers.of(row.ref, person.name, row.handles, row.cells.get("session"))
            person, of_answers = with_answers(person, lines)
            read[at] = person, [*findings, *of_answers]
            read[at][1].extend(added.pop(row.ref.number, ()))
        if row.set_aside:
            read[at] = _put_aside(row.set_aside, *read[at], options.hidden)
    for at, finding in _shared_references([person for person, _ in read]):
        read[at][1].append(finding)
    return tuple(
        replace(person, problems=_problems(findings, person, roster)) if findings else person
        for person, findings in read
    )


def _added_lines(roster: Roster) -> dict[int, list[Finding]]:
    """What is told of lines that somebody added to the sheet of answers, by the number of the row that tells it."""
    numbers = [row.ref.number for row in roster.rows if row.ref.part] if roster.answer_lines else []
    found: dict[int, list[Finding]] = {}
    for line in roster.answer_lines:
        if line.is_added and numbers:
            number = line.row.number if line.row.number in numbers else numbers[0]
            found.setdefault(number, []).append(typed_in(line))
    return found


def _check_sheet(by: SheetContext) -> Iterator[tuple[Participant, list[Finding]]]:
    """The people of one sheet with what is wrong with each."""
    order, surname = name_order_of(by.sheet, by.settings.name_order), by.sheet.conventions.get("surname")
    sessions = _sessions(by)
    rules = [one for one in _column_rules(by) if one.column in by.sheet.headings]
    lonely = lonely_rows(by.sheet.rows)
    typed: tuple[object, ...] = ()
    for at, (row, (target, of_session)) in enumerate(zip(by.sheet.rows, sessions, strict=True)):
        # Somebody with many sessions is read once: their rows follow each other.
        of_row = (row.ref.line, *map(row.cells.get, NAMES)) if row.ref.part else ()
        if not of_row or of_row != typed:
            (first_name, last_name), of_names = read_names(row.cells, by.sheet.headings, order, surname)
        if by.settings.names == "as-in-english":
            first_name, last_name = as_in_english(first_name, last_name)
        typed = of_row
        kept: dict[str, Any] = {}
        findings = [*of_names, *of_session]
        for column, rule, kept_as in rules:
            value, finding = read_cell(rule, row.cells.get(column))
            if kept_as and value is not None:
                kept[kept_as] = value
            if finding is not None:
                findings.append(finding._replace(field=column))
        person = Participant(
            row=row.ref,
            first_name=first_name,
            last_name=last_name,
            target=target,
            handle=handle_of(row.handles, row.ref.part),
            places=row.places,
            **kept,
        )
        if person.decision is not None:
            findings = [one for one in findings if one.rule != PERHAPS_NOBODY]
        elif asked := ask_whether_person(person, is_lonely=at in lonely):
            findings.append(asked._replace(field=next((field for field in NAMES if field in row.cells), "")))
        yield person, findings


def _sessions(by: SheetContext) -> list[tuple[Target, tuple[Finding, ...]]]:
    """The target of each row. Most rows ask for what another asks for: equal cells are read once."""
    fields, clock = by.session_fields, by.clock
    agreed = listed(by.sheet.conventions.get(TITLE_WORDS, ""))

    @lru_cache(maxsize=None, typed=True)
    def read(date: str, is_title: bool, *row: Cell) -> tuple[Target, tuple[Finding, ...]]:
        cells = {field: clean_cell(cell) for field, cell in zip(fields, row, strict=True)}
        options = of_date.get(date, by.options)
        return read_session(cells, clock, options, now=by.now, is_title=is_title, agreed=agreed)

    of_date = {date: replace(by.options, target=target) for date, target in by.options.dates}
    return [read(row.ref.date, _is_of_title(row), *map(row.cells.get, fields)) for row in by.sheet.rows]


def _is_of_title(row: RosterRow) -> bool:
    """Whether the session stands in a title, on the tab or in the file's name: not under a heading of its own."""
    place = row.places.get("session")
    return place is not None and not place.heading


def _problems(findings: Iterable[Finding], person: Participant, roster: Roster) -> tuple[Problem, ...]:
    """The findings of a row, in the order of the sheet's columns."""
    sheet = roster.sheet_of(person.row)
    positions = {**sheet.positions, **{field: place.column for field, place in person.places.items()}}
    in_order = sorted(findings, key=lambda finding: positions.get(finding.field, 0))
    return tuple(problem_of(one, person.row, sheet.headings, person.places) for one in in_order)


def _put_aside(
    how: str, person: Participant, findings: list[Finding], hidden: str | None
) -> tuple[Participant, list[Finding]]:
    """Somebody seems to have meant that this person is not to be booked, and perhaps not to all who see the sheet."""
    if how in _LEFT_OUT:
        wants = person.decision not in (None, Decision.LEAVE_OUT)
        return (person, findings) if wants else (replace(person, decision=Decision.LEAVE_OUT), [_LEFT_OUT[how]])
    decide = f'{Decision.BOOK} or {Decision.LEAVE_OUT} in the column "Import decision".'
    if person.decision is None and how not in _BRING_BACK:
        return person, [*findings, Finding(PUT_ASIDE, f"This person stands {how}. Choose {decide}")]
    if person.decision is not None or hidden == "include":
        return person, findings
    if hidden == "skip":
        return replace(person, decision=Decision.LEAVE_OUT), findings
    return person, [*findings, Finding(HIDDEN_ROW, f"{_BRING_BACK[how]}, or choose {decide}")]


def _shared_references(people: Sequence[Participant]) -> Iterator[tuple[int, Finding]]:
    """One reference belongs to one person, or to all whom one line names: who else carries it, by index."""
    owners: dict[str, Participant] = {}
    for at, person in enumerate(people):
        if not person.reference or not person.first_name or person.decision is Decision.LEAVE_OUT:
            continue
        owner = owners.setdefault(person.reference, person)
        if owner.row.line == person.row.line or heading_key(owner.first_name) == heading_key(person.first_name):
            continue
        where = f"{owner.row.seen_from(person.row)}, for {owner.first_name}"
        sentence = f"{cell_text(person.reference)} is also in {where}. Write each person's own."
        yield at, Finding("reference_shared", sentence, field="reference")
