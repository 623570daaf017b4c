"""The last screen of a check, a dry run and a run."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from textwrap import dedent

import pytest
from cli_makers import NOW, Roster, outcome, report, roster
from desk import Desk

from importer.cli.endings import Next, check_end, run_end, untouched_end
from importer.ledger import Ledger
from importer.model import Options, Outcome, Problem, RowRef, Status
from importer.model.approvals import Approval
from importer.results.changes import other_address_line, removed_lines
from importer.results.report import exit_code, headline, is_service_at_fault

RESULTS = Next(results=Path("Spring term.results.xlsx"), wanted=Path("Spring term.results.xlsx"))
SPRING = roster(path=Path("Spring term.xlsx"))
BOOKED = tuple(outcome(row, Status.BOOKED, name="Leo Khan") for row in range(300, 530))
BEFORE = tuple(outcome(row, Status.ALREADY_BOOKED) for row in range(600, 607))
WRONG = outcome(87, Status.FIX_ROW, '"Start": 31/04/2026 is not a date. Write it like 14 Mar 2026.')
FULL = outcome(203, Status.FULL, "Full.", "Zara Ali", session="Pottery, Sat 14 Mar 2026 10:00")

HOLDS = "What can't be seen: holds of others."
NETWORK = "Not looked at: whether the sessions exist."


def block(text: str) -> list[str]:
    return dedent(text).strip("\n").splitlines()


def test_the_end_of_a_run_is_a_sentence_the_rows_that_need_a_person_the_file_and_the_line_to_type() -> None:
    run = report("import", (*BOOKED, *BEFORE, WRONG, FULL), roster=SPRING, run=41)
    assert run_end(run, Options(), headline(run), RESULTS) == block("""
        237 of 239 people are booked (7 were before). 2 rows need attention.

          Row  87  "Start": 31/04/2026 is not a date. Write it like 14 Mar 2026.
          Row 203  Zara Ali, Pottery, Sat 14 Mar 2026 10:00: Full.

        Open  Spring term.results.xlsx
        Its first sheet, "Import summary", links to each row.
        Correct these rows, save, close the file, then:

            roster import "Spring term.results.xlsx"

        These 237 bookings will not change. (Import 41.)
    """)


def test_a_run_in_which_all_went_well_is_short() -> None:
    run = report("import", BOOKED, roster=SPRING, run=41)
    assert run_end(run, Options(), headline(run), RESULTS) == block("""
        230 of 230 people are booked.

        Results  Spring term.results.xlsx

        (Import 41.)
    """)


def test_what_is_not_sure_yet_is_waited_for_before_anything_is_corrected() -> None:
    unsure = outcome(9, Status.NOT_SURE_YET, "Known at 10:31.", "Mia Khan")
    run = report("import", (*BOOKED, FULL, unsure), roster=SPRING, run=41)
    then = Next(for_place=("--sandbox",), for_roster=("--sandbox",), results=Path("Spring term.results.xlsx"))
    assert run_end(run, Options(), headline(run), then) == block("""
        230 of 232 people are booked. 1 row needs attention. 1 is not sure yet.

          Row 203  Zara Ali, Pottery, Sat 14 Mar 2026 10:00: Full.
          Row   9  Mia Khan: Known at 10:31.

        Open  Spring term.results.xlsx
        Its first sheet, "Import summary", links to the row.
        To wait for what is not sure yet:

            roster resume --sandbox --wait

        These 230 bookings will not change. (Import 41.)
    """)


def test_a_run_that_was_stopped_says_why_and_how_to_go_on() -> None:
    rest = tuple(outcome(row, Status.NOT_BOOKED_YET) for row in range(700, 710))
    run = report("import", (*BOOKED, *rest), roster=SPRING, run=41, stopped="The service is down.", stop_code=6)
    assert run_end(run, Options(), headline(run), RESULTS) == block("""
        The service is down.
        230 of 240 people are booked. 10 are not booked yet.

        Results  Spring term.results.xlsx
        To go on from there:

            roster resume

        These 230 bookings will not change. (Import 41.)
    """)


def test_after_the_first_alone_the_line_to_type_books_the_others() -> None:
    run = report("import", (BOOKED[0], outcome(700, Status.NOT_BOOKED_YET)), roster=SPRING, run=1)
    assert run_end(run, Options(first=1), headline(run), RESULTS) == block("""
        1 of 2 people is booked. 1 is not booked yet.

        Results  Spring term.results.xlsx
        Look at it in Appointedd. If all is well there, book the others:

            roster import "Spring term.results.xlsx"

        (Import 1.)
    """)


def test_a_dry_run_says_that_nothing_was_booked_and_what_cannot_be_known() -> None:
    dry = report(
        "dry run",
        (outcome(5, Status.WOULD_BOOK), outcome(6, Status.WOULD_BOOK)),
        roster=SPRING,
        not_known=(HOLDS,),
    )
    assert run_end(dry, Options(), headline(dry), RESULTS) == block("""
        NOTHING WAS BOOKED: this is what would happen.
        2 of 2 people would be booked.

        What can't be seen: holds of others.

        Results  Spring term.results.xlsx
        To book them:

            roster import "Spring term.xlsx"
    """)


def test_results_that_had_to_take_another_name_say_so() -> None:
    run = report("import", BOOKED, roster=SPRING, run=41)
    then = Next(results=Path("Spring term.results-2.xlsx"), wanted=Path("Spring term.results.xlsx"))
    assert run_end(run, Options(), headline(run), then)[2:4] == [
        "We have not changed Spring term.results.xlsx. It is open in another program, it",
        "was changed, or our record lacks it.",
    ]


def test_a_check_says_what_it_did_not_look_at_and_what_to_type_next() -> None:
    checked = report(
        "check",
        (outcome(5, Status.READY), WRONG),
        roster=SPRING,
        not_known=(NETWORK,),
    )
    assert check_end(checked, headline(checked), Next(for_roster=("--sheet", "All"))) == block("""
        1 of 2 people is ready to be booked. 1 row needs attention.

          Row 87  "Start": 31/04/2026 is not a date. Write it like 14 Mar 2026.

        Not looked at: whether the sessions exist.

        Correct these rows, save the list, then:

            roster check "Spring term.xlsx" --sheet All
    """)


def test_a_check_without_problems_leads_to_the_dry_run() -> None:
    checked = report("check", (outcome(5, Status.READY),), roster=SPRING)
    assert check_end(checked, headline(checked), Next()) == block("""
        1 person is ready to be booked.

        To see what would be booked, without booking anybody:

            roster import "Spring term.xlsx" --dry-run
    """)


def test_an_import_that_never_came_to_a_plan_says_where_the_answers_are() -> None:
    assert untouched_end(RESULTS) == ["Nothing was sent. What is known of the rows: Spring term.results.xlsx"]
    assert untouched_end(Next()) == ["Nothing was sent."]


# Who is booked no longer, or otherwise than the list says by now


def end_of(desk: Desk, roster: Path) -> tuple[str, int]:
    """The last screen of an import of a list, in one line, and its exit code."""
    done = desk.run(roster)
    with Ledger.open(desk.settings().ledger) as ledger:
        ledger.results_written(done.run, desk.folder / "results.xlsx", f"digest {done.run}")
    return " ".join(" ".join(run_end(done, Options(), headline(done), RESULTS)).split()), exit_code(done, Options())


@pytest.mark.parametrize("how", ["removed", "cancelled", "deleted"])
def test_who_is_no_longer_booked_is_named_on_the_screen_of_every_import(desk: Desk, how: str) -> None:
    session = desk.session()
    roster = desk.people(session, "Ada Lovelace", "Alan Turing", "Bo Chen")
    first = desk.run(roster)
    desk.clock.wait(3600)
    staff = desk.sandbox.world.staff
    match how:
        case "removed":
            for one in first.outcomes[:2]:
                desk.sandbox.world.remove_person(session, one.customer_booking_id)
        case "cancelled":
            staff.cancel_session(session)
        case "deleted":
            staff.remove_session(session)
    for _ in range(2):
        said, code = end_of(desk, roster)
        assert "No longer booked: rows 2 (Ada Lovelace), 3 (Alan Turing)" in said
        assert ("import with --rebook" in said) is (how == "removed")
        assert code == 0


def test_how_many_have_another_address_by_now_is_one_line_on_the_screen(desk: Desk) -> None:
    session = desk.session()

    def people(ada: str, alan: str) -> Path:
        names = {"Ada Lovelace": ada, "Alan Turing": alan, "Bo Chen": "bo@x.org"}
        return desk.roster(
            [{"Group booking ID": session, "Full name": name, "Email": email} for name, email in names.items()]
        )

    first = desk.run(people("ada@x.org", ""))
    assert "e-mail or mobile" not in end_of(desk, people("ada@x.org", ""))[0]
    assert {one.status for one in first.outcomes} == {Status.BOOKED}
    said, code = end_of(desk, people("ada@x.org", "alan@x.org"))
    assert (
        "1 person is booked without the e-mail or mobile that is in the list now: row 3 (Alan Turing). "
        "Change it in Appointedd if the list is right." in said
    )
    assert code == 0


def test_who_moved_or_left_the_list_and_holds_a_place_needs_a_person(desk: Desk) -> None:
    one, other = desk.session(), desk.session(start="2030-03-09T10:00:00+00:00")
    end_of(desk, desk.people(one, "Ada Lovelace", "Alan Turing"))
    said, code = end_of(desk, desk.people(one, "Ada Lovelace"))
    assert ("No longer on the list: row 3 (Alan Turing)" in said, code) == (True, 3)
    said, code = end_of(desk, desk.people(other, "Ada Lovelace"))
    assert ("Moved to another session: row 2 (Ada Lovelace)" in said, code) == (True, 3)
    assert end_of(desk, desk.people(other, "Ada Lovelace"))[1] == 0


def test_who_is_named_at_the_end_is_named_with_their_sheet_where_there_are_several() -> None:
    def at(sheet: str, row: int, status: Status, name: str, **more: object) -> Outcome:
        return Outcome(RowRef(sheet, row), status, "Removed.", name, **more)  # type: ignore[arg-type]

    done = report(
        "import",
        (
            at("Spring", 3, Status.NO_LONGER_BOOKED, "Ada Lovelace", session="Pottery"),
            at("Summer", 3, Status.NO_LONGER_BOOKED, "Alan Turing", session="Pottery"),
            at("Summer", 4, Status.ALREADY_BOOKED, "Bo Chen", has_other_address=True),
        ),
    )
    ((_, removed),) = removed_lines(done)
    assert removed == 'row 3 (Ada Lovelace) of "Spring" and row 3 (Alan Turing) of "Summer", Pottery. Removed.'
    assert 'row 4 (Bo Chen) of "Summer"' in other_address_line(done)


def test_why_a_line_is_to_be_typed_is_folded_at_the_width_of_a_screen() -> None:
    why = "Nobody was imported there before. To check the connection first, without booking anybody:"
    assert Next().alone(why, "doctor")[:2] == [
        "Nobody was imported there before. To check the connection first, without booking",
        "anybody:",
    ]


@pytest.mark.parametrize("call", ["--dry-run", "--yes"])
def test_rows_in_which_nothing_is_wrong_are_not_to_be_corrected(roster: Roster, home: Path, call: str) -> None:
    Path("a.csv").write_text(
        "First name,Last name,Service,Start\nAda,Lovelace,Pottery for beginners,16/03/2030 10:00\n"
    )
    ended = roster("import", "a.csv", "--sandbox", "--mishap", "refuse=400:services", call)
    assert ended.code == 3
    assert "did not list its services" in " ".join(ended.out.split())
    assert "Correct these rows" not in ended.out
    assert "Nothing is wrong in these rows. Try again later:" in ended.out


def test_rows_are_to_be_corrected_where_something_is_wrong_in_one_of_them() -> None:
    unlisted = outcome(5, Status.FIX_ROW, problems=(Problem(RowRef("Sheet1", 5), "not-listed", "Not listed."),))
    assert is_service_at_fault([unlisted, outcome(6, Status.BOOKED)])
    assert not is_service_at_fault([unlisted, WRONG])
    assert not is_service_at_fault([outcome(6, Status.BOOKED)])


@pytest.mark.parametrize(("count", "whom"), [(1, "this person"), (2, "these people")])
def test_a_dry_run_ends_with_the_code_and_the_line_that_books_exactly_that(count: int, whom: str) -> None:
    approval = Approval("7F3K-29QD", (), "priya", NOW, "Spring term.xlsx", "", NOW + timedelta(days=7))
    outcomes = tuple(outcome(5 + at, Status.WOULD_BOOK) for at in range(count))
    dry = report("dry run", outcomes, roster=SPRING, approval=approval)
    then = Next(("import", "Spring term.xlsx"), results=Path("x.xlsx"))
    assert run_end(dry, Options(), headline(dry), then)[-3:] == [
        f"Approval code 7F3K-29QD, good until 9 Mar 2026. To book exactly {whom}:",
        "",
        '    roster import "Spring term.xlsx" --approved 7F3K-29QD',
    ]
