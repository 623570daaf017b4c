"""What a lane believes and what it does not: readings, refusals, clocks, holds, and plans that have aged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from desk import START, Desk, count, statuses, the

from importer.importing import carrying_out, preparing
from importer.ledger import Ledger
from importer.lists.roster import read_roster
from importer.model import Attendee, GroupBooking, Options, Reservation, RunReport, Status
from importer.results.report import exit_code
from importer.service.port import Bookings, Confirmation, Refused

OpenDesk = Callable[..., Desk]

ADA, ALAN, GRACE = "Ada Lovelace", "Alan Turing", "Grace Hopper"


def spoil(desk: Desk, **calls: Callable[..., Any]) -> None:
    """From now on these calls of the service are answered by functions that are given the real one, and its arguments."""
    connect = type(desk).service

    def service() -> Any:
        made = connect(desk)
        for name, spoilt in calls.items():
            honest = getattr(made, name)
            setattr(made, name, lambda *given, _spoilt=spoilt, _honest=honest, **more: _spoilt(_honest, *given, **more))
        return made

    desk.service = service  # type: ignore[method-assign]


def edited(read: Bookings, edit: Callable[[GroupBooking], GroupBooking]) -> Bookings:
    """The same reading with another form of each group booking."""
    return Bookings({id_: edit(one) for id_, one in read.items()}, read.not_shown)


def honest(desk: Desk) -> None:
    desk.service = type(desk).service.__get__(desk)  # type: ignore[method-assign]


def run_later(desk: Desk, roster: Any, meanwhile: Callable[[], object], **chosen: Any) -> RunReport:
    """A plan that stands on the screen while something happens, and is carried out then."""
    settings, options = desk.settings(**chosen), Options()
    with Ledger.open(settings.ledger) as ledger, desk.service() as service:
        given = (settings, options, service, ledger)
        plan = preparing.prepare(read_roster(roster), *given, now=desk.clock(), tell=lambda _: None)
        meanwhile()
        return carrying_out.carry_out(
            plan, *given, by="priya", clock=desk.clock, tell=lambda _: None, stop=desk.stop, pause=desk.clock.wait
        )


# Strangers


def test_a_placeholder_that_got_its_real_name_is_not_booked_beside_it(desk: Desk) -> None:
    session = desk.session()
    guest = desk.sandbox.world.add_person(session, "TBC", "Guest", email="ada@mail.com")
    desk.run(desk.people(session, ALAN))
    seen: dict[str, str] = {}

    def renamed(profile: Callable[[str], Any], customer_id: str) -> Any:
        shown = profile(customer_id)
        seen[customer_id] = shown.first_name
        return replace(shown, first_name="Ada", last_name="Lovelace") if customer_id == guest.customer_id else shown

    spoil(desk, profile=renamed)
    report = desk.run(desk.people(session, ADA, Email="ada@mail.com"))
    assert seen[guest.customer_id] == "TBC"
    assert statuses(report) == {ADA: "Already booked"}
    assert len(desk.booked(session)) == 2


def test_a_customer_record_is_read_once_in_an_import(desk: Desk) -> None:
    session = desk.session(places=20)
    for number in range(3):
        desk.sandbox.world.add_person(session, "Walter", f"Quill{number}")
    report = run_later(desk, desk.people(session, ADA, ALAN), lambda: desk.clock.wait(600))
    assert count(report, Status.BOOKED) == 2
    assert sum(n for (_, path), n in desk.sandbox.requests.items() if path.startswith("/customers/")) == 3


# Readings that lag or are cut short


@pytest.mark.parametrize("mishap", ["lag=60:bookings", "short=2:bookings"])
def test_nobody_is_called_removed_who_was_only_just_booked(open_desk: OpenDesk, mishap: str) -> None:
    desk = open_desk(mishaps=[mishap])
    session = desk.session()
    roster = desk.people(session, ADA, ALAN)
    desk.run(roster)
    for rebook in (False, True):
        report = desk.run(roster, Options(rebook=rebook))
        assert set(statuses(report).values()) == {"Not sure yet"}
        assert "does not show this person yet" in the(report, ADA).message
    assert len(desk.booked(session)) == 2


def test_nobody_is_called_removed_by_one_reading_that_was_cut_short(desk: Desk) -> None:
    session = desk.session()
    roster = desk.people(session, ADA, ALAN)
    desk.run(roster)
    desk.clock.wait(7 * 24 * 3600)
    readings: list[int] = []

    def cut_short(bookings: Callable[..., Bookings], ids: Any) -> Bookings:
        readings.append(1)
        read = bookings(ids)
        return edited(read, lambda one: replace(one, people=())) if len(readings) == 1 else read

    spoil(desk, bookings=cut_short)
    assert set(statuses(desk.run(roster, Options(rebook=True))).values()) == {"Already booked"}
    assert len(desk.booked(session)) == 2


def test_who_was_removed_and_put_back_is_already_booked(desk: Desk) -> None:
    session = desk.session()
    roster = desk.people(session, ADA)
    desk.run(roster)
    desk.clock.wait(3600)

    def empty(bookings: Callable[..., Bookings], ids: Any) -> Bookings:
        return edited(bookings(ids), lambda one: replace(one, people=()))

    spoil(desk, bookings=empty, openings=lambda *_: {session: START})
    assert statuses(desk.run(roster)) == {ADA: "No longer booked"}
    honest(desk)
    assert statuses(desk.run(roster)) == {ADA: "Already booked"}


def test_a_lost_answer_is_not_sent_again_because_a_list_of_few_people_is_always_cut(open_desk: OpenDesk) -> None:
    desk = open_desk(mishaps=["short=1:bookings", "cut-after:confirm:nth=2"])
    session = desk.session()
    roster = desk.people(session, ADA, ALAN)
    for _ in range(3):
        assert statuses(desk.run(roster))[ALAN] == "Not sure yet"
        desk.clock.wait(7200)
    assert desk.booked(session) == [ADA, ALAN]


def test_a_lost_answer_is_not_sent_again_because_the_list_was_cut(open_desk: OpenDesk) -> None:
    desk = open_desk(mishaps=["cut-after:confirm:nth=2"])
    session = desk.session()
    roster = desk.people(session, ADA, ALAN)

    def nobody(bookings: Callable[..., Bookings], ids: Any) -> Bookings:
        return edited(bookings(ids), lambda one: replace(one, people=()))

    spoil(desk, bookings=nobody)
    assert statuses(desk.run(roster))[ALAN] == "Not sure yet"
    desk.clock.wait(3600)
    desk.run(roster)
    honest(desk)
    assert statuses(desk.run(roster)) == {ADA: "Already booked", ALAN: "Already booked"}
    assert sorted(desk.booked(session)) == [ADA, ALAN]


# Sources


@pytest.mark.parametrize("source", ["API", "partner"])
def test_a_source_written_otherwise_does_not_make_a_stranger_of_ours(open_desk: OpenDesk, source: str) -> None:
    desk = open_desk(mishaps=["cut-after:confirm:nth=2"])

    def otherwise(people: tuple[Attendee, ...]) -> tuple[Attendee, ...]:
        return tuple(replace(one, source=source) if one.source == "api" else one for one in people)

    def read(bookings: Callable[..., Bookings], ids: Any) -> Bookings:
        return edited(bookings(ids), lambda one: replace(one, people=otherwise(one.people)))

    def confirm(confirmed: Callable[..., Confirmation], *given: Any, **more: Any) -> Confirmation:
        answer = confirmed(*given, **more)
        return answer._replace(people=otherwise(answer.people))

    spoil(desk, bookings=read, confirm=confirm)
    session = desk.session()
    roster = desk.people(session, ADA, ALAN)
    assert set(statuses(desk.run(roster)).values()) == {"Booked"}
    assert sorted(desk.booked(session)) == [ADA, ALAN]


def test_who_is_to_be_sent_again_is_first_looked_for_among_strangers(open_desk: OpenDesk) -> None:
    """The very first booking at a service that writes the source in a way of its own, and its answer is lost."""
    desk = open_desk(mishaps=["cut-after:confirm:nth=1"])

    def read(bookings: Callable[..., Bookings], ids: Any) -> Bookings:
        return edited(
            bookings(ids),
            lambda one: replace(one, people=tuple(replace(person, source="partner") for person in one.people)),
        )

    spoil(desk, bookings=read)
    session = desk.session()
    roster = desk.people(session, ADA, Email="ada@mail.com")
    report = desk.run(roster, settle_wait_s=7200)
    assert statuses(report) == {ADA: "Already booked"}
    assert desk.booked(session) == [ADA]


# Refusals


def test_a_refusal_after_the_work_was_done_books_nobody_twice(desk: Desk) -> None:
    session = desk.session()
    roster = desk.people(session, ADA)

    def repeated(confirm: Callable[..., Confirmation], *given: Any, **more: Any) -> Confirmation:
        confirm(*given, **more)
        return confirm(*given, **more)

    spoil(desk, confirm=repeated)
    assert statuses(desk.run(roster)) == {ADA: "Booked"}
    assert desk.booked(session) == [ADA]


def test_who_was_refused_is_not_sent_again_before_it_is_known_that_nothing_comes_of_it(desk: Desk) -> None:
    session = desk.session()
    roster = desk.people(session, ADA)
    late: list[Callable[[], object]] = []

    def refused(confirm: Callable[..., Confirmation], *given: Any, **more: Any) -> Confirmation:
        late.append(lambda: confirm(*given, **more))
        raise Refused(409, "This reservation is being used.")

    spoil(desk, confirm=refused)
    first = desk.run(roster)
    assert statuses(first) == {ADA: "Appointedd refused"}
    assert "This reservation is being used" in the(first, ADA).message
    assert "until 09:20" in the(first, ADA).message
    assert exit_code(first, Options()) == 3
    honest(desk)
    assert statuses(desk.run(roster)) == {ADA: "Not sure yet"}
    late[0]()
    assert statuses(desk.run(roster)) == {ADA: "Already booked"}
    assert desk.booked(session) == [ADA]


def test_who_was_refused_is_sent_again_once_a_later_reading_lacks_them(open_desk: OpenDesk) -> None:
    desk = open_desk(mishaps=["refuse=422:confirm:nth=1"])
    session = desk.session()
    roster = desk.people(session, ADA)
    assert statuses(desk.run(roster)) == {ADA: "Appointedd refused"}
    desk.clock.wait(3600)
    assert statuses(desk.run(roster)) == {ADA: "Booked"}
    assert desk.booked(session) == [ADA]


def test_the_same_refusal_of_its_first_three_people_ends_a_session(open_desk: OpenDesk) -> None:
    desk = open_desk(mishaps=["refuse=422:confirm"])
    session = desk.session(places=6)
    roster = desk.people(session, *[f"Ann Brown{letter}" for letter in "abcdef"])
    report = desk.run(roster)
    assert (count(report, Status.REFUSED), count(report, Status.NOT_BOOKED_YET)) == (3, 3)
    assert "This can't be done" in report.outcomes[5].message
    assert exit_code(report, Options()) == 3
    assert desk.posts() == {"reserve": 3, "confirm": 3}


def test_places_that_a_refused_confirm_may_hold_are_not_planned_again(open_desk: OpenDesk) -> None:
    desk = open_desk(mishaps=["refuse=422:confirm:nth=1"])
    session = desk.session(places=3)
    desk.run(desk.people(session, ADA))
    report = desk.run(desk.people(session, ALAN, GRACE, "Tom Baker"))
    assert statuses(report) == {ALAN: "Booked", GRACE: "Booked", "Tom Baker": "Full"}
    assert desk.posts()["reserve"] == 3


# Holds


@pytest.mark.parametrize("lanes", [1, 5])
def test_after_one_hold_that_landed_wrongly_no_more_are_made(open_desk: OpenDesk, lanes: int) -> None:
    desk = open_desk(mishaps=["nameless:reserve"])
    sessions = [desk.session(start=f"2030-03-0{day}T10:00:00+00:00") for day in range(1, lanes + 1)]
    roster = desk.roster(
        [{"Group booking ID": id_, "Full name": f"Ann Brown{letter}"} for letter in "abcd" for id_ in sessions]
    )
    report = desk.run(roster, workers=4)
    assert desk.posts() == {"reserve": 1}
    assert count(report, Status.REFUSED) == 1
    assert count(report, Status.NOT_BOOKED_YET) == 4 * lanes - 1
    assert all(outcome.wants_person for outcome in report.outcomes)
    assert exit_code(report, Options()) == 3


def test_a_hold_elsewhere_because_one_session_filled_up_does_not_stop_the_others(open_desk: OpenDesk) -> None:
    desk = open_desk(when_full="new_booking")
    full, other = desk.session(places=1), desk.session(start="2030-03-03T10:00:00+00:00")
    roster = desk.roster(
        [{"Group booking ID": id_, "Full name": name} for name, id_ in ((ADA, full), (ALAN, other), (GRACE, other))]
    )
    report = run_later(desk, roster, lambda: desk.sandbox.world.add_person(full, "Some", "Body"))
    assert statuses(report) == {ADA: "Full", ALAN: "Booked", GRACE: "Booked"}


@pytest.mark.parametrize("field", ["booking_id", "service_id", "resource_id", "start"])
def test_a_hold_is_confirmed_only_where_all_that_names_its_place_is_right(desk: Desk, field: str) -> None:
    session = desk.session()

    def elsewhere(reserve: Callable[..., Reservation], *given: Any) -> Reservation:
        made = reserve(*given)
        other = made.start + timedelta(hours=1) if field == "start" and made.start else "f" * 24
        return replace(made, **{field: other})

    spoil(desk, reserve=elsewhere)
    assert statuses(desk.run(desk.people(session, ADA))) == {ADA: "Appointedd refused"}
    assert desk.posts() == {"reserve": 1}


def test_a_place_that_came_free_since_it_was_asked_for_ahead_is_taken(desk: Desk) -> None:
    session = desk.session()
    refused: list[str] = []

    def full_at_first(reserve: Callable[..., Reservation], *given: Any) -> Reservation:
        refused.append("")
        if len(refused) == 2:
            raise Refused(409, "There are not enough spaces left.")
        return reserve(*given)

    spoil(desk, reserve=full_at_first)
    assert set(statuses(desk.run(desk.people(session, ADA, ALAN))).values()) == {"Booked"}


# Clocks


def test_a_clock_that_jumps_ahead_sends_nobody_a_second_time(open_desk: OpenDesk) -> None:
    desk = open_desk(mishaps=["late-commit=300:confirm:nth=1"])
    session = desk.session()
    roster = desk.people(session, ADA)
    assert statuses(desk.run(roster)) == {ADA: "Not sure yet"}
    ahead = timedelta(hours=1)
    report = _run_with_clock(desk, roster, lambda: desk.clock.now + ahead)
    assert statuses(report) == {ADA: "Not sure yet"}
    assert desk.posts()["confirm"] == 1
    desk.sandbox._mishaps.finish()
    assert statuses(desk.run(roster)) == {ADA: "Already booked"}
    assert desk.booked(session) == [ADA]


def test_a_moment_that_is_not_today_is_told_with_its_day(open_desk: OpenDesk) -> None:
    desk = open_desk(mishaps=["cut-before:confirm:nth=1"])
    desk.clock.now = datetime.fromisoformat("2030-01-15T23:50:00+00:00")
    report = desk.run(desk.people(desk.session(), ADA))
    assert "after Wed 16 Jan 2030 00:12" in the(report, ADA).message


def test_a_clock_that_was_a_day_ahead_keeps_nobody_waiting_for_a_day(open_desk: OpenDesk) -> None:
    desk = open_desk(mishaps=["cut-before:confirm:nth=1"])
    first, full = desk.session(), desk.session(places=1, start="2030-03-03T10:00:00+00:00")
    _run_with_clock(desk, desk.people(first, ADA), lambda: desk.clock.now + timedelta(days=1))
    begun = desk.clock.now

    def refused(reserve: Callable[..., Reservation], *given: Any) -> Reservation:
        raise Refused(409, "There are not enough spaces left.")

    spoil(desk, reserve=refused)
    desk.run(desk.roster([{"Group booking ID": full, "Full name": ALAN}], "other.csv"))
    assert desk.clock.now - begun < timedelta(hours=1)


def _run_with_clock(desk: Desk, roster: Any, clock: Callable[[], datetime]) -> RunReport:
    """An import on a computer whose clock is wrong; the service's is right."""
    settings, options = desk.settings(), Options()
    with Ledger.open(settings.ledger) as ledger, desk.service() as service:
        given = (settings, options, service, ledger)
        plan = preparing.prepare(read_roster(roster), *given, now=clock(), tell=lambda _: None)
        return carrying_out.carry_out(
            plan, *given, by="priya", clock=clock, tell=lambda _: None, stop=desk.stop, pause=desk.clock.wait
        )


# Plans that have aged


def test_who_books_themselves_while_the_question_stands_is_not_booked_again(desk: Desk) -> None:
    session = desk.session()
    roster = desk.people(session, ADA, ALAN, Email="")

    def meanwhile() -> None:
        desk.clock.wait(300)
        desk.sandbox.world.add_person(session, "Ada", "Lovelace")

    report = run_later(desk, roster, meanwhile)
    assert statuses(report) == {ADA: "Same person?", ALAN: "Booked"}
    assert sorted(desk.booked(session)) == [ADA, ALAN]


def test_a_session_that_was_cancelled_while_the_question_stood_is_told(desk: Desk) -> None:
    session = desk.session()

    def meanwhile() -> None:
        desk.clock.wait(300)

    def cancelled(bookings: Callable[..., Bookings], ids: Any) -> Bookings:
        is_old = desk.clock.seconds() - begun > 60
        return edited(bookings(ids), lambda one: replace(one, status="cancelled") if is_old else one)

    begun = desk.clock.seconds()
    spoil(desk, bookings=cancelled)
    report = run_later(desk, desk.people(session, ADA), meanwhile)
    assert statuses(report) == {ADA: "Fix row"}
    assert "is cancelled" in the(report, ADA).words
    assert desk.posts() == {}


def test_a_plan_that_is_fresh_is_not_read_again(desk: Desk) -> None:
    session = desk.session()
    roster = desk.people(session, ADA)
    run_later(desk, roster, lambda: None)
    assert sum(n for (verb, path), n in desk.sandbox.requests.items() if (verb, path) == ("GET", "/bookings")) == 1
