"""One list for several dates of a service: another date is an addition, whatever was imported before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from desk import Desk, statuses
from openpyxl import Workbook, load_workbook

from importer.importing.handing_over import hand_over
from importer.importing.questions import Choices
from importer.ledger import Ledger
from importer.lists.dates import for_targets
from importer.lists.roster import read_roster
from importer.model import Options, RunReport, RunState, Target
from importer.model.columns import ANSWERS_SHEET
from importer.results.files import results_path
from importer.results.report import exit_code

DATES = ("2030-03-02T11:15:00+00:00", "2030-03-09T11:15:00+00:00", "2030-03-16T11:15:00+00:00")
A, B, C = range(3)
SERVICE = "Pottery for beginners"


class Course:
    """Three dates of one service, and a list that names none of them."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.ids = [desk.session(40, date) for date in DATES]

    def list(self, people: Iterable[str], name: str = "course.xlsx") -> Path:
        book = Workbook()
        sheet: Any = book.active
        sheet.append(("First name", "Last name"))
        for person in people:
            sheet.append(person.split(" ", 1))
        book.save(self.desk.folder / name)
        return self.desk.folder / name

    def book(self, path: Path, *dates: int, **options: Any) -> tuple[RunReport, Path]:
        """An import for these dates, and the results that it hands back."""
        chosen = given(*dates, **options)
        report = self.desk.run(path, chosen)
        return report, hand_over(report, results_path(path, None), Choices(self.desk.settings(), chosen))

    def booked(self) -> list[list[str]]:
        return [sorted(self.desk.booked(one)) for one in self.ids]

    def held(self, path: Path, *dates: int) -> Sequence[str]:
        return self.desk.plan(path, given(*dates)).held


def given(*dates: int, **options: Any) -> Options:
    targets = [Target(service=SERVICE, start=datetime.fromisoformat(DATES[date])) for date in dates]
    return for_targets(targets, ZoneInfo("Europe/London"), Options(**options))


def names(count: int, start: int = 0) -> list[str]:
    """Names that nobody could take for one another."""
    words = [f"{chr(97 + n % 26)}{chr(97 + n // 26 % 26)}" * 4 for n in range(start, start + count)]
    return [f"{word.title()} {word[::-1].title()}" for word in words]


def table(path: Path, title: str) -> list[dict[str, Any]]:
    heads, *rows = load_workbook(path)[title].iter_rows(values_only=True)
    return [dict(zip(heads, row, strict=True)) for row in rows]


def answers(path: Path) -> list[tuple[str, str, str]]:
    return [
        (line["Import person"], line["Import session"], line["Import status"]) for line in table(path, ANSWERS_SHEET)
    ]


def told(report: RunReport) -> tuple[set[str], list[str], int]:
    """Who has moved and who has gone, and how the import ends."""
    since = report.since
    moved = {former.name for former in since.moved.values()} if since else set[str]()
    return moved, [former.name for former in since.gone] if since else [], int(exit_code(report, Options()))


@pytest.fixture
def course(desk: Desk) -> Course:
    return Course(desk)


def test_another_date_is_an_addition_and_its_answers_stand_beside_those_of_the_first(course: Course) -> None:
    people = ["Ada Lovelace", "Tom Baker"]
    path = course.list(people)
    course.book(path, A)
    report, results = course.book(path, B)

    assert course.booked() == [people, people, []]
    assert told(report) == (set(), [], 0)
    assert answers(results) == [
        (name, f"{SERVICE}, {date}", status)
        for name in people
        for date, status in (("Sat 2 Mar 2030 11:15", "Booked"), ("Sat 9 Mar 2030 11:15", "Booked"))
    ]


def test_a_list_with_one_date_has_its_answers_beside_the_people_alone(course: Course) -> None:
    path = course.list(["Ada Lovelace"])
    course.book(path, A)
    report, results = course.book(path, A)

    assert statuses(report) == {"Ada Lovelace": "Already booked"}
    assert ANSWERS_SHEET not in load_workbook(results).sheetnames


@pytest.mark.parametrize("sends_results", [False, True], ids=["the list", "the results"])
def test_dates_one_at_a_time_book_everybody_once_on_each_and_keep_all_answers(
    course: Course, sends_results: bool
) -> None:
    people = names(30)
    path = course.list(people)
    for date in (A, B, C, A, B):
        assert course.held(path, date) == ()
        report, results = course.book(path, date)
        assert told(report) == (set(), [], 0)
        path = results if sends_results else path

    assert course.booked() == [sorted(people)] * 3
    assert len(answers(results)) == 3 * 30
    assert {status for _, _, status in answers(results)} == {"Booked", "Already booked"}


def test_the_marks_of_one_date_do_not_stand_for_another(course: Course) -> None:
    path = course.list(["Ada Lovelace", "Tom Baker"])
    _, results = course.book(path, A)
    book = load_workbook(results)
    sheet: Any = book["Sheet"]
    sheet["A3"] = "Thomas"
    book.save(results)
    report, results = course.book(results, B)

    assert course.booked()[B] == ["Ada Lovelace", "Thomas Baker"]
    assert statuses(report) == {"Ada Lovelace": "Booked", "Thomas Baker": "Booked"}

    report, _ = course.book(results, A)
    assert course.booked()[A] == ["Ada Lovelace", "Tom Baker"]
    assert statuses(report)["Thomas Baker"] in ("Already booked", "Same person?")


def test_who_was_taken_off_the_list_between_two_dates_is_told_to_hold_a_place(course: Course) -> None:
    course.book(course.list(["Ada Lovelace", "Tom Baker", "Mia Chen"]), A)
    report, _ = course.book(course.list(["Ada Lovelace", "Mia Chen", "Noah Okeke"]), B)

    assert course.booked()[B] == ["Ada Lovelace", "Mia Chen", "Noah Okeke"]
    assert told(report) == (set(), ["Tom Baker"], 3)

    report, _ = course.book(course.list(["Ada Lovelace", "Mia Chen", "Noah Okeke"]), C)
    assert told(report) == (set(), [], 0)


def test_a_later_import_for_the_first_date_knows_who_came_and_went_there(course: Course) -> None:
    course.book(course.list(["Ada Lovelace", "Tom Baker"]), A)
    course.book(course.list(["Ada Lovelace", "Tom Baker"]), B)
    report, _ = course.book(course.list(["Ada Lovelace", "Mia Chen"]), A)

    assert course.booked()[A] == ["Ada Lovelace", "Mia Chen", "Tom Baker"]
    assert told(report)[:2] == (set(), ["Tom Baker", "Tom Baker"])


def test_another_date_with_half_of_the_people_or_others_is_not_held(course: Course) -> None:
    course.book(course.list(names(30)), A)
    assert course.held(course.list(names(12)), B) == ()
    assert course.held(course.list(names(40, start=100)), B) == ()
    assert course.held(course.list(names(12)), A) != ()


def test_an_import_for_another_date_does_not_end_what_was_left_of_the_first(course: Course) -> None:
    path = course.list(["Ada Lovelace", "Tom Baker"])
    course.desk.stop.set()
    first = course.desk.run(path, given(A))
    course.desk.stop.clear()
    course.book(path, B)

    with Ledger.open(course.desk.settings().ledger) as ledger:
        run = next(run for run in ledger.runs() if run.id == first.run)
        assert run.state is RunState.INTERRUPTED
        copy = read_roster(ledger.roster_copy(run.id))
    course.desk.run_of(copy, run.options)
    assert course.booked()[:2] == [["Ada Lovelace", "Tom Baker"]] * 2


def test_what_is_decided_beside_one_date_counts_for_that_date_alone(course: Course) -> None:
    path = course.list(["Ada Lovelace", "Tom Baker"])
    course.book(path, A)
    _, results = course.book(path, B)
    book = load_workbook(results)
    sheet: Any = book[ANSWERS_SHEET]
    heads = [cell.value for cell in sheet[1]]
    line = next(row for row in sheet.iter_rows(min_row=2) if row[heads.index("Import person")].value == "Tom Baker")
    line[heads.index("Import decision")].value = "Leave out"
    book.save(results)

    report, _ = course.book(results, C)
    assert statuses(report) == {"Ada Lovelace": "Booked", "Tom Baker": "Booked"}


def test_a_start_that_was_typed_wrong_is_no_date_of_the_list(course: Course) -> None:
    path = course.list(["Ada Lovelace"])
    wrong = Options(Target(service=SERVICE, start=datetime.fromisoformat("2030-03-03T11:15:00+00:00")))
    report = course.desk.run(path, wrong)
    hand_over(report, results_path(path, None), Choices(course.desk.settings(), wrong))
    report, results = course.book(path, A)

    assert statuses(report) == {"Ada Lovelace": "Booked"}
    assert ANSWERS_SHEET not in load_workbook(results).sheetnames


def test_sessions_that_are_given_by_their_ids_are_dates_too(course: Course) -> None:
    path = course.list(["Ada Lovelace", "Tom Baker"])
    for booking_id in course.ids[:2]:
        options = Options(Target(booking_id=booking_id))
        report = course.desk.run(path, options)
        results = hand_over(report, results_path(path, None), Choices(course.desk.settings(), options))

    assert told(report) == (set(), [], 0)
    assert [status for *_, status in answers(results)] == ["Booked"] * 4


# Several dates in one import


def test_everybody_is_booked_on_each_of_several_dates(course: Course) -> None:
    people = names(12)
    path = course.list(people)
    report, results = course.book(path, A, B, C)

    assert course.booked() == [sorted(people)] * 3
    assert told(report) == (set(), [], 0)
    assert len(answers(results)) == 36
    assert {one["Import message"] for one in table(results, "Sheet")} == {"All 3 sessions."}

    report, _ = course.book(results, A, B, C)
    assert {str(one.status) for one in report.outcomes} == {"Already booked"}
    assert told(report) == (set(), [], 0)
    assert course.booked() == [sorted(people)] * 3


def test_one_date_then_three_then_the_first_again(course: Course) -> None:
    people = names(30)
    path = course.list(people)
    for dates in ((A,), (A, B, C), (A,), (C, B)):
        assert course.held(path, *dates) == ()
        report, results = course.book(path, *dates)
        assert told(report) == (set(), [], 0)

    assert course.booked() == [sorted(people)] * 3
    assert len(answers(results)) == 90


def test_who_comes_and_goes_is_told_for_each_of_the_dates(course: Course) -> None:
    course.book(course.list(["Ada Lovelace", "Tom Baker"]), A, B)
    report, _ = course.book(course.list(["Ada Lovelace", "Mia Chen"]), A, B)

    assert told(report) == (set(), ["Tom Baker", "Tom Baker"], 3)
    assert course.booked()[:2] == [["Ada Lovelace", "Mia Chen", "Tom Baker"]] * 2


def test_what_was_left_of_several_dates_is_finished_by_resuming(course: Course) -> None:
    path = course.list(["Ada Lovelace", "Tom Baker"])
    chosen = given(A, B)
    course.desk.stop.set()
    first = course.desk.run(path, chosen)
    course.desk.stop.clear()
    with Ledger.open(course.desk.settings().ledger) as ledger:
        run = next(run for run in ledger.runs() if run.id == first.run)
        copy = read_roster(ledger.roster_copy(run.id))
    course.desk.run_of(copy, run.options)
    course.desk.run_of(copy, run.options)
    assert course.booked()[:2] == [["Ada Lovelace", "Tom Baker"]] * 2


def test_a_row_that_names_its_session_keeps_to_it(course: Course) -> None:
    path = course.desk.roster(
        [
            {"First name": "Ada", "Last name": "Lovelace", "Group booking ID": course.ids[C]},
            {"First name": "Tom", "Last name": "Baker", "Group booking ID": ""},
        ]
    )
    course.book(path, A, B)
    assert course.booked() == [["Tom Baker"], ["Tom Baker"], ["Ada Lovelace"]]


def test_two_dates_at_the_same_time_of_two_services_keep_their_answers_apart(course: Course) -> None:
    yoga = course.desk.session(10, DATES[A], service="Drawing", resource="Studio 2")
    path = course.list(["Ada Lovelace"])
    course.book(path, A)
    options = Options(Target(service="Drawing", start=datetime.fromisoformat(DATES[A])))
    report = course.desk.run(path, options)
    results = hand_over(report, results_path(path, None), Choices(course.desk.settings(), options))

    assert course.desk.booked(yoga) == ["Ada Lovelace"]
    assert told(report) == (set(), [], 0)
    assert {session for _, session, _ in answers(results)} == {
        f"{service}, Sat 2 Mar 2030 11:15" for service in (SERVICE, "Drawing")
    }


def test_a_date_that_is_not_on_the_day_that_the_list_names_is_held(course: Course) -> None:
    book = Workbook()
    sheet: Any = book.active
    for row in (("Pottery for beginners, Saturdays 11.15",), ("First name", "Last name"), ("Ada", "Lovelace")):
        sheet.append(row)
    path = course.desk.folder / "saturdays.xlsx"
    book.save(path)
    sunday = course.desk.session(10, "2030-03-10T11:15:00+00:00")
    other = Target(service=SERVICE, start=datetime.fromisoformat("2030-03-10T11:15:00+00:00"))

    assert course.held(path, A, B) == ()
    chosen = for_targets([*given(A, B).targets, other], ZoneInfo("Europe/London"), Options())
    (odd,) = course.desk.plan(path, chosen).held
    assert "Sun 10 Mar 2030 11:15" in odd
    course.book(path, A, B)
    assert (course.booked()[:2], course.desk.booked(sunday)) == ([["Ada Lovelace"]] * 2, [])


def test_results_for_several_dates_that_come_back_without_them_keep_all_dates(course: Course) -> None:
    people = ["Ada Lovelace", "Tom Baker"]
    _, results = course.book(course.list(people), A, B)
    before = answers(results)
    report, results = course.book(results)
    assert told(report) == (set(), [], 0)
    assert [line[:2] for line in answers(results)] == [line[:2] for line in before]

    report, results = course.book(results, A, B)
    assert told(report) == (set(), [], 0)
    assert [line[:2] for line in answers(results)] == [line[:2] for line in before]
    assert course.booked() == [people, people, []]


def test_results_that_come_back_without_dates_book_nobody_on_a_date_that_their_row_was_not_given(
    course: Course,
) -> None:
    _, results = course.book(course.list(["Ada Lovelace", "Tom Baker"]), A, B)
    book = load_workbook(results)
    sheet: Any = book["Sheet"]
    sheet.append(("Mia", "Chen"))
    book.save(results)
    report, results = course.book(results)

    assert statuses(report)["Mia Chen"] == "Fix row"
    assert course.booked() == [["Ada Lovelace", "Tom Baker"]] * 2 + [[]]

    course.book(results, B, C)
    course.book(results)
    assert course.booked()[A] == ["Ada Lovelace", "Tom Baker"]
    assert course.booked()[C] == ["Ada Lovelace", "Mia Chen", "Tom Baker"]


def test_the_list_that_comes_back_without_dates_and_without_our_marks_keeps_all_dates(course: Course) -> None:
    people = ["Ada Lovelace", "Tom Baker"]
    course.book(course.list(people), A, B)
    report, results = course.book(course.list([*people, "Mia Chen"]))

    assert told(report) == (set(), [], 3)
    assert statuses(report) == {"Ada Lovelace": "Already booked", "Tom Baker": "Already booked", "Mia Chen": "Fix row"}
    assert [status for *_, status in answers(results)] == ["Already booked"] * 4


def test_words_that_leave_the_date_open_may_have_a_long_name(desk: Desk) -> None:
    service = "Introduction to wheel-thrown pottery for absolute beginners"
    ids = [desk.session(10, date, service=service) for date in DATES[:2]]
    path = desk.roster([{"Full name": "Ada Baker", "Session": f"{service}, Saturdays 11.15"}])
    targets = [Target(service=service, start=datetime.fromisoformat(date)) for date in DATES[:2]]
    report = desk.run(path, for_targets(targets, ZoneInfo("Europe/London"), Options()))
    assert [one.booking_id for one in report.outcomes] == ids


def test_rows_whose_own_words_leave_the_date_open_are_booked_on_those_that_they_fit(course: Course) -> None:
    sunday = course.desk.session(10, "2030-03-10T09:00:00+00:00")
    rows = [
        ("Ada", "Saturdays 11.15"),
        ("Tom", f"{SERVICE}, Sundays 9am"),
        ("Mia", f"{SERVICE}, Sat 16 Mar 2030 11:15"),
    ]
    path = course.desk.roster([{"Full name": f"{name} Baker", "Session": words} for name, words in rows])
    other = Target(service=SERVICE, start=datetime.fromisoformat("2030-03-10T09:00:00+00:00"))
    report = course.desk.run(path, for_targets([*given(A, B).targets, other], ZoneInfo("Europe/London"), Options()))

    assert statuses(report) == dict.fromkeys(("Ada Baker", "Tom Baker", "Mia Baker"), "Booked")
    assert course.booked() == [["Ada Baker"], ["Ada Baker"], ["Mia Baker"]]
    assert course.desk.booked(sunday) == ["Tom Baker"]
