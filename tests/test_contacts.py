"""Telephone numbers: which are none, a zero that a spreadsheet ate, and how they are sent."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_rules import ADA, ID, checked, people, person, roster_of, rules

from importer.errors import SettingsError
from importer.lists.agreeing import open_conventions
from importer.lists.telephones import region_of
from importer.model import Options, Participant
from importer.people.evidence import of_participant
from importer.settings import load_settings


def agreed(zero: str, mobile: Any, **options: Any) -> Participant:
    """Somebody with that mobile, in a list whose sender was asked about zeros."""
    roster = roster_of({**ADA, "mobile": mobile, "booking_id": ID})
    sheet = replace(roster.sheets[0], conventions={"telephone_zero": zero})
    (one,) = checked(replace(roster, sheets=(sheet,)), **options)
    return one


def asked(*mobiles: Any, **options: Any) -> list[Any]:
    (sheet,) = roster_of(*({**ADA, "mobile": one, "booking_id": ID} for one in mobiles)).sheets
    return [*open_conventions(sheet, load_settings(**options), Options())]


def sent(mobile: Any, **options: Any) -> str:
    (one,) = people({**ADA, "booking_id": ID, "mobile": mobile}, **options)
    return one.mobile


@pytest.mark.parametrize(
    ("zone", "region"),
    [
        ("Europe/London", "GB"),
        ("Europe/Berlin", "DE"),
        ("Europe/Belfast", "GB"),
        ("America/New_York", "US"),
        ("UTC", ""),
    ],
)
def test_the_country_of_numbers_is_that_of_the_time_zone(zone: str, region: str) -> None:
    assert region_of(zone) == region


def test_a_country_can_be_set_and_one_that_there_is_not_is_refused() -> None:
    assert load_settings(region="de").region == "DE"
    with pytest.raises(SettingsError, match=r"'Germany' is no country\. Write its two letters, like GB"):
        load_settings(region="Germany")


@pytest.mark.parametrize("typed", ["07700 900123 456", "+44 7700 9001", "0044 7700 900123 99", "999 9999 9999 99"])
def test_a_number_of_the_wrong_length_for_its_country_is_a_warning(typed: str) -> None:
    one = person(mobile=typed)
    assert (rules(one), one.mobile, one.is_faulty) == (["telephone_odd"], typed, False)


@pytest.mark.parametrize(
    "typed", ["07700 900123", "+49 30 901820", "0049 30 901820", "+1 202 555 0100", "020 7946 0123 ext. 12"]
)
def test_a_number_of_any_country_is_no_warning(typed: str) -> None:
    one = person(mobile=typed)
    assert (one.mobile, one.problems) == (typed, ())


@pytest.mark.parametrize("typed", [7700900123, "7700900123", "7700 900123", "7700900123.0"])
def test_a_zero_that_is_missing_is_offered_back_once_for_the_column(typed: Any) -> None:
    (question,) = asked("07700 900124", typed, typed)
    number = "7700 900123" if " " in str(typed) else "7700900123"
    assert (question.key, question.likely, question.is_needed) == ("telephone_zero", "add", False)
    assert question.asks == (f'"Mobile": is a zero missing in front of {number}? Spreadsheets drop it.',)
    one = agreed("add", typed)
    assert (one.mobile, one.problems) == (f"0{number}", ())
    one = agreed("as-written", typed)
    assert (one.mobile, one.problems) == (number, ())


@pytest.mark.parametrize("typed", ["7700900123", 7700900123])
def test_until_it_is_agreed_a_number_without_its_zero_is_sent_as_it_stands_with_a_warning(typed: Any) -> None:
    one = person(mobile=typed)
    assert (rules(one), one.mobile, one.is_faulty) == (["telephone_zero"], "7700900123", False)


@pytest.mark.parametrize("typed", ["07700 900123", "+447700900123", 447700900123, 12345678, "n/a", None, 7.5, True])
def test_a_zero_is_never_offered_where_none_is_missing(typed: Any) -> None:
    assert asked(typed) == []
    assert agreed("add", typed).mobile in ("", str(typed))


@pytest.mark.parametrize(
    ("region", "typed"), [("US", 2025550100), ("ES", 612345678), ("PL", 512345678), ("DE", 491761234567)]
)
def test_a_zero_is_never_offered_in_a_country_whose_numbers_have_none_or_before_its_code(
    region: str, typed: int
) -> None:
    assert asked(typed, region=region) == []


@pytest.mark.parametrize(
    ("typed", "e164"),
    [
        ("07700 900123", "+447700900123"),
        ("+44 (0)7700 900-123", "+447700900123"),
        ("0044 7700 900123", "+447700900123"),
        ("+49 30 901820", "+4930901820"),
        ("020 7946 0123 ext 12", "020 7946 0123 ext. 12"),
        ("123456", "123456"),
        ("see notes", "see notes"),
    ],
)
def test_numbers_are_sent_as_e164_only_where_that_is_chosen(typed: str, e164: str) -> None:
    assert sent(typed, telephones="E.164") == e164
    assert sent(typed).replace(" ", "")[-6:] == typed.replace(" ", "").replace("-", "")[-6:] or "ext" in typed


def test_a_zero_that_is_added_is_heeded_in_e164() -> None:
    assert agreed("add", 7700900123, telephones="E.164").mobile == "+447700900123"


@given(st.text(max_size=25) | st.from_regex(r"[+0]?[0-9() .-]{4,22}", fullmatch=True))
def test_no_text_stops_the_reading_of_numbers_nor_keeps_anybody_from_being_booked(typed: str) -> None:
    for telephones in ("as-written", "E.164"):
        (one,) = people({**ADA, "booking_id": ID, "mobile": typed}, telephones=telephones)
        assert not one.is_faulty or one.rules <= {"garbled", "error_cell"}


@given(st.integers(700000000, 799999999).map(lambda number: f"7{number}"))
def test_a_number_pairs_with_itself_in_whatever_form_it_was_booked(digits: str) -> None:
    forms = (f"0{digits}", f"+44{digits}", f"0044 {digits}", f"+44 (0){digits}", digits, f"0{digits[:4]} {digits[4:]}")
    assert len({of_participant(replace(person(), mobile=sent(form))).mobile for form in forms}) == 1
