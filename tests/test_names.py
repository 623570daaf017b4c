"""Names as people write them: prefixes, titles, three words, brackets."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from desk import START
from hypothesis import given
from hypothesis import strategies as st
from test_rules import ID, checked, people, person, roster_of, sentences

from importer.importing.checking import check
from importer.lists.agreeing import open_conventions
from importer.lists.roster import read_roster
from importer.model import Options, Participant
from importer.people.evidence import of_participant
from importer.settings import load_settings


def read_as(tmp_path: Path, *lines: str) -> tuple[str, ...]:
    """How a list with these lines was understood."""
    path = tmp_path / "list.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    report = check(read_roster(path), load_settings(), Options(), now=START)
    return report.roster.sheets[0].read_as


def full(*typed: str, **options: Any) -> tuple[Participant, ...]:
    return people(*({"full_name": name, "booking_id": ID} for name in typed), **{"name_order": "first-last", **options})


def both(one: Participant) -> tuple[str, str]:
    return one.first_name, one.last_name


# A prefix in a column of its own


@pytest.mark.parametrize(
    ("prefix", "last", "whole"),
    [
        ("van der", "Berg", "van der Berg"),
        ("Van den", "Berg", "Van den Berg"),
        (" de ", "Vries", "de Vries"),
        ("in 't", "Veld", "in 't Veld"),
        ("'t", "Hart", "'t Hart"),
        ("von", "Trapp", "von Trapp"),
        ("van der", "Van der Berg", "Van der Berg"),
        ("Dr.", "Smith", "Smith"),
        ("Mrs", "Smith", "Smith"),
        (None, "Berg", "Berg"),
    ],
)
def test_a_prefix_in_a_column_of_its_own_belongs_to_the_last_name(prefix: str, last: str, whole: str) -> None:
    one = person(last_name=last, last_name_prefix=prefix)
    assert (one.last_name, one.problems) == (whole, ())


def test_a_prefix_beside_a_full_name_goes_in_front_of_its_last_name() -> None:
    (one,) = people({"full_name": "Jan Berg", "last_name_prefix": "van der", "booking_id": ID}, name_order="first-last")
    assert (both(one), one.problems) == (("Jan", "van der Berg"), ())


def test_what_does_not_look_like_a_prefix_is_left_out_and_said() -> None:
    one = person(last_name_prefix="Cllr")
    assert (one.name, one.is_faulty) == ("Ada Lovelace", False)
    assert sentences(one) == ['"Cllr" does not look like a part of the last name, and is left out.']
    assert one.problems[0].heading == "Last name prefix"


def test_an_error_in_the_prefix_is_told() -> None:
    assert person(last_name_prefix="#REF!").is_faulty


# Titles


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Mr John Smith", ("John", "Smith")),
        ("MR JOHN SMITH", ("JOHN", "SMITH")),
        ("Dr.Ann Lee", ("Ann", "Lee")),
        ("Prof. Dr. Anna Müller", ("Anna", "Müller")),
        ("Frau Dr. Anna von Trapp", ("Anna", "von Trapp")),
        ("Herr Max Weber", ("Max", "Weber")),
        ("Mme Marie Dubois", ("Marie", "Dubois")),
        ("Mevr. Anna de Vries", ("Anna", "de Vries")),
        ("Smith, Mrs Jane", ("Jane", "Smith")),
        ("Dr. Müller, Anna", ("Anna", "Müller")),
        ("Mr John SMITH", ("John", "SMITH")),
        ("Miss Sippi", ("", "")),
        ("Drew Barry", ("Drew", "Barry")),
        ("Missy Elliott", ("Missy", "Elliott")),
        ("Dean Martin", ("Dean", "Martin")),
    ],
)
def test_titles_in_front_of_a_name_come_off(typed: str, name: tuple[str, str]) -> None:
    (one,) = full(typed)
    assert both(one) == name
    assert one.is_faulty == (name == ("", ""))


@pytest.mark.parametrize(
    ("typed", "name"), [("Dr Ada", "Ada"), ("Prof. Dr. Ada", "Ada"), ("Dr", "Dr"), ("MS", "MS"), ("MS Ravi", "MS Ravi")]
)
def test_a_title_comes_off_a_first_name_where_something_is_left_and_it_is_no_initials(typed: str, name: str) -> None:
    assert person(first_name=typed).first_name == name


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Ada Lovelace PhD", ("Ada", "Lovelace")),
        ("Ada Lovelace, Ph.D.", ("Ada", "Lovelace")),
        ("Lovelace MBE, Ada", ("Ada", "Lovelace")),
        ("Lovelace, Ada MSc PhD", ("Ada", "Lovelace")),
        ("Lovelace, PhD, Ada", ("Ada", "Lovelace")),
        ("Tom Lee Esq.", ("Tom", "Lee")),
        ("Ann Lee MEng", ("Ann", "Lee")),
        ("Dr. med. Ann Lee", ("Ann", "Lee")),
        ("Dr. rer. nat. Ann Lee, MBE", ("Ann", "Lee")),
        ("Dipl.-Ing. Max Weber", ("Max", "Weber")),
    ],
)
def test_titles_behind_a_name_come_off(typed: str, name: tuple[str, str]) -> None:
    (one,) = full(typed)
    assert (both(one), one.is_faulty) == (name, False)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Dr Phil Jones", ("Phil", "Jones")),
        ("Dr Med Amin", ("Med", "Amin")),
        ("Yo-Yo Ma", ("Yo-Yo", "Ma")),
        ("Wei Meng", ("Wei", "Meng")),
        ("MENG, Wei", ("Wei", "MENG")),
        ("Lim, Ah Beng", ("Ah Beng", "Lim")),
        ("Sunday MBA", ("Sunday", "MBA")),
        ("MBA, Sunday", ("Sunday", "MBA")),
        ("OKORO MBA, SUNDAY", ("SUNDAY", "OKORO MBA")),
        ("Lee, Ann M.A.", ("Ann M.A.", "Lee")),
    ],
)
def test_what_somebody_is_called_is_no_title(typed: str, name: tuple[str, str]) -> None:
    (one,) = full(typed)
    assert (both(one), one.is_faulty) == (name, False)


def test_it_is_asked_whether_a_word_that_may_be_either_is_a_title_or_the_surname() -> None:
    assert [one.is_faulty for one in full("Mr Lee OBE", "Sunday MBA")] == [True, False]
    (one,) = full("John Sunday MBA")
    assert sentences(one) == ['John Sunday MBA: is MBA a title or the surname? Write it "Last, First".']


def test_titles_come_off_last_names_in_a_column_of_their_own() -> None:
    assert person(last_name="Lovelace, PhD").last_name == person(last_name="Lovelace MBE").last_name == "Lovelace"
    assert person(last_name="PhD").last_name == "PhD"


@given(
    st.sampled_from(["Mr ", "Mrs. ", "Dr ", "Prof. Dr. ", "Frau ", "Mme "]), st.sampled_from(["Ann Lee", "Lee, Ann"])
)
def test_a_name_is_the_same_with_and_without_its_title(title: str, typed: str) -> None:
    before, comma, after = typed.rpartition(", ")
    (one,) = full(f"{before}{comma}{title}{after}")
    assert (both(one), one.problems) == (("Ann", "Lee"), ())


def test_that_titles_come_off_is_said_once(tmp_path: Path) -> None:
    said = ('Titles come off: "Dr Ann Lee" is Ann Lee',)
    assert read_as(tmp_path, "Name,Email", "Drew Hay,a@b.org", "Dr Ann Lee,", "Mr Bo Lee,") == said
    assert read_as(tmp_path, "Name,Email", "Drew Hay,Mr", "MS Dhoni,") == ()
    said = ('Titles come off: "Ann Lee PhD" is Ann Lee',)
    assert read_as(tmp_path, "Name,Email", "Drew Hay,a@b.org", "Ann Lee PhD,") == said


def test_who_was_booked_with_a_title_is_the_same_person_without() -> None:
    before = replace(person(), first_name="Dr Ada")
    assert of_participant(before).names == of_participant(person(first_name="Dr Ada")).names == {"adalovelace"}


# Three words


SURNAMES = [
    ("last-word", ("Anna Maria", "Smith")),
    ("last-two-words", ("Anna", "Maria Smith")),
    ("after-first-word", ("Anna", "Maria Smith")),
]


def agreed(surname: str, *typed: str, **options: Any) -> list[Participant]:
    """The people of these full names in a list whose sender was asked which part is the surname."""
    roster = roster_of(*({"full_name": name, "booking_id": ID} for name in typed))
    sheet = replace(roster.sheets[0], conventions={"surname": surname})
    return [*checked(replace(roster, sheets=(sheet,)), **options)]


@pytest.mark.parametrize(("surname", "name"), SURNAMES)
def test_three_plain_words_are_split_as_was_agreed(surname: str, name: tuple[str, str]) -> None:
    one, other = agreed(surname, "Anna Maria Smith", "Dr Anna Maria Smith (sibling)")
    assert (both(one), one.problems) == (name, ())
    assert (both(other), other.is_faulty) == (name, False)


@pytest.mark.parametrize(("surname", "_name"), SURNAMES)
@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Ana de la Cruz", ("Ana", "de la Cruz")),
        ("Anna Maria SMITH", ("Anna Maria", "SMITH")),
        ("Smith, Anna Maria", ("Anna Maria", "Smith")),
        ("Nguyen Van An", ("", "")),
        ("ANNA Maria SMITH", ("", "")),
        ("John Smith Jr", ("", "")),
        ("Mr Smith", ("", "")),
    ],
)
def test_what_a_name_tells_by_itself_counts_for_more_than_what_was_agreed(
    surname: str, _name: tuple[str, str], typed: str, name: tuple[str, str]
) -> None:
    (one,) = agreed(surname, typed, name_order="first-last")
    assert both(one) == name


def test_which_part_is_the_surname_is_never_taken_for_more_words_nor_for_last_names_in_front() -> None:
    assert agreed("last-word", "Ann Lee Bob Ray")[0].is_faulty
    assert agreed("last-word", "Smith Anna Maria", name_order="last-first")[0].is_faulty
    assert both(agreed("after-first-word", "Ana Lima Costa Reis")[0]) == ("Ana", "Lima Costa Reis")


def test_three_plain_words_ask_once_for_their_column_with_an_example() -> None:
    roster = roster_of(*({"full_name": name} for name in ("Leo Khan", "Anna Maria Smith", "Ana de la Cruz", "Bo")))
    settings = load_settings(name_order="first-last")
    (asked,) = open_conventions(roster.sheets[0], settings, Options())
    assert (asked.key, asked.is_needed, asked.likely) == ("surname", False, "")
    assert asked.asks[1].strip() == "Anna Maria Smith"
    assert [one.value for one in asked.answers] == [*dict(SURNAMES)]
    assert asked.answers[0].words == "the last word: Anna Maria Smith is first name Anna Maria, last name Smith"
    sheet = replace(roster.sheets[0], conventions={"surname": "last-word"})
    assert [*open_conventions(sheet, settings, Options())] == []
    in_front = roster_of({"full_name": "Smith Anna Maria"}).sheets[0]
    assert [*open_conventions(in_front, load_settings(name_order="last-first"), Options())] == []


def test_who_has_told_which_words_are_the_surname_is_not_asked_which_name_comes_first() -> None:
    (sheet,) = roster_of(*({"full_name": name} for name in ("Leo Khan", "Anna Maria Smith"))).sheets
    assert [one.key for one in open_conventions(sheet, load_settings(), Options())] == ["surname", "name_order"]
    kept = replace(sheet, conventions={"surname": "last-word"})
    assert [*open_conventions(kept, load_settings(), Options())] == []
    leo, anna = agreed("last-word", "Leo Khan", "Anna Maria Smith")
    assert (both(leo), both(anna), leo.problems, anna.problems) == (("Leo", "Khan"), ("Anna Maria", "Smith"), (), ())


# Brackets


@pytest.mark.parametrize(
    "typed",
    [
        "Tom Brown (sibling)", "Tom (sibling) Brown", "[4B] Tom Brown", "Brown (Year 4), Tom", "Brown, Tom [4B]",
        "Tom Brown（sibling）", "Brown, Tom ［4B］",
    ],
)  # fmt: skip
def test_what_stands_in_brackets_comes_off_with_a_warning(typed: str) -> None:
    (one,) = full(typed)
    assert (both(one), one.is_faulty) == (("Tom", "Brown"), False)
    assert [problem.rule for problem in one.problems] == ["name_brackets"]
    assert one.problems[0].sentence.endswith("in brackets is left out of the name.")


def test_what_stands_in_brackets_comes_off_either_name() -> None:
    one = person(first_name="Robert（Bob）", last_name="Smith [4B]")
    assert (both(one), sentences(one)) == (
        ("Robert", "Smith"),
        ['"Bob" in brackets is left out of the name.', '"4B" in brackets is left out of the name.'],
    )


@pytest.mark.parametrize(
    "said",
    ["waiting list", "Waitlist", "cancelled", "CANCELED", "reserve", "withdrawn", "Warteliste", "storniert", "TBC"],
)
def test_who_may_not_be_coming_by_what_stands_in_brackets_is_asked_about_until_somebody_decides(said: str) -> None:
    (one,) = full(f"Tom Brown ({said})")
    assert one.rules == {"perhaps_nobody"}
    assert sentences(one)[0].startswith(f'Is "Tom Brown" coming? "{said}" stands beside the name.')
    (one,) = people(
        {"full_name": f"Tom Brown ({said})", "booking_id": ID, "import_decision": "Book"}, name_order="first-last"
    )
    assert (both(one), one.problems) == (("Tom", "Brown"), ())


def test_a_name_that_stands_in_brackets_is_asked_about() -> None:
    (one,) = full("(Tom Brown)")
    assert (both(one), one.rules) == (("Tom", "Brown"), {"perhaps_nobody"})
    assert sentences(one)[0].startswith('Is "Tom Brown" coming? The name stands in brackets.')


def test_what_stands_in_brackets_of_its_own_is_never_one_word_with_another() -> None:
    assert both(full("(Tom Brown) (sibling)")[0]) == ("", "")


def test_two_people_are_never_one_because_the_other_stands_in_brackets() -> None:
    assert full("Tom Brown (and Ella Brown)")[0].is_faulty
    assert person(first_name="Tom (and Ella)").is_faulty


def test_who_was_booked_with_what_stood_in_brackets_is_the_same_person_without() -> None:
    before = replace(person(), last_name="Lovelace (sibling)")
    assert of_participant(before).names == of_participant(person()).names
