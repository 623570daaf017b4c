"""``roster completion``: what it prints completes commands, options, choices and file names."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from cli_makers import Roster

# What bash does when Tab is pressed; compopt itself can only be called from within that.
PRESS_TAB = """
PATH=$PWD:$PATH
compopt() { echo files; }
source completion.sh
COMP_WORDS=(roster "$@")
COMP_CWORD=$#
_roster_completion roster
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.mark.skipif(not shutil.which("bash"), reason="bash is not here")
@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        (["sch"], "schedule"),
        (["import", "--dry"], "--dry-run"),
        (["import", "--date-order", "d"], "dmy"),
        (["check", "My l"], "files"),
        (["import", "--api-key-file", ""], "files"),
        (["completion", "z"], "zsh"),
    ],
)
def test_bash_completes_commands_options_choices_and_files(roster: Roster, typed: list[str], offered: str) -> None:
    Path("completion.sh").write_text(roster("completion", "bash").out, encoding="utf-8")
    Path("roster").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m importer "$@"\n', encoding="utf-8")
    Path("roster").chmod(0o700)
    pressed = subprocess.run(["bash", "-c", PRESS_TAB, "bash", *typed], capture_output=True, text=True, check=False)
    assert pressed.stdout.split("\n")[0] == offered
    assert pressed.stderr == ""


def test_zsh_is_given_its_own_script(roster: Roster) -> None:
    script = roster("completion", "zsh").out
    assert script.startswith("#compdef roster\n")
    if shutil.which("zsh"):
        checked = subprocess.run(["zsh", "-n"], input=script, capture_output=True, text=True, check=False)
        assert (checked.returncode, checked.stderr) == (0, "")
