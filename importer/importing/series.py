"""Pure: rosters that follow each other, and what one changes against the last: who came, went, moved, is still open."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from importer.model import UNTICKED, Entry, EntryState, Former, Participant, RowRef, Since
from importer.people.evidence import Evidence, of_entry, of_former, of_participant
from importer.people.matching import match_people

MOST_QUESTIONS = 500_000
"""Where so many pairs of names are left over, most of the roster is another one: whose name is near tells nothing."""

NAME_FIELDS = frozenset({"first_name", "last_name", "full_name"})


def compare(
    run: int, when: datetime, last: Sequence[tuple[Former, Evidence]], rows: Sequence[tuple[Participant, str]]
) -> Since:
    """The rows of a roster, each with the group booking that it means if that is known, against the last import.

    People are paired on each group booking first and across all of them then, as everywhere (``matching``). Who is
    only perhaps the same person is neither gone nor new, but has moved where another session is meant: nothing asks
    there. A row that can't be read is present, not gone. Somebody with several sessions is there once for each: who has
    no tick any more has left those that they had.
    """
    before: dict[int, int] = {}
    moved: list[int] = []
    at_booking: defaultdict[str, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for at, (_, booking_id) in enumerate(rows):
        at_booking[booking_id][0].append(at)
    for at, (former, _) in enumerate(last):
        at_booking[former.booking_id][1].append(at)
    evidence = [of_participant(person) for person, _ in rows]
    wanting = [at for at, (person, _) in enumerate(rows) if all(one.rule != UNTICKED for one in person.problems)]

    def pair(some: Sequence[int], formers: Sequence[int], *, ask: bool) -> list[int]:
        rows_left = [at for at in some if at not in before]
        left = sorted(set(formers) - set(before.values()))
        found = match_people(
            [evidence[at] for at in rows_left],
            [last[other][1] for other in left],
            ask=ask and len(rows_left) * len(left) <= MOST_QUESTIONS,
        )
        paired = {rows_left[at]: left[other] for at, other in found.likeliest.items()}
        before.update(paired)
        return list(paired)

    for ask in (False, True):  # what is certain anywhere comes before what is only perhaps so
        for some, formers in at_booking.values():
            pair(some, formers, ask=ask)
        moved += pair(wanting, range(len(last)), ask=ask)

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
        added=frozenset(ref[at] for at in set(nobody) & set(wanting) if not is_unreadable(at)),
        gone=tuple(last[other][0] for other in missing if last[other][0].name),
        unread=frozenset(ref[at] for at in nobody if is_unreadable(at)),
    )


def who_stood_for(formers: Sequence[Former], entries: Sequence[Entry]) -> dict[RowRef, Entry]:
    """Who is booked, certainly or perhaps, of the rows of an import that did not say so.

    Such a row asked who it is, was left out, or meant a session that was not found. Where it meant another session that
    was found, its person was told to have moved.
    """
    told = {one.customer_booking_id for one in formers}
    left = {one.id: one for one in entries if one.state is EntryState.BOOKED and one.customer_booking_id not in told}
    silent = {one.row: one for one in formers if not one.customer_booking_id}
    found: dict[RowRef, Entry] = {}
    for row, former in silent.items():
        asked = former.question.entries if former.question and former.asks else ()
        about = next((id_ for id_ in left if id_ in asked), None)
        if about is not None:
            found[row] = left.pop(about)
    for booking_id in {one.booking_id for one in left.values()}:
        there = [one for one in left.values() if one.booking_id == booking_id]
        rows = [
            one for one in silent.values() if one.row not in found and (not one.session or one.booking_id == booking_id)
        ]
        pairing = match_people(
            [of_former(one) for one in rows],
            [of_entry(one, same_roster=True) for one in there],
            ask=len(rows) * len(there) <= MOST_QUESTIONS,
        )
        found |= {rows[at].row: there[other] for at, other in pairing.likeliest.items()}
    return found


def with_other_date(since: Since, means: Mapping[RowRef, str], service_of: Mapping[str, str]) -> Since:
    """With the sheets whose people were all on one session, and are all on one other of its service now; and with the
    columns of ticks that have a new date in their heading.

    Another date of a list is an addition. ``means`` is the group booking of each row, as far as it is known.
    """
    of_sheet: defaultdict[str, list[RowRef]] = defaultdict(list)
    for row, former in since.before.items():
        if former.booking_id and means.get(row):
            of_sheet[row.sheet].append(row)
    together: dict[RowRef, Former] = {}
    for rows in of_sheet.values():
        pairs = {(since.before[row].booking_id, means[row]) for row in rows}
        if len(rows) > 1 and len(pairs) == 1 and all(row in since.moved for row in rows):
            there, here = (service_of.get(id_, id_) for id_ in pairs.pop())
            together |= {row: since.moved[row] for row in rows if there == here}
    for row in _under_new_dates(since, means):
        if service_of.get(since.moved[row].booking_id) == service_of.get(means[row], ""):
            together[row] = since.moved[row]
    moved = {row: one for row, one in since.moved.items() if row not in together}
    return replace(since, moved=moved, on_other_date=together)


def _under_new_dates(since: Since, means: Mapping[RowRef, str]) -> list[RowRef]:
    """Ticks in a column that is of a session on which nobody was before, of people who were on one that is gone.

    A column of ticks has a session of its own. One person alone has moved.
    """
    of_column: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for row, booking_id in means.items():
        of_column[row.sheet, row.part].add(booking_id)
    columns_of = Counter(booking_id for some in of_column.values() for booking_id in some)
    there = {one.booking_id for one in (*since.before.values(), *since.gone)}
    rows = [
        row
        for row, former in since.moved.items()
        if row.part
        and of_column[row.sheet, row.part] == {means.get(row)}
        and columns_of[means[row]] == 1
        and means[row] not in there
        and former.booking_id not in columns_of
    ]
    together = Counter((since.moved[row].booking_id, means[row]) for row in rows)
    return [row for row in rows if together[since.moved[row].booking_id, means[row]] > 1]


def without_finished(since: Since) -> Since:
    """Of results that came back: rows of which nothing was left to do were deleted, which is no leaving.

    It is so where most of them are missing. Who deletes a few of many takes these people off the list.
    """
    missing = sum(one.status.is_done for one in since.gone)
    present = sum(one.status.is_done for one in since.before.values())
    if missing <= present:
        return since
    gone = tuple(one for one in since.gone if not one.status.is_done)
    return replace(since, gone=gone, rows=since.rows - missing)


def without_other_sheets(since: Since, read: Collection[str], others: Collection[str]) -> Since:
    """Whoever stood on a sheet that is still there and not read now has not left: the tabs are in another order.

    ``read`` and ``others`` are the titles of sheets with people. One that is neither was renamed: into the one that was
    read if most of its people are there.
    """
    missing = Counter(one.row.sheet for one in since.gone)
    present = Counter(one.row.sheet for one in since.before.values())
    elsewhere = {
        title
        for title in missing
        if title not in read and (title in others or (others and missing[title] > present[title]))
    }
    gone = tuple(one for one in since.gone if one.row.sheet not in elsewhere)
    return replace(since, gone=gone, rows=since.rows - len(since.gone) + len(gone))


def _left(before: dict[int, int], rows: int, formers: int) -> tuple[list[int], list[int]]:
    taken = set(before.values())
    return [at for at in range(rows) if at not in before], [at for at in range(formers) if at not in taken]
