"""Reserve, verify, confirm, settle: what becomes of people when the service does its best, and when it does not."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import pytest
from desk import Desk, count, statuses, the
from thorough import some

from importer.importing import resuming
from importer.ledger import Ledger
from importer.model import Options, RunReport, Status
from importer.results.report import exit_code

OpenDesk = Callable[..., Desk]

LOST = ("cut-before", "cut-after", "5xx-before", "5xx-after", "html", "html=200", "bad-json", "redirect")


def run_until_settled(desk: Desk, roster: object, tries: int = 4) -> RunReport:
    """Import again and again, as a person would: each time after the moment that the last run named."""
    for _ in range(tries):
        report = desk.run(roster)  # type: ignore[arg-type]
        if all(outcome.status.is_done for outcome in report.outcomes):
            return report
        desk.clock.wait(3600)
    return report


def test_everybody_is_booked_with_the_details_of_the_roster(desk: Desk) -> None:
    session = desk.session()
    roster = desk.roster(
        [{"Group booking ID": session, "Full name": "Lovelace, Ada", "Email": "ada@mail.com", "Mobile": "07700 900123"}]
    )
    report = desk.run(roster)
    person = desk.sandbox.world.people(session)[0]
    assert statuses(report) == {"Ada Lovelace": "Booked"}
    assert (person.name, person.profile.email, person.profile.mobile) == (
        "Ada Lovelace",
        "ada@mail.com",
        "07700 900123",
    )
    assert the(report, "Ada Lovelace").customer_booking_id == person.customer_booking_id
    assert exit_code(report, Options()) == 0


def test_running_the_same_file_again_sends_nothing_that_books(desk: Desk) -> None:
    session = desk.session()
    roster = desk.people(session, "Ada Lovelace", "Alan Turing", "Grace Hopper")
    desk.run(roster)
    before = desk.posts()
    report = desk.run(roster)
    assert count(report, Status.ALREADY_BOOKED) == 3
    assert desk.posts() == before
    assert exit_code(report, Options()) == 0


def test_a_second_run_is_fine_also_when_the_session_is_full_and_past_by_then(desk: Desk) -> None:
    session = desk.session(places=2)
    roster = desk.roster(
        [
            {"Service": "Pottery for beginners", "Start": "2 Mar 2030 10:00", "Full name": name}
            for name in ("Ada Lovelace", "Alan Turing")
        ]
    )
    desk.run(roster)
    desk.clock.wait(365 * 24 * 3600)
    report = desk.run(roster)
    assert statuses(report) == {"Ada Lovelace": "Already booked", "Alan Turing": "Already booked"}
    assert len(desk.booked(session)) == 2


def test_first_come_in_the_roster_is_first_served(desk: Desk) -> None:
    session = desk.session(places=2)
    report = desk.run(desk.people(session, "Ada Lovelace", "Alan Turing", "Grace Hopper"))
    assert desk.booked(session) == ["Ada Lovelace", "Alan Turing"]
    assert statuses(report)["Grace Hopper"] == "Full"
    assert exit_code(report, Options()) == 3


def test_who_does_not_get_a_place_is_told_where_there_is_room(desk: Desk) -> None:
    session = desk.session(places=1)
    desk.session(places=5, start="2030-03-09T10:00:00+00:00")
    report = desk.run(desk.people(session, "Ada Lovelace", "Alan Turing"))
    assert the(report, "Alan Turing").message.startswith("Full: no place is left. Also: Sat 9 Mar 2030 10:00 (5 free)")


def test_a_party_gets_as_many_places_as_it_asks_for(desk: Desk) -> None:
    session = desk.session(places=4)
    report = desk.run(desk.people(session, "Ada Lovelace", "Alan Turing", Spaces="3"))
    assert [person.spaces for person in desk.sandbox.world.people(session)] == [3]
    assert statuses(report) == {"Ada Lovelace": "Booked", "Alan Turing": "Full"}


@pytest.mark.parametrize(("mishap", "lists", "nth"), some(product(LOST, ["ours", "everybody"], [1, 2]), of_each=3))
def test_a_lost_answer_to_a_confirm_books_nobody_twice_and_loses_nobody(
    open_desk: OpenDesk, mishap: str, lists: str, nth: int
) -> None:
    desk = open_desk(mishaps=[f"{mishap}:confirm:nth={nth}"], confirm_lists=lists)
    session = desk.session()
    names = ["Ada Lovelace", "Alan Turing", "Grace Hopper"]
    roster = desk.people(session, *names)
    first = desk.run(roster)
    for outcome in first.outcomes:
        assert (outcome.status is Status.BOOKED) == (outcome.name in desk.booked(session))
    report = run_until_settled(desk, roster)
    assert sorted(desk.booked(session)) == sorted(names)
    assert {outcome.status for outcome in report.outcomes} <= {Status.ALREADY_BOOKED, Status.BOOKED}


@pytest.mark.parametrize("mishap", LOST)
def test_a_lost_answer_to_a_reserve_is_reserved_again(open_desk: OpenDesk, mishap: str) -> None:
    desk = open_desk(mishaps=[f"{mishap}:reserve:nth=1"])
    session = desk.session()
    report = desk.run(desk.people(session, "Ada Lovelace", "Alan Turing"))
    assert set(statuses(report).values()) == {"Booked"}
    assert len(desk.booked(session)) == 2


def test_a_hold_of_our_own_that_lingers_is_waited_for_before_anybody_is_told_full(open_desk: OpenDesk) -> None:
    desk = open_desk(mishaps=["cut-after:reserve:nth=1"])
    session = desk.session(places=1)
    report = desk.run(desk.people(session, "Ada Lovelace"))
    assert statuses(report) == {"Ada Lovelace": "Booked"}


def test_an_answer_that_comes_too_late_is_settled_by_reading(open_desk: OpenDesk) -> None:
    desk = open_desk(mishaps=["slow=1:confirm:nth=1"], timeout_s=0.3)
    session = desk.session()
    report = desk.run(desk.people(session, "Ada Lovelace", "Alan Turing"))
    assert set(statuses(report).values()) == {"Booked"}
    assert desk.booked(session) == ["Ada Lovelace", "Alan Turing"]


def test_who_is_not_sure_yet_is_never_sent_again_before_it_can_be_told(open_desk: OpenDesk) -> None:
    desk = open_desk(mishaps=["cut-before:confirm:nth=1"])
    session = desk.session()
    roster = desk.people(session, "Ada Lovelace")
    first = desk.run(roster)
    second = desk.run(roster)
    assert statuses(first) == statuses(second) == {"Ada Lovelace": "Not sure yet"}
    assert desk.posts()["confirm"] == 1
    assert exit_code(second, Options()) == 4
    desk.clock.wait(3600)
    assert statuses(desk.run(roster)) == {"Ada Lovelace": "Booked"}
    assert desk.booked(session) == ["Ada Lovelace"]


def test_a_commit_that_comes_after_the_run_is_found_by_the_next(open_desk: OpenDesk) -> None:
    desk = open_desk(mishaps=["late-commit=300:confirm:nth=1"])
    session = desk.session()
    roster = desk.people(session, "Ada Lovelace", "Alan Turing")
    assert statuses(desk.run(roster)) == {"Ada Lovelace": "Not sure yet", "Alan Turing": "Booked"}
    desk.sandbox._mishaps.finish()
    assert set(statuses(desk.run(roster)).values()) == {"Already booked"}
    assert sorted(desk.booked(session)) == ["Ada Lovelace", "Alan Turing"]


@pytest.mark.parametrize("mishap", ["other-booking:reserve", "nameless:reserve"])
def test_a_reservation_that_is_not_on_the_target_is_never_confirmed(open_desk: OpenDesk, mishap: str) -> None:
    desk = open_desk(mishaps=[mishap])
    session = desk.session()
    report = desk.run(desk.people(session, "Ada Lovelace"))
    assert desk.posts()["confirm"] == 0
    assert statuses(report) == {"Ada Lovelace": "Appointedd refused"}
    assert "becomes free again on Tue 15 Jan 2030 09:20" in the(report, "Ada Lovelace").message


def test_a_reservation_on_a_new_booking_because_the_session_filled_up_means_full(open_desk: OpenDesk) -> None:
    desk = open_desk(when_full="new_booking", mishaps=["slow=0.1:reserve:nth=1"], timeout_s=5)
    session = desk.session(places=1)
    plan_time_roster = desk.people(session, "Ada Lovelace")
    original = desk.service

    def service_that_loses_the_race():  # type: ignore[no-untyped-def]
        service = original()
        reserve = service.reserve

        def late(*args: object) -> object:
            desk.sandbox.world.add_person(session, "Some", "Body")
            return reserve(*args)  # type: ignore[arg-type]

        service.reserve = late  # type: ignore[method-assign, assignment]
        return service

    desk.service = service_that_loses_the_race  # type: ignore[method-assign]
    report = desk.run(plan_time_roster)
    assert statuses(report) == {"Ada Lovelace": "Full"}
    assert desk.posts()["confirm"] == 0


def test_an_answer_that_names_another_booking_is_for_a_person_to_look_at(open_desk: OpenDesk) -> None:
    desk = open_desk(mishaps=["other-booking:confirm:nth=1"])
    session = desk.session()
    roster = desk.people(session, "Ada Lovelace")
    first = desk.run(roster)
    desk.clock.wait(7 * 24 * 3600)
    second = desk.run(roster)
    assert statuses(first)["Ada Lovelace"] == "Not sure yet"
    assert session in the(first, "Ada Lovelace").message
    assert desk.posts()["confirm"] == 1
    assert statuses(second)["Ada Lovelace"] in ("Already booked", "Not sure yet")
    assert exit_code(first, Options()) == 4


def test_other_spaces_than_asked_are_told_and_never_repeated(open_desk: OpenDesk) -> None:
    desk = open_desk(spaces_given="one")
    session = desk.session()
    report = desk.run(desk.people(session, "Ada Lovelace", Spaces="3"))
    assert the(report, "Ada Lovelace").message == "Booked, but with 1 place instead of 3. Put that right in Appointedd."
    assert exit_code(report, Options()) == 3
    assert desk.posts()["confirm"] == 1


def test_a_refused_confirm_is_told_in_the_services_own_words(desk: Desk) -> None:
    session = desk.session()
    roster = desk.people(session, "Ada Lovelace", "Alan Turing")
    original = desk.service

    def service():  # type: ignore[no-untyped-def]
        made = original()
        confirm = made.confirm

        def spoilt(slot_id: str, person, **more):  # type: ignore[no-untyped-def]
            return confirm("0" * 24 if person.first_name == "Ada" else slot_id, person, **more)

        made.confirm = spoilt
        return made

    desk.service = service  # type: ignore[method-assign]
    report = desk.run(roster)
    assert statuses(report) == {"Ada Lovelace": "Appointedd refused", "Alan Turing": "Booked"}
    assert the(report, "Ada Lovelace").message


def test_a_hold_that_expired_before_its_confirm_is_reserved_again_once(open_desk: OpenDesk) -> None:
    desk = open_desk()
    session = desk.session()
    roster = desk.people(session, "Ada Lovelace")
    original = desk.service

    def service():  # type: ignore[no-untyped-def]
        made = original()
        reserve, calls = made.reserve, []

        def slow(*args):  # type: ignore[no-untyped-def]
            calls.append(args)
            return reserve(*args)

        confirm = made.confirm

        def late(*args, **more):  # type: ignore[no-untyped-def]
            if len(calls) == 1:
                desk.clock.wait(3600)
            return confirm(*args, **more)

        made.reserve, made.confirm = slow, late
        return made

    desk.service = service  # type: ignore[method-assign]
    assert statuses(desk.run(roster)) == {"Ada Lovelace": "Booked"}
    assert desk.posts() == {"reserve": 2, "confirm": 2}
    assert desk.booked(session) == ["Ada Lovelace"]


def test_a_key_refused_in_the_middle_stops_the_run_and_the_next_one_finishes(open_desk: OpenDesk) -> None:
    desk = open_desk(mishaps=["refuse-key:confirm:nth=2"])
    session = desk.session()
    names = [f"Ann Brown{letter}" for letter in "abcd"]
    roster = desk.people(session, *names)
    first = desk.run(roster)
    assert (count(first, Status.BOOKED), count(first, Status.NOT_BOOKED_YET)) == (1, 3)
    assert exit_code(first, Options()) == 6
    assert count(desk.run(roster), Status.BOOKED) == 3
    assert sorted(desk.booked(session)) == names


def test_a_session_with_a_price_gets_no_payment_requests_when_none_are_wanted(open_desk: OpenDesk) -> None:
    desk = open_desk()
    session = desk.session(price=20)
    report = desk.run(desk.people(session, "Ada Lovelace", "Alan Turing"), payment_requests="none")
    assert set(statuses(report).values()) == {"Booked"}
    assert [person.payment_id for person in desk.sandbox.world.people(session)] == ["", ""]


def test_a_payment_request_that_was_not_wanted_stops_everybody_else(open_desk: OpenDesk) -> None:
    desk = open_desk(payment_field_works=False)
    priced, other = desk.session(price=20), desk.session(start="2030-03-03T10:00:00+00:00")
    rows = [("Ada", priced), ("Alan", priced), ("Grace", other)]
    roster = desk.roster([{"Group booking ID": id_, "First name": name, "Last name": "Brown"} for name, id_ in rows])
    report = desk.run(roster, payment_requests="none")
    assert statuses(report) == {"Ada Brown": "Booked", "Alan Brown": "Not booked yet", "Grace Brown": "Not booked yet"}
    assert "payment request" in report.stopped
    assert exit_code(report, Options()) == 3


def test_only_the_first_of_the_plan_is_booked_when_that_is_asked_for(desk: Desk) -> None:
    session = desk.session()
    roster = desk.people(session, "Ada Lovelace", "Alan Turing")
    report = desk.run(roster, Options(first=1))
    assert statuses(report) == {"Ada Lovelace": "Booked", "Alan Turing": "Not booked yet"}
    assert exit_code(report, Options(first=1)) == 0
    assert statuses(desk.run(roster)) == {"Ada Lovelace": "Already booked", "Alan Turing": "Booked"}


def test_who_was_taken_off_since_is_told_and_booked_again_only_on_request(desk: Desk) -> None:
    session = desk.session()
    roster = desk.people(session, "Ada Lovelace")
    first = desk.run(roster)
    desk.clock.wait(300)
    desk.sandbox.world.remove_person(session, the(first, "Ada Lovelace").customer_booking_id)
    assert statuses(desk.run(roster)) == {"Ada Lovelace": "No longer booked"}
    assert desk.booked(session) == []
    assert statuses(desk.run(roster, Options(rebook=True))) == {"Ada Lovelace": "Booked"}
    assert desk.booked(session) == ["Ada Lovelace"]
    assert statuses(desk.run(roster)) == {"Ada Lovelace": "Already booked"}


def test_somebody_who_is_on_the_session_already_is_not_booked_again(desk: Desk) -> None:
    session = desk.session()
    desk.sandbox.world.add_person(session, "Ada", "Lovelace", email="ada@mail.com")
    report = desk.run(desk.people(session, "Ada Lovelace", Email="ada@mail.com"))
    assert statuses(report) == {"Ada Lovelace": "Already booked"}
    assert desk.booked(session) == ["Ada Lovelace"]


def test_somebody_of_the_same_name_by_another_way_is_a_question(desk: Desk) -> None:
    session = desk.session()
    desk.sandbox.world.add_person(session, "Ada", "Lovelace")
    report = desk.run(desk.people(session, "Ada Lovelace"))
    assert statuses(report) == {"Ada Lovelace": "Same person?"}
    assert desk.posts() == {}


@pytest.mark.parametrize(
    ("decision", "status", "there"),
    [
        ("Book", "Booked", 2),
        ("Different person", "Booked", 2),
        ("same person", "Already booked", 1),
        ("Leave out", "Left out", 1),
    ],
)
def test_a_decision_answers_the_question(desk: Desk, decision: str, status: str, there: int) -> None:
    session = desk.session()
    desk.sandbox.world.add_person(session, "Ada", "Lovelace")
    assert statuses(desk.run(desk.people(session, "Ada Lovelace"))) == {"Ada Lovelace": "Same person?"}
    roster = desk.people(session, "Ada Lovelace", **{"Import decision": decision})
    assert statuses(desk.run(roster)) == {"Ada Lovelace": status}
    assert len(desk.booked(session)) == there
    assert statuses(desk.run(roster)) == {"Ada Lovelace": "Left out" if status == "Left out" else "Already booked"}
    assert len(desk.booked(session)) == there


def test_a_stop_starts_nobody_new_and_the_next_run_finishes(desk: Desk) -> None:
    session = desk.session()
    roster = desk.people(session, *[f"Ann Brown{letter}" for letter in "abcdef"])
    original = desk.service

    def service():  # type: ignore[no-untyped-def]
        made = original()
        confirm = made.confirm

        def stopping(*args, **more):  # type: ignore[no-untyped-def]
            if len(desk.booked(session)) == 2:
                desk.stop.set()
            return confirm(*args, **more)

        made.confirm = stopping
        return made

    desk.service = service  # type: ignore[method-assign]
    first = desk.run(roster)
    assert (count(first, Status.BOOKED), count(first, Status.NOT_BOOKED_YET)) == (3, 3)
    desk.stop.clear()
    desk.service = original  # type: ignore[method-assign]
    desk.run(roster)
    assert len(desk.booked(session)) == 6


def test_a_too_fast_client_is_throttled_and_nobody_is_lost(open_desk: OpenDesk) -> None:
    desk = open_desk(mishaps=["429=1:confirm:nth=2", "429:reserve:nth=3", "429=date+2:reserve:nth=5"])
    session = desk.session()
    report = desk.run(desk.people(session, *[f"Ann Brown{letter}" for letter in "abcdef"]))
    assert count(report, Status.BOOKED) == len(desk.booked(session)) == 6


def test_ids_are_asked_for_singly_where_the_service_does_not_take_them_together(open_desk: OpenDesk) -> None:
    desk = open_desk(ids="single")
    ids = [desk.session(), desk.session(start="2030-03-03T10:00:00+00:00")]
    roster = desk.roster([{"Group booking ID": id_, "First name": "Ann", "Last name": "Brown"} for id_ in ids])
    assert count(desk.run(roster), Status.BOOKED) == 2


def test_siblings_who_share_a_customer_record_are_two_people(open_desk: OpenDesk) -> None:
    desk = open_desk(siblings_share_record=True, mishaps=["cut-after:confirm:nth=2"])
    session = desk.session()
    roster = desk.people(session, "Ella Brown", "Bella Brown", Email="mum@mail.com")
    desk.run(roster)
    desk.clock.wait(3600)
    report = desk.run(roster)
    assert len(desk.booked(session)) == 2
    assert set(statuses(report).values()) == {"Already booked"}


def test_holds_of_a_run_that_was_cut_short_are_waited_for_before_anybody_is_told_full(desk: Desk) -> None:
    session = desk.session(places=2)
    roster = desk.people(session, "Ada Lovelace", "Alan Turing")
    original = desk.service

    def stopping_service():  # type: ignore[no-untyped-def]
        made = original()
        confirm = made.confirm

        def stopping(*args, **more):  # type: ignore[no-untyped-def]
            answer = confirm(*args, **more)
            while desk.posts()["reserve"] < 2:
                pass
            desk.stop.set()
            return answer

        made.confirm = stopping
        return made

    desk.service = stopping_service  # type: ignore[method-assign]
    assert statuses(desk.run(roster)) == {"Ada Lovelace": "Booked", "Alan Turing": "Not booked yet"}
    desk.stop.clear()
    desk.service = original  # type: ignore[method-assign]
    assert statuses(desk.run(roster)) == {"Ada Lovelace": "Already booked", "Alan Turing": "Booked"}


def test_a_person_may_say_what_became_of_a_row_that_is_not_sure(open_desk: OpenDesk) -> None:
    desk = open_desk(mishaps=["cut-before:confirm:first=2"])
    session = desk.session()
    roster = desk.people(session, "Ada Lovelace", "Alan Turing")
    first = desk.run(roster)
    with Ledger.open(desk.settings().ledger) as ledger:
        for name, is_booked in (("Ada Lovelace", True), ("Alan Turing", False)):
            assert resuming.take_word(1, the(first, name).row, is_booked=is_booked, ledger=ledger, now=desk.clock())
        assert not resuming.take_word(
            1, the(first, "Ada Lovelace").row, is_booked=True, ledger=ledger, now=desk.clock()
        )
    assert statuses(desk.run(roster)) == {"Ada Lovelace": "Already booked", "Alan Turing": "Booked"}
    assert desk.booked(session) == ["Alan Turing"]


def test_different_people_under_one_customer_record_are_told(open_desk: OpenDesk) -> None:
    desk = open_desk(siblings_share_record=True)
    report = desk.run(desk.people(desk.session(), "Ella Brown", "Bella Brown", Email="mum@mail.com"))
    assert set(statuses(report).values()) == {"Booked"}
    assert the(report, "Bella Brown").message == "Appointedd keeps this person and row 2 as one customer."


def test_a_hold_that_may_linger_is_told(open_desk: OpenDesk) -> None:
    desk = open_desk(mishaps=["cut-after:reserve:nth=1"])
    report = desk.run(desk.people(desk.session(), "Ada Lovelace"))
    assert "may hold 1 more place here until 09:20" in the(report, "Ada Lovelace").message


def test_a_service_that_goes_down_ends_the_run_and_the_next_one_finishes(
    open_desk: OpenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importer.service.appointedd.wire.SILENCE_BEFORE_STOP_S", 0)
    desk = open_desk(mishaps=["down:any:from=12"])
    sessions = [desk.session(start=f"2030-03-0{day}T10:00:00+00:00") for day in (1, 2, 3)]
    rows = [{"Group booking ID": id_, "Full name": f"Ann Brown{letter}"} for id_ in sessions for letter in "abcdef"]
    roster = desk.roster(rows)
    first = desk.run(roster)
    assert exit_code(first, Options()) == 6
    assert "can't be used just now" in first.stopped
    assert count(first, Status.NOT_BOOKED_YET) > 5
    assert desk.sandbox.requests.total() < 40
    desk.sandbox._mishaps._watches.clear()
    run_until_settled(desk, roster)
    assert [len(desk.booked(id_)) for id_ in sessions] == [6, 6, 6]


def test_who_can_not_be_told_apart_for_ever_is_for_a_person_to_look_up(open_desk: OpenDesk) -> None:
    desk = open_desk(siblings_share_record=True, mishaps=["cut-before:confirm:nth=1", "cut-after:confirm:nth=2"])
    session = desk.session()
    roster = desk.people(session, "Ann Brown", "Bea Brown", Email="mum@mail.com")
    desk.run(roster)
    desk.clock.wait(7 * 24 * 3600)
    report = desk.run(roster)
    assert set(statuses(report).values()) == {"Not sure yet"}
    assert "roster resume 1 --row 2 --is booked (or not-booked)" in the(report, "Ann Brown").message
    assert len(desk.booked(session)) == 1
