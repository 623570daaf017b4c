"""200 random changes of a good file of each kind; ``make soak`` makes 2,000 others."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import fuzzing
import pytest
from fuzzing import GOOD, MOST_BYTES, MOST_S, faults

from importer.importing.bounded_process import BoundedProcess
from importer.lists.roster import read_roster


@pytest.fixture(scope="module")
def process() -> Iterator[BoundedProcess]:
    one = BoundedProcess(MOST_BYTES, MOST_S)
    yield one
    one.close()


@pytest.mark.parametrize("kind", GOOD)
def test_a_file_with_random_changes_is_read_or_refused_and_ends_no_process(
    tmp_path: Path, process: BoundedProcess, kind: str
) -> None:
    assert len(read_roster(tmp_path / f"people.{kind}", content=GOOD[kind]).rows) >= 2
    assert not "\n".join(faults(kind, range(160), process, results=False))
    assert not "\n".join(faults(kind, range(160, 200), process, results=True))


def test_the_soak_says_what_became_of_each_kind_and_its_seed() -> None:
    said = subprocess.run(
        [sys.executable, fuzzing.__file__, "--changes", "2", "--seed", "8"], capture_output=True, text=True
    )
    assert (said.returncode, said.stderr) == (0, "")
    assert "seed 8" in said.stdout
    assert "FAULT" not in said.stdout
