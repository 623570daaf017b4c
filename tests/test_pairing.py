"""Who is paired with whom, to the person: each at most once, and what says nothing of who somebody is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from whoiswho import entry, row

from importer.model import Attendee, Decision, Entry, Participant, Profile, RowRef
from importer.people.evidence import Evidence, hashed_text, key_of, of_attendee, of_entry, of_participant
from importer.people.matching import Pairing, match_people

# Each at most once


def found_in(rows: list[Participant], known: list[Entry], *, same_roster: bool = True) -> Pairing:
    answers = frozenset(map(key_of, known))
    return match_people(
        [of_participant(one, answers) for one in rows], [of_entry(one, same_roster=same_roster) for one in known]
    )


def test_of_two_equal_rows_the_first_has_the_place_and_of_two_equal_places_a_row_has_the_first() -> None:
    ann = row("Ann Brown", 2), row("Ann Brown", 3)
    assert found_in([*ann], [entry("Ann Brown")]).pairs == {0: 0}
    assert found_in([ann[0]], [entry("Ann Brown", 1), entry("Ann Brown", 2)]).pairs == {0: 0}
    assert found_in([*ann], [entry("Ann Brown", 1), entry("Ann Brown", 2)]).pairs == {0: 0, 1: 1}


def test_whose_question_is_answered_is_neither_asked_again_nor_moved_to_somebody_else() -> None:
    asked = row("Jon Smith", email="s@x.org", decision=Decision.SAME_PERSON)
    known = [entry("John Smith", 1), entry("Una Smith", 2, email="s@x.org")]
    assert found_in([asked], known) == Pairing({0: 0}, accepted=frozenset({0}))
    known = [entry("Ann Brown", 1), entry("Anna Brown", 2, email="a@x.org")]
    certain = row("Ann Brown", email="a@x.org", decision=Decision.SAME_PERSON)
    assert found_in([certain], known).pairs == {0: 0}


def test_two_rows_that_are_both_said_to_be_one_person_are_not_both_that_person() -> None:
    rows = [row("Jon Smith", 2, decision=Decision.SAME_PERSON), row("Joan Smith", 3, decision=Decision.SAME_PERSON)]
    found = found_in(rows, [entry("John Smith")])
    assert (found.pairs, found.questions) == ({0: 0}, {})


def test_a_question_about_a_name_is_answered_for_its_own_row_alone() -> None:
    known = [entry("John Smith", 1), entry("Anna Brown", 2)]
    rows = [row("Jon Smith", 2, decision=Decision.DIFFERENT_PERSON), row("Ana Brown", 3)]
    found = found_in(rows, known)
    assert (found.questions, found.asked_with) == ({1: (1,)}, {})
    assert found_in([row("Jon Smith", 2), row("Ana Brown", 3)], known).asked_with == {}


# What says nothing


def numbered(names: str, first: int, *, step: int = 1) -> list[tuple[str, str]]:
    """Names with References from this one on."""
    return [(f"Pat{3 * letter} Kept{3 * letter}", str(first + step * at)) for at, letter in enumerate(names)]


def rows_of(listed: list[tuple[str, str]]) -> list[Participant]:
    return [row(name, at, reference=reference) for at, (name, reference) in enumerate(listed, 20)]


def entries_of(listed: list[tuple[str, str]]) -> list[Entry]:
    return [entry(name, at, reference=reference) for at, (name, reference) in enumerate(listed, 1)]


def test_a_list_is_numbered_anew_where_three_are_known_and_no_more_kept_their_reference_than_have_another() -> None:
    for changed, kept, is_asked in (("ab", "", True), ("abc", "", False), ("ab", "xy", False), ("a", "xy", True)):
        rows = rows_of([*numbered(changed, 11), *numbered(kept, 31), ("Robert Smith", "77")])
        known = entries_of([*numbered(changed, 21), *numbered(kept, 31), ("Bob Smith", "77")])
        assert bool(found_in(rows, known, same_roster=False).questions.get(len(rows) - 1)) is is_asked, (changed, kept)


def test_who_has_no_reference_and_namesakes_tell_nothing_of_how_a_list_is_numbered() -> None:
    silent = [(f"Pat{3 * letter} Silent{3 * letter}", "") for letter in "klmn"]
    twins = [
        ("Kim Twin", "5"),
        ("Kim Twin", "6"),
        ("Lee Twin", "7"),
        ("Lee Twin", "8"),
        ("Max Twin", "3"),
        ("Max Twin", "4"),
    ]
    for more, others in (
        (silent, [(name, "9") for name, _ in silent]),
        (twins, [(name, "0" + m) for name, m in twins]),
    ):
        rows = rows_of([*numbered("abc", 31), ("Robert Jones", "77"), *more])
        known = entries_of([*numbered("abc", 31), ("Bob Smith", "77"), *others])
        assert found_in(rows, known, same_roster=False).questions[3] == (3,)
        rows, known = (
            rows_of([*numbered("abc", 31), ("Robert Jones", "77"), *others]),
            entries_of([*numbered("abc", 31), ("Bob Smith", "77"), *more]),
        )
        assert found_in(rows, known, same_roster=False).questions[3] == (3,)


def test_how_another_list_is_numbered_tells_nothing_of_this_one() -> None:
    rows = rows_of([*numbered("abc", 31), *numbered("pqrst", 51), ("Robert Jones", "77")])
    ours = [of_entry(one, same_roster=True) for one in entries_of([*numbered("abc", 31), ("Bob Smith", "77")])]
    others = [of_entry(one, same_roster=False) for one in entries_of(numbered("pqrst", 61))]
    found = match_people(list(map(of_participant, rows)), [*others, *ours])
    assert found.questions == {8: (8,), **{at: (at - 3,) for at in range(3, 8)}}


def test_an_address_is_an_offices_where_more_than_eight_have_it_on_either_side() -> None:
    for count, is_asked in ((8, True), (9, False)):
        many = [f"Pupil{letter} Old" for letter in "abcdefghi"[:count]]
        known = [entry(name, n, email="o@x.org") for n, name in enumerate(many, 1)]
        assert bool(found_in([row("Zoe Quill", 40, email="o@x.org")], known, same_roster=False).questions) is is_asked
        rows = [row(name, n, email="o@x.org") for n, name in enumerate(many, 20)]
        assert bool(found_in(rows, [entry("Zoe Quill", email="o@x.org")], same_roster=False).questions) is is_asked


@pytest.mark.parametrize("office", ["email", "mobile", "phone"])
def test_beside_an_offices_address_the_persons_own_still_tells_who_they_are(office: str) -> None:
    def on_booking(shown: dict[str, str]) -> Evidence:
        return of_attendee(Attendee("c1", "x", profile=Profile("Ann", "Brown", **shown)), is_weak=False)

    ours = {"email": "ann@x.org", "mobile": "07700900111", "phone": "02079460123"}
    of_office = {"email": "o@x.org", "mobile": "02079460999", "phone": "02079460999"}[office]
    colleagues = [row(f"Pupil{letter} Old", n, **{office: of_office}) for n, letter in enumerate("abcdefghi", 20)]
    for own in sorted({"email", "mobile", "phone"} - {office}):
        there = on_booking({own: ours[own]})
        ann = row("Ann Brown", 2, **{office: of_office, own: ours[own]})
        assert match_people(list(map(of_participant, [ann, *colleagues])), [there]).pairs == {0: 0}
        assert (
            match_people(list(map(of_participant, [ann, *colleagues])), [on_booking({office: of_office})]).pairs == {}
        )


def test_one_name_is_worth_a_question_where_five_are_gone_or_new_and_not_where_six_are_both() -> None:
    gone = [entry(f"Gone{letter} Old{letter}", n, reference="") for n, letter in enumerate("bcdefgh", 2)]
    new = [row(f"New{letter} Young{letter}", n) for n, letter in enumerate("pqrstuv", 30)]
    anna = row("Anna Green", 29), entry("Anna Brown", 1)
    for rows, known, is_asked in ((4, 7, True), (7, 4, True), (4, 4, True), (5, 5, False)):
        found = found_in([anna[0], *new[:rows]], [anna[1], *gone[:known]])
        assert bool(found.questions) is is_asked, (rows, known)


def test_who_is_paired_counts_neither_as_gone_nor_as_new() -> None:
    stay = [f"Stay{letter} Here{letter}" for letter in "bcdefgh"]
    rows = [row("Anna Green", 29), *(row(name, n) for n, name in enumerate(stay, 30))]
    known = [entry("Anna Brown", 1), *(entry(name, n) for n, name in enumerate(stay, 2))]
    gone, new = entry("Gone Old", 50), row("New Young", 50)
    for more in range(8):
        left = [replace(gone, id=50 + n, last_name=f"Old{n}") for n in range(more)]
        came = [replace(new, row=RowRef("Sheet1", 50 + n), last_name=f"Young{n}") for n in range(more)]
        assert found_in(rows, [*known, *left]).questions == {0: (0,)}
        assert found_in([*rows, *came], known).questions == {0: (0,)}


def test_a_row_is_asked_about_everybody_whose_name_is_near_however_many_they_are() -> None:
    near = ["Jonathon Smyth", "Jonethan Smitt", "Jonithan Smath", "Jonuthan Smeth", "Jonathen Smoth", "Jonathin Smuth"]
    known = [entry(name, n) for n, name in enumerate(near, 1)]
    assert found_in([row("Jonathan Smith")], known, same_roster=False).questions == {0: tuple(range(6))}


def test_who_was_purged_is_known_again_beside_others_who_were_not() -> None:
    key = "k" * 32
    ann = of_participant(row("Ann Brown"))
    purged = replace(
        entry("Ann Brown", 2),
        first_name=hashed_text("ann", key),
        last_name=hashed_text("brown", key),
        hash_key=key,
        accepted_names=frozenset({hashed_text("annbrown", key)}),
    )
    known = [of_entry(one, same_roster=True) for one in (entry("Zoe Quill"), purged)]
    assert match_people([ann], known).pairs == {0: 1}


def test_an_equal_reference_and_address_under_other_names_are_a_question_of_each_row() -> None:
    known = [
        entry("Bob Smith", 1, reference="7", email="1@x.org"),
        entry("Una Hall", 2, reference="8", email="2@x.org"),
    ]
    rows = [row("Kit Jones", 3, reference="7", email="1@x.org"), row("Zoe Quill", 4, reference="8", email="2@x.org")]
    found = found_in(rows, known, same_roster=False)
    assert (found.questions, found.asked_with) == ({0: (0,), 1: (1,)}, {})
