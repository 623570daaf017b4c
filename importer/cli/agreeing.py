"""What is open about a list is asked, each thing once; at the end stands what will be kept, and then it is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from importer.cli.screens import asked_lines, heading_place
from importer.cli.teaching import NO, YES, ask_about_headings, ask_for_session, change, lesson_table
from importer.cli.terminal import Terminal, wrap
from importer.importing.lessons import NAMES_NEEDED, Lesson, Lessons, are_one_question
from importer.importing.questions import Agree, Choices, Headings, OfList
from importer.importing.reading import Reading, headings_of, read_list
from importer.lists.agreeing import UNTOLD
from importer.lists.findings import clean
from importer.model import RosterSheet
from importer.model.conventions import SENDER, Convention, in_words
from importer.model.headings import HeadingRow
from importer.settings import keep_headings, settings_path

_NEW = "These headings are new: tell us once what each column contains. Ctrl-C keeps nothing."
_TO_CHANGE = (
    "Please type the letter of a column to change it, the number of a line, or another name. Ctrl-C keeps nothing."
)
_OR_CHANGE = "[Y/n], the letter of a column to change, or another name:"
_FEWEST_LETTERS_OF_A_NAME = 2


def keep(lesson: Lesson, terminal: Terminal) -> None:
    """Write what was learnt into the settings file, and say so. Raises ``SettingsError`` where that can't be done.

    The set of another name by which the list was read stays: it may be another sender's.
    """
    keep_headings(lesson.name, lesson.table)
    where = settings_path()
    terminal.say(wrap(f'Kept as "{lesson.name}" in {where}. Lists with these headings are read so from now on.'))
    other = lesson.row.heading_set
    if other not in ("", lesson.name):
        terminal.say(wrap(f'"{other}" is kept too. If it is the same sender, delete it from that file.'))


class Agreement:
    """A conversation about one list. ``choices`` have all that was agreed so far; nothing of it is kept before a person
    has seen it together, so that Ctrl-C (``click.Abort``) keeps nothing."""

    def __init__(self, path: Path, terminal: Terminal, choices: Choices, *, name: str = "") -> None:
        self._path = path
        self._terminal = terminal
        self._lessons = Lessons(path, choices, name=name)
        self._asked: set[tuple[str, str]] = set()
        """What need not be asked again: the sheet or the name of its set, and what it was."""
        self._begun: set[str] = set()
        """The sheets of which a lesson was begun to ask about several at once."""

    @property
    def choices(self) -> Choices:
        """With what was agreed so far."""
        return self._lessons.choices

    def teach(self, row: HeadingRow, conventions: Mapping[str, str]) -> None:
        """Begin with headings that are to be shown, known or not, and with ``conventions`` that were given."""
        lesson = self._lessons.begun(row)
        for key, value in conventions.items():
            lesson = lesson.with_convention(key, value)
        self._learn_headings(lesson, needs_session=True)

    def hold(self, reading: Reading) -> Reading:
        """Ask what is open, and show what will be kept. The list is read again by what was agreed.

        Raises ``RosterError``, ``click.Abort``.
        """
        reading = self._ask_all(reading)
        lessons = self._lessons.by_name
        confirmed = {*lessons} if len(lessons) > 1 and self._are_confirmed() else set[str]()
        while lesson := next((one for name, one in lessons.items() if name not in confirmed), None):
            said, is_right = self._confirmed(lesson)
            if is_right:
                confirmed.add(said.name)
            if said != lesson:
                self._lessons.put(said, instead_of=lesson.name)
                reading = self._ask_all(read_list(self._path, self.choices))
        return reading

    def keep(self) -> None:
        """Raises ``SettingsError`` where it can't be kept."""
        for lesson in self._lessons.by_name.values():
            keep(lesson, self._terminal)
        if self._lessons.by_name:
            self._terminal.warn([""])

    # What is open

    def _ask_all(self, reading: Reading) -> Reading:
        while question := next((one for one in reading.open if not self._was_asked(one)), None):
            before = self.choices
            if isinstance(question, Headings):
                self._ask_headings(question)
            elif question.convention.key == SENDER:
                self._ask_sender(question)
            else:
                self._ask_convention(question, self._asked_together(question, reading))
            if self.choices != before:
                reading = read_list(self._path, self.choices)
        return reading

    def _was_asked(self, question: OfList) -> bool:
        sheet = question.sheet
        what = question.convention.key if isinstance(question, Agree) else "headings"
        return any((of, what) in self._asked for of in _names_of(sheet))

    def _ask_headings(self, question: Headings) -> None:
        self._asked |= {(of, "headings") for of in _names_of(question.sheet)}
        row = headings_of(self._path, question.sheet, self.choices)
        if row.is_new:
            self._learn_headings(self._lessons.begun(row), needs_session=question.needs_session)

    def _ask_sender(self, question: Agree) -> None:
        self._asked |= {(of, SENDER) for of in _names_of(question.sheet)}
        if sender := _answer(question.convention, self._terminal):
            self._lessons.given = self._lessons.given.with_settings(sender=sender)

    def _learn_headings(self, lesson: Lesson, *, needs_session: bool) -> None:
        row = lesson.row
        self._terminal.warn(wrap(" · ".join([self._path.name, *heading_place(row.sheet, row.row, row.heading_set)])))
        if not row.heading_set:
            self._terminal.warn([_NEW])
            lesson = ask_about_headings(lesson, self._terminal)
        self._lessons.put(lesson)
        if needs_session and not self._has_session(lesson):
            self._lessons.put(ask_for_session(lesson, self._terminal))

    def _has_session(self, lesson: Lesson) -> bool:
        """Whether its columns say the session, or something else about the list does."""
        if not lesson.lacks_of_session or lesson.row.heading_set or not lesson.unused:
            return True
        roster = read_list(self._path, self.choices).roster
        return roster is None or any(one.names_sessions for one in roster.sheets if one.heading_set == lesson.name)

    def _asked_together(self, question: Agree, reading: Reading) -> list[Agree]:
        """The sheets of which the same is open, so that one answer does for all."""
        others = (one for one in reading.open if isinstance(one, Agree) and not self._was_asked(one))
        return [one for one in others if are_one_question(one.convention, question.convention, UNTOLD)]

    def _ask_convention(self, question: Agree, together: Sequence[Agree]) -> None:
        if len(together) > 1:
            self._ask_together(together)
            return
        sheet, asked = question.sheet, question.convention
        lesson = self._lessons.by_name.get(sheet.heading_set)
        if lesson is None:
            lesson = self._begin(question)
            if lesson.proposes:  # what is open may be answered by it
                self._lessons.put(lesson)
                return
        self._asked |= {(of, asked.key) for of in (lesson.name, *_names_of(sheet))}
        if len(asked.answers) == 1:  # what is not right is changed where all is shown
            value = asked.answers[0].value if _is_right(asked, self._terminal) else ""
            self._lessons.put(lesson.with_answer(asked, value))
        elif value := _answer(asked, self._terminal):
            self._lessons.put(lesson.with_answer(asked, value))

    def _ask_together(self, questions: Sequence[Agree]) -> None:
        """One question about several sheets. What their headings mean is known first: it may answer it."""
        for one in questions:
            if one.sheet.heading_set not in self._lessons.by_name and one.sheet.title not in self._begun:
                self._begun.add(one.sheet.title)
                lesson = self._begin(one)
                self._lessons.put(lesson)
                return
        first = questions[0].convention
        self._asked |= {(of, first.key) for one in questions for of in _names_of(one.sheet)}
        chosen = _answer(_together([one.convention for one in questions]), self._terminal)
        for at in (at for at, one in enumerate(first.answers) if one.value == chosen):
            for one in reversed(questions):  # of sheets with the same headings the first tells
                self._lessons.answer(one, one.convention.answers[at].value)

    def _begin(self, question: Agree) -> Lesson:
        row = headings_of(self._path, question.sheet, self.choices)
        place = heading_place(row.sheet, row.row, row.heading_set)
        self._terminal.warn(["", *wrap(" · ".join([self._path.name, *place]))])
        return ask_about_headings(self._lessons.begun(row), self._terminal)

    # What will be kept

    def _are_confirmed(self) -> bool:
        """Whether all is right as it will be kept; else each is asked by itself."""
        lessons = self._lessons.by_name
        if not all(lesson.has_names for lesson in lessons.values()):
            return False
        for lesson in lessons.values():
            self._show(lesson)
        names = [f'"{name}"' for name in lessons]
        question = f"Keep these as {', '.join(names[:-1])} and {names[-1]}? [Y/n]:"
        while (answer := self._terminal.ask(question)) not in YES | NO:
            self._terminal.warn(["Please type y, or n to change something."])
        return answer in YES

    def _show(self, lesson: Lesson) -> None:
        self._terminal.warn(["", "This will be kept for lists with these headings:", "", *lesson_table(lesson)])
        told = [in_words(key, value) for key, value in lesson.conventions.items()]
        self._terminal.warn(
            [f"  {number:<3} {text[:1].upper()}{text[1:]}" for number, text in enumerate(told, start=1)]
        )
        self._terminal.warn([""])

    def _confirmed(self, lesson: Lesson) -> tuple[Lesson, bool]:
        """The lesson with what a person has changed, be it its name, and whether it is right so."""
        agreed = [*lesson.conventions]
        self._show(lesson)
        taken = ""
        while True:
            text = clean(self._terminal.ask_text(f'Keep this as "{lesson.name}"? {_OR_CHANGE}'))
            answer = text.casefold()
            if answer in YES:
                if lesson.has_names:
                    return lesson, True
                self._terminal.warn(wrap(NAMES_NEEDED))
            elif answer in NO:
                self._terminal.warn(wrap(_TO_CHANGE))
            elif heading := lesson.heading(answer):
                return change(heading, lesson, self._terminal), False
            elif answer.isdecimal() and 1 <= int(answer) <= len(agreed):
                return self._asked_again(agreed[int(answer) - 1], lesson), False
            elif len(answer) < _FEWEST_LETTERS_OF_A_NAME or answer.isdecimal():
                self._terminal.warn(wrap(_TO_CHANGE))
            elif text in self._lessons.given.settings.headings and text not in (taken, lesson.row.heading_set):
                taken = text
                told_so = f'"{text}" is kept for other headings. The same name again puts these in their place.'
                self._terminal.warn(wrap(told_so))
            else:
                return replace(lesson, name=text), True

    def _asked_again(self, key: str, lesson: Lesson) -> Lesson:
        self._asked = {(of, what) for of, what in self._asked if what != key}
        return lesson.with_convention(key, "")


def _names_of(sheet: RosterSheet | None) -> tuple[str, ...]:
    return (f"sheet {sheet.title}", *filter(None, [sheet.heading_set])) if sheet else ("",)


def _together(asked: Sequence[Convention]) -> Convention:
    asks = dict.fromkeys(asked_of.asks for asked_of in asked)
    if len(asks) == 1:
        return asked[0]
    lines = [line for some in asks for line in some]
    return replace(asked[0], asks=(*lines, "One answer for all of these:"))


def _is_right(asked: Convention, terminal: Terminal) -> bool:
    terminal.warn(["", *asked_lines(asked), ""])
    while (
        answer := terminal.ask("Type y, or n to change it below [Y/n]:" if asked.likely else "Type y or n:")
    ) not in NO:
        if answer in YES and (answer or asked.likely):
            return True
        terminal.warn(["Please type y or n."])
    return False


def _answer(asked: Convention, terminal: Terminal) -> str:
    """The value that somebody chose; "" where they left it open."""
    terminal.warn(["", *asked_lines(asked)])
    terminal.warn([*(f"  {number}  {one.words}" for number, one in enumerate(asked.answers, start=1)), ""])
    answers = {str(number): one.value for number, one in enumerate(asked.answers, start=1)}
    numbers = _or([*answers])
    enter = next((number for number, value in answers.items() if value == asked.likely), "")
    for one in reversed(asked.answers):
        says = one.words.partition(":")[0].partition(",")[0].casefold()
        answers |= {says[:1]: one.value, says: one.value} if says in ("yes", "no") else {}
    open_ = "" if asked.is_needed else ", or ? if you can't tell"
    what = f" [{enter}]{open_}:" if enter else ", or Enter if you can't tell:"
    means = f"press Enter for {enter}{open_}" if enter else "press Enter if you can't tell"
    while (answer := terminal.ask(f"Type {numbers}{what}")) and answer not in answers:
        if answer == "?" and not asked.is_needed:
            return ""
        terminal.warn(wrap(f"Please type {numbers}, or {means}."))
    return answers.get(answer, asked.likely)


def _or(listed: Sequence[str]) -> str:
    return " or ".join(filter(None, [", ".join(listed[:-1]), listed[-1]]))
