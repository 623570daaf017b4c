"""A question about who somebody is stays until it is answered, and the answer is heard: through the practice service."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pytest
from desk import Desk, statuses, the

from importer.cli.rows import rows_needing_a_person
from importer.ledger import Ledger
from importer.model import RunReport

OTHERS = ("Bob Orr", "Cy Pell", "Dee Lund", "Eve Hall", "Fay Penn")


def row(booking_id: str, name: str, **cells: object) -> dict[str, object]:
    first, _, last = name.partition(" ")
    return {"Group booking ID": booking_id, "First name": first, "Last name": last, "Import run": "", **cells}


def rows_of(booking_id: str, *names: str) -> list[dict[str, object]]:
    return [row(booking_id, name, Email=f"{name.split()[0].lower()}@x.org") for name in names]


def run(desk: Desk, rows: Iterable[Mapping[str, object]], name: str = "roster.csv") -> RunReport:
    return desk.run(desk.roster(rows, name))


def sent_back(rows: Iterable[Mapping[str, object]], report: RunReport) -> list[dict[str, object]]:
    """The rows as they stand in the results: with our marks."""
    return [{**one, "Import run": told.handle} for one, told in zip(rows, report.outcomes, strict=True)]


def results_of(desk: Desk, report: RunReport) -> RunReport:
    """The same, whose results were handed over: the next import of the list follows this one."""
    with Ledger.open(desk.settings().ledger) as ledger:
        ledger.results_written(report.run, desk.folder / "roster.results.xlsx", "")
    return report


def typed_over(desk: Desk, id_: str, name: str) -> list[dict[str, object]]:
    """Results in which somebody booked has another name and address, after this was asked about."""
    rows = rows_of(id_, "Anna Brown", *OTHERS)
    rows = sent_back(rows, results_of(desk, run(desk, rows)))
    rows[0] |= row(id_, name, Email="new@x.org") | {"Import run": rows[0]["Import run"]}
    return rows


@pytest.mark.parametrize("is_sorted", [False, True])
@pytest.mark.parametrize("name", ["Anna Young", "Zara Quinn"])
def test_a_question_asked_by_our_mark_is_asked_until_it_is_answered(desk: Desk, name: str, is_sorted: bool) -> None:
    id_ = desk.session(places=20)
    rows = typed_over(desk, id_, name)
    for _ in range(3):
        rows = sorted(rows, key=lambda one: str(one["Last name"])) if is_sorted else rows
        desk.plan(desk.roster(rows))
        told = run(desk, rows)
        assert str(the(told, name).status) == "Same person?"
        assert "Anna Brown" in the(told, name).message
        rows = sent_back(rows, told)
    assert name not in desk.booked(id_)


@pytest.mark.parametrize(("decision", "is_booked"), [("Same person", False), ("Different person", True)])
@pytest.mark.parametrize("imports_between", [0, 2])
def test_the_answer_to_a_question_by_our_mark_is_heard(
    desk: Desk, decision: str, is_booked: bool, imports_between: int
) -> None:
    id_ = desk.session(places=20)
    rows = typed_over(desk, id_, "Anna Green")
    for _ in range(1 + imports_between):
        rows = sent_back(rows, run(desk, rows))
    answered = [{**rows[0], "Import decision": decision}, *({**one, "Import decision": ""} for one in rows[1:])]
    for expected in ("Booked" if is_booked else "Already booked", "Already booked"):
        told = run(desk, answered)
        assert statuses(told)["Anna Green"] == expected
        answered = sent_back(answered, told)
    assert ("Anna Green" in desk.booked(id_)) is is_booked


def test_a_question_stays_where_decisions_stand_that_it_did_not_ask_for(desk: Desk) -> None:
    id_ = desk.session(places=20)
    rows = [{**one, "Import decision": "Different person"} for one in typed_over(desk, id_, "Zara Quinn")]
    for _ in range(3):
        told = run(desk, rows)
        assert str(the(told, "Zara Quinn").status) == "Same person?"


def test_a_question_stays_in_the_own_list_without_our_marks_also_when_it_is_sorted(desk: Desk) -> None:
    id_ = desk.session(places=20)
    rows = rows_of(id_, "Anna Brown", *OTHERS)
    run(desk, rows)
    rows[0] |= row(id_, "Anna Green", Email="new@x.org")
    for _ in range(3):
        assert str(the(run(desk, rows), "Anna Green").status) == "Same person?"
        rows = [*rows[1:], rows[0]]


def test_a_row_that_was_pasted_from_other_results_and_typed_over_asks_until_it_is_answered(desk: Desk) -> None:
    id_ = desk.session(places=20)
    here, there = rows_of(id_, *OTHERS), rows_of(id_, "Anna Brown")
    here, there = sent_back(here, run(desk, here, "a.csv")), sent_back(there, run(desk, there, "b.csv"))
    rows = [*here, there[0] | {"First name": "Zelda", "Email": ""}]
    for _ in range(3):
        told = run(desk, rows, "a.csv")
        assert str(the(told, "Zelda Brown").status) == "Same person?"
        rows = sent_back(rows, told)
    rows[-1]["Import decision"] = "Same person"
    assert str(the(run(desk, [{"Import decision": "", **one} for one in rows], "a.csv"), "Zelda Brown").status) == (
        "Already booked"
    )


def family_lists(desk: Desk) -> tuple[str, list[dict[str, object]]]:
    """A list of people who share an address each with somebody of another list under another name: asked once."""
    id_ = desk.session(places=40)
    addresses = [{"Email": f"{at}@x.org", "Import decision": ""} for at in range(4)]
    earlier = ("Anna Brown", "Robert Smith", "Elizabeth Khan", "William Reid")
    later = ("Tess Brown", "Bob Smith", "Liz Khan", "Bill Reid")
    run(desk, [row(id_, name, **more) for name, more in zip(earlier, addresses, strict=True)], "earlier.csv")
    rows = [row(id_, name, **more) for name, more in zip(later, addresses, strict=True)]
    told = run(desk, rows, "later.csv")
    assert set(statuses(told).values()) == {"Same person?"}
    assert "row 2 counts for this row too" in the(told, "Bill Reid").message
    return id_, sent_back(rows, told)


def test_the_row_whose_answer_counts_for_others_says_for_how_many(desk: Desk) -> None:
    _, rows = family_lists(desk)
    told = run(desk, rows, "later.csv")
    assert the(told, "Tess Brown").message.endswith('"Different person" here counts for 3 other rows too.')
    assert "here counts for" not in the(told, "Bill Reid").message
    told = run(desk, rows[:2], "later.csv")
    assert the(told, "Tess Brown").message.endswith('"Different person" here counts for another row too.')


def test_an_answer_counts_for_others_only_in_the_row_of_which_it_was_said(desk: Desk) -> None:
    id_, rows = family_lists(desk)
    rows[1]["Import decision"] = "Different person"
    told = run(desk, rows, "later.csv")
    assert statuses(told) == {
        "Tess Brown": "Same person?",
        "Bob Smith": "Booked",
        "Liz Khan": "Same person?",
        "Bill Reid": "Same person?",
    }
    rows = sent_back(rows, told)
    rows[0]["Import decision"] = "Different person"
    assert set(statuses(run(desk, rows, "later.csv")).values()) == {"Booked", "Already booked"}
    assert len(desk.booked(id_)) == 8


def test_the_row_that_counts_for_others_is_known_after_sorting_and_by_its_new_number(desk: Desk) -> None:
    _, rows = family_lists(desk)
    rows.reverse()
    told = run(desk, rows, "later.csv")
    assert "row 5 counts for this row too" in the(told, "Bill Reid").message
    rows[0]["Import decision"] = "Different person"
    assert statuses(run(desk, rows, "later.csv"))["Liz Khan"] == "Same person?"
    rows[3]["Import decision"] = "Different person"
    assert "Same person?" not in statuses(run(desk, rows, "later.csv")).values()


def test_who_has_come_to_a_list_since_is_asked_about_and_not_answered_by_another_row(desk: Desk) -> None:
    id_, rows = family_lists(desk)
    run(desk, rows_of(id_, "Edie Lane"), "earlier.csv")
    rows[0]["Import decision"] = "Different person"
    told = run(desk, [*rows, row(id_, "Ida Lane", Email="edie@x.org")], "later.csv")
    assert [name for name, status in statuses(told).items() if status == "Same person?"] == ["Ida Lane"]


def test_an_answer_about_brothers_and_sisters_within_a_list_counts_for_others_only_where_it_was_said(
    desk: Desk,
) -> None:
    id_ = desk.session(places=40)
    pairs = [("Tim", "Tom"), ("Jan", "Jana"), ("Maria", "Mario")]
    rows = [
        row(id_, f"{first} {last}", Email=f"{last}@x.org", **{"Import decision": ""})
        for both, last in zip(pairs, ("Brown", "Lund", "Penn"), strict=True)
        for first in both
    ]
    rows = sent_back(rows, run(desk, rows))
    rows[3]["Import decision"] = "Different person"
    told = run(desk, rows)
    assert [name for name, status in statuses(told).items() if status == "Same person?"] == ["Tom Brown", "Mario Penn"]
    rows = sent_back(rows, told)
    rows[1]["Import decision"] = "Different person"
    assert "Same person?" not in statuses(run(desk, rows)).values()


@pytest.mark.parametrize("imports_between", [0, 2])
def test_who_was_typed_over_is_told_as_still_holding_a_place(desk: Desk, imports_between: int) -> None:
    id_ = desk.session(places=20)
    rows = typed_over(desk, id_, "Zara Quinn")
    for _ in range(1 + imports_between):
        rows = sent_back(rows, results_of(desk, run(desk, rows)))
    rows = [{**rows[0], "Import decision": "Different person"}, *({**one, "Import decision": ""} for one in rows[1:])]
    told = run(desk, rows)
    assert told.since is not None
    assert [(one.name, one.holds_place) for one in told.since.gone] == [("Anna Brown", True)]
    assert str(the(told, "Zara Quinn").status) == "Booked"


def test_same_person_beside_somebody_who_was_booked_as_another_says_that_it_comes_too_late(desk: Desk) -> None:
    id_ = desk.session(places=20)
    rows = typed_over(desk, id_, "Anna Green")
    rows = sent_back(rows, run(desk, rows))
    rows = [{**one, "Import decision": ""} for one in rows]
    stale = [{**rows[0], "Import decision": "Same person"}, *rows[1:]]
    run(desk, [{**rows[0], "Import decision": "Different person"}, *rows[1:]])
    for needs_person in (True, False):
        told = the(run(desk, stale), "Anna Green")
        assert str(told.status) == "Already booked"
        assert ("comes too late" in told.message, told.needs_person) == (needs_person, needs_person)
    assert sorted(desk.booked(id_))[:2] == ["Anna Brown", "Anna Green"]


def test_where_a_row_may_be_somebody_booked_or_another_row_it_says_whom_same_person_means(desk: Desk) -> None:
    id_ = desk.session(places=20)
    run(desk, [row(id_, "Anna Brown", Email="a@x.org")])
    names = [row(id_, "Anna Brown", Email="b@x.org"), row(id_, "Anna Brown", Email="c@x.org")]
    asked = run(desk, names)
    told = asked.outcomes[1].message
    assert "or as row 2?" in told
    assert '"Same person" means Anna Brown' in told


def test_each_of_two_rows_that_ask_the_same_question_is_named_on_the_screen(desk: Desk) -> None:
    id_ = desk.session(places=20)
    run(desk, [row(id_, "Ali Khan", Email="k@x.org")], "a.csv")
    asked = run(desk, [row(id_, name, Email="k@x.org") for name in ("Alia Khan", "Aliyah Khan")], "b.csv")
    text = " ".join(rows_needing_a_person(asked.outcomes))
    assert "Alia Khan: " in text
    assert "Aliyah Khan: " in text
