"""The ledger: who was booked, by which run, and what is not known yet. The only SQL.

Two commits a person: ``save`` an entry that says only ``sent`` before the confirm, and again with the outcome after.
An unreadable ledger is never taken for an empty one: everybody would be booked again.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256 as digest
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from filelock import FileLock, Timeout
from sqlalchemy.dialects.sqlite import insert

from importer.errors import AnotherRunError, LedgerError
from importer.ledger import tables
from importer.ledger.copies import RosterCopies
from importer.ledger.database import having
from importer.ledger.memory import Memory, WrittenFile
from importer.ledger.place import make_room
from importer.model import (
    Entry,
    EntryState,
    Former,
    Options,
    Outcome,
    Question,
    Roster,
    RowRef,
    Run,
    RunState,
    Status,
)
from importer.model.roster_names import roster_name, series_name
from importer.service.port import USUAL_LIFETIME_S
from importer.settings import Settings

__all__ = ["Ledger", "WrittenFile"]

_ROW = ("sheet", "row", "part")
_PLAIN = [column.name for column in tables.entries.c if column.name not in ("id", "hashed", *_ROW)]
_OF_OUTCOME = [column.name for column in tables.outcomes.c if column.name not in ("run", *_ROW)]

_HANDLE = re.compile(
    r"(?P<ledger>[^/]+)/(?P<run>\d{1,9})/(?P<sheet>.*)/(?P<row>\d{1,9})(?:\.(?P<part>[A-Z]+))?", re.ASCII | re.DOTALL
)

# Made once: putting a statement together takes SQLAlchemy longer than running it.
_INSERT_ENTRY = tables.entries.insert()
_UPDATE_ENTRY = tables.entries.update().where(tables.entries.c.id == sa.bindparam("which"))


class Ledger(Memory):
    """One ledger file. Safe to call from several threads; a context manager. Every call may raise ``LedgerError``."""

    def __init__(self, path: Path, *, is_writable: bool = True) -> None:
        super().__init__(path, is_writable=is_writable)
        self._copies = RosterCopies(path.with_name(f"{path.stem}-rosters"))
        self._at_work: set[int] = set()

    @classmethod
    def open(cls, path: Path) -> Ledger:
        """The ledger at a path, made where there is none; it and its folder are readable by their owner only.

        Raises ``LedgerError``, also where the path is on a network share.
        """
        make_room(path)
        return cls(path)

    @classmethod
    def look(cls, path: Path) -> Ledger:
        """The ledger at a path for reading only; an empty one in memory where there is none. Nothing is kept."""
        return cls(path, is_writable=False)

    @contextmanager
    def lock(self, wait: bool = False) -> Iterator[None]:
        """Be the only run of this ledger, by a lock that dies with its process. Raises ``AnotherRunError``."""
        lock = FileLock(f"{self.path}.lock", timeout=-1 if wait else 0, mode=0o600)
        try:
            lock.acquire()
        except Timeout:
            raise AnotherRunError(self._who_is_at_work()) from None
        except OSError as error:
            raise LedgerError(f"The ledger {self.path} can't be locked: {error.strerror}. Nothing was sent.") from None
        try:
            yield
        finally:
            self._at_work.clear()
            lock.release()

    # Entries

    def entries(self, booking_ids: Collection[str] = (), handles: Collection[str] = ()) -> tuple[Entry, ...]:
        """What is known of these group bookings and of the rows that carry these handles, oldest first.

        Those that turned out not to be booked are left out.
        """
        entries = tables.entries
        marked = self._marked(handles)
        own = {(run, *row) for run, row in marked.values()}
        carried = (sa.select(tables.handles.c.entry).where(each) for each in having(tables.handles.c.handle, marked))
        conditions = [
            *having(entries.c.booking_id, booking_ids),
            *having(entries.c.run, {run for run, *_ in own}),
            *having(entries.c.id, {record["entry"] for record in self._rows(*carried)}),
        ]
        wanted = set(booking_ids)
        unique = {
            record["id"]: record
            for record in self._rows(*(entries.select().where(each) for each in conditions))
            if record["state"] is not EntryState.NOT_BOOKED
            and (
                record["booking_id"] in wanted
                or (record["run"], record["sheet"], record["row"], record["part"]) in own
                or not marked.keys().isdisjoint(record["handles"])
            )
        }
        return tuple(self._entry(unique[id_]) for id_ in sorted(unique))

    def unknown(self) -> tuple[Entry, ...]:
        """Every entry of which it is not known whether it was booked."""
        query = tables.entries.select().where(tables.entries.c.state == EntryState.SENT)
        return tuple(map(self._entry, self._rows(query.order_by(tables.entries.c.id))))

    def save(self, entry: Entry) -> Entry:
        """Keep an entry, in one commit; one with id 0 is new and comes back with its id and handle.

        It answers from then on to every handle that the rows of its ``handles`` ever carried.
        """
        own = self.handle(entry.run, entry.row)
        before = self._ever_carried(entry.handles - {own})
        entry = replace(entry, handle=own, handles=before | {own})
        values = {name: getattr(entry, name) for name in _PLAIN} | _row_values(entry.row)
        values["hashed"] = bool(entry.hash_key)
        with self._using(in_transaction=bool(before)):
            if entry.id:
                self._connection.execute(_UPDATE_ENTRY, values | {"which": entry.id})
            else:
                made = self._connection.execute(_INSERT_ENTRY, values)
                assert made.inserted_primary_key is not None  # noqa: S101 - an insert of one row has a key
                entry = replace(entry, id=made.inserted_primary_key[0])
            if before:
                marks = [{"handle": handle, "entry": entry.id} for handle in sorted(before)]
                self._connection.execute(insert(tables.handles).on_conflict_do_nothing(), marks)
        return entry

    def handle(self, run: int, row: RowRef) -> str:
        """Our mark for a row of a run, for the column "Import run"."""
        return f"{self.id}/{run}/{row.sheet}/{row.number}{f'.{row.part}' if row.part else ''}"

    def carried(self, handles: Collection[str]) -> dict[str, frozenset[str]]:
        """Every handle that the row of each of these handles carried before, itself included; foreign ones left out."""
        found = self._outcomes_of(handles)
        return {handle: frozenset({handle}).union(record["handles"]) for handle, record in found.items()}

    def asked(self, handles: Collection[str]) -> dict[str, Question]:
        """The question ``Same person?`` that was told beside the row with each handle, where there was one."""
        return {
            handle: record["question"] for handle, record in self._outcomes_of(handles).items() if record["question"]
        }

    def _marked(self, handles: Collection[str]) -> dict[str, tuple[int, RowRef]]:
        """Run and row of each handle that is this ledger's."""
        read = ((handle, *_read_handle(handle)) for handle in handles)
        return {handle: (run, row) for handle, ledger, run, row in read if ledger == self.id}

    def _outcomes_of(self, handles: Collection[str]) -> dict[str, sa.RowMapping]:
        """What was told of the row with each handle; of a run that died before its end there is nothing."""
        marked = self._marked(handles)
        outcomes = tables.outcomes
        told = {
            (record["run"], record["sheet"], record["row"], record["part"]): record
            for each in having(outcomes.c.run, {run for run, _ in marked.values()})
            for record in self._rows(outcomes.select().where(each))
        }
        keys = {handle: (run, *row) for handle, (run, row) in marked.items()}
        return {handle: told[key] for handle, key in keys.items() if key in told}

    def _ever_carried(self, handles: frozenset[str]) -> frozenset[str]:
        return handles.union(*self.carried(handles).values()) if handles else handles

    # Runs

    def begin_run(self, roster: Roster, options: Options, settings: Settings, *, by: str, now: datetime) -> int:
        """A new run, with a copy of its roster kept until nothing of it is open. Returns its number.

        Earlier runs of this roster that are not finished end here: this one does what they left. Another roster of the
        same name, from another folder, is not it.
        """
        record = {
            "state": RunState.RUNNING,
            "roster_path": str(roster.path.absolute()),
            "roster_name": roster_name(roster.path),
            "base_url": settings.base_url,
            "choices": settings.choices,
            "by": by,
            "started": now,
            "options": options,
            "totals": {},
            "series": series_name(roster.path, options.series),
            "sha256": digest(roster.content).hexdigest(),
        }
        with self._using(in_transaction=True):
            same = (tables.runs.c.roster_name == record["roster_name"]) & tables.runs.c.state.in_(
                [RunState.RUNNING, RunState.INTERRUPTED, RunState.STOPPED]
            )
            ended = [
                row.id
                for row in self._connection.execute(sa.select(tables.runs.c.id, tables.runs.c.roster_path).where(same))
                if row.roster_path == record["roster_path"] or self._copies.holds(row.id, roster)
            ]
            self._connection.execute(
                tables.runs.update().where(tables.runs.c.id.in_(ended)).values(state=RunState.ENDED)
            )
            made = self._connection.execute(tables.runs.insert().values(record))
            assert made.inserted_primary_key is not None  # noqa: S101 - an insert of one row has a key
            run = int(made.inserted_primary_key[0])
            self._copies.keep(run, roster)
            self._at_work.add(run)
        for id_ in ended:
            self._copies.drop(id_)
        return run

    def finish_run(self, run: int, state: RunState, outcomes: Sequence[Outcome], *, now: datetime) -> None:
        """What became of a run, row by row. Its roster copy goes when nothing of it is open."""
        totals = Counter(outcome.status for outcome in outcomes)
        carried = self.carried({handle for one in outcomes for handle in one.handles})
        records = [
            {"run": run, **_row_values(one.row)}
            | {name: getattr(one, name) for name in _OF_OUTCOME}
            | {"handles": one.handles.union(*(carried.get(handle, ()) for handle in one.handles))}
            for one in outcomes
        ]
        with self._using(in_transaction=True):
            finished = {"state": state, "finished": now, "totals": totals}
            self._connection.execute(tables.runs.update().where(tables.runs.c.id == run).values(finished))
            if records:
                self._connection.execute(insert(tables.outcomes), records)
        if state is RunState.FINISHED:
            self._copies.drop(run)

    def stopped_by_person(self, run: int) -> None:
        """A person does not want this run to go on: known even if the run does not get as far as its end."""
        with self._using():
            where = tables.runs.c.id == run
            self._connection.execute(tables.runs.update().where(where).values(state=RunState.STOPPED))

    def runs(self, series: str = "") -> tuple[Run, ...]:
        """Every run, newest first; with ``series`` those of that series alone."""
        wanted = tables.runs.select().order_by(tables.runs.c.id.desc())
        return tuple(
            Run(
                id=record["id"],
                state=record["state"],
                roster_path=Path(record["roster_path"]),
                by=record["by"],
                started=record["started"],
                finished=record["finished"],
                options=record["options"],
                choices=record["choices"],
                totals=record["totals"],
                results_path=Path(record["results_path"]) if record["results_path"] else None,
                purged=record["purged"],
                series=record["series"],
                sha256=record["sha256"],
            )
            for record in self._rows(wanted.where(tables.runs.c.series == series) if series else wanted)
        )

    def outcomes(self, run: int) -> tuple[Outcome, ...]:
        """What became of each row of a run; of one that did not end, as far as its entries tell.

        Names of a run that was purged are hashes (``evidence.hashed_text``).
        """
        outcomes, entries = tables.outcomes, tables.entries
        query = outcomes.select().where(outcomes.c.run == run).order_by(*_by_row(outcomes))
        found = self._rows(query)
        if not found:
            of_entries = entries.select().where(entries.c.run == run).order_by(*_by_row(entries))
            return tuple(_outcome_of(self._entry(record)) for record in self._rows(of_entries))
        kept = [name for name in _OF_OUTCOME if name != "rules"]
        return tuple(Outcome(row=_row(record), **{name: record[name] for name in kept}) for record in found)

    def former_rows(self, run: int) -> tuple[Former, ...]:
        """What the rows of a run said, as a later roster of the series is compared with them."""
        outcomes = tables.outcomes
        query = outcomes.select().where(outcomes.c.run == run).order_by(*_by_row(outcomes))
        kept = ("status", "name", "session", "booking_id", "customer_booking_id", "rules", "decision")
        return tuple(Former(row=_row(record), **{name: record[name] for name in kept}) for record in self._rows(query))

    def names_by_run(self, booking_ids: Collection[str]) -> dict[int, frozenset[str]]:
        """The names of everybody in the rosters of runs that had to do with these group bookings, by run."""
        outcomes, entries = tables.outcomes, tables.entries
        there = (
            sa.select(outcomes.c.run).where(each).distinct() for each in having(outcomes.c.booking_id, booking_ids)
        )
        runs = {record["run"] for record in self._rows(*there)}
        names: dict[int, set[str]] = {run: set() for run in runs}
        # Of a run that died there are entries alone.
        for record in self._rows(*(entries.select().where(each) for each in having(entries.c.booking_id, booking_ids))):
            names.setdefault(record["run"], set()).add(f"{record['first_name']} {record['last_name']}".strip())
        for record in self._rows(
            *(sa.select(outcomes.c.run, outcomes.c.name).where(each) for each in having(outcomes.c.run, runs))
        ):
            names[record["run"]].add(record["name"])
        return {run: frozenset(some) for run, some in names.items()}

    def runs_of_roster(self, name: str) -> frozenset[int]:
        """Runs of rosters of this name (``roster_name``)."""
        query = sa.select(tables.runs.c.id).where(tables.runs.c.roster_name == name)
        return frozenset(record["id"] for record in self._rows(query))

    def told_booked(self, runs: Collection[int]) -> frozenset[str]:
        """The ``customer_booking_id`` of everybody whom the rosters of these runs were told to be booked."""
        outcomes = tables.outcomes
        told = outcomes.c.status.in_([Status.BOOKED, Status.ALREADY_BOOKED, Status.NO_LONGER_BOOKED])
        there = (sa.select(outcomes.c.customer_booking_id).where(each, told) for each in having(outcomes.c.run, runs))
        return frozenset(record["customer_booking_id"] for record in self._rows(*there)) - {""}

    def runs_of_handle(self, handle: str) -> tuple[int, ...]:
        """The run that a handle of this ledger names; none for a foreign one."""
        return tuple(run for run, _ in self._marked([handle]).values())

    def has_booked_at(self, base_url: str) -> bool:
        """Whether anybody was booked at this address before."""
        query = (
            sa.select(tables.entries.c.id)
            .join(tables.runs, tables.runs.c.id == tables.entries.c.run)
            .where(tables.runs.c.base_url == base_url, tables.entries.c.state == EntryState.BOOKED)
            .limit(1)
        )
        return bool(self._rows(query))

    def holds_linger_until(self) -> datetime | None:
        """When the last hold that a run which was cut short may have left behind has lapsed, as far as is known.

        A run that died may have reserved without having got as far as an entry. Runs that were begun under the same
        lock and are still running are at work beside this one, on sessions of their own.
        """
        is_beside = (tables.runs.c.state == RunState.RUNNING) & tables.runs.c.id.in_(self._at_work)
        cut_short = (tables.runs.c.state != RunState.FINISHED) & ~is_beside
        of_entries = (
            sa.select(sa.func.max(tables.entries.c.settled_by).label("latest"))
            .join(tables.runs, tables.runs.c.id == tables.entries.c.run)
            .where(cut_short)
        )
        of_runs = sa.select(sa.func.max(tables.runs.c.started).label("latest")).where(cut_short)
        settled_by, started = (record["latest"] for record in self._rows(of_entries, of_runs))
        lapsed = started and started + timedelta(seconds=USUAL_LIFETIME_S)
        return max(filter(None, (settled_by, lapsed)), default=None)

    def roster_copy(self, run: int) -> Path:
        """The copy of an unfinished run's roster. Raises ``LedgerError`` where it is gone."""
        return self._copies.path(run)

    # What is forgotten

    def entries_of(self, runs: Collection[int]) -> tuple[Entry, ...]:
        """Every entry that these runs have made."""
        queries = (tables.entries.select().where(each) for each in having(tables.entries.c.run, runs))
        return tuple(map(self._entry, self._rows(*queries)))

    def forget(
        self, runs: Collection[int], entries: Collection[Entry], files: Collection[WrittenFile], *, now: datetime
    ) -> None:
        """Forget names, messages and roster copies of runs, the clear text of entries (which are hashes by now), these
        files, and all customer records; no byte of it is left behind. Cut short, it has to be called again."""
        for run in runs:
            self._copies.drop(run)
        for entry in entries:
            self.save(entry)
        self._forget_words(runs, files, now=now)
        self._empty_what_was_freed()

    def _entry(self, record: sa.RowMapping) -> Entry:
        return Entry(
            id=record["id"],
            row=_row(record),
            handle=self.handle(record["run"], _row(record)),
            hash_key=self.hash_key if record["hashed"] else "",
            **{name: record[name] for name in _PLAIN},
        )

    def _who_is_at_work(self) -> str:
        running = next((run for run in self.runs() if run.state is RunState.RUNNING), None)
        who = f"run {running.id} ({running.roster_path.name}, by {running.by})" if running else "another run"
        return f"{who[0].upper()}{who[1:]} is at work with this ledger. Wait until it ends, or add --wait."


def _read_handle(handle: str) -> tuple[str, int, RowRef]:
    """Ledger, run and row of a handle; of anything else that stands in its column, nobody's."""
    found = _HANDLE.fullmatch(handle)
    if not found:
        return "", 0, RowRef("", 0)
    return found["ledger"], int(found["run"]), RowRef(found["sheet"], int(found["row"]), found["part"] or "")


def _row_values(row: RowRef) -> dict[str, object]:
    return dict(zip(_ROW, row, strict=True))


def _row(record: sa.RowMapping) -> RowRef:
    return RowRef(record["sheet"], record["row"], record["part"])


def _by_row(table: sa.Table) -> list[sa.Column[Any]]:
    return [table.c[name] for name in _ROW]


def _outcome_of(entry: Entry) -> Outcome:
    statuses = {
        EntryState.SENT: Status.NOT_SURE_YET,
        EntryState.BOOKED: Status.BOOKED,
        EntryState.TAKEN_OFF: Status.NO_LONGER_BOOKED,
        EntryState.NOT_BOOKED: Status.NOT_BOOKED_YET,
    }
    return Outcome(
        row=entry.row,
        status=statuses[entry.state],
        name=entry.name,
        booking_id=entry.booking_id,
        customer_id=entry.customer_id,
        customer_booking_id=entry.customer_booking_id,
    )
