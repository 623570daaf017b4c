"""The workbook's formats (its part ``styles``): ours are added behind the person's, and none of theirs changes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Hashable
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from importer.lists.cells import HEADING, TEXT, Look
from importer.results.package import Package

if TYPE_CHECKING:
    from lxml.etree import _Element as Element
    from openpyxl import Workbook

_BUILT_IN = {"General": 0, TEXT: 49}
_FIRST_FREE_FORMAT = 164
_FONT_PARTS = ("b", "sz", "color", "name", "family", "charset", "scheme")
_OF_ONE_CELL = ("b", "color")
_ORDER = (
    "numFmts",
    "fonts",
    "fills",
    "borders",
    "cellStyleXfs",
    "cellXfs",
    "cellStyles",
    "dxfs",
    "tableStyles",
    "colors",
    "extLst",
)
_PLACED_BY = {"fontId": "fonts", "fillId": "fills", "borderId": "borders"}


class Styles:
    """The formats of a package; what is added is in the package when it is saved."""

    def __init__(self, package: Package) -> None:
        self._root = package.change(package.part_of("/styles"))
        self._known: dict[str, dict[Hashable, int]] = {}
        self._main = self._root.tag.removesuffix("styleSheet")
        if not len(self._formats):
            raise ValueError("a workbook without formats")

    def add_answer(self, like: int, number_format: str, *, wrap: bool, is_locked: bool, is_quoted: bool) -> int:
        """A format for answers: type and lines of the person's format ``like``, plain on white.

        ``is_locked`` counts on a protected sheet; ``is_quoted``: text stays text when it is edited.
        """
        theirs = self._formats[like]
        alignment = theirs.find("{*}alignment")
        vertical = alignment.get("vertical") if alignment is not None else None
        return self._add_format(
            {
                "numFmtId": str(self._number_format(number_format)),
                "fontId": str(self._add_font(theirs)),
                "borderId": theirs.get("borderId") or "0",
                "applyBorder": "1",
                **({"quotePrefix": "1"} if is_quoted else {}),
            },
            {"vertical": vertical or "", "wrapText": "1" if wrap else ""},
            is_locked=is_locked,
        )

    def add_text(self, like: int, *, is_quoted: bool) -> int:
        """The person's format ``like``, for digits that are no number."""
        format_ = deepcopy(self._formats[like])
        format_.set("numFmtId", str(self._number_format(TEXT)))
        format_.set("applyNumberFormat", "1")
        if is_quoted:
            format_.set("quotePrefix", "1")
        return self._append("cellXfs", format_)

    def add_heading(self, like: int) -> int:
        """Our own calm format for headings, in the type of the person's."""
        font = self._add_font(self._formats[like], HEADING)
        pattern = f'<patternFill patternType="solid"><fgColor rgb="FF{HEADING.paper}"/></patternFill>'
        fill = self._add("fills", f"<fill>{pattern}</fill>")
        return self._add_format(
            {"numFmtId": "0", "fontId": str(font), "fillId": str(fill), "applyFill": "1", "borderId": "0"},
            {"vertical": "center", "wrapText": "1"},
        )

    def add_conditional(self, look: Look) -> int:
        """A conditional format's look; returns the number by which rules name it."""
        bold = "<b/>" if look.bold else ""
        return self._add(
            "dxfs",
            f'<dxf><font>{bold}<color rgb="FF{look.ink}"/></font>'
            f'<fill><patternFill patternType="solid"><bgColor rgb="FF{look.paper}"/></patternFill></fill></dxf>',
        )

    def size_pt(self, format_: int) -> float:
        """How large the type of one of the person's formats is; 0 where it is not said."""
        font = self._list("fonts")[int(self._formats[format_].get("fontId") or 0)]
        size = font.find("{*}sz")
        return float(size.get("val") or 0) if size is not None else 0.0

    def adopted(self, workbook: Workbook) -> bytes:
        """The one sheet of another workbook, as one of this workbook."""
        from lxml import etree

        stream = io.BytesIO()
        workbook.save(stream)
        with zipfile.ZipFile(stream) as archive:
            sheet, styles = archive.read("xl/worksheets/sheet1.xml"), archive.read("xl/styles.xml")
        whole = self._in_our_names(etree.fromstring(sheet))
        formats = self._adopt(etree.fromstring(styles))
        for cell in whole.iterfind("{*}sheetData/{*}row/{*}c"):
            cell.set("s", str(formats[int(cell.get("s") or 0)]))
        return etree.tostring(whole, xml_declaration=True, encoding="UTF-8", standalone=True)

    @property
    def _formats(self) -> Element:
        return self._list("cellXfs")

    def _list(self, name: str) -> Element:
        from lxml import etree

        found = self._root.find(f"{{*}}{name}")
        if found is None:
            found = etree.Element(f"{self._main}{name}")
            put_in_order(self._root, found, _ORDER)
        return found

    def _append(self, name: str, element: Element) -> int:
        """Where the element stands in its list: a file that goes to and fro must not grow by the same formats."""
        listed, known = self._list(name), self._known.setdefault(name, {})
        if not known:
            known |= {_meaning(one): number for number, one in enumerate(listed)}
        number = known.setdefault(_meaning(element), len(listed))
        if number == len(listed):
            listed.append(element)
            listed.set("count", str(len(listed)))
        return number

    def _add(self, name: str, markup: str) -> int:
        from lxml import etree

        return self._append(name, self._in_our_names(etree.fromstring(markup)))

    def _add_font(self, format_: Element, look: Look | None = None) -> int:
        from lxml import etree

        font = deepcopy(self._list("fonts")[int(format_.get("fontId") or 0)])
        for part in [part for part in font if _name(part) not in _FONT_PARTS or _name(part) in _OF_ONE_CELL]:
            font.remove(part)
        if look:
            etree.SubElement(font, f"{self._main}b", val="1" if look.bold else "0")
            etree.SubElement(font, f"{self._main}color", rgb=f"FF{look.ink}")
        font[:] = sorted(font, key=lambda part: _FONT_PARTS.index(_name(part)))
        return self._append("fonts", font)

    def _add_format(self, attributes: dict[str, str], alignment: dict[str, str], *, is_locked: bool = True) -> int:
        from lxml import etree

        given = {"fillId": "0", "xfId": "0", "applyNumberFormat": "1", "applyFont": "1", **attributes}
        format_ = etree.Element(f"{self._main}xf", given)
        if any(alignment.values()):
            format_.set("applyAlignment", "1")
            given = {key: value for key, value in alignment.items() if value}
            etree.SubElement(format_, f"{self._main}alignment", given)
        if not is_locked:
            format_.set("applyProtection", "1")
            etree.SubElement(format_, f"{self._main}protection", locked="0")
        return self._append("cellXfs", format_)

    def _adopt(self, theirs: Element) -> list[int]:
        """Add all formats of another workbook; returns the number that each has here."""
        numbers = {
            name: [self._append(name, self._in_our_names(one)) for one in theirs.iterfind(f"{{*}}{name}/*")]
            for name in _PLACED_BY.values()
        }
        codes = {one.get("numFmtId"): one.get("formatCode") for one in theirs.iterfind("{*}numFmts/{*}numFmt")}
        formats = []
        for one in theirs.iterfind("{*}cellXfs/*"):
            mine: Any = self._in_our_names(one)
            for key, name in _PLACED_BY.items():
                mine.set(key, str(numbers[name][int(mine.get(key) or 0)]))
            if code := codes.get(mine.get("numFmtId")):
                mine.set("numFmtId", str(self._number_format(code)))
            mine.set("xfId", "0")
            formats.append(self._append("cellXfs", mine))
        return formats

    def _number_format(self, code: str) -> int:
        if code in _BUILT_IN:
            return _BUILT_IN[code]
        known = {one.get("formatCode"): int(one.get("numFmtId") or 0) for one in self._list("numFmts")}
        if code not in known:
            known[code] = max([_FIRST_FREE_FORMAT - 1, *known.values()]) + 1
            from lxml import etree

            number_format = etree.Element(f"{self._main}numFmt", numFmtId=str(known[code]), formatCode=code)
            self._append("numFmts", number_format)
        return known[code]

    def _in_our_names(self, element: Element) -> Element:
        """The same element under the names of this workbook, of which there are two kinds."""
        mine = deepcopy(element)
        for part in mine.iter():
            part.tag = f"{self._main}{_name(part)}"
        return mine


def _meaning(element: Element) -> Hashable:
    """What two elements have in common that say the same, whatever prefix they have."""
    return element.tag, frozenset(element.attrib.items()), tuple(map(_meaning, element))


def put_in_order(root: Element, new: Element, order: tuple[str, ...]) -> None:
    """Put ``new`` where it belongs among the children of ``root``: behind all that come before it in ``order``."""
    before = order[: order.index(_name(new)) + 1]
    positions = [n for n, child in enumerate(root, start=1) if isinstance(child.tag, str) and _name(child) in before]
    root.insert(max(positions, default=0), new)


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2]
