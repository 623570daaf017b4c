"""What each row of a run was told, and what a person had decided about it."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import sqlalchemy as sa

from importer.ledger import tables
from importer.ledger.database import Database, having
from importer.ledger.handles import Handles
from importer.ledger.tables import by_row, row_of, row_values
from importer.model import Former, Outcome, Question, Status

_KEPT = [column.name for column in tables.outcomes.c if column.name not in ("run", *tables.ROW)]
_BACK = [name for name in _KEPT if name != "rules"]
_OF_FORMER = ("status", "name", "session", "booking_id", "customer_booking_id", "rules", "decision", "question")


class Outcomes:
    """Outcomes of runs that got as far as their end. Every call may raise ``LedgerError``."""

    def __init__(self, database: Database, handles: Handles) -> None:
        self._database, self._handles = database, handles

    def records(self, run: int, outcomes: Iterable[Outcome]) -> list[dict[str, object]]:
        """The rows of the table ``outcomes`` for what a run has to tell; they are not kept yet."""
        listed = list(outcomes)
        carried = self.carried({handle for one in listed for handle in one.handles})
        return [
            {"run": run, **row_values(one.row)}
            | {name: getattr(one, name) for name in _KEPT}
            | {"handles": one.handles.union(*(carried.get(handle, ()) for handle in one.handles))}
            for one in listed
        ]

    def of(self, run: int) -> tuple[Outcome, ...]:
        """What became of each row of a run. Names of one that was purged are hashes (``evidence.hashed_text``)."""
        return tuple(map(_outcome, self._of_run(run)))

    def all(self) -> tuple[tuple[int, Outcome], ...]:
        """What became of each row of every run, with the run, oldest first."""
        query = tables.outcomes.select().order_by(tables.outcomes.c.run, *by_row(tables.outcomes))
        return tuple((record["run"], _outcome(record)) for record in self._database.rows(query))

    def former_rows(self, run: int) -> tuple[Former, ...]:
        """What the rows of a run said, as a later roster of the series is compared with them."""
        return tuple(
            Former(row=row_of(record), **{name: record[name] for name in _OF_FORMER}) for record in self._of_run(run)
        )

    def carried(self, handles: Collection[str]) -> dict[str, frozenset[str]]:
        """Every handle that the row of each of these handles carried before, itself included; foreign ones left out."""
        found = self._by_handle(handles)
        return {handle: frozenset({handle}).union(record["handles"]) for handle, record in found.items()}

    def asked(self, handles: Collection[str]) -> dict[str, Question]:
        """The question ``Same person?`` that was told beside the row with each handle, where there was one."""
        found = self._by_handle(handles)
        return {handle: record["question"] for handle, record in found.items() if record["question"]}

    def runs_marked_with(self) -> dict[int, frozenset[int]]:
        """The runs whose marks the rows of each run carried, where they carried any, by one of its rows."""
        outcomes = tables.outcomes
        marks = sa.func.max(outcomes.c.handles, type_=outcomes.c.handles.type).label("handles")
        query = sa.select(outcomes.c.run, marks).where(outcomes.c.handles != []).group_by(outcomes.c.run)
        found = {record["run"]: record["handles"] for record in self._database.rows(query)}
        return {run: frozenset(one for one, _ in self._handles.read(some).values()) for run, some in found.items()}

    def names_by_run(self, booking_ids: Collection[str]) -> dict[int, frozenset[str]]:
        """The names of everybody in the rosters of imports that had to do with these group bookings, by run."""
        outcomes, entries = tables.outcomes, tables.entries
        of_undos = sa.select(tables.runs.c.id).where(tables.is_undo())
        there = (
            sa.select(outcomes.c.run).where(each, ~outcomes.c.run.in_(of_undos)).distinct()
            for each in having(outcomes.c.booking_id, booking_ids)
        )
        runs = {record["run"] for record in self._database.rows(*there)}
        names: dict[int, set[str]] = {run: set() for run in runs}
        # Of a run that died there are entries alone.
        sent = (entries.select().where(each) for each in having(entries.c.booking_id, booking_ids))
        for record in self._database.rows(*sent):
            names.setdefault(record["run"], set()).add(f"{record['first_name']} {record['last_name']}".strip())
        told = (sa.select(outcomes.c.run, outcomes.c.name).where(each) for each in having(outcomes.c.run, runs))
        for record in self._database.rows(*told):
            names[record["run"]].add(record["name"])
        return {run: frozenset(some) for run, some in names.items()}

    def told_booked(self, runs: Collection[int]) -> frozenset[str]:
        """The ``customer_booking_id`` of everybody whom the rosters of these runs were told to be booked."""
        outcomes = tables.outcomes
        told = outcomes.c.status.in_([Status.BOOKED, Status.ALREADY_BOOKED, Status.NO_LONGER_BOOKED])
        there = (sa.select(outcomes.c.customer_booking_id).where(each, told) for each in having(outcomes.c.run, runs))
        return frozenset(record["customer_booking_id"] for record in self._database.rows(*there)) - {""}

    def _of_run(self, run: int) -> list[sa.RowMapping]:
        query = tables.outcomes.select().where(tables.outcomes.c.run == run)
        return self._database.rows(query.order_by(*by_row(tables.outcomes)))

    def _by_handle(self, handles: Collection[str]) -> dict[str, sa.RowMapping]:
        """What was told of the row with each handle; of a run that died before its end there is nothing."""
        keys = {handle: (run, *row) for handle, (run, row) in self._handles.read(handles).items()}
        outcomes = tables.outcomes
        queries = (outcomes.select().where(each) for each in having(outcomes.c.run, {run for run, *_ in keys.values()}))
        told = {(record["run"], *row_of(record)): record for record in self._database.rows(*queries)}
        return {handle: told[key] for handle, key in keys.items() if key in told}


def _outcome(record: sa.RowMapping) -> Outcome:
    return Outcome(row=row_of(record), **{name: record[name] for name in _BACK})
