"""Headings that one sender uses: what they mean is said once, and they are known again by themselves."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from desk import Desk
from hypothesis import given, settings
from hypothesis import strategies as st
from thorough import examples

from importer.errors import HeadingsError, RosterError, SettingsError
from importer.ledger import Ledger
from importer.lists.heading_row import likeliest
from importer.lists.roster import look_at_headings, read_roster
from importer.lists.rules import check_rows
from importer.model import Options, Roster
from importer.model.columns import COLUMNS, heading_key
from importer.model.headings import HeadingSet, find_set, of_sender, read_set, suggestion
from importer.settings import keep_headings, load_settings, settings_path

TABLE = {"Kid": "Full name", "Ring": "mobile", "Class": "not used"}
ST_MARYS = {"St Marys": read_set(TABLE)}
LIST = "St Marys Primary,,\nKid,Ring,Class\nLeo Khan,07700 900123,4B\n"


def roster_file(folder: Path, text: str = LIST, name: str = "list.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def write_settings(text: str) -> None:
    settings_path().parent.mkdir(parents=True, exist_ok=True)
    settings_path().write_text(text, encoding="utf-8")


def refusal(text: str) -> str:
    write_settings(text)
    with pytest.raises(SettingsError) as told:
        load_settings()
    return str(told.value)


# Known again


def test_a_list_with_the_headings_of_a_set_is_read_by_it_and_names_it(tmp_path: Path) -> None:
    (sheet,) = read_roster(roster_file(tmp_path), heading_sets=ST_MARYS).sheets
    assert (sheet.heading_set, sheet.heading_row) == ("St Marys", 2)
    assert sheet.headings == {"full_name": "Kid", "mobile": "Ring"}
    assert sheet.unused == ("Class",)
    assert sheet.rows[0].cells == {"full_name": "Leo Khan", "mobile": "07700 900123"}


@settings(max_examples=examples(30))
@given(st.permutations(["KID", " ring ", "Class.", "Allergies"]))
def test_order_case_blanks_and_columns_that_were_added_do_not_matter(headings: list[str]) -> None:
    assert find_set(headings, ST_MARYS) == "St Marys"


def test_a_column_that_is_not_used_may_go_but_one_that_is_used_may_not() -> None:
    assert find_set(["Ring", "Kid"], ST_MARYS) == "St Marys"
    assert find_set(["Kid", "Class"], ST_MARYS) == ""


def test_of_two_sets_the_one_that_names_more_of_the_headings_is_taken() -> None:
    known = ST_MARYS | {"St Pauls": read_set({"Kid": "Full name"})}
    assert find_set(["Kid", "Ring", "Class"], known) == "St Marys"
    assert find_set(["Kid", "House"], known) == "St Pauls"


def test_where_two_sets_fit_equally_and_differ_neither_is_assumed() -> None:
    known = {"A": read_set(TABLE), "B": read_set({**TABLE, "Ring": "Phone"} | {"House": "not used"})}
    assert find_set(["Kid", "Ring"], {"A": known["A"]}) == "A"
    assert find_set(["Kid", "Ring", "Class", "House"], known) == "B"
    assert (
        find_set(
            ["Kid", "Ring"], {"A": known["A"], "B": read_set({"Kid": "Full name", "Ring": "Phone", "X": "not used"})}
        )
        == ""
    )


def test_a_heading_that_the_set_does_not_name_means_what_it_means_to_everybody(tmp_path: Path) -> None:
    text = "Kid,Ring,Class,Email\nLeo Khan,07700 900123,4B,leo@example.org\n"
    (sheet,) = read_roster(roster_file(tmp_path, text), heading_sets=ST_MARYS).sheets
    assert sheet.headings["email"] == "Email"


def test_a_set_can_say_that_a_heading_we_know_means_something_else(tmp_path: Path) -> None:
    known = {"HR": read_set({"Name": "not used", "Pupil": "Full name", "Tel": "Mobile"})}
    text = "Name,Pupil,Tel\n4B,Leo Khan,07700 900123\n"
    (sheet,) = read_roster(roster_file(tmp_path, text), heading_sets=known).sheets
    assert sheet.headings == {"full_name": "Pupil", "mobile": "Tel"}


def test_a_column_that_was_added_and_means_the_same_is_a_problem(tmp_path: Path) -> None:
    path = roster_file(tmp_path, "Kid,Ring,Pupil\nLeo Khan,07700 900123,4B\n")
    with pytest.raises(RosterError, match=r'"Kid" \(column A\) and "Pupil" \(column C\) both mean "Full name"'):
        read_roster(path, heading_sets=ST_MARYS)


def test_an_order_that_is_kept_with_a_set_settles_the_dates_of_that_sender(tmp_path: Path) -> None:
    text = "Kid,Ring,Service,Start\nLeo Khan,07700 900123,Pottery,03/04/2030 10:00\n"
    known = {"US": HeadingSet(ST_MARYS["St Marys"].fields, {"date_order": "mdy"})}
    roster = read_roster(roster_file(tmp_path, text), heading_sets=known)
    now = datetime(2030, 1, 1, tzinfo=UTC)
    (person,) = check_rows(roster, load_settings(timezone="UTC", date_order="dmy"), Options(), now=now)
    assert person.target.start == datetime(2030, 3, 4, 10, tzinfo=UTC)


def test_an_order_that_is_given_with_the_command_holds_against_the_one_that_is_kept() -> None:
    write_settings('[headings."US"]\n"Kid" = "Full name"\ndate_order = "mdy"\n')
    assert load_settings().heading_sets["US"].conventions["date_order"] == "mdy"
    assert "date_order" not in load_settings(date_order="dmy").heading_sets["US"].conventions


# Unknown


def test_new_headings_are_named_with_what_they_may_be_and_the_line_that_teaches_them(tmp_path: Path) -> None:
    path = roster_file(tmp_path, "Pupil nam,Class,Start\nLeo Khan,4B,14 Mar 2030\n")
    with pytest.raises(HeadingsError) as told:
        read_roster(path, heading_sets=ST_MARYS)
    assert 'Row 1 says "Pupil nam", "Class", "Start". Is "Pupil nam" meant to be "Full name"?' in str(told.value)
    assert str(told.value).endswith(f'Or tell us once what each column contains:\n\n    roster headings "{path}"')
    assert "Leo" not in str(told.value)


def test_the_likeliest_row_is_shown_with_a_cell_from_under_each_heading(tmp_path: Path) -> None:
    row = look_at_headings(
        roster_file(
            tmp_path, "Report of 2030,,,\n\nKid,Ring,When,\n,07700 900123,,\nLeo Khan,07700 900124,14 Mar 2030,late\n"
        )
    )
    assert (row.row, row.heading_set) == (3, "")
    assert [one[:4] for one in row.headings] == [
        ("A", "Kid", "Leo Khan", ""),
        ("B", "Ring", "07700 900123", ""),
        ("C", "When", "14 Mar 2030", "start"),
    ]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Pupil nam", "Full name"),
        ("Emial", "Email"),
        ("Surnmae", "Last name"),
        ("1st name", None),
        ("Class", None),
        ("Swimming level", None),
        ("School name", None),
        ("GP", None),
        ("Notes", None),
        ("", None),
    ],
)
def test_a_slip_of_the_pen_is_suggested_and_another_word_is_not(typed: str, meant: str | None) -> None:
    near = suggestion(typed)
    assert (near and near.heading) == meant


def test_what_a_column_holds_already_is_not_suggested() -> None:
    assert suggestion("Emial", taken={"email"}) is None


# In the settings file


def test_a_meaning_may_be_written_as_heading_spelling_or_field() -> None:
    for column in COLUMNS:
        for meaning in (column.heading, column.field, *column.spellings):
            table = {"Kid": "Full name", "X": meaning} if column.field != "full_name" else {"X": meaning}
            assert read_set(table).fields["x"] == column.field


def test_every_fault_of_every_set_is_told_at_once() -> None:
    told = refusal(
        'workers = 0\n[headings."A"]\n"Kid" = "Full nam"\n"Ring" = 7\n[headings."B"]\n"Kid" = "Full name"\n'
        '"Pupil" = "Name"\n"#" = "Email"\n[headings."C"]\n"Tel" = "Mobile"\n'
    )
    for fault in (
        "workers in ",
        f"headings.A.Ring in {settings_path()}: Input should be a valid string",
        '"Kid" and "Pupil" both mean "Name". Only one can.',
        '"#" has no letters or digits',
        'settings.toml: No heading means "Full name", or "First name" and "Last name".',
    ):
        assert fault in told
    assert '"Kid": "Full nam" is not a column that we know. Did you mean "Full name"?' in refusal(
        '[headings."A"]\n"Kid" = "Full nam"\n'
    )


CLUBS = {
    "Club A": HeadingSet({"name": "full_name", "email": "email"}, {"name_order": "last-first"}),
    "Club B": HeadingSet({"name": "full_name", "email": "email"}, {"name_order": "first-last"}),
}


def club_list(folder: Path, name: str) -> Path:
    return roster_file(folder, "Name,Email\nDora Ellis,dora@example.org\n").rename(folder / name)


def test_of_two_senders_with_the_same_headings_none_is_assumed_where_what_was_agreed_on_differs(tmp_path: Path) -> None:
    path = club_list(tmp_path, "list.csv")
    (asked,) = (one for one in read_roster(path, heading_sets=CLUBS).sheets[0].open if one.key == "sender")
    assert asked.is_needed
    assert [(one.value, one.words) for one in asked.answers] == [
        ("Club A", "Club A: the last name comes first"),
        ("Club B", "Club B: the first name comes first"),
    ]
    same = {**CLUBS, "Club B": CLUBS["Club A"]}
    assert read_roster(path, heading_sets=same).sheets[0].open == ()


@pytest.mark.parametrize(
    ("file", "sets"),
    [
        ("club b - March.csv", CLUBS),
        ("list.csv", of_sender(CLUBS, lambda name: name == "Club B")),
        ("Club A.csv", of_sender(CLUBS, lambda name: name == "Club B")),
    ],
    ids=["the name of the file", "the setting", "the setting against the file"],
)
def test_the_sender_is_known_by_the_name_of_the_file_or_by_the_setting(
    tmp_path: Path, file: str, sets: dict[str, HeadingSet]
) -> None:
    (sheet,) = read_roster(club_list(tmp_path, file), heading_sets=sets).sheets
    assert (sheet.heading_set, sheet.open) == ("Club B", ())


def test_the_setting_sender_takes_the_one_set_of_those_with_the_same_headings(tmp_path: Path) -> None:
    for name in ("A", "B"):
        keep_headings(name, {"Kid": "Full name"})
    keep_headings("C", {"Pupil": "Full name"})
    assert [*load_settings().heading_sets] == ["A", "B", "C"]
    assert [*load_settings(sender="b").heading_sets] == ["B", "C"]
    assert [*load_settings(sender="nobody").heading_sets] == ["A", "B", "C"]


def test_a_set_is_written_beside_what_a_person_has_written(tmp_path: Path) -> None:
    write_settings(
        '# mine\ntimezone = "Europe/Paris"  # Lyon\n\n[headings."St Marys"]  # the school\n"Kid" = "Full name"\n'
        '"Old" = "Email"\ndate_order = "dmy"\n'
    )
    settings_path().chmod(0o640)
    keep_headings("St Marys", TABLE)
    keep_headings('Dr. O\'Neill "HR"', {"Nm": "Full name"})
    text = settings_path().read_text(encoding="utf-8")
    assert text.startswith('# mine\ntimezone = "Europe/Paris"  # Lyon\n\n[headings."St Marys"]  # the school\n')
    assert load_settings().headings == {
        "St Marys": TABLE | {"date_order": "dmy"},
        'Dr. O\'Neill "HR"': {"Nm": "Full name"},
    }
    assert settings_path().stat().st_mode & 0o777 == 0o640
    assert {file.name for file in settings_path().parent.iterdir()} <= {"settings.toml", ".settings.toml.lock"}


def test_a_new_settings_file_is_readable_by_its_owner_only() -> None:
    keep_headings("St Marys", TABLE)
    assert settings_path().stat().st_mode & 0o777 == 0o600
    assert load_settings().headings == {"St Marys": TABLE}


@pytest.mark.parametrize(
    "text",
    [
        'headings = { A = { Pupil = "Full name" } }  # mine\nrate = 5\n',
        'headings.A.Pupil = "Full name"\nrate = 5\n',
        '[headings]\nA = { Pupil = "Full name" }\n',
        '[headings.A]\nPupil = "Full name"\n',
    ],
)
def test_a_set_is_kept_however_the_others_are_written_and_all_else_stays(text: str) -> None:
    write_settings(text)
    rate = load_settings().rate
    for _ in range(2):
        keep_headings("St Marys", TABLE)
    kept = load_settings()
    assert (kept.headings, kept.rate) == ({"A": {"Pupil": "Full name"}, "St Marys": TABLE}, rate)


@pytest.mark.parametrize(
    "text",
    ['headings = { A = { Pupil = "Full name" } }\n', '[headings."St Marys"]\nRing = "Full name"\n', "rate = 5\n"],
)
def test_a_settings_file_that_cannot_be_written_stays_and_the_lines_for_it_can_be_put_there(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_settings(text)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("importer.settings.writing.written_beside", full)
    with pytest.raises(SettingsError, match="No space left on device") as told:
        keep_headings("St Marys", TABLE)
    assert settings_path().read_text(encoding="utf-8") == text
    advice, _, lines = str(told.value).partition(":\n\n")
    is_for_all = advice.endswith("and delete what else it says of headings")
    assert is_for_all == text.startswith(("headings", "[headings"))
    write_settings(f"{'' if is_for_all else text}\n{dedent(lines)}")
    assert load_settings().headings["St Marys"] == TABLE


def test_processes_that_keep_headings_at_once_lose_none() -> None:
    script = "import sys; from importer.settings import keep_headings; keep_headings(sys.argv[1], {'Kid': 'Full name'})"
    names = [f"Sender {number}" for number in range(6)]
    for process in [subprocess.Popen([sys.executable, "-c", script, name]) for name in names]:
        assert process.wait(30) == 0
    assert sorted(load_settings().headings) == names


# A run that is resumed


def read_by_its_run(desk: Desk) -> Roster:
    with Ledger.open(desk.settings().ledger) as ledger:
        (run,) = ledger.runs()
        chosen = desk.settings().model_copy(update=dict(run.choices))
        copy, name = ledger.roster_copy(run.id), run.roster_path.name
        return read_roster(copy, heading_sets=chosen.heading_sets, name=name)


@pytest.mark.parametrize("since", ['"Kid" = "not used"\n"Ring" = "Full name"\n"Class" = "not used"\n', None])
def test_a_run_is_resumed_by_the_headings_it_began_with_whatever_became_of_them(desk: Desk, since: str | None) -> None:
    keep_headings("St Marys", TABLE)
    roster = read_roster(roster_file(desk.folder), heading_sets=load_settings().heading_sets)
    with Ledger.open(desk.settings().ledger) as ledger:
        ledger.begin_run(roster, Options(), load_settings(), by="ada", now=datetime.now(UTC))
    write_settings(f'[headings."St Marys"]\n{since}' if since else "")
    resumed = read_by_its_run(desk)
    assert (resumed.sheets, resumed.content) == (roster.sheets, roster.content)


def test_a_run_that_needed_no_set_is_resumed_without_one_that_was_taught_since(desk: Desk) -> None:
    roster = read_roster(roster_file(desk.folder, "Name,Email,Ring\nLeo Khan,leo@example.org,Mo Ali\n"))
    with Ledger.open(desk.settings().ledger) as ledger:
        ledger.begin_run(roster, Options(), load_settings(), by="ada", now=datetime.now(UTC))
    keep_headings("St Marys", {"Name": "not used", "Ring": "Full name"})
    assert read_by_its_run(desk).sheets == roster.sheets


@settings(max_examples=examples(25))
@given(st.text(min_size=1), st.lists(st.text(min_size=1), min_size=1, max_size=4, unique_by=heading_key))
def test_whatever_a_set_and_its_headings_are_called_they_are_read_as_they_were_written(
    name: str, headings: list[str]
) -> None:
    table = dict.fromkeys((heading for heading in headings if heading_key(heading)), "not used") | {"Kid": "Full name"}
    keep_headings(name, table)
    assert load_settings().headings[name] == table
    settings_path().unlink()


class Counted(list[object]):
    """A column that counts how often a cell is looked at."""

    looks = 0

    def __getitem__(self, at: Any) -> Any:
        Counted.looks += 1
        return super().__getitem__(at)


def test_twice_as_many_columns_are_looked_at_twice_as_often() -> None:
    def looks(count: int) -> int:
        Counted.looks = 0
        likeliest(
            [Counted(["Child", *["Ada Lovelace"] * 20]), *(Counted([f"h{at}", *"v" * 20]) for at in range(count))]
        )
        return Counted.looks

    assert looks(400) < 3 * looks(200)
