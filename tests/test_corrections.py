"""People correct names and addresses, go on in old copies and leave decisions standing: through the practice service."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pytest
from desk import Desk, statuses, the

from importer.ledger import Ledger
from importer.lists.roster import read_roster
from importer.model import EntryState, RunReport
from importer.results.files import results_path
from importer.results.writing import write_results


def row(booking_id: str, name: str, **cells: object) -> dict[str, object]:
    first, _, last = name.partition(" ")
    return {"Group booking ID": booking_id, "First name": first, "Last name": last, **cells}


def run(desk: Desk, rows: Iterable[Mapping[str, object]], name: str = "roster.csv") -> RunReport:
    return desk.run(desk.roster(rows, name))


def decided(value: str) -> dict[str, str]:
    return {"Import decision": value}


def test_two_lists_numbered_from_one_are_two_lists(desk: Desk) -> None:
    id_ = desk.session(places=20)
    run(desk, [row(id_, "Ann Brown", Reference="1"), row(id_, "Bob Orr", Reference="2")], "spring.csv")
    report = run(desk, [row(id_, "Ann Jones", Reference="1"), row(id_, "Cy Pell", Reference="2")], "summer.csv")
    assert statuses(report) == {"Ann Jones": "Same person?", "Cy Pell": "Booked"}


def test_another_first_name_under_the_same_reference_asks(desk: Desk) -> None:
    id_ = desk.session()
    run(desk, [row(id_, "Bob Smith", Reference="M-0042")])
    for name in ("roster.csv", "another.csv"):
        report = run(desk, [row(id_, "Robert Smith", Reference="M-0042")], name)
        assert statuses(report) == {"Robert Smith": "Same person?"}


def test_a_changed_last_name_in_the_same_row_asks(desk: Desk) -> None:
    id_ = desk.session()
    run(desk, [row(id_, "Zoe Quill"), row(id_, "Anna Brown")])
    report = run(desk, [row(id_, "Zoe Quill"), row(id_, "Anna Green")])
    assert statuses(report) == {"Zoe Quill": "Already booked", "Anna Green": "Same person?"}


@pytest.mark.parametrize("decision", ["Book", "Different person"])
def test_a_decision_that_was_filled_down_answers_no_later_question(desk: Desk, decision: str) -> None:
    id_ = desk.session()
    run(desk, [row(id_, "Liz Baker", **decided(decision))])
    corrected = [row(id_, "Elizabeth Baker", **decided(decision))]
    for why in ("was chosen before we asked this", "was used for this row before"):
        asked = the(run(desk, corrected), "Elizabeth Baker")
        assert str(asked.status) == "Same person?"
        assert f'"{decision}" {why}.' in asked.message
    assert desk.booked(id_) == ["Liz Baker"]


def test_a_brother_typed_over_a_booked_child_is_asked_about_and_booked_when_that_is_chosen_again(desk: Desk) -> None:
    id_ = desk.session()
    mark = {"Import run": run(desk, [row(id_, "Ella Brown", Email="b@mail.com")]).outcomes[0].handle}
    typed_over = row(id_, "Bella Brown", Email="b@mail.com", **decided("Different person"))
    asked = the(run(desk, [typed_over | mark]), "Bella Brown")
    assert str(asked.status) == "Same person?"
    assert '"Different person" was chosen before we asked this.' in asked.message
    chosen_again = run(desk, [typed_over | {"Import run": asked.handle}])
    assert statuses(chosen_again) == {"Bella Brown": "Booked"}
    assert desk.booked(id_) == ["Ella Brown", "Bella Brown"]


@pytest.mark.parametrize("decision", ["", "Same person", "Leave out"])
def test_a_corrected_spelling_in_a_marked_row_is_still_the_same_person(desk: Desk, decision: str) -> None:
    id_ = desk.session()
    mark = {"Import run": run(desk, [row(id_, "Olga Petrova")]).outcomes[0].handle}
    assert statuses(run(desk, [row(id_, "Olya Petrova", **mark, **decided(decision))])) == {
        "Olya Petrova": "Already booked"
    }


@pytest.mark.parametrize("title", ["Spring  term", "Spring\N{NO-BREAK SPACE}term", "Cafe\N{COMBINING ACUTE ACCENT}"])
def test_a_row_is_known_by_its_mark_whatever_blanks_and_accents_the_title_of_its_sheet_has(
    desk: Desk, title: str
) -> None:
    id_ = desk.session()
    mark = {"Import run": desk.run(desk.workbook(**{title: [row(id_, "Olga Petrova")]})).outcomes[0].handle}
    corrected = desk.workbook(**{title: [row(id_, "Olya Petrova", **mark)]})
    assert statuses(desk.run(corrected)) == {"Olya Petrova": "Already booked"}


def test_a_decision_is_said_to_be_used_before_only_where_it_was(desk: Desk) -> None:
    id_ = desk.session()
    run(desk, [row(id_, "Tom Baker")])
    new = [row(id_, "Tommy Baker", **decided("Same person"))]
    first, again = (the(run(desk, new, "new.csv"), "Tommy Baker").message for _ in range(2))
    assert '"Same person" was chosen before we asked this.' in first
    assert '"Same person" was used for this row before.' in again


def test_whoever_chooses_again_is_heard_in_the_list_and_in_the_results(desk: Desk) -> None:
    id_ = desk.session()
    run(desk, [row(id_, "Jon Smith")])
    asked = run(desk, [row(id_, "John Smith", **decided("Different person"))])
    again = row(id_, "John Smith", **decided("Different person"), **{"Import run": asked.outcomes[0].handle})
    assert statuses(run(desk, [again])) == {"John Smith": "Booked"}
    run(desk, [row(id_, "Joan Smith", **decided("Book"))])
    assert statuses(run(desk, [row(id_, "Joan Smith", **decided("Different person"))])) == {"Joan Smith": "Booked"}


def test_a_question_that_a_decision_did_not_answer_comes_back_with_an_empty_decision(desk: Desk) -> None:
    id_ = desk.session()
    run(desk, [row(id_, "Jon Smith")])
    report = run(desk, [row(id_, "John Smith", **decided("Book"))])
    path = write_results(report, results_path(report.roster.path, None), ())[0]
    (sent_back,) = read_roster(path).rows
    assert "import_decision" not in sent_back.cells
    assert sent_back.cells["import_run"] == report.outcomes[0].handle


def test_an_answer_holds_while_the_person_waits_for_a_place(desk: Desk) -> None:
    id_ = desk.session(places=1)
    desk.sandbox.world.add_person(id_, "John", "Smith")
    told = [row(id_, "Jon Smith", **decided("Different person"))]
    assert statuses(run(desk, [row(id_, "Jon Smith")])) == {"Jon Smith": "Same person?"}
    for _ in range(2):
        assert statuses(run(desk, told)) == {"Jon Smith": "Full"}


def test_who_was_marked_before_they_were_booked_is_known_by_that_mark(desk: Desk) -> None:
    id_ = desk.session()
    faulty = run(desk, [row(id_, "Liz Baker", Email="no address")])
    mark = {"Import run": faulty.outcomes[0].handle}
    run(desk, [row(id_, "Liz Baker", Email="liz@mail.com", **mark)], "roster.results.csv")
    report = run(desk, [row(id_, "Bess Carter", Email="", **mark)], "old copy.csv")
    assert statuses(report) == {"Bess Carter": "Same person?"}


def test_who_is_known_for_certain_in_an_old_copy_stays_known_by_its_mark(desk: Desk) -> None:
    id_ = desk.session()
    faulty = run(desk, [row(id_, "Liz Baker", Email="no address")])
    mark = {"Import run": faulty.outcomes[0].handle}
    number = {"Reference": "M-1"}
    run(desk, [row(id_, "Liz Baker", **number)])
    known = run(desk, [row(id_, "Liz Baker", **mark, **number)], "old copy.csv")
    assert statuses(known) == {"Liz Baker": "Already booked"}
    report = run(desk, [row(id_, "Bess Carter", **mark)], "old copy.csv")
    assert statuses(report) == {"Bess Carter": "Same person?"}
    assert desk.booked(id_) == ["Liz Baker"]


def test_a_mark_that_was_copied_or_is_another_persons_makes_nobody_known(desk: Desk) -> None:
    id_ = desk.session()
    faulty = run(desk, [row(id_, "Liz Baker", Email="no address"), row(id_, "Tom Orr")])
    liz, tom = ({"Import run": one.handle} for one in faulty.outcomes)
    run(desk, [row(id_, "Liz Baker"), row(id_, "Tom Orr")])
    rows = [row(id_, "Liz Baker", **liz), row(id_, "Tom Orr", **liz)]
    assert set(statuses(run(desk, rows)).values()) == {"Already booked"}
    run(desk, [row(id_, "Liz Baker", **tom), row(id_, "Tom Orr", **tom)])
    with Ledger.open(desk.settings().ledger) as ledger:
        first, second = sorted(ledger.entries([id_]), key=lambda entry: entry.name)
    assert liz["Import run"] not in first.handles | second.handles
    assert (tom["Import run"] in first.handles, second.handle) == (False, tom["Import run"])


def test_one_person_on_two_rows_asks_instead_of_being_booked_twice(desk: Desk) -> None:
    id_ = desk.session()
    rows = [
        row(id_, "Ann Brown", Email="mum@mail.com"),
        row(id_, "Ann Brown", Email="dad@mail.com"),
        row(id_, "Eve Orr", Email="orr@mail.com"),
        row(id_, "Evie Orr", Email="orr@mail.com"),
    ]
    report = run(desk, rows)
    assert [str(one.status) for one in report.outcomes] == ["Booked", "Same person?", "Booked", "Same person?"]
    rows[1] |= decided("Same person")
    rows[3] |= decided("Different person")
    for last in ("Booked", "Already booked"):
        report = run(desk, rows)
        assert [str(one.status) for one in report.outcomes] == ["Already booked", "Left out", "Already booked", last]
    assert sorted(desk.booked(id_)) == ["Ann Brown", "Eve Orr", "Evie Orr"]


def test_the_same_file_name_in_another_folder_is_another_list(desk: Desk) -> None:
    id_ = desk.session()
    run(desk, [row(id_, "Ann Brown")])
    (desk.folder / "year 5").mkdir()
    report = run(desk, [row(id_, "Ann Brown")], "year 5/roster.csv")
    assert statuses(report) == {"Ann Brown": "Same person?"}


def test_a_near_name_in_a_marked_row_is_another_person_where_reference_and_address_differ(desk: Desk) -> None:
    id_ = desk.session()
    first = run(desk, [row(id_, "Anna Brown", Reference="E12", Email="anna@mail.com")])
    mark = {"Import run": first.outcomes[0].handle}
    report = run(desk, [row(id_, "Anne Brown", Reference="E77", Email="anne@mail.com", **mark)])
    assert statuses(report) == {"Anne Brown": "Same person?"}


def test_leaving_out_the_first_of_two_equal_rows_books_the_second(desk: Desk) -> None:
    id_ = desk.session()
    report = run(desk, [row(id_, "Ann Brown", **decided("Leave out")), row(id_, "Ann Brown")])
    assert [str(one.status) for one in report.outcomes] == ["Left out", "Booked"]
    again = run(desk, [row(id_, "Ann Brown", **decided("Leave out")), row(id_, "Ann Brown")])
    assert [str(one.status) for one in again.outcomes] == ["Left out", "Already booked"]
    assert desk.booked(id_) == ["Ann Brown"]


def test_a_row_without_our_mark_above_the_marked_row_of_that_person_is_the_duplicate(desk: Desk) -> None:
    id_ = desk.session()
    first = run(desk, [row(id_, "Ann Brown")])
    marked = row(id_, "Ann Brown", **{"Import run": first.outcomes[0].handle})
    report = run(desk, [row(id_, "Ann Brown"), marked])
    assert [str(one.status) for one in report.outcomes] == ["Fix row", "Already booked"]


def test_same_person_about_somebody_who_came_by_another_way_makes_one_entry(desk: Desk) -> None:
    id_ = desk.session()
    desk.sandbox.world.add_person(id_, "John", "Smith")
    run(desk, [row(id_, "Jon Smith")])
    report = run(desk, [row(id_, "Jon Smith", **decided("Same person"))])
    assert statuses(report) == {"Jon Smith": "Already booked"}
    with Ledger.look(desk.settings().ledger) as ledger:
        assert [entry.state for entry in ledger.entries([id_])] == [EntryState.BOOKED]
    assert statuses(run(desk, [row(id_, "Jon Smith")])) == {"Jon Smith": "Already booked"}


def test_other_places_need_a_person_and_another_address_is_said(desk: Desk) -> None:
    id_ = desk.session()
    run(desk, [row(id_, "Ann Brown", Spaces=1, Reference="7", Email="old@mail.com")])
    more = the(run(desk, [row(id_, "Ann Brown", Spaces=3, Reference="7", Email="old@mail.com")]), "Ann Brown")
    assert (str(more.status), more.wants_person) == ("Already booked", True)
    assert "1 place is booked, but this row asks for 3." in more.message
    moved = the(run(desk, [row(id_, "Ann Brown", Reference="7", Email="new@mail.com")]), "Ann Brown")
    assert (str(moved.status), moved.wants_person) == ("Already booked", False)
    assert "The e-mail in this row is not the one we booked with." in moved.message
