"""Our own sheet "Import answers", as it comes back: what somebody has decided there, and for which part of a row."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from importer.lists.findings import Finding, cell_text, clean, read_cell
from importer.lists.labels import read_decision
from importer.lists.sheets import Book
from importer.lists.values import cell_of
from importer.model import NO_DECISION, AnswerLine, Cell, Decision, Participant, RowRef
from importer.model.columns import ANSWER_COLUMNS, ANSWERS_SHEET, heading_key

_TITLE = re.compile(rf"{ANSWERS_SHEET}\d*", re.IGNORECASE)
_AND = " | "
_NEEDED = ("row", "decision")


def is_answers_sheet(book: Book, title: str) -> bool:
    """Whether a sheet is ours, by its title and its headings: it never holds people."""
    return bool(_TITLE.fullmatch(title)) and all(field in _columns(book, title) for field in _NEEDED)


def read_answer_lines(book: Book) -> Iterator[AnswerLine]:
    """The lines in which something is decided, or that are not as we wrote them."""
    for title in book.titles:
        if not is_answers_sheet(book, title):
            continue
        columns = _columns(book, title)
        length = len(columns["row"])
        texts = {field: [_text(value) for value in column] for field, column in columns.items()}
        blank = [""] * length
        # As we wrote them: a sheet's title stands in them, with whatever blanks it has.
        handles = [str(cell_of(value) or "").strip() for value in columns.get("handle", blank)]
        for at in range(1, length):
            decision, number = cell_of(columns["decision"][at]), texts["row"][at]
            now = [texts.get(field, blank)[at] for field in ("person", "session")]
            then = texts.get("written", blank)[at].split(_AND, 1)
            is_added = then == [""] and "written" in columns and any(now)
            changed = [one for one, was in zip(now, then, strict=False) if one != was] if len(then) > 1 else []
            typed = ", ".join(filter(None, now if is_added else changed))
            if decision is not None or typed:
                ref = RowRef(
                    texts.get("sheet", blank)[at],
                    int(number) if number.isdecimal() else 0,
                    texts.get("part", blank)[at],
                )
                asked_for, person = texts.get("asked_for", blank)[at], then[0] or now[0]
                yield AnswerLine(at + 1, ref, person, handles[at], asked_for, decision, typed, is_added)


def written(name: str, session: str) -> str:
    """What we wrote into a line: whoever types over it is told so."""
    return _AND.join(map(clean, (name, session)))


def typed_in(line: AnswerLine) -> Finding:
    """That words there which we fill in, or a line that was added, change nothing."""
    changes = "was added, and is not read" if line.is_added else "changes nothing"
    where = f'On the sheet "{ANSWERS_SHEET}", row {line.line}'
    sentence = f'{where}: "{cell_text(line.typed)}" {changes}. Write it in your own sheet.'
    return Finding(NO_DECISION, sentence, field="import_decision")


class AnswerLines:
    """Finds the lines that stand for a part of a row: by its handle, else by its place and name, else by its name.

    Of the handles of a row it is that of the session that the part asks for: columns may have been moved since.
    """

    def __init__(self, lines: Iterable[AnswerLine]) -> None:
        self._by_handle: defaultdict[str, list[AnswerLine]] = defaultdict(list)
        self._by_name: defaultdict[tuple[str, frozenset[str]], list[AnswerLine]] = defaultdict(list)
        for line in lines:
            self._by_handle[line.handle].append(line)
            self._by_name[line.row.part, _words(line.name)].append(line)

    def of(self, row: RowRef, name: str, handles: Mapping[str, str], asked_for: Cell = None) -> Sequence[AnswerLine]:
        """All that say something of it; several only where a line was copied. ``handles`` are the row's, by part."""
        if handles:
            found = [one for handle in handles.values() for one in self._by_handle.get(handle, ())]
            if row.date:
                return [one for one in found if one.row.part == row.part]
            session = _text(asked_for)
            same = [one for one in found if one.asked_for == session]
            mine = [one for one in same if _words(one.name) == _words(name)] or same
            is_one = session != "" and len({one.handle for one in mine}) == 1
            return mine if is_one else [one for one in same if one.handle == handles.get(row.part)]
        named = self._by_name.get((row.part, _words(name)), ())
        here = [one for one in named if one.row.number == row.number]
        return here or (named if len({one.row for one in named}) == 1 else ())


def with_answers(person: Participant, lines: Sequence[AnswerLine]) -> tuple[Participant, tuple[Finding, ...]]:
    """The person with what is decided on the sheet of answers, which must not differ from what the row itself says."""
    decided: dict[Decision, str] = {person.decision: "here"} if person.decision else {}
    findings: list[Finding] = []
    for line in lines:
        decision, finding = read_cell(read_decision, line.decision) if line.decision is not None else (None, None)
        where = f'on the sheet "{ANSWERS_SHEET}", row {line.line}'
        if finding:
            said = f"{where[0].upper()}{where[1:]}: {finding.sentence}"
            findings.append(finding._replace(sentence=said, field="import_decision"))
        elif decision:
            decided.setdefault(decision, where)
        if line.typed and not line.is_added:
            findings.append(typed_in(line))
    if len(decided) > 1:
        (one, here), (other, there), *_ = decided.items()
        sentence = f"{one} stands {here}, and {other} {there}. Choose one of them, and empty the other."
        findings.append(Finding("decisions_differ", sentence, field="import_decision"))
        return replace(person, decision=None), tuple(findings)
    return replace(person, decision=next(iter(decided), None)), tuple(findings)


def _columns(book: Book, title: str) -> dict[str, Sequence[object]]:
    known = {heading_key(column.heading): column.field for column in ANSWER_COLUMNS}
    columns = (column for column in book.read(title).columns if len(column))
    found = {known.get(heading_key(_text(column[0])), ""): column for column in columns}
    return {field: column for field, column in found.items() if field}


def _text(value: object) -> str:
    cell = cell_of(value)
    return "" if cell is None else clean(str(cell))


def _words(name: str) -> frozenset[str]:
    return frozenset(filter(None, map(heading_key, name.split())))
