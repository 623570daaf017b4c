"""What headings that nobody knows are proposed to mean: shown before anything is read by it."""

from __future__ import annotations

from importer.lists.proposals import proposed_fields
from importer.model.columns import BY_HEADING_KEY, heading_key
from importer.model.headings import HeadingRow, TypedHeading


def proposed(**columns: str) -> dict[str, str]:
    """What is proposed, by heading, of headings with a cell from under each."""
    listed = [(heading.replace("_", " "), cell) for heading, cell in columns.items()]
    known = [BY_HEADING_KEY.get(heading_key(heading)) for heading, _ in listed]
    typed = tuple(
        TypedHeading(str(at), heading, cell, column.field if column else "")
        for at, ((heading, cell), column) in enumerate(zip(listed, known, strict=True))
    )
    found = proposed_fields(HeadingRow("", 1, typed, ""))
    return {typed[int(at)].text: field for at, field in found.items()}


def test_the_long_questions_of_a_form_are_understood_by_their_words_and_answers() -> None:
    assert proposed(
        Timestamp="03/01/2030 10:22:14",
        What_is_your_childs_name="Ella Brown",
        Your_name="Jo Brown",
        Where_can_we_write_to="jo@example.org",
        Who_shall_we_ring="07700 900123",
        Which_one_would_you_like="Young makers, Sat 30 March, 10.30am; Wheel throwing, Sat 16 March, 1pm",
        Date_of_birth="03/04/2021",
    ) == {
        "What is your childs name": "full_name",
        "Where can we write to": "email",
        "Who shall we ring": "mobile",
        "Which one would you like": "session",
    }


def test_names_of_other_people_are_not_taken_for_those_who_are_booked() -> None:
    for heading in ("Parent name", "School name", "Emergency contact name", "Teacher name", "Company name"):
        assert "full_name" not in proposed(**{heading.replace(" ", "_"): "Jo Brown"}).values()


def test_a_name_beside_first_names_is_the_last_name() -> None:
    assert proposed(Name="Khan", Vorname="Leo") == {"Name": "last_name", "Vorname": "first_name"}
    assert proposed(Name="Leo Khan", Kurs="4B") == {"Name": "full_name"}


def test_numbers_that_are_no_telephone_numbers_are_proposed_for_nothing() -> None:
    assert proposed(UPN="123456789", Total="0", Born="01/02/2021", Code="4071") == {}
    assert proposed(Emergency="+44 7700 900123", Or="020 7946 0123") == {"Emergency": "mobile", "Or": "phone"}


def test_no_two_columns_are_proposed_for_one_thing() -> None:
    assert proposed(One="jo@example.org", Two="ann@example.org") == {"One": "email"}


def test_the_day_beside_a_column_of_times_is_proposed_whatever_it_is_called() -> None:
    found = proposed(Service="Pottery", Start="10:00", Takes_place_on="2 Mar 2030", Date_of_birth="3 Apr 2021")
    assert found == {"Service": "service", "Start": "start", "Takes place on": "date"}
