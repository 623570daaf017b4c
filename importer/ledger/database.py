"""The ledger's file as a database: opened for full sync, one connection for all threads, every fault a sentence."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import insert

from importer.errors import LedgerError

_VALUES_A_CONDITION = 500


class Database:
    """One file, or one in memory that nothing is kept in. Every call may raise ``LedgerError``."""

    def __init__(self, path: Path, *, is_writable: bool) -> None:
        self.path = path
        self.is_writable = is_writable
        address = sa.URL.create("sqlite", database=str(path) if is_writable or path.exists() else None)
        self._engine = sa.create_engine(address, poolclass=sa.StaticPool, connect_args={"check_same_thread": False})
        sa.event.listen(self._engine, "handle_error", _stay_connected)
        self._mutex = threading.Lock()
        with self._faults_told():
            self._connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            if is_writable:
                self._connection.exec_driver_sql("PRAGMA journal_mode=WAL")
                self._connection.exec_driver_sql("PRAGMA synchronous=FULL")

    def close(self) -> None:
        self._connection.close()
        self._engine.dispose()

    def rows(self, *queries: sa.Select[Any]) -> list[sa.RowMapping]:
        """What several queries find, one after the other."""
        with self.using():
            return [row for query in queries for row in self._connection.execute(query).mappings()]

    def state(self) -> tuple[int, int]:
        """What is another one once this process, or another one, has changed something."""
        with self.using() as connection:
            return _driver(connection).total_changes, connection.exec_driver_sql("PRAGMA data_version").scalar_one()

    def put(self, table: sa.Table, records: Sequence[Mapping[str, Any]]) -> None:
        """Keep records, in place of those of the same key; nothing where the database is only looked at."""
        if records and self.is_writable:
            with self.using():
                self._connection.execute(insert(table).prefix_with("OR REPLACE"), records)

    @contextmanager
    def using(self, *, in_transaction: bool = False) -> Iterator[sa.Connection]:
        """The connection, for one thread at a time; what goes wrong with it stops the run."""
        with self._faults_told(), self._mutex, self._transaction() if in_transaction else nullcontext():
            yield self._connection

    @contextmanager
    def _faults_told(self) -> Iterator[None]:
        try:
            yield
        except sa.exc.SQLAlchemyError as error:
            reason = getattr(error, "orig", None) or error
            if getattr(reason, "sqlite_errorcode", 0) == sqlite3.SQLITE_NOTADB:
                raise LedgerError(
                    f"{self.path} is another kind of file, not a ledger. Choose another file with --ledger. Nothing "
                    "more is sent."
                ) from None
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

    def empty_what_was_freed(self) -> None:
        """Leave no byte of what was deleted or overwritten, neither in the file nor in the log beside it."""
        with self.using():
            self._connection.exec_driver_sql("VACUUM")
            is_busy = self._connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0]
        if is_busy:
            raise LedgerError(
                f"The ledger {self.path} is being read, so what was forgotten may still be in its file. "
                "Type the same line again when they have ended."
            )

    def table_names(self) -> frozenset[str]:
        with self.using() as connection:
            return frozenset(sa.inspect(connection).get_table_names())

    def copy_to(self, path: Path) -> None:
        """Copy the database as it is, into a file that is readable by its owner only; what was there is replaced."""
        try:
            path.unlink(missing_ok=True)
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            with closing(sqlite3.connect(path)) as copy, self.using() as connection:
                _driver(connection).backup(copy)
        except (OSError, sqlite3.Error) as error:
            raise LedgerError(
                f"The ledger {self.path} has to be upgraded, and can't be copied to {path} before: {error}. Nothing "
                "was sent."
            ) from None

    def turn_to_copy(self) -> None:
        """Go on with a copy in memory."""
        with self.using() as file:
            memory = sa.create_engine("sqlite://", poolclass=sa.StaticPool, connect_args={"check_same_thread": False})
            sa.event.listen(memory, "handle_error", _stay_connected)
            self._connection = memory.connect().execution_options(isolation_level="AUTOCOMMIT")
            _driver(file).backup(_driver(self._connection))
            file.close()
            self._engine.dispose()
            self._engine = memory


def _stay_connected(context: sa.ExceptionContext) -> None:
    """Ctrl-C in the middle of a statement breaks no connection to a file, and results are still to be written by it."""
    if not isinstance(context.original_exception, Exception):
        context.is_disconnect = False


def _driver(connection: sa.Connection) -> sqlite3.Connection:
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)  # noqa: S101 - the one driver there is
    return driver


def having(column: sa.ColumnElement[Any], values: Any) -> list[sa.ColumnElement[bool]]:
    """Conditions that a column has one of these values, few enough in each for any database."""
    listed, most = sorted(values), _VALUES_A_CONDITION
    return [column.in_(listed[at : at + most]) for at in range(0, len(listed), most)]
