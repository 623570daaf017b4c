"""The ledger: who was booked, by which run, and what is not known yet. The only SQL.

Two commits a person: `save` an entry that says only `sent` before the confirm, and again with the outcome after.
An unreadable ledger is never taken for an empty one: everybody would be booked again.

``entries`` who was sent and what became of it, ``outcomes`` what each row was told, ``runs``, ``approvals`` of them,
``drafts``, which are lists on the page, ``memory`` what could be read or made anew, ``forgetting``, ``lock``,
``copies`` of rosters; ``handles`` our marks for rows; under them ``tables``, ``versions`` of them with their
``migrations``, ``columns``, ``database``, and ``location``, where a ledger may be kept.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from importer.ledger.approvals import Approvals
from importer.ledger.copies import RosterCopies
from importer.ledger.database import Database
from importer.ledger.drafts import Drafts
from importer.ledger.entries import Entries
from importer.ledger.forgetting import forget_rows, forget_words
from importer.ledger.handles import Handles
from importer.ledger.location import make_room, must_be_file, true_path
from importer.ledger.lock import locked
from importer.ledger.memory import Memory, WrittenFile
from importer.ledger.outcomes import Outcomes
from importer.ledger.runs import Runs
from importer.ledger.versions import bring_up_to_date, drop_copies, identity
from importer.model import Entry, RowRef

__all__ = ["Ledger", "WrittenFile"]


class Ledger:
    """One ledger file: the door to its rooms, which its calls are handed on to.

    Safe to call from several threads; a context manager. Every call may raise ``LedgerError``.
    """

    def __init__(self, path: Path, *, is_writable: bool = True) -> None:
        self.path = path = true_path(path)
        must_be_file(path)
        self.database = Database(path, is_writable=is_writable)
        bring_up_to_date(self.database)
        self.id, self.hash_key = identity(self.database)
        handles = Handles(self.id)
        outcomes = Outcomes(self.database, handles)
        entries = Entries(self.database, handles, outcomes, self.hash_key)
        self._copies = RosterCopies(path.with_name(f"{path.stem}-rosters"))
        self._runs = runs = Runs(self.database, self._copies, entries, outcomes)
        memory = Memory(self.database)

        self.approvals = Approvals(self.database)
        self.drafts = Drafts(self.database, path.with_name(f"{path.stem}-drafts"))

        self.handle = handles.of
        self.handles = handles.read

        self.entries = entries.find
        self.entries_of = entries.of_runs
        self.all_entries = entries.all
        self.entries_typed_for = entries.typed_for
        self.entries_typed_in_words = entries.typed_in_words
        self.unknown = entries.unknown
        self.starting = entries.starting
        self.starting_at = entries.starting_at
        self.started_ids = entries.started_ids
        self.to_be_removed_by = entries.to_be_removed_by
        self.save = entries.save

        self.begin_run = runs.begin
        self.finish_run = runs.finish
        self.stopped_by_person = runs.stopped_by_person
        self.who_is_at_work = runs.who_is_at_work
        self.runs = runs.imports
        self.all_runs = runs.all
        self.runs_of_roster = runs.of_roster
        self.series_of = runs.series_of
        self.outcomes = runs.outcomes
        self.all_outcomes = outcomes.all
        self.standing = runs.standing
        self.has_booked_at = runs.have_booked_at
        self.contact_chosen_at = runs.contact_chosen_at
        self.runs_withholding_contact = runs.withholding_contact
        self.holds_linger_until = runs.holds_linger_until
        self.roster_copy = self._copies.path

        self.former_rows = outcomes.former_rows
        self.runs_marked_with = outcomes.runs_marked_with
        self.names_by_run = outcomes.names_by_run
        self.told_booked = outcomes.told_booked
        self.carried = outcomes.carried
        self.asked = outcomes.asked

        self.sessions = memory.sessions
        self.remember_sessions = memory.remember_sessions
        self.learned = memory.learned
        self.learn = memory.learn
        self.results_written = memory.results_written
        self.results_files = memory.results_files
        self.written_files = memory.written_files

    @classmethod
    def open(cls, path: Path) -> Ledger:
        """The ledger at a path, made where there is none; it and its folder are readable by their owner only.

        Raises ``LedgerError``, also where the path is on a network share.
        """
        where = true_path(path)
        must_be_file(where)
        make_room(where)
        return cls(path)

    @classmethod
    def look(cls, path: Path) -> Ledger:
        """The ledger at a path for reading only; an empty one in memory where there is none. Nothing is kept."""
        return cls(path, is_writable=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.database.close()

    @contextmanager
    def lock(self, wait: bool = False) -> Iterator[None]:
        """Be the only run of this ledger, by a lock that dies with its process. Raises ``AnotherRunError``."""
        with locked(self.path, wait=wait, who_is_at_work=self._runs.who_is_at_work):
            try:
                yield
            finally:
                self._runs.at_work.clear()

    def runs_of_handle(self, handle: str) -> tuple[int, ...]:
        """The run that a handle of this ledger names; none for a foreign one."""
        return tuple(run for run, _ in self.handles([handle]).values())

    def forget(
        self,
        runs: Collection[int],
        entries: Collection[Entry],
        files: Collection[WrittenFile],
        drafts: Collection[str] = (),
        *,
        now: datetime,
    ) -> None:
        """Forget names, messages and roster copies of runs, the clear text of entries (hashes by now), and these files;
        ``drafts``, by id, altogether.

        No byte of it is left behind, also in copies of before an upgrade. Cut short, it has to be called again.
        """
        drop_copies(self.database)
        for run in runs:
            self._copies.drop(run)
        self.drafts.drop(drafts)
        for entry in entries:
            self.save(entry)
        forget_words(self.database, runs, files, self.hash_key, now=now)
        self.database.empty_what_was_freed()

    def forget_person(
        self,
        entries: Collection[Entry],
        rows: Collection[tuple[int, RowRef]],
        names: Collection[str],
        without: Callable[[str], str],
    ) -> None:
        """Forget what these rows of runs were told, and the clear text of entries (hashes by now).

        So goes what else names the person: ``names``, as they are compared, of whom somebody was told to be another,
        and in messages beside other rows, which are kept ``without`` them.

        No byte of it is left behind, also in copies of before an upgrade. Cut short, it has to be called again.
        """
        drop_copies(self.database)
        forget_rows(self.database, rows, frozenset(names), without, self.hash_key)
        for entry in entries:
            self.save(entry)
        self.database.empty_what_was_freed()
