"""What kind of file it is: by its content, because names lie."""

from __future__ import annotations

import re

from importer.errors import RosterError
from importer.lists.sheets.archive import Archive
from importer.lists.sheets.book import MOST_BYTES, Book, protected
from importer.lists.sheets.excel import open_excel
from importer.lists.sheets.old_excel import open_old_excel
from importer.lists.sheets.open_document import open_open_document
from importer.lists.sheets.text import open_text

_ZIP = b"PK\x03\x04"
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_WORKBOOK_97 = ("Workbook".encode("utf-16-le"), "Book".encode("utf-16-le"))
_OF_ARCHIVES = {
    "xl/workbook.bin": "a binary workbook (.xlsb)",
    "word/document.xml": "a Word document",
    "ppt/presentation.xml": "a PowerPoint presentation",
    "Index/Document.iwa": "an Apple Numbers or Pages document",
}
_OTHERS = (
    (re.compile(rb"%PDF-"), "a PDF"),
    (re.compile(rb"\s*\{\\rtf"), "a text document (RTF)"),
    (re.compile(rb"\s*(?:<!doctype html|<html|<head|<body|<table|<meta|<!--)", re.IGNORECASE), "a web page"),
    (re.compile(rb"\s*<\?xml"), "an XML file"),
    (re.compile(rb'\s*\{\s*"(?:url|doc_id)"'), "only a link to a Google sheet"),
    (re.compile(rb"\x89PNG|\xff\xd8\xff|GIF8|BM....\0\0\0\0|II\*\0|MM\0\*", re.DOTALL), "a picture"),
    (re.compile(rb"\x1f\x8b|7z\xbc\xaf|Rar!|BZh|\xfd7zXZ|\x28\xb5\x2f\xfd"), "a compressed file"),
    (re.compile(rb"SQLite format 3"), "a database"),
)
_BEGINNING = 512
_EXCEL = "xl/workbook.xml"


def open_book(content: bytes, name: str) -> Book:
    """Open a file of any kind that a roster may be. ``name`` is for the sentences.

    Raises ``RosterError``, one sentence with its remedy, for everything else, and for what would not fit into memory.
    """
    if not content:
        raise RosterError(f'"{name}" is empty: there is not a byte in it. Save the roster anew, and try that.')
    if len(content) > MOST_BYTES:
        raise RosterError(f'"{name}" is larger than {MOST_BYTES >> 20} MB. Copy the people alone into a new workbook.')
    if content.startswith(_ZIP):
        return _open_archive(content, name)
    if content.startswith(_OLE):
        if _ENCRYPTED in content:
            raise protected(name)
        if any(stream in content for stream in _WORKBOOK_97):
            return open_old_excel(content, name)
        raise _other(name, "an old Word document, or an .xls that is cut short")
    for beginning, what in _OTHERS:
        if beginning.match(content[:_BEGINNING].removeprefix(b"\xef\xbb\xbf")):
            raise _other(name, what)
    return open_text(content, name)


def is_excel(content: bytes) -> bool:
    """Whether it is a workbook that may come back as itself, with its formats and all: ``.xlsx`` or ``.xlsm``."""
    try:
        return content.startswith(_ZIP) and _EXCEL in Archive(content, "")
    except RosterError:
        return False


def is_text(content: bytes) -> bool:
    """Whether a roster that could be read is text, which has no formats that could be lost."""
    return not content.startswith((_ZIP, _OLE))


def _open_archive(content: bytes, name: str) -> Book:
    archive = Archive(content, name)
    if _EXCEL in archive:
        return open_excel(archive, content, name)
    if "content.xml" in archive and "spreadsheet" in archive.read("mimetype").decode("ascii", "replace"):
        return open_open_document(archive, content, name)
    what = next((what for part, what in _OF_ARCHIVES.items() if part in archive), "a zip archive of other files")
    raise _other(name, what)


def _other(name: str, what: str) -> RosterError:
    return RosterError(f'"{name}" is {what}, not a list. Save the roster as .xlsx, and try that.')
