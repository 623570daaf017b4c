"""``roster`` with nothing behind it: the everyday lines."""

from __future__ import annotations

from pathlib import Path

from importer.cli.terminal import Terminal
from importer.errors import ImporterError, ServiceError
from importer.model import PROVIDER

_LINES = f"""\
Puts a spreadsheet of people onto group bookings in {PROVIDER}.

  All of it on a page, in your browser   roster web
  Try it, no real bookings               roster demo
  What is wrong with my sheet?           roster check  "My list.xlsx"
  What would be booked?                  roster import "My list.xlsx" --dry-run
  Book them                              roster import "My list.xlsx"
  Which sessions are coming?             roster sessions
  Does the connection work?              roster doctor

Tip: type the command, a blank, then drag the file into this window: its name is
typed for you, quotes and all.
"""


def welcome() -> None:
    """Print the lines that most people need most days, not all commands."""
    Terminal().say([*_LINES.splitlines(), "", f"{_key():<49}All commands: roster --help"])


def _key() -> str:
    from importer.settings import KEY_VARIABLE, load_settings

    source: Path | str = KEY_VARIABLE
    try:
        settings = load_settings()
        source = settings.key_source
        settings.api_key()
    except ServiceError:
        if isinstance(source, Path):
            return f"{PROVIDER}: key file unusable, see roster config"
        return f"{PROVIDER}: no key yet ({KEY_VARIABLE})."
    except ImporterError:
        return f"{PROVIDER}: the settings have a fault."
    return f"{PROVIDER}: a key is there."
