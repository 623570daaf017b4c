"""The figures of the README, as ratios against bare scripts that are measured in the same run.

``make bench`` runs everything (about three minutes); ``python bench/bench.py booking`` one part: booking, inbox,
check, ticks, results, help.
A ratio stands beside the bound it should keep; nothing here is asserted, because a busy machine proves nothing.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

PEOPLE, SESSIONS, WORKERS, LATENCY_S = 1000, 50, 32, 0.05
PLACES = 20
NIGHTLY, ROSTERS = 2000, 50
ROWS, FEW = 100_000, 20
TICKED, TICKS = 2000, 40
ROSTER = [sys.executable, "-m", "importer"]


def show(name: str, value: float, bound: str, note: str = "") -> None:
    print(f"{name:<58} {value:8.2f}   {bound:<9} {note}")


def serve(port_file: str, sessions: int) -> None:
    """A practice service in a process of its own, with sessions of 20 places; its counts go out on request."""
    from importer.sandbox import Sandbox

    with Sandbox(latency_s=LATENCY_S) as sandbox:
        start = datetime(2030, 6, 1, 10, tzinfo=UTC)
        ids = [
            sandbox.world.add_session("Bench", "Hall", start + timedelta(hours=n), 60, PLACES).id
            for n in range(sessions)
        ]
        Path(port_file).write_text(json.dumps({"base_url": sandbox.base_url, "key": sandbox.key, "ids": ids}))
        for _ in sys.stdin:
            counts = {" ".join(call): count for call, count in sandbox.requests.items()}
            people = sum(len(sandbox.world.people(id_)) for id_ in ids)
            print(json.dumps({"requests": counts, "people": people}), flush=True)


@contextmanager
def service(sessions: int = SESSIONS) -> Iterator[tuple[dict[str, object], Callable[[], dict[str, object]]]]:
    """Where a fresh practice service is, and a function that asks it what it has counted."""
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "told.json"
        command = [sys.executable, __file__, "--serve", str(told), str(sessions)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdin
            assert process.stdout
            while not told.exists() or not told.read_text():
                time.sleep(0.02)
            stdin, stdout = process.stdin, process.stdout

            def counted() -> dict[str, object]:
                stdin.write("\n")
                stdin.flush()
                return dict(json.loads(stdout.readline()))

            yield json.loads(told.read_text()), counted
            process.kill()


def write_roster(path: Path, ids: list[str], people: range = range(PEOPLE)) -> None:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Group booking ID", "First name", "Last name", "Email", "Reference"])
    for n in people:
        sheet.append([ids[n % len(ids)], f"First{n}", f"Last{n}", f"person{n}@example.com", f"M-{n:05}"])
    book.save(path)


def bare(where: dict[str, object], *, people: int, workers: int, guide_steps: bool) -> float:
    """Seconds that a bare script takes: the guide's steps, with ``requests``, in ``workers`` threads, no ledger."""
    import requests

    base, ids = str(where["base_url"]), list(where["ids"])  # type: ignore[call-overload]
    local = threading.local()

    def session() -> requests.Session:
        if not hasattr(local, "session"):
            local.session = requests.Session()
            local.session.headers["X-API-KEY"] = str(where["key"])
        return local.session  # type: ignore[no-any-return]

    def look(id_: str) -> dict[str, str]:
        return dict(session().get(base + "bookings", params={"ids": id_}).json()["data"][0])

    known = {} if guide_steps else {id_: look(id_) for id_ in ids}

    def one(n: int) -> None:
        id_ = ids[n % len(ids)]
        booking = known.get(id_) or look(id_)
        slot = {
            "timezone": "Europe/London",
            "required_spaces": 1,
            "start": booking["start"],
            "service_id": booking["service"],
            "resource_id": booking["resource"],
        }
        held = session().post(base + "availability/slots", json={"data": slot}).json()["data"]
        profile = {"firstname": f"First{n}", "lastname": f"Last{n}", "email": f"person{n}@example.com"}
        body = {"timezone": "Europe/London", "data": {"customers": [{"customer": {"profile": profile}}]}}
        session().post(base + "bookings", json=body | {"slot_id": held["id"]}).raise_for_status()

    began = time.perf_counter()
    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(one, range(people)))
    return time.perf_counter() - began


def booking_phase(where: dict[str, object], folder: Path) -> float:
    """Seconds of ``carry_out`` alone: reserve, verify, confirm, two commits a person."""
    from pydantic import SecretStr

    from importer.importing import carrying_out, preparing
    from importer.ledger import Ledger
    from importer.lists.roster import read_roster
    from importer.model import Options
    from importer.service.appointedd import Appointedd
    from importer.settings import load_settings

    settings = load_settings(base_url=where["base_url"], ledger=folder / "phase.sqlite3", workers=WORKERS)
    roster, options = read_roster(folder / "roster.xlsx"), Options()
    key = SecretStr(str(where["key"]))
    with Ledger.open(settings.ledger) as ledger, Appointedd(settings.base_url, key, workers=WORKERS) as client:
        now = datetime.now(UTC)
        plan = preparing.prepare(roster, settings, options, client, ledger, now=now, tell=lambda _: None)
        began = time.perf_counter()
        carrying_out.carry_out(
            plan,
            settings,
            options,
            client,
            ledger,
            by="bench",
            clock=lambda: datetime.now(UTC),
            tell=lambda _: None,
            stop=threading.Event(),
        )
        return time.perf_counter() - began


def command(*arguments: str, **environment: str) -> tuple[float, int]:
    """Seconds and exit code of a command in a process of its own."""
    began = time.perf_counter()
    done = subprocess.run([*ROSTER, *arguments], env=os.environ | environment, capture_output=True, check=False)
    return time.perf_counter() - began, done.returncode


def bench_booking() -> None:
    print(f"\n{PEOPLE} people onto {SESSIONS} group bookings, {WORKERS} workers, service at {LATENCY_S * 1000:.0f} ms")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with service() as (where, _):
            pool_s = bare(where, people=PEOPLE, workers=WORKERS, guide_steps=False)
        with service() as (where, _):
            rows = 60
            row_after_row_s = bare(where, people=rows, workers=1, guide_steps=True) / rows * PEOPLE
        with service() as (where, _):
            write_roster(folder / "roster.xlsx", where["ids"])  # type: ignore[arg-type]
            phase_s = booking_phase(where, folder)
        with service() as (where, counted):
            write_roster(folder / "roster.xlsx", where["ids"])  # type: ignore[arg-type]
            base_url, key = str(where["base_url"]), str(where["key"])
            importing = ("import", str(folder / "roster.xlsx"), "--yes", "--quiet", "--base-url", base_url)
            importing += ("--ledger", str(folder / "ledger.sqlite3"), "--workers", str(WORKERS))
            whole_s, code = command(*importing, APPOINTEDD_API_KEY=key)
            first = counted()
            again_s, code_again = command(*importing, APPOINTEDD_API_KEY=key)
            second = counted()
    sent = [sum(dict(count["requests"]).values()) for count in (first, second)]  # type: ignore[call-overload]
    posts = [
        sum(n for call, n in dict(count["requests"]).items() if call in ("POST /availability/slots", "POST /bookings"))  # type: ignore[call-overload]
        for count in (first, second)
    ]
    print(f"bare pool {pool_s:.2f} s, guide's steps {row_after_row_s:.0f} s (from {rows} rows), ours {whole_s:.2f} s")
    show("requests a person", sent[0] / PEOPLE, "<= 2.1", f"exit {code}, {first['people']} people there")
    show("times as fast as the guide's steps row after row", row_after_row_s / whole_s, ">= 10")
    show("booking phase, against the bare pool", phase_s / pool_s, "<= 1.3")
    show("whole command, against the bare pool", whole_s / pool_s, "<= 2")
    show("second run: requests a person", (sent[1] - sent[0]) / PEOPLE, "<= 0.1", f"exit {code_again}, {again_s:.2f} s")
    show("second run: POSTs that book", posts[1] - posts[0], "0")


def bench_inbox() -> None:
    print(f"\nroster inbox, {NIGHTLY} people, {WORKERS} workers, service at {LATENCY_S * 1000:.0f} ms")
    sessions = NIGHTLY // PLACES
    each = NIGHTLY // ROSTERS

    def inbox(folder: Path, where: dict[str, object]) -> tuple[float, int]:
        for path in folder.glob("*.xlsx"):
            os.utime(path, (1, 1))
        words = ("inbox", str(folder), "--base-url", str(where["base_url"]), "--workers", str(WORKERS))
        return command(*words, "--ledger", str(folder / "kept" / "x.sqlite3"), APPOINTEDD_API_KEY=str(where["key"]))

    def sent(counted: dict[str, object]) -> Counter[str]:
        return Counter(dict(counted["requests"]))  # type: ignore[call-overload]

    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as many:
        with service(sessions) as (where, counted):
            ids = list(where["ids"])  # type: ignore[call-overload]
            write_roster(Path(one) / "nightly.xlsx", ids, range(NIGHTLY))
            whole_s, code = inbox(Path(one), where)
            first = sent(counted())
            write_roster(Path(one) / "nightly.xlsx", ids, range(NIGHTLY))
            again_s, code_again = inbox(Path(one), where)
            second = sent(counted()) - first
        with service(sessions) as (where, counted):
            ids = list(where["ids"])  # type: ignore[call-overload]
            for n in range(ROSTERS):
                some = range(n * each, (n + 1) * each)
                write_roster(Path(many) / f"Class {n}.xlsx", ids[2 * n : 2 * n + 2], some)
            many_s, code_many = inbox(Path(many), where)
            people = counted()["people"]
    posts = second["POST /availability/slots"] + second["POST /bookings"]
    print(f"one roster {whole_s:.2f} s (exit {code}), {ROSTERS} rosters {many_s:.2f} s, unchanged {again_s:.2f} s")
    show("unchanged nightly roster: POSTs that book", posts, "0", f"exit {code_again}")
    show("unchanged nightly roster: requests a person", second.total() / NIGHTLY, "<= 0.1")
    show(
        "50 rosters of 40, against one of 2,000", many_s / whole_s, "<= 1.6", f"exit {code_many}, {people} people there"
    )


def write_large_roster(path: Path, rows: int) -> None:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    headings = "Group booking ID,Service,Start,First name,Last name,Email,Mobile,Spaces,Reference,Notes"
    sheet.append(headings.split(","))
    for n in range(rows):
        start = datetime(2030, 3, 1 + n % 28, 10)  # noqa: DTZ001 - a workbook's times have no zone
        texts = [f"First{n}", f"Last{n}", f"person{n}@example.com", f"07700 9{n:05}"]
        sheet.append(["", "Pottery", start, *texts, 1, f"M-{n}", "x"])
    book.save(path)


def bench_check() -> None:
    print(f"\nroster check, {ROWS:,} rows x 10 columns, and {FEW} rows")
    read = "import sys, python_calamine as c; c.load_workbook(sys.argv[1]).get_sheet_by_index(0).to_python()"
    with tempfile.TemporaryDirectory() as name:
        path, small = Path(name) / "big.xlsx", Path(name) / "small.xlsx"
        write_large_roster(path, ROWS)
        write_large_roster(small, FEW)
        check = [*ROSTER, "check", "--ledger", str(Path(name) / "none.sqlite3")]
        bare_s = min(_timed([sys.executable, "-c", read, str(path)]) for _ in range(3))
        ours_s = min(_timed([*check, str(path)]) for _ in range(3))
        peak_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        start_s = min(_timed([sys.executable, "-c", "import python_calamine, click"]) for _ in range(9))
        small_s = min(_timed([*check, str(small)]) for _ in range(9))
    print(f"bare calamine {bare_s:.2f} s, ours {ours_s:.2f} s")
    show("roster check, against the bare calamine read", ours_s / bare_s, "<= 7")
    show("peak memory of any child so far, MB", peak_mb, "< 700")
    show(
        "check of 20 rows, against importing calamine and click", small_s / start_s, "<= 12", f"{small_s * 1000:.0f} ms"
    )


def bench_ticks() -> None:
    print(f"\nroster check of ticks, {TICKED:,} people x {TICKS} sessions, each ticked")
    days = [f"Pottery Sat {day} Mar 2030 {hour}:00" for day in (2, 9, 16, 23) for hour in range(9, 19)][:TICKS]
    rows = (f"First{n},Last{n},{','.join('x' * TICKS)}" for n in range(TICKED))
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "ticks.csv"
        path.write_text("\n".join([",".join(["First name", "Last name", *days]), *rows]), encoding="utf-8")
        seconds = min(
            _timed([*ROSTER, "check", "--ledger", str(Path(name) / "none.sqlite3"), str(path)]) for _ in range(3)
        )
    show("roster check of ticks, seconds", seconds, "<= 10")


WRITE_RESULTS = """
import resource, sys, time
from datetime import UTC, datetime
from pathlib import Path
from importer.model import Outcome, RunReport, Status
from importer.results.writing import write_results
from importer.lists.roster import read_roster
path, now = Path(sys.argv[1]), datetime.now(UTC)
roster = read_roster(path)
outcomes = tuple(
    Outcome(row.ref, Status.BOOKED, session="Pottery, Sat 14 Mar 2030 10:00", booking_id="628f4954645194000e770abd",
    customer_id="628f4954645194000e770abd", recorded=now, handle=f"k3f9.41.{row.ref}") for row in roster.rows
)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
began = time.perf_counter()
write_results(RunReport("import", roster, outcomes, now, now, UTC), path.with_suffix(".results.xlsx"), ())
seconds = time.perf_counter() - began
print(seconds, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024, before / 1024)
"""


def results_of(path: Path) -> tuple[float, float, float]:
    """Seconds to write results; MB that it takes more than was taken to read the roster; MB that that took."""
    said = subprocess.run([sys.executable, "-c", WRITE_RESULTS, str(path)], capture_output=True, check=True, text=True)
    seconds, more_mb, read_mb = map(float, said.stdout.split())
    return seconds, more_mb, read_mb


def colour_empty_rows(path: Path) -> None:
    """Give a workbook what a person makes by colouring whole columns: a million rows that hold nothing but a format."""
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    head, tail = parts.pop(sheet).split(b"</sheetData>")
    first = head.count(b"<row") + 1
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in parts.items():
            new.writestr(name, content)
        with new.open(sheet, "w") as part:
            part.write(head)
            for row in range(first, 1_048_577):
                cells = b"".join(b'<c r="%c%d" s="0"/>' % (letter, row) for letter in b"ABCDEFGHIJ")
                part.write(b'<row r="%d">%s</row>' % (row, cells))
            part.write(b"</sheetData>" + tail)


def bench_results() -> None:
    print("\nwriting results, 10 columns")
    load_and_save = "import sys, openpyxl; openpyxl.load_workbook(sys.argv[1]).save(sys.argv[1] + '.copy.xlsx')"
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "20000.xlsx"
        write_large_roster(path, 20_000)
        bare_s = min(_timed([sys.executable, "-c", load_and_save, str(path)]) for _ in range(2))
        ours_s = min(results_of(path)[0] for _ in range(2))
        show("results of 20,000 rows, against openpyxl's load and save", ours_s / bare_s, "<= 2", f"{ours_s:.1f} s")
        path = Path(name) / "200000.xlsx"
        write_large_roster(path, 200_000)
        seconds, more_mb, read_mb = results_of(path)
        note = f"on top of {read_mb:.0f} MB; {seconds:.1f} s"
        show("results of 200,000 rows, MB more than reading them", more_mb, "< 500", note)
        path = Path(name) / "2000.xlsx"
        write_large_roster(path, 2_000)
        colour_empty_rows(path)
        seconds, more_mb, read_mb = results_of(path)
        note = f"on top of {read_mb:.0f} MB; {seconds:.1f} s"
        show("results of a million coloured empty rows, MB more", more_mb, "< 500", note)


def bench_help() -> None:
    print("\nroster --help")
    bare_s = statistics.median(_timed([sys.executable, "-c", "import click"]) for _ in range(15))
    ours_s = statistics.median(_timed([*ROSTER, "--help"]) for _ in range(15))
    show('roster --help, against python -c "import click"', ours_s / bare_s, "<= 2", f"{ours_s * 1000:.0f} ms")


def _timed(arguments: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(arguments, capture_output=True, check=False)
    return time.perf_counter() - began


PARTS = {
    "check": bench_check,
    "ticks": bench_ticks,
    "results": bench_results,
    "help": bench_help,
    "booking": bench_booking,
    "inbox": bench_inbox,
}

if __name__ == "__main__":
    if sys.argv[1:2] == ["--serve"]:
        serve(sys.argv[2], int(sys.argv[3]))
    else:
        print(f"{os.cpu_count()} processors, Python {sys.version.split()[0]}")
        for part in sys.argv[1:] or PARTS:
            PARTS[part]()
