"""What the practice service is furnished with: a community centre in London, in 2030, so that it never ages.

The ids are made from the names and the starts, so they are the same on every machine and in every run: sample
rosters may name them. ``sessions_table()`` lists them.

Among them, on purpose: one that is full, one with two people booked by other ways, two of the same service at
the same time in different rooms, one that is cancelled, and starts in summer time as well as in winter time.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from .records import CONFIRMED, Customer, FreeTime, Person, Profile, Record, Resource, Service, Session

LONDON = ZoneInfo("Europe/London")

_OPENED = datetime(2025, 1, 6, 9, tzinfo=UTC)

_MINUTES = {
    "Pottery for beginners": 120,
    "Wheel throwing": 120,
    "First aid at work": 180,
    "Forklift basics": 240,
    "Yoga for seniors": 60,
    "Life drawing": 120,
    "Young makers": 90,
}
_RESOURCES = ("Studio 1", "Studio 2", "Main hall", "Training room", "Loading bay")

_SESSIONS = (
    ("Yoga for seniors", "Main hall", "2030-03-04 14:00", 20, CONFIRMED),
    ("Forklift basics", "Loading bay", "2030-03-05 09:00", 5, CONFIRMED),
    ("Forklift basics", "Loading bay", "2030-03-12 09:00", 5, CONFIRMED),
    ("Pottery for beginners", "Studio 1", "2030-03-16 10:00", 24, CONFIRMED),
    ("Wheel throwing", "Studio 2", "2030-03-16 13:00", 12, CONFIRMED),
    ("First aid at work", "Training room", "2030-03-20 09:00", 6, CONFIRMED),
    ("Pottery for beginners", "Studio 1", "2030-03-23 10:00", 8, CONFIRMED),
    ("Young makers", "Studio 2", "2030-03-30 10:30", 15, CONFIRMED),
    ("Yoga for seniors", "Main hall", "2030-04-01 14:00", 20, "cancelled"),
    ("First aid at work", "Training room", "2030-04-03 09:00", 16, CONFIRMED),
    ("Pottery for beginners", "Studio 2", "2030-04-06 10:00", 12, CONFIRMED),
    ("Yoga for seniors", "Main hall", "2030-04-08 14:00", 20, CONFIRMED),
    ("Wheel throwing", "Studio 2", "2030-04-13 13:00", 6, CONFIRMED),
    ("Life drawing", "Studio 1", "2030-04-17 18:30", 10, CONFIRMED),
    ("Life drawing", "Studio 2", "2030-04-17 18:30", 10, CONFIRMED),
    ("Young makers", "Main hall", "2030-07-27 10:30", 18, CONFIRMED),
)

_FREE_TIMES = (
    ("Life drawing", "Studio 1", "2030-04-24 18:30", 10),
    ("Young makers", "Studio 2", "2030-04-27 10:30", 15),
)

_PEOPLE = {
    ("Pottery for beginners", "2030-03-16 10:00"): (
        ("Grace", "Okafor", "grace.okafor@example.org", "07700 900101", "appointment_screen"),
        ("Tomasz", "Zieliński", "tomasz.z@example.org", "", "online"),
    ),
    ("First aid at work", "2030-03-20 09:00"): (
        ("Amara", "Nwosu", "amara.nwosu@example.org", "07700 900111", "appointment_screen"),
        ("Ben", "Carter", "ben.carter@example.org", "", "appointment_screen"),
        ("Chloe", "Dubois", "chloe.dubois@example.org", "07700 900113", "appointment_screen"),
        ("Dev", "Patel", "dev.patel@example.org", "07700 900114", "appointment_screen"),
        ("Eilidh", "MacLeod", "", "07700 900115", "appointment_screen"),
        ("Farid", "Haddad", "", "", "appointment_screen"),
    ),
}


def practice_records() -> list[Record]:
    """Everything that is there before anybody has booked; the same list every time."""
    records: list[Record] = [Service(_id(name), name, minutes) for name, minutes in _MINUTES.items()]
    records += [Resource(_id(name), name) for name in _RESOURCES]
    for service, resource, local_start, places, status in _SESSIONS:
        session = Session(
            _id(service, resource, local_start),
            _id(service),
            _id(resource),
            datetime.fromisoformat(local_start).replace(tzinfo=LONDON).astimezone(UTC),
            _MINUTES[service],
            places,
            _OPENED,
            status=status,
        )
        records.append(session)
        for first, last, email, mobile, source in _PEOPLE.get((service, local_start), ()):
            profile = Profile(first, last, email, mobile)
            customer_id = _id("customer", first, last)
            person = Person(_id(session.id, first, last), session.id, profile, 1, _OPENED, source)
            records.append(Customer(customer_id, profile, _OPENED))
            records.append(replace(person, customer_id=customer_id))
    for service, resource, local_start, places in _FREE_TIMES:
        start = datetime.fromisoformat(local_start).replace(tzinfo=LONDON).astimezone(UTC)
        where = _id("free", service, resource, local_start), _id(service), _id(resource)
        records.append(FreeTime(*where, start, _MINUTES[service], places))
    return records


def sessions_table() -> str:
    """The practice sessions, one line each: id, service, resource, London start, places, taken, status."""
    form = "{:<24} {:<21} {:<13} {:<20} {:>6} {:>5} {}"
    lines = [form.format("id", "service", "resource", "start (London)", "places", "taken", "status")]
    for service, resource, local_start, places, status in _SESSIONS:
        start = f"{datetime.fromisoformat(local_start):%a %d %b %Y %H:%M}"
        taken = len(_PEOPLE.get((service, local_start), ()))
        lines.append(form.format(_id(service, resource, local_start), service, resource, start, places, taken, status))
    return "\n".join(lines)


def _id(*words: str) -> str:
    return hashlib.sha256("|".join(words).encode()).hexdigest()[:24]
