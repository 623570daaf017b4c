"""Ctrl-C and SIGTERM while people are being booked."""

from __future__ import annotations

import os
import signal
import sys
import threading
from types import FrameType, TracebackType
from typing import Any

from importer.cli import Terminated
from importer.errors import ExitCode

_CODES = {signal.SIGINT: ExitCode.INTERRUPTED, signal.SIGTERM: ExitCode.TERMINATED}


def interrupted_by(error: BaseException | None) -> ExitCode:
    """The exit code for Ctrl-C or SIGTERM."""
    return ExitCode.TERMINATED if isinstance(error, Terminated) else ExitCode.INTERRUPTED


class Interruption:
    """Within its block the first signal sets ``stop``, so that nobody new is started; a second leaves at once.

    ``code`` is what the program then ends with; ``None`` where nobody interrupted. The ledger is true either way.
    """

    def __init__(self) -> None:
        self.stop = threading.Event()
        self.code: ExitCode | None = None
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Interruption:
        self._before = {number: signal.signal(number, self._asked) for number in _CODES}
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _asked(self, number: int, _frame: FrameType | None) -> None:
        if self.code is not None:
            _tell("\x1b[?25h" if sys.stderr.isatty() else "")  # rich has hidden the cursor
            os._exit(self.code)
        self.code = _CODES[signal.Signals(number)]
        self.stop.set()
        _tell("\nStopping after whoever is being booked now. Ctrl-C again leaves at once.\n")


def _tell(text: str) -> None:
    """Past the buffers of the stream, which the handler may have interrupted in the middle of a line."""
    os.write(2, text.encode("ascii"))
