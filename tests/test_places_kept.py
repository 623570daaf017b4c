"""Places that an earlier import took, or may have taken, for people whose row has moved or gone since: they are told."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import openpyxl
import pytest
from desk import Desk
from test_series import FAR, Row, night, person

from importer.importing.resuming import settle_unknown
from importer.ledger import Ledger
from importer.lists.roster import read_roster
from importer.model import Options, RunReport, Status
from importer.results.changes import change_lines
from importer.results.news import has_news
from importer.results.report import exit_code

OpenDesk = Callable[..., Desk]
PLACE = "Still holds a place on Pottery for beginners, Sat 2 Mar 2030 10:00."


def settle(desk: Desk) -> None:
    """As ``roster resume`` does."""
    with Ledger.open(desk.settings().ledger) as ledger, ledger.lock(), desk.service() as service:
        settle_unknown(service, ledger, desk.settings(), now=desk.clock())


def next_day(desk: Desk, rows: Iterable[Row]) -> RunReport:
    desk.clock.wait(24 * 3600)
    return night(desk, rows)


def told_of(report: RunReport) -> list[str]:
    assert bool(change_lines(report)) <= has_news(report)
    return [f"{label}: {words}" for label, words in change_lines(report, names=True)]


MOVED = (
    "Moved to another session: row 2 (Ada Lovelace): now on Pottery for beginners, Thu 2 May 2030 14:00 (booked). "
    f"{PLACE}"
)
MOVED_BEFORE = MOVED.replace("(booked)", "(already booked)")
GONE = f"No longer on the list: row 2 (Ada Lovelace) of the last list. {PLACE}"


@pytest.mark.parametrize("settled_by", ["the import", "resume"])
@pytest.mark.parametrize("change", ["moved", "deleted"])
def test_a_late_booking_of_a_row_that_was_moved_or_deleted_meanwhile_is_told_once(
    open_desk: OpenDesk, change: str, settled_by: str
) -> None:
    desk = open_desk(mishaps=["late-commit=300:confirm:nth=1"])
    first, second = desk.session(), desk.session(start=FAR)
    others = [person(first, "Alan", "Turing")]
    assert told_of(night(desk, [person(first), *others])) == []
    desk.sandbox._mishaps.finish()
    if settled_by == "resume":
        settle(desk)
    rows = [person(second), *others] if change == "moved" else others
    assert told_of(next_day(desk, rows)) == [MOVED if change == "moved" else GONE]
    assert told_of(next_day(desk, rows)) == []
    assert desk.booked(first).count("Ada Lovelace") == 1


@pytest.mark.parametrize("change", ["moved", "deleted"])
def test_a_booking_that_comes_only_after_the_next_import_is_told_by_the_one_after(
    open_desk: OpenDesk, change: str
) -> None:
    desk = open_desk(mishaps=["late-commit=300:confirm:nth=1"])
    first, second = desk.session(), desk.session(start=FAR)
    others = [person(second, "Alan", "Turing")]
    night(desk, [person(first), *others], workers=1)  # her confirm is the first
    rows = [person(second), *others] if change == "moved" else others
    assert told_of(night(desk, rows)) == []
    desk.sandbox._mishaps.finish()
    assert told_of(next_day(desk, rows)) == [MOVED_BEFORE if change == "moved" else GONE]
    assert told_of(next_day(desk, rows)) == []


@pytest.mark.parametrize("is_late", [True, False])
def test_a_place_is_told_when_the_moved_row_could_not_be_read_in_between(open_desk: OpenDesk, is_late: bool) -> None:
    desk = open_desk(mishaps=["late-commit=300:confirm:nth=1"] if is_late else [])
    first, second = desk.session(), desk.session(start=FAR)
    others = [person(first, "Alan", "Turing")]
    night(desk, [person(first), *others])
    desk.sandbox._mishaps.finish()
    next_day(desk, [person(""), *others])
    assert told_of(next_day(desk, [person(second), *others])) == [MOVED]
    assert told_of(next_day(desk, [person(second), *others])) == []


def test_a_place_that_an_import_took_whose_results_nobody_got_is_told(desk: Desk) -> None:
    first, second = desk.session(), desk.session(start=FAR)
    others = [person(first, "Alan", "Turing")]
    night(desk, others)
    desk.clock.wait(60)
    desk.run(desk.roster([person(first), *others]), Options())
    assert told_of(next_day(desk, [person(second), *others])) == [MOVED]


def test_who_is_not_sure_yet_and_was_not_booked_in_the_end_is_not_told_to_hold_a_place(open_desk: OpenDesk) -> None:
    desk = open_desk(mishaps=["cut-before:confirm:nth=1"])
    first, second = desk.session(), desk.session(start=FAR)
    others = [person(first, "Alan", "Turing")]
    night(desk, [person(first), *others])
    for _ in range(2):
        assert told_of(next_day(desk, [person(second), *others])) == []


# Somebody who was only perhaps on the list in between


@pytest.mark.parametrize("later", ["moved", "deleted"])
@pytest.mark.parametrize(
    "between",
    [
        {"First name": "Adah"},
        {"First name": "Augusta", "Email": "ada@example.org"},
        {"First name": "Adah", "Import decision": "Leave out"},
        {"Group booking ID": "5f0000000000000000000000"},
    ],
    ids=["misspelt", "renamed", "left out", "session mistyped"],
)
def test_a_place_is_told_where_the_row_could_not_be_told_to_be_its_persons_in_between(
    desk: Desk, between: Row, later: str
) -> None:
    first, second = desk.session(), desk.session(start=FAR)
    others = [person(first, name, "Turing", Email=f"{name}@example.org") for name in ("Alan", "Beatrice", "Zoe")]
    ada = {"Email": "ada@example.org", "Import decision": ""}
    night(desk, [{**person(first), **ada}, *others])
    for _ in range(2):
        assert told_of(next_day(desk, [{**person(first), **ada, **between}, *others])) == []
    rows = [{**person(second), **ada}, *others] if later == "moved" else others
    told = told_of(next_day(desk, rows))
    assert [one for one in told if PLACE in one] == [MOVED if later == "moved" else GONE]
    assert told_of(next_day(desk, rows)) == []


def test_who_holds_a_place_is_gone_when_the_row_that_could_be_theirs_is_said_to_be_another_person(desk: Desk) -> None:
    first = desk.session()
    others = [person(first, name, "Turing", Email=f"{name}@example.org") for name in ("Alan", "Beatrice", "Zoe")]
    ada = {"Email": "ada@example.org", "Import decision": ""}
    night(desk, [{**person(first), **ada}, *others])
    renamed = {**person(first), **ada, "First name": "Augusta"}
    assert has_news(next_day(desk, [renamed, *others]))
    assert not has_news(next_day(desk, [renamed, *others]))
    decided = [{**renamed, "Import decision": "Different person"}, *others]
    assert told_of(next_day(desk, decided)) == [GONE]
    assert desk.booked(first).count("Augusta Lovelace") == 1
    assert told_of(next_day(desk, decided)) == []


def test_a_booked_row_whose_session_is_not_found_says_which_place_the_person_has(desk: Desk) -> None:
    first = desk.session()
    others = [person(first, name, "Turing") for name in ("Alan", "Beatrice", "Zoe")]
    night(desk, [person(first), *others])
    for _ in range(2):
        report = next_day(desk, [person("5f0000000000000000000000"), *others])
        (ada,) = [one for one in report.outcomes if one.name == "Ada Lovelace"]
        assert ada.status is Status.FIX_ROW
        assert ada.words.endswith("This person still holds a place on Pottery for beginners, Sat 2 Mar 2030 10:00.")


def test_a_namesake_on_another_sheet_of_the_workbook_is_a_question(desk: Desk) -> None:
    first, path, book = desk.session(places=30), desk.folder / "course.xlsx", openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, names in (("A", ("Alan", "Beatrice", "Zoe")), ("B", ("Iris", "Zoe", "Kit"))):
        sheet = book.create_sheet(title)
        sheet.append(list(person(first)))
        for name in names:
            sheet.append(list(person(first, name, "Turing").values()))
    book.save(path)
    desk.run_of(read_roster(path, sheet="A"), Options(sheet="A"))
    asked = desk.run_of(read_roster(path, sheet="B"), Options(sheet="B"))
    assert [one.name for one in asked.outcomes if one.status is Status.SAME_PERSON] == ["Zoe Turing"]
    again = desk.run_of(read_roster(path, sheet="A"), Options(sheet="A"))
    assert {one.status for one in again.outcomes} == {Status.ALREADY_BOOKED}


# Somebody whose row is corrected to another session, and back


def corrected(desk: Desk, *sessions: str) -> list[tuple[str, str, int]]:
    """What a list of one row is told that asks for these sessions, one import after the other."""
    told = []
    for start in sessions:
        desk.clock.wait(3600)
        row = {"Service": "Pottery for beginners", "Start": start, "First name": "Ada", "Last name": "Lovelace"}
        report = night(desk, [row])
        (one,) = report.outcomes
        told.append((str(one.status), one.words, int(exit_code(report, Options()))))
    return told


def test_a_row_that_is_corrected_to_another_session_and_back_says_each_time_which_place_is_still_held(
    desk: Desk,
) -> None:
    one, other = desk.session(), desk.session(start="2030-03-09T10:00:00+00:00")
    _, wrong, there, back, again = corrected(
        desk, "2 Mar 2030 10:00", "3 Mar 2030 10:00", "9 Mar 2030 10:00", "2 Mar 2030 10:00", "2 Mar 2030 10:00"
    )
    here, elsewhere = (f"place on Pottery for beginners, Sat {day} Mar 2030 10:00." for day in (2, 9))
    assert (wrong[0], here in wrong[1], wrong[2]) == ("Fix row", True, 3)
    assert (there[0], here in there[1], there[2]) == ("Booked", True, 3)
    assert (back[0], elsewhere in back[1], back[2]) == ("Already booked", True, 3)
    assert again[::2] == ("Already booked", 0)
    assert desk.booked(one) == desk.booked(other) == ["Ada Lovelace"]


def test_a_row_that_goes_back_to_a_session_that_is_gone_says_which_place_is_still_held(desk: Desk) -> None:
    gone = desk.session()
    other = desk.session(start="2030-03-09T10:00:00+00:00")
    corrected(desk, "2 Mar 2030 10:00")
    desk.sandbox.world.staff.remove_session(gone)
    there, back = corrected(desk, "9 Mar 2030 10:00", "2 Mar 2030 10:00")
    assert there[::2] == ("Booked", 0)
    assert back[::2] == ("No longer booked", 3)
    assert "This person still holds a place on Pottery for beginners, Sat 9 Mar 2030 10:00." in back[1]
    assert desk.booked(other) == ["Ada Lovelace"]


def test_who_does_not_get_the_place_that_their_row_asks_for_is_not_said_to_be_there(desk: Desk) -> None:
    one, full = desk.session(), desk.session(places=0)
    night(desk, [{"Group booking ID": one, "First name": "Ada", "Last name": "Lovelace"}])
    report = night(desk, [{"Group booking ID": full, "First name": "Ada", "Last name": "Lovelace"}])
    ((_, moved),) = change_lines(report)
    assert moved.startswith("row 2: now asks for Pottery for beginners, Sat 2 Mar 2030 10:00 (full). Still holds")
