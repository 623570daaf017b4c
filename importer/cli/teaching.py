"""What one sender's headings mean: shown with a cell from under each, asked once, kept in the settings file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from importer.cli.screens import heading_place
from importer.cli.terminal import Terminal, wrap
from importer.lists.findings import clean
from importer.model.columns import COLUMNS, IMPORT_COLUMNS, heading_key
from importer.model.headings import (
    NOT_USED,
    HeadingRow,
    TypedHeading,
    field_of,
    has_names,
    has_session,
    may_hold_people,
    suggestion,
)
from importer.model.numbered import field_and_number
from importer.settings import Settings, keep_headings, settings_path

_WORDS = {column.field: column.heading for column in COLUMNS}
_OURS = frozenset(column.field for column in IMPORT_COLUMNS)
_HEADING_WIDTH, _EXAMPLE_WIDTH = 28, 26
_ABREAST = 3
_YES, _NO = frozenset({"", "y", "yes"}), frozenset({"n", "no"})
_NAMES = frozenset({"full_name", "first_name", "last_name"})

NAMES_NEEDED = (
    'One column has to be "Full name", or two "First name" and "Last name": without names nobody can be booked.'
)
SESSION_NEEDED = (
    "No columns name the session: that takes a Group booking ID, or Service and Start. Where the whole list is for one "
    "session, say so with the command: --service NAME --start TIME, or --session ID."
)
_NEW = ("These headings are new: tell us once what each column contains. Ctrl-C keeps nothing.",)


def teach(
    path: Path,
    row: HeadingRow,
    terminal: Terminal,
    settings: Settings,
    *,
    name: str = "",
    needs_session: bool = True,
    orders: Mapping[str, str] = MappingProxyType({}),
) -> Settings:
    """Ask a person what the headings of a roster mean, and keep it. Returns the settings with that set in them.

    Asked is about what nobody knows, and about two columns for one meaning; then everything can be changed. ``name`` is
    that of the set; without one it is asked for. ``orders`` are kept with it. Raises ``click.Abort`` for Ctrl-C:
    then nothing is kept.
    """
    lesson = _Lesson(theirs(row), terminal)
    terminal.warn(wrap(" · ".join([path.name, *heading_place(row.sheet, row.row, row.heading_set)])))
    if not row.heading_set:
        terminal.warn([*_NEW, "", *table(row)])
    terminal.warn(["", *_menu()])
    if not row.heading_set:
        lesson.ask_about_the_unknown()
    lesson.let_change()
    if needs_session and not has_session(lesson.fields.values()):
        terminal.warn(wrap(SESSION_NEEDED))
    name = name or row.heading_set or _ask_name(path, settings, terminal)
    said = {one.text: words(lesson.fields[one.letters]) for one in theirs(row)}
    return keep(name, row, {**said, **orders}, terminal, settings)


def keep(name: str, row: HeadingRow, said: Mapping[str, str], terminal: Terminal, settings: Settings) -> Settings:
    """Write a set of headings into the settings file, and say so. Raises ``SettingsError`` where that can't be done."""
    kept = keep_headings(name, said, instead_of=row.heading_set)
    where = settings_path()
    terminal.say(wrap(f'Kept as "{name}" in {where}. Lists with these headings are read so from now on.'))
    return settings.model_copy(update={"headings": kept})


def theirs(row: HeadingRow) -> tuple[TypedHeading, ...]:
    """The headings that are the sender's, each once: our own, of an earlier run, are always known."""
    own = {heading_key(one.text): one for one in reversed(row.headings) if one.field not in _OURS}
    return tuple(one for one in row.headings if one in own.values())


def words(field: str) -> str:
    """What the settings file and the screen say for a field."""
    base, number = field_and_number(field)
    return f"{_WORDS[base]} {number}" if number > 1 else _WORDS.get(field, NOT_USED)


def table(row: HeadingRow, *, with_examples: bool = True) -> list[str]:
    """The headings of a roster, with a cell from under each and with what each is taken for."""
    headings = theirs(row)
    return _table(
        headings, {one.letters: one.field for one in headings}, with_examples, NOT_USED if row.heading_set else "?"
    )


def _table(headings: Sequence[TypedHeading], fields: Mapping[str, str], with_examples: bool, unknown: str) -> list[str]:
    width = min(_HEADING_WIDTH, max(7, *(len(one.text) for one in headings)))
    wide = min(_EXAMPLE_WIDTH, max(10, *(len(one.example) for one in headings)))

    def line(letters: str, heading: str, example: str, meaning: str) -> str:
        seen = f"{_short(example, wide):<{wide}}  " if with_examples else ""
        return f"  {letters:<3} {_short(heading, width):<{width}}  {seen}{meaning}"

    def meaning(one: TypedHeading) -> str:
        return words(fields[one.letters]) if fields[one.letters] else unknown

    lines = [line(one.letters, one.text, one.example, meaning(one)) for one in headings]
    return [line("", "Heading", "An example", "Use as"), *lines]


def _menu() -> list[str]:
    rows = -(-len(COLUMNS) // _ABREAST)
    cells = [f"{number:>4} {column.heading}" for number, column in enumerate(COLUMNS, start=1)]
    lines = ("".join(f"{cell:<25}" for cell in cells[at::rows]).rstrip() for at in range(rows))
    return ["A column can hold:", *lines]


class _Lesson:
    """What is learnt of some headings: ``fields`` is what each is taken for, by the letters of its column."""

    def __init__(self, headings: Sequence[TypedHeading], terminal: Terminal) -> None:
        counted = Counter(heading.field for heading in headings)
        self._in_conflict = {one.letters for one in headings if one.field and counted[one.field] > 1}
        self.fields = {one.letters: one.field if one.letters not in self._in_conflict else "" for one in headings}
        self._headings = headings
        self._terminal = terminal

    def ask_about_the_unknown(self) -> None:
        self._terminal.warn([""])
        for heading in self._headings:
            if not self.fields[heading.letters]:
                self._ask(heading)

    def let_change(self) -> None:
        """Until a person says that all is right, and there are names."""
        columns = {one.letters.casefold(): one for one in self._headings}
        self._terminal.warn(["", *_table(self._headings, self.fields, True, NOT_USED)])
        while True:
            answer = self._terminal.ask("Is that right? [Y/n], or the letter of a column to change:")
            if answer in columns:
                self._ask(columns[answer])
                self._terminal.warn(["", *_table(self._headings, self.fields, True, NOT_USED)])
            elif answer in _YES and has_names(self.fields.values()):
                return
            elif answer in _YES:
                self._terminal.warn(wrap(NAMES_NEEDED))
            else:
                self._terminal.warn(
                    wrap(f"Please type the letter of a column ({_span(columns)}), or y if all is right.")
                )

    def _ask(self, heading: TypedHeading) -> None:
        others = {self.fields[one.letters]: one.text for one in self._headings if one is not heading}
        like = f", like {_short(heading.example, _EXAMPLE_WIDTH)}" if heading.example else ""
        both = f" It is one of two columns for {words(heading.field)}." if heading.letters in self._in_conflict else ""
        self._terminal.warn(wrap(f'"{heading.text}"{like}.{both}'))
        holds_people = may_hold_people(heading.text) or (both and heading.field in _NAMES)
        if holds_people:
            told = f'It may hold people. To book nobody who is named there, type "{NOT_USED}".'
            self._terminal.warn(wrap(told))
        near = suggestion(heading.text, {*others, "full_name"} if self._has_part_of_name(heading) else others)
        field = self._suggested(near.field, near.heading) if near else None
        enter = "" if holds_people else ", or Enter if it is not used"
        while field is None or (field and field in others):
            if field:
                self._terminal.warn(wrap(f'"{others[field]}" is {words(field)} already.'))
            answer = self._terminal.ask(f"A number, 1-{len(COLUMNS)}{enter}:")
            field = None if holds_people and not answer else _field_of(answer)
            if field is None:
                self._terminal.warn(wrap(f"Please type a number, 1-{len(COLUMNS)}, or what it is: Email, {NOT_USED}."))
        self.fields[heading.letters] = field

    def _has_part_of_name(self, asked: TypedHeading) -> bool:
        """Whether another heading seems to be that of first or last names, though nobody may have been asked yet."""
        near = (suggestion(one.text) for one in self._headings if one is not asked)
        return any(column.field in ("first_name", "last_name") for column in near if column)

    def _suggested(self, field: str, name: str) -> str | None:
        """The field that is proposed, another, or ``None`` where a person says no and is to be asked on."""
        while True:
            answer = self._terminal.ask(f'Is it "{name}"? [Y/n], or a number, 1-{len(COLUMNS)}:')
            if answer in _YES:
                return field
            if answer in _NO:
                return None
            if (said := _field_of(answer)) is not None:
                return said
            self._terminal.warn(wrap(f"Please type y, n, or a number, 1-{len(COLUMNS)}."))


def _span(columns: Collection[str]) -> str:
    letters = [one.upper() for one in columns]
    return letters[0] if len(letters) == 1 else f"{letters[0]} to {letters[-1]}"


def _field_of(answer: str) -> str | None:
    """The field that an answer names, by number or in words; "" for none, ``None`` if there is no such thing."""
    if not answer.isdecimal():
        return field_of(answer) if answer else ""
    return COLUMNS[int(answer) - 1].field if 1 <= int(answer) <= len(COLUMNS) else None


def _ask_name(path: Path, settings: Settings, terminal: Terminal) -> str:
    proposed, before = name_from(path), ""
    while True:
        answer = clean(terminal.ask_text(f"A name for these headings, such as the sender's [{proposed}]:"))
        if answer.casefold() in _NO:
            terminal.warn(wrap(f'Please type a name, or press Enter for "{proposed}".'))
            continue
        name = proposed if answer.casefold() in _YES else answer
        if name not in settings.headings or name == before:
            return name
        before = name
        terminal.warn(wrap(f'"{name}" is kept for other headings. The same name again puts these in their place.'))


def name_from(path: Path) -> str:
    """A name for a set, from the name of a file."""
    return clean(path.name.partition(".")[0]) or "Roster"


def _short(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
