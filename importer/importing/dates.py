"""The dates of a list that names none: which it was booked on before, which this import adds, what was told of them.

A list with one date is a list like any other. With the second, each date is a part of every row that names no session.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import NamedTuple

from importer.booking.targets import remembered_for
from importer.importing.earlier import reads_the_same, runs_of_list
from importer.ledger import Ledger
from importer.lists.dates import date_text, on_dates
from importer.lists.rules import check_rows
from importer.model import (
    Entry,
    EntryState,
    Former,
    Options,
    Roster,
    RowRef,
    Run,
    Status,
    Target,
)
from importer.people.evidence import of_entry, of_participant
from importer.people.matching import match_people
from importer.service.port import BookingService
from importer.settings import Settings

WITH_PLACE = frozenset({Status.BOOKED, Status.ALREADY_BOOKED, Status.NOT_SURE_YET, Status.NO_LONGER_BOOKED})


def with_dates(
    roster: Roster,
    options: Options,
    ledger: Ledger,
    settings: Settings,
    service: BookingService | None = None,
    *,
    now: datetime,
) -> tuple[Roster, Options]:
    """The list and what is wanted of it, with the dates that there are once it is for more than one.

    A list that comes back without a session means the dates whose marks its rows carry, or on which earlier imports
    have booked their people (``on_dates``). A run that is resumed stays as it was. ``service`` tells when a session
    starts that is given by its id. Raises ``ServiceError`` and ``LedgerError``.
    """
    zone = settings.zone
    if options.only is not None:
        return on_dates(roster, options, zone, _dates_of_rows(roster, options, ledger, settings, now)), options
    runs = dated_runs(roster, options, ledger)
    earlier = _earlier_dates(runs, ledger, zone)
    dates: dict[str, Target] = {}
    for wanted in options.targets:
        same = next((date for date, target in earlier.items() if _is_same(target, wanted, ledger)), "")
        date = same or _free(_date_of(wanted, ledger, zone, service), {*earlier, *dates})
        dates |= {date: wanted} if date else {}
    is_one_of_several = len({*earlier, *dates}) > 1
    options = replace(options, dates=tuple((dates or earlier).items()) if is_one_of_several else ())
    roster = on_dates(roster, options, zone, _dates_of_rows(roster, options, ledger, settings, now))
    here = {row.ref.date for row in roster.rows}
    return roster, replace(options, dates=tuple((date, one) for date, one in options.dates if dates or date in here))


def sessions_given(run: Run, entries: Collection[Entry], ledger: Ledger) -> frozenset[str]:
    """The group bookings that the call of a run gave to rows which named none; ``entries`` are all of its list."""
    found: set[str] = set()
    for target in run.options.targets:
        found |= sessions_meant(target, ledger)
        found |= {one.booking_id for one in entries if one.run == run.id and _was_for(one.target, target)}
    return frozenset(found)


def sessions_meant(target: Target, ledger: Ledger) -> frozenset[str]:
    """The group bookings that a target given with a call means, as far as our record knows them."""
    if target.booking_id:
        return frozenset({target.booking_id})
    return frozenset(one.id for one in remembered_for(target, ledger.sessions(starts=target.starts)))


def dated_runs(roster: Roster, options: Options, ledger: Ledger) -> list[Run]:
    """Those of this list that were given a session with their call and came to something, newest first."""
    carried = {run for run, _ in _marks(roster, ledger).values()}
    of_list = runs_of_list(roster, options, ledger) | carried
    return [
        run
        for run in ledger.runs()
        if run.id in of_list and run.options.targets
        if reads_the_same(run, roster, options, ledger) and _has_places(run, ledger)
    ]


def _marks(roster: Roster, ledger: Ledger) -> Mapping[str, tuple[int, RowRef]]:
    return ledger.handles([mark for row in roster.rows for mark in row.handles.values()])


def _dates_of_rows(
    roster: Roster, options: Options, ledger: Ledger, settings: Settings, now: datetime
) -> dict[RowRef, set[str]]:
    """For which dates each row was before: by its marks, and by the dates on which this list has booked its person."""
    if not options.dates or options.target:
        return {}
    of_mark = _date_of_each_mark(roster, options, ledger)
    found = {row.ref: {date for mark in row.handles.values() if (date := of_mark.get(mark))} for row in roster.rows}
    people = check_rows(roster, settings, replace(options, dates=()), now=now)
    evidence = [of_participant(one) for one in people]
    sent = ledger.entries_of(runs_of_list(roster, options, ledger))
    for date, target in options.dates:
        ids = sessions_meant(target, ledger)
        there = [
            one
            for one in sent
            if one.state is not EntryState.NOT_BOOKED and (one.booking_id in ids or _was_for(one.target, target))
        ]
        pairing = match_people(evidence, [of_entry(one, same_roster=True) for one in there])
        for at in pairing.pairs:
            found[people[at].row].add(date)
    return found


def _date_of_each_mark(roster: Roster, options: Options, ledger: Ledger) -> dict[str, str]:
    """A mark from before there were several dates is of the one that its import was for."""
    runs = {run.id: run for run in ledger.runs()}
    found: dict[str, str] = {}
    for mark, (run, row) in _marks(roster, ledger).items():
        only = runs[run].options.target if run in runs and not runs[run].options.dates else Target()
        of_only = [date for date, target in options.dates if only and _is_same(target, only, ledger)]
        found[mark] = row.date or next(iter(of_only), "")
    return found


def _has_places(run: Run, ledger: Ledger) -> bool:
    return any(run.totals.get(status) for status in WITH_PLACE) or bool(ledger.entries_of([run.id]))


def _earlier_dates(runs: Sequence[Run], ledger: Ledger, zone: tzinfo) -> dict[str, Target]:
    found: dict[str, Target] = {}
    for run in reversed(runs):
        for date, target in dates_of(run, ledger, zone).items():
            if not any(map(target.is_spelled_like, found.values())):
                found.setdefault(date, target)
    return found


def dates_of(run: Run, ledger: Ledger, zone: tzinfo) -> Mapping[str, Target]:
    if run.options.dates:
        return dict(run.options.dates)
    date = _date_of(run.options.target, ledger, zone)
    return {date: run.options.target} if date else {}


def _date_of(target: Target, ledger: Ledger, zone: tzinfo, service: BookingService | None = None) -> str:
    start = target.start
    if start is None and target.booking_id:
        known = {one.id: one for one in ledger.sessions(ids=[target.booking_id])}
        shown = service.bookings([target.booking_id]) if service and not known else known
        start = shown[target.booking_id].start if target.booking_id in shown else None
    return date_text(start, zone) if start else ""


def _free(date: str, taken: Collection[str]) -> str:
    """Two sessions may start together: the second is another date of the list all the same."""
    names = (date, *(f"{date} {number}" for number in range(2, len(taken) + 3)))
    return next(name for name in names if name not in taken) if date else ""


def _is_same(one: Target, other: Target, ledger: Ledger) -> bool:
    return one.is_spelled_like(other) or not sessions_meant(one, ledger).isdisjoint(sessions_meant(other, ledger))


def _was_for(typed: Target, given: Target) -> bool:
    if given.booking_id:
        return typed.booking_id == given.booking_id
    return typed.starts == given.starts and typed.service.casefold() == given.service.casefold()


@dataclass(frozen=True, slots=True)
class Given:
    """The group bookings that the imports of a series have given to rows which named none, by run.

    ``others`` are those of them that no row means now: other dates of the list, to which this import adds one.
    """

    by_run: Mapping[int, frozenset[str]]
    others: frozenset[str]
    dates: Mapping[str, str]
    """The date of each group booking that this import gives."""

    @classmethod
    def of(
        cls, runs: Sequence[Run], sent: Collection[Entry], means: Mapping[RowRef, str], options: Options, ledger: Ledger
    ) -> Given:
        """``sent`` are the entries of ``runs``, ``means`` what rows mean now. Raises ``LedgerError``."""
        by_run = {run.id: sessions_given(run, sent, ledger) if run.options.targets else frozenset() for run in runs}
        given = frozenset[str]().union(*by_run.values())
        # A list that has come to name its sessions itself may have moved its people.
        is_one_of_several = bool(options.targets) or len(given) > 1
        others = given - {*means.values()} if is_one_of_several else frozenset[str]()
        return cls(by_run, others, {id_: row.date for row, id_ in means.items() if row.date})

    def formers(self, imports: Sequence[Run], ledger: Ledger) -> Follows:
        """What this import follows of ``imports``, newest first. Raises ``LedgerError``."""
        rows: list[Former] = []
        elsewhere: dict[str, list[Former]] = {}
        followed: list[Run] = []
        covered: set[str] = set()
        for run in imports:
            given = self.by_run[run.id]
            is_other = bool(given) and given <= self.others
            is_last = run is imports[0]
            new = given - covered
            covered |= given
            is_next = not is_other and not followed
            if not is_other:
                followed.append(run)
            if run.purged or not (new or is_last or is_next):
                continue
            for one in ledger.former_rows(run.id):
                if one.booking_id in self.others:
                    if one.booking_id in new:
                        elsewhere.setdefault(one.booking_id, []).append(one)
                elif one.booking_id in given:
                    rows += [self._with_date(one)] if one.booking_id in new else []
                elif (is_last and one.booking_id) or (is_next and self._is_of_date(one)):
                    rows.append(self._with_date(one))
        return Follows(tuple(rows), elsewhere, tuple(followed))

    def _is_of_date(self, one: Former) -> bool:
        return not one.row.date or not self.dates or one.row.date in self.dates.values()

    def _with_date(self, one: Former) -> Former:
        """With the part that its row is by now, if it was the only date then."""
        dates = {*self.dates.values()}
        date = self.dates.get(one.booking_id) or (dates.pop() if len(dates) == 1 and not one.booking_id else "")
        return replace(one, row=one.row._replace(part=date)) if date and not one.row.part else one


class Follows(NamedTuple):
    """Former rows of the same dates, or of none; those of other dates, by group booking; the imports of the same dates,
    newest first."""

    rows: tuple[Former, ...]
    elsewhere: Mapping[str, Sequence[Former]]
    imports: tuple[Run, ...]
