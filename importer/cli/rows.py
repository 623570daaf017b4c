"""Rows and their problems as lines of text: the same problem in every row is one line. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from importer.cli.terminal import wrap
from importer.model import HIDDEN_ROW, MOST_LISTED, Outcome, Problem, RowRef, Severity, Status, row_numbers
from importer.model.conventions import TITLE_WORDS
from importer.results.report import open_rows
from importer.results.together import of_several

_OF_SESSION = frozenset({Status.FULL, Status.REFUSED, Status.NOT_SURE_YET})
_LABEL_WIDTH = 16
_FOR_ALL = {
    "no_session": "For the whole list: add --session, or --service with --start or --dates",
    "name_order": "For the whole list: add --name-order first-last, or last-first",
    "surname": "For the whole list: roster headings LIST --agree surname=last-word, or last-two-words",
    "telephone_zero": "For the whole list: roster headings LIST --agree telephone_zero=add, or as-written",
    TITLE_WORDS: 'If these words change nothing: roster headings LIST --agree "title_words=THE WORDS"',
    "date_order": "For the whole list: add --date-order dmy, or mdy",
    HIDDEN_ROW: "For all such rows: add --hidden include, or --hidden skip",
    "past": "To book sessions that are over, too: add --allow-past",
}
"""Options that answer what many rows ask. The cells do not name them: who corrects a workbook sees no command line."""


def rows_needing_a_person(outcomes: Iterable[Outcome], *, told_before: Sequence[Outcome] = ()) -> list[str]:
    """One line for each row, and one for rows with the same problem; at most about twenty.

    ``outcomes`` are all that there are: where they stand on several sheets, each row says on which. What was
    ``told_before`` of a row is not said again.
    """
    outcomes = list(outcomes)
    before = {(one.row, one.words) for one in told_before}
    open_ = [one for one in open_rows(outcomes) if (one.row, one.words) not in before]
    rules = {problem.rule for one in open_ for problem in one.problems if problem.severity is Severity.PROBLEM}
    return [*row_lines(open_, with_sheets=_are_on_several_sheets(outcomes)), *_for_all(rules)]


def row_lines(outcomes: Sequence[Outcome], *, with_sheets: bool = False) -> list[str]:
    """Rows and their messages; rows of a sheet that share a message share a line, unless it asks who somebody is."""
    groups: dict[tuple[str, str, str, str], list[Outcome]] = {}
    for outcome in outcomes:
        session = outcome.session if outcome.status in _OF_SESSION else ""
        who = outcome.name if outcome.status is Status.SAME_PERSON else ""
        groups.setdefault((outcome.row.sheet, session, who, outcome.words or outcome.status), []).append(outcome)
    listed = list(groups.items())
    labels = _labels([[one.row for one in some] for _, some in listed[:MOST_LISTED]], with_sheets=with_sheets)
    lines: list[str] = []
    for label, ((_, session, _, message), some) in zip(labels, listed, strict=False):
        is_one = len({(one.row.line, one.name) for one in some}) == 1
        name = some[0].name if is_one and not message.startswith('"') else ""
        date = (some[0].session or some[0].row.date) if len(some) == 1 else ""
        if len({one.row.line for one in some}) == 1 < len({one.name for one in some}):
            message = of_several(message)
        about = ", ".join(filter(None, (name, session or (date if some[0].row.is_date else ""))))
        lines += _beside(label, f"{about}: {message}" if about else message)
    rest = sum(len(some) for _, some in listed[MOST_LISTED:])
    return [*lines, f"  and {rest} more"] if rest else lines


def warnings(outcomes: Iterable[Outcome]) -> list[str]:
    """What does not keep a row from being booked, but is worth a look."""
    outcomes = list(outcomes)
    found: dict[tuple[str, str], list[Problem]] = {}
    for problem in (problem for outcome in outcomes for problem in outcome.problems):
        if problem.severity is Severity.WARNING:
            found.setdefault((problem.row.sheet, problem.told), []).append(problem)
    listed = list(found.items())[:MOST_LISTED]
    rest = len({problem.row for some in list(found.values())[MOST_LISTED:] for problem in some})
    several = _are_on_several_sheets(outcomes)
    labels = _labels([[problem.row for problem in some] for _, some in listed], with_sheets=several)
    lines = [line for label, ((_, text), _) in zip(labels, listed, strict=True) for line in _beside(label, text)]
    lines += [f"  and {rest:,} more"] if rest else []
    lines += _for_all({problem.rule for some in found.values() for problem in some})
    return ["", "Please check (these will still be booked):", *lines] if lines else []


def _for_all(rules: Collection[str]) -> list[str]:
    return [f"  {option}" for rule, option in _FOR_ALL.items() if rule in rules]


def _are_on_several_sheets(outcomes: Iterable[Outcome]) -> bool:
    return len({outcome.row.sheet for outcome in outcomes}) > 1


def _labels(groups: Sequence[Sequence[RowRef]], *, with_sheets: bool) -> list[str]:
    """Labels of one width, with single numbers right aligned, so that they stand under each other."""
    texts = [row_numbers(row.number for row in group) for group in groups]
    alone = [_key(group) for group in groups]
    digits = max(map(len, alone), default=0)
    texts = [f"Row {key:>{digits}}" if key else text for key, text in zip(alone, texts, strict=True)]
    if with_sheets:
        texts = [f'"{group[0].sheet}" {text.lower()}' for text, group in zip(texts, groups, strict=True)]
    width = min(max(map(len, texts), default=0), _LABEL_WIDTH)
    return [text.ljust(width) for text in texts]


def _key(group: Sequence[RowRef]) -> str:
    """Of one row, or of parts of one; else empty. A date is told beside it, as it is written elsewhere."""
    if len(group) == 1 and not group[0].is_date:
        return group[0].key
    return str(group[0].number) if len({row.line for row in group}) == 1 else ""


def _beside(label: str, text: str) -> list[str]:
    """``  Row  14  text``, the text folded beside the label; a long label stands above it."""
    width = min(len(label), _LABEL_WIDTH)
    indent = " " * (width + 4)
    if len(label) > _LABEL_WIDTH:
        return [*wrap(label, indent="       ", first="  "), *wrap(text, indent=indent)]
    return wrap(text, indent=indent, first=f"  {label}  ") or [f"  {label}"]
