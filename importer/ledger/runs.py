"""Imports: how each began and ended, and what it may have left behind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal, NamedTuple

import sqlalchemy as sa

from importer.ledger import tables
from importer.ledger.copies import RosterCopies
from importer.ledger.database import Database
from importer.ledger.entries import Entries
from importer.ledger.outcomes import Outcomes
from importer.model import (
    STATUS_OF_ENTRY,
    Entry,
    EntryState,
    Options,
    Outcome,
    Roster,
    RowRef,
    Run,
    RunState,
    Status,
)
from importer.model.roster_names import roster_name, series_name
from importer.service.port import USUAL_LIFETIME_S
from importer.settings import Settings

_UNFINISHED = [state for state in RunState if not state.is_over]
_PLAIN = (
    *("id", "state", "by", "started", "finished", "options", "choices", "totals"),
    *("purged", "series", "sha256", "base_url"),
)
_OF_REMOVAL = STATUS_OF_ENTRY | {EntryState.BOOKED: Status.KEPT, EntryState.REMOVED: Status.REMOVED}


_CONTACT = tables.runs.c.choices["contact"].as_string()


class ContactChosen(NamedTuple):
    """Whether e-mail addresses and telephone numbers are passed on, as ``run`` had it."""

    choice: Literal["send", "none"]
    run: int


class Runs:
    """The runs of one ledger. Every call may raise ``LedgerError``.

    ``at_work`` are those that were begun under the lock that is held now.
    """

    def __init__(self, database: Database, copies: RosterCopies, entries: Entries, outcomes: Outcomes) -> None:
        self._database, self._copies, self._entries, self._outcomes = database, copies, entries, outcomes
        self.at_work: set[int] = set()
        self._read: dict[str, tuple[object, tuple[Run, ...]]] = {}

    def begin(
        self,
        roster: Roster,
        options: Options,
        settings: Settings,
        *,
        by: str,
        now: datetime,
        overtaken: Collection[int] = (),
    ) -> int:
        """A new run, with a copy of its roster kept until nothing of it is open. Returns its number.

        Earlier runs of this roster that are not finished, and those ``overtaken``, end here: this one does what they
        left, if it reads the same sheets and is for the same dates. Another roster of the same name, from another
        folder, is not it. A run that takes people off does nothing of an import, and ends those ``overtaken`` alone.
        """
        record = {
            "state": RunState.RUNNING,
            "roster_path": str(roster.path.absolute()),
            "roster_name": roster_name(roster.path),
            "base_url": settings.base_url,
            "choices": settings.choices,
            "by": by,
            "started": now,
            "options": options,
            "totals": {},
            "series": self.series_of(roster.path, options),
            "sha256": roster.sha256,
        }
        runs = tables.runs
        known_by = (runs.c.id, runs.c.roster_path, runs.c.roster_name, runs.c.options)
        unfinished = sa.select(*known_by).where(runs.c.state.in_(_UNFINISHED))
        with self._database.using(in_transaction=True) as connection:
            ended = [
                row.id
                for row in connection.execute(unfinished)
                if row.id in overtaken
                or (
                    options.undoes is None
                    and row.roster_name == record["roster_name"]
                    and options.does_all_of(row.options, roster)
                    and (row.roster_path == record["roster_path"] or self._copies.holds(row.id, roster))
                )
            ]
            connection.execute(runs.update().where(runs.c.id.in_(ended)).values(state=RunState.ENDED))
            made = connection.execute(runs.insert().values(record))
            assert made.inserted_primary_key is not None  # noqa: S101 - an insert of one row has a key
            run = int(made.inserted_primary_key[0])
            self._copies.keep(run, roster)
            self.at_work.add(run)
        for id_ in ended:
            self._copies.drop(id_)
        return run

    def finish(self, run: int, state: RunState, outcomes: Sequence[Outcome], *, now: datetime) -> None:
        """What became of a run, row by row. Its roster copy goes when nothing of it is open."""
        finished = {"state": state, "finished": now, "totals": Counter(outcome.status for outcome in outcomes)}
        records = self._outcomes.records(run, outcomes)
        with self._database.using(in_transaction=True) as connection:
            connection.execute(tables.runs.update().where(tables.runs.c.id == run).values(finished))
            if records:
                connection.execute(tables.outcomes.insert(), records)
        if state is RunState.FINISHED:
            self._copies.drop(run)

    def stopped_by_person(self, run: int) -> None:
        """A person does not want this run to go on: known even if the run does not get as far as its end."""
        stopped = tables.runs.update().where(tables.runs.c.id == run).values(state=RunState.STOPPED)
        with self._database.using() as connection:
            connection.execute(stopped)

    def imports(self, series: str = "") -> tuple[Run, ...]:
        """Every import, newest first; with ``series`` those of that series alone."""
        return tuple(run for run in self.all(series) if run.options.undoes is None)

    def all(self, series: str = "") -> tuple[Run, ...]:
        """The same with those runs that take people off again.

        An import asks for them again and again: they are read anew once somebody has changed something.
        """
        state = self._database.state()
        known_of, runs = self._read.get(series, (None, ()))
        if known_of == state:
            return runs
        wanted = tables.runs.select().order_by(tables.runs.c.id.desc())
        runs = tuple(
            Run(
                roster_path=Path(record["roster_path"]),
                results_path=Path(record["results_path"]) if record["results_path"] else None,
                **{name: record[name] for name in _PLAIN},
            )
            for record in self._database.rows(wanted.where(tables.runs.c.series == series) if series else wanted)
        )
        self._read[series] = state, runs
        return runs

    def series_of(self, path: Path, options: Options) -> str:
        """The series of a list: by its name, or as a person has said when asked (``Options.follows``)."""
        name = series_name(path, options.series)
        said = (
            run.series
            for run in self.all()
            if run.options.follows and series_name(run.roster_path, run.options.series) == name
        )
        return options.follows or next(said, name)

    def outcomes(self, run: int) -> tuple[Outcome, ...]:
        """What became of each row of a run; of one that did not end, as far as its entries tell.

        Rows that were not sure then are as they are known by now. Names of a run that was purged are hashes
        (``evidence.hashed_text``).
        """
        told = self._outcomes.of(run)
        if not told:
            off = (_outcome_of(entry, _OF_REMOVAL) for entry in self._entries.to_be_removed_by(run))
            return (*map(_outcome_of, self._entries.of_runs([run])), *off)
        if not any(one.status is Status.NOT_SURE_YET for one in told):
            return told
        standing = self.standing(run)
        return tuple(_settled_since(one, standing.get(one.row), run) for one in told)

    def standing(self, run: int) -> dict[RowRef, Entry]:
        """The entry of each row that a run has sent, taken off, or told to be not sure, as it is known by now.

        Who is not sure may have been sent by an earlier run.
        """
        ours = (*self._entries.of_runs([run]), *self._entries.to_be_removed_by(run))
        found = {one.row: one for one in sorted(ours, key=_unsure_last)}
        unsure = [one for one in self._outcomes.of(run) if one.status is Status.NOT_SURE_YET and one.row not in found]
        there = self._entries.find({one.booking_id for one in unsure}, is_booked=False) if unsure else ()
        for told in unsure:
            same = [one for one in there if one.booking_id == told.booking_id and one.run < run and _is_of(told, one)]
            if same:
                found[told.row] = max(same, key=_unsure_last)
        return found

    def of_roster(self, path: Path) -> frozenset[int]:
        """Runs of rosters of this name (``roster_name``) in this folder."""
        query = sa.select(tables.runs.c.id, tables.runs.c.roster_path).where(
            tables.runs.c.roster_name == roster_name(path), ~tables.is_undo()
        )
        folder, found = path.absolute().parent, self._database.rows(query)
        return frozenset(record["id"] for record in found if Path(record["roster_path"]).parent == folder)

    def have_booked_at(self, base_url: str) -> bool:
        """Whether anybody was booked at this address before."""
        query = (
            sa.select(tables.entries.c.id)
            .join(tables.runs, tables.runs.c.id == tables.entries.c.run)
            .where(tables.runs.c.base_url == base_url, tables.entries.c.state == EntryState.BOOKED)
            .limit(1)
        )
        return bool(self._database.rows(query))

    def contact_chosen_at(self, base_url: str) -> ContactChosen | None:
        """What was chosen last of e-mail addresses and telephone numbers of people at this address."""
        query = (
            sa.select(tables.runs.c.id, _CONTACT.label("choice"))
            .where(tables.runs.c.base_url == base_url, _CONTACT.is_not(None))
            .order_by(tables.runs.c.id.desc())
            .limit(1)
        )
        return next((ContactChosen(one["choice"], one["id"]) for one in self._database.rows(query)), None)

    def withholding_contact(self) -> frozenset[int]:
        """The runs of which e-mail addresses and telephone numbers stayed here."""
        query = sa.select(tables.runs.c.id).where(_CONTACT == "none")
        return frozenset(one["id"] for one in self._database.rows(query))

    def holds_linger_until(self, *, now: datetime) -> datetime | None:
        """When the last hold that a run which was cut short may have left behind has lapsed, as far as is known.

        By our own clock, and never later than a hold lives that is made now: a run may be dated by a clock that was
        ahead. A run that died may have reserved without having got as far as an entry. Runs that were begun under the
        same lock and are still running are at work beside this one, on sessions of their own.
        """
        is_beside = (tables.runs.c.state == RunState.RUNNING) & tables.runs.c.id.in_(self.at_work)
        cut_short = (tables.runs.c.state != RunState.FINISHED) & ~is_beside & ~tables.is_undo()
        column = tables.entries.c
        settled_by = sa.func.coalesce(column.settled_by_ours, column.settled_by)
        of_entries = (
            sa.select(sa.func.max(settled_by).label("latest"))
            .join(tables.runs, tables.runs.c.id == tables.entries.c.run)
            .where(cut_short | ((tables.entries.c.state == EntryState.SENT) & ~is_beside))
        )
        of_runs = sa.select(sa.func.max(tables.runs.c.started).label("latest")).where(cut_short)
        settled, started = (record["latest"] for record in self._database.rows(of_entries, of_runs))
        lifetime = timedelta(seconds=USUAL_LIFETIME_S)
        known = [moment for moment in (settled, started and started + lifetime) if moment]
        return min(max(known), now + lifetime) if known else None

    def who_is_at_work(self) -> str:
        """The run that holds the lock, in words."""
        running = next((run for run in self.all() if run.state is RunState.RUNNING), None)
        return f"run {running.id} ({running.roster_path.name}, by {running.by})" if running else "another run"


def _unsure_last(entry: Entry) -> tuple[bool, int]:
    return entry.state.is_unknown, entry.id


def _is_of(told: Outcome, entry: Entry) -> bool:
    return told.customer_booking_id in ("", entry.customer_booking_id) and told.name == entry.name


def _settled_since(told: Outcome, entry: Entry | None, run: int) -> Outcome:
    """What was told of a row that was not sure then, as it is known by now."""
    if told.status is not Status.NOT_SURE_YET or entry is None or entry.state.is_unknown:
        return told
    if entry.removed_by == run:
        word = f"You told us that this person is {'removed' if entry.state is EntryState.REMOVED else 'still booked'}."
        return replace(told, status=_OF_REMOVAL[entry.state], message=word if entry.told else "")
    if entry.state is EntryState.BOOKED and entry.customer_booking_id == told.customer_booking_id != "":
        return told
    word = f"You told us that this person is {'' if entry.state is EntryState.BOOKED else 'not '}booked."
    return replace(
        told,
        status=STATUS_OF_ENTRY[entry.state],
        message=word if entry.told else "",
        customer_id=entry.customer_id,
        customer_booking_id=entry.customer_booking_id,
    )


def _outcome_of(entry: Entry, means: Mapping[EntryState, Status] = STATUS_OF_ENTRY) -> Outcome:
    return Outcome(
        row=entry.row,
        status=means[entry.state],
        name=entry.name,
        booking_id=entry.booking_id,
        customer_id=entry.customer_id,
        customer_booking_id=entry.customer_booking_id,
        handle=entry.handle,
    )
