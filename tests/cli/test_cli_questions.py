"""What is asked before anybody is booked, and what the answers do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from string import ascii_lowercase

import pytest
from cli_makers import Answers, Roster

from importer.sandbox import Sandbox
from importer.settings import load_settings

HEADINGS = "First name,Last name,Service,Start\n"


def yoga(people: int) -> None:
    rows = "".join(f"Ada{x},Byron{x},Young makers,30/03/2030 10:30\n" for x in ascii_lowercase[:people])
    Path("Yoga.csv").write_text(HEADINGS + rows, encoding="utf-8")


def test_no_books_nobody_writes_the_results_and_ends_with_130(roster: Roster, answers: Answers) -> None:
    yoga(2)
    questions = answers("")
    ended = roster("import", "Yoga.csv", "--sandbox")
    assert questions == ["PRACTICE: book 2 people now? [y/N], or type 1 to try one person first:"]
    assert ended.out.partition("\n\nPRACTICE: ")[2] == (
        "no real bookings.\n"
        "Nothing was booked: you said no.\n"
        "2 of 2 people would be booked.\n"
        "\n"
        "Others may book in the meantime: a session may be full by then.\n"
        "\n"
        "Results  Yoga.PRACTICE.results.xlsx\n"
        "To book them:\n"
        "\n"
        "    roster import Yoga.csv --sandbox\n"
    )
    assert ended.code == 130
    assert Path("Yoga.PRACTICE.results.xlsx").is_file()


def test_an_answer_that_is_not_understood_is_said_so_with_what_can_be_answered(
    roster: Roster, answers: Answers
) -> None:
    yoga(2)
    answers("perhaps", "")
    ended = roster("import", "Yoga.csv", "--sandbox")
    assert "Please type y to book, 1 to book only the first, or press Enter to book nobody." in ended.err.replace(
        "\n", " "
    )
    assert ended.code == 130


def test_rows_that_were_named_before_the_question_are_not_named_again(roster: Roster, answers: Answers) -> None:
    yoga(2)
    with Path("Yoga.csv").open("a", encoding="utf-8") as file:
        file.write("Alan,Turing,Young makers,31/04/2030 10:30\n")
    answers("y")
    ended = roster("import", "Yoga.csv", "--sandbox")
    assert ended.out.count("31/04/2030 is not a date") == 1
    assert "2 of 3 people are booked. 1 row needs attention." in ended.out


def test_who_has_gone_is_told_before_the_question_and_not_again(roster: Roster, answers: Answers) -> None:
    yoga(3)
    assert roster("import", "Yoga.csv", "--sandbox", "--yes").code == 0
    heads, _, *others = Path("Yoga.csv").read_text(encoding="utf-8").splitlines()
    new = "Zebedee,Quist,Young makers,30/03/2030 10:30"
    Path("Yoga.csv").write_text("\n".join([heads, *others, new]), encoding="utf-8")
    answers("y")
    plan, told, end = roster("import", "Yoga.csv", "--sandbox").out.partition(
        "No longer on the list: row 2 (Adaa Byrona)"
    )
    assert told
    assert "people are booked" not in plan
    assert "3 of 3 people are booked" in end
    assert "No longer on the list" not in end


def test_ctrl_c_at_the_question_books_nobody_and_is_not_called_an_answer(roster: Roster, answers: Answers) -> None:
    yoga(2)
    answers()
    ended = roster("import", "Yoga.csv", "--sandbox")
    assert "Nothing was booked: you stopped at the question." in ended.out
    assert ended.code == 130


def test_the_first_alone_can_be_booked_to_see_it_work_and_then_the_others(roster: Roster, answers: Answers) -> None:
    yoga(3)
    answers("1")
    first = roster("import", "Yoga.csv", "--sandbox")
    assert "1 of 3 people is booked. 2 are not booked yet." in first.out
    assert "Look at it in Appointedd. If all is well there, book the others:\n" in first.out
    assert first.code == 0
    answers("y")
    rest = roster("import", "Yoga.PRACTICE.results.xlsx", "--sandbox")
    assert "3 of 3 people are booked (1 was before)." in rest.out
    assert rest.code == 0


def test_many_people_are_booked_only_when_their_number_is_typed(roster: Roster, answers: Answers) -> None:
    rows = [
        f"Ada{x},Byron{x},{service},{start}\n"
        for x in ascii_lowercase[:18]
        for service, start in (
            ("Young makers", "27/07/2030 10:30"),
            ("Yoga for seniors", "04/03/2030 14:00"),
            ("Yoga for seniors", "08/04/2030 14:00"),
        )
    ]
    Path("Many.csv").write_text(HEADINGS + "".join(rows), encoding="utf-8")
    questions = answers("y", "54")
    ended = roster("import", "Many.csv", "--sandbox", "--quiet")
    assert questions == 2 * [
        "PRACTICE: book 54 people now? Type 54 to book them, or type 1 to try one person first [Enter = no]:"
    ]
    assert ended.out.startswith("\nSession  "), "even with --quiet nobody is asked about a plan that was not shown"
    assert ended.code == 0


def test_an_odd_roster_is_booked_only_when_the_number_of_people_is_typed(roster: Roster, answers: Answers) -> None:
    yoga(10)
    answers("y")
    roster("import", "Yoga.csv", "--sandbox")
    yoga(5)
    Path("Yoga.csv").write_text(Path("Yoga.csv").read_text() + "Alan,Turing,Young makers,30/03/2030 10:30\n")
    questions = answers("y", "")
    ended = roster("import", "Yoga.csv", "--sandbox")
    assert questions == ["PRACTICE: book 1 person now? Type 1 to book them [Enter = no]:"] * 2
    assert "It has 6 rows. The last import (1) had 10. Has it been cut short?" in ended.out
    assert ended.code == 130
    answers("1")
    ended = roster("import", "Yoga.csv", "--sandbox")
    assert "6 of 6 people are booked (5 were before)." in ended.out
    assert ended.code == 3, "5 who left the list still hold a place"


def test_a_price_is_asked_about_and_enter_stops(roster: Roster, answers: Answers) -> None:
    yoga(1)
    questions = answers("what", "")
    stopped = roster("import", "Yoga.csv", "--sandbox", "--mishap", "price=12")
    assert "Young makers, Sat 30 Mar 2030 10:30 has a price of 12.00." in stopped.out
    assert questions == 2 * ['Type "send" or "none", or Enter to stop:']
    assert stopped.code == 130
    answers("none", "y")
    assert roster("import", "Yoga.csv", "--sandbox", "--mishap", "price=12").code == 0


def names_and_commas(*names: str) -> None:
    rows = "".join(f'"{name}",Young makers,30/03/2030 10:30\n' for name in names)
    Path("Names.csv").write_text("Pupil,Service,Start\n" + rows, encoding="utf-8")


def test_which_name_comes_first_is_asked_once_where_nothing_tells_and_the_split_is_shown(
    roster: Roster, answers: Answers
) -> None:
    names_and_commas("Khan Leo", "Hill, Jo", "Lee Ann")
    questions = answers("what", "2", "", "y")
    ended = roster("import", "Names.csv", "--sandbox")
    assert questions[:2] == 2 * ["Type 1 or 2 [1], or ? if you can't tell:"]
    assert (
        "\n"
        'Which name comes first in "Pupil"? Nothing in the column tells:\n'
        "     Khan Leo, Lee Ann\n"
        "  1  the first name: Khan Leo is first name Khan, last name Leo\n"
        "  2  the last name: Khan Leo is first name Leo, last name Khan\n"
    ) in ended.err
    assert "\nNames without a comma: Khan Leo is first name Leo, last name Khan\n" in ended.out
    assert ended.code == 0
    questions = answers()
    assert 'headings in row 1 as "Names"' in roster("check", "Names.csv").out
    assert questions == [], "it is asked once"
    assert "Leo Khan" in roster("runs", "1", "--sandbox").out


def test_which_words_are_the_surname_is_asked_once_and_the_split_is_shown(roster: Roster, answers: Answers) -> None:
    names_and_commas("Leo Khan", "Anna Maria Smith")
    questions = answers("1", "y")
    ended = roster("check", "Names.csv")
    assert (
        'Which part is the surname in "Pupil"?\n'
        "     Anna Maria Smith\n"
        "  1  the last word: Anna Maria Smith is first name Anna Maria, last name Smith\n"
        "  2  the last two: Anna Maria Smith is first name Anna, last name Maria Smith\n"
    ) in ended.err
    assert (len(questions), ended.code) == (2, 0)
    questions = answers()
    ended = roster("check", "Names.csv")
    assert (questions, ended.code) == ([], 0)
    assert "Anna Maria Smith is first name Anna Maria, last name Smith" in ended.out.replace("\n", " ").replace(
        "  ", ""
    )


def test_a_zero_that_a_spreadsheet_dropped_is_offered_back_once_and_enter_takes_it(
    roster: Roster, answers: Answers
) -> None:
    Path("Zero.csv").write_text(
        "First name,Last name,Mobile,Service,Start\nLeo,Khan,7700900123,Young makers,30/03/2030 10:30\n",
        encoding="utf-8",
    )
    questions = answers("", "y")
    ended = roster("check", "Zero.csv")
    assert '"Mobile": is a zero missing in front of 7700900123? Spreadsheets drop it.' in ended.err.replace("\n", " ")
    assert (len(questions), ended.code, "Please check" in ended.out) == (2, 0, False)
    assert load_settings().heading_sets["Zero"].conventions == {"telephone_zero": "add"}
    questions = answers()
    assert (roster("check", "Zero.csv").code, questions) == (0, [])


def test_who_can_not_tell_the_order_of_names_need_not_and_every_row_says_how_it_was_read(
    roster: Roster, answers: Answers
) -> None:
    names_and_commas("Leo Khan", "Ann Lee")
    answers("?")
    ended = roster("check", "Names.csv")
    assert ended.code == 0
    assert (
        "Please check (these will still be booked):\n"
        '  Rows 2-3  "Pupil": Nothing in the column tells which name comes first: it is\n'
        '            read as First Last. If that is wrong, write it "Last, First".\n'
        "  For the whole list: add --name-order first-last, or last-first\n"
    ) in ended.out


def test_what_a_date_means_is_asked_once_where_nothing_tells(roster: Roster, answers: Answers) -> None:
    Path("Dates.csv").write_text(HEADINGS + "Ada,Byron,Young makers,03/04/2030 10:30\n", encoding="utf-8")
    questions = answers("1", "")
    ended = roster("check", "Dates.csv")
    assert questions[0] == "Type 1 or 2, or Enter if you can't tell:"
    assert (
        '"Start": is 03/04/2030 10:30 3 April or 4 March?\n'
        "  1  3 April: the day comes first\n"
        "  2  4 March: the month comes first\n"
    ) in ended.err
    assert ended.code == 0
    questions = answers()
    assert roster("check", "Dates.csv").code == 0
    assert questions == []


def test_who_can_not_tell_what_a_date_means_is_told_in_the_row(roster: Roster, answers: Answers) -> None:
    Path("Dates.csv").write_text(HEADINGS + "Ada,Byron,Young makers,03/04/2030 10:30\n", encoding="utf-8")
    answers("")
    ended = roster("check", "Dates.csv")
    assert "03/04/2030" in ended.out
    assert ended.code == 3


@pytest.mark.parametrize(
    ("names", "options"),
    [
        (("Leo Khan", "Ann Lee"), ("--name-order", "first-last")),
        (("KHAN Leo", "LEE Ann"), ()),
        (("Leo Khan", "Anna van Dam"), ()),
        (("Khan, Leo", "Lee, Ann"), ()),
    ],
)
def test_the_order_of_names_is_not_asked_where_it_is_known(
    roster: Roster, answers: Answers, names: tuple[str, ...], options: tuple[str, ...]
) -> None:
    names_and_commas(*names)
    questions = answers()
    ended = roster("check", "Names.csv", *options)
    assert (questions, ended.code, "Please check" in ended.out) == ([], 0, False)


def test_yes_asks_nothing(roster: Roster, answers: Answers) -> None:
    yoga(1)
    questions = answers()
    assert roster("import", "Yoga.csv", "--sandbox", "--yes").code == 0
    assert questions == []


@pytest.fixture
def address(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Of a service, and a roster: nobody is on the first person's session yet, and somebody on the second's."""
    with Sandbox() as sandbox:
        monkeypatch.setenv("APPOINTEDD_API_KEY", sandbox.key)
        bookings = sandbox.world.bookings()
        empty = next(one.session.id for one in bookings if not one.people)
        busy = next(one.session.id for one in bookings if one.people and one.free)
        rows = f"Ada,Lovelace,{empty}\nAlan,Turing,{busy}\n"
        (home / "Two.csv").write_text("First name,Last name,Group booking ID\n" + rows, encoding="utf-8")
        yield sandbox.base_url


def test_the_first_import_to_an_address_proposes_a_look_and_one_person_where_the_answer_tells_most(
    roster: Roster, answers: Answers, address: str
) -> None:
    answers("1")
    first = roster("import", "Two.csv", "--base-url", address)
    assert (
        "One person first: row 3, on Pottery for beginners, Sat 16 Mar 2030 10:00. Others\n"
        "are on that session already, so the answer tells us most.\n"
    ) in first.out
    assert f"\n    roster doctor --base-url {address}\n" in first.out
    assert (
        "We learned from this import:\n"
        "  After a booking, Appointedd lists only the person who was booked.\n"
        '  Our bookings are shown there as booked through "api".\n'
    ) in first.out
    answers("y")
    second = roster("import", "Two.results.csv", "--base-url", address)
    assert "roster doctor" not in second.out + second.err
    assert "One person first" not in second.out
    assert "We learned" not in second.out


def test_a_look_is_not_proposed_where_one_has_taught_something(roster: Roster, answers: Answers, address: str) -> None:
    roster("doctor", "--base-url", address)
    answers("")
    assert "roster doctor" not in roster("import", "Two.csv", "--base-url", address).out


def test_in_practice_there_is_nothing_to_learn(roster: Roster, answers: Answers) -> None:
    yoga(2)
    answers("1")
    ended = roster("import", "Yoga.csv", "--sandbox")
    assert "One person first: row 2" in ended.out
    assert "roster doctor" not in ended.out
    assert "We learned" not in ended.out
