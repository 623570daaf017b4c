"""Text files as people's programs save them, and files that are there whole or not at all."""

from __future__ import annotations

import codecs
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TEMPORARY = ".roster-", ".tmp"
"""How the name of a file that is not whole yet begins and ends."""


def read_text(path: Path) -> str:
    """A text file as programs on Windows save it, too: with a byte order mark, or in UTF-16.

    Raises ``OSError``, also for a pipe or a device, and ``UnicodeError``.
    """
    if not path.is_file():  # a pipe or a device might never end
        raise OSError("it is no file")
    content = path.read_bytes()
    is_utf16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return content.decode("utf-16" if is_utf16 else "utf-8-sig")


def make_private_folder(folder: Path) -> None:
    """Make a folder, and those above it that are missing, for their owner alone, whatever the umask. ``OSError``."""
    for missing in reversed([one for one in (folder, *folder.parents) if not one.exists()]):
        missing.mkdir(mode=0o700, exist_ok=True)


@contextmanager
def written_beside(path: Path, content: bytes) -> Iterator[Path]:
    """A file with this content in the same folder, on the disk to its last byte, to be put in the place of ``path``.

    It is readable by its owner alone, and taken away again if it was put nowhere. Raises ``OSError``.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=TEMPORARY[0], suffix=TEMPORARY[1])
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)
