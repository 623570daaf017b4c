"""What the practice service remembers: every record by its id, and by what else it is looked for."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from typing import TypeVar

from .journal import Journal
from .records import Customer, FreeTime, Person, Profile, Record, Resource, Rules, Service, Session, Slot

Named = TypeVar("Named", Service, Resource)


class Memory:
    """Everything that is there. Whoever reads or changes it holds the world's lock."""

    def __init__(self, rules: Rules, records: Iterable[Record], journal: Journal | None) -> None:
        self._rules = rules
        self._journal = journal
        self.services: dict[str, Service] = {}
        self.resources: dict[str, Resource] = {}
        self.sessions: dict[str, Session] = {}
        self.free_times: dict[str, FreeTime] = {}
        self.customers: dict[str, Customer] = {}
        self.customer_ids: dict[tuple[str, ...], str] = {}
        self.people: defaultdict[str, dict[str, Person]] = defaultdict(dict)
        self.slots: dict[str, Slot] = {}
        self.holds: defaultdict[str, dict[str, Slot]] = defaultdict(dict)
        for record in records:
            self._put(record)

    def commit(self, *change: Record) -> None:
        """One change, written down before it is believed: what an answer has told survives the process."""
        if self._journal:
            self._journal.append(list(change))
        for record in change:
            self._put(record)

    def _put(self, record: Record) -> None:
        match record:
            case Service():
                self.services[record.id] = record
            case Resource():
                self.resources[record.id] = record
            case Session():
                self.sessions[record.id] = record
            case FreeTime():
                self.free_times[record.id] = record
            case Customer():
                self.customers[record.id] = record
                for key in self.match_keys(record.profile):
                    self.customer_ids.setdefault(key, record.id)
            case Person():
                self.people[record.booking_id][record.customer_booking_id] = record
            case Slot():
                self.slots[record.id] = record
                self.holds[record.booking_id][record.id] = record
                if record.used:
                    del self.holds[record.booking_id][record.id]

    def match_keys(self, profile: Profile) -> list[tuple[str, ...]]:
        """What a customer is known by: name, e-mail and mobile together; for siblings, either address."""
        email, mobile = _folded(profile.email), _folded(profile.mobile).replace(" ", "")
        if self._rules.siblings_share_record and (email or mobile):
            return [key for key in (("email", email), ("mobile", mobile)) if key[1]]
        return [(_folded(f"{profile.first} {profile.last}"), email, mobile)]


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def named(records: Iterable[Named], name_or_id: str) -> Named | None:
    """The service or resource of this name or id."""
    return next((record for record in records if name_or_id in (record.id, record.name)), None)
