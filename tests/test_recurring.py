"""Days in words: ``every Saturday until 30 March``."""

from __future__ import annotations

from datetime import date

import pytest

from importer.lists.findings import Finding
from importer.lists.recurring import Days, read_days

TODAY = date(2030, 1, 15)  # a Tuesday
JAN_TO_MAR = ["2030-01-19", "2030-01-26", "2030-02-02"]


def days(text: str, today: date = TODAY, order: str | None = None) -> list[str]:
    read = read_days(text, today, order)
    assert isinstance(read, Days), read
    return [str(day) for day in read.coming(today)]


def fault(text: str) -> str:
    read = read_days(text, TODAY)
    assert isinstance(read, Finding), read
    return read.sentence


@pytest.mark.parametrize(
    "text",
    [
        "every Saturday until 2 February",
        "Saturdays until 2 Feb 2030",
        "each saturday till Sat 2nd February",
        "Saturdays from 16 January to 2 February",
        "every Sat, until 2/2/2030",
        "every Samstag until 2. Februar",
        "samedi until 2 février 2030",
        "sobota until 2 lutego",
        "19 January, 26 January and 2 February",
    ],
)
def test_the_saturdays_until_a_day_are_meant_with_that_day(text: str) -> None:
    assert days(text) == JAN_TO_MAR


def test_several_days_of_the_week_are_meant_together() -> None:
    wanted = ["2030-01-16", "2030-01-19", "2030-01-23"]
    assert days("Saturdays and Wednesdays until 23 January") == wanted
    assert days("every Wed, Sat until 23 January") == wanted
    assert days("Mon to Fri until 21 January") == ["2030-01-15", "2030-01-16", "2030-01-17", "2030-01-18", "2030-01-21"]
    assert days("Saturday to Monday until 21 January") == ["2030-01-19", "2030-01-20", "2030-01-21"]
    assert days("every day until 17 January") == ["2030-01-15", "2030-01-16", "2030-01-17"]


def test_a_time_is_that_of_all_days() -> None:
    read = read_days("Saturdays and Sundays at 10.30 until 2 Feb", TODAY)
    assert isinstance(read, Days)
    assert str(read.clock) == "10:30:00"
    assert "two times" in fault("Saturdays 10.30 and Sundays 11.30 until 2 Feb")


def test_without_an_end_half_a_year_is_looked_at() -> None:
    assert (days("every Saturday")[0], days("every Saturday")[-1]) == ("2030-01-19", "2030-07-13")


def test_a_year_that_is_left_out_is_never_the_next_when_the_days_have_just_ended() -> None:
    assert days("every Saturday until 30 March", date(2030, 4, 2)) == []
    assert days("Saturdays from 2 March until 30 March", date(2030, 3, 20)) == ["2030-03-23", "2030-03-30"]
    assert days("every Saturday until 2 February", date(2029, 12, 30))[-1] == "2030-02-02"


@pytest.mark.parametrize(
    "text",
    [
        "every second Saturday",
        "fortnightly",
        "first Saturday of each month",
        "every Saturday until Easter",
        "Saturdays except 2 February",
        "2nd and 9th March",
        "Sat, 2 March",
        "until 30 March",
        "every Saturday until 30 March 10.30",
        "Pottery every Saturday",
        "",
    ],
)
def test_what_is_not_understood_says_so_and_means_no_day(text: str) -> None:
    assert 'Write it like "every Saturday until 30 March"' in fault(text)


def test_dates_that_contradict_themselves_are_told() -> None:
    assert fault("Saturdays until Sun 2 February 2030") == "2 Feb 2030 is a Saturday. Correct the day or the date."
    assert fault("Saturdays from 2 March until 2 February") == "2 Feb 2030 is before 2 Mar 2030. Correct one of them."
    assert "Is 03/04/2030 3 April or 4 March?" in fault("Saturdays until 03/04/2030")
    assert days("Saturdays from 30 March until 06/04/2030", order="dmy") == ["2030-03-30", "2030-04-06"]
