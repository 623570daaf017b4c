"""The practice service itself: memory and rules. Knows nothing of HTTP; JSON is in ``shapes`` and ``app``."""

from __future__ import annotations

import threading
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import TypeVar

from .journal import Journal
from .records import (
    CANCELLED,
    CONFIRMED,
    Booking,
    Clock,
    Customer,
    Person,
    Profile,
    Record,
    Resource,
    Rules,
    Service,
    Session,
    Slot,
    new_id,
    utc_now,
)

_Named = TypeVar("_Named", Service, Resource)


class Refused(Exception):
    """The service says no; the text is its own message to the caller."""


class NotThere(Refused):
    """What the request names does not exist."""


class Taken(Refused):
    """The places, or the reservation, are not to be had any more."""


class TooLate(Refused):
    """The reservation has expired."""


class Unacceptable(Refused):
    """The request is well formed, but what it says can't be accepted."""


class World:
    """Services, resources, group bookings, people and reservations, under one lock.

    ``add_session``, ``add_person`` and ``remove_person`` are the hands of the organisation's own staff: they
    may overbook, and nothing tells the client. ``people`` is who is really on a group booking.
    ``price_everywhere`` other than 0 gives every free session that price.
    """

    def __init__(
        self,
        clock: Clock = utc_now,
        rules: Rules | None = None,
        furniture: Iterable[Record] = (),
        journal: Journal | None = None,
    ) -> None:
        self.clock = clock
        self.rules = rules or Rules()
        self.price_everywhere = 0
        self._journal = journal
        self._lock = threading.RLock()
        self._services: dict[str, Service] = {}
        self._resources: dict[str, Resource] = {}
        self._sessions: dict[str, Session] = {}
        self._customers: dict[str, Customer] = {}
        self._customer_ids: dict[tuple[str, ...], str] = {}
        self._people: defaultdict[str, dict[str, Person]] = defaultdict(dict)
        self._slots: dict[str, Slot] = {}
        self._holds: defaultdict[str, dict[str, Slot]] = defaultdict(dict)
        for record in chain(furniture, journal.read() if journal else ()):
            self._put(record)

    # What is there

    def services(self) -> list[Service]:
        with self._lock:
            return list(self._services.values())

    def resources(self) -> list[Resource]:
        with self._lock:
            return list(self._resources.values())

    def services_of(self, resource_id: str) -> list[str]:
        """The ids of the services that have a session with this resource."""
        with self._lock:
            found = (session.service_id for session in self._sessions.values() if session.resource_id == resource_id)
            return list(dict.fromkeys(found))

    def service_name(self, service_id: str) -> str:
        with self._lock:
            return self._services[service_id].name

    def customers(self) -> list[Customer]:
        with self._lock:
            return list(self._customers.values())

    def customer(self, customer_id: str) -> Customer:
        with self._lock:
            if customer_id not in self._customers:
                raise NotThere("There is no customer with this id.")
            return self._customers[customer_id]

    def bookings(self, ids: Collection[str] | None = None) -> list[Booking]:
        """The group bookings with these ids, or all of them. An unknown id is left out without a word."""
        with self._lock:
            return [self._seen(session) for session in self._sessions.values() if ids is None or session.id in ids]

    def booking(self, booking_id: str) -> Booking:
        with self._lock:
            return self._seen(self._session(booking_id))

    def session(self, booking_id: str) -> Session:
        """A group booking by itself, with the price that it has now."""
        with self._lock:
            session = self._session(booking_id)
            return replace(session, price=session.price or self.price_everywhere)

    def people(self, booking_id: str) -> tuple[Person, ...]:
        """Who really is on a group booking, cancelled ones left out, in the order they came."""
        with self._lock:
            self._session(booking_id)
            return tuple(person for person in self._people[booking_id].values() if person.status != CANCELLED)

    def slots(self) -> list[Slot]:
        """The reservations that hold places now."""
        with self._lock:
            now = self.clock()
            return [slot for slot in self._slots.values() if not slot.used and now < slot.expiry]

    def slot(self, slot_id: str) -> Slot:
        for slot in self.slots():
            if slot.id == slot_id:
                return slot
        raise NotThere("There is no reservation with this id.")

    # What clients may do

    def search(self, service_id: str, ranges: Collection[tuple[datetime, datetime]], spaces: int) -> list[Booking]:
        """Group bookings to come that start within the ranges and have so many places left."""
        with self._lock:
            if service_id not in self._services:
                raise NotThere("There is no service with this id.")
            now = self.clock()
            found = [
                self._seen(session)
                for session in self._sessions.values()
                if session.service_id == service_id
                and session.status == CONFIRMED
                and session.start > now
                and any(start <= session.start < end for start, end in ranges)
            ]
            return sorted((b for b in found if b.free >= spaces), key=lambda b: b.session.start)

    def reserve(self, service_id: str, resource_id: str, start: datetime, spaces: int) -> Slot:
        """Hold places on the group booking of this service and resource at this instant."""
        with self._lock:
            now = self.clock()
            there = [
                session
                for session in self._sessions.values()
                if (session.service_id, session.resource_id, session.start) == (service_id, resource_id, start)
                and session.status == CONFIRMED
            ]
            if not there:
                raise NotThere("There is no group booking of this service and resource at this time.")
            if start <= now:
                raise Taken("This group booking has started already.")
            session = next((session for session in there if self._free(session) >= spaces), None)
            change: list[Record] = []
            if session is None:
                if self.rules.when_full == "refuse":
                    raise Taken("There are not enough spaces left on this group booking.")
                session = replace(there[0], id=new_id(), created=now, source="api")
                change.append(session)
            expiry = now + timedelta(minutes=self.rules.hold_minutes)
            slot = Slot(new_id(), session.id, spaces, created=now, expiry=expiry)
            self._commit(*change, slot)
            return slot

    def confirm(self, slot_id: str, profile: Profile, timezone: str, ask_payment: bool) -> Person:
        """Turn a reservation into a participant. A reservation is good for one confirm."""
        if not profile.first.strip() or not profile.last.strip():
            raise Unacceptable("A customer's first and last name are required.")
        if profile.email and "@" not in profile.email:
            raise Unacceptable("The customer's email is not a valid email address.")
        with self._lock:
            slot = self._slots.get(slot_id)
            if slot is None:
                raise NotThere("There is no reservation with this id.")
            if slot.used:
                raise Taken("This reservation has been used already.")
            if self.clock() >= slot.expiry:
                raise TooLate("This reservation has expired.")
            price = self.session(slot.booking_id).price
            pays = price and (ask_payment or not self.rules.payment_field_works)
            spaces = slot.spaces if self.rules.spaces_given == "asked" else 1
            person = Person(new_id(), slot.booking_id, profile, spaces, self.clock(), "api", price, timezone)
            paid = replace(person, payment_id=new_id() if pays else "")
            return self._seat(paid, replace(slot, used=True))

    def remove_person(self, booking_id: str, customer_booking_id: str) -> None:
        """Take one participant off; the group booking and everybody else on it stay."""
        with self._lock:
            person = self._people[booking_id].get(customer_booking_id)
            if person is None or person.status == CANCELLED:
                raise NotThere("There is no such customer on this group booking.")
            self._commit(replace(person, status=CANCELLED))

    # What the organisation's own staff do

    def add_session(
        self,
        service: str,
        resource: str,
        start: datetime,
        minutes: int,
        places: int,
        price: int = 0,
        status: str = CONFIRMED,
        *,
        booking_id: str = "",
    ) -> Session:
        """A new group booking. ``service`` and ``resource`` are names or ids; a new name is added."""
        if start.tzinfo is None:
            raise ValueError("A session's start needs a time zone.")
        with self._lock:
            a_service = _named(self._services.values(), service) or Service(new_id(), service, minutes)
            a_resource = _named(self._resources.values(), resource) or Resource(new_id(), resource)
            session = Session(
                booking_id or new_id(),
                a_service.id,
                a_resource.id,
                start.astimezone(UTC),
                minutes,
                places,
                self.clock(),
                price,
                status,
            )
            self._commit(a_service, a_resource, session)
            return session

    def add_person(
        self,
        booking_id: str,
        first: str,
        last: str,
        email: str = "",
        mobile: str = "",
        phone: str = "",
        spaces: int = 1,
        source: str = "appointment_screen",
    ) -> Person:
        """Somebody booked by another way than the API. May overbook, as staff may."""
        with self._lock:
            price = self.session(booking_id).price
            profile = Profile(first, last, email, mobile, phone)
            return self._seat(Person(new_id(), booking_id, profile, spaces, self.clock(), source, price))

    # Rules that several of them share; the caller holds the lock

    def _seat(self, person: Person, *change: Record) -> Person:
        """Put a person on their group booking, under the record that they are recognised by or a new one."""
        known = (self._customer_ids[key] for key in self._match_keys(person.profile) if key in self._customer_ids)
        customer_id = next(known, None)
        if customer_id is None:
            customer_id = new_id()
            change = (*change, Customer(customer_id, person.profile, created=person.added))
        person = replace(person, customer_id=customer_id)
        self._commit(*change, person)
        return person

    def _match_keys(self, profile: Profile) -> list[tuple[str, ...]]:
        """What a customer is known by: name, e-mail and mobile together; for siblings, either address."""
        email, mobile = _folded(profile.email), _folded(profile.mobile).replace(" ", "")
        if self.rules.siblings_share_record and (email or mobile):
            return [key for key in (("email", email), ("mobile", mobile)) if key[1]]
        return [(_folded(f"{profile.first} {profile.last}"), email, mobile)]

    def _seen(self, session: Session) -> Booking:
        people = self._people[session.id].values()
        listed = people if self.rules.cancelled_are == "status" else self.people(session.id)
        return Booking(self.session(session.id), tuple(listed), self._free(session))

    def _free(self, session: Session) -> int:
        now = self.clock()
        booked = sum(person.spaces for person in self._people[session.id].values() if person.status != CANCELLED)
        held = sum(slot.spaces for slot in self._holds[session.id].values() if now < slot.expiry)
        return session.places - booked - held

    def _session(self, booking_id: str) -> Session:
        if booking_id not in self._sessions:
            raise NotThere("There is no group booking with this id.")
        return self._sessions[booking_id]

    def _commit(self, *change: Record) -> None:
        """One change, written down before it is believed: what an answer has told survives the process."""
        if self._journal:
            self._journal.append(list(change))
        for record in change:
            self._put(record)

    def _put(self, record: Record) -> None:
        match record:
            case Service():
                self._services[record.id] = record
            case Resource():
                self._resources[record.id] = record
            case Session():
                self._sessions[record.id] = record
            case Customer():
                self._customers[record.id] = record
                for key in self._match_keys(record.profile):
                    self._customer_ids.setdefault(key, record.id)
            case Person():
                self._people[record.booking_id][record.customer_booking_id] = record
            case Slot():
                self._slots[record.id] = record
                self._holds[record.booking_id][record.id] = record
                if record.used:
                    del self._holds[record.booking_id][record.id]


def _named(records: Iterable[_Named], name_or_id: str) -> _Named | None:
    return next((record for record in records if name_or_id in (record.id, record.name)), None)


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
