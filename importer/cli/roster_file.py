"""The roster as it is named on the command line: spaces without quotes, slips of the pen, files open elsewhere."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import click

from importer.cli.options import Function, complete_files
from importer.cli.terminal import quoted
from importer.errors import RosterError, SettingsError

_SUFFIXES = frozenset({".xlsx", ".xlsm", ".xls", ".ods", ".csv", ".tsv", ".txt"})


def roster_argument(function: Function) -> Function:
    """The argument ROSTER, one existing file, or ``-`` for standard input."""
    return click.argument("path", nargs=-1, metavar="ROSTER", callback=_needed_file, shell_complete=complete_files)(
        function
    )


def roster_argument_if_any(function: Function) -> Function:
    """The argument ROSTER, which may be left out: then it is ``None``."""
    return click.argument("path", nargs=-1, metavar="[ROSTER]", callback=_one_file)(function)


def open_elsewhere(path: Path) -> str:
    """A warning where an office program has the roster open: what is on its screen may not be in the file."""
    locks = {f"~${path.name}": "Excel", f".~lock.{path.name}#": "LibreOffice"}
    for lock, program in locks.items():
        if (path.parent / lock).exists():
            saved = datetime.fromtimestamp(path.stat().st_mtime, UTC).astimezone()
            is_today = saved.date() == datetime.now(UTC).astimezone().date()
            when = f"at {saved:%H:%M}" if is_today else f"on {saved:%a} {saved.day} {saved:%b %Y} at {saved:%H:%M}"
            return (
                f'"{path.name}" is open in {program}. I read what was saved {when}; what was changed since is not in '
                "it. Save and close it, then run this again."
            )
    return ""


def _needed_file(ctx: click.Context, param: click.Parameter, words: tuple[str, ...]) -> Any:
    if not words and not ctx.resilient_parsing:
        raise click.UsageError(f'Add the list, like: {ctx.command_path} "My list.xlsx"')
    return _one_file(ctx, param, words)


def _one_file(ctx: click.Context, _param: click.Parameter, words: tuple[str, ...]) -> Any:
    if not words:
        return None
    joined = " ".join(words)
    line = f"{ctx.command_path} {quoted(joined)}"
    if len(words) > 1 and Path(joined).is_file():
        raise SettingsError(f'I found "{joined}", but its name has spaces in it.\nPut quotes round it:    {line}')
    if len(words) > 1 and Path(words[0]).is_file() and not Path(words[1]).is_file():
        rest = " ".join(words[1:])
        raise SettingsError(
            f'What is "{rest}"? Where the value of an option has spaces in it, put quotes round the whole, like\n'
            f'    --service "Young makers"'
        )
    if len(words) > 1:
        raise SettingsError(f"One list at a time. If its name has spaces in it, put quotes round it:\n    {line}")
    path = Path(joined)
    if joined == "-":
        if sys.stdin.isatty():
            raise SettingsError(f"- reads the list from standard input: {ctx.command_path} - < list.csv")
        return path
    if not path.is_file():
        raise RosterError(_missing(path))
    return path


def _missing(path: Path) -> str:
    if path.is_dir():
        return f'"{path}" is a folder. Write the name of the list in it.'
    if not path.parent.is_dir():
        return f'There is no folder "{path.parent}".'
    names = {file.stem.casefold(): file.name for file in path.parent.iterdir() if file.suffix.lower() in _SUFFIXES}
    near = [names[stem] for stem in get_close_matches(path.stem.casefold(), names, n=3, cutoff=0.6)]
    missing = f'There is no file "{path.name}" in {path.parent.resolve()}.'
    return "\n".join([missing, *(["Did you mean:"] if near else []), *(f"    {quoted(name)}" for name in near)])
