"""Where a ledger may be kept: on a disk of this computer, readable by its owner only."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import psutil

from importer.errors import LedgerError
from importer.settings.files import make_private_folder

NETWORK_DISKS = ("nfs", "cifs", "smb", "afpfs", "webdav", "davfs", "fuse.sshfs")
"""How the names of file systems begin that are other computers' disks."""


def true_path(path: Path) -> Path:
    """The whole path without symbolic links, so that what is kept beside a ledger stands beside the file itself.

    Its lock above all: one ledger that is reached by two paths has one. Raises ``LedgerError``.
    """
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        raise LedgerError(f"The ledger {path} is a link that leads nowhere. Nothing was sent.") from None


def must_be_file(path: Path) -> None:
    """Raise ``LedgerError`` where something is there that can be no ledger; it is not opened.

    To close it again would end the locks that this process has on it.
    """
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        raise LedgerError(f"The ledger {path} can't be opened: {error.strerror}. Nothing was sent.") from None
    if stat.S_ISDIR(mode):
        raise LedgerError(
            f"The ledger {path} is a folder. Name a file in it with --ledger, like {path / 'ledger.sqlite3'}. Nothing "
            "was sent."
        )
    if not stat.S_ISREG(mode):
        raise LedgerError(f"The ledger {path} is no file. Name a file with --ledger. Nothing was sent.")
    if not os.access(path, os.R_OK):
        raise LedgerError(f"The ledger {path} can't be read: you may not. Ask its owner. Nothing was sent.")


def make_room(path: Path) -> None:
    """Make the file and its folder where there are none. Raises ``LedgerError``.

    A network share is refused: locks are not to be relied on there, and two runs could meet. So is a file with two
    names (hard links): two runs could meet by one name each.
    """
    if is_on_network(path):
        raise LedgerError(
            f"The ledger {path} is on a network drive, where two runs could meet unseen. Choose a folder of this "
            "computer with --ledger. Nothing was sent."
        )
    try:
        make_private_folder(path.parent)
        if not path.exists():
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        status = path.stat()
    except OSError as error:
        raise LedgerError(f"The ledger {path} can't be opened: {error.strerror}. Nothing was sent.") from None
    if status.st_nlink > 1:
        raise LedgerError(
            f"The ledger {path} has two names (hard links), and runs could meet unseen, each by another name. Keep one "
            "of them, or copy it. Nothing was sent."
        )


def is_on_network(path: Path) -> bool:
    if str(path).startswith("\\\\"):
        return True
    over = [disk for disk in psutil.disk_partitions(all=True) if path.is_relative_to(disk.mountpoint)]
    disk = max(over, key=lambda disk: len(disk.mountpoint), default=None)
    return disk is not None and (disk.fstype.casefold().startswith(NETWORK_DISKS) or "remote" in disk.opts.split(","))
