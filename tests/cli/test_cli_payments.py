"""What is said and proposed where the service asks for money against what was chosen."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cli_makers import Ended, Roster

from importer.sandbox import Sandbox

NOW = datetime(2030, 3, 1, 9, tzinfo=UTC)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, ...]]:
    """Where a service is whose sessions have a price and that sends payment requests whatever is chosen."""
    monkeypatch.setattr("importer.cli.doctor.now", lambda: NOW)
    with Sandbox(clock=lambda: NOW, payment_field_works=False, mishaps=["price=15"]) as sandbox:
        monkeypatch.setenv("APPOINTEDD_API_KEY", sandbox.key)
        yield "--base-url", sandbox.base_url


def proposed(ended: Ended) -> list[str]:
    """The words of the line that an end proposes, after the look that a first import does."""
    *_, line = (line for line in ended.out.splitlines() if line.startswith("    roster "))
    return shlex.split(line)[1:]


def test_the_line_proposed_after_a_stop_for_a_payment_request_can_be_typed_as_it_stands(
    roster: Roster, spring: Path, at: tuple[str, ...]
) -> None:
    stopped = roster("import", spring.name, "--yes", "--payment-requests", "none", *at)
    assert stopped.code == 3
    assert "roster doctor --forget" in " ".join(stopped.out.split())
    words = proposed(stopped)
    assert words[-2:] == ["--payment-requests", "send"]
    assert "none" not in words
    assert "not booked yet" not in roster(*words).out


def test_a_service_that_asks_for_money_against_what_was_chosen_ends_a_look_with_3(
    roster: Roster, spring: Path, at: tuple[str, ...]
) -> None:
    call = ("import", spring.name, "--yes", "--payment-requests", "none", *at)
    roster(*call)
    assert roster("doctor", *at).code == 3
    held = roster(*call)
    assert held.code == 9
    assert "--payment-requests send" in held.err
    assert "--payment-requests none" not in held.err


def test_nobody_is_believed_that_no_request_went_out_where_an_answer_has_shown_one(
    roster: Roster, spring: Path, at: tuple[str, ...]
) -> None:
    call = ("import", spring.name, "--yes", "--payment-requests", "none", *at)
    roster(*call)
    refused = roster("doctor", "--no-payment-request", *at)
    assert refused.code == 2
    assert "made a payment request although none was wanted" in " ".join(refused.err.split())
    assert roster(*call).code == 9
    assert roster("doctor", "--forget", *at).code == 0
    assert roster("doctor", "--no-payment-request", *at).code == 0
    assert roster(*call, "--dry-run").code != 9
