"""A coordinator who corrects a roster and imports it, and a judge who counts who is really booked."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from desk import Clock

from importer.booking.lane import LOOK_IS_OLD_S
from importer.errors import AnotherRunError, ImporterError, LedgerError
from importer.importing import carrying_out, preparing, resuming, undoing
from importer.ledger import Ledger
from importer.model import (
    Attendee,
    Entry,
    EntryState,
    Options,
    Outcome,
    Profile,
    Roster,
    RosterRow,
    RosterSheet,
    RowRef,
    RunReport,
    Status,
)
from importer.people.evidence import Evidence, fold, is_near, of_attendee, of_entry
from importer.people.matching import FEW
from importer.people.settling import needs_reading
from importer.settings import load_settings
from office.judge import Judge
from office.people import Human, Row, how_many_are
from office.service import MARGIN_S, Killed, Mishaps, Service


class _AtOnce:
    """Threads that take turns: a run is the same each time."""

    def __init__(self, *_: object) -> None:
        pass

    def __enter__(self) -> _AtOnce:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def submit(self, call: Callable[..., Any], *given: object) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(call(*given))
        except BaseException as error:
            future.set_exception(error)
        return future

    def map(self, call: Callable[..., Any], *given: Iterable[Any]) -> Iterator[Any]:
        return map(call, *given)


# The coordinator


class Office:
    """A coordinator who corrects a roster and imports it, and who answers truthfully what they are asked."""

    def __init__(self, places: Sequence[int] = (9, 9), *, by_time: bool = False, **corners: Any) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="stateful-", dir=next(iter(_MEMORY), None)))
        self.clock = Clock()
        self.service = Service(self.clock, places, **corners)
        self.by_time = by_time
        self.typed_starts, self.typed_name = list(self.service.starts), self.service.name
        self.rows: list[Row] = []
        self.path = Path("roster.csv")
        self.sheet = "Sheet1"
        self.is_full_name = False
        self.shift = 0
        self.has_results = False
        self.keeps_decisions = False
        self.apart = "Different person"
        self.asked: set[str] = set()
        self.carried: dict[tuple[int, str], set[str]] = {}
        """The marks of ours that the rows of who is booked ever carried, each by one row alone, by session and kin."""
        self._led_to: dict[str, set[str]] = {}
        self.judge = Judge(self)
        self.whose: dict[tuple[int, RowRef], Human] = {}
        self.sent: dict[int, tuple[Roster, list[Row]]] = {}
        self.settings = load_settings(ledger=self.folder / "ledger.sqlite3", workers=1, settle_margin_s=MARGIN_S)
        self.ledger_at = self.settings.ledger
        self.ledger = Ledger.open(self.ledger_at)
        self._patches = [
            mock.patch("importer.booking.lanes.ThreadPoolExecutor", _AtOnce),
            mock.patch("importer.booking.strangers.ThreadPoolExecutor", _AtOnce),
            mock.patch("importer.importing.resuming.read_roster", self._copy_of),
        ]
        for patch in self._patches:
            patch.start()

    def close(self) -> None:
        for patch in self._patches:
            patch.stop()
        self.ledger.__exit__(None, None, None)
        shutil.rmtree(self.folder)

    # The roster

    def add(self, who: Human, *, name: int = 0, session: int = 0, at: int | None = None, **cells: str) -> Row:
        first, last = who.names[name % len(who.names)]
        row = Row(who, first, last, session=session, **cells)
        self.rows.insert(len(self.rows) if at is None else at % (len(self.rows) + 1), row)
        return row

    def edit(self, change: Callable[[list[Row]], None]) -> None:
        """Change the roster, unless no evidence would be left of who is who."""
        draft = [replace(row) for row in self.rows]
        change(draft)
        if self.is_sound(draft):
            self.rows = draft

    def is_sound(self, rows: Sequence[Row], also: Sequence[Row] = ()) -> bool:
        """Whether every row can still be told from and known by what the ledger holds, if only by asking."""
        for row in rows:
            for other in rows:
                if row.who is other.who and (row.first, row.last) != (other.first, other.last):
                    return False
                if row.who.kin != other.who.kin and row.reference and _reference(row) == _reference(other):
                    return False
        for entry, who in self.entries():
            known = of_entry(entry, same_roster=True)
            at = self.session_of(entry)
            own = [row for row in rows if row.who.kin == who.kin and row.session == at]
            is_here = self.sent[entry.run][0].path.name == self.path.name and len(rows) <= FEW
            known = known._replace(handles=known.handles | self.carried.get((at, who.kin), set()))
            for row in own:
                is_one_gone = is_here and row.evidence.first_name == known.first_name and not _differ(row, known)
                if not (_is_recognisable(row.evidence, known) or is_one_gone):
                    return False
            for row in rows:
                if row.session != at or row.who.kin == who.kin:
                    continue
                is_marked = not row.evidence.handles.isdisjoint(known.handles)
                if is_marked and is_near(row.evidence, known) and not _differ(row, known):
                    return False
        return all(
            _is_recognisable(row.evidence, one.evidence)
            for row in rows
            for one in also
            if row.who.kin == one.who.kin and row.session == one.session
        )

    def take_results(self) -> None:
        """Go on with the workbook of the last results: our marks beside the rows, decisions done with emptied."""

        def change(rows: list[Row]) -> None:
            for row in rows:
                if row.outcome:
                    row.handle = row.outcome.handle
                    if row.outcome.asks or row.outcome.status in (Status.BOOKED, Status.ALREADY_BOOKED):
                        row.decision = ""

        self.edit(change)
        self.has_results = True

    def go_back_to_own_file(self) -> None:
        def change(rows: list[Row]) -> None:
            for row in rows:
                row.handle = row.decision = ""

        self.edit(change)
        self.has_results = any(row.handle for row in self.rows)

    def answer(self, which: Collection[int] | None = None) -> bool:
        """Answer what the last results ask, truthfully; whether there was anything to answer."""
        answered = False
        asked_with = "counts for this row too"
        for at in reversed(range(len(self.rows))):
            row = self.rows[at]
            if row.outcome is not None and (which is None or at in which or asked_with in row.outcome.message):
                decision = self._answer(row, row.outcome)
                if decision == "delete":
                    del self.rows[at]
                elif decision:
                    if row.decision == decision:
                        row.handle = row.outcome.handle
                    row.decision = decision
                if decision:
                    row.outcome = None
                    answered = True
        return answered

    def _answer(self, row: Row, outcome: Outcome) -> str:
        if outcome.status not in (Status.FIX_ROW, Status.SAME_PERSON):
            return ""
        same_as = re.search(r"\bas row (\d+)", outcome.message)
        if same_as:
            other = next((one for one in self.rows if one.outcome and one.outcome.row.number == int(same_as[1])), None)
            if sum(one.who is row.who and one.session == row.session for one in self.rows) > 1:
                return "delete"
            if other is None:
                return ""
        asked = re.findall(r"\bas ([^(?]+) \((?:booked|already on this session)", outcome.message)
        if asked:
            known = {
                entry.name: (entry.first_name, entry.last_name)
                for entry, who in self.entries()
                if who is row.who and entry.name in asked and self.session_of(entry) == row.session
            }
            for seat in self.service.seats[row.session]:
                shown = self.service.shown(seat)
                if seat.who is row.who and shown and f"{shown.first_name} {shown.last_name}" in asked:
                    known[f"{shown.first_name} {shown.last_name}"] = shown.first_name, shown.last_name
            if known and "Which of these people is it?" in outcome.message:
                row.first, row.last = next(iter(known.values()))
            return "Same person" if known else self.apart
        if "could be the same person" in outcome.message:
            return "Leave out" if self.service.there(row.session, row.who.kin) else self.apart
        return self.apart if same_as else ""

    def roster(self) -> Roster:
        """The roster as it would be read from a file."""
        fields = ["service", "start"] if self.by_time else ["booking_id"]
        fields += ["full_name"] if self.is_full_name else ["first_name", "last_name"]
        fields += ["email", "mobile", "reference", "spaces"]
        if self.has_results or any(row.decision for row in self.rows):
            fields += ["import_decision", "import_run"]
        turned = fields[self.shift % len(fields) :] + fields[: self.shift % len(fields)]
        rows = []
        for number, row in enumerate(self.rows, 2):
            cells = self._session_cells(row.session) | {
                "first_name": row.first,
                "last_name": row.last,
                "full_name": f"{row.last}, {row.first}",
                "email": row.email,
                "mobile": row.mobile,
                "reference": row.reference,
                "spaces": str(row.spaces),
                "import_decision": row.decision,
                "import_run": row.handle,
            }
            rows.append(RosterRow(RowRef(self.sheet, number), {name: cells[name] for name in turned if cells[name]}))
        sheet = RosterSheet(
            title=self.sheet,
            heading_row=1,
            headings={name: name.replace("_", " ").capitalize() for name in turned},
            positions={name: at for at, name in enumerate(turned, 1)},
            width=len(turned),
            unused=(),
            rows=tuple(rows),
        )
        return Roster(self.folder / self.path, repr(rows).encode(), (sheet,))

    def _copy_of(self, copy: Path, *_given: object, **_more: object) -> Roster:
        return self.sent[int(copy.stem)][0]

    # What others do

    def book_themselves(self, who: Human, at: int, name: int, email: int) -> None:
        """Somebody who may be in the roster books by themselves, unless nobody could tell them from somebody else."""
        first, last = who.names[name % len(who.names)]
        profile = Profile(first, last, ("", *who.emails)[email % (len(who.emails) + 1)])
        shown = of_attendee(Attendee("", profile=profile), is_weak=False)
        record = self.service.record_of(profile)
        if record and self.service.records[record] != profile:
            known = self.service.records[record]
            if (known.first_name, known.last_name) not in who.names:
                return
        if not self.service.shows_source:
            for entry, other in self.entries():
                ours = of_entry(entry, same_roster=True)
                if needs_reading(entry) and other is not who and _is_recognisable(shown, ours):
                    return
            self.service.is_confusing = True
        self.service.person_books(who, at, first, last, profile.email, "")

    def open_session(self) -> int:
        """Another session, which nobody has heard of before."""
        at = self.service.open_session()
        self.typed_starts.append(self.service.starts[at])
        return at

    def learn_what_staff_changed(self) -> None:
        self.typed_starts, self.typed_name = list(self.service.starts), self.service.name

    # The computer

    def now(self) -> datetime:
        """The time by the clock of this computer."""
        return self.clock() + timedelta(seconds=self.service.ahead_s)

    def reach_the_ledger_by_a_link(self) -> None:
        """From now on by another name of the same file, or by its own again; both are one ledger with one lock."""
        link = self.folder / "link.sqlite3"
        if not link.exists():
            link.symlink_to(self.settings.ledger)
        own, other = self.ledger, Ledger.open(link if self.ledger_at != link else self.settings.ledger)
        with own.lock(), pytest.raises(AnotherRunError), other.lock():
            raise AssertionError("two runs at once on one ledger")
        own.__exit__(None, None, None)
        self.ledger, self.ledger_at = other, link if self.ledger_at != link else self.settings.ledger

    # Runs

    def run(self, mishaps: Mishaps | None = None, *, rebook: bool = False) -> RunReport | None:
        if not self.rows:
            return None
        report = self._run(self.roster(), self.rows, Options(rebook=rebook), mishaps or Mishaps())
        if report:
            self.asked = {row.who.kin for row, one in zip(self.rows, report.outcomes, strict=True) if one.asks}
            self._note_marks(report)
            for row, outcome in zip(self.rows, report.outcomes, strict=True):
                row.outcome = outcome
                if outcome.status in (Status.BOOKED, Status.ALREADY_BOOKED) and not self.keeps_decisions:
                    row.decision = ""
        return report

    def _note_marks(self, report: RunReport) -> None:
        carried = Counter(row.handle for row in self.rows)
        for row, outcome in zip(self.rows, report.outcomes, strict=True):
            if carried[row.handle] > 1 and row.handle:
                continue
            own = {row.handle, outcome.handle} - {""}
            marks = own.union(*(self._led_to.get(mark, ()) for mark in own))
            self._led_to |= {mark: self._led_to.get(mark, set()) | marks for mark in own - {row.handle}}
            if outcome.status in (Status.BOOKED, Status.ALREADY_BOOKED) and not row.decision:
                self.carried.setdefault((row.session, row.who.kin), set()).update(marks)

    def resume(self, mishaps: Mishaps | None = None) -> None:
        """Finish what runs have left open, each by the copy of its own roster."""
        for run in resuming.unfinished(self.ledger):
            if run.options.undoes:
                continue
            roster, rows = self.sent[run.id]
            if (
                self._names_sessions_as_now(roster, rows)
                and self.is_sound(self.rows, rows)
                and self.is_sound(rows, self.rows)
            ):
                self._run(roster, rows, run.options, mishaps or Mishaps())

    def _names_sessions_as_now(self, roster: Roster, rows: Sequence[Row]) -> bool:
        """A copy of before staff changed something may name sessions that are not there any more."""
        now = [self._session_cells(row.session) for row in rows]
        return all(
            one.cells.get(name, cells[name]) == cells[name]
            for one, cells in zip(roster.rows, now, strict=True)
            for name in cells
        )

    def _session_cells(self, at: int) -> dict[str, str]:
        start = self.typed_starts[at]
        return {
            "booking_id": self.service.ids[at],
            "service": self.typed_name,
            "start": f"{start.day} {start:%b %Y} 10:00",
        }

    def settle(self, reads: Mishaps | None = None) -> None:
        self.service.begin(reads or Mishaps(), {}, {}, threading.Event())
        resuming.settle_unknown(self.service, self.ledger, self.settings, now=self.now())  # type: ignore[arg-type]
        self.judge.record()

    def _run(self, roster: Roster, rows: Sequence[Row], options: Options, mishaps: Mishaps) -> RunReport | None:
        refs = [row.ref for row in roster.rows]
        whose = {ref: row.who for ref, row in zip(refs, rows, strict=True)}
        stop = threading.Event()
        self.service.begin(mishaps, whose, dict(zip(refs, rows, strict=True)), stop)
        given = (self.settings, options, self.service, self.ledger)
        sure = {entry.id for entry, _ in self.entries() if entry.state is not EntryState.SENT}
        report = None
        with self._whatever_fails(mishaps):
            plan = preparing.prepare(roster, *given, now=self.now(), tell=_tell_nobody)  # type: ignore[arg-type]
            self._question_stands(rows, mishaps)
            with self._mishaps_of_ledger(roster, rows):
                report = carrying_out.carry_out(
                    plan,
                    *given,  # type: ignore[arg-type]
                    by="priya",
                    clock=self.now,
                    tell=_tell_nobody,
                    stop=stop,
                    pause=self.clock.wait,
                )
        self.judge.count()
        self.judge.record()
        if report:
            self.ledger.results_written(report.run, self.folder / "roster.results.xlsx", "")
            unsure = [entry for entry, _ in self.entries() if entry.state is EntryState.SENT or entry.id not in sure]
            self.judge.answers(report, rows, options, mishaps, unsure)
        return report

    def undo(self, which: int, rows: Collection[int] | None = None, mishaps: Mishaps | None = None) -> None:
        """Take back an import, or some rows of it, or go on with an undo of it that did not end."""
        runs = self.ledger.runs()
        if not runs:
            return
        run, mishaps = runs[which % len(runs)], mishaps or Mishaps()
        open_ = [one for one in resuming.unfinished(self.ledger) if one.options.undoes == run.id]
        all_rows = [entry.row for entry in self.ledger.entries_of([run.id])]
        chosen = None if rows is None else [all_rows[at % len(all_rows)] for at in rows if all_rows]
        options = open_[-1].options if open_ else undoing.options_of_undo(run, chosen, may_empty=rows is None)
        self.service.begin(mishaps, {}, {}, threading.Event())
        of_run = self.ledger.entries_of([run.id])
        self.service.undone = {one.customer_booking_id for one in of_run if one.slot_id} - {""}
        given = (self.settings, self.service, self.ledger)
        report = None
        with self._whatever_fails(mishaps):
            plan = undoing.plan_undo(run, options, self.sent[run.id][0], *given, now=self.now())  # type: ignore[arg-type]
            with self._mishaps_of_ledger():
                report = undoing.carry_out_undo(
                    plan,
                    *given,  # type: ignore[arg-type]
                    by="priya",
                    clock=self.now,
                    tell=_tell_nobody,
                    stop=threading.Event(),
                    pause=self.clock.wait,
                    ends=[one.id for one in open_],
                )
        self.judge.record()
        if report:
            self.judge.removals(report)

    @contextmanager
    def _whatever_fails(self, mishaps: Mishaps) -> Iterator[None]:
        """A run may end early by a mishap or a death; note of whom nobody knows, and that no rule was broken."""
        try:
            yield
        except ImporterError:
            assert not mishaps.are_none
        except Killed:
            self.service.is_dead = False
            self.ledger.__exit__(None, None, None)
            self.ledger = Ledger.open(self.ledger_at)
        for entry, who in self.entries():
            if entry.state.is_unknown:
                self.service.doubtful.add((self.session_of(entry), who.kin))
        assert not self.service.violations, self.service.violations

    def _question_stands(self, rows: Sequence[Row], mishaps: Mishaps) -> None:
        """Somebody may book by themselves while a person thinks about the plan."""
        if mishaps.books_meanwhile is not None and self.service.shows_source:
            row = rows[mishaps.books_meanwhile % len(rows)]
            self.service.person_books(row.who, row.session, row.first, row.last, row.email, row.mobile)
            self.service.seats[row.session][-1].since -= mishaps.stands_s > LOOK_IS_OLD_S and not mishaps.lag_s
        self.clock.wait(mishaps.stands_s)

    @contextmanager
    def _mishaps_of_ledger(self, roster: Roster | None = None, rows: Sequence[Row] = ()) -> Iterator[None]:
        """Let the process die before or after a commit, or the disk be full; note whose the rows of each import are."""
        save, begin_run, service = self.ledger.save, self.ledger.begin_run, self.service

        def begun(*given: Any, **more: Any) -> int:
            run = begin_run(*given, **more)
            if roster is None:
                return run
            self.sent[run] = roster, [replace(row) for row in rows]
            self.whose |= {(run, one.ref): row.who for one, row in zip(roster.rows, rows, strict=True)}
            return run

        def spoilt(entry: Entry) -> Entry:
            service.effect()
            service.saves += 1
            if service.mishaps.ledger_fails_at is not None and service.saves > service.mishaps.ledger_fails_at:
                raise LedgerError("The disk is full.")
            saved = save(entry)
            service.effect()
            return saved

        with mock.patch.multiple(self.ledger, save=spoilt, begin_run=begun):
            yield

    # The truth

    def entries(self) -> list[tuple[Entry, Human]]:
        return [(entry, self.whose[entry.run, entry.row]) for entry in self.ledger.entries(self.service.session_of)]

    def session_of(self, entry: Entry) -> int:
        return self.service.session_of[entry.booking_id]

    def come_to_rest(self) -> None:
        """No more mishaps, questions answered, time passes: everybody who can be is on their session, once."""
        self.keeps_decisions = True
        self.service.ahead_s = 0
        self.clock.wait(24 * 3600)
        last: list[tuple[str, Status]] = []
        for turn in range(12):
            if not self.rows:
                return
            self.clock.wait(3 * 3600)
            assert self.run()
            now = [(row.who.key, row.outcome.status) for row in self.rows if row.outcome]
            goes_on = self.answer()
            if turn and any(status is Status.NOT_SURE_YET for _, status in now):
                goes_on = self._take_word() or goes_on
            if not goes_on and now == last:
                break
            last = now
        else:
            raise AssertionError(f"It never comes to rest: {last}")
        self.judge.count()
        for row in self.rows:
            at, kin = row.session, row.who.kin
            assert row.outcome
            there, status = self.service.there(at, kin), row.outcome.status
            told = f"{row.who.key} on session {at} is told {status} in the end: {row.outcome.words}"
            if status in (Status.BOOKED, Status.ALREADY_BOOKED):
                assert len([seat for seat in there if seat.by_us]) <= how_many_are(kin), told
            elif status is Status.FULL or "is full, closed" in row.outcome.message:
                assert self.judge.is_moved(at) or self.service.free(at) < row.spaces, told
            elif "no service called" in row.outcome.message:
                assert self.typed_name != self.service.name, told
            else:
                assert status in (Status.NO_LONGER_BOOKED, Status.LEFT_OUT), told

    def _take_word(self) -> bool:
        """Say of those who stay unsure what can be seen at the service."""
        said = False
        for entry, who in self.entries():
            if entry.state is EntryState.SENT:
                assert self.service.is_confusing, f"{who.key} stays unsure for ever"
                is_booked = bool(self.service.there(self.session_of(entry), who.kin))
                resuming.take_word(entry.run, entry.row, is_booked=is_booked, ledger=self.ledger, now=self.now())
                said = True
            elif entry.state is EntryState.REMOVING:
                seats = self.service.seats[self.session_of(entry)]
                is_booked = any(one.id == entry.customer_booking_id and not one.is_cancelled for one in seats)
                resuming.take_word(entry.removed_by, entry.row, is_booked=is_booked, ledger=self.ledger, now=self.now())
                said = True
        return said


_MEMORY = [path for path in ("/dev/shm",) if os.access(path, os.W_OK)]  # noqa: S108 - a disk in memory syncs at once


def _tell_nobody(_progress: object) -> None:
    pass


def _differ(row: Row, known: Evidence) -> bool:
    shown = row.evidence
    both = ((shown.email, known.email), (shown.mobile, known.mobile))
    return any(a and b and a != b for a, b in both)


def _reference(row: Row) -> tuple[str, str]:
    return row.reference.casefold(), fold(row.first)


def _is_recognisable(row: Evidence, known: Evidence) -> bool:
    return (
        is_near(row, known)
        or not row.handles.isdisjoint(known.handles)
        or not row.addresses.isdisjoint(known.addresses)
    )
