"""What one sender's headings mean: proposed with a cell from under each, and changed until a person says that it is
right. What is learnt by it is a lesson (``importing.lessons``)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from importer.cli.terminal import Terminal, cut, wrap
from importer.importing.lessons import NAMES_NEEDED, Lesson, theirs, words
from importer.model.columns import COLUMNS
from importer.model.headings import NOT_USED, HeadingRow, TypedHeading, field_of, suggestion

_HEADING_WIDTH, _EXAMPLE_WIDTH = 28, 26
_ABREAST = 3
YES, NO = frozenset({"", "y", "yes"}), frozenset({"n", "no"})

SESSION_NEEDED = (
    "No columns name the session: that takes a Group booking ID, or Service and Start. Where the whole list is for one "
    "session, say so with the command: --service NAME --start TIME, or --session ID."
)
_OF_SESSION = {"start": "when the session starts", "service": "the service", "session": "the session"}


def ask_about_headings(lesson: Lesson, terminal: Terminal) -> Lesson:
    """With an answer to what can't be proposed: two columns for one meaning, what may hold people, the names."""
    in_conflict, hold_people = lesson.in_conflict, lesson.untold
    if in_conflict or hold_people or not lesson.has_names:
        terminal.warn(["", *lesson_table(lesson), ""])
    if in_conflict or hold_people:
        terminal.warn([*_menu(), ""])
    for one in (*in_conflict, *hold_people):
        lesson = ask_about(one, lesson, terminal, is_in_conflict=one in in_conflict)
    while not lesson.has_names:
        lesson = _ask_for_names(lesson, terminal)
    return lesson


def ask_about(heading: TypedHeading, lesson: Lesson, terminal: Terminal, *, is_in_conflict: bool = False) -> Lesson:
    """What one column holds: the lesson with what a person chose. What may hold people is not dropped by Enter."""
    others = {lesson.fields[one.letters]: one.text for one in lesson.headings if one is not heading}
    like = f", like {cut(heading.example, _EXAMPLE_WIDTH)}" if heading.example else ""
    both = f" It is one of two columns for {words(heading.field)}." if is_in_conflict else ""
    terminal.warn(wrap(f'"{heading.text}"{like}.{both}'))
    holds_people = lesson.holds_people(heading)
    if holds_people:
        terminal.warn(wrap(f'It may hold people. To book nobody who is named there, type "{NOT_USED}".'))
    near = suggestion(heading.text, others)
    field = _suggested(heading.text, near.field, terminal) if near else None
    enter = "" if holds_people else ", or Enter if it is not used"
    while field is None or (field and field in others):
        if field:
            terminal.warn(wrap(f'"{others[field]}" is {words(field)} already.'))
        answer = terminal.ask(f"A number, 1-{len(COLUMNS)}{enter}:")
        field = None if holds_people and not answer else _field_of(answer)
        if field is None:
            terminal.warn(wrap(f"Please type a number, 1-{len(COLUMNS)}, or what it is: Email, {NOT_USED}."))
    return lesson.with_field(heading.letters, field)


def change(heading: TypedHeading, lesson: Lesson, terminal: Terminal) -> Lesson:
    terminal.warn(["", *_menu(), ""])
    return ask_about(heading, lesson, terminal)


def ask_for_session(lesson: Lesson, terminal: Terminal) -> Lesson:
    """With the column that says the session, where there is one."""
    missing = lesson.lacks_of_session
    letters = _span(lesson.unused)
    terminal.warn(["", *lesson_table(lesson), ""])
    while True:
        answer = terminal.ask(f"Which column says {_OF_SESSION[missing]}? Type its letter, or Enter if none does:")
        if answer in ("", *NO, "none"):
            terminal.warn(wrap(SESSION_NEEDED))
            return lesson
        heading = lesson.heading(answer)
        if heading in lesson.unused:
            return lesson.with_field(heading.letters, missing)
        terminal.warn(wrap(f"Please type the letter of a column that is not used yet ({letters}), or press Enter."))


def _ask_for_names(lesson: Lesson, terminal: Terminal) -> Lesson:
    """One column with whole names, or those of the first and the last names."""
    known = {words(one): one for one in ("first_name", "last_name") if one in lesson.fields.values()}
    missing = {"First name": "last", "Last name": "first"}.get(next(iter(known), ""), "")
    wanted = (
        f"Which column has the {missing} names? Type its letter:"
        if missing
        else "Which column has the names? Type its letter, or two: first name, last name:"
    )
    answer = terminal.ask(wanted)
    found = [
        lesson.heading(part) for part in ([answer] if lesson.heading(answer) else answer.replace(",", " ").split())
    ]
    columns = [one for one in found if one is not None]
    if missing and len(columns) == len(found) == 1:
        return lesson.with_field(columns[0].letters, f"{missing}_name")
    if not missing and len(columns) == len(found) == 1:
        return lesson.with_field(columns[0].letters, "full_name")
    if not missing and len(columns) == len(found) == 2 and columns[0] is not columns[1]:
        first, last = columns
        return lesson.with_field(first.letters, "first_name").with_field(last.letters, "last_name")
    if answer in ("", *NO):
        terminal.warn(wrap(NAMES_NEEDED))
    an_example = " ".join(one.letters for one in lesson.headings[:2])
    terminal.warn(wrap(f"Please type the letter of a column ({_span(lesson.headings)}), or two, like {an_example}."))
    return lesson


def lesson_table(lesson: Lesson) -> list[str]:
    """The headings with a cell from under each, and what each is used as."""
    return _table(lesson.headings, lesson.fields, True, NOT_USED)


def table(row: HeadingRow) -> list[str]:
    """The headings of a roster, with what each is taken for: no cells."""
    headings = theirs(row)
    fields = {one.letters: one.field for one in headings}
    return _table(headings, fields, False, NOT_USED if row.heading_set else "?")


def _table(headings: Sequence[TypedHeading], fields: Mapping[str, str], with_examples: bool, unknown: str) -> list[str]:
    width = min(_HEADING_WIDTH, max(7, *(len(one.text) for one in headings)))
    wide = min(_EXAMPLE_WIDTH, max(10, *(len(one.example) for one in headings)))

    def line(letters: str, heading: str, example: str, meaning: str) -> str:
        seen = f"{cut(example, wide):<{wide}}  " if with_examples else ""
        return f"  {letters:<3} {cut(heading, width):<{width}}  {seen}{meaning}"

    def meaning(one: TypedHeading) -> str:
        return words(fields[one.letters]) if fields[one.letters] else unknown

    lines = [line(one.letters, one.text, one.example, meaning(one)) for one in headings]
    return [line("", "Heading", "An example", "Use as"), *lines]


def _menu() -> list[str]:
    rows = -(-len(COLUMNS) // _ABREAST)
    cells = [f"{number:>4} {column.heading}" for number, column in enumerate(COLUMNS, start=1)]
    lines = ("".join(f"{cell:<25}" for cell in cells[at::rows]).rstrip() for at in range(rows))
    return ["A column can hold:", *lines]


def _suggested(heading: str, field: str, terminal: Terminal) -> str | None:
    """The field that is proposed, another, or ``None`` where a person says no and is to be asked on."""
    while True:
        answer = terminal.ask(f'Use "{heading}" as {words(field)}? [Y/n], or a number, 1-{len(COLUMNS)}:')
        if answer in YES:
            return field
        if answer in NO:
            return None
        if (said := _field_of(answer)) is not None:
            return said
        terminal.warn(wrap(f"Please type y, n, or a number, 1-{len(COLUMNS)}."))


def _span(headings: Collection[TypedHeading]) -> str:
    letters = [one.letters for one in headings]
    return letters[0] if len(letters) == 1 else f"{letters[0]} to {letters[-1]}"


def _field_of(answer: str) -> str | None:
    """The field a person chose by number or by name; "" for none, ``None`` where the answer means nothing."""
    if not answer.isdecimal():
        return field_of(answer) if answer else ""
    return COLUMNS[int(answer) - 1].field if 1 <= int(answer) <= len(COLUMNS) else None
