"""A list that names its session in words is sent again while sessions move, fill up, pass, and others appear."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from desk import Desk, statuses, the

from importer.importing.checking import check
from importer.ledger import Ledger
from importer.lists.roster import read_roster
from importer.model import Options

MAKERS = "Young makers"
ADA, ALAN, GRACE = "Ada Lovelace", "Alan Turing", "Grace Hopper"
SAT_19, SAT_26 = "2030-01-19T10:00:00+00:00", "2030-01-26T10:00:00+00:00"


def in_words(desk: Desk, words: str, *names: str, file: str = "register.csv", **cells: str) -> Path:
    return desk.roster([{"Session": words, "Full name": name} | cells for name in names], file)


def moved(desk: Desk, session: str, start: str) -> None:
    desk.sandbox.world.staff.change_session(session, start=datetime.fromisoformat(start))


@pytest.mark.parametrize("words", ["Young makers, Sat 19 Jan 2030 10:00", "Young makers, 19 January 10am"])
@pytest.mark.parametrize("is_seen", [False, True], ids=["at once", "after an import between"])
@pytest.mark.parametrize("is_remade", [False, True], ids=["alone", "another now"])
def test_who_was_booked_by_words_stays_on_a_session_that_staff_moved(
    desk: Desk, words: str, is_seen: bool, is_remade: bool
) -> None:
    session = desk.session(service=MAKERS, start=SAT_19)
    roster = in_words(desk, words, ADA, ALAN)
    desk.run(roster)
    moved(desk, session, "2030-01-20T10:00:00+00:00")
    if is_seen:
        desk.run(roster)
    other = desk.session(service=MAKERS, start=SAT_19) if is_remade else ""
    for _ in range(3):
        assert statuses(desk.run(roster)) == {ADA: "Already booked", ALAN: "Already booked"}
    assert desk.booked(session) == [ADA, ALAN]
    assert not other or desk.booked(other) == []


def test_a_service_that_was_renamed_keeps_whom_words_have_booked(desk: Desk) -> None:
    session = desk.session(service=MAKERS, start=SAT_19)
    roster = in_words(desk, "Young makers, 19 January 10am", ADA)
    desk.run(roster)
    desk.sandbox.world.staff.rename_service(desk.sandbox.world.session(session).service_id, "Junior makers")
    assert statuses(desk.run(roster)) == {ADA: "Already booked"}
    assert desk.booked(session) == [ADA]


@pytest.mark.parametrize(
    ("file", "status"), [("register.csv", "Already booked"), ("register FINAL v3.csv", "Same person?")]
)
def test_words_that_fit_a_second_session_by_now_mean_the_one_that_they_booked(
    desk: Desk, file: str, status: str
) -> None:
    first = desk.session(service=MAKERS, start=SAT_19)
    desk.run(in_words(desk, "Young makers, Saturdays 10am", ADA))
    second = desk.session(service=MAKERS, start=SAT_26)
    for _ in range(2):
        again = in_words(desk, "Young makers - Saturdays 10:00", ADA, file=file)
        assert statuses(desk.run(again)) == {ADA: status}
    assert (desk.booked(first), desk.booked(second)) == ([ADA], [])


def test_words_that_fit_only_another_session_by_now_move_nobody(desk: Desk) -> None:
    first = desk.session(service=MAKERS, start=SAT_19)
    roster = in_words(desk, "Young makers, Saturdays 10am", ADA)
    desk.run(roster)
    moved(desk, first, "2030-01-20T10:00:00+00:00")
    second = desk.session(service=MAKERS, start=SAT_26)
    assert statuses(desk.run(roster)) == {ADA: "Already booked"}
    copy = in_words(desk, "Young makers, Saturdays 10am", ADA, file="copy.csv")
    assert statuses(desk.run(copy)) == {ADA: "Same person?"}
    assert (desk.booked(first), desk.booked(second)) == ([ADA], [])


def test_words_that_booked_on_a_session_that_is_over_book_nobody_of_the_list_on_the_next(desk: Desk) -> None:
    first = desk.session(service=MAKERS, start=SAT_19)
    desk.run(in_words(desk, "Young makers, Saturdays 10am", ADA))
    second = desk.session(service=MAKERS, start=SAT_26)
    desk.clock.wait(timedelta(days=6).total_seconds())
    report = desk.run(in_words(desk, "Young makers, Saturdays 10am", ADA, ALAN))
    assert statuses(report) == {ADA: "Already booked", ALAN: "Fix row"}
    assert "in the past" in the(report, ALAN).message
    for name in (ADA, ALAN):
        assert "If Sat 26 Jan 2030 10:00 is meant now, write its date" in the(report, name).message
        assert the(report, name).wants_person
    assert (desk.booked(first), desk.booked(second)) == ([ADA], [])


def test_who_was_booked_by_words_on_a_session_that_is_over_needs_nobody_where_none_fits_any_more(desk: Desk) -> None:
    desk.session(service=MAKERS, start=SAT_19)
    roster = in_words(desk, "Young makers, Saturdays 10am", ADA)
    desk.run(roster)
    desk.clock.wait(timedelta(days=6).total_seconds())
    report = desk.run(roster)
    assert statuses(report) == {ADA: "Already booked"}
    assert not the(report, ADA).wants_person


def test_another_list_with_the_words_of_a_session_that_is_over_means_the_next(desk: Desk) -> None:
    desk.session(service=MAKERS, start=SAT_19)
    desk.run(in_words(desk, "Young makers, Saturdays 10am", ADA))
    second = desk.session(service=MAKERS, start=SAT_26)
    desk.clock.wait(timedelta(days=6).total_seconds())
    assert statuses(desk.run(in_words(desk, "Young makers, Saturdays 10am", ADA, file="next.csv"))) == {ADA: "Booked"}
    assert desk.booked(second) == [ADA]


def test_who_found_no_place_is_not_booked_on_another_session_that_fits_the_words_by_now(desk: Desk) -> None:
    first = desk.session(1, service=MAKERS, start=SAT_19)
    roster = in_words(desk, "Young makers, Saturdays 10am", ADA, ALAN)
    assert statuses(desk.run(roster)) == {ADA: "Booked", ALAN: "Full"}
    second = desk.session(service=MAKERS, start=SAT_26)
    assert statuses(desk.run(roster)) == {ADA: "Already booked", ALAN: "Full"}
    assert (desk.booked(first), desk.booked(second)) == ([ADA], [])


def test_words_find_a_session_that_is_full_where_an_import_has_been_there(desk: Desk) -> None:
    first = desk.session(1, service=MAKERS, start=SAT_19)
    desk.run(desk.people(first, GRACE))
    assert statuses(desk.run(in_words(desk, "Young makers, 19 January 10am", ADA))) == {ADA: "Full"}


@pytest.mark.parametrize("fate", ["cancelled", "cancelled and made again"])
def test_who_was_booked_by_words_on_a_session_that_was_cancelled_is_booked_nowhere_unasked(
    desk: Desk, fate: str
) -> None:
    session = desk.session(service=MAKERS, start=SAT_19)
    roster = in_words(desk, "Young makers, Saturdays 10am", ADA)
    desk.run(roster)
    desk.sandbox.world.staff.cancel_session(session)
    again = desk.session(service=MAKERS, start=SAT_19 if "again" in fate else SAT_26)
    for _ in range(2):
        assert statuses(desk.run(roster)) == {ADA: "No longer booked"}
    assert desk.booked(again) == []


def test_a_check_knows_who_was_booked_by_words(desk: Desk) -> None:
    desk.session(service=MAKERS, start=SAT_19)
    desk.run(in_words(desk, "Young makers, Saturdays 10am", ADA))
    roster = read_roster(in_words(desk, "Young makers, Saturdays 10am", ADA, ALAN))
    settings = desk.settings()
    with Ledger.look(settings.ledger) as ledger:
        report = check(roster, settings, Options(), ledger, now=desk.clock())
    assert statuses(report) == {ADA: "Already booked", ALAN: "Ready"}


def test_who_corrects_the_words_of_a_row_that_was_booked_moves_to_the_session_they_mean_now(desk: Desk) -> None:
    desk.session(service=MAKERS, start=SAT_19)
    second = desk.session(service=MAKERS, start=SAT_26)
    report = desk.run(in_words(desk, "Young makers 19 Jan", ADA))
    mark = the(report, ADA).handle
    moved_to = in_words(desk, "Young makers 26 Jan", ADA, **{"Import run": mark})
    assert statuses(desk.run(moved_to)) == {ADA: "Booked"}
    assert desk.booked(second) == [ADA]
    none = in_words(desk, "Young makers 27 Jan", ADA, **{"Import run": mark})
    assert statuses(desk.run(none)) == {ADA: "Fix row"}


def test_a_resumed_import_books_on_the_sessions_of_its_plan(desk: Desk) -> None:
    """Nobody was sent before the import stopped; by now the words fit another session alone."""
    first = desk.session(service=MAKERS, start=SAT_19)
    roster = in_words(desk, "Young makers, Saturdays 10am", ADA)
    desk.stop.set()
    assert statuses(desk.run(roster)) == {ADA: "Not booked yet"}
    desk.stop.clear()
    second = desk.session(service=MAKERS, start=SAT_26)
    moved(desk, first, "2030-01-20T10:00:00+00:00")
    with Ledger.open(desk.settings().ledger) as ledger:
        run = ledger.runs()[0]
    assert statuses(desk.run_of(read_roster(roster), run.options)) == {ADA: "Fix row"}
    assert (desk.booked(first), desk.booked(second)) == ([], [])


SAT_19_WORDS = "Young makers, Sat 19 January 10:00"


def test_who_is_new_goes_by_what_the_words_say_now_where_a_service_was_renamed(desk: Desk) -> None:
    first = desk.session(service=MAKERS, start=SAT_19)
    other = desk.session(service="Chess", start=SAT_19, resource="Hall")
    desk.run(in_words(desk, SAT_19_WORDS, ADA))
    world = desk.sandbox.world
    world.staff.rename_service(world.session(first).service_id, "Young makers (old)")
    assert statuses(desk.run(in_words(desk, SAT_19_WORDS, ADA, ALAN))) == {ADA: "Already booked", ALAN: "Fix row"}
    world.staff.rename_service(world.session(other).service_id, MAKERS)
    for _ in range(2):
        desk.run(in_words(desk, SAT_19_WORDS, ADA, ALAN))
        assert (desk.booked(first), desk.booked(other)) == ([ADA], [ALAN])


def test_who_is_new_goes_by_the_time_zone_of_the_call(desk: Desk) -> None:
    first = desk.session(service=MAKERS, start=SAT_19)
    other = desk.session(service=MAKERS, start="2030-01-19T09:00:00+00:00")
    desk.run(in_words(desk, SAT_19_WORDS, ADA))
    desk.run(in_words(desk, SAT_19_WORDS, ADA, ALAN), timezone="Europe/Paris")
    assert (desk.booked(first), desk.booked(other)) == ([ADA], [ALAN])


@pytest.mark.parametrize("names", [(ADA, ALAN), (ALAN, ADA)])
def test_a_resumed_import_books_who_is_new_as_planned_beside_who_was_booked_by_the_same_words(
    desk: Desk, names: tuple[str, str]
) -> None:
    first = desk.session(service=MAKERS, start=SAT_19)
    other = desk.session(service="Chess", start=SAT_19, resource="Hall")
    desk.run(in_words(desk, SAT_19_WORDS, ADA))
    world = desk.sandbox.world
    world.staff.rename_service(world.session(first).service_id, "Young makers (old)")
    world.staff.rename_service(world.session(other).service_id, MAKERS)
    plan = desk.plan(in_words(desk, SAT_19_WORDS, *names))
    (meant,) = (exact for _, exact in plan.meant)
    assert meant.service == world.session(other).service_id


def test_words_that_name_a_room_go_on_to_mean_it_once_everybody_by_them_is_booked(desk: Desk) -> None:
    one, two = (desk.session(service=MAKERS, start=SAT_19, resource=room) for room in ("Studio 1", "Studio 2"))
    words = "Young makers Studio 2, Sat 19 Jan 2030 10:00"
    desk.run(in_words(desk, words, ADA))
    assert statuses(desk.run(in_words(desk, words, ADA))) == {ADA: "Already booked"}
    assert statuses(desk.run(in_words(desk, words, ADA, ALAN))) == {ADA: "Already booked", ALAN: "Booked"}
    assert (desk.booked(one), desk.booked(two)) == ([], [ADA, ALAN])


def test_words_that_name_no_room_ask_for_it_once_another_session_starts_with_theirs(desk: Desk) -> None:
    one = desk.session(service=MAKERS, start=SAT_19, resource="Studio 1")
    words = "Young makers, Sat 19 Jan 2030 10:00"
    desk.run(in_words(desk, words, ADA))
    two = desk.session(service=MAKERS, start=SAT_19, resource="Studio 2")
    assert statuses(desk.run(in_words(desk, words, ADA))) == {ADA: "Already booked"}
    assert statuses(desk.run(in_words(desk, words, ADA, ALAN))) == {ADA: "Already booked", ALAN: "Fix row"}
    assert (desk.booked(one), desk.booked(two)) == ([ADA], [])
