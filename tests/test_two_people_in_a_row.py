"""A row that names two people, a child beside its parent, books neither in place of the other."""

from __future__ import annotations

from pathlib import Path

import pytest
from desk import Desk, statuses

from importer.model import Options, Target

HEAD = "Child name,First name,Last name,Email\n"


def book(desk: Desk, session: str, text: str) -> dict[str, str]:
    path = desk.folder / "a.csv"
    path.write_text(text, encoding="utf-8")
    return statuses(desk.run(path, Options(Target(session))))


def test_a_child_beside_its_parents_name_is_told_and_the_parent_is_not_booked(desk: Desk) -> None:
    session = desk.session()
    rows = "Ella Petrova,Olga,Petrova,p@example.org\n,Ivan,Short,s@example.org\n"
    assert book(desk, session, HEAD + rows) == {"Olga Petrova": "Fix row", "Ivan Short": "Booked"}
    assert desk.booked(session) == ["Ivan Short"]


def test_the_row_says_who_can_be_booked_by_it(desk: Desk) -> None:
    path = Path(desk.folder / "a.csv")
    path.write_text(HEAD + "Ella Petrova,Olga,Petrova,\n", encoding="utf-8")
    (outcome,) = desk.run(path, Options(Target(desk.session()))).outcomes
    assert outcome.message == (
        '"Child name": This is not the person in "First name" and "Last name". A row books one person. '
        "Clear this cell, or give each person a row of their own."
    )


@pytest.mark.parametrize(
    "full",
    ["Olga Petrova", "Petrova, Olga", "PETROVA Olga", "Mrs Olga Petrova", "Olga M. Petrova", "Olga", "n/a", "-", "7"],
)
def test_a_full_name_that_is_the_same_persons_keeps_nobody_from_a_place(desk: Desk, full: str) -> None:
    assert book(desk, desk.session(), f'{HEAD}"{full}",Olga,Petrova,\n') == {"Olga Petrova": "Booked"}


@pytest.mark.parametrize("full", ["Bella Brown", "Tom Brown", "Brown, Tom", "Tom", "Tom Brown\nBella Brown"])
def test_a_name_that_is_only_like_the_other_is_another_persons(desk: Desk, full: str) -> None:
    assert book(desk, desk.session(), f'{HEAD}"{full}",Ella,Brown,\n') == {"Ella Brown": "Fix row"}


def test_who_is_booked_already_stays_so_whatever_is_added_beside_the_name(desk: Desk) -> None:
    session = desk.session()
    book(desk, session, HEAD + ",Olga,Petrova,p@example.org\n")
    assert book(desk, session, HEAD + "Ella Petrova,Olga,Petrova,p@example.org\n") == {"Olga Petrova": "Already booked"}
