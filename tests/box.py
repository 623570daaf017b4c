"""An inbox at a desk, for tests: rosters are put there, and rounds go over them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from desk import Desk

from importer.errors import ExitCode
from importer.inbox import Answer, Folders, Round, arrived, letter
from importer.ledger import Ledger
from importer.model import Options

FAR = "2030-05-02T14:00:00+01:00"
Row = Mapping[str, object]


class Crash(BaseException):
    """The process dies here."""


@dataclass
class Box:
    """An inbox at a desk."""

    desk: Desk
    folder: Path
    tell: Callable[[Answer], object] = lambda _answer: None

    def put(self, rows: Iterable[Row], name: str = "hr.csv") -> Path:
        made = self.desk.roster(rows, "made.csv")
        return made.replace(self.folder / name)

    def round(
        self,
        *,
        release: str | None = None,
        results: Path | None = None,
        dry_run: bool = False,
        who: ExitCode | None = None,
        options: Options | None = None,
        by: str = "cron",
        approved: str = "",
        **settings: Any,
    ) -> tuple[Answer, ...]:
        chosen, folders, desk = self.desk.settings(**settings), Folders(self.folder), self.desk
        with Ledger.open(chosen.ledger) as ledger, ledger.lock(), desk.service() as service:
            folders.make_ready(results, now=desk.clock())
            one = Round(
                chosen,
                options or Options(),
                service,
                ledger,
                folders,
                by=by,
                clock=desk.clock,
                stop=desk.stop,
                who_stops=lambda: who,
                pause=desk.clock.wait,
                results=results,
                dry_run=dry_run,
                release=None if release is None else folders.let_through(release, ledger.written_files()),
                approved=approved,
                signed_in="command line",
                tell=self.tell,
            )
            files = arrived(self.folder, require_marker=False, clock=desk.clock, pause=desk.clock.wait)
            answers = one.take(files)
        if one.fault:
            raise one.fault
        return answers

    def take(self, **given: Any) -> Answer:
        """The answer to the one roster that is there."""
        (answer,) = self.round(**given)
        return answer

    def lose(self, roster: Path) -> None:
        """Somebody takes away a roster that a killed round had in hand."""
        (self.folder / ".roster" / "rosters" / roster.name).unlink()

    def where(self, content: bytes) -> list[str]:
        """The places in which a roster of these bytes stands."""
        files = [path for path in self.folder.rglob("*") if path.is_file() and path.read_bytes() == content]
        return [str(path.parent.relative_to(self.folder)) for path in files]

    def in_place(self, place: str) -> list[str]:
        return sorted(path.name for path in (self.folder / place).iterdir())


def person(booking_id: str, first: str = "Ada", last: str = "Lovelace", **cells: object) -> Row:
    return {"Group booking ID": booking_id, "First name": first, "Last name": last, **cells}


def people(booking_id: str, count: int) -> list[Row]:
    words = [f"{chr(97 + n % 26)}{chr(97 + n // 26)}" * 4 for n in range(count)]
    return [person(booking_id, word, word[::-1]) for word in words]


def told(answer: Answer, box: Box) -> str:
    return "\n".join(letter(answer, box.folder, ["to release it"]))


def at(path: Path, seconds_ago: float, clock: Callable[[], Any]) -> None:
    moment = clock().timestamp() - seconds_ago
    os.utime(path, (moment, moment))
