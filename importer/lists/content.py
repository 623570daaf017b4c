"""The bytes of a list: of a file, looked at as it was opened, or of standard input."""

from __future__ import annotations

import errno
import os
import stat
import sys
from pathlib import Path

from importer.errors import RosterError
from importer.lists.sheets import MOST_BYTES

STANDARD_INPUT = Path("-")

_TO_READ = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)  # a pipe must not make us wait
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)


def read_content(path: Path, *, follow_links: bool = True) -> bytes:
    """The bytes of a roster, or of standard input; one more than a roster may have where it has more.

    Where somebody else could have put a link in the file's place, nobody may ``follow_links``: it could name any file
    of this computer. Raises ``RosterError`` if there is no such file, it can't be read, or is a pipe or a device.
    """
    if path == STANDARD_INPUT:
        return sys.stdin.buffer.read(MOST_BYTES + 1)
    _refuse_unwritable_name(path)
    try:
        if not follow_links and path.is_symlink():  # also where a system can't open without following
            raise OSError(errno.ELOOP, "")
        with os.fdopen(os.open(path, _TO_READ | (0 if follow_links else _NO_LINK)), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise RosterError(f'"{path.name}" is a pipe or a device, not a file. Save the list as a file.')
            return file.read(MOST_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        raise RosterError(f'There is no file "{path}". Drag it into this window: its name is typed for you.') from None
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise RosterError(f'"{path.name}" is a link to another file. Put the file itself there.') from None
        if path.is_dir():
            raise RosterError(f'"{path}" is a folder. Write the name of the list in it.') from None
        raise RosterError(f'"{path}" can\'t be read: {error.strerror or error}. Make a copy, and try that.') from None


def _refuse_unwritable_name(path: Path) -> None:
    """Old systems write names that are no UTF-8: neither our record nor the results could name such a file."""
    try:
        str(path.absolute()).encode()
    except UnicodeEncodeError:
        readable = os.fsencode(path).decode("cp1252", "replace")
        raise RosterError(f'The name "{readable}" holds letters that this computer can\'t read. Rename it.') from None
