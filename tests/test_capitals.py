"""Names in capitals or small letters, where it is chosen that they are written as in English."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_rules import ID, people

from importer.lists.capitals import as_in_english
from importer.people.evidence import fold


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("SMITH", "Smith"),
        ("smith", "Smith"),
        ("McDONALD", "McDonald"),
        ("van der BERG", "van der Berg"),
        ("MCDONALD", "McDonald"),
        ("mcdonald", "McDonald"),
        ("O'BRIEN", "O'Brien"),
        ("O’NEILL", "O’Neill"),
        ("MACHADO", "Machado"),
        ("SMITH-JONES", "Smith-Jones"),
        ("DE LA CRUZ", "de la Cruz"),
        ("VAN DER BERG", "van der Berg"),
        ("van der berg", "van der Berg"),
        ("LE", "Le"),
        ("ST JOHN", "St John"),
        ("DESMOND II", "Desmond II"),
        ("MÜLLER", "Müller"),
        ("in 't veld", "In 't Veld"),
        ("McDonald", "McDonald"),
        ("de la Cruz", "de la Cruz"),
        ("DeSouza", "DeSouza"),
        ("Van Dyck", "Van Dyck"),
        ("李", "李"),
    ],
)
def test_a_last_name_in_capitals_or_small_letters_is_written_as_in_english(typed: str, written: str) -> None:
    assert as_in_english("Ada", typed) == ("Ada", written)


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("JOHN", "John"),
        ("mary-jane", "Mary-Jane"),
        ("JO", "Jo"),
        ("ed", "Ed"),
        ("jo anne", "Jo Anne"),
        ("AJ", "AJ"),
        ("TJ", "TJ"),
        ("ANNA MARIA", "Anna Maria"),
        ("J R", "J R"),
        ("LeAnn", "LeAnn"),
    ],
)
def test_initials_stay_where_a_first_name_is_written_as_in_english(typed: str, written: str) -> None:
    assert as_in_english(typed, "Lovelace") == (written, "Lovelace")


def test_names_are_sent_as_typed_unless_it_is_chosen_otherwise() -> None:
    row = {"first_name": "JOHN", "last_name": "o'brien", "booking_id": ID}
    assert [one.name for one in people(row)] == ["JOHN o'brien"]
    assert [one.name for one in people(row, names="as-in-english")] == ["John O'Brien"]
    column = ({"full_name": "SMITH John", "booking_id": ID}, {"full_name": "DE LA CRUZ Ana", "booking_id": ID})
    assert [one.name for one in people(*column, names="as-in-english")] == ["John Smith", "Ana de la Cruz"]


@given(st.text(st.characters(codec="utf-8", categories=["L", "Zs"], include_characters="'-"), max_size=30))
def test_a_name_is_the_same_persons_however_it_is_written(typed: str) -> None:
    first, last = as_in_english(typed, typed)
    assert fold(first) == fold(last) == fold(typed)
    assert as_in_english(first, last) == (first, last) or typed.lower() != typed
