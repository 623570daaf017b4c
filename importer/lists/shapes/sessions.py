"""Pure: a session that stands once for several people: above their headings, on their tab, in the file's name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from importer.lists.session_titles import (
    FILE,
    TAB,
    TITLE,
    Said,
    differ,
    session_of_file,
    session_of_tab,
    session_of_title,
    texts_without_day,
    with_names,
)
from importer.lists.shapes.blocks import NOWHERE, has_own, on_session
from importer.lists.shapes.completing import place_text
from importer.lists.shapes.halves import complete_rows
from importer.lists.shapes.layout import Layout, People
from importer.lists.title_words import agreed_beside
from importer.model import RosterSheet
from importer.model.conventions import Answer, Convention

_MOST_TOLD = 6


def read_sessions(layout: Layout, people: People) -> People:
    """The session of each row where it stands outside of the rows: in titles, on the tab, in the file's name.

    Where rows say half of it themselves, such as the time, they are completed. Nothing is read so where ticks say it.
    """
    agreed = layout.conventions.get("session_in")
    if agreed == NOWHERE or not people.rows:
        return people
    if has_own(people):
        return complete_rows(layout, people)
    top, names = session_of_title(layout.above), texts_without_day(layout.above)
    tab, file = session_of_tab(layout.title), session_of_file(layout.file_name)
    beside = [layout.title, *names]
    found = {
        where: with_names(said, texts)
        for where, said, texts in ((TITLE, top, beside[:1]), (TAB, tab, names), (FILE, file, ()))
        if said
    }
    if not found:
        return people
    where = agreed if agreed in found else next(iter(found))
    said = found[where]
    told_as = f'Session: "{said.text}" ({place_text(where, said)}).'
    open_ = people.open if where == agreed else (*people.open, _ask(found, len(people.rows), layout.conventions))
    rows = tuple(on_session(row, said) for row in people.rows)
    return replace(people, rows=rows, open=open_, read_as=(*people.read_as, told_as))


def names_another(sheet: RosterSheet, others: Sequence[RosterSheet]) -> bool:
    """Whether a sheet names a session for all of its people that none of the others names."""
    place = sheet.place_for_all
    return place is not None and sheet.rows[0].cells["session"] not in {one.rows[0].cells["session"] for one in others}


def ask_of_sheets(sheets: Sequence[RosterSheet]) -> tuple[RosterSheet, ...]:
    """The sheets with one question for all of them, where each names a session for its people."""
    if len(sheets) == 1 or not all(sheet.place_for_all and any(map(_is_likely, sheet.open)) for sheet in sheets):
        return tuple(sheets)
    told = [f'"{sheet.rows[0].cells["session"]}": {len(sheet.rows):,} on sheet "{sheet.title}".' for sheet in sheets]
    more = (f"And {len(told) - _MOST_TOLD} more like these.",) if len(told) > _MOST_TOLD else ()
    asks = ("Does each sheet name the session of its people?", *told[:_MOST_TOLD], *more)
    return tuple(
        replace(sheet, open=tuple(replace(one, asks=asks) if _is_likely(one) else one for one in sheet.open))
        for sheet in sheets
    )


def _is_likely(asked: Convention) -> bool:
    return asked.key == "session_in" and asked.likely in (TITLE, TAB)


def _ask(found: Mapping[str, Said], people: int, conventions: Mapping[str, str]) -> Convention:
    """With each place that names a session, where they differ."""
    where, said = next(iter(found.items()))
    also = {at: agreed_beside([one.text], conventions) for at, one in found.items()}
    of_whom = f"of all {people:,} people" if people > 1 else "of the one person here"
    others = {other: one for other, one in found.items() if other != where and differ(said, one)}
    if others:
        asks = (f"Which is the session {of_whom}?",)
        answers = [
            Answer(at, f'"{one.text}" ({place_text(at, one)})', also[at]) for at, one in {where: said, **others}.items()
        ]
        return Convention("session_in", asks, (*answers, Answer(NOWHERE, "None of these")), is_needed=True)
    asks = (f'Is "{said.text}" ({place_text(where, said)}) the session {of_whom}?',)
    answers = [Answer(where, "Yes", also[where]), Answer(NOWHERE, "No: the list does not say the session")]
    return Convention("session_in", asks, tuple(answers), likely=where, is_needed=True)
