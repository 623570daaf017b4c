"""What is shown of a roster and a plan, block by block."""

from __future__ import annotations

from dataclasses import replace
from textwrap import dedent

import pytest
from cli_makers import LONDON, Roster, outcome, participant, plan, report, session, totals
from cli_makers import roster as a_roster
from openpyxl import Workbook, load_workbook

from importer.cli import rows, screens
from importer.cli.endings import Next
from importer.cli.holding import held
from importer.importing.questions import Choices, GoAhead, Odd, Price, go_ahead
from importer.model import Lane, Options, Outcome, Problem, RowRef, Severity, Status, row_numbers
from importer.results.report import headline
from importer.settings import load_settings


def block(text: str) -> list[str]:
    return dedent(text).strip("\n").splitlines()


def test_what_was_understood_names_the_columns_that_are_used_and_those_that_are_not_sent() -> None:
    assert screens.understood(a_roster()) == block("""
        St Marys Y4 FINAL (2).xlsx · sheet "Sheet1" · headings in row 4 · 26 people
        Used: Pupil (full name), Parent contact (email), Tel (mobile), Reference
        Not used, and not sent to Appointedd: Class, Allergies
        Skipped: rows 19, 27 (no name)
    """)


def test_our_own_columns_of_an_earlier_run_are_not_told_as_used_but_the_decision_is() -> None:
    headings = {"full_name": "Full name", "import_status": "Import status", "import_decision": "Import decision"}
    shown = screens.understood(a_roster(people=1, title="", headings=headings, unused=(), skipped={}))
    assert shown == block("""
        St Marys Y4 FINAL (2).xlsx · headings in row 4 · 1 person
        Used: Full name, Import decision
    """)


def test_the_plan_shows_places_who_is_left_without_one_and_what_is_sent() -> None:
    full = "Full (22 places, 25 wanted), in the order of the sheet. Also: Sat 21 Mar 10:00 (8 free)."
    question = 'The same as John Hale, booked here on 2 Feb? Choose in the column "Import decision".'
    outcomes = (
        outcome(14, Status.SAME_PERSON, question, "Jon Hale"),
        *(outcome(row, Status.FULL, full, "Ada Byron") for row in (30, 31, 32)),
        *(outcome(row, Status.WOULD_BOOK) for row in range(40, 62)),
    )
    preview = report("dry run", outcomes, sessions=(totals(session(), 2, 25, 22, 0),))
    people = (participant(40, mobile="07700 900123"), *(participant(row) for row in range(41, 61)))
    people = (*people, participant(61, email=""))
    made = replace(plan(0), lanes=(Lane(session(), people),))
    assert screens.plan_lines(made, preview, load_settings(), first=None) == block("""
        Session                                       Places Taken Wanted  Book  Left
        Pottery for beginners  Sat 14 Mar 2026 10:00      24     2     25    22     0
                                                             (times are London times)
        Not booked: 4 of 26
          Row 14      Jon Hale: The same as John Hale, booked here on 2 Feb? Choose in
                      the column "Import decision".
          Rows 30-32  Full (22 places, 25 wanted), in the order of the sheet. Also: Sat
                      21 Mar 10:00 (8 free).

        Sent                first name, last name, e-mail, mobile, places
        Payment requests    none, this session costs nothing
        E-mails             Appointedd may write to the 21 who have an address; that is
                            set there, it can't be seen from here. To keep addresses and
                            numbers here: --contact none
    """)


def test_new_sessions_of_one_room_on_one_day_may_overlap_which_is_not_promised() -> None:
    early, late, other = (replace(session(room="Studio 1", day=day), id="") for day in (14, 14, 15))
    late = replace(late, start=late.start.replace(minute=30))
    shown = screens.plan_lines(
        plan(1),
        report("dry run", sessions=tuple(totals(one, 0, 1, 1, 1) for one in (early, late, other))),
        load_settings(),
        first=None,
    )
    said = " ".join("\n".join(shown).split())
    assert said.count("starts a new session.") == 3
    assert "Studio 1 has 2 new sessions on 14 Mar 2026. If they overlap, only the first can be started." in said
    assert "15 Mar 2026. If" not in said


def test_two_sessions_at_the_same_time_are_told_apart_by_their_rooms_and_long_names_stay_whole() -> None:
    long = "Advanced wheel throwing and glazing for returning students of all ages"
    sessions = (
        totals(session(), 0, 1, 1, 23, "Pottery for beginners, Studio 1"),
        totals(session(), 0, 2, 2, 22, "Pottery for beginners, Studio 2"),
        totals(session(long, places=1200), 0, 1000, 1000, 200),
    )
    shown = screens.plan_lines(plan(0), report("dry run", sessions=sessions), load_settings(), first=None)
    assert shown == block("""
        Session                                       Places Taken Wanted  Book  Left
        Pottery for beginners, Studio 1
                               Sat 14 Mar 2026 10:00      24     0      1     1    23
        Pottery for beginners, Studio 2
                               Sat 14 Mar 2026 10:00      24     0      2     2    22
        Advanced wheel throwing and glazing for returning students of all ages
                               Sat 14 Mar 2026 10:00    1200     0   1000  1000   200
                                                             (times are London times)
    """)


def question(people: int, *, first: int | None = None, first_import: bool = False) -> GoAhead:
    return go_ahead(plan(people, first_import=first_import), Choices(load_settings(), Options(first=first)))


def test_the_question_offers_the_first_alone_when_nobody_was_booked_there_before() -> None:
    assert screens.question(question(22, first_import=True)) == (
        "Book 22 people now? [y/N], or type 1 to try one person first:"
    )
    assert screens.question(question(1, first_import=True)) == "Book 1 person now? [y/N]:"
    assert screens.question(question(22, first=5)) == "Book the first 5 of 22 people now? [y/N]:"


def test_above_50_people_their_number_is_to_be_typed() -> None:
    assert screens.question(question(231)) == "Book 231 people now? Type 231 to book them [Enter = no]:"
    assert screens.answers_for_yes(question(231)) == {"231"}
    assert screens.answers_for_yes(question(1200)) == {"1200", "1,200"}
    assert screens.answers_for_yes(question(50)) == {"y", "yes"}


def test_a_price_without_a_choice_holds_the_import_and_says_what_to_type() -> None:
    price = Price((session(price=12.5),), LONDON)
    assert held(a_roster(path="My list.xlsx"), [price], Next(("import", "My list.xlsx"))).splitlines() == [
        "Stopped for your decision. Nothing was sent. Pottery for beginners, Sat 14 Mar 2026 10:00 has a price of "
        "12.50. Choose whether "
        "Appointedd sends each person there a payment request:",
        "",
        '    roster import "My list.xlsx" --payment-requests none',
        '    roster import "My list.xlsx" --payment-requests send',
    ]


def test_all_that_holds_an_import_is_told_at_once() -> None:
    odd, price = Odd(("It has 6 rows; the last import, run 1, had 10.",)), Price((session(price=12.5),), LONDON)
    shown = held(a_roster(path="My list.xlsx"), [odd, price], Next(("import", "My list.xlsx")))
    assert "It has 6 rows" in shown
    assert "--release" in shown
    assert "has a price of 12.50" in shown
    assert "--payment-requests" in shown


@pytest.mark.parametrize(
    ("choice", "said"),
    [(None, "NOT CHOSEN YET"), ("send", "Appointedd sends one to each person"), ("none", "none, as you chose")],
)
def test_a_plan_with_a_price_says_what_was_chosen_about_payment_requests(choice: str | None, said: str) -> None:
    priced = plan(2, booking=session(price=12.5))
    shown = screens.plan_lines(priced, report("dry run"), load_settings(payment_requests=choice), first=None)
    assert f"Payment requests    {said}" in "\n".join(shown)


def test_rows_that_need_a_person_stand_under_each_other_and_the_same_problem_is_one_line() -> None:
    wrong = '"Start": 31/04/2026 is not a date. Write it like 14 Mar 2026.'
    shown = rows.rows_needing_a_person(
        [
            outcome(14, Status.SAME_PERSON, "the same as John Smith, booked here on 2 Feb?", "Jon Smyth"),
            outcome(87, Status.FIX_ROW, wrong, "Cat Hill"),
            outcome(90, Status.BOOKED, "", "Leo Khan"),
            outcome(91, Status.BOOKED, "Booked with 1 place, but 3 were asked for.", "Mia Khan", needs_person=True),
            outcome(203, Status.FULL, "Full.", "Zara Ali", session="Pottery, Sat 14 Mar 2026 10:00"),
        ]
    )
    assert "\n".join(shown) == "\n".join(
        [
            "  Row  14  Jon Smyth: the same as John Smith, booked here on 2 Feb?",
            '  Row  87  "Start": 31/04/2026 is not a date. Write it like 14 Mar 2026.',
            "  Row  91  Mia Khan: Booked with 1 place, but 3 were asked for.",
            "  Row 203  Zara Ali, Pottery, Sat 14 Mar 2026 10:00: Full.",
        ]
    )


def of_date(row: int, start: str, status: Status, message: str, **more: object) -> Outcome:
    """An answer of a list for several dates."""
    return replace(outcome(row, status, message, "Cat Hill", **more), row=RowRef("Sheet1", row, start))


def test_a_row_for_several_dates_names_who_is_asked_and_the_date_as_it_is_written_elsewhere() -> None:
    first, second = "2030-03-04 10:00", "2030-03-05 10:00"
    asked = "Is this the same person as Kat Hill?"
    shown = rows.row_lines(
        [
            of_date(3, first, Status.SAME_PERSON, asked, session="Pottery, Mon 4 Mar 2030 10:00"),
            of_date(3, second, Status.SAME_PERSON, asked, session="Pottery, Tue 5 Mar 2030 10:00"),
            of_date(4, second, Status.FULL, "Full.", session="Pottery, Tue 5 Mar 2030 10:00"),
            of_date(15, second, Status.FIX_ROW, "No such session."),
        ]
    )
    assert shown == [
        "  Row  3  Cat Hill: Is this the same person as Kat Hill?",
        "  Row  4  Cat Hill, Pottery, Tue 5 Mar 2030 10:00: Full.",
        "  Row 15  Cat Hill, 2030-03-05 10:00: No such session.",
    ]


def test_the_same_problem_in_every_row_is_one_line_with_all_its_rows() -> None:
    missing = Problem(RowRef("", 1), "email", "is missing.", "email", "Email")
    numbers = [*range(2, 9), 11, 13, 15, 17, 19]
    shown = rows.row_lines([outcome(row, Status.FIX_ROW, problems=(missing,)) for row in numbers])
    assert shown == ["  Rows 2-8, 11, 13, 15, 17, 19", '                    "Email": is missing.']


def test_row_numbers_are_counted_where_there_are_too_many_to_read() -> None:
    assert row_numbers(range(2, 100_000)) == "Rows 2-99999"
    assert row_numbers(range(2, 100, 2)).endswith(", 36, 38, 40 and 29 more")


def test_after_twenty_different_problems_the_rest_is_counted() -> None:
    shown = rows.row_lines([outcome(row, Status.FULL, f"No {row}") for row in range(100, 133)])
    assert len(shown) == 21
    assert shown[-1] == "  and 13 more"


def test_a_warning_is_told_apart_from_what_keeps_a_row_from_being_booked() -> None:
    problem = Problem(RowRef("", 7), "email", "example.test is for tests.", "email", "Email", Severity.WARNING)
    assert rows.warnings([outcome(7, Status.READY, problems=(problem,))]) == [
        "",
        "Please check (these will still be booked):",
        '  Row 7  "Email": example.test is for tests.',
    ]


def test_more_than_twenty_warnings_end_with_how_many_more_there_are() -> None:
    problems = [
        Problem(RowRef("", row), "email", f"{row}@example.test is for tests.", severity=Severity.WARNING)
        for row in range(100, 220)
    ]
    shown = rows.warnings([outcome(one.row.number, Status.READY, problems=(one,)) for one in problems])
    assert len(shown) == 23
    assert shown[-1] == "  and 100 more"


def test_one_row_is_said_as_one() -> None:
    assert (
        headline(report("check", (outcome(5, Status.FIX_ROW),)))
        == "0 of 1 is ready to be booked. 1 row needs attention."
    )
    assert headline(report("check", (outcome(5, Status.READY),))) == "1 person is ready to be booked."


def test_an_option_that_answers_many_rows_is_named_on_the_screen_and_in_no_cell(roster: Roster) -> None:
    text = """\
Name,Service,Start
Ada Lovelace,Pottery,03/04/2030 10:00
Alan Turing,Pottery,
Grace Hopper,Pottery,14 Mar 2020 10:00
"""
    book = Workbook()
    for number, line in enumerate(text.splitlines(), 1):
        book.active.append(line.split(","))
        book.active.row_dimensions[number].hidden = number == 3
    book.save("a.xlsx")
    done = roster("check", "a.xlsx", "-o", "answers.xlsx")
    for option in ("--date-order", "--hidden include", "--allow-past", "--name-order"):
        assert option in done.out
    cells = [cell.value for row in load_workbook("answers.xlsx")["Sheet"].iter_rows() for cell in row]
    assert [cell for cell in cells if isinstance(cell, str) and "--" in cell] == []
