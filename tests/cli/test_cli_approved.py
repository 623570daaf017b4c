"""``--approved`` as people meet it: the code at the end of a dry run, the line that books exactly that, who is held."""

from __future__ import annotations

import json
import os
import re
import shlex
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from cli_makers import Answers, Ended, Roster
from jsonschema import Draft202012Validator

from importer.settings import settings_path

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "json-schema.json").read_text("utf-8"))
YOGA = "Young makers,30/03/2030 10:30\n"
PEOPLE = ["Ada,Byron", "Alan,Turing", "Grace,Hopper"]


def people(*names: str, name: str = "Yoga.csv", session: str = YOGA) -> None:
    rows = "".join(f"{one},{session}" for one in names)
    Path(name).write_text("First name,Last name,Service,Start\n" + rows, encoding="utf-8")
    os.utime(name, (1, 1))  # an inbox takes what has not changed for a while


def settings(text: str) -> None:
    settings_path().parent.mkdir(parents=True, exist_ok=True)
    settings_path().write_text(text, encoding="utf-8")


def line_of(ended: Ended) -> list[str]:
    """The words of the line that books exactly that."""
    (line,) = re.findall(r"^    roster (.* --approved \S+)$", ended.out + ended.err, re.MULTILINE)
    return shlex.split(line)


def document(ended: Ended) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(ended.out)
    assert [fault.message for fault in Draft202012Validator(SCHEMA).iter_errors(found)] == []
    return found


def test_a_dry_run_ends_with_a_code_and_the_line_that_books_exactly_that(roster: Roster, home: Path) -> None:
    people(*PEOPLE)
    dry = roster("import", "Yoga.csv", "--sandbox", "--dry-run")
    words = line_of(dry)
    assert f"\nApproval code {words[-1]}, good until " in dry.out
    ended = roster(*words)
    assert ended.code == 0
    assert "3 of 3 people are booked." in ended.out


def test_the_code_stands_on_the_first_sheet_with_lines_to_sign(roster: Roster, home: Path) -> None:
    people(*PEOPLE)
    code = line_of(roster("import", "Yoga.csv", "--sandbox", "--dry-run"))[-1]
    sheet = openpyxl.load_workbook("Yoga.PRACTICE.results.xlsx")["Import summary"]
    said = [[str(cell.value) for cell in row if cell.value is not None] for row in sheet.iter_rows()]
    labels = {row[-2]: row[-1] for row in said if len(row) > 1}
    assert labels["Approval code"].startswith(f"{code}, good until ")
    assert set(labels["Approved by"]) == set(labels["on"]) == {"_"}


def test_json_tells_the_code_who_differs_and_who_approved(roster: Roster, home: Path) -> None:
    people(*PEOPLE[:2])
    dry = document(roster("import", "Yoga.csv", "--sandbox", "--dry-run", "--json"))
    code = dry["approval"]["code"]
    assert (dry["approval"]["approved_by"], dry["approval"]["short"]) == (None, None)
    people(*PEOPLE)
    held = document(roster("import", "Yoga.csv", "--sandbox", "--approved", code, "--json"))
    assert held["unapproved"] == [{"sheet": "", "row": 4, "part": "", "differs": []}]
    assert held["approval"]["code"] != code
    people(PEOPLE[0])
    done = document(roster("import", "Yoga.csv", "--sandbox", "--approved", code, "--json"))
    assert done["approval"]["code"] == code
    assert done["approval"]["signed_in"] == "command line"
    assert done["approval"]["short"] == [{"sheet": "", "row": 3, "part": "", "status": None}]
    shown = json.loads(roster("runs", str(done["run"]), "--sandbox", "--json").out)
    assert shown["approval"] == done["approval"] | {"comment": ""}


def test_what_differs_is_told_person_by_person_with_the_new_code(roster: Roster, home: Path) -> None:
    people(*PEOPLE[:2])
    code = line_of(roster("import", "Yoga.csv", "--sandbox", "--dry-run"))[-1]
    people(PEOPLE[0], "Alan,Touring", PEOPLE[2])
    held = roster("import", "Yoga.csv", "--sandbox", "--approved", code.lower().replace("-", ""), "--comment", "ok")
    assert held.code == 9
    new = line_of(held)
    assert held.err.endswith(
        "Stopped for your decision. Nothing was sent: Yoga.csv\n"
        f"  This is not what was approved with {code}: 2 people differ.\n"
        "    Row 3, Alan Touring: approved with another name\n"
        "    Row 4, Grace Hopper: not among those approved\n"
        f"Approval code {new[-1]}. If exactly this is to be booked, whoever approves it\n"
        "types:\n"
        "\n"
        f"    roster import Yoga.csv --sandbox --comment ok --approved {new[-1]}\n"
    )
    assert roster(*new).code == 0
    runs = roster("runs", "1", "--sandbox").out
    assert f"\nCode     {new[-1]}\nComment  ok\n" in runs


def test_a_comment_is_kept_whatever_was_pasted_into_it(roster: Roster, home: Path) -> None:
    people(*PEOPLE)
    words = line_of(roster("import", "Yoga.csv", "--sandbox", "--dry-run"))
    assert roster(*words, "--comment", "seen \udcff by \x1b[31mKay\nand Sam").code == 0
    (comment,) = re.findall(r"^Comment  (.*)$", roster("runs", "1", "--sandbox").out, re.MULTILINE)
    assert comment.startswith("seen ")
    assert "\x1b" not in comment
    assert comment.endswith("and Sam")


def test_who_was_approved_and_is_not_booked_is_told_at_the_end(roster: Roster, home: Path) -> None:
    people(*PEOPLE)
    words = line_of(roster("import", "Yoga.csv", "--sandbox", "--dry-run"))
    people(*PEOPLE[1:])
    ended = roster(*words)
    assert "  Approved but not booked: row 2 (no longer on the list)\n" in ended.out
    assert "\nShort    approved but not booked: row 2 (no longer on the list)\n" in roster("runs", "1", "--sandbox").out


@pytest.mark.parametrize(
    "words", [["--approved", "7F3K-29QD"], ["--approved", "yes please"], ["--approved", "\udcff"], ["--comment", "ok"]]
)
def test_a_code_that_is_none_ends_with_2_and_writes_nothing(roster: Roster, home: Path, words: list[str]) -> None:
    people(*PEOPLE)
    assert roster("import", "Yoga.csv", "--sandbox", *words).code == 2
    assert [path.name for path in Path().iterdir()] == ["Yoga.csv"]


def test_the_line_repeats_what_this_call_means_once(roster: Roster, home: Path) -> None:
    people(*PEOPLE)
    words = line_of(roster("import", "Yoga.csv", "--sandbox", "--dry-run", "--first", "2", "--strict"))
    assert words[:-2] == ["import", "Yoga.csv", "--strict", "--sandbox", "--first", "2"]
    assert "2 of 3 people are booked. 1 is not booked yet." in roster(*words).out


def test_the_line_of_a_list_that_looks_odd_releases_it(roster: Roster, home: Path) -> None:
    many = [f"{chr(97 + n) * 5},{chr(122 - n) * 6}" for n in range(12)]
    people(*many)
    roster("import", "Yoga.csv", "--sandbox")
    people(*many[:5], "Ada,Byron")
    dry = roster("import", "Yoga.csv", "--sandbox", "--dry-run")
    words = line_of(dry)
    assert words[-3:-1] == ["--release", "--approved"]
    without = roster(*[one for one in words if one != "--release"])
    assert without.code == 9
    assert line_of(Ended(0, "", without.err.replace(" --release", ""))) == [one for one in words if one != "--release"]
    assert roster(*words).code == 3  # those who are gone still hold places


def test_a_price_has_to_be_settled_before_there_is_a_code_and_another_choice_is_held(
    roster: Roster, home: Path
) -> None:
    people(*PEOPLE)
    at = ["--sandbox", "--mishap", "price:any:from=1"]
    assert "Approval code" not in roster("import", "Yoga.csv", *at, "--dry-run").out
    words = line_of(roster("import", "Yoga.csv", *at, "--dry-run", "--payment-requests", "none"))
    other = ["send" if one == "none" else one for one in words]
    held = roster(*other, *at[1:])
    assert held.code == 9
    assert "Row 2, Ada Byron: approved with another choice of payment requests" in held.err


def test_settings_that_ask_for_approval_hold_an_import_at_a_terminal_and_elsewhere(
    roster: Roster, home: Path, answers: Answers
) -> None:
    settings("approval = 2\n")
    people(*PEOPLE)
    script = roster("import", "Yoga.csv", "--sandbox", "--yes")
    asked = answers("y")
    terminal = roster("import", "Yoga.csv", "--sandbox")
    assert asked == []
    assert (script.code, terminal.code) == (9, 9)
    why = "  Your settings ask for approval of imports of more than 2 people. This one\n  would book 3 people.\n"
    assert why in terminal.err
    assert line_of(script) == line_of(terminal)
    answers("y")
    assert roster(*line_of(terminal)).code == 0


def test_where_something_else_is_open_too_that_comes_before_the_code(roster: Roster, home: Path) -> None:
    settings('approval = "always"\n')
    people(*PEOPLE)
    held = roster("import", "Yoga.csv", "--sandbox", "--mishap", "price:any:from=1")
    assert held.code == 9
    assert "--payment-requests none" in held.err
    assert held.err.endswith("There will be an approval code once the question above is answered.\n")


def test_a_first_import_goes_on_with_the_same_code(roster: Roster, home: Path, answers: Answers) -> None:
    settings('approval = "always"\n')
    people(*PEOPLE)
    words = line_of(roster("import", "Yoga.csv", "--sandbox"))
    answers("1", "y")
    first = roster(*words)
    assert "1 of 3 people is booked. 2 are not booked yet." in first.out
    assert "3 of 3 people are booked (1 was before)." in roster(*line_of(first)).out


def test_a_run_that_was_approved_and_cut_short_is_resumed_without_the_code(roster: Roster, home: Path) -> None:
    settings('approval = "always"\n')
    people(*PEOPLE)
    words = line_of(roster("import", "Yoga.csv", "--sandbox"))
    down = roster(*words, "--mishap", "down:reserve:from=2")
    assert "1 of 3 people is booked." in down.out
    assert "3 of 3 people are booked (1 was before)." in roster("resume", "--sandbox").out
    assert f"\nCode     {words[-1]}\n" in roster("runs", "2", "--sandbox").out


def test_a_run_that_was_not_approved_is_held_and_its_list_is_imported_with_a_code(roster: Roster, home: Path) -> None:
    people(*PEOPLE)
    roster("import", "Yoga.csv", "--sandbox", "--mishap", "down:reserve:from=2")
    settings('approval = "always"\n')
    held = roster("resume", "--sandbox")
    assert held.code == 9
    words = line_of(held)
    assert words[:-1] == ["import", "Yoga.csv", "--sandbox", "--approved"]
    assert "3 of 3 people are booked (1 was before)." in roster(*words).out
    assert roster("resume", "--sandbox").out == "Nothing to resume.\n"


def test_a_demo_needs_no_approval(roster: Roster, home: Path) -> None:
    settings('approval = "always"\n')
    assert roster("demo").code == 0


def test_an_inbox_says_how_to_let_a_roster_through_that_has_to_be_approved(roster: Roster, home: Path) -> None:
    settings('approval = "always"\n')
    Path("in").mkdir()
    people(*PEOPLE, name="in/hr.csv")
    held = roster("inbox", "in", "--sandbox")
    assert held.code == 9
    (line,) = re.findall(r"^If it is right: +roster (.*)$", held.out, re.MULTILINE)
    words = shlex.split(line)
    assert words[:-1] == ["inbox", str(Path("in").absolute()), "--sandbox", "--release", "hr.csv", "--approved"]
    assert line in Path("in/held/hr.txt").read_text(encoding="utf-8")
    assert roster(*words[:-2]).code == 9, "to release it is not to approve it"
    assert roster(*words, "--comment", "ok").code == 0
    assert "\nComment  ok\n" in roster("runs", "1", "--sandbox").out


def test_an_unknown_code_lets_nothing_through_an_inbox(roster: Roster, home: Path) -> None:
    settings('approval = "always"\n')
    Path("in").mkdir()
    people(*PEOPLE, name="in/hr.csv")
    roster("inbox", "in", "--sandbox")
    assert roster("inbox", "in", "--sandbox", "--release", "hr.csv", "--approved", "0000-0000").code == 2
    assert Path("in/held/hr.csv").is_file()
    assert roster("inbox", "in", "--sandbox", "--approved", "0000-0000").code == 2
