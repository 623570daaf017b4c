"""Sign-off: what was approved is what is booked, or less of it. Each import makes its plan anew and is compared.

A dry run, or an import that is held, keeps its plan (``prepared``) under a code. Whoever lets it through is recorded
(``approve``), then the import that carries it out (``begun``) and whom that did not book (``ended``).
"""

from __future__ import annotations

import secrets
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from importer.errors import LedgerError, SettingsError
from importer.importing.meaning import code_of, lines_of, part_of
from importer.importing.questions import Choices, Unapproved
from importer.ledger import Ledger
from importer.model import EntryState, Options, Outcome, Participant, Plan, RowRef, RunReport, Status, day_text
from importer.model.approvals import TIMES_BEFORE, Approval, ApprovedLine, Difference, Shortfall
from importer.people.evidence import hashed, of_entry, of_participant
from importer.results.report import people
from importer.settings import Settings

_BOOKED = (Status.BOOKED, Status.ALREADY_BOOKED, Status.WOULD_BOOK)


def known(code: str, ledger: Ledger) -> Approval:
    """What a code stands for. Raises ``SettingsError`` where no dry run with this ledger has made it."""
    found = ledger.approvals.find(code)
    if found is None:
        raise SettingsError(
            f'There is no approval code "{code}" in our record. Make a dry run of the list (--dry-run): it ends with '
            "its code."
        )
    return found


def unapproved(plan: Plan, choices: Choices, ledger: Ledger, *, now: datetime) -> Unapproved | None:
    """Why a plan is not to be carried out as far as approval goes; ``None`` where nothing speaks against it.

    Raises ``SettingsError`` for an unknown code, and ``LedgerError``.
    """
    options, settings = choices.options, choices.settings
    count = len(plan.first_people(options.first))
    if not count:
        return None
    if not options.approved:
        return _needed(count, _booked_by_parts(plan, settings, ledger, now=now), settings.approval)
    approval = known(options.approved, ledger)
    if _is_too_late(approval, options, now):
        return Unapproved(f"The approval code {approval.code} was good until {day_text(approval.expires, plan.zone)}.")
    left = Counter(line.digest for line in approval.left)
    others = []
    for person, line in _lines_of(plan, settings, options.first, ledger):
        if left[line.digest]:
            left[line.digest] -= 1
        else:
            others.append((person.name, line))
    if not others:
        return None
    gone = Counter(line.digest for line in approval.lines) - Counter(line.digest for line in approval.left)
    differing = tuple(_differences(others, approval.lines, left + gone))
    differ = "differs" if len(differing) == 1 else "differ"
    return Unapproved(
        f"This is not what was approved with {approval.code}: {people(len(differing))} {differ}.", differing
    )


def waiting_unapproved(plan: Plan, choices: Choices, ledger: Ledger, *, now: datetime) -> frozenset[RowRef]:
    """The rows that wait for a place and would get it without approval, should one come free."""
    options, settings = choices.options, choices.settings
    waiting = replace(plan, lanes=tuple(replace(lane, people=lane.waiting) for lane in plan.lanes))
    if not options.approved:
        before = _booked_by_parts(plan, settings, ledger, now=now)
        is_needed = _needed(len(plan.people) + len(waiting.people), before, settings.approval) is not None
        return frozenset(one.row for one in waiting.people if is_needed)
    approval = known(options.approved, ledger)
    left = () if _is_too_late(approval, options, now) else approval.left
    approved = {line.digest for line in left}
    lines = _lines_of(waiting, settings, None, ledger)
    return frozenset(person.row for person, line in lines if line.digest not in approved)


def prepared(plan: Plan, choices: Choices, path: Path, *, by: str, now: datetime) -> Approval:
    """Keep the plan in the ledger at this path, which is opened for that alone; with its code.

    Raises ``LedgerError`` where it can't be kept: then there is no code.
    """
    settings = choices.settings
    with Ledger.open(path) as ledger:
        lines = tuple(line for _, line in _lines_of(plan, settings, choices.options.first, ledger))
        return ledger.approvals.keep(
            Approval(
                code=code_of(lines, ledger.hash_key, secrets.token_hex()),
                lines=lines,
                prepared_by=by,
                prepared=now,
                file=plan.roster.path.name,
                sha256=plan.roster.sha256,
                expires=now + timedelta(days=settings.approval_days),
            )
        )


def mark_of(plan: Plan, choices: Choices, ledger: Ledger) -> str:
    """The same for the same plan, however often it is made: who agrees to what was shown agrees to no other."""
    lines = _lines_of(plan, choices.settings, choices.options.first, ledger)
    return code_of((line for _, line in lines), ledger.hash_key, "")


def approve(options: Options, ledger: Ledger, *, by: str, signed_in: str, comment: str, now: datetime) -> None:
    """Record who lets the plan through that this call names. Whoever goes on with a run approves nothing anew."""
    if options.approved and options.only is None:
        ledger.approvals.approve(known(options.approved, ledger), by=by, signed_in=signed_in, comment=comment, now=now)


def begun(run: int, options: Options, ledger: Ledger) -> Approval | None:
    """Record that this run carries out what was approved; ``None`` where it needs no approval."""
    return ledger.approvals.carry_out(known(options.approved, ledger), run) if options.approved else None


def ended(approval: Approval | None, report: RunReport, ledger: Ledger) -> RunReport:
    """The report with whom of the approved it did not book, which is recorded, too, where the ledger can be written."""
    if approval is None:
        return report
    started = ledger.started_ids({one.booking_id for one in report.outcomes})
    short = shortfalls(approval, report.outcomes, ledger.hash_key, started)
    with suppress(LedgerError):
        ledger.approvals.fell_short(approval, short)
    return replace(report, approval=replace(approval, lines=(), short=short))


def shortfalls(
    approval: Approval, outcomes: Iterable[Outcome], key: str, started: Collection[str] = ()
) -> tuple[Shortfall, ...]:
    """Who of the approved is not booked, or would not be. People are known by their name, whatever row they are in.

    Sessions that we have ``started`` had no id when they were approved.
    """

    def session_of(one: Outcome) -> str:
        return part_of("session", "" if one.booking_id in started else one.booking_id, key)

    by_name: defaultdict[str, list[Outcome]] = defaultdict(list)
    for one in outcomes:
        by_name[part_of("name", one.name, key)].append(one)
    found: list[Shortfall] = []
    for line in approval.left:
        there = by_name[line.parts["name"]]
        same = [one for one in there if session_of(one) == line.parts["session"]]
        became = next((one for one in (*same, *there)), None)
        if became:
            there.remove(became)
        if became is None or became not in same or became.status not in _BOOKED:
            found.append(Shortfall(became.row if became else line.row, became.status if became else None))
    return tuple(found)


def _is_too_late(approval: Approval, options: Options, now: datetime) -> bool:
    """A run that is gone on with was approved in time."""
    return approval.is_expired(now) and options.only is None


def _lines_of(
    plan: Plan, settings: Settings, first: int | None, ledger: Ledger
) -> tuple[tuple[Participant, ApprovedLine], ...]:
    started = ledger.started_ids({lane.booking.id for lane in plan.lanes})
    return lines_of(plan, settings, first, ledger.hash_key, started, _times_before(plan, ledger))


def _times_before(plan: Plan, ledger: Ledger) -> dict[RowRef, int]:
    """How often each who would be booked was booked there before, by name: a code of before is not for them.

    Also somebody of whom a run that has died says only that they are to be booked again.
    """
    key, settled = ledger.hash_key, {one.id: one for one in plan.changes}
    times: Counter[tuple[str, str]] = Counter()
    for entry in ledger.entries({lane.booking.id for lane in plan.lanes}, is_booked=False):
        state = settled.get(entry.id, entry).state
        if state.is_off or (state is EntryState.NOT_BOOKED and entry.customer_booking_id):
            names = hashed(of_entry(entry, same_roster=False), key).names
            times.update((entry.booking_id, name) for name in names)
    return {
        person.row: max((times[lane.booking.id, name] for name in hashed(of_participant(person), key).names), default=0)
        for lane in (plan.lanes if times else ())
        for person in lane.people
    }


def _booked_by_parts(plan: Plan, settings: Settings, ledger: Ledger, *, now: datetime) -> int:
    """How many of this list imports of a part of it (``--first``) have booked without approval, as lately as a code
    is good for: together they are one import, in as many steps as somebody likes."""
    there = {one.customer_booking_id for one in plan.outcomes if one.status is Status.ALREADY_BOOKED} - {""}
    if not there or isinstance(settings.approval, str):
        return 0
    since = now - timedelta(days=settings.approval_days)
    parts = [run.id for run in ledger.runs() if run.options.first is not None and run.started >= since]
    unapproved_parts = [run for run in parts if ledger.approvals.of_run(run) is None]
    booked = {entry.customer_booking_id for run in unapproved_parts for entry in ledger.standing(run).values()}
    return len(there & booked)


def _needed(count: int, before: int, asked: str | int) -> Unapproved | None:
    if asked == "never" or (isinstance(asked, int) and before + count <= asked):
        return None
    more = "every import" if asked == "always" else f"imports of more than {people(int(asked))}"
    also = f" Parts of this list have booked {people(before)} before." if before else ""
    return Unapproved(f"Your settings ask for approval of {more}. This one would book {people(count)}.{also}")


def _differences(
    others: Sequence[tuple[str, ApprovedLine]], approved: Iterable[ApprovedLine], left: Counter[str]
) -> Iterable[Difference]:
    """Each of the others against the approved line that is nearest: of the same name, else of the same row.

    Of equal ones so many count as ``left`` says.
    """
    by_name: defaultdict[str, list[ApprovedLine]] = defaultdict(list)
    by_row: defaultdict[object, list[ApprovedLine]] = defaultdict(list)
    for line in approved:
        if left[line.digest]:
            by_name[line.parts["name"]].append(line)
            by_row[line.row].append(line)
    for name, line in others:
        near = by_name[line.parts["name"]] or [one for one in by_row[line.row] if _may_be_renamed(line, one)]
        if not near:
            yield Difference(line.row, name)
            continue
        nearest = min(near, key=lambda one: len(_differing(line, one)))
        by_name[nearest.parts["name"]].remove(nearest)
        by_row[nearest.row].remove(nearest)
        yield Difference(line.row, name, _differing(line, nearest))


def _differing(line: ApprovedLine, other: ApprovedLine) -> tuple[str, ...]:
    differ = tuple(name for name, part in line.parts.items() if other.parts.get(name) != part)
    said_by = {"first_name": "name", "contact": "passing_on", TIMES_BEFORE: "session"}
    return tuple(one for one in differ if said_by.get(one) not in differ)


def _may_be_renamed(line: ApprovedLine, other: ApprovedLine) -> bool:
    """Somebody else may stand in that row by now: only one thing beside the name may be another one."""
    return len(_differing(line, other)) <= 2
