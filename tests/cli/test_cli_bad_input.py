"""Bad input: one sentence with the remedy, the exit code, nothing sent, nothing lost."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs
import pytest
from cli_makers import Roster

from importer.cli.destination import practice_folder
from importer.ledger import Ledger
from importer.sandbox import Sandbox


def test_a_name_with_blanks_and_without_quotes_is_recognised(roster: Roster, home: Path) -> None:
    (home / "St Marys Y4 FINAL (2).xlsx").touch()
    assert roster("check", "St", "Marys", "Y4", "FINAL", "(2).xlsx", "--quiet") == (
        2,
        "",
        'I found "St Marys Y4 FINAL (2).xlsx", but its name has spaces in it.\n'
        'Put quotes round it:    roster check "St Marys Y4 FINAL (2).xlsx"\n',
    )
    assert roster("check", "St", "Mary.xlsx").err == (
        'One list at a time. If its name has spaces in it, put quotes round it:\n    roster check "St Mary.xlsx"\n'
    )


def test_a_roster_that_is_not_there_suggests_names_that_are_near(roster: Roster, spring: Path, home: Path) -> None:
    missing = roster("import", "sprng term.csv")
    assert (
        missing.err.split() == f'There is no file "sprng term.csv" in {home}. Did you mean: "Spring term.csv"'.split()
    )
    assert missing.code == 5
    assert roster("check", "nowhere/x.csv") == (5, "", 'There is no folder "nowhere".\n')
    assert roster("check", ".") == (5, "", '"." is a folder. Write the name of the list in it.\n')


def test_no_key_is_a_sentence_with_the_remedy_and_the_rows_come_back(roster: Roster, spring: Path) -> None:
    ended = roster("import", "Spring term.csv")
    assert ended.err == (
        "No Appointedd key. Put it into the environment variable APPOINTEDD_API_KEY, or\n"
        "into a file that only you can read and name that with --api-key-file. To\n"
        "practise without one, add --sandbox.\n"
    )
    assert ended.out.endswith("Nothing was sent. What is known of the rows: Spring term.results.xlsx\n")
    assert ended.code == 6
    assert Path("Spring term.results.xlsx").is_file()


def test_a_refused_key_is_never_printed_nor_written(
    roster: Roster, spring: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("APPOINTEDD_API_KEY", "hush-hush-hush")
    with Sandbox() as service:
        ended = roster("import", "Spring term.csv", "--base-url", service.base_url)
    assert ended.code == 6
    assert "hush" not in ended.out + ended.err
    assert not [file for file in tmp_path.rglob("*") if file.is_file() and b"hush" in file.read_bytes()]


def test_a_folder_that_cannot_be_written_is_found_out_before_anything_is_sent(roster: Roster, spring: Path) -> None:
    ended = roster("import", "Spring term.csv", "--sandbox", "-o", "nowhere/x.xlsx")
    assert ended.err == (
        "The results can't be written to nowhere/x.xlsx: there is no folder nowhere.\nChoose another place with -o.\n"
    )
    assert ended.code == 8
    assert "Session" not in ended.out


def test_while_another_run_is_at_work_nothing_is_sent(roster: Roster, spring: Path) -> None:
    practice = platformdirs.user_data_path("roster", appauthor=False) / "practice" / "ledger.sqlite3"
    with Ledger.open(practice) as ledger, ledger.lock():
        ended = roster("import", "Spring term.csv", "--sandbox")
    assert ended.err == "Another run is at work with this ledger. Wait until it ends, or add --wait.\n"
    assert ended.code == 7


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["chek"], "There is no command 'chek'. Did you mean: roster check\n"),
        (["Spring term.csv"], 'Say what to do with it, for example: roster check "Spring term.csv"\n'),
        (["waiting"], "There is no command 'waiting'. There are: web, demo, check, import, "),
        (["import"], 'Add the list, like: roster import "My list.xlsx"\n'),
        (["import", "Spring term.csv", "--mishap", "slow"], "--mishap is for practice: it needs --sandbox.\n"),
        (["import", "Spring term.csv", "--sandbox", "--ledger", "x"], "leave out --ledger.\n"),
        (["import", "Spring term.csv", "--sandbox", "--mishap", "x"], "'x' is no kind of mishap. There are:\n"),
        (["import", "Spring term.csv", "--workers", "0", "--rate", "x"], "\n  --workers: "),
        (["import", "Spring term.csv", "--workers", "0", "--rate", "x"], "\n  --rate: "),
        (
            ["import", "Spring term.csv", "--session", "12"],
            '--session: "12" is not a group booking ID: it has 2 characters.',
        ),
        (
            ["import", "Spring term.csv", "--start", "2 Mar 2030 10:00"],
            "--service and --start belong together: give both.\n",
        ),
        (
            ["import", "Spring term.csv", "--dates", "Saturdays until Easter"],
            '"Easter" is not understood. Write it like',
        ),
        (
            ["check", "Spring term.csv", "--dates", "Saturdays", "--session", "6" * 24],
            "leave out --session and --start.\n",
        ),
        (["template", "-o", "x.doc"], 'A blank roster is an .xlsx or a .csv: "x.doc" is neither.\n'),
    ],
)
def test_a_command_line_that_cannot_be_used_says_why(roster: Roster, spring: Path, words: list[str], said: str) -> None:
    ended = roster(*words)
    assert said in ended.err
    assert (ended.code, ended.out) == (2, "")


def test_the_value_of_an_option_without_quotes_is_not_taken_for_part_of_the_name_of_the_list(
    roster: Roster, spring: Path
) -> None:
    ended = roster("import", spring.name, "--service", "Young", "makers", "--start", "30 Mar 2030 10:30")
    assert ended.code == 2
    assert 'What is "makers"?' in ended.err
    assert '--service "Young makers"' in ended.err


def test_an_address_that_can_be_no_hosts_is_a_wrong_setting(roster: Roster, spring: Path) -> None:
    for address in ("https://.../", "https://a..b/v1/"):
        ended = roster("import", spring.name, "--yes", "--base-url", address)
        assert (ended.code, "is not an address" in ended.err) == (2, True)


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="Windows has no HOME")
def test_a_user_without_a_home_folder_is_told_what_to_set(
    roster: Roster, spring: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("os.path.expanduser", lambda path: path)
    ended = roster("check", spring.name)
    assert ended.code == 2
    assert "HOME" in ended.err


def test_a_damaged_practice_journal_is_told_with_what_clears_it(roster: Roster, spring: Path) -> None:
    assert roster("import", spring.name, "--sandbox").code == 3
    journal = practice_folder() / "practice-service.jsonl"
    journal.write_bytes(b"\0" * 40 + b"\n" + journal.read_bytes())
    ended = roster("import", spring.name, "--sandbox")
    assert (ended.code, "roster demo clears it" in ended.err.replace("\n", " ")) == (2, True)
    assert roster("demo").code == 0
