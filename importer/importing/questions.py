"""What an import asks, as data. A door shows a question and takes its answer, or says that nobody can be asked.

What was chosen so far are ``Choices``; an answer makes new ones, and a question is open until they answer it. So a door
may ask today and be answered tomorrow: whoever looks again with the choices of then sees what is open still.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo
from typing import Literal

from importer.lists.agreeing import open_in_shape
from importer.lists.dates import for_targets
from importer.model import GroupBooking, Options, Plan, RosterSheet, RowRef, Since, Target
from importer.model.approvals import Difference
from importer.model.conventions import Convention
from importer.model.roster_names import series_name
from importer.settings import Settings

TYPED_ABOVE = 50
"""More people than these are not booked by a slip of the finger: whoever wants them types their number."""

Payments = Literal["send", "none"]
Contact = Literal["send", "none"]


@dataclass(frozen=True, slots=True)
class Choices:
    """What holds for one import. ``is_released``: a person has said that it is right although it looks odd."""

    settings: Settings
    options: Options
    is_released: bool = False

    def with_settings(self, **changes: object) -> Choices:
        return replace(self, settings=self.settings.model_copy(update=changes))

    def with_payments(self, payments: Payments) -> Choices:
        """The answer to ``Price``."""
        return self.with_settings(payment_requests=payments)

    def with_contact(self, contact: Contact) -> Choices:
        """The answer to ``PassOn``."""
        return self.with_settings(contact=contact)

    def with_headings(self, sets: Mapping[str, Mapping[str, str]]) -> Choices:
        """The answer to ``Headings``: the sets of headings that are known now."""
        return self.with_settings(headings=sets)

    def with_series(self, series: str) -> Choices:
        """The answer to ``Newer``: one of its two."""
        return replace(self, options=replace(self.options, follows=series))

    def with_sessions(self, chosen: Sequence[GroupBooking], asked: WhichSessions) -> Choices:
        """The answer to ``WhichSessions``: rows that name no session are booked on each of these."""
        given = self.options.target
        targets = [asked.target(one, given) for one in chosen]
        return replace(self, options=for_targets(targets, self.settings.zone, replace(self.options, days="")))

    def with_approval(self, code: str) -> Choices:
        """The answer to ``Unapproved``: exactly that plan, or less of it, is let through."""
        return replace(self, options=replace(self.options, approved=code))

    def agreed(self, *, only_the_first: bool = False) -> Choices:
        """The answer to ``GoAhead``: yes. It answers ``Odd``, too, which is shown with it."""
        return replace(
            self, is_released=True, options=replace(self.options, first=1) if only_the_first else self.options
        )


# Of a list, before there is a plan


@dataclass(frozen=True, slots=True)
class Headings:
    """Headings of a sheet (``None``: of the only one) are new, and something needed is not known of them.

    ``is_needed``: none of them is known, so that the list can't be read without an answer.
    """

    sheet: RosterSheet | None
    is_needed: bool
    needs_session: bool


@dataclass(frozen=True, slots=True)
class Agree:
    """How the sender of a sheet writes something: what is agreed is kept with the headings.

    Where it ``is_needed``, an import without an answer is held; else the rows say what is open.
    """

    sheet: RosterSheet
    convention: Convention


OfList = Headings | Agree


# Of a plan


@dataclass(frozen=True, slots=True)
class WhichSessions:
    """On which of these sessions shall everybody of a list be booked that names no date? There is no likely answer.

    ``why`` it is asked, in sentences. Where there is no session nobody can answer, and that says why.
    """

    sessions: tuple[GroupBooking, ...]
    zone: tzinfo
    why: str = ""

    def target(self, chosen: GroupBooking, given: Target) -> Target:
        """As a call names the session that was chosen; ``given`` is what it says already."""
        service = given.service or chosen.service_name or chosen.service_id
        room = given.resource or (chosen.resource_id if self.is_beside(chosen) else "")
        return Target(service=service, resource=room, start=chosen.start)

    def is_beside(self, one: GroupBooking) -> bool:
        """Whether another of the same service starts together with it."""
        return any(
            (other.service_id, other.start) == (one.service_id, one.start) and other.id != one.id
            for other in self.sessions
        )

    def label(self, one: GroupBooking) -> str:
        room = one.resource_name or one.resource_id
        return one.label(self.zone) + (f" ({room})" if self.is_beside(one) else "")


@dataclass(frozen=True, slots=True)
class Odd:
    """So much differs from the imports before that a person has to say that it is right. ``facts`` are sentences."""

    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StoppedBefore:
    """A person stopped this very file when it was imported before, and nobody has asked for it again."""

    run: int
    by: str


@dataclass(frozen=True, slots=True)
class Unapproved:
    """More would be booked than was approved: ``why``, in a sentence, and who of them was not approved so.

    ``code`` stands for the plan as it is now, once that is kept; it is the answer (``Choices.with_approval``).
    """

    why: str
    differing: tuple[Difference, ...] = ()
    code: str = ""


@dataclass(frozen=True, slots=True)
class Price:
    """Sessions with a price: shall the service send payment requests? There is no likely answer.

    ``why_not_none``: why "none" is no answer, where it may send them all the same.
    """

    bookings: tuple[GroupBooking, ...]
    zone: tzinfo
    why_not_none: str = ""


@dataclass(frozen=True, slots=True)
class NewSessions:
    """Shall these sessions, which are not there yet, be started? Whoever can't be asked has asked for it."""

    sessions: tuple[GroupBooking, ...]
    zone: tzinfo


@dataclass(frozen=True, slots=True)
class Newer:
    """Is this a newer version of a list that was imported under another ``name``? Without an answer it is told only.

    ``series`` is the answer for yes, ``own`` the one for no: the lists that it follows from now on.
    """

    since: Since
    own: str

    @property
    def name(self) -> str:
        return self.since.earlier

    @property
    def series(self) -> str:
        return self.since.series


@dataclass(frozen=True, slots=True)
class GoAhead:
    """Shall ``count`` people, of ``of`` that could be, be booked now? ``is_typed``: the answer for yes is their number.

    ``offers_first``: booking one alone, to see how it looks, is worth offering. ``names`` is how many different people
    the ``count`` are, who may have several sessions each.
    """

    count: int
    of: int
    is_typed: bool
    offers_first: bool
    names: int


@dataclass(frozen=True, slots=True)
class PassOn:
    """Shall the e-mail addresses and telephone numbers of ``count`` people be passed on? There is no likely answer.

    Asked once of the first import at an address. Where nobody can be asked they are, as the list says.
    """

    count: int


OfPlan = Agree | WhichSessions | Odd | StoppedBefore | Unapproved | Price


def open_questions(plan: Plan, choices: Choices) -> tuple[OfPlan, ...]:
    """What holds a plan back until somebody has answered. ``GoAhead`` does not: who can't be asked has asked for it."""
    questions: list[OfPlan] = [
        Agree(sheet, one)
        for sheet in plan.roster.sheets
        for one in open_in_shape(sheet, choices.options)
        if one.is_needed
    ]
    if plan.held and not choices.is_released:
        questions.append(Odd(plan.held))
    priced = tuple(lane.booking for lane in plan.lanes if lane.people and lane.booking.has_price)
    if priced and not _is_price_settled(plan, choices):
        questions.append(Price(priced, plan.zone, plan.why_not_none))
    return tuple(questions)


def waiting_unchosen(plan: Plan, choices: Choices) -> frozenset[RowRef]:
    """The rows that wait for a place on a session with a price and of whom nobody is asked: no place is foreseen there,
    nor anywhere else with a price. Should one come free, payment requests were not chosen."""
    if plan.has_price or _is_price_settled(plan, choices):
        return frozenset()
    return frozenset(one.row for lane in plan.lanes if lane.booking.has_price for one in lane.waiting)


def _is_price_settled(plan: Plan, choices: Choices) -> bool:
    return choices.settings.payment_requests not in ((None, "none") if plan.why_not_none else (None,))


def new_sessions(plan: Plan, choices: Choices) -> NewSessions | None:
    """What is asked of its own beside ``GoAhead``: a session that is started is seen by everybody in the calendar."""
    booked = {person.row for person in plan.first_people(choices.options.first)}
    started = (one for one in plan.lanes if not one.booking.id and any(person.row in booked for person in one.people))
    sessions = tuple(lane.booking for lane in started)
    return NewSessions(sessions, plan.zone) if sessions else None


def newer(plan: Plan, choices: Choices) -> Newer | None:
    """What is asked of a plan before all else, which depends on it. A run that is resumed stays as it was."""
    if plan.since is None or not (plan.since.series and plan.since.asks) or choices.options.only is not None:
        return None
    return Newer(plan.since, series_name(plan.roster.path, choices.options.series))


def pass_on(plan: Plan, choices: Choices) -> PassOn | None:
    """What is asked of a first import before its plan is shown, which says what is sent."""
    count = sum(person.has_contact for person in plan.people)
    return PassOn(count) if plan.is_first_import and count and choices.settings.contact is None else None


def go_ahead(plan: Plan, choices: Choices) -> GoAhead:
    """What is asked last, wherever somebody can be asked and somebody is to be booked."""
    booked = plan.first_people(choices.options.first)
    count = len(booked)
    is_odd = bool(plan.held) and not choices.is_released
    return GoAhead(
        count,
        len(plan.people),
        is_typed=count > TYPED_ABOVE or is_odd,
        offers_first=plan.is_first_import and count > 1,
        names=len({(*one.row.line, one.name) for one in booked}),
    )
