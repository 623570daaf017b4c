"""What is written around people is not people, and not lost; whoever may be a person asks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
import xlsxwriter
from desk import START, Desk, statuses
from openpyxl.styles import PatternFill

from importer.cli.rows import rows_needing_a_person
from importer.cli.screens import understood
from importer.errors import HeadingsError
from importer.importing.checking import check
from importer.lists.roster import look_at_headings, read_roster
from importer.model import Options, RosterSheet, Status, Target
from importer.model.conventions import in_words
from importer.model.headings import read_set
from importer.results.writing import write_results
from importer.settings import load_settings

FILES = Path(__file__).parent / "files"
PEOPLE = ("Ada Byron,ada@x.org", "Alan Turing,alan@x.org", "Grace Hopper,grace@x.org")


def written(folder: Path, *lines: str, head: str = "Name,Email") -> Path:
    path = folder / "list.csv"
    path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    return path


def read(folder: Path, *lines: str, head: str = "Name,Email") -> RosterSheet:
    (sheet,) = read_roster(written(folder, *lines, head=head)).sheets
    return sheet


@pytest.mark.parametrize(
    "line",
    [
        "Page 1 of 2,",
        "Seite 1 von 2,",
        "- 1/2 -,",
        "Summe: 15 Teilnehmer,",
        "Total: 3,",
        "Total,3",
        "Total number of children: 3,",
        "3 pupils,",
        "Name,Email",
        "NAME,E-mail",
        "x = paid,",
        "Key: P = paid; W = waiting,",
        '"Dear all,",',
        "Hi everyone,",
        "Please find our list below,",
        "Many thanks,",
        '"Kind regards,",',
        "Mit freundlichen Grüßen,",
        "Sent from my iPhone,",
        "Children must be collected by a parent at the main gate,",
    ],
)
def test_what_names_nobody_is_skipped_and_told_with_its_row(tmp_path: Path, line: str) -> None:
    sheet = read(tmp_path, *PEOPLE[:2], line, PEOPLE[2])
    assert [row.ref.number for row in sheet.rows] == [2, 3, 5]
    assert list(sheet.skipped) == [4]
    assert sheet.skipped[4] != "no name"


@pytest.mark.parametrize(
    "name",
    [
        "Suma Patel",
        "Antal Szerb",
        "Sum Wong",
        "Page Brown",
        "Dear Khan",
        "Will Total",
        "Grace Key",
        "Hi Chen",
        "Re Li",
        "Merci Adu",
        "Best Okoro",
        "Summer Regards",
        "Maria del Carmen de la Cruz y Gonzalez",
        "Name Ng",
    ],
)
def test_whoever_may_be_a_person_is_not_skipped(tmp_path: Path, name: str) -> None:
    for lines in ((*PEOPLE, f"{name},"), (*PEOPLE, f"{name},n@x.org")):
        sheet = read(tmp_path, *lines)
        assert [row.cells["full_name"] for row in sheet.rows][3:] == [name]
        assert not sheet.rows[3].set_aside


def test_the_report_header_that_stands_again_on_each_page_is_skipped(tmp_path: Path) -> None:
    title = "Riverside Leisure Centre,"
    lines = [title, "Name,Email", *PEOPLE[:2], title, "Name,Email", PEOPLE[2]]
    path = tmp_path / "list.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    (sheet,) = read_roster(path).sheets
    assert [row.ref.number for row in sheet.rows] == [3, 4, 7]
    assert sheet.skipped == {5: '"Riverside Leisure Centre"', 6: "the headings again"}


def test_who_stands_under_waiting_list_waits_for_a_decision(desk: Desk) -> None:
    session = desk.session()
    lines = [*PEOPLE[:2], "Waiting list,,", PEOPLE[2] + ",", "Bob Orr,bob@x.org,Book"]
    path = written(desk.folder, *lines, head="Name,Email,Import decision")
    report = desk.run(path, Options(Target(session)), name_order="first-last")
    assert statuses(report)["Grace Hopper"] == "Fix row"
    assert 'under "Waiting list"' in next(one.message for one in report.outcomes if one.name == "Grace Hopper")
    assert sorted(desk.booked(session)) == ["Ada Byron", "Alan Turing", "Bob Orr"]


def test_whoever_signs_an_email_under_a_list_of_names_waits_for_a_decision(desk: Desk) -> None:
    session = desk.session()
    path = written(desk.folder, "Ada Byron", "Alan Turing", "Many thanks", "Karen Smith", "Office manager", head="Name")
    report = desk.run(path, Options(Target(session)), name_order="first-last")
    assert sorted(desk.booked(session)) == ["Ada Byron", "Alan Turing"]
    assert statuses(report)["Karen Smith"] == "Fix row"


def test_a_list_may_go_on_under_another_title_after_a_waiting_list(tmp_path: Path) -> None:
    lines = [PEOPLE[0], "Waiting list,", PEOPLE[1], "Week Two,", PEOPLE[2]]
    sheet = read(tmp_path, *lines)
    assert [(row.ref.number, row.set_aside) for row in sheet.rows if row.ref.number != 5] == [
        (2, ""),
        (4, 'under "Waiting list"'),
        (6, ""),
    ]


def test_a_plain_list_is_read_as_before(tmp_path: Path) -> None:
    sheet = read(tmp_path, *PEOPLE)
    assert (sheet.read_as, sheet.open, sheet.skipped) == ((), (), {})


# Which row holds the headings


CLUB = [
    "Who,Kind,How to reach,Born,Remarks",
    "Ada Byron,Adult,ada@x.org,10/12/1985,",
    "Alan Turing,Adult,alan@x.org,23/06/1982,",
    "Grace Hopper,Adult,grace@x.org,09/12/1976,",
    "Leo Khan,Child,khan@x.org,01/02/2020,Email",
    "Ella Brown,Child,b@x.org,02/03/2021,",
]


def test_a_person_whose_cells_read_like_headings_is_not_taken_for_them(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("\n".join(CLUB), encoding="utf-8")
    with pytest.raises(HeadingsError, match="Row 1 says"):
        read_roster(path)
    assert look_at_headings(path).row == 1


@pytest.mark.parametrize("below", [3, 9])
def test_the_headings_are_found_although_a_person_has_more_texts(tmp_path: Path, below: int) -> None:
    lines = ["Kid,Form,,"]
    lines += [f"Kid{chr(65 + at)} Khan,4B,nut allergy,collected by Gran" for at in range(below)]
    path = tmp_path / "list.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    assert look_at_headings(path).row == 1


def test_headings_may_stand_in_two_rows(tmp_path: Path) -> None:
    for head in (["Pupil,Contact,,", ",Email,Mobile,"], ["Child,,Parent,", "First name,Last name,Email,Mobile"]):
        people = ["Ada Byron,ada@x.org,07700900123,"] if head[0][0] == "P" else ["Ada,Byron,ada@x.org,07700900123"]
        path = tmp_path / "list.csv"
        path.write_text("\n".join([*head, *people]), encoding="utf-8")
        (sheet,) = read_roster(path).sheets
        assert sheet.heading_row == 2
        assert {"email", "mobile"} <= sheet.headings.keys()
        assert [row.ref.number for row in sheet.rows] == [3]


def test_a_set_of_one_heading_is_not_found_in_the_row_of_a_person(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("\n".join(CLUB), encoding="utf-8")
    sets = {"Other": read_set({"Child": "Full name"})}
    with pytest.raises(HeadingsError):
        read_roster(path, heading_sets=sets)


# Words that are struck out


@pytest.mark.parametrize("is_inline", [False, True])
def test_words_that_are_struck_out_inside_a_cell_are_not_read_and_that_is_said(tmp_path: Path, is_inline: bool) -> None:
    path = tmp_path / "list.xlsx"
    book = xlsxwriter.Workbook(path, {"constant_memory": is_inline})  # which writes texts into their cells
    sheet, line = book.add_worksheet(), book.add_format({"font_strikeout": True})
    sheet.write_row(0, 0, ["Name", "Email"])
    sheet.write_rich_string(1, 0, line, "Tom ", "Ella Brown")
    sheet.write_string(1, 1, "e@x.org")
    sheet.write_rich_string(2, 0, "Alan ", line, "Touring ", book.add_format({"bold": True}), "Turing")
    book.close()
    (read,) = read_roster(path).sheets
    assert [row.cells["full_name"] for row in read.rows] == ["Ella Brown", "Alan Turing"]
    assert not any(row.set_aside for row in read.rows)
    assert read.read_as == ("Words that are struck out are not read: rows 2-3.",)


# Rows in a colour of their own


def coloured(folder: Path, *rows: int, colour: str = "FFFF0000", people: int = 8, columns: int = 2) -> Path:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Name", "Email"])
    for at in range(people):
        sheet.append([f"Ada{chr(65 + at)} Byron", f"a{at}@x.org"])
    for row in rows:
        for cell in sheet[row][:columns]:
            cell.fill = PatternFill("solid", fgColor=colour)
    path = folder / "list.xlsx"
    book.save(path)
    return path


def test_rows_in_a_colour_of_their_own_are_asked_about_once_and_wait_where_nobody_is(desk: Desk) -> None:
    session = desk.session(20)
    path = coloured(desk.folder, 4, 7)
    (sheet,) = read_roster(path).sheets
    (one,) = sheet.open
    assert one.asks == ("Some rows have a colour of their own: rows 4, 7 (red). What does that mean?",)
    assert [answer.value for answer in one.answers] == ["FF0000: book", "FF0000: leave out"]
    assert [in_words(one.key, answer.value) for answer in one.answers] == ["red rows: book", "red rows: leave out"]
    report = desk.run(path, Options(Target(session)), name_order="first-last")
    assert [one.row.number for one in report.outcomes if one.status == "Fix row"] == [4, 7]
    assert len(desk.booked(session)) == 6


@pytest.mark.parametrize(("meaning", "count"), [("book", 8), ("leave out", 6)])
def test_what_was_agreed_of_a_colour_holds_and_is_said(desk: Desk, meaning: str, count: int) -> None:
    session = desk.session(20)
    kept = {"Club": read_set({"Name": "Full name", "Email": "Email", "coloured_rows": f"FF0000: {meaning}"})}
    roster = read_roster(coloured(desk.folder, 4, 7), heading_sets=kept)
    assert not roster.sheets[0].open
    assert roster.sheets[0].read_as == (f"Rows 4, 7 (red): {meaning}, as agreed.",)
    report = desk.run_of(roster, Options(Target(session)), name_order="first-last")
    assert len(desk.booked(session)) == count
    assert "Fix row" not in statuses(report).values()


@pytest.mark.parametrize(
    ("rows", "changes"),
    [
        ((1,), {}),  # the headings
        ((3, 5, 7, 9), {}),  # banding
        ((2, 3, 4, 5, 6), {}),  # most of them
        ((4, 7), {"columns": 1}),  # a cell alone
        ((4, 7), {"colour": "FFFFFFFF"}),
    ],
)
def test_colours_that_say_nothing_of_a_person_ask_nothing(
    tmp_path: Path, rows: tuple[int, ...], changes: dict[str, Any]
) -> None:
    (sheet,) = read_roster(coloured(tmp_path, *rows, **changes)).sheets
    assert not sheet.open
    assert not any(row.set_aside for row in sheet.rows)


def coloured_ods(folder: Path) -> Path:
    """The same as an office suite writes it, as far as it matters."""

    def row(number: int, *texts: str) -> str:
        style = ' table:style-name="ce1"' if number in (4, 7) else ""
        cell = f'<table:table-cell{style} office:value-type="string"><text:p>{{}}</text:p></table:table-cell>'
        return f"<table:table-row>{''.join(map(cell.format, texts))}</table:table-row>"

    people = [row(at + 2, f"Ada{chr(65 + at)} Byron", f"a{at}@x.org") for at in range(8)]
    name = "urn:oasis:names:tc:opendocument:xmlns:"
    spaces = {"office": "office", "style": "style", "table": "table", "text": "text", "fo": "xsl-fo-compatible"}
    declared = " ".join([f'xmlns:{key}="{name}{one}:1.0"' for key, one in spaces.items()])
    xml = (
        f"<office:document-content {declared}>"
        '<office:automatic-styles><style:style style:name="ce1" style:family="table-cell">'
        '<style:table-cell-properties fo:background-color="#ff0000"/></style:style></office:automatic-styles>'
        f'<office:body><office:spreadsheet><table:table table:name="Spring">{row(1, "Name", "Email")}{"".join(people)}'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    manifest = f'<manifest:manifest xmlns:manifest="{name}manifest:1.0"/>'
    path = folder / "list.ods"
    with ZipFile(path, "w") as file:
        file.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        file.writestr("content.xml", xml)
        file.writestr("META-INF/manifest.xml", manifest)
    return path


@pytest.mark.parametrize("make", [lambda _: FILES / "coloured.xls", coloured_ods], ids=[".xls", ".ods"])
def test_colours_are_asked_about_in_other_kinds_of_file_too(make: Callable[[Path], Path], desk: Desk) -> None:
    session, path = desk.session(20), make(desk.folder)
    (sheet,) = read_roster(path).sheets
    assert [one.asks for one in sheet.open] == [
        ("Some rows have a colour of their own: rows 4, 7 (red). What does that mean?",)
    ]
    kept = {"Club": read_set({"Name": "Full name", "Email": "Email", "coloured_rows": "FF0000: leave out"})}
    results = desk.folder / "list.results.xlsx"
    for sent in (path, results):  # who is left out stays so when the results come back
        report = desk.run_of(read_roster(sent, heading_sets=kept), Options(Target(session)), name_order="first-last")
        assert [one.row.number for one in report.outcomes if one.status == "Left out"] == [4, 7]
        write_results(report, results, ())
    assert len(desk.booked(session)) == 6


def test_a_colour_is_seen_again_in_the_results_that_come_back(desk: Desk) -> None:
    session = desk.session(20)
    path = coloured(desk.folder, 4, 7)
    report = desk.run(path, Options(Target(session)), name_order="first-last")
    results, _ = write_results(report, desk.folder / "list.results.xlsx", ())
    again = desk.run(results, Options(Target(session)), name_order="first-last")
    assert [one.row.number for one in again.outcomes if one.status == "Fix row"] == [4, 7]


def test_a_skipped_row_is_told_once_with_why_it_is(tmp_path: Path) -> None:
    path = written(tmp_path, *PEOPLE[:2], "Page 1 of 2,", PEOPLE[2], ",mail@x.org")
    told = [line.strip() for line in understood(read_roster(path)) if "Skipped" in line]
    assert told == ['Skipped: row 4 ("Page 1 of 2"), row 6 (no name)']


def test_the_first_sheet_of_the_results_says_which_rows_were_skipped(desk: Desk) -> None:
    path = written(desk.folder, *PEOPLE[:2], "Page 1 of 2,", PEOPLE[2])
    report = desk.run(path, Options(Target(desk.session())), name_order="first-last")
    results, _ = write_results(report, desk.folder / "list.results.xlsx", ())
    told = [str(cell.value) for row in openpyxl.load_workbook(results)["Import summary"] for cell in row if cell.value]
    assert told[told.index("Skipped") + 1] == 'row 4 ("Page 1 of 2")'


# People above the headings


LATE = ["Price, Gina", "gina@x.org", "Pottery for beginners, Sat 2 Mar 2030 10:00"]
OTHERS = [[name, f"{name[:2]}@x.org", LATE[2]] for name in ("Brown, Anna", "Smith, Bob", "Khan, Cy")]


def with_late(folder: Path, *above: list[str], head: tuple[str, ...] = ("Name", "Email", "Session")) -> Path:
    book = openpyxl.Workbook()
    for row in (*above, head, *(one[: len(head)] for one in OTHERS)):
        book.worksheets[0].append(row)
    book.save(folder / "list.xlsx")
    return folder / "list.xlsx"


@pytest.mark.parametrize("above", [[LATE], [LATE, []], [["Autumn list"], LATE], [LATE, ["Ellis, Dora", *LATE[1:]]]])
def test_people_above_the_headings_are_not_lost(desk: Desk, above: list[list[str]]) -> None:
    session = desk.session()
    report = desk.run_of(read_roster(with_late(desk.folder, *above)))
    late = [one for one in report.outcomes if one.row.number <= len(above)]
    assert [one.status for one in late] == [Status.FIX_ROW] * sum(LATE[2] in row for row in above)
    assert all("stands above the headings. Choose Book or Leave out" in one.words for one in late)
    assert [one.booking_id for one in report.outcomes if one not in late] == [session] * 3


def test_only_of_hidden_rows_it_is_said_that_an_option_settles_them(tmp_path: Path) -> None:
    report = check(read_roster(with_late(tmp_path, LATE)), load_settings(), Options(), now=START)
    assert "--hidden" not in " ".join(rows_needing_a_person(report.outcomes))


def test_who_stands_above_the_headings_is_answered_in_the_row_and_booked_by_a_decision_there(desk: Desk) -> None:
    desk.session()
    report = desk.run_of(read_roster(with_late(desk.folder, ["Autumn list"], LATE)))
    results, _ = write_results(report, desk.folder / "list.results.xlsx", ())
    book = openpyxl.load_workbook(results)
    sheet = book["Sheet"]
    heads = {cell.value: cell.column for cell in sheet[3]}
    assert sheet.cell(2, heads["Import status"]).value == "Fix row"
    assert "Book or Leave out" in sheet.cell(2, heads["Import message"]).value
    sheet.cell(2, heads["Import decision"]).value = "Book"
    book.save(results)
    again = desk.run_of(read_roster(results))
    assert list(statuses(again).values()) == ["Booked", *["Already booked"] * 3]
    assert not desk.run_of(read_roster(results)).roster.sheets[0].skipped


@pytest.mark.parametrize(
    ("above", "head"),
    [
        (["Mrs Hill", "hill@school.org"], ("Name", "Email", "Session")),
        (["Teacher: Ann Hill", "hill@school.org", LATE[2]], ("Name", "Email", "Session")),
        (["Pottery", "16 March 2030", "20 places"], ("Name", "Email", "Session")),
        (["Course", LATE[2], "Email"], ("Name", "Session", "Email")),
        (["Spring term 2030"], ("Name", "Email", "Session")),
        (["Oakfield School", "Office"], ("Name", "Email")),
    ],
)
def test_what_a_report_has_in_its_head_is_nobody(tmp_path: Path, above: list[str], head: tuple[str, ...]) -> None:
    (sheet,) = read_roster(with_late(tmp_path, above, head=head)).sheets
    assert [row.ref.number for row in sheet.rows] == [3, 4, 5] or head[1] == "Session"
    assert all(row.ref.number > 2 for row in sheet.rows)
