"""Pure: participants + group bookings + what the ledger knows → who is booked, who would be, who needs a person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo

from importer.lists.sessions import session_fault
from importer.model import (
    Attendee,
    Decision,
    Entry,
    EntryState,
    GroupBooking,
    Lane,
    Options,
    Outcome,
    Participant,
    Plan,
    Problem,
    Roster,
    RowRef,
    Severity,
    Status,
    Target,
    day_text,
    time_text,
)
from importer.people.evidence import Evidence, hashed, of_attendee, of_entry, of_participant
from importer.people.matching import Pairing, find_duplicates, match_people
from importer.people.settling import explained_together, outsiders
from importer.service.port import NAME


@dataclass(frozen=True, slots=True)
class Known:
    """What is known when a plan is made, all of it read before.

    ``bookings`` by id, with the people on them; ``entries`` of the ledger, settled, by booking id; ``booking_of`` the
    group booking each row means; ``faults`` the rows whose group booking can't be used. People whose entry
    ``is_of_same_roster`` are known again by name alone: an earlier run of this very roster has booked or found them.
    ``not_shown`` are group bookings that the service did not show, and why: what is known of them stays so.
    ``now_there`` is the time by the service's own clock; ``None`` where it was not asked, or does not tell.
    """

    bookings: Mapping[str, GroupBooking]
    entries: Mapping[str, Sequence[Entry]]
    booking_of: Mapping[RowRef, str]
    faults: Mapping[RowRef, Problem] = field(default_factory=dict)
    is_of_same_roster: Callable[[Entry], bool] = lambda _entry: False
    not_shown: Mapping[str, str] = field(default_factory=dict)
    now_there: datetime | None = None


def make_plan(
    roster: Roster, people: Sequence[Participant], known: Known, options: Options, *, zone: tzinfo, now: datetime
) -> Plan:
    """The same input gives the same plan. Nobody who is booked already is looked at by any other rule.

    Rows are ``Ready`` where nothing stands in the way and no group booking was looked up (``roster check``).
    """
    by_booking: defaultdict[str | Target | RowRef, list[Participant]] = defaultdict(list)
    for person in people:
        # Rows whose group booking is not known are looked at together where they ask for the same one.
        by_booking[known.booking_of.get(person.row) or person.target or person.row].append(person)
    lanes: list[Lane] = []
    outcomes: list[Outcome] = []
    changes: list[Entry] = []
    for booked_on, rows in by_booking.items():
        booking_id = booked_on if isinstance(booked_on, str) else ""
        session = _Session(
            known.bookings.get(booking_id),
            rows,
            known.entries.get(booking_id, ()),
            known,
            options,
            roster,
            zone,
            now,
        )
        queue = session.decide()
        outcomes += session.outcomes
        changes += session.changes
        if session.booking is None:
            outcomes += [outcome_of(person, Status.READY, warnings_text(person)) for person in queue]
        elif queue:
            lanes.append(replace(make_lane(session.booking, queue, session.entries), rows=tuple(rows)))
    order = {person.row: at for at, person in enumerate(people)}
    return Plan(
        roster=roster,
        made=now,
        zone=zone,
        lanes=tuple(lanes),
        outcomes=tuple(sorted(outcomes, key=lambda outcome: order[outcome.row])),
        bookings=tuple(known.bookings[id_] for id_ in by_booking if isinstance(id_, str) and id_ in known.bookings),
        changes=tuple(changes),
    )


def make_lane(booking: GroupBooking, queue: Sequence[Participant], entries: Iterable[Entry]) -> Lane:
    """First come in the roster, first served, as far as the places go that are free as far as can be seen.

    Places of people of whom it is not sure whether they are booked count as taken.
    """
    free = booking.free - sum(entry.spaces for entry in entries if entry.state is EntryState.SENT)
    people: list[Participant] = []
    waiting: list[Participant] = []
    for person in queue:
        if person.spaces <= free:
            free -= person.spaces
            people.append(person)
        else:
            waiting.append(person)
    return Lane(booking, tuple(people), tuple(waiting))


def limit_plan(plan: Plan, first: int) -> Plan:
    """The plan for only the first so many people of it, in roster order; the others are not tried."""
    order = {row.ref: at for at, row in enumerate(plan.roster.rows)}
    kept = {person.row for person in sorted(plan.people, key=lambda person: order[person.row])[:first]}
    lanes = tuple(
        replace(lane, people=tuple(one for one in lane.people if one.row in kept), waiting=()) for lane in plan.lanes
    )
    left = [
        outcome_of(
            person,
            Status.NOT_BOOKED_YET,
            f"Only the first {first if first > 1 else 'one'} {'were' if first > 1 else 'was'} asked for.",
            lane.booking,
            plan.zone,
        )
        for lane in plan.lanes
        for person in (*lane.people, *lane.waiting)
        if person.row not in kept
    ]
    return replace(plan, lanes=tuple(lane for lane in lanes if lane.people), outcomes=(*plan.outcomes, *left))


def outcome_of(
    person: Participant,
    status: Status,
    message: str = "",
    booking: GroupBooking | None = None,
    zone: tzinfo | None = None,
    entry: Entry | None = None,
) -> Outcome:
    """The answer beside a row, with what is known of its session and its ledger entry."""
    return Outcome(
        row=person.row,
        status=status,
        message=message,
        name=person.name,
        session=booking.label(zone) if booking and zone else "",
        booking_id=booking.id if booking else person.target.booking_id,
        customer_id=entry.customer_id if entry else "",
        customer_booking_id=entry.customer_booking_id if entry else "",
        recorded=entry.recorded if entry and status in (Status.BOOKED, Status.ALREADY_BOOKED) else None,
        handle=entry.handle if entry else "",
        handles=frozenset({person.handle} - {""}),
        decision=person.decision,
        spaces=person.spaces,
        problems=person.problems if status in (Status.FIX_ROW, Status.READY, Status.WOULD_BOOK, Status.BOOKED) else (),
    )


@dataclass(slots=True)
class _Session:
    """One group booking's rows against what is known of it; ``booking`` is ``None`` where there is none to be had."""

    booking: GroupBooking | None
    rows: Sequence[Participant]
    entries: Sequence[Entry]
    known: Known
    options: Options
    roster: Roster
    zone: tzinfo
    now: datetime
    outcomes: list[Outcome] = field(default_factory=list)
    changes: list[Entry] = field(default_factory=list)

    def decide(self) -> list[Participant]:
        """Fill ``outcomes`` and ``changes``; returns who is to be booked, in roster order."""
        there = self.booking.people if self.booking else ()
        # A record that several share shows any of their names: it says nothing against its being one of ours.
        ours = [one for one in explained_together(self.entries, there) if _is_shared(one, there)]
        strangers = tuple(one for one in outsiders(self.entries, there) if one not in ours)
        entries = sorted(self.entries, key=lambda entry: entry.state is EntryState.TAKEN_OFF)
        evidence = [of_participant(row) for row in self.rows]
        known = [
            *(of_entry(one, same_roster=self.known.is_of_same_roster(one)) for one in entries),
            *(of_attendee(one, is_weak=_is_shared(one, there)) for one in strangers),
        ]
        everybody: list[Entry | Attendee] = [*entries, *strangers]
        pairing, returned = _with_returned(match_people(evidence, known), evidence, known, entries)
        there_at = {at: everybody[other] for at, other in pairing.pairs.items()}
        gone = {at for at, who in there_at.items() if isinstance(who, Entry) and who.state is EntryState.TAKEN_OFF}
        likeliest_first = sorted(range(len(self.rows)), key=lambda at: (at not in there_at, at in gone))
        duplicates = find_duplicates((self.rows[at].row, evidence[at]) for at in likeliest_first)
        queue: list[Participant] = []
        for at, row in enumerate(self.rows):
            who = there_at.get(at)
            # Somebody who was taken off and is back is in the roster's other row of that person.
            if who is not None and not (at in gone and row.row in duplicates):
                entry = who if isinstance(who, Entry) else self._adopted(row, who, returned.get(at))
                is_answered = self._is_answered(row, entry, accepted=at in pairing.accepted)
            else:
                asked = [everybody[one] for one in pairing.questions.get(at, ())]
                is_answered = self._stops(row, duplicates.get(row.row), asked)
            if not is_answered:
                queue.append(row)
        for at, other in pairing.told_apart:
            if other < len(entries):
                self._note(entries[other], rejected=self.rows[at])
        return queue

    def _is_answered(self, row: Participant, entry: Entry, *, accepted: bool) -> bool:
        """Answer a row whose person is known; ``False`` if the person is to be booked again (``--rebook``)."""
        if accepted and entry.id:
            entry = self._note(entry, accepted=row)
        message = self._known_since(entry)
        if entry.state is EntryState.SENT:
            now_there = self.known.now_there or self.now
            text = not_sure_text(entry, self.zone, now=self.now, now_there=now_there)
            self._answer(row, Status.NOT_SURE_YET, text, entry)
        elif entry.state is EntryState.BOOKED and entry.booking_id in self.known.not_shown:
            self._answer(row, Status.ALREADY_BOOKED, f"{message} {NAME} did not show the session this time.", entry)
        elif entry.state is EntryState.BOOKED and self.booking and self._is_missing(entry, self.booking):
            text = f"{message} The session does not show this person yet. Import the list again in a few minutes."
            self._answer(row, Status.NOT_SURE_YET, text, entry)
        elif entry.state is EntryState.BOOKED and self.booking and not self.booking.is_cancelled:
            self._answer(row, Status.ALREADY_BOOKED, message, entry)
        elif self.options.rebook and self.booking and not self._session_problems(row):
            self.changes.append(replace(entry, state=EntryState.NOT_BOOKED))
            return False
        elif self.booking.is_cancelled if self.booking else entry.booking_id not in self.known.not_shown:
            gone = "cancelled" if self.booking else "taken out of Appointedd"
            self._answer(row, Status.NO_LONGER_BOOKED, f"{message} The session has been {gone} since.", entry)
        else:
            self._answer(
                row,
                Status.NO_LONGER_BOOKED,
                f"{message} Somebody has taken them off since; --rebook books again.",
                entry,
            )
        return True

    def _is_missing(self, entry: Entry, booking: GroupBooking) -> bool:
        """Just booked, and not shown by what was read since: that may lag behind (API.md, 19)."""
        shown = {"", *(one.customer_booking_id for one in booking.people)}
        was_read = self.known.now_there is not None
        return was_read and entry.id != 0 and entry.customer_booking_id not in shown and not booking.is_cancelled

    def _stops(self, row: Participant, duplicate_of: RowRef | None, asked: Sequence[Entry | Attendee]) -> bool:
        """Answer a row that can't be booked as it is; ``False`` if nothing stands in the way."""
        problems = [one for one in row.problems if one.severity is Severity.PROBLEM] + self._session_problems(row)
        if duplicate_of and not asked:
            sentence = (
                f"The same person as {duplicate_of.seen_from(row.row)}, on the same session. Delete one of the two; if "
                f'they are two people, choose {Decision.DIFFERENT_PERSON} in the column "Import decision".'
            )
            problems.append(Problem(row.row, "duplicate", sentence))
        if row.decision is Decision.SAME_PERSON and not asked:
            sentence = (
                f"Nobody on this session could be the same person. Choose {Decision.BOOK} or {Decision.LEAVE_OUT}."
            )
            problems.append(Problem(row.row, "decision", sentence, "import_decision", "Import decision"))
        question = self._question(row, asked, duplicate_of) if asked else ""
        if row.decision is Decision.LEAVE_OUT:
            self._answer(row, Status.LEFT_OUT, "Left out, as you decided.")
        elif problems:
            faulty = replace(row, problems=(*row.problems, *(one for one in problems if one not in row.problems)))
            self._answer(faulty, Status.FIX_ROW, " ".join([*(one.told for one in problems), question]).strip())
        elif asked:
            self._answer(row, Status.SAME_PERSON, question)
        elif self.options.only is not None and row.row not in self.options.only:
            self._answer(
                row, Status.NOT_BOOKED_YET, "Not in the plan of the run that was resumed. Import the roster again."
            )
        else:
            return False
        return True

    def _question(self, row: Participant, asked: Sequence[Entry | Attendee], duplicate_of: RowRef | None) -> str:
        """Names everybody from whom ``Book`` would tell this person apart."""
        whom = [
            f"{one.name or 'somebody'}, booked here {self._when(one)}"
            if isinstance(one, Entry)
            else f"{_stranger_name(one)}, on this session already, by another way"
            for one in asked
        ]
        whom += [f"row {duplicate_of.number} of this roster"] if duplicate_of else []
        question = f"The same person as {', or as '.join(whom)}?"
        if row.decision is Decision.SAME_PERSON:
            return f'{question} "{row.decision}" does not say as whom. Write the name as it is there.'
        if row.decision and row.decision.tells_apart:
            return (
                f'{question} "{row.decision}" has booked somebody here before, who may be this very one. For somebody '
                "else again, choose it in the results, and send those."
            )
        return f'{question} Choose in the column "Import decision".'

    def _session_problems(self, row: Participant) -> list[Problem]:
        if row.row in self.known.faults:
            return [self.known.faults[row.row]]
        if self.booking is None:
            return []
        found = session_fault(self.booking, self.options, self.zone, now=self.now)
        if found is None or any(problem.rule == found.rule for problem in row.problems):
            return []
        headings = self.roster.sheet_of(row.row).headings
        at = next((one for one in ("booking_id", "start", "date") if one in headings), "")
        return [Problem(row.row, found.rule, found.sentence, at, headings.get(at, ""))]

    def _answer(self, row: Participant, status: Status, message: str, entry: Entry | None = None) -> None:
        outcome = outcome_of(row, status, message, self.booking, self.zone, entry)
        self.outcomes.append(outcome if outcome.handle else replace(outcome, handle=row.handle))

    def _when(self, entry: Entry) -> str:
        return f"on {day_text(entry.recorded, self.zone)}" if entry.recorded else "earlier"

    def _known_since(self, entry: Entry) -> str:
        """Since when somebody is booked; under which name, where the row has another."""
        if not entry.slot_id:
            return "On this session already, by another way."
        return f"Booked here {self._when(entry)}{f' as {entry.name}' if entry.name else ''}."

    def _adopted(self, row: Participant, stranger: Attendee, was: Entry | None) -> Entry:
        """The ledger entry of somebody who is on the booking by another way: a new one, or that of before."""
        entry = was or Entry(
            id=0,
            run=0,
            row=row.row,
            handle="",
            booking_id=self.booking.id if self.booking else "",
            state=EntryState.BOOKED,
            first_name=row.first_name,
            last_name=row.last_name,
            email=row.email,
            mobile=row.mobile,
            reference=row.reference,
            handles=frozenset({row.handle} - {""}),
            target=row.target,
        )
        adopted = replace(
            entry,
            state=EntryState.BOOKED,
            slot_id="",
            recorded=None,
            spaces=stranger.spaces,
            customer_id=stranger.customer_id,
            customer_booking_id=stranger.customer_booking_id,
        )
        self.changes.append(adopted)
        return adopted

    def _note(self, entry: Entry, *, accepted: Participant | None = None, rejected: Participant | None = None) -> Entry:
        """Keep in the ledger what a person has said of a name."""
        names = [
            hashed(of_participant(row), entry.hash_key).names if row else frozenset() for row in (accepted, rejected)
        ]
        noted = replace(
            entry, accepted_names=entry.accepted_names | names[0], rejected_names=entry.rejected_names | names[1]
        )
        if accepted:
            noted = replace(noted, handles=entry.handles | ({accepted.handle} - {""}))
        if accepted and entry.customer_booking_id:
            as_hashes = hashed(of_participant(accepted), entry.hash_key)
            said = as_hashes if entry.hash_key else accepted
            noted = replace(
                noted,
                reference=said.reference or entry.reference,
                email=said.email or entry.email,
                mobile=said.mobile or entry.mobile,
            )
        self.changes.append(noted)
        return noted


def not_sure_text(entry: Entry, zone: tzinfo, *, now: datetime, now_there: datetime) -> str:
    """Why it is not sure whether somebody is booked, and until when: by the service's clock, in words for ours."""
    if entry.settled_by is None or entry.settled_by <= now_there:
        return (
            "We don't know if this person is booked. Look in Appointedd, then say what you found: "
            f"roster resume {entry.run} --row {entry.row.key} --is booked (or not-booked)."
        )
    return (
        f"We don't know yet if this person is booked. We will know after {time_text(entry.settled_by, zone, now=now)}: "
        "import the list again then. Please don't add them by hand."
    )


def warnings_text(person: Participant) -> str:
    """What is odd about a row that is booked all the same."""
    return " ".join(one.told for one in person.problems if one.severity is Severity.WARNING)


def _with_returned(
    pairing: Pairing,
    evidence: Sequence[Evidence],
    known: Sequence[Evidence],
    entries: Sequence[Entry],
) -> tuple[Pairing, dict[int, Entry]]:
    """Who was taken off may be on the booking again, by another way: then that is whom the row means, or may mean.

    Also returns the entries of those who are, by row.
    """
    gone = [
        at
        for at, other in pairing.pairs.items()
        if other < len(entries) and entries[other].state is EntryState.TAKEN_OFF
    ]
    strangers = sorted(set(range(len(entries), len(known))) - set(pairing.pairs.values()))
    back = match_people([evidence[at] for at in gone], [known[other] for other in strangers])
    pairs = {**pairing.pairs, **{gone[at]: strangers[other] for at, other in back.pairs.items()}}
    asked = {gone[at]: tuple(strangers[one] for one in others) for at, others in back.questions.items()}
    paired = replace(
        pairing,
        pairs={at: other for at, other in pairs.items() if at not in asked},
        questions={**pairing.questions, **asked},
    )
    return paired, {gone[at]: entries[pairing.pairs[gone[at]]] for at in back.pairs}


def _is_shared(one: Attendee, there: Iterable[Attendee]) -> bool:
    """Several people on the booking share this customer record, so that it may show another's name."""
    return sum(other.customer_id == one.customer_id for other in there) > 1


def _stranger_name(stranger: Attendee) -> str:
    shown = stranger.profile
    return f"{shown.first_name} {shown.last_name}".strip() if shown else "somebody"
