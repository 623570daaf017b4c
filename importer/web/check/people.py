"""Two people of whom nobody but a person can tell if they are one: what is known of each, side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from importer.importing.drafting import Opened
from importer.ledger import Ledger
from importer.lists.findings import cell_text
from importer.model import Attendee, Entry, GroupBooking, Outcome, RowRef, day_text

_FIELDS = ("full_name", "first_name", "last_name", "email", "mobile", "phone", "reference")


class Side(NamedTuple):
    """One of them: who that is, and what is known of them, by what it is called."""

    who: str
    facts: dict[str, str]


class Pair(NamedTuple):
    """The person of a row, and those who may be the same; ``labels`` are all that is known of any."""

    outcome: Outcome
    here: Side
    others: tuple[Side, ...]

    @property
    def labels(self) -> list[str]:
        return list(dict.fromkeys(label for side in (self.here, *self.others) for label in side.facts))


def pair_of(one: Outcome, opened: Opened, bookings: Iterable[GroupBooking], ledger: Ledger) -> Pair:
    """What is known of the person of a row and of those it is asked about. Raises ``LedgerError``."""
    return Pair(
        one, Side(_begun(str(one.row)), _of_row(one.row, opened)), tuple(_others(one, opened, bookings, ledger))
    )


def _others(one: Outcome, opened: Opened, bookings: Iterable[GroupBooking], ledger: Ledger) -> Iterator[Side]:
    question = one.question
    if question is None:
        return
    zone = opened.choices.settings.zone
    for entry in ledger.entries([one.booking_id]) if question.entries else ():
        if entry.id in question.entries:
            booked = f"Booked on {day_text(entry.recorded, zone)}" if entry.recorded else "Booked before"
            yield Side(booked, _of_entry(entry))
    there = next((each.people for each in bookings if each.id == one.booking_id), ())
    for person in there:
        if person.customer_booking_id in question.on_booking:
            yield Side("On this session already (not through an import)", _of_attendee(person))
    for row in sorted(question.rows):
        yield Side(_begun(row.seen_from(one.row)), _of_row(row, opened))


def _begun(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _of_row(row: RowRef, opened: Opened) -> dict[str, str]:
    cells = opened.rows[row].cells if row in opened.rows else {}
    typed = {field: cell_text(cells[field]) for field in _FIELDS if cells.get(field) is not None}
    name = typed.get("full_name") or f"{typed.get('first_name', '')} {typed.get('last_name', '')}".strip()
    return _facts(name, *(typed.get(field, "") for field in _FIELDS[3:]))


def _of_entry(entry: Entry) -> dict[str, str]:
    if entry.hash_key:
        return _facts("A person whose name was forgotten")
    return _facts(entry.name, entry.email, entry.mobile, entry.phone, entry.reference)


def _of_attendee(person: Attendee) -> dict[str, str]:
    profile = person.profile
    if profile is None:
        return _facts("No name is shown")
    return _facts(f"{profile.first_name} {profile.last_name}".strip(), profile.email, profile.mobile, profile.phone)


def _facts(name: str, email: str = "", mobile: str = "", phone: str = "", reference: str = "") -> dict[str, str]:
    facts = {"Name": name, "E-mail": email, "Mobile": mobile, "Telephone": phone, "Reference": reference}
    return {label: text for label, text in facts.items() if text}
