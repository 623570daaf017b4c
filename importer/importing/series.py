"""Pure: rosters that follow each other, and what one changes against the last: who came, went, moved, is still open."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from importer.model import Former, Outcome, Participant, RowRef, RunReport, Since, Status
from importer.people.evidence import Evidence, of_participant
from importer.people.matching import match_people

_COPY = re.compile(r"[ _-]*\(\d{1,3}\)$")
_MONTH = "jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec"
_DAY = (
    r"\d{4}[-_. ]?\d\d[-_. ]?\d\d|\d{1,2}[-_. ]\d{1,2}[-_. ]\d{4}"
    rf"|\d{{1,2}}[-_. ]?(?:{_MONTH})[a-z]*[-_. ]?\d{{4}}"
)
_TIME = r"[-_. t]{1,3}(?!\d{4}-\d\d-\d\d)\d\d[-_.:h]?\d\d(?:[-_.:]?\d\d)?"  # a year begins another date
_STAMP = re.compile(rf"(?<!\d)(?:{_DAY})(?:{_TIME})?(?!\d)", re.IGNORECASE)

MOST_QUESTIONS = 500_000
"""Where so many pairs of names are left over, most of the roster is another one: whose name is near tells nothing."""

NAME_FIELDS = frozenset({"first_name", "last_name", "full_name"})


def roster_name(path: Path) -> str:
    """What a roster is known by from run to run: its file name without ending, and without our ``.results``."""
    stem = path.stem
    cut = stem.rfind(".results")
    return (stem[:cut] if cut > 0 else stem).removesuffix(".PRACTICE").casefold()


def series_name(path: Path, given: str = "") -> str:
    """The series of a roster: the name that was given for it, else its folder and its file name without its date.

    ``hr 2026-03-02.csv``, ``hr_20260303 0417.csv`` and ``hr (2).csv`` are one series, ``Year 4.csv`` and ``Year 5.csv``
    are two.
    """
    if given:
        return given
    name = roster_name(path)
    undated = _STAMP.sub("", _COPY.sub("", name)).strip(" -_.")
    return str(path.absolute().parent / (undated or name))


def compare(
    run: int, when: datetime, last: Sequence[tuple[Former, Evidence]], rows: Sequence[tuple[Participant, str]]
) -> Since:
    """The rows of a roster, each with the group booking that it means if that is known, against the last import.

    People are paired on each group booking first and across all of them then, as everywhere (``matching``). Who is
    only perhaps the same person is neither gone nor new. A row that can't be read is present, not gone.
    """
    before: dict[int, int] = {}
    moved: list[int] = []
    at_booking: defaultdict[str, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for at, (_, booking_id) in enumerate(rows):
        at_booking[booking_id][0].append(at)
    for at, (former, _) in enumerate(last):
        at_booking[former.booking_id][1].append(at)
    evidence = [of_participant(person) for person, _ in rows]

    def pair(some: Sequence[int], formers: Sequence[int], *, ask: bool) -> list[int]:
        rows_left = [at for at in some if at not in before]
        left = sorted(set(formers) - set(before.values()))
        found = match_people(
            [evidence[at] for at in rows_left],
            [last[other][1] for other in left],
            ask=ask and len(rows_left) * len(left) <= MOST_QUESTIONS,
        )
        asked = {at: likeliest for at, (likeliest, *_) in found.questions.items()}
        before.update({rows_left[at]: left[other] for at, other in {**asked, **found.pairs}.items()})
        return [rows_left[at] for at in found.pairs]

    for ask in (False, True):  # what is certain anywhere comes before what is only perhaps so
        for some, formers in at_booking.values():
            pair(some, formers, ask=ask)
        moved += pair(range(len(rows)), range(len(last)), ask=ask)

    def is_unreadable(at: int) -> bool:
        return not evidence[at].names or any(
            one.field in NAME_FIELDS and one.rule in rows[at][0].rules for one in rows[at][0].problems
        )

    nobody, missing = _left(before, len(rows), len(last))
    stood_at = {last[other][0].row: other for other in missing}
    for at in filter(is_unreadable, nobody):
        if rows[at][0].row in stood_at:
            before[at] = stood_at[rows[at][0].row]
    nobody, missing = _left(before, len(rows), len(last))
    ref = [person.row for person, _ in rows]
    return Since(
        run=run,
        when=when,
        rows=len(last),
        before={ref[at]: last[other][0] for at, other in before.items()},
        moved={
            ref[at]: last[before[at]][0]
            for at in moved
            if rows[at][1] and last[before[at]][0].booking_id not in ("", rows[at][1])
        },
        added=frozenset(ref[at] for at in nobody if not is_unreadable(at)),
        gone=tuple(last[other][0] for other in missing if last[other][0].name),
        unread=frozenset(ref[at] for at in nobody if is_unreadable(at)),
    )


def new_needs(report: RunReport) -> frozenset[RowRef]:
    """The rows that need a person now and did not need the same in the last import of the series."""
    before = report.since.before if report.since else {}
    return frozenset(one.row for one in report.outcomes if one.wants_person and not _was_told(one, before.get(one.row)))


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


def _was_told(now: Outcome, was: Former | None) -> bool:
    return was is not None and was.status is now.status and was.status.needs_person and was.rules == now.rules


def _left(before: dict[int, int], rows: int, formers: int) -> tuple[list[int], list[int]]:
    taken = set(before.values())
    return [at for at in range(rows) if at not in before], [at for at in range(formers) if at not in taken]
