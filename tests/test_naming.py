"""Sessions that a list names in words are found among those that there are, in exact pieces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from desk import Desk, statuses
from hypothesis import given
from hypothesis import strategies as st

from importer.booking.listed import Listed
from importer.booking.naming import name_sessions
from importer.lists.findings import clean
from importer.lists.session_words import read_session_words
from importer.model import GroupBooking, Options, Service, SessionWords, Status, Target
from importer.people.evidence import fold
from importer.sandbox.mishaps import Mishaps
from importer.service.port import Bookings, Refused


def rows(session: str, *names: str) -> list[dict[str, object]]:
    return [dict(zip(("First name", "Last name"), name.split(), strict=True)) | {"Session": session} for name in names]


@pytest.mark.parametrize(
    "words",
    [
        "Young makers, Sat 2 Mar 2030 10:00",
        "Sat 2 Mar 2030 10:00 (10 free), young makers",
        "YOUNG MAKERS - 2nd March, 10am - Register",
        "Young makers (Studio 1), 2/3/2030 10.00",
        "Young makers, Saturdays 10am, 2 March",
        "Young makers 2 March",
    ],
)
def test_a_session_in_words_is_the_one_that_all_its_words_fit(desk: Desk, words: str) -> None:
    session = desk.session(service="Young makers")
    desk.session(service="Young makers", start="2030-03-09T10:00:00+00:00")
    desk.session(service="Pottery for beginners")
    report = desk.run(desk.roster(rows(words, "Ada Byron")), date_order="dmy")
    assert [one.booking_id for one in report.outcomes] == [session], report.outcomes[0].words
    assert len(desk.sandbox.world.people(session)) == 1


def test_words_that_fit_two_sessions_ask_which_one_with_both(desk: Desk) -> None:
    desk.session(service="Young makers", start="2030-01-19T10:00:00+00:00")
    desk.session(service="Young makers", start="2030-01-26T10:00:00+00:00")
    report = desk.run(desk.roster(rows("Young makers, Saturdays 10am", "Ada Byron")))
    (one,) = report.outcomes
    assert one.status is Status.FIX_ROW
    assert "Sat 19 Jan 2030 10:00 or Young makers, Sat 26 Jan 2030 10:00" in one.words


def test_what_is_wrong_stands_in_the_column_in_which_the_row_says_its_session(desk: Desk) -> None:
    desk.session(service="Young makers")
    listed = [
        *rows("Young makers, Sat 9 Mar 2030 10:00", "Ada Byron"),
        {"First name": "Cy", "Last name": "Pell", "Service": "Young makers", "Start": "9 Mar 2030 10:00"},
    ]
    told = [one.words.partition(":")[0] for one in desk.run(desk.roster(listed)).outcomes]
    assert told == ['"Session"', '"Start"']


def test_a_room_that_words_name_is_called_by_its_name_where_it_has_no_such_session(desk: Desk) -> None:
    desk.session(service="Young makers", resource="Studio 1")
    desk.session(service="Pottery", resource="Studio 2")
    (one,) = desk.run(desk.roster(rows("Young makers, Studio 2, Sat 2 Mar 2030 10:00", "Ada Byron"))).outcomes
    assert "Young makers in Studio 2, Sat 2 Mar 2030 10:00 is full, closed or not there." in one.words


def test_words_that_fit_no_session_name_the_nearest(desk: Desk) -> None:
    desk.session(service="Young makers", start="2030-01-19T10:00:00+00:00")
    report = desk.run(desk.roster(rows("Young makers, Saturdays 11am", "Ada Byron")))
    assert statuses(report) == {"Ada Byron": Status.FIX_ROW}
    assert "The nearest: Young makers, Sat 19 Jan 2030 10:00" in report.outcomes[0].words


@pytest.mark.parametrize(
    ("said", "looked_at"),
    [
        ("Young makers, Saturdays 11am", "It names no date that we understand."),
        ("Young makers, Saturdays 11am", "found from 19 Jan 2030 to 23 Feb 2030."),
        ("Young makers, Sat 19 January 11am", "found on 19 Jan 2030."),
        ("Young makers, 20 January 11am", "found on that day of 2030, 2031, 2032, 2033, 2034 or 2035."),
    ],
)
def test_words_that_fit_no_session_say_which_days_were_looked_at(desk: Desk, said: str, looked_at: str) -> None:
    desk.session(service="Young makers", start="2029-12-01T10:00:00+00:00")
    (one,) = desk.run(desk.roster(rows(said, "Ada Byron"))).outcomes
    assert looked_at in one.words


def test_a_service_whose_name_is_only_a_part_of_what_is_written_is_not_meant(desk: Desk) -> None:
    desk.session(service="Drama")
    report = desk.run(desk.roster(rows("Drama juniors, 2 Mar 2030 10:00", "Ada Byron")))
    assert statuses(report) == {"Ada Byron": Status.FIX_ROW}
    assert 'no service called "Drama juniors"' in report.outcomes[0].words
    desk.session(service="Drama juniors")
    assert statuses(desk.run(desk.roster(rows("Drama juniors, 2 Mar 2030 10:00", "Ada Byron")))) == {
        "Ada Byron": Status.BOOKED
    }


def test_a_list_that_names_its_session_in_words_can_be_sent_again_and_books_nobody_twice(desk: Desk) -> None:
    session = desk.session(2, service="Young makers")
    path = desk.roster(rows("Young makers, 2 March 10am", "Ada Byron", "Alan Turing"))
    assert set(statuses(desk.run(path)).values()) == {Status.BOOKED}
    assert set(statuses(desk.run(path)).values()) == {Status.ALREADY_BOOKED}
    assert len(desk.sandbox.world.people(session)) == 2


@pytest.mark.parametrize("words", ["Young makers, Sat 2 Mar 2030 10:00", "Young makers, 2 March"])
def test_where_the_service_tells_nothing_its_words_are_said_and_not_that_nothing_fits(desk: Desk, words: str) -> None:
    desk.session(service="Young makers")
    desk.sandbox._mishaps = Mishaps(desk.sandbox.world, ["refuse=422:services"])
    (one,) = desk.run(desk.roster(rows(words, "Ada Byron"))).outcomes
    assert one.status is Status.FIX_ROW
    assert "did not list its services" in one.message


def test_a_search_that_the_service_refuses_is_not_taken_for_no_session(desk: Desk) -> None:
    desk.session(service="Young makers")
    desk.sandbox._mishaps = Mishaps(desk.sandbox.world, ["refuse=422:search"])
    (one,) = desk.run(desk.roster(rows("Young makers, 2 March", "Ada Byron"))).outcomes
    assert one.status is Status.FIX_ROW
    assert "did not look for this time" in one.message


def test_an_id_beside_words_of_another_time_contradicts_them(desk: Desk) -> None:
    session = desk.session(service="Young makers")
    for words, status in (("Young makers, 2 March 11am", Status.FIX_ROW), ("Young makers, 2 March", Status.BOOKED)):
        row = {"Group booking ID": session, "Session": words, "Full name": "Ada Byron"}
        assert statuses(desk.run(desk.roster([row]))) == {"Ada Byron": status}


def test_a_session_in_words_that_is_over_is_said_so(desk: Desk) -> None:
    desk.session(service="Young makers", start="2030-01-12T10:00:00+00:00")
    path = desk.roster(rows("Young makers, Sat 12 Jan 2030 10:00", "Ada Byron"))
    (one,) = desk.run(path).outcomes
    assert (one.status, "is in the past" in one.message) == (Status.FIX_ROW, True)


def test_a_day_of_the_week_that_is_not_that_of_the_date_is_said(desk: Desk) -> None:
    desk.session(service="Young makers")
    (one,) = desk.run(desk.roster(rows("Young makers, Sun 2 Mar 2030 10:00", "Ada Byron"))).outcomes
    assert "2 Mar 2030 is a Saturday" in one.message


@pytest.mark.parametrize(
    "words",
    [
        "Sunday school, Sat 2 Mar 2030 10:00",
        "Sunday school – Sat 2 March, 10am – Register",
        "2 March Sunday school, 10am",
        "Sunday school, 2 Mar 2030 10:00",
    ],
)
def test_a_day_in_the_name_of_a_service_is_no_day_of_the_session(desk: Desk, words: str) -> None:
    session = desk.session(service="Sunday school")
    report = desk.run(desk.roster(rows(words, "Ada Byron")))
    assert [one.booking_id for one in report.outcomes] == [session], report.outcomes[0].message


def test_of_a_time_that_comes_twice_our_words_say_which(desk: Desk) -> None:
    first = desk.session(service="Night", start="2030-10-27T00:30:00+00:00")
    second = desk.session(service="Night", start="2030-10-27T01:30:00+00:00")
    for zone, session in (("BST", first), ("GMT", second)):
        path = desk.roster(rows(f"Night, Sun 27 Oct 2030 01:30 {zone}", f"Ada {zone.title()}"), f"{zone}.csv")
        assert [one.booking_id for one in desk.run(path).outcomes] == [session]


@dataclass
class Calendar:
    """A service of which only the sessions matter: each by the id of its service and its start."""

    sessions: list[tuple[str, datetime]]

    def openings(self, service_id: str, ranges: Sequence[tuple[datetime, datetime]]) -> dict[str, datetime]:
        wanted = (at for id_, at in self.sessions if id_ == service_id)
        return {str(number): at for number, at in enumerate(wanted) if any(a <= at < b for a, b in ranges)}

    def sessions_of(self, _service_id: str, _since: datetime) -> Bookings:
        raise Refused(400, "no such list")

    def resources(self) -> dict[str, str]:
        return {}


NAMES = st.one_of(
    st.sampled_from(
        [
            "Sunday school",
            "Art 2030",
            "Yoga 10:30",
            "Drama, juniors",
            "May Day 1 May",
            "Club (Mon)",
            "7pm - late",
            "Ü 50+",
        ]
    ),
    st.text(st.characters(codec="latin-1", categories=["Lu", "Ll", "Nd", "Po", "Zs"]), min_size=1, max_size=30),
)


@given(
    st.lists(NAMES.map(clean).filter(lambda name: any(map(str.isalnum, name))), min_size=1, max_size=5, unique_by=fold),
    st.data(),
)
def test_the_label_of_every_session_names_it_and_no_other(names: list[str], data: st.DataObject) -> None:
    zone, now = ZoneInfo("Europe/London"), datetime(2030, 1, 15, 9, tzinfo=UTC)
    services = {f"s{number}": Service(f"s{number}", name) for number, name in enumerate(names)}
    hours = st.integers(1, 300 * 24).map(lambda hours: now + timedelta(hours=hours))
    there = data.draw(
        st.lists(st.tuples(st.sampled_from(sorted(services)), hours), min_size=1, max_size=8, unique=True)
    )
    for id_, start in there:
        booking = GroupBooking("b", id_, "r", start, "", 5, service_name=services[id_].name)
        said = read_session_words(booking.label(zone) + data.draw(st.sampled_from(["", " (5 free)", " (full)"])))
        assert isinstance(said, SessionWords), said
        target = Target(words=said)
        calendar: Any = Calendar(there)
        listed = Listed(calendar, now)
        named = name_sessions([target], calendar, services, (), zone=zone, now=now, options=Options(), listed=listed)
        assert target in named.targets, named.faults
        found = named.targets[target]
        assert (found.service, found.start) == (id_, start)


@pytest.mark.parametrize(("words", "status"), [("10-11am", Status.BOOKED), ("10:00-11:30", Status.FIX_ROW)])
def test_an_end_in_words_is_that_of_the_session(desk: Desk, words: str, status: Status) -> None:
    desk.session(service="Young makers")
    (one,) = desk.run(desk.roster(rows(f"Young makers, 2 March {words}", "Ada Byron"))).outcomes
    assert one.status is status
    assert ("ends at 11:00, not at 11:30" in one.message) == (status is Status.FIX_ROW)
