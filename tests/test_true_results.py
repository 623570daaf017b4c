"""What results say stays true: whoever is booked by our record is never told otherwise by a later call."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from desk import Desk, statuses
from openpyxl import Workbook, load_workbook

from importer.booking.lane import LaneWorker
from importer.errors import ExitCode
from importer.importing.carrying_out import carry_out
from importer.importing.checking import check
from importer.importing.handing_over import hand_over, untouched
from importer.importing.preparing import prepare
from importer.importing.questions import Choices
from importer.ledger import Ledger
from importer.lists.roster import read_roster
from importer.model import Entry, Options, Participant, Progress, RunReport, Target
from importer.service.port import Confirmation

START = "2030-03-02T10:00:00+00:00"
BY_SERVICE = Options(target=Target(service="Pottery for beginners", start=datetime.fromisoformat(START)))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk(tmp_path) as desk:
        yield desk


def names_alone(desk: Desk, *names: str) -> Path:
    return desk.roster([dict(zip(("First name", "Last name"), name.split(" ", 1), strict=True)) for name in names])


def checked(desk: Desk, path: Path, options: Options | None = None) -> RunReport:
    with Ledger.look(desk.settings().ledger) as ledger:
        return check(read_roster(path), desk.settings(), options or Options(), ledger, now=desk.clock())


def test_an_import_without_the_session_that_was_named_before_leaves_the_booked_booked(desk: Desk) -> None:
    desk.session()
    path = names_alone(desk, "Ada Byron", "Alan Turing")
    assert set(statuses(desk.run(path, BY_SERVICE)).values()) == {"Booked"}
    path = names_alone(desk, "Ada Byron", "Alan Turing", "Grace Hopper")
    assert statuses(desk.run(path)) == {
        "Ada Byron": "Already booked",
        "Alan Turing": "Already booked",
        "Grace Hopper": "Fix row",
    }


def test_who_is_booked_on_two_sessions_is_known_on_both(desk: Desk) -> None:
    first, second = desk.session(), desk.session(start="2030-03-09T10:00:00+00:00")
    path = names_alone(desk, "Ada Byron")
    desk.run(path, Options(target=Target(booking_id=first)))
    desk.run(path, Options(target=Target(booking_id=second)))
    told = {(one.status, one.booking_id) for one in desk.run(path).outcomes}
    assert told == {("Already booked", first), ("Already booked", second)}


def test_a_name_alone_of_another_list_is_not_taken_for_somebody_booked(desk: Desk) -> None:
    desk.session()
    desk.run(names_alone(desk, "Ada Byron"), BY_SERVICE)
    other = desk.roster([{"First name": "Ada", "Last name": "Byron"}], "other.csv")
    assert statuses(desk.run(other)) == {"Ada Byron": "Fix row"}


def test_an_import_that_can_not_reach_the_service_leaves_the_booked_booked(desk: Desk) -> None:
    booking = desk.session()
    desk.run(desk.people(booking, "Ada Byron"))
    roster = read_roster(desk.people(booking, "Ada Byron", "Alan Turing"))
    with Ledger.look(desk.settings().ledger) as ledger:
        report = untouched(
            roster,
            Choices(desk.settings(), Options()),
            "No answer.",
            ExitCode.SERVICE_UNUSABLE,
            ledger,
            now=desk.clock(),
        )
    assert statuses(report) == {"Ada Byron": "Already booked", "Alan Turing": "Not booked yet"}


def test_a_check_tells_who_is_booked_by_our_record(desk: Desk) -> None:
    booking = desk.session()
    desk.run(desk.people(booking, "Ada Byron"))
    path = desk.people(booking, "Ada Byron", "Alan Turing")
    assert statuses(checked(desk, path)) == {"Ada Byron": "Already booked", "Alan Turing": "Ready"}


def test_a_check_of_a_list_by_service_and_start_tells_it_too(desk: Desk) -> None:
    desk.session()
    path = names_alone(desk, "Ada Byron")
    desk.run(path, BY_SERVICE)
    assert statuses(checked(desk, path, BY_SERVICE)) == {"Ada Byron": "Already booked"}
    assert statuses(checked(desk, path)) == {"Ada Byron": "Already booked"}


def workbook(folder: Path, booking: str) -> Path:
    book = Workbook()
    for title, name in (("Monday", "Ada"), ("Tuesday", "Alan")):
        sheet = book.create_sheet(title)
        sheet.append(["First name", "Last name", "Group booking ID"])
        sheet.append([name, "Byron", booking])
    del book["Sheet"]
    book.save(folder / "Week.xlsx")
    return folder / "Week.xlsx"


def answers(path: Path) -> dict[str, str | None]:
    book = load_workbook(path)
    found: dict[str, str | None] = {}
    for title in ("Monday", "Tuesday"):
        headings = [cell.value for cell in book[title][1]]
        at = headings.index("Import status") if "Import status" in headings else None
        found[title] = None if at is None else book[title][2][at].value
    return found


def test_the_answers_of_one_sheet_stay_when_another_is_imported(desk: Desk) -> None:
    path = workbook(desk.folder, desk.session())
    output = path.with_name("Week.results.xlsx")
    for sheet, expected in (("Monday", {"Monday": "Booked", "Tuesday": None}), ("Tuesday", {"Monday": "Booked", "Tuesday": "Booked"})):  # fmt: skip
        report = desk.run_of(read_roster(path, sheet=sheet), Options(sheet=sheet))
        results = hand_over(report, output, Choices(desk.settings(), Options(sheet=sheet)))
        assert answers(results) == expected


def test_the_answers_of_a_sheet_whose_rows_are_others_by_now_do_not_stay(desk: Desk) -> None:
    path = workbook(desk.folder, desk.session())
    desk.run_of(read_roster(path, sheet="Monday"), Options(sheet="Monday"))
    book = load_workbook(path)
    book["Monday"]["A2"] = "Grace"
    book.save(path)
    report = desk.run_of(read_roster(path, sheet="Tuesday"), Options(sheet="Tuesday"))
    results = hand_over(report, path.with_name("Week.results.xlsx"), Choices(desk.settings(), Options(sheet="Tuesday")))
    assert answers(results)["Monday"] is None


def test_a_fault_of_ours_midway_hides_nobody_who_was_booked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    send = LaneWorker._send_confirm

    def faulty(lane: LaneWorker, entry: Entry, person: Participant) -> Confirmation:
        answer = send(lane, entry, person)
        return answer if person.name == "Ada Lovelace" else 1 // 0  # type: ignore[return-value]

    monkeypatch.setattr(LaneWorker, "_send_confirm", faulty)
    with Desk(tmp_path) as desk:
        session = desk.session()
        report = desk.run(desk.people(session, "Ada Lovelace", "Alan Turing", "Grace Hopper"))
    assert statuses(report) == {
        "Ada Lovelace": "Booked",
        "Alan Turing": "Not sure yet",
        "Grace Hopper": "Not booked yet",
    }
    assert report.stop_code == 1
    assert "error in this program, not in your list (ZeroDivisionError, test_true_results.py line" in report.stopped


def test_a_screen_that_can_not_be_written_to_keeps_nobody_from_being_booked(desk: Desk) -> None:
    def full(_progress: Progress) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    session = desk.session()
    roster, settings, options = (
        read_roster(desk.people(session, "Ada Lovelace", "Alan Turing")),
        desk.settings(),
        Options(),
    )
    with Ledger.open(settings.ledger) as ledger, desk.service() as service:
        given = (settings, options, service, ledger)
        plan = prepare(roster, *given, now=desk.clock(), tell=lambda _: None)
        report = carry_out(plan, *given, by="priya", clock=desk.clock, tell=full, stop=desk.stop, pause=desk.clock.wait)
    assert set(statuses(report).values()) == {"Booked"}
    assert report.stop_code == 0


def test_a_lane_that_can_not_be_started_hides_nobody_who_was_booked_in_another(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit = ThreadPoolExecutor.submit
    begun: list[str] = []

    def submitted(pool: ThreadPoolExecutor, work: Any, *given: Any) -> Any:
        if pool._thread_name_prefix == "lane":
            begun.append("lane")
            if len(begun) > 1:
                raise RuntimeError("can't start new thread")
        return submit(pool, work, *given)

    monkeypatch.setattr(ThreadPoolExecutor, "submit", submitted)
    one, two = desk.session(), desk.session(start="2030-03-09T10:00:00+00:00")
    rows = [(one, "Ada"), (one, "Alan"), (two, "Grace")]
    report = desk.run(
        desk.roster([{"Group booking ID": id_, "First name": name, "Last name": "B"} for id_, name in rows])
    )
    told = statuses(report)
    assert [name for name in told if told[name] == "Booked"] == desk.booked(one) != []
    assert told["Grace B"] == "Not booked yet"
    assert report.stop_code == 1
