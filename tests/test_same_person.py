"""What only a person can tell about who is who, what a decision answers, and that questions stay rare."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from whoiswho import entry, pair, row

from importer.model import Attendee, Decision, Participant, Profile, RowRef
from importer.people.duplicates import find_duplicates
from importer.people.evidence import fold, key_of, of_attendee, of_entry, of_participant
from importer.people.matching import match_people


def test_a_near_name_in_a_marked_row_is_nobody_where_an_address_or_reference_differs() -> None:
    anna = entry("Anna Brown", reference="E12", email="anna@x.org", mobile="07700900111")
    for differing in ({"reference": "E77"}, {"email": "anne@x.org"}, {"mobile": "07700900999"}):
        found = pair([row("Anne Brown", handle=anna.handle, **differing)], [anna])
        assert found == ({}, {"Anne Brown": "Anna Brown"})


def test_an_equal_reference_and_name_are_the_same_person_whatever_the_address() -> None:
    moved = row("Ann Brown", reference="M-7", email="new@x.org")
    assert pair([moved], [entry("Ann Brown", reference="m-7", email="old@x.org")])[0]


def test_an_equal_reference_under_other_names_is_a_question_where_the_others_kept_theirs() -> None:
    kept = [(f"Pat Kept{letter}", f"M-{letter}") for letter in "abc"]
    known = [entry(name, n, reference=m) for n, (name, m) in enumerate([*kept, ("Bob Smith", "M-0042")], 1)]
    rows = [row(name, n + 20, reference=m) for n, (name, m) in enumerate([*kept, ("Robert Jones", "M-0042")], 1)]
    for same_roster in (True, False):
        assert pair(rows, known, same_roster=same_roster)[1]["Robert Jones"] == "Bob Smith"


def test_an_equal_reference_and_last_name_are_a_question_even_where_nobody_else_is_known() -> None:
    bob = [entry("Bob Smith", reference="M-0042")]
    assert pair([row("Robert Smith", 9, reference="M-0042")], bob, same_roster=False)[1]


def test_equal_references_of_two_lists_numbered_from_one_say_nothing() -> None:
    names = ("Ada Lovelace", "Alan Turing", "Grace Hopper", "Edsger Dijkstra")
    others = ("Ina Ferris", "Tariq Wells", "Bjorn Okoye", "Vera Lund")
    known = [entry(name, n, reference=str(n)) for n, name in enumerate(names, 1)]
    rows = [row(name, n, reference=str(n)) for n, name in enumerate(others, 1)]
    assert pair(rows, known, same_roster=False) == ({}, {})


def test_an_equal_reference_and_first_name_of_two_lists_are_a_question_not_the_same_person() -> None:
    found = pair([row("Ann Jones", 5, reference="7")], [entry("Ann Brown", reference="7")], same_roster=False)
    assert found == ({}, {"Ann Jones": "Ann Brown"})


def test_a_changed_last_name_in_the_same_row_of_a_roster_is_a_question() -> None:
    for emails in (("", ""), ("brown@x.org", "green@x.org")):
        found = pair([row("Anna Green", 1, email=emails[1])], [entry("Anna Brown", email=emails[0])])
        assert found == ({}, {"Anna Green": "Anna Brown"})
    assert pair([row("Anna Green", 1)], [entry("Anna Brown")], same_roster=False) == ({}, {})


def test_one_name_in_another_row_is_a_question_where_no_address_differs() -> None:
    assert pair([row("Anna Green", 9)], [entry("Anna Brown")])[1] == {"Anna Green": "Anna Brown"}
    apart = pair([row("Anna Green", 9, email="green@x.org")], [entry("Anna Brown", email="brown@x.org")])
    assert apart == ({}, {})


def test_a_changed_last_name_with_the_same_address_is_a_question_in_another_roster_too() -> None:
    found = pair([row("Anna Green", 9, email="a@x.org")], [entry("Anna Brown", email="a@x.org")], same_roster=False)
    assert found == ({}, {"Anna Green": "Anna Brown"})


def test_a_decision_that_stood_there_before_it_was_asked_answers_nothing() -> None:
    for decision in (Decision.BOOK, Decision.DIFFERENT_PERSON, Decision.SAME_PERSON):
        found = pair([row("Jon Smith", decision=decision)], [entry("John Smith")], were_asked=False)
        assert found == ({}, {"Jon Smith": "John Smith"})


def test_a_decision_answers_for_those_alone_about_whom_it_was_asked() -> None:
    known = [entry("John Smith", 1), entry("Joan Smith", 2)]
    jon = of_participant(row("Jon Smith", decision=Decision.DIFFERENT_PERSON), frozenset({key_of(known[0])}))
    found = match_people([jon], [of_entry(one, same_roster=True) for one in known])
    assert (found.questions, found.told_apart) == ({0: (1,)}, {(0, 0)})


def test_no_decision_overrides_what_is_certain() -> None:
    for decision in Decision:
        assert pair([row("Ann Brown", decision=decision)], [entry("Ann Brown")])[0] == {"Ann Brown": "Ann Brown"}


def test_a_row_that_is_left_out_takes_nobody_away_from_another_row_of_that_person() -> None:
    rows = [
        row("Ann Brown", 2, handle="ab/1/Sheet1/1", decision=Decision.LEAVE_OUT),
        row("Ann Brown", 3),
        row("Zoe Quill", 4, decision=Decision.LEAVE_OUT),
    ]
    known = [of_entry(one, same_roster=True) for one in (entry("Ann Brown", 1), entry("Zoe Quill", 2))]
    assert match_people(list(map(of_participant, rows)), known).pairs == {1: 0, 2: 1}


def test_an_address_alone_is_asked_about_once_for_the_list_and_the_answer_of_that_row_is_for_all() -> None:
    children = [("Ella", "Brown"), ("Omar", "Haddad"), ("Tom", "Baker")]
    others = [("Bill", "Brown"), ("Leila", "Haddad"), ("Kit", "Baker")]
    known = [entry(f"{a} {b}", n, email=f"{b}@x.org") for n, (a, b) in enumerate(children, 1)]
    rows = [row(f"{a} {b}", n + 20, email=f"{b}@x.org") for n, (a, b) in enumerate(others, 1)]
    evidence = [of_entry(one, same_roster=False) for one in known]
    asked = match_people(list(map(of_participant, rows)), evidence)
    assert (set(asked.questions), asked.asked_with) == ({0, 1, 2}, {1: 0, 2: 0})
    rows[0] = replace(rows[0], decision=Decision.DIFFERENT_PERSON)
    keys = [frozenset({key_of(one)}) for one in known]
    told = [of_participant(one, each)._replace(asked=each) for one, each in zip(rows, keys, strict=True)]
    alone = match_people(told, evidence)
    assert (alone.questions, alone.told_apart) == ({1: (1,), 2: (2,)}, {(0, 0)})
    answered = match_people([told[0]._replace(counts_for_others=True), *told[1:]], evidence)
    assert (answered.questions, answered.told_apart) == ({}, {(0, 0), (1, 1), (2, 2)})


def test_an_address_that_an_office_gives_for_everybody_says_nothing() -> None:
    known = [entry(f"Pupil{letter} Old", n, email="office@x.org") for n, letter in enumerate("abcdefghij", 1)]
    rows = [row(f"Child{letter} New", n + 30, email="office@x.org") for n, letter in enumerate("klmnopqrst", 1)]
    assert pair(rows, known, same_roster=False) == ({}, {})


def test_a_telephone_number_is_the_same_whether_it_is_a_mobile_or_a_phone() -> None:
    on_booking = of_attendee(Attendee("c1", "x", profile=Profile("Ann", "Brown", phone="020 7946 0123")), is_weak=False)
    for number in ({"phone": "+44 20 7946 0123"}, {"mobile": "02079460123"}):
        assert match_people([of_participant(row("Ann Brown", **number))], [on_booking]).pairs == {0: 0}
    other = of_participant(row("Ann Brown", phone="020 7946 9999"))
    assert match_people([other], [on_booking]).questions == {0: (0,)}


def test_a_telephone_of_somebody_we_booked_counts_like_a_mobile() -> None:
    known = [entry("Ann Brown", phone="020 7946 0123")]
    for number in ({"phone": "+44 20 7946 0123"}, {"mobile": "02079460123"}):
        assert pair([row("Ann Brown", **number)], known, same_roster=False)[0] == {"Ann Brown": "Ann Brown"}
        assert pair([row("Cat Hill", **number)], known, same_roster=False)[1] == {"Cat Hill": "Ann Brown"}


def test_vowel_signs_are_letters_where_they_are_no_accents() -> None:
    assert fold("मीना") != fold("मोना")
    assert fold("Йосиф Ёлкин") == fold("Иосиф Елкин")
    assert pair([row("मीना शर्मा")], [entry("मोना शर्मा")])[0] == {}


# Questions stay rare

FIRST = [
    "Oliver",
    "George",
    "Arthur",
    "Noah",
    "Muhammad",
    "Leo",
    "Oscar",
    "Harry",
    "Archie",
    "Jack",
    "Henry",
    "Charlie",
    "Freddie",
    "Theodore",
    "Alfie",
    "Jacob",
    "Finley",
    "Amelia",
    "Olivia",
    "Isla",
    "Ava",
    "Ivy",
    "Freya",
    "Lily",
    "Florence",
    "Mia",
    "Willow",
    "Rosie",
    "Sophia",
    "Isabella",
    "Grace",
    "Daisy",
    "Sienna",
    "Poppy",
    "Elsie",
]
LAST = [
    "Smith",
    "Jones",
    "Williams",
    "Taylor",
    "Brown",
    "Davies",
    "Evans",
    "Thomas",
    "Wilson",
    "Johnson",
    "Roberts",
    "Robinson",
    "Wright",
    "Thompson",
    "Walker",
    "White",
    "Edwards",
    "Hughes",
    "Green",
    "Hall",
    "Lewis",
    "Harris",
    "Clarke",
    "Patel",
    "Jackson",
    "Wood",
    "Turner",
    "Martin",
    "Cooper",
    "Hill",
    "Ward",
    "Morris",
    "Moore",
    "Clark",
    "Baker",
    "Harrison",
    "King",
    "Morgan",
    "Allen",
    "James",
    "Scott",
    "Phillips",
    "Watson",
    "Davis",
    "Parker",
    "Bennett",
    "Price",
    "Griffiths",
    "Young",
    "Khan",
    "Ahmed",
    "Mitchell",
    "Cook",
    "Bailey",
    "Carter",
    "Richardson",
    "Shaw",
    "Kelly",
    "Collins",
    "Bell",
    "Cox",
    "Hussain",
    "Marshall",
    "Miller",
    "Begum",
    "Ali",
    "Kaur",
    "Okafor",
]
NEAR_SIBLINGS = (
    "Ella Bella,Mia Tia,Anna Hanna,Tim Tom,Jan Jana,Maria Mario,Leon Leona,Zara Lara,Amy Emy,Ben Len,Max Maxi,Eva Ava"
)


RARE = [
    begin + end
    for begin in ["Ash", "Black", "Brad", "Carl", "Cran", "Dun", "East", "Hart", "Hol", "Ken", "Lang", "Mal"]
    for end in ["by", "don", "field", "ford", "ham", "ley", "low", "man", "ridge", "ton", "well", "worth"]
]


def school(rng: Random, *, has_addresses: bool) -> list[Participant]:
    """400 children in order of their names: 60 pairs of brothers and sisters, 12 of them with near first names."""
    families = [both.split() for both in NEAR_SIBLINGS.split(",")]
    families += [rng.sample(FIRST, 2) for _ in range(48)] + [[rng.choice(FIRST)] for _ in range(280)]
    listed: dict[tuple[str, str], str] = {}
    for at, firsts in enumerate(families):
        last = next(
            name
            for _ in range(1000)
            for name in [rng.choice(rng.choice((LAST, RARE)))]
            if not any((name, first) in listed for first in firsts)
        )
        listed |= {(last, first): f"{last}{at}@mail.com" if has_addresses else "" for first in firsts}
    return [
        row(f"{first} {last}", at, email=email, reference=str(at))
        for at, ((last, first), email) in enumerate(sorted(listed.items()), 2)
    ]


def questions(rows: list[Participant], booked: list[Participant]) -> tuple[int, int]:
    """How many rows ask within the list, and how many about those whom it booked before."""
    within = find_duplicates(map(of_participant, rows))
    known = [
        of_entry(
            entry(one.name, one.row.number, email=one.email, mobile=one.mobile, reference=one.reference),
            same_roster=True,
        )
        for one in booked
    ]
    between = match_people(list(map(of_participant, rows)), known)
    assert len(between.pairs) + len(between.questions) <= len(rows)
    return (
        sum(not one.is_certain and one.asked_with is None for one in within.values()),
        len(set(between.questions) - set(between.asked_with)),
    )


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("has_addresses", [True, False])
@pytest.mark.parametrize("numbered_anew", [0, 1])
def test_a_school_is_asked_next_to_nothing(seed: int, has_addresses: bool, numbered_anew: int) -> None:
    rng = Random(seed)
    term = school(rng, has_addresses=has_addresses)
    assert len(term) == 400
    assert questions(term, [])[0] <= 3
    joiners = [
        replace(one, email=f"new.{one.email}" if one.email else "") for one in school(rng, has_addresses=has_addresses)
    ]
    leavers = rng.sample(term, 20)
    left = [one for one in term if one not in leavers] + rng.sample(joiners, 25)
    left.sort(key=lambda one: (one.last_name, one.first_name))
    next_term = [
        replace(one, row=RowRef("Sheet1", at), reference=str(at + numbered_anew)) for at, one in enumerate(left, 2)
    ]
    assert questions(next_term, term)[1] <= 5
