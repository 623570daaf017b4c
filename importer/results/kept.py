"""What is kept of one person, as a text that can be handed to them. Pure."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from datetime import datetime, tzinfo
from pathlib import Path

from importer.model import PROVIDER, RowRef, Run, Status, day_text, moment_text
from importer.model.persons import Booking, Person, Told

_WIDTH = 80
_LABEL = 16


def kept_text(person: Person, files: Iterable[Path], zone: tzinfo, *, now: datetime) -> str:
    """Names, addresses and numbers, sessions, rows of lists, and ``files`` that may hold more of them.

    What was asked about a row is left out where it may name somebody else.
    """
    lines = [
        f"What our record of imports keeps of {person.name or 'a person whose name was forgotten'}",
        f"Written on {moment_text(now, zone)}.",
        "",
        *_known(person),
        "",
        "Sessions",
        *([line for one in person.bookings for line in _booking(one, zone)] or ["  none"]),
        "",
        "Rows of lists",
        *([line for one in person.told for line in _row(one, zone)] or ["  none"]),
        "",
        "Files that may hold more",
        *([f"  {path}" for path in files] or ["  none that we know of"]),
        "",
        *_wrapped(f"{PROVIDER} keeps a record of its own, which is not in this file.", "", ""),
    ]
    return "\n".join(lines) + "\n"


def place_of(run: Run, row: RowRef, zone: tzinfo) -> str:
    """``"Spring term.xlsx", sheet "Y4", row 14 (import 3, 2 Feb 2030)``"""
    sheet = f'sheet "{row.sheet}", ' if row.sheet else ""
    return f'"{run.roster_path.name}", {sheet}{row} (import {run.id}, {day_text(run.started, zone)})'


def _known(person: Person) -> list[str]:
    known = (
        ("Name", person.names),
        ("E-mail", person.emails),
        ("Telephone", person.numbers),
        ("Reference", person.references),
        ("Also known as", sorted(person.accepted_names)),
    )
    return [f"{label:<{_LABEL}}{', '.join(texts)}" for label, texts in known if texts]


def _booking(one: Booking, zone: tzinfo) -> list[str]:
    entry = one.entry
    on = f" on {day_text(entry.recorded, zone)}" if entry.recorded else ""
    recorded = on if one.status is Status.BOOKED or not on else f" (recorded{on})"
    places = "" if entry.spaces == 1 else f", {entry.spaces} places"
    ids = (
        ("session", entry.booking_id),
        ("customer", entry.customer_id),
        ("booking", entry.customer_booking_id),
    )
    told = ", ".join(f"{what} {id_}" for what, id_ in ids if id_)
    return [
        f"  {one.session}",
        *_wrapped(f"{one.status}{recorded}{places}. From {place_of(one.run, entry.row, zone)}.", "    ", "    "),
        *_wrapped(f"Numbers in {PROVIDER}: {told}.", "    ", "    "),
    ]


def _row(told: Told, zone: tzinfo) -> list[str]:
    outcome = told.outcome
    said = "" if outcome.question else outcome.message
    text = f"{place_of(told.run, outcome.row, zone)}: {outcome.status}. {said}".strip()
    return _wrapped(text, "  ", "    ")


def _wrapped(text: str, first: str, indent: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH, initial_indent=first, subsequent_indent=indent, break_long_words=False)
