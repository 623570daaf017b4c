"""How the practice service remembers across processes: a file of changes, one line each."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from .records import Customer, FreeTime, Person, Profile, Record, Resource, Service, Session, Slot

_KINDS: dict[str, type[Record]] = {
    kind.__name__: kind for kind in (Service, Resource, Session, FreeTime, Customer, Person, Slot)
}
_TIMES = {"start", "created", "added", "expiry", "updated"}


class Journal:
    """Changes in the order they happened; for a record that is told twice, the last telling holds.

    A change is one line and one write, so a process killed at any moment leaves it whole or, at worst, as a
    torn last line, which counts as never having happened. One process at a time uses a journal. The file is
    its owner's alone.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def append(self, change: list[Record]) -> None:
        line = json.dumps([[type(record).__name__, asdict(record)] for record in change], default=datetime.isoformat)
        # Opened anew for each change, so that nothing is left open, whatever happens to the service.
        descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(descriptor, line.encode() + b"\n")
        finally:
            os.close(descriptor)

    def read(self) -> Iterator[Record]:
        """Every record told so far. A torn last line is taken out of the file: the next one stands alone.

        Raises ``ValueError`` where another line is damaged, as a computer that lost its power may leave it.
        """
        content = self._path.read_bytes() if self._path.exists() else b""
        whole = content[: content.rfind(b"\n") + 1]
        if len(whole) < len(content):
            os.truncate(self._path, len(whole))
        try:
            for line in whole.splitlines():
                for kind, fields in json.loads(line):
                    yield _revive(_KINDS[kind], fields)
        except (ValueError, KeyError, TypeError):
            raise ValueError(
                f"What was practised before can't be read: {self._path} is damaged. roster demo clears it."
            ) from None


def _revive(kind: type[Record], fields: dict[str, Any]) -> Record:
    for name in _TIMES & fields.keys():
        fields[name] = fields[name] and datetime.fromisoformat(fields[name])
    if "profile" in fields:
        fields["profile"] = Profile(**fields["profile"])
    return kind(**fields)
