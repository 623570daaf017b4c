"""Where what a list says of its session contradicts that on which its people would be booked: nobody is, unasked.

Its titles, its tab, the name of its file and what the call names have to agree, as far as they say something.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import NamedTuple

from importer.booking.service_names import names_service, names_service_alone, without_days_of
from importer.lists.findings import whole_text
from importer.lists.session_titles import FILE, TAB
from importer.lists.session_words import fits, may_be_the_sun, read_session_words
from importer.lists.sessions import SESSION, is_called
from importer.model import (
    GroupBooking,
    Options,
    Participant,
    Roster,
    RosterRow,
    RosterSheet,
    RowRef,
    Service,
    SessionWords,
    Target,
    moment_text,
)
from importer.settings import Settings

IsThere = Callable[[str, SessionWords], bool]
"""Whether a service, by id, has a session to come on the day that words name."""

_CALLED = {TAB: "The sheet is called", FILE: "The file is called"}


class _Meant(NamedTuple):
    """A session on which people of a sheet would be booked. ``service`` is an id, or what was typed if that is none."""

    service: str
    start: datetime

    def label(self, services: Mapping[str, Service], zone: tzinfo) -> str:
        name = services[self.service].name if self.service in services else self.service
        return f"{name}, {moment_text(self.start, zone)}"


def contradicted(
    roster: Roster,
    typed: Sequence[Participant],
    people: Sequence[Participant],
    options: Options,
    bookings: Mapping[str, GroupBooking],
    services: Mapping[str, Service],
    settings: Settings,
    is_there: IsThere,
) -> tuple[str, ...]:
    """What contradicts itself, each as a fact and a question. ``people`` have the sessions that ``typed`` ones mean.

    Nothing is odd about a list where only some rows name another session than the call: that is for the others.
    """
    words_of = {person.row: person.target.words for person in typed}
    target_of = {person.row: person.target for person in people}
    odd: list[str] = []
    used_on_all: list[_Meant] = []
    for sheet in roster.sheets:
        told = [*_against_the_given(sheet, words_of, options, bookings, services, settings)]
        used = _used(sheet, target_of, bookings, services)
        used_on_all += used
        texts = {where: some for where, some in sheet.said_outside.items() if where != FILE}
        by = frozenset() if options.targets else _words_used(sheet)
        odd += told or _against_the_used(sheet, texts, used, by, services, settings, is_there)
    if not odd:
        of_file = {FILE: roster.sheets[0].said_outside.get(FILE, ())}
        by = frozenset() if options.targets else frozenset().union(*map(_words_used, roster.sheets))
        odd += _against_the_used(roster.sheets[0], of_file, used_on_all, by, services, settings, is_there)
    return tuple(dict.fromkeys(odd))


def _against_the_given(
    sheet: RosterSheet,
    words_of: Mapping[RowRef, SessionWords | None],
    options: Options,
    bookings: Mapping[str, GroupBooking],
    services: Mapping[str, Service],
    settings: Settings,
) -> Iterator[str]:
    """Where the sheet itself names another session than the call (``--start``)."""
    for given in options.targets:
        one = _meant(given, bookings, services)
        if one is None:
            continue
        said = _said_of_all(sheet, words_of, settings)
        other = next((words for words in said if not _may_mean(words, one, services, settings.zone)), None)
        told = one.label(services, settings.zone)
        if other and sheet.place_for_all:
            yield (
                f'The list names its session: "{other.text}". The one that you gave would be used: {told}. Is that '
                "right?"
            )
        elif other:
            yield (
                f'You gave {told}, but the list names "{other.text}". The sessions of the list would be used. Is '
                "that right?"
            )


def _said_of_all(
    sheet: RosterSheet, words_of: Mapping[RowRef, SessionWords | None], settings: Settings
) -> Iterator[SessionWords]:
    """The words for sessions on a sheet where they stand once for all of it, or in every row."""
    said = [row.cells.get("session") for row in sheet.rows]
    if sheet.place_for_all:
        read = read_session_words(whole_text(said[0]), settings.date_order)
        yield from (read,) if isinstance(read, SessionWords) else ()
    elif None not in said:
        yield from filter(None, (words_of.get(row.ref) for row in sheet.rows))


def _may_mean(words: SessionWords, one: _Meant, services: Mapping[str, Service], zone: tzinfo) -> bool:
    named = [other.id for other in services.values() if names_service(words.text, other.name)]
    return (not named or one.service in named) and fits(words, one.start.astimezone(zone))


# What stands outside of the rows


def _used(
    sheet: RosterSheet,
    target_of: Mapping[RowRef, Target],
    bookings: Mapping[str, GroupBooking],
    services: Mapping[str, Service],
) -> list[_Meant]:
    """The sessions of the people whose rows do not name one. Ticks are many, of which a tab or a file names none."""
    if "ticks" in sheet.conventions:
        return []
    targets = dict.fromkeys(target_of[row.ref] for row in sheet.rows if row.ref in target_of and _is_outside(row))
    found = (_meant(target, bookings, services) for target in targets)
    return list(dict.fromkeys(one for one in found if one))


def _words_used(sheet: RosterSheet) -> frozenset[str]:
    return frozenset(whole_text(row.cells["session"]) for row in sheet.rows if "session" in row.cells)


def _is_outside(row: RosterRow) -> bool:
    place = row.places.get("session")
    return not place.heading if place else row.cells.keys().isdisjoint(SESSION)


def _meant(target: Target, bookings: Mapping[str, GroupBooking], services: Mapping[str, Service]) -> _Meant | None:
    booking = bookings.get(target.booking_id)
    if booking:
        return _Meant(booking.service_id, booking.start)
    called = [one.id for one in services.values() if is_called(target.service, one.id, one.name)]
    return _Meant(called[0] if len(called) == 1 else target.service, target.start) if target.start else None


def _against_the_used(
    sheet: RosterSheet,
    texts: Mapping[str, Sequence[str]],
    used: Sequence[_Meant],
    by: Collection[str],
    services: Mapping[str, Service],
    settings: Settings,
    is_there: IsThere,
) -> list[str]:
    """Each place whose words can mean none of the sessions that are ``used``, and certainly mean another. ``by`` are
    the words that have told which are used."""
    told: list[str] = []
    for where, some in texts.items() if used else ():
        look = _Look(where, some, used, services, settings, is_there)
        if text := next((text for text in some if not any(text in one for one in by) and look.is_other(text)), ""):
            label = used[0].label(services, settings.zone) + (f" and {len(used) - 1} more" if len(used) > 1 else "")
            called = _CALLED.get(where) or (f'Sheet "{sheet.title}" says' if sheet.title else "The title says")
            told.append(f'{called} "{text}". The session that would be used: {label}. Is that right?')
    return told


class _Look(NamedTuple):
    """The texts of one place, beside the sessions that are used."""

    where: str
    texts: Sequence[str]
    used: Sequence[_Meant]
    services: Mapping[str, Service]
    settings: Settings
    is_there: IsThere

    def is_other(self, text: str) -> bool:
        """Whether a text certainly speaks of another session: of another service, or of another time."""
        readings = [*self._readings(text)]
        others = [
            one.id for one in self.services.values() if any(names_service_alone(words, one.name) for words in readings)
        ]
        ours = {one.service for one in self.used}
        named = {one.id for one in self.services.values() if any(names_service(said, one.name) for said in self.texts)}
        is_other_service = bool(others) and ours.isdisjoint(named)
        if is_other_service and self.where != FILE:
            return True
        when = [words for words in readings if words.says_when and not may_be_the_sun(words)]
        return bool(when) and all(
            (is_other_service or not self._fits(words))
            and self._is_certain(words, others if is_other_service else [*ours], is_named=bool(named))
            for words in when
        )

    def _readings(self, text: str) -> Iterator[SessionWords]:
        """What it says; where nothing tells the order of day and month, in both orders."""
        order = self.settings.date_order
        read = read_session_words(text, order)
        some = (read,) if isinstance(read, SessionWords) else (read_session_words(text, one) for one in ("dmy", "mdy"))
        names = [self.services[one.service].name for one in self.used if one.service in self.services]
        for words in some:
            if isinstance(words, SessionWords):
                for name in names:
                    words = without_days_of(name, words) if names_service(text, name) else words
                yield words

    def _fits(self, words: SessionWords) -> bool:
        return any(fits(words, one.start.astimezone(self.settings.zone)) for one in self.used)

    def _is_certain(self, words: SessionWords, services: Iterable[str], *, is_named: bool) -> bool:
        """A day alone may be that on which a list was made or sent, unless there is a session then. An hour alone may
        be that at which the doors open."""
        if self.where == FILE and not is_named:
            return False
        if not words.day:
            return words.weekday is not None or is_named or not words.names
        is_full = is_named and (words.clock is not None or words.weekday is not None)
        is_bare_tab = self.where == TAB and not words.names
        return is_full or is_bare_tab or any(self.is_there(id_, words) for id_ in services)
