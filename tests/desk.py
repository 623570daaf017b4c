"""A coordinator's desk for tests: a practice service, a still clock, rosters, a ledger, and imports onto it."""

from __future__ import annotations

import csv
import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
from pydantic import SecretStr

from importer.importing import carrying_out, preparing, resuming, undoing, undone_list
from importer.ledger import Ledger
from importer.lists.roster import read_roster
from importer.model import EntryState, Options, Outcome, Plan, Roster, Run, RunReport, Status
from importer.sandbox import Sandbox
from importer.service.appointedd import Appointedd
from importer.service.pace import Pace
from importer.service.port import BookingService
from importer.settings import Settings, load_settings

START = datetime(2030, 1, 15, 9, 0, tzinfo=UTC)


class Clock:
    """Stands still until somebody waits."""

    def __init__(self) -> None:
        self.now = START
        self._lock = threading.Lock()

    def __call__(self) -> datetime:
        return self.now

    def wait(self, seconds: float) -> None:
        with self._lock:
            self.now += timedelta(seconds=seconds, microseconds=1)

    def seconds(self) -> float:
        return self.now.timestamp()


class Desk:
    """Runs imports as the command line does, against a practice service whose clock is the desk's."""

    def __init__(self, folder: Path, *, mishaps: Iterable[str] = (), timeout_s: float = 10, **corners: Any) -> None:
        self.folder = folder
        self.clock = Clock()
        self.sandbox = Sandbox(clock=self.clock, mishaps=mishaps, **corners)
        self.timeout_s = timeout_s
        self.stop = threading.Event()
        self.is_stopped_by_person = False
        """Who has set ``stop`` for an undo."""
        self.address = ""
        """Where the service is sought, if not at its own address."""

    def __enter__(self) -> Desk:
        self.sandbox.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self.sandbox.__exit__(None, None, None)

    def session(self, places: int = 10, start: str = "2030-03-02T10:00:00+00:00", **more: Any) -> str:
        """A new group booking; returns its id."""
        made = self.sandbox.world.add_session(
            more.pop("service", "Pottery for beginners"),
            more.pop("resource", "Studio 1"),
            datetime.fromisoformat(start),
            60,
            places,
            **more,
        )
        return made.id

    def roster(self, rows: Iterable[Mapping[str, object]], name: str = "roster.csv") -> Path:
        """A roster file with a column for every key that a row has."""
        listed = list(rows)
        headings = list(dict.fromkeys(key for row in listed for key in row))
        path = self.folder / name
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, headings)
            writer.writeheader()
            writer.writerows(listed)
        return path

    def workbook(self, **people_of: Iterable[Mapping[str, object]]) -> Path:
        """A roster of several sheets, by title, with a column for every key of the first row of each."""
        book, path = openpyxl.Workbook(), self.folder / "course.xlsx"
        book.remove(book.worksheets[0])
        for title, rows in people_of.items():
            listed = [*rows]
            sheet = book.create_sheet(title)
            sheet.append(list(listed[0]))
            for row in listed:
                sheet.append(list(row.values()))
        book.save(path)
        return path

    def people(self, booking_id: str, *names: str, **cells: object) -> Path:
        """A roster of these people for one group booking."""
        rows = [dict(zip(("First name", "Last name"), name.split(" ", 1), strict=True)) for name in names]
        return self.roster([{"Group booking ID": booking_id, **row, **cells} for row in rows])

    def settings(self, **changes: Any) -> Settings:
        given = {"base_url": self.sandbox.base_url, "ledger": self.folder / "ledger.sqlite3", "workers": 4}
        return load_settings(**given | changes)

    def service(self) -> BookingService:
        pace = Pace(clock=self.clock.seconds, sleep=self.clock.wait)
        address = self.address or self.sandbox.base_url
        return Appointedd(address, SecretStr(self.sandbox.key), timeout_s=self.timeout_s, pace=pace)

    def plan(self, roster: Path, options: Options | None = None, **settings: Any) -> Plan:
        return self.plan_of(read_roster(roster, sheet=options.sheet if options else None), options, **settings)

    def plan_of(self, roster: Roster, options: Options | None = None, **settings: Any) -> Plan:
        """The same for a roster that was read already."""
        chosen, options = self.settings(**settings), options or Options()
        with Ledger.open(chosen.ledger) as ledger, self.service() as service:
            return self._prepare(roster, chosen, options, service, ledger)

    def _prepare(
        self, roster: Roster, chosen: Settings, options: Options, service: BookingService, ledger: Ledger
    ) -> Plan:
        return preparing.prepare(
            roster, chosen, options, service, ledger, now=self.clock(), tell=lambda _progress: None
        )

    def run(self, roster: Path, options: Options | None = None, **settings: Any) -> RunReport:
        return self.run_of(read_roster(roster, sheet=options.sheet if options else None), options, **settings)

    def run_of(self, roster: Roster, options: Options | None = None, **settings: Any) -> RunReport:
        """The same for a roster that was read already, as ``roster resume`` reads a copy."""
        chosen, options = self.settings(**settings), options or Options()
        with Ledger.open(chosen.ledger) as ledger, ledger.lock(), self.service() as service:
            plan = self._prepare(roster, chosen, options, service, ledger)
            return carrying_out.carry_out(
                plan,
                chosen,
                options,
                service,
                ledger,
                by="priya",
                clock=self.clock,
                tell=lambda _progress: None,
                stop=self.stop,
                pause=self.clock.wait,
            )

    def undo(self, run: int, *rows: int, may_empty: bool = False, **settings: Any) -> RunReport:
        """Take back an import, or these rows of it."""
        chosen = self.settings(**settings)
        with Ledger.open(chosen.ledger) as ledger, ledger.lock(), self.service() as service:
            undone = next(one for one in ledger.all_runs() if one.id == run)
            refs = [one.row for one in ledger.outcomes(run) if one.row.number in rows] if rows else None
            options = undoing.options_of_undo(undone, refs, may_empty=may_empty)
            return self.carry_out_undo(undone, options, chosen, service, ledger)

    def resume_undo(self, run: int) -> RunReport:
        """Go on with an undo, as ``roster resume`` does."""
        chosen = self.settings()
        with Ledger.open(chosen.ledger) as ledger, ledger.lock(), self.service() as service:
            undo = next(one for one in ledger.all_runs() if one.id == run)
            of = next(one for one in ledger.all_runs() if one.id == undo.options.undoes)
            return self.carry_out_undo(of, undo.options, chosen, service, ledger, resumed=run)

    def carry_out_undo(
        self, undone: Run, options: Options, chosen: Settings, service: BookingService, ledger: Ledger, resumed: int = 0
    ) -> RunReport:
        roster = undone_list.list_of(undone, ledger, chosen, resumed=resumed)
        plan = undoing.plan_undo(undone, options, roster, chosen, service, ledger, now=self.clock())
        return undoing.carry_out_undo(
            plan,
            chosen,
            service,
            ledger,
            by="priya",
            clock=self.clock,
            tell=lambda _progress: None,
            stop=self.stop,
            pause=self.clock.wait,
            ends=(resumed,) if resumed else (),
            is_stopped_by_person=lambda: self.is_stopped_by_person,
        )

    def give_word(self) -> None:
        """Somebody looks up who is still not sure, of an import or an undo, and says so."""
        with Ledger.open(self.settings().ledger) as ledger:
            for entry in ledger.unknown():
                sent_by = entry.removed_by if entry.state is EntryState.REMOVING else entry.run
                is_booked = entry.name in self.booked(entry.booking_id)
                resuming.take_word(sent_by, entry.row, is_booked=is_booked, ledger=ledger, now=self.clock())

    def booked(self, booking_id: str) -> list[str]:
        """Who is really on a group booking, in the order in which they came."""
        return [person.name for person in self.sandbox.world.people(booking_id)]

    def posts(self) -> Counter[str]:
        """How many reserves and confirms the service received."""
        requests = self.sandbox.requests
        return +Counter(
            reserve=requests["POST", "/availability/slots"],
            confirm=requests["POST", "/bookings"],
        )


def statuses(report: RunReport) -> dict[str, str]:
    """The status of each person, by name."""
    return {outcome.name: str(outcome.status) for outcome in report.outcomes}


def the(report: RunReport, name: str) -> Outcome:
    """The outcome of one person."""
    return next(outcome for outcome in report.outcomes if outcome.name == name)


def count(report: RunReport, status: Status) -> int:
    return sum(outcome.status is status for outcome in report.outcomes)
