"""What a lane makes of refusals, of lost answers, and of readings that tell nothing, one person after the other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from desk import Desk, statuses, the
from test_hostile_answers import bend
from test_lanes import ADA, ALAN, GRACE, honest, spoil
from thorough import some

from importer.importing.resuming import take_word
from importer.ledger import Ledger
from importer.model import Participant
from importer.sandbox.records import Profile
from importer.service.port import Bookings, Confirmation, Refused

OpenDesk = Callable[..., Desk]
ANNS = [f"Ann Brown{letter}" for letter in "abcdef"]


def hide_the_session_from_the_first_confirm_on(desk: Desk) -> None:
    """No reading contains it any more, until the service is honest again."""
    hidden: list[bool] = []

    def confirmed(confirm: Callable[..., Confirmation], *given: Any, **more: Any) -> Confirmation:
        hidden.append(True)
        return confirm(*given, **more)

    def read(bookings: Callable[..., Bookings], ids: Any) -> Bookings:
        return Bookings({}, {}) if hidden else bookings(ids)

    spoil(desk, confirm=confirmed, bookings=read)


def test_refusals_after_the_work_was_done_end_no_session(desk: Desk) -> None:
    session = desk.session()

    def repeated(confirm: Callable[..., Confirmation], *given: Any, **more: Any) -> Confirmation:
        confirm(*given, **more)
        return confirm(*given, **more)

    spoil(desk, confirm=repeated)
    assert set(statuses(desk.run(desk.people(session, *ANNS))).values()) == {"Booked"}
    assert desk.booked(session) == ANNS


def refusing(names: list[str], words: Callable[[str], str]) -> Callable[..., Confirmation]:
    def confirmed(confirm: Callable[..., Confirmation], slot_id: str, person: Participant, **more: Any) -> Confirmation:
        if person.name in names:
            raise Refused(422, words(person.name))
        return confirm(slot_id, person, **more)

    return confirmed


@pytest.mark.parametrize(
    ("refused", "words", "tried"),
    [
        (ANNS, lambda _name: "The field size is missing.", 3),
        (ANNS, lambda name: f"Missing for {name}: size (request {len(name) + ord(name[-1])}).", 3),
        (ANNS, lambda name: f"Reason {'xyzuvw'[ANNS.index(name)]}.", 6),
        (ANNS[1:], lambda _name: "The field size is missing.", 6),
        (ANNS[:2], lambda _name: "The field size is missing.", 6),
    ],
    ids=["the same", "the same but for names and numbers", "each another", "after somebody was booked", "only two"],
)
def test_the_same_refusal_of_the_first_three_people_and_nothing_less_ends_a_session(
    desk: Desk, refused: list[str], words: Callable[[str], str], tried: int
) -> None:
    session = desk.session()
    spoil(desk, confirm=refusing(refused, words))
    told = statuses(desk.run(desk.people(session, *ANNS)))
    assert [name for name in ANNS if told[name] != "Not booked yet"] == ANNS[:tried]
    assert desk.booked(session) == [name for name in ANNS[:tried] if name not in refused]


def test_a_reading_without_the_session_settles_nothing(open_desk: OpenDesk) -> None:
    desk = open_desk(mishaps=["cut-after:confirm:nth=1"])
    session = desk.session()
    roster = desk.people(session, ADA)

    hide_the_session_from_the_first_confirm_on(desk)
    report = desk.run(roster)
    assert (statuses(report), report.stop_code) == ({ADA: "Not sure yet"}, 0)
    honest(desk)
    assert statuses(desk.run(roster)) == {ADA: "Already booked"}
    assert desk.booked(session) == [ADA]


def test_a_clock_that_is_put_back_while_an_answer_is_sought_lets_nobody_wait_for_as_long(open_desk: OpenDesk) -> None:
    desk = open_desk(mishaps=["cut-after:confirm:nth=1"])
    roster = desk.people(desk.session(), ADA)
    paused: list[float] = []
    wait = desk.clock.wait

    def pause(seconds: float) -> None:
        if not paused:
            desk.clock.now -= timedelta(hours=1)
        paused.append(seconds)
        wait(seconds)

    hide_the_session_from_the_first_confirm_on(desk)
    desk.clock.wait = pause  # type: ignore[method-assign]
    assert statuses(desk.run(roster, settle_wait_s=30)) == {ADA: "Not sure yet"}
    assert 29 < sum(paused) < 35


def test_who_is_unsettled_is_not_sent_again_beside_somebody_who_may_be_them_renamed(open_desk: OpenDesk) -> None:
    desk = open_desk(mishaps=["cut-after:confirm:nth=1"])
    session = desk.session()
    roster = desk.people(session, ADA, Email="ada@mail.com")
    hide_the_session_from_the_first_confirm_on(desk)
    first = desk.run(roster)
    honest(desk)
    (there,) = desk.sandbox.world.people(session)
    desk.sandbox.world.staff.change_customer(there.customer_id, Profile("Guest", "Seven", "desk@mail.com"))
    desk.clock.wait(3600)
    report = desk.run(roster)
    assert statuses(report) == {ADA: "Not sure yet"}
    assert "Look in Appointedd, then say what you found" in the(report, ADA).message
    with Ledger.open(desk.settings().ledger) as ledger:
        assert take_word(first.run, first.outcomes[0].row, is_booked=True, ledger=ledger, now=desk.clock())
    assert statuses(desk.run(roster)) == {ADA: "Already booked"}
    assert len(desk.booked(session)) == 1


def test_where_the_first_answer_is_lost_the_next_one_shows_whether_the_payment_field_took(open_desk: OpenDesk) -> None:
    desk = open_desk(mishaps=["cut-after:confirm:nth=1"], payment_field_works=False)
    session = desk.session(price=12.5)
    report = desk.run(desk.people(session, ADA, ALAN, GRACE), payment_requests="none")
    assert (statuses(report)[GRACE], report.stop_code) == ("Not booked yet", 3)
    assert desk.booked(session) == [ADA, ALAN]


ENDED = ["Cancelled", "Declined", "removed", "Deleted", "expired", "failed"]


@pytest.mark.parametrize(
    ("status", "where", "lists"), some(product(ENDED, ["person", "session"], ["ours", "everybody"]), of_each=3)
)
def test_an_answer_that_calls_the_booking_ended_is_not_called_booked_and_ends_the_session(
    open_desk: OpenDesk, status: str, where: str, lists: str
) -> None:
    desk = open_desk(confirm_lists=lists)
    session = desk.session()
    desk.sandbox.world.add_person(session, "Zoe", "Quill")
    honest_play = desk.sandbox._mishaps.play

    def ended(body: Any) -> None:
        (body["data"] if where == "session" else body["data"]["customers"][-1])["status"] = status

    bend(desk, "confirm", ended)
    roster = desk.people(session, ADA, ALAN, GRACE)
    report = desk.run(roster)
    assert statuses(report) == {ADA: "Not sure yet", ALAN: "Not booked yet", GRACE: "Not booked yet"}
    assert f'Appointedd answered, but called this booking "{status}".' in the(report, ADA).message
    assert f'Appointedd called the booking of row 2 "{status}".' in the(report, GRACE).message
    assert the(report, ADA).wants_person
    assert desk.posts()["confirm"] == 1
    desk.sandbox._mishaps.play = honest_play  # type: ignore[method-assign]
    assert statuses(desk.run(roster)) == {ADA: "Already booked", ALAN: "Booked", GRACE: "Booked"}


def test_a_session_that_is_moved_while_its_people_are_sent_is_told_as_it_is_by_now(desk: Desk) -> None:
    session = desk.session()
    moved: list[bool] = []

    def move(_body: Any) -> None:
        if not moved:
            moved.append(True)
            staff, start = desk.sandbox.world.staff, datetime(2030, 3, 9, 10, tzinfo=UTC)
            staff.change_session(session, start=start)

    bend(desk, "reserve", move)
    told = the(desk.run(desk.people(session, ADA)), ADA)
    assert (str(told.status), told.session) == ("Booked", "Pottery for beginners, Sat 9 Mar 2030 10:00")
    assert "it was Pottery for beginners, Sat 2 Mar 2030 10:00, and is now Pottery" in told.message
    assert told.wants_person


def test_an_answer_that_names_another_service_is_told_and_one_that_names_the_same_is_not(desk: Desk) -> None:
    session = desk.session()
    assert the(desk.run(desk.people(session, ALAN)), ALAN).message == ""
    bend(desk, "confirm", lambda body: body["data"].update(service_id="f" * 24))
    told = the(desk.run(desk.people(session, ADA)), ADA)
    assert f"and is now {'f' * 24}, Sat 2 Mar 2030 10:00" in told.message
