"""Answering browsers on this computer, until the page is closed or nobody looks at it any more."""

from __future__ import annotations

import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from filelock import FileLock, Timeout
from flask import Flask
from waitress.server import create_server

from importer.errors import AnotherRunError, LedgerError
from importer.importing.drafting import forget_unused
from importer.ledger import Ledger
from importer.settings.files import make_private_folder, written_beside
from importer.web.app import make_app
from importer.web.link import Link
from importer.web.site import Site

PORT = 8740
IDLE_S = 3600
"""After so long without a page open, and nothing at work, it ends by itself."""

_KEY_BYTES = 32
_THREADS = 8
_MOST_CONNECTIONS = 1000
_MOST_BYTES = 100 * 2**20
"""What is more than that is cut off without a word; up to there the page says how large a list may be."""

_WAIT_S = 0.5


class Page:
    """The page on 127.0.0.1, for as long as its ``with`` block lasts.

    ``files`` are entered, so that there is one page of a ledger. ``port`` 0 takes any free one; where the usual one is
    taken, any other is.
    """

    def __init__(
        self,
        site: Callable[[Link | None, Ledger], Site],
        files: PageFiles,
        *,
        port: int = PORT,
        host: str = "",
        public_url: str = "",
    ) -> None:
        """On a server it listens at ``host``, and browsers find it at ``public_url``. Raises ``LedgerError``."""
        bound = socket.create_server((host, port), backlog=128) if host else _bound(port)
        self.address = public_url or f"http://127.0.0.1:{bound.getsockname()[1]}/"
        self.link = None if public_url else files.new_link(self.address)
        self._ledger = Ledger.open(files.ledger)
        self.site = site(self.link, self._ledger)
        self._app = app_at(self.site, self.address, files.key())
        self._last_asked = time.monotonic()
        self._channels: dict[int, Any] = {}
        self._server = create_server(
            self._answer,
            map=self._channels,
            sockets=[bound],
            threads=_THREADS,
            connection_limit=_MOST_CONNECTIONS,
            channel_timeout=60,
            max_request_body_size=_MOST_BYTES,
            ident="",
            clear_untrusted_proxy_headers=True,
        )
        self._thread = threading.Thread(target=self._serve, name="page", daemon=True)

    def __enter__(self) -> Page:
        forget_unused(self._ledger, now=self.site.clock())
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.close()
        for channel in [*self._channels.values()]:  # browsers keep theirs open
            with suppress(OSError):
                channel.close()
        self._thread.join(timeout=2)
        self._server.task_dispatcher.shutdown(timeout=2)
        self._ledger.__exit__(None, None, None)

    def wait(self, is_at_work: Callable[[], bool] = lambda: False, *, idle_s: float = IDLE_S) -> None:
        """Until the page is closed by its button, or was not asked for anything for so long and nothing is at work."""
        while not self.site.is_left.wait(_WAIT_S):
            if is_at_work():
                self._last_asked = time.monotonic()
            elif time.monotonic() - self._last_asked > idle_s:
                return
        time.sleep(_WAIT_S)  # the last page goes out

    def _answer(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        self._last_asked = time.monotonic()
        return self._app(environ, start_response)

    def _serve(self) -> None:
        with suppress(OSError, ValueError):  # closed while it waits
            self._server.run()


def app_at(site: Site, address: str, key: bytes) -> Flask:
    """The page at the address of a server, or at one of this computer, by either of its names."""
    parts = urlsplit(address)
    if site.proxy:
        is_secure = parts.scheme == "https"
        return make_app(site, hosts=(parts.netloc,), cookie="roster", secret_key=key, is_secure=is_secure)
    return make_app(
        site, hosts=(parts.netloc, f"localhost:{parts.port}"), cookie=f"roster-{parts.port}", secret_key=key
    )


class PageFiles:
    """The files of the page beside its ``ledger``, each readable by its owner only. Entered by one page at a time."""

    def __init__(self, ledger: Path) -> None:
        self.ledger = ledger
        self.link, self.audit = self._file("html"), self._file("audit")
        self._key = self._file("key")
        self._lock: FileLock | None = None

    def __enter__(self) -> PageFiles:
        """Raises ``AnotherPageError`` where the page of this ledger runs already, and ``LedgerError``."""
        try:
            make_private_folder(self.ledger.parent)
            self._lock = FileLock(self._file("lock"), timeout=0, mode=0o600)
            self._lock.acquire()
        except Timeout:
            raise AnotherPageError("The page runs already.") from None
        except OSError as error:
            raise self._unusable(error) from None
        return self

    def __exit__(self, *_error: object) -> None:
        """No browser is let in any more, by a cookie or by the link."""
        with suppress(OSError):
            self._key.unlink(missing_ok=True)
            self.link.unlink(missing_ok=True)
        if self._lock:
            self._lock.release()

    def new_link(self, address: str) -> Link:
        try:
            return Link(self.link, address)
        except OSError as error:
            raise self._unusable(error) from None

    def key(self) -> bytes:
        """The one that was there, so that windows go on after the program was killed; or a new one."""
        with suppress(OSError):
            if len(key := self._key.read_bytes()) == _KEY_BYTES:
                return key
        key = secrets.token_bytes(_KEY_BYTES)
        try:
            with written_beside(self._key, key) as file:
                file.replace(self._key)
        except OSError as error:
            raise self._unusable(error) from None
        return key

    def _file(self, kind: str) -> Path:
        return self.ledger.with_name(f"{self.ledger.stem}-page.{kind}")

    def _unusable(self, error: OSError) -> LedgerError:
        return LedgerError(f"The page can't keep its files in {self.ledger.parent}: {error.strerror}.")


class AnotherPageError(AnotherRunError):
    """The page of this ledger runs already: its link opens it."""


def _bound(port: int) -> socket.socket:
    try:
        return socket.create_server(("127.0.0.1", port), backlog=128)
    except OSError:
        return socket.create_server(("127.0.0.1", 0), backlog=128)
