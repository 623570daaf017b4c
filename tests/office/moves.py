"""The single moves: what a coordinator, other people, staff, the network and time may do to a roster, in any order."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from office.coordinator import Office
from office.people import FAMILIES, WHO, Human, Row
from office.service import LAG_S, Mishaps

# What hypothesis may do

SOMEBODY = st.integers(0, 3)
INDEX = st.integers(0, 7)
SESSION = st.integers(0, 1)
LOST = st.sampled_from(
    [
        "lost after",
        "lost before",
        "late 5",
        "late 60",
        "late end",
        "not sent",
        "key refused",
        "slept",
        "stranger",
        "themselves",
        "refused",
        "refused after",
    ]
)
CONFIRMS = st.dictionaries(
    st.integers(0, 4),
    LOST,
    max_size=3,
)
RESERVES = st.dictionaries(
    st.integers(0, 4),
    st.sampled_from(["lost after", "lost before", "not sent", "stranger", "filled", "elsewhere", "nameless"]),
    max_size=2,
)
MISHAPS = st.builds(
    Mishaps,
    confirms=CONFIRMS,
    reserves=RESERVES,
    stopped_after=st.none() | st.integers(0, 3),
    killed_at=st.none() | st.integers(0, 20),
    ledger_fails_at=st.none() | st.integers(0, 6),
    down_at=st.none() | st.integers(0, 4),
    cut_short_at=st.none() | st.integers(0, 4),
    lag_s=st.sampled_from([0, LAG_S]),
    stands_s=st.sampled_from([0, 50, 70]),
    books_meanwhile=st.none() | INDEX,
)
ODD_READS = st.builds(Mishaps, cut_short_at=st.integers(0, 4)) | st.builds(Mishaps, lag_s=st.just(LAG_S))
REMOVALS = st.dictionaries(
    st.integers(0, 3),
    st.sampled_from(["lost after", "lost before", "late 5", "late 50", "not sent", "refused", "refused after"]),
    max_size=2,
)
UNDOING = st.just(Mishaps()) | st.builds(
    Mishaps,
    removals=REMOVALS,
    killed_at=st.none() | st.integers(0, 12),
    ledger_fails_at=st.none() | st.integers(0, 4),
    down_at=st.none() | st.integers(0, 6),
    cut_short_at=st.none() | st.integers(0, 6),
    lag_s=st.sampled_from([0, LAG_S]),
)
CORNERS: dict[str, st.SearchStrategy[Any]] = {
    "lists": st.sampled_from(["ours", "everybody"]),
    "siblings_share": st.booleans(),
    "sees": st.sampled_from(["all", "no source", "no records"]),
    "when_full": st.sampled_from(["refuse", "new booking"]),
    "hold_s": st.sampled_from([1200, 420]),
    "source": st.sampled_from(["api", "API", "partner"]),
    "removed_are": st.sampled_from(["gone", "marked"]),
    "by_time": st.booleans(),
    "keeps_decisions": st.booleans(),
    "places": st.lists(st.integers(1, 8), min_size=2, max_size=2),
    "families": st.lists(st.sampled_from(FAMILIES), min_size=1, max_size=2, unique=True),
    "people": st.lists(st.tuples(SOMEBODY, SESSION), min_size=1, max_size=6),
}
"""What an office may be like, and who is in its list."""


class Moves(RuleBasedStateMachine):
    """What a coordinator, other people, the network and time do to a roster, in any order."""

    office: Office | None = None
    copy: tuple[Row, ...] | list[Row] = ()

    def open_office(
        self,
        lists: str,
        siblings_share: bool,
        sees: str,
        when_full: str,
        hold_s: int,
        source: str,
        removed_are: str,
        by_time: bool,
        keeps_decisions: bool,
        places: list[int],
        families: list[tuple[str, ...]],
        people: list[tuple[int, int]],
    ) -> None:
        self.office = Office(
            places,
            by_time=by_time,
            lists=lists,
            siblings_share=siblings_share,
            shows_source=sees != "no source",
            is_readable=sees != "no records",
            when_full=when_full,
            hold_s=hold_s,
            source=source,
            removed_are=removed_are,
        )
        self.office.keeps_decisions = keeps_decisions
        self.cast = [WHO[key] for key in dict.fromkeys(key for family in families for key in family)]
        for who, session in people:
            self.office.add(self._human(who), session=session)

    @property
    def o(self) -> Office:
        assert self.office
        return self.office

    def _human(self, at: int) -> Human:
        return self.cast[at % len(self.cast)]

    def _who(self, at: int) -> Human | None:
        return self.o.rows[at % len(self.o.rows)].who if self.o.rows else None

    def _correct(self, at: int, **cells: str) -> None:
        """Correct what is typed of one person, in each of their rows."""
        who = self._who(at)

        def change(rows: list[Row]) -> None:
            for row in rows:
                if row.who is who:
                    row.outcome = None
                    if not self.o.keeps_decisions:
                        row.decision = ""
                    for name, cell in cells.items():
                        setattr(row, name, cell)

        self.o.edit(change)

    @rule()
    def import_it(self) -> None:
        self.o.run()

    @rule(mishaps=MISHAPS)
    def import_it_through_mishaps(self, mishaps: Mishaps) -> None:
        self.o.run(mishaps)

    @rule(reads=ODD_READS, rebook=st.booleans())
    def import_it_while_reads_lag_or_are_cut_short(self, reads: Mishaps, rebook: bool) -> None:
        self.o.run(reads, rebook=rebook)

    @rule(confirms=CONFIRMS)
    def import_it_and_lose_answers(self, confirms: dict[int, str]) -> None:
        self.o.run(Mishaps(confirms=confirms))

    @rule()
    def import_it_and_book_again_who_was_taken_off(self) -> None:
        self.o.run(rebook=True)

    @rule(mishaps=st.just(Mishaps()) | MISHAPS)
    def resume(self, mishaps: Mishaps) -> None:
        self.o.resume(mishaps)

    @rule(reads=st.just(Mishaps()) | ODD_READS)
    def settle(self, reads: Mishaps) -> None:
        self.o.settle(reads)

    @rule(which=st.integers(0, 2), rows=st.none() | st.sets(INDEX, min_size=1, max_size=2), mishaps=UNDOING)
    def undo(self, which: int, rows: set[int] | None, mishaps: Mishaps) -> None:
        self.o.undo(which, rows, mishaps)

    @rule(minutes=st.sampled_from([1, 7, 20, 25, 600]))
    def time_passes(self, minutes: int) -> None:
        self.o.clock.wait(60 * minutes)

    @rule(which=st.none() | st.sets(INDEX, max_size=3))
    def answer(self, which: set[int] | None) -> None:
        self.o.answer(which)

    @rule(at=INDEX)
    def leave_out(self, at: int) -> None:
        if self.o.rows:
            self.o.rows[at % len(self.o.rows)].decision = "Leave out"

    @rule(are_taken=st.booleans())
    def take_results_or_go_back_to_own_file(self, are_taken: bool) -> None:
        if are_taken:
            self.o.take_results()
        else:
            self.o.go_back_to_own_file()

    @rule(at=INDEX, name=st.integers(0, 2))
    def correct_name(self, at: int, name: int) -> None:
        if who := self._who(at):
            first, last = who.names[name % len(who.names)]
            self._correct(at, first=first, last=last)

    @rule(at=INDEX, which=st.integers(0, 2))
    def correct_email(self, at: int, which: int) -> None:
        if who := self._who(at):
            self._correct(at, email=("", *who.emails)[which % (len(who.emails) + 1)])

    @rule(at=INDEX, which=st.integers(0, 2))
    def correct_mobile(self, at: int, which: int) -> None:
        if who := self._who(at):
            self._correct(at, mobile=("", *who.mobiles)[which % (len(who.mobiles) + 1)])

    @rule(style=st.sampled_from(["M-{}", "{}", ""]), start=st.integers(1, 2))
    def number_references(self, style: str, start: int) -> None:
        numbers: dict[str, int] = {}

        def change(rows: list[Row]) -> None:
            for row in rows:
                row.reference = style.format(numbers.setdefault(row.who.key, len(numbers) + start))

        self.o.edit(change)

    @rule(by=st.sampled_from(["name", "last", "session", "backwards"]))
    def sort(self, by: str) -> None:
        if by == "backwards":
            self.o.rows.reverse()
        else:
            self.o.rows.sort(key=lambda row: {"name": row.first, "last": row.last, "session": row.session}[by])

    @rule(who=SOMEBODY, session=SESSION, at=INDEX)
    def add_row(self, who: int, session: int, at: int) -> None:
        human = self._human(who)

        def change(rows: list[Row]) -> None:
            typed = next((replace(row) for row in rows if row.who is human), Row(human, *human.names[0]))
            rows.insert(at % (len(rows) + 1), replace(typed, session=session, handle="", decision="", outcome=None))

        self.o.edit(change)

    @rule(at=INDEX)
    def remove_row(self, at: int) -> None:
        if self.o.rows:
            self.o.edit(lambda rows: rows.pop(at % len(rows)))

    @rule(at=INDEX, who=SOMEBODY)
    def type_another_person_over_a_row(self, at: int, who: int) -> None:
        self._replace_in(at, self._human(who), is_copy=False)

    @rule(at=INDEX, who=SOMEBODY)
    def copy_a_row_and_type_another_person_over_it(self, at: int, who: int) -> None:
        self._replace_in(at, self._human(who), is_copy=True)

    def _replace_in(self, at: int, who: Human, *, is_copy: bool) -> None:
        def change(rows: list[Row]) -> None:
            old = rows[at % len(rows)]
            typed = next((row for row in rows if row.who is who and row is not old), Row(who, *who.names[0]))
            new = replace(typed, session=old.session, handle=old.handle, decision="", outcome=None)
            if not is_copy:
                rows.remove(old)
            rows.insert(at % (len(rows) + 1), new)

        if self.o.rows and self._who(at) is not who:
            self.o.edit(change)

    @rule(at=INDEX, which=st.integers(0, 2))
    def list_somebody_twice(self, at: int, which: int) -> None:
        def change(rows: list[Row]) -> None:
            row = rows[at % len(rows)]
            emails = ("", *row.who.emails)
            rows.append(replace(row, email=emails[which % len(emails)], handle="", decision="", outcome=None))

        if self.o.rows:
            self.o.edit(change)

    @rule(decision=st.sampled_from(["Book", "Different person", "Same person"]))
    def fill_a_decision_down_that_nobody_asked_for(self, decision: str) -> None:
        for row in self.o.rows:
            if not row.handle and row.outcome and row.who.kin not in self.o.asked:
                row.decision = decision

    @rule()
    def keep_a_copy(self) -> None:
        self.copy = [replace(row, outcome=None) for row in self.o.rows]

    @rule()
    def go_on_in_the_old_copy(self) -> None:
        def change(rows: list[Row]) -> None:
            rows[:] = [replace(row) for row in self.copy]

        if self.copy:
            self.o.edit(change)
            self.o.has_results = any(row.handle for row in self.o.rows)

    @rule(at=INDEX)
    def move_to_the_other_session(self, at: int) -> None:
        def change(rows: list[Row]) -> None:
            row = rows[at % len(rows)]
            row.session, row.outcome, row.decision = int(row.session == 0), None, ""

        if self.o.rows:
            self.o.edit(change)

    @rule(
        name=st.sampled_from(["roster.csv", "roster.results.xlsx", "class.csv", "spring.xlsx", "copies/roster.csv"]),
        sheet=st.sampled_from(["Sheet1", "People"]),
    )
    def rename_file(self, name: str, sheet: str) -> None:
        self.o.path, self.o.sheet = Path(name), sheet

    @rule(shift=st.integers(0, 5), is_full_name=st.booleans())
    def move_columns(self, shift: int, is_full_name: bool) -> None:
        self.o.shift, self.o.is_full_name = shift, is_full_name

    @rule(session=SESSION, spaces=st.integers(1, 3))
    def stranger_books(self, session: int, spaces: int) -> None:
        self.o.service.stranger_books(session, spaces)

    @rule(who=SOMEBODY, session=SESSION, name=st.integers(0, 2), email=st.integers(0, 2))
    def person_books_by_themselves(self, who: int, session: int, name: int, email: int) -> None:
        self.o.book_themselves(self._human(who), session, name, email)

    @rule(who=SOMEBODY, session=SESSION)
    def a_placeholder_is_booked(self, who: int, session: int) -> None:
        self.o.service.placeholder_books(self._human(who), session)

    @rule()
    def staff_name_placeholders(self) -> None:
        self.o.service.name_placeholders()

    @rule(session=SESSION, at=INDEX)
    def somebody_is_taken_off(self, session: int, at: int) -> None:
        there = [seat for seat in self.o.service.seats[session] if not seat.is_cancelled]
        if there:
            self.o.service.take_off(session, there[at % len(there)])

    @rule(session=SESSION, places=st.integers(0, 9))
    def places_change(self, session: int, places: int) -> None:
        self.o.service.places[session] = places

    @rule(at=INDEX, places=st.integers(1, 3))
    def edit_places(self, at: int, places: int) -> None:
        if who := self._who(at):
            for row in self.o.rows:
                if row.who is who:
                    row.places, row.outcome = places, None

    @rule(session=SESSION)
    def staff_move_a_session(self, session: int) -> None:
        self.o.service.move(session)

    @rule(session=SESSION)
    def staff_make_a_session_anew(self, session: int) -> None:
        self.o.service.make_anew(session)

    @rule(name=st.sampled_from(["Pottery for beginners", "Clay", "Pottery"]))
    def staff_rename_the_service(self, name: str) -> None:
        self.o.service.name = name

    @rule()
    def learn_what_staff_changed(self) -> None:
        self.o.learn_what_staff_changed()

    @rule(ahead_s=st.sampled_from([0, 3600, -3600, 24 * 3600]))
    def the_clock_jumps(self, ahead_s: int) -> None:
        self.o.clock.wait(LAG_S)  # what a reading may lack by then, our own clock alone does not tell
        self.o.service.ahead_s = ahead_s

    @rule()
    def reach_the_ledger_by_a_link(self) -> None:
        self.o.reach_the_ledger_by_a_link()

    def teardown(self) -> None:
        if self.office:
            try:
                self.office.come_to_rest()
            finally:
                self.office.close()
