"""What makes a row a participant: all that is wrong is told at once, with the form to write; nothing is guessed."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from email_validator import validate_email
from hypothesis import given, settings
from hypothesis import strategies as st

from importer.columns import COLUMNS, IMPORT_COLUMNS
from importer.errors import ExitCode, SettingsError
from importer.model import Decision, Participant, Roster, RosterRow, RosterSheet, RowRef, Severity, Target
from importer.rules import check_rows, read_email, read_target, split_full_name

LONDON = ZoneInfo("Europe/London")
NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2026, 1, 1, tzinfo=UTC)
ID = "628f4954645194000e770abd"
HEADINGS = {column.field: column.heading for column in (*COLUMNS, *IMPORT_COLUMNS)}
ADA = {"first_name": "Ada", "last_name": "Lovelace"}


def roster_of(*rows: dict[str, Any], columns: tuple[str, ...] = ()) -> Roster:
    """A roster of these rows, from row 2 on, with the columns that they use and those named."""
    fields = dict.fromkeys([*columns, *(field for row in rows for field in row)])
    lines = tuple(
        RosterRow(RowRef("Spring", number), {field: cell for field, cell in row.items() if cell is not None})
        for number, row in enumerate(rows, start=2)
    )
    sheet = RosterSheet(
        title="Spring",
        heading_row=1,
        headings={field: HEADINGS[field] for field in fields},
        positions={field: at for at, field in enumerate(fields, start=1)},
        width=len(fields),
        unused=(),
        rows=lines,
    )
    return Roster(Path("Spring.xlsx"), b"", (sheet,))


def people(*rows: dict[str, Any], zone: ZoneInfo = LONDON, **options: Any) -> tuple[Participant, ...]:
    return check_rows(roster_of(*rows), zone, now=NOW, **options)


def person(zone: ZoneInfo = LONDON, **cells: Any) -> Participant:
    """Ada Lovelace on a session by its id, but for these cells."""
    (one,) = people({**ADA, "booking_id": ID, **cells}, zone=zone)
    return one


def sentences(one: Participant) -> list[str]:
    return [problem.sentence for problem in one.problems]


def rules(one: Participant) -> list[str]:
    return [problem.rule for problem in one.problems]


def start_of(zone: ZoneInfo = LONDON, **cells: Any) -> str:
    """When the session starts, in UTC, or else what is wrong with the cells."""
    one = person(zone, booking_id=None, service="Pottery", **cells)
    problems = [problem.sentence for problem in one.problems if problem.severity is Severity.PROBLEM]
    return " ".join(problems) if one.target.start is None else f"{one.target.start:%Y-%m-%d %H:%M:%S}"


def test_a_plain_row_is_a_participant_without_problems() -> None:
    cells = {
        "email": "ada@example.org",
        "mobile": "07700 900123",
        "phone": "020 7946 0123 ext. 4",
        "reference": "M-0042",
    }
    one = person(**cells, spaces=3, import_run="L1:3:Spring:2", import_decision="book")
    assert one == Participant(
        row=RowRef("Spring", 2), first_name="Ada", last_name="Lovelace", target=Target(ID), **cells, spaces=3,
        handle="L1:3:Spring:2", decision=Decision.BOOK,
    )  # fmt: skip


def test_all_that_is_wrong_with_a_row_is_told_at_once_in_the_order_of_its_columns() -> None:
    (one,) = people(
        {"booking_id": "abc", "first_name": 7, "email": "ada", "spaces": 0, "import_decision": "?"},
    )
    told = [(problem.row.number, problem.heading, problem.field) for problem in one.problems]
    assert told == [
        (2, "", ""),
        (2, "Group booking ID", "booking_id"),
        (2, "First name", "first_name"),
        (2, "Email", "email"),
        (2, "Spaces", "spaces"),
        (2, "Import decision", "import_decision"),
    ]
    assert one.is_faulty


def test_a_faulty_row_still_holds_what_could_be_read() -> None:
    one = person(email="nonsense", start="soon", service="Pottery", booking_id=None, reference="7")
    assert (one.name, one.reference, one.target.service) == ("Ada Lovelace", "7", "Pottery")


# Which session


@pytest.mark.parametrize("typed", [ID, ID.upper(), f"  {ID}\u00a0", f"\u200b{ID}"])
def test_an_id_is_24_hex_characters_whatever_their_case(typed: str) -> None:
    assert person(booking_id=typed) == person()


@pytest.mark.parametrize("typed", ["abc", ID[:-1], ID + "0", ID[:-1] + "g", "6_28f4954645194000e770ab", "٦" * 24])
def test_anything_else_is_told_and_never_becomes_a_request(typed: str) -> None:
    one = person(booking_id=typed)
    assert (rules(one), bool(one.target)) == (["booking_id"], False)


@pytest.mark.parametrize("typed", [628495464519400077012345, 6.28495464519e23, "6.28495E+23"])
def test_an_id_that_excel_made_a_number_is_told_as_such(typed: Any) -> None:
    assert "Format the column as text" in sentences(person(booking_id=typed))[0]


def test_a_row_that_names_no_session_is_told_unless_the_command_names_one() -> None:
    assert rules(people(ADA)[0]) == ["no_session"]
    (one,) = people({**ADA, "resource": "Studio 1"}, default=Target(ID))
    assert (one.target, one.problems) == (Target(ID, resource="Studio 1"), ())


def test_what_the_command_names_holds_for_no_row_that_names_anything_itself() -> None:
    rows = [{"booking_id": "2" * 24}, {"service": "Pottery"}, {"start": "14 Mar 2030 10:00"}, {"date": "14 Mar 2030"}]
    for one in people(*({**ADA, **row} for row in rows), default=Target(ID)):
        assert one.target.booking_id != ID
        assert one.is_faulty or one.target.booking_id == "2" * 24


def test_half_a_session_is_told_by_what_is_missing() -> None:
    assert start_of() == 'There is no date. Add a column "Start", like 14 Mar 2030 10:00.'
    (one,) = people({**ADA, "start": "14 Mar 2030 10:00"})
    assert rules(one) == ["no_service"]
    assert start_of(date="14 Mar 2030") == "14 Mar 2030 has no time of day. Write it like 14 Mar 2030 10:00."
    assert start_of(date="14 Mar 2030", time=None) == "14 Mar 2030 has no time of day. Write it like 10:00."
    assert start_of(time="10:00", date=None) == "There is no date. Write it like 14 Mar 2030."


def test_beside_an_id_the_start_is_kept_to_compare_and_a_faulty_one_only_warns() -> None:
    one = person(service="Pottery", start="14 Mar 2030 10:00")
    assert one.target == Target(ID, "Pottery", "", datetime(2030, 3, 14, 10, tzinfo=UTC))
    assert person(time="10:00").problems == ()
    warned = person(start="TBC")
    assert (rules(warned), warned.is_faulty) == (["not_a_start"], False)


def test_cells_of_other_rows_that_are_equal_but_not_the_same_are_told_apart() -> None:
    rows = [{**ADA, "service": cell, "start": "14 Mar 2030 10:00"} for cell in (1, True, 1.5, "1")]
    assert [one.is_faulty for one in people(*rows)] == [False, True, True, False]


# When


@pytest.mark.parametrize(
    "typed",
    [
        "14 Mar 2030 10:00", "14 March 2030, 10:00", "2030-03-14 10:00", "2030-03-14T10:00", "2030-03-14T10:00:00",
        "2030-03-14 10:00:00.000", "14 Mar 2030 10am", "14 Mar 2030 10 a.m.", "14 Mar 2030 10.00", "14 Mar 2030 10:00 am",
        "Thu 14 Mar 2030 10:00", "Thursday, 14th of March 2030 at 10:00", "March 14, 2030 10:00", "14/03/2030 10:00",
        "03/14/2030 10:00", "14.03.2030 10:00", "14-MAR-2030 10:00", "2030/3/14 10:00", " 14\u00a0Mar\u200b 2030  10:00 ",
        "１４ Mar ２０３０ 10:00", "14 Mar 2030 10:00Z", "14 Mar 2030 11:00 +01:00", "2030-03-14T05:00-05:00",
        "14 Mar 2030 10:00 GMT", datetime.combine(date(2030, 3, 14), time(10)),
    ],
)  # fmt: skip
def test_a_start_is_read_in_every_usual_form(typed: Any) -> None:
    assert start_of(start=typed) == "2030-03-14 10:00:00"


def test_local_times_are_those_of_the_zone() -> None:
    assert start_of(start="14 Jul 2030 10:00") == "2030-07-14 09:00:00"
    assert start_of(NEW_YORK, start="14 Jul 2030 10:00") == "2030-07-14 14:00:00"


@pytest.mark.parametrize("typed", ["12:30 am", "0:30", "00:30:00", time(0, 30), 30 / 1440])
def test_half_past_midnight_is_read_in_every_usual_form(typed: Any) -> None:
    assert start_of(date="14 Mar 2030", time=typed) == "2030-03-14 00:30:00"


@pytest.mark.parametrize(
    "day", ["14 Mar 2030", "14/03/2030", date(2030, 3, 14), datetime.combine(date(2030, 3, 14), time())]
)
@pytest.mark.parametrize(
    "clock",
    ["10:00", "10am", "10.00", time(10), 0.416666, datetime.combine(date(1899, 12, 31), time(10)),
     datetime.combine(date(2030, 3, 14), time(10))],
)  # fmt: skip
def test_day_and_time_may_stand_in_columns_of_their_own(day: Any, clock: Any) -> None:
    assert start_of(date=day, time=clock) == "2030-03-14 10:00:00"
    assert start_of(start=day, time=clock) == "2030-03-14 10:00:00"
    assert start_of(date=day, start=clock) == "2030-03-14 10:00:00"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("31/02/2030", "31/02/2030 is not a date. Write it like 14 Mar 2030."),
        ("31/02/2030 10:00", "31/02/2030 is not a date. Write it like 14 Mar 2030."),
        ("30 Feb 2030 10:00", "30 Feb 2030 is not a date. Write it like 14 Mar 2030."),
        ("13/13/2030", "13/13/2030 is not a date. Write it like 14 Mar 2030."),
        ("14/03/30 10:00", "14/03/30 has a year of two digits. Write all four, like 14 Mar 2030."),
        ("14 Mar 30", "14 Mar 30 has a year of two digits. Write all four, like 14 Mar 2030."),
        ("soon", '"soon" is not a date with a time. Write it like 14 Mar 2030 10:00.'),
        ("14 Mar 10:00", "14 Mar 10:00 is not a date with a time. Write it like 14 Mar 2030 10:00."),
        ("14 Mar 2030 24:00", "14 Mar 2030 24:00 is not a date with a time. Write it like 14 Mar 2030 10:00."),
        ("14 Mar 2030 13pm", "14 Mar 2030 13pm is not a date with a time. Write it like 14 Mar 2030 10:00."),
        ("14 Mar 2030 10", "14 Mar 2030 10 is not a date with a time. Write it like 14 Mar 2030 10:00."),
        ("14 Mar 2030", "14 Mar 2030 has no time of day. Write it like 14 Mar 2030 10:00."),
        (datetime.combine(date(2030, 3, 14), time()), "14 Mar 2030 has no time of day. Write it like 14 Mar 2030 10:00."),
        ("Saturday", "There is no date. Write it like 14 Mar 2030 10:00."),
        (47556.4, "47556.4 is not a date with a time. Format the column as text and write it like 14 Mar 2030 10:00."),
        (True, "TRUE is not a date with a time. Format the column as text and write it like 14 Mar 2030 10:00."),
    ],
)  # fmt: skip
def test_a_start_that_is_none_is_told_with_the_form_to_write(typed: Any, sentence: str) -> None:
    assert start_of(start=typed) == sentence


@pytest.mark.parametrize("typed", ["10", "10:00-11:00", "10:00 - 11:00", "morning", "25:00", "0.42", 10, 10.3, True])
def test_a_time_that_is_none_or_two_is_told(typed: Any) -> None:
    assert "is not a time" in start_of(date="14 Mar 2030", time=typed)


def test_a_range_of_times_is_never_taken_for_an_offset() -> None:
    assert "is not a date with a time" in start_of(start="14 Mar 2030 10:00-11:00")


def test_a_day_that_can_be_read_in_two_ways_is_told() -> None:
    assert start_of(start="03/04/2030 10:00") == (
        "03/04/2030 can be read in two ways. Write it like 14 Mar 2030, or add --date-order dmy or mdy."
    )
    assert start_of(start="03/03/2030 10:00") == "2030-03-03 10:00:00"


def starts(*typed: str, **options: Any) -> list[str]:
    rows = [{**ADA, "service": "Pottery", "start": text} for text in typed]
    return [f"{one.target.start:%d %b}" if one.target.start else "told" for one in people(*rows, **options)]


def test_one_cell_of_a_column_settles_the_order_of_the_others() -> None:
    assert starts("03/04/2030 10:00", "14/03/2030 10:00") == ["03 Apr", "14 Mar"]
    assert starts("03/04/2030 10:00", "Thu 03/14/2030 10:00") == ["04 Mar", "14 Mar"]


def test_the_column_goes_before_the_option_and_the_option_settles_the_rest() -> None:
    assert starts("03/04/2030 10:00", date_order="dmy") == ["03 Apr"]
    assert starts("03/04/2030 10:00", date_order="mdy") == ["04 Mar"]
    assert starts("03/04/2030 10:00", "14/03/2030 10:00", date_order="mdy") == ["03 Apr", "14 Mar"]


def test_a_column_of_both_orders_settles_nothing_not_even_with_the_option() -> None:
    typed = ("14/03/2030 10:00", "03/14/2030 10:00", "03/04/2030 10:00")
    assert starts(*typed, date_order="dmy") == ["14 Mar", "14 Mar", "told"]


def test_a_cell_that_is_no_date_settles_nothing() -> None:
    assert starts("31/02/2030 10:00", "03/04/2030 10:00") == ["told", "told"]


def test_a_time_that_the_clock_change_leaves_out_or_repeats_is_told() -> None:
    assert "31 Mar 2030 01:30 does not exist: the clocks go forward then" in start_of(start="31 Mar 2030 01:30")
    assert "27 Oct 2030 01:30 happens twice: the clocks go back then" in start_of(start="27 Oct 2030 01:30")
    assert start_of(start="27 Oct 2030 01:30 +00:00") == "2030-10-27 01:30:00"
    assert start_of(start="27 Oct 2030 01:30 +01:00") == "2030-10-27 00:30:00"


def test_a_weekday_that_does_not_fit_its_date_is_a_warning() -> None:
    one = person(booking_id=None, service="Pottery", start="Sat 14 Mar 2030 10:00")
    assert sentences(one) == ["14 Mar 2030 is a Thursday, the cell says Sat. The date is used."]
    assert not one.is_faulty


def test_cells_that_contradict_each_other_are_told() -> None:
    assert "two dates, 14 Mar 2030 and 15 Mar 2030" in start_of(start="14 Mar 2030 10:00", date="15 Mar 2030")
    assert "two times, 10:00 and 11:00" in start_of(start="14 Mar 2030 10:00", time="11:00")
    assert start_of(start="14 Mar 2030 10:00", date="14 Mar 2030", time="10:00") == "2030-03-14 10:00:00"


def test_a_start_in_the_past_is_told_unless_it_is_allowed() -> None:
    row = {**ADA, "service": "Pottery", "start": "14 Mar 2020 10:00"}
    (one,) = people(row)
    assert sentences(one) == ["Sat 14 Mar 2020 10:00 is in the past. Correct it, or add --allow-past."]
    assert one.target.start == datetime(2020, 3, 14, 10, tzinfo=UTC)
    assert people(row, allow_past=True)[0].problems == ()
    assert rules(people(ADA, default=one.target)[0]) == ["past"]


@given(moment=st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)), zone=st.sampled_from([LONDON, NEW_YORK]))  # noqa: DTZ001
def test_a_date_cell_is_the_local_time_that_it_shows_or_is_told(moment: datetime, zone: ZoneInfo) -> None:
    moment = moment.replace(microsecond=0)
    (one,) = people({**ADA, "service": "Pottery", "start": moment}, zone=zone, allow_past=True)
    if one.target.start is None:
        assert one.is_faulty
    else:
        assert one.target.start.astimezone(zone).replace(tzinfo=None) == moment


# Names


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("Ada Lovelace", "Ada", "Lovelace"),
        ("Lovelace, Ada", "Ada", "Lovelace"),
        ("SMITH, John", "John", "SMITH"),
        ("SMITH, JOHN PAUL", "JOHN PAUL", "SMITH"),
        ("JOHN SMITH", "JOHN", "SMITH"),
        ("John SMITH", "John", "SMITH"),
        ("AJ Brown", "AJ", "Brown"),
        ("van der Berg, Anna Maria", "Anna Maria", "van der Berg"),
        ("Ludwig van Beethoven", "Ludwig", "van Beethoven"),
        ("Ana de la Cruz", "Ana", "de la Cruz"),
        ("Anna Maria van der Berg", "Anna Maria", "van der Berg"),
        ("Tom Van Der Meer", "Tom", "Van Der Meer"),
        ("Ahmed Al Farsi", "Ahmed", "Al Farsi"),
        ("Al Pacino", "Al", "Pacino"),
        ("Sean O' Brien", "Sean", "O' Brien"),
        ("Mary Ann O’Brien", "Mary Ann", "O’Brien"),
        ("Mary-Jane O'Neill", "Mary-Jane", "O'Neill"),
        ("  Zoë \u00a0 Mu\u0308ller\u200b ", "Zoë", "Müller"),
        ("李 小龙", "李", "小龙"),
    ],
)
def test_a_full_name_is_split_where_there_is_one_way_to(typed: str, first: str, last: str) -> None:
    (one,) = people({"full_name": typed, "booking_id": ID})
    assert (one.first_name, one.last_name, one.problems) == (first, last, ())


@pytest.mark.parametrize(
    "typed",
    [
        "Anna Maria Smith", "Nguyen Van An", "SMITH John", "Smith, John, Paul", "John Smith, Jr", "Mr Smith", "Smith, Mrs.",
        "van der Berg", "De Souza", "LUDWIG VAN BEETHOVEN", "Ann Lee Bob Ray", "Madonna", "Smith,", ", John",
    ],
)  # fmt: skip
def test_a_full_name_that_can_be_split_otherwise_is_told(typed: str) -> None:
    (one,) = people({"full_name": typed, "booking_id": ID})
    assert one.is_faulty
    assert sentences(one)[0].endswith('Write it "Last, First".')
    assert one.name == ""


@pytest.mark.parametrize("typed", ["None", "NA", "Null", "True", "O'Brien", "Mary-Jane", "X", "d'Arc", "Ng", "José"])
def test_names_that_look_like_something_else_are_names(typed: str) -> None:
    one = person(first_name=typed, last_name=typed)
    assert (one.first_name, one.last_name, one.problems) == (typed, typed, ())


@pytest.mark.parametrize(
    "typed", [7, 7.5, True, date(2030, 3, 14), time(10), ".", "-", "24", "???", "\u200b", "x" * 200]
)
def test_what_is_no_name_is_told(typed: Any) -> None:
    assert [problem.field for problem in person(first_name=typed).problems] == ["first_name"]
    assert people({"full_name": typed, "booking_id": ID})[0].is_faulty


def test_both_names_are_needed() -> None:
    assert sentences(person(first_name=None)) == ["The first name is missing. Appointedd needs both names."]
    assert sentences(person(last_name=None)) == ["The last name is missing. Appointedd needs both names."]


def test_columns_of_their_own_go_before_the_full_name_and_are_never_mixed_with_it() -> None:
    assert person(full_name="Anna Maria Smith").name == "Ada Lovelace"
    assert rules(person(full_name="Ada Lovelace", last_name=None)) == ["no_last_name"]


def test_two_people_in_one_cell_are_told() -> None:
    assert rules(people({"full_name": "Ann Lee\nBob Ray", "booking_id": ID})[0]) == ["name_of_two_lines"]
    assert rules(person(first_name="Ann\r\nBob")) == ["name_of_two_lines"]
    assert person(first_name="Ann\n").first_name == "Ann"


@pytest.mark.parametrize("typed", ["ZoÃ«", "JosÃ©", "Jos\ufffd"])
def test_a_garbled_name_is_told_and_not_booked(typed: str) -> None:
    assert rules(person(first_name=typed)) == ["name_garbled"]


def test_a_row_that_repeats_the_headings_is_no_person() -> None:
    assert "heading_again" in rules(person(first_name="First name", last_name="Last name"))


# Address, telephone, places, reference


@pytest.mark.parametrize(
    "typed",
    ["ada@example.org", "O'Hara+1@mail.co.uk", "ünï@münchen.de", "a.b-c_d@x-y.example.com", " ada@example.org\u00a0"],
)
def test_an_address_is_kept_as_it_was_typed(typed: str) -> None:
    one = person(email=typed)
    assert (one.email, one.problems) == (typed.strip(), ())


@pytest.mark.parametrize(
    "typed", ["ada", "ada@", "@x.org", "ada@x", "a..b@x.org", "a@x.org; b@x.org", "a b@x.org", "Ada <a@x.org>", 7, True, ".a@x.org"]
)  # fmt: skip
def test_what_is_no_address_is_told(typed: Any) -> None:
    one = person(email=typed)
    assert (rules(one), one.email, one.is_faulty) == (["email"], "", True)


@pytest.mark.parametrize("typed", ["ada@school.test", "ada@localhost", "ada@printer.local", "ada@x.invalid"])
def test_an_address_that_no_mail_can_reach_is_a_warning(typed: str) -> None:
    one = person(email=typed)
    assert (rules(one), one.email, one.is_faulty) == (["email_special_use"], typed, False)


@given(st.from_regex(r"[a-zA-Z0-9_.+-]{1,66}@[a-z0-9.-]{1,12}", fullmatch=True))
def test_the_short_way_past_the_library_lets_nothing_through_that_it_refuses(address: str) -> None:
    if read_email(address) == (address, None):
        validate_email(address, check_deliverability=False)


def test_telephone_numbers_are_kept_as_typed() -> None:
    for typed in ("07700 900123", "+44 (0)7700 900-123", "020 7946 0123 ext 12", "0207.946.0123x4", "123456"):
        one = person(mobile=typed, phone=typed)
        assert (one.mobile, one.phone, one.problems) == (typed, typed, ())


@pytest.mark.parametrize("typed", ["12345", "see notes", "07700 900123 (mum)", "n/a"])
def test_an_odd_telephone_number_is_a_warning(typed: str) -> None:
    one = person(mobile=typed)
    assert (rules(one), one.mobile, one.is_faulty) == (["telephone_odd"], typed, False)


def test_a_telephone_number_in_a_number_cell_may_have_lost_its_zeros() -> None:
    one = person(mobile=7700900123)
    assert (rules(one), one.mobile, one.is_faulty) == (["telephone_number_cell"], "7700900123", False)


@pytest.mark.parametrize("typed", ["7.12E+08", 712345678.5, 7.1e20, True, date(2030, 3, 14)])
def test_a_telephone_number_that_is_certainly_lost_is_told_and_not_sent(typed: Any) -> None:
    one = person(phone=typed)
    assert (rules(one), one.phone, one.is_faulty) == (["telephone_lost"], "", False)


@pytest.mark.parametrize(("typed", "spaces"), [(None, 1), (3, 3), ("3", 3), (" 500 ", 500), (2.0, 2), ("2.0", 2)])
def test_spaces_are_a_whole_number_and_one_if_blank(typed: Any, spaces: int) -> None:
    one = person(spaces=typed)
    assert (one.spaces, one.problems) == (spaces, ())


@pytest.mark.parametrize(
    "typed", [0, 501, -1, 1.5, "1.5", "two", "1e2", True, "9" * 5000, float("nan"), date(2030, 3, 14)]
)
def test_other_numbers_of_spaces_are_told(typed: Any) -> None:
    assert rules(person(spaces=typed)) == ["spaces"]


@pytest.mark.parametrize(("typed", "reference"), [("0042", "0042"), (42, "42"), ("M-7 ", "M-7"), ("1e5", "1e5")])
def test_a_reference_is_text_whatever_its_cell(typed: Any, reference: str) -> None:
    one = person(reference=typed)
    assert (one.reference, one.problems) == (reference, ())


@pytest.mark.parametrize("typed", [date(2030, 3, 4), 1.5, 10**16, True])
def test_a_reference_that_excel_has_changed_is_told(typed: Any) -> None:
    assert rules(person(reference=typed)) == ["not_text"]


def test_one_reference_on_two_people_is_told_on_the_second_with_the_row_of_the_first() -> None:
    rows = [
        {**ADA, "reference": "7"},
        {"first_name": "ADA", "last_name": "Byron", "reference": "7"},
        {"first_name": "Alan", "last_name": "Turing", "reference": "7"},
        {"first_name": "Left", "last_name": "Out", "reference": "7", "import_decision": "Leave out"},
    ]
    told = [sentences(one) for one in people(*rows, default=Target(ID))]
    assert told == [[], [], ["7 is also in row 2, for Ada. Write each person's own."], []]


@pytest.mark.parametrize(
    ("typed", "decision"),
    [("Book", Decision.BOOK), (" LEAVE  out", Decision.LEAVE_OUT), ("sameperson", Decision.SAME_PERSON), (None, None)],
)
def test_a_decision_is_known_whatever_its_case_and_blanks(typed: Any, decision: Decision | None) -> None:
    one = person(import_decision=typed)
    assert (one.decision, one.problems) == (decision, ())


@pytest.mark.parametrize("typed", ["maybe", "yes", True, 1, "book?no"])
def test_another_decision_is_told(typed: Any) -> None:
    one = person(import_decision=typed)
    assert (rules(one), one.decision) == (["decision"], None)


# Whatever the cells hold

CELLS = st.one_of(
    st.none(), st.text(max_size=30), st.integers(), st.floats(), st.booleans(), st.datetimes(), st.dates(), st.times(),
    st.sampled_from(["14 Mar 2030 10:00", "03/04/2030", "10:00", ID, "Ada", "a@x.org", "Book", "31/02/2030", "Sat", "1/1/0001 0:00"]),
    st.from_regex(r"\d{1,4}[-/. ]\w{1,9}[-/. ]\d{1,4}[T ,]*\d{0,2}[:.]?\d{0,2} ?(am|pm|Z|[+-]\d\d:?\d\d)?", fullmatch=True),
)  # fmt: skip
FIELDS = [column.field for column in COLUMNS] + ["import_decision", "import_run"]


@settings(max_examples=150)
@given(
    rows=st.lists(st.dictionaries(st.sampled_from(FIELDS), CELLS), max_size=4),
    default=st.sampled_from([None, Target(), Target(ID), Target(service="Pottery", start=NOW)]),
    date_order=st.sampled_from([None, "dmy", "mdy"]),
)
def test_whatever_the_cells_hold_every_row_is_bookable_or_has_a_problem(
    rows: list[dict[str, Any]], default: Target | None, date_order: str | None
) -> None:
    checked = people(*rows, default=default, date_order=date_order)
    assert [one.row.number for one in checked] == list(range(2, len(rows) + 2))
    for one in checked:
        assert one.is_faulty or (one.target and one.first_name and one.last_name and 1 <= one.spaces <= 500)
        for problem in one.problems:
            assert problem.sentence.endswith(".")
            assert "\n" not in problem.sentence
            assert len(problem.sentence) < 250
            assert bool(problem.field) == bool(problem.heading)


# What the command line names


def test_the_options_of_the_command_line_name_a_session() -> None:
    assert read_target(None, None, None, LONDON, None) == Target()
    assert read_target(f" {ID.upper()}", None, None, LONDON, None) == Target(ID)
    assert read_target(None, " Pottery ", "03/04/2030 10:00", LONDON, "dmy") == Target(
        service="Pottery", start=datetime(2030, 4, 3, 9, tzinfo=UTC)
    )


@pytest.mark.parametrize(
    ("session", "service", "start", "named"),
    [
        ("abc", None, None, ["--session"]),
        (ID, "Pottery", None, ["--session", "--service"]),
        (None, "Pottery", None, ["--start"]),
        (None, None, "14 Mar 2030 10:00", ["--service"]),
        (None, "Pottery", "03/04/2030 10:00", ["--start", "--date-order"]),
        (None, " ", "soon", ["--service", "--start"]),
    ],
)
def test_options_that_name_none_are_told_all_at_once(
    session: str | None, service: str | None, start: str | None, named: list[str]
) -> None:
    with pytest.raises(SettingsError) as told:
        read_target(session, service, start, LONDON, None)
    assert told.value.exit_code is ExitCode.USAGE
    assert all(option in str(told.value) for option in named)


@given(st.text(max_size=30))
def test_a_name_that_is_split_loses_no_letter(name: str) -> None:
    (first, last), finding = split_full_name(name)
    if finding is None:
        letters = sorted(c for c in name if c.isalpha() and c.isascii())
        assert sorted(c for c in first + last if c.isalpha() and c.isascii()) == letters
