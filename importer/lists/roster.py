"""File → Roster: the sheets, the heading rows, and every row as it was typed. Nothing is interpreted here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from itertools import islice
from pathlib import Path

from importer.errors import HeadingsError, RosterError
from importer.lists.agreeing import ask_sender
from importer.lists.answer_lines import is_answers_sheet, read_answer_lines
from importer.lists.cells import column_letters
from importer.lists.content import STANDARD_INPUT, read_content
from importer.lists.corrections import corrected
from importer.lists.heading_row import ADDRESS, Headings, find_headings, heading_row, likeliest, likeness
from importer.lists.name_columns import titles_read_as
from importer.lists.names import NAMES
from importer.lists.session_titles import said_outside, session_of_tab
from importer.lists.shapes.layout import Layout
from importer.lists.shapes.reading import read_people
from importer.lists.shapes.sessions import ask_of_sheets, names_another
from importer.lists.sheets import MOST_COLUMNS, Book, Columns, Sheet, open_book
from importer.lists.values import cell_of, has_any
from importer.model import Roster, RosterSheet
from importer.model.columns import BY_HEADING_KEY, HELP_SHEET, IMPORT_FIELDS, SUMMARY_SHEET
from importer.model.drafts import CellRef
from importer.model.headings import HeadingRow, HeadingSet, of_sender, suggestions
from importer.people.evidence import fold

ALL_SHEETS = "all"
"""In place of a sheet's name: every visible one that has headings."""

_LOOKED_AT = 200

_WORDS = re.compile(r"\w+")

MOST_PEOPLE = 200_000
"""In one list. Booking them takes a day or more, and a record of each is kept."""

_EXPECTED = (
    'A list needs a row of headings with "First name" and "Last name", or "Full name". Others are "Group booking ID", '
    '"Service", "Start" and "Email". Rename the headings, or start from: roster template'
)


def read_roster(
    path: Path,
    *,
    sheet: str | None = None,
    heading_sets: Mapping[str, HeadingSet] | None = None,
    content: bytes | None = None,
    name: str = "",
    session_given: bool = False,
    corrections: Mapping[CellRef, str] | None = None,
) -> Roster:
    """Read a roster of any kind that ``sheets`` knows; its suffix says nothing. ``STANDARD_INPUT`` is read to its end.

    ``content`` are its bytes, where somebody has read them already (``read_content``). ``name`` is what the file was
    called, where it is a copy: that may name a session. ``corrections`` are read in place of what its cells say.

    ``sheet`` is the sheet to be read, or ``ALL_SHEETS``; without it, it is the first visible one that has headings and
    people, and others that have are counted, unless each of these names a session of its own for its people and none
    is given (``session_given``): then they are read as well. Row numbers are those that a spreadsheet program shows.
    Cells are as typed: nothing is taken for "not available", zeros in front stay; whole numbers are ``int``, moments
    to the second; what has no value is ``Unreadable``. In text every cell is text, and the sheet is called "". Of
    our own columns those are read that people write into, rightly or not; all have their heading and position.
    Headings mean what the set of ``heading_sets`` says that they are found by.

    Raises ``RosterError``, in a sentence with the remedy, if the file can't be read, or nobody stands under
    headings; ``HeadingsError`` if none are known, or two mean the same.
    """
    path, content, book = _opened(path, content, corrections)
    named = path.with_name(name) if name else path
    found: list[RosterSheet] = []
    also: dict[str, int] = {}
    seen = nobody = ""
    sets = _of_file(named, heading_sets or {})
    unknown: tuple[str, ...] = ()
    for title, cells in _wanted(book, path, sheet):
        headings = find_headings(cells.columns, sets)
        if headings is None:
            seen = seen or _seen(title, cells.columns)
            unknown += (title,) if _may_hold_people(title, cells.columns) else ()
        elif found and not _means_all(book, sheet):
            may_be_one = not session_given and found[0].place_for_all is not None
            if may_be_one and names_another(read := _sheet(named, title, cells, headings), found):
                found.append(read)
                _refuse_too_many(path, sum(len(one.rows) for one in found))
            else:
                also[title] = _count_people(cells.columns, headings)
        elif (read := _sheet(named, title, cells, headings)).rows:
            found.append(read)
            _refuse_too_many(path, sum(len(one.rows) for one in found))
        else:
            nobody = nobody or f"row {headings.row}" + (f' of sheet "{title}"' if title else "")
    if found:
        others = {title: count for title, count in also.items() if count}
        return Roster(
            path, content, ask_of_sheets(found), book.day_zero, others, tuple(read_answer_lines(book)), unknown
        )
    if nobody:
        raise RosterError(f'"{path.name}" has headings in {nobody}, but nobody under them. Fill in one row a person.')
    if not seen:
        raise RosterError(f'"{path.name}" is empty. {_EXPECTED}')
    teach = f'Or tell us once what each column contains:\n\n    roster headings "{path}"'
    raise HeadingsError(f'"{path.name}" has no headings that we know. {seen} {_EXPECTED}\n{teach}')


def look_at_headings(
    path: Path,
    *,
    sheet: str | None = None,
    heading_sets: Mapping[str, HeadingSet] | None = None,
    content: bytes | None = None,
    corrections: Mapping[CellRef, str] | None = None,
) -> HeadingRow:
    """The headings of a roster with a cell from under each; where none are known, those of the row that is likest.

    Raises ``RosterError`` if the file can't be read, or nothing stands in it.
    """
    looked: list[tuple[str, Columns, Headings]] = []
    path, _, book = _opened(path, content, corrections)
    sets = _of_file(path, heading_sets or {})
    for title, cells in _wanted(book, path, sheet):
        if headings := find_headings(cells.columns, sets):
            return heading_row(title, cells.columns, headings)
        if headings := likeliest(cells.columns):
            looked.append((title, cells.columns, headings))
    if not looked:
        raise RosterError(f'"{path.name}" is empty. {_EXPECTED}')
    return heading_row(*max(looked, key=lambda one: likeness(*one[1:])))


def _of_file(path: Path, sets: Mapping[str, HeadingSet]) -> Mapping[str, HeadingSet]:
    """Of several senders with the same headings the one whose name stands in that of the file."""
    said = _in_words(path.stem)
    return of_sender(sets, lambda name: _in_words(name) in said)


def _in_words(text: str) -> str:
    return f" {' '.join(map(fold, _WORDS.findall(text.replace('_', ' '))))} "


def _refuse_too_many(path: Path, people: int) -> None:
    if people > MOST_PEOPLE:
        raise RosterError(
            f'"{path.name}" has {people:,} people. The most that one list may have is {MOST_PEOPLE:,}. '
            "Split it into several lists."
        )


def _opened(path: Path, content: bytes | None, corrections: Mapping[CellRef, str] | None) -> tuple[Path, bytes, Book]:
    """What came on standard input is named by its content: another list that comes there is another roster."""
    content = read_content(path) if content is None else content
    if path != STANDARD_INPUT:
        return path, content, corrected(open_book(content, path.name), corrections or {})
    book = open_book(content, "standard input")
    return Path(f"standard input {sha256(content).hexdigest()[:6]}{book.suffix}"), content, book


def _wanted(book: Book, path: Path, wanted: str | None) -> Iterator[tuple[str, Sheet]]:
    """The sheet that is wanted, else every visible one, each read when it is its turn. Never our own."""
    ours = (SUMMARY_SHEET, HELP_SHEET)
    titles = [title for title in book.visible if title not in ours and not is_answers_sheet(book, title)]
    if wanted is not None and not _means_all(book, wanted):
        if book.titles == ("",):
            raise RosterError(f'"{path.name}" is text, which has no sheets. Leave out --sheet.')
        titles = [title for title in book.titles if _is_called(title, wanted)]
        if not titles:
            names = ", ".join(f'"{title}"' for title in book.titles)
            raise RosterError(f'"{path.name}" has no sheet "{wanted}". Its sheets are: {names}.')
    for title in titles:
        yield title, book.read(title)


def _means_all(book: Book, wanted: str | None) -> bool:
    """A sheet may be called "All": then that one is meant."""
    return (
        wanted is not None
        and _is_called(ALL_SHEETS, wanted)
        and not any(_is_called(one, wanted) for one in book.titles)
    )


def _is_called(title: str, wanted: str) -> bool:
    return title.casefold() == wanted.strip().casefold()


def _may_hold_people(title: str, columns: Columns) -> bool:
    texts = [value for column in columns for value in islice(column, _LOOKED_AT) if isinstance(value, str) and value]
    has_address = any("@" in text and ADDRESS.search(text) for text in texts)
    return has_address or (len(texts) > 1 and session_of_tab(title) is not None)


def _count_people(columns: Columns, headings: Headings) -> int:
    names = [columns[at - 1][headings.row :] for field in NAMES for at in headings.known.get(field, ())]
    return sum(any(cell_of(value) is not None for value in row) for row in zip(*names, strict=True))


def _sheet(path: Path, title: str, sheet: Sheet, headings: Headings) -> RosterSheet:
    _refuse_doubles(path, title, headings)
    columns = sheet.columns
    positions = {field: at for field, (at,) in headings.known.items()}
    in_use = [at for at, column in enumerate(columns, start=1) if at in headings.texts or has_any(column)]
    if in_use[-1] + len(IMPORT_FIELDS.difference(positions)) > MOST_COLUMNS:
        raise RosterError(
            f'Sheet "{title}" is full up to its last column: there is no room for the '
            "answers. Delete what stands far right of the people, and try again."
        )
    taught = frozenset(headings.set.fields)
    layout = Layout(
        path.name, title, sheet, headings.row, positions, headings.set.conventions, headings.set_name, taught
    )
    people = read_people(layout)
    taken = {*positions.values(), *people.columns}
    return RosterSheet(
        title=title,
        heading_row=headings.row,
        headings={field: headings.texts[at] for field, at in positions.items()},
        positions=positions,
        width=in_use[-1],
        unused=tuple(
            headings.texts.get(at, f"column {column_letters(at)}")
            for at in in_use
            if at not in taken and (at in headings.texts or has_any(columns[at - 1][headings.row :]))
        ),
        rows=people.rows,
        skipped=people.skipped,
        heading_set=headings.set_name,
        conventions=headings.set.conventions,
        open=(*([ask_sender(headings.rivals)] if headings.rivals else []), *people.open),
        read_as=(*people.read_as, *titles_read_as(people.rows)),
        said_outside=said_outside(layout.above, title, path.name),
    )


def _refuse_doubles(path: Path, title: str, headings: Headings) -> None:
    """Two columns for one thing: nobody but a person can tell which is meant."""
    for field, found in headings.known.items():
        if len(found) > 1:
            one, other = (f'"{headings.texts[at]}" (column {column_letters(at)})' for at in found[:2])
            where = f' on sheet "{title}"' if title else ""
            meaning = next(column.heading for column in BY_HEADING_KEY.values() if column.field == field)
            raise HeadingsError(
                f'{one} and {other} both mean "{meaning}"{where}. Rename or delete one of them, or say which '
                f'is meant: roster headings "{path}"'
            )


def _seen(title: str, columns: Columns) -> str:
    """What stands in the row that is likest to headings; nothing if the sheet is empty."""
    best = likeliest(columns)
    if best is None:
        return ""
    where = f"Row {best.row}" + (f' of sheet "{title}"' if title else "")
    texts = [f'"{text}"' for text in best.texts.values()]
    said = [f"{where} says {', '.join(texts[:8])}{', …' if len(texts) > 8 else ''}."]
    near = suggestions(best.typed.values(), best.known)
    return " ".join([*said, *(f'Is "{text}" meant to be "{column.heading}"?' for text, column in near.items())])
