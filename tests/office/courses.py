"""Courses of moves: those that did harm once, with whatever else happens before, between and after them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import wraps
from pathlib import Path
from string import ascii_lowercase
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from office.moves import CORNERS, INDEX, LOST, ODD_READS, SESSION, UNDOING, Moves
from office.people import WHO, Row
from office.service import Mishaps

MINUTES = st.sampled_from([0, 1, 25])


COURSES: dict[str, dict[str, st.SearchStrategy[Any]]] = {}
"""What each course is given."""


def course(**given: st.SearchStrategy[Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """A rule that a list of moves makes once: many a list would otherwise be one course, again and again."""

    def made(does: Callable[..., None]) -> Callable[..., None]:
        name = does.__name__
        COURSES[name] = given

        @wraps(does)
        def once(self: Courses, **arguments: Any) -> None:
            self.made |= {name}
            does(self, **arguments)

        return precondition(lambda self: name not in self.made)(rule(**given)(once))

    return made


def some_course() -> st.SearchStrategy[tuple[str, dict[str, Any]]]:
    names = st.deferred(lambda: st.sampled_from(list(COURSES)))
    return names.flatmap(lambda name: st.tuples(st.just(name), st.fixed_dictionaries(COURSES[name])))


class Courses(Moves):
    """What takes several moves in one order, which hypothesis would seldom make by itself."""

    made: frozenset[str] = frozenset()
    lists = 0

    @initialize(first=some_course(), corners=st.fixed_dictionaries(CORNERS))
    def begin_with_a_course(self, first: tuple[str, dict[str, Any]], corners: dict[str, Any]) -> None:
        """Else each would be made too seldom: hypothesis leaves most rules out of a list of moves."""
        self.open_office(**corners)
        name, given = first
        getattr(self, name)(**given)

    @course(nth=st.integers(0, 2), lost=LOST, minutes=MINUTES, reads=st.just(Mishaps()) | ODD_READS)
    def lose_an_answer_and_import_again(self, nth: int, lost: str, minutes: int, reads: Mishaps) -> None:
        self.o.run(Mishaps(confirms={nth: lost}))
        self.time_passes(minutes)
        self.o.run(reads)

    @course(
        undoing=UNDOING,
        rows=st.none() | st.sets(INDEX, min_size=1, max_size=2),
        minutes=MINUTES,
        is_again=st.booleans(),
    )
    def take_an_import_back_and_import_again(
        self, undoing: Mishaps, rows: set[int] | None, minutes: int, is_again: bool
    ) -> None:
        self.o.run()
        self.o.undo(0, rows, undoing)
        self.time_passes(minutes)
        if is_again:
            self.o.undo(0, rows)
        self.o.run()
        self.o.run(rebook=True)

    @course(lost=st.sampled_from(["lost after", "late 60", "late end"]), is_alone=st.booleans(), is_moved=st.booleans())
    def leave_the_list_while_it_is_not_sure(self, lost: str, is_alone: bool, is_moved: bool) -> None:
        with self._a_list_of_its_own("zoe", "grace") as (zoe, grace):
            zoe.session = self.o.open_session() if is_alone else zoe.session
            self.o.run(Mishaps(confirms={0: lost, 1: lost}, lag_s=60))
            self.time_passes(25)
            moved = [replace(zoe, session=self.o.open_session())] if is_moved else []
            self._import([*moved, grace])
            self.o.judge.is_told_of_places_left(zoe.who)

    @course(decision=st.sampled_from(["Book", "Different person"]), key=st.sampled_from(["bob", "grace", "tom"]))
    def fill_a_decision_down_and_correct_a_name(self, decision: str, key: str) -> None:
        kept, self.o.keeps_decisions = self.o.keeps_decisions, True
        with self._a_list_of_its_own(key) as (row,):
            self._import([row], decision=decision)
            first, last = row.who.names[1]
            self._import([row], first=first, last=last)
        self.o.keeps_decisions = kept

    @course(session=SESSION, at=INDEX, name=st.integers(0, 2), path=st.sampled_from(["roster.csv", "old copy.csv"]))
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

    @course(key=st.sampled_from(["ella", "jon"]))
    def list_somebody_under_two_addresses(self, key: str) -> None:
        with self._a_list_of_its_own(key, key) as rows:
            for row, email in zip(rows, WHO[key].emails, strict=True):
                row.email = email
            self.o.run()

    @course()
    def list_two_whose_names_differ_in_a_vowel_sign(self) -> None:
        with self._a_list_of_its_own("mina", "mona"):
            self.o.run()

    @course(pair=st.sampled_from([("jon", "john"), ("ella", "bella")]))
    def type_a_sibling_over_results(self, pair: tuple[str, str]) -> None:
        with self._a_list_of_its_own(*pair) as (row, sibling):
            self._import([row], reference="E77")
            self.o.take_results()
            self._import([sibling], reference="E12", handle=self.o.rows[0].handle)

    @course(pair=st.sampled_from([("ann", "ann smith"), ("tom", "tom cook")]))
    def number_two_lists_alike(self, pair: tuple[str, str]) -> None:
        with self._a_list_of_its_own(*pair) as (row, namesake):
            self._import([row], reference="1")
            self.o.path = Path("another list.csv")
            self._import([namesake], reference="1")

    @course(key=st.sampled_from(["bob", "grace"]), is_elsewhere=st.booleans())
    def correct_a_name_that_is_not_near(self, key: str, is_elsewhere: bool) -> None:
        with self._a_list_of_its_own(key) as (row,):
            self._import([row], reference="M-42" if is_elsewhere else "")
            first, last = row.who.names[1]
            self.o.path = Path("another list.csv") if is_elsewhere else self.o.path
            self._import([row], first=first, last=last)

    @course()
    def correct_both_names_in_results_that_are_older_than_the_booking(self) -> None:
        with self._a_list_of_its_own("grace") as (row,):
            self.o.service.places[row.session] = 0
            self._import([row])
            self.o.take_results()
            self.o.service.places[row.session] = 9
            (old,) = [replace(one) for one in self.o.rows]
            self.o.run()
            self._import([old], first="Peggy", last="Quill")

    @course()
    def list_a_namesake_in_a_file_of_the_same_name_in_another_folder(self) -> None:
        with self._a_list_of_its_own("ann", "ann the younger") as (ann, younger):
            self._import([ann])
            self.o.path = Path(f"folder {self.lists}") / self.o.path
            self._import([younger])

    @course(lost=LOST, minutes=st.sampled_from([0, 25, 180]), reads=ODD_READS, rebook=st.booleans())
    def read_a_list_that_lacks_people(self, lost: str, minutes: int, reads: Mishaps, rebook: bool) -> None:
        with self._a_list_of_its_own("zoe", "grace"):
            self.o.run(Mishaps(confirms={1: lost}))
            self.time_passes(minutes)
            self.o.run(reads, rebook=rebook)
            self.o.run(rebook=rebook)

    @course(lost=LOST, then=LOST | st.just("slept"))
    def lose_an_answer_and_wait_in_the_same_import(self, lost: str, then: str) -> None:
        with self._a_list_of_its_own("zoe", "grace"):
            self.o.run(Mishaps(confirms={0: lost, 1: then}))

    @course(nth=st.integers(0, 1))
    def a_gateway_repeats_a_confirm(self, nth: int) -> None:
        with self._a_list_of_its_own("zoe", "grace"):
            self.o.run(Mishaps(confirms={nth: "refused after"}))

    @course(ahead_s=st.sampled_from([3600, 24 * 3600]), lost=st.sampled_from(["late 60", "late end"]))
    def lose_an_answer_before_the_clock_jumps(self, ahead_s: int, lost: str) -> None:
        with self._a_list_of_its_own("zoe"):
            self.o.run(Mishaps(confirms={0: lost}))
            self.the_clock_jumps(ahead_s)
            self.o.run()
            self.the_clock_jumps(0)

    @course(stands_s=st.sampled_from([70, 3600]))
    def somebody_books_while_the_question_stands(self, stands_s: int) -> None:
        with self._a_list_of_its_own("zoe", "grace"):
            self.o.run(Mishaps(books_meanwhile=1, stands_s=stands_s))

    @contextmanager
    def _a_list_of_its_own(self, *keys: str) -> Iterator[list[Row]]:
        """A new list of these people, for a session that nobody else has anything to do with."""
        o = self.o
        before = o.rows, o.path, o.asked, o.has_results
        self.lists += 1
        o.rows, o.path, o.asked, o.has_results = [], Path(f"list {ascii_lowercase[self.lists % 26]}.csv"), set(), False
        session = o.open_session()
        yield [o.add(WHO[key], session=session) for key in keys]
        o.rows, o.path, o.asked, o.has_results = before

    def _import(self, rows: list[Row], **cells: str) -> None:
        """Import these rows alone, with these cells typed in each of them."""
        self.o.rows = rows
        for row in rows:
            for name, cell in cells.items():
                setattr(row, name, cell)
        self.o.run()

    @course(session=SESSION, is_learned=st.booleans())
    def staff_move_a_session_between_imports(self, session: int, is_learned: bool) -> None:
        self.o.run()
        self.o.service.move(session)
        if is_learned:
            self.o.learn_what_staff_changed()
        self.o.run()

    @course(session=SESSION, rebook=st.booleans())
    def staff_make_a_session_anew_between_imports(self, session: int, rebook: bool) -> None:
        self.o.run()
        self.o.service.make_anew(session)
        self.o.run()
        self.o.run(rebook=rebook)

    @course()
    def staff_name_a_placeholder_between_imports(self) -> None:
        with self._a_list_of_its_own("zoe", "grace") as (zoe, grace):
            self.o.service.placeholder_books(zoe.who, zoe.session)
            self._import([grace])
            self.o.service.name_placeholders()
            self._import([grace, zoe])

    @course(reads=ODD_READS, minutes=MINUTES, rebook=st.booleans())
    def import_again_while_reads_are_odd(self, reads: Mishaps, minutes: int, rebook: bool) -> None:
        self.o.run()
        self.time_passes(minutes)
        self.o.run(reads, rebook=rebook)
        self.o.run(rebook=rebook)

    @course(at=INDEX, name=st.integers(0, 2), path=st.sampled_from(["roster.csv", "spring.xlsx"]))
    def correct_a_name_beside_its_reference(self, at: int, name: int, path: str) -> None:
        self.number_references("M-{}", 1)
        self.o.run()
        before, self.o.path = self.o.path, Path(path)
        self.correct_name(at, name)
        self.o.run()
        self.o.path = before
