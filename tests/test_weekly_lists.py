"""A list that says its date itself, and another one every week: each is an addition, and nobody has moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import pytest
from desk import Desk, statuses
from test_chosen_dates import KEPT, SERVICE, Office
from test_several_dates import answers, names, told

from importer.importing.handing_over import hand_over
from importer.importing.preparing import prepare
from importer.importing.questions import Choices
from importer.ledger import Ledger
from importer.lists.roster import read_roster
from importer.model import Options, RunReport
from importer.results.changes import change_lines
from importer.results.files import results_path

WEEKS = ("2 March 2030", "9 March 2030", "16 March 2030")
NOTE = "Another date of this list?"


@pytest.fixture
def office(desk: Desk) -> Office:
    return Office(desk)


def book(office: Office, path: Path) -> tuple[RunReport, Sequence[str]]:
    """What comes of an import, and why it would be held."""
    settings = office.desk.settings(headings=KEPT)
    roster = read_roster(path, heading_sets=settings.heading_sets)
    with Ledger.open(settings.ledger) as ledger, office.desk.service() as service:
        now = office.desk.clock()
        plan = prepare(roster, settings, Options(), service, ledger, now=now, tell=lambda _: None)
    report = office.desk.run_of(roster, headings=KEPT)
    hand_over(report, results_path(path, None), Choices(settings, Options()))
    return report, plan.held


def columns(people: Sequence[str], week: str, **others: str) -> list[Mapping[str, object]]:
    return [
        {"Full name": name, "Service": SERVICE, "Start": others.get(name.split()[0], f"{week} 11:15")}
        for name in people
    ]


@pytest.mark.parametrize("place", ["title", "columns"])
def test_another_date_every_week_moves_nobody_and_holds_nothing(office: Office, place: str) -> None:
    people = names(30)
    for number, week in enumerate(WEEKS):
        if place == "title":
            path = office.titled(f"{SERVICE}, Sat {week} 11.15", people)
        else:
            path = office.desk.roster(columns(people, week), "register.csv")
        report, held = book(office, path)
        assert (held, told(report)) == ((), (set(), [], 0))
        assert [label for label, _ in change_lines(report)] == ([NOTE] if number else [])
        assert set(statuses(report).values()) == {"Booked"}
    assert office.booked() == [sorted(people)] * 3


def test_a_date_that_is_over_is_not_told_of(office: Office) -> None:
    book(office, office.titled(f"{SERVICE}, Sat 2 March 2030 11.15", names(30)))
    office.desk.clock.now = datetime.fromisoformat("2030-03-04T09:00:00+00:00")
    report, held = book(office, office.titled(f"{SERVICE}, Sat 9 March 2030 11.15", names(30)))
    assert (held, told(report), change_lines(report)) == ((), (set(), [], 0), [])


def test_a_row_that_can_not_be_read_and_people_who_come_make_no_difference(office: Office) -> None:
    people = names(30)
    book(office, office.desk.roster(columns(people, WEEKS[0]), "register.csv"))
    broken = {people[3].split()[0]: "31 February 2030"}
    path = office.desk.roster(columns([*people, "Ivy Cole"], WEEKS[1], **broken), "register.csv")
    report, held = book(office, path)
    assert (held, told(report)[0]) == ((), set())
    assert len(office.booked()[1]) == 30


def test_some_who_are_on_another_date_have_moved(office: Office) -> None:
    people = names(6)
    book(office, office.desk.roster(columns(people, WEEKS[0]), "register.csv"))
    later = {people[0].split()[0]: f"{WEEKS[1]} 11:15"}
    report, _ = book(office, office.desk.roster(columns(people, WEEKS[0], **later), "register.csv"))
    assert told(report) == ({people[0]}, [], 3)


def test_a_list_for_another_service_is_not_for_another_date(office: Office) -> None:
    drawing = office.desk.session(40, "2030-03-09T11:15:00+00:00", service="Drawing")
    people = names(30)
    book(office, office.desk.roster(columns(people, WEEKS[0]), "register.csv"))
    rows = [{**row, "Service": "Drawing"} for row in columns(people, WEEKS[1])]
    report, held = book(office, office.desk.roster(rows, "register.csv"))
    assert "30 were on another session then" in held[0]
    assert told(report)[0] == set(people)
    assert len(office.desk.booked(drawing)) == 30


def test_dates_that_are_added_to_the_one_of_the_title_are_kept_with_it(office: Office) -> None:
    people = names(3)
    book(office, office.titled(f"{SERVICE}, Sat 9 March 2030 11.15", people))
    weekly = office.titled(f"{SERVICE}, Saturdays 11.15", people)
    _, results = office.imports(weekly, "every Saturday until 16 March", None)
    for again in (results, weekly):
        report, told_in = office.imports(again, None, None)
        assert told(report) == (set(), [], 0)
        assert [status for *_, status in answers(told_in)] == ["Already booked"] * 9
