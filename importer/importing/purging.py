"""Housekeeping: what of old runs goes, and what stays of it as keyed hashes so that nobody is booked twice.

An entry keeps its clear text until its group booking is over: a name that is corrected until then has to be seen.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from importer.errors import ResultsError
from importer.ledger import Ledger, WrittenFile
from importer.model import Entry
from importer.people.evidence import hashed_entry

LONGEST_SESSION = timedelta(days=1)
"""A group booking is taken to be over so long after its start; the service tells of no end."""


@dataclass(frozen=True, slots=True)
class Purge:
    """What is to be forgotten. ``runs`` lose names, messages and roster copies, ``entries`` are hashes by now.

    ``files`` are results that nobody has changed; ``changed_files`` belong to somebody now, stay, and are no more ours.
    ``coming`` entries keep their clear text, because their group booking is not over. ``open_runs`` stay as they are.
    ``drafts`` are lists on the page, by id, of these runs, or that nobody has used for long.
    """

    before: datetime
    runs: tuple[int, ...]
    entries: tuple[Entry, ...]
    files: tuple[WrittenFile, ...]
    changed_files: tuple[WrittenFile, ...]
    gone_files: tuple[WrittenFile, ...]
    coming: int
    open_runs: tuple[int, ...]
    drafts: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.runs or self.entries or self.files or self.drafts)


def find(ledger: Ledger, *, before: datetime, now: datetime) -> Purge:
    """What can be forgotten of the runs that ended before a moment. Changes nothing. Raises ``LedgerError``."""
    unsettled = {run for entry in ledger.unknown() for run in (entry.run, entry.removed_by)}
    old = [run for run in ledger.all_runs() if (run.finished or run.started) < before]
    done = [run for run in old if run.state.is_over and run.id not in unsettled]
    of_runs = {run.id for run in done}
    clear = [entry for entry in ledger.entries_of(of_runs) if not entry.hash_key]
    starts = {one.id: one.start for one in ledger.sessions(ids={entry.booking_id for entry in clear})}
    past = [entry for entry in clear if starts.get(entry.booking_id, now) + LONGEST_SESSION <= now]
    written = [file for file in ledger.results_files() if file.run in of_runs or not file.run]
    files, changed, gone = _sorted_out(written, before)
    return Purge(
        before,
        tuple(run.id for run in done if run.purged is None),
        tuple(hashed_entry(entry, ledger.hash_key) for entry in past),
        files,
        changed,
        gone,
        len(clear) - len(past),
        tuple(run.id for run in old if run.id not in of_runs),
        (*(one.id for one in ledger.drafts.all() if one.run in of_runs), *ledger.drafts.unused(now=now)),
    )


def carry_out(purge: Purge, ledger: Ledger, *, now: datetime) -> None:
    """Delete the files, then forget the rest. Raises ``ResultsError`` and ``LedgerError``; to purge again is right."""
    for file in purge.files:
        try:
            file.path.unlink(missing_ok=True)
        except OSError as error:
            raise ResultsError(
                f"{file.path} can't be deleted: {error.strerror}. Close it where it is open, and purge again."
            ) from None
    files = (*purge.files, *purge.changed_files, *purge.gone_files)
    ledger.forget(purge.runs, purge.entries, files, purge.drafts, now=now)


def _sorted_out(
    written: Collection[WrittenFile], before: datetime
) -> tuple[tuple[WrittenFile, ...], tuple[WrittenFile, ...], tuple[WrittenFile, ...]]:
    """Which results are still as they were written, which are somebody's by now, and which are gone.

    Those of a check or a dry run go by their own age.
    """
    ours: list[WrittenFile] = []
    changed: list[WrittenFile] = []
    gone: list[WrittenFile] = []
    for file in written:
        try:
            is_ours = sha256(file.path.read_bytes()).hexdigest() == file.sha256
            last_changed = datetime.fromtimestamp(file.path.stat().st_mtime, UTC)
        except OSError:
            gone.append(file)
            continue
        if not is_ours:
            changed.append(file)
        elif file.run or last_changed < before:
            ours.append(file)
    return tuple(ours), tuple(changed), tuple(gone)
