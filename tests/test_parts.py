"""A row that stands for several people or sessions: each has an answer of its own, and none hides another."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from results_makers import a_report, a_roster, answer, mark_formulas, outcome, problem, sheet_of, written

from importer.model import Former, Outcome, RowRef, Since, Status
from importer.results.report import headline, to_json
from importer.results.together import together

LEO, MIA = RowRef("People", 3, "C"), RowRef("People", 3, "D")


def part(row: RowRef, status: Status, message: str = "", **given: object) -> Outcome:
    return replace(outcome(row.number, status, message, **given), row=row)


def test_each_part_of_a_row_is_told_beside_it_under_what_most_needs_a_person(tmp_path: Path) -> None:
    told = (part(LEO, Status.BOOKED), part(MIA, Status.FULL, "Pottery is full."))
    sheet = sheet_of(written(a_report(a_roster(tmp_path / "a.xlsx"), *told)))
    assert answer(sheet, 3, "Import status").value == "Full"
    assert answer(sheet, 3, "Import message").value == "1 of 2 booked; column D: Full"


def test_what_is_wrong_with_each_part_is_marked_in_its_own_cell(tmp_path: Path) -> None:
    roster = a_roster(tmp_path / "a.xlsx")
    wrong = [
        part(row, Status.FIX_ROW, problems=(replace(problem(3, field, "Wrong."), row=row),))
        for row, field in ((LEO, "email"), (MIA, "start"))
    ]
    cells = {cells[0] for cells in mark_formulas(sheet_of(written(a_report(roster, *wrong)))) if cells[0] in "CD"}
    assert cells == {"C", "D"}


def test_a_row_of_several_says_how_many_are_booked_and_what_became_of_the_others() -> None:
    told = [
        part(row, status, words, session=f"Pottery, {day}", booking_id=day)
        for row, status, words, day in (
            (LEO, Status.BOOKED, "", "Sat 9 Mar 2030 10:00"),
            (MIA, Status.FULL, "Full: no place is left.", "Sat 16 Mar 2030 10:00"),
        )
    ]
    assert together(told).message == "1 of 2 booked; Sat 16 Mar 2030 10:00: Full"
    both = [told[0], replace(told[1], status=Status.ALREADY_BOOKED)]
    assert (together(both).message, together(both).status) == ("Both sessions.", Status.BOOKED)


def test_of_several_people_in_a_row_each_is_named_and_what_is_to_be_corrected_is_said() -> None:
    told = [
        part(LEO, Status.BOOKED, name="Leo Khan", session="Pottery", booking_id="b1"),
        part(MIA, Status.FIX_ROW, '"Child 2": There is no last name.', name="Mia", booking_id="b1"),
    ]
    said = together(told)
    assert said.message == '1 of 2 booked; Mia: Fix row. "Child 2": There is no last name.'
    assert said.status is Status.FIX_ROW


def test_what_is_the_same_for_all_of_a_row_is_said_once() -> None:
    told = [part(row, Status.FIX_ROW, "The e-mail is none.", booking_id=row.part) for row in (LEO, MIA)]
    assert together(told).message == "The e-mail is none."


@pytest.mark.parametrize("graver", [Status.FIX_ROW, Status.SAME_PERSON, Status.FULL, Status.NOT_SURE_YET])
def test_a_row_shows_the_gravest_of_its_answers(graver: Status) -> None:
    told = [part(LEO, Status.BOOKED, booking_id="b1"), part(MIA, graver, booking_id="b2")]
    assert together(told).status is graver
    assert together(told[::-1]).status is graver


def test_the_first_line_counts_people_sessions_and_places(tmp_path: Path) -> None:
    told = [
        part(RowRef("People", 2, "C"), Status.BOOKED, name="Ada", booking_id="b1"),
        part(LEO, Status.ALREADY_BOOKED, name="Leo", booking_id="b1"),
        part(MIA, Status.FULL, name="Leo", booking_id="b2"),
        part(LEO._replace(part="E"), Status.FIX_ROW, name="Leo"),
    ]
    said = headline(a_report(a_roster(tmp_path / "a.xlsx"), *told))
    assert said == "2 people on 2 sessions: 2 of 4 places are booked (1 was before). 1 row needs attention."


def test_the_document_names_parts_of_rows_also_where_it_tells_of_changes(tmp_path: Path) -> None:
    report = a_report(a_roster(tmp_path / "a.xlsx"), part(LEO, Status.BOOKED), part(MIA, Status.BOOKED))
    since = Since(1, report.started, 2, {}, moved={LEO: Former(LEO, Status.BOOKED)}, added=frozenset({MIA}))
    document = json.loads(json.dumps(to_json(replace(report, since=since))))
    assert [row["part"] for row in document["rows"]] == ["C", "D"]
    assert document["since"]["added_rows"] == [{"sheet": "People", "row": 3, "part": "D"}]
    assert document["since"]["moved_rows"] == [{"sheet": "People", "row": 3, "part": "C"}]
