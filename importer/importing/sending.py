"""Pure: what of people is sent to the service, in words. Every door says it before anybody is booked."""

from __future__ import annotations

from collections.abc import Sequence

from importer.model import PROVIDER, Participant

_SENT = {
    "first_name": "first name",
    "last_name": "last name",
    "email": "e-mail",
    "mobile": "mobile",
    "phone": "phone",
    "spaces": "places",
}
_CONTACT = ("email", "mobile", "phone")


def what_is_sent(booked: Sequence[Participant], contact: str | None) -> list[str]:
    """``first name``, ``last name``, …: what any of these people have, as far as it is passed on."""
    return [
        name
        for field, name in _SENT.items()
        if field == "spaces"
        or (any(getattr(person, field) for person in booked) and not (contact == "none" and field in _CONTACT))
    ]


def emails_text(booked: Sequence[Participant], contact: str | None, contact_of: int) -> str:
    """Whether the service may write to these people. ``contact_of`` is the import whose choice holds; 0 for none."""
    if not any(person.has_contact for person in booked):
        return "nobody has an address"
    as_before = f", as in import {contact_of}" if contact_of else ""
    if contact == "none":
        return f"e-mail addresses and telephone numbers stay here{as_before}"
    count = len({(person.row.line, person.name) for person in booked if person.email})
    whom = "the 1 who has an address" if count == 1 else f"the {count:,} who have an address"
    written = f"{PROVIDER} may write to {whom}; that is set there, it can't be seen from here{as_before}"
    return written if count else f"nobody has an address; telephone numbers are sent{as_before}"


def contact_text(count: int) -> str:
    """What is asked before the first import at an address: so many people have an address or a number."""
    have = "1 person has" if count == 1 else f"{count:,} people have"
    return (
        f"{have} an e-mail address or a telephone number in this list. {PROVIDER} may write to people whose address it "
        "has; we can't see from here if it does. We tell people apart by them either way."
    )
