"""The ledger's file as a database: opened for full sync, one connection for all threads, every fault a sentence."""

from __future__ import annotations

import secrets
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from importer.errors import LedgerError
from importer.ledger import tables


class Database:
    """One file, or one in memory that nothing is kept in. Every call may raise ``LedgerError``."""

    def __init__(self, path: Path, *, is_writable: bool) -> None:
        self.path = path
        self._is_writable = is_writable
        address = f"sqlite:///{path}" if is_writable or path.exists() else "sqlite://"
        self._engine = sa.create_engine(address, poolclass=sa.StaticPool, connect_args={"check_same_thread": False})
        self._mutex = threading.Lock()
        with self._using():
            self._connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            if is_writable:
                self._connection.exec_driver_sql("PRAGMA journal_mode=WAL")
                self._connection.exec_driver_sql("PRAGMA synchronous=FULL")
            self.id, self.hash_key = self._identify()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._connection.close()
        self._engine.dispose()

    def _rows(self, *queries: sa.Select[Any]) -> list[sa.RowMapping]:
        """What several queries find, one after the other."""
        with self._using():
            return [row for query in queries for row in self._connection.execute(query).mappings()]

    def _put(self, table: sa.Table, records: Sequence[Mapping[str, Any]]) -> None:
        """Keep records, in place of those of the same key; nothing where the database is only looked at."""
        if records and self._is_writable:
            with self._using():
                self._connection.execute(insert(table).prefix_with("OR REPLACE"), records)

    @contextmanager
    def _using(self, *, in_transaction: bool = False) -> Iterator[None]:
        """The connection, for one thread at a time; what goes wrong with it stops the run."""
        try:
            with self._mutex, self._transaction() if in_transaction else nullcontext():
                yield
        except sa.exc.SQLAlchemyError as error:
            reason = getattr(error, "orig", None) or error
            raise LedgerError(
                f"The ledger {self.path} can't be used: {reason}. Nothing more is sent; without the ledger people "
                "could be booked twice."
            ) from error

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.exec_driver_sql("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.exec_driver_sql("ROLLBACK")
            raise
        self._connection.exec_driver_sql("COMMIT")

    def _empty_what_was_freed(self) -> None:
        """Leave no byte of what was deleted or overwritten, neither in the file nor in the log beside it."""
        with self._using():
            self._connection.exec_driver_sql("VACUUM")
            is_busy = self._connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0]
        if is_busy:
            raise LedgerError(
                f"Somebody is reading the ledger {self.path}, so that what was purged may still be in its file. "
                "Purge again when they have ended."
            )

    def _identify(self) -> tuple[str, str]:
        """The ledger's own id and the key of its hashes; makes the tables of a new one.

        Raises ``LedgerError`` where it is no ledger of ours.
        """
        if not sa.inspect(self._connection).get_table_names():
            with self._transaction():
                # Asked again inside: another process may have opened the same new file.
                if not sa.inspect(self._connection).get_table_names():
                    tables.schema.create_all(self._connection)
                    made = {"id": secrets.token_hex(4), "version": tables.SCHEMA_VERSION}
                    self._connection.execute(tables.ledger.insert().values(made))
        version = self._connection.execute(sa.select(tables.ledger.c.version)).scalar_one()
        if version < tables.SCHEMA_VERSION:
            self._upgrade()
        if version > tables.SCHEMA_VERSION:
            raise LedgerError(
                f"The ledger {self.path} was written by a newer version of this program. Install that version; "
                "nothing was sent."
            )
        found = self._connection.execute(tables.ledger.select()).one()
        hash_key: str = found.hash_key
        if not hash_key and self._is_writable:
            hash_key = secrets.token_hex(32)
            self._connection.execute(tables.ledger.update().values(hash_key=hash_key))
        return str(found.id), hash_key

    def _upgrade(self) -> None:
        """Add what an older ledger lacks; to a copy in memory, where the file is only looked at."""
        if not self._is_writable:
            memory = sa.create_engine("sqlite://", poolclass=sa.StaticPool, connect_args={"check_same_thread": False})
            older = self._connection.connection.driver_connection
            self._connection = memory.connect().execution_options(isolation_level="AUTOCOMMIT")
            assert isinstance(older, sqlite3.Connection)  # noqa: S101 - the one driver there is
            older.backup(self._connection.connection.driver_connection)  # type: ignore[arg-type]  # the same driver
            older.close()
        with self._transaction():
            tables.schema.create_all(self._connection)
            inspector = sa.inspect(self._connection)
            for table in tables.schema.sorted_tables:
                known = {column["name"] for column in inspector.get_columns(table.name)}
                for column in table.c:
                    if column.name not in known:
                        added = sa.schema.CreateColumn(column).compile(self._connection)
                        self._connection.exec_driver_sql(f"ALTER TABLE {table.name} ADD COLUMN {added}")
            self._connection.execute(tables.ledger.update().values(version=tables.SCHEMA_VERSION))


def having(column: sa.ColumnElement[Any], values: Any) -> list[sa.ColumnElement[bool]]:
    """Conditions that a column has one of these values, few enough in each for any database."""
    listed = sorted(values)
    return [column.in_(listed[at : at + 500]) for at in range(0, len(listed), 500)]
