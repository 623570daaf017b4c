"""On which dates a list is booked that does not say: those of the days that a call gives, or those that are chosen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta, tzinfo
from typing import NamedTuple

from importer.booking.listed import Listed
from importer.booking.naming import NONE_FITS, SEVERAL_FIT, sessions_on
from importer.booking.openings import upcoming_sessions
from importer.importing.questions import Choices, WhichSessions
from importer.ledger import Ledger
from importer.lists.findings import Finding, cell_text, clean, whole_text
from importer.lists.recurring import AHEAD, Days, read_days
from importer.lists.session_words import fits, read_session_words
from importer.model import GroupBooking, Plan, Roster, SessionWords, Target, day_text, moment_text
from importer.model.conventions import TITLE_WORDS, listed
from importer.service.port import BookingService, Refused
from importer.settings import Settings


class Dated(NamedTuple):
    """A list with the dates that its call means, which it tells as well (``read_as``), or with what is to be asked."""

    roster: Roster
    choices: Choices
    asks: WhichSessions | None = None


def with_days(roster: Roster, choices: Choices, service: BookingService, ledger: Ledger, *, now: datetime) -> Dated:
    """The sessions on the days that the call gives (``--dates``): at the time that the list or the call says, or the
    only one of a day. Which they are is asked where a day has two, and where the call gives a service alone.

    Raises ``ServiceError`` and ``LedgerError``.
    """
    options, zone = choices.options, choices.settings.zone
    if options.is_dated:
        return Dated(roster, choices)
    words = _said_for_all(roster, choices.settings)
    target = replace(options.target, service=options.target.service or _only_service(roster), words=words)
    today = now.astimezone(zone).date()
    days = read_days(options.days, today, choices.settings.date_order) if options.days else None
    if isinstance(days, Finding):
        return Dated(roster, choices, WhichSessions((), zone, days.sentence))
    if not (target.service or (words and words.names)):
        return Dated(roster, choices, WhichSessions((), zone, _NO_SERVICE))
    wanted = list(days.coming(today) if days else _all_days(today))
    there = Listed(service, now)
    found = _sessions(wanted, target, choices, service, ledger, there)
    if isinstance(found, Finding):
        return Dated(roster, choices, WhichSessions((), zone, found.sentence))
    if days is None:
        some = tuple(one for one in found if words is None or fits(words, one.start.astimezone(zone)))
        why = f'No date is given for "{target.service}".'
        return Dated(roster, choices, WhichSessions(some or found, zone, why if found else f"{why} {_NOTHING}"))
    dated = _on_days(roster, choices, days, wanted, found, words)
    is_timed = days.clock or (words and words.clock)
    return dated if is_timed or _are_all(found, there) else _to_check(dated)


def which_sessions(
    plan: Plan, choices: Choices, service: BookingService, ledger: Ledger, *, now: datetime
) -> WhichSessions | None:
    """What is to be asked where what a list says once for everybody leaves open which session it is: several fit
    "Saturdays 10.30", or none of the coming weeks.

    Raises ``ServiceError`` and ``LedgerError``.
    """
    words = _said_for_all(plan.roster, choices.settings)
    is_open = any(not one.rules.isdisjoint((SEVERAL_FIT, NONE_FITS)) for one in plan.outcomes)
    if words is None or not is_open or choices.options.targets or choices.options.only is not None:
        return None
    zone = choices.settings.zone
    days = list(_all_days(now.astimezone(zone).date()))
    found = _sessions(days, Target(words=words), choices, service, ledger, Listed(service, now))
    if isinstance(found, Finding):
        return None
    fitting = tuple(one for one in found if fits(words, one.start.astimezone(zone)))
    why = "fits more than one session" if words.day and words.month else "names no date"
    return WhichSessions(fitting, zone, f'"{words.text}" {why}.') if fitting else None


def _are_all(found: Sequence[GroupBooking], listed: Listed) -> bool:
    """Whether it is known that these days have no other session of the same service: a full one is seen in a list of
    all alone."""
    of = {one.service_id for one in found}
    return all(listed.has_all(id_, [one.id for one in found if one.service_id == id_]) for id_ in of)


def _to_check(dated: Dated) -> Dated:
    first, *others = dated.roster.sheets
    first = replace(first, read_as=(*first.read_as, "Full sessions can't be seen: please check these times."))
    return dated._replace(roster=replace(dated.roster, sheets=(first, *others)))


def any_session(settings: Settings, service: BookingService, *, now: datetime) -> WhichSessions:
    """What is to be asked where nothing says which session a list is for: any that is to come and has places.

    Raises ``ServiceError``.
    """
    found = upcoming_sessions(service, now, now + AHEAD)
    why = "" if found.sessions else "There is no session with free places in the next six months."
    return WhichSessions(found.sessions, settings.zone, why)


_NO_SERVICE = "We don't know which service this list is for. Say which with --service."
_NOTHING = "It has no session with free places in the next six months."


def _all_days(today: date) -> Iterator[date]:
    return (today + timedelta(days=ahead) for ahead in range(AHEAD.days))


def _sessions(
    days: Sequence[date], target: Target, choices: Choices, service: BookingService, ledger: Ledger, there: Listed
) -> tuple[GroupBooking, ...] | Finding:
    try:
        services = service.services()
    except Refused as refusal:
        return Finding("not-listed", f"The services were not listed: {refusal.words}")
    remembered = ledger.sessions(services=services.keys())
    zone, options = choices.settings.zone, choices.options
    return sessions_on(days, target, service, services, remembered, zone=zone, listed=there, options=options)


def _only_service(roster: Roster) -> str:
    """The service that every row names, if it is one alone."""
    named = {clean(whole_text(cell)) if (cell := row.cells.get("service")) else "" for row in roster.rows}
    return named.pop() if len(named) == 1 else ""


def _said_for_all(roster: Roster, settings: Settings) -> SessionWords | None:
    """What a list says once of the session of all its people, if all of its sheets say the same, and a person has
    agreed that it does."""
    if any(one.key == "session_in" for sheet in roster.sheets for one in sheet.open):
        return None
    texts = {whole_text(sheet.rows[0].cells["session"]) if sheet.place_for_all else "" for sheet in roster.sheets}
    read = read_session_words(texts.pop(), settings.date_order) if len(texts) == 1 else None
    agreed = listed(roster.sheets[0].conventions.get(TITLE_WORDS, ""))
    return replace(read, is_title=True, agreed=agreed) if isinstance(read, SessionWords) and read.text else None


def _on_days(
    roster: Roster,
    choices: Choices,
    days: Days,
    wanted: Sequence[date],
    found: Sequence[GroupBooking],
    words: SessionWords | None,
) -> Dated:
    zone = choices.settings.zone
    clock = days.clock or (words.clock if words else None)
    at_time = [one for one in found if clock in (None, one.start.astimezone(zone).time())]
    of_day: defaultdict[date, list[GroupBooking]] = defaultdict(list)
    for one in at_time:
        of_day[one.start.astimezone(zone).date()].append(one)
    missing = list(_missing(days, wanted, at_time, found, zone))
    if not at_time:
        over = f'"{days.text}" is over.' if not wanted else f'"{days.text}": {" ".join(missing) or _NOTHING}'
        return Dated(roster, choices, WhichSessions((), zone, over))
    twice = [some for some in of_day.values() if len(some) > 1]
    if twice:
        told = "; ".join(f"{day_text(some[0].start, zone)} has {_labels(some, zone)}" for some in twice)
        return Dated(roster, choices, WhichSessions(tuple(at_time), zone, f'"{days.text}": {told}.'))
    told_as = (f"{days.text}: {', '.join(moment_text(one.start, zone) for one in at_time)}.", *missing)
    first, *others = roster.sheets
    sheets = (replace(first, read_as=(*first.read_as, *told_as)), *others)
    asked = WhichSessions(tuple(at_time), zone)
    return Dated(replace(roster, sheets=sheets), choices.with_sessions(at_time, asked))


def _missing(
    days: Days, wanted: Sequence[date], there: Sequence[GroupBooking], found: Sequence[GroupBooking], zone: tzinfo
) -> Iterator[str]:
    """Days without a session; where no end was given those before the last that there is."""
    have = {one.start.astimezone(zone).date() for one in there}
    end = wanted[-1] if days.has_end and wanted else max(have, default=date.min)
    none: list[date] = []
    for day in wanted:
        if day <= end and day not in have:
            others = [one for one in found if one.start.astimezone(zone).date() == day]
            if others:
                yield f"{day:%a} {cell_text(day)} has no session at that time, only {_labels(others, zone)}."
            else:
                none.append(day)
    if none:
        listed = ", ".join(f"{day:%a} {cell_text(day)}" for day in none)
        yield f"No session, or it is full: {listed}."


def _labels(some: Sequence[GroupBooking], zone: tzinfo) -> str:
    asked = WhichSessions(tuple(some), zone)
    return " and ".join(map(asked.label, some))
