"""Names as people write them: prefixes, titles, three words, brackets."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from desk import START
from hypothesis import given
from hypothesis import strategies as st
from test_rules import ID, people, person, sentences

from importer.importing.checking import check
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


def test_who_was_booked_with_a_title_is_the_same_person_without() -> None:
    before = replace(person(), first_name="Dr Ada")
    assert of_participant(before).names == of_participant(person(first_name="Dr Ada")).names == {"adalovelace"}
