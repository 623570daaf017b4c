"""``/connection``"""

from __future__ import annotations

from flask import Blueprint, render_template

from importer.errors import ServiceError
from importer.web.sessions.routes import connected
from importer.web.site import now, site

screen = Blueprint("connection", __name__)


@screen.get("/connection")
def show() -> str:
    return render_template("connection/connection.html", address=site().settings.base_url, seen=None)


@screen.post("/connection")
def look() -> str | tuple[str, int]:
    """Looks by reading alone; what it learns is kept."""
    here, address = site(), site().settings.base_url
    try:
        with connected() as service:
            seen = service.examine(now=now())
    except ServiceError as error:
        return render_template("connection/connection.html", address=address, seen=None, error=str(error)), 503
    here.ledger.learn(address, here.ledger.learned(address).joined(seen.learned))
    return render_template("connection/connection.html", address=address, seen=seen)
