"""Pure: which session a row asks for, and what keeps a person off it. One home for both.

What can be said of the cells alone is said when they are read; the same rules hold once the service has told more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from zoneinfo import ZoneInfo

from importer.errors import SettingsError
from importer.lists.findings import Finding, cell_text, clean, read_cell, unusable
from importer.lists.labels import read_booking_id, read_label
from importer.lists.moments import START_FORM
from importer.lists.recurring import read_days
from importer.lists.session_words import fits, read_free_time, read_session_words
from importer.lists.starts import Start, read_start, with_cells
from importer.model import PROVIDER, Cell, GroupBooking, Options, SessionWords, Severity, Target, day_text, moment_text
from importer.people.evidence import fold

WHEN = ("start", "date", "time")
SESSION = ("booking_id", "session", "service", "resource", *WHEN)
"""The columns that say together when a session starts, and those that say together which one it is."""

_SAID_BY = {
    "session": ("session", "start", "date"),
    "start": ("start", "date", "session"),
    "service": ("service", "session"),
}

NO_SESSION = Finding(
    "no_session",
    'No session given. Fill in "Session", or "Service" and "Start", or "Group booking ID".',
)
_NO_SERVICE = Finding("no_service", f"There is no service. Write its name as in {PROVIDER}.", field="service")


@dataclass(frozen=True, slots=True)
class Clock:
    """How the times of a sheet are read: local times of ``zone``, 03/04/2030 as ``orders`` has it for each column,
    numbers as days from ``day_zero``."""

    zone: ZoneInfo
    orders: Mapping[str, str | None]
    day_zero: date


def read_session(
    cells: Mapping[str, Cell],
    clock: Clock,
    options: Options,
    *,
    now: datetime,
    is_title: bool = False,
    agreed: tuple[str, ...] = (),
) -> tuple[Target, tuple[Finding, ...]]:
    """The group booking that the cells of a row ask for, by id or by service and start; that of ``options`` if they
    name none. ``cells`` has the columns of the sheet among ``SESSION``, cleaned, ``None`` where they are blank;
    ``is_title`` says that of these "session" stands in a title or is completed by one, and ``agreed`` what else may
    stand there."""
    target, findings = _asked_for(cells, clock, options.target, is_title=is_title, agreed=agreed)
    if target.starts and (over := is_over(target.starts[-1], options, clock.zone, now=now)):
        field = next((field for field in WHEN if cells.get(field) is not None), "")
        findings = (*findings, over._replace(field=field))
    return target, findings


def read_target(
    session: str | None,
    service: str | None,
    start: str | None,
    zone: ZoneInfo,
    date_order: str | None,
    resource: str | None = None,
) -> Target:
    """The target that ``--session``, or ``--service`` and ``--start`` with or without ``--resource``, name; an empty
    one if none is given. A service alone is one in words.

    Raises ``SettingsError`` that names every option that can't be used.
    """
    faults = []
    booking_id, when = "", Start()
    if session is not None:
        booking_id, finding = read_booking_id(clean(session))
        faults += [f"--session: {finding.sentence}"] if finding else []
        if service is not None or start is not None:
            faults.append("--session names one session already: leave out --service and --start.")
    elif service is None and start is not None:
        faults.append("--service and --start belong together: give both.")
    if resource is not None and not clean(resource):
        faults.append(f"--resource: there is no name. Write it as in {PROVIDER}, or the id.")
    if resource is not None and (service is None or session is not None):
        faults.append("--resource goes with --service: it tells which of its sessions are meant.")
    if start is not None:
        when = read_start({"start": clean(start)}, zone, {"start": date_order})
        faults += [f"--start: {finding.sentence}" for finding in when.findings if when.moment is None]
        faults += [f"--start: {clean(start)} has no year. Write it like {START_FORM}."] if when.words else []
    if service is not None and not clean(service):
        faults.append(f"--service: there is no name. Write it as in {PROVIDER}, or the id.")
    if faults:
        raise SettingsError(" ".join(faults))
    words = SessionWords(clean(service)) if service and start is None else None
    return Target(booking_id, clean(service or ""), clean(resource or ""), when.moment, when.or_moment, words)


def read_targets(
    session: str | None,
    service: str | None,
    starts: Sequence[str],
    zone: ZoneInfo,
    date_order: str | None,
    resource: str | None = None,
    *,
    days: str | None = None,
    needs_year: bool = False,
    now: datetime,
) -> tuple[Target, ...]:
    """The same where ``--start`` may be given several times: each session once, in the order of time. ``days`` are
    checked (``--dates``): with them there is a service at most. ``needs_year``: they hold longer than a call.

    Raises ``SettingsError``.
    """
    if days is not None:
        if session is not None or starts:
            raise SettingsError("--dates tells when the sessions are: leave out --session and --start.")
        read = read_days(days, now.astimezone(zone).date(), date_order)
        if isinstance(read, Finding):
            raise SettingsError(f"--dates: {read.sentence}")
        if needs_year and not read.has_year:
            raise SettingsError(f"--dates: {read.text}: write each date with its year.")
    found = [read_target(session, service, start, zone, date_order, resource) for start in starts or (None,)]
    return tuple(sorted(dict.fromkeys(filter(None, found)), key=lambda one: one.starts))


def is_over(start: datetime, options: Options, zone: tzinfo, *, now: datetime, name: str = "") -> Finding | None:
    """A session that has begun takes nobody, unless the call allows it. ``name`` is what it is called, if known."""
    if start > now or options.allow_past:
        return None
    sentence = f"{name or moment_text(start, zone)} is in the past. Choose a coming session."
    return Finding("past", sentence)


def clocks_differ(name: str, ours: datetime, there: datetime, zone: tzinfo) -> Finding:
    """That a session, by its name, is over by one clock alone: ours, or the service's."""
    said = [cell_text(one.astimezone(zone).date()) for one in (ours, there)]
    sentence = (
        f"Your computer says that it is {said[0]}, {PROVIDER} says {said[1]}. {name} is in the past by one of them. "
        "Set this computer's clock if it is wrong. If the session is still to come, import with --allow-past."
    )
    return Finding("clocks_differ", sentence)


def session_fields(field: str) -> tuple[str, ...]:
    """By which columns a list may say what is wrong of a session in ``field``, the likeliest first."""
    return _SAID_BY.get(field, (field,))


def session_fault(booking: GroupBooking, options: Options, zone: tzinfo, *, now: datetime) -> Finding | None:
    """Why nobody can be booked on a session of the service, whoever it is."""
    name = booking.label(zone)
    if booking.is_cancelled:
        return Finding("cancelled-session", f"{name} is cancelled. Choose another session.")
    return is_over(booking.start, options, zone, now=now, name=name)


def is_called(text: str, id_: str, name: str) -> bool:
    """Whether a cell names a service or a room: by its id, or by its name in whatever case."""
    return text.casefold() == id_.casefold() or (name != "" and fold(text) == fold(name))


def wrong_id(target: Target, booking: GroupBooking | None, zone: tzinfo) -> Finding | None:
    """What is wrong with an id: there is no such session, or the rest of the row names another."""
    if booking is None:
        return Finding(
            "unknown-session",
            f"{PROVIDER} has no session {target.booking_id}. Copy the ID again; `roster sessions` lists them.",
            field="booking_id",
        )
    if target.service and not is_called(target.service, booking.service_id, booking.service_name):
        return Finding(
            "contradiction", f"The ID is that of {booking.label(zone)}. Correct the ID or the service.", field="service"
        )
    if target.starts and not target.may_start(booking.start):
        return Finding(
            "contradiction", f"The ID is that of {booking.label(zone)}. Correct the ID or the time.", field="start"
        )
    if target.words and not fits(target.words, booking.start.astimezone(zone)):
        return Finding(
            "contradiction", f"The ID is that of {booking.label(zone)}. Correct the ID or this.", field="session"
        )
    if (
        target.resource
        and booking.resource_name
        and not is_called(target.resource, booking.resource_id, booking.resource_name)
    ):
        return Finding(
            "contradiction",
            f"The ID is that of a session in {booking.resource_name}. Correct the ID or this.",
            field="resource",
        )
    return None


def wrong_end(target: Target, booking: GroupBooking, zone: tzinfo) -> Finding | None:
    """That a row names another end than the session has, where both are known."""
    said = target.words.end if target.words else None
    if said is None or booking.end is None or booking.end.astimezone(zone).time() == said:
        return None
    sentence = f"{booking.label(zone)} ends at {booking.end.astimezone(zone):%H:%M}, not at {said:%H:%M}. Correct it."
    return Finding("contradiction", sentence, field="session")


def ambiguous_sessions(some: Sequence[GroupBooking], zone: tzinfo, headings: Mapping[str, str]) -> Finding:
    """Why one row means several sessions. ``headings`` by field, as its roster has them."""
    if len({one.start for one in some}) > 1:
        by_start = sorted(some, key=lambda one: one.start)
        ways = " or ".join(f"{one.start.astimezone(zone):%H:%M %Z} (ID {one.id})" for one in by_start)
        day = f"{some[0].service_name}, {day_text(some[0].start, zone)} {some[0].start.astimezone(zone):%H:%M}"
        sentence = f"{day} happens twice, the clocks go back then: {ways}. Write which one it is."
        return Finding("ambiguous-session", sentence, field="start")
    ways = "; ".join(sorted(f"{one.resource} (ID {one.id})" for one in some))
    room, id_ = headings["resource"], headings["booking_id"]
    sentence = (
        f"{len(some)} sessions of {some[0].label(zone)} start together: {ways}. Write which one it is in the column "
        f'"{room}", or its ID under "{id_}".'
    )
    return Finding("ambiguous-session", sentence, field="resource")


def room_not_known(only: GroupBooking, zone: tzinfo, headings: Mapping[str, str]) -> Finding:
    """Why a row without a room may mean another session than the only one that is seen."""
    sentence = (
        f"{only.label(zone)} may be in {only.resource} (ID {only.id}), or in another room. Full sessions can't be "
        f'seen. Write the room in the column "{headings["resource"]}", or the ID under "{headings["booking_id"]}".'
    )
    return Finding("ambiguous-session", sentence, field="resource")


def _asked_for(
    cells: Mapping[str, Cell], clock: Clock, default: Target, *, is_title: bool, agreed: tuple[str, ...]
) -> tuple[Target, tuple[Finding, ...]]:
    findings: list[Finding] = []
    read: dict[str, str] = {}
    for field, rule in (("booking_id", read_booking_id), ("service", read_label), ("resource", read_label)):
        value, finding = read_cell(rule, cells.get(field))
        read[field] = value or ""
        if finding:
            findings.append(finding._replace(field=field))
    if all(cells.get(field) is None for field in SESSION if field != "resource") or names_alone(cells, default):
        if default:
            return replace(default, resource=read["resource"] or default.resource), tuple(findings)
        return Target(resource=read["resource"]), (*findings, NO_SESSION)
    if cells.get("session") is not None:
        if free := read_free_time(str(cells["session"])):
            service, moment, room = free
            if all(cells.get(field) is None for field in SESSION if field != "session"):
                begins = read_start({"start": moment}, clock.zone, {"start": None})
                return Target("", service, room, begins.moment, begins.or_moment), (*findings, *begins.findings)
        said = _in_words(cells["session"], clock)
        if isinstance(said, Finding):
            return Target(read["booking_id"]), (*findings, said._replace(field="session"))
        said = replace(said, is_title=is_title, agreed=agreed if is_title else ())
        own = {field: cell for field in WHEN if (cell := cells.get(field)) is not None}
        if own and (is_title or (said.says_when and not (said.day and said.clock))):
            said, told = with_cells(said, own, clock.orders, day_zero=clock.day_zero)
            findings += told
            if any(one.severity is Severity.PROBLEM for one in told):
                return Target(read["booking_id"]), tuple(findings)
        if leaves_open(said, default, clock.zone):
            return replace(default, resource=read["resource"] or default.resource, words=said), tuple(findings)
        if said.says_when:
            return Target(read["booking_id"], read["service"], read["resource"], words=said), tuple(findings)
        read["service"] = read["service"] or said.text
    when = {field: cells[field] for field in WHEN if field in cells}
    start, told, or_start, words = read_start(when, clock.zone, clock.orders, day_zero=clock.day_zero)
    if cells.get("booking_id") is None:
        findings += told if read["service"] or cells.get("service") is not None else (*told, _NO_SERVICE)
    else:
        # The id names the session and the start is only compared: half of one is no fault, a faulty one a warning.
        findings += (
            finding if unusable(cells.get(finding.field)) else finding._replace(severity=Severity.WARNING)
            for finding in told
            if finding.rule not in ("no_date", "no_time")
        )
    return Target(read["booking_id"], read["service"], read["resource"], start, or_start, words), tuple(findings)


def names_alone(cells: Mapping[str, Cell], target: Target) -> bool:
    """Whether a row names the service of this session and nothing else: no date, which the session then tells."""
    others = (field for field in SESSION if field not in ("service", "resource"))
    said = cells.get("service")
    if not (target.start and isinstance(said, str)) or any(cells.get(field) is not None for field in others):
        return False
    return fold(said) == fold(target.service)


def leaves_open(said: SessionWords, default: Target, zone: tzinfo) -> bool:
    """Whether words fit the session that the call names, and do not tell themselves which it is ("Saturdays 10am")."""
    if default.start is None or (said.day and said.clock):
        return False
    is_service = not said.names or fold(" ".join(said.names)) == fold(default.service)
    return is_service and fits(said, default.start.astimezone(zone))


def _in_words(cell: Cell, clock: Clock) -> SessionWords | Finding:
    """What a cell says of a session. One that names no time is a service, as people head such columns, too."""
    text, finding = read_cell(read_label, cell)
    return finding or read_session_words(text or "", clock.orders.get("session"))
