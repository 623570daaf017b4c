"""What all screens know: where is booked, who is at the page, and how it is left."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import cast

from flask import current_app

from importer.model.examinations import Learned
from importer.service.port import BookingService
from importer.settings import Settings
from importer.web.link import Link

Connect = Callable[[Learned, threading.Event], BookingService]
"""Makes the booking service, with what is known of it; the event ends a wait that it asks for."""


@dataclass(frozen=True, slots=True)
class Site:
    """One page. ``user`` is whose computer it runs on; ``link`` lets their browser in.

    ``is_left`` is set by who closes the page, ``stop`` ends a booking after the people being booked now.
    """

    settings: Settings
    connect: Connect
    user: str
    link: Link
    is_practice: bool = False
    is_left: threading.Event = field(default_factory=threading.Event)
    stop: threading.Event = field(default_factory=threading.Event)


def site() -> Site:
    """That of the request."""
    return cast(Site, current_app.extensions["roster"])


def now() -> datetime:
    return datetime.now(UTC)
