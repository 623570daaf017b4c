"""The lines of a list as they are shown: what stands in their cells, what is wrong with it, and what may be decided."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from importer.importing.drafting import Opened
from importer.lists.findings import cell_text
from importer.lists.sessions import SESSION
from importer.lists.titles import PERHAPS_NOBODY
from importer.model import HIDDEN_ROW, PUT_ASIDE, Cell, Decision, Outcome, Problem, RosterRow, Severity, Status
from importer.model.columns import IMPORT_FIELDS
from importer.model.drafts import CellRef
from importer.web.told import on_page

_ASKED_IF_BOOKED = frozenset({PUT_ASIDE, HIDDEN_ROW, PERHAPS_NOBODY})


@dataclass(frozen=True, slots=True)
class ShownCell:
    """A cell that can be put right: ``errors`` say what is wrong with it, ``same`` how many other rows say the same
    under this heading. ``is_of_session``: it may be chosen from the sessions that there are."""

    ref: CellRef
    id: str
    field: str
    heading: str
    text: str
    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    same: int = 0

    @property
    def is_tick(self) -> bool:
        """Whether it only says that its row is for the session that its heading names."""
        return self.field == "session" and self.text != "" and self.text == self.heading

    @property
    def is_of_session(self) -> bool:
        return self.field in SESSION and not self.is_tick


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the list with all that is said of it. ``said`` are the messages that belong to no cell of it."""

    sheet: str
    number: int
    id: str
    outcomes: tuple[Outcome, ...]
    cells: tuple[ShownCell, ...]
    said: tuple[str, ...] = ()
    decisions: tuple[Decision, ...] = ()

    @property
    def names(self) -> str:
        return ", ".join(dict.fromkeys(one.name for one in self.outcomes if one.name)) or "No name"

    @property
    def statuses(self) -> tuple[Status, ...]:
        return tuple(dict.fromkeys(one.status for one in self.outcomes))

    @property
    def sessions(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.session for one in self.outcomes if one.session))

    @property
    def wants_person(self) -> bool:
        return any(one.wants_person for one in self.outcomes)

    @property
    def decision(self) -> Decision | None:
        return next((one.decision for one in self.outcomes if one.decision), None)

    @property
    def questions(self) -> tuple[Outcome, ...]:
        return tuple(one for one in self.outcomes if one.asks and one.question)

    @property
    def may_choose_session(self) -> bool:
        """Whether another session is what is missing."""
        if any(one.is_tick for one in self.cells):
            return False
        is_wrong = any(one.errors and one.is_of_session for one in self.cells)
        return is_wrong or any(one.status in (Status.FULL, Status.NO_LONGER_BOOKED) for one in self.outcomes)


@dataclass(frozen=True, slots=True)
class Lines:
    """All lines of a list. ``sheets`` are numbered, for their titles may be anything."""

    opened: Opened
    outcomes: tuple[Outcome, ...]
    _texts: dict[tuple[str, int], Counter[str]] = field(default_factory=dict)

    def keys(self, *, only_open: bool) -> list[tuple[str, int]]:
        """The lines by sheet and number, in their order; ``only_open``: those that need somebody."""
        some = (one for one in self.outcomes if not only_open or one.wants_person)
        order = {sheet.title: at for at, sheet in enumerate(self.opened.roster.sheets)}
        return sorted({one.row.line for one in some}, key=lambda line: (order.get(line[0], 0), line[1]))

    def lines(self, keys: Iterable[tuple[str, int]]) -> list[Line]:
        wanted = list(keys)
        of_line: defaultdict[tuple[str, int], list[Outcome]] = defaultdict(list)
        rows: defaultdict[tuple[str, int], list[RosterRow]] = defaultdict(list)
        among = set(wanted)
        for one in self.outcomes:
            if one.row.line in among:
                of_line[one.row.line].append(one)
        for row in self.opened.roster.rows:
            if row.ref.line in among:
                rows[row.ref.line].append(row)
        return [self._line(key, of_line[key], rows[key]) for key in wanted if of_line[key]]

    def same(self, cell: CellRef, text: str) -> int:
        """How many other rows say this in the same column."""
        key = (cell.sheet, cell.column)
        if key not in self._texts:
            self._texts[key] = Counter(text for _, text in self.column(*key))
        return max(self._texts[key][text] - 1, 0) if text else 0

    def column(self, sheet: str, column: int) -> Iterator[tuple[CellRef, str]]:
        """What a column says, each line once."""
        found: dict[CellRef, str] = {}
        for one in self.opened.roster.sheets:
            if one.title != sheet:
                continue
            for row in one.rows:
                for name, cell in row.cells.items():
                    place = row.places.get(name)
                    at = (place.row, place.column) if place else (row.ref.number, one.positions.get(name, 0))
                    if at[1] == column and at[0] == row.ref.number:
                        found[CellRef(sheet, *at)] = text_of(cell)
        yield from found.items()

    def id_of(self, sheet: str) -> int:
        return next(at for at, one in enumerate(self.opened.roster.sheets) if one.title == sheet)

    def _line(self, key: tuple[str, int], outcomes: Sequence[Outcome], rows: Sequence[RosterRow]) -> Line:
        title, number = key
        at = self.id_of(title)
        sheet = self.opened.roster.sheets[at]
        texts: dict[CellRef, tuple[str, str, str]] = {}
        for name, heading in sheet.headings.items():
            if name not in IMPORT_FIELDS:
                texts[CellRef(title, number, sheet.positions[name])] = (name, heading, "")
        for row in rows:
            for name, cell in row.cells.items():
                ref = self.opened.cell(row.ref, name)
                if ref and ref.row == number and name not in IMPORT_FIELDS:
                    place = row.places.get(name)
                    heading = (place.heading if place else "") or sheet.headings.get(name, "")
                    texts[ref] = (name, heading, text_of(cell))
        problems: defaultdict[CellRef | None, list[Problem]] = defaultdict(list)
        for one in outcomes:
            for problem in one.problems:
                ref = self.opened.cell(one.row, problem.field) if problem.field else None
                problems[ref if ref in texts else None].append(problem)
        cells = tuple(
            self._cell(ref, at, *texts[ref], problems=problems[ref])
            for ref in sorted(texts, key=lambda ref: ref.column)
        )
        in_cells = {problem.told for some in (problems[ref] for ref in texts) for problem in some}
        said = [one.told for one in problems[None]]
        said += [one.message for one in outcomes if one.message and not _repeats(one.message, in_cells)]
        decisions = tuple(dict.fromkeys(decision for one in outcomes for decision in decisions_for(one)))
        return Line(
            title,
            number,
            f"row-{at}-{number}",
            tuple(outcomes),
            cells,
            tuple(dict.fromkeys(on_page(one) for one in said)),
            decisions,
        )

    def _cell(
        self, ref: CellRef, at: int, field: str, heading: str, text: str, *, problems: Sequence[Problem]
    ) -> ShownCell:
        def told(severity: Severity) -> tuple[str, ...]:
            return tuple(dict.fromkeys(on_page(one.sentence) for one in problems if one.severity is severity))

        errors = told(Severity.PROBLEM)
        same = self.same(ref, text) if errors else 0
        return ShownCell(
            ref, f"cell-{at}-{ref.row}-{ref.column}", field, heading, text, errors, told(Severity.WARNING), same
        )


def decisions_for(one: Outcome) -> Iterator[Decision]:
    """What may be decided about a row that needs somebody, or was decided on."""
    if one.asks and one.question:
        yield from (Decision.SAME_PERSON, Decision.DIFFERENT_PERSON)
    elif one.wants_person and (one.rules & _ASKED_IF_BOOKED or one.status is Status.NO_LONGER_BOOKED):
        yield Decision.BOOK
    if one.wants_person and not one.status.is_done:
        yield Decision.LEAVE_OUT


def text_of(cell: Cell) -> str:
    return "" if cell is None else cell if isinstance(cell, str) else cell_text(cell)


def _repeats(message: str, told: Iterable[str]) -> bool:
    """Whether a message says nothing but what stands at the cells."""
    for one in sorted(told, key=len, reverse=True):
        message = message.replace(one, "")
    return not message.strip()
