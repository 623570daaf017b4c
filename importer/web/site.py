"""What all screens know: where is booked, who is at the page, and how it is left."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from flask import current_app

from importer.importing.drafting import OpenDrafts
from importer.ledger import Ledger
from importer.settings import Settings
from importer.web.at_work import AtWork, Connect, utc_now
from importer.web.audit_log import Audit
from importer.web.background import InBackground
from importer.web.link import Link
from importer.web.offered import Offered
from importer.web.proxy import Proxy
from importer.web.roles import ALL, Roles
from importer.web.shown_plans import ShownPlans
from importer.web.unopened import Unopened


@dataclass(frozen=True, slots=True)
class Site:
    """One page. On a desk ``user`` is whose computer it runs on, and ``link`` lets their browser in. On a server a
    ``proxy`` says who has signed in, ``roles`` what each may do, and ``audit`` keeps what they did. ``season`` is the
    first session of a practice service.

    ``work`` is what is booked, ``unopened`` are files that wait for their password, ``drafts`` the lists that were
    looked at last, ``plans`` those that somebody has before them, and ``offered`` the sessions to choose from.
    ``looks`` are what lists would do (``check.looking``). ``is_left`` is set by who closes the page.
    """

    settings: Settings
    ledger: Ledger
    connect: Connect
    work: AtWork
    user: str
    link: Link | None
    is_practice: bool = False
    season: datetime | None = None
    proxy: Proxy | None = None
    roles: Roles = ALL
    audit: Audit = field(default_factory=Audit)
    clock: Callable[[], datetime] = utc_now
    unopened: Unopened = field(default_factory=Unopened)
    drafts: OpenDrafts = field(default_factory=OpenDrafts)
    plans: ShownPlans = field(default_factory=ShownPlans)
    offered: Offered = field(default_factory=Offered)
    looks: InBackground[Any] = field(default_factory=lambda: InBackground(lambda one: len(one.outcomes)))
    is_left: threading.Event = field(default_factory=threading.Event)


def site() -> Site:
    """That of the request."""
    return cast(Site, current_app.extensions["roster"])


def now() -> datetime:
    return site().clock()
