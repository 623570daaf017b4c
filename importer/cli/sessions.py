"""``roster sessions``"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from math import isinf
from pathlib import Path

import click

from importer.booking.free_times import upcoming_free_times
from importer.booking.openings import Upcoming, upcoming_sessions
from importer.cli.conversation import now
from importer.cli.destination import Destination, destination_of
from importer.cli.options import (
    SERVICE_SETTINGS,
    Bounded,
    command,
    practice_options,
    printing_options,
    settings_options,
    trace_option,
)
from importer.cli.screens import PRACTICE
from importer.cli.tables import sessions_table
from importer.cli.terminal import Terminal, wrap
from importer.errors import ExitCode
from importer.model import PROVIDER, GroupBooking

_DAYS = 42
_PRACTICE_DAYS = 168


@command("sessions", example="roster sessions --days 90", page="coordinators.md#your-list")
@click.option("--from", "first_day", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help="Like 2030-03-14. [today]")
@click.option(
    "--days", cls=Bounded, type=click.IntRange(1, 366), metavar="N", help=f"How many days from then. [{_DAYS}]"
)
@printing_options
@trace_option
@practice_options
@settings_options(*SERVICE_SETTINGS)
def sessions(
    first_day: datetime | None,
    days: int | None,
    as_json: bool,
    quiet: bool,
    sandbox: bool,
    mishaps: tuple[str, ...],
    trace: Path | None,
    **settings: str | None,
) -> ExitCode:
    """List the sessions to come that have places left, with the ids that a roster names them by."""
    from importer.lists.session_words import as_written

    terminal = Terminal(quiet=quiet, as_json=as_json)
    with destination_of(settings, sandbox, mishaps, trace=trace) as destination:
        found, refused = sessions_of(destination, first_day.date() if first_day else None, days)
    zone = destination.settings.zone
    terminal.warn(not_searched(refused))
    if as_json:
        words = as_written(found, zone)
        listed = [_record(one, words[one.id], destination) for one in found]
        terminal.document({"timezone": zone.key, "sessions": listed, "not_searched": dict(refused)})
    elif found:
        terminal.say([*([PRACTICE] if sandbox else []), *sessions_table(found, zone)])
    else:
        terminal.say(["No session with free places in that time. Look further ahead with --days 90."])
    return ExitCode.DONE


def not_searched(refused: Mapping[str, str]) -> list[str]:
    """Services whose sessions could not be looked up, with the service's own words."""
    return [line for name, words in refused.items() for line in wrap(f"{name} is not listed. {PROVIDER} said: {words}")]


def sessions_of(destination: Destination, first_day: date | None = None, days: int | None = None) -> Upcoming:
    """The sessions to come there; the practice service's own season where no day is named."""
    start, end = _span(destination, first_day, days)
    with destination.connect() as service:
        return upcoming_sessions(service, start, end)


def free_times_of(destination: Destination) -> tuple[GroupBooking, ...]:
    """The sessions that could be started there in the same time."""
    start, end = _span(destination, None, None)
    with destination.connect() as service:
        return upcoming_free_times(service, start, end)


def _span(destination: Destination, first_day: date | None, days: int | None) -> tuple[datetime, datetime]:
    start = destination.season or now()
    if first_day:
        start = max(now(), datetime.combine(first_day, time(), destination.settings.zone))
    return start, start + timedelta(days=days or (_PRACTICE_DAYS if destination.is_practice else _DAYS))


def _record(booking: GroupBooking, words: str, destination: Destination) -> dict[str, object]:
    return {
        "id": booking.id,
        "words": words,
        "service": booking.service_name,
        "service_id": booking.service_id,
        "resource": booking.resource_name,
        "resource_id": booking.resource_id,
        "start": booking.start.astimezone(destination.settings.zone).isoformat(),
        "places": None if isinf(booking.places) else booking.places,
        "free": None if isinf(booking.free) else booking.free,
    }
