"""Pure: what one look at a group booking tells of the ledger's entries there. Nothing is ever sent on a guess.

Settling a lost answer is described in API.md. People are told apart by ``customer_booking_id``; a profile is weak
evidence, because siblings may share a customer record (API.md, 9).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from importer.model import Attendee, Entry, EntryState
from importer.people.evidence import Evidence, hashed, is_near, of_attendee, of_entry
from importer.service.port import OWN_SOURCE


def outsiders(entries: Iterable[Entry], people: Iterable[Attendee]) -> tuple[Attendee, ...]:
    """The people on a group booking whom no entry of the ledger explains by its ``customer_booking_id``.

    Whom we have taken off is nobody, though a reading may list them still.
    """
    explained = {entry.customer_booking_id for entry in entries} - {""}
    return tuple(one for one in people if one.customer_booking_id not in explained and not one.is_removed)


@dataclass(frozen=True, slots=True)
class Moment:
    """When a booking was looked at: by our own clock and, where it tells, by the service's.

    Either may be wrong, and only both say that a commit can't come any more (API.md, "Settling a lost answer"). What
    ``may_be_cut`` tells of nobody's absence. Who is listed was
    not taken off only where ``removed_are_gone``: where that is how the service shows such people.
    """

    ours: datetime
    service: datetime | None
    settle_margin_s: float
    may_be_cut: bool = False
    removed_are_gone: bool = False


def own_entry(new: Sequence[Attendee], spaces: int, sources: Collection[str] = ()) -> Attendee | None:
    """Which of the people in a confirm's answer who were not there before is ours; ``None`` where it can't be told.

    The answer may list only ours, or everybody, also such as booked by themselves meanwhile (API.md, 8). While no
    answer has shown the ``sources`` of ours, whoever is the only new one is ours, whatever the source is called.
    """
    if len(new) == 1 and not sources:
        return new[0]
    ours = [one for one in new if _may_be_ours(one, spaces, sources)]
    return ours[0] if len(ours) == 1 else None


def own_sources(entries: Iterable[Entry], people: Iterable[Attendee]) -> frozenset[str]:
    """How the service writes the source of people whom we have booked (API.md, 20)."""
    ours = {entry.customer_booking_id for entry in entries if entry.slot_id} - {""}
    return frozenset(one.source for one in people if one.customer_booking_id in ours) - {""}


def needs_reading(entry: Entry) -> bool:
    """Whether only a look at the booking can tell what became of this entry, or which person on it is ours."""
    return not entry.customer_booking_id and entry.state in (EntryState.SENT, EntryState.BOOKED)


def settle(
    entries: Sequence[Entry], people: Sequence[Attendee], moment: Moment, sources: Collection[str] = ()
) -> tuple[Entry, ...]:
    """What one look at a group booking says of its ledger entries; returns those that change.

    All our people without a known ``customer_booking_id`` are settled together (API.md, "Settling a lost answer"). As
    many new entries left as people: all are booked. Otherwise an entry goes only to the one person whom its profile
    fits. Nobody is called not booked before ``settled_by``, nor while a new entry on the booking is unexplained or came
    the way that ours come, under whatever name, nor by a reading that lacks somebody whom an answer has confirmed.
    ``sources`` are those that such answers have shown.
    """
    gone, back = _gone(entries, people, moment), _back(entries, people)
    gone += _taken_off(entries, people, moment)
    sources = {*sources, *own_sources(entries, people)}
    unknown = [entry for entry in entries if needs_reading(entry)]
    new = _new(entries, people, unknown, sources)
    found = _assign(unknown, new, sources)
    left_over = [one for one in new if one not in found.values()]
    if len(new) == len(unknown):
        alone = left_over[0] if len(left_over) == 1 else None
        return (*gone, *back, *(_booked(entry, found.get(entry.id, alone)) for entry in unknown))
    settled = [_booked(entry, found[entry.id]) for entry in unknown if entry.id in found]
    # While it is not known how the service writes our source, one who can't be read may be ours whatever it is; and
    # one of our source is ours perhaps, with whatever places.
    unread = [
        one
        for one in outsiders(entries, people)
        if one.profile is None and (not sources or _is_of_our_source(one, sources))
    ]
    # Staff may have given the record of ours another name and address since: who came our way is no proven outsider.
    renamed = [one for one in outsiders(entries, people) if one.source and one not in new]
    may_be = any(one.customer_booking_id not in entry.before for one in unread for entry in unknown) or any(
        _may_be(entry, one, sources) for one in renamed for entry in unknown
    )
    if not left_over and not may_be and not _lacking(entries, people):
        settled += [
            replace(entry, state=EntryState.NOT_BOOKED)
            for entry in unknown
            if entry.id not in found and entry.state is EntryState.SENT and is_past(entry, moment)
            if not (moment.may_be_cut and len(entry.before) >= len(people))
        ]
    return (*gone, *back, *settled)


def explained_together(entries: Sequence[Entry], people: Sequence[Attendee]) -> tuple[Attendee, ...]:
    """People on a group booking who are ours, though it can't be told who of ours is which: there are as many."""
    unknown = [entry for entry in entries if needs_reading(entry)]
    new = _new(entries, people, unknown, own_sources(entries, people))
    return new if len(new) == len(unknown) else ()


def may_be_there(entry: Entry, entries: Sequence[Entry], people: Sequence[Attendee]) -> bool:
    """Whether somebody on a group booking whom none of its entries explains may be this entry's person."""
    return bool(_new(entries, people, [entry], own_sources(entries, people)))


def is_missing(entry: Entry, people: Iterable[Attendee]) -> bool:
    """An answer or a reading has shown this entry's person there, and this reading does not.

    While it shows somebody without an id, who may be anybody, it tells of nobody's absence (API.md, 17).
    """
    there = {person.customer_booking_id for person in people}
    return entry.customer_booking_id != "" and there.isdisjoint(("", entry.customer_booking_id))


def has_nobody_left(
    entry: Entry, entries: Sequence[Entry], people: Sequence[Attendee], *, now: datetime, now_there: datetime | None
) -> bool:
    """Whether an answer has booked this entry without telling who it is, and by now nobody is left there for it to be.

    One person on a group booking is one entry, no two of the ledger. ``now`` is by our clock, ``now_there`` by the
    service's. Of who is there by somebody's word nothing is said.
    """
    unknown = [one for one in entries if needs_reading(one)]
    end = end_of(entry, now=now, now_there=now_there)
    is_late = end is not None and now_there is not None and now >= end
    is_by_answer = entry.state is EntryState.BOOKED and entry.told is None and entry in unknown
    return is_late and is_by_answer and len(outsiders(entries, people)) < len(unknown)


def _lacking(entries: Sequence[Entry], people: Sequence[Attendee]) -> list[Entry]:
    return [entry for entry in entries if entry.state is EntryState.BOOKED and is_missing(entry, people)]


def _gone(entries: Sequence[Entry], people: Sequence[Attendee], moment: Moment) -> list[Entry]:
    """Entries whose person somebody has removed since; a reading may lag behind who has only just been booked."""
    margin = timedelta(seconds=moment.settle_margin_s)
    return [
        replace(entry, state=EntryState.TAKEN_OFF)
        for entry in _lacking(entries, people)
        if not moment.may_be_cut and (entry.recorded is None or entry.recorded + margin <= moment.ours)
    ]


def _taken_off(entries: Sequence[Entry], people: Sequence[Attendee], moment: Moment) -> list[Entry]:
    """Those of whom it was not known whether we have taken them off: gone is so; who is still listed was not where
    nothing can come any more of what was sent, and such people are not listed."""
    removing = [entry for entry in entries if entry.state is EntryState.REMOVING]
    there = {person.customer_booking_id for person in people}
    return [
        replace(entry, state=EntryState.REMOVED, removed=moment.ours)
        for entry in removing
        if is_missing(entry, people) and not moment.may_be_cut
    ] + [
        replace(entry, state=EntryState.BOOKED, removed=None)
        for entry in removing
        if entry.customer_booking_id in there and moment.removed_are_gone
        if is_past(entry, moment)
    ]


def _back(entries: Sequence[Entry], people: Iterable[Attendee]) -> list[Entry]:
    """Entries whose person is shown after all: what somebody has said of them is replaced by that."""
    there = {person.customer_booking_id for person in people} - {""}
    return [
        replace(entry, state=EntryState.BOOKED, told=None)
        for entry in entries
        if entry.state is EntryState.TAKEN_OFF or (entry.state is EntryState.BOOKED and entry.told)
        if entry.customer_booking_id in there
    ]


def is_past(entry: Entry, moment: Moment) -> bool:
    """Whether nothing can come any more of what was sent, by our clock and by the service's: never by one alone."""
    end = end_of(entry, now=moment.ours, now_there=moment.service)
    return end is not None and moment.service is not None and moment.ours >= end


def end_of(entry: Entry, *, now: datetime, now_there: datetime | None) -> datetime | None:
    """From when on, by our clock, nothing can come any more of what was sent; ``None`` where a person has to say.

    Both clocks have to be there, however far apart they are ``now``: the later end counts. Where ``now_there`` is
    ``None`` it is as ours tells alone.
    """
    if entry.settled_by is None:
        return None
    ours = entry.settled_by_ours or entry.settled_by
    return ours if now_there is None else max(ours, now + (entry.settled_by - now_there))


def _new(
    entries: Sequence[Entry], people: Sequence[Attendee], unknown: Sequence[Entry], sources: Collection[str]
) -> tuple[Attendee, ...]:
    """Those whom no entry explains and who may be one of ours."""
    return tuple(
        one
        for one in outsiders(entries, people)
        if any(_may_be(entry, one, sources) for entry in unknown) and not _is_somebody_else(one, unknown)
    )


def _may_be_ours(one: Attendee, spaces: int, sources: Collection[str]) -> bool:
    """Not of another source than ours, and with as many spaces as a confirm of ours can give (API.md, 8, 13, 20)."""
    return _is_of_our_source(one, sources) and one.spaces in (1, spaces)


def _is_of_our_source(one: Attendee, sources: Collection[str]) -> bool:
    return one.source.casefold() in {source.casefold() for source in ("", OWN_SOURCE, *sources)}


def _may_be(entry: Entry, one: Attendee, sources: Collection[str]) -> bool:
    return one.customer_booking_id not in entry.before and _may_be_ours(one, entry.spaces, sources)


def _is_somebody_else(one: Attendee, unknown: Sequence[Entry]) -> bool:
    """A readable profile that shares no name (near counts), e-mail or mobile with any of our people."""
    return one.profile is not None and not any(_fits(entry, one) for entry in unknown)


def _fits(entry: Entry, one: Attendee) -> bool:
    shown, ours = _compared(one, entry)
    return _same_contact(entry, one) or (bool(shown.names) and is_near(ours, shown))


def _same_contact(entry: Entry, one: Attendee) -> bool:
    shown, ours = _compared(one, entry)
    return not shown.addresses.isdisjoint(ours.addresses)


def _compared(one: Attendee, entry: Entry) -> tuple[Evidence, Evidence]:
    return hashed(of_attendee(one, is_weak=False), entry.hash_key), of_entry(entry, same_roster=True)


def _assign(unknown: Sequence[Entry], new: Sequence[Attendee], sources: Collection[str]) -> dict[int, Attendee]:
    """New people by the id of the one entry that each fits: by equal name first, then by anything they share.

    A record that siblings share may show any of their names (API.md, 9): of people with one address the name does not
    tell who is there.
    """
    found: dict[int, Attendee] = {}

    def equal(entry: Entry, one: Attendee) -> bool:
        shown, ours = _compared(one, entry)
        return bool(ours.names & shown.names)

    for fits in (equal, _fits):
        for one in new:
            left = [entry for entry in unknown if entry.id not in found and _may_be(entry, one, sources)]
            open_ = [entry for entry in left if fits(entry, one) or _same_contact(entry, one)]
            rivals = [other for other in new if other not in found.values() and any(fits(e, other) for e in open_)]
            if one not in found.values() and len(open_) == 1 and len(rivals) == 1:
                found[open_[0].id] = one
    return found


def _booked(entry: Entry, one: Attendee | None) -> Entry:
    """When it was sent is not when it was found to be booked: that is for who looked to say (``looking``)."""
    found = replace(entry, recorded=None) if entry.state is EntryState.SENT else entry
    if one is None:
        return replace(found, state=EntryState.BOOKED)
    return replace(
        found,
        state=EntryState.BOOKED,
        customer_id=one.customer_id,
        customer_booking_id=one.customer_booking_id,
        told=None,
    )
