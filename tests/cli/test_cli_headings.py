"""Headings that are new: shown, asked about once on a terminal, told with the line that teaches them elsewhere."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from textwrap import dedent

import pytest
from cli_makers import Answers, Roster

from importer.model.columns import COLUMNS
from importer.settings import load_settings, settings_path

SCHOOL = (
    "St Marys Primary,,,,\n"
    "Kid,Contact,Ring,Workshop,When\n"
    "Leo Khan,khan@example.org,07700 900123,Young makers,30/03/2030 10:30\n"
    "Zara Ali,ali@example.org,07700 900124,Young makers,30/03/2030 10:30\n"
)
TAUGHT = ("--as", "Kid=Full name", "--as", "contact=email", "--as", "Workshop=Service")
MENU = re.compile(r"\nA column can hold:\n(.*?)\n\n", re.DOTALL)


def number_of(field: str) -> str:
    """What to type for a column."""
    return str([column.field for column in COLUMNS].index(field) + 1)


@pytest.fixture
def school(home: Path) -> Path:
    path = home / "St Marys Y4.csv"
    path.write_text(SCHOOL, encoding="utf-8")
    return path


def block(text: str) -> str:
    return dedent(text).strip("\n")


# Where nobody can be asked


@pytest.mark.parametrize("command", ["check", "import"])
def test_new_headings_without_names_end_with_5_and_the_line_that_teaches_them(
    roster: Roster, school: Path, command: str
) -> None:
    ended = roster(command, school.name)
    assert (ended.code, ended.out) == (5, "")
    assert 'Row 2 says "Kid", "Contact", "Ring", "Workshop", "When".' in ended.err.replace("\n", " ")
    assert ended.err.endswith('Or tell us once what each column contains:\n\n    roster headings "St Marys Y4.csv"\n')


def test_new_headings_of_which_only_the_session_is_missing_are_told_with_the_line_even_when_quiet(
    roster: Roster, home: Path
) -> None:
    (home / "a.csv").write_text(
        SCHOOL.replace("Kid", "Pupil").replace("Contact", "Email").replace("When", "Slot"), encoding="utf-8"
    )
    ended = roster("check", "a.csv", "--quiet")
    assert ended.code == 3
    assert ended.out.startswith(
        "No heading is known to mean the session. If one that is not used does, tell us\nonce:\n\n    roster headings a.csv\n"
    )
    given = roster("check", "a.csv", "--service", "Young makers", "--start", "30 Mar 2030 10:30")
    assert (given.code, "roster headings" in given.out) == (0, False)
    roster("headings", "a.csv", "--as", "Workshop=not used")
    assert "roster headings" not in roster("check", "a.csv").out, "a person has said what they mean"


def test_headings_of_a_list_are_shown_without_its_cells_where_nobody_looks_on(roster: Roster, school: Path) -> None:
    ended = roster("headings", school.name)
    assert ended.out == block("""
        St Marys Y4.csv · headings in row 2

              Heading   Use as
          A   Kid       ?
          B   Contact   ?
          C   Ring      ?
          D   Workshop  ?
          E   When      Start

        No columns name the session: that takes a Group booking ID, or Service and
        Start. Where the whole list is for one session, say so with the command:
        --service NAME --start TIME, or --session ID.
        One column has to be "Full name", or two "First name" and "Last name": without
        names nobody can be booked.
        To say what a heading means:

            roster headings "St Marys Y4.csv" --as Kid=MEANING
    """) + "\n"  # fmt: skip
    assert ended.code == 5


def test_headings_can_be_taught_by_a_script_and_are_named_from_then_on(roster: Roster, school: Path) -> None:
    taught = roster("headings", school.name, "--name", "St Marys", *TAUGHT)
    assert taught.code == 0
    assert taught.out.replace("\n", " ") == (
        f'Kept as "St Marys" in {settings_path()}. Lists with these headings are read so from now on. '
    )
    checked = roster("check", school.name)
    assert checked.out.startswith(
        'St Marys Y4.csv · headings in row 2 as "St Marys" · 2 people\n'
        "Used: Kid (full name), Contact (email), Workshop (service), When (start)\n"
        "Not used, and not sent to Appointedd: Ring\n"
    )
    assert checked.code == 0
    listed = roster("headings")
    assert listed.out.endswith(
        "\n\nSt Marys\n"
        "  Used: Kid (full name), Contact (email), Workshop (service), When (start)\n"
        "  Not used: Ring\n"
    )  # fmt: skip


def test_the_settings_file_holds_no_cell_of_the_list(roster: Roster, school: Path) -> None:
    roster("headings", school.name, "--date-order", "dmy", "--name-order", "last-first", *TAUGHT)
    assert settings_path().read_text(encoding="utf-8") == block("""
        [headings."St Marys Y4"]
        Kid = "Full name"
        Contact = "Email"
        Ring = "not used"
        Workshop = "Service"
        When = "Start"
        date_order = "dmy"
        name_order = "last-first"
    """) + "\n"  # fmt: skip
    assert "Names without a comma: Leo Khan is first name Khan, last name Leo\n" in roster("check", school.name).out


def test_what_else_was_agreed_on_can_be_taught_by_a_script_and_is_shown_in_words(roster: Roster, school: Path) -> None:
    taught = roster(
        "headings", school.name, *TAUGHT, "--agree", "name_order=last-first", "--agree", "tick_words=late: no"
    )
    assert taught.code == 0
    assert roster("headings").out.endswith('\n  Agreed: the last name comes first, "late" is no tick\n')
    roster("headings", school.name, "--agree", "name_order=first-last", "--name", "Y4")
    assert load_settings().heading_sets["Y4"].conventions == {"name_order": "first-last", "tick_words": "late: no"}
    wrong = roster("headings", school.name, "--agree", "names=x", "--agree", "ticks=maybe")
    assert wrong.code == 2
    assert '"names=x": write it like ticks=yes. There are: date_order,' in wrong.err
    assert '"ticks=maybe": ticks can be yes, title, tab, file, headings, no.' in wrong.err


def test_every_fault_in_what_a_script_teaches_is_told_at_once(roster: Roster, school: Path) -> None:
    ended = roster("headings", school.name, "--as", "Kit=Full name", "--as", "Ring", "--as", "Contact=Emial")
    assert ended == (
        2,
        "",
        'There is no heading "Kit". There are: Kid, Contact, Ring, Workshop, When.\n'
        '"Ring": write it like "Pupil=Full name".\n'
        '"Contact=Emial": "Emial" is not a column that we know. Did you mean "Email"?\n',
    )
    assert roster("headings", school.name, "--as", "Ring=Mobile").err == (
        'No heading means "Full name", or "First name" and "Last name".\n'
    )
    assert not settings_path().exists()


def test_teaching_the_same_headings_again_changes_their_set_and_under_another_name_keeps_both(
    roster: Roster, school: Path
) -> None:
    roster("headings", school.name, "--name", "Old", *TAUGHT)
    roster("headings", school.name, "--as", "Ring=Mobile")
    assert load_settings().headings["Old"]["Ring"] == "Mobile"
    told = roster("headings", school.name, "--name", "New", "--as", "Ring=Phone")
    assert '"Old" is kept too. If it is the same sender, delete it from that file.' in told.out.replace("\n", " ")
    kept = {name: table["Ring"] for name, table in load_settings().headings.items()}
    assert kept == {"Old": "Mobile", "New": "Phone"}
    roster("headings", school.name, "--name", "New", "--as", "Ring=not used")
    assert load_settings().headings["Old"]["Ring"] == "Mobile"
    assert load_settings().headings["New"]["Ring"] == "not used"


CLUB_LIST = "Session,Name,Email\n,Dora Ellis,d@example.org\n,Eva Young,e@example.org\n"


@pytest.fixture
def clubs(roster: Roster, home: Path) -> Path:
    """A list of which two senders have the headings, who write names in other orders."""
    path = home / "list.csv"
    path.write_text(CLUB_LIST, encoding="utf-8")
    for name, order in (("Club A", "last-first"), ("Club B", "first-last")):
        roster("headings", path.name, "--name", name, "--agree", f"name_order={order}")
    return path


def test_what_was_agreed_on_with_a_sender_is_shown_where_it_is_used(roster: Roster, clubs: Path) -> None:
    for name, told in (("Club A", "first name Ellis, last name Dora"), ("Club B", "first name Dora, last name Ellis")):
        shown = roster("check", clubs.name, "--sender", name).out.replace("\N{NO-BREAK SPACE}", " ")
        assert f'As agreed for "{name}": the ' in shown
        assert told in " ".join(shown.split())


def test_whose_list_it_is_holds_it_where_nobody_can_be_asked_and_is_asked_where_somebody_can(
    roster: Roster, clubs: Path, answers: Answers
) -> None:
    held = roster("import", clubs.name, "--sandbox", "--yes")
    assert held.code == 9
    assert '--sender "Club A"' in held.err
    assert '--sender "Club B"' in held.err
    questions = answers("2")
    shown = roster("check", clubs.name)
    assert "Club B" in shown.out.replace("\N{NO-BREAK SPACE}", " ")
    assert "first name Dora, last name Ellis" in " ".join(shown.out.split())
    assert len(questions) == 1


def test_a_slip_of_the_pen_is_suggested_in_one_line_and_not_assumed(roster: Roster, spring: Path) -> None:
    spring.write_text(spring.read_text(encoding="utf-8").replace("Email", "Emial"), encoding="utf-8")
    ended = roster("check", spring.name)
    assert '\nIs "Emial" meant to be "Email"? If so, rename it.\n' in ended.out
    assert "\nNot used, and not sent to Appointedd: " in ended.out
    roster("headings", spring.name, "--as", "Emial=not used")
    assert "Did you mean" not in roster("check", spring.name).out, "a person has said what it is"


def test_nothing_kept_says_how_to_begin(roster: Roster, home: Path) -> None:
    ended = roster("headings")
    assert ended.out.endswith('To say what those of\na list mean:\n\n    roster headings "My list.xlsx"\n') or (
        ended.out.endswith('\n\n    roster headings "My list.xlsx"\n')
    )
    assert ended.code == 0
    assert roster("headings", "--name", "x").code == 2


def test_the_results_are_known_by_the_same_headings(roster: Roster, school: Path) -> None:
    roster("headings", school.name, "--name", "St Marys", *TAUGHT)
    first = roster("import", school.name, "--sandbox")
    assert "2 of 2 people are booked." in first.out
    again = roster("import", "St Marys Y4.PRACTICE.results.xlsx", "--sandbox")
    assert 'headings in row 2 as\n  "St Marys" · 2 people\n' in again.out
    assert "2 of 2 people are booked (2 were before)." in again.out
    assert again.code == 0


def test_a_run_that_was_cut_short_is_resumed_by_the_headings_that_it_began_with(roster: Roster, school: Path) -> None:
    roster("headings", school.name, "--name", "St Marys", *TAUGHT)
    assert roster("import", school.name, "--sandbox", "--mishap", "refuse-key:confirm:nth=2").code == 6
    settings_path().unlink()
    resumed = roster("resume", "--sandbox")
    assert "2 of 2 people are booked (1 was before)." in resumed.out
    assert resumed.code == 0


# On a terminal


ORDER = "Type 1 or 2 [1], or ? if you can't tell:"
KEEP = 'Keep this as "St Marys Y4"? [Y/n], the letter of a column to change, or another name:'


def test_on_a_terminal_a_check_proposes_what_new_headings_mean_asks_what_is_open_and_goes_on(
    roster: Roster, school: Path, answers: Answers
) -> None:
    questions = answers("1", "")
    ended = roster("check", school.name)
    assert questions == [ORDER, KEEP]
    assert ended.err == block(
        """
        St Marys Y4.csv · headings in row 2
        These headings are new: tell us once what each column contains. Ctrl-C keeps nothing.

        Which name comes first in "Kid"? Nothing in the column tells:
             Leo Khan, Zara Ali
          1  the first name: Leo Khan is first name Leo, last name Khan
          2  the last name: Leo Khan is first name Khan, last name Leo


        This will be kept for lists with these headings:

              Heading   An example        Use as
          A   Kid       Leo Khan          Full name
          B   Contact   khan@example.org  Email
          C   Ring      07700 900123      Mobile
          D   Workshop  Young makers      Service
          E   When      30/03/2030 10:30  Start
          1   The first name comes first
        """
    ) + "\n\n\n"  # fmt: skip
    assert ended.out.startswith('Kept as "St Marys Y4" in')
    assert '\nSt Marys Y4.csv · headings in row 2 as "St Marys Y4" · 2 people\n' in ended.out
    assert ended.code == 0
    answers()
    assert roster("check", school.name).code == 0, "asked once"


def test_before_it_is_kept_any_column_can_be_changed_and_what_means_nothing_is_asked_again(
    roster: Roster, school: Path, answers: Answers
) -> None:
    phone = number_of("phone")
    number = f"A number, 1-{len(COLUMNS)}, or Enter if it is not used:"
    questions = answers("", "Q", "c", "0", str(len(COLUMNS) + 1), "email", phone, "Workshop", "", "", "", "St Pauls")
    ended = roster("headings", school.name)
    assert questions == [ORDER, KEEP, KEEP, *4 * [number], KEEP, number, "Type 1 or 2 [1]:", KEEP]
    assert "Please type the letter of a column to change it" in ended.err
    assert '"Contact" is Email already.' in ended.err
    (menu, _) = MENU.findall(ended.err)
    assert set(re.findall(r"(\d+) (\S.*?)(?: {2,}|$)", menu, re.MULTILINE)) == {
        (str(number), column.heading) for number, column in enumerate(COLUMNS, start=1)
    }


def test_ctrl_c_before_the_end_keeps_nothing(roster: Roster, school: Path, answers: Answers) -> None:
    questions = answers("1")
    ended = roster("check", school.name)
    assert questions[-1] == KEEP
    assert (ended.code, settings_path().exists()) == (130, False)


def nameless(home: Path) -> str:
    text = "Who,Further,Contact,Service,Start\nLeo,Khan,khan@example.org,Young makers,30/03/2030 10:30\n"
    (home / "a.csv").write_text(text, encoding="utf-8")
    return "a.csv"


def test_where_no_column_seems_to_have_names_they_are_asked_for_and_needed(
    roster: Roster, home: Path, answers: Answers
) -> None:
    questions = answers("", "Q", "a b", "")
    ended = roster("check", nameless(home))
    assert 'One column has to be "Full name"' in ended.err
    assert "Please type the letter of a column (A to E), or two, like A B." in ended.err
    assert questions[:3] == 3 * ["Which column has the names? Type its letter, or two: first name, last name:"]
    assert load_settings().headings["a"] == {
        "Who": "First name", "Further": "Last name", "Contact": "Email", "Service": "Service", "Start": "Start",
    }  # fmt: skip
    assert ended.code == 0


def test_where_only_the_first_names_are_known_the_last_names_are_asked_for(
    roster: Roster, home: Path, answers: Answers
) -> None:
    nameless(home)
    (home / "a.csv").write_text((home / "a.csv").read_text().replace("Who", "First name"), encoding="utf-8")
    questions = answers("b", "")
    assert roster("check", "a.csv").code == 0
    assert questions[0] == "Which column has the last names? Type its letter:"


def test_two_columns_for_one_meaning_are_asked_about(roster: Roster, home: Path, answers: Answers) -> None:
    text = 'Name,Tel,Phone,Service,Start\n"Khan, Leo",07700 900123,020 7946 0123,Young makers,30/03/2030 10:30\n'
    (home / "a.csv").write_text(text, encoding="utf-8")
    refused = roster("check", "a.csv")
    assert refused.code == 5
    assert refused.err.replace("\n", " ").endswith('or say which is meant: roster headings "a.csv" ')
    answers("mobile", "phone", "HR")
    taught = roster("headings", "a.csv")
    assert '"Tel", like 07700 900123. It is one of two columns for Phone.' in taught.err
    assert roster("check", "a.csv").code == 0


def test_a_name_that_is_taken_is_taken_over_only_when_it_is_given_twice(
    roster: Roster, school: Path, home: Path, answers: Answers
) -> None:
    roster("headings", school.name, "--name", "HR", *TAUGHT)
    (home / "b.csv").write_text("Who,Service,Start\nLeo Khan,Young makers,30/03/2030 10:30\n", encoding="utf-8")
    answers("a", "", "HR", "Ours")
    ended = roster("headings", "b.csv")
    assert '"HR" is kept for other headings.' in ended.err
    assert set(load_settings().headings) == {"HR", "Ours"}


def test_a_sender_who_names_no_session_is_asked_once_too(roster: Roster, home: Path, answers: Answers) -> None:
    (home / "a.csv").write_text("Name,Email,Fruit\nLeo KHAN,khan@example.org,Fig\n", encoding="utf-8")
    questions = answers("", "Fig growers")
    asked = roster("check", "a.csv")
    assert questions[0] == "Which column says the session? Type its letter, or Enter if none does:"
    assert "No columns name the session" in asked.err
    questions = answers()
    assert roster("check", "a.csv").code == 3
    assert questions == []


def test_a_list_without_sessions_is_told_the_option_on_the_screen_and_not_in_its_cells(
    roster: Roster, home: Path
) -> None:
    (home / "a.csv").write_text("Name\nLeo KHAN\n", encoding="utf-8")
    said = roster("check", "a.csv").out
    assert "\n  For the whole list: add --session, or --service with --start or --dates\n" in said
    assert "--session" not in roster("check", "a.csv", "--json").out


def test_a_list_that_came_back_without_its_session_is_known_by_our_own_columns(
    roster: Roster, home: Path, answers: Answers
) -> None:
    (home / "a.csv").write_text("Name,Email,Fruit,Import run\nLeo KHAN,khan@example.org,Fig,x/1//2\n", encoding="utf-8")
    questions = answers()
    roster("check", "a.csv")
    assert questions == []


def test_a_heading_that_stands_there_twice_is_asked_about_once(roster: Roster, home: Path, answers: Answers) -> None:
    text = "Kid,Note,note.,Service,Start\nLeo KHAN,a,b,Young makers,30/03/2030 10:30\n"
    (home / "a.csv").write_text(text, encoding="utf-8")
    questions = answers("HR")
    assert roster("check", "a.csv").code == 0
    assert len(questions) == 1
    assert load_settings().headings["HR"]["Note"] == "not used"


@pytest.mark.parametrize("words", [["check"], ["import", "--sandbox", "--dry-run"]])
def test_where_all_that_is_needed_is_known_nobody_is_asked(
    roster: Roster, spring: Path, answers: Answers, words: list[str]
) -> None:
    spring.write_text(spring.read_text(encoding="utf-8").replace("Tel,", "Fruit,"), encoding="utf-8")
    questions = answers()
    roster(*words, spring.name)
    assert questions == []


def test_yes_asks_nothing_about_headings_either(roster: Roster, school: Path, answers: Answers) -> None:
    questions = answers()
    assert roster("import", school.name, "--yes", "--sandbox").code == 5
    assert questions == []


def slip(home: Path) -> str:
    text = "Kid,Emial,Service,Start\nLeo KHAN,,Young makers,30/03/2030 10:30\n"
    (home / "a.csv").write_text(text, encoding="utf-8")
    return "a.csv"


def test_enter_takes_the_columns_that_are_proposed(roster: Roster, home: Path, answers: Answers) -> None:
    questions = answers("")
    assert roster("check", slip(home)).code == 0
    assert len(questions) == 1
    assert load_settings().headings["a"] == {
        "Kid": "Full name", "Emial": "Email", "Service": "Service", "Start": "Start",
    }  # fmt: skip


@pytest.mark.parametrize(("said", "kept"), [(("y",), "Email"), (("n", ""), "not used"), (("what", "mobile"), "Mobile")])
def test_a_suggestion_names_the_thing_and_is_answered_with_y_n_or_another_column(
    roster: Roster, home: Path, answers: Answers, said: tuple[str, ...], kept: str
) -> None:
    questions = answers("b", *said, "HR", "HR")
    ended = roster("check", slip(home))
    assert questions[1] == f'Use "Emial" as Email? [Y/n], or a number, 1-{len(COLUMNS)}:'
    assert load_settings().headings["HR"]["Emial"] == kept
    assert ("Please type y, n, or a number" in ended.err) == ("what" in said)


def test_a_second_column_of_people_is_not_dropped_by_enter(roster: Roster, home: Path, answers: Answers) -> None:
    text = "Kid,Child 2,Service,Start\nLeo KHAN,Zoe KHAN,Young makers,30/03/2030 10:30\n"
    (home / "a.csv").write_text(text, encoding="utf-8")
    questions = answers("", "not used", "HR")
    ended = roster("check", "a.csv")
    assert questions[:2] == 2 * [f"A number, 1-{len(COLUMNS)}:"]
    assert 'To book nobody who is named there, type "not used".' in ended.err
    assert '"Child 2" may hold people. They will not be booked: give each a row of their own.' in ended.out.replace(
        "\n", " "
    )


def test_no_column_of_full_names_is_proposed_beside_first_or_last_names(
    roster: Roster, home: Path, answers: Answers
) -> None:
    text = "Forename,Surnames,Their name,Service,Start\nLeo,Khan,Zoe Khan,Young makers,30/03/2030 10:30\n"
    (home / "a.csv").write_text(text, encoding="utf-8")
    answers("HR")
    roster("check", "a.csv")
    assert load_settings().headings["HR"]["Surnames"] == "Last name"
    assert load_settings().headings["HR"]["Their name"] == "not used"


def test_where_nobody_is_asked_no_column_of_full_names_is_proposed_beside_last_names(
    roster: Roster, home: Path
) -> None:
    text = "Pupils,Surnames,Child 2,Service,Start\nLeo,Khan,Zoe Khan,Young makers,30/03/2030 10:30\n"
    (home / "a.csv").write_text(text, encoding="utf-8")
    held = roster("import", "a.csv", "--sandbox")
    assert (held.code, 'meant to be "Full name"' in held.err) == (5, False)
    assert 'Is "Surnames" meant to be "Last name"?' in held.err.replace("\n", " ")
    assert 'roster headings "a.csv"' in held.err
    (home / "a.csv").write_text(text.replace("Surnames", "Surname"), encoding="utf-8")
    ended = roster("import", "a.csv", "--sandbox")
    assert ended.code == 3
    assert "No heading is known to mean the first name." in ended.out.replace("\n", " ")
    assert "roster headings a.csv" in ended.out


def test_that_a_column_may_hold_people_is_said_before_anything_is_asked_of_it(
    roster: Roster, home: Path, answers: Answers
) -> None:
    (home / "a.csv").write_text("Child 2,Service,Start\nLeo KHAN,Young makers,30/03/2030 10:30\n", encoding="utf-8")
    answers("what", "", "", "HR", "HR")
    told = roster("check", "a.csv").err
    assert told.index("It may hold people.") < told.index("Please type y, n, or a number")


@pytest.mark.parametrize(("said", "name"), [("y", "a"), ("Yes", "a"), ("", "a"), ("HR", "HR")])
def test_a_yes_to_the_name_that_is_proposed_is_no_name(
    roster: Roster, school: Path, answers: Answers, said: str, name: str
) -> None:
    answers("", said)
    roster("headings", school.rename(school.with_name("a.csv")).name)
    assert list(load_settings().headings) == [name]


def test_a_second_column_of_people_is_told_where_nothing_is_asked(roster: Roster, home: Path) -> None:
    text = "Child,Sibling,Service,Start\nLeo KHAN,Zoe KHAN,Young makers,30/03/2030 10:30\n"
    (home / "a.csv").write_text(text, encoding="utf-8")
    assert '"Sibling" may hold people.' in roster("check", "a.csv").out


@pytest.mark.skipif(sys.platform == "win32", reason="it has no pseudo-terminals")
def test_in_a_real_terminal_headings_are_learnt_and_kept(school: Path) -> None:
    import pty

    ours, theirs = pty.openpty()
    words = [sys.executable, "-m", "importer", "check", school.name]
    with subprocess.Popen(words, stdin=theirs, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        os.write(ours, b"1\nSt Marys\n")
        screen = b"".join(until_closed(ours)).decode().replace("\r\n", "\n")
        os.close(ours)
    assert process.returncode == 0
    assert 'St Marys Y4.csv · headings in row 2 as "St Marys" · 2 people' in screen
    assert (
        load_settings().headings["St Marys"] | {"Kid": "Full name", "name_order": "first-last"}
        == (load_settings().headings["St Marys"])
    )


def until_closed(terminal: int) -> Iterator[bytes]:
    with suppress(OSError):
        while read := os.read(terminal, 65_536):
            yield read


def test_two_known_headings_for_one_thing_are_asked_about_where_the_list_is_imported(
    roster: Roster, answers: Answers, home: Path
) -> None:
    row = "Leo Khan,khan@example.org,Young makers,30 March 2030,30 March 2030 10:30\n"
    (home / "a.csv").write_text("Name,Email,Service,Start,When\n" + row, encoding="utf-8")
    questions = answers(number_of("date"), "", "", "", "n")
    ended = roster("import", "a.csv", "--sandbox")
    assert "It is one of two columns for Start." in ended.err
    assert questions[0].startswith('Use "Start" as Start?')
    assert questions[1].startswith('Use "When" as Start?')
    assert "Used: Name (full name), Email, Service, Start (date), When (start)" in " ".join(ended.out.split())
    assert ended.out.count("PRACTICE: no real bookings.") == 2
    answers()
    assert roster("check", "a.csv").code == 0
