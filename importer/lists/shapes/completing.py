"""Pure: what the titles of a list, its tab or the name of its file add to headings or rows that say half a session."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from importer.lists.findings import Finding
from importer.lists.session_titles import FILE, TAB, TITLE, Line, Said, name_in_file, name_in_tab, said_by, says_session
from importer.lists.session_words import LONGEST, read_session_words
from importer.lists.shapes.layout import Layout
from importer.model import Place, SessionWords


class Completed(NamedTuple):
    """What stands elsewhere, and each of the texts together with it."""

    said: Said
    texts: Mapping[int, str]


def completed(
    layout: Layout, lacking: Mapping[int, str], is_enough: Callable[[SessionWords], object] = bool
) -> dict[str, Completed]:
    """The texts, completed by each place with which all of them say one session each and ``is_enough``.

    Nothing is added that says another time than the text does. The row above the headings may be one of headings.
    """
    found: dict[str, Completed] = {}
    for where, candidates in _places(layout) if lacking else ():
        for said in candidates:
            joined = {at: f"{said.text}, {text}" for at, text in lacking.items()}
            if all(_is_one_session(one, is_enough) for one in joined.values()):
                found[where] = Completed(said, joined)
                break
    return found


def names_service(text: str) -> bool:
    """Whether a text names something beside days and times."""
    words = next((read for read in _read(text) if isinstance(read, SessionWords)), None)
    return words is None or words.names != ()


def place_text(where: str, said: Said) -> str:
    """``row 1``, ``the name of the sheet``"""
    places = {TAB: "the name of the sheet", FILE: "the name of the file"}
    return places.get(where) or f"row {said.place.row}"


def _places(layout: Layout) -> Iterator[tuple[str, Sequence[Said]]]:
    """The places that name something, each with what it says, and that without its days and times."""
    above = [*layout.above]
    if above and above[-1].row == layout.heading_row - 1:
        row, cells = above[-1]
        above[-1] = Line(row, [(at, cell) for at, cell in cells if at in layout.taken])
    outside = {TAB: name_in_tab(layout.title), FILE: name_in_file(layout.file_name)}
    told = {where: [(text, Place(0, 0))] for where, text in outside.items() if text}
    for where, lines in {TITLE: [*said_by(above)], **told}.items():
        some = (lines, [one for one in lines if not says_session(one[0])])
        if candidates := [Said(", ".join(text for text, _ in one), one[0][1]) for one in some if one]:
            yield where, candidates


def _is_one_session(text: str, is_enough: Callable[[SessionWords], object]) -> bool:
    read = next((one for one in _read(text) if isinstance(one, SessionWords)), None) if len(text) <= LONGEST else None
    return read is not None and bool(is_enough(read))


def _read(text: str) -> Iterable[SessionWords | Finding]:
    return (read_session_words(text, order) for order in (None, "dmy", "mdy"))
