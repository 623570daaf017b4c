"""The terminal: the one place that prints, asks and shows progress."""

from __future__ import annotations

import json
import os
import re
import shlex
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import click

from importer.errors import ExitCode
from importer.model import PROVIDER, Tell
from importer.model.printable import printable

WIDTH = 80


class Terminal:
    """What one command prints, and where: lines to standard output, or to standard error where that holds ``--json``.

    ``say`` is for whoever looks on, and silent with ``--quiet``; ``insist`` is for what needs a person.
    """

    def __init__(self, *, quiet: bool = False, as_json: bool = False) -> None:
        self.quiet = quiet
        self.as_json = as_json
        self._draws = False

    def say(self, lines: Iterable[str]) -> None:
        if not self.quiet:
            self.insist(lines)

    def insist(self, lines: Iterable[str]) -> None:
        for line in lines:
            _write(printable(line), sys.stderr if self.as_json else sys.stdout)

    def warn(self, lines: Iterable[str]) -> None:
        """What needs a person and is no part of an answer: standard error."""
        for line in lines:
            _write(printable(line), sys.stderr)

    def tell_of_waiting(self) -> None:
        """One line where no bar shows that the command is still at work."""
        if not (self.quiet or self.as_json or self._draws):
            self.warn([f"{PROVIDER} asks us to wait before we send more. This can take up to five minutes."])

    def document(self, document: object) -> None:
        """The one JSON document of a command."""
        _documents.append(document)
        _write(json.dumps(document, indent=2), sys.stdout)

    @property
    def can_ask(self) -> bool:
        return sys.stdin.isatty() and sys.stderr.isatty()

    def ask(self, question: str) -> str:
        """The answer, folded; empty for Enter. Raises ``click.Abort`` for Ctrl-C and the end of the input."""
        return self.ask_text(question).casefold()

    def ask_text(self, question: str) -> str:
        """The answer as it was typed, in the way of ``ask``."""
        answer: str = click.prompt(printable(question), default="", show_default=False, prompt_suffix=" ", err=True)
        return answer.strip()

    @contextmanager
    def progress(self) -> Iterator[Tell]:
        """Shows how far the steps are, on standard error: a bar on a terminal, now and then a line elsewhere."""
        from importer.cli import progress

        if self.quiet or (self.as_json and not sys.stderr.isatty()):
            yield progress.silence
        elif sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
            self._draws = True
            try:
                with progress.bars(sys.stderr) as tell:
                    yield tell
            finally:
                self._draws = False
        else:
            yield progress.Lines(lambda line: _write(printable(line), sys.stderr))


_documents: list[object] = []


def with_a_document(command: Callable[[], int]) -> int:
    """Run a command that was asked for ``--json``: where it ended without a document, one says with which exit code.

    Why stands on standard error: a sentence about a roster may hold its cells.
    """
    _documents.clear()
    code = command()
    if not _documents and code:
        from importer.results.report import JSON_SCHEMA

        error = {"schema": JSON_SCHEMA, "kind": "error", "meaning": ExitCode(code).meaning, "exit_code": code}
        _write(json.dumps(error, indent=2), sys.stdout)
    return code


def complain(message: str) -> None:
    """Why it stopped, on standard error; indented lines, which may be there to be typed, are left as they are."""
    for line in message.splitlines():
        for part in [line] if line.startswith(" ") else wrap(line) or [""]:
            _write(printable(part), sys.stderr)


def wrap(text: str, *, indent: str = "", first: str | None = None, width: int = WIDTH) -> list[str]:
    """Text in lines of at most 80 columns; words, numbers and file names stay whole where they fit."""
    return textwrap.wrap(
        text,
        width,
        initial_indent=indent if first is None else first,
        subsequent_indent=indent,
        break_on_hyphens=False,
        break_long_words=False,
    )


def without_option(words: Sequence[str], option: str) -> tuple[str, ...]:
    """The words of a call without this option and its value."""
    return tuple(one for at, one in enumerate(words) if option not in words[max(at - 1, 0) : at + 1])


def command_line(words: Sequence[str]) -> str:
    """A line to type, each word quoted for the shell of this platform."""
    return " ".join(quoted(word) for word in words)


def cut(text: str, width: int) -> str:
    """As much of a text as a column of a table has room for."""
    return text if len(text) <= width else f"{text[: width - 1]}…"


def quoted(word: str, *, windows: bool = os.name == "nt") -> str:
    """A word as it is typed in a shell; in double quotes, as people know them, wherever those do no harm."""
    if re.fullmatch(r"[\w@%+=:,./-]+" if not windows else r"[\w@+=:,./\\-]+", word):
        return word
    return f'"{word}"' if windows or not re.search(r'["$`\\!]', word) else shlex.quote(word)


def where(path: Path) -> str:
    """A file as it can be typed: from here if it is below here."""
    here = Path.cwd()
    absolute = path.absolute()
    return str(absolute.relative_to(here)) if absolute.is_relative_to(here) else str(absolute)


def _write(line: str, stream: TextIO) -> None:
    # Naming the stream keeps click from putting its own, with another encoding, in its place.
    click.echo(line, file=stream)
