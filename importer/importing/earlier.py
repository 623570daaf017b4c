"""Which earlier imports are of this list: by its name, by our marks on it, by its people; and of the same sheets.

And what they have told, where that stays.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from importer.ledger import Ledger
from importer.model import Entry, Options, Outcome, Participant, Plan, Roster, RowRef, Run, Status
from importer.model.roster_names import series_name
from importer.people.evidence import fold, hashed_text

SAME_ROSTER_ROWS = 5
SAME_ROSTER_SHARE = 0.8
"""A roster of so many rows, of which such a share pairs by name with one earlier roster, is that roster renamed."""


def runs_of_list(roster: Roster, options: Options, ledger: Ledger) -> frozenset[int]:
    """Earlier runs of this very list: of its name or its series."""
    of_series = ledger.runs(ledger.series_of(roster.path, options))
    return ledger.runs_of_roster(roster.path) | {run.id for run in of_series}


def runs_carried(people: Sequence[Participant], ledger: Ledger) -> frozenset[int]:
    """Earlier runs whose marks most rows carry, or as many as do not."""
    by_handle = Counter(run for person in people for run in ledger.runs_of_handle(person.handle))
    return frozenset(run for run, count in by_handle.items() if 2 * count >= len(people))


def reads_the_same(run: Run, roster: Roster, options: Options, ledger: Ledger) -> bool:
    """Whether an earlier import of this list was of the same sheets, however its call named them (``--sheet``).

    Of sheets that are read together one may have come, gone, or have another title since.
    """
    if run.options.sheet == options.sheet:
        return True
    here, there = _titles(roster), sheets_of(run, ledger)
    return here == there or min(len(here), len(there)) > 1


def of_the_same_sheets(
    runs: Iterable[Run], roster: Roster, options: Options, ledger: Ledger
) -> tuple[list[Run], frozenset[str]]:
    """Those runs that were of the same sheets; where the last of all was of these and others, also such, and the titles
    of the sheets to which they are to be held. ``runs`` are newest first. Raises ``LedgerError``."""
    titles = frozenset(sheet.title for sheet in roster.sheets)
    same = [run for run in runs if reads_the_same(run, roster, options, ledger)]
    more = [run for run in runs if run not in same and titles < sheets_of(run, ledger)]
    is_last = any(run.is_answered and not any(one.id > run.id and one.is_answered for one in same) for run in more)
    return (sorted([*same, *more], key=lambda run: -run.id), titles) if is_last else (same, frozenset())


def same_rosters_of(
    roster: Roster,
    options: Options,
    people: Sequence[Participant],
    booking_ids: Collection[str],
    ledger: Ledger,
) -> frozenset[int]:
    """Earlier runs of this very roster: of its name or series, or whose handles it carries, or of mostly its names.

    Of a workbook, a run of other sheets alone is another roster. Marks of one run tell of all runs of its roster.
    """
    carried = runs_carried(people, ledger)
    of_carried = {(run.series, run.options.sheet) for run in ledger.runs() if run.id in carried}
    same = {run.id for run in ledger.runs() if (run.series, run.options.sheet) in of_carried}
    if len(people) >= SAME_ROSTER_ROWS:
        names = [fold(person.name) for person in people]
        hashes = [hashed_text(name, ledger.hash_key) for name in names]
        for run, known in ledger.names_by_run(booking_ids).items():
            folded = set(map(fold, known))
            if sum(
                name in folded or hashed in folded for name, hashed in zip(names, hashes, strict=True)
            ) >= SAME_ROSTER_SHARE * len(names):
                same.add(run)
    here, of_list = _titles(roster), runs_of_list(roster, options, ledger)
    of_sheets = {
        run.id
        for run in ledger.runs()
        if run.id in of_list and (run.options.sheet == options.sheet or not here.isdisjoint(sheets_of(run, ledger)))
    }
    return frozenset(of_sheets | same)


def is_of_same_roster_by(same_rosters: Collection[int], ledger: Ledger) -> Callable[[Entry], bool]:
    """Tells entries of people whom an earlier run of this very roster has booked or found."""
    told_booked = ledger.told_booked(same_rosters)
    return lambda entry: entry.run in same_rosters or entry.customer_booking_id in told_booked


def earlier_version(
    plan: Plan, people: Sequence[Participant], means: Mapping[RowRef, str], options: Options, ledger: Ledger
) -> Run | None:
    """The latest import of which this list is a newer version that has another name: "FINAL v3", "(updated)".

    Nearly all of the people here stand there, most of them for the same session, and they are most of those there: so
    neither the list of another week nor a part of a list is taken for a newer one. Raises ``LedgerError``.
    """
    names = {fold(person.name) for person in people if person.name}
    if len(names) < SAME_ROSTER_ROWS:
        return None
    here = {(fold(person.name), means.get(person.row, "")) for person in people}
    with_them = ledger.names_by_run({booking.id for booking in plan.bookings})
    for run in ledger.runs():
        is_likely = run.id in with_them and run.is_answered and not run.purged
        if not is_likely or len(names & set(map(fold, with_them[run.id]))) < SAME_ROSTER_SHARE * len(names):
            continue
        there = {(fold(one.name), one.booking_id) for one in ledger.former_rows(run.id)}
        then = {name for name, _ in there}
        both = names & then
        if len(both) < SAME_ROSTER_SHARE * len(names) or 2 * len(both) <= len(then):
            continue
        is_it = 2 * len({name for name, _ in here & there}) > len(both)
        if is_it and reads_the_same(run, plan.roster, options, ledger):
            return run
    return None


def other_versions(people: Sequence[Participant], own: Sequence[Run], ledger: Ledger) -> tuple[Run, ...]:
    """Imports of this list that had other names, as our marks tell: the rows of both stem from the same import.

    The marks of that import stand on most of the rows here, or of its own, and beside the same people: results that
    somebody has typed over with other people are another list. ``own`` are the imports of its name. Raises
    ``LedgerError``.
    """
    runs = {run.id: run for run in ledger.runs() if not run.purged}
    stems = {run.id for run in own} | {run for run in _runs_marked(people, ledger) if run in runs}
    names = {fold(person.name) for person in people if person.name}
    later = {
        run
        for run, marks in ledger.runs_marked_with().items()
        if run in runs and not stems.isdisjoint(marks) and _are_half_of_either(names, _names_of(run, ledger))
    }
    series = {runs[run].series for run in {*stems, *later} & runs.keys()}
    return tuple(run for run in runs.values() if run.series in series)


def _runs_marked(people: Sequence[Participant], ledger: Ledger) -> frozenset[int]:
    """The runs that have marked the rows, also those of whose results these are the results."""
    marks = ledger.handles({person.handle for person in people if person.handle})
    rows: defaultdict[int, list[tuple[Participant, RowRef]]] = defaultdict(list)
    for person in people:
        if person.handle in marks:
            run, row = marks[person.handle]
            rows[run].append((person, row))
    found: set[int] = set()
    for run, some in rows.items():
        then = {one.row: _words(one.name) for one in ledger.outcomes(run)}
        same = [person for person, row in some if not _words(person.name).isdisjoint(then.get(row, ()))]
        if 2 * len(some) >= min(len(people), len(then)) and 2 * len(same) > len(some):
            carried = ledger.carried({person.handle for person in same}).values()
            found |= {run, *(one for one, _ in ledger.handles(frozenset().union(*carried)).values())}
    return frozenset(found)


def _words(name: str) -> frozenset[str]:
    return frozenset(map(fold, name.split())) - {""}


def _names_of(run: int, ledger: Ledger) -> frozenset[str]:
    return frozenset(fold(one.name) for one in ledger.outcomes(run)) - {""}


def _are_half_of_either(names: Collection[str], others: Collection[str]) -> bool:
    return 2 * len({*names} & {*others}) >= min(len(names), len(others)) > 0


def may_change_its_name(series: str, ledger: Ledger) -> bool:
    """Whether a person has said of a list with another name that it is a newer version of this series."""
    runs = ledger.runs(series)
    return any(run.options.follows and series_name(run.roster_path, run.options.series) != series for run in runs)


def answers_of(run: Run, ledger: Ledger) -> tuple[Outcome, ...]:
    """What the rows of an earlier import were told, with our marks and since when they are booked, as results say."""
    told = ledger.outcomes(run.id)
    there = ledger.entries({one.booking_id for one in told})
    by_row = {entry.row: entry for entry in there if entry.run == run.id}
    by_id = {entry.customer_booking_id: entry for entry in there if entry.customer_booking_id}

    def recorded(one: Outcome) -> datetime | None:
        entry = by_row.get(one.row) or by_id.get(one.customer_booking_id)
        return entry.recorded if entry and one.status in (Status.BOOKED, Status.ALREADY_BOOKED) else None

    return tuple(
        replace(one, handle=one.handle or ledger.handle(run.id, one.row), recorded=recorded(one)) for one in told
    )


def _titles(roster: Roster) -> frozenset[str]:
    return frozenset(sheet.title for sheet in roster.sheets)


def sheets_of(run: Run, ledger: Ledger) -> frozenset[str]:
    """The sheets that a run has read, as far as anything became of their rows."""
    return frozenset(one.row.sheet for one in ledger.outcomes(run.id))
