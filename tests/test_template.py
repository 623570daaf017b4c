"""Blank rosters: what a coordinator fills in, and that nothing in them is ever taken for a person."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from desk import Desk
from openpyxl import Workbook, load_workbook

from importer.booking.openings import upcoming_sessions
from importer.errors import RosterError
from importer.lists.roster import read_roster
from importer.lists.template import (
    HELP_SHEET,
    ROSTER_SHEET,
    SESSIONS_SHEET,
    make_csv_template,
    make_template,
)
from importer.model import GroupBooking
from importer.model.columns import BY_HEADING_KEY, COLUMNS, EXAMPLE, TEMPLATE_COLUMNS, heading_key, is_example

LONDON = ZoneInfo("Europe/London")


def a_session(number: int, service: str, hour: int, **given: Any) -> GroupBooking:
    start = datetime(2030, 7, 6, hour, tzinfo=UTC)
    id_ = f"{number:024x}"
    return GroupBooking(
        id_, "s", "r", start, "", 12, **({"service_name": service, "resource_name": "Studio 1"} | given)
    )


SESSIONS = (a_session(1, "Wheel throwing", 9), a_session(2, "Pottery", 13), a_session(3, "Pottery", 9))


def opened(content: bytes) -> Workbook:
    return load_workbook(io.BytesIO(content))


@pytest.fixture(scope="module")
def blank() -> Workbook:
    return opened(make_template(zone=LONDON))


@pytest.fixture(scope="module")
def with_sessions() -> Workbook:
    return opened(make_template(sessions=SESSIONS, zone=LONDON))


def validation(workbook: Workbook, field: str, row: int = 5) -> Any:
    """What the cell of a field offers or checks."""
    letter = "ABCDEFGHIJKLMN"[[column.field for column in TEMPLATE_COLUMNS].index(field)]
    found = [each for each in workbook[ROSTER_SHEET].data_validations.dataValidation if f"{letter}{row}" in each.sqref]
    return found[0] if found else None


def everything_in(workbook: Workbook) -> list[object]:
    cells = [
        (sheet.title, cell.coordinate, cell.value, cell.number_format, cell.font.i)
        for sheet in workbook
        for row in sheet
        for cell in row
    ]
    checks = [
        (str(each.sqref), each.type, each.formula1, each.prompt, each.error)
        for sheet in workbook
        for each in sheet.data_validations.dataValidation
    ]
    formats = [
        (sheet.title, letter, each.width, each.number_format)
        for sheet in workbook
        for letter, each in sheet.column_dimensions.items()
    ]
    return [*cells, *checks, *formats]


def test_making_a_template_twice_gives_the_same_bytes() -> None:
    assert make_template(sessions=SESSIONS, zone=LONDON) == make_template(sessions=SESSIONS, zone=LONDON)


def test_every_heading_is_one_that_the_reader_knows(blank: Workbook) -> None:
    headings = [cell.value for cell in blank[ROSTER_SHEET][1]]
    assert [BY_HEADING_KEY[heading_key(str(heading))] for heading in headings] == list(TEMPLATE_COLUMNS)
    assert make_csv_template().decode("utf-8-sig").strip().split(",") == headings


def test_ids_and_telephone_numbers_keep_their_zeros_in_every_row(blank: Workbook) -> None:
    sheet = blank[ROSTER_SHEET]
    texts = {column.heading for column in TEMPLATE_COLUMNS if column.text}
    formatted = {cell.value for cell in sheet[1] if sheet.column_dimensions[cell.column_letter].number_format == "@"}
    assert formatted == texts
    assert {cell.number_format for cell in sheet[2] if sheet.cell(1, cell.column).value in texts} == {"@"}


def test_help_explains_every_column(blank: Workbook) -> None:
    rows = {row[0]: row[1:] for row in blank[HELP_SHEET].iter_rows(values_only=True)}
    for column in COLUMNS:
        meaning, example, needed, others = rows[column.heading]
        assert meaning == column.meaning.replace("`", '"')
        assert (example, others) == (column.example, ", ".join(column.spellings))
        assert needed


def test_help_says_whose_times_are_meant(blank: Workbook) -> None:
    assert any("Europe/London" in str(cell.value) for cell in blank[HELP_SHEET]["A"])


def test_only_the_roster_can_be_taken_for_one(with_sessions: Workbook) -> None:
    for sheet in with_sessions:
        if sheet.title != ROSTER_SHEET:
            for row in sheet.iter_rows(values_only=True):
                assert sum(heading_key(str(value)) in BY_HEADING_KEY for value in row if value) < 2, row


def test_the_example_is_passed_over_and_the_people_under_it_are_read(tmp_path: Path) -> None:
    path = tmp_path / "Roster.xlsx"
    path.write_bytes(make_template(zone=LONDON))
    with pytest.raises(RosterError, match="nobody under them"):
        read_roster(path)
    book = load_workbook(path)
    for column, value in enumerate(("Pottery, 14 Mar 2030 10:00", "Grace", "Hopper"), start=1):
        book[ROSTER_SHEET].cell(3, column, value or None)
    book.save(path)
    roster = read_roster(path)
    assert (
        roster.sheets[0].title,
        roster.sheets[0].heading_row,
        roster.sheets[0].unused,
        roster.sheets[0].skipped,
    ) == (ROSTER_SHEET, 1, (), {2: "the example"})
    assert [(row.ref.number, row.cells["first_name"]) for row in roster.rows] == [(3, "Grace")]


@pytest.mark.parametrize("field", list(EXAMPLE))
def test_an_example_that_was_changed_is_a_person(field: str) -> None:
    assert is_example(EXAMPLE)
    assert not is_example({**EXAMPLE, field: "Grace"})


def test_an_example_stays_one_when_columns_are_deleted_or_a_program_rewrites_its_date_and_number() -> None:
    kept = {field: text for field, text in EXAMPLE.items() if field not in {"session", "phone"}}
    assert is_example(kept | {"spaces": 1.0})


def test_the_example_of_a_blank_roster_of_before_is_none_once_it_was_changed() -> None:
    before = {**EXAMPLE, "service": "Pottery for beginners", "start": "14/03/2030 10:00"}
    del before["session"]
    assert is_example(before)
    assert not is_example(before | {"service": "Drama"})


def test_somebody_who_is_really_called_so_is_a_person() -> None:
    assert not is_example({"first_name": "Ada", "last_name": "Lovelace", "email": "ada@example.org"})
    assert not is_example({})


def test_sessions_are_listed_in_local_time_and_sorted_by_service(with_sessions: Workbook) -> None:
    rows = list(with_sessions[SESSIONS_SHEET].iter_rows(min_row=2, values_only=True))
    assert [(row[0], str(row[1]), row[3], row[4]) for row in rows] == [
        ("Pottery, Sat 6 Jul 2030 10:00", "2030-07-06 10:00:00", 12, f"{3:024x}"),
        ("Pottery, Sat 6 Jul 2030 14:00", "2030-07-06 14:00:00", 12, f"{2:024x}"),
        ("Wheel throwing, Sat 6 Jul 2030 10:00", "2030-07-06 10:00:00", 12, f"{1:024x}"),
    ]


def test_one_drop_down_offers_the_sessions_in_words_and_ids_are_out_of_sight(with_sessions: Workbook) -> None:
    assert validation(with_sessions, "session").formula1 == "Sessions!$A$2:$A$4"
    assert with_sessions[SESSIONS_SHEET].column_dimensions["E"].hidden
    assert [cell.value for cell in with_sessions[ROSTER_SHEET][1]][:3] == ["Session", "First name", "Last name"]


def test_sessions_that_start_together_are_told_apart_by_their_rooms(desk: Desk) -> None:
    rooms = {desk.session(resource=room): room for room in ("Studio 1", "Studio 2 (upstairs)")}
    with desk.service() as service:
        start = desk.clock()
        found, _ = upcoming_sessions(service, start, start + timedelta(days=60))
    path = desk.folder / "Roster.xlsx"
    path.write_bytes(make_template(sessions=[one for one in found if one.id in rooms], zone=LONDON))
    book = load_workbook(path)
    words = [row[0] for row in book[SESSIONS_SHEET].iter_rows(min_row=2, values_only=True)]
    for row, (text, name) in enumerate(zip(words, ("Ada", "Grace"), strict=True), start=3):
        for column, value in enumerate((text, name, "Hopper"), start=1):
            book[ROSTER_SHEET].cell(row, column, value)
    book.save(path)
    roster = read_roster(path)
    assert roster.sheets[0].open == ()
    report = desk.run_of(roster)
    assert {str(one.status) for one in report.outcomes} == {"Booked"}
    assert sorted(len(desk.booked(id_)) for id_ in rooms) == [1, 1]


def test_what_is_not_on_the_list_may_be_typed_all_the_same(with_sessions: Workbook) -> None:
    assert validation(with_sessions, "session").errorStyle == "warning"


def test_without_sessions_nothing_is_offered(blank: Workbook) -> None:
    assert blank.sheetnames == [ROSTER_SHEET, HELP_SHEET]
    assert validation(blank, "session") is None
    cancelled = replace(SESSIONS[0], status="cancelled")
    assert opened(make_template(sessions=(cancelled,), zone=LONDON)).sheetnames == [ROSTER_SHEET, HELP_SHEET]


def test_a_service_cannot_put_a_formula_into_a_template() -> None:
    workbook = opened(make_template(sessions=[a_session(1, "=1+1", 9, resource_name="@SUM(A1)")], zone=LONDON))
    cells = [cell for sheet in workbook for row in sheet for cell in row if isinstance(cell.value, str)]
    assert {cell.data_type for cell in cells} == {"s"}


def test_spaces_are_whole_numbers_up_to_500(blank: Workbook) -> None:
    spaces = validation(blank, "spaces")
    assert (spaces.type, spaces.formula1, spaces.formula2) == ("whole", "1", "500")


def test_no_cell_is_under_two_validations_and_none_says_more_than_excel_can_show(with_sessions: Workbook) -> None:
    checks = with_sessions[ROSTER_SHEET].data_validations.dataValidation
    for number, check in enumerate(checks):
        assert len(check.prompt or "") <= 255
        assert len(check.error or "") <= 225
        assert max(len(check.promptTitle or ""), len(check.errorTitle or "")) <= 32
        for other in checks[number + 1 :]:
            assert not any(one.issubset(two) or two.issubset(one) for one in check.sqref for two in other.sqref)
