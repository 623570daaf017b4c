"""Pure: the answers of a row that stands for several people or sessions, as one answer beside it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from importer.model import Decision, Outcome, Status
from importer.model.columns import ANSWERS_SHEET

GRAVEST = (
    Status.FIX_ROW,
    Status.SAME_PERSON,
    Status.REFUSED,
    Status.FULL,
    Status.NOT_SURE_YET,
    Status.NOT_BOOKED_YET,
    Status.KEPT,
    Status.WOULD_REMOVE,
    Status.REMOVED,
    Status.ALREADY_GONE,
    Status.WOULD_BOOK,
    Status.READY,
    Status.BOOKED,
    Status.ALREADY_BOOKED,
    Status.NO_LONGER_BOOKED,
    Status.LEFT_OUT,
)
"""Which of several answers a row shows: what most needs somebody, then what is not done yet."""

_OF_UNDO = frozenset({Status.KEPT, Status.WOULD_REMOVE, Status.REMOVED, Status.ALREADY_GONE})

_MOST_TOLD = 6


def by_line(outcomes: Iterable[Outcome]) -> dict[int, tuple[Outcome, ...]]:
    """The answers of a sheet by the number of their row, one for each of its people and sessions."""
    of_row: defaultdict[int, list[Outcome]] = defaultdict(list)
    for one in outcomes:
        of_row[one.row.number].append(one)
    return {number: tuple(some) for number, some in of_row.items()}


def together(parts: Sequence[Outcome]) -> Outcome:
    """What stands beside a row: its one answer, or the gravest of several with a short text of them all.

    Of parts, each one's column stands before its session's id, with what became of it, by which ``marks`` colours it.
    """
    told = (f"{one.row.column or one.row.part}: {one.status} {one.booking_id}".strip() for one in parts)
    booking_id = "; ".join(told) if parts[0].row.part else parts[0].booking_id
    if len(parts) == 1:
        return replace(parts[0], booking_id=booking_id)
    return replace(
        min(parts, key=lambda one: (not one.wants_person, GRAVEST.index(one.status))),
        message=_short(parts),
        session=f'{len(parts)} answers on sheet "{ANSWERS_SHEET}"',
        booking_id=booking_id,
        customer_id="",
        customer_booking_id="",
        recorded=None,
        problems=tuple(problem for one in parts for problem in one.problems),
    )


def is_spent(parts: Iterable[Outcome], kind: str) -> bool:
    """Whether a decision was acted on, or stood there before it was asked: it is emptied, so that whoever chooses again
    is heard. "Leave out" holds while it stands; what is no decision stays as it was typed."""
    parts = list(parts)
    if kind != "import" or any(one.asks for one in parts):
        return kind == "import"
    is_acted_on = all(one.status in (Status.BOOKED, Status.ALREADY_BOOKED) for one in parts)
    decisions = {one.decision for one in parts}
    return is_acted_on and decisions != {None} and Decision.LEAVE_OUT not in decisions


def _short(parts: Sequence[Outcome]) -> str:
    """``2 of 3 booked; Sat 16 Mar 2030 10:00: Full``"""
    said = {(one.status, one.words) for one in parts}
    if len(said) == 1 and parts[0].words:
        return of_several(parts[0].words) if len({one.name for one in parts}) > 1 else parts[0].words
    names = _names(parts)
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for one in parts:
        if not one.status.is_well or one.wants_person:
            words = one.words if one.status in (Status.FIX_ROW, Status.SAME_PERSON) or one.needs_person else ""
            groups[f"{one.status}. {words}" if words else str(one.status)].append(names[one.row.part])
    if any(one.status in _OF_UNDO for one in parts):
        return "; ".join(f"{', '.join(some)}: {what}" for what, some in groups.items())
    well = sum(one.status.is_well for one in parts)
    if well == len(parts) and not groups:
        return f"{'Both' if well == 2 else f'All {well}'} {_noun(parts)}."  # which the status says of them
    told = [f"{', '.join(some)}: {what}" for what, some in groups.items()]
    more = [f"{len(told) - _MOST_TOLD} more"] if len(told) > _MOST_TOLD else []
    return "; ".join([f"{well} of {len(parts)} {_verb(parts)}", *told[:_MOST_TOLD], *more])


def of_several(words: str) -> str:
    """What was told of each of several people of a row, as it is told of them together."""
    return words.replace("this person is", "these people are").replace("this person", "these people")


def _noun(parts: Sequence[Outcome]) -> str:
    """Of what a row has several."""
    people, sessions = {one.name for one in parts}, {one.session for one in parts}
    if len(people) > 1:
        return "people" if len(sessions) == 1 else "bookings"
    return "sessions"


def _verb(parts: Sequence[Outcome]) -> str:
    statuses = {one.status for one in parts}
    if Status.WOULD_BOOK in statuses:
        return "would be booked"
    return "ready" if Status.READY in statuses else "booked"


def _names(parts: Sequence[Outcome]) -> Mapping[str, str]:
    """What each part is called beside the others: by the person where several share the row, by the session where it
    is for several; without a session that is known, by its column."""
    several_people = len({one.name for one in parts}) > 1
    several_sessions = len({one.booking_id or one.row.part for one in parts}) > 1 and not (
        several_people and len({one.session for one in parts}) == 1
    )
    services = {one.session.rpartition(", ")[0] for one in parts if one.session}
    service = f"{services.pop()}, " if len(services) == 1 else ""
    return {
        one.row.part: ", ".join(
            filter(
                None,
                (
                    one.name if several_people else "",
                    (one.session.removeprefix(service) or one.row.part_text) if several_sessions else "",
                ),
            )
        )
        or one.row.part_text
        for one in parts
    }
