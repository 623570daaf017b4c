"""Pure: what has changed since the last import of a series, and of that what nobody has been told yet."""

from __future__ import annotations

from importer.model import Former, Outcome, RowRef, RunReport, Status


def new_needs(report: RunReport) -> frozenset[RowRef]:
    """The rows that need a person now and did not need the same in the last import of the series."""
    before = report.since.before if report.since else {}
    return frozenset(one.row for one in report.outcomes if one.wants_person and not was_told(one, before.get(one.row)))


def still_open(report: RunReport) -> frozenset[RowRef]:
    """The rows that need a person now and needed the same before: that was told then."""
    return frozenset(one.row for one in report.outcomes if one.wants_person) - new_needs(report)


def moved_with_two_places(report: RunReport) -> dict[RowRef, Former]:
    """Rows whose person is on another session now and still holds the place that they had."""
    moved = report.since.moved if report.since else {}
    return {row: former for row, former in moved.items() if former.holds_place}


def gone_with_a_place(report: RunReport) -> tuple[Former, ...]:
    """Former rows of people who are no longer in the roster and still hold their place."""
    return tuple(former for former in (report.since.gone if report.since else ()) if former.holds_place)


def newly_removed(report: RunReport) -> tuple[Outcome, ...]:
    """Rows of people who are no longer booked, of whom the last import of the series did not tell so yet."""
    before = report.since.before if report.since else {}
    return tuple(
        one
        for one in report.outcomes
        if one.status is Status.NO_LONGER_BOOKED
        and not one.wants_person
        and not (one.row in before and before[one.row].status is one.status)
    )


def has_news(report: RunReport) -> bool:
    """Whether a person is needed for anything that was not told with the last import of the series."""
    return bool(new_needs(report) or moved_with_two_places(report) or gone_with_a_place(report))


def counts(report: RunReport) -> dict[str, int]:
    """How many rows were added, have gone, moved, are booked already and are still open, against the last import."""
    since = report.since
    return {
        "added": len(since.added) if since else 0,
        "gone": len(since.gone) if since else 0,
        "moved": len(since.moved) if since else 0,
        "booked_already": sum(one.status is Status.ALREADY_BOOKED for one in report.outcomes),
        "still_open": len(still_open(report)),
    }


def was_told(now: Outcome, was: Former | None) -> bool:
    """Whether the last import of the series said the same of this row."""
    return was is not None and was.status is now.status and was.status.needs_person and was.rules == now.rules
