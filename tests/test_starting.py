"""A session that is not there yet: started by one person, never twice, whatever becomes of the first answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from desk import Desk, statuses, the
from test_approving import code, imported

from importer.errors import ExitCode, HeldError
from importer.importing import resuming
from importer.importing.finding import find, look_for
from importer.importing.handing_over import untouched
from importer.importing.questions import Choices
from importer.ledger import Ledger
from importer.lists.roster import read_roster
from importer.model import EntryState, Options, RunReport, Status
from importer.sandbox.records import Session

START = "2030-03-09T10:00:00+00:00"
NEW = Options(start_new=True)
NAMES = ("Ada Lovelace", "Grace Hopper", "Mary Jackson")


def room(desk: Desk, places: int = 4, start: str = START) -> None:
    """Studio 1 is free for pottery; another session makes service and room known."""
    desk.session()
    desk.sandbox.world.staff.add_free_time(
        "Pottery for beginners", "Studio 1", datetime.fromisoformat(start), 60, places
    )


def people(desk: Desk, *names: str, name: str = "roster.csv", **cells: object) -> Path:
    asked = {"Service": "Pottery for beginners", "Resource": "Studio 1", "Start": "9 Mar 2030 10:00"} | cells
    rows = [dict(zip(("First name", "Last name"), one.split(" ", 1), strict=True)) for one in names]
    return desk.roster([row | asked for row in rows], name)


def started(desk: Desk) -> list[Session]:
    start = datetime.fromisoformat(START)
    return [one.session for one in desk.sandbox.world.bookings() if one.session.start == start]


def there(desk: Desk) -> list[list[str]]:
    """Who is on each session at that time."""
    return [desk.booked(one.id) for one in started(desk)]


@pytest.fixture(params=["confirm", "reserve"])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    """A service at which a session comes into being with the confirm, or with the reserve."""
    with Desk(tmp_path, new_booking_at=request.param) as made:
        room(made)
        yield made


def test_a_free_time_becomes_one_session_with_all_its_people(either: Desk) -> None:
    report = either.run(people(either, *NAMES), NEW)
    assert there(either) == [list(NAMES)]
    assert set(statuses(report).values()) == {"Booked"}
    assert {one.booking_id for one in report.outcomes} == {started(either)[0].id}
    assert the(report, "Ada Lovelace").session == "Pottery for beginners, Sat 9 Mar 2030 10:00"


def test_addresses_that_stay_here_do_not_go_out_with_a_new_session_either(either: Desk) -> None:
    either.run(people(either, *NAMES, Email="home@example.org", Mobile="07700 900123"), NEW, contact="none")
    [session] = started(either)
    booked = either.sandbox.world.people(session.id)
    assert [one.name for one in booked] == list(NAMES)
    assert {(one.email, one.mobile) for one in booked} == {("", "")}


def test_who_was_to_start_a_session_is_found_before_it_is_known_if_it_is_there(tmp_path: Path) -> None:
    with Desk(tmp_path, mishaps=["cut-before:confirm:nth=1"]) as desk:
        room(desk)
        desk.run(people(desk, *NAMES), NEW)
        settings = desk.settings()
        with Ledger.look(settings.ledger) as ledger, desk.service() as service:
            [person] = find("Ada Lovelace", ledger, settings).people
            looked_up = look_for([person], service, ledger, settings, now=desk.clock())
        [booking] = person.bookings
        assert (str(booking.status), booking.session) == ("Not sure yet", "Pottery for beginners, Sat 9 Mar 2030 10:00")
        assert [*looked_up.values()] == ["not sure yet"]


def test_without_being_asked_to_no_session_is_started(desk: Desk) -> None:
    room(desk)
    report = desk.run(people(desk, *NAMES))
    assert started(desk) == []
    assert set(statuses(report).values()) == {"Fix row"}
    assert desk.posts() == {}


def test_imported_again_nobody_is_booked_twice(either: Desk) -> None:
    roster = people(either, *NAMES)
    either.run(roster, NEW)
    report = either.run(roster, NEW)
    assert there(either) == [list(NAMES)]
    assert set(statuses(report).values()) == {"Already booked"}
    assert set(statuses(either.run(roster)).values()) == {"Already booked"}


def test_a_row_without_a_room_starts_nothing_and_says_what_is_missing(desk: Desk) -> None:
    room(desk)
    report = desk.run(people(desk, "Ada Lovelace", Resource=""), NEW)
    assert started(desk) == []
    assert "write the room or teacher, too" in the(report, "Ada Lovelace").message


def test_rows_that_spell_one_time_differently_start_one_session(desk: Desk) -> None:
    room(desk)
    session = desk.sandbox.world.session(desk.session(start="2030-03-02T12:00:00+00:00"))
    rows = [
        {"First name": "Ada", "Last name": "Lovelace", "Service": session.service_id, "Resource": session.resource_id},
        {"First name": "Grace", "Last name": "Hopper", "Service": "POTTERY for beginners", "Resource": "studio 1"},
    ]
    desk.run(desk.roster([row | {"Start": "9 Mar 2030 10:00"} for row in rows]), NEW)
    assert there(desk) == [["Ada Lovelace", "Grace Hopper"]]


def test_more_people_than_a_new_session_takes_book_nobody(desk: Desk) -> None:
    room(desk, places=2)
    report = desk.run(people(desk, *NAMES), NEW)
    assert started(desk) == []
    assert set(statuses(report).values()) == {"Not booked yet"}
    assert "has 2 places; 3 are asked for" in the(report, "Ada Lovelace").message
    assert desk.posts() == {"reserve": 1}


def test_a_time_that_somebody_holds_is_not_tried(desk: Desk) -> None:
    room(desk)
    world = desk.sandbox.world
    session = world.session(desk.session(start="2030-03-02T12:00:00+00:00"))
    world.reserve(session.service_id, session.resource_id, datetime.fromisoformat(START), 1)
    report = desk.run(people(desk, *NAMES), NEW)
    assert set(statuses(report).values()) == {"Fix row"}
    assert "places that are held" in the(report, "Ada Lovelace").message
    assert desk.posts() == {}


def test_whoever_is_booked_with_the_session_is_on_it_though_the_answer_was_lost(tmp_path: Path) -> None:
    with Desk(tmp_path, mishaps=["cut-after:confirm:nth=1"]) as desk:
        room(desk)
        report = desk.run(people(desk, *NAMES), NEW)
        assert there(desk) == [list(NAMES)]
        assert set(statuses(report).values()) == {"Booked"}
        assert "We found this person on the session" in the(report, "Ada Lovelace").message


def test_a_lost_answer_that_did_nothing_keeps_everybody_back_until_it_can_do_nothing_any_more(tmp_path: Path) -> None:
    with Desk(tmp_path, mishaps=["cut-before:confirm:nth=1"]) as desk:
        room(desk)
        roster = people(desk, *NAMES)
        first = statuses(desk.run(roster, NEW))
        assert first == {"Ada Lovelace": "Not sure yet", **dict.fromkeys(NAMES[1:], "Not booked yet")}
        assert started(desk) == []
        again = desk.run(roster, NEW)
        assert statuses(again) == first
        assert "Nobody else is sent meanwhile" in the(again, "Grace Hopper").message
        other = desk.run(people(desk, "Alan Turing", name="other.csv"), NEW)
        assert statuses(other) == {"Alan Turing": "Not booked yet"}
        assert desk.posts()["confirm"] == 1
        desk.clock.wait(25 * 60)
        assert set(statuses(desk.run(roster, NEW)).values()) == {"Booked"}
        assert there(desk) == [list(NAMES)]


def test_who_was_to_start_a_session_is_not_sure_yet_also_without_the_option(tmp_path: Path) -> None:
    with Desk(tmp_path, mishaps=["cut-before:confirm:nth=1"]) as desk:
        room(desk)
        roster = people(desk, *NAMES)
        desk.run(roster, NEW)
        assert statuses(desk.run(roster))["Ada Lovelace"] == "Not sure yet"


def late(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """The confirm's answer is lost; what it does comes late, when the returned call is made."""
    held: list[Callable[[], Any]] = []
    real = desk.sandbox.world.confirm

    def confirm(*asked: Any) -> Any:
        if held:
            return real(*asked)
        held.append(lambda: real(*asked))
        raise RuntimeError("no answer")

    monkeypatch.setattr(desk.sandbox.world, "confirm", confirm)
    return lambda: held[0]()


def test_a_session_that_comes_into_being_late_is_found_by_the_next_import(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    room(desk)
    land = late(desk, monkeypatch)
    roster = people(desk, *NAMES)
    assert statuses(desk.run(roster, NEW))["Ada Lovelace"] == "Not sure yet"
    land()
    report = desk.run(roster)
    assert there(desk) == [list(NAMES)]
    assert statuses(report) == {"Ada Lovelace": "Already booked", **dict.fromkeys(NAMES[1:], "Booked")}


def test_a_late_session_without_any_place_left_is_found_too(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    room(desk, places=1)
    land = late(desk, monkeypatch)
    roster = people(desk, "Ada Lovelace")
    assert statuses(desk.run(roster, NEW)) == {"Ada Lovelace": "Not sure yet"}
    land()
    assert statuses(desk.run(roster, NEW)) == {"Ada Lovelace": "Already booked"}
    assert there(desk) == [["Ada Lovelace"]]


def test_what_another_service_shows_says_nothing_of_who_was_to_start_a_session(tmp_path: Path) -> None:
    """A copy of an organisation, say, has the same ids, and the time free."""
    with Desk(tmp_path, mishaps=["cut-before:confirm:nth=1"]) as desk:
        room(desk)
        roster = people(desk, *NAMES)
        desk.run(roster, NEW)
        desk.clock.wait(3600)
        elsewhere = desk.run(roster, NEW, base_url="https://copy.example/v1/")
        assert statuses(elsewhere)["Ada Lovelace"] == "Not sure yet"
        with Ledger.open(desk.settings().ledger) as ledger, desk.service() as service:
            settings = desk.settings(base_url="https://copy.example/v1/")
            assert len(resuming.settle_unknown(service, ledger, settings, now=desk.clock())) == 1
            assert resuming.settle_unknown(service, ledger, desk.settings(), now=desk.clock()) == ()


def test_resuming_settles_who_was_to_start_a_session(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    room(desk)
    land = late(desk, monkeypatch)
    desk.run(people(desk, "Ada Lovelace"), NEW)
    land()
    with Ledger.open(desk.settings().ledger) as ledger, desk.service() as service:
        assert resuming.settle_unknown(service, ledger, desk.settings(), now=desk.clock()) == ()
        (entry,) = ledger.entries([started(desk)[0].id])
    assert (entry.state, entry.name) == (EntryState.BOOKED, "Ada Lovelace")


def meanwhile(desk: Desk, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    """Staff start a session at that very time just before the service sees our call."""
    world = desk.sandbox.world
    real = getattr(world, call)

    def then(*asked: Any) -> Any:
        if not started(desk):
            made = desk.session(start=START)
            world.add_person(made, "Rosa", "Parks", "rosa@else.com")
        return real(*asked)

    monkeypatch.setattr(world, call, then)


def test_a_session_that_somebody_else_starts_before_our_reservation_is_the_one(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    room(desk)
    meanwhile(desk, monkeypatch, "reserve")
    report = desk.run(people(desk, *NAMES), NEW)
    assert there(desk) == [["Rosa Parks", *NAMES]]
    assert set(statuses(report).values()) == {"Booked"}


def test_a_session_that_somebody_else_starts_while_a_person_says_yes_is_the_one(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    room(desk)
    meanwhile(desk, monkeypatch, "search")
    desk.run(people(desk, *NAMES), NEW)
    assert there(desk) == [["Rosa Parks", *NAMES]]


def test_a_reservation_that_is_not_for_this_time_is_never_confirmed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    room(desk)
    room(desk, start="2030-03-09T12:00:00+00:00")
    world = desk.sandbox.world
    real = world.reserve
    monkeypatch.setattr(
        world, "reserve", lambda service, room, start, spaces: real(service, room, start + timedelta(hours=2), spaces)
    )
    report = desk.run(people(desk, *NAMES), NEW)
    assert desk.posts() == {"reserve": 1}
    assert set(statuses(report).values()) == {"Not booked yet"}
    assert all(one.needs_person for one in report.outcomes)


@pytest.mark.parametrize("mishap", ["refuse", "refuse-after"])
def test_a_first_person_who_is_refused_keeps_the_others_back_unless_the_session_is_there(
    tmp_path: Path, mishap: str
) -> None:
    with Desk(tmp_path, mishaps=[f"{mishap}:confirm:nth=1"]) as desk:
        room(desk)
        roster = people(desk, *NAMES)
        report = desk.run(roster, NEW)
        if mishap == "refuse":
            assert statuses(report) == {NAMES[0]: "Appointedd refused", **dict.fromkeys(NAMES[1:], "Not booked yet")}
            assert there(desk) == []
            desk.clock.wait(25 * 60)
            report = desk.run(roster, NEW)
        assert set(statuses(report).values()) == {"Booked"}
        assert there(desk) == [list(NAMES)]


def test_the_plan_has_each_new_session_on_a_line_of_its_own(desk: Desk) -> None:
    room(desk)
    desk.sandbox.world.staff.add_free_time(
        "Pottery for beginners", "Studio 1", datetime.fromisoformat("2030-03-17T10:00:00+00:00"), 60, 4
    )
    rows = [
        {"First name": "Ada", "Last name": "Lovelace", "Start": "9 Mar 2030 10:00"},
        {"First name": "Grace", "Last name": "Hopper", "Start": "17 Mar 2030 10:00"},
        {"First name": "Mary", "Last name": "Jackson", "Start": "17 Mar 2030 10:00"},
    ]
    asked = {"Service": "Pottery for beginners", "Resource": "Studio 1"}
    report = desk.run(desk.roster([row | asked for row in rows]), NEW)
    assert [(one.before, one.wanted, one.now) for one in report.sessions] == [(0, 1, 1), (0, 2, 2)]


def test_what_was_approved_holds_for_the_session_that_it_started(desk: Desk) -> None:
    room(desk)
    roster = people(desk, *NAMES)
    made = code(desk, roster, NEW)
    approved = Options(start_new=True, approved=made)
    assert isinstance(imported(desk, roster, approved, stops=True), RunReport)
    assert there(desk) == [[NAMES[0]]]
    desk.stop.clear()
    again = imported(desk, roster, approved)
    assert isinstance(again, RunReport)
    assert there(desk) == [list(NAMES)]
    assert again.approval is not None
    assert again.approval.short == ()


def test_an_import_that_starts_sessions_can_be_taken_back_but_for_the_last_of_each(desk: Desk) -> None:
    room(desk)
    run = desk.run(people(desk, *NAMES), NEW).run
    assert sorted(statuses(desk.undo(run)).values()) == ["Kept", "Removed", "Removed"]
    assert len(there(desk)[0]) == 1


def test_nobody_is_taken_off_of_whom_it_is_not_known_whether_their_session_began(tmp_path: Path) -> None:
    with Desk(tmp_path, mishaps=["cut-before:confirm:nth=1"]) as desk:
        room(desk)
        run = desk.run(people(desk, *NAMES), NEW).run
        assert "Removed" not in statuses(desk.undo(run)).values()
        assert there(desk) == []


def test_whoever_was_to_start_a_session_stays_not_sure_while_the_service_is_down(tmp_path: Path) -> None:
    with Desk(tmp_path, mishaps=["cut-before:confirm:nth=1"]) as desk:
        room(desk)
        roster = people(desk, *NAMES)
        desk.run(roster, NEW)
        choices = Choices(desk.settings(), NEW)
        with Ledger.open(desk.settings().ledger) as ledger:
            report = untouched(
                read_roster(roster), choices, "It is down.", ExitCode.SERVICE_UNUSABLE, ledger, now=desk.clock()
            )
        assert statuses(report)["Ada Lovelace"] == "Not sure yet"


def test_a_word_that_somebody_is_booked_needs_a_session_and_not_booked_frees_it(tmp_path: Path) -> None:
    with Desk(tmp_path, mishaps=["cut-before:confirm:nth=1"]) as desk:
        room(desk)
        roster = people(desk, *NAMES)
        run = desk.run(roster, NEW).run
        with Ledger.open(desk.settings().ledger) as ledger:
            (entry,) = ledger.starting()
            with pytest.raises(HeldError, match="we don't find it"):
                resuming.take_word(run, entry.row, is_booked=True, ledger=ledger, now=desk.clock())
            with desk.service() as service:
                read = {"service": service, "ledger": ledger, "settle_margin_s": 120.0, "now": desk.clock()}
                _, against = resuming.read_for_word(entry, is_booked=False, **read)
            assert "may still be booked" in against
            assert resuming.take_word(run, entry.row, is_booked=False, ledger=ledger, now=desk.clock())
        desk.clock.wait(25 * 60)
        assert set(statuses(desk.run(roster, NEW)).values()) == {"Booked"}


def test_a_session_with_a_price_is_started_only_by_who_has_chosen_about_payment_requests(desk: Desk) -> None:
    room(desk)
    plan = desk.plan(people(desk, *NAMES), NEW)
    assert not plan.has_price
    desk.sandbox.world.price_everywhere = 20
    report = desk.run(people(desk, *NAMES), NEW)
    assert report.stop_code == ExitCode.PERSON_NEEDED
    assert [len(names) for names in there(desk)] == [1]


def test_no_session_is_started_on_a_date_whose_weekday_is_another_one(desk: Desk) -> None:
    room(desk)
    roster = people(desk, *NAMES[:1], Start="Sun 9 Mar 2030 10:00")
    (one,) = desk.run(roster, NEW).outcomes
    assert one.status is Status.FIX_ROW
    assert "9 Mar 2030 is a Saturday, the cell says Sun. Correct the day or the date." in one.words
    assert started(desk) == []
    desk.session(start=START, resource="Studio 1")
    (one,) = desk.run(roster, NEW).outcomes
    assert (one.status, "The date is used." in one.message) == (Status.BOOKED, True)
