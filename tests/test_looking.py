"""One look at a group booking: who is read again before anybody is called absent, and whose records are asked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast

import pytest
from desk import START
from whoiswho import BOOKING, entry

from importer.booking.looking import look, with_removed
from importer.booking.strangers import CustomerRecords
from importer.model import Attendee, Entry, EntryState, GroupBooking, Profile
from importer.service.port import Bookings, BookingService, Refused

SESSION = GroupBooking(
    BOOKING, "service", "room", START + timedelta(days=30), "", 10, service_name="Pottery", resource_name="Studio 1"
)
ADA = entry("Ada Lovelace", 1, customer_booking_id="c1", slot_id="s1", recorded=START - timedelta(days=7))
ALAN = entry("Alan Turing", 2, customer_booking_id="c2", slot_id="s2", recorded=START - timedelta(days=7))
SENT = entry(
    "Grace Hopper",
    3,
    state=EntryState.SENT,
    slot_id="s3",
    recorded=START - timedelta(hours=2),
    settled_by=START - timedelta(hours=1),
)


def person(id_: str, name: str = "", **more: Any) -> Attendee:
    first, _, last = name.partition(" ")
    return Attendee(id_, f"customer of {id_}", source="api", profile=Profile(first, last) if name else None, **more)


def session(*people: Attendee, **more: Any) -> GroupBooking:
    return replace(SESSION, people=people, **more)


class Service:
    """Shows a group booking as it is told to, reading by reading; ``None`` is one that is not there any more.

    A search finds it where as many places are ``free`` as are asked for.
    """

    def __init__(
        self,
        *readings: GroupBooking | None,
        profiles: dict[str, Profile] | None = None,
        now: list[datetime] | None = None,
        free: int = 10,
    ) -> None:
        self.readings, self.profiles = list(readings), profiles or {}
        self.moments, self.free = now or [START], free
        self.read: list[list[str]] = []
        self.asked: list[str] = []

    def now(self) -> datetime:
        return self.moments.pop(0) if len(self.moments) > 1 else self.moments[0]

    def bookings(self, ids: list[str]) -> Bookings:
        self.read.append(ids)
        shown = self.readings.pop(0)
        return Bookings({} if shown is None else {shown.id: replace(shown, service_name="", resource_name="")})

    def openings(self, _service_id: str, _ranges: Any, spaces: int = 1) -> dict[str, datetime]:
        if self.free < 0:
            raise Refused(400, "No search.")
        return {BOOKING: SESSION.start} if spaces <= self.free else {}

    def profile(self, customer_id: str) -> Profile | None:
        self.asked.append(customer_id)
        return self.profiles.get(customer_id)


def looked(
    first: GroupBooking, entries: list[Entry], service: Service, records: bool = True, **more: Any
) -> tuple[GroupBooking, dict[str, Entry]]:
    there = cast("BookingService", service)
    kept = CustomerRecords(there) if records else None
    shown, changed = look(first, entries, there, kept, now=START, settle_margin_s=60, **more)
    return shown, {one.name: one for one in changed}


# Who is absent


def test_a_session_on_which_nobody_is_missing_is_not_read_again() -> None:
    service = Service()
    assert looked(session(person("c1"), person("c2")), [ADA, ALAN], service)[1] == {}
    assert service.read == []


def test_who_is_in_either_of_two_readings_is_there_under_the_names_that_the_session_had() -> None:
    service = Service(session(person("c1"), person("c4")))
    shown, changed = looked(session(person("c2"), person("c3")), [ADA, ALAN], service)
    assert (changed, service.read) == ({}, [[BOOKING]])
    assert [one.customer_booking_id for one in shown.people] == ["c1", "c4", "c2", "c3"]
    assert (shown.service_name, shown.resource_name) == ("Pottery", "Studio 1")


def test_who_has_no_id_is_one_person_in_two_readings() -> None:
    sent_beside = replace(SENT, before=frozenset({""}))
    shown, changed = looked(session(person("")), [sent_beside], Service(session(person(""))))
    assert (len(shown.people), changed["Grace Hopper"].state) == (1, EntryState.NOT_BOOKED)


def test_who_is_in_neither_of_two_readings_is_absent_and_was_booked_when_they_were() -> None:
    shown, changed = looked(session(person("c2")), [ADA, ALAN], Service(session(person("c2"))))
    assert shown.people == (person("c2"),)
    assert {name: one.state for name, one in changed.items()} == {"Ada Lovelace": EntryState.TAKEN_OFF}
    assert changed["Ada Lovelace"].recorded == ADA.recorded


@pytest.mark.parametrize("second", [session(person("c2"), may_be_cut=True), None])
def test_nobody_is_absent_by_a_second_reading_that_is_cut_short_or_shows_no_session(
    second: GroupBooking | None,
) -> None:
    assert looked(session(person("c2")), [ADA, ALAN], Service(second))[1] == {}


@pytest.mark.parametrize(
    ("places", "free", "is_cut"), [(10, 9, False), (10, 8, True), (10, 0, False), (10, -1, False), (2, 0, True)]
)
def test_nobody_is_absent_where_a_search_finds_fewer_places_free_than_are_listed(
    places: int, free: int, is_cut: bool
) -> None:
    there = session(person("c2"), places=places)
    shown, changed = looked(there, [ADA, ALAN], Service(there, free=free))
    assert (shown.may_be_cut, set(changed)) == (is_cut, set() if is_cut else {"Ada Lovelace"})


def test_who_is_found_is_booked_also_where_the_session_is_not_shown_a_second_time() -> None:
    _, changed = looked(session(person("c3", "Grace Hopper")), [ADA, SENT], Service(None))
    assert {name: one.state for name, one in changed.items()} == {"Grace Hopper": EntryState.BOOKED}


def test_who_is_found_is_booked_since_it_was_looked() -> None:
    _, changed = looked(session(person("c3", "Grace Hopper")), [SENT], Service())
    assert (changed["Grace Hopper"].customer_booking_id, changed["Grace Hopper"].recorded) == ("c3", START)


def test_who_was_sent_is_not_booked_only_once_the_service_says_so_before_both_readings() -> None:
    early = START - timedelta(hours=2)
    for moments, told in (([START, START], {"Grace Hopper"}), ([START, early], set())):
        assert set(looked(session(), [SENT], Service(session(), now=moments))[1]) == told


# Whom we have taken off


def test_whom_we_have_taken_off_has_no_place_though_they_are_listed_still() -> None:
    removed = replace(ADA, state=EntryState.REMOVED, removed=START)
    trying = replace(ALAN, state=EntryState.REMOVING, removed=START)
    shown = with_removed(session(person("c1"), person("c2"), person("c3"), person("")), [removed, trying])
    assert [one.is_removed for one in shown.people] == [True, False, False, False]


def test_of_a_session_of_which_nobody_was_taken_off_nothing_changes() -> None:
    there = session(person("c1"), person(""))
    assert with_removed(there, [ADA, replace(SENT, removed=START)]) is there


def test_who_is_listed_was_taken_off_perhaps_unless_it_is_known_that_such_people_are_not_listed() -> None:
    sent = {"state": EntryState.REMOVING, "removed": SENT.recorded, "settled_by": SENT.settled_by}
    trying = replace(ADA, **sent)  # type: ignore[arg-type]
    assert looked(session(person("c1")), [trying], Service())[1] == {}
    _, changed = looked(session(person("c1")), [trying], Service(), removed_are_gone=True)
    assert changed["Ada Lovelace"].state is EntryState.BOOKED


# Whose records are read


def test_the_records_of_strangers_are_read_and_of_nobody_else() -> None:
    service = Service(profiles={"customer of c3": Profile("Jo", "Day")})
    shown, _ = looked(session(person("c1"), person("c3"), person("c4")), [ADA], service)
    assert sorted(service.asked) == ["customer of c3", "customer of c4"]
    assert [one.profile for one in shown.people] == [None, Profile("Jo", "Day"), None]


def test_nobodys_record_is_read_where_nobody_wants_to_know() -> None:
    service = Service()
    assert looked(session(person("c3")), [], service, records=False)[0].people == (person("c3"),)
    assert service.asked == []


def test_a_record_that_was_read_before_in_an_import_is_not_read_again() -> None:
    service = Service(profiles={"customer of c2": Profile("Alan", "Turing")})
    records = CustomerRecords(cast("BookingService", service), known=[session(person("c1", "Jo Day"), person("c2"))])
    twice = [person("c1"), person("c2"), Attendee("c5")]
    for _ in range(2):
        assert [one.profile for one in records.with_records(twice)] == [
            Profile("Jo", "Day"),
            Profile("Alan", "Turing"),
            None,
        ]
    assert service.asked == ["customer of c2"]
