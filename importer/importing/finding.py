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
from importer.model import PROVIDER, Decision, Entry, EntryState, Outcome, Question, Status, moment_text
from importer.model.persons import Booking, Found, Person, Told
from importer.model.roster_names import roster_name
from importer.people.evidence import Evidence, hashed, of_entry
from importer.people.seeking import NEAR_NAME, may_be, of_name, of_text, reasons, together
from importer.people.settling import is_missing
from importer.service.port import BookingService
from importer.settings import Settings

OTHER_ADDRESS = "equal name, other address"

_Link = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class _Trace:
    """An entry, or what a row was told: something of somebody. ``clear`` is evidence as it is kept.

    ``links`` tell of what else of ours it speaks, ``apart`` who, by theirs, is or may be somebody else of the name.
    """

    clear: Evidence
    links: frozenset[_Link]
    apart: frozenset[_Link] = frozenset()
    entry: Entry | None = None
    told: Told | None = None


def find(text: str, ledger: Ledger, settings: Settings) -> Found:
    """Everybody in our record who is meant by a name, an e-mail address, a telephone number or a Reference.

    Who was forgotten is found by an equal name or address alone. Raises ``LedgerError``.
    """
    record = _Record(ledger, settings)
    sought, traces = of_text(text), record.traces()
    key = ledger.hash_key if any(one.clear.hash_key for one in traces) else ""
    as_hashes = [hashed(one.clear, key) for one in traces]
    apart = {at: one.apart for at, one in enumerate(traces) if one.apart}
    groups = together(as_hashes, [one.links for one in traces], apart)
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
    has put away of them; and all that dry runs have left or that is on the page, whoever is in it. None of them is ours
    to change. Raises ``LedgerError``.
    """
    runs = {run.id: run for run, _ in person.places}
    written = {file.path for file in ledger.results_files() if file.run == 0 or file.run in runs}
    written |= {run.results_path for run in runs.values() if run.results_path}
    names_in: defaultdict[Path, set[str]] = defaultdict(set)
    for path in {*written, *(run.roster_path for run in runs.values())}:
        names_in[path.parent].add(roster_name(path))
    for folder, names in names_in.items():
        there = chain(folder.glob("*"), folder.glob("*/*"))  # an inbox puts its lists into folders of its own
        written |= {path for path in there if roster_name(path).startswith(tuple(names))}
    written |= {*ledger.drafts.files()}
    return tuple(sorted(path for path in written if path.is_file()))


class _Record:
    """Our record, as it is looked through."""

    def __init__(self, ledger: Ledger, settings: Settings) -> None:
        self._ledger, self._zone = ledger, settings.zone
        self._runs = {run.id: run for run in ledger.all_runs()}

    def traces(self) -> list[_Trace]:
        """All that it has of anybody."""
        traces = [
            _Trace(
                of_entry(entry, same_roster=False),
                _links(entry.run, entry) | {("entry", entry.id)},
                _asked_about(entry.run, entry.question) if entry.told_apart else frozenset(),
                entry=entry,
            )
            for entry in self._ledger.all_entries()
        ]
        outcomes = self._ledger.all_outcomes()
        same = {
            place
            for _, one in outcomes
            if one.decision is Decision.SAME_PERSON and one.status is not Status.SAME_PERSON
            for place in self._ledger.handles(one.handles).values()
        }
        for run, outcome in outcomes:
            if outcome.name or outcome.customer_booking_id:
                told = Told(self._runs[run], outcome)
                clear = _of_told(outcome.name, self._ledger.hash_key if told.run.purged else "")
                links = _links(run, outcome) | self._places(told, clear.names)
                apart = frozenset() if (run, outcome.row) in same else _kept_apart(told)
                traces.append(_Trace(clear, links, apart, told=told))
        return traces

    def _places(self, told: Told, names: Collection[str]) -> frozenset[_Link]:
        """By what a row that asks is known in later imports of its list: by its place there, or its mark."""
        one = told.outcome
        rows = [*self._ledger.handles(one.handles).values()] if one.handles else []
        rows += [(told.run.id, one.row)] if one.question else []
        places: list[_Link] = [("row", run, *row) for run, row in rows]
        places += [("list", told.run.roster_path, *one.row)] if _kept_apart(told) else []
        return frozenset((*place, name) for place in places for name in names)

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


def _links(run: int, one: Entry | Outcome) -> frozenset[_Link]:
    """By what an entry and the rows that were told of it are known to be of one person, whatever their names."""
    id_ = one.customer_booking_id
    return frozenset({(run, *one.row), *([(id_,)] if id_ else [])})


def _asked_about(run: int, question: Question | None) -> frozenset[_Link]:
    """All about whom a question was, by their links."""
    if question is None:
        return frozenset()
    return frozenset(
        [
            *(("entry", id_) for id_ in question.entries),
            *((id_,) for id_ in question.on_booking),
            *((run, *row) for row in question.rows),
        ]
    )


def _kept_apart(told: Told) -> frozenset[_Link]:
    """Of whom a row is not known to be, although it has their name: a question is open, or was answered so."""
    one = told.outcome
    is_other = one.decision is not None and one.decision.tells_apart
    is_apart = one.status is Status.SAME_PERSON or is_other
    return _asked_about(told.run.id, one.question) if is_apart else frozenset()


def _shown(found: Iterable[Sequence[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(reason for some in found for reason in some))


def _is_told_of(entry: Entry, told: Told) -> bool:
    one = told.outcome
    if (entry.run, entry.row) == (told.run.id, one.row):
        return True
    is_same = (entry.booking_id, entry.customer_booking_id) == (one.booking_id, one.customer_booking_id)
    return is_same and (one.customer_booking_id != "" or one.status.is_well)
