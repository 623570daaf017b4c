"""A roster that is through is put away: its results, the text about it, the letter, the move, the mark in the ledger.

Cut short between any two of them, the next round does them again from the start. Where one of them fails, those before
it are undone: else a roster that can't be moved would leave a text and results each night.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from importer.errors import ExitCode, ResultsError
from importer.importing.safely import write_results
from importer.inbox.arrivals import Look
from importer.inbox.folders import Folder, Folders, text_of, write_text
from importer.inbox.letter import Answer, letter, why_rejected
from importer.ledger import Ledger
from importer.results.files import results_path
from importer.settings import Settings

GOES_TO = {
    ExitCode.DONE: Folder.DONE,
    ExitCode.PERSON_NEEDED: Folder.ATTENTION,
    ExitCode.NOT_SURE_YET: Folder.ATTENTION,
    ExitCode.ROSTER_UNUSABLE: Folder.REJECTED,
    ExitCode.HELD: Folder.HELD,
}
"""With any other exit code a roster stays where it is."""


@dataclass(frozen=True, slots=True)
class PuttingAway:
    """``results`` is a folder for all results, else they lie beside their roster. ``how_to_release`` are the lines to
    type for a roster that is held, by the answer and its name in ``held``."""

    settings: Settings
    ledger: Ledger
    folders: Folders
    clock: Callable[[], datetime]
    results: Path | None
    practice: bool
    how_to_release: Callable[[Answer, str], Sequence[str]]

    def put_away(self, answer: Answer, taken: Path, seen: Look) -> Answer | None:
        """The answer with where all is now, and with its letter in the tray where a person is needed.

        ``seen`` is how the roster looked before it was read. One that has changed since stays in the tray, to be taken
        anew; the answer to what was read is put away, if anything could be. Raises ``ResultsError``, ``LedgerError``.
        """
        if answer.report is None and Look.at(taken) != seen:
            return None
        folder_name = GOES_TO[answer.code]
        wanted = self.folders.free_name(answer.name, folder_name, self.clock().astimezone(self.settings.zone))
        answer = replace(answer, moved_to=wanted)
        made: list[Path] = []
        try:
            answer, digest = self._with_results(answer, wanted, made)
            self._write_text(answer, taken, wanted, made)
            if answer.needs_person:
                release = self.how_to_release(answer, wanted.name)
                self.folders.tray.draft(taken, letter(answer, self.folders.folder, release))
            answer = replace(answer, moved_to=self._moved(answer, taken, seen, wanted))
        except ResultsError:
            for path in made:
                path.unlink(missing_ok=True)
            raise
        if answer.needs_person:
            answer = replace(answer, letter=self.folders.tray.post(taken))
        if answer.report and answer.results:
            self.ledger.results_written(answer.report.run, answer.results, digest)
        return answer

    def _with_results(self, answer: Answer, wanted: Path, made: list[Path]) -> tuple[Answer, str]:
        if answer.report is None:
            return answer, ""
        report = replace(answer.report, practice=self.practice)
        results, digest = write_results(report, results_path(wanted, self.results, practice=self.practice), ())
        made.append(results)
        self.ledger.results_written(0, results, digest)  # a purge finds them, too, if the round is killed now
        return replace(answer, results=results), digest

    def _write_text(self, answer: Answer, taken: Path, wanted: Path, made: list[Path]) -> None:
        lines = (
            why_rejected(answer.detail.replace(str(taken), str(wanted)))
            if answer.detail
            else letter(answer, self.folders.folder, self.how_to_release(answer, wanted.name))
        )
        text = write_text(lines, text_of(wanted))
        made.append(text)
        if answer.detail:  # cells stand in it: it is to be purged like results
            self.ledger.results_written(0, text, sha256(text.read_bytes()).hexdigest())

    def _moved(self, answer: Answer, taken: Path, seen: Look, wanted: Path) -> Path:
        content = answer.report.roster.content if answer.report else b""
        if answer.report is None or taken.read_bytes() == content:
            moved = self.folders.move(taken, wanted)
            self.folders.tray.note(moved, taken.name, seen, now=self.clock())
            return moved
        return self.folders.put(content, wanted)
