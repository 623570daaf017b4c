"""Who stands under a line alone that nobody understands is booked only once it was said what that line means."""

from __future__ import annotations

from pathlib import Path

import pytest
from desk import Desk

from importer.lists.roster import read_roster
from importer.model import Roster
from importer.model.headings import read_set

BOOKED = "628f4954645194000e770abd"
TWO_NAMES = ("First name,Last name,Email,Group booking ID", "Anna,Brown", "Bob,Smith", "Cy,Khan", "Eva,Young")
ONE_NAME = ("Name,Email,Group booking ID", "Anna Brown", "Bob Smith", "Cy Khan", "Eva Young")


def a_list(
    folder: Path, *titles: str, of: str = BOOKED, names: tuple[str, ...] = TWO_NAMES, kept: str = "", blank: str = ",,,"
) -> Roster:
    """Two people, and two more under these titles, the last of which has this line above it."""
    head, *people = names
    rows = [f"{name},{number}@x.org,{of}" for number, name in enumerate(people)]
    path = folder / "list.csv"
    path.write_text("\n".join([head, *rows[:2], *titles[:-1], blank, titles[-1], *rows[2:]]), encoding="utf-8")
    columns = {name: name for name in head.split(",")} | ({} if "First name" in head else {"Name": "Full name"})
    table = {**columns, "name_order": "first-last"}
    return read_roster(path, heading_sets={"Club": read_set({**table, "row_words": kept})})


def waiting(roster: Roster) -> dict[int, str]:
    return {row.ref.number: row.set_aside for row in roster.sheets[0].rows if row.set_aside}


@pytest.mark.parametrize("names", [TWO_NAMES, ONE_NAME], ids=["two names", "one name"])
@pytest.mark.parametrize(
    "title",
    [
        *(
            "Not attending this week",
            "Please do not book these",
            "Please don't book yet",
            "To be confirmed",
            "Absences",
        ),
        *("No reply yet", "Not paid", "Unable to attend this term:", "Not coming on Tuesday", "Declined so far"),
        *("These are not coming", "People who will not be attending."),
    ],
)
def test_who_stands_under_words_that_say_so_waits_for_a_decision(
    tmp_path: Path, title: str, names: tuple[str, ...]
) -> None:
    roster = a_list(tmp_path, title, names=names)
    assert waiting(roster) == dict.fromkeys((6, 7), f'under "{title}"')
    assert roster.sheets[0].skipped[5] == f'"{title}"'
    assert roster.sheets[0].open == ()


@pytest.mark.parametrize("names", [TWO_NAMES, ONE_NAME], ids=["two names", "one name"])
@pytest.mark.parametrize(
    "title",
    [
        *("Staff", "Left the school", "Moved to Tuesday", "Next term", "Sick", "Unpaid", "Pending payment", "Spare"),
        *("Overflow", "Team Red", "Adults"),
    ],
)
def test_it_is_asked_once_whether_those_under_other_titles_are_booked(
    tmp_path: Path, title: str, names: tuple[str, ...]
) -> None:
    roster = a_list(tmp_path, title, names=names)
    assert {number: why for number, why in waiting(roster).items() if number != 5} == dict.fromkeys(
        (6, 7), f'under "{title}"'
    )
    (asked,) = roster.sheets[0].open
    assert asked.asks == (f'Rows 6-7: they stand under "{title}". Are these people booked?',)
    for answer, left in zip(asked.answers, ({6: "left out", 7: "left out"}, {}), strict=True):
        again = a_list(tmp_path, title, names=names, kept=answer.value)
        assert again.sheets[0].open == ()
        assert waiting(again).keys() - {5} == left.keys()


@pytest.mark.parametrize(
    "title", ["Year 5", "Class 4B", "Group 2", "Team A", "Week 3", "Participants", "Oakfield Primary School", "Page 2"]
)
def test_a_title_that_only_says_which_group_it_is_asks_nothing(tmp_path: Path, title: str) -> None:
    roster = a_list(tmp_path, title)
    assert waiting(roster).keys() - {5} == set()
    assert roster.sheets[0].open == ()


def test_a_title_of_a_group_ends_what_another_title_says(tmp_path: Path) -> None:
    roster = a_list(tmp_path, ",,,", "Overflow", "Zoe,Hart,z@x.org,", "Year 5")
    assert waiting(roster).keys() == {6}
    under = a_list(tmp_path, ",,,", "Not attending", "Zoe,Hart,z@x.org,", "Overflow")
    assert waiting(under).keys() == {6, 8, 9, 10}


def test_words_about_people_in_the_head_of_a_list_put_nobody_aside(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    note = "Please tell the office if your child is not coming on the day."
    path.write_text(f"{note}\n{ONE_NAME[0]}\nAnna Brown,a@x.org,{BOOKED}", encoding="utf-8")
    assert waiting(read_roster(path)) == {}


def test_who_leaves_a_title_out_says_nothing_of_those_under_it(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    rows = ["Zoe,Hart,z@x.org,", "Dan,Lee,d@x.org,", ",,,", "Overflow,,,Leave out", "Eva,Young,e@x.org,"]
    path.write_text("\n".join(["First name,Last name,Email,Import decision", *rows]), encoding="utf-8")
    assert waiting(read_roster(path)) == {6: 'under "Overflow"'}
    path.write_text("\n".join(["Pottery Sat 2 March 2030 10am", "First name,Last name,Email,Import decision", *rows]))
    assert waiting(read_roster(path)).keys() == {7}
    path.write_text(path.read_text("utf-8").replace("Leave out", "Book"), "utf-8")
    assert waiting(read_roster(path)) == {}


def test_a_name_without_the_rest_is_no_title_among_the_others(tmp_path: Path) -> None:
    roster = a_list(tmp_path, "Zoe Hart", names=ONE_NAME, blank="Dan Lee,d@x.org,")
    assert waiting(roster) == {}
    last = tmp_path / "last.csv"
    last.write_text(f"{ONE_NAME[0]}\nAnna Brown,a@x.org,{BOOKED}\nBob Roe,b@x.org,{BOOKED}\n,\nEva Young", "utf-8")
    assert waiting(read_roster(last)) == {}


def test_people_under_a_title_that_says_so_are_not_booked_and_each_row_says_why(desk: Desk) -> None:
    session = desk.session()
    found = {one.name: one for one in desk.run_of(a_list(desk.folder, "Staff", of=session)).outcomes if one.name}
    assert [one.status for one in found.values()] == ["Booked", "Booked", "Fix row", "Fix row", "Fix row"]
    assert 'stands under "Staff". Choose Book or Leave out' in found["Eva Young"].words


def test_a_note_that_somebody_does_not_come_asks_about_whom_it_names_and_nobody_else(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    note = '"Please note: Bob Smith has cancelled, do not book him",,'
    rows = ["Anna,Brown,a@x.org", "Bob,Smith,b@x.org", ",,", note, "Eva,Young,e@x.org"]
    path.write_text("\n".join(["First name,Last name,Email", *rows]), encoding="utf-8")
    assert list(waiting(read_roster(path))) == [3]
    assert 'in the note in row 5: "Please note: Bob Smith has cancelled' in waiting(read_roster(path))[3]


@pytest.mark.parametrize("title", ["DO NOT BOOK - draft for approval", "Pottery cancellations Mon 4 March 2030 10:00"])
def test_a_title_above_the_headings_that_says_so_puts_everybody_aside(tmp_path: Path, title: str) -> None:
    path = tmp_path / "list.csv"
    path.write_text(f"{title}\n\n{ONE_NAME[0]}\nAnna Brown,a@x.org,{BOOKED}", encoding="utf-8")
    assert waiting(read_roster(path)) == {4: f'under "{title}"'}


@pytest.mark.parametrize("name", ["Pottery waiting list", "Not coming on Monday", "Pottery (do not book)"])
def test_a_file_whose_name_says_so_puts_everybody_aside(tmp_path: Path, name: str) -> None:
    path = tmp_path / f"{name}.csv"
    path.write_text(f"{ONE_NAME[0]}\nAnna Brown,a@x.org,{BOOKED}", encoding="utf-8")
    assert waiting(read_roster(path)).keys() == {2}
