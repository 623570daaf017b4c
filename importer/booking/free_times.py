"""Times at which a session can be started that is not there yet: which of them rows mean, and what became of whoever
was to start one there (API.md, 21)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from math import inf
from typing import NamedTuple

from importer.booking.targets import Targets
from importer.lists.findings import Finding
from importer.lists.moments import DATE_IS_USED, OTHER_WEEKDAY
from importer.lists.sessions import is_called
from importer.model import (
    PROVIDER,
    Entry,
    EntryState,
    FreeTime,
    GroupBooking,
    Participant,
    Service,
    SessionTime,
    Severity,
    Target,
)
from importer.people.settling import Moment, is_past
from importer.service.port import BookingService, Refused

AROUND = timedelta(hours=12)
"""A search may want the whole session within its range."""

NAME_THE_ROOM = "To start a new session, write the room or teacher, too."


class Startable(NamedTuple):
    """The sessions, without an id, that targets mean and that are not there yet; and why others can't be started."""

    sessions: Mapping[Target, GroupBooking]
    faults: Mapping[Target, Finding]


@dataclass(frozen=True, slots=True)
class Look:
    """What is there at one time: its ``sessions``, cancelled ones left out, and whether it is shown as free."""

    sessions: tuple[GroupBooking, ...]
    is_free: bool

    @property
    def is_as_before(self) -> bool:
        """No session is there, and one could be started: what was sent has had no effect."""
        return self.is_free and not self.sessions


def look_at(time: SessionTime, service: BookingService) -> Look:
    """What the service shows of a time. Full sessions, which no search lists, are looked for in its list of bookings.

    Raises ``Refused`` where that can't be told.
    """
    around = [(time.start - AROUND, time.start + 2 * AROUND)]
    ids = {id_ for id_, start in service.openings(time.service_id, around).items() if start == time.start}
    with suppress(Refused):
        listed = service.sessions_of(time.service_id, time.start - timedelta(seconds=1))
        ids |= {id_ for id_, one in listed.items() if one.time == time}
    shown = service.bookings(sorted(ids))
    for why in shown.not_shown.values():
        raise Refused(0, why)
    free = [one for one in service.free_times(time.service_id, around) if one.start == time.start]
    return Look(
        tuple(one for one in shown.values() if one.time == time and not one.is_cancelled),
        is_free=any(time.resource_id in one.resource_ids and not one.is_held for one in free),
    )


def settle_starts(
    entries: Sequence[Entry], service: BookingService, *, now: datetime, settle_margin_s: float
) -> tuple[Entry, ...]:
    """What a look tells of those who were to start a session; returns those that change.

    They are on the one session that is there by now, or perhaps so: that is settled there, like any lost answer.
    Nobody is not booked before nothing can come any more of what was sent, nor by one reading, nor unless the time is
    shown as free.
    """
    changed: list[Entry] = []
    for time in dict.fromkeys(entry.starts for entry in entries if entry.starts):
        some = [entry for entry in entries if entry.starts == time]
        with suppress(Refused):
            there = look_at(time, service)
            moment = Moment(now, service.now(), settle_margin_s)
            if len(there.sessions) == 1:
                changed += [replace(entry, booking_id=there.sessions[0].id) for entry in some]
                continue
            is_over = all(is_past(entry, moment) for entry in some)
            if is_over and there.is_as_before and look_at(time, service).is_as_before:
                changed += [replace(entry, state=EntryState.NOT_BOOKED) for entry in some]
    return tuple(changed)


def find_free_times(
    wanted: Iterable[Target],
    targets: Targets,
    services: Mapping[str, Service],
    service: BookingService,
    starting: Collection[Entry],
    *,
    start_new: bool,
    zone: tzinfo,
) -> Startable:
    """Which sessions that are not there could be started for these targets, which name service, start and room.

    Where somebody is ``starting`` one already it is that, also without ``start_new``.
    """
    sessions: dict[Target, GroupBooking] = {}
    faults: dict[Target, Finding] = {}
    free = _free(service, targets, [one for one in wanted if start_new and _is_missing(one, targets)], services)
    for target in wanted:
        if under_way := next((one.starts for one in starting if _means(target, one, targets)), None):
            sessions[target] = _session(under_way, under_way.start.isoformat(), targets, services)
        elif start_new and _is_missing(target, targets) and not target.resource:
            faults[target] = _also(targets.faults[target], NAME_THE_ROOM)
        elif isinstance(found := free.get(target), str):
            faults[target] = _also(targets.faults[target], f"No new session was looked for: {found}")
        elif found:
            session, is_held = found
            of_service = services.get(session.service_id)
            if why := _why_not(of_service, session, is_held=is_held, zone=zone):
                faults[target] = Finding("not-started", why, field="start")
            else:
                sessions[target] = session
    return Startable(sessions, faults)


def upcoming_free_times(service: BookingService, start: datetime, end: datetime) -> tuple[GroupBooking, ...]:
    """Sessions that could be started between two instants, by start, without an id; none of what is not told."""
    found: list[GroupBooking] = []
    with suppress(Refused):
        services, rooms = service.services(), service.resources()
        targets = Targets({}, {}, {}, rooms=rooms)
        for id_ in services:
            with suppress(Refused):
                found += [
                    session
                    for time in service.free_times(id_, [(start, end)])
                    for room in time.resource_ids
                    if room in rooms
                    for session in [_session(SessionTime(id_, room, time.start), time.start_text, targets, services)]
                    if not _why_not(services[id_], session, is_held=time.is_held, zone=UTC)
                ]
    return tuple(sorted(found, key=lambda one: (one.start, one.service, one.resource)))


def session_of(entry: Entry) -> GroupBooking:
    """The session that somebody was to start, as their row named it."""
    time, target = entry.starts, entry.target
    assert time is not None  # noqa: S101 - asked only of who was to start one
    return GroupBooking(
        id="",
        service_id=time.service_id,
        resource_id=time.resource_id,
        start=time.start,
        start_text=time.start.isoformat(),
        places=inf,
        service_name=target.service,
        resource_name=target.resource,
    )


def of_one_day(person: Participant) -> Participant:
    """Nobody starts a session on a date whose weekday is not the one of the row: no session tells which holds."""
    problems = (
        replace(
            one,
            severity=Severity.PROBLEM,
            sentence=f"{one.sentence.removesuffix(DATE_IS_USED)}Correct the day or the date.",
        )
        if one.rule == OTHER_WEEKDAY
        else one
        for one in person.problems
    )
    return replace(person, problems=tuple(problems))


def _is_missing(target: Target, targets: Targets) -> bool:
    return target in targets.service_ids and target in targets.faults and targets.faults[target].rule == "not-open"


def _means(target: Target, entry: Entry, targets: Targets) -> bool:
    time = entry.starts
    if time is None or target.booking_id or target in targets.found:
        return False
    is_room = is_called(target.resource, time.resource_id, (targets.rooms or {}).get(time.resource_id, ""))
    is_same = targets.service_ids.get(target) == time.service_id and target.may_start(time.start) and is_room
    return is_same or target == entry.target


def _free(
    service: BookingService, targets: Targets, wanted: Sequence[Target], services: Mapping[str, Service]
) -> dict[Target, tuple[GroupBooking, bool] | str]:
    """What is free at these targets, and whether places are held then; or why that was not told."""
    rooms = targets.rooms or {}
    found: dict[Target, tuple[GroupBooking, bool] | str] = {}
    for id_ in dict.fromkeys(targets.service_ids[target] for target in wanted):
        some = [target for target in wanted if targets.service_ids[target] == id_]
        try:
            times = service.free_times(
                id_, [(start - AROUND, start + 2 * AROUND) for target in some for start in target.starts]
            )
        except Refused as refusal:
            found |= dict.fromkeys(some, refusal.words)
            continue
        for target in some:
            fitting = _fitting(target, times, rooms)
            if len(fitting) == 1:
                time, room = fitting[0]
                found[target] = (
                    _session(SessionTime(id_, room, time.start), time.start_text, targets, services),
                    time.is_held,
                )
    return found


def _fitting(target: Target, times: Iterable[FreeTime], rooms: Mapping[str, str]) -> list[tuple[FreeTime, str]]:
    """Also a time at which nothing is free because somebody holds it: then that is why."""
    of_target = [time for time in times if target.may_start(time.start)]
    free = [
        (time, room)
        for time in of_target
        for room in sorted(time.resource_ids)
        if is_called(target.resource, room, rooms.get(room, ""))
    ]
    named = [room for room, name in rooms.items() if is_called(target.resource, room, name)]
    return free or [(time, room) for time in of_target if time.is_held for room in named]


def _session(time: SessionTime, start_text: str, targets: Targets, services: Mapping[str, Service]) -> GroupBooking:
    """One that is not there yet, with the price that its service gives (API.md, 7)."""
    of_service = services.get(time.service_id)
    return GroupBooking(
        id="",
        service_id=time.service_id,
        resource_id=time.resource_id,
        start=time.start,
        start_text=start_text,
        places=inf,
        resource_name=(targets.rooms or {}).get(time.resource_id, ""),
        service_name=of_service.name if of_service else "",
        price=None if of_service is None or of_service.has_tiers else of_service.price,
    )


def _why_not(service: Service | None, session: GroupBooking, *, is_held: bool, zone: tzinfo) -> str:
    """Why no session of this service is started at that time, in a sentence for its rows; empty where it can be."""
    what = session.label(zone)
    if service is None or not service.takes_groups:
        return f"{what} is not there, and {PROVIDER} does not say that this service takes groups."
    if service.durations != 1:
        return f"{what} is not there, and its length is not known. Start it in {PROVIDER}."
    if is_held:
        return f"{what} is not there, and {PROVIDER} shows places that are held then. Import the list again later."
    return ""


def _also(finding: Finding, sentence: str) -> Finding:
    return finding._replace(sentence=f"{finding.sentence} {sentence}")
