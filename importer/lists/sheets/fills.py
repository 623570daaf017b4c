"""``.xlsx``: the colours of cells, as far as they are filled with one of their own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from xml.etree.ElementTree import Element

from importer.lists.cells import column_number

MOST_ROWS = 5_000
"""Of a sheet whose colours are looked at: in longer ones nobody colours a row by hand."""

_CELL = re.compile(rb'<c r="([A-Za-z]+)(\d+)"([^>]*[^>/])>')
_STYLE = re.compile(rb'\ss="(\d+)"')
_WHITE = "FFFFFF"


def filled_styles(styles: Element) -> dict[str, str]:
    """The colour of each cell style that is filled with one, by its number as the sheet writes it: ``FF0000``."""
    tables = {_local(one): one for one in styles}
    fills = {str(number): colour for number, fill in enumerate(tables.get("fills", ())) if (colour := _colour(fill))}
    looks = ((str(number), style.get("fillId", "")) for number, style in enumerate(tables.get("cellXfs", ())))
    return {number: fills[fill] for number, fill in looks if fill in fills}


def coloured_rows(sheet: Iterable[bytes], fills: Mapping[str, str]) -> dict[int, dict[int, str]]:
    """The rows in which some cell is filled, by number: the colour of each cell in which something stands, "" for none,
    by its column, counted from 1."""
    found: dict[int, dict[int, str]] = {}
    for piece in sheet:
        for letters, row, attributes in _CELL.findall(piece):
            style = _STYLE.search(attributes)
            colour = fills.get(style[1].decode(), "") if style else ""
            found.setdefault(int(row), {})[column_number(letters.decode().upper())] = colour
    return {row: cells for row, cells in found.items() if any(cells.values())}


def _colour(fill: Element) -> str:
    """Of a solid fill. Colours of a theme are not told apart by name, only by number."""
    for pattern in (one for one in fill if _local(one) == "patternFill" and one.get("patternType") == "solid"):
        for ink in (one for one in pattern if _local(one) == "fgColor"):
            rgb = ink.get("rgb", "")[-6:].upper()
            kind = "theme" if ink.get("theme") else "indexed"
            number = f"{kind} {ink.get(kind, '')} {ink.get('tint', '')}".strip()
            return "" if rgb == _WHITE else rgb or number
    return ""


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]
