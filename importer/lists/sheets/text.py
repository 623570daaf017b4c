"""Delimited text, ``.csv`` and its like: the encoding, the delimiter, the rows."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from importer.errors import RosterError
from importer.lists.sheets.book import LONGEST_CELL, Book, Sheet, refuse_if_large, refuse_long_cells, too_long
from importer.model.columns import BY_HEADING_KEY, heading_key

_DELIMITERS = ",;\t|"
_DELIMITER_MARK = re.compile(r"sep=(.)(?:\r?\n|\r|$)", re.IGNORECASE)
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_LOOKED_AT = 50
_LOOKED_AT_CHARACTERS = 100_000
_LONGEST_HEADING = 100
_LONGEST_LINE = 2**22
_ROWS_A_STEP = 10_000
_END = "end"


def open_text(content: bytes, name: str) -> Book:
    """Every cell is text as it was typed. Row numbers are those that a spreadsheet program shows.

    Raises ``RosterError`` if it is no text.
    """
    found = decoded(content)
    if found is None:
        raise RosterError(f'"{name}" is neither a workbook nor text. Save the roster as .xlsx, and try that.')
    text, _ = found
    return Book(".csv", ("",), ("",), lambda _: _read(text, name))


def decoded(content: bytes) -> tuple[str, str] | None:
    """The text with its encoding: by its byte order mark, else UTF-16 if every other byte is 0, UTF-8, Windows-1252."""
    encodings = ["utf-8-sig" if content.startswith(codecs.BOM_UTF8) else "utf-8", "cp1252"]
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    elif b"\0" in content[:1000]:
        encodings = ["utf-16-le" if content[1:2] == b"\0" else "utf-16-be"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if "\0" in text else (text, encoding)
    return None


def delimited(text: str) -> tuple[str, str, str]:
    """Excel's own mark of the delimiter, for which it shows no row; the text behind it; and the delimiter."""
    marked = _DELIMITER_MARK.match(text)
    begin = marked.end() if marked else 0
    rest = text[begin:]
    return text[:begin], rest, marked[1] if marked else max(_DELIMITERS, key=lambda candidate: _fit(rest, candidate))


def with_cells(text: str, texts: Mapping[tuple[int, int], str]) -> str:
    """The text with other texts in some of its cells, by row and column; all other lines stay as they are."""
    mark, rest, delimiter = delimited(text)
    csv.field_size_limit(4 * LONGEST_CELL)
    lines = [line[0] for line in _LINE.finditer(rest)]
    ending = lines[0][len(lines[0].rstrip("\r\n")) :] if lines else ""
    of_row: defaultdict[int, dict[int, str]] = defaultdict(dict)
    for (row, column), one in texts.items():
        of_row[row][column] = one
    reader = csv.reader(lines, delimiter=delimiter)
    written, first = [mark], 0
    for number, cells in enumerate(reader, start=1):
        as_it_was, first = "".join(lines[first : reader.line_num]), reader.line_num
        written.append(_line(cells, of_row[number], delimiter, ending or "\n") if number in of_row else as_it_was)
    return "".join(written)


def _line(cells: Sequence[str], texts: Mapping[int, str], delimiter: str, ending: str) -> str:
    width = max(len(cells), *texts)
    whole = [texts.get(at, cells[at - 1] if at <= len(cells) else "") for at in range(1, width + 1)]
    line = io.StringIO()
    csv.writer(line, delimiter=delimiter, lineterminator=ending).writerow(whole)
    return line.getvalue()


def _read(text: str, name: str) -> Sheet:
    _, text, delimiter = delimited(text)
    height, width = _measured(text, delimiter, name)
    if not width:
        return Sheet(())
    import pandas as pd

    frame = pd.read_csv(
        io.BytesIO(text.encode()),
        sep=delimiter,
        header=None,
        names=range(width),
        index_col=False,
        dtype=object,
        na_filter=False,
        skip_blank_lines=False,
        nrows=height,
    )
    columns = [frame[at].tolist() for at in frame]
    refuse_long_cells(columns, name, "")
    return Sheet(columns)


def _measured(text: str, delimiter: str, name: str) -> tuple[int, int]:
    """How many rows and columns there are; pandas takes the first row for the longest."""
    csv.field_size_limit(4 * LONGEST_CELL)
    reader = csv.reader(_lines(text), delimiter=delimiter)
    height = width = 0
    last: list[str] = []
    try:
        while some := list(islice(reader, _ROWS_A_STEP)):
            height += len(some)
            width = max(width, *map(len, some))
            last = some[-1]
            refuse_if_large(name, "", height - 1, width)
    except csv.Error:
        raise too_long(name, where=f"after row {height}") from None
    if last != [_END]:
        raise RosterError(
            f'"{name}": a quotation mark in row {height} is open to the end of the file. '
            "Save it anew from the spreadsheet program, and try again."
        )
    return height - 1, width


def _lines(text: str) -> Iterator[str]:
    """All lines, and one more that is the end: a quotation mark that is open swallows it. Raises ``csv.Error``."""
    for line in _LINE.finditer(text):
        if line.end() - line.start() > _LONGEST_LINE:
            raise csv.Error
        yield line[0]
    yield _END


def _fit(text: str, delimiter: str) -> tuple[int, int, int]:
    """How well a delimiter fits: by the headings that are known under it, then by how many lines it cuts alike."""
    beginning = io.StringIO(text[:_LOOKED_AT_CHARACTERS], newline="")
    try:
        lines = [line for line in islice(csv.reader(beginning, delimiter=delimiter), _LOOKED_AT) if line]
    except csv.Error:
        return 0, 0, 0
    known = max(
        (sum(heading_key(cell[:_LONGEST_HEADING]) in BY_HEADING_KEY for cell in line) for line in lines), default=0
    )
    ((columns, agreeing),) = Counter(map(len, lines)).most_common(1) or [(0, 0)]
    return known, agreeing if columns > 1 else 0, columns
