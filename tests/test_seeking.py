"""Who is meant by what somebody types, and which traces of people are of one person."""

from __future__ import annotations

import pytest

from importer.model import Participant, RowRef, Target
from importer.people.evidence import Evidence, hashed, of_participant
from importer.people.seeking import may_be, of_text, reasons, together

ADA = Participant(
    RowRef("", 2), "Ada", "Lovelace", Target(), "Ada@Example.org", "07700 900123", "020 7946 0123", "M-0042"
)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Ada Lovelace", ("equal name",)),
        ("  ADA   LOVELACE ", ("equal name",)),
        ("Lovelace, Ada", ("equal name",)),
        ("Adá Love-lace", ("equal name",)),
        ("Dr Ada Lovelace", ("equal name",)),
        ("ada@example.ORG", ("same e-mail",)),
        ("+44 7700 900123", ("same telephone number",)),
        ("(020) 7946-0123", ("same telephone number",)),
        ("m-0042", ("same Reference",)),
        ("Ada", ()),
        ("Bo Chen", ()),
        ("other@example.org", ()),
        ("0042", ()),
        ("", ()),
    ],
)
def test_a_person_is_meant_by_a_name_an_address_a_number_or_a_reference(typed: str, shown: tuple[str, ...]) -> None:
    assert reasons(of_text(typed), of_participant(ADA)) == shown
    assert reasons(of_text(typed), hashed(of_participant(ADA), "key")) == shown


def test_a_name_with_an_umlaut_is_found_as_it_is_written_without_one() -> None:
    jurgen = of_participant(Participant(RowRef("", 2), "Jürgen", "Müller", Target()))
    assert reasons(of_text("Juergen Mueller"), jurgen) == ("equal name",)
    assert reasons(of_text("Jurgen Muller"), jurgen) == ("equal name",)


@pytest.mark.parametrize("typed", ["Ada Lovelase", "Lovelace Ada", "Ad Lovelace"])
def test_near_names_may_be_meant_but_not_of_who_was_forgotten(typed: str) -> None:
    ada = of_participant(ADA)
    assert reasons(of_text(typed), ada) == ()
    assert may_be(of_text(typed), ada)
    assert not may_be(of_text(typed), hashed(ada, "key"))
    assert not may_be(of_text("ada@example.net"), ada)


def trace(name: str = "ada", **known: str) -> Evidence:
    return Evidence("", "", frozenset({name}), **known)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("traces", "of_one"),
    [
        ([trace(), trace()], [[0, 1]]),
        ([trace(), trace("bo")], [[0], [1]]),
        ([trace(email="a"), trace()], [[0, 1]]),
        ([trace(email="a"), trace(email="b")], [[0], [1]]),
        ([trace(email="a"), trace(email="b"), trace()], [[0], [1], [2]]),
        ([trace(email="a"), trace(mobile="1")], [[0, 1]]),
        ([trace(email="a", mobile="1"), trace(email="b", phone="1")], [[0, 1]]),
        ([trace(email="a"), trace("bo", email="a")], [[0], [1]]),
        ([trace(reference="1"), trace(reference="2")], [[0], [1]]),
    ],
)
def test_traces_of_one_name_are_of_one_person_unless_their_addresses_differ(
    traces: list[Evidence], of_one: list[list[int]]
) -> None:
    assert together(traces, [() for _ in traces]) == of_one


def test_what_is_linked_is_of_one_person_whatever_the_names() -> None:
    assert together([trace("ada"), trace("bo"), trace("cy")], [("x",), (), ("x",)]) == [[0, 2], [1]]
