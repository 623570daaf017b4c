"""What a browser sends as a list: its bytes, and what it was called."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from werkzeug.datastructures import FileStorage, ImmutableMultiDict

from importer.errors import RosterError
from importer.model import day_text
from importer.settings import Settings

MOST_BYTES = 25 * 2**20
"""How large a list may be that is sent."""

TOO_LARGE = f"This file is too large. A list may have up to {MOST_BYTES // 2**20} MB."
NOTHING = "Choose a file, or paste your list."


class Received(NamedTuple):
    """``field`` is the id of the field it came by."""

    name: str
    content: bytes
    field: str


class NotReceivedError(RosterError):
    """What was sent is no list; ``field`` is where to say so."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


def received(
    files: ImmutableMultiDict[str, FileStorage], form: ImmutableMultiDict[str, str], settings: Settings, now: datetime
) -> Received:
    """The list of a form: a file, else what was pasted. Raises ``NotReceivedError``."""
    file = files.get("file")
    pasted = form.get("pasted", "")
    if file is not None and file.filename:
        content = file.stream.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise NotReceivedError("file", TOO_LARGE)
        if not content:
            raise NotReceivedError("file", "This file is empty. Choose another.")
        return Received(file.filename, content, "file")
    if pasted.strip():
        return Received(f"Pasted on {day_text(now, settings.zone)}.tsv", pasted.encode(), "pasted")
    raise NotReceivedError("file", NOTHING)
