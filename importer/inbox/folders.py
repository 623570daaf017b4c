"""The four folders that rosters are put away into. Nothing is ever overwritten, and a roster is always in one place."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from pathlib import Path

from importer.errors import ResultsError, SettingsError
from importer.inbox.arrivals import marker_of
from importer.inbox.moving import move, numbered, put, shortened
from importer.inbox.tray import TRAY, Tray
from importer.model.printable import printable
from importer.results.files import check_writable


class Folder(StrEnum):
    """Where a roster goes, by its exit code."""

    DONE = "done"
    ATTENTION = "attention"
    REJECTED = "rejected"
    HELD = "held"


_RESULTS = r"(\.PRACTICE)?\.results(-\d+)?"
_OF_RESULTS = re.compile(rf"{_RESULTS}$", re.IGNORECASE)
_OUR_ENDINGS = re.compile(rf"( \d{{4}}-\d\d-\d\d \d\d\.\d\d)?( \(\d+\))?({_RESULTS})?$", re.IGNORECASE)

_MOST_BYTES_OF_STEM, _MOST_BYTES_OF_SUFFIX = 180, 20
"""A name on a disk has 255 bytes, and the results are to be named after their roster."""


@dataclass(frozen=True, slots=True)
class Folders:
    """The folders ``done``, ``attention``, ``rejected`` and ``held`` of an inbox."""

    folder: Path

    def make_ready(self, results: Path | None, *, now: datetime) -> None:
        """Raise ``ResultsError`` if a roster could not be moved or its results not be written; found out beforehand."""
        for folder_name in Folder:
            try:
                (self.folder / folder_name).mkdir(exist_ok=True)
            except OSError as error:
                raise ResultsError(f"There can be no folder {self.folder / folder_name}: {error.strerror}.") from None
        for folder in (
            self.folder,
            *(self.folder / folder_name for folder_name in Folder),
            *([results] if results else []),
        ):
            check_writable(folder / "x.xlsx")
        self.tray.make_ready(now=now)

    def free_name(self, file: str, folder_name: Folder, now: datetime) -> Path:
        """Where a roster of this name would stand, with a text of the same name beside it; both are free as yet.

        It is called after the moment at which it was put away, but in ``held``, where it waits to go on.
        """
        suffix = Path(file).suffix
        suffix = suffix if len(suffix.encode()) <= _MOST_BYTES_OF_SUFFIX else ""
        stem = shortened(file.removesuffix(suffix), _MOST_BYTES_OF_STEM)
        stem = (
            _OF_RESULTS.sub("", stem)
            if folder_name is Folder.HELD
            else f"{_OUR_ENDINGS.sub('', stem)} {now:%Y-%m-%d %H.%M}"
        )
        for candidate in numbered(self.folder / folder_name / f"{stem}{suffix}"):
            if not os.path.lexists(candidate) and not os.path.lexists(text_of(candidate)):
                return candidate
        raise AssertionError("there is always a next name")

    @property
    def tray(self) -> Tray:
        return Tray(self.folder)

    def put(self, content: bytes, wanted: Path) -> Path:
        """Write a roster anew; where it is. Raises ``ResultsError``."""
        try:
            return put(content, wanted)
        except OSError as error:
            raise ResultsError(f"{wanted} can't be written: {error.strerror}.") from None

    def move(self, path: Path, wanted: Path) -> Path:
        """Move a roster, and its marker after it; where it is now. Raises ``ResultsError``."""
        try:
            moved = move(path, wanted)
            if os.path.isfile(marker_of(path)):  # noqa: PTH113 - Path.is_file raises where the name is too long
                move(marker_of(path), marker_of(moved))
        except OSError as error:
            raise ResultsError(
                f"It can't be moved to {wanted.parent}: {error.strerror}. Who is booked is on record: the next round "
                "goes on from there."
            ) from None
        return moved

    def rosters(self, folder_name: Folder) -> list[Path]:
        """The rosters that were put away there: those that have a text beside them."""
        found = (path for path in sorted((self.folder / folder_name).iterdir()) if path.is_file())
        return [path for path in found if text_of(path).is_file()]

    def let_through(self, name: str, written: Collection[str]) -> Path:
        """Move a roster that is held back into the folder; where it is now. Raises ``SettingsError``.

        The text, and its results that are as they were ``written`` (by SHA-256), have had their say.
        """
        rosters = {_composed(path.name): path for path in self.rosters(Folder.HELD)}
        held = rosters.get(_composed(name))
        if held is None:
            raise SettingsError(f'No roster "{name}" is held. Held are: {", ".join(rosters) or "none"}.')
        its_results = re.compile(rf"{re.escape(_composed(held.stem))}{_RESULTS}\.xls[xm]", re.IGNORECASE)
        moved = self.move(held, self.folder / held.name)
        text_of(held).unlink(missing_ok=True)
        for path in held.parent.iterdir():
            is_results = its_results.fullmatch(_composed(path.name)) and path.is_file()
            if is_results and sha256(path.read_bytes()).hexdigest() in written:
                path.unlink()
        return moved


def _composed(name: str) -> str:
    """é is one letter, or an e and its accent: it is typed in one way and stands on the disk in the other."""
    return unicodedata.normalize("NFC", name)


def text_of(roster: Path) -> Path:
    """The text that says why a roster is where it is; of a roster that is a ``.txt`` itself it is a ``.why.txt``."""
    return roster.with_suffix(".why.txt" if roster.suffix.casefold() == ".txt" else ".txt")


def beside(roster: Path) -> Path:
    """The name after which to call what lies beside a roster, in an inbox in ``attention``: there itself it would be
    read as a new list."""
    is_in_inbox = (roster.parent / TRAY).is_dir()
    return roster.parent / Folder.ATTENTION / roster.name if is_in_inbox else roster


def write_text(lines: Collection[str], wanted: Path) -> Path:
    """Write a text under this name or the next free one, for its owner alone, like results. Raises ``ResultsError``."""
    try:
        return put("\n".join([*map(printable, lines), ""]).encode(), wanted)
    except OSError as error:
        raise ResultsError(f"{wanted} can't be written: {error.strerror}.") from None
