"""``roster doctor``"""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path

import click

from importer.cli.conversation import now
from importer.cli.options import (
    SERVICE_SETTINGS,
    command,
    practice_options,
    printing_options,
    settings_options,
    trace_option,
)
from importer.cli.place import Place, place_to_book
from importer.cli.screens import PRACTICE
from importer.cli.terminal import Terminal, fold
from importer.errors import ExitCode
from importer.model.examinations import Examination, Finding, Verdict

_WIDTH = 26
NOTHING_CHANGED = "Nothing was booked, reserved or changed."


@command("doctor", example="roster doctor")
@click.option("--hold", "booking_id", metavar="ID", help="Reserve one place on this session, and let it lapse.")
@printing_options
@trace_option
@practice_options
@settings_options(*SERVICE_SETTINGS)
def doctor(
    booking_id: str | None,
    as_json: bool,
    quiet: bool,
    sandbox: bool,
    mishaps: tuple[str, ...],
    trace: Path | None,
    **settings: str | None,
) -> ExitCode:
    """Check the connection to Appointedd before anybody is booked, by reading alone.

    A line for each thing that was looked at. With --hold, one place is reserved for a few minutes as well: that tells
    most, and nobody is told of it.
    """
    from importer.importing.examining import try_reservation

    terminal = Terminal(quiet=quiet, as_json=as_json)
    with place_to_book(settings, sandbox, mishaps, trace=trace) as place, place.connect() as service:
        seen = service.examine(now=now())
        held = try_reservation(service, booking_id, place.settings.zone) if booking_id else ()
    seen = replace(seen, findings=(*seen.findings, *held))
    code = ExitCode.PERSON_NEEDED if seen.affects_imports else ExitCode.DONE
    if as_json:
        terminal.document(_document(seen, place, code))
    show = terminal.say if code is ExitCode.DONE else terminal.insist
    lines = [line for one in seen.findings for line in _told(one)]
    changed = "One place was reserved; it becomes free again by itself." if held else NOTHING_CHANGED
    show([*([PRACTICE] if place.is_practice else []), *lines, "", f"{seen.requests} requests. {changed}"])
    return code


def _told(one: Finding) -> list[str]:
    verdict = "" if one.verdict is Verdict.AS_DESCRIBED else f"{one.verdict}: "
    return fold(f"{verdict}{one.sentence}", first=f"{one.subject:<{_WIDTH}}", indent=" " * _WIDTH)


def _document(seen: Examination, place: Place, code: ExitCode) -> dict[str, object]:
    return {
        "kind": "doctor",
        "practice": place.is_practice,
        "address": place.settings.base_url,
        "findings": [asdict(one) | {"verdict": one.verdict.name.lower()} for one in seen.findings],
        "learned": asdict(seen.learned),
        "requests": seen.requests,
        "exit_code": code,
    }
