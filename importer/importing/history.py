"""What an import follows: the last import of its series, who is other than there, and whether that looks right."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from importer.booking.looking import look
from importer.booking.strangers import CustomerRecords
from importer.importing.dates import Given
from importer.importing.earlier import earlier_version, may_change_its_name, of_the_same_sheets, other_versions
from importer.importing.guards import why_held
from importer.importing.series import compare, who_stood_for, with_other_date, without_finished, without_other_sheets
from importer.ledger import Ledger
from importer.model import (
    Entry,
    EntryState,
    Former,
    GroupBooking,
    Options,
    Participant,
    Plan,
    RowRef,
    Run,
    Since,
    Status,
)
from importer.model.roster_names import series_name
from importer.people.evidence import Evidence, fold, of_entry, of_former
from importer.service.port import BookingService
from importer.settings import Settings

_WITH_PLACE = frozenset({Status.BOOKED, Status.ALREADY_BOOKED})


def with_history(
    plan: Plan,
    people: Sequence[Participant],
    settings: Settings,
    options: Options,
    service: BookingService,
    ledger: Ledger,
    *,
    now: datetime,
) -> Plan:
    """The plan with what it changes against the last import of its series, and why it should be held.

    A run of this very file that did not end was let through when it was begun: it is not held. Nothing is compared with
    an import whose names have been purged, or of other sheets. Imports under other names count whose marks the rows
    carry (``other_versions``). The first of a series is else compared with the earlier list of which it seems to be a
    newer version (``Since.series``), unless a person has said that it is none. Neither holds a list whose name is new.
    What was not sure is settled here for the whole series, also on sessions that no row means any more. Raises
    ``ServiceError`` and ``LedgerError``.
    """
    of_series = ledger.runs(ledger.series_of(plan.roster.path, options))
    versions = {run.id: run for run in (*of_series, *other_versions(people, of_series, ledger))}
    runs = [versions[id_] for id_ in sorted(versions, reverse=True)]
    runs, titles = of_the_same_sheets(runs, plan.roster, options, ledger)
    imports = [run for run in runs if run.is_answered]
    was_said = bool(options.follows) or any(run.options.follows for run in of_series)
    earlier = None if imports or was_said else earlier_version(plan, people, _meant(plan), options, ledger)
    if earlier:
        runs, titles = of_the_same_sheets(ledger.runs(earlier.series), plan.roster, options, ledger)
        imports = [run for run in runs if run.is_answered]
    sent = tuple(one for one in ledger.entries_of([run.id for run in runs]) if not titles or one.row.sheet in titles)
    read, settled = _settled_elsewhere(plan, sent, settings, service, ledger, now=now)
    plan = replace(plan, changes=plan.changes + settled)
    if not imports or imports[0].purged:
        return plan
    given = Given.of(runs, sent, _meant(plan), options, ledger)
    formers, elsewhere, followed = given.formers(imports, ledger)
    formers = tuple(one for one in formers if not titles or one.row.sheet in titles)
    if not formers and not elsewhere:
        return plan
    last = followed[0] if followed else imports[0]
    gone_there = _gone_elsewhere(elsewhere, imports[0], people, sent, ledger)
    sent = tuple(one for one in sent if one.booking_id not in given.others)
    ids = {entry.booking_id for entry in sent} | {one.booking_id for one in formers}
    known = ledger.sessions(ids=ids)
    sessions = {one.id: one.label(plan.zone) for one in known}
    formers, entries = _with_entries(formers, plan.changes, sent, runs, sessions, ledger)
    untold = _untold(sent, plan.changes, formers, last.started)
    found = {booking.id for booking in plan.bookings} | {one.booking_id for one in formers}
    means = {
        one.row: one.booking_id
        for one in plan.outcomes
        if one.booking_id in found or one.status is Status.NO_LONGER_BOOKED
    }
    means |= {one.row: lane.booking.id for lane in plan.lanes for one in (*lane.people, *lane.waiting)}

    def compared(some: Iterable[tuple[Former, Entry | None]]) -> Since:
        known = [(one, of_entry(entry, same_roster=True) if entry else of_former(one)) for one, entry in some]
        return compare(last.id, last.started, known, [(person, means.get(person.row, "")) for person in people])

    since = compared((one, entries.get(one.customer_booking_id)) for one in formers)
    if not formers:  # the first import for this date: nobody is new
        since = replace(since, added=frozenset(), unread=frozenset())
    if _are_results(people, ledger):
        since = without_finished(since)
    since = without_other_sheets(since, {sheet.title for sheet in plan.roster.sheets}, plan.roster.also)
    since = _joined(since, compared((_former_of(entry, sessions), entry) for entry in untold))
    gone_there += _gone_from_its_date(imports, formers, people, means, sent, ledger)
    known_gone = {(one.booking_id, one.name) for one in since.gone}
    gone_there = [one for one in gone_there if (one.booking_id, one.name) not in known_gone]
    since = replace(since, gone=(*since.gone, *gone_there), earlier=_other_name(last, plan.roster.path, options))
    if earlier:
        series = "" if options.series else earlier.series  # whoever names the series has said which it is
        since = replace(since, series=series, asks=not (series and may_change_its_name(series, ledger)))
    since = with_other_date(since, means, {one.id: one.service_id for one in (*known, *plan.bookings)})
    unfound = frozenset(one.row for one in plan.outcomes if one.status is Status.FIX_ROW and not means.get(one.row))
    since = _with_places(since, unfound, (*plan.bookings, *read), service, now)
    following = replace(plan, since=since)
    if earlier or not any(run.is_answered for run in of_series):  # nobody has said that they are one list
        return following
    if any(run.sha256 == plan.roster.sha256 and not run.state.is_over for run in runs):
        return following
    return replace(following, held=why_held(following, followed, options.max_new))


def _other_name(last: Run, path: Path, options: Options) -> str:
    """The name of the list that was imported then, if this one has another."""
    is_other = series_name(last.roster_path, last.options.series) != series_name(path, options.series)
    return last.roster_path.name if is_other else ""


def _meant(plan: Plan) -> dict[RowRef, str]:
    """The group booking of each row, as far as it is known."""
    meant = {one.row: one.booking_id for one in plan.outcomes if one.booking_id}
    return meant | {one.row: lane.booking.id for lane in plan.lanes for one in (*lane.people, *lane.waiting)}


def _gone_elsewhere(
    elsewhere: Mapping[str, Sequence[Former]],
    last: Run,
    people: Sequence[Participant],
    sent: Iterable[Entry],
    ledger: Ledger,
) -> list[Former]:
    """Who was on the list the last time, is not by now, and was booked for other dates of it."""
    names = {fold(one.name) for one in ledger.former_rows(last.id)} if elsewhere else set()
    gone: list[Former] = []
    for formers in elsewhere.values():
        known = _as_known((one for one in formers if fold(one.name) in names), sent)
        gone += compare(last.id, last.started, known, [(person, "") for person in people]).gone
    return gone


def _gone_from_its_date(
    imports: Sequence[Run],
    formers: Iterable[Former],
    people: Sequence[Participant],
    means: Mapping[RowRef, str],
    sent: Iterable[Entry],
    ledger: Ledger,
) -> list[Former]:
    """Who was on a list when it was last for a session that it is for now, and is not by now: where its last import was
    for none of these, as that of a list for another date each week."""
    here = {*means.values()}
    if not here or any(one.booking_id in here for one in formers):
        return []
    with_them = ledger.names_by_run(here)
    for run in (one for one in imports if one.id in with_them and not one.purged):
        there = [one for one in ledger.former_rows(run.id) if one.booking_id in here]
        if there:
            known = _as_known(there, sent)
            return list(compare(run.id, run.started, known, [(one, means.get(one.row, "")) for one in people]).gone)
    return []


def _as_known(formers: Iterable[Former], sent: Iterable[Entry]) -> list[tuple[Former, Evidence]]:
    entries = {entry.customer_booking_id: entry for entry in sent if entry.customer_booking_id}
    return [
        (one, of_entry(entry, same_roster=True) if entry else of_former(one))
        for one in formers
        for entry in (entries.get(one.customer_booking_id),)
    ]


def _settled_elsewhere(
    plan: Plan,
    sent: Iterable[Entry],
    settings: Settings,
    service: BookingService,
    ledger: Ledger,
    *,
    now: datetime,
) -> tuple[tuple[GroupBooking, ...], tuple[Entry, ...]]:
    """Sessions on which somebody is not sure yet and that no row of the plan means, and what they settle."""
    unsure = {entry.booking_id for entry in sent if entry.state.is_unknown}
    unsure -= {booking.id for booking in plan.bookings}
    read = tuple(service.bookings(unsure).values()) if unsure else ()
    records = CustomerRecords(service)
    margin_s, learned = settings.settle_margin_s, ledger.learned(settings.base_url)
    settled = [
        entry
        for booking in read
        for entry in look(
            booking,
            ledger.entries([booking.id]),
            service,
            records,
            now=now,
            settle_margin_s=margin_s,
            sources=learned.sources,
            removed_are_gone=learned.removed_are_gone,
        )[1]
    ]
    return read, tuple(settled)


def _untold(sent: Iterable[Entry], changes: Iterable[Entry], formers: Iterable[Former], last: datetime) -> list[Entry]:
    """Who has a place, or may have one, of whom the last import did not tell: it asked, or did not know of it yet."""
    latest = {entry.id: entry for entry in changes}
    told = {one.customer_booking_id for one in formers} - {""}
    asked = {id_ for one in formers if one.asks and one.question for id_ in one.question.entries}
    return [
        now
        for was in sent
        for now in (latest.get(was.id, was),)
        if now.state in (EntryState.BOOKED, EntryState.SENT, EntryState.REMOVING)
        and now.customer_booking_id not in told
        and (was.state.is_unknown or was.id in asked or (now.recorded is not None and now.recorded > last))
    ]


def _with_entries(
    formers: Sequence[Former],
    changes: Iterable[Entry],
    sent: Iterable[Entry],
    runs: Iterable[Run],
    sessions: Mapping[str, str],
    ledger: Ledger,
) -> tuple[tuple[Former, ...], dict[str, Entry]]:
    """The rows of the last import, also with places of which they did not say so; the entries of these places."""
    there = ledger.entries({one.booking_id for one in formers} - {""})
    entries = {entry.customer_booking_id: entry for entry in there if entry.customer_booking_id}
    told = ledger.told_booked({run.id for run in runs})
    ours = {entry.id for entry in sent} | {entry.id for entry in there if entry.customer_booking_id in told}
    latest = {entry.id: entry for entry in (*there, *sent, *changes)}
    stood_for = who_stood_for(formers, [entry for entry in latest.values() if entry.id in ours])
    placed = []
    for former in formers:
        entry = stood_for.get(former.row)
        if entry:
            entries[entry.customer_booking_id] = _also_called(entry, former.name)
        placed.append(_as_booked(former, entry, sessions) if entry else former)
    return tuple(placed), entries


def _as_booked(former: Former, entry: Entry, sessions: Mapping[str, str]) -> Former:
    held = _former_of(entry, sessions)
    return replace(
        former,
        name=held.name,
        session=held.session,
        booking_id=held.booking_id,
        customer_booking_id=held.customer_booking_id,
    )


def _also_called(entry: Entry, name: str) -> Entry:
    """As it was called in the last import, unless a person has said that this is somebody else."""
    if entry.hash_key or not name:
        return entry
    return replace(entry, accepted_names=entry.accepted_names | ({fold(name)} - entry.rejected_names))


def _former_of(entry: Entry, sessions: Mapping[str, str]) -> Former:
    """As if it stood in the last import, by the name and session that it was sent for."""
    return Former(
        entry.row,
        Status.BOOKED if entry.state is EntryState.BOOKED else Status.NOT_SURE_YET,
        name=entry.name,
        session=sessions.get(entry.booking_id, ""),
        booking_id=entry.booking_id,
        customer_booking_id=entry.customer_booking_id,
    )


def _joined(since: Since, untold: Since) -> Since:
    """With who has gone or moved of whom the last import did not know, or was not sure, that they had a place."""
    known = {(one.booking_id, one.name) for one in untold.gone}
    gone = [one for one in since.gone if (one.booking_id, one.name) not in known]
    return replace(since, gone=(*gone, *untold.gone), moved={**since.moved, **untold.moved})


def _are_results(people: Sequence[Participant], ledger: Ledger) -> bool:
    """Whether most rows carry a mark of ours: the roster is what we handed back."""
    return 2 * sum(bool(ledger.runs_of_handle(person.handle)) for person in people) > len(people)


def _with_places(
    since: Since, unfound: Collection[RowRef], read: Iterable[GroupBooking], service: BookingService, now: datetime
) -> Since:
    """Who has gone, moved, or is on a session that was not found, with whether they still hold the place that they had;
    looked up, for that is told.
    """

    def had_place(one: Former) -> bool:
        return one.status in _WITH_PLACE or one.customer_booking_id != ""

    before = {row: one for row, one in since.before.items() if row in unfound}
    former = [*since.gone, *since.moved.values(), *since.on_other_date.values(), *before.values()]
    wanted = {one.booking_id for one in former if had_place(one)}
    bookings = {booking.id: booking for booking in read}
    bookings |= service.bookings(wanted - set(bookings))

    def looked_up(one: Former) -> Former:
        booking = bookings.get(one.booking_id)
        holds = (
            had_place(one)
            and booking is not None
            and not booking.is_cancelled
            and booking.start > now
            and any(one.customer_booking_id in ("", person.customer_booking_id) for person in booking.people)
        )
        return replace(one, holds_place=holds)

    return replace(
        since,
        before={**since.before, **{row: looked_up(one) for row, one in before.items()}},
        gone=tuple(map(looked_up, since.gone)),
        moved={row: looked_up(one) for row, one in since.moved.items()},
        on_other_date={row: looked_up(one) for row, one in since.on_other_date.items()},
    )
