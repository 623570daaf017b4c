"""Rosters that follow each other: who came, went and moved, what was told before, and what is held."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from desk import START, Desk
from hypothesis import given, settings
from hypothesis import strategies as st
from thorough import examples

from importer.importing.series import compare
from importer.ledger import Ledger
from importer.lists.roster import read_roster
from importer.model import (
    Former,
    Options,
    Outcome,
    Participant,
    Plan,
    Roster,
    RowRef,
    RunReport,
    RunState,
    Since,
    Status,
    Target,
)
from importer.model.headings import read_set
from importer.model.roster_names import series_name
from importer.people.evidence import of_former
from importer.results.changes import change_lines
from importer.results.news import counts, still_open
from importer.results.report import exit_code, to_json

FAR = "2030-05-02T14:00:00+01:00"
Row = Mapping[str, object]


def night(desk: Desk, rows: Iterable[Row], name: str = "roster.csv", **settings: object) -> RunReport:
    """An import whose results are handed over."""
    report = desk.run(desk.roster(rows, name), **settings)
    with Ledger.open(desk.settings().ledger) as ledger:
        ledger.results_written(report.run, desk.folder / "results.xlsx", f"digest {report.run}")
    return report


def planned(desk: Desk, rows: Iterable[Row], name: str = "roster.csv", **options: object) -> Plan:
    return desk.plan(desk.roster(rows, name), Options(**options))  # type: ignore[arg-type]


def people(booking_id: str, count: int, start: int = 0, **cells: object) -> list[Row]:
    """Names that nobody could take for one another."""
    words = [f"{chr(97 + n % 26)}{chr(97 + n // 26 % 26)}" * 4 for n in range(start, start + count)]
    return [{"Group booking ID": booking_id, "First name": word, "Last name": word[::-1], **cells} for word in words]


def person(booking_id: str, first: str = "Ada", last: str = "Lovelace", **cells: object) -> Row:
    return {"Group booking ID": booking_id, "First name": first, "Last name": last, **cells}


def needs_somebody(report: RunReport) -> bool:
    return exit_code(report, Options(), only_news=True) == 3


# Which rosters follow each other


@pytest.mark.parametrize(
    "name",
    [
        "hr.csv",
        "HR 2026-03-02.csv",
        "hr_20260302.csv",
        "hr-02.03.2026.xlsx",
        "hr 2 Mar 2026 04.17.results.xlsx",
        "hr (2).csv",
        "hr 2026-03-02 2026-03-03 04.17.results.xlsx",
        "hr_20260302 2026-03-03 04.17 (2).csv",
    ],
)
def test_rosters_whose_names_differ_by_their_date_are_one_series(name: str) -> None:
    assert series_name(Path("in", name)) == series_name(Path("in", "hr.csv"))


@pytest.mark.parametrize("name", ["hr 4.csv", "Year 5 hr.csv", "../other/hr.csv", "hr2.csv"])
def test_rosters_of_other_names_or_folders_are_other_series(name: str) -> None:
    assert series_name(Path("in", name)) != series_name(Path("in", "hr.csv"))


def test_a_series_can_be_named_and_belongs_to_its_folder() -> None:
    assert series_name(Path("in", "a.csv"), "hr") == series_name(Path("in", "b.csv"), "hr")
    for name in ("hr", "/hr"):
        assert series_name(Path("in", "a.csv"), name) != series_name(Path("out", "a.csv"), name)


def test_a_name_is_the_same_however_its_accents_are_made() -> None:
    assert series_name(Path("in", "hre\u0301.csv")) == series_name(Path("in", "hr\u00e9.csv"))


def test_a_name_that_is_a_date_alone_is_a_series() -> None:
    assert Path(series_name(Path("in", "2026-03-02.csv"))).name == "2026-03-02"


# What has changed


def test_who_came_who_went_and_who_moved_is_told_and_nobody_is_cancelled(desk: Desk) -> None:
    first, second = desk.session(), desk.session(start=FAR)
    night(desk, [person(first), person(first, "Alan", "Turing"), person(first, "Grace", "Hopper")])
    report = night(desk, [person(second), person(first, "Alan", "Turing"), person(first, "Mary", "Shelley")])
    assert counts(report) == {"added": 1, "gone": 1, "moved": 1, "booked_already": 1, "still_open": 0}
    assert change_lines(report, names=True) == [
        (
            "Moved to another session",
            "row 2 (Ada Lovelace): now on Pottery for beginners, Thu 2 May 2030 14:00 (booked). "
            "Still holds a place on Pottery for beginners, Sat 2 Mar 2030 10:00.",
        ),
        (
            "No longer on the list",
            "row 4 (Grace Hopper) of the last list. "
            "Still holds a place on Pottery for beginners, Sat 2 Mar 2030 10:00.",
        ),
    ]
    assert needs_somebody(report)
    assert sorted(desk.booked(first)) == ["Ada Lovelace", "Alan Turing", "Grace Hopper", "Mary Shelley"]


def test_many_who_went_or_moved_together_are_one_line(desk: Desk) -> None:
    first, second = desk.session(places=40), desk.session(places=40, start=FAR)
    night(desk, people(first, 30))
    report = night(desk, [*people(second, 2), *people(first, 25)[2:]])
    assert change_lines(report) == [
        (
            "Moved to another session",
            "rows 2-3: now on Pottery for beginners, Thu 2 May 2030 14:00 (booked). "
            "Still hold their places on Pottery for beginners, Sat 2 Mar 2030 10:00.",
        ),
        (
            "No longer on the list",
            "rows 27-31 of the last list. Still hold their places on Pottery for beginners, Sat 2 Mar 2030 10:00.",
        ),
    ]
    (_, moved), (_, gone) = change_lines(report, names=True)
    assert moved.startswith("rows 2 (aaaaaaaa aaaaaaaa), 3 (babababa abababab): now on")
    assert gone.startswith("rows 27 (zazazaza azazazaz), 28 (abababab babababa), ")


def test_of_more_who_went_than_are_read_on_a_screen_the_rest_is_counted(desk: Desk) -> None:
    id_ = desk.session(places=40)
    night(desk, people(id_, 30))
    ((_, gone),) = change_lines(night(desk, people(id_, 8)), names=True)
    assert " and 2 more of the last list. Still hold their places on " in gone


def test_what_was_told_once_is_not_told_again(desk: Desk) -> None:
    first, second = desk.session(), desk.session(start=FAR)
    night(desk, [person(first), person(first, "Alan", "Turing"), person("x", "Grace", "Hopper")])
    changed = [person(second), person("x", "Grace", "Hopper")]
    assert needs_somebody(night(desk, changed))
    again = night(desk, changed)
    assert not needs_somebody(again)
    assert exit_code(again, Options()) == 3
    assert still_open(again) == {RowRef("", 3)}


def test_an_open_row_whose_fault_is_another_one_is_new(desk: Desk) -> None:
    id_ = desk.session()
    night(desk, [person("x")])
    assert needs_somebody(night(desk, [person(id_, Email="no address")]))


def test_a_run_whose_results_nobody_got_is_no_last_import(desk: Desk) -> None:
    """A crash between booking and telling: what it would have told is told by the next run."""
    night(desk, [person(desk.session())])
    desk.run(desk.roster([person("x")]))
    assert needs_somebody(night(desk, [person("x")]))


def test_who_can_not_be_read_is_present_and_not_gone(desk: Desk) -> None:
    id_ = desk.session()
    night(desk, [person(id_), person(id_, "Alan", "Turing"), person(id_, "Grace", "Hopper")])
    unreadable = [
        person(id_, "1815", "12"),
        person(id_, "Alan", "Turing", Start="31/02/2030"),
        person(id_, "Grace", "Hopper"),
    ]
    report = night(desk, [{**row, "Email": "somebody@example.org"} for row in unreadable])
    assert counts(report)["gone"] == 0


def test_while_a_row_elsewhere_can_not_be_read_it_is_only_perhaps_that_somebody_is_gone(desk: Desk) -> None:
    id_ = desk.session()
    night(desk, [person(id_), person(id_, "Alan", "Turing")])
    rows = [person(id_, "Alan", "Turing"), person(id_, "Mary", "Shelley"), person(id_, "1815", "12")]
    ((label, said),) = change_lines(night(desk, rows))
    assert (label, said.partition(".")[0]) == (
        "Perhaps no longer on the list",
        "row 2 of the last list, if not among rows we can't read",
    )


def test_a_corrected_name_is_neither_gone_nor_new(desk: Desk) -> None:
    id_ = desk.session()
    night(desk, [person(id_, "Ada", "Lovelase"), person(id_, "Alan", "Turing", Email="alan@example.org")])
    report = night(desk, [person(id_), person(id_, "A. M.", "T", Email="alan@example.org")])
    assert (counts(report)["gone"], counts(report)["added"]) == (0, 0)


def test_who_moved_is_told_although_somebody_of_a_near_name_has_come_in_their_place() -> None:
    since = compared([("Ada Lovelace", "a")], [("Ada Lovelase", "a"), ("Ada Lovelace", "b")])
    assert list(since.moved) == [RowRef("", 3)]


def test_who_has_gone_and_holds_no_place_any_more_is_not_told(desk: Desk) -> None:
    taken_off, over = desk.session(), desk.session(start="2030-01-15T10:00:00+00:00")
    night(desk, [person(taken_off), person(over, "Alan", "Turing"), person("x", "Grace", "Hopper")])
    (booking,) = desk.sandbox.world.bookings([taken_off])
    desk.sandbox.world.remove_person(taken_off, booking.people[0].customer_booking_id)
    desk.clock.wait(7200)
    report = night(desk, [person(desk.session(start=FAR), "Mary", "Shelley")])
    assert (counts(report)["gone"], change_lines(report)) == (3, [])
    assert not needs_somebody(report)


def test_the_document_tells_of_changes_by_row(desk: Desk) -> None:
    id_ = desk.session()
    first = night(desk, [person(id_), person(id_, "Alan", "Turing")])
    assert to_json(first)["since"] is None
    since = to_json(night(desk, [person(id_)]))["since"]
    assert since == {
        "run": first.run,
        "added": 0,
        "gone": 1,
        "moved": 0,
        "booked_already": 1,
        "still_open": 0,
        "added_rows": [],
        "gone_rows": [{"sheet": "", "row": 3, "part": ""}],
        "moved_rows": [],
    }


# What is held


def test_an_unchanged_roster_and_the_first_of_a_series_are_not_held(desk: Desk) -> None:
    rows = people(desk.session(places=40), 30)
    assert planned(desk, rows).held == ()
    night(desk, rows)
    assert planned(desk, rows).held == ()


def test_a_short_list_is_never_held(desk: Desk) -> None:
    id_ = desk.session(places=100)
    night(desk, people(id_, 9))
    assert planned(desk, people(id_, 60, start=9)).held == ()


def test_a_roster_is_held_when_over_half_of_it_can_neither_be_booked_nor_left_out(desk: Desk) -> None:
    id_ = desk.session(places=100)
    night(desk, people(id_, 20))
    spoilt = [{**row, "Group booking ID": "x"} for row in people(id_, 11)] + people(id_, 9, start=11)
    assert planned(desk, spoilt).held == (
        '11 of 20 rows can\'t be booked (11 Fix row). Has "Group booking ID" changed?',
    )
    assert planned(desk, [{**row, "Import decision": "Leave out"} for row in spoilt]).held == ()


def test_a_list_whose_references_were_numbered_anew_is_not_held(desk: Desk) -> None:
    id_ = desk.session(places=100)
    rows = people(id_, 12)
    night(desk, [{**row, "Emp ID": f"M{n}"} for n, row in enumerate(rows)])
    plan = planned(desk, [{**row, "Emp ID": f"N{n}"} for n, row in enumerate(rows)])
    assert plan.held == ()
    assert {one.status for one in plan.outcomes} == {Status.ALREADY_BOOKED}


def test_a_row_for_which_no_place_is_left_holds_nothing(desk: Desk) -> None:
    id_ = desk.session(places=2)
    night(desk, people(id_, 12))
    assert planned(desk, people(id_, 13)).held == ()


def test_a_roster_is_held_when_its_bytes_are_those_of_an_earlier_import_and_not_of_the_latest(desk: Desk) -> None:
    id_ = desk.session(places=100)
    first = night(desk, people(id_, 12))
    second = night(desk, people(id_, 13))
    assert planned(desk, people(id_, 12)).held == (
        f"It is exactly the list of Tue 15 Jan 2030 09:00 (import {first.run}). A newer one was imported on "
        f"Tue 15 Jan 2030 09:00 (import {second.run}). Is it an old one?",
    )


def test_a_roster_is_held_when_it_has_less_than_80_per_cent_of_the_rows(desk: Desk) -> None:
    id_ = desk.session(places=100)
    last = night(desk, people(id_, 20))
    assert planned(desk, people(id_, 16)).held == ()
    assert planned(desk, people(id_, 15)).held == (
        f"It has 15 rows. The last import ({last.run}) had 20. Has it been cut short?",
    )


def test_new_people_for_whom_no_place_is_left_count_as_well(desk: Desk) -> None:
    id_ = desk.session(places=12)
    night(desk, people(id_, 10))
    (why,) = planned(desk, people(id_, 36)).held
    assert why.startswith("26 people to book were not in the last import, 0 were on another session then, and 0")


@pytest.mark.parametrize(
    ("new", "max_new", "is_held"), [(25, None, False), (26, None, True), (2, 2, False), (3, 2, True)]
)
def test_a_roster_is_held_when_too_many_of_its_people_are_new(
    desk: Desk, new: int, max_new: int | None, is_held: bool
) -> None:
    id_ = desk.session(places=100)
    night(desk, people(id_, 10))
    assert bool(planned(desk, people(id_, 10 + new), max_new=max_new).held) is is_held


def test_a_roster_is_held_when_too_many_of_its_people_are_on_another_session_than_before(desk: Desk) -> None:
    second, third = desk.session(places=100), desk.session(places=100, start="2030-03-03T10:00:00+00:00")
    night(desk, people(second, 40))
    (why,) = planned(desk, [*people(third, 40)[1:], *people(second, 1)]).held
    assert why.startswith("0 people to book were not in the last import, 39 were on another session then,")


def test_what_was_let_through_and_cut_short_is_not_held_again(desk: Desk) -> None:
    id_ = desk.session(places=100)
    night(desk, people(id_, 20))
    short = people(id_, 10)
    assert planned(desk, short).held
    desk.stop.set()
    desk.run(desk.roster([*short, person(id_, "Mary", "Shelley")]))
    assert planned(desk, [*short, person(id_, "Mary", "Shelley")]).held == ()


# What is held, seen from real life

NAMES_24 = [
    "Ada Lovelace",
    "Alan Turing",
    "Grace Hopper",
    "Mary Shelley",
    "Rosa Parks",
    "Karl Popper",
    "Emmy Noether",
    "Niels Bohr",
    "Lise Meitner",
    "Max Planck",
    "Marie Curie",
    "Otto Hahn",
    "Hedy Lamarr",
    "Jane Austen",
    "Clara Schumann",
    "Fanny Mendelssohn",
    "Ida Pfeiffer",
    "Kurt Weill",
    "Nelly Sachs",
    "Paul Klee",
    "Sofia Gubaidulina",
    "Tove Jansson",
    "Uwe Johnson",
    "Virginia Woolf",
]


def test_a_short_list_of_which_one_column_was_sorted_by_itself_is_held(desk: Desk) -> None:
    id_ = desk.session(places=60)
    names = [name.split(" ", 1) for name in NAMES_24]
    night(desk, [person(id_, *name) for name in names])
    last_names = sorted((last for _, last in names), key=lambda name: name[::-1])
    scrambled = [person(id_, first, last) for (first, _), last in zip(names, last_names, strict=True)]
    assert any(why.endswith("Was one column sorted without the others?") for why in planned(desk, scrambled).held)
    assert not any("sorted" in why for why in planned(desk, scrambled, max_new=24).held)
    assert all(one.status is Status.SAME_PERSON for one in night(desk, scrambled).outcomes)


def test_another_class_for_a_later_session_under_the_same_name_is_not_held(desk: Desk) -> None:
    over, next_term = desk.session(places=30, start="2030-01-15T10:00:00+00:00"), desk.session(places=30, start=FAR)
    night(desk, people(over, 12))
    desk.clock.wait(7200)
    assert planned(desk, people(next_term, 12, start=12)).held == ()


@pytest.mark.parametrize(("new", "is_held"), [(6, False), (7, True)])
def test_over_half_have_to_be_others(desk: Desk, new: int, is_held: bool) -> None:
    id_ = desk.session(places=60)
    night(desk, people(id_, 12))
    assert bool(planned(desk, [*people(id_, 12 - new), *people(id_, new, start=12)]).held) is is_held


def test_a_list_of_which_most_is_open_for_reasons_told_long_ago_is_not_held_again(desk: Desk) -> None:
    id_ = desk.session(places=60)
    spoilt = [{**row, "Group booking ID": "x"} for row in people(id_, 11)] + people(id_, 9, start=11)
    night(desk, spoilt)
    assert planned(desk, spoilt).held == ()
    assert planned(desk, [*spoilt[:11], *people("x", 1, start=11), *people(id_, 8, start=12)]).held == ()
    other = [{**row, "Email": "no address", "Group booking ID": id_} for row in spoilt]
    (why,) = planned(desk, other).held
    assert why == '11 of 20 rows can\'t be booked (11 Fix row). Has "Email" changed?'


# One workbook, several sheets; results that come back


def handed_over(desk: Desk, path: Path, *, sheet: str | None = None) -> RunReport:
    return handed_over_of(desk, read_roster(path, sheet=sheet), sheet=sheet)


def handed_over_of(desk: Desk, roster: Roster, **options: object) -> RunReport:
    report = desk.run_of(roster, Options(**options))  # type: ignore[arg-type]
    with Ledger.open(desk.settings().ledger) as ledger:
        ledger.results_written(report.run, desk.folder / "results.xlsx", f"digest {report.run}")
    return report


def test_one_sheet_after_another_of_a_workbook_makes_nobody_gone(desk: Desk) -> None:
    id_ = desk.session(places=60)
    path = desk.workbook(A=people(id_, 12), B=people(id_, 12, start=12))
    handed_over(desk, path, sheet="A")
    plan = desk.plan(path, Options(sheet="B"))
    assert (plan.since, plan.held) == (None, ())
    second = handed_over(desk, path, sheet="B")
    assert change_lines(second) == []
    less = desk.workbook(A=people(id_, 11), B=people(id_, 12, start=12))
    again = handed_over(desk, less, sheet="A")
    assert again.since
    assert [one.row.number for one in again.since.gone] == [13]


@pytest.mark.parametrize("sheet", ["A", "B"])
def test_who_was_deleted_from_a_sheet_is_told_where_that_alone_is_imported_after_all_were(
    desk: Desk, sheet: str
) -> None:
    id_ = desk.session(places=60)
    handed_over(desk, desk.workbook(A=people(id_, 12), B=people(id_, 12, start=12)), sheet="all")
    path = desk.workbook(A=people(id_, 11), B=people(id_, 11, start=12))
    report = handed_over(desk, path, sheet=sheet)
    assert report.since
    assert [(one.row.sheet, one.row.number) for one in report.since.gone] == [(sheet, 13)]
    assert [label for label, _ in change_lines(report)] == ["No longer on the list"]


def test_tabs_in_another_order_or_renamed_make_nobody_gone(desk: Desk) -> None:
    id_ = desk.session(places=60)
    mon, tue = people(id_, 12), people(id_, 10, start=12)
    handed_over(desk, desk.workbook(Mon=mon, Tue=tue))
    for tabs in ({"Tuesday": tue, "Mon": mon}, {"Tuesday": tue, "Monday": mon}, {"Mon": mon, "Tuesday": tue}):
        report = handed_over(desk, desk.workbook(**tabs))
        assert change_lines(report) == []
    less = handed_over(desk, desk.workbook(Monday=mon[1:], Tue=tue))
    assert less.since
    assert [one.row.number for one in less.since.gone] == [2]


@pytest.mark.parametrize(("first", "second"), [("all", None), (None, "all")])
def test_who_was_deleted_from_one_of_the_sheets_is_told_with_and_without_naming_them_all(
    desk: Desk, first: str | None, second: str | None
) -> None:
    desk.session(service="Drawing")
    desk.session(service="Drawing", start=FAR)
    names = [{key: row[key] for key in ("First name", "Last name")} for row in people("", 14)]
    read_as = {"T": read_set({"First name": "First name", "Last name": "Last name", "session_in": "tab"})}

    def imported(march: list[Row], sheet: str | None) -> RunReport:
        path = desk.workbook(**{"Drawing Sat 2 Mar 10am": march, "Drawing Thu 2 May 2pm": names[7:]})
        return handed_over_of(desk, read_roster(path, sheet=sheet, heading_sets=read_as), sheet=sheet)

    assert {str(one.status) for one in imported(names[:7], first).outcomes} == {"Booked"}
    report = imported(names[:6], second)
    assert [label for label, _ in change_lines(report)] == ["No longer on the list"]


@pytest.mark.parametrize(("first", "second"), [("all", None), ("Mon", "all"), (None, "mon")])
def test_the_same_sheet_is_compared_with_the_last_import_however_the_call_names_it(
    desk: Desk, first: str | None, second: str | None
) -> None:
    id_ = desk.session(places=60)
    handed_over(desk, desk.workbook(Mon=people(id_, 12)), sheet=first)
    report = handed_over(desk, desk.workbook(Mon=people(id_, 11)), sheet=second)
    assert [label for label, _ in change_lines(report)] == ["No longer on the list"]


def sent_back(desk: Desk, report: RunReport, kept: Callable[[Outcome], bool]) -> list[Row]:
    """The rows of a report as results hold them, as far as somebody keeps them."""
    return [
        person(one.booking_id, *one.name.split(), **{"Import run": one.handle}) for one in report.outcomes if kept(one)
    ]


def test_deleting_finished_rows_from_results_is_no_leaving(desk: Desk) -> None:
    id_ = desk.session(places=12)
    first = night(desk, people(id_, 15))
    still_full = sent_back(desk, first, lambda one: one.status is Status.FULL)
    assert len(still_full) == 3
    assert planned(desk, still_full).held == ()
    report = night(desk, still_full)
    assert (change_lines(report), needs_somebody(report)) == ([], False)


def test_whoever_is_taken_off_results_is_gone_although_other_finished_rows_stay(desk: Desk) -> None:
    id_ = desk.session(places=12)
    first = night(desk, people(id_, 12))
    report = night(desk, sent_back(desk, first, lambda one: one.row.number != 5))
    ((_, gone),) = change_lines(report)
    assert gone.startswith("row 5 of the last list")


# Who stops a run


@pytest.mark.parametrize(("by_person", "state"), [(True, RunState.STOPPED), (False, RunState.INTERRUPTED)])
def test_the_ledger_knows_whether_a_person_stopped_a_run(desk: Desk, by_person: bool, state: RunState) -> None:
    from importer.importing import carrying_out, resuming

    roster = desk.people(desk.session(), "Ada Lovelace")
    plan, settings = desk.plan(roster), desk.settings()
    desk.stop.set()
    with Ledger.open(settings.ledger) as ledger, desk.service() as service:
        carrying_out.carry_out(
            plan,
            settings,
            Options(),
            service,
            ledger,
            by="priya",
            clock=desk.clock,
            tell=lambda _progress: None,
            stop=desk.stop,
            is_stopped_by_person=lambda: by_person,
        )
        (run,) = ledger.runs()
        assert run.state is state
        assert resuming.unfinished(ledger) == (run,)
        assert replace(run, state=RunState.FINISHED) not in resuming.unfinished(ledger)


# Whatever has changed

NAMES = st.sampled_from(["Ada Lovelace", "Ada Lovelase", "Alan Turing", "Grace Hopper", "Zoë Été", ""])
ROWS = st.lists(st.tuples(NAMES, st.sampled_from(["a", "b", ""])), max_size=8)


def compared(last: list[tuple[str, str]], rows: list[tuple[str, str]]) -> Since:
    formers = [
        Former(RowRef("", at + 2), Status.BOOKED, name, booking_id=booking_id)
        for at, (name, booking_id) in enumerate(last)
    ]
    now = [
        (Participant(RowRef("", at + 2), *(name.split() or ["", ""]), Target()), booking_id)  # type: ignore[arg-type]
        for at, (name, booking_id) in enumerate(rows)
    ]
    return compare(1, START, [(one, of_former(one)) for one in formers], now)


@settings(max_examples=examples(40))
@given(last=ROWS, rows=ROWS)
def test_every_row_is_known_new_or_unreadable_and_every_former_one_is_present_or_gone(
    last: list[tuple[str, str]], rows: list[tuple[str, str]]
) -> None:
    since = compared(last, rows)
    assert sorted([*since.before, *since.added, *since.unread]) == [RowRef("", at + 2) for at in range(len(rows))]
    present, gone = ({one.row for one in some} for some in (since.before.values(), since.gone))
    assert not present & gone
    assert present | gone >= {RowRef("", at + 2) for at, (name, _) in enumerate(last) if name}
    assert since.moved.items() <= since.before.items()


@settings(max_examples=examples(25))
@given(
    rows=st.lists(
        st.tuples(st.sampled_from(["Ada Lovelace", "Alan Turing", "Zoë Été"]), st.sampled_from("ab")), unique=True
    ),
    chance=st.randoms(),
)
def test_the_same_rows_in_another_order_are_no_change(rows: list[tuple[str, str]], chance: Random) -> None:
    other = chance.sample(rows, len(rows))
    since = compared(rows, other)
    assert (since.added, since.gone, since.moved) == (frozenset(), (), {})


@pytest.mark.parametrize("typed", [("Anna", "Green"), ("Zara", "Quinn")])
@pytest.mark.parametrize("count", [2, 7])
def test_whose_row_was_typed_over_and_moved_at_once_is_told_to_hold_their_place(
    desk: Desk, typed: tuple[str, str], count: int
) -> None:
    first, second = desk.session(places=20), desk.session(places=20, start=FAR)
    rows = sent_back(desk, night(desk, [person(first, "Anna", "Brown"), *people(first, count)]), lambda _: True)
    rows[0] = {**rows[0], **person(second, *typed)}
    report = night(desk, rows)
    assert report.outcomes[0].status is Status.BOOKED
    assert "Anna Brown still holds a place on Pottery for beginners, Sat 2 Mar" in report.outcomes[0].message
    assert needs_somebody(report)


def test_who_was_asked_about_and_is_moved_then_is_told_to_hold_their_place(desk: Desk) -> None:
    first, second = desk.session(places=20), desk.session(places=20, start=FAR)
    rows = sent_back(desk, night(desk, [person(first, "Anna", "Brown"), *people(first, 7)]), lambda _: True)
    rows[0] = {**rows[0], **person(first, "Anna", "Green")}
    asked = night(desk, rows)
    assert asked.outcomes[0].status is Status.SAME_PERSON
    rows = sent_back(desk, asked, lambda _: True)
    rows[0] = {**rows[0], **person(second, "Anna", "Green")}
    report = night(desk, rows)
    assert "Anna Brown still holds a place on Pottery for beginners, Sat 2 Mar" in report.outcomes[0].message
    assert needs_somebody(report)
