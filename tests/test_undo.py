"""Taking back an import: whom it has booked and nobody else, each once, and only who is as they were booked."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from desk import Desk, statuses, the
from werkzeug.http import http_date

from importer.importing.purging import carry_out, find
from importer.importing.resuming import take_word, unfinished
from importer.ledger import Ledger
from importer.model import EntryState, Options, RunReport, RunState
from importer.sandbox.records import Rules
from importer.service.appointedd import Appointedd

ADA, ALAN, GRACE = "Ada Lovelace", "Alan Turing", "Grace Hopper"
OpenDesk = Callable[..., Desk]
SHOWN = pytest.mark.parametrize("how", ["removed", "marked"])


def show(desk: Desk, how: str) -> None:
    desk.sandbox.world.rules = Rules(cancelled=how)  # type: ignore[arg-type]


def cancels(desk: Desk) -> int:
    return sum(count for (_, path), count in desk.sandbox.requests.items() if path.endswith("/cancel"))


@SHOWN
def test_an_import_is_taken_back_and_who_was_there_otherwise_stays(desk: Desk, how: str) -> None:
    show(desk, how)
    session = desk.session()
    desk.sandbox.world.add_person(session, "Zoe", "Marsh")
    run = desk.run(desk.people(session, ADA, ALAN)).run
    report = desk.undo(run)
    assert statuses(report) == {ADA: "Removed", ALAN: "Removed"}
    assert (report.stop_code, desk.booked(session), cancels(desk)) == (0, ["Zoe Marsh"], 2)


def test_of_rows_that_are_chosen_no_other_is_removed(desk: Desk) -> None:
    session = desk.session()
    run = desk.run(desk.people(session, ADA, ALAN, GRACE)).run
    report = desk.undo(run, 3)
    assert statuses(report) == {ADA: "Kept", ALAN: "Removed", GRACE: "Kept"}
    assert desk.booked(session) == [ADA, GRACE]


def test_nobody_is_removed_whom_another_import_has_booked(desk: Desk) -> None:
    session = desk.session()
    desk.sandbox.world.add_person(session, "Grace", "Hopper", "grace@mail.com")
    first = desk.run(desk.people(session, ADA)).run
    people = [
        {"Group booking ID": session, "Full name": ADA},
        {"Group booking ID": session, "Full name": ALAN},
        {"Group booking ID": session, "Full name": GRACE, "Email": "grace@mail.com"},
    ]
    second = desk.run(desk.roster(people))
    assert statuses(second) == {ADA: "Already booked", ALAN: "Booked", GRACE: "Already booked"}
    report = desk.undo(second.run)
    assert statuses(report) == {ADA: "Kept", ALAN: "Removed", GRACE: "Kept"}
    assert f"Import {first} did." in the(report, ADA).message
    assert "did not book them" in the(report, GRACE).message
    assert sorted(desk.booked(session)) == [ADA, GRACE]


def test_the_only_person_of_a_session_stays_unless_that_is_chosen(desk: Desk) -> None:
    session = desk.session()
    run = desk.run(desk.people(session, ADA, ALAN)).run
    report = desk.undo(run)
    assert statuses(report) == {ADA: "Removed", ALAN: "Kept"}
    assert f"roster undo {run} --row 3 --empty-sessions" in the(report, ALAN).message
    assert statuses(desk.undo(run, 3, may_empty=True))[ALAN] == "Removed"
    assert desk.booked(session) == []


def test_undone_twice_everybody_is_already_gone_and_nothing_is_sent(desk: Desk) -> None:
    session = desk.session()
    desk.sandbox.world.add_person(session, "Zoe", "Marsh")
    run = desk.run(desk.people(session, ADA)).run
    desk.undo(run)
    again = desk.undo(run)
    assert (statuses(again), cancels(desk)) == ({ADA: "Already gone"}, 1)
    assert "Removed by undo (import 2) on 15 Jan 2030" in the(again, ADA).message


def test_who_was_removed_and_booked_again_by_another_import_is_told_so_when_the_first_is_undone_again(
    desk: Desk,
) -> None:
    session = desk.session()
    desk.sandbox.world.add_person(session, "Zoe", "Marsh")
    path = desk.people(session, ADA)
    run = desk.run(path).run
    undo = desk.undo(run).run
    again = desk.run(path, Options(rebook=True)).run
    ada = the(desk.undo(run), ADA)
    assert str(ada.status) == "Already gone"
    assert ada.message == f"Removed by undo (import {undo}) on 15 Jan 2030. Import {again} booked them again."
    assert sorted(desk.booked(session)) == [ADA, "Zoe Marsh"]


@pytest.mark.parametrize(
    ("by_undo", "words"),
    [(True, "removed by undo on 15 Jan 2030"), (False, "removed since")],
)
def test_a_question_says_that_the_person_it_asks_about_was_removed(desk: Desk, by_undo: bool, words: str) -> None:
    session = desk.session()
    desk.sandbox.world.add_person(session, "Zoe", "Marsh")
    run = desk.run(desk.people(session, "Ada Lovlace")).run
    if by_undo:
        desk.undo(run)
    else:
        desk.sandbox.world.remove_person(session, desk.sandbox.world.people(session)[1].customer_booking_id)
        desk.clock.wait(3600)
    asked = the(desk.run(desk.people(session, ADA)), ADA)
    assert str(asked.status) == "Same person?"
    assert f"the same person as Ada Lovlace (booked on 15 Jan 2030, {words})?" in asked.message


def test_that_a_person_stops_an_undo_is_on_record_while_somebody_is_still_being_removed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = desk.session()
    desk.sandbox.world.add_person(session, "Zoe", "Marsh")
    run = desk.run(desk.people(session, ADA, ALAN)).run
    states: list[RunState] = []

    def remove(service: Appointedd, *ids: str) -> None:
        desk.is_stopped_by_person = True
        desk.stop.set()
        for _ in range(50):
            with Ledger.look(desk.settings().ledger) as ledger:
                states.append(ledger.all_runs()[0].state)
            if states[-1] is RunState.STOPPED:
                break
            time.sleep(0.1)
        really(service, *ids)

    really = Appointedd.remove
    monkeypatch.setattr(Appointedd, "remove", remove)
    assert statuses(desk.undo(run))[ADA] == "Removed"
    assert states[-1] is RunState.STOPPED


def test_where_removed_people_are_listed_as_before_the_first_stops_the_rest(desk: Desk) -> None:
    show(desk, "listed")
    session = desk.session()
    desk.sandbox.world.add_person(session, "Zoe", "Marsh")
    run = desk.run(desk.people(session, ADA, ALAN)).run
    report = desk.undo(run)
    assert statuses(report) == {ADA: "Not sure yet", ALAN: "Kept"}
    assert (report.stop_code, cancels(desk)) == (3, 1)
    assert f"roster resume {report.run} --row 2 --is removed (or booked)" in the(report, ADA).message
    with Ledger.open(desk.settings().ledger) as ledger:
        assert [one.state for one in ledger.unknown()] == [EntryState.REMOVING]


# What has changed since


def test_who_has_changed_since_is_kept_with_what_changed(desk: Desk) -> None:
    sessions = [desk.session(start=f"2030-03-0{day}T10:00:00+00:00") for day in range(2, 8)]
    names = ["Ada Lovelace", "Alan Turing", "Emmy Noether", "Jean Bartik", "Lise Meitner", "Niels Bohr"]
    for session in sessions:
        desk.sandbox.world.add_person(session, "Zoe", "Marsh")
    rows = [{"Group booking ID": id_, "Full name": name} for id_, name in zip(sessions, names, strict=True)]
    run = desk.run(desk.roster(rows)).run
    moved, cancelled, places, arrived, paid, _ = sessions
    staff = desk.sandbox.world.staff
    staff.change_session(moved, start=datetime.fromisoformat("2030-03-02T11:00:00+00:00"))
    staff.cancel_session(cancelled)
    staff.change_person(places, ours(desk, places), spaces=2)
    staff.change_person(arrived, ours(desk, arrived), status="Arrived")
    staff.change_person(paid, ours(desk, paid), paid=True)
    report = desk.undo(run)
    assert list(statuses(report).values()) == ["Kept"] * 5 + ["Removed"]
    told = [one.message for one in report.outcomes]
    reasons = ("moved", "cancelled", "has 2 places, not 1", 'marked as "Arrived"', "a payment")
    for reason, message in zip(reasons, told, strict=False):
        assert message.startswith(f"Changed since import {run}: "), message
        assert reason in message, message
    assert all(one.wants_person for one in report.outcomes[:5])


def ours(desk: Desk, booking_id: str) -> str:
    return desk.sandbox.world.people(booking_id)[-1].customer_booking_id


def test_whoever_staff_have_removed_is_already_gone_and_nothing_is_sent(desk: Desk) -> None:
    session = desk.session()
    run = desk.run(desk.people(session, ADA, ALAN)).run
    desk.sandbox.world.remove_person(session, desk.sandbox.world.people(session)[0].customer_booking_id)
    desk.clock.wait(600)
    report = desk.undo(run, 2)
    assert (statuses(report)[ADA], cancels(desk)) == ("Already gone", 0)


def test_a_session_that_is_over_is_left_as_it_is(desk: Desk) -> None:
    session = desk.session()
    run = desk.run(desk.people(session, ADA, ALAN)).run
    desk.clock.wait(90 * 24 * 3600)
    report = desk.undo(run)
    assert (statuses(report), cancels(desk)) == ({ADA: "Kept", ALAN: "Kept"}, 0)


# Answers that are lost, refused or odd


def undone(desk: Desk, session: str, *names: str) -> RunReport:
    """The undo of an import of these people, on a session that somebody else is on, too."""
    desk.sandbox.world.add_person(session, "Zoe", "Marsh")
    return desk.undo(desk.run(desk.people(session, *names)).run)


@pytest.mark.parametrize("mishap", ["cut-after", "5xx-after", "html"])
@SHOWN
def test_a_removal_whose_answer_is_lost_is_looked_up_and_not_sent_again(
    open_desk: OpenDesk, how: str, mishap: str
) -> None:
    desk = open_desk(mishaps=[f"{mishap}:cancel:nth=1"], cancelled=how)
    session = desk.session()
    report = undone(desk, session, ADA, ALAN)
    assert statuses(report) == {ADA: "Removed", ALAN: "Removed"}
    assert "We found this person removed" in the(report, ADA).message
    assert (desk.booked(session), cancels(desk)) == (["Zoe Marsh"], 2)


def test_a_removal_that_is_carried_out_after_it_was_given_up_on_is_found_by_the_next(open_desk: OpenDesk) -> None:
    desk = open_desk(mishaps=["late-commit=300:cancel:nth=2"])
    session = desk.session()
    report = undone(desk, session, ADA, ALAN, GRACE)
    assert statuses(report) == {ADA: "Removed", ALAN: "Not sure yet", GRACE: "Removed"}
    desk.sandbox._mishaps.finish()
    last = desk.resume_undo(report.run)
    assert (statuses(last)[ALAN], cancels(desk)) == ("Already gone", 3)
    assert "Removed by undo (import 2)" in the(last, ALAN).message
    assert desk.booked(session) == ["Zoe Marsh"]


@pytest.mark.parametrize("mishap", ["cut-before", "5xx-before"])
def test_where_the_first_answer_is_lost_and_nothing_shows_nobody_else_is_removed_before_somebody_looks(
    open_desk: OpenDesk, mishap: str
) -> None:
    desk = open_desk(mishaps=[f"{mishap}:cancel:nth=1"])
    session = desk.session()
    report = undone(desk, session, ADA, ALAN)
    assert statuses(report) == {ADA: "Not sure yet", ALAN: "Kept"}
    assert (report.stop_code, cancels(desk)) == (3, 1)
    desk.clock.wait(3600)
    again = desk.resume_undo(report.run)
    assert (statuses(again), cancels(desk)) == ({ADA: "Not sure yet", ALAN: "Kept"}, 1)
    with Ledger.open(desk.settings().ledger) as ledger:
        assert take_word(report.run, the(report, ADA).row, is_booked=True, ledger=ledger, now=desk.clock())
    last = desk.resume_undo(again.run)
    assert statuses(last) == {ADA: "Removed", ALAN: "Removed"}
    assert (desk.booked(session), cancels(desk)) == (["Zoe Marsh"], 3)


def test_once_it_is_known_how_removed_people_are_shown_a_lost_answer_settles_by_itself(open_desk: OpenDesk) -> None:
    desk = open_desk(mishaps=["cut-before:cancel:nth=2"])
    session = desk.session()
    report = undone(desk, session, ADA, ALAN, GRACE)
    assert statuses(report) == {ADA: "Removed", ALAN: "Not sure yet", GRACE: "Removed"}
    early = desk.resume_undo(report.run)
    assert (statuses(early)[ALAN], cancels(desk)) == ("Not sure yet", 3)
    desk.clock.wait(600)
    last = desk.resume_undo(early.run)
    assert (statuses(last)[ALAN], cancels(desk)) == ("Removed", 4)
    assert desk.booked(session) == ["Zoe Marsh"]


def test_nobody_is_removed_again_because_the_service_says_from_then_on_that_it_is_another_day(
    open_desk: OpenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = open_desk(mishaps=["cut-before:cancel:nth=2"])
    session = desk.session()
    report = undone(desk, session, ADA, ALAN, GRACE)
    monkeypatch.setattr("importer.sandbox.server.http_date", lambda now: http_date(now + timedelta(days=1)))
    early = desk.resume_undo(report.run)
    assert (statuses(early)[ALAN], cancels(desk)) == ("Not sure yet", 3)
    assert "This computer's clock and Appointedd's differ. After 09:" in the(early, ALAN).message
    desk.clock.wait(600)
    last = desk.resume_undo(early.run)
    assert (statuses(last)[ALAN], cancels(desk)) == ("Removed", 4)


def test_a_refusal_is_told_in_its_words_and_after_three_nobody_else_is_tried(open_desk: OpenDesk) -> None:
    desk = open_desk(mishaps=["refuse=422:cancel"])
    session = desk.session()
    report = undone(desk, session, ADA, ALAN, GRACE, "Jean Bartik")
    assert list(statuses(report).values()) == ["Appointedd refused"] * 3 + ["Kept"]
    assert (report.stop_code, cancels(desk), len(desk.booked(session))) == (3, 3, 5)


@SHOWN
def test_a_refusal_of_what_was_done_by_the_same_request_is_seen_through(open_desk: OpenDesk, how: str) -> None:
    desk = open_desk(mishaps=["refuse-after=404:cancel:nth=1"], cancelled=how)
    session = desk.session()
    report = undone(desk, session, ADA, ALAN)
    assert (statuses(report), cancels(desk)) == ({ADA: "Removed", ALAN: "Removed"}, 2)


def test_readings_that_lag_or_are_cut_short_mislead_nobody(open_desk: OpenDesk) -> None:
    desk = open_desk(mishaps=["short=1:bookings:nth=3", "short=2:bookings:nth=5"])
    session = desk.session()
    report = undone(desk, session, ADA, ALAN, GRACE)
    assert set(statuses(report).values()) <= {"Removed", "Kept"}
    assert (GRACE in desk.booked(session)) is (statuses(report)[GRACE] == "Kept")
    assert "Zoe Marsh" in desk.booked(session)


def test_where_somebody_else_goes_with_the_first_nobody_else_is_removed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, session = desk.sandbox.world, desk.session()
    zoe = world.add_person(session, "Zoe", "Marsh")
    run = desk.run(desk.people(session, ADA, ALAN)).run
    remove = world.remove_person

    def takes_another_with_them(booking_id: str, id_: str) -> None:
        remove(booking_id, id_)
        remove(booking_id, zoe.customer_booking_id)

    monkeypatch.setattr(world, "remove_person", takes_another_with_them)
    report = desk.undo(run)
    assert (report.stop_code, cancels(desk)) == (3, 1)
    assert "something else has changed on the session" in report.stopped
    assert statuses(report) == {ADA: "Removed", ALAN: "Kept"}


def test_a_refused_key_stops_it_and_nobody_is_said_to_be_removed(open_desk: OpenDesk) -> None:
    desk = open_desk(mishaps=["refuse-key:cancel", "refuse-key:services:from=2"])
    session = desk.session()
    report = undone(desk, session, ADA, ALAN)
    assert (report.stop_code, statuses(report)) == (6, {ADA: "Kept", ALAN: "Kept"})
    with Ledger.open(desk.settings().ledger) as ledger:
        assert {one.state for one in ledger.entries([session])} == {EntryState.BOOKED}


# What a later import and other runs make of it


def test_an_import_that_was_stopped_and_is_undone_does_not_go_on(desk: Desk) -> None:
    session = desk.session()
    run = desk.run(desk.people(session, ADA, ALAN, GRACE), Options(first=2)).run
    with Ledger.open(desk.settings().ledger) as ledger:
        ledger.stopped_by_person(run)
    desk.undo(run, 2)
    with Ledger.open(desk.settings().ledger) as ledger:
        assert [one.id for one in unfinished(ledger)] == [run]


def test_an_undo_is_no_import_of_its_list(desk: Desk) -> None:
    session = desk.session()
    people = desk.people(session, *(f"{name} Marsh" for name in ("Ada", "Bob", "Cy", "Dee", "Eve", "Flo")))
    with Ledger.open(desk.settings().ledger) as ledger:
        for report in (desk.run(people), desk.undo(1, 2)):
            ledger.results_written(report.run, desk.folder / "roster.results.xlsx", str(report.run))
    report = desk.run(people)
    assert report.since is not None
    assert (report.since.run, report.stopped) == (1, "")
    with Ledger.open(desk.settings().ledger) as ledger:
        assert [one.id for one in ledger.runs()] == [3, 1]


def test_what_is_purged_of_an_undone_import_still_keeps_everybody_from_being_booked_again(desk: Desk) -> None:
    session = desk.session()
    roster = desk.people(session, ADA, ALAN)
    desk.undo(desk.run(roster).run, 2)
    desk.clock.wait(90 * 24 * 3600)
    with Ledger.open(desk.settings().ledger) as ledger:
        carry_out(find(ledger, before=desk.clock(), now=desk.clock()), ledger, now=desk.clock())
        assert not any(one.name for one in ledger.entries([session]))
    assert statuses(desk.run(roster, Options(allow_past=True)))[ADA] == "No longer booked"


def test_where_the_first_refusal_does_not_tell_if_it_was_done_nobody_else_is_tried(open_desk: OpenDesk) -> None:
    desk = open_desk(mishaps=["refuse=409:cancel"])
    session = desk.session()
    desk.sandbox.world.add_person(session, "Zoe", "Marsh")
    run = desk.run(desk.people(session, ADA, ALAN)).run
    report = desk.undo(run, settle_wait_s=0)
    assert statuses(report) == {ADA: "Not sure yet", ALAN: "Kept"}
    assert cancels(desk) == 1
    assert "Nobody else was removed." in report.stopped
