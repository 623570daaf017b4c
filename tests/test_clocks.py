"""A computer's clock may be wrong by days or years: what is to come goes by the service's, where that is known."""

from __future__ import annotations

from datetime import timedelta

import pytest
from desk import Desk, statuses

from importer.importing.proposing import Proposal, propose
from importer.importing.questions import Choices
from importer.ledger import Ledger
from importer.lists.roster import read_roster
from importer.model import Options

OFF = [timedelta(days=200), timedelta(days=365), timedelta(days=-400)]


def proposed(desk: Desk, *sessions: dict[str, object], off: timedelta) -> Proposal:
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
            Choices(settings, Options()),
            service,
            ledger,
            now=desk.clock() + off,
            tell=lambda _progress: None,
        )


@pytest.mark.parametrize("off", OFF)
def test_a_year_that_is_left_out_goes_by_the_clock_of_the_service(desk: Desk, off: timedelta) -> None:
    of_2030 = desk.session(start="2030-03-15T10:00:00+00:00", service="Pottery")
    proposal = proposed(desk, {"Session": "Pottery, 15 March 10:00"}, off=off)
    (lane,) = proposal.plan.lanes
    assert lane.booking.id == of_2030


@pytest.mark.parametrize("off", OFF)
def test_years_between_which_the_service_leaves_the_choice_are_asked_about(desk: Desk, off: timedelta) -> None:
    for year in (2030, 2031):
        desk.session(start=f"{year}-03-15T10:00:00+00:00", service="Pottery")
    proposal = proposed(desk, {"Session": "Pottery, 15 March 10:00"}, off=off)
    (outcome,) = proposal.expected.outcomes
    assert "may be Pottery, Fri 15 Mar 2030 10:00 or Pottery, Sat 15 Mar 2031 10:00" in outcome.message


def test_a_session_to_come_is_not_in_the_past_for_a_clock_that_is_ahead(desk: Desk) -> None:
    id_ = desk.session(start="2030-03-15T10:00:00+00:00", service="Pottery")
    rows: list[dict[str, object]] = [
        {"Group booking ID": id_},
        {"Service": "Pottery", "Start": "15 Mar 2030 10:00"},
        {"Session": "Pottery, Fri 15 March 2030 10:00"},
    ]
    for some in (rows, rows[:1], rows[1:2], rows[2:]):
        assert {*statuses(proposed(desk, *some, off=OFF[0]).expected).values()} == {"Would book"}


def test_a_session_that_is_over_is_in_the_past_for_a_clock_that_is_behind(desk: Desk) -> None:
    id_ = desk.session(start="2030-01-10T10:00:00+00:00", service="Pottery")
    rows: list[dict[str, object]] = [{"Group booking ID": id_}, {"Service": "Pottery", "Start": "10 Jan 2030 10:00"}]
    expected = proposed(desk, *rows, off=OFF[2]).expected
    assert [one.rules for one in expected.outcomes] == [{"past"}] * 2


def test_a_few_hours_are_no_reason_to_distrust_a_clock(desk: Desk) -> None:
    desk.session(start="2030-01-15T14:00:00+00:00", service="Pottery")
    expected = proposed(desk, {"Service": "Pottery", "Start": "15 Jan 2030 14:00"}, off=timedelta(hours=6)).expected
    assert statuses(expected) == {"Ada Aook": "Fix row"}
