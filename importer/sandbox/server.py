"""The practice service on a real socket of this machine, and the door to all of it: ``Sandbox``."""

from __future__ import annotations

import io
import secrets
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from werkzeug.datastructures import Headers
from werkzeug.exceptions import HTTPException, LengthRequired
from werkzeug.http import http_date
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler
from werkzeug.test import run_wsgi_app
from werkzeug.wrappers import Request, Response

from .app import CALLS, ROUTES, make_app, refusal
from .journal import Journal
from .mishaps import Mishap, Mishaps
from .records import Clock, Rules, utc_now
from .sessions import practice_records
from .world import World

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

MOST_BYTES = 2**20
"""The longest body of a request: a confirm has a few hundred bytes, a search a few thousand."""


def new_key() -> str:
    """A key of its own for each start, as long as the service's are (API.md, "Calls")."""
    return secrets.token_hex(44)


class Sandbox:
    """A practice booking service on 127.0.0.1, for as long as its ``with`` block lasts.

    ``base_url`` and ``key`` are all a client needs. With a ``folder`` (made if it is missing) everything that
    was changed is kept there, whatever kills the process; without one it is gone with the object. One process
    at a time uses a folder. ``port`` 0 takes any free port; a port in use raises ``OSError`` on entering.

    ``mishaps`` are ``Mishap`` objects or their text, ``seed`` makes their chances repeatable, ``latency_s``
    is how long each request takes at least. ``corners`` are fields of ``Rules``, the points that API.md calls
    uncertain: ``Sandbox(confirm_lists="everybody")``.

    For tests, from the service's side: ``world`` is what is really booked there, and ``requests`` counts what
    came in, by method and path: ``requests["POST", "/bookings"]`` is the number of confirms,
    ``requests.total()`` of everything. A path that is no call of the service is counted as it is.
    """

    def __init__(
        self,
        folder: Path | None = None,
        *,
        port: int = 0,
        clock: Clock = utc_now,
        mishaps: Iterable[Mishap | str] = (),
        seed: int = 0,
        latency_s: float = 0.0,
        **corners: Any,
    ) -> None:
        self.key = new_key()
        self.requests: Counter[tuple[str, str]] = Counter()
        journal = None
        if folder is not None:
            # Made one by one: the mode that mkdir is given is not that of the folders above.
            for missing in reversed([one for one in (folder, *folder.parents) if not one.exists()]):
                missing.mkdir(mode=0o700, exist_ok=True)
            journal = Journal(folder / "practice-service.jsonl")
        self.world = World(clock, Rules(**corners), practice_records(), journal)
        self._mishaps = Mishaps(self.world, mishaps, seed)
        self._app = make_app(self.world, self.key)
        self._port = port
        self._latency_s = latency_s
        self._counting = threading.Lock()
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def base_url(self) -> str:
        """``http://127.0.0.1:PORT/v1/``; there is one only within the ``with`` block."""
        if self._server is None:
            raise RuntimeError("The practice service has no address before it is entered: use it in a with block.")
        return f"http://127.0.0.1:{self._server.port}/v1/"

    def __enter__(self) -> Sandbox:
        # Bound here and not by werkzeug, which would print and end the program where a port is in use.
        with socket.create_server(("127.0.0.1", self._port), backlog=128) as bound:
            self._server = _Server("127.0.0.1", self._port, self._answer, _Connection, fd=bound.fileno())
        self._thread = threading.Thread(target=self._server.serve_until_closed, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server and self._thread:
            self._server.close(self._thread)
            self._mishaps.finish()
        self._server = self._thread = None

    @property
    def _hosts(self) -> tuple[str, ...]:
        port = self._server.port if self._server else self._port
        return (f"127.0.0.1:{port}", f"localhost:{port}")

    def serve_forever(self) -> None:
        """Answer requests, within the ``with`` block, until Ctrl-C (``KeyboardInterrupt``)."""
        while self._thread and self._thread.is_alive():
            # A join without an end can't be interrupted on Windows.
            self._thread.join(1)

    def _answer(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        try:
            call, _ = ROUTES.bind_to_environ(environ).match()
            path = CALLS[call][1]
        except HTTPException:
            call, path = "", environ["PATH_INFO"]
        with self._counting:
            self.requests[environ["REQUEST_METHOD"], path] += 1
        if self._latency_s:
            time.sleep(self._latency_s)
        if environ.get("HTTP_HOST") not in self._hosts:
            # A page of another site in a browser of this computer may have had its name point here.
            return refusal(421, "This is a practice service for this computer alone.")(environ, start_response)
        answer = self._mishaps.play(call, environ, lambda: Response.from_app(self._app, environ))
        answer.headers["Date"] = http_date(self.world.clock())
        return answer(environ, start_response)


class _Bounded(Request):
    max_content_length = MOST_BYTES


class _Connection(WSGIRequestHandler):
    """One client's connection, kept open from request to request.

    Werkzeug's own closes it after each answer, and waits 10 ms to do so.
    """

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def run_wsgi(self) -> None:
        environ = self.make_environ()
        try:
            if "Transfer-Encoding" in self.headers:
                raise LengthRequired  # a body of unknown length has no bound
            body = _Bounded(environ).get_data()
        except HTTPException as error:  # without a length, too long, or gone in the middle of the request
            self.close_connection = True
            answer = refusal(error.code or 400, error.description or error.name)
            with suppress(OSError):
                self._write(*run_wsgi_app(answer, environ, buffered=True))
            return
        environ |= {"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}
        self._write(*run_wsgi_app(self.server.app, environ, buffered=True))

    def _write(self, chunks: Iterable[bytes], status: str, headers: Headers) -> None:
        head = "".join(f"{name}: {value}\r\n" for name, value in headers)
        self.wfile.write(f"HTTP/1.1 {status}\r\n{head}\r\n".encode("latin-1") + b"".join(chunks))

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 (werkzeug's name)
        """Nothing: people practise in the same terminal."""


class _Server(ThreadedWSGIServer):
    """A thread a connection. Waits without polling, and is closed without waiting."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._open: set[socket.socket] = set()
        self._is_closing = False

    def serve_until_closed(self) -> None:
        while not self._is_closing:
            self.handle_request()
        self.server_close()

    def close(self, serving: threading.Thread) -> None:
        """End the thread that serves and the connections that clients keep: nobody is answered any more."""
        self._is_closing = True
        # A last caller, to wake the thread.
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", self.port)).close()
        serving.join()
        for connection in list(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)
