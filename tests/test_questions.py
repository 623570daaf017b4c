"""The floor below the doors: what is open about a list and a plan, and what an answer does, whoever asks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from desk import Desk

from importer.errors import ExitCode
from importer.importing.proposing import HELD, STRICT, Proposal, propose
from importer.importing.questions import Agree, Choices, Headings, Odd, Price, StoppedBefore
from importer.importing.reading import headings_of, read_list
from importer.ledger import Ledger
from importer.model import Options, Status


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk(tmp_path) as desk:
        yield desk


def proposed(desk: Desk, path: Path, options: Options | None = None, *, by_itself: bool = False) -> Proposal:
    choices = Choices(desk.settings(), options or Options())
    with Ledger.open(choices.settings.ledger) as ledger, desk.service() as service:
        roster = read_list(path, choices).known()
        return propose(
            roster, choices, service, ledger, now=desk.clock(), tell=lambda _progress: None, by_itself=by_itself
        )


def test_a_list_that_can_not_be_read_without_an_answer_has_a_question_and_no_roster(desk: Desk) -> None:
    path = desk.roster([{"Kid": "Ada", "Clan": "Byron", "What": "Pottery"}])
    choices = Choices(desk.settings(), Options())
    reading = read_list(path, choices)
    (question,) = reading.open
    assert reading.roster is None
    assert isinstance(question, Headings)
    assert question.is_needed
    assert question.needs_session
    assert [one.text for one in headings_of(path, question.sheet, choices).headings] == ["Kid", "Clan", "What"]
    taught = choices.with_headings({"Club": {"Kid": "First name", "Clan": "Last name", "What": "Service"}})
    assert len(read_list(path, taught).known().rows) == 1


def test_the_orders_of_names_and_dates_are_open_until_they_are_chosen(desk: Desk) -> None:
    path = desk.roster([{"Full name": "Khan Leo", "Service": "Pottery", "Start": "03/04/2030 10:00"}])
    choices = Choices(desk.settings(), Options())
    names, dates = read_list(path, choices).open
    assert isinstance(names, Agree)
    assert "Khan Leo" in names.convention.asks[1]
    assert isinstance(dates, Agree)
    assert dates.convention.asks == ('"Start": is 03/04/2030 10:00 3 April or 4 March?',)
    chosen = choices.with_settings(**{names.convention.key: "last-first", dates.convention.key: "dmy"})
    assert read_list(path, chosen).open == ()


def test_a_price_is_open_until_it_is_chosen_and_holds_until_then(desk: Desk) -> None:
    path = desk.people(desk.session(price=12.5), "Ada Byron")
    proposal = proposed(desk, path)
    (price,) = proposal.open
    assert isinstance(price, Price)
    assert price.bookings[0].price == 12.5
    assert proposal.refusal == HELD
    assert proposal.refused(HELD).stop_code == ExitCode.HELD
    answered = Proposal(proposal.plan, proposal.choices.with_payments("none"), proposal.expected)
    assert (answered.open, answered.refusal) == ((), None)


def test_an_odd_list_is_open_until_somebody_agrees(desk: Desk) -> None:
    booking = desk.session(30)
    names = [f"Ada{n} Byron{n}" for n in range(12)]
    report = desk.run(desk.people(booking, *names))
    with Ledger.open(desk.settings().ledger) as ledger:
        ledger.results_written(report.run, desk.folder / "x.results.xlsx", "")
    proposal = proposed(desk, desk.people(booking, *names[:5], "Alan Turing"))
    (odd,) = proposal.open
    assert isinstance(odd, Odd)
    assert "6 rows" in odd.facts[0]
    assert proposal.go_ahead is not None
    assert proposal.go_ahead.is_typed
    answered = Proposal(proposal.plan, proposal.choices.agreed(), proposal.expected)
    assert answered.refusal is None


def test_a_list_that_a_person_stopped_is_open_only_where_nobody_has_asked_for_it(desk: Desk) -> None:
    path = desk.people(desk.session(), "Ada Byron")
    report = desk.run(path)
    with Ledger.open(desk.settings().ledger) as ledger:
        ledger.stopped_by_person(report.run)
    assert proposed(desk, path).open == ()
    assert proposed(desk, path, by_itself=True).open == (StoppedBefore(report.run, "priya"),)


def test_strict_is_no_question(desk: Desk) -> None:
    path = desk.people(desk.session(places=1), "Ada Byron", "Alan Turing")
    proposal = proposed(desk, path, Options(strict=True))
    assert proposal.refusal == STRICT


def test_who_may_be_the_same_person_holds_nobody_else(desk: Desk) -> None:
    booking = desk.session()
    desk.run(desk.people(booking, "Ann Byron", **{"Email": "a@example.org"}))
    proposal = proposed(desk, desk.roster([
        {"Group booking ID": booking, "First name": "Anna", "Last name": "Byron", "Email": "a@example.org"},
        {"Group booking ID": booking, "First name": "Alan", "Last name": "Turing", "Email": ""},
    ], "other.csv"))  # fmt: skip
    assert [(one.name, one.status) for one in proposal.plan.outcomes] == [("Anna Byron", Status.SAME_PERSON)]
    assert proposal.open == ()
    assert [one.name for one in proposal.plan.people] == ["Alan Turing"]
