"""Moves that replace nothing, and names that everybody can read. Whatever happens, a file has one name at least."""

from __future__ import annotations

import os
import shutil
import tempfile
import unicodedata
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from importer.model.printable import JOINERS


def move(path: Path, wanted: Path) -> Path:
    """Move a file to the wanted name or the next free one; where it is now. Raises ``OSError``, and leaves no trace."""
    return _to_free_name(path, wanted) if _same_disk(path, wanted) else _over_disks(path, wanted)


def put(content: bytes, wanted: Path) -> Path:
    """Write a file whole under the wanted name or the next free one; where it is. Raises ``OSError``."""
    handle, name = tempfile.mkstemp(dir=wanted.parent, prefix=".roster-", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        return _to_free_name(Path(name), wanted)
    finally:
        Path(name).unlink(missing_ok=True)


def numbered(path: Path) -> Iterator[Path]:
    yield path
    for number in count(2):
        yield path.with_name(f"{path.stem} ({number}){path.suffix}")


def readable(name: str) -> str:
    """A file name as every program can show and keep it: composed, without what moves a cursor.

    Bytes that are no UTF-8 are read as Western European, as old systems write names.
    """
    try:
        name.encode()
    except UnicodeEncodeError:
        name = os.fsencode(name).decode("cp1252", "replace")
    composed = unicodedata.normalize("NFC", name)
    return "".join(char if char.isprintable() or char in JOINERS else "_" for char in composed)


def shortened(text: str, most_bytes: int) -> str:
    """As much of a text as so many bytes of UTF-8 hold."""
    return text.encode()[:most_bytes].decode(errors="ignore").rstrip()


def _to_free_name(path: Path, wanted: Path) -> Path:
    """The name is made sure of first, for a rename replaces what is there."""
    for candidate in numbered(wanted):
        try:
            candidate.touch(exist_ok=False)
        except FileExistsError:
            continue
        try:
            path.replace(candidate)
        except OSError:
            candidate.unlink(missing_ok=True)
            raise
        return candidate
    raise AssertionError("there is always a next name")


def _same_disk(path: Path, wanted: Path) -> bool:
    return path.lstat().st_dev == wanted.parent.stat().st_dev


def _over_disks(path: Path, wanted: Path) -> Path:
    copy = put(path.read_bytes(), wanted)
    try:
        shutil.copystat(path, copy)
        path.unlink()
    except OSError:
        copy.unlink(missing_ok=True)
        raise
    return copy
