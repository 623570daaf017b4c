"""What the ledger remembers beside runs and entries: sessions and results."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from importer.ledger import tables
from importer.ledger.database import Database, having
from importer.model import GroupBooking
from importer.model.examinations import Learned


class WrittenFile(NamedTuple):
    """A results workbook as it was written; somebody may have changed, moved or deleted it since.

    ``run`` is the run it tells of, 0 for a check or a dry run.
    """

    path: Path
    sha256: str
    run: int


class Memory:
    """The part of a ledger that could be read or made anew. Every call may raise ``LedgerError``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # What reading the service has taught

    def sessions(
        self, starts: Collection[datetime] = (), *, ids: Collection[str] = (), services: Collection[str] = ()
    ) -> tuple[GroupBooking, ...]:
        """Group bookings that start then, those with these ids, and those of services with these ids.

        They are as they were when somebody was last booked there. People are left out.
        """
        column = tables.sessions.c
        wanted = (*having(column.start, starts), *having(column.id, ids), *having(column.service_id, services))
        return tuple(
            GroupBooking(**record) for record in self._database.rows(*map(tables.sessions.select().where, wanted))
        )

    def remember_sessions(self, bookings: Collection[GroupBooking]) -> None:
        names = [column.name for column in tables.sessions.c]
        self._database.put(tables.sessions, [{name: getattr(booking, name) for name in names} for booking in bookings])

    def learned(self, base_url: str) -> Learned:
        """What looks at the service at this address have taught."""
        found = self._database.rows(tables.learned.select().where(tables.learned.c.base_url == base_url))
        return found[0]["facts"] if found else Learned()

    def learn(self, base_url: str, facts: Learned) -> None:
        """Keep what a look has taught in the place of what was known; ``Learned()`` forgets it."""
        self._database.put(tables.learned, [{"base_url": base_url, "facts": facts}])

    # Results that were written

    def written_files(self) -> frozenset[str]:
        """SHA-256 of every results workbook that was written."""
        return frozenset(file.sha256 for file in self.results_files())

    def results_files(self) -> tuple[WrittenFile, ...]:
        """Every results workbook that was written."""
        found = self._database.rows(tables.files.select())
        return tuple(WrittenFile(Path(record["path"]), record["sha256"], record["run"]) for record in found)

    def results_written(self, run: int, path: Path, sha256: str) -> None:
        """Remember a results workbook, so that it may be replaced by the next one while nobody has changed it."""
        self._database.put(tables.files, [{"sha256": sha256, "path": str(path.absolute()), "run": run}])
        with self._database.using() as connection:
            where = tables.runs.c.id == run
            connection.execute(tables.runs.update().where(where).values(results_path=str(path.absolute())))
