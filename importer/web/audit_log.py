"""Who has seen and done what: lines that are only ever added, in a file for the owner alone. People go by number."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Audit:
    """A file of JSON lines; ``None`` keeps nothing. Safe to call from any thread."""

    path: Path | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, who: str, did: str, *, what: str, at: datetime) -> None:
        """``did`` is the screen or the form, ``what`` the list or import by its number. Raises ``OSError``."""
        if self.path is None:
            return
        line = json.dumps({"time": at.isoformat(timespec="seconds"), "who": who, "did": did, "what": what})
        with self._lock, os.fdopen(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a") as file:
            file.write(f"{line}\n")

    def latest(self, most: int) -> list[dict[str, str]]:
        """What was noted last, newest first."""
        if self.path is None or not self.path.exists():
            return []
        return list(self._read())[: -most - 1 : -1]

    def _read(self) -> Iterator[dict[str, str]]:
        assert self.path is not None  # noqa: S101 - there is one
        with self.path.open(encoding="utf-8") as file:
            for line in file:
                yield json.loads(line)
