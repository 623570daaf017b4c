"""People down, sessions across: each tick is a booking, agreed on once, and known again with other dates."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path

import openpyxl
import pytest
from desk import START, Desk, statuses

from importer.importing.checking import check
from importer.lists.roster import look_at_headings, read_roster
from importer.model import Options, Roster, RosterSheet
from importer.model.headings import HeadingSet, read_set
from importer.settings import load_settings

CLUB = """\
Child,Email,Pottery Sat 2 Mar 10am,Pottery Sat 9 Mar 10am,Drawing Sun 3 Mar 14:00
Ella Brown,e@example.org,x,,✓
Tom Khan,t@example.org,,1,no
Mia Short,m@example.org,-,,
"""
AGREED = {"Club": read_set({"Child": "Full name", "Email": "Email", "ticks": "yes"})}


def read(folder: Path, text: str = CLUB, sets: dict[str, HeadingSet] | None = None) -> RosterSheet:
    path = folder / "club.csv"
    path.write_text(text, encoding="utf-8")
    (sheet,) = read_roster(path, heading_sets=AGREED if sets is None else sets).sheets
    return sheet


def workbook(folder: Path, *rows: list[object]) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    path = folder / "club.xlsx"
    book.save(path)
    return path


def ticks(sheet: RosterSheet) -> list[tuple[str, object]]:
    return [(row.ref.key, row.cells.get("session")) for row in sheet.rows]


# Read


def test_each_tick_is_a_row_of_its_own_with_the_session_of_its_column(tmp_path: Path) -> None:
    assert ticks(read(tmp_path)) == [
        ("2/C", "Pottery Sat 2 Mar 10am"),
        ("2/E", "Drawing Sun 3 Mar 14:00"),
        ("3/D", "Pottery Sat 9 Mar 10am"),
        ("4", None),
    ]


def test_what_stands_beside_the_ticks_belongs_to_each_of_them(tmp_path: Path) -> None:
    one, other, *_ = read(tmp_path).rows
    assert one.cells["email"] == other.cells["email"] == "e@example.org"
    assert (one.places["session"].row, one.places["session"].column) == (2, 3)
    assert one.places["session"].heading == "Pottery Sat 2 Mar 10am"


def test_a_session_whose_name_is_long_is_booked_by_the_ticks_under_it(desk: Desk) -> None:
    service = "Introduction to wheel-thrown pottery for absolute beginners"
    morning = desk.session(service=service)
    afternoon = desk.session(service=service, start="2030-03-02T14:00:00+00:00")
    days = [f"{service}, Sat 2 March 2030 10:00", f"{service}, Sat 2 March 2030 14:00"]
    path = workbook(desk.folder, ["Child", "Email", *days], ["Ella Brown", "e@example.org", "x", "x"])
    report = desk.run_of(read_roster(path, heading_sets=AGREED))
    assert [one.booking_id for one in report.outcomes] == [morning, afternoon]


@pytest.mark.parametrize("mark", ["x", "X", "✓", "✔", "✔️", "1", "yes", "Y", "TRUE", " x "])
def test_a_tick_counts_however_it_is_made(tmp_path: Path, mark: str) -> None:
    sheet = read(tmp_path, f"Child,Email,Sat 2 Mar 10am\nElla Brown,e@example.org,{mark}\n")
    assert ticks(sheet) == [("2/C", "Sat 2 Mar 10am")]


@pytest.mark.parametrize("mark", ["no", "No", "0", "-", "", " ", "N", "FALSE"])
def test_what_says_no_is_no_tick(tmp_path: Path, mark: str) -> None:
    text = f"Child,Email,Sat 2 Mar 10am\nElla Brown,e@example.org,{mark}\nTom Khan,t@example.org,x\n"
    assert ticks(read(tmp_path, text)) == [("2", None), ("3/C", "Sat 2 Mar 10am")]


def test_ticks_of_a_workbook_may_be_numbers_and_truths(tmp_path: Path) -> None:
    path = workbook(
        tmp_path, ["Child", "Email", "Sat 2 Mar 10am"], ["Ella Brown", "e@example.org", True], ["Tom Khan", None, 1]
    )
    (sheet,) = read_roster(path, heading_sets=AGREED).sheets
    assert [row.ref.part for row in sheet.rows] == ["C", "C"]


def test_a_name_and_sessions_are_enough_of_headings(tmp_path: Path) -> None:
    sheet = read(tmp_path, "Name,2 March 10:00,9 March 10:00\nElla Brown,x,x\n", {})
    assert [row.ref.part for row in sheet.rows] == ["B", "C"]


def test_the_day_above_the_time_is_read_with_it_for_all_the_columns_that_it_spans(tmp_path: Path) -> None:
    path = workbook(
        tmp_path,
        ["Summer club"],
        [None, None, date(2030, 3, 2), None, date(2030, 3, 3), None],
        ["Name", "Email", time(10), time(14), time(10), time(14)],
        ["Ella Brown", "e@example.org", "x", None, None, "x"],
    )
    alone = {"Club": read_set({"Name": "Full name", "Email": "Email", "ticks": "headings"})}
    (sheet,) = read_roster(path, heading_sets=alone).sheets
    assert ticks(sheet) == [("4/C", "2 Mar 2030, 10:00"), ("4/F", "3 Mar 2030, 14:00")]


def test_what_is_merged_above_holds_for_no_other_columns(tmp_path: Path) -> None:
    path = workbook(
        tmp_path,
        [None, None, "Sat 2 March", None, None],
        ["Name", "Email", "10:00", "14:00", "Photo consent"],
        ["Ella Brown", "e@example.org", "x", None, "x"],
    )
    book = openpyxl.load_workbook(path)
    book.worksheets[0].merge_cells("C1:D1")
    book.save(path)
    (sheet,) = read_roster(path).sheets
    assert (ticks(sheet), sheet.unused) == ([("3/C", "Sat 2 March, 10:00")], ("Photo consent",))


def test_the_service_above_the_day_is_read_with_it_where_the_name_stands_in_the_upper_row(tmp_path: Path) -> None:
    text = "Name,Pottery,,Drawing\n,Sat 2 Mar 10am,Sat 9 Mar 10am,Sun 3 Mar 2pm\nElla Brown,,x,x\n"
    sheet = read(tmp_path, text, {})
    assert ticks(sheet) == [("3/C", "Pottery, Sat 9 Mar 10am"), ("3/D", "Drawing, Sun 3 Mar 2pm")]
    assert sheet.skipped == {}


def test_a_total_under_the_ticks_is_no_tick_and_changes_nothing(tmp_path: Path) -> None:
    sheet = read(tmp_path, CLUB + "Total,,12,7,3\n")
    assert ticks(sheet)[-1] == ("5", None)
    assert sheet.open == ()


# Never taken for ticks


def test_a_list_whose_rows_name_their_session_has_ticks_of_another_kind(tmp_path: Path) -> None:
    text = "Name,Service,Start,Paid 2 March\nElla Brown,Pottery,2 Mar 2030 10:00,x\n"
    sheet = read(tmp_path, text, {})
    assert (ticks(sheet), sheet.open) == ([("2", None)], ())


@pytest.mark.parametrize("heading", ["Photo consent", "Sun cream", "Allergies"])
def test_a_heading_that_says_no_day_or_time_is_no_session(tmp_path: Path, heading: str) -> None:
    sheet = read(tmp_path, f"Name,Email,{heading}\nElla Brown,e@example.org,yes\n", {})
    assert (ticks(sheet), [one.key for one in sheet.open]) == ([("2", None)], ["other_sessions"])
    assert sheet.unused == (heading,)


def test_columns_of_other_things_under_a_day_are_no_ticks(tmp_path: Path) -> None:
    rows = "".join(f"Ella Brown,e@example.org,{word}\n" for word in "ham egg tuna cheese jam soup".split())  # noqa: SIM905
    sheet = read(tmp_path, "Name,Email,Lunch 2 March\n" + rows, {})
    assert (len(sheet.rows), sheet.open, sheet.unused) == (6, (), ("Lunch 2 March",))


# Ticks with notes


@pytest.mark.parametrize(
    "note", ["x; late", "x (please call the mother, she collects him at 10.45)", "if; there is room"]
)
def test_a_note_among_ticks_is_asked_about_in_its_own_row_and_the_others_keep_their_ticks(
    tmp_path: Path, note: str
) -> None:
    text = f'Child,Email,Pottery Sat 2 Mar 10am\nElla Brown,e@example.org,x\nTom Khan,t@example.org,"{note}"\n'
    sheet = read(tmp_path, text)
    assert [(row.ref.key, row.set_aside) for row in sheet.rows] == [
        ("2/C", ""),
        ("3/C", f'with "{note}" under "Pottery Sat 2 Mar 10am"'),
    ]
    assert (sheet.open, sheet.unused) == ((), ())
    assert sheet.read_as == ("Each tick is a booking: 1 booking, 1 session (column C).",)


def test_many_different_notes_among_ticks_drop_nobody(desk: Desk) -> None:
    session = desk.session()
    desk.session(start="2030-03-09T10:00:00+00:00")
    notes = ["x", "x (cash)", "x - Mum collects", "x paid 5", "x Tom collects", "x late 10.15", "if space"]
    names = ["Ada Brown", "Bob Khan", "Cy Young", "Dora Hill", "Eva Moore", "Finn Price", "Gus Hart"]
    rows = "".join(f"{name},{at}@example.org,{notes[at]},x\n" for at, name in enumerate(names))
    head = "Child,Email,Pottery for beginners Sat 2 Mar 2030 10am,Pottery for beginners Sat 9 Mar 2030 10am\n"
    report = desk.run_of(a_roster(desk.folder, head + rows), name_order="first-last")
    told = [one.message for one in report.outcomes if str(one.status) == "Fix row"]
    assert desk.booked(session) == ["Ada Brown"]
    assert len(told) == 6
    assert 'This person stands with "x (cash)" under "Pottery for beginners Sat 2 Mar 2030 10am".' in told[0]
    assert sum(str(one.status) == "Booked" for one in report.outcomes) == 8


def test_a_note_written_into_the_tick_of_somebody_booked_leaves_them_on_it(desk: Desk) -> None:
    session = desk.session()
    head = "Child,Email,Pottery for beginners Sat 2 Mar 2030 10am\n"
    desk.run_of(a_roster(desk.folder, f"{head}Ella Brown,e@example.org,x\nTom Khan,t@example.org,x\n"))
    again = f'{head}Ella Brown,e@example.org,"x; cash"\nTom Khan,t@example.org,x\nMia Short,m@example.org,x\n'
    report = desk.run_of(a_roster(desk.folder, again))
    assert sorted(desk.booked(session)) == ["Ella Brown", "Mia Short", "Tom Khan"]
    assert [str(one.status) for one in report.outcomes] == ["Already booked", "Already booked", "Booked"]


# Agreed


def test_ticks_are_proposed_with_an_example_and_nobody_is_booked_before_they_are_agreed(tmp_path: Path) -> None:
    (asked,) = read(tmp_path, sets={}).open
    assert (asked.key, asked.likely, asked.is_needed) == ("ticks", "yes", True)
    assert asked.asks[1] == (
        'So Ella Brown (row 2) would be booked on "Pottery Sat 2 Mar 10am", "Drawing Sun 3 Mar 14:00".'
    )


def test_what_was_agreed_holds_for_other_dates(tmp_path: Path) -> None:
    sheet = read(tmp_path, "Child,Email,Pottery Sat 6 Apr 10am\nElla Brown,e@example.org,x\n")
    assert (sheet.heading_set, sheet.open, ticks(sheet)) == ("Club", (), [("2/C", "Pottery Sat 6 Apr 10am")])


def test_headings_of_sessions_are_neither_asked_about_nor_kept(tmp_path: Path) -> None:
    path = tmp_path / "club.csv"
    path.write_text(CLUB, encoding="utf-8")
    assert [one.text for one in look_at_headings(path).headings] == ["Child", "Email"]


def test_columns_that_were_said_to_be_no_ticks_are_not_used(tmp_path: Path) -> None:
    no = {"Club": read_set({"Child": "Full name", "Email": "Email", "ticks": "no"})}
    sheet = read(tmp_path, sets=no)
    assert (len(sheet.rows), len(sheet.unused), sheet.open) == (3, 3, ())


def test_other_words_among_the_ticks_are_asked_once(tmp_path: Path) -> None:
    text = CLUB.replace("x,,", "waiting list,,")
    sheet = read(tmp_path, text)
    (asked,) = sheet.open
    assert (asked.key, asked.is_needed, asked.likely) == ("tick_words", True, "")
    assert [answer.value for answer in asked.answers] == ["waiting list: no", "waiting list: yes"]
    assert '"waiting list" is not counted as a tick (row 2).' in sheet.read_as


@pytest.mark.parametrize(("said", "keys"), [("no", ["2/E"]), ("yes", ["2/C", "2/E"])])
def test_what_was_agreed_of_a_word_is_followed(tmp_path: Path, said: str, keys: list[str]) -> None:
    table = {"Child": "Full name", "ticks": "yes", "tick_words": f"waiting list: {said}"}
    sheet = read(tmp_path, CLUB.replace("x,,", "Waiting list,,"), {"Club": read_set(table)})
    assert sheet.open == ()
    assert [row.ref.key for row in sheet.rows][: len(keys)] == keys


def test_how_the_sheet_was_read_is_said(tmp_path: Path) -> None:
    assert read(tmp_path).read_as == (
        "Each tick is a booking: 3 bookings, 3 sessions (columns C to E).",
        "No session is ticked in row 4: nobody is booked there.",
    )


# Booked


def test_a_person_with_two_ticks_is_booked_twice_and_one_without_is_left_out(desk: Desk) -> None:
    first = desk.session()
    second = desk.session(start="2030-03-03T14:00:00+00:00", service="Drawing")
    roster = a_roster(desk.folder, CLUB.replace("Pottery", "Pottery for beginners").replace(",1,no", ",no,no"))
    report = desk.run_of(roster)
    assert [str(one.status) for one in report.outcomes] == ["Booked", "Booked", "Left out", "Left out"]
    assert (desk.booked(first), desk.booked(second)) == (["Ella Brown"], ["Ella Brown"])
    assert report.outcomes[3].message == "Left out: no session is ticked in this row."


def test_who_has_no_tick_needs_nobody_even_where_something_else_is_wrong_in_the_row(tmp_path: Path) -> None:
    roster = a_roster(tmp_path, CLUB.replace("m@example.org", "no address"))
    report = check(roster, load_settings(), Options(), now=START)
    assert statuses(report)["Mia Short"] == "Left out"
    assert not [one for one in report.outcomes if one.wants_person]


def test_two_thousand_people_with_forty_sessions_are_eighty_thousand_bookings(tmp_path: Path) -> None:
    days = [f"Sat {day} Mar {hour}:00" for day in (2, 9, 16, 23) for hour in range(9, 19)]
    head = ",".join(["Child", "Email", *days])
    rows = "\n".join(f"Ella{at} Brown,e{at}@example.org,{','.join('x' * 40)}" for at in range(2000))
    assert len(read(tmp_path, f"{head}\n{rows}\n").rows) == 80_000


def a_roster(folder: Path, text: str) -> Roster:
    path = folder / "club.csv"
    path.write_text(text, encoding="utf-8")
    return read_roster(path, heading_sets=AGREED)
