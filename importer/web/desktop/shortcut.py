"""A file on the desktop that starts ``roster web``, as each system wants it."""

from __future__ import annotations

import shlex
import sys
from dataclasses import dataclass
from pathlib import Path

_WORDS = ("-P", "-m", "importer", "web")  # -P: no module is taken from the folder that it is started in


@dataclass(frozen=True, slots=True)
class Shortcut:
    path: Path
    content: str

    @property
    def is_there(self) -> bool:
        return self.path.exists()

    def put(self) -> None:
        """Raises ``OSError``, also where there is something of that name."""
        with self.path.open("x", encoding="utf-8", newline="") as file:
            file.write(self.content)
        self.path.chmod(0o700)


def shortcut(desktop: Path, *, system: str = sys.platform, python: str = sys.executable) -> Shortcut:
    """That of this Python on this desktop."""
    if system == "win32":
        line = f'@start "" /min "{python}" {" ".join(_WORDS)}\r\n'
        return Shortcut(desktop / "Roster importer.cmd", line)
    line = shlex.join([python, *_WORDS])
    if system == "darwin":
        return Shortcut(desktop / "Roster importer.command", f"#!/bin/sh\nexec {line}\n")
    return Shortcut(
        desktop / "roster-importer.desktop",
        "[Desktop Entry]\nType=Application\nName=Roster importer\n"
        f"Exec={line.replace('%', '%%')}\nTerminal=true\nIcon=x-office-spreadsheet\n",
    )
