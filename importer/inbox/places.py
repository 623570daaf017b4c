"""The four folders that rosters are put away into. Nothing is ever overwritten, and a roster is always in one place."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from itertools import count
from pathlib import Path

from importer.errors import ResultsError, SettingsError
from importer.inbox.arrivals import marker_of
from importer.results.files import check_writable


class Place(StrEnum):
    """Where a roster goes, by its exit code."""

    DONE = "done"
    ATTENTION = "attention"
    REJECTED = "rejected"
    HELD = "held"


_OUR_ENDINGS = re.compile(r"( \d{4}-\d\d-\d\d \d\d\.\d\d)?( \(\d+\))?((\.PRACTICE)?\.results(-\d+)?)?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Places:
    """The folders ``done``, ``attention``, ``rejected`` and ``held`` of an inbox."""

    folder: Path

    def make_ready(self, results: Path | None) -> None:
        """Raise ``ResultsError`` if a roster could not be moved or its results not be written; found out beforehand."""
        for place in Place:
            try:
                (self.folder / place).mkdir(exist_ok=True)
            except OSError as error:
                raise ResultsError(f"There can be no folder {self.folder / place}: {error.strerror}.") from None
        for folder in (self.folder, *(self.folder / place for place in Place), *([results] if results else [])):
            check_writable(folder / "x.xlsx")
        for place in Place:
            _finish_moves(self.folder, self.folder / place)

    def free_name(self, file: str, place: Place, now: datetime) -> Path:
        """Where a roster of this name would stand, with a text of the same name beside it; both are free as yet.

        It is called after the moment at which it was put away, but in ``held``, where it waits to go on.
        """
        path = self.folder / place / file
        stem = path.stem if place is Place.HELD else f"{_OUR_ENDINGS.sub('', path.stem)} {now:%Y-%m-%d %H.%M}"
        for candidate in _numbered(path.with_name(stem + path.suffix)):
            if not os.path.lexists(candidate) and not os.path.lexists(text_of(candidate)):
                return candidate
        raise AssertionError("there is always a next name")

    def move(self, path: Path, wanted: Path) -> Path:
        """Move a roster, and its marker after it; where it is now. Raises ``ResultsError``."""
        try:
            moved = _move(path, wanted)
            if marker_of(path).is_file():
                _move(marker_of(path), marker_of(moved))
        except OSError as error:
            raise ResultsError(
                f"{path} can't be moved to {wanted.parent}: {error.strerror}. Who is booked is on record: the next run "
                "goes on from there."
            ) from None
        return moved

    def let_through(self, name: str, written: Collection[str]) -> Path:
        """Move a roster that is held back into the folder; where it is now. Raises ``SettingsError``.

        The text, and results that are as they were ``written`` (by SHA-256), have had their say.
        """
        place = self.folder / Place.HELD
        held = place / name
        if Path(name).name != name or not held.is_file() or _is_text(held):
            there = sorted(file.name for file in place.iterdir() if text_of(file).is_file())
            raise SettingsError(f'No roster "{name}" is held. Held are: {", ".join(there) or "none"}.')
        moved = self.move(held, self.folder / name)
        text_of(held).unlink(missing_ok=True)
        for results in place.glob(f"{glob.escape(held.stem)}*.results.xls?"):
            if sha256(results.read_bytes()).hexdigest() in written:
                results.unlink()
        return moved


def text_of(roster: Path) -> Path:
    """The text that says why a roster is where it is; of a roster that is a ``.txt`` itself it is a ``.why.txt``."""
    return roster.with_suffix(".why.txt" if roster.suffix.casefold() == ".txt" else ".txt")


def _is_text(path: Path) -> bool:
    """Whether it is the text of a roster, and no roster: that would have a text of its own."""
    return path.suffix.casefold() == ".txt" and not text_of(path).is_file()


def write_text(lines: Collection[str], wanted: Path) -> Path:
    """Write a text under this name or the next free one, for its owner alone, like results. Raises ``ResultsError``."""
    try:
        for candidate in _numbered(wanted):
            try:
                only_once = os.O_WRONLY | os.O_CREAT | os.O_EXCL
                with os.fdopen(os.open(candidate, only_once, 0o600), "w", encoding="utf-8") as file:
                    file.write("\n".join([*lines, ""]))
            except FileExistsError:
                continue
            return candidate
    except OSError as error:
        raise ResultsError(f"{wanted} can't be written: {error.strerror}.") from None
    raise AssertionError("there is always a next name")


def _numbered(path: Path) -> Iterator[Path]:
    yield path
    for number in count(2):
        yield path.with_name(f"{path.stem} ({number}){path.suffix}")


def _move(path: Path, wanted: Path) -> Path:
    """Under the wanted name or the next free one. Whatever happens, the file is there under one name at least."""
    rename: Callable[[Path, Path], object] = os.rename if os.name == "nt" else _link_and_unlink
    for candidate in _numbered(wanted):
        try:
            rename(path, candidate)
        except FileExistsError:
            continue
        return candidate
    raise AssertionError("there is always a next name")


def _link_and_unlink(path: Path, wanted: Path) -> None:
    """A rename that replaces nothing, which POSIX has not."""
    try:
        os.link(path, wanted, follow_symlinks=False)
    except FileExistsError:
        raise
    except OSError:  # a disk without hard links, such as a stick
        wanted.touch(exist_ok=False)
        path.replace(wanted)
        return
    path.unlink()


def _finish_moves(folder: Path, place: Path) -> None:
    """Of a file that stands in both because its move was cut short, let the new name alone remain."""
    twice = {(found.st_dev, found.st_ino) for found in map(Path.lstat, place.iterdir()) if found.st_nlink > 1}
    for path in folder.iterdir() if twice else ():
        found = path.lstat()
        if (found.st_dev, found.st_ino) in twice:
            path.unlink()
