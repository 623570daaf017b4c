"""One person in our record: where they are booked, by which import, what their rows were told, who else may be meant.

Nothing is changed, and nothing is asked of the service but by ``look_for``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path

from importer.booking.looking import look
from importer.booking.strangers import CustomerRecords
from importer.ledger import Ledger
from importer.model import PROVIDER, Entry, EntryState, Outcome, moment_text
from importer.model.persons import Booking, Found, Person, Told
from importer.model.roster_names import roster_name
from importer.people.evidence import Evidence, hashed, of_entry
from importer.people.seeking import NEAR_NAME, may_be, of_name, of_text, reasons, together
from importer.people.settling import is_missing
from importer.service.port import BookingService
from importer.settings import Settings

OTHER_ADDRESS = "equal name, other address"


@dataclass(frozen=True, slots=True)
class _Trace:
    """An entry, or what a row was told: something of somebody. ``clear`` is evidence as it is kept."""

    clear: Evidence
    links: frozenset[tuple[object, ...]]
    entry: Entry | None = None
    told: Told | None = None


def find(text: str, ledger: Ledger, settings: Settings) -> Found:
    """Everybody in our record who is meant by a name, an e-mail address, a telephone number or a Reference.

    Who was forgotten is found by an equal name or address alone. Raises ``LedgerError``.
    """
    record = _Record(ledger, settings)
    sought, traces = of_text(text), record.traces()
    as_hashes = [hashed(one.clear, ledger.hash_key) for one in traces]
    groups = together(as_hashes, [one.links for one in traces])
    why = [_shown(reasons(sought, traces[at].clear) for at in group) for group in groups]
    meant = (as_hashes[at] for group, shown in zip(groups, why, strict=True) if shown for at in group)
    names = frozenset().union(*(one.names for one in meant))
    people: list[Person] = []
    perhaps: list[Person] = []
    for group, shown in zip(groups, why, strict=True):
        some = [traces[at] for at in group]
        if shown:
            people.append(record.person(shown, some))
        elif any(not as_hashes[at].names.isdisjoint(names) for at in group):
            perhaps.append(record.person((OTHER_ADDRESS,), some))
        elif any(may_be(sought, one.clear) for one in some):
            perhaps.append(record.person((NEAR_NAME,), some))
    return Found(tuple(people), tuple(perhaps))


def look_for(
    people: Iterable[Person], service: BookingService, ledger: Ledger, settings: Settings, *, now: datetime
) -> dict[int, str]:
    """Whether each is still on their sessions, as the service shows them now, by the id of their entry.

    Nothing of it is kept. Raises ``ServiceError`` and ``LedgerError``.
    """
    wanted = {one.entry.booking_id: None for person in people for one in person.bookings}
    entries = [one.entry for person in people for one in person.bookings]
    found = service.bookings(wanted) if wanted else {}
    not_shown: Mapping[str, str] = getattr(found, "not_shown", {})
    learned = ledger.learned(settings.base_url)
    said: dict[int, str] = {}
    for id_ in wanted:
        booking = found.get(id_)
        here = [entry for entry in entries if entry.booking_id == id_]
        if booking is None:
            gone = f"{PROVIDER} did not show the session" if id_ in not_shown else "the session is gone"
            said |= {entry.id: gone if id_ else "not sure yet" for entry in here}
            continue
        shown, changed = look(
            booking,
            ledger.entries([id_], is_booked=False),
            service,
            CustomerRecords(service),
            now=now,
            settle_margin_s=settings.settle_margin_s,
            sources=learned.sources,
            removed_are_gone=learned.removed_are_gone,
        )
        latest = {one.id: one for one in changed}
        for entry in here:
            now_is = latest.get(entry.id, entry)
            if booking.is_cancelled:
                said[entry.id] = "the session is cancelled"
            elif now_is.state.is_unknown:
                said[entry.id] = "not sure yet"
            elif now_is.state is EntryState.BOOKED and not is_missing(now_is, shown.people):
                said[entry.id] = "on the session now"
            elif shown.may_be_cut:
                said[entry.id] = f"not among those whom {PROVIDER} lists, which may not be all"
            else:
                said[entry.id] = "not on the session now"
    return said


def files_of(person: Person, ledger: Ledger) -> tuple[Path, ...]:
    """Files that are there and may hold more of somebody: lists that were imported, their results, and what an inbox
    has put away of them. None of them is ours to change. Raises ``LedgerError``.
    """
    runs = {run.id: run for run, _ in person.places}
    written = {file.path for file in ledger.results_files() if file.run in runs}
    written |= {run.results_path for run in runs.values() if run.results_path}
    for folder, name in {(run.roster_path.parent, roster_name(run.roster_path)) for run in runs.values()}:
        there = chain(folder.glob("*"), folder.glob("*/*"))  # an inbox puts its lists into folders of its own
        written |= {path for path in there if roster_name(path).startswith(name)}
    return tuple(sorted(path for path in written if path.is_file()))


class _Record:
    """Our record, as it is looked through."""

    def __init__(self, ledger: Ledger, settings: Settings) -> None:
        self._ledger, self._zone = ledger, settings.zone
        self._runs = {run.id: run for run in ledger.all_runs()}

    def traces(self) -> list[_Trace]:
        """All that it has of anybody."""
        traces = [
            _Trace(of_entry(entry, same_roster=False), _links(entry.run, entry), entry=entry)
            for entry in self._ledger.all_entries()
        ]
        for run, outcome in self._ledger.all_outcomes():
            if outcome.name or outcome.customer_booking_id:
                clear = _of_told(outcome.name, self._ledger.hash_key if self._runs[run].purged else "")
                traces.append(_Trace(clear, _links(run, outcome), told=Told(self._runs[run], outcome)))
        return traces

    def person(self, evidence: tuple[str, ...], traces: Collection[_Trace]) -> Person:
        entries = [one.entry for one in traces if one.entry]
        told_of: defaultdict[int, list[Told]] = defaultdict(list)
        rows: list[Told] = []
        for one in sorted((trace.told for trace in traces if trace.told), key=lambda one: one.when):
            entry = next((entry for entry in entries if _is_told_of(entry, one)), None)
            (told_of[entry.id] if entry else rows).append(one)
        bookings = tuple(
            Booking(entry, self._runs[entry.run], self._session(entry, told_of[entry.id]), tuple(told_of[entry.id]))
            for entry in entries
        )
        return Person(evidence, bookings, tuple(rows))

    def _session(self, entry: Entry, told: Iterable[Told]) -> str:
        for one in self._ledger.sessions(ids=[entry.booking_id]):
            return one.label(self._zone)
        told_as = next((one.outcome.session for one in told if one.outcome.session), entry.booking_id)
        if not told_as and entry.starts:  # it may have been started: its id is not known yet
            return f"a new session, {moment_text(entry.starts.start, self._zone)}"
        return told_as


def _of_told(name: str, hash_key: str) -> Evidence:
    """Evidence of a row that was told something: of a run that was purged its name is a hash."""
    return Evidence("", "", frozenset({name} - {""}), hash_key=hash_key) if hash_key else of_name(name)


def _links(run: int, one: Entry | Outcome) -> frozenset[tuple[object, ...]]:
    """By what an entry and the rows that were told of it are known to be of one person, whatever their names."""
    id_ = one.customer_booking_id
    return frozenset({(run, *one.row), *([(id_,)] if id_ else [])})


def _shown(found: Iterable[Sequence[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(reason for some in found for reason in some))


def _is_told_of(entry: Entry, told: Told) -> bool:
    one = told.outcome
    if (entry.run, entry.row) == (told.run.id, one.row):
        return True
    is_same = (entry.booking_id, entry.customer_booking_id) == (one.booking_id, one.customer_booking_id)
    return is_same and (one.customer_booking_id != "" or one.status.is_well)
