"""The log file: what was done to which row, as JSON lines for programs and for whoever looks into a bad night.

A line holds the fields of ``FIELDS`` and nothing else, whatever is handed to ``logging``: no values of a message, no
traceback. So no name, address, note or key gets into it.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from traceback import extract_tb

from importer.cli.terminal import complain
from importer.errors import ImporterError, SettingsError

FIELDS = ("run", "row", "booking_id", "call", "status", "ms", "retries", "requests", "where")
"""Beside ``time`` and ``step``; a line leaves out what it does not know."""

LARGEST = 5_000_000
KEPT = 5
"""The file is put aside at so many bytes, as ``.1``, and so many older ones are kept."""

_ours = logging.getLogger("importer")


@contextmanager
def log_to(path: Path | None) -> Iterator[None]:
    """Within the block, everything that is done is logged there; ``None`` logs nothing. Raises ``SettingsError``.

    A folder that is missing is made: beside a ledger that is to be made there may be none yet.
    """
    if path is None:
        yield
        return
    try:
        from importer.settings.files import make_private_folder

        make_private_folder(path.parent)
        handler = _LogFile(path)
    except OSError as error:
        raise SettingsError(
            f"The log file {path} can't be written: {error.strerror}. Name another with --log-file. Nothing was sent."
        ) from None
    handler.setFormatter(_JsonLine())
    _ours.addHandler(handler)
    _ours.setLevel(logging.INFO)
    try:
        yield
    except BaseException as error:
        log_stop(error)
        raise
    finally:
        _ours.setLevel(logging.NOTSET)
        _ours.removeHandler(handler)
        handler.close()


def log_stop(error: BaseException) -> None:
    """What stopped a run, without its words; of an error in this program also where it happened."""
    is_fault = isinstance(error, Exception) and not isinstance(error, ImporterError)
    _ours.error("stopped", extra={"status": type(error).__name__, "where": _where(error) if is_fault else None})


class _JsonLine(logging.Formatter):
    """``step`` is the message without its values: lint keeps messages from being put together (ruff G)."""

    def format(self, record: logging.LogRecord) -> str:
        line = {"time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")}
        line["step"] = str(record.msg)
        known = {name: value for name in FIELDS if (value := getattr(record, name, None)) is not None}
        return json.dumps(line | known)


class _LogFile(RotatingFileHandler):
    def __init__(self, path: Path) -> None:
        self._has_complained = False
        super().__init__(path, maxBytes=LARGEST, backupCount=KEPT, encoding="utf-8")

    def _open(self) -> TextIOWrapper:
        """Readable by its owner only, from the first byte."""
        opened = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        return os.fdopen(opened, "a", encoding=self.encoding)

    def close(self) -> None:
        with suppress(OSError):  # what stands in the buffer can't be written either, and that was told
            super().close()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: ARG002, N802 (logging's names)
        """A disk that is full is no reason to leave people unbooked, but it is told."""
        if not self._has_complained:
            self._has_complained = True
            complain(f"The log file can't be written any more ({type(sys.exc_info()[1]).__name__}). The run goes on.")


def _where(error: BaseException) -> str:
    return " > ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in extract_tb(error.__traceback__))
