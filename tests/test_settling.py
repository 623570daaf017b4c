"""What one look at a group booking tells of those of ours whom it concerns: pure, to the person."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, timedelta

import pytest
from desk import START
from whoiswho import entry

from importer.booking.sentences import not_sure_text
from importer.model import Attendee, Entry, EntryState, Profile
from importer.people.settling import Moment, explained_together, is_missing, needs_reading, own_entry, settle

LATE = 600
"""Minutes after which nothing can come of what was sent."""


def sent(name: str, id_: int = 1, **more: object) -> Entry:
    return entry(name, id_, state=EntryState.SENT, settled_by=START + timedelta(minutes=20), **more)


def shown(id_: str, name: str = "", source: str = "api", **more: object) -> Attendee:
    first, _, last = name.partition(" ")
    profile = Profile(first, last, **more) if name else None  # type: ignore[arg-type]
    return Attendee(id_, f"customer {id_}", source=source, profile=profile)


def settled(
    entries: list[Entry], people: list[Attendee], minutes: float = 0, sources: Collection[str] = ()
) -> dict[int, tuple[str, str]]:
    now = START + timedelta(minutes=minutes)
    changed = settle(entries, people, Moment(now, now, settle_margin_s=120), sources)
    assert len({one.id for one in changed}) == len(changed)
    return {one.id: (str(one.state), one.customer_booking_id) for one in changed}


# The answer to a confirm


def test_whoever_is_the_only_new_one_in_an_answer_is_ours_until_an_answer_has_shown_our_source() -> None:
    counter = shown("c1", source="counter")
    assert own_entry([counter], 1) == counter
    assert own_entry([counter], 1, {"api"}) is None
    assert own_entry([shown("c1", source="API")], 1, {"api"}) is not None


def test_of_several_new_ones_in_an_answer_ours_is_the_only_one_of_our_source_with_our_places() -> None:
    ours, counter, party = shown("c1"), shown("c2", source="counter"), replace(shown("c3"), spaces=3)
    assert own_entry([counter, ours, party], 1) == ours
    assert own_entry([counter, party], 3) == party
    assert own_entry([ours, shown("c4")], 1) is None
    assert own_entry([], 1) is None
    assert own_entry([counter, shown("c4", source="counter")], 1) is None


@pytest.mark.parametrize(("spaces", "is_ours"), [(1, True), (2, False), (3, True), (4, False)])
def test_a_confirm_of_three_places_gives_three_or_one(spaces: int, is_ours: bool) -> None:
    there = [replace(shown("c1", "Ann Brown"), spaces=spaces)]
    assert (settled([sent("Ann Brown", spaces=3)], there) == {1: ("booked", "c1")}) is is_ours


# Who was taken off, who is back


def test_nobody_is_taken_off_who_is_there_or_was_booked_within_the_margin() -> None:
    booked = entry("Ann Brown", customer_booking_id="c1", recorded=START)
    assert settled([booked], [], minutes=1.9) == {}
    assert settled([booked], [], minutes=2) == {1: ("taken off", "c1")}
    assert settled([replace(booked, recorded=None)], []) == {1: ("taken off", "c1")}
    assert settled([booked], [shown("c1")], minutes=LATE) == {}


def test_while_somebody_without_an_id_is_shown_nobody_is_taken_off() -> None:
    booked = entry("Ann Brown", customer_booking_id="c1")
    assert settled([booked], [shown("")], minutes=LATE) == {}
    assert not is_missing(booked, [shown("")])
    assert not is_missing(entry("Ann Brown"), [])
    assert is_missing(booked, [shown("c2")])


def test_who_was_taken_off_is_back_once_their_own_booking_is_shown() -> None:
    off = entry("Ann Brown", customer_booking_id="c1", state=EntryState.TAKEN_OFF)
    assert settled([off], [shown("c2", "Ann Brown")], minutes=LATE) == {}
    assert settled([off], [shown("c1")]) == {1: ("booked", "c1")}
    assert settled([replace(off, customer_booking_id="")], [shown("")], minutes=LATE) == {}


def test_what_is_settled_is_not_settled_again() -> None:
    for state in (EntryState.NOT_BOOKED, EntryState.TAKEN_OFF):
        assert settled([entry("Ann Brown", state=state)], [shown("c1", "Ann Brown")], minutes=LATE) == {}
        assert not needs_reading(entry("Ann Brown", state=state))
    assert not needs_reading(entry("Ann Brown", customer_booking_id="c1"))
    assert needs_reading(entry("Ann Brown"))
    assert needs_reading(sent("Ann Brown"))


# Who was sent, and what became of it


def test_somebody_booked_who_can_not_be_told_is_never_called_not_booked() -> None:
    booked = replace(entry("Ann Brown"), settled_by=START)
    assert settled([booked], [], minutes=LATE) == {}


def test_nothing_is_settled_by_the_clock_where_the_service_tells_no_time_or_the_end_is_not_known() -> None:
    now = START + timedelta(minutes=LATE)
    assert settle([sent("Ann Brown")], [], Moment(now, None, settle_margin_s=120)) == ()
    assert settled([replace(sent("Ann Brown"), settled_by=None)], [], minutes=LATE) == {}


@pytest.mark.parametrize("was_off", [timedelta(), timedelta(days=-1), timedelta(hours=3), timedelta(days=400)])
@pytest.mark.parametrize(
    ("ours", "theirs", "is_settled"),
    [(19, LATE, False), (-60, LATE, False), (LATE, 19, False), (LATE, -60, False), (20, 20, True), (LATE, LATE, True)],
)
@pytest.mark.parametrize("state", [EntryState.SENT, EntryState.REMOVING])
def test_nothing_is_settled_by_one_clock_alone_however_far_the_two_were_apart(
    state: EntryState, ours: float, theirs: float, is_settled: bool, was_off: timedelta
) -> None:
    """``ours`` and ``theirs`` are the minutes since somebody was sent, by each clock: one has jumped where they differ.
    ``was_off`` is how far the service's was from ours then."""
    until = START + timedelta(minutes=20)
    waiting = replace(sent("Ann Brown"), settled_by=until + was_off, settled_by_ours=until, recorded=START)
    there: list[Attendee] = []
    if state is EntryState.REMOVING:
        waiting = replace(waiting, state=state, customer_booking_id="c1", removed=START)
        there = [shown("c1")]
    moment = Moment(
        START + timedelta(minutes=ours), START + was_off + timedelta(minutes=theirs), 120, removed_are_gone=True
    )
    assert bool(settle([waiting], there, moment)) is is_settled


def test_who_is_found_was_not_found_when_they_were_sent() -> None:
    (found,) = settle([replace(sent("Ann Brown"), recorded=START)], [shown("c1")], Moment(START, START, 120))
    assert (found.state, found.recorded) == (EntryState.BOOKED, None)


def test_a_reading_that_lacks_somebody_whom_an_answer_confirmed_calls_nobody_not_booked() -> None:
    just_booked = entry("Zoe Quill", 2, customer_booking_id="c2", recorded=START + timedelta(minutes=LATE))
    assert settled([sent("Ann Brown"), just_booked], [], minutes=LATE) == {}
    assert settled([sent("Ann Brown"), just_booked], [shown("c2")], minutes=LATE) == {1: ("not booked", "")}
    off = replace(just_booked, state=EntryState.TAKEN_OFF)
    assert settled([sent("Ann Brown"), off], [], minutes=LATE) == {1: ("not booked", "")}


def test_who_can_not_be_read_may_be_ours_whatever_their_source_until_an_answer_has_shown_ours() -> None:
    both = [sent("Ann Brown", 1), sent("Mary Jones", 2)]
    odd = [shown("c1", source="partner")]
    assert settled(both, odd, minutes=LATE) == {}
    not_booked = {1: ("not booked", ""), 2: ("not booked", "")}
    assert settled(both, odd, minutes=LATE, sources={"api"}) == not_booked
    assert settled(both, [shown("c1", "Zoe Quill", source="partner")], minutes=LATE) == not_booked
    assert settled([replace(one, before=frozenset({"c1"})) for one in both], odd, minutes=LATE) == not_booked
    told = entry("Zoe Quill", 3, customer_booking_id="c3", slot_id="s3")
    assert settled([*both, told], [*odd, shown("c3")], minutes=LATE) == not_booked


def test_one_of_our_source_who_can_not_be_read_may_be_ours_whatever_places_they_have() -> None:
    ours, counter = replace(shown("c1"), spaces=2), replace(shown("c1", source="counter"), spaces=2)
    assert settled([sent("Ann Brown")], [ours], minutes=LATE, sources={"api"}) == {}
    assert settled([sent("Ann Brown")], [counter], minutes=LATE, sources={"api"}) == {1: ("not booked", "")}
    named = replace(shown("c1", "Joe Wood"), spaces=2)
    assert settled([sent("Ann Brown")], [named], minutes=LATE, sources={"api"}) == {1: ("not booked", "")}


def test_the_source_that_answers_have_shown_is_ours_and_that_of_people_found_is_not() -> None:
    known = entry("Zoe Quill", 3, customer_booking_id="c3", slot_id="s3")
    there = [shown("c3", source="Partner"), shown("c1", "Ann Brown", source="partner")]
    assert settled([sent("Ann Brown"), known], there) == {1: ("booked", "c1")}
    assert settled([sent("Ann Brown"), replace(known, slot_id="")], there) == {}


# Who of ours is who


def test_each_new_one_goes_to_the_one_of_ours_whom_it_fits() -> None:
    ours = [sent("Ann Brown", 1), sent("Mary Jones", 2), sent("Zoe Quill", 3)]
    two = [shown("c1", "Zoe Quill"), shown("c2", "Ann Brown")]
    assert settled(ours, two) == {3: ("booked", "c1"), 1: ("booked", "c2")}
    assert settled(ours, [*two, shown("c3")]) == {3: ("booked", "c1"), 1: ("booked", "c2"), 2: ("booked", "c3")}
    near = [shown("c1", "Zoe Quilll"), shown("c2", "Anne Brown")]
    assert settled(ours, near) == {3: ("booked", "c1"), 1: ("booked", "c2")}


def test_who_was_there_before_one_was_sent_may_still_be_another_of_ours() -> None:
    ours = [sent("Ann Brown", 1, before=frozenset({"c1"})), sent("Anne Brown", 2), sent("Zoe Quill", 3)]
    assert settled(ours, [shown("c1", "Ann Brown")]) == {2: ("booked", "c1")}


def test_an_equal_name_comes_before_a_near_one() -> None:
    ours = [sent("Jon Smith", 1), sent("John Smith", 2), sent("Zoe Quill", 3)]
    assert settled(ours, [shown("c1", "John Smith")]) == {2: ("booked", "c1")}
    assert settled(ours, [shown("c1", "John Smith"), shown("c2", "Jon Smyth")]) == {
        2: ("booked", "c1"),
        1: ("booked", "c2"),
    }


def test_of_people_with_one_address_a_name_does_not_tell_who_is_there() -> None:
    siblings = [sent("Ella Brown", 1, email="mum@x.org"), sent("Omar Brown", 2, email="mum@x.org")]
    assert settled(siblings, [shown("c1", "Ella Brown", email="mum@x.org")], minutes=LATE) == {}


def test_two_new_ones_that_fit_one_of_ours_are_nobody_for_sure() -> None:
    ours = [sent("Ann Brown", 1), sent("Mary Jones", 2), sent("Zoe Quill", 3)]
    two = [shown("c1", "Ann Brown"), shown("c2", "Ann Brown")]
    assert settled(ours, two, minutes=LATE) == {}


def test_a_record_without_a_name_is_nobody_by_name() -> None:
    ours = [sent("Ann Brown", 1, email="ann@x.org"), sent("Mary Jones", 2)]
    unnamed = replace(shown("c1"), profile=Profile("", "", "ann@x.org"))
    assert settled(ours, [unnamed]) == {1: ("booked", "c1")}


def test_who_is_found_keeps_the_ids_of_their_customer_record_and_of_their_place() -> None:
    (found,) = settle([sent("Ann Brown")], [shown("c1", "Ann Brown")], Moment(START, START, 120))
    assert (found.customer_id, found.customer_booking_id) == ("customer c1", "c1")


def test_as_many_as_are_ours_are_explained_together_and_one_more_or_fewer_is_not() -> None:
    both = [entry("Ella Brown", 1), entry("Omar Brown", 2)]
    known = entry("Zoe Quill", 3, customer_booking_id="c3")
    two = (shown("c1"), shown("c2"))
    assert explained_together([*both, known], [*two, shown("c3")]) == two
    assert explained_together(both, two[:1]) == ()
    assert explained_together(both, [*two, shown("c4")]) == ()


def test_who_is_found_by_an_equal_name_is_not_found_again_by_a_near_one() -> None:
    ours = [sent("Ann Brown", 1), sent("Mary Jones", 2), sent("Zoe Quill", 3)]
    assert settled(ours, [shown("c1", "Ann Brown"), shown("c2", "Anne Brown")]) == {1: ("booked", "c1")}


def test_who_came_our_way_since_under_another_name_and_address_may_be_ours_renamed() -> None:
    ada = sent("Ada Lovelace", email="ada@mail.com")
    guest = shown("c1", "Guest Seven", email="desk@mail.com")
    assert settled([ada], [guest], LATE) == {}
    assert settled([ada], [replace(guest, spaces=3)], LATE) == {1: ("not booked", "")}
    assert settled([ada], [replace(guest, source="counter")], LATE) == {1: ("not booked", "")}
    assert settled([replace(ada, before=frozenset({"c1"}))], [guest], LATE) == {1: ("not booked", "")}


def test_a_clock_there_that_stands_still_keeps_nobody_waiting_for_ever() -> None:
    sent = entry("Ada Lovelace", state=EntryState.SENT, settled_by=START)
    still = START - timedelta(minutes=1)
    assert "We will know after" in not_sure_text(sent, UTC, now=START + timedelta(hours=23), now_there=still)
    assert "Look in Appointedd" in not_sure_text(sent, UTC, now=START + timedelta(days=1), now_there=still)
