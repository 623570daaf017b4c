"""Who was sent for which group booking, and what became of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.dialects.sqlite import insert

from importer.ledger import tables
from importer.ledger.database import Database, having
from importer.ledger.handles import Handles
from importer.ledger.outcomes import Outcomes
from importer.ledger.tables import by_row, row_of, row_values
from importer.model import Entry, EntryState
from importer.settings import service_at

_AS_KEPT = TypeAdapter(datetime)
"""How an instant stands in a target that is kept (``columns.Noun``)."""

_TARGET = sa.type_coerce(tables.entries.c.target, sa.JSON)

_PLAIN = [column.name for column in tables.entries.c if column.name not in ("id", "hashed", *tables.ROW)]

_UNKNOWN = [state for state in EntryState if state.is_unknown]

# Made once: putting a statement together takes SQLAlchemy longer than running it.
_INSERT = tables.entries.insert()
_UPDATE = tables.entries.update().where(tables.entries.c.id == sa.bindparam("which"))


class Entries:
    """Two commits a person: ``save`` before the confirm, and after. Every call may raise ``LedgerError``.

    ``hash_key`` is the ledger's, for entries whose clear text was purged.
    """

    def __init__(self, database: Database, handles: Handles, outcomes: Outcomes, hash_key: str) -> None:
        self._database, self._handles, self._outcomes, self._hash_key = database, handles, outcomes, hash_key

    def find(
        self, booking_ids: Collection[str] = (), handles: Collection[str] = (), *, is_booked: bool = True
    ) -> tuple[Entry, ...]:
        """What is known of these group bookings and of the rows that carry these handles, oldest first.

        Those that turned out not to be booked are left out, unless also such are wanted that need not be: ``is_booked``
        is ``False``. Who was to start a session whose id is not known is on none (``starting``).
        """
        entries, wanted = tables.entries, set(booking_ids) - {""}
        marked = self._handles.read(handles)
        own = {(run, *row) for run, row in marked.values()}
        carried = (sa.select(tables.handles.c.entry).where(each) for each in having(tables.handles.c.handle, marked))
        conditions = [
            *having(entries.c.booking_id, wanted),
            *having(entries.c.run, {run for run, *_ in own}),
            *having(entries.c.id, {record["entry"] for record in self._database.rows(*carried)}),
        ]
        unique = {
            record["id"]: record
            for record in self._database.rows(*(entries.select().where(each) for each in conditions))
            if (record["state"] is not EntryState.NOT_BOOKED or not is_booked)
            and record["booking_id"]
            and (
                record["booking_id"] in wanted
                or (record["run"], *row_of(record)) in own
                or not marked.keys().isdisjoint(record["handles"])
            )
        }
        return tuple(self._entry(unique[id_]) for id_ in sorted(unique))

    def typed_for(self, starts: Collection[datetime]) -> tuple[Entry, ...]:
        """What is known of people whose row asked for a session that starts then, newest first.

        Wherever that session is by now, and whatever its service is called. Those that turned out not to be booked are
        left out.
        """
        wanted = [_AS_KEPT.dump_python(start, mode="json") for start in starts]
        return self._typed(each for name in ("start", "or_start") for each in having(_TARGET[name].as_string(), wanted))

    def typed_in_words(self) -> tuple[Entry, ...]:
        """What is known of people whose row named its session in words, newest first, but who is not booked."""
        return self._typed([_TARGET["words", "text"].as_string().is_not(None)])

    def _typed(self, conditions: Iterable[sa.ColumnElement[bool]]) -> tuple[Entry, ...]:
        there = (tables.entries.c.state != EntryState.NOT_BOOKED) & (tables.entries.c.booking_id != "")
        found = self._database.rows(*(tables.entries.select().where(each, there) for each in conditions))
        unique = {record["id"]: record for record in found}
        return tuple(self._entry(unique[id_]) for id_ in sorted(unique, reverse=True))

    def unknown(self) -> tuple[Entry, ...]:
        """Every entry of which it is not known whether it was booked, or taken off."""
        query = tables.entries.select().where(tables.entries.c.state.in_(_UNKNOWN))
        return tuple(map(self._entry, self._database.rows(query.order_by(tables.entries.c.id))))

    def all(self) -> tuple[Entry, ...]:
        """Every entry, oldest first."""
        return tuple(map(self._entry, self._database.rows(tables.entries.select().order_by(tables.entries.c.id))))

    def starting(self) -> tuple[Entry, ...]:
        """Who was to start a session, where it is not known yet whether that is there: nobody else is sent for it."""
        return tuple(entry for entry in self.unknown() if not entry.booking_id)

    def starting_at(self, base_url: str) -> tuple[Entry, ...]:
        """Those of them who were sent to the service at this address: no other can show what became of them."""
        found = self._database.rows(sa.select(tables.runs.c.id, tables.runs.c.base_url))
        there = {record["id"] for record in found if service_at(record["base_url"]) == service_at(base_url)}
        return tuple(entry for entry in self.starting() if entry.run in there)

    def started_ids(self, booking_ids: Collection[str]) -> frozenset[str]:
        """Those of these group bookings that somebody was sent to start, as far as they are known to be there."""
        column = tables.entries.c
        queries = (
            sa.select(column.booking_id).where(each, column.starts.is_not(None))
            for each in having(column.booking_id, set(booking_ids) - {""})
        )
        return frozenset(record["booking_id"] for record in self._database.rows(*queries))

    def of_runs(self, runs: Collection[int]) -> tuple[Entry, ...]:
        """Every entry that these runs have made, in the order of their rows."""
        conditions = having(tables.entries.c.run, runs)
        queries = (tables.entries.select().where(each).order_by(*by_row(tables.entries)) for each in conditions)
        return tuple(map(self._entry, self._database.rows(*queries)))

    def to_be_removed_by(self, run: int) -> tuple[Entry, ...]:
        """Every entry whose person this run has taken off, or has tried to, in the order of their rows."""
        query = tables.entries.select().where(tables.entries.c.removed_by == run)
        return tuple(map(self._entry, self._database.rows(query.order_by(*by_row(tables.entries)))))

    def save(self, entry: Entry) -> Entry:
        """Keep an entry, in one commit; one with id 0 is new and comes back with its id and handle.

        It answers from then on to every handle that the rows of its ``handles`` ever carried.
        """
        own = self._handles.of(entry.run, entry.row)
        others = entry.handles - {own}
        if others:
            others = others.union(*self._outcomes.carried(others).values())
        entry = replace(entry, handle=own, handles=others | {own})
        values = {name: getattr(entry, name) for name in _PLAIN} | row_values(entry.row)
        values["hashed"] = bool(entry.hash_key)
        with self._database.using(in_transaction=bool(others)) as connection:
            if entry.id:
                connection.execute(_UPDATE, values | {"which": entry.id})
            else:
                made = connection.execute(_INSERT, values)
                assert made.inserted_primary_key is not None  # noqa: S101 - an insert of one row has a key
                entry = replace(entry, id=made.inserted_primary_key[0])
            if others:
                marks = [{"handle": handle, "entry": entry.id} for handle in sorted(others)]
                connection.execute(insert(tables.handles).on_conflict_do_nothing(), marks)
        return entry

    def _entry(self, record: sa.RowMapping) -> Entry:
        row = row_of(record)
        return Entry(
            id=record["id"],
            row=row,
            handle=self._handles.of(record["run"], row),
            hash_key=self._hash_key if record["hashed"] else "",
            **{name: record[name] for name in _PLAIN},
        )
