"""Copies of the rosters of unfinished runs, beside the ledger: the file itself may have moved or changed meanwhile."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from importer.errors import LedgerError
from importer.model import Roster


@dataclass(frozen=True, slots=True)
class RosterCopies:
    """A folder of rosters, one for each run that is not finished, readable by their owner only."""

    folder: Path

    def keep(self, run: int, roster: Roster) -> None:
        """Raises ``LedgerError`` where the copy can't be written."""
        try:
            # A process that died before this number was its own may have left one, perhaps with another ending.
            self.drop(run)
            keep_private(self.folder / f"{run}{roster.path.suffix or '.roster'}", roster.content)
        except OSError as error:
            raise LedgerError(
                f"The roster can't be kept beside the ledger, in {self.folder}: {error.strerror}. Nothing was sent."
            ) from None

    def path(self, run: int) -> Path:
        """Raises ``LedgerError`` where the copy is gone."""
        found = sorted(self.folder.glob(f"{run}.*"))
        if not found:
            raise LedgerError(
                f"The copy of run {run}'s roster is gone from {self.folder}. Import the roster itself again instead; "
                "nobody is booked twice."
            )
        return found[0]

    def holds(self, run: int, roster: Roster) -> bool:
        """Whether the copy of a run is this very roster; the file may have been moved since."""
        return any(copy.read_bytes() == roster.content for copy in self.folder.glob(f"{run}.*"))

    def drop(self, run: int) -> None:
        for copy in self.folder.glob(f"{run}.*"):
            copy.unlink(missing_ok=True)


def keep_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner can read, in a folder of its kind. Raises ``OSError``."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
