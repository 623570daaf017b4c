"""Pure: who may be taken off a group booking again, and what the reading after that shows (API.md, 22)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import tzinfo
from enum import Enum

from importer.model import PROVIDER, Attendee, Entry, EntryState, GroupBooking
from importer.model.examinations import GONE, LISTED, MARKED, Learned
from importer.model.removals import Removal
from importer.service.port import OWN_SOURCE, is_id

LOOK_THERE = f"Remove them in {PROVIDER} if they are not coming."

_NOTHING_SAID = frozenset({"", "no status", "confirmed", "booked"})
"""Statuses of a person who is booked and of whom nothing else was said."""


class Seen(Enum):
    """How a reading shows somebody after they were taken off."""

    GONE = GONE
    MARKED = MARKED
    LISTED = LISTED
    ODD = "odd"
    """Something else has changed that nobody asked for: nothing is to be done any more."""


def why_not_ours(entry: Entry) -> str:
    """Why a row's entry is not one that its run can take back; empty where it is."""
    if not entry.slot_id:
        return f"Import {entry.run} found this person on the session and did not book them."
    if not entry.customer_booking_id:
        return f"{PROVIDER} did not tell which entry on the session is this person's. {LOOK_THERE}"
    if not is_id(entry.customer_booking_id):
        return f"The ID of this person's booking can't be used. {LOOK_THERE}"
    return ""


def why_kept(removal: Removal, booking: GroupBooking, one: Attendee, learned: Learned, zone: tzinfo) -> str:
    """What has changed of ``one``, as ``booking`` lists them now, since their entry was made; empty for nothing."""
    entry, planned = removal.entry, removal.planned
    changed: list[str] = []
    if booking.is_cancelled:
        changed.append("the session was cancelled")
    is_moved = entry.target.start is not None and not entry.target.may_start(booking.start)
    if is_moved or (planned and (planned.service_id, planned.resource_id) != (booking.service_id, booking.resource_id)):
        changed.append(f"the session was moved or changed: it is now {booking.label(zone)}, {booking.resource}")
    sources = {source.casefold() for source in ("", OWN_SOURCE, *learned.sources)}
    if learned.sources and one.source.casefold() not in sources:
        changed.append(f'the booking is shown as booked through "{one.source}"')
    if one.spaces != entry.spaces and not (one.spaces == 1 and learned.gives_places is False):
        changed.append(f"the booking has {one.spaces} places, not {entry.spaces}")
    if one.has_paid or one.payment_ids:
        changed.append("there is a payment or a payment request")
    if one.status.casefold() not in _NOTHING_SAID:
        changed.append(f'this person is marked as "{one.status}"')
    return f"Changed since import {entry.run}: {'; '.join(changed)}. {LOOK_THERE}" if changed else ""


def alone_text(entry: Entry) -> str:
    """That nobody else is on the session, and how to remove this person all the same."""
    row = f"{entry.row.sheet}!{entry.row.key}" if entry.row.sheet else entry.row.key
    typed = f'"{row}"' if " " in row else row
    return (
        "The only person on this session. Without them the session may leave the calendar. To remove them too: "
        f"roster undo {entry.run} --row {typed} --empty-sessions"
    )


def listed(booking: GroupBooking, entry: Entry) -> Attendee | None:
    """The person of an entry, as the booking lists them; ``None`` where it does not, or they were removed."""
    there = (one for one in booking.people if not one.is_removed)
    return next((one for one in there if one.customer_booking_id == entry.customer_booking_id), None)


def staying(booking: GroupBooking, leaving: Iterable[Entry]) -> tuple[Attendee, ...]:
    """Who is left on a group booking without those who leave it, or may have left it already."""
    ids = {entry.customer_booking_id for entry in leaving}
    return tuple(one for one in booking.people if not one.is_removed and one.customer_booking_id not in ids)


def may_have_left(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Those of whom it is not known whether they were taken off."""
    return tuple(entry for entry in entries if entry.state is EntryState.REMOVING)


def trial_first(removals: Collection[Removal]) -> tuple[Removal, ...]:
    """The removals in the order in which they are done: the first where others stay, so that it can be compared."""
    on: dict[str, list[Removal]] = {}
    for one in removals:
        on.setdefault(one.booking.id, []).append(one)

    def left(some: list[Removal]) -> tuple[int, int]:
        return len(staying(some[0].booking, (one.entry for one in some))), len(some[0].booking.people)

    lanes = list(on.values())
    if lanes:
        first = max(lanes, key=left)
        lanes.sort(key=lambda lane: lane is not first)
    return tuple(one for lane in lanes for one in lane)


def seen_after(before: GroupBooking, after: GroupBooking | None, id_: str) -> Seen:
    """How the reading ``after`` shows the person with this id, who was taken off since the one ``before``.

    Exactly that person may have changed; who has come meanwhile says nothing. A session that only they were on may be
    gone, too.
    """
    others = {one.customer_booking_id: _plain(one) for one in before.people if one.customer_booking_id != id_}
    if after is None:
        return Seen.ODD if others else Seen.GONE
    still = {one.customer_booking_id: _plain(one) for one in after.people}
    if any(still.get(other) != shown for other, shown in others.items()) or (
        others and _facts(before) != _facts(after)
    ):
        return Seen.ODD
    if id_ in dict(after.ended):
        return Seen.MARKED
    if id_ not in still:
        # A list that was longer before is not cut off at the length of a page.
        is_whole = not after.may_be_cut or len(before.people) > len(after.people)
        return Seen.GONE if is_whole and "" not in still else Seen.LISTED
    was = next(_plain(one) for one in before.people if one.customer_booking_id == id_)
    return Seen.LISTED if still[id_] == was else Seen.MARKED


def _plain(one: Attendee) -> Attendee:
    return replace(one, profile=None, is_removed=False)


def _facts(booking: GroupBooking) -> tuple[object, ...]:
    return booking.status, booking.start, booking.service_id, booking.resource_id, booking.places
