"""Roster, plan and question as lines of text. Pure: what people see can be read off the tests, block by block."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import tzinfo
from pathlib import Path

from importer.cli.endings import approved
from importer.cli.rows import rows_needing_a_person, warnings
from importer.cli.terminal import command_line, where, wrap
from importer.importing.questions import (
    GoAhead,
    Newer,
    NewSessions,
    PassOn,
    Price,
)
from importer.importing.sending import contact_text, emails_text, what_is_sent
from importer.lists.names import NAMES
from importer.model import (
    LEFT_OUT_AS_AGREED,
    MOST_LISTED,
    NOT_TICKED,
    PROVIDER,
    Participant,
    Plan,
    Roster,
    RosterSheet,
    RunReport,
    Status,
    day_text,
    moment_text,
    places_text,
    rows_with_reasons,
)
from importer.model.columns import COLUMNS, IMPORT_COLUMNS, IMPORT_FIELDS, heading_key
from importer.model.conventions import SENDER, Answer, Convention, in_words
from importer.model.headings import has_names, may_hold_people, suggestions
from importer.model.numbered import field_and_number
from importer.results.report import open_rows, people, places
from importer.settings import Settings

PRACTICE = "PRACTICE: no real bookings."

_SESSION_WIDTH = 44
_NUMBERS = {"Places": 8, "Taken": 6, "Wanted": 7, "Book": 6, "Left": 6}
_HEADINGS = {column.field: column.heading for column in (*COLUMNS, *IMPORT_COLUMNS)}
_ASIDE = {None: "Waiting for your decision", "skip": "Left out", "include": "Included"}
_OURS = IMPORT_FIELDS - {"import_decision"}


def understood(roster: Roster, hidden: str | None = None) -> list[str]:
    """What was understood of the file: it comes first, always. ``hidden`` is what is done with rows put aside."""
    lines = [line for sheet in roster.sheets for line in _understood(roster.path.name, sheet, hidden)]
    for title in roster.unknown:
        lines += wrap(f'Sheet "{title}" was not read: none of its headings is known. If people stand there:')
        lines += ["", f"    {command_line(['roster', 'headings', where(roster.path), '--sheet', title])}", ""]
    if roster.also:
        also = ", ".join(f'"{title}" ({people(count)})' for title, count in roster.also.items())
        lines += wrap(f"Also with headings: {also}. For all of them: --sheet all", indent="  ", first="")
    return lines


def _understood(file: str, sheet: RosterSheet, hidden: str | None) -> list[str]:
    parts = [file, *heading_place(sheet.title, sheet.heading_row, sheet.heading_set), people(people_on(sheet))]
    used = [taken_for(field, typed) for field, typed in sheet.headings.items() if field not in _OURS]
    lines = wrap(" · ".join(parts), indent="  ", first="") + wrap(f"Used: {', '.join(used)}", indent="  ", first="")
    if sheet.unused:
        lines += wrap(f"Not used, and not sent to {PROVIDER}: {', '.join(sheet.unused)}", indent="  ", first="")
    if sheet.heading_set and sheet.conventions:
        told = ", ".join(in_words(key, value) for key, value in sheet.conventions.items())
        lines += wrap(f'As agreed for "{sheet.heading_set}": {told}', indent="  ", first="")
    for typed in filter(may_hold_people, sheet.unused):
        lines += wrap(f'"{typed}" may hold people. They will not be booked: give each a row of their own.')
    if not sheet.heading_set:
        lines += _near_misses(sheet)
    for sentence in sheet.read_as:
        lines += wrap(sentence, indent="  ", first="")
    if sheet.skipped:
        lines += wrap(f"Skipped: {rows_with_reasons(sheet.skipped)}", indent="  ", first="")
    return lines + _put_aside(sheet, hidden)


def people_on(sheet: RosterSheet) -> int:
    """Each once, however many sessions they have."""
    if not any(row.ref.part for row in sheet.rows):
        return len(sheet.rows)
    return len({(row.ref.number, *(str(row.cells.get(field)) for field in NAMES)) for row in sheet.rows})


def _put_aside(sheet: RosterSheet, hidden: str | None) -> list[str]:
    """Rows that somebody has put aside and not decided on, by how they did."""
    how = {
        row.ref.number: row.set_aside
        for row in sheet.rows
        if row.set_aside not in ("", NOT_TICKED, LEFT_OUT_AS_AGREED) and "import_decision" not in row.cells
    }
    return wrap(f"{_ASIDE[hidden]}: {rows_with_reasons(how)}", indent="  ", first="") if how else []


def unclear(path: Path, sheet: RosterSheet) -> list[str]:
    """What to type where a column that is not used may hold what is needed, and nobody can be asked."""
    missing = {"last_name": "the first name", "first_name": "the last name"}
    of_name = next((what for field, what in missing.items() if field in sheet.headings), "the whole name")
    needed = "the session" if has_names(sheet.headings) else of_name
    return [
        *wrap(f"No heading is known to mean {needed}. If one that is not used does, tell us once:"),
        "",
        f"    {command_line(['roster', 'headings', where(path)])}",
        "",
    ]


def to_teach(path: Path, open_: Convention) -> list[str]:
    """What is open about a list and holds nobody, and the line that settles it."""
    return [
        *(line for text in open_.asks for line in wrap(text)),
        "Tell us once:",
        "",
        f"    {command_line(['roster', 'headings', where(path)])}",
        "",
    ]


def heading_place(sheet: str, row: int, heading_set: str) -> list[str]:
    """Where the headings stand, and the name of their set, which no line breaks."""
    name = heading_set.replace(" ", "\N{NO-BREAK SPACE}")
    return [*([f'sheet "{sheet}"'] if sheet else []), f"headings in row {row}" + (f' as "{name}"' if name else "")]


def taken_for(field: str, typed: str) -> str:
    """``Pupil (full name)``, or the heading alone where it says so itself."""
    base, number = field_and_number(field)
    known = f"{_HEADINGS.get(base, base)} {number}" if number > 1 else _HEADINGS.get(field, field)
    return typed if heading_key(typed) == heading_key(known) else f"{typed} ({known[0].lower()}{known[1:]})"


def plan_lines(
    plan: Plan,
    preview: RunReport,
    settings: Settings,
    *,
    first: int | None,
    contact_of: int = 0,
    with_rows: bool = True,
) -> list[str]:
    """The plan, before anybody is asked: places, who is left without one, what is sent, and what is odd about it.

    ``contact_of`` is the import whose choice of addresses and numbers holds here. ``with_rows`` is false where the end
    follows at once and has them.
    """
    booked = plan.first_people(first)
    lines = [*_sessions(preview), *(_not_booked(preview) if with_rows else [])]
    lines += approved(preview) if with_rows else []
    if booked:
        lines += ["", *_new(preview)] if any(not one.booking.id for one in preview.sessions) else []
        lines += [
            "",
            *_labelled("Sent", ", ".join(what_is_sent(booked, settings.contact))),
            *_labelled("Payment requests", _payments(plan, settings.payment_requests)),
            *_labelled("E-mails", _emails(booked, settings.contact, contact_of)),
        ]
    return [*lines, *(["", *_odd(plan)] if plan.held else [])]


def one_first(plan: Plan) -> list[str]:
    """Whom a first import would book alone, and why them."""
    [person] = plan.first_people(1)
    booking = plan.session_of(person)
    others = " Others are on that session already, so the answer tells us most." if booking.people else ""
    return wrap(f"One person first: {person.row}, on {booking.label(plan.zone)}.{others}")


def newer_question(asked: Newer, zone: tzinfo) -> str:
    """What is asked of a list with another name that has the people of an earlier one."""
    return f'Is this a newer version of "{asked.name}", imported on {day_text(asked.since.when, zone)}? [Y/n]'


def question(asked: GoAhead, *, practice: bool = False) -> str:
    """What is asked before anybody is booked."""
    count = asked.count
    counted = people if asked.names == count else places
    whom = counted(count) if count == asked.of else f"the first {count} of {counted(asked.of)}"
    whom += f" for {people(asked.names)}" if asked.names != count else ""
    one_first = ", or type 1 to try one person first" if asked.offers_first else ""
    book = "PRACTICE: book" if practice else "Book"
    if asked.is_typed:
        return f"{book} {whom} now? Type {count} to book them{one_first} [Enter = no]:"
    return f"{book} {whom} now? [y/N]{one_first}:"


def not_understood(asked: GoAhead) -> str:
    """What can be answered, where an answer was something else."""
    yes = str(asked.count) if asked.is_typed else "y"
    one_first = ", 1 to book only the first" if asked.offers_first else ""
    return f"Please type {yes} to book{one_first}, or press Enter to book nobody."


def new_sessions_question(asked: NewSessions, *, practice: bool = False) -> str:
    """What is asked before a session is started that is not there yet."""
    count = len(asked.sessions)
    what = "the new session" if count == 1 else f"{count} new sessions"
    return f"{'PRACTICE: start' if practice else 'Start'} {what} in {PROVIDER}? [y/N]:"


def answers_for_yes(asked: GoAhead) -> frozenset[str]:
    """``y``, or where a slip of the finger must not do it the number of people."""
    return frozenset({str(asked.count), f"{asked.count:,}"} if asked.is_typed else {"y", "yes"})


def price_question(asked: Price) -> list[str]:
    """What a person has to choose before anybody is sent to a session with a price."""
    lines = [f"{booking.label(asked.zone)} has {booking.price_text}." for booking in asked.bookings[:MOST_LISTED]]
    return [*lines, *wrap(asked.why_not_none), f"Shall {PROVIDER} send each person there a payment request?"]


def asked_lines(asked: Convention) -> list[str]:
    """What is asked about a list, with its examples; what is set in stays so."""
    indents = [" " * (len(text) - len(text.lstrip())) for text in asked.asks]
    return [line for text, by in zip(asked.asks, indents, strict=True) for line in wrap(text, first="", indent=by)]


def lines_to_agree(path: Path, asked: Convention, sheet: str | None) -> list[str]:
    """What is asked about a list, with the line to type for each answer."""
    if asked.key == SENDER:
        lines = [*asked_lines(asked), "Add one of these to the command:", ""]
        for one in asked.answers:
            lines += [f"    {command_line(['--sender', one.value])}", *wrap(one.words, indent="        ")]
        return lines
    call = ["roster", "headings", where(path), *(["--sheet", sheet] if sheet else [])]
    lines = [*asked_lines(asked), "Tell us once:", ""]
    for one in asked.answers:
        lines += [f"    {command_line([*call, *agreed(asked, one)])}"]
        lines += wrap(one.words, indent="        ")
    return lines


def agreed(asked: Convention, answer: Answer) -> list[str]:
    """The words by which an answer is typed."""
    said = ((asked.key, answer.value), *answer.also)
    return [word for key, value in said for word in ("--agree", f"{key}={value}")]


def zone_name(zone: tzinfo) -> str:
    """``London``"""
    return str(zone).rpartition("/")[2].replace("_", " ")


def _odd(plan: Plan) -> list[str]:
    return [line for sentence in plan.held for line in wrap(sentence, indent="  ", first="  ")]


def _near_misses(sheet: RosterSheet) -> list[str]:
    near = suggestions(sheet.unused, sheet.headings)
    told = (f'Is "{typed}" meant to be "{column.heading}"? If so, rename it.' for typed, column in near.items())
    return [line for sentence in told for line in wrap(sentence)]


def _sessions(preview: RunReport) -> list[str]:
    if not preview.sessions:
        return []
    lines = [f"{'Session':<{_SESSION_WIDTH}}{_numbers(_NUMBERS)}"]
    for one in preview.sessions:
        booking, name = one.booking, one.name
        moment = moment_text(booking.start, preview.zone)
        if len(name) + 2 + len(moment) > _SESSION_WIDTH:
            lines += wrap(name)
            name = ""
        counts = _numbers((places_text(booking.places), one.before, one.wanted, one.now, places_text(one.left)))
        lines.append(f"{name:<{_SESSION_WIDTH - len(moment)}}{moment}{counts}")
    return [*lines, f"(times are {zone_name(preview.zone)} times)".rjust(len(lines[0]))]


def _new(preview: RunReport) -> list[str]:
    """The sessions that would be started: how many places each has is not known before somebody is booked."""
    new = [one.booking for one in preview.sessions if not one.booking.id]
    lines = [f"{one.label(preview.zone)} ({one.resource}): starts a new session." for one in new]
    of_room = Counter((one.resource, day_text(one.start, preview.zone)) for one in new)
    many = [f"{room} has {count} new sessions on {day}." for (room, day), count in of_room.items() if count > 1]
    lines += [line for one in many for line in wrap(f"{one} If they overlap, only the first can be started.")]
    places = "How many places a new session has, we see when its first person is booked."
    too_few = "If they are too few, nobody is booked on it."
    return [*lines, *wrap(f"{places} {too_few}")]


def _numbers(values: Iterable[object]) -> str:
    return "".join(f"{value:>{width}}" for value, width in zip(values, _NUMBERS.values(), strict=True))


def _not_booked(preview: RunReport) -> list[str]:
    total = len(preview.outcomes)
    counted = Counter(one.status for one in preview.outcomes)
    answered = (Status.ALREADY_BOOKED, Status.NO_LONGER_BOOKED, Status.LEFT_OUT)
    lines = [f"{status}: {counted[status]} of {total}" for status in answered if counted[status]]
    if open_ := open_rows(preview.outcomes):
        lines += [f"Not booked: {len(open_)} of {total}", *rows_needing_a_person(preview.outcomes)]
    return lines + warnings(preview.outcomes)


def _payments(plan: Plan, payment_requests: str | None) -> str:
    sessions = sum(bool(lane.people) for lane in plan.lanes)
    if not plan.has_price:
        return f"none, {'this session costs' if sessions == 1 else 'these sessions cost'} nothing"
    if payment_requests == "send":
        return f"{PROVIDER} sends one to each person"
    if payment_requests == "none":
        return "none, as you chose"
    return "NOT CHOSEN YET: there are sessions with a price. Choose --payment-requests send or none"


def _emails(booked: Sequence[Participant], contact: str | None, contact_of: int) -> str:
    """With the option that chooses otherwise, unless this call has chosen."""
    told = emails_text(booked, contact, contact_of)
    if not any(person.has_contact for person in booked) or (contact and not contact_of):
        return told
    option = (
        "To send them: --contact send" if contact == "none" else "To keep addresses and numbers here: --contact none"
    )
    return f"{told}. {option}"


def contact_question(asked: PassOn) -> list[str]:
    """What a person chooses before the first import at an address."""
    return wrap(contact_text(asked.count))


def _labelled(label: str, text: str) -> list[str]:
    return wrap(text, indent=" " * 20, first=label.ljust(20))
