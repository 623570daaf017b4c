"""What is read of a roster: the people, the session that each asks for, and what is wrong with a row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta

from importer.model.rosters import IN_THEIR_COLUMNS, Place, RowRef
from importer.model.sessions import GroupBooking
from importer.model.status import Decision, Severity

_MINUTE = timedelta(minutes=1)

PUT_ASIDE, HIDDEN_ROW = "put_aside", "hidden_row"
"""The rules of a row that waits for a decision: its list says so in words or by a colour, or somebody hid it or struck
it through."""

DUPLICATE = "duplicate"
"""The rule that a row breaks which stands for the same person as another. A decision beside it is heard."""

NO_DECISION = "decision"
"""The rule of a row that has something else than a decision beside it: who is booked already is told so, too."""

UNTICKED = "not_ticked"
"""The rule of a row that asks for no session, on a sheet of ticks: nobody is booked by it."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a row, in a sentence a person can act on.

    ``sentence`` says what and what to write ("31/02/2030 is not a date. Write it like 14 Mar 2030."), without the
    row and the heading, which stand beside it. ``field`` and ``heading`` are empty when no one cell is at fault.
    """

    row: RowRef
    rule: str
    sentence: str
    field: str = ""
    heading: str = ""
    severity: Severity = Severity.PROBLEM

    @property
    def told(self) -> str:
        """The sentence with its column: ``"Start": 31/02/2030 is not a date. …``"""
        return f'"{self.heading}": {self.sentence}' if self.heading else self.sentence


@dataclass(frozen=True, slots=True)
class SessionWords:
    """A session as a list names it in words: ``Young makers, Sat 30 Mar 2030 10:30 (5 free)``, ``Saturdays 10.30``.

    ``text`` is what stands there. Of it ``day``, ``month`` and ``year``, ``weekday`` (0 is Monday), ``clock`` and
    ``end`` are what it tells of the time, ``None`` where it does not, and ``names`` are the pieces that are left: the
    service, and perhaps the room. ``zone`` is how we tell apart a time that comes twice when the clocks go back
    ("GMT"). All of it has to fit the session that is meant; but a title (``is_title``) may have other names beside it:
    those that say nothing of a session, as a school's do, and those ``agreed`` on with its sender.
    """

    text: str
    names: tuple[str, ...] = ()
    day: int | None = None
    month: int | None = None
    year: int | None = None
    weekday: int | None = None
    clock: time | None = None
    end: time | None = None
    zone: str = ""
    is_title: bool = False
    agreed: tuple[str, ...] = ()

    @property
    def says_when(self) -> bool:
        """Whether it tells a day, a day of the week or a time."""
        return self.day is not None or self.clock is not None or self.weekday is not None


@dataclass(frozen=True, slots=True)
class Target:
    """The group booking a row asks for: by ``booking_id``, or by service (and resource), a name or an id, and start,
    or in ``words``, which only the sessions that there are can tell.

    ``or_start`` is the later instant of a local time that exists twice, when the clocks go back: the sessions that
    there are tell which one is meant. A target in words that has a start as well was found among them by its words.
    """

    booking_id: str = ""
    service: str = ""
    resource: str = ""
    start: datetime | None = None
    or_start: datetime | None = None
    words: SessionWords | None = None

    @property
    def starts(self) -> tuple[datetime, ...]:
        """The instants that the start may mean; the earlier first."""
        return tuple(one for one in (self.start, self.or_start) if one is not None)

    def may_start(self, start: datetime) -> bool:
        """Whether a session that starts then may be meant. People read and write no seconds."""
        return any(abs(one - start) < _MINUTE and one.minute == start.minute for one in self.starts)

    def is_before_move_of(self, booking: GroupBooking) -> bool:
        """Whether the session that is meant starts at another time by now than this says."""
        return bool(self.starts) and not booking.is_cancelled and not self.may_start(booking.start)

    @property
    def is_exact(self) -> bool:
        """Whether it tells by itself which group booking is meant, or when it starts."""
        return bool(self.booking_id or (self.service and self.start))

    def __bool__(self) -> bool:
        return self.is_exact or self.words is not None

    def is_spelled_like(self, other: Target) -> bool:
        """Whether both name the same service, room and time, or the same id."""
        return (self.booking_id, self.service.casefold(), self.resource.casefold(), self.starts) == (
            other.booking_id,
            other.service.casefold(),
            other.resource.casefold(),
            other.starts,
        )

    def at(self, booking: GroupBooking) -> Target:
        """With service, resource and start of the group booking, by id, where the row does not say them itself."""
        return replace(
            self,
            service=self.service or booking.service_id,
            resource=self.resource or booking.resource_id,
            start=self.start or booking.start,
        )


@dataclass(frozen=True, slots=True)
class Participant:
    """A person of the roster, as far as the row tells.

    ``problems`` are what keeps the row from being booked (and warnings): they do not matter to somebody who is
    booked already. ``handle`` is what the column "Import run" carried, our own mark from an earlier run. ``places`` are
    those of the row (``RosterRow``).
    """

    row: RowRef
    first_name: str
    last_name: str
    target: Target
    email: str = ""
    mobile: str = ""
    phone: str = ""
    reference: str = ""
    spaces: int = 1
    handle: str = ""
    decision: Decision | None = None
    problems: tuple[Problem, ...] = ()
    places: Mapping[str, Place] = field(default_factory=lambda: IN_THEIR_COLUMNS, compare=False, repr=False)

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def has_contact(self) -> bool:
        """Whether there is an e-mail address or a telephone number of theirs."""
        return bool(self.email or self.mobile or self.phone)

    @property
    def rules(self) -> frozenset[str]:
        """The rules that keep this person from being booked."""
        return frozenset(problem.rule for problem in self.problems if problem.severity is Severity.PROBLEM)

    @property
    def is_faulty(self) -> bool:
        return bool(self.rules)
