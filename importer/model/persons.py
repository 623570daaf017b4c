"""One person as our record has them, across all imports."""

from __future__ import annotations

from dataclasses import dataclass

from importer.model.records import STATUS_OF_ENTRY, Entry, EntryState, Run
from importer.model.reports import Outcome
from importer.model.rosters import RowRef
from importer.model.status import Status


@dataclass(frozen=True, slots=True)
class Told:
    """What a row of a run was told."""

    run: Run
    outcome: Outcome

    @property
    def when(self) -> tuple[int, RowRef]:
        """By which they come one after the other."""
        return self.run.id, self.outcome.row


@dataclass(frozen=True, slots=True)
class Booking:
    """A session on which our record has somebody. ``told`` are the rows of later imports that were told of it."""

    entry: Entry
    run: Run
    session: str
    told: tuple[Told, ...]

    @property
    def status(self) -> Status:
        """As it is by now; of who was not booked after all, as their row was told."""
        if self.entry.state is EntryState.NOT_BOOKED and self.told:
            return self.told[-1].outcome.status
        return STATUS_OF_ENTRY[self.entry.state]

    @property
    def again(self) -> tuple[Told, ...]:
        """The rows of other imports than the one that has booked them."""
        return tuple(one for one in self.told if one.run.id != self.run.id)


@dataclass(frozen=True, slots=True)
class Person:
    """All that our record has of one person, and what shows that they are meant (``seeking.reasons``).

    ``rows`` are those that were told of no booking. Of who was forgotten there are no names any more, nor addresses.
    """

    evidence: tuple[str, ...]
    bookings: tuple[Booking, ...]
    rows: tuple[Told, ...]

    @property
    def entries(self) -> tuple[Entry, ...]:
        return tuple(one.entry for one in self.bookings)

    @property
    def told(self) -> tuple[Told, ...]:
        """Every row of every import that was told of them."""
        return tuple(
            sorted((*self.rows, *(told for one in self.bookings for told in one.told)), key=lambda one: one.when)
        )

    @property
    def names(self) -> tuple[str, ...]:
        """As they were written, the latest first."""
        told = (one.outcome.name for one in reversed(self.told) if not one.run.purged)
        return tuple(dict.fromkeys(filter(None, (*told, *(one.name for one in reversed(self.entries))))))

    @property
    def name(self) -> str:
        """As it was written last; empty where it was forgotten."""
        return next(iter(self.names), "")

    @property
    def accepted_names(self) -> frozenset[str]:
        """Names, as they are compared, of which a person has said that they are this person's."""
        return frozenset(name for one in self.entries if not one.hash_key for name in one.accepted_names)

    @property
    def emails(self) -> tuple[str, ...]:
        return self._kept("email")

    @property
    def numbers(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self._kept("mobile"), *self._kept("phone"))))

    @property
    def references(self) -> tuple[str, ...]:
        return self._kept("reference")

    @property
    def is_forgotten(self) -> bool:
        """Nothing of them is left that can be read."""
        return not self.names

    @property
    def places(self) -> tuple[tuple[Run, RowRef], ...]:
        """Every row of every import in which they stand."""
        entries = ((one.run, one.entry.row) for one in self.bookings)
        return (*entries, *((told.run, told.outcome.row) for told in self.told))

    def _kept(self, field: str) -> tuple[str, ...]:
        clear = (getattr(one, field) for one in reversed(self.entries) if not one.hash_key)
        return tuple(dict.fromkeys(filter(None, clear)))


@dataclass(frozen=True, slots=True)
class Found:
    """Who is meant for certain, and who may be; several ``people`` where two have the name or share an address."""

    people: tuple[Person, ...]
    perhaps: tuple[Person, ...]
