"""A set of headings goes into the settings file; all else in it stays as a person has written it."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from importer.errors import SettingsError
from importer.model.conventions import CONVENTIONS
from importer.settings.files import make_private_folder, read_text, written_beside

_LONGEST_WAIT_S = 10
"""For another process that writes the file, which takes a moment."""
_LOCKED = "another program is changing it just now"


def write_set(path: Path, name: str, table: Mapping[str, str]) -> None:
    """Comments stay, too; so does a convention of the set that ``table`` does not name. One process writes at a time.

    Raises ``SettingsError`` with the lines to put there, where the file can't be written.
    """
    from filelock import FileLock, Timeout
    from tomlkit.exceptions import TOMLKitError

    text = ""
    try:
        make_private_folder(path.parent)
        with FileLock(path.with_name(f".{path.name}.lock"), timeout=_LONGEST_WAIT_S, mode=0o600):
            text = read_text(path) if path.exists() else ""
            changed = _with_set(text, name, table)
            with written_beside(path, changed.encode()) as whole:
                if path.exists():
                    shutil.copymode(path, whole)
                whole.replace(path)
    except (OSError, ValueError, TOMLKitError) as error:
        told = _LOCKED if isinstance(error, Timeout) else (isinstance(error, OSError) and error.strerror) or error
        raise SettingsError(
            f"The settings file {path} can't be written: {told}. {_by_hand(text, name, table)}"
        ) from None


def _with_set(text: str, name: str, table: Mapping[str, str]) -> str:
    """The file with the set, as a table or, where its tables are written so, in a line. ``ValueError``,
    ``TOMLKitError``: that would say something else than is wanted."""
    import tomlkit

    wanted = _wanted(text, name, table)
    for new_table in (tomlkit.table, tomlkit.inline_table):
        document = tomlkit.parse(text)
        sets = document.setdefault("headings", tomlkit.table(is_super_table=True))
        with suppress(ValueError):
            if name not in sets:
                sets[name] = new_table()
            for key in sets[name].keys() - wanted["headings"][name].keys():
                del sets[name][key]
            sets[name].update(table)
            if tomllib.loads(document.as_string()) == wanted:
                return document.as_string()
    raise ValueError("its tables are written in a way of their own")


def _wanted(text: str, name: str, table: Mapping[str, str]) -> dict[str, Any]:
    """What the file says with the set. Raises ``ValueError``."""
    said = tomllib.loads(text)
    sets = said.get("headings", {})
    if not isinstance(sets, dict):
        raise ValueError("its headings are no table")
    kept = {key: value for key, value in sets.get(name, {}).items() if key in CONVENTIONS}
    return said | {"headings": {**sets, name: kept | dict(table)}}


def _by_hand(text: str, name: str, table: Mapping[str, str]) -> str:
    """What to put into the file: one set at its end, or all of them where that would contradict what stands there."""
    import tomlkit

    lines, where = tomlkit.dumps({"headings": {name: dict(table)}}), "at its end"
    with suppress(ValueError):
        wanted = _wanted(text, name, table)
        try:
            tomllib.loads(f"{text}\n{lines}")
        except ValueError:
            lines = tomlkit.dumps({"headings": wanted["headings"]})
            where = "at its end, and delete what else it says of headings"
    return f"Put these lines {where}:\n" + "".join(f"\n    {line}" for line in lines.splitlines())
