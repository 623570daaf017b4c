"""One list, several dates, as somebody at a terminal meets it, and as cron does."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from cli_makers import Answers, Roster

from importer.model import moment_text
from importer.sandbox import Sandbox

LONDON = ZoneInfo("Europe/London")
SERVICE = "Kiln club"
PEOPLE = "First name,Last name\nAda,Lovelace\nTom,Baker\n"


class Club:
    """Sessions on the four coming Saturdays, which begin at 11.15."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        today = datetime.now(LONDON).date()
        first = today + timedelta(days=(5 - today.weekday()) % 7 or 7)
        days = [first + timedelta(weeks=week) for week in range(4)]
        self.starts = [datetime.combine(day, time(11, 15), LONDON) for day in days]
        self.ids = [
            sandbox.world.add_session(SERVICE, "Studio 1", start.astimezone(ZoneInfo("UTC")), 60, 20).id
            for start in self.starts
        ]
        self.at = ("--base-url", sandbox.base_url)

    @property
    def booked(self) -> list[int]:
        return [len(self.sandbox.world.people(one)) for one in self.ids]

    def day(self, number: int) -> str:
        start = self.starts[number]
        return f"{start.day} {start:%b %Y}"


@pytest.fixture
def club(monkeypatch: pytest.MonkeyPatch, home: Path) -> Iterator[Club]:
    (home / "club.csv").write_text(PEOPLE, encoding="utf-8")
    with Sandbox() as sandbox:
        monkeypatch.setenv("APPOINTEDD_API_KEY", sandbox.key)
        yield Club(sandbox)


def test_sessions_are_chosen_by_number_where_no_date_is_given(roster: Roster, club: Club, answers: Answers) -> None:
    asked = answers("9", "1, 3-4", "y")
    ended = roster("import", "club.csv", "--service", SERVICE, *club.at)

    assert f'No date is given for "{SERVICE}". Which of these should all 2 people be booked on?' in " ".join(
        ended.out.split()
    )
    assert f"    3  {SERVICE}, {moment_text(club.starts[2], LONDON)} (20 free)" in ended.out
    assert asked[0] == "Type 1,3-4, or all [Enter = none]:"
    assert "Please type 1,3-4, or all, or press Enter to book nobody." in ended.err
    assert "Book 6 places for 2 people now?" in asked[2]
    assert (ended.code, club.booked) == (0, [2, 0, 2, 2])


@pytest.mark.parametrize("given", [("",), ()], ids=["Enter", "Ctrl-C"])
def test_enter_chooses_no_session(roster: Roster, club: Club, answers: Answers, given: tuple[str, ...]) -> None:
    asked = answers(*given)
    ended = roster("import", "club.csv", "--service", SERVICE, *club.at)
    assert (ended.code, len(asked), club.booked) == (130, 1, [0] * 4)
    assert Path("club.results.xlsx").exists()


def test_all_chooses_every_session_and_a_dry_run_asks_as_well(roster: Roster, club: Club, answers: Answers) -> None:
    answers("all")
    ended = roster("import", "club.csv", "--service", SERVICE, "--dry-run", *club.at)
    assert ended.out.count(SERVICE) > len(club.ids)
    assert (ended.code, club.booked) == (0, [0] * 4)


def test_who_can_not_be_asked_is_shown_the_sessions_and_the_lines_to_type(roster: Roster, club: Club) -> None:
    ended = roster("import", "club.csv", "--service", SERVICE, *club.at)
    assert (ended.code, club.booked) == (9, [0] * 4)
    start = moment_text(club.starts[0], LONDON)
    lines = [line.strip() for line in ended.err.splitlines() if line.strip().startswith("roster import")]
    told = f'roster import club.csv --base-url {club.at[1]} --service "{SERVICE}"'
    assert lines == [f'{told} --start "{start}"', f'{told} --dates "every Saturday until {club.day(3)}"']

    words = ("--service", SERVICE, "--dates", f"every Saturday until {club.day(3)}")
    ended = roster("import", "club.csv", *words, "--yes", *club.at)
    assert (ended.code, club.booked) == (0, [2] * 4)


def test_the_dates_are_shown_before_anybody_is_booked(roster: Roster, club: Club, answers: Answers) -> None:
    answers("")
    words = ("--service", SERVICE, "--dates", f"every Saturday until {club.day(2)}")
    ended = roster("import", "club.csv", *words, *club.at)
    told = ", ".join(moment_text(start, LONDON) for start in club.starts[:3])
    assert f"every Saturday until {club.day(2)}: {told}." in " ".join(ended.out.split())
    assert club.booked == [0] * 4


def test_a_check_takes_the_days_too(roster: Roster, home: Path) -> None:
    (home / "club.csv").write_text(PEOPLE, encoding="utf-8")
    assert roster("check", "club.csv", "--service", SERVICE, "--dates", "every Saturday").code == 0
    assert roster("check", "club.csv", "--service", SERVICE).code == 0


# An inbox


def put(home: Path, settings: str) -> None:
    (home / "in").mkdir(exist_ok=True)
    (home / "in" / "club.csv").write_text(PEOPLE, encoding="utf-8")
    os.utime(home / "in" / "club.csv", (1, 1))  # an inbox takes what has not changed for a while
    (home / "in" / "roster.toml").write_text(f'service = "{SERVICE}"\n{settings}\n', encoding="utf-8")


def test_a_folder_may_name_several_starts_or_days(roster: Roster, club: Club, home: Path) -> None:
    put(home, f'start = ["{club.day(0)} 11:15", "{club.day(1)} 11:15"]')
    assert roster("inbox", "in", *club.at).code == 0
    assert club.booked == [2, 2, 0, 0]

    put(home, f'dates = "every Saturday until {club.day(3)}"')
    assert roster("inbox", "in", *club.at) == (0, "", "")
    assert club.booked == [2] * 4
    put(home, f'dates = "every Saturday until {club.day(3)}"')
    assert roster("inbox", "in", *club.at) == (0, "", "")


def test_a_folder_has_to_give_the_year(roster: Roster, club: Club, home: Path) -> None:
    put(home, 'dates = "every Saturday until 30 March"')
    ended = roster("inbox", "in", *club.at)
    assert ended.code == 2
    assert "every Saturday until 30 March: write each date with its year." in " ".join(ended.err.split())


def test_a_list_without_a_date_is_held_with_the_sessions_that_there_are(roster: Roster, club: Club, home: Path) -> None:
    put(home, "")
    ended = roster("inbox", "in", *club.at)
    said = " ".join(ended.out.split())
    assert (ended.code, club.booked) == (9, [0] * 4)
    assert f"{SERVICE}, {moment_text(club.starts[0], LONDON)}; " in said
    assert 'start = "..." or dates = "..."' in said
