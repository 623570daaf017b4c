"""Lists on the page, with the files as they were sent: kept until they are purged, or nobody has used them for long."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from importer.errors import DraftChangedError, LedgerError
from importer.ledger import tables
from importer.ledger.copies import keep_private
from importer.ledger.database import Database, having
from importer.model.drafts import Draft

_TABLE = tables.drafts

UNUSED_AFTER = timedelta(days=30)


class Drafts:
    """The drafts of one ledger. Every call may raise ``LedgerError``."""

    def __init__(self, database: Database, folder: Path) -> None:
        """``folder`` is where their files are."""
        self._database = database
        self._folder = folder

    def add(self, draft: Draft, content: bytes) -> Draft:
        """Keep a new list, with its file as it was sent."""
        try:
            keep_private(self._path(draft.id), content)
        except OSError as error:
            raise LedgerError(f"The list can't be kept in {self._folder}: {error.strerror}.") from None
        with self._database.using() as connection:
            connection.execute(_TABLE.insert().values(_values(draft)))
        return draft

    def all(self) -> tuple[Draft, ...]:
        """What was changed last comes first."""
        return tuple(Draft(**one) for one in self._database.rows(_TABLE.select().order_by(_TABLE.c.changed.desc())))

    def find(self, id_: str) -> Draft | None:
        found = self._database.rows(_TABLE.select().where(_TABLE.c.id == id_))
        return Draft(**found[0]) if found else None

    def content(self, id_: str) -> bytes:
        """The file of a list, byte for byte as it was sent."""
        try:
            return self._path(id_).read_bytes()
        except OSError as error:
            raise LedgerError(
                f"The file of this list can't be read in {self._folder}: {error.strerror}. Add the list again."
            ) from None

    def files(self) -> tuple[Path, ...]:
        """Where the files of lists are kept."""
        return tuple(self._path(one.id) for one in self.all())

    def change(self, draft: Draft, *, by: str, now: datetime) -> Draft:
        """Keep a draft in the place of the version that it was made from.

        Raises ``DraftChangedError`` where somebody else was quicker: then nothing is kept.
        """
        changed = replace(draft, version=draft.version + 1, changed=now, changed_by=by)
        is_same = (_TABLE.c.id == draft.id, _TABLE.c.version == draft.version)
        with self._database.using() as connection:
            done = connection.execute(_TABLE.update().where(*is_same).values(_values(changed))).rowcount
        if not done:
            there = self.find(draft.id)
            raise DraftChangedError(there.changed_by, there.changed) if there else DraftChangedError("", None)
        return changed

    def begun(self, id_: str, run: int) -> None:
        """Record which import a list has become. It is no change of the list."""
        with self._database.using() as connection:
            connection.execute(_TABLE.update().where(_TABLE.c.id == id_).values(run=run))

    def unused(self, *, now: datetime) -> tuple[str, ...]:
        """The lists, by id, that nobody has changed for long. What is to be booked, or has an import, is in use."""
        return tuple(
            one.id for one in self.all() if not one.run and not one.ordered and one.changed + UNUSED_AFTER <= now
        )

    def drop(self, ids: Collection[str]) -> None:
        """Forget lists and delete their files."""
        for id_ in ids:
            self._path(id_).unlink(missing_ok=True)
        with self._database.using() as connection:
            for each in having(_TABLE.c.id, ids):
                connection.execute(_TABLE.delete().where(each))

    def _path(self, id_: str) -> Path:
        return self._folder / f"{id_}.list"


def _values(draft: Draft) -> dict[str, object]:
    return {column.name: getattr(draft, column.name) for column in _TABLE.c}
