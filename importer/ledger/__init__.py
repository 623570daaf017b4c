"""The ledger: who was booked, by which run, and what is not known yet. The only SQL.

Two commits a person: ``save`` an entry that says only ``sent`` before the confirm, and again with the outcome after.
An unreadable ledger is never taken for an empty one: everybody would be booked again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256 as digest
from pathlib import Path

import sqlalchemy as sa
from filelock import FileLock, Timeout
from pydantic import TypeAdapter
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

_OPTIONS = TypeAdapter(Options)

_SETS = ("before", "accepted_names", "rejected_names")
_PLAIN = [column.name for column in tables.entries.c if column.name not in ("id", "sheet", "row", "hashed", *_SETS)]

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
        rows = {(run, sheet, row) for ledger, run, sheet, row in map(_parts, handles) if ledger == self.id}
        by_booking = having(tables.entries.c.booking_id, booking_ids)
        by_row = having(tables.entries.c.run, {run for run, _, _ in rows})
        found = self._rows(*(tables.entries.select().where(each) for each in (*by_booking, *by_row)))
        wanted = set(booking_ids)
        unique = {
            record["id"]: record
            for record in found
            if record["state"] != EntryState.NOT_BOOKED
            and (record["booking_id"] in wanted or (record["run"], record["sheet"], record["row"]) in rows)
        }
        return tuple(self._entry(unique[id_]) for id_ in sorted(unique))

    def unknown(self) -> tuple[Entry, ...]:
        """Every entry of which it is not known whether it was booked."""
        query = tables.entries.select().where(tables.entries.c.state == EntryState.SENT)
        return tuple(map(self._entry, self._rows(query.order_by(tables.entries.c.id))))

    def save(self, entry: Entry) -> Entry:
        """Keep an entry, in one commit; one with id 0 is new and comes back with its id and handle."""
        values = {name: getattr(entry, name) for name in _PLAIN}
        values |= {name: sorted(getattr(entry, name)) for name in _SETS}
        values |= {"sheet": entry.row.sheet, "row": entry.row.number, "hashed": bool(entry.hash_key)}
        with self._using():
            if entry.id:
                self._connection.execute(_UPDATE_ENTRY, values | {"which": entry.id})
                return entry
            made = self._connection.execute(_INSERT_ENTRY, values)
            assert made.inserted_primary_key is not None  # noqa: S101 - an insert of one row has a key
            return replace(entry, id=made.inserted_primary_key[0], handle=self.handle(entry.run, entry.row))

    def handle(self, run: int, row: RowRef) -> str:
        """Our mark for a row of a run, for the column "Import run"."""
        return f"{self.id}/{run}/{row.sheet}/{row.number}"

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
            "options": _OPTIONS.dump_python(options, mode="json"),
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
        totals: dict[str, int] = {}
        for outcome in outcomes:
            totals[outcome.status] = totals.get(outcome.status, 0) + 1
        names = [column.name for column in tables.outcomes.c if column.name not in ("run", "sheet", "row", "rules")]
        records = [
            {"run": run, "sheet": one.row.sheet, "row": one.row.number, "rules": " ".join(sorted(one.rules))}
            | {name: getattr(one, name) for name in names}
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
                state=RunState(record["state"]),
                roster_path=Path(record["roster_path"]),
                by=record["by"],
                started=record["started"],
                finished=record["finished"],
                options=_OPTIONS.validate_python(record["options"]),
                choices=record["choices"],
                totals={Status(status): count for status, count in record["totals"].items()},
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
        query = outcomes.select().where(outcomes.c.run == run).order_by(outcomes.c.sheet, outcomes.c.row)
        found = [dict(record) for record in self._rows(query)]
        if not found:
            of_entries = entries.select().where(entries.c.run == run).order_by(entries.c.sheet, entries.c.row)
            return tuple(_outcome_of(self._entry(record)) for record in self._rows(of_entries))
        return tuple(
            Outcome(row=RowRef(record.pop("sheet"), record.pop("row")), status=Status(record.pop("status")), **record)
            for record in found
            if record.pop("run") and record.pop("rules") is not None
        )

    def former_rows(self, run: int) -> tuple[Former, ...]:
        """What the rows of a run said, as a later roster of the series is compared with them."""
        outcomes = tables.outcomes
        query = outcomes.select().where(outcomes.c.run == run).order_by(outcomes.c.sheet, outcomes.c.row)
        same = ("name", "session", "booking_id", "customer_booking_id")
        return tuple(
            Former(
                row=RowRef(record["sheet"], record["row"]),
                status=Status(record["status"]),
                rules=frozenset(record["rules"].split()),
                **{name: record[name] for name in same},
            )
            for record in self._rows(query)
        )

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
        ledger, run, _, _ = _parts(handle)
        return (run,) if ledger == self.id else ()

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
        values = dict(record)
        row = RowRef(values.pop("sheet"), values.pop("row"))
        values |= {name: frozenset(values[name]) for name in _SETS}
        values["state"] = EntryState(values["state"])
        values["hash_key"] = self.hash_key if values.pop("hashed") else ""
        return Entry(row=row, handle=self.handle(values["run"], row), **values)

    def _who_is_at_work(self) -> str:
        running = next((run for run in self.runs() if run.state is RunState.RUNNING), None)
        who = f"run {running.id} ({running.roster_path.name}, by {running.by})" if running else "another run"
        return f"{who[0].upper()}{who[1:]} is at work with this ledger. Wait until it ends, or add --wait."


def _parts(handle: str) -> tuple[str, int, str, int]:
    """Ledger, run, sheet and row of a handle; of anything else that stands in its column, nobody's."""
    ledger, _, rest = handle.partition("/")
    run, _, rest = rest.partition("/")
    sheet, _, row = rest.rpartition("/")
    return (ledger, int(run), sheet, int(row)) if run.isdecimal() and row.isdecimal() else ("", 0, "", 0)


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
