"""What is asked of lists whose shape has to be agreed on, and that it is asked once."""

from __future__ import annotations

from pathlib import Path

from cli_makers import Answers, Roster

from importer.settings import load_settings

CLUB = """\
Child,Email,{}
Ella Brown,e@example.org,x,✓
Tom Khan,t@example.org,,x
Mia Short,m@example.org,,
"""
KEEP = 'Keep this as "Club"? [Y/n], the letter of a column to change, or another name:'


def club(name: str, *sessions: str) -> None:
    Path(name).write_text(CLUB.format(",".join(sessions)), encoding="utf-8")


def test_ticks_are_agreed_on_with_enter_and_known_again_with_other_dates(roster: Roster, answers: Answers) -> None:
    club("Club.csv", "Young makers Sat 30 March 2030 10:30", "Young makers Sat 6 April 2030 10:30")
    questions = answers("", "")
    ended = roster("check", "Club.csv", "--name-order", "first-last")
    assert questions == ["Type 1 or 2 [1]:", KEEP]
    assert "So Ella Brown (row 2) would be booked on" in ended.err
    assert (ended.code, "Each tick is a booking: 3 bookings, 2 sessions" in ended.out) == (0, True)
    club("May.csv", "Young makers Sat 4 May 2030 10:30", "Young makers Sat 11 May 2030 10:30")
    ended = roster("check", "May.csv", "--name-order", "first-last")
    assert (ended.code, len(questions)) == (0, 2)
    assert 'headings in row 1 as "Club"'.replace(" ", "") in ended.out.replace("\N{NO-BREAK SPACE}", " ").replace(
        " ", ""
    )


def test_an_import_that_can_ask_nobody_is_held_before_ticks_are_agreed(roster: Roster) -> None:
    club("Club.csv", "Young makers Sat 30 March 2030 10:30", "Wheel throwing Sat 16 March 2030 13:00")
    ended = roster("import", "Club.csv", "--sandbox", "--yes")
    assert ended.code == 9
    assert "Is each tick in columns C to D a booking?" in ended.err + ended.out
    assert "    roster headings Club.csv --agree ticks=yes\n        Yes: book each person on" in ended.err
    assert roster("headings", "Club.csv", "--agree", "ticks=yes").code == 0
    assert "3 of 3" in roster("import", "Club.csv", "--sandbox", "--yes").out


def test_agreed_ticks_are_booked(roster: Roster, answers: Answers) -> None:
    club("Club.csv", "Young makers Sat 30 March 2030 10:30", "Wheel throwing Sat 16 March 2030 13:00")
    answers("", "", "y")
    ended = roster("import", "Club.csv", "--sandbox", "--name-order", "first-last")
    assert "3 of 3" in ended.out, ended


def test_who_has_an_address_counts_once_however_many_ticks_they_have(roster: Roster) -> None:
    club("Club.csv", "Young makers Sat 30 March 2030 10:30", "Wheel throwing Sat 16 March 2030 13:00")
    roster("headings", "Club.csv", "--agree", "ticks=yes")
    ended = roster("import", "Club.csv", "--sandbox", "--dry-run", "--name-order", "first-last")
    assert "Appointedd may write to the 2 who have an address" in ended.out
    assert "3 of 3" in ended.out


CLASS_LIST = """\
St Mary's Primary School,,
Young makers - Sat 30 March 2030 10:30 - Register,,
,,
First name,Last name,Email
Ella,Brown,e@example.org
Tom,Khan,t@example.org
Page 1 of 1,,
"""


def test_a_class_list_is_agreed_on_once_and_the_next_of_its_kind_asks_nothing(roster: Roster, answers: Answers) -> None:
    Path("Class.csv").write_text(CLASS_LIST, encoding="utf-8")
    questions = answers("", "")
    ended = roster("check", "Class.csv")
    assert len(questions) == 2
    assert 'Is "Young makers - Sat 30 March 2030 10:30 - Register" (row 2) the session of all 2 people?' in " ".join(
        (ended.out + ended.err).split()
    )
    assert ended.code == 0, ended
    Path("Next.csv").write_text(CLASS_LIST.replace("30 March", "6 April"), encoding="utf-8")
    ended = roster("check", "Next.csv")
    assert (ended.code, len(questions)) == (0, 2)
    assert '6 April 2030 10:30 - Register" (row 2)' in " ".join(ended.out.split())


RIVERSIDE = CLASS_LIST.replace("Young makers -", "Riverside - Young makers -")


def test_what_else_a_title_says_is_agreed_on_with_its_session_and_known_again(roster: Roster, answers: Answers) -> None:
    Path("Class.csv").write_text(RIVERSIDE, encoding="utf-8")
    questions = answers("", "")
    assert roster("check", "Class.csv").code == 0
    assert load_settings().headings["Class"]["title_words"] == "Riverside; Young makers"
    other = RIVERSIDE.replace("Young makers - Sat 30 March", "Advanced - Young makers - Sat 30 March")
    Path("Next.csv").write_text(other, encoding="utf-8")
    ended = roster("import", "Next.csv", "--sandbox", "--yes")
    assert (ended.code, len(questions)) == (3, 2)
    assert '"Advanced" stands beside "Young makers"' in " ".join(ended.out.split())
    assert roster("headings", "Next.csv", "--agree", "title_words=Advanced").code == 0
    assert load_settings().headings["Class"]["title_words"] == "Riverside; Young makers; Advanced"
    assert "2 of 2" in roster("import", "Next.csv", "--sandbox", "--yes").out


def test_the_line_that_agrees_on_a_title_has_all_that_it_says(roster: Roster) -> None:
    Path("Class.csv").write_text(RIVERSIDE, encoding="utf-8")
    ended = roster("import", "Class.csv", "--sandbox", "--yes")
    assert ended.code == 9
    line = '    roster headings Class.csv --agree session_in=title --agree "title_words=Riverside; Young makers"'
    assert line in ended.err.splitlines()


def test_a_list_for_several_dates_is_checked_and_imported_for_each(roster: Roster, home: Path) -> None:
    (home / "course.csv").write_text("First name,Last name\nAda,Lovelace\nTom,Baker\n", encoding="utf-8")
    dates = ("--service", "Forklift basics", "--start", "5 Mar 2030 09:00", "--start", "12 Mar 2030 09:00")
    checked = roster("check", "course.csv", *dates)
    assert "4 of 4 places are ready" in checked.out
    assert '--start "5 Mar 2030 09:00" --start "12 Mar 2030 09:00" --dry-run' in checked.out
    ended = roster("import", "course.csv", "--sandbox", "--yes", *dates)
    assert (ended.code, "4 of 4 places are booked" in ended.out) == (0, True)
    again = roster("import", "course.csv", "--sandbox", "--yes", *dates[:4])
    assert (again.code, "2 of 2 places are booked (2 were before)" in again.out) == (0, True)


def test_what_a_column_holds_that_is_not_used_is_asked_and_can_be_changed_before_it_is_kept(
    roster: Roster, answers: Answers
) -> None:
    text = "First name,Last name,Service,Start,Partner\n"
    text += "".join(f"Ada,Byron{x},Young makers,30/03/2030 10:30,Zoe Frost{x}\n" for x in "abcd")
    Path("Trip.csv").write_text(text, encoding="utf-8")
    questions = answers("what", "n", "e", "reference", "")
    ended = roster("check", "Trip.csv")
    assert questions[:2] == 2 * ["Type y or n:"]
    assert 'This column is not used: "Partner"' in ended.err
    assert load_settings().headings["Trip"]["Partner"] == "Reference"
    assert ended.code == 0
