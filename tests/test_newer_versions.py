"""A newer version of a list under another name is known by its people: who moved or is gone is told."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from desk import Desk

from importer.importing.handing_over import hand_over
from importer.importing.questions import Choices
from importer.model import Options, RunReport
from importer.results.changes import change_lines
from importer.results.files import results_path

People = Mapping[str, str]
NAMES = ("Ada Lovelace", "Tom Baker", "Mia Chen", "Noah Okeke", "Zoe Hill", "Ravi Nair", "Lena Vogt", "Sam Reed")


@pytest.fixture
def sessions(desk: Desk) -> tuple[str, str]:
    return desk.session(40, "2030-03-02T11:15:00+00:00"), desk.session(40, "2030-03-09T11:15:00+00:00")


def book(desk: Desk, people: People, name: str) -> RunReport:
    """An import of a list of these people, each for a group booking, whose results are handed over."""
    rows = [
        dict(zip(("First name", "Last name"), person.split(" "), strict=True)) | {"Group booking ID": booking_id}
        for person, booking_id in people.items()
    ]
    path: Path = desk.roster(rows, name)
    report = desk.run(path)
    hand_over(report, results_path(path, None), Choices(desk.settings(), Options()))
    return report


def gone(report: RunReport) -> list[str]:
    return [one.name for one in report.since.gone] if report.since else []


def moved(report: RunReport) -> list[str]:
    return [one.name for one in report.since.moved.values()] if report.since else []


@pytest.mark.parametrize("name", ["Spring FINAL v3.csv", "Spring (updated).csv", "Copy of Spring.csv"])
def test_who_moved_or_is_gone_in_a_newer_version_is_told(desk: Desk, sessions: tuple[str, str], name: str) -> None:
    first, second = sessions
    book(desk, dict.fromkeys(NAMES, first), "Spring.csv")
    newer = dict.fromkeys(NAMES[1:], first) | {"Tom Baker": second, "Ivy Cole": first}
    report = book(desk, newer, name)

    assert (gone(report), moved(report)) == (["Ada Lovelace"], ["Tom Baker"])
    assert [label for label, _ in change_lines(report)] == [
        "Newer version of a list",
        "Moved to another session",
        "No longer on the list",
    ]
    assert '"Spring.csv"' in change_lines(report)[0][1]
    assert sorted(desk.booked(first)) == sorted([*NAMES, "Ivy Cole"])


def test_the_next_version_is_compared_with_the_last_one(desk: Desk, sessions: tuple[str, str]) -> None:
    first, _ = sessions
    book(desk, dict.fromkeys(NAMES, first), "Spring.csv")
    book(desk, dict.fromkeys(NAMES[1:], first), "Spring v2.csv")
    report = book(desk, dict.fromkeys(NAMES[2:], first), "Spring v3.csv")
    assert gone(report) == ["Tom Baker"]


def test_the_same_people_in_another_week_are_no_newer_version(desk: Desk, sessions: tuple[str, str]) -> None:
    first, second = sessions
    book(desk, dict.fromkeys(NAMES, first), "Week one.csv")
    report = book(desk, dict.fromkeys(NAMES, second), "Week two.csv")
    assert report.since is None
    assert sorted(desk.booked(second)) == sorted(NAMES)


def test_a_part_of_a_list_is_no_newer_version(desk: Desk, sessions: tuple[str, str]) -> None:
    first, _ = sessions
    more = [f"{word} Extra" for word in ("Una", "Dora", "Trent", "Quentin")]
    book(desk, dict.fromkeys((*NAMES, *more), first), "All.csv")
    assert book(desk, dict.fromkeys(NAMES[:5], first), "Tuesday group.csv").since is None


def test_other_people_on_the_same_session_are_no_newer_version(desk: Desk, sessions: tuple[str, str]) -> None:
    first, _ = sessions
    book(desk, dict.fromkeys(NAMES, first), "Spring.csv")
    others = [f"{word} Other" for word in ("Una", "Dora", "Trent", "Quentin", "Bianca")]
    assert book(desk, dict.fromkeys(others, first), "Summer.csv").since is None
