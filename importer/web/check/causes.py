"""What is wrong with a list, by cause: one entry for all rows of which the same is to be said."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from importer.importing.drafting import Opened
from importer.model import MOST_LISTED, Outcome, Problem, Severity, Status
from importer.web.told import on_page


class Spot(NamedTuple):
    """Where something is wrong: the line, and the id of its cell or of the line itself."""

    line: tuple[str, int]
    id: str
    words: str


class Cause(NamedTuple):
    """What is wrong, and where; ``more`` are further rows that are not listed."""

    sentence: str
    spots: tuple[Spot, ...]
    more: int


def causes_of(outcomes: Iterable[Outcome], opened: Opened) -> list[Cause]:
    """In the order of their first rows."""
    sheets = {sheet.title: at for at, sheet in enumerate(opened.roster.sheets)}
    several = len(sheets) > 1
    found: defaultdict[tuple[str, ...], dict[Spot, str]] = defaultdict(dict)
    for one in outcomes:
        if not one.wants_person:
            continue
        words = one.row.seen_from(one.row._replace(sheet="")) if several else str(one.row._replace(part=""))
        at, line = sheets[one.row.sheet], f"row-{sheets[one.row.sheet]}-{one.row.number}"
        problems = [problem for problem in one.problems if problem.severity is Severity.PROBLEM]
        for problem in problems:
            cell = opened.cell(one.row, problem.field) if problem.field else None
            is_here = cell is not None and cell.row == one.row.number
            id_ = f"cell-{at}-{cell.row}-{cell.column}" if cell and is_here else line
            found[problem.rule, problem.heading].setdefault(Spot(one.row.line, id_, words), _told(problem))
        if not problems:
            found[one.status, _of(one)].setdefault(Spot(one.row.line, line, words), _said(one))
    return [_cause(spots) for spots in found.values()]


def _cause(spots: dict[Spot, str]) -> Cause:
    told = list(dict.fromkeys(spots.values()))
    count = len({spot.line for spot in spots})
    sentence = told[0] if len(told) == 1 else f"{told[0]} And {count - 1} more like this."
    return Cause(sentence, tuple(spots)[:MOST_LISTED], max(len(spots) - MOST_LISTED, 0))


def _of(one: Outcome) -> str:
    return one.session if one.status is Status.FULL else "" if one.status is Status.SAME_PERSON else one.words


def _said(one: Outcome) -> str:
    match one.status:
        case Status.SAME_PERSON:
            return "Are these the same person as somebody who is booked or listed already?"
        case Status.FULL:
            return f"{one.session} is full."
    return on_page(one.words) or str(one.status)


def _told(problem: Problem) -> str:
    return f"“{problem.heading}”: {on_page(problem.sentence)}" if problem.heading else on_page(problem.sentence)
