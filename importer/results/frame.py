"""What stands around the rows of a sheet: widths, panes, filters, merged cells, tables, drop-downs, marks.

Only what our columns need is changed. Elements that newer programs have added (sparklines, slicers) stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from copy import deepcopy
from typing import TYPE_CHECKING, NamedTuple

from importer.lists.cells import PAGE, Area, column_letters, in_workbook, storable
from importer.results.package import Package
from importer.results.styles import put_in_order

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_ORDER = (
    "sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection protectedRanges scenarios "
    "autoFilter sortState dataConsolidate customSheetViews mergeCells phoneticPr conditionalFormatting dataValidations "
    "hyperlinks printOptions pageMargins pageSetup headerFooter rowBreaks colBreaks customProperties cellWatches "
    "ignoredErrors smartTags drawing legacyDrawing legacyDrawingHF drawingHF picture oleObjects controls "
    "webPublishItems tableParts extLst"
)

_ORDER_OF_WORKBOOK = (
    "fileVersion fileSharing workbookPr workbookProtection bookViews sheets functionGroups externalReferences "
    "definedNames calcPr oleSize customWorkbookViews pivotCaches smartTagPr smartTagTypes webPublishing fileRecoveryPr "
    "webPublishObjects extLst"
)

_SELECTED = re.compile(rb"""\stabSelected=["'](?:1|true)["']""")
_HEAD_BYTES = 2**18


class Width(NamedTuple):
    """How a column of ours is shown, in letters of the usual type."""

    letters: float
    is_hidden: bool


class Rule(NamedTuple):
    """A conditional format: where, when, and in which look (``Styles.add_conditional``)."""

    cells: str
    formula: str
    look: int


class Frame:
    """A sheet without its rows. Raises ``lxml.etree.XMLSyntaxError`` if that is no XML."""

    def __init__(self, head: bytes, tail: bytes, prefix: bytes) -> None:
        from lxml import etree

        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
        self._rows = b"<%ssheetData/>" % prefix
        self._root = etree.fromstring(head + self._rows + tail, parser)
        self._main = self._root.tag.removesuffix("worksheet")

    def split(self) -> tuple[bytes, bytes]:
        """What comes before the rows, and what comes after them."""
        from lxml import etree

        whole = etree.tostring(self._root, xml_declaration=True, encoding="UTF-8", standalone=True)
        head, _, tail = whole.partition(self._rows)
        return head, tail

    def widen_dimension(self, right: int, bottom: int) -> None:
        """Say how far the sheet reaches, where it says so at all."""
        dimension = self._root.find("{*}dimension")
        if dimension is not None:
            area = Area.of(dimension.get("ref") or "A1")
            dimension.set("ref", str(Area(1, 1, max(area.right, right), max(area.bottom, bottom))))

    def deselect(self) -> None:
        for view in self._root.iterfind("{*}sheetViews/{*}sheetView"):
            view.attrib.pop("tabSelected", "")

    def freeze(self, row: int, column: int) -> None:
        """Keep the rows above ``row`` and the columns left of ``column`` in sight, where the person has no panes."""
        views = self._part("sheetViews")
        if not len(views):
            self._add(views, "sheetView", workbookViewId="0")
        view = views[0]
        if view.find("{*}pane") is not None or view.get("view") in ("pageLayout", "pageBreakPreview"):
            return
        rest = "bottomRight" if column > 1 else "bottomLeft"
        for selection in view.iterfind("{*}selection"):
            selection.set("pane", rest)
        pane = self._add(
            view,
            "pane",
            ySplit=str(row - 1),
            topLeftCell=f"{column_letters(column)}{row}",
            activePane=rest,
            state="frozen",
        )
        if column > 1:
            pane.set("xSplit", str(column - 1))
        view.insert(0, pane)
        view.attrib.pop("topLeftCell", "")

    def print_one_page_wide(self) -> bool:
        """On landscape paper, so that our columns stand beside the person's; ``False`` where the person has said how
        it is printed."""
        fit = self._root.find("{*}sheetPr/{*}pageSetUpPr")
        if self._root.find("{*}pageSetup") is not None or (fit is not None and fit.get("fitToPage")):
            return False
        fit = self._add(self._part("sheetPr"), "pageSetUpPr") if fit is None else fit
        fit.set("fitToPage", "1")
        for name, value in PAGE.items():
            self._part("pageSetup").set(name, value)
        return True

    def set_widths(self, widths: Mapping[int, Width]) -> None:
        """Give columns of ours their widths. What held for a range of columns holds for the rest of it.

        Left as they are, its range and ours would overlap in the file, and Excel would call it broken.
        """
        columns = self._part("cols")
        first, last = min(widths), max(widths)
        for whole in list(columns):
            low, high = int(whole.get("min") or 1), int(whole.get("max") or 1)
            if high < first or low > last:
                continue
            columns.remove(whole)
            for start, end in ((low, first - 1), (last + 1, high)):
                if start <= end:
                    part = deepcopy(whole)
                    part.set("min", str(start))
                    part.set("max", str(end))
                    columns.append(part)
        for column, width in widths.items():
            number, letters = str(column), str(width.letters)
            one = self._add(columns, "col", min=number, max=number, width=letters, customWidth="1")
            if width.is_hidden:
                one.set("hidden", "1")
                one.set("outlineLevel", "1")
        columns[:] = sorted(columns, key=lambda one: int(one.get("min") or 1))
        format_ = self._root.find("{*}sheetFormatPr")
        if format_ is None:
            format_ = self._part("sheetFormatPr")
            format_.set("defaultRowHeight", "15")
        deepest = max(int(one.get("outlineLevel") or 0) for one in columns)
        if deepest:
            format_.set("outlineLevelCol", str(deepest))

    def widen_filter(self, heading_row: int, right: int) -> str:
        """Take our columns into the sheet's filter; returns what it reaches over now, or nothing."""
        filter_ = self._root.find("{*}autoFilter")
        ref = filter_.get("ref") if filter_ is not None else None
        if filter_ is None or not ref or Area.of(ref).top != heading_row:
            return ""
        area = Area.of(ref)
        filter_.set("ref", str(area._replace(right=max(area.right, right))))
        return filter_.get("ref") or ""

    def keep_clear_of_merged_cells(self, answers: Area) -> None:
        """Let merged cells that reach into our columns end left of them."""
        merged = self._root.find("{*}mergeCells")
        if merged is None:
            return
        for one in list(merged):
            area = Area.of(one.get("ref") or "A1")
            if not area.overlaps(answers):
                continue
            rest = area._replace(right=answers.left - 1)
            if rest.left <= rest.right and rest[:2] != rest[2:]:
                one.set("ref", str(rest))
            else:
                merged.remove(one)
        self._count(merged)

    def unlink(self, cells: Collection[str]) -> None:
        """Take away the links of these cells: they lead where the old text did."""
        links = self._root.find("{*}hyperlinks")
        if links is not None:
            for one in [link for link in links if link.get("ref") in cells]:
                links.remove(one)
            if not len(links):
                self._root.remove(links)

    @property
    def merged(self) -> list[Area]:
        return [Area.of(one.get("ref") or "A1") for one in self._root.iterfind("{*}mergeCells/{*}mergeCell")]

    def offer(self, choices: Iterable[str], rows: Area, title: str, error: str, hint: str) -> None:
        """A drop-down of ours, in place of the one of an earlier run; the ``hint`` shows while a cell is selected."""
        listed = f'"{",".join(choices)}"'
        validations = self._part("dataValidations")
        for one in list(validations):
            if one.findtext("{*}formula1") == listed:
                validations.remove(one)
        choice = self._add(
            validations,
            "dataValidation",
            type="list",
            allowBlank="1",
            showErrorMessage="1",
            errorTitle=title,
            error=error,
            showInputMessage="1",
            promptTitle=title,
            prompt=hint,
            sqref=str(rows),
        )
        self._add(choice, "formula1").text = listed
        self._count(validations)

    def replace_rules(self, signature: str, rules: Iterable[Rule]) -> None:
        """Take away the conditional formats whose formula holds ``signature``, keep all others, add ``rules``."""
        highest = 0
        for formatting in self._root.findall("{*}conditionalFormatting"):
            for rule in formatting.findall("{*}cfRule"):
                if any(signature in (formula.text or "") for formula in rule.iterfind("{*}formula")):
                    formatting.remove(rule)
                else:
                    highest = max(highest, int(rule.get("priority") or 0))
            if formatting.find("{*}cfRule") is None:
                self._root.remove(formatting)
        groups: dict[str, Element] = {}
        for priority, rule in enumerate(rules, start=highest + 1):
            if rule.cells not in groups:
                groups[rule.cells] = self._part("conditionalFormatting", is_new=True)
                groups[rule.cells].set("sqref", rule.cells)
            look = {"type": "expression", "dxfId": str(rule.look), "priority": str(priority)}
            self._add(self._add(groups[rule.cells], "cfRule", **look), "formula").text = in_workbook(rule.formula)

    def _part(self, name: str, *, is_new: bool = False) -> Element:
        from lxml import etree

        found = None if is_new else self._root.find(f"{{*}}{name}")
        if found is None:
            found = etree.Element(f"{self._main}{name}")
            put_in_order(self._root, found, tuple(_ORDER.split()))
        return found

    def _add(self, parent: Element, name: str, **attributes: str) -> Element:
        from lxml import etree

        return etree.SubElement(parent, f"{self._main}{name}", attributes)

    def _count(self, parent: Element) -> None:
        if len(parent):
            parent.set("count", str(len(parent)))
        else:
            self._root.remove(parent)


def deselected(package: Package, sheet_part: str) -> Iterator[bytes]:
    """Another sheet of the workbook, no longer the one that is open: two of them would be typed into together."""
    with package.open(sheet_part) as stream:
        yield _SELECTED.sub(b"", stream.read(_HEAD_BYTES))
        while chunk := stream.read(_HEAD_BYTES):
            yield chunk


def widen_table(
    package: Package, sheet_part: str, heading_row: int, headings: Mapping[int, str], theirs: Iterable[int], right: int
) -> bool:
    """Take our columns into the person's table, so that sorting and filtering move them with the person.

    ``headings`` are the texts of the heading row, ours among them; ``theirs`` are the person's columns. A table that
    can't grow (another is in the way, a heading is missing or there twice, a query fills it) stays as it is.
    """
    parts = [part for _, kind, part in package.related(sheet_part) if kind.endswith("/table")]
    tables = {part: package.look_at(part) for part in parts}
    areas = {part: Area.of(table.get("ref") or "A1") for part, table in tables.items()}
    for part, area in areas.items():
        if area.top != heading_row or not any(area.left <= column <= area.right for column in theirs):
            continue
        wider = area._replace(right=max(area.right, right))
        known = [column.get("name") or "" for column in tables[part].iterfind("{*}tableColumns/{*}tableColumn")]
        added = [headings.get(column, "") for column in range(area.right + 1, wider.right + 1)]
        names = {name.casefold() for name in (*known, *added) if name}
        in_the_way = any(wider.overlaps(other) for other_part, other in areas.items() if other_part != part)
        if not in_the_way and len(names) == len(known) + len(added) and not tables[part].get("tableType"):
            _widen(package.change(part), wider, added)
            return True
    return False


def _widen(table: Element, area: Area, added: Iterable[str]) -> None:
    from lxml import etree

    table.set("ref", str(area))
    for columns in table.iterfind("{*}tableColumns"):
        next_id = max((int(column.get("id") or 0) for column in columns), default=0) + 1
        for id_, name in enumerate(added, start=next_id):
            etree.SubElement(columns, columns[0].tag, id=str(id_), name=storable(name))
        columns.set("count", str(len(columns)))
    for filter_ in table.iterfind("{*}autoFilter"):
        if ref := filter_.get("ref"):
            filter_.set("ref", str(Area.of(ref)._replace(right=area.right)))


def repeat_headings(package: Package, sheet_part: str, row: int) -> None:
    """Print the heading row of a sheet on each of its pages, unless the person has said which rows are."""
    from lxml import etree

    position = [sheet.part for sheet in package.sheets()].index(sheet_part)
    main = package.workbook.tag.removesuffix("workbook")
    names = package.workbook.find("{*}definedNames")
    title = package.sheets()[position].title.replace("'", "''")
    known = {(one.get("name"), one.get("localSheetId")) for one in names} if names is not None else set()
    is_said = ("_xlnm.Print_Titles", str(position)) in known
    if is_said or not title:  # a title that XML can't hold is none: no name can be given to what has none
        return
    if names is None:
        names = etree.Element(f"{main}definedNames")
        put_in_order(package.workbook, names, tuple(_ORDER_OF_WORKBOOK.split()))
    name = etree.SubElement(names, f"{main}definedName", name="_xlnm.Print_Titles", localSheetId=str(position))
    name.text = f"'{title}'!${row}:${row}"


def widen_filter_name(package: Package, sheet_part: str, ref: str) -> None:
    """Excel keeps a hidden name for what a sheet's filter reaches over; both must say the same."""
    position = [sheet.part for sheet in package.sheets()].index(sheet_part)
    for name in package.workbook.iterfind("{*}definedNames/{*}definedName"):
        if name.get("name") == "_xlnm._FilterDatabase" and name.get("localSheetId") == str(position):
            title = (name.text or "").rpartition("!")[0]
            area = Area.of(ref)
            corners = ((area.left, area.top), (area.right, area.bottom))
            absolute = ":".join(f"${column_letters(column)}${row}" for column, row in corners)
            name.text = f"{title}!{absolute}"
