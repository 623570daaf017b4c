"""A judge who knows the truth: whether each answer is true, and nobody is lost or on a session twice by our doing."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from importer.model import Entry, EntryState, Options, Outcome, RunReport, Status
from importer.people.evidence import fold
from importer.people.matching import FEW
from office.people import Human, Row, how_many_are
from office.service import Mishaps, Service

if TYPE_CHECKING:
    from office.coordinator import Office

_WITH_PLACE = (Status.BOOKED, Status.ALREADY_BOOKED)


class Judge:
    """Compares what an office was told, and what it has on record, with who truly is where."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self._told_to_have_left: set[str] = set()

    @property
    def service(self) -> Service:
        return self.office.service

    # At every step

    def count(self) -> None:
        """Nobody is on a session twice by our doing."""
        for at, seats in enumerate(self.service.seats):
            ours = Counter(seat.who.kin for seat in seats if seat.by_us and seat.who and not seat.is_cancelled)
            for kin, count in ours.items():
                assert count <= how_many_are(kin), f"{kin} is on session {at} {count} times by us"

    def record(self) -> None:
        """Who is not booked by our record is not there, and whose place it knows is there or was."""
        self.service.land()
        if self.service.is_confusing:
            return
        seats = {seat.id: seat for some in self.service.seats for seat in some}
        by_slot = {seat.slot_id: seat for seat in seats.values() if seat.slot_id}
        for run in self.office.sent:
            for entry in self.office.ledger.entries_of([run]):
                who = self.office.whose[entry.run, entry.row]
                told = f"{who.key} is on record as {entry.state}"
                seat = by_slot.get(entry.slot_id) if entry.slot_id else None
                if entry.state is EntryState.NOT_BOOKED and self.service.is_source_known:
                    assert seat is None or seat.is_cancelled, f"{told} but is there"
                    assert all(slot_id != entry.slot_id for _, slot_id, _, _ in self.service.late), f"{told} but comes"
                elif entry.state.is_off:
                    assert seat is None or seat.is_cancelled, f"{told} but is there"
                elif entry.customer_booking_id:
                    found = seats[entry.customer_booking_id]
                    assert found.kin == who.kin, f"{told} in the place of {found.key}"

    def removals(self, report: RunReport) -> None:
        """Who is told to be removed, or gone, is not there; who is told to be kept by us is."""
        self.service.land()
        seats = {seat.id: seat for some in self.service.seats for seat in some}
        for outcome in report.outcomes:
            seat = seats.get(outcome.customer_booking_id)
            told = f"{seat.key if seat else 'somebody'} is told {outcome.status}: {outcome.words}"
            if outcome.status in (Status.REMOVED, Status.ALREADY_GONE):
                assert seat is None or seat.is_cancelled, f"{told} but is there"
            elif outcome.status is Status.REFUSED:
                assert seat is None or not seat.is_cancelled, f"{told} but is gone"

    def is_told_of_places_left(self, who: Human) -> None:
        """Who has a place on a session for which no row names them any more was told to have left it, or moved."""
        here = self.office.roster().path
        for at in range(len(self.service.seats)):
            is_named = any(row.who.kin == who.kin and row.session == at for row in self.office.rows)
            of_list = [one for one in self.ours_on(at, who) if self.office.sent[one.run][0].path == here]
            for entry in () if is_named else of_list:
                is_told = entry.customer_booking_id in self._told_to_have_left
                assert is_told, f"{who.key} holds a place on session {at}, and that is not told"

    # What an import answers

    def answers(
        self, report: RunReport, rows: Sequence[Row], options: Options, mishaps: Mishaps, unsure: Sequence[Entry]
    ) -> None:
        """Every status is true at this moment."""
        self.service.land()
        if since := report.since:
            left = (one for one in (*since.gone, *since.moved.values(), *since.before.values()) if one.holds_place)
            self._told_to_have_left |= {one.customer_booking_id for one in left}
        assert [outcome.row for outcome in report.outcomes] == [row.ref for row in report.roster.rows]
        said_to_be_there: defaultdict[tuple[int, str], int] = defaultdict(int)
        for row, outcome in zip(rows, report.outcomes, strict=True):
            at, kin = row.session, row.who.kin
            there = self.service.there(at, kin)
            told = f"{row.who.key} on session {at} is told {outcome.status}: {outcome.words}"
            if outcome.status in _WITH_PLACE:
                said_to_be_there[at, kin] += 1
                self._has_place(row, outcome, told, is_late_to_tell=mishaps.lag_s > 0)
                if how_many_are(kin) > 1 and not mishaps.lag_s:
                    assert said_to_be_there[at, kin] <= len(there), told
            elif outcome.status is Status.FIX_ROW:
                self._is_to_be_corrected(row, rows, outcome, told)
            elif outcome.status is Status.SAME_PERSON:
                assert not self._is_plainly_marked(row, rows), f"{told} but carries our mark and that name"
            elif outcome.status is Status.LEFT_OUT:
                assert row.decision in ("Leave out", "Same person"), told
            elif outcome.status is Status.NOT_SURE_YET:
                is_said = (at, kin) in self.service.doubtful | self.service.taken_off
                assert is_said or (mishaps.reads_are_odd and there), told
            elif outcome.status is Status.NO_LONGER_BOOKED:
                self._is_gone(row, outcome, options, told)
            else:
                self._has_no_place(row, outcome, options, mishaps, unsure, told)

    def _has_place(self, row: Row, outcome: Outcome, told: str, *, is_late_to_tell: bool) -> None:
        at, who = row.session, row.who
        there = self.service.there(at, who.kin)
        assert there or (is_late_to_tell and self.service.was_there(at, who.kin)), f"{told} but is not there"
        ours = [seat for seat in there if seat.by_us]
        is_left_out = row.decision == "Leave out"
        if how_many_are(who.kin) == 1 and len(there) == len(ours) == 1 and not is_left_out:
            is_right = ours[0].spaces == row.spaces
            assert is_right or outcome.wants_person, f"{told} but has {ours[0].spaces} places, not {row.spaces}"
        if outcome.customer_booking_id and not self.service.is_confusing:
            seat = next(one for one in self.service.seats[at] if one.id == outcome.customer_booking_id)
            assert seat.kin == who.kin, f"{told} in the place of {seat.key}"
            if (
                seat.who
                and seat.who is not who
                and seat.by_us
                and not outcome.decision
                and self._is_new_list(row, outcome)
            ):
                shared = set(seat.who.emails) & {row.email}
                assert shared, f"{told} in the place of {seat.who.key}, who stood in another list"

    def _is_new_list(self, row: Row, outcome: Outcome) -> bool:
        """Whether nothing joins the list of a row without an address of its own to any list before."""
        office = self.office
        before = [roster for run, (roster, _) in office.sent.items() if run != max(office.sent)]
        return (
            not any(one.handle for one in office.rows)
            and len(office.rows) < FEW
            and not (row.reference or row.mobile)
            and outcome.status is Status.ALREADY_BOOKED
            and all(one.path.parent != office.roster().path.parent for one in before)
        )

    def _is_to_be_corrected(self, row: Row, rows: Sequence[Row], outcome: Outcome, told: str) -> None:
        at, kin = row.session, row.who.kin
        if same_as := re.search(r"\bThe same person as row (\d+)", outcome.message):
            other = rows[int(same_as[1]) - 2].who
            assert other.kin == kin, f"{told} but that is {other.key}"
        elif "same person as" in outcome.message:
            pass
        elif also := re.search(r"is also in row (\d+), for", outcome.words):
            other_row = rows[int(also[1]) - 2]
            assert row.reference == other_row.reference, told
            assert other_row.who.kin != kin, told
        elif "is full, closed or not there" in outcome.message:
            assert self.office.by_time, told
            assert not self._is_typed_as_booked(at, kin, rows), f"{told} but is there"
            assert self.is_moved(at) or min(self.service.free_before[at], self.service.free(at)) < 1, told
        elif "no service called" in outcome.message:
            assert not self._is_typed_as_booked(at, kin, rows), f"{told} but is there"
            assert self.office.typed_name != self.service.name, told
        else:
            assert "could be the same" in outcome.message, told

    def _is_gone(self, row: Row, outcome: Outcome, options: Options, told: str) -> None:
        at, kin = row.session, row.who.kin
        assert (at, kin) in self.service.taken_off, told
        self._is_not_there(row, told)
        fits = self.office.by_time and not self.is_moved(at) and self.office.typed_name == self.service.name
        if (at, kin) in self.service.remade and fits and self.service.free_before[at] >= 1 and not options.rebook:
            assert outcome.wants_person, f"{told}, and nobody has to look at that"

    def _has_no_place(
        self,
        row: Row,
        outcome: Outcome,
        options: Options,
        mishaps: Mishaps,
        unsure: Sequence[Entry],
        told: str,
    ) -> None:
        service, at = self.service, row.session
        refused_after = outcome.status is Status.REFUSED and (at, row.who.kin) in service.doubtful
        if not (refused_after and outcome.message.count(".") > 2):
            self._is_not_there(row, told)
        if outcome.status is Status.FULL:
            maybe = sum(entry.spaces for entry in unsure if self.office.session_of(entry) == at)
            lately = sum(seat.spaces for seat in service.left_lately(at)) if mishaps.lag_s else 0
            assert service.places[at] - service.taken(at) - maybe - lately < row.spaces, told
        elif outcome.status is Status.REFUSED:
            reasons = service.refusals
            tries = 1 if mishaps.end_a_run or service.is_confusing else 2
            is_so = reasons["full", at] or reasons["refused", outcome.row] or reasons["expired", outcome.row] >= tries
            assert is_so, told
        else:
            assert outcome.status is Status.NOT_BOOKED_YET, told
            assert options.only is not None or not mishaps.are_none, told

    def _is_not_there(self, row: Row, told: str) -> None:
        if how_many_are(row.who.kin) == 1:
            there = self.service.there(row.session, row.who.kin)
            assert not any(seat.by_us for seat in there), f"{told} but is there"
            # Whom nobody was going to book is not looked for again once the question is answered.
            if self.service.mishaps.books_meanwhile is None:
                is_plain = self.service.is_plain_to_see(row.who, row.session, row.first, row.last)
                assert not is_plain, f"{told} but is there"

    # What rows say

    def _is_plainly_marked(self, row: Row, rows: Sequence[Row]) -> bool:
        """Whether the one row of somebody carries a mark of theirs alone, and the name under which it was booked."""
        at, kin = row.session, row.who.kin
        if how_many_are(kin) > 1 or sum(one.who.kin == kin and one.session == at for one in rows) > 1:
            return False
        if not row.handle or sum(one.handle == row.handle for one in rows) > 1:
            return False
        theirs = [key for key, marks in self.office.carried.items() if row.handle in marks]
        booked = {fold(entry.first_name + entry.last_name) for entry in self.ours_on(at, row.who)}
        return theirs == [(at, kin)] and booked == {fold(row.first + row.last)}

    def ours_on(self, at: int, who: Human) -> list[Entry]:
        """The entries of somebody's places by us that there are on a session."""
        there = {seat.id for seat in self.service.there(at, who.kin) if seat.by_us}
        return [entry for entry, _ in self.office.entries() if entry.customer_booking_id in there]

    def _is_typed_as_booked(self, at: int, kin: str, rows: Sequence[Row]) -> bool:
        """Whether somebody is there by us whose one row names the session in the words by which it was booked."""
        is_alone = sum(one.who.kin == kin and one.session == at for one in rows) == 1
        words = self.office.typed_starts[at].date(), self.office.typed_name
        there = {seat.id for seat in self.service.there(at, kin) if seat.by_us}
        booked = [entry.target for entry, _ in self.office.entries() if entry.customer_booking_id in there]
        return is_alone and any((one.start and one.start.date(), one.service) == words for one in booked)

    def is_moved(self, at: int) -> bool:
        return self.office.typed_starts[at] != self.service.starts[at]
