"""Printing: nothing that moves a cursor, nothing that an encoding can't hold, lines that can be typed."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
from cli_makers import Roster

from importer.cli.progress import Lines
from importer.cli.streams import make_streams_steady
from importer.cli.terminal import Terminal, complain, quoted
from importer.model import Progress
from importer.model.printable import printable


@pytest.mark.parametrize(
    ("raw", "harmless"),
    [
        ("Zoë O'Neill", "Zoë O'Neill"),
        ("\x1b[2Jgone", r"\x1b[2Jgone"),
        ("two\nlines\ttab\r", r"two\nlines\ttab\r"),
        ("\u202eesrever", r"\u202eesrever"),
        ("no\u00a0break", "no break"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("\udce9t\udce9", r"\udce9t\udce9"),
    ],
)
def test_control_characters_never_reach_the_terminal_raw(raw: str, harmless: str) -> None:
    assert printable(raw) == harmless


def test_every_way_of_printing_escapes_control_characters(capsys: pytest.CaptureFixture[str]) -> None:
    Terminal().say(["a\x1bb"])
    Terminal().warn(["a\x1bb"])
    complain("a\x1bb")
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("a\\x1bb\n", "a\\x1bb\na\\x1bb\n")


def test_with_json_the_lines_for_people_go_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    terminal = Terminal(as_json=True)
    terminal.say(["for people"])
    terminal.document({"name": "Zoë"})
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ('{\n  "name": "Zo\\u00eb"\n}\n', "for people\n")


def test_quiet_prints_only_what_needs_a_person(capsys: pytest.CaptureFixture[str]) -> None:
    terminal = Terminal(quiet=True)
    terminal.say(["all is well"])
    terminal.insist(["a row needs attention"])
    assert capsys.readouterr().out == "a row needs attention\n"


@pytest.mark.parametrize(
    ("word", "posix", "windows"),
    [
        ("import", "import", "import"),
        ("My list.xlsx", '"My list.xlsx"', '"My list.xlsx"'),
        ("a$b `c`.xlsx", "'a$b `c`.xlsx'", '"a$b `c`.xlsx"'),
        ("O'Neill.xlsx", '"O\'Neill.xlsx"', '"O\'Neill.xlsx"'),
        (r"C:\lists\a.xlsx", r"'C:\lists\a.xlsx'", r"C:\lists\a.xlsx"),
    ],
)
def test_a_line_to_type_is_quoted_for_the_shell_of_the_platform(word: str, posix: str, windows: str) -> None:
    assert quoted(word, windows=False) == posix
    assert quoted(word, windows=True) == windows


def test_a_long_complaint_is_folded_but_a_line_to_type_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    line = f"    roster import {'x' * 80}.xlsx --payment-requests none"
    complain(f"{'words ' * 20}\n{line}")
    assert capsys.readouterr().err.splitlines() == [("words " * 13).strip(), ("words " * 7).strip(), line]


@pytest.mark.parametrize(
    ("encoding", "printed"),
    [
        ("utf-8", "Łukasz · … — ► █░ “x” ’ \\U000e0020".encode()),
        ("cp1252", "?ukasz · … — > #. “x” ’ \\U000e0020".encode("cp1252")),
        ("ascii", b'?ukasz - ... - > #. "x" \' \\U000e0020'),
    ],
)
def test_output_never_fails_for_the_encoding_of_the_terminal(
    encoding: str, printed: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding=encoding))
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(io.BytesIO(), encoding=encoding))
    make_streams_steady()
    Terminal().say(["Łukasz · … — ► █░ “x” ’ \U000e0020"])
    assert written.getvalue().rstrip() == printed


def test_where_no_bar_can_be_drawn_a_line_is_printed_at_most_every_tenth() -> None:
    lines: list[str] = []
    tell = Lines(lines.append)
    tell(Progress("Looking", 3, 0))
    for done in range(232):
        tell(Progress("Booking", done, 231))
    assert lines[:3] == ["Looking", "Booking  0 of 231", "Booking  24 of 231"]
    assert len(lines) == 12
    assert lines[-1] == "Booking  231 of 231"


@pytest.mark.parametrize("command", [("sessions",), ("doctor",), ("import", "list.csv", "--dry-run")])
def test_a_long_wait_that_the_service_asks_for_is_said_by_every_command(
    roster: Roster, home: Path, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importer.service.pace.LONG_WAIT_S", 0.0)
    (home / "list.csv").write_text("First name,Last name,Service,Start\nAda,Byron,Pottery,2090-03-01 10:00\n")
    ended = roster(*command, "--sandbox", "--mishap", "429=0:services:nth=1")
    assert ended.err.count("Appointedd asks us to wait before we send more.") == 1
