"""The workbook as the package of parts that it is: a part that nobody changes goes back byte for byte.

Written to ECMA-376, of which Excel's "strict" form has other names for the same things; so names are taken from the
package itself wherever they can be.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from itertools import count
from typing import IO, TYPE_CHECKING, NamedTuple

from importer.lists.sheets.relations import relations_part, target_part
from importer.model import DAY_ZERO, DAY_ZERO_1904

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_TYPES = "[Content_Types].xml"
_CHUNK_BYTES = 2**20
_ZIP_LEVEL = 4
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_SIGNATURES = "_xmlsignatures/"


class Sheet(NamedTuple):
    """A sheet of the workbook: its title, its part, and whether it has cells (a sheet of one chart has none)."""

    title: str
    part: str
    has_cells: bool


class Package:
    """The parts of an ``.xlsx`` or ``.xlsm``. Raises ``ValueError`` and its like for what is none."""

    def __init__(self, content: bytes) -> None:
        self._zip = zipfile.ZipFile(io.BytesIO(content))
        self._parts = {name.casefold(): name for name in self._zip.namelist()}
        self._trees: dict[str, Element] = {}
        self._new: dict[str, Iterable[bytes] | None] = {}
        self.is_signed = any(name.startswith(_SIGNATURES) for name in self._parts)
        if self.is_signed:
            self._drop_signatures()
        self.workbook_part = self._target("", "/officeDocument")
        self.workbook = self.change(self.workbook_part)

    @property
    def day_zero(self) -> date:
        """The day from which the workbook counts days."""
        properties = self.workbook.find("{*}workbookPr")
        is_1904 = properties is not None and properties.get("date1904") in ("1", "true")
        return DAY_ZERO_1904 if is_1904 else DAY_ZERO

    def sheets(self) -> list[Sheet]:
        """The sheets in their order."""
        found = []
        parts = {id_: (kind, part) for id_, kind, part in self.related(self.workbook_part)}
        for sheet in self.workbook.iterfind("{*}sheets/{*}sheet"):
            kind, part = parts[_id_of(sheet)]
            found.append(Sheet(sheet.get("name") or "", part, kind.endswith("/worksheet")))
        return found

    def part_of(self, kind: str) -> str:
        """The one part of the workbook of a kind (``/styles``); ``KeyError`` where there is none."""
        return self._target(self.workbook_part, kind)

    def related(self, part: str) -> list[tuple[str, str, str]]:
        """What a part refers to: id, kind and part, of what is inside the package."""
        if relations_part(part).casefold() not in self._parts:
            return []
        return [
            (one.get("Id") or "", one.get("Type") or "", target_part(part, one.get("Target") or ""))
            for one in self.look_at(relations_part(part)).iterfind("{*}Relationship")
            if one.get("TargetMode") != "External"
        ]

    def open(self, part: str) -> IO[bytes]:
        return self._zip.open(self._parts[part.casefold()])

    def look_at(self, part: str) -> Element:
        """A part as a tree, to be read only."""
        from lxml import etree

        name = self._parts[part.casefold()]
        if name in self._trees:
            return self._trees[name]
        with self.open(name) as stream:
            return etree.fromstring(stream.read(), etree.XMLParser(resolve_entities=False, huge_tree=True))

    def change(self, part: str) -> Element:
        """A part as a tree that may be changed: as it is in the end, it is written."""
        name = self._parts[part.casefold()]
        return self._trees.setdefault(name, self.look_at(name))

    def shared_texts(self, wanted: Collection[int]) -> dict[int, str]:
        """Texts that cells name by number."""
        from lxml import etree

        found: dict[int, str] = {}
        if wanted:
            with self.open(self.part_of("/sharedStrings")) as stream:
                texts = etree.iterparse(stream, tag="{*}si", resolve_entities=False, huge_tree=True)
                for number, (_, item) in enumerate(texts):
                    if number in wanted:
                        runs = (*item.iterfind("{*}t"), *item.iterfind("{*}r/{*}t"))
                        found[number] = "".join(run.text or "" for run in runs)
                    if number >= max(wanted):
                        break
                    item.clear()
        return found

    def put(self, part: str, content: Iterable[bytes]) -> None:
        """Give a part another content, which is asked for when the package is written."""
        self._new[self._parts.get(part.casefold(), part)] = content

    def add_first_sheet(self, title: str, content: bytes) -> None:
        """A new sheet of cells that stands first and is the one that is open. Its names are those of strict or not."""
        from lxml import etree

        sheets = self.workbook.find("{*}sheets")
        if sheets is None:
            raise ValueError("a workbook without sheets")
        part = next(name for name in self._free_names() if name.casefold() not in self._parts)
        relation = self.change(relations_part(self.workbook_part))
        like = next(one for one in relation if (one.get("Type") or "").endswith("/worksheet"))
        ids = {one.get("Id") for one in relation}
        id_ = next(f"rId{n}" for n in range(1, len(ids) + 2) if f"rId{n}" not in ids)
        etree.SubElement(relation, like.tag, Id=id_, Type=like.get("Type") or "", Target=f"/{part}")
        types = self.change(_TYPES)
        etree.SubElement(
            types, types.tag.removesuffix("Types") + "Override", PartName=f"/{part}", ContentType=_SHEET_TYPE
        )
        number = max((int(sheet.get("sheetId") or 0) for sheet in sheets), default=0) + 1
        key = next(str(name) for sheet in sheets for name in sheet.attrib if str(name).endswith("}id"))
        sheets.insert(0, etree.Element(sheets[0].tag, {"name": title, "sheetId": str(number), key: id_}))
        self._parts[part.casefold()] = part
        self._new[part] = [content]
        self._renumber_names({old: old + 1 for old in range(len(sheets) - 1)})
        for view in self.workbook.iterfind("{*}bookViews/{*}workbookView"):
            view.attrib.pop("activeTab", "")
            view.attrib.pop("firstSheet", "")

    def room_for(self, title: str, theirs: Collection[str]) -> str:
        """Take away our sheet of an earlier run; returns its title, or one like it where that is one of ``theirs``."""
        for old in self.sheets():
            if old.title.casefold() == title.casefold() and old.title not in theirs:
                self.remove_sheet(old.title)
        taken = {sheet.title.casefold() for sheet in self.sheets()}
        titles = (f"{title}{number or ''}" for number in count())
        return next(one for one in titles if one.casefold() not in taken)

    def remove_sheet(self, title: str) -> None:
        """Take a sheet away, with the names that belong to it."""
        sheets = self.workbook.find("{*}sheets")
        if sheets is None:
            return
        at = next(n for n, sheet in enumerate(sheets) if sheet.get("name") == title)
        id_ = _id_of(sheets[at])
        self._drop(self.workbook_part, next(part for one, _, part in self.related(self.workbook_part) if one == id_))
        self.forget_order_of_calculation()
        sheets.remove(sheets[at])
        self._renumber_names({old: old - (old > at) for old in range(len(sheets) + 1) if old != at})

    def forget_order_of_calculation(self) -> None:
        """It may name a sheet or a formula that is gone; Excel makes it anew without a word."""
        for _, kind, part in self.related(self.workbook_part):
            if kind.endswith("/calcChain"):
                self._drop(self.workbook_part, part)

    def save(self) -> bytes:
        """The whole package, part after part: what is large is never in memory as a whole, but for the end's bytes."""
        from lxml import etree

        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=_ZIP_LEVEL) as new:
            for name in dict.fromkeys([*self._zip.namelist(), *self._new]):
                if name in self._new:
                    content = self._new[name]
                    if content is None:
                        continue
                elif name in self._trees:
                    content = [etree.tostring(self._trees[name], encoding="UTF-8", standalone=True)]
                elif name.endswith("/"):
                    continue
                else:
                    content = self._chunks(name)
                with new.open(name, "w") as part:
                    for chunk in content:
                        part.write(chunk)
        return stream.getvalue()

    def _drop_signatures(self) -> None:
        """A signature says that nothing was changed."""
        for _, kind, part in self.related(""):
            if kind.endswith("/digital-signature/origin"):
                self._drop("", part)
        for name in [name for name in self._parts if name.startswith(_SIGNATURES)]:
            self._drop("", name)

    def _drop(self, owner: str, part: str) -> None:
        """Take a part away, with what refers to it and what it refers to by."""
        for relation in list(self.change(relations_part(owner))):
            if target_part(owner, relation.get("Target") or "").casefold() == part.casefold():
                self.change(relations_part(owner)).remove(relation)
        for override in list(self.change(_TYPES)):
            if (override.get("PartName") or "").lstrip("/").casefold() == part.casefold():
                self.change(_TYPES).remove(override)
        for gone in (part, relations_part(part)):
            if gone.casefold() in self._parts:
                self._new[self._parts.pop(gone.casefold())] = None

    def _chunks(self, name: str) -> Iterator[bytes]:
        with self._zip.open(name) as stream:
            while chunk := stream.read(_CHUNK_BYTES):
                yield chunk

    def _target(self, part: str, kind: str) -> str:
        for _, type_, target in self.related(part):
            if type_.endswith(kind) and target.casefold() in self._parts:
                return target
        raise KeyError(kind)

    def _free_names(self) -> Iterator[str]:
        folder = posixpath.dirname(self.workbook_part)
        return (posixpath.join(folder, f"worksheets/import{n}.xml") for n in range(1, len(self._parts) + 2))

    def _renumber_names(self, positions: dict[int, int]) -> None:
        """Names that hold on one sheet only say which by its position; those of a sheet that is gone go too."""
        for name in self.workbook.findall("{*}definedNames/{*}definedName"):
            position = name.get("localSheetId")
            parent = name.getparent()
            if position is None or parent is None:
                continue
            if int(position) in positions:
                name.set("localSheetId", str(positions[int(position)]))
            else:
                parent.remove(name)
                if not len(parent):
                    self.workbook.remove(parent)


def _id_of(sheet: Element) -> str:
    return next(str(value) for name, value in sheet.attrib.items() if str(name).endswith("}id"))
