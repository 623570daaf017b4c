"""What a plan decides of one group booking, where the practice service could not show it: its nouns are made by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import pytest
from desk import START
from whoiswho import BOOKING, entry, row

from importer.booking.facts import Facts
from importer.booking.plan import limit_plan, make_plan
from importer.booking.sentences import known_text
from importer.model import (
    Attendee,
    Decision,
    Entry,
    EntryState,
    GroupBooking,
    Options,
    Participant,
    Plan,
    Profile,
    Question,
    Roster,
    RosterSheet,
    RowRef,
    Target,
)

ROSTER = Roster(
    Path("roster.csv"),
    b"",
    (RosterSheet(title="Sheet1", heading_row=1, headings={}, positions={}, width=0, unused=(), rows=()),),
)


def decided(
    rows: list[Participant],
    entries: list[Entry],
    there: Sequence[Attendee] = (),
    asked: tuple[Question, ...] = (),
    places: float = 10,
) -> Plan:
    """The plan for these rows, of whose decisions each answers the questions that were ``asked``."""
    start = START + timedelta(days=30)
    booking = GroupBooking(BOOKING, "service", "resource", start, start.isoformat(), places, tuple(there))
    facts = Facts(
        {BOOKING: booking},
        {BOOKING: entries},
        {one.row: BOOKING for one in rows},
        is_of_same_roster=lambda _: True,
        asked={one.row: asked for one in rows},
        answered={one.row: asked for one in rows},
    )
    return make_plan(ROSTER, rows, facts, Options(), zone=UTC, now=START)


def test_nobody_is_asked_about_people_who_are_all_ours_though_it_cannot_be_told_which_is_which() -> None:
    names = ("Ella", "Bella", "Della")
    email = "mum@mail.com"
    booked = [entry(f"{name} Brown", n, email=email, slot_id=f"s{n}") for n, name in enumerate(names[:2], 1)]
    there = [Attendee(f"c{n}", f"customer {n}", source="api", profile=Profile("Ella", "Brown", email)) for n in (1, 2)]
    plan = decided([row(f"{name} Brown", n, email=email) for n, name in enumerate(names, 2)], booked, there)
    assert [str(one.status) for one in plan.outcomes] == ["Already booked", "Already booked"]
    assert [one.name for one in plan.people] == ["Della Brown"]


def test_of_somebody_who_is_not_settled_what_was_sent_is_kept_whatever_name_is_accepted() -> None:
    sent = entry("John Smith", state=EntryState.SENT, email="john@mail.com", settled_by=START + timedelta(minutes=20))
    same = row("Jon Smith", email="jon@mail.com", decision=Decision.SAME_PERSON)
    question = (Question("person", "jonsmith", entries=frozenset({sent.id})),)
    for known, email in ((sent, "john@mail.com"), (replace(sent, customer_booking_id="c1"), "jon@mail.com")):
        (kept,) = decided([same], [known], asked=question).changes
        assert (kept.email, kept.accepted_names) == (email, {"jonsmith"})


def test_a_mark_that_a_row_of_another_session_carries_too_finds_nobody_by_a_near_name() -> None:
    marked = row("Jon Smith", 2, handle="ab/1/Sheet1/1")
    elsewhere = replace(
        row("Johan Smith", 3, handle="ab/1/Sheet1/1"), target=replace(marked.target, booking_id="f" * 24)
    )
    assert [str(one.status) for one in decided([marked], [entry("John Smith")]).outcomes] == ["Already booked"]
    start = START + timedelta(days=30)
    booking = GroupBooking(BOOKING, "service", "resource", start, start.isoformat(), 10)
    facts = Facts(
        {BOOKING: booking}, {BOOKING: [entry("John Smith")]}, {marked.row: BOOKING}, is_of_same_roster=lambda _: True
    )
    plan = make_plan(ROSTER, [marked, elsewhere], facts, Options(), zone=UTC, now=START)
    assert str(plan.outcomes[0].status) == "Same person?"


def test_who_is_booked_takes_no_second_place_from_who_comes_next() -> None:
    booked = entry("Ada Lovelace", slot_id="s1", customer_booking_id="c1")
    there = [Attendee("c1", "customer 1", source="api")]
    plan = decided([row("Alan Turing")], [booked], there, places=2)
    assert [[one.name for one in lane.people] for lane in plan.lanes] == [["Alan Turing"]]


def test_rows_that_ask_for_the_same_session_are_one_person_though_it_is_not_known_yet() -> None:
    """As ``roster check`` sees them; rows that name no session at all are not compared."""
    target = Target(service="Pottery", start=START)
    for at, second in ((target, "Fix row"), (Target(), "Ready")):
        rows = [replace(row("Ada Lovelace", number), target=at) for number in (2, 3)]
        plan = make_plan(ROSTER, rows, Facts({}, {}, {}), Options(), zone=UTC, now=START)
        assert [str(one.status) for one in plan.outcomes] == ["Ready", second]


def test_a_plan_for_only_the_first_says_how_many_were_asked_for() -> None:
    plan = decided([row(name, at) for at, name in enumerate(("Ada King", "Tom Foy", "Jo Day"), 2)], [])
    assert limit_plan(plan, 2).outcomes[0].message == "Only the first 2 were asked for."


ADA_BOOKED = {"slot_id": "s1", "customer_booking_id": "c1", "recorded": START}
ADA_THERE = (Attendee("c1", "customer 1", source="api"),)


@pytest.mark.parametrize(
    ("now", "was", "told"),
    [
        ({}, {}, "Booked on 15 Jan 2030."),
        ({"name": "Augusta Lovelace"}, {}, "Booked on 15 Jan 2030 (then named Ada Lovelace)."),
        (
            {"email": "ada@new.com", "mobile": "07700900001"},
            {"email": "ada@old.com", "mobile": "07700900002"},
            "Booked on 15 Jan 2030. The e-mail and the mobile in this row are not the ones we booked with. "
            "Change them in Appointedd if these are right.",
        ),
        (
            {"email": "ada@new.com"},
            {},
            "Booked on 15 Jan 2030. We booked without the e-mail in this row. Add it in Appointedd.",
        ),
        ({"mobile": "07700900001"}, {"phone": "07700900001"}, "Booked on 15 Jan 2030."),
        (
            {"spaces": 3},
            {},
            "Booked on 15 Jan 2030. 1 place is booked, but this row asks for 3. Change it in Appointedd, or here.",
        ),
        ({}, {"slot_id": ""}, "Already on this session (not through an import)."),
    ],
)
def test_what_is_said_beside_somebody_who_is_booked(now: dict[str, Any], was: dict[str, Any], told: str) -> None:
    given = {"name": "Ada Lovelace", "handle": "ab/1/Sheet1/1"} | now
    asked = (Question("person", "augustalovelace", entries=frozenset({1})),) if "name" in now else ()
    decision = Decision.SAME_PERSON if asked else None
    plan = decided([row(**given, decision=decision)], [entry("Ada Lovelace", **ADA_BOOKED | was)], ADA_THERE, asked)
    assert [(str(one.status), one.message) for one in plan.outcomes] == [("Already booked", told)]


def test_what_a_row_says_of_the_same_person_is_kept_and_what_it_leaves_out_stays() -> None:
    fields = ("reference", "email", "mobile", "phone")
    was = {"reference": "M-1", "email": "ada@old.com", "mobile": "07700900001", "phone": "02079460001"}
    new = {"reference": "M-2", "email": "ada@new.com", "mobile": "07700900002", "phone": "02079460002"}
    asked = (Question("person", "adahlovelace", entries=frozenset({1})),)
    for field in fields:
        said = {field: new[field]}
        same = row("Adah Lovelace", handle="ab/2/Sheet1/9", decision=Decision.SAME_PERSON, **said)
        plan = decided([same], [entry("Ada Lovelace", **ADA_BOOKED | was)], ADA_THERE, asked)
        (kept,) = plan.changes
        assert {one: getattr(kept, one) for one in fields} == was | said
        assert "ab/2/Sheet1/9" in kept.handles


def test_a_question_says_who_it_is_about_and_what_to_choose() -> None:
    (asked,) = decided([row("Adah Lovelace")], [entry("Ada Lovelace", **ADA_BOOKED)], ADA_THERE).outcomes
    assert (str(asked.status), asked.message) == (
        "Same person?",
        "Is this the same person as Ada Lovelace (booked on 15 Jan 2030)? "
        'Choose "Same person" or "Different person" in the column "Import decision".',
    )


def test_who_was_removed_and_is_back_by_another_way_has_the_place_that_they_have_now() -> None:
    removed = entry("Ada Lovelace", **ADA_BOOKED | {"state": EntryState.TAKEN_OFF, "email": "ada@mail.com"})
    back = Attendee("c2", "customer 2", spaces=2, source="staff", profile=Profile("Ada", "Lovelace", "ada@mail.com"))
    plan = decided([row("Ada Lovelace", email="ada@mail.com", spaces=2)], [removed], [back])
    (told,), (kept,) = plan.outcomes, plan.changes
    assert (str(told.status), told.message) == ("Already booked", "Already on this session (not through an import).")
    assert (kept.id, kept.state, kept.spaces) == (removed.id, EntryState.BOOKED, 2)
    assert (kept.slot_id, kept.customer_id, kept.customer_booking_id) == ("", "customer 2", "c2")


def test_of_whom_somebody_is_another_person_is_kept_with_what_was_said_before() -> None:
    asked = (Question("person", "adahlovelace", entries=frozenset({1})),)
    booked = entry("Ada Lovelace", **ADA_BOOKED, rejected_names=frozenset({"adaloveless"}))
    plan = decided([row("Adah Lovelace", decision=Decision.DIFFERENT_PERSON)], [booked], ADA_THERE, asked)
    assert [one.name for one in plan.people] == ["Adah Lovelace"]
    assert plan.changes[-1].rejected_names == {"adaloveless", "adahlovelace"}


def test_different_person_beside_who_is_booked_says_what_another_of_that_name_needs() -> None:
    marked = row("Ada Lovelace", handle="ab/1/Sheet1/1", decision=Decision.DIFFERENT_PERSON)
    (told,) = decided([marked], [entry("Ada Lovelace", **ADA_BOOKED)], ADA_THERE).outcomes
    assert told.message == (
        'Booked on 15 Jan 2030. "Different person" changes nothing here: this person is booked already. '
        "Another person of this name needs a row of their own."
    )


def test_somebody_of_the_name_of_who_was_removed_is_a_question() -> None:
    removed = entry("Ada Lovelace", **ADA_BOOKED | {"state": EntryState.TAKEN_OFF})
    there = [Attendee("c2", "customer 2", source="staff", profile=Profile("Ada", "Lovelace"))]
    (asked,) = decided([row("Ada Lovelace")], [removed], there).outcomes
    assert str(asked.status) == "Same person?"
    assert asked.question is not None
    assert asked.question.on_booking == {"c2"}


@pytest.mark.parametrize(
    ("session", "told"),
    [
        ("there", "Removed from the session after we booked them."),
        ("cancelled", "The session was cancelled after that."),
        ("gone", "The session was removed from Appointedd after that."),
    ],
)
def test_what_is_said_of_somebody_who_is_no_longer_booked(session: str, told: str) -> None:
    removed = entry("Ada Lovelace", **ADA_BOOKED | {"state": EntryState.TAKEN_OFF})
    ada, start = row("Ada Lovelace"), START + timedelta(days=30)
    status = "cancelled" if session == "cancelled" else ""
    booking = GroupBooking(BOOKING, "service", "resource", start, start.isoformat(), 10, status=status)
    bookings = {} if session == "gone" else {BOOKING: booking}
    facts = Facts(bookings, {BOOKING: [removed]}, {ada.row: BOOKING}, is_of_same_roster=lambda _: True)
    (outcome,) = make_plan(ROSTER, [ada], facts, Options(), zone=UTC, now=START).outcomes
    assert str(outcome.status) == "No longer booked"
    assert outcome.message.startswith(f"Booked on 15 Jan 2030. {told}")


def test_same_person_where_nobody_could_be_is_a_problem_of_the_row() -> None:
    (told,) = decided([row("Ada Lovelace", decision=Decision.SAME_PERSON)], []).outcomes
    assert (str(told.status), told.message) == (
        "Fix row",
        '"Import decision": Nobody on this session could be the same person. Choose "Different person" or "Leave out".',
    )


def test_who_was_booked_stays_so_though_staff_have_put_them_there_a_second_time() -> None:
    booked = entry("Ada Lovelace", **ADA_BOOKED, email="ada@mail.com")
    twice = Attendee("c2", "customer 2", source="staff", profile=Profile("Ada", "Lovelace", "ada@mail.com"))
    plan = decided([row("Ada Lovelace", email="ada@mail.com")], [booked], [*ADA_THERE, twice])
    assert [(one.message, one.customer_booking_id) for one in plan.outcomes] == [("Booked on 15 Jan 2030.", "c1")]
    assert plan.changes == ()


def test_the_line_to_type_for_a_row_of_several_dates_has_the_row_in_quotation_marks() -> None:
    told = replace(entry("Ann Brown"), row=RowRef("", 3, "2030-03-04 10:00"), told=START)
    assert 'roster resume 1 --row "3/2030-03-04 10:00" --is not-booked' in known_text(row("Ann Brown"), told, None, UTC)
