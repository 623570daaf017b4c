"""How a session ends for those on its list: who is still tried, who gets a place that came free, what the rest is told."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from desk import Desk, count, statuses, the
from test_lanes import ADA, ALAN, GRACE, edited, honest, run_later, spoil

from importer.model import Options, Status
from importer.service.port import AnswerLost, Bookings, Confirmation, NotSent, Refused

OpenDesk = Callable[..., Desk]

FOUR = [f"Ann Brown{letter}" for letter in "abcd"]


def test_a_gateway_that_repeats_every_request_does_not_end_a_session(desk: Desk) -> None:
    """It refuses what it has done, each time by the same words: nobody was refused, so nobody counts."""
    session = desk.session()

    def repeated(confirm: Callable[..., Confirmation], *given: Any, **more: Any) -> Confirmation:
        confirm(*given, **more)
        return confirm(*given, **more)

    spoil(desk, confirm=repeated)
    assert set(statuses(desk.run(desk.people(session, *FOUR))).values()) == {"Booked"}
    assert desk.booked(session) == FOUR


def test_a_session_with_a_price_that_refuses_everybody_ends_after_three_too(open_desk: OpenDesk) -> None:
    desk = open_desk(mishaps=["refuse=422:confirm"])
    session = desk.session(price=20)
    report = desk.run(desk.people(session, *FOUR, "Eve Stone"), payment_requests="none")
    assert (count(report, Status.REFUSED), count(report, Status.NOT_BOOKED_YET)) == (3, 2)
    assert desk.posts() == {"reserve": 3, "confirm": 3}


def test_while_a_session_can_not_be_read_a_lost_answer_stays_not_sure_and_the_others_are_booked(
    open_desk: OpenDesk,
) -> None:
    desk = open_desk(mishaps=["cut-after:confirm:nth=1"])
    session = desk.session()
    roster = desk.people(session, ADA, ALAN)

    def hidden(bookings: Callable[..., Bookings], ids: Any) -> Bookings:
        shown = bookings(ids)
        return shown if desk.posts()["confirm"] == 0 else Bookings({}, dict.fromkeys(shown, "Try again later."))

    spoil(desk, bookings=hidden)
    report = desk.run(roster)
    assert statuses(report) == {ADA: "Not sure yet", ALAN: "Booked"}
    assert report.stopped == ""


def test_a_place_that_was_meant_for_somebody_who_is_refused_goes_to_who_waits_first(open_desk: OpenDesk) -> None:
    desk = open_desk(mishaps=["refuse=422:reserve:nth=1"])
    session = desk.session(places=1)
    report = desk.run(desk.people(session, ADA, ALAN, GRACE))
    assert statuses(report) == {ADA: "Appointedd refused", ALAN: "Booked", GRACE: "Full"}


def test_a_clock_that_was_put_back_while_the_question_stands_hides_nobody_who_booked_themselves(desk: Desk) -> None:
    session = desk.session()

    def meanwhile() -> None:
        desk.clock.now -= timedelta(hours=1)
        desk.sandbox.world.add_person(session, "Ada", "Lovelace")

    report = run_later(desk, desk.people(session, ADA), meanwhile)
    assert statuses(report) == {ADA: "Same person?"}
    assert the(report, ADA).session == "Pottery for beginners, Sat 2 Mar 2030 10:00"


# Refusals that say something about the session, and such that don't


@pytest.mark.parametrize("call", ["reserve", "confirm"])
@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("{first} {last} can't be booked: error 17{number}.", "… … can't be booked: error #."),
        ("We know {email} from elsewhere.", "We know … from elsewhere."),
        ("Refused, for reason {letter}.", ""),
    ],
)
def test_refusals_are_alike_whatever_they_say_of_the_person(desk: Desk, call: str, words: str, told: str) -> None:
    """Three that are alike end a session; the rest reads what they have in common."""
    session = desk.session()
    rows = [
        {"First name": "Ann", "Last name": f"Brown{letter}", "Email": f"Brown{letter}@{letter * number}.com"}
        for number, letter in enumerate("abcde", 1)
    ]
    asked: list[str] = []

    def refused(_honest: Callable[..., Any], *_given: Any, **_more: Any) -> Any:
        row, letter = rows[len(asked)], "abcde"[len(asked)]
        asked.append(letter)
        raise Refused(
            422,
            words.format(first="Ann", last=row["Last name"], email=row["Email"], number=len(asked), letter=letter),
        )

    spoil(desk, **{call: refused})
    report = desk.run(desk.roster([{"Group booking ID": session, **row} for row in rows]))
    tried = 3 if told else 5
    assert (count(report, Status.REFUSED), count(report, Status.NOT_BOOKED_YET)) == (tried, 5 - tried)
    assert all(one.wants_person for one in report.outcomes)
    assert report.outcomes[4].message.endswith(f"the first 3 people of this session: {told}") == bool(told)


def test_parties_that_are_too_large_by_now_do_not_end_a_session_for_who_fits(desk: Desk) -> None:
    session = desk.session(places=10)
    rows = [{"Group booking ID": session, "Full name": name, "Spaces": 2} for name in (*FOUR, ADA)]
    rows[-1]["Spaces"] = 1

    def meanwhile() -> None:
        for number in range(9):
            desk.sandbox.world.add_person(session, "Walter", f"Quill{number}")

    report = run_later(desk, desk.roster(rows), meanwhile)
    assert statuses(report) == {**dict.fromkeys(FOUR, "Full"), ADA: "Booked"}
    assert the(report, FOUR[0]).message.startswith("Full: 1 place left, 2 asked for.")


def test_who_waits_for_a_place_is_not_called_full_where_the_import_stops_first(open_desk: OpenDesk) -> None:
    desk = open_desk(mishaps=["refuse-key:confirm:nth=1"])
    report = desk.run(desk.people(desk.session(places=1), ADA, ALAN))
    assert statuses(report) == {ADA: "Not booked yet", ALAN: "Not booked yet"}
    assert the(report, ALAN).message == "The import stopped before this row. Import the list again."


def test_who_is_refused_reads_when_the_place_is_free_again_and_when_to_import(open_desk: OpenDesk) -> None:
    desk = open_desk(mishaps=["refuse=422:confirm"])
    report = desk.run(desk.people(desk.session(), *FOUR))
    assert the(report, FOUR[0]).message == (
        "This can't be done. Appointedd may keep the place until 09:20. "
        "If this row has a mistake, correct it. Import the list again after 09:22."
    )
    assert the(report, FOUR[3]).message == (
        "Not booked: Appointedd refused the first 3 people of this session: This can't be done."
    )


# Who was there before, and whom an answer means


@pytest.mark.parametrize("came", ["before the import", "while the one before was settled"])
def test_nobody_who_was_there_first_is_taken_for_a_person_whose_answer_was_lost(open_desk: OpenDesk, came: str) -> None:
    """They came through another program of the organisation, for two places, and their record can't be read."""
    was_there = came == "before the import"
    mishaps = ["cut-before:confirm:nth=2"] if was_there else ["cut-after:confirm:nth=1", "cut-before:confirm:nth=2"]
    desk = open_desk(mishaps=mishaps)
    session = desk.session()

    def another(confirm: Callable[..., Confirmation], *given: Any, **more: Any) -> Confirmation:
        if not desk.booked(session):
            desk.sandbox.world.add_person(session, "Some", "Body", spaces=2, source="api")
        return confirm(*given, **more)

    spoil(desk, profile=lambda *_given: None, confirm=another)
    if was_there:
        desk.sandbox.world.add_person(session, "Some", "Body", spaces=2, source="api")
    rows = [{"Group booking ID": session, "Full name": name, "Spaces": n} for n, name in ((1, ADA), (2, ALAN))]
    report = desk.run(desk.roster(rows))
    assert statuses(report) == {ADA: "Booked", ALAN: "Not sure yet"}


def test_who_can_not_be_told_from_another_new_person_in_the_answer_is_booked_all_the_same(desk: Desk) -> None:
    session = desk.session()

    def with_another(confirm: Callable[..., Confirmation], *given: Any, **more: Any) -> Confirmation:
        answer = confirm(*given, **more)
        return answer._replace(
            people=(*answer.people, *(replace(one, customer_booking_id="f" * 24) for one in answer.people))
        )

    spoil(desk, confirm=with_another)
    assert statuses(desk.run(desk.people(session, ADA))) == {ADA: "Booked"}
    assert desk.booked(session) == [ADA]


def test_only_who_books_on_a_session_with_a_price_is_asked_for_no_payment_request(desk: Desk) -> None:
    """On a free session the request stays as the guide has it."""
    sent: dict[str, object] = {}

    def noted(confirm: Callable[..., Confirmation], slot_id: str, person: Any, **more: Any) -> Confirmation:
        sent[person.name] = more["payment_request"]
        return confirm(slot_id, person, **more)

    spoil(desk, confirm=noted)
    ids = {ADA: desk.session(price=20), ALAN: desk.session(start="2030-03-03T10:00:00+00:00")}
    roster = desk.roster([{"Group booking ID": id_, "Full name": name} for name, id_ in ids.items()])
    desk.run(roster, payment_requests="none")
    assert sent == {ADA: False, ALAN: None}


# Plans


def test_a_plan_that_has_aged_is_looked_at_again_once_and_knows_who_is_booked_already(desk: Desk) -> None:
    """Adah is near Ada, who stands in a row of her own: that is no question, at the second look neither."""
    session = desk.session()
    desk.run(desk.people(session, ADA))
    desk.sandbox.requests.clear()
    roster = desk.people(session, ADA, "Adah Lovelace", ALAN)
    report = run_later(desk, roster, lambda: desk.clock.wait(300))
    assert statuses(report) == {ADA: "Already booked", "Adah Lovelace": "Booked", ALAN: "Booked"}
    assert desk.sandbox.requests["GET", "/bookings"] == 2


def test_who_waits_for_a_place_and_has_come_by_another_way_meanwhile_has_one_answer(desk: Desk) -> None:
    session = desk.session(places=2)

    def meanwhile() -> None:
        desk.clock.wait(300)
        desk.sandbox.world.add_person(session, "Grace", "Hopper")

    report = run_later(desk, desk.people(session, ADA, ALAN, GRACE), meanwhile)
    told = [(one.name, str(one.status)) for one in report.outcomes]
    assert sorted(told) == [(ADA, "Booked"), (ALAN, "Full"), (GRACE, "Same person?")]


def test_only_the_first_of_the_plan_is_tried_also_where_their_place_stays_free(open_desk: OpenDesk) -> None:
    desk = open_desk(mishaps=["refuse=422:reserve:nth=1"])
    session = desk.session(places=1)
    report = desk.run(desk.people(session, ADA, ALAN), Options(first=1))
    assert [(one.name, str(one.status)) for one in report.outcomes] == [
        (ADA, "Appointedd refused"),
        (ALAN, "Not booked yet"),
    ]
    assert the(report, ALAN).message == "Only the first one was asked for."
    assert desk.booked(session) == []


# Lost answers


def test_who_turns_out_not_to_be_booked_while_the_others_were_is_sent_again_by_the_same_import(
    open_desk: OpenDesk,
) -> None:
    desk = open_desk(mishaps=["cut-before:confirm:nth=1", "429=20:confirm:nth=3"], hold_minutes=0.4)
    session = desk.session()
    report = desk.run(desk.people(session, ADA, ALAN, GRACE), settle_wait_s=10, settle_margin_s=0)
    assert set(statuses(report).values()) == {"Booked"}
    assert desk.booked(session) == [ALAN, GRACE, ADA]


def test_a_booking_that_a_lost_answer_told_of_is_waited_for(desk: Desk) -> None:
    """It is there only at the third look; by then nobody else was started."""
    session = desk.session()
    looks_at: list[int] = []
    """How many were booked at each look."""

    def late(bookings: Callable[..., Bookings], ids: Any) -> Bookings:
        looks_at.append(len(desk.booked(session)))
        hides = looks_at.count(1) < 3
        return edited(bookings(ids), lambda one: replace(one, people=() if hides else one.people))

    def lost(confirm: Callable[..., Confirmation], slot_id: str, person: Any, **more: Any) -> Confirmation:
        answer = confirm(slot_id, person, **more)
        if person.name == ADA:
            raise AnswerLost
        return answer

    spoil(desk, bookings=late, confirm=lost)
    report = desk.run(desk.people(session, ADA, ALAN))
    assert statuses(report) == {ADA: "Booked", ALAN: "Booked"}
    assert 2 not in looks_at


def test_who_may_be_on_another_session_is_never_sent_again(desk: Desk) -> None:
    session = desk.session()
    roster = desk.people(session, ADA)
    spoil(desk, confirm=lambda *_given, **_more: Confirmation("f" * 24, ()))
    assert statuses(desk.run(roster)) == {ADA: "Not sure yet"}
    honest(desk)
    desk.clock.wait(7 * 24 * 3600)
    assert statuses(desk.run(roster)) == {ADA: "Not sure yet"}
    assert desk.booked(session) == []


def test_who_could_not_be_sent_is_not_booked_yet_and_the_others_are(desk: Desk) -> None:
    session = desk.session()
    roster = desk.people(session, ADA, ALAN)

    def unreachable(confirm: Callable[..., Confirmation], slot_id: str, person: Any, **more: Any) -> Confirmation:
        if person.name == ADA:
            raise NotSent
        return confirm(slot_id, person, **more)

    spoil(desk, confirm=unreachable)
    report = desk.run(roster)
    assert statuses(report) == {ADA: "Not booked yet", ALAN: "Booked"}
    assert the(report, ADA).message == "Appointedd could not be reached. Import the list again."
    honest(desk)
    assert statuses(desk.run(roster)) == {ADA: "Booked", ALAN: "Already booked"}


def test_an_answer_that_names_another_session_says_where_to_look(open_desk: OpenDesk) -> None:
    desk = open_desk(mishaps=["other-booking:confirm"])
    session = desk.session()
    (told,) = desk.run(desk.people(session, ADA)).outcomes
    assert re.fullmatch(
        f"Sent for session {session}, but Appointedd answered with session [0-9a-f]{{24}}. "
        "Look there where this person is; nothing more is sent for them.",
        told.message,
    )
    assert told.wants_person
