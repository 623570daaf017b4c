"""Text for a screen, a mail or a file that somebody opens, whatever stood in the cell or the file's name."""

from __future__ import annotations

import unicodedata

JOINERS = frozenset("\u200c\u200d")
"""Parts of Persian and Indian names; they move no cursor."""


def printable(text: str) -> str:
    """Text that can't move the cursor, colour or reorder anything: control characters as escapes (``\\x1b``)."""
    return text if text.isprintable() else "".join(map(_printable, text))


def _printable(char: str) -> str:
    if char.isprintable() or char in JOINERS:
        return char
    return " " if unicodedata.category(char) == "Zs" else char.encode("unicode_escape").decode()
