"""A zip archive from anywhere: what is in it, and what really comes out, before a library unpacks it unwatched."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator

from importer.errors import RosterError
from importer.lists.sheets.book import LONGEST_CELL, damaged, protected, too_long

_MOST_BYTES = 2**30
_MOST_BYTES_OF_SMALL_PART = 2**26
_LONGEST_TEXT_BYTES = 32 * LONGEST_CELL
"""Without any markup in it. A character takes four bytes, or six if it is written as a name."""

_STEP_BYTES = 2**18
_LOCAL_HEADER_BYTES = 30
_MARKUP = (".xml", ".rels")


class Archive:
    """The parts of an archive by name. Making one raises ``RosterError`` if it can't be trusted or is no archive."""

    def __init__(self, content: bytes, name: str) -> None:
        """``name`` is the file's, for the sentences."""
        self._content = content
        self._name = name
        try:
            parts = zipfile.ZipFile(io.BytesIO(content)).infolist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError):
            raise damaged(name) from None
        self._parts = {part.filename: part for part in parts}
        if len(self._parts) < len(parts):
            raise damaged(name)

    def __contains__(self, part: str) -> bool:
        return part in self._parts

    def __iter__(self) -> Iterator[str]:
        return iter(self._parts)

    def watch(self) -> None:
        """Unpack everything once and keep nothing.

        Raises ``RosterError`` if more comes out than a computer should hold or than the archive owns up to, and for
        markup that only somebody who means harm writes: entities, and a text as long as a book.
        """
        if sum(part.file_size for part in self._parts.values()) > _MOST_BYTES:
            raise self._too_large()
        left = _MOST_BYTES
        for part in self._parts.values():
            came = 0
            for chunk in self.tags(part.filename) if part.filename.endswith(_MARKUP) else self.stream(part.filename):
                came += len(chunk)
                if came > left:
                    raise self._too_large()
                if b"<!ENTITY" in chunk:
                    raise RosterError(
                        f'"{self._name}" holds XML entities, which no spreadsheet program writes, and may be meant to '
                        "do harm. Ask for the roster anew."
                    )
            if came != part.file_size:
                raise damaged(self._name)
            left -= came

    def read(self, part: str) -> bytes:
        """A part that is small in every file that is not meant to do harm; nothing if it is not there."""
        if part not in self._parts:
            return b""
        if self._parts[part].file_size > _MOST_BYTES_OF_SMALL_PART:
            raise self._too_large()
        return b"".join(self.stream(part))

    def tags(self, part: str) -> Iterator[bytes]:
        """Markup in pieces that end where a tag ends, or at the end."""
        rest = b""
        for chunk in self.stream(part):
            end = chunk.rfind(b">") + 1
            if end:
                yield rest + chunk[:end]
                rest = chunk[end:]
            else:
                rest += chunk
            if len(rest) > _LONGEST_TEXT_BYTES:
                raise too_long(self._name)
        if rest:
            yield rest

    def stream(self, part: str) -> Iterator[bytes]:
        """A part in pieces, as its bytes unpack, whatever the archive says of their number."""
        entry = self._parts[part]
        try:
            name_and_extra = struct.unpack_from("<HH", self._content, entry.header_offset + _LOCAL_HEADER_BYTES - 4)
        except struct.error:
            raise damaged(self._name) from None
        start = entry.header_offset + _LOCAL_HEADER_BYTES + sum(name_and_extra)
        packed = memoryview(self._content)[start : start + entry.compress_size]
        pieces = (bytes(packed[at : at + _STEP_BYTES]) for at in range(0, len(packed), _STEP_BYTES))
        if entry.flag_bits & 1:
            raise protected(self._name)
        if entry.compress_type == zipfile.ZIP_STORED:
            yield from pieces
        elif entry.compress_type == zipfile.ZIP_DEFLATED:
            yield from self._inflated(pieces)
        else:
            raise damaged(self._name)

    def _inflated(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            for piece in pieces:
                while chunk := unpacker.decompress(piece, 4 * _STEP_BYTES):
                    yield chunk
                    piece = unpacker.unconsumed_tail
        except zlib.error:
            raise damaged(self._name) from None
        if not unpacker.eof:
            raise damaged(self._name)

    def _too_large(self) -> RosterError:
        return RosterError(
            f'"{self._name}" unpacks to more than 1 GB. Copy the people into a new workbook, and try that.'
        )
