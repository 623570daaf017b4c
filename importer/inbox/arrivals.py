"""Which files of a folder are rosters that have wholly arrived. Nothing is opened."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from importer.inbox.settings import SETTINGS_FILE

STILL_S = 10.0
"""A file that has not changed in size and time for so long is complete."""

MARKER = ".ok"

_NO_ROSTERS = (".tmp", ".part", ".crdownload", ".partial", ".filepart", ".ini", ".db", MARKER)
_TEMPORARY = ("~", ".")
"""How lock files, temporary files and hidden ones begin: ``~$x.xlsx`` of Excel, ``.~lock.x.xlsx#`` of LibreOffice."""


class Look(NamedTuple):
    """What shows that somebody has written to a file."""

    mtime: float
    size: int

    @classmethod
    def at(cls, path: Path) -> Look:
        found = path.lstat()
        return cls(found.st_mtime, found.st_size)


def arrived(
    folder: Path, *, require_marker: bool, clock: Callable[[], datetime], pause: Callable[[float], object]
) -> list[Path]:
    """The rosters of a folder that are complete, oldest first.

    One that has changed in the last ten seconds is looked at again after ten more: ``pause`` waits. With
    ``require_marker`` a roster is complete once there is a ``NAME.ok`` that is no older than it.
    """
    looks = dict(_looks(folder))
    young = {path for path, look in looks.items() if clock().timestamp() - look.mtime < STILL_S}
    if young:
        pause(STILL_S)
        again = dict(_looks(folder))
        looks = {path: look for path, look in looks.items() if path not in young or again.get(path) == look}
    if require_marker:
        looks = {path: look for path, look in looks.items() if _is_marked(path, look)}
    return sorted(looks, key=lambda path: (looks[path].mtime, path.name))


def marker_of(path: Path) -> Path:
    return path.with_name(path.name + MARKER)


def _looks(folder: Path) -> Iterator[tuple[Path, Look]]:
    for path in folder.iterdir():
        name = path.name.casefold()
        if name == SETTINGS_FILE or name.startswith(_TEMPORARY) or name.endswith(_NO_ROSTERS):
            continue
        try:
            found = path.lstat()
        except OSError:  # gone meanwhile, or not ours to look at: that keeps no other from being taken
            continue
        # A link could name any file of this computer, whose content the answers would then show.
        if stat.S_ISREG(found.st_mode):
            yield path, Look(found.st_mtime, found.st_size)


def _is_marked(path: Path, look: Look) -> bool:
    try:
        return marker_of(path).lstat().st_mtime >= look.mtime
    except OSError:
        return False
