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

from filelock import FileLock, Timeout
from waitress.server import create_server

from importer.errors import AnotherRunError, LedgerError
from importer.settings.files import make_private_folder, written_beside
from importer.web.app import make_app
from importer.web.link import Link
from importer.web.site import Site

PORT = 8740
IDLE_S = 3600
"""After so long without a page open, and nothing at work, it ends by itself."""

_THREADS = 8
_MOST_CONNECTIONS = 1000
_WAIT_S = 0.5


class Page:
    """The page on 127.0.0.1, for as long as its ``with`` block lasts.

    Its files stand beside the ledger: the link, the key of its cookies, and the lock by which there is one of it.
    ``port`` 0 takes any free one; where the usual one is taken, any other is.
    """

    def __init__(self, site: Callable[[Link], Site], ledger: Path, *, port: int = PORT) -> None:
        """Raises ``AnotherPageError`` where it runs already, and ``LedgerError`` where its files can't be written."""
        self._files = PageFiles(ledger)
        self._lock = self._files.lock()
        self._socket = _bound(port)
        self.port = self._socket.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}/"
        try:
            self.link = Link(self._files.link, self.address)
            key = self._files.key()
        except OSError as error:
            raise LedgerError(f"The page can't keep its files in {ledger.parent}: {error.strerror}.") from None
        self.site = site(self.link)
        hosts = (f"127.0.0.1:{self.port}", f"localhost:{self.port}")
        app = make_app(self.site, hosts=hosts, cookie=f"roster-{self.port}", secret_key=key)
        self._last_asked = time.monotonic()
        self._app = app
        self._server = create_server(
            self._answer,
            sockets=[self._socket],
            threads=_THREADS,
            connection_limit=_MOST_CONNECTIONS,
            channel_timeout=60,
            max_request_body_size=app.config["MAX_CONTENT_LENGTH"] + 1,
            ident="",
            clear_untrusted_proxy_headers=True,
        )
        self._thread = threading.Thread(target=self._serve, name="page", daemon=True)

    def __enter__(self) -> Page:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.close()
        self._server.task_dispatcher.shutdown(timeout=2)
        self._files.close()
        self._lock.release()

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
        with suppress(OSError):  # closed while it waits
            self._server.run()


class PageFiles:
    """The files of the page beside a ledger, each readable by its owner only."""

    def __init__(self, ledger: Path) -> None:
        self._ledger = ledger

    @property
    def link(self) -> Path:
        return self._ledger.with_name(f"{self._ledger.stem}-page.html")

    @property
    def _key(self) -> Path:
        return self._ledger.with_name(f"{self._ledger.stem}-page.key")

    def lock(self) -> FileLock:
        """Held as long as the page runs; it dies with its process."""
        make_private_folder(self._ledger.parent)
        lock = FileLock(self._ledger.with_name(f"{self._ledger.stem}-page.lock"), timeout=0, mode=0o600)
        try:
            lock.acquire()
        except Timeout:
            raise AnotherPageError("The page runs already.") from None
        except OSError as error:
            raise LedgerError(f"The page can't be started in {self._ledger.parent}: {error.strerror}.") from None
        return lock

    def key(self) -> bytes:
        """The one that was there, so that windows go on after the program was killed; or a new one."""
        with suppress(OSError):
            if len(key := self._key.read_bytes()) == 32:
                return key
        key = secrets.token_bytes(32)
        with written_beside(self._key, key) as file:
            file.replace(self._key)
        return key

    def close(self) -> None:
        """No browser is let in any more, by a cookie or by the link."""
        with suppress(OSError):
            self._key.unlink(missing_ok=True)
            self.link.unlink(missing_ok=True)


class AnotherPageError(AnotherRunError):
    """The page of this ledger runs already: its link opens it."""


def _bound(port: int) -> socket.socket:
    try:
        return socket.create_server(("127.0.0.1", port), backlog=128)
    except OSError:
        return socket.create_server(("127.0.0.1", 0), backlog=128)
