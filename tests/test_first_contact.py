"""The first bookings on a service teach how it answers: what they taught is said once, and kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from desk import START, Desk, count

from importer.booking.plan import limit_plan
from importer.ledger import Ledger
from importer.model import PROVIDER, Options, RunReport, Status
from importer.model.examinations import Learned
from importer.sandbox.mishaps import Mishaps

YOGA = "2030-03-09T10:00:00+00:00"


def learned(desk: Desk) -> Learned:
    chosen = desk.settings()
    with Ledger.look(chosen.ledger) as ledger:
        return ledger.learned(chosen.base_url)


def booked_beside_somebody(desk: Desk, *names: str, **cells: object) -> RunReport:
    session = desk.session(price=int(str(cells.pop("price", 0))))
    desk.sandbox.world.add_person(session, "Olive", "Online")
    settings = {"payment_requests": "none"} if cells.pop("none", False) else {}
    return desk.run(desk.people(session, *names, **cells), **settings)


@pytest.mark.parametrize(
    ("rules", "tells", "fact"),
    [
        ({"confirm_lists": "everybody"}, f"After a booking, {PROVIDER} lists everybody on the session.", True),
        ({"confirm_lists": "ours"}, f"After a booking, {PROVIDER} lists only the person who was booked.", False),
    ],
)
def test_the_first_booking_beside_others_teaches_whom_the_answer_lists(
    tmp_path: Path, rules: dict[str, object], tells: str, fact: bool
) -> None:
    with Desk(tmp_path, **rules) as desk:
        report = booked_beside_somebody(desk, "Ada Lovelace")
        assert tells in report.lessons
        assert learned(desk).answer_lists_everybody is fact


def test_a_booking_on_an_empty_session_does_not_teach_whom_the_answer_lists(desk: Desk) -> None:
    report = desk.run(desk.people(desk.session(), "Ada Lovelace"))
    assert report.lessons == ('Our bookings are shown there as booked through "api".',)
    assert learned(desk).answer_lists_everybody is None


def test_what_is_known_already_is_not_said_again(tmp_path: Path) -> None:
    with Desk(tmp_path, source="API") as desk:
        first = booked_beside_somebody(desk, "Ada Lovelace")
        assert 'Our bookings are shown there as booked through "API".' in first.lessons
        again = desk.run(desk.people(desk.session(start=YOGA), "Alan Turing"))
        assert again.lessons == ()
        assert learned(desk).own_source == "API"


@pytest.mark.parametrize(
    ("given", "tells", "fact"),
    [
        ("asked", "A person with several places gets all of them.", True),
        (
            "one",
            f"A person with several places gets another number of places. Please check these rows in {PROVIDER}.",
            False,
        ),
    ],
)
def test_the_first_row_with_several_places_teaches_whether_it_gets_them(
    tmp_path: Path, given: str, tells: str, fact: bool
) -> None:
    with Desk(tmp_path, spaces_given=given) as desk:
        report = booked_beside_somebody(desk, "Ada Lovelace", Spaces=3)
        assert tells in report.lessons
        assert learned(desk).gives_places is fact


@pytest.mark.parametrize(
    ("works", "tells"),
    [
        (True, "Nobody gets a payment request when you choose none."),
        (False, f"{PROVIDER} makes payment requests although you chose none."),
    ],
)
def test_the_first_person_on_a_session_with_a_price_teaches_whether_the_choice_took(
    tmp_path: Path, works: bool, tells: str
) -> None:
    with Desk(tmp_path, payment_field_works=works) as desk:
        report = booked_beside_somebody(desk, "Ada Lovelace", "Alan Turing", price=12, none=True)
        assert tells in report.lessons
        assert learned(desk).leaves_payments_out is works
        assert count(report, Status.BOOKED) == (2 if works else 1)


def test_what_imports_taught_stays_when_a_look_teaches_more(desk: Desk) -> None:
    booked_beside_somebody(desk, "Ada Lovelace")
    chosen = desk.settings()
    with Ledger.open(chosen.ledger) as ledger, desk.service() as service:
        seen = service.examine(now=START)
        joined = ledger.learned(chosen.base_url).joined(seen.learned)
    assert (joined.answer_lists_everybody, joined.own_source) == (False, "api")
    assert joined.search_days == seen.learned.search_days


def roster_of_two_sessions(desk: Desk, *, is_second_busy: bool) -> Path:
    empty, other = desk.session(), desk.session(start=YOGA)
    if is_second_busy:
        desk.sandbox.world.add_person(other, "Olive", "Online")
    return desk.roster(
        [
            {"Full name": name, "Group booking ID": session}
            for name, session in (("Ada Lovelace", empty), ("Alan Turing", other), ("Grace Hopper", other))
        ]
    )


@pytest.mark.parametrize(("is_second_busy", "name"), [(True, "Alan Turing"), (False, "Ada Lovelace")])
def test_one_person_alone_of_a_first_import_is_the_first_on_a_session_with_people(
    desk: Desk, is_second_busy: bool, name: str
) -> None:
    plan = desk.plan(roster_of_two_sessions(desk, is_second_busy=is_second_busy))
    assert [person.name for person in limit_plan(plan, 1).people] == [name]
    assert [person.name for person in limit_plan(plan, 2).people] == ["Ada Lovelace", "Alan Turing"]


def test_later_imports_begin_with_the_first_row(desk: Desk) -> None:
    desk.run(desk.people(desk.session(start="2030-02-16T10:00:00+00:00"), "Zoë Été"))
    roster = roster_of_two_sessions(desk, is_second_busy=True)
    report = desk.run(roster, Options(first=1))
    assert [one.name for one in report.outcomes if one.status is Status.BOOKED] == ["Ada Lovelace"]


@pytest.mark.parametrize("source", ["partner", "api"])
def test_how_our_source_is_written_settles_lost_answers_of_later_imports(tmp_path: Path, source: str) -> None:
    with Desk(tmp_path, source=source) as desk:
        desk.run(desk.people(desk.session(), "Zoë Été"))
        desk.sandbox._mishaps = Mishaps(desk.sandbox.world, ["cut-after:confirm"])
        other = desk.session(start=YOGA)
        report = desk.run(desk.people(other, "Ada Lovelace"), settle_wait_s=1)
        assert count(report, Status.BOOKED) == 1


def test_a_choice_of_no_payment_requests_that_did_not_take_costs_nobody_else_one(tmp_path: Path) -> None:
    with Desk(tmp_path, payment_field_works=False) as desk:
        booked_beside_somebody(desk, "Ada Lovelace", price=12, none=True)
        session = desk.session(price=12, start=YOGA)
        roster = desk.people(session, "Alan Turing", "Grace Hopper")
        report = desk.run(roster, payment_requests="none")
        assert desk.booked(session) == []
        assert "roster doctor --forget" in report.stopped
        assert count(desk.run(roster, payment_requests="send"), Status.BOOKED) == 2


def test_people_on_free_sessions_are_booked_although_that_choice_did_not_take(tmp_path: Path) -> None:
    with Desk(tmp_path, payment_field_works=False) as desk:
        booked_beside_somebody(desk, "Ada Lovelace", price=12, none=True)
        report = desk.run(desk.people(desk.session(start=YOGA), "Alan Turing"), payment_requests="none")
        assert count(report, Status.BOOKED) == 1
