"""Titles, totals and notes in a column of names ask before they are booked; lists of people ask nothing."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from pathlib import Path

import pytest
from desk import Desk, statuses

from importer.lists.roster import read_roster
from importer.lists.rules import check_rows
from importer.lists.titles import is_title
from importer.model import Options, Target
from importer.settings import load_settings

FIRST = "Sunday April May June Summer Grace Will Ada Leo Zoë Mo Anna Ruth Olu Mei Tom Priya Ife Sam Noor Autumn Wednesday".split()  # fmt: skip  # noqa: SIM905
LAST = "Okafor Jones Hall Brown Page Khan Ali Green Winters Fridays Young Best Weekes Termini Grouper Old Session-Smith".split()  # fmt: skip  # noqa: SIM905


def book(desk: Desk, session: str, text: str, name: str = "a.csv") -> dict[str, str]:
    """What becomes of each row of a list that names no session."""
    path = desk.folder / name
    path.write_text(text, encoding="utf-8")
    return statuses(desk.run(path, Options(Target(session)), name_order="first-last"))


def test_a_title_in_a_column_of_names_is_not_booked_but_asked_about(desk: Desk) -> None:
    session = desk.session()
    text = "Name,Email\nWeek One,\nAda Lovelace,ada@example.org\nWeek Two,\nAlan Turing,alan@example.org\nTotal,2\n"
    book(desk, session, text)
    assert sorted(desk.booked(session)) == ["Ada Lovelace", "Alan Turing"]


def test_a_row_with_a_name_alone_among_rows_that_hold_more_asks_until_somebody_decides(desk: Desk) -> None:
    session = desk.session()
    rows = "Ada Lovelace,ada@example.org,\nAlan Turing,alan@example.org,\n"
    became = book(desk, session, f"Name,Email,Import decision\nRed Kites,,\n{rows}")
    assert became["Red Kites"] == "Fix row"
    assert sorted(desk.booked(session)) == ["Ada Lovelace", "Alan Turing"]
    for said, status in (("Leave out", "Left out"), ("Book", "Booked")):
        assert book(desk, session, f"Name,Email,Import decision\nRed Kites,,{said}\n{rows}")["Red Kites"] == status


def test_a_name_that_stands_for_somebody_asks_who_that_is(desk: Desk) -> None:
    session = desk.session()
    head = "First name,Last name,Email\nAda,Lovelace,ada@example.org\nAlan,Turing,\n"
    nobody = "Mr,Brown,\nGuest,Guest,\nGuest of,Ann Lee,\ndr.,Okafor,\n"
    became = book(desk, session, head + nobody)
    assert [name for name, status in became.items() if status == "Fix row"] == [
        "Mr Brown", "Guest Guest", "Guest of Ann Lee", "dr. Okafor"
    ]  # fmt: skip
    assert sorted(desk.booked(session)) == ["Ada Lovelace", "Alan Turing"]


@pytest.mark.parametrize(
    "name",
    [
        "CANCELLED Mia,Ross",
        "Mia (cancelled),Rossi",
        "Mia,Ross - withdrawn",
        "Mia,Ross (moved to Tuesday)",
        "Mia,Ross declined",
        "Mia,Ross - abgesagt",
        "Mia,Ross WL",
        "Mia,Ross DNA",
        "Mia,Ross waiting list",
        "Mia,tbc",
        "Mia,Ross (do not book)",
        "Mia,Ross (not sure)",
        "Mia,Ross (Tue only)",
        "Mia,Ross x2",
        "Mia,Ross +1",
        "Mia,Ross (2 places)",
        "Mia,Ross n/a",
        "Mia,Ross?",
        "ditto,ditto",
        "As,above",
        "Jo/Sam,Lee",
        "Staff,Member",
        "Child,of Mrs Kent",
        "Son of,Dr. Okafor",
    ],
)
def test_a_name_beside_which_something_else_is_written_asks_until_somebody_decides(desk: Desk, name: str) -> None:
    session = desk.session()
    head = "First name,Last name,Email,Import decision\nAda,Lovelace,ada@example.org,\n"
    assert list(book(desk, session, f"{head}{name},m@example.org,\n").values()) == ["Booked", "Fix row"]
    became = book(desk, session, f"{head}{name},m@example.org,Book\n")
    assert list(became.values()) == ["Already booked", "Booked"]


@pytest.mark.parametrize(
    "name",
    [
        "Kumar s/o,Raj",
        "Mia,Garcia/Lopez",
        "Abby,Sent",
        "Sam,Same",
        "Remo,Ved",
        "Mia,Maybe",
        "Leo,Best",
        "Ada,Reserve",
        "Tom,Ill",
        "Wl,Dna",
        "Ife,Void",
        "Malcolm,X",
        "Mia,Ross 2nd",
    ],
)
def test_names_that_look_a_little_like_that_ask_nothing(desk: Desk, name: str) -> None:
    text = f"First name,Last name,Email\n{name},m@example.org\n"
    assert set(book(desk, desk.session(), text).values()) == {"Booked"}


def test_who_is_told_apart_by_an_address_or_decided_on_is_asked_nothing(desk: Desk) -> None:
    text = (
        "First name,Last name,Email,Reference,Import decision\n"
        "Mr,Brown,b@example.org,,\nGuest of,Ann Lee,,M-7,\nDr,Okafor,,,Book\nChristopher,Guest,,,\nMissy,Hale,,,\n"
    )
    assert set(book(desk, desk.session(), text).values()) == {"Booked"}


def test_a_name_beside_which_something_stands_that_is_not_used_is_no_title(desk: Desk) -> None:
    session = desk.session()
    text = "Name,Email,Class\nGrace Hopper,,4B\nAda Lovelace,ada@example.org,4B\nAlan Turing,alan@example.org,4B\n"
    assert set(book(desk, session, text).values()) == {"Booked"}


def test_somebody_who_is_booked_already_is_asked_nothing(desk: Desk) -> None:
    session = desk.session()
    head = "Name,Email\nAda Lovelace,ada@example.org\nAlan Turing,alan@example.org\n"
    book(desk, session, f"{head}Grace Hopper,grace@example.org\n")
    assert book(desk, session, f"{head}Grace Hopper,\n")["Grace Hopper"] == "Already booked"


@pytest.mark.parametrize("title", ["Week One", "WEEK 2", "Year 4B", "Waiting list", "Total", "Monday - Friday", "TBC"])
def test_what_titles_are_made_of_is_known(title: str) -> None:
    assert is_title(title)


@pytest.mark.parametrize(
    "name",
    ["Sunday Okafor", "April Jones", "Grace Day", "Will Page", "Total Okafor", "Ada1 Hale2", "4B", "李 小龙", ""],
)
def test_a_person_with_such_a_name_is_a_person(name: str) -> None:
    assert not is_title(name)


@pytest.mark.parametrize("number", range(20))
def test_twenty_lists_of_names_alone_ask_nothing(tmp_path: Path, number: int) -> None:
    """Made-up people with names as hard as they come, in one column or in two, with or without other cells."""
    chance = random.Random(number)
    names = {(chance.choice(FIRST), chance.choice(LAST)) for _ in range(chance.randint(1, 30))}
    in_one = number % 2 == 0
    head = "Name\n" if in_one else "First name,Last name\n"
    path = tmp_path / "a.csv"
    path.write_text(
        head + "".join(f"{first}{' ' if in_one else ','}{last}\n" for first, last in names), encoding="utf-8"
    )
    people = check_rows(
        read_roster(path),
        load_settings(name_order="first-last"),
        Options(Target("6" * 24)),
        now=datetime(2030, 1, 1, tzinfo=UTC),
    )
    assert len(people) == len(names)
    assert [one.problems for one in people if one.is_faulty] == []
