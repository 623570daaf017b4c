"""Nobody is asked for money whom nobody wanted asked: what an answer shows of it, and what it does not tell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from desk import Desk, count, statuses
from test_first_contact import learned
from test_lanes import ADA, ALAN, GRACE, run_later, spoil

from importer.importing.carrying_out import carry_out
from importer.importing.proposing import propose
from importer.importing.questions import Choices, Price, open_questions
from importer.ledger import Ledger
from importer.lists.roster import read_roster
from importer.model import Attendee, Options, Outcome, Participant, Reservation, RunReport, Status
from importer.model.examinations import Learned
from importer.results.report import exit_code
from importer.service.port import Confirmation, Refused

LATER = "2030-03-09T10:00:00+00:00"


def shows(desk: Desk, edit: Callable[[Attendee], Attendee]) -> None:
    """From now on the answer to a confirm shows people otherwise."""

    def edited(confirm: Callable[..., Confirmation], *given: Any, **more: Any) -> Confirmation:
        answer = confirm(*given, **more)
        return answer._replace(people=tuple(map(edit, answer.people)))

    spoil(desk, confirm=edited)


def asked_to_pay(desk: Desk, session: str) -> int:
    return sum(bool(one.payment_id) for one in desk.sandbox.world.people(session))


def is_held(desk: Desk, roster: Path, **settings: Any) -> bool:
    plan = desk.plan(roster, **settings)
    return any(isinstance(one, Price) for one in open_questions(plan, Choices(desk.settings(**settings), Options())))


def must_have_stopped(report: RunReport, *, booked: int) -> None:
    assert count(report, Status.BOOKED) == booked
    assert set(statuses(report).values()) == {"Booked", "Not booked yet"}
    assert exit_code(report, Options()) == 3


def test_an_answer_that_does_not_tell_of_payments_proves_nothing_and_stops_after_one(tmp_path: Path) -> None:
    with Desk(tmp_path, payment_field_works=False) as desk:
        session = desk.session(price=15)
        shows(desk, lambda one: replace(one, payment_ids=None))
        report = desk.run(desk.people(session, ADA, ALAN, GRACE), payment_requests="none")
        must_have_stopped(report, booked=1)
        assert "did not tell" in report.stopped
        assert asked_to_pay(desk, session) == 1
        assert learned(desk).leaves_payments_out is None


def test_after_an_answer_that_did_not_tell_nobody_else_is_sent_without_a_request_until_a_person_has_looked(
    tmp_path: Path,
) -> None:
    with Desk(tmp_path, payment_field_works=False) as desk:
        session = desk.session(price=15)
        shows(desk, lambda one: replace(one, payment_ids=None))
        roster = desk.people(session, ADA, ALAN, GRACE)
        for _ in range(2):
            desk.run(roster, payment_requests="none")
        assert asked_to_pay(desk, session) == 1
        assert is_held(desk, roster, payment_requests="none")
        assert not is_held(desk, roster, payment_requests="send")
        chosen = desk.settings()
        with Ledger.open(chosen.ledger) as ledger:
            ledger.learn(chosen.base_url, ledger.learned(chosen.base_url).joined(Learned(leaves_payments_out=True)))
        assert not is_held(desk, roster, payment_requests="none")


def test_an_answer_that_lists_nobody_proves_nothing_either(tmp_path: Path) -> None:
    with Desk(tmp_path, payment_field_works=False) as desk:
        spoil(desk, confirm=lambda confirm, *given, **more: confirm(*given, **more)._replace(people=()))
        report = desk.run(desk.people(desk.session(price=15), ADA, ALAN), payment_requests="none")
        must_have_stopped(report, booked=1)


def test_where_somebody_has_seen_that_no_payment_request_went_out_an_answer_need_not_tell(tmp_path: Path) -> None:
    with Desk(tmp_path) as desk:
        shows(desk, lambda one: replace(one, payment_ids=None))
        chosen = desk.settings()
        with Ledger.open(chosen.ledger) as ledger:
            ledger.learn(chosen.base_url, Learned(leaves_payments_out=True))
        report = desk.run(desk.people(desk.session(price=15), ADA, ALAN), payment_requests="none")
        assert count(report, Status.BOOKED) == 2


def test_every_answer_is_looked_at_for_a_payment_request_that_nobody_wanted(tmp_path: Path) -> None:
    with Desk(tmp_path) as desk:
        shown: list[str] = []

        def with_second_charged(one: Attendee) -> Attendee:
            shown.append(one.customer_booking_id)
            return replace(one, payment_ids=("9" * 24,)) if len(shown) == 2 else one

        shows(desk, with_second_charged)
        report = desk.run(desk.people(desk.session(price=15), ADA, ALAN, GRACE), payment_requests="none")
        must_have_stopped(report, booked=2)


def test_an_import_is_held_whose_choice_of_no_payment_requests_is_known_not_to_take(tmp_path: Path) -> None:
    with Desk(tmp_path, payment_field_works=False) as desk:
        session = desk.session(price=15)
        roster = desk.people(session, ADA, ALAN)
        assert not is_held(desk, roster, payment_requests="none")
        desk.run(roster, payment_requests="none")
        assert is_held(desk, roster, payment_requests="none")
        assert not is_held(desk, roster, payment_requests="send")
        assert not is_held(desk, desk.people(desk.session(start=LATER), GRACE), payment_requests="none")


@pytest.mark.parametrize("sign", [{"payment_ids": ("9" * 24,)}, {"price": 15.0}], ids=["a request", "a price"])
def test_a_session_that_costs_nothing_and_charges_stops_after_one_and_holds_the_next_import(
    tmp_path: Path, sign: dict[str, Any]
) -> None:
    with Desk(tmp_path) as desk:
        session = desk.session()
        shows(desk, lambda one: replace(one, **sign))
        roster = desk.people(session, ADA, ALAN, GRACE)
        report = desk.run(roster)
        must_have_stopped(report, booked=1)
        assert "for money" in report.stopped
        assert is_held(desk, roster)
        assert not is_held(desk, roster, payment_requests="send")


def test_a_price_that_staff_give_a_session_after_the_plan_stops_it_and_says_nothing_of_others(tmp_path: Path) -> None:
    with Desk(tmp_path) as desk:
        session = desk.session()

        def priced(confirm: Callable[..., Confirmation], *given: Any, **more: Any) -> Confirmation:
            desk.sandbox.world.staff.change_session(session, price=15)
            return confirm(*given, **more)

        spoil(desk, confirm=priced)
        roster = desk.people(session, ADA, ALAN, GRACE)
        must_have_stopped(desk.run(roster), booked=1)
        assert asked_to_pay(desk, session) == 1
        assert is_held(desk, roster)
        assert not is_held(desk, desk.people(desk.session(start=LATER), ADA))


def test_a_price_that_a_later_look_shows_stops_before_anybody_is_sent(tmp_path: Path) -> None:
    with Desk(tmp_path) as desk:
        session = desk.session()

        def priced() -> None:
            desk.sandbox.world.staff.change_session(session, price=15)
            desk.clock.wait(600)

        report = run_later(desk, desk.people(session, ADA, ALAN), priced)
        assert set(statuses(report).values()) == {"Not booked yet"}
        assert exit_code(report, Options()) == 3
        assert "a price of 15.00 by now" in report.stopped
        assert desk.booked(session) == []


def of_row(report: RunReport, name: str) -> Outcome:
    [found] = [one for one in report.outcomes if one.name == name]
    return found


def test_a_place_that_turns_out_to_be_free_goes_to_nobody_before_payment_requests_are_chosen(tmp_path: Path) -> None:
    with Desk(tmp_path, mishaps=["cut-before:confirm:nth=1"]) as desk:
        session = desk.session(places=1, price=15)
        desk.run(desk.people(session, ADA), settle_wait_s=0, payment_requests="none")
        choices, roster = Choices(desk.settings(), Options()), read_roster(desk.people(session, ALAN))
        with Ledger.open(choices.settings.ledger) as ledger, ledger.lock(), desk.service() as service:
            made = propose(roster, choices, service, ledger, now=desk.clock(), tell=lambda _progress: None)
            assert (made.open, made.plan.people) == ((), ()), "Ada may have the place"
            desk.clock.wait(3600)
            report = carry_out(
                made.plan, choices.settings, Options(), service, ledger, by="priya", clock=desk.clock,
                tell=lambda _progress: None, stop=desk.stop, pause=desk.clock.wait,
            )  # fmt: skip
        assert (statuses(report), desk.booked(session)) == ({ALAN: "Full"}, [])


def test_who_got_a_payment_request_that_nobody_wanted_is_told_of_it_in_their_own_row(tmp_path: Path) -> None:
    with Desk(tmp_path, payment_field_works=False) as desk:
        session = desk.session(price=15)
        report = desk.run(desk.people(session, ADA, ALAN), payment_requests="none")
        [request] = [one.payment_id for one in desk.sandbox.world.people(session)]
        told = of_row(report, ADA)
        assert told.wants_person
        assert f"payment request ({request})" in told.message
        assert not of_row(report, ALAN).wants_person


def test_who_may_have_got_a_payment_request_is_told_to_look_in_their_own_row(tmp_path: Path) -> None:
    with Desk(tmp_path) as desk:
        shows(desk, lambda one: replace(one, payment_ids=None))
        told = of_row(desk.run(desk.people(desk.session(price=15), ADA), payment_requests="none"), ADA)
        assert told.wants_person
        assert "did not tell if it made a payment request" in told.message


def test_who_is_asked_for_money_on_a_free_session_is_told_of_it_in_their_own_row(tmp_path: Path) -> None:
    with Desk(tmp_path) as desk:
        shows(desk, lambda one: replace(one, price=15.0))
        told = of_row(desk.run(desk.people(desk.session(), ADA, ALAN)), ADA)
        assert told.wants_person
        assert "asks for money" in told.message


@pytest.mark.parametrize("chosen", ["send", "none"])
def test_a_row_of_whom_all_went_as_it_was_chosen_says_nothing_of_money(tmp_path: Path, chosen: str) -> None:
    with Desk(tmp_path) as desk:
        told = of_row(desk.run(desk.people(desk.session(price=15), ADA), payment_requests=chosen), ADA)
        assert (told.status, told.message, told.wants_person) == (Status.BOOKED, "", False)


# Before the first answer has told


def tells_nothing(desk: Desk) -> None:
    shows(desk, lambda one: replace(one, payment_ids=None))


def on_priced_sessions(desk: Desk, *names: str) -> Path:
    starts = [f"2030-03-{day:02}T10:00:00+00:00" for day in range(2, 2 + len(names))]
    ids = [desk.session(price=15, start=start) for start in starts]
    return desk.roster([{"Group booking ID": id_, "Full name": name} for id_, name in zip(ids, names, strict=True)])


def test_of_all_sessions_with_a_price_one_person_alone_is_booked_before_an_answer_tells(tmp_path: Path) -> None:
    with Desk(tmp_path) as desk:
        tells_nothing(desk)
        must_have_stopped(desk.run(on_priced_sessions(desk, ADA, ALAN, GRACE), payment_requests="none"), booked=1)


def test_where_the_first_session_has_no_place_by_now_the_next_one_shows_it(tmp_path: Path) -> None:
    with Desk(tmp_path) as desk:
        tells_nothing(desk)
        roster = on_priced_sessions(desk, ADA, ALAN, GRACE)
        first, *_ = (row.target.booking_id for row in desk.plan(roster).people)

        def meanwhile() -> None:
            for _ in range(10):
                desk.sandbox.world.add_person(first, "Walter", "Quill")

        report = run_later(desk, roster, meanwhile, payment_requests="none")
        assert sorted(statuses(report).values()) == ["Booked", "Full", "Not booked yet"]


@pytest.mark.parametrize(("price", "chosen"), [(15, "send"), (0, "none")])
def test_nobody_waits_for_an_answer_that_nobody_needs(tmp_path: Path, price: int, chosen: str) -> None:
    with Desk(tmp_path) as desk:
        tells_nothing(desk)
        settings = desk.settings()
        with Ledger.open(settings.ledger) as ledger:
            ledger.learn(settings.base_url, Learned(leaves_payments_out=False))
        report = desk.run(desk.people(desk.session(price=price), ADA, ALAN), payment_requests=chosen)
        assert (count(report, Status.BOOKED), report.stopped) == (2, "")


def test_the_same_refusal_of_three_people_ends_a_session_with_a_price_too(tmp_path: Path) -> None:
    with Desk(tmp_path) as desk:
        sent: list[str] = []

        def refused(_confirm: Callable[..., Confirmation], _slot: str, person: Participant, **_more: Any) -> None:
            sent.append(person.name)
            raise Refused(422, "Members only")

        spoil(desk, confirm=refused)
        names = [f"Ann Brown{letter}" for letter in "abcde"]
        desk.run(desk.people(desk.session(price=15), *names), payment_requests="none")
        assert sent == names[:3]


def test_a_stop_before_the_first_answer_asks_for_no_other_place(tmp_path: Path) -> None:
    with Desk(tmp_path) as desk:
        asked: list[int] = []

        def stopped(_reserve: Callable[..., Reservation], *_given: Any) -> None:
            asked.append(1)
            desk.stop.set()
            raise Refused(422, "Members only")

        spoil(desk, reserve=stopped)
        desk.run(desk.people(desk.session(price=15), ADA, ALAN), payment_requests="none")
        assert asked == [1]
