"""Work that the process may die of in which it is done."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from pathlib import Path

from importer.errors import RosterError
from importer.lists import roster as lists
from importer.model import Roster, RunReport
from importer.model.headings import HeadingSet

MB = 2**20


def take(most_mb: int) -> int:
    return len(bytearray(most_mb * MB))


def take_slowly(most_mb: int) -> int:
    """In steps that are looked at: memory counts once something is written to it."""
    taken = []
    for _ in range(most_mb // 10):
        taken.append(b"x" * (10 * MB))
        time.sleep(0.01)
    return len(taken)


def fail(words: str) -> None:
    raise RosterError(words)


def die_once(mark: Path) -> str:
    if mark.exists():
        return "done"
    mark.touch()
    os.abort()


def limits() -> tuple[str, tuple[int, int]]:
    import resource

    return os.environ.get("APPOINTEDD_API_KEY", ""), resource.getrlimit(resource.RLIMIT_CORE)


def read_but_die_of_one(
    path: Path, content: bytes, sheet: str | None, heading_sets: Mapping[str, HeadingSet] | None, *more: object
) -> Roster:
    if path.name == "deadly.csv":
        os.abort()
    return lists.read_roster(path, sheet=sheet, heading_sets=heading_sets, content=content)


def annotate_and_die(report: RunReport, *, only_values: bool = False) -> bytes:
    if only_values:
        return b"only values"
    os.abort()


def annotate_never(report: RunReport, *, only_values: bool = False) -> bytes:
    os.abort()
