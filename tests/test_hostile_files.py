"""Files as people make them, and some who mean harm: each is read, or refused in one sentence with exit code 5.

Each is read by a child that may not take more memory and time than a computer should spend on it: a library in Rust
ends the whole process where it can't have more. ``files`` were saved by LibreOffice.
"""

from __future__ import annotations

import io
import multiprocessing
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from thorough import examples

from importer.errors import ExitCode, RosterError
from importer.lists.roster import read_roster

MOST_MB, MOST_S = 500, 20
FILES = Path(__file__).parent / "files"
SHEET, STRINGS, CONTENT = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "content.xml"
DAMAGED = "is damaged or cut short"
LARGE, LONG, ENTITIES = "is too large", "characters stand in one cell", "XML entities"
TEXTS = "keeps more than 5,000,000 different texts"
TEXT = "Name,Email\nAda Lovelace,ada@example.org\nZoë Müller,zoe@example.org\n"
LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha">{}]>'.format(
    "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
)


def workbook(change: Callable[[Workbook], None] = lambda _: None) -> bytes:
    """Two people, Ada and Zoë, and what else one likes."""
    book = Workbook()
    for row in (["Name", "Email"], ["Ada Lovelace", "ada@example.org"], ["Zoë Müller", "zoe@example.org"]):
        book.active.append(row)
    change(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def repacked(content: bytes, changes: dict[str, Any], *, drop: str = "") -> bytes:
    """An archive with some parts new, changed by a function of their text, or gone."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new,
    ):
        for part in old.infolist():
            change = changes.pop(part.filename, None)
            if part.filename != drop:
                text = old.read(part)
                new.writestr(part.filename, change(text.decode()) if callable(change) else change or text)
        for name, text in changes.items():
            new.writestr(name, text)
    return stream.getvalue()


def sheet(change: Callable[[str], str]) -> bytes:
    """A workbook whose sheet's XML was changed."""
    return repacked(workbook(), {SHEET: change})


def with_rows(rows: str) -> bytes:
    return sheet(lambda xml: xml.replace("</sheetData>", f"{rows}</sheetData>"))


def renamed(**parts: str) -> bytes:
    return repacked(archive({}), {name.replace("__", "/").replace("_", "."): text for name, text in parts.items()})


def archive(parts: dict[str, Any], **options: Any) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, **options) as file:
        for name, text in parts.items():
            file.writestr(name, text)
    return stream.getvalue()


def ods(change: Callable[[str], str]) -> bytes:
    return repacked((FILES / "people.ods").read_bytes(), {CONTENT: change})


def bomb(block: bytes, times: int) -> bytes:
    """A workbook with a part that unpacks to ``times`` blocks, though it says one byte."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    packed = packed * times + packer.flush()
    content = bytearray(repacked(workbook(), {"xl/media/picture.xml": "?"}))
    # In its place, the bytes of another length: the archive is written by hand from there on.
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        part = file.getinfo("xl/media/picture.xml")
        directory = file.start_dir
    at = part.header_offset
    struct.pack_into("<I", content, at + 18, len(packed))
    start = at + 30 + len(part.filename)
    central = bytearray(content[directory:])
    entry = central.rindex(b"xl/media/picture.xml") - 46
    struct.pack_into("<I", central, entry + 20, len(packed))
    end = central.rindex(b"PK\5\6")
    struct.pack_into("<I", central, end + 16, start + len(packed))
    return bytes(content[:start]) + packed + bytes(central)


def declared_larger(content: bytes) -> bytes:
    changed = bytearray(content)
    entry = changed.rindex(b"PK\1\2")
    struct.pack_into("<I", changed, entry + 24, 2**31)
    return bytes(changed)


def with_flag(content: bytes) -> bytes:
    changed = bytearray(content)
    at = 0
    while (at := changed.find(b"PK\1\2", at)) >= 0:
        changed[at + 8] |= 1
        at += 4
    return bytes(changed)


def encrypted_xls() -> bytes:
    """The record after the first of the workbook becomes the one that says: what follows is encrypted."""
    content = bytearray((FILES / "people.xls").read_bytes())
    at = content.index(b"\x09\x08\x10\x00\x00\x06") + 20
    struct.pack_into("<H", content, at, 0x2F)
    return bytes(content)


def hide_first(book: Workbook) -> None:
    book.active.title = "Old"
    book.copy_worksheet(book.active)
    book.worksheets[0].sheet_state = "hidden"
    book.active = 1


def merge_titles(book: Workbook) -> None:
    book.active.insert_rows(1, 3)
    book.active["A1"] = "Our trip"
    book.active.merge_cells("A1:D2")


def draw_a_chart_alone(book: Workbook) -> None:
    from openpyxl.chart import BarChart, Reference

    chart = BarChart()
    chart.add_data(Reference(book.active, min_col=1, min_row=1, max_row=3))
    book.create_chartsheet("Chart").add_chart(chart)
    book.active.sheet_state = "visible"


def coloured(rows: int, columns: str) -> Iterator[str]:
    for row in range(4, rows + 1):
        cells = "".join(f'<c r="{letter}{row}" s="1"/>' for letter in columns)
        yield (
            f'<row r="{row}" s="1" customFormat="1">{cells}</row>'
            if cells
            else f'<row r="{row}" s="1" customFormat="1"/>'
        )


def inline(place: str, text: str) -> str:
    row = re.sub("[A-Z]", "", place)
    return f'<row r="{row}"><c r="{place}" t="inlineStr"><is><t>{text}</t></is></c></row>'


def alone(row: str, place: str) -> str:
    """A cell that says where it stands, in a row that says something else."""
    return f'{row}<c r="{place}"><v>1</v></c></row>'


READ: dict[str, tuple[str, Callable[[], bytes]]] = {
    "a workbook": ("a.xlsx", workbook),
    "a workbook called .csv": ("a.csv", workbook),
    "a workbook without an ending": ("a", workbook),
    "text called .xlsx": ("a.xlsx", lambda: TEXT.encode()),
    "tabs called .xls, as many systems export": ("a.xls", lambda: TEXT.replace(",", "\t").encode("utf-16")),
    "tabs": ("a.tsv", lambda: TEXT.replace(",", "\t").encode()),
    "a text document": ("a.txt", lambda: TEXT.replace(",", ";").encode("cp1252")),
    "UTF-16 without a mark": ("a.csv", lambda: TEXT.encode("utf-16-le")),
    "a byte order mark": ("a.csv", lambda: TEXT.encode("utf-8-sig")),
    "bars": ("a.csv", lambda: TEXT.replace(",", "|").encode()),
    "ends of lines of an old Mac": ("a.csv", lambda: TEXT.replace("\n", "\r").encode()),
    "no end of the last line": ("a.csv", lambda: TEXT.strip().encode()),
    "a quotation mark within a cell": ("a.csv", lambda: TEXT.replace("Ada", 'Ada "the" ').encode()),
    "quotation marks round everything": ("a.csv", lambda: re.sub(r"([^,\n]+)", r'"\1"', TEXT).encode()),
    "lines of different lengths": ("a.csv", lambda: (TEXT + "\n,,,,,\n,\n").encode()),
    "commas in more lines than the delimiter": ("a.csv", lambda: ("a, b, c\n" * 9 + TEXT.replace(",", ";")).encode()),
    ".xls": ("a.xls", lambda: (FILES / "people.xls").read_bytes()),
    ".xls called .xlsx": ("a.xlsx", lambda: (FILES / "people.xls").read_bytes()),
    ".ods": ("a.ods", lambda: (FILES / "people.ods").read_bytes()),
    "macros": ("a.xlsm", lambda: repacked(workbook(), {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0 macros"})),
    "links to other files": (
        "a.xlsx",
        lambda: repacked(
            workbook(),
            {
                "xl/externalLinks/externalLink1.xml": "<externalLink/>",
                "xl/_rels/workbook.xml.rels": lambda xml: xml.replace(
                    "</Relationships>",
                    '<Relationship Id="rId99" Type="http://x/externalLink" Target="file:///etc/passwd" '
                    'TargetMode="External"/></Relationships>',
                ),
            },
        ),
    ),
    "titles and merged cells above": ("a.xlsx", lambda: workbook(merge_titles)),
    "the first sheet hidden": ("a.xlsx", lambda: workbook(hide_first)),
    "a sheet that is a chart": ("a.xlsx", lambda: workbook(draw_a_chart_alone)),
    "an area that says too much": (
        "a.xlsx", lambda: sheet(lambda xml: re.sub(r'<dimension ref="[^"]*"', '<dimension ref="A1:XFD1048576"', xml))
    ),
    "tags with a prefix": (
        "a.xlsx",
        lambda: sheet(lambda xml: re.sub(r"<(/?)(?=[a-z])", r"<\1x:", xml).replace("xmlns=", "xmlns:x=")),
    ),
    "apostrophes for quotation marks": ("a.xlsx", lambda: sheet(lambda xml: xml.replace('"', "'"))),
    "cells that don't say where they stand": ("a.xlsx", lambda: sheet(lambda xml: re.sub(r' r="[A-Z]+\d+"', "", xml))),
    "no styles": ("a.xlsx", lambda: repacked(workbook(), {}, drop="xl/styles.xml")),
    "a note far right": ("a.xlsx", lambda: with_rows(inline("XER4", "far right"))),
    "a note in the last row": ("a.xlsx", lambda: with_rows(inline("B1048576", "far down"))),
    "a million coloured rows": ("a.xlsx", lambda: with_rows("".join(coloured(1_048_576, "")))),
    "coloured cells in every column": ("a.xlsx", lambda: with_rows("".join(coloured(25_000, "ABCDEFGH")) + '<row r="1048576"><c r="ZZ1048576" s="1"/></row>')),
    "a formula without a value": ("a.xlsx", lambda: workbook(lambda book: book.active.append([None, "=A2"]))),
    "an error in a cell": ("a.xlsx", lambda: workbook(lambda book: book.active.append([None, "#N/A"]))),
    "100,000 people": ("a.csv", lambda: TEXT.encode() + b"Ada Lovelace,ada@example.org\n" * 99_998),
    "rows repeated to the end": (
        "a.ods",
        lambda: ods(
            lambda xml: xml.replace(
                "</table:table>",
                '<table:table-row table:number-rows-repeated="1048500" table:visibility="collapse"><table:table-cell '
                'table:number-columns-repeated="16384"/></table:table-row></table:table>',
            )
        ),
    ),
}  # fmt: skip

REFUSED: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "nothing": ("a.xlsx", lambda: b"", "is empty"),
    "blank lines": ("a.csv", lambda: b"\n \n\n", "is empty"),
    "an empty workbook": ("a.xlsx", lambda: sheet(lambda xml: re.sub("<sheetData>.*</sheetData>", "", xml)), "is empty"),
    "headings alone": ("a.csv", lambda: b"Name,Email\n", "nobody under them"),
    "a PDF": ("a.xlsx", lambda: b"%PDF-1.4 ...", "is a PDF"),
    "a web page called .xls": ("a.xls", lambda: b"<html><table><tr><td>Name", "is a web page"),
    "a workbook of 2003 in XML": ("a.xls", lambda: b'<?xml version="1.0"?><?mso-application?>', "is an XML file"),
    "rich text": ("a.txt", lambda: b"{\\rtf1 Name", "is a text document (RTF)"),
    "a picture": ("a.csv", lambda: b"\x89PNG\r\n\x1a\n", "is a picture"),
    "a compressed file": ("a.csv", lambda: b"\x1f\x8b\x08\x00", "is a compressed file"),
    "a link to a Google sheet": ("a.gsheet", lambda: b'{"url": "https://docs.google.com/x"}', "only a link to"),
    "a Word document": ("a.xlsx", lambda: archive({"word/document.xml": ""}), "is a Word document"),
    "a binary workbook": ("a.xlsx", lambda: archive({"xl/workbook.bin": ""}), "a binary workbook (.xlsb)"),
    "Apple Numbers": ("a.xlsx", lambda: archive({"Index/Document.iwa": ""}), "Apple Numbers"),
    "a text in a zip archive": ("a.zip", lambda: archive({"a.csv": TEXT}), "is a zip archive of other files"),
    "an .odt": ("a.ods", lambda: archive({"mimetype": "…oasis.opendocument.text", CONTENT: ""}), "of other files"),
    "an old Word document": ("a.xls", lambda: bytes.fromhex("d0cf11e0a1b11ae1") + bytes(900), "an old Word document"),
    "a program": ("a.csv", lambda: b"MZ\x90\0\3\0\0\0", "neither a workbook nor text"),
    "a password on .xlsx": (
        "a.xlsx",
        lambda: bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
        "protected by a password",
    ),
    "a password on .xls": ("a.xls", encrypted_xls, "protected by a password"),
    "a password on .ods": (
        "a.ods",
        lambda: repacked(
            (FILES / "people.ods").read_bytes(),
            {"META-INF/manifest.xml": lambda xml: xml.replace("/>", "><manifest:encryption-data/></manifest:file-entry>", 1)},
        ),
        "protected by a password",
    ),
    "a password on the archive": ("a.xlsx", lambda: with_flag(workbook()), "protected by a password"),
    "a workbook cut short": ("a.xlsx", lambda: workbook()[:-900], DAMAGED),
    ".xls cut short": ("a.xls", lambda: (FILES / "people.xls").read_bytes()[:6000], "an .xls that is cut short"),
    ".ods cut short": ("a.ods", lambda: (FILES / "people.ods").read_bytes()[:9000], DAMAGED),
    "bytes that are not what was packed": ("a.xlsx", lambda: scrambled(workbook()), DAMAGED),
    "a part twice": (
        "a.xlsx", lambda: repacked(workbook(), {"xl/worksheets/sheet2.xml": "<x/>"}).replace(b"sheet2", b"sheet1"), DAMAGED
    ),
    "a sheet that is not there": ("a.xlsx", lambda: repacked(workbook(), {}, drop=SHEET), DAMAGED),
    "no relations": ("a.xlsx", lambda: repacked(workbook(), {}, drop="xl/_rels/workbook.xml.rels"), DAMAGED),
    "a sheet outside the archive": (
        "a.xlsx",
        lambda: repacked(
            workbook(),
            {"xl/_rels/workbook.xml.rels": lambda xml: xml.replace("/xl/worksheets/sheet1.xml", "../../../../etc/passwd")},
        ),
        DAMAGED,
    ),
    "markup that breaks off": ("a.xlsx", lambda: sheet(lambda xml: xml[: len(xml) // 2]), DAMAGED),
    "a text that is not there": ("a.xlsx", lambda: with_rows('<row r="4"><c r="A4" t="s"><v>99</v></c></row>'), DAMAGED),
    "row 0": ("a.xlsx", lambda: with_rows('<row r="0"><c r="A0"><v>1</v></c></row>'), DAMAGED),
    "row 99,999,999,999": ("a.xlsx", lambda: with_rows('<row r="99999999999"><c r="A99999999999"><v>1</v></c></row>'), "more than 1,048,576 rows"),
    "column ZZZZZZ": ("a.xlsx", lambda: with_rows('<row r="4"><c r="ZZZZZZ4"><v>1</v></c></row>'), "more than 16,384 columns"),
    "another way to compress": ("a.xlsx", lambda: recompressed(workbook(), zipfile.ZIP_BZIP2), DAMAGED),
    "an archive that owns up to 2 GB": ("a.xlsx", lambda: declared_larger(workbook()), "unpacks to more than 1 GB"),
    "an archive that does not": ("a.xlsx", lambda: bomb(b"<row/>" * 20_000, 9200), "unpacks to more than 1 GB"),
    "an archive that says less": ("a.xlsx", lambda: bomb(b"<row/>" * 20_000, 10), DAMAGED),
    "a part without an end of a tag": ("a.xlsx", lambda: bomb(bytes(2**20), 4000), LONG),
    "laughs in a sheet": ("a.xlsx", lambda: sheet(lambda xml: LAUGHS + xml.replace("Ada", "&j;")), ENTITIES),
    "laughs in the shared texts": ("a.xlsx", lambda: repacked(workbook(), {STRINGS: f"{LAUGHS}<sst><si><t>&j;</t></si></sst>"}), ENTITIES),
    "laughs in .ods": ("a.ods", lambda: ods(lambda xml: xml.replace("<office:document-content", f"{LAUGHS}<office:document-content", 1)), ENTITIES),
    "an entity that is a file": (
        "a.xlsx", lambda: sheet(lambda xml: f'<!DOCTYPE x [<!ENTITY j SYSTEM "file:///etc/passwd">]>{xml.replace("Ada", "&j;")}'), ENTITIES
    ),
    "60 MB in a cell": ("a.xlsx", lambda: with_rows(inline("A4", "x" * 60_000_000)), LONG),
    "60 MB in a cell, with markup": ("a.xlsx", lambda: with_rows(inline("A4", "x>" * 30_000_000)), LONG),
    "60 MB in a cell of text": ("a.csv", lambda: TEXT.encode() + b"x" * 60_000_000, LONG),
    "60 MB in a cell of .ods": ("a.ods", lambda: ods(lambda xml: xml.replace("A0", "x" * 60_000_000)), LONG),
    "a cell in the last corner": ("a.xlsx", lambda: with_rows(inline("XFD1048576", "far")), LARGE),
    "a cell in the last corner, in its own way": (
        "a.xlsx", lambda: with_rows(inline("XFD1048576", "far").replace('"', "'")), LARGE
    ),
    "a cell in the last corner of .ods": (
        "a.ods",
        lambda: ods(
            lambda xml: xml.replace(
                "<table:table-row ",
                '<table:table-row table:number-rows-repeated="1000000"><table:table-cell office:value-type="float" '
                'office:value="1" table:number-columns-repeated="16384"/></table:table-row><table:table-row ',
                1,
            )
        ),
        LARGE,
    ),
    "a far cell in a low row": ("a.xlsx", lambda: with_rows(alone('<row r="4">', "XFD1048576")), LARGE),
    "a far row that says its width first": (
        "a.xlsx", lambda: with_rows(alone('<row spans="1:16384" r="1048576">', "XFD1048576")), LARGE
    ),
    "a far row after a line break": ("a.xlsx", lambda: with_rows(alone('<row\nr="1048576">', "XFD1048576")), LARGE),
    "a far cell in small letters": ("a.xlsx", lambda: with_rows(alone('<row r="4">', "xfd1048576")), LARGE),
    "a far cell in a row that is none": ("a.xlsx", lambda: with_rows(alone("<row>", "A4294967295")), "more than 1,048,576 rows"),
    "shared texts that are said to be there": (
        "a.xlsx", lambda: repacked(workbook(), {STRINGS: '<sst uniqueCount="4000000000"><si><t>x</t></si></sst>'}), TEXTS
    ),
    "shared texts without anything in them": (
        "a.xlsx", lambda: repacked(workbook(), {STRINGS: f"<sst>{'<si/>' * 54_000_000}</sst>"}), TEXTS
    ),
    "two billion blanks in .ods": ("a.ods", lambda: ods(lambda xml: xml.replace("A0", 'A0<text:s text:c="2000000000"/>')), LONG),
    "16,384 columns": ("a.xlsx", lambda: with_rows(inline("XFD4", "far right")), "no room for the answers"),
    "two million lines": ("a.csv", lambda: b"Name,Email\n" + b"\n" * 2_000_000, "more than 1,048,576 rows"),
    "20,000 columns of text": ("a.csv", lambda: b"Name,Email" + b"," * 20_000, "more than 16,384 columns"),
    "wide and long text": ("a.csv", lambda: b"Name,Email\n" * 20_000 + b"," * 16_000, LARGE),
    "217 MB of text": ("a.csv", lambda: TEXT.encode() + b"Ada Lovelace,ada@example.org\n" * 7_500_000, "is larger than 128 MB"),
    "200,001 people": ("a.csv", lambda: b"Name\n" + b"Ada Lovelace\n" * 200_001, "Split it into several lists"),
    "an open quotation mark": ("a.csv", lambda: b'Name,Email\n"Ada,a@x.org\nZoe,z@x.org\n', "quotation mark in row 2 is open"),
}  # fmt: skip


def scrambled(content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        at = file.getinfo(SHEET).header_offset + 80
    return content[:at] + bytes(40) + content[at + 40 :]


def recompressed(content: bytes, method: int) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", method) as new:
        for part in old.infolist():
            new.writestr(part.filename, old.read(part))
    return stream.getvalue()


_FORKS = multiprocessing.get_context("forkserver")


def _read_all(requests: Any) -> None:
    """What the child does: names, or why a file was refused, and the most memory that it took so far."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (4 * MOST_MB << 20,) * 2)
    while True:
        told: Any
        try:
            told = [
                row.cells.get("full_name", row.cells.get("first_name")) for row in read_roster(requests.recv()).rows
            ]
        except RosterError as error:
            told = str(error)
        except EOFError:
            return
        requests.send((told, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))


class Reader:
    """A child that reads one file after the other; a new one where a file has ended it."""

    def __init__(self) -> None:
        self._child: Any = None

    def read(self, path: Path) -> Any:
        if self._child is None:
            self._requests, theirs = _FORKS.Pipe()
            self._child = _FORKS.Process(target=_read_all, args=(theirs,), daemon=True)
            self._child.start()
            theirs.close()
        self._requests.send(path)
        try:
            assert self._requests.poll(MOST_S), "It takes too long."
            told, peak_mb = self._requests.recv()
            assert peak_mb < MOST_MB
        except (AssertionError, EOFError):
            self.close()
            raise
        return told

    def close(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child.join()
            self._requests.close()
            self._child = None


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    one = Reader()
    yield one
    one.close()


@pytest.mark.parametrize("kind", READ)
def test_a_messy_file_is_read(tmp_path: Path, reader: Reader, kind: str) -> None:
    name, make = READ[kind]
    (tmp_path / name).write_bytes(make())
    names = reader.read(tmp_path / name)
    assert names[:2] in (["Ada Lovelace", "Zoë Müller"], ['Ada "the"  Lovelace', "Zoë Müller"], ["A0", "A1"])


@pytest.mark.parametrize("kind", REFUSED)
def test_a_file_that_is_no_roster_or_means_harm_is_refused_in_a_sentence(
    tmp_path: Path, reader: Reader, kind: str
) -> None:
    name, make, words = REFUSED[kind]
    (tmp_path / name).write_bytes(make())
    told = reader.read(tmp_path / name)
    assert isinstance(told, str), told
    assert words in told, told
    assert "\n" not in told
    assert str(tmp_path) not in told
    assert RosterError.exit_code is ExitCode.ROSTER_UNUSABLE


@settings(max_examples=examples(30), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(["people.xls", "people.ods"]),
    flips=st.lists(st.tuples(st.integers(0, 20_000), st.integers(0, 255)), min_size=1, max_size=8),
    cut=st.integers(0, 12_000),
)
def test_a_damaged_file_is_read_or_refused_and_never_breaks(
    tmp_path: Path, name: str, flips: list[tuple[int, int]], cut: int
) -> None:
    content = bytearray((FILES / name).read_bytes())
    for at, value in flips:
        content[at % len(content)] = value
    (tmp_path / name).write_bytes(content[: -cut or None])
    with suppress(RosterError):
        assert read_roster(tmp_path / name).rows
