"""Pure: one group booking's rows against what is known of it: who is answered, who is asked, who is to be booked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo

from importer.booking.doubts import Doubt, answered_by, keys_asked, keys_of
from importer.booking.facts import Facts
from importer.booking.noting import entry_of, with_names
from importer.booking.outcomes import outcome_of
from importer.booking.returning import with_returned
from importer.booking.sentences import (
    duplicate_text,
    known_text,
    left_in_text,
    left_out_text,
    no_effect_text,
    no_place_text,
    not_shown_text,
    not_sure_text,
    other_address_text,
    other_places_text,
    other_sheet_text,
    put_aside_text,
    question_text,
    remade_text,
    removed_text,
    still_held_text,
)
from importer.lists.findings import Finding, problem_of
from importer.lists.sessions import clocks_differ, is_over, session_fault, session_fields
from importer.model import (
    DUPLICATE,
    FILTERED_OUT,
    HIDDEN,
    HIDDEN_ROW,
    IN_HIDDEN_COLUMN,
    NO_DECISION,
    PROVIDER,
    PUT_ASIDE,
    Attendee,
    Decision,
    Entry,
    EntryState,
    GroupBooking,
    Options,
    Outcome,
    Participant,
    Problem,
    Question,
    Roster,
    Severity,
    Status,
)
from importer.people.duplicates import ANOTHER_ROW, Duplicate, find_duplicates
from importer.people.evidence import Evidence, key_of, of_attendee, of_entry, of_participant
from importer.people.matching import match_people
from importer.people.settling import explained_together, has_nobody_left, is_missing, outsiders
from importer.service.port import both_clocks

_UNSEEN = ("", HIDDEN, FILTERED_OUT, IN_HIDDEN_COLUMN)
"""How a row is put aside that may be only out of sight: nobody has to look at it on that account."""


@dataclass(slots=True)
class BookingRows:
    """One group booking's rows against what is known of it; ``booking`` is ``None`` where there is none to be had.

    ``copied`` are the handles that more than one row of the roster carries. ``decide`` fills ``outcomes`` and
    ``changes``.
    """

    booking: GroupBooking | None
    rows: Sequence[Participant]
    entries: Sequence[Entry]
    facts: Facts
    options: Options
    roster: Roster
    copied: frozenset[str]
    zone: tzinfo
    now: datetime
    outcomes: list[Outcome] = field(default_factory=list)
    changes: list[Entry] = field(default_factory=list)

    def decide(self) -> list[Participant]:
        """Who is to be booked, in roster order."""
        there = self.booking.people if self.booking else ()
        ours = explained_together(self.entries, there)
        strangers = tuple(one for one in outsiders(self.entries, there) if one not in ours)
        entries = sorted(self.entries, key=lambda entry: entry.state.is_off)
        evidence = [self._evidence_of(row) for row in self.rows]
        known = [
            *(self._evidence_of_entry(one) for one in entries),
            *(of_attendee(one, is_weak=_is_shared(one, there)) for one in strangers),
        ]
        everybody: list[Entry | Attendee] = [*entries, *strangers]
        pairing, returned = with_returned(match_people(evidence, known), evidence, known, entries)
        there_at = {at: everybody[other] for at, other in pairing.pairs.items()}
        gone = {at for at, who in there_at.items() if isinstance(who, Entry) and who.state.is_off}
        likeliest_first = sorted(range(len(self.rows)), key=lambda at: (at not in there_at, at in gone))
        duplicates = find_duplicates(evidence[at] for at in likeliest_first)
        row_of = {key: self.rows[at].row for at, who in there_at.items() for key in keys_of(who)}
        leading = {self.rows[at].row for at in pairing.asked_with.values()}
        leading |= {one.asked_with for one in duplicates.values() if one.asked_with}
        asked_with = {
            row.row: duplicates[row.row].asked_with
            for at, row in enumerate(self.rows)
            if row.row in duplicates and (at not in there_at or at in gone) and at not in pairing.questions
        } | {self.rows[at].row: self.rows[leader].row for at, leader in pairing.asked_with.items()}
        followers = Counter(asked_with[row.row] for row in self.rows if row.row in asked_with and row.decision is None)
        queue: list[Participant] = []
        for at, row in enumerate(self.rows):
            who = there_at.get(at)
            # Somebody who was taken off and is back is in the roster's other row of that person.
            if who is not None and not (at in gone and row.row in duplicates):
                entry = who if isinstance(who, Entry) else self._adopted(row, who, returned.get(at))
                is_answered = self._is_answered(row, entry, accepted=at in pairing.accepted)
            else:
                doubt = Doubt(
                    whom=tuple(everybody[one] for one in pairing.questions.get(at, ())),
                    listed=duplicates.get(row.row),
                    asked_with=asked_with.get(row.row),
                    answers=evidence[at].answers,
                    stands_for=tuple(sorted({row_of.get(key, row.row) for key in evidence[at].answers} - {row.row})),
                    counts_for_others=row.row in leading,
                    followers=followers[row.row],
                )
                is_answered = self._stops(row, doubt)
            if not is_answered:
                queue.append(row)
        for at, other in pairing.told_apart:
            if other < len(entries):
                self._note(entries[other], rejected=self.rows[at])
        return queue

    def _evidence_of(self, row: Participant) -> Evidence:
        answers = keys_asked(self.facts.answered.get(row.row, ()))
        evidence = of_participant(row, answers, is_handle_copied=row.handle in self.copied)
        asked = self.facts.asked.get(row.row)
        if not asked:
            return evidence
        counts_for_others = any(one.counts_for_others for one in asked)
        return evidence._replace(asked=keys_asked(asked), counts_for_others=counts_for_others)

    def _evidence_of_entry(self, entry: Entry) -> Evidence:
        title = entry.row.sheet
        is_read = title in {sheet.title for sheet in self.roster.sheets}
        is_left = not is_read and (self.options.sheet is not None or title in self.roster.also)
        return of_entry(entry, same_roster=self.facts.is_of_same_roster(entry), may_be_gone=not is_left)

    def _is_answered(self, row: Participant, entry: Entry, *, accepted: bool) -> bool:
        """Answer a row whose person is known; ``False`` if the person is to be booked again (``--rebook``)."""
        message = known_text(row, entry, self.booking, self.zone)
        is_left_out = row.decision is Decision.LEAVE_OUT
        places = "" if is_left_out else other_places_text(row, entry, self._places_of(entry))
        address = "" if entry.run in self.facts.withheld_by else other_address_text(row, entry)
        decided = "" if accepted else self._decided_text(row, entry)
        if accepted and entry.id:
            entry = self._note(entry, accepted=row)
        elif entry.id and self._is_new_mark(row.handle):
            entry = replace(entry, handles=entry.handles | {row.handle})
            self.changes.append(entry)
        if entry.state.is_unknown:
            text = not_sure_text(entry, self.zone, now=self.now, now_there=self.facts.now_there)
            self._answer(row, Status.NOT_SURE_YET, text, entry)
        elif self.booking and has_nobody_left(
            entry, self.entries, self.booking.people, now=self.now, now_there=self.facts.now_there
        ):
            self._answer(row, Status.NOT_SURE_YET, f"{message} {no_place_text(entry)}", entry, needs_person=True)
        elif entry.state is EntryState.BOOKED and self.booking and self._is_missing(entry, self.booking):
            text = f"{message} {not_shown_text(entry, self.booking)}"
            self._answer(row, Status.NOT_SURE_YET, text, entry, needs_person=self.booking.may_be_cut)
        elif entry.state is EntryState.BOOKED and entry.booking_id in self.facts.not_shown:
            self._answer(row, Status.ALREADY_BOOKED, f"{message} {PROVIDER} did not show the session this time.", entry)
        elif entry.state is EntryState.BOOKED and self.booking and not self.booking.is_cancelled:
            aside = self._set_aside(row)
            kept = put_aside_text(aside, self.booking.label(self.zone)) if aside else ""
            not_read = next((one.told for one in row.problems if one.rule == NO_DECISION), "")
            told = " ".join(filter(None, (message, not_read, decided, kept, places, address)))
            is_at_odds = decided != "" and (is_left_out or entry.told_apart) and not self._was_decided(row)
            needs_person = places != "" or is_at_odds or not_read != "" or aside not in _UNSEEN
            self._answer(
                row, Status.ALREADY_BOOKED, told, entry, needs_person=needs_person, has_other_address=address != ""
            )
        elif is_left_out and entry.state.is_off:
            self._answer(row, Status.LEFT_OUT, left_out_text(row), entry)
        elif self.options.rebook and self.booking and not self._session_problems(row):
            self.changes.append(replace(entry, state=EntryState.NOT_BOOKED))
            return False
        elif entry.state is not EntryState.REMOVED and self._is_session_gone(entry):
            gone = "cancelled" if self.booking else f"removed from {PROVIDER}"
            told = f"{message} The session was {gone} after that."
            self._answer(row, Status.NO_LONGER_BOOKED, told, entry)
        else:
            told = f"{message} {removed_text(entry, self.zone)} We will not book them again unless you ask."
            self._answer(row, Status.NO_LONGER_BOOKED, told, entry)
        return True

    def _is_session_gone(self, entry: Entry) -> bool:
        return self.booking.is_cancelled if self.booking else entry.booking_id not in self.facts.not_shown

    def _is_new_mark(self, handle: str) -> bool:
        """Whether a row's mark is nobody's yet: of a run that asked, or refused, before its person was booked."""
        return handle not in self.copied | {""} and not any(
            handle in {one.handle, *one.handles} for one in self.entries
        )

    def _decided_text(self, row: Participant, entry: Entry) -> str:
        """That the decision beside somebody booked does not do what it seems to; of any but ``Leave out`` only once."""
        if row.decision is Decision.LEAVE_OUT:
            return left_in_text(self.booking.label(self.zone)) if self.booking and self._is_to_come else ""
        if row.decision is None or self._was_decided(row) or (entry.told_apart and row.decision.tells_apart):
            return ""
        return no_effect_text(row.decision, told_apart=entry.told_apart)

    def _set_aside(self, row: Participant) -> str:
        """How the row of somebody booked on a session to come was put aside, where that waits for a decision."""
        if not self._is_to_come or not any(one.rule in (PUT_ASIDE, HIDDEN_ROW) for one in row.problems):
            return ""
        return next(one.set_aside for one in self.roster.sheet_of(row.row).rows if one.ref == row.row)

    def _places_of(self, entry: Entry) -> int:
        """As they were read; staff may have changed them since."""
        there = self.booking.people if self.booking and entry.customer_booking_id else ()
        seen = (one.spaces for one in there if one.customer_booking_id == entry.customer_booking_id)
        return next(seen, entry.spaces)

    def _is_missing(self, entry: Entry, booking: GroupBooking) -> bool:
        """Booked, and not shown by what was read since: that may lag behind (API.md, 19), or be cut short.

        Against what a person has said, a list that may be cut short tells nothing.
        """
        was_read = self.facts.now_there is not None
        is_by_word = entry.told is not None and booking.may_be_cut
        is_doubtful = was_read and entry.id != 0 and not is_by_word and not booking.is_cancelled
        return is_doubtful and is_missing(entry, booking.people)

    def _stops(self, row: Participant, doubt: Doubt) -> bool:
        """Answer a row that can't be booked as it is; ``False`` if nothing stands in the way."""
        problems = [one for one in row.problems if one.severity is Severity.PROBLEM] + self._session_problems(row)
        listed = doubt.listed
        if row.decision is Decision.LEAVE_OUT:
            self._leave_out(row, doubt)
            return True
        counts = (listed.of,) if listed and ANOTHER_ROW in doubt.answers else doubt.stands_for
        if counts and row.decision is Decision.SAME_PERSON and not doubt.whom:
            other = " or ".join(one.seen_from(row.row) for one in counts)
            told = f"The same person as {other}, as you decided. That row counts."
            self._answer(row, Status.LEFT_OUT, told, question=self._answered(row))
            return True
        if listed and row.decision is None and not doubt.whom and self._counts_elsewhere(row, listed):
            self._answer(row, Status.LEFT_OUT, other_sheet_text(row, listed.of), question=doubt.question(row))
            return True
        if listed and listed.is_certain and not doubt.whom:
            told = duplicate_text(row, listed.of, decided_before=self._was_decided(row))
            problems.append(Problem(row.row, DUPLICATE, told))
        # Beside a row of several it is the answer to those of them that were asked about.
        is_for_others = row.row.part != "" and row.row not in self.facts.asked
        if row.decision is Decision.SAME_PERSON and not (doubt.whom or listed or is_for_others):
            sentence = (
                "Nobody on this session could be the same person. "
                f'Choose "{Decision.DIFFERENT_PERSON}" or "{Decision.LEAVE_OUT}".'
            )
            problems.append(Problem(row.row, "decision", sentence, "import_decision", "Import decision"))
        asks = bool(doubt.whom) or (listed is not None and not listed.is_certain)
        text = self._question_text(row, doubt) if asks else ""
        question = doubt.question(row) if doubt.whom or listed else self._answered(row)
        if problems:
            faulty = replace(row, problems=(*row.problems, *(one for one in problems if one not in row.problems)))
            told = " ".join([*(one.told for one in problems), text]).strip()
            self._answer(faulty, Status.FIX_ROW, told, question=question)
        elif asks:
            self._answer(row, Status.SAME_PERSON, text, question=question)
        elif row.row in self.facts.remade and not self.options.rebook and row.decision is not Decision.BOOK:
            told = remade_text(self.booking.label(self.zone) if self.booking else "another session")
            self._answer(row, Status.NO_LONGER_BOOKED, told, needs_person=True)
        elif self.options.only is not None and row.row not in self.options.only:
            told = "Not in the plan of the import that was resumed. Import the list again."
            self._answer(row, Status.NOT_BOOKED_YET, told, question=question)
        else:
            return False
        return True

    def _counts_elsewhere(self, row: Participant, listed: Duplicate) -> bool:
        """Somebody who is on two sheets is booked once; not where the rows ask for other places."""
        of = next(one for one in self.rows if one.row == listed.of)
        return of.row.sheet != row.row.sheet and of.spaces == row.spaces and listed.has_equal_evidence

    def _leave_out(self, row: Participant, doubt: Doubt) -> None:
        """Of somebody who may be this person and whom the list has booked, it is said that they hold their place."""
        held = [
            one
            for one in doubt.whom
            if isinstance(one, Entry) and one.state is EntryState.BOOKED and self.facts.is_of_same_roster(one)
        ]
        still = still_held_text(held, self.zone) if self._is_to_come else ""
        needs_person = still != "" and not self._was_decided(row)
        self._answer(row, Status.LEFT_OUT, left_out_text(row, still), needs_person=needs_person)

    @property
    def _is_to_come(self) -> bool:
        return self.booking is not None and not self.booking.is_cancelled and self.booking.start > self.now

    def _was_decided(self, row: Participant) -> bool:
        """The last import has had the same decision, and has told what there is to be told of it."""
        return row.row in self.facts.decided_before

    def _question_text(self, row: Participant, doubt: Doubt) -> str:
        return question_text(
            row,
            doubt.whom,
            doubt.listed.of if doubt.listed else None,
            doubt.asked_with,
            doubt.followers,
            self.zone,
            is_own=self.facts.is_of_same_roster,
            is_answered=any(key_of(one) in doubt.answers for one in doubt.whom),
            decided_before=self._was_decided(row),
        )

    def _answered(self, row: Participant) -> Question | None:
        return answered_by(row, self.facts.answered.get(row.row, ()))

    def _session_problems(self, row: Participant) -> list[Problem]:
        if row.row in self.facts.faults:
            is_over = any(problem.rule == "past" for problem in row.problems)
            return [] if is_over else [self.facts.faults[row.row]]
        if self.booking is None:
            return []
        found = session_fault(self.booking, self.options, self.zone, now=both_clocks(self.now, self.facts.now_there)[0])
        found = found or self._over_by_one_clock()
        if found is None or any(problem.rule == found.rule for problem in row.problems):
            return []
        headings = self.roster.sheet_of(row.row).headings
        return [problem_of(found, row.row, headings, row.places, "booking_id", *session_fields("start"))]

    def _over_by_one_clock(self) -> Finding | None:
        """That the session is over by our clock or by the service's, and to come by the other."""
        there = self.facts.now_there
        later = both_clocks(self.now, there)[1]
        if self.booking is None or there is None or not is_over(self.booking.start, self.options, self.zone, now=later):
            return None
        return clocks_differ(self.booking.label(self.zone), self.now, there, self.zone)

    def _answer(
        self,
        row: Participant,
        status: Status,
        message: str,
        entry: Entry | None = None,
        *,
        needs_person: bool = False,
        has_other_address: bool = False,
        question: Question | None = None,
    ) -> None:
        outcome = outcome_of(row, status, message, self.booking, self.zone, entry)
        handle = outcome.handle or row.handle
        self.outcomes.append(
            replace(
                outcome,
                handle=handle,
                needs_person=needs_person,
                has_other_address=has_other_address,
                question=question,
            )
        )

    def _adopted(self, row: Participant, stranger: Attendee, was: Entry | None) -> Entry:
        """The ledger entry of somebody who is there, but not through an import: a new one, or that of before."""
        assert self.booking is not None  # noqa: S101 - nobody is on a booking that is not there
        adopted = entry_of(stranger, row, self.booking, was)
        self.changes.append(adopted)
        return adopted

    def _note(self, entry: Entry, *, accepted: Participant | None = None, rejected: Participant | None = None) -> Entry:
        """Keep in the ledger what a person has said of a name, with what else has changed of this entry."""
        entry = next((one for one in reversed(self.changes) if entry.id and one.id == entry.id), entry)
        noted = with_names(entry, accepted=accepted, rejected=rejected)
        self.changes.append(noted)
        return noted


def _is_shared(one: Attendee, there: Iterable[Attendee]) -> bool:
    """Several people on the booking share this customer record, so that it may show another's name."""
    return sum(other.customer_id == one.customer_id for other in there if not other.is_removed) > 1
