"""Where a ledger may be kept: on a disk of this computer, readable by its owner only."""

from __future__ import annotations

import os
from pathlib import Path

import psutil

from importer.errors import LedgerError

NETWORK_DISKS = ("nfs", "cifs", "smb", "afpfs", "webdav", "davfs", "fuse.sshfs")
"""How the names of file systems begin that are other computers' disks."""


def make_room(path: Path) -> None:
    """Make the file and its folder where there are none. Raises ``LedgerError``.

    A network share is refused: locks are not to be relied on there, and two runs could meet.
    """
    if is_on_network(path.absolute()):
        raise LedgerError(
            f"The ledger {path} is on a network drive, where two runs could meet unseen. Choose a folder of this "
            "computer with --ledger. Nothing was sent."
        )
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise LedgerError(f"The ledger {path} can't be opened: {error.strerror}. Nothing was sent.") from None


def is_on_network(path: Path) -> bool:
    if str(path).startswith("\\\\"):
        return True
    over = [disk for disk in psutil.disk_partitions(all=True) if path.is_relative_to(disk.mountpoint)]
    disk = max(over, key=lambda disk: len(disk.mountpoint), default=None)
    return disk is not None and (disk.fstype.casefold().startswith(NETWORK_DISKS) or "remote" in disk.opts.split(","))
