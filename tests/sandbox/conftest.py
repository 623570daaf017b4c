"""Practice services on real sockets, closed after each test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from guide_client import Client, Clock, Open, add_pottery

from importer.sandbox import Sandbox
from importer.sandbox.records import Session


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def open_sandbox(clock: Clock) -> Iterator[Open]:
    """Opens practice services, with the still clock unless told otherwise; all are closed after the test."""
    with ExitStack() as stack:

        def open_one(*args: Any, **options: Any) -> tuple[Sandbox, Client]:
            sandbox = stack.enter_context(Sandbox(*args, **{"clock": clock, **options}))
            client = Client(sandbox)
            stack.callback(client.http.close)
            return sandbox, client

        yield open_one


@pytest.fixture
def sandbox(open_sandbox: Open) -> Sandbox:
    return open_sandbox()[0]


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[Client]:
    client = Client(sandbox)
    yield client
    client.http.close()


@pytest.fixture
def pottery(sandbox: Sandbox) -> Session:
    """Three places, in summer time, on the service of the fixture ``sandbox``."""
    return add_pottery(sandbox)
