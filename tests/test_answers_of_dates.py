"""A list for several dates, imported for one after the other: the answers of each stay beside those of the others."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from desk import Desk
from results_makers import lines
from test_answers_sheet import table
from test_booking import OpenDesk

from importer.errors import ExitCode
from importer.importing.handing_over import hand_over
from importer.importing.questions import Choices
from importer.model import Options, Target
from importer.model.columns import ANSWERS_SHEET
from importer.model.handles import by_part
from importer.results.files import results_path
from importer.results.report import exit_code, headline

SATURDAYS = ("2030-03-02 10:00", "2030-03-09 10:00")


def book(desk: Desk, path: Path, session: str) -> Path:
    """The list for one date."""
    options = Options(Target(session))
    report = desk.run(path, options)
    return hand_over(report, results_path(path, None), Choices(desk.settings(), options))


def sessions(desk: Desk) -> list[str]:
    starts = (datetime.fromisoformat(f"{start}:00+00:00").isoformat() for start in SATURDAYS)
    return [desk.session(1, start) for start in starts]


ADA, JON = ({"First name": "Ada", "Last name": "King"}, {"First name": "Jon", "Last name": "Foy"})


def test_answers_for_a_date_stand_beside_those_of_the_dates_before_wherever_the_row_is_now(desk: Desk) -> None:
    first, second = sessions(desk)
    book(desk, desk.roster([ADA, JON]), first)
    told = table(book(desk, desk.roster([JON, ADA]), second), ANSWERS_SHEET)
    columns = ("Import row", "Import column", "Import person", "Import status")
    assert [tuple(one[column] for column in columns) for one in told] == [
        ("2", SATURDAYS[0], "Jon Foy", "Full"),
        ("2", SATURDAYS[1], "Jon Foy", "Booked"),
        ("3", SATURDAYS[0], "Ada King", "Booked"),
        ("3", SATURDAYS[1], "Ada King", "Full"),
    ]


def test_the_marks_of_every_date_stay_in_the_row(desk: Desk) -> None:
    path = desk.roster([ADA])
    first, second = sessions(desk)
    book(desk, path, first)
    (row,) = table(book(desk, path, second), "Roster")
    assert set(by_part(row["Import run"])) == {"", SATURDAYS[1]}
    assert row["Import message"] == "Both sessions."


def test_the_first_line_counts_this_import_alone(desk: Desk) -> None:
    first, second = sessions(desk)
    book(desk, desk.roster([ADA, JON]), first)
    results = book(desk, desk.roster([ADA]), second)
    assert lines(results)[0] == "1 person on 1 session: 1 place is booked."


def test_an_import_beside_another_date_on_which_somebody_is_not_sure_yet_says_so_and_ends_with_4(
    open_desk: OpenDesk,
) -> None:
    desk = open_desk(mishaps=["late-commit=300:confirm:nth=1"])
    first, second = sessions(desk)
    desk.run(desk.roster([ADA]), Options(Target(first)))
    report = desk.run(desk.roster([ADA]), Options(Target(second)))
    assert exit_code(report, Options()) is ExitCode.NOT_SURE_YET
    assert headline(report).endswith("1 is not sure yet for another date.")


def test_who_is_not_sure_on_another_date_is_looked_up_there_though_that_import_never_ended(open_desk: OpenDesk) -> None:
    desk = open_desk(mishaps=["late-commit=300:confirm:nth=1"])
    first, second = sessions(desk)
    desk.run(desk.roster([ADA]), Options(Target(first)))
    desk.sandbox._mishaps.finish()
    report = desk.run(desk.roster([ADA]), Options(Target(second)))
    assert [str(one.status) for one in report.other_dates] == ["Booked"]
    assert exit_code(report, Options()) is ExitCode.DONE
