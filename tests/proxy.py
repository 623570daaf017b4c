"""A proxy over real sockets, as offices have them: forwards http, tunnels https, and cuts answers when told to."""

from __future__ import annotations

import re
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import urlsplit

Address = tuple[str, int]


def address_of(url: str) -> Address:
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or 0


def _naming_host(request: bytes, host: str, port: int) -> bytes:
    """The practice service answers only to its own name."""
    return re.sub(rb"Host: [^\r]*", b"Host: %s:%d" % (host.encode(), port), request)


class _Listener:
    """A thread a connection, on a free port of this computer."""

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._open: list[socket.socket] = []

    def __enter__(self):  # type: ignore[no-untyped-def]
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for one in self._open:
            one.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                self._open.append(client)
                threading.Thread(target=self._serve_quietly, args=(client,), daemon=True).start()

    def _serve_quietly(self, client: socket.socket) -> None:
        with suppress(OSError), client:
            self.serve(client)

    def serve(self, client: socket.socket) -> None:
        raise NotImplementedError

    def relay(
        self,
        client: socket.socket,
        origin: socket.socket,
        may_answer: Callable[[], bool],
        *,
        once: bool = False,
        names_host: bool = False,
    ) -> None:
        """Both ways until one side ends; an answer that may not go through ends both."""

        def forward() -> None:
            with suppress(OSError):
                while chunk := client.recv(65536):
                    origin.sendall(_naming_host(chunk, *origin.getpeername()) if names_host else chunk)
            with suppress(OSError):
                origin.shutdown(socket.SHUT_RDWR)

        threading.Thread(target=forward, daemon=True).start()
        while (chunk := origin.recv(65536)) and may_answer():
            client.sendall(chunk.replace(b"\r\n", b"\r\nConnection: close\r\n", 1) if once else chunk)
            once = False
        with suppress(OSError):
            client.shutdown(socket.SHUT_RDWR)


class Proxy(_Listener):
    """Whatever name it is asked for, it goes to ``origin``. ``cuts_answer`` says of each answer whether to cut it."""

    def __init__(self, origin: Address, *, cuts_answer: Callable[[], bool] = lambda: False, refuses: int = 0) -> None:
        super().__init__()
        self.origin, self.cuts_answer, self.refuses = origin, cuts_answer, refuses
        self.seen: list[str] = []
        """The first line of each request that it was asked to forward, or of each tunnel."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def serve(self, client: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            chunk = client.recv(65536)
            if not chunk:
                return
            head += chunk
        self.seen.append(head.split(b"\r\n", 1)[0].decode())
        if self.refuses:
            client.sendall(f"HTTP/1.1 {self.refuses} Not through me\r\nContent-Length: 0\r\n\r\n".encode())
            return
        with socket.create_connection(self.origin) as origin:
            is_tunnel = head.startswith(b"CONNECT ")
            if is_tunnel:
                client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            else:
                origin.sendall(self._for_origin(head))
            # What comes after the first request of a connection would still name the whole address.
            self.relay(client, origin, lambda: not self.cuts_answer(), once=not is_tunnel)

    def _for_origin(self, head: bytes) -> bytes:
        line, rest = head.split(b"\r\n", 1)
        method, url, version = line.split(b" ")
        path = b"/" + url.split(b"/", 3)[3]
        rest = rest.replace(b"Connection: keep-alive", b"Connection: close")
        return b" ".join((method, path, version)) + b"\r\n" + _naming_host(rest, *self.origin)


class Tls(_Listener):
    """Puts encryption before a service that has none, as the real one's address has it."""

    def __init__(self, origin: Address, context: ssl.SSLContext) -> None:
        super().__init__()
        self.origin, self.context = origin, context

    def serve(self, client: socket.socket) -> None:
        with self.context.wrap_socket(client, server_side=True) as inside, socket.create_connection(self.origin) as out:
            self.relay(inside, out, lambda: True, names_host=True)
