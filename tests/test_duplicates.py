"""Who stands in a roster twice on one group booking."""

from __future__ import annotations

from dataclasses import replace

import pytest
from whoiswho import row

from importer.model import Decision, Participant
from importer.people.duplicates import ANOTHER_ROW, find_duplicates
from importer.people.evidence import of_participant
from importer.people.kinds import LISTED_IN_FAMILY, LISTED_TWICE, LISTED_TWICE_PERHAPS, Kind


def duplicates(
    rows: list[Participant], *, were_asked: bool = False, counts_for_others: int = 0
) -> dict[int, tuple[int, bool]]:
    """Row numbers of those listed twice to the number of the earlier row, and whether that is certain."""
    asked = frozenset({ANOTHER_ROW} if were_asked else ())
    found = find_duplicates(
        of_participant(one, asked)._replace(asked=asked, counts_for_others=one.row.number == counts_for_others)
        for one in rows
    )
    return {ref.number: (one.of.number, one.is_certain) for ref, one in found.items()}


def test_the_second_row_of_the_same_person_is_a_duplicate_of_the_first() -> None:
    assert duplicates([row("Zoe O'Neill", 2), row("ZOË ONeill", 3)]) == {3: (2, True)}
    same_reference = [
        row("Ann Brown", 2, reference="7", email="a@x.org"),
        row("Ann Brown", 3, reference="7", email="b@x.org"),
    ]
    assert duplicates(same_reference) == {3: (2, True)}


def test_one_name_with_the_addresses_of_two_parents_is_a_question_of_the_later_row() -> None:
    rows = [row("Ann Brown", 2, email="mum@x.org"), row("Ann Brown", 3, email="dad@x.org")]
    assert duplicates(rows) == {3: (2, False)}


@pytest.mark.parametrize("kind", [*LISTED_TWICE, *LISTED_TWICE_PERHAPS, LISTED_IN_FAMILY])
def test_no_row_is_passed_over_that_has_anything_in_common_with_another(kind: Kind) -> None:
    person = replace(
        row("Zoë Müller", 2, reference="M-7", email="Zoe@x.org"), mobile="07700 900123", phone="020 7946 1"
    )
    evidence = of_participant(person)
    assert set(kind.keys(evidence))
    assert set(kind.keys(evidence)) <= evidence.traits
    assert of_participant(row("", 3)).traits == set()


@pytest.mark.parametrize("later", ["Anna Brown", "Ann Brwon", "Brown Ann"])
def test_a_near_name_with_the_same_address_is_a_question_of_the_later_row(later: str) -> None:
    assert duplicates([row("Ann Brown", 2, email="mum@x.org"), row(later, 3, email="mum@x.org")]) == {3: (2, False)}
    assert duplicates([row("Ann Brown", 2, email="mum@x.org"), row(later, 3, email="other@x.org")]) == {}


@pytest.mark.parametrize(
    ("one", "other"), [("Jörg Müller", "Joerg Mueller"), ("Joerg Müller", "Jörg Mueller"), ("Søren Å", "Soeren Aa")]
)
def test_one_name_in_two_spellings_is_a_question_of_the_later_row(one: str, other: str) -> None:
    assert duplicates([row(one, 2), row(other, 3)]) == {3: (2, False)}
    assert duplicates([row(other, 2), row(one, 3)]) == {3: (2, False)}


def test_an_e_without_an_umlaut_beside_it_is_another_name() -> None:
    assert duplicates([row("Jo Hale", 2), row("Joe Hale", 3), row("Jorg Muller", 4), row("Joerg Mueller", 5)]) == {}


def test_brothers_and_sisters_in_one_list_are_no_question() -> None:
    for one, other in (("Ella", "Bella"), ("Mia", "Tia"), ("Omar", "Leila")):
        rows = [row(f"{one} Brown", 2, mobile="07700900111"), row(f"{other} Brown", 3, mobile="07700900111")]
        assert duplicates(rows) == {}


def test_near_first_names_of_families_are_asked_about_once_for_the_list() -> None:
    pairs = (("Tim", "Tom"), ("Jan", "Jana"), ("Maria", "Mario"))
    rows = [
        row(f"{name} Family{at}", 2 * at + which, email=f"{at}@x.org")
        for at, both in enumerate(pairs, 1)
        for which, name in enumerate(both)
    ]
    found = find_duplicates(map(of_participant, rows))
    assert [one.asked_with and one.asked_with.number for one in found.values()] == [None, 3, 3]
    rows[1] = replace(rows[1], decision=Decision.DIFFERENT_PERSON)
    another = frozenset({ANOTHER_ROW})
    told = [of_participant(one, another)._replace(asked=another, counts_for_others=one.row.number == 3) for one in rows]
    assert find_duplicates(told) == {}


def test_a_row_that_is_left_out_is_nobodys_duplicate() -> None:
    assert duplicates([row("Ann Brown", 2, decision=Decision.LEAVE_OUT), row("Ann Brown", 3)]) == {}
    assert duplicates([row("Ann Brown", 2), row("Ann Brown", 3, decision=Decision.LEAVE_OUT)]) == {}


def test_two_rows_are_told_apart_by_a_decision_that_was_asked_for() -> None:
    rows = [row("Ann Brown", 2), row("Ann Brown", 3, decision=Decision.DIFFERENT_PERSON)]
    assert duplicates(rows, were_asked=True) == {}
    assert duplicates(rows) == {3: (2, True)}


def test_an_answer_about_a_family_says_nothing_of_a_person_who_stands_there_twice() -> None:
    rows = [
        row("Tim Baker", 2, email="1@x.org"),
        row("Tom Baker", 3, email="1@x.org", decision=Decision.DIFFERENT_PERSON),
        row("Zoe Quill", 4),
        row("Zoe Quill", 5, decision=Decision.DIFFERENT_PERSON),
        row("Jan Lund", 6, email="2@x.org"),
        row("Jana Lund", 7, email="2@x.org"),
        row("Ada King", 8),
        row("Ada King", 9),
    ]
    assert duplicates(rows, were_asked=True, counts_for_others=5) == {7: (6, False), 9: (8, True)}
    assert duplicates(rows, were_asked=True, counts_for_others=3) == {9: (8, True)}


def test_questions_about_equal_names_are_asked_each_for_itself() -> None:
    rows = [
        row(name, 2 * at + which, email=f"{at}.{which}@x.org")
        for at, name in enumerate(("Ann Brown", "Zoe Quill"), 1)
        for which in (0, 1)
    ]
    found = find_duplicates(map(of_participant, rows))
    assert [one.asked_with for one in found.values()] == [None, None]


def test_people_of_other_names_with_one_address_or_reference_are_no_question() -> None:
    assert duplicates([row("Tom Baker", 2, email="m@x.org"), row("Una Carter", 3, email="m@x.org")]) == {}
    assert duplicates([row("Tim Brown", 2, email="m@x.org"), row("Theodora Brown", 3, email="m@x.org")]) == {}
    okafor, haddad = row("A Okafor", 2, reference="7"), row("B Haddad", 3, reference="7")
    assert duplicates([replace(okafor, first_name=""), replace(haddad, first_name="")]) == {}
