"""Connections on which an answer has to come in time as a whole, its headers too.

The timeout of a socket bounds each wait alone: who sends a byte every few seconds could keep a lane waiting for ever.
"""

from __future__ import annotations

import io
import socket
import time
from http.client import HTTPResponse
from typing import TYPE_CHECKING, Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager, ProxyManager
from urllib3.connection import HTTPConnection, HTTPSConnection

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


class InTime(HTTPAdapter):
    """Sends as requests does; an answer that is not there whole after the read timeout is a ``ReadTimeout``."""

    def init_poolmanager(self, *given: Any, **more: Any) -> None:
        super().init_poolmanager(*given, **more)
        _use_pools(self.poolmanager)

    def proxy_manager_for(self, *given: Any, **more: Any) -> ProxyManager:
        manager: ProxyManager = super().proxy_manager_for(*given, **more)
        _use_pools(manager)
        return manager


def _use_pools(manager: PoolManager) -> None:
    manager.pool_classes_by_scheme = {"http": _Pool, "https": _EncryptedPool}


class _BytesInTime(io.RawIOBase):
    """What comes from a socket, until its timeout is over, counted from now."""

    def __init__(self, raw: io.RawIOBase, connection: socket.socket) -> None:
        self._raw, self._connection = raw, connection
        self._timeout_s = connection.gettimeout()
        self._until = time.monotonic() + (self._timeout_s or 0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int | None:
        if self._timeout_s is None:
            return self._raw.readinto(buffer)
        left_s = self._until - time.monotonic()
        if left_s <= 0:
            raise TimeoutError("timed out")
        self._connection.settimeout(left_s)
        try:
            return self._raw.readinto(buffer)
        finally:
            # The connection is used again: what is sent next has its own time.
            self._connection.settimeout(self._timeout_s)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Answer(HTTPResponse):
    def __init__(self, sock: socket.socket, *given: Any, **more: Any) -> None:
        super().__init__(sock, *given, **more)
        self.fp = io.BufferedReader(_BytesInTime(self.fp.detach(), sock))


class _Connection(HTTPConnection):
    response_class = _Answer


class _EncryptedConnection(HTTPSConnection):
    response_class = _Answer


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _EncryptedPool(HTTPSConnectionPool):
    ConnectionCls = _EncryptedConnection
