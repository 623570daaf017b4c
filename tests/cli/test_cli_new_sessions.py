"""``--start-new`` as it is typed: what is shown, asked and answered of a session that is not there yet."""

from __future__ import annotations

import json
import os
from pathlib import Path

import openpyxl
from cli_makers import Answers, Roster

DRAWING = """\
First name,Last name,Service,Resource,Start
Ada,Lovelace,Life drawing,Studio 1,24/04/2030 18:30
Grace,Hopper,Life drawing,Studio 1,24/04/2030 18:30
Alan,Turing,Young makers,,30/03/2030 10:30
"""
CALL = ("import", "Drawing.csv", "--sandbox")


def drawing(text: str = DRAWING) -> None:
    Path("Drawing.csv").write_text(text, encoding="utf-8")


def told(text: str) -> str:
    return " ".join(text.split())


def test_a_dry_run_names_the_session_that_would_be_started(roster: Roster) -> None:
    drawing()
    ended = roster(*CALL, "--start-new", "--dry-run")
    assert ended.code == 0
    assert "Life drawing, Wed 24 Apr 2030 18:30 (Studio 1): starts a new session." in ended.out
    sheet = openpyxl.load_workbook("Drawing.PRACTICE.results.xlsx").worksheets[-1]
    messages = [str(cell.value) for row in sheet.iter_rows() for cell in row]
    assert messages.count("This session is not there yet: the import starts it.") == 2


def test_a_new_session_is_asked_for_by_itself_before_its_people_are(roster: Roster, answers: Answers) -> None:
    drawing()
    questions = answers("maybe", "y", "y")
    ended = roster(*CALL, "--start-new")
    assert questions == [
        "PRACTICE: start the new session in Appointedd? [y/N]:",
        "PRACTICE: start the new session in Appointedd? [y/N]:",
        "PRACTICE: book 3 people now? [y/N], or type 1 to try one person first:",
    ]
    assert "Please type y to start them" in told(ended.err)
    assert ended.code == 0
    assert "3 of 3 people are booked." in ended.out


def test_whoever_says_no_to_a_new_session_books_nobody(roster: Roster, answers: Answers) -> None:
    drawing()
    answers("")
    ended = roster(*CALL, "--start-new")
    assert ended.code == 130
    assert "Nothing was booked: you said no." in ended.out
    assert roster(*CALL, "--start-new", "--yes").code == 0


def test_the_option_is_the_consent_where_nobody_can_be_asked(roster: Roster) -> None:
    drawing()
    document = json.loads(roster(*CALL, "--start-new", "--yes", "--json").out)
    assert document["totals"] == {"Booked": 3}
    (new,) = document["new_sessions"]
    assert new["start"] == "2030-04-24T17:30:00+00:00"
    ids = {row["booking_id"] for row in document["rows"]}
    assert len(ids) == 2
    assert None not in ids


def test_without_the_option_the_rows_say_that_the_session_is_not_there(roster: Roster) -> None:
    drawing()
    ended = roster(*CALL, "--yes")
    assert ended.code == 3
    assert "is full, closed or not there" in told(ended.out)


def test_the_line_to_type_after_a_dry_run_has_the_option(roster: Roster) -> None:
    drawing()
    assert "--start-new" in roster(*CALL, "--start-new", "--dry-run").out.rpartition("    roster ")[2]


def test_what_an_import_has_started_is_an_ordinary_session_for_the_next(roster: Roster) -> None:
    drawing()
    roster(*CALL, "--start-new", "--yes")
    drawing(DRAWING + "Mary,Jackson,Life drawing,Studio 1,24/04/2030 18:30\n")
    ended = roster(*CALL, "--yes")
    assert ended.code == 0
    assert "4 of 4 people are booked (3 were before)." in ended.out


def test_free_times_stand_apart_in_the_drop_down_and_can_be_chosen_there(roster: Roster) -> None:
    assert roster("template", "--with-sessions", "--sandbox", "-o", "Drawing.xlsx").code == 0
    book = openpyxl.load_workbook("Drawing.xlsx")
    offered = [str(cell.value) for cell in book["Sessions"]["A"][1:]]
    free = [one for one in offered if one.startswith("Free: ")]
    assert (
        free
        == offered[-len(free) :]
        == [
            "Free: Life drawing, Wed 24 Apr 2030 18:30 (Studio 1)",
            "Free: Young makers, Sat 27 Apr 2030 10:30 (Studio 2)",
        ]
    )
    sheet = book["Roster"]
    where = {str(cell.value): cell.column for cell in sheet[1]}
    for column, text in (("First name", "Ada"), ("Last name", "Lovelace"), ("Session", free[0])):
        sheet.cell(3, where[column]).value = text
    book.save("Drawing.xlsx")
    call = ("import", "Drawing.xlsx", "--sandbox", "--yes")
    assert "is full, closed or not there" in told(roster(*call).out)
    ended = roster(*call, "--start-new")
    assert ended.code == 0
    assert "1 person is booked." in told(ended.out)
    assert "1 person is booked (1 was before)." in told(roster(*call).out)


def test_an_inbox_starts_sessions_only_where_its_call_says_so(roster: Roster) -> None:
    def totals(*words: str) -> dict[str, int]:
        path = Path("in", "Drawing.csv")
        path.write_text(DRAWING, encoding="utf-8")
        os.utime(path, (path.stat().st_mtime - 3600,) * 2)
        (file,) = json.loads(roster("inbox", "in", "--sandbox", "--json", *words).out)["files"]
        return dict(file["report"]["totals"])

    Path("in").mkdir()
    assert totals() == {"Booked": 1, "Fix row": 2}
    assert totals("--start-new") == {"Already booked": 1, "Booked": 2}


def test_the_line_that_a_resumed_import_ends_with_means_what_the_import_meant(roster: Roster) -> None:
    drawing(f"{DRAWING}Emmy,Noether,Life drawing,Studio 1,24/04/2030 19:30\n")
    assert roster(*CALL, "--start-new", "--mishap", "refuse-key:confirm:from=2").code == 6
    resumed = roster("resume", "--sandbox")
    assert resumed.code == 3
    assert "    roster import Drawing.PRACTICE.results.xlsx --start-new --sandbox\n" in resumed.out
