"""What the lanes of a run share: clocks and pauses, what is learned, the first hold, outcomes, and the reason to stop."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from desk import START
from test_looking import SENT, Service, person, session
from whoiswho import BOOKING, entry, row

from importer.booking.crew import Crew, Work
from importer.booking.outcomes import outcome_of
from importer.booking.strangers import CustomerRecords
from importer.errors import FaultError, ServiceError
from importer.ledger import Ledger
from importer.lists.roster import read_roster
from importer.model import EntryState, Options, Plan, Progress, RowRef, Status
from importer.model.examinations import Learned
from importer.service.port import BookingService
from importer.settings import load_settings

ADA, ALAN = row("Ada Lovelace", 2), row("Alan Turing", 3)
ROW, OTHER = RowRef("Sheet1", 14), RowRef("Sheet1", 15)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """With two runs in it."""
    path = tmp_path / "list.csv"
    path.write_text("Full name\nAda Lovelace\n")
    with Ledger.open(tmp_path / "ledger.sqlite3") as opened:
        for _ in range(2):
            opened.begin_run(read_roster(path), Options(), load_settings(), by="priya", now=START)
        yield opened


def work(**changes: Any) -> Work:
    service = cast("BookingService", changes.pop("service", Service()))
    given: dict[str, Any] = {
        "service": service,
        "ledger": None,
        "run": 1,
        "zone": UTC,
        "clock": lambda: START,
        "pause": lambda _seconds: None,
        "stop": threading.Event(),
        "settle_wait_s": 0,
        "known": Learned(),
        "settle_margin_s": 60,
        "records": CustomerRecords(service),
        "planned": START,
        "match_again": None,
        "payment_request": None,
        "withholds_contact": False,
        "holds_linger_until": None,
    }
    return Work(**given | changes)


def crew(total: int = 2, tell: Callable[[Progress], None] = lambda _: None, **changes: Any) -> Crew:
    return Crew(work(**changes), tell, total)


# What a run works with


def test_the_time_is_the_services_own_and_ours_where_it_does_not_tell() -> None:
    there = START + timedelta(hours=3)
    for told, now in ((there, there), (None, START)):
        assert work(service=SimpleNamespace(now=lambda told=told: told)).now_there() == now


@pytest.mark.parametrize(
    ("wait_s", "pauses_s"),
    [(0, []), (0.25, [0.25]), (0.5, [0.5]), (3.5, [0.5, 1, 2]), (10, [0.5, 1, 2, 4, 2.5])],
)
def test_it_is_waited_in_growing_pauses_and_no_longer_than_is_set(wait_s: float, pauses_s: list[float]) -> None:
    assert list(work(settle_wait_s=wait_s).settle_pauses_s()) == pauses_s


def test_addresses_are_passed_on_unless_they_stay_here() -> None:
    ada = replace(ADA, email="ada@mail.com", mobile="07700900001", phone="02079460001", spaces=2)
    assert work().passed_on(ada) == ada
    assert work(withholds_contact=True).passed_on(ada) == replace(ADA, spaces=2)


# What lanes tell each other


def test_what_answers_teach_counts_for_all_lanes_with_what_was_known_before() -> None:
    shared = crew(known=Learned(own_source="partner", gives_places=True, search_days=30))
    assert shared.sources == {"partner"}
    shared.learn(Learned(gives_places=False))
    assert (shared.sources, shared.learned) == ({"partner"}, Learned(gives_places=False))
    shared.learn(Learned(own_source="API"))
    assert shared.sources == {"partner", "API"}
    assert shared.known == Learned(own_source="API", gives_places=False, search_days=30)


def test_nothing_new_is_begun_once_somebody_wants_to_stop_or_one_lane_has_failed() -> None:
    shared, stop = crew(), threading.Event()
    assert not shared.is_stopping
    shared.guard(lambda: 1 / 0)
    assert shared.is_stopping
    shared = crew(stop=stop)
    stop.set()
    assert shared.is_stopping


def fails(error: BaseException) -> Callable[[], None]:
    def work_through() -> None:
        raise error

    return work_through


def test_the_first_error_is_the_reason_and_only_a_fault_of_ours_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    shared = crew()
    shared.guard(fails(ServiceError("down")))
    assert caplog.records == []
    shared.guard(fails(KeyError("Ada Lovelace")))
    assert str(shared.stopped_by) == "down"
    (logged,) = caplog.records
    told = (logged.levelname, logged.getMessage(), vars(logged)["run"], vars(logged)["status"], logged.exc_info)
    assert told == ("ERROR", "fault", 1, "KeyError", None)
    shared = crew()
    shared.guard(fails(KeyError("x")))
    assert isinstance(shared.stopped_by, FaultError)


def test_who_ends_the_program_stops_every_lane_and_is_no_fault_of_the_run() -> None:
    shared = crew()
    with pytest.raises(KeyboardInterrupt):
        shared.guard(fails(KeyboardInterrupt()))
    assert (shared.is_stopping, shared.stopped_by) == (True, None)


# Holds


def enters(shared: Crew) -> threading.Event:
    """Somebody in another lane, who is told once it may make a hold."""
    entered = threading.Event()

    def hold() -> None:
        with shared.first_hold_alone():
            entered.set()

    threading.Thread(target=hold, daemon=True).start()
    return entered


def test_until_one_hold_is_known_to_be_right_nobody_else_makes_one() -> None:
    shared = crew()
    with shared.first_hold_alone():
        other = enters(shared)
        assert not other.wait(0.05)
    assert other.wait(10)
    shared.hold_is_proven()
    with shared.first_hold_alone():
        assert enters(shared).wait(10)


def test_three_holds_in_a_row_that_can_not_be_read_are_taken_for_holds_elsewhere() -> None:
    shared = crew()
    for _ in range(2):
        shared.hold_was_unreadable(ROW)
    shared.hold_is_proven()
    for _ in range(2):
        shared.hold_was_unreadable(ROW)
    assert shared.misplaced is None
    shared.hold_was_unreadable(OTHER)
    assert shared.misplaced == OTHER


def test_the_first_row_whose_place_was_held_elsewhere_is_named_to_all_others() -> None:
    shared = crew()
    shared.hold_was_misplaced(ROW)
    shared.hold_was_misplaced(OTHER)
    assert shared.not_tried_text(OTHER) == (
        "Not booked: Appointedd did not hold the place of row 14 as asked. Please look at that row first."
    )


# Outcomes


def test_progress_never_goes_past_its_end_and_a_full_disk_behind_the_screen_stops_nobody() -> None:
    told: list[Progress] = []

    def tell(progress: Progress) -> None:
        told.append(progress)
        raise OSError

    shared = crew(total=2, tell=tell)
    for number in (2, 3, 4):
        shared.add(outcome_of(row("Ada Lovelace", number), Status.BOOKED, ""))
    assert told == [Progress("Booking", 1, 2), Progress("Booking", 2, 2), Progress("Booking", 2, 2)]
    assert len(shared.outcomes) == 3


def test_the_log_has_each_step_with_its_retries_and_how_long_it_took_and_no_name(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = iter([10.0, 10.25, 20.0, 20.5, 30.0, 30.125, 40.0, 40.0625])
    monkeypatch.setattr("importer.booking.crew.time.monotonic", lambda: next(seconds))
    caplog.set_level(logging.INFO)
    shared = crew()
    with pytest.raises(ServiceError), shared.step("reserve", ADA.row):
        raise ServiceError("down")
    for name, of in (("reserve", ADA), ("confirm", ADA), ("reserve", ALAN)):
        with shared.step(name, of.row):
            pass
    for one in (ADA, ALAN):
        shared.add(replace(outcome_of(one, Status.BOOKED, ""), booking_id="b1" if one is ADA else ""))
    fields = ("run", "row", "status", "ms", "retries", "booking_id")
    assert [(one.getMessage(), *(vars(one).get(name) for name in fields)) for one in caplog.records] == [
        ("reserve", 1, 2, "ServiceError", 250, 0, None),
        ("reserve", 1, 2, "done", 500, 1, None),
        ("confirm", 1, 2, "done", 125, 0, None),
        ("reserve", 1, 3, "done", 62, 0, None),
        ("outcome", 1, 2, "Booked", 875, 1, "b1"),
        ("outcome", 1, 3, "Booked", 62, 0, None),
    ]


# Who is there by now


@pytest.mark.parametrize(("own_source", "is_settled"), [(None, True), ("partner", False)])
def test_who_is_there_by_a_source_that_our_confirms_have_shown_may_be_ours(
    ledger: Ledger, own_source: str | None, is_settled: bool
) -> None:
    there = session(replace(person("c5", "Jo Day"), source="partner"))
    ledger.save(replace(SENT, id=0, handle=""))
    shared = crew(ledger=ledger, service=Service(there), known=Learned(own_source=own_source))
    shown, changed = shared.look(there)
    assert ([one.state for one in changed] == [EntryState.NOT_BOOKED]) is is_settled
    assert [one.customer_booking_id for one in shown.people] == ["c5"]


def test_nobody_is_called_absent_within_the_margin_that_is_set(ledger: Ledger) -> None:
    ledger.save(entry("Ada Lovelace", 0, handle="", customer_booking_id="c1", recorded=START - timedelta(seconds=59)))
    for margin_s, states in ((60, []), (59, [EntryState.TAKEN_OFF])):
        shared = crew(ledger=ledger, service=Service(session()), settle_margin_s=margin_s)
        assert [one.state for one in shared.look(session())[1]] == states


def test_what_a_new_comparison_settles_is_kept_and_told_of_whoever_is_left(ledger: Ledger) -> None:
    known = ledger.save(replace(entry("Grace Hopper", 0, handle=""), row=RowRef("Sheet1", 9)))
    adopted = [
        replace(entry(one.name, 0, handle="", customer_booking_id=f"c{one.row.number}"), row=one.row, run=0)
        for one in (ADA, ALAN)
    ]
    found = replace(known, customer_booking_id="c9")
    given: list[Any] = []

    def match_again(*of: Any) -> Plan:
        given.append(of)
        outcomes = tuple(outcome_of(one, Status.ALREADY_BOOKED, "") for one in (ADA, ALAN))
        return cast("Plan", SimpleNamespace(changes=(found, *adopted), outcomes=outcomes))

    shared = crew(ledger=ledger, run=2, match_again=match_again)
    shared.match_again([ADA, ALAN], session(), [ALAN.row])
    assert given == [([ADA, ALAN], session(), (known,))]
    assert [one.row for one in shared.outcomes] == [ALAN.row]
    kept = {one.name: (one.run, one.customer_booking_id) for one in ledger.entries([BOOKING])}
    assert kept == {"Grace Hopper": (1, "c9"), "Alan Turing": (2, "c3")}
