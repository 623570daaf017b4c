"""Many runs, corrections between them, and mishaps in them, judged by a model that knows who everybody truly is.

The service is a stand-in in memory, so that thousands of runs take seconds; plan, matching, booking, settling and the
ledger are the real ones. ``SOAK=1 pytest -n 0 --timeout 0 tests/test_stateful.py`` looks for longer,
elsewhere each time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from office import so_many
from office.coordinator import Office
from office.courses import Courses
from office.people import WHO
from office.service import Mishaps


class Coordination(Courses):
    """Moves and courses of moves, until teardown asks whether everybody got what they should."""


Coordination.TestCase.settings = so_many(12, 14, moves_in_a_soak=20)
TestCoordination = Coordination.TestCase


# What it found


@pytest.fixture
def open_office() -> Iterator[Callable[..., Office]]:
    with ExitStack() as stack:

        def opened(*given: Any, **corners: Any) -> Office:
            office = Office(*given, **corners)
            stack.callback(office.close)
            return office

        yield opened


OpenOffice = Callable[..., Office]


def told(office: Office) -> list[str]:
    return [str(row.outcome.status) for row in office.rows if row.outcome]


def there(office: Office, kin: str) -> int:
    return len(office.service.there(0, kin))


def test_references_numbered_anew_do_not_make_a_new_person_of_another(open_office: OpenOffice) -> None:
    office = open_office()
    ann = office.add(WHO["ann"], reference="M-1")
    office.run()
    ann.reference = "M-2"
    office.add(WHO["ann smith"], at=0, reference="M-1")
    office.come_to_rest()
    assert (there(office, "ann"), there(office, "ann smith")) == (1, 1)


def test_a_question_names_everybody_whom_book_would_tell_apart(open_office: OpenOffice) -> None:
    office = open_office()
    office.add(WHO["bella"], email="mum@mail.com")
    zoe = office.add(WHO["zoe"], email="mum@mail.com")
    office.run()
    office.rows.remove(office.rows[0])
    zoe.first, zoe.last = "Zita", "Murray"
    office.run()
    office.answer()
    office.run()
    assert there(office, "zoe") == 1


def test_a_namesake_told_apart_leaves_the_question_about_the_first(open_office: OpenOffice) -> None:
    office = open_office((1, 1))
    ann = office.add(WHO["ann"], email="ann@mail.com")
    office.run()
    office.rows, office.path = [], Path("another.csv")
    office.add(WHO["ann the younger"])
    office.run()
    office.answer()
    office.run()
    assert told(office) == ["Full"]
    office.service.places[0] = 3
    office.rows, office.path = [ann], Path("roster.csv")
    ann.email = "mum@mail.com"
    office.run()
    assert there(office, "ann") == 1


@pytest.mark.parametrize("change", ["name", "address", "file and no address"])
def test_a_decision_that_was_done_and_still_stands_there_books_nobody_again(
    open_office: OpenOffice, change: str
) -> None:
    office = open_office()
    office.keeps_decisions = True
    office.add(WHO["john"])
    office.run()
    office.rows = []
    jon = office.add(WHO["jon"], email="jon@mail.com")
    office.run()
    office.answer()
    office.run()
    assert (told(office), jon.decision) == (["Booked"], "Different person")
    if change == "file and no address":
        office.path, jon.email = Path("another.csv"), ""
    elif change == "name":
        jon.first, jon.last = jon.who.names[1]
    else:
        jon.email = "smith@mail.com"
    office.run()
    assert there(office, "jon") == 1


def test_two_sentences_that_one_decision_answers_do_not_contradict(open_office: OpenOffice) -> None:
    office = open_office()
    ann = office.add(WHO["ann"])
    office.run()
    office.path = Path("another.csv")
    office.add(WHO["ann the younger"], at=0)
    office.run()
    assert ann.outcome
    assert "(booked on 15 Jan 2030)" in ann.outcome.message
    assert "If they are two people" not in ann.outcome.message


def test_who_is_back_by_another_way_stays_so_when_our_marks_come_back(open_office: OpenOffice) -> None:
    office = open_office()
    office.add(WHO["zoe"], email="zoe@mail.com")
    office.run()
    office.clock.wait(300)
    office.service.take_off(0, office.service.seats[0][0])
    office.book_themselves(WHO["zoe"], 0, name=0, email=1)
    for _ in range(3):
        office.take_results()
        office.run(rebook=True)
        assert told(office) == ["Already booked"]
    assert there(office, "zoe") == 1


def test_the_second_row_of_somebody_who_is_back_does_not_say_that_they_were_taken_off(open_office: OpenOffice) -> None:
    office = open_office()
    zoe = office.add(WHO["zoe"])
    office.add(WHO["zoe"])
    office.run()
    office.clock.wait(300)
    office.service.take_off(0, office.service.seats[0][0])
    office.book_themselves(WHO["zoe"], 0, name=0, email=1)
    for row in office.rows:
        row.email = zoe.who.emails[0]
    for rebook in (False, True):
        office.run(rebook=rebook)
        assert told(office) == ["Already booked", "Fix row"]
    assert there(office, "zoe") == 1


def test_what_reading_can_not_tell_is_not_promised_for_a_time_that_has_passed(open_office: OpenOffice) -> None:
    office = open_office(is_readable=False)
    office.add(WHO["ann"])
    office.add(WHO["zoe"])
    office.run(Mishaps(confirms={0: "lost before", 1: "lost after"}))
    office.clock.wait(3 * 3600)
    office.run()
    assert told(office) == ["Not sure yet", "Not sure yet"]
    assert not any("We will know after" in row.outcome.message for row in office.rows if row.outcome)


def test_an_answer_to_a_question_is_not_asked_for_again(open_office: OpenOffice) -> None:
    office = open_office()
    zoe = office.add(WHO["zoe"], reference="M-1")
    office.run()
    zoe.reference, office.path = "1", Path("another.csv")
    office.run()
    office.answer()
    office.run()
    office.run()
    assert (told(office), zoe.decision) == (["Already booked"], "")


def test_a_hold_reserved_ahead_that_lapsed_meanwhile_is_reserved_again(open_office: OpenOffice) -> None:
    office = open_office()
    office.add(WHO["ann"])
    office.add(WHO["zoe"])
    office.run(Mishaps(confirms={0: "slept"}))
    assert told(office) == ["Booked", "Booked"]


def test_siblings_on_a_record_that_shows_one_of_them_are_not_taken_for_one_another(open_office: OpenOffice) -> None:
    office = open_office(siblings_share=True)
    office.add(WHO["ella"], email="mum@mail.com", session=1)
    office.run()
    office.add(WHO["ella"], email="mum@mail.com")
    office.add(WHO["bella"], email="mum@mail.com")
    office.run(Mishaps(confirms={0: "lost before", 1: "lost after"}))
    office.come_to_rest()
    assert (there(office, "ella"), there(office, "bella")) == (1, 1)


@pytest.mark.parametrize("by_resume", [False, True])
def test_a_late_booking_is_ours_by_the_source_that_another_session_has_shown(
    open_office: OpenOffice, by_resume: bool
) -> None:
    office = open_office(source="partner")
    office.add(WHO["tom"])
    zoe = office.add(WHO["zoe"], session=1)
    office.run(Mishaps(confirms={1: "late 60"}))
    assert told(office) == ["Booked", "Not sure yet"]
    office.rows.remove(zoe)
    office.clock.wait(3600)
    if by_resume:
        office.settle()
    office.run()
    assert [entry.state for entry, who in office.entries() if who is zoe.who] == ["booked"]
    office.judge.is_told_of_places_left(zoe.who)
