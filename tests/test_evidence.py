"""What shows who somebody is: what is equal, what is near, what differs, and what stays of it once it was purged."""

from __future__ import annotations

from dataclasses import replace

import pytest
from whoiswho import entry, pair, row

from importer.model import Attendee, Decision, Former, Profile, Question, RowRef, Status
from importer.people.evidence import (
    fold,
    hashed,
    hashed_entry,
    hashed_question,
    hashed_text,
    is_near,
    of_attendee,
    of_entry,
    of_former,
    of_participant,
)
from importer.people.matching import match_people

KEY = "k" * 32


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Đorđe", "Dorde"),
        ("Guðrún Þór", "Gudrun Thor"),
        ("Æsa Œdipe", "Aesa Oedipe"),
        ("Işık", "Isik"),
        ("Άννα", "Αννα"),
        ("मीना-शर्मा", "मीना शर्मा"),
        ("\u0301Ann", "Ann"),
    ],
)
def test_letters_that_are_written_in_two_ways_are_one_letter(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_a_number_is_the_same_with_and_without_its_country_also_where_it_is_short() -> None:
    paris = of_participant(row("Ann Brown", mobile="01 23 45 67 89"))
    assert paris.mobile == of_participant(row("Ann Brown", mobile="+33 1 23 45 67 89")).mobile


def test_a_first_name_cut_short_is_near_whichever_of_the_two_is_short() -> None:
    j, joan = of_participant(row("J Smith")), of_participant(row("Joan Smith"))
    assert is_near(j, joan)
    assert is_near(joan, j)


def test_one_name_in_the_others_place_or_no_first_name_at_all_is_not_near() -> None:
    alan, james = of_participant(row("Alan James")), of_participant(row("James Turing"))
    assert not is_near(alan, james)
    assert not is_near(james, alan)
    ann = row("Ann Brown-Featherstone")
    nameless = of_participant(replace(ann, first_name="", last_name="Quill"))
    assert not is_near(nameless, of_participant(replace(ann, last_name="Quill", first_name="Maximilian")))
    assert not is_near(of_participant(replace(ann, last_name="Quill", first_name="Maximilian")), nameless)


# What differs, and what is in common


def test_an_address_that_one_of_two_lacks_does_not_differ() -> None:
    for address in ({"email": "ann@x.org"}, {"mobile": "07700900111"}, {"reference": "M-7"}):
        for here, there in (({}, address), (address, {})):
            assert pair([row("Ann Brown", **here)], [entry("Ann Brown", **there)])[0] == {"Ann Brown": "Ann Brown"}


def test_of_two_numbers_one_that_is_equal_is_enough() -> None:
    profile = Profile("Ann", "Brown", mobile="07700900222", phone="07700900111")
    known = of_attendee(Attendee("c1", "x", profile=profile), is_weak=False)
    assert match_people([of_participant(row("Ann Brown", mobile="07700900111"))], [known]).pairs == {0: 0}


def test_an_equal_name_and_number_in_another_roster_are_a_question_where_the_e_mail_differs() -> None:
    here, there = {"mobile": "07700900111", "email": "a@x.org"}, {"mobile": "07700900111", "email": "b@x.org"}
    found = pair([row("Ann Brown", **here)], [entry("Ann Brown", **there)], same_roster=False)
    assert found == ({}, {"Ann Brown": "Ann Brown"})


def test_a_name_that_nobody_has_is_none_that_two_share() -> None:
    assert pair([row("Prince", 9)], [entry("Madonna")]) == ({}, {})


def test_who_stands_on_a_sheet_that_is_not_read_is_not_gone_for_one_name_to_ask_about() -> None:
    anna = of_participant(row("Anna Green", 9))
    assert match_people([anna], [of_entry(entry("Anna Brown"), same_roster=True)]).questions
    assert not match_people([anna], [of_entry(entry("Anna Brown"), same_roster=True, may_be_gone=False)]).questions


def test_a_decision_answers_what_was_asked_about_somebody_who_is_on_the_booking_by_another_way() -> None:
    jon = of_participant(row("Jon Smith", decision=Decision.DIFFERENT_PERSON), frozenset({"c1"}))
    there = [of_attendee(Attendee(id_, "x", profile=Profile("John", "Smith")), is_weak=False) for id_ in ("c1", "c2")]
    found = match_people([jon], there)
    assert (found.questions, found.told_apart) == ({0: (1,)}, {(0, 0)})


# What was purged


def test_of_what_is_purged_no_word_stays_and_what_was_equal_is_equal() -> None:
    known = entry("Ann Brown", reference="M-7", email="ann@x.org", mobile="07700900111")
    told = replace(known, rejected_names=frozenset({"annagreen"}))
    clear = of_entry(told, same_roster=True)._replace(phone="700900222")
    kept = hashed(clear, KEY)
    for name in ("first_name", "last_name", "reference", "email", "mobile", "phone"):
        assert getattr(kept, name) == hashed_text(getattr(clear, name), KEY) != getattr(clear, name)
    assert kept.names == {hashed_text("annbrown", KEY)}
    assert kept.other_names == {hashed_text("annagreen", KEY)}
    assert hashed(kept, KEY) == kept
    assert hashed(clear, "") == clear
    assert hashed(of_participant(row("Ann Brown")), KEY).email == ""


def test_a_question_is_kept_without_its_name() -> None:
    asked = Question("person", "annbrown", entries=frozenset({1}))
    assert hashed_question(asked, KEY) == replace(asked, name=hashed_text("annbrown", KEY))
    assert hashed_question(None, KEY) is None


# How it is folded


@pytest.mark.parametrize(
    ("one", "other"),
    [("Андрей Ёлкин", "Андреи Елкин"), ("Zoë-Ann O'Hara", "zoeannohara"), ("मीना", "मीना\u200d"), ("Ann 2", "ann2")],
)
def test_an_accent_a_blank_or_a_hyphen_makes_no_other_name(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_where_a_mark_is_a_letter_of_its_own_another_mark_is_another_name() -> None:
    assert len({fold(name) for name in ("मीना", "मोना", "मना")}) == 3


@pytest.mark.parametrize(
    ("typed", "spelt_out"),
    [
        ("Jäger", "jaeger"),
        ("Mu\u0308ller", "mueller"),
        ("Müller", "mueller"),
        ("Ångström", "aangstroem"),
        ("Ash", "ash"),
    ],
)
def test_a_name_is_spelt_out_as_it_is_without_such_letters_on_the_keyboard(typed: str, spelt_out: str) -> None:
    assert of_participant(row(f" {typed}")).spelt_out == spelt_out


def test_a_number_is_the_same_however_it_is_grouped() -> None:
    written = ("07700 900123", "07700900123", "+44 7700 900 123", "(07700) 900-123", "00447700900123")
    assert {of_participant(row("Ann", mobile=number)).mobile for number in written} == {"700900123"}


def test_one_name_alone_is_a_name_and_no_name_and_no_mark_are_none() -> None:
    assert of_participant(row("Prince")).names == {"prince"}
    assert of_participant(row(" Quill")).names == {"quill"}
    nobody = of_participant(row(""))
    assert (nobody.names, nobody.handles, nobody.traits) == (set(), set(), set())


def test_of_an_entry_that_is_purged_no_word_stays_either() -> None:
    names = {"accepted_names": frozenset({"annab"}), "rejected_names": frozenset({"annag"})}
    known = entry("Änn Brown", reference="M-7", email="ann@x.org", mobile="07700900111", phone="02079460111", **names)
    asked = Question("person", "annbrown")
    kept = hashed_entry(replace(known, question=asked), KEY)
    assert of_entry(kept, same_roster=False) == hashed(of_entry(known, same_roster=False), KEY)._replace(spelt_out="")
    assert kept.rejected_names == {hashed_text("annag", KEY)}
    assert kept.accepted_names == {hashed_text(name, KEY) for name in ("annbrown", "annab")}
    assert (kept.question, kept.name, kept.hash_key) == (hashed_question(asked, KEY), "", KEY)


def test_how_a_name_is_spelt_out_is_hashed_with_it() -> None:
    assert hashed(of_participant(row("Jörg Müller")), KEY).spelt_out == hashed_text("joergmueller", KEY)


def test_who_stood_in_an_earlier_import_is_known_by_name_as_of_the_same_list() -> None:
    former = of_former(Former(RowRef("Sheet1", 2), Status.BOOKED, name="Ann Brown"))
    assert match_people([of_participant(row("Ann Brown", 9))], [former]).pairs == {0: 0}
    assert of_former(Former(RowRef("Sheet1", 2), Status.BOOKED)).names == set()


@pytest.mark.parametrize(("number", "is_asked"), [(1, True), (9, False)])
def test_one_name_and_the_row_are_a_question_about_who_is_gone_also_where_the_address_differs(
    number: int, is_asked: bool
) -> None:
    gone = of_entry(entry("Anna Brown", email="brown@x.org"), same_roster=True)
    new = of_participant(row("Anna Green", number, email="green@x.org"))
    assert bool(match_people([new], [gone]).questions) is is_asked
