"""``roster web``"""

from __future__ import annotations

import webbrowser
from collections.abc import Mapping, Sequence
from contextlib import suppress
from ipaddress import ip_network
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

import click

from importer.cli import Terminated
from importer.cli.conversation import user
from importer.cli.destination import Destination, destination_of, practice_settings
from importer.cli.options import Bounded, command, practice_options, settings_options
from importer.cli.screens import PRACTICE
from importer.cli.terminal import Terminal
from importer.errors import ExitCode
from importer.settings import LOOPBACK, load_settings
from importer.web.proxy import Proxy
from importer.web.roles import ALL, Role, Roles

if TYPE_CHECKING:
    import threading
    from pathlib import Path

    from importer.ledger import Ledger
    from importer.model.examinations import Learned
    from importer.service.port import BookingService
    from importer.web.link import Link
    from importer.web.serving import Page, PageFiles


@command("web", example="roster web --sandbox", page="coordinators.md#the-page")
@click.option("--port", cls=Bounded, type=click.IntRange(0, 65535), metavar="N", help="0 is any free one. [8740]")
@click.option("--no-browser", is_flag=True, help="Don't open a browser, print where the page is.")
@click.option("--server", is_flag=True, help="For several people, behind the proxy of your organisation.")
@click.option("--public-url", metavar="URL", help="Where browsers find it: https://rosters.example.org/")
@click.option("--host", default="127.0.0.1", metavar="ADDRESS", help="Where the proxy finds it. [127.0.0.1]")
@click.option("--user-header", metavar="NAME", help="In which the proxy names who has signed in: X-Remote-User.")
@click.option("--trusted-proxy", multiple=True, metavar="ADDRESS", help="From where that header counts, alone.")
@click.option("--view", multiple=True, metavar="NAME", help="Who sees imports; * is everybody who has signed in.")
@click.option("--prepare", multiple=True, metavar="NAME", help="Who adds lists and books them.")
@click.option("--approve", multiple=True, metavar="NAME", help="Who approves what others have prepared.")
@click.option("--administer", multiple=True, metavar="NAME", help="Who may do all that, and sees who did what.")
@practice_options
@settings_options()
def web(
    port: int | None,
    no_browser: bool,
    server: bool,
    public_url: str | None,
    host: str,
    user_header: str | None,
    trusted_proxy: tuple[str, ...],
    view: tuple[str, ...],
    prepare: tuple[str, ...],
    approve: tuple[str, ...],
    administer: tuple[str, ...],
    sandbox: bool,
    mishaps: tuple[str, ...],
    **settings: str | None,
) -> ExitCode:
    """Open the page: add a list, correct it, book it, all in a browser.

    It is on this computer and for you alone. It ends with its button Close, with Ctrl-C, or an hour after the last
    window of it was closed. With --server it is for several people, who sign in at a proxy in front of it.
    """
    from importer.web.serving import PORT, AnotherPageError, PageFiles

    people = {Role.VIEW: view, Role.PREPARE: prepare, Role.APPROVE: approve, Role.ADMINISTER: administer}
    proxy = _proxy(public_url, user_header, trusted_proxy, people) if server else None
    if not server and (public_url or user_header or trusted_proxy or any(people.values())):
        raise click.UsageError("These options are for several people: they need --server.")
    chosen = practice_settings(settings) if sandbox else load_settings(**settings)
    files = PageFiles(chosen.ledger)
    where = _Where(PORT if port is None else port, host, proxy, Roles(people) if proxy else ALL, not no_browser)
    try:
        with files, destination_of(settings, sandbox, mishaps) as destination:
            return _serve(destination, files, where)
    except AnotherPageError:
        if server:
            raise
        Terminal().say(["The page is open already. We show it in your browser."])
        _open(files.link)
        return ExitCode.DONE
    except OSError as error:
        raise click.UsageError(f"{host} port {where.port} can't be used: {error.strerror}.") from None


class _Where(NamedTuple):
    port: int
    host: str
    proxy: Proxy | None
    roles: Roles
    opens: bool


def _proxy(
    public_url: str | None, header: str | None, addresses: Sequence[str], people: Mapping[Role, Sequence[str]]
) -> Proxy:
    """Nothing of it has a default: who trusts a header from anywhere lets everybody in."""
    if not (public_url and header and addresses and any(people.values())):
        raise click.UsageError(
            "--server needs --public-url, --user-header, --trusted-proxy, and who may do what: --prepare NAME."
        )
    try:
        for one in addresses:
            ip_network(one)
    except ValueError:
        raise click.UsageError(f"{one!r} is no address. Write it like 127.0.0.1 or 10.0.0.0/8.") from None
    parts = urlsplit(public_url)
    if parts.scheme not in ("https", "http") or not parts.netloc or parts.path not in ("", "/"):
        raise click.UsageError(f"{public_url!r} is no address. Write it like https://rosters.example.org/")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise click.UsageError("Plain http would show everybody on the way who is on your lists. Use https://")
    return Proxy(header, tuple(addresses), f"{parts.scheme}://{parts.netloc}/")


def _serve(destination: Destination, files: PageFiles, where: _Where) -> ExitCode:
    from importer.web.at_work import AtWork
    from importer.web.audit_log import Audit
    from importer.web.serving import Page
    from importer.web.site import Site

    settings, practice, terminal = destination.settings, destination.is_practice, Terminal()
    proxy = where.proxy

    def connect(learned: Learned, stop: threading.Event) -> BookingService:
        return destination.connect(learned, stop=stop, tell_of_waiting=lambda: None)

    with AtWork(settings, connect, is_practice=practice) as work:

        def site(link: Link | None, ledger: Ledger) -> Site:
            return Site(
                settings,
                ledger,
                connect,
                work,
                user(),
                link,
                is_practice=practice,
                season=destination.season,
                proxy=proxy,
                roles=where.roles,
                audit=Audit(files.audit if proxy else None),
            )

        at = {"host": where.host, "public_url": proxy.public_url} if proxy else {}
        with Page(site, files, port=where.port, **at) as page:
            terminal.say([*([PRACTICE] if practice else []), *_said(page, where)])
            if page.link and where.opens:
                _open(page.link.path)
            try:
                page.wait(lambda: proxy is not None or work.is_busy)
            except Terminated:
                raise
            except KeyboardInterrupt:
                return ExitCode.DONE
            finally:
                if work.is_busy:
                    terminal.say(["Stopping after whoever is being booked now."])
    return ExitCode.DONE


def _said(page: Page, where: _Where) -> list[str]:
    if page.link is None:
        return [f"The page listens at {where.host}:{where.port} for {page.address} until Ctrl-C."]
    return [
        f"The page is at {page.address} until you close it there, or press Ctrl-C here.",
        "",
        f"If no browser opens, open that address and type this code:  {page.link.code}",
    ]


def _open(link: Path) -> None:
    """Where there is no browser, the address and the code are on the screen."""
    with suppress(webbrowser.Error, OSError):
        webbrowser.open(link.absolute().as_uri())
