"""What somebody has filled in about the columns of a list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from werkzeug.datastructures import MultiDict

from importer.importing.agreeing import NAME, SESSION, UNCHOSEN, Fault, Said, SheetColumns
from importer.importing.lessons import Lesson, words
from importer.model.columns import COLUMNS
from importer.model.headings import NOT_USED, TypedHeading


class Choice(NamedTuple):
    """What a column may hold: its field, or that nobody knows, or nothing; and how that is called."""

    value: str
    words: str


def said(columns: Sequence[SheetColumns], form: MultiDict[str, str]) -> list[Said]:
    """What a form says of each row of headings."""
    return [
        Said(
            form.get(f"name-{at}", ""),
            {
                heading.letters: form.get(field_id(at, heading.letters), one.lesson.fields[heading.letters])
                for heading in one.lesson.headings
            },
            {asked.key: form.get(f"{at}-{asked.key}", "") for asked in one.questions},
            frozenset(form.getlist(f"again-{at}")),
            has_no_session=f"no-session-{at}" in form,
        )
        for at, one in enumerate(columns)
    ]


def proposed(columns: Sequence[SheetColumns]) -> list[Said]:
    """What the form says before anybody has changed it. What may hold people is left to be chosen."""
    return [
        Said(
            one.lesson.name,
            {heading.letters: _proposed(one, heading) for heading in one.lesson.headings},
            {asked.key: asked.likely for asked in one.questions},
        )
        for one in columns
    ]


def _proposed(one: SheetColumns, heading: TypedHeading) -> str:
    is_open = one.is_new and heading in (*one.lesson.in_conflict, *one.lesson.untold)
    return UNCHOSEN if is_open else one.lesson.fields[heading.letters]


def choices_for(heading: TypedHeading, lesson: Lesson, chosen: str) -> list[Choice]:
    """All that a column may hold, with what it is proposed to."""
    known = [Choice(column.field, column.heading) for column in COLUMNS]
    others = dict.fromkeys(filter(None, (lesson.fields[heading.letters], heading.field)))
    known += [Choice(field, words(field)) for field in others if field not in {one.value for one in known}]
    unchosen = [Choice(UNCHOSEN, "Choose")] if chosen == UNCHOSEN else []
    return [*unchosen, Choice("", NOT_USED.capitalize()), *known]


def field_id(at: int, letters: str) -> str:
    return f"column-{at}-{letters}"


def fault_ids(columns: Sequence[SheetColumns], faults: Sequence[Fault]) -> dict[str, str]:
    """What is wrong, by the id of the field where it stands."""
    found: dict[str, str] = {}
    for fault in faults:
        one = columns[fault.at]
        letters = {heading.letters for heading in one.lesson.headings}
        if fault.where == NAME:
            at = f"name-{fault.at}"
        elif fault.where == SESSION:
            at = f"no-session-{fault.at}"
        elif fault.where in letters or not fault.where:
            at = field_id(fault.at, fault.where or one.lesson.headings[0].letters)
        else:
            asked = next(asked for asked in one.questions if asked.key == fault.where)
            at = answer_id(fault.at, asked.key, asked.answers[0].value)
        found.setdefault(at, fault.sentence)
    return found


def answer_id(at: int, key: str, value: str) -> str:
    return f"{at}-{key}-{value}" if value else f"{at}-{key}"
