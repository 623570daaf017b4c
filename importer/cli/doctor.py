"""``roster doctor``"""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from importer.cli.conversation import now
from importer.cli.destination import Destination, destination_of
from importer.cli.options import (
    LOOK_SETTINGS,
    command,
    practice_options,
    printing_options,
    settings_options,
    trace_option,
)
from importer.cli.screens import PRACTICE
from importer.cli.terminal import Terminal, wrap
from importer.errors import ExitCode, SettingsError
from importer.model.examinations import Examination, Finding, Learned

if TYPE_CHECKING:
    from importer.ledger import Ledger

_WIDTH = 26
_FROM_IMPORTS = "Learned from imports"
NOTHING_CHANGED = "Nothing was booked, reserved or changed."


@command("doctor", example="roster doctor", page="administrators.md#first-contact")
@click.option(
    "--hold", "booking_id", metavar="ID", help="Reserve one place on this session; it becomes free again by itself."
)
@click.option("--forget", is_flag=True, help="Forget what earlier looks have learned of this service.")
@click.option(
    "--no-payment-request",
    is_flag=True,
    help="Say that you have looked: nobody got a payment request who was booked with none.",
)
@printing_options
@trace_option
@practice_options
@settings_options(*LOOK_SETTINGS)
def doctor(
    booking_id: str | None,
    forget: bool,
    no_payment_request: bool,
    as_json: bool,
    quiet: bool,
    sandbox: bool,
    mishaps: tuple[str, ...],
    trace: Path | None,
    **settings: str | None,
) -> ExitCode:
    """Check the connection to Appointedd before anybody is booked, by reading alone.

    A line for each thing that was looked at. What it learns is kept, and saves later imports requests. With --hold, one
    place is reserved for a few minutes as well: that tells most, and nobody is told of it.
    """
    from importer.booking.charges import NONE_FAILS
    from importer.ledger import Ledger
    from importer.results.lessons import lessons

    terminal = Terminal(quiet=quiet, as_json=as_json)
    with (
        destination_of(settings, sandbox, mishaps, trace=trace) as destination,
        Ledger.open(destination.settings.ledger) as ledger,
    ):
        if forget:
            ledger.learn(destination.settings.base_url, Learned())
            if as_json:
                seen = Examination((), Learned(), 0)
                terminal.document(_document(seen, Learned(), destination, ExitCode.DONE))
            terminal.say(["What was learned of this service is forgotten."])
            return ExitCode.DONE
        if no_payment_request:
            address = destination.settings.base_url
            known = ledger.learned(address)
            if known.leaves_payments_out is False:
                raise SettingsError(NONE_FAILS)
            ledger.learn(address, known.joined(Learned(leaves_payments_out=True)))
        seen, learned, may_hold = _look(destination, ledger, booking_id)
    code = ExitCode.PERSON_NEEDED if seen.affects_imports or learned.affects_imports else ExitCode.DONE
    if as_json:
        terminal.document(_document(seen, learned, destination, code))
    show = terminal.say if code is ExitCode.DONE else terminal.insist
    lines = [line for one in seen.findings for line in _told(one)]
    lines += [line for lesson in lessons(learned, seen.learned) for line in _beside(_FROM_IMPORTS, lesson)]
    changed = "One place was reserved; it becomes free again by itself." if may_hold else NOTHING_CHANGED
    show([*([PRACTICE] if destination.is_practice else []), *lines, "", f"{seen.requests} requests. {changed}"])
    return code


def _look(destination: Destination, ledger: Ledger, booking_id: str | None) -> tuple[Examination, Learned, bool]:
    """What this look has found, all that is known by now, and whether a place may be reserved: where one is wanted."""
    from importer.importing.examining import try_reservation

    with destination.connect() as service:
        seen = service.examine(now=now())
        learned = ledger.learned(destination.settings.base_url).joined(seen.learned)
        ledger.learn(destination.settings.base_url, learned)
        if not booking_id:
            return seen, learned, False
        tried = try_reservation(service, booking_id, destination.settings.zone)
        seen = replace(seen, findings=(*seen.findings, *tried.findings), requests=service.requests)
    return seen, learned, tried.may_hold


def _told(one: Finding) -> list[str]:
    return _beside(one.subject, one.sentence)


def _beside(subject: str, text: str) -> list[str]:
    return wrap(text, first=f"{subject:<{_WIDTH}}", indent=" " * _WIDTH)


def _document(seen: Examination, learned: Learned, destination: Destination, code: ExitCode) -> dict[str, object]:
    return {
        "kind": "doctor",
        "practice": destination.is_practice,
        "address": destination.settings.base_url,
        "findings": [
            {"subject": one.subject, "verdict": one.verdict.name.lower(), "sentence": one.sentence}
            for one in seen.findings
        ],
        "learned": asdict(learned),
        "requests": seen.requests,
        "exit_code": code,
    }
