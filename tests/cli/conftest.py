"""Running ``roster`` as people do: as a program in a folder of its own, or in this process where that is enough."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from cli_makers import SPRING, Answers, Ended, Roster

from importer.cli.terminal import Terminal

HERE = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to be in and nothing of this computer's owner: no settings, no key, no ledger."""
    for name in list(os.environ):
        if name.startswith(("ROSTER_", "APPOINTEDD_")):
            monkeypatch.delenv(name)
    for name in (
        "HOME",
        "XDG_DATA_HOME",
        "XDG_CONFIG_HOME",
        "LOCALAPPDATA",
        "APPDATA",
        "USERPROFILE",
        "WIN_PD_OVERRIDE_LOCAL_APPDATA",
    ):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    monkeypatch.setenv("PYTHONPATH", str(HERE))
    monkeypatch.setenv("COLUMNS", "80")
    folder = tmp_path / "desk"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def roster(capsys: pytest.CaptureFixture[str]) -> Roster:
    """``roster("check", "x.xlsx")`` in this process."""

    def call(*words: str) -> Ended:
        from importer.cli import run

        capsys.readouterr()
        code = run(words)
        return Ended(code, *capsys.readouterr())

    return call


@pytest.fixture
def program() -> Roster:
    """``program("check", "x.xlsx")`` in a process of its own, with other variables of the environment by name."""

    def call(*words: str, **environment: str) -> Ended:
        done = subprocess.run(
            [sys.executable, "-m", "importer", *words],
            capture_output=True,
            stdin=subprocess.DEVNULL,
            env=os.environ | environment,
            check=False,
        )
        encoding = environment.get("PYTHONIOENCODING", "utf-8")
        return Ended(done.returncode, done.stdout.decode(encoding), done.stderr.decode(encoding))

    return call


@pytest.fixture
def spring(home: Path) -> Path:
    """A roster of four, one with a date that is none."""
    path = home / "Spring term.csv"
    path.write_text(SPRING, encoding="utf-8")
    return path


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Answers:
    """Somebody at a terminal who gives these answers; returns the questions as they are asked. No answer is Ctrl-C."""

    def give(*texts: str) -> list[str]:
        questions: list[str] = []
        waiting = list(texts)

        def ask(_: Terminal, question: str) -> str:
            questions.append(question)
            if not waiting:
                raise click.Abort
            return waiting.pop(0)

        monkeypatch.setattr(Terminal, "can_ask", True)
        monkeypatch.setattr(Terminal, "ask_text", ask)
        return questions

    return give
