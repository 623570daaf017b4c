"""The sample rosters, each through the practice service as it is furnished: what README says becomes of them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from desk import Desk

import importer.sandbox
from importer.errors import ExitCode
from importer.model import Options, RunReport, Status
from importer.results.report import exit_code, totals

OUTCOMES: dict[str, tuple[dict[Status, int], ExitCode]] = {
    "community-centre.xlsx": (
        {
            Status.BOOKED: 51,
            Status.ALREADY_BOOKED: 1,
            Status.FIX_ROW: 10,
            Status.SAME_PERSON: 1,
            Status.FULL: 5,
        },
        ExitCode.PERSON_NEEDED,
    ),
    "clean.xlsx": ({Status.BOOKED: 20}, ExitCode.DONE),
    "course.csv": ({Status.BOOKED: 14, Status.FIX_ROW: 1}, ExitCode.PERSON_NEEDED),
}
"""What becomes of each sample where nobody was booked before: rows by status, and the exit code."""

ROWS = {
    "community-centre.xlsx": {
        5: (Status.ALREADY_BOOKED, "not through an import"),
        8: (Status.SAME_PERSON, "Tomasz Zieliński"),
        17: (Status.BOOKED, "Is a zero missing in front of this number?"),
        18: (Status.FIX_ROW, "24 characters"),
        23: (Status.FIX_ROW, "31/02/2030 is not a date"),
        29: (Status.BOOKED, "is a Monday"),
        33: (Status.FIX_ROW, "last name is missing"),
        49: (Status.FULL, "Tue 12 Mar 2030 09:00"),
        50: (Status.FULL, "Tue 12 Mar 2030 09:00"),
        51: (Status.FULL, "Wed 3 Apr 2030 09:00"),
        52: (Status.FULL, "Wed 3 Apr 2030 09:00"),
        53: (Status.FULL, "Wed 3 Apr 2030 09:00"),
        56: (Status.FIX_ROW, "not an e-mail address"),
        60: (Status.FIX_ROW, "not a number of places"),
        61: (Status.FIX_ROW, "Pottery for beginners"),
        64: (Status.FIX_ROW, "Studio 1"),
        68: (Status.FIX_ROW, "Sat 27 Jul 2030 10:30"),
        69: (Status.FIX_ROW, "same person as row 4"),
        70: (Status.FIX_ROW, "is cancelled"),
    },
    "clean.xlsx": {},
    "course.csv": {7: (Status.FIX_ROW, "which part is the surname")},
}
"""Every row that is not simply booked, by number: its status and the gist of its message."""

POTTERY = "fc683d5c49061b1db848d053"
FORKLIFT = "e22cdd0385c0d6e6863de00f"
MAKERS = "4ddcc48b5d3cf66984014112"
SAMPLES = Path(__file__).parent.parent / "sample_data"


@pytest.fixture
def sample(tmp_path: Path) -> Callable[[str], Path]:
    """A copy, so that nothing is ever written beside the samples themselves."""
    return lambda name: Path(shutil.copy(SAMPLES / name, tmp_path))


def outcome_of(report: RunReport) -> tuple[dict[Status, int], ExitCode]:
    return totals(report.outcomes), exit_code(report, Options())


def test_the_table_names_every_sample_there_is() -> None:
    assert (
        set(OUTCOMES)
        == set(ROWS)
        == {path.name for path in SAMPLES.glob("*.*") if path.suffix != ".py" and ".results" not in path.name}
    )


def test_the_demo_books_the_community_centre() -> None:
    demo = Path(importer.sandbox.__file__).with_name("sample.xlsx")
    assert demo.read_bytes() == (SAMPLES / "community-centre.xlsx").read_bytes()


@pytest.mark.parametrize("name", OUTCOMES)
def test_a_sample_comes_out_as_the_table_says(name: str, desk: Desk, sample: Callable[[str], Path]) -> None:
    report = desk.run(sample(name))
    assert outcome_of(report) == OUTCOMES[name]
    told = {one.row.number: one for one in report.outcomes if one.status is not Status.BOOKED or one.message}
    assert {number: one.status for number, one in told.items()} == {
        number: status for number, (status, _) in ROWS[name].items()
    }
    for number, (_, gist) in ROWS[name].items():
        assert gist in told[number].message


def test_samples_do_not_get_into_each_others_way_and_a_second_run_books_nobody(
    desk: Desk, sample: Callable[[str], Path]
) -> None:
    rosters = {name: sample(name) for name in reversed(OUTCOMES)}
    first = {name: desk.run(roster) for name, roster in rosters.items()}
    assert {name: outcome_of(report) for name, report in first.items()} == OUTCOMES
    posts = desk.posts()
    for name, roster in rosters.items():
        before, after = first[name].outcomes, desk.run(roster).outcomes
        assert [one.status for one in after] == [
            Status.ALREADY_BOOKED if one.status is Status.BOOKED else one.status for one in before
        ]
    assert desk.posts() == posts


def test_the_community_centre_is_on_its_sessions_as_the_roster_says(desk: Desk, sample: Callable[[str], Path]) -> None:
    report = desk.run(sample("community-centre.xlsx"))
    assert report.roster.sheets[0].unused == ("Class", "Paid", "Allergies", "Notes")
    assert report.roster.sheets[0].skipped == {73: "no name", 74: "no name"}
    people = {person.name: person for person in desk.sandbox.world.people(POTTERY)}
    assert people["Thị Hoa Nguyễn"].spaces == 3
    assert people["Siobhán O'Brien"].profile.mobile == "07700 900201"
    assert "Sarah Null" in people
    assert {"Ella Brown", "Bella Brown"} <= set(desk.booked(MAKERS))
    assert desk.booked(FORKLIFT) == [
        "Gareth Pugh", "Nadia Kowalczyk", "Sipho Dlamini", "Terry Longbottom", "Agnieszka Żak",
    ]  # fmt: skip
