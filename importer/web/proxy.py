"""Signing in on a server: an organisation's own proxy has asked who somebody is, and says so in a header."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from werkzeug.wrappers import Request

from importer.model.printable import printable


@dataclass(frozen=True, slots=True)
class Proxy:
    """``header`` names who has signed in. It counts only from ``addresses`` (or networks): anybody can send it.

    ``public_url`` is where browsers find the page.
    """

    header: str
    addresses: Collection[str]
    public_url: str

    def user(self, request: Request) -> str:
        """Who has signed in at the proxy; empty where nobody has, or somebody else sent the request."""
        return printable(request.headers.get(self.header, "")).strip() if self._is_trusted(request.remote_addr) else ""

    def _is_trusted(self, address: str | None) -> bool:
        return address is not None and any(ip_address(address) in ip_network(one) for one in self.addresses)
