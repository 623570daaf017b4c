"""Rows that need attention, as a screen tells them: those with the same words share a line, but for who is who."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from importer.model import Outcome, Severity, Status, row_numbers
from importer.results.report import open_rows

_OF_SESSION = frozenset({Status.FULL, Status.REFUSED, Status.NOT_SURE_YET})


_ON_PAGE = (
    (' in the column "Import decision"', ""),
    ("Choose again in the results file.", "Choose again."),
    ("Delete one of the two rows.", "Leave out one of the two rows."),
    (", or give each date with --start.", "."),
    ("Say which with --service.", "Choose its sessions."),
    ("; `roster sessions` lists them.", ", or choose a session."),
)
"""What is told for a workbook or a command line, and what there is on the page in its place."""


def on_page(sentence: str) -> str:
    for elsewhere, here in _ON_PAGE:
        sentence = sentence.replace(elsewhere, here)
    return sentence


class Told(NamedTuple):
    """``where`` are the rows, ``names`` of whom it is told."""

    where: str
    names: tuple[str, ...]
    status: Status
    session: str
    words: str
    outcomes: tuple[Outcome, ...]


def told_of(outcomes: Iterable[Outcome]) -> list[Told]:
    """The rows that keep somebody from saying "done", in the order of the list."""
    outcomes = list(outcomes)
    several = len({one.row.sheet for one in outcomes}) > 1
    groups: dict[tuple[str, str, str, str], list[Outcome]] = {}
    for one in open_rows(outcomes):
        session = one.session if one.status in _OF_SESSION else ""
        who = one.name if one.status is Status.SAME_PERSON else ""
        groups.setdefault((one.row.sheet, session, who, on_page(one.words) or one.status), []).append(one)
    return [_told(some, session, words, several) for (_, session, _, words), some in groups.items()]


def warned_of(outcomes: Iterable[Outcome]) -> list[tuple[str, str]]:
    """What does not keep a row from being booked, but is worth a look: the rows, and the words."""
    found: dict[str, list[Outcome]] = {}
    for one in outcomes:
        for problem in one.problems:
            if problem.severity is Severity.WARNING:
                found.setdefault(on_page(problem.told), []).append(one)
    return [(_rows(some), words) for words, some in found.items()]


def _told(some: list[Outcome], session: str, words: str, several: bool) -> Told:
    where = _rows(some)
    sheet = f', sheet "{some[0].row.sheet}"' if several else ""
    names = tuple(dict.fromkeys(one.name for one in some if one.name))
    return Told(f"{where}{sheet}", names, some[0].status, session, words, tuple(some))


def _rows(some: list[Outcome]) -> str:
    return row_numbers(sorted({one.row.number for one in some}))
