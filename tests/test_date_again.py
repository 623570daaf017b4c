"""A list that is sent each week for its own date, and comes back for a date that it was for before."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from desk import Desk

from importer.ledger import Ledger
from importer.model import Former, RunReport

MON, TUE = "2030-03-04T10:00:00+00:00", "2030-03-05T10:00:00+00:00"
ANNA, BOB, CY, DORA, EVA, FINN = (
    "Anna Brown",
    "Bob Smith",
    "Cy Khan",
    "Dora Ellis",
    "Eva Young",
    "Finn Moore",
)


def week(desk: Desk, session: str, *names: str) -> RunReport:
    """An import of the same file, whose results are handed over."""
    report = desk.run(desk.people(session, *names))
    with Ledger.open(desk.settings().ledger) as ledger:
        ledger.results_written(report.run, desk.folder / "results.xlsx", f"digest {report.run}")
    return report


def gone(report: RunReport) -> Iterable[Former]:
    return report.since.gone if report.since else ()


def held(report: RunReport) -> set[tuple[str, str]]:
    """Who is told as no longer on the list, with the session on which they hold a place."""
    return {(one.name, one.booking_id) for one in gone(report) if one.holds_place}


@pytest.mark.parametrize("weeks_between", [1, 2])
def test_who_left_a_list_since_it_was_for_this_date_is_told_with_the_place_of_that_date(
    desk: Desk, weeks_between: int
) -> None:
    monday = desk.session(start=MON)
    others = [desk.session(start=start) for start in (TUE, "2030-03-06T10:00:00+00:00")[:weeks_between]]
    week(desk, monday, ANNA, BOB, CY, DORA, EVA)
    for other in others:
        week(desk, other, BOB, CY, DORA, EVA, FINN)
    again = week(desk, monday, ANNA, BOB, CY, DORA)
    assert (EVA, monday) in held(again)
    assert not {name for name, _ in held(again)} & {ANNA, BOB, CY, DORA}
    assert desk.booked(monday) == [ANNA, BOB, CY, DORA, EVA]


def test_it_is_told_once(desk: Desk) -> None:
    monday, tuesday = desk.session(start=MON), desk.session(start=TUE)
    week(desk, monday, ANNA, BOB, CY)
    week(desk, tuesday, ANNA, BOB)
    assert (CY, monday) in held(week(desk, monday, ANNA, BOB))
    week(desk, tuesday, ANNA, BOB)
    assert held(week(desk, monday, ANNA, BOB)) == set()


def test_who_left_a_list_that_was_for_one_of_its_sessions_the_last_time_is_not_told_again(desk: Desk) -> None:
    monday, tuesday = desk.session(start=MON), desk.session(start=TUE)

    def both(*on_monday: str) -> RunReport:
        rows = [(monday, name) for name in on_monday] + [(tuesday, name) for name in (DORA, FINN)]
        cells = [{"Group booking ID": id_, "Full name": name} for id_, name in rows]
        report = desk.run(desk.roster(cells))
        with Ledger.open(desk.settings().ledger) as ledger:
            ledger.results_written(report.run, desk.folder / "results.xlsx", f"digest {report.run}")
        return report

    both(ANNA)
    assert held(both()) == {(ANNA, monday)}
    assert held(both(BOB)) == set()
