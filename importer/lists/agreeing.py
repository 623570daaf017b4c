"""Pure: what has to be agreed on about a sheet, because its cells alone can't tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from importer.lists.findings import Finding
from importer.lists.moments import Moment, date_order_in, read_moment
from importer.lists.name_columns import full_names, name_order_of, names_order_open, surnames_open
from importer.lists.name_words import FIRST_LAST, LAST_FIRST
from importer.lists.names import split_full_name
from importer.lists.telephones import TELEPHONES, lost_zero, region_of
from importer.model import Options, RosterSheet
from importer.model.conventions import SENDER, Answer, Convention, in_words
from importer.model.headings import HeadingSet
from importer.settings import Settings

UNTOLD = ("other_people", "other_sessions", "row_words")
"""The conventions about columns that are not used: they hold nobody, but need a person until somebody has told."""


def open_conventions(sheet: RosterSheet, settings: Settings, options: Options) -> Iterator[Convention]:
    """What is open about a sheet, in the order in which it is asked."""
    yield from open_in_shape(sheet, options)
    if not sheet.conventions.get("surname"):
        yield from _surname(sheet, settings)
    if not name_order_of(sheet, settings.name_order):
        yield from _name_order(sheet)
    if not (sheet.conventions.get("date_order") or settings.date_order):
        for field in ("start", "date"):
            yield from _date_order(sheet, field)
    if "telephone_zero" not in sheet.conventions:
        yield from _telephone_zero(sheet, settings)


def ask_sender(sets: Mapping[str, HeadingSet]) -> Convention:
    """Whose list it is, of senders whose sets of headings fit equally well: with what each says that not all say."""
    said = [one.conventions.items() for one in sets.values()]
    answers = []
    for name, own in zip(sets, said, strict=True):
        differs = [in_words(*one) for one in own if not all(one in other for other in said)]
        answers.append(Answer(name, f"{name}: {', '.join(differs) or 'nothing else was agreed on'}"))
    asks = (
        "Whose list is this? These senders have the same headings.",
        "(This is not asked where one of these names stands in the name of the file.)",
    )
    return Convention(SENDER, asks, tuple(answers), is_needed=True)


def open_in_shape(sheet: RosterSheet, options: Options) -> Iterator[Convention]:
    """What is open about how people and sessions stand on a sheet. A session that the call names needs no other."""
    given = {"other_sessions", *(["session_in"] if sheet.place_for_all is not None else [])}
    yield from (one for one in sheet.open if not (options.target and one.key in given))


def untold_columns(sheet: RosterSheet, options: Options) -> Iterator[Convention]:
    """What is open about columns that are not used: until somebody has said that this is right, it is not."""
    yield from (one for one in open_in_shape(sheet, options) if one.key in UNTOLD)


def _name_order(sheet: RosterSheet) -> Iterator[Convention]:
    """Nothing in a column of full names tells which name comes first."""
    examples = names_order_open(full_names(sheet))
    if not examples:
        return
    one, _, other = examples[0].partition(" ")
    asks = (
        f'Which name comes first in "{sheet.headings["full_name"]}"? Nothing in the column tells:',
        f"     {', '.join(examples)}",
    )
    answers = (
        Answer(FIRST_LAST, f"the first name: {examples[0]} is first name {one}, last name {other}"),
        Answer(LAST_FIRST, f"the last name: {examples[0]} is first name {other}, last name {one}"),
    )
    yield Convention("name_order", asks, answers, likely=FIRST_LAST)


def _surname(sheet: RosterSheet, settings: Settings) -> Iterator[Convention]:
    """Some full names have three plain words. Asked first: the answer tells the order of all names as well."""
    examples = surnames_open(full_names(sheet), name_order_of(sheet, settings.name_order))
    if not examples:
        return
    asks = (f'Which part is the surname in "{sheet.headings["full_name"]}"?', f"     {', '.join(examples)}")
    said = {"last-word": "the last word", "last-two-words": "the last two", "after-first-word": "all after the first"}
    answers = (
        Answer(value, f"{words}: {examples[0]} is first name {first}, last name {last}")
        for value, words in said.items()
        for (first, last), _ in [split_full_name(examples[0], FIRST_LAST, value)]
    )
    yield Convention("surname", asks, tuple(answers))


def _telephone_zero(sheet: RosterSheet, settings: Settings) -> Iterator[Convention]:
    """Numbers of a column seem to have lost the zero in front, as spreadsheets make them do."""
    for field in (one for one in TELEPHONES if one in sheet.headings):
        region = settings.region or region_of(settings.timezone)
        cells = (row.cells.get(field) for row in sheet.rows)
        if example := next((number for cell in cells if (number := lost_zero(cell, region))), ""):
            asks = (f'"{sheet.headings[field]}": is a zero missing in front of {example}? Spreadsheets drop it.',)
            answers = (
                Answer("add", f"yes: it is 0{example}, and so are others like it"),
                Answer("as-written", "no: send numbers as the list has them"),
            )
            yield Convention("telephone_zero", asks, answers, likely="add")
            return


def _date_order(sheet: RosterSheet, field: str) -> Iterator[Convention]:
    """Nothing in a column tells what its dates mean."""
    cells = [row.cells[field] for row in sheet.rows if field in row.cells]
    if date_order_in(cells):
        return
    for text in dict.fromkeys(cell for cell in cells if isinstance(cell, str)):
        finding = read_moment(text, field)
        if isinstance(finding, Finding) and finding.rule == "date_order":
            read = [read_moment(text, field, order) for order in ("dmy", "mdy")]
            as_dmy, as_mdy = (one.day if isinstance(one, Moment) else None for one in read)
            if as_dmy and as_mdy:
                asks = (f'"{sheet.headings[field]}": is {text} {_day(as_dmy)} or {_day(as_mdy)}?',)
                answers = (
                    Answer("dmy", f"{_day(as_dmy)}: the day comes first"),
                    Answer("mdy", f"{_day(as_mdy)}: the month comes first"),
                )
                yield Convention("date_order", asks, answers)
            return


def _day(day: date) -> str:
    return f"{day.day} {day:%B}"
