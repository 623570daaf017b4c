"""Courses of moves: those that did harm once, with whatever else happens before, between and after them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import rule

from office.moves import INDEX, LOST, ODD_READS, SESSION, SOMEBODY, Moves
from office.people import Row, how_many_are
from office.service import Mishaps

MINUTES = st.sampled_from([0, 1, 25])
ELSEWHERE = 2
"""A session for which the list that is edited all the time names nobody."""


class Courses(Moves):
    """What takes several moves in one order, which hypothesis would seldom make by itself."""

    lists = 0

    @rule(nth=st.integers(0, 2), lost=LOST, minutes=MINUTES, reads=st.just(Mishaps()) | ODD_READS)
    def lose_an_answer_and_import_again(self, nth: int, lost: str, minutes: int, reads: Mishaps) -> None:
        self.o.run(Mishaps(confirms={nth: lost}))
        self.time_passes(minutes)
        self.o.run(reads)

    @rule(at=INDEX, lost=st.sampled_from(["lost after", "late 60", "late end"]), is_moved=st.booleans())
    def leave_the_list_while_it_is_not_sure(self, at: int, lost: str, is_moved: bool) -> None:
        who = self._who(at)
        self.o.run(Mishaps(confirms={0: lost, 1: lost}, lag_s=60))
        (self.move_to_the_other_session if is_moved else self.remove_row)(at)
        self.time_passes(25)
        report = self.o.run()
        if who and report and report.since and how_many_are(who.kin) == 1:
            self.o.judge.is_told_of_places_left(who)

    @rule(decision=st.sampled_from(["Book", "Different person"]), at=INDEX, name=st.integers(1, 2))
    def fill_a_decision_down_and_correct_a_name(self, decision: str, at: int, name: int) -> None:
        self.o.run()
        self.fill_a_decision_down_that_nobody_asked_for(decision)
        kept, self.o.keeps_decisions = self.o.keeps_decisions, True
        self.o.run()
        self.correct_name(at, name)
        self.o.run()
        self.o.keeps_decisions = kept

    @rule(session=SESSION, at=INDEX, name=st.integers(0, 2), path=st.sampled_from(["roster.csv", "old copy.csv"]))
    def go_on_in_results_that_are_older_than_the_booking(self, session: int, at: int, name: int, path: str) -> None:
        places, self.o.service.places[session] = self.o.service.places[session], 0
        self.o.run()
        self.o.take_results()
        self.keep_a_copy()
        self.o.service.places[session] = max(places, 4)
        self.o.run()
        self.go_on_in_the_old_copy()
        before, self.o.path = self.o.path, Path(path)
        self.correct_name(at, name)
        self.o.run()
        self.o.path = before

    @rule(at=INDEX, emails=st.tuples(st.integers(0, 1), st.integers(0, 1)))
    def list_somebody_under_two_addresses(self, at: int, emails: tuple[int, int]) -> None:
        if (who := self._who(at)) and who.emails:
            one, other = (who.emails[which % len(who.emails)] for which in emails)
            self._correct(at, email=one)
            row = self.o.rows[at % len(self.o.rows)]
            self.o.edit(lambda rows: rows.append(replace(row, email=other, handle="", decision="", outcome=None)))
            self.o.run()

    @rule(at=INDEX, session=SESSION)
    def import_a_list_of_the_same_name_in_another_folder(self, at: int, session: int) -> None:
        self.o.run()
        rows, path, asked = self.o.rows, self.o.path, self.o.asked
        human = self._human(at)
        self.o.rows, self.o.path = [Row(human, *human.names[0], session=session)], Path(f"elsewhere-{at}/roster.csv")
        if self.o.is_sound(self.o.rows):
            self.o.run()
        self.o.rows, self.o.path, self.o.asked = rows, path, asked

    @rule(one=SOMEBODY, other=SOMEBODY)
    def type_a_sibling_over_results(self, one: int, other: int) -> None:
        for row, sibling in self._list_of_its_own(one, other):
            row.reference = "E77"
            self.o.run()
            self.o.take_results()
            sibling.reference, sibling.handle = "E12", row.handle
            self._put_in_its_place(sibling)
            self.o.run()

    @rule(one=SOMEBODY, other=SOMEBODY)
    def number_two_lists_alike(self, one: int, other: int) -> None:
        for row, sibling in self._list_of_its_own(one, other):
            row.reference = "1"
            self.o.run()
            self.o.path = Path("another list.csv")
            row.reference, sibling.reference, sibling.email = "", "1", ""
            self._put_in_its_place(sibling)
            self.o.run()

    def _put_in_its_place(self, sibling: Row) -> None:
        self.o.edit(lambda rows: rows.__setitem__(0, sibling))

    def _list_of_its_own(self, one: int, other: int) -> Iterator[tuple[Row, Row]]:
        """One row in a new list, and another to put in its place, if neither's person has been on that session yet."""
        before = self.o.rows, self.o.path, self.o.asked, self.o.has_results
        row, sibling = (
            Row(who, *who.names[0], email=who.emails[-1] if who.emails else "", session=ELSEWHERE)
            for who in (self._human(one), self._human(other))
        )
        self.lists += 1
        self.o.rows, self.o.path = [row], Path(f"list {'abcdefghij'[self.lists % 10]}.csv")
        are_new = all(
            who.kin not in (row.who.kin, sibling.who.kin)
            for entry, who in self.o.entries()
            if self.o.session_of(entry) == ELSEWHERE
        )
        if are_new and row.who is not sibling.who:
            yield self.o.rows[0], sibling
        self.o.rows, self.o.path, self.o.asked, self.o.has_results = before

    @rule(session=SESSION, is_learned=st.booleans())
    def staff_move_a_session_between_imports(self, session: int, is_learned: bool) -> None:
        self.o.run()
        self.o.service.move(session)
        if is_learned:
            self.o.learn_what_staff_changed()
        self.o.run()

    @rule(session=SESSION, rebook=st.booleans())
    def staff_make_a_session_anew_between_imports(self, session: int, rebook: bool) -> None:
        self.o.run()
        self.o.service.make_anew(session)
        self.o.run()
        self.o.run(rebook=rebook)

    @rule(who=SOMEBODY, session=SESSION)
    def a_placeholder_gets_its_name_between_imports(self, who: int, session: int) -> None:
        human = self._human(who)
        if any(row.who is human for row in self.o.rows):
            return
        self.o.service.placeholder_books(human, session)
        self.o.run()
        self.o.service.name_placeholders()
        self.add_row(who, session, 0)
        self.o.run()

    @rule(at=INDEX, stands_s=st.sampled_from([50, 70, 3600]))
    def somebody_books_while_the_question_stands(self, at: int, stands_s: int) -> None:
        self.o.run(Mishaps(books_meanwhile=at, stands_s=stands_s))

    @rule(reads=ODD_READS, minutes=MINUTES, rebook=st.booleans())
    def import_again_while_reads_are_odd(self, reads: Mishaps, minutes: int, rebook: bool) -> None:
        self.o.run()
        self.time_passes(minutes)
        self.o.run(reads, rebook=rebook)
        self.o.run(rebook=rebook)

    @rule(at=INDEX, name=st.integers(0, 2), path=st.sampled_from(["roster.csv", "spring.xlsx"]))
    def correct_a_name_beside_its_reference(self, at: int, name: int, path: str) -> None:
        self.number_references("M-{}", 1)
        self.o.run()
        before, self.o.path = self.o.path, Path(path)
        self.correct_name(at, name)
        self.o.run()
        self.o.path = before
