"""The page as a WSGI application, closed to everybody who has not signed in."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from functools import partial
from http import HTTPStatus

from flask import Flask, render_template
from werkzeug.exceptions import HTTPException

from importer import __version__
from importer.errors import ImporterError
from importer.model import PROVIDER, Status, moment_text, places_text, time_text
from importer.web.add.receiving import MOST_BYTES, TOO_LARGE
from importer.web.add.routes import screen as add
from importer.web.approve.routes import screen as approve
from importer.web.audit.routes import screen as audit
from importer.web.booking.routes import screen as booking
from importer.web.check.gone import screen as gone
from importer.web.check.routes import screen as check
from importer.web.columns.routes import screen as columns
from importer.web.columns.sessions import screen as sessions_of_list
from importer.web.connection.routes import screen as connection
from importer.web.desktop.routes import screen as desktop
from importer.web.guards import NOT_YOURS, guard
from importer.web.imports.routes import screen as imports
from importer.web.lists.routes import screen as lists
from importer.web.people.routes import screen as people
from importer.web.plan.routes import screen as plan
from importer.web.result.routes import screen as result
from importer.web.sessions.routes import screen as sessions
from importer.web.signing_in.routes import screen as signing_in
from importer.web.site import Site
from importer.web.undo.routes import screen as undo

_STAYS_H = 12
_COLOURS = {
    Status.BOOKED: "green",
    Status.ALREADY_BOOKED: "green",
    Status.FIX_ROW: "red",
    Status.REFUSED: "red",
    Status.FULL: "red",
    Status.SAME_PERSON: "yellow",
    Status.NOT_SURE_YET: "yellow",
}
_SCREENS = (
    signing_in,
    imports,
    add,
    lists,
    columns,
    sessions_of_list,
    check,
    gone,
    plan,
    approve,
    booking,
    result,
    undo,
    sessions,
    people,
    connection,
    desktop,
    audit,
)
_SENTENCES = {
    400: "The page could not read what your browser sent. Go back and try again.",
    403: "This form is too old, or it was not sent from this page. Go back, load the page again, and try again.",
    404: "There is no such page. The import may have been deleted.",
    405: "This address can't be opened by itself. Start at your imports.",
    413: TOO_LARGE,
    421: "This page answers only at its own address.",
    429: "That was too often. Wait a minute, then try again.",
}


def make_app(site: Site, *, hosts: Collection[str], cookie: str, secret_key: bytes, is_secure: bool = False) -> Flask:
    """The page. ``hosts`` are the names, with the port, by which it may be asked for.

    ``cookie`` is the name of its cookie, of which the ``secret_key`` proves that it is ours. ``is_secure``: browsers
    reach it by https alone.
    """
    app = Flask(__name__, template_folder=".")
    app.secret_key = secret_key
    app.config.update(
        SESSION_COOKIE_NAME=cookie,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_COOKIE_SECURE=is_secure,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=_STAYS_H),
        MAX_CONTENT_LENGTH=MOST_BYTES + 2**20,  # the rest of the form
        MAX_FORM_MEMORY_SIZE=MOST_BYTES,
        HOSTS=hosts,
        PREFERRED_URL_SCHEME="https" if is_secure else "http",
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    zone = site.settings.zone
    app.jinja_env.globals.update(
        provider=PROVIDER,
        version=__version__,
        plural=_plural,
        status_colour=_COLOURS.get,
        local_zone=zone,
        url_map=app.view_functions,
    )
    app.jinja_env.filters.update(
        moment=partial(moment_text, zone=zone),
        clock=lambda moment: time_text(moment, zone, now=site.clock()),
        places=places_text,
    )
    app.extensions["roster"] = site
    guard(app, hosts)
    for screen in _SCREENS:
        app.register_blueprint(screen)
    app.register_error_handler(Exception, _told)
    return app


def _plural(count: int, one: str, many: str = "") -> str:
    """``1 row``, ``1,200 rows``"""
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"


def _told(error: Exception) -> tuple[str, int]:
    """Whatever went wrong, as a page with a sentence; never with what was typed."""
    if isinstance(error, HTTPException):
        code = error.code or 500
        sentence = NOT_YOURS if error.description == NOT_YOURS else _SENTENCES.get(code, HTTPStatus(code).phrase)
    elif isinstance(error, ImporterError):
        code, sentence = 503, str(error)
    else:
        code = 500
        sentence = (
            f"This is an error in this program, not in your list ({type(error).__name__}). Who is booked is on record."
        )
    return render_template("error.html", sentence=sentence), code
