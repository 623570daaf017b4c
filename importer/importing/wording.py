"""What rows mean that name their session in words: what the words meant before, else what fits them now.

Words that leave out a day or a year fit other sessions with time, and so does a whole date once staff have moved its
session. So whoever was booked by words is known by them, and the words of a list go on to mean what they meant.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo
from functools import cache

from importer.booking.listed import Listed
from importer.booking.naming import SEVERAL_FIT, Named, name_sessions
from importer.ledger import Ledger
from importer.lists.findings import problem_of
from importer.lists.session_words import meaning_of
from importer.lists.sessions import is_called, session_fields
from importer.model import (
    Entry,
    GroupBooking,
    Options,
    Participant,
    Roster,
    RowRef,
    Service,
    SessionWords,
    Target,
    moment_text,
)
from importer.people.evidence import fold
from importer.people.matching import likely_entries
from importer.service.port import BookingService

_Meaning = tuple[str, str, SessionWords | None]
"""What a row says of its session, however that is written: service, room, and the words."""


def understood(
    people: Sequence[Participant],
    of_list: Collection[int],
    options: Options,
    ledger: Ledger,
    *,
    now: datetime,
    still_mean: Callable[[Target, Target], bool] = lambda _typed, _meant: True,
) -> tuple[Participant, ...]:
    """The people with the sessions that their words have meant before; others as they are. No service is asked.

    Whoever was booked by the same words means that session: by an earlier import of this list (``of_list``), by their
    mark, or on one that is still to come. Else the words mean what they meant in this list before, if they
    ``still_mean`` that: staff rename services, and a list may be read in another time zone. Raises ``LedgerError``.
    """
    worded = [person for person in people if _is_open(person)]
    if not worded:
        return tuple(people)
    found = _booked_by_words(worded, of_list, ledger, now=now)
    before: dict[Target, Target] = {}
    for run in ledger.runs():
        if run.id in of_list:
            before = dict(run.options.meant) | before
    before = {typed: target for typed, target in before.items() if still_mean(typed, target)} | dict(options.meant)
    meant = {_meaning(typed): target for typed, target in before.items()}
    for person in worded:
        target = meant.get(_meaning(person.target))
        if person.row not in found and target is not None:
            found[person.row] = target
    return tuple(replace(person, target=found[person.row]) if person.row in found else person for person in people)


def found_by_words(
    people: tuple[Participant, ...],
    roster: Roster,
    options: Options,
    service: BookingService,
    services: Mapping[str, Service],
    no_services: str,
    ledger: Ledger,
    zone: tzinfo,
    *,
    listed: Listed,
    now: datetime,
    or_now: datetime,
) -> tuple[Participant, ...]:
    """The others with the sessions that fit their words now, or with why that can't be told. ``or_now`` is what the
    other clock says where the two are apart."""
    wanted = [person.target for person in people if _is_open(person)]
    if not wanted:
        return people
    remembered = ledger.sessions(services=services.keys())
    named = name_sessions(
        wanted,
        service,
        services,
        remembered,
        zone=zone,
        now=now,
        listed=listed,
        no_services=no_services,
        options=options,
        or_now=or_now,
    )
    return tuple(_as_named(person, named, roster) if _is_open(person) else person for person in people)


def fitting_again(
    typed: Iterable[Participant],
    found: Iterable[Participant],
    options: Options,
    service: BookingService,
    services: Mapping[str, Service],
    ledger: Ledger,
    zone: tzinfo,
    *,
    listed: Listed,
    now: datetime,
) -> dict[RowRef, str]:
    """Rows whose words meant a session that is over by now, and fit one that is still to come: what to do, if it is
    that which they mean. Nobody is booked on it unasked, and nobody kept from it in silence."""
    over = {
        row.row: row.target
        for row, person in zip(typed, found, strict=True)
        if _is_open(row) and person.target.start is not None and person.target.start <= now
    }
    if not over:
        return {}
    remembered = ledger.sessions(services=services.keys())
    wanted = list(over.values())
    named = name_sessions(wanted, service, services, remembered, zone=zone, now=now, listed=listed, options=options)
    told: dict[RowRef, str] = {}
    for row, target in over.items():
        exact, fault = named.targets.get(target), named.faults.get(target)
        if exact and exact.start and exact.start > now:
            which = moment_text(exact.start, zone)
        elif fault and fault.rule == SEVERAL_FIT:
            which = "another one"
        else:
            continue
        told[row] = f"That session is over. If {which} is meant now, write its date into the list."
    return told


def meanings(
    typed: Iterable[Participant], found: Iterable[Participant], booked: Collection[RowRef]
) -> tuple[tuple[Target, Target], ...]:
    """What the targets in words of a list mean, each with the exact one, as it is kept for who comes back to it: what
    they mean for who is new, if that is another than for those who are ``booked``."""
    pairs = [
        (row.row in booked, row.target, person.target)
        for row, person in zip(typed, found, strict=True)
        if _is_open(row) and person.target.is_exact
    ]
    there = {target: exact for is_booked, target, exact in pairs if is_booked}
    return tuple((there | {target: exact for is_booked, target, exact in pairs if not is_booked}).items())


def is_there_by(
    service: BookingService, services: Mapping[str, Service], ledger: Ledger, zone: tzinfo, *, now: datetime
) -> Callable[[str, SessionWords], bool]:
    """What tells whether a service, by id, has a session to come on the day that words name, as far as is known."""

    listed = Listed(service, now)

    def is_there(id_: str, words: SessionWords) -> bool:
        wanted = Target(service=id_, words=replace(words, clock=None, end=None))
        remembered = ledger.sessions(services=[id_])
        named = name_sessions(
            [wanted], service, services, remembered, zone=zone, now=now, listed=listed, options=Options()
        )
        return wanted in named.targets or named.faults[wanted].rule == SEVERAL_FIT

    return is_there


def _is_open(person: Participant) -> bool:
    return person.target.words is not None and not person.target.is_exact


def _meaning(target: Target) -> _Meaning:
    return fold(target.service), fold(target.resource), meaning_of(target.words) if target.words else None


def _booked_by_words(
    people: Sequence[Participant], of_list: Collection[int], ledger: Ledger, *, now: datetime
) -> dict[RowRef, Target]:
    entries = ledger.entries_typed_in_words()
    handles = {person.handle for person in people}
    sessions = {one.id: one for one in ledger.sessions(ids={entry.booking_id for entry in entries})}
    by_words: defaultdict[SessionWords, list[Entry]] = defaultdict(list)
    for entry in entries:
        session = sessions.get(entry.booking_id)
        is_to_come = session is not None and session.start > now
        if entry.target.words and (entry.run in of_list or is_to_come or not handles.isdisjoint(entry.handles)):
            by_words[meaning_of(entry.target.words)].append(entry)
    rows: defaultdict[Target, list[Participant]] = defaultdict(list)
    for person in people:
        rows[person.target].append(person)
    runs = {run.id: run for run in ledger.runs()}

    @cache
    def room_in(words: SessionWords | None, room: str, run: int) -> str:
        """The room, by its id, if the words named it by which somebody was booked: whoever is new by them means it,
        too. "" where it was but the room of their session."""
        meant = runs[run].options.meant if run in runs else ()
        is_named = any(typed.words == words and not typed.resource and exact.resource == room for typed, exact in meant)
        return room if is_named else ""

    found: dict[RowRef, Target] = {}
    for target, some in rows.items():
        of_words = by_words[meaning_of(target.words)] if target.words else []
        known = [entry for entry in of_words if _is_there(target, entry, sessions.get(entry.booking_id))]
        for row, entry in likely_entries(some, known).items():
            room = target.resource or room_in(entry.target.words, entry.target.resource, entry.run)
            found[row] = replace(entry.target, booking_id="", resource=room)
    return found


def _is_there(target: Target, entry: Entry, session: GroupBooking | None) -> bool:
    """Whether the service and the room that a row names beside its words are those where somebody was booked."""

    def is_same(typed: str, kept: str, id_: str, name: str) -> bool:
        return not typed or fold(typed) == fold(kept) or is_called(typed, id_, name)

    service = (session.service_id, session.service_name) if session else ("", "")
    room = (session.resource_id, session.resource_name) if session else ("", "")
    return is_same(target.service, entry.target.service, *service) and is_same(
        target.resource, entry.target.resource, *room
    )


def _as_named(person: Participant, named: Named, roster: Roster) -> Participant:
    fault = named.faults.get(person.target) or named.warnings.get(person.target)
    target = named.targets.get(person.target, person.target)
    if fault is None:
        return replace(person, target=target)
    headings = roster.sheet_of(person.row).headings
    problem = problem_of(fault, person.row, headings, person.places, *session_fields(fault.field))
    return replace(person, target=target, problems=(*person.problems, problem))
