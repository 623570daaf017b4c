"""``.xlsx`` and ``.xlsm``: values by calamine; what it does not tell, from the sheet's own markup."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import NamedTuple
from xml.etree.ElementTree import Element

from importer.lists.sheets.archive import Archive
from importer.lists.sheets.book import (
    Book,
    Sheet,
    columns_of,
    failing_as_damaged,
    refuse_if_large,
    refuse_many_texts,
    with_left,
    with_unreadable,
)
from importer.lists.sheets.fills import MOST_ROWS as MOST_COLOURED_ROWS
from importer.lists.sheets.fills import coloured_rows, filled_styles
from importer.lists.sheets.markup import YES, Looks, read_marks, rows_of, struck_texts, survey
from importer.lists.sheets.relations import relations_part, target_part
from importer.model import DAY_ZERO, DAY_ZERO_1904

_ROOT = ""
_SHARED_TEXTS = "sharedstrings.xml"
_TEXT = re.compile(rb"<(?:\w+:)?si\b")
_SAID_TEXTS = re.compile(rb"""\suniqueCount\s*=\s*["'](\d+)""")


class _Related(NamedTuple):
    kind: str
    part: str


def open_excel(archive: Archive, content: bytes, name: str) -> Book:
    """Macros are not run, links to other files not followed. Raises ``RosterError`` if it can't be read."""
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    archive.watch()
    with failing_as_damaged(name):
        (main,) = (one.part for one in _related(archive, _ROOT).values() if one.kind == "officeDocument")
        workbook, related = _tree(archive, main), _related(archive, main)
        _refuse_many_texts(archive, name)
        by_kind = {one.kind: one.part for one in related.values()}
        looks, fills = _looks(archive, by_kind), _fills(archive, by_kind)
        parts = _parts(workbook, related)
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        metadata = [sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]

    def read(title: str) -> Sheet:
        with failing_as_damaged(name):
            part = parts[title]
            seen = survey(partial(archive.tags, part), looks)
            refuse_if_large(name, title, *seen.area)
            rows = book.get_sheet_by_name(title).to_python(skip_empty_area=False)
            columns = columns_of(rows, name, title)
            looked_at = fills and seen.area.rows <= MOST_COLOURED_ROWS
            coloured = coloured_rows(archive.tags(part), fills) if looked_at else {}
            if not seen.is_marked:
                return Sheet(columns, merged=seen.merged, coloured=coloured, hidden_columns=seen.hidden_columns)
            marks = read_marks(archive.tags(part), looks, _table_filters(archive, part))
            columns = with_left(with_unreadable(columns, marks.unreadable), marks.left)
            left = frozenset(marks.left)
            return Sheet(columns, marks.set_aside, marks.struck, seen.merged, left, coloured, seen.hidden_columns)

    counts_from_1904 = any(_local(one) == "workbookPr" and one.get("date1904") in YES for one in workbook)
    return Book(
        suffix=".xlsm" if any(part.endswith("vbaProject.bin") for part in archive) else ".xlsx",
        titles=tuple(sheet.name for sheet in metadata),
        visible=tuple(sheet.name for sheet in metadata if sheet.visible == SheetVisibleEnum.Visible),
        read=read,
        day_zero=DAY_ZERO_1904 if counts_from_1904 else DAY_ZERO,
    )


def _tree(archive: Archive, part: str) -> Element:
    from defusedxml.ElementTree import fromstring

    tree: Element = fromstring(archive.read(part))
    return tree


def _related(archive: Archive, part: str) -> dict[str, _Related]:
    """The parts that a part refers to, by the ids that it has for them."""
    relations = relations_part(part)
    if relations not in archive:
        return {}
    return {
        one.get("Id", ""): _Related(
            one.get("Type", "").rpartition("/")[2],
            target_part(part, one.get("Target", "")),
        )
        for one in _tree(archive, relations)
        if one.get("TargetMode") != "External"
    }


def _parts(workbook: Element, related: Mapping[str, _Related]) -> dict[str, str]:
    """The part of each sheet, by its title."""
    parts = {}
    for sheet in (one for one in workbook.iter() if _local(one) == "sheet"):
        id_ = next((value for key, value in sheet.items() if key.endswith("}id")), "")
        if id_ in related:
            parts[sheet.get("name", "")] = related[id_].part
    return parts


def _refuse_many_texts(archive: Archive, name: str) -> None:
    """Count the texts that cells share, and how many there are said to be, for which calamine would make room.

    It finds them by their name, whether or not the workbook refers to them.
    """
    for part in archive:
        number = 0
        for piece in archive.tags(part) if part.casefold().endswith(_SHARED_TEXTS) else ():
            number += len(_TEXT.findall(piece))
            refuse_many_texts(name, max(number, *map(int, _SAID_TEXTS.findall(piece)), 0))


def _looks(archive: Archive, parts: Mapping[str, str]) -> Looks:
    looks = Looks()
    if (part := parts.get("styles", "")) in archive and b"strike" in archive.read(part):
        looks = looks._replace(styles=frozenset(_struck_styles(_tree(archive, part))))
    if (part := parts.get("sharedStrings", "")) in archive and any(b"strike" in one for one in archive.tags(part)):
        texts, left = struck_texts(archive.tags(part))
        looks = looks._replace(texts=texts, left=left)
    return looks


def _fills(archive: Archive, parts: Mapping[str, str]) -> Mapping[str, str]:
    part = parts.get("styles", "")
    return filled_styles(_tree(archive, part)) if part in archive and b"solid" in archive.read(part) else {}


def _struck_styles(styles: Element) -> Iterator[str]:
    tables = {_local(one): one for one in styles}
    struck = {
        str(number)
        for number, font in enumerate(tables.get("fonts", ()))
        for one in font
        if _local(one) == "strike" and one.get("val", "1") in YES
    }
    for number, style in enumerate(tables.get("cellXfs", ())):
        if style.get("fontId") in struck:
            yield str(number)


def _table_filters(archive: Archive, sheet: str) -> Iterator[range]:
    """The rows of those tables of a sheet whose filter is at work."""
    for one in _related(archive, sheet).values():
        if one.kind == "table" and one.part in archive:
            for part in _tree(archive, one.part):
                if _local(part) == "autoFilter" and len(part):
                    yield rows_of(part.get("ref", ""))


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]
