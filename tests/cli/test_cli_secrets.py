"""The key goes nowhere but to the service, and names go nowhere but to screens, results and the ledger."""

from __future__ import annotations

import io
import json
import os
import zipfile
from pathlib import Path

import pytest
from cli_makers import Ended, Roster

from importer.cli.destination import practice_folder
from importer.sandbox.kinds import KINDS

KEY = "0123456789abcdef" * 5 + "01234567"
PERSONAL = ("Quillfeather", "Zebedee", "Ophelia", "Marmaduke", "mail.example", "900123", "Ref-77", "strawberries")
PEOPLE = """\
First name,Last name,Service,Start,Email,Mobile,Reference,Notes
Zebedee,Quillfeather,Pottery for beginners,16 Mar 2030 10:00,zeb@mail.example.org,07700 900123,Ref-771,No strawberries
Ophelia,Quillfeather,Pottery for beginners,16 Mar 2030 10:00,oph@mail.example.org,,Ref-772,
Marmaduke,Quillfeather,Pottery for beginners,31/04/2030 10:00,mar@mail.example.org,,Ref-773,
"""


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """No waiting between the tries of a request."""
    monkeypatch.setattr("tenacity.nap.time.sleep", lambda _s: None)


@pytest.fixture(autouse=True)
def known_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key to look for; else each start has one of its own."""
    monkeypatch.setattr("importer.sandbox.server.new_key", lambda: KEY)


def imported(roster: Roster, *words: str) -> Ended:
    Path("people.csv").write_text(PEOPLE, encoding="utf-8")
    quickly = ("--timeout-s", "0.3", "--settle-wait-s", "0.1", "--log-file", "roster.log")
    return roster("import", "people.csv", "--sandbox", "--yes", "--json", *quickly, *words)


def every_byte_below(folder: Path) -> bytes:
    """All files there, and what is packed into workbooks."""
    found = b""
    for path in folder.rglob("*"):
        if path.is_file():
            found += path.read_bytes()
            if zipfile.is_zipfile(path):
                with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as packed:
                    found += b"".join(map(packed.read, packed.namelist()))
    return found


def named_in(text: str) -> list[str]:
    return [word for word in PERSONAL if word.casefold() in text.casefold()]


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("kind", KINDS)
def test_under_every_mishap_the_key_is_nowhere_and_log_and_json_name_nobody(
    roster: Roster, tmp_path: Path, kind: str
) -> None:
    value = {"slow": "=0.4", "late-commit": "=0.4", "429": "=0"}.get(kind, "")
    ended = imported(
        roster, "--mishap", f"{kind}{value}:reserve:nth=1", "--mishap", f"{kind}{value}:confirm:nth=2",
    )  # fmt: skip
    log = Path("roster.log").read_text("utf-8")
    assert '"row": 2' in log or kind == "price"  # which holds the import
    assert json.loads(ended.out)["rows"]
    assert named_in(log) == []
    assert named_in(ended.out) == []
    assert (practice_folder() / "ledger.sqlite3").exists()
    assert KEY not in ended.out + ended.err
    assert KEY.encode() not in every_byte_below(tmp_path)


def test_a_crash_names_nobody_on_the_screen_nor_in_the_log_but_says_there_where_it_happened(
    roster: Roster, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError(f"Zebedee Quillfeather {KEY}")

    monkeypatch.setattr("importer.importing.carrying_out.carry_out", fail)
    ended = imported(roster)
    assert ended.code == 1
    log = Path("roster.log").read_text("utf-8")
    assert KEY not in log + ended.out + ended.err
    assert named_in(log + ended.out + "\n".join(ended.err.splitlines()[-4:])) == []
    last = json.loads(log.splitlines()[-1])
    assert (last["step"], last["status"]) == ("stopped", "ZeroDivisionError")
    assert "conversation.py:" in last["where"]


def test_each_try_of_a_row_is_a_line_of_the_log_with_how_it_ended_and_the_outcome_sums_them_up(roster: Roster) -> None:
    imported(roster, "--mishap", "cut-before:reserve:nth=1", "--workers", "1")
    lines = [json.loads(line) for line in Path("roster.log").read_text("utf-8").splitlines()]
    of_the_first = [line for line in lines if line.get("row") == 2]
    told = [(line["step"], line["status"], line["retries"]) for line in of_the_first]
    assert told == [
        ("reserve", "AnswerLost", 0),
        ("reserve", "done", 1),
        ("confirm", "done", 0),
        ("outcome", "Booked", 1),
    ]
    assert all({"time", "run", "ms"} <= line.keys() for line in of_the_first)
    assert [line["status"] for line in lines if line["step"] == "end"] == ["finished"]
    assert {"call": "POST bookings", "status": 200}.items() <= next(
        line for line in lines if line.get("call") == "POST bookings"
    ).items()


@pytest.mark.skipif(os.name != "posix", reason="Windows has other rights")
def test_the_log_is_its_owners_alone_also_after_it_was_put_aside(
    roster: Roster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importer.cli.log_file.LARGEST", 500)
    imported(roster)
    logs = sorted(path.name for path in Path().glob("roster.log*"))
    assert logs == ["roster.log", *(f"roster.log.{number}" for number in range(1, 6))]
    assert {path.stat().st_mode & 0o777 for path in Path().glob("roster.log*")} == {0o600}


def test_a_log_that_cannot_be_opened_stops_before_anything_is_sent_and_says_so(roster: Roster) -> None:
    Path("taken").mkdir()
    ended = imported(roster, "--log-file", "taken")
    assert ended.code == 2
    assert "The log file taken can't be written: Is a directory." in ended.err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a disk that is always full")
def test_a_log_on_a_full_disk_is_told_once_and_everybody_is_booked_all_the_same(roster: Roster) -> None:
    ended = imported(roster, "--log-file", "/dev/full")
    assert ended.err.count("The log file can't be written any more") == 1
    assert json.loads(ended.out)["totals"]["Booked"] == 2
