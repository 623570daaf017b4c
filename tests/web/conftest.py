"""The page at a desk with the practice service, and a browser that has signed in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from desk import Desk
from web_makers import Browser, page_of

from importer.ledger import Ledger


@pytest.fixture
def ledger(desk: Desk) -> Iterator[Ledger]:
    with Ledger.open(desk.settings().ledger) as ledger:
        yield ledger


@pytest.fixture
def stranger(desk: Desk, ledger: Ledger) -> Browser:
    """At the page of the desk, and not signed in."""
    return page_of(desk, ledger)


@pytest.fixture
def browser(stranger: Browser) -> Browser:
    """Signed in, at the page of the desk."""
    stranger.sign_in()
    return stranger
