"""``/lists/ID/booking``"""

from __future__ import annotations

from contextlib import suppress

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from importer.errors import DraftChangedError
from importer.web.guards import signed_in
from importer.web.lists.routes import is_told, known
from importer.web.site import now, site

screen = Blueprint("booking", __name__)


@screen.get("/lists/<draft>/booking")
def show(draft: str) -> Response | str:
    """Asked for again every second, until what was ordered is over: then on to the result."""
    one = known(draft)
    if not one.ordered or is_told(one):
        return redirect(url_for("lists.go_on", draft=draft))
    return render_template("booking/booking.html", draft=one, work=site().work.of(one))


@screen.post("/lists/<draft>/booking/stop")
def stop(draft: str) -> Response:
    """Who is being booked now is still booked; nobody new is."""
    with suppress(DraftChangedError):  # it has ended by itself just now
        site().work.stop(known(draft), site().ledger, by=signed_in(), now=now())
    return redirect(url_for("booking.show", draft=draft))
