"""Where the results go, and how they get there whole: never over anything that is not ours."""

from __future__ import annotations

import os
import re
import tempfile
import time
from collections.abc import Collection, Iterator
from contextlib import suppress
from hashlib import sha256
from itertools import count
from pathlib import Path

from importer.errors import ResultsError
from importer.settings.files import TEMPORARY, written_beside

_OURS = re.compile(r"(\.PRACTICE)?\.results(-\d+)?$", re.IGNORECASE)
_MACROS = ".xlsm"
_STALE_S = 3600
_REMEDY = "Choose another place with -o."


def results_path(roster_path: Path, output: Path | None, *, practice: bool = False) -> Path:
    """Where the results of a roster belong: ``<stem>.results.xlsx`` beside it, or ``output``.

    ``output`` may be a folder. A name that no spreadsheet program would open raises ``ResultsError``.
    """
    suffix = _MACROS if roster_path.suffix.casefold() == _MACROS else ".xlsx"
    stem = _OURS.sub("", roster_path.stem) or roster_path.stem
    name = f"{stem}{'.PRACTICE' if practice else ''}.results{suffix}"
    if output is None:
        return roster_path.with_name(name)
    if output.is_dir():
        return output / name
    if output.suffix.casefold() != suffix:
        raise ResultsError(f"The results are a workbook, {output.name} is no name for one: let it end with {suffix}.")
    return output


def check_writable(path: Path) -> None:
    """Raise ``ResultsError`` if no results could be written at ``path``. Leaves nothing behind."""
    folder = path.parent
    if path.is_dir():
        raise ResultsError(f"The results can't be written to {path}: that is a folder. {_REMEDY}")
    if not folder.is_dir():
        raise ResultsError(f"The results can't be written to {path}: there is no folder {folder}. {_REMEDY}")
    try:
        path.is_symlink()  # a name that is too long for the disk is found out here
        with tempfile.TemporaryFile(dir=folder) as trial:
            trial.write(b"roster")
    except OSError as error:
        raise _cannot_write(path, error) from error


def put_file(content: bytes, path: Path, written_before: Collection[str], roster_path: Path) -> tuple[Path, str]:
    """Write ``content`` to ``path`` or the next free name, in one step. Returns the path and the SHA-256 of the bytes.

    A file that is there is replaced only if its SHA-256 is in ``written_before``, nobody has it open, and it is not
    the roster itself. Where the system knows owners, only the owner may read the file.
    """
    check_writable(path)
    _remove_stale(path.parent)
    try:
        with written_beside(path, content) as whole:
            for candidate in _candidates(path):
                if candidate.exists() and (candidate != path or not _may_replace(path, written_before, roster_path)):
                    continue
                if _is_open_elsewhere(candidate):
                    continue
                try:
                    whole.replace(candidate)
                except PermissionError:
                    if not candidate.exists():
                        raise
                    continue
                return candidate, sha256(content).hexdigest()
    except OSError as error:
        raise _cannot_write(path, error) from error
    raise AssertionError("there is always a next name")


def _remove_stale(folder: Path) -> None:
    """Take away what a run that was killed while it wrote has left here. Nobody writes for an hour."""
    for path in folder.glob("*".join(TEMPORARY)):
        with suppress(OSError):
            known = path.stat()
            is_ours = not hasattr(os, "getuid") or known.st_uid == os.getuid()
            if is_ours and known.st_mtime < time.time() - _STALE_S:
                path.unlink()


def _candidates(path: Path) -> Iterator[Path]:
    yield path
    for number in count(2):
        yield path.with_name(f"{path.stem}-{number}{path.suffix}")


def _may_replace(path: Path, written_before: Collection[str], roster_path: Path) -> bool:
    if not path.is_file() or (roster_path.exists() and path.samefile(roster_path)):
        return False
    return bool(written_before) and sha256(path.read_bytes()).hexdigest() in written_before


def _is_open_elsewhere(path: Path) -> bool:
    """Excel and LibreOffice lay a file of their own beside one that is open."""
    return any(path.with_name(mark).exists() for mark in (f"~${path.name}", f".~lock.{path.name}#"))


def _cannot_write(path: Path, error: OSError) -> ResultsError:
    reason = error.strerror or type(error).__name__
    return ResultsError(f"The results can't be written to {path}: {reason}. {_REMEDY}")
