"""Our marks for rows, in the column "Import run": ``4f1c2a90/17/Spring/14``, or ``…/14.C`` for a part of a row."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from importer.model import RowRef
from importer.model.handles import HANDLE


@dataclass(frozen=True, slots=True)
class Handles:
    """Writes and reads the handles of one ledger."""

    ledger: str

    def of(self, run: int, row: RowRef) -> str:
        return f"{self.ledger}/{run}/{row.sheet}/{row.number}{f'.{row.part}' if row.part else ''}"

    def read(self, handles: Collection[str]) -> dict[str, tuple[int, RowRef]]:
        """Run and row of each handle. Those of another ledger, and whatever else stood in the column, are left out."""
        found = {handle: HANDLE.fullmatch(handle) for handle in handles}
        return {
            handle: (int(one["run"]), RowRef(one["sheet"], int(one["row"]), one["part"] or ""))
            for handle, one in found.items()
            if one and one["ledger"] == self.ledger
        }
