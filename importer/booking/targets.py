"""Which group booking each row means: by id, or by service + start, in few requests."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta, tzinfo
from typing import NamedTuple

from rapidfuzz import fuzz, process

from importer.model import GroupBooking, Opening, Target, moment_text
from importer.people.evidence import fold
from importer.service.port import BookingService, Refused

AROUND = timedelta(days=14), timedelta(days=28)
"""How far before and after a session that can't be had other times of its service are looked for."""

OPENINGS_TOLD = 3
SERVICES_TOLD = 8


class Fault(NamedTuple):
    """Why a target can't be used: which column is at fault, and a sentence."""

    rule: str
    field: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Targets:
    """The group bookings the rows mean. A target is among ``found`` or among ``faults``."""

    bookings: Mapping[str, GroupBooking]
    found: Mapping[Target, str]
    faults: Mapping[Target, Fault]
    openings: Mapping[str, tuple[Opening, ...]] = field(default_factory=dict)


def remembered_for(target: Target, sessions: Iterable[GroupBooking]) -> tuple[GroupBooking, ...]:
    """Sessions known from earlier runs that a target by service + start may mean: no request is needed to know them."""
    return tuple(
        session
        for session in sessions
        if session.start in target.starts
        and _is_called(target.service, session.service_id, session.service_name)
        and (not target.resource or _is_called(target.resource, session.resource_id, session.resource_name))
    )


def find_targets(
    wanted: Collection[Target],
    service: BookingService,
    *,
    also: Collection[str],
    remembered: Sequence[GroupBooking],
    zone: tzinfo,
    now: datetime,
) -> Targets:
    """Find the group bookings of these targets, and those of the ids in ``also``.

    ``remembered`` are sessions of earlier runs: a search lists only what has places left, they may be full by now.
    Ids go out many at a time, services and resources are read once, searches cover only the days that are needed.
    """
    timed = [target for target in wanted if not target.booking_id]
    ids = {target.booking_id for target in wanted if target.booking_id} | set(also)
    services = service.services() if wanted or also else {}
    service_ids, faults = _service_ids(timed, services)
    starts = _search(service, service_ids, zone)
    old = {target: remembered_for(target, remembered) for target in timed}
    ids |= set(starts) | {session.id for sessions in old.values() for session in sessions}
    bookings = service.bookings(sorted(ids))
    candidates = {
        target: [
            booking
            for booking in bookings.values()
            if booking.service_id == service_id and booking.start in target.starts and not booking.is_cancelled
        ]
        for target, service_id in service_ids.items()
    }
    together = len({(booking.service_id, booking.start) for booking in bookings.values()}) < len(bookings)
    needs_resources = together or any(target.resource for target in wanted)
    resources = service.resources() if needs_resources else {}
    bookings = {id_: booking.named(services, resources) for id_, booking in bookings.items()}

    found: dict[Target, str] = {}
    missing: list[Target] = []
    for target in wanted:
        if target.booking_id:
            fault = _fault_of_id(target, bookings, zone)
        elif target in service_ids:
            some = [bookings[booking.id] for booking in candidates[target]]
            if target.resource:
                some = [one for one in some if _is_called(target.resource, one.resource_id, one.resource_name)]
            if not some:
                missing.append(target)
                continue
            fault = _ambiguous(some, zone) if len(some) > 1 else None
            target_id = some[0].id
        else:
            continue
        if fault:
            faults[target] = fault
        else:
            found[target] = target.booking_id or target_id
    openings = find_openings(
        service,
        {service_ids[target]: [target.start for target in missing if target.start] for target in missing},
        now=now,
    )
    for target in missing:
        faults[target] = _not_there(target, service_ids[target], services, openings, zone)
    return Targets(bookings, found, faults, openings)


def find_openings(
    service: BookingService, starts: Mapping[str, Sequence[datetime]], *, now: datetime
) -> dict[str, tuple[Opening, ...]]:
    """Times with places left around these starts, by service id; the nearest to any of them come first."""
    before, after = AROUND
    found = {
        id_: service.openings(id_, [(max(start - before, now), start + after) for start in some if start + after > now])
        for id_, some in starts.items()
    }
    nearest = {
        id_: sorted(times, key=lambda booking_id: min(abs(times[booking_id] - start) for start in starts[id_]))[
            : 2 * OPENINGS_TOLD
        ]
        for id_, times in found.items()
    }
    bookings = service.bookings([booking_id for ids in nearest.values() for booking_id in ids])
    return {
        id_: tuple(
            Opening(id_, bookings[booking_id].start, bookings[booking_id].free, booking_id)
            for booking_id in ids
            if booking_id in bookings and bookings[booking_id].free > 0
        )
        for id_, ids in nearest.items()
    }


def openings_text(openings: Sequence[Opening], start: datetime, zone: tzinfo) -> str:
    """``Also: Sat 21 Mar 2026 10:00 (8 free).``, nearest to a start first, or that nothing else is open."""
    nearest = _nearest(openings, start)
    told = ", ".join(f"{moment_text(one.start, zone)} ({one.free} free)" for one in nearest)
    return f"Also: {told}." if told else "No other time nearby has places."


def _nearest(openings: Sequence[Opening], start: datetime) -> list[Opening]:
    others = [one for one in openings if one.start != start]
    return sorted(others, key=lambda one: abs(one.start - start))[:OPENINGS_TOLD]


def _is_called(text: str, id_: str, name: str) -> bool:
    return text.casefold() == id_.casefold() or (name != "" and fold(text) == fold(name))


def _service_ids(
    targets: Iterable[Target], services: Mapping[str, str]
) -> tuple[dict[Target, str], dict[Target, Fault]]:
    by_name: defaultdict[str, list[str]] = defaultdict(list)
    for id_, name in services.items():
        by_name[fold(name)].append(id_)
    found: dict[Target, str] = {}
    faults: dict[Target, Fault] = {}
    for target in targets:
        ids = [target.service.casefold()] if target.service.casefold() in services else by_name[fold(target.service)]
        if len(ids) == 1:
            found[target] = ids[0]
        elif ids:
            sentence = f'{len(ids)} services are called "{target.service}". Write the id of yours: {", ".join(ids)}.'
            faults[target] = Fault("service", "service", sentence)
        else:
            there = list(services.values())
            near = process.extract(target.service, there, scorer=fuzz.ratio, processor=fold, limit=3, score_cutoff=70)
            names = [name for name, *_ in near] or there[:SERVICES_TOLD]
            told = ", ".join(f'"{name}"' for name in names) + (", …" if len(names) < len(there) and not near else "")
            sentence = (
                f'Appointedd has no service called "{target.service}". Write it as it is there: {told or "none"}.'
            )
            faults[target] = Fault("service", "service", sentence)
    return found, faults


def _search(service: BookingService, service_ids: Mapping[Target, str], zone: tzinfo) -> dict[str, datetime]:
    """One search a service for the days that its targets fall on, a day's end with room for sessions past midnight."""
    days: defaultdict[str, set[datetime]] = defaultdict(set)
    for target, id_ in service_ids.items():
        days[id_] |= {datetime.combine(start.astimezone(zone).date(), time.min, zone) for start in target.starts}
    found: dict[str, datetime] = {}
    wanted = {start for target in service_ids for start in target.starts}
    for id_, midnights in days.items():
        try:
            times = service.openings(id_, [(midnight, midnight + timedelta(hours=36)) for midnight in midnights])
        except Refused:
            continue
        found |= {booking_id: start for booking_id, start in times.items() if start in wanted}
    return found


def _fault_of_id(target: Target, bookings: Mapping[str, GroupBooking], zone: tzinfo) -> Fault | None:
    booking = bookings.get(target.booking_id)
    if booking is None:
        return Fault(
            "unknown-session",
            "booking_id",
            f"Appointedd has no group booking {target.booking_id}. Copy the ID again; `roster sessions` lists them.",
        )
    if target.service and not _is_called(target.service, booking.service_id, booking.service_name):
        return Fault(
            "contradiction", "service", f"The ID is that of {booking.label(zone)}. Mend the ID or the service."
        )
    if target.starts and booking.start not in target.starts:
        return Fault("contradiction", "start", f"The ID is that of {booking.label(zone)}. Mend the ID or the time.")
    if (
        target.resource
        and booking.resource_name
        and not _is_called(target.resource, booking.resource_id, booking.resource_name)
    ):
        return Fault(
            "contradiction", "resource", f"The ID is that of a session in {booking.resource_name}. Mend the ID or this."
        )
    return None


def _ambiguous(some: Sequence[GroupBooking], zone: tzinfo) -> Fault:
    if len({one.start for one in some}) > 1:
        by_start = sorted(some, key=lambda one: one.start)
        ways = " or ".join(f"{one.start.astimezone(zone):%H:%M %Z} (ID {one.id})" for one in by_start)
        sentence = f"{some[0].label(zone)} happens twice, the clocks go back then: {ways}. Write which one it is."
        return Fault("ambiguous-session", "start", sentence)
    ways = "; ".join(sorted(f"{one.resource_name or one.resource_id} (ID {one.id})" for one in some))
    sentence = (
        f"{len(some)} sessions of {some[0].label(zone)} start together: {ways}. Write which one it is in the column "
        f'"Resource", or its ID under "Group booking ID".'
    )
    return Fault("ambiguous-session", "resource", sentence)


def _not_there(
    target: Target,
    service_id: str,
    services: Mapping[str, str],
    openings: Mapping[str, Sequence[Opening]],
    zone: tzinfo,
) -> Fault:
    assert target.start is not None  # noqa: S101 - a target without an id has a start
    where = f" in {target.resource}" if target.resource else ""
    session = f"{services[service_id]}{where}, {moment_text(target.start, zone)}"
    # Without how many places: this very roster may take some of them.
    nearest = ", ".join(moment_text(one.start, zone) for one in _nearest(openings.get(service_id, ()), target.start))
    also = f"Open are: {nearest}." if nearest else "No other time nearby is open."
    return Fault("not-open", "start", f"{session} is full, closed or not there. {also}")
