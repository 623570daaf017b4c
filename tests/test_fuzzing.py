"""200 random changes of a good file of each kind; ``make soak`` makes 2,000 others."""

from __future__ import annotations

from pathlib import Path

import pytest
from fuzzing import GOOD, faults

from importer.lists.roster import read_roster


@pytest.mark.parametrize("kind", GOOD)
def test_a_file_with_random_changes_is_read_or_refused_and_ends_no_process(tmp_path: Path, kind: str) -> None:
    assert len(read_roster(tmp_path / f"people.{kind}", content=GOOD[kind]()).rows) >= 2
    assert not "\n".join(faults(kind, range(160), results=False))
    assert not "\n".join(faults(kind, range(160, 200), results=True))
