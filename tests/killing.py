"""Real imports in processes of their own, killed at random moments, and counted from the service's side.

A ``Chain`` is one roster with one ledger, imported and resumed by one process after the other. Shared by the tests and
by ``soak.py``.
"""

from __future__ import annotations

import json
import multiprocessing
import multiprocessing.connection
import os
import random
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from importer.ledger import Ledger
from importer.model import EntryState
from importer.sandbox import Sandbox

LEDGER = "ledger.sqlite3"
SERVICE, ROOM, NEW = "Pottery for beginners", "Studio 1", "new"
BOOKED = ("Booked", "Already booked")
EXIT_CODES = (0, 3, 4, 6)
"""What a run may end with here: all done, a person is needed, not sure yet, the service can't be used just now."""


_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(
    [
        "importer.cli.import_",
        "importer.cli.resume",
        "importer.cli.undo",
        "importer.importing.carrying_out",
        "importer.results.writing",
        "importer.lists.roster",
        "python_calamine",
    ]
)


_ASKING = threading.Lock()
"""Who starts a process asks after all others too: of two threads that ask after one at once, the second is told 255."""


class Program:
    """``roster`` in a real process, forked from one that has loaded the libraries: 50 starts take a minute otherwise."""

    def __init__(self, words: list[str], folder: Path, key: str) -> None:
        self._out, self._err = folder / "out.txt", folder / "err.txt"
        for path in (self._out, self._err):
            path.write_text("", encoding="utf-8")
        self._process = _FORKS.Process(target=_run, args=(words, folder, key, self._out, self._err))
        with _ASKING:
            self._process.start()

    @property
    def returncode(self) -> int:
        return self.poll() or 0

    def poll(self) -> int | None:
        with _ASKING:
            return self._process.exitcode

    def kill(self) -> None:
        if self._process.pid and self.poll() is None:
            os.kill(self._process.pid, signal.SIGKILL)

    def communicate(self) -> tuple[str, str]:
        """What it has said, once it has ended."""
        multiprocessing.connection.wait([self._process.sentinel])
        return self._out.read_text(encoding="utf-8"), self._err.read_text(encoding="utf-8")


def _run(words: list[str], folder: Path, key: str, out: Path, err: Path) -> None:
    for number, path in ((1, out), (2, err)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), number)
    sys.stdin = Path(os.devnull).open(encoding="utf-8")  # noqa: SIM115 - for as long as the process lives
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "TMPDIR")}
    os.environ.clear()
    os.environ.update(kept, HOME=str(folder), APPOINTEDD_API_KEY=key)
    os.chdir(folder)
    sys.argv = ["roster", *words]
    from importer.cli import main

    main()


@dataclass(slots=True)
class Tally:
    """What came of chains. ``duplicates``, ``lost``, ``untrue`` statuses and ``faults`` of the program have to be 0.

    ``words`` are people of whom only somebody who looks for themselves can say whether they are booked.
    """

    kills: int = 0
    runs: int = 0
    people: int = 0
    words: int = 0
    duplicates: int = 0
    lost: int = 0
    untrue: int = 0
    faults: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(Tally)))

    @property
    def is_clean(self) -> bool:
        return not (self.duplicates or self.lost or self.untrue or self.faults)

    def __str__(self) -> str:
        return " · ".join(f"{one.name} {getattr(self, one.name)}" for one in fields(Tally))


class Chain:
    """Processes that import one roster, one after the other. A context manager; ``told`` is what they said.

    Among the people are siblings who share an address, and with it a customer record: for some of them the service has
    one already, under one sibling's name. ``strangers`` book by themselves meanwhile, on the first session; the places
    of all are just enough. With ``undoes`` imports are taken back in between, and in the end everybody is booked again.
    With ``starts`` the last session is not there yet: an import starts it, and there has to be one of it.
    """

    def __init__(
        self,
        folder: Path,
        seed: int,
        *,
        people: int = 10,
        sessions: int = 2,
        strangers: int = 0,
        mishaps: Iterable[str] = (),
        latency_s: float = 0.02,
        hold_s: float = 1.5,
        undoes: bool = False,
        starts: bool = False,
        **corners: Any,
    ) -> None:
        self.folder = folder
        self.tally = Tally(people=people)
        self.told: list[str] = []
        self._random = random.Random(seed)
        self._strangers = strangers
        self._undoes, self._starts = undoes, starts
        self._others: list[str] = []
        self._hold_s = hold_s
        self._sandbox = Sandbox(
            mishaps=mishaps,
            seed=seed,
            latency_s=latency_s,
            hold_minutes=hold_s / 60,
            **({"siblings_share_record": True} | corners),
        )
        names = _names(people)
        ids = [self._add_session(at, -(-people // sessions) + (0 if at else strangers)) for at in range(sessions)]
        if starts:
            new = _start_of(sessions)
            self._sandbox.world.staff.add_free_time(SERVICE, ROOM, new, 60, people)
            ids.append(NEW)
        self._session_of = {name: ids[at % len(ids)] for at, name in enumerate(names)}
        self._row_of = dict(enumerate(names, 2))
        addresses = [f"family{at // 3}@mail.com" for at in range(people)]
        last_term = self._add_session(-30, people)
        for name, address in zip(names[::6], addresses[::6], strict=True):
            self._sandbox.world.add_person(last_term, *name.split(), email=address)
        self._roster = folder / "roster.csv"
        by_time = f",{SERVICE},{ROOM},{_start_of(sessions):%d %b %Y %H:%M}"
        where = {id_: by_time if id_ == NEW else f"{id_},,," for id_ in ids}
        lines = [
            f"{where[self._session_of[name]]},{name},{email}" for name, email in zip(names, addresses, strict=True)
        ]
        headings = "Group booking ID,Service,Resource,Start,Full name,Email"
        self._roster.write_text("\n".join([headings, *lines]) + "\n", encoding="utf-8")

    def __enter__(self) -> Chain:
        self._sandbox.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self._sandbox.__exit__(None, None, None)

    def kill(self) -> None:
        """Let a process work, and kill it at a random moment; one that is done before that is counted as a run."""
        process = self._start(*self._what_next())
        if self._random.random() < 0.15:
            self._wait(process, lambda: False, self._random.uniform(0.02, 0.4))
        else:
            requests = self._sandbox.requests.total() + self._random.randint(1, 2 * self.tally.people // 3)
            self._wait(process, lambda: self._sandbox.requests.total() >= requests, 20)
            self._wait(process, lambda: False, self._random.uniform(0, 0.04))
        if process.poll() is None:
            process.kill()
            self.tally.kills += 1
        self._end(process)
        if self._random.random() < 0.5:
            self._somebody_books()

    def _what_next(self) -> tuple[str, ...]:
        if self._undoes and self._random.random() < 0.5 and (runs := self._runs()):
            number, is_undo = self._random.choice(runs)
            again = ("resume", str(number))
            return again if is_undo else ("undo", str(number), "--yes", "--empty-sessions")
        if self.tally.kills and self._random.random() < 0.4:
            return ("resume",)
        return self._import(rebooks=self._undoes and self._random.random() < 0.5)

    def _import(self, *, rebooks: bool) -> tuple[str, ...]:
        words = [*(["--rebook"] if rebooks else []), *(["--start-new"] if self._starts else [])]
        return ("import", self._roster.name, "--yes", *words)

    def _runs(self) -> list[tuple[int, bool]]:
        """The imports, and the undos that did not end, each with which it is."""
        with Ledger.look(self.folder / LEDGER) as ledger:
            return [
                (run.id, run.options.undoes is not None)
                for run in ledger.all_runs()
                if run.options.undoes is None or not run.state.is_over
            ]

    def settle(self, rounds: int = 8) -> None:
        """Resume and import until nothing is left to do, without kills; then count."""
        for number in range(rounds):
            self._end(self._start("resume", "--wait"))
            statuses = self._end(self._start(*self._import(rebooks=self._undoes)))
            if statuses and all(status in BOOKED for status in statuses.values()):
                break
            time.sleep(self._hold_s / 2)
            if number > 1:
                self._give_word()
        expected = Counter(self._session_of.items())
        there = Counter(
            (name, id_)
            for id_ in set(self._session_of.values())
            for name in self._booked(id_)
            if name in self._session_of
        )
        for wrong, word in ((expected - there, "lost"), (there - expected, "too often")):
            self.told += [f"{word}: {name} on {id_}" for name, id_ in wrong.elements()]
            self.told += [f"{name} was told: {statuses[name]}" for name, _ in wrong if name in statuses]
        if len(new := self._ids(NEW)) > 1:
            self.told.append(f"started {len(new)} times")
            self.tally.duplicates += len(new) - 1
        gone = set(self._others) - set(self._booked(next(iter(self._session_of.values()))))
        self.told += [f"removed, though nobody of ours: {name}" for name in gone]
        self.tally.lost += (expected - there).total() + len(gone)
        self.tally.duplicates += (there - expected).total()

    def _give_word(self) -> None:
        """Somebody looks up who is not sure yet, and says so."""
        with Ledger.look(self.folder / LEDGER) as ledger:
            unsure = [one for one in ledger.unknown() if one.settled_by and one.settled_by < datetime.now(UTC)]
        for entry in unsure:
            is_booked = entry.name in self._booked(entry.booking_id or NEW)
            if is_booked and not entry.booking_id:
                continue  # the next import finds the session
            is_removal = entry.state is EntryState.REMOVING
            word = "booked" if is_booked else "removed" if is_removal else "not-booked"
            run = entry.removed_by if is_removal else entry.run
            self._end(self._start("resume", str(run), "--row", str(entry.row.number), "--is", word))
            self.tally.words += 1

    def _start(self, *what: str) -> Program:
        place = ["--base-url", self._sandbox.base_url, "--ledger", str(self.folder / LEDGER)]
        haste = ["--settle-wait-s", "0.5", "--settle-margin-s", "0.3", "--timeout-s", "1", "--workers", "4"]
        return Program([*what, *place, *haste, "--json"], self.folder, self._sandbox.key)

    def _wait(self, process: Program, is_time: Callable[[], bool], longest_s: float) -> None:
        until = time.monotonic() + longest_s
        while process.poll() is None and not is_time() and time.monotonic() < until:
            time.sleep(0.002)

    def _end(self, process: Program) -> dict[str, str]:
        """Wait for a process; of one that was not killed, hold what it told against what is so. Statuses by name."""
        out, err = process.communicate()
        if process.returncode < 0:
            return {}
        self.tally.runs += 1
        if process.returncode not in EXIT_CODES:
            self.tally.faults += 1
            self.told.append(f"exit {process.returncode}: {err}")
        document = json.loads(out) if out else {}
        statuses: dict[str, str] = {}
        refused = ["Appointedd refused"] if document.get("kind") == "undo" else []
        for run in document.get("runs", [document] if document else []):
            statuses = {self._row_of[row["row"]]: row["status"] for row in run.get("rows", ())}
        for name, status in statuses.items():
            is_there = name in self._booked(self._session_of[name])
            if status not in ("Not sure yet", "Kept") and (status in (*BOOKED, *refused)) != is_there:
                self.tally.untrue += 1
                self.told.append(f"{name} is told to be {status!r}, {is_there=}")
        return statuses

    def _booked(self, id_: str) -> list[str]:
        return [person.name for one in self._ids(id_) for person in self._sandbox.world.people(one)]

    def _ids(self, id_: str) -> list[str]:
        """The sessions that have come of the new one; of any other itself."""
        if id_ != NEW:
            return [id_]
        start = _start_of(len(set(self._session_of.values())) - 1)
        return [one.id for one in self._sandbox.world.bookings() if one.session.start == start]

    def _add_session(self, at: int, places: int) -> str:
        return self._sandbox.world.add_session(SERVICE, ROOM, _start_of(at), 60, places).id

    def _somebody_books(self) -> None:
        """On the roomy session, which has places for a few more than our people."""
        if self._strangers:
            self._strangers -= 1
            roomy, number = next(iter(self._session_of.values())), self._random.randrange(10**6)
            source = self._random.choice(("online", "api"))
            made = self._sandbox.world.add_person(roomy, f"Wxq{number}", f"Zyv{number}", source=source)
            self._others.append(made.name)


def _start_of(at: int) -> datetime:
    return datetime.fromisoformat("2030-03-02T10:00:00+00:00") + timedelta(days=at)


def _names(people: int) -> list[str]:
    """Different names, three of each family, some of them nearly alike."""
    firsts = ("Ella", "Bella", "Stella", "Tom", "Thomas", "Jon", "Zoë")
    lasts = (
        "Brown",
        "Baker",
        "Okafor",
        "Nguyen",
        "Smith",
        "Zieliński",
        "O'Hara",
        "Khan",
        "Marsh",
        "Dunn",
        "Foy",
        "Ash",
    )
    return [f"{firsts[at % 7]} {lasts[at // 3 % 12]}{'' if at < 36 else 'son'}" for at in range(people)]
