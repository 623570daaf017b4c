"""``roster web``"""

from __future__ import annotations

import webbrowser
from contextlib import suppress
from typing import TYPE_CHECKING

import click

from importer.cli import Terminated
from importer.cli.conversation import user
from importer.cli.destination import Destination, destination_of, practice_settings
from importer.cli.options import Bounded, command, practice_options, settings_options
from importer.cli.screens import PRACTICE
from importer.cli.terminal import Terminal
from importer.errors import ExitCode
from importer.settings import load_settings

if TYPE_CHECKING:
    import threading
    from pathlib import Path

    from importer.ledger import Ledger
    from importer.model.examinations import Learned
    from importer.service.port import BookingService
    from importer.web.link import Link
    from importer.web.serving import PageFiles


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
    from importer.web.serving import PORT, AnotherPageError, PageFiles

    chosen = practice_settings(settings) if sandbox else load_settings(**settings)
    files = PageFiles(chosen.ledger)
    try:
        with files, destination_of(settings, sandbox, mishaps) as destination:
            return _serve(destination, files, PORT if port is None else port, opens=not no_browser)
    except AnotherPageError:
        Terminal().say(["The page is open already. We show it in your browser."])
        _open(files.link)
        return ExitCode.DONE


def _serve(destination: Destination, files: PageFiles, port: int, *, opens: bool) -> ExitCode:
    from importer.web.at_work import AtWork
    from importer.web.serving import Page
    from importer.web.site import Site

    settings, practice, terminal = destination.settings, destination.is_practice, Terminal()

    def connect(learned: Learned, stop: threading.Event) -> BookingService:
        return destination.connect(learned, stop=stop, tell_of_waiting=lambda: None)

    with AtWork(settings, connect, is_practice=practice) as work:

        def site(link: Link, ledger: Ledger) -> Site:
            return Site(settings, ledger, connect, work, user(), link, is_practice=practice)

        with Page(site, files, port=port) as page:
            terminal.say(
                [
                    *([PRACTICE] if practice else []),
                    f"The page is at {page.address} until you close it there, or press Ctrl-C here.",
                    "",
                    f"If no browser opens, open that address and type this code:  {page.link.code}",
                ]
            )
            if opens:
                _open(page.link.path)
            try:
                page.wait(lambda: work.is_busy)
            except Terminated:
                raise
            except KeyboardInterrupt:
                return ExitCode.DONE
            finally:
                if work.is_busy:
                    terminal.say(["Stopping after whoever is being booked now."])
    return ExitCode.DONE


def _open(link: Path) -> None:
    """Where there is no browser, the address and the code are on the screen."""
    with suppress(webbrowser.Error, OSError):
        webbrowser.open(link.absolute().as_uri())
