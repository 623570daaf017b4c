"""``roster web``"""

from __future__ import annotations

import webbrowser
from contextlib import suppress
from typing import TYPE_CHECKING

import click

from importer.cli import Terminated
from importer.cli.conversation import user
from importer.cli.destination import destination_of
from importer.cli.options import Bounded, command, practice_options, settings_options
from importer.cli.screens import PRACTICE
from importer.cli.terminal import Terminal
from importer.errors import ExitCode

if TYPE_CHECKING:
    from pathlib import Path


@command("web", example="roster web --sandbox", page="coordinators.md#the-page")
@click.option("--port", cls=Bounded, type=click.IntRange(0, 65535), metavar="N", help="0 is any free one. [8740]")
@click.option("--no-browser", is_flag=True, help="Don't open a browser, print where the page is.")
@practice_options
@settings_options()
def web(
    port: int | None, no_browser: bool, sandbox: bool, mishaps: tuple[str, ...], **settings: str | None
) -> ExitCode:
    """Open the page: add a list, correct it, book it, all in a browser.

    It is on this computer and for you alone. It ends with its button Close, with Ctrl-C, or an hour after the last
    window of it was closed.
    """
    from importer.web.link import Link
    from importer.web.serving import PORT, AnotherPageError, Page, PageFiles
    from importer.web.site import Site

    terminal = Terminal()
    with destination_of(settings, sandbox, mishaps) as destination:

        def site(link: Link) -> Site:
            return Site(
                destination.settings,
                lambda learned, stop: destination.connect(learned, stop=stop, tell_of_waiting=lambda: None),
                user(),
                link,
                is_practice=destination.is_practice,
            )

        ledger = destination.settings.ledger
        try:
            page = Page(site, ledger, port=PORT if port is None else port)
        except AnotherPageError:
            terminal.say(["The page is open already. We show it in your browser."])
            _open(PageFiles(ledger).link)
            return ExitCode.DONE
        with page:
            terminal.say(
                [
                    *([PRACTICE] if destination.is_practice else []),
                    f"The page is at {page.address} until you close it there, or press Ctrl-C here.",
                    "",
                    f"If no browser opens, open that address and type this code:  {page.link.code}",
                ]
            )
            if not no_browser:
                _open(page.link.path)
            try:
                page.wait()
            except Terminated:
                raise
            except KeyboardInterrupt:
                return ExitCode.DONE
    return ExitCode.DONE


def _open(link: Path) -> None:
    """Where there is no browser, the address and the code are on the screen."""
    with suppress(webbrowser.Error, OSError):
        webbrowser.open(link.absolute().as_uri())
