"""Which group booking each row means: by id, or by service + start, in few requests."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta, tzinfo
from typing import NamedTuple

from rapidfuzz import fuzz, process

from importer.booking.listed import Listed
from importer.booking.openings import NOTHING_OPEN, find_openings, nearest_openings
from importer.lists.findings import Finding
from importer.lists.sessions import ambiguous_sessions, is_called, room_not_known, wrong_end, wrong_id
from importer.model import PROVIDER, GroupBooking, Opening, Service, Target, moment_text
from importer.people.evidence import fold
from importer.service.port import BookingService, Refused, is_id

SERVICES_TOLD = 8


@dataclass(frozen=True, slots=True)
class Targets:
    """The group bookings the rows mean. A target is among ``found`` or among ``faults``.

    ``not_shown`` is why group bookings could not be had of which it is not known that they are not there. ``rooms``
    are the names of rooms and teachers by id; ``None`` where they were not needed, or the service did not list them.
    ``service_ids`` are those of targets by service + start, as far as they are known.
    """

    bookings: Mapping[str, GroupBooking]
    found: Mapping[Target, str]
    faults: Mapping[Target, Finding]
    openings: Mapping[str, tuple[Opening, ...]] = field(default_factory=dict)
    not_shown: Mapping[str, str] = field(default_factory=dict)
    rooms: Mapping[str, str] | None = None
    service_ids: Mapping[Target, str] = field(default_factory=dict)

    def is_gone(self, booking_id: str) -> bool:
        """Whether a group booking that was read is cancelled, or is not there any more."""
        if booking_id in self.not_shown:
            return False
        return booking_id not in self.bookings or self.bookings[booking_id].is_cancelled


def remembered_for(target: Target, bookings: Iterable[GroupBooking]) -> tuple[GroupBooking, ...]:
    """Sessions known from earlier runs that a target by service + start may mean: no request is needed to know them."""
    return tuple(
        booking
        for booking in bookings
        if booking.start in target.starts
        and is_called(target.service, booking.service_id, booking.service_name)
        and (not target.resource or is_called(target.resource, booking.resource_id, booking.resource_name))
    )


def find_targets(
    wanted: Collection[Target],
    service: BookingService,
    *,
    also: Collection[str],
    services: Mapping[str, Service],
    no_services: str = "",
    remembered: Sequence[GroupBooking],
    zone: tzinfo,
    now: datetime,
    headings: Mapping[str, str],
    listed: Listed,
) -> Targets:
    """Find the group bookings of these targets, and those of the ids in ``also``.

    ``remembered`` are sessions of earlier runs: a search lists only what has places left, they may be full by now.
    Ids go out many at a time, resources are read once, searches cover only the days that are needed. ``services`` are
    what there is, by id; ``no_services`` is why it is not known, in the service's words.
    ``headings`` by field, as this roster has them. Where a target names no room, or none is found, full ones are
    looked for among those ``listed``: that one has places does not tell which is meant.
    """
    timed = [target for target in wanted if not target.booking_id]
    ids = {target.booking_id for target in wanted if target.booking_id} | set(also)
    service_ids, faults = _service_ids(timed, services, no_services)
    searched = _search(service, service_ids, zone)
    likely = {
        target: searched.ids[target] | {session.id for session in remembered_for(target, remembered)}
        for target in service_ids
    }
    for target in [one for one in likely if not (one.resource and likely[one]) and one not in searched.refused]:
        of_service = listed.of(service_ids[target])
        likely[target] |= {id_ for id_, one in of_service.items() if one.start in target.starts}
    unseen = {
        target
        for target in service_ids
        if not target.resource
        and target not in searched.refused
        and target.starts[0] > now
        and not listed.has_all(service_ids[target], searched.ids[target])
    }
    shown = service.bookings(sorted(ids.union(*likely.values())))
    resources, no_resources = _resources(service, wanted, shown.values(), unseen)
    rooms_of = {id_: _rooms_of(service, id_) for id_ in {service_ids[target] for target in unseen}}
    bookings = {id_: booking.named(services, resources) for id_, booking in shown.items()}
    hidden = {target: id_ for target, some in likely.items() for id_ in some if id_ in shown.not_shown}
    there = _There(
        bookings,
        shown.not_shown,
        hidden,
        service_ids,
        searched.refused,
        no_resources,
        {target: rooms_of[service_ids[target]] for target in unseen},
        zone,
        headings,
    )
    answers = {target: there.answer(target) for target in wanted if target not in faults}
    missing = [target for target, answer in answers.items() if answer is None]
    openings = find_openings(
        service,
        {service_ids[target]: [target.start for target in missing if target.start] for target in missing},
        now=now,
    )
    faults |= {target: answer for target, answer in answers.items() if isinstance(answer, Finding)}
    faults |= {
        target: _not_there(
            target,
            _name_of(service_ids[target], services),
            resources.get(target.resource, target.resource),
            openings.get(service_ids[target]),
            zone,
        )
        for target in missing
    }
    found = {target: answer for target, answer in answers.items() if isinstance(answer, str)}
    return Targets(bookings, found, faults, openings, shown.not_shown, resources or None, service_ids)


def not_shown_fault(booking_id: str, why: str) -> Finding:
    """A group booking that may be there, but of which the service did not tell."""
    return Finding(
        "not-shown",
        f"{PROVIDER} did not show the session {booking_id}: {_sentence(why)} Import again later.",
        field="booking_id",
    )


def _name_of(service_id: str, services: Mapping[str, Service]) -> str:
    return services[service_id].name if service_id in services else service_id


def _sentence(words: str) -> str:
    return words if words.endswith((".", "!", "?")) else f"{words}."


def _resources(
    service: BookingService, wanted: Iterable[Target], shown: Collection[GroupBooking], unseen: Collection[Target]
) -> tuple[Mapping[str, str], str]:
    """Names of rooms and teachers where they are needed, and why there are none."""
    together = len({(booking.service_id, booking.start) for booking in shown}) < len(shown)
    if not together and not unseen and not any(target.resource for target in wanted):
        return {}, ""
    try:
        return service.resources(), ""
    except Refused as refusal:
        return {}, refusal.words


def _rooms_of(service: BookingService, service_id: str) -> frozenset[str] | None:
    try:
        return service.rooms_of(service_id)
    except Refused:
        return None


@dataclass(frozen=True, slots=True)
class _There:
    """What reading the service has shown, as far as targets go. ``hidden`` may be the one, but was not shown;
    ``unseen`` may be in another of these rooms as well, where it is full and nobody lists it."""

    bookings: Mapping[str, GroupBooking]
    not_shown: Mapping[str, str]
    hidden: Mapping[Target, str]
    service_ids: Mapping[Target, str]
    refused: Mapping[Target, str]
    no_resources: str
    unseen: Mapping[Target, Collection[str] | None]
    zone: tzinfo
    headings: Mapping[str, str]

    def answer(self, target: Target) -> str | Finding | None:
        """The group booking that a target means, or why it can't be used; ``None`` where there is none."""
        if target.booking_id in self.not_shown:
            return not_shown_fault(target.booking_id, self.not_shown[target.booking_id])
        if target.booking_id:
            return wrong_id(target, self.bookings.get(target.booking_id), self.zone) or target.booking_id
        some = [
            booking
            for booking in self.bookings.values()
            if booking.service_id == self.service_ids[target]
            and target.may_start(booking.start)
            and not booking.is_cancelled
        ]
        some = [one for one in some if one.start in target.starts] or some
        if target.resource and self.no_resources and not all(one.resource_name for one in some):
            sentence = f"{PROVIDER} did not list its rooms: {_sentence(self.no_resources)} Name the session by its ID."
            return Finding("not-shown", sentence, field="resource")
        if target.resource:
            some = [one for one in some if is_called(target.resource, one.resource_id, one.resource_name)]
        if target in self.hidden and not (target.resource and len(some) == 1):
            return not_shown_fault(self.hidden[target], self.not_shown[self.hidden[target]])
        if len(some) == 1 and self._may_be_elsewhere(target, some[0]):
            return wrong_end(target, some[0], self.zone) or room_not_known(some[0], self.zone, self.headings)
        if len(some) == 1:
            return wrong_end(target, some[0], self.zone) or some[0].id
        if some:
            return ambiguous_sessions(some, self.zone, self.headings)
        if target in self.refused:
            return not_searched(self.refused[target])
        return None

    def _may_be_elsewhere(self, target: Target, only: GroupBooking) -> bool:
        """Rooms that are not told, or do not have even the session that is seen, rule nothing out."""
        rooms = self.unseen.get(target, (only.resource_id,))
        return rooms is None or set(rooms) != {only.resource_id}


def _service_ids(
    targets: Iterable[Target], services: Mapping[str, Service], no_services: str
) -> tuple[dict[Target, str], dict[Target, Finding]]:
    by_name: defaultdict[str, list[str]] = defaultdict(list)
    for offered in services.values():
        by_name[fold(offered.name)].append(offered.id)
    found: dict[Target, str] = {}
    faults: dict[Target, Finding] = {}
    for target in targets:
        id_ = target.service.casefold()
        is_known = id_ in services or (no_services and is_id(id_))
        ids = [id_] if is_known else by_name[fold(target.service)]
        if len(ids) == 1:
            found[target] = ids[0]
        elif no_services:
            faults[target] = not_listed(no_services)
        elif ids:
            faults[target] = same_name(target.service, ids)
        else:
            faults[target] = no_service(target.service, services)
    return found, faults


def same_name(name: str, ids: Collection[str]) -> Finding:
    """That several services have this name: their ids tell them apart."""
    sentence = f'{len(ids)} services are called "{name}". Write the id of yours under "Service": {", ".join(ids)}.'
    return Finding("service", sentence, field="service")


def not_listed(why: str) -> Finding:
    """That it is not known which services there are; ``why`` in the service's words."""
    told = f"{PROVIDER} did not list its services: {_sentence(why)} Name the session by its ID, or import again later."
    return Finding("not-listed", told, field="service")


def not_searched(why: str) -> Finding:
    """That it is not known which sessions there are then; ``why`` in the service's words."""
    return Finding("not-searched", f"{PROVIDER} did not look for this time: {_sentence(why)}", field="start")


def no_service(name: str, services: Mapping[str, Service]) -> Finding:
    """That there is no service of this name, and what those are called that there are."""
    there = [offered.name for offered in services.values()]
    near = process.extract(name, there, scorer=fuzz.ratio, processor=fold, limit=3, score_cutoff=70)
    names = [name for name, *_ in near] or there[:SERVICES_TOLD]
    told = ", ".join(f'"{name}"' for name in names) + (", …" if len(names) < len(there) and not near else "")
    sentence = f'{PROVIDER} has no service called "{name}". Write it as it is there: {told or "none"}.'
    return Finding("service", sentence, field="service")


class _Searched(NamedTuple):
    """The group bookings that searches found, and the service's words for targets whose days it did not search."""

    ids: dict[Target, set[str]]
    refused: dict[Target, str]


def _search(service: BookingService, service_ids: Mapping[Target, str], zone: tzinfo) -> _Searched:
    """One search a service for the days that its targets fall on; where that is refused, one a day."""
    days: defaultdict[str, defaultdict[datetime, set[Target]]] = defaultdict(lambda: defaultdict(set))
    for target, id_ in service_ids.items():
        for start in target.starts:
            days[id_][datetime.combine(start.astimezone(zone).date(), time.min, zone)].add(target)
    ids: dict[Target, set[str]] = {target: set() for target in service_ids}
    refused: dict[Target, str] = {}
    for id_, targets in days.items():
        found, words = _search_days(service, id_, list(targets))
        for target in set().union(*targets.values()):
            ids[target] |= {booking_id for booking_id, start in found.items() if target.may_start(start)}
        for midnight, some in targets.items():
            refused |= dict.fromkeys(some, words[midnight]) if midnight in words else {}
    return _Searched(ids, refused)


def _search_days(
    service: BookingService, service_id: str, midnights: Sequence[datetime]
) -> tuple[dict[str, datetime], dict[datetime, str]]:
    """Starts by booking id, and for each day that was not searched the service's words."""
    try:
        return service.openings(service_id, [_whole_day(midnight) for midnight in midnights]), {}
    except Refused as refusal:
        # What the service can't answer at all, it will not answer day by day.
        if len(midnights) == 1 or not refusal.status:
            return {}, dict.fromkeys(midnights, refusal.words)
    found: dict[str, datetime] = {}
    words: dict[datetime, str] = {}
    for midnight in midnights:
        found_then, words_then = _search_days(service, service_id, [midnight])
        found |= found_then
        words |= words_then
    return found, words


def _whole_day(midnight: datetime) -> tuple[datetime, datetime]:
    """With room for sessions past midnight."""
    return midnight, midnight + timedelta(hours=36)


def _not_there(
    target: Target, service_name: str, room: str, openings: Sequence[Opening] | None, zone: tzinfo
) -> Finding:
    assert target.start is not None  # noqa: S101 - a target without an id has a start
    where = f" in {room}" if room else ""
    session = f"{service_name}{where}, {moment_text(target.start, zone)}"
    if openings is None:
        return Finding("not-open", f"{session} is full, closed or not there.", field="start")
    # Without how many places: this very roster may take some of them.
    nearest = ", ".join(moment_text(one.start, zone) for one in nearest_openings(openings, target.start))
    also = f"Open are: {nearest}." if nearest else f"{NOTHING_OPEN} is open."
    return Finding("not-open", f"{session} is full, closed or not there. {also}", field="start")
