"""``roster inbox`` as cron meets it: silent when all is well, one screen without names when it is not."""

from __future__ import annotations

import json
import os
import shlex
from pathlib import Path

import pytest
from cli_makers import Roster
from jsonschema import Draft202012Validator

from importer.cli.destination import LEDGER, practice_folder
from importer.ledger import Ledger
from importer.settings import settings_path

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "json-schema.json").read_text("utf-8"))
HEADINGS = "First name,Last name,Service,Start,Reference\n"
NAMES = ("Lovelace", "Turing", "Hopper", "ada", "Ada")


@pytest.fixture
def inbox(home: Path) -> Path:
    folder = home / "in"
    folder.mkdir()
    return folder


def put(folder: Path, *rows: str, name: str = "hr.csv") -> Path:
    """A roster that has lain there for an hour."""
    path = folder / name
    path.write_text(HEADINGS + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    os.utime(path, (path.stat().st_mtime - 3600,) * 2)
    return path


ADA = "Ada,Lovelace,Young makers,30/03/2030 10:30,M1"
ALAN = "Alan,Turing,Young makers,30/03/2030 10:30,M2"
LOST = "Grace,Hopper,Young makers,31/02/2030 10:30,M3"


def crowd(count: int) -> list[str]:
    words = [f"{chr(97 + n % 26)}{chr(97 + n // 26)}" * 4 for n in range(count)]
    return [f"{word},{word[::-1]},Young makers,30/03/2030 10:30,X{word}" for word in words]


def test_a_fine_night_prints_nothing(roster: Roster, inbox: Path) -> None:
    put(inbox, ADA, ALAN)
    assert roster("inbox", "in", "--sandbox") == (0, "", "")
    put(inbox, ADA, ALAN)
    assert roster("inbox", "in", "--sandbox") == (0, "", "")
    assert roster("inbox", "in", "--sandbox") == (0, "", "")
    assert len(list((inbox / "done").glob("*.csv"))) == 2


def test_what_needs_a_person_is_told_on_one_screen_without_names_and_once(roster: Roster, inbox: Path) -> None:
    put(inbox, ADA, LOST)
    ended = roster("inbox", "in", "--sandbox")
    assert (ended.code, ended.err) == (3, "")
    assert 'Fix row          row 3, "Start". Correct the row, send it again.' in ended.out
    assert not [name for name in NAMES if name in ended.out]
    assert max(map(len, ended.out.splitlines())) <= 80
    put(inbox, ADA, LOST)
    assert roster("inbox", "in", "--sandbox") == (0, "", "")


def test_only_what_needs_a_person_is_told_of_and_the_gravest_exit_code_counts(roster: Roster, inbox: Path) -> None:
    put(inbox, ADA, name="a.csv")
    put(inbox, LOST, name="b.csv")
    (put(inbox, name="c.csv")).write_text("nothing")
    os.utime(inbox / "c.csv", (1, 1))
    ended = roster("inbox", "in", "--sandbox")
    assert ended.code == 5
    assert "a.csv" not in ended.out
    assert "b.csv: 1 row. 1 needs attention." in ended.out
    assert "c.csv: it can't be read as a list.\nWhy      rejected/c " in ended.out
    assert "1 other list needed no attention · " in ended.out


def test_a_held_roster_says_its_lines_and_how_to_go_on(roster: Roster, inbox: Path) -> None:
    put(inbox, *crowd(20))
    roster("inbox", "in", "--sandbox")
    put(inbox, *crowd(10))
    ended = roster("inbox", "in", "--sandbox")
    assert ended.code == 9
    assert ended.out.partition("\n\n")[2].startswith(
        "hr.csv: Stopped for your decision. Nothing was sent. (exit 9)\n"
        "\n"
        "  It has 10 rows. The last import (1) had 20. Has it been cut short?\n"
        "\n"
        "If the file is wrong:   delete it from held/\n"
    )
    line = next(line for line in ended.out.splitlines() if line.startswith("If it is right:"))
    assert line.split()[4:] == ["roster", "inbox", str(inbox), "--sandbox", "--release", "hr.csv"]
    assert roster("inbox", "in", "--sandbox", "--release", "hr.csv").code == 3


def test_a_list_that_may_be_of_two_senders_is_held_until_somebody_has_said_whose_it_is(
    roster: Roster, inbox: Path
) -> None:
    path = put(inbox)
    path.write_text("Name,Service,Start\nDora Ellis,Young makers,30/03/2030 10:30\n", encoding="utf-8")
    os.utime(path, (path.stat().st_mtime - 3600,) * 2)
    for name, order in (("Club A", "last-first"), ("Club B", "first-last")):
        roster("headings", str(path), "--name", name, "--agree", f"name_order={order}")
    ended = roster("inbox", "in", "--sandbox")
    assert ended.code == 9
    assert "If it is right, say whose it is:" in ended.out
    line = next(line for line in ended.out.splitlines() if "Club B" in line and "--release" in line)
    released = roster(*shlex.split(line)[1:])
    assert released.code == 0, released
    assert [*(inbox / "done").rglob("hr*.csv")]
    assert not [*(inbox / "held").iterdir()]


def test_a_list_whose_shape_has_to_be_agreed_on_is_held_until_somebody_has_said_it(roster: Roster, inbox: Path) -> None:
    sessions = "Young makers Sat 30 March 2030 10:30,Wheel throwing Sat 16 March 2030 13:00"
    (inbox / "club.csv").write_text(f"First name,Last name,{sessions}\nAda,Byron,x,x\n", encoding="utf-8")
    os.utime(inbox / "club.csv", (1, 1))
    ended = roster("inbox", "in", "--sandbox")
    assert ended.code == 9
    assert "  Which is right? each tick is a booking / ticks are not bookings.\n" in ended.out
    assert "Byron" not in ended.out
    held = inbox / "held" / "club.csv"
    assert f"    roster headings {held}\n    roster headings {held} --agree ticks=yes\n" in ended.out
    assert roster("inbox", "in", "--sandbox", "--release", "club.csv").code == 9, "that alone does not answer it"
    assert roster("headings", str(held), "--agree", "ticks=yes").code == 0
    assert roster("inbox", "in", "--sandbox", "--release", "club.csv").code == 0


def test_an_import_is_held_too_and_yes_does_not_release_it(roster: Roster, home: Path) -> None:
    put(home, *crowd(20))
    roster("import", "hr.csv", "--sandbox", "--yes")
    put(home, *crowd(10))
    ended = roster("import", "hr.csv", "--sandbox", "--yes")
    assert ended.code == 9
    assert ended.err.endswith(
        "Stopped for your decision. Nothing was sent: hr.csv\n"
        "  It has 10 rows. The last import (1) had 20. Has it been cut short?\n"
        "If the file is wrong, send nothing. If it is right:\n"
        "\n"
        "    roster import hr.csv --sandbox --release\n"
    )
    ended = roster("import", "hr.csv", "--sandbox", "--release")
    assert (ended.code, "Still hold their places" in ended.out) == (3, True)
    assert "No longer on the list: rows 12 (kakakaka akakakak), 13" in ended.out


def test_the_series_of_an_import_can_be_named_and_then_only_news_count(roster: Roster, home: Path) -> None:
    for name, code in (("a.csv", 3), ("b.csv", 0), ("c.csv", 0)):
        put(home, ADA, LOST, name=name)
        assert roster("import", name, "--sandbox", "--series", "hr").code == code


def test_json_is_one_document_without_names(roster: Roster, inbox: Path) -> None:
    put(inbox, ADA, LOST)
    ended = roster("inbox", "in", "--sandbox", "--json")
    document = json.loads(ended.out)
    assert [fault.message for fault in Draft202012Validator(SCHEMA).iter_errors(document)] == []
    (file,) = document["files"]
    assert (document["kind"], document["exit_code"], file["exit_code"], file["file"]) == ("inbox", 3, 3, "hr.csv")
    assert file["report"]["totals"] == {"Booked": 1, "Fix row": 1}
    assert [(row["row"], row["status"]) for row in file["report"]["rows"]] == [(2, "Booked"), (3, "Fix row")]
    assert Path(file["report"]["results"]).is_file()
    assert Path(file["moved_to"]).is_file()
    assert not [name for name in NAMES if name in ended.out + ended.err]


def test_a_day_without_an_expected_roster_ends_with_3(roster: Roster, inbox: Path) -> None:
    (inbox / "roster.toml").write_text('expect = "daily"')
    ended = roster("inbox", "in", "--sandbox")
    assert ended.code == 3
    assert "MISSING: no roster has come yet, and one is expected daily." in ended.out
    put(inbox, ADA)
    assert roster("inbox", "in", "--sandbox") == (0, "", "")
    assert roster("inbox", "in", "--sandbox") == (0, "", "")


def test_the_folder_says_what_holds_for_its_rosters(roster: Roster, inbox: Path) -> None:
    (inbox / "roster.toml").write_text('service = "Young makers"\nstart = "30 Mar 2030 10:30"')
    path = inbox / "names.csv"
    path.write_text("First name,Last name\nAda,Lovelace\n")
    os.utime(path, (1, 1))
    assert roster("inbox", "in", "--sandbox") == (0, "", "")


def test_the_folder_names_the_headings_of_its_rosters(roster: Roster, inbox: Path) -> None:
    settings_path().parent.mkdir(parents=True)
    settings_path().write_text('[headings.hr]\nVorname = "first_name"\nZuname = "last_name"\n', encoding="utf-8")
    what = 'service = "Young makers"\nstart = "30 Mar 2030 10:30"\n'
    (inbox / "roster.toml").write_text(what + 'headings = "staff"')
    path = inbox / "names.csv"
    path.write_text("Vorname,Zuname\nAda,Lovelace\n")
    os.utime(path, (1, 1))
    assert 'names headings "staff". Kept are: hr.' in roster("inbox", "in", "--sandbox").err
    (inbox / "roster.toml").write_text(what + 'headings = "hr"')
    assert roster("inbox", "in", "--sandbox") == (0, "", "")


def test_faults_of_the_call_are_told_before_anything_is_touched(roster: Roster, inbox: Path) -> None:
    waiting = put(inbox, ADA)
    for words, said in (
        (["in", "--results", "in"], "read as new lists"),
        (["nowhere"], "does not exist"),
        (["in", "--release", "hr.csv"], "Held are: none"),
        (["in", "--release", "hr.csv", "--dry-run"], "leave out --dry-run"),
    ):
        ended = roster("inbox", *words, "--sandbox")
        assert (ended.code, ended.out) == (2, "")
        assert said in ended.err.replace("\n", " ")
    (inbox / "roster.toml").write_text("worker = 3")
    assert "worker: there is no such setting for a folder" in roster("inbox", "in", "--sandbox").err
    assert waiting.exists()


def test_another_run_at_work_leaves_all_where_it_is(roster: Roster, inbox: Path) -> None:
    waiting = put(inbox, ADA)
    ledger = practice_folder() / LEDGER
    with Ledger.open(ledger) as other, other.lock():
        assert roster("inbox", "in", "--sandbox").code == 7
    assert waiting.exists()


def test_without_a_key_all_stays_where_it_is(roster: Roster, inbox: Path) -> None:
    waiting = put(inbox, ADA)
    ended = roster("inbox", "in")
    assert ended.code == 6
    assert "No Appointedd key" in ended.err
    assert waiting.exists()


def test_a_letter_that_could_not_be_printed_is_printed_by_the_next_round(
    roster: Roster, inbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(inbox, ADA, LOST)
    from importer.cli.terminal import Terminal

    def is_full(_terminal: Terminal, _lines: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(Terminal, "insist", is_full)
        assert roster("inbox", "in", "--sandbox").code == 1
    ended = roster("inbox", "in", "--sandbox")
    assert ended.code == 3
    assert "Not told before: hr.csv\n" in ended.out
    assert 'Fix row          row 3, "Start"' in ended.out
    assert roster("inbox", "in", "--sandbox") == (0, "", "")


def test_what_lies_in_attention_is_said_again_after_the_days_that_the_folder_names(roster: Roster, inbox: Path) -> None:
    put(inbox, ADA, LOST)
    (inbox / "roster.toml").write_text("remind_days = 3")
    roster("inbox", "in", "--sandbox")
    (text,) = (inbox / "attention").glob("*.txt")
    assert roster("inbox", "in", "--sandbox") == (0, "", "")
    long_ago = text.stat().st_mtime - 4 * 86400
    os.utime(text, (long_ago, long_ago))
    ended = roster("inbox", "in", "--sandbox")
    assert (ended.code, "Still waiting for a person: 1 in attention" in ended.out) == (0, True)
    assert roster("inbox", "in", "--sandbox") == (0, "", "")


def test_a_release_of_nothing_is_a_mistake_and_no_round(roster: Roster, inbox: Path) -> None:
    waiting = put(inbox, ADA)
    ended = roster("inbox", "in", "--sandbox", "--release", "")
    assert (ended.code, waiting.exists()) == (2, True)


@pytest.mark.parametrize("line", ['payment_requests = "send"', "max_new = 1000"])
def test_the_settings_may_forbid_a_folder_to_say_more_than_how_its_lists_are_read(
    roster: Roster, inbox: Path, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    waiting = put(inbox, ADA)
    (inbox / "roster.toml").write_text(f'{line}\ntimezone = "Europe/London"')
    monkeypatch.setenv("ROSTER_FOLDER_SETTINGS", "reading")
    ended = roster("inbox", "in", "--sandbox")
    assert (ended.code, waiting.exists()) == (2, True)
    assert f"roster.toml may not say {line.split()[0]}" in ended.err
    (inbox / "roster.toml").write_text('timezone = "Europe/London"')
    assert roster("inbox", "in", "--sandbox").code == 0
    (inbox / "roster.toml").write_text('folder_settings = "all"')
    assert "there is no such setting for a folder" in roster("inbox", "in", "--sandbox").err
