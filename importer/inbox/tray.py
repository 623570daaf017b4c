"""What a round has in hand: rosters that it has taken out of the folder, and letters that nobody has read yet.

A roster is taken before it is read. So what is put away is what was read, and an export that comes under the same name
meanwhile stays in the folder. What a killed round leaves here, the next one gives back. An upload that goes on once its
roster has been put away writes there, unread: for a day a round looks whether one did, and gives that back, too.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from filelock import FileLock, Timeout

from importer.errors import AnotherRunError, ResultsError
from importer.inbox.arrivals import MARKER, Look, marker_of
from importer.inbox.moving import move, put, readable, shortened

TRAY = ".roster"

_MOST_BYTES_OF_NAME = 240

_MOST_LATE = timedelta(days=1)
"""Who writes to a roster later than that after it was put away is a person, not an upload."""


class Letter(NamedTuple):
    """What is to be told of a roster that is put away, as lines for a screen."""

    name: str
    lines: Sequence[str]


class _PutAway(NamedTuple):
    """Where a roster of this name is now, since when, and how it looked before it was read."""

    path: str
    name: str
    seen: Look
    at: str


@dataclass(frozen=True, slots=True)
class Tray:
    """The folder ``.roster`` in an inbox, for the user of the round alone."""

    inbox: Path

    @property
    def _rosters(self) -> Path:
        return self.inbox / TRAY / "rosters"

    @property
    def _drafts(self) -> Path:
        """Letters of rosters that may not have been put away yet, under the roster's name."""
        return self.inbox / TRAY / "drafts"

    @property
    def _letters(self) -> Path:
        return self.inbox / TRAY / "letters"

    @property
    def _away(self) -> Path:
        """What rosters looked like that have been put away of late, before they were read."""
        return self.inbox / TRAY / "away"

    @contextmanager
    def lock(self, *, wait: bool = False) -> Iterator[None]:
        """Be the only round over this folder, whatever the ledger. Raises ``AnotherRunError``, ``ResultsError``."""
        self._make_folders()
        lock = FileLock(self.inbox / TRAY / "lock", timeout=-1 if wait else 0, mode=0o600)
        try:
            lock.acquire()
        except Timeout:
            raise AnotherRunError(f"Another round is at work in {self.inbox}. Wait until it ends.") from None
        except OSError as error:
            raise ResultsError(f"{self.inbox / TRAY} can't be locked: {error.strerror}. Nothing was sent.") from None
        try:
            yield
        finally:
            lock.release()

    def make_ready(self, *, now: datetime) -> None:
        """Give back what a killed round left here, and what was written to after it was read.

        Raises ``ResultsError``.
        """
        self._make_folders()
        self.give_back()
        self._give_back_late(now)

    def take(self, path: Path) -> Path | None:
        """Take a roster out of the inbox, its marker after it; ``None`` where it is no more there, or is no file.

        Its name is readable from here on. Raises ``ResultsError`` where it can't be moved: it was not read then.
        """
        name = Path(readable(path.name))
        short = shortened(name.stem, _MOST_BYTES_OF_NAME - len(name.suffix.encode()))
        try:
            taken = move(path, self._rosters / f"{short}{name.suffix}")
            _move_marker(path, taken)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise ResultsError(
                f"It can't be taken out of the folder: {error.strerror}. It was not read. Nobody was booked from it."
            ) from None
        # A link could name any file of this computer; nobody else can put one here.
        return taken if stat.S_ISREG(taken.lstat().st_mode) else None

    def put(self, name: str, content: bytes) -> Path:
        """A roster of which only a copy is left, as if it had been taken. Raises ``ResultsError``."""
        try:
            return put(content, self._rosters / name)
        except OSError as error:
            raise ResultsError(f"{self._rosters} can't be written to: {error.strerror}. Nothing was sent.") from None

    def drop(self, taken: Path) -> None:
        """A roster of which there is a copy elsewhere need not be given back."""
        taken.unlink(missing_ok=True)

    def give_back(self) -> None:
        """Move what was not put away back into the inbox: nothing was told of it. Raises ``ResultsError``."""
        try:
            for cut_short in (
                path for folder in (self._rosters, self._drafts) for path in folder.glob(".roster-*.tmp")
            ):
                cut_short.unlink()
            there = sorted(self._rosters.iterdir())
            for draft in self._drafts.iterdir():
                if draft.name in {taken.name for taken in there}:
                    draft.unlink()
                else:
                    move(draft, self._letters / draft.name)
            for taken in there:
                if not taken.name.endswith(MARKER):
                    _move_marker(taken, move(taken, self.inbox / taken.name))
            for marker in self._rosters.iterdir():
                move(marker, self.inbox / marker.name)
        except OSError as error:
            raise ResultsError(f"{self._rosters} can't be moved back: {error.strerror}. Move it yourself.") from None

    def note(self, moved: Path, name: str, seen: Look, *, now: datetime) -> None:
        """Remember how a roster of this name looked before it was read, to know whether its upload goes on."""
        about = _PutAway(str(moved), name, seen, now.isoformat())
        with suppress(OSError):  # it is put away all the same
            put(json.dumps(about).encode(), self._away / f"{sha256(os.fsencode(moved)).hexdigest()[:32]}.json")

    def _give_back_late(self, now: datetime) -> None:
        for path in sorted(self._away.iterdir()):
            with suppress(OSError, ValueError, TypeError):  # not there any more, or cut short: nothing is known of it
                about = _PutAway(*json.loads(path.read_bytes()))
                if Look.at(Path(about.path)) != Look(*about.seen):
                    move(Path(about.path), self.inbox / about.name)
                elif now - datetime.fromisoformat(about.at) <= _MOST_LATE:
                    continue
            path.unlink()

    def draft(self, taken: Path, lines: Sequence[str]) -> None:
        """Keep the letter about a roster that is going to be put away. Raises ``ResultsError``."""
        try:
            put(json.dumps(lines).encode(), self._drafts / taken.name)
        except OSError as error:
            raise ResultsError(f"{self._drafts} can't be written to: {error.strerror}.") from None

    def post(self, taken: Path) -> str:
        """From now on the letter is ``untold`` until it is ``told``; the name that it has. Raises ``ResultsError``."""
        try:
            return move(self._drafts / taken.name, self._letters / taken.name).name
        except OSError as error:
            raise ResultsError(f"{self._letters} can't be written to: {error.strerror}.") from None

    def untold(self) -> tuple[Letter, ...]:
        """The letters of earlier rounds that nobody has read."""
        found = []
        for path in sorted(self._letters.iterdir()):
            with suppress(OSError, ValueError):
                found.append(Letter(path.name, json.loads(path.read_bytes())))
        return tuple(found)

    def told(self, name: str) -> None:
        with suppress(OSError):
            (self._letters / name).unlink(missing_ok=True)

    def last_reminder(self) -> datetime | None:
        """When it was last said what lies in the inbox's folders."""
        try:
            return datetime.fromtimestamp((self.inbox / TRAY / "reminded").stat().st_mtime, UTC)
        except FileNotFoundError:
            return None

    def reminded(self, now: datetime) -> None:
        path = self.inbox / TRAY / "reminded"
        path.touch()
        os.utime(path, (now.timestamp(), now.timestamp()))

    def _make_folders(self) -> None:
        """Whoever may write to the inbox could have put a link in its place, to have files moved out of elsewhere."""
        for folder in (self.inbox / TRAY, self._rosters, self._drafts, self._letters, self._away):
            try:
                folder.mkdir(mode=0o700, exist_ok=True)
                found = folder.lstat()
            except OSError as error:
                raise ResultsError(f"There can be no folder {folder}: {error.strerror}. Nothing was sent.") from None
            if not stat.S_ISDIR(found.st_mode):
                raise ResultsError(f"{folder} is a link. Delete it: the folder is made anew.")


def _move_marker(path: Path, moved: Path) -> None:
    with suppress(FileNotFoundError):
        if os.path.isfile(marker_of(path)):  # noqa: PTH113 - Path.is_file raises where the name is too long
            move(marker_of(path), marker_of(moved))
