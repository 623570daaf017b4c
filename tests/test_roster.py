"""File → Roster: every cell as it was typed, every row by the number its spreadsheet program shows."""

from __future__ import annotations

import io
import os
import zipfile
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from thorough import examples

from importer.errors import ExitCode, RosterError
from importer.lists.content import read_content
from importer.lists.roster import read_roster
from importer.model import Roster, Unreadable
from importer.model.columns import COLUMNS, IMPORT_COLUMNS

NAMES = ["First name", "Last name"]
ADA = ["Ada", "Lovelace"]
DAY = date(2030, 3, 14)
TEN = datetime.combine(DAY, time(10))


def workbook(path: Path, *rows: list[Any], **other_sheets: list[list[Any]]) -> Path:
    """A workbook whose first sheet, "Spring", has these rows; others come behind it."""
    book = Workbook()
    book.active.title = "Spring"
    for row in rows:
        book.active.append(row)
    for title, lines in other_sheets.items():
        sheet = book.create_sheet(title.replace("_", " "))
        for line in lines:
            sheet.append(line)
    book.save(path)
    return path


def text_file(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def refusal(path: Path, **options: Any) -> str:
    """What is said of a roster that can't be used: one line, before any that is to be typed; exit code 5."""
    with pytest.raises(RosterError) as told:
        read_roster(path, **options)
    assert told.value.exit_code is ExitCode.ROSTER_UNUSABLE
    assert "\n" not in str(told.value).partition("\nOr tell us once what each column contains:")[0]
    return str(told.value)


def cells(roster: Roster, field: str) -> dict[int, Any]:
    return {row.ref.number: row.cells[field] for row in roster.rows if field in row.cells}


# Workbooks


def test_a_plain_workbook_is_read_with_its_sheet_headings_and_rows(tmp_path: Path) -> None:
    path = workbook(tmp_path / "Spring.xlsx", [*NAMES, "Email"], [*ADA, "ada@example.org"], ["Alan", "Turing"])
    roster = read_roster(path)
    assert (roster.path, roster.content, roster.sheets[0].title) == (path, path.read_bytes(), "Spring")
    assert (
        roster.sheets[0].heading_row,
        roster.sheets[0].width,
        roster.sheets[0].unused,
        roster.sheets[0].skipped,
    ) == (1, 3, (), {})
    assert roster.sheets[0].headings == {"first_name": "First name", "last_name": "Last name", "email": "Email"}
    assert roster.sheets[0].positions == {"first_name": 1, "last_name": 2, "email": 3}
    assert [(row.ref[:2], row.cells) for row in roster.rows] == [
        (("Spring", 2), {"first_name": "Ada", "last_name": "Lovelace", "email": "ada@example.org"}),
        (("Spring", 3), {"first_name": "Alan", "last_name": "Turing"}),
    ]


def test_row_and_column_numbers_are_the_sheets_own_whatever_is_blank_above_left_or_between(tmp_path: Path) -> None:
    book = Workbook()
    for place, text in {"C4": "First name", "D4": "Last name", "C5": "Ada", "D5": "Lovelace", "C9": "Al"}.items():
        book.active[place] = text
    book.save(tmp_path / "a.xlsx")
    roster = read_roster(tmp_path / "a.xlsx")
    assert roster.sheets[0].heading_row == 4
    assert roster.sheets[0].positions == {"first_name": 3, "last_name": 4}
    assert cells(roster, "first_name") == {5: "Ada", 9: "Al"}


def test_titles_and_notes_above_the_headings_are_passed_over(tmp_path: Path) -> None:
    rows = [["St Mary's, Year 4"], [], ["Name:", "Mrs Jones"], ["Pupil", "Contact email"], ["Khan, Leo", "k@x.org"]]
    assert read_roster(workbook(tmp_path / "a.xlsx", *rows)).sheets[0].heading_row == 4


def test_headings_are_known_whatever_their_case_blanks_and_punctuation(tmp_path: Path) -> None:
    headings = ["  FIRST-name ", "Last\nName", "e mail", "Group Booking-ID:", "Prénom"]
    roster = read_roster(workbook(tmp_path / "a.xlsx", headings, [*ADA]))
    assert set(roster.sheets[0].headings) == {"first_name", "last_name", "email", "booking_id"}
    assert roster.sheets[0].headings["last_name"] == "Last Name"
    assert roster.sheets[0].unused == ("Prénom",)


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.field)
def test_every_spelling_of_a_heading_is_known(tmp_path: Path, column: Any) -> None:
    lines = [[spelling, "Zzz"] for spelling in (column.heading, *column.spellings)]
    for number, line in enumerate(lines):
        named = [] if column.field in ("first_name", "last_name", "full_name") else ["Full name"]
        path = text_file(tmp_path / f"{number}.csv", ",".join([*named, "Import status", *line]) + "\nx,x,x,x\n")
        assert column.field in read_roster(path).sheets[0].headings, line


def test_what_is_not_used_is_named_even_a_column_without_a_heading(tmp_path: Path) -> None:
    rows = [[*NAMES, "Allergies", None, 2030], [*ADA, None, "see note", None]]
    assert read_roster(workbook(tmp_path / "a.xlsx", *rows)).sheets[0].unused == ("Allergies", "column D", "2030")


def test_cells_stay_what_they_were_typed_as(tmp_path: Path) -> None:
    headings = ["Full name", "Service", "Start", "Date", "Time", "Mobile", "Phone", "Spaces", "Reference"]
    typed = ["None", "NA", TEN, DAY, time(10, 30), "007", 712345678.0, 2, "null"]
    roster = read_roster(workbook(tmp_path / "a.xlsx", headings, typed))
    (row,) = roster.rows
    assert list(row.cells.values()) == [
        "None", "NA", TEN, datetime.combine(DAY, time()), time(10, 30), "007", 712345678, 2, "null",
    ]  # fmt: skip
    assert type(row.cells["phone"]) is int


def test_moments_that_a_workbook_keeps_inexactly_come_back_to_the_second(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["Full name", "Start", "Time"])
    book.active.append(["Ada Lovelace", 47556.4166666, timedelta(hours=10, minutes=30)])
    book.active["B2"].number_format = "dd/mm/yyyy hh:mm"
    book.active["C2"].number_format = "[h]:mm"
    book.save(tmp_path / "a.xlsx")
    (row,) = read_roster(tmp_path / "a.xlsx").rows
    assert (row.cells["start"], row.cells["time"]) == (TEN, time(10, 30))


def test_blank_cells_are_left_out_also_those_that_only_look_blank(tmp_path: Path) -> None:
    row = [*ADA, "   ", "\u00a0", "\u200b", ""]
    path = workbook(tmp_path / "a.xlsx", [*NAMES, "Email", "Mobile", "Phone", "Reference"], row)
    assert read_roster(path).rows[0].cells == {"first_name": "Ada", "last_name": "Lovelace"}


def test_rows_that_name_nobody_are_left_out_by_number_and_blank_ones_in_silence(tmp_path: Path) -> None:
    rows = [[*NAMES, "Spaces", "Notes"], [*ADA, 1], [], [None, None, 24], [None, None, None, "Bring shoes"], ["Al"]]
    roster = read_roster(workbook(tmp_path / "a.xlsx", *rows))
    assert list(cells(roster, "first_name")) == [2, 6]
    assert list(roster.sheets[0].skipped) == [4, 5]


def test_the_first_sheet_with_headings_is_read_and_never_our_summary(tmp_path: Path) -> None:
    book = Workbook()
    book.active.title = "Import summary"
    book.active.append(["Name", "Email"])
    book.active.append(["Zara Ali", "z@x.org"])
    for title, rows in {
        "Notes": [["Bring shoes"]],
        "Spring": [NAMES, ADA],
        "Summer": [NAMES, ["Al", "Turing"]],
    }.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(tmp_path / "a.xlsx")
    assert read_roster(tmp_path / "a.xlsx").sheets[0].title == "Spring"
    assert cells(read_roster(tmp_path / "a.xlsx", sheet=" summer "), "first_name") == {2: "Al"}


def test_a_hidden_sheet_is_read_only_if_it_is_named(tmp_path: Path) -> None:
    book = Workbook()
    book.active.title = "Old"
    book.active.append(NAMES)
    book.active.append(["Old", "Person"])
    book.active.sheet_state = "hidden"
    shown = book.create_sheet("New")
    shown.append(NAMES)
    shown.append(ADA)
    book.active = 1
    book.save(tmp_path / "a.xlsx")
    assert read_roster(tmp_path / "a.xlsx").sheets[0].title == "New"
    assert read_roster(tmp_path / "a.xlsx", sheet="Old").sheets[0].title == "Old"


def test_a_results_file_comes_back_with_its_decisions_and_marks(tmp_path: Path) -> None:
    ours = [column.heading for column in IMPORT_COLUMNS]
    answers = ["Same person?", "…", "Pottery", "Book", "id", "id", "id", "now", "L1:3:Spring:2"]
    path = workbook(tmp_path / "a.results.xlsx", [*NAMES, *ours], [*ADA, *answers], [None, None, *answers])
    roster = read_roster(path)
    assert roster.rows[0].cells == {
        "first_name": "Ada",
        "last_name": "Lovelace",
        "import_decision": "Book",
        "import_run": "L1:3:Spring:2",
        "import_status": "Same person?",
        "import_message": "…",
        "import_session": "Pottery",
    }
    assert (len(roster.rows), roster.sheets[0].skipped, roster.sheets[0].unused) == (1, {}, ())
    assert roster.sheets[0].positions["import_status"] == 3


def test_a_sheet_of_names_alone_is_a_roster(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", ["Our trip"], ["Name"], ["Ada Lovelace"])
    assert cells(read_roster(path), "full_name") == {3: "Ada Lovelace"}


# Delimited text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_text_is_read_in_every_usual_encoding_and_delimiter(tmp_path: Path, encoding: str, delimiter: str) -> None:
    lines = [["Full name", "Email", "Reference"], ["Zoë Müller", "zoe@example.org", "007"]]
    text = "\r\n".join(delimiter.join(line) for line in lines)
    (row,) = read_roster(text_file(tmp_path / "a.csv", text, encoding)).rows
    assert row.cells == {"full_name": "Zoë Müller", "email": "zoe@example.org", "reference": "007"}


def test_row_numbers_of_text_are_those_that_excel_shows(tmp_path: Path) -> None:
    text = 'Our trip\n\nName,Notes,Email\nAda Lovelace,"likes\ntwo lines",a@x.org\n\n,,\nAlan Turing\n'
    roster = read_roster(text_file(tmp_path / "a.csv", text))
    assert (roster.sheets[0].heading_row, roster.sheets[0].title) == (3, "")
    assert cells(roster, "full_name") == {4: "Ada Lovelace", 7: "Alan Turing"}


def test_nothing_in_text_is_guessed_into_another_value(tmp_path: Path) -> None:
    text = "Full name,Reference,Spaces,Mobile,Service\nNone,0042,1e3,+44 7700,true\nNA,,nan,01,2030-03-14\n"
    first, second = read_roster(text_file(tmp_path / "a.csv", text)).rows
    assert list(first.cells.values()) == ["None", "0042", "1e3", "+44 7700", "true"]
    assert list(second.cells.values()) == ["NA", "nan", "01", "2030-03-14"]


def test_the_delimiter_is_the_one_under_which_the_headings_are_known(tmp_path: Path) -> None:
    text = "Club; a list, made by Ann, on Monday, for you\nName;Email\nLovelace, Ada;a@x.org\n"
    assert cells(read_roster(text_file(tmp_path / "a.csv", text)), "full_name") == {3: "Lovelace, Ada"}


def test_a_line_that_names_the_delimiter_counts_as_no_row(tmp_path: Path) -> None:
    roster = read_roster(
        text_file(tmp_path / "a.csv", "sep=;\r\nName;Email;A, Mobile, Phone, Tel\r\nAda Lovelace;a@x.org\r\n")
    )
    assert (roster.sheets[0].heading_row, cells(roster, "full_name")) == (1, {2: "Ada Lovelace"})


def test_an_open_quotation_mark_loses_nobody_in_silence(tmp_path: Path) -> None:
    text = 'First name,Last name\n"Ada,Lovelace\nAlan,Turing\n'
    assert "quotation mark" in refusal(text_file(tmp_path / "a.csv", text))


# What can't be used


def test_a_roster_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert refusal(tmp_path / "gone.xlsx").startswith("There is no file")
    assert refusal(tmp_path / "a.csv" / "b.csv").startswith("There is no file")


def test_a_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "lists.xlsx").mkdir()
    assert "is a folder" in refusal(tmp_path / "lists.xlsx")


@pytest.mark.skipif(os.name == "nt", reason="Windows has neither")
def test_a_pipe_or_a_device_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "list.csv")
    (tmp_path / "zeros.csv").symlink_to("/dev/zero")
    assert "is a pipe or a device" in refusal(tmp_path / "list.csv")
    assert "is a pipe or a device" in refusal(tmp_path / "zeros.csv")


@pytest.mark.skipif(os.name == "nt", reason="Windows lets few people make links")
def test_a_link_is_followed_only_where_nobody_else_could_have_put_it(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_bytes(b"Name\nAda Lovelace\n")
    (tmp_path / "link.csv").symlink_to(tmp_path / "list.csv")
    assert read_content(tmp_path / "link.csv") == b"Name\nAda Lovelace\n"
    with pytest.raises(RosterError, match="is a link to another file"):
        read_content(tmp_path / "link.csv", follow_links=False)


@pytest.mark.skipif(os.name == "nt", reason="names are text there")
def test_a_file_whose_name_is_no_text_is_to_be_renamed(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode("Café.csv".encode("latin-1"))
    path.write_bytes(b"Name\nAda Lovelace\n")
    assert "Café.csv" in refusal(path)
    assert "Rename it" in refusal(path)


def test_another_kind_of_file_is_told_with_what_to_save_it_as(tmp_path: Path) -> None:
    told = refusal(text_file(tmp_path / "a.pdf", "%PDF-1.4"))
    assert told == '"a.pdf" is a PDF, not a list. Save the roster as .xlsx, and try that.'


def zip_of(*names: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name in names:
            archive.writestr(name, "")
    return data.getvalue()


OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"", "is empty", id="nothing in it"),
        pytest.param(b"%PDF-1.4 ...", "is a PDF", id="a renamed PDF"),
        pytest.param(b"<html><table>", "is a web page", id="a web page"),
        pytest.param(OLE, "an old Word document", id="a renamed .doc"),
        pytest.param(OLE + "EncryptedPackage".encode("utf-16-le"), "protected by a password", id="a password"),
        pytest.param(zip_of("mimetype", "content.xml"), "a zip archive of other files", id="a renamed .odt"),
        pytest.param(
            zip_of("[Content_Types].xml", "xl/workbook.bin"), "a binary workbook (.xlsb)", id="a renamed .xlsb"
        ),
        pytest.param(zip_of("[Content_Types].xml", "word/document.xml"), "is a Word document", id="a renamed .docx"),
        pytest.param(b"PK\x03\x04" + bytes(40), "is damaged", id="a broken archive"),
    ],
)
def test_a_workbook_that_is_none_is_told_for_what_it_is(tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "a.xlsx").write_bytes(content)
    assert words in refusal(tmp_path / "a.xlsx")


def test_a_truncated_workbook_is_told_wherever_it_was_cut(tmp_path: Path) -> None:
    content = workbook(tmp_path / "whole.xlsx", NAMES, ADA).read_bytes()
    for part in (0.1, 0.5, 0.9, 0.99):
        (tmp_path / "a.xlsx").write_bytes(content[: int(len(content) * part)])
        assert "is damaged" in refusal(tmp_path / "a.xlsx")


@settings(max_examples=examples(40), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(flips=st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 255)), min_size=1, max_size=12))
def test_a_damaged_workbook_is_read_or_told_and_never_breaks(tmp_path: Path, flips: list[tuple[int, int]]) -> None:
    content = bytearray(workbook(tmp_path / "whole.xlsx", NAMES, ADA).read_bytes())
    for at, value in flips:
        content[at % len(content)] = value
    (tmp_path / "a.xlsx").write_bytes(bytes(content))
    with suppress(RosterError):
        assert read_roster(tmp_path / "a.xlsx").rows


@pytest.mark.parametrize("content", [bytes(range(256)) * 9, b"Name,Email\n\0\0", b"\xff\xfeN\0a\0m"])
def test_text_that_is_none_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.csv").write_bytes(content)
    assert "is neither a workbook nor text" in refusal(tmp_path / "a.csv")


def test_without_headings_it_is_said_what_was_seen_and_what_is_expected(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", ["Vorname", "Nachname", "Email"], ["Ada", "Lovelace", "a@x.org"])
    told = refusal(path)
    assert 'Row 1 of sheet "Spring" says "Vorname", "Nachname", "Email".' in told
    assert '"First name" and "Last name", or "Full name"' in told


@pytest.mark.parametrize("name", ["a.xlsx", "a.csv"])
def test_an_empty_roster_is_told(tmp_path: Path, name: str) -> None:
    path = workbook(tmp_path / name) if name.endswith("xlsx") else text_file(tmp_path / name, "\n \n")
    assert "is empty" in refusal(path)


@pytest.mark.parametrize("rows", [[], [[]], [[None, None, "a note"]]])
def test_headings_with_nobody_under_them_are_told(tmp_path: Path, rows: list[list[Any]]) -> None:
    told = refusal(workbook(tmp_path / "a.xlsx", [*NAMES, "Email"], *rows))
    assert 'row 1 of sheet "Spring", but nobody under them' in told


def test_two_columns_of_one_meaning_are_told_by_their_headings(tmp_path: Path) -> None:
    told = refusal(workbook(tmp_path / "a.xlsx", ["Pupil", "Email", "Name"], ["Ada Lovelace", None, "x"]))
    assert '"Pupil" (column A) and "Name" (column C) both mean "Full name"' in told


def test_a_sheet_that_is_not_there_is_told_with_those_that_are(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", NAMES, ADA, Summer_term=[NAMES, ADA])
    assert 'Its sheets are: "Spring", "Summer term".' in refusal(path, sheet="Autumn")
    assert "has no sheets" in refusal(text_file(tmp_path / "a.csv", "Name,Email\nx,y"), sheet="Autumn")


TEXTS = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=12)


@settings(max_examples=examples(30), suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(rows=[["", "", "0H"]])
@example(rows=[["", "", "0H"], ["", "", "1H"]])
@example(rows=[["", "", "0H"], ["Alan Turing", "", ""], ["1H", "", ""], ["2H", "", ""]])
@given(rows=st.lists(st.lists(TEXTS, min_size=3, max_size=3), min_size=1, max_size=8))
def test_every_row_that_is_not_blank_is_a_person_names_their_session_or_is_left_out_by_number(
    tmp_path: Path, rows: list[list[str]]
) -> None:
    quoted = [
        [f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row] for row in [["Name", "Email", "Notes"], *rows]
    ]
    path = text_file(tmp_path / "a.csv", "\n".join(",".join(row) for row in quoted) + "\n,,\nAda Lovelace,,\n")
    roster = read_roster(path)
    titles = {place.row for row in roster.rows for place in row.places.values()}
    told = {row.ref.number for row in roster.rows} | titles | set(roster.sheets[0].skipped)
    plain = {
        number for number, row in enumerate(rows, start=2) if any(cell.isprintable() and cell.strip() for cell in row)
    }
    assert plain <= told <= set(range(2, len(rows) + 4))
    for number, row in enumerate(islice(rows, 8), start=2):
        if row[0].isprintable() and row[0].strip():
            assert cells(roster, "full_name")[number] in (row[0], Unreadable(row[0]))
