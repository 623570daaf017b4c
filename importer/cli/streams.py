"""Standard output and error that never stop a command, whatever becomes of them.

What is shown decides nothing: who is booked, and what is written, is the same on a full disk, with nobody reading,
and where a scheduler has closed both.
"""

from __future__ import annotations

import codecs
import errno
import io
import os
import sys


class Stream(io.TextIOWrapper):
    """A stream that drops what it can't write. ``failed``: something was lost that somebody may have wanted to read."""

    failed = False

    def write(self, text: str, /) -> int:
        try:
            return super().write(text)
        except OSError as error:
            self._drop(error)
            return len(text)

    def flush(self) -> None:
        try:
            super().flush()
        except OSError as error:
            self._drop(error)

    def _drop(self, error: OSError) -> None:
        """The rest goes nowhere, with what stands in the buffer: it would fail again, at the latest at the end."""
        os.dup2(os.open(os.devnull, os.O_WRONLY), self.fileno())
        if error.errno in (errno.EPIPE, errno.EINVAL):  # `roster check x | head`; the second is what Windows says
            return
        self.failed = True
        if self is sys.stdout and sys.stderr:
            sys.stderr.write(f"Nothing more can be shown here: {error.strerror}. The command goes on.\n")


def make_streams_steady() -> None:
    """Standard streams that are there, take any character, and never fail."""
    codecs.register_error("roster", _plainer)
    _open_what_is_closed()
    for name in ("stderr", "stdout"):
        stream = getattr(sys, name)
        if isinstance(stream, io.TextIOWrapper):
            encoding, at_once = stream.encoding, stream.line_buffering
            steady = Stream(stream.detach(), encoding, "roster", line_buffering=at_once)
            setattr(sys, name, steady)


def was_shown() -> bool:
    """Whether all that a command had to show could be written."""
    return not getattr(sys.stdout, "failed", False)


def _open_what_is_closed() -> None:
    """Some schedulers close streams. The next file to be opened would get their number, and what is shown with it."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115 (pathlib would slow --help)


_PLAINER = {
    "·": "-",
    "…": "...",
    "—": "-",
    "–": "-",
    "►": ">",
    "█": "#",
    "░": ".",
    "“": '"',
    "”": '"',
    "‘": "'",
    "’": "'",
}


def _plainer(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(_PLAINER.get(char, "?") for char in error.object[error.start : error.end]), error.end
