"""What the columns of a list hold, and how it is to be read, all of it together: as a page shows it and takes it back.

The command line asks the same, one thing after the other; both make ``lessons``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from importer.importing.drafting import Opened
from importer.importing.lessons import NAMES_NEEDED, Lesson, Lessons, are_one_question, words
from importer.importing.questions import Agree, Headings
from importer.importing.reading import headings_of
from importer.lists.agreeing import UNTOLD
from importer.lists.findings import clean
from importer.model import RosterSheet
from importer.model.conventions import SENDER, Convention
from importer.model.headings import NOT_USED, HeadingRow, read_set

NAME = "name"
"""Where it is to be said what the sender is called."""


@dataclass(frozen=True, slots=True)
class SheetColumns:
    """One row of headings, with what is proposed for each: ``sheets`` are all that have it, none where no heading is
    known. ``questions`` are what else is open about them, one for all sheets of which the same is."""

    sheets: tuple[RosterSheet, ...]
    lesson: Lesson
    questions: tuple[Convention, ...]

    @property
    def is_new(self) -> bool:
        """Whether nobody has said yet what these headings mean, and not each is known."""
        return self.lesson.row.is_new


class Said(NamedTuple):
    """What a person says of one row of headings: the name of the sender, what each column holds, by its letters, the
    answers to the questions, by their keys, and which of what was agreed on is to be asked again. ``has_no_session``:
    they have looked for the column that says the rest of the session, and there is none."""

    name: str
    fields: Mapping[str, str]
    answers: Mapping[str, str]
    again: frozenset[str] = frozenset()
    has_no_session: bool = False


class Fault(NamedTuple):
    """Why that can't be: ``at`` which row of headings, ``where`` the letters of a column, a key of a question,
    ``NAME`` or ``SESSION``; "" for all of it."""

    at: int
    where: str
    sentence: str


SESSION = "session"
"""Where it is to be said that no column tells the rest of the session."""

_HALF_SESSION = {"start": ("when the session starts", "Start"), "service": ("the service", "Service")}

UNCHOSEN = "?"
"""In place of a field: nobody has said what a column holds that may hold people."""


def columns_of(opened: Opened) -> tuple[SheetColumns, ...]:
    """Every row of headings of a list. Raises ``RosterError``."""
    lessons = Lessons(opened.path, opened.choices)
    if opened.reading.roster is None:
        return (SheetColumns((), lessons.begun(headings_of(opened.path, None, opened.choices, opened.sent)), ()),)
    found: list[SheetColumns] = []
    for sheet in opened.roster.sheets:
        row = headings_of(opened.path, sheet, opened.choices, opened.sent)
        asked = [one.convention for one in opened.reading.open if isinstance(one, Agree) and one.sheet is sheet]
        at = next((at for at, one in enumerate(found) if _are_same(one.lesson.row, row)), None)
        if at is None:
            lesson = lessons.begun(row)
            lessons.put(lesson)
            # What else is open may be answered by what the headings mean.
            found.append(SheetColumns((sheet,), lesson, () if row.is_new and lesson.proposes else tuple(asked)))
        elif not (row.is_new and found[at].lesson.proposes):
            one = found[at]
            new = [each for each in asked if not any(are_one_question(each, other, UNTOLD) for other in one.questions)]
            found[at] = SheetColumns((*one.sheets, sheet), one.lesson, (*one.questions, *new))
    return tuple(found)


def learnt(opened: Opened, columns: Sequence[SheetColumns], said: Sequence[Said]) -> tuple[Lessons, tuple[Fault, ...]]:
    """What is learnt of a list by what a person says of each row of its headings, and all that is wrong with it."""
    lessons = Lessons(opened.path, opened.choices)
    faults: list[Fault] = []
    for at, (one, says) in enumerate(zip(columns, said, strict=True)):
        lesson, name = one.lesson, clean(says.name) or one.lesson.name
        kept = opened.choices.settings.headings
        if name != lesson.row.heading_set and name != lesson.name and name in kept:
            faults.append(Fault(at, NAME, f'"{name}" is kept for other headings. Write another name.'))
        lesson = replace(lesson, name=name, conventions=_without(lesson.conventions, says.again))
        for heading in lesson.headings:
            field = says.fields.get(heading.letters, lesson.fields[heading.letters])
            if field == UNCHOSEN:
                sentence = f'"{heading.text}" may hold people. Choose what it holds, or "{NOT_USED}".'
                faults.append(Fault(at, heading.letters, sentence))
            else:
                lesson = lesson.with_field(heading.letters, field)
        faults += [fault._replace(at=at) for fault in _wrong_with(lesson)]
        half = _HALF_SESSION.get(lesson.lacks_of_session)
        if half and one.is_new and lesson.has_names and lesson.unused and not says.has_no_session:
            sentence = f"No column says {half[0]}. Choose “{half[1]}” for the one that does, or mark that none does."
            faults.append(Fault(at, SESSION, sentence))
        for asked in one.questions:
            value = says.answers.get(asked.key, "")
            if asked.key == SENDER and value:
                lessons.given = lessons.given.with_settings(sender=value)
            elif value in {answer.value for answer in asked.answers}:
                lesson = lesson.with_answer(asked, value)
            elif asked.is_needed:
                faults.append(Fault(at, asked.key, "Choose an answer."))
        if one.is_new or lesson != one.lesson:
            lessons.put(lesson)
    return lessons, tuple(faults)


def is_agreed(opened: Opened) -> bool:
    """Whether nothing is open that has to be known before the rows can be looked at."""
    return not any(isinstance(one, Headings) or one.convention.is_needed for one in opened.reading.open)


def _wrong_with(lesson: Lesson) -> Iterator[Fault]:
    first: dict[str, str] = {}
    is_double = False
    for heading in lesson.headings:
        field = lesson.fields[heading.letters]
        if field and field in first:
            is_double = True
            yield Fault(0, heading.letters, f'"{first[field]}" is {words(field)} already. Only one column can be.')
        first.setdefault(field, heading.text)
    if not lesson.has_names:
        yield Fault(0, "", NAMES_NEEDED)
    elif not is_double:
        try:
            read_set(lesson.table)
        except ValueError as error:
            yield Fault(0, "", str(error))


def _without(conventions: Mapping[str, str], again: Collection[str]) -> dict[str, str]:
    return {key: value for key, value in conventions.items() if key not in again}


def _are_same(one: HeadingRow, other: HeadingRow) -> bool:
    """Whether what is said of one row of headings is said of the other."""
    is_same_set = bool(one.heading_set) and one.heading_set == other.heading_set
    return is_same_set or [each.text for each in one.headings] == [each.text for each in other.headings]
