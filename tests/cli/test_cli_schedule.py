"""``roster schedule``: what is printed runs as it stands, in an empty environment."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from cli_makers import Ended, Roster

from importer.cli import COMMANDS

pytestmark = pytest.mark.skipif(os.name != "posix", reason="cron and systemd are not on Windows")

ODD = """Mrs O'Hara's "100 % $HOME" \\ rosters"""
SHOW_WORDS = """#!/bin/sh
for word; do printf '%s\\0' "$word"; done
"""


@pytest.fixture
def key(home: Path) -> Path:
    path = home / "appointedd-key"
    path.write_text("s3cret", encoding="utf-8")
    path.chmod(0o600)
    return path


@pytest.fixture
def folder(home: Path) -> Path:
    path = home / ODD
    path.mkdir()
    return path


@pytest.fixture
def stand_in(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program in the place of roster that prints the words that it was called with."""
    path = home / "100 % stand-in"
    path.write_text(SHOW_WORDS, encoding="utf-8")
    path.chmod(0o700)
    monkeypatch.setattr("importer.cli.schedule._program", lambda: [str(path)])
    return path


def cron_command(ended: Ended) -> str:
    """What cron hands to /bin/sh: an escaped % without its backslash, all up to one that is not escaped."""
    assert (ended.code, ended.err, ended.out.count("\n")) == (0, "", 1)
    moment, command = re.fullmatch(r"(\d+ \d+ \* \* \*)  (.*)\n", ended.out).groups()  # type: ignore[union-attr]
    assert moment == "5 3 * * *"
    return re.split(r"(?<!\\)%", command)[0].replace(r"\%", "%")


def run_by_cron(command: str) -> str:
    ran = subprocess.run(["env", "-i", "/bin/sh", "-c", command], capture_output=True, text=True, check=False, cwd="/")
    assert (ran.returncode, ran.stderr) == (0, "")
    return ran.stdout


def test_the_line_for_cron_runs_in_an_empty_environment_with_every_word_intact(
    roster: Roster, home: Path, folder: Path, key: Path, stand_in: Path
) -> None:
    words = ("--cron", "--at", "03:05", "--api-key-file", key.name, "--ledger", "50 % ledger.sqlite3")
    ran = run_by_cron(cron_command(roster("schedule", ODD, *words)))
    expected = [
        "inbox",
        str(folder),
        "--wait",
        "--ledger",
        str(home / "50 % ledger.sqlite3"),
        "--api-key-file",
        str(key),
    ]
    assert ran.split("\0") == [*expected, "--log-file", str(home / "roster.log"), ""]


def test_the_real_program_is_found_and_goes_by_the_same_settings_in_an_empty_environment(
    roster: Roster, home: Path, folder: Path, key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``config`` takes the options of ``inbox`` and shows what is made of them."""
    monkeypatch.setenv("ROSTER_TIMEZONE", "Europe/Paris")
    words = ("--api-key-file", str(key), "--ledger", "ledger.sqlite3", "--rate", "5")
    command = cron_command(roster("schedule", ODD, "--cron", "--at", "03:05", *words))
    as_config = command.replace(f"inbox {shlex.quote(str(folder))} --wait", "config --json")
    assert as_config != command
    shown = json.loads(run_by_cron(as_config))
    assert shown["key"] == {"from": str(key), "fault": None}
    in_force = {name: one["value"] for name, one in shown["settings"].items() if one["from"] == "option"}
    assert in_force == {
        "ledger": str(home / "ledger.sqlite3"),
        "api_key_file": str(key),
        "log_file": str(home / "roster.log"),
        "timezone": "Europe/Paris",
        "rate": 5.0,
    }


def test_a_proxy_and_certificates_of_ones_own_are_written_out(
    roster: Roster, home: Path, folder: Path, key: Path, stand_in: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in.write_text('#!/bin/sh\nprintf "%s %s" "$HTTPS_PROXY" "$REQUESTS_CA_BUNDLE"', encoding="utf-8")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy:3128")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/etc/our 100 % certificates.pem")
    words = ("schedule", ODD, "--api-key-file", key.name, "--at", "03:05")
    ran = run_by_cron(cron_command(roster(*words, "--cron")))
    assert ran == "http://proxy:3128 /etc/our 100 % certificates.pem"
    assert 'Environment="REQUESTS_CA_BUNDLE=/etc/our 100 %% certificates.pem"' in roster(*words, "--systemd").out


@pytest.mark.skipif("inbox" not in COMMANDS, reason="waits for roster inbox")
def test_the_line_for_cron_imports_what_is_in_the_folder(roster: Roster, folder: Path, key: Path) -> None:
    """The inbox is empty, so that nothing is sent, and a night on which all is well prints nothing."""
    words = ("--cron", "--at", "03:05", "--api-key-file", str(key), "--base-url", "http://127.0.0.1:9/v1/")
    assert run_by_cron(cron_command(roster("schedule", ODD, *words))) == ""


def units(ended: Ended, folder: Path) -> list[Path]:
    """The units, each put into the file that the line above it names."""
    assert (ended.code, ended.err) == (0, "")
    made = []
    for name, text in re.findall(
        r"^# ~/\.config/systemd/user/(\S+)\n(.*?)(?=^# |\Z)", ended.out, re.MULTILINE | re.DOTALL
    ):
        made.append(folder / name)
        made[-1].write_text(text, encoding="utf-8")
    return made


def test_the_units_for_systemd_are_verified_by_it(
    roster: Roster, home: Path, folder: Path, key: Path, stand_in: Path
) -> None:
    made = units(roster("schedule", ODD, "--systemd", "--api-key-file", key.name), home)
    for path, kind in zip(made, ("service", "timer"), strict=True):
        assert re.fullmatch(rf"roster-mrs-o-hara-s-100-home-rosters-[0-9a-f]{{6}}\.{kind}", path.name)
    service, timer = (path.read_text("utf-8") for path in made)
    in_the_folder = str(home).replace("%", "%%")
    assert f'ExecStart="{in_the_folder}/100 %% stand-in" inbox "{in_the_folder}/Mrs O\'Hara\'s' in service
    assert '\\"100 %% $$HOME\\" \\\\ rosters" --wait --ledger /' in service
    assert "OnCalendar=*-*-* 02:00:00\n" in timer
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not here")
    verified = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *made], capture_output=True, text=True, check=False
    )
    assert (verified.returncode, verified.stderr) == (0, "")


def test_a_key_that_is_only_in_the_environment_cannot_be_scheduled(
    roster: Roster, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("APPOINTEDD_API_KEY", "s3cret")
    ended = roster("schedule", ODD, "--cron")
    assert ended.code == 2
    assert ended.err.startswith("The key has to be in a file: neither cron nor systemd knows of")
    assert "s3cret" not in ended.out + ended.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["."], "Say for what: --cron or --systemd."),
        ([".", "--cron", "--at", "2 am"], "--at 2 am is no time of day. Write it like 02:00."),
        (["nowhere", "--cron"], "Directory 'nowhere' does not exist."),
    ],
)
def test_a_schedule_that_cannot_be_made_says_why(roster: Roster, key: Path, words: list[str], said: str) -> None:
    ended = roster("schedule", *words, "--api-key-file", str(key))
    assert ended.code == 2
    assert said in ended.err


def test_two_folders_of_one_name_have_units_of_their_own_and_wait_for_each_other(
    roster: Roster, home: Path, key: Path, stand_in: Path
) -> None:
    names: list[str] = []
    for team in ("staff", "members"):
        (home / team / "inbox").mkdir(parents=True)
        ended = roster("schedule", f"{team}/inbox", "--systemd", "--api-key-file", key.name)
        made = units(ended, home)
        names += [path.name for path in made]
        assert f"Description=Import the rosters in {home}/{team}/inbox\n" in made[0].read_text("utf-8")
        assert " --wait " in made[0].read_text("utf-8")
    assert len(set(names)) == 4
