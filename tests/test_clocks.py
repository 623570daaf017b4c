"""A computer's clock, or the service's, may be wrong by years: what only one of them says is decided by nobody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from desk import Desk, statuses, the
from test_lanes import ADA, ALAN
from test_starting import NEW, people, room
from werkzeug.http import http_date

from importer.importing.proposing import Proposal, propose
from importer.importing.questions import Choices
from importer.ledger import Ledger
from importer.lists.roster import read_roster
from importer.model import Options, Status
from importer.sandbox import server

OFF = [timedelta(days=200), timedelta(days=365), timedelta(days=-400)]


def header_ahead(monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    """The ``Date`` of each answer is these days ahead of the time there, as a gateway with a wrong clock has it."""
    monkeypatch.setattr(server, "http_date", lambda now: http_date(now + timedelta(days=days)))


def jumps_ahead(monkeypatch: pytest.MonkeyPatch, desk: Desk, call: str, by: timedelta) -> None:
    """From the first ``call`` on, the ``Date`` of each answer is so much later than the time there."""
    monkeypatch.setattr(server, "http_date", lambda now: http_date(now + (by if desk.posts()[call] else timedelta())))


def proposed(
    desk: Desk, *sessions: dict[str, object], off: timedelta = timedelta(), options: Options | None = None
) -> Proposal:
    """What is proposed on a computer whose clock is ``off``."""
    rows = [
        {"First name": "Ada", "Last name": f"{'ABCDEF'[at]}ook", **{"Group booking ID": ""}, **cells}
        for at, cells in enumerate(sessions)
    ]
    roster = read_roster(desk.roster(rows))
    settings = desk.settings()
    with Ledger.open(settings.ledger) as ledger, desk.service() as service:
        return propose(
            roster,
            Choices(settings, options or Options()),
            service,
            ledger,
            now=desk.clock() + off,
            tell=lambda _progress: None,
        )


@pytest.mark.parametrize(("ahead", "computer"), [(0, 0), (0, -400), (400, 0), (-200, 0)])
def test_a_year_that_both_clocks_leave_no_choice_of_is_decided(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, ahead: int, computer: int
) -> None:
    of_2032 = desk.session(start="2032-03-15T10:00:00+00:00", service="Pottery")
    header_ahead(monkeypatch, ahead)
    proposal = proposed(desk, {"Session": "Pottery, 15 March 10:00"}, off=timedelta(days=computer))
    (lane,) = proposal.plan.lanes
    assert lane.booking.id == of_2032


@pytest.mark.parametrize(("ahead", "computer"), [(400, 0), (0, 200), (0, 365)])
def test_a_year_that_only_one_clock_leaves_to_come_is_asked_about(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, ahead: int, computer: int
) -> None:
    for year in (2030, 2031):
        desk.session(start=f"{year}-03-15T10:00:00+00:00", service="Pottery")
    header_ahead(monkeypatch, ahead)
    (outcome,) = proposed(desk, {"Session": "Pottery, 15 March 10:00"}, off=timedelta(days=computer)).expected.outcomes
    assert "may be Pottery, Fri 15 Mar 2030 10:00 or Pottery, Sat 15 Mar 2031 10:00" in outcome.message


@pytest.mark.parametrize(("ahead", "computer"), [(400, 0), (0, 200)])
def test_a_weekday_of_two_weeks_that_are_to_come_by_one_clock_each_is_asked_about(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, ahead: int, computer: int
) -> None:
    weeks = [
        (desk.clock() + timedelta(weeks=at)).replace(hour=18).isoformat() for at in (1, (ahead + computer) // 7 + 1)
    ]
    for start in weeks:
        desk.session(start=start, service="Pottery")
    header_ahead(monkeypatch, ahead)
    (outcome,) = proposed(desk, {"Session": "Pottery, Tuesday"}, off=timedelta(days=computer)).expected.outcomes
    assert "may be Pottery, Tue 22 Jan 2030 18:00 or Pottery, Tue" in outcome.message


@pytest.mark.parametrize("off", OFF)
def test_years_between_which_the_service_leaves_the_choice_are_asked_about(desk: Desk, off: timedelta) -> None:
    for year in (2030, 2031):
        desk.session(start=f"{year}-03-15T10:00:00+00:00", service="Pottery")
    proposal = proposed(desk, {"Session": "Pottery, 15 March 10:00"}, off=off)
    (outcome,) = proposal.expected.outcomes
    assert "may be Pottery, Fri 15 Mar 2030 10:00 or Pottery, Sat 15 Mar 2031 10:00" in outcome.message


ROWS: list[dict[str, object]] = [
    {"Group booking ID": ""},
    {"Service": "Pottery", "Start": "15 Mar 2030 10:00"},
    {"Session": "Pottery, Fri 15 March 2030 10:00"},
]


@pytest.mark.parametrize(("ahead", "computer"), [(400, 0), (0, 200), (0, 365)])
@pytest.mark.parametrize("at", [0, 1, 2])
def test_a_session_that_is_over_by_one_clock_alone_is_held_with_what_both_say(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, at: int, ahead: int, computer: int
) -> None:
    id_ = desk.session(start="2030-03-15T10:00:00+00:00", service="Pottery")
    header_ahead(monkeypatch, ahead)
    row = ROWS[at] | ({"Group booking ID": id_} if at == 0 else {})
    expected = proposed(desk, row, off=timedelta(days=computer)).expected
    (outcome,) = expected.outcomes
    assert (outcome.status, outcome.rules) == (Status.FIX_ROW, {"clocks_differ"})
    ours, there = (desk.clock() + timedelta(days=days) for days in (computer, ahead))
    said = f"Your computer says that it is {ours:%-d %b %Y}, Appointedd says {there:%-d %b %Y}."
    assert said in outcome.message


def test_past_sessions_that_are_allowed_are_booked_whatever_the_clocks_say(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    id_ = desk.session(start="2030-03-15T10:00:00+00:00", service="Pottery")
    header_ahead(monkeypatch, 400)
    expected = proposed(desk, {"Group booking ID": id_}, options=Options(allow_past=True)).expected
    assert statuses(expected) == {"Ada Aook": "Would book"}


@pytest.mark.parametrize(("ahead", "computer"), [(400, 0), (0, 200), (-3, -200)])
def test_a_session_that_is_over_by_both_clocks_is_in_the_past(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, ahead: int, computer: int
) -> None:
    start = "2030-01-10T10:00:00+00:00" if computer >= 0 else "2029-06-01T10:00:00+00:00"
    id_ = desk.session(start=start, service="Pottery")
    header_ahead(monkeypatch, ahead)
    rows: list[dict[str, object]] = [{"Group booking ID": id_}, {"Service": "Pottery", "Start": start[:16]}]
    expected = proposed(desk, *rows, off=timedelta(days=computer)).expected
    assert [one.rules for one in expected.outcomes] == [{"past"}] * 2


def test_a_few_hours_are_no_reason_to_distrust_a_clock(desk: Desk) -> None:
    desk.session(start="2030-01-15T14:00:00+00:00", service="Pottery")
    expected = proposed(desk, {"Service": "Pottery", "Start": "15 Jan 2030 14:00"}, off=timedelta(hours=6)).expected
    assert statuses(expected) == {"Ada Aook": "Fix row"}


# What became of somebody whose answer was lost


@pytest.mark.parametrize("by", [timedelta(minutes=40), timedelta(days=1), timedelta(days=400)])
def test_nobody_is_sent_again_because_the_service_says_from_then_on_that_it_is_another_day(
    open_desk: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch, by: timedelta
) -> None:
    desk = open_desk(mishaps=["late-commit=600:confirm:nth=1"])
    session = desk.session()
    roster = desk.people(session, ADA, ALAN)
    jumps_ahead(monkeypatch, desk, "confirm", by)
    desk.run(roster)
    desk.clock.wait(150)
    told = the(desk.run(roster), ADA)
    assert str(told.status) == "Not sure yet"
    assert "We will know after 09:22" in told.message
    assert "This computer's clock and Appointedd's differ." in told.message
    desk.sandbox._mishaps.finish()
    assert set(statuses(desk.run(roster)).values()) == {"Already booked"}
    assert sorted(desk.booked(session)) == [ADA, ALAN]


@pytest.mark.parametrize("by", [timedelta(days=-1), timedelta(hours=3)])
def test_who_was_not_booked_is_sent_again_after_as_long_as_ever_where_the_service_has_another_time(
    open_desk: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch, by: timedelta
) -> None:
    desk = open_desk(mishaps=["cut-before:confirm:nth=1"])
    session = desk.session()
    roster = desk.people(session, ADA)
    monkeypatch.setattr(server, "http_date", lambda now: http_date(now + by))
    assert "We will know after 09:22" in the(desk.run(roster), ADA).message
    desk.clock.wait(20 * 60)
    assert statuses(desk.run(roster)) == {ADA: "Not sure yet"}
    desk.clock.wait(3 * 60)
    assert statuses(desk.run(roster)) == {ADA: "Booked"}
    assert desk.booked(session) == [ADA]


def test_who_was_to_start_a_session_is_not_sent_again_because_the_service_says_that_it_is_another_day(
    open_desk: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = open_desk(mishaps=["late-commit=600:confirm:nth=1"])
    room(desk)
    roster = people(desk, ADA)
    jumps_ahead(monkeypatch, desk, "confirm", timedelta(days=1))
    desk.run(roster, NEW)
    desk.clock.wait(150)
    assert statuses(desk.run(roster, NEW))[ADA] == "Not sure yet"
    assert desk.posts()["confirm"] == 1
