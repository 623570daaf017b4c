"""What one sender's headings mean, and what else is agreed on with them: as it is proposed, answered, and then kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from importer.importing.questions import Agree, Choices
from importer.lists.findings import clean
from importer.lists.proposals import proposed_fields
from importer.model.columns import COLUMNS, IMPORT_FIELDS, heading_key
from importer.model.conventions import TITLE_WORDS, Convention, listed, listed_text
from importer.model.headings import NOT_USED, HeadingRow, TypedHeading, has_names, has_session, may_hold_people
from importer.model.numbered import field_and_number
from importer.settings import keep_headings

NAMES_NEEDED = (
    'One column has to be "Full name", or two "First name" and "Last name": without names nobody can be booked.'
)
_WORDS = {column.field: column.heading for column in COLUMNS}
_NAMES = frozenset({"full_name", "first_name", "last_name"})


@dataclass(frozen=True, slots=True)
class Lesson:
    """What is to be kept of one row of headings under a ``name``: ``fields`` is what each is taken for, by the letters
    of its column, ``conventions`` what else was agreed on."""

    name: str
    row: HeadingRow
    fields: Mapping[str, str]
    conventions: Mapping[str, str] = field(default_factory=dict)

    @property
    def headings(self) -> tuple[TypedHeading, ...]:
        return theirs(self.row)

    @property
    def table(self) -> dict[str, str]:
        """As the settings file has it."""
        return {one.text: words(self.fields[one.letters]) for one in self.headings} | dict(self.conventions)

    @property
    def unused(self) -> tuple[TypedHeading, ...]:
        return tuple(one for one in self.headings if not self.fields[one.letters])

    @property
    def proposes(self) -> bool:
        """Whether some heading means more than was known of it."""
        return any(self.fields[one.letters] not in ("", one.field) for one in self.headings)

    @property
    def has_names(self) -> bool:
        return has_names(self.fields.values())

    @property
    def in_conflict(self) -> tuple[TypedHeading, ...]:
        """The columns of which several have one meaning, and nobody has said which of them does."""
        counted = Counter(one.field for one in self.headings if one.field)
        return tuple(one for one in self.headings if counted[one.field] > 1 and not self.fields[one.letters])

    @property
    def untold(self) -> tuple[TypedHeading, ...]:
        """The other columns that are not used and may hold people."""
        return tuple(one for one in self.unused if may_hold_people(one.text) and one not in self.in_conflict)

    @property
    def lacks_of_session(self) -> str:
        """What a column would have to say so that it is known which session each row is for; "" where it is."""
        fields = set(self.fields.values())
        if has_session(fields):
            return ""
        return "start" if "service" in fields else "service" if fields & {"start", "date"} else "session"

    def holds_people(self, heading: TypedHeading) -> bool:
        """Whether nobody should be dropped from this column by a slip of the finger."""
        return may_hold_people(heading.text) or (heading in self.in_conflict and heading.field in _NAMES)

    def with_field(self, letters: str, field: str) -> Lesson:
        return replace(self, fields={**self.fields, letters: field})

    def with_convention(self, key: str, value: str) -> Lesson:
        """With what was agreed on, as one more of what may be listed; "" takes it out."""
        others = {other: kept for other, kept in self.conventions.items() if other != key}
        if value and key == TITLE_WORDS:
            value = listed_text([*listed(self.conventions.get(key, "")), *listed(value)])
        return replace(self, conventions=others | ({key: value} if value else {}))

    def with_answer(self, asked: Convention, value: str) -> Lesson:
        """With all that is agreed on by an answer; "" leaves it open."""
        lesson = self.with_convention(asked.key, value)
        for key, text in asked.also(value):
            lesson = lesson.with_convention(key, text)
        return lesson

    def heading(self, answer: str) -> TypedHeading | None:
        """The heading that is meant by the letters of its column, or by itself."""
        by_letters = {one.letters.casefold(): one for one in self.headings}
        by_text = {one.text.casefold(): one for one in self.headings}
        return by_letters.get(answer) or by_text.get(answer)


def lesson_of(name: str, row: HeadingRow, conventions: Mapping[str, str]) -> Lesson:
    """What is known of a row of headings, and what is proposed for the rest; nothing of what its set has said."""
    if row.heading_set:
        return Lesson(name, row, {one.letters: one.field for one in row.headings}, conventions)
    counted = Counter(one.field for one in theirs(row))
    clear = tuple(one for one in theirs(row) if not one.field or counted[one.field] == 1)
    fields = proposed_fields(row._replace(headings=clear))
    return Lesson(name, row, {one.letters: fields.get(one.letters, "") for one in theirs(row)}, conventions)


def theirs(row: HeadingRow) -> tuple[TypedHeading, ...]:
    """The headings that are the sender's, each once: our own, of an earlier run, are always known."""
    own = {heading_key(one.text): one for one in reversed(row.headings) if one.field not in IMPORT_FIELDS}
    return tuple(one for one in row.headings if one in own.values())


def words(field: str) -> str:
    """What the settings file and the screen say for a field."""
    base, number = field_and_number(field)
    return f"{_WORDS[base]} {number}" if number > 1 else _WORDS.get(field, NOT_USED)


def name_from(path: Path) -> str:
    """A name for a set, from the name of a file."""
    return clean(path.name.partition(".")[0]) or "Roster"


def are_one_question(one: Convention, other: Convention, apart: tuple[str, ...]) -> bool:
    """Whether one answer does for both, which are about two sheets; those with a key that is ``apart`` never are."""
    are_same = [answer.value for answer in one.answers] == [answer.value for answer in other.answers]
    is_same = are_same or (one.asks == other.asks and len(one.answers) == len(other.answers))
    return one.key == other.key and one.key not in apart and is_same


class Lessons:
    """What was learnt of one list so far, by the name under which it will be kept. Nothing is kept before ``keep``."""

    def __init__(self, path: Path, given: Choices, *, name: str = "") -> None:
        """``name`` is that of the sender, where somebody has said it; else it is made from the file's."""
        self.given = given
        self._path, self._name = path, name
        self.by_name: dict[str, Lesson] = {}

    @property
    def choices(self) -> Choices:
        """With what was learnt so far."""
        if not self.by_name:
            return self.given
        taught = {name: lesson.table for name, lesson in self.by_name.items()}
        new = [name for name, lesson in self.by_name.items() if lesson.row.heading_set not in ("", name)]
        choices = self.given.with_headings({**self.given.settings.headings, **taught})
        return choices.with_settings(sender=new[0]) if new else choices

    def begun(self, row: HeadingRow) -> Lesson:
        """A lesson about a row of headings, under the name of their set, else under one that is free."""
        kept = self.given.settings.headings
        first = self._name or name_from(self._path)
        numbered = (first + more for more in ("", *(f" {number}" for number in range(2, 1000))))
        name = (
            (row.heading_set and self._name)
            or row.heading_set
            or next(one for one in numbered if one not in kept and one not in self.by_name)
        )
        of_set = self.choices.settings.heading_sets.get(row.heading_set)
        return lesson_of(name, row, of_set.conventions if of_set else {})

    def put(self, lesson: Lesson, *, instead_of: str = "") -> None:
        self.by_name.pop(instead_of, None)
        self.by_name[lesson.name] = lesson

    def answer(self, question: Agree, value: str) -> None:
        """Learn an answer about a sheet whose headings have a lesson."""
        if lesson := self.by_name.get(question.sheet.heading_set):
            self.put(lesson.with_answer(question.convention, value))

    def keep(self) -> None:
        """Write all of it into the settings file. Raises ``SettingsError`` where that can't be done."""
        for lesson in self.by_name.values():
            keep_headings(lesson.name, lesson.table)
