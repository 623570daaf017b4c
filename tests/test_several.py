"""Several people a row: each is booked for themselves, and two are never booked as one."""

from __future__ import annotations

from pathlib import Path

import pytest
from desk import START, Desk

from importer.lists.roster import look_at_headings, read_roster
from importer.lists.rules import check_rows
from importer.model import Options, Roster, RosterSheet, Status, Target
from importer.model.headings import HeadingSet, field_of, read_set
from importer.model.numbered import read_numbered
from importer.settings import load_settings

FAMILIES = """\
Parent,Parent email,Child 1,Child 1 allergies,Child 2,Child 2 email
Ann Brown,a@example.org,Ella Brown,nuts,Tom Brown,tom@example.org
Olu Okeke,o@example.org,Noah Okeke,,,
"""
AGREED = {"Camp": read_set({"Name": "Full name", "Email": "Email", "people_in_cell": "split"})}
SPLIT = "Name,Email\n{},e@example.org\n"


def a_roster(folder: Path, text: str, sets: dict[str, HeadingSet] | None = None) -> Roster:
    path = folder / "camp.csv"
    path.write_text(text, encoding="utf-8")
    return read_roster(path, heading_sets=AGREED if sets is None else sets)


def read(folder: Path, text: str, sets: dict[str, HeadingSet] | None = None) -> RosterSheet:
    (sheet,) = a_roster(folder, text, sets).sheets
    return sheet


def people(roster: Roster) -> list[tuple[str, str]]:
    """Each by its part and name, "" where nobody is named."""
    checked = check_rows(roster, load_settings(), Options(Target("628f4954645194000e770abd")), now=START)
    return [(one.row.key, "" if "several_people" in one.rules else one.name) for one in checked]


# In columns of their own


def test_each_numbered_name_is_a_person_with_what_is_theirs_and_what_is_shared(tmp_path: Path) -> None:
    ella, tom, noah = read(tmp_path, FAMILIES).rows
    assert [row.ref.key for row in (ella, tom, noah)] == ["2/C", "2/E", "3/C"]
    assert (ella.cells["full_name"], ella.cells["email"]) == ("Ella Brown", "a@example.org")
    assert (tom.cells["full_name"], tom.cells["email"]) == ("Tom Brown", "tom@example.org")
    assert (tom.places["full_name"].column, tom.places["full_name"].heading) == (5, "Child 2")


@pytest.mark.parametrize(
    "cell", ["No sibling", "none", "n/a", "-", "see above", "No second child", "as above", "No", "not applicable"]
)
def test_a_cell_that_says_that_there_is_no_other_child_is_none_and_is_told(tmp_path: Path, cell: str) -> None:
    text = f"Parent,Parent email,Child 1,Child 2\nAnn Brown,a@x.org,Ella Brown,{cell}\nOlu Okeke,o@x.org,Noah Okeke,Zoe Okeke\n"
    sheet = read(tmp_path, text)
    assert [row.cells["full_name"] for row in sheet.rows] == ["Ella Brown", "Noah Okeke", "Zoe Okeke"]
    assert f'"{cell}" under "Child 2" is not a person (row 2).' in sheet.read_as


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Child 2", ("full_name", 2)),
        ("2nd child", ("full_name", 2)),
        ("Second child's name", ("full_name", 2)),
        ("Name of child 3", ("full_name", 3)),
        ("Child 1 first name", ("first_name", 1)),
        ("First name (child 2)", ("first_name", 2)),
        ("Surname 2", ("last_name", 2)),
        ("Child 2 email", ("email", 2)),
        ("Phone 2", None),
        ("Parent 2", None),
        ("Year 2", None),
        ("First name", None),
        ("Child 2 allergies", None),
    ],
)
def test_a_heading_with_a_number_is_that_persons(heading: str, field: tuple[str, int] | None) -> None:
    assert read_numbered(heading) == field


def test_what_is_the_first_childs_own_is_nobody_elses(tmp_path: Path) -> None:
    text = "Child 1,Child 1 email,Child 2\nElla Brown,e@example.org,Tom Brown\n"
    ella, tom = read(tmp_path, text).rows
    assert ("email" in ella.cells, "email" in tom.cells) == (True, False)


def test_a_parents_name_beside_numbered_children_is_nobody_to_book(tmp_path: Path) -> None:
    sheet = read(tmp_path, "Name,Email,Child 1,Child 2\nAnn Brown,a@example.org,Ella Brown,Tom Brown\n", {})
    assert [row.cells["full_name"] for row in sheet.rows] == ["Ella Brown", "Tom Brown"]
    assert "Name" in sheet.unused


def test_first_and_last_names_go_together_by_number(tmp_path: Path) -> None:
    text = "Child 1 first name,Child 1 last name,Child 2 first name,Child 2 last name,Email\nElla,Brown,Tom,Khan,e@example.org\n"
    assert people(a_roster(tmp_path, text, {})) == [("2/A", "Ella Brown"), ("2/C", "Tom Khan")]


def test_several_people_a_row_are_proposed_before_anybody_is_booked(tmp_path: Path) -> None:
    asked, _ = read(tmp_path, FAMILIES, {}).open
    assert (asked.key, asked.likely, asked.is_needed) == ("people_in_row", "each", True)
    assert asked.asks[1] == "So Ella Brown and Tom Brown (row 2) would each be booked."


def test_a_set_may_say_whose_a_column_is(tmp_path: Path) -> None:
    camp = {"Camp": read_set({"Kid": "Full name", "Sib": "Full name 2", "Ring": "Phone"})}
    sheet = read(tmp_path, "Kid,Sib,Ring\nElla Brown,Tom Brown,07700 900123\n", camp)
    assert ([row.cells["full_name"] for row in sheet.rows], sheet.open) == (["Ella Brown", "Tom Brown"], ())
    assert field_of("Email 2") == "email 2"


def test_headings_with_numbers_are_shown_as_what_they_mean(tmp_path: Path) -> None:
    path = tmp_path / "camp.csv"
    path.write_text(FAMILIES, encoding="utf-8")
    fields = {one.text: one.field for one in look_at_headings(path).headings}
    assert (fields["Child 1"], fields["Child 2"], fields["Child 2 email"]) == ("full_name", "full_name 2", "email 2")


def test_who_said_that_only_the_first_is_booked_has_only_the_first(tmp_path: Path) -> None:
    first = {"Camp": read_set({"Child 1": "Full name", "Child 2": "Full name 2", "people_in_row": "first"})}
    assert [row.cells["full_name"] for row in read(tmp_path, FAMILIES, first).rows] == ["Ella Brown", "Noah Okeke"]


def test_a_reference_is_the_first_persons_and_places_for_all_are_one_each(tmp_path: Path) -> None:
    text = "Child 1,Child 2,Reference,Places\nElla Brown,Tom Brown,M-1,2\nNoah Okeke,,M-2,2\n"
    ella, tom, noah = read(tmp_path, text, {}).rows
    assert (ella.cells.get("reference"), tom.cells.get("reference")) == ("M-1", None)
    assert (ella.cells.get("spaces"), tom.cells.get("spaces"), noah.cells.get("spaces")) == (None, None, "2")


def test_places_that_fit_neither_one_nor_all_are_told(tmp_path: Path) -> None:
    roster = a_roster(tmp_path, "Child 1,Child 2,Places\nElla Brown,Tom Brown,3\n", {})
    checked = check_rows(roster, load_settings(), Options(Target("628f4954645194000e770abd")), now=START)
    assert [[*one.rules] for one in checked] == [["spaces"], ["spaces"]]


# In one cell


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("Tom & Ella Brown", ["Tom Brown", "Ella Brown"]),
        ("Tom + Ella Brown", ["Tom Brown", "Ella Brown"]),
        ("Tom and Ella van der Berg", ["Tom van der Berg", "Ella van der Berg"]),
        ('"Noah, Ava and Leo Okeke"', ["Noah Okeke", "Ava Okeke", "Leo Okeke"]),
        ("Tom Brown and Ella Smith", ["Tom Brown", "Ella Smith"]),
        ("Tom Brown; Ella Smith", ["Tom Brown", "Ella Smith"]),
        ('"Tom Brown\nElla Smith"', ["Tom Brown", "Ella Smith"]),
        ('"Brown, Tom\nSmith, Ella"', ["Tom Brown", "Ella Smith"]),
    ],
)
def test_names_in_one_cell_are_split_where_it_is_plain(tmp_path: Path, cell: str, names: list[str]) -> None:
    parts = [f"2/A.{number}" for number in range(1, len(names) + 1)]
    assert people(a_roster(tmp_path, SPLIT.format(cell))) == list(zip(parts, names, strict=True))


@pytest.mark.parametrize(
    "cell",
    [
        "Tom and Ella",
        "Tom Brown & Ella",
        "Tom & Ella Rose Brown",
        "Mr & Mrs Smith",
        "Ella Brown & guest",
        "Ella Brown + 1",
        '"Brown, Tom and Ella"',
    ],
)
def test_names_that_can_be_split_in_two_ways_or_none_book_nobody(tmp_path: Path, cell: str) -> None:
    assert people(a_roster(tmp_path, SPLIT.format(cell))) == [("2", "")]


@pytest.mark.parametrize("cell", ["Anderson Brown", '"Brown, Tom"', "Sandra Land", "Etienne Brandt"])
def test_one_name_is_one_person(tmp_path: Path, cell: str) -> None:
    sheet = read(tmp_path, SPLIT.format(cell), {})
    assert ([row.ref.part for row in sheet.rows], sheet.open) == ([""], ())


def test_first_names_beside_one_last_name_are_several_people(tmp_path: Path) -> None:
    camp = {"Camp": read_set({"First name": "First name", "Last name": "Last name", "people_in_cell": "split"})}
    text = 'First name,Last name,Email\n"Tom, Noah & Ella",Brown,e@example.org\nMary Jane,Short,m@example.org\n'
    assert people(a_roster(tmp_path, text, camp)) == [
        ("2/A.1", "Tom Brown"),
        ("2/A.2", "Noah Brown"),
        ("2/A.3", "Ella Brown"),
        ("3", "Mary Jane Short"),
    ]


def test_cells_with_several_people_are_proposed_with_examples(tmp_path: Path) -> None:
    (asked,) = read(tmp_path, SPLIT.format("Tom & Ella Brown"), {}).open
    assert (asked.key, asked.likely, asked.is_needed) == ("people_in_cell", "split", True)
    assert asked.asks[1].strip() == '"Tom & Ella Brown" (row 2): Tom Brown · Ella Brown'


def test_one_cell_with_several_people_does_not_hold_up_a_whole_list(desk: Desk) -> None:
    session = desk.session()
    names = ("Tom & Ella Brown", "Ada Byron", "Alan Turing", "Grace Hopper")
    path = desk.roster([{"Group booking ID": session, "Full name": name} for name in names])
    (asked,) = read_roster(path).sheets[0].open
    assert (asked.key, asked.is_needed) == ("people_in_cell", False)
    outcomes = desk.run_of(read_roster(path)).outcomes
    assert [one.status for one in outcomes] == [Status.FIX_ROW, *[Status.BOOKED] * 3]


def test_who_said_no_has_two_people_booked_as_nobody(tmp_path: Path) -> None:
    one = {"Camp": read_set({"Name": "Full name", "Email": "Email", "people_in_cell": "one"})}
    assert people(a_roster(tmp_path, SPLIT.format("Tom & Ella Brown"), one)) == [("2", "")]


def test_each_of_a_cell_may_have_ticks(tmp_path: Path) -> None:
    camp = {"Camp": read_set({"Name": "Full name", "people_in_cell": "split", "ticks": "yes"})}
    sheet = read(tmp_path, "Name,Email,Sat 2 Mar 10am\nTom & Ella Brown,e@example.org,x\n", camp)
    assert [row.ref.key for row in sheet.rows] == ["2/A.1+C", "2/A.2+C"]


def test_brothers_and_sisters_of_one_row_are_booked_with_the_address_they_share(desk: Desk) -> None:
    session = desk.session()
    report = desk.run_of(
        a_roster(desk.folder, FAMILIES.replace(",Tom Brown,tom@example.org", ",Tom Brown,"), CAMP),
        Options(Target(session)),
    )
    assert [str(one.status) for one in report.outcomes] == ["Booked"] * 3
    assert desk.booked(session) == ["Ella Brown", "Tom Brown", "Noah Okeke"]


CAMP = {"Camp": read_set({"Parent email": "Email", "Child 1": "Full name", "Child 2": "Full name 2"})}


def test_a_set_in_which_only_a_second_person_has_something_is_refused() -> None:
    with pytest.raises(ValueError, match='"Ring" is of person 2'):
        read_set({"Kid": "Full name", "Ring": "Phone 2"})


def test_a_couple_by_its_titles_alone_is_nobody_who_could_be_booked(tmp_path: Path) -> None:
    text = "First name,Last name,Email\nMr & Mrs,Tull,t@example.org\n"
    assert people(a_roster(tmp_path, text)) == [("2", "")]
