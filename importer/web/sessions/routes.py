"""``/sessions``"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from itertools import groupby

from flask import Blueprint, abort, render_template, request

from importer.errors import ServiceError
from importer.importing.attending import attending, named, sessions_between
from importer.service.port import BookingService, is_id, today_by
from importer.web.site import now, site

screen = Blueprint("sessions", __name__)

_DAYS = 42
COLUMNS = {"email": "E-mail", "mobile": "Mobile", "places": "Places", "sign": "Present"}
"""What an attendance list may have beside names."""


@screen.get("/sessions")
def show() -> str | tuple[str, int]:
    here, zone = site(), site().settings.zone
    try:
        day = datetime.strptime(request.args["from"], "%Y-%m-%d").replace(tzinfo=zone)
    except (KeyError, ValueError):
        day = None
    try:
        with connected() as service:
            today = here.season or today_by(now(), service.now())
            start = day or datetime.combine(today.astimezone(zone), time(), zone)
            found = sessions_between(service, here.ledger, start, start + timedelta(days=_DAYS))
    except ServiceError as error:
        return render_template("error.html", sentence=str(error)), 503
    by_day = [(each, [*some]) for each, some in groupby(found, lambda one: one.start.astimezone(zone).date())]
    then = start + timedelta(days=_DAYS)
    return render_template("sessions/sessions.html", by_day=by_day, start=start, then=then, zone=zone)


@screen.get("/sessions/<session>")
def one(session: str) -> str | tuple[str, int]:
    """Everybody on a session, as a list to print."""
    if not is_id(session):
        abort(404)
    try:
        with connected() as service:
            found = service.bookings([session]).get(session) or abort(404)
            booking = named(found, service, next(iter(site().ledger.sessions(ids=[session])), None))
            people = attending(booking, service, site().ledger)
    except ServiceError as error:
        return render_template("error.html", sentence=str(error)), 503
    shown = [name for name in COLUMNS if name in request.args.getlist("show")] if request.args else ["sign"]
    return render_template("sessions/session.html", booking=booking, people=people, columns=COLUMNS, shown=shown)


@contextmanager
def connected() -> Iterator[BookingService]:
    here = site()
    with here.connect(here.ledger.learned(here.settings.base_url), here.is_left) as service:
        yield service
