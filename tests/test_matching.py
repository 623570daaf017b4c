"""Who is who: rows, ledger entries and people on a booking are paired off, each at most once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from desk import START
from hypothesis import given, settings
from hypothesis import strategies as st
from thorough import examples
from whoiswho import entry, pair, row

from importer.model import Attendee, Decision, Entry, EntryState, Participant, Profile
from importer.people.evidence import fold, is_near, of_attendee, of_entry, of_participant
from importer.people.matching import match_people
from importer.people.settling import Moment, settle


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Zoë O'Neill", "zoe oneill"),
        ("Jean-Luc Picard", "Jean Luc Picard"),
        ("Łukasz Østergård", "lukasz ostergard"),
        ("Renée de la Cruz", "Renee De La Cruz"),
        ("GROSSE Strasse", "grosse straße"),
    ],
)
def test_case_accents_apostrophes_hyphens_and_blanks_do_not_count_in_a_name(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_a_corrected_name_is_the_same_person_when_our_mark_came_back() -> None:
    assert pair([row("Jon Smith", handle="ab/1/Sheet1/1")], [entry("John Smith")]) == ({"Jon Smith": "John Smith"}, {})


def test_a_corrected_name_without_our_mark_is_a_question() -> None:
    assert pair([row("Jon Smith")], [entry("John Smith")]) == ({}, {"Jon Smith": "John Smith"})


def test_a_mark_copied_to_another_row_finds_nobody_by_a_near_name() -> None:
    rows = [row("Jon Smith", 2, handle="ab/1/Sheet1/1"), row("Johan Smith", 3, handle="ab/1/Sheet1/1")]
    assert pair(rows, [entry("John Smith")]) == ({}, {"Jon Smith": "John Smith", "Johan Smith": "John Smith"})


def test_of_copied_rows_the_one_in_which_nothing_differs_is_the_person() -> None:
    copied = {"handle": "ab/1/Sheet1/1"}
    rows = [row("Ann Brown", 2, email="younger@x.org", **copied), row("Ann Brown", 3, email="ann@x.org", **copied)]
    found = match_people(
        list(map(of_participant, rows)), [of_entry(entry("Ann Brown", email="ann@x.org"), same_roster=True)]
    )
    assert found.pairs == {1: 0}


def test_a_copied_mark_whose_person_is_found_counts_as_none() -> None:
    rows = [row("John Smith", 2, handle="ab/1/Sheet1/1"), row("Mary Jones", 3, handle="ab/1/Sheet1/1")]
    assert pair(rows, [entry("John Smith")]) == ({"John Smith": "John Smith"}, {})


def test_the_mark_of_somebody_who_was_replaced_in_the_row_is_a_question() -> None:
    assert pair([row("Mary Jones", handle="ab/1/Sheet1/1")], [entry("John Smith")])[1] == {"Mary Jones": "John Smith"}


def test_the_same_name_with_another_reference_is_a_question_not_the_same_person() -> None:
    found = pair([row("Ann Brown", reference="M-8")], [entry("Ann Brown", reference="M-7")])
    assert found == ({}, {"Ann Brown": "Ann Brown"})


def test_a_name_alone_is_enough_only_within_the_same_roster() -> None:
    assert pair([row("Ann Brown")], [entry("Ann Brown")], same_roster=True)[0] == {"Ann Brown": "Ann Brown"}
    assert pair([row("Ann Brown")], [entry("Ann Brown")], same_roster=False)[1] == {"Ann Brown": "Ann Brown"}


def test_siblings_with_one_address_are_no_question_when_both_are_known() -> None:
    rows = [row("Ella Brown", 2, email="mum@x.org"), row("Bella Brown", 3, email="mum@x.org")]
    entries = [entry("Bella Brown", 1, email="mum@x.org"), entry("Ella Brown", 2, email="mum@x.org")]
    assert pair(rows, entries) == ({"Ella Brown": "Ella Brown", "Bella Brown": "Bella Brown"}, {})


def test_a_new_sibling_is_no_question_when_the_known_one_is_in_the_roster_too() -> None:
    rows = [row("Ella Brown", 2, email="mum@x.org"), row("Bella Brown", 3, email="mum@x.org")]
    assert pair(rows, [entry("Ella Brown", email="mum@x.org")]) == ({"Ella Brown": "Ella Brown"}, {})


def test_a_sibling_in_place_of_the_known_one_is_a_question() -> None:
    found = pair([row("Bella Brown", email="mum@x.org")], [entry("Ella Brown", email="mum@x.org")])
    assert found == ({}, {"Bella Brown": "Ella Brown"})


def test_tom_and_thomas_with_one_mobile_are_a_question() -> None:
    found = pair([row("Tom Baker", mobile="07700 900123")], [entry("Thomas Baker", mobile="+44 7700 900123")])
    assert found == ({}, {"Tom Baker": "Thomas Baker"})


def test_same_person_settles_the_question_and_book_makes_two_people_of_it() -> None:
    known = [entry("John Smith")]
    assert pair([row("Jon Smith", decision=Decision.SAME_PERSON)], known) == ({"Jon Smith": "John Smith"}, {})
    assert pair([row("Jon Smith", decision=Decision.BOOK)], known) == ({}, {})


def test_a_name_that_was_accepted_or_rejected_once_is_never_asked_about_again() -> None:
    assert pair([row("Jon Smith")], [entry("John Smith", accepted_names=frozenset({"jonsmith"}))])[0]
    assert pair([row("Jon Smith")], [entry("John Smith", rejected_names=frozenset({"jonsmith"}))]) == ({}, {})


def test_a_shared_customer_record_can_only_raise_a_question() -> None:
    on_booking = Attendee("c1", "shared", profile=Profile("Ella", "Brown", "mum@x.org"))
    rows = [of_participant(row("Ella Brown", email="mum@x.org"))]
    assert match_people(rows, [of_attendee(on_booking, is_weak=False)]).pairs == {0: 0}
    assert match_people(rows, [of_attendee(on_booking, is_weak=True)]).questions == {0: (0,)}


@pytest.mark.parametrize(
    ("one", "other"),
    [("Jon Hale", "John Hale"), ("Smith John", "John Smith"), ("J Smith", "Joan Smith"), ("Ana Lopez", "Anna Lopez")],
)
def test_names_that_look_alike_are_near(one: str, other: str) -> None:
    assert is_near(of_participant(row(one)), of_participant(row(other)))


@pytest.mark.parametrize(
    ("one", "other"), [("Tom Baker", "Thomas Baker"), ("Ada Lovelace", "Alan Turing"), ("Ann Brown", "Mary Brown")]
)
def test_names_that_do_not_look_alike_are_not_near(one: str, other: str) -> None:
    assert not is_near(of_participant(row(one)), of_participant(row(other)))


NAMES = st.sampled_from(
    ["Ella Brown", "Bella Brown", "Jon Smith", "John Smith", "Tom Baker", "Thomas Baker", "Zoë O'Neill"]
)
MAYBE = {
    "email": st.sampled_from(["", "mum@x.org", "dad@x.org"]),
    "mobile": st.sampled_from(["", "07700900123", "07700900456"]),
    "reference": st.sampled_from(["", "M-1", "M-2"]),
}
HANDLES = st.sampled_from(["", "ab/1/Sheet1/1", "ab/1/Sheet1/2", "ab/1/Sheet1/3", "zz/9/Sheet1/1"])
ROWS = st.lists(
    st.builds(
        lambda name, **more: row(name, **more),
        NAMES,
        handle=HANDLES,
        decision=st.sampled_from([None, *Decision]),
        **MAYBE,
    ),
    max_size=6,
)
ENTRIES = st.lists(st.builds(lambda name, **more: entry(name, **more), NAMES, **MAYBE), max_size=6)


@given(ROWS, ENTRIES, st.booleans())
@settings(max_examples=examples(100))
def test_whatever_the_evidence_each_is_paired_at_most_once_and_nobody_paired_is_asked_about(
    rows: list[Participant], entries: list[Entry], same_roster: bool
) -> None:
    known = [
        of_entry(replace(one, id=n, handle=f"ab/1/Sheet1/{n}"), same_roster=same_roster)
        for n, one in enumerate(entries, 1)
    ]
    found = match_people([of_participant(one, frozenset(person.key for person in known)) for one in rows], known)
    assert len(set(found.pairs.values())) == len(found.pairs)
    assert not set(found.pairs) & set(found.questions)
    stand = {at for at, one in enumerate(rows) if one.decision is not Decision.LEAVE_OUT}
    asked_about = {one for at in stand & set(found.questions) for one in found.questions[at]}
    assert not asked_about & {other for at, other in found.pairs.items() if at in stand}
    for at, one in enumerate(rows):
        if one.decision and one.decision.tells_apart:
            assert at not in found.questions


@given(ROWS)
@settings(max_examples=examples(80))
def test_an_unchanged_roster_pairs_with_what_it_booked(rows: list[Participant]) -> None:
    booked = [replace(one, handle=f"ab/1/Sheet1/{n}", decision=None) for n, one in enumerate(rows)]
    known = [
        of_entry(
            entry(one.name, n, handle=one.handle, email=one.email, mobile=one.mobile, reference=one.reference),
            same_roster=True,
        )
        for n, one in enumerate(booked)
    ]
    for sent_again in (booked, [replace(one, handle="") for one in booked]):
        assert len(match_people([of_participant(one) for one in sent_again], known).pairs) == len(rows)


# Settling


def sent(name: str, id_: int, **more: object) -> Entry:
    return entry(name, id_, state=EntryState.SENT, settled_by=START + timedelta(minutes=20), **more)


def on_booking(id_: str, name: str = "", **more: object) -> Attendee:
    first, _, last = name.partition(" ")
    return Attendee(id_, f"customer {id_}", source="api", profile=Profile(first, last) if name else None, **more)  # type: ignore[arg-type]


def settled(entries: list[Entry], people: list[Attendee], minutes: int = 0) -> dict[int, tuple[str, str]]:
    now = START + timedelta(minutes=minutes)
    changed = settle(entries, people, Moment(now, now, settle_margin_s=120))
    return {one.id: (str(one.state), one.customer_booking_id) for one in changed}


def test_the_only_new_person_on_the_booking_is_the_one_whose_answer_was_lost() -> None:
    assert settled([sent("Ann Brown", 1)], [on_booking("c1")]) == {1: ("booked", "c1")}


def test_who_was_there_before_is_not_the_one() -> None:
    assert settled([sent("Ann Brown", 1, before=frozenset({"c1"}))], [on_booking("c1", "Ann Brown")]) == {}


def test_nobody_is_called_not_booked_before_the_moment_when_nothing_can_come_of_it() -> None:
    assert settled([sent("Ann Brown", 1)], [], minutes=19) == {}
    assert settled([sent("Ann Brown", 1)], [], minutes=20) == {1: ("not booked", "")}


def test_an_outsider_with_another_name_is_not_taken_for_ours() -> None:
    stranger = replace(on_booking("c1", "Mary Jones"), source="")
    assert settled([sent("Ann Brown", 1)], [stranger], minutes=19) == {}
    assert settled([sent("Ann Brown", 1)], [stranger], minutes=20) == {1: ("not booked", "")}


def test_who_came_by_our_own_source_is_no_proven_outsider_whatever_their_record_says_by_now() -> None:
    assert settled([sent("Ann Brown", 1)], [on_booking("c1", "Mary Jones")], minutes=20) == {}


def test_somebody_booked_at_the_counter_or_with_other_places_is_not_ours() -> None:
    counter = replace(on_booking("c1", "Ann Brown"), source="appointment_screen")
    party = replace(on_booking("c2", "Ann Brown"), spaces=4)
    assert settled([sent("Ann Brown", 1)], [counter, party]) == {}


def test_as_many_new_people_as_unknown_ones_means_all_are_booked() -> None:
    changed = settled([sent("Ann Brown", 1), sent("Ann Brown", 2)], [on_booking("c1"), on_booking("c2")])
    assert {state for state, _ in changed.values()} == {"booked"}


def test_one_new_person_for_two_unknown_ones_goes_to_the_one_it_fits() -> None:
    both = [sent("Ann Brown", 1), sent("Mary Jones", 2)]
    assert settled(both, [on_booking("c1", "Mary Jones")]) == {2: ("booked", "c1")}
    assert settled(both, [on_booking("c1", "Mary Jones")], minutes=20) == {2: ("booked", "c1"), 1: ("not booked", "")}


def test_while_a_new_person_can_not_be_told_the_others_stay_unsure() -> None:
    both = [sent("Ann Brown", 1), sent("Ann Brown", 2)]
    assert settled(both, [on_booking("c1", "Ann Brown")], minutes=600) == {}


def test_a_number_is_ours_also_where_the_record_shows_it_as_a_telephone() -> None:
    known_as = Profile("Nancy", "Brown-Orr", phone="+44 7700 900123")
    there = [Attendee("c1", "customer", source="api", profile=known_as)]
    both = [sent("Ann Brown", 1, mobile="07700 900123"), sent("Zoe Quill", 2, mobile="07700 900456")]
    assert settled(both, there) == {1: ("booked", "c1")}


def test_somebody_booked_whose_entry_could_not_be_told_gets_it_later() -> None:
    booked = entry("Ann Brown", 1)
    assert settled([booked], [on_booking("c1", "Ann Brown")]) == {1: ("booked", "c1")}


@given(
    st.lists(st.tuples(NAMES, st.booleans()), min_size=1, max_size=4),
    st.lists(NAMES, max_size=2),
    st.booleans(),
    st.integers(0, 40),
)
@settings(max_examples=examples(100))
def test_settling_never_says_not_booked_of_somebody_who_is_there(
    ours: list[tuple[str, bool]], others: list[str], readable: bool, minutes: int
) -> None:
    entries = [sent(name, n) for n, (name, _) in enumerate(ours)]
    there = [on_booking(f"ours {n}", name if readable else "") for n, (name, is_there) in enumerate(ours) if is_there]
    strangers = [replace(on_booking(f"other {n}", name), source="appointment_screen") for n, name in enumerate(others)]
    changed = settled(entries, there + strangers, minutes)
    gone = {id_ for id_, (state, _) in changed.items() if state == "not booked"}
    assert len(gone) <= sum(not is_there for _, is_there in ours)
    ids = [id_ for _, id_ in changed.values() if id_]
    assert len(set(ids)) == len(ids)
    assert not any(id_.startswith("other") for id_ in ids)


def test_same_person_means_the_one_of_that_name_where_several_are_asked_about() -> None:
    known = [entry("Ada King", id_=1, mobile="07700900123"), entry("Ada Byron", id_=2)]
    asked = row("Ada Byron", mobile="07700900123", decision=Decision.SAME_PERSON)
    assert pair([asked], known, same_roster=False)[0] == {"Ada Byron": "Ada Byron"}


def test_same_person_says_too_little_where_two_are_as_likely() -> None:
    known = [entry("Tom Baker", id_=1, email="b@x.org"), entry("Una Baker", id_=2, email="b@x.org")]
    asked = row("Sam Carter", email="b@x.org", decision=Decision.SAME_PERSON)
    assert pair([asked], known) == ({}, {"Sam Carter": "Tom Baker, Una Baker"})
