"""One run at a time for a ledger, by a lock that dies with its process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from importer.errors import AnotherRunError, LedgerError


@contextmanager
def locked(ledger: Path, *, wait: bool, who_is_at_work: Callable[[], str]) -> Iterator[None]:
    """Hold the lock file beside a ledger. Raises ``AnotherRunError`` where somebody else does and it is not waited."""
    lock = FileLock(f"{ledger}.lock", timeout=-1 if wait else 0, mode=0o600)
    try:
        lock.acquire()
    except Timeout:
        who = who_is_at_work()
        raise AnotherRunError(
            f"{who[0].upper()}{who[1:]} is at work with this ledger. Wait until it ends, or add --wait."
        ) from None
    except OSError as error:
        raise LedgerError(f"The ledger {ledger} can't be locked: {error.strerror}. Nothing was sent.") from None
    try:
        yield
    finally:
        lock.release()
