"""Which session a row means, who is who from run to run, and what a plan foresees: through the practice service."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from desk import Desk, count, statuses, the

from importer.importing import preparing, resuming
from importer.importing.checking import check
from importer.ledger import Ledger
from importer.lists.roster import read_roster
from importer.model import Options, Outcome, RunReport, Status, Target
from importer.results.report import exit_code, to_json

POTTERY = "Pottery for beginners"


def timed(start: str, *names: str, **cells: object) -> list[dict[str, object]]:
    return [{"Service": POTTERY, "Start": start, "Full name": name, **cells} for name in names]


def preview(desk: Desk, roster: Path, options: Options | None = None) -> RunReport:
    settings = desk.settings()
    plan = desk.plan(roster, options)
    return preparing.preview(plan, settings, options or Options(), finished=desk.clock())


def only(report: RunReport) -> Outcome:
    (outcome,) = report.outcomes
    return outcome


# Which session


def test_a_service_and_a_local_time_find_the_session_in_winter_and_in_summer(desk: Desk) -> None:
    winter = desk.session(start="2030-03-02T10:00:00+00:00")
    summer = desk.session(start="2030-06-01T10:00:00+01:00")
    roster = desk.roster([*timed("2 Mar 2030 10:00", "Ada Lovelace"), *timed("1 Jun 2030 10:00", "Alan Turing")])
    desk.run(roster)
    assert (desk.booked(winter), desk.booked(summer)) == (["Ada Lovelace"], ["Alan Turing"])


def test_a_service_may_be_written_by_its_id_and_its_name_in_any_case(desk: Desk) -> None:
    desk.session()
    id_ = next(service.id for service in desk.sandbox.world.services() if service.name == POTTERY)
    rows = [
        {"Service": service, "Start": "2 Mar 2030 10:00", "Full name": name}
        for service, name in ((id_, "Ada Lovelace"), ("POTTERY for Beginners ", "Alan Turing"))
    ]
    assert set(statuses(desk.run(desk.roster(rows))).values()) == {"Booked"}


def test_a_time_that_is_not_returned_is_full_closed_or_not_there_and_the_nearest_others_are_told(desk: Desk) -> None:
    desk.session(places=3, start="2030-05-09T10:00:00+01:00")
    desk.session(places=4, start="2030-05-02T14:00:00+01:00")
    report = desk.run(desk.roster(timed("2 May 2030 10:00", "Ada Lovelace")))
    assert only(report).status is Status.FIX_ROW
    assert (
        f"{POTTERY}, Thu 2 May 2030 10:00 is full, closed or not there. "
        "Open are: Thu 2 May 2030 14:00, Thu 9 May 2030 10:00."
    ) in only(report).message


def test_two_sessions_that_start_together_are_listed_by_resource_until_the_row_names_one(desk: Desk) -> None:
    desk.session(resource="Studio 1")
    second = desk.session(resource="Studio 2")
    report = desk.run(desk.roster(timed("2 Mar 2030 10:00", "Ada Lovelace")))
    assert only(report).status is Status.FIX_ROW
    assert "Studio 1 (ID " in only(report).message
    assert f"Studio 2 (ID {second})" in only(report).message
    assert 'in the column "Resource", or its ID under "Group booking ID"' in only(report).message
    report = desk.run(desk.roster(timed("2 Mar 2030 10:00", "Ada Lovelace", Room="studio 2")))
    assert only(report).status is Status.BOOKED
    assert desk.booked(second) == ["Ada Lovelace"]


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({"Group booking ID": "0" * 24}, "Appointedd has no session 000000000000000000000000"),
        ({"Service": "Potery", "Start": "2 Mar 2030 10:00"}, 'has no service called "Potery"'),
    ],
)
def test_a_session_or_service_that_is_not_there_is_told(desk: Desk, cells: dict[str, str], sentence: str) -> None:
    report = desk.run(desk.roster([{**cells, "Full name": "Ada Lovelace"}]))
    assert only(report).status is Status.FIX_ROW
    assert sentence in only(report).message
    assert desk.posts() == {}


def test_an_id_and_a_service_or_time_that_disagree_are_told(desk: Desk) -> None:
    session = desk.session()
    rows = [
        {"Group booking ID": session, "Service": "Yoga for seniors", "Start": "", "Full name": "Ada Lovelace"},
        {"Group booking ID": session, "Service": POTTERY, "Start": "3 Mar 2030 10:00", "Full name": "Alan Turing"},
        {"Group booking ID": session, "Service": POTTERY, "Start": "2 Mar 2030 10:00", "Full name": "Grace Hopper"},
    ]
    report = desk.run(desk.roster(rows))
    assert list(statuses(report).values()) == ["Fix row", "Fix row", "Booked"]
    assert "The ID is that of Pottery for beginners, Sat 2 Mar 2030 10:00" in the(report, "Alan Turing").message


TWICE = "27 Oct 2030 01:30"
EARLIER, LATER = "2030-10-27T01:30:00+01:00", "2030-10-27T01:30:00+00:00"


@pytest.mark.parametrize("start", [EARLIER, LATER])
def test_of_a_time_that_exists_twice_the_one_at_which_a_session_starts_is_meant(desk: Desk, start: str) -> None:
    session = desk.session(places=2, start=start)
    roster = desk.roster(timed(TWICE, "Ada Lovelace") + timed(TWICE, "Alan Turing", **{"Group booking ID": session}))
    desk.run(roster)
    assert desk.booked(session) == ["Ada Lovelace", "Alan Turing"]
    # Now it is full, and only the ledger knows of it.
    assert only(desk.run(desk.roster(timed(TWICE, "Ada Lovelace")))).status is Status.ALREADY_BOOKED


def test_of_a_time_that_exists_twice_a_person_says_which_where_a_session_starts_at_both_or_none(desk: Desk) -> None:
    none = desk.run(desk.roster(timed(TWICE, "Ada Lovelace")))
    earlier, later = (desk.session(start=start) for start in (EARLIER, LATER))
    both = desk.run(desk.roster(timed(TWICE, "Ada Lovelace")))
    assert only(none).status is only(both).status is Status.FIX_ROW
    assert "is full, closed or not there" in only(none).message
    assert f"01:30 BST (ID {earlier}) or 01:30 GMT (ID {later}). Write which one it is." in only(both).message
    desk.run(desk.roster(timed(f"{TWICE} BST", "Ada Lovelace") + timed(f"{TWICE} GMT", "Alan Turing")))
    assert (desk.booked(earlier), desk.booked(later)) == (["Ada Lovelace"], ["Alan Turing"])


def test_a_check_tells_who_stands_twice_on_one_session_however_it_is_named(desk: Desk) -> None:
    session = desk.session()
    rows = [
        {"Group booking ID": session, "First name": "Ada", "Last name": "Lovelace"},
        {"Group booking ID": session.upper(), "Service": POTTERY, "First name": "ADA", "Last name": "Lovelace"},
    ]
    report = check(read_roster(desk.roster(rows)), desk.settings(), Options(), now=desk.clock())
    assert [str(outcome.status) for outcome in report.outcomes] == ["Ready", "Fix row"]
    assert "The same person as row 2" in report.outcomes[1].message


def test_a_run_remembers_the_order_of_names_by_which_its_roster_was_read(desk: Desk) -> None:
    session = desk.session()
    roster = desk.roster([{"Group booking ID": session, "Full name": "Lovelace Ada"}])
    desk.run(roster, name_order="last-first")
    assert desk.booked(session) == ["Ada Lovelace"]
    with Ledger.look(desk.settings().ledger) as ledger:
        assert ledger.runs()[0].choices["name_order"] == "last-first"


def test_a_choice_that_was_not_made_when_a_run_began_is_not_made_when_it_is_resumed(desk: Desk) -> None:
    desk.run(desk.roster([{"Group booking ID": desk.session(), "Full name": "Ada Lovelace"}]))
    later = desk.settings(date_order="mdy", name_order="last-first", payment_requests="send")
    with Ledger.look(later.ledger) as ledger:
        resumed = later.model_copy(update=dict(ledger.runs()[0].choices))
    assert (resumed.date_order, resumed.name_order, resumed.payment_requests) == (None, None, None)


def test_a_cancelled_session_is_a_problem(desk: Desk) -> None:
    session = desk.session(status="cancelled")
    assert "is cancelled" in only(desk.run(desk.people(session, "Ada Lovelace"))).message


def test_that_a_session_is_over_is_said_once_by_service_and_start_too(desk: Desk) -> None:
    desk.session()
    row = {"Service": "Pottery for beginners", "Start": "2 Mar 2020 10:00", "Full name": "Ada Lovelace"}
    told = only(desk.run(desk.roster([row])))
    assert told.message == '"Start": Mon 2 Mar 2020 10:00 is in the past. Choose a coming session.'


def test_a_past_session_is_a_problem_unless_it_is_allowed(desk: Desk) -> None:
    session = desk.session(start="2030-01-15T08:00:00+00:00")
    roster = desk.people(session, "Ada Lovelace")
    assert "is in the past" in only(desk.run(roster)).message
    assert "is in the past" not in only(desk.run(roster, Options(allow_past=True))).message


def test_a_session_given_on_the_command_line_holds_for_rows_that_name_none(desk: Desk) -> None:
    named, other = desk.session(), desk.session(start="2030-03-03T10:00:00+00:00")
    rows = [
        {"Group booking ID": named, "Full name": "Ada Lovelace"},
        {"Group booking ID": "", "Full name": "Alan Turing"},
    ]
    desk.run(desk.roster(rows), Options(target=Target(other)))
    assert (desk.booked(named), desk.booked(other)) == (["Ada Lovelace"], ["Alan Turing"])


def test_few_requests_are_needed_however_many_sessions_a_roster_names(desk: Desk) -> None:
    ids = [desk.session(start=f"2030-03-{day:02}T10:00:00+00:00") for day in range(1, 31)]
    roster = desk.roster([{"Group booking ID": id_, "Full name": "Ada Lovelace"} for id_ in ids])
    before = desk.sandbox.requests.total()
    desk.plan(roster)
    assert desk.sandbox.requests.total() - before <= 3


def test_searches_cover_only_the_days_that_the_roster_needs(desk: Desk) -> None:
    for start in ("2030-03-02T10:00:00+00:00", "2030-03-09T10:00:00+00:00", "2030-03-30T10:00:00+00:00"):
        desk.session(start=start)
    roster = desk.roster([row for day in (2, 9, 30) for row in timed(f"{day} Mar 2030 10:00", "Ada Lovelace")])
    desk.plan(roster)
    assert desk.sandbox.requests["POST", "/availability/intervals/search"] == 1


# What a dry run foresees


def test_a_dry_run_sends_nothing_that_reserves_or_books_and_leaves_no_ledger(desk: Desk) -> None:
    session = desk.session(places=2)
    report = preview(desk, desk.people(session, "Ada Lovelace", "Alan Turing", "Grace Hopper"))
    assert list(statuses(report).values()) == ["Would book", "Would book", "Full"]
    assert desk.posts() == {}
    assert exit_code(report, Options()) == 3
    assert report.not_known


def test_what_a_dry_run_says_is_what_the_import_does(desk: Desk) -> None:
    session = desk.session(places=3)
    desk.sandbox.world.add_person(session, "Some", "Body")
    rows = [
        {"Group booking ID": session, "Full name": name, "Spaces": spaces, "Email": email}
        for name, spaces, email in (
            ("Ada Lovelace", 1, ""),
            ("Ada Lovelace", 1, ""),
            ("Alan Turing", 2, ""),
            ("Grace Hopper", 1, "grace@"),
            ("Edsger Dijkstra", 1, ""),
        )
    ]
    roster = desk.roster(rows)
    foreseen, done = preview(desk, roster), desk.run(roster)
    expected = [str(one.status).replace("Would book", "Booked") for one in foreseen.outcomes]
    assert [str(one.status) for one in done.outcomes] == expected
    assert expected == ["Booked", "Fix row", "Full", "Fix row", "Booked"]


def test_the_totals_of_a_session_add_up(desk: Desk) -> None:
    session = desk.session(places=5)
    desk.sandbox.world.add_person(session, "Some", "Body")
    (line,) = desk.run(desk.people(session, "Ada Lovelace", "Alan Turing")).sessions
    assert (line.booking.places, line.before, line.now, line.left) == (5, 1, 2, 2)


def test_two_sessions_of_a_service_at_one_time_are_told_apart_by_their_rooms(desk: Desk) -> None:
    rooms = [desk.session(resource=room) for room in ("Studio 2", "Studio 1")]
    roster = desk.roster([{"Group booking ID": id_, "Room": "", "Full name": "Ada Lovelace"} for id_ in rooms])
    names = [line.name for line in preview(desk, roster).sessions]
    assert names == [f"{POTTERY}, Studio 1", f"{POTTERY}, Studio 2"]


def test_the_json_document_holds_no_names_and_every_row(desk: Desk) -> None:
    session = desk.session()
    report = desk.run(desk.people(session, "Ada Lovelace", "Alan Turing", Email="ada@mail.com", Mobile="07700900123"))
    text = str(to_json(report))
    assert all(secret not in text for secret in ("Ada", "Lovelace", "Turing", "ada@mail.com", "07700900123"))
    rows = to_json(report)["rows"]
    assert isinstance(rows, list)
    assert [row["row"] for row in rows] == [2, 3]


# Corrections between runs


def corrected(desk: Desk, *first: dict[str, object]) -> Callable[..., RunReport]:
    """Import a roster once; returns how to import it again with other rows, under the same or another name."""
    session = desk.session()
    desk.run(desk.roster([{"Group booking ID": session, **row} for row in first]))

    def again(*rows: dict[str, object], name: str = "roster.csv") -> RunReport:
        return desk.run(desk.roster([{"Group booking ID": session, **row} for row in rows], name))

    return again


ADA = {"Full name": "Ada Lovelace"}
ALAN = {"Full name": "Alan Turing"}


@pytest.mark.parametrize(
    "change",
    [
        {"Full name": "ADA LOVELACE"},
        {"Full name": "Lovelace, Ada"},
        {"Full name": "Áda Lovelace"},
        {"Full name": "Ada Lovelace", "Email": "ada@mail.com"},
        {"Full name": "Ada Lovelace", "Reference": "M-1"},
        {"Full name": "Ada Lovelace", "Phone": "020 7946 0123", "Spaces": "1"},
    ],
)
def test_a_small_correction_is_the_same_person(desk: Desk, change: dict[str, object]) -> None:
    again = corrected(desk, ADA, ALAN)
    report = again(change, ALAN)
    assert count(report, Status.ALREADY_BOOKED) == 2


def test_a_corrected_name_without_other_evidence_is_a_question_and_nobody_is_sent(desk: Desk) -> None:
    again = corrected(desk, {"Full name": "Jon Smith"})
    before = desk.posts()
    report = again({"Full name": "John Smith"})
    assert only(report).status is Status.SAME_PERSON
    assert "Is this the same person as Jon Smith (booked on 15 Jan 2030)?" in only(report).message
    assert desk.posts() == before


def test_same_person_is_remembered_for_later_rosters_without_the_decision(desk: Desk) -> None:
    again = corrected(desk, {"Full name": "Jon Smith"})
    again({"Full name": "John Smith"})
    again({"Full name": "John Smith", "Import decision": "Same person"})
    assert only(again({"Full name": "John Smith"})).status is Status.ALREADY_BOOKED


@pytest.mark.parametrize("decision", ["Different person", "Book"])
def test_two_people_who_were_told_apart_stay_two(desk: Desk, decision: str) -> None:
    again = corrected(desk, {"Full name": "Jon Smith"})
    assert only(again({"Full name": "John Smith"})).status is Status.SAME_PERSON
    assert only(again({"Full name": "John Smith", "Import decision": decision})).status is Status.BOOKED
    assert count(again({"Full name": "John Smith"}, {"Full name": "Jon Smith"}), Status.ALREADY_BOOKED) == 2


def test_rows_may_be_sorted_another_way_and_the_file_renamed(desk: Desk) -> None:
    people = [{"Full name": f"Ann Brown{letter}"} for letter in "abcdef"]
    again = corrected(desk, *people)
    assert count(again(*reversed(people), name="other name.csv"), Status.ALREADY_BOOKED) == 6


def test_a_name_alone_from_another_small_roster_is_a_question(desk: Desk) -> None:
    again = corrected(desk, ADA)
    assert only(again(ADA, name="another class.csv")).status is Status.SAME_PERSON


def test_two_people_of_one_name_are_booked_when_a_person_says_so_and_stay_two(desk: Desk) -> None:
    again = corrected(desk, ADA, ADA)
    twice = [ADA, {**ADA, "Import decision": "Different person"}]
    assert [one.status for one in again(*twice).outcomes] == [Status.ALREADY_BOOKED, Status.BOOKED]
    assert count(again(*twice), Status.ALREADY_BOOKED) == 2
    assert desk.posts()["confirm"] == 2


def test_a_row_that_has_become_faulty_is_still_booked(desk: Desk) -> None:
    again = corrected(desk, ADA)
    report = again({**ADA, "Email": "no address", "Spaces": "many"})
    assert only(report).status is Status.ALREADY_BOOKED
    assert exit_code(report, Options()) == 0


def test_the_mark_of_a_run_finds_a_corrected_person_again(desk: Desk) -> None:
    session = desk.session()
    roster = desk.people(session, "Jon Smith", "Ann Brown")
    first = desk.run(roster)
    rows = [
        {"Group booking ID": session, "Full name": name, "Import run": outcome.handle}
        for name, outcome in zip(("John Smith", "Ann Brown"), first.outcomes, strict=True)
    ]
    assert count(desk.run(desk.roster(rows, "renamed.csv")), Status.ALREADY_BOOKED) == 2


# Runs


def test_an_interrupted_run_can_be_resumed_from_its_copy(desk: Desk) -> None:
    session = desk.session()
    desk.stop.set()
    desk.run(desk.people(session, "Ada Lovelace", "Alan Turing"))
    desk.stop.clear()
    with Ledger.open(desk.settings().ledger) as ledger:
        (run,) = resuming.unfinished(ledger)
        copy = ledger.roster_copy(run.id)
        assert [row.cells["first_name"] for row in read_roster(copy).rows] == ["Ada", "Alan"]
        assert run.options.only is not None
        assert len(run.options.only) == 2


def test_resuming_books_nobody_beyond_the_plan_of_its_run(desk: Desk) -> None:
    session = desk.session()
    roster = desk.people(session, "Ada Lovelace", "Alan Turing")
    only_first = frozenset({read_roster(roster).rows[0].ref})
    report = desk.run(roster, Options(only=only_first))
    assert statuses(report) == {"Ada Lovelace": "Booked", "Alan Turing": "Not booked yet"}


def test_unknown_entries_of_runs_that_ended_are_settled_too(open_desk: Callable[..., Desk]) -> None:
    desk = open_desk(mishaps=["cut-before:confirm:nth=1"])
    session = desk.session()
    desk.run(desk.people(session, "Ada Lovelace"))
    with Ledger.open(desk.settings().ledger) as ledger, desk.service() as service:
        assert len(resuming.settle_unknown(service, ledger, desk.settings(), now=desk.clock())) == 1
        desk.clock.wait(3600)
        assert resuming.settle_unknown(service, ledger, desk.settings(), now=desk.clock()) == ()


def test_book_on_a_full_session_is_told_that_it_makes_no_room(desk: Desk) -> None:
    booking = desk.session(places=1)
    path = desk.people(booking, "Ada Byron", "Alan Turing", **{"Import decision": "Book"})
    full = the(desk.run(path), "Alan Turing")
    assert full.status == "Full"
    assert '"Book" can\'t make room on a full session.' in full.message
