"""A session that stands but once for several people: in titles, on the tab, in the file's name, in blocks."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path

import openpyxl
import pytest
from desk import Desk, statuses

from importer.cli.screens import understood
from importer.importing.questions import Choices, open_questions
from importer.lists.roster import read_roster
from importer.model import Options, RosterSheet, Status, Target
from importer.model.headings import HeadingSet, read_set
from importer.results.writing import write_results

HEADINGS = ["First name", "Last name", "Email"]
ADA, ALAN, GRACE = (
    ["Ada", "Byron", "ada@example.org"],
    ["Alan", "Turing", "alan@example.org"],
    ["Grace", "Hopper", "grace@example.org"],
)
POTTERY = "Pottery for beginners – Sat 2 March, 10am – Register"


def workbook(folder: Path, *rows: list[object], title: str = "Sheet1", name: str = "list.xlsx") -> Path:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = title
    for row in rows:
        sheet.append(row)
    path = folder / name
    book.save(path)
    return path


def read(path: Path, sets: dict[str, HeadingSet] | None = None, sheet: str | None = None) -> RosterSheet:
    (one,) = read_roster(path, heading_sets=sets or {}, sheet=sheet).sheets
    return one


def agreed(session_in: str, headings: list[str] = HEADINGS, **more: str) -> dict[str, HeadingSet]:
    return {"Club": read_set({**{one: one for one in headings}, "session_in": session_in, **more})}


def sessions(sheet: RosterSheet) -> list[tuple[int, object]]:
    return [(row.ref.number, row.cells.get("session")) for row in sheet.rows]


def booked(desk: Desk, path: Path, sets: dict[str, HeadingSet]) -> dict[str, str]:
    """The group booking of each person, by name."""
    return {one.name: one.booking_id for one in desk.run_of(read_roster(path, heading_sets=sets)).outcomes}


def asked(sheet: RosterSheet) -> list[str]:
    return [line for one in sheet.open for line in one.asks]


# One session for the whole list


def test_a_title_above_the_headings_is_proposed_as_the_session_of_everybody(tmp_path: Path) -> None:
    sheet = read(workbook(tmp_path, [POTTERY], [], HEADINGS, ADA, ALAN))
    assert sessions(sheet) == [(4, POTTERY), (5, POTTERY)]
    assert sheet.rows[0].places["session"][:2] == (1, 1)
    assert asked(sheet) == [f'Is "{POTTERY}" (row 1) the session of all 2 people?']
    assert [one.is_needed for one in sheet.open] == [True]


def test_nothing_is_asked_where_it_was_agreed_whatever_the_session_is_called(tmp_path: Path) -> None:
    for title in (POTTERY, "Young makers, Sun 3 March 14:00"):
        sheet = read(workbook(tmp_path, [title], HEADINGS, ADA, ALAN), agreed("title"))
        assert sessions(sheet) == [(3, title), (4, title)]
        assert not sheet.open
        assert sheet.read_as == (f'Session: "{title}" (row 1).',)


@pytest.mark.parametrize(
    "lines",
    [
        [["Course:", "Pottery for beginners"], ["Date:", date(2030, 3, 2)], ["Time:", time(10)]],
        [["Pottery for beginners"], ["Saturday 2 March"], ["10am - 12 noon"]],
        [["Class: Pottery for beginners", None, "Sat 2 March 10am"], ["Printed 14/01/2030 09:12"]],
        [["Date", "Sat 2 March 2030 10:00"], ["Service", "Pottery for beginners"], ["Page 1 of 1"]],
        [
            ["St Mary's Primary School"],
            ["Class: Pottery for beginners"],
            ["Sat 2 March, 10am – 11am"],
            ["Tutor: Ann Lee"],
        ],
        [["St Mary's Primary School – Pottery for beginners – Sat 2 March 10am – Room: Studio 1"]],
        [["Riverside Arts"], ["Pottery for beginners", None, "Studio 1", "2 March 2030"], ["10.00"]],
    ],
)
def test_a_title_of_several_lines_is_one_session(desk: Desk, lines: list[list[object]]) -> None:
    session = desk.session()
    path = workbook(desk.folder, *lines, [], HEADINGS, ADA, ALAN)
    (asked,) = read(path).open
    kept = agreed("title", **dict(asked.also("title")))
    (sheet,) = read_roster(path, heading_sets=kept).sheets
    report = desk.run_of(read_roster(path, heading_sets=kept))
    assert {one.booking_id for one in report.outcomes} == {session}, (sheet.read_as, report.outcomes[0].words)


@pytest.mark.parametrize(
    "line",
    [
        "Printed on Sat 2 March 2030 10:00",
        "Stand: 02.03.2030",
        "Autumn term 2029",
        "Year 4B",
        "Report run 2 Mar 2030",
        "Please return by 2 March",
    ],
)
def test_a_day_on_which_a_list_was_printed_is_no_session(tmp_path: Path, line: str) -> None:
    sheet = read(workbook(tmp_path, [line], HEADINGS, ADA))
    assert (sheet.open, sessions(sheet)) == ((), [(3, None)])


def test_the_tab_or_the_name_of_the_file_may_name_the_session(tmp_path: Path) -> None:
    of_tab = read(workbook(tmp_path, HEADINGS, ADA, title="Pottery Sat 2 March 10am"))
    assert asked(of_tab) == [
        'Is "Pottery Sat 2 March 10am" (the name of the sheet) the session of the one person here?'
    ]
    assert of_tab.rows[0].places["session"].row == 0
    of_file = read(workbook(tmp_path, HEADINGS, ADA, name="Pottery_Sat 2 March 10am (2).results.xlsx"))
    assert sessions(of_file) == [(2, "Pottery Sat 2 March 10am")]
    assert "the name of the file" in asked(of_file)[0]


@pytest.mark.parametrize(
    "name",
    ["hr 2030-03-02.xlsx", "hr 02.03.2030 FINAL v3.xlsx", "export_20300302 0417.xlsx", "Spring term.xlsx", "2030.xlsx"],
)
def test_a_day_on_which_a_file_was_saved_is_no_session(tmp_path: Path, name: str) -> None:
    assert not read(workbook(tmp_path, HEADINGS, ADA, name=name)).open


def test_where_title_and_tab_tell_of_different_times_it_is_asked_which_one_holds(tmp_path: Path) -> None:
    sheet = read(workbook(tmp_path, [POTTERY], HEADINGS, ADA, title="Wed 6.30pm"))
    (one,) = sheet.open
    assert [answer.value for answer in one.answers] == ["title", "tab", "none"]
    assert one.likely == ""


def test_a_list_whose_rows_name_their_session_is_asked_nothing(tmp_path: Path) -> None:
    rows = [[*HEADINGS, "Service", "Start"], [*ADA, "Pottery for beginners", "2 Mar 2030 10:00"]]
    sheet = read(workbook(tmp_path, ["Young makers, Sun 3 March 14:00"], *rows, title="Wed 6.30pm"))
    assert (sheet.open, sheet.read_as) == ((), ())


def test_who_said_that_the_list_does_not_say_the_session_is_not_asked_again(tmp_path: Path) -> None:
    sheet = read(workbook(tmp_path, [POTTERY], HEADINGS, ADA), agreed("none"))
    assert (sheet.open, sessions(sheet)) == ((), [(3, None)])


def test_everybody_of_a_class_list_is_booked_on_the_session_of_its_title_and_once(desk: Desk) -> None:
    session = desk.session()
    path = workbook(desk.folder, [POTTERY], [], HEADINGS, ADA, ALAN, GRACE)
    for expected in (Status.BOOKED, Status.ALREADY_BOOKED):
        report = desk.run_of(read_roster(path, heading_sets=agreed("title")))
        assert set(statuses(report).values()) == {expected}
    assert len(desk.booked(session)) == 3


def test_a_lonely_name_under_a_title_is_asked_about_all_the_same(desk: Desk) -> None:
    desk.session()
    rows = [["Ada Byron", "a@x.org"], ["Alan Turing", "b@x.org"], ["Bring your own apron", None]]
    path = workbook(desk.folder, [POTTERY], ["Name", "Email"], *rows)
    report = desk.run_of(read_roster(path, heading_sets=agreed("title", ["Name", "Email"])), name_order="first-last")
    assert [str(one.status) for one in report.outcomes].count("Fix row") == 1


# Blocks


BLOCKS = [
    ["Pottery for beginners, Sat 2 March 10am"],
    HEADINGS,
    ADA,
    ALAN,
    [],
    ["Young makers, Sun 3 March 14:00"],
    GRACE,
]


def test_a_title_between_people_names_the_session_of_those_under_it(desk: Desk) -> None:
    pottery, makers = desk.session(), desk.session(service="Young makers", start="2030-03-03T14:00:00+00:00")
    path = workbook(desk.folder, *BLOCKS)
    (sheet,) = read_roster(path).sheets
    assert asked(sheet) == [
        "Is each title the session of the people under it?",
        '"Pottery for beginners, Sat 2 March 10am" (row 1): rows 3 to 4.',
        '"Young makers, Sun 3 March 14:00" (row 6): row 7.',
    ]
    assert booked(desk, path, agreed("blocks")) == {
        "Ada Byron": pottery,
        "Alan Turing": pottery,
        "Grace Hopper": makers,
    }


def test_a_person_who_is_called_like_a_day_is_no_title(tmp_path: Path) -> None:
    rows = [["Ada Byron", "a@x.org"], ["Alan Turing", "b@x.org"], ["Sunday Okafor"], ["Grace May", "g@x.org"]]
    sheet = read(workbook(tmp_path, ["Name", "Email"], *rows))
    assert len(sheet.rows) == 4
    assert not sheet.open


def test_who_stands_above_the_first_title_has_no_session(tmp_path: Path) -> None:
    sheet = read(workbook(tmp_path, HEADINGS, ADA, ["Young makers, Sun 3 March 14:00"], ALAN, GRACE))
    assert [text for _, text in sessions(sheet)] == [None, *["Young makers, Sun 3 March 14:00"] * 2]


def test_a_title_without_its_service_takes_it_from_the_line_above_all(tmp_path: Path) -> None:
    rows = [["Pottery for beginners"], ["Sat 2 March 10am"], HEADINGS, ADA, ALAN, ["Sat 9 March 10am"], GRACE]
    assert [text for _, text in sessions(read(workbook(tmp_path, *rows)))] == [
        *["Pottery for beginners, Sat 2 March 10am"] * 2,
        "Pottery for beginners, Sat 9 March 10am",
    ]


MONDAY, WEDNESDAY = "Pottery Mon 4 February 2030 10:00", "Pottery Wed 6 February 2030 10:00"


@pytest.mark.parametrize("is_last", [True, False])
@pytest.mark.parametrize(
    ("blank", "title"),
    [
        ([[]], "Pottery Tuesday"),
        ([[]], "Pottery beginners"),
        ([], "Pottery Tuesday (date to follow)"),
        ([], "Pottery Tuesday, date to be confirmed"),
    ],
)
def test_who_stands_under_a_title_that_nobody_understands_is_not_booked_on_the_one_above(
    desk: Desk, blank: list[list[object]], title: str, is_last: bool
) -> None:
    for day in (4, 5, 6):
        desk.session(service="Pottery", start=f"2030-02-0{day}T10:00:00+00:00")
    rows = [[MONDAY], HEADINGS, ADA, *blank, [title], ALAN, *([] if is_last else [[WEDNESDAY], GRACE])]
    read = read_roster(workbook(desk.folder, *rows), heading_sets=agreed("blocks"))
    assert not read.sheets[0].open
    outcomes = {one.name: one for one in desk.run_of(read).outcomes}
    assert outcomes["Ada Byron"].status is Status.BOOKED
    assert outcomes["Alan Turing"].status is Status.FIX_ROW
    assert f'under "{title}"' in outcomes["Alan Turing"].message
    assert is_last or outcomes["Grace Hopper"].status is Status.BOOKED


def test_a_person_with_a_name_alone_ends_no_block(tmp_path: Path) -> None:
    rows = [[MONDAY], HEADINGS, ADA, ["Madonna"], ALAN, [WEDNESDAY], GRACE]
    assert [text for _, text in sessions(read(workbook(tmp_path, *rows)))] == [MONDAY] * 3 + [WEDNESDAY]


@pytest.mark.parametrize("title", [f"Cancelled: {MONDAY}", f"{MONDAY} (cancelled)"])
def test_who_stands_under_a_cancelled_title_waits(tmp_path: Path, title: str) -> None:
    below = read(workbook(tmp_path, [WEDNESDAY], HEADINGS, ADA, [title], ALAN, ["Pottery Thu 7 February 10:00"], GRACE))
    assert [bool(row.set_aside) for row in below.rows] == [False, True, False]
    above = read(workbook(tmp_path, [title], HEADINGS, ADA, [WEDNESDAY], ALAN))
    assert [bool(row.set_aside) for row in above.rows] == [True, False]


def test_a_list_of_blocks_that_has_one_title_left_is_asked_again(tmp_path: Path) -> None:
    sheet = read(workbook(tmp_path, [POTTERY], HEADINGS, ADA, ALAN, [], GRACE), agreed("blocks"))
    assert [one.key for one in sheet.open] == ["session_in"]


def test_a_title_with_nobody_under_it_is_told_among_the_rows_that_are_skipped(tmp_path: Path) -> None:
    rows = [[POTTERY], HEADINGS, ADA, ALAN, [MONDAY], [WEDNESDAY], GRACE, ["Total: 3"]]
    assert read(workbook(tmp_path, *rows)).skipped == {5: f'"{MONDAY}"', 8: '"Total: 3"'}


# A session that the call gives


def test_a_session_that_the_call_gives_needs_no_agreement(desk: Desk) -> None:
    session = desk.session()
    path = workbook(desk.folder, [POTTERY], HEADINGS, ADA, ALAN)
    options = Options(target=Target(session))
    plan = desk.plan(path, options)
    assert open_questions(plan, Choices(desk.settings(), options)) == ()
    assert {lane.booking.id: len(lane.people) for lane in plan.lanes} == {session: 2}


# Merged cells, and a session that stands only in the first row of each block

IN_ROWS = ["Session", "First name", "Last name", "Email"]
POT, MAK = "Pottery for beginners, Sat 2 Mar 2030 10:00", "Young makers, Sun 3 Mar 2030 14:00"


def in_blocks(folder: Path, *sessions: str | None, merged: str = "", name: str = "list.xlsx") -> Path:
    people = [[text, f"Ada{chr(65 + at)}", "Byron", f"a{at}@x.org"] for at, text in enumerate(sessions)]
    path = workbook(folder, IN_ROWS, *people, name=name)
    book = openpyxl.load_workbook(path)
    for area in merged.split():
        book.worksheets[0].merge_cells(area)
    book.save(path)
    return path


def test_what_a_merged_cell_says_holds_for_its_rows_and_is_said_not_asked(desk: Desk) -> None:
    pottery, makers = desk.session(), desk.session(service="Young makers", start="2030-03-03T14:00:00+00:00")
    path = in_blocks(desk.folder, POT, None, None, MAK, None, merged="A2:A4 A5:A6")
    (sheet,) = read_roster(path).sheets
    assert (sheet.open, sheet.read_as) == ((), ("Session: row 2 holds for rows 2 to 4, row 5 holds for rows 5 to 6.",))
    assert sheet.rows[1].places["session"] == (2, 1, "Session")
    assert [one.booking_id for one in desk.run(path).outcomes] == [*[pottery] * 3, *[makers] * 2]


def test_a_session_in_the_first_row_of_each_block_is_proposed_for_the_others_and_agreed_on_once(desk: Desk) -> None:
    pottery, makers = desk.session(), desk.session(service="Young makers", start="2030-03-03T14:00:00+00:00")
    path = in_blocks(desk.folder, POT, None, None, MAK, None)
    (sheet,) = read_roster(path).sheets
    assert asked(sheet)[1] == f'So row 2 holds for rows 2 to 4: "{POT}".'
    read = read_roster(path, heading_sets=agreed("filled", IN_ROWS))
    assert [one.booking_id for one in desk.run_of(read).outcomes] == [*[pottery] * 3, *[makers] * 2]
    assert not read.sheets[0].open


@pytest.mark.parametrize(
    "column",
    [
        [POT, POT, None, MAK, None],  # says again what stands above: who has a gap may have been forgotten
        [None, POT, None, MAK, None],
        [POT, MAK, POT, None, MAK],
        [POT, None],
        [POT, POT, POT, POT],
    ],
)
def test_a_gap_is_left_where_the_column_shows_no_blocks(tmp_path: Path, column: list[str | None]) -> None:
    sheet = read(in_blocks(tmp_path, *column), agreed("filled", IN_ROWS))
    assert [text for _, text in sessions(sheet)] == column
    assert (sheet.open, sheet.read_as) == ((), ())


def test_a_blank_line_ends_a_block(tmp_path: Path) -> None:
    rows = [
        [POT, *ADA],
        [None, *ALAN],
        [None, *GRACE],
        [],
        [None, "Bob", "Orr", "b@x.org"],
        [MAK, "Cy", "Pell", "c@x.org"],
    ]
    rows += [[None, "Dee", "Lund", "d@x.org"]]
    sheet = read(workbook(tmp_path, IN_ROWS, *rows))
    assert [text for _, text in sessions(sheet)] == [POT, POT, POT, None, MAK, MAK]


@pytest.mark.parametrize("makers", ["Young makers", "Young makers who build boats, bridges and towers of cardboard"])
def test_who_was_answered_with_another_session_than_the_block_is_not_booked_there(desk: Desk, makers: str) -> None:
    pottery, _ = desk.session(), desk.session(service=makers, start="2030-03-03T14:00:00+00:00")
    of_makers = f"{makers}, Sun 3 Mar 2030 14:00"
    path = in_blocks(desk.folder, POT, None, None, of_makers, None, None, name="list.xlsx")
    sets = agreed("filled", IN_ROWS)
    results, _ = write_results(desk.run_of(read_roster(path, heading_sets=sets)), desk.folder / "r.xlsx", ())
    there = desk.booked(pottery)
    book = openpyxl.load_workbook(results)
    sheet = next(one for one in book.worksheets if one["A1"].value == "Session")
    sheet.delete_rows(5)  # the first row of the second block
    sheet.insert_rows(7)
    for column, text in enumerate([None, "Gina", "Price", "g@x.org"], start=1):
        sheet.cell(7, column, text)
    sheet.insert_rows(5)
    for column, text in enumerate([None, "Hal", "Rice", "h@x.org"], start=1):
        sheet.cell(5, column, text)
    book.save(results)
    again = desk.run_of(read_roster(results, heading_sets=sets))
    assert {one.name: str(one.status) for one in again.outcomes} == {
        **dict.fromkeys([f"Ada{one} Byron" for one in "ABCEF"], "Already booked"),
        "Hal Rice": "Booked",
        "Gina Price": "Fix row",
    }
    assert desk.booked(pottery) == [*there, "Hal Rice"]


def test_a_course_and_its_dates_may_be_written_once_each(tmp_path: Path) -> None:
    head = ["Service", "Start", "Full name"]
    rows = [
        ["Pottery", "2 Mar 2030 10:00", "A B"],
        [None, None, "C D"],
        [None, "9 Mar 2030 10:00", "E F"],
        [None, None, "G H"],
    ]
    sheet = read(workbook(tmp_path, head, *rows, ["Drama", "2 Mar 2030 12:00", "I J"], [None, None, "K L"]))
    assert [(row.cells["service"], str(row.cells["start"])[:5]) for row in sheet.rows] == [
        *[("Pottery", "2 Mar")] * 2,
        *[("Pottery", "9 Mar")] * 2,
        *[("Drama", "2 Mar")] * 2,
    ]


# A sheet for each session


def in_sheets(folder: Path, **sheets: list[list[object]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    path = folder / "term.xlsx"
    book.save(path)
    return path


def of_the_term(folder: Path) -> Path:
    pottery, makers = "Pottery for beginners Sat 2 Mar", "Young makers Sun 3 Mar 14.00"
    return in_sheets(folder, **{pottery: [HEADINGS, ADA, ALAN], makers: [HEADINGS, GRACE], "Notes": [["Bring aprons"]]})


def test_sheets_that_name_a_session_each_are_all_read_and_asked_about_once(desk: Desk) -> None:
    pottery, makers = desk.session(), desk.session(service="Young makers", start="2030-03-03T14:00:00+00:00")
    path = of_the_term(desk.folder)
    roster = read_roster(path)
    assert [len(sheet.rows) for sheet in roster.sheets] == [2, 1]
    assert asked(roster.sheets[0]) == asked(roster.sheets[1])
    assert asked(roster.sheets[0])[0] == "Does each sheet name the session of its people?"
    assert booked(desk, path, agreed("tab")) == {"Ada Byron": pottery, "Alan Turing": pottery, "Grace Hopper": makers}


def test_other_sheets_are_only_counted_where_the_call_gives_a_session_or_they_name_none(tmp_path: Path) -> None:
    assert [len(one.rows) for one in read_roster(of_the_term(tmp_path), session_given=True).sheets] == [2]
    path = in_sheets(tmp_path, **{"Pottery Sat 2 Mar 10am": [HEADINGS, ADA], "Waiting list": [HEADINGS, GRACE]})
    roster = read_roster(path)
    assert ([len(one.rows) for one in roster.sheets], roster.also) == ([1], {"Waiting list": 1})


def test_the_copy_of_a_run_is_read_by_the_name_that_its_file_had(tmp_path: Path) -> None:
    path = workbook(tmp_path, HEADINGS, ADA, name="copy.xlsx")
    (sheet,) = read_roster(path, heading_sets=agreed("file"), name="Pottery Sat 2 March 10am.xlsx").sheets
    assert sessions(sheet) == [(2, "Pottery Sat 2 March 10am")]


def test_of_a_title_a_whole_piece_has_to_be_the_service(desk: Desk) -> None:
    desk.session(service="Drama")
    path = workbook(desk.folder, ["St Mary's School – Drama juniors – Sat 2 March 10am"], HEADINGS, ADA)
    report = desk.run_of(read_roster(path, heading_sets=agreed("title")))
    assert set(statuses(report).values()) == {"Fix row"}


def test_a_sheet_of_people_whose_headings_are_not_known_is_told_beside_those_that_are_read(tmp_path: Path) -> None:
    yoga = [["Name", "Email"], ["Ada Byron", "ada@example.org"]]
    own = [["Participant", "Contact"], ["Mia Chen", "mia@example.org"]]
    roster = read_roster(in_sheets(tmp_path, Yoga=yoga, Wheel=own, Notes=[["Bring a towel."]]), sheet="all")
    assert [sheet.title for sheet in roster.sheets] == ["Yoga"]
    assert roster.unknown == ("Wheel",)
    said = " ".join(understood(roster))
    assert 'Sheet "Wheel" was not read: none of its headings is known.' in said
    assert "--sheet Wheel" in said
