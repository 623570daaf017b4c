"""The practice service itself: memory and rules. Knows nothing of HTTP; JSON is in ``shapes`` and ``app``."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import chain

from .journal import Journal
from .memory import Memory, named
from .records import (
    CANCELLED,
    CONFIRMED,
    NO_STATUS,
    Booking,
    Clock,
    Customer,
    FreeTime,
    Interval,
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
from .staff import Staff


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

    ``add_session``, ``add_person`` and ``staff`` are the hands of the organisation's own staff: they may overbook,
    move, rename and remove, and nothing tells the client. ``people`` is who is really on a group booking.
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
        self._lock = threading.RLock()
        self._memory = Memory(self.rules, chain(furniture, journal.read() if journal else ()), journal)
        self.staff = Staff(self._memory, self._lock, clock)

    # What is there

    def services(self) -> list[Service]:
        with self._lock:
            return list(self._memory.services.values())

    def resources(self) -> list[Resource]:
        with self._lock:
            return list(self._memory.resources.values())

    def services_of(self, resource_id: str) -> list[str]:
        """The ids of the services that have a session with this resource."""
        with self._lock:
            found = (
                session.service_id for session in self._memory.sessions.values() if session.resource_id == resource_id
            )
            return list(dict.fromkeys(found))

    def service_name(self, service_id: str) -> str:
        with self._lock:
            return self._memory.services[service_id].name

    def customers(self) -> list[Customer]:
        with self._lock:
            return list(self._memory.customers.values())

    def customer(self, customer_id: str) -> Customer:
        with self._lock:
            if customer_id not in self._memory.customers:
                raise NotThere("There is no customer with this id.")
            return self._memory.customers[customer_id]

    def bookings(self, ids: Collection[str] | None = None) -> list[Booking]:
        """The group bookings with these ids, or all of them. An unknown id is left out without a word."""
        with self._lock:
            return [
                self._seen(session) for session in self._memory.sessions.values() if ids is None or session.id in ids
            ]

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
            return tuple(person for person in self._memory.people[booking_id].values() if person.status != CANCELLED)

    def slots(self) -> list[Slot]:
        """The reservations that hold places now."""
        with self._lock:
            now = self.clock()
            return [slot for slot in self._memory.slots.values() if not slot.used and now < slot.expiry]

    def slot(self, slot_id: str) -> Slot:
        for slot in self.slots():
            if slot.id == slot_id:
                return slot
        raise NotThere("There is no reservation with this id.")

    def held(self, slot: Slot) -> Session:
        """The group booking on which a reservation holds places; of a free time, what would come into being."""
        with self._lock:
            return self._started(slot) if slot.free_time_id else self.session(slot.booking_id)

    # What clients may do

    def search(self, service_id: str, ranges: Collection[tuple[datetime, datetime]], spaces: int) -> list[Interval]:
        """Starts to come within the ranges, with what has so many places left there."""
        with self._lock:
            if service_id not in self._memory.services:
                raise NotThere("There is no service with this id.")
            now = self.clock()

            def is_wanted(one: Session | FreeTime) -> bool:
                is_within = any(start <= one.start < end for start, end in ranges)
                return one.service_id == service_id and one.start > now and is_within

            sessions = [one for one in self._memory.sessions.values() if is_wanted(one) and one.status == CONFIRMED]
            bookings = [seen for seen in map(self._seen, sessions) if seen.free >= spaces]
            open_ = [one for one in self._memory.free_times.values() if is_wanted(one) and self._is_open(one)]
            free = [one for one in open_ if one.places >= spaces and not self._hold_on(one)]
            held = [(one.start, hold) for one in open_ if (hold := self._hold_on(one))]
            starts = {one.session.start for one in bookings} | {one.start for one in open_}
            found = [
                Interval(
                    start,
                    tuple(one for one in bookings if one.session.start == start),
                    tuple(one for one in free if one.start == start),
                    tuple(hold for at, hold in held if at == start),
                )
                for start in sorted(starts)
            ]
            return [one for one in found if one.bookings or one.free or one.held]

    def reserve(self, service_id: str, resource_id: str | None, start: datetime, spaces: int) -> Slot:
        """Hold places on the group booking of this service and resource at this instant, or a free time."""
        with self._lock:
            now = self.clock()

            def is_meant(one: Session | FreeTime) -> bool:
                is_there = resource_id is None or one.resource_id == resource_id
                return is_there and (one.service_id, one.start) == (service_id, start)

            there = [one for one in self._memory.sessions.values() if is_meant(one) and one.status == CONFIRMED]
            free = next((one for one in self._memory.free_times.values() if is_meant(one) and self._is_open(one)), None)
            if not there and free is None:
                raise NotThere("There is no group booking of this service and resource at this time.")
            if start <= now:
                raise Taken("This group booking has started already.")
            expiry = now + timedelta(minutes=self.rules.hold_minutes)
            if free and not there:
                return self._hold_free_time(free, spaces, expiry)
            session = next((session for session in there if self._free(session) >= spaces), None)
            change: list[Record] = []
            if session is None:
                if self.rules.when_full == "refuse":
                    raise Taken("There are not enough spaces left on this group booking.")
                session = replace(there[0], id=new_id(), created=now, source=self.rules.source)
                change.append(session)
            slot = Slot(new_id(), session.id, spaces, created=now, expiry=expiry)
            self._memory.commit(*change, slot)
            return slot

    def confirm(self, slot_id: str, profile: Profile, timezone: str, ask_payment: bool) -> Person:
        """Turn a reservation into a participant. A reservation is good for one confirm."""
        if not profile.first.strip() or not profile.last.strip():
            raise Unacceptable("A customer's first and last name are required.")
        if profile.email and "@" not in profile.email:
            raise Unacceptable("The customer's email is not a valid email address.")
        with self._lock:
            slot = self._memory.slots.get(slot_id)
            if slot is None:
                raise NotThere("There is no reservation with this id.")
            if slot.used:
                raise Taken("This reservation has been used already.")
            if self.clock() >= slot.expiry:
                raise TooLate("This reservation has expired.")
            change: list[Record] = [replace(slot, used=True)]
            booking_id = slot.booking_id
            if slot.free_time_id:
                session = replace(self._started(slot), id=new_id())
                self._memory.commit(session)
                booking_id = session.id
            price = self.session(booking_id).price
            pays = price and (ask_payment or not self.rules.payment_field_works)
            spaces = slot.spaces if self.rules.spaces_given == "asked" else 1
            source = self.rules.source
            person = Person(new_id(), booking_id, profile, spaces, self.clock(), source, price, timezone)
            paid = replace(person, payment_id=new_id() if pays else "")
            return self._seat(paid, *change)

    def remove_person(self, booking_id: str, customer_booking_id: str) -> None:
        """Take one participant off; the group booking and everybody else on it stay."""
        with self._lock:
            person = self._memory.people[booking_id].get(customer_booking_id)
            if person is None or person.status == CANCELLED:
                raise NotThere("There is no such customer on this group booking.")
            self._memory.commit(replace(person, status=CANCELLED))

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
            a_service = named(self._memory.services.values(), service) or Service(new_id(), service, minutes)
            a_resource = named(self._memory.resources.values(), resource) or Resource(new_id(), resource)
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
            self._memory.commit(a_service, a_resource, session)
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
        """Somebody booked otherwise than through the API. May overbook, as staff may."""
        with self._lock:
            price = self.session(booking_id).price
            profile = Profile(first, last, email, mobile, phone)
            return self._seat(Person(new_id(), booking_id, profile, spaces, self.clock(), source, price))

    # Rules that several of them share; the caller holds the lock

    def _seat(self, person: Person, *change: Record) -> Person:
        """Put a person on their group booking, under the record that they are recognised by or a new one."""
        known = (
            self._memory.customer_ids[key]
            for key in self._memory.match_keys(person.profile)
            if key in self._memory.customer_ids
        )
        customer_id = next(known, None)
        if customer_id is None:
            customer_id = new_id()
            change = (*change, Customer(customer_id, person.profile, created=person.added))
        person = replace(person, customer_id=customer_id)
        self._memory.commit(*change, person)
        return person

    def _seen(self, session: Session) -> Booking:
        people = self._memory.people[session.id].values()
        match self.rules.cancelled:
            case "removed":
                listed: Iterable[Person] = self.people(session.id)
            case "marked":
                listed = people
            case "listed":
                listed = (replace(one, status=NO_STATUS) if one.status == CANCELLED else one for one in people)
        return Booking(self.session(session.id), tuple(listed), self._free(session))

    def _is_open(self, free: FreeTime) -> bool:
        """Whether no group booking uses the resource meanwhile."""
        return not any(
            one.resource_id == free.resource_id
            and one.status == CONFIRMED
            and one.start < free.end
            and free.start < one.end
            for one in self._memory.sessions.values()
        )

    def _hold_on(self, free: FreeTime) -> Slot | None:
        return next((slot for slot in self.slots() if slot.free_time_id == free.id), None)

    def _hold_free_time(self, free: FreeTime, spaces: int, expiry: datetime) -> Slot:
        if self._hold_on(free):
            raise Taken("This time is being booked already.")
        if free.places < spaces:
            raise Taken("There are not enough spaces at this time.")
        slot = Slot(new_id(), "", spaces, self.clock(), expiry, free_time_id=free.id)
        if self.rules.new_booking_at == "confirm":
            self._memory.commit(slot)
            return slot
        session = replace(self._started(slot), id=new_id())
        slot = replace(slot, booking_id=session.id, free_time_id="")
        self._memory.commit(session, slot)
        return slot

    def _started(self, slot: Slot) -> Session:
        """The group booking that a hold on a free time becomes, still without an id."""
        free = self._memory.free_times[slot.free_time_id]
        return Session(
            "",
            free.service_id,
            free.resource_id,
            free.start,
            free.minutes,
            free.places,
            self.clock(),
            source=self.rules.source,
        )

    def _free(self, session: Session) -> int:
        now = self.clock()
        booked = sum(person.spaces for person in self._memory.people[session.id].values() if person.status != CANCELLED)
        held = sum(slot.spaces for slot in self._memory.holds[session.id].values() if now < slot.expiry)
        return session.places - booked - held

    def _session(self, booking_id: str) -> Session:
        if booking_id not in self._memory.sessions:
            raise NotThere("There is no group booking with this id.")
        return self._memory.sessions[booking_id]
