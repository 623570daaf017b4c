"""What makes a row a participant: all that is wrong is told at once, with the form to write; nothing is guessed."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from email_validator import validate_email
from hypothesis import example, given, settings
from hypothesis import strategies as st
from thorough import examples

from importer.errors import ExitCode, SettingsError
from importer.lists.contacts import read_email
from importer.lists.findings import clean
from importer.lists.name_columns import names_order_open, splits_to_show
from importer.lists.name_words import FIRST_LAST, LAST_FIRST
from importer.lists.names import split_full_name
from importer.lists.rules import check_rows
from importer.lists.sessions import read_target
from importer.model import (
    DAY_ZERO,
    Decision,
    Options,
    Participant,
    Roster,
    RosterRow,
    RosterSheet,
    RowRef,
    Severity,
    Target,
    Unreadable,
)
from importer.model.columns import COLUMNS, IMPORT_COLUMNS
from importer.people.bare_names import in_brackets, without_brackets
from importer.settings import Settings, load_settings

LONDON = ZoneInfo("Europe/London")
NEW_YORK = ZoneInfo("America/New_York")
NOW = datetime(2026, 1, 1, tzinfo=UTC)
ID = "628f4954645194000e770abd"
HEADINGS = {column.field: column.heading for column in (*COLUMNS, *IMPORT_COLUMNS)}
ADA = {"first_name": "Ada", "last_name": "Lovelace"}


def roster_of(*rows: dict[str, Any], columns: tuple[str, ...] = (), day_zero: date = DAY_ZERO) -> Roster:
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
    return Roster(Path("Spring.xlsx"), b"", (sheet,), day_zero)


def people(
    *rows: dict[str, Any], zone: ZoneInfo = LONDON, day_zero: date = DAY_ZERO, **options: Any
) -> tuple[Participant, ...]:
    return checked(roster_of(*rows, day_zero=day_zero), zone=zone, **options)


def checked(roster: Roster, *, zone: ZoneInfo = LONDON, now: datetime = NOW, **choices: Any) -> tuple[Participant, ...]:
    """The people of a roster by these settings and options of the call."""
    chosen = {name: value for name, value in choices.items() if name in Settings.model_fields}
    options = {name: value for name, value in choices.items() if name not in chosen and value is not None}
    return check_rows(roster, load_settings(timezone=zone.key, **chosen), Options(**options), now=now)


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
        (2, "Places", "spaces"),
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
    (one,) = people({**ADA, "resource": "Studio 1"}, target=Target(ID))
    assert (one.target, one.problems) == (Target(ID, resource="Studio 1"), ())


def test_what_the_command_names_holds_for_no_row_that_names_anything_itself() -> None:
    rows = [{"booking_id": "2" * 24}, {"service": "Pottery"}, {"start": "14 Mar 2030 10:00"}, {"date": "14 Mar 2030"}]
    for one in people(*({**ADA, **row} for row in rows), target=Target(ID)):
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
        ("Fri 14/03/30 10:00", "14/03/30 has a year of two digits. Write all four, like 14 Mar 2030."),
        ("Fri 14 Mar 30", "14 Mar 30 has a year of two digits. Write all four, like 14 Mar 2030."),
        ("soon", '"soon" is not a date with a time. Write it like 14 Mar 2030 10:00.'),
        ("14 Mar 2030 24:00", "14 Mar 2030 24:00 is not a date with a time. Write it like 14 Mar 2030 10:00."),
        ("14 Mar 2030 13pm", "14 Mar 2030 13pm is not a date with a time. Write it like 14 Mar 2030 10:00."),
        ("14 Mar 2030 10", "14 Mar 2030 10 is not a date with a time. Write it like 14 Mar 2030 10:00."),
        ("14 Mar 2030", "14 Mar 2030 has no time of day. Write it like 14 Mar 2030 10:00."),
        (datetime.combine(date(2030, 3, 14), time()), "14 Mar 2030 has no time of day. Write it like 14 Mar 2030 10:00."),
        ("15 March", "15 March has no time of day. Write it like 14 Mar 2030 10:00."),
        ("Saturday", "There is no date. Write it like 14 Mar 2030 10:00."),
        (30500.4, "30500.4 is not a date with a time. Format the column as text and write it like 14 Mar 2030 10:00."),
        (20300314, "20300314 is not a date with a time. Format the column as text and write it like 14 Mar 2030 10:00."),
        ("47556.4", "47556.4 is not a date with a time. Write it like 14 Mar 2030 10:00."),
        (float("nan"), "nan is not a date with a time. Format the column as text and write it like 14 Mar 2030 10:00."),
        (True, "TRUE is not a date with a time. Format the column as text and write it like 14 Mar 2030 10:00."),
    ],
)  # fmt: skip
def test_a_start_that_is_none_is_told_with_the_form_to_write(typed: Any, sentence: str) -> None:
    assert start_of(start=typed) == sentence


@pytest.mark.parametrize("typed", ["10", "10:00, 11:00", "11:00 - 10:00", "morning", "25:00", "0.42", 10, 10.3, True])
def test_a_time_that_is_none_or_two_is_told(typed: Any) -> None:
    assert "is not a time" in start_of(date="14 Mar 2030", time=typed)


def test_a_range_of_times_is_never_taken_for_an_offset() -> None:
    assert start_of(start="14 Mar 2030 10:00-11:00") == "2030-03-14 10:00:00"


def test_a_day_that_can_be_read_in_two_ways_is_told() -> None:
    assert start_of(start="03/04/2030 10:00") == ("Is 03/04/2030 3 April or 4 March? Write it like 14 Mar 2030.")
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


def test_a_time_that_the_clock_change_leaves_out_is_told() -> None:
    assert "31 Mar 2030 01:30 does not exist: the clocks go forward then" in start_of(start="31 Mar 2030 01:30")


def test_a_time_that_the_clock_change_repeats_is_a_warning_and_both_of_its_instants_are_kept() -> None:
    one = person(booking_id=None, service="Pottery", start="27 Oct 2030 01:30")
    assert one.target.starts == (datetime(2030, 10, 27, 0, 30, tzinfo=UTC), datetime(2030, 10, 27, 1, 30, tzinfo=UTC))
    assert sentences(one) == [
        "27 Oct 2030 01:30 happens twice: the clocks go back then (Europe/London). Whichever a session starts at is "
        "meant. To say which, add the offset, like 14 Mar 2030 10:00 +00:00."
    ]
    assert not one.is_faulty


@pytest.mark.parametrize(
    ("typed", "at"), [("+00:00", "01:30"), ("+01:00", "00:30"), ("GMT", "01:30"), ("BST", "00:30"), ("(bst)", "00:30")]
)
def test_an_offset_or_a_zone_says_which_of_the_two_it_is(typed: str, at: str) -> None:
    one = person(booking_id=None, service="Pottery", start=f"27 Oct 2030 01:30 {typed}")
    assert (f"{one.target.start:%H:%M}", one.target.or_start, one.problems) == (at, None, ())


@pytest.mark.parametrize(
    ("typed", "start"),
    [
        ("14 Jul 2030 10:00 BST", "2030-07-14 09:00:00"),
        ("14 Jul 2030 10:00 Europe/London", "2030-07-14 09:00:00"),
        ("2030-07-14T10:00[Europe/Paris]", "2030-07-14 08:00:00"),
        ("14 Jul 2030 10:00 am UTC", "2030-07-14 10:00:00"),
        ("14 Jul 2030 10:00 GMT+01:00", "2030-07-14 09:00:00"),
    ],
)
def test_a_zone_in_the_cell_is_heeded(typed: str, start: str) -> None:
    assert start_of(start=typed) == start


def test_gmt_is_gmt_where_it_is_not_our_own_time() -> None:
    assert start_of(NEW_YORK, start="14 Jul 2030 10:00 GMT") == "2030-07-14 10:00:00"
    assert start_of(NEW_YORK, start="14 Jul 2030 10:00 EDT") == "2030-07-14 14:00:00"


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("14 Jul 2030 10:00 GMT", "Europe/London is not on GMT then"),
        ("14 Mar 2030 10:00 BST", "Europe/London is not on BST then"),
        ("14 Mar 2030 10:00 CET", "what CET means can't be told for sure"),
        ("14 Mar 2030 10:00 Europe/Londn", "is not a date with a time"),
        ("14 Mar 2030 10:00 sharp", "is not a date with a time"),
    ],
)
def test_a_zone_that_is_not_that_of_the_day_or_may_be_any_is_told(typed: str, why: str) -> None:
    assert why in start_of(start=typed)


def test_a_time_with_and_without_its_zone_is_one_time() -> None:
    assert start_of(start="14 Jul 2030 10:00 BST", time="10:00") == "2030-07-14 09:00:00"
    assert "two times" in start_of(start="14 Jul 2030 10:00 BST", time="10:00 UTC")


@pytest.mark.parametrize(("day_zero", "serial"), [(DAY_ZERO, 47556), (date(1904, 1, 1), 46094)])
def test_a_date_that_lost_its_format_is_read_by_the_days_of_its_workbook_and_shown(day_zero: date, serial: int) -> None:
    rows = [{"start": serial + 10 / 24}, {"date": serial, "time": "10:00"}, {"date": serial, "time": 10 / 24}]
    for row in rows:
        (one,) = people({**ADA, "service": "Pottery", **row}, day_zero=day_zero)
        assert one.target.start == datetime(2030, 3, 14, 10, tzinfo=UTC)
        assert not one.is_faulty
    (one,) = people({**ADA, "service": "Pottery", "start": serial + 0.4167}, day_zero=day_zero)
    assert sentences(one) == [f"{serial}.4167 is a date that lost its format: it is read as 14 Mar 2030 10:00."]


@pytest.mark.parametrize(
    "typed",
    [datetime.combine(date(2030, 3, 14), time(10, 0, 3)), datetime.combine(date(2030, 3, 14), time(9, 59, 59)), 47556.4167],
)  # fmt: skip
def test_seconds_that_a_workbook_lost_or_gained_by_rounding_are_made_good(typed: Any) -> None:
    assert start_of(start=typed) == "2030-03-14 10:00:00"
    assert start_of(date="14 Mar 2030", time=time(9, 59, 58)) == "2030-03-14 10:00:00"


def test_a_weekday_that_does_not_fit_its_date_is_a_warning() -> None:
    one = person(booking_id=None, service="Pottery", start="Sat 14 Mar 2030 10:00")
    assert sentences(one) == ["14 Mar 2030 is a Thursday, the cell says Sat. The date is used."]
    assert not one.is_faulty


def test_cells_that_contradict_each_other_are_told() -> None:
    assert "two dates, 14 Mar 2030 and 15 Mar 2030" in start_of(start="14 Mar 2030 10:00", date="15 Mar 2030")
    assert "two times, 10:00 and 11:00" in start_of(start="14 Mar 2030 10:00", time="11:00")
    assert start_of(start="14 Mar 2030 10:00", date="14 Mar 2030", time="10:00") == "2030-03-14 10:00:00"


def test_a_time_that_exists_twice_is_past_when_it_is_so_both_times() -> None:
    roster = roster_of({**ADA, "service": "Pottery", "start": "27 Oct 2030 01:30"})
    for at, told in ((datetime(2030, 10, 27, 1, tzinfo=UTC), False), (datetime(2030, 10, 27, 2, tzinfo=UTC), True)):
        assert checked(roster, now=at)[0].is_faulty is told


def test_a_start_in_the_past_is_told_unless_it_is_allowed() -> None:
    row = {**ADA, "service": "Pottery", "start": "14 Mar 2020 10:00"}
    (one,) = people(row)
    assert sentences(one) == ["Sat 14 Mar 2020 10:00 is in the past. Choose a coming session."]
    assert one.target.start == datetime(2020, 3, 14, 10, tzinfo=UTC)
    assert people(row, allow_past=True)[0].problems == ()
    assert rules(people(ADA, target=one.target)[0]) == ["past"]


@given(moment=st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)), zone=st.sampled_from([LONDON, NEW_YORK]))  # noqa: DTZ001
def test_a_date_cell_is_the_local_time_that_it_shows_or_is_told(moment: datetime, zone: ZoneInfo) -> None:
    moment = moment.replace(microsecond=0)
    (one,) = people({**ADA, "service": "Pottery", "start": moment}, zone=zone, allow_past=True)
    if one.target.start is None:
        assert one.is_faulty
    for start in one.target.starts:
        assert abs(start.astimezone(zone).replace(tzinfo=None) - moment) <= timedelta(seconds=5)


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
    (one,) = people({"full_name": typed, "booking_id": ID}, name_order=FIRST_LAST)
    assert (one.first_name, one.last_name, one.problems) == (first, last, ())


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("Lovelace Ada", "Ada", "Lovelace"),
        ("Lovelace, Ada", "Ada", "Lovelace"),
        ("SMITH John", "John", "SMITH"),
        ("SMITH JONES Mary Ann", "Mary Ann", "SMITH JONES"),
        ("VAN DER BERG Anna", "Anna", "VAN DER BERG"),
        ("van der Berg Anna", "Anna", "van der Berg"),
        ("Van Der Meer Tom", "Tom", "Van Der Meer"),
        ("De Souza Ana", "Ana", "De Souza"),
    ],
)
def test_in_a_column_of_last_names_first_the_last_name_is_in_front(typed: str, first: str, last: str) -> None:
    (one,) = people({"full_name": typed, "booking_id": ID}, name_order=LAST_FIRST)
    assert (one.first_name, one.last_name, one.problems) == (first, last, ())


def names(*typed: str, **options: Any) -> list[str]:
    """``John/Smith``, with a question mark where it is not certain, or ``told``."""
    split = people(*({"full_name": name, "booking_id": ID} for name in typed), **options)
    return [
        "told" if one.is_faulty else f"{one.first_name}/{one.last_name}{'?' if one.problems else ''}" for one in split
    ]


def test_a_column_that_does_not_tell_its_order_is_read_as_first_last_and_every_row_says_so() -> None:
    assert names("Leo Khan", "JO HILL") == ["Leo/Khan?", "JO/HILL?"]
    (one,) = people({"full_name": "Leo Khan", "booking_id": ID})
    assert sentences(one) == [
        "Nothing in the column tells which name comes first: it is read as First Last. If that is wrong, write it "
        '"Last, First".'
    ]
    assert names("Leo Khan", "Hill, Jo", name_order="first-last") == ["Leo/Khan", "Jo/Hill"]
    assert names("Khan Leo", "Hill, Jo", name_order="last-first") == ["Leo/Khan", "Jo/Hill"]


def test_capitals_settle_the_order_of_a_column_if_half_of_it_has_them() -> None:
    assert names("KHAN Leo", "Hill Jo") == ["Leo/KHAN", "Jo/Hill"]
    assert names("Leo KHAN", "Jo Hill", name_order="last-first") == ["Leo/KHAN", "Jo/Hill"]
    assert names("LEO Khan", "Jo Hill", "Ann Lee") == ["told", "Jo/Hill?", "Ann/Lee?"]


def test_the_place_of_a_particle_settles_the_order_of_a_column() -> None:
    assert names("Leo Khan", "Anna van Dam") == ["Leo/Khan", "Anna/van Dam"]
    assert names("Khan Leo", "van Dam Anna") == ["Leo/Khan", "Anna/van Dam"]
    assert names("Leo Khan", "van Dam, Anna") == ["Leo/Khan?", "Anna/van Dam"]


def test_a_column_of_names_in_both_orders_settles_nothing_not_even_with_the_option() -> None:
    assert names("KHAN Leo", "Jo HILL", name_order="first-last") == ["told", "told"]
    assert names("van Dam Anna", "Leo van Dyck", "Ann Lee", "Fry, Una", name_order="first-last") == [
        "Anna/van Dam", "Leo/van Dyck", "told", "Una/Fry"
    ]  # fmt: skip


def test_what_contradicts_the_order_of_its_column_is_told() -> None:
    assert names("Ludwig van Houten", "SMITH John", "Leo Khan", "Ann Lee") == [
        "Ludwig/van Houten", "told", "Leo/Khan", "Ann/Lee"
    ]  # fmt: skip
    assert names("García de León Ana", "Mr Smith", "De Souza", name_order="last-first") == ["told", "told", "told"]


def test_names_of_an_open_column_are_offered_to_ask_about_and_those_that_were_split_are_shown() -> None:
    column = ["Khan Leo", "Hill, Jo", "Khan Leo", "Lee Ann", None, 7, "Fry Una", "May Sue"]
    assert names_order_open(column) == ("Khan Leo", "Lee Ann", "Fry Una")
    assert names_order_open([*column, "van Dam Anna"]) == ()
    assert splits_to_show([*column, "van Dam Anna"], "last-first") == (
        ("Khan Leo", "Leo", "Khan"),
        ("van Dam Anna", "Anna", "van Dam"),
    )
    assert splits_to_show(["Hill, Jo", "Madonna", 7], None) == ()


@pytest.mark.parametrize(
    "typed",
    [
        "Anna Maria Smith", "ANNA Maria SMITH", "Nguyen Van An", "Smith, John, Paul", "John Smith, Jr", "Mr Smith", "Smith, Mrs.",
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


@pytest.mark.parametrize("typed", ["ZoÃ«", "JosÃ©", "Jos\ufffd", "Zo√´", "Ã\x81ron"])
@pytest.mark.parametrize("field", ["first_name", "email", "service", "reference", "start", "mobile"])
def test_a_garbled_text_is_told_and_not_booked(field: str, typed: str) -> None:
    one = person(**{field: typed})
    assert (rules(one), one.is_faulty) == (["garbled"], True)


@pytest.mark.parametrize("field", [*(column.field for column in COLUMNS), "import_decision", "import_run"])
@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        (Unreadable("#N/A"), "#N/A is an error, not a value. Correct the formula or type the value."),
        ("#REF!", "#REF! is an error, not a value. Correct the formula or type the value."),
        (
            Unreadable("=A1&B1"),
            "=A1&B1 is a formula whose value is not in the file. Open it in Excel, save it, send that.",
        ),
    ],
)
def test_an_error_and_a_formula_without_its_value_are_a_problem_in_every_column(
    field: str, cell: Any, sentence: str
) -> None:
    (one,) = people({"booking_id": ID, **({} if field == "full_name" else ADA), field: cell}, target=Target("2" * 24))
    assert ([(problem.field, problem.sentence) for problem in one.problems], one.is_faulty) == (
        [(field, sentence)],
        True,
    )


@pytest.mark.parametrize("typed", ["Zo\u0308e", "Zö\u200be", "\u2068Zöe\u2069", "Zöe\u00ad", "\x07Zöe", "Ｚöｅ"])
def test_what_can_not_be_seen_in_a_name_is_not_sent(typed: str) -> None:
    assert (person(first_name=typed).first_name, person(first_name=typed).problems) == ("Zöe", ())


@pytest.mark.parametrize(
    "typed",
    [
        '=HYPERLINK("http://x.example","Ada")',
        "=cmd|' /C calc'!A0",
        "+Ada",
        "-Ada",
        "@Ada",
        "|calc",
        "<b>x</b>",
        "NaN",
        "null",
        "n/a",
        "ada@example.org",
    ],
)
def test_a_formula_or_what_programs_write_for_nothing_is_no_name(typed: str) -> None:
    assert [one.is_faulty for one in (person(first_name=typed), person(last_name=typed))] == [True, True]
    assert people({"full_name": f"{typed}, Ada", "booking_id": ID})[0].is_faulty


@pytest.mark.parametrize("typed", ["Nan", "Null", "None", "O'Neil", "Anne-Marie", "St. John", "'t Hart"])
def test_a_name_that_looks_nearly_so_is_one(typed: str) -> None:
    assert person(last_name=typed).problems == ()


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


@pytest.mark.parametrize(
    ("typed", "tidy"),
    [
        ("07700 900123", "07700 900123"),
        ("07700900123", "07700900123"),
        ("+44 (0)7700 900-123", "+44 7700 900 123"),
        ("0044(0)20 7946 0123", "0044 20 7946 0123"),
        ("(020) 7946/0123", "020 7946 0123"),
        ("020 7946 0123 ext 12", "020 7946 0123 ext. 12"),
        ("0207.946.0123x4", "0207 946 0123 ext. 4"),
        ("０７７００\u00a0９００１２３", "07700 900123"),
        ("123456", "123456"),
    ],
)
def test_telephone_numbers_are_tidied_and_keep_every_digit_that_is_dialled(typed: str, tidy: str) -> None:
    one = person(mobile=typed, phone=typed)
    assert (one.mobile, one.phone, one.problems) == (tidy, tidy, ())


@pytest.mark.parametrize(
    "typed", ["12345", "see notes", "07700 900123 (mum)", "n/a", "07700 900123 / 020 7946 0123", "1" * 18]
)
def test_an_odd_telephone_number_is_a_warning(typed: str) -> None:
    one = person(mobile=typed)
    assert (rules(one), one.mobile, one.is_faulty) == (["telephone_odd"], typed, False)


@pytest.mark.parametrize("typed", [77009001, "77009001.0"])
def test_a_telephone_number_that_was_a_number_may_have_lost_its_zeros(typed: Any) -> None:
    one = person(mobile=typed)
    assert (rules(one), one.mobile, one.is_faulty) == (["number_cell"], "77009001", False)
    assert "zeros in front may be gone. Format the column as text." in sentences(one)[0]


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


def test_a_reference_that_has_lost_digits_is_told_and_one_that_may_have_lost_zeros_warns() -> None:
    lost = person(reference="7.12E+08")
    assert (rules(lost), lost.reference, lost.is_faulty) == (["digits_lost"], "", True)
    maybe = person(reference="42.0")
    assert (rules(maybe), maybe.reference, maybe.is_faulty) == (["number_cell"], "42", False)


def test_one_reference_on_two_people_is_told_on_the_second_with_the_row_of_the_first() -> None:
    rows = [
        {**ADA, "reference": "7"},
        {"first_name": "ADA", "last_name": "Byron", "reference": "7"},
        {"first_name": "Alan", "last_name": "Turing", "reference": "7"},
        {"first_name": "Left", "last_name": "Out", "reference": "7", "import_decision": "Leave out"},
    ]
    told = [sentences(one) for one in people(*rows, target=Target(ID))]
    assert told == [[], [], ["7 is also in row 2, for Ada. Write each person's own."], []]


def test_one_reference_on_people_of_two_sheets_is_told_with_the_sheet() -> None:
    one = roster_of({**ADA, "reference": "7"})
    two = roster_of({"first_name": "Alan", "last_name": "Turing", "reference": "7"}).sheets[0]
    moved = replace(two, title="Summer", rows=tuple(replace(row, ref=RowRef("Summer", 2)) for row in two.rows))
    both = checked(replace(one, sheets=(*one.sheets, moved)), target=Target(ID))
    assert sentences(both[1]) == ['7 is also in row 2 of "Spring", for Ada. Write each person\'s own.']


@pytest.mark.parametrize(
    ("typed", "decision"),
    [
        ("Book", Decision.BOOK),
        (" LEAVE  out", Decision.LEAVE_OUT),
        ("sameperson", Decision.SAME_PERSON),
        ("different person", Decision.DIFFERENT_PERSON),
        (None, None),
    ],
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
    st.sampled_from(["Khan Leo", "KHAN Leo", "van Dam Anna", "#N/A", Unreadable("#N/A"), Unreadable("=A1"), 47556.4, "10:00 BST", "7.1E+08"]),
    st.from_regex(r"\d{1,4}[-/. ]\w{1,9}[-/. ]\d{1,4}[T ,]*\d{0,2}[:.]?\d{0,2} ?(am|pm|Z|[+-]\d\d:?\d\d)?", fullmatch=True),
)  # fmt: skip
FIELDS = [column.field for column in COLUMNS] + ["import_decision", "import_run"]


@settings(max_examples=examples(50))
@given(
    rows=st.lists(st.dictionaries(st.sampled_from(FIELDS), CELLS), max_size=4),
    target=st.sampled_from([None, Target(), Target(ID), Target(service="Pottery", start=NOW)]),
    date_order=st.sampled_from([None, "dmy", "mdy"]),
    name_order=st.sampled_from([None, FIRST_LAST, LAST_FIRST]),
)
def test_whatever_the_cells_hold_every_row_is_bookable_or_has_a_problem(
    rows: list[dict[str, Any]], target: Target | None, date_order: str | None, name_order: str | None
) -> None:
    read = people(*rows, target=target, date_order=date_order, name_order=name_order)
    assert [one.row.number for one in read] == list(range(2, len(rows) + 2))
    for one in read:
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
        (None, None, "14 Mar 2030 10:00", ["--service"]),
        (None, "Pottery", "03/04/2030 10:00", ["--start: Is 03/04/2030 3 April or 4 March?"]),
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


WORDS = st.sampled_from(["Ada", "BROWN", "van", "de", "O'Neil", "Al", "李", "Van", "Der", "Mc", "JO", "Smith,", "von"])


@example("0\x1bA[)", None)
@example("Ada Lovelace (sibling)", None)
@example("(Ada Lovelace) (sibling)", None)
@given(
    st.text(max_size=30) | st.lists(WORDS, max_size=5).map(" ".join),
    st.sampled_from([None, FIRST_LAST, LAST_FIRST, "mixed"]),
)
def test_a_name_that_is_split_loses_no_letter_but_in_brackets_and_goes_by_the_order_of_its_column(
    name: str, order: str | None
) -> None:
    (first, last), finding = split_full_name(name, order)
    assert bool(first) == bool(last)
    bare = " ".join(clean(without_brackets(name)).split())
    if first and "," not in name:
        assert bare in (f"{first} {last}", f"{last} {first}")
        if order in (FIRST_LAST, LAST_FIRST):
            assert bare == (f"{first} {last}" if order == FIRST_LAST else f"{last} {first}")
    if finding is None:
        typed, kept, left_out = map(letters, (name, first + last, "".join(in_brackets(name))))
        assert kept in (typed, typed - left_out)


def letters(text: str) -> Counter[str]:
    return Counter(char for char in text if char.isalpha() and char.isascii())
