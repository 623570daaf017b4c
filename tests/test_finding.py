"""One person in all imports: where they are booked, what their rows were told, and who else may be meant."""

from __future__ import annotations

from datetime import timedelta

import pytest
from desk import Desk

from importer.cli.persons import person_lines
from importer.importing import purging
from importer.importing.finding import files_of, find, look_for
from importer.ledger import Ledger
from importer.model import Options
from importer.model.persons import Found, Person
from importer.results.kept import kept_text

ADA = {"Email": "ada@example.org", "Mobile": "07700 900123", "Reference": "M-1"}


def found(desk: Desk, who: str) -> Found:
    settings = desk.settings()
    with Ledger.look(settings.ledger) as ledger:
        return find(who, ledger, settings)


def the_one(desk: Desk, who: str) -> Person:
    [person] = found(desk, who).people
    return person


def looked_up(desk: Desk, person: Person) -> list[str]:
    settings = desk.settings()
    with Ledger.look(settings.ledger) as ledger, desk.service() as service:
        return [*look_for([person], service, ledger, settings, now=desk.clock()).values()]


@pytest.mark.parametrize("who", ["Ada Lovelace", "lovelace, ada", "ADA@example.org", "+447700900123", "m-1"])
def test_somebody_is_found_with_their_session_list_row_and_every_import(desk: Desk, who: str) -> None:
    session = desk.session()
    bo = {"First name": "Bo", "Last name": "Chen", "Group booking ID": session}
    roster = desk.roster([bo, {"First name": "Ada", "Last name": "Lovelace", "Group booking ID": session, **ADA}])
    for _ in range(2):
        desk.run(roster)
    person = the_one(desk, who)
    [booking] = person.bookings
    assert (str(booking.status), booking.entry.booking_id, booking.run.id) == ("Booked", session, 1)
    assert (booking.run.roster_path.name, booking.entry.row.number) == ("roster.csv", 3)
    assert booking.session == "Pottery for beginners, Sat 2 Mar 2030 10:00"
    assert [told.run.id for told in booking.again] == [2]
    assert person.rows == ()


def test_a_row_that_was_never_booked_is_found_too(desk: Desk) -> None:
    desk.run(desk.roster([{"First name": "Ada", "Last name": "Lovelace", "Group booking ID": "x", **ADA}]))
    person = the_one(desk, "Ada Lovelace")
    assert person.bookings == ()
    assert [str(one.outcome.status) for one in person.rows] == ["Fix row"]


def test_a_row_that_was_never_booked_belongs_to_the_only_person_of_that_name(desk: Desk) -> None:
    desk.run(desk.people(desk.session(), "Ada Lovelace", **ADA))
    desk.run(desk.roster([{"First name": "Ada", "Last name": "Lovelace", "Group booking ID": "x"}], "other.csv"))
    person = the_one(desk, "ada@example.org")
    assert (len(person.bookings), len(person.rows)) == (1, 1)


def test_two_of_one_name_with_different_addresses_are_two_people(desk: Desk) -> None:
    desk.run(desk.people(desk.session(), "Ada Lovelace", Email="one@example.org"))
    other = desk.people(desk.session(start="2030-03-09T10:00:00+00:00"), "Ada Lovelace", Email="two@example.org")
    desk.run(other.rename(desk.folder / "other.csv"))
    assert [one.emails for one in found(desk, "Ada Lovelace").people] == [("one@example.org",), ("two@example.org",)]
    by_address = found(desk, "one@example.org")
    assert [one.emails for one in by_address.people] == [("one@example.org",)]
    assert [(one.emails, one.evidence) for one in by_address.perhaps] == [
        (("two@example.org",), ("equal name, other address",))
    ]


def test_siblings_who_share_an_address_are_both_found_by_it(desk: Desk) -> None:
    desk.run(desk.people(desk.session(), "Ada Lovelace", "Byron Lovelace", Email="home@example.org"))
    assert [one.name for one in found(desk, "home@example.org").people] == ["Ada Lovelace", "Byron Lovelace"]


def test_near_names_stand_apart(desk: Desk) -> None:
    desk.run(desk.people(desk.session(), "Ada Lovelace", "Bo Chen"))
    near = found(desk, "Ada Lovelase")
    assert near.people == ()
    assert [(one.name, one.evidence) for one in near.perhaps] == [("Ada Lovelace", ("near name",))]


def test_who_was_purged_is_found_by_an_equal_name_or_address_alone(desk: Desk) -> None:
    session = desk.session()
    desk.run(desk.people(session, "Ada Lovelace", **ADA))
    desk.clock.wait(timedelta(days=200).total_seconds())
    with Ledger.open(desk.settings().ledger) as ledger, ledger.lock():
        purge = purging.find(ledger, before=desk.clock(), now=desk.clock())
        purging.carry_out(purge, ledger, now=desk.clock())
    for who in ("Ada Lovelace", "ada@example.org", "07700 900123", "M-1"):
        person = the_one(desk, who)
        assert (person.name, person.emails, person.is_forgotten) == ("", (), True)
        assert [one.entry.booking_id for one in person.bookings] == [session]
    assert found(desk, "Ada Lovelase") == Found((), ())


def test_a_look_says_who_is_on_the_session_still(desk: Desk) -> None:
    session, other = desk.session(), desk.session(start="2030-03-09T10:00:00+00:00")
    desk.run(desk.people(session, "Ada Lovelace"))
    desk.run(desk.people(other, "Ada Lovelace"), Options())
    person = the_one(desk, "Ada Lovelace")
    assert looked_up(desk, person) == ["on the session now", "on the session now"]
    desk.clock.wait(3600)
    desk.sandbox.world.remove_person(session, person.bookings[0].entry.customer_booking_id)
    desk.sandbox.world.staff.cancel_session(other)
    assert looked_up(desk, person) == ["not on the session now", "the session is cancelled"]


def test_the_files_that_may_hold_them_are_named(desk: Desk) -> None:
    roster = desk.people(desk.session(), "Ada Lovelace").rename(desk.folder / "Spring Term.csv")
    desk.run(roster)
    (desk.folder / "done").mkdir()
    (desk.folder / "done" / "Spring Term 2030-01-15 09.00.csv").write_text("x")
    (desk.folder / "Autumn.csv").write_text("x")
    person = the_one(desk, "Ada Lovelace")
    with Ledger.look(desk.settings().ledger) as ledger:
        named = [path.relative_to(desk.folder).as_posix() for path in files_of(person, ledger)]
    assert named == ["Spring Term.csv", "done/Spring Term 2030-01-15 09.00.csv"]


def namesake(session: str, **cells: str) -> dict[str, str]:
    return {"First name": "Ada", "Last name": "Lovelace", "Group booking ID": session, **cells}


def namesakes(session: str, **cells: str) -> list[dict[str, str]]:
    return [namesake(session, Email="ada@example.org"), namesake(session, Email="ada@example.com", **cells)]


def test_a_row_about_which_a_question_is_open_is_not_taken_for_the_person_it_may_be(desk: Desk) -> None:
    session = desk.session()
    path = desk.roster(namesakes(session))
    desk.run(path)
    desk.run(path)
    assert [{row.number for _, row in one.places} for one in found(desk, "Ada Lovelace").people] == [{2}, {3}]


@pytest.mark.parametrize(("decision", "rows"), [("Same person", [{2, 3}]), ("Different person", [{2}, {3}])])
def test_the_answer_says_whose_that_row_is_also_of_before(desk: Desk, decision: str, rows: list[set[int]]) -> None:
    session = desk.session()
    desk.run(desk.roster(namesakes(session)))
    with Ledger.look(desk.settings().ledger) as ledger:
        marks = [ledger.handle(1, one.row) for one in ledger.outcomes(1)]
    ada, other = namesakes(session, **{"Import decision": decision})
    answered = [ada | {"Import run": marks[0]}, other | {"Import run": marks[1]}]
    desk.run(desk.roster(answered))
    assert [{row.number for _, row in one.places} for one in found(desk, "Ada Lovelace").people] == rows


def test_two_people_without_addresses_who_were_told_apart_are_two(desk: Desk) -> None:
    session = desk.session()
    desk.run(desk.roster([namesake(session)]))
    desk.run(desk.roster([namesake(session)], "other.csv"))
    desk.run(desk.roster([namesake(session, **{"Import decision": "Different person"})], "other.csv"))
    assert len(found(desk, "Ada Lovelace").people) == len(desk.booked(session)) == 2


def test_what_is_handed_to_a_person_does_not_say_that_they_were_removed_when_they_were_booked(desk: Desk) -> None:
    session = desk.session()
    desk.sandbox.world.add_person(session, "Zoe", "Marsh")
    run = desk.run(desk.people(session, "Ada Lovelace")).run
    desk.clock.now += timedelta(days=2)
    desk.undo(run)
    zone = desk.settings().zone
    kept = kept_text(the_one(desk, "Ada Lovelace"), (), zone, now=desk.clock())
    assert "No longer booked (recorded on 15 Jan 2030)." in kept
    shown = " ".join(" ".join(person_lines(the_one(desk, "Ada Lovelace"), zone)).split())
    assert "Removed by undo (import 2) on 17 Jan 2030." in shown
