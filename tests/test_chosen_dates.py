"""One list, several dates: those that are meant by days in words (``--dates``), or chosen from a list by number."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from desk import Desk, statuses
from openpyxl import Workbook
from test_full_sessions import no_list
from test_several_dates import DATES, Course, answers, told

from importer.importing.carrying_out import carry_out
from importer.importing.choosing import WhichSessions
from importer.importing.handing_over import hand_over
from importer.importing.proposing import Proposal, propose
from importer.importing.questions import Choices
from importer.ledger import Ledger
from importer.lists.dates import for_targets
from importer.lists.roster import read_roster
from importer.lists.sessions import read_targets
from importer.model import GroupBooking, Options, RunReport
from importer.results.files import results_path

SERVICE = "Kiln club"
PEOPLE = ["Ada Lovelace", "Tom Baker", "Mia Chen"]
UNTIL = "every Saturday until 16 March"
KEPT = {"Club": {"First name": "First name", "Last name": "Last name", "session_in": "title"}}
"""What was agreed about the list before: where its session stands."""

Choose = Callable[[WhichSessions], list[GroupBooking]]


class Office(Course):
    """Imports for a service and days in words; ``choose`` is who answers at a terminal."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.ids = [self.session(date) for date in DATES]

    def session(self, start: str, places: int = 40, **more: Any) -> str:
        return self.desk.session(places, start, service=SERVICE, **more)

    def titled(self, title: str, people: list[str], name: str = "register.xlsx") -> Path:
        book = Workbook()
        sheet: Any = book.active
        for row in ((title,), (), ("First name", "Last name"), *(person.split(" ", 1) for person in people)):
            sheet.append(row)
        book.save(self.desk.folder / name)
        return self.desk.folder / name

    def propose(
        self,
        path: Path,
        dates: str | None = None,
        service: str | None = SERVICE,
        choose: Choose | None = None,
        **more: Any,
    ) -> tuple[Proposal, RunReport | None, Path | None]:
        settings = self.desk.settings(headings=more.get("kept", KEPT))
        targets = read_targets(
            None, service, (), settings.zone, None, more.get("resource"), days=dates, now=self.desk.clock()
        )
        options = for_targets(targets, settings.zone, Options(days=dates or ""))
        roster, choices = read_roster(path, heading_sets=settings.heading_sets), Choices(settings, options)
        with Ledger.open(settings.ledger) as ledger, ledger.lock(), self.desk.service() as api:

            def proposed(choices: Choices) -> Proposal:
                return propose(roster, choices, api, ledger, now=self.desk.clock(), tell=lambda _: None)

            proposal = proposed(choices)
            if proposal.which and choose:
                chosen = choose(proposal.which)
                proposal = proposed(choices.with_sessions(chosen, proposal.which))
            if proposal.refusal:
                return proposal, None, None
            report = carry_out(
                proposal.plan,
                settings,
                proposal.choices.options,
                api,
                ledger,
                by="priya",
                clock=self.desk.clock,
                tell=lambda _: None,
                stop=self.desk.stop,
                pause=self.desk.clock.wait,
            )
        return proposal, report, hand_over(report, results_path(path, None), proposal.choices)

    def imports(self, *args: Any, **more: Any) -> tuple[RunReport, Path]:
        proposal, report, results = self.propose(*args, **more)
        assert report, proposal.open
        assert results
        return report, results

    def why(self, *args: Any, **more: Any) -> str:
        """Why nobody is booked."""
        proposal, report, _ = self.propose(*args, **more)
        assert report is None
        assert proposal.which
        return proposal.which.why


@pytest.fixture
def office(desk: Desk) -> Office:
    return Office(desk)


def read_as(report: RunReport) -> tuple[str, ...]:
    return report.roster.sheets[0].read_as


def test_everybody_is_booked_on_each_session_of_such_days_and_the_dates_are_told(office: Office) -> None:
    report, results = office.imports(office.list(PEOPLE), UNTIL)
    assert office.booked() == [sorted(PEOPLE)] * 3
    assert read_as(report)[0] == (f"{UNTIL}: Sat 2 Mar 2030 11:15, Sat 9 Mar 2030 11:15, Sat 16 Mar 2030 11:15.")
    assert len(answers(results)) == 9

    for again in (results, office.list(PEOPLE)):
        report, _ = office.imports(again, UNTIL)
        assert set(statuses(report).values()) == {"Already booked"}
        assert told(report) == (set(), [], 0)


def test_a_day_without_a_session_is_named(office: Office) -> None:
    report, _ = office.imports(office.list(PEOPLE), "every Saturday from 2 March until 23 March")
    assert read_as(report)[1] == "No session, or it is full: Sat 23 Mar 2030."
    report, _ = office.imports(office.list(PEOPLE), "Saturdays")
    assert read_as(report)[1].startswith("No session, or it is full: Sat 19 Jan 2030")
    assert "23 Mar" not in " ".join(read_as(report)), "nobody said that there should be one"


def test_days_that_are_over_are_left_out_and_those_before_stay_as_they_are(office: Office) -> None:
    path = office.list(PEOPLE)
    office.imports(path, UNTIL)
    office.desk.clock.now = datetime.fromisoformat("2030-03-05T09:00:00+00:00")
    report, results = office.imports(office.list([*PEOPLE, "Ivy Cole"]), UNTIL)
    assert told(report) == (set(), [], 0)
    assert office.booked() == [sorted(PEOPLE), *[sorted([*PEOPLE, "Ivy Cole"])] * 2]
    assert len(answers(results)) == 3 * 3 + 2

    office.desk.clock.now = datetime.fromisoformat("2030-03-20T09:00:00+00:00")
    assert office.why(path, UNTIL) == f'"{UNTIL}" is over.'


def test_two_sessions_on_a_day_are_asked_about_by_name_and_the_time_of_the_list_tells_them_apart(
    office: Office,
) -> None:
    early = office.session("2030-03-09T09:00:00+00:00", 10)
    assert office.why(office.list(PEOPLE), UNTIL) == (
        f'"{UNTIL}": 9 Mar 2030 has {SERVICE}, Sat 9 Mar 2030 09:00 and {SERVICE}, Sat 9 Mar 2030 11:15.'
    )
    assert office.desk.posts() == {}
    office.imports(office.titled(f"{SERVICE}, Saturdays 11.15", PEOPLE), UNTIL, None)
    assert office.booked() == [sorted(PEOPLE)] * 3
    assert office.desk.booked(early) == []

    office.imports(office.list(["Ivy Cole"], "other.xlsx"), "Saturdays 9am until 16 March")
    assert office.desk.booked(early) == ["Ivy Cole"]


def test_a_day_on_which_the_session_has_another_time_than_the_list_is_named(office: Office) -> None:
    office.session("2030-03-23T09:00:00+00:00", 10)
    path = office.titled(f"{SERVICE}, Saturdays 11.15", PEOPLE)
    report, _ = office.imports(path, "Saturdays from 2 March until 23 March")
    assert read_as(report)[-1] == f"Sat 23 Mar 2030 has no session at that time, only {SERVICE}, Sat 23 Mar 2030 09:00."
    assert office.booked() == [sorted(PEOPLE)] * 3


def test_a_full_session_on_a_day_is_asked_about_beside_the_one_with_places(office: Office) -> None:
    early = office.session("2030-03-09T09:00:00+00:00", 1)
    office.desk.sandbox.world.add_person(early, "Zoe", "First")
    assert office.why(office.list(PEOPLE), UNTIL) == (
        f'"{UNTIL}": 9 Mar 2030 has {SERVICE}, Sat 9 Mar 2030 09:00 and {SERVICE}, Sat 9 Mar 2030 11:15.'
    )


def test_times_that_nobody_gave_are_to_be_checked_where_full_sessions_are_not_seen(office: Office) -> None:
    path = office.list(PEOPLE)
    told = "Full sessions can't be seen: please check these times."
    report, _ = office.imports(path, UNTIL)
    assert told not in read_as(report)
    no_list(office.desk)
    report, _ = office.imports(path, UNTIL)
    assert told in read_as(report)
    report, _ = office.imports(path, "every Saturday 11.15 until 16 March")
    assert told not in read_as(report)


def test_a_title_with_its_day_is_not_said_to_name_no_date(office: Office) -> None:
    office.session(DATES[0].replace("T11", "T15"))
    path = office.titled(f"{SERVICE} - Sat 2 March", PEOPLE)
    why = office.why(path, None, None, kept=KEPT)
    assert "names no date" not in why
    assert why.endswith("fits more than one session.")


def test_a_room_is_kept_to_and_two_rooms_at_once_are_asked_about(office: Office) -> None:
    other = office.session("2030-03-09T11:15:00+00:00", 10, resource="Studio 2")
    why = office.why(office.list(PEOPLE), UNTIL)
    assert f"{SERVICE}, Sat 9 Mar 2030 11:15 (Studio 1) and {SERVICE}, Sat 9 Mar 2030 11:15 (Studio 2)" in why
    office.imports(office.list(PEOPLE), UNTIL, resource="Studio 1")
    assert (office.booked(), office.desk.booked(other)) == ([sorted(PEOPLE)] * 3, [])

    report, _ = office.imports(
        office.list(["Ivy Cole"], "other.xlsx"),
        UNTIL,
        choose=lambda asked: [one for one in asked.sessions if one.resource_name == "Studio 2"],
    )
    assert (statuses(report), office.desk.booked(other)) == ({"Ivy Cole": "Booked"}, ["Ivy Cole"])


def test_both_of_two_rooms_at_once_may_be_chosen(office: Office) -> None:
    other = office.session("2030-03-09T11:15:00+00:00", 10, resource="Studio 2")
    _, results = office.imports(office.list(["Ivy Cole"]), UNTIL, choose=lambda asked: list(asked.sessions))
    assert (office.booked(), office.desk.booked(other)) == ([["Ivy Cole"]] * 3, ["Ivy Cole"])
    assert [status for *_, status in answers(results)] == ["Booked"] * 4


def test_a_session_that_we_filled_is_still_a_date_of_the_list(desk: Desk) -> None:
    office = Office(desk)
    full = office.session("2030-03-23T11:15:00+00:00", 3)
    path = office.list(PEOPLE)
    office.imports(path, "every Saturday until 23 March")
    report, results = office.imports(path, "every Saturday until 23 March")
    assert desk.booked(full) == PEOPLE
    assert len(answers(results)) == 12
    assert len(read_as(report)) == 2, "the Saturdays before March alone"


def test_a_cancelled_session_is_none(office: Office) -> None:
    office.session("2030-03-23T11:15:00+00:00", 10, status="cancelled")
    report, _ = office.imports(office.list(PEOPLE), "every Saturday from 2 March until 23 March")
    assert read_as(report)[1] == "No session, or it is full: Sat 23 Mar 2030."


def test_nobody_is_booked_where_no_service_is_named_or_no_day_has_a_session(office: Office) -> None:
    assert office.why(office.list(PEOPLE), UNTIL, None).startswith("We don't know which service this list is for.")
    assert "No session, or it is full" in office.why(office.list(PEOPLE), "every Sunday until 16 March")
    assert 'no service called "Potery"' in office.why(office.list(PEOPLE), UNTIL, "Potery")


def test_a_list_that_names_another_day_of_the_week_than_the_call_is_held(office: Office) -> None:
    office.session("2030-03-10T11:15:00+00:00", 10)
    proposal, report, _ = office.propose(office.titled("Saturdays 11.15", PEOPLE), "every Sunday until 16 March")
    assert report is None
    assert "Sun 10 Mar 2030 11:15" in " ".join(proposal.plan.held)


# Asked by name


def test_words_that_fit_several_dates_are_asked_about_once_with_every_date(office: Office) -> None:
    path = office.titled(f"{SERVICE}, Saturdays 11.15", PEOPLE)
    assert office.why(path, None, None) == f'"{SERVICE}, Saturdays 11.15" names no date.'
    assert office.desk.posts() == {}

    def first_and_last(asked: WhichSessions) -> list[GroupBooking]:
        assert [one.id for one in asked.sessions] == office.ids
        return [asked.sessions[0], asked.sessions[2]]

    _, results = office.imports(path, None, None, choose=first_and_last)
    assert office.booked() == [sorted(PEOPLE), [], sorted(PEOPLE)]

    for again in (path, results):
        report, _ = office.imports(again, None, None)
        assert set(statuses(report).values()) == {"Already booked"}
        assert told(report) == (set(), [], 0)


def test_a_service_alone_is_asked_about_also_where_it_has_one_session(office: Office) -> None:
    office.desk.session(10, "2030-03-03T10:00:00+00:00", service="Drawing")
    assert office.why(office.list(PEOPLE), None, "Drawing") == 'No date is given for "Drawing".'
    report, _ = office.imports(office.list(PEOPLE), None, SERVICE, choose=lambda asked: [asked.sessions[1]])
    assert office.booked() == [[], sorted(PEOPLE), []]
    assert told(report) == (set(), [], 0)
    report, _ = office.imports(office.list(PEOPLE), None, SERVICE, choose=lambda asked: list(asked.sessions))
    assert office.booked() == [sorted(PEOPLE)] * 3


def test_a_date_of_which_a_session_begins_while_it_is_chosen_books_nobody_there(office: Office) -> None:
    def late(asked: WhichSessions) -> list[GroupBooking]:
        office.desk.clock.now = asked.sessions[0].start + timedelta(minutes=1)
        return list(asked.sessions)

    office.imports(office.list(PEOPLE), None, SERVICE, choose=late)
    assert office.booked() == [[], sorted(PEOPLE), sorted(PEOPLE)]


def test_what_a_title_says_names_no_service_before_that_is_agreed(office: Office) -> None:
    path = office.titled(f"{SERVICE}, Saturdays 11.15", PEOPLE)
    early = office.session("2030-03-09T09:00:00+00:00")
    proposal, report, _ = office.propose(path, UNTIL, None, kept={})
    assert report is None
    assert [type(one).__name__ for one in proposal.open] == ["WhichSessions", "Agree"]
    assert "has" in office.why(path, UNTIL, SERVICE, kept={}), "its time tells no two sessions apart, either"
    assert (office.booked(), office.desk.booked(early)) == ([[]] * 3, [])


def test_a_service_that_every_row_names_may_have_a_long_name(desk: Desk) -> None:
    service = "Introduction to wheel-thrown pottery for absolute beginners of any age"
    session = desk.session(service=service, start="2030-03-02T11:15:00+00:00")
    rows = [{"First name": "Ada", "Last name": "Lovelace", "Service": service}]
    report, _ = Office(desk).imports(desk.roster(rows), UNTIL, None)
    assert [one.booking_id for one in report.outcomes] == [session]


def test_rows_that_name_their_service_and_no_date_are_booked_on_each(office: Office) -> None:
    rows = [{"First name": "Ada", "Last name": "Lovelace", "Service": SERVICE.upper()}]
    report, _ = office.imports(office.desk.roster(rows), UNTIL, None)
    assert set(statuses(report).values()) == {"Booked"}
    assert office.booked() == [["Ada Lovelace"]] * 3

    rows.append({"First name": "Tom", "Last name": "Baker", "Service": "Drawing"})
    report, _ = office.imports(office.desk.roster(rows), UNTIL, SERVICE)
    assert statuses(report) == {"Ada Lovelace": "Already booked", "Tom Baker": "Fix row"}
    assert office.why(office.desk.roster(rows), UNTIL, None).startswith("We don't know which service")
