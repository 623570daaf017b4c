"""What our record alone can answer, without the service: whoever is booked by it is never told otherwise."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from importer.booking.facts import Facts
from importer.booking.free_times import session_of
from importer.booking.plan import make_plan
from importer.importing.asked import decided_before, last_import
from importer.importing.earlier import runs_of_list
from importer.importing.known import known_by_ledger
from importer.importing.wording import understood
from importer.ledger import Ledger
from importer.lists.sessions import NO_SESSION
from importer.model import Entry, EntryState, Options, Outcome, Participant, Roster, RowRef, Status
from importer.people.matching import likely_entries
from importer.settings import Settings

_OF_RECORD = frozenset({Status.ALREADY_BOOKED, Status.NO_LONGER_BOOKED, Status.NOT_SURE_YET})


def booked_before(
    people: Sequence[Participant], roster: Roster, runs: Collection[int], ledger: Ledger
) -> dict[RowRef, str]:
    """The group booking of each row that names none, where these runs have booked its person on one.

    That the session was given with the call (``--service``, ``--session``) and is not given now makes nobody less
    booked, also where the list has one in its title. Of several group bookings it is that of the latest run.
    """
    titled = {sheet.title for sheet in roster.sheets if sheet.place_for_all}
    nowhere = [person for person in people if any(one.rule == NO_SESSION.rule for one in person.problems)]
    in_title = [one for one in people if one.row.sheet in titled and one.target.words and not one.target.is_exact]
    given = {run.id for run in ledger.runs() if run.id in runs and run.options.targets} if in_title else set()
    return _booked_by(nowhere, runs, ledger) | _booked_by(in_title, given, ledger)


def _booked_by(people: Sequence[Participant], runs: Collection[int], ledger: Ledger) -> dict[RowRef, str]:
    left = {person.row: person for person in people}
    if not left:
        return {}
    of_run: defaultdict[int, list[Entry]] = defaultdict(list)
    for entry in ledger.entries_of(runs):
        if entry.state is not EntryState.NOT_BOOKED:
            of_run[entry.run].append(entry)
    found: dict[RowRef, str] = {}
    for run in sorted(of_run, reverse=True):
        for row, entry in likely_entries([*left.values()], of_run[run]).items():
            found[row] = entry.booking_id
            del left[row]
    return found


def answered_by_record(
    roster: Roster,
    people: Sequence[Participant],
    settings: Settings,
    options: Options,
    ledger: Ledger,
    *,
    now: datetime,
) -> dict[RowRef, Outcome]:
    """The rows whose person is booked, not sure, or no longer booked by our record, without a look at the service.

    Raises ``LedgerError``.
    """
    runs = runs_of_list(roster, options, ledger)
    people = understood(people, runs, options, ledger, now=now)
    by_start = ledger.sessions(starts={start for person in people for start in person.target.starts})
    booking_of = {person.row: person.target.booking_id for person in people if person.target.booking_id}
    booking_of |= known_by_ledger(people, by_start, {}, ledger) | booked_before(people, roster, runs, ledger)
    entries: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in ledger.entries(set(booking_of.values())):
        entries[entry.booking_id].append(entry)
    starting = ledger.starting()
    facts = Facts(
        bookings={one.id: one for one in ledger.sessions(ids=entries.keys())},
        entries=entries,
        booking_of=booking_of,
        is_of_same_roster=lambda entry: entry.run in runs,
        decided_before=decided_before(people, last_import(runs, ledger)),
        withheld_by=ledger.runs_withholding_contact(),
        starts={
            person.row: session_of(entry)
            for entry in starting
            for person in people
            if person.target.is_spelled_like(entry.target) and person.row not in booking_of
        },
        starting={entry.starts: [entry] for entry in starting if entry.starts},
    )
    there = {row for row, id_ in booking_of.items() if id_ in facts.bookings}
    those = [person for person in people if person.row in there | facts.starts.keys()]
    plan = make_plan(roster, those, facts, options, zone=settings.zone, now=now)
    return {one.row: one for one in plan.outcomes if one.status in _OF_RECORD}
