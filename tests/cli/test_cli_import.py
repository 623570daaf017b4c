"""Whole conversations with the practice service: check, dry run, import, again, strict, held, resume, runs."""

from __future__ import annotations

import csv
import json
import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from textwrap import dedent
from unittest import mock

import openpyxl
import pytest
from cli_makers import SPRING, Roster
from pydantic import SecretStr

from importer.cli.destination import Destination
from importer.model import Participant, RowRef, Target
from importer.sandbox import Sandbox
from importer.settings import load_settings

POTTERY = "1b86f27d832afd8d0838ee83"
RESULTS = "Spring term.PRACTICE.results.xlsx"


def block(text: str) -> str:
    return dedent(text).lstrip("\n")


def test_a_check_finds_every_problem_without_the_network(roster: Roster, spring: Path) -> None:
    ended = roster("check", "Spring term.csv")
    assert ended.out == block("""
        Spring term.csv · headings in row 1 · 4 people
        Used: Pupil (full name), Service, Start, Email, Tel (phone)
        Not used, and not sent to Appointedd: Class

        3 of 4 people are ready to be booked. 1 row needs attention.

          Row 4  "Start": 31/04/2030 is not a date. Write it like 14 Mar 2030.

        What we could not check, because it needs the internet: whether the sessions
        exist, are open and have places; who else is on them.

        Correct these rows, save the list, then:

            roster check "Spring term.csv"
    """)
    assert (ended.code, ended.err) == (3, "")
    assert [file.name for file in Path().iterdir()] == ["Spring term.csv"]


def test_a_check_writes_the_annotated_workbook_where_it_is_told_to_and_replaces_only_its_own(
    roster: Roster, spring: Path
) -> None:
    for _ in range(2):
        assert "\nOpen  checked.xlsx\n" in roster("check", "Spring term.csv", "-o", "checked.xlsx").out
    Path("checked.xlsx").write_bytes(b"somebody's own")
    assert "\nOpen  checked-2.xlsx\n" in roster("check", "Spring term.csv", "-o", "checked.xlsx").out
    assert Path("checked.xlsx").read_bytes() == b"somebody's own"


def test_a_dry_run_shows_the_plan_and_books_nobody(roster: Roster, spring: Path) -> None:
    ended = roster("import", "Spring term.csv", "--sandbox", "--dry-run")
    out = re.sub(
        r"good until \d+ \w+ \d{4}", "good until DAY", re.sub(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b", "CODE", ended.out)
    )
    assert out == block("""
        PRACTICE: no real bookings.
        Spring term.csv · headings in row 1 · 4 people
        Used: Pupil (full name), Service, Start, Email, Tel (phone)
        Not used, and not sent to Appointedd: Class

        Session                                       Places Taken Wanted  Book  Left
        Pottery for beginners  Sat 16 Mar 2030 10:00      24     2      2     2    20
        Wheel throwing         Sat 16 Mar 2030 13:00      12     0      1     1    11
                                                             (times are London times)

        Sent                first name, last name, e-mail, phone, places
        Payment requests    none, these sessions cost nothing
        E-mails             Appointedd may write to the 2 who have an address; that is
                            set there, it can't be seen from here. To keep addresses and
                            numbers here: --contact none

        PRACTICE: no real bookings.
        NOTHING WAS BOOKED: this is what would happen.
        3 of 4 people would be booked. 1 row needs attention.

          Row 4  "Start": 31/04/2030 is not a date. Write it like 14 Mar 2030.

        Others may book in the meantime: a session may be full by then.

        Open  Spring term.PRACTICE.results.xlsx
        Its first sheet, "Import summary", links to the row.
        Correct these rows, save, close the file, then:

            roster import "Spring term.PRACTICE.results.xlsx" --sandbox --dry-run

        Approval code CODE, good until DAY. To book exactly these people:

            roster import "Spring term.csv" --sandbox --approved CODE
    """)
    assert ended.code == 3
    assert "Nothing was imported yet." in roster("runs", "--sandbox").out


def test_an_import_books_who_can_be_booked_and_the_second_one_books_nobody(roster: Roster, spring: Path) -> None:
    first = roster("import", "Spring term.csv", "--sandbox")
    assert first.out.partition("\n\nPRACTICE: ")[2] == block("""
        no real bookings.
        3 of 4 people are booked. 1 row needs attention.

          Row 4  "Start": 31/04/2030 is not a date. Write it like 14 Mar 2030.

        Open  Spring term.PRACTICE.results.xlsx
        Its first sheet, "Import summary", links to the row.
        Correct these rows, save, close the file, then:

            roster import "Spring term.PRACTICE.results.xlsx" --sandbox

        These 3 bookings will not change. (Import 1.)
    """)
    assert first.err.splitlines()[-4:] == ["Booking  0 of 3", "Booking  1 of 3", "Booking  2 of 3", "Booking  3 of 3"]
    again = roster("import", RESULTS, "--sandbox")
    assert "3 of 4 people are booked (3 were before). 1 row needs attention." in again.out
    assert f"We have not changed {RESULTS}." in again.out
    assert (first.code, again.code) == (3, 3)


def test_a_dry_run_leaves_room_for_the_results_of_the_import(roster: Roster, spring: Path) -> None:
    roster("import", "Spring term.csv", "--sandbox", "--dry-run")
    roster("import", "Spring term.csv", "--sandbox")
    assert sorted(file.name for file in Path().iterdir()) == [RESULTS, "Spring term.csv"]


def test_json_is_one_document_on_standard_output(roster: Roster, spring: Path) -> None:
    ended = roster("import", "Spring term.csv", "--sandbox", "--json")
    document = json.loads(ended.out)
    assert document["totals"] == {"Booked": 3, "Fix row": 1}
    assert (document["practice"], document["exit_code"]) == (True, 3)
    assert Path(document["results"]) == Path(RESULTS).absolute()
    assert "3 of 4 people are booked" in ended.err


def test_quiet_prints_nothing_when_nobody_is_needed(roster: Roster, spring: Path) -> None:
    loud = roster("import", "Spring term.csv", "--sandbox", "--quiet")
    assert loud.out.startswith("PRACTICE: no real bookings.\n3 of 4 people are booked. 1 row needs attention.\n")
    heading, leo, lukasz, _, zoe = spring.read_text("utf-8").splitlines(keepends=True)
    spring.write_text(heading + leo + lukasz + zoe, encoding="utf-8")
    assert roster("import", "Spring term.csv", "--sandbox", "--quiet") == (0, "", "")
    spring.write_text(heading + leo + lukasz, encoding="utf-8")
    left = roster("import", "Spring term.csv", "--sandbox", "--quiet")
    assert (left.code, "No longer on the list: row 4 (Zoë ÉTÉ)" in left.out) == (3, True)


def test_strict_books_nobody_unless_everybody_can_be_booked(roster: Roster, spring: Path) -> None:
    ended = roster("import", "Spring term.csv", "--sandbox", "--strict")
    assert ended.out.partition("\n\nPRACTICE: ")[2] == block("""
        no real bookings.
        Nothing was sent: with --strict, either everybody is booked or nobody.
        3 of 4 people would be booked. 1 row needs attention.

          Row 4  "Start": 31/04/2030 is not a date. Write it like 14 Mar 2030.

        Others may book in the meantime: a session may be full by then.

        Open  Spring term.PRACTICE.results.xlsx
        Its first sheet, "Import summary", links to the row.
        Correct these rows, save, close the file, then:

            roster import "Spring term.PRACTICE.results.xlsx" --strict --sandbox
    """)
    assert ended.code == 3
    assert Path(RESULTS).is_file()
    assert "Nothing was imported yet." in roster("runs", "--sandbox").out


def test_a_price_holds_the_import_until_payment_requests_are_chosen(roster: Roster, spring: Path) -> None:
    call = ("import", "Spring term.csv", "--sandbox", "--mishap", "price=12")
    held = roster(*call)
    assert held.err.endswith(
        block("""
        Stopped for your decision. Nothing was sent. Pottery for beginners, Sat 16 Mar
        2030 10:00 and 1 more: each has a price. Choose whether Appointedd sends each
        person there a payment request:

            roster import "Spring term.csv" --sandbox --payment-requests none
            roster import "Spring term.csv" --sandbox --payment-requests send
    """)
    )
    assert held.out.endswith(f"Nothing was sent. What is known of the rows: {RESULTS}\n")
    dry = roster(*call, "--dry-run")
    assert "Payment requests    NOT CHOSEN YET" in dry.out
    chosen = roster(*call, "--payment-requests", "none")
    assert "Payment requests    none, as you chose" in chosen.out
    assert (held.code, dry.code, chosen.code) == (9, 3, 3)


def test_a_run_of_which_a_later_import_has_most_people_is_resumed_only_when_it_is_released(
    roster: Roster, home: Path
) -> None:
    names = ("Ada Byron", "Bob Orr", "Cy Pell", "Dee Lund", "Eve Hall")
    for name, some in (("list.csv", names), ("new.csv", names[:3])):
        rows = [f"{POTTERY},{','.join(one.split())}" for one in some]
        Path(name).write_text("\n".join(["Group booking ID,First name,Last name", *rows]), encoding="utf-8")
    assert roster("import", "list.csv", "--sandbox", "--mishap", "refuse-key:confirm:from=2").code == 6
    roster("import", "new.csv", "--sandbox")
    held = roster("resume", "--sandbox")
    assert held.code == 9
    assert "new.csv was imported later (import 2) and has 3 of the 5 people here" in held.err
    assert "roster resume 1 --sandbox --release" in held.err
    assert "3 of 5 people are booked (1 was before)." in roster("resume", "1", "--sandbox", "--release").out


def test_only_the_first_of_the_plan_are_booked_where_that_is_asked(roster: Roster, spring: Path) -> None:
    ended = roster("import", "Spring term.csv", "--sandbox", "--first", "1")
    assert "1 of 4 people is booked. 1 row needs attention. 2 are not booked yet." in ended.out
    assert ended.code == 0


def test_what_an_interrupted_run_left_is_resumed_without_a_question(roster: Roster, spring: Path) -> None:
    down = roster("import", "Spring term.csv", "--sandbox", "--mishap", "refuse-key:confirm:from=2")
    assert down.code == 6
    assert "\n    roster resume --sandbox\n" in down.out
    spring.unlink()
    resumed = roster("resume", "--sandbox")
    assert "\nImport 1: Spring term.csv, begun " in resumed.out
    assert "3 of 4 people are booked" in resumed.out
    assert resumed.code == 3
    assert roster("resume", "--sandbox") == (0, "Nothing to resume.\n", "")
    document = json.loads(roster("resume", "--sandbox", "--json").out)
    assert (document["runs"], document["exit_code"]) == ([], 0)


def test_runs_are_listed_newest_first_and_one_can_be_seen_row_by_row(roster: Roster, spring: Path) -> None:
    roster("import", "Spring term.csv", "--sandbox")
    listed = roster("runs", "--sandbox").out.splitlines()
    assert listed[1] == " Run  Started                Roster                    Booked  Open  State"
    assert listed[2].endswith("  Spring term.csv                3     1  finished")
    one = roster("runs", "1", "--sandbox").out
    assert one.partition("\n\n")[2] == block("""
        Row 2  Booked              Leo KHAN                Pottery for beginners, Sat 16
                                                           Mar 2030 10:00
        Row 3  Booked              Łukasz ŻAK              Pottery for beginners, Sat 16
                                                           Mar 2030 10:00
        Row 4  Fix row             Cat HILL                "Start": 31/04/2030 is not a
                                                           date. Write it like 14 Mar
                                                           2030.
        Row 5  Booked              Zoë ÉTÉ                 Wheel throwing, Sat 16 Mar
                                                           2030 13:00
    """)
    rows = json.loads(roster("runs", "1", "--sandbox", "--json").out)["rows"]
    assert [row["status"] for row in rows] == ["Booked", "Booked", "Fix row", "Booked"]
    assert roster("runs", "7", "--sandbox") == (2, "", "There is no run 7. roster runs lists them.\n")


@pytest.mark.parametrize(("dies_at", "counted"), [("book", ["0", "3"]), ("recording.finished", ["3", "0"])])
def test_of_a_run_that_died_is_counted_who_was_booked_and_who_was_not_yet(
    roster: Roster, spring: Path, dies_at: str, counted: list[str]
) -> None:
    class Killed(BaseException):
        """Nothing of ours catches it, as nothing catches a kill."""

    with mock.patch(f"importer.importing.carrying_out.{dies_at}", side_effect=Killed), suppress(Killed):
        roster("import", "Spring term.csv", "--sandbox")
    listed = roster("runs", "--sandbox").out.splitlines()
    assert listed[2].split()[-4:-2] == counted


def test_a_run_that_a_later_import_has_ended_is_called_overtaken_and_that_is_explained(
    roster: Roster, spring: Path
) -> None:
    roster("import", "Spring term.csv", "--sandbox", "--mishap", "refuse-key:confirm:from=2")
    roster("import", "Spring term.csv", "--sandbox")
    listed = roster("runs", "--sandbox").out.splitlines()
    assert [line.split()[-1] for line in listed[2:4]] == ["finished", "overtaken"]
    assert "overtaken: a later import of the same roster did what was left of it." in listed


def test_sessions_are_listed_by_service_and_room_with_free_places_and_ids(roster: Roster) -> None:
    lines = roster("sessions", "--sandbox").out.splitlines()
    assert lines[0] == "PRACTICE: no real bookings."
    at = lines.index("Pottery for beginners, Studio 1")
    assert lines[at : at + 3] == [
        "Pottery for beginners, Studio 1",
        "  Sat 16 Mar 2030 10:00    22 of  24 free   fc683d5c49061b1db848d053",
        "  Sat 23 Mar 2030 10:00     8 of   8 free   1b86f27d832afd8d0838ee83",
    ]
    assert lines[-1] == "Times are London times."
    document = json.loads(roster("sessions", "--sandbox", "--json").out)
    assert {one["free"] for one in document["sessions"] if one["service"] == "Life drawing"} == {10}


@pytest.mark.parametrize("name", ["Roster.xlsx", "blank.csv"])
def test_a_blank_roster_is_made_but_never_over_a_file_that_is_there(roster: Roster, name: str) -> None:
    made = roster("template", "-o", name)
    explained = "; its second sheet explains the columns" if name.endswith(".xlsx") else ""
    assert made == (0, f"{name} is ready to be filled in{explained}.\n", "")
    content = Path(name).read_bytes()
    assert roster("template", "-o", name).code == 8
    assert Path(name).read_bytes() == content


def test_a_blank_roster_can_offer_the_sessions_to_come(roster: Roster) -> None:
    assert roster("template", "--with-sessions", "--sandbox").code == 0
    assert Path("Roster.xlsx").stat().st_size > 0


def test_a_roster_that_is_open_in_excel_is_read_as_it_was_saved_and_that_is_said(
    roster: Roster, spring: Path, home: Path
) -> None:
    (home / "~$Spring term.csv").touch()
    ended = roster("check", "Spring term.csv")
    assert ended.err.startswith('"Spring term.csv" is open in Excel. I read what was saved at ')
    assert "Save and close it, then run" in ended.err
    assert "3 of 4 people are ready" in ended.out


@pytest.fixture
def sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A small sample roster in the place of the real one."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    for line in csv.reader(SPRING.splitlines()):
        sheet.append(line)
    workbook.save(tmp_path / "sample.xlsx")
    monkeypatch.setattr("importer.sandbox.__file__", str(tmp_path / "__init__.py"))


@pytest.mark.usefixtures("sample")
def test_the_demo_books_the_sample_asks_nothing_and_says_where_the_results_are(roster: Roster) -> None:
    for _ in range(2):
        ended = roster("demo")
        assert ended.out.partition("\n\nPRACTICE: ")[2] == block("""
            no real bookings.
            3 of 4 people are booked. 1 row needs attention.

              Row 4  "Start": 31/04/2030 is not a date. Write it like 14 Mar 2030.

            Open  Practice roster.PRACTICE.results.xlsx
            Its first sheet, "Import summary", links to the row.
            Correct these rows, save, close the file, then:

                roster import "Practice roster.PRACTICE.results.xlsx" --sandbox

            These 3 bookings will not change. (Import 1.)

            See the same list on a page, in your browser:

                roster web --sandbox
        """)
        assert ended.code == 0
    again = roster("import", "Practice roster.PRACTICE.results.xlsx", "--sandbox")
    assert "3 of 4 people are booked (3 were before). 1 row needs attention." in again.out


@pytest.mark.usefixtures("sample")
def test_the_demo_writes_over_nothing_that_is_somebodys_own(roster: Roster) -> None:
    Path("Practice roster.xlsx").write_bytes(b"mine")
    Path("Practice roster 2.PRACTICE.results.xlsx").write_bytes(b"mine")
    assert "Open  Practice roster 2.PRACTICE.results-2.xlsx" in roster("demo").out
    assert Path("Practice roster.xlsx").read_bytes() == b"mine"
    assert Path("Practice roster 2.PRACTICE.results.xlsx").read_bytes() == b"mine"


def test_resume_waits_for_what_cannot_be_known_yet_and_then_settles_it(
    roster: Roster, spring: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = roster(
        "import", "Spring term.csv", "--sandbox", "--settle-wait-s", "0", "--mishap", "cut-before:confirm:nth=1"
    )
    assert lost.code == 4
    assert "\n    roster resume --sandbox --settle-wait-s 0 --wait\n" in lost.out
    slept: list[float] = []

    def later() -> datetime:
        return datetime.now(UTC) + timedelta(seconds=sum(slept) + len(slept))

    monkeypatch.setattr("importer.cli.conversation.now", later)
    monkeypatch.setattr("importer.cli.resume.now", later)
    monkeypatch.setitem(Sandbox.__init__.__kwdefaults__, "clock", later)
    monkeypatch.setattr("importer.cli.resume.time.sleep", slept.append)
    settled = roster("resume", "--sandbox", "--wait", "--settle-wait-s", "0")
    before, _, after = settled.out.partition("\nWaiting until ")
    assert "1 is not sure" in before
    assert "not sure yet" not in after
    assert (settled.code, len(slept)) == (3, 1)


def test_resume_waits_by_the_clock_of_this_computer_where_the_service_has_another_time(
    roster: Roster, spring: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []

    def later() -> datetime:
        return datetime.now(UTC) + timedelta(seconds=sum(slept) + len(slept))

    monkeypatch.setattr("importer.service.appointedd.Appointedd.now", lambda _service: later() + timedelta(hours=9))
    lost = ("--sandbox", "--settle-wait-s", "0", "--mishap", "cut-before:confirm:nth=1")
    assert roster("import", "Spring term.csv", *lost).code == 4
    monkeypatch.setattr("importer.cli.conversation.now", later)
    monkeypatch.setattr("importer.cli.resume.now", later)
    monkeypatch.setitem(Sandbox.__init__.__kwdefaults__, "clock", later)
    monkeypatch.setattr("importer.cli.resume.time.sleep", slept.append)
    settled = roster("resume", "--sandbox", "--wait", "--settle-wait-s", "0")
    assert (settled.code, len(slept)) == (3, 1)
    assert slept[0] < 3600


def test_the_zone_of_the_settings_is_the_one_that_is_sent(tmp_path: Path) -> None:
    with Sandbox() as service:
        settings = load_settings(base_url=service.base_url, timezone="America/New_York", ledger=tmp_path / "ledger")
        with Destination(settings, SecretStr(service.key)).connect() as client:
            (booking,) = client.bookings([POTTERY]).values()
            person = Participant(RowRef("", 2), "Ada", "Lovelace", Target(POTTERY))
            client.confirm(client.reserve(booking, 1).slot_id, person)
        assert service.world.people(POTTERY)[-1].timezone == "America/New_York"
