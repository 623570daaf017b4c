"""Staff move, rename, cancel and re-make sessions; people edit what their rows ask for: who is booked stays known."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from itertools import product
from pathlib import Path

import pytest
from desk import Desk, statuses, the
from test_series import night
from thorough import some

from importer.ledger import Ledger
from importer.model import Options
from importer.results.changes import change_lines, moved_line
from importer.results.report import exit_code

OpenDesk = Callable[..., Desk]

ADA, ALAN = "Ada Lovelace", "Alan Turing"
POTTERY = "Pottery for beginners"
TEN, NOON = "2030-03-02T10:00:00+00:00", "2030-03-02T12:00:00+00:00"


def at(hour: str) -> datetime:
    return datetime.fromisoformat(hour)


def by_start(desk: Desk, *rows: tuple[str, str], name: str = "roster.csv", **cells: str) -> Path:
    """A roster by service and start: names, and ``10:00`` or ``12:00``."""
    return desk.roster(
        [{"Service": POTTERY, "Start": f"2 Mar 2030 {start}", "Full name": person} | cells for person, start in rows],
        name,
    )


@pytest.mark.parametrize("places", [10, 2], ids=["with places left", "full"])
def test_a_session_that_staff_moved_keeps_its_people(desk: Desk, places: int) -> None:
    session = desk.session(places)
    roster = by_start(desk, (ADA, "10:00"), (ALAN, "10:00"))
    desk.run(roster)
    desk.sandbox.world.staff.change_session(session, start=at(NOON))
    other = desk.session()
    for _ in range(3):
        assert set(statuses(desk.run(roster)).values()) == {"Already booked"}
    assert (desk.booked(session), desk.booked(other)) == ([ADA, ALAN], [])


def test_when_a_moved_session_is_now_is_said_until_the_list_says_it_too(desk: Desk) -> None:
    session = desk.session()
    roster = by_start(desk, (ADA, "10:00"))
    desk.run(roster)
    assert moved_line(desk.run(roster)) == ""
    desk.sandbox.world.staff.change_session(session, start=at(NOON))
    desk.session()
    report = desk.run(by_start(desk, (ADA, "10:00"), (ALAN, "10:00")))
    assert the(report, ADA).message == (
        "Booked on 15 Jan 2030. The list says Sat 2 Mar 2030 10:00, but the session was moved: "
        "it is now on Sat 2 Mar 2030 12:00."
    )
    assert moved_line(report).startswith("1 person is booked on a session that staff have moved: row 2 (Ada Lovelace).")
    assert moved_line(desk.run(by_start(desk, (ADA, "12:00"), (ALAN, "10:00")))) == ""


def test_sessions_that_staff_swapped_keep_their_people(desk: Desk) -> None:
    ten, noon = desk.session(), desk.session(start=NOON)
    roster = by_start(desk, (ADA, "10:00"), (ALAN, "12:00"), ("Both Ways", "10:00"), ("Both Ways", "12:00"))
    desk.run(roster)
    desk.sandbox.world.staff.change_session(ten, start=at(NOON))
    desk.sandbox.world.staff.change_session(noon, start=at(TEN))
    for _ in range(3):
        report = desk.run(roster)
        assert {str(outcome.status) for outcome in report.outcomes} == {"Already booked"}
    assert (desk.booked(ten), desk.booked(noon)) == ([ADA, "Both Ways"], [ALAN, "Both Ways"])


def test_who_is_new_in_a_list_is_booked_where_their_row_says_by_now(desk: Desk) -> None:
    ten, noon = desk.session(), desk.session(start=NOON)
    desk.run(by_start(desk, (ADA, "10:00")))
    desk.sandbox.world.staff.change_session(ten, start=at(NOON))
    desk.sandbox.world.staff.change_session(noon, start=at(TEN))
    report = desk.run(by_start(desk, (ADA, "10:00"), (ALAN, "10:00")))
    assert statuses(report) == {ADA: "Already booked", ALAN: "Booked"}
    assert (desk.booked(ten), desk.booked(noon)) == ([ADA], [ALAN])


def test_a_service_that_was_renamed_keeps_its_people(desk: Desk) -> None:
    session = desk.session()
    roster = by_start(desk, (ADA, "10:00"))
    desk.run(roster)
    desk.sandbox.world.staff.rename_service(desk.sandbox.world.session(session).service_id, "Ceramics")
    for _ in range(3):
        assert statuses(desk.run(roster)) == {ADA: "Already booked"}
    assert desk.booked(session) == [ADA]


@pytest.mark.parametrize(
    "words",
    [
        {"Service": POTTERY.upper()},
        {"Service": "the id"},
        {"Resource": "Studio 1"},
        {"Service": "Ceramics"},
    ],
    ids=["other case", "id", "room", "new name of the service"],
)
@pytest.mark.parametrize("seen", [False, True], ids=["at once", "after an import between"])
def test_who_was_booked_stays_on_a_moved_session_when_the_list_names_it_in_other_words(
    desk: Desk, words: dict[str, str], seen: bool
) -> None:
    session = desk.session()
    roster = by_start(desk, (ADA, "10:00"), (ALAN, "10:00"))
    desk.run(roster)
    desk.sandbox.world.staff.change_session(session, start=at(NOON))
    service_id = desk.sandbox.world.session(session).service_id
    if words.get("Service") == "Ceramics":
        desk.sandbox.world.staff.rename_service(service_id, "Ceramics")
    other = desk.session(service="Ceramics" if words.get("Service") == "Ceramics" else POTTERY)
    if seen:
        desk.run(roster)
    words = {column: service_id if word == "the id" else word for column, word in words.items()}
    for _ in range(2):
        report = desk.run(by_start(desk, (ADA, "10:00"), (ALAN, "10:00"), **words))
        assert set(statuses(report).values()) == {"Already booked"}
    assert (desk.booked(session), desk.booked(other)) == ([ADA, ALAN], [])


def in_room(desk: Desk, name: str) -> str:
    """The id of a room; it is made where there is none."""
    other = desk.session(resource=name, start="2030-06-02T10:00:00+00:00")
    return desk.sandbox.world.session(other).resource_id


ASKED_FOR = {
    "new time": ({"Start": "12:00"}, ("Studio 3", NOON)),
    "new time and room": ({"Start": "12:00", "Resource": "Studio 2"}, ("Studio 1", NOON)),
    "old time": ({"Start": "10:00"}, ("Studio 1", TEN)),
    "old time and room": ({"Start": "10:00", "Resource": "Studio 1"}, ("Studio 1", TEN)),
}


@pytest.mark.parametrize(
    ("first", "asked", "seen"),
    some(product(["id", "time", "time and room"], ASKED_FOR, ["at once", "after an import between"]), of_each=5),
)
def test_who_is_booked_on_a_session_that_staff_moved_full_is_not_booked_beside_it(
    desk: Desk, first: str, asked: str, seen: str
) -> None:
    words, other = ASKED_FOR[asked]
    session = desk.session(2)
    room = in_room(desk, "Studio 2")
    cells = {"Resource": "Studio 1"} if first == "time and room" else {}
    before = (
        desk.people(session, ADA, ALAN) if first == "id" else by_start(desk, (ADA, "10:00"), (ALAN, "10:00"), **cells)
    )
    desk.run(before)
    desk.sandbox.world.staff.change_session(session, start=at(NOON), resource_id=room)
    beside = desk.session(resource=other[0], start=other[1])
    if seen != "at once":
        desk.run(before)
    start = words["Start"]
    now = by_start(desk, (ADA, start), (ALAN, start), **{k: v for k, v in words.items() if k != "Start"})
    report = desk.run(now)
    assert set(statuses(report).values()) == {"Already booked"}
    assert {outcome.booking_id for outcome in report.outcomes} == {session}
    assert desk.booked(beside) == []


@pytest.mark.parametrize("first", ["id", "time and room"])
def test_a_row_that_names_the_other_room_from_now_on_has_moved_to_the_session_there(desk: Desk, first: str) -> None:
    session, other = desk.session(), desk.session(resource="Studio 2")
    by_time = {"Service": POTTERY, "Start": "2 Mar 2030 10:00", "Full name": ADA}
    by_id = {"Group booking ID": session, "Full name": ADA}
    night(desk, [by_id if first == "id" else by_time | {"Resource": "Studio 1"}])
    report = night(desk, [by_time | {"Resource": "Studio 2"}])
    assert statuses(report) == {ADA: "Booked"}
    assert [label for label, _ in change_lines(report)] == ["Moved to another session"]
    assert (desk.booked(session), desk.booked(other)) == ([ADA], [ADA])


def test_a_row_that_adds_another_room_than_its_person_was_booked_in_means_the_session_there(desk: Desk) -> None:
    session = desk.session()
    desk.run(by_start(desk, (ADA, "10:00")))
    other = desk.session(resource="Studio 2")
    assert statuses(desk.run(by_start(desk, (ADA, "10:00"), Resource="Studio 1"))) == {ADA: "Already booked"}
    assert statuses(desk.run(by_start(desk, (ADA, "10:00"), Resource="Studio 2"))) == {ADA: "Booked"}
    assert (desk.booked(session), desk.booked(other)) == ([ADA], [ADA])


def test_another_room_at_the_same_time_is_another_session(desk: Desk) -> None:
    one, two = desk.session(), desk.session(resource="Studio 2")
    rows = [(ADA, "10:00")]
    desk.run(by_start(desk, *rows, Resource="Studio 1"))
    desk.run(by_start(desk, ("Bo Chen", "10:00"), Resource="Studio 2"))
    assert (desk.booked(one), desk.booked(two)) == ([ADA], ["Bo Chen"])


def remade(desk: Desk, how: str) -> tuple[Path, str]:
    """A roster that was booked, and the session that staff have made in place of the one that it was booked on."""
    session = desk.session()
    roster = by_start(desk, (ADA, "10:00"), (ALAN, "10:00"))
    desk.run(roster)
    desk.clock.wait(3600)
    if how == "cancelled":
        desk.sandbox.world.staff.cancel_session(session)
    else:
        desk.sandbox.world.staff.remove_session(session)
    return roster, desk.session()


@pytest.mark.parametrize("how", ["cancelled", "deleted"])
def test_a_session_that_staff_made_anew_is_told_and_book_books_there(desk: Desk, how: str) -> None:
    roster, anew = remade(desk, how)
    for _ in range(2):
        report = desk.run(roster)
        assert statuses(report) == {ADA: "No longer booked", ALAN: "No longer booked"}
        assert "Pottery for beginners, Sat 2 Mar 2030 10:00" in the(report, ADA).message
        assert '"Book" in the column "Import decision"' in the(report, ADA).message
        assert exit_code(report, Options()) == 3
    assert desk.booked(anew) == []
    decided = by_start(desk, (ADA, "10:00"), (ALAN, "10:00"), **{"Import decision": "Book"})
    assert set(statuses(desk.run(decided)).values()) == {"Booked"}
    for again in (decided, by_start(desk, (ADA, "10:00"), (ALAN, "10:00"))):
        assert set(statuses(desk.run(again)).values()) == {"Already booked"}
    assert desk.booked(anew) == [ADA, ALAN]


def test_rebook_books_on_the_session_that_staff_made_anew(desk: Desk) -> None:
    roster, anew = remade(desk, "cancelled")
    assert set(statuses(desk.run(roster, Options(rebook=True))).values()) == {"Booked"}
    assert desk.booked(anew) == [ADA, ALAN]


@pytest.mark.parametrize("how", ["cancelled", "deleted"])
def test_whom_staff_have_put_on_the_new_session_themselves_is_not_offered_it(desk: Desk, how: str) -> None:
    roster, anew = remade(desk, how)
    desk.sandbox.world.add_person(anew, "Ada", "Lovelace")
    report = desk.run(roster)
    assert statuses(report) == {ADA: "Same person?", ALAN: "No longer booked"}


def test_a_session_that_is_gone_for_good_leaves_nothing_to_do(desk: Desk) -> None:
    session = desk.session()
    roster = by_start(desk, (ADA, "10:00"))
    desk.run(roster)
    desk.clock.wait(3600)
    desk.sandbox.world.staff.cancel_session(session)
    report = desk.run(roster)
    assert statuses(report) == {ADA: "No longer booked"}
    assert exit_code(report, Options()) == 0


@pytest.mark.parametrize("remade_times", [1, 2])
def test_who_was_booked_anew_stays_there_for_a_copy_of_the_list_with_its_first_marks(
    desk: Desk, remade_times: int
) -> None:
    desk.session()
    first = desk.run(by_start(desk, (ADA, "10:00"), (ALAN, "10:00")))
    anew = first.outcomes[0].booking_id
    for _ in range(remade_times):
        desk.clock.wait(3600)
        desk.sandbox.world.staff.remove_session(anew)
        anew = desk.session()
        rebooked = desk.run(by_start(desk, (ADA, "10:00"), (ALAN, "10:00")), Options(rebook=True))
        assert set(statuses(rebooked).values()) == {"Booked"}
    desk.sandbox.world.staff.change_session(anew, start=at(NOON))
    rows = [
        {"Service": POTTERY, "Start": "2 Mar 2030 10:00", "Full name": name, "Import run": the(first, name).handle}
        for name in (ADA, ALAN)
    ]
    copy = desk.roster([*rows, {**rows[0], "Full name": "Una Quill", "Import run": ""}], "copy.csv")
    report = desk.run(copy)
    assert statuses(report) == {ADA: "Already booked", ALAN: "Already booked", "Una Quill": "Fix row"}
    assert {the(report, name).booking_id for name in (ADA, ALAN)} == {anew}


def test_a_corrected_name_is_asked_about_where_the_person_was_booked_anew(desk: Desk) -> None:
    gone = desk.session()
    first = desk.run(by_start(desk, (ADA, "10:00"), (ALAN, "10:00")))
    desk.sandbox.world.staff.remove_session(gone)
    anew = desk.session()
    desk.clock.wait(3600)
    desk.run(by_start(desk, (ADA, "10:00"), (ALAN, "10:00")), Options(rebook=True))
    desk.sandbox.world.staff.change_session(anew, start=at(NOON))
    corrected = {"Full name": "Ada Lovelance", "Import run": the(first, ADA).handle}
    rows = [{"Service": POTTERY, "Start": "2 Mar 2030 10:00"} | corrected]
    report = desk.run(desk.roster(rows, "copy.csv"))
    assert statuses(report) == {"Ada Lovelance": "Same person?"}


@pytest.mark.parametrize("decision", ["", "Different person"])
def test_who_was_perhaps_on_a_session_that_is_gone_is_booked_on_the_one_made_anew(desk: Desk, decision: str) -> None:
    session = desk.session()
    desk.run(by_start(desk, ("Ella Brown", "10:00")))
    bella = by_start(desk, ("Bella Brown", "10:00"), **{"Import decision": decision})
    assert statuses(desk.run(bella)) == {"Bella Brown": "Same person?"}
    desk.sandbox.world.staff.remove_session(session)
    assert statuses(desk.run(bella)) == {"Bella Brown": "Fix row"}
    anew = desk.session()
    assert statuses(desk.run(bella)) == {"Bella Brown": "Booked"}
    assert desk.booked(anew) == ["Bella Brown"]


# What a row asks for since


@pytest.mark.parametrize(("was", "now"), [("1", "3"), ("3", "1")])
def test_other_places_for_somebody_booked_need_a_person(desk: Desk, was: str, now: str) -> None:
    session = desk.session()
    desk.run(desk.people(session, ADA, Spaces=was))
    report = desk.run(desk.people(session, ADA, Spaces=now))
    assert statuses(report) == {ADA: "Already booked"}
    assert f"this row asks for {now}" in the(report, ADA).message
    assert exit_code(report, Options()) == 3
    assert [person.spaces for person in desk.sandbox.world.people(session)] == [int(was)]


def test_places_that_staff_have_changed_since_are_right(desk: Desk) -> None:
    session = desk.session()
    first = desk.run(desk.people(session, ADA, Spaces="1"))
    desk.sandbox.world.staff.change_person(session, the(first, ADA).customer_booking_id, spaces=3)
    report = desk.run(desk.people(session, ADA, Spaces="3"))
    assert exit_code(report, Options()) == 0


@pytest.mark.parametrize(
    ("column", "was", "now"),
    [("Email", "ada@mail.com", "countess@mail.com"), ("Mobile", "07700 900123", "07700 900456")],
)
def test_a_changed_address_is_told_with_where_to_change_it(desk: Desk, column: str, was: str, now: str) -> None:
    session = desk.session()
    first = desk.run(desk.people(session, ADA, **{column: was}))
    report = desk.run(desk.people(session, ADA, **{column: now, "Import run": the(first, ADA).handle}))
    assert statuses(report) == {ADA: "Already booked"}
    assert f"The {column.lower().replace('email', 'e-mail')} in this row is not" in the(report, ADA).message
    assert "Change it in Appointedd" in the(report, ADA).message
    assert exit_code(report, Options()) == 0


# Lists that are one


def test_a_corrected_copy_ends_the_killed_run_of_the_list_that_it_was_made_of(open_desk: OpenDesk) -> None:
    desk = open_desk(mishaps=["refuse-key:confirm:from=4"])
    session = desk.session(20)
    names = [f"Ann Brown{letter}" for letter in "abcdefgh"]
    desk.run(desk.people(session, *names))
    desk.sandbox._mishaps._watches.clear()
    corrected = [*names[:-1], "Ann Browneh"]
    rows = [{"Group booking ID": session, "Full name": name} for name in corrected]
    desk.run(desk.roster(rows, "corrected.csv"))
    with Ledger.open(desk.settings().ledger) as ledger:
        from importer.importing import resuming

        assert resuming.unfinished(ledger) == ()
    assert sorted(desk.booked(session)) == sorted(corrected)


def test_a_list_that_is_for_another_date_now_is_told_once_and_not_as_people_who_moved(desk: Desk) -> None:
    first, second = desk.session(), desk.session(start="2030-03-09T10:00:00+00:00")
    names = [ADA, "Tom Baker", "Mia Chen"]
    night(desk, [{"Group booking ID": first, "Full name": name} for name in names])
    report = night(desk, [{"Group booking ID": second, "Full name": name} for name in [*names, "Noah Okeke"]])
    (line,) = change_lines(report, names=True)
    assert line == (
        "Another date of this list?",
        f"It was for {POTTERY}, Sat 2 Mar 2030 10:00 before, and is for {POTTERY}, Sat 9 Mar 2030 10:00 now. "
        f"Those booked on {POTTERY}, Sat 2 Mar 2030 10:00 keep their places.",
    )
    assert not any("Remove them there" in one.message for one in report.outcomes)
    assert (sorted(desk.booked(first)), sorted(desk.booked(second))) == (sorted(names), sorted([*names, "Noah Okeke"]))
