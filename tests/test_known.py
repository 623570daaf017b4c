"""What is known of a roster's people before a plan is made: where they are, and whether this roster was here before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from desk import START, Desk, statuses
from whoiswho import entry, row

from importer.importing.earlier import is_of_same_roster_by, same_rosters_of
from importer.importing.known import known_by_ledger
from importer.ledger import Ledger
from importer.model import Entry, EntryState, GroupBooking, Options, Participant, Roster, RowRef, Target
from importer.settings import load_settings

TEN = START + timedelta(days=30)
POTTERY = Target(service="Pottery", start=TEN)
DANCE = Target(service="Dance", start=TEN)
NAMES = ("Ada Lovelace", "Alan Turing", "Grace Hopper", "Edsger Dijkstra", "Barbara Liskov")
ANOTHER = Path("/lists/another.csv")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(tmp_path / "ledger.sqlite3") as opened:
        yield opened


def session(id_: str, service: str = "Pottery", start: datetime = TEN) -> GroupBooking:
    return GroupBooking(id_, service, "r", start, start.isoformat(), 10, service_name=service)


def begun(ledger: Ledger, path: Path, content: bytes = b"") -> int:
    roster = Roster(path, content, ())
    return ledger.begin_run(roster, Options(), load_settings(base_url="http://localhost:1"), by="priya", now=START)


def booked(ledger: Ledger, name: str, booking_id: str, number: int = 2, *, run: int = 1, **more: object) -> Entry:
    given = entry(name, **({"handle": ""} | more))
    return ledger.save(replace(given, id=0, run=run, row=RowRef("Sheet1", number), booking_id=booking_id))


def asks(name: str, target: Target, number: int = 2, **more: object) -> Participant:
    return replace(row(name, number, **more), target=target)


def places(ledger: Ledger, *rows: Participant, remembered: tuple[GroupBooking, ...] = ()) -> list[str]:
    """The group booking of each row, by the ledger."""
    found = known_by_ledger(rows, remembered, {}, ledger)
    return [found.get(one.row, "") for one in rows]


# Where somebody is


def test_a_row_that_names_no_session_is_on_that_of_its_mark(ledger: Ledger) -> None:
    handle = booked(ledger, "Ada Lovelace", "a").handle
    assert places(ledger, asks("Ada Lovelace", Target(), handle=handle)) == ["a"]
    assert places(ledger, asks("Ada Lovelace", Target())) == [""]


def test_who_was_moved_in_the_results_is_looked_for_where_the_row_says_by_now(ledger: Ledger) -> None:
    handle = booked(ledger, "Ada Lovelace", "a", target=POTTERY).handle
    moved = asks("Ada Lovelace", DANCE, handle=handle)
    assert places(ledger, moved, remembered=(session("a"), session("b", "Dance"))) == [""]


def test_who_was_booked_by_the_same_words_stays_there_and_others_of_that_name_do_not(ledger: Ledger) -> None:
    booked(ledger, "Ada Lovelace", "a", target=POTTERY)
    booked(ledger, "Alan Turing", "b", 3, target=DANCE)
    rows = [asks("Ada Lovelace", POTTERY), asks("Alan Turing", DANCE, 3), asks("Ada Lovelace", DANCE, 4)]
    assert places(ledger, *rows) == ["a", "b", ""]
    assert places(ledger, asks("Grace Hopper", POTTERY), asks("Ada Lovelace", DANCE, 3)) == ["", ""]
    named = asks("Ada Lovelace", replace(POTTERY, booking_id="c"), 5)
    assert places(ledger, named) == [""]


def test_who_stays_by_the_same_words_is_not_taken_for_a_namesake_who_starts_then(ledger: Ledger) -> None:
    booked(ledger, "Ada Lovelace", "a", target=POTTERY)
    booked(ledger, "Ada Lovelace", "b", 3)
    assert places(ledger, asks("Ada Lovelace", POTTERY), remembered=(session("b"),)) == ["a"]


def test_who_is_known_on_a_session_that_starts_as_the_row_says_is_there(ledger: Ledger) -> None:
    booked(ledger, "Ada Lovelace", "a")
    booked(ledger, "Alan Turing", "b", 3)
    remembered = session("a"), session("b", "Dance")
    rows = [asks("Ada Lovelace", POTTERY), asks("Alan Turing", DANCE, 3), asks("Grace Hopper", POTTERY, 4)]
    assert places(ledger, *rows, remembered=remembered) == ["a", "b", ""]
    assert places(ledger, asks("Ada Lovelace", DANCE), remembered=remembered) == [""]


def test_who_may_be_somebody_is_asked_about_where_that_person_is(ledger: Ledger) -> None:
    booked(ledger, "John Smith", "a", target=POTTERY)
    booked(ledger, "Una Quill", "b", 3, target=POTTERY)
    rows = [asks("Jon Smith", POTTERY), asks("Una Quill", POTTERY, 3)]
    assert places(ledger, *rows) == ["a", "b"]


# Whether this roster was here before


def same(ledger: Ledger, *people: Participant, path: Path = ANOTHER, series: str = "another") -> frozenset[int]:
    return same_rosters_of(Roster(path, b"", ()), Options(series=series), people, ["a"], ledger)


def test_a_roster_of_which_half_the_rows_carry_marks_of_a_run_follows_it(ledger: Ledger) -> None:
    run = begun(ledger, Path("/lists/first.csv"))
    handle = ledger.handle(run, RowRef("Sheet1", 2)), ledger.handle(run, RowRef("Sheet1", 3))
    marked = [row(NAMES[0], 2, handle=handle[0]), row(NAMES[1], 3, handle=handle[1])]
    assert same(ledger, *marked, row(NAMES[2], 4), row(NAMES[3], 5)) == {run}
    assert same(ledger, marked[0], row(NAMES[2], 4), row(NAMES[3], 5)) == set()


def test_a_roster_of_five_of_whom_four_are_of_a_run_is_that_roster_renamed(ledger: Ledger) -> None:
    run = begun(ledger, Path("/lists/first.csv"))
    for number, name in enumerate(NAMES, 2):
        booked(ledger, name, "a", number, run=run)
    known = [row(name, number) for number, name in enumerate(NAMES, 2)]
    others = [row("Ina Ferris", 8), row("Tariq Wells", 9)]
    assert same(ledger, *known[:4], others[0]) == {run}
    assert same(ledger, *known) == {run}
    assert same(ledger, *known[:3], *others) == set()
    assert same(ledger, *known[:4]) == set()


def test_a_roster_of_the_same_place_or_series_is_the_same_roster(ledger: Ledger) -> None:
    by_place = begun(ledger, Path("/lists/first.csv"), b"1")
    by_series = begun(ledger, Path("/lists/hr 2026-03-02.csv"), b"2")
    assert same(ledger, path=Path("/lists/first.csv"), series="") == {by_place}
    assert same(ledger, path=Path("/lists/hr 2026-03-09.csv"), series="") == {by_series}
    assert same(ledger, row("Ada Lovelace")) == set()


def test_a_person_is_of_this_roster_whom_a_run_of_it_has_booked_or_was_told_to_be_booked(desk: Desk) -> None:
    pottery = desk.session()
    first, second = desk.people(pottery, "Ada Lovelace", Email="a@x.org"), desk.roster([], "second.csv")
    desk.run(first)
    second = desk.roster(
        [
            {"Group booking ID": pottery, "First name": a, "Last name": b, "Email": "a@x.org"}
            for a, b in (("Ada", "Lovelace"), ("Alan", "Turing"))
        ],
        "second.csv",
    )
    desk.run(second)
    with Ledger.open(desk.settings().ledger) as ledger:
        ada, alan = ledger.entries({pottery})
        one, other = is_of_same_roster_by({ada.run}, ledger), is_of_same_roster_by({alan.run}, ledger)
        assert (ada.run, one(ada), one(alan), other(alan)) == (1, True, False, True)
        assert other(ada), "the second run was told that she is booked"
        assert one(replace(ada, customer_booking_id="never told"))
        assert not is_of_same_roster_by((), ledger)(ada)
        assert not one(replace(alan, customer_booking_id=""))


# Whether strangers are looked at


def records_read(desk: Desk) -> int:
    return sum(count for (_, path), count in desk.sandbox.requests.items() if path.startswith("/customers/"))


def test_strangers_are_looked_at_only_where_one_may_be_somebody_of_ours(desk: Desk) -> None:
    pottery = desk.session()
    roster = desk.people(pottery, "Ada Lovelace", "Alan Turing")
    desk.run(roster)
    desk.sandbox.world.add_person(pottery, "Walter", "Quill")
    desk.clock.wait(3600)
    assert set(statuses(desk.run(roster)).values()) == {"Already booked"}
    assert records_read(desk) == 0
    with Ledger.open(desk.settings().ledger) as ledger:
        ada, _ = ledger.entries({pottery})
        ledger.save(replace(ada, state=EntryState.SENT, customer_booking_id="", settled_by=desk.clock()))
    assert set(statuses(desk.run(roster)).values()) == {"Already booked"}
    assert records_read(desk) > 0
    assert desk.booked(pottery) == ["Ada Lovelace", "Alan Turing", "Walter Quill"]


@pytest.mark.parametrize("is_told", [True, False], ids=["told meanwhile", "between two imports"])
def test_who_was_taken_off_is_looked_for_among_strangers(desk: Desk, is_told: bool) -> None:
    pottery = desk.session()
    roster = desk.people(pottery, "Ada Lovelace", Email="ada@x.org")
    desk.run(roster)
    (there,) = desk.sandbox.world.people(pottery)
    desk.sandbox.world.remove_person(pottery, there.customer_booking_id)
    booked_at = desk.clock()
    desk.clock.wait(3600)
    if is_told:
        assert [(one.state, one.recorded) for one in desk.plan(roster).changes] == [(EntryState.TAKEN_OFF, booked_at)]
        assert statuses(desk.run(roster)) == {"Ada Lovelace": "No longer booked"}
    desk.sandbox.world.add_person(pottery, "Ada", "Lovelace", email="ada@x.org")
    assert statuses(desk.run(roster)) == {"Ada Lovelace": "Already booked"}


def test_who_turns_out_not_to_be_booked_is_known_no_more_and_the_moment_is_kept(desk: Desk) -> None:
    pottery = desk.session()
    roster = desk.people(pottery, "Ada Lovelace")
    with Ledger.open(desk.settings().ledger) as ledger:
        run = begun(ledger, roster)
        booked(ledger, "Ada Lovelace", pottery, run=run, state=EntryState.SENT, settled_by=desk.clock())
    desk.clock.wait(1)
    plan = desk.plan(roster)
    assert [one.name for one in plan.people] == ["Ada Lovelace"]
    assert [(one.state, one.recorded) for one in plan.changes] == [(EntryState.NOT_BOOKED, desk.clock())]
