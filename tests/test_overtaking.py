"""Runs that did not end, and a later import of the same list: nobody is booked as the list was before."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from box import FAR, Box, Crash, people, person
from desk import Desk

from importer.booking.lanes import book
from importer.importing.handing_over import hand_over
from importer.importing.questions import Choices
from importer.importing.resuming import read_copy, unfinished
from importer.ledger import Ledger
from importer.model import Options, Plan, RowRef, Target
from importer.results.files import results_path

Row = Mapping[str, object]


def dies(act: Callable[[], object]) -> None:
    with mock.patch("importer.importing.carrying_out.book", side_effect=Crash), pytest.raises(Crash):
        act()


def left_open(desk: Desk) -> list[str]:
    with Ledger.open(desk.settings().ledger) as ledger:
        return [run.roster_path.name for run in unfinished(ledger)]


def killed_and_imported(desk: Desk, before: Iterable[Row], after: Iterable[Row], name: str = "corrected.csv") -> None:
    dies(lambda: desk.run(desk.roster(before, "list.csv")))
    desk.run(desk.roster(after, name))


def test_a_corrected_copy_under_another_name_ends_the_run_that_was_cut_short(desk: Desk) -> None:
    id_ = desk.session(places=30)
    others = people(id_, 9)
    killed_and_imported(desk, [*others, person(id_, "Jhon", "Smith")], [*others, person(id_, "John", "Smith")])
    assert left_open(desk) == []


def test_a_corrected_copy_ends_it_also_where_several_rows_are_corrected_and_some_gone_and_new(desk: Desk) -> None:
    id_ = desk.session(places=30)
    names = (
        "Ada Byron",
        "Bob Orr",
        "Cy Pell",
        "Dee Lund",
        "Eve Hall",
        "Fay Penn",
        "Gus Quill",
        "Hugo Wood",
        "Ida Reid",
    )
    before = [person(id_, *name.split()) for name in (*names, "Jack Shaw")]
    after = [person(id_, *name.split()) for name in (*names[:7], "Hugo Woods", "Irene Reid", "Zed Last")]
    killed_and_imported(desk, before, after)
    assert left_open(desk) == []


def test_whom_the_run_that_was_cut_short_has_booked_is_known_in_the_corrected_copy(desk: Desk) -> None:
    id_ = desk.session(places=30)
    rows = people(id_, 10)

    def book_and_die(*given: Any, **more: Any) -> None:
        book(*given, **more)
        raise Crash

    with mock.patch("importer.importing.carrying_out.book", book_and_die), pytest.raises(Crash):
        desk.run(desk.roster(rows, "list.csv"), Options(first=4))
    told = desk.run(desk.roster([*rows[:9], person(id_, "Zed", "Last")], "corrected.csv"))
    assert [str(one.status) for one in told.outcomes] == [*["Already booked"] * 4, *["Booked"] * 6]


def test_another_list_of_people_with_the_same_last_names_on_that_session_does_not_end_it(desk: Desk) -> None:
    id_ = desk.session(places=30)
    last_names = ("Byron", "Orr", "Pell", "Lund", "Hall", "Penn")
    before, after = ([person(id_, first, last) for last in last_names] for first in ("Ada", "Bob"))
    killed_and_imported(desk, before, [*after, person(id_, "Ada", "Byron")])
    assert left_open(desk) == ["list.csv"]


@pytest.mark.parametrize("count", [4, 6])
def test_a_part_of_the_list_does_not_end_it(desk: Desk, count: int) -> None:
    id_ = desk.session(places=30)
    killed_and_imported(desk, people(id_, 10), people(id_, count))
    assert left_open(desk) == ["list.csv"]


def test_a_part_of_the_list_that_carries_its_marks_ends_it(desk: Desk) -> None:
    id_ = desk.session(places=30)
    rows = people(id_, 10)
    dies(lambda: desk.run(desk.roster(rows, "list.csv")))
    with Ledger.open(desk.settings().ledger) as ledger:
        marked = [{**row, "Import run": ledger.handle(1, RowRef("", 2 + at))} for at, row in enumerate(rows[:4])]
    desk.run(desk.roster(marked, "corrected.csv"))
    assert left_open(desk) == []


@pytest.mark.parametrize(("count", "is_ended"), [(5, True), (4, False)])
def test_a_list_of_five_is_known_again_under_another_name_a_shorter_one_is_not(
    desk: Desk, count: int, is_ended: bool
) -> None:
    id_ = desk.session(places=30)
    killed_and_imported(desk, people(id_, count), people(id_, count))
    assert left_open(desk) == ([] if is_ended else ["list.csv"])


@pytest.mark.parametrize(("others", "is_ended"), [(3, True), (4, False)])
def test_marks_on_half_of_the_rows_end_it_and_on_fewer_do_not(desk: Desk, others: int, is_ended: bool) -> None:
    id_ = desk.session(places=30)
    rows = people(id_, 10)
    dies(lambda: desk.run(desk.roster(rows, "list.csv")))
    with Ledger.open(desk.settings().ledger) as ledger:
        marks = [ledger.handle(1, RowRef("", 2 + at)) for at in range(3)]
    marked = [{**row, "Import run": mark} for row, mark in zip(rows, marks, strict=False)]
    unmarked = [person(id_, first, "Quill") | {"Import run": ""} for first in ("Ada", "Bob", "Cy", "Dee")[:others]]
    desk.run(desk.roster([*marked, *unmarked], "corrected.csv"))
    assert left_open(desk) == ([] if is_ended else ["list.csv"])


def test_the_same_people_on_another_session_are_another_list(desk: Desk) -> None:
    id_, other = desk.session(places=30), desk.session(places=30, start=FAR)
    killed_and_imported(desk, people(id_, 10), people(other, 10))
    assert left_open(desk) == ["list.csv"]


def test_a_list_that_follows_ends_it_whoever_is_on_it(desk: Desk) -> None:
    id_ = desk.session(places=30)
    killed_and_imported(desk, people(id_, 3), people(id_, 2), "list 2030-01-15.csv")
    assert left_open(desk) == []


@pytest.mark.parametrize(("first", "second"), [("A", "B"), ("all", "A"), ("B", None), ("all", None)])
def test_an_import_that_leaves_out_a_sheet_of_the_workbook_does_not_end_it(
    desk: Desk, first: str | None, second: str | None
) -> None:
    id_ = desk.session(places=30)
    everybody = people(id_, 12)
    path = desk.workbook(A=everybody[:6], B=everybody[6:])
    dies(lambda: desk.run(path, Options(sheet=first)))
    desk.run(path, Options(sheet=second))
    assert left_open(desk) == ["course.xlsx"]


@pytest.mark.parametrize(("first", "second"), [("A", "all"), ("B", "all"), (None, "all"), ("A", None), ("A", "a")])
def test_an_import_that_reads_its_sheets_too_ends_it_however_the_call_names_them(
    desk: Desk, first: str | None, second: str | None
) -> None:
    id_ = desk.session(places=30)
    everybody = people(id_, 12)
    dies(lambda: desk.run(desk.workbook(A=everybody[:6], B=everybody[6:]), Options(sheet=first)))
    desk.run(desk.workbook(A=everybody[:5], B=everybody[6:11]), Options(sheet=second))
    assert left_open(desk) == []


def corrected_by_a_part(before: list[Row], other: str) -> list[Row]:
    """Two moved to another session, two deleted: too much to be taken for the same list without a question."""
    return [*before[:6], *({**row, "Group booking ID": other} for row in before[6:8])]


def resumed(desk: Desk) -> Plan:
    """What going on with the one run that is open would do."""
    with Ledger.open(desk.settings().ledger) as ledger:
        (run,) = (one for one in unfinished(ledger))
        copy, _ = read_copy(run, desk.settings(), ledger)
    return desk.plan_of(copy, run.options)


def test_going_on_with_a_run_is_held_where_a_later_list_of_another_name_has_most_of_its_people(desk: Desk) -> None:
    id_, other = desk.session(places=30), desk.session(places=30, start=FAR)
    before = people(id_, 10)
    killed_and_imported(desk, before, corrected_by_a_part(before, other))
    assert left_open(desk) == ["list.csv"]
    (why,) = resumed(desk).held
    assert why == (
        "corrected.csv was imported later (import 2) and has 8 of the 10 people here. "
        "Does it replace this list? 4 people would be booked as this one has them."
    )


def test_going_on_with_a_run_is_not_held_beside_the_list_of_the_same_people_for_another_session(desk: Desk) -> None:
    id_, other = desk.session(places=30), desk.session(places=30, start=FAR)
    killed_and_imported(desk, people(id_, 10), people(other, 10))
    assert resumed(desk).held == ()


NAMES = ("Ada Byron", "Bob Orr", "Cy Pell", "Eva Young", "Finn Moore")
CORRECTED = ("Ada Byron", "Bob Orr", "Cy Pell", "Eva Yeung")


def undated(desk: Desk, names: Iterable[str]) -> Path:
    """A list that names no session: each call gives the dates."""
    return desk.roster([dict(zip(("First name", "Last name"), name.split(), strict=True)) for name in names])


def dates(*ids: str) -> Options:
    each = tuple((f"2030-03-0{at}", Target(id_)) for at, id_ in enumerate(ids, start=2))
    return Options(Target(ids[0]), dates=each if len(each) > 1 else ())


@pytest.mark.parametrize("later", [0, 1])
def test_going_on_with_a_run_for_two_dates_is_held_once_the_corrected_list_was_imported_for_one(
    desk: Desk, later: int
) -> None:
    ids = desk.session(places=30), desk.session(places=30, start=FAR)
    dies(lambda: desk.run(undated(desk, NAMES), dates(*ids)))
    desk.run(undated(desk, CORRECTED), dates(ids[later]))
    (why,) = resumed(desk).held
    assert why.startswith("roster.csv was imported later (import 2), without 2 people of this list.")
    desk.run(undated(desk, CORRECTED), dates(ids[1 - later]))
    assert left_open(desk) == []


def test_going_on_with_a_run_for_one_date_is_held_once_the_corrected_list_was_imported_for_another(desk: Desk) -> None:
    id_, other = desk.session(places=30), desk.session(places=30, start=FAR)
    dies(lambda: desk.run(undated(desk, NAMES), dates(id_)))
    desk.run(undated(desk, CORRECTED), dates(other))
    assert len(resumed(desk).held) == 1


def test_going_on_with_a_run_is_not_held_where_the_list_is_as_it_was(desk: Desk) -> None:
    ids = desk.session(places=30), desk.session(places=30, start=FAR)
    dies(lambda: desk.run(undated(desk, NAMES), dates(*ids)))
    desk.run(undated(desk, NAMES), dates(ids[0]))
    assert resumed(desk).held == ()


def test_going_on_with_a_run_of_two_sheets_is_held_once_a_corrected_one_of_them_was_imported(desk: Desk) -> None:
    id_ = desk.session(places=30)
    everybody = people(id_, 12)
    dies(lambda: desk.run(desk.workbook(A=everybody[:6], B=everybody[6:]), Options(sheet="all")))
    corrected = desk.workbook(A=everybody[:5], B=everybody[6:11])
    desk.run(corrected, Options(sheet="A"))
    (why,) = resumed(desk).held
    assert why.startswith("course.xlsx was imported later (import 2), without 1 person of this list.")
    desk.run(corrected, Options(sheet="B"))
    assert left_open(desk) == []


def test_going_on_with_a_sheet_is_held_once_another_of_the_changed_workbook_was_imported(desk: Desk) -> None:
    id_ = desk.session(places=30)
    everybody = people(id_, 12)
    dies(lambda: desk.run(desk.workbook(A=everybody[:6], B=everybody[6:]), Options(sheet="B")))
    desk.run(desk.workbook(A=everybody[:6], B=everybody[6:11]), Options(sheet="A"))
    (why,) = resumed(desk).held
    assert why.startswith("course.xlsx was imported later (import 2), and had been changed by then.")


def test_a_run_that_is_gone_on_with_leaves_the_results_of_the_changed_list_where_they_are(desk: Desk) -> None:
    ids = desk.session(places=30), desk.session(places=30, start=FAR)
    dies(lambda: desk.run(undated(desk, NAMES), dates(*ids)))
    path, options = undated(desk, CORRECTED), dates(ids[0])
    later = hand_over(desk.run(path, options), results_path(path, None), Choices(desk.settings(), options))
    with Ledger.open(desk.settings().ledger) as ledger:
        (run,) = (one for one in unfinished(ledger))
        copy, _ = read_copy(run, desk.settings(), ledger)
    report = desk.run_of(copy, run.options)
    assert hand_over(report, results_path(path, None), Choices(desk.settings(), run.options)) != later


def lost_in_hand(box: Box, rows: Iterable[Row]) -> Path:
    roster = box.put(rows)
    dies(box.round)
    box.lose(roster)
    return roster


def test_an_inbox_does_not_go_on_with_a_list_whose_corrected_copy_has_come(box: Box) -> None:
    id_ = box.desk.session(places=30)
    others = people(id_, 9)
    lost_in_hand(box, [*others, person(id_, "Jhon", "Smith")])
    box.put([*others, person(id_, "John", "Smith")], "hr corrected.csv")
    assert [answer.name for answer in box.round()] == ["hr corrected.csv"]
    assert len(box.desk.booked(id_)) == 10
    assert box.desk.booked(id_)[-1] == "John Smith"
    assert box.round() == ()


def test_an_inbox_does_not_go_on_with_a_list_whose_corrected_copy_is_held(box: Box) -> None:
    id_ = box.desk.session(places=30, price=10)
    others = people(id_, 9)
    roster = box.put([*others, person(id_, "Jhon", "Smith")])
    dies(lambda: box.round(payment_requests="none"))
    box.lose(roster)
    box.put([*others, person(id_, "John", "Smith")], "hr corrected.csv")
    assert box.take().code == 9
    assert box.round(payment_requests="none") == ()
    assert box.take(release="hr corrected.csv", payment_requests="none").code == 0
    assert box.desk.booked(id_)[-1] == "John Smith"


def test_an_inbox_goes_on_with_a_list_beside_another_that_has_come(box: Box) -> None:
    id_, other = box.desk.session(places=30), box.desk.session(places=30, start=FAR)
    lost_in_hand(box, people(id_, 6))
    box.put(people(other, 6), "other.csv")
    (box.folder / "odd.csv").write_text("nothing")
    assert sorted(answer.name for answer in box.round()) == ["hr.csv", "odd.csv", "other.csv"]
    assert len(box.desk.booked(id_)) == 6


def test_an_inbox_tells_once_that_it_holds_a_list_of_which_a_later_one_has_most_people(box: Box) -> None:
    id_, other = box.desk.session(places=30), box.desk.session(places=30, start=FAR)
    before = people(id_, 10)
    lost_in_hand(box, before)
    box.desk.run(box.desk.roster(corrected_by_a_part(before, other), "corrected.csv"))
    answer = box.take()
    assert (answer.name, answer.code) == ("hr.csv", 9)
    assert answer.said[0].startswith("corrected.csv was imported later")
    assert box.round() == ()
    assert len(box.desk.booked(id_)) == 6


def test_an_inbox_holds_a_list_that_it_had_in_hand_once_its_corrected_copy_was_imported_elsewhere(box: Box) -> None:
    """Killed with the file in hand; somebody deletes three people from a copy, and imports that by themselves."""
    id_ = box.desk.session(places=30)
    box.put(people(id_, 10), "list.csv")
    dies(box.round)
    box.desk.run(box.desk.roster(people(id_, 7), "list (corrected).csv"))
    answer = box.take()
    assert (answer.code, len(box.desk.booked(id_))) == (9, 7)
    assert answer.said[0].startswith("list (corrected).csv was imported later (import 2) and has 7 of the 10 people")
    box.round(release="list.csv")
    assert len(box.desk.booked(id_)) == 10


def test_the_very_file_of_a_run_that_was_cut_short_is_not_held_where_nothing_else_came(desk: Desk) -> None:
    id_ = desk.session(places=30)
    path = desk.roster(people(id_, 10), "list.csv")
    dies(lambda: desk.run(path))
    assert desk.plan(path).held == ()
    desk.run(path)
    assert desk.plan(path).held == ()
