"""What is known of a roster's people before a plan is made: by the ledger, then by a look at the bookings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from importer.booking.looking import look
from importer.booking.strangers import CustomerRecords
from importer.booking.targets import remembered_for
from importer.ledger import Ledger
from importer.lists.sessions import is_called
from importer.model import Entry, EntryState, GroupBooking, Participant, RowRef, Service, Target
from importer.people.evidence import fold, of_entry, of_participant
from importer.people.matching import likely_entries, match_people
from importer.people.settling import needs_reading, outsiders, own_sources
from importer.service.port import BookingService
from importer.settings import Settings

MOVED_WITHIN = timedelta(days=60)
"""Sessions that began longer ago, as far as we know, are not looked at again for whether staff have moved them."""


def known_by_ledger(
    people: Sequence[Participant],
    remembered: Sequence[GroupBooking],
    services: Mapping[str, Service],
    ledger: Ledger,
    rooms: Mapping[str, str] | None = None,
    *,
    gone: Collection[str] = (),
) -> dict[RowRef, str]:
    """The group booking of each row that names none by id, where the ledger knows the row's person on one.

    Who was booked by a row that asked for the same stays where they were booked, wherever staff have moved that session
    since and whatever its service is called by now: first by rows of the same words, then by such as mean the same.
    Then comes who is known on a session that starts as the row says. ``remembered`` are sessions as they were, or as
    they are by now. ``services`` and ``rooms`` by id, as far as they are known; ``None`` where no room can be. ``gone``
    are group bookings that are not there any more, on which nobody is looked for.
    """
    unnamed = [person for person in people if not person.target.booking_id]
    starts = {start for person in unnamed for start in person.target.starts}
    entries = [one for one in ledger.entries_typed_for(starts) if one.booking_id not in gone]
    known = ledger.sessions(ids={entry.booking_id for entry in entries})
    sessions = {one.id: one.named(services, rooms or {}) for one in (*known, *remembered)}

    def is_typed(target: Target, entry: Entry) -> bool:
        return target in (entry.target, replace(entry.target, resource=""))

    def is_meant(target: Target, entry: Entry) -> bool:
        return _asks_for_the_same(target, entry.target, sessions.get(entry.booking_id), rooms)

    found: dict[RowRef, str] = {}
    for is_same in (is_typed, is_meant):
        by_target: defaultdict[Target, list[Participant]] = defaultdict(list)
        for person in unnamed:
            if person.row not in found and person.target:
                by_target[person.target].append(person)
        for target, rows in by_target.items():
            found |= _paired(rows, [entry for entry in entries if is_same(target, entry)])
    left = [person for person in unnamed if person.row not in found]
    return found | _known_by_start(left, [one for one in remembered if one.id not in gone], ledger, gone)


def sessions_that_may_have_moved(
    people: Sequence[Participant], services: Mapping[str, Service], ledger: Ledger, *, now: datetime
) -> frozenset[str]:
    """The group bookings of the services that these rows ask for on which the ledger knows somebody of them.

    Staff may have moved one to the very time that a row says by now: only a look tells.
    """
    names = {person.target.service for person in people}
    wanted = {one.id for one in services.values() if any(is_called(name, one.id, one.name) for name in names)}
    sessions = {one.id for one in ledger.sessions(services=wanted) if one.start + MOVED_WITHIN > now}
    entries: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in ledger.entries(sessions):
        entries[entry.booking_id].append(entry)
    return frozenset(id_ for id_, some in entries.items() if _paired(people, some))


def _asks_for_the_same(
    target: Target, other: Target, session: GroupBooking | None, rooms: Mapping[str, str] | None
) -> bool:
    """Whether two rows ask for one session in whatever words. The ``other`` row's person was booked on ``session``."""
    if set(target.starts).isdisjoint(other.starts):
        return False
    is_service = fold(target.service) == fold(other.service) or (
        session is not None and is_called(target.service, session.service_id, session.service_name)
    )
    is_room = (
        "" in (target.resource, other.resource)
        or fold(target.resource) == fold(other.resource)
        or (session is not None and is_called(target.resource, session.resource_id, session.resource_name))
    )
    return is_service and (is_room or _is_room_by_id(target, other, session, rooms))


def _is_room_by_id(
    target: Target, other: Target, session: GroupBooking | None, rooms: Mapping[str, str] | None
) -> bool:
    """Where the ``other`` row named no room, its session's stands there by id: what cannot be named may be any."""
    if rooms is None:
        return session is not None and other.resource == session.resource_id and session.resource_name == ""
    return is_called(target.resource, other.resource, rooms.get(other.resource, ""))


def _known_by_start(
    people: Sequence[Participant], remembered: Sequence[GroupBooking], ledger: Ledger, gone: Collection[str]
) -> dict[RowRef, str]:
    candidates = {
        person.row: {session.id for session in remembered_for(person.target, remembered)} for person in people
    }
    handles = {person.handle for person in people if person.handle}
    entries = ledger.entries({id_ for ids in candidates.values() for id_ in ids}, handles)
    carried = {entry.handle: entry.booking_id for entry in entries if entry.booking_id not in gone}
    by_booking: defaultdict[str, list[Participant]] = defaultdict(list)
    for person in people:
        by_handle = carried.get(person.handle, "") if not person.target else ""
        for id_ in candidates[person.row] | ({by_handle} - {""}):
            by_booking[id_].append(person)
    found: dict[RowRef, str] = {}
    for id_, rows in by_booking.items():
        found |= _paired(rows, [entry for entry in entries if entry.booking_id == id_])
    return found


def _paired(rows: Sequence[Participant], known: Sequence[Entry]) -> dict[RowRef, str]:
    """The group booking of each row's person, also of whom a row may mean: that is asked there."""
    return {row: entry.booking_id for row, entry in likely_entries(rows, known).items()}


def known_for_certain(
    people: Sequence[Participant], booked_on: Mapping[RowRef, str], ledger: Ledger
) -> frozenset[RowRef]:
    """Those rows of which it is certain, not only perhaps so, that the ledger knows their person there."""
    found: set[RowRef] = set()
    for id_ in {booked_on[person.row] for person in people}:
        rows = [person for person in people if booked_on[person.row] == id_]
        known = [of_entry(entry, same_roster=True) for entry in ledger.entries([id_])]
        found |= {rows[at].row for at in match_people([of_participant(row) for row in rows], known, ask=False).pairs}
    return frozenset(found)


def look_at_all(
    people: Sequence[Participant],
    booking_of: Mapping[RowRef, str],
    bookings: Mapping[str, GroupBooking],
    begun: Sequence[Entry],
    service: BookingService,
    ledger: Ledger,
    settings: Settings,
    now: datetime,
    is_of_same_roster: Callable[[Entry], bool],
) -> tuple[dict[str, list[Entry]], dict[str, GroupBooking], tuple[Entry, ...]]:
    """Ledger entries as a look at the bookings settles them, the bookings with profiles of strangers, and the changes.

    Customer records are looked up only where somebody on the booking may be a person of ours whom the ledger does not
    know there. ``begun`` are entries on sessions that were found only now, which the ledger does not know there yet.
    """
    entries: defaultdict[str, list[Entry]] = defaultdict(list)
    meant = set(booking_of.values())
    for entry in (*ledger.entries(meant), *(one for one in begun if one.booking_id in meant)):
        entries[entry.booking_id].append(entry)
    rows: defaultdict[str, list[Participant]] = defaultdict(list)
    for person in people:
        rows[booking_of.get(person.row, "")].append(person)
    is_open = {id_: _is_open(rows[id_], entries[id_], booking, is_of_same_roster) for id_, booking in bookings.items()}
    records = CustomerRecords(service, workers=settings.workers)
    # All at once: each by itself would wait for the one before.
    records.with_records(
        one for id_, booking in bookings.items() if is_open[id_] for one in outsiders(entries[id_], booking.people)
    )
    learned = ledger.learned(settings.base_url)
    sources = {*learned.sources}
    sources |= {source for id_, booking in bookings.items() for source in own_sources(entries[id_], booking.people)}
    changes: list[Entry] = []
    shown: dict[str, GroupBooking] = {}
    for id_, booking in bookings.items():
        shown[id_], changed = look(
            booking,
            entries[id_],
            service,
            records if is_open[id_] else None,
            now=now,
            settle_margin_s=settings.settle_margin_s,
            sources=sources,
            removed_are_gone=learned.removed_are_gone,
        )
        changes += changed
        latest = {entry.id: entry for entry in (*entries[id_], *changed)}
        entries[id_] = [entry for entry in latest.values() if entry.state is not EntryState.NOT_BOOKED]
    return dict(entries), shown, tuple(changes)


def _is_open(
    rows: Sequence[Participant],
    entries: Sequence[Entry],
    booking: GroupBooking,
    is_of_same_roster: Callable[[Entry], bool],
) -> bool:
    """Whether somebody else on this group booking may be of interest: for a row whose person the ledger does not know
    to be there, or for somebody who is not settled."""
    seen = {"", *(one.customer_booking_id for one in booking.people)}
    there = [entry for entry in entries if not entry.state.is_off and entry.customer_booking_id in seen]
    pairing = match_people(
        [of_participant(person) for person in rows],
        [of_entry(entry, same_roster=is_of_same_roster(entry)) for entry in there],
    )
    return len(pairing.pairs) < len(rows) or any(map(needs_reading, entries))
