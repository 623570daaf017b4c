"""The page at a desk with the practice service, and a browser that has signed in."""

from __future__ import annotations

import pytest
from desk import Desk
from web_makers import Browser, page_of


@pytest.fixture
def stranger(desk: Desk) -> Browser:
    """At the page of the desk, and not signed in."""
    return page_of(desk)


@pytest.fixture
def browser(stranger: Browser) -> Browser:
    """Signed in, at the page of the desk."""
    stranger.sign_in()
    return stranger
