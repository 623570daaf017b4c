"""A list of ticks and the one before it: who lost a tick is told of that session, and new dates hold nothing back."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from desk import Desk
from test_answers_sheet import ELLA, SESSIONS, TOM, Club, Row, by_part, read

from importer.importing import preparing
from importer.ledger import Ledger
from importer.model import Options, Plan, RunReport
from importer.results.changes import change_lines
from importer.results.news import counts, gone_with_a_place

NONE = (None, None, None)


@pytest.fixture
def club(desk: Desk) -> Club:
    return Club(desk, places=(99, 99, 99))


def week(club: Club, *rows: Row, sessions: Sequence[str] = SESSIONS) -> RunReport:
    """The list as it is this week, imported and answered."""
    report, path = club.book(club.list(*rows, sessions=sessions))
    with Ledger.open(club.desk.settings().ledger) as ledger:
        ledger.results_written(report.run, path, f"{report.run}")
    return report


def plan(club: Club, *rows: Row, sessions: Sequence[str] = SESSIONS) -> Plan:
    desk = club.desk
    path = club.list(*rows, sessions=sessions)
    with Ledger.open(desk.settings().ledger) as ledger, desk.service() as service:
        chosen = desk.settings(name_order="first-last")
        return preparing.prepare(
            read(path), chosen, Options(), service, ledger, now=desk.clock(), tell=lambda _progress: None
        )


def many(count: int, *ticks: object) -> list[Row]:
    names = (f"{chr(97 + n % 26)}{chr(97 + n // 26)}" * 4 for n in range(count))
    return [(f"{name.title()} {name[::-1].title()}", None, *ticks) for name in names]


def test_the_same_list_again_tells_of_nothing(club: Club) -> None:
    week(club, ELLA, TOM)
    report = week(club, ELLA, TOM)
    assert change_lines(report) == []
    assert {name: count for name, count in counts(report).items() if count} == {"booked_already": 5}


def test_who_lost_one_of_three_ticks_is_told_of_that_session(club: Club) -> None:
    week(club, ELLA, TOM)
    report = week(club, ("Ella Brown", "e@example.org", "x", None, "x"), TOM)
    assert [(one.name, one.session) for one in gone_with_a_place(report)] == [
        ("Ella Brown", "Pottery for beginners, Sat 9 Mar 2030 10:00")
    ]
    assert set(by_part(report).values()) == {"Already booked"}
    label, text = change_lines(report, names=True)[0]
    assert label == "No longer on the list for this session"
    assert text == (
        "row 2 (Ella Brown) of the last list. Still holds a place on Pottery for beginners, Sat 9 Mar 2030 10:00."
    )


def test_who_lost_every_tick_is_told_of_each_session(club: Club) -> None:
    week(club, ELLA, TOM)
    report = week(club, (*ELLA[:2], *NONE), TOM)
    assert sorted(one.session.rpartition(", ")[2] for one in gone_with_a_place(report)) == sorted(
        ["Sat 2 Mar 2030 10:00", "Sat 9 Mar 2030 10:00", "Sun 3 Mar 2030 14:00"]
    )


def test_who_lost_their_only_tick_is_told(club: Club) -> None:
    week(club, ("Ella Brown", "e@example.org", "x", None, None), TOM)
    report = week(club, ("Ella Brown", "e@example.org", *NONE), TOM)
    assert [one.name for one in gone_with_a_place(report)] == ["Ella Brown"]


def test_who_never_had_a_tick_is_nobody_who_left(club: Club) -> None:
    week(club, ELLA, ("Mia Short", None, *NONE))
    assert counts(week(club, ELLA, ("Mia Short", None, *NONE)))["gone"] == 0


def test_a_tick_that_moved_to_another_session_is_told_as_moved(club: Club) -> None:
    week(club, ELLA, ("Tom Khan", "t@example.org", "x", None, None))
    report = week(club, ELLA, ("Tom Khan", "t@example.org", None, "x", None))
    label, text = change_lines(report, names=True)[0]
    assert label == "Moved to another session"
    assert "row 3 (Tom Khan): now on Pottery for beginners, Sat 9 Mar 2030 10:00 (booked)." in text
    assert "on Pottery for beginners, Sat 2 Mar 2030 10:00." in text


def test_a_new_date_in_the_heading_of_one_column_moves_nobody(club: Club) -> None:
    later = club.desk.session(99, "2030-05-18T09:00:00+00:00")
    week(club, *many(30, "x", "x", None))
    sessions = (SESSIONS[0], "Pottery for beginners Sat 18 May 10am", SESSIONS[2])
    assert plan(club, *many(30, "x", "x", None), sessions=sessions).held == ()
    report = week(club, *many(30, "x", "x", None), sessions=sessions)
    assert report.since is not None
    assert report.since.moved == {}
    assert change_lines(report) == [
        (
            "Another date of this list?",
            "It was for Pottery for beginners, Sat 9 Mar 2030 10:00 before, and is for Pottery for beginners, "
            "Sat 18 May 2030 10:00 now. Those booked on Pottery for beginners, Sat 9 Mar 2030 10:00 keep their places.",
        )
    ]
    assert len(club.desk.booked(later)) == 30


def test_who_is_ticked_elsewhere_while_others_stay_has_moved_also_under_a_new_date(club: Club) -> None:
    club.desk.session(99, "2030-05-18T09:00:00+00:00")
    week(club, *many(6, "x", None, None))
    sessions = (SESSIONS[0], "Pottery for beginners Sat 18 May 10am", SESSIONS[2])
    rows = [*many(6, None, "x", None)[:2], *many(6, "x", None, None)[2:]]
    report = week(club, *rows, sessions=sessions)
    assert report.since is not None
    assert len(report.since.moved) == 2


def test_a_new_date_for_everybody_holds_nothing_back(club: Club) -> None:
    week(club, *many(30, "x", None, None))
    assert plan(club, *many(30, "x", "x", None)).held == ()


def test_a_date_that_is_gone_from_the_list_is_no_list_that_was_cut_short(club: Club) -> None:
    week(club, *many(30, "x", "x", "x"))
    held = plan(club, *(row[:3] for row in many(30, "x")), sessions=SESSIONS[:1]).held
    assert held == ()


def test_a_list_of_ticks_that_was_cut_short_is_held(club: Club) -> None:
    week(club, *many(30, "x", "x", "x"))
    (why,) = plan(club, *many(20, "x", "x", "x")).held
    assert why == "It has 20 rows. The last import (1) had 30. Has it been cut short?"


def test_many_people_who_are_new_are_counted_once_each(club: Club) -> None:
    week(club, *many(30, "x", None, None))
    assert plan(club, *many(50, "x", None, None)).held == ()
    (why,) = plan(club, *many(60, "x", "x", "x")).held
    assert why.startswith("30 people to book were not in the last import")


def test_first_counts_places_in_the_order_of_the_rows(club: Club) -> None:
    report, _ = club.book(club.list(ELLA, TOM), Options(first=2))
    assert [str(one.status) for one in report.outcomes] == ["Booked", "Booked", *3 * ["Not booked yet"]]
    report, _ = club.book(club.list(ELLA, TOM))
    assert club.booked() == [["Ella Brown"], ["Ella Brown", "Tom Khan"], ["Ella Brown", "Tom Khan"]]


def test_one_person_twice_on_one_session_is_told_and_on_two_sessions_is_not(club: Club) -> None:
    report, _ = club.book(club.list(ELLA, ELLA))
    assert [str(one.status) for one in report.outcomes] == 3 * ["Booked"] + 3 * ["Fix row"]
