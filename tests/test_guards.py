"""What holds a roster, to the person: pure, on plans made by hand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from desk import START

from importer.importing.guards import why_held
from importer.importing.series import compare, without_finished
from importer.model import (
    Former,
    GroupBooking,
    Lane,
    Options,
    Outcome,
    Participant,
    Plan,
    Problem,
    Roster,
    RosterRow,
    RosterSheet,
    RowRef,
    Run,
    RunState,
    Severity,
    Since,
    Status,
    Target,
)
from importer.people.evidence import of_former

EARLIER = datetime(2030, 1, 14, 9, 0, tzinfo=UTC)


def at(number: int) -> RowRef:
    return RowRef("", number)


def refs(count: int, start: int = 0) -> frozenset[RowRef]:
    return frozenset(at(number) for number in range(start, start + count))


def participant(row: RowRef, name: str = "Ada Lovelace") -> Participant:
    return Participant(row, *name.split(" ", 1), Target())  # type: ignore[arg-type]


def run(id_: int, content: str = "", started: datetime = START) -> Run:
    digest = sha256(content.encode()).hexdigest()
    return Run(id_, RunState.FINISHED, Path("hr.csv"), "priya", started, started, Options(), {}, {}, sha256=digest)


def since(rows: int, **more: object) -> Since:
    given: dict[str, object] = {"before": {}, "moved": {}, "added": frozenset()}
    return Since(1, START, rows, **(given | more))  # type: ignore[arg-type]


def plan(
    rows: int,
    followed: Since | None,
    *,
    outcomes: Iterable[Outcome] = (),
    book: Iterable[RowRef] = (),
    waiting: Iterable[RowRef] = (),
) -> Plan:
    sheet = RosterSheet("", 1, {}, {}, 1, (), tuple(RosterRow(at(n), {}) for n in range(rows)))
    booking = GroupBooking("b", "s", "Pottery", "r", "Studio", START, 500)
    lane = Lane(booking, tuple(map(participant, book)), tuple(map(participant, waiting)))
    return Plan(Roster(Path("hr.csv"), b"", (sheet,)), START, UTC, (lane,), tuple(outcomes), since=followed)


def fix(number: int, heading: str = "Email", rule: str = "email", **more: object) -> Outcome:
    problem = Problem(at(number), rule, "No.", "email", heading)
    return Outcome(at(number), Status.FIX_ROW, problems=(problem,), **more)  # type: ignore[arg-type]


def held(made: Plan, *imports: Run, content: str = "new", max_new: int | None = None) -> tuple[str, ...]:
    roster = replace(made.roster, content=content.encode())
    return why_held(replace(made, roster=roster), imports or (run(1, "old"),), max_new)


# Most of it can't be booked


def test_exactly_half_may_be_unusable() -> None:
    assert held(plan(20, since(20), outcomes=map(fix, range(10)))) == ()
    assert held(plan(20, since(20), outcomes=map(fix, range(11)))) == (
        '11 of 20 rows can\'t be booked (11 Fix row). Has "Email" changed?',
    )


def test_a_last_import_of_nine_rows_holds_nothing_and_one_of_ten_does() -> None:
    assert held(plan(20, since(9), outcomes=map(fix, range(20)))) == ()
    assert held(plan(20, since(10), outcomes=map(fix, range(20)))) != ()
    assert held(plan(20, None, outcomes=map(fix, range(20)))) == ()


@pytest.mark.parametrize(
    ("was", "is_held"),
    [
        (Former(at(0), Status.FIX_ROW, rules=frozenset({"email"})), False),
        (Former(at(0), Status.FIX_ROW, rules=frozenset({"start"})), True),
        (Former(at(0), Status.SAME_PERSON, rules=frozenset({"email"})), True),
        (Former(at(0), Status.BOOKED), True),
    ],
)
def test_what_the_last_import_said_of_a_row_is_not_new(was: Former, is_held: bool) -> None:
    followed = since(20, before={at(n): replace(was, row=at(n)) for n in range(11)})
    assert bool(held(plan(20, followed, outcomes=map(fix, range(11))))) is is_held


def test_the_column_that_is_asked_about_is_the_one_most_are_wrong_in() -> None:
    wrong = [*map(fix, range(6)), *(fix(n, "Start", "start") for n in range(6, 13))]
    (why,) = held(plan(20, since(20), outcomes=wrong))
    assert why.endswith('(13 Fix row). Has "Start" changed?')


def test_a_warning_is_nothing_that_a_column_is_asked_about_for() -> None:
    warned = Problem(at(1), "odd", "Odd.", "mobile", "Mobile", Severity.WARNING)
    wrong = [replace(fix(n), problems=(warned, *fix(n).problems)) for n in range(11)]
    (why,) = held(plan(20, since(20), outcomes=wrong))
    assert why.endswith('Has "Email" changed?')


def test_a_row_that_asks_who_it_is_is_no_fault_of_a_column() -> None:
    """Its own problems do not keep it from being booked: that nobody knows who it is does."""
    asked = [replace(fix(n), status=Status.SAME_PERSON) for n in range(11)]
    (why,) = held(plan(20, since(20), outcomes=asked), max_new=50)
    assert why == "11 of 20 rows can't be booked (11 Same person?). Is it the right file?"


def test_the_statuses_of_what_can_not_be_booked_are_counted_each() -> None:
    asked = [replace(fix(n), status=Status.SAME_PERSON) for n in range(5)]
    (why,) = held(plan(20, since(20), outcomes=[*asked, *map(fix, range(5, 11))]))
    assert why == '11 of 20 rows can\'t be booked (6 Fix row, 5 Same person?). Has "Email" changed?'


def test_a_fault_of_no_column_leaves_the_column_to_be_asked_about_that_has_one() -> None:
    (why,) = held(plan(20, since(20), outcomes=[*(fix(n, "") for n in range(8)), *map(fix, range(8, 11))]))
    assert why.endswith('Has "Email" changed?')


# An old file, one cut short


def test_an_old_file_is_held_unless_it_is_the_last_one_again() -> None:
    imports = run(3, "c"), run(2, "b"), run(1, "a", EARLIER)
    same = plan(20, since(20))
    assert held(same, *imports, content="a") == (
        "It is exactly the list of Mon 14 Jan 2030 09:00 (import 1). A newer one was imported on Tue 15 Jan 2030 09:00 "
        "(import 3). Is it an old one?",
    )
    assert held(same, *imports, content="c") == ()
    assert held(same, *imports, content="d") == ()
    assert held(same, run(3, "a"), run(2, "b"), run(1, "a"), content="a") == ()


def test_80_per_cent_of_the_rows_are_enough() -> None:
    assert held(plan(80, since(100))) == ()
    assert held(plan(79, since(100))) == ("It has 79 rows. The last import (1) had 100. Has it been cut short?",)
    assert held(plan(1, since(1000)))[0].startswith("It has 1 row. The last import (1) had 1,000.")


# Many new


def test_more_than_25_people_or_20_per_cent_of_the_last_import_are_many() -> None:
    for rows, most in ((100, 25), (125, 25), (200, 40)):
        assert held(plan(2 * rows, since(rows, added=refs(most)), book=refs(most))) == ()
        assert held(plan(2 * rows, since(rows, added=refs(most + 1)), book=refs(most + 1))) == (
            f"{most + 1} people to book were not in the last import, 0 were on another session then, and 0 may be "
            f"booked already. More than {most} together need your decision (max_new). Is it the right file?",
        )


def test_new_people_who_moved_and_who_are_asked_about_count_together() -> None:
    moved = {at(n): Former(at(n), Status.BOOKED) for n in (1, 2)}
    asked = [Outcome(at(n), Status.SAME_PERSON) for n in (3, 4, 5)]
    made = plan(20, since(20, added=refs(1), moved=moved), outcomes=asked, book=[at(0), at(1)], waiting=[at(2)])
    assert held(made, max_new=6) == ()
    (why,) = held(made, max_new=5)
    assert why.startswith(
        "1 person to book was not in the last import, 2 were on another session then, and 3 may be booked already."
    )


def test_who_is_new_and_not_to_be_booked_and_who_was_asked_about_before_does_not_count() -> None:
    before = {at(9): Former(at(9), Status.SAME_PERSON), at(8): Former(at(8), Status.FIX_ROW)}
    asked = [Outcome(at(9), Status.SAME_PERSON), Outcome(at(8), Status.SAME_PERSON)]
    made = plan(20, since(20, added=refs(5), before=before), outcomes=asked)
    assert held(made, max_new=1) == ()
    assert held(made, max_new=0)[0].startswith("0 people to book were not in the last import, 0 were")


def test_who_was_asked_about_in_the_last_import_is_not_asked_about_anew() -> None:
    asked = [Outcome(at(9), Status.SAME_PERSON)]
    for was, is_held in ((Status.SAME_PERSON, False), (Status.FIX_ROW, True)):
        made = plan(20, since(20, before={at(9): Former(at(9), was)}), outcomes=asked)
        assert bool(held(made, max_new=0)) is is_held


# Other people


def others(rows: int, new: int, gone: int, *, holds: bool = True, asked: int = 0, **more: object) -> tuple[str, ...]:
    left = tuple(Former(at(n), Status.BOOKED, holds_place=holds and n == 0) for n in range(gone))
    questions = [Outcome(at(100 + n), Status.SAME_PERSON) for n in range(asked)]
    before = {one.row: Former(one.row, Status.BOOKED) for one in questions}
    made = plan(rows, since(rows, before=before, added=refs(new), gone=left), outcomes=questions, book=refs(new))
    return held(made, **more)  # type: ignore[arg-type]


def test_over_half_other_people_while_as_many_are_gone_hold_a_short_list() -> None:
    assert others(24, 13, 13) == (
        "13 of 24 rows are other people than in the last import, and 13 of 24 there are no longer on the list. Was one "
        "column sorted without the others?",
    )
    assert others(24, 12, 13) == others(24, 13, 12) == ()


def test_who_is_asked_about_is_half_new_and_half_gone() -> None:
    assert others(24, 8, 8, asked=5)[0].startswith("13 of 24 rows are other people")
    assert others(24, 8, 8, asked=4) == ()


def test_a_list_of_which_nobody_who_is_gone_holds_a_place_is_just_the_next_one() -> None:
    assert others(24, 24, 24, holds=False) == ()


def test_whoever_names_max_new_expects_so_many() -> None:
    assert others(24, 24, 24, max_new=24) == ()


# What has changed, to the row


def compared(last: Iterable[Former], *rows: tuple[str, str]) -> Since:
    people = [(participant(at(n), name), booking_id) for n, (name, booking_id) in enumerate(rows)]
    return compare(1, START, [(one, of_former(one)) for one in last], people)


def former(number: int, name: str, booking_id: str = "a", status: Status = Status.BOOKED) -> Former:
    return Former(at(number), status, name, booking_id=booking_id)


def test_a_row_whose_session_is_not_known_has_not_moved() -> None:
    assert compared([former(0, "Ada Lovelace")], ("Ada Lovelace", "")).moved == {}


def test_who_was_on_no_session_before_has_not_moved() -> None:
    assert compared([former(0, "Ada Lovelace", "")], ("Ada Lovelace", "a")).moved == {}


def test_who_is_on_another_session_has_moved_from_the_one_before() -> None:
    was = former(7, "Ada Lovelace")
    assert compared([was], ("Ada Lovelace", "b")).moved == {at(0): was}


def test_a_former_row_without_a_name_is_nobody_who_could_be_gone() -> None:
    assert compared([former(7, ""), former(8, "Alan Turing")], ("Ada Lovelace", "a")).gone == (
        former(8, "Alan Turing"),
    )


def test_namesakes_are_looked_for_on_their_own_session_first_and_each_is_one_person() -> None:
    ada = former(0, "Ada Lovelace", "a"), former(1, "Ada Lovelace", "b")
    swapped = compared(ada, ("Ada Lovelace", "b"), ("Ada Lovelace", "a"))
    assert (swapped.before, swapped.moved) == ({at(0): ada[1], at(1): ada[0]}, {})
    one_left = compared(ada, ("Ada Lovelace", "a"))
    assert (one_left.before, one_left.gone, one_left.moved) == ({at(0): ada[0]}, (ada[1],), {})


def unreadable(number: int, field: str, severity: Severity = Severity.PROBLEM) -> Participant:
    """A row of a new name, of which something can't be read."""
    wrong = Problem(at(number), field, "No.", field, field, severity)
    return replace(participant(at(number), "Zoe Quill"), problems=(wrong,))


@pytest.mark.parametrize("field", ["first_name", "last_name", "full_name"])
def test_a_row_whose_name_can_not_be_read_is_whoever_stood_there_and_nobody_new(field: str) -> None:
    ada = former(3, "Ada Lovelace")
    for number, before, gone, unread in ((3, {at(3): ada}, (), frozenset()), (4, {}, (ada,), frozenset({at(4)}))):
        found = compare(1, START, [(ada, of_former(ada))], [(unreadable(number, field), "a")])
        assert (found.before, found.gone, found.added, found.unread) == (before, gone, frozenset(), unread)


@pytest.mark.parametrize(("field", "severity"), [("email", Severity.PROBLEM), ("last_name", Severity.WARNING)])
def test_a_row_of_which_the_name_can_be_read_is_somebody_new(field: str, severity: Severity) -> None:
    ada = former(3, "Ada Lovelace")
    found = compare(1, START, [(ada, of_former(ada))], [(unreadable(3, field, severity), "a")])
    assert (found.before, found.gone, found.added, found.unread) == ({}, (ada,), {at(3)}, frozenset())


def test_a_row_without_any_name_is_nobody_new() -> None:
    found = compare(1, START, [], [(replace(participant(at(3)), first_name="", last_name=""), "a")])
    assert (found.added, found.unread) == (frozenset(), {at(3)})


def test_where_more_pairs_are_left_over_than_are_compared_near_names_tell_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("importer.importing.series.MOST_QUESTIONS", 4)
    last = [former(7, "Ada Lovelace"), former(8, "Alan Turing")]
    rows = [("Adah Lovelace", "a"), ("Zoe Quill", "a"), ("Omar Haddad", "a")]
    assert compared(last, *rows[:2]).gone == (last[1],)
    assert compared(last, *rows).gone == tuple(last)


def test_of_results_nothing_is_gone_where_most_finished_rows_were_deleted() -> None:
    def shown(missing: int, present: int) -> tuple[int, int]:
        gone = [former(n, "Ada", status=Status.BOOKED) for n in range(missing)]
        stay = {at(n): former(n, "Ada", status=Status.ALREADY_BOOKED) for n in range(50, 50 + present)}
        left = without_finished(since(20, gone=(*gone, former(99, "Ada", status=Status.FULL)), before=stay))
        return len(left.gone), left.rows

    assert shown(missing=3, present=2) == (1, 17)
    assert shown(missing=2, present=2) == (3, 20)


def test_other_people_hold_a_list_of_which_most_were_not_booked_yet() -> None:
    left = tuple(Former(at(n), Status.NOT_BOOKED_YET) for n in range(23))
    (why,) = held(plan(24, since(24, added=refs(23), gone=left), book=refs(23)))
    assert why.startswith("23 of 24 rows are other people than in the last import, and 23 of 24 there are no longer")


def test_nobody_counts_twice_as_gone() -> None:
    gone = tuple(Former(at(n), Status.BOOKED, holds_place=True) for n in range(20))
    before = {at(n): Former(at(n), Status.BOOKED) for n in range(20, 24)}
    asked = [Outcome(at(n), Status.SAME_PERSON) for n in range(14, 24)]
    (why,) = held(plan(24, since(24, added=refs(10), gone=gone, before=before), outcomes=asked, book=refs(10)))
    assert why.startswith("20 of 24 rows are other people than in the last import, and 24 of 24 there are no longer")
