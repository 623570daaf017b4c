"""What a text says of a session, as people write it: read strictly, nothing guessed."""

from __future__ import annotations

import pytest

from importer.lists.findings import Finding
from importer.lists.session_words import read_session_words
from importer.model import SessionWords


def read(text: str, date_order: str | None = None) -> SessionWords:
    said = read_session_words(text, date_order)
    assert isinstance(said, SessionWords), said
    return said


@pytest.mark.parametrize(
    ("text", "names", "day", "weekday", "clock", "end"),
    [
        ("Young makers, Sat 30 Mar 2030 10:30 (5 free)", ["Young makers"], (30, 3, 2030), 5, "10:30", None),
        ("Sat 30 Mar 2030 10:30 Young makers", ["Young makers"], (30, 3, 2030), 5, "10:30", None),
        (
            "Pottery for beginners – Sat 16 March, 10am – Register",
            ["Pottery for beginners", "Register"],
            (16, 3, None),
            5,
            "10:00",
            None,
        ),
        ("Saturdays 10.30", [], None, 5, "10:30", None),
        ("Tuesdays 4-5pm Drama (Hall)", ["Drama", "Hall"], None, 1, "16:00", "17:00"),
        ("12th of March 2030, 10-11.30am Art", ["Art"], (12, 3, 2030), None, "10:00", "11:30"),
        ("11-1pm Art", ["Art"], None, None, "11:00", "13:00"),
        ("Week 3: Drama, 1st May at noon", ["Week 3", "Drama"], (1, 5, None), None, "12:00", None),
        ("2030-03-30T10:30 Pottery", ["Pottery"], (30, 3, 2030), None, "10:30", None),
        ("Yoga 10h30", ["Yoga"], None, None, "10:30", None),
        ("Room 12, Year 4", ["Room 12", "Year 4"], None, None, None, None),
    ],
)
def test_what_people_write_for_a_session_is_read_in_pieces(
    text: str,
    names: list[str],
    day: tuple[int, int, int | None] | None,
    weekday: int | None,
    clock: str | None,
    end: str | None,
) -> None:
    said = read(text)
    assert list(said.names) == names
    assert (said.day, said.month, said.year) == (day or (None, None, None))
    assert said.weekday == weekday
    assert [one and f"{one:%H:%M}" for one in (said.clock, said.end)] == [clock, end]


def test_a_day_that_can_be_read_in_two_ways_goes_by_the_order_of_its_column() -> None:
    unclear = read_session_words("Art 03/04/2030 10:00")
    assert isinstance(unclear, Finding)
    assert unclear[:2] == ("date_order", "Is 03/04/2030 3 April or 4 March? Write it like 14 Mar 2030.")
    assert (read("Art 03/04/2030 10:00", "dmy").month, read("Art 03/04/2030 10:00", "mdy").month) == (4, 3)


@pytest.mark.parametrize(
    "text", ["Art, 31 Feb 2030 10:00", "Art 1 May or 2 May", "Art Mon to Fri 10am", "Art 10am and 11am", "x" * 201]
)
def test_what_is_no_session_or_two_is_told(text: str) -> None:
    assert isinstance(read_session_words(text), Finding)


@pytest.mark.parametrize(
    ("text", "names", "day", "weekday", "clock"),
    [
        ("Poterie, samedi 13 avril 10h30", ["Poterie"], (13, 4, None), 5, "10:30"),
        ("Töpfern, Sa. 13.04.2030, 13.00 Uhr", ["Töpfern"], (13, 4, 2030), None, "13:00"),
        ("Töpfern am 13. März 2030", ["Töpfern"], (13, 3, 2030), None, None),
        ("Cerámica, 13 de abril de 2030, 10:30", ["Cerámica"], (13, 4, 2030), None, "10:30"),
        ("Ceramika, sobota 13 kwietnia 2030 10:30", ["Ceramika"], (13, 4, 2030), 5, "10:30"),
        ("Keramiek zaterdag 13 april 10.30", ["Keramiek"], (13, 4, None), 5, "10:30"),
        ("Art, 08/04/30 10:00", ["Art"], (8, 4, 2030), None, "10:00"),
        ("Art, Mon 08/04/30 10:00", ["Art"], (8, 4, 2030), 0, "10:00"),
        ("Art, 2 March 1400", ["Art"], (2, 3, None), None, "14:00"),
        ("Art Tuesdays 1400 hrs", ["Art"], None, 1, "14:00"),
        ("Room 1400 Art", ["Room 1400 Art"], None, None, None),
    ],
)
def test_days_in_other_languages_and_short_forms_are_read(
    text: str, names: list[str], day: tuple[int, int, int | None] | None, weekday: int | None, clock: str | None
) -> None:
    said = read(text, "dmy")
    assert list(said.names) == names
    assert (said.day, said.month, said.year) == (day or (None, None, None))
    assert said.weekday == weekday
    assert (said.clock and f"{said.clock:%H:%M}") == clock


@pytest.mark.parametrize("text", ["Art, Tue 08/04/30 10:00", "Art 12:00-11:00", "Art 11am-11am"])
def test_a_short_year_that_its_weekday_does_not_fit_and_an_end_before_the_start_are_told(text: str) -> None:
    assert isinstance(read_session_words(text, "dmy"), Finding)


def test_a_month_that_is_another_in_another_language_is_not_guessed() -> None:
    assert read("Art 13 listopada").day is None
